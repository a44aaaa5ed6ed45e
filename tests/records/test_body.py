"""The Markdown of a post-mortem: its sections and links as CommonMark has them, and where they stand."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from hotwash.diagnostics import Span
from hotwash.records.body import anchors, body_of, links

LINES = st.sampled_from(
    [
        *(
            "## Impact",
            "# Title",
            "### Part",
            "##",
            "#",
            "#no",
            "## a ##",
            "## C#",
            "## a # #",
            "##\ttab\t",
            "## \xa0x",
        ),
        *("text", "- item", "- ## in a list", "-", "  ", "    code", "\t## code", "> said", "> ## said", "1. a", ""),
        *("  ## indented", "=", "---", "***", "<!--", "-->", "<div>", "```", "~~~", "* a\n  b", "\\", "`a", "a | b"),
        *('[a]: /b "c', "[a]:", "[a](b.md)", "</div>"),
    ]
)


def titles(text: str) -> list[str]:
    return [section.title for section in body_of(text, 1).sections]


@given(st.lists(LINES, max_size=9).map("\n".join))
def test_headings_are_those_of_commonmark(text: str) -> None:
    tokens = MarkdownIt("commonmark").parse(text)
    found = [
        (tokens[number + 1].content.strip(), token.tag, 1 + (token.map or [0])[0])
        for number, token in enumerate(tokens)
        if token.type == "heading_open" and token.level == 0
    ]
    body = body_of(text, 1)
    assert [(section.title, section.span.line) for section in body.sections] == [
        (title, line) for title, tag, line in found if tag == "h2"
    ]
    assert [(title, span.line) for title, span in body.other_headings] == [
        (title, line) for title, tag, line in found if tag != "h2"
    ]


@given(st.lists(LINES, max_size=9).map("\n".join))
def test_no_code_is_searched_and_lines_count_as_in_the_file(text: str) -> None:
    lines = text.split("\n")
    tokens = MarkdownIt("commonmark").parse(text)
    blocks = [token.map or [0, 0] for token in tokens if token.type in ("fence", "code_block")]
    code = {number + 1 for start, end in blocks for number in range(start, end)}
    for section in body_of(text, 1).sections:
        for number, prose in enumerate(section.prose.split("\n") if section.prose else (), start=section.line):
            # A comment leaves blanks in its place, and a code block an empty line.
            written = lines[number - 1] if number <= len(lines) else ""
            assert all(sign in (" ", other) for sign, other in zip(prose, written, strict=False))
            assert len(prose) == (0 if number in code else len(written))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("## Impact\n\n```\n## No\n```\n\n## Lessons\n", ["Impact", "Lessons"]),
        ("## Impact\n\n~~~\n## No\n", ["Impact"]),
        ("<!--\n## No\n-->\n## Impact\n", ["Impact"]),
        ("Impact\n------\n", ["Impact"]),
        ("    ## No\n", []),
        ("- ## No\n", []),
        ("> ## No\n", []),
        ("# No\n### No\n", []),
        ("##No\n", []),
        ("## Impact ##\r\n\r\nx\r\n", ["Impact"]),
        ("", []),
    ],
)
def test_a_section_begins_at_a_heading_of_the_second_level(text: str, found: list[str]) -> None:
    assert titles(text) == found


def test_a_section_ends_at_the_next_heading_of_the_first_or_second_level() -> None:
    impact, lessons = body_of("before\n## Impact\na\n### Part\nb\n# Title\nc\n## Lessons\nd\n", 10).sections
    assert (impact.span, impact.line, impact.prose) == (Span(11, 1, 11, 10), 12, "a\n### Part\nb")
    assert (lessons.line, lessons.prose) == (18, "d\n")


@pytest.mark.parametrize(
    ("text", "prose", "has_code"),
    [
        ("a <!-- b\nc --> d\n", "a       \n      d\n", False),
        ("a <!-- b\nc\n", "a       \n \n", False),
        ("```\nTODO\n```\n", "\n\n\n", True),
        ("a\n\n    TODO\n", "a\n\n\n", True),
    ],
)
def test_comments_and_code_are_no_prose(text: str, prose: str, has_code: bool) -> None:  # noqa: FBT001 - one of a table
    # The rule beneath sends the text through the parser, as a fence does.
    (section,) = body_of(f"***\n\n---\n\n## Impact\n{text}", 1).sections
    assert (section.prose, section.has_code) == (prose, has_code)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[a](b.md)", [("b.md", 1, 5, 9)]),
        ('x\n\n- y\n- see [a](<b c.md>) and\n  ![d](e.png "t")', [("b%20c.md", 4, 12, 18), ("e.png", 5, 8, 13)]),
        ("[![a](b.png)](c.md)", [("c.md", 1, 15, 19), ("b.png", 1, 7, 12)]),
        ("[a](b.md) [c](d.md) [e](b.md)", [("b.md", 1, 5, 9), ("d.md", 1, 15, 19), ("b.md", 1, 25, 29)]),
        ("see [a] and [b][a]\n\n[a]: c.md", [("c.md", 3, 6, 10), ("c.md", 3, 6, 10)]),
        ("[a](#b) [c](?d) [e](/f)", [("#b", 1, 5, 7), ("?d", 1, 13, 15), ("/f", 1, 21, 23)]),
        ("| a |\n|---|\n| [a](b.md) |", [("b.md", 3, 7, 11)]),
        ("[a](b(1).md)", [("b(1).md", 1, 5, 12)]),
        ("[a](b&amp;c.md)", [("b&c.md", 1, 5, 15)]),
        ("\r\n[a](b.md)\r\n", [("b.md", 2, 5, 9)]),
        ("[a](http://b.example/c.md) [d](mailto:e@f.example) [g](//h.example/i) <https://j.example>", []),
        ("`[a](b.md)` \\[a](b.md)\n\n    [a](b.md)\n\n```\n[a](b.md)\n```\n", []),
        ("[a](javascript:b) [c](data:d)", []),
        ("<!-- [a](b.md) -->\n", []),
        ("[a](//[b)", []),
    ],
)
def test_links_that_stay_within_the_repository_are_found_where_they_stand(
    text: str, found: list[tuple[str, int, int, int]]
) -> None:
    told = [(link.target, link.span.line, link.span.column, link.span.end_column) for link in links(text, 1)]
    assert told == found


def test_of_a_link_that_is_not_found_again_the_block_is_shown() -> None:
    # The sign of the quotation stands between the brackets and the target.
    (link,) = links("x\n\n> [a](\n> b.md)", 1)
    assert (link.target, link.span) == ("b.md", Span(3, 1, 3, 7))


def test_an_image_is_told_from_a_link() -> None:
    assert [link.is_image for link in links("![a](b.png) [c](d.md)", 1)] == [True, False]


WORDS = st.sampled_from(
    [
        "[a](",
        "b.md",
        "<b c>",
        ")",
        "![",
        "](c.png)",
        "[d]: e.md\n",
        "[d]",
        "\n",
        "\n\n",
        "`",
        "> ",
        "- ",
        "https://f.g",
        "(",
        "\\",
    ]
)


@given(st.lists(WORDS, max_size=12).map("".join))
def test_links_are_those_of_commonmark(text: str) -> None:
    found = []
    for block in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text):
        for token in block.children or ():
            target = token.attrs.get("href", token.attrs.get("src"))
            if target is not None and not (urlsplit(str(target)).scheme or urlsplit(str(target)).netloc):
                found.append(target)
    told = links(text, 1)
    assert [link.target for link in told] == found
    lines = text.split("\n")
    for link in told:
        assert 1 <= link.span.line <= len(lines)
        assert link.span.end_column <= max(len(lines[link.span.line - 1]), link.span.column) + 1


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("## Root cause\n", "root-cause"),
        ("### What `a_b` did, twice!\n", "what-a_b-did-twice"),
        ("## A\n\n## A\n", "a-1"),
        ("## Größe\n", "größe"),
        ('<a id="here"></a>\n', "here"),
    ],
)
def test_headings_have_the_names_that_a_forge_gives_them(text: str, name: str) -> None:
    assert name in anchors(text)
