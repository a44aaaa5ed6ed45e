"""Plan -> outcomes: one change at a time, and the limits beyond which somebody is asked first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from hotwash.errors import TrackerError
from hotwash.tracker.plan import change_line, shown
from hotwash.tracker.port import Draft, Edit, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hotwash.tracker.plan import Change, Plan
    from hotwash.tracker.port import Tracker

SHARE_FROM = 10  # action items with issues: below, a third of them is one or two (threats G3)
SHARE_PERCENT = 30


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a change.

    Attributes:
        result: `left` was not tried, since the tracker had gone.
        issue: The number of the issue; None when there still is none.
        message: Why it was not done; empty when it was.
        hint: What to do about that.
    """

    change: Change
    result: Literal["done", "failed", "left"]
    issue: int | None
    message: str = ""
    hint: str = ""


def excess(plan: Plan, limit: int) -> str:
    """What is so large about a plan that somebody should look at it first, as a clause; empty when nothing is.

    Args:
        limit: The largest number of changes that go without a question.
    """
    if len(plan.writes) > limit:
        return f"{len(plan.writes)} changes, more than the {limit} that go without a question"
    if plan.paired >= SHARE_FROM:
        for action, words in (("update", "updates"), ("close", "closes")):
            count = sum(change.action == action for change in plan.writes)
            if 100 * count > SHARE_PERCENT * plan.paired:
                return f"it {words} {count} of {plan.paired} issues, more than {SHARE_PERCENT} %"
    return ""


def apply_plan(plan: Plan, tracker: Tracker) -> Iterator[Outcome]:
    """What becomes of each change that asks for work, as it happens.

    A change that fails does not stop the others; only when the tracker has gone are the rest left undone. Whoever
    stops reading stops the work.
    """
    gone: UnavailableError | None = None
    for change in plan.writes:
        if gone is not None:
            yield Outcome(change, "left", change.issue, gone.message, gone.hint)
            continue
        try:
            yield Outcome(change, "done", _carry_out(change, tracker))
        except UnavailableError as error:
            gone = error
            yield Outcome(change, "failed", change.issue, error.message, error.hint)
        except TrackerError as error:
            yield Outcome(change, "failed", change.issue, error.message, error.hint)


def _carry_out(change: Change, tracker: Tracker) -> int | None:
    match change.work, change.issue:
        case Draft() as draft, _:
            return tracker.create(draft).number
        case Edit() as edit, int(number):
            return tracker.edit(number, edit).number
        case _:
            return change.issue


def render_outcome(outcome: Outcome, before: Outcome | None) -> str:
    """An outcome for people, under the name of its incident where that is another than before."""
    lines = []
    if before is None or before.change.incident != outcome.change.incident:
        lines.append(shown(outcome.change.incident))
    lines.append(f"  {change_line(replace(outcome.change, issue=outcome.issue))}")
    if outcome.result == "failed":
        lines.append(f"      failed: {shown(outcome.message)}")
        lines += [f"      help: {shown(outcome.hint)}"] if outcome.hint else []
    elif outcome.result == "left":
        lines.append("      left undone")
    return "\n".join(lines)


def render_end(plan: Plan, outcomes: Sequence[Outcome]) -> str:
    """What stands below the outcomes: what a person has to see to, and how much was done."""
    drift = [f"  {shown(change.incident)}: {change_line(change)}" for change in plan.changes if change.work is None]
    notices = [f"note: {shown(notice)}" for notice in plan.notices]
    done = sum(outcome.result == "done" for outcome in outcomes)
    rest = "" if done == len(outcomes) else " For the rest, run it again."
    lines = [*(["", "Left to a person:", *drift] if drift else []), *(["", *notices] if notices else [])]
    return "\n".join([*lines, "", f"Done: {done} of {len(outcomes)} changes.{rest}"])
