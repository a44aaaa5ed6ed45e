"""The Markdown of a post-mortem -> its sections, links and anchors, with their places in the file."""

from __future__ import annotations

import re
from collections import Counter, deque
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from hotwash.diagnostics import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it import MarkdownIt


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading that stands in no list and no quotation.

    Attributes:
        title: As written, blanks at its ends left out.
        level: 1 to 6.
        first: The line of the body on which it begins, from 0.
        after: The first line after it.
    """

    title: str
    level: int
    first: int
    after: int


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the body, from its heading of the second level on.

    Attributes:
        title: As written.
        span: The heading.
        line: The line of the file on which `prose` begins.
        prose: What stands beneath, with empty lines in place of code blocks and blanks in place of comments, so that
            lines count as in the file.
        has_code: There is a code block too.
    """

    title: str
    span: Span
    line: int
    prose: str
    has_code: bool


@dataclass(frozen=True, slots=True)
class Body:
    """The body of a post-mortem.

    Attributes:
        sections: In the order of the file.
        other_headings: Those that are no section, as title and place.
    """

    sections: tuple[Section, ...]
    other_headings: tuple[tuple[str, Span], ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A link or an image that leads to another place of this repository, or of the same text.

    Attributes:
        target: As a reader of Markdown takes it; percent signs stand for themselves and are still to be decoded.
    """

    target: str
    span: Span
    is_image: bool


# Where one of these stands, a line that begins with `#` need not be a heading, or a heading need not begin with one,
# or there may be code: fences, raw HTML, what is indented or underlined. All else is settled by the lines alone.
# Each begins with the line end before it, by which a search goes from line to line and not from sign to sign.
_NEEDS_PARSER = re.compile(
    r"\n(?: {4}|\t| {1,3}[#\t]| {0,3}<| {0,3}(?:=+|-+)[ \t]*(?:\n|\Z)| *(?:[-+*]|[0-9]+[.)])(?: {5}| *\t))"
)
_FENCES = ("```", "~~~")
_HEADING = re.compile(r"\n(#{1,6})(?=[ \t\n]|\Z)([^\n]*)")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_NO_LINE_END = re.compile(r"[^\n]")
_TOP = 2


@lru_cache(maxsize=4)
def body_of(text: str, line: int) -> Body:
    """The sections of a body (CommonMark, as a forge shows it).

    A section begins at a heading of the second level and ends at the next one of the first or the second.

    Args:
        text: The Markdown.
        line: The line of the file on which it begins.
    """
    # Kept, since several rules ask the same of one incident after the other.
    text = text.replace("\r\n", "\n")
    lines = text.split("\n")
    found, code = _parsed_headings(text) if _needs_parser(text) else (_headings(text), ())
    written = lines[:]
    for start, end in code:
        lines[start:end] = [""] * (end - start)
    tops = [heading for heading in found if heading.level <= _TOP]
    ends = [*(heading.first for heading in tops), len(lines)][1:]
    sections = tuple(
        Section(
            heading.title,
            _span_of(written, heading, line),
            line + heading.after,
            _COMMENT.sub(_blanked, "\n".join(lines[heading.after : end])),
            any(heading.after <= start < end for start, _ in code),
        )
        for heading, end in zip(tops, ends, strict=True)
        if heading.level == _TOP
    )
    others = tuple((heading.title, _span_of(written, heading, line)) for heading in found if heading.level != _TOP)
    return Body(sections, others)


def _blanked(found: re.Match[str]) -> str:
    return _NO_LINE_END.sub(" ", found[0])


def _span_of(lines: Sequence[str], heading: Heading, line: int) -> Span:
    return _whole_line(lines[heading.first], line + heading.first)


def _whole_line(text: str, line: int) -> Span:
    return Span(line, len(text) - len(text.lstrip()) + 1, line, len(text.rstrip()) + 1)


def _needs_parser(text: str) -> bool:
    return any(fence in text for fence in _FENCES) or _NEEDS_PARSER.search(f"\n{text}") is not None


def _headings(text: str) -> tuple[Heading, ...]:
    """The headings of a text that needs no parser."""
    found = []
    line, at = -1, 0
    text = f"\n{text}"
    for match in _HEADING.finditer(text):
        line += text.count("\n", at, match.start() + 1)
        at = match.start() + 1
        rest = match[2].rstrip(" \t")
        bare = rest.rstrip("#")
        # `## Impact ##` is closed; `## C#` is not.
        title = bare if bare[-1:] in (" ", "\t") else rest
        found.append(Heading(title.strip(), len(match[1]), line, line + 1))
    return tuple(found)


def _parsed_headings(text: str) -> tuple[tuple[Heading, ...], tuple[tuple[int, int], ...]]:
    """The headings, and the lines of the code blocks at the top."""
    found, code = [], []
    tokens = _block_parser().parse(text)
    for number, token in enumerate(tokens):
        if token.map is None:
            continue
        if token.type == "heading_open" and token.level == 0:
            found.append(Heading(tokens[number + 1].content.strip(), int(token.tag[1:]), token.map[0], token.map[1]))
        elif token.type in ("fence", "code_block"):
            code.append((token.map[0], token.map[1]))
    return tuple(found), tuple(code)


# Where none of these stands, every link has a scheme; `<…>` always has one.
_MAYBE_RELATIVE = re.compile(r"\][(:]\s*+<?+(?!https?://|mailto:)", re.IGNORECASE)
_DESTINATION = re.compile(r"\]\(\s*(?:<([^<>\n]*)>|([^\s<>()]*(?:\([^\s()]*\)[^\s()]*)*))")
_DEFINITION = re.compile(r"^ {0,3}\[[^\]\n]+\]:[ \t]*\n?[ \t]*(?:<([^<>\n]*)>|(\S+))", re.MULTILINE)
_NAMED = re.compile(r"\b(?:id|name)\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)
_NO_SLUG = re.compile(r"[^\w\- ]")


def links(text: str, line: int) -> tuple[Link, ...]:
    """The links and images of a text that have neither scheme nor host, in their order.

    Args:
        text: The Markdown.
        line: The line of the file on which it begins.
    """
    if not _MAYBE_RELATIVE.search(text):
        return ()
    text = text.replace("\r\n", "\n")
    lines = text.split("\n")
    found = []
    defined: dict[str, Span] | None = None
    for block in _parser().parse(text):
        if block.children is None or block.map is None:
            continue
        # The parser says of which lines a block is, and no more: a link is found again by its target.
        written: dict[str, deque[Span]] | None = None
        for token in block.children:
            target = token.attrs.get({"link_open": "href", "image": "src"}.get(token.type, ""))
            if not isinstance(target, str) or not _is_relative(target):
                continue
            if written is None:
                written = {}
                for other, span in _written(_DESTINATION, lines[block.map[0] : block.map[1]], line + block.map[0]):
                    written.setdefault(other, deque()).append(span)
            if written.get(target):
                place = written[target].popleft()
            else:
                if defined is None:
                    defined = dict(_written(_DEFINITION, lines, line))
                place = defined.get(target) or _whole_line(lines[block.map[0]], line + block.map[0])
            found.append(Link(target, place, token.type == "image"))
    return tuple(found)


def anchors(text: str) -> frozenset[str]:
    """What `#…` may lead to within a text: its headings as a forge names them, and names given in raw HTML."""
    found = Counter[str]()
    names = {name.casefold() for name in _NAMED.findall(text)}
    tokens = _parser().parse(text.replace("\r\n", "\n"))
    for token, inline in pairwise(tokens):
        if token.type == "heading_open":
            plain = "".join(part.content for part in inline.children or () if part.type in ("text", "code_inline"))
            name = _NO_SLUG.sub("", plain.strip().lower()).replace(" ", "-")
            names.add(f"{name}-{found[name]}" if found[name] else name)
            found[name] += 1
    return frozenset(names)


def _is_relative(target: str) -> bool:
    try:
        parts = urlsplit(target)
    except ValueError:
        return False
    return not parts.scheme and not parts.netloc


def _written(pattern: re.Pattern[str], lines: Sequence[str], line: int) -> Iterator[tuple[str, Span]]:
    """Each target that stands in some lines, and where."""
    from markdown_it.common.utils import unescapeAll  # noqa: PLC0415 - only where there is a link

    text = "\n".join(lines)
    at = number = 0
    for match in pattern.finditer(text):
        start, end = match.span(1 if match[1] is not None else 2)
        number += text.count("\n", at, start)
        at = start
        column = start - text.rfind("\n", 0, start)
        span = Span(line + number, column, line + number, column + max(end - start, 1))
        yield _parser().normalizeLink(unescapeAll(text[start:end])), span


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt  # noqa: PLC0415 - 50 ms, and most records need none

    return MarkdownIt("commonmark").enable(["table", "strikethrough"])


@cache
def _block_parser() -> MarkdownIt:
    from markdown_it import MarkdownIt  # noqa: PLC0415 - see above

    return MarkdownIt("commonmark").disable(["inline"])
