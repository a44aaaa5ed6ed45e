"""Requests become amendments: an incident goes from nothing to closed by them, and every one is safe to repeat."""

from __future__ import annotations

from copy import deepcopy
from datetime import timedelta
from functools import cache
from typing import Any

import pytest

from hotwash.edits.amend import amended
from hotwash.edits.amendment import Fold
from hotwash.errors import EditRefused
from hotwash.facts.gates import COMPLETE, verdict
from hotwash.facts.secrets import masked
from hotwash.model.postmortem import SECTIONS
from hotwash.records.splice import Unproven
from tests.edits.night import FOLDER, Night

LOOKED = {key: {"none": "Looked at all of it"} for key in ("logs", "metrics", "changes", "similar")}


def declared(severity: str = "P1") -> Night:
    """An incident that somebody has just declared."""
    return deepcopy(_declared(severity))


@cache
def _declared(severity: str) -> Night:
    night = Night()
    night.do(
        "declare",
        title="Checkout returns 500 for EU customers",
        severity=severity,
        services=["checkout-api"],
        slug="checkout-500",
        started="2026-11-23T08:41Z",
        detected="2026-11-23T08:44:10Z",
        via="alert",
        noticed="More than 1 % of the requests answer with 5xx",
        noticed_by="system:alertmanager",
    )
    return night


def at_work(severity: str = "P1") -> Night:
    """An incident whose four first actions are done."""
    return deepcopy(_at_work(severity))


@cache
def _at_work(severity: str) -> Night:
    return through_the_gate(declared(severity))


def through_the_gate(night: Night) -> Night:
    night.do(
        "first-actions",
        assess={
            "note": "every EU card payment fails",
            "users": {"affected": {"unknown": "Nobody has counted them so far"}, "description": "They cannot pay"},
            "business": {"reputation": "Press enquiry: at 10:00"},
            "scope": {"regions": ["eu-west-1"], "description": "Card payments only"},
        },
    )
    night.do(
        "first-actions",
        stabilize={"mitigation": {"action": "rollback", "text": "Rolled back to v412", "target": "checkout-api v413"}},
    )
    night.do(
        "first-actions",
        gather={
            "note": "error spike starts with deploy v413",
            "logs": [{"summary": "4,102 x connection refused from payments"}],
            "metrics": [{"summary": "5xx rate 0.2 % to 31 %", "url": "https://grafana.example/d/abc"}],
            "changes": [{"summary": "checkout-api v413 deployed 08:40"}],
            "similar": {"none": "Searched 12 past incidents for checkout-api"},
        },
    )
    night.do(
        "first-actions",
        communicate={
            "texts": {
                "engineers": "5xx since v413, rolled back",
                "stakeholders": "EU card payments fail, we are on it",
            },
            "channels": {"engineers": "#incidents"},
            "next_update_by": "2026-11-23T09:05Z",
        },
    )
    return night


def test_a_p1_goes_from_nothing_to_closed_by_requests_alone() -> None:
    night = at_work()
    assert night.status == "investigating"
    assert verdict(night.case, night.now).line == COMPLETE
    night.do(
        "log",
        entry={"kind": "finding", "about": "error-pattern", "state": "confirmed", "text": "No connection is free"},
    )
    night.do("log", entry={"kind": "finding", "about": "cascade", "state": "ruled-out", "text": "Nothing else fails"})
    night.do("set", values={"status": "identified"}, reason="The pool of v413 is too small")
    night.do(
        "update",
        texts=dict.fromkeys(("engineers", "stakeholders"), "v413 has a pool of 4; back to v412"),
        eta="2026-11-23T09:20Z",
    )
    fix = night.do(
        "fix",
        text="v414 is v413 with a pool of 40",
        ref="https://git.example/shop/pull/414",
        minimal=True,
        tested="In staging",
    )
    night.do(
        "fix",
        entry=fix.id,
        rollout="One region",
        monitored_by="carol watches 5xx",
        rollback_plan="Back to v412",
        documented_in={"none": "The change is one number"},
    )
    night.do("outcome", entry=night.pending(), outcome="effective", over=True, text="5xx is back at 0.2 %")
    assert night.status == "monitoring"
    night.do("handover", role="commander", to="bob", text="My shift is over")
    night.who = "bob"
    night.do("accept")
    night.do(
        "resolve",
        how="fixed",
        affected=12400,
        note="v414 is out",
        texts={"engineers": "It is over", "stakeholders": "It is over; 12,400 customers could not pay"},
    )
    night.do(
        "action-add",
        title="Refuse a pool that is too small",
        kind="prevent",
        priority="P1",
        owner="carol",
        due="2027-01-15",
    )
    night.do(
        "action-add", title="Alert on waiting requests", kind="detect", priority="P2", owner="dave", due="2027-01-15"
    )
    night.do("action-done", item="AI-2", proof={"file": "docs/runbooks/checkout.md", "contains": "Roll back first"})
    written = "What is to be said of it, in a sentence."
    asked = ("Root cause", "What went well", "What went badly", "Where we got lucky", "Lessons")
    night.do("postmortem", sections=dict.fromkeys(asked, written), minutes=600)
    causes = [{"category": "configuration", "trigger": "v413 went out", "statement": "It brought a pool of 4"}]
    night.do("publish", reviewed_by="alice", root_causes=causes, runbooks={"none": "The runbook said it all already"})
    night.do("close", root_cause="A pool of 4 where 40 are needed")
    assert night.status == "closed"
    assert not [path for path in night.files if "/timeline.d/" in path]
    assert night.judged(dict(night.files)).diagnostics == ()


def refused(night: Night, op: str, **answers: Any) -> str:  # noqa: ANN401 - what each request takes
    """Why a request is refused: the message, and what to do now."""
    before = dict(night.files)
    with pytest.raises(EditRefused) as caught:
        night.asked(night.request(op, **answers))
    assert night.files == before
    assert caught.value.exit_code == 1
    return f"{caught.value.message} | {caught.value.hint}"


# --- declare


def test_a_declaration_takes_its_name_from_the_day_and_the_title() -> None:
    night = Night()
    night.do(
        "declare", title="Ünused: the café's API, and all that hangs on it, fails", severity="P3", services=["payments"]
    )
    assert "incidents/2026/2026-11-23-unused-the-cafe-s-api-and-all-that-hangs/incident.yaml" in night.files


def test_a_declaration_stands_in_the_form_that_people_know() -> None:
    night = declared()
    assert (
        night.text("incident.yaml")
        == """\
# yaml-language-server: $schema=../../../schemas/incident.schema.json
title: Checkout returns 500 for EU customers
status: declared
severity: P1
services: [checkout-api]
times:
  started: 2026-11-23T08:41Z
  detected: 2026-11-23T08:44:10Z
  declared: 2026-11-23T08:47:00Z
roles:
  commander: alice
first_actions:
  # 1 severity and user impact
  assess:
  # 2 quick mitigation, or {by, at, none: which options were looked at}
  stabilize:
  # 3 logs, metrics, recent changes, similar incidents
  gather:
  # 4 status told
  communicate:
"""
    )


def test_a_name_that_is_taken_is_refused() -> None:
    night = declared()
    said = refused(night, "declare", title="Another", severity="P3", services=["payments"], slug="checkout-500")
    assert "there is an incident 2026-11-23-checkout-500 already" in said
    assert "hotwash log 2026-11-23-checkout-500" in said


# --- the gate


def test_what_is_not_real_is_written_and_not_signed() -> None:
    night = declared()
    night.do("first-actions", assess={"users": {"affected": 3, "description": "They cannot pay"}})
    assert night.case.incident.impact.users is not None
    assert night.case.incident.first_actions.assess.by is None
    night.do(
        "first-actions", assess={"scope": {"regions": ["eu-west-1"]}, "business": {"none": "A test shop, no customers"}}
    )
    assert night.case.incident.first_actions.assess.by == "alice"


def test_a_signature_that_stands_is_not_signed_over() -> None:
    night = at_work()
    night.who = "dave"
    night.do("first-actions", gather={"note": "I looked, too", "logs": [{"summary": "2 x out of memory"}]})
    assert night.case.incident.first_actions.gather.by == "alice"
    logs = night.case.incident.evidence.logs
    assert isinstance(logs, tuple)
    assert len(logs) == 2


def test_whoever_completes_the_four_goes_on_whatever_the_order() -> None:
    night = declared()
    parts: list[dict[str, Any]] = [
        {"communicate": {"texts": {"engineers": "It is broken and we look"}}},
        {"gather": LOOKED},
        {"stabilize": {"none": "Nothing to roll back, nor to switch off"}},
        {
            "assess": {
                "users": {"share": 0.1, "description": "They cannot pay"},
                "scope": {"description": "Cards"},
                "business": {"reputation": "Press"},
            }
        },
    ]
    for part in parts:
        assert night.status == "declared"
        night.do("first-actions", **part)
    assert night.status == "investigating"
    assert verdict(night.case, night.now).line == COMPLETE


def test_all_four_may_be_told_at_once() -> None:
    night = declared()
    looked = {"none": "Looked at all of it"}
    night.do(
        "first-actions",
        assess={
            "users": {"share": 0.1, "description": "They cannot pay"},
            "scope": {"description": "Cards"},
            "business": looked,
        },
        stabilize={"mitigation": {"action": "restart", "text": "Restarted"}},
        gather=LOOKED,
        communicate={"texts": {"engineers": "It is broken and we look"}},
    )
    assert night.status == "investigating"


def test_two_who_sign_the_last_two_at_once_both_count() -> None:
    night = declared()
    looked = {"none": "Looked at all of it"}
    night.do(
        "first-actions",
        assess={
            "users": {"share": 0.1, "description": "They cannot pay"},
            "scope": {"description": "Cards"},
            "business": looked,
        },
    )
    night.do("first-actions", gather=LOOKED)
    night.now += timedelta(minutes=1)
    one = night.request("first-actions", stabilize={"mitigation": {"action": "restart", "text": "Restarted"}})
    other = night.request("first-actions", by="bob", communicate={"texts": {"engineers": "It is broken and we look"}})
    before = dict(night.files)
    night.write(one)
    night.write(other)
    assert night.status == "investigating"
    assert night.errors(before) == []


def test_only_a_login_signs() -> None:
    assert "signed off by a login" in refused(declared(), "first-actions", by="role:commander", gather={})


def test_nobody_goes_past_a_shut_gate() -> None:
    night = declared()
    for op, answers in (
        ("set", {"values": {"status": "investigating"}}),
        ("set", {"values": {"status": "investigating"}, "ahead_of_gate": "There was no time for it"}),
        ("fix", {"text": "v414"}),
    ):
        said = refused(night, op, **answers)
        assert said.startswith("⛔ STOP: first actions are not complete (0 of 4)"), said
        assert "hotwash first-actions 2026-11-23-checkout-500" in said


def test_a_fix_goes_ahead_of_the_gate_with_a_reason_that_is_shown_for_good() -> None:
    night = declared()
    night.do("fix", text="v414 is v413 with a pool of 40", ahead_of_gate="The bank was about to cut us off")
    through_the_gate(night)
    assert night.status == "investigating"
    assert verdict(night.case, night.now).line.startswith("⚠ STOP gate passed late: the fix came")


def test_what_went_ahead_without_a_word_is_explained_with_the_first_actions() -> None:
    night = declared()
    night.do("log", entry={"kind": "finding", "about": "root-cause", "state": "confirmed", "text": "A pool of 4"})
    through_the_gate(night)
    assert night.status == "declared"
    night.do("first-actions", ahead_of_gate="It was plain to see in the alert itself")
    assert night.status == "investigating"


# --- entries


@pytest.mark.parametrize("kind", ["note", "decision", "escalation", "change", "recovery", "detection"])
def test_entries_of_every_kind_are_logged(kind: str) -> None:
    own = {"escalation": {"to": "role:dba"}, "detection": {"via": "customer"}}.get(kind, {})
    night = declared()
    night.do("log", entry={"kind": kind, "text": "It says: something # like this", **own})
    assert night.case.timeline[-1].entry.kind == kind
    assert night.case.timeline[-1].entry.text == "It says: something # like this"


def test_two_entries_that_were_given_one_id_both_stand() -> None:
    night = declared()
    night.do("log", id="0900-aaaa", entry={"kind": "note", "text": "The one"})
    night.do("log", id="0900-aaaa", entry={"kind": "note", "text": "The other"})
    assert {f"{FOLDER}/timeline.d/{name}.yaml" for name in ("0900-aaaa", "0900-aaaa-x2")} <= set(night.files)


def test_an_entry_that_was_folded_since_is_known_again() -> None:
    night = declared()
    request = night.do("log", entry={"kind": "note", "text": "Somebody called"})
    folded = amended(night.snapshot, FOLDER, [Fold()])
    assert not isinstance(folded, Unproven)
    night.files = {path: data for path, data in ({**night.files, **folded}).items() if data is not None}
    assert night.asked(request) == ()


def test_an_entry_whose_secret_was_masked_is_known_again() -> None:
    night = declared()
    token = "ghp_" + "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8"
    night.now += timedelta(minutes=1)
    request = night.request("log", entry={"kind": "note", "text": f"The token is {token}, revoke it"})
    night.write(request)
    path = f"{FOLDER}/timeline.d/{request.id}.yaml"
    night.files[path] = night.files[path].replace(token.encode(), masked(token).encode())
    assert night.asked(request) == ()


def test_the_same_text_for_two_audiences_is_one_entry() -> None:
    night = declared()
    night.do(
        "update",
        texts={"engineers": "One", "public": "One", "stakeholders": "Two"},
        eta={"unknown": "Too early to tell"},
    )
    told = [logged.entry for logged in night.case.timeline if logged.entry.kind == "status-update"]
    assert sorted((entry.audiences, entry.text) for entry in told) == [
        (("engineers", "public"), "One"),
        (("stakeholders",), "Two"),
    ]


@pytest.mark.parametrize("broken", ["- at: [\n", "- {kind: nonsense}\n"])
@pytest.mark.parametrize(
    ("op", "answers"),
    [
        ("log", {"entry": {"kind": "note", "text": "Somebody called"}}),
        ("update", {"texts": {"engineers": "One", "stakeholders": "Two"}}),
        ("mitigate", {"action": "rollback", "text": "Back to v412"}),
        ("fix", {"text": "v414"}),
    ],
)
def test_entries_are_taken_whatever_is_wrong_with_the_records(op: str, answers: dict[str, Any], broken: str) -> None:
    night = declared()
    night.files[f"{FOLDER}/timeline.yaml"] = broken.encode()
    before = set(night.files)
    request = night.request(op, **answers)
    night.write(request)
    assert set(night.files) > before
    assert night.asked(request) == ()


def test_what_needs_the_records_says_that_they_cannot_be_read() -> None:
    night = declared()
    night.files[f"{FOLDER}/timeline.yaml"] = b"- at: [\n"
    for op, answers in (
        ("set", {"values": {"severity": "P0"}, "reason": "It is worse"}),
        ("resolve", {"how": "fixed"}),
        ("first-actions", {"gather": {}}),
        ("accept", {}),
        ("action-add", {"title": "A", "kind": "detect", "priority": "P1", "owner": "carol", "due": "2027-01-15"}),
    ):
        assert "cannot be used as they are" in refused(night, op, **answers)


def test_nothing_is_asked_of_an_incident_that_is_not_there() -> None:
    assert "there is no incident 2026-11-23-checkout-500" in refused(
        Night(), "log", entry={"kind": "note", "text": "x"}
    )


def test_the_outcome_of_one_that_did_not_help_ends_nothing() -> None:
    night = at_work()
    request: dict[str, Any] = {"entry": night.pending(), "outcome": "ineffective"}
    assert "what ended it" in refused(night, "outcome", over=True, **request)
    night.do("outcome", **request)
    assert night.case.incident.times.mitigated is None


def test_an_outcome_is_told_of_a_mitigation_without_an_id() -> None:
    night = at_work()
    text = (
        "- at: 2026-11-23T08:50:30Z\n  by: carol\n  kind: mitigation  # by hand\n  action: restart\n  text: Restarted\n"
    )
    night.files[f"{FOLDER}/timeline.yaml"] = text.encode()
    night.do("outcome", entry_at="2026-11-23T08:50:30Z", outcome="harmful", side_effects="The queue overflowed")
    assert "# by hand" in night.text("timeline.yaml")
    assert "no mitigation" in refused(night, "outcome", entry_at="2026-11-23T08:50:31Z", outcome="harmful")
    assert "no mitigation 0000-none" in refused(night, "outcome", entry="0000-none", outcome="harmful")


def test_an_outcome_is_taken_even_where_the_next_step_lacks_something() -> None:
    night = at_work()
    night.do("fix", text="v414 is v413 with a pool of 40")
    night.do("outcome", entry=night.pending(), outcome="effective", over=True)
    assert night.status == "investigating"
    assert night.case.incident.times.mitigated is not None


# --- roles


def test_a_role_waits_until_somebody_takes_it() -> None:
    night = declared()
    night.do("handover", role="commander", to="bob")
    assert night.case.incident.roles["commander"] == "alice"
    assert "no role" in refused(night, "accept", by="carol")
    night.do("accept", by="bob")
    assert night.case.incident.roles["commander"] == "bob"
    assert "bob is commander" in refused(night, "handover", role="commander", to="bob")


def test_whoever_takes_a_role_has_it_at_once() -> None:
    night = declared()
    night.do("handover", by="carol", role="communications", to="carol")
    assert night.case.incident.roles["communications"] == "carol"


def test_a_role_that_was_handed_over_is_set_with_a_handover() -> None:
    night = declared()
    night.do("handover", role="commander", to="bob")
    night.do("accept", by="bob")
    night.do("set", values={"roles.commander": "dave", "roles.scribe": "erin"})
    assert night.judged(dict(night.files)).diagnostics == ()
    assert night.case.incident.roles == {"commander": "dave", "scribe": "erin"}


# --- set


def test_a_severity_brings_its_reason_along() -> None:
    night = declared()
    assert "nobody says why" in refused(night, "set", values={"severity": "P0"})
    night.do("set", values={"severity": "P0"}, reason="All regions fail now")
    assert night.case.incident.severity.level == "P0"
    night.do("set", values={"severity": "P2"}, reason="Only one customer is left", minutes=0)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"severity": "P7"}, "no severity: P7"),
        ({"status": "done"}, "no status: done"),
        ({"status": "resolved"}, "hotwash resolve"),
        ({"status": "closed"}, "hotwash close"),
        ({"status": "dismissed"}, "hotwash dismiss"),
        ({"status": "monitoring"}, "it can go to investigating or dismissed"),
        ({"kind": "drill"}, "fixed once it is recorded"),
        ({"first_actions.assess.by": "bob"}, "hotwash first-actions"),
        ({"titel": "x"}, "incident.yaml has no `titel`"),
        ({"impact.user.affected": 3}, "unknown key `user`"),
        ({"times.started": "8:41"}, "not a time"),
        ({"services": "payments"}, "`services`"),
        ({"title": None}, "`title` is missing"),
    ],
)
def test_what_cannot_be_set_is_refused(values: dict[str, Any], said: str) -> None:
    assert said in refused(declared(), "set", values=values)


def test_values_are_set_and_taken_away() -> None:
    night = declared()
    night.do("set", values={"times.started": {"at": "2026-11-23T08:40Z", "approx": True}, "labels.team": "payments"})
    night.do("set", values={"labels.team": None, "title": "Nobody can pay", "services": ["checkout-api", "payments"]})
    assert night.case.incident.labels == {}
    assert night.case.incident.title == "Nobody can pay"


def test_a_severity_that_somebody_else_has_raised_meanwhile_stays() -> None:
    night = declared("P2")

    def level() -> str:
        return night.case.incident.severity.level

    night.do("set", values={"severity": "P0"}, was="P2", reason="All regions fail now")
    # Typed in another clone, where it was a P2 still.
    night.do("set", values={"severity": "P1"}, was="P2", reason="The US is hit, too")
    assert level() == "P0"
    told = [(logged.entry.kind, logged.entry.text) for logged in night.case.timeline]
    assert ("note", "The US is hit, too") in told
    assert [kind for kind, _ in told].count("severity-change") == 1
    night.do("set", values={"severity": "P1"}, was="P0", reason="Only one region is left")
    assert level() == "P1"


def test_steps_of_one_second_stay_in_order_whatever_their_names() -> None:
    night = at_work()
    night.do("outcome", id="0851-z", entry=night.pending(), outcome="effective", over=True, minutes=0)
    night.do("set", id="0851-y", values={"status": "investigating"}, reason="It came back", minutes=0)
    night.do("set", id="0851-x", values={"status": "monitoring"}, reason="It is gone again", minutes=0)
    night.do("set", id="0851-w", values={"severity": "P0"}, reason="All regions fail", minutes=0)
    night.do("set", id="0851-v", values={"severity": "P2"}, reason="Hardly anybody is hit", minutes=0)
    assert (night.status, night.case.incident.severity.level) == ("monitoring", "P2")


def test_clocks_that_differ_do_not_shut_the_gate() -> None:
    night = declared()
    night.do(
        "first-actions",
        assess={
            "users": {"share": 0.1, "description": "They cannot pay"},
            "scope": {"description": "Cards"},
            "business": LOOKED["logs"],
        },
    )
    night.do("first-actions", by="bob", gather=LOOKED, at="2026-11-23T08:52:00Z")
    night.do("update", by="bob", at="2026-11-23T08:50:20Z", texts={"engineers": "It is broken and we look"})
    night.do("first-actions", stabilize={"none": "Nothing to roll back, nor to switch off"}, at="2026-11-23T08:50:00Z")
    night.do("first-actions", communicate={}, at="2026-11-23T08:50:10Z")
    assert night.status == "investigating"
    assert verdict(night.case, night.now).line == COMPLETE
    told = night.case.incident.first_actions.communicate.at
    assert str(told) == "2026-11-23T08:50:20Z"


def test_a_step_that_is_dated_before_the_last_one_is_refused() -> None:
    night = at_work()
    night.do("log", entry={"kind": "finding", "about": "metric", "state": "open", "text": "Something moved"})
    said = refused(night, "set", at="2026-11-23T08:30Z", values={"status": "identified"})
    assert "it went to investigating at" in said


# --- the end


def over(night: Night) -> Night:
    night.do(
        "log", entry={"kind": "finding", "about": "error-pattern", "state": "ruled-out", "text": "None to be seen"}
    )
    night.do("log", entry={"kind": "finding", "about": "cascade", "state": "ruled-out", "text": "Nothing else fails"})
    told = {"engineers": "It is over", "stakeholders": "It is over, 12 customers were hit"}
    night.do("resolve", how="mitigated", affected=12, outcomes={night.pending(): "effective"}, texts=told)
    return night


def test_what_is_missing_for_the_end_is_told_at_once() -> None:
    night = at_work()
    night.now += timedelta(minutes=20)
    said = refused(night, "resolve", how="mitigated")
    assert "whether the mitigation 0849-t003 helped" in said
    assert "a mitigation that helped" not in said
    said = refused(
        night, "resolve", how="mitigated", outcomes={night.pending(): "effective"}, texts={"engineers": "Over"}
    )
    assert "an update for stakeholders that it is over (--stakeholders TEXT)" in said
    assert "`impact.users.affected`" in said


def test_what_ended_by_itself_needs_no_mitigation() -> None:
    night = at_work()
    told = {"engineers": "It is over", "stakeholders": "It is over"}
    night.do("resolve", how="self-resolved", affected=12, outcomes={night.pending(): "ineffective"}, texts=told)
    assert night.status == "resolved"


def test_going_back_takes_the_ending_with_it() -> None:
    night = over(at_work())
    assert "nobody says why" in refused(night, "set", values={"status": "investigating"})
    night.do("set", values={"status": "investigating"}, reason="It fails again")
    assert night.case.incident.times.mitigated is None
    assert night.case.incident.times.resolved is None
    assert night.case.incident.resolution is None
    told = {"engineers": "It is over again", "stakeholders": "It is over again"}
    night.do("resolve", how="mitigated", texts=told)


def test_a_replay_never_takes_back_what_others_did_since() -> None:
    night = at_work()
    worse = night.do("set", values={"severity": "P0"}, reason="All regions fail now")
    night.do("set", values={"severity": "P2"}, reason="Only one customer is left")
    assert night.asked(worse) == ()
    night = over(night)
    told = {"engineers": "It is over again", "stakeholders": "It is over again"}
    again = night.request("resolve", how="fixed", texts=told)
    night.do("set", values={"status": "investigating"}, reason="It fails again")
    night.now += timedelta(minutes=1)
    ended = night.do("resolve", how="mitigated", texts=told)
    night.do("set", values={"status": "investigating"}, reason="And again")
    assert night.asked(ended) == ()
    assert again != ended


def test_a_p3_is_closed_without_a_postmortem() -> None:
    night = over(at_work("P3"))
    said = refused(night, "close")
    for part in ("the root cause", "action items (hotwash action add)", "the runbooks that were updated"):
        assert part in said
    night.do(
        "close",
        root_cause="A pool of 4 where 40 are needed",
        runbooks=[{"path": "docs/runbooks/checkout.md", "change": "updated"}],
        no_actions="Everything that could be done was done on the night",
    )
    assert night.status == "closed"
    assert night.judged(dict(night.files)).diagnostics == ()


def test_what_a_close_lacks_is_told_with_the_commands_that_bring_it() -> None:
    said = refused(over(at_work()), "close")
    for part in ("hotwash postmortem", "hotwash close --root-cause", "hotwash action add"):
        assert part in said


def test_a_false_alarm_is_dismissed_and_taken_up_again() -> None:
    night = declared()
    assert "the reason says nothing" in refused(night, "dismiss", reason="n/a")
    night.do("dismiss", reason="A probe was misconfigured, nobody was hit")
    night.do("set", values={"status": "declared"}, reason="It was not the probe after all")
    assert night.case.incident.reason is None


def test_a_duplicate_names_the_other() -> None:
    night = declared()
    other = "2026-11-23-checkout-down"
    night.do("declare", title="Checkout is down", severity="P1", services=["checkout-api"], slug="checkout-down")
    assert "duplicate of itself" in refused(
        night, "dismiss", reason="It is the same one", duplicate_of="2026-11-23-checkout-500"
    )
    night.do("dismiss", reason="Somebody was faster than me", duplicate_of=other)


def test_nothing_is_dismissed_that_was_over() -> None:
    assert "it was no false alarm" in refused(over(at_work()), "dismiss", reason="It was nothing at all")


# --- action items and post-mortem


def test_action_items_are_added_started_done_and_dropped() -> None:
    night = over(at_work())
    own: dict[str, Any] = {"kind": "detect", "priority": "P1", "owner": "carol", "due": "2027-01-15"}
    night.do("action-none", none="Everything was done on the night")
    for title in ("One", "Two", "Three"):
        night.do("action-add", title=title, **own)
    assert [item.id for item in night.case.action_items] == ["AI-1", "AI-2", "AI-3"]
    night.do("action-start", item="AI-1", owner="dave")
    night.do("action-done", item="AI-2", proof={"none": "Nothing can show it"})
    night.do("action-drop", item="AI-3", reason="It costs more than it saves")
    night.do("action-start", item="AI-3")
    assert [item.status for item in night.case.action_items] == ["in-progress", "done", "in-progress"]
    assert "no action item AI-9" in refused(night, "action-done", item="AI-9")
    assert "says nothing" in refused(night, "action-drop", item="AI-1", reason="TODO")
    assert "3 action items" in refused(night, "action-none", none="Everything was done on the night")


def test_two_who_add_an_item_at_once_get_two_ids() -> None:
    night = over(at_work())
    own: dict[str, Any] = {"kind": "detect", "priority": "P1", "owner": "carol", "due": "2027-01-15"}
    requests = [night.request("action-add", title=title, **own) for title in ("One", "Two", "One")]
    for request in requests:
        night.write(request)
    assert [(item.id, item.title) for item in night.case.action_items] == [("AI-1", "One"), ("AI-2", "Two")]


def test_a_postmortem_says_what_the_records_know_and_asks_for_the_rest() -> None:
    night = over(at_work())
    night.do(
        "log",
        entry={"kind": "finding", "about": "root-cause", "state": "confirmed", "text": "A pool of 4\n\n## Summary"},
    )
    before = dict(night.files)
    night.do("postmortem", minutes=60)
    text = night.text("postmortem.md")
    for part in (
        "Users hit: 12",
        "They cannot pay",
        "by an alert: More than 1 % of the requests answer with 5xx",
        "Rolled back to v412 (rollback: effective)",
        "A pool of 4 ## Summary",
        "TODO: what we know now and did not know before.",
    ):
        assert part in text
    assert {d.code for d in night.judged(before).diagnostics} == {"HW602"}
    again = night.request("postmortem")
    assert night.asked(again) == ()
    assert "is there already" in refused(night, "postmortem", by="dave")


def test_a_postmortem_is_published_by_another_than_its_author() -> None:
    night = over(at_work())
    assert "has no post-mortem" in refused(night, "publish", reviewed_by="dave")
    sections = dict.fromkeys(SECTIONS, "What is to be said of it, in a sentence.")
    night.do("postmortem", sections=sections)
    assert "wrote it alone" in refused(night, "publish", reviewed_by="alice")
    night.do("publish", reviewed_by="dave")
    assert night.case.postmortem is not None
    assert night.case.postmortem.front.status == "published"


def test_a_postmortem_is_not_published_before_it_is_over() -> None:
    night = at_work()
    night.do("postmortem")
    assert "hotwash resolve" in refused(night, "publish", reviewed_by="dave")


# --- what the severity asks


def test_a_worse_severity_says_what_more_it_asks_and_takes_it_along() -> None:
    night = declared("P3")
    night.do(
        "first-actions",
        assess={"users": {"share": 0.1, "description": "They cannot pay"}, "scope": {"description": "Cards"}},
        stabilize={"none": "Nothing to roll back, nor to switch off"},
        gather=LOOKED,
        communicate={"texts": {"stakeholders": "Cards fail"}},
    )
    said = refused(night, "set", values={"severity": "P1"}, reason="All of the EU is hit")
    assert "of a P1 more is asked" in said
    assert "impact.business" in said
    night.do("update", texts={"engineers": "5xx since v413"})
    night.do(
        "set", values={"severity": "P1", "impact.business": {"reputation": "Press"}}, reason="All of the EU is hit"
    )
    assert night.case.incident.severity.level == "P1"


def test_what_is_assessed_may_be_worse_than_declared() -> None:
    night = declared("P3")
    night.do(
        "first-actions", assess={"severity": "P1", "note": "All of the EU is hit", "scope": {"description": "Cards"}}
    )
    assert night.case.incident.severity.level == "P1"


# --- two at once


@pytest.mark.parametrize(
    ("op", "one", "other"),
    [
        ("resolve", {"how": "mitigated"}, {"how": "fixed"}),
        ("close", {"root_cause": "A pool of 4"}, {"root_cause": "A pool of 5"}),
        ("dismiss", {"reason": "It was a false alarm"}, {"reason": "It was nothing at all"}),
    ],
)
def test_the_second_who_ends_it_is_told_that_it_has_ended(op: str, one: dict[str, Any], other: dict[str, Any]) -> None:
    told = {"texts": {"engineers": "Over", "stakeholders": "Over"}, "affected": 3}
    night = {"resolve": at_work, "close": lambda: over(at_work("P3")), "dismiss": declared}[op]()
    if op == "resolve":
        night.do("outcome", entry=night.pending(), outcome="effective")
        one, other = one | told, other | told
    if op == "close":
        rest = {"runbooks": {"none": "The runbook said it all"}, "no_actions": "Nothing is left to do"}
        one, other = one | rest, other | rest
    night.do(op, **one)
    assert "already, since" in refused(night, op, **other)


def test_two_who_move_it_to_one_status_at_once_have_moved_it_once() -> None:
    night = at_work()
    night.do("log", entry={"kind": "finding", "about": "metric", "state": "open", "text": "Something moved"})
    requests = [
        night.request("set", values={"status": "identified"}, by=who, reason="It is known") for who in ("alice", "bob")
    ]
    before = dict(night.files)
    for request in requests:
        night.write(request)
    assert night.errors(before) == []
    moved = [
        logged
        for logged in night.case.timeline
        if logged.entry.kind == "status-change" and logged.entry.to == "identified"
    ]
    assert len(moved) == 1
    assert [logged.entry.by for logged in night.case.timeline if logged.entry.text == "It is known"] == ["alice", "bob"]
    assert all(night.asked(request) == () for request in requests)


def test_an_entry_that_is_added_to_a_closed_incident_stands_in_its_timeline() -> None:
    night = over(at_work("P3"))
    night.do(
        "close", root_cause="A pool", runbooks={"none": "The runbook said it all"}, no_actions="Nothing is left to do"
    )
    night.do("log", entry={"kind": "note", "text": "A customer wrote to us"})
    assert "A customer wrote to us" in night.text("timeline.yaml")
    assert not [path for path in night.files if "/timeline.d/" in path]
