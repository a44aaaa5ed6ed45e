"""Public incidents -> panels: a chart, the table beneath it, and a word on how far its numbers carry."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hotwash.diagnostics import counted
from hotwash.facts.measures import SHOWN_FROM, spread
from hotwash.model.base import LEVELS
from hotwash.site.pages.charts import Chart, Counts, Group, Parts, bars, columns, span_words, spans
from hotwash.site.public.times import MONTHS, day_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date, datetime, timedelta

    from hotwash.facts.measures import Kept, Lengths, Spread
    from hotwash.model.base import Level
    from hotwash.site.public.content import PublicIncident, PublicItem

    Incidents = tuple[PublicIncident, ...]
    Which = Callable[[Lengths], timedelta | None]

_TWO_YEARS, _ONE_YEAR = 24, 12  # months
_MIDDLE, _FAR = SHOWN_FROM[50], SHOWN_FROM[90]
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


# --- how long it took


def _detect(taken: Lengths) -> timedelta | None:
    return taken.detect


def _acknowledge(taken: Lengths) -> timedelta | None:
    return taken.acknowledge


def mitigate(taken: Lengths) -> timedelta | None:
    """The time to mitigate."""
    return taken.mitigate


def _resolve(taken: Lengths) -> timedelta | None:
    return taken.resolve


_FOUR: tuple[tuple[str, str, Which], ...] = (
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
    return tuple(_time(incidents, *what) for what in _FOUR) if incidents else ()


def _time(incidents: Incidents, title: str, means: str, which: Which) -> Panel:
    every = lengths_of(incidents, which)
    if not every:
        return Panel(title, means, None, None, f"Known of none of {counted(len(incidents), 'incident')}.")
    groups, rows = [], []
    for level, of_level in _by_level(incidents):
        values = lengths_of(of_level, which)
        found = spread(values)
        groups.append(Group(level, _look(level), values, found))
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
    if not 0 < len(incidents) < _MIDDLE:
        return times(incidents)
    rows = []
    for title, _, which in _FOUR:
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
    if number < _MIDDLE:
        return f"{shown}, and so few say nothing of what is usual."
    return f"{shown}. A middle of {number} says little: one more night may move it."


def _by_level(incidents: Incidents) -> tuple[tuple[Level, Incidents], ...]:
    """Each severity that occurs, the worst first."""
    found = ((level, tuple(one for one in incidents if one.severity.level == level)) for level in LEVELS)
    return tuple((level, of_level) for level, of_level in found if of_level)


def _look(level: str) -> str:
    return level.lower()


# --- how many there were


def by_month(live: Incidents, as_of: datetime) -> Panel:
    """How many began in each month."""
    months = _months(live, as_of)
    number = Counter((_month(one), one.severity.level) for one in live if one.began)
    levels = [level for level, _ in _by_level(live)]
    groups = [_counts("All", "all", [sum(number[month, level] for level in levels) for month in months])]
    groups += [_counts(level, _look(level), [number[month, level] for month in months]) for level in levels]
    rows = [
        (_month_words(month), *_count_cells([number[month, level] for level in levels]))
        for month in reversed(months)
        if any(number[month, level] for level in levels)
    ]
    earlier = Counter((month // 12, level) for month, level in number.elements() if month < months[0])
    for year in sorted({year for year, _ in earlier}, reverse=True):
        name = f"{year}, until {MONTHS[months[0] % 12 - 1]}" if year == months[0] // 12 else str(year)
        rows.append((name, *_count_cells([earlier[year, level] for level in levels])))
    names = tuple(_month_words(month, short=True) if month % 6 == 0 else "" for month in months)
    title = "Incidents a month, by severity"
    table = Table(f"{title}; months without any are left out", ("Month", "All", *levels), tuple(rows), is_long=True)
    word = f"{sum(earlier.values()):,} earlier ones are in the table, by year." if earlier else ""
    if len(levels) == 1:
        groups = groups[1:]
    shown = f"Each column is one of the last {len(months)} months; all rows are to one scale."
    return Panel(
        "Incidents a month", "by the day on which they began", columns(title, names, groups, key=shown), table, word
    )


def _months(incidents: Incidents, as_of: datetime) -> range:
    """The months that are drawn: two years of them, or the only one that there is."""
    last = as_of.year * 12 + as_of.month - 1
    oldest = min((_month(one) for one in incidents if one.began), default=last)
    return range(last - (_ONE_YEAR if oldest > last - _ONE_YEAR else _TWO_YEARS) + 1, last + 1)


def _month(one: PublicIncident) -> int:
    """Months since the beginning of the calendar."""
    assert one.began is not None  # noqa: S101 - asked before
    return one.began.day.year * 12 + one.began.day.month - 1


def _month_words(month: int, *, short: bool = False) -> str:
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
    levels = [level for level, _ in _by_level(tuple(found))]
    number = Counter((one.began.day.year, one.severity.level) for one in found if one.began)
    groups = [_counts(level, _look(level), [number[year, level] for year in years]) for level in levels]
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


# --- what was asked, and kept


_KEPT_KEY = "Full: in time. Broken frame: late or never."


def kept_panels(live: Incidents, as_of: datetime) -> tuple[Panel, ...]:
    """What was asked of those that are closed, and how often it was kept."""
    closed = [(one, one.measured.kept) for one in live if one.measured.kept]
    if not closed:
        return ()
    return (
        _responses([kept for _, kept in closed]),
        *first_actions(live),
        _updates(closed),
        _postmortems(live, as_of),
    )


def _shares(title: str, means: str, found: Sequence[tuple[str, bool]], *, unit: str, word: str = "") -> Panel:
    """How many were in time, by severity."""
    by_level = Counter(found)
    levels = [level for level in LEVELS if by_level[level, True] + by_level[level, False]]
    if not levels:
        return Panel(title, means, None, None, word or "Asked of none.")
    groups, rows = [], []
    for level in levels:
        kept, missed = by_level[level, True], by_level[level, False]
        note = f"{kept:,} of {kept + missed:,} in time"
        groups.append(Parts(level, _look(level), note, (("kept", kept), ("missed", missed))))
        rows.append((level, f"{kept + missed:,}", f"{kept:,}", f"{missed:,}"))
    caption = f"{title}, by severity"
    table = Table(caption, ("Severity", unit, "In time", "Late or never"), tuple(rows), is_long=True)
    return Panel(title, means, bars(caption, groups, key=_KEPT_KEY, of_all=True), table, word)


def _responses(closed: Iterable[Kept]) -> Panel:
    found = [
        (kept.response_level, kept.response) for kept in closed if kept.response is not None and kept.response_level
    ]
    return _shares(
        "Response in time",
        "somebody took it within the limit of the severity that it had then",
        found,
        unit="Incidents",
    )


def first_actions(incidents: Incidents) -> tuple[Panel, ...]:
    """The four first actions, and what the STOP gate says."""
    closed = [(one, one.measured.kept) for one in incidents if one.measured.kept]
    asked = [(one, kept) for one, kept in closed if kept.signed_in_time is not None]
    if not asked:
        return ()
    late = sum(kept.gate == "late" for _, kept in asked)
    shut = sum(kept.gate == "shut" for _, kept in asked)
    taken = spread(kept.signed_after for _, kept in asked if kept.signed_after is not None)
    said = f"The STOP gate opened in order for {len(asked) - late - shut:,} of {len(asked):,}"
    said += f", {late:,} went ahead of it and {'says' if late == 1 else 'say'} why" if late else ""
    said += f", {shut:,} {'is' if shut == 1 else 'are'} closed though it says stop" if shut else ""
    said += "."
    if taken is not None and taken.p50 is not None:
        said += f" Half of {taken.n:,} had all four signed {span_words(taken.p50)} after the declaration or sooner."
    found = [(one.severity.level, bool(kept.signed_in_time)) for one, kept in asked]
    return (
        _shares(
            "First actions in time",
            "all four were signed off as soon after the declaration as the policy asks",
            found,
            unit="Incidents",
            word=said,
        ),
    )


def _updates(closed: Sequence[tuple[PublicIncident, Kept]]) -> Panel:
    title, means = "Status updates in time", "those that came, and those that were due and never came"
    groups, rows = [], []
    for level in LEVELS:
        of_level = [kept for one, kept in closed if one.severity.level == level and kept.updates_asked]
        asked, late = sum(kept.updates_asked for kept in of_level), sum(kept.updates_late for kept in of_level)
        if not asked:
            continue
        longest = max((kept.longest_silence for kept in of_level if kept.longest_silence), default=None)
        note = f"{asked - late:,} of {asked:,} in time"
        groups.append(Parts(level, _look(level), note, (("kept", asked - late), ("missed", late))))
        silence = span_words(longest) if longest else NOT_TOLD
        rows.append((level, f"{len(of_level):,}", f"{asked:,}", f"{asked - late:,}", f"{late:,}", silence))
    if not rows:
        return Panel(title, means, None, None, "Asked of none.")
    caption = f"{title}, by severity"
    head = ("Severity", "Incidents", "Updates", "In time", "Late or never", "Longest silence")
    table = Table(caption, head, tuple(rows), is_long=True)
    return Panel(title, means, bars(caption, groups, key=_KEPT_KEY, of_all=True), table)


def _postmortems(live: Incidents, as_of: datetime) -> Panel:
    found = [
        (one.severity.level, one.measured.kept.postmortem)
        for one in live
        if one.measured.kept and one.measured.kept.postmortem is not None
    ]
    due = (one.measured.postmortem_due for one in live if one.status == "resolved")
    waiting = sum(when is not None and when < as_of for when in due)
    word = ""
    if waiting:
        is_ = "is" if waiting == 1 else "are"
        word = f"{waiting:,} more {is_} resolved and past that day, and {is_} not closed."
    return _shares(
        "Post-mortems in time",
        "published, and reviewed by the day that the policy asks for",
        found,
        unit="Post-mortems",
        word=word,
    )


# --- action items


def items_of(incidents: Incidents) -> list[PublicItem]:
    """Their action items, as far as they are public."""
    return [item for one in incidents if one.account for item in one.account.items]


def is_open(item: PublicItem) -> bool:
    """Work is left."""
    return item.status in ("open", "in progress")


def is_overdue(item: PublicItem, today: date) -> bool:
    """It is open, and was due before today."""
    return is_open(item) and item.due is not None and item.due < today


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
        waiting, late = sum(map(is_open, of_level)), sum(is_overdue(item, today) for item in of_level)
        done, dropped = (sum(item.status == word for item in of_level) for word in ("done", "dropped"))
        label = level or "no priority"
        note = f"{waiting:,} open" + (f", {late:,} of them overdue" if late else "")
        if waiting:
            groups.append(Parts(label, _look(level or "all"), note, (("late", late), ("waiting", waiting - late))))
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
                came[_month(one)] += 1
            if item.closed and not is_open(item):
                ended[item.closed.year * 12 + item.closed.month - 1] += 1
    months = _months(incidents, as_of)
    if not any(came[month] or ended[month] for month in months):
        return ()
    came_then, ended_then = tuple(came[month] for month in months), tuple(ended[month] for month in months)
    note = f"{sum(came_then):,} came, {sum(ended_then):,} ended"
    group = Counts("All", "all", came_then, ended_then, note)
    names = tuple(_month_words(month, short=True) if month % 6 == 0 else "" for month in months)
    title = "Action items that came and that ended, by month"
    key = "Above the line: by the month of the incident that they are from. Below it: done or dropped in that month."
    rows = tuple(
        (_month_words(month), f"{came[month]:,}", f"{ended[month]:,}")
        for month in reversed(months)
        if came[month] or ended[month]
    )
    table = Table(f"{title}; months without any are left out", ("Month", "Came", "Done or dropped"), rows, is_long=True)
    return (
        Panel("Came and ended", f"in the last {len(months)} months", columns(title, names, [group], key=key), table),
    )


# --- why it happened, and what came again


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


# --- this year and the one before


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
    if min(len(now), len(before)) < _MIDDLE:
        fewer = f"{counted(len(now), 'incident')} in the last 12 months and {len(before):,} in the 12 before"
        return Panel(title, "", None, None, f"{fewer}: too few to set side by side.")
    rows = [
        ("Incidents", f"{len(before):,}", f"{len(now):,}"),
        ("P0 and P1", *(f"{sum(one.severity.level in ('P0', 'P1') for one in some):,}" for some in (before, now))),
    ]
    for name, _, which in _FOUR:
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
