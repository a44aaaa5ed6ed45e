"""How typed answers are read: short forms for people, plain values for records."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from hotwash.diagnostics import visible
from hotwash.facts.said import LEAST, fault_of, is_nothing
from hotwash.model.base import LINE_LIMIT, PROSE_LIMIT, WORDS_FOR_NOTHING
from hotwash.model.names import LOGIN_PATTERN, LOGIN_PLACEHOLDER, WHO_PATTERN

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from hotwash.edits.amendment import Plain
    from hotwash.edits.questions.question import Choice, Read

_NOTHING = re.compile(rf"({'|'.join(WORDS_FOR_NOTHING)}|n/a)\s*[:,-]\s*(.*)", re.IGNORECASE | re.DOTALL)
_BARE = re.compile(rf"({'|'.join(WORDS_FOR_NOTHING)}|n/a|no|-|\?)", re.IGNORECASE)
_HOW_MANY = re.compile(
    r"(?:about|around|ca\.?|some|~)?\s*(?P<number>\d{1,3}(?:[.,]\d{3})+(?![\d.,])|\d+(?:\.\d+)?)\s*(?P<unit>%|k\b|m\b)?[\s,:;-]*(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_UNCOUNTED = re.compile(r"(?:unknown|\?)[\s,:;-]*(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
_UNITS = {"k": 1_000, "m": 1_000_000}


# What a terminal colours its output with, and a copied line brings along.
_STEERING = re.compile(r"\x1b(?:\[[0-9;:?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")


def words(text: str) -> str:
    """Some words, in one line or in several; colours of a terminal are left out, and what is invisible is written out."""
    text = visible(_STEERING.sub("", text.replace("\r\n", "\n"))).strip()
    if text in ("", "-"):
        message = "nothing was written"
        raise ValueError(message)
    if len(text) > PROSE_LIMIT:
        message = (
            f"{len(text):,} characters; {PROSE_LIMIT:,} at most are kept: put a long text into a file in evidence/"
        )
        raise ValueError(message)
    return text


def said(text: str) -> str:
    """Some words that say something; what a first action rests on is not signed off with less."""
    text = words(text)
    if is_nothing(text):
        message = f"that says nothing: {text}"
        raise ValueError(message)
    return text


def one_line(text: str) -> str:
    """Some words in one line."""
    text = " ".join(words(text).split())
    if len(text) > LINE_LIMIT:
        message = f"{len(text):,} characters; a line has {LINE_LIMIT} at most"
        raise ValueError(message)
    return text


def title(text: str) -> str:
    """What is broken, for whom."""
    limit = 200
    text = one_line(text)
    if len(text) > limit:
        message = f"{len(text):,} characters; a title has {limit} at most"
        raise ValueError(message)
    return text


def reason(text: str) -> str:
    """Why: a sentence that says something."""
    text = words(text)
    match fault_of(text):
        case "short":
            message = f"say it in {LEAST} characters or more"
            raise ValueError(message)
        case "blank" | "placeholder":
            message = f"that says nothing: {text}"
            raise ValueError(message)
        case None:
            return text


def words_or_nothing(text: str) -> Plain:
    """Some words; or `none: why`, `unknown: why`, `not_applicable: why`."""
    text = words(text)
    if found := _NOTHING.fullmatch(text):
        word = found[1].lower()
        return {"not_applicable" if word == "n/a" else word: reason(found[2])}
    if _BARE.fullmatch(text):
        message = f"say why, too: {'none' if text in ('-', 'no') else 'unknown' if text == '?' else text}: …"
        raise ValueError(message)
    return text


def who(text: str) -> str:
    """A login, or role:…, system:…, org:…, party:…."""
    text = text.strip().removeprefix("@")
    if text == LOGIN_PLACEHOLDER or not re.fullmatch(WHO_PATTERN, text, re.ASCII):
        message = "not a name: write a login like alice"
        raise ValueError(message)
    return text


def login(text: str) -> str:
    """A person's login."""
    text = text.strip().removeprefix("@")
    if text in (LOGIN_PLACEHOLDER, "unknown") or not re.fullmatch(LOGIN_PATTERN, text, re.ASCII):
        message = "not a login: write it like alice, with a to z, digits and hyphens"
        raise ValueError(message)
    return text


def link(text: str) -> str:
    """An address, in one word."""
    text = words(text)
    if re.search(r"\s", text) or "://" not in text:
        message = "not an address: write it like https://…"
        raise ValueError(message)
    return text


def yes_or_no(text: str) -> bool:
    """Yes or no."""
    match text.strip().lower():
        case "y" | "yes":
            return True
        case "n" | "no":
            return False
        case _:
            message = "write yes or no"
            raise ValueError(message)


def users(text: str) -> Plain:
    """How many users are hit and what they cannot do: `12400 cannot pay`, `31 % see an error`, `unknown, logins fail`."""
    text = words(text)
    if found := _UNCOUNTED.fullmatch(text):
        if not found["rest"].strip():
            message = "then say what they cannot do: unknown, EU customers cannot pay"
            raise ValueError(message)
        return {"affected": {"unknown": "not counted at the first assessment"}, "description": reason(found["rest"])}
    found = _HOW_MANY.fullmatch(text)
    if found is None:
        message = "begin with how many: 12400, 31 %, or unknown; then what they cannot do"
        raise ValueError(message)
    unit = (found["unit"] or "").lower()
    told = found["number"]
    digits = (
        float(told.replace(",", "")) if not re.fullmatch(r"\d+(?:\.\d{3})+", told) else float(told.replace(".", ""))
    )
    if not found["rest"].strip():
        message = "then say what they cannot do: 12400 EU customers cannot pay"
        raise ValueError(message)
    description = said(found["rest"])
    if unit == "%":
        if digits > 100:  # noqa: PLR2004 - per cent
            message = "more than 100 %"
            raise ValueError(message)
        return {"share": round(digits / 100, 6), "description": description.removeprefix("of ")}
    return {"affected": round(digits * _UNITS.get(unit, 1)), "description": description}


def one_of(choices: Sequence[Choice], *, also: Collection[str] = ()) -> Read:
    """One of a list, by its number, its word, or the beginning of it that no other has.

    Args:
        choices: Those that are shown, and have numbers.
        also: Words that are taken too.
    """
    shown = [choice.word for choice in choices]
    names = list(dict.fromkeys((*shown, *also)))

    def read(text: str) -> str:
        text = text.strip()
        if text.isdecimal() and 1 <= int(text) <= len(shown):
            return shown[int(text) - 1]
        folded = text.lower().replace(" ", "-")
        exact = [name for name in names if name.lower() == folded]
        begun = exact or [name for name in names if folded and name.lower().startswith(folded)]
        if len(begun) == 1:
            return begun[0]
        near = difflib.get_close_matches(folded, names, n=1)
        message = f"did you mean {near[0]}?" if near else f"one of {', '.join(names)}"
        if begun:
            message = f"which one: {' or '.join(begun)}?"
        raise ValueError(message)

    return read


def several_of(choices: Sequence[Choice], known: Collection[str] | None, *, noun: str) -> Read:
    """Several of a list, by number or word, with blanks or commas between; words may name what is not in the list.

    Args:
        choices: The list that is shown.
        known: All that there are; None where nobody knows.
        noun: What they are.
    """

    def read(text: str) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for word in re.split(r"[\s,]+", text.strip()):
            if word:
                found[_known(word)] = None
        if not found:
            message = f"name one {noun} or more"
            raise ValueError(message)
        return tuple(found)

    def _known(word: str) -> str:
        if word.isdecimal() and 1 <= int(word) <= len(choices):
            return choices[int(word) - 1].word
        if known is None or word in known:
            return word
        begun = [name for name in known if name.lower().startswith(word.lower())]
        if len(begun) == 1:
            return begun[0]
        near = difflib.get_close_matches(word, known, n=1)
        message = f"no {noun} is called {word}" + (f"; did you mean {near[0]}?" if near else "")
        raise ValueError(message)

    return read


def count(text: str) -> int:
    """A whole number."""
    text = text.strip().replace(",", "")
    if not text.isdecimal():
        message = "write a whole number"
        raise ValueError(message)
    return int(text)


def share(text: str) -> float:
    """A part: `85 %` or `0.85`."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(%?)", text.strip())
    value = -1.0 if found is None else float(found[1]) / (100 if found[2] else 1)
    if not 0 <= value <= 1:
        message = "write a part, like 85 % or 0.85"
        raise ValueError(message)
    return round(value, 6)
