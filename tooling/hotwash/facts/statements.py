"""What the records of an incident say, piece by piece, each with the place at which it stands."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from hotwash.diagnostics import Place
from hotwash.facts.once import once
from hotwash.model.repository import ACTION_ITEMS, INCIDENT, POSTMORTEM
from hotwash.model.time import Instant

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from hotwash.diagnostics import Route
    from hotwash.model.repository import Case, LoggedEntry
    from hotwash.model.timeline import AnyEntry


class Statement(NamedTuple):
    """A value as it is written, and where.

    Attributes:
        file: The file below the incident's folder.
        route: Where it stands in that file.
        value: A text, a number, a day; a time; a word for nothing with its reason.
        named: Its key is a name that somebody chose: one of `labels` or `roles`.
    """

    file: str
    route: Route
    value: object
    named: bool

    @property
    def place(self) -> Place:
        """Where it stands."""
        return Place(self.file, self.route)

    @property
    def key(self) -> str:
        """The last key of its route; empty for a whole record."""
        last = self.route[-1] if self.route else ""
        if isinstance(last, str):
            return last
        return next((part for part in reversed(self.route) if isinstance(part, str)), "")


@once
def statements(case: Case) -> tuple[Statement, ...]:
    """Everything that is written in the records of an incident; old values apart.

    What stands under `corrected.was` was wrong, and says nothing any more. What a time or a severity holds has a route
    of its own even where it is written as plain text.
    """
    found: list[Statement] = []
    _collect(found, INCIDENT, (), case.incident)
    for logged in case.timeline:
        _collect(found, logged.file, logged.route, logged.entry)
    for index, item in enumerate(case.action_items):
        _collect(found, ACTION_ITEMS, (index,), item)
    if case.no_action_items is not None:
        _collect(found, ACTION_ITEMS, (), case.no_action_items)
    if case.postmortem is not None:
        _collect(found, POSTMORTEM, (), case.postmortem.front)
    return tuple(found)


# Mappings that are met themselves, besides what they hold.
_WHOLE = ("When", "Nothing")
# What nearly all of it is, and what holds nothing itself.
_PLAIN = frozenset((str, int, float, bool, date, Instant))


def _collect(found: list[Statement], file: str, route: Route, value: object, *, named: bool = False) -> None:
    # A model, told without loading pydantic.
    written = getattr(value, "__pydantic_fields_set__", None)
    inner: Iterable[tuple[str | int, object]] = ()
    if written is not None:
        if type(value).__name__ in _WHOLE:
            found.append(Statement(file, route, value, named))
        # What nobody wrote is not among these; `from` is a word of Python's own, and `at` of a time may be its bound.
        inner = [(key.rstrip("_"), item) for key, item in vars(value).items() if item is not None and key in written]
        named = False
    elif isinstance(value, tuple):
        inner = enumerate(value)
    elif not isinstance(value, dict):
        found.append(Statement(file, route, value, named))
    elif route[-2:] != ("corrected", "was"):
        inner, named = value.items(), True
    for part, item in inner:
        if item.__class__ in _PLAIN:
            found.append(Statement(file, (*route, part), item, named))
        elif item is not None:
            _collect(found, file, (*route, part), item, named=named)


class Spread(NamedTuple):
    """When an entry happened: the first moment that it may mean, and the first one after all."""

    earliest: datetime
    latest: datetime


def spread(entry: AnyEntry) -> Spread:
    """When an entry happened, from its first bound to its second where it has two."""
    first = entry.when
    latest = first.latest
    return Spread(first.earliest, latest if entry.between is None else max(entry.between[1].latest, latest))


def placed(logged: LoggedEntry, *route: str | int) -> Place:
    """A place in an entry."""
    return Place(logged.file, (*logged.route, *route))


def time_place(logged: LoggedEntry) -> Place:
    """Where an entry says when it happened."""
    return placed(logged, "at" if logged.entry.between is None else "between")
