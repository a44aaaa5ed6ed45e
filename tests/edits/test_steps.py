"""Requests become amendments: an incident goes from nothing to closed by them, and every one is safe to repeat."""

from __future__ import annotations

from hotwash.facts.gates import COMPLETE, verdict
from tests.edits.night import Night


def declared(severity: str = "P1") -> Night:
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
    night = through_the_gate(declared())
    assert night.case.incident.status == "investigating"
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
    assert night.case.incident.status == "monitoring"
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
    assert night.case.incident.status == "closed"
    assert not [path for path in night.files if "/timeline.d/" in path]
    assert night.judged(dict(night.files)).diagnostics == ()
