"""What runs while an incident is open: from what everybody may know, and the same at any time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hotwash.site.public.publish import publish
from tests.site.records import ID, NOW, action_items, incident, loaded, made, plain, postmortem, timeline, whole

TIMES = {
    "started": "2026-11-23T08:41:00Z",
    "detected": "2026-11-23T08:44:10Z",
    "declared": "2026-11-23T08:46:00Z",
    "acknowledged": "2026-11-23T08:46:40Z",
}


def update(at: str, **fields: Any) -> dict[str, Any]:  # noqa: ANN401 - YAML
    return {
        "at": f"2026-11-23T{at}:00Z",
        "by": "bert-2",
        "kind": "status-update",
        "audience": "public",
        "text": "We are at work on it",
        **fields,
    }


def told(*updates: dict[str, Any], times: dict[str, Any] = TIMES, **changes: Any) -> list[str]:  # noqa: ANN401 - YAML
    """The clocks of an incident, as a page says them."""
    records = {"incident.yaml": incident(times=times, **{"status": "identified", **changes}), "timeline.yaml": updates}
    (one,) = publish(loaded({ID: records}), NOW).all
    return [f"{clock.label} {clock.at.text}" for clock in one.clocks]


def test_open_incident_counts_from_its_start_and_from_its_declaration() -> None:
    assert told() == ["began 23 November 2026, 08:41", "declared 08:46"]
    noticed = {key: at for key, at in TIMES.items() if key != "started"}
    assert told(times=noticed) == ["detected 23 November 2026, 08:44", "declared 08:46"]


def test_nobody_has_responded_until_it_is_acknowledged() -> None:
    unanswered = {key: at for key, at in TIMES.items() if key != "acknowledged"}
    # Of a P1 an hour from the earlier of detected and declared.
    assert told(times=unanswered)[2:] == ["first response by 09:44"]


def test_newest_public_update_says_when_the_next_one_is_due() -> None:
    promise = {"next_update_by": "2026-11-23T09:15:00Z"}
    assert told(update("09:00", **promise))[2:] == ["last update 09:00", "next update by 09:15"]
    assert told(update("09:00", **promise), update("09:10"))[2:] == ["last update 09:10"]
    inside = update("09:20", audience="engineers", next_update_by="2026-11-23T09:30:00Z")
    assert told(update("09:00", **promise), inside)[2:] == ["last update 09:00", "next update by 09:15"]


def test_promise_of_a_day_holds_until_that_day_is_over() -> None:
    records = {
        "incident.yaml": incident(status="monitoring", times=TIMES),
        "timeline.yaml": [update("09:00", next_update_by="2026-11-24")],
    }
    (one,) = publish(loaded({ID: records}), NOW).incidents
    clock = one.clocks[-1]
    assert (clock.label, clock.at.text) == ("next update by", "24 November 2026")
    assert clock.due == datetime(2026, 11, 25, tzinfo=UTC)


@pytest.mark.parametrize(
    ("later", "said"),
    [
        ((), ["expected to be over by 11:00"]),
        ((update("10:00"),), ["expected to be over by 11:00"]),
        ((update("10:00", eta="2026-11-23T12:00:00Z"),), ["expected to be over by 12:00"]),
        ((update("10:00", eta={"unknown": "The disk may not be mended"}),), []),
        ((update("11:30"),), []),
    ],
)
def test_last_word_on_the_end_counts(later: tuple[dict[str, Any], ...], said: list[str]) -> None:
    found = told(update("09:00", eta="2026-11-23T11:00:00Z"), *later)
    assert [clock for clock in found if clock.startswith("expected")] == said


@pytest.mark.parametrize(
    ("severity", "said"),
    [
        ("P0", ["post-mortem due by 26 November 2026, 11:30"]),
        ("P1", ["post-mortem due by 30 November 2026, 17:00"]),
        ("P3", []),
    ],
)
def test_post_mortem_is_due_after_the_end(severity: str, said: list[str]) -> None:
    times = {**TIMES, "mitigated": "2026-11-23T09:02:00Z", "resolved": "2026-11-23T11:30:00Z"}
    assert told(times=times, status="resolved", severity=severity) == said


def test_of_business_days_only_that_it_is_late_is_said() -> None:
    home = made({ID: whole(status="resolved")})["index.md"]
    assert 'data-hw-due="2026-11-30T17:00:00Z" data-hw-uncounted' in home
    assert "data-hw-uncounted" not in made({ID: whole(status="resolved", severity="P0")})["index.md"]


@pytest.mark.parametrize("status", ["closed", "dismissed"])
def test_no_clock_runs_once_it_is_closed(status: str) -> None:
    assert told(update("09:00", next_update_by="2026-11-23T09:15:00Z"), status=status) == []


@pytest.mark.parametrize(
    "changes", [{"kind": "drill"}, {"recorded": {"mode": "late", "at": "2026-11-29", "by": "anna-1"}}]
)
def test_drills_and_what_is_written_up_owe_nothing(changes: dict[str, Any]) -> None:
    promised = update("09:00", next_update_by="2026-11-23T09:15:00Z")
    assert told(promised, **changes)[2:] == ["last update 09:00"]
    assert told(status="resolved", times={**TIMES, "resolved": "2026-11-23T11:30:00Z"}, **changes) == []


@pytest.mark.parametrize("status", ["declared", "investigating", "identified", "monitoring", "resolved"])
def test_clocks_of_what_is_not_closed_know_only_what_is_told(status: str) -> None:
    """Neither sign-offs, nor the timeline, nor a post-mortem that is there already changes a byte of any page."""
    public = [entry for entry in timeline() if entry.get("audience") == "public"]
    bare = {"incident.yaml": incident(status=status, first_actions={}, evidence={}, impact={}), "timeline.yaml": public}
    full = {
        "incident.yaml": incident(status=status),
        "timeline.yaml": timeline(),
        "action-items.yaml": action_items(),
        "postmortem.md": postmortem(),
    }
    assert made({ID: bare}) == made({ID: full})


def test_only_the_time_of_the_build_is_told_of_it() -> None:
    repository = loaded({ID: whole(status="identified"), "2026-11-22-slow": whole(status="resolved")})
    now, later = publish(repository, NOW), publish(repository, NOW + timedelta(days=9))
    assert now.all == later.all


def test_moments_are_read_without_a_script() -> None:
    home = made({ID: {**whole(status="identified"), "timeline.yaml": [update("09:00")]}})["index.md"]
    assert (
        'began <span class="hw-running"><time datetime="2026-11-23T08:41:00Z" data-hw-since="2026-11-23T08:41:00Z">'
        "23 November 2026, 08:41</time> UTC</span>"
    ) in home
    assert "As of " in home
    assert "30 November 2026, 12:00</time> UTC" in home


def test_nobody_counts_from_what_is_known_roughly() -> None:
    home = made({ID: whole(status="identified", times={**TIMES, "started": {"before": "2026-11-23T08:41:00Z"}})})
    assert "data-hw-since" in home["index.md"]
    assert 'data-hw-since="2026-11-23T08:41:00Z"' not in home["index.md"]


def test_times_of_clocks_are_told_by_nobody() -> None:
    """From what a time was worked out is prose, and told of closed incidents only."""
    home = made({ID: whole(status="identified")})["index.md"]
    assert plain("started-derived", "line") not in home
