"""Document, edits -> new bytes; every other byte stays, proven by reading the result again.

Nothing is dumped: what a library writes anew loses alignment, comments and the way long lines were broken.
"""

from __future__ import annotations

import codecs
import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from hotwash.records.markdown import FENCE, parse_postmortem
from hotwash.records.reader import parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hotwash.model.repository import RecordKind
    from hotwash.records.document import Document


@dataclass(frozen=True, slots=True)
class Edit:
    """A new text for a stretch of a document's text, as offsets in code points; an empty stretch is an insertion."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Unproven:
    """An edit that was not made.

    Attributes:
        why: In words that follow the name of the file.
    """

    why: str


class Sign(NamedTuple):
    """What an event of YAML says, wherever it stands.

    Attributes:
        kind: The name of its class in PyYAML.
        value: Of a scalar its text.
        style: How it is written: the sign of its quotes or block; `{` for braces and brackets; empty otherwise.
        other: Anchor, tag, and whether a document is opened or closed by a line of its own.
    """

    kind: str
    value: str = ""
    style: str = ""
    other: tuple[object, ...] = (None, None, False)


@dataclass(frozen=True, slots=True)
class Part:
    """An event of a document, and where it stands in the document's text, as offsets in code points."""

    sign: Sign
    start: int
    end: int


MAP_START, MAP_END = "MappingStartEvent", "MappingEndEvent"
LIST_START, LIST_END = "SequenceStartEvent", "SequenceEndEvent"
SCALAR = "ScalarEvent"


def read(path: str, kind: RecordKind, data: bytes) -> Document:
    """A record of any kind as read."""
    return parse_postmortem(path, data)[0] if kind == "postmortem" else parse(path, kind, data)


def yaml_part(document: Document) -> tuple[int, str]:
    """The part of a document that is YAML, and how many characters stand before it."""
    if document.kind != "postmortem":
        return 0, document.text
    lines = document.text.split("\n")
    last = next((number for number, line in enumerate(lines) if number and line.rstrip() == FENCE), len(lines))
    return len(lines[0]) + 1, "".join(f"{line}\n" for line in lines[1:last])


def parts(document: Document) -> tuple[Part, ...] | Unproven:
    """The events of a document's YAML."""
    # What the reader has stopped at may be without end to another reader too (threats R2).
    if any(problem.kind == "unreadable-file" for problem in document.problems):
        return Unproven("cannot be read")
    before, text = yaml_part(document)
    try:
        return tuple(
            Part(_sign(event), before + event.start_mark.index, before + event.end_mark.index)
            for event in _events(text)
        )
    except (yaml.YAMLError, ValueError):
        return Unproven("is not YAML as it stands")


def _events(text: str) -> Iterator[Any]:
    # The stubs make marks optional; in a parsed file they always stand.
    yield from yaml.parse(text, Loader=yaml.CSafeLoader)


def _sign(event: yaml.Event) -> Sign:
    style = "{" if getattr(event, "flow_style", False) else getattr(event, "style", None) or ""
    marks = (getattr(event, "anchor", None), getattr(event, "tag", None), getattr(event, "explicit", False))
    return Sign(type(event).__name__, getattr(event, "value", ""), style, marks)


def splice(document: Document, data: bytes, edits: Sequence[Edit], promised: Sequence[Sign]) -> bytes | Unproven:
    """The bytes of a file with edits made in its text.

    Args:
        document: The file as read.
        data: Its bytes.
        edits: In any order; they may not overlap.
        promised: What the YAML of the file says afterwards, event by event. Nothing else is given back.
    """
    made = spliced(document, data, edits)
    if isinstance(made, Unproven):
        return made
    new, again = made
    found = parts(again)
    return new if not isinstance(found, Unproven) and [part.sign for part in found] == list(promised) else _NOT_SO


def splice_value(document: Document, data: bytes, edits: Sequence[Edit], value: object) -> bytes | Unproven:
    """The bytes of a file with edits made in its text, where a value is promised and not how it is written.

    Args:
        document: The file as read.
        data: Its bytes.
        edits: In any order; they may not overlap.
        value: What the file holds afterwards, as plain values. Nothing else is given back.
    """
    made = spliced(document, data, edits)
    if isinstance(made, Unproven):
        return made
    new, again = made
    if len(again.doubts) > len(document.doubts):
        return Unproven(f"would not be right afterwards: {again.doubts[-1].message}")
    return new if is_same(again.value, value) else _NOT_SO


_NOT_SO = Unproven("would say something else afterwards")


def is_same(one: object, other: object) -> bool:
    """Whether two plain values are the same, type by type; keys may stand in another order."""
    # To Python 1, 1.0 and true are equal.
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def spliced(document: Document, data: bytes, edits: Sequence[Edit]) -> tuple[bytes, Document] | Unproven:
    """The bytes of a file with edits made in its text, and how they read; what they say is for the caller to look at."""
    text = document.text
    ordered = sorted(edits, key=lambda edit: (edit.start, edit.end))
    at, pieces = 0, []
    for edit in ordered:
        if not at <= edit.start <= edit.end <= len(text):
            return Unproven("two edits overlap")
        pieces += [text[at : edit.start], edit.text]
        at = edit.end
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    if mark + text.encode() != data:
        return Unproven("was read as something else")
    new = mark + "".join((*pieces, text[at:])).encode()
    again = read(document.path, document.kind, new)
    more = Counter(problem.kind for problem in again.problems) - Counter(problem.kind for problem in document.problems)
    if more:
        return Unproven(f"would not be right afterwards: {again.problems[-1].message}")
    return new, again
