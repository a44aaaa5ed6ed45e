"""Every rule is in its table once, its page is whole, and the examples on the page do what they say."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from hotwash.rules import ALL_RULES, DOCUMENT_RULES
from hotwash.rules.rule import ALL_MODES, SECTIONS, markdown, page
from tests.builders import codes, judged, records
from tests.command import hotwash

if TYPE_CHECKING:
    from hotwash.rules.rule import Rule

CASES = Path(__file__).parents[1] / "cases"

# Codes and names are a contract: they stand in people's policies, silences and links.
NAMES = {
    "HW001": "unreadable-file",
    "HW002": "yaml-syntax",
    "HW003": "duplicate-key",
    "HW004": "yaml-feature",
    "HW005": "unknown-key",
    "HW006": "missing-key",
    "HW007": "wrong-value",
    "HW011": "front-matter",
    "HW013": "comma-in-flow-text",
    "HW101": "times-out-of-order",
    "HW104": "status-disagrees",
    "HW201": "first-actions-incomplete",
    "HW202": "first-action-unsupported",
    "HW204": "proceeded-before-first-actions",
    "HW205": "sign-off-not-observed",
    "HW501": "action-item-overdue",
    "HW801": "unknown-service",
}
WARNINGS = {"HW501"}
OPTIONAL_SECTIONS = {"Policy"}
WIDTH = 80

_FENCE = re.compile(r"^```(?:yaml|markdown)\n(?:# |<!-- )(\S+)(?: -->)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)

every_rule = pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.code)


def example(rule: Rule[Any], section: str) -> dict[str, str]:
    """The files of an example: each block names its record file in its first line."""
    text = page(rule).sections[section]
    files = {found[1]: found[2] for found in _FENCE.finditer(text)}
    assert len(files) * 2 == text.count("```"), "a block without the name of its file"
    return files


def found_in(rule: Rule[Any], section: str) -> list[str]:
    """The codes that the complete incident gives with the files of an example."""
    return codes(judged(records(example(rule, section))))


def test_the_complete_incident_on_which_the_examples_stand_has_no_findings() -> None:
    assert codes(judged(records())) == []


def test_codes_and_names_are_those_that_stand_in_peoples_policies() -> None:
    assert [(rule.code, rule.name) for rule in ALL_RULES] == list(NAMES.items())
    assert len(set(NAMES.values())) == len(NAMES)
    assert {rule.code for rule in ALL_RULES if rule.level == "warning"} == WARNINGS


@every_rule
def test_a_page_has_all_sections_in_order(rule: Rule[Any]) -> None:
    found = page(rule)
    assert found.summary
    assert [heading for heading in SECTIONS if heading in found.sections] == list(found.sections)
    assert {heading for heading in SECTIONS if heading not in found.sections} <= OPTIONAL_SECTIONS
    assert all(found.sections.values())
    prose = _FENCE.sub("", inspect.cleandoc(rule.find.__doc__ or ""))
    assert re.findall(r"^#+ (.+)$", prose, re.MULTILINE) == list(found.sections)


@every_rule
def test_a_page_fits_a_terminal(rule: Rule[Any]) -> None:
    lines = inspect.cleandoc(rule.find.__doc__ or "").splitlines()
    # What stands between fences is to be pasted, and is not wrapped.
    prose = re.sub(r"^```.*?^```$", "", "\n".join(lines), flags=re.MULTILINE | re.DOTALL).splitlines()
    assert [line for line in prose if len(line) > WIDTH] == []


@every_rule
def test_a_summary_is_one_sentence_of_what_is_wrong(rule: Rule[Any]) -> None:
    summary = page(rule).summary
    assert summary.endswith(".")
    assert ". " not in summary


@every_rule
def test_the_wrong_example_gives_that_very_finding_and_no_other(rule: Rule[Any]) -> None:
    assert set(found_in(rule, "Wrong")) == {rule.code}


@every_rule
def test_the_right_example_is_clean(rule: Rule[Any]) -> None:
    assert found_in(rule, "Right") == []


@every_rule
def test_the_examples_differ_in_nothing_but_what_is_wrong(rule: Rule[Any]) -> None:
    assert example(rule, "Wrong").keys() == example(rule, "Right").keys()


@every_rule
def test_a_rule_has_a_golden_case_under_its_name(rule: Rule[Any]) -> None:
    assert list((CASES / rule.name).glob("*/case.toml"))


@every_rule
def test_explain_prints_the_page_by_code_and_by_name(rule: Rule[Any]) -> None:
    text = markdown(rule)
    assert text.startswith(f"# {rule.code} {rule.name}\n\n{page(rule).summary}\n")
    for word in (rule.code, rule.code.lower(), rule.name):
        assert hotwash("explain", word) == (0, text, "")


def test_rules_of_documents_are_asked_of_every_record() -> None:
    assert all(rule.modes == ALL_MODES and rule.judged_from is None for rule in DOCUMENT_RULES)
