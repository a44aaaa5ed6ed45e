"""What counts as said: not the blank of a help line, nor words that stand where a reason is still to be written.

Source: guide 1 and 7.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

# What the help lines leave blank. It counts as nothing, so that no pasted line passes unread.
BLANK = '"..."'
LEAST = 10  # characters of a reason
_WIDE = "FW"
_WORDS = re.compile(r"[^\W_]+")
# What stands where something is still to be written, in any mix and order.
_EMPTY_WORDS = frozenset(
    (
        *("todo", "tbd", "tba", "tbc", "fixme", "xxx", "later", "placeholder", "blank", "empty", "reason", "why"),
        *("none", "nothing", "nil", "null", "na", "n", "a", "not", "applicable", "unknown", "unclear", "no", "idea"),
        *("yes", "ok", "okay", "test", "lorem", "ipsum"),
    )
)
# A reason that begins so is one that somebody meant to write.
_TO_BE_WRITTEN = re.compile(r"\W*(?:todo|tbd|tba|fixme)\b", re.IGNORECASE)
# The words of our own texts, for whoever copies them as they stand.
_OUR_WORDS = frozenset(
    (
        "where you looked",
        "what you searched for",
        "which options were looked at",
        "what was looked at",
        "someone looked and there is none",
        "looked there is none",
        "your reason here",
    )
)
Fault = Literal["blank", "placeholder", "short"]


def is_blank(text: str | None) -> bool:
    """Nothing was written, or only the blank of a help line."""
    return text is None or not text.strip(" .…\n\t")


def is_nothing(text: str | None) -> bool:
    """Nothing was written, or a placeholder such as TODO or n/a; on less than a sentence somebody may well mean it."""
    return text is None or fault_of(text) in ("blank", "placeholder")


def fault_of(reason: str) -> Fault | None:
    """What is wrong with a reason; None when it says something.

    A sign of a script that needs no more than one for a syllable or a word counts as two.
    """
    words = [word.casefold() for word in _WORDS.findall(reason)]
    if is_blank(reason):
        return "blank"
    if (
        not any(sign.isalpha() for sign in reason)
        or len({sign for word in words for sign in word}) == 1
        or _TO_BE_WRITTEN.match(reason)
        or _EMPTY_WORDS.issuperset(words)
        or " ".join(words) in _OUR_WORDS
    ):
        return "placeholder"
    text = " ".join(reason.split())
    if text.isascii():
        length = len(text)
    else:
        length = sum(2 if unicodedata.east_asian_width(sign) in _WIDE else 1 for sign in text)
    return "short" if length < LEAST else None
