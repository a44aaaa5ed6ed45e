"""What an incident still asks of people, and by when: the list that a reviewer reads beside the verdict.

Clocks run for live incidents only, and a drill owes its four first actions and its action items. Something is late
only when it is so whatever the precision of the times allows.

Source: guide 1, 3.3, 5 and 6.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from hotwash.diagnostics import Due, counted
from hotwash.facts.clocks import estimate, first_actions_due, passed_eta, postmortem_due, response, updates
from hotwash.facts.gates import gaps
from hotwash.model.time import short_span, utc_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from hotwash.model.policy import Policy
    from hotwash.model.repository import Case
    from hotwash.standing import ClockName

_SECOND, _DAY = timedelta(seconds=1), timedelta(days=1)


def due(case: Case, policy: Policy, now: datetime) -> tuple[Due, ...]:
    """What is still owed, by time; of two that are due at once, in the order in which people come to them."""
    return tuple(owed for _, owed in due_by_clock(case, policy, now))


def due_by_clock(case: Case, policy: Policy, now: datetime) -> tuple[tuple[ClockName, Due], ...]:
    """The same, each with the clock that says so."""
    incident = case.incident
    found: list[_Timed] = []
    if incident.mode == "live":
        found += _first_actions(case, policy, now)
        if not incident.is_drill:
            found += _clocks(case, policy, now)
    if incident.mode != "retrospective":
        found += _action_items(case, now)
    return tuple((timed.clock, timed.due) for timed in sorted(found, key=lambda timed: timed.sort_key))


class _Timed(NamedTuple):
    """What is owed, with what it is sorted by: the moment; of a day, behind what is due at an hour of it."""

    clock: ClockName
    due: Due
    sort_key: str


def _first_actions(case: Case, policy: Policy, now: datetime) -> Iterator[_Timed]:
    limit = first_actions_due(case, policy)
    if limit is None or not case.incident.is_open or not gaps(case, now):
        return
    late = now - limit.due if now > limit.surely else None
    yield _moment("first-actions", "the four first actions, signed off", limit.due, late)


def _clocks(case: Case, policy: Policy, now: datetime) -> Iterator[_Timed]:
    answer = response(case, policy, now)
    if answer is not None and answer.end is None:
        # Of business days only the end tells people anything; the rest of a night is no delay.
        late = answer.late_by if answer.late else None
        yield _moment("response", "a first response", answer.due, late, told=not answer.limit.business_days)
    owed = updates(case, policy, now).owed if case.incident.is_open else None
    if owed is not None:
        yield _moment("update", "the next status update", owed.due, owed.overdue or None, told=not owed.working_only)
    expected, passed = estimate(case), passed_eta(case, now)
    if expected is not None and (passed is not None or expected.eta.latest > now):
        late, end = passed.late_by if passed is not None else None, expected.eta.at
        what = "the end of it, as last estimated"
        if end.unit < _DAY:
            yield _moment("eta", what, end.start, late)
        else:
            yield _day("eta", what, end.text, _words(late))
    report = postmortem_due(case, policy, now)
    if report is not None:
        yield _moment(
            "postmortem", "the post-mortem", report.due, report.overdue or None, told=not report.limit.business_days
        )


def _moment(clock: ClockName, what: str, moment: datetime, late: timedelta | None, *, told: bool = True) -> _Timed:
    """Something that is due at a moment.

    Args:
        clock: Which clock says so.
        what: What it is.
        moment: When.
        late: How late it is; None while there is time.
        told: Whether to say how late.
    """
    at = utc_text(moment)
    return _Timed(clock, Due(what, at, _words(late, told=told)), at)


def _words(late: timedelta | None, *, told: bool = True) -> str:
    if late is None:
        return ""
    return f"{short_span(late)} late" if told and late >= _SECOND else "late"


def _day(clock: ClockName, what: str, day: str, late: str) -> _Timed:
    """The same until a day is over."""
    return _Timed(clock, Due(what, day, late), f"{day}T~")


def _action_items(case: Case, now: datetime) -> Iterator[_Timed]:
    today = now.date()
    for item in case.action_items:
        if item.is_open and item.due is not None:
            late = counted((today - item.due).days, "day") + " late" if item.due < today else ""
            owner = f" ({item.owner})" if item.owner else ""
            yield _day("action-item", f"{item.id}{owner}: {item.title}", item.due.isoformat(), late)
