"""The README's tour does what it says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from hotwash.rules import ALL_RULES
from tests.command import hotwash

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
_RECORD = re.compile(r"```yaml\n# (\S+)\n(.*?)```", re.DOTALL)
_SHOWN = re.compile(r"```\n\$ hotwash (check --now .*?)\n(.*?)\n  \.\.\.\n```", re.DOTALL)


def test_the_tour_prints_what_the_readme_shows(repository: Callable[[Mapping[str, str]], Path]) -> None:
    root = repository(dict(_RECORD.findall(README)))
    ((command, shown),) = _SHOWN.findall(README)
    ran = hotwash("-C", str(root), *command.split())
    assert ran.code == 1
    assert ran.out.startswith(shown + "\n")


def test_the_readme_counts_the_rules_that_there_are() -> None:
    assert f"first {len(ALL_RULES)} of its rules" in README
