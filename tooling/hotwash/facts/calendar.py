"""Working time: which moments count for a clock that runs in working hours, and when a business day ends.

All of it is told by the wall clock of one place: a moment counts when the clock on the wall shows working hours of a
working day that is no public holiday. So an hour that daylight saving takes away never counts, one that it gives
twice counts twice, and a day that a place left out is no day.

Source: guide 6.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from hotwash.model.time import LATEST

if TYPE_CHECKING:
    from collections.abc import Container, Iterator
    from datetime import date, tzinfo

    from hotwash.model.policy import Calendar, Duration

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """When a team works.

    Attributes:
        zone: Whose wall clock counts.
        opens: When a day's work begins, since midnight of that clock.
        closes: When it ends, later than `opens`, a day at most.
        days: Working days, 0 is Monday; never empty.
        free: Public holidays.
    """

    zone: tzinfo
    opens: timedelta
    closes: timedelta
    days: frozenset[int]
    free: Container[date] = frozenset()


def working_time(calendar: Calendar) -> WorkingTime:
    """The working time that a policy writes down."""
    return _working_time(calendar.time_zone, calendar.hours, tuple(calendar.days), calendar.holidays)


@lru_cache(maxsize=8)
def _working_time(zone: str, hours: str, days: tuple[str, ...], country: str | None) -> WorkingTime:
    opens, closes = (
        timedelta(hours=int(hour), minutes=int(minute)) for hour, minute in (end.split(":") for end in hours.split("-"))
    )
    return WorkingTime(
        # UTC needs no database of time zones.
        zone=UTC if zone == "UTC" else ZoneInfo(zone),
        opens=opens,
        closes=closes,
        days=frozenset(_WEEK.index(day) for day in days),
        free=_public_holidays(country) if country else frozenset(),
    )


def _public_holidays(country: str) -> Container[date]:
    from holidays import country_holidays  # noqa: PLC0415 - heavy, and needed only where a business clock runs

    name, _, part = country.partition("-")
    # It works out a year when it is first asked for a day of it.
    return country_holidays(name, subdiv=part or None)


def is_working(working: WorkingTime, moment: datetime) -> bool:
    """The wall clock shows working hours at a moment."""
    there = moment.astimezone(working.zone)
    since_midnight = timedelta(
        hours=there.hour, minutes=there.minute, seconds=there.second, microseconds=there.microsecond
    )
    return working.opens <= since_midnight < working.closes and _is_working_day(working, there.date())


def _is_working_day(working: WorkingTime, day: date) -> bool:
    return day.weekday() in working.days and day not in working.free


def worked(working: WorkingTime, start: datetime, end: datetime) -> timedelta:
    """How much working time lies between two moments; none where the second is not later."""
    total = timedelta(0)
    for begins, ends, _ in _stretches(working, start):
        if begins >= end:
            break
        total += min(ends, end) - begins
    return total


def after_working(working: WorkingTime, start: datetime, span: timedelta) -> datetime:
    """The first moment by which so much working time has passed since another; `LATEST` where that is later.

    Args:
        span: Longer than nothing.
    """
    left = span
    for begins, ends, _ in _stretches(working, start):
        if ends - begins >= left:
            return begins + left
        left -= ends - begins
    return LATEST


def end_of_business_day(working: WorkingTime, start: datetime, number: int) -> datetime:
    """When working hours end on the n-th business day after the day of a moment; `LATEST` where that is later.

    Args:
        start: Its day, on the wall clock, is not counted, whether it is a business day or not.
        number: At least 1.
    """
    last, left, closed = start.astimezone(working.zone).date(), number, LATEST
    for _, ends, day in _stretches(working, start):
        if day > last:
            if not left:
                return closed
            last, left = day, left - 1
        if day == last:
            closed = ends
    return LATEST


def business_days_begun(working: WorkingTime, start: datetime, end: datetime) -> int:
    """How many business days began after the day of one moment and before another."""
    today = start.astimezone(working.zone).date()
    days = set()
    for begins, _, day in _stretches(working, start):
        if begins >= end:
            break
        if day > today:
            days.add(day)
    return len(days)


def due_after(start: datetime, duration: Duration, calendar: Calendar, *, working_only: bool = False) -> datetime:
    """When a deadline is: so long after a moment.

    Args:
        duration: In business days it ends with the working hours of the last of them.
        working_only: Only working time counts towards a duration in minutes, hours or days.
    """
    if duration.business_days:
        return end_of_business_day(working_time(calendar), start, duration.business_days)
    return after_working(working_time(calendar), start, duration.span) if working_only else start + duration.span


def closing_words(calendar: Calendar, due: datetime) -> str:
    """The end of working hours on a day, as people name it: `the end of Tuesday 24 November 2026, 17:00 Europe/Berlin`."""
    # Working hours may end at midnight, when the clock shows the next day.
    day = (due - _SECOND).astimezone(working_time(calendar).zone)
    return f"the end of {day:%A} {day.day} {day:%B %Y}, {calendar.hours.split('-')[1]} {calendar.time_zone}"


def _stretches(working: WorkingTime, start: datetime) -> Iterator[tuple[datetime, datetime, date]]:
    """Working time from a moment on, in pieces within one day: begin, end, and the day on the wall clock."""
    begin = start.astimezone(UTC)
    while begin < LATEST:
        offset = _offset(working.zone, begin)
        end = _until_the_clocks_change(working.zone, begin)
        # While the clocks stay as they are, times of the wall clock can be reckoned with.
        there, until = begin.replace(tzinfo=None) + offset, end.replace(tzinfo=None) + offset
        midnight = datetime.combine(there, time())
        while midnight < until:
            opens, closes = max(midnight + working.opens, there), min(midnight + working.closes, until)
            if opens < closes and _is_working_day(working, midnight.date()):
                yield (opens - offset).replace(tzinfo=UTC), (closes - offset).replace(tzinfo=UTC), midnight.date()
            midnight += _DAY
        begin = end


def _until_the_clocks_change(zone: tzinfo, begin: datetime) -> datetime:
    """A day later, or earlier when the clocks are set forward or back before."""
    end, offset = begin + _DAY, _offset(zone, begin)
    if _offset(zone, end) == offset:
        return end
    before, after = begin, end
    while after - before > _SECOND:
        middle = before + (after - before) / 2
        before, after = (middle, after) if _offset(zone, middle) == offset else (before, middle)
    # Clocks change at whole seconds.
    return after.replace(microsecond=0)


def _offset(zone: tzinfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta(0)
