"""Places from left to right: in order, within the picture, to scale, and broken where nothing is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from hotwash.site.drawing.scale import scale

if TYPE_CHECKING:
    from random import Random

START = datetime(2021, 6, 8, 9, 47, tzinfo=UTC)
INSTANTS = st.integers(min_value=0, max_value=400 * 86400).map(lambda s: START + timedelta(seconds=s))
POINTS = st.lists(INSTANTS, min_size=1, max_size=12)
CORES = st.none() | st.tuples(INSTANTS, INSTANTS).map(lambda pair: (min(pair), max(pair)))


def after(**length: float) -> datetime:
    return START + timedelta(**length)


@given(points=POINTS, core=CORES, asked=POINTS, is_open=st.booleans())
def test_places_are_in_order_and_within_the_picture(
    points: list[datetime], core: tuple[datetime, datetime] | None, asked: list[datetime], *, is_open: bool
) -> None:
    made = scale(points, core, is_open=is_open)
    places = [made.at(one) for one in sorted([*points, *asked])]
    assert places == sorted(places)
    assert all(0 <= place <= 1 for place in places)


@given(points=POINTS, core=CORES)
def test_other_instants_stand_at_other_places(points: list[datetime], core: tuple[datetime, datetime] | None) -> None:
    made = scale(points, core)
    places = [place for _, place in made.knots]
    assert all(first < second for first, second in pairwise(places))


@given(points=POINTS, core=CORES, order=st.randoms(use_true_random=False))
def test_the_same_instants_in_any_order_give_the_same_scale(
    points: list[datetime], core: tuple[datetime, datetime] | None, order: Random
) -> None:
    shuffled = [*points, *points]
    order.shuffle(shuffled)
    assert scale(shuffled, core) == scale(points, core)


@given(points=POINTS, core=CORES)
def test_no_part_is_to_another_scale_than_the_others(
    points: list[datetime], core: tuple[datetime, datetime] | None
) -> None:
    """A longer stretch of the main part is never drawn shorter than a short one, whatever breaks there are."""
    made = scale(points, core)
    widths = [(ends - begins, made.at(ends) - made.at(begins)) for begins, ends in made.parts]
    for length, width in widths:
        assert all(width >= other - 1e-9 for shorter, other in widths if shorter <= length)


@given(points=POINTS, core=CORES)
def test_breaks_lie_between_what_they_part(points: list[datetime], core: tuple[datetime, datetime] | None) -> None:
    made = scale(points, core)
    for one in made.breaks:
        assert made.at(one.edges[0]) <= one.left < one.right <= made.at(one.edges[1])


def test_a_single_instant_stands_in_the_middle() -> None:
    made = scale([START, START])
    assert made.at(START) == 0.5
    assert made.breaks == ()


def test_time_is_to_scale() -> None:
    made = scale([START, after(hours=1), after(hours=4)])
    first, second, third = (made.at(after(hours=hours)) for hours in (0, 1, 4))
    assert abs((third - second) - 3 * (second - first)) < 1e-9


def test_what_lies_far_off_is_set_apart() -> None:
    made = scale([after(days=-27), after(minutes=-5), after(days=30)], (START, after(hours=3)))
    assert [one.side for one in made.breaks] == ["before", "after"]
    assert made.main == (after(minutes=-5), after(hours=3))
    assert made.at(after(hours=3)) - made.at(START) > 0.6, "the main part keeps most of the width"


def test_what_is_set_apart_takes_no_more_room_the_more_it_is() -> None:
    far = [after(days=10 + day) for day in range(40)]
    made = scale(far, (START, after(hours=3)))
    assert made.at(after(hours=3)) - made.at(START) > 0.6


def test_gaps_of_an_incident_are_kept_when_they_are_its_story() -> None:
    """Not noticed for a day, and mended within half an hour."""
    assert scale([after(hours=24.7), after(hours=25.2), after(hours=42)], (START, after(hours=42))).breaks == ()


def test_gaps_that_leave_no_room_for_anything_else_are_broken() -> None:
    told = [START, after(days=139), after(days=476), after(days=483), after(days=493)]
    made = scale(told, (START, after(days=493)))
    assert [(one.side, one.edges) for one in made.breaks] == [
        ("within", (told[0], told[1])),
        ("within", (told[1], told[2])),
    ]


def test_what_goes_on_leaves_room_for_what_is_to_come() -> None:
    assert scale([START, after(hours=1)], is_open=True).at(after(hours=1)) < 0.8
