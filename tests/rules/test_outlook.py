"""Which incidents are looked at, in which order, and what the rules ask of them next."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from hotwash.records.newest import Newest
from hotwash.report import status_json, status_text
from hotwash.rules.outlook import look
from tests.builders import FOLDER, ID, NOW, NOW_AT, PART, RETROSPECTIVE_FOLDER, records, snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from hotwash.standing import Outlook

SECRET = "ghp_" + "A1b2C3d4E5f6G7h8I9j0" + "K1l2M3n4O5p6Q7r8"


def seen(
    files: Mapping[str, str],
    *,
    named: str | None = None,
    now: datetime = NOW,
    branches: Mapping[str, str] | None = None,
) -> Outlook:
    looked = look(Newest(snapshot(files), branches or {}), now=now, named=named)
    assert looked.bugs == ()
    return looked.outlook


def incident(id_: str, changes: str = "", *, stage: str = "investigating") -> dict[str, str]:
    """One more incident beside others."""
    return records({"incident.yaml": changes} if changes else {}, folder=f"incidents/2026/{id_}", stage=stage)


def ids(outlook: Outlook) -> list[str]:
    return [standing.id for standing in outlook.incidents]


@pytest.mark.parametrize("stage", ["declared", "investigating", "identified", "monitoring"])
def test_an_incident_that_is_open_is_looked_at(stage: str) -> None:
    (standing,) = seen(records(stage=stage)).incidents
    assert (standing.status, standing.is_open) == (stage, True)


@pytest.mark.parametrize("stage", ["closed", "dismissed", "retrospective"])
def test_an_incident_that_is_over_is_looked_at_when_somebody_names_it(stage: str) -> None:
    files = records(stage=stage)
    assert seen(files).incidents == ()
    folder = RETROSPECTIVE_FOLDER if stage == "retrospective" else FOLDER
    found = seen(files, named=folder)
    assert found.named
    assert [standing.is_open for standing in found.incidents] == [False]


def test_an_incident_that_is_resolved_waits_to_be_closed() -> None:
    (standing,) = seen(records(stage="resolved"), now=NOW_AT["resolved"]).incidents
    assert (standing.is_open, standing.next_status) == (False, "closed")
    assert {wanted.code for wanted in standing.needs} >= {"HW218", "HW220"}


def test_who_names_one_sees_one() -> None:
    files = incident("2026-11-23-a") | incident("2026-11-23-b")
    assert ids(seen(files, named="incidents/2026/2026-11-23-b")) == ["2026-11-23-b"]


def test_the_worst_comes_first_and_of_two_as_bad_the_oldest() -> None:
    earlier = "times: {declared: 2026-11-23T09:40:00+01:00}\n"
    files = (
        incident("2026-11-23-a-resolved", "severity: P0\n", stage="resolved")
        | incident("2026-11-23-b-drill", "severity: P0\nkind: drill\n")
        | incident("2026-11-23-c-minor", "severity: P3\n")
        | incident("2026-11-23-d-later")
        | incident("2026-11-23-e-earlier", earlier)
        | {"incidents/2026/2026-11-23-f-broken/incident.yaml": "title: [\n"}
        | incident("2026-11-23-g-worst", "severity: P0\n")
    )
    assert ids(seen(files)) == [
        "2026-11-23-g-worst",
        "2026-11-23-e-earlier",
        "2026-11-23-d-later",
        "2026-11-23-c-minor",
        "2026-11-23-f-broken",
        "2026-11-23-b-drill",
        "2026-11-23-a-resolved",
    ]


def test_what_the_next_status_asks_is_what_the_rules_say_comes_next() -> None:
    (standing,) = seen(records()).incidents
    assert standing.next_status == "identified"
    (need,) = standing.needs
    assert (need.code, need.message) == ("HW211", "no finding says what was found")
    assert need.path == f"{FOLDER}/incident.yaml"
    assert need.line > 0


def test_the_checklist_is_not_said_again_as_what_is_asked() -> None:
    (declared,) = seen(records(stage="declared")).incidents
    assert (declared.needs, declared.errors) == ((), ())
    (gone_on,) = seen(records({"incident.yaml": "first_actions:\n"})).incidents
    assert gone_on.verdict.gate == "shut"
    assert gone_on.errors == ()


def test_what_is_wrong_now_is_told_and_a_warning_is_not() -> None:
    (standing,) = seen(records({"incident.yaml": "services: [checkout-api, loyalty]\n"})).incidents
    assert [wanted.code for wanted in standing.errors] == ["HW801"]
    (late,) = seen(records(), now=NOW.replace(hour=12)).incidents
    assert late.errors == ()
    assert late.clocks[0].late


def test_what_the_policy_has_switched_off_is_not_asked() -> None:
    policy = {"incidents/policy.yaml": 'levels: {HW211: "off"}\n'}
    (standing,) = seen(records(policy)).incidents
    assert standing.needs == ()


def test_an_unreadable_incident_says_where_and_takes_nothing_from_others() -> None:
    files = records() | {"incidents/2026/2026-11-22-broken/incident.yaml": "title: [\n"}
    whole, broken = seen(files).incidents
    assert whole.verdict.gate == "open"
    assert broken.verdict.gate == "unreadable"
    assert [(wanted.path, wanted.line) for wanted in broken.errors] == [
        ("incidents/2026/2026-11-22-broken/incident.yaml", 2)
    ]


def test_with_an_unreadable_timeline_it_is_still_known_what_burns_and_who_is_on_it() -> None:
    (standing,) = seen(records({"timeline.yaml": "- at: x\n"})).incidents
    assert (standing.verdict.gate, standing.title) == ("unreadable", "Checkout returns 500 for EU customers")
    assert [role.who for role in standing.roles] == ["alice", "bob"]


def test_an_incident_that_is_closed_is_not_looked_at_for_an_unreadable_timeline() -> None:
    assert seen(records({"timeline.yaml": "- at: x\n"}, stage="closed")).incidents == ()


def test_a_policy_that_cannot_be_read_is_told_and_the_defaults_judge() -> None:
    found = seen(records({"incidents/policy.yaml": "format: 2\n", "incidents/services.yaml": "x: [\n"}))
    assert [standing.id for standing in found.incidents] == [ID]
    assert [notice.partition(" ")[0] for notice in found.notices] == [
        "incidents/policy.yaml",
        "incidents/services.yaml",
    ]


def test_the_branch_of_an_incident_is_told() -> None:
    (standing,) = seen(records(), branches={FOLDER: "origin/incident/x"}).incidents
    assert standing.branch == "origin/incident/x"


@pytest.mark.parametrize(
    "changes",
    [
        {"incident.yaml": f"title: Checkout with {SECRET} fails\n"},
        {f"timeline.yaml{PART}": f"- at: 2026-11-23T08:55:00Z\n  by: bob\n  kind: note\n  text: Used {SECRET} there\n"},
        {
            f"timeline.yaml{PART}": "- at: 2026-11-23T08:55:00Z\n  by: bob\n  kind: mitigation\n  action: restart\n"
            f"  target: {SECRET}\n  text: Restarted\n"
        },
        {
            f"timeline.yaml{PART}": "- at: 2026-11-23T08:55:00Z\n  by: bob\n  kind: status-update\n"
            f"  audience: engineers\n  channel: {SECRET}\n  text: Log in with {SECRET}\n"
        },
    ],
    ids=["title", "latest entry", "mitigation", "update"],
)
def test_a_secret_is_masked_in_all_that_is_said(changes: dict[str, str]) -> None:
    found = seen(records(changes))
    for shown in (status_text.render(found), status_json.render(found)):
        assert SECRET not in shown
        assert SECRET[:12] not in shown
    assert "ghp_" in json.dumps(status_json.as_json(found))
