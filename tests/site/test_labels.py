"""Labels over a picture: none in another's way."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from hotwash.site.drawing.labels import Label, apart, stacked, width_px

LABELS = st.lists(st.builds(Label, st.floats(0, 256), st.floats(20, 140)), max_size=6)


@given(labels=LABELS)
def test_no_text_meets_another_or_the_line_of_another(labels: list[Label]) -> None:
    placed = stacked(labels, -66, 256)
    for (one, at_one), (other, at_other) in combinations(zip(labels, placed or (), strict=False), 2):
        first, second = one.reach(at_one.side), other.reach(at_other.side)
        if at_one.level == at_other.level:
            assert first[1] < second[0] or second[1] < first[0]
        higher, lower = sorted(
            [(at_one.level, one, first), (at_other.level, other, second)], reverse=True, key=lambda t: t[0]
        )
        assert not lower[2][0] < higher[1].at_px < lower[2][1], "a line goes down through a text"


@given(labels=LABELS)
def test_all_texts_stay_within_their_room(labels: list[Label]) -> None:
    for label, place in zip(labels, stacked(labels, -66, 256) or (), strict=False):
        left, right = label.reach(place.side)
        assert -66 <= left <= right <= 256


def test_labels_beside_one_another_share_a_level() -> None:
    placed = stacked([Label(0, 60), Label(100, 60), Label(256, 60)], 0, 256)
    assert placed is not None
    assert [(one.side, one.level) for one in placed] == [("start", 0), ("start", 0), ("end", 0)]


def test_what_comes_close_together_is_stacked_from_left_to_right() -> None:
    placed = stacked([Label(0, 60), Label(5, 60), Label(10, 60)], 0, 256)
    assert placed is not None
    assert [one.level for one in placed] == [2, 1, 0]


def test_a_text_with_room_on_neither_side_has_no_place() -> None:
    assert stacked([Label(100, 200)], 0, 256) is None


def test_of_texts_that_meet_the_first_is_kept() -> None:
    assert apart([(0, 10), (8, 20), (30, 40)]) == [0, 2]


def test_wide_letters_are_wider() -> None:
    assert width_px("mmm", 10) > width_px("aaa", 10) > width_px("iii", 10)
