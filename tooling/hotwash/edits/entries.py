"""New entries of the timeline: `log`, `update`, `mitigate`, `fix`, `handover`; and what is known of one later.

They are taken whatever is wrong with the records: they go into files of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from hotwash.edits.lacking import lacking
from hotwash.edits.moving import early, is_shut, move, stop
from hotwash.edits.plain import plain
from hotwash.errors import EditRefused
from hotwash.facts.demands import FIX_KEYS
from hotwash.facts.history import handed
from hotwash.model.repository import INCIDENT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hotwash.edits.amendment import Plain
    from hotwash.edits.draft import Draft
    from hotwash.edits.requests import (
        Accept,
        Asked,
        Channels,
        Fix,
        Handover,
        Log,
        Mitigate,
        Outcome,
        QuickFix,
        Texts,
        Update,
    )
    from hotwash.model.base import Audience, Nothing, When
    from hotwash.model.repository import LoggedEntry
    from hotwash.model.timeline import AnyEntry

_HELPED = ("effective", "partial")


def log(draft: Draft, request: Log) -> None:
    """An entry as it was told."""
    entry = plain(request.entry)
    assert isinstance(entry, dict)  # noqa: S101 - a model is a mapping
    entry.pop("id", None)
    draft.log(request.id, entry)


class Told(Protocol):
    """What a request says of who is told what."""

    @property
    def texts(self) -> Texts:
        """What each audience is told."""
        ...

    @property
    def channels(self) -> Channels:
        """Where."""
        ...


def update(draft: Draft, request: Update) -> None:
    """A status update, an entry for each text that differs."""
    tell(draft, request, request, ids(request.id))


def ids(first: str) -> Iterator[str]:
    """The ids of the entries that one request brings along; which is which hangs on the request alone."""
    yield first
    number = 2
    while True:
        yield f"{first}-{number}"
        number += 1


def tell(draft: Draft, request: Asked, told: Told, names: Iterator[str], *, at: str = "") -> None:
    """The entries of a status update."""
    eta: When | Nothing | None = getattr(told, "eta", None)
    promised: str | None = getattr(told, "next_update_by", None)
    groups: dict[tuple[str, str | None], list[Audience]] = {}
    channels = dict(told.channels.items())
    for audience, text in told.texts.items():
        groups.setdefault((text, channels.get(audience)), []).append(audience)
    for (text, channel), audiences in groups.items():
        draft.log(
            next(names),
            {
                "at": at or request.at,
                "by": request.by,
                "kind": "status-update",
                "audience": audiences[0] if len(audiences) == 1 else list(audiences),
                "channel": channel,
                "eta": plain(eta),
                "next_update_by": promised,
                "text": text,
            },
        )


def mitigate(draft: Draft, request: Mitigate) -> None:
    """A quick fix; whether it helped is asked later."""
    own: dict[str, Plain] = {
        "answers": request.answers,
        "side_effects": request.side_effects,
        "url": request.url,
    }
    draft.log(request.id, mitigation(request, by=request.by, at=request.at) | own)


def mitigation(told: QuickFix | Mitigate, *, by: str, at: str) -> dict[str, Plain]:
    """The entry of a quick fix."""
    return {
        "at": at,
        "by": by,
        "kind": "mitigation",
        "action": told.action,
        "target": told.target,
        "outcome": told.outcome,
        "temporary": True if told.temporary else None,
        "text": told.text,
    }


def outcome(draft: Draft, request: Outcome) -> None:
    """What is known now of a mitigation; and, where it is over with that, since when.

    Raises:
        EditRefused: No mitigation is meant by that, or more than one.
    """
    file, route = _mitigation(draft, request)
    draft.put(file, (*route, "outcome"), request.outcome)
    if request.side_effects is not None:
        draft.put(file, (*route, "side_effects"), request.side_effects)
    if not request.over:
        return
    if request.outcome not in _HELPED:
        message = f"it is over, and the mitigation was {request.outcome}"
        raise EditRefused(message, "say what ended it: hotwash log --kind recovery, or hotwash resolve --how")
    incident = draft.case.incident
    if incident.status not in ("declared", "investigating", "identified"):
        return
    if incident.times.mitigated is None:
        draft.put(INCIDENT, ("times", "mitigated"), request.at)
    # What is missing for the step is told by whoever shows what comes next; what is known is not held back for it.
    ready = incident.status != "declared" and not is_shut(draft.case, draft.now)
    if ready and not lacking(draft.case, "monitoring", draft.policy, draft.now):
        move(draft, request, "monitoring", id_=request.id, text=request.text or "It is under watch now")


def _mitigation(draft: Draft, request: Outcome) -> tuple[str, tuple[int, ...]]:
    if request.entry is not None:
        place = draft.place(request.entry)
        entry = draft.entry(request.entry)
        if place is None or entry is None or entry.get("kind") != "mitigation":
            message = f"{draft.id} has no mitigation {request.entry}"
            raise EditRefused(message, _which(draft))
        return place
    found = [
        logged
        for logged in draft.case.timeline
        if logged.entry.kind == "mitigation" and logged.entry.when.at.text == request.entry_at
    ]
    if len(found) != 1:
        message = f"{draft.id} has {len(found) or 'no'} mitigation{'s'[: len(found)]} of {request.entry_at}"
        raise EditRefused(message, _which(draft))
    return found[0].file, found[0].route


def _which(draft: Draft) -> str:
    found = [logged for logged in draft.case.timeline if logged.entry.kind == "mitigation"]
    return f"name one of: {', '.join(map(_name, found))}" if found else "add it: hotwash mitigate"


def _name(logged: LoggedEntry) -> str:
    return logged.entry.id or f"that of {logged.entry.when}"


def fix(draft: Draft, request: Fix) -> None:
    """The change that mends the cause; or what an earlier one still lacked.

    Raises:
        EditRefused: The first actions are not complete, and nobody says why it goes ahead of them.
    """
    own: dict[str, Plain] = {key: plain(getattr(request, key)) for key in ("ref", *FIX_KEYS, "answers")}
    if request.entry is not None:
        _complete(draft, request, own)
        return
    entry: dict[str, Plain] = {
        "at": request.at,
        "by": request.by,
        "kind": "fix",
        **own,
        "ahead_of_gate": request.ahead_of_gate,
        "text": request.text,
    }
    if not draft.is_readable:
        draft.log(request.id, entry)
        return
    incident = draft.case.incident
    if is_shut(draft.case, draft.now) and incident.status != "dismissed" and request.ahead_of_gate is None:
        raise stop(draft.case, draft.now, way_on="or go on with --ahead-of-gate WHY, which is shown for good")
    name = draft.log(request.id, entry)
    if draft.case.incident.mode == "live":
        early(draft, lambda logged: logged.entry.id == name)


def _complete(draft: Draft, request: Fix, own: Mapping[str, Plain]) -> None:
    assert request.entry is not None  # noqa: S101 - the caller looked
    place, entry = draft.place(request.entry), draft.entry(request.entry)
    if place is None or entry is None or entry.get("kind") != "fix":
        fixes = [logged.entry.id or "" for logged in draft.case.timeline if logged.entry.kind == "fix"]
        message = f"{draft.id} has no fix {request.entry}"
        raise EditRefused(message, f"name one of: {', '.join(filter(None, fixes))}" if any(fixes) else "")
    for key, value in {**own, "ahead_of_gate": request.ahead_of_gate, "text": request.text}.items():
        if value is not None:
            draft.put(place[0], (*place[1], key), value)


def handover(draft: Draft, request: Handover) -> None:
    """A role is offered; who gives it to themselves has it at once.

    Raises:
        EditRefused: They have it already.
    """
    mine = request.to == request.by
    entry: dict[str, Plain] = {
        "at": request.at,
        "by": request.by,
        "kind": "handover",
        "role": request.role,
        "to": request.to,
        "accepted": mine,
        "text": request.text or f"{request.role} goes to {request.to}",
    }
    if draft.has(request.id, entry):
        return
    if draft.is_readable and draft.case.incident.roles.get(request.role) == request.to:
        message = f"{request.to} is {request.role} of {draft.id} already"
        raise EditRefused(message)
    draft.log(request.id, entry)
    if mine:
        draft.put(INCIDENT, ("roles", request.role), request.to)


def accept(draft: Draft, request: Accept) -> None:
    """Somebody takes the role that was offered to them.

    Raises:
        EditRefused: None was, or more than one.
    """
    offers = {
        logged.entry.role: logged
        for logged in draft.case.timeline
        if logged.entry.kind == "handover" and logged.entry.to == request.by
        if request.role is None or logged.entry.role == request.role
    }
    taken = handed(draft.case)
    open_ = {
        role: logged
        for role, logged in offers.items()
        if not _accepted(logged.entry)
        and (role not in taken or taken[role].accepted.entry.when.at.start <= logged.entry.when.at.start)
    }
    if not open_ and any(draft.case.incident.roles.get(role) == request.by for role in offers):
        return
    if len(open_) != 1:
        what = f"no role of {draft.id} was offered" if not open_ else f"{' and '.join(open_)} were offered"
        message = f"{what} to {request.by}"
        hint = (
            "name one, with --role" if open_ else f"take it: hotwash handover {draft.id} --role ROLE --to {request.by}"
        )
        raise EditRefused(message, hint)
    role, logged = next(iter(open_.items()))
    draft.put(logged.file, (*logged.route, "accepted"), value=True)
    draft.put(INCIDENT, ("roles", role), request.by)


def _accepted(entry: AnyEntry) -> bool:
    return entry.kind == "handover" and entry.accepted
