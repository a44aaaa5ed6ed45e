"""The texts of a record with their places in the file: the body of a post-mortem, and each value that is text."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from hotwash.diagnostics import Span
from hotwash.model.names import LOGIN_PATTERN
from hotwash.records.document import ListNode, MapNode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotwash.records.document import Document, Node, Scalar

FENCE = "---"
# Values that are one of a few words, or a time: nobody writes a text there. And who did something.
_NO_TEXT = frozenset(
    {"at", "kind", "status", "action", "outcome", "about", "state", "audience", "via", "mode", "category", "priority"}
)
_WHO = frozenset({"by", "to", "owner", "authors"})
_LOGIN = re.compile(LOGIN_PATTERN)
# Stands in no file that can be read, and in no name.
_APART = "\x00"


class Passage(NamedTuple):
    """A text of a record.

    Attributes:
        text: What it says.
        start: Where it begins in the file, in code points.
        written: How it stands in the file, with quotes, escapes and indentation.
        style: How YAML writes it: empty for plain, a quote, `|` or `>`; `body` for the body of a post-mortem.
        key: The key under which it stands, by itself or in a list; empty for the body.
    """

    text: str
    start: int
    written: str
    style: str
    key: str = ""


def passages(document: Document) -> Iterator[Passage]:
    """All texts of a record, in order. Of a file that is not YAML there are none."""
    shift = _shift(document)
    for scalar, key, _ in _scalars(document):
        yield _passage(document.text, scalar, key, shift)
    yield from _body(document)


@dataclass(frozen=True, slots=True)
class Told:
    """All that a file tells as one text, so that it is searched at once.

    Attributes:
        text: The texts one after the other, with a sign between them that is in none.
        passages: The texts with their places in the file.
        starts: Where each begins in `text`.
    """

    text: str
    passages: tuple[Passage, ...]
    starts: tuple[int, ...]

    def placed(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of `text` stands in the file; all of its passage where it is written otherwise there."""
        index = bisect_right(self.starts, start) - 1
        passage, first = self.passages[index], self.starts[index]
        piece = self.text[start:end]
        if passage.text == passage.written:
            at = start - first
        else:
            at = -1
            for _ in range(passage.text.count(piece, 0, start - first) + 1):
                at = passage.written.find(piece, at + 1)
        if at < 0:
            return passage.start, passage.start + len(passage.written)
        return passage.start + at, passage.start + at + len(piece)


def told(document: Document) -> Told:
    """What a file tells: the texts and labels of a record, or all of a file of evidence.

    A login that stands where a record says who is no text: it is shown as a role.
    """
    if document.kind == "evidence":
        whole = Passage(document.text, 0, document.text, "as it is")
        return Told(document.text, (whole,), (0,))
    text, shift = document.text, _shift(document)
    found = [
        *_labels(document),
        # Most values are no texts, and of those no passage is made.
        *(_passage(text, scalar, key, shift) for scalar, key, top in _scalars(document) if _is_text(scalar, key, top)),
        *_body(document),
    ]
    starts, at = [], 0
    for passage in found:
        starts.append(at)
        at += len(passage.text) + len(_APART)
    return Told(_APART.join(passage.text for passage in found), tuple(found), tuple(starts))


def _is_text(scalar: Scalar, key: str, top: str) -> bool:
    if top == "labels":  # there people choose the keys
        return True
    if key in _NO_TEXT:
        return False
    return not ((key in _WHO or top == "roles") and _LOGIN.fullmatch(scalar.value))


def _labels(document: Document) -> Iterator[Passage]:
    """The keys that people have chosen, and that are shown."""
    labels = document.node.values.get("labels") if isinstance(document.node, MapNode) else None
    if document.kind == "incident" and isinstance(labels, MapNode):
        for key in labels.keys.values():
            yield _passage(document.text, key, "labels", 0)


def _passage(text: str, scalar: Scalar, key: str, shift: int) -> Passage:
    start, end = scalar.start_mark.index + shift, scalar.end_mark.index + shift
    return Passage(scalar.value, start, text[start:end], scalar.style or "", key)


def _shift(document: Document) -> int:
    """How far values stand behind where the parser saw them: in place of the fence it saw an empty line."""
    return document.text.find("\n") if document.kind == "postmortem" else 0


def _body(document: Document) -> Iterator[Passage]:
    if document.kind == "postmortem":
        start = _body_start(document.text)
        body = document.text[start:]
        if body:
            yield Passage(body, start, body, "body")


def _scalars(document: Document) -> list[tuple[Scalar, str, str]]:
    """All values of a record in order, with the key of each, and the key at the top of the record that holds it."""
    found: list[tuple[Scalar, str, str]] = []
    if document.node is not None:
        _gather(document.node, "", "", found)
    return found


def _gather(node: Node, key: str, top: str, found: list[tuple[Scalar, str, str]]) -> None:
    # Calls itself, since the reader takes nothing that is nested deeply.
    if isinstance(node, MapNode):
        for name, value in node.values.items():
            _gather(value, name, top or name, found)
    elif isinstance(node, ListNode):
        for item in node.items:
            _gather(item, key, top, found)
    else:
        found.append((node, key, top))


def _body_start(text: str) -> int:
    """Where the body begins; at the start of the file where there is no front matter."""
    first, _, rest = text.partition("\n")
    if first.rstrip() != FENCE:
        return 0
    at = len(first) + 1
    for line in rest.split("\n"):
        at += len(line) + 1
        if line.rstrip() == FENCE:
            return min(at, len(text))
    return len(text)


def span_at(text: str, start: int, end: int) -> Span:
    """A stretch of a file, as far as it goes on its first line."""
    line = text.count("\n", 0, start) + 1
    first = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", start)
    line_end = len(text) if line_end < 0 else line_end
    last = max(min(end, line_end), start)
    return Span(line, start - first + 1, line, max(last, start + 1) - first + 1)
