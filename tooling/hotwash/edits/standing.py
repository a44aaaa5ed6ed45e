"""Where the values of a record stand in its text: a route -> the stretch of a value, its key, its line and its margin."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hotwash.records.document import ListNode, MapNode
from hotwash.records.splice import yaml_part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotwash.diagnostics import Route
    from hotwash.records.document import Document, Event, Node, Scalar

_BLOCK_HEADER = re.compile(r"[|>][-+0-9]*")
_LAST_BLANK_LINES = re.compile(r"(?<=\n)(?:[ \t]*\r?\n)+[ \t]*\Z|(?<=\n)[ \t]+\Z")


@dataclass(frozen=True, slots=True)
class Spot:
    """A value and what it stands in.

    Attributes:
        holder: The mapping or list that it is in; None at the top.
        key: Of a value in a mapping.
        column: That of its key or its dash.
        in_flow: Whether it stands in braces or brackets.
    """

    route: Route
    node: Node
    holder: MapNode | ListNode | None = None
    key: Scalar | None = None
    column: int = 0
    in_flow: bool = False


class Page:
    """A record's text with its nodes. All places are offsets in the text."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.text = document.text
        if document.kind == "postmortem":
            # To the reader the opening fence is an empty line, so that lines count as in the file.
            before, front = yaml_part(document)
            self.shift, self.stop = before - 1, before + len(front)
        else:
            self.shift, self.stop = 0, len(document.text)
        self.line_end = "\r\n" if "\r\n" in document.text else "\n"

    # --- routes

    def spot(self, route: Route) -> Spot | None:
        """Where a route leads; None where nothing stands."""
        if self.document.node is None:
            return None
        spot = Spot((), self.document.node)
        for part in route:
            holder = spot.node
            in_flow = spot.in_flow or is_flow(holder)
            if isinstance(holder, MapNode) and isinstance(part, str) and part in holder.values:
                key = holder.keys[part]
                spot = Spot((*spot.route, part), holder.values[part], holder, key, _column(holder), in_flow)
            elif isinstance(holder, ListNode) and isinstance(part, int) and 0 <= part < len(holder.items):
                spot = Spot((*spot.route, part), holder.items[part], holder, None, _column(holder), in_flow)
            else:
                return None
        return spot

    def step(self) -> int:
        """By how many blanks a mapping stands in below its key, in this file."""
        for outer, inner in _nested(self.document.node):
            return inner - outer
        return 2

    # --- stretches

    def start(self, node: Node) -> int:
        """Where a value begins."""
        return self._at(node.start if isinstance(node, MapNode | ListNode) else node)

    def key_start(self, key: Scalar) -> int:
        """Where a key begins."""
        return self._at(key)

    def end(self, node: Node) -> int:
        """Behind the last sign of a value; of a text in block style, behind the end of its last line."""
        if isinstance(node, MapNode | ListNode):
            if is_flow(node) or not children(node):
                return int(node.end.end_mark.index) + self.shift
            last = children(node)[-1]
            return max(self.end(last), self._key_end(node))
        stop = int(node.end_mark.index) + self.shift
        if not is_block_text(node):
            return stop
        raw = self.text[self._at(node) : stop]
        if "+" in self.header(node):
            return stop
        found = _LAST_BLANK_LINES.search(raw)
        return stop - len(found[0]) if found else stop

    def header(self, node: Node) -> str:
        """The sign with which a text in block style begins."""
        found = _BLOCK_HEADER.match(self.text, self.start(node))
        return found[0] if found else ""

    def head(self, spot: Spot) -> int | None:
        """Behind the colon of a value's key, or behind its dash; None where there is no such sign."""
        start = self.start(spot.node)
        if spot.key is not None:
            end = int(spot.key.end_mark.index) + self.shift
            colon = self.text.find(":", end, max(start, end + 1))
            return colon + 1 if colon >= 0 and not self.text[end:colon].strip() else None
        if isinstance(spot.holder, ListNode) and not spot.in_flow:
            return self.dash(spot) + 1
        return None

    def dash(self, spot: Spot) -> int:
        """The dash of an item of a list in lines."""
        at = self.start(spot.node)
        while True:
            begin = self.line_start(at)
            line = self.text[begin : self.line_stop(at)]
            if line[spot.column : spot.column + 1] == "-" and "#" not in line[: spot.column]:
                return begin + spot.column
            at = begin - 1

    def line_start(self, at: int) -> int:
        """Where the line begins that a place is on."""
        return self.text.rfind("\n", 0, at) + 1

    def line_stop(self, at: int) -> int:
        """Where the text of a line ends, before its line end."""
        stop = self.text.find("\n", at)
        stop = len(self.text) if stop < 0 else stop
        return stop - 1 if stop > at and self.text[stop - 1] == "\r" else stop

    def next_line(self, at: int) -> int:
        """Where the line behind that of a place begins; the end of the text where there is none."""
        return self.text.find("\n", at) + 1 or len(self.text)

    def below(self, spot: Spot) -> int:
        """Where lines go that follow a value: behind its last line and the comments that stand in deeper than its key."""
        end = max(self.end(spot.node), self.head(spot) or 0)
        at = end if self.text[end - 1 : end] == "\n" else self.next_line(end)
        while at < self.stop:
            line = self.text[at : self.line_stop(at)]
            bare = line.lstrip(" ")
            if not bare.startswith("#") or len(line) - len(bare) <= spot.column:
                break
            at = self.next_line(at)
        return at

    def _at(self, event: Event) -> int:
        return int(event.start_mark.index) + self.shift

    def _key_end(self, node: MapNode | ListNode) -> int:
        """Of a mapping whose last value is not written: behind its colon."""
        if isinstance(node, ListNode):
            return 0
        last = next(reversed(node.keys))
        return self.head(Spot((), node.values[last], node, node.keys[last])) or 0


def is_flow(node: Node) -> bool:
    """Whether it is written in braces or brackets."""
    return isinstance(node, MapNode | ListNode) and bool(node.start.flow_style)


def is_block_text(node: Node) -> bool:
    """Whether it is a text in block style."""
    return not isinstance(node, MapNode | ListNode) and node.style in ("|", ">")


def is_unwritten(node: Node) -> bool:
    """Whether nothing stands behind the key."""
    return not isinstance(node, MapNode | ListNode) and not node.value and not node.style


def children(node: MapNode | ListNode) -> list[Node]:
    """The values in it, as they stand."""
    return node.items if isinstance(node, ListNode) else list(node.values.values())


def _column(node: MapNode | ListNode) -> int:
    if isinstance(node, MapNode) and node.keys:
        return int(next(iter(node.keys.values())).start_mark.column)
    return int(node.start.start_mark.column)


def _nested(node: Node | None) -> Iterator[tuple[int, int]]:
    """Columns of mappings in lines, each with that of one below a key of it."""
    waiting = [node]
    while waiting:
        found = waiting.pop()
        if isinstance(found, MapNode | ListNode) and not is_flow(found):
            for child in children(found):
                if isinstance(found, MapNode) and isinstance(child, MapNode) and not is_flow(child):
                    yield _column(found), _column(child)
                waiting.append(child)
