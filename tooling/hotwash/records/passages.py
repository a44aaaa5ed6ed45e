"""The texts of a record with their places in the file: the body of a post-mortem, and each value that is text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hotwash.diagnostics import Span
from hotwash.records.document import ListNode, MapNode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotwash.diagnostics import Route
    from hotwash.records.document import Document, Node, Scalar

FENCE = "---"


@dataclass(frozen=True, slots=True)
class Passage:
    """A text of a record.

    Attributes:
        text: What it says.
        start: Where it begins in the file, in code points.
        written: How it stands in the file, with quotes, escapes and indentation.
        style: How YAML writes it: empty for plain, a quote, `|` or `>`; `body` for the body of a post-mortem.
        route: Its place in the record; `()` for the body.
    """

    text: str
    start: int
    written: str
    style: str
    route: Route = ()

    @property
    def key(self) -> str:
        """The key under which it stands, by itself or in a list."""
        return next((part for part in reversed(self.route) if isinstance(part, str)), "")


def passages(document: Document) -> Iterator[Passage]:
    """All texts of a record, in order. Of a file that is not YAML there are none."""
    if document.node is not None:
        # Where front matter begins with its fence, the parser saw an empty line.
        shift = len(document.text.split("\n", 1)[0]) if document.kind == "postmortem" else 0
        for scalar, route in _scalars(document.node):
            start, end = scalar.start_mark.index + shift, scalar.end_mark.index + shift
            if isinstance(scalar.value, str):
                yield Passage(scalar.value, start, document.text[start:end], scalar.style or "", route)
    if document.kind == "postmortem":
        start = _body_start(document.text)
        body = document.text[start:]
        if body:
            yield Passage(body, start, body, "body")


def _scalars(top: Node) -> Iterator[tuple[Scalar, Route]]:
    waiting: list[tuple[Node, Route]] = [(top, ())]
    while waiting:
        node, route = waiting.pop()
        if isinstance(node, MapNode):
            waiting += [(value, (*route, key)) for key, value in reversed(node.values.items())]
        elif isinstance(node, ListNode):
            waiting += [(item, (*route, index)) for index, item in reversed(list(enumerate(node.items)))]
        else:
            yield node, route


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
