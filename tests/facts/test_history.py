"""How an incident came to its status, and the way it would have to go."""

from __future__ import annotations

from itertools import pairwise, product
from typing import get_args

import pytest

from hotwash.facts.history import steps, told_status, way
from hotwash.model.incident import TRANSITIONS, Status
from tests.builders import case

STATUSES: tuple[Status, ...] = get_args(Status)


def change(minute: int, left: str, reached: str) -> str:
    """One status-change entry."""
    return f"- {{at: 2026-11-23T09:{minute:02}Z, kind: status-change, from: {left}, to: {reached}, text: Gone on}}\n"


def test_without_an_entry_an_incident_is_declared() -> None:
    assert told_status(case({"timeline.yaml": None})) == "declared"
    assert steps(case({"timeline.yaml": None})) == ()


def test_entries_count_by_time_and_not_by_their_place_in_the_file() -> None:
    found = case({"timeline.yaml": change(20, "investigating", "identified") + change(10, "declared", "investigating")})
    assert told_status(found) == "identified"
    assert [(step.expected, step.entry.from_) for step in steps(found)] == [
        ("declared", "declared"),
        ("investigating", "investigating"),
    ]


def test_a_file_of_its_own_counts_as_an_entry_of_the_timeline() -> None:
    found = case(
        {
            "timeline.yaml": change(10, "declared", "investigating"),
            "timeline.d/0920-k3f9.yaml": change(20, "investigating", "monitoring").removeprefix("- "),
        }
    )
    assert told_status(found) == "monitoring"
    assert [step.logged.file for step in steps(found)] == ["timeline.yaml", "timeline.d/0920-k3f9.yaml"]


def test_a_step_knows_the_status_that_it_should_have_left() -> None:
    found = case({"timeline.yaml": change(10, "declared", "investigating") + change(20, "identified", "monitoring")})
    assert [(step.expected, step.entry.from_) for step in steps(found)][-1] == ("investigating", "identified")


@pytest.mark.parametrize(("start", "end"), list(product(STATUSES, STATUSES)))
def test_a_way_takes_allowed_steps_only_and_no_more_than_it_needs(start: Status, end: Status) -> None:
    found = way(start, end)
    assert (found[0], found[-1]) == (start, end)
    assert all(after in TRANSITIONS[before] for before, after in pairwise(found))
    assert len(set(found)) == len(found)


def test_a_night_that_skips_nothing_has_one_way() -> None:
    assert way("declared", "monitoring") == ("declared", "investigating", "monitoring")
    assert way("declared", "closed") == ("declared", "investigating", "resolved", "closed")
    assert way("resolved", "identified") == ("resolved", "investigating", "identified")
