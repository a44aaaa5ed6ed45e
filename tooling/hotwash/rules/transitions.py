"""3xx: how an incident may go on in a change: its status, severity, visibility, and how it was recorded."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from hotwash.diagnostics import Finding, Help, Place, counted
from hotwash.facts.additions import to_timeline
from hotwash.facts.calendar import due_after
from hotwash.facts.demands import wants_postmortem
from hotwash.facts.first_actions import ACTIONS, sign_off
from hotwash.facts.history import steps, way
from hotwash.facts.pairing import paired
from hotwash.facts.statements import placed, time_place
from hotwash.model.repository import ACTION_ITEMS, INCIDENT, POSTMORTEM
from hotwash.model.time import short_span, utc_text
from hotwash.rules.remedies import entry
from hotwash.rules.rule import rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hotwash.facts.difference import IncidentChange
    from hotwash.model.base import Level
    from hotwash.model.incident import Incident, Status
    from hotwash.model.repository import Case, LoggedEntry, PostMortem
    from hotwash.model.timeline import StatusChange
    from hotwash.rules.rule import Context


def added(change: IncidentChange) -> tuple[LoggedEntry, ...]:
    """The entries that a change adds to the timeline, by time."""
    return change.head.timeline if change.base is None else paired(change.base, change.head).new


def either(words: Sequence[str]) -> str:
    """Words as people say them: `a`, `a or b`, `a, b or c`."""
    *first, last = words
    return f"{', '.join(first)} or {last}" if first else last


@rule("HW301", "illegal-transition", modes="LAD")
def illegal_transition(change: IncidentChange, context: Context) -> Iterator[Finding]:
    """The status goes where it cannot go from where it was.

    ## What it asks

    Each step that the change adds, by its status-change entry, is one that an
    incident may take: from `declared` to `investigating` or `dismissed`, and from
    there on as the stages of the response follow. A new incident begins with
    `declared`.

    ## Why

    A stage that is left out is work that is left out: nobody monitors what is
    closed at once.

    ## Wrong

    ```yaml
    # incident.yaml
    status: declared
    ```

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:52:00Z
      by: alice
      kind: status-change
      from: investigating
      to: declared
      text: We begin again
    ```

    ## Right

    ```yaml
    # incident.yaml
    status: investigating
    ```

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:52:00Z
      by: alice
      kind: note
      text: We look at the pool again
    ```

    ## Source

    guide 5
    """
    from hotwash.model.incident import TRANSITIONS  # noqa: PLC0415 - `explain` loads no models

    status: Status = "declared" if change.base is None else change.base.incident.status
    for step in _new_steps(change):
        # One that is put in before merged ones goes on from what the entries before it say.
        left = step.expected if step.inserted else status
        if step.entry.to not in TRANSITIONS[left]:
            yield _illegal(change.head, left, step.entry.to, context, step.logged)
        if not step.inserted:
            status = step.entry.to
    reached = change.head.incident.status
    if status != reached and reached not in TRANSITIONS[status]:
        yield _illegal(change.head, status, reached, context)


@dataclass(frozen=True, slots=True)
class _NewStep:
    """A status-change entry that a change adds.

    Attributes:
        expected: The status in which the incident was before it, by the entry before.
        inserted: Whether a merged status-change entry comes after it.
    """

    logged: LoggedEntry
    entry: StatusChange
    expected: Status
    inserted: bool


def _new_steps(change: IncidentChange) -> list[_NewStep]:
    new = {id(logged) for logged in added(change)}
    found: list[_NewStep] = []
    inserted = False
    for step in reversed(steps(change.head)):
        if id(step.logged) in new:
            found.append(_NewStep(step.logged, step.entry, step.expected, inserted))
        else:
            inserted = True
    return found[::-1]


def _illegal(case: Case, left: Status, reached: Status, context: Context, logged: LoggedEntry | None = None) -> Finding:
    from hotwash.model.incident import TRANSITIONS  # noqa: PLC0415 - `explain` loads no models

    allowed = either(TRANSITIONS[left])
    led = way(left, reached)
    # The last step of the way has an entry already, where one is wrong.
    wanting = led if logged is None else led[:-1]
    at = "" if logged is None else logged.entry.when.at.text
    lines = [
        entry(case, context, "status-change", f"from: {one}", f"to: {next_}", at=at) for one, next_ in pairwise(wanting)
    ]
    further = to_timeline(case, *lines, once="or, if the steps between were taken, ") if lines else None
    if further is not None and logged is not None and case.has_timeline:
        further = replace(further, say="or, if the steps between were taken, add above this entry, with their times:")
    rest = () if logged is None or not lines else (Help(f"and write `from: {led[-2]}` in this entry"),)
    return Finding(
        Place(INCIDENT, ("status",)) if logged is None else placed(logged, "to"),
        f"from `{left}` an incident does not go to `{reached}`",
        label=f"allowed: {allowed}",
        help=(Help(f"go on to {allowed}"), *(() if further is None else (further,)), *rest),
    )


@rule("HW305", "severity-changed-silently", modes="LAD")
def severity_changed_silently(change: IncidentChange, context: Context) -> Iterator[Finding]:
    """The severity was changed and no entry of the timeline says so.

    ## What it asks

    A change of `severity` comes with a new severity-change entry that leads to
    it, and whose text says why.

    ## Why

    Severity decides how soon somebody must respond and who is told. Lowered
    without a word, an outage looks harmless and a late response in time.

    ## Wrong

    ```yaml
    # incident.yaml
    severity: P2
    ```

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:52:00Z
      by: alice
      kind: note
      text: Only one card brand fails
    ```

    ## Right

    ```yaml
    # incident.yaml
    severity: P2
    ```

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:52:00Z
      by: alice
      kind: severity-change
      from: P1
      to: P2
      text: Only one card brand fails
    ```

    ## Source

    guide 6
    """
    if change.base is None:
        return
    was, now = change.base.incident.severity.level, change.head.incident.severity.level
    said = _severity_steps(change)
    reached = was
    for step in said:
        if step.left == reached:
            reached = step.reached
    if reached == now:
        return
    if said:
        yield Finding(
            placed(said[0].logged, "from"),
            f"the severity was {was} and now is {now}, and the entries do not lead from there to here",
            label=f"the severity was {was}",
            help=(Help(f"write `from: {was}` here, or add the entry of the step between"),),
        )
        return
    # Where entries of the base lead elsewhere, the rule on severity-disagrees gives the line already.
    merged = any(logged.entry.kind == "severity-change" for logged in change.head.timeline)
    lines = entry(change.head, context, "severity-change", f"from: {was}", f"to: {now}")
    mapping = len(change.head.incident.severity.model_fields_set) > 1
    yield Finding(
        Place(INCIDENT, ("severity", "level") if mapping else ("severity",)),
        f"the severity was {was} and now is {now}, and no entry says so",
        label=f"was {was}",
        help=(Help(f"write `{was}` back"),)
        if merged
        else (to_timeline(change.head, lines), Help(f"or write `{was}` back")),
    )


@dataclass(frozen=True, slots=True)
class _SeverityStep:
    logged: LoggedEntry
    left: Level
    reached: Level


def _severity_steps(change: IncidentChange) -> list[_SeverityStep]:
    """What a change says of the severity: by new entries, and by merged ones that it makes lead elsewhere."""
    found = []
    for pair in () if change.base is None else paired(change.base, change.head).pairs:
        if pair.head is not None:
            was, now = pair.base.entry, pair.head.entry
            if was.kind == "severity-change" and now.kind == "severity-change" and was.to != now.to:
                found.append(_SeverityStep(pair.head, was.to, now.to))
    new = [(logged, logged.entry) for logged in added(change)]
    found += [_SeverityStep(logged, told.from_, told.to) for logged, told in new if told.kind == "severity-change"]
    return found


@rule("HW316", "severity-lowered-when-over", level="warning", modes="LAD")
def severity_lowered_when_over(change: IncidentChange, context: Context) -> Iterator[Finding]:
    """The severity is lowered when it is over, and no post-mortem is asked for.

    ## What it asks

    Nothing but a second pair of eyes. Where users do not feel the incident any
    more, and its severity is lowered from one that asks for a post-mortem to one
    that asks for none, the reviewer is told.

    ## Why

    Lowered at the end, an outage costs its team nothing more: no post-mortem, no
    root cause. That may be right, where it was held to be worse than it was.

    ## Wrong

    ```yaml
    # incident.yaml
    severity: P3
    times:
      started: 2026-11-23T08:41:00Z
      detected: 2026-11-23T08:44:10Z
      declared: 2026-11-23T08:46:00Z
      acknowledged: 2026-11-23T08:46:40Z
      mitigated: 2026-11-23T08:51:00Z
    ```

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:52:00Z
      by: alice
      kind: severity-change
      from: P1
      to: P3
      text: It is over
    ```

    ## Right

    ```yaml
    # incident.yaml
    severity: P2
    times:
      started: 2026-11-23T08:41:00Z
      detected: 2026-11-23T08:44:10Z
      declared: 2026-11-23T08:46:00Z
      acknowledged: 2026-11-23T08:46:40Z
      mitigated: 2026-11-23T08:51:00Z
    ```

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:52:00Z
      by: alice
      kind: severity-change
      from: P1
      to: P2
      text: Only one card brand was hit
    ```

    ## Policy

    `severities` says with `postmortem: none` of which severities none is asked.

    ## Source

    guide 5 and 6
    """
    if change.base is None or not _is_over(change.head):
        return
    was, now = change.base.incident.severity.level, change.head.incident.severity.level
    if wants_postmortem(change.base, context.policy) and not wants_postmortem(change.head, context.policy):
        mapping = len(change.head.incident.severity.model_fields_set) > 1
        yield Finding(
            Place(INCIDENT, ("severity", "level") if mapping else ("severity",)),
            f"the severity was lowered from {was} to {now} when the impact was over: no post-mortem is asked for now",
            label=f"was {was}",
            help=(Help("see that the entry of the severity-change says why it never was that bad"),),
        )


def _is_over(case: Case) -> bool:
    """Whether users do not feel it any more."""
    return case.incident.times.mitigated is not None or case.incident.status in ("monitoring", "resolved", "closed")


@rule("HW309", "made-public", level="warning")
def made_public(change: IncidentChange, context: Context) -> Iterator[Finding]:
    """An internal incident becomes public.

    ## What it asks

    Nothing but a second pair of eyes: what was written for colleagues is about
    to be published. It names what becomes visible.

    ## Why

    What was public once cannot be taken back: git, caches, feeds and forks keep
    it. And those who wrote the record did not write it for everybody.

    ## Wrong

    ```yaml
    # incident.yaml
    visibility: public
    ```

    ## Right

    ```yaml
    # incident.yaml
    visibility: internal
    ```

    ## Policy

    An incident that says nothing has the visibility of `publishing.default`.

    ## Source

    guide 7
    """
    if change.base is None:
        return
    default = context.policy.publishing.default
    was = change.base.incident.visibility or default
    now = change.head.incident.visibility or default
    if (was, now) != ("internal", "public"):
        return
    case = change.head
    if case.incident.status == "closed":
        parts = [f"{len(case.timeline):,} entries of the timeline"]
        parts += [counted(len(case.action_items), "action item")] if case.action_items else []
        published = case.postmortem is not None and case.postmortem.front.status == "published"
        parts += ["the post-mortem"] if published else []
        shown = f"becomes visible: title, impact, first actions, labels, summaries of evidence, {', '.join(parts)}"
    else:
        shown = "becomes visible: title, status, severity, services, times, updates to the public; the rest when closed"
    yield Finding(
        Place(INCIDENT, ("visibility",)),
        "this incident becomes public",
        label="was internal",
        notes=(shown, "older versions stay in the history of a repository that others can read"),
        help=(Help("read the record as a stranger would; look for names, hosts, customers; then merge"),),
    )


@rule("HW310", "closed-incident-edited", level="warning")
def closed_incident_edited(change: IncidentChange, _context: Context) -> Iterator[Finding]:
    """A closed incident is reopened, or its record is changed.

    ## What it asks

    Once an incident is closed, only its action items and its post-mortem go on.
    Anything else is named for the reviewer, and so is a post-mortem that is
    deleted or withdrawn.

    ## Why

    People have read the record and rest on it. There are good reasons to change
    it all the same; they belong into the pull request.

    ## Wrong

    ```yaml
    # incident.yaml
    title: Checkout was slow for some customers
    ```

    ## Right

    ```yaml
    # action-items.yaml
    - id: AI-1
      title: Refuse a pool that is smaller than the load needs
      kind: prevent
      priority: P1
      status: done
      owner: carol
      due: 2026-12-15
      closed: 2026-11-26
      proof: {none: The check runs in the pipeline of another team}
    ```

    ## Source

    guide 5
    """
    if change.base is None or change.base.incident.status != "closed":
        return
    if change.head.incident.status != "closed":
        yield Finding(
            Place(INCIDENT, ("status",)),
            "this incident was closed and is opened again",
            label="was closed",
            help=(Help("see that the entry of the status-change says why"),),
        )
        return
    if change.base.postmortem is not None and (how := _taken_back(change.base.postmortem, change.head.postmortem)):
        yield Finding(
            Place(INCIDENT, ("status",)) if change.head.postmortem is None else Place(POSTMORTEM, ("status",)),
            f"this incident is closed, and the change {how} its post-mortem",
            label="closed" if change.head.postmortem is None else "was published",
            help=(Help("bring it back: what it says was learnt, and others have read it"),),
        )
    files = [name for name in change.changed if name not in (ACTION_ITEMS, POSTMORTEM)]
    if files:
        more = f" and {len(files) - _MOST_FILES:,} more" if len(files) > _MOST_FILES else ""
        yield Finding(
            Place(INCIDENT, ("status",)),
            f"this incident is closed, and the change edits {', '.join(files[:_MOST_FILES])}{more}",
            label="closed",
            help=(Help("say in the pull request why the record was wrong"),),
        )


_MOST_FILES = 5


def _taken_back(was: PostMortem, now: PostMortem | None) -> str:
    """What a change does to a post-mortem so that nobody reads it any more; empty for nothing."""
    if now is None:
        return "deletes"
    return "withdraws" if was.front.status == "published" and now.front.status != "published" else ""


@rule("HW313", "recording-changed")
def recording_changed(change: IncidentChange, _context: Context) -> Iterator[Finding]:
    """A record changes from live to written up afterwards, or from incident to drill.

    ## What it asks

    `recorded.mode` (live where nothing stands) and `kind` stay as they were
    merged.

    ## Why

    What is asked of a record hangs on them: the STOP gate is not judged of a
    retrospective record, and no clock of a drill. So nobody can take a live
    incident out of their reach afterwards.

    ## Wrong

    ```yaml
    # incident.yaml
    kind: drill
    ```

    ## Right

    ```yaml
    # incident.yaml
    kind: incident
    ```

    ## Source

    guide 1
    """
    if change.base is None:
        return
    was, now = change.base.incident, change.head.incident
    if was.mode != now.mode:
        route = ("recorded", "mode") if now.recorded is not None else ("status",)
        back = "take `recorded` away" if was.mode == "live" else f"write `mode: {was.mode}` back"
        yield Finding(
            Place(INCIDENT, route, "value" if now.recorded is not None else "key"),
            f"this record was merged as {was.mode}, and now says that it is {now.mode}",
            label=f"was {was.mode}",
            help=(Help(f"{back}: how it was recorded is fixed once it is merged"),),
        )
    if was.kind != now.kind:
        yield Finding(
            Place(INCIDENT, ("kind",)),
            f"this was merged as {_kind(was)}, and now is {_kind(now)}",
            label=f"was {was.kind}",
            help=(Help(f"write `kind: {was.kind}` back; what was declared by mistake is dismissed"),),
        )


def _kind(incident: Incident) -> str:
    return "a drill" if incident.is_drill else "an incident"


@rule("HW314", "retrospective-too-soon", modes="R")
def retrospective_too_soon(change: IncidentChange, context: Context) -> Iterator[Finding]:
    """A retrospective record comes too soon after the incident.

    ## What it asks

    A new retrospective record is of an incident whose latest known time (of
    `started`, `mitigated` and `resolved`) lies 30 days back or more. Where
    neither says when it ended, its mitigations and recoveries do.

    ## Why

    A retrospective record is not asked for first actions, since nobody who signs
    was there. That must be no way round the gate: what is still warm is recorded
    live, or late by those who were there.

    ## Wrong

    ```yaml
    # incident.yaml
    times:
      started: {at: 2026-09-21T08:41:00Z, source: S1}
      mitigated: {at: 2026-09-21T09:04:00Z, source: S1}
      resolved: {at: 2026-11-20T11:30:00Z, source: S1}
    ```

    ## Right

    ```yaml
    # incident.yaml
    times:
      started: {at: 2026-09-21T08:41:00Z, source: S1}
      mitigated: {at: 2026-09-21T09:04:00Z, source: S1}
      resolved: {at: 2026-09-21T11:30:00Z, source: S1}
    ```

    ## Policy

    `retrospective.min_age`, 30 days by default.

    ## Source

    guide 1
    """
    if change.base is not None:
        return
    times = change.head.incident.times
    known = [
        (time, Place(INCIDENT, ("times", name)))
        for name, time in (("started", times.started), ("mitigated", times.mitigated), ("resolved", times.resolved))
        if time is not None
    ]
    age = context.policy.retrospective.min_age
    if not known:
        yield Finding(
            Place(INCIDENT, ("recorded", "mode")),
            "nobody can tell whether this is long enough ago: none of started, mitigated and resolved is known",
            label=f"{age} ago at least",
            help=(Help("write the time of one of them, with its source; a day is enough, or bounds"),),
        )
        return
    if times.mitigated is None and times.resolved is None:
        # That it began long ago does not say that it is over.
        known += [
            (logged.entry.when, time_place(logged))
            for logged in change.head.timeline
            if logged.entry.kind in ("mitigation", "recovery")
        ]
    last, at = max(known, key=lambda told: told[0].at.start)
    allowed = due_after(last.at.start, age, context.policy.calendar)
    if allowed > context.now:
        yield Finding(
            at,
            f"this incident ended less than {age} ago: a retrospective record is too soon",
            label=f"allowed from {utc_text(allowed)}",
            help=(
                Help(
                    "if it was ours, record it as live, or as `recorded: {mode: late}`, signed by those who were there"
                ),
                Help("else wait until then"),
            ),
        )


@rule("HW315", "dated-back", level="warning", modes="LD")
def dated_back(change: IncidentChange, context: Context) -> Iterator[Finding]:
    """A sign-off was committed long after the time that it gives.

    ## What it asks

    A first action that the change signs was done at most 30 minutes before the
    commit that brings it. (In the examples that is at 09:18.)

    ## Why

    A sign-off is worth something because it is made when the thing is done. One
    that is written hours later rests on memory, or on what the gate wanted to
    hear. It is a warning: the clock of a commit can be wrong as well.

    ## Wrong

    ```yaml
    # incident.yaml
    first_actions:
      assess: {by: alice, at: 2026-11-23T08:47:30Z, note: every EU card payment fails}
      stabilize: {by: carol, at: 2026-11-23T08:49:00Z, note: rolled back checkout-api to v412}
      gather: {by: dave, at: 2026-11-23T08:50:10Z, note: begins with v413}
      communicate: {by: bob, at: 2026-11-23T08:50:40Z, note: told engineers and stakeholders}
    ```

    ## Right

    ```yaml
    # incident.yaml
    first_actions:
      assess: {by: alice, at: 2026-11-23T08:48:30Z, note: every EU card payment fails}
      stabilize: {by: carol, at: 2026-11-23T08:49:00Z, note: rolled back checkout-api to v412}
      gather: {by: dave, at: 2026-11-23T08:50:10Z, note: begins with v413}
      communicate: {by: bob, at: 2026-11-23T08:50:40Z, note: told engineers and stakeholders}
    ```

    ## Policy

    `first_actions.committed`, 30 minutes by default.

    ## Source

    guide 1
    """
    limit = context.policy.first_actions.committed
    late = [
        (action, signature.at.at.start, brought)
        for action in ACTIONS
        for signature, brought in [(sign_off(change.head.incident, action), change.committed.get(action))]
        if signature.at is not None and brought is not None
        if brought > due_after(signature.at.latest, limit, context.policy.calendar)
    ]
    if not late:
        return
    action, done, brought = max(late, key=lambda told: told[2] - told[1])
    others = [ACTIONS[other][0] for other, _, _ in late if other != action]
    yield Finding(
        Place(INCIDENT, ("first_actions", action, "at")),
        f"the sign-off of {ACTIONS[action][0]} was committed {short_span(brought - done)} after its time",
        label=f"committed {utc_text(brought)}",
        notes=(f"late as well: {', '.join(others)}",) if others else (),
        help=(
            Help("sign when it is done; if it was done then, say in the pull request why it comes late"),
            Help("an incident that is written up afterwards says `recorded: {mode: late, at: DAY, by: LOGIN}`"),
        ),
    )
