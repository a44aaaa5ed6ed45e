"""How an incident stands at a moment, for who commands it: what is missing, what is due, who is on it, who was told.

What the rules ask before the next status is not among it: that is known above this layer.

Source: guide 1 to 4.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from hotwash.facts.demands import entries, pending, unanswered_harm
from hotwash.facts.due import due_by_clock
from hotwash.facts.first_actions import ACTIONS, needs, sign_off
from hotwash.facts.gates import UNREADABLE, gaps, verdict
from hotwash.facts.history import steps
from hotwash.facts.said import is_blank, is_nothing
from hotwash.model.time import Instant, short_span
from hotwash.standing import (
    Attempt,
    Called,
    Clock,
    FirstAction,
    Latest,
    Moment,
    Role,
    ServiceHit,
    Standing,
    Told,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hotwash.facts.first_actions import Action
    from hotwash.model.base import Audience
    from hotwash.model.incident import Incident, Status
    from hotwash.model.policy import Policy, Service
    from hotwash.model.repository import Case, LoggedEntry, Unreadable
    from hotwash.standing import ClockName

    Catalogue = Mapping[str, Service]

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
_SECOND = timedelta(seconds=1)
# From so long on nobody asks for anything shorter.
_DAYS_ONLY, _MINUTES_ONLY = timedelta(days=10), timedelta(minutes=2)
_NONE = timedelta(0)
_AUDIENCES: tuple[Audience, ...] = ("engineers", "stakeholders", "public")
# Who has to hear of every incident; the public is told of some.
_ALWAYS_TOLD = ("engineers", "stakeholders")
# The way that most incidents go from one status to the next.
_NEXT: dict[Status, Status] = {
    "declared": "investigating",
    "investigating": "identified",
    "identified": "monitoring",
    "monitoring": "resolved",
    "resolved": "closed",
}
# Whose duty a clock is, the first of these roles that somebody has. An action item names its own owner.
_OWED_BY: dict[ClockName, tuple[str, ...]] = {
    "first-actions": ("commander",),
    "response": ("commander",),
    "update": ("communications", "commander"),
    "eta": ("commander",),
    "postmortem": ("commander",),
    "action-item": (),
}


def outlook(case: Case, policy: Policy, services: Catalogue, now: datetime, *, branch: str = "") -> Standing:
    """How an incident stands."""
    incident = case.incident
    going_on = incident.mode != "retrospective" and incident.status not in ("closed", "dismissed")
    return Standing(
        id=case.id,
        path=case.path,
        branch=branch,
        title=incident.title,
        severity=incident.severity.level,
        status=incident.status,
        is_drill=incident.is_drill,
        is_open=incident.is_open,
        times=_times(incident, now),
        since=_since(case, now),
        impact=_impact(incident),
        verdict=verdict(case, now),
        first_actions=tuple(_first_actions(case, now)),
        clocks=tuple(_clocks(case, policy, now)),
        next_status=_NEXT.get(incident.status) if going_on else None,
        attempts=tuple(_attempts(case, now)),
        roles=_roles(case, now),
        called=_called(case, now),
        told=_told(case, now),
        no_estimate=_no_estimate(case),
        services=_services(incident, services),
        latest=_latest(case, now),
    )


def unreadable_outlook(
    unreadable: Unreadable, incident: Incident | None, services: Catalogue, now: datetime, *, branch: str = ""
) -> Standing:
    """What can be said of an incident whose records cannot be used.

    Args:
        unreadable: The incident.
        incident: What incident.yaml says, where that file alone can be read; at night it is better than nothing.
        services: The catalogue.
        now: The moment of judgement.
        branch: The branch on whose head it was read.
    """
    if incident is None:
        return Standing(
            id=unreadable.id,
            path=unreadable.path,
            branch=branch,
            title="",
            severity=None,
            status=None,
            is_drill=False,
            is_open=True,
            times=(),
            since=None,
            impact="",
            verdict=UNREADABLE,
        )
    return Standing(
        id=unreadable.id,
        path=unreadable.path,
        branch=branch,
        title=incident.title,
        severity=incident.severity.level,
        status=incident.status,
        is_drill=incident.is_drill,
        is_open=incident.is_open,
        times=_times(incident, now),
        since=None,
        impact=_impact(incident),
        verdict=UNREADABLE,
        roles=tuple(Role(role, who) for role, who in incident.roles.items()),
        services=_services(incident, services),
    )


def away(time: Instant, now: datetime) -> Moment:
    """A time, and how far it is from now: of a day in days, of what is to the minute in minutes."""
    if time.unit >= _DAY:
        days = (time.start.date() - now.date()).days
        words = "today" if days == 0 else f"in {days} d" if days > 0 else f"{-days} d ago"
        return Moment(time.text, words)
    if time.start > now:
        return Moment(time.text, f"in {_span(time.start - now)}")
    passed = now - time.start
    return Moment(time.text, f"{_span(passed)} ago" if passed >= time.unit else "now")


def _span(span: timedelta) -> str:
    """A length of time, no finer than it matters; cut, so that what is left is never less than is said."""
    unit = _DAY if span >= _DAYS_ONLY else _MINUTE if span >= _MINUTES_ONLY else _SECOND
    return short_span(span - span % unit)


def _late(words: str) -> str:
    """How late something is, without seconds beside minutes."""
    minutes, parted, _ = words.partition(" min ")
    return f"{minutes} min late" if parted else words


def _due(at: str, now: datetime) -> Moment:
    """The same of what was reckoned, and may be later than any time that a record takes."""
    unit = _SECOND if "T" in at else _DAY
    start = datetime.fromisoformat(at)
    return away(Instant(at, start if start.tzinfo is not None else start.replace(tzinfo=UTC), unit), now)


def _of(logged: LoggedEntry, now: datetime) -> Moment:
    return away(logged.entry.when.at, now)


def _times(incident: Incident, now: datetime) -> tuple[tuple[str, Moment], ...]:
    times = incident.times
    written = {
        "started": times.started,
        "detected": times.detected,
        "declared": times.declared,
        "acknowledged": times.acknowledged,
        "contained": times.contained,
        "mitigated": times.mitigated,
        "resolved": times.resolved,
    }
    return tuple((name, away(time.at, now)) for name, time in written.items() if time is not None)


def _since(case: Case, now: datetime) -> Moment | None:
    found = steps(case)
    return _of(found[-1].logged, now) if found and found[-1].entry.to == case.incident.status else None


def _impact(incident: Incident) -> str:
    """Who is hit and how: a number, a share, what they cannot do."""
    users = incident.impact.users
    if users is None:
        return ""
    figures = [f"{users.affected:,} users"] if isinstance(users.affected, int) else []
    figures += [_percent(users.share)] if users.share is not None else []
    said = users.description if not is_nothing(users.description) else None
    return ": ".join(part for part in (", ".join(figures), said) if part)


def _percent(share: float) -> str:
    whole = f"{share * 100:.0f}"
    return "under 1 %" if whole == "0" and share else f"{whole} %"


def _first_actions(case: Case, now: datetime) -> Iterator[FirstAction]:
    if verdict(case, now).gate == "not-judged":
        return
    open_ones: dict[Action, list[str]] = {}
    for gap in gaps(case, now):
        open_ones.setdefault(gap.action, []).append(gap.message if gap.signed else "")
    for action in ACTIONS:
        signature = sign_off(case.incident, action)
        missing = tuple(need.what for need in needs(case, action, now)) if action in open_ones else ()
        # What is missing is listed; of a signature with nothing missing the fault is another.
        wrong = "" if missing else next((message for message in open_ones.get(action, ()) if message), "")
        yield FirstAction(
            action,
            action not in open_ones,
            signature.by or "",
            None if signature.at is None else away(signature.at.at, now),
            signature.note or signature.none or "",
            missing,
            wrong,
        )


def _clocks(case: Case, policy: Policy, now: datetime) -> Iterator[Clock]:
    roles = case.incident.roles
    for name, owed in due_by_clock(case, policy, now):
        by = next((roles[role] for role in _OWED_BY[name] if role in roles), "")
        yield Clock(name, owed.what, _due(owed.at, now), _late(owed.late), by)


def _attempts(case: Case, now: datetime) -> Iterator[Attempt]:
    harmful = unanswered_harm(case)
    for logged in case.timeline:
        entry = logged.entry
        if entry.kind == "mitigation" and (logged in harmful or logged in pending(case)):
            yield Attempt(
                entry.id or "",
                "harmful" if logged in harmful else "pending",
                entry.action,
                entry.target or "",
                entry.by or "",
                _of(logged, now),
                entry.text,
            )


def _roles(case: Case, now: datetime) -> tuple[Role, ...]:
    """Who has which role, and to whom the last handover offers it where nobody has said yes."""
    roles = case.incident.roles
    offered: dict[str, tuple[str, Moment]] = {}
    for logged in entries(case, "handover"):
        entry = logged.entry
        if entry.kind == "handover":
            offered.pop(entry.role, None)
            if not entry.accepted and roles.get(entry.role) != entry.to:
                offered[entry.role] = (entry.to, _of(logged, now))
    names = (*roles, *(role for role in offered if role not in roles))
    return tuple(Role(name, roles.get(name, ""), *offered.get(name, ("", None))) for name in names)


def _called(case: Case, now: datetime) -> tuple[Called, ...]:
    """Who was called in, each once, the last one first."""
    found: dict[str, Called] = {}
    for logged in reversed(tuple(entries(case, "escalation"))):
        if logged.entry.kind == "escalation":
            found.setdefault(logged.entry.to, Called(logged.entry.to, _of(logged, now)))
    return tuple(found.values())


def _told(case: Case, now: datetime) -> tuple[Told, ...]:
    """The last update to each audience."""
    last: dict[Audience, Told] = {}
    for logged in entries(case, "status-update"):
        entry = logged.entry
        if entry.kind == "status-update":
            for audience in entry.audiences:
                last[audience] = Told(audience, _of(logged, now), entry.by or "", entry.channel or "", entry.text)
    # Of what others told in their own incidents nobody keeps such a list.
    always = () if case.incident.mode == "retrospective" else _ALWAYS_TOLD
    return tuple(
        last.get(audience, Told(audience)) for audience in _AUDIENCES if audience in last or audience in always
    )


def _no_estimate(case: Case) -> str:
    """Why nobody can say when it is over, where that was the last word on it."""
    from hotwash.model.base import Nothing  # noqa: PLC0415 - `explain` loads no models

    reason = ""
    for logged in entries(case, "status-update") if case.incident.is_open else ():
        entry = logged.entry
        if entry.kind == "status-update" and entry.eta is not None:
            reason = entry.eta.reason if isinstance(entry.eta, Nothing) else ""
    return "" if is_blank(reason) else reason


def _services(incident: Incident, services: Catalogue) -> tuple[ServiceHit, ...]:
    found = []
    for name in incident.services:
        known = services.get(name)
        if known is None:
            found.append(ServiceHit(name, known=False))
        else:
            found.append(
                ServiceHit(
                    name,
                    known=True,
                    owner=known.owner or "",
                    tier=known.tier,
                    runbook=known.runbook or "",
                    repository=known.repository or "",
                    url=known.url or "",
                    external=known.external,
                )
            )
    return tuple(found)


def _latest(case: Case, now: datetime) -> Latest | None:
    past = [logged for logged in case.timeline if logged.entry.when.at.start - now <= _NONE]
    if not past:
        return None
    entry = past[-1].entry
    return Latest(_of(past[-1], now), entry.by or "", entry.kind, entry.text)
