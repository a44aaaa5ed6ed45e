"""The board of action items: what was said to change, and how far it is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, get_args

from hotwash.diagnostics import counted
from hotwash.model.actions import ItemKind
from hotwash.site.pages.lists import years_of
from hotwash.site.pages.page import page
from hotwash.site.places import ACTION_ITEMS
from hotwash.site.public.content import Clock
from hotwash.site.public.times import day_of, minute_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hotwash.site.places import Places
    from hotwash.site.public.content import PublicIncident, PublicItem, PublicRepository

# How many there are at most under a heading: what is to be done, and what is over.
_TO_DO = 100
_OVER = 10
_OTHERS = 50
_NOT_OPEN = ("done", "dropped", "status not stated")


@dataclass(frozen=True, slots=True)
class BoardItem:
    """An action item, and of which incident.

    Attributes:
        clock: When it is due, while that matters.
        is_overdue: It was due before the day on which this was so.
    """

    item: PublicItem
    incident: PublicIncident
    clock: Clock | None
    is_overdue: bool

    @property
    def is_open(self) -> bool:
        """It is still to be done."""
        return self.item.status not in _NOT_OPEN


@dataclass(frozen=True, slots=True)
class _Column:
    """Items under a heading, and in which years the incidents of those began that are not shown."""

    shown: tuple[BoardItem, ...]
    left: int
    years: list[tuple[int | None, int]]


@dataclass(frozen=True, slots=True)
class _Of:
    """How far the items of a kind are, or those of an incident."""

    name: str
    open: int
    overdue: int
    done: int
    dropped: int


@dataclass(frozen=True, slots=True)
class _Others:
    """What the sources of a record about others say of their items."""

    incident: PublicIncident
    count: int
    states: tuple[str, ...]


def action_items(public: PublicRepository, places: Places) -> str:
    """The page of all action items of closed incidents: ours, those of drills, and apart those of others."""
    ours = _items(public.incidents, public.as_of.date())
    drills = _items(public.drills, public.as_of.date())
    return page(
        public,
        places,
        ACTION_ITEMS,
        "action_items.md.j2",
        title="Action items",
        description=_described(ours),
        hide=("navigation",),
        is_found=False,
        as_of=Clock("as of", minute_of(public.as_of)),
        total=_count("all", ours),
        kinds=[
            _count(kind, [one for one in ours if one.item.kind == kind])
            for kind in get_args(ItemKind)
            if any(one.item.kind == kind for one in ours)
        ],
        overdue=_column(sorted((one for one in ours if one.is_overdue), key=_by_due), _TO_DO),
        open=_column(sorted(_in_state(ours, "open"), key=_by_priority), _TO_DO),
        in_progress=_column(sorted(_in_state(ours, "in progress"), key=_by_priority), _TO_DO),
        done=_column(sorted(_in_state(ours, "done"), key=_last_closed, reverse=True), _OVER),
        dropped=_column(sorted(_in_state(ours, "dropped"), key=_last_closed, reverse=True), _OVER),
        drill_total=_count("all", drills),
        drills=_column(sorted((one for one in drills if one.is_open), key=_by_due), _OVER),
        others=[_others(one) for one in public.retrospective if one.account and one.account.items][:_OTHERS],
    )


def _items(incidents: Iterable[PublicIncident], today: date) -> list[BoardItem]:
    return [
        _board_item(item, one, today)
        for one in incidents
        for item in (one.account.items if one.account is not None else ())
    ]


def _board_item(item: PublicItem, one: PublicIncident, today: date) -> BoardItem:
    if item.due is None or item.status in _NOT_OPEN:
        return BoardItem(item, one, None, is_overdue=False)
    due = day_of(item.due)
    # A day is there until it is over.
    return BoardItem(item, one, Clock("due", due, due.start + due.unit), is_overdue=item.due < today)


def _in_state(items: Iterable[BoardItem], status: str) -> list[BoardItem]:
    """Those that are so and not overdue."""
    return [one for one in items if one.item.status == status and not one.is_overdue]


def _count(name: str, items: Iterable[BoardItem]) -> _Of:
    items = list(items)
    states = Counter("open" if one.is_open else one.item.status for one in items)
    return _Of(name, states["open"], sum(one.is_overdue for one in items), states["done"], states["dropped"])


def _column(items: list[BoardItem], shown: int) -> _Column:
    left = items[shown:]
    return _Column(tuple(items[:shown]), len(left), years_of(one.incident for one in left))


def _place(one: BoardItem) -> tuple[str, int]:
    return one.incident.id, int(one.item.id.removeprefix("AI-"))


def _by_due(one: BoardItem) -> tuple[date, str, str, int]:
    return (one.item.due or date.max, one.item.priority or "P9", *_place(one))


def _by_priority(one: BoardItem) -> tuple[str, date, str, int]:
    return (one.item.priority or "P9", one.item.due or date.max, *_place(one))


def _last_closed(one: BoardItem) -> tuple[date, str, int]:
    return (one.item.closed or date.min, *_place(one))


def _others(one: PublicIncident) -> _Others:
    items = one.account.items if one.account else ()
    states = Counter(item.status for item in items)
    return _Others(one, len(items), tuple(f"{count} {status}" for status, count in sorted(states.items())))


def _described(ours: list[BoardItem]) -> str:
    total = _count("all", ours)
    return f"{counted(len(ours), 'action item')}: {total.open} open, {total.done} done, {total.dropped} dropped"
