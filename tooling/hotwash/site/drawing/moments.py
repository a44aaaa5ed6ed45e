"""The moments of an incident -> their names over the picture, each with a line down to its place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from hotwash.site.drawing.drawing import GUTTER_PX, NARROW_PX, SIZE_PX, Line, Text, share
from hotwash.site.drawing.labels import SIDES, Label, stacked, width_px
from hotwash.site.drawing.spans import span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hotwash.site.drawing.labels import Placed
    from hotwash.site.drawing.scale import Scale
    from hotwash.site.public.content import TimeRow
    from hotwash.site.public.times import Moment

    Form = Literal["clock", "day and clock", "day", "year"]

_LEVEL_PX = 14
_LEVELS = 4
# Longer names stand by themselves.
_MERGED_PX = 190
# In a longer main part a time of day says too little.
_LONG = timedelta(days=2)
# What is left out first where there is no room for the name of every moment.
_LEAST_TOLD = ("contained", "declared", "acknowledged", "detected", "resolved", "mitigated", "started")


@dataclass(frozen=True, slots=True)
class Named:
    """The names of the moments.

    Attributes:
        lines: From each name down; where they end is left to others.
        height: Of all names.
    """

    texts: tuple[Text, ...]
    lines: tuple[Line, ...]
    height: int


@dataclass(frozen=True, slots=True)
class _Name:
    row: TimeRow
    text: str
    place: float
    count: int = 1

    @property
    def label(self) -> Label:
        return Label(self.place * NARROW_PX, width_px(self.text, SIZE_PX) + 3)


def named(times: Sequence[TimeRow], scale: Scale) -> Named:
    """The names of the moments, stacked so that they can be read on a narrow screen; where they cannot, fewer."""
    first, last = scale.main
    forms: tuple[Form, ...] = ("clock",) if last - first <= _LONG else ("day and clock", "day")
    if first.year != last.year and last - first > _LONG:
        forms = ("year",)
    tried = [_stacked([_fitting(name) for name in _merged(times, scale, form)]) for form in forms]
    names, placed = max(tried, key=lambda one: sum(name.count for name in one[0]))
    height = max((one.level + 1 for one in placed), default=0) * _LEVEL_PX + 4
    texts, lines = [], []
    for name, place in zip(names, placed, strict=True):
        x, y = share(name.place), height - 6 - place.level * _LEVEL_PX
        texts.append(Text(x, y, name.text, place.side, 3 if place.side == "start" else -3, "hw-moment"))
        lines.append(Line(x, y - 9, height, "hw-open" if name.row.at.bound else ""))
    return Named(tuple(texts), tuple(lines), height)


def _stacked(names: list[_Name]) -> tuple[list[_Name], tuple[Placed, ...]]:
    for least in ("", *_LEAST_TOLD):
        names = [name for name in names if name.row.name != least]
        placed = stacked([name.label for name in names], -GUTTER_PX, NARROW_PX)
        if placed is not None and all(one.level < _LEVELS for one in placed):
            return names, placed
    return [], ()


def _fitting(name: _Name) -> _Name:
    """Without its time, where both have no room on either side."""
    has_room = any(name.label.fits(side, -GUTTER_PX, NARROW_PX) for side in SIDES)
    return name if has_room else replace(name, text=name.row.label)


def _merged(times: Sequence[TimeRow], scale: Scale, form: Form) -> list[_Name]:
    """The moments with their names and times; those at the same time in one."""
    names: list[_Name] = []
    for row in times:
        time = _time(row.at, form)
        before = names[-1] if names else None
        if before and before.row.at.day == row.at.day and before.text.endswith(f" {time}"):
            text = f"{before.text.removesuffix(f' {time}')}, {row.label.lower()} {time}"
            if width_px(text, SIZE_PX) <= _MERGED_PX:
                names[-1] = replace(before, text=text, count=before.count + 1)
                continue
        names.append(_Name(row, f"{row.label} {time}", _place(row.at, scale)))
    return names


def _place(at: Moment, scale: Scale) -> float:
    """Where a moment is named; of a day that covers the beginning of the main part only that part counts."""
    first, last = scale.main
    one = span(at)
    return scale.at(first if one.at < first < one.last else min(one.at, last))


def _time(at: Moment, form: Form) -> str:
    if at.bound == "between" and at.last is not None:
        first, last = _point(at, form), _point(at.last, form)
        return first if first == last else f"{first}\N{EN DASH}{last}"
    return f"{at.bound} {_point(at, form)}".strip()


def _point(at: Moment, form: Form) -> str:
    clock = at.clock[:5]
    if form == "year":
        text = at.period or f"{at.only_day.short} {at.day.year}"
    elif form == "clock" and clock:
        text = clock
    else:
        text = replace(at, clock="" if form == "day" else clock).short
    return f"≈\N{NO-BREAK SPACE}{text}" if at.approx else text
