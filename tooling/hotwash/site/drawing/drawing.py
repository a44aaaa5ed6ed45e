"""What the picture of a timeline consists of: x as a share of the width, y in pixels.

Nothing is scaled with the width but the places from left to right, so text keeps its size on every screen. What must not
overlap is laid out for the narrowest one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import datetime

    from hotwash.site.drawing.scale import Scale

# What a phone of 360 px leaves beside the names of the lanes, and what these take.
NARROW_PX = 256
GUTTER_PX = 66
# What there is where the style lays pages out for wider screens, at least.
WIDE_PX = 580
SIZE_PX = 10.5
BOLD_PX = 11.2

Shape = Literal["dot", "about", "within", "lasted", "after", "before", "harm"]


def share(place: float) -> str:
    """A place or a width, from 0 to 1, as SVG writes it."""
    return f"{place * 100:.2f}%"


@dataclass(frozen=True, slots=True)
class Text:
    """A text at a place.

    Attributes:
        x: A share of the width.
        anchor: `start`, `middle` or `end`.
        dx: How far beside its place.
    """

    x: str
    y: int
    text: str
    anchor: str = "start"
    dx: int = 0
    css: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line from top to bottom."""

    x: str
    y1: int
    y2: int
    css: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch from left to right: where it begins, how wide it is, and where it ends."""

    x: str
    width: str
    end: str
    css: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """An entry.

    Attributes:
        shape: How it is drawn, by what is known of its time.
        kind: By which it is coloured.
        x: Its place, or where it begins.
        bars: Stretches: where it may have been, and where it surely was.
        title: What it is and when it was, in a few words.
    """

    shape: Shape
    kind: str
    x: str
    y: int
    bars: tuple[Bar, ...]
    title: str
    radius: str = "4"


@dataclass(frozen=True, slots=True)
class Band:
    """A phase.

    Attributes:
        parts: Where it surely was, and where it may have begun or ended.
    """

    name: str
    parts: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Cut:
    """Where the axis is broken."""

    x: str
    height: int


@dataclass(frozen=True, slots=True)
class Picture:
    """The timeline of an incident.

    Attributes:
        days: From which day to which the main part goes.
        told: All of it in words, for who cannot see it.
        signs: What signs are in it whose meaning is not plain, each once, for the key.
        is_broken: Something is set apart, or left out.
        band_y: Where the phases are.
        floor_y: Where the axis is.
    """

    days: str
    told: tuple[str, ...]
    signs: tuple[Mark, ...]
    is_broken: bool
    height: int
    band_y: int
    floor_y: int
    guides: tuple[Line, ...]
    bands: tuple[Band, ...]
    lanes: tuple[int, ...]
    marks: tuple[Mark, ...]
    cuts: tuple[Cut, ...]
    texts: tuple[Text, ...]
    ticks: tuple[Line, ...]


def bar(scale: Scale, first: datetime, last: datetime, css: str = "") -> Bar | None:
    """From one instant to another; None where that is nothing."""
    left, right = scale.at(first), scale.at(last)
    return Bar(share(left), share(right - left), share(right), css) if right > left else None
