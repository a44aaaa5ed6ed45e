"""Times as people type them, and as they are stated back."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from hotwash.edits.questions.moments import Here

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 23, 8, 46, 10, tzinfo=UTC)
HERE = Here(NOW, BERLIN)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("now", "2026-11-23T08:46:10Z"),
        ("-5m", "2026-11-23T08:41Z"),
        ("-1h30m", "2026-11-23T07:16Z"),
        ("-90s", "2026-11-23T08:44:40Z"),
        ("-2d", "2026-11-21T08:46Z"),
        ("09:41", "2026-11-23T08:41Z"),  # on the clock in Berlin
        ("9:41", "2026-11-23T08:41Z"),
        ("09:41:30", "2026-11-23T08:41:30Z"),
        ("23:30", "2026-11-22T22:30Z"),  # yesterday: it has not been that late today
        ("09:50", "2026-11-23T08:50Z"),  # a clock that stands four minutes before ours
        ("2026-11-23 09:41", "2026-11-23T08:41Z"),
        ("2026-11-23T08:41Z", "2026-11-23T08:41Z"),
        ("2026-11-23T08:41:00+01:00", "2026-11-23T08:41:00+01:00"),
    ],
)
def test_a_time_that_has_come(typed: str, written: str) -> None:
    assert HERE.past(typed) == written


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("30m", "2026-11-23T09:16Z"),
        ("+30m", "2026-11-23T09:16Z"),
        ("1h15m", "2026-11-23T10:01Z"),
        ("10:30", "2026-11-23T09:30Z"),
        ("09:30", "2026-11-24T08:30Z"),  # tomorrow: it was that early today
    ],
)
def test_a_time_that_is_to_come(typed: str, written: str) -> None:
    assert HERE.ahead(typed) == written


@pytest.mark.parametrize("typed", ["", "25:00", "08:61", "soon", "5m ago", "2026-02-30 08:00", "-", "08:41pm", "٠٨:٤١"])
def test_what_is_no_time_is_told(typed: str) -> None:
    with pytest.raises(ValueError, match="time"):
        HERE.past(typed)


def test_a_day_is_too_coarse() -> None:
    with pytest.raises(ValueError, match="a day is too coarse: write the time as well, like 2026-11-23T08:41Z"):
        HERE.past("2026-11-23")


def test_a_time_that_no_clock_showed_is_refused() -> None:
    with pytest.raises(ValueError, match="no clock showed 2026-03-29 02:30: clocks went forward then"):
        HERE.past("2026-03-29 02:30")


def test_of_an_hour_that_came_twice_the_last_one_is_meant() -> None:
    """At 02:30 clocks in Berlin had been put back at 03:00, half an hour ago: it is the second one."""
    night = Here(datetime(2026, 10, 25, 1, 45, tzinfo=UTC), BERLIN)
    assert night.past("02:30") == "2026-10-25T01:30Z"
    before = Here(datetime(2026, 10, 25, 0, 45, tzinfo=UTC), BERLIN)
    assert before.past("02:30") == "2026-10-25T00:30Z"


def test_a_time_is_stated_back_in_utc_and_here() -> None:
    assert HERE.told("2026-11-23T08:41Z") == "08:41 UTC = 09:41 CET, 5 min ago"
    assert HERE.told("2026-11-22T22:30Z") == "22:30 UTC = 23:30 CET on 2026-11-22, 10 h 16 min ago"
    assert HERE.told("2026-11-23T08:46:10Z") == "08:46:10 UTC = 09:46:10 CET, now"
    assert Here(NOW, UTC).told("2026-11-23T08:41Z") == "08:41 UTC, 5 min ago"


def test_what_is_due_is_told_by_how_long_first() -> None:
    assert HERE.due("2026-11-23T09:00:00Z") == "in 13 min, by 09:00 UTC (10:00 CET)"
    assert HERE.due("2026-11-23T08:46:10Z") == "now, by 08:46 UTC (09:46 CET)"
    assert HERE.due("2026-11-30T16:00:00Z") == "in 7 d 7 h, by 16:00 UTC (17:00 CET) on 2026-11-30"


@pytest.mark.parametrize("text", ["+20m", "2027-01-01T00:00Z"])
def test_what_was_cannot_be_still_to_come(text: str) -> None:
    with pytest.raises(ValueError, match=r"still to come, in .*: write when it was"):
        HERE.past(text)
    assert HERE.past("+4m")  # clocks differ


@pytest.mark.parametrize("text", ["-5m", "2026-11-23T08:41Z"])
def test_what_is_promised_cannot_have_been(text: str) -> None:
    with pytest.raises(ValueError, match="that was 5 min ago: write a time to come"):
        HERE.ahead(text)
