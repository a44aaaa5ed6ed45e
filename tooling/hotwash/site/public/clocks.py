"""What runs while an incident is open, and until its post-mortem is there, as far as everybody may know.

No clock here depends on more than status, severity and times of an incident, what the public was told, and the policy:
not on the timeline, the sign-offs or the post-mortem, which are told of closed incidents only. Nor does one depend on
what time it is: a page shows moments, and a script in the browser says how far away they are.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from hotwash.facts.calendar import due_after
from hotwash.facts.clocks import last_moment, severity_policy
from hotwash.model.base import When
from hotwash.model.time import surely_before
from hotwash.site.public.content import Clock
from hotwash.site.public.times import minute_of
from hotwash.site.public.values import shown_time

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hotwash.model.incident import Incident
    from hotwash.model.policy import Calendar, Duration, Policy
    from hotwash.model.timeline import StatusUpdate
    from hotwash.site.public.times import Moment

_DAY = timedelta(days=1)


def clocks(
    incident: Incident, told: Sequence[StatusUpdate], reopened: Sequence[Moment], policy: Policy
) -> tuple[Clock, ...]:
    """The clocks of an incident; none of one that is closed, dismissed, or about others.

    Args:
        incident: Its head.
        told: What the public was told, by time.
        reopened: When it was taken up again after it had ended, by time.
        policy: How soon things are due.
    """
    # Those of an exercise are no promises to anybody, and who writes up afterwards makes none.
    owes = incident.mode == "live" and not incident.is_drill
    if incident.is_open:
        since = _since(incident, told, reopened)
        return tuple(_brief((*since, *(_due_while_open(incident, told, policy) if owes else ()))))
    return tuple(_due_afterwards(incident, policy)) if owes and incident.status == "resolved" else ()


def _brief(found: tuple[Clock, ...]) -> Iterator[Clock]:
    """The day of the first one is said once."""
    for number, clock in enumerate(found):
        yield replace(clock, at=clock.at.on(found[0].at.day)) if number else clock


def _since(incident: Incident, told: Sequence[StatusUpdate], reopened: Sequence[Moment]) -> Iterator[Clock]:
    times = incident.times
    if times.started is not None:
        yield Clock("began", _to_the_minute(times.started))
    elif times.detected is not None:
        yield Clock("detected", _to_the_minute(times.detected))
    if times.declared is not None:
        yield Clock("declared", _to_the_minute(times.declared))
    if reopened:
        yield Clock("reopened", _minute(reopened[-1]))
    if told:
        newest = told[-1]
        yield Clock("last update", _minute(shown_time(newest.between or newest.when).plain))


def _due_while_open(incident: Incident, told: Sequence[StatusUpdate], policy: Policy) -> Iterator[Clock]:
    times = incident.times
    noticed = min(filter(None, (times.detected, times.declared)), key=lambda when: when.latest, default=None)
    if noticed is not None and not (times.acknowledged or times.mitigated or times.resolved):
        limit = severity_policy(policy, incident.severity.level).respond
        yield _deadline("first response by", noticed, limit, policy.calendar)
    if not told:
        return
    newest = told[-1]
    if newest.next_update_by is not None and surely_before(newest.when, newest.next_update_by):
        yield _promise("next update by", newest.next_update_by)
    said = next((update.eta for update in reversed(told) if update.eta is not None), None)
    # An update that came later than the end that was expected, and gives no other, has taken it back.
    if isinstance(said, When) and surely_before(newest.when, said):
        yield _promise("expected to be over by", said)


def _due_afterwards(incident: Incident, policy: Policy) -> Iterator[Clock]:
    limit = severity_policy(policy, incident.severity.level).postmortem
    if limit != "none" and incident.times.resolved is not None:
        yield _deadline("post-mortem due by", incident.times.resolved, limit, policy.calendar)


def _deadline(label: str, start: When, limit: Duration, calendar: Calendar) -> Clock:
    shown, surely = (due_after(moment, limit, calendar) for moment in (start.at.start, last_moment(start)))
    return Clock(label, minute_of(shown), surely, is_counted=not limit.business_days)


def _promise(label: str, when: When) -> Clock:
    return Clock(label, _to_the_minute(when), last_moment(when))


def _to_the_minute(when: When) -> Moment:
    return _minute(shown_time(when).plain)


def _minute(moment: Moment) -> Moment:
    """The same without seconds, which nobody counts who waits, and without what stands beside it elsewhere."""
    last = _minute(moment.last) if moment.last else None
    return replace(moment, clock=moment.clock[:5], stated="", sources=(), also=(), last=last, is_brief=False)
