"""PublicRepository -> the page of numbers: whether we learn, with a word on what each number is worth.

Incidents that were recorded while they happened are what the numbers are about. Those written up afterwards, drills
and retrospective records are cohorts of their own, below and never mixed in; what was dismissed is in none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from hotwash.diagnostics import counted
from hotwash.facts.measures import SHOWN_FROM, spread
from hotwash.facts.prevention import is_undone, prevents
from hotwash.site.metrics.charts import span_words
from hotwash.site.metrics.counts import by_month, by_year, causes
from hotwash.site.metrics.items import is_overdue, items_of, items_panels
from hotwash.site.metrics.kept import first_actions, kept_panels
from hotwash.site.metrics.times import lengths_of, mitigate, times, times_apart
from hotwash.site.metrics.years import ago, compared, the_year_before, this_year
from hotwash.site.pages.page import page
from hotwash.site.places import ACTION_ITEMS, METRICS
from hotwash.site.public.content import Related
from hotwash.site.public.times import day_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from hotwash.site.metrics.panel import Incidents
    from hotwash.site.places import Places
    from hotwash.site.public.content import PublicIncident, PublicItem, PublicRepository

_LISTED = 10


@dataclass(frozen=True, slots=True)
class Again:
    """An incident like an earlier one whose lesson is not put into practice.

    Attributes:
        items: What was to prevent it and is not done: its id, what it is and how it stands.
    """

    incident: Related
    earlier: Related
    items: tuple[str, ...]


def metrics(public: PublicRepository, places: Places) -> str:
    """The page of numbers."""
    counts = [one for one in public.incidents if one.status != "dismissed"]
    live = tuple(one for one in counts if one.recording is None)
    late = tuple(one for one in counts if one.recording is not None)
    drills = tuple(one for one in public.drills if one.status != "dismissed")
    foreign = tuple(one for one in public.retrospective if one.status != "dismissed")
    again = _again(live, public.all)
    lead = _lead(live, public.as_of) if live else _lead_without_ours(late, drills, foreign)
    return page(
        public,
        places,
        METRICS,
        "metrics.md.j2",
        title="Metrics",
        description=lead[0],
        hide=("navigation",),
        is_found=False,
        lead=lead,
        about=_about(live, public.as_of, is_all=not (late or drills or foreign)),
        live=live,
        times=times(live),
        by_month=by_month(live, public.as_of) if live else None,
        clocks=kept_panels(live, public.as_of),
        items=items_panels(live, public.as_of),
        board_href=places.href(METRICS, ACTION_ITEMS),
        causes=causes(live),
        again=again[:_LISTED],
        again_more=max(len(again) - _LISTED, 0),
        years=compared(live, public.as_of) if live else None,
        late=late,
        late_panels=(*times_apart(late), *items_panels(late, public.as_of)[:1]),
        drills=drills,
        drill_panels=(*times_apart(drills), *first_actions(drills)),
        foreign=foreign,
        foreign_panels=(*times_apart(foreign), *by_year(foreign), *causes(foreign)),
        organisations=len({one.organisation for one in foreign if one.organisation}),
        from_middle=SHOWN_FROM[50],
        from_far=SHOWN_FROM[90],
    )


# --- what stands first


def _lead(live: Incidents, as_of: datetime) -> tuple[str, ...]:
    """Three sentences that a manager takes away."""
    now, before = this_year(live, as_of), the_year_before(live, as_of)
    worst = sum(one.severity.level == "P0" for one in now)
    said = f"{counted(len(now), 'incident')} in the last 12 months, {worst or 'none'} of them P0"
    if not now:
        said = "No incident in the last 12 months"
    elif len(now) == 1:
        said = f"1 incident in the last 12 months, a {now[0].severity.level}"
    oldest = min((one.began.start for one in live if one.began), default=as_of)
    if before or oldest < ago(as_of, 2):
        said += f"; {len(before) or 'none'} in the 12 months before"
    elif now:
        said += f", the first on record on {day_text(oldest.date())}"
    of = now or live
    return (f"{said}.", _mitigated_words(of), _items_words(items_of(live), as_of.date()))


def _about(live: Incidents, as_of: datetime, *, is_all: bool) -> str:
    """What the numbers are about."""
    said = f"As of {day_text(as_of.date())}, from what is published"
    if not live:
        return f"{said}."
    said += f": {counted(len(live), 'incident')} that {_was(live)} recorded while {'it' if len(live) == 1 else 'they'} happened"
    return f"{said}." if is_all else f"{said}. The others are below, each kind apart."


def _mitigated_words(incidents: Incidents) -> str:
    values = lengths_of(incidents, mitigate)
    found = spread(values)
    if found is None:
        return "When users no longer felt it is known of none of them."
    if found.p50 is None:
        told = " and ".join(span_words(value) for value in sorted(values))
        return f"Until users no longer felt it took {told}: too few to say what is usual."
    whom = "Half" if found.n == len(incidents) else f"Half of the {found.n:,} whose time is known"
    far = f", nine in ten within {_at_most(found.p90)}" if found.p90 is not None else ""
    return f"{whom} were mitigated within {_at_most(found.p50)}{far}."


def _at_most(span: timedelta) -> str:
    """A length in words that is no less than it, where words leave out what is small: "within" is a promise."""
    small = next(step for least, step in _LEFT_OUT if span >= least)
    return span_words(-(-span // small) * small)


# From a length on, in what steps it is told.
_LEFT_OUT = (
    (timedelta(days=10), timedelta(days=1)),
    (timedelta(days=1), timedelta(hours=1)),
    (timedelta(minutes=10), timedelta(minutes=1)),
    (timedelta(minutes=1), timedelta(seconds=1)),
    (timedelta(0), timedelta(minutes=1)),
)


def _items_words(items: Sequence[PublicItem], today: date) -> str:
    if not items:
        return "No action item has been published: they are, once an incident is closed."
    overdue = sum(is_overdue(item, today) for item in items)
    still_open = sum(item.is_open for item in items)
    if not still_open:
        return f"{'The action item is' if len(items) == 1 else f'All {len(items):,} action items are'} done or dropped."
    of = f"of {counted(len(items), 'action item')}"
    verb = "is" if still_open == 1 else "are"
    late = f"{overdue:,} of these {'is' if overdue == 1 else 'are'} overdue" if overdue else "none of these is overdue"
    return f"{still_open:,} {of} {verb} open, {late}."


def _lead_without_ours(late: Incidents, drills: Incidents, foreign: Incidents) -> tuple[str, ...]:
    said = ["No incident of our own that was recorded while it happened is published, so nothing here tells how we do."]
    if foreign:
        whose = len({one.organisation for one in foreign if one.organisation})
        years = sorted(one.began.day.year for one in foreign if one.began)
        when = f" from {years[0]} to {years[-1]}" if years and years[0] != years[-1] else ""
        of = f" of {counted(whose, 'organisation')}" if whose else ""
        told = f"{counted(len(foreign), 'incident')}{of}{when} {_was(foreign)} recorded afterwards from sources"
        said.append(f"{told}, chosen because much is told of {'it' if len(foreign) == 1 else 'them'}.")
        said.append(_mitigated_words(foreign))
    others = [f"{counted(len(late), 'incident')} that {_was(late)} written up afterwards"] if late else []
    others += [counted(len(drills), "drill")] if drills else []
    if others and not foreign:
        said.append(f"Below {_is(late or drills)} {' and '.join(others)}, counted apart.")
    return tuple(said)


def _was(several: Sequence[object]) -> str:
    return "was" if len(several) == 1 else "were"


def _is(several: Sequence[object]) -> str:
    return "is" if len(several) == 1 else "are"


def _again(live: Incidents, every: Iterable[PublicIncident]) -> tuple[Again, ...]:
    """Incidents that say they are like an earlier one, of which something that was to prevent it is not done."""
    known = {one.id: one for one in every}
    found = []
    for one in live:
        for earlier in (known[id_] for id_ in one.measured.similar if id_ in known):
            if earlier.is_drill or earlier.is_retrospective or not _came_before(earlier, one):
                continue
            items = tuple(
                f"{item.id} {item.title} ({item.status})"
                for item in items_of((earlier,))
                if is_undone(item, is_taken_up=any(map(prevents, items_of((one,)))))
            )
            if items:
                found.append(Again(Related(one.id, one.title), Related(earlier.id, earlier.title), items))
    return tuple(found)


def _came_before(first: PublicIncident, second: PublicIncident) -> bool:
    return first.began is not None and second.began is not None and first.began.start < second.began.start
