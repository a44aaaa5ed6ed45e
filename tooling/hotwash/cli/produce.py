"""The commands that write folders of files: the pages of a site, and a new repository."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hotwash.cli.context import built_at, now_option, say, snapshot_of, tell
from hotwash.diagnostics import counted
from hotwash.errors import ConfigurationError, UsageError
from hotwash.records.collector import at_rest

if TYPE_CHECKING:
    from datetime import datetime

    from hotwash.model.repository import Repository
    from hotwash.records.snapshot import FolderSnapshot
    from hotwash.site.public.guard import Guarded


@click.command("site", short_help="Write the pages of the public records; say what a change makes public.")
@click.option(
    "--output",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="A folder that is new or empty, or that this command has written before.",
)
@click.option("--base", metavar="REV", help="Say what becomes public since REV, with its text, and what goes.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "markdown"]),
    default="text",
    show_default=True,
    help="With --base; markdown is for the summary of a workflow's step.",
)
@now_option
@click.pass_context
def site_command(
    ctx: click.Context, *, output: Path | None, base: str | None, format_: str, now: datetime | None
) -> int:
    """Write the pages of the public records as Markdown, for mkdocs or another engine; or say what becomes public.

    \b
    The same pages and feeds come into a site of mkdocs by its plugin `hotwash`.
    """  # noqa: D301 - click reads the escape
    from hotwash.site.public.guard import guarded  # noqa: PLC0415 - `--help` makes no pages
    from hotwash.site.public.publish import is_public  # noqa: PLC0415 - as above

    if output is None and base is None:
        message = "nothing is asked for"
        raise UsageError(message, "name a folder for the pages with --output DIR, or --base REV to see what changes")
    snapshot = snapshot_of(ctx)
    moment = now or built_at()
    with at_rest():
        records = guarded(snapshot, moment)
        repository = records.repository
        if output is not None and not records.refusal:
            _write_site(records, Path(ctx.obj or ".") / output, str(output), is_result=base is None)
        if base is not None:
            say(_difference(snapshot, repository, base, format_, moment))
    if records.refusal:
        tell(f"hotwash: {records.refusal}")
        return 1
    left_out = sum(not is_public(case, repository.policy) for case in repository.cases)
    # In a public repository everybody reads what a run says, so it does not say how many there are either.
    if left_out and base is None and repository.policy.repository == "private":
        tell(f"{counted(left_out, 'internal incident')} left out")
    if repository.unreadable:
        tell(
            f"{counted(len(repository.unreadable), 'incident')} unreadable, no page was written: hotwash check says why"
        )
    return 1 if repository.unreadable else 0


def _write_site(records: Guarded, folder: Path, named: str, *, is_result: bool) -> None:
    """Write the pages, and say how many; on stderr where something else is the result."""
    from hotwash.site.build import files  # noqa: PLC0415 - `--help` makes no pages
    from hotwash.site.output import write_pages  # noqa: PLC0415 - as above
    from hotwash.site.places import incident_document, incident_page  # noqa: PLC0415 - as above

    made = files(records.public, url=records.repository.policy.publishing.site or "")
    # Unreadable is not absent: a typo takes no page down.
    ids = [unreadable.id for unreadable in records.repository.unreadable]
    keep = [path for id_ in ids for path in (incident_page(id_), incident_document(id_))]
    try:
        removed = write_pages(folder, made, keep=keep)
    except OSError as error:
        message = f"cannot write {named}: {error.strerror}"
        raise UsageError(message, "name a folder that is new or empty, where you may write") from error
    count = counted(sum(path.endswith(".md") for path in made), "page")
    gone = sum(path.endswith(".md") for path in removed)
    told = f"{count} in {named}" + (f", {gone} removed" if gone else "")
    (say if is_result else tell)(told)


def _difference(snapshot: FolderSnapshot, repository: Repository, base: str, format_: str, now: datetime) -> str:
    """What becomes public since a revision. What was internal then, and is now, leaves no trace."""
    from hotwash.records.load import load_repository  # noqa: PLC0415 - `--help` reads no records
    from hotwash.records.revision import compared  # noqa: PLC0415 - only where git is asked
    from hotwash.site.difference.formats import FORMATS  # noqa: PLC0415 - as above
    from hotwash.site.difference.sides import Side, difference  # noqa: PLC0415 - only where it is asked for
    from hotwash.site.public.publish import publish  # noqa: PLC0415 - as above

    since, _ = compared(snapshot.root, base, None)
    try:
        published = load_repository(since.snapshot)
    except ConfigurationError as error:
        message = f"the policy of {since.name} cannot be used, so that nobody can say what it published"
        raise ConfigurationError(message, "name a base whose policy `hotwash check` takes") from error
    before, after = (
        Side(publish(one, now), one.policy.publishing.site or "", frozenset(one.policy.publishing.known_secrets))
        for one in (published, repository)
    )
    unreadable = {one.id for one in repository.unreadable}
    return FORMATS[format_](difference(before, after, unreadable), base=since.name, as_of=f"{now:%Y-%m-%d %H:%M} UTC")


# `@login`, `@organisation/team`, or the address of an account: what a forge takes for an owner.
_OWNER = re.compile(r"@[A-Za-z0-9][A-Za-z0-9_-]*(?:/[A-Za-z0-9_.-]+)?|[^\s@#]+@[^\s@#]+\.[^\s@#]+")


@click.command("init", short_help="Start a repository of records: policy, workflow, site.")
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path))
@click.option("--demo", is_flag=True, help="With two fictional incidents to look at: one closed, one at the STOP gate.")
@click.option(
    "--owner", "owners", metavar="OWNER", multiple=True, help="Who must agree to a change of the policy: @org/team."
)
@click.pass_context
def init_command(ctx: click.Context, *, folder: Path, demo: bool, owners: tuple[str, ...]) -> int:
    """Start a repository of records in DIR, or here.

    It gets a policy, services, schemas, the workflow that judges pull requests, a site, and settings for editors.
    Nothing that is there is changed. A second run writes what is missing, and nothing else.
    """
    from hotwash.cli.check import schema_files  # noqa: PLC0415 - `--help` makes no files
    from hotwash.scaffold.contents import Answers, contents  # noqa: PLC0415 - as above
    from hotwash.scaffold.next_steps import next_steps  # noqa: PLC0415 - as above
    from hotwash.scaffold.placing import place  # noqa: PLC0415 - as above
    from hotwash.scaffold.surroundings import git_root, refuse_among_records, refuse_other_records  # noqa: PLC0415

    for owner in owners:
        if not _OWNER.fullmatch(owner):
            message = f"no owner has the name {owner}"
            raise UsageError(message, "write @login, @organisation/team, or the address of an account")
    # As git has it: with -C, paths are counted from there.
    root = Path(ctx.obj or ".") / folder
    refuse_among_records(root)
    answers = Answers(owners, demo=demo)
    made = contents(answers, schema_files())
    if demo:
        refuse_other_records(root, made)
    placed = place(root, made)
    for path in made:
        if path in placed.wrote:
            say(f"wrote  {path}")
        else:
            say(f"kept   {placed.kept[path]}{' (yours)' if path in placed.other else ''}")
    say(f"{len(placed.wrote)} written, {len(placed.kept)} kept")
    for line in next_steps(placed, answers, folder=root, git_root=git_root(root)):
        tell(line)
    return 0
