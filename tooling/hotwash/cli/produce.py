"""The commands that write folders of files: the pages of a site, and a new repository."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hotwash.cli.context import built_at, now_option, say, snapshot_of, tell
from hotwash.errors import UsageError

if TYPE_CHECKING:
    from datetime import datetime


@click.command("site")
@click.option(
    "--output",
    metavar="DIR",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="A folder that is new or empty, or that this command has written before.",
)
@now_option
@click.pass_context
def site_command(ctx: click.Context, output: Path, now: datetime | None) -> int:
    """Write the pages of the public records as Markdown, for mkdocs or another engine.

    \b
    The same pages come into a site of mkdocs by its plugin `hotwash`.
    """  # noqa: D301 - click reads the escape
    from hotwash.diagnostics import counted  # noqa: PLC0415 - as below
    from hotwash.site.build import files  # noqa: PLC0415 - `--help` makes no pages
    from hotwash.site.guard import guarded  # noqa: PLC0415 - as above
    from hotwash.site.output import write_pages  # noqa: PLC0415 - as above
    from hotwash.site.places import incident_page  # noqa: PLC0415 - as above
    from hotwash.site.public import is_public  # noqa: PLC0415 - as above

    records = guarded(snapshot_of(ctx), now or built_at())
    if records.refusal:
        tell(f"hotwash: {records.refusal}")
        return 1
    repository = records.repository
    made = files(records.public, url=repository.policy.publishing.site or "")
    # Unreadable is not absent: a typo takes no page down.
    keep = [incident_page(unreadable.id) for unreadable in repository.unreadable]
    try:
        removed = write_pages(Path(ctx.obj or ".") / output, made, keep=keep)
    except OSError as error:
        message = f"cannot write {output}: {error.strerror}"
        raise UsageError(message, "name a folder that is new or empty, where you may write") from error
    count = counted(sum(path.endswith(".md") for path in made), "page")
    say(f"{count} in {output}" + (f", {len(removed)} removed" if removed else ""))
    left_out = sum(not is_public(case, repository.policy) for case in repository.cases)
    # In a public repository everybody reads what a run says, so it does not say how many there are either.
    if left_out and repository.policy.repository == "private":
        tell(f"{counted(left_out, 'internal incident')} left out")
    if repository.unreadable:
        tell(
            f"{counted(len(repository.unreadable), 'incident')} unreadable, no page was written: hotwash check says why"
        )
    return 1 if repository.unreadable else 0


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
