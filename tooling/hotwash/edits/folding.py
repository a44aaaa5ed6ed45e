"""timeline.d/ -> timeline.yaml: each file as an item of the list, word by word, with its name as its id."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hotwash.edits.items import MODELINE, events_of_list, layout
from hotwash.model.base import ENTRY_ID_PATTERN
from hotwash.records.document import ListNode, MapNode
from hotwash.records.reader import is_ambiguous, plain_value, quoted
from hotwash.records.splice import LIST_END, LIST_START, MAP_END, SCALAR, Edit, Sign, Unproven, parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hotwash.records.document import Document

# Digits and hyphens alone may be a number or a day to some reader.
_MAYBE_A_DAY = re.compile(r"[0-9-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Fragment:
    """A file of timeline.d/ as read.

    Attributes:
        id: Its stem, where that can be an id; else empty.
    """

    id: str
    document: Document

    @property
    def whole(self) -> dict[str, object]:
        """The entry as it stands in timeline.yaml."""
        value = self.document.value
        assert isinstance(value, dict)  # noqa: S101 - a readable entry is a mapping
        return {"id": self.id, **value} if self.id else value


def fragment(stem: str, document: Document) -> Fragment:
    """A file of timeline.d/ with its id."""
    return Fragment(stem if re.fullmatch(ENTRY_ID_PATTERN, stem) else "", document)


@dataclass(frozen=True, slots=True)
class Folding:
    """What folding does to timeline.yaml, and what it says afterwards; nothing where all entries stand in it already."""

    edits: tuple[Edit, ...]
    promised: tuple[Sign, ...]


def fold(timeline: Document, fragments: Sequence[Fragment]) -> Folding | Unproven:
    """The entries of files, in their order, as items behind those of timeline.yaml.

    Args:
        timeline: As read; of a file that is not there yet, as read from no bytes.
        fragments: By time. One that stands in timeline.yaml already, since folding was cut short, is passed over.
    """
    new = [found for found in fragments if not _stands_in(timeline, found)]
    held = {item["id"] for item in _items(timeline) if "id" in item}
    if twice := [found.id for found in new if found.id in held]:
        return Unproven(f"has another entry {twice[0]}")
    before = parts(timeline)
    if isinstance(before, Unproven):
        return before
    if not new:
        return Folding((), tuple(part.sign for part in before))
    end = _line_end((timeline, *(found.document for found in new)))
    place = _place(timeline)
    if isinstance(place, Unproven):
        return place
    signs: list[Sign] = []
    lines: list[str] = []
    for found in new:
        inner = parts(found.document)
        if isinstance(inner, Unproven):
            return inner
        signs += _entry_signs(found, [part.sign for part in inner])
        lines += _entry_lines(found, place.column)
    text = end.join(lines)
    # A file without a last line end stays one; only a file with nothing in it gets its first.
    text = f"{end}{text}" if place.opens_line else f"{text}{end}"
    return Folding((*place.cuts, Edit(place.at, place.at, text)), _with_items([part.sign for part in before], signs))


def _items(timeline: Document) -> Iterator[dict[str, object]]:
    if isinstance(timeline.value, list):
        yield from (item for item in timeline.value if isinstance(item, dict))


def _stands_in(timeline: Document, found: Fragment) -> bool:
    whole = json.dumps(found.whole, sort_keys=True)
    return any(json.dumps(item, sort_keys=True) == whole for item in _items(timeline))


def _line_end(documents: Sequence[Document]) -> str:
    """The line end of the first of the files that has one."""
    text = next((document.text for document in documents if "\n" in document.text), "")
    return "\r\n" if "\r\n" in text else "\n"


@dataclass(frozen=True, slots=True)
class _Place:
    """Where items go.

    Attributes:
        at: The offset.
        column: How many blanks stand before each `-`.
        opens_line: The text before it has no line end yet.
        cuts: What goes: an empty list, or the word null.
    """

    at: int
    column: int
    opens_line: bool
    cuts: tuple[Edit, ...] = ()


def _place(timeline: Document) -> _Place | Unproven:
    text, node = timeline.text, timeline.node
    if isinstance(node, ListNode) and node.items:
        found = layout(timeline)
        if found is None:
            return Unproven("is a list in brackets; write it in lines, each entry behind `- `, and try again")
        at = found.items[-1].end
        return _Place(at, found.column, text[at - 1] != "\n")
    if isinstance(node, MapNode):
        return Unproven("is no list")
    if node is None or not (isinstance(node, ListNode) or node.value):
        return _Place(len(text), 0, text[-1:] not in ("", "\n"))
    first, last = (node.start, node.end) if isinstance(node, ListNode) else (node, node)
    start, stop = first.start_mark.index, last.end_mark.index
    line_end = text.find("\n", stop) + 1 or len(text)
    begin = text.rfind("\n", 0, start) + 1
    if not (text[begin:start] + text[stop:line_end]).strip():
        return _Place(line_end, 0, opens_line=False, cuts=(Edit(begin, line_end, ""),))
    return _Place(line_end, 0, text[line_end - 1] != "\n", (Edit(start, stop, ""),))


def _entry_lines(found: Fragment, column: int) -> Iterator[str]:
    """The lines of a file, moved in behind a `-`; the line that speaks to an editor of the file goes with the file."""
    document, node = found.document, found.document.node
    assert isinstance(node, MapNode)  # noqa: S101 - a readable entry is a mapping
    lines = [line.removesuffix("\r") for line in document.text.split("\n")]
    at, indent = node.start.start_mark.line, node.start.start_mark.column
    margin = " " * column
    for line in lines[:at]:
        if line.lstrip().startswith("#") and not MODELINE.match(line.strip()):
            yield margin + line.strip()
    # What stands before it on its line is the `---`.
    body = [" " * indent + lines[at][indent:], *_until_end(lines[at + 1 :])]
    if not body[-1]:
        body.pop()  # behind the last line end
    while not body[-1].strip() and not _keeps_lines(document.value):
        body.pop()
    is_new = bool(found.id) and "id" not in node.values
    if is_new and node.start.flow_style:
        body[0] = f"{' ' * indent}{{id: {_id_text(found.id)}, {body[0][indent + 1 :].lstrip(' ')}"
    if is_new and not node.start.flow_style:
        yield f"{margin}-{' ' * (indent + 1)}id: {_id_text(found.id)}"
    else:
        yield f"{margin}-{' ' * (indent + 1)}{body.pop(0)[indent:]}"
    for line in body:
        yield f"{margin}  {line}" if line else line


def _until_end(lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        if line.rstrip() == "..." or line.startswith(("... ", "...\t")):
            return
        yield line


def _keeps_lines(value: object) -> bool:
    """Whether a text in it ends with empty lines, which then are a part of it."""
    if isinstance(value, dict):
        return any(_keeps_lines(item) for item in value.values())
    if isinstance(value, list):
        return any(_keeps_lines(item) for item in value)
    return isinstance(value, str) and value.endswith("\n\n")


def _id_text(name: str) -> str:
    is_text = isinstance(plain_value(name), str) and not is_ambiguous(name) and not _MAYBE_A_DAY.fullmatch(name)
    return name if is_text else quoted(name)


def _entry_signs(found: Fragment, signs: Sequence[Sign]) -> Iterator[Sign]:
    """The events of the mapping in a file, with its id as the first key."""
    start = 2  # the beginnings of stream and document
    stop = max(index for index, sign in enumerate(signs) if sign.kind == MAP_END) + 1
    yield signs[start]
    node = found.document.node
    assert isinstance(node, MapNode)  # noqa: S101 - a readable entry is a mapping
    if found.id and "id" not in node.values:
        yield Sign(SCALAR, "id")
        yield Sign(SCALAR, found.id, '"' if _id_text(found.id) != found.id else "")
    yield from signs[start + 1 : stop]


def _with_items(signs: Sequence[Sign], new: Sequence[Sign]) -> tuple[Sign, ...]:
    """The events of a timeline with those of new items at its end."""
    found = events_of_list(signs)
    if found is not None and found.items:
        return (*signs[: found.end], *new, *signs[found.end :])
    head, tail = signs[:2], signs[-2:]
    if len(signs) == len(("stream start", "stream end")):
        head, tail = (signs[0], Sign("DocumentStartEvent")), (Sign("DocumentEndEvent"), signs[1])
    return (*head, Sign(LIST_START), *new, Sign(LIST_END), *tail)
