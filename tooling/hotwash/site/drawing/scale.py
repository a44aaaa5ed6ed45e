"""Instants -> places from left to right: to scale, with breaks where nothing is told or where something lies far off."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    Range = tuple[datetime, datetime]

# What stands further off than this share of the main part does not belong to it.
NEAR = 0.25
# Gaps within the main part are kept, since how long nothing happened is the story, unless they leave next to nothing
# for all else: at most two, of a day and more, each a good part of it, all but a tenth together.
_LONG = timedelta(days=1)
_LARGE = 0.2
_NEARLY_ALL = 0.9
_GAPS = 2
# Widths, as shares of the whole.
_MARGIN = 0.02
_BREAK = 0.07
_FAR_POINT = 0.045
_FAR_ZONE = 0.18
_LEAST = 0.05
_TO_COME = 0.25

Side = Literal["before", "within", "after"]


@dataclass(frozen=True, slots=True)
class Break:
    """Where the axis is broken.

    Attributes:
        left: Where the part on its left ends.
        right: Where the part on its right begins.
        edges: The instants on both sides.
        side: Before the main part, within it, or after it.
    """

    left: float
    right: float
    edges: Range
    side: Side


@dataclass(frozen=True, slots=True)
class Scale:
    """Where instants stand, from 0 to 1.

    Attributes:
        knots: Instants with their places, both rising; between two of them it goes in a straight line.
        parts: The stretches that are to scale, by time.
        breaks: Between them, and between them and what lies far off.
    """

    knots: tuple[tuple[datetime, float], ...]
    parts: tuple[Range, ...]
    breaks: tuple[Break, ...]

    @property
    def main(self) -> Range:
        """From the first to the last instant of what is to scale."""
        return self.parts[0][0], self.parts[-1][1]

    def at(self, instant: datetime) -> float:
        """Where an instant stands; what is beyond either end stands at that end."""
        right = bisect_right(self.knots, instant, key=lambda knot: knot[0])
        if right == 0:
            return self.knots[0][1]
        begins, place = self.knots[right - 1]
        if right == len(self.knots):
            return place
        ends, next_place = self.knots[right]
        return place + (next_place - place) * ((instant - begins) / (ends - begins))

    def is_far(self, instant: datetime) -> bool:
        """It is neither in the main part nor between that and a break."""
        first, last = self.main
        return instant < first or instant > last


def scale(points: Iterable[datetime], core: Range | None = None, *, is_open: bool = False) -> Scale:
    """Places for instants.

    Args:
        points: All that is to be seen, in any order; at least one, unless there is a core.
        core: From when to when it is all about; without one from the first point to the last.
        is_open: It goes on: room is left for what is still to come.
    """
    known = sorted({*points, *(core or ())})
    low, high = _main(known, core or (known[0], known[-1]))
    earlier, later = [one for one in known if one < low], [one for one in known if one > high]
    parts = tuple(_parts([one for one in known if low <= one <= high]))
    left = _MARGIN + _zone(earlier) + (_BREAK if earlier else 0.0)
    right = 1 - _MARGIN - _zone(later) - (_BREAK if later else _TO_COME if is_open else 0.0)
    inner = tuple(_laid_out(parts, left, right))
    knots = (
        *_spread(earlier, _MARGIN),
        *(knot for part in inner for knot in part),
        *_spread(later, 1 - _MARGIN - _zone(later)),
    )
    breaks = [
        Break(first[-1][1], second[0][1], (first[-1][0], second[0][0]), "within") for first, second in pairwise(inner)
    ]
    if earlier:
        breaks.insert(0, Break(left - _BREAK, left, (earlier[-1], low), "before"))
    if later:
        breaks.append(Break(right, right + _BREAK, (high, later[0]), "after"))
    return Scale(knots, parts, tuple(breaks))


def _main(known: list[datetime], core: Range) -> Range:
    """The core and what is near to it, one after the other."""
    low, high = core
    near = (high - low) * NEAR
    for one in reversed([one for one in known if one < low]):
        if low - one > near:
            break
        low = one
    for one in [one for one in known if one > high]:
        if one - high > near:
            break
        high = one
    return low, high


def _parts(points: list[datetime]) -> Iterator[Range]:
    """The main part, cut at its long gaps."""
    whole = points[-1] - points[0]
    gaps = sorted(pairwise(points), key=lambda gap: (gap[0] - gap[1], gap[0]))[:_GAPS]
    gaps = [(begins, ends) for begins, ends in gaps if ends - begins >= max(_LONG, whole * _LARGE)]
    empty = sum((ends - begins for begins, ends in gaps), start=timedelta(0))
    first = points[0]
    # With nothing left, what there is stands at both ends, and is seen as it is.
    if whole * _NEARLY_ALL < empty < whole:
        for begins, ends in sorted(gaps):
            yield first, begins
            first = ends
    yield first, points[-1]


def _zone(far: list[datetime]) -> float:
    return min(len(far) * _FAR_POINT, _FAR_ZONE)


def _spread(far: list[datetime], left: float) -> Iterator[tuple[datetime, float]]:
    """What lies far off, in its order and not to scale."""
    for number, one in enumerate(far):
        yield one, left + _zone(far) * (number + 0.5) / len(far)


def _laid_out(parts: tuple[Range, ...], left: float, right: float) -> Iterator[tuple[tuple[datetime, float], ...]]:
    """The knots of each part: as wide as it is long, but never nothing."""
    room = right - left - _BREAK * (len(parts) - 1) - _LEAST * len(parts)
    whole = sum((ends - begins for begins, ends in parts), start=timedelta(0))
    if not whole:
        yield ((parts[0][0], (left + right) / 2),)
        return
    for begins, ends in parts:
        width = _LEAST + room * ((ends - begins) / whole)
        if begins == ends:
            yield ((begins, left + width / 2),)
        else:
            yield (begins, left), (ends, left + width)
        left += width + _BREAK
