"""SARIF: what the official schema asks, what readers rest on, and nothing that a record could steer."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from hotwash.diagnostics import Report, Span
from hotwash.report.sarif import RESULTS_LIMIT, as_sarif, render
from tests.builders import judged, records
from tests.report.everything import EMPTY, EVERYTHING

SCHEMA = Path(__file__).parent / "sarif" / "sarif-schema-2.1.0.json"
VALIDATOR = jsonschema_rs.validator_for(json.loads(SCHEMA.read_text(encoding="utf-8")))
NOBODY_SIGNED = judged(records({"incident.yaml": "first_actions:\n"}))


def run(report: Report) -> dict[str, Any]:
    """The one run of a report, as a program reads it."""
    (only,) = json.loads(render(report))["runs"]
    assert isinstance(only, dict)
    return only


def prints(report: Report) -> list[str]:
    """The fingerprints of the results, in their order."""
    return [result["partialFingerprints"]["hotwash/v1"] for result in run(report)["results"]]


@pytest.mark.parametrize("report", [EVERYTHING, EMPTY, NOBODY_SIGNED], ids=["everything", "empty", "stop"])
def test_it_keeps_the_official_schema(report: Report) -> None:
    assert [error.message for error in VALIDATOR.iter_errors(json.loads(render(report)))] == []


def test_a_clean_report_is_a_run_without_results() -> None:
    assert run(EMPTY)["results"] == []


def test_a_rule_that_spoke_brings_its_page_and_the_others_stay_out() -> None:
    (rule,) = run(NOBODY_SIGNED)["tool"]["driver"]["rules"]
    assert (rule["id"], rule["defaultConfiguration"]) == ("HW201", {"level": "error"})
    assert "## Why" in rule["help"]["markdown"]


def test_a_result_stands_where_the_diagnostic_does_and_says_what_to_do() -> None:
    first, result = NOBODY_SIGNED.diagnostics[0], run(NOBODY_SIGNED)["results"][0]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == first.path
    assert place["region"] == {
        "startLine": first.span.line,
        "startColumn": first.span.column,
        "endLine": first.span.end_line,
        "endColumn": first.span.end_column,
    }
    assert result["message"]["text"].startswith(first.message)
    assert "YOUR-LOGIN" in result["message"]["text"]


def test_a_fingerprint_stays_when_lines_move_and_when_other_findings_go() -> None:
    moved = tuple(
        replace(one, span=Span(one.span.line + 7, 1, one.span.line + 7, 9)) for one in NOBODY_SIGNED.diagnostics
    )
    assert prints(replace(NOBODY_SIGNED, diagnostics=moved)) == prints(NOBODY_SIGNED)
    assert set(prints(replace(NOBODY_SIGNED, diagnostics=moved[1:]))) < set(prints(NOBODY_SIGNED))


def test_the_forge_knows_a_finding_by_the_same_fingerprint() -> None:
    for result in run(EVERYTHING)["results"]:
        prints_ = result["partialFingerprints"]
        assert prints_["primaryLocationLineHash"] == prints_["hotwash/v1"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("AI-1 is 1 day overdue", "AI-1 is 12 days overdue"),
        ("the update is 4 min late", "the update is 1 h 4 min late"),
        ("the update is 59 s late", "the update is 3 d 1 h late"),
        ("it is 1 business day late", "it is 1,002 business days late"),
        ("1 h 5 min without an update", "2 h without an update"),
    ],
)
def test_a_fingerprint_stays_when_the_clock_goes_on(before: str, after: str) -> None:
    one = NOBODY_SIGNED.diagnostics[0]
    first, second = (
        prints(replace(NOBODY_SIGNED, diagnostics=(replace(one, message=said),))) for said in (before, after)
    )
    assert first == second


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("AI-1 is overdue", "AI-2 is overdue"),
        ("due since 2026-11-23T09:47:30Z", "due since 2026-11-24T09:47:30Z"),
        ("v412 is not there", "v413 is not there"),
        ("`0847-ab12` is not there", "`0848-ab12` is not there"),
    ],
)
def test_names_and_times_tell_findings_apart(one: str, other: str) -> None:
    both = tuple(replace(NOBODY_SIGNED.diagnostics[0], message=said) for said in (one, other))
    alone = prints(replace(NOBODY_SIGNED, diagnostics=both[1:]))
    assert prints(replace(NOBODY_SIGNED, diagnostics=both))[1:] == alone


def test_two_entries_are_told_apart_by_their_lines_when_one_of_them_goes() -> None:
    one = NOBODY_SIGNED.diagnostics[0]
    both = tuple(replace(one, route=(index, "at"), source=(f"- at: 2026-11-23T08:5{index}:00Z",)) for index in (0, 1))
    moved_up = replace(both[1], route=(0, "at"))
    assert prints(replace(NOBODY_SIGNED, diagnostics=both))[1:] == prints(
        replace(NOBODY_SIGNED, diagnostics=(moved_up,))
    )


def test_no_two_findings_of_a_report_have_one_fingerprint() -> None:
    same = replace(EVERYTHING, diagnostics=EVERYTHING.diagnostics * 2)
    assert len(set(prints(same))) == 2 * len(EVERYTHING.diagnostics)


def test_what_is_over_the_limit_is_counted_and_no_error_is_cut() -> None:
    warning = replace(NOBODY_SIGNED.diagnostics[0], level="warning")
    many = replace(NOBODY_SIGNED, diagnostics=(*[warning] * RESULTS_LIMIT, *NOBODY_SIGNED.diagnostics))
    only = as_sarif(many)["runs"][0]
    assert len(only["results"]) == RESULTS_LIMIT
    assert sum(result["level"] == "error" for result in only["results"]) == len(NOBODY_SIGNED.diagnostics)
    (note,) = only["invocations"][0]["toolExecutionNotifications"]
    assert note["message"]["text"].startswith("4 more findings")


def test_a_message_holds_no_link_and_no_place_of_an_argument() -> None:
    hostile = replace(NOBODY_SIGNED.diagnostics[0], message="[click](https://evil.example) {0} \\", help=(), label="")
    (result,) = run(replace(NOBODY_SIGNED, diagnostics=(hostile,)))["results"]
    assert result["message"]["text"] == "\\[click\\](https://evil.example) {{0}} \\\\"
