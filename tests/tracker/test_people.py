"""What people add to an issue stays: text below the line, whom they assign, where they put it, what they take away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotwash.tracker.apply import apply_plan
from hotwash.tracker.desired import Surroundings
from hotwash.tracker.embedded import ACCOUNT, EmbeddedTracker
from hotwash.tracker.issues import desired_issues
from hotwash.tracker.markers import YOURS, markers, parted
from hotwash.tracker.plan import Plan, make_plan
from hotwash.tracker.port import BODY_LIMIT, Edit, Home
from tests.tracker.records import LABEL, PROPERTY, case, item, live_texts, plan_for, repository
from tests.tracker.watched import Watched

if TYPE_CHECKING:
    from pathlib import Path

    from hotwash.model.repository import Repository
    from hotwash.tracker.port import Issue

PEOPLE = ("Alice", "bob")


@pytest.fixture
def tracker(tmp_path: Path) -> Watched:
    store = EmbeddedTracker(tmp_path, people=PEOPLE)
    store.create_milestone("Next")
    store.create_milestone("Later")
    return Watched(store)


def records(policy: dict[str, Any] | None = None, **changed: Any) -> Repository:  # noqa: ANN401 - fields of an item
    return repository(case(item(**changed)), **(policy or {}))


def run(one: Repository, tracker: Watched) -> Plan:
    plan = plan_for(one, tracker)
    assert all(outcome.result == "done" for outcome in apply_plan(plan, tracker))
    return plan


def issue(tracker: Watched) -> Issue:
    return tracker.real.get(1)


# --- text below the line -----------------------------------------------------------------------------------------------


@PROPERTY
@given(st.data())
def test_text_below_the_line_is_kept_to_the_letter(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Markers, lines like ours and Markdown of any kind among it."""
    tracker = Watched(EmbeddedTracker(tmp_path_factory.mktemp("tracker"), people=PEOPLE))
    run(records(), tracker)
    ours = issue(tracker).body
    text = data.draw(st.lists(live_texts | st.sampled_from([YOURS, "---", ours, "\r\n"])).map("\n".join))
    tracker.real.edit(1, Edit(body=f"{ours}\n{text}"))
    assert run(records(), tracker).writes == ()
    run(records(title="Another"), tracker)
    body = issue(tracker).body
    assert body.endswith(f"\n{text}")
    assert "Another" in parted(body).ours
    assert [marker.item for marker in markers(body)] == ["AI-1"]


def test_line_ends_that_a_browser_changed_are_no_change(tracker: Watched) -> None:
    run(records(), tracker)
    tracker.real.edit(1, Edit(body=f"{issue(tracker).body}\nmine".replace("\n", "\r\n")))
    assert run(records(), tracker).writes == ()


def test_text_behind_the_marker_is_kept_where_the_line_was_taken_away(tracker: Watched) -> None:
    run(records(), tracker)
    tracker.real.edit(1, Edit(body=issue(tracker).body.replace(f"---\n{YOURS}", "mine")))
    run(records(), tracker)
    assert issue(tracker).body.endswith(f"{YOURS}\n\nmine")
    assert run(records(), tracker).writes == ()


def test_text_of_a_person_is_kept_where_the_marker_was_lost(tracker: Watched) -> None:
    run(records(), tracker)
    tracker.real.edit(1, Edit(body="I know more about it."))
    run(records(issue=1), tracker)
    assert issue(tracker).body.endswith(f"{YOURS}\n\nI know more about it.")
    assert run(records(issue=1), tracker).writes == ()


def test_text_that_leaves_no_room_is_never_cut(tracker: Watched) -> None:
    run(records(), tracker)
    ours = issue(tracker).body
    tracker.real.edit(1, Edit(body=ours + "\n" + "x" * (BODY_LIMIT - len(ours) - 1)))
    plan = run(records(title="Another title that is longer"), tracker)
    assert plan.changes == ()
    assert "#1 has no room" in plan.notices[0]


def test_the_label_that_somebody_took_off_comes_back_where_the_record_knows_the_number(tracker: Watched) -> None:
    """Else a second issue would be made (threats G2)."""
    run(records(), tracker)
    tracker.real.edit(1, Edit(labels=("mine",)))
    plan = run(records(issue=1), tracker)
    assert [change.action for change in plan.changes] == ["update"]
    assert LABEL in issue(tracker).labels
    assert "mine" in issue(tracker).labels


# --- whom they assign ---------------------------------------------------------------------------------------------------


def test_an_owner_who_can_be_assigned_is(tracker: Watched) -> None:
    run(records(), tracker)
    assert issue(tracker).assignees == ("Alice",)


@pytest.mark.parametrize("owner", ["role:sre", "carol", None])
def test_nobody_else_is(tracker: Watched, owner: str | None) -> None:
    run(records(owner=owner), tracker)
    assert issue(tracker).assignees == ()


def test_another_owner_takes_the_place_of_the_one_before(tracker: Watched) -> None:
    run(records(), tracker)
    plan = run(records(owner="bob"), tracker)
    assert plan.changes[0].fields == ("assignees", "body")
    assert issue(tracker).assignees == ("bob",)


def test_whom_a_person_assigned_stays(tracker: Watched) -> None:
    run(records(), tracker)
    tracker.real.edit(1, Edit(assignees=("Alice", "bob")))
    assert run(records(), tracker).changes == ()
    run(records(owner="role:sre"), tracker)
    assert issue(tracker).assignees == ("bob",)


@pytest.mark.parametrize(("there", "words"), [(("bob",), "bob"), ((), "nobody")])
def test_an_owner_whom_a_person_took_off_is_drift(tracker: Watched, there: tuple[str, ...], words: str) -> None:
    run(records(), tracker)
    tracker.real.edit(1, Edit(assignees=there))
    plan = run(records(), tracker)
    assert [(change.action, change.fields) for change in plan.changes] == [("drift", ("assignees",))]
    assert plan.changes[0].reason == f"the record says Alice, #1 is assigned to {words}: change one of them"
    assert issue(tracker).assignees == there


def test_a_policy_that_assigns_nobody_takes_nobody_off(tracker: Watched) -> None:
    run(records(), tracker)
    off = {"tracker": {"assign": False}}
    run(records(off), tracker)
    assert issue(tracker).assignees == ("Alice",)
    assert run(records(off), tracker).changes == ()
    assert "assignable" not in tracker.reads[-3:]


# --- where they put it --------------------------------------------------------------------------------------------------

MILESTONES = {"tracker": {"milestones": {"P1": "Next", "P0": "Later"}}}


def test_the_milestone_is_that_of_the_priority(tracker: Watched) -> None:
    run(records(MILESTONES), tracker)
    assert issue(tracker).milestone == "Next"
    run(records(MILESTONES, priority="P0"), tracker)
    assert issue(tracker).milestone == "Later"
    run(records(MILESTONES, priority="P3"), tracker)
    assert issue(tracker).milestone is None


def test_where_a_person_put_it_stays(tracker: Watched) -> None:
    run(records(MILESTONES), tracker)
    tracker.real.edit(1, Edit(milestone=""))
    assert run(records(MILESTONES), tracker).changes == ()
    tracker.real.edit(1, Edit(milestone="Next"))
    tracker.real.edit(1, Edit(milestone="Later"))
    run(records(MILESTONES, priority="P2"), tracker)
    assert issue(tracker).milestone == "Later"


def test_a_milestone_that_is_not_there_is_named_and_changes_nothing(tracker: Watched) -> None:
    run(records(MILESTONES), tracker)
    gone = {"tracker": {"milestones": {"P1": "Never"}}}
    plan = run(records(gone), tracker)
    assert plan.changes == ()
    assert plan.notices[0].startswith("no open milestone is called Never")
    assert issue(tracker).milestone == "Next"


# --- links --------------------------------------------------------------------------------------------------------------


def planned(one: Repository, around: Surroundings, *issues: Issue) -> Plan:
    return make_plan(desired_issues(one, around), issues, unreadable=(), label=LABEL, accounts=[ACCOUNT])


def test_a_link_leads_to_the_line_at_the_commit_and_a_newer_commit_alone_is_no_change(tracker: Watched) -> None:
    """It shows for good what it showed; else each push would write into every issue."""
    home = Home("o/r", "https://github.com/o/r", "private", "main")
    key = ("2026-11-23-checkout-500", "AI-1")
    old = Surroundings(home=home, commit="a" * 40, lines={key: 7})
    new = Surroundings(home=home, commit="b" * 40, lines={key: 12})
    (one,) = (one for one in desired_issues(records(owner="carol"), old) if one.item)
    assert f"/blob/{'a' * 40}/incidents/2026/2026-11-23-checkout-500/action-items.yaml#L7)" in one.draft.body
    made = tracker.real.create(one.draft)
    assert planned(records(owner="carol"), new, made).changes == ()
    (change,) = planned(records(owner="carol", title="Another"), new, made).changes
    assert isinstance(change.work, Edit)
    assert f"{'b' * 40}" in (change.work.body or "")
    assert change.reason == "body: what, title"
