"""The command line as a program at a terminal of its own, with the clock that a test gives it.

Run by `tests.terminal`: `python typed.py FD`, a program that has loaded what the commands need and waits at a socket. It
forks for each command, as `Asked` tells it, so that a test does not wait for an interpreter every time.
"""

from __future__ import annotations

import fcntl
import io
import itertools
import json
import os
import secrets
import signal
import socket
import sys
import termios
from datetime import datetime, timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Any

from hotwash.cli import COMMANDS, context, main

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST = 4 * 1024 * 1024  # bytes of a request
CLOCK: list[Callable[[], datetime]] = []
NEEDED = ("hotwash.edits.land", "hotwash.edits.steps", "hotwash.rules.check", "hotwash.report.text")


def now() -> datetime:
    """What the clock of the command shows."""
    return CLOCK[0]()


def begin(time: str, seconds: float) -> None:
    """Make the terminal the one of this process, so that Ctrl-C reaches it, and set the clock."""
    if os.isatty(0):
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    start, looks = datetime.fromisoformat(time), itertools.count()
    CLOCK[:] = [lambda: start + timedelta(seconds=seconds * next(looks))]
    # What is made up anew each time is the same each time, as far as a person sees it.
    signs, names = itertools.count(int(start.timestamp())), itertools.count(int(start.timestamp()))
    secrets.choice = lambda seq: seq[next(signs) * 40503 // 7 % len(seq)]
    secrets.token_hex = lambda nbytes=None: f"{next(names) * 2654435761 % 16**6:06x}"[: 2 * (nbytes or 3)]


def run(asked: dict[str, Any], streams: list[int]) -> None:
    """Be the command: in a session of its own, with the streams, the folder and the environment that a test gives it."""
    os.setsid()
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    os.closerange(3, 64)
    # As an interpreter has it that starts here: at a terminal each line is seen at once.
    assert isinstance(sys.stdout, io.TextIOWrapper)
    sys.stdout.reconfigure(line_buffering=os.isatty(1))
    os.environ.clear()
    os.environ.update(asked["env"])
    os.chdir(asked["cwd"])
    sys.argv[1:] = asked["arguments"]
    begin(asked["time"], asked["seconds"])
    try:
        main()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


def serve(asking: socket.socket) -> None:
    """Run one command after the other; of each its process is told first, then its exit code."""
    # Before the commands are loaded, which take it from there by name.
    context.clock = now
    for name in (*NEEDED, *(module for module, _ in COMMANDS.values())):
        import_module(name)
    while True:
        data, streams, _, _ = socket.recv_fds(asking, LONGEST, 3)
        if not data:
            return
        process = os.fork()
        if not process:
            code = 70
            try:
                asking.close()
                run(json.loads(data), streams)
            except SystemExit as leaving:
                code = leaving.code if isinstance(leaving.code, int) else 1
            finally:
                os._exit(code)
        for stream in streams:
            os.close(stream)
        asking.send(str(process).encode())
        asking.send(str(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])).encode())


if __name__ == "__main__":
    # Ctrl-C is for the commands, each of which is in a session of its own.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    serve(socket.socket(fileno=int(sys.argv[1])))
