"""A page -> the same without its finished HTML, and with it again.

Most of a page is HTML that is finished before mkdocs sees it: Markdown and the search only walk through every tag of it,
which takes longer than all else about a page. So each line that is a block stays outside while Markdown is read, and
what the search leaves out is taken out again while that looks.
"""

from __future__ import annotations

import re
from html import unescape
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from hotwash.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Sequence

# Blocks are lines of their own, see `page`. In a code block of the rule reference no line starts so.
_BLOCK = re.compile(r'^<div class="hw[ "].*$', re.MULTILINE)
# Sections are used for nothing else, and so never within each other.
_UNSEARCHED = re.compile(r"(?<= data-search-exclude>).*?(?=</section>)")
_PLACE = re.compile(r'<div data-hw-place="(\d+)"></div>')
# From one heading of the contents to the next, as Markdown makes them.
_SECTION = re.compile(r"^(<h[1-6]) (id=.*?)(?=^<h[1-6] id=|\Z)", re.MULTILINE | re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")
# Of sections Material leaves out those whose heading says so. It removes that, if it has a value.
_LEFT_OUT = ' data-search-exclude="true" '
_ANCHOR = re.compile(r'<[a-z][^<>]*? id="([^"]*)"')


class Parted(NamedTuple):
    """A text, and what was taken out of it, in the order of the places that hold for it."""

    text: str
    taken: tuple[str, ...]


def without_blocks(markdown: str) -> Parted:
    """The Markdown of a page of ours, each finished block in it a place."""
    return _parted(_BLOCK, markdown)


def without_unsearched(html: str) -> Parted:
    """HTML of ours, all that the search leaves out in it a place; nor does it find a heading with nothing else below."""
    text, taken = _parted(_UNSEARCHED, html)
    return Parted(_SECTION.sub(_found, text), taken)


def anchors(blocks: Sequence[str]) -> set[str]:
    """What links to a page may name of its blocks."""
    return {unescape(id_) for block in blocks for id_ in _ANCHOR.findall(block)}


def put_back(parted: Parted) -> str:
    """The text with all that was taken out.

    Raises:
        ConfigurationError: Something has taken a place away, or moved it.
    """
    pieces = _PLACE.split(parted.text)
    if pieces[1::2] != [str(number) for number in range(len(parted.taken))]:
        raise ConfigurationError(
            "a part of the page has no place in it anymore",
            hint="another plugin or extension of Markdown rewrites HTML: leave it out, or the pages of incidents from it",
        )
    pieces[1::2] = parted.taken
    return "".join(pieces)


def _found(section: re.Match[str]) -> str:
    _, _, below = section[0].partition("\n")
    return section[0] if _TAG.sub("", below).strip() else section[1] + _LEFT_OUT + section[2]


def _parted(pattern: re.Pattern[str], text: str) -> Parted:
    numbers = count()
    taken = pattern.findall(text)
    return Parted(pattern.sub(lambda _: f'<div data-hw-place="{next(numbers)}"></div>', text), tuple(taken))
