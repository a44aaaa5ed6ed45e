"""What an incident still asks of people, and by when: the list that a reviewer reads beside the verdict.

Clocks run for live incidents only, and a drill owes its four first actions and its action items. Something is late
only when it is so whatever the precision of the times allows.

Source: guide 1, 3.3, 5 and 6.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from hotwash.diagnostics import Due, counted
from hotwash.facts.clocks import estimate, first_actions_due, passed_eta, postmortem_due, response, updates
from hotwash.facts.gates import gaps
from hotwash.model.time import short_span, utc_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from hotwash.model.policy import Policy
    from hotwash.model.repository import Case

_SECOND, _DAY = timedelta(seconds=1), timedelta(days=1)


def due(case: Case, policy: Policy, now: datetime) -> tuple[Due, ...]:
    """What is still owed, by time; of two that are due at once, in the order in which people come to them."""
    incident = case.incident
    found: list[tuple[str, Due]] = []
    if incident.mode == "live":
        found += _first_actions(case, policy, now)
        if not incident.is_drill:
            found += _clocks(case, policy, now)
    if incident.mode != "retrospective":
        found += _action_items(case, now)
    return tuple(owed for _, owed in sorted(found, key=lambda pair: pair[0]))


def _first_actions(case: Case, policy: Policy, now: datetime) -> Iterator[tuple[str, Due]]:
    limit = first_actions_due(case, policy)
    if limit is None or not case.incident.is_open or not gaps(case, now):
        return
    late = now - limit.due if now > limit.surely else None
    yield _moment("the four first actions, signed off", limit.due, late)


def _clocks(case: Case, policy: Policy, now: datetime) -> Iterator[tuple[str, Due]]:
    answer = response(case, policy, now)
    if answer is not None and answer.end is None:
        # Of business days only the end tells people anything; the rest of a night is no delay.
        late = answer.late_by if answer.late else None
        yield _moment("a first response", answer.due, late, told=not answer.limit.business_days)
    owed = updates(case, policy, now).owed if case.incident.is_open else None
    if owed is not None:
        yield _moment("the next status update", owed.due, owed.overdue or None, told=not owed.working_only)
    expected, passed = estimate(case), passed_eta(case, now)
    if expected is not None and (passed is not None or expected.eta.latest > now):
        late, end = passed.late_by if passed is not None else None, expected.eta.at
        what = "the end of it, as last estimated"
        yield _moment(what, end.start, late) if end.unit < _DAY else _day(what, end.text, _words(late))
    report = postmortem_due(case, policy, now)
    if report is not None:
        yield _moment("the post-mortem", report.due, report.overdue or None, told=not report.limit.business_days)


def _moment(what: str, moment: datetime, late: timedelta | None, *, told: bool = True) -> tuple[str, Due]:
    """Something that is due at a moment, with what it is sorted by.

    Args:
        what: What it is.
        moment: When.
        late: How late it is; None while there is time.
        told: Whether to say how late.
    """
    at = utc_text(moment)
    return at, Due(what, at, _words(late, told=told))


def _words(late: timedelta | None, *, told: bool = True) -> str:
    if late is None:
        return ""
    return f"{short_span(late)} late" if told and late >= _SECOND else "late"


def _day(what: str, day: str, late: str) -> tuple[str, Due]:
    """The same until a day is over: it stands behind what is due at an hour of it."""
    return f"{day}T~", Due(what, day, late)


def _action_items(case: Case, now: datetime) -> Iterator[tuple[str, Due]]:
    today = now.date()
    for item in case.action_items:
        if item.is_open and item.due is not None:
            late = counted((today - item.due).days, "day") + " late" if item.due < today else ""
            owner = f" ({item.owner})" if item.owner else ""
            yield _day(f"{item.id}{owner}: {item.title}", item.due.isoformat(), late)
