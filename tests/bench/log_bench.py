"""An entry written by `hotwash log`, beside what a person would do by hand: a file, `git add`, `git commit`.

Prints medians, ranges and ratios of alternating rounds; asserts nothing: speed is measured, never a test.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 9
PYTHON = sys.executable
HERE = Path(__file__).parent
INCIDENT = "2026-11-23-checkout-500"
SERVICES = "checkout-api: {owner: team-checkout, runbook: https://wiki.example/checkout}\n"
NEEDED = "hotwash.edits.land, hotwash.edits.steps"
BY_HAND = "at: 2026-11-23T09:00:{0:02}Z\nby: alice\nkind: note\ntext: The pool is exhausted\n"


def main() -> None:
    """Write entries in turn and print what they took."""
    load = os.getloadavg()
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        begin(root)
        # An entry needs an incident that is there; this one is declared as anybody would.
        declared = ("declare", "--title", "Checkout returns 500", "--severity", "P1", "--services", "checkout-api")
        hotwash(root, *declared, "--slug", "checkout-500", "--by", "alice")
        (folder,) = root.glob("incidents/*/*-checkout-500")
        ways: dict[str, Callable[[int], None]] = {
            "hotwash log": lambda _: hotwash(root, "log", "The pool is exhausted", "--by", "alice"),
            "git add, git commit": lambda number: by_hand(root, folder, number),
            "python, the same imported": lambda _: run(root, PYTHON, "-c", f"import {NEEDED}"),
            "python": lambda _: run(root, PYTHON, "-c", ""),
        }
        taken: dict[str, list[float]] = {name: [] for name in ways}
        for number in range(ROUNDS):
            for name, write in ways.items():
                start = time.perf_counter()
                write(number)
                taken[name].append(time.perf_counter() - start)
    print(f"load {load[0]:.1f} before, {os.getloadavg()[0]:.1f} after")
    medians = {name: statistics.median(times) for name, times in taken.items()}
    for name, times in taken.items():
        print(f"{name:28} {medians[name]:7.3f} s   (from {min(times):.3f} to {max(times):.3f})")
    for name in list(taken)[1:]:
        print(f"hotwash log / {name:26} {medians['hotwash log'] / medians[name]:7.1f}")


def begin(root: Path) -> None:
    """A repository with one service."""
    (root / "incidents").mkdir()
    (root / "incidents" / "services.yaml").write_text(SERVICES, encoding="utf-8")
    (root / ".gitignore").write_text(".hotwash/\n", encoding="utf-8")
    git(root, "init", "--quiet", "--initial-branch=main", ".")
    git(root, "config", "user.name", "alice")
    git(root, "config", "user.email", "alice@shop.example")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "begin")


def by_hand(root: Path, folder: Path, number: int) -> None:
    """An entry as a person writes it, with a text editor that takes no time."""
    file = folder / "timeline.d" / f"0900-by-hand-{number}.yaml"
    file.write_text(BY_HAND.format(number), encoding="utf-8")
    git(root, "add", str(file))
    git(root, "commit", "--quiet", "--message", "log")


def git(root: Path, *arguments: str) -> None:
    """Run git."""
    run(root, "git", *arguments)


def hotwash(root: Path, *arguments: str) -> None:
    """Run the command line as a program."""
    run(root, PYTHON, "-m", "hotwash", *arguments)


def run(root: Path, *command: str) -> None:
    """Run a program, which must end well."""
    done = subprocess.run(command, cwd=root, capture_output=True, check=False)
    if done.returncode:
        sys.exit(f"{command[:4]}: exit {done.returncode}\n{done.stdout.decode()}{done.stderr.decode()}"[-2000:])


if __name__ == "__main__":
    main()
