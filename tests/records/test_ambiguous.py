"""HW008: the plain scalars that are text to us and something else to PyYAML (1.1) or ruamel.yaml (1.2), and no others."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.nodes import ScalarNode

from hotwash.records.document import locate
from hotwash.records.reader import is_ambiguous, parse, plain_value

TEXT = "tag:yaml.org,2002:str"
TIME = "tag:yaml.org,2002:timestamp"
# YAML 1.1 has them as well (yaml.org/type/bool.html), and PyYAML leaves them out.
LETTERS = ("y", "Y", "n", "N")


def resolved(text: str) -> set[str]:
    """What PyYAML and ruamel.yaml take a plain scalar for, as tags."""
    node = yaml.compose(f"- {text}\n", Loader=yaml.SafeLoader)
    other = YAML(typ="safe", pure=True).compose(f"- {text}\n")
    assert isinstance(node, yaml.SequenceNode)
    (ours,), (theirs,) = node.value, other.value
    assert isinstance(ours, yaml.ScalarNode)
    assert isinstance(theirs, ScalarNode)
    return {ours.tag, str(theirs.tag)}


def expected(text: str) -> bool:
    return text in LETTERS or not resolved(text) <= {TEXT, TIME}


WORDS = [
    form(word) for word in ("y", "n", "yes", "no", "on", "off", "true", "false", "null") for form in (str.lower, str.upper, str.title)
]  # fmt: skip
AMBIGUOUS = [
    *LETTERS, "yes", "Yes", "YES", "no", "No", "NO", "on", "On", "ON", "off", "Off", "OFF", "012", "089", "-012", "00", "1:30", "190:20:30",
    "1:30.5", "08:41.", "0b1", "-0b1", "1_000", "1_000.5", ".inf", "-.inf", "+.INF", ".nan", ".NaN", "=", "<<", "+0o17", "-0x1F",
    "0x_", "-_1", "1e999", "1" * 65, "01e5", "012.5",
]  # fmt: skip
PLAIN = [
    "yEs", "nO", "oN", "note", "open", "owner", "on call", "no one", "y2", "08:41", "08:60", "1:60", "1.2.3", "v1", "P0", "0b2", "2026-11-23",
    "2026-11-23T08:41:00Z", "2026-11-23T08:41Z", "2026-11-23 08:41:00", "0841-k3f9", "1-2", "==", "<", ".infinity", "nan", "inf", "1h", "4,102 x",
    "true story", "_1", "12%", "e5", "1e", "127.0.0.1",
]  # fmt: skip
# Numbers, true, false and nothing are the same to all, or are asked about where they stand (HW007).
NO_TEXT = ["0", "12", "-3", "0.5", "1e3", ".5", "0o17", "0x1F", "true", "FALSE", "null", "~"]


@pytest.mark.parametrize("text", AMBIGUOUS)
def test_what_others_take_for_no_text_is_doubtful(text: str) -> None:
    assert expected(text)
    assert [doubt.kind for doubt in parse("f.yaml", "incident", f"a: {text}\n".encode()).doubts] == ["ambiguous-scalar"]


@pytest.mark.parametrize("text", [*PLAIN, *NO_TEXT])
def test_what_is_text_to_all_or_meant_as_no_text_is_not(text: str) -> None:
    assert text in NO_TEXT or not expected(text)
    document = parse("f.yaml", "incident", f"a: {text}\n".encode())
    assert document.problems == document.doubts == ()


SHAPED = st.text("0123456789_+-.:eExXobBaAfFinNyYsS=<~tT", min_size=1, max_size=12)
SCALARS = SHAPED | st.sampled_from([*WORDS, *AMBIGUOUS, *PLAIN, *NO_TEXT]) | st.from_regex(
    r"\A[-+]?[0-9_]{1,4}(?::[0-9]{1,2}){0,3}(?:\.[0-9_]{0,3})?(?:[eE][-+]?[0-9]{0,2})?\Z"
)  # fmt: skip


@settings(max_examples=600, deadline=None)
@given(SCALARS)
@example("1.5e-3")
@example("-123-45-6")
@example("._5e3")
@example("01:30")
@example("N:")
@example("-:")
def test_we_doubt_just_what_is_text_to_us_and_something_else_to_another_reader(text: str) -> None:
    document = parse("f.yaml", "incident", f"- {text}\n".encode())
    # What has a meaning of its own in YAML is no plain scalar: a list in a list, or a key, and that is doubted as one.
    if document.value == [{text.removesuffix(":"): None}]:
        return
    if document.problems or document.value != [text]:
        assert not document.doubts
        return
    assert isinstance(plain_value(text), str)
    assert bool(document.doubts) == expected(text) == is_ambiguous(text)


def test_a_key_is_doubted_too_and_a_text_in_quotes_or_a_block_is_not() -> None:
    text = "labels:\n  no: on\n  yes: 'no'\n  a: \"012\"\n  b: |\n    no\n  c: >-\n    1:30\n"
    document = parse("f.yaml", "incident", text.encode())
    assert not document.problems
    places = [locate(document, doubt.at) for doubt in document.doubts]
    assert [(span.line, span.column, span.end_column) for span in places] == [(2, 3, 5), (2, 7, 9), (3, 3, 6)]
