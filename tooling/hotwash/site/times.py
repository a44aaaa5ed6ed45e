"""Times of records -> what a page shows of them: UTC, and never more precise than they are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from hotwash.model.time import short_span

if TYPE_CHECKING:
    from datetime import date

    from hotwash.model.base import When

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
_SECOND = timedelta(seconds=1)
# From here on a length is only known about: the least that `approx` widens a time by.
_ROUGH = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Moment:
    """A time as a page shows it.

    Attributes:
        day: The day in UTC.
        clock: `08:41`, `08:41:30`; empty when only the day is known.
        machine: The time for programs, as precise as it was written.
        approx: The source itself says about, around or so.
        sources: Ids of the sources that say so.
        also: What other sources give instead.
        is_brief: The day need not be said, since it stands above.
    """

    day: date
    clock: str
    machine: str
    approx: bool = False
    sources: tuple[str, ...] = ()
    also: tuple[Moment, ...] = ()
    is_brief: bool = False

    @property
    def text(self) -> str:
        """Day and time of day; of a brief one with a time of day only that."""
        if not self.clock:
            return day_text(self.day)
        return self.clock if self.is_brief else f"{day_text(self.day)}, {self.clock}"

    @property
    def short(self) -> str:
        """The text for narrow places, where the year is plain: `1 Feb 00:36`."""
        day = f"{self.day.day} {MONTHS[self.day.month - 1][:3]}"
        return f"{day} {self.clock}" if self.clock else day

    @property
    def utc(self) -> str:
        """The text with its zone, where nothing else says it."""
        return f"{self.text} UTC" if self.clock else self.text

    def on(self, day: date | None) -> Moment:
        """The same, brief where a reader knows the day already."""
        also = tuple(other.on(day) for other in self.also)
        return replace(self, is_brief=self.day == day, also=also)


def moment(when: When, sources: tuple[str, ...] = (), also: tuple[Moment, ...] = ()) -> Moment:
    """What a page shows of a time."""
    start, unit = when.at.start, when.at.unit
    if unit >= _DAY:
        return Moment(start.date(), "", start.strftime("%Y-%m-%d"), when.approx, sources, also)
    # Fractions of a second help nobody who reads a page.
    form = "%H:%M" if unit >= _MINUTE else "%H:%M:%S"
    return Moment(start.date(), start.strftime(form), start.strftime(f"%Y-%m-%dT{form}Z"), when.approx, sources, also)


def day_text(day: date) -> str:
    """A day in words, the same in every locale: `2 July 2019`."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def length(first: When, last: When) -> str:
    """How long it was from one time to another, as precise as the less precise of the two.

    Empty when the second is not later: then the two say nothing of a length.
    """
    if first.is_bounded or last.is_bounded:
        return ""
    unit = max(_grain(first), _grain(last), _SECOND)
    span = _floored(last, unit) - _floored(first, unit)
    if span < timedelta(0) or (last.at.start < first.at.start and unit < _DAY):
        return ""
    if unit >= _DAY:
        return f"≈ {_days(span)}" if span else "a day or less"
    if not span:
        return f"under {short_span(unit)}"
    if unit >= _ROUGH:
        return f"≈ {short_span(span)}"
    return short_span(span)


def _days(span: timedelta) -> str:
    return f"{span.days} day" if span.days == 1 else f"{span.days} days"


def _grain(when: When) -> timedelta:
    """How exactly a time is known."""
    if not when.approx:
        return when.at.unit
    # The record's own rule: ten of its units, ten minutes at least. Both sides of it are `latest - end`.
    return when.latest - when.at.end


def _floored(when: When, unit: timedelta) -> timedelta:
    """The time since the epoch of all days, in whole units."""
    since = when.at.start - when.at.start.replace(year=1970, month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    return since // unit * unit
