"""What Markdown would make of the texts of a record: raw HTML, and links that lead elsewhere than to the web."""

from __future__ import annotations

import html
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from hotwash.records.passages import passages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it import MarkdownIt

    from hotwash.records.document import Document
    from hotwash.records.passages import Passage

SAFE = frozenset({"http", "https", "mailto"})
# A value there is a link and nothing else; the other keys may also hold a version, a commit, a path.
_LINKS = frozenset({"url", "pull_request", "references"})
_MAYBE_LINKS = frozenset({"ref", "runbook", "documented_in", "repository"})
# Schemes that are no links of the web, where `checkout-api:v413` is none either.
_KNOWN = frozenset(
    {"javascript", "vbscript", "data", "file", "blob", "about", "ftp", "sftp", "ssh", "git", "ws", "wss", "tel", "sms"}
    | {"chrome", "vscode", "slack", "view-source", "jar", "livescript", "mocha", "res", "resource", "filesystem"}
)

_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9-]*)(?=[\s/>])[^<>]{0,2000}>|<!--.*?(?:-->|\Z)", re.DOTALL)
_WITH_ATTRIBUTE = re.compile(r"</|<[A-Za-z][A-Za-z0-9-]*\s[^<>]*=")
# Nobody means anything else by these, even without an attribute or an end.
# fmt: off
_ALWAYS = frozenset({
    "a", "abbr", "audio", "b", "big", "blockquote", "br", "center", "dd", "del", "details", "div", "dl", "dt",
    "em", "embed", "figure", "font", "form", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "iframe", "img",
    "ins", "kbd", "li", "mark", "noscript", "ol", "p", "pre", "q", "ruby", "s", "samp", "script", "small",
    "span", "strike", "strong", "style", "sub", "summary", "sup", "svg", "table", "tbody", "td", "tfoot", "th",
    "thead", "tr", "tt", "u", "ul", "video", "wbr",
})
# Words too: `<address>` and `<main>` may be blanks to be filled in.
_SOMETIMES = frozenset({
    "address", "area", "article", "aside", "base", "body", "button", "canvas", "caption", "cite", "code", "col",
    "data", "dialog", "fieldset", "figcaption", "footer", "head", "header", "html", "input", "label", "legend",
    "link", "main", "map", "math", "menu", "meta", "meter", "nav", "object", "option", "output", "param",
    "picture", "progress", "section", "select", "slot", "source", "template", "textarea", "time", "title",
    "track", "var",
})
# fmt: on


def raw_html(passage: Passage) -> Iterator[tuple[int, int, str]]:
    """Tags and comments of HTML in a text, outside code: start and end in the file, and as written."""
    if not any(_is_html(found) for found in _TAG.finditer(passage.text)):
        return
    opened = {found[1].lower() for found in _TAG.finditer(passage.text) if found[1] and found[0][1] != "/"}
    at = 0
    for token in _inline_tokens(passage.text):
        if token.type in ("html_block", "html_inline"):
            for found in _TAG.finditer(token.content):
                # An end is said with its beginning.
                if _is_html(found) and not (found[0][1] == "/" and found[1].lower() in opened):
                    written = found[0]
                    start, at = _place(passage, written, at)
                    yield start, start + len(written), written
        elif token.type in ("code_inline", "fence", "code_block"):
            # What it holds is passed over, so that a tag after it is not taken for the one in it.
            found_at = passage.written.find(token.content.split("\n", 1)[0], at) if token.content else -1
            at = found_at + len(token.content.split("\n", 1)[0]) if found_at >= 0 else at


def _is_html(found: re.Match[str]) -> bool:
    name = (found[1] or "").lower()
    return not name or name in _ALWAYS or (name in _SOMETIMES and _WITH_ATTRIBUTE.match(found[0]) is not None)


def _place(passage: Passage, written: str, after: int) -> tuple[int, int]:
    """Where a piece of a text stands in the file, and where to look for the next; at the text where it is folded."""
    at = passage.written.find(written, after)
    if at < 0:
        return passage.start, after
    return passage.start + at, at + len(written)


def _inline_tokens(text: str) -> Iterator[Any]:
    for token in _parser().parse(text):
        if token.type == "inline":
            yield from token.children or ()
        else:
            yield token


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt  # noqa: PLC0415 - most records need none

    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    # What the parser would not take for a link is what is looked for.
    parser.validateLink = _any_link  # type: ignore[method-assign]
    parser.normalizeLink = _as_it_is  # type: ignore[method-assign]
    return parser


def _any_link(url: str) -> bool:
    return isinstance(url, str)


def _as_it_is(url: str) -> str:
    return url


# What every unsafe link holds: a colon that no blank, digit or second slash follows, or slashes that are not those of
# the web; or it is written otherwise. Who did something is written with a colon too. Each begins with what the engine
# looks for fast.
_COLON = re.compile(r":(?![\s\d]|//)(?<! system:)(?<! role:)(?<! org:)(?<! party:)")
_SLASHES = re.compile(r"//(?<!http://)(?<!https://)")


def _may_be_unsafe(text: str) -> bool:
    return "\\" in text or "&" in text or bool(_COLON.search(text) or _SLASHES.search(text))


_DESTINATION = re.compile(
    r"\]\(\s*(?:<([^<>\n]{1,2000})>|([^\s<>()]{1,2000}))"
    r"|^[ \t>*+-]{0,40}\[[^\]\n]{1,300}\]:[ \t]*\n?[ \t]*(?:<([^<>\n]{1,2000})>|(\S{1,2000}))"
    r"|<([A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]{0,2000})>",
    re.MULTILINE,
)
_UNSEEN = re.compile(r"[\x00-\x20\x7f-\xa0\xad\u200b-\u200f\u2028-\u202f\u2060-\u2064\ufeff]")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(.?)", re.DOTALL)
_BACKSLASH = re.compile(r"\\([!-/:-@\[-`{-~])")


def unsafe_links(document: Document) -> Iterator[tuple[int, int, str]]:
    """Links of a record that lead neither to the web, a mailbox nor a file: start, end, and the scheme or nothing."""
    if document.node is None and document.kind != "postmortem":
        return
    if not _may_be_unsafe(document.text):
        return
    for passage in passages(document):
        if passage.key in _LINKS or passage.key in _MAYBE_LINKS:
            scheme = unsafe_scheme(passage.text, only_known=passage.key in _MAYBE_LINKS)
            if scheme is not None:
                yield passage.start, passage.start + len(passage.written), scheme
        elif "]" in passage.text or "<" in passage.text:
            yield from _in_markdown(passage)


def unsafe_scheme(link: str, *, only_known: bool = False) -> str | None:
    """The scheme of a link that is not one of `SAFE`, as a browser sees it; empty for a bare host; None when safe.

    Args:
        link: As written.
        only_known: The text may be something else than a link, unless its scheme is known or followed by slashes.
    """
    plain = _UNSEEN.sub("", html.unescape(link))
    if plain.replace("\\", "/").startswith("//"):
        return ""
    found = _SCHEME.match(plain)
    if found is None:
        return None
    scheme, after = found[1].lower(), found[2]
    if scheme in SAFE or (after.isdigit() and scheme not in _KNOWN):  # `grafana.example:3000` is a host and a port
        return None
    if only_known and scheme not in _KNOWN and not plain[found.end(1) :].startswith("://"):
        return None
    return scheme


def _in_markdown(passage: Passage) -> Iterator[tuple[int, int, str]]:
    written = []
    for found in _DESTINATION.finditer(passage.text):
        group = next(number for number in range(1, 6) if found[number] is not None)
        target = html.unescape(_BACKSLASH.sub(r"\1", found[group]))
        # `<image:tag>` is more often a blank to be filled in than a link.
        scheme = unsafe_scheme(target, only_known=found[5] is not None)
        if scheme is not None:
            written.append((found[group], target, scheme))
    if not written:
        return
    # The parser alone knows what stands in code.
    env: dict[str, Any] = {}
    led = {str(token.attrs.get("href") or token.attrs.get("src")) for token in _links(passage.text, env)}
    led |= {str(reference["href"]) for reference in env.get("references", {}).values()}
    at = 0
    for piece, target, scheme in written:
        if any(url.startswith(target) for url in led):  # brackets may go on in a target
            start, at = _place(passage, piece, at)
            yield start, start + len(piece), scheme


def _links(text: str, env: dict[str, Any]) -> Iterator[Any]:
    for token in _parser().parse(text, env):
        for child in token.children or ():
            if child.type in ("link_open", "image"):
                yield child
            for inner in child.children or ():
                if inner.type in ("link_open", "image"):
                    yield inner
