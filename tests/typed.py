"""The command line as a program at a terminal of its own, with the clock that a test gives it.

Run by `tests.terminal`: `python typed.py TIME SECONDS ARGUMENT...`. The clock stands at TIME when the command starts, and
goes on by SECONDS whenever somebody looks at it.
"""

from __future__ import annotations

import fcntl
import itertools
import os
import secrets
import sys
import termios
from datetime import datetime, timedelta

from hotwash.cli import context, main


def begin(time: str, seconds: str) -> None:
    """Make the terminal the one of this process, so that Ctrl-C reaches it, and set the clock."""
    if os.isatty(0):
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    start, looks = datetime.fromisoformat(time), itertools.count()
    context.clock = lambda: start + timedelta(seconds=float(seconds) * next(looks))
    # What is made up anew each time is the same each time, as far as a person sees it.
    signs, names = itertools.count(int(start.timestamp())), itertools.count(int(start.timestamp()))
    secrets.choice = lambda seq: seq[next(signs) * 40503 // 7 % len(seq)]
    secrets.token_hex = lambda nbytes=None: f"{next(names) * 2654435761 % 16**6:06x}"[: 2 * (nbytes or 3)]


if __name__ == "__main__":
    _, time, seconds, *sys.argv[1:] = sys.argv
    begin(time, seconds)
    main()
