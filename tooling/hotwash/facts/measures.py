"""How long an incident took and how well it kept to its clocks; and what many of them tell together.

Nothing here is a mean: a single night of twelve hours would move it further than a year of work.

Source: guide 1, 3.3, 5 and 6.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from hotwash.facts.clocks import late_sign_offs, postmortem_deadline, response, response_start, updates
from hotwash.facts.first_actions import ACTIONS, sign_off, signed
from hotwash.facts.gates import verdict
from hotwash.model.time import LATEST, surely_before

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hotwash.diagnostics import GateName
    from hotwash.model.base import Level, When
    from hotwash.model.incident import Incident, Times
    from hotwash.model.policy import Policy
    from hotwash.model.repository import Case

NOTHING = timedelta(0)
_MINUTE = timedelta(minutes=1)
# What is known less exactly than to the minute counts when the longest that it may have been is at most so many times
# the shortest.
_WIDEST = 2
# From how many values on a percentile is told. The middle one of two is one of both ends, and of nine values the 90th
# percentile is the greatest.
SHOWN_FROM = {50: 3, 75: 10, 90: 10}


# --- of one incident


@dataclass(frozen=True, slots=True)
class Lengths:
    """How long it took. None where that is not known, or not exactly enough to be told as one number.

    Attributes:
        detect: From `started` to `detected`; nothing where it was noticed before anybody felt it.
        acknowledge: From the start of the response clock to `acknowledged`; nothing where somebody was at it before.
        mitigate: From `started` to `mitigated`.
        resolve: From `started` to `resolved`.
    """

    detect: timedelta | None
    acknowledge: timedelta | None
    mitigate: timedelta | None
    resolve: timedelta | None


def lengths(times: Times) -> Lengths:
    """How long it took, by its times and nothing else."""
    begun = response_start(times)
    return Lengths(
        detect=_taken(times.started, times.detected, may_come_first=True),
        acknowledge=_taken(begun[1] if begun else None, times.acknowledged, may_come_first=True),
        mitigate=_taken(times.started, times.mitigated),
        resolve=_taken(times.started, times.resolved),
    )


def _taken(start: When | None, end: When | None, *, may_come_first: bool = False) -> timedelta | None:
    """From one time to another; never negative.

    Args:
        start: The first.
        end: The second.
        may_come_first: Whether the second may be the earlier one; then nothing is the answer.
    """
    if start is None or end is None or start.is_bounded or end.is_bounded:
        return None
    if surely_before(end, start):
        return NOTHING if may_come_first else None
    span = end.at.start - start.at.start
    if _is_exact(start) and _is_exact(end):
        return max(span, NOTHING)
    shortest, longest = end.earliest - start.latest, end.latest - start.earliest
    return span if shortest > NOTHING and longest <= _WIDEST * shortest else None


def _is_exact(time: When) -> bool:
    return not time.approx and time.at.unit <= _MINUTE


@dataclass(frozen=True, slots=True)
class Kept:
    """How an incident that is closed kept to what was asked of it. None where that was not asked, or cannot be told.

    Attributes:
        response_level: The severity when somebody responded.
        response: Whether that was in time for it.
        updates_asked: How many status updates came, and how many more were due and never came.
        updates_late: How many of these came late or never.
        longest_silence: The longest time in which nobody was told anything though an update was due.
        gate: What the STOP gate says.
        signed_after: How long after `declared` the last of the four first actions was signed off.
        signed_in_time: Whether all four were signed off in time.
        postmortem: Whether the post-mortem was reviewed by the time at which it was due.
    """

    response_level: Level | None
    response: bool | None
    updates_asked: int
    updates_late: int
    longest_silence: timedelta | None
    gate: GateName
    signed_after: timedelta | None
    signed_in_time: bool | None
    postmortem: bool | None


def kept(case: Case, policy: Policy) -> Kept:
    """How an incident that is closed kept to what was asked of it.

    Clocks run for incidents that were recorded live and are no drill; a drill is asked for its first actions.
    """
    incident = case.incident
    runs = incident.mode == "live" and not incident.is_drill
    answer = response(case, policy, LATEST) if runs else None
    clock = updates(case, policy, LATEST) if runs else None
    longest = clock.longest if clock else None
    signatures = _signatures(incident) if incident.mode == "live" else None
    return Kept(
        response_level=answer.level if answer else None,
        response=not answer.late if answer else None,
        updates_asked=clock.asked if clock else 0,
        updates_late=len(clock.gaps) if clock else 0,
        longest_silence=longest.length if longest else None,
        gate=verdict(case, LATEST).gate,
        signed_after=_signed_after(incident, signatures) if signatures is not None else None,
        signed_in_time=_signed_in_time(case, policy, signatures) if signatures is not None else None,
        postmortem=_postmortem_in_time(case, policy) if runs else None,
    )


def _signatures(incident: Incident) -> list[When]:
    """When the four first actions were signed off; of one that is not there is none."""
    signatures = (sign_off(incident, action) for action in ACTIONS)
    return [signature.at for signature in signatures if signature.at is not None and signed(signature)]


def _signed_after(incident: Incident, signatures: list[When]) -> timedelta | None:
    if len(signatures) < len(ACTIONS):
        return None
    return _taken(incident.times.declared, max(signatures, key=lambda time: time.latest), may_come_first=True)


def _signed_in_time(case: Case, policy: Policy, signatures: list[When]) -> bool:
    return len(signatures) == len(ACTIONS) and not late_sign_offs(case, policy)


def _postmortem_in_time(case: Case, policy: Policy) -> bool | None:
    """No record says when a post-mortem was published; when it was reviewed comes nearest."""
    incident = case.incident
    if case.postmortem is None or case.postmortem.front.status != "published" or incident.times.resolved is None:
        return None
    reviewed = case.postmortem.front.reviewed
    deadline = postmortem_deadline(incident.times.resolved, incident.severity.level, policy)
    return None if reviewed is None or deadline is None else reviewed.at.earliest <= deadline.surely


# --- of many


@dataclass(frozen=True, slots=True)
class Spread:
    """How far values lie apart. Each number is one of the values, never one between two.

    Attributes:
        n: How many there are; at least one.
        p50: Half of them are no greater. None where there are too few to say, and so are the others.
    """

    n: int
    least: timedelta
    p50: timedelta | None
    p75: timedelta | None
    p90: timedelta | None
    most: timedelta


def spread(values: Iterable[timedelta]) -> Spread | None:
    """How far values lie apart; None where there are none."""
    ordered = sorted(values)
    if not ordered:
        return None
    shown = {
        percent: nearest_rank(ordered, percent) if len(ordered) >= least else None
        for percent, least in SHOWN_FROM.items()
    }
    return Spread(len(ordered), ordered[0], shown[50], shown[75], shown[90], ordered[-1])


def nearest_rank(ordered: Sequence[timedelta], percent: int) -> timedelta:
    """The least of the values that so many per cent of them do not exceed.

    Args:
        ordered: The values, the least first; not empty.
        percent: From 1 to 100.
    """
    return ordered[-(-percent * len(ordered) // 100) - 1]
