"""A chart, the table beneath it, and a word on how far its numbers carry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hotwash.model.base import LEVELS

if TYPE_CHECKING:
    from hotwash.model.base import Level
    from hotwash.site.metrics.charts import Chart
    from hotwash.site.public.content import PublicIncident

    Incidents = tuple[PublicIncident, ...]

NOT_TOLD = "\N{EN DASH}"


@dataclass(frozen=True, slots=True)
class Table:
    """What a chart shows, in numbers.

    Attributes:
        rows: The first cell of each says what the row is about.
        is_long: It opens on demand.
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    is_long: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """A chart, the table beneath it, and what there is to say of both.

    Attributes:
        means: What is counted.
        word: How far the numbers carry.
    """

    title: str
    means: str
    chart: Chart | None
    table: Table | None
    word: str = ""


def by_level(incidents: Incidents) -> tuple[tuple[Level, Incidents], ...]:
    """Each severity that occurs, the worst first."""
    found = ((level, tuple(one for one in incidents if one.severity.level == level)) for level in LEVELS)
    return tuple((level, of_level) for level, of_level in found if of_level)


def look(level: str) -> str:
    """How the charts know what belongs to a severity."""
    return level.lower()
