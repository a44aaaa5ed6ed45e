"""Where a sentence ends: `At 10.30 it broke (S1). Then more.` has two."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_END = re.compile(r"(?:\w{2}|%)(?:[)\"'”]?[.!?]|[.!?][\"'”])(?=\s+[A-Z\"“(])")


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text; two are one where it is in doubt that the first has ended."""
    start = 0
    for end in _END.finditer(text):
        yield text[start : end.end()].strip()
        start = end.end()
    yield text[start:].strip()
