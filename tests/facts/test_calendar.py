"""Working time, against a clock on the wall that is looked at once a minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hotwash.facts.calendar import (
    WorkingTime,
    after_working,
    closing_words,
    due_after,
    end_of_business_day,
    is_working,
    worked,
    working_time,
)
from hotwash.model.policy import Calendar, Duration
from hotwash.model.time import LATEST
from tests.builders import POLICY, judged, records

if TYPE_CHECKING:
    from collections.abc import Iterator

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
# Around a change of the clocks each, or a day that was left out (Apia), and a day on which nothing happens.
NIGHTS = {
    "Europe/Berlin": ("2026-03-29", "2026-10-25", "2026-11-23"),
    "America/New_York": ("2026-03-08", "2026-11-01", "2026-07-03"),
    "Australia/Lord_Howe": ("2026-04-05", "2026-10-04", "2026-01-01"),
    "Asia/Kathmandu": ("1986-01-01", "2026-02-28", "2028-02-29"),
    "Pacific/Apia": ("2011-12-30", "2012-04-01", "2011-12-31"),
    "UTC": ("2026-12-31", "2027-01-01", "2026-06-15"),
}


def shows_work(working: WorkingTime, moment: datetime) -> bool:
    """What somebody sees who looks at the clock on the wall and at the calendar beside it."""
    there = moment.astimezone(working.zone)
    minute = timedelta(hours=there.hour, minutes=there.minute)
    return (
        working.opens <= minute < working.closes
        and there.weekday() in working.days
        and there.date() not in working.free
    )


def working_minutes(working: WorkingTime, start: datetime, end: datetime) -> Iterator[datetime]:
    """The minutes from one moment to another in which there is work."""
    while start < end:
        if shows_work(working, start):
            yield start
        start += MINUTE


def late_in(minutes: list[datetime], span: timedelta) -> datetime:
    """The end of the minute with which so much work is done."""
    return minutes[span // MINUTE - 1] + MINUTE


@st.composite
def scenes(draw: st.DrawFn) -> tuple[WorkingTime, datetime]:
    """Working time anywhere, and a whole minute in the days around a night of that place."""
    zone = draw(st.sampled_from(sorted(NIGHTS)))
    night = date.fromisoformat(draw(st.sampled_from(NIGHTS[zone])))
    # Quarters find the seams of every time zone, and make it likely that hours end where clocks change.
    opens, closes = sorted(draw(st.lists(st.integers(0, 96), min_size=2, max_size=2, unique=True)))
    free = draw(st.sets(st.integers(-2, 4), max_size=3))
    working = WorkingTime(
        zone=ZoneInfo(zone),
        opens=15 * opens * MINUTE,
        closes=15 * closes * MINUTE,
        days=frozenset(draw(st.sets(st.integers(0, 6), min_size=1))),
        free=frozenset(night + days * DAY for days in free),
    )
    middle = datetime(night.year, night.month, night.day, tzinfo=UTC)
    return working, middle + draw(st.integers(-36 * 60, 36 * 60)) * MINUTE


@given(scenes())
def test_a_moment_is_working_time_when_the_clock_on_the_wall_says_so(scene: tuple[WorkingTime, datetime]) -> None:
    working, start = scene
    moments = [start + hours * timedelta(minutes=59) for hours in range(30)]
    assert [is_working(working, moment) for moment in moments] == [shows_work(working, moment) for moment in moments]


@given(scenes(), st.integers(0, 2 * 1440))
def test_working_time_between_two_moments_is_as_many_minutes_as_the_wall_shows(
    scene: tuple[WorkingTime, datetime], minutes: int
) -> None:
    working, start = scene
    end = start + minutes * MINUTE
    assert worked(working, start, end) == len(list(working_minutes(working, start, end))) * MINUTE


@given(scenes(), st.integers(1, 400))
def test_a_span_of_working_time_ends_with_the_minute_that_makes_it_full(
    scene: tuple[WorkingTime, datetime], minutes: int
) -> None:
    working, start = scene
    seen = list(working_minutes(working, start, start + 2 * DAY))
    assume(len(seen) >= minutes)
    assert after_working(working, start, minutes * MINUTE) == late_in(seen, minutes * MINUTE)


@given(scenes(), st.integers(1, 1200), st.integers(0, 59_999_999))
def test_so_much_working_time_has_passed_then_and_not_before(
    scene: tuple[WorkingTime, datetime], minutes: int, microseconds: int
) -> None:
    """Between the minutes too, where no oracle looks."""
    working, start = scene
    start += timedelta(microseconds=microseconds)
    end = after_working(working, start, minutes * MINUTE)
    least = timedelta(microseconds=1)
    assert worked(working, start, end) == minutes * MINUTE
    assert worked(working, start, end - least) == minutes * MINUTE - least


@given(scenes(), st.integers(1, 4))
def test_a_business_day_ends_with_its_last_minute_of_work(scene: tuple[WorkingTime, datetime], number: int) -> None:
    working, start = scene
    today = start.astimezone(working.zone).date()
    ends: dict[date, datetime] = {}
    # Working hours and offsets are whole quarters here, so that as many looks at the clock are enough.
    quarter = start - start.minute % 15 * MINUTE
    for _ in range(10 * 96):
        day = quarter.astimezone(working.zone).date()
        quarter += 15 * MINUTE
        if day > today and shows_work(working, quarter - MINUTE):
            ends[day] = quarter
    assume(len(ends) > number)  # the last one may go on beyond what was looked at
    assert end_of_business_day(working, start, number) == list(ends.values())[number - 1]


@given(scenes(), st.lists(st.integers(0, 3 * 1440), min_size=3, max_size=3))
def test_working_time_adds_up(scene: tuple[WorkingTime, datetime], minutes: list[int]) -> None:
    working, start = scene
    first, second, third = (start + after * MINUTE for after in sorted(minutes))
    assert worked(working, first, second) + worked(working, second, third) == worked(working, first, third)
    assert worked(working, second, first) == timedelta(0)


# --- the policy's calendar


@pytest.mark.parametrize(
    ("written", "key", "label"),
    [
        ("time_zone: Europe/Berln", "time_zone", "did you mean `Europe/Berlin`?"),
        ("time_zone: Middle-earth", "time_zone", "not a time zone: write its IANA name, like Europe/Berlin"),
        ("time_zone: /etc/localtime", "time_zone", "not a time zone: write its IANA name, like Europe/Berlin"),
        ("time_zone: localtime", "time_zone", "not a time zone: write its IANA name, like Europe/Berlin"),
        ("time_zone: ../UTC", "time_zone", "did you mean `UTC`?"),
        ("holidays: XX", "holidays", "no public holidays are known of it: write a country like DE, or its part like DE-BE"),
        ("holidays: DE-XX", "holidays", "DE is known, its part XX is not: write DE, or another part"),
        ("holidays: XX-BE", "holidays", "no public holidays are known of it: write a country like DE, or its part like DE-BE"),
        ("days: []", "days", ""),
    ],
)  # fmt: skip
def test_what_no_clock_could_run_by_is_a_wrong_value(written: str, key: str, label: str) -> None:
    report = judged(records({POLICY: f"calendar: {{{written}}}\n"}))
    found = next(diagnostic for diagnostic in report.diagnostics if diagnostic.path == POLICY)
    assert (found.code, found.route, found.label) == ("HW007", ("calendar", key), label)
    if not label:
        assert (found.message, found.advice) == ("`calendar.days` is empty", "for example: [mon, tue, wed, thu, fri]")


BERLIN = Calendar(time_zone="Europe/Berlin", holidays="DE-BE")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-11-23T08:00+01:00", "1bd", "2026-11-24T17:00+01:00"),
        ("2026-11-23T23:59+01:00", "1bd", "2026-11-24T17:00+01:00"),
        ("2026-11-23T23:30Z", "1bd", "2026-11-25T17:00+01:00"),  # it is Tuesday already in Berlin
        ("2026-11-27T10:00+01:00", "1bd", "2026-11-30T17:00+01:00"),  # over a weekend
        ("2026-11-28T10:00+01:00", "1bd", "2026-11-30T17:00+01:00"),  # on a Saturday
        ("2026-10-23T10:00+02:00", "1bd", "2026-10-26T17:00+01:00"),  # the clocks are set back
        ("2026-12-23T10:00+01:00", "1bd", "2026-12-24T17:00+01:00"),
        ("2026-12-24T10:00+01:00", "1bd", "2026-12-28T17:00+01:00"),  # Christmas, and then a weekend
        ("2026-12-30T10:00+01:00", "5bd", "2027-01-07T17:00+01:00"),  # over New Year
        ("2026-03-06T10:00+01:00", "1bd", "2026-03-09T17:00+01:00"),  # Women's Day is a Sunday this year
        ("2027-03-05T10:00+01:00", "1bd", "2027-03-09T17:00+01:00"),  # and a Monday the next: free in Berlin only
    ],
)
def test_a_deadline_in_business_days_ends_with_the_working_hours_of_the_last_one(
    start: str, days: str, due: str
) -> None:
    assert due_after(at(start), Duration.parse(days), BERLIN) == at(due)


def test_without_a_country_no_day_is_a_public_holiday_and_without_a_time_zone_it_is_utc() -> None:
    assert due_after(at("2026-12-24T10:00Z"), Duration.parse("1bd"), Calendar()) == at("2026-12-25T17:00Z")


def test_other_durations_run_through_the_night_unless_only_working_time_counts() -> None:
    friday = at("2026-11-27T16:50+01:00")
    assert due_after(friday, Duration.parse("15m"), BERLIN) == friday + 15 * MINUTE
    assert due_after(friday, Duration.parse("15m"), BERLIN, working_only=True) == at("2026-11-30T09:05+01:00")
    assert due_after(friday, Duration.parse("10m"), BERLIN, working_only=True) == at("2026-11-27T17:00+01:00")


def test_a_day_around_the_clock_ends_at_midnight_and_is_named_as_the_day_that_ends() -> None:
    always = Calendar(time_zone="Europe/Berlin", hours="00:00-24:00")
    due = due_after(at("2026-11-23T10:00+01:00"), Duration.parse("1bd"), always)
    assert due == at("2026-11-25T00:00+01:00")
    assert closing_words(always, due) == "the end of Tuesday 24 November 2026, 24:00 Europe/Berlin"


def test_the_end_of_a_business_day_is_said_with_the_place_whose_clock_it_is() -> None:
    due = at("2026-11-24T16:00Z")
    assert closing_words(BERLIN, due) == "the end of Tuesday 24 November 2026, 17:00 Europe/Berlin"


def test_the_hour_that_comes_twice_counts_twice_and_the_one_that_is_left_out_does_not_count() -> None:
    night = working_time(
        Calendar(time_zone="Europe/Berlin", hours="02:00-03:00", days=("sun",)),
    )
    autumn, spring = at("2026-10-25T00:00+02:00"), at("2026-03-29T00:00+01:00")
    assert worked(night, autumn, autumn + DAY) == timedelta(hours=2)
    assert worked(night, spring, spring + DAY) == timedelta(0)
    assert end_of_business_day(night, spring - DAY, 1) == at("2026-04-05T03:00+02:00")


@pytest.mark.parametrize("duration", ["99999bd", "99999d"])
def test_a_deadline_after_all_time_is_at_its_end(duration: str) -> None:
    lazy = Calendar(hours="09:00-09:01", days=("mon",))
    assert due_after(at("2199-12-31T23:59Z"), Duration.parse(duration), lazy, working_only=True) == LATEST
