"""Our reader beside another one: it may refuse more, and never gives another value (threats R4)."""

from __future__ import annotations

import json
import math
import os
import random
import re
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from hotwash.diagnostics import Place
from hotwash.records.document import ListNode, MapNode, locate
from hotwash.records.reader import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hotwash.diagnostics import Route
    from hotwash.records.document import Document, Node, Scalar

ROOT = Path(__file__).parents[2]
PATH = "f.yaml"


def read(text: str) -> Document:
    return parse(PATH, "incident", text.encode())


# --- the other reader


def other_value(text: str) -> object:
    """What ruamel.yaml, in pure Python and for YAML 1.2, makes of a text, less what records keep as text.

    Raises:
        YAMLError: It refuses the text.
    """
    node: Any = YAML(typ="safe", pure=True).compose(text)
    return None if node is None else _constructed(node)


def _constructed(node: Any) -> object:  # noqa: ANN401 - ruamel's nodes share no type
    match node:
        case SequenceNode():
            return [_constructed(item) for item in node.value]
        case MappingNode():
            return {_constructed(key): _constructed(value) for key, value in node.value}
        case ScalarNode():
            return node.value if node.style else _plain(node.value, str(node.tag).rsplit(":", 1)[-1])
        case _:
            raise TypeError(node)


# Budgets 1, in other words than the reader's own: signs before a base, underscores, base two, leading zeros.
_TEXT_IN_RECORDS = re.compile(r"[-+]0[ox].*|.*_.*|[-+]?0b.*|[-+]?0[0-9].*|[-+]?\.(?:inf|nan)", re.IGNORECASE)
# The core schema (YAML 1.2.2, 10.3.2) asks for no sign in such an exponent; ruamel does.
_UNSIGNED_EXPONENT = re.compile(r"[-+]?\.[0-9]+[eE][0-9]+")


def _plain(text: str, kind: str) -> object:
    match kind:
        case "null":
            return None
        case "bool":
            return text.lower() == "true"
        case "int" | "float" if _TEXT_IN_RECORDS.fullmatch(text) or len(text) > 64:
            return text
        case "int":
            return int(text, 0) if text.startswith(("0o", "0x")) else int(text)
        case _ if kind == "float" or _UNSIGNED_EXPONENT.fullmatch(text):
            return float(text) if math.isfinite(float(text)) else text
        case _:
            return text


def same(ours: object, theirs: object) -> bool:
    """Equal, of the same types, with keys in the same order."""
    match ours, theirs:
        case dict(), dict():
            return list(ours) == list(theirs) and all(same(ours[key], theirs[key]) for key in ours)
        case list(), list():
            return len(ours) == len(theirs) and all(same(a, b) for a, b in zip(ours, theirs, strict=True))
        case _:
            return type(ours) is type(theirs) and ours == theirs


def assert_inside(document: Document) -> None:
    """Every problem points into the file; a caret may stand one column after the end of a line."""
    lines = document.lines
    for problem in document.problems:
        span = locate(document, problem.at)
        assert (span.line, span.column) <= (span.end_line, span.end_column)
        for line, column in ((span.line, span.column), (span.end_line, span.end_column)):
            # What could not be decoded has lines that a document does not hold.
            assert 1 <= line <= len(lines) or not document.text, (document.text, span)
            assert column >= 1
        if document.text:
            assert span.column <= len(lines[span.line - 1]) + 1, (document.text, span)


def assert_no_other_value(text: str) -> bool:
    """Whether both readers took the text, which then must mean the same to them."""
    document = read(text)
    if document.problems:
        assert document.value is None
        assert_inside(document)
        return False
    if isinstance(document.value, str):
        # A scalar alone is no record and is refused later; of a block in the first column the readers differ.
        return False
    try:
        theirs = other_value(text)
    except YAMLError:
        # libyaml is milder with tabs and with the end of a document. A refusal is no other value.
        return False
    assert same(document.value, theirs), (text, document.value, theirs)
    return True


# --- every scalar is where its place says


def scalars(node: Node, value: Any, route: Route = ()) -> Iterator[tuple[Route, Scalar, object]]:  # noqa: ANN401 - a tree
    if isinstance(node, MapNode):
        for key, child in node.values.items():
            yield from scalars(child, value[key], (*route, key))
    elif isinstance(node, ListNode):
        for index, child in enumerate(node.items):
            yield from scalars(child, value[index], (*route, index))
    else:
        yield route, node, value


def text_at(document: Document, place: Place) -> str:
    span = locate(document, place)
    line = document.lines[span.line - 1]
    assert span.line == span.end_line
    assert 1 <= span.column <= span.end_column <= len(line) + 1
    return line[span.column - 1 : span.end_column - 1]


def assert_places(document: Document) -> int:
    """Every key, and every value that ends on its line, stands at its place. How many there were."""
    if document.node is None:
        return 0
    found = 0
    for route, event, value in scalars(document.node, document.value):
        span = locate(document, Place(PATH, route))
        if event.start_mark.line != event.end_mark.line:
            # What goes on over lines is shown by the first of them.
            assert (span.line, span.column) == (event.start_mark.line + 1, event.start_mark.column + 1)
            assert (span.end_line, span.end_column) == (span.line, len(document.lines[span.line - 1]) + 1)
        elif event.value or event.style:
            alone = text_at(document, Place(PATH, route))
            assert same(read(f"- {alone}\n").value, [value]), (document.text, route)
            found += 1
        if route and isinstance(route[-1], str) and "\n" not in route[-1]:
            span = locate(document, Place(PATH, route, "key"))
            if span.line == span.end_line:
                alone = text_at(document, Place(PATH, route, "key"))
                assert read(f"{alone}: 0\n").value == {route[-1]: 0}, (document.text, route)
            else:
                # A key over lines needs a `? `: what follows a stray one, as in `kind: ?rimary` with its end on a new line.
                first, *between = document.lines[span.line - 1 : span.end_line - 1]
                last = document.lines[span.end_line - 1][: span.end_column - 1]
                alone = "\n".join((first[span.column - 1 :], *between, f"  {last}"))
                assert read(f"? {alone}\n: 0\n").value == {route[-1]: 0}, (document.text, route)
            found += 1
    return found


# --- generated documents

CHARACTERS = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\u2028\u2029\ufeff\ufffe\uffff")
ODD = [
    "", " ", "~", "null", "true", "no", "012", "0o17", "1:30", "1_000", ".inf", "-.5e3", "1e3", "2026-11-23", "=", "<<",
    "- a", "a: b", "a #b", "#", "'", '"', "a\nb", "\n", "a\n\n b\n", " a", "a ", "|", ">", "%", "@", "`", "&a", "*a",
    "!a", "{", "]", "---", "...", "a, b", "?", "? a", ":", "日本", "\t", "x" * 90,
]  # fmt: skip
TEXTS = st.text(CHARACTERS, max_size=12) | st.sampled_from(ODD)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


def by_json(**options: Any) -> Callable[[object], str]:  # noqa: ANN401 - of json.dumps
    return lambda value: json.dumps(value, ensure_ascii=False, **options)


def by_pyyaml(**options: Any) -> Callable[[object], str]:  # noqa: ANN401 - of yaml.safe_dump
    return lambda value: str(yaml.safe_dump(value, sort_keys=False, **{"allow_unicode": True, **options}))


def by_ruamel(value: object) -> str:
    stream = StringIO()
    YAML(typ="safe", pure=True).dump(value, stream)
    return stream.getvalue()


WRITERS: dict[str, Callable[[object], str]] = {
    "json": by_json(),
    "json, indented": by_json(indent=2),
    "ruamel": by_ruamel,
    "lines": by_pyyaml(),
    "narrow lines": by_pyyaml(width=20, indent=4),
    "braces": by_pyyaml(default_flow_style=True),
    "double quotes": by_pyyaml(default_style='"', allow_unicode=False),
    "single quotes": by_pyyaml(default_style="'"),
    "block text": by_pyyaml(default_style="|"),
    "folded text": by_pyyaml(default_style=">", width=20),
    "with ends": by_pyyaml(explicit_start=True, explicit_end=True, line_break="\r\n"),
}


@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
@settings(max_examples=30, deadline=None)
@given(value=VALUES)
def test_what_other_tools_write_means_the_same_to_both_or_is_refused(
    write: Callable[[object], str], value: object
) -> None:
    text = write(value)
    if assert_no_other_value(text):
        assert_places(read(text))


@settings(max_examples=100, deadline=None)
@given(VALUES)
def test_json_without_control_characters_is_read_as_json(value: object) -> None:
    text = json.dumps(value, ensure_ascii=False)
    document = read(text)
    assert document.problems == ()
    assert same(document.value, json.loads(text))


@settings(max_examples=200, deadline=None)
@given(st.text() | st.text("\n \t:-?[]{},#&*!|>'\"%@`~<=.0a\\é", max_size=40))
def test_no_text_makes_the_reader_raise(text: str) -> None:
    data = text.encode("utf-8", "surrogatepass")
    document = parse(PATH, "incident", data)
    for problem in document.problems:
        locate(document, problem.at)
    if not document.problems:
        assert_no_other_value(document.text)
        assert_places(document)


@settings(max_examples=100, deadline=None)
@given(st.binary())
def test_no_bytes_make_the_reader_raise(data: bytes) -> None:
    document = parse(PATH, "incident", data)
    assert bool(document.problems) or data.decode() is not None


# --- mutants of real records

RECORDS = sorted(
    path for folder in ("incidents", "examples/shop/incidents") for path in (ROOT / folder).rglob("*.yaml")
)
CASES = sorted((ROOT / "tests" / "cases").rglob("*.yaml"))


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


SIGNS = "\n\n  \t:-?[]{},#&*!|>'\"%@`~<=.+01 9aE_\\/é\r\u200b"


def mutant(text: str, chance: random.Random) -> str:
    """A part of a file with something deleted, put in, repeated, replaced, moved or swapped."""
    lines = text.split("\n")
    start = chance.randrange(len(lines))
    text = "\n".join(lines[start : start + chance.randrange(1, 14)]) + "\n"
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        lines = text.split("\n")
        at, to = chance.randrange(len(text) + 1), chance.randrange(len(lines))
        end = min(len(text), at + chance.choice((1, 1, 1, 2, 3, 8)))
        match chance.randrange(8):
            case 0:
                text = text[:at] + text[end:]
            case 1 | 2:
                text = text[:at] + "".join(chance.choices(SIGNS, k=chance.choice((1, 1, 2)))) + text[at:]
            case 3:
                text = text[:end] + text[at:end] + text[end:]
            case 4:
                text = text[:at] + chance.choice(SIGNS) + text[at + 1 :]
            case 5:
                text = text[: at - 1] + text[at:end] + text[at - 1 : at] + text[end:] if at else text
            case 6:
                lines.insert(to, lines.pop(chance.randrange(len(lines))))
                text = "\n".join(lines)
            case _:
                lines.insert(to, lines[chance.randrange(len(lines))])
                text = "\n".join(lines)
    return text


@pytest.mark.parametrize("path", RECORDS, ids=_name)
def test_our_records_mean_the_same_to_both_and_every_scalar_is_at_its_place(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert assert_no_other_value(text)
    assert assert_places(read(text)) > 0


SUITE: dict[str, dict[str, str]] = json.loads(
    Path(__file__).with_name("yaml-test-suite").joinpath("cases.json").read_text(encoding="utf-8")
)
# Name -> text to make mutants of, how many of each, and how many at least must be read by both. Each text has a seed of
# its own, so that a new file changes nothing about the mutants of the others.
SEEDS: dict[str, tuple[dict[str, str], int, float]] = {
    "records": ({_name(path): path.read_text(encoding="utf-8") for path in RECORDS}, 80, 0.3),
    "golden cases": ({_name(path): path.read_bytes().decode("utf-8", "replace") for path in CASES}, 3, 0.3),
    "yaml-test-suite": ({name: case["yaml"] for name, case in SUITE.items()}, 2, 0.15),
}
# HOTWASH_MUTANTS=10 makes ten times as many.
TIMES = int(os.environ.get("HOTWASH_MUTANTS", "1"))


@pytest.mark.parametrize(("texts", "count", "least"), SEEDS.values(), ids=SEEDS)
def test_mutants_mean_the_same_to_both_or_are_refused(texts: dict[str, str], count: int, least: float) -> None:
    made = agreed = 0
    for name, text in texts.items():
        chance = random.Random(name)  # noqa: S311 - the same mutants on every run
        for _ in range(count * TIMES):
            changed = mutant(text, chance)
            made += 1
            if assert_no_other_value(changed):
                agreed += 1
                if texts is SEEDS["records"][0]:
                    # Elsewhere keys go on over lines, which no line of its own can show.
                    assert_places(read(changed))
    # Were all refused, nothing would have been compared.
    assert agreed > made * least
