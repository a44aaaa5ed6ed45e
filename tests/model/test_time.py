from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from hotwash.model.base import When
from hotwash.model.time import EARLIEST, LATEST, PATTERN, Instant, bounds, short_span, surely_before, utc_text

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def when(text: str, *, approx: bool = False) -> When:
    return When(at=Instant.parse(text), approx=approx)


# --- what is written


@pytest.mark.parametrize(
    ("text", "start", "unit"),
    [
        ("2026-11-23T08:41:00Z", "2026-11-23T08:41:00", SECOND),
        ("2026-11-23T08:41Z", "2026-11-23T08:41:00", MINUTE),
        ("2026-11-23", "2026-11-23T00:00:00", DAY),
        ("2026-11-23T08:41:07.5Z", "2026-11-23T08:41:07.5", timedelta(milliseconds=100)),
        ("2026-11-23T08:41:07.123456Z", "2026-11-23T08:41:07.123456", timedelta(microseconds=1)),
        ("2026-11-23T08:41:07.50Z", "2026-11-23T08:41:07.5", timedelta(milliseconds=10)),
        ("2026-11-23T09:41:00+01:00", "2026-11-23T08:41:00", SECOND),
        ("2026-11-23T03:11-05:30", "2026-11-23T08:41:00", MINUTE),
        ("2026-11-23T00:30+01:00", "2026-11-22T23:30:00", MINUTE),
        ("2026-11-23T08:41:00-00:00", "2026-11-23T08:41:00", SECOND),
        ("2024-02-29", "2024-02-29T00:00:00", DAY),
        ("1970-01-01", "1970-01-01T00:00:00", DAY),
        ("2199-12-31T23:59:59.999999Z", "2199-12-31T23:59:59.999999", timedelta(microseconds=1)),
    ],
)
def test_a_time_is_as_precise_as_it_is_written(text: str, start: str, unit: timedelta) -> None:
    instant = Instant.parse(text)
    assert (instant.start, instant.unit) == (utc(start), unit)
    assert instant.end == instant.start + unit
    assert str(instant) == text


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23T08:41:60Z",
        "2016-12-31T23:59:60Z",
        "2026-11-23T08:60:00Z",
        "2026-11-23T24:00:00Z",
        "2026-11-23T24:00Z",
        "2026-02-30",
        "2026-02-29",
        "2100-02-29",
        "2026-04-31T00:00Z",
        "2026-13-01",
        "2026-00-10",
        "2026-11-00",
        "2026-11-23T08:41:00+24:00",
        "2026-11-23T08:41:00+01:60",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
    ],
)
def test_what_is_on_no_calendar_and_on_no_clock_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=f"no such time on a calendar: {re.escape(text)}$"):
        Instant.parse(text)


@pytest.mark.parametrize(
    "text",
    ["1969-12-31", "1969-12-31T23:59:59Z", "1970-01-01T00:30+01:00", "2200-01-01", "2199-12-31T23:30-01:00", "0999-01-01", "9999-12-31"],
)  # fmt: skip
def test_a_year_from_which_no_deadline_can_be_counted_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=f"a year outside 1970 to 2199: {re.escape(text)}$"):
        Instant.parse(text)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2026-11-23T08:41:00", "2026-11-23T08:41:00Z"),
        ("2026-11-23T08:41", "2026-11-23T08:41Z"),
        ("2026-11-23 08:41", "2026-11-23T08:41Z"),
        ("2026-11-23t08:41:00.5", "2026-11-23T08:41:00.5Z"),
    ],
)
def test_a_time_without_an_offset_is_told_how_to_write_it(text: str, wanted: str) -> None:
    with pytest.raises(ValueError, match=f"no offset: write {re.escape(wanted)} for UTC"):
        Instant.parse(text)
    assert str(Instant.parse(wanted)) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "now", "1700000000", "08:41", "2026", "2026-11", "20261123", "2026-W48-1", "2026-11-23T", "2026-11-23T08Z",
        "2026-11-23t08:41:00Z", "2026-11-23T08:41:00z", "2026-11-23 08:41:00Z", "2026-11-23T08:41:00 Z", " 2026-11-23",
        "2026-11-23 ", "2026-11-23\n", "2026-11-23T08:41Z\n", "2026-11-23T08:41:00+01", "2026-11-23T08:41:00+0100",
        "2026-11-23T08:41:00 +01:00", "2026-11-23T08:41:00.1234567Z", "2026-11-23T08:41:00,5Z", "2026-11-23T08:41:00.Z",
        "2026-11-23Z", "2026-1-1", "26-11-23", "23.11.2026", "11/23/2026", "-2026-11-23", "+2026-11-23", "2026\u201111\u201123",
        "\uff12\uff10\uff12\uff16-11-23", "\u0662\u0660\u0662\u0666-11-23", "2026-11-23T08:41:00Z" + " " * 100, "9" * 100_000,
    ],
)  # fmt: skip
def test_anything_else_is_no_time(text: str) -> None:
    with pytest.raises(ValueError, match=r"^not a time: write 2026-11-23T08:41:00Z"):
        Instant.parse(text)


ALMOST = st.from_regex(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,7})?)?(Z|z|[+-][0-9]{2}:?[0-9]{2})?)?"
)


@given(st.text() | ALMOST)
@example("0000-00-00T00:00:00+00:00")
@example("{why}")
def test_any_text_is_an_instant_or_a_value_error_with_words(text: str) -> None:
    try:
        instant = Instant.parse(text)
    except ValueError as error:
        assert str(error).startswith(("not a time: ", "the time has no offset: ", "no such time ", "a year outside "))  # noqa: PT017 - which of two ends it has is what the text decides
    else:
        assert EARLIEST <= instant.start < LATEST
        assert instant.start.utcoffset() == timedelta(0)
        assert instant.unit > timedelta(0)
        # The schema is no stricter than the model.
        assert re.fullmatch(PATTERN, text)


@given(st.from_regex(PATTERN, fullmatch=True))
def test_what_is_parsed_is_written_as_it_was_read(text: str) -> None:
    try:
        instant = Instant.parse(text)
    except ValueError as error:
        # What no pattern can say: the length of a month, and an offset that leads out of the years.
        assert str(error).startswith(("no such time ", "a year outside "))  # noqa: PT017 - as above
    else:
        assert Instant.parse(str(instant)) == instant


@given(
    st.datetimes(datetime(1971, 1, 1), datetime(2199, 1, 1)),  # noqa: DTZ001 - the offset comes below
    st.integers(-23 * 60 - 59, 23 * 60 + 59),
    st.integers(-23 * 60 - 59, 23 * 60 + 59),
)
def test_one_moment_in_two_offsets_is_one_instant(moment: datetime, first_min: int, second_min: int) -> None:
    at = moment.replace(microsecond=0, tzinfo=UTC)
    texts = [at.astimezone(timezone(timedelta(minutes=offset))).isoformat() for offset in (first_min, second_min)]
    first, second = map(Instant.parse, texts)
    assert first.start == second.start == at
    assert first.end == second.end
    assert not surely_before(When(at=first), When(at=second))


# --- in a record


@pytest.mark.parametrize(
    "value", [1700000000, 1.5, True, None, [], {}, b"2026-11-23", datetime(2026, 11, 23, tzinfo=UTC)]
)
def test_only_text_is_a_time(value: object) -> None:
    """Left to itself, pydantic takes seconds since 1970 and a blank for the T."""
    with pytest.raises(ValidationError):
        TypeAdapter(Instant).validate_python(value)


def test_a_message_with_braces_reaches_its_reader() -> None:
    with pytest.raises(ValidationError, match=re.escape("no such time on a calendar: 2026-02-30")):
        TypeAdapter(Instant).validate_python("2026-02-30")
    with pytest.raises(ValidationError, match="not a time"):
        TypeAdapter(Instant).validate_python("{0}{why}")


def test_a_time_alone_and_in_a_mapping_are_the_same_time() -> None:
    alone, mapping = (TypeAdapter(When).validate_python(value) for value in ("2026-11-23", {"at": "2026-11-23"}))
    assert alone == mapping
    assert (str(alone), str(when("2026-11-23", approx=True))) == ("2026-11-23", "≈ 2026-11-23")


# --- about


@pytest.mark.parametrize(
    ("text", "slack"),
    [
        ("2026-11-23T08:41:00.5Z", timedelta(minutes=10)),
        ("2026-11-23T08:41:00Z", timedelta(minutes=10)),
        ("2026-11-23T08:41Z", timedelta(minutes=10)),
        ("2026-11-23", timedelta(days=10)),
    ],
)
def test_about_widens_by_ten_units_and_by_ten_minutes_at_least(text: str, slack: timedelta) -> None:
    instant = Instant.parse(text)
    assert bounds(instant, approx=False) == (instant.start, instant.end)
    assert bounds(instant, approx=True) == (instant.start - slack, instant.end + slack)
    about = when(text, approx=True)
    assert (about.earliest, about.latest) == (instant.start - slack, instant.end + slack)


def test_about_the_first_day_of_all_does_not_fall_off_the_calendar() -> None:
    assert when("1970-01-01", approx=True).earliest == utc("1969-12-22")
    assert when("2199-12-31", approx=True).latest == utc("2200-01-11")


# --- before


@pytest.mark.parametrize(
    ("first", "second", "sure"),
    [
        ("2026-11-23T08:41:00Z", "2026-11-23T08:41:01Z", True),
        ("2026-11-23T08:41:00Z", "2026-11-23T08:41:00Z", False),
        ("2026-11-23T08:41:01Z", "2026-11-23T08:41:00Z", False),
        ("2026-11-23T08:41Z", "2026-11-23T08:41:30Z", False),
        ("2026-11-23T08:41Z", "2026-11-23T08:42:00Z", True),
        ("2026-11-23T08:41:00Z", "2026-11-23T08:41Z", False),
        ("2026-11-23", "2026-11-23T23:59:59Z", False),
        ("2026-11-23", "2026-11-24T00:00:00Z", True),
        ("2026-11-23T08:41:00.9Z", "2026-11-23T08:41:01Z", True),
        ("2026-11-23T09:41:00+01:00", "2026-11-23T08:41:01Z", True),
        ("2026-11-23T08:41:00Z", "2026-11-23T09:41:00+01:00", False),
    ],
)
def test_before_is_sure_only_beyond_the_precision_of_both(first: str, second: str, *, sure: bool) -> None:
    assert surely_before(when(first), when(second)) is sure
    assert not (sure and surely_before(when(second), when(first)))


def test_about_makes_before_unsure_up_to_its_slack() -> None:
    base = when("2026-11-23T08:41Z", approx=True)
    assert not surely_before(base, when("2026-11-23T08:51:59Z"))
    assert surely_before(base, when("2026-11-23T08:52:00Z"))
    assert not surely_before(when("2026-11-23T08:30:30Z"), when("2026-11-23T08:40Z", approx=True))
    assert surely_before(when("2026-11-23T08:29:59Z"), when("2026-11-23T08:40Z", approx=True))


# --- bounds


def bounded(**known: str | bool) -> When:
    return When.model_validate(known)


def test_of_an_open_bound_only_one_side_is_known() -> None:
    after, before = bounded(after="2026-11-23T08:30Z"), bounded(before="2026-11-23T08:30Z")
    assert (after.earliest, after.latest) == (utc("2026-11-23T08:30:00"), LATEST)
    assert (before.earliest, before.latest) == (EARLIEST, utc("2026-11-23T08:31:00"))
    assert (str(after), str(before)) == ("after 2026-11-23T08:30Z", "before 2026-11-23T08:30Z")


def test_between_two_bounds_it_may_lie_anywhere() -> None:
    both = bounded(after="2026-11-23T08:30Z", before="2026-11-23T08:40Z", approx=True)
    assert (both.earliest, both.latest) == (utc("2026-11-23T08:20:00"), utc("2026-11-23T08:51:00"))
    assert (both.is_bounded, both.is_open) == (True, False)
    assert str(both) == "after ≈ 2026-11-23T08:30Z and before ≈ 2026-11-23T08:40Z"


def test_an_open_bound_is_in_no_order_but_with_what_lies_on_its_far_side() -> None:
    after = bounded(after="2026-11-23T08:30Z")
    assert surely_before(when("2026-11-23T08:29Z"), after)
    assert not surely_before(after, when("2199-12-31"))
    assert not surely_before(when("2026-11-23T08:31Z"), after)


INSTANTS = st.datetimes(datetime(1980, 1, 1), datetime(2190, 1, 1)).map(lambda at: at.strftime("%Y-%m-%dT%H:%MZ"))  # noqa: DTZ001 - hypothesis wants naive bounds


@given(one=INSTANTS, other=INSTANTS, approx=st.booleans())
def test_whatever_is_known_of_a_time_it_covers_a_stretch(one: str, other: str, *, approx: bool) -> None:
    first, second = sorted((one, other))
    for known in ({"at": one}, {"after": one}, {"before": one}, {"after": first, "before": second}):
        time = bounded(**known, approx=approx)
        assert EARLIEST <= time.earliest < time.latest <= LATEST
        assert time.earliest <= time.at.start


# --- lengths of time in words

UNITS = {"d": DAY, "h": timedelta(hours=1), "min": MINUTE, "s": SECOND}


def read_span(text: str) -> tuple[timedelta, str]:
    """What a length in words says, and its largest unit."""
    words = text.split()
    numbers, units = words[::2], words[1::2]
    return sum((int(number) * UNITS[unit] for number, unit in zip(numbers, units, strict=True)), timedelta(0)), units[0]


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (timedelta(0), "0 s"),
        (timedelta(milliseconds=999), "0 s"),
        (timedelta(seconds=59, milliseconds=999), "59 s"),
        (timedelta(seconds=60), "1 min"),
        (timedelta(seconds=65), "1 min 5 s"),
        (timedelta(seconds=599), "9 min 59 s"),
        (timedelta(seconds=600), "10 min"),
        (timedelta(seconds=659), "10 min"),
        (timedelta(seconds=3599), "59 min"),
        (timedelta(hours=1), "1 h"),
        (timedelta(hours=2, minutes=5), "2 h 5 min"),
        (timedelta(hours=2, minutes=5, seconds=59), "2 h 5 min"),
        (timedelta(hours=23, minutes=59, seconds=59), "23 h 59 min"),
        (timedelta(days=1), "1 d"),
        (timedelta(days=3, minutes=59), "3 d"),
        (timedelta(days=3, hours=5), "3 d 5 h"),
        (timedelta(days=400), "400 d"),
    ],
)
def test_a_length_of_time_is_said_in_its_two_largest_units(span: timedelta, text: str) -> None:
    assert short_span(span) == text


@given(st.timedeltas(timedelta(0), timedelta(days=80_000)))
def test_a_length_in_words_never_lies_by_more_than_its_smaller_unit(span: timedelta) -> None:
    said, largest = read_span(short_span(span))
    smaller = {"d": UNITS["h"], "h": MINUTE, "min": SECOND if span < 10 * MINUTE else MINUTE, "s": SECOND}[largest]
    assert said <= span < said + smaller


@given(st.timedeltas(timedelta(0), timedelta(days=9)), st.timedeltas(timedelta(0), timedelta(days=9)))
def test_a_longer_time_is_never_said_to_be_shorter(first: timedelta, second: timedelta) -> None:
    shorter, longer = sorted((first, second))
    assert read_span(short_span(shorter))[0] <= read_span(short_span(longer))[0]


def test_a_moment_is_written_in_utc_to_the_second() -> None:
    zone = timezone(timedelta(hours=-5, minutes=-30))
    assert utc_text(datetime(2026, 11, 23, 3, 11, 7, 999_999, tzinfo=zone)) == "2026-11-23T08:41:07Z"
    assert Instant.parse(utc_text(EARLIEST)).start == EARLIEST
