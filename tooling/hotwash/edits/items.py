"""Where the items of a list stand in a file, each with its comments; and where its parts stand among the events."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from hotwash.records.splice import LIST_END, LIST_START, MAP_END, MAP_START

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hotwash.records.document import Document
    from hotwash.records.splice import Sign

# Comments that speak to an editor of the file as a whole.
MODELINE = re.compile(r"#.*(?:yaml-language-server|yamllint|-\*-|\bvim?:|\bex:)")
_OPENING = (
    yaml.BlockSequenceStartToken,
    yaml.BlockMappingStartToken,
    yaml.FlowSequenceStartToken,
    yaml.FlowMappingStartToken,
)
_CLOSING = (yaml.BlockEndToken, yaml.FlowSequenceEndToken, yaml.FlowMappingEndToken)
# What ends where something else begins, and so does not say where the text of an item ends.
_ELSEWHERE = (yaml.BlockEndToken, yaml.DocumentEndToken, yaml.StreamEndToken)


@dataclass(frozen=True, slots=True)
class Item:
    """The lines of an item, with the comments that belong to it, as offsets in the text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Layout:
    """A list in lines.

    Attributes:
        column: How many blanks stand before each `-`.
    """

    column: int
    items: tuple[Item, ...]


@dataclass(slots=True)
class _Lines:
    """The lines of an item, from 0: that of its `-`, and the last one of its text."""

    dash: int
    last: int


def layout(document: Document) -> Layout | None:
    """The items of a record that is a list in lines; None where it is none, or one that is not laid out by lines.

    The comment lines directly above an item belong to it, and those that stand in deeper than its `-`. The comment with
    which a file begins belongs to the file. Empty lines between items belong to none.
    """
    lines = document.text.split("\n")
    found = _items(document.text, lines)
    if found is None:
        return None
    column, items = found
    starts = [
        _first_line(lines, column, item.dash, items[index - 1].last if index else -1)
        for index, item in enumerate(items)
    ]
    ends = []
    for item, following in zip(items, [*starts[1:], None], strict=True):
        end = following if following is not None else _after_last(lines, column, item.last)
        while following is not None and end - 1 > item.last and not lines[end - 1].strip():
            end -= 1
        ends.append(end)
    offsets = [0]
    for line in lines:
        offsets.append(offsets[-1] + len(line) + 1)
    offsets[-1] -= 1  # behind the last line there is no line end
    return Layout(column, tuple(Item(offsets[start], offsets[end]) for start, end in zip(starts, ends, strict=True)))


def _items(text: str, lines: Sequence[str]) -> tuple[int, list[_Lines]] | None:
    items: list[_Lines] = []
    column = depth = 0
    for token in _tokens(text):
        if isinstance(token, _OPENING):
            if depth == 0 and not isinstance(token, yaml.BlockSequenceStartToken):
                return None
            depth += 1
        if isinstance(token, _CLOSING):
            depth -= 1
        start, end = token.start_mark, token.end_mark
        if isinstance(token, yaml.BlockEntryToken) and depth == 1:
            column = start.column
            if lines[start.line][:column].strip(" "):
                return None
            items.append(_Lines(start.line, start.line))
        elif items and not isinstance(token, _ELSEWHERE):
            # What ends in the first column ended with the line before.
            last = end.line if end.column or end.line == start.line else end.line - 1
            if isinstance(token, yaml.ScalarToken) and token.style in ("|", ">") and not token.value.endswith("\n\n"):
                # Empty lines behind such a text are none of it, unless it keeps them.
                while last > start.line and not lines[last].strip():
                    last -= 1
            items[-1].last = max(items[-1].last, last)
    return (column, items) if items else None


def _tokens(text: str) -> Iterator[Any]:
    # The stubs make marks optional; in a parsed file they always stand.
    yield from yaml.scan(text, Loader=yaml.CSafeLoader)


def _is_comment(line: str) -> bool:
    return line.lstrip(" \t").startswith("#")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _first_line(lines: Sequence[str], column: int, dash: int, above: int) -> int:
    """The first of the comment lines directly above a `-`, below the text of the item above."""
    first = dash
    while (
        first - 1 > above
        and _is_comment(lines[first - 1])
        and _indent(lines[first - 1]) <= column
        and not MODELINE.match(lines[first - 1].strip())
    ):
        first -= 1
    # The comment with which a file begins speaks of the file.
    return first if first > 0 else dash


def _after_last(lines: Sequence[str], column: int, last: int) -> int:
    """The first line behind the last item and the comments that stand in it."""
    after = last + 1
    while after < len(lines) and _is_comment(lines[after]) and _indent(lines[after]) > column:
        after += 1
    return after


@dataclass(frozen=True, slots=True)
class Events:
    """Where the items of the list at the top of a document stand among its events.

    Attributes:
        start: The index of the event that opens the list.
        items: For each item the index of its first event, and that behind its last.
        end: The index of the event that closes the list.
    """

    start: int
    items: tuple[tuple[int, int], ...]
    end: int


def events_of_list(signs: Sequence[Sign]) -> Events | None:
    """The events of the list that a document is; None where it is none."""
    start = 2  # the beginnings of stream and document
    if len(signs) <= start or signs[start].kind != LIST_START:
        return None
    items: list[tuple[int, int]] = []
    depth, first = 0, start + 1
    for index in range(start + 1, len(signs)):
        kind = signs[index].kind
        if kind in (LIST_END, MAP_END):
            if depth == 0:
                return Events(start, tuple(items), index)
            depth -= 1
        elif kind in (LIST_START, MAP_START):
            depth += 1
        if depth == 0:
            items.append((first, index + 1))
            first = index + 1
    return None
