"""Where the records say that there is nothing, and whether they say why.

Source: guide 5 and 7.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from hotwash.facts.first_actions import ACTIONS, is_blank, needs
from hotwash.facts.gates import went_ahead
from hotwash.facts.statements import statements
from hotwash.model.repository import INCIDENT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from hotwash.diagnostics import Route
    from hotwash.facts.statements import Statement
    from hotwash.model.base import Nothing
    from hotwash.model.repository import Case

LEAST = 10  # characters of a reason
_WIDE = "FW"
_WORDS = re.compile(r"[^\W_]+")
# What stands where something is still to be written, in any mix and order.
_EMPTY_WORDS = frozenset(
    (
        *("todo", "tbd", "tba", "tbc", "fixme", "xxx", "later", "placeholder", "blank", "empty", "reason", "why"),
        *("none", "nothing", "nil", "null", "na", "n", "a", "not", "applicable", "unknown", "unclear", "no", "idea"),
        *("yes", "ok", "okay", "test", "lorem", "ipsum"),
    )
)
# A reason that begins so is one that somebody meant to write.
_TO_BE_WRITTEN = re.compile(r"\W*(?:todo|tbd|tba|fixme)\b", re.IGNORECASE)
# The words of our own texts, for whoever copies them as they stand.
_OUR_WORDS = frozenset(
    (
        "where you looked",
        "what you searched for",
        "which options were looked at",
        "what was looked at",
        "someone looked and there is none",
        "looked there is none",
        "your reason here",
    )
)
# Reasons that other rules ask for.
_ASKED_ELSEWHERE = frozenset({"reason"})
# Keys that hold a reason: the words for nothing, and others.
_REASONS = frozenset({"none", "not_applicable", "unknown", "ahead_of_gate", "not_observed", "why"})
# Where nobody may be able to say, whatever the mode; and what nobody can say while it goes on.
_UNKNOWABLE = frozenset({"eta", "root_causes"})
_NOT_YET_COUNTED: Route = ("impact", "users", "affected")

Fault = Literal["blank", "placeholder", "short"]


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


def fault_of(reason: str) -> Fault | None:
    """What is wrong with a reason; None when it says something.

    A sign of a script that needs no more than one for a syllable or a word counts as two.
    """
    words = [word.casefold() for word in _WORDS.findall(reason)]
    if is_blank(reason):
        return "blank"
    if (
        not any(sign.isalpha() for sign in reason)
        or len({sign for word in words for sign in word}) == 1
        or _TO_BE_WRITTEN.match(reason)
        or _EMPTY_WORDS.issuperset(words)
        or " ".join(words) in _OUR_WORDS
    ):
        return "placeholder"
    text = " ".join(reason.split())
    length = sum(2 if unicodedata.east_asian_width(sign) in _WIDE else 1 for sign in text)
    return "short" if length < LEAST else None


def empty_reasons(case: Case, now: datetime) -> Iterator[EmptyReason]:
    """The reasons and blanks in the records that say nothing.

    Blanks on which a first action rests are left to the gate, and so is a reason for going ahead of it: there they
    count as what is missing.
    """
    gate: _Gate | None = None
    for statement in statements(case):
        text, key = statement.value, statement.key
        if not isinstance(text, str) or statement.named or key in _ASKED_ELSEWHERE:
            continue
        is_reason = key in _REASONS
        fault = fault_of(text) if is_reason else "blank" if is_blank(text) else None
        if fault is None or (key == "unknown" and not unknown_allowed(case, statement.route[:-1])):
            continue
        if fault == "blank":
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
        ahead = went_ahead(case) if case.incident.mode == "live" else ()
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


def unknowns(case: Case) -> Iterator[tuple[Statement, Nothing]]:
    """Each `{unknown: why}` where it may not stand."""
    from hotwash.model.base import Nothing  # noqa: PLC0415 - `explain` loads no models

    for statement in statements(case):
        nothing = statement.value
        if isinstance(nothing, Nothing) and nothing.unknown is not None and not unknown_allowed(case, statement.route):
            yield statement, nothing
