"""`check`, `explain`, `schema`: what needs records, rules and models, and changes nothing else."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hotwash.cli.context import clock, find_root, log_bug, now_option, put, say, snapshot_of, tell, wants_color
from hotwash.errors import RepositoryError, UsageError
from hotwash.records.collector import at_rest

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from hotwash.diagnostics import Report
    from hotwash.edits.fixes import Mended
    from hotwash.records.revision import Base
    from hotwash.records.snapshot import FolderSnapshot, Snapshot
    from hotwash.rules.check import Outcome

_FIX_ROUNDS = 5  # what one fix lets the rules see, the next one mends


@click.command("check", short_help="Check the records; say what the STOP gate says.")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--base", metavar="REV", help="Judge the change since REV: what it touches, by the policy of REV.")
@click.option("--head", metavar="REV", help="With --base: judge the commit REV instead of the work tree.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "github", "sarif", "json", "markdown"]),
    default="text",
    show_default=True,
    help="github: annotations, with markdown added to the file that GITHUB_STEP_SUMMARY names.",
)
@click.option("--output", metavar="FILE", type=click.Path(dir_okay=False), help="Write there instead of stdout.")
@click.option("--fix", is_flag=True, help="Mend what needs no decision, then check again; nothing else is touched.")
@now_option
@click.pass_context
def check_command(
    ctx: click.Context,
    *,
    paths: tuple[str, ...],
    base: str | None,
    head: str | None,
    format_: str,
    output: str | None,
    now: datetime | None,
    fix: bool,
) -> int:
    """Check the records and say what the STOP gate says of each open incident.

    PATH is a file or folder below incidents/, or the id of an incident; without one, all are checked. Exit code 1
    when an error was found; with --fix, when one is left.
    """
    from hotwash.rules.check import check  # noqa: PLC0415 - `--help` judges nothing

    snapshot = snapshot_of(ctx)
    if head is not None and (base is None or fix):
        message = "--head needs --base, and leaves nothing to --fix: a commit is not written to"
        raise UsageError(message)
    if output is not None:
        _keep_records(snapshot, Path(ctx.obj or ".") / output)
    since, judged = _change(snapshot, base, head)
    named = _named(snapshot, judged, paths, ctx.obj)
    moment = now or clock()

    def judge() -> Outcome:
        return check(judged, now=moment, now_given=now is not None, named=named, base=since)

    with at_rest():
        outcome = judge()
        if fix:
            outcome = _fixed(snapshot, outcome, named, judge)
        _write(outcome, format_, output, ctx.obj)
    if not outcome.report.incidents and named is None:
        _tell_of_nothing(outcome.report)
    for bug in outcome.bugs:
        tell(f"hotwash: a bug in hotwash: {bug.code} could not judge {bug.subject}")
    if outcome.bugs:
        tell(f"  help: please report it with {log_bug(*(bug.trace for bug in outcome.bugs))}")
        return 3
    return _exit_code(outcome.report)


def _named(
    snapshot: FolderSnapshot, judged: Snapshot, paths: tuple[str, ...], directory: str | None
) -> tuple[str, ...] | None:
    """What the command line names, as paths from the root or ids; None for everything."""
    from hotwash.rules.check import names_something  # noqa: PLC0415 - `--help` judges nothing

    named = tuple(_from_root(snapshot, path, directory) for path in paths)
    for path, name in zip(paths, named, strict=True):
        if not names_something(judged, name):
            message = f"nothing to check at {path}"
            raise UsageError(message, "name a file or folder below incidents/, or the id of an incident")
    return named or None


def _tell_of_nothing(report: Report) -> None:
    """Say that no incident was judged, so that nobody takes silence for a verdict."""
    if report.base is None:
        tell("hotwash: there are no incidents here yet")
    elif not report.diagnostics:
        tell(f"hotwash: no incident differs from {report.base}")


def _change(snapshot: FolderSnapshot, base: str | None, head: str | None) -> tuple[Base | None, Snapshot]:
    """What the records are compared with, and the records: those of the work tree, or of a commit."""
    if base is None:
        return None, snapshot
    from hotwash.records.revision import compared  # noqa: PLC0415 - only where git is asked

    since, commit = compared(snapshot.root, base, head)
    return since, commit or snapshot


def _fixed(
    snapshot: FolderSnapshot, outcome: Outcome, named: tuple[str, ...] | None, check_again: Callable[[], Outcome]
) -> Outcome:
    """What is found once all is mended that can be; says what was mended, and what could not be."""
    from hotwash.edits.fixes import mend  # noqa: PLC0415 - only where something is to be written

    done: tuple[Mended, ...] = ()
    for _ in range(_FIX_ROUNDS):
        done = mend(snapshot, outcome.report, named)
        for mended in done:
            if not mended.why:
                tell(f"fixed {mended.code} in {mended.path}")
        if all(mended.why for mended in done):
            break
        outcome = check_again()
    for mended in done:
        if mended.why:
            tell(f"not fixed: {mended.code}: {mended.path} {mended.why}")
    return outcome


def _keep_records(snapshot: FolderSnapshot, output: Path) -> None:
    """Refuse to write a report over the records that it is about."""
    from hotwash.records.snapshot import INCIDENTS  # noqa: PLC0415 - `--help` reads no records

    if (snapshot.root / INCIDENTS).resolve() in output.resolve().parents:
        message = f"{output} is among the records"
        raise UsageError(message, "write the report to a file outside of incidents/")


def _write(outcome: Outcome, format_: str, output: str | None, directory: str | None) -> None:
    """Print the report, or write it; annotations come with a summary where a workflow has a place for it."""
    from hotwash.report import FORMATS, text  # noqa: PLC0415 - `--help` renders no reports

    colored = format_ == "text" and output is None and wants_color(sys.stdout)
    rendered = text.render(outcome.report, color=True) if colored else FORMATS[format_](outcome.report)
    put(rendered, output, directory)
    if format_ == "github" and (summary := os.environ.get("GITHUB_STEP_SUMMARY")):
        _summarize(outcome, Path(summary))


def _summarize(outcome: Outcome, file: Path) -> None:
    """Add the report to the summary of a workflow's step; where that fails, the verdict stands all the same."""
    from hotwash.report import markdown  # noqa: PLC0415 - only in a workflow

    # On the page of a run nobody reads stderr, and what was not judged must not look clean.
    bugs = tuple(f"a bug in hotwash: {bug.code} could not judge {bug.subject}" for bug in outcome.bugs)
    report = replace(outcome.report, notices=(*outcome.report.notices, *bugs))
    try:
        with file.open("a", encoding="utf-8", newline="\n") as summary:
            # What stands there already need not end in a line.
            summary.write(("\n" if summary.tell() else "") + markdown.render(report))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no file can have that name"
        tell(f"hotwash: the summary was not written to {file}: {reason}")


def _exit_code(report: Report) -> int:
    return 1 if report.errors else 0


def _from_root(snapshot: FolderSnapshot, path: str, directory: str | None) -> str:
    """A path as typed, as one from the root; what lies outside, and ids, stay as they are."""
    # As git has it: with -C, paths are counted from there. No link is followed, since records are none.
    absolute = Path(os.path.normpath(Path(directory or ".").resolve() / path))
    try:
        relative = absolute.relative_to(snapshot.root)
    except ValueError:
        return path
    name = "/".join(relative.parts)
    # Unlike Path, it takes a name that is too long for one that is not there.
    return path if not os.path.exists(snapshot.root / name) and "/" not in path else name  # noqa: PTH110


@click.command("explain", short_help="What a rule asks and why, with examples.")
@click.argument("code")
def explain_command(code: str) -> int:
    """What a rule asks and why, with a wrong and a right example. CODE is HW201 or its name."""
    from hotwash.rules import ALL_RULES  # noqa: PLC0415 - `--help` knows no rules
    from hotwash.rules.rule import markdown  # noqa: PLC0415

    wanted = code.lower()
    for rule in ALL_RULES:
        if wanted in (rule.code.lower(), rule.name):
            say(markdown(rule))
            return 0
    import difflib  # noqa: PLC0415 - only for who has misspelt

    names = {rule.code.lower(): rule.code for rule in ALL_RULES} | {rule.name: rule.code for rule in ALL_RULES}
    near = difflib.get_close_matches(wanted, names, n=1)
    message = f"no rule {code}"
    raise UsageError(
        message,
        f"did you mean {names[near[0]]}?" if near else f"the rules are {', '.join(sorted(set(names.values())))}",
    )


SCHEMAS = "schemas"


@click.command("schema", short_help="Write the JSON Schemas of the records.")
@click.option("--check", "check_", is_flag=True, help="Write nothing; exit 1 when a file is not current.")
@click.pass_context
def schema_command(ctx: click.Context, *, check_: bool) -> int:
    """Write the JSON Schemas of the records and of the JSON output to schemas/, for editors and other validators."""
    folder = find_root(ctx.obj) / SCHEMAS
    stale = 0
    for name, content in schema_files().items():
        path = folder / name
        try:
            current = path.read_text(encoding="utf-8") if path.is_file() else None
            if current == content:
                continue
            stale += 1
            if check_:
                tell(f"{SCHEMAS}/{name} is {'missing' if current is None else 'not current'}")
                continue
            folder.mkdir(exist_ok=True)
            path.write_text(content, encoding="utf-8")
        except OSError as error:
            message = f"cannot reach {SCHEMAS}/{name}: {error.strerror}"
            raise RepositoryError(message) from error
        say(f"wrote {SCHEMAS}/{name}")
    if check_ and stale:
        tell("  help: run hotwash schema, and commit what it wrote")
        return 1
    say(f"{len(schema_files())} schemas are current")
    return 0


def schema_files() -> dict[str, str]:
    """File name -> text of each schema, the same bytes for the same models."""
    from hotwash.model.schema import KINDS, json_schema, schema_text, shape_schema  # noqa: PLC0415 - `--help` loads no models
    from hotwash.report.json_v1 import ReportV1  # noqa: PLC0415
    from hotwash.report.status_json import StatusV1  # noqa: PLC0415
    from hotwash.site.feeds.published import published_schemas  # noqa: PLC0415
    from hotwash.tracker.formats import PlanV1  # noqa: PLC0415

    outputs = (("report", "check", ReportV1), ("status", "status", StatusV1), ("plan", "plan", PlanV1))
    schemas = {f"{kind}.schema.json": schema_text(json_schema(kind)) for kind in KINDS}
    for name, command, shape in outputs:
        schema = shape_schema(name, f"hotwash {command} --format json, version 1", shape)
        schemas[f"{name}.schema.json"] = schema_text(schema)
    return schemas | published_schemas()
