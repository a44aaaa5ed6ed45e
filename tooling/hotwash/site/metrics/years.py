"""Public incidents -> this year beside the one before, as a panel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotwash.diagnostics import counted
from hotwash.facts.measures import spread
from hotwash.site.metrics.charts import span_words
from hotwash.site.metrics.panel import NOT_TOLD, Panel, Table
from hotwash.site.metrics.times import FOUR, MIDDLE, lengths_of

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from hotwash.facts.measures import Spread
    from hotwash.site.metrics.panel import Incidents


def ago(as_of: datetime, years: int) -> datetime:
    """The same day so many years before; of 29 February the day before."""
    day = 28 if (as_of.month, as_of.day) == (2, 29) else as_of.day
    return as_of.replace(year=as_of.year - years, day=day)


def this_year(incidents: Incidents, as_of: datetime) -> Incidents:
    """Those that began in the last 12 months."""
    return tuple(one for one in incidents if one.began and one.began.start > ago(as_of, 1))


def the_year_before(incidents: Incidents, as_of: datetime) -> Incidents:
    """Those that began in the 12 months before these."""
    return tuple(one for one in incidents if one.began and ago(as_of, 2) < one.began.start <= ago(as_of, 1))


def compared(live: Incidents, as_of: datetime) -> Panel:
    """This year and the one before, side by side; no claim that a difference is more than chance."""
    now, before = this_year(live, as_of), the_year_before(live, as_of)
    title = "The last 12 months, and the 12 before"
    if min(len(now), len(before)) < MIDDLE:
        fewer = f"{counted(len(now), 'incident')} in the last 12 months and {len(before):,} in the 12 before"
        return Panel(title, "", None, None, f"{fewer}: too few to set side by side.")
    rows = [
        ("Incidents", f"{len(before):,}", f"{len(now):,}"),
        ("P0 and P1", *(f"{sum(one.severity.level in ('P0', 'P1') for one in some):,}" for some in (before, now))),
    ]
    for name, _, which in FOUR:
        found = [spread(lengths_of(some, which)) for some in (before, now)]
        rows.append((f"{name}, p50", *(_told(one, one.p50 if one else None) for one in found)))
        if all(one is not None and one.p90 is not None for one in found):
            rows.append((f"{name}, p90", *(_told(one, one.p90 if one else None) for one in found)))
    rows.append(("Status updates late or never", *(_late_updates(some) for some in (before, now))))
    rows.append(("First actions in time", *(_signed(some) for some in (before, now))))
    table = Table(title, ("", "12 months before", "Last 12 months"), tuple(rows))
    word = "Whether a difference is more than chance these numbers do not say: nothing here is tested for significance."
    return Panel(title, "", None, table, word)


def _told(found: Spread | None, value: timedelta | None) -> str:
    return NOT_TOLD if found is None or value is None else f"{span_words(value)} ({found.n:,})"


def _late_updates(incidents: Incidents) -> str:
    closed = [one.measured.kept for one in incidents if one.measured.kept]
    asked = sum(kept.updates_asked for kept in closed)
    return f"{sum(kept.updates_late for kept in closed):,} of {asked:,}" if asked else NOT_TOLD


def _signed(incidents: Incidents) -> str:
    found = [
        kept.signed_in_time for one in incidents if (kept := one.measured.kept) and kept.signed_in_time is not None
    ]
    return f"{sum(found):,} of {len(found):,}" if found else NOT_TOLD
