"""`set`: values of incident.yaml, with the entries that a severity, a status or a role brings along."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from hotwash.edits.entries import ids
from hotwash.edits.moving import change_severity, goes_back, move
from hotwash.errors import EditRefused
from hotwash.facts.history import handed
from hotwash.facts.said import is_blank
from hotwash.model.base import LEVELS
from hotwash.model.incident import STATUS_ORDER, Status
from hotwash.model.repository import INCIDENT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotwash.diagnostics import Route
    from hotwash.edits.amendment import Plain
    from hotwash.edits.draft import Draft
    from hotwash.edits.requests import Set

# What has a command, or never changes once it is merged.
_ELSEWHERE = {
    "kind": "it is fixed once it is recorded",
    "recorded": "it is fixed once it is recorded",
    "first_actions": "sign them with hotwash first-actions",
    "reason": "say it with hotwash dismiss",
    "duplicate_of": "say it with hotwash dismiss",
    "sources": "edit the file",
    "organisation": "edit the file",
}
_FREE = (
    *("title", "status", "severity", "visibility", "services", "labels", "times", "roles", "impact", "evidence"),
    *("resolution", "runbooks", "root_causes", "related", "references"),
)
_COMMANDS = {"resolved": "resolve", "closed": "close", "dismissed": "dismiss"}


def set_values(draft: Draft, request: Set) -> None:
    """What stands at routes of incident.yaml from now on.

    Raises:
        EditRefused: A route is none, or has a command of its own; a value is none that may stand there; a severity
            changes and nobody says why; the status may not go there.
    """
    names = ids(request.id)
    values = {_route(dotted): value for dotted, value in request.values.items()}
    if ("severity",) in values and _was_written(draft, request, values):
        return
    for route, value in values.items():
        if route[0] not in ("status", "severity", "roles"):
            _write(draft, route, value)
    if ("severity",) in values:
        _set_severity(draft, request, values["severity",], next(names))
    for route, value in values.items():
        if route[0] == "roles":
            _set_role(draft, request, route, value, names)
    if ("status",) in values:
        _set_status(draft, request, values["status",], next(names))
    # What may stand there is told here, and not when it is written.
    _ = draft.case


def _was_written(draft: Draft, request: Set, values: dict[Route, Plain]) -> bool:
    """Whether its severity-change stands there: it may be another one since, and that is not taken back."""
    entry = draft.entry(request.id)
    return entry is not None and entry.get("kind") == "severity-change" and entry.get("to") == values["severity",]


def _route(dotted: str) -> Route:
    parts = tuple(dotted.split("."))
    if parts[0] in _ELSEWHERE:
        message = f"`{dotted}` cannot be set"
        raise EditRefused(message, _ELSEWHERE[parts[0]])
    if parts[0] not in _FREE or "" in parts:
        message = f"incident.yaml has no `{dotted}` that can be set"
        raise EditRefused(message, f"it has: {', '.join(_FREE)}; and what is beneath them, like impact.users.affected")
    if parts[0] in ("status", "severity") and len(parts) > 1:
        message = f"`{dotted}` cannot be set"
        raise EditRefused(message, f"set {parts[0]} itself")
    return parts


def _write(draft: Draft, route: Route, value: Plain) -> None:
    if value is None:
        draft.drop(INCIDENT, route)
    else:
        draft.put(INCIDENT, route, value)


def _set_severity(draft: Draft, request: Set, to: Plain, name: str) -> None:
    level = next((level for level in LEVELS if level == to), None)
    if level is None:
        message = f"no severity: {to}"
        raise EditRefused(message, f"one of {', '.join(LEVELS)}")
    held = draft.case.incident.severity.level
    if request.was in (None, held):
        change_severity(draft, request, level, id_=name, reason=request.reason)
    elif held != level:
        # Who said that it is worse than a P2 did not say that it is no P0.
        _said_all_the_same(draft, request, name, "severity-change")


def _set_role(draft: Draft, request: Set, route: Route, who: Plain, names: Iterator[str]) -> None:
    """A role, with a handover where others were handed over before: the last one says who has it."""
    before = draft.value(INCIDENT, *route)
    _write(draft, route, who)
    name = next(names)
    if len(route) == 1 or not isinstance(who, str) or before == who:
        return
    role = str(route[1])
    if role in handed(draft.case):
        draft.log(
            name,
            {
                "at": request.at,
                "by": request.by,
                "kind": "handover",
                "role": role,
                "to": who,
                "accepted": True,
                "text": request.reason or f"{role} is {who} now",
            },
        )


def _said_all_the_same(draft: Draft, request: Set, name: str, kind: str) -> None:
    """Somebody was faster: what they said stays as it is, and what was said besides is not lost."""
    standing = draft.entry(name)
    if request.reason is not None and (standing is None or standing.get("kind") != kind):
        draft.log(name, {"at": request.at, "by": request.by, "kind": "note", "text": request.reason})


def _set_status(draft: Draft, request: Set, to: Plain, name: str) -> None:
    if to not in get_args(Status):
        message = f"no status: {to}"
        raise EditRefused(message, f"one of {', '.join((*STATUS_ORDER, 'dismissed'))}")
    status: Status = next(known for known in get_args(Status) if known == to)
    held = draft.case.incident.status
    if status == held:
        _said_all_the_same(draft, request, name, "status-change")
        return
    if command := _COMMANDS.get(status):
        message = f"{draft.id} is not set to {status}: that needs more than a word"
        raise EditRefused(message, f"hotwash {command} {draft.id}")
    if goes_back(held, status) and (request.reason is None or is_blank(request.reason)):
        message = f"{draft.id} goes back from {held} to {status}, and nobody says why"
        raise EditRefused(message, "say it, with --reason")
    text = request.reason or f"It is {status} now"
    move(draft, request, status, id_=name, text=text, ahead=request.ahead_of_gate)
