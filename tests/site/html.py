"""A page as a browser would take it apart: what could run, what could be fetched, what could be followed."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

from typing_extensions import override

VOID = {"br", "hr", "img", "input", "link", "meta", "col", "area", "base", "embed", "source", "track", "wbr"}
FETCHED = {"src", "srcset", "poster", "data", "background", "formaction", "action", "ping", "manifest"}


@dataclass
class Page:
    """Elements, attributes and text of a page.

    Attributes:
        tags: The names of all elements.
        classes: All class names.
        handlers: Attributes that run script.
        links: All `href`.
        metas: What the head says of the page: name and content.
        fetched: All URLs that a browser would fetch or post to by itself or by a click on a control.
        text: The text of everything but scripts and styles, with blanks folded.
        unclosed: Elements that were closed in another order than opened.
    """

    tags: list[str] = field(default_factory=list)
    classes: set[str] = field(default_factory=set)
    handlers: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    rels: list[tuple[str, str]] = field(default_factory=list)
    metas: list[tuple[str, str]] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    text: str = ""
    title: str = ""
    unclosed: list[str] = field(default_factory=list)


def read(html: str) -> Page:
    """A page, taken apart."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.page.text = " ".join("".join(reader.texts).split())
    reader.page.unclosed += reader.open
    return reader.page


def article(html: str) -> str:
    """The part of a page of Material that is ours."""
    start = html.index("<article")
    return html[start : html.index("</article>", start)] + "</article>"


def leads_astray(url: str) -> bool:
    """A link that is neither of the web, nor of a mailbox, nor of this site, or that names one host and leads to another."""
    parts = urlsplit(url)
    if parts.scheme:
        return parts.scheme not in ("http", "https", "mailto") or "@" in parts.netloc
    return url.startswith(("//", "\\", "/\\"))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self.texts: list[str] = []
        self.open: list[str] = []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        page, found = self.page, {name: value or "" for name, value in attrs}
        page.tags.append(tag)
        page.classes |= set(found.get("class", "").split())
        page.handlers += [f"{tag} {name}" for name in found if name.startswith("on") or name == "style"]
        page.fetched += [value for name, value in found.items() if name in FETCHED]
        if "href" in found:
            page.links.append(found["href"])
            page.rels.append((found["href"], found.get("rel", "")))
        if tag == "meta" and "content" in found:
            page.metas.append((found.get("property") or found.get("name", ""), found["content"]))
        if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            page.headings.append(int(tag[1]))
        if tag not in VOID:
            self.open.append(tag)

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.page.unclosed.append(tag)

    @override
    def handle_data(self, data: str) -> None:
        if self.open[-2:] == ["head", "title"]:
            self.page.title += data
        if not self.open or self.open[-1] not in ("script", "style"):
            self.texts.append(data)
