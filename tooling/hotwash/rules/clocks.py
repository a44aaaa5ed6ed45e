"""4xx: clocks. They only warn: a record that was clean stays free of errors until somebody edits it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotwash.diagnostics import Finding, Help, Note, Place, counted
from hotwash.facts.additions import to_timeline
from hotwash.facts.calendar import business_days_begun, closing_words, working_time
from hotwash.facts.clocks import (
    AT_WORK,
    first_told,
    passed_eta,
    postmortem_due,
    response,
    updates,
    updates_without_eta,
)
from hotwash.facts.said import BLANK
from hotwash.model.repository import INCIDENT, POSTMORTEM, TIMELINE
from hotwash.model.time import short_span, utc_text
from hotwash.rules.remedies import entry, to_entry
from hotwash.rules.rule import rule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from hotwash.facts.clocks import Response, UpdateGap
    from hotwash.model.policy import Duration
    from hotwash.model.repository import Case, LoggedEntry
    from hotwash.rules.rule import Context

UPDATE_LIMIT = 600  # characters
# Nobody but those who are at it can say when it will be over; refused until they do.
_TIME = "YYYY-MM-DDThh:mm:00Z"


def _time_of(logged: LoggedEntry) -> Place:
    return Place(logged.file, (*logged.route, "at" if logged.entry.between is None else "between"))


def _tell(case: Case, context: Context, audience: str, *more: str) -> Help:
    """The entry of a status update that goes out now; of a closed incident it went out before that was closed."""
    lines = entry(case, context, "status-update", f"audience: {audience}", *more)
    return to_timeline(case, lines, once="tell them, and ")


def _late(context: Context, limit: Duration, due: datetime, end: datetime) -> str:
    """How late something is; where the limit is in business days and one of them has begun since, in such days."""
    days = 0
    if limit.business_days:
        days = business_days_begun(working_time(context.policy.calendar), due, end)
    return counted(days, "business day") if days else short_span(end - due)


def _deadline(context: Context, limit: Duration, due: datetime) -> str:
    return closing_words(context.policy.calendar, due) if limit.business_days else utc_text(due)


@rule("HW401", "late-response", level="warning", modes="L")
def late_response(case: Case, context: Context) -> Iterator[Finding]:
    """It took too long until somebody responded.

    ## What it asks

    From the earlier of `detected` and `declared` to `acknowledged` (where that
    is missing to `mitigated`, then `resolved`, then now) it takes less than the
    limit of the severity: 5 minutes for a P0, 1 hour for a P1, 4 hours for a
    P2; a P3 has until the end of the next business day. The severity is the one
    at the time of the response. Times count only as precisely as they are
    written.

    ## Why

    How bad an incident is decides how soon somebody has to be at it. Where that
    fails again and again, the fault is in who is called and how.

    ## Wrong

    ```yaml
    # incident.yaml
    severity: P0
    times:
      started: 2026-11-23T08:41:00Z
      detected: 2026-11-23T08:44:10Z
      declared: 2026-11-23T08:46:00Z
      acknowledged: 2026-11-23T08:52:40Z
    ```

    ## Right

    ```yaml
    # incident.yaml
    severity: P0
    times:
      started: 2026-11-23T08:41:00Z
      detected: 2026-11-23T08:44:10Z
      declared: 2026-11-23T08:46:00Z
      acknowledged: 2026-11-23T08:46:40Z
    ```

    ## Policy

    `severities.P0.respond` and the like; `calendar` for business days.

    ## Source

    guide 6
    """
    found = response(case, context.policy, context.now)
    if found is None or not found.late:
        return
    deadline = _deadline(context, found.limit, found.due)
    if found.end is None:
        remedy = Help(
            "take it, and add under `times:`", f"  acknowledged: {utc_text(context.now)}", INCIDENT, ("times",)
        )
    else:
        remedy = Help("if somebody took it sooner, write that time; if not, leave it and ask why in the post-mortem")
    yield Finding(
        Place(INCIDENT, ("times", found.ends or "acknowledged")),
        _response_words(context, found),
        label=f"`{found.starts}` is {found.start}",
        notes=(f"a {found.level} asks for a response by {deadline}",),
        help=(remedy,),
        related=(Note(Place(INCIDENT, ("times", found.starts)), f"{found.starts}: from here the clock runs"),),
    )


def _response_words(context: Context, found: Response) -> str:
    end = context.now if found.end is None else found.end.at.start
    late = _late(context, found.limit, found.due, max(end, found.due))
    if found.limit.business_days:
        return f"nobody has responded, {late} too late" if found.end is None else f"the response came {late} too late"
    taken = short_span(found.taken)
    over = f" ({late} too late)" if found.late_by else ""
    if found.end is None:
        return f"nobody has responded for {taken}{over}"
    # Exactly the limit is too long as well.
    return f"the response took {taken}{over or ', and must take less'}"


@rule("HW402", "update-gap", level="warning", modes="L")
def update_gap(case: Case, context: Context) -> Iterator[Finding]:
    """Status updates came later than they were due.

    ## What it asks

    From the entry to `investigating` until `resolved` each status update comes
    in time: every 15 minutes, hourly once the work has lasted 4 hours, every 4
    hours once users no longer feel it (`times.mitigated`). An update to any
    audience counts. For a P3 only working time counts. A promised
    `next_update_by` stands instead of all that. After a relapse, and when the
    severity is raised, the time counts anew.

    ## Why

    People who are told nothing ask, and take those who could mend it away from
    it. Silence reads as nobody being there.

    ## Wrong

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:50:00Z
      by: bob
      kind: status-update
      audience: [engineers, stakeholders]
      next_update_by: 2026-11-23T08:54:00Z
      text: Card payments fail; we have rolled back and are looking on
    - at: 2026-11-23T08:58:00Z
      by: bob
      kind: status-update
      audience: [engineers, stakeholders]
      text: Still looking; payments work for half of the customers
    ```

    ## Right

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:50:00Z
      by: bob
      kind: status-update
      audience: [engineers, stakeholders]
      next_update_by: 2026-11-23T08:54:00Z
      text: Card payments fail; we have rolled back and are looking on
    - at: 2026-11-23T08:53:00Z
      by: bob
      kind: status-update
      audience: [engineers, stakeholders]
      text: Still looking; payments work for half of the customers
    ```

    ## Policy

    `severities.P0.updates` and the like, `updates.after`, `updates.mitigated`;
    the longest of those that hold at a time counts. `calendar` for a P3.

    ## Source

    guide 3.3
    """
    clock = updates(case, context.policy, context.now)
    gap = clock.longest
    if gap is None:
        return
    length = short_span(gap.length) + (" of working time" if gap.working_only else "")
    late = f"{short_span(gap.late_by)} longer than {'was promised' if gap.promised else 'it may last'}"
    said = f"no status update for {length}, {late}"
    if len(clock.gaps) > 1:
        said = f"{counted(len(clock.gaps), 'status update')} came late; the longest silence lasted {length}, {late}"
    yield Finding(
        Place(INCIDENT, ("times", "resolved")) if gap.ends is None else _time_of(gap.ends),
        said,
        label=f"an update was due at {utc_text(gap.due)}",
        help=(
            Help("if people were told in between, add that status update with its time"),
            Help(
                "if not, leave it, and promise the next one for a time that can be kept, with `next_update_by`"
                if case.incident.is_open
                else "if not, leave it, and ask in the post-mortem what it took"
            ),
        ),
        related=tuple(_since(gap)),
    )


def _since(gap: UpdateGap) -> Iterator[Note]:
    yield Note(_time_of(gap.begins), "nothing was told from here on")
    if gap.promised:
        yield Note(Place(gap.begins.file, (*gap.begins.route, "next_update_by")), "the promise")


@rule("HW403", "update-overdue", level="warning", modes="L")
def update_overdue(case: Case, context: Context) -> Iterator[Finding]:
    """The next status update is overdue now.

    ## What it asks

    While people are at work on an incident, the next status update goes out in
    time. When it is due is told as for `update-gap`: every 15 minutes, hourly
    after 4 hours, every 4 hours once users no longer feel it, or when the last
    update promised it.

    ## Why

    This is the one thing of the clocks that can still be mended: two lines to
    those who wait.

    ## Wrong

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:50:00Z
      by: bob
      kind: status-update
      audience: [engineers, stakeholders]
      next_update_by: 2026-11-23T08:55:00Z
      text: Card payments fail; we have rolled back and are looking on
    ```

    ## Right

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:50:00Z
      by: bob
      kind: status-update
      audience: [engineers, stakeholders]
      next_update_by: 2026-11-23T09:05:00Z
      text: Card payments fail; we have rolled back and are looking on
    ```

    ## Policy

    `severities.P0.updates` and the like, `updates.after`, `updates.mitigated`;
    the longest of those that hold at a time counts. `calendar` for a P3.

    ## Source

    guide 3.3
    """
    owed = updates(case, context.policy, context.now).owed if case.incident.is_open else None
    if owed is None or not owed.overdue:
        return
    at, label = _time_of(owed.begins), f"the next one was due at {utc_text(owed.due)}"
    related: tuple[Note, ...] = ()
    if owed.promised:
        at = Place(owed.begins.file, (*owed.begins.route, "next_update_by"))
        label = "promised for then"
        related = (Note(_time_of(owed.begins), "the last status update"),)
    overdue = short_span(owed.overdue) + (" of working time" if owed.working_only else "")
    tell = _tell(case, context, "[engineers, stakeholders]")
    yield Finding(
        at,
        f"the next status update is {overdue} overdue",
        label=label,
        help=(tell, Help("if it takes longer next time, promise when with `next_update_by`")),
        related=related,
    )


@rule("HW404", "audience-not-told", modes="L")
def audience_not_told(case: Case, context: Context) -> Iterator[Finding]:
    """Engineers or stakeholders were told nothing of a P0 or P1.

    ## What it asks

    A P0 or P1 has at least one status update for engineers from `investigating`
    on, and one for stakeholders from `resolved` on. One update may be for both.
    Where there is no update at all the STOP gate asks for it, not this rule.

    ## Why

    Engineers need technical detail, to help or to stay out of the way.
    Stakeholders need to know what it means for the business, before their
    customers tell them.

    ## Wrong

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:50:00Z
      by: bob
      kind: status-update
      audience: stakeholders
      text: EU customers cannot pay by card; we have rolled back
    ```

    ## Right

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:50:00Z
      by: bob
      kind: status-update
      audience: [engineers, stakeholders]
      text: EU customers cannot pay by card; we have rolled back v413
    ```

    ## Source

    guide 3.3
    """
    status, level = case.incident.status, case.incident.severity.level
    if level not in ("P0", "P1") or status not in (*AT_WORK, "resolved", "closed"):
        return
    told = first_told(case)
    if not told:
        # That nobody was told anything is what keeps the STOP gate shut, and it says so.
        return
    asked = {"engineers": "what is broken and what is tried"}
    if status not in AT_WORK:
        asked["stakeholders"] = "what it meant for the business"
    for audience, what in asked.items():
        if audience not in told:
            tell = _tell(case, context, audience)
            yield Finding(
                Place(INCIDENT, ("status",)),
                f"no status update is for {audience}, and this is a {level}",
                label=f"they need to know {what}",
                help=(tell, Help(f"if they were told, name `{audience}` in the `audience` of that update")),
                related=(Note(Place(INCIDENT, ("severity",)), "the severity"),),
            )


@rule("HW405", "eta-passed", level="warning", modes="L")
def eta_passed(case: Case, context: Context) -> Iterator[Finding]:
    """An estimate went by and no update said so.

    ## What it asks

    When the newest `eta` of an incident that is not resolved has passed, a
    newer status update says how it goes on: with another time, or with
    `eta: {unknown: why}`. Once it was over, an older estimate counts no more.

    ## Why

    Others plan by the estimate. One that went by in silence costs more trust
    than a new one.

    ## Wrong

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:50:00Z
      by: bob
      kind: status-update
      audience: [engineers, stakeholders]
      eta: 2026-11-23T08:55:00Z
      text: Card payments fail; we have rolled back and are looking on
    ```

    ## Right

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:50:00Z
      by: bob
      kind: status-update
      audience: [engineers, stakeholders]
      eta: 2026-11-23T09:30:00Z
      text: Card payments fail; we have rolled back and are looking on
    ```

    ## Source

    guide 3.3
    """
    passed = passed_eta(case, context.now)
    if passed is None:
        return
    told = passed.logged.entry
    audience = f"[{', '.join(told.audiences)}]" if told.kind == "status-update" else ""
    yield Finding(
        Place(passed.logged.file, (*passed.logged.route, "eta")),
        f"the estimate went by {short_span(passed.late_by)} ago, and nobody was told",
        label="it was to be over by then",
        help=(
            _tell(case, context, audience, f"eta: {_TIME}"),
            Help("or, if nobody can say when, in place of that time:", f"  eta: {{unknown: {BLANK}}}", TIMELINE),
        ),
        related=(Note(_time_of(passed.logged), "the update that gave it"),),
    )


@rule("HW406", "postmortem-overdue", level="warning", judged_from="resolved", modes="L")
def postmortem_overdue(case: Case, context: Context) -> Iterator[Finding]:
    """It is over, and the post-mortem is overdue.

    ## What it asks

    The post-mortem of a P0 is published 3 days after `resolved`, that of a P1
    or P2 by the end of the fifth business day after it. A P3 needs none. The
    severity is the one that the incident has now.

    ## Why

    What people know of an incident fades within days, and the next one does not
    wait.

    ## Wrong

    ```yaml
    # incident.yaml
    severity: P0
    ```

    ## Right

    ```yaml
    # incident.yaml
    severity: P1
    ```

    ## Policy

    `severities.P0.postmortem` and the like; `calendar` for business days.

    ## Source

    guide 5
    """
    found = postmortem_due(case, context.policy, context.now)
    if found is None or not found.overdue:
        return
    late = _late(context, found.limit, found.due, context.now)
    related: tuple[Note, ...] = ()
    remedy = Help("write postmortem.md, have it reviewed, and publish it")
    if case.postmortem is not None:
        status = case.postmortem.front.status
        related = (Note(Place(POSTMORTEM, ("status",)), f"still {status}"),)
        remedy = Help("have it reviewed, and write `status: published` at the top of postmortem.md")
    yield Finding(
        Place(INCIDENT, ("times", "resolved")) if found.logged is None else _time_of(found.logged),
        f"the post-mortem is {late} overdue",
        label="over, and nothing is published",
        notes=(f"the post-mortem of a {found.level} is due by {_deadline(context, found.limit, found.due)}",),
        help=(remedy,),
        related=related,
    )


@rule("HW407", "long-update", level="warning", modes="L")
def long_update(case: Case, _context: Context) -> Iterator[Finding]:
    """A status update is too long to be read in a hurry.

    ## What it asks

    The text of a status update has 600 characters at most.

    ## Why

    Those who wait read it on a phone, between two other things. What is broken,
    for whom, what is being done, when they hear again: that is all they need.
    The rest belongs into a note or a finding.

    ## Wrong

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:50:00Z
      by: bob
      kind: status-update
      audience: [engineers, stakeholders]
      text: |
        Since 08:41 customers in Europe cannot pay by card. Customers elsewhere
        can. Those who pay by bank transfer or voucher can, wherever they are.
        The errors began three minutes after v413 of checkout-api was deployed
        to eu-west-1, and nearly all of them say that the connection to payments
        was refused. The service itself answers, its database answers, and the
        network between them was not changed in the last four weeks. We looked
        at the dashboards of payments and found nothing that stands out. So we
        have rolled checkout-api back to v412, and wait for the share of errors
        to fall. The next thing that we would try is to restart payments one
        instance after the other.
    ```

    ## Right

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:50:00Z
      by: bob
      kind: status-update
      audience: [engineers, stakeholders]
      text: |
        EU customers cannot pay by card since 08:41, after v413. We have rolled
        back to v412 and wait for the errors to fall.
    ```

    ## Source

    guide 3.3
    """
    for logged in case.timeline:
        entry = logged.entry
        if entry.kind == "status-update" and (length := len(entry.text.strip())) > UPDATE_LIMIT:
            yield Finding(
                Place(logged.file, (*logged.route, "text")),
                f"this status update has {length:,} characters; a brief one has {UPDATE_LIMIT} at most",
                label=f"{length - UPDATE_LIMIT:,} too many",
                help=(Help("say what is broken, for whom, and what is being done; move the rest into a note"),),
            )


@rule("HW408", "no-eta", level="warning", modes="L")
def no_eta(case: Case, _context: Context) -> Iterator[Finding]:
    """Stakeholders were told nothing of when it will be over.

    ## What it asks

    Once the cause of a P0 or P1 is found (`identified`) and until it is
    resolved, each status update for stakeholders has an `eta`: a time, or
    `{unknown: why}`.

    ## Why

    Without an estimate everybody makes their own. "Unknown, since …" is an
    answer too, and an honest one.

    ## Wrong

    ```yaml
    # incident.yaml
    status: identified
    ```

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:54:00Z
      by: dave
      kind: finding
      about: root-cause
      state: confirmed
      text: v413 has a pool of 4 connections where v412 had 40
    - at: 2026-11-23T08:55:00Z
      by: alice
      kind: status-change
      from: investigating
      to: identified
      text: The cause is found
    - at: 2026-11-23T08:57:00Z
      by: bob
      kind: status-update
      audience: [engineers, stakeholders]
      text: The cause is found, card payments come back
    ```

    ## Right

    ```yaml
    # incident.yaml
    status: identified
    ```

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:54:00Z
      by: dave
      kind: finding
      about: root-cause
      state: confirmed
      text: v413 has a pool of 4 connections where v412 had 40
    - at: 2026-11-23T08:55:00Z
      by: alice
      kind: status-change
      from: investigating
      to: identified
      text: The cause is found
    - at: 2026-11-23T08:57:00Z
      by: bob
      kind: status-update
      audience: [engineers, stakeholders]
      eta: 2026-11-23T09:40:00Z
      text: The cause is found, card payments come back
    ```

    ## Source

    guide 3.3
    """
    for logged in updates_without_eta(case):
        yield Finding(
            Place(logged.file, (*logged.route, "eta")),
            "the cause is found, and this status update does not say when it will be over",
            label="`eta` is missing",
            help=(
                to_entry(logged, f"eta: {_TIME}"),
                Help(f"or, if nobody could say when: `eta: {{unknown: {BLANK}}}`"),
            ),
        )
