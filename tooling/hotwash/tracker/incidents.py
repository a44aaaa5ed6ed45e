"""An incident -> the issue that tracks it while it is open: how it stands, who sees to what, and what is due when."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import quote

from hotwash.facts.clocks import severity_policy
from hotwash.facts.due import due
from hotwash.facts.gates import checklist, verdict
from hotwash.model.repository import INCIDENT
from hotwash.model.time import EARLIEST
from hotwash.tracker.desired import DesiredIssue, is_hidden, labels_of, whereabouts
from hotwash.tracker.markers import Marker, Standing, signed_text
from hotwash.tracker.port import TITLE_LIMIT, Draft
from hotwash.tracker.texts import cut, said_on_a_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from hotwash.diagnostics import Tick
    from hotwash.model.base import When
    from hotwash.model.policy import Policy, Service
    from hotwash.model.repository import Case
    from hotwash.tracker.desired import Surroundings

OWNED_LABELS = ("severity:", "status:")

_LONGEST = 600  # characters of one text
_SHOWN = 20  # of services, links and what is due
_FOOTNOTE = (
    "What stands above the line follows the record, and what is changed there by hand is written anew. "
    "This issue is closed when the incident is; closing or opening it yourself is yours to do, and never taken back."
)


def tracking_issue(case: Case, policy: Policy, services: Mapping[str, Service], around: Surroundings) -> DesiredIssue:
    """The issue that tracks an incident. Where the incident is over, one that is there is kept right, and none is made."""
    incident = case.incident
    hidden = is_hidden(case, policy, around.home)
    level = incident.severity.level
    own = () if hidden else ("incident", f"severity:{level}", f"status:{incident.status}")
    labels = labels_of(policy, own)
    marker = Marker(case.id, None, _standing(case), labels[1:])
    paragraphs = _reticent(case) if hidden else _told(case, policy, services, around)
    title = f"Incident {said_on_a_line(case.id)}" if hidden else f"{level} incident: {said_on_a_line(incident.title)}"
    return DesiredIssue(
        incident=case.id,
        item=None,
        title=incident.title,
        standing=_standing(case),
        number=None,
        draft=Draft(cut(title, TITLE_LIMIT), signed_text(tuple(paragraphs), marker), labels),
        marker=marker,
        # Where it became internal after it was told, what is told is taken back as far as that goes.
        creates=incident.is_open and not hidden,
        record=incident.status,
        keeps_people=True,
        keeps_milestone=True,
        owned=OWNED_LABELS,
    )


def _standing(case: Case) -> Standing:
    if case.incident.is_open:
        return "open"
    return "not_planned" if case.incident.status == "dismissed" else "completed"


def _reticent(case: Case) -> Iterator[str]:
    """All that readers of a public repository may know of an internal incident (threats V2)."""
    yield "What this is about is internal."
    yield f"- Incident: `{quote(case.id)}`"
    yield _FOOTNOTE


def _told(case: Case, policy: Policy, services: Mapping[str, Service], around: Surroundings) -> Iterator[str]:
    incident = case.incident
    yield f"**What:** {said_on_a_line(incident.title)}"
    if incident.is_open:
        # What is still to come cannot be told without a clock: the record's own newest moment stands for it.
        moment = _newest(case)
        users = incident.impact.users
        if users is not None and users.description:
            yield f"**Impact:** {_part(users.description)}"
        yield "\n".join((f"**{verdict(case, moment).line}**", "", *map(_ticked, checklist(case, moment))))
        owed = tuple(f"- {_part(one.what)}: {one.at}" for one in due(case, policy, moment))
        if owed:
            yield "\n".join(("**Due:**", "", *_first(owed)))
    yield "\n".join(_facts(case, policy, services, around))
    if incident.references:
        yield "\n".join(("**Links:**", "", *_first(f"- {said_on_a_line(link)}" for link in incident.references)))
    yield _FOOTNOTE


def _ticked(tick: Tick) -> str:
    """One of the four; no checkbox of GitHub's, since a tick there would sign nothing."""
    if tick.done:
        note = f": {_part(tick.note)}" if tick.note else ""
        return f"- ✅ {tick.words}, {said_on_a_line(tick.by)}, {tick.at}{note}"
    return f"- ⬜ {tick.words}" + (f", signed by {said_on_a_line(tick.by)} and not complete" if tick.by else "")


def _facts(case: Case, policy: Policy, services: Mapping[str, Service], around: Surroundings) -> Iterator[str]:
    incident = case.incident
    level = incident.severity.level
    yield f"- Severity: {level} ({said_on_a_line(severity_policy(policy, level).means)})"
    yield f"- Status: {incident.status}"
    if incident.status == "dismissed" and incident.reason:
        yield f"- Why: {_part(incident.reason)}"
    if incident.resolution is not None and not incident.is_open:
        note = f": {_part(incident.resolution.note)}" if incident.resolution.note else ""
        yield f"- Ended: {incident.resolution.how}{note}"
    for name, time in _times(case):
        yield f"- {name.capitalize()}: {time}"
    for role, who in incident.roles.items():
        yield f"- {said_on_a_line(role).capitalize()}: {said_on_a_line(who)}"
    yield from _first(_service(key, services.get(key), around) for key in incident.services)
    yield from whereabouts(case, INCIDENT, (case.id, None), policy, around)


def _service(key: str, service: Service | None, around: Surroundings) -> str:
    parts = [said_on_a_line(key)]
    if service is not None and service.owner:
        parts.append(f"owner {said_on_a_line(service.owner)}")
    if service is not None and service.runbook:
        parts.append(f"runbook {_runbook(service.runbook, around)}")
    return f"- Service: {', '.join(parts)}"


def _runbook(place: str, around: Surroundings) -> str:
    if "://" in place:
        return said_on_a_line(place)
    # As it is now, whatever commit the record is of.
    page = replace(around, commit="").page(place)
    return f"[`{quote(place)}`]({page})" if page else f"`{quote(place)}`"


def _times(case: Case) -> Iterator[tuple[str, When]]:
    times = case.incident.times
    for name in ("started", "detected", "declared", "acknowledged", "contained", "mitigated", "resolved"):
        time: When | None = getattr(times, name)
        if time is not None:
            yield name, time


def _newest(case: Case) -> datetime:
    """The newest moment that the record speaks of as past."""
    incident = case.incident
    signed = (getattr(incident.first_actions, name).at for name in ("assess", "stabilize", "gather", "communicate"))
    written = (*(time for _, time in _times(case)), *(logged.entry.when for logged in case.timeline), *signed)
    return max((time.at.start for time in written if time is not None), default=EARLIEST)


def _part(text: str) -> str:
    return said_on_a_line(cut(text.strip(), _LONGEST))


def _first(lines: Iterable[str]) -> Iterator[str]:
    """No more lines than a reader takes in, and how many more there are."""
    every = tuple(lines)
    yield from islice(every, _SHOWN)
    if len(every) > _SHOWN:
        yield f"- … and {len(every) - _SHOWN} more"
