"""The first page: what is open, what was lately, how much there is."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from hotwash.diagnostics import counted
from hotwash.site.page import page
from hotwash.site.places import METRICS, RULES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hotwash.site.content import PublicIncident, PublicRepository
    from hotwash.site.places import Places


def home(public: PublicRepository, places: Places, *, has_rules: bool) -> str:
    """The first page."""
    ours = [incident for incident in public.incidents if incident.status != "dismissed"]
    return page(
        public,
        places,
        places.home,
        "home.md.j2",
        title="Incidents",
        description=_numbers(public),
        hide=("navigation",),
        counted=ours,
        dismissed=len(public.incidents) - len(ours),
        open_incidents=[incident for incident in public.incidents if incident.is_open],
        years=_by_year(incident for incident in public.incidents if not incident.is_open),
        retrospective=_by_year(public.retrospective),
        by_severity=sorted(Counter(incident.severity.level for incident in ours).items()),
        metrics_href=places.href(places.home, METRICS),
        rules_href=places.href(places.home, RULES) if has_rules else "",
    )


def _by_year(incidents: Iterable[PublicIncident]) -> dict[str, list[PublicIncident]]:
    years: dict[str, list[PublicIncident]] = {}
    for incident in incidents:
        years.setdefault(str(incident.began.day.year) if incident.began else "Without a date", []).append(incident)
    return years


def _numbers(public: PublicRepository) -> str:
    told = [counted(len(public.incidents), "incident")] if public.incidents or not public.retrospective else []
    if public.retrospective:
        told.append(counted(len(public.retrospective), "retrospective record"))
    return f"{', '.join(told)}, the newest first"
