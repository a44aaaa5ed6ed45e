"""Text from records -> text in an issue that reads the same, shows what it hides, and does nothing (threats T4)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hotwash.neutral import neutralised
from hotwash.records.invisible import invisible

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST = 20_000  # characters; what is made visible is many times as long as it was
_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")


def said(text: str) -> str:
    """Text that may have several lines, without the blanks around it."""
    return neutralised(_shown(text.replace("\r\n", "\n").strip()))


def said_on_a_line(text: str) -> str:
    """The same on one line."""
    # No pattern: one that takes the blanks on both sides of a line end along is slow where there are many elsewhere.
    return said(" ".join(filter(None, map(str.strip, text.splitlines()))))


def quotation(text: str) -> str:
    """A text of several lines as a quotation: it ends every block that the text opens, so that nothing after it is lost."""
    return "\n".join(f"> {line}" for line in cut(said(text), _LONGEST).split("\n"))


def cut(text: str, limit: int) -> str:
    """The beginning of a text, with a sign that there is more."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _shown(text: str) -> str:
    """Text in which what is invisible, turns the text around it or steers a screen is written as an escape."""
    hidden = set(invisible(text))
    if not hidden and not _STEERING.search(text):
        return text
    return "".join(_signs(text, hidden))


def _signs(text: str, hidden: set[int]) -> Iterator[str]:
    for at, sign in enumerate(text):
        yield f"\\u{ord(sign):04x}" if at in hidden or _STEERING.match(sign) else sign
