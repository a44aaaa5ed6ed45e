"""Bytes of YAML -> plain values with the place of every key and value, and all that is wrong with them.

One pass over the events of libyaml. The composer is never called: it recurses, and a deep file is a segmentation fault
that no `except` catches (threats R2).
"""

from __future__ import annotations

import codecs
import math
import re
from typing import TYPE_CHECKING, Any

import yaml

from hotwash.diagnostics import Help, Place, Span
from hotwash.errors import ConfigurationError
from hotwash.records.document import (
    PROBLEM_LIMIT,
    Document,
    ListNode,
    MapNode,
    Problem,
    first_line,
    shortened,
    span_of,
    unreadable,
)
from hotwash.records.syntax import explained

try:
    from yaml._yaml import CParser
except ImportError:  # pragma: no cover - PyYAML without its C part
    message = "PyYAML is installed without libyaml, and hotwash reads with nothing else"
    raise ConfigurationError(message, "install a wheel: python3 -m pip install --force-reinstall pyyaml") from None

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotwash.model.repository import RecordKind
    from hotwash.records.document import Event, Node, Scalar

DEPTH_LIMIT = 32
EVENT_LIMIT = 50_000
SIZE_LIMIT = 1024 * 1024  # bytes
NUMBER_LIMIT = 64  # characters of a number; a longer one stays text (threats R5)
# C0, C1, lone surrogates, non-characters, and a byte order mark that stands anywhere but first. Line and paragraph
# separators end a line for libyaml and not for YAML 1.2, so that positions and values would differ between readers.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]|\r(?!\n)")


def decode(path: str, data: bytes) -> str | Problem:
    """The text of a record: UTF-8 without control characters; a byte order mark is taken off."""
    if len(data) > SIZE_LIMIT:
        return unreadable(path, f"the file has {len(data):,} bytes; a record has at most {SIZE_LIMIT:,}")
    text = _utf8(path, data)
    if isinstance(text, str) and (found := _CONTROL.search(text)):
        what = "a lone carriage return" if found[0] == "\r" else f"the control character U+{ord(found[0]):04X}"
        return unreadable(
            path, f"the file holds {what}", _sign_at(text, found.start()), "delete it, and write text only"
        )
    return text


def _utf8(path: str, data: bytes) -> str | Problem:
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
        return unreadable(
            path,
            f"the file is not UTF-8: byte 0x{data[error.start]:02x}",
            Span(line, column, line, column + 1),
            "save it as UTF-8",
        )


def _sign_at(text: str, index: int) -> Span:
    line = text.count("\n", 0, index) + 1
    column = index - text.rfind("\n", 0, index)
    return Span(line, column, line, column + 1)


def refused(path: str, kind: RecordKind, why: str, remedy: str) -> Document:
    """The document of a file that is there and could not be read at all."""
    return Document(path, kind, "", None, None, (unreadable(path, why, remedy=remedy),))


def parse(path: str, kind: RecordKind, data: bytes) -> Document:
    """A YAML record as read; never raises, every fault is a problem with its place."""
    text = decode(path, data)
    if isinstance(text, Problem):
        return Document(path, kind, "", None, None, (text,))
    return parse_text(path, kind, text, text)


def evidence(path: str, data: bytes) -> Document:
    """An evidence file: text as some program wrote it, so that colours of a terminal are let pass, and NUL is not."""
    text = _utf8(path, data)
    if isinstance(text, str) and (index := text.find("\0")) >= 0:
        why = "the file holds U+0000, and is no text"
        text = unreadable(
            path, why, _sign_at(text, index), "keep evidence as text; a picture or an archive by its link"
        )
    if isinstance(text, Problem):
        return Document(path, "evidence", "", None, None, (text,))
    return Document(path, "evidence", text, None, None, ())


def parse_text(path: str, kind: RecordKind, text: str, yaml_text: str) -> Document:
    """The same for text that is decoded already.

    Args:
        path: From the repository root.
        kind: Which record it is.
        text: The whole file, for snippets.
        yaml_text: The part that is YAML, with as many lines before it as the file has.
    """
    reading = _Reading(path, yaml_text)
    reading.run()
    problems = tuple(reading.problems)
    doubts = tuple(_doubt(path, event) for event in reading.doubts)
    return Document(path, kind, text, None if problems else reading.value, reading.node, problems, doubts)


_WORDS: dict[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_MAYBE_NO_TEXT = frozenset("0123456789+-.~nNtTfF")
_NUMERIC = frozenset("0123456789+-.")
_LONGEST_WORD = 3  # letters of what is a word to others
# The same as the first, and with what texts begin that are text to us and something else to others.
_LOOKED_AT = _MAYBE_NO_TEXT | frozenset("yYoO=<")
# Numbers with a leading zero, `.inf` and `.nan` stay text, so that no number can hold them.
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)", re.ASCII)
_OTHER_BASE = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+", re.ASCII)
_REAL = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", re.ASCII)


def plain_value(text: str) -> str | float | bool | None:
    """What a plain scalar means in the YAML 1.2 core schema, less what only some readers take for a number."""
    if text and text[0] not in _MAYBE_NO_TEXT:
        return text
    if text in _WORDS:
        return _WORDS[text]
    # Most of what begins with a digit is a time, and no number holds a colon; nor does one begin with a letter.
    if text[0] not in _NUMERIC or len(text) > NUMBER_LIMIT or ":" in text:
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    if _OTHER_BASE.fullmatch(text):
        return int(text, 0)
    if _REAL.fullmatch(text):
        number = float(text)
        return number if math.isfinite(number) else text
    return text


# What YAML 1.1 (PyYAML, and by its text y and n) or ruamel.yaml's 1.2 take for no text, times apart: those are meant.
_ELSEWHERE = (
    dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "on", "On", "ON"), "true")
    | dict.fromkeys(("n", "N", "no", "No", "NO", "off", "Off", "OFF"), "false")
    | dict.fromkeys(("=", "<<"), "no text at all")
)
_NUMBER_ELSEWHERE = re.compile(
    r"""[-+]?(?:[0-9_]+
               |0b[01_]+ |0o[0-7_]+ |0x[0-9a-fA-F_]+
               |[0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]+)? |\.[0-9_]+(?:[eE][-+][0-9]+)?
               |[1-9][0-9_]*(?::[0-5]?[0-9])+ |[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*
               |\.(?:inf|Inf|INF))
        |\.(?:nan|NaN|NAN)""",
    re.ASCII | re.VERBOSE,
)


def is_ambiguous(text: str) -> bool:
    """Whether a plain scalar that is text to us is something else to other readers of YAML; a day or a time is not."""
    return text in _ELSEWHERE or (text[:1] in _NUMERIC and _NUMBER_ELSEWHERE.fullmatch(text) is not None)


def _doubt(path: str, event: Scalar) -> Problem:
    other = _ELSEWHERE.get(event.value, "a number")
    return Problem(
        "ambiguous-scalar",
        Place(path, span=span_of(event)),
        f"`{shortened(event.value)}` is text here, and {other} to some readers of YAML",
        label="in quotes it is text to all",
        help=(Help(f'put it in quotes: "{shortened(event.value)}"'),),
    )


_CUT_NUMBER = re.compile(r"[-+]?[0-9]+(?:, ?[0-9]+)+", re.ASCII)


def folded(text: str) -> str:
    """A text that goes on over lines, on one."""
    return " ".join(filter(None, (line.strip(" \t\r") for line in text.split("\n"))))


def quoted(text: str) -> str:
    """A text of one line in double quotes."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


class _Reading:
    """One pass over the events of a file. Used once: its state is the state of that pass."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self.problems: list[Problem] = []
        self.doubts: list[Scalar] = []
        self.value: object = None
        self.node: Node | None = None
        # Of mappings in braces, by where they begin: the last key without a value, and the key whose text it continues.
        self.ghosts: dict[int, tuple[str, str]] = {}
        # The mapping and that key -> index of the problem, the text's beginning and end: two commas are one problem.
        self.commas: dict[tuple[int, str], tuple[int, Scalar, Scalar]] = {}

    def run(self) -> None:
        try:
            self._read()
        except yaml.YAMLError as error:
            self.problems.append(explained(self.path, error, self.text))
        except (ValueError, RecursionError) as error:
            # libyaml hands some escapes to Python that Python cannot hold.
            self.problems.append(unreadable(self.path, f"the file cannot be read: {type(error).__name__}"))
        for (_, owner), (index, first, last) in self.commas.items():
            self.problems[index] = self._cut_text(owner, first, last)

    def _read(self) -> None:  # noqa: C901, PLR0912, PLR0915 - one loop, so that reading stays near the scanner's own speed
        parser = CParser(self.text)
        scalar_event, map_start, list_start = yaml.ScalarEvent, yaml.MappingStartEvent, yaml.SequenceStartEvent
        get: Callable[[], Any] = parser.get_event
        problems, doubts = self.problems, self.doubts
        # The container that is being filled; `mapping` is None in a list and at the top.
        mapping: dict[str, object] | None = None
        items: list[object] | None = None
        node: MapNode | ListNode | None = None
        key: Scalar | None = None
        stack: list[tuple[dict[str, object] | None, list[object] | None, MapNode | ListNode | None, Scalar | None]] = []
        events = documents = 0
        while True:
            event = get()
            events += 1
            if events > EVENT_LIMIT:
                self._stop(event, f"has more than {EVENT_LIMIT:,} values", "split it: long logs go to evidence/")
                return
            if problems and len(problems) >= PROBLEM_LIMIT:
                self._stop(event, f"has {PROBLEM_LIMIT} problems up to here", "mend these first, then check again")
                return
            cls = type(event)
            value: object
            child: Node
            if cls is scalar_event:
                if event.tag is not None or event.anchor is not None:
                    self._feature(event)
                text: str = event.value
                if event.style is None or event.style == "":
                    if text and text[0] not in _LOOKED_AT:
                        value = text
                    elif text[4:8:3] == "--":
                        value = text  # most of these are times, and no number has two hyphens there
                    else:
                        value = plain_value(text)
                        # As `is_ambiguous`, where it can be told at once.
                        if value is text and (len(text) <= _LONGEST_WORD or text[0] in _NUMERIC) and is_ambiguous(text):
                            doubts.append(event)
                else:
                    value = text
                    if event.style == '"' and _CONTROL.search(text):
                        self._unreadable_escape(event)
                if mapping is not None and key is None:
                    key = event
                    # Nearly all keys are plain names that stand once; the others are looked at closely.
                    if value is not text or text in mapping or text == "<<":
                        self._take_key(event, value, node)
                    continue
                child = event
                if mapping is not None and not text and key is not None and self._is_unwritten(key, event):
                    self._comma(node, key)
            elif cls is map_start or cls is list_start:
                if event.tag is not None or event.anchor is not None:
                    self._feature(event)
                if mapping is not None and key is None:
                    self._feature_at(event, "a key that is a list or a mapping", "write the key as plain text")
                    return
                if len(stack) >= DEPTH_LIMIT:
                    self._stop(event, f"is nested deeper than {DEPTH_LIMIT} levels", "records need far fewer")
                    return
                stack.append((mapping, items, node, key))
                key = None
                if cls is map_start:
                    mapping, items, node = {}, None, MapNode(event)
                else:
                    mapping, items, node = None, [], ListNode(event)
                continue
            elif cls is yaml.MappingEndEvent or cls is yaml.SequenceEndEvent:
                value = mapping if mapping is not None else items
                assert node is not None  # noqa: S101 - the parser closes only what it opened
                child = node
                child.end = event
                mapping, items, node, key = stack.pop()
            elif cls is yaml.AliasEvent:
                self._feature(event)
                if mapping is not None and key is None:
                    return
                event.value, event.style = f"*{event.anchor}", "*"  # as a node it is a scalar that is not plain
                value, child = None, event
            elif cls is yaml.DocumentStartEvent:
                documents += 1
                if event.version is not None or event.tags:
                    self._feature_at(event, "a directive", "delete the line that begins with %")
                if documents > 1:
                    self._feature_at(event, "a second document", "keep one record a file, and delete the `---`")
                    return
                continue
            elif cls is yaml.StreamEndEvent:
                break
            else:
                continue
            if mapping is not None:
                assert key is not None and isinstance(node, MapNode)  # noqa: S101, PT018 - a value follows its key
                name = key.value
                mapping[name] = value
                node.keys[name] = key
                node.values[name] = child
                key = None
            elif items is not None:
                assert isinstance(node, ListNode)  # noqa: S101 - items belong to a list
                items.append(value)
                node.items.append(child)
            else:
                self.value, self.node = value, child

    def _take_key(self, event: Scalar, value: object, node: MapNode | ListNode | None) -> None:
        if not isinstance(value, str):
            remedy = (
                f'put it in quotes: "{shortened(event.value)}"' if event.value else "write the key before the colon"
            )
            what = "no key at all" if not event.value else f"a key that is not text: {shortened(event.value)}"
            self._feature_at(event, what, remedy)
        elif value == "<<" and not event.style:
            self._feature_at(event, "a merge key", "write the keys out: records are plain data")
        elif isinstance(node, MapNode) and value in node.keys:
            first = span_of(node.keys[value])
            self.problems.append(
                Problem(
                    "duplicate-key",
                    Place(self.path, span=span_of(event)),
                    f"the key `{shortened(value)}` stands twice in one mapping",
                    label=f"first on line {first.line}",
                    help=_once(value),
                    other=Place(self.path, span=first),
                )
            )

    def _comma(self, node: MapNode | ListNode | None, key: Scalar) -> None:
        """`{note: P0, all down}`: a comma ended the text, and the rest became a key with no value."""
        if not isinstance(node, MapNode) or not node.start.flow_style:
            return
        begin = node.start.start_mark.index
        previous, owner = self.ghosts.get(begin, ("", ""))
        for name in reversed(node.keys):
            if name == previous:
                break
            if not self._is_unwritten(node.keys[name], node.values[name]):
                owner = name
                break
        self.ghosts[begin] = (key.value, owner)
        before = node.values.get(owner)
        if before is None or isinstance(before, MapNode | ListNode) or before.style:
            return
        if self.problems and self.problems[-1].at.span == span_of(key):
            self.problems.pop()  # a key that is a number, or stands twice: it never was one
        if (begin, owner) not in self.commas:
            self.commas[begin, owner] = (len(self.problems), before, key)
            self.problems.append(self._cut_text(owner, before, key))
        else:
            self.commas[begin, owner] = (self.commas[begin, owner][0], before, key)

    def _is_unwritten(self, key: Scalar, value: Node) -> bool:
        """Whether a key has neither a value nor the colon before one."""
        return (
            not isinstance(value, MapNode | ListNode)
            and not value.value
            and not value.style
            and ":" not in self.text[key.end_mark.index : value.end_mark.index]
        )

    def _cut_text(self, owner: str, first: Scalar, last: Scalar) -> Problem:
        start, end = first.start_mark, last.end_mark
        text = folded(self.text[start.index : end.index])
        remedy = Help("put the text in quotes:", f"{owner}: {quoted(text)}", self.path)
        if _CUT_NUMBER.fullmatch(text):
            remedy = Help("write a number without commas, and a decimal with a point")
        return Problem(
            "comma-in-flow-text",
            Place(self.path, span=Span(start.line + 1, start.column + 1, end.line + 1, end.column + 1)),
            f"the comma ends the text of `{shortened(owner)}`, and the rest becomes a key",
            label="one text, or two?",
            help=(remedy,),
        )

    def _feature(self, event: Any) -> None:  # noqa: ANN401 - any event that can carry an anchor or a tag
        if getattr(event, "value", None) is None and not hasattr(event, "tag"):
            self._feature_at(
                event, f"an alias: *{shortened(event.anchor)}", "put text in quotes; write a repeated value out"
            )
        elif event.anchor is not None:
            self._feature_at(
                event, f"an anchor: &{shortened(event.anchor)}", "put text in quotes; delete what is no text"
            )
        if getattr(event, "tag", None) is not None:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!", 1)
            self._feature_at(event, f"a tag: {shortened(tag)}", "put text in quotes; delete what is no text")

    def _feature_at(self, event: Event, what: str, remedy: str) -> None:
        place = Place(self.path, span=first_line(span_of(event), self.text))
        self.problems.append(Problem("yaml-feature", place, what, help=(Help(remedy),)))

    def _unreadable_escape(self, event: Scalar) -> None:
        found = _CONTROL.search(event.value)
        code = ord(found[0]) if found else 0
        self.problems.append(
            unreadable(
                self.path,
                f"an escape stands for the control character U+{code:04X}",
                span_of(event),
                "delete it, and write text only",
            )
        )

    def _stop(self, event: Event, why: str, remedy: str) -> None:
        self.problems.append(unreadable(self.path, f"the file {why}", span_of(event), remedy))


def _once(key: str) -> tuple[Help, ...]:
    """What to do about a key that stands twice."""
    one = Help("keep the right one, and delete the other: most readers would take the last without a word")
    # With these an item of a list begins: the second one may be an item of its own, and nothing of it is to be lost.
    return (
        (Help(f"if a new entry begins here, its dash is missing: write `- {key}: …`"), one)
        if key in ("at", "id")
        else (one,)
    )
