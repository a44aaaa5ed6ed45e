"""Numbers -> charts as they are drawn: places along a chart in per cent of its width, across it in pixels.

So a chart fills any width, and its words keep their size on a phone. A template writes the places down, and every
chart has a table beneath it which says the same.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from math import log10
from typing import TYPE_CHECKING, Literal

from hotwash.model.time import short_span

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hotwash.facts.measures import Spread

# Marks at both ends are drawn whole.
_FIRST, _LAST = 2.0, 98.0
_WORDS = 15  # the line of words above a row
_AXIS = 18  # the words of an axis
_GAP = 9  # between rows


@dataclass(frozen=True, slots=True)
class Tick:
    """A line across a chart, and what it stands for; no word where there is no room for one."""

    x: str
    word: str
    anchor: Literal["start", "middle", "end"] = "middle"


@dataclass(frozen=True, slots=True)
class Box:
    """A box within a row."""

    x: str
    y: str
    width: str
    height: str
    look: str = ""


@dataclass(frozen=True, slots=True)
class Dot:
    """One incident within a row."""

    x: str
    y: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a chart: a line of words, and below it what is drawn.

    Attributes:
        label: What the row is about.
        note: What there is to say of it in a few words.
        look: How it is dressed.
        y: Where its words stand.
        top: Where what is drawn begins.
        bottom: Where that ends.
        marks: Where along the row what lies: a name for the dress, and the place.
    """

    label: str
    note: str
    look: str
    y: int
    top: int
    bottom: int
    dots: tuple[Dot, ...] = ()
    boxes: tuple[Box, ...] = ()
    marks: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart, ready to be written down.

    Attributes:
        title: What it shows.
        told: The same in a sentence or two, with its numbers, for those who do not see it.
        key: What its signs mean, in words.
        axis: Where the words of the axis stand; 0 where there is none.
    """

    title: str
    told: str
    key: str
    height: int
    axis: int
    rows: tuple[Row, ...]
    ticks: tuple[Tick, ...] = ()


def _percent(place: float) -> str:
    """A place along a chart."""
    return f"{place:.2f}".rstrip("0").rstrip(".") + "%"


def _pixels(place: float) -> str:
    return f"{place:.1f}".removesuffix(".0")


def span_words(span: timedelta) -> str:
    """A length in words; of one of many days nobody asks for the hours."""
    if span >= _IN_DAYS:
        return f"{span.days:,} d"
    return short_span(span) if span >= _MINUTE else "under 1 min"


# --- how long things took: every one a dot, on an axis on which each step is so many times the one before

_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)
_IN_DAYS = 10 * _DAY
_STEPS = (
    (_MINUTE, "1 min"),
    (10 * _MINUTE, "10 min"),
    (timedelta(hours=1), "1 h"),
    (timedelta(hours=4), "4 h"),
    (_DAY, "1 d"),
    (7 * _DAY, "1 wk"),
    (30 * _DAY, "30 d"),
)
_YEAR = (365 * _DAY, "1 y")
# What is seldom longer than this is drawn to here, and to a year where something is.
_USUAL = 30 * _DAY
_STRIP = 34  # pixels: room for five dots, one above the other
_FLAT = 22  # … and for three
_DOT = 6  # pixels from the middle of a dot to that of the next one above it
# So many per cent of the width of a phone is a dot.
_APART = 2.0
# One above the other, from the middle outwards.
_LANES = (0, -1, 1, -2, 2)
# More than these are drawn as columns of a number.
DOTS_AT_MOST = 80
_COLUMNS = 48


@dataclass(frozen=True, slots=True)
class Group:
    """The values of one row.

    Attributes:
        values: In any order.
        spread: How far they lie apart; None where there are none.
    """

    label: str
    look: str
    values: tuple[timedelta, ...]
    spread: Spread | None


def spans(title: str, groups: Iterable[Group]) -> Chart:
    """How long something took, a row a group."""
    drawn = [group for group in groups if group.spread]
    longest = max((group.spread.most for group in drawn if group.spread), default=_MINUTE)
    steps = (*_STEPS, _YEAR) if longest > _USUAL else _STEPS
    end = steps[-1][0]
    rows, y = [], 0
    for group in drawn:
        places = sorted(_along(value, end) for value in group.values)
        dots = _stacked(places)
        top = y + _WORDS
        tall = _FLAT if dots and all(abs(lane) <= 1 for _, lane in dots) else _STRIP
        rows.append(
            Row(
                label=group.label,
                note=_spread_words(group.spread) if group.spread else "",
                look=group.look,
                y=y + _WORDS - 4,
                top=top,
                bottom=top + tall,
                dots=tuple(Dot(x, str(top + tall // 2 + lane * _DOT)) for x, lane in dots),
                boxes=() if dots else tuple(_columns(places, top)),
                marks=_marks(group.spread, end) if group.spread else (),
            )
        )
        y = top + tall + _GAP
    told = ". ".join(f"{row.label}: {row.note}" for row in rows)
    said = ["Each dot is an incident"] if any(row.dots for row in rows) else []
    if any(row.boxes for row in rows):
        said.append("where there are many, columns show how many took so long")
    key = "; ".join(said).capitalize()
    if any(row.marks for row in rows):
        key += "; the line marks p50, which half did not exceed"
        key += ", and the broken line p90, which nine of ten did not" if any(len(row.marks) > 1 for row in rows) else ""
    ticks = tuple(
        Tick(_percent(_along(at, end)), word, "start" if at == steps[0][0] else "end" if at == end else "middle")
        for at, word in steps
    )
    if longest > _USUAL:
        # There is no room for both words at the end.
        ticks = tuple(tick for tick in ticks if tick.word != "30 d")
    return Chart(title, told, f"{key}.", y + _AXIS, y + 6, tuple(rows), ticks)


def _along(span: timedelta, end: timedelta) -> float:
    """The place of a length on the axis; what is shorter or longer than it stands at its end."""
    seconds = min(max(span, _MINUTE), end) / _MINUTE
    return _FIRST + (_LAST - _FIRST) * log10(seconds) / log10(end / _MINUTE)


def _stacked(places: Sequence[float]) -> tuple[tuple[str, int], ...]:
    """Dots that do not hide one another; none where there is no room for all.

    Args:
        places: In order.
    """
    if len(places) > DOTS_AT_MOST:
        return ()
    free = dict.fromkeys(_LANES, -_APART)
    found = []
    for place in places:
        lane = next((lane for lane in _LANES if place - free[lane] >= _APART), None)
        if lane is None:
            return ()
        free[lane] = place
        found.append((_percent(place), lane))
    return tuple(found)


def _columns(places: Sequence[float], top: int) -> Iterable[Box]:
    width = (_LAST - _FIRST) / _COLUMNS
    counts = Counter(min(int((place - _FIRST) / width), _COLUMNS - 1) for place in places)
    tallest = max(counts.values())
    for column, count in sorted(counts.items()):
        height = max(_STRIP * count / tallest, 1.0)
        left = _percent(_FIRST + column * width)
        yield Box(left, _pixels(top + _STRIP - height), _percent(width - 0.3), _pixels(height))


def _marks(spread: Spread, end: timedelta) -> tuple[tuple[str, str], ...]:
    shown = (("p50", spread.p50), ("p90", spread.p90))
    return tuple((name, _percent(_along(value, end))) for name, value in shown if value is not None)


def _spread_words(spread: Spread) -> str:
    told = [f"{spread.n:,}"]
    if spread.p50 is None:
        ends = dict.fromkeys((span_words(spread.least), span_words(spread.most)))
        return f"{told[0]} · {' and '.join(ends)}"
    told.append(f"p50 {span_words(spread.p50)}")
    if spread.p90 is not None:
        told.append(f"p90 {span_words(spread.p90)}")
    return " · ".join(told)


# --- how many there were, one stretch of time after the other

_TALLEST = 56  # pixels


@dataclass(frozen=True, slots=True)
class Counts:
    """How many there were in each stretch of time.

    Attributes:
        below: How many went the other way, drawn below a line; none where there is no other way.
    """

    label: str
    look: str
    numbers: tuple[int, ...]
    below: tuple[int, ...] = ()
    note: str = ""


def columns(title: str, names: Sequence[str], groups: Iterable[Counts], *, key: str = "") -> Chart:
    """Columns, one a stretch of time, a row a group; all to one scale.

    Args:
        title: What it shows.
        names: A word for each stretch, or none.
        groups: Each with as many numbers as there are names.
        key: What the signs mean.
    """
    groups = tuple(groups)
    tallest = max((max((*group.numbers, *group.below, 0)) for group in groups), default=0) or 1
    width = (_LAST - _FIRST) / len(names)
    rows, y = [], 0
    for group in groups:
        above = max(_TALLEST * max(group.numbers) / tallest, 6)
        top, line = y + _WORDS, y + _WORDS + above
        boxes = []
        for number, column in ((number, column) for column, number in enumerate(group.numbers) if number):
            height = max(_TALLEST * number / tallest, 1.5)
            boxes.append(
                Box(
                    _percent(_FIRST + column * width),
                    _pixels(line - height),
                    _percent(width * 0.8),
                    _pixels(height),
                )
            )
        for number, column in ((number, column) for column, number in enumerate(group.below) if number):
            height = max(_TALLEST * number / tallest, 1.5)
            boxes.append(
                Box(_percent(_FIRST + column * width), _pixels(line), _percent(width * 0.8), _pixels(height), "below")
            )
        bottom = line + _TALLEST * max((*group.below, 0)) / tallest
        rows.append(
            Row(group.label, group.note, group.look, y + _WORDS - 4, int(top), round(bottom), boxes=tuple(boxes))
        )
        y = round(bottom) + _GAP
    told = ". ".join(f"{row.label}: {row.note}" for row in rows)
    ticks = tuple(
        Tick(_percent(_FIRST + column * width), name, "end" if column > len(names) * 0.9 else "start")
        for column, name in enumerate(names)
        if name
    )
    return Chart(title, told, key, y + _AXIS, y + 6, tuple(rows), ticks)


# --- how many of how many

_BAR = 12  # pixels


@dataclass(frozen=True, slots=True)
class Parts:
    """A bar of several parts, each with how it is dressed."""

    label: str
    look: str
    note: str
    parts: tuple[tuple[str, int], ...]


def bars(title: str, groups: Iterable[Parts], *, key: str = "", of_all: bool = False) -> Chart:
    """Bars, a row a group.

    Args:
        title: What it shows.
        groups: What to draw.
        key: What the signs mean.
        of_all: Every bar is as long as the chart is wide, so that shares are compared and no numbers.
    """
    groups = tuple(groups)
    longest = max((sum(number for _, number in group.parts) for group in groups), default=0) or 1
    rows, y = [], 0
    for group in groups:
        whole = (sum(number for _, number in group.parts) if of_all else longest) or 1
        top, left, boxes = y + _WORDS, 0.0, []
        for look, number in group.parts:
            width = 100 * number / whole
            if number:
                boxes.append(Box(_percent(left), str(top), _percent(width), str(_BAR), look))
            left += width
        rows.append(Row(group.label, group.note, group.look, y + _WORDS - 4, top, top + _BAR, boxes=tuple(boxes)))
        y = top + _BAR + _GAP
    told = ". ".join(f"{row.label}: {row.note}" for row in rows)
    return Chart(title, told, key, max(y - _GAP + 2, 1), 0, tuple(rows))
