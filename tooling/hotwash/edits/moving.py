"""Status and severity: where an incident may go, the entry that takes it there, and STOP where it may not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotwash.edits.lacking import lacking
from hotwash.edits.moments import after, not_before
from hotwash.errors import EditRefused
from hotwash.facts.first_actions import ACTIONS, sign_off
from hotwash.facts.gates import early_message, gaps, verdict, went_ahead
from hotwash.facts.history import severity_steps, steps, told_status
from hotwash.facts.said import is_blank
from hotwash.model.incident import STATUS_ORDER, TRANSITIONS
from hotwash.model.repository import INCIDENT

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from hotwash.edits.amendment import Plain
    from hotwash.edits.draft import Draft
    from hotwash.edits.requests import Asked
    from hotwash.model.base import Level
    from hotwash.model.incident import Status
    from hotwash.model.repository import Case, LoggedEntry

# What an ending leaves in incident.yaml, and going back takes away.
_ENDING = (("times", "mitigated"), ("times", "resolved"), ("resolution",))


def stop(case: Case, now: datetime, *, way_on: str = "") -> EditRefused:
    """STOP, in the words of the guide, and what is missing.

    Args:
        case: An incident whose gate is shut.
        now: The moment of judgement.
        way_on: What else may be done; empty where nothing may.
    """
    said = verdict(case, now)
    missing = "; ".join(item.message for item in said.missing)
    hint = f"hotwash first-actions {case.id}"
    return EditRefused(f"{said.line}: {missing}", f"{hint}; {way_on}" if way_on else hint)


def is_shut(case: Case, now: datetime) -> bool:
    """Whether the four first actions are still to be done; of a retrospective record nobody asks."""
    return case.incident.mode != "retrospective" and bool(gaps(case, now))


def move(draft: Draft, request: Asked, to: Status, *, id_: str, text: str, ahead: str | None = None) -> None:
    """Take an incident to a status, with the entry that says so; nothing happens where it is there already.

    Args:
        draft: With all that the status demands.
        request: Whose, and when.
        to: Where it is to go.
        id_: Of the entry.
        text: Of the entry.
        ahead: Why it came before the first actions were complete, where it did.

    Raises:
        EditRefused: It may not go there, not from here or not yet.
    """
    case = draft.case
    if case.incident.status == to:
        return
    # What the entries say counts, where they lead on.
    held, told = case.incident.status, told_status(case)
    start = told if to in TRANSITIONS[told] else held
    if to not in TRANSITIONS[start]:
        message = f"{draft.id} is {held}, and cannot go from there to {to}"
        raise EditRefused(message, f"it can go to {_or(TRANSITIONS[held])}")
    if to not in ("declared", "dismissed") and is_shut(case, draft.now):
        raise stop(case, draft.now)
    if lacks := lacking(case, to, draft.policy, draft.now):
        message = f"{draft.id} cannot be {to} yet; still missing: {'; '.join(lacks)}"
        raise EditRefused(message, "do these first, then try again")
    if goes_back(start, to):
        for route in _ENDING:
            draft.drop(INCIDENT, route)
    if start == "dismissed":
        draft.drop(INCIDENT, ("reason",))
        draft.drop(INCIDENT, ("duplicate_of",))
    entry: dict[str, Plain] = {
        "at": _moved_at(draft, request, to),
        "by": request.by,
        "kind": "status-change",
        "from": start,
        "to": to,
        "ahead_of_gate": ahead,
        "text": text,
    }
    draft.log(id_, entry)
    draft.put(INCIDENT, ("status",), to)
    if start == "declared":
        early(draft, lambda _: True)


def _moved_at(draft: Draft, request: Asked, to: Status) -> str:
    """When it went there: after the step before, and not before the first actions by what clocks may differ."""
    at: str | None = request.at
    found = steps(draft.case)
    if found:
        at = after(request.at, found[-1].entry.when.at.start)
        if at is None:
            last = found[-1].entry
            message = f"it cannot have gone to {to} at {request.at}: it went to {last.to} at {last.when}"
            raise EditRefused(message, "say when it was, with --at")
    assert at is not None  # noqa: S101 - refused above
    if told_status(draft.case) == "declared" and to != "dismissed":
        signed = [sign_off(draft.case.incident, action).at for action in ACTIONS]
        last_signed = max((when.at.start for when in signed if when is not None), default=None)
        if last_signed is not None:
            # What is earlier by more is said to be ahead of the gate.
            at = not_before(at, last_signed) or at
    return at


def early(draft: Draft, meant: Callable[[LoggedEntry], bool]) -> None:
    """Refuse what came before the last of the four first actions and does not say why.

    Args:
        draft: With the entries.
        meant: Which of them are asked.
    """
    ahead = went_ahead(draft.case, draft.now)
    unexplained = next((entry for entry in ahead if not entry.reason and meant(entry.logged)), None)
    if unexplained is not None:
        message = f"⛔ STOP: {early_message(unexplained)}"
        raise EditRefused(message, "mend the time that is wrong; or say why, with --ahead-of-gate, shown for good")


def goes_back(start: Status, to: Status) -> bool:
    """Whether a step leads back to work, so that how it ended is not so any more."""
    if "dismissed" in (start, to):
        return start == "dismissed"
    return STATUS_ORDER.index(to) < STATUS_ORDER.index(start)


def change_severity(draft: Draft, request: Asked, to: Level, *, id_: str, reason: str | None) -> None:
    """Another severity, with the entry that says why; nothing happens where it is that already.

    Raises:
        EditRefused: Nobody says why.
    """
    incident = draft.case.incident
    if incident.severity.level == to:
        return
    if reason is None or is_blank(reason):
        message = f"the severity goes from {incident.severity.level} to {to}, and nobody says why"
        raise EditRefused(message, "say it, with --reason")
    before = draft.case
    changes = severity_steps(before)
    at = after(request.at, changes[-1].entry.when.at.start) if changes else request.at
    if at is None:
        message = f"the severity went to {changes[-1].entry.to} at {changes[-1].entry.when}, later than {request.at}"
        raise EditRefused(message, "say when it was, with --at")
    start = changes[-1].entry.to if changes and changes[-1].entry.to != to else incident.severity.level
    draft.log(id_, {"at": at, "by": request.by, "kind": "severity-change", "from": start, "to": to, "text": reason})
    is_mapping = isinstance(draft.value(INCIDENT, "severity"), dict)
    draft.put(INCIDENT, ("severity", "level") if is_mapping else ("severity",), to)
    if asked := _asked(draft, draft.case) - _asked(draft, before):
        message = f"{draft.id} is {before.incident.status}, and of a {to} more is asked: {'; '.join(sorted(asked))}"
        raise EditRefused(message, "say it first, or with it: hotwash set severity=… impact.business.description=…")


def _asked(draft: Draft, case: Case) -> set[str]:
    """What the status in which an incident is demands and its records lack."""
    status = case.incident.status
    if status in ("declared", "dismissed") or case.incident.mode == "retrospective":
        return set()
    return {gap.message for gap in gaps(case, draft.now)} | {*lacking(case, status, draft.policy, draft.now)}


def _or(words: tuple[str, ...]) -> str:
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))
