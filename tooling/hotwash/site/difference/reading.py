"""A generated page -> the lines of text that a reader sees, by which people compare two of them."""

from __future__ import annotations

from html import unescape
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import yaml
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Iterator

# These stand within a line. Everything else begins one, and ends one.
_WITHIN = frozenset({
    "a", "abbr", "b", "bdi", "cite", "code", "del", "dfn", "em", "i", "ins", "kbd", "mark", "q", "s", "small", "span",
    "strong", "sub", "sup", "time", "u", "var",
})  # fmt: skip
# What stands beside what comes before it, so that the line goes on.
_BESIDE = frozenset({"dd", "td", "th"})
# What opens within a line, apart from its other words.
_OPENING = frozenset({"details", "summary"})
# Drawings show what stands in the text beside them.
_UNREAD = frozenset({"script", "style", "svg", "template"})
_LINKS = ("http://", "https://", "mailto:")


def lines_of(page: str) -> tuple[str, ...]:
    """What a page says, line by line: its description and its text, with the targets of links that lead elsewhere.

    Args:
        page: As `page.page` makes it: a head, headings in Markdown, and finished HTML.
    """
    _, head, body = page.split("---\n", 2)
    description = unescape(str(yaml.safe_load(head).get("description", "")))
    reader = _Reader()
    reader.feed(body)
    reader.close()
    told = tuple(reader.lines())
    return told if any(description in line for line in told) else (description, *told)


class _Reader(HTMLParser):
    """Text of HTML, with a new line wherever a reader sees one."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._told: list[str] = []
        self._targets: list[tuple[str, int]] = []
        self._unread = 0

    def lines(self) -> Iterator[str]:
        """What was read."""
        for line in "".join(self._told).split("\n"):
            cells = (" ".join(cell.split()) for cell in line.split("\t"))
            if told := " · ".join(cell for cell in cells if cell):
                yield told

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNREAD:
            self._unread += 1
        elif tag == "a":
            self._targets.append((dict(attrs).get("href") or "", len(self._told)))
        elif tag in _BESIDE:
            self._told.append("\t")
        elif tag in _OPENING:
            self._told.append(" ")
        elif tag not in _WITHIN and self._told[-1:] != ["\t"]:
            self._told.append("\n")

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag in _UNREAD:
            self._unread = max(0, self._unread - 1)
        elif tag == "a" and self._targets:
            target, start = self._targets.pop()
            shown = "".join(self._told[start:])
            if target.startswith(_LINKS) and target not in shown:
                self._told.append(f" ({target})")
        elif tag in _OPENING:
            self._told.append(" ")
        elif tag not in _WITHIN and tag not in _BESIDE and tag != "dt":
            self._told.append("\n")

    @override
    def handle_data(self, data: str) -> None:
        if not self._unread:
            self._told.append(data.replace("\t", " "))
