"""Hostile arguments of every command: a clear error on stderr, exit code 2, and nothing that steers a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.command import hotwash
from tests.hostile.inputs import CANARY
from tests.hostile.repository import NOW, assert_harmless, make, tree

if TYPE_CHECKING:
    from pathlib import Path

WORDS = {
    "colour": "\u001b[31mHW201",
    "clipboard": "\u001b]52;c;eA==\u0007",
    "turned round": "\u202e102WH",
    "command": "::error::x",
    "command on its own line": "x\n::error::y\n##[error]z",
    "old command": "##[error]x",
    "not UTF-8": "\udcff\udcfe",
    "nothing": "",
    "blank": " ",
    "a new line": "\n",
    "dots": "../../../../etc/passwd",
    "a path": "/etc/passwd",
    "endless": "/dev/zero",
    "a dash": "-",
    "braces": "{0.__class__}%s${x}",
    "markup": "[bold]x[/]",
    "long": "x" * 100_000,
    "long path": "x/" * 5_000,
    "digits": "9" * 5_000,
    "stars": "*" * 50_000,
}
# What stands before the word. `--` so that a word with a dash is no option.
COMMANDS = {
    "explain": ("explain", "--"),
    "check": ("check", *NOW, "--"),
    "check, a time": ("check", "--now"),
    "check, a format": ("check", "--format"),
    "plan, a format": ("plan", "--format"),
    "status": ("status", *NOW, "--"),
    "status, a time": ("status", "--now"),
    "status, a format": ("status", "--format"),
    "schema": ("schema", "--check", "--"),
    "site": ("site", "--output", "pages", "--"),
    "an option": ("check", "--nonsense"),
    "a command": ("--",),
    "a folder": ("-C",),
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("arguments"))


@pytest.mark.parametrize("arguments", COMMANDS.values(), ids=COMMANDS)
@pytest.mark.parametrize("word", WORDS.values(), ids=WORDS)
def test_hostile_word_is_a_wrong_usage(root: Path, arguments: tuple[str, ...], word: str) -> None:
    # No argument holds a nought: the system ends it there.
    before = tree(root)
    # `check` and `-C` take a path: nothing names the folder where it stands, or all of it.
    takes_all = word in ("", ".") and arguments[-1] in ("--", "-C")
    command = (*arguments, word, "check") if arguments == ("-C",) else (*arguments, word)
    ran = hotwash(*command, cwd=root)
    assert_harmless(ran)
    assert CANARY not in ran.out + ran.err
    if not takes_all:
        assert ran.code == 2, ran
        assert ran.out == ""
        assert ran.err.strip()
    assert tree(root) == before


WRITTEN_TO = {
    "a folder": "docs",
    "below a file": "docs/checkout.md/x",
    "a folder that is not there": "nowhere/x",
    "long": "x" * 5_000,
    "full disk": "/dev/full",
    "a dot": ".",
}


@pytest.mark.parametrize("output", WRITTEN_TO.values(), ids=WRITTEN_TO)
@pytest.mark.parametrize("command", ["check", "plan", "status"])
def test_report_that_cannot_be_written_is_a_wrong_usage(root: Path, command: str, output: str) -> None:
    before = tree(root)
    ran = hotwash(command, "--output", output, cwd=root)
    assert_harmless(ran)
    assert ran.code == 2, ran
    assert tree(root) == before


@pytest.mark.parametrize(
    "output", ["x" * 5_000, "/dev/full", "/dev/null/x", "docs", "incidents", ".", "docs/checkout.md"]
)
def test_site_that_cannot_be_written_there_is_a_wrong_usage(root: Path, output: str) -> None:
    """What belongs to somebody is in `tests/site/test_output.py`."""
    before = tree(root)
    ran = hotwash("site", "--output", output, cwd=root)
    assert_harmless(ran)
    assert ran.code == 2, ran
    assert tree(root) == before
