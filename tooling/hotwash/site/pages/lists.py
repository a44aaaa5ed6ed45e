"""Lists of incidents by year, service, severity and root cause, and for each of these a page that counts them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from hotwash.diagnostics import counted
from hotwash.site.pages.cohorts import Cohorts, grouped
from hotwash.site.pages.page import page
from hotwash.site.places import (
    CAUSES,
    SERVICES,
    SEVERITIES,
    UNKNOWN_CAUSE,
    UNTOLD_CAUSE,
    YEARS,
    cause_page,
    service_page,
    severity_page,
    year_page,
)
from hotwash.site.public.times import MONTHS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from hotwash.site.places import Places
    from hotwash.site.public.content import PublicIncident, PublicRepository
    from hotwash.site.public.times import Moment

# The newest of each cohort that a list shows; the rest is found by year, whose lists are whole.
SHOWN = 100
# A year with more than so many is told month by month.
_BY_MONTH = 20
_UNDATED = ""


class Part(NamedTuple):
    """A part of a list under a heading of its own, which is empty where there is only one."""

    heading: str
    incidents: tuple[PublicIncident, ...]


@dataclass(frozen=True, slots=True)
class _Kind:
    """One way to group incidents.

    Attributes:
        title: Of the page that counts them.
        by: The same in the middle of a sentence.
        index: Where that one is.
        lead: What it says below its title.
        keys: Under what an incident is listed.
        path: Where the list of a key is.
        named: What a key is called.
        titled: The title of the list of a key.
        order: Where a key stands among those of a cohort, by how many there are of it.
        is_whole: The lists show all that there is.
    """

    title: str
    by: str
    index: str
    lead: str
    keys: Callable[[PublicIncident], Iterable[str]]
    path: Callable[[str], str]
    named: Callable[[str], str]
    titled: Callable[[str], str]
    order: Callable[[str, int], tuple[int | str, ...]]
    is_whole: bool = False


def year_of(one: PublicIncident) -> int | None:
    """The year in which an incident is listed: that in which it began."""
    moment = one.day or one.began
    return moment.day.year if moment else None


def years_of(incidents: Iterable[PublicIncident]) -> list[tuple[int | None, int]]:
    """How many incidents began in each year, the newest year first."""
    found: dict[int | None, int] = {}
    for one in incidents:
        found[year_of(one)] = found.get(year_of(one), 0) + 1
    return sorted(found.items(), key=lambda pair: -(pair[0] or 0))


def cause_keys(one: PublicIncident) -> tuple[str, ...]:
    """The kinds of the root causes of an incident; what was dismissed has none."""
    if one.status == "dismissed":
        return ()
    if one.account is None:
        return (UNTOLD_CAUSE,)
    if one.account.causes:
        return tuple(dict.fromkeys(cause.category.replace(" ", "-") for cause in one.account.causes))
    return (UNKNOWN_CAUSE if one.account.no_causes else UNTOLD_CAUSE,)


def _year_keys(one: PublicIncident) -> tuple[str, ...]:
    year = year_of(one)
    return (str(year) if year else _UNDATED,)


def _most_first(key: str, count: int) -> tuple[int | str, ...]:
    return (key in (UNKNOWN_CAUSE, UNTOLD_CAUSE), -count, key.lower(), key)


_CAUSE_NAMES = {UNKNOWN_CAUSE: "Not known", UNTOLD_CAUSE: "Not told yet"}


def _cause_name(category: str) -> str:
    return _CAUSE_NAMES.get(category) or category.replace("-", " ").capitalize()


def _cause_title(category: str) -> str:
    return f"Root cause: {_cause_name(category).lower()}"


_KINDS = (
    _Kind(
        title="Years",
        by="year",
        index=YEARS,
        lead="All incidents, by the year in which they began.",
        keys=_year_keys,
        path=lambda key: year_page(int(key) if key else None),
        named=lambda key: key or "Without a date",
        titled=lambda key: f"Incidents of {key}" if key else "Incidents without a date",
        order=lambda key, _: (-int(key or 0),),
        is_whole=True,
    ),
    _Kind(
        title="Services",
        by="service",
        index=SERVICES,
        lead="What was hit; an incident counts for each of its services.",
        keys=lambda one: one.services,
        path=service_page,
        named=lambda key: key,
        titled=lambda key: f"Incidents of {key}",
        order=_most_first,
    ),
    _Kind(
        title="Severities",
        by="severity",
        index=SEVERITIES,
        lead="How bad it was.",
        keys=lambda one: (one.severity.level,),
        path=severity_page,
        named=lambda key: key,
        titled=lambda key: f"Incidents of severity {key}",
        order=lambda key, _: (key,),
    ),
    _Kind(
        title="Root causes",
        by="root cause",
        index=CAUSES,
        lead="Why it happened, as told once an incident is closed. One with several causes counts for each.",
        keys=cause_keys,
        path=cause_page,
        named=_cause_name,
        titled=_cause_title,
        order=_most_first,
    ),
)


def lists(public: PublicRepository, places: Places) -> dict[str, str]:
    """The pages of all lists, by path."""
    made = {}
    for kind in _KINDS:
        groups = grouped(public.all, kind.keys)
        made[kind.index] = _index(kind, groups, public, places)
        made |= {kind.path(key): _list(kind, key, cohorts, public, places) for key, cohorts in groups.items()}
    return made


@dataclass(frozen=True, slots=True)
class _Group:
    """A line of a page that counts.

    Attributes:
        means: What a severity means.
        most: How many the largest group of the page has.
        notes: What more there is to say of it.
        newest: The day of the newest of them.
    """

    name: str
    means: str
    link: str
    count: int
    most: int
    notes: tuple[str, ...]
    newest: Moment | None


def _index(kind: _Kind, groups: dict[str, Cohorts], public: PublicRepository, places: Places) -> str:
    return page(
        public,
        places,
        kind.index,
        "list_index.md.j2",
        title=kind.title,
        description=f"Incidents by {kind.by}",
        hide=("navigation",),
        is_found=False,
        heading=kind.title,
        lead=kind.lead,
        ours=_counts(kind, {key: (of.counted, tuple(_remarks(of))) for key, of in groups.items()}, places),
        drills=_counts(kind, {key: (of.drills, ()) for key, of in groups.items()}, places),
        retrospective=_counts(kind, {key: (of.retrospective, ()) for key, of in groups.items()}, places),
    )


def _counts(
    kind: _Kind, groups: dict[str, tuple[tuple[PublicIncident, ...], tuple[str, ...]]], places: Places
) -> list[_Group]:
    """The lines of a cohort: of each key that has any, or of which there is something to say."""
    found = {key: group for key, group in groups.items() if any(group)}
    most = max((len(incidents) for incidents, _ in found.values()), default=0)
    return [
        _Group(
            name=kind.named(key),
            means=incidents[0].severity.means if kind.index == SEVERITIES and incidents else "",
            link=places.href(kind.index, kind.path(key)),
            count=len(incidents),
            most=most,
            notes=notes,
            newest=None if kind.is_whole or not incidents else incidents[0].day,
        )
        for key, (incidents, notes) in sorted(found.items(), key=lambda pair: kind.order(pair[0], len(pair[1][0])))
    ]


def _remarks(cohorts: Cohorts) -> Iterator[str]:
    if cohorts.open:
        yield f"{len(cohorts.open)} open"
    if cohorts.dismissed:
        yield f"{cohorts.dismissed} dismissed, not counted"


def _list(kind: _Kind, key: str, cohorts: Cohorts, public: PublicRepository, places: Places) -> str:
    title = kind.titled(key)
    return page(
        public,
        places,
        kind.path(key),
        "list.md.j2",
        title=title,
        description=f"{title}: {', '.join(_numbers(cohorts))}",
        hide=("navigation",),
        is_found=False,
        heading=title,
        means=cohorts.all[0].severity.means if kind.index == SEVERITIES else "",
        cohorts=cohorts,
        parted=lambda incidents: tuple(_parts(kind, incidents)),
        left=lambda incidents: () if kind.is_whole else years_of(incidents[SHOWN:]),
    )


def _parts(kind: _Kind, incidents: tuple[PublicIncident, ...]) -> Iterator[Part]:
    if not kind.is_whole:
        yield Part("", incidents[:SHOWN])
        return
    if len(incidents) <= _BY_MONTH:
        yield Part("", incidents)
        return
    months: dict[str, list[PublicIncident]] = {}
    for one in incidents:
        moment = one.day or one.began
        month = MONTHS[moment.day.month - 1] if moment and not _is_year(moment.period) else "Some time in the year"
        months.setdefault(month, []).append(one)
    for month, of_month in months.items():
        yield Part(month, tuple(of_month))


def _is_year(period: str) -> bool:
    return period.isdigit()


def _numbers(cohorts: Cohorts) -> Iterator[str]:
    if cohorts.incidents or not cohorts.retrospective:
        yield counted(len(cohorts.counted), "incident")
    if cohorts.drills:
        yield counted(len(cohorts.drills), "drill")
    if cohorts.retrospective:
        yield counted(len(cohorts.retrospective), "retrospective record")
