"""The command line: parse, call, print. Commands are loaded by name when asked for."""

from __future__ import annotations

import sys
from importlib import import_module

import click

from hotwash import __version__
from hotwash.errors import EXIT_CODES

if sys.version_info >= (3, 12):
    from typing import override
else:
    from typing_extensions import override

# name -> (module, what `--help` says). The text stands here so that `--help` imports none of the modules.
COMMANDS: dict[str, tuple[str, str]] = {
    "declare": ("hotwash.cli.beginning", "Begin an incident: what is broken, how badly, where."),
    "first-actions": ("hotwash.cli.beginning", "The four first actions: do them, sign them, open the gate."),
    "log": ("hotwash.cli.following", "Write down what happened, as an entry of the timeline."),
    "update": ("hotwash.cli.following", "Say how it stands: texts for each audience, ready to paste."),
    "mitigate": ("hotwash.cli.following", "A quick fix, and later whether it helped."),
    "fix": ("hotwash.cli.following", "The change that mends the cause, by the guide's five steps."),
    "set": ("hotwash.cli.following", "Change what is true now: status, severity, impact, roles."),
    "handover": ("hotwash.cli.following", "Give a role to somebody, or take one that was offered."),
    "status": ("hotwash.cli.status", "What is open, missing and due, and who is on it."),
    "resolve": ("hotwash.cli.ending", "It is over: how, since when, and who is told."),
    "postmortem": ("hotwash.cli.ending", "Write what the records know; later: publish it."),
    "action": ("hotwash.cli.ending", "Action items: add, start, done, drop, none."),
    "close": ("hotwash.cli.ending", "All is learned that can be; the timeline is folded."),
    "dismiss": ("hotwash.cli.ending", "It was none: a false alarm, or a duplicate."),
    "init": ("hotwash.cli.produce", "Start a repository of records: policy, workflow, site."),
    "check": ("hotwash.cli.check", "Check the records; say what the STOP gate says."),
    "explain": ("hotwash.cli.check", "What a rule asks and why, with examples."),
    "schema": ("hotwash.cli.check", "Write the JSON Schemas of the records."),
    "plan": ("hotwash.cli.tracker", "Show what `apply` would change in the tracker."),
    "apply": ("hotwash.cli.tracker", "Bring the tracker to what the records say."),
    "pull": ("hotwash.cli.pulling", "Bring what people decided in the tracker into the records."),
    "site": ("hotwash.cli.produce", "Write the pages of the public records."),
}

EPILOG = f"Exit codes: {' · '.join(f'{code} {meaning}' for code, meaning in EXIT_CODES.items())}"


class _LateGroup(click.Group):
    """Imports the module of a command when that command is asked for."""

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    @override
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(COMMANDS[cmd_name][0])
        command = getattr(module, f"{cmd_name.replace('-', '_')}_command")
        assert isinstance(command, click.Command)  # noqa: S101 - the table is ours
        return command

    @override
    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=_LateGroup, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="hotwash")
@click.option("-C", "directory", metavar="DIR", type=click.Path(file_okay=False), help="Run as if started in DIR.")
@click.pass_context
def hotwash(ctx: click.Context, directory: str | None) -> None:
    """Run and remember production incidents: records in git, a STOP gate, action items, a site."""
    ctx.obj = directory


def main() -> None:
    """Run the command line and leave with its exit code."""
    from hotwash.cli.context import run  # noqa: PLC0415 - see the line above COMMANDS

    run(hotwash)
