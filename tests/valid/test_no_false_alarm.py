"""What is right is left in peace: incidents of every severity, kind, mode and status, through every gate in order."""

from __future__ import annotations

import os
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from hotwash.model.incident import STATUS_ORDER
from tests.builders import judged
from tests.valid import stories

if TYPE_CHECKING:
    from collections.abc import Callable

# What a sound record may be told all the same, and why that is right.
EARNED = {
    "HW501": "an item that was due in three days, of an incident that is looked at after nine",
}
# So many of each by default, and five hundred in all with HOTWASH_STORIES.
ALL = "HOTWASH_STORIES" in os.environ
TELLERS: dict[str, tuple[int, Callable[[Random], list[stories.State]]]] = {
    "live": (200 if ALL else 100, stories.live),
    "drill": (100, lambda chance: stories.live(chance, kind="drill")),
    "late": (100 if ALL else 30, stories.late),
    "retrospective": (100 if ALL else 30, stories.retrospective),
}


@pytest.mark.parametrize("mode", TELLERS)
def test_a_sound_incident_gives_no_error_at_any_step_and_no_warning_that_it_has_not_earned(mode: str) -> None:
    examples, tell = TELLERS[mode]
    seen: set[str] = set()

    # A seed says it all: there is nothing to shrink in a number.
    @settings(max_examples=examples, deadline=None, database=None, phases=(Phase.generate,))
    @given(st.integers(0, 2**32))
    def holds(seed: int) -> None:
        for state in tell(Random(seed)):  # noqa: S311 - no secret
            report = judged(state.files, now=state.now)
            found = [(one.code, one.message) for one in report.diagnostics if one.code not in EARNED]
            assert found == [], state.stage
            assert report.errors == 0
            assert report.incidents[0].verdict.gate == _gate(state, mode)
            seen.add(state.stage)

    holds()
    assert seen == _stages(mode)


def _gate(state: stories.State, mode: str) -> str:
    if mode == "retrospective" or state.stage == "dismissed":
        return "not-judged"
    return {"declared": "shut", "late": "late"}.get(state.stage, "open")


def _stages(mode: str) -> set[str]:
    """The stages that so many stories pass through: one that is never reached would prove nothing."""
    return {*STATUS_ORDER, "dismissed", "reopened"} if mode in ("live", "drill") else {mode}
