"""The entries of a timeline -> marks in lanes, by what they are and by what is known of their times."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from hotwash.site.drawing.drawing import NARROW_PX, Bar, Mark, Shape, bar, share
from hotwash.site.drawing.spans import Span, span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hotwash.site.drawing.scale import Scale
    from hotwash.site.public.content import PublicEntry, PublicIncident, Window
    from hotwash.site.public.times import Moment

ROW_PX = 9
_ROWS = 4
_DAY = timedelta(days=1)
_RADIUS_PX = 4
_FELT = "Felt"
_LANES = (
    ("Changes", ("change",)),
    ("Detection", ("detection", "escalation")),
    ("Findings", ("finding",)),
    ("Mitigation", ("mitigation", "fix")),
    ("Recovery", ("recovery",)),
    ("Updates", ("status-update",)),
    ("Other", ("note", "decision", "handover", "severity-change", "status-change")),
)
# What says the least of what happened is drawn a little smaller.
_QUIET = ("note", "decision", "handover", "status-change", "status-update")


@dataclass(frozen=True, slots=True)
class Item:
    """What is drawn in a lane: when it began and, where it lasted, when it ended.

    Attributes:
        kind: By which it is coloured.
        title: What it is and when it was, in a few words.
        harm: It made things worse.
    """

    kind: str
    title: str
    at: Span
    end: Span | None = None
    harm: bool = False


@dataclass(frozen=True, slots=True)
class Lane:
    """What is of one kind, by time."""

    label: str
    items: tuple[Item, ...]


def lanes(incident: PublicIncident) -> Iterator[Lane]:
    """What there is to draw, by kind; of an incident that is not closed only what the public was told."""
    account = incident.account
    if account and account.windows:
        yield Lane(_FELT, tuple(map(_felt, account.windows)))
    entries = account.timeline if account else incident.updates
    for label, kinds in _LANES:
        if of_lane := tuple(_item(entry) for entry in entries if entry.kind in kinds):
            yield Lane(label, of_lane)


def _felt(window: Window) -> Item:
    end = span(window.until) if window.until else None
    at = span(window.at)
    if end is None and at.certainty != "before":
        at = replace(at, certainty="after")
    return Item("impact", f"Felt, {_when(window.at, window.until)}", at, end)


def _item(entry: PublicEntry) -> Item:
    title = f"{entry.label}, {_when(entry.at, entry.end)}"
    end = span(entry.end) if entry.end else None
    return Item(entry.kind, title, span(entry.at), end, harm=entry.outcome == "harmful")


def _when(at: Moment, end: Moment | None = None) -> str:
    said = " ".join(f"{word} {'≈ ' if one.approx else ''}{one.short}".strip() for word, one in at.parts)
    return f"{said} until {_when(end)}" if end else said


def packed(scale: Scale, lane: Lane) -> tuple[list[tuple[Item, int]], int]:
    """Each item with its row, counted from the lowest, so that none hides another."""
    placed: list[tuple[Item, int]] = []
    rows: list[list[tuple[float, float, bool]]] = []
    reaches = [(_reach(scale, item), item) for item in lane.items]
    for (left, right, is_point), item in sorted(reaches, key=lambda one: (one[0][0], -one[0][1])):
        here = (left, right, is_point)
        free = [number for number, row in enumerate(rows) if not any(_touch(here, other) for other in row)]
        if not free and len(rows) < _ROWS:
            rows.append([])
            free = [len(rows) - 1]
        row = free[0] if free else _ROWS - 1
        rows[row].append(here)
        placed.append((item, row))
    return placed, len(rows)


def _reach(scale: Scale, item: Item) -> tuple[float, float, bool]:
    left, right = _ends(scale, item)
    return left * NARROW_PX, right * NARROW_PX, right == left


def _ends(scale: Scale, item: Item) -> tuple[float, float]:
    at, end = item.at, item.end
    if end is not None:
        return scale.at(at.first), scale.at(end.last)
    if at.certainty == "within" and not _is_spot(scale, at):
        return scale.at(at.first), scale.at(at.last)
    place = scale.at(at.at)
    return place, place


def _is_spot(scale: Scale, one: Span) -> bool:
    """Too short a stretch to be seen as one, or set apart, where nothing is to scale."""
    first, last = scale.main
    is_apart = one.last <= first or one.first >= last
    return is_apart or (scale.at(one.last) - scale.at(one.first)) * NARROW_PX < 2 * _RADIUS_PX


def mark(scale: Scale, item: Item, y: int) -> Mark:
    """An entry as it is drawn, at a height."""
    shape, bars, place = _drawn(scale, item)
    css = f"hw-kind-{item.kind}{' hw-did-harm' if item.harm else ''}"
    radius = "3.4" if item.kind in _QUIET else "4"
    made = tuple(one for one in bars if one is not None)
    return Mark("harm" if item.harm else shape, css, share(place), y, made, item.title, radius)


def _drawn(scale: Scale, item: Item) -> tuple[Shape, tuple[Bar | None, ...], float]:
    """How an entry is drawn when it did no harm, its stretches, and its place."""
    at, end = item.at, item.end
    place = scale.at(at.at)
    if end is not None:
        is_exact = at.certainty == end.certainty == "known"
        maybe = None if is_exact else bar(scale, at.first, end.last, "hw-hollow")
        # After a bound, or until one at the latest: nobody knows of any moment at which it surely went on.
        is_sure = at.certainty != "after" and end.certainty != "before"
        return "lasted", (maybe, bar(scale, at.last, end.first) if is_sure else None), place
    if at.certainty == "within":
        if not _is_spot(scale, at):
            left, right = scale.at(at.first), scale.at(at.last)
            return "within", (bar(scale, at.first, at.last, "hw-hollow"),), (left + right) / 2
        # Set apart, a day is as good as a time of day.
        return "dot" if at.last - at.first <= _DAY else "within", (), place
    if at.certainty == "about":
        return "about", (None if scale.is_far(at.at) else bar(scale, at.first, at.last, "hw-whisker"),), place
    return "dot" if at.certainty == "known" else at.certainty, (), place


def _touch(one: tuple[float, float, bool], other: tuple[float, float, bool]) -> bool:
    # Of two points so much may overlap that both are seen.
    gap = 3.0 if one[2] and other[2] else _RADIUS_PX + 1.0
    return one[0] < other[1] + gap and other[0] < one[1] + gap


# What the signs of the key stand for.
_KEY: dict[Shape, str] = {
    "about": "≈ about then",
    "within": "somewhere within",
    "after": "then or later",
    "before": "then or earlier",
    "harm": "did harm",
}
_KEY_BARS: dict[Shape, tuple[Bar, ...]] = {
    "about": (Bar("2", "20", "22", "hw-whisker"),),
    "within": (Bar("4", "16", "20", "hw-hollow"),),
}


def signs(marks: Sequence[Mark]) -> Iterator[Mark]:
    """The signs whose meaning is not plain, each once, with what they mean as their title."""
    for shape, means in _KEY.items():
        if any(mark.shape == shape for mark in marks):
            bars = _KEY_BARS.get(shape, ())
            x = {"after": "8", "before": "16"}.get(shape, "12")
            yield Mark(shape, "hw-did-harm" if shape == "harm" else "", x, 8, bars, means)
