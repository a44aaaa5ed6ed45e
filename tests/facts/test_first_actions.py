"""What a first action rests on: no blank of a help line stands for it, wherever it is left."""

from __future__ import annotations

import pytest

from hotwash.facts.gates import verdict
from tests.builders import NOW, case

USERS = "users: {affected: 5, description: nobody pays}"
SCOPE = "scope: {description: all}"
BUSINESS = "business: {reputation: calls}"


@pytest.mark.parametrize(
    ("impact", "missing"),
    [
        (f'users: {{affected: {{unknown: "..."}}, description: nobody pays}}, {SCOPE}, {BUSINESS}', "users.affected"),
        (f'users: {{affected: {{none: "…"}}, description: nobody pays}}, {SCOPE}, {BUSINESS}', "users.affected"),
        (f'users: {{affected: 5, description: "..."}}, {SCOPE}, {BUSINESS}', "users.description"),
        (f'{USERS}, scope: {{regions: ["..."]}}, {BUSINESS}', "scope"),
        (f'{USERS}, {SCOPE}, business: {{revenue_loss: {{unknown: "..."}}}}', "business"),
        (f'{USERS}, {SCOPE}, business: {{reputation: {{none: "..."}}}}', "business"),
        (f'{USERS}, {SCOPE}, business: {{none: "..."}}', "business"),
    ],
)
def test_a_blank_in_the_impact_keeps_the_gate_shut(impact: str, missing: str) -> None:
    said = verdict(case({"incident.yaml": f"impact: {{{impact}}}\n"}), NOW)
    assert said.gate == "shut"
    assert [part.message for part in said.missing] == [f"assess is signed off without impact.{missing}"]


@pytest.mark.parametrize(
    "impact",
    [
        f"users: {{affected: {{unknown: nobody counts them}}, description: nobody pays}}, {SCOPE}, {BUSINESS}",
        f"users: {{share: 0.5, description: nobody pays}}, scope: {{regions: [eu]}}, {BUSINESS}",
        f"{USERS}, {SCOPE}, business: {{revenue_loss: {{not_applicable: nothing is sold here}}}}",
        f"{USERS}, {SCOPE}, business: {{description: invoices are late}}",
    ],
)
def test_what_is_said_with_its_reason_counts(impact: str) -> None:
    assert verdict(case({"incident.yaml": f"impact: {{{impact}}}\n"}), NOW).gate == "open"
