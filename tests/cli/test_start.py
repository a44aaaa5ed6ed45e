"""How the program starts: help for every command, and no more imports than a command needs."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from hotwash import __version__
from hotwash.cli import COMMANDS
from tests.builders import records
from tests.command import hotwash, hotwash_process

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

WIDTH = 80
# Imported by a child in which the command has run; printed last, on a line of its own.
LIST_MODULES = """\
import sys
from hotwash.cli import main
try:
    main()
except SystemExit:
    print("\\n" + " ".join(sorted(sys.modules)))
"""


def modules(*arguments: str, cwd: Path | None = None) -> set[str]:
    """The modules that a run of the command line has imported."""
    ran = subprocess.run(
        [sys.executable, "-c", LIST_MODULES, *arguments], cwd=cwd, capture_output=True, encoding="utf-8", check=True
    )
    return set(ran.stdout.splitlines()[-1].split())


def test_help_imports_nothing_that_it_does_not_show() -> None:
    loaded = modules("--help")
    assert "hotwash.cli" in loaded
    heavy = {"pydantic", "yaml", "ruamel", "rich", "holidays", "detect_secrets", "markdown_it", "github", "mkdocs"}
    assert loaded.isdisjoint(heavy)
    assert not {name for name in loaded if name.startswith(("hotwash.model", "hotwash.rules", "hotwash.report"))}


def test_explain_imports_no_models_and_no_reader() -> None:
    loaded = modules("explain", "HW201")
    assert "hotwash.rules.gates" in loaded
    assert loaded.isdisjoint({"pydantic", "yaml", "ruamel", "github", "mkdocs"})


def test_check_imports_neither_the_tracker_nor_the_site(repository: Callable[[Mapping[str, str]], Path]) -> None:
    loaded = modules("check", cwd=repository(records()))
    assert "pydantic" in loaded
    assert loaded.isdisjoint({"github", "mkdocs", "material", "jinja2", "nh3", "ruamel", "rich", "sqlite3"})
    assert not {name for name in loaded if name.startswith(("hotwash.tracker", "hotwash.site"))}


def test_help_of_the_group_lists_every_command_and_every_exit_code() -> None:
    ran = hotwash("--help")
    assert (ran.code, ran.err) == (0, "")
    longest = max(map(len, COMMANDS))
    for name, (_, says) in COMMANDS.items():
        assert f"  {name:<{longest}}  {says}\n" in ran.out
    for code in ("0 clean", "1 errors found", "2 usage", "3 a bug", "130 interrupted"):
        assert code in ran.out
    assert hotwash("-h") == ran


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_each_command_says_what_it_does_and_fits_a_terminal(name: str) -> None:
    ran = hotwash(name, "--help")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"Usage: hotwash {name} ")
    assert [line for line in ran.out.splitlines() if len(line) > WIDTH] == []
    assert hotwash(name, "-h") == ran


def test_no_command_at_all_prints_the_help_on_stderr() -> None:
    ran = hotwash()
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == hotwash("--help").out


def test_the_version_is_that_of_the_package() -> None:
    assert hotwash("--version") == (0, f"hotwash, version {__version__}\n", "")


def test_the_program_starts_as_a_module() -> None:
    assert hotwash_process("--version").out == f"hotwash, version {__version__}\n"
