"""The golden cases: each folder with a case.toml is a repository, a command, and what it prints.

`pytest tests/test_cases.py --update` rewrites what is expected. Read the difference as somebody who was woken at
three: what is wrong, where, what now.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hotwash import __version__
from tests.command import hotwash

if TYPE_CHECKING:
    from collections.abc import Callable

CASES = Path(__file__).parent / "cases"
WIDTH = 80


@dataclass(frozen=True, slots=True)
class GoldenCase:
    """What case.toml says.

    Attributes:
        stderr: All that is written there, without the last newline.
    """

    folder: Path
    command: tuple[str, ...]
    now: str
    exit: int
    stderr: str = ""

    @property
    def name(self) -> str:
        """The folder below `cases`."""
        return self.folder.relative_to(CASES).as_posix()


def _read(file: Path) -> GoldenCase:
    told = tomllib.loads(file.read_text(encoding="utf-8"))
    return GoldenCase(file.parent, tuple(told.pop("command")), **told)


GOLDEN = [_read(file) for file in sorted(CASES.rglob("case.toml"))]
every_case = pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case.name)


@every_case
def test_the_command_prints_what_is_expected(case: GoldenCase, golden: Callable[[Path, str], None]) -> None:
    ran = hotwash("-C", str(case.folder / "repo"), *case.command, "--now", case.now)
    # A release must not touch the cases.
    golden(case.folder / "expected.txt", ran.out.replace(f"hotwash {__version__}", "hotwash VERSION"))
    assert (ran.code, ran.err.removesuffix("\n")) == (case.exit, case.stderr)


@pytest.mark.parametrize("case", [case for case in GOLDEN if "json" not in case.command], ids=lambda case: case.name)
def test_what_is_expected_fits_a_terminal(case: GoldenCase) -> None:
    """Source lines are cut to fit; a path is never cut, nor a line that is to be pasted."""
    lines = (case.folder / "expected.txt").read_text(encoding="utf-8").splitlines()
    long = [line for line in lines if len(line) > WIDTH]
    assert [line for line in long if "incidents/" not in line and not line.startswith(" " * 10)] == []
