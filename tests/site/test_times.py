from __future__ import annotations

import re
from datetime import timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import ValidationError

from hotwash.model.base import When
from hotwash.model.time import EARLIEST, LATEST, Instant
from hotwash.site.public.lengths import length
from hotwash.site.public.times import moment
from hotwash.site.public.values import shown_time


def when(text: str) -> When:
    """A time as a record writes it; `~` before it for about."""
    return When(at=Instant.parse(text.removeprefix("~")), approx=text.startswith("~"))


@pytest.mark.parametrize(
    ("first", "last", "shown"),
    [
        ("2026-11-23T08:41:00Z", "2026-11-23T08:44:10Z", "3 min 10 s"),
        ("2026-11-23T08:41Z", "2026-11-23T08:44:50Z", "3 min"),
        ("2026-11-23T08:41:30Z", "2026-11-23T09:02Z", "21 min"),
        ("2026-11-23T08:41Z", "2026-11-23T11:30Z", "2 h 49 min"),
        ("2026-11-23T08:41Z", "2026-11-23T09:41+01:00", "under 1 min"),
        ("~2017-01-31T23:30Z", "~2017-02-01T18:00Z", "≈ 18 h 30 min"),
        ("2012-08-01T13:30Z", "~2012-08-01T14:15Z", "≈ 45 min"),
        ("2012-08-01T13:30Z", "~2012-08-01T13:37Z", "under 10 min"),
        ("2012-08-01T13:30Z", "~2012-08-01T13:38Z", "≈ 10 min"),
        ("2018-10-21T22:52Z", "2018-10-22T23:03Z", "24 h 11 min"),
        ("2018-10-21T22:52Z", "2018-10-23T22:52Z", "2 d"),
        ("2025-09-02T17:45Z", "2025-09-03T17:45Z", "24 h"),
        ("2021-05-12", "2021-06-08", "≈ 27 days"),
        ("2021-05-12", "2021-05-13T09:00Z", "≈ 1 day"),
        ("2021-05-12", "2021-05-12T09:00Z", "a day or less"),
        ("~2021-05-12", "2021-05-12", "10 days or less"),
        ("2026-11-23T08:41:00.250Z", "2026-11-23T08:41:00.750Z", "under 1 s"),
        ("2026-11-23T08:41Z", "2026-11-23T08:40Z", ""),
        ("2026-11-23T08:41:30Z", "2026-11-23T08:41:10Z", ""),
        ("2021-05-12", "2021-05-10", ""),
    ],
)
def test_length_is_no_more_precise_than_its_ends(first: str, last: str, shown: str) -> None:
    assert length(when(first), when(last)) == shown


@pytest.mark.parametrize(
    ("written", "shown", "machine"),
    [
        ("2026-11-23T08:41:00Z", "23 November 2026, 08:41:00 UTC", "2026-11-23T08:41:00Z"),
        ("2021-06-08T09:47Z", "8 June 2021, 09:47 UTC", "2021-06-08T09:47Z"),
        ("2026-01-01T00:30+01:00", "31 December 2025, 23:30 UTC", "2025-12-31T23:30Z"),
        ("2021-05-12", "12 May 2021", "2021-05-12"),
    ],
)
def test_time_is_shown_in_utc_as_precise_as_written(written: str, shown: str, machine: str) -> None:
    found = moment(Instant.parse(written))
    assert (found.text + (" UTC" if found.clock else ""), found.machine) == (shown, machine)


def bounded(text: str) -> When:
    """A time of which bounds are known: `14:44..`, `..15:40`, `14:44..15:40`, each of 2016-07-20; `~` before it for about."""
    after, _, before = text.removeprefix("~").partition("..")
    keys = {key: f"2016-07-20T{clock}Z" for key, clock in (("after", after), ("before", before)) if clock}
    return When.model_validate({**keys, "approx": text.startswith("~")})


@pytest.mark.parametrize(
    ("first", "last", "shown"),
    [
        ("14:44..", "..19:01", "at most 4 h 17 min"),
        ("..14:44", "19:01..", "at least 4 h 17 min"),
        ("14:44..14:50", "19:01..19:10", "between 4 h 11 min and 4 h 26 min"),
        ("14:44..19:05", "19:01..19:10", "at most 4 h 26 min"),
        ("14:44..", "19:01..", ""),
        ("..14:44", "..19:01", ""),
        ("..19:05", "19:01..", ""),
        ("~14:44..", "..19:01", "at most ≈ 4 h 15 min"),
        ("14:44..", "..14:44", "under 1 min"),
        ("14:44..", "..14:40", ""),
    ],
)
def test_length_between_bounds_says_at_most_at_least_or_nothing(first: str, last: str, shown: str) -> None:
    assert length(bounded(first), bounded(last)) == shown


def test_length_of_an_entry_with_two_bounds() -> None:
    bounds = (when("2016-07-20T14:44Z"), when("2016-07-20T14:50Z"))
    assert length(bounds, when("2016-07-20T15:00Z")) == "between 10 min and 16 min"


_MINUTES = st.integers(0, 60 * 24 * 40).map(lambda minutes: timedelta(minutes=minutes))
_UNITS = st.sampled_from(["%Y-%m-%d", "%Y-%m-%dT%H:%MZ", "%Y-%m-%dT%H:%M:%SZ"])


@st.composite
def written_times(draw: st.DrawFn) -> When:
    """A time in any of its forms: day, minute or second, about or not, with one bound or two."""

    def text() -> str:
        return (EARLIEST + timedelta(days=400) + draw(_MINUTES)).strftime(draw(_UNITS))

    form = draw(st.sampled_from([("at",), ("after",), ("before",), ("after", "before")]))
    try:
        return When.model_validate({**{key: text() for key in form}, "approx": draw(st.booleans())})
    except ValidationError:
        assume(False)  # noqa: FBT003 - how Hypothesis is told
        raise


_UNIT = {"d": 86400, "day": 86400, "days": 86400, "h": 3600, "min": 60, "s": 1}


def _seconds(told: str) -> tuple[float, float]:
    """The length that a text tells, and what it may be off by: its smallest unit, or what `≈` is at least."""
    if told.endswith(" or less"):
        return 0, 86400 * int(told.replace("a day", "1").split()[0])
    parts = [(int(number), _UNIT[unit]) for number, unit in re.findall(r"(\d+) (days|day|d|h|min|s)\b", told)]
    return sum(number * unit for number, unit in parts), min(unit for _, unit in parts)


@given(written_times(), written_times())
def test_length_is_never_more_precise_than_its_ends(first: When, last: When) -> None:
    """What a text says surely is surely so: it never says at most less, or at least more, than the times allow."""
    told = length(first, last)
    if not told:
        return
    widest = last.latest - first.earliest
    narrowest = last.earliest - first.latest
    if told.startswith("at least"):
        assert first.latest < LATEST
        assert last.earliest > EARLIEST
    else:
        assert first.earliest > EARLIEST
        assert last.latest < LATEST
    shown, unit = _seconds(told.split(" and ")[-1])
    units = [one.unit for time in (first, last) for one in (time.at_, time.after, time.before) if one is not None]
    # Each end is off by one of its units, and twice by ten of them where it is only about.
    slack = max(units) * 2 + timedelta(seconds=unit)
    if first.approx or last.approx:
        slack += max(max(units) * 22, timedelta(minutes=22))
    if told.startswith("at least"):
        assert abs(timedelta(seconds=shown) - narrowest) <= slack
    else:
        assert abs(timedelta(seconds=shown) - widest) <= slack
    if first.is_open or last.is_open:
        assert told.startswith(("at most", "at least", "under", "a day", "10 days"))
    if min(units) >= timedelta(days=1):
        assert "min" not in told
        assert " h" not in told


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ({"after": "2016-07-20T14:44Z"}, "after 20 July 2016, 14:44"),
        ({"before": "2016-07-20T15:40Z", "approx": True}, "before ≈20 July 2016, 15:40"),
        ({"after": "2016-07-20", "approx": False}, "on or after 20 July 2016"),
        (
            {"after": "2016-07-20T14:44Z", "before": "2016-07-20T15:40Z"},
            "between 20 July 2016, 14:44 and 15:40",
        ),
        (
            {"after": "2016-07-20T14:44Z", "before": "2016-07-21T15:40Z"},
            "between 20 July 2016, 14:44 and 21 July 2016, 15:40",
        ),
        ({"after": "2003-01-01", "before": "2003-12-31"}, "2003"),
        ({"after": "2003-05-01", "before": "2003-05-31"}, "May 2003"),
        ({"after": "2004-02-01", "before": "2004-02-29", "approx": True}, "≈February 2004"),
        ({"after": "2004-02-01", "before": "2004-02-28"}, "between 1 February 2004 and 28 February 2004"),
    ],
)
def test_bounds_are_said_as_bounds(written: dict[str, object], said: str) -> None:
    shown = shown_time(When.model_validate(written))
    words = (f"{word} {'≈' if part.approx else ''}{part.text}".strip() for word, part in shown.parts)
    assert " ".join(words) == said


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("2017-02-28T09:37-08:00", "09:37 \N{MINUS SIGN}08:00"),
        ("2017-02-28T23:37:10.5+02:00", "23:37:10 +02:00"),
        ("2017-02-28T23:37-08:00", "28 February 2017, 23:37 \N{MINUS SIGN}08:00"),
        ("2017-02-28T09:37Z", ""),
        ("2017-02-28T09:37+00:00", ""),
        ("2017-02-28", ""),
    ],
)
def test_time_of_another_zone_is_kept_as_it_was_stated(text: str, stated: str) -> None:
    assert moment(Instant.parse(text)).stated == stated
