"""Closed and dismissed: where a finding stands, what it gives to paste, and what is said only once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hotwash.diagnostics import dotted
from tests.builders import FOLDER, NOW_AT, PART, POLICY, judged, records

if TYPE_CHECKING:
    from collections.abc import Collection

    from hotwash.diagnostics import Report

TIMELINE = f"timeline.yaml{PART}"
POSTMORTEM = f"postmortem.md{PART}"
SUMMARY = "---\n\n## Summary\n\nCard payments failed.\n"
OPEN_CAUSE = """\
- at: 2026-11-23T08:56:00Z
  by: dave
  kind: finding
  about: root-cause
  state: open
  text: Perhaps the pool
"""


def closed(
    changes: dict[str, str | None], *, without: Collection[str] = (), stage: str = "closed", now: str = "closed"
) -> Report:
    """What is reported of the complete incident when it is closed, with changes."""
    return judged(records(changes, without=without, stage=stage), now=NOW_AT[now])


def codes(found: Report) -> list[str]:
    """The codes of what the gates find, in the order of the report."""
    return [diagnostic.code for diagnostic in found.diagnostics if diagnostic.code.startswith("HW2")]


def test_of_a_post_mortem_that_is_not_there_nothing_else_is_said() -> None:
    assert codes(closed({"postmortem.md": None})) == ["HW218"]


def test_what_is_pasted_for_it_is_a_draft_that_the_next_look_goes_on_from() -> None:
    (missing,) = closed({"postmortem.md": None}).diagnostics
    draft = missing.help[0].paste.replace("YOUR-LOGIN", "alice").replace("TODO", "What we saw that night.")
    found = closed({"postmortem.md": f"{draft}\n"})
    assert [(diagnostic.code, diagnostic.path.rsplit("/", 1)[-1]) for diagnostic in found.diagnostics] == [
        ("HW218", "postmortem.md"),
        ("HW219", "postmortem.md"),
        ("HW221", "postmortem.md"),
    ]


def test_that_a_published_one_was_not_reviewed_is_said_once() -> None:
    found = closed({POSTMORTEM: "---\nreviewed:\n" + SUMMARY})
    assert [diagnostic.code for diagnostic in found.diagnostics] == ["HW603"]


def test_policy_says_who_needs_a_post_mortem() -> None:
    none = "format: 1\nseverities: {P1: {postmortem: none}}\n"
    runbooks = "runbooks: {none: The runbook said it all}\n"
    files: dict[str, str | None] = {"postmortem.md": None, POLICY: none, "incident.yaml": runbooks}
    assert codes(closed(files)) == []
    assert codes(closed({"postmortem.md": None, "incident.yaml": f"severity: P3\n{runbooks}"})) == []


def test_it_counts_how_severe_it_was_in_the_end() -> None:
    change = """\
- at: 2026-11-23T08:52:00Z
  by: alice
  kind: severity-change
  from: P1
  to: P3
  text: Only the reports of the day before fail
"""
    runbooks = "severity: P3\nrunbooks: {none: The runbook said it all}\n"
    assert codes(closed({TIMELINE: change, "postmortem.md": None, "incident.yaml": runbooks})) == []


@pytest.mark.parametrize(
    ("front", "places"),
    [
        ("status: in-review\n", {("HW218", "status")}),
        ("root_causes: []\n", {("HW219", "root_causes")}),
        ("root_causes: {unknown: The servers were gone}\n", {("HW219", "root_causes")}),
        ("runbooks: []\n", {("HW221", "runbooks")}),
        (
            "root_causes:\nrunbooks:\nstatus: draft\n",
            {("HW218", "status"), ("HW219", "root_causes"), ("HW221", "runbooks")},
        ),
    ],
)
def test_each_lack_of_the_front_matter_is_named_once_at_its_place(front: str, places: set[tuple[str, str]]) -> None:
    found = closed({POSTMORTEM: "---\n" + front + SUMMARY})
    assert {(diagnostic.code, dotted(diagnostic.route)) for diagnostic in found.diagnostics} == places
    assert len(found.diagnostics) == len(places)
    assert {diagnostic.path for diagnostic in found.diagnostics} == {f"{FOLDER}/postmortem.md"}


def test_nothing_at_all_is_named_in_the_order_in_which_it_is_done() -> None:
    nothing: dict[str, str | None] = {
        TIMELINE: OPEN_CAUSE + "- at: 2026-11-23T08:44:10Z\n  kind: note\n  text: An alert fired\n",
        "postmortem.md": None,
        "action-items.yaml": None,
    }
    assert codes(closed(nothing)) == ["HW218", "HW219", "HW220", "HW227"]


@pytest.mark.parametrize("items", ["[]\n", "none: Nothing can be changed\n"])
def test_the_item_that_would_show_an_unknown_cause_is_asked_once(items: str) -> None:
    unknown = "---\nroot_causes: {unknown: The servers were gone}\n" + SUMMARY
    found = closed({TIMELINE: OPEN_CAUSE, POSTMORTEM: unknown, "action-items.yaml": items})
    (detect,) = [diagnostic for diagnostic in found.diagnostics if diagnostic.code.startswith("HW2")]
    assert (detect.code, detect.help[0].say) == ("HW219", "write as the whole of action-items.yaml:")
    assert "  kind: detect\n" in detect.help[0].paste


def test_a_new_item_has_an_id_of_its_own() -> None:
    unknown = "---\nroot_causes: {unknown: The servers were gone}\n" + SUMMARY
    item = (
        "- {{id: AI-{id}, title: Mend it, kind: prevent, priority: P1, status: open, owner: carol, due: 2026-12-15}}\n"
    )
    found = closed({POSTMORTEM: unknown, "action-items.yaml": item.format(id=7) + item.format(id=2)})
    (detect,) = found.diagnostics
    assert detect.help[0].paste.startswith("- id: AI-8\n")


def test_entries_that_are_missed_after_it_was_closed_are_dated_before() -> None:
    found = closed({TIMELINE: OPEN_CAUSE})
    assert "- at: 2026-11-25T10:00:00Z\n" in found.diagnostics[0].help[0].paste


@pytest.mark.parametrize(
    ("changes", "without", "found"),
    [
        ({}, (), []),
        ({}, ("reason",), ["HW222"]),
        ({"incident.yaml": 'reason: "…"\n'}, (), ["HW222"]),
        ({"incident.yaml": "reason:\n"}, (), ["HW222"]),
    ],
)
def test_who_dismisses_says_why(changes: dict[str, str | None], without: Collection[str], found: list[str]) -> None:
    report = closed(changes, without=without, stage="dismissed", now="dismissed")
    assert [code for code in codes(report) if code != "HW206"] == found
    assert not report.upcoming


def test_a_duplicate_needs_no_other_reason() -> None:
    other = records(stage="closed", folder="incidents/2026/2026-11-23-checkout-down")
    files = records(
        {"incident.yaml": "duplicate_of: 2026-11-23-checkout-down\n"}, without=("reason",), stage="dismissed"
    )
    assert codes(judged({**other, **files}, now=NOW_AT["closed"])) == []


def test_nothing_of_this_is_asked_of_a_retrospective_record() -> None:
    bare: dict[str, str | None] = {"timeline.yaml": "[]\n", "action-items.yaml": None}
    assert codes(closed(bare, stage="retrospective", now="retrospective")) == []


def test_what_is_asked_later_is_said_without_the_template() -> None:
    report = judged(records({"postmortem.md": None}, stage="resolved"), now=NOW_AT["resolved"])
    (told,) = [told for told in report.upcoming if told.code == "HW218"]
    assert [(remedy.say[:21], remedy.paste) for remedy in told.help] == [("write postmortem.md, ", "")]
