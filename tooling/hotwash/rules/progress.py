"""2xx: what an incident needs before it is identified, under watch, and resolved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotwash.diagnostics import Finding, Help, Note, Place, counted
from hotwash.facts.additions import to_timeline
from hotwash.facts.clocks import AT_WORK
from hotwash.facts.demands import (
    entries,
    fix_gaps,
    helped,
    last_step_to,
    missing_times,
    not_looked_for,
    not_told_of_the_end,
    pending,
    resolved_at,
    standing_findings,
    unanswered_harm,
    unnamed_change,
    was_identified,
)
from hotwash.facts.gates import gaps
from hotwash.facts.history import last_reopening
from hotwash.facts.said import BLANK
from hotwash.facts.statements import placed
from hotwash.model.repository import INCIDENT
from hotwash.model.time import surely_before, utc_text
from hotwash.rules.remedies import WHEN_IT_WAS, entry, to_entry, to_top
from hotwash.rules.rule import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotwash.facts.demands import FixGap
    from hotwash.model.base import When
    from hotwash.model.repository import Case, LoggedEntry
    from hotwash.rules.rule import Context

_STATUS = Place(INCIDENT, ("status",))
# Choices that nobody can make for those who were there: refused until one is taken.
_OUTCOMES = "outcome: effective | partial | ineffective | harmful"
_ENDS = "mitigated | fixed | self-resolved | external"


def _before_the_end(case: Case) -> str:
    """What is shown while it is not over is done once it is."""
    return "" if case.incident.status in ("resolved", "closed") else "once it is over, "


@rule("HW211", "identified-without-finding", judged_from="identified", modes="LAD")
def identified_without_finding(case: Case, context: Context) -> Iterator[Finding]:
    """It is or was identified, and no finding says what was found.

    ## What it asks

    An incident that is `identified`, or was on its way, has a finding entry
    that is not ruled out and not replaced by one that is. Where such a finding
    is about a change, a change entry says which. `identified` may be passed
    over: then nothing is asked.

    ## Why

    What is known has to be where everybody can read it: those who go on with
    it, those who take over, and those who meet the same thing next year.

    ## Wrong

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:54:00Z
      by: dave
      kind: finding
      about: error-pattern
      state: ruled-out
      text: The errors were there a week ago as well
    - at: 2026-11-23T08:56:00Z
      by: dave
      kind: finding
      about: hypothesis
      state: ruled-out
      text: The pool of v413 is as large as that of v412
    ```

    ## Right

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:54:00Z
      by: dave
      kind: finding
      about: error-pattern
      state: ruled-out
      text: The errors were there a week ago as well
    - at: 2026-11-23T08:56:00Z
      by: dave
      kind: finding
      about: hypothesis
      state: open
      text: The pool of v413 is a tenth of that of v412
    ```

    ## Source

    guide 3.1
    """
    status = case.incident.status
    if status in ("declared", "investigating"):
        # One step before, it is shown as what comes next: not while the gate is shut, which comes first.
        if gaps(case, context.now):
            return
    elif not was_identified(case):
        return
    if not standing_findings(case):
        ruled_out = sum(1 for _ in entries(case, "finding"))
        passed = last_step_to(case, "identified") if status != "identified" else None
        yield Finding(
            _STATUS,
            "no finding says what was found",
            label="what is it?" if passed is None else "it was identified on the way",
            notes=(f"{counted(ruled_out, 'finding')} in all, ruled out or replaced",) if ruled_out else (),
            help=(to_timeline(case, entry(case, context, "finding", "about: hypothesis", "state: open")),),
            related=(Note(placed(passed.logged, "to"), "here it was identified"),) if passed is not None else (),
        )
    elif finding := unnamed_change(case):
        yield Finding(
            placed(finding, "about"),
            "a finding is about a change, and no entry says which change that was",
            label="which one?",
            notes=(WHEN_IT_WAS,),
            help=(to_timeline(case, entry(case, context, "change")),),
        )


@rule("HW212", "monitoring-without-mitigation", judged_from="monitoring", modes="LAD")
def monitoring_without_mitigation(case: Case, context: Context) -> Iterator[Finding]:
    """It is under watch or over, and nothing in the records says what helped.

    ## What it asks

    Before `monitoring`: a mitigation with the outcome `effective` or `partial`,
    or a fix; or a resolution that says it ended by itself (`self-resolved`) or
    elsewhere (`external`). Whether a mitigation helped is known only when
    somebody looked: `pending` is no answer, and what was `ineffective` did not
    end anything. An unanswered harm is HW214's, and once it is resolved what is
    still `pending` is HW216's.

    ## Why

    Who watches a system has to know what holds it up. Where nobody can say, it
    may come back in an hour.

    ## Wrong

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:49:00Z
      by: carol
      kind: mitigation
      action: rollback
      outcome: pending
      text: Rolled back to v412
    ```

    ## Right

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:49:00Z
      by: carol
      kind: mitigation
      action: rollback
      outcome: effective
      text: Rolled back to v412
    ```

    ## Source

    guide 3.2
    """
    if not _nothing_helped(case):
        return
    open_ = pending(case)
    if open_:
        *others, last = open_
        related = tuple(Note(_outcome_place(logged), "pending too") for logged in others)
        yield _pending(last, "nobody says yet whether this mitigation helped, and nothing else did", related)
        return
    tried = tuple(entries(case, "mitigation"))
    mitigated = _known(case.incident.times.mitigated)
    yield Finding(
        _STATUS,
        "no mitigation that helped and no fix is in the timeline",
        label="what ended it?",
        notes=(WHEN_IT_WAS,),
        help=(
            to_timeline(case, entry(case, context, "mitigation", "action: rollback", _OUTCOMES, at=mitigated)),
            Help("or a fix; or, if it ended by itself or elsewhere, say so in `resolution`: self-resolved, external"),
        ),
        related=tuple(Note(_outcome_place(logged), "this did not help") for logged in tried[-1:]),
    )


def _nothing_helped(case: Case) -> bool:
    """Nothing helped, and no rule that comes earlier speaks of it."""
    if helped(case) or unanswered_harm(case):
        return False
    return case.incident.status not in ("resolved", "closed") or not pending(case)


def _known(when: When | None) -> str:
    return "" if when is None else when.at.text


def _outcome_place(logged: LoggedEntry) -> Place:
    return placed(logged, "outcome" if "outcome" in logged.entry.model_fields_set else "kind")


def _pending(logged: LoggedEntry, message: str, related: tuple[Note, ...] = ()) -> Finding:
    written = "outcome" in logged.entry.model_fields_set
    return Finding(
        _outcome_place(logged),
        message,
        label="pending" if written else "no outcome",
        help=(to_entry(logged, _OUTCOMES, instead="this line" if written else ""),),
        related=related,
    )


@rule("HW213", "fix-incomplete", judged_from="monitoring", modes="LAD")
def fix_incomplete(case: Case, _context: Context) -> Iterator[Finding]:
    """A fix does not say all that the guide asks of it.

    ## What it asks

    Each fix has `minimal` (true, or why not), `tested`, `rollout`,
    `monitored_by`, `rollback_plan` and `documented_in`; each is text, or says
    with `none` why there is none. The first fix is the smallest change that
    works, or says why it is not. A fix that came after `resolved` is the
    permanent one and is not asked.

    ## Why

    In an incident speed matters, but accuracy matters more: a wrong fix makes
    things worse. The five minutes for a test and a way back are won twice over.

    ## Wrong

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:57:30Z
      by: carol
      kind: fix
      minimal: true
      tested: In staging, with the load of production
      text: v414 is v413 with a pool of 40
    ```

    ## Right

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:57:30Z
      by: carol
      kind: fix
      minimal: true
      tested: In staging, with the load of production
      rollout: One server of eu-west-1, then the others
      monitored_by: carol watches 5xx and the pool
      rollback_plan: Back to v412, four minutes
      documented_in: {none: The change is one number}
      text: v414 is v413 with a pool of 40
    ```

    ## Source

    guide 4
    """
    for gap in fix_gaps(case):
        yield _incomplete(gap)


def _incomplete(gap: FixGap) -> Finding:
    logged = gap.logged
    written = logged.entry.model_fields_set
    fresh = [key for key in gap.lacks if key not in written]
    help_ = [to_entry(logged, *map(_blank_of, fresh))] if fresh else []
    help_ += [to_entry(logged, _blank_of(key), instead=f"the empty `{key}`") for key in gap.lacks if key in written]
    notes = []
    if "minimal" in gap.lacks:
        first = "the first fix is the smallest change that works, or says why not; " if gap.first else ""
        notes.append(f"{first}if it is the smallest: `minimal: true`")
    if gap.lacks != ("minimal",):
        notes.append("what there is not is said too: {none: why}")
    return Finding(
        placed(logged, "kind"),
        f"this fix does not say {_listed(gap.lacks)}",
        label=f"{counted(len(gap.lacks), 'answer')} missing",
        notes=tuple(notes),
        help=tuple(help_),
    )


def _blank_of(key: str) -> str:
    # Whether it is the smallest change is for those to say who made it: `true` would pass unread.
    return f"minimal: {{none: {BLANK}}}" if key == "minimal" else f"{key}: {BLANK}"


def _listed(keys: tuple[str, ...]) -> str:
    return _joined([f"`{key}`" for key in keys])


def _joined(words: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


@rule("HW214", "harm-not-answered", judged_from="monitoring")
def harm_not_answered(case: Case, context: Context) -> Iterator[Finding]:
    """A mitigation made it worse, and nothing came after it.

    ## What it asks

    A mitigation with the outcome `harmful` is followed by a later mitigation or
    fix, or by one whose `answers` names it.

    ## Why

    A wrong fix can make things worse, and then it has to be undone. Without the
    entry that undid it a reader must think that the harm is still there.

    ## Wrong

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:49:00Z
      by: carol
      kind: mitigation
      action: restart
      outcome: harmful
      text: Restarted all servers at once; the queue overflowed
    ```

    ## Right

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:49:00Z
      by: carol
      kind: mitigation
      action: restart
      outcome: harmful
      text: Restarted all servers at once; the queue overflowed
    - at: 2026-11-23T08:53:00Z
      by: carol
      kind: mitigation
      action: rollback
      outcome: effective
      text: Rolled back to v412
    ```

    ## Source

    guide 7
    """
    for logged in unanswered_harm(case):
        answers = (f"answers: {logged.entry.id}",) if logged.entry.id else ()
        yield Finding(
            placed(logged, "outcome"),
            "this mitigation did harm, and no later mitigation or fix is in the timeline",
            label="what undid it?",
            notes=(WHEN_IT_WAS,),
            help=(to_timeline(case, entry(case, context, "mitigation", "action: rollback", *answers, _OUTCOMES)),),
        )


@rule("HW215", "resolved-without-times", judged_from="resolved", modes="LAD")
def resolved_without_times(case: Case, context: Context) -> Iterator[Finding]:
    """It is resolved, and not said since when.

    ## What it asks

    A resolved incident has `times.mitigated`, when users no longer felt it, and
    `times.resolved`, when it was over.

    ## Why

    How long people were hit, and how long it took us, are the two numbers by
    which we see whether we get better.

    ## Wrong

    ```yaml
    # incident.yaml
    times:
      started: 2026-11-23T08:41:00Z
      detected: 2026-11-23T08:44:10Z
      declared: 2026-11-23T08:46:00Z
      acknowledged: 2026-11-23T08:46:40Z
      mitigated: 2026-11-23T08:58:00Z
    ```

    ## Right

    ```yaml
    # incident.yaml
    times:
      started: 2026-11-23T08:41:00Z
      detected: 2026-11-23T08:44:10Z
      declared: 2026-11-23T08:46:00Z
      acknowledged: 2026-11-23T08:46:40Z
      mitigated: 2026-11-23T08:58:00Z
      resolved: 2026-11-23T09:30:00Z
    ```

    ## Source

    guide 5
    """
    missing = missing_times(case)
    if not missing:
        return
    words = {"mitigated": "when users no longer felt it", "resolved": "when it was over"}
    written = case.incident.times.model_fields_set
    fresh = [name for name in missing if name not in written]
    if once := _before_the_end(case):
        # What is pasted now is not when it will be over.
        yield Finding(
            Place(INCIDENT, ("times",), "key"),
            f"the times do not say {' nor '.join(words[name] for name in missing)}",
            label=f"{_listed(missing)} missing",
            help=(Help(f"{once}write {_listed(missing)} under `times:`"),),
        )
        return
    guessed = _guessed_end(case, context)
    lines = {name: f"  {name}: {time}" for name, (time, _) in guessed.items()}
    help_ = [
        Help(
            "add under `times:`",
            "\n".join(lines[name] for name in fresh),
            INCIDENT,
            under=("times",),
        )
    ]
    yield Finding(
        Place(INCIDENT, ("times",), "key"),
        f"the times do not say {' nor '.join(words[name] for name in missing)}",
        label=f"{_listed(missing)} missing",
        notes=tuple(f"`{name}` below is {guessed[name][1]}" for name in missing),
        help=(
            *(help_ if fresh else ()),
            *(
                Help(f"write instead of the empty `times.{name}:`", lines[name], INCIDENT)
                for name in missing
                if name in written
            ),
        ),
    )


def _guessed_end(case: Case, context: Context) -> dict[str, tuple[str, str]]:
    """When users no longer felt it and when it was over, as far as the records tell, and what tells it.

    Never in the wrong order.
    """
    times = case.incident.times
    over, watched = last_step_to(case, "resolved"), last_step_to(case, "monitoring")
    resolved = times.resolved or (over.entry.when if over is not None else None)
    sooner = "mend it if it was sooner"
    ended = f"{'that of' if times.resolved is not None else 'when the timeline goes to'} `resolved`: {sooner}"
    mitigated, watching = times.mitigated, f"when the timeline goes to `monitoring`: {sooner}"
    if mitigated is None:
        mitigated, watching = (watched.entry.when, watching) if watched is not None else (resolved, ended)
    if resolved is not None and mitigated is not None and surely_before(resolved, mitigated):
        # The one that is written stays.
        if times.mitigated is None:
            mitigated, watching = resolved, ended
        else:
            resolved = None
    now = (utc_text(context.now), "now: write when it was")
    return {
        "mitigated": now if mitigated is None else (mitigated.at.text, watching),
        "resolved": now if resolved is None else (resolved.at.text, ended),
    }


@rule("HW228", "ending-left-over", modes="LAD")
def ending_left_over(case: Case, _context: Context) -> Iterator[Finding]:
    """How and when it ended still stands there, and it goes on.

    ## What it asks

    An incident that is not resolved has neither `times.resolved` nor a
    `resolution`. One that went back to work and is over again has the times of
    its last ending: `mitigated` and `resolved` are not from before it went back.

    ## Why

    Going back takes the ending with it; the timeline keeps it. What is left over
    makes the next ending look earlier and better than it was.

    ## Wrong

    ```yaml
    # incident.yaml
    times:
      started: 2026-11-23T08:41:00Z
      detected: 2026-11-23T08:44:10Z
      declared: 2026-11-23T08:46:00Z
      acknowledged: 2026-11-23T08:46:40Z
      resolved: 2026-11-23T08:57:00Z
    ```

    ## Right

    ```yaml
    # incident.yaml
    times:
      started: 2026-11-23T08:41:00Z
      detected: 2026-11-23T08:44:10Z
      declared: 2026-11-23T08:46:00Z
      acknowledged: 2026-11-23T08:46:40Z
    ```

    ## Source

    guide 5
    """
    incident = case.incident
    if incident.status in AT_WORK or incident.status == "declared":
        for key, written in (("times.resolved", incident.times.resolved), ("resolution", incident.resolution)):
            if written is not None:
                yield Finding(
                    Place(INCIDENT, tuple(key.split(".")), "key"),
                    f"`{key}` is written, and the incident is {incident.status}",
                    label="it is not over",
                    help=(Help(f"delete `{key}:`, or set the status to resolved with its status-change entry"),),
                    related=(Note(Place(INCIDENT, ("status",)), "the status"),),
                )
        return
    back = last_reopening(case)
    if back is None:
        return
    for name, time in (("mitigated", incident.times.mitigated), ("resolved", incident.times.resolved)):
        if time is not None and surely_before(time, back.logged.entry.when):
            yield Finding(
                Place(INCIDENT, ("times", name)),
                f"`{name}` is from before the incident was taken up again",
                label="the ending before the last",
                help=(Help("write when it ended the last time; the timeline keeps the one before"),),
                related=(Note(Place(back.logged.file, (*back.logged.route, "at")), "taken up again"),),
            )


@rule("HW216", "outcome-pending", judged_from="resolved")
def outcome_pending(case: Case, _context: Context) -> Iterator[Finding]:
    """It is resolved, and of a mitigation nobody says whether it helped.

    ## What it asks

    No mitigation of a resolved incident has the outcome `pending`, nor none at
    all.

    ## Why

    What helped is the first thing that people look for when it comes again, and
    what did not help the second.

    ## Wrong

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:53:00Z
      by: carol
      kind: mitigation
      action: scale-up
      text: Twice as many servers
    ```

    ## Right

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:53:00Z
      by: carol
      kind: mitigation
      action: scale-up
      outcome: ineffective
      text: Twice as many servers
    ```

    ## Source

    guide 3.2 and 5
    """
    if case.incident.status not in ("resolved", "closed") and _nothing_helped(case):
        # Of these it is asked already whether one of them helped.
        return
    for logged in pending(case):
        yield _pending(logged, "nobody says whether this mitigation helped")


@rule("HW217", "resolution-not-communicated", judged_from="resolved", modes="LAD")
def resolution_not_communicated(case: Case, context: Context) -> Iterator[Finding]:
    """It is resolved, and somebody who was told of it was not told that it is over.

    ## What it asks

    Each audience of a status update gets one at or after `resolved`.

    ## Why

    Who heard that payments fail still turns customers away until somebody says
    that they work.

    ## Wrong

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:59:00Z
      by: bob
      kind: status-update
      audience: [engineers, stakeholders, public]
      eta: 2026-11-23T09:40:00Z
      text: All cards work again; we watch it
    - at: 2026-11-23T09:31:00Z
      by: bob
      kind: status-update
      audience: [engineers, stakeholders]
      text: It is over; the post-mortem follows this week
    ```

    ## Right

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:59:00Z
      by: bob
      kind: status-update
      audience: [engineers, stakeholders, public]
      eta: 2026-11-23T09:40:00Z
      text: All cards work again; we watch it
    - at: 2026-11-23T09:31:00Z
      by: bob
      kind: status-update
      audience: [engineers, stakeholders, public]
      text: It is over
    ```

    ## Source

    guide 3.3
    """
    audiences = not_told_of_the_end(case)
    if not audiences:
        return
    once = _before_the_end(case)
    end = resolved_at(case)
    heard = [
        logged
        for logged in entries(case, "status-update")
        if logged.entry.kind == "status-update" and set(logged.entry.audiences) & set(audiences)
    ]
    names = audiences[0] if len(audiences) == 1 else f"[{', '.join(audiences)}]"
    who = _joined(["the public" if audience == "public" else audience for audience in audiences])
    if case.incident.times.resolved is not None:
        at, label = Place(INCIDENT, ("times", "resolved")), "no update since"
    else:
        at, label = _STATUS, "no update since" if end is not None else "when it is over, they want to know"
    yield Finding(
        at,
        f"nobody has told {who} that it is over",
        label=label,
        help=(
            Help(f"{once}tell them, in a status-update with `audience: {names}`")
            if once
            else to_timeline(case, entry(case, context, "status-update", f"audience: {names}")),
        ),
        related=() if once else (Note(placed(heard[-1], "audience"), "what they heard last"),),
    )


@rule("HW224", "resolved-without-resolution", judged_from="resolved", modes="LAD")
def resolved_without_resolution(case: Case, _context: Context) -> Iterator[Finding]:
    """It is resolved, and not said how it ended.

    ## What it asks

    A resolved incident has a `resolution` with `how`: mitigated, fixed,
    self-resolved or external.

    ## Why

    What was only mitigated still waits for its fix; what ended by itself can
    begin by itself.

    ## Wrong

    ```yaml
    # incident.yaml
    resolution:
    ```

    ## Right

    ```yaml
    # incident.yaml
    resolution: {how: mitigated}
    ```

    ## Source

    guide 5
    """
    if case.incident.resolution is None:
        once = _before_the_end(case)
        yield Finding(
            _STATUS,
            "how it ended is not said",
            label="what ended it?" if not once else "when it is over: what ended it?",
            help=(to_top(case, INCIDENT, "resolution", f"resolution: {{how: {_ENDS}}}", once=once),),
        )


@rule("HW225", "investigation-thin", level="warning", judged_from="resolved", modes="LAD")
def investigation_thin(case: Case, context: Context) -> Iterator[Finding]:
    """Nobody says whether the errors had a pattern, or what else failed with it.

    ## What it asks

    A resolved incident of P0 to P2 has a finding about `error-pattern` and one
    about `cascade`, in any state: to have ruled it out is an answer.

    ## Why

    The search begins with the errors put together, and ends when it is known
    what else they pulled down. Who skips either finds a cause, not the cause.

    ## Wrong

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:55:00Z
      by: dave
      kind: finding
      about: metric
      state: confirmed
      text: Only card payments are slower
    ```

    ## Right

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:55:00Z
      by: dave
      kind: finding
      about: cascade
      state: ruled-out
      text: Nothing but card payments is slower
    ```

    ## Source

    guide 3.1
    """
    patterns = not_looked_for(case)
    if patterns:
        words = {"error-pattern": "of the pattern of the errors", "cascade": "of what else failed with it"}
        state = "state: confirmed | ruled-out"
        lines = [entry(case, context, "finding", f"about: {pattern}", state) for pattern in patterns]
        yield Finding(
            _STATUS,
            f"no finding speaks {' nor '.join(words[pattern] for pattern in patterns)}",
            label="was it looked for?",
            notes=(WHEN_IT_WAS,),
            help=(to_timeline(case, *lines),),
        )
