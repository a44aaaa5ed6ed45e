"""What a status demands and the records lack, in words that name the command which brings it.

The facts are those of the gates; only how it is told differs, since whoever types a command wants the next one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hotwash.facts.clocks import first_told
from hotwash.facts.demands import (
    fix_gaps,
    helped,
    lacks_action_items,
    lacks_runbooks,
    not_told_of_the_end,
    pending,
    postmortem_lacks,
    root_cause_lacks,
    standing_findings,
    timeline_lacks,
    unanswered_harm,
    unnamed_change,
    was_identified,
)
from hotwash.facts.reasons import unknowns

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from hotwash.model.incident import Status
    from hotwash.model.policy import Policy
    from hotwash.model.repository import Case, LoggedEntry

_SEVERE = ("P0", "P1")


def lacking(case: Case, to: Status, policy: Policy, now: datetime) -> tuple[str, ...]:
    """What is still to be done before an incident may go to a status; the first actions are the gate's.

    Args:
        case: The incident as it will be, but for the status.
        to: Where it is to go.
        policy: What this team asks.
        now: The moment of judgement.
    """
    then = replace(case, incident=case.incident.model_copy(update={"status": to}))
    return tuple(_lacking(then, to, policy, now))


def _lacking(case: Case, to: Status, policy: Policy, now: datetime) -> Iterator[str]:
    if to in ("declared", "dismissed"):
        return
    yield from _told(case, to)
    if to == "identified" or (to != "investigating" and was_identified(case)):
        yield from _found(case)
    if to in ("monitoring", "resolved", "closed"):
        yield from _held(case)
    if to in ("resolved", "closed"):
        yield from _over(case, now)
    if to == "closed":
        yield from _learned(case, policy)


def _told(case: Case, to: Status) -> Iterator[str]:
    if case.incident.severity.level not in _SEVERE or case.incident.mode != "live":
        return
    told = first_told(case)
    if told and "engineers" not in told:
        yield "an update for engineers: what is broken and what is tried (hotwash update --engineers TEXT)"
    if told and to in ("resolved", "closed") and "stakeholders" not in told:
        yield "an update for stakeholders: what it meant for the business (hotwash update --stakeholders TEXT)"


def _found(case: Case) -> Iterator[str]:
    if not standing_findings(case):
        yield "a finding that is not ruled out (hotwash log --kind finding)"
    elif unnamed_change(case) is not None:
        yield "the change that a finding is about, as an entry (hotwash log --kind change)"


def _held(case: Case) -> Iterator[str]:
    harm = unanswered_harm(case)
    for logged in harm:
        yield f"what undid the harm of {_called(logged)} (hotwash mitigate, or hotwash fix)"
    if not harm and not helped(case):
        for logged in pending(case):
            yield f"whether {_called(logged)} helped (hotwash mitigate --outcome WORD)"
        if not pending(case):
            yield "a mitigation that helped, or a fix (hotwash mitigate, or hotwash fix)"
    for gap in fix_gaps(case):
        yield f"of {_called(gap.logged)}: {', '.join(gap.lacks)} (hotwash fix)"


def _over(case: Case, now: datetime) -> Iterator[str]:
    if helped(case):
        for logged in pending(case):
            yield f"whether {_called(logged)} helped (hotwash mitigate --outcome WORD)"
    for audience in not_told_of_the_end(case):
        yield f"an update for {audience} that it is over (--{audience} TEXT)"
    for statement in unknowns(case, now):
        yield f"what `{'.'.join(map(str, statement.route))}` is, now that it is over (hotwash set KEY=VALUE)"


def _learned(case: Case, policy: Policy) -> Iterator[str]:
    words = {
        "file": "a post-mortem (hotwash postmortem)",
        "published": "the post-mortem published (hotwash postmortem --publish)",
        "reviewed": "a review of the post-mortem (hotwash postmortem --publish --reviewed-by LOGIN)",
        "finding": "the root cause, as a confirmed finding (hotwash close --root-cause TEXT)",
        "root_causes": "`root_causes` in the front matter of postmortem.md",
        "detect": "an action item of kind detect, that would show an unknown cause (hotwash action add)",
        "detection": "how it was noticed (hotwash log --kind detection --at TIME)",
        "end": "how it ended (hotwash log --kind recovery --at TIME)",
    }
    yield from (words[lack] for lack in postmortem_lacks(case, policy))
    yield from (words[lack] for lack in root_cause_lacks(case, policy))
    if lacks_action_items(case, policy):
        yield "action items (hotwash action add), or why there are none (--no-actions WHY)"
    if lacks_runbooks(case, policy):
        yield "the runbooks that were updated, or why none was (--runbook PATH, or 'none: WHY')"
    yield from (words[lack] for lack in timeline_lacks(case))


def _called(logged: LoggedEntry) -> str:
    entry = logged.entry
    name = entry.id or f"of {entry.when}"
    return f"the {entry.kind} {name}"
