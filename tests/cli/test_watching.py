"""`status --watch` at a real terminal: what somebody sees who stays, and how it ends."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import signal
import struct
import sys
import termios
from pathlib import Path
from typing import TYPE_CHECKING

import hotwash as package
from tests.builders import FOLDER, ID, NOW, records
from tests.cli.test_status import several
from tests.gitrepo import begin, commit, git, write

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Write = Callable[[Mapping[str, str]], Path]

PACKAGE = Path(package.__file__).parents[1]
AT = ("--now", NOW.isoformat())


class Terminal:
    """A program on a terminal of its own, which somebody looks at and types into."""

    def __init__(self, *arguments: str, rows: int = 40) -> None:
        self.pid, self._handle = pty.fork()
        if self.pid == 0:
            # Its size is set before the program asks for it.
            fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", rows, 80, 0, 0))
            # What a library has put into the environment beside Python, as the size of another terminal, stays behind.
            own = {name: value for name, value in os.environ.items() if name not in ("LINES", "COLUMNS")}
            # Whoever runs tests in the background of a shell has Ctrl-C ignored, and all that they start with them.
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            # The program that is tested, wherever another one is installed.
            own |= {"TERM": "xterm-256color", "PYTHONPATH": str(PACKAGE)}
            os.execve(sys.executable, [sys.executable, "-m", "hotwash", *arguments], own)  # noqa: S606 - no shell is meant
        self.shown = ""

    def read(self) -> bool:
        """Wait for more; False once it has ended."""
        try:
            data = os.read(self._handle, 65_536)
        except OSError:  # Linux says so of a terminal that nobody writes to any more
            return False
        self.shown += data.decode("utf-8", "replace")
        return bool(data)

    def until(self, text: str) -> None:
        while text not in self.shown:
            assert self.read(), self.shown[-2_000:]

    def type(self, keys: bytes) -> None:
        os.write(self._handle, keys)

    def end(self) -> int:
        """Wait for its end; its exit code."""
        while self.read():
            pass
        os.close(self._handle)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


ENTER, LEAVE = "\x1b[?1049h", "\x1b[?1049l"  # the other screen of a terminal
CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def test_who_watches_sees_what_changes_until_q_is_pressed(repository: Write) -> None:
    root = repository(records())
    terminal = Terminal("-C", str(root), "status", "--watch")
    terminal.until("q or Ctrl-C ends")
    assert ENTER in terminal.shown
    write(root, records({"incident.yaml": "title: All of checkout is down\n"}))
    terminal.until("All of checkout is down")
    # In the middle of a change a record need not be whole.
    write(root, {f"{FOLDER}/incident.yaml": "title: [\n"})
    terminal.until("no value can begin here")
    terminal.type(b"q")
    assert terminal.end() == 0
    assert LEAVE in terminal.shown


def test_who_watches_sees_what_comes_in_on_a_branch(tmp_path: Path) -> None:
    root = begin(tmp_path / "repository", records())
    terminal = Terminal("-C", str(root), "status", "--watch")
    terminal.until("q or Ctrl-C ends")
    made = begin(tmp_path / "other")
    write(made, records({"incident.yaml": "title: All of checkout is down\n"}))
    commit(made, "change")
    git(root, "fetch", "--quiet", str(made), f"main:refs/remotes/origin/incident/{ID}")
    terminal.until(f"on origin/incident/{ID}")
    assert "All of checkout is down" in terminal.shown
    terminal.type(b"Q")
    assert terminal.end() == 0


def test_ctrl_c_ends_it_as_well(repository: Write) -> None:
    terminal = Terminal("-C", str(repository(records())), "status", "--watch")
    terminal.until("q or Ctrl-C ends")
    os.kill(terminal.pid, signal.SIGINT)
    assert terminal.end() == 0
    assert LEAVE in terminal.shown


def test_in_a_small_window_it_says_how_much_is_out_of_sight(repository: Write) -> None:
    terminal = Terminal("-C", str(repository(several())), "status", "--watch", rows=12)
    terminal.until("more lines: a taller window shows them")
    terminal.type(b"q")
    assert terminal.end() == 0
    for id_ in ("2026-11-23-checkout-500", "2026-11-23-checkout-slow", "2026-11-22-search"):
        assert id_ in terminal.shown


def test_no_text_of_a_record_steers_the_terminal(repository: Write) -> None:
    hostile = '"\\u001b]52;c;eA==\\u0007 \\u001b[2J [bold red]x[/] :boom: ::error:: \\u202e"'
    text = f"title: x\nlabels: {{a: {hostile}}}\n"
    root = repository(
        records({"timeline.yaml": f"- at: 2026-11-23T08:49:00Z\n  by: carol\n  kind: {hostile}\n  text: x\n"})
    )
    write(root, {"incidents/2026/2026-11-22-b/incident.yaml": text})
    terminal = Terminal("-C", str(root), "status", "--watch", rows=100)
    terminal.until("q or Ctrl-C ends")
    terminal.type(b"q")
    assert terminal.end() == 0
    left = CONTROL.sub("", terminal.shown)
    assert "\x1b" not in left
    assert "\x07" not in left
    assert "\u202e" not in left
    assert "\x1b[2J" not in terminal.shown.partition(ENTER)[2].partition("as of")[2]


def test_an_incident_that_is_not_there_ends_the_watch_before_it_begins(repository: Write) -> None:
    terminal = Terminal("-C", str(repository(records())), "status", "nothing", "--watch")
    assert terminal.end() == 2
    assert ENTER not in terminal.shown
