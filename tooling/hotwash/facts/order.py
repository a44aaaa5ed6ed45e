"""The order of the entries in timeline.yaml: which one is out of place, and where it belongs.

Times are as precise as they are written: only what is surely earlier belongs before another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotwash.model.time import surely_before

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hotwash.model.time import Stretch


def first_misplaced(times: Sequence[Stretch]) -> tuple[int, int] | None:
    """The first that is surely earlier than one above it, and the first of those; None where all are in order."""
    highest = None
    for index, time in enumerate(times):
        if highest is not None and time.latest <= highest:
            return index, next(above for above in range(index) if surely_before(time, times[above]))
        highest = time.earliest if highest is None else max(highest, time.earliest)
    return None


def in_order(times: Sequence[Stretch]) -> tuple[int, ...]:
    """The places of times so that none is surely earlier than one above it; what is in order already is not moved."""
    bounds = [(time.earliest, time.latest) for time in times]
    placed: list[int] = []
    highest = None
    for index, (earliest, latest) in enumerate(bounds):
        if highest is None or highest < latest:
            at = len(placed)
        else:
            at = next(at for at, other in enumerate(placed) if latest <= bounds[other][0])
        placed.insert(at, index)
        highest = earliest if highest is None else max(highest, earliest)
    return tuple(placed)
