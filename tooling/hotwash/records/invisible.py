"""Characters that a reader does not see, or that turn the text around them (threats R6)."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Cf but for marks that stand above numbers and are seen; Co; blanks that are letters; joiners and selectors, which
# `_belongs` may let pass; what Unicode keeps for more of the same. Control characters and what cannot be UTF-8 make a
# file unreadable before anybody asks here, and so do line separators and the byte order mark.
SUSPECT = re.compile(
    "[\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\uffa0\ufff0-\ufffb\ue000-\uf8ff\U00013430-\U0001343f\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff\U000f0000-\U000ffffd\U00100000-\U0010fffd]"
)
_TURNS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_JOINERS = "\u200c\u200d"
# Scripts in which a joiner changes the form of a letter: Arabic and Persian, Syriac, N'Ko, those of India, Tibet,
# Myanmar, Khmer, Mongolian, Java and Bali.
_JOINS = re.compile(
    "[\u0620-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u17ff\u1820-\u18aa\u1900-\u1cff\ua840-\ua87f\ua880-\uabff"
    "\ufb50-\ufdff\ufe70-\ufefc\U00010a00-\U00010aff\U00011000-\U000114ff]"
)
_MODIFIERS = re.compile("[\U0001f3fb-\U0001f3ff]")
_KEYCAPS = frozenset("#*0123456789")
_OTHER_EMOJI = frozenset("\u203c\u2049\u2139\u3030\u303d\u3297\u3299")
_HAN = re.compile("[\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
# The flags of England, Scotland and Wales: a black flag, the name of the country in tags, and their end.
_FLAG = re.compile(
    "\U0001f3f4\U000e0067\U000e0062(?:\U000e0065\U000e006e\U000e0067|\U000e0073\U000e0063\U000e0074"
    "|\U000e0077\U000e006c\U000e0073)\U000e007f"
)
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|\r?\n[ \t]*|.)|[^\\]+", re.DOTALL)


def invisible(text: str) -> Iterator[int]:
    """The places in a text of characters that hide or turn it.

    Joiners inside emoji and in scripts that need them are let pass, and so are selectors after what they select.
    """
    if text.isascii():
        return
    flags = [range(found.start(), found.end()) for found in _FLAG.finditer(text)] if "\U0001f3f4" in text else []
    for found in SUSPECT.finditer(text):
        at = found.start()
        if not _belongs(text, at) and not any(at in flag for flag in flags):
            yield at


def _is_symbol(sign: str) -> bool:
    """What may be shown as a picture."""
    return unicodedata.category(sign) in ("So", "Sm") or sign in _OTHER_EMOJI


def _belongs(text: str, at: int) -> bool:
    sign, before = text[at], text[at - 1] if at else ""
    if not before:
        return False
    if sign in _JOINERS and _JOINS.match(before) and unicodedata.category(before)[0] in "LM":
        return True
    if sign == "\u200d":
        after = text[at + 1] if at + 1 < len(text) else ""
        base = text[at - 2] if before == "\ufe0f" and at > 1 else before
        return bool(after) and _is_symbol(after) and (_is_symbol(base) or _MODIFIERS.match(base) is not None)
    if sign in "\ufe0e\ufe0f":
        return before in _KEYCAPS if before.isascii() else _is_symbol(before)
    if "\ufe00" <= sign <= "\ufe02" or "\U000e0100" <= sign <= "\U000e01ef":
        return _HAN.match(before) is not None or (sign == "\ufe00" and unicodedata.category(before) == "Sm")
    return "\u180b" <= sign <= "\u180f" and "\u1820" <= before <= "\u18aa"


def unescaped(written: str) -> tuple[str, list[int]]:
    """The text of a scalar in double quotes as far as its escapes by number go, and where each sign of it was written.

    Args:
        written: The scalar as it stands in the file.
    """
    signs: list[str] = []
    places: list[int] = []
    for found in _ESCAPE.finditer(written):
        number = found[1] or found[2] or found[3]
        if number is None:
            signs.extend(found[0])
            places.extend(range(found.start(), found.end()))
        else:
            code = int(number, 16)
            signs.append(chr(code) if code <= 0x10FFFF else "?")  # noqa: PLR2004 - the last code point
            places.append(found.start())
    places.append(len(written))
    return "".join(signs), places


def what_it_does(sign: str) -> str:
    """A character that is not seen, in words for who has never heard of it."""
    if _TURNS.match(sign):
        return "turns the direction of what follows, so that a reader sees another text than a program"
    if "\ue000" <= sign <= "\uf8ff" or sign >= "\U000f0000":
        return "has no meaning of its own, and each font shows something else or nothing"
    if "\U000e0000" <= sign <= "\U000e007f":
        return "is never shown, and can carry a hidden text"
    if sign in "\u115f\u1160\u2800\u3164\uffa0":
        return "looks like a blank and is a sign, so that two words that look the same are not"
    return "is not shown, so that two words that look the same are not"


def name_of(sign: str) -> str:
    """A character by its number and, where it has one, its name: `U+202E right-to-left override`."""
    name = unicodedata.name(sign, "").lower()
    return f"U+{ord(sign):04X} {name}".rstrip()
