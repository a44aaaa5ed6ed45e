"""Action items of public incidents -> how they stand, and how they came and ended, as panels."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from hotwash.model.base import LEVELS
from hotwash.site.metrics.charts import Counts, Parts, bars, columns
from hotwash.site.metrics.counts import month_of, month_words, months_of
from hotwash.site.metrics.panel import Panel, Table, look
from hotwash.site.public.times import day_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from hotwash.site.metrics.panel import Incidents
    from hotwash.site.public.content import PublicItem


def items_of(incidents: Incidents) -> list[PublicItem]:
    """Their action items, as far as they are public."""
    return [item for one in incidents if one.account for item in one.account.items]


def is_overdue(item: PublicItem, today: date) -> bool:
    """It is open, and was due before today."""
    return item.is_open and item.due is not None and item.due < today


def items_panels(incidents: Incidents, as_of: datetime) -> tuple[Panel, ...]:
    """The action items of these, as far as they are public: how they stand, and how they came and ended."""
    items = items_of(incidents)
    if not items:
        return ()
    return (_items_now(items, as_of.date()), *_items_by_month(incidents, as_of))


def _items_now(items: Sequence[PublicItem], today: date) -> Panel:
    title = "Open and overdue"
    groups, rows = [], []
    for level in (*LEVELS, ""):
        of_level = [item for item in items if item.priority == level]
        if not of_level:
            continue
        waiting, late = sum(item.is_open for item in of_level), sum(is_overdue(item, today) for item in of_level)
        done, dropped = (sum(item.status == word for item in of_level) for word in ("done", "dropped"))
        label = level or "no priority"
        note = f"{waiting:,} open" + (f", {late:,} of them overdue" if late else "")
        if waiting:
            groups.append(Parts(label, look(level or "all"), note, (("late", late), ("waiting", waiting - late))))
        rows.append((label, *(f"{number:,}" for number in (len(of_level), done, dropped, waiting, late))))
    caption = "Action items, by priority"
    table = Table(caption, ("Priority", "All", "Done", "Dropped", "Open", "Overdue"), tuple(rows), is_long=True)
    drawn = bars(f"{title}, by priority", groups, key="Full: overdue. Framed: open, and there is time.")
    word = "" if groups else "None is open."
    return Panel(title, f"as of {day_text(today)}", drawn if groups else None, table, word)


def _items_by_month(incidents: Incidents, as_of: datetime) -> tuple[Panel, ...]:
    """An item bears no day on which it was written; that on which its incident began comes nearest."""
    came: Counter[int] = Counter()
    ended: Counter[int] = Counter()
    for one in incidents:
        for item in one.account.items if one.account else ():
            if one.began:
                came[month_of(one)] += 1
            if item.closed and not item.is_open:
                ended[item.closed.year * 12 + item.closed.month - 1] += 1
    months = months_of(incidents, as_of)
    if not any(came[month] or ended[month] for month in months):
        return ()
    came_then, ended_then = tuple(came[month] for month in months), tuple(ended[month] for month in months)
    note = f"{sum(came_then):,} came, {sum(ended_then):,} ended"
    group = Counts("All", "all", came_then, ended_then, note)
    names = tuple(month_words(month, short=True) if month % 6 == 0 else "" for month in months)
    title = "Action items that came and that ended, by month"
    key = "Above the line: by the month of the incident that they are from. Below it: done or dropped in that month."
    rows = tuple(
        (month_words(month), f"{came[month]:,}", f"{ended[month]:,}")
        for month in reversed(months)
        if came[month] or ended[month]
    )
    table = Table(f"{title}; months without any are left out", ("Month", "Came", "Done or dropped"), rows, is_long=True)
    return (
        Panel("Came and ended", f"in the last {len(months)} months", columns(title, names, [group], key=key), table),
    )
