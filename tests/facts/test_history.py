"""How an incident came to its status, and the way it would have to go."""

from __future__ import annotations

from itertools import pairwise, product
from typing import get_args

import pytest

from hotwash.facts.history import closed_by, handed, severity_steps, steps, told_status, way
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


def severity(minute: int, left: str, reached: str) -> str:
    """One severity-change entry."""
    return f"- {{at: 2026-11-23T09:{minute:02}Z, kind: severity-change, from: {left}, to: {reached}, text: Worse}}\n"


def test_the_first_change_of_severity_may_leave_any_and_the_next_leaves_what_the_last_one_reached() -> None:
    found = case({"timeline.yaml": severity(20, "P3", "P0") + severity(10, "P2", "P1")})
    assert [(step.expected, step.entry.from_, step.entry.to) for step in severity_steps(found)] == [
        (None, "P2", "P1"),
        ("P1", "P3", "P0"),
    ]
    assert severity_steps(case()) == ()


def handover(minute: int, role: str, to: str, *, accepted: bool) -> str:
    """One handover."""
    said = str(accepted).lower()
    return (
        f"- {{at: 2026-11-23T09:{minute:02}Z, kind: handover, role: {role}, to: {to}, accepted: {said}, text: Over}}\n"
    )


def test_the_last_accepted_handover_of_each_role_counts() -> None:
    found = handed(
        case(
            {
                "timeline.yaml": handover(30, "commander", "erin", accepted=False)
                + handover(20, "commander", "dave", accepted=True)
                + handover(10, "commander", "carol", accepted=True)
                + handover(40, "database", "bob", accepted=False)
                + handover(50, "network", "bob", accepted=True)
            }
        )
    )
    assert {role: (last.to, last.offered_to) for role, last in found.items()} == {
        "commander": ("dave", "erin"),
        "network": ("bob", ""),
    }
    assert found["commander"].accepted.route == (1,)
    assert found["commander"].offered is not None
    assert found["commander"].offered.route == (0,)


def test_what_is_accepted_later_is_no_offer_any_more() -> None:
    timeline = (
        handover(10, "commander", "dave", accepted=True)
        + handover(20, "commander", "erin", accepted=False)
        + handover(30, "commander", "erin", accepted=True)
    )
    last = handed(case({"timeline.yaml": timeline}))["commander"]
    assert (last.to, last.offered) == ("erin", None)


def test_an_incident_is_closed_by_its_last_step() -> None:
    closing = closed_by(case(stage="closed"))
    assert closing is not None
    assert str(closing.entry.when) == "2026-11-25T10:00:00Z"
    assert closed_by(case(stage="resolved")) is None
    assert closed_by(case({"incident.yaml": "status: resolved\n"}, stage="closed")) is None
    assert closed_by(case({"timeline.yaml": None}, stage="closed")) is None
