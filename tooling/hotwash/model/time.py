"""Times as people know them: kept as written, compared as instants, only as precise as written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from typing_extensions import override

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic_core import CoreSchema

# What a pattern can say of a time: the length of a month is left to the calendar.
DAY = r"(?:19[7-9][0-9]|2[01][0-9]{2})-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]"
PATTERN = rf"{DAY}(?:T{_CLOCK}(?::[0-5][0-9](?:\.[0-9]{{1,6}})?)?(?:Z|[+-]{_CLOCK}))?"
_FORM = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?(Z|[+-]\d\d:\d\d))?",
    re.ASCII,
)
_NO_OFFSET = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?", re.ASCII)
# Deadlines are added to these, so the ends of the calendar stay out of reach (threats R5).
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)
_LONGEST_TEXT = 40
# What `approx` widens a time by: ten of its units, ten minutes at least.
_APPROX_UNITS = 10
_APPROX_LEAST = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Instant:
    """A point in time as written: RFC 3339 with an offset, its prefix to the minute, or a UTC day.

    Attributes:
        text: As it stands in the record.
        start: The first moment that it may mean, in UTC.
        unit: How much time it covers: a day, a minute, a second or a fraction of one.
    """

    text: str
    start: datetime
    unit: timedelta

    @classmethod
    def parse(cls, text: str) -> Instant:
        """The instant that a text means.

        Raises:
            ValueError: The text is none of the three forms; the message is one for people.
        """
        match = _FORM.fullmatch(text) if len(text) <= _LONGEST_TEXT else None
        if match is None:
            if len(text) <= _LONGEST_TEXT and _NO_OFFSET.fullmatch(text):
                wanted = text.replace(" ", "T").replace("t", "T")
                message = f"the time has no offset: write {wanted}Z for UTC, or end it with an offset like +01:00"
                raise ValueError(message)
            message = "not a time: write 2026-11-23T08:41:00Z, 2026-11-23T08:41Z, or a day like 2026-11-23"
            raise ValueError(message)
        day, minute, second, fraction, offset = match.groups()
        message = f"no such time on a calendar: {text}"
        # Some versions of Python take 24:00 for the next day, and all of them +01:60 for +02:00.
        if minute and (minute > "23:59" or offset[4:] > "59"):
            raise ValueError(message)
        try:
            if minute is None:
                start, unit = datetime.fromisoformat(f"{day}T00:00:00+00:00"), _DAY
            else:
                zone = "+00:00" if offset == "Z" else offset
                start = datetime.fromisoformat(f"{day}T{minute}:{second or '00'}{zone}").astimezone(UTC)
                unit = timedelta(seconds=1) if second else _MINUTE
        except (ValueError, OverflowError):
            raise ValueError(message) from None
        if fraction:
            unit = timedelta(microseconds=10 ** (6 - len(fraction)))
            start += int(fraction) * unit
        if not EARLIEST <= start < LATEST:
            message = f"a year outside {EARLIEST.year} to {LATEST.year - 1}: {text}"
            raise ValueError(message)
        return cls(text, start, unit)

    @property
    def end(self) -> datetime:
        """The first moment after all that it may mean."""
        return self.start + self.unit

    @override
    def __str__(self) -> str:
        return self.text

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: type, _handler: GetCoreSchemaHandler) -> CoreSchema:
        """Accept the three text forms only: pydantic's own reading takes numbers and blanks."""
        from pydantic_core import PydanticCustomError, core_schema  # noqa: PLC0415 - kept out of `explain`

        def read(value: object) -> Instant:
            if isinstance(value, Instant):
                return value
            if not isinstance(value, str):
                raise PydanticCustomError("not_a_time", "not a time: write it as 2026-11-23T08:41:00Z")
            try:
                return cls.parse(value)
            except ValueError as error:
                # Braces would be taken for a template by pydantic's formatter.
                raise PydanticCustomError("not_a_time", "{why}", {"why": str(error)}) from None

        return core_schema.no_info_plain_validator_function(
            read, serialization=core_schema.to_string_ser_schema(when_used="json")
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, _schema: CoreSchema, _handler: GetJsonSchemaHandler) -> dict[str, object]:
        return {
            "type": "string",
            "pattern": f"^{PATTERN}$",
            "description": "RFC 3339 with an offset, to the second or the minute; or a UTC day.",
            "examples": ["2026-11-23T08:41:00Z", "2026-11-23T08:41Z", "2026-11-23"],
        }


def bounds(instant: Instant, *, approx: bool) -> tuple[datetime, datetime]:
    """The first moment that a time may mean, and the first one after all that it may mean."""
    if not approx:
        return instant.start, instant.end
    slack = max(_APPROX_UNITS * instant.unit, _APPROX_LEAST)
    return instant.start - slack, instant.end + slack


class Stretch(Protocol):
    """What a written time may mean: from its first moment to the first one after all of them."""

    @property
    def earliest(self) -> datetime:
        """The first moment that it may mean."""
        ...

    @property
    def latest(self) -> datetime:
        """The first moment after all that it may mean."""
        ...


def surely_before(first: Stretch, second: Stretch) -> bool:
    """The first time is earlier than the second whatever their precision allows them to mean."""
    return first.latest <= second.earliest


def short_span(span: timedelta) -> str:
    """A length of time in its two largest units: `4 min`, `2 h 5 min`, `3 d`.

    Args:
        span: Never negative; what is below a second counts as nothing.
    """
    seconds = int(span.total_seconds())
    for unit_s, name, next_s, next_name in ((86400, "d", 3600, "h"), (3600, "h", 60, "min"), (60, "min", 1, "s")):
        if seconds >= unit_s:
            whole, rest = divmod(seconds, unit_s)
            # Ten minutes and more are no clearer with seconds.
            part = 0 if name == "min" and whole >= 10 else rest // next_s  # noqa: PLR2004 - see above
            return f"{whole} {name}" + (f" {part} {next_name}" if part else "")
    return f"{seconds} s"


def utc_text(moment: datetime) -> str:
    """A moment as records write it: UTC, to the second, with `Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
