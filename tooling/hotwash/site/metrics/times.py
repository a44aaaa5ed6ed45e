"""Public incidents -> how long they took, as panels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotwash.diagnostics import counted
from hotwash.facts.measures import SHOWN_FROM, spread
from hotwash.site.metrics.charts import Group, span_words, spans
from hotwash.site.metrics.panel import NOT_TOLD, Panel, Table, by_level, look

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import timedelta

    from hotwash.facts.measures import Lengths, Spread
    from hotwash.site.metrics.panel import Incidents
    from hotwash.site.public.content import PublicIncident

    Which = Callable[[Lengths], timedelta | None]

MIDDLE, _FAR = SHOWN_FROM[50], SHOWN_FROM[90]


def _detect(taken: Lengths) -> timedelta | None:
    return taken.detect


def _acknowledge(taken: Lengths) -> timedelta | None:
    return taken.acknowledge


def mitigate(taken: Lengths) -> timedelta | None:
    """The time to mitigate."""
    return taken.mitigate


def _resolve(taken: Lengths) -> timedelta | None:
    return taken.resolve


FOUR: tuple[tuple[str, str, Which], ...] = (
    ("Time to detect", "from the start of the impact until an alert or a person noticed", _detect),
    (
        "Time to acknowledge",
        "from the detection, or the declaration where that came first, until a responder took it",
        _acknowledge,
    ),
    ("Time to mitigate", "from the start of the impact until users no longer felt it", mitigate),
    ("Time to resolve", "from the start of the impact until it was over", _resolve),
)


def lengths_of(incidents: Iterable[PublicIncident], which: Which) -> tuple[timedelta, ...]:
    """What is known of one of the four times."""
    return tuple(value for one in incidents if (value := which(one.measured.lengths)) is not None)


def times(incidents: Incidents) -> tuple[Panel, ...]:
    """The four times, by severity."""
    return tuple(_time(incidents, *what) for what in FOUR) if incidents else ()


def _time(incidents: Incidents, title: str, means: str, which: Which) -> Panel:
    every = lengths_of(incidents, which)
    if not every:
        return Panel(title, means, None, None, f"Known of none of {counted(len(incidents), 'incident')}.")
    groups, rows = [], []
    for level, of_level in by_level(incidents):
        values = lengths_of(of_level, which)
        found = spread(values)
        groups.append(Group(level, look(level), values, found))
        rows.append((level, *_spread_cells(found, len(of_level))))
    if len(rows) > 1:
        rows.append(("All", *_spread_cells(spread(every), len(incidents))))
    head = ("Severity", "Incidents", "Shortest", "p50", "p75", "p90", "Longest")
    table = Table(f"{title}, by severity", head, tuple(rows), is_long=True)
    missing = len(incidents) - len(every)
    word = _few(len(every))
    if missing:
        word = f"{word} Not in it: {missing:,} of which it is not known exactly enough, or not yet.".strip()
    return Panel(title, means, spans(f"{title}, by severity", groups), table, word)


def times_apart(incidents: Incidents) -> tuple[Panel, ...]:
    """The same of a cohort apart: of so few that no middle is told, as a table alone."""
    if not 0 < len(incidents) < MIDDLE:
        return times(incidents)
    rows = []
    for title, _, which in FOUR:
        told = " and ".join(span_words(value) for value in sorted(lengths_of(incidents, which)))
        rows.append((title, told or NOT_TOLD))
    head = ("", "The shorter and the longer" if len(incidents) > 1 else "How long")
    table = Table(f"{counted(len(incidents), 'incident')}: too few to draw", head, tuple(rows))
    return (Panel("How long it took", "", None, table),)


def _spread_cells(found: Spread | None, of: int) -> tuple[str, ...]:
    if found is None:
        return (f"0 of {of:,}", *[NOT_TOLD] * 5)
    told = (found.least, found.p50, found.p75, found.p90, found.most)
    cells = (NOT_TOLD if value is None else span_words(value) for value in told)
    return (f"{found.n:,}" if found.n == of else f"{found.n:,} of {of:,}", *cells)


def _few(number: int) -> str:
    """A word on small numbers."""
    if number >= _FAR:
        return ""
    if number == 1:
        return "1 incident: it is shown, and says nothing of what is usual."
    shown = f"{number} incidents: each is shown"
    if number < MIDDLE:
        return f"{shown}, and so few say nothing of what is usual."
    return f"{shown}. A middle of {number} says little: one more night may move it."
