"""One record file as read: its values, the parser's events beside them, its problems, and where a route leads.

Events are kept as they come and become spans only when a diagnostic asks for one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, Protocol

from hotwash.diagnostics import Help, Place, Route, Span

if TYPE_CHECKING:
    from hotwash.model.repository import RecordKind

NAME_SHOWN = 60  # characters of a key or tag in a message
PROBLEM_LIMIT = 100  # nobody reads more of one file, and placing each of them takes time
ProblemKind = Literal[
    "unreadable-file",
    "yaml-syntax",
    "duplicate-key",
    "yaml-feature",
    "unknown-key",
    "missing-key",
    "wrong-value",
    "front-matter",
    "comma-in-flow-text",
    "ambiguous-scalar",
]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is wrong with a document; the rules of family 0 turn it into a finding.

    Attributes:
        kind: The name of the rule that speaks of it.
        at: Where.
        key: Of a missing key: which one, dotted from `at`. Of a misspelt one: which was meant.
        other: A second place, where there is one: of a duplicate the first of the two.
    """

    kind: ProblemKind
    at: Place
    message: str
    label: str = ""
    help: tuple[Help, ...] = ()
    key: str = ""
    other: Place | None = None


class Mark(Protocol):
    """Where libyaml was, all from 0, in code points."""

    line: int
    column: int
    index: int


class Event(Protocol):
    """An event of libyaml. The stubs of PyYAML make its marks optional; in a parsed file they always stand."""

    start_mark: Mark
    end_mark: Mark


class Scalar(Event, Protocol):
    """A piece of text, and how it was written: style is empty for plain."""

    value: str
    style: str | None


class Opening(Event, Protocol):
    """The start of a mapping or a list; in braces or not."""

    flow_style: bool


class MapNode:
    """The events of a mapping: its start and end, and for each key the key's event and the value's node."""

    __slots__ = ("end", "keys", "start", "values")

    def __init__(self, start: Opening) -> None:
        self.start = start
        self.end: Event = start
        self.keys: dict[str, Scalar] = {}
        self.values: dict[str, Node] = {}


class ListNode:
    """The events of a list: its start and end, and a node for each item."""

    __slots__ = ("end", "items", "start")

    def __init__(self, start: Opening) -> None:
        self.start = start
        self.end: Event = start
        self.items: list[Node] = []


Node = MapNode | ListNode | Scalar


@dataclass(frozen=True, slots=True)
class Document:
    """One record file as read.

    Attributes:
        path: From the repository root.
        text: The decoded text without a byte order mark; empty when it could not be decoded.
        value: Plain values: text, numbers, true, false, null, lists, mappings. None when `problems` say why.
        node: The events beside `value`, in the same shape.
        doubts: What is worth a finding and leaves the record readable.
    """

    path: str
    kind: RecordKind
    text: str
    value: object
    node: Node | None
    problems: tuple[Problem, ...]
    doubts: tuple[Problem, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines of the file without their ends."""
        return lines_of(self.text)


@lru_cache(maxsize=4)
def lines_of(text: str) -> tuple[str, ...]:
    """The lines of a text without their ends."""
    # Kept, since every problem of a file asks for a line of it.
    return tuple(text.replace("\r\n", "\n").split("\n"))


def shortened(name: str) -> str:
    """A name as a message may hold it."""
    return name if len(name) <= NAME_SHOWN else f"{name[:NAME_SHOWN]}…"


def unreadable(path: str, message: str, span: Span | None = None, remedy: str = "") -> Problem:
    """The problem of a file that cannot be read; without a span it stands at its first line."""
    return Problem(
        "unreadable-file",
        Place(path, span=span or Span(1, 1, 1, 1)),
        message,
        help=(Help(remedy),) if remedy else (),
    )


def offset(text: str, line: int, column: int) -> int:
    """How many characters stand before a place, which counts from 1, in a text."""
    start = 0
    for _ in range(line - 1):
        start = text.index("\n", start) + 1
    return start + column - 1


def span_of(event: Event) -> Span:
    """The stretch that an event covers."""
    start, end = event.start_mark, event.end_mark
    return Span(start.line + 1, start.column + 1, end.line + 1, end.column + 1)


def first_line(span: Span, text: str) -> Span:
    """The part of a span that is on its first line: all that a caret can stand under."""
    if span.line == span.end_line:
        return span
    lines = lines_of(text)
    length = len(lines[span.line - 1]) if span.line <= len(lines) else span.column
    return Span(span.line, span.column, span.line, max(length + 1, span.column))


def locate(document: Document, place: Place) -> Span:
    """Where a place is in its document.

    Of what is missing: the key of the nearest mapping that exists; at the top of a file its first key.
    """
    if place.span is not None:
        return place.span
    node, key = document.node, None
    if node is None:
        return Span(1, 1, 1, 1)
    found = True
    for part in place.route:
        if isinstance(node, MapNode) and isinstance(part, str) and part in node.values:
            key, node = node.keys[part], node.values[part]
        elif isinstance(node, ListNode) and isinstance(part, int) and part < len(node.items):
            key, node = None, node.items[part]
        else:
            found = False
            break
    if key is not None and (not found or place.target == "key"):
        return span_of(key)
    return _value_span(node, key, document.text)


def _value_span(node: Node, key: Scalar | None, text: str) -> Span:
    if not isinstance(node, MapNode | ListNode):
        # A value that is not written has no width: its key is what a reader looks for.
        return first_line(span_of(node), text) if node.value or node.style or key is None else span_of(key)
    if node.start.flow_style:
        start, end = node.start.start_mark, node.end.end_mark
        return first_line(Span(start.line + 1, start.column + 1, end.line + 1, end.column + 1), text)
    if key is not None:
        return span_of(key)
    if isinstance(node, MapNode) and node.keys:
        return span_of(next(iter(node.keys.values())))
    start = node.start.start_mark
    return Span(start.line + 1, start.column + 1, start.line + 1, start.column + 2)


def _node(document: Document, route: Route) -> Node | None:
    node = document.node
    for part in route:
        if isinstance(node, MapNode) and isinstance(part, str) and part in node.values:
            node = node.values[part]
        elif isinstance(node, ListNode) and isinstance(part, int) and part < len(node.items):
            node = node.items[part]
        else:
            return None
    return node


def indentation(document: Document, route: Route) -> int:
    """How many blanks stand before the keys or items at a route; 0 when there are none, or in braces."""
    node = _node(document, route)
    if isinstance(node, MapNode) and node.keys and not node.start.flow_style:
        return int(next(iter(node.keys.values())).start_mark.column)
    if isinstance(node, ListNode) and node.items and not node.start.flow_style:
        return int(node.start.start_mark.column)
    return 0


def enclosure(document: Document, route: Route) -> Literal["", "braces", "brackets", "{}", "[]"]:
    """In what the mapping or list at a route is written, so that no line can be added under it; empty for lines.

    Where nothing stands between them, the two signs themselves.
    """
    node = _node(document, route)
    if isinstance(node, MapNode) and node.start.flow_style:
        return "braces" if node.keys else "{}"
    if isinstance(node, ListNode) and node.start.flow_style:
        return "brackets" if node.items else "[]"
    return ""
