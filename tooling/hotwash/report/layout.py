"""Lines of 80 columns for a terminal, and what colours them."""

from __future__ import annotations

import unicodedata

from hotwash.diagnostics import visible
from hotwash.report.reading import one_line

WIDTH = 80
# The bright red and blue: the plain ones are hard to read on black.
_SGR = {"error": "1;91", "warning": "1;33", "next": "1;36", "help": "32", "frame": "94", "head": "1", "dim": "2"}


class Paint:
    """Colour, or none."""

    def __init__(self, *, color: bool) -> None:
        self.color = color

    def __call__(self, style: str, text: str) -> str:
        """A text in the colour of a style; as it is where there is no colour."""
        return f"\x1b[{_SGR[style]}m{text}\x1b[0m" if self.color and text else text


def wrapped(text: str, indent: str, width: int = WIDTH) -> list[str]:
    """Lines of at most so many columns; a word that is longer stays whole."""
    first, *words = visible(one_line(text)).split(" ")
    lines = [indent + first]
    for word in words:
        if columns(lines[-1]) + 1 + columns(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(f"{indent}  {word}")
    return lines


def fitting(text: str, room: int) -> str:
    """As much of a text, from its start, as so many columns take."""
    taken = 0
    for end, sign in enumerate(text):
        taken += columns(sign)
        if taken > room:
            return text[:end]
    return text


def columns(text: str) -> int:
    """How many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(sign) in "WF" for sign in text)
    return len(text) + wide - sum(unicodedata.combining(sign) != 0 for sign in text)
