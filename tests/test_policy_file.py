"""The policy of this repository shows every key of the model, its default and its meaning; and so does `default_policy_text`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from hotwash.model.base import Record
from hotwash.model.policy import Policy
from hotwash.model.policy_file import default_policy_text, written
from hotwash.records.reader import parse
from hotwash.records.validation import validate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FILE = Path(__file__).parents[1] / "incidents/policy.yaml"
HEAD = "# yaml-language-server: $schema=../schemas/policy.schema.json\n"
# What this repository sets for itself: the line of the default -> ours, and why.
OWN = {
    "# organisation: ...\n": "organisation: hotwash\n",
    "repository: private  # or public\n": """\
# Everybody can read this repository, so an internal incident in it would be a leak.
repository: public  # or private
""",
    "  default: internal  # or public\n": """\
  # The records are retrospective and rest on public sources. Nothing here waits to be published.
  default: public  # or internal
""",
}


def read(text: str) -> Policy:
    document = parse("incidents/policy.yaml", "policy", text.encode())
    policy, problems = validate(document)
    assert (problems, document.doubts) == ((), ())
    assert isinstance(policy, Policy)
    return policy


def models(annotation: object) -> Iterator[type[Record]]:
    """The records that a field may hold, however deep."""
    if isinstance(annotation, type) and issubclass(annotation, Record):
        yield annotation
    for part in get_args(annotation):
        yield from models(part)


def fields(model: type[Record]) -> Iterator[tuple[str, str]]:
    """Every key of a model and of those within it, with its description."""
    for name, field in model.model_fields.items():
        yield field.alias or name, field.description or ""
        for inner in models(field.annotation):
            yield from fields(inner)


ALL_KEYS = sorted(set(fields(Policy)))


def test_our_policy_is_the_default_but_for_what_this_repository_sets(golden: Callable[[Path, str], None]) -> None:
    """`pytest tests/test_policy_file.py --update` writes it anew."""
    expected = default_policy_text()
    for default, ours in OWN.items():
        assert expected.count(default) == 1, f"what we replace is not in the default: {default}"
        expected = expected.replace(default, ours)
    golden(FILE, HEAD + expected)


def test_what_our_policy_sets_is_that_and_nothing_else() -> None:
    ours = read(FILE.read_text(encoding="utf-8")).model_dump()
    changes = {"organisation": "hotwash", "repository": "public"}
    publishing = Policy().publishing.model_dump() | {"default": "public"}
    assert ours == Policy().model_dump() | changes | {"publishing": publishing}


def test_the_default_text_means_what_no_file_means() -> None:
    assert read(default_policy_text()) == Policy()
    assert read("{}\n") == Policy()


@pytest.mark.parametrize(("key", "description"), ALL_KEYS, ids=lambda part: part[:30])
def test_every_key_is_there_with_its_meaning(key: str, description: str) -> None:
    assert description
    text = default_policy_text()
    line = rf"^ *(?:#  *)?(?:- )?{re.escape(key)}:"
    above = re.search(rf"^ *# {re.escape(description)}\n{line}", text, re.MULTILINE)
    beside = re.search(rf"{line} .*  # {re.escape(description)}$", text, re.MULTILINE)
    assert above or beside


def test_a_key_without_a_default_is_a_comment_that_can_be_used() -> None:
    given = {
        "organisation: ...": "organisation: Example Shop",
        "notice: ...": "notice: A drill",
        "holidays: DE-BE": "holidays: DE",
    }
    text = default_policy_text()
    for default, ours in given.items():
        assert text.count(f"# {default}\n") == 1
        text = text.replace(f"# {default}", ours)
    policy = read(text)
    assert (policy.organisation, policy.publishing.notice, policy.calendar.holidays) == (
        "Example Shop",
        "A drill",
        "DE",
    )


def test_every_severity_says_what_the_guide_says_of_it() -> None:
    text = FILE.read_text(encoding="utf-8")
    for level, said in (
        ("P0", "Complete outage: immediate response."),
        ("P1", "Major functionality broken: response under 1 hour."),
        ("P2", "Significant issues: response under 4 hours."),
        ("P3", "Minor issues: response on the next business day."),
    ):
        assert f"  # {said}\n  {level}:\n" in text


def test_no_line_is_too_long_to_be_read() -> None:
    assert [line for line in default_policy_text().splitlines() if len(line) > 120] == []


@pytest.mark.parametrize(
    "value",
    ["off", "no", "Y", "null", "~", "012", "1:30", "12:30", "2026-11-23", "09:00-17:00", "a: b", "a #b", "#a", "*a", "&a", "!a", "- a", "",
     " a", "a ", "a, b", "[a]", "{a}", "it's", 'say "x"', "a\nb", "Grün", "5m", "1bd", "DE-BE", "complete outage", "x", "1e3", "0x10", ".5", "1_000",
     "2026-11-23T08:41:00Z", "none", True, False, 50, 0.25, [], {}, ["off", "a"], {"HW501": "off"}, {"4h": "1h"}],
)  # fmt: skip
def test_what_is_written_is_read_as_it_was_by_any_reader(value: object) -> None:
    line = f"key: {written(value)}\n"
    assert yaml.safe_load(line) == {"key": value}
    assert parse("policy.yaml", "policy", line.encode()).value == {"key": value}


@given(st.recursive(st.text(st.characters(exclude_categories=["C"], exclude_characters="\u2028\u2029")) | st.integers(0, 10**6) | st.booleans(), lambda inner: st.lists(inner, max_size=3)))  # fmt: skip
def test_any_text_is_written_so_that_it_is_read_as_it_was(value: object) -> None:
    assert yaml.safe_load(f"key: {written(value)}\n") == {"key": value}
