"""1xx and 2xx: words for nothing, and the reasons that they need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotwash.diagnostics import Finding, Help, Place
from hotwash.facts.reasons import bounded_times, empty_reasons, unknowns
from hotwash.facts.said import LEAST
from hotwash.model.repository import INCIDENT
from hotwash.rules.rule import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotwash.facts.reasons import EmptyReason
    from hotwash.model.repository import Case
    from hotwash.rules.rule import Context

# Key -> what the record should answer there.
_QUESTIONS = {
    "affected": "how many users were hit?",
    "business": "what did it cost, in revenue and reputation?",
    "revenue_loss": "how much revenue was lost?",
    "reputation": "what did it do to our name?",
    "logs": "what do the logs show?",
    "metrics": "what moved in the metrics?",
    "changes": "what was deployed or changed before it?",
    "similar": "which past incidents were like it?",
    "minimal": "is it the smallest change that works?",
    "tested": "where was it tested?",
    "rollout": "how is it rolled out?",
    "monitored_by": "what is watched meanwhile, and by whom?",
    "rollback_plan": "how do we go back?",
    "documented_in": "where is the change documented?",
    "runbooks": "which runbooks were updated?",
    "proof": "what will show that it is done?",
    "": "what has to change?",
}
# Word for nothing, or another key -> what its reason has to say.
_SAY = {
    "none": "say where somebody looked, or what was ruled out",
    "not_applicable": "say why the question does not arise",
    "unknown": "say why nobody can know",
    "ahead_of_gate": "say why it could not wait for the first actions",
    "not_observed": "say why the first actions cannot be judged",
    "why": "say what was wrong with the old value",
}
# Key -> what belongs there instead of the blank.
_FILL_IN = {
    "text": "write what happened; of a change of status or severity, why",
    "title": "write what has to be known at a glance",
    "summary": "write what it shows",
    "description": "write what it means for them",
}


@rule("HW110", "unknown-not-allowed", modes="LAD")
def unknown_not_allowed(case: Case, context: Context) -> Iterator[Finding]:
    """A record of our own says `unknown` where we can find out.

    ## What it asks

    `unknown: why` stands in retrospective records only; in others for an ETA
    and for root causes, and for `impact.users.affected` until a live incident
    is resolved. Elsewhere the record answers, or says `none` or
    `not_applicable` and why. Where a first action rests on it, the STOP gate
    counts it as missing and says so itself. Likewise, a time of which only
    bounds are known (`after`, `before`) stands in retrospective records only.

    ## Why

    In our own systems somebody can look. An `unknown` in a first action is a
    first action that was not done.

    ## Wrong

    ```yaml
    # incident.yaml
    impact:
      users: {affected: 12400, description: EU customers cannot pay by card}
      business:
        revenue_loss: {unknown: The numbers are in another system}
        reputation: Press enquiry at 10:00
      scope: {description: Card payments only}
    ```

    ## Right

    ```yaml
    # incident.yaml
    impact:
      users: {affected: 12400, description: EU customers cannot pay by card}
      business:
        revenue_loss: {amount: 18000, currency: EUR}
        reputation: Press enquiry at 10:00
      scope: {description: Card payments only}
    ```

    ## Source

    guide 2 and 5
    """
    for statement in unknowns(case, context.now):
        question = _QUESTIONS.get(statement.key, "what is it?")
        yield Finding(
            Place(statement.file, (*statement.route, "unknown"), "key"),
            f"`unknown` is no answer in a record of our own: {question}",
            label="somebody can find out",
            help=(Help("answer it; or write `none` and where you looked, or `not_applicable` and why"),),
        )
    for statement in bounded_times(case):
        bound = "after" if getattr(statement.value, "after", None) is not None else "before"
        between = "" if statement.file == INCIDENT else "; of an entry also `between:` with both bounds"
        yield Finding(
            Place(statement.file, (*statement.route, bound), "key"),
            f"`{bound}` is no time in a record of our own: when was it?",
            label="somebody can find out",
            help=(Help(f"write the time, with `approx: true` where nobody looked at a clock{between}"),),
        )


@rule("HW206", "empty-reason")
def empty_reason(case: Case, context: Context) -> Iterator[Finding]:
    """A reason says nothing, or the blank of a help line was left.

    ## What it asks

    What follows `none`, `not_applicable`, `unknown`, `not_observed`,
    `ahead_of_gate` and `corrected.why` is a reason of ten characters or more,
    and no placeholder such as TODO or n/a. And no text anywhere is still the
    `"..."` of a line that was pasted. Where a first action rests on it, the STOP
    gate counts it as missing and says so itself.

    ## Why

    `none: x` opens a gate as well as a search does. The reason is what a
    reviewer can judge, and what the next one on call need not look for again.

    ## Wrong

    ```yaml
    # action-items.yaml
    none: n/a
    ```

    ## Right

    ```yaml
    # action-items.yaml
    none: The review found nothing to change, we roll back as before
    ```

    ## Source

    guide 1 and 7
    """
    for empty in empty_reasons(case, context.now):
        key = empty.statement.key
        remedy = (
            _SAY.get(key, "") if empty.is_reason else _FILL_IN.get(key, "write what belongs there, or delete the line")
        )
        yield Finding(empty.statement.place, _message(empty), label=_label(empty), help=(Help(remedy),))


def _message(empty: EmptyReason) -> str:
    key = empty.statement.key
    if empty.fault == "blank":
        return f"the blank of the help line is still there: `{key}` says nothing"
    if empty.fault == "placeholder":
        return f"the reason of `{key}` is still to be written"
    return f"the reason of `{key}` has fewer than {LEAST} characters"


def _label(empty: EmptyReason) -> str:
    return {"blank": "not filled in", "placeholder": "a placeholder", "short": "too short to judge"}[empty.fault]
