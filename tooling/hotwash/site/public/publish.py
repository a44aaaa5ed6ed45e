"""Repository -> PublicRepository: the one place that decides what may be published (threats V1, V5)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hotwash.facts.clocks import postmortem_deadline
from hotwash.facts.measures import kept, lengths
from hotwash.facts.public_files import visibility
from hotwash.model.time import EARLIEST, surely_before
from hotwash.model.timeline import StatusChange, StatusUpdate
from hotwash.site.public.account import shown_account
from hotwash.site.public.alike import alike, in_common
from hotwash.site.public.clocks import clocks
from hotwash.site.public.content import (
    Measured,
    PublicIncident,
    PublicRepository,
    PublicSeverity,
    PublicSource,
    Recording,
    Reference,
    Related,
    TimeRow,
)
from hotwash.site.public.entries import public_update
from hotwash.site.public.lengths import length
from hotwash.site.public.phases import shown_phases
from hotwash.site.public.times import bounded
from hotwash.site.public.values import prose_of, shown_time, source_ids, time_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from hotwash.model import incident as written
    from hotwash.model.base import When
    from hotwash.model.policy import Policy
    from hotwash.model.repository import Case, Repository
    from hotwash.site.public.content import TimeName
    from hotwash.site.public.times import Moment

_ENDS = ("resolved", "closed", "dismissed")
# Each time of an incident, in the order in which they should come, and what it means to a reader.
_TIMES: dict[TimeName, tuple[str, str]] = {
    "started": ("Started", "the impact begins"),
    "detected": ("Detected", "an alert or a person notices"),
    "declared": ("Declared", "somebody declares the incident"),
    "acknowledged": ("Acknowledged", "a responder takes it"),
    "contained": ("Contained", "the cause is under control"),
    "mitigated": ("Mitigated", "users no longer feel it"),
    "resolved": ("Resolved", "it is over"),
}
_MAIN_IMPACT = "the main impact is over"


def publish(repository: Repository, now: datetime) -> PublicRepository:
    """What everybody may know of a repository at a time.

    Incidents that are internal, or that cannot be read, leave no trace: neither a count nor a link.
    """
    policy = repository.policy
    cases = sorted(
        (case for case in repository.cases if is_public(case, policy)),
        key=lambda case: (_began(case), case.id),
        reverse=True,
    )
    links = _Links.of(cases)
    incidents = _linked([_incident(case, policy, links) for case in cases], links)
    real = [incident for incident in incidents if not incident.is_drill]
    return PublicRepository(
        organisation=policy.organisation or "",
        notice=policy.publishing.notice or "",
        as_of=now,
        incidents=tuple(incident for incident in real if not incident.is_retrospective),
        drills=tuple(incident for incident in incidents if incident.is_drill),
        retrospective=tuple(incident for incident in real if incident.is_retrospective),
    )


def _linked(incidents: list[PublicIncident], links: _Links) -> list[PublicIncident]:
    """The incidents, the closed ones with links to others: to those that are named, and to those that are alike."""
    known = {one.id: one for one in incidents}
    near = alike(incidents)

    def made(one: PublicIncident) -> PublicIncident:
        if one.account is None:
            return one
        said = links.said[one.id]
        related = (links.link(id_, how or in_common(one, known[id_])) for id_, how in sorted(said.items()))
        told = {*said, *links.duplicates.get(one.id, ())}
        similar = (links.link(id_, in_common(one, known[id_])) for id_ in near.get(one.id, ()) if id_ not in told)
        return replace(one, account=replace(one.account, related=tuple(related), similar=tuple(similar)))

    return [made(one) for one in incidents]


def is_public(case: Case, policy: Policy) -> bool:
    """The incident, or else the policy, says that everybody may read it."""
    return visibility(case, policy) == "public"


def _organisation(incident: written.Incident) -> str:
    """Whose incident it was, where it was not ours; of ours nothing is said there until it is closed."""
    is_told = incident.mode == "retrospective" or incident.status == "closed"
    return (incident.organisation or "") if is_told else ""


def _day(times: written.Times) -> Moment | None:
    """The day on which it began; where that is only known not to be earlier, it was over by the end at the latest."""
    first = times.began
    end = times.mitigated or times.resolved
    if first is None:
        return None
    if first.after is not None and first.is_open and end is not None and end.at_ is not None:
        return bounded(shown_time(first), shown_time(end)).only_day
    return shown_time(first).only_day


def _began(case: Case) -> datetime:
    first = case.incident.times.began
    return EARLIEST if first is None else first.at.start


@dataclass(frozen=True, slots=True)
class _Links:
    """What public incidents say of one another, as far as their pages tell it.

    Attributes:
        heads: Id -> the incident, of all that are public. No other is ever named.
        said: Id -> the others that it has to do with, each with a word on how. Said by this one or by the other.
        duplicates: Id -> those that were dismissed since this one tells of the same.
    """

    heads: Mapping[str, written.Incident]
    said: Mapping[str, Mapping[str, str]]
    duplicates: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, cases: Iterable[Case]) -> _Links:
        heads = {case.id: case.incident for case in cases}
        said: dict[str, dict[str, str]] = {id_: {} for id_ in heads}
        duplicates: dict[str, tuple[str, ...]] = {}
        for id_, incident in sorted(heads.items()):
            if incident.status == "dismissed" and incident.duplicate_of in heads and incident.duplicate_of != id_:
                duplicates[incident.duplicate_of] = (*duplicates.get(incident.duplicate_of, ()), id_)
            # Until it is closed, a page does not tell to what else it belongs, and so no other page does.
            if incident.status != "closed":
                continue
            similar = incident.evidence.similar
            for other in (other for other in incident.related if other in heads and other != id_):
                said[id_].setdefault(other, "")
                said[other].setdefault(id_, "")
            for other in similar if isinstance(similar, tuple) else ():
                if other in heads and other != id_:
                    said[id_][other] = "similar: found while data was gathered"
                    said[other].setdefault(id_, "similar: this one was found while data was gathered")
        return cls(heads, said, duplicates)

    def link(self, id_: str, how: str = "") -> Related:
        """A link to an incident, what kind of one it is, and what the two have to do with each other."""
        incident = self.heads[id_]
        day = _day(incident.times)
        kinds = ("drill" if incident.is_drill else "", _organisation(incident))
        words = (*kinds, _day_words(day) if day else "")
        return Related(id_, incident.title, ", ".join(filter(None, words)), how)


def _day_words(day: Moment) -> str:
    return " ".join(f"{word} {'≈ ' if part.approx else ''}{part.text}".strip() for word, part in day.parts)


def _incident(case: Case, policy: Policy, links: _Links) -> PublicIncident:
    incident = case.incident
    is_closed, is_exposure = incident.status == "closed", _is_exposure(incident.times)
    wants = getattr(policy.severities, incident.severity.level).postmortem != "none"
    is_duplicate = case.id in links.duplicates.get(incident.duplicate_of or "", ())
    updates = (logged.entry for logged in case.timeline if isinstance(logged.entry, StatusUpdate))
    told = tuple(update for update in updates if "public" in update.audiences)
    reopened = tuple(_reopened(case))
    return PublicIncident(
        id=case.id,
        title=incident.title,
        is_drill=incident.is_drill,
        is_open=incident.is_open,
        status=incident.status,
        severity=_severity(incident, policy),
        services=incident.services,
        organisation=_organisation(incident),
        recording=_recording(incident.recorded),
        began=_began_at(incident),
        day=_day(incident.times),
        to_mitigate=_from_start(incident.times, incident.times.mitigated),
        to_resolve="" if is_exposure else _from_start(incident.times, _later(incident.times)),
        to_contain=_from_start(incident.times, incident.times.contained) if is_exposure else "",
        went_on=_went_on(incident),
        times=_times(incident),
        phases=tuple(shown_phases(incident)),
        untimed=_untimed(incident) if incident.mode == "retrospective" else (),
        reopened=reopened,
        duplicate_of=links.link(incident.duplicate_of) if is_duplicate and incident.duplicate_of else None,
        duplicates=tuple(links.link(id_) for id_ in links.duplicates.get(case.id, ())),
        clocks=clocks(incident, told, reopened, policy),
        awaits_postmortem=incident.status == "resolved" and wants,
        updates=tuple(map(public_update, told)),
        sources=tuple(_source(id_, source) for id_, source in incident.sources.items()) if is_closed else (),
        account=shown_account(case, policy) if is_closed else None,
        measured=_measured(case, policy, links),
    )


def _measured(case: Case, policy: Policy, links: _Links) -> Measured:
    """Before it is closed nothing is counted but what follows from its severity and the times that its page shows."""
    incident, similar = case.incident, case.incident.evidence.similar
    is_closed = incident.status == "closed"
    named = similar if isinstance(similar, tuple) and is_closed else ()
    return Measured(
        lengths=lengths(incident.times),
        postmortem_due=_postmortem_due(incident, policy),
        kept=kept(case, policy) if is_closed else None,
        similar=tuple(other for other in named if other in links.heads),
    )


def _postmortem_due(incident: written.Incident, policy: Policy) -> datetime | None:
    if incident.mode != "live" or incident.is_drill or incident.status != "resolved":
        return None
    resolved = incident.times.resolved
    deadline = postmortem_deadline(resolved, incident.severity.level, policy) if resolved else None
    return deadline.surely if deadline else None


def _reopened(case: Case) -> Iterable[Moment]:
    """When it was taken up again after it had ended: no more of it than its status says."""
    for logged in case.timeline:
        entry = logged.entry
        if isinstance(entry, StatusChange) and entry.from_ in _ENDS and entry.to not in _ENDS:
            at = shown_time(entry.between or entry.when)
            yield at if case.incident.status == "closed" else at.plain


def _recording(recorded: written.Recorded | None) -> Recording | None:
    if recorded is None:
        return None
    return Recording(recorded.mode, recorded.at, (recorded.basis or "").replace("-", " "))


_JUDGED = {None: "", "editor": "judged by the editor of this record", "source": "as the source judged it"}


def _severity(incident: written.Incident, policy: Policy) -> PublicSeverity:
    severity = incident.severity
    means = getattr(policy.severities, severity.level).means
    if incident.status != "closed":
        return PublicSeverity(severity.level, means, "", ())
    basis = _JUDGED[severity.basis]
    if severity.source_level:
        basis = f"{basis}; the source says {severity.source_level}" if basis else severity.source_level
    return PublicSeverity(severity.level, means, basis, source_ids(severity.source))


def _began_at(incident: written.Incident) -> Moment | None:
    began = time_of(incident.times.began)
    return began.plain if began and incident.status != "closed" else began


def _from_start(times: written.Times, end: When | None) -> str:
    return length(times.started, end) if times.started and end else ""


def _is_exposure(times: written.Times) -> bool:
    """It is over, its cause came to an end at some time, and users are not said to have felt it until any."""
    return times.contained is not None and times.mitigated is None and times.resolved is not None


def _untimed(incident: written.Incident) -> tuple[str, ...]:
    """The moments that people ask for and no source states. What a cause or a feeling that never was has no time."""
    asked = [
        name for name in _TIMES if name != "contained" and not (name == "mitigated" and _is_exposure(incident.times))
    ]
    return tuple(_TIMES[name][0].lower() for name in asked if getattr(incident.times, name) is None)


def _later(times: written.Times) -> When | None:
    """When it was resolved, unless that says no more than when it was mitigated."""
    ends = times.mitigated, times.resolved
    return None if _from_start(times, ends[0]) == _from_start(times, ends[1]) else ends[1]


def _times(incident: written.Incident) -> tuple[TimeRow, ...]:
    times, is_closed = incident.times, incident.status == "closed"
    known = [(name, when) for name in _TIMES if (when := getattr(times, name)) is not None]
    # As they came: people take an incident before they declare it, and some sources say so.
    known.sort(key=lambda one: one[1].at.start)
    return tuple(
        TimeRow(
            name,
            _TIMES[name][0],
            _MAIN_IMPACT if name == "mitigated" and _went_on(incident) else _TIMES[name][1],
            # How a time was worked out is told of closed incidents only.
            shown_time(when) if is_closed else shown_time(when).plain,
            _after_start(times, when) if name != "started" else "",
        )
        for name, when in known
    )


def _after_start(times: written.Times, when: When) -> str:
    if times.started is not None and surely_before(when, times.started):
        return "before it"
    return _from_start(times, when)


def _went_on(incident: written.Incident) -> bool:
    """Something was felt after the time at which the main impact is said to have ended; told of closed incidents only."""
    mitigated = incident.times.mitigated
    if mitigated is None or incident.status != "closed":
        return False
    ends = (end for window in incident.impact.windows for end in (window.from_, window.until) if end is not None)
    return any(surely_before(mitigated, end) or (end.is_bounded and mitigated.latest < end.latest) for end in ends)


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
