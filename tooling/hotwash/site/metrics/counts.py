"""Public incidents -> how many there were by month or year, and why they happened, as panels."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from hotwash.diagnostics import counted
from hotwash.site.metrics.charts import Counts, Parts, bars, columns
from hotwash.site.metrics.panel import Panel, Table, by_level, look
from hotwash.site.public.times import MONTHS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from hotwash.site.metrics.panel import Incidents
    from hotwash.site.public.content import PublicIncident


_TWO_YEARS, _ONE_YEAR = 24, 12  # months


def by_month(live: Incidents, as_of: datetime) -> Panel:
    """How many began in each month."""
    months = months_of(live, as_of)
    number = Counter((month_of(one), one.severity.level) for one in live if one.began)
    levels = [level for level, _ in by_level(live)]
    groups = [_counts("All", "all", [sum(number[month, level] for level in levels) for month in months])]
    groups += [_counts(level, look(level), [number[month, level] for month in months]) for level in levels]
    rows = [
        (month_words(month), *_count_cells([number[month, level] for level in levels]))
        for month in reversed(months)
        if any(number[month, level] for level in levels)
    ]
    earlier = Counter((month // 12, level) for month, level in number.elements() if month < months[0])
    for year in sorted({year for year, _ in earlier}, reverse=True):
        name = f"{year}, until {MONTHS[months[0] % 12 - 1]}" if year == months[0] // 12 else str(year)
        rows.append((name, *_count_cells([earlier[year, level] for level in levels])))
    names = tuple(month_words(month, short=True) if month % 6 == 0 else "" for month in months)
    title = "Incidents a month, by severity"
    table = Table(f"{title}; months without any are left out", ("Month", "All", *levels), tuple(rows), is_long=True)
    word = f"{sum(earlier.values()):,} earlier ones are in the table, by year." if earlier else ""
    if len(levels) == 1:
        groups = groups[1:]
    shown = f"Each column is one of the last {len(months)} months; all rows are to one scale."
    return Panel(
        "Incidents a month", "by the day on which they began", columns(title, names, groups, key=shown), table, word
    )


def months_of(incidents: Incidents, as_of: datetime) -> range:
    """The months that are drawn: two years of them, or the only one that there is."""
    last = as_of.year * 12 + as_of.month - 1
    oldest = min((month_of(one) for one in incidents if one.began), default=last)
    return range(last - (_ONE_YEAR if oldest > last - _ONE_YEAR else _TWO_YEARS) + 1, last + 1)


def month_of(one: PublicIncident) -> int:
    """Months since the beginning of the calendar."""
    assert one.began is not None  # noqa: S101 - asked before
    return one.began.day.year * 12 + one.began.day.month - 1


def month_words(month: int, *, short: bool = False) -> str:
    """A month, counted from the year 0, in words."""
    name = MONTHS[month % 12]
    return f"{name[:3] if short else name} {month // 12}"


def _counts(label: str, look: str, numbers: Sequence[int]) -> Counts:
    return Counts(label, look, tuple(numbers), note=f"{sum(numbers):,}")


def _count_cells(numbers: Sequence[int]) -> tuple[str, ...]:
    return (f"{sum(numbers):,}", *(f"{number:,}" for number in numbers))


def by_year(incidents: Incidents) -> tuple[Panel, ...]:
    """Of what happened over many years."""
    found = [one for one in incidents if one.began]
    if not found:
        return ()
    years = range(
        min(one.began.day.year for one in found if one.began), max(one.began.day.year for one in found if one.began) + 1
    )
    levels = [level for level, _ in by_level(tuple(found))]
    number = Counter((one.began.day.year, one.severity.level) for one in found if one.began)
    groups = [_counts(level, look(level), [number[year, level] for year in years]) for level in levels]
    title = "Incidents a year, by severity"
    step = -(-len(years) // 6)
    names = tuple(str(year) if place % step == 0 else "" for place, year in enumerate(years))
    rows = tuple(
        (str(year), *_count_cells([number[year, level] for level in levels]))
        for year in reversed(years)
        if any(number[year, level] for level in levels)
    )
    table = Table(f"{title}; years without any are left out", ("Year", "All", *levels), rows, is_long=True)
    return (Panel("Incidents a year", "by the day on which they began", columns(title, names, groups), table),)


def causes(incidents: Incidents) -> tuple[Panel, ...]:
    """Why they happened."""
    told = [one.account for one in incidents if one.account and one.account.causes]
    if not told:
        return ()
    counts = Counter(category for account in told for category in {cause.category for cause in account.causes})
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    of = len(told)
    groups = [Parts(name, "all", f"{number:,} of {of:,}", (("kept", number),)) for name, number in ordered]
    title = "Root causes by category"
    table = Table(
        title, ("Category", "Incidents"), tuple((name, f"{number:,}") for name, number in ordered), is_long=True
    )
    means = f"of {counted(of, 'incident')} whose root cause is told; one may have several"
    return (Panel("Root causes", means, bars(title, groups), table),)
