"""PublicRepository -> the documents of Statuspage's public API, version 2, so that its clients read them.

Some clients refuse keys that they do not know, so there is none of our own. What it tells of an incident that is not
closed is told by its page too: status, severity, services, times, and what the public was told.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Literal

# The tests make schemas of these with pydantic, and before Python 3.12 it takes no other.
from typing_extensions import TypedDict

from hotwash.model.time import EARLIEST
from hotwash.site.apart import read_apart
from hotwash.site.feeds.incident_json import as_text
from hotwash.site.prose import shown
from hotwash.site.public.updated import last_told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from hotwash.model.base import Level
    from hotwash.model.incident import Status as RecordStatus
    from hotwash.site.places import Places
    from hotwash.site.public.content import PublicIncident, PublicRepository
    from hotwash.site.public.times import Moment

API = "api/v2"
NEWEST = 50
Impact = Literal["none", "minor", "major", "critical"]
ComponentStatus = Literal["operational", "degraded_performance", "partial_outage", "major_outage"]
Stage = Literal["investigating", "identified", "monitoring", "resolved", "postmortem"]
_DAY = timedelta(days=1)
# Statuspage has three levels for the four. `none` would say that nobody felt it, and somebody declares a P3 because
# somebody did.
_IMPACTS: dict[Level, Impact] = {"P0": "critical", "P1": "major", "P2": "minor", "P3": "minor"}
_COMPONENTS: dict[Impact, ComponentStatus] = {
    "none": "operational",
    "minor": "degraded_performance",
    "major": "partial_outage",
    "critical": "major_outage",
}
_SAID: dict[Impact, str] = {
    "none": "All Systems Operational",
    "minor": "Minor Service Outage",
    "major": "Partial System Outage",
    "critical": "Major Service Outage",
}
_BY_WEIGHT: tuple[Impact, ...] = tuple(_SAID)
_STAGES: dict[RecordStatus, Stage] = {
    "declared": "investigating",
    "investigating": "investigating",
    "identified": "identified",
    "monitoring": "monitoring",
    "resolved": "resolved",
    "closed": "resolved",
}


class Page(TypedDict):
    """The site as a whole."""

    id: str
    name: str
    url: str
    time_zone: str
    updated_at: str


class Overall(TypedDict):
    """How all of it is."""

    indicator: Impact
    description: str


class Component(TypedDict):
    """A service."""

    id: str
    name: str
    status: ComponentStatus
    created_at: str
    updated_at: str
    position: int
    description: None
    showcase: bool
    start_date: None
    group_id: None
    page_id: str
    group: bool
    only_show_if_degraded: bool


class Update(TypedDict):
    """What the public was told."""

    id: str
    status: Stage
    body: str
    incident_id: str
    created_at: str
    updated_at: str
    display_at: str
    affected_components: None
    deliver_notifications: bool
    custom_tweet: None
    tweet_id: None


class Incident(TypedDict):
    """An incident."""

    id: str
    name: str
    status: Stage
    created_at: str
    updated_at: str
    monitoring_at: str | None
    resolved_at: str | None
    impact: Impact
    shortlink: str
    started_at: str
    page_id: str
    incident_updates: list[Update]
    components: list[Component]


class StatusDocument(TypedDict):
    """`status.json`."""

    page: Page
    status: Overall


class ComponentsDocument(TypedDict):
    """`components.json`."""

    page: Page
    components: list[Component]


class IncidentsDocument(TypedDict):
    """`incidents.json` and `incidents/unresolved.json`."""

    page: Page
    incidents: list[Incident]


class SummaryDocument(TypedDict):
    """`summary.json`."""

    page: Page
    components: list[Component]
    incidents: list[Incident]
    scheduled_maintenances: list[Incident]
    status: Overall


def statuspage_files(public: PublicRepository, places: Places) -> dict[str, str]:
    """The documents, by path. Only incidents of the organisation itself are in them, and none that was dismissed."""
    ours = [one for one in public.incidents if one.status != "dismissed"]
    still_open = [one for one in ours if one.is_open]
    components = _components(ours, _page_id(public))

    def page(path: str) -> Page:
        return {
            "id": _page_id(public),
            "name": shown(public.organisation) or "Incidents",
            "url": places.link(path, places.home),
            "time_zone": "Etc/UTC",
            "updated_at": stamp(_newest(ours)),
        }

    def told(path: str, incidents: Iterable[PublicIncident]) -> list[Incident]:
        return [_incident(one, path, _page_id(public), components, places) for one in incidents]

    worst = _worst(still_open)
    status: Overall = {"indicator": worst, "description": _SAID[worst]}
    paths = {name: f"{API}/{name}.json" for name in _DOCUMENTS}
    summary: SummaryDocument = {
        "page": page(paths["summary"]),
        "components": list(components.values()),
        "incidents": told(paths["summary"], still_open),
        "scheduled_maintenances": [],
        "status": status,
    }
    alone: StatusDocument = {"page": page(paths["status"]), "status": status}
    services: ComponentsDocument = {"page": page(paths["components"]), "components": list(components.values())}
    last: IncidentsDocument = {
        "page": page(paths["incidents"]),
        "incidents": told(paths["incidents"], ours[:NEWEST]),
    }
    unresolved: IncidentsDocument = {
        "page": page(paths["incidents/unresolved"]),
        "incidents": told(paths["incidents/unresolved"], still_open),
    }
    documents = (summary, alone, services, last, unresolved)
    return {paths[name]: as_text(document) for name, document in zip(_DOCUMENTS, documents, strict=True)}


_DOCUMENTS = ("summary", "status", "components", "incidents", "incidents/unresolved")


def stamp(moment: datetime) -> str:
    """A moment as Statuspage writes it: to the millisecond, in UTC."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _page_id(public: PublicRepository) -> str:
    return re.sub(r"[^a-z0-9]+", "-", public.organisation.lower()).strip("-") or "incidents"


def _components(ours: Iterable[PublicIncident], page_id: str) -> dict[str, Component]:
    """The services that public incidents name, by name; no other is known to everybody."""
    hits: dict[str, list[PublicIncident]] = {}
    for one in ours:
        for service in one.services:
            hits.setdefault(service, []).append(one)
    return {
        service: {
            "id": service,
            "name": service,
            "status": _COMPONENTS[_worst(one for one in hits[service] if one.is_open)],
            "created_at": stamp(min(map(_created, hits[service]))),
            "updated_at": stamp(_newest(hits[service])),
            "position": position,
            "description": None,
            "showcase": False,
            "start_date": None,
            "group_id": None,
            "page_id": page_id,
            "group": False,
            "only_show_if_degraded": False,
        }
        for position, service in enumerate(sorted(hits), 1)
    }


def _worst(incidents: Iterable[PublicIncident]) -> Impact:
    hit = {_IMPACTS[one.severity.level] for one in incidents}
    return next((impact for impact in reversed(_BY_WEIGHT) if impact in hit), "none")


def _newest(incidents: Iterable[PublicIncident]) -> datetime:
    return max(map(last_told, incidents), default=EARLIEST)


def _incident(
    one: PublicIncident, path: str, page_id: str, components: dict[str, Component], places: Places
) -> Incident:
    mitigated, ended = one.time("mitigated"), _ended(one)
    is_told = one.account is not None and one.account.postmortem is not None
    return {
        "id": one.id,
        "name": shown(one.title),
        "status": "postmortem" if is_told else _STAGES[one.status],
        "created_at": stamp(_created(one)),
        "updated_at": stamp(last_told(one)),
        "monitoring_at": stamp(mitigated.start) if mitigated else None,
        "resolved_at": stamp(ended) if ended else None,
        "impact": _IMPACTS[one.severity.level],
        "shortlink": places.link(path, places.incidents[one.id]),
        "started_at": stamp(one.began.start if one.began else _created(one)),
        "page_id": page_id,
        "incident_updates": _updates(one, partial(places.page_link, path)),
        "components": [components[service] for service in one.services],
    }


def _created(one: PublicIncident) -> datetime:
    moment = one.time("declared") or one.began
    return moment.start if moment else EARLIEST


def _ended(one: PublicIncident) -> datetime | None:
    """When it was over. Clients take one without such a time for open, so there is one of each that is not."""
    if one.is_open:
        return None
    moment = one.time("resolved") or one.time("mitigated")
    return moment.start if moment else last_told(one)


def _updates(one: PublicIncident, page_of: Callable[[str], str | None]) -> list[Update]:
    """What the public was told, the newest first; never nothing, since clients take the first of the list."""
    told = sorted(one.updates, key=lambda update: update.at.start)
    stages = [_stage(one, update.at) for update in told]
    now = _STAGES[one.status]
    if stages and one.is_open:
        # As Statuspage has it, an incident is where its newest update says.
        stages[-1] = now
    made = [
        _update(one, update.at.start, stage, read_apart(update.text.text, page_of).strip())
        for update, stage in zip(told, stages, strict=True)
    ]
    if not stages or stages[-1] != now:
        moment = _ended(one) or max((row.at.start for row in one.times), default=_created(one))
        silent = "No update to the public was recorded." if not stages else "No update to the public said so."
        made.append(_update(one, moment, now, f"Status: {now}. {silent}"))
    return _distinct(made)[::-1]


def _stage(one: PublicIncident, at: Moment) -> Stage:
    """Where an incident was at a moment, by the times that everybody may know: no other change is public before the end."""
    if not one.is_open and _is_reached(one.time("resolved"), at):
        return "resolved"
    return "monitoring" if _is_reached(one.time("mitigated"), at) else "investigating"


def _is_reached(time: Moment | None, at: Moment) -> bool:
    """A moment is at a time or later, as far as both are known."""
    if time is None or time.bound == "after":
        return False
    time = time.last or time
    # What is known by its day only was over at the end of it, unless the moment is known no better.
    first = time.start + time.unit if at.unit < _DAY <= time.unit else time.start
    return at.start + at.unit > first


def _update(one: PublicIncident, moment: datetime, stage: Stage, body: str) -> Update:
    at = stamp(moment)
    return {
        # Of its time, so that an update that is written down later changes no other's.
        "id": f"{one.id}.{moment.astimezone(UTC):%Y%m%dT%H%M%S}",
        "status": stage,
        "body": body,
        "incident_id": one.id,
        "created_at": at,
        "updated_at": at,
        "display_at": at,
        "affected_components": None,
        "deliver_notifications": False,
        "custom_tweet": None,
        "tweet_id": None,
    }


def _distinct(updates: list[Update]) -> list[Update]:
    """Updates of which no two have an id: the second at a time has a number."""
    seen: dict[str, int] = {}
    for update in updates:
        seen[update["id"]] = seen.get(update["id"], 0) + 1
        if seen[update["id"]] > 1:
            update["id"] = f"{update['id']}-{seen[update['id']]}"
    return updates
