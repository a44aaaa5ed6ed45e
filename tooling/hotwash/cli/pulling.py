"""`pull`: what people decided in the tracker, into the records."""

from __future__ import annotations

import os
from itertools import groupby
from typing import TYPE_CHECKING, Any

import click

from hotwash.cli.context import clock, find_root, tell
from hotwash.cli.pull_requests import offered
from hotwash.cli.trackers import open_tracker, tracker_option
from hotwash.cli.writing import out
from hotwash.errors import HotwashError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from hotwash.edits.land import Landing
    from hotwash.edits.requests import Pull
    from hotwash.tracker.pulling import Pulled

# Nobody types it, and who closed an issue is not for the records.
_BY = "system:tracker"


@click.command("pull", short_help="Bring what people decided in the tracker into the records.")
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@click.option("--numbers", is_flag=True, help="Write the numbers of issues also where nothing else is to be written.")
@click.option("--push", is_flag=True, help="Push it, and again on the newest head if somebody was faster.")
@tracker_option
@click.pass_context
def pull_command(ctx: click.Context, *, dry_run: bool, numbers: bool, push: bool, chosen: str | None) -> int:
    """Bring what people decided in the tracker into the records, with edits that touch nothing else.

    \b
    closed as completed     the action item is done, since that day
    closed as not planned   it is dropped, for the reason in the closing comment;
                            where nobody says why, nothing is written
    opened again            it is open

    The number of an issue is written along. Owners and due days that were changed there, and whatever else a person
    has to see to, are told.

    It lands as all writing commands do, by `land` of the policy; in a workflow (GITHUB_ACTIONS) always on the branch
    of the incident, pushed, with a pull request.

    Exit code 1 when something could not be written, or an incident cannot be read.
    """  # noqa: D301 - the backspace itself is click's sign for lines that stay as they are
    from hotwash.edits.land import writable  # noqa: PLC0415 - `--help` reads no records
    from hotwash.edits.waiting import pulled_and_waiting  # noqa: PLC0415
    from hotwash.records.load import load_repository  # noqa: PLC0415
    from hotwash.tracker.pulling import pull_for, render_notices, render_pulled, with_numbers  # noqa: PLC0415

    root = find_root(ctx.obj)
    now = clock()
    in_workflow = os.environ.get("GITHUB_ACTIONS") == "true"
    snapshot = writable(root, by_pull_request=in_workflow)
    repository = load_repository(snapshot)
    opened = open_tracker(chosen, root)
    pull = pull_for(
        repository,
        snapshot,
        opened.tracker,
        accounts=opened.accounts.union(repository.policy.tracker.accounts),
        now=now,
        waiting=pulled_and_waiting(root),
    )
    code = 1 if repository.unreadable else 0
    items = with_numbers(pull.items, always=numbers)
    for incident, found in groupby(items, key=lambda one: one.incident):
        pulled = tuple(found)
        out(incident)
        for line in render_pulled(pulled):
            out(line)
        if dry_run:
            continue
        request = _request(incident, pulled, now)
        try:
            landing = _land(root, request, now, push=push or in_workflow, by_pull_request=in_workflow)
        except HotwashError as error:
            tell(f"hotwash: {incident}: {error.message}" + (f"\n  help: {error.hint}" if error.hint else ""))
            code = error.exit_code
            continue
        _tell(landing)
        code = 1 if landing.undone else code
    if not items:
        out("Nothing to write: the records say what people decided.")
    for line in render_notices(pull.notices):
        out(line)
    return code


def _request(incident: str, pulled: Iterable[Pulled], now: datetime) -> Pull:
    from hotwash.edits.requests import Pull  # noqa: PLC0415 - `--help` makes no requests
    from hotwash.model.time import utc_text  # noqa: PLC0415

    items: list[dict[str, Any]] = [
        {
            "item": one.item,
            "was": one.was,
            "status": one.status,
            "closed": one.closed,
            "reason": one.reason or None,
            "issue": one.issue,
        }
        for one in pulled
    ]
    return Pull.model_validate({"by": _BY, "at": utc_text(now), "incident": incident, "items": items})


def _land(root: Path, request: Pull, now: datetime, *, push: bool, by_pull_request: bool) -> Landing:
    from hotwash.edits.kept import Fleeting  # noqa: PLC0415 - `--help` writes nothing
    from hotwash.edits.land import land  # noqa: PLC0415
    from hotwash.edits.requests import request_text  # noqa: PLC0415
    from hotwash.edits.steps import amendments  # noqa: PLC0415

    return land(
        root,
        lambda records: amendments(records, request, now),
        verb="pull",
        incident=request.incident,
        now=now,
        push=push,
        always=False,
        # The tracker says it again.
        kept=Fleeting(request_text(request)),
        by_pull_request=by_pull_request,
    )


def _tell(landing: Landing) -> None:
    where = f"{landing.commit[:7]} on {landing.branch}" if landing.commit is not None else "nothing was to be done"
    if landing.commit is None and landing.files:
        where = "written"
    out(f"✓ pull: {where}{', pushed' if landing.pushed and landing.commit else ''}")
    for line in offered(landing, "pull"):
        out(line)
    for notice in landing.notices:
        out(f"  {notice}")
    if landing.undone:
        out(f"  not pushed: {landing.undone}")
