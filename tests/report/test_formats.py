"""Every format of a report, on one report that has everything; and what no format may let through."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import jsonschema_rs
import pytest
from hypothesis import given, settings

from hotwash.cli.check import check_command
from hotwash.diagnostics import PolicyChange, Report, inert, visible
from hotwash.report import FORMATS, text
from tests.report.everything import EMPTY, EVERYTHING, HOSTILE
from tests.report.hostile import hostile_diagnostics
from tests.runner import commands

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotwash.diagnostics import Diagnostic

EXPECTED = Path(__file__).parent / "expected"
SCHEMA = Path(__file__).parents[2] / "schemas" / "report.schema.json"
PUBLISHED = jsonschema_rs.validator_for(json.loads(SCHEMA.read_text(encoding="utf-8")))
WIDTH = 80
ENDINGS = {"text": "txt", "markdown": "md"}

SGR = re.compile(r"\x1b\[([0-9;]*)m")
# Bold red, yellow, cyan; green; blue; bold; dim; and the end of each.
OUR_SGR = {"1;91", "1;33", "1;36", "32", "94", "1", "2", "0"}


def colored(report: Report) -> str:
    """The text with colour, as a terminal gets it."""
    return text.render(report, color=True)


# Annotations are commands, and have tests of their own.
RENDERERS = {name: render for name, render in FORMATS.items() if name != "github"} | {"colored": colored}
every_renderer = pytest.mark.parametrize("render", RENDERERS.values(), ids=RENDERERS)


def columns(line: str) -> int:
    """How wide a terminal shows a line."""
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in line
    )


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(("what", "report"), [("everything", EVERYTHING), ("empty", EMPTY)])
def test_a_format_renders_the_report_as_expected(
    name: str, what: str, report: Report, golden: Callable[[Path, str], None]
) -> None:
    golden(EXPECTED / f"{what}.{ENDINGS.get(name, name)}", FORMATS[name](report))


def test_the_command_line_offers_every_format() -> None:
    """It lists them itself, so that `--help` renders no reports."""
    (option,) = (option for option in check_command.params if option.name == "format_")
    assert isinstance(option.type, click.Choice)
    assert set(option.type.choices) == set(FORMATS)


@every_renderer
def test_a_format_gives_the_same_bytes_for_the_same_report(render: Callable[[Report], str]) -> None:
    assert render(EVERYTHING) == render(replace(EVERYTHING))


def test_json_keeps_the_published_schema() -> None:
    for report in (EVERYTHING, EMPTY):
        assert [error.message for error in PUBLISHED.iter_errors(json.loads(FORMATS["json"](report)))] == []


def test_json_has_the_keys_of_the_design_and_no_others() -> None:
    def keys(value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
        if isinstance(value, dict):
            return {key: keys(item) for key, item in value.items()}
        return [keys(value[0])] if isinstance(value, list) and value else type(value).__name__

    shut_only = replace(
        EVERYTHING,
        incidents=EVERYTHING.incidents[3:4],
        diagnostics=(HOSTILE,),
        policy_changes=(PolicyChange("2026-11-23-checkout-500", "HW801", "unknown-service", "error", "", 1),),
    )
    read = json.loads(FORMATS["json"](shut_only))
    assert [error.message for error in PUBLISHED.iter_errors(read)] == []
    assert keys(read) == {
        "version": "int",
        "tool": "str",
        "now": "str",
        "base": "str",
        "summary": {"incidents": "int", "documents": "int", "errors": "int", "warnings": "int", "silenced": "int"},
        "gates": [
            {
                "incident": "str",
                "path": "str",
                "title": "str",
                "touched": "bool",
                "gate": "str",
                "missing": [{"route": "str", "message": "str", "help": "str"}],
                "first_actions": [{"action": "str", "done": "bool", "by": "str", "at": "str", "note": "str"}],
                "due": [{"what": "str", "at": "str", "late": "str"}],
            },
        ],
        "diagnostics": [
            {
                "path": "str",
                "line": "int",
                "column": "int",
                "end_line": "int",
                "end_column": "int",
                "code": "str",
                "name": "str",
                "level": "str",
                "message": "str",
                "help": "str",
                "route": "str",
                "incident": "str",
                "related": [{"path": "str", "line": "int", "column": "int", "message": "str"}],
            }
        ],
        "guarded": ["str"],
        "policy_changes": [
            {"incident": "str", "code": "str", "name": "str", "before": "str", "after": "NoneType", "times": "int"}
        ],
        "notices": ["str"],
    }


def test_json_gives_text_back_as_it_was() -> None:
    read = json.loads(FORMATS["json"](EVERYTHING))["diagnostics"][0]
    assert (read["path"], read["message"]) == (HOSTILE.path, HOSTILE.message)
    assert read["help"] == f"{HOSTILE.help[0].say}\n{HOSTILE.help[0].paste}"


def test_json_routes_are_dotted_and_count_from_nought() -> None:
    routes = [diagnostic["route"] for diagnostic in json.loads(FORMATS["json"](EVERYTHING))["diagnostics"]]
    assert routes == ["title", "first_actions.gather", "0.due", "120.from", "services.0", ""]


def test_colour_adds_our_own_signs_and_nothing_else() -> None:
    rendered = colored(EVERYTHING)
    assert {found[1] for found in SGR.finditer(rendered)} == OUR_SGR
    assert SGR.sub("", rendered) == text.render(EVERYTHING)


def test_colour_is_closed_before_a_line_ends() -> None:
    for line in colored(EVERYTHING).splitlines():
        found = [sign[1] for sign in SGR.finditer(line)]
        assert all(sign != "0" for sign in found[::2])
        assert all(sign == "0" for sign in found[1::2])
        assert len(found) % 2 == 0


@every_renderer
def test_a_runner_finds_no_command_in_a_report(render: Callable[[Report], str]) -> None:
    assert commands(render(EVERYTHING)) == []


def test_of_annotations_a_runner_finds_those_that_were_meant() -> None:
    """More of it in test_github.py."""
    assert len(commands(FORMATS["github"](EVERYTHING))) == len(EVERYTHING.diagnostics)


@pytest.mark.parametrize(
    "line",
    ["::error::x", "  ::error file=a,line=1::x", "\t::debug::", "a ##[error]b", "##[add-mask]x", "\u00a0::group::x"],
)
def test_the_port_of_the_runners_parser_knows_commands(line: str) -> None:
    assert commands(f"x\n{line}\ny") == [line]
    assert commands(f"{line}\r\n") == [line]
    assert commands(visible(inert(line))) == []


def test_snippet_lines_of_a_file_begin_with_a_gutter() -> None:
    lines = text.render(EVERYTHING).splitlines()
    for diagnostic in EVERYTHING.diagnostics:
        if diagnostic.source:
            assert sum(line.startswith(f"{diagnostic.span.line:>2}│ ") for line in lines) >= 1


def test_a_path_stays_on_one_line() -> None:
    assert (
        "  ┌─ incidents/2026/2026-11-22-unreadable/\\u000a::error::in a path\\u0009\\u001b[31m\\u202e.yaml:2:8"
        in text.render(EVERYTHING).splitlines()
    )


def test_the_caret_stands_under_its_place_whatever_is_wide_or_invisible() -> None:
    for diagnostic in EVERYTHING.diagnostics:
        if not diagnostic.source:
            continue
        rendered = text.render(replace(EVERYTHING, incidents=(), diagnostics=(diagnostic,), notices=())).splitlines()
        number = next(n for n, line in enumerate(rendered) if re.match(r" *\d+│", line))
        source, carets = rendered[number], rendered[number + 1]
        start = carets.index("^")
        end = start + carets.count("^")
        taken, marked = 0, ""
        for sign in source:
            if start <= taken < end:
                marked += sign
            taken += columns(sign)
        span, line = diagnostic.span, diagnostic.source[0]
        told = line[span.column - 1 : span.end_column - 1 if span.end_line == span.line else None]
        assert visible(told).replace("\t", " ").startswith(marked.removesuffix("…").rstrip()), diagnostic.code


def test_no_line_is_wider_than_a_terminal_but_paths_words_and_what_is_pasted() -> None:
    for line in text.render(EVERYTHING).splitlines():
        if columns(line) > WIDTH:
            assert (
                "incidents/" in line or line.startswith(" " * 10) or " " not in line.strip().removeprefix("= see ")
            ), line


def test_lines_do_not_end_in_blanks() -> None:
    assert [line for line in text.render(EVERYTHING).splitlines() if line != line.rstrip()] == []


def test_what_stands_above_as_the_verdict_is_not_said_again() -> None:
    rendered = text.render(EVERYTHING)
    assert rendered.count("⛔ STOP: first actions are not complete") == 2
    assert "error[HW201] first-actions-incomplete: gather data is not signed off" in rendered


def test_an_incident_that_nobody_asks_about_is_counted_and_not_shown() -> None:
    rendered = text.render(EVERYTHING)
    assert "2026-10-01-quiet" not in rendered
    assert rendered.endswith("5 incidents, 1,234 documents: 4 errors, 2 warnings, 3 silenced\n")


@settings(deadline=None, max_examples=100)
@given(hostile_diagnostics())
def test_no_text_of_a_record_steers_a_terminal_or_a_runner(diagnostic: Diagnostic) -> None:
    report = replace(
        EVERYTHING, incidents=EVERYTHING.incidents[2:3], diagnostics=(diagnostic,), upcoming=(), notices=()
    )
    for render in RENDERERS.values():
        rendered = render(report)
        assert commands(rendered) == []
        rest = SGR.sub("", rendered) if render is colored else rendered
        steering = [
            sign for sign in rest if unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp") and sign != "\n"
        ]
        assert [sign for sign in steering if sign != "\t"] == []
    assert SGR.sub("", colored(report)) == text.render(report)
