"""A writer as a process of its own that kills itself with SIGKILL right before its n-th effect on the system.

Arguments: the clone, the id of its entry, n, and whether to push. An effect is a program that is started, or a file
that is opened to be written, renamed, made or deleted.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from tests.edits.landing import log

_EFFECTS = frozenset({"subprocess.Popen", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "shutil.rmtree"})
_WRITES = os.O_WRONLY | os.O_RDWR


class _Fuse:
    """Counts effects."""

    def __init__(self, left: int) -> None:
        self.left = left
        self.is_lit = False
        self.left_at_program = 0  # how many were left when the first program was started

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        """An event of the interpreter."""
        if not self.is_lit:
            return
        is_write = event == "open" and isinstance(arguments[2], int) and bool(arguments[2] & _WRITES)
        if event in _EFFECTS or is_write:
            self.left -= 1
            if event == "subprocess.Popen" and not self.left_at_program:
                self.left_at_program = self.left
            if self.left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    """Log one entry, as far as it goes; print how many effects it has, and how many before the first program."""
    root, id_, number, push = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4] == "push"
    fuse = _Fuse(number)
    sys.addaudithook(fuse)
    fuse.is_lit = True
    log(root, id_, f"Killed at {number}", push=push)
    fuse.is_lit = False
    print(number - fuse.left, number - fuse.left_at_program - 1)  # noqa: T201 - for the test that reads it


if __name__ == "__main__":
    main()
