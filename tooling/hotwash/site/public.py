"""Repository -> PublicRepository: the one place that decides what may be published (threats V1, V5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotwash.model.time import EARLIEST
from hotwash.model.timeline import StatusUpdate
from hotwash.site.account import shown_account
from hotwash.site.content import (
    PublicIncident,
    PublicRepository,
    PublicSeverity,
    PublicSource,
    Recording,
    Reference,
    TimeRow,
)
from hotwash.site.entries import public_update
from hotwash.site.times import length
from hotwash.site.values import prose_of, shown_time, source_ids, time_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from hotwash.model import incident as written
    from hotwash.model.base import When
    from hotwash.model.policy import Policy
    from hotwash.model.repository import Case, Repository

# Each time of an incident, in the order in which they should come, and what it means to a reader.
_TIMES = {
    "started": ("Started", "the impact begins"),
    "detected": ("Detected", "an alert or a person notices"),
    "declared": ("Declared", "somebody declares the incident"),
    "acknowledged": ("Acknowledged", "a responder takes it"),
    "contained": ("Contained", "the cause is under control"),
    "mitigated": ("Mitigated", "users no longer feel it"),
    "resolved": ("Resolved", "it is over"),
}


def publish(repository: Repository) -> PublicRepository:
    """What everybody may know of a repository.

    Incidents that are internal, or that cannot be read, leave no trace: neither a count nor a link.
    """
    policy = repository.policy
    cases = sorted(
        (case for case in repository.cases if is_public(case, policy)),
        key=lambda case: (_began(case), case.id),
        reverse=True,
    )
    titles = {case.id: case.incident.title for case in cases}
    incidents = [_incident(case, policy, titles) for case in cases]
    return PublicRepository(
        organisation=policy.organisation or "",
        notice=policy.publishing.notice or "",
        incidents=tuple(incident for incident in incidents if not incident.is_drill),
        drills=tuple(incident for incident in incidents if incident.is_drill),
    )


def is_public(case: Case, policy: Policy) -> bool:
    """The incident, or else the policy, says that everybody may read it."""
    return (case.incident.visibility or policy.publishing.default) == "public"


def _first_time(case: Case) -> When | None:
    times = case.incident.times
    return times.started or times.detected or times.declared


def _began(case: Case) -> datetime:
    first = _first_time(case)
    return EARLIEST if first is None else first.at.start


def _incident(case: Case, policy: Policy, titles: Mapping[str, str]) -> PublicIncident:
    incident = case.incident
    updates = (logged.entry for logged in case.timeline if isinstance(logged.entry, StatusUpdate))
    return PublicIncident(
        id=case.id,
        title=incident.title,
        is_drill=incident.is_drill,
        is_open=incident.is_open,
        status=incident.status,
        severity=_severity(incident.severity, policy),
        services=incident.services,
        organisation=incident.organisation or "",
        recording=_recording(incident.recorded),
        began=time_of(_first_time(case)),
        lasted=_lasted(incident.times),
        times=_times(incident.times),
        updates=tuple(public_update(update) for update in updates if "public" in update.audiences),
        sources=tuple(_source(id_, source) for id_, source in incident.sources.items()),
        account=shown_account(case, policy, titles) if incident.status == "closed" else None,
    )


def _recording(recorded: written.Recorded | None) -> Recording | None:
    if recorded is None:
        return None
    return Recording(recorded.mode, recorded.at, (recorded.basis or "").replace("-", " "))


_JUDGED = {None: "", "editor": "judged by the editor of this record", "source": "as the source judged it"}


def _severity(severity: written.Severity, policy: Policy) -> PublicSeverity:
    basis = _JUDGED[severity.basis]
    if severity.source_level:
        basis = f"{basis}; the source says {severity.source_level}" if basis else severity.source_level
    means = getattr(policy.severities, severity.level).means
    return PublicSeverity(severity.level, means, basis, source_ids(severity.source))


def _lasted(times: written.Times) -> str:
    end = times.mitigated or times.resolved
    return length(times.started, end) if times.started and end else ""


def _times(times: written.Times) -> tuple[TimeRow, ...]:
    rows = []
    for name, (label, means) in _TIMES.items():
        when: When | None = getattr(times, name)
        if when is not None:
            after = length(times.started, when) if times.started and name != "started" else ""
            rows.append(TimeRow(label, means, shown_time(when), after))
    return tuple(rows)


def _source(id_: str, source: written.Source) -> PublicSource:
    return PublicSource(
        id=id_,
        reference=Reference(source.url, source.title),
        kind=source.kind,
        publisher=source.publisher,
        published=source.published,
        read=source.read,
        note=prose_of(source.note),
    )
