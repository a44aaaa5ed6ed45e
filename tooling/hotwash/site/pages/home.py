"""The first page: what is open and what is due, what was lately, how much there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotwash.diagnostics import counted
from hotwash.site.pages.cohorts import cohorts_of
from hotwash.site.pages.lists import years_of
from hotwash.site.pages.page import page
from hotwash.site.places import RULES
from hotwash.site.public.content import Clock
from hotwash.site.public.times import minute_of

if TYPE_CHECKING:
    from hotwash.site.places import Places
    from hotwash.site.public.content import PublicRepository

# How many of each there are at most, so that this page stays as short as it is; the lists hold all of them.
_OPEN = 50
_RECENT = 10
_APART = 5
# Where all records are about others, they are what the site is about.
_OTHERS = 20


def home(public: PublicRepository, places: Places, *, has_rules: bool) -> str:
    """The first page."""
    cohorts = cohorts_of(public)
    awaiting = [one for one in cohorts.incidents if one.awaits_postmortem][:_RECENT]
    told = {one.id for one in (*cohorts.open, *awaiting)}
    recent = [one for one in cohorts.incidents if one.id not in told][:_RECENT]
    return page(
        public,
        places,
        places.home,
        "home.md.j2",
        title="Incidents",
        description=_numbers(public),
        hide=("navigation",),
        cohorts=cohorts,
        as_of=Clock("as of", minute_of(public.as_of)),
        open=cohorts.open[:_OPEN],
        open_left=years_of(cohorts.open[_OPEN:]),
        awaiting=awaiting,
        recent=recent,
        years=years_of(cohorts.incidents),
        drills=cohorts.drills[:_APART],
        drill_years=years_of(cohorts.drills),
        retrospective=cohorts.retrospective[: _APART if cohorts.incidents else _OTHERS],
        retrospective_years=years_of(cohorts.retrospective),
        rules_href=places.href(places.home, RULES) if has_rules else "",
    )


def _numbers(public: PublicRepository) -> str:
    told = [counted(len(public.incidents), "incident")] if public.incidents or not public.retrospective else []
    if public.retrospective:
        told.append(counted(len(public.retrospective), "retrospective record"))
    return f"{', '.join(told)}, the newest first"
