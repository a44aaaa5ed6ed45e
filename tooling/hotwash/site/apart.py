"""Markdown of a record as files carry it that are read apart from the site.

It stays Markdown. A page shows a link only where it leads to the web, to a mailbox or to another public incident; so a
link that counts from the folder of the record leads to the page of that incident here, or nowhere (threats V1).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from markdown_it.helpers import parseLinkDestination

from hotwash.site.prose import shown

if TYPE_CHECKING:
    from collections.abc import Callable

# What stands before what a line of a quotation or a list says.
_QUOTED = r"(?:[ \t]*(?:>|[*+-][ \t]|[0-9]+[.)][ \t]))*[ \t]*"
# What comes before the target of a link: `](../x)` but not `\](../x)`, and `[x]: ../x` at the beginning of a line.
_OPENING = re.compile(
    rf"(?:(?<!\\)(?:\\\\)*(?P<inline>\]\()|^{_QUOTED}\[(?:[^\[\]\\]|\\.)+\]:)[ \t]*(?:\n{_QUOTED})?",
    re.MULTILINE | re.DOTALL,
)
# How they go on after it, which tells `f[0](1` and `[Note]: see below` from links.
_CLOSES = re.compile(r"\s*[)\"'(]")
_ENDS = re.compile(r"[ \t]*(?:[\"'(]|$)", re.MULTILINE)


def read_apart(text: str, page_of: Callable[[str], str | None]) -> str:
    """The Markdown of a text, for a file that may be read anywhere.

    Args:
        text: Markdown as a record holds it.
        page_of: The link to the page to which a relative link leads; None when the site has no such page.
    """
    text = shown(text)
    if "](" not in text and "]:" not in text:
        return text
    made, done = "", 0
    for opening in _OPENING.finditer(text):
        start = opening.end()
        target = parseLinkDestination(text, start, len(text))
        path = _relative_path(target.str) if target.ok and start >= done else None
        goes_on = _CLOSES if opening["inline"] else _ENDS
        if path is not None and ("/" in path or goes_on.match(text, target.pos)):
            # A target that is only left out would let what follows it take its place.
            none = "" if text.startswith(")", target.pos) else "<>"
            made += text[done:start] + (page_of(path) or none)
            done = target.pos
    return made + text[done:]


def _relative_path(target: str) -> str | None:
    """The path of a link that counts from the folder of the record; None of any other."""
    try:
        parts = urlsplit(target)
    except ValueError:
        return None
    return None if parts.scheme or parts.netloc or not parts.path else parts.path
