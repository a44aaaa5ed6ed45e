"""2xx: what an incident needs before it is closed, and what one that is dismissed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotwash.diagnostics import Finding, Help, Note, Place
from hotwash.facts.additions import to_timeline
from hotwash.facts.demands import (
    dismissed_after_resolved,
    is_said,
    lacks_action_items,
    lacks_runbooks,
    left_temporary,
    postmortem_lacks,
    root_cause_lacks,
    timeline_lacks,
    wants_postmortem,
)
from hotwash.facts.said import BLANK
from hotwash.facts.statements import placed
from hotwash.model.names import LOGIN_PLACEHOLDER
from hotwash.model.repository import ACTION_ITEMS, INCIDENT, POSTMORTEM
from hotwash.model.time import utc_text
from hotwash.rules.remedies import WHEN_IT_WAS, entry, to_entry, to_top
from hotwash.rules.rule import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotwash.diagnostics import Target
    from hotwash.facts.demands import RootCauseLack
    from hotwash.model.repository import Case
    from hotwash.rules.rule import Context

_STATUS = Place(INCIDENT, ("status",))
_KINDS = "prevent | detect | mitigate | process | runbook"
_LEVELS = "P0 | P1 | P2 | P3"
# Its list is long, and HW007 names it to whoever leaves the blank.
_CAUSE = f"root_causes:\n  - category: {BLANK}\n    trigger: {BLANK}\n    statement: {BLANK}"
_RUNBOOK = f"runbooks:\n  - path: {BLANK}\n    change: created | updated"


@rule("HW218", "closed-without-postmortem", judged_from="closed", modes="LAD")
def closed_without_postmortem(case: Case, context: Context) -> Iterator[Finding]:
    """It is closed without a post-mortem that somebody reviewed and that is published.

    ## What it asks

    A closed incident of P0 to P2 has a `postmortem.md` with the status
    `published` and with `reviewed`. It counts how severe the incident was in
    the end. What stands in it is for HW601 and HW602 to judge, and who may
    review it for HW603, which also asks for the review of a published one.

    ## Why

    An incident has been paid for. The post-mortem is what we get for it, and it
    is worth something when others can read it.

    ## Wrong

    ```markdown
    <!-- postmortem.md … -->
    ---
    status: draft
    ---

    ## Summary

    Card payments in Europe failed for 17 minutes.
    ```

    ## Right

    ```markdown
    <!-- postmortem.md … -->
    ---
    status: published
    ---

    ## Summary

    Card payments in Europe failed for 17 minutes.
    ```

    ## Policy

    `severities` says with `postmortem: none` of which severities none is asked.

    ## Source

    guide 5
    """
    lacks = postmortem_lacks(case, context.policy)
    if lacks == ("file",):
        yield Finding(
            _STATUS,
            "there is no post-mortem",
            label=f"a {case.incident.severity.level} has one",
            help=(
                Help("write postmortem.md, a new file:", _template(), POSTMORTEM)
                if case.incident.status == "closed"
                else Help("write postmortem.md, have it reviewed, and publish it; its sections: hotwash explain HW601"),
            ),
        )
        return
    if "published" not in lacks:
        # Of one that is published HW603 asks who reviewed it, whatever the status.
        return
    review = f"reviewed: {{by: {BLANK}, at: {utc_text(context.now)}}}"
    reviewer: tuple[Help, ...] = ()
    if "reviewed" in lacks:
        reviewer = (to_top(case, POSTMORTEM, "reviewed", review, once="once somebody else has reviewed it, "),)
    once = "then " if reviewer else ""
    yield Finding(
        Place(POSTMORTEM, ("status",)),
        f"the post-mortem is {'neither reviewed nor' if reviewer else 'not'} published",
        label="not published",
        help=(*reviewer, Help(f"{once}write instead of this line:", "status: published", POSTMORTEM)),
    )


def _template() -> str:
    from hotwash.model.postmortem import SECTIONS  # noqa: PLC0415 - `explain` loads no models

    # The rest of the front matter is asked for when there is one, each by its rule.
    head = f"---\nstatus: draft\nauthors: [{LOGIN_PLACEHOLDER}]\n---"
    return "\n".join((head, *(f"## {title}\nTODO" for title in SECTIONS)))


@rule("HW219", "closed-without-root-cause", judged_from="closed", modes="LAD")
def closed_without_root_cause(case: Case, context: Context) -> Iterator[Finding]:
    """It is closed, and why it happened is not said.

    ## What it asks

    A finding `root-cause` that is `confirmed`, and for P0 to P2 `root_causes`
    in the front matter of the post-mortem (without a post-mortem in
    incident.yaml). Where the cause stays unknown, `root_causes: {unknown: why}`
    stands for both, together with an action item of kind `detect` that would
    show it the next time. While the post-mortem itself is not there, HW218 asks
    for it, and this rule for the finding alone.

    ## Why

    What is not understood comes back. Sometimes nobody can know; then the least
    is to see it when it comes.

    ## Wrong

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:56:00Z
      by: dave
      kind: finding
      about: root-cause
      state: open
      text: Perhaps the pool of v413
    ```

    ## Right

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:56:00Z
      by: dave
      kind: finding
      about: root-cause
      state: confirmed
      text: v413 has a pool of 4 connections where v412 had 40
    ```

    ## Policy

    `severities` says with `postmortem: none` where `root_causes` is not asked.

    ## Source

    guide 5
    """
    for lack in root_cause_lacks(case, context.policy):
        yield _no_root_cause(lack, case, context)


def _no_root_cause(lack: RootCauseLack, case: Case, context: Context) -> Finding:
    file = INCIDENT if case.postmortem is None else POSTMORTEM
    asked_in = POSTMORTEM if wants_postmortem(case, context.policy) else file
    unknown = f"`root_causes: {{unknown: why}}` in {asked_in}, and an action item of kind detect"
    match lack:
        case "finding":
            return Finding(
                _STATUS,
                "no finding confirms a root cause",
                label="why did it happen?",
                notes=(WHEN_IT_WAS,),
                help=(
                    to_timeline(case, entry(case, context, "finding", "about: root-cause", "state: confirmed")),
                    Help(f"or, if nobody can know: {unknown}"),
                ),
            )
        case "root_causes":
            return Finding(
                _of_front(case, "root_causes", "key"),
                "the post-mortem does not list the root causes",
                label="why did it happen?",
                help=(
                    to_top(case, file, "root_causes", _CAUSE, under=()),
                    Help(f"or, if nobody can know: {unknown}"),
                ),
            )
        case "detect":
            return Finding(
                Place(file, ("root_causes",)),
                "the root cause is unknown, and no action item would show it the next time",
                label="unknown",
                help=(_add_item(case, context, "detect"),),
            )


def _of_front(case: Case, key: str, target: Target) -> Place:
    """A key of the post-mortem, or of incident.yaml where there is none; what is not written is asked by the status."""
    file, written = (INCIDENT, case.incident) if case.postmortem is None else (POSTMORTEM, case.postmortem.front)
    return Place(file, (key,), target) if key in written.model_fields_set else Place(file, ("status",))


@rule("HW220", "closed-without-action-items", judged_from="closed", modes="LAD")
def closed_without_action_items(case: Case, context: Context) -> Iterator[Finding]:
    """It is closed, and nothing is to change, nor is it said why.

    ## What it asks

    A closed incident has at least one action item, or `none: why` as the whole
    of `action-items.yaml`.

    ## Why

    An incident after which nothing changes happens again.

    ## Wrong

    ```yaml
    # incident.yaml
    severity: P2
    ```

    ```yaml
    # action-items.yaml
    []
    ```

    ## Right

    ```yaml
    # incident.yaml
    severity: P2
    ```

    ```yaml
    # action-items.yaml
    none: The provider has mended it, and we can do nothing about its weather
    ```

    ## Source

    guide 5
    """
    if lacks_action_items(case, context.policy):
        yield Finding(
            Place(ACTION_ITEMS) if _has_items_file(case, context) else _STATUS,
            "there are no action items, and it is not said why",
            label="what changes?",
            help=(
                _add_item(case, context, _KINDS),
                Help(f"or, if nothing is to change, write `none: {BLANK}` as the whole of it"),
            ),
        )


def _has_items_file(case: Case, context: Context) -> bool:
    return context.snapshot.exists(f"{case.path}/{ACTION_ITEMS}")


def _add_item(case: Case, context: Context, kinds: str) -> Help:
    number = max((int(item.id.removeprefix("AI-")) for item in case.action_items), default=0) + 1
    lines = (
        f"- id: AI-{number}\n  title: {BLANK}\n  kind: {kinds}\n  priority: {_LEVELS}\n  status: open\n"
        f"  owner: {LOGIN_PLACEHOLDER}\n  due: YYYY-MM-DD"
    )
    if not _has_items_file(case, context):
        return Help("add to action-items.yaml, a new file:", lines, ACTION_ITEMS)
    if not case.action_items:
        return Help("write as the whole of action-items.yaml:", lines, ACTION_ITEMS)
    return Help("add to action-items.yaml:", lines, ACTION_ITEMS, under=())


@rule("HW221", "closed-without-runbooks", judged_from="closed", modes="LAD")
def closed_without_runbooks(case: Case, context: Context) -> Iterator[Finding]:
    """It is closed, and not said which runbooks it changed.

    ## What it asks

    `runbooks` in the front matter of the post-mortem lists what was created or
    updated, or says with `none` why nothing was. Where no post-mortem is asked
    for and there is none, it stands in incident.yaml.

    ## Why

    The next one who is on call at night reads the runbook, not the post-mortem.

    ## Wrong

    ```markdown
    <!-- postmortem.md … -->
    ---
    runbooks: []
    ---

    ## Summary

    Card payments in Europe failed for 17 minutes.
    ```

    ## Right

    ```markdown
    <!-- postmortem.md … -->
    ---
    runbooks: {none: The runbook of checkout said it all}
    ---

    ## Summary

    Card payments in Europe failed for 17 minutes.
    ```

    ## Source

    guide 5
    """
    if lacks_runbooks(case, context.policy):
        file = INCIDENT if case.postmortem is None else POSTMORTEM
        yield Finding(
            _of_front(case, "runbooks", "value"),
            "it is not said which runbooks were created or updated",
            label="what will help the next one on call?",
            help=(
                to_top(case, file, "runbooks", _RUNBOOK, under=()),
                Help(f"or, if none needed it: `runbooks: {{none: {BLANK}}}`"),
            ),
        )


@rule("HW222", "dismissed-without-reason", judged_from="dismissed", modes="LAD")
def dismissed_without_reason(case: Case, _context: Context) -> Iterator[Finding]:
    """It is dismissed without a reason, or after it was resolved.

    ## What it asks

    A dismissed incident has a `reason`, or a `duplicate_of` that says of which
    incident it is a duplicate. What was resolved once has happened, and cannot
    be dismissed any more.

    ## Why

    To dismiss an incident is the shortest way round all gates. So it leaves a
    sentence that can be read, and never makes something unhappen.

    ## Wrong

    ```yaml
    # incident.yaml
    reason: "..."
    ```

    ## Right

    ```yaml
    # incident.yaml
    reason: The probe was misconfigured, no customer was hit
    ```

    ## Source

    guide 1 and 7
    """
    if not is_said(case.incident.reason) and case.incident.duplicate_of is None:
        yield Finding(
            _STATUS,
            "it is not said why it was dismissed",
            label="a false alarm, a duplicate, …",
            help=(
                to_top(case, INCIDENT, "reason", f"reason: {BLANK}", under=()),
                Help("or name the incident of which it is a duplicate in `duplicate_of`"),
            ),
        )
    if found := dismissed_after_resolved(case):
        resolving, dismissing = found
        yield Finding(
            placed(dismissing.logged, "to"),
            "it was dismissed after it had been resolved: what was resolved has happened",
            label="dismissed",
            help=(
                Help(f"delete this entry, and write `status: {resolving.entry.to}` in {INCIDENT}"),
                Help("then close it, once all is there that closing asks for"),
            ),
            related=(Note(placed(resolving.logged, "to"), f"here it was {resolving.entry.to}"),),
        )


@rule("HW226", "temporary-left", level="warning", judged_from="closed", modes="LAD")
def temporary_left(case: Case, context: Context) -> Iterator[Finding]:
    """It is closed, and a temporary mitigation is all that holds it.

    ## What it asks

    A mitigation that is `temporary` is followed by a fix, or answered by
    another mitigation, or there is an action item that was not dropped.

    ## Why

    A rollback or a switched-off feature that nobody comes back to becomes the
    way it is, until the next release switches it on again.

    ## Wrong

    ```yaml
    # incident.yaml
    severity: P2
    ```

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:49:00Z
      by: carol
      kind: mitigation
      action: disable-feature
      outcome: effective
      temporary: true
      text: Switched the new pool off
    ```

    ```yaml
    # action-items.yaml
    none: The pool is only a setting, and it is well as it was
    ```

    ## Right

    ```yaml
    # incident.yaml
    severity: P2
    ```

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:49:00Z
      by: carol
      kind: mitigation
      action: disable-feature
      outcome: effective
      temporary: true
      text: Switched the new pool off
    ```

    ```yaml
    # action-items.yaml
    - id: AI-1
      title: Bring the new pool back with the right size
      kind: prevent
      priority: P2
      status: open
      owner: carol
      due: 2026-12-15
    ```

    ## Source

    guide 2.2 and 5
    """
    for logged in left_temporary(case, context.policy):
        yield Finding(
            placed(logged, "temporary"),
            "this mitigation is temporary, and nothing replaces it: no later fix, no action item",
            label="temporary",
            help=(
                _add_item(case, context, _KINDS),
                to_entry(logged, "temporary: false", instead="this line, if it may stay as it is"),
            ),
        )


@rule("HW227", "timeline-thin", judged_from="closed", modes="LAD")
def timeline_thin(case: Case, context: Context) -> Iterator[Finding]:
    """It is closed, and the timeline does not tell how it was noticed or how it ended.

    ## What it asks

    A detection entry; and a mitigation, a recovery or a fix, unless the
    resolution says `self-resolved`. Where nothing at all helped, HW212 asks for
    that first.

    ## Why

    The timeline is what we learn from. How long it took until somebody noticed
    is the first thing to shorten, and nobody remembers it in a year.

    ## Wrong

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:44:10Z
      by: system:alertmanager
      kind: note
      text: More than 1 % of the requests answer with 5xx
    ```

    ## Right

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:44:10Z
      by: system:alertmanager
      kind: detection
      via: alert
      text: More than 1 % of the requests answer with 5xx
    ```

    ## Source

    guide 5
    """
    times = case.incident.times
    for lack in timeline_lacks(case):
        if lack == "detection":
            at = "" if times.detected is None else times.detected.at.text
            via = "via: alert | customer | employee | partner | other"
            lines, message, label = entry(case, context, "detection", via, at=at), "how it was noticed", "by whom?"
        else:
            at = "" if times.mitigated is None else times.mitigated.at.text
            lines, message, label = entry(case, context, "recovery", at=at), "how it ended", "what worked again?"
        yield Finding(
            _STATUS,
            f"the timeline does not tell {message}",
            label=label,
            notes=(WHEN_IT_WAS, "entries stand in the order of their times"),
            help=(to_timeline(case, lines),),
        )
