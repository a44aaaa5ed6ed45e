"""What GitHub would act upon in Markdown, read with a parser of its own; independent of the code under test."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
# The autolink extension of GFM 6.9, as cmark-gfm has it: to the next blank or `<`, less trailing punctuation.
_AUTOLINK = re.compile(r"(?i)(?:(?<=[\s*_~(])|^)(?:https?://|www\.)[a-z0-9-]+(?:\.[a-z0-9-]+)*[^\s<]*")
_MENTION = re.compile(r"@[A-Za-z0-9]")
_REFERENCE = re.compile(r"(?i)#\d|\bgh-\d")
_COMMIT = re.compile(r"(?i)(?<![0-9a-z])[0-9a-f]{7,40}(?![0-9a-z])")
_THREAD_LINK = re.compile(r"(?i)//(?!redirect\.)[^/]*/[^/]+/[^/]+/(?:issues|pulls?|commits?|discussions)/")
_TASK = re.compile(r"\[[\sxX]\](?:\s|$)")


def acts(markdown: str) -> Iterator[tuple[str, str]]:
    """What GitHub would act upon in a body, as (what, where)."""
    tokens = MARKDOWN.parse(markdown)
    for outer, _, inline in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if outer.type == "list_item_open" and _TASK.match(inline.content):
            yield "checkbox", inline.content
    for token in tokens:
        if token.type == "html_block":
            yield "html", token.content
        yield from _inline(token.children or [])


def _inline(children: list[Token]) -> Iterator[tuple[str, str]]:
    in_link = 0
    run = ""
    for child in [*children, None]:
        # Text nodes side by side are one text to what GitHub runs over the finished page.
        if child is not None and child.type in ("text", "text_special"):
            run += "" if in_link else child.content
            continue
        yield from _text(run)
        run = ""
        if child is None:
            return
        match child.type:
            case "link_open":
                in_link += 1
                if _THREAD_LINK.search(str(child.attrs["href"])):
                    yield "link", str(child.attrs["href"])
            case "link_close":
                in_link -= 1
            case "image" | "html_inline":
                yield child.type, child.content
            case _:
                pass


def _text(text: str) -> Iterator[tuple[str, str]]:
    rest = ""
    end = 0
    for link in _AUTOLINK.finditer(text):
        shown = link[0].rstrip("?!.,:*_~'\"")
        while shown.endswith(")") and shown.count(")") > shown.count("("):
            shown = shown[:-1].rstrip("?!.,:*_~'\"")
        if _THREAD_LINK.search(f"{shown}/") or shown.lower().startswith("www."):
            yield "link", shown
        rest += text[end : link.start()] + " "
        end = link.start() + len(shown)
    rest += text[end:]
    for name, pattern in (("mention", _MENTION), ("reference", _REFERENCE), ("commit", _COMMIT)):
        if found := pattern.search(rest):
            yield name, found[0]
