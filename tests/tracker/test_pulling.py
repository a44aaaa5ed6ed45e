"""What `pull` reads from a tracker: what a person decided, and nothing that a record or hotwash itself did."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from hotwash.records.snapshot import MappingSnapshot
from hotwash.tracker.apply import apply_plan
from hotwash.tracker.embedded import ACCOUNT, EmbeddedTracker
from hotwash.tracker.port import Draft, Edit
from hotwash.tracker.pulling import Pull, Pulled, pull_for, render_notices, render_pulled, with_numbers
from tests.tracker.records import ID, LABEL, case, item, plan_for, repository
from tests.tracker.watched import Watched

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from hotwash.model.actions import ActionItem
    from hotwash.model.repository import Repository
    from hotwash.tracker.markers import Key
    from hotwash.tracker.port import CloseReason

CLOSED = datetime(2026, 11, 29, 23, 30, tzinfo=UTC)
NOW = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
PEOPLE = ("alice", "bob")
WHY = "The vendor does it for us since May"


@pytest.fixture
def tracker(tmp_path: Path) -> Watched:
    return Watched(EmbeddedTracker(tmp_path, people=PEOPLE))


def person(tracker: Watched, at: datetime = CLOSED, login: str = "bob") -> EmbeddedTracker:
    """The same tracker in the hands of somebody."""
    assert isinstance(tracker.real, EmbeddedTracker)
    return replace(tracker.real, account=login, clock=lambda: at)


def apply(records: Repository, tracker: Watched) -> None:
    assert all(outcome.result == "done" for outcome in apply_plan(plan_for(records, tracker), tracker))


def pull(
    records: Repository,
    tracker: Watched,
    waiting: Mapping[Key, str] | None = None,
    files: Mapping[str, bytes] | None = None,
) -> Pull:
    accounts = {*records.policy.tracker.accounts, ACCOUNT}
    return pull_for(records, MappingSnapshot(files or {}), tracker, accounts=accounts, now=NOW, waiting=waiting or {})


def with_one(tracker: Watched, **changed: Any) -> Repository:  # noqa: ANN401 - fields of an item
    records = repository(case(item(**changed)))
    apply(repository(case(item())), tracker)
    apply(records, tracker)
    tracker.calls.clear()
    return records


def close(tracker: Watched, reason: CloseReason = "completed", at: datetime = CLOSED) -> None:
    person(tracker, at).edit(1, Edit(state="closed", state_reason=reason))


def reopen(tracker: Watched) -> None:
    person(tracker).edit(1, Edit(state="open"))


AFTERWARDS = {"mode": "retrospective", "at": "2026-11-23", "by": "alice", "basis": "public-sources"}
DONE: dict[str, Any] = {"status": "done", "closed": date(2026, 11, 28), "issue": 1}


def test_closed_as_completed_is_done_since_that_day(tracker: Watched) -> None:
    records = with_one(tracker, issue=1)
    close(tracker)
    (found,) = pull(records, tracker).items
    assert found == Pulled(ID, "AI-1", item().title, 1, "open", "done", date(2026, 11, 29))
    assert list(render_pulled((found,))) == ["  ~ AI-1  #1  open → done, 2026-11-29"]
    assert tracker.calls == []


def test_where_nobody_knows_when_it_is_today(tracker: Watched) -> None:
    records = with_one(tracker, issue=1)
    tracker.real.edit(1, Edit(state="closed"))
    assert [one.closed for one in pull(records, tracker).items] == [NOW.date()]


def test_in_progress_is_work_that_is_left(tracker: Watched) -> None:
    records = with_one(tracker, issue=1, status="in-progress")
    assert pull(records, tracker).items == ()
    close(tracker)
    assert [(one.was, one.status) for one in pull(records, tracker).items] == [("in-progress", "done")]


def test_opened_again_is_open(tracker: Watched) -> None:
    records = with_one(tracker, **DONE)
    assert tracker.real.get(1).state == "closed"
    reopen(tracker)
    (found,) = pull(records, tracker).items
    assert (found.was, found.status, found.closed) == ("done", "open", None)


@pytest.mark.parametrize("reason", ["not_planned", "duplicate"])
def test_not_planned_is_never_done(tracker: Watched, reason: CloseReason) -> None:
    """Threats G8: where nobody says why, somebody is asked, and nothing is written."""
    records = with_one(tracker, issue=1)
    close(tracker, reason)
    found = pull(records, tracker)
    assert found.items == ()
    (notice,) = found.notices
    assert "#1 was closed as not planned, and nobody says why" in notice
    assert f"hotwash action drop AI-1 {ID} --reason WHY" in notice


@pytest.mark.parametrize("minutes", [-4, 0, 3, 600])
def test_not_planned_is_dropped_for_the_reason_that_a_person_gives(tracker: Watched, minutes: int) -> None:
    """In the comment with which it was closed, or in an answer to the question why."""
    records = with_one(tracker, issue=1)
    person(tracker, CLOSED + timedelta(minutes=minutes)).comment(1, f"{WHY}\r\n\x1b\u202e")
    close(tracker, "not_planned")
    (found,) = pull(records, tracker).items
    assert (found.status, found.closed, found.reason) == ("dropped", date(2026, 11, 29), WHY)


@pytest.mark.parametrize(
    ("login", "minutes", "text"),
    [("bob", -60, WHY), ("bob", 0, "n/a"), (ACCOUNT, 0, WHY), ("stale[bot]", 0, WHY), ("bob", 0, "\u200b\u202e")],
)
def test_what_is_no_reason_is_taken_for_none(tracker: Watched, login: str, minutes: int, text: str) -> None:
    records = with_one(tracker, issue=1)
    person(tracker, CLOSED + timedelta(minutes=minutes), login).comment(1, text)
    close(tracker, "not_planned")
    assert pull(records, tracker).items == ()


def test_a_long_reason_is_cut_at_a_word(tracker: Watched) -> None:
    records = with_one(tracker, issue=1)
    person(tracker).comment(1, "because " * 7000)
    close(tracker, "not_planned")
    (found,) = pull(records, tracker).items
    assert len(found.reason) <= 2_002
    assert found.reason.endswith("because …")


def test_what_the_record_decided_is_not_taken_back(tracker: Watched) -> None:
    """`apply` has not run since, so the issue is as the record was before."""
    with_one(tracker, issue=1)
    assert pull(repository(case(item(**DONE))), tracker) == Pull((), ())


def test_where_both_have_gone_on_somebody_is_asked(tracker: Watched) -> None:
    with_one(tracker, issue=1)
    person(tracker).comment(1, WHY)
    close(tracker, "not_planned")
    found = pull(repository(case(item(**DONE))), tracker)
    assert found.items == ()
    assert "the record says done since the last `apply`, and #1 was closed as not planned" in found.notices[0]


def test_after_apply_it_is_still_a_persons_decision(tracker: Watched) -> None:
    """They closed it, and `apply` ran before `pull` (issue 8)."""
    records = with_one(tracker, issue=1)
    close(tracker)
    apply(records, tracker)
    assert [one.status for one in pull(records, tracker).items] == ["done"]


def test_what_was_pulled_and_is_not_merged_can_be_taken_back(tracker: Watched) -> None:
    """Closed, pulled, and opened again before anybody merged it."""
    with_one(tracker, issue=1)
    branch = repository(case(item(**DONE)))
    assert [one.status for one in pull(branch, tracker, {(ID, "AI-1"): "done"}).items] == ["open"]
    close(tracker)
    assert pull(branch, tracker, {(ID, "AI-1"): "done"}).items == ()


def test_a_proof_that_broke_is_no_persons_decision(tracker: Watched) -> None:
    proof = {"proof": {"file": "docs/a.md"}}
    records = with_one(tracker, **DONE, **proof)
    assert tracker.real.get(1).state == "open"
    assert pull(records, tracker) == Pull((), ())
    assert pull(records, tracker, files={"docs/a.md": b""}).items == ()


def test_numbers_go_along(tracker: Watched) -> None:
    two = case(item(1), item(2), id_="2026-11-24-search")
    records = repository(case(item(1), item(2)), two)
    apply(records, tracker)
    close(tracker)
    found = pull(records, tracker).items
    assert [(one.incident, one.item, one.issue, one.status) for one in found] == [
        (ID, "AI-1", 1, "done"),
        (ID, "AI-2", 2, None),
        (two.id, "AI-1", 3, None),
        (two.id, "AI-2", 4, None),
    ]
    assert [one.issue for one in with_numbers(found, always=False)] == [1, 2]
    assert with_numbers(found, always=True) == found
    assert list(render_pulled(found[1:2])) == ["  ~ AI-2  #2  its number"]


def test_another_owner_and_another_day_are_told(tracker: Watched) -> None:
    records = with_one(tracker, issue=1)
    there = tracker.real.get(1)
    body = there.body.replace("Due: 2026-12-01", "Due: 2027-01-15")
    person(tracker).edit(1, Edit(assignees=("bob",), body=body))
    found = pull(records, tracker)
    assert found.items == ()
    assert list(render_notices(found.notices)) == [
        f"note: AI-1 of {ID}: it is owned by alice, and #1 is assigned to bob: change `owner`, or assign anew",
        (
            f"note: AI-1 of {ID}: it is due on 2026-12-01, and #1 says 2027-01-15: where that was written by hand, "
            "set `due` in the record, since `apply` writes the day of the record"
        ),
    ]


def test_a_new_owner_in_the_record_is_no_notice(tracker: Watched) -> None:
    with_one(tracker, issue=1)
    assert pull(repository(case(item(owner="bob", issue=1))), tracker).notices == ()


def test_an_incident_is_not_over_because_its_issue_was_closed(tracker: Watched) -> None:
    records = repository(case(status="investigating"))
    apply(records, tracker)
    close(tracker)
    found = pull(records, tracker)
    assert found.items == ()
    assert f"{ID}: #1 was closed, and the incident is investigating" in found.notices[0]


@pytest.mark.parametrize(
    "records",
    [
        repository(case(item()), tracker={"action_items": False}),
        repository(case(item(), recorded=AFTERWARDS)),
        repository(unreadable=[ID]),
        repository(case(item(), item())),
    ],
    ids=["switched-off", "retrospective", "unreadable", "an-id-twice"],
)
def test_what_the_tracker_does_not_keep_is_left_alone(tracker: Watched, records: Repository) -> None:
    with_one(tracker, issue=1)
    close(tracker)
    assert pull(records, tracker).items == ()


def test_a_marker_in_a_strangers_issue_is_not_followed(tracker: Watched) -> None:
    """Threats G2: everybody can copy one, and close their own issue."""
    records = with_one(tracker, issue=1)
    body = tracker.real.get(1).body
    stranger = person(tracker, login="mallory")
    stranger.create(Draft("Mine", body, (LABEL,)))
    stranger.edit(2, Edit(state="closed"))
    found = pull(records, tracker)
    assert found.items == ()
    assert "opened by mallory: not followed" in found.notices[0]


def test_items_of_a_drill_are_pulled(tracker: Watched) -> None:
    one: ActionItem = item(issue=1)
    records = repository(case(one, kind="drill"))
    apply(records, tracker)
    close(tracker)
    assert [found.status for found in pull(records, tracker).items] == ["done"]
