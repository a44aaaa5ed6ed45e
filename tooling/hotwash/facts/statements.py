"""What the records of an incident say, piece by piece, each with the place at which it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from hotwash.diagnostics import Place
from hotwash.model.repository import ACTION_ITEMS, INCIDENT, POSTMORTEM

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
        for part in reversed(self.route):
            if isinstance(part, str):
                return part
        return ""


# Of the incident that was asked of last: the rules ask one after the other, and a walk costs more than most of them.
_last: tuple[Case | None, tuple[Statement, ...]] = (None, ())


def statements(case: Case) -> tuple[Statement, ...]:
    """Everything that is written in the records of an incident; old values apart.

    What stands under `corrected.was` was wrong, and says nothing any more. What a time or a severity holds has a route
    of its own even where it is written as plain text.
    """
    global _last  # noqa: PLW0603 - a record never changes, so what was read of it stays true
    known, found = _last
    if known is not case:
        found = tuple(_walked(case))
        _last = (case, found)
    return found


def _walked(case: Case) -> list[Statement]:
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
    return found


# Mappings that are met themselves, besides what they hold.
_WHOLE = ("When", "Nothing")


def _collect(found: list[Statement], file: str, route: Route, value: object, *, named: bool = False) -> None:
    # A model, told without loading pydantic; what nobody wrote is not among these.
    written = getattr(value, "__pydantic_fields_set__", None)
    if type(value).__name__ in _WHOLE or (written is None and not isinstance(value, tuple | dict)):
        found.append(Statement(file, route, value, named))
    # `from` is a word of Python's own.
    inner: Iterable[tuple[str | int, object]]
    inner = ((name.rstrip("_"), item) for name, item in vars(value).items() if name in written) if written else ()
    if isinstance(value, tuple):
        inner = enumerate(value)
    elif isinstance(value, dict) and route[-2:] != ("corrected", "was"):
        inner = value.items()
    names = isinstance(value, dict) or (named and not written)
    for part, item in inner:
        if item is not None:
            _collect(found, file, (*route, part), item, named=names)


@dataclass(frozen=True, slots=True)
class Spread:
    """When an entry happened: the first moment that it may mean, and the first one after all."""

    earliest: datetime
    latest: datetime


def spread(entry: AnyEntry) -> Spread:
    """When an entry happened, from its first bound to its second where it has two."""
    last = entry.when if entry.between is None else entry.between[1]
    return Spread(entry.when.earliest, max(last.latest, entry.when.latest))


def placed(logged: LoggedEntry, *route: str | int) -> Place:
    """A place in an entry."""
    return Place(logged.file, (*logged.route, *route))


def time_place(logged: LoggedEntry) -> Place:
    """Where an entry says when it happened."""
    return placed(logged, "at" if logged.entry.between is None else "between")
