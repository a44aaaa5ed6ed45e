"""The clocks of an incident: how soon somebody responded, what was told to whom and when, and what is due next.

A clock says that something is late only when it is so whatever the precision of the times allows. A time to the second
is taken as that second.

Source: guide 2, 3.3, 5 and 6.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from hotwash.facts.calendar import due_after, worked, working_time
from hotwash.facts.first_actions import ACTIONS, sign_off, signed
from hotwash.facts.history import severity_at, severity_history, steps
from hotwash.facts.once import once
from hotwash.facts.said import is_blank
from hotwash.facts.statements import spread
from hotwash.model.time import surely_before

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from hotwash.facts.first_actions import Action
    from hotwash.facts.history import SeverityHistory, Step
    from hotwash.model.base import Audience, Level, When
    from hotwash.model.incident import Times
    from hotwash.model.policy import Calendar, Duration, Policy, SeverityPolicy
    from hotwash.model.repository import Case, LoggedEntry
    from hotwash.model.time import Stretch
    from hotwash.model.timeline import StatusUpdate

_NONE = timedelta(0)
_SECOND = timedelta(seconds=1)
_DAY = timedelta(days=1)
# While it is one of these, people at work tell others how it goes.
AT_WORK = ("investigating", "identified", "monitoring")
# Of this severity only working time counts between two status updates.
_WORKING_ONLY = "P3"


def _last(time: Stretch) -> datetime:
    """The last moment that a time may mean; a time to the second is that second."""
    earliest, latest = time.earliest, time.latest
    return earliest if latest - earliest <= _SECOND else latest


def severity_policy(policy: Policy, level: Level) -> SeverityPolicy:
    """What the policy asks of a severity."""
    match level:
        case "P0":
            return policy.severities.P0
        case "P1":
            return policy.severities.P1
        case "P2":
            return policy.severities.P2
        case "P3":
            return policy.severities.P3


# --- the response


@dataclass(frozen=True, slots=True)
class Response:
    """How soon somebody took an incident on.

    Attributes:
        starts: The key of `times` from which the clock runs: `detected` or `declared`.
        ends: The key that stopped it; empty while it runs.
        level: The severity when the clock stopped, or now.
        limit: What the policy asks of that severity.
        due: When somebody had to respond.
        taken: How long it took, or has taken by now.
        late_by: How much later than due it ended, or how late it is by now; nothing when it is not.
        late: It surely took the limit or longer; business days: it ended after the last of them.
    """

    starts: str
    start: When
    ends: str
    end: When | None
    level: Level
    limit: Duration
    due: datetime
    taken: timedelta
    late_by: timedelta
    late: bool


def response(case: Case, policy: Policy, now: datetime) -> Response | None:
    """The response clock: from the earlier of detected and declared to acknowledged, else mitigated, else resolved.

    None where it cannot be told: no time from which it runs, or an incident that is over and says nothing of an end.
    The severity that counts is the one in which the response came: nobody can hold to a limit that was set later.
    """
    times = case.incident.times
    begun = response_start(times)
    if begun is None:
        return None
    name, start = begun
    ended = (("acknowledged", times.acknowledged), ("mitigated", times.mitigated), ("resolved", times.resolved))
    ends, end = next(((key, time) for key, time in ended if time), ("", None))
    if end is None and not case.incident.is_open:
        return None
    first_end, shown_end = (now, now) if end is None else (end.earliest, end.at.start)
    level = severity_at(case, shown_end)
    limit = severity_policy(policy, level).respond
    due = due_after(start.at.start, limit, policy.calendar)
    surely_due = due_after(_last(start), limit, policy.calendar)
    return Response(
        starts=name,
        start=start,
        ends=ends,
        end=end,
        level=level,
        limit=limit,
        due=due,
        taken=max(shown_end - start.at.start, _NONE),
        late_by=max(shown_end - due, _NONE),
        # A business day is there until it ends; of a limit in minutes the last moment is too late.
        late=first_end > surely_due or (first_end == surely_due and not limit.business_days),
    )


def response_start(times: Times) -> tuple[str, When] | None:
    """From when the response clock runs: the earlier of detected and declared, and the key under which it stands."""
    starts = [(name, time) for name, time in (("detected", times.detected), ("declared", times.declared)) if time]
    return min(starts, key=lambda pair: pair[1].latest, default=None)


# --- status updates


@dataclass(frozen=True, slots=True)
class UpdateGap:
    """A stretch in which a status update was due and none came.

    Attributes:
        begins: The last update before it; the entry to `investigating` where the clock runs from there.
        ends: The update, or the change of status, that ended it; None where only `times.resolved` did.
        due: When the update was due.
        promised: `begins` promised it for then; otherwise the cadence says so.
        length: How long nobody was told anything; in working time where only that counts.
        late_by: How late the next one was, counted in the same way.
        working_only: Only working time counts.
    """

    begins: LoggedEntry
    ends: LoggedEntry | None
    due: datetime
    promised: bool
    length: timedelta
    late_by: timedelta
    working_only: bool


@dataclass(frozen=True, slots=True)
class OwedUpdate:
    """The status update that is due next in an open incident.

    Attributes:
        begins: The last update; the entry to `investigating` where the clock runs from there.
        due: When the next one is due.
        promised: `begins` promised it for then; otherwise the cadence says so.
        overdue: How late it is by now, in working time where only that counts; nothing while there is time.
        working_only: Only working time counts.
    """

    begins: LoggedEntry
    due: datetime
    promised: bool
    overdue: timedelta
    working_only: bool


@dataclass(frozen=True, slots=True)
class Updates:
    """What the clock of the status updates says.

    Attributes:
        asked: How many updates came while it ran, and how many more were due and never came. Of these the gaps are late.
    """

    gaps: tuple[UpdateGap, ...]
    owed: OwedUpdate | None
    asked: int

    @property
    def longest(self) -> UpdateGap | None:
        """The gap in which nobody was told anything for the longest time."""
        return max(self.gaps, key=lambda gap: gap.length, default=None)


@dataclass(frozen=True, slots=True)
class _Run:
    """From the entry to `investigating` to the one that ends the work; a reopened incident has several.

    Attributes:
        told: The updates in it, by time.
        before: The last update before it, whose promise still holds.
        worse: Entries that go back from `monitoring`, or raise the severity, by time.
        until: The first moment at which it may have been over; None only in the last run of an open incident.
    """

    begins: LoggedEntry
    told: tuple[LoggedEntry, ...]
    before: LoggedEntry | None
    worse: tuple[LoggedEntry, ...]
    ends: LoggedEntry | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class _Easier:
    """Stretches in which users did not feel it, by time: from, and until it turned out not to be over."""

    begins: tuple[datetime, ...]
    ends: tuple[datetime | None, ...]

    def holds(self, when: Stretch) -> bool:
        """Users did not feel it any more, as far as the precision of a time can tell."""
        place = bisect_right(self.begins, _last(when)) - 1
        until = self.ends[place] if place >= 0 else when.earliest
        return until is None or when.earliest < until


@dataclass(frozen=True, slots=True)
class _Cadence:
    """What decides how soon the next update is due.

    Attributes:
        later: After how long which duration holds.
    """

    policy: Policy
    later: tuple[tuple[Duration, Duration], ...]
    severity: SeverityHistory
    easier: _Easier


@dataclass(frozen=True, slots=True)
class _Due:
    """When the next update is due.

    Attributes:
        shown: As people reckon it.
        surely: The last moment that it may be, whatever the precision of what it is counted from.
        since: The update that promised it, or the entry from which it is counted.
    """

    shown: datetime
    surely: datetime
    since: LoggedEntry
    promised: bool
    working_only: bool


@once
def updates(case: Case, policy: Policy, now: datetime) -> Updates:
    """The clock of the status updates: what was late, and what is owed now.

    It runs from the entry to `investigating` to `resolved`, and again when the incident is reopened. The next update is
    due at the last one, to whomever, plus the cadence in force then: that of the severity; after so long (counted from
    the entry to `investigating`) the one of `updates.after`; once users no longer feel it `updates.mitigated`. Where
    several hold, the longest does, since these give time and take none. When it gets worse (the severity is raised, or
    `monitoring` failed) the cadence counts anew from there. A promised `next_update_by` replaces all that. For a P3
    only working time counts.
    """
    from hotwash.model.policy import Duration  # noqa: PLC0415 - `explain` loads no models

    found: list[UpdateGap] = []
    owed, asked = None, 0
    later = tuple((Duration.parse(elapsed), duration) for elapsed, duration in policy.updates.after.items())
    cadence = _Cadence(policy, later, severity_history(case), _easier(case))
    for run in _runs(case):
        for base, following in zip((run.begins, *run.told), (*run.told, None), strict=True):
            if following is None and run.until is None:
                due = _due(cadence, run, base, now)
                overdue = _late_by(due, now, policy)
                owed = OwedUpdate(due.since, due.shown, due.promised, overdue, due.working_only)
                continue
            ends = [run.until] if run.until is not None else []
            reached = min((*ends, *([] if following is None else [spread(following.entry).earliest])))
            due = _due(cadence, run, base, reached)
            late_by = _late_by(due, reached, policy)
            asked += following is not None or bool(late_by)
            if late_by:
                since = due.since.entry.when.at.start
                length = worked(working_time(policy.calendar), since, reached) if due.working_only else reached - since
                ended = following or run.ends
                found.append(UpdateGap(due.since, ended, due.shown, due.promised, length, late_by, due.working_only))
    return Updates(tuple(found), owed, asked)


def _runs(case: Case) -> Iterator[_Run]:
    found = steps(case)
    change = {id(step.logged): step for step in found}
    begins: LoggedEntry | None = None
    before: LoggedEntry | None = None
    newest: LoggedEntry | None = None
    told: list[LoggedEntry] = []
    worse: list[LoggedEntry] = []
    for logged in case.timeline:
        step = change.get(id(logged))
        if _tells(logged):
            newest = logged
            told.append(logged)
        elif _raises(logged) or (step is not None and _is_setback(step)):
            worse.append(logged)
        if step is None:
            continue
        if begins is None and step.entry.to in AT_WORK:
            begins, before, told, worse = logged, newest, [], []
        elif begins is not None and step.entry.to not in AT_WORK:
            until = spread(logged.entry).earliest
            if step is found[-1] and case.incident.times.resolved is not None:
                until = min(until, case.incident.times.resolved.earliest)
            yield _Run(begins, tuple(told), before, tuple(worse), logged, until)
            begins = None
    if begins is not None:
        # Where it is over, and no entry says so, that is another finding; the clock stops all the same.
        over = None if case.incident.is_open else case.incident.times.resolved
        if case.incident.is_open or over is not None:
            stopped = None if over is None else over.earliest
            yield _Run(begins, tuple(told), before, tuple(worse), None, stopped)


def _tells(logged: LoggedEntry) -> bool:
    return logged.entry.kind == "status-update" and not is_blank(logged.entry.text)


def _raises(logged: LoggedEntry) -> bool:
    entry = logged.entry
    # P0 is the worst.
    return entry.kind == "severity-change" and entry.to < entry.from_


def _is_setback(step: Step) -> bool:
    """It turned out not to be over."""
    return step.entry.to in ("investigating", "identified") and step.expected in ("monitoring", "resolved", "closed")


def _easier(case: Case) -> _Easier:
    """Going back takes `times.mitigated` away; of such a stretch the change to `monitoring` or `resolved` tells."""
    stretches: list[tuple[datetime, datetime | None]] = []
    began: datetime | None = None
    mitigated = case.incident.times.mitigated
    for step in steps(case):
        when = spread(step.logged.entry)
        if _is_setback(step):
            if mitigated is not None and mitigated.latest <= when.earliest:
                began = mitigated.earliest if began is None else min(began, mitigated.earliest)
                mitigated = None
            if began is not None:
                stretches.append((began, when.earliest))
            began = None
        elif step.entry.to in ("monitoring", "resolved") and began is None:
            began = when.earliest
    if mitigated is not None:
        stretches.append((mitigated.earliest, None))
    stretches.sort(key=lambda stretch: stretch[0])
    return _Easier(tuple(begin for begin, _ in stretches), tuple(end for _, end in stretches))


def _due(cadence: _Cadence, run: _Run, base: LoggedEntry, reached: datetime) -> _Due:
    """When the update after an entry is due, as far as what happened until a moment decides it."""
    promise = run.before if base is run.begins else base
    promised = None if promise is None else _promised(promise, base)
    if promise is not None and promised is not None:
        return _Due(*promised, promise, promised=True, working_only=False)
    due = _by_cadence(cadence, run, base)
    first = bisect_left(run.worse, base.entry.when.at.start, key=lambda turn: turn.entry.when.at.start)
    for turn in islice(run.worse, first, None):
        if turn.entry.when.at.start > reached:
            break
        again = _by_cadence(cadence, run, turn)
        due = replace(again, since=base) if again.surely < due.surely else due
    return due


def _promised(promise: LoggedEntry, base: LoggedEntry) -> tuple[datetime, datetime] | None:
    """The time that an update promised for the next one, as people read it and the last that it may mean.

    None where that is past when the clock begins.
    """
    entry = promise.entry
    time = entry.next_update_by if entry.kind == "status-update" else None
    if time is None or time.latest <= spread(base.entry).earliest:
        return None
    # Who promises a day promises it until that day is over.
    return (time.at.end if time.at.unit == _DAY else time.at.start), _last(time)


def _deadline(start: datetime, duration: Duration, calendar: Calendar, *, working_only: bool) -> datetime:
    if working_only or duration.business_days:
        return _in_working_time(start, duration, calendar, working_only=working_only)
    return due_after(start, duration, calendar)


@lru_cache(maxsize=512)
def _in_working_time(start: datetime, duration: Duration, calendar: Calendar, *, working_only: bool) -> datetime:
    # One entry is asked about many times: for each cadence, and for what is shown and what is sure.
    return due_after(start, duration, calendar, working_only=working_only)


def _by_cadence(cadence: _Cadence, run: _Run, base: LoggedEntry) -> _Due:
    when = spread(base.entry)
    calendar = cadence.policy.calendar
    level = cadence.severity.at(base.entry.when.at.start)
    working_only = level == _WORKING_ONLY
    durations = tuple(_in_force(cadence, run, when, level))

    def after(moment: datetime) -> datetime:
        return max(_deadline(moment, duration, calendar, working_only=working_only) for duration in durations)

    start, last = base.entry.when.at.start, _last(when)
    shown = after(start)
    return _Due(shown, shown if last == start else after(last), base, promised=False, working_only=working_only)


def _in_force(cadence: _Cadence, run: _Run, when: Stretch, level: Level) -> Iterator[Duration]:
    yield severity_policy(cadence.policy, level).updates
    begins = run.begins.entry.when.earliest
    for elapsed, duration in cadence.later:
        if _last(when) >= _deadline(begins, elapsed, cadence.policy.calendar, working_only=level == _WORKING_ONLY):
            yield duration
    if cadence.easier.holds(when):
        yield cadence.policy.updates.mitigated


def _late_by(due: _Due, moment: datetime, policy: Policy) -> timedelta:
    """How much later than due a moment is; nothing where it is not surely so."""
    if moment <= due.surely:
        return _NONE
    if not due.working_only:
        return moment - due.shown
    working = working_time(policy.calendar)
    # What was due at the end of a day is not late before the next one begins.
    return worked(working, due.shown, moment) if worked(working, due.surely, moment) else _NONE


def first_told(case: Case) -> dict[Audience, LoggedEntry]:
    """The first status update to each audience that was told anything."""
    told: dict[Audience, LoggedEntry] = {}
    for logged in case.timeline:
        entry = logged.entry
        if entry.kind == "status-update" and _tells(logged):
            for audience in entry.audiences:
                told.setdefault(audience, logged)
    return told


# --- estimates


@dataclass(frozen=True, slots=True)
class PassedEta:
    """An estimate that did not hold, and nobody was told.

    Attributes:
        logged: The update that gave it.
        late_by: How long ago it was to be over.
    """

    logged: LoggedEntry
    eta: When
    late_by: timedelta


@dataclass(frozen=True, slots=True)
class Estimate:
    """When an open incident is to be over, by the last word on it.

    Attributes:
        logged: The update that gave it.
        told: The newest update, which may be a later one.
    """

    logged: LoggedEntry
    eta: When
    told: LoggedEntry

    @property
    def repeated(self) -> bool:
        """An update came when the time was over, or might have been: the estimate was known not to hold."""
        return self.told is not self.logged and not surely_before(spread(self.told.entry), self.eta)


def estimate(case: Case) -> Estimate | None:
    """The newest estimate of an open incident. One that was taken back (`eta: {unknown: why}`) is none."""
    if not case.incident.is_open:
        return None
    given: tuple[LoggedEntry, When] | None = None
    newest = None
    for logged in case.timeline:
        entry = logged.entry
        if entry.kind == "status-change" and entry.to in ("resolved", "closed", "dismissed"):
            given = None  # of what came back later it says nothing
        if entry.kind != "status-update" or not _tells(logged):
            continue
        newest = logged
        if entry.eta is not None:
            time = _eta(entry)
            given = None if time is None else (logged, time)
    return None if given is None or newest is None else Estimate(*given, newest)


def passed_eta(case: Case, now: datetime) -> PassedEta | None:
    """The newest estimate of an open incident, when it is surely past and no update came since."""
    found = estimate(case)
    if found is None or found.repeated or _last(found.eta) >= now:
        return None
    return PassedEta(found.logged, found.eta, now - _last(found.eta))


def _eta(entry: StatusUpdate) -> When | None:
    from hotwash.model.base import When  # noqa: PLC0415 - `explain` loads no models

    return entry.eta if isinstance(entry.eta, When) else None


def updates_without_eta(case: Case) -> tuple[LoggedEntry, ...]:
    """Updates for stakeholders of a P0 or P1, after the cause was found and before it was over, without an estimate."""
    found = []
    severity = severity_history(case)
    cause_known: LoggedEntry | None = None
    for logged in case.timeline:
        entry = logged.entry
        if entry.kind == "status-change":
            if entry.to in ("investigating", "resolved", "closed", "dismissed", "declared"):
                cause_known = None
            elif entry.to == "identified":
                cause_known = logged
        if (
            entry.kind == "status-update"
            and cause_known is not None
            and "stakeholders" in entry.audiences
            and entry.eta is None
            and _tells(logged)
            and surely_before(spread(cause_known.entry), spread(logged.entry))
            and severity.at(entry.when.at.start) in ("P0", "P1")
            and not _is_over(case, logged)
        ):
            found.append(logged)
    return tuple(found)


def _is_over(case: Case, logged: LoggedEntry) -> bool:
    resolved = case.incident.times.resolved
    return resolved is not None and not surely_before(spread(logged.entry), resolved)


# --- afterwards


@dataclass(frozen=True, slots=True)
class PostmortemDue:
    """A post-mortem that is asked for and is not published.

    Attributes:
        resolved: When the incident was over.
        logged: The entry that says so, where `times.resolved` does not.
        limit: What the policy asks of the severity.
        due: When it is due.
        overdue: How late it is by now; nothing while there is time.
    """

    resolved: When
    logged: LoggedEntry | None
    level: Level
    limit: Duration
    due: datetime
    overdue: timedelta


def postmortem_due(case: Case, policy: Policy, now: datetime) -> PostmortemDue | None:
    """When the post-mortem is due; None while it is not over, where none is asked for, and once it is published.

    The severity that counts is the last one: it is what was learned of how bad it was.
    """
    if case.incident.status not in ("resolved", "closed"):
        return None
    if case.postmortem is not None and case.postmortem.front.status == "published":
        return None
    level = case.incident.severity.level
    logged = next((step.logged for step in reversed(steps(case)) if step.entry.to == "resolved"), None)
    resolved = case.incident.times.resolved
    if resolved is None and logged is not None:
        resolved = logged.entry.when
    deadline = None if resolved is None else postmortem_deadline(resolved, level, policy)
    if resolved is None or deadline is None:
        return None
    named = None if case.incident.times.resolved is not None else logged
    overdue = now - deadline.due if now > deadline.surely else _NONE
    return PostmortemDue(resolved, named, level, deadline.limit, deadline.due, overdue)


@dataclass(frozen=True, slots=True)
class PostmortemDeadline:
    """Until when a post-mortem is to be there.

    Attributes:
        surely: The last moment that it may be, whatever the precision of `resolved`.
    """

    limit: Duration
    due: datetime
    surely: datetime


def postmortem_deadline(resolved: When, level: Level, policy: Policy) -> PostmortemDeadline | None:
    """Until when the post-mortem of what was over at a time is to be there; None where none is asked for."""
    limit = severity_policy(policy, level).postmortem
    if limit == "none":
        return None
    return PostmortemDeadline(
        limit, due_after(resolved.at.start, limit, policy.calendar), due_after(_last(resolved), limit, policy.calendar)
    )


# --- the first five minutes


@dataclass(frozen=True, slots=True)
class LateSignOff:
    """A first action that was signed off too late.

    Attributes:
        due: Until when it was to be signed.
        after: How long after `declared` it was signed.
        late_by: How much longer that is than the policy gives.
    """

    action: Action
    at: When
    due: datetime
    after: timedelta
    late_by: timedelta


@dataclass(frozen=True, slots=True)
class FirstActionsDue:
    """Until when the four first actions are to be signed off.

    Attributes:
        surely: The last moment that it may be, whatever the precision of `declared`.
    """

    due: datetime
    surely: datetime


def first_actions_due(case: Case, policy: Policy) -> FirstActionsDue | None:
    """Until when the four first actions are to be signed off; None where nobody says when it was declared."""
    declared = case.incident.times.declared
    if declared is None:
        return None
    within = policy.first_actions.within
    return FirstActionsDue(
        due_after(declared.at.start, within, policy.calendar), due_after(_last(declared), within, policy.calendar)
    )


def late_sign_offs(case: Case, policy: Policy) -> tuple[LateSignOff, ...]:
    """The first actions that were surely signed off too late, by time."""
    declared, limit = case.incident.times.declared, first_actions_due(case, policy)
    if declared is None or limit is None:
        return ()
    found = []
    for action in ACTIONS:
        signature = sign_off(case.incident, action)
        if signed(signature) and signature.at is not None and signature.at.earliest > limit.surely:
            at = signature.at
            after, late_by = at.at.start - declared.at.start, at.at.start - limit.due
            found.append(LateSignOff(action, at, limit.due, after, late_by))
    return tuple(sorted(found, key=lambda late: late.at.at.start))
