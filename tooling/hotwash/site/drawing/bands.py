"""The phases of an incident -> bands, and what they are called as far as there is room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotwash.site.drawing.drawing import BOLD_PX, NARROW_PX, WIDE_PX, Band, Bar, Text, bar, share
from hotwash.site.drawing.labels import width_px
from hotwash.site.drawing.spans import span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hotwash.site.drawing.scale import Scale
    from hotwash.site.public.content import Phase

BAND_PX = 22
_CUT_PX = 8
# Before a word and after it.
_INSET_PX = 5


def bands(phases: Sequence[Phase], scale: Scale, y: int) -> Iterator[tuple[Band, tuple[Text, ...]]]:
    """Each phase as a band with its words.

    Args:
        phases: By time.
        scale: Where they stand.
        y: The upper edge of the bands.
    """
    for number, phase in enumerate(phases):
        first = span(phase.first)
        begins = first.first if number == 0 else first.last
        left = scale.at(begins)
        if phase.last is None:
            rest = Bar(share(left), share(1 - left), "100%", "hw-open")
            yield Band(phase.name, (rest,)), tuple(_words(phase, scale, left, 1.0, y))
            continue
        last = span(phase.last)
        whole = bar(scale, begins, last.last, "hw-maybe")
        # After a bound, or until one at the latest: nobody knows of any moment that it surely covers.
        is_sure = first.certainty != "after" and last.certainty != "before"
        surely = bar(scale, first.last, last.first) if is_sure else None
        is_exact = is_sure and begins == first.last and last.first == last.last
        parts = (surely,) if is_exact else (whole, surely)
        yield Band(phase.name, tuple(filter(None, parts))), tuple(_words(phase, scale, left, scale.at(last.last), y))


def _words(phase: Phase, scale: Scale, left: float, right: float, y: int) -> Iterator[Text]:
    """What a phase is and how long it was, on narrow screens and on others."""
    left, right = _clear(scale, left, right)
    known = (f"{phase.label} {phase.lasted}".strip(), phase.label, phase.lasted if phase.last else "Open")
    narrow, wide = (
        next((text for text in known if width_px(text, BOLD_PX) + 2 * _INSET_PX <= (right - left) * room_px), "")
        for room_px in (NARROW_PX, WIDE_PX)
    )
    for text, css in ((narrow, ""),) if narrow == wide else ((narrow, " hw-narrow"), (wide, " hw-wide")):
        if text:
            yield Text(share(left), y + 15, text, dx=_INSET_PX, css=f"hw-word hw-{phase.name}{css}")


def _clear(scale: Scale, left: float, right: float) -> tuple[float, float]:
    """The longest piece of a band that no break cuts."""
    cuts = [middle for one in scale.breaks if left < (middle := (one.left + one.right) / 2) < right]
    beside = _CUT_PX / 2 / NARROW_PX
    starts = [left, *(cut + beside for cut in cuts)]
    ends = [*(cut - beside for cut in cuts), right]
    return max(zip(starts, ends, strict=True), key=lambda piece: (piece[1] - piece[0], -piece[0]))
