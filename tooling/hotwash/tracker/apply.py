"""Plan -> outcomes: one change at a time, and the limits beyond which somebody is asked first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from hotwash.errors import TrackerError
from hotwash.tracker.formats import change_line, shown
from hotwash.tracker.markers import markers, told
from hotwash.tracker.port import Draft, Edit, LimitedError, UnavailableError, UncertainError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from hotwash.tracker.plan import Change, Plan
    from hotwash.tracker.port import Issue, Tracker

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


def excess(plan: Plan, limit: int, *, by_share: bool = True) -> str:
    """What is so large about a plan that somebody should look at it first, as a clause; empty when nothing is.

    Args:
        limit: The largest number of changes that go without a question.
        by_share: A share of the issues counts, too.
    """
    if len(plan.writes) > limit:
        return f"{len(plan.writes)} changes, more than the {limit} that go without a question"
    if by_share and plan.paired >= SHARE_FROM:
        items = [change for change in plan.writes if change.item is not None and not change.closes_double]
        for action, words in (("update", "updates"), ("close", "closes")):
            count = sum(change.action == action for change in items)
            if 100 * count > SHARE_PERCENT * plan.paired:
                return f"it {words} {count} of {plan.paired} issues, more than {SHARE_PERCENT} %"
    return ""


def refuse_account(account: str | None, accounts: Collection[str]) -> None:
    """Nothing where an account may write.

    Args:
        account: Who writes; None where that cannot be told before something was written.
        accounts: Whose issues count.

    Raises:
        TrackerError: Its issues would not count, so that the next run would make every one again (threats G2).
    """
    if account is not None and account.casefold() not in {one.casefold() for one in accounts}:
        message = f"{account} writes here, and its issues would not count as hotwash's own: nothing was changed"
        raise TrackerError(message, _account_hint(account))


def _account_hint(account: str) -> str:
    return f'add it to what stands under `tracker:` in incidents/policy.yaml: accounts: [..., "{account}"]'


def apply_plan(plan: Plan, tracker: Tracker) -> Iterator[Outcome]:
    """What becomes of each change that asks for work, as it happens.

    A change that fails does not stop the others; only when the tracker has gone, or what is made would not count, are
    the rest left undone. Whoever stops reading stops the work.
    """
    gone: TrackerError | None = None
    for change in plan.writes:
        if gone is not None:
            yield Outcome(change, "left", change.issue, gone.message, gone.hint)
            continue
        try:
            issue = _carry_out(change, tracker, plan)
        except TrackerError as error:
            gone = error if isinstance(error, UnavailableError) else None
            yield Outcome(change, "failed", change.issue, error.message, error.hint)
            continue
        if issue is not None and isinstance(change.work, Draft) and not _counts(issue, plan):
            # Known only now: who writes with a workflow's token cannot be asked before.
            message = f"#{issue.number} was opened by {issue.author}, whose issues do not count as hotwash's own"
            gone = TrackerError(message, _account_hint(issue.author))
            yield Outcome(change, "failed", issue.number, gone.message, gone.hint)
            continue
        yield Outcome(change, "done", change.issue if issue is None else issue.number)


def _counts(issue: Issue, plan: Plan) -> bool:
    return not plan.accounts or issue.author.casefold() in plan.accounts


def _carry_out(change: Change, tracker: Tracker, plan: Plan) -> Issue | None:
    match change.work, change.issue:
        case Draft() as draft, _:
            try:
                return tracker.create(draft)
            except UncertainError as error:
                # It is never sent again blindly: whether it happened is for the tracker to say.
                made = _made(change, tracker, plan)
                if made is not None:
                    return made
                if isinstance(error, LimitedError):
                    return tracker.create(draft)
                raise
        case Edit() as edit, int(number):
            if change.comment:
                # Before the edit, which remembers that it was said: whoever is killed between says it no second time.
                _say_once(number, change, edit, tracker, plan)
            try:
                return tracker.edit(number, edit)
            except UncertainError:
                after = tracker.get(number)
                if not _is_done(edit, after):
                    raise
                return after
        case _:
            return None


def _made(change: Change, tracker: Tracker, plan: Plan) -> Issue | None:
    """The issue that a lost answer spoke of; None where there is none, or the list does not show it yet."""
    for issue in tracker.list(plan.label):
        if _counts(issue, plan) and any(marker.key == change.key for marker in markers(issue.body)):
            return issue
    return None


def _is_done(edit: Edit, issue: Issue) -> bool:
    """Whether an issue is as an edit would have it, in what this hotwash writes with it."""
    return (
        (edit.title is None or edit.title == issue.title)
        and (edit.body is None or edit.body == issue.body)
        and (edit.state is None or edit.state == issue.state)
        and (edit.labels is None or {*map(str.casefold, edit.labels)} == {*map(str.casefold, issue.labels)})
        and (edit.assignees is None or {*map(str.casefold, edit.assignees)} == {*map(str.casefold, issue.assignees)})
        and (edit.milestone is None or edit.milestone == (issue.milestone or ""))
    )


def _say_once(number: int, change: Change, edit: Edit, tracker: Tracker, plan: Plan) -> None:
    (marker,) = markers(edit.body or "")
    line = told(change.key, marker.breaks)

    def was_said() -> bool:
        return any(
            line in comment.body and (not plan.accounts or comment.author.casefold() in plan.accounts)
            for comment in tracker.comments(number)
        )

    if was_said():
        return
    try:
        tracker.comment(number, change.comment)
    except UncertainError:
        if not was_said():
            raise


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
