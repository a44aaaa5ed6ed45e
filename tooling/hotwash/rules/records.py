"""1xx: what a record says against itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from hotwash.diagnostics import Finding, Help, Note, Place
from hotwash.facts.additions import to_timeline
from hotwash.facts.first_actions import ACTIONS, sign_off
from hotwash.facts.gates import TOLERANCE, gaps
from hotwash.facts.history import handed, severity_steps, steps, told_status, way
from hotwash.facts.said import BLANK
from hotwash.facts.severity import speaks_for, thresholds
from hotwash.facts.statements import placed, statements
from hotwash.model.names import LOGIN_PLACEHOLDER
from hotwash.model.repository import INCIDENT
from hotwash.model.time import Instant, bounds, short_span, surely_before, utc_text
from hotwash.rules.remedies import entry
from hotwash.rules.rule import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotwash.diagnostics import LevelName
    from hotwash.facts.statements import Statement
    from hotwash.model.base import When
    from hotwash.model.repository import Case
    from hotwash.rules.rule import Context

# Only these are hard: people start work before they declare.
_HARD = (("started", "mitigated"), ("mitigated", "resolved"), ("started", "resolved"), ("detected", "declared"))
_ODD = (
    ("started", "detected"),
    ("detected", "acknowledged"),
    ("declared", "mitigated"),
    ("declared", "resolved"),
    ("acknowledged", "resolved"),
    ("started", "contained"),
    ("contained", "resolved"),
)


@rule("HW101", "times-out-of-order")
def times_out_of_order(case: Case, _context: Context) -> Iterator[Finding]:
    """The times of an incident do not follow each other.

    ## What it asks

    Started, mitigated, resolved in this order, and detected before declared,
    as far as the precision of the times can tell. Other odd orders of live and
    late records are warnings: most are true, and worth a look. So is a first
    action that was signed off before the incident began.

    ## Why

    Every measure rests on these times, and none may be negative.

    ## Wrong

    ```yaml
    # incident.yaml
    times:
      started: 2026-11-23T08:41:00Z
      detected: 2026-11-23T08:47:00Z
      declared: 2026-11-23T08:46:00Z
    ```

    ## Right

    ```yaml
    # incident.yaml
    times:
      started: 2026-11-23T08:41:00Z
      detected: 2026-11-23T08:46:20Z
      declared: 2026-11-23T08:46Z
    ```

    ## Source

    guide 5
    """
    yield from _pairs(case, _HARD, None)
    if case.incident.mode != "retrospective" and not case.incident.is_drill:
        yield from _pairs(case, _ODD, "warning")
    if case.incident.mode != "retrospective":
        yield from _signed_before_it_began(case)


_IF_SO = "if it was so, leave it; or silence it for this incident in incidents/policy.yaml, with a reason and an end"


def _pairs(case: Case, pairs: tuple[tuple[str, str], ...], level: LevelName | None) -> Iterator[Finding]:
    for first, second in pairs:
        early: When | None = getattr(case.incident.times, first)
        late: When | None = getattr(case.incident.times, second)
        if early is None or late is None or not surely_before(late, early):
            continue
        apart = short_span(early.at.start - late.at.start)
        yield Finding(
            Place(INCIDENT, ("times", second)),
            f"`{first}` is {apart} after `{second}`",
            label=f"{first} is {early.at}",
            help=(Help("mend the one that is wrong"),) if level is None else (Help(_IF_SO),),
            related=(Note(Place(INCIDENT, ("times", first)), first),),
            level=level,
        )


def _signed_before_it_began(case: Case) -> Iterator[Finding]:
    times = case.incident.times
    known = [(name, time) for name in ("started", "detected", "declared") if (time := getattr(times, name)) is not None]
    for action in ACTIONS:
        at = sign_off(case.incident, action).at
        if at is None or not known or not all(surely_before(at, time) for _, time in known):
            continue
        name, first = min(known, key=lambda one: one[1].at.start)
        yield Finding(
            Place(INCIDENT, ("first_actions", action, "at")),
            f"{action} is signed off {short_span(first.at.start - at.at.start)} before the incident began",
            label=f"{name} is {first.at}",
            help=(Help("mend the one that is wrong"),),
            related=(Note(Place(INCIDENT, ("times", name)), name),),
            level="warning",
        )


# A day is that of whoever wrote it; somewhere it has begun so long before it does in UTC.
_FIRST_TO_SEE_A_DAY = timedelta(hours=14)
# What is still to come; the day on which an action item was done has a rule of its own.
_STILL_TO_COME = frozenset({"eta", "next_update_by", "due", "closed"})


@rule("HW102", "time-in-future")
def time_in_future(case: Case, context: Context) -> Iterator[Finding]:
    """Something is written down as done that is still to come.

    ## What it asks

    No time of a record is later than now, five minutes apart that clocks may
    differ. A time counts as later only where its precision leaves no doubt.
    What is meant to come may be later: `eta`, `next_update_by`, `due`.

    ## Why

    A time in the future is a slip of the hand, a wrong offset most often, and
    every measure and clock that rests on it is wrong.

    ## Wrong

    ```yaml
    # timeline.yaml …
    - at: 2026-12-23T08:52:00Z
      by: dave
      kind: note
      text: The payments team is on the call
    ```

    ## Right

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:52:00Z
      by: dave
      kind: note
      text: The payments team is on the call
    ```

    ## Source

    guide 5; threats R5
    """
    from hotwash.model.base import When  # noqa: PLC0415 - `explain` loads no models

    latest = context.now + TOLERANCE
    for statement in statements(case):
        value = statement.value
        # What is written as no later than now is so at the earliest too.
        if isinstance(value, str) or (isinstance(value, When) and _last_bound(value).start <= latest):
            continue
        if statement.route[:1] == ("first_actions",) and case.incident.mode != "retrospective":
            # Such a sign-off opens no gate, and the gate says why.
            continue
        begins = _begins(value, When, other="also" in statement.route)
        if begins is None or begins <= latest or statement.key in _STILL_TO_COME:
            continue
        is_day = isinstance(value, date)
        yield Finding(
            statement.place,
            f"`{_shown(statement)}` is still to come: {value}",
            label="that day has not begun" if is_day else f"in {short_span(begins - context.now)}",
            help=(Help("write when it was, with the right day and offset"),),
        )


def _begins(value: object, when: type[When], *, other: bool) -> datetime | None:
    """The first moment that a time or a day may mean; None for what is neither, or is a part of what was asked already.

    Args:
        value: What stands there.
        when: The class of a time.
        other: Whether another source gives it: its time and how exact it is stand beside each other.
    """
    if isinstance(value, when):
        # That it was before a day to come says nothing: the bound is a slip.
        return bounds(_last_bound(value), approx=value.approx)[0]
    if other and isinstance(value, Instant):
        return bounds(value, approx=True)[0]
    return datetime.combine(value, time(), UTC) - _FIRST_TO_SEE_A_DAY if isinstance(value, date) else None


def _last_bound(when: When) -> Instant:
    """The time, or the last of its bounds that is written."""
    return when.at if when.before is None else when.before


def _shown(statement: Statement) -> str:
    keys = [part for part in statement.route if isinstance(part, str)]
    return ".".join(keys[-2:])


@rule("HW104", "status-disagrees", modes="LAD")
def status_disagrees(case: Case, context: Context) -> Iterator[Finding]:
    """The status is not what the timeline says.

    ## What it asks

    Each step from one status to the next has its status-change entry, and the
    last one leads to the status of the incident.

    ## Why

    The timeline is how an incident is understood later. A status that was only
    overwritten has no time, and no clock can be kept by it.

    ## Wrong

    ```yaml
    # timeline.yaml
    - at: 2026-11-23T08:49:00Z
      by: carol
      kind: mitigation
      action: rollback
      outcome: effective
      text: Rolled back to v412
    - at: 2026-11-23T08:50:00Z
      by: bob
      kind: status-update
      audience: [engineers, stakeholders]
      text: Card payments fail; we have rolled back and are looking on
    ```

    ## Right

    ```yaml
    # timeline.yaml
    - at: 2026-11-23T08:49:00Z
      by: carol
      kind: mitigation
      action: rollback
      outcome: effective
      text: Rolled back to v412
    - at: 2026-11-23T08:50:00Z
      by: bob
      kind: status-update
      audience: [engineers, stakeholders]
      text: Card payments fail; we have rolled back and are looking on
    - at: 2026-11-23T08:51:00Z
      by: alice
      kind: status-change
      from: declared
      to: investigating
      text: The four first actions are done
    ```

    ## Source

    guide 5 and 7
    """
    found = steps(case)
    for step in found:
        if step.entry.from_ != step.expected:
            yield Finding(
                Place(step.logged.file, (*step.logged.route, "from")),
                f"this entry leaves `{step.entry.from_}`, and the incident was `{step.expected}`",
                label=f"expected {step.expected}",
                help=(Help(f"write `from: {step.expected}`, or add the entry of the step between"),),
            )
    status = case.incident.status
    told = told_status(case)
    if status == told:
        return
    once = ""
    led = way(told, status)
    at = _when_it_went_on(case, found[-1].entry.when if found else None, context)
    over = led.index("resolved") if "resolved" in led else 0
    if told == "declared" and status != "dismissed" and gaps(case, context.now):
        once = "once the four first actions are signed off, "
    line = "\n".join(
        f"- at: {at if number <= over else utc_text(context.now)}\n  by: {LOGIN_PLACEHOLDER}\n  kind: status-change\n"
        f"  from: {left}\n  to: {reached}\n  text: {BLANK}"
        for number, (left, reached) in enumerate(pairwise(led), start=1)
    )
    said = f"the last status-change entry leads to `{told}`" if found else "no status-change entry leads there"
    yield Finding(
        Place(INCIDENT, ("status",)),
        f"status is `{status}`, and {said}",
        label=f"the timeline says {told}",
        help=(to_timeline(case, line, once=once), Help(f"or set it back, and write `status: {told}`")),
        related=(Note(Place(found[-1].logged.file, (*found[-1].logged.route, "to")), "the last one"),) if found else (),
    )


def _when_it_went_on(case: Case, last: When | None, context: Context) -> str:
    """The time of the steps up to `resolved`: when that is known, and not before the last entry; else now."""
    resolved = case.incident.times.resolved
    if resolved is None or resolved.at.start > context.now or (last is not None and surely_before(resolved, last)):
        return utc_text(context.now)
    return resolved.at.text


@rule("HW105", "severity-disagrees", modes="LAD")
def severity_disagrees(case: Case, context: Context) -> Iterator[Finding]:
    """The severity is not what the timeline says.

    ## What it asks

    Where the severity was changed, the last severity-change entry leads to the
    severity of the incident, and each entry leaves the severity to which the
    one before it led.

    ## Why

    Severity decides how soon somebody must respond and who is told. When it
    changed, and why, is half of what a review asks.

    ## Wrong

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:52:00Z
      by: alice
      kind: severity-change
      from: P1
      to: P0
      text: No card works anywhere any more
    ```

    ## Right

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:52:00Z
      by: alice
      kind: severity-change
      from: P2
      to: P1
      text: It is all of Europe, and not one country
    ```

    ## Source

    guide 5 and 6
    """
    found = severity_steps(case)
    for step in found:
        if step.expected is not None and step.entry.from_ != step.expected:
            yield Finding(
                placed(step.logged, "from"),
                f"this entry leaves `{step.entry.from_}`, and the severity was `{step.expected}`",
                label=f"expected {step.expected}",
                help=(Help(f"write `from: {step.expected}`, or add the entry of the step between"),),
            )
    severity = case.incident.severity
    if not found or found[-1].entry.to == severity.level:
        return
    told = found[-1].entry.to
    lines = entry(case, context, "severity-change", f"from: {told}", f"to: {severity.level}")
    yield Finding(
        Place(INCIDENT, ("severity", "level") if len(severity.model_fields_set) > 1 else ("severity",)),
        f"severity is `{severity.level}`, and the last severity-change entry leads to `{told}`",
        label=f"the timeline says {told}",
        help=(Help(f"write `{told}` here"), to_timeline(case, lines, once="or ")),
        related=(Note(placed(found[-1].logged, "to"), "the last one"),),
    )


@rule("HW106", "role-disagrees", level="warning", modes="LAD")
def role_disagrees(case: Case, _context: Context) -> Iterator[Finding]:
    """A role is held by somebody else than the timeline says.

    ## What it asks

    Whoever accepted a role in the last handover of that role holds it in
    `roles`.

    ## Why

    At three in the morning nobody may ask who is in command, and get two
    answers.

    ## Wrong

    ```yaml
    # incident.yaml
    roles:
      commander: alice
      communications: bob
    ```

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:52:00Z
      by: bob
      kind: handover
      role: communications
      to: erin
      accepted: true
      text: Erin takes over the updates
    ```

    ## Right

    ```yaml
    # incident.yaml
    roles:
      commander: alice
      communications: erin
    ```

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:52:00Z
      by: bob
      kind: handover
      role: communications
      to: erin
      accepted: true
      text: Erin takes over the updates
    ```

    ## Source

    guide 3.3 and 5
    """
    for role, last in handed(case).items():
        holder = case.incident.roles.get(role)
        # A login is the same in small and in large letters.
        if holder is not None and holder.casefold() == last.to.casefold():
            continue
        related = [Note(placed(last.accepted, "to"), "the last accepted handover")]
        remedy = f"write `{role}: {last.to}`, or add the handover to `{holder}` to the timeline"
        if holder is None:
            remedy = f"write `{role}: {last.to}` under `roles:`, or add the handover to who holds it now"
        elif last.offered is not None and last.offered_to.casefold() == holder.casefold():
            remedy = f"if {holder} has said yes, write `accepted: true` in that handover"
            related.append(Note(placed(last.offered, "to"), f"handed to {holder}, and not accepted"))
        yield Finding(
            Place(INCIDENT, ("roles", role)) if holder is not None else Place(INCIDENT, ("roles",), "key"),
            f"`{role}` was handed over to {last.to}, and " + (f"{holder} holds it" if holder else "nobody holds it"),
            label=f"the timeline says {last.to}",
            help=(Help(remedy),),
            related=tuple(related),
        )


@rule("HW108", "severity-against-impact", level="warning", modes="LAD")
def severity_against_impact(case: Case, context: Context) -> Iterator[Finding]:
    """The share of the users hit speaks for another severity.

    ## What it asks

    `impact.users.share` and the severity are no more than one level apart: most
    users hit and P2, or hardly any and P0, is worth a look. Each severity that
    the incident had counts, so that it may be lowered once it is under control.

    ## Why

    Severity decides who is woken and how soon. It is set in the first minute,
    and the numbers come later.

    ## Wrong

    ```yaml
    # incident.yaml
    severity: P3
    impact:
      users: {share: 0.31, description: EU customers cannot pay by card}
      scope: {description: Card payments only}
    ```

    ## Right

    ```yaml
    # incident.yaml
    severity: P2
    impact:
      users: {share: 0.31, description: EU customers cannot pay by card}
      scope: {description: Card payments only}
    ```

    ## Policy

    `severities.P0.share` and `severities.P1.share` say from which share on a
    severity is meant: 0.9 and 0.25. P2 and P3 may have one too.

    ## Source

    guide 6
    """
    users = case.incident.impact.users
    if users is None or users.share is None:
        return
    meant = speaks_for(users.share, context.policy)
    steps_ = severity_steps(case)
    level = case.incident.severity.level
    had = {level, *(step.entry.from_ for step in steps_), *(step.entry.to for step in steps_)}
    if meant is None or any(abs(int(meant[1]) - int(other[1])) <= 1 for other in had):
        return
    shares = ", ".join(f"{name} from {_percent(share)} on" for name, share in thresholds(context.policy))
    yield Finding(
        Place(INCIDENT, ("severity", "level") if len(case.incident.severity.model_fields_set) > 1 else ("severity",)),
        f"severity is {level}, and {_percent(users.share)} of the users are hit: that speaks for {meant}",
        label=f"{abs(int(meant[1]) - int(level[1]))} levels away",
        notes=(f"the policy says: {shares}",),
        help=(Help("look again at both: mend the share, or change the severity and log why"),),
        related=(Note(Place(INCIDENT, ("impact", "users", "share")), "the share of the users hit"),),
    )


def _percent(share: float) -> str:
    return f"{share * 100:.4g} %"
