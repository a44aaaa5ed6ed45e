"""From one time of a record to another: how long it was, never more exactly than both are known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from hotwash.model.time import EARLIEST, bounds, short_span

if TYPE_CHECKING:
    from hotwash.model.base import When
    from hotwash.model.time import Instant

    # As a record writes it: a time with its bounds in one mapping, or the two bounds of a timeline entry.
    Written = When | tuple[When, ...]

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
_SECOND = timedelta(seconds=1)
# From here on a length is only known about: the least that `approx` widens a time by.
_ROUGH = timedelta(minutes=10)
_STEP = timedelta(minutes=5)
_EPOCH = EARLIEST  # the beginning of a day


def length(first: Written, last: Written) -> str:
    """How long it was from one time to another, as precise as the less precise of the two.

    Of bounds it is `at most …`, `at least …`, or both. Empty when the second is not later, or when the bounds say
    nothing: then the two tell no length.
    """
    begins, ends = _reach(first), _reach(last)
    least = _span(begins.last, ends.first)
    most = _span(begins.first, ends.last)
    if begins.is_known and ends.is_known:
        return most.text if most else ""
    if begins.first and ends.last and most is None:
        return ""
    if most is None:
        return f"at least {least.text}" if least and least.is_felt else ""
    if least is None or not least.is_felt:
        return f"at most {most.text}" if most.is_felt else most.text
    return most.text if least.text == most.text else f"between {least.text} and {most.text}"


@dataclass(frozen=True, slots=True)
class _Point:
    """A time that is written, and how exactly it is known."""

    at: Instant
    grain: timedelta

    def floored(self, unit: timedelta) -> timedelta:
        """The time since the epoch of all days, in whole units."""
        since = self.at.start - _EPOCH
        return since // unit * unit


@dataclass(frozen=True, slots=True)
class _Reach:
    """Between what a time lies: nothing on the side that is open."""

    first: _Point | None
    last: _Point | None
    is_known: bool = False


@dataclass(frozen=True, slots=True)
class _Length:
    """From one time to another.

    Attributes:
        is_felt: It is more than nothing; else the text says below what it is.
    """

    text: str
    is_felt: bool


def _reach(written: Written) -> _Reach:
    if isinstance(written, tuple):
        first, last = written[0], written[-1]
        return _Reach(_point(first, first.at), _point(last, last.at))
    if not written.is_bounded:
        point = _point(written, written.at)
        return _Reach(point, point, is_known=True)
    return _Reach(_point(written, written.after), _point(written, written.before))


def _point(when: When, instant: Instant | None) -> _Point | None:
    if instant is None:
        return None
    if not when.approx:
        return _Point(instant, instant.unit)
    # The record's own rule: ten of its units, ten minutes at least.
    return _Point(instant, instant.start - bounds(instant, approx=True)[0])


def _span(first: _Point | None, last: _Point | None) -> _Length | None:
    if first is None or last is None:
        return None
    unit = max(first.grain, last.grain, _SECOND)
    span = last.floored(unit) - first.floored(unit)
    if span < timedelta(0) or (last.at.start < first.at.start and unit < _DAY):
        return None
    if unit >= _DAY:
        least = "a day" if unit == _DAY else _days(unit)
        if unit > _DAY:
            exact = (last.at.start - first.at.start) // _DAY * _DAY
            span = exact if exact >= unit else timedelta(0)
        return _Length(f"≈ {_days(span)}" if span else f"{least} or less", is_felt=bool(span))
    if unit >= _ROUGH:
        # To the nearest step, since a source that says "about 45 minutes" must not find 40 beside it.
        span = round((last.at.start - first.at.start) / _STEP) * _STEP
        if span >= _ROUGH:
            return _Length(f"≈ {_said(span)}", is_felt=True)
    elif span:
        return _Length(_said(span), is_felt=True)
    return _Length(f"under {short_span(unit)}", is_felt=False)


def _said(span: timedelta) -> str:
    """A length in words; up to two days in hours, as people count an outage, so that no minutes go missing."""
    if not _DAY <= span < 2 * _DAY:
        return short_span(span)
    hours, minutes = divmod(span // _MINUTE, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def _days(span: timedelta) -> str:
    return f"{span.days} day" if span.days == 1 else f"{span.days} days"
