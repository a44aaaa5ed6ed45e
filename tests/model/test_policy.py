from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from hotwash.model.base import LEVELS
from hotwash.model.policy import DURATION_PATTERN, Duration, Policy, SeverityPolicy


def policy(**keys: object) -> Policy:
    return Policy.model_validate(keys)


# --- durations


@pytest.mark.parametrize(
    ("text", "span", "business_days"),
    [
        ("15m", timedelta(minutes=15), 0),
        ("4h", timedelta(hours=4), 0),
        ("1d", timedelta(days=1), 0),
        ("5bd", timedelta(0), 5),
        ("99999d", timedelta(days=99_999), 0),
    ],
)
def test_a_duration_is_minutes_hours_days_or_business_days(text: str, span: timedelta, business_days: int) -> None:
    duration = Duration.parse(text)
    assert (duration.span, duration.business_days, str(duration)) == (span, business_days, text)


@pytest.mark.parametrize(
    "text",
    ["", "15", "15 m", " 15m", "15m ", "15m\n", "m", "0m", "015m", "-15m", "+15m", "1.5h", "1,5h", "15min", "15M", "4H", "1w", "1y",
     "1h30m", "PT15M", "5 bd", "5BD", "100000d", "\u0661m", "\uff11m", "9" * 10_000 + "m"],
)  # fmt: skip
def test_anything_else_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="not a duration: write 15m, 4h, 1d, or 5bd for business days"):
        Duration.parse(text)
    assert not re.search(DURATION_PATTERN, text.rstrip("\n") + "?" * text.count("\n"))


@given(st.from_regex(DURATION_PATTERN))
def test_a_duration_is_written_as_it_was_read(text: str) -> None:
    text = text.rstrip("\n")
    assert str(Duration.parse(text)) == text
    assert (Duration.parse(text).span > timedelta(0)) != (Duration.parse(text).business_days > 0)


@pytest.mark.parametrize("value", [15, 1.5, True, None, [], {}, timedelta(minutes=15), "PT15M"])
def test_only_text_is_a_duration(value: object) -> None:
    with pytest.raises(ValidationError, match="not a duration"):
        policy(retrospective={"min_age": value})


# --- defaults

GUIDE_6 = {
    # severity: what it means, how soon somebody responds, how often updates, how soon a post-mortem (guide 6, 3.3)
    "P0": ("complete outage", "5m", "15m", "3d"),
    "P1": ("major functionality broken", "1h", "15m", "5bd"),
    "P2": ("significant issues", "4h", "15m", "5bd"),
    "P3": ("minor issues", "1bd", "15m", "none"),
}


def as_written(severity: SeverityPolicy) -> tuple[str, str, str, str]:
    return (severity.means, str(severity.respond), str(severity.updates), str(severity.postmortem))


def test_the_severities_of_a_silent_policy_are_those_of_the_guide() -> None:
    severities = Policy().severities
    assert {level: as_written(getattr(severities, level)) for level in LEVELS} == GUIDE_6


def test_a_silent_policy_is_that_of_the_design() -> None:
    silent = Policy()
    assert silent == policy() == policy(format=1)
    assert ({key: str(value) for key, value in silent.updates.after.items()}, str(silent.updates.mitigated)) == (
        {"4h": "1h"},
        "4h",
    )
    assert str(silent.first_actions.within) == "5m"
    assert (silent.calendar.time_zone, silent.calendar.hours, silent.calendar.holidays) == ("UTC", "09:00-17:00", None)
    assert silent.calendar.days == ("mon", "tue", "wed", "thu", "fri")
    assert (silent.levels, silent.silences, silent.people) == ({}, (), {})
    assert (silent.repository, silent.land) == ("private", "push")
    assert (silent.tracker.label, silent.tracker.accounts) == ("hotwash", ("github-actions[bot]",))
    assert (silent.tracker.incidents, silent.tracker.limit) == (True, 50)
    assert (silent.publishing.default, silent.publishing.names) == ("internal", "roles")
    assert str(silent.retrospective.min_age) == "30d"


def test_no_incident_is_published_unless_somebody_says_so() -> None:
    assert Policy().publishing.default == "internal"
    assert policy(publishing={"default": "public"}).publishing.default == "public"


# --- severities in part


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(
    ("key", "place", "value"), [("means", 0, "all is lost"), ("respond", 1, "2m"), ("updates", 2, "5m"), ("postmortem", 3, "9bd")]
)  # fmt: skip
def test_a_severity_in_part_keeps_its_other_defaults_and_leaves_the_others_alone(
    level: str, key: str, place: int, value: str
) -> None:
    severities = policy(severities={level: {key: value}}).severities
    for other in LEVELS:
        expected = list(GUIDE_6[other])
        if other == level:
            expected[place] = value
        assert list(as_written(getattr(severities, other))) == expected


def test_an_empty_severity_is_its_defaults() -> None:
    assert policy(severities={"P0": {}}) == policy(severities={}) == Policy()


def test_what_is_written_in_one_policy_does_not_stay_for_the_next() -> None:
    policy(severities={"P0": {"respond": "1m"}}, updates={"after": {"1h": "30m"}}, people={"alice": "Alice"})
    assert Policy() == policy()
    assert as_written(Policy().severities.P0) == GUIDE_6["P0"]


@pytest.mark.parametrize(
    "severities", [{"P4": {}}, {"p0": {}}, {"P0": None}, {"P0": "5m"}, {"P0": {"answer": "5m"}}, {"P0": {"respond": None}}, [], "P0"]
)  # fmt: skip
def test_a_severity_that_is_none_or_says_something_else_is_refused(severities: object) -> None:
    with pytest.raises(ValidationError):
        policy(severities=severities)


def test_a_postmortem_may_be_asked_of_none_but_a_response_is_always_due() -> None:
    assert policy(severities={"P0": {"postmortem": "none"}}).severities.P0.postmortem == "none"
    with pytest.raises(ValidationError):
        policy(severities={"P3": {"respond": "none"}})


# --- the rest


@pytest.mark.parametrize("hours", ["09:00-17:00", "00:00-24:00", "08:30-12:05", "23:58-23:59"])
def test_working_hours_are_from_and_to(hours: str) -> None:
    assert policy(calendar={"hours": hours}).calendar.hours == hours


@pytest.mark.parametrize(
    "hours",
    ["9-17", "09:00", "09:00 - 17:00", "24:00-25:00", "09:60-17:00", "17:00-09:00", "09:00-09:00", "09:00-24:01"],
)
def test_hours_that_no_clock_has_or_that_end_first_are_refused(hours: str) -> None:
    with pytest.raises(ValidationError):
        policy(calendar={"hours": hours})


@pytest.mark.parametrize("after", [{"4h": "1h", "1d": "4h"}, {}])
def test_the_cadence_changes_after_lengths_of_time(after: dict[str, str]) -> None:
    assert {key: str(value) for key, value in policy(updates={"after": after}).updates.after.items()} == after


@pytest.mark.parametrize("after", [{"four": "1h"}, {"4": "1h"}, {"1bd": "4h"}, {"4h": 1}, {"": "1h"}])
def test_the_cadence_changes_after_nothing_else(after: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        policy(updates={"after": after})


def test_a_silence_ends_on_a_day_and_has_a_reason() -> None:
    (silence,) = policy(silences=[{"rule": "HW402", "reason": "By phone", "until": "2027-01-31"}]).silences
    assert (silence.incident, silence.until) == (None, date(2027, 1, 31))
    with pytest.raises(ValidationError, match="reason"):
        policy(silences=[{"rule": "HW402", "until": "2027-01-31"}])


@pytest.mark.parametrize("limit", [1, 10_000])
def test_the_limit_of_the_tracker_has_its_ends(limit: int) -> None:
    assert policy(tracker={"limit": limit}).tracker.limit == limit
    with pytest.raises(ValidationError):
        policy(tracker={"limit": limit - 1 if limit == 1 else limit + 1})


def test_a_policy_cannot_be_changed_once_it_is_read() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Policy().land = "pull-request"  # type: ignore[misc] # what the test is about
