"""Pieces of Markdown -> those that fit into the summary of a step, and a count of what did not (threats T7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hotwash.diagnostics import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LIMIT = 900_000  # bytes; GitHub drops a summary of more than 1 MiB whole
_ROOM = 1_000  # bytes kept for what is said last


@dataclass(frozen=True, slots=True)
class Piece:
    """Markdown that is shown whole or not at all.

    Attributes:
        count: How many things of the kind that is counted are in it, for what is said of those that did not fit.
        first: It is fitted in before the others, so that those of one incident never hide another one.
    """

    text: str
    count: int = 0
    first: bool = False

    @property
    def size(self) -> int:
        """Bytes, with the blank line after it."""
        return len(self.text.encode("utf-8", "surrogatepass")) + 2


def fitting(pieces: Iterable[Piece], noun: str, remedy: str) -> Iterator[str]:
    """The pieces that fit, and a line that counts what did not.

    Args:
        pieces: In the order in which they are read.
        noun: What is counted.
        remedy: How to see the rest.
    """
    ordered = list(pieces)
    room = LIMIT - _ROOM
    shown: set[int] = set()
    for first in (True, False):
        for index, piece in enumerate(ordered):
            if piece.first is first:
                room -= piece.size
                if room < 0:
                    # What comes after it is not to jump the queue because it is shorter.
                    break
                shown.add(index)
    yield from (piece.text for index, piece in enumerate(ordered) if index in shown)
    if len(shown) < len(ordered):
        left = sum(piece.count for index, piece in enumerate(ordered) if index not in shown)
        more = f"{counted(left, f'more {noun}')} did not fit here" if left else "Not all of it fits here"
        yield f"**{more}**; {remedy}."
