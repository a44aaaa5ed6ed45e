"""Secrets in what is to be written into a timeline, masked: an entry is always taken, and a token is never pushed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from hotwash.edits.amend import text_of_entry
from hotwash.edits.amendment import Add, Create, Put
from hotwash.facts.secrets import concealed
from hotwash.model.repository import FRAGMENTS, TIMELINE
from hotwash.records.reader import parse

if TYPE_CHECKING:
    from collections.abc import Collection

    from hotwash.edits.amendment import Amendment, Plain

Kinds: TypeAlias = list[str]


def without_secrets(
    amendments: Sequence[Amendment], known: Collection[str]
) -> tuple[tuple[Amendment, ...], tuple[str, ...]]:
    """What is asked of a timeline, with its secrets masked, and what kinds of secrets they were.

    Args:
        amendments: What is asked of all files; only a timeline's is looked at, since what goes elsewhere can wait until
            the secret has been taken out.
        known: Digests of what only looks like a secret.
    """
    kinds: Kinds = []
    return tuple(_masked(amendment, known, kinds) for amendment in amendments), tuple(dict.fromkeys(kinds))


def masked_text(text: str, known: Collection[str]) -> str:
    """A text as a timeline takes it, for who shows it elsewhere."""
    return _text(text, known, [])


def _masked(amendment: Amendment, known: Collection[str], kinds: Kinds) -> Amendment:
    if isinstance(amendment, Put | Add) and _is_timeline(amendment.file):
        return replace(amendment, value=_value(amendment.value, known, kinds))
    if isinstance(amendment, Create) and _is_timeline(amendment.file):
        return replace(amendment, text=_entry(amendment, known, kinds))
    return amendment


def _entry(amendment: Create, known: Collection[str], kinds: Kinds) -> str:
    """The text of a new file: secrets are looked for in its values, which may be written otherwise than they read."""
    document = parse(amendment.file, "timeline-entry", amendment.text.encode())
    if document.problems or not isinstance(document.value, dict):
        return _text(amendment.text, known, kinds)
    found: Kinds = []
    value = _value(document.value, known, found)
    kinds += found
    return text_of_entry(value) if found and isinstance(value, dict) else amendment.text


def _is_timeline(file: str) -> bool:
    return file == TIMELINE or file.startswith(f"{FRAGMENTS}/")


def _value(value: Plain, known: Collection[str], kinds: Kinds) -> Plain:
    if isinstance(value, str):
        return _text(value, known, kinds)
    if isinstance(value, Mapping):
        return {key: _value(item, known, kinds) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [_value(item, known, kinds) for item in value]
    return value


def _text(text: str, known: Collection[str], kinds: Kinds) -> str:
    shown, found = concealed(text, known)
    kinds += found
    return shown
