"""What an incident still asks of people, and by when; what is late and what is only perhaps late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from hotwash.facts.due import due
from hotwash.model.policy import Policy
from tests.builders import ITEMS, NOW, NOW_AT, POSTMORTEM_TEXT, case

if TYPE_CHECKING:
    from hotwash.model.repository import Case

MINUTE = timedelta(minutes=1)
FOUR, RESPONSE, UPDATE, END, REPORT = (
    "the four first actions, signed off",
    "a first response",
    "the next status update",
    "the end of it, as last estimated",
    "the post-mortem",
)
UNSIGNED = "first_actions:\n"
NOT_ACKNOWLEDGED = (
    "times: {started: 2026-11-23T08:41:00Z, detected: 2026-11-23T08:44:00Z, declared: 2026-11-23T08:46:00Z}\n"
)
DRILL = "kind: drill\n"
LATE = "recorded: {mode: late, at: 2026-11-24, by: alice}\n"


def owed(told: Case, now: datetime = NOW, **policy: object) -> dict[str, tuple[str, str]]:
    """What is due -> by when, and how late."""
    found = due(told, Policy.model_validate(policy), now)
    assert len({one.what for one in found}) == len(found)
    return {one.what: (one.at, one.late) for one in found}


def told(
    incident: str = "", timeline: str | None = None, items: str | None = None, stage: str = "investigating"
) -> Case:
    changes = {"incident.yaml": incident} if incident else {}
    changes |= {"timeline.yaml": timeline} if timeline is not None else {}
    changes |= {"action-items.yaml": items} if items is not None else {}
    return case(changes, stage=stage)


def update(time: str, more: str = "") -> str:
    return f"- {{at: {time}, by: bob, kind: status-update, audience: stakeholders, text: We look on{more}}}\n"


GONE_ON = "- {at: 2026-11-23T08:51:00Z, by: alice, kind: status-change, from: declared, to: investigating, text: On}\n"
ROLLED_BACK = "- {at: 2026-11-23T08:49:00Z, by: carol, kind: mitigation, action: rollback, text: Rolled back}\n"
TOLD = update("2026-11-23T08:50:00Z")


@pytest.mark.parametrize(
    ("minutes", "late"), [(0, ""), (5, ""), (5.02, "1 s late"), (7, "2 min late"), (65, "1 h late")]
)
def test_the_four_first_actions_are_due_five_minutes_after_the_declaration(minutes: float, late: str) -> None:
    declared = datetime(2026, 11, 23, 8, 46, tzinfo=UTC)
    found = owed(told(UNSIGNED), declared + minutes * MINUTE)
    assert found[FOUR] == ("2026-11-23T08:51:00Z", late)


def test_a_declaration_to_the_minute_gives_the_whole_of_it() -> None:
    unsure = told(f"{UNSIGNED}times: {{declared: 2026-11-23T08:46Z}}\n")
    assert owed(unsure, datetime(2026, 11, 23, 8, 51, 40, tzinfo=UTC))[FOUR][1] == ""
    assert owed(unsure, datetime(2026, 11, 23, 8, 52, 1, tzinfo=UTC))[FOUR][1] == "1 min 1 s late"


def test_first_actions_that_are_signed_and_that_nothing_shows_are_still_due() -> None:
    assert FOUR not in owed(told())
    assert FOUR in owed(told("evidence:\n"))


def test_policy_says_when_the_four_are_due() -> None:
    assert owed(told(UNSIGNED), first_actions={"within": "20m"})[FOUR] == ("2026-11-23T09:06:00Z", "")


def test_a_response_is_due_until_somebody_has_taken_it() -> None:
    assert RESPONSE not in owed(told())
    found = owed(told(f"severity: P0\n{NOT_ACKNOWLEDGED}"))
    assert found[RESPONSE] == ("2026-11-23T08:49:00Z", "10 min late")
    # Exactly the limit is too long, and there is no delay to tell of.
    exactly = datetime(2026, 11, 23, 8, 49, tzinfo=UTC)
    assert owed(told(f"severity: P0\n{NOT_ACKNOWLEDGED}"), exactly)[RESPONSE][1] == "late"


def test_of_business_days_it_is_not_said_how_late() -> None:
    weeks_later = datetime(2026, 12, 7, tzinfo=UTC)
    found = owed(told(f"severity: P3\n{NOT_ACKNOWLEDGED}"), weeks_later)
    assert found[RESPONSE] == ("2026-11-24T17:00:00Z", "late")
    assert found[UPDATE][1] == "late"


def test_the_next_status_update_is_due_by_the_cadence_or_as_promised() -> None:
    assert owed(told())[UPDATE] == ("2026-11-23T09:06:00Z", "")
    later = NOW + 10 * MINUTE
    assert owed(told(), later)[UPDATE] == ("2026-11-23T09:06:00Z", "3 min late")
    promised = ROLLED_BACK + GONE_ON + update("2026-11-23T08:52:00Z", ", next_update_by: 2026-11-23T08:58:00Z")
    assert owed(told(timeline=TOLD + promised))[UPDATE] == ("2026-11-23T08:58:00Z", "1 min late")


@pytest.mark.parametrize(
    ("eta", "expected"),
    [
        ("2026-11-23T09:30:00Z", ("2026-11-23T09:30:00Z", "")),
        ("2026-11-23T10:30:00+01:00", ("2026-11-23T09:30:00Z", "")),
        ("2026-11-23T08:57:00Z", ("2026-11-23T08:57:00Z", "2 min late")),
        ("2026-11-23T08:58Z", ("2026-11-23T08:58:00Z", "")),  # to the minute: it may be 08:58:59 that was meant
        ("2026-11-23", ("2026-11-23", "")),
        ("{unknown: Nobody can say yet}", None),
    ],
)
def test_the_end_is_due_as_it_was_last_estimated(eta: str, expected: tuple[str, str] | None) -> None:
    now = datetime(2026, 11, 23, 8, 58, 59, tzinfo=UTC) if eta.endswith(":58Z") else NOW
    timeline = TOLD + ROLLED_BACK + GONE_ON + update("2026-11-23T08:52:00Z", f", eta: {eta}")
    assert owed(told(timeline=timeline), now).get(END) == expected


def test_an_estimate_that_an_update_has_overtaken_is_not_repeated() -> None:
    timeline = TOLD + ROLLED_BACK + GONE_ON + update("2026-11-23T08:52:00Z", ", eta: 2026-11-23T08:54:00Z")
    assert owed(told(timeline=timeline))[END] == ("2026-11-23T08:54:00Z", "5 min late")
    assert END not in owed(told(timeline=timeline + update("2026-11-23T08:56:00Z")))
    # A day may still be meant, and is not over.
    assert END in owed(told(timeline=timeline.replace("eta: 2026-11-23T08:54:00Z", "eta: 2026-11-23")))


def test_a_post_mortem_is_due_until_it_is_published() -> None:
    resolved = told(stage="resolved")
    assert owed(resolved, NOW_AT["resolved"])[REPORT] == ("2026-11-30T17:00:00Z", "")
    assert owed(resolved, datetime(2026, 12, 1, tzinfo=UTC))[REPORT] == ("2026-11-30T17:00:00Z", "late")
    p0 = told("severity: P0\n", stage="resolved")
    assert owed(p0, datetime(2026, 11, 27, 9, 30, tzinfo=UTC))[REPORT] == ("2026-11-26T09:30:00Z", "1 d late")
    published = case({"postmortem.md": POSTMORTEM_TEXT}, stage="resolved")
    assert REPORT not in owed(published, NOW_AT["resolved"])


def test_open_action_items_are_due_until_their_day_is_over() -> None:
    closed = told(
        items=ITEMS + ITEMS.replace("AI-1", "AI-2").replace("open", "done") + "  closed: 2026-12-01\n", stage="closed"
    )
    name = "AI-1 (carol): Refuse a pool that is smaller than the load needs"
    for day, late in ((15, ""), (16, "1 day late"), (17, "2 days late")):
        assert owed(closed, datetime(2026, 12, day, 23, tzinfo=UTC)) == {name: ("2026-12-15", late)}


def test_what_is_due_stands_by_time_a_day_after_its_hours() -> None:
    items = ITEMS.replace("2026-12-15", "2026-11-23") + ITEMS.replace("AI-1", "AI-2").replace(
        "2026-12-15", "2026-11-22"
    )
    found = due(told(f"{UNSIGNED}{NOT_ACKNOWLEDGED}", items=items), Policy(), NOW)
    assert [one.what.split(" (")[0] for one in found] == ["AI-2", FOUR, UPDATE, RESPONSE, "AI-1"]


def test_what_people_do_not_owe_is_not_due() -> None:
    exercise = owed(told(f"{DRILL}{UNSIGNED}{NOT_ACKNOWLEDGED}", items=ITEMS))
    assert [what.split(" (")[0] for what in exercise] == [FOUR, "AI-1"]
    written_up = case({"incident.yaml": LATE, "postmortem.md": None, "action-items.yaml": ITEMS}, stage="resolved")
    assert [what.split(" (")[0] for what in owed(written_up)] == ["AI-1"]
    assert owed(case(stage="retrospective"), NOW_AT["retrospective"]) == {}
    assert owed(case(stage="dismissed")) == {}
