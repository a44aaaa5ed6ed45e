"""What an open incident asks of the issue that tracks it, and what happens to that issue until it is over."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given

from hotwash.model.policy import Policy, Service
from hotwash.tracker.apply import apply_plan
from hotwash.tracker.desired import DesiredIssue, Surroundings
from hotwash.tracker.embedded import EmbeddedTracker
from hotwash.tracker.incidents import tracking_issue
from hotwash.tracker.issues import desired_issues
from hotwash.tracker.markers import markers
from hotwash.tracker.port import BODY_LIMIT, TITLE_LIMIT, Edit, Home
from tests import builders
from tests.forge_markdown import acts
from tests.tracker.records import LABEL, LIVE_TOKENS, PROPERTY, case, live_lines, plan_for, repository

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from hotwash.model.repository import Case, Repository

HOME = Home("o/r", "https://github.com/o/r", "private", "main")
AROUND = Surroundings(home=HOME)
ID = "2026-11-23-checkout-500"


def incident(**changed: Any) -> Case:  # noqa: ANN401 - what a record may hold
    return case(**({"status": "investigating", "severity": "P1"} | changed))


def asked(
    one: Case,
    around: Surroundings = AROUND,
    policy: Policy | None = None,
    services: Mapping[str, Service] = MappingProxyType({}),
) -> DesiredIssue:
    return tracking_issue(one, policy or Policy(), services, around)


def body(one: Case) -> str:
    return asked(one).draft.body


def test_it_says_how_the_incident_stands_and_who_sees_to_what() -> None:
    text = body(incident(roles={"commander": "alice", "communications": "bob"}))
    for part in (
        "**What:** Checkout returns 500 for EU customers",
        "⛔ STOP: first actions are not complete (0 of 4)",
        "- ⬜ assess severity and user impact",
        "- Severity: P1 (major functionality broken)",
        "- Status: investigating",
        "- Declared: 2026-11-23T08:46:00Z",
        "- Commander: alice",
        "- Communications: bob",
        f"- Record: [`incidents/2026/{ID}/incident.yaml`](https://github.com/o/r/blob/HEAD/incidents/2026/{ID}/incident.yaml)",
    ):
        assert part in text


def test_a_first_action_that_is_done_says_by_whom_and_when() -> None:
    text = body(builders.case())
    assert "✅ Initial assessment complete" in text
    assert "- ✅ gather data, dave, 2026-11-23T08:50:10Z" in text


def test_what_is_due_is_told_as_times_that_do_not_pass() -> None:
    """Else a second apply, a minute later, would write again (design §6)."""
    text = body(incident())
    assert "- the four first actions, signed off: 2026-11-23T08:51:00Z" in text
    assert "- a first response: 2026-11-23T09:46:00Z" in text
    assert "late" not in text


def test_services_say_who_owns_them_and_where_the_runbook_is() -> None:
    service = Service.model_validate({"owner": "team-pay", "runbook": "docs/runbooks/pay.md"})
    text = asked(incident(services=["checkout-api"]), services={"checkout-api": service}).draft.body
    runbook = "[`docs/runbooks/pay.md`](https://github.com/o/r/blob/HEAD/docs/runbooks/pay.md)"
    assert f"- Service: checkout-api, owner team-pay, runbook {runbook}" in text


def test_links_of_the_record_stay_links() -> None:
    assert "- https://status.example/42\n" in body(incident(references=["https://status.example/42"]))


def test_the_labels_say_severity_and_status() -> None:
    assert asked(incident()).draft.labels == (LABEL, "incident", "severity:P1", "status:investigating")


@pytest.mark.parametrize("status", ["declared", "investigating", "identified", "monitoring"])
def test_an_open_incident_has_one(status: str) -> None:
    one = asked(incident(status=status))
    assert (one.creates, one.standing) == (True, "open")


@pytest.mark.parametrize(("status", "standing"), [("resolved", "completed"), ("closed", "completed"), ("dismissed", "not_planned")])  # fmt: skip
def test_an_incident_that_is_over_gets_none_and_closes_its_own(status: str, standing: str) -> None:
    one = asked(incident(status=status))
    assert (one.creates, one.standing) == (False, standing)


def test_a_late_record_that_is_open_has_one() -> None:
    late = incident(recorded={"mode": "late", "at": "2026-11-24", "by": "alice"})
    assert [one.item for one in desired_issues(repository(late))] == [None]


def test_drills_and_retrospective_records_have_none() -> None:
    drill = incident(kind="drill")
    told = case(
        recorded={"mode": "retrospective", "at": "2026-11-23", "by": "alice", "basis": "public-sources"},
        organisation="Example",
    )
    assert desired_issues(repository(drill, told)) == ()


@pytest.mark.parametrize("switch", ["incidents", "action_items"])
def test_the_policy_switches_each_off(switch: str) -> None:
    from tests.tracker.records import item  # noqa: PLC0415 - beside what it is about

    one = case(item(), status="investigating")
    found = desired_issues(repository(one, tracker={switch: False}))
    assert [other.item is None for other in found] == [switch == "action_items"]


@pytest.mark.parametrize(
    ("policy", "home"),
    [({"repository": "public"}, None), ({}, Home("o/r", "https://github.com/o/r", "public", "main"))],
    ids=["by the policy", "by the tracker"],
)
def test_an_internal_incident_never_reaches_a_public_repository(policy: dict[str, Any], home: Home | None) -> None:
    hidden = incident(title="canary-title", visibility="internal", roles={"commander": "canary-login"})
    one = asked(hidden, Surroundings(home=home), Policy.model_validate(policy))
    assert not one.creates
    assert "canary" not in f"{one.draft.title}{one.draft.body}{one.draft.labels}"


def test_a_page_is_linked_where_the_policy_says_where_pages_are_and_the_incident_has_one() -> None:
    policy = Policy.model_validate({"publishing": {"site": "https://example.org/o/"}})
    page = f"[`{ID}`](https://example.org/o/incidents/{ID}/)"
    assert page in asked(incident(visibility="public"), policy=policy).draft.body
    assert "example.org" not in asked(incident(visibility="internal"), policy=policy).draft.body


# --- text cannot act ---------------------------------------------------------------------------------------------------


@PROPERTY
@given(live_lines.map(lambda line: line[:200]), live_lines, live_lines)
def test_nothing_in_it_acts(title: str, note: str, impact: str) -> None:
    one = incident(
        title=title,
        impact={"users": {"affected": 5, "description": impact}},
        first_actions={"assess": {"by": "alice", "at": "2026-11-23T08:47:00Z", "note": note}},
    )
    draft = asked(one).draft
    found = list(acts(draft.body))
    assert [what for what, _ in found] == ["html"], found
    assert found[0][1].startswith("<!-- hotwash:1 ")
    assert list(acts(draft.title)) == []
    assert len(markers(draft.body)) == 1


@pytest.mark.parametrize("token", LIVE_TOKENS)
def test_the_longest_incident_stays_within_the_limits(token: str) -> None:
    text = f"x{token * 10_000}"[:10_000]
    line = f"x{' '.join(text.split())}"
    one = incident(
        title=line[:200],
        services=[f"service-{number}" for number in range(100)],
        roles={"commander": "alice", **{f"role-{number}": "bob" for number in range(100)}},
        impact={"users": {"affected": 5, "description": text}},
        first_actions={"assess": {"by": "alice", "at": "2026-11-23T08:47:00Z", "note": text}},
        references=[f"https://x.example/{number}/{'y' * 1900}" for number in range(30)],
    )
    draft = asked(one).draft
    assert len(draft.body) <= BODY_LIMIT
    assert len(draft.title) <= TITLE_LIMIT


# --- its life ----------------------------------------------------------------------------------------------------------


def applied(records: Repository, tracker: EmbeddedTracker) -> list[tuple[str, str | None]]:
    return [(one.change.action, one.result) for one in apply_plan(plan_for(records, tracker), tracker)]


def test_it_is_made_kept_up_to_date_closed_and_opened_again(tmp_path: Path) -> None:
    tracker = EmbeddedTracker(tmp_path)
    assert applied(repository(incident()), tracker) == [("create", "done")]
    assert applied(repository(incident()), tracker) == []
    assert applied(repository(incident(status="identified", severity="P0")), tracker) == [("update", "done")]
    (issue,) = tracker.list(LABEL)
    assert issue.title == "P0 incident: Checkout returns 500 for EU customers"
    assert "status:identified" in issue.labels
    assert "status:investigating" not in issue.labels
    assert applied(repository(incident(status="closed")), tracker) == [("close", "done")]
    assert applied(repository(incident()), tracker) == [("reopen", "done")]


def test_one_that_a_person_closed_stays_closed_and_is_shown_as_drift(tmp_path: Path) -> None:
    tracker = EmbeddedTracker(tmp_path)
    applied(repository(incident()), tracker)
    tracker.edit(1, Edit(state="closed", state_reason="completed"))
    plan = plan_for(repository(incident()), tracker)
    assert [(change.action, change.reason) for change in plan.changes] == [
        ("drift", "the record says investigating, #1 is closed as completed: change one of them")
    ]


def test_one_that_became_internal_says_no_more_than_that(tmp_path: Path) -> None:
    tracker = EmbeddedTracker(tmp_path)
    policy: dict[str, Any] = {"repository": "public"}
    applied(repository(incident(visibility="public"), **policy), tracker)
    applied(repository(incident(visibility="internal"), **policy), tracker)
    (issue,) = tracker.list(LABEL)
    assert "Checkout" not in f"{issue.title}{issue.body}"
    assert issue.labels == (LABEL,)
