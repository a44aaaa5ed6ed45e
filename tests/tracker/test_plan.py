"""What is planned for each way in which records and tracker can differ, and how a plan reads."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotwash.model.repository import Unreadable
from hotwash.tracker.apply import apply_plan
from hotwash.tracker.embedded import ACCOUNT, EmbeddedTracker
from hotwash.tracker.formats import render_json, render_text
from hotwash.tracker.issues import desired_issues
from hotwash.tracker.markers import marker_line
from hotwash.tracker.plan import Change, Plan, make_plan
from hotwash.tracker.port import Draft, Edit, Issue
from tests.tracker.records import ID, LABEL, PROPERTY, WHOLE_RUN, case, item, plan_for, repositories, repository

if TYPE_CHECKING:
    from random import Random

    from hotwash.model.actions import ActionItem
    from hotwash.model.repository import Repository
    from hotwash.tracker.desired import DesiredIssue


def asked(*items: ActionItem, id_: str = ID, **changed: Any) -> tuple[DesiredIssue, ...]:  # noqa: ANN401 - fields of an incident
    return tuple(one for one in desired_issues(repository(case(*items, id_=id_, **changed))) if one.item is not None)


def issue_of(one: DesiredIssue, number: int = 1, **changed: Any) -> Issue:  # noqa: ANN401 - fields of an issue
    """The issue as `apply` left it, with what a person changed."""
    kept = Issue(number, one.draft.title, one.draft.body, one.draft.labels, "open", None, ACCOUNT)
    if one.standing != "open":
        kept = replace(kept, state="closed", state_reason=one.standing)
    return replace(kept, **changed)


def planned(
    desired: tuple[DesiredIssue, ...],
    *issues: Issue,
    unreadable: tuple[str, ...] = (),
    accounts: tuple[str, ...] = (ACCOUNT,),
) -> Plan:
    asleep = [Unreadable(id_, f"incidents/2026/{id_}") for id_ in unreadable]
    return make_plan(desired, issues, unreadable=asleep, label=LABEL, accounts=accounts)


def outline(plan: Plan) -> tuple[tuple[Change, ...], tuple[str, ...], int]:
    """What is to be done, what is to be seen to, and how many items have an issue."""
    return plan.changes, plan.notices, plan.paired


def lines(plan: Plan) -> list[tuple[str, str | None, int | None, tuple[str, ...]]]:
    return [(change.action, change.item, change.issue, change.fields) for change in plan.changes]


# --- create, update, close -------------------------------------------------------------------------------------------


def test_an_open_item_without_an_issue_is_created() -> None:
    (one,) = asked(item())
    plan = planned((one,))
    assert lines(plan) == [("create", "AI-1", None, ())]
    assert plan.changes[0].work == one.draft


@pytest.mark.parametrize("status", ["done", "dropped"])
def test_a_finished_item_that_never_had_an_issue_creates_none(status: str) -> None:
    assert outline(planned(asked(item(status=status)))) == ((), (), 0)


def test_an_issue_that_agrees_is_left_alone() -> None:
    (one,) = asked(item())
    assert outline(planned((one,), issue_of(one))) == ((), (), 1)


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"title": "Another"}, ("body", "title")),
        ({"owner": "bob"}, ("body",)),
        ({"priority": "P0"}, ("body", "labels")),
        ({"labels": ["team-pay"]}, ("body", "labels")),
        ({"status": "in-progress"}, None),
    ],
    ids=["title", "owner", "priority", "labels", "status"],
)
def test_an_update_names_the_fields_that_changed(changed: dict[str, Any], fields: tuple[str, ...] | None) -> None:
    (before,), (after,) = asked(item()), asked(item(**changed))
    assert lines(planned((after,), issue_of(before))) == ([("update", "AI-1", 1, fields)] if fields else [])


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"due": date(2026, 12, 2), "owner": "bob"}, "body: owner due"),
        ({"title": "Another"}, "body: what, title"),
        ({"priority": "P0"}, "body: priority, labels"),
        ({"labels": ["cli"]}, "body, labels"),
    ],
)
def test_an_update_says_which_lines_of_the_body_changed(changed: dict[str, Any], reason: str) -> None:
    (before,), (after,) = asked(item()), asked(item(**changed))
    (change,) = planned((after,), issue_of(before)).changes
    assert change.reason == reason


def test_what_a_person_wrote_into_the_text_is_written_anew() -> None:
    (one,) = asked(item())
    edited = issue_of(one, body=one.draft.body.replace("Owner: alice", "Owner: bob"))
    (change,) = planned((one,), edited).changes
    assert change.work == Edit(body=one.draft.body)


def test_labels_of_other_people_stay() -> None:
    (before,), (after,) = asked(item(labels=["cli"])), asked(item(labels=["api"], priority="P0"))
    issue = issue_of(before, labels=(*before.draft.labels, "triaged"))
    (change,) = planned((after,), issue).changes
    assert isinstance(change.work, Edit)
    assert set(change.work.labels or ()) == {LABEL, "priority:P0", "kind:detect", "api", "triaged"}


def test_priority_and_kind_are_the_records_to_say() -> None:
    (one,) = asked(item())
    (change,) = planned((one,), issue_of(one, labels=(LABEL, "priority:P0", "kind:detect"))).changes
    assert isinstance(change.work, Edit)
    assert set(change.work.labels or ()) == {LABEL, "priority:P1", "kind:detect"}


def test_a_label_in_another_case_is_the_same_label() -> None:
    """A tracker keeps the spelling that it saw first; else each plan would change it again."""
    (one,) = asked(item(labels=["cli"]))
    assert planned((one,), issue_of(one, labels=("HotWash", "PRIORITY:p1", "Kind:Detect", "CLI"))).changes == ()


@pytest.mark.parametrize(("status", "reason"), [("done", "completed"), ("dropped", "not_planned")])
def test_a_finished_item_closes_its_issue_with_the_reason(status: str, reason: str) -> None:
    (before,), (after,) = asked(item()), asked(item(status=status))
    (change,) = planned((after,), issue_of(before)).changes
    assert (change.action, change.fields) == ("close", ("body", "state"))
    assert isinstance(change.work, Edit)
    assert (change.work.state, change.work.state_reason) == ("closed", reason)


def test_closing_brings_the_text_up_to_date_in_the_same_edit() -> None:
    (before,), (after,) = asked(item()), asked(item(title="Another", status="done"))
    (change,) = planned((after,), issue_of(before)).changes
    assert (change.action, change.fields) == ("close", ("body", "state", "title"))


def test_done_that_becomes_dropped_changes_the_reason() -> None:
    (before,), (after,) = asked(item(status="done")), asked(item(status="dropped"))
    (change,) = planned((after,), issue_of(before)).changes
    assert (change.action, change.fields) == ("update", ("body", "state_reason"))


# --- drift -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", ["completed", "not_planned", "duplicate"])
def test_an_open_item_whose_issue_a_person_closed_is_drift(reason: str) -> None:
    (one,) = asked(item())
    plan = planned((one,), issue_of(one, state="closed", state_reason=reason))
    assert lines(plan) == [("drift", "AI-1", 1, ("state",))]
    assert plan.writes == ()


def test_a_finished_item_whose_issue_a_person_opened_again_is_drift() -> None:
    (one,) = asked(item(status="done"))
    plan = planned((one,), issue_of(one, state="open", state_reason="reopened"))
    assert lines(plan) == [("drift", "AI-1", 1, ("state",))]


def test_an_issue_opened_again_before_the_item_was_done_is_closed() -> None:
    """The person's last word was that work goes on; the record's newer one is that it is done."""
    (before,), (after,) = asked(item()), asked(item(status="done"))
    (change,) = planned((after,), issue_of(before, state="open", state_reason="reopened")).changes
    assert change.action == "close"


def test_a_person_who_says_not_planned_of_what_is_done_is_not_overruled() -> None:
    (one,) = asked(item(status="done"))
    plan = planned((one,), issue_of(one, state_reason="not_planned"))
    assert lines(plan) == [("drift", "AI-1", 1, ("state_reason",))]


def test_dropped_and_closed_as_a_duplicate_agree() -> None:
    (one,) = asked(item(status="dropped"))
    assert planned((one,), issue_of(one, state_reason="duplicate")).changes == ()


def test_a_person_and_a_record_that_finish_it_differently_are_drift() -> None:
    (before,), (after,) = asked(item()), asked(item(status="done"))
    plan = planned((after,), issue_of(before, state="closed", state_reason="not_planned"))
    assert ("drift", "AI-1", 1, ("state_reason",)) in lines(plan)
    assert all(not isinstance(change.work, Edit) or change.work.state is None for change in plan.changes)


def test_a_record_that_opens_a_finished_item_again_opens_the_issue_that_hotwash_closed() -> None:
    (before,), (after,) = asked(item(status="done")), asked(item())
    plan = planned((after,), issue_of(before))
    assert lines(plan) == [("reopen", "AI-1", 1, ("body", "state"))]
    assert [change.work.state for change in plan.changes if isinstance(change.work, Edit)] == ["open"]


def test_a_record_that_opens_a_finished_item_again_opens_no_issue_that_a_person_closed() -> None:
    (before,), (after,) = asked(item()), asked(item(due="2026-12-24"))
    plan = planned((after,), issue_of(before, state="closed", state_reason="completed"))
    assert ("drift", "AI-1", 1, ("state",)) in lines(plan)
    assert all(not isinstance(change.work, Edit) or change.work.state is None for change in plan.changes)


def test_drift_says_what_the_two_sides_say() -> None:
    (one,) = asked(item())
    (change,) = planned((one,), issue_of(one, state="closed", state_reason="not_planned")).changes
    assert change.reason == "the record says open, #1 is closed as not planned: change one of them"


def test_text_is_still_kept_in_step_beside_drift() -> None:
    (before,), (after,) = asked(item()), asked(item(title="Another"))
    plan = planned((after,), issue_of(before, state="closed", state_reason="completed"))
    assert lines(plan) == [("update", "AI-1", 1, ("body", "title")), ("drift", "AI-1", 1, ("state",))]


@PROPERTY
@given(st.data())
def test_no_plan_reverses_what_a_person_set(data: st.DataObject) -> None:
    """Whatever the record said before and says now: a state other than hotwash left is never changed."""
    statuses = st.sampled_from(["open", "in-progress", "done", "dropped"])
    (before,), (after,) = asked(item(status=data.draw(statuses))), asked(item(status=data.draw(statuses)))
    left = issue_of(before)
    if left.state == "open":
        reason: Literal["completed", "not_planned", "duplicate"]
        reason = data.draw(st.sampled_from(["completed", "not_planned", "duplicate"]))
        touched = replace(left, state="closed", state_reason=reason)
    else:
        touched = replace(left, state="open", state_reason="reopened")
    for change in planned((after,), touched).changes:
        assert change.work is None or (isinstance(change.work, Edit) and change.work.state is None)


# --- whose issue it is -----------------------------------------------------------------------------------------------


def test_a_marker_in_a_strangers_issue_is_not_followed() -> None:
    (one,) = asked(item())
    plan = planned((one,), issue_of(one, 5, author="mallory"))
    assert lines(plan) == [("create", "AI-1", None, ())]
    (notice,) = plan.notices
    assert "#5" in notice
    assert "mallory" in notice
    assert "tracker.accounts" in notice


def test_a_marker_without_the_managed_label_is_not_followed() -> None:
    (one,) = asked(item())
    plan = planned((one,), issue_of(one, labels=("bug",)))
    assert lines(plan) == [("create", "AI-1", None, ())]


def test_an_account_of_the_policy_counts_as_ours() -> None:
    (one,) = asked(item())
    assert outline(planned((one,), issue_of(one, author="ci[bot]"), accounts=("ci[bot]",))) == ((), (), 1)


def test_of_two_issues_with_one_marker_the_lowest_number_counts_and_the_other_is_closed() -> None:
    (before,), (after,) = asked(item()), asked(item(title="Another"))
    plan = planned((after,), issue_of(before, 9), issue_of(before, 4))
    assert lines(plan) == [("update", "AI-1", 4, ("body", "title")), ("close", "AI-1", 9, ("state",))]
    assert plan.changes[1].work == Edit(state="closed", state_reason="duplicate")
    assert plan.notices == ()


@pytest.mark.parametrize(
    "touched",
    [{"state_reason": "reopened"}, {"title": "Another issue of ours"}, {"body": "+\nwhat a person wrote"}],
    ids=["opened again", "a copied marker", "text of a person"],
)
def test_a_double_in_which_a_person_had_a_hand_is_only_named(touched: dict[str, Any]) -> None:
    (one,) = asked(item())
    if "body" in touched:
        touched = {"body": one.draft.body + touched["body"]}
    plan = planned((one,), issue_of(one, 4), issue_of(one, 9, **touched))
    assert plan.changes == ()
    (notice,) = plan.notices
    assert "#9" in notice
    assert "duplicate" in notice


def test_a_double_that_is_closed_needs_no_notice() -> None:
    (one,) = asked(item())
    double = issue_of(one, 9, state="closed", state_reason="completed")
    assert outline(planned((one,), issue_of(one, 4), double)) == ((), (), 1)


def test_an_issue_closed_as_the_duplicate_makes_way_for_the_other() -> None:
    (one,) = asked(item())
    duplicate = issue_of(one, 4, state="closed", state_reason="duplicate")
    assert outline(planned((one,), duplicate, issue_of(one, 9))) == ((), (), 1)


def test_an_issue_with_two_markers_holds_both_items() -> None:
    """To create one again would double it, to follow one might be wrong."""
    first, second = asked(item(1), item(2))
    both = issue_of(first, body=f"{marker_line(second.marker)}\n{first.draft.body}")
    plan = planned((first, second), both)
    assert plan.changes == ()
    (notice,) = plan.notices
    assert "2 markers" in notice


def test_a_marker_of_a_newer_hotwash_is_left_alone() -> None:
    (one,) = asked(item())
    plan = planned((one,), issue_of(one, body=one.draft.body.replace("hotwash:1 ", "hotwash:2 ")))
    assert plan.changes == ()
    assert "newer hotwash" in plan.notices[0]


def test_a_lost_marker_is_restored_where_the_record_knows_the_number() -> None:
    (one,) = asked(item(issue=3))
    plan = planned((one,), issue_of(one, 3, body="somebody cleaned up"))
    assert lines(plan) == [("update", "AI-1", 3, ("body",))]
    assert plan.notices == ()


def test_a_lost_marker_without_a_known_number_is_named() -> None:
    (one,) = asked(item())
    plan = planned((one,), issue_of(one, 3, body="somebody cleaned up"))
    assert "#3" in plan.notices[0]
    assert "issue: 3" in plan.notices[0]


def test_a_state_is_never_changed_where_the_marker_was_lost() -> None:
    """Nobody knows any more who set it."""
    (one,) = asked(item(issue=3, status="done"))
    plan = planned((one,), issue_of(one, 3, body="gone", state="open", state_reason=None))
    assert lines(plan) == [("update", "AI-1", 3, ("body",)), ("drift", "AI-1", 3, ("state",))]


@pytest.mark.parametrize(
    "changed", [{"author": "mallory"}, {"labels": ("bug",)}], ids=["a stranger's", "not under the label"]
)
def test_a_number_in_a_record_gives_no_power_over_another_issue(changed: dict[str, Any]) -> None:
    (one,) = asked(item(issue=3))
    plan = planned((one,), issue_of(one, 3, **({"body": "theirs"} | changed)))
    assert lines(plan) == [("create", "AI-1", None, ())]


def test_a_number_in_a_record_does_not_take_the_issue_of_another_item() -> None:
    first, second = asked(item(1), item(2, issue=1))
    plan = planned((first, second), issue_of(first, 1))
    assert lines(plan) == [("create", "AI-2", None, ())]


def test_two_items_that_claim_one_lost_issue_do_not_share_it() -> None:
    first, second = asked(item(1, issue=3), item(2, issue=3))
    plan = planned((first, second), issue_of(first, 3, body="gone"))
    assert lines(plan) == [("update", "AI-1", 3, ("body",)), ("create", "AI-2", None, ())]


# --- unreadable is not absent ----------------------------------------------------------------------------------------


def test_issues_of_an_unreadable_incident_are_frozen_and_named() -> None:
    (one,) = asked(item())
    plan = planned((), issue_of(one, 7), unreadable=(ID,))
    assert plan.changes == ()
    (notice,) = plan.notices
    assert ID in notice
    assert "#7" in notice
    assert f"hotwash check incidents/2026/{ID}" in notice


def test_nothing_is_followed_where_an_unreadable_incident_has_the_same_name() -> None:
    """Two folders may bear one name: whose the issues are is then not known."""
    (before,), (after,) = asked(item()), asked(item(title="Another", status="done"))
    assert planned((after,), issue_of(before), unreadable=(ID,)).changes == ()


def test_an_unreadable_incident_without_issues_is_named_too() -> None:
    assert ID in planned((), unreadable=(ID,)).notices[0]


def test_an_item_that_vanished_from_a_readable_record_is_never_closed_silently() -> None:
    first, second = asked(item(1), item(2))
    plan = planned((first,), issue_of(first, 1), issue_of(second, 2))
    assert plan.changes == ()
    (notice,) = plan.notices
    assert "#2" in notice
    assert "status: dropped" in notice


def test_an_incident_that_vanished_closes_nothing() -> None:
    desired = asked(*(item(number) for number in range(1, 30)))
    plan = planned((), *(issue_of(one, number) for number, one in enumerate(desired, 1)))
    assert plan.changes == ()
    assert len(plan.notices) == 29


def test_an_item_that_vanished_when_its_issue_was_closed_is_no_news() -> None:
    (one,) = asked(item())
    assert outline(planned((), issue_of(one, state="closed", state_reason="completed"))) == ((), (), 0)


def test_an_id_that_stands_twice_is_left_alone_and_named() -> None:
    first, second = asked(item(1), item(1, title="Another"))
    plan = planned((first, second), issue_of(first, 1))
    assert plan.changes == ()
    assert "twice" in plan.notices[0]


# --- the plan itself -------------------------------------------------------------------------------------------------


def test_changes_are_sorted_by_incident_and_the_number_of_the_item() -> None:
    later = asked(item(1), id_="2026-12-01-b")
    plan = planned((*later, *asked(item(10), item(2), item(1))))
    assert [(change.incident, change.item) for change in plan.changes] == [
        (ID, "AI-1"),
        (ID, "AI-2"),
        (ID, "AI-10"),
        ("2026-12-01-b", "AI-1"),
    ]


@WHOLE_RUN
@given(repositories(), st.randoms(use_true_random=False))
def test_order_of_records_and_issues_changes_no_plan(
    tmp_path_factory: pytest.TempPathFactory, records: Repository, random: Random
) -> None:
    tracker = EmbeddedTracker(tmp_path_factory.mktemp("tracker"))
    list(apply_plan(plan_for(records, tracker), tracker))
    desired = [one for one in desired_issues(records) if random.random() > 0.2]
    issues = list(tracker.list(LABEL))
    expected = make_plan(desired, issues, unreadable=records.unreadable, label=LABEL, accounts=[ACCOUNT])
    random.shuffle(issues)
    shuffled = make_plan(
        sorted(desired, key=lambda one: one.item or ""),
        issues,
        unreadable=records.unreadable,
        label=LABEL,
        accounts=[ACCOUNT],
    )
    twice = {(one.incident, one.item) for one in desired if desired.count(one) > 1}
    assert twice or (shuffled.changes, shuffled.notices) == (expected.changes, expected.notices)


PLAN = Plan(
    (
        Change("create", ID, "AI-1", None, "Alert on errors", (), Draft("t", "b", ())),
        Change("update", ID, "AI-2", 12, "Roll back", ("body", "labels"), Edit(body="b"), "body: due, labels"),
        Change("close", "2026-12-01-b", "AI-1", 13, "Runbook", ("body", "state"), Edit(state="closed"), "as completed"),
        Change("drift", "2026-12-01-b", "AI-10", 14, "Canary", ("state",), None, "the record says open"),
    ),
    ("#5 is not followed",),
    3,
)


def test_text_groups_the_lines_by_incident_and_sums_up() -> None:
    assert render_text(PLAN) == (
        "2026-11-23-checkout-500\n"
        "  + create  AI-1   Alert on errors\n"
        "  ~ update  AI-2   #12 Roll back  (body: due, labels)\n"
        "\n"
        "2026-12-01-b\n"
        "  - close   AI-1   #13 Runbook  (as completed)\n"
        "  ! drift   AI-10  #14 Canary  (the record says open)\n"
        "\n"
        "note: #5 is not followed\n"
        "\n"
        "Plan: 1 to create, 1 to update, 1 to close, 1 drift for a person to settle.\n"
    )


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        (Plan((), (), 0), "Nothing to do: no record asks for an issue.\n"),
        (Plan((), (), 1), "Nothing to do: 1 action item with an issue, all as the records say.\n"),
        (Plan(PLAN.changes[3:], (), 4), "4 action items with an issue, 1 drift for a person to settle.\n"),
    ],
    ids=["nothing asked", "all done", "drift alone"],
)
def test_an_empty_plan_says_so(plan: Plan, expected: str) -> None:
    assert render_text(plan).endswith(expected)
    assert "Nothing to do: " in render_text(plan)


def test_json_is_the_contract_of_the_design() -> None:
    assert json.loads(render_json(PLAN)) == {
        "version": 1,
        "digest": "",
        "changes": [
            {
                "action": "create",
                "incident": ID,
                "item": "AI-1",
                "issue": None,
                "title": "Alert on errors",
                "fields": [],
                "reason": "",
                "comments": False,
            },
            {
                "action": "update",
                "incident": ID,
                "item": "AI-2",
                "issue": 12,
                "title": "Roll back",
                "fields": ["body", "labels"],
                "reason": "body: due, labels",
                "comments": False,
            },
            {
                "action": "close",
                "incident": "2026-12-01-b",
                "item": "AI-1",
                "issue": 13,
                "title": "Runbook",
                "fields": ["body", "state"],
                "reason": "as completed",
                "comments": False,
            },
            {
                "action": "drift",
                "incident": "2026-12-01-b",
                "item": "AI-10",
                "issue": 14,
                "title": "Canary",
                "fields": ["state"],
                "reason": "the record says open",
                "comments": False,
            },
        ],
        "notices": ["#5 is not followed"],
    }


@pytest.mark.parametrize("character", ["\x1b", "\x07", "\r", "\x9b", "\u202e", "\u200b", "\u2066"])
def test_no_text_of_others_steers_a_terminal(character: str) -> None:
    hostile = f"a{character}b"
    change = Change("drift", hostile, "AI-1", 1, hostile, (), None, hostile)
    plan = Plan((change,), (hostile,), 1)
    assert character not in render_text(plan)
    assert character not in render_json(plan)


def test_no_text_of_others_starts_a_line_or_a_command_of_a_jobs_log() -> None:
    hostile = "a\n::error::b\n##[error]c"
    change = Change("drift", hostile, "AI-1", 1, hostile, (), None, hostile)
    plan = Plan((change,), (hostile,), 1)
    for text in (render_text(plan), render_json(plan)):
        assert "##[" not in text
        assert not [line for line in text.splitlines() if line.lstrip().startswith("::")]
    assert json.loads(render_json(plan))["notices"] == [hostile]


SCHEMA = Path(__file__).parents[2] / "schemas" / "plan.schema.json"


@WHOLE_RUN
@given(repositories())
def test_every_plan_in_json_is_as_its_published_schema_says(
    tmp_path_factory: pytest.TempPathFactory, records: Repository
) -> None:
    plan = plan_for(records, EmbeddedTracker(tmp_path_factory.mktemp("tracker")))
    for one in (plan, PLAN):
        jsonschema_rs.validate(json.loads(SCHEMA.read_text(encoding="utf-8")), json.loads(render_json(one)))
