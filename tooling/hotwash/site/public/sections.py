"""The body of postmortem.md -> its sections."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOP = ("h1", "h2")
_HEADING = re.compile(r"## ([A-Za-z][^#\\\n]*)")
# What could be a heading of another form, or hold a line that looks like one: then a parser has to tell.
_UNSURE = re.compile(r"[\t\r\x00<]|```|~~~|^ *(?:#(?!# [A-Za-z][^#\\\n]*$)|\[|[=-]+ *$)|^ +#", re.MULTILINE)


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).disable(["inline"])


def sections(body: str) -> dict[str, str]:
    """Title -> text of each section, in the order of the file.

    A section begins at a heading of the second level. A heading of the first level is the title of the document: it
    and what stands before the first section are left out. A title that stands twice keeps both texts.
    """
    lines = body.replace("\r\n", "\n").split("\n")  # as the parser counts them
    marks = list(_parsed(body) if _UNSURE.search(body) else _plain(lines))
    found: dict[str, str] = {}
    ends = [*(first for _, first, _ in marks), len(lines)][1:]
    for (title, _, start), end in zip(marks, ends, strict=True):
        if title:
            text = "\n".join(lines[start:end]).strip()
            found[title] = f"{found[title]}\n\n{text}" if title in found else text
    return found


_Mark = tuple[str, int, int]  # the title of a heading, its first line, and the first line after it


def _plain(lines: list[str]) -> Iterator[_Mark]:
    """The headings of a body in which nothing else may look like one: many times as fast."""
    for number, line in enumerate(lines):
        if heading := _HEADING.fullmatch(line):
            yield heading[1].strip(), number, number + 1


def _parsed(body: str) -> Iterator[_Mark]:
    for opening, inline in pairwise(_parser().parse(body)):
        if opening.type == "heading_open" and opening.level == 0 and opening.tag in _TOP and opening.map:
            yield inline.content.strip() if opening.tag == "h2" else "", opening.map[0], opening.map[1]
