"""Where the records say that there is nothing, and whether they say why.

Source: guide 5 and 7.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hotwash.facts.first_actions import ACTIONS, needs
from hotwash.facts.gates import went_ahead
from hotwash.facts.said import fault_of, is_blank
from hotwash.facts.statements import statements
from hotwash.model.repository import INCIDENT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from hotwash.diagnostics import Route
    from hotwash.facts.said import Fault
    from hotwash.facts.statements import Statement
    from hotwash.model.repository import Case

# Reasons that other rules ask for.
_ASKED_ELSEWHERE = frozenset({"reason"})
# Keys that hold a reason: the words for nothing, and others.
_REASONS = frozenset({"none", "not_applicable", "unknown", "ahead_of_gate", "not_observed", "why"})
# Where nobody may be able to say, whatever the mode; and what nobody can say while it goes on.
_UNKNOWABLE = frozenset({"eta", "root_causes"})
_NOT_YET_COUNTED: Route = ("impact", "users", "affected")


@dataclass(frozen=True, slots=True)
class EmptyReason:
    """A text that was meant to say something and does not.

    Attributes:
        statement: The text.
        fault: What is wrong with it: the blank of a help line, words that stand for a reason, or too few of them.
        is_reason: Whether it is the reason for something; else it is any text that was left blank.
    """

    statement: Statement
    fault: Fault
    is_reason: bool


def empty_reasons(case: Case, now: datetime) -> Iterator[EmptyReason]:
    """The reasons and blanks in the records that say nothing.

    Those on which a first action rests are left to the gate, and so is a reason for going ahead of it: there they count
    as what is missing.
    """
    gate: _Gate | None = None
    for statement in statements(case):
        text = statement.value
        if not isinstance(text, str) or statement.named:
            continue
        key = statement.key
        if key in _ASKED_ELSEWHERE:
            continue
        is_reason = key in _REASONS
        fault = fault_of(text) if is_reason else "blank" if is_blank(text) else None
        if fault is None or (key == "unknown" and not unknown_allowed(case, statement.route[:-1])):
            continue
        gate = gate or _Gate(case, now)
        if gate.asks_for(statement):
            continue
        yield EmptyReason(statement, fault, is_reason)


class _Gate:
    """What the four first actions still need, so that no blank is told twice."""

    def __init__(self, case: Case, now: datetime) -> None:
        lacking = [] if case.incident.mode == "retrospective" else [n for a in ACTIONS for n in needs(case, a, now)]
        self._routes = tuple(need.what for need in lacking if need.key)
        self._kinds = {need.what.split()[1] for need in lacking if not need.key}
        self._entries = {
            (logged.file, logged.route): logged.entry.kind
            for logged in case.timeline
            if logged.entry.kind in self._kinds
        }
        ahead = went_ahead(case, now) if case.incident.mode == "live" else ()
        self._ahead = {(entry.logged.file, entry.logged.route) for entry in ahead}

    def asks_for(self, statement: Statement) -> bool:
        """Whether the gate names a blank as missing."""
        route = statement.route
        if statement.file == INCIDENT:
            told = ".".join(map(str, route))
            signature = route[:1] == ("first_actions",) and statement.key in ("note", "none")
            return signature or any(told.startswith(f"{needed}.") or told == needed for needed in self._routes)
        entry = (statement.file, tuple(part for part in route[:1] if isinstance(part, int)))
        if statement.key == "ahead_of_gate":
            return entry in self._ahead
        return statement.key == "text" and entry in self._entries


def unknown_allowed(case: Case, route: Route) -> bool:
    """Whether `unknown` may stand at a place of a record.

    Args:
        route: Where the mapping `{unknown: why}` stands in its file.
    """
    incident = case.incident
    if incident.mode == "retrospective" or (route and route[-1] in _UNKNOWABLE):
        return True
    unresolved = incident.status not in ("resolved", "closed")
    return route == _NOT_YET_COUNTED and incident.mode == "live" and unresolved


def bounded_times(case: Case) -> Iterator[Statement]:
    """Each time of a record of our own of which only bounds are written: every clock and gate would take the kinder one."""
    from hotwash.model.base import When  # noqa: PLC0415 - `explain` loads no models

    if case.incident.mode == "retrospective":
        return
    for statement in statements(case):
        if isinstance(statement.value, When) and statement.value.is_bounded:
            yield statement


def unknowns(case: Case, now: datetime) -> Iterator[Statement]:
    """Each `{unknown: why}` where it may not stand, but for those on which a first action rests: the gate names them."""
    from hotwash.model.base import Nothing  # noqa: PLC0415 - `explain` loads no models

    for statement in statements(case):
        nothing = statement.value
        if (
            isinstance(nothing, Nothing)
            and nothing.unknown is not None
            and not unknown_allowed(case, statement.route)
            and not _Gate(case, now).asks_for(statement)
        ):
            yield statement
