"""`plan`, `apply`: what the records ask of the tracker, and doing it."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hotwash.cli.context import put, say, snapshot_of, tell
from hotwash.cli.trackers import open_tracker, tracker_option
from hotwash.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hotwash.model.repository import Repository
    from hotwash.records.load import LoadedCase
    from hotwash.tracker.apply import Outcome
    from hotwash.tracker.markers import Key
    from hotwash.tracker.plan import Plan
    from hotwash.tracker.port import Tracker

_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}", re.ASCII)
_LARGEST_PLAN = 64 * 1024 * 1024  # bytes


@click.command("plan", short_help="Show what `apply` would change in the tracker.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "markdown"]),
    help="By default text, and json where FILE ends in .json.",
)
@click.option("--output", metavar="FILE", type=click.Path(dir_okay=False), help="Write there instead of stdout.")
@tracker_option
@click.pass_context
def plan_command(ctx: click.Context, format_: str | None, output: str | None, chosen: str | None) -> int:
    """Show what `apply` would change in the tracker, and change nothing.

    \b
    + create   an open action item, or an open incident, has no issue yet
    ~ update   an issue differs from its record in the fields named
    - close    an action item is done or dropped, or the incident is over
    ~ reopen   a record says open again, or the proof of what is done broke
    ! drift    a person decided otherwise: never taken back

    A plan in JSON can be saved, and applied later as it is: hotwash apply FILE

    Exit code 1 when an incident cannot be read, since the plan is then not the whole; differences and notices alone
    are 0.
    """  # noqa: D301 - the backspace itself is click's sign for lines that stay as they are
    from hotwash.tracker.apply import excess  # noqa: PLC0415 - `--help` loads no tracker
    from hotwash.tracker.formats import FORMATS  # noqa: PLC0415

    found = _planned(ctx, chosen)
    form = format_ or ("json" if output is not None and output.endswith(".json") else "text")
    put(FORMATS[form](found.plan), output, ctx.obj)
    if too_much := excess(found.plan, found.repository.policy.tracker.limit):
        tell(f"`hotwash apply` will stop and ask: {too_much}")
    return 1 if found.repository.unreadable else 0


@click.command("apply", short_help="Bring the tracker to what the records say.")
@click.argument("saved", metavar="[PLAN]", required=False, type=click.Path(dir_okay=False))
@click.option("--yes", is_flag=True, help="Go ahead however much changes.")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    metavar="N",
    envvar="HOTWASH_LIMIT",
    help="Ask beyond N changes only, not beyond the policy's, nor by share; also by HOTWASH_LIMIT.",
)
@tracker_option
@click.pass_context
def apply_command(ctx: click.Context, *, saved: str | None, yes: bool, limit: int | None, chosen: str | None) -> int:
    """Bring the tracker to what the records say: create, update and close issues, one after the other.

    PLAN is what `hotwash plan --output plan.json` has written: it is applied exactly, or refused as stale.

    Safe to repeat: a second run writes nothing. Safe to kill: the next run does the rest. What a person closed or
    opened is shown as drift and stays so; only a proof that broke opens an issue again. Beyond the limit of the policy
    (`tracker.limit`), or when over 30 % of ten or more issues would be updated or closed, it asks first; without a
    terminal it stops there.

    Exit code 1 when work was left undone: a change failed, the answer was no, PLAN is stale, or an incident cannot be
    read.
    """
    from hotwash.tracker.apply import apply_plan, excess, refuse_account, render_end, render_outcome  # noqa: PLC0415
    from hotwash.tracker.formats import render_text  # noqa: PLC0415 - as above
    from hotwash.tracker.saved import HOW  # noqa: PLC0415

    digest = None if saved is None else _saved_digest(ctx, saved)
    found = _planned(ctx, chosen)
    plan, tracker = found.plan, found.tracker
    unfinished = 1 if found.repository.unreadable else 0
    if digest is not None and digest != plan.digest:
        tell(f"hotwash: {saved} is stale: records, tracker or hotwash changed since; nothing was changed")
        tell(f"  help: {HOW}")
        return 1
    if not plan.writes:
        say(render_text(plan))
        return unfinished
    refuse_account(tracker.whoami(), found.accounts)
    too_much = "" if yes else excess(plan, limit or found.repository.policy.tracker.limit, by_share=limit is None)
    if too_much and not _agreed(too_much, render_text(plan)):
        return 1
    outcomes: list[Outcome] = []
    for outcome in apply_plan(plan, tracker):
        # As it happens, so that a run which is killed has said what it did.
        _progress("")
        say(render_outcome(outcome, outcomes[-1] if outcomes else None))
        sys.stdout.flush()
        outcomes.append(outcome)
        _progress(f"{len(outcomes)} of {len(plan.writes)}")
    _progress("")
    say(render_end(plan, outcomes))
    return 1 if _left(outcomes) else unfinished


def _left(outcomes: Sequence[Outcome]) -> bool:
    return any(outcome.result != "done" for outcome in outcomes)


def _progress(text: str) -> None:
    """How far it is, on a line of a terminal that the next one overwrites: GitHub takes about one change a second."""
    if sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
        sys.stderr.write(f"\r\x1b[K{text}")
        sys.stderr.flush()


@dataclass(frozen=True, slots=True)
class _Planned:
    """A plan, and what it was made from."""

    repository: Repository
    tracker: Tracker
    accounts: frozenset[str]
    plan: Plan


def _planned(ctx: click.Context, chosen: str | None) -> _Planned:
    from hotwash.records.load import load_repository  # noqa: PLC0415 - `--help` reads no records
    from hotwash.tracker.planning import plan_for  # noqa: PLC0415

    snapshot = snapshot_of(ctx)
    lines: dict[Key, int] = {}
    repository = load_repository(snapshot, lambda loaded: lines.update(_lines_of(loaded)))
    opened = open_tracker(chosen, snapshot.root)
    accounts = opened.accounts.union(repository.policy.tracker.accounts)
    commit = os.environ.get("GITHUB_SHA", "")
    plan = plan_for(
        repository,
        snapshot,
        opened.tracker,
        accounts=accounts,
        commit=commit if _COMMIT.fullmatch(commit) else "",
        lines=lines,
    )
    return _Planned(repository, opened.tracker, accounts, plan)


def _lines_of(loaded: LoadedCase) -> Iterator[tuple[Key, int]]:
    from hotwash.diagnostics import Place  # noqa: PLC0415 - as above
    from hotwash.model.repository import ACTION_ITEMS, Unreadable  # noqa: PLC0415
    from hotwash.records.document import locate  # noqa: PLC0415

    if isinstance(loaded.case, Unreadable):
        return
    path = f"{loaded.case.path}/{ACTION_ITEMS}"
    for document in loaded.documents:
        if document.path == path:
            for index, item in enumerate(loaded.case.action_items):
                yield (loaded.case.id, item.id), locate(document, Place(path, (index,))).line


def _saved_digest(ctx: click.Context, saved: str) -> str:
    from hotwash.tracker.saved import HOW, saved_digest  # noqa: PLC0415 - `--help` loads no tracker

    path = Path(ctx.obj or ".") / saved
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST_PLAN)
    except OSError as error:
        message = f"cannot read {saved}: {error.strerror}"
        raise UsageError(message, HOW) from error
    return saved_digest(data.decode("utf-8", "replace"), saved)


def _agreed(too_much: str, rendered: str) -> bool:
    """Whether somebody says yes to a large plan; without a terminal nobody can."""
    if sys.stdin.isatty():
        tell(rendered)
        return click.confirm(f"This is a large plan: {too_much}. Go ahead?", err=True)
    tell(f"hotwash: stopped, nothing was changed: {too_much}")
    tell("  help: look at it with `hotwash plan`, and if that is what you want: hotwash apply --yes")
    return False
