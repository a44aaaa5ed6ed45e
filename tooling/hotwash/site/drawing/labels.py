"""Labels over marks: how wide their text is at most, and how they are stacked so that none is in another's way."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Side = Literal["start", "end"]
SIDES: tuple[Side, ...] = ("start", "end")

# Widths of letters as shares of the size of the type: what is wide in the fonts of common systems, and all the rest.
_WIDTHS = dict.fromkeys("mwMWGOQ≈—%", 0.9) | dict.fromkeys("iljtfr.,:;'|()I ", 0.36)
_OTHER = 0.61
# Between a label and the next, and between a label and the line of another.
_APART_PX = 4


def width_px(text: str, size_px: float) -> float:
    """How wide a text is at most, in any font that a system is likely to have."""
    return size_px * sum([_WIDTHS.get(letter, _OTHER) for letter in text])


@dataclass(frozen=True, slots=True)
class Label:
    """A text beside a line that goes down from it.

    Attributes:
        at_px: Where the line is.
        width_px: How wide the text is.
    """

    at_px: float
    width_px: float

    def fits(self, side: Side, low_px: float, high_px: float) -> bool:
        """There is room for the text on that side of its line."""
        left, right = self.reach(side)
        return low_px <= left and right <= high_px

    def reach(self, side: Side) -> tuple[float, float]:
        """From where to where the text goes when it starts, or ends, at its line."""
        return (self.at_px, self.at_px + self.width_px) if side == "start" else (self.at_px - self.width_px, self.at_px)


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a label goes: on which side of its line, and how many levels above the lowest."""

    side: Side
    level: int


def stacked(labels: Sequence[Label], low_px: float, high_px: float) -> tuple[Placed, ...] | None:
    """The lowest stack of labels in which no text crosses another, nor the line of another.

    Args:
        labels: At most ten or so: all ways of turning them to the left and right are tried.
        low_px: Where the room for them begins.
        high_px: Where it ends.

    Returns:
        A place for each; None where there is no way.
    """
    best: tuple[tuple[int, int, int], tuple[Placed, ...]] | None = None
    crossed = {side: [_crossed(labels, one, side) for one in range(len(labels))] for side in SIDES}
    sides = [[side for side in SIDES if label.fits(side, low_px, high_px)] for label in labels]
    for chosen in product(*sides):
        turned = chosen.count("end")
        if best is not None and best[0] <= (0, turned, 0):
            continue
        reaches = [label.reach(side) for label, side in zip(labels, chosen, strict=True)]
        below = [crossed[side][one] for one, side in enumerate(chosen)]
        for pick in (-1, 0):
            levels = _levels(reaches, below, pick)
            if levels is None:
                break
            cost = (max(levels, default=0), turned, sum(levels))
            if best is None or cost < best[0]:
                best = cost, tuple(map(Placed, chosen, levels))
    return best[1] if best else None


def _crossed(labels: Sequence[Label], one: int, side: Side) -> list[int]:
    """The labels whose lines the text of one crosses on a side."""
    reach = labels[one].reach(side)
    return [other for other, label in enumerate(labels) if other != one and _crosses(reach, side, label.at_px)]


def _levels(reaches: Sequence[tuple[float, float]], below: Sequence[Sequence[int]], pick: int) -> list[int] | None:
    """The level of each: above all whose line its text would cross otherwise, as low as those before it leave room.

    Args:
        reaches: What to place.
        below: For each, those that must be lower: a line runs down from its label.
        pick: Which of those that may come next does.
    """
    count = len(reaches)
    levels: list[int | None] = [None] * count
    while None in levels:
        ready = [
            one
            for one in range(count)
            if levels[one] is None and all(levels[other] is not None for other in below[one])
        ]
        if not ready:
            return None
        one = ready[pick]
        least = max((_known(levels[other]) + 1 for other in below[one]), default=0)
        taken = {
            level for other, level in enumerate(levels) if level is not None and _meet(reaches[one], reaches[other])
        }
        levels[one] = next(level for level in range(least, least + count + 1) if level not in taken)
    return [_known(level) for level in levels]


def _known(level: int | None) -> int:
    assert level is not None  # noqa: S101 - for the type checker
    return level


def _crosses(reach: tuple[float, float], side: Side, line_px: float) -> bool:
    # On the side of its own line a text keeps its distance already.
    left, right = (0, _APART_PX) if side == "start" else (_APART_PX, 0)
    return reach[0] - left < line_px < reach[1] + right


def _meet(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return one[0] - _APART_PX < other[1] and other[0] - _APART_PX < one[1]


def apart(labels: Iterable[tuple[float, float]]) -> list[int]:
    """Which of the stretches to keep so that none meets another; the earlier ones go first."""
    kept: list[tuple[int, tuple[float, float]]] = []
    for number, reach in enumerate(labels):
        if not any(_meet(reach, other) for _, other in kept):
            kept.append((number, reach))
    return [number for number, _ in kept]
