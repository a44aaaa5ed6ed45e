"""What the records speak for comes first, with the reason; the rest of the guide's list follows."""

from __future__ import annotations

import pytest

from hotwash.facts.quick_fixes import QuickFix, quick_fixes, untested
from tests.builders import case

CHANGE = """\
- at: 2026-11-23T08:50:00Z
  changed_at: {at}
  by: carol
  kind: change
  service: checkout-api
  ref: v413
  text: checkout-api v413 went out
"""
QUIET = {"incident.yaml": "title: Something is wrong\nevidence: {}\n", "timeline.yaml": "[]\n"}


def suggested(changes: dict[str, str]) -> tuple[QuickFix, ...]:
    return quick_fixes(case(QUIET | changes))


def test_all_of_the_guides_quick_fixes_are_named_with_their_risk() -> None:
    fixes = suggested({})
    assert [fix.action for fix in fixes] == [
        *("rollback", "scale-up", "disable-feature", "circuit-breaker", "failover", "restart"),
    ]
    assert all(fix.risk and not fix.reason for fix in fixes)


def test_a_deployment_shortly_before_speaks_for_going_back() -> None:
    first = suggested({"timeline.yaml": CHANGE.format(at="2026-11-23T08:40:00Z")})[0]
    assert (first.action, first.target) == ("rollback", "checkout-api v413")
    assert first.reason == "checkout-api v413 went out, 1 min before it began"


@pytest.mark.parametrize("at", ["2026-11-21T08:40:00Z", "2026-11-23T09:40:00Z"])
def test_a_deployment_of_another_day_speaks_for_nothing(at: str) -> None:
    assert suggested({"timeline.yaml": CHANGE.format(at=at)})[0].reason == ""


def test_a_change_among_the_evidence_counts_too() -> None:
    evidence = "evidence:\n  changes:\n    - {summary: A new icon}\n    - {summary: v413 deployed}\n"
    first = suggested({"incident.yaml": QUIET["incident.yaml"].replace("evidence: {}\n", evidence)})[0]
    assert (first.action, first.reason) == ("rollback", "among the recent changes: v413 deployed")


@pytest.mark.parametrize(
    ("title", "action"),
    [
        ("The queue grows and the CPU is at 100 %", "scale-up"),
        ("The new feature flag broke search", "disable-feature"),
        ("The payment provider is unreachable", "circuit-breaker"),
    ],
)
def test_what_it_looks_like_speaks_for_a_quick_fix(title: str, action: str) -> None:
    first = suggested({"incident.yaml": f"title: {title}\nevidence: {{}}\n"})[0]
    assert first.action == action
    assert title in first.reason


def test_what_was_ruled_out_speaks_for_nothing() -> None:
    text = "- at: 2026-11-23T08:50:00Z\n  kind: finding\n  about: metric\n  state: ruled-out\n  text: It is load\n"
    assert all(not fix.reason for fix in suggested({"timeline.yaml": text}))


@pytest.mark.parametrize("outcome", ["ineffective", "harmful"])
def test_what_was_tried_in_vain_comes_last(outcome: str) -> None:
    tried = f"- at: 2026-11-23T08:49:00Z\n  kind: mitigation\n  action: rollback\n  outcome: {outcome}\n  text: Back\n"
    last = suggested({"timeline.yaml": CHANGE.format(at="2026-11-23T08:40:00Z") + tried})[-1]
    assert (last.action, last.tried) == ("rollback", 1)


def test_a_mitigation_nobody_has_looked_at_is_counted() -> None:
    assert untested(case()) == 0
    text = "- at: 2026-11-23T08:49:00Z\n  kind: mitigation\n  action: rollback\n  text: Back\n"
    assert untested(case({"timeline.yaml": text})) == 1
