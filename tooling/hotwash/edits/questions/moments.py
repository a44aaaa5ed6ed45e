"""Times as people type them: `08:41`, `-5m`, `+1h`, or in the forms that records take."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from hotwash.model.time import Instant, short_span, utc_text

if TYPE_CHECKING:
    from datetime import tzinfo

_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?", re.ASCII)
_SPAN = re.compile(r"([+-])((?:\d{1,4}[dhms])+)", re.ASCII)
_PART = re.compile(r"(\d{1,4})([dhms])", re.ASCII)
_LOCAL = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)", re.ASCII)
_UNITS = {
    "d": timedelta(days=1),
    "h": timedelta(hours=1),
    "m": timedelta(minutes=1),
    "s": timedelta(seconds=1),
}
_DAY = timedelta(days=1)
# A clock that stands a little before ours names a moment that has not come yet.
_SLACK = timedelta(minutes=5)
_FORMS = "08:41, -5m, +30m, or 2026-11-23T08:41Z"


@dataclass(frozen=True, slots=True)
class Here:
    """When and where somebody types.

    Attributes:
        now: The time now.
        zone: What a bare `08:41` is counted in.
    """

    now: datetime
    zone: tzinfo

    def past(self, text: str) -> str:
        """A time that has come: `08:41` is the last one that was."""
        return _text(self, text, ahead=False)

    def ahead(self, text: str) -> str:
        """A time that is to come: `08:41` is the next one, `30m` is in half an hour."""
        return _text(
            self, text if not re.fullmatch(r"(?:\d{1,4}[dhms])+", text.strip()) else f"+{text.strip()}", ahead=True
        )

    def clock(self, moment: datetime) -> str:
        """A moment as people tell each other: `13:30 UTC`, with the team's own time where that is another one."""
        local = moment.astimezone(self.zone)
        there = "" if local.utcoffset() == timedelta(0) else f" ({local:%H:%M %Z})"
        day = "" if local.date() == self.now.astimezone(self.zone).date() else f" on {local.date()}"
        return f"{moment.astimezone(UTC):%H:%M} UTC{there}{day}"

    def due(self, text: str) -> str:
        """In how long something is due, and when that is."""
        moment = Instant.parse(text).start
        away = moment - self.now
        return f"{f'in {minutes(away)}' if away >= _UNITS['s'] else 'now'}, by {self.clock(moment)}"

    def told(self, text: str) -> str:
        """A time as a record holds it, stated back: in UTC, here, and how long ago."""
        instant = Instant.parse(text)
        local = instant.start.astimezone(self.zone)
        form = "%H:%M:%S" if instant.unit < _UNITS["m"] else "%H:%M"
        there = "" if local.utcoffset() == timedelta(0) else f" = {local.strftime(f'{form} %Z')}"
        day = "" if local.date() == self.now.astimezone(self.zone).date() else f" on {local.date()}"
        away = self.now - instant.start
        how_long = f"{minutes(away)} ago" if away >= timedelta(0) else f"in {minutes(-away)}"
        return f"{instant.start.strftime(form)} UTC{there}{day}, {how_long if abs(away) >= _UNITS['s'] else 'now'}"


def minutes(span: timedelta) -> str:
    """A length of time as people say it at night: without seconds from two minutes on."""
    span = max(span, timedelta(0))
    return short_span(span - span % _UNITS["m"] if span >= 2 * _UNITS["m"] else span)


def _text(here: Here, text: str, *, ahead: bool) -> str:
    text = text.strip()
    if text.lower() == "now":
        return utc_text(here.now)
    if found := _SPAN.fullmatch(text):
        span = sum((int(number) * _UNITS[unit] for number, unit in _PART.findall(found[2])), timedelta(0))
        moment = here.now + span if found[1] == "+" else here.now - span
        return utc_text(moment) if "s" in found[2] else _minute_text(moment)
    if found := _CLOCK.fullmatch(text):
        moment = _nearest(here, int(found[1]), int(found[2]), int(found[3] or 0), ahead=ahead)
        return utc_text(moment) if found[3] else _minute_text(moment)
    if found := _LOCAL.fullmatch(text):
        try:
            there = datetime.fromisoformat(f"{found[1]}T{found[2]}").replace(tzinfo=here.zone)
        except ValueError:
            message = f"no such time on a calendar: {text}"
            raise ValueError(message) from None
        moment = _on_the_clock(there, text)
        return utc_text(moment) if found[2].count(":") > 1 else _minute_text(moment)
    try:
        instant = Instant.parse(text)
    except ValueError as error:
        message = str(error) if text[:4].isdecimal() else f"not a time: write {_FORMS}"
        raise ValueError(message) from None
    if instant.unit >= _DAY:
        message = f"a day is too coarse: write the time as well, like {text}T08:41Z"
        raise ValueError(message)
    return instant.text


def _minute_text(moment: datetime) -> str:
    """What is typed to the minute is not written to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")


def _nearest(here: Here, hour: int, minute: int, second: int, *, ahead: bool) -> datetime:
    """The last moment that a clock on the wall showed a time, or the next one."""
    today = here.now.astimezone(here.zone)
    # In the night in which clocks go back both moments are looked at.
    found = []
    for days in (-2, -1, 0, 1, 2):
        day = today.date() + timedelta(days=days)
        for fold in (0, 1):
            there = datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=here.zone, fold=fold)
            moment = there.astimezone(UTC)
            if moment.astimezone(here.zone).time() == there.time():
                found.append(moment)
    if ahead:
        return min(moment for moment in found if moment > here.now)
    return max(moment for moment in found if moment <= here.now + _SLACK)


def _on_the_clock(there: datetime, text: str) -> datetime:
    moment = there.astimezone(UTC)
    if moment.astimezone(there.tzinfo).replace(tzinfo=None) != there.replace(tzinfo=None):
        message = f"no clock showed {text}: clocks went forward then"
        raise ValueError(message)
    return moment
