"""`status --watch`: the terminal as long as somebody looks at it, drawn again when a record or a clock moves."""

from __future__ import annotations

import os
import sys
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from hotwash.cli.context import wants_color
from hotwash.errors import HotwashError, RepositoryError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.text import Text

    from hotwash.records.snapshot import FolderSnapshot
    from hotwash.rules.outlook import Looked

_POLL_S = 1.0  # between two looks at the files
_FOOT = ("", "q or Ctrl-C ends")
_LOOKS = 10  # after which it is drawn again in any case, as clocks go on


def watch(look: Callable[[], Looked], snapshot: FolderSnapshot) -> int:
    """Show how the incidents stand until somebody presses q or Ctrl-C.

    Args:
        look: Looks at the newest records, as of now.
        snapshot: The work tree that is polled; so are the branches of incidents.

    Raises:
        UsageError: There is no terminal, or the incident that is asked for is not there.
    """
    if not sys.stdout.isatty() or os.environ.get("TERM") == "dumb":
        message = "--watch needs a terminal"
        raise UsageError(message, "leave out --watch, or take --format json in a script")
    from rich.console import Console  # noqa: PLC0415 - only where somebody watches
    from rich.live import Live  # noqa: PLC0415 - as above

    console = Console(highlight=False, markup=False, emoji=False)
    seen = _seen(snapshot)
    # What is wrong at the first look is said and ends it; later on it may well be mended.
    drawn = _drawn(look(), console.height)
    live = Live(drawn, console=console, screen=True, auto_refresh=False)
    with suppress(KeyboardInterrupt), _keys() as pressed:
        # Not as a context: interrupted while it begins, that would leave the terminal on its other screen.
        try:
            live.start(refresh=True)
            looks = 0
            while not pressed(_POLL_S):
                before, seen, looks = seen, _seen(snapshot), looks + 1
                if seen != before or looks >= _LOOKS:
                    looks = 0
                    live.update(_again(look, console.height), refresh=True)
        finally:
            live.stop()
    return 0


def _again(look: Callable[[], Looked], height: int) -> Text:
    """What is to be seen now; a record in the middle of a change, or gone, does not end the watch."""
    try:
        return _drawn(look(), height)
    except HotwashError as error:
        from rich.text import Text  # noqa: PLC0415 - as above

        from hotwash.diagnostics import visible  # noqa: PLC0415 - as above

        return Text(visible(f"hotwash: {error.message}"), no_wrap=True)


def _drawn(looked: Looked, height: int) -> Text:
    """As many lines as the terminal has; the worst incident stands first, so the rest is what is left out."""
    from rich.text import Text  # noqa: PLC0415 - as above

    from hotwash.report import status_text  # noqa: PLC0415 - as above

    lines = status_text.render(looked.outlook, color=wants_color(sys.stdout)).rstrip("\n").split("\n")
    if len(lines) > height:
        hidden = len(lines) - height + 1
        lines[height - 1 :] = [f"… {hidden} more lines: a taller window shows them, or hotwash status ID"]
    if len(lines) + len(_FOOT) <= height:
        lines += _FOOT
    # Text from records is escaped by the renderer, so these are our own colours and nothing else.
    return Text.from_ansi("\n".join(lines), no_wrap=True, overflow="crop")


def _seen(snapshot: FolderSnapshot) -> tuple[object, ...]:
    """What tells whether a record has changed: each file with its size and time, and the heads of branches."""
    from hotwash.records.git import Git  # noqa: PLC0415 - only where somebody watches
    from hotwash.records.newest import default_heads, tips  # noqa: PLC0415 - as above

    git = Git(snapshot.root)
    try:
        heads = (git.resolve("HEAD"), *tips(git), *default_heads(git)) if git.is_repository else ()
    except RepositoryError:
        heads = ()
    return (*snapshot.marks(), *heads)


@contextmanager
def _keys() -> Iterator[Callable[[float], bool]]:
    """A function that waits for so many seconds, and says whether q was pressed meanwhile."""
    try:
        import select  # noqa: PLC0415 - as below
        import termios  # noqa: PLC0415 - not on Windows
        import tty  # noqa: PLC0415 - as above
    except ImportError:
        # There Ctrl-C ends it.
        yield lambda seconds: threading.Event().wait(seconds)
        return
    if not sys.stdin.isatty():
        yield lambda seconds: threading.Event().wait(seconds)
        return
    handle = sys.stdin.fileno()
    before = termios.tcgetattr(handle)

    def pressed(seconds: float) -> bool:
        ready, _, _ = select.select([handle], [], [], seconds)
        # Nothing at all: the terminal has gone.
        return bool(ready) and os.read(handle, 32).lower()[:1] in (b"q", b"", b"\x04")

    try:
        tty.setcbreak(handle)
        yield pressed
    finally:
        termios.tcsetattr(handle, termios.TCSADRAIN, before)
