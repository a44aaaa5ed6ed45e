"""A person at a real pseudo-terminal of 80 columns: what they see, and what they type when they are asked."""

from __future__ import annotations

import atexit
import fcntl
import json
import os
import pty
import re
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import termios
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from tests.command import Ran

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

COLUMNS, ROWS = 80, 24
PROMPT = "> "
CTRL_C, CTRL_D = "\x03", "\x04"
TYPED = Path(__file__).with_name("typed.py")
_PATIENCE = 120  # seconds without a sign of life
_UNHEARD = 2  # seconds after which a key is pressed again
_SIGN = re.compile(r"\x1b\[([?>=]?)([0-9;]*)([A-Za-z])|\x1b[=>]|\x1b\][^\x07]*\x07|(.)", re.DOTALL)


@dataclass(slots=True)
class Screen:
    """What stands on a terminal, as far as lines are concerned: what was scrolled away is kept."""

    lines: list[list[str]] = field(default_factory=lambda: [[]])
    row: int = 0
    column: int = 0

    def show(self, text: str) -> None:
        """Take what a program writes."""
        for found in _SIGN.finditer(text):
            if found[4] is not None:
                self._sign(found[4])
            elif found[3] is not None and not found[1]:
                self._control(found[3], int(found[2].split(";")[0] or 0))

    def _sign(self, sign: str) -> None:
        match sign:
            case "\n":
                self._to(self.row + 1)
            case "\r":
                self.column = 0
            case "\b":
                self.column = max(0, self.column - 1)
            case "\a":
                pass
            case _:
                assert sign >= " ", f"a control character reached the terminal: {sign!r}"
                if self.column >= COLUMNS:
                    self._to(self.row + 1)
                    self.column = 0
                line = self.lines[self.row]
                line.extend(" " * (self.column + 1 - len(line)))
                line[self.column] = sign
                self.column += 1

    def _control(self, name: str, number: int) -> None:
        match name:
            case "K":
                del self.lines[self.row][self.column :]
            case "J":
                del self.lines[self.row][self.column :], self.lines[self.row + 1 :]
            case "A":
                self.row = max(0, self.row - (number or 1))
            case "B":
                self._to(self.row + (number or 1))
            case "C":
                self.column = min(COLUMNS - 1, self.column + (number or 1))
            case "D":
                self.column = max(0, self.column - (number or 1))
            case "G":
                self.column = (number or 1) - 1
            case "P":
                del self.lines[self.row][self.column : self.column + (number or 1)]
            case "m":
                pass
            case _:
                raise AssertionError(f"a terminal of these tests knows no sequence {name!r}")

    def _to(self, row: int) -> None:
        self.row = row
        while len(self.lines) <= row:
            self.lines.append([])

    @property
    def text(self) -> str:
        """The lines, without blanks at their ends."""
        return "\n".join("".join(line).rstrip() for line in self.lines).rstrip("\n")

    @property
    def asks(self) -> bool:
        """The cursor stands behind a prompt."""
        return "".join(self.lines[self.row]) in (PROMPT, PROMPT.rstrip()) and self.column == len(PROMPT)


@dataclass(frozen=True, slots=True)
class Session:
    """A command that has ended.

    Attributes:
        code: Its exit code.
        text: All that was seen, with what was typed.
        questions: The lines right above each prompt, in order; one that was asked again stands there again.
    """

    code: int
    text: str
    questions: tuple[str, ...]


class UnansweredError(AssertionError):
    """Something was asked to which a test has no answer, or an answer is left to which nothing was asked."""


def at_terminal(
    arguments: Sequence[str],
    answers: Sequence[str],
    *,
    cwd: Path,
    time: str,
    seconds: float = 7,
    env: Mapping[str, str] | None = None,
) -> Session:
    """Run the command line at a terminal of its own, and type an answer whenever it asks.

    Args:
        arguments: Those of the command line.
        answers: What is typed, each followed by Enter; `CTRL_C` and `CTRL_D` without.
        cwd: Where.
        time: What the clock shows when it starts.
        seconds: How far the clock goes on whenever somebody looks at it.
        env: Set beside what the tests' own surroundings hold.
    """
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    process = _begun(arguments, cwd=cwd, time=time, seconds=seconds, env=env, streams=(slave, slave, slave))
    os.close(slave)
    screen, waiting, asked = Screen(), list(answers), []
    left = b""
    try:
        while data := _read(master):
            text, left = _decoded(left + data)
            screen.show(text)
            while screen.asks:
                above = "".join(screen.lines[screen.row - 1]) if screen.row else ""
                asked.append(above.strip())
                if not waiting:
                    raise UnansweredError(f"nothing to answer to:\n{screen.text}")
                answer = waiting.pop(0)
                os.write(master, (answer if answer in (CTRL_C, CTRL_D) else f"{answer}\r").encode())
                # Its echo takes the cursor away from the prompt, also where it is an empty line.
                _until_moved(master, screen, again=CTRL_C if answer == CTRL_C else "")
        code = process.wait()
    finally:
        os.close(master)
        process.end()
    if waiting:
        raise UnansweredError(f"never asked for {waiting}:\n{screen.text}")
    return Session(code, screen.text, tuple(asked))


def typed(*arguments: str, cwd: Path, time: str, env: Mapping[str, str] | None = None, stdin: str | None = None) -> Ran:
    """Run the command line as a script does, without a terminal, with a clock that stands still."""
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        given.write((stdin or "").encode())
        given.seek(0)
        streams = (given.fileno(), out.fileno(), err.fileno())
        code = _begun(arguments, cwd=cwd, time=time, seconds=0, env=env, streams=streams).wait()
        for stream in (out, err):
            stream.seek(0)
        return Ran(code, out.read().decode(), err.read().decode())


@dataclass(slots=True)
class Begun:
    """A command that has begun; nothing else begins before it has ended.

    Attributes:
        process: Its number.
        code: Its exit code, once it has ended.
    """

    process: int
    code: int | None = None

    def wait(self) -> int:
        """Its exit code."""
        if self.code is None:
            self.code = int(_asking().recv(64))
        return self.code

    def end(self) -> None:
        """Let it end, whatever it is at."""
        if self.code is None:
            with suppress(ProcessLookupError):
                os.kill(self.process, signal.SIGKILL)
            self.wait()


@cache
def _asking() -> socket.socket:
    """The program that runs the commands: one for all tests of this process."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    for one in (ours, theirs):
        one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1024 * 1024)
    server = subprocess.Popen(
        [sys.executable, str(TYPED), str(theirs.fileno())], pass_fds=[theirs.fileno()], env=surroundings()
    )
    theirs.close()

    def close() -> None:
        ours.close()
        server.wait()

    atexit.register(close)
    return ours


def _begun(
    arguments: Sequence[str],
    *,
    cwd: Path,
    time: str,
    seconds: float,
    env: Mapping[str, str] | None,
    streams: tuple[int, int, int],
) -> Begun:
    asked = {
        "arguments": list(arguments),
        "cwd": str(cwd),
        "time": time,
        "seconds": seconds,
        "env": surroundings() | dict(env or {}),
    }
    socket.send_fds(_asking(), [json.dumps(asked).encode()], streams)
    return Begun(int(_asking().recv(64)))


def _until_moved(master: int, screen: Screen, *, again: str) -> None:
    """Take in what is written until the cursor is in another row.

    A signal that comes right before the interpreter begins to wait for a key is seen with the next key only; a person
    presses Ctrl-C once more then.
    """
    row = screen.row
    while screen.row == row:
        if again and not select.select([master], [], [], _UNHEARD)[0]:
            os.write(master, again.encode())
        data = _read(master)
        if not data:
            return
        text, _ = _decoded(data)
        screen.show(text)


def _read(master: int) -> bytes:
    ready, _, _ = select.select([master], [], [], _PATIENCE)
    if not ready:
        raise UnansweredError("the command neither asks, nor says anything, nor ends")
    try:
        return os.read(master, 65536)
    except OSError:
        return b""  # as Linux tells that nobody is at the other end


def _decoded(data: bytes) -> tuple[str, bytes]:
    """The whole characters and escape sequences of some bytes, and what is left of one that is cut."""
    for cut in range(len(data), max(len(data) - 32, -1), -1):
        try:
            text = data[:cut].decode()
        except UnicodeDecodeError:
            continue
        last = text.rfind("\x1b")
        if last >= 0 and _SIGN.fullmatch(text[last:]) is None and len(text) - last < 16 and not _SIGN.match(text, last):
            return text[:last], text[last:].encode() + data[cut:]
        return text, data[cut:]
    raise AssertionError(f"no UTF-8: {data!r}")


def surroundings() -> dict[str, str]:
    """The environment of a terminal session: a plain terminal, nobody's settings, UTF-8."""
    kept = ("PATH", "PYTHONPATH", "HOME", "TMPDIR", "VIRTUAL_ENV")
    return {name: os.environ[name] for name in kept if name in os.environ} | {
        "TERM": "xterm",
        "LANG": "C.UTF-8",
        "PYTHONUTF8": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "INPUTRC": os.devnull,
        "TZ": "UTC",
    }
