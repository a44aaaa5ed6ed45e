"""Markdown of a record -> HTML that is safe on any page: the only way from prose to a page (threats T1)."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from markdown_it.renderer import RendererHTML
    from markdown_it.token import Token
    from markdown_it.utils import EnvType, OptionsDict

LINK_SCHEMES = frozenset({"http", "https", "mailto"})
LINK_REL = "nofollow noopener ugc"
_DEEPEST_HEADING = 6
_TAGS = {
    *("p", "br", "hr", "blockquote", "pre", "code", "em", "strong", "s", "a", "ul", "ol", "li"),
    *("h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}
# Control characters but line feed and tab, marks that turn the direction of text, lone surrogates, and what XML
# forbids: none of them is text that a reader should see (threats T3, R6).
_UNSHOWN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff\ufffe\uffff]"
)
# What Markdown leaves as it is; most entries of a timeline are such a line, and need no parser.
_PLAIN = re.compile(r"[A-Za-z(\"'][^\\`*_\[\]<>~|&\n]*")
# Paragraphs of several such lines. None of these can begin anything else, and none ends in a break that says something.
_LINE = r"[A-Za-z(\"'](?:[^\\`*_\[\]<>~|&\s\xa0]| (?=[^ \n]))*"
_PARAGRAPHS = re.compile(rf"{_LINE}(?:\n\n?{_LINE})*")
# A path from page to page, as `pages` makes them. All other relative links have gone before the sanitiser runs.
_IN_SITE = re.compile(r"(?:\.\./)*(?:[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)*/?)?")


def nowhere(_: str) -> None:
    """No relative link leads to a page."""


def render(text: str, *, page_of: Callable[[str], str | None] = nowhere, heading: int = 3) -> Markup:
    """The HTML of a text, in one line.

    Raw HTML is shown as text, images become their description, and a link stays only when it leads to the web, to a
    mailbox, or to a page of this site.

    Args:
        text: Markdown as a record holds it.
        page_of: The page to which a relative link leads, as a link from the page that is being written; None when the
            site has no such page.
        heading: The level of the highest heading in the text, so that the outline of the page stays right.
    """
    text = shown(text).strip()
    if _PLAIN.fullmatch(text):
        return Markup(f"<p>{escape(text)}</p>")  # noqa: S704 - escaped
    if _PARAGRAPHS.fullmatch(text):
        return _paragraphs(text)
    tokens = _parser().parse(text)
    _lower_headings(tokens, heading)
    for token in tokens:
        if token.children:
            token.children = list(_kept(token.children, page_of))
    html = _cleaner().clean(_parser().renderer.render(tokens, _parser().options, {}))
    # The sanitiser lets no attribute of a table through, so the bare tag is always ours. A wide table scrolls in its
    # own box, which the keyboard has to reach.
    html = html.replace("<table>", '<div class="hw-scroll" role="region" aria-label="Table" tabindex="0"><table>')
    html = html.replace("</table>", "</table></div>").strip()
    # Between tags a line break is a blank; what is left of them is in code, where the reference keeps it.
    return Markup(html.replace(">\n<", "> <").replace("\n", "&#10;"))  # noqa: S704 - from the sanitiser


def _paragraphs(text: str) -> Markup:
    """What parser and sanitiser make of plain paragraphs. They leave quotes as they are."""
    html = str(escape(text)).replace("&#34;", '"').replace("&#39;", "'")
    html = html.replace("\n\n", "</p> <p>").replace("\n", " ")
    return Markup(f"<p>{html}</p>")  # noqa: S704 - escaped, but for quotes


def shown(text: str) -> str:
    """The text without characters that no reader should meet."""
    if text.isascii() and text.isprintable():
        return text  # most of it, and far quicker
    return _UNSHOWN.sub("", text)


def is_web_link(url: str) -> bool:
    """The text is a URL of the web that a page may link to."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    # Before an `@` would stand another name than that of the host to which it leads.
    to_a_host = parts.scheme in ("http", "https") and bool(parts.netloc) and "@" not in parts.netloc
    return to_a_host and not _UNSHOWN.search(url) and "\\" not in url


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.add_render_rule("image", _description)
    parser.add_render_rule("softbreak", _blank)
    return parser


def _description(_: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType) -> str:
    """An image as its description: a page fetches nothing from elsewhere, and records hold no pictures."""
    del options, env
    return str(escape(tokens[at].content))


def _blank(_: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType) -> str:
    """A line break of the file, which says nothing."""
    del tokens, at, options, env
    return " "


@cache
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=_TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes=LINK_SCHEMES,
        url_relative=lambda url: url if _IN_SITE.fullmatch(url) else None,
        link_rel=LINK_REL,
    )


def _lower_headings(tokens: Iterable[Token], heading: int) -> None:
    """Let headings start at a level and go down by one at a time."""
    above: list[int] = []
    for token in tokens:
        if token.type == "heading_open":
            written = int(token.tag[1:])
            while above and above[-1] >= written:
                above.pop()
            above.append(written)
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(heading + len(above) - 1, _DEEPEST_HEADING)}"


def _kept(tokens: Iterable[Token], page_of: Callable[[str], str | None]) -> Iterable[Token]:
    """The parts of a paragraph; of a link that leads nowhere only its text."""
    closes_kept = True
    for token in tokens:
        if token.type == "link_open":
            link = _link(str(token.attrs.get("href", "")), page_of)
            closes_kept = link is not None
            if link is None:
                continue
            token.attrs = {"href": link}
        elif token.type == "link_close" and not closes_kept:
            continue
        yield token


def _link(url: str, page_of: Callable[[str], str | None]) -> str | None:
    if is_web_link(url) or url.startswith("mailto:"):
        return url
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return None if parts.scheme or parts.netloc or not parts.path else page_of(parts.path)
