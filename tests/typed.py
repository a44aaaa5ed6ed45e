"""The command line as a program at a terminal of its own, with the clock that a test gives it.

Run by `tests.terminal`: `python typed.py TIME SECONDS ARGUMENT...`. The clock stands at TIME when the command starts, and
goes on by SECONDS whenever somebody looks at it.
"""

from __future__ import annotations

import fcntl
import itertools
import secrets
import sys
import termios
from datetime import datetime, timedelta

from hotwash.cli import context, main


def begin(time: str, seconds: str) -> None:
    """Make the terminal the one of this process, so that Ctrl-C reaches it, and set the clock."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    start, looks = datetime.fromisoformat(time), itertools.count()
    context.clock = lambda: start + timedelta(seconds=float(seconds) * next(looks))
    # What is made up anew each time is the same each time, as far as a person sees it.
    numbers = itertools.count(int(start.timestamp()))
    secrets.token_hex = lambda nbytes=None: f"{next(numbers) * 40503 % 16 ** (2 * (nbytes or 4)):0{2 * (nbytes or 4)}x}"
    secrets.choice = lambda signs: signs[next(numbers) * 40503 // 7 % len(signs)]
    secrets.randbelow = lambda limit: next(numbers) * 40503 // 7 % limit


if __name__ == "__main__":
    _, time, seconds, *sys.argv[1:] = sys.argv
    begin(time, seconds)
    main()
