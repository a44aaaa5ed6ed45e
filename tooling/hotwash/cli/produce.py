"""The command that writes pages."""

from __future__ import annotations

from pathlib import Path

import click

from hotwash.cli.context import say, snapshot_of, tell
from hotwash.errors import UsageError


@click.command("site")
@click.option(
    "--output",
    metavar="DIR",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="A folder that is new or empty, or that this command has written before.",
)
@click.pass_context
def site_command(ctx: click.Context, output: Path) -> int:
    """Write the pages of the public records as Markdown, for mkdocs or another engine.

    \b
    The same pages come into a site of mkdocs by its plugin `hotwash`.
    """  # noqa: D301 - click reads the escape
    from hotwash.diagnostics import counted  # noqa: PLC0415 - as below
    from hotwash.records.load import load_repository  # noqa: PLC0415 - `--help` reads no records
    from hotwash.site.output import write_pages  # noqa: PLC0415 - as above
    from hotwash.site.pages import STYLESHEET, page_of, pages, stylesheet  # noqa: PLC0415 - as above
    from hotwash.site.public import is_public, publish  # noqa: PLC0415 - as above
    from hotwash.site.reference import reference_pages, rule_pages  # noqa: PLC0415 - as above

    repository = load_repository(snapshot_of(ctx))
    public = publish(repository)
    made = pages(public, rule_pages(), reference_pages())
    # Unreadable is not absent: a typo takes no page down.
    keep = [page_of(unreadable.id) for unreadable in repository.unreadable]
    try:
        removed = write_pages(Path(ctx.obj or ".") / output, {**made, STYLESHEET: stylesheet()}, keep=keep)
    except OSError as error:
        message = f"cannot write {output}: {error.strerror}"
        raise UsageError(message, "name a folder that is new or empty, where you may write") from error
    say(f"{counted(len(made), 'page')} in {output}" + (f", {len(removed)} removed" if removed else ""))
    left_out = sum(not is_public(case, repository.policy) for case in repository.cases)
    if left_out:
        tell(f"{counted(left_out, 'internal incident')} left out")
    if repository.unreadable:
        tell(
            f"{counted(len(repository.unreadable), 'incident')} unreadable, no page was written: hotwash check says why"
        )
    return 1 if repository.unreadable else 0
