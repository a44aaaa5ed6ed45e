"""How an incident stands: what is missing, what is due and in how long, who is on it, who was told, what was tried."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from hotwash.facts.outlook import away, outlook, unreadable_outlook
from hotwash.model.policy import Policy, Service
from hotwash.model.repository import Unreadable
from hotwash.model.time import Instant
from hotwash.standing import Called, Moment, Role, ServiceHit, Told
from tests.builders import NOW, NOW_AT, PART, case

if TYPE_CHECKING:
    from hotwash.standing import Standing

SERVICES = {
    "checkout-api": Service(owner="team-pay", tier=1, runbook="docs/checkout.md", repository="shop/checkout"),
    "mail": Service(external=True, url="https://status.mail.example"),
}


def stands(
    incident: str = "", timeline: str = "", *, stage: str = "investigating", now: datetime | None = None
) -> Standing:
    """How the complete incident stands with other keys, and with more entries."""
    changes = {"incident.yaml": incident} if incident else {}
    changes |= {f"timeline.yaml{PART}": timeline} if timeline else {}
    return outlook(case(changes, stage=stage), Policy(), SERVICES, now or NOW_AT[stage])


def entry(time: str, kind: str, more: str, by: str = "bob") -> str:
    return f"- at: 2026-11-23T{time}Z\n  by: {by}\n  kind: {kind}\n{more}  text: It is so\n"


# --- times


@pytest.mark.parametrize(
    ("time", "words"),
    [
        ("2026-11-23T08:59:00Z", "now"),
        ("2026-11-23T08:59Z", "now"),
        ("2026-11-23T08:58:59Z", "1 s ago"),
        ("2026-11-23T08:57:01Z", "1 min 59 s ago"),
        ("2026-11-23T08:49:31Z", "9 min ago"),
        ("2026-11-23T06:00:00Z", "2 h 59 min ago"),
        ("2026-11-12T08:58:00Z", "11 d ago"),
        ("2026-11-23T09:00:59Z", "in 1 min 59 s"),
        ("2026-11-23T09:02:59Z", "in 3 min"),
        ("2026-12-23T11:02:59Z", "in 30 d"),
        ("2026-11-23", "today"),
        ("2026-11-24", "in 1 d"),
        ("2026-11-13", "10 d ago"),
    ],
)
def test_a_time_is_told_as_people_count_it(time: str, words: str) -> None:
    assert away(Instant.parse(time), NOW) == Moment(time, words)


def test_what_is_due_after_all_times_that_a_record_takes_is_due_all_the_same() -> None:
    late = "times: {declared: 2199-12-31T23:59:00Z}\nfirst_actions:\n"
    (clock, *_) = stands(late, stage="declared").clocks
    assert clock.due.at == "2200-01-01T00:04:00Z"


def test_all_times_that_are_written_are_told_in_their_order() -> None:
    found = stands(stage="resolved")
    assert [name for name, _ in found.times] == [
        "started", "detected", "declared", "acknowledged", "mitigated", "resolved",
    ]  # fmt: skip
    assert found.time("resolved") == Moment("2026-11-23T09:30:00Z", "4 d ago")
    assert found.time("contained") is None


def test_since_when_it_is_so_comes_from_the_entry_that_says_so() -> None:
    assert stands().since == Moment("2026-11-23T08:51:00Z", "8 min ago")
    assert stands("status: identified\n").since is None
    assert stands(stage="declared").since is None


# --- the first actions


def test_a_first_action_says_what_it_lacks() -> None:
    found = stands("first_actions:\nevidence:\n  logs:\n    - summary: 4,102 x refused\n", stage="declared")
    assert [action.action for action in found.first_actions] == ["assess", "stabilize", "gather", "communicate"]
    assert [action.done for action in found.first_actions] == [False] * 4
    assert [action.missing for action in found.first_actions] == [
        (),
        ("a mitigation entry",),
        ("evidence.metrics", "evidence.changes", "evidence.similar"),
        ("a status-update entry",),
    ]


def test_a_first_action_that_is_done_says_by_whom_and_when() -> None:
    found = stands().first_actions[1]
    assert (found.done, found.by, found.note) == (True, "carol", "rolled back checkout-api to v412")
    assert found.at == Moment("2026-11-23T08:49:00Z", "10 min ago")
    assert (found.missing, found.wrong) == ((), "")


def test_a_signature_with_nothing_missing_says_what_is_wrong_with_it() -> None:
    coming = "first_actions: {assess: {by: alice, at: 2026-11-23T10:00:00Z, note: All of them fail}}\n"
    found = stands(coming).first_actions[0]
    assert not found.done
    assert found.wrong == "assess is signed off at a time that is still to come"


@pytest.mark.parametrize("stage", ["dismissed", "retrospective"])
def test_where_the_gate_is_not_judged_there_is_no_checklist(stage: str) -> None:
    found = stands(stage=stage)
    assert found.first_actions == ()
    assert found.next_status is None


# --- clocks


def test_a_clock_says_in_how_long_and_whose_duty_it_is() -> None:
    (update,) = stands().clocks
    assert (update.name, update.due, update.late, update.by) == (
        "update", Moment("2026-11-23T09:06:00Z", "in 7 min"), "", "bob",
    )  # fmt: skip


def test_without_somebody_for_communications_the_commander_owes_the_update() -> None:
    (update,) = stands("roles: {commander: alice}\n").clocks
    assert update.by == "alice"


@pytest.mark.parametrize(("passed", "late"), [(30, "30 s late"), (90, "1 min late"), (4_000, "1 h 6 min late")])
def test_a_late_clock_says_how_late(passed: int, late: str) -> None:
    (update,) = stands(now=datetime(2026, 11, 23, 9, 6, tzinfo=UTC) + timedelta(seconds=passed)).clocks
    assert update.late == late


def test_the_clocks_of_a_declared_incident_are_those_of_the_first_actions_and_the_response() -> None:
    times = "times: {declared: 2026-11-23T08:46:00Z}\nfirst_actions:\n"
    found = stands(times, stage="declared").clocks
    assert [(clock.name, clock.by) for clock in found] == [("first-actions", "alice"), ("response", "alice")]


def test_an_estimate_is_a_clock_and_the_lack_of_one_a_reason() -> None:
    update = '  audience: engineers\n  eta: {unknown: "We wait for the bank"}\n'
    assert stands(timeline=entry("08:55:00", "status-update", update)).no_estimate == "We wait for the bank"
    update = "  audience: engineers\n  eta: 2026-11-23T09:30:00Z\n"
    found = stands(timeline=entry("08:55:00", "status-update", update))
    assert found.no_estimate == ""
    assert ("eta", "in 31 min") in [(clock.name, clock.due.away) for clock in found.clocks]


# --- who


def test_roles_are_told_as_they_are_written() -> None:
    assert stands().roles == (Role("commander", "alice"), Role("communications", "bob"))


def test_a_handover_that_nobody_has_accepted_is_told_beside_the_role() -> None:
    found = stands(timeline=entry("08:55:00", "handover", "  role: commander\n  to: erin\n"))
    assert found.roles[0] == Role("commander", "alice", "erin", Moment("2026-11-23T08:55:00Z", "4 min ago"))


def test_a_role_that_is_offered_and_that_nobody_has_is_told() -> None:
    found = stands(timeline=entry("08:55:00", "handover", "  role: operations\n  to: erin\n"))
    assert found.roles[-1] == Role("operations", "", "erin", Moment("2026-11-23T08:55:00Z", "4 min ago"))


def test_a_handover_that_is_accepted_or_followed_by_another_waits_no_more() -> None:
    offered = entry("08:55:00", "handover", "  role: commander\n  to: erin\n")
    taken = entry("08:56:00", "handover", "  role: commander\n  to: erin\n  accepted: true\n")
    again = entry("08:57:00", "handover", "  role: commander\n  to: dave\n")
    assert stands("roles: {commander: erin}\n", offered + taken).roles == (Role("commander", "erin"),)
    assert stands("roles: {commander: erin}\n", offered).roles == (Role("commander", "erin"),)
    assert [role.offered_to for role in stands(timeline=offered + again).roles] == ["dave", ""]
    other = entry("08:58:00", "handover", "  role: commander\n  to: dave\n  accepted: true\n")
    assert stands("roles: {commander: dave}\n", offered + other).roles == (Role("commander", "dave"),)


def test_who_was_called_is_told_once_the_last_first() -> None:
    calls = entry("08:52:00", "escalation", "  to: org:bank\n") + entry("08:53:00", "escalation", "  to: dave\n")
    calls += entry("08:54:00", "escalation", "  to: org:bank\n")
    assert stands(timeline=calls).called == (
        Called("org:bank", Moment("2026-11-23T08:54:00Z", "5 min ago")),
        Called("dave", Moment("2026-11-23T08:53:00Z", "6 min ago")),
    )


# --- who was told


def test_the_last_update_to_each_audience_is_told() -> None:
    more = entry("08:55:00", "status-update", "  audience: [stakeholders, public]\n  channel: status page\n")
    engineers, stakeholders, public = stands(timeline=more).told
    assert engineers.at == Moment("2026-11-23T08:50:00Z", "9 min ago")
    assert stakeholders == Told("stakeholders", public.at, "bob", "status page", "It is so")
    assert public.audience == "public"


def test_who_has_to_hear_of_it_and_never_did_is_told() -> None:
    assert stands(stage="declared").told == (Told("engineers"), Told("stakeholders"))
    assert stands(stage="retrospective").told == ()


# --- what was tried


def test_an_outcome_that_nobody_has_told_waits() -> None:
    more = entry("08:55:00", "mitigation", "  id: 0855-abcd\n  action: restart\n  target: payments\n", by="carol")
    (attempt,) = stands(timeline=more).attempts
    assert (attempt.id, attempt.state, attempt.action, attempt.target, attempt.by) == (
        "0855-abcd", "pending", "restart", "payments", "carol",
    )  # fmt: skip
    assert stands().attempts == ()


def test_harm_that_nothing_came_after_is_told() -> None:
    harm = entry("08:55:00", "mitigation", "  action: restart\n  outcome: harmful\n")
    assert [attempt.state for attempt in stands(timeline=harm).attempts] == ["harmful"]
    after = entry("08:56:00", "mitigation", "  action: rollback\n  outcome: effective\n")
    assert stands(timeline=harm + after).attempts == ()


# --- what is hit


def test_services_are_told_as_the_catalogue_has_them() -> None:
    found = stands("services: [checkout-api, mail, loyalty]\n").services
    assert found == (
        ServiceHit("checkout-api", True, "team-pay", 1, "docs/checkout.md", "shop/checkout"),  # noqa: FBT003 - a value
        ServiceHit("mail", True, url="https://status.mail.example", external=True),  # noqa: FBT003 - a value
        ServiceHit("loyalty", False),  # noqa: FBT003 - a value
    )


@pytest.mark.parametrize(
    ("users", "said"),
    [
        ("{affected: 12400, share: 0.31, description: They cannot pay}", "12,400 users, 31 %: They cannot pay"),
        ('{affected: {unknown: "Nobody counts them yet"}, description: They cannot pay}', "They cannot pay"),
        ("{share: 0.004}", "under 1 %"),
        ("{share: 0}", "0 %"),
        ('{affected: 3, description: "..."}', "3 users"),
    ],
)
def test_the_impact_is_told_in_one_text(users: str, said: str) -> None:
    assert stands(f"impact: {{users: {users}}}\n").impact == said


def test_the_latest_entry_is_the_last_that_has_happened() -> None:
    coming = entry("12:00:00", "note", "")
    latest = stands(timeline=coming).latest
    assert latest is not None
    assert (latest.kind, latest.by, latest.at.away) == ("status-change", "alice", "8 min ago")
    assert stands(stage="declared").latest is None


# --- unreadable


def test_of_what_cannot_be_read_incident_yaml_says_what_it_can() -> None:
    whole = case()
    found = unreadable_outlook(Unreadable(whole.id, whole.path), whole.incident, SERVICES, NOW, branch="b")
    assert (found.title, found.severity, found.is_open, found.branch) == (whole.incident.title, "P1", True, "b")
    assert (found.verdict.gate, found.clocks, found.first_actions) == ("unreadable", (), ())
    assert found.roles == (Role("commander", "alice"), Role("communications", "bob"))
    assert [service.name for service in found.services] == ["checkout-api"]


def test_what_cannot_be_read_at_all_counts_as_open() -> None:
    found = unreadable_outlook(Unreadable("x", "incidents/2026/x"), None, SERVICES, NOW)
    assert (found.severity, found.status, found.is_open) == (None, None, True)
