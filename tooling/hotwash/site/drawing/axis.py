"""The scale of a picture -> what stands beneath it: clocks and days, and how far off lies what is set apart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from hotwash.model.time import short_span
from hotwash.site.drawing.labels import apart, width_px
from hotwash.site.public.times import MONTHS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from hotwash.site.drawing.scale import Break, Range, Scale

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)
_STEPS = (
    *(timedelta(seconds=s) for s in (1, 5, 15, 30)),
    *(timedelta(minutes=m) for m in (1, 2, 5, 10, 15, 30)),
    *(timedelta(hours=h) for h in (1, 2, 3, 6, 12)),
    *(timedelta(days=d) for d in (1, 2, 7, 14)),
)
_MONTHS = (1, 3, 6, 12, 24, 60, 120)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MONTH = timedelta(days=30)
# From here on a distance is said in the next larger unit.
_FEW_DAYS, _FEW_MONTHS, _DAYS_OF_MONTH, _DAYS_OF_YEAR = 99, 24, 30.44, 365.25
# How far a text may go over the right edge of the picture: the space beside the pages.
_BEYOND_PX = 6


@dataclass(frozen=True, slots=True)
class Tick:
    """A time that is named beneath the picture.

    Attributes:
        place: From 0 to 1.
        is_day: It names a day and not a time of day.
    """

    place: float
    text: str
    is_day: bool = False


def ticks(scale: Scale, *, room_px: float, size_px: float, taken: Iterable[Tick] = ()) -> tuple[Tick, ...]:
    """The times to name: round ones, as many as there is room for, and one at least of every part.

    Args:
        scale: Where they stand.
        room_px: How wide the picture is on a narrow screen.
        size_px: The size of the type.
        taken: Texts that stand in the same line already.
    """
    first, last = max(scale.parts, key=lambda part: part[1] - part[0])
    widest_px = (scale.at(last) - scale.at(first)) * room_px
    wanted = list(taken)
    given = len(wanted)
    rest: list[Tick] = []
    for part in scale.parts:
        found = list(_rounds(part, last - first, widest_px, size_px))
        if found:
            rest += [Tick(scale.at(at), text, is_day) for at, text, is_day in found]
        else:
            wanted.append(Tick(scale.at(part[0]), _named(part[0], last - first), is_day=True))
    wanted += rest
    reaches = [reach(one, room_px, size_px) for one in wanted]
    kept = [number for number in apart(reaches) if number >= given and reaches[number][1] <= room_px + _BEYOND_PX]
    return tuple(wanted[number] for number in kept)


def reach(tick: Tick, room_px: float, size_px: float) -> tuple[float, float]:
    """From where to where its text goes, which stands below the middle of it."""
    half = width_px(tick.text, size_px) / 2
    return tick.place * room_px - half, tick.place * room_px + half


def _rounds(part: Range, widest: timedelta, widest_px: float, size_px: float) -> Iterator[tuple[datetime, str, bool]]:
    first, last = part
    for step in _STEPS:
        least_px = width_px("00:00:00" if step < _MINUTE else "00:00", size_px) * 1.35
        if widest and widest_px * (step / widest) >= least_px:
            at = first + -(first - _EPOCH) % step
            while at <= last:
                yield at, *_text(at, step)
                at += step
            return
    for months in _MONTHS if widest else ():
        if widest_px * (months * _MONTH / widest) >= width_px("Jan 2000", size_px) * 1.2:
            yield from _months(first, last, months)
            return


def _months(first: datetime, last: datetime, step: int) -> Iterator[tuple[datetime, str, bool]]:
    number = -(-(first.year * 12 + first.month) // step) * step
    while (at := datetime(number // 12, number % 12 + 1, 1, tzinfo=UTC)) <= last:
        if at >= first:
            yield at, f"{MONTHS[at.month - 1][:3]} {at.year}", True
        number += step


def _text(at: datetime, step: timedelta) -> tuple[str, bool]:
    if step >= _DAY or at == at.replace(hour=0, minute=0, second=0):
        return f"{at.day} {MONTHS[at.month - 1][:3]}", True
    return at.strftime("%H:%M:%S" if step < _MINUTE else "%H:%M"), False


def _named(at: datetime, widest: timedelta) -> str:
    day = f"{at.day} {MONTHS[at.month - 1][:3]} {at.year}"
    return day if widest >= _DAY or at == at.replace(hour=0, minute=0, second=0) else at.strftime("%H:%M")


def within(one: Break, days: Collection[datetime]) -> str:
    """How much time a break within the main part leaves out."""
    return _distance(*one.edges, days)


def far(scale: Scale, one: Break, days: Collection[datetime]) -> str:
    """How far off lies what is set apart on one side: `27 days before`, `4 h to ≈ 9 months after`.

    Args:
        scale: What the break is of.
        one: A break before or after the main part.
        days: The instants of which only the day is known.
    """
    first, last = scale.main
    if one.side == "before":
        distances = [_distance(at, first, days) for at, _ in reversed(scale.knots) if at < first]
    else:
        distances = [_distance(last, at, days) for at, _ in scale.knots if at > last]
    nearest, farthest = distances[0], distances[-1]
    if nearest == farthest:
        return f"{nearest} {one.side}"
    number, _, unit = nearest.rpartition(" ")
    shared = unit == farthest.rpartition(" ")[2] and not number.startswith("≈")
    return f"{number if shared and number.isdigit() else nearest} to {farthest} {one.side}"


def _distance(first: datetime, last: datetime, days: Collection[datetime]) -> str:
    apart_by = last - first
    if first in days or last in days:
        apart_by = max(last.date() - first.date(), _DAY)
    if apart_by < 2 * _DAY and not (first in days or last in days):
        # Hours tell enough of what lies hours off.
        whole = apart_by // _HOUR * _HOUR if apart_by >= 12 * _HOUR else apart_by // _MINUTE * _MINUTE
        return short_span(whole) if whole < _DAY else f"{whole // _HOUR} h"
    count = apart_by.days
    if count <= _FEW_DAYS:
        return f"{count} day" if count == 1 else f"{count} days"
    months = round(count / _DAYS_OF_MONTH)
    return f"≈ {months} months" if months <= _FEW_MONTHS else f"≈ {round(count / _DAYS_OF_YEAR)} years"
