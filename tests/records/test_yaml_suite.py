"""Our reader over the YAML test suite: each case is refused at a place in it, or means what it means elsewhere.

The suite is in `yaml-test-suite/`, with where it comes from. Every disagreement is listed here by the id of its case, so
that a new version of the parser shows itself.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml.error import YAMLError

from tests.records.test_differential import assert_inside, other_value, read, same

CASES: dict[str, dict[str, Any]] = json.loads(
    Path(__file__).with_name("yaml-test-suite").joinpath("cases.json").read_text(encoding="utf-8")
)

# What the suite calls an error and libyaml takes: the id, and what it is lenient about. None of them can mean two
# things: where ruamel takes the text too, it makes the same of it.
TAKEN_ALTHOUGH_WRONG = {
    "9C9N": "the lines of a list in brackets are not indented more than its key",
    "9JBA": "no blank before the # of a comment, after a bracket",
    "CVW2": "no blank before the # of a comment, after a comma",
    "DK95/01": "a tab indents the second line of a text in quotes",
    "G5U8": "a lone - is an item of a list in brackets",
    "QB6E": "the lines of a text in quotes are not indented more than its key",
    "S98Z": "blank lines before a folded text are indented more than the text",
    "SU5Z": "no blank before the # of a comment, after quotes",
    "X4QW": "no blank before the # of a comment, after the > of a folded text",
    "Y79Y/003": "a tab indents an item of a list in brackets",
    "YJV2": "a lone - is an item of a list in brackets",
}

# Where we give another value than the suite asks for, and why that is borne.
NOT_AS_THE_SUITE = {
    "652Z": "a key in braces that begins with ?: libyaml takes the ? for a sign, as ruamel does; no key of a record does",
    "HM87/01": "the same in brackets: it becomes a mapping, which no list of texts takes",
    "DK95/01": "an error that the suite gives a value nevertheless; ours keeps the second line",
    "JEF9/02": "blanks on the last line of a file, without its end, are no line of a text",
    "L24T/01": "the same below other text",
}

# What ruamel cannot read although it is right, or as lenient: tabs, and blank lines before a block of text.
NOT_READ_BY_RUAMEL = {
    *("4QFQ", "DC7X", "DK95/05", "DWX9", "HS5T", "J3BT", "K54U", "NB6Z", "S98Z", "T26H", "UV7Q", "X4QW"),
}


@pytest.mark.parametrize("name", CASES)
def test_case_is_refused_at_its_place_or_means_what_it_means_elsewhere(name: str) -> None:
    text, meant = CASES[name]["yaml"], CASES[name].get("json")
    document = read(text)
    if document.problems:
        assert document.value is None
        assert_inside(document)
        return
    if name not in NOT_READ_BY_RUAMEL:
        assert same(document.value, other_value(text))
    if meant is not None and name not in NOT_AS_THE_SUITE:
        # Of a stream with nothing in it the suite says nothing.
        wanted = json.loads(meant) if meant.strip() else None
        # JSON has no order of keys.
        assert same(_sorted(document.value), _sorted(wanted))


def _sorted(value: object) -> object:
    match value:
        case dict():
            return {key: _sorted(value[key]) for key in sorted(value)}
        case list():
            return [_sorted(item) for item in value]
        case _:
            return value


def test_what_is_taken_although_wrong_is_this_and_no_more() -> None:
    taken = {name for name, case in CASES.items() if case.get("error") and not read(case["yaml"]).problems}
    assert taken == set(TAKEN_ALTHOUGH_WRONG)


def test_what_ruamel_cannot_read_is_this_and_no_more() -> None:
    """Else a case would be compared with nothing."""

    def is_read(text: str) -> bool:
        try:
            other_value(text)
        except YAMLError:
            return False
        return True

    ours = {name: case["yaml"] for name, case in CASES.items() if not read(case["yaml"]).problems}
    assert {name for name, text in ours.items() if not is_read(text)} == NOT_READ_BY_RUAMEL
    # What it cannot read is compared with the suite, unless the suite calls it wrong.
    assert all("json" in CASES[name] or CASES[name].get("error") for name in NOT_READ_BY_RUAMEL)


def test_what_is_not_as_the_suite_says_is_this_and_no_more() -> None:
    other = {
        name
        for name, case in CASES.items()
        if case.get("json", "").strip()
        and not (document := read(case["yaml"])).problems
        and not same(_sorted(document.value), _sorted(json.loads(case["json"])))
    }
    assert other == set(NOT_AS_THE_SUITE)


def test_plain_data_is_taken() -> None:
    """A reader that refuses all would agree with everybody; what is refused has a feature that no record has."""
    assert sum(not read(case["yaml"]).problems for case in CASES.values()) == 183
