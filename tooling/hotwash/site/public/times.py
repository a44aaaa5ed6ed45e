"""Times of records -> what a page shows of them: UTC, and never more precise than they are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from hotwash.model.time import Instant, utc_text

if TYPE_CHECKING:
    from datetime import datetime

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)


Bound = Literal["", "after", "before", "between"]


@dataclass(frozen=True, slots=True)
class Moment:
    """A time as a page shows it.

    Attributes:
        day: The day in UTC.
        start: The same as an instant in UTC, for what is computed and drawn; of bounds the first.
        unit: How exactly that is known: it is somewhere in this much from `start` on.
        clock: `08:41`, `08:41:30`; empty when only the day is known.
        machine: The time for programs, as precise as it was written.
        approx: The source itself says about, around or so.
        stated: As it was written where that is not UTC: the clock with its offset.
        derived: From what it was worked out; empty where it is stated.
        sources: Ids of the sources that say so.
        also: What other sources give instead.
        is_brief: The day need not be said, since it stands above.
        bound: What it is where the time itself is not known: the earliest that it can be, the latest, or both.
        last: The later one of both.
        period: `2003`, `May 2003`: all that is known.
    """

    day: date
    start: datetime
    unit: timedelta
    clock: str
    machine: str
    approx: bool = False
    stated: str = ""
    derived: str = ""
    sources: tuple[str, ...] = ()
    also: tuple[Moment, ...] = ()
    is_brief: bool = False
    bound: Bound = ""
    last: Moment | None = None
    period: str = ""

    @property
    def text(self) -> str:
        """Day and time of day; of a brief one with a time of day only that. Of bounds the first."""
        if not self.clock:
            return self.period or day_text(self.day)
        return self.clock if self.is_brief else f"{day_text(self.day)}, {self.clock}"

    @property
    def short(self) -> str:
        """The text for narrow places, where the year is plain: `1 Feb 00:36`."""
        day = self.period or f"{self.day.day} {MONTHS[self.day.month - 1][:3]}"
        return f"{day} {self.clock}" if self.clock else day

    @property
    def parts(self) -> tuple[tuple[str, Moment], ...]:
        """What is said of it, one after the other: a word where it is a bound, and the time."""
        if self.bound == "between":
            return (("between", self), *((("and", self.last),) if self.last else ()))
        if self.bound and not self.clock:
            # All of that day is within the bound.
            return ((f"on or {self.bound}", self),)
        return ((self.bound, self),)

    @property
    def reasons(self) -> tuple[str, ...]:
        """From what it was worked out, each once."""
        return tuple(dict.fromkeys(part.derived for _, part in self.parts if part.derived))

    @property
    def heading(self) -> str:
        """The day under which it stands in a timeline."""
        day = self.period or day_text(self.day)
        if self.bound in ("after", "before") and not self.clock:
            return f"{day} or {'later' if self.bound == 'after' else 'earlier'}"
        if self.bound == "between" and not self.clock and self.last is not None:
            return f"{day} to {self.last.period or day_text(self.last.day)}"
        return day

    @property
    def plain(self) -> Moment:
        """The same alone: from what it was worked out, and who says so or otherwise, is told of closed incidents only."""
        if not self.derived and not self.sources and not self.also and self.last is None:
            return self
        return replace(self, derived="", sources=(), also=(), last=self.last.plain if self.last else None)

    @property
    def only_day(self) -> Moment:
        """The same without a time of day, for lists."""
        if self.bound == "between" and self.last is not None and self.last.day == self.day:
            return replace(self, clock="", machine=self.machine[:10], approx=False, stated="", bound="", last=None)
        about = self.approx and not self.clock
        last = self.last.only_day if self.last else None
        return replace(self, clock="", machine=self.machine[:10], approx=about, stated="", last=last)

    def on(self, day: date | None) -> Moment:
        """The same, brief where a reader knows the day already. The later bound is brief where the first says its day."""
        is_brief = self.day == day
        if is_brief == self.is_brief and not self.also and self.last is None:
            return self
        also = tuple(other.on(day) for other in self.also)
        last = self.last.on(self.day) if self.last else None
        return replace(self, is_brief=is_brief, also=also, last=last)


def moment(
    instant: Instant,
    *,
    approx: bool = False,
    derived: str = "",
    sources: tuple[str, ...] = (),
    also: tuple[Moment, ...] = (),
) -> Moment:
    """What a page shows of a single time."""
    start, unit = instant.start, instant.unit
    if unit >= _DAY:
        clock, machine = "", start.date().isoformat()
    else:
        # Fractions of a second help nobody who reads a page.
        written = start.isoformat()[: 16 if unit >= _MINUTE else 19]
        clock, machine = written[11:], f"{written}Z"
    return Moment(start.date(), start, unit, clock, machine, approx, _stated(instant), derived, sources, also)


def minute_of(now: datetime) -> Moment:
    """A moment of a clock, to the minute."""
    minute = now.replace(second=0, microsecond=0)
    return moment(Instant(utc_text(minute), minute, _MINUTE))


def day_of(day: date) -> Moment:
    """A day of which nothing more is known."""
    return moment(Instant.parse(day.isoformat()))


def bounded(first: Moment, last: Moment) -> Moment:
    """A time of which only two bounds are known; a whole year or month by its name."""
    if period := _period(first, last):
        return replace(first, period=period, machine=first.machine[: 4 if period.isdigit() else 7])
    if first == last:
        return first
    # What holds for both is said once, at the end.
    sources = () if first.sources == last.sources else first.sources
    return replace(first, sources=sources, bound="between", last=last.on(first.day))


def _period(first: Moment, last: Moment) -> str:
    begins, ends = first.day, last.day
    if first.clock or last.clock or first.approx != last.approx or first.sources != last.sources or begins.day != 1:
        return ""
    if (begins.month, ends.month, ends.day) == (1, 12, 31) and begins.year == ends.year:
        return str(begins.year)
    if (begins.year, begins.month) == (ends.year, ends.month) and (ends + _DAY).day == 1:
        return f"{MONTHS[begins.month - 1]} {begins.year}"
    return ""


def _stated(instant: Instant) -> str:
    """The time as it was written, where it was written in another zone."""
    day, _, rest = instant.text.partition("T")
    if instant.unit >= _DAY or not rest or rest.endswith(("Z", "+00:00", "-00:00")):
        return ""
    clock, offset = rest[:-6].partition(".")[0], rest[-6:].replace("-", "\N{MINUS SIGN}")
    local = date.fromisoformat(day)
    same_day = local == instant.start.date()
    return f"{clock} {offset}" if same_day else f"{day_text(local)}, {clock} {offset}"


def day_text(day: date) -> str:
    """A day in words, the same in every locale: `2 July 2019`."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def days_text(first: date, last: date) -> str:
    """From one day to another in words: `2 July 2019`, `2 to 4 July 2019`, `30 June to 2 July 2019`."""
    if first == last:
        return day_text(last)
    if first.year != last.year:
        return f"{day_text(first)} to {day_text(last)}"
    month = "" if first.month == last.month else f" {MONTHS[first.month - 1]}"
    return f"{first.day}{month} to {day_text(last)}"
