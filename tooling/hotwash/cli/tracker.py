"""`plan`, `apply`: what the records ask of the tracker, and doing it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from hotwash.cli.context import put, say, snapshot_of, tell

if TYPE_CHECKING:
    from hotwash.model.repository import Repository
    from hotwash.tracker.apply import Outcome
    from hotwash.tracker.embedded import EmbeddedTracker
    from hotwash.tracker.plan import Plan


@click.command("plan", short_help="Show what `apply` would change in the tracker.")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--output", metavar="FILE", type=click.Path(dir_okay=False), help="Write there instead of stdout.")
@click.pass_context
def plan_command(ctx: click.Context, format_: str, output: str | None) -> int:
    """Show what `apply` would change in the tracker, and change nothing.

    \b
    + create   an open action item has no issue yet
    ~ update   an issue differs from its record in the fields named
    - close    an action item is done or dropped, its issue is open
    ~ reopen   a record says open again, and hotwash had closed its issue
    ! drift    a person closed or opened the issue: never taken back

    Exit code 1 when an incident cannot be read, since the plan is then not the whole; differences and notices alone
    are 0.
    """  # noqa: D301 - the backspace itself is click's sign for lines that stay as they are
    from hotwash.tracker.apply import excess  # noqa: PLC0415 - `--help` loads no tracker
    from hotwash.tracker.plan import render_json, render_text  # noqa: PLC0415

    repository, _, plan = _planned(ctx)
    rendered = render_json(plan) if format_ == "json" else render_text(plan)
    put(rendered, output, ctx.obj)
    if too_much := excess(plan, repository.policy.tracker.limit):
        tell(f"`hotwash apply` will stop and ask: {too_much}")
    return 1 if repository.unreadable else 0


@click.command("apply", short_help="Bring the tracker to what the records say.")
@click.option("--yes", is_flag=True, help="Go ahead however much changes.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Ask beyond N changes, not beyond the policy's.")
@click.pass_context
def apply_command(ctx: click.Context, *, yes: bool, limit: int | None) -> int:
    """Bring the tracker to what the records say: create, update and close issues, one after the other.

    Safe to repeat: a second run writes nothing. Safe to kill: the next run does the rest. What a person closed or
    opened is shown as drift and stays so. Beyond the limit of the policy (`tracker.limit`), or when over 30 % of ten
    or more issues would be updated or closed, it asks first; without a terminal it stops there.

    Exit code 1 when work was left undone: a change failed, the answer was no, or an incident cannot be read.
    """
    from hotwash.tracker.apply import apply_plan, excess, render_end, render_outcome  # noqa: PLC0415 - as above
    from hotwash.tracker.plan import render_text  # noqa: PLC0415

    repository, tracker, plan = _planned(ctx)
    too_much = "" if yes else excess(plan, limit or repository.policy.tracker.limit)
    if too_much and not _agreed(too_much, render_text(plan)):
        return 1
    if not plan.writes:
        say(render_text(plan))
        return 1 if repository.unreadable else 0
    outcomes: list[Outcome] = []
    for outcome in apply_plan(plan, tracker):
        # As it happens, so that a run which is killed has said what it did.
        say(render_outcome(outcome, outcomes[-1] if outcomes else None))
        sys.stdout.flush()
        outcomes.append(outcome)
    say(render_end(plan, outcomes))
    return 1 if repository.unreadable or any(outcome.result != "done" for outcome in outcomes) else 0


def _planned(ctx: click.Context) -> tuple[Repository, EmbeddedTracker, Plan]:
    from hotwash.records.load import load_repository  # noqa: PLC0415 - `--help` reads no records
    from hotwash.tracker.embedded import EmbeddedTracker  # noqa: PLC0415
    from hotwash.tracker.issues import desired_issues  # noqa: PLC0415
    from hotwash.tracker.plan import make_plan  # noqa: PLC0415

    snapshot = snapshot_of(ctx)
    repository = load_repository(snapshot)
    tracker = EmbeddedTracker(snapshot.root)
    tell(f"tracker: embedded, {tracker.path}" + ("" if tracker.path.exists() else " (made by the first `apply`)"))
    policy = repository.policy.tracker
    plan = make_plan(
        desired_issues(repository),
        tracker.list(policy.label),
        unreadable=repository.unreadable,
        label=policy.label,
        # Nobody else writes into the file, so its own account needs no line in the policy.
        accounts={*policy.accounts, tracker.account},
    )
    return repository, tracker, plan


def _agreed(too_much: str, rendered: str) -> bool:
    """Whether somebody says yes to a large plan; without a terminal nobody can."""
    if sys.stdin.isatty():
        tell(rendered)
        return click.confirm(f"This is a large plan: {too_much}. Go ahead?", err=True)
    tell(f"hotwash: stopped, nothing was changed: {too_much}")
    tell("  help: look at it with `hotwash plan`, and if that is what you want: hotwash apply --yes")
    return False
