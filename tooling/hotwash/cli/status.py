"""`status`: how the incidents stand that are not over, once or for as long as somebody watches."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from hotwash.cli.context import clock, log_bug, now_option, put, snapshot_of, tell, wants_color
from hotwash.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from hotwash.records.newest import Newest
    from hotwash.records.snapshot import FolderSnapshot
    from hotwash.rules.outlook import Looked


@click.command("status", short_help="What is open, missing and due, and who is on it.")
@click.argument("incident", metavar="[ID]", required=False)
@click.option("--watch", is_flag=True, help="Stay, and show what changes; q or Ctrl-C ends it.")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--output", metavar="FILE", type=click.Path(dir_okay=False), help="Write there instead of stdout.")
@now_option
@click.pass_context
def status_command(
    ctx: click.Context, *, incident: str | None, watch: bool, format_: str, output: str | None, now: datetime | None
) -> int:
    """Show how each incident stands that is not closed.

    That is: the four first actions, what is due and in how long, what the next status asks, who is on it, who was last
    told what, and the owner and runbook of each service hit.

    ID is an incident, closed ones too, or a part of its id that no other has, or no other that is not closed. The heads of branches incident/ID are
    read too, of this clone and as others were last fetched; the newest state is shown, and the branch named.

    Exit code 1 when an incident cannot be read.
    """
    snapshot = snapshot_of(ctx)
    if watch:
        if format_ != "text" or output is not None or now is not None:
            message = "--watch shows text, now, on a terminal: no --format, --output or --now goes with it"
            raise UsageError(message, "leave out --watch, or the others")
        from hotwash.cli.watching import watch as stay  # noqa: PLC0415 - only where somebody watches

        return stay(lambda: _looked(snapshot, incident, clock()), snapshot)
    looked = _looked(snapshot, incident, now or clock())
    if format_ == "json":
        from hotwash.report import status_json  # noqa: PLC0415 - `--help` renders nothing

        put(status_json.render(looked.outlook), output, ctx.obj)
    else:
        from hotwash.report import status_text  # noqa: PLC0415 - as above

        put(status_text.render(looked.outlook, color=output is None and wants_color(sys.stdout)), output, ctx.obj)
    for bug in looked.bugs:
        tell(f"hotwash: a bug in hotwash: {bug.code} could not judge {bug.subject}")
    if looked.bugs:
        tell(f"  help: please report it with {log_bug(*(bug.trace for bug in looked.bugs))}")
        return 3
    return int(any(standing.verdict.gate == "unreadable" for standing in looked.outlook.incidents))


def _looked(snapshot: FolderSnapshot, incident: str | None, now: datetime) -> Looked:
    from hotwash.records.newest import newest  # noqa: PLC0415 - `--help` reads no records
    from hotwash.rules.outlook import look  # noqa: PLC0415 - as above

    found = newest(snapshot)
    looked = look(found, now=now, named=None if incident is None else _folder(found, incident))
    outlook = looked.outlook
    return replace(looked, outlook=replace(outlook, notices=(*_unfinished(snapshot), *outlook.notices)))


def _unfinished(snapshot: FolderSnapshot) -> Iterator[str]:
    """What commands left that failed or were killed, and how each is taken up again."""
    from hotwash.edits.kept import left  # noqa: PLC0415 - as above

    for file in left(snapshot.root):
        # `20261123T085901Z-first-actions-3fa9c1.json`
        verb = file.stem.partition("-")[2].rpartition("-")[0]
        yield f"what was typed has not landed: hotwash {verb} --from {file}"


def _folder(found: Newest, name: str) -> str:
    """The folder of the one incident that a name, or a part of it, stands for; of several the one that is not over."""
    from hotwash.records.load import case_files  # noqa: PLC0415 - as above
    from hotwash.rules.outlook import waiting  # noqa: PLC0415 - as above

    folders = {files.path: files.id for files in case_files(found.snapshot.paths())}
    exact = [path for path, id_ in folders.items() if name in (id_, path)]
    partly = [path for path, id_ in folders.items() if name in id_]
    fitting = exact or partly
    if len(fitting) > 1 and len(now := waiting(found, fitting)) == 1:
        # Who types a word at night means the one that burns.
        return now[0]
    if len(fitting) == 1:
        return fitting[0]
    if not fitting:
        message = f"no incident {name}"
        raise UsageError(message, "hotwash status lists those that are not closed")
    message = f"{len(fitting)} incidents have {name} in their id"
    raise UsageError(message, f"write more of it: {', '.join(folders[path] for path in fitting[:5])}")
