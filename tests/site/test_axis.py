"""What stands beneath a picture: round times, and distances in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotwash.site.drawing import axis
from hotwash.site.drawing.scale import scale

START = datetime(2021, 6, 8, 9, 47, tzinfo=UTC)
ROOM_PX = 256
SIZE_PX = 10.5


def texts(**length: float) -> list[str]:
    return [
        tick.text for tick in axis.ticks(scale([START, START + timedelta(**length)]), room_px=ROOM_PX, size_px=SIZE_PX)
    ]


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        ({"seconds": 40}, ["09:47:00", "09:47:15", "09:47:30"]),
        ({"minutes": 34}, ["09:50", "10:00", "10:10", "10:20"]),
        ({"hours": 3}, ["10:00", "10:30", "11:00", "11:30", "12:00", "12:30"]),
        ({"hours": 24}, ["12:00", "18:00", "9 Jun", "06:00"]),
        ({"days": 6}, ["9 Jun", "10 Jun", "11 Jun", "12 Jun", "13 Jun", "14 Jun"]),
        ({"days": 300}, ["Jul 2021", "Oct 2021", "Jan 2022"]),
        ({"days": 3000}, ["Jan 2022", "Jan 2024", "Jan 2026", "Jan 2028"]),
        ({}, ["09:47"]),
    ],
)
def test_ticks_are_round(length: dict[str, float], expected: list[str]) -> None:
    assert texts(**length) == expected


@given(seconds=st.integers(0, 10**9))
def test_ticks_leave_one_another_room(seconds: int) -> None:
    ticks = axis.ticks(scale([START, START + timedelta(seconds=seconds)]), room_px=ROOM_PX, size_px=SIZE_PX)
    reaches = sorted(axis.reach(tick, ROOM_PX, SIZE_PX) for tick in ticks)
    assert ticks
    assert all(first[1] < second[0] for first, second in pairwise(reaches))


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ([timedelta(hours=4, minutes=41)], "4 h 41 min before"),
        ([timedelta(hours=20, minutes=41)], "20 h before"),
        ([timedelta(days=27, hours=9)], "27 days before"),
        ([timedelta(days=3), timedelta(days=6)], "3 to 6 days before"),
        ([timedelta(hours=5), timedelta(days=6)], "5 h to 6 days before"),
        ([timedelta(days=200)], "≈ 7 months before"),
        ([timedelta(days=3), timedelta(days=3500)], "3 days to ≈ 10 years before"),
    ],
)
def test_distances_are_told_from_the_nearest_to_the_farthest(before: list[timedelta], expected: str) -> None:
    made = scale([START - one for one in before], (START, START + timedelta(hours=3)))
    assert axis.far(made, made.breaks[0], ()) == expected


def test_distance_of_a_day_is_told_in_days() -> None:
    day = datetime(2021, 6, 9, tzinfo=UTC)
    made = scale([day], (START, START + timedelta(hours=3)))
    assert axis.far(made, made.breaks[0], [day]) == "1 day after"
