"""The phases of an incident: between which moments, and how long, never more exactly than they are known."""

from __future__ import annotations

from typing import Any

import pytest

from hotwash.site.public.publish import publish
from tests.site.records import ID, NOW, incident, loaded, retrospective

DAY = "2026-11-23"
START = f"{DAY}T08:41:00Z"


def phases(*, live: bool = False, status: str = "closed", **times: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - YAML
    written = {**(incident() if live else retrospective()), "times": times, "status": status, "impact": {}}
    one = publish(loaded({ID: {"incident.yaml": written}}), NOW).all[0]
    return [(phase.label, phase.lasted) for phase in one.phases]


def test_each_moment_ends_a_phase() -> None:
    told = phases(
        started=START,
        detected=f"{DAY}T08:44:10Z",
        acknowledged=f"{DAY}T08:46:40Z",
        mitigated=f"{DAY}T09:04:00Z",
        resolved=f"{DAY}T11:32:00Z",
    )
    assert told == [
        ("Undetected", "3 min 10 s"),
        ("Until acknowledged", "2 min 30 s"),
        ("Until mitigated", "17 min"),
        ("Until resolved", "2 h 28 min"),
    ]


def test_moments_that_nobody_knows_end_none() -> None:
    assert phases(started=START, resolved=f"{DAY}T09:41:00Z") == [("Until resolved", "1 h")]


@pytest.mark.parametrize(
    "detected",
    [
        f"{DAY}T08:30:00Z",
        START,
        DAY,
        {"after": START},
        {"at": START, "approx": True},
        {"after": f"{DAY}T08:00:00Z", "before": f"{DAY}T09:00:00Z"},
    ],
)
def test_moment_that_may_be_as_early_as_the_one_before_ends_none(detected: Any) -> None:  # noqa: ANN401 - YAML
    told = phases(started=START, detected=detected, mitigated=f"{DAY}T09:41:00Z")
    assert told == [("Until mitigated", "1 h")]


def test_bounds_are_told_as_bounds() -> None:
    told = phases(started={"after": START}, mitigated=f"{DAY}T09:41:00Z", resolved={"before": f"{DAY}T10:00:00Z"})
    assert told == [("Until mitigated", "at most 1 h"), ("Until resolved", "at most 19 min")]


@pytest.mark.parametrize(
    ("status", "ends", "last"),
    [
        ("investigating", {}, ("Not mitigated yet", "")),
        ("monitoring", {"mitigated": f"{DAY}T09:41:00Z"}, ("Not resolved yet", "")),
        ("resolved", {"mitigated": f"{DAY}T09:41:00Z", "resolved": f"{DAY}T10:41:00Z"}, ("Until resolved", "1 h")),
    ],
)
def test_what_is_open_goes_on(status: str, ends: dict[str, str], last: tuple[str, str]) -> None:
    assert phases(live=True, status=status, started=START, declared=START, **ends)[-1] == last


def test_without_times_there_are_none() -> None:
    assert phases() == []
