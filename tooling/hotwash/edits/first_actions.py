"""`first-actions`: what each of the four rests on, the signatures of those that are real, and the way through the gate.

Source: guide 1 and 2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotwash.edits.entries import ids, mitigation, tell
from hotwash.edits.moments import not_before
from hotwash.edits.moving import change_severity, is_shut, move
from hotwash.edits.plain import plain
from hotwash.errors import EditRefused
from hotwash.facts.demands import entries
from hotwash.facts.first_actions import needs, sign_off, signed
from hotwash.facts.gates import went_ahead
from hotwash.facts.said import fault_of, is_nothing
from hotwash.model.base import Nothing
from hotwash.model.names import is_login
from hotwash.model.repository import INCIDENT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from pydantic import BaseModel

    from hotwash.edits.amendment import Plain
    from hotwash.edits.draft import Draft
    from hotwash.edits.requests import Assess, Communicate, FirstActions, Gather, Stabilize
    from hotwash.facts.first_actions import Action

_LONGEST_NOTE = 60  # characters
_DONE = "The four first actions are done"


def first_actions(draft: Draft, request: FirstActions) -> None:
    """Write what was answered, sign what is real with that, and go on to `investigating` when all four are.

    What is answered and not real yet is written and not signed: what is missing is told by the gate.

    Raises:
        EditRefused: Who signs is no login; or nobody can sign this record.
    """
    _may_sign(draft, request.by)
    case = draft.case
    if case.incident.mode == "live" and case.incident.times.acknowledged is None:
        draft.put(INCIDENT, ("times", "acknowledged"), request.at)
    names = ids(request.id)
    if request.assess is not None:
        _assess(draft, request, request.assess, names)
    if request.stabilize is not None:
        _stabilize(draft, request, request.stabilize, names)
    if request.gather is not None:
        _gather(draft, request, request.gather)
    if request.communicate is not None:
        _communicate(draft, request, request.communicate, names)
    if request.ahead_of_gate is not None:
        for ahead in went_ahead(draft.case, draft.now):
            if not ahead.reason:
                draft.put(ahead.logged.file, (*ahead.logged.route, "ahead_of_gate"), request.ahead_of_gate)
    _go_on(draft, request, next(names))


def _may_sign(draft: Draft, who: str) -> None:
    case = draft.case
    if case.incident.mode == "retrospective":
        message = f"nobody who signs was there: {draft.id} is a retrospective record"
        raise EditRefused(message, "write in `first_actions.not_observed` why they cannot be judged")
    if not is_login(who):
        message = f"a first action is signed off by a login, somebody who can be asked; not by {who}"
        raise EditRefused(message, "say who did it, with --by")


def _go_on(draft: Draft, request: FirstActions, id_: str) -> None:
    if draft.case.incident.status != "declared" or is_shut(draft.case, draft.now):
        return
    if any(not ahead.reason for ahead in went_ahead(draft.case, draft.now)):
        # The verdict says which entry came too early, and how to go on.
        return
    move(draft, request, "investigating", id_=id_, text=_DONE)


def _assess(draft: Draft, request: FirstActions, answers: Assess, names: Iterator[str]) -> None:
    for key, value in (("users", answers.users), ("business", answers.business), ("scope", answers.scope)):
        if value is not None:
            _write_impact(draft, key, value)
    if answers.severity is not None:
        change_severity(draft, request, answers.severity, id_=next(names), reason=answers.note)
    _sign(draft, request, "assess", answers.note)


def _write_impact(draft: Draft, key: str, value: BaseModel) -> None:
    told = plain(value)
    assert isinstance(told, dict)  # noqa: S101 - a model is a mapping
    held = getattr(draft.case.incident.impact, key)
    if isinstance(value, Nothing) or isinstance(held, Nothing):
        draft.put(INCIDENT, ("impact", key), told)
    else:
        draft.merge(INCIDENT, ("impact", key), told)


def _stabilize(draft: Draft, request: FirstActions, answers: Stabilize, names: Iterator[str]) -> None:
    note = answers.note
    if answers.none is not None and fault_of(answers.none) is not None:
        message = f"`none` of stabilize says nothing: {answers.none.strip()}"
        raise EditRefused(message, "say which options were looked at, in ten characters or more")
    if answers.mitigation is not None:
        told = answers.mitigation
        draft.log(next(names), mitigation(told, by=request.by, at=told.at or request.at))
        note = note or _short(told.text)
    _sign(draft, request, "stabilize", note, none=answers.none)


def _short(text: str) -> str:
    """A text as a note, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_NOTE else f"{line[: _LONGEST_NOTE - 1]}…"


def _gather(draft: Draft, request: FirstActions, answers: Gather) -> None:
    for key in ("logs", "metrics", "changes", "similar"):
        found = getattr(answers, key)
        if isinstance(found, tuple):
            for item in found:
                draft.add(INCIDENT, ("evidence", key), plain(item))
        elif found is not None and not draft.value(INCIDENT, "evidence", key):
            # That there is none takes nothing from what somebody else has found.
            draft.put(INCIDENT, ("evidence", key), plain(found))
    _sign(draft, request, "gather", answers.note)


def _communicate(draft: Draft, request: FirstActions, answers: Communicate, names: Iterator[str]) -> None:
    tell(draft, request, answers, names)
    told = [audience for audience, _ in answers.texts.items()]
    note = answers.note or (f"told {' and '.join(told)}" if told else None)
    _sign(draft, request, "communicate", note)


def _sign(draft: Draft, request: FirstActions, action: Action, note: str | None, *, none: str | None = None) -> None:
    """Sign a first action, unless somebody has, or what it rests on is not there."""
    case = draft.case
    if signed(sign_off(case.incident, action)):
        return
    if none is None and any(needs(case, action, draft.now)):
        return
    at = request.at
    if none is None and (support := _support(draft, action)):
        at = not_before(at, support) or at
    signature: dict[str, Plain] = {"by": request.by, "at": at}
    if none is not None:
        signature["none"] = none
    elif note is not None and not is_nothing(note):
        signature["note"] = note
    draft.put(INCIDENT, ("first_actions", action), signature)


def _support(draft: Draft, action: Action) -> datetime | None:
    """When the first entry was on which a first action rests."""
    kinds = {"stabilize": "mitigation", "communicate": "status-update"}
    if action not in kinds:
        return None
    return next((logged.entry.when.at.start for logged in entries(draft.case, kinds[action])), None)
