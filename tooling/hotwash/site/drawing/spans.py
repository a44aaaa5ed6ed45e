"""Times of a page -> from when to when they may be, for drawing them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from hotwash.model.time import Instant, bounds

if TYPE_CHECKING:
    from datetime import datetime

    from hotwash.site.public.times import Moment

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)

# A time is known, known about, within two bounds, or on one side of a bound.
Certainty = Literal["known", "about", "within", "after", "before"]


@dataclass(frozen=True, slots=True)
class Span:
    """What a time may mean.

    Attributes:
        at: The time itself; of bounds the first that is known, and that is where it is drawn.
        first: The earliest that it can be, or the bound.
        last: The latest that it can be, or the bound.
        is_clocked: A time of day is known, of bounds of each of them.
    """

    at: datetime
    first: datetime
    last: datetime
    certainty: Certainty
    is_clocked: bool


def span(moment: Moment) -> Span:
    """From when to when a time may be."""
    first, last = _reach(moment)
    if moment.bound == "between" and moment.last is not None:
        end = moment.last
        # A bound is an edge: what it covers beyond its first moment counts only where that is a day.
        until = _reach(end)[1] if end.approx or not end.clock else end.start
        return Span(moment.start, first, max(until, first), "within", bool(moment.clock and end.clock))
    if moment.bound == "after":
        return Span(first, first, first, "after", bool(moment.clock))
    if moment.bound == "before":
        # On a day or before it: at the latest at its end.
        return Span(moment.start, moment.start, moment.start if moment.clock else last, "before", bool(moment.clock))
    if moment.approx:
        return Span(moment.start, first, last, "about", bool(moment.clock))
    if moment.clock:
        return Span(moment.start, moment.start, moment.start, "known", is_clocked=True)
    return Span(moment.start, first, last, "within", is_clocked=False)


def _reach(moment: Moment) -> tuple[datetime, datetime]:
    """The first moment that a single time may mean, and the first one after all that."""
    if moment.period:
        return moment.start, _after_period(moment)
    return bounds(Instant(moment.machine, moment.start, moment.unit), approx=moment.approx)


def _after_period(moment: Moment) -> datetime:
    start = moment.start
    if moment.period.isdigit():
        return start.replace(year=start.year + 1)
    return start.replace(year=start.year + start.month // 12, month=start.month % 12 + 1)
