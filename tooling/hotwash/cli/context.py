"""What a command needs from its surroundings: root, clock, colour; and the one place that catches errors."""

from __future__ import annotations

import io
import os
import sys
import tempfile
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from hotwash.errors import HotwashError, RepositoryError, UsageError

if sys.version_info >= (3, 12):
    from typing import override
else:
    from typing_extensions import override

if TYPE_CHECKING:
    from hotwash.records.snapshot import FolderSnapshot

INCIDENTS = "incidents"


def find_root(directory: str | None) -> Path:
    """The nearest ancestor with `incidents/`, at most up to the git root.

    Raises:
        RepositoryError: There is none.
    """
    start = Path(directory or ".").resolve()
    # Unlike Path, it takes a name that is too long for one that is not there.
    if not os.path.isdir(start):  # noqa: PTH112
        message = f"no such directory: {directory}"
        raise UsageError(message)
    for folder in (start, *start.parents):
        if (folder / INCIDENTS).is_dir():
            return folder
        if (folder / ".git").exists():
            break
    message = f"no {INCIDENTS}/ folder in {start} or above it"
    raise RepositoryError(message, "go to a repository of records, name one with -C DIR, or start one: hotwash init")


def snapshot_of(ctx: click.Context) -> FolderSnapshot:
    """The files of the repository that the command line names."""
    from hotwash.records.snapshot import FolderSnapshot  # noqa: PLC0415 - `--help` reads no records

    return FolderSnapshot(find_root(ctx.obj))


class MomentType(click.ParamType[datetime]):
    """A time on the command line, in the forms that records take."""

    name = "time"

    @override
    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The moment in UTC; of a day its first."""
        from hotwash.model.time import Instant  # noqa: PLC0415 - `--help` reads no times

        if isinstance(value, datetime):
            return value
        try:
            return Instant.parse(str(value)).start
        except ValueError as error:
            self.fail(str(error), param, ctx)


now_option = click.option(
    "--now", type=MomentType(), metavar="TIME", help="Judge as of this time instead of the clock's."
)


def clock() -> datetime:
    """The time now, to the second: the only clock of the program."""
    return exact_clock().replace(microsecond=0)


def exact_clock() -> datetime:
    """The same with its fractions, for what waits."""
    return datetime.now(UTC)


def built_at() -> datetime:
    """When what is built was built: `SOURCE_DATE_EPOCH`, so that builds can be repeated, or else the clock.

    Raises:
        UsageError: The variable is no number of seconds.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "").strip()
    if not epoch:
        return clock()
    try:
        return datetime.fromtimestamp(int(epoch), UTC)
    except (ValueError, OverflowError, OSError) as error:
        message = f"SOURCE_DATE_EPOCH is no number of seconds since 1970: {epoch!r}"
        raise UsageError(message, "unset it, or set it as `date +%s` prints it") from error


def wants_color(stream: object) -> bool:
    """Whether a stream is to be coloured: a terminal, unless NO_COLOR or FORCE_COLOR say otherwise."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    isatty = getattr(stream, "isatty", None)
    return bool(isatty and isatty()) and os.environ.get("TERM") != "dumb"


def say(text: str) -> None:
    """Print the result of a command."""
    # A terminal that cannot show a sign gets its escape rather than a crash.
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
    if text and not text.endswith("\n"):
        sys.stdout.write("\n")


def put(rendered: str, output: str | None, directory: str | None) -> None:
    """Print a result, or write it to a file that is counted from `-C DIR`, as git has it.

    Raises:
        UsageError: The file cannot be written.
    """
    if output is None:
        say(rendered)
        return
    file = Path(directory or ".") / output
    try:
        file.write_text(rendered, encoding="utf-8")
    except OSError as error:
        message = f"cannot write {file}: {error.strerror}"
        raise UsageError(message) from error


def tell(text: str) -> None:
    """Print what is not the result: progress, where things are, what to do next."""
    from hotwash.diagnostics import inert, visible  # noqa: PLC0415 - `--help` has nothing to tell

    encoding = sys.stderr.encoding or "utf-8"
    sys.stderr.write(inert(visible(text)).encode(encoding, "backslashreplace").decode(encoding) + "\n")


def run(command: click.Command) -> NoReturn:
    """Run the command line; turn every outcome into an exit code."""
    code = 0
    try:
        result = command.main(prog_name="hotwash", standalone_mode=False)
        code = result if isinstance(result, int) else 0
        sys.stdout.flush()
    except click.exceptions.Exit as leaving:
        code = leaving.exit_code
    except click.ClickException as error:
        said = io.StringIO()
        error.show(said)
        tell(said.getvalue().rstrip("\n"))  # it repeats what was typed, which need not be a person's own words
        code = error.exit_code if error.exit_code != 1 else 2
    except HotwashError as error:
        tell(f"hotwash: {error.message}" + (f"\n  help: {error.hint}" if error.hint else ""))
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        tell("hotwash: interrupted")
        code = 130
    except BrokenPipeError:
        # The reader has gone (`| head`): nothing more can be said to it, nor at the interpreter's own flush.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    except Exception:  # noqa: BLE001 - the one place that catches bugs
        tell(f"hotwash: a bug in hotwash, please report it with {log_bug(traceback.format_exc())}")
        code = 3
    sys.exit(code)


def log_bug(*traces: str) -> str:
    """The file to which what went wrong in hotwash itself was written."""
    with tempfile.NamedTemporaryFile("w", prefix="hotwash-bug-", suffix=".log", delete=False, encoding="utf-8") as log:
        log.write("\n".join((sys.version, *traces)))
    return log.name
