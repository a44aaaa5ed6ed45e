"""postmortem.md -> its front matter as a document, and the Markdown below it."""

from __future__ import annotations

from hotwash.diagnostics import Help, Place, Span
from hotwash.model.names import LOGIN_PLACEHOLDER
from hotwash.records.document import Document, Problem
from hotwash.records.reader import decode, parse_text

FENCE = "---"
# The least that a post-mortem says of itself; what else it needs is asked for when it is there.
_FRONT = f"{FENCE}\nstatus: draft\nauthors: [{LOGIN_PLACEHOLDER}]\n{FENCE}"


def parse_postmortem(path: str, data: bytes) -> tuple[Document, str, int]:
    """The front matter, the body, and the line on which the body begins (from 1)."""
    text = decode(path, data)
    if isinstance(text, Problem):
        return Document(path, "postmortem", "", None, None, (text,)), "", 1
    lines = text.split("\n")
    if lines[0].rstrip() != FENCE:
        return (
            _broken(path, text, 1, "the front matter is missing", Help("begin the file with:", _FRONT, path)),
            "",
            1,
        )
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() == FENCE:
            # An empty line stands for the opening fence, so that lines count as in the file.
            document = parse_text(path, "postmortem", text, "\n" + "\n".join(lines[1:number]) + "\n")
            return document, "\n".join(lines[number + 1 :]), number + 2
    return _broken(path, text, 1, "the front matter is not closed", Help("add below its last key:", FENCE, path)), "", 1


def _broken(path: str, text: str, line: int, message: str, remedy: Help) -> Document:
    place = Place(path, span=Span(line, 1, line, 1 + len(text.split("\n", line)[line - 1].rstrip("\r"))))
    problem = Problem("front-matter", place, message, help=(remedy,))
    return Document(path, "postmortem", text, None, None, (problem,))
