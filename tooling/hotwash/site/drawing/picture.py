"""PublicIncident -> its timeline drawn to scale, as figures for a template."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from hotwash.site.drawing import axis
from hotwash.site.drawing.bands import BAND_PX, bands
from hotwash.site.drawing.drawing import NARROW_PX, SIZE_PX, Cut, Line, Mark, Picture, Text, share
from hotwash.site.drawing.labels import apart
from hotwash.site.drawing.lanes import ROW_PX, lanes, mark, packed, signs
from hotwash.site.drawing.moments import named
from hotwash.site.drawing.scale import scale
from hotwash.site.drawing.spans import Span, span
from hotwash.site.public.times import days_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from hotwash.site.drawing.lanes import Lane
    from hotwash.site.drawing.scale import Range, Scale
    from hotwash.site.public.content import PublicIncident

_LANE_PX = 10


def picture(incident: PublicIncident) -> Picture | None:
    """The timeline of an incident to scale; None where there is nothing to draw."""
    if incident.status == "dismissed" or not incident.times:
        return None
    of_kinds = tuple(lanes(incident))
    if not of_kinds and not incident.phases:
        return None
    to_scale = _scaled(incident, of_kinds)
    names = named(incident.times, to_scale)
    phases, words = zip(*bands(incident.phases, to_scale, names.height), strict=True) if incident.phases else ((), ())
    marks, lines, labels, floor_y = _placed(of_kinds, to_scale, names.height + BAND_PX)
    ticks, below, height = _axis(incident, of_kinds, to_scale, floor_y)
    return Picture(
        days=_days(to_scale),
        told=tuple(_told(incident, of_kinds, to_scale)),
        signs=tuple(signs(marks)),
        is_broken=bool(to_scale.breaks),
        height=height,
        band_y=names.height,
        floor_y=floor_y,
        guides=tuple(replace(line, y2=floor_y) for line in names.lines),
        bands=phases,
        lanes=lines,
        # What did harm is on top.
        marks=tuple(sorted(marks, key=lambda one: one.shape == "harm")),
        cuts=tuple(Cut(share((one.left + one.right) / 2), floor_y - names.height + 4) for one in to_scale.breaks),
        texts=(*names.texts, *chain.from_iterable(words), *labels, *below),
        ticks=ticks,
    )


def _scaled(incident: PublicIncident, of_kinds: Iterable[Lane]) -> Scale:
    is_open = any(phase.last is None for phase in incident.phases)
    # While it goes on, what was told last is part of it.
    told = incident.updates if is_open else ()
    core = _core([*(span(row.at) for row in incident.times), *(span(update.at) for update in told)])
    points: set[datetime] = set()
    for one in (one for lane in of_kinds for item in lane.items for one in (item.at, item.end) if one):
        points |= set(_points(one, core))
    return scale(points, core, is_open=is_open)


def _core(times: Sequence[Span]) -> Range:
    """From the first to the last of the moments; those of which only the day is known count where they stand apart."""
    clocked = [one for one in times if one.is_clocked]
    ends = [end for one in clocked for end in (one.first, one.last)]
    for one in times:
        if not one.is_clocked and (not ends or one.last <= min(ends) or one.first >= max(ends)):
            ends += [one.first, *([] if clocked else [one.last])]
        elif not one.is_clocked and one.certainty == "within" and one.first == one.at and ends:
            # A first bound with a clock, and a last one without.
            ends += [one.first] if min(ends) <= one.first else []
    return min(ends), max(ends)


def _points(one: Span, core: Range) -> Iterator[datetime]:
    """Which ends of a time the picture must show: a day or a bound that covers the main part shows as far as that goes."""
    first, last = core
    if one.certainty == "about":
        yield one.at
    elif one.is_clocked or one.last <= first or one.first >= last:
        yield one.first
        if one.is_clocked and one.first <= last and one.last >= first:
            yield one.last
    elif first <= one.first <= last:
        yield one.first


def _placed(
    of_kinds: Iterable[Lane], to_scale: Scale, y: int
) -> tuple[tuple[Mark, ...], tuple[int, ...], tuple[Text, ...], int]:
    """The marks of all lanes, the height of each lane and its name, and where the last one ends."""
    marks: list[Mark] = []
    lines: list[int] = []
    labels: list[Text] = []
    y += _LANE_PX - 2
    for lane in of_kinds:
        items, rows = packed(to_scale, lane)
        line_y = y + _LANE_PX + (rows - 1) * ROW_PX
        marks += [mark(to_scale, item, line_y - row * ROW_PX) for item, row in items]
        lines.append(line_y)
        labels.append(Text("0%", line_y + 4, lane.label, css="hw-side"))
        y = line_y + _LANE_PX
    return tuple(marks), tuple(lines), tuple(labels), y + 2


def _axis(
    incident: PublicIncident, of_kinds: Iterable[Lane], to_scale: Scale, y: int
) -> tuple[tuple[Line, ...], list[Text], int]:
    """What stands beneath: the lines of the ticks, all texts, and the height of the whole."""
    days = _days_only(incident, of_kinds)
    inner = [
        axis.Tick((one.left + one.right) / 2, axis.within(one, days)) for one in to_scale.breaks if one.side == "within"
    ]
    outer = [one for one in to_scale.breaks if one.side != "within"]
    # What does not fit beside the others stands below them.
    beside = [inner[number] for number in apart(axis.reach(one, NARROW_PX, SIZE_PX) for one in inner)]
    ticks = axis.ticks(to_scale, room_px=NARROW_PX, size_px=SIZE_PX, taken=beside)
    texts = [
        *(
            Text(share(one.place), y + (16 if one in beside else 30), one.text, "middle", css="hw-left-out")
            for one in inner
        ),
        *(Text(share(one.place), y + 16, one.text, "middle", css="hw-date" if one.is_day else "") for one in ticks),
    ]
    for one in outer:
        text = Text("0%", y + 30, axis.far(to_scale, one, days), css="hw-left-out hw-side")
        texts.append(text if one.side == "before" else replace(text, x="100%", anchor="end", css="hw-left-out"))
    lines = tuple(Line(share(one.place), y, y + 5) for one in ticks)
    return lines, texts, y + (36 if outer or len(beside) < len(inner) else 22)


def _days_only(incident: PublicIncident, of_kinds: Iterable[Lane]) -> frozenset[datetime]:
    """The instants of which only the day is known."""
    known = (*(span(row.at) for row in incident.times), *(item.at for lane in of_kinds for item in lane.items))
    return frozenset(one.first for one in known if not one.is_clocked)


# In words


def _days(to_scale: Scale) -> str:
    first, last = to_scale.main
    return days_text(first.date(), last.date())


def _told(incident: PublicIncident, of_kinds: Sequence[Lane], to_scale: Scale) -> Iterator[str]:
    """What the picture shows, for who cannot see it."""
    yield f"{_days(to_scale)}, from left to right."
    for phase in incident.phases:
        yield f"{phase.label}: {phase.lasted}." if phase.lasted else f"{phase.label}."
    if counts := [f"{lane.label.lower()} {len(lane.items)}" for lane in of_kinds]:
        yield f"Marks: {', '.join(counts)}."
    if harmful := sum(item.harm for lane in of_kinds for item in lane.items):
        yield f"{harmful} of them did harm."
    days = _days_only(incident, of_kinds)
    for one in to_scale.breaks:
        left_out = f"{axis.within(one, days)} within" if one.side == "within" else axis.far(to_scale, one, days)
        yield f"The axis is broken: {left_out}."
