"""HW103 and HW223: the edge conditions of the order of entries and of the files that are left."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotwash.facts.order import first_misplaced, in_order
from tests.builders import FOLDER, NOW_AT, codes, judged, records

if TYPE_CHECKING:
    from hotwash.diagnostics import Report


def found(*times: str) -> Report:
    text = "".join(f"- {time}\n  kind: note\n  text: number {index}\n" for index, time in enumerate(times))
    return judged(records({"timeline.yaml": records()[f"{FOLDER}/timeline.yaml"] + text}))


LATER = "at: 2026-11-23T08:53:00Z"


@pytest.mark.parametrize(
    "times",
    [
        (LATER, LATER),
        (LATER, "at: 2026-11-23T08:53Z"),
        (LATER, "at: 2026-11-23"),
        (LATER, "at: 2026-11-23T09:53:00+01:00"),
        ("at: 2026-11-23T08:53Z", "at: 2026-11-23T08:53:59.5Z", "at: 2026-11-23T08:53:10Z".replace("10Z", "59.5Z")),
        (LATER, "at: {at: 2026-11-23T08:43Z, approx: true}"),
        ("at: {at: 2026-11-23T08:58Z, approx: true}", "at: 2026-11-23T08:52:00Z"),
        ("between: [2026-11-23T08:52:00Z, 2026-11-23T08:58:00Z]", LATER),
    ],
)
def test_what_may_be_in_order_is_in_order(times: tuple[str, ...]) -> None:
    assert "HW103" not in codes(found(*times))


@pytest.mark.parametrize(
    ("times", "lines"),
    [
        ((LATER, "at: 2026-11-23T08:52:59Z"), (21, 18)),
        ((LATER, "at: 2026-11-23T08:52Z"), (21, 18)),
        ((LATER, "at: 2026-11-22"), (21, 1)),
        ((LATER, "at: 2026-11-23T09:52:59+01:00"), (21, 18)),
        ((LATER, "between: [2026-11-23T08:52:00Z, 2026-11-23T08:58:00Z]"), (21, 18)),
        (("between: [2026-11-23T08:55:00Z, 2026-11-23T08:58:00Z]", LATER), (21, 18)),
        # The first that is out of place, and the first before which it belongs.
        ((LATER, "at: 2026-11-23T08:54:00Z", "at: 2026-11-23T08:52:00Z", "at: 2026-11-23T08:51:30Z"), (24, 18)),
        ((LATER, "at: 2026-11-23", "at: 2026-11-23T08:52:00Z"), (24, 18)),
    ],
)
def test_what_is_surely_earlier_belongs_above(times: tuple[str, ...], lines: tuple[int, int]) -> None:
    (diagnostic,) = [diagnostic for diagnostic in found(*times).diagnostics if diagnostic.code == "HW103"]
    assert (diagnostic.span.line, diagnostic.related[0].span.line) == lines


def test_files_of_timeline_d_have_no_place_and_are_not_judged() -> None:
    entry = "at: 2026-11-23T08:41:00Z\nkind: note\ntext: x\n"
    assert codes(judged(records({"timeline.d/0841-k3f9.yaml": entry}))) == []


@pytest.mark.parametrize("stage", [stage for stage in NOW_AT if stage not in ("closed", "retrospective")])
def test_files_are_left_in_peace_until_an_incident_is_closed(stage: str) -> None:
    entry = "at: 2026-11-23T08:50:00Z\nkind: note\ntext: x\n"
    assert "HW223" not in codes(judged(records({"timeline.d/0850-k3f9.yaml": entry}, stage=stage), now=NOW_AT[stage]))


@pytest.mark.parametrize("stage", ["closed", "retrospective"])
def test_closed_is_closed_in_every_mode(stage: str) -> None:
    at = "2026-11-23T08:52:00Z" if stage == "closed" else "2026-09-21T09:00Z"
    entry = f"at: {at}\nkind: note\ntext: x\n" + ("source: S1\n" if stage == "retrospective" else "")
    many = {f"timeline.d/085{number}-k3f9.yaml": entry.replace("text: x", f"text: x {number}") for number in range(7)}
    report = judged(records(many, stage=stage), now=NOW_AT[stage])
    (diagnostic,) = [diagnostic for diagnostic in report.diagnostics if diagnostic.code == "HW223"]
    assert diagnostic.message == "the incident is closed, and 7 entries are left in timeline.d/"
    assert diagnostic.notes == (f"7 files: {', '.join(f'085{number}-k3f9.yaml' for number in range(5))}, and 2 more",)


# --- the order itself


class Stretch(NamedTuple):
    """A time as two bounds; numbers stand for moments."""

    earliest: int
    latest: int


STRETCHES = st.lists(
    st.builds(lambda start, length: Stretch(start, start + length), st.integers(0, 30), st.integers(1, 12)), max_size=12
)


@given(STRETCHES)
def test_an_order_leaves_nothing_out_of_place_and_moves_no_more_than_it_must(times: list[Stretch]) -> None:
    order = in_order(times)  # type: ignore[arg-type] # numbers stand for moments
    assert sorted(order) == list(range(len(times)))
    placed = [times[index] for index in order]
    assert not any(below.latest <= above.earliest for above, below in combinations(placed, 2))
    assert first_misplaced(placed) is None  # type: ignore[arg-type] # as above
    assert in_order(placed) == tuple(range(len(times)))  # type: ignore[arg-type] # as above
    wrong = any(below.latest <= above.earliest for above, below in combinations(times, 2))
    assert wrong == (order != tuple(range(len(times)))) == (first_misplaced(times) is not None)  # type: ignore[arg-type] # as above


@given(STRETCHES)
def test_equal_times_keep_their_order(times: list[Stretch]) -> None:
    order = in_order(times)  # type: ignore[arg-type] # as above
    for first, second in combinations(range(len(times)), 2):
        if times[first] == times[second]:
            assert order.index(first) < order.index(second)
