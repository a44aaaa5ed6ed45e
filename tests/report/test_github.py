"""Annotations: what GitHub's runner makes of them, which it gets of many, and that no text of a record is one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from hotwash.diagnostics import Diagnostic, Report, Span, visible_path
from hotwash.report import github, text
from tests.report.everything import EMPTY, EVERYTHING, HOSTILE, LONG_VALUE, NO_SOURCE, UNSIGNED
from tests.report.hostile import hostile_reports
from tests.runner import Command, commands, parsed


def annotated(*diagnostics: Diagnostic) -> list[Command]:
    """What the runner makes of a report of some findings."""
    return [parsed(line) for line in commands(github.render(replace(EMPTY, diagnostics=diagnostics)))]


def many(errors: int, warnings: int) -> list[Diagnostic]:
    """Findings in the order of a report, warnings among errors."""
    found = [replace(NO_SOURCE, span=Span(line, 1, line, 2)) for line in range(1, errors + 1)]
    found += [replace(NO_SOURCE, level="warning", span=Span(line, 1, line, 2)) for line in range(1, warnings + 1)]
    return sorted(found, key=lambda diagnostic: diagnostic.span.line)


def test_a_finding_is_one_annotation_at_its_place_with_the_lines_to_paste() -> None:
    assert annotated(UNSIGNED) == [
        Command(
            "error",
            {
                "file": "incidents/2026/2026-11-23-checkout-500/incident.yaml",
                "line": "31",
                "col": "3",
                "endLine": "31",
                "endColumn": "9",
                "title": "HW201 first-actions-incomplete",
            },
            "⛔ STOP: first actions are not complete: gather data is not signed off (nobody has signed this)\n"
            "still missing for it: evidence.metrics, evidence.similar\n"
            "help: add under `evidence:`\n"
            '  metrics:\n    - summary: "..."\n  similar: {none: "..."}\n'
            "help: when they are there, write on this line:\n"
            '  gather: {by: YOUR-LOGIN, at: 2026-11-23T10:00:00Z, note: "..."}',
        )
    ]


def test_a_place_of_several_lines_is_shown_where_it_begins() -> None:
    """GitHub takes no columns there, and would show it at its last line."""
    (found,) = annotated(LONG_VALUE)
    assert (found.name, found.properties["line"]) == ("warning", "3")
    assert found.properties.keys() == {"file", "line", "title"}


def test_signs_that_end_a_property_are_part_of_it() -> None:
    (found,) = annotated(replace(UNSIGNED, path="a,b:c%2C d=e.yaml", message="100 %0A: a,b::c"))
    assert found.properties["file"] == "a,b:c%2C d=e.yaml"
    assert found.message.startswith("100 %0A: a,b::c (nobody")


def test_what_can_be_fixed_and_where_else_to_look_is_said() -> None:
    (found,) = annotated(replace(HOSTILE, fix="puts it in quotes"))
    assert "\nsee ::error::in the path of a second place\\u000a::x::y:1: ##\\u005bx]y" in found.message
    assert found.message.endswith("\nfix: hotwash check --fix puts it in quotes")


@pytest.mark.parametrize(
    ("errors", "warnings", "shown", "rest"),
    [
        (0, 0, "", None),
        (10, 10, "e" * 10 + "w" * 10, None),
        (11, 0, "e" * 10, "GitHub shows 10 of a level; 1 more error: "),
        (2, 12, "ee" + "w" * 10, "GitHub shows 10 of a level; 2 more warnings: "),
        (1500, 11, "e" * 10 + "w" * 10, "GitHub shows 10 of a level; 1,490 more errors and 1 more warning: "),
    ],
)
def test_ten_of_a_level_are_shown_errors_first_and_the_rest_is_counted(
    errors: int, warnings: int, shown: str, rest: str | None
) -> None:
    found = annotated(*many(errors, warnings))
    assert "".join(command.name[0] for command in found if command.name != "notice") == shown
    notices = [command.message for command in found if command.name == "notice"]
    if rest is None:
        assert notices == []
    else:
        (notice,) = notices
        assert notice.startswith(rest)
        assert notice.endswith("in the log of this step, and in its summary")


def test_what_holds_an_incident_at_a_gate_is_among_the_ten() -> None:
    found = annotated(*many(20, 0), UNSIGNED)
    assert found[0].properties["title"] == "HW201 first-actions-incomplete"
    assert [command.properties["line"] for command in found[1:10]] == [str(line) for line in range(1, 10)]


def test_a_message_is_no_longer_than_the_runner_takes() -> None:
    (found,) = annotated(replace(UNSIGNED, notes=("long " * 2000,)))
    assert len(found.message) == 4000
    assert found.message.endswith("…")


def test_the_report_follows_for_who_opens_the_log() -> None:
    assert github.render(EVERYTHING).endswith("\n" + text.render(EVERYTHING))
    assert github.render(EMPTY) == text.render(EMPTY)


@settings(deadline=None, max_examples=200)
@given(hostile_reports())
def test_the_runner_finds_the_intended_commands_and_no_other(report: Report) -> None:
    """Both `::x::` and `##[x]`, whatever stands in any text (threats T6)."""
    (diagnostic,) = report.diagnostics
    found = [parsed(line) for line in commands(github.render(report))]
    assert [(command.name, command.properties["title"]) for command in found] == [("error", "HW007 wrong-value")]
    assert found[0].properties["file"] == visible_path(diagnostic.path).strip("\n")
    assert found[0].properties.keys() <= {"file", "line", "col", "endLine", "endColumn", "title"}
