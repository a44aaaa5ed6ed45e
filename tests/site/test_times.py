from __future__ import annotations

import pytest

from hotwash.model.base import When
from hotwash.model.time import Instant
from hotwash.site.times import length, moment


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
        ("2021-05-12", "2021-06-08", "≈ 27 days"),
        ("2021-05-12", "2021-05-13T09:00Z", "≈ 1 day"),
        ("2021-05-12", "2021-05-12T09:00Z", "a day or less"),
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
    found = moment(when(written))
    assert (found.utc, found.machine) == (shown, machine)
