"""The body of postmortem.md -> its sections."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

from markdown_it import MarkdownIt

_TOP = ("h1", "h2")


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).disable(["inline"])


def sections(body: str) -> dict[str, str]:
    """Title -> text of each section, in the order of the file.

    A section begins at a heading of the second level. A heading of the first level is the title of the document: it
    and what stands before the first section are left out. A title that stands twice keeps both texts.
    """
    lines = body.replace("\r\n", "\n").split("\n")  # as the parser counts them
    marks: list[tuple[str, int, int]] = []  # title, first line of the heading, first line after it
    tokens = _parser().parse(body)
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open" and opening.level == 0 and opening.tag in _TOP and opening.map:
            title = inline.content.strip() if opening.tag == "h2" else ""
            marks.append((title, opening.map[0], opening.map[1]))
    found: dict[str, str] = {}
    ends = [*(first for _, first, _ in marks), len(lines)][1:]
    for (title, _, start), end in zip(marks, ends, strict=True):
        if title:
            text = "\n".join(lines[start:end]).strip()
            found[title] = f"{found[title]}\n\n{text}" if title in found else text
    return found
