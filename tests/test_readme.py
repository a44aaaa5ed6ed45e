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
_SHOWN = re.compile(r"```\n\$ hotwash (check --now .*?)\n(.*?)```", re.DOTALL)
# What the help of the first block asks for, filled in.
DONE = """\
impact:
  users: {affected: 120, description: They see an error after the password}
  scope: {description: "The login page, in all regions"}
  business: {reputation: Support has calls}
first_actions:
  assess: {by: alice, at: 2026-11-23T09:05:00Z, note: all logins fail}
  stabilize: {by: alice, at: 2026-11-23T09:05:00Z, none: no deployment to go back to}
  gather: {by: alice, at: 2026-11-23T09:05:00Z, note: certificate errors}
  communicate: {by: alice, at: 2026-11-23T09:05:00Z, note: told both}
evidence:
  logs: [{summary: 900 x certificate has expired}]
  metrics: [{summary: logins at zero since 08:58}]
  changes: {none: No deployment since Friday}
  similar: {none: Searched for login and certificate}
"""
TOLD = """\
- {at: 2026-11-23T09:05:00Z, by: alice, kind: status-update, audience: [engineers, stakeholders], text: Logins fail}
- {at: 2026-11-23T09:05:00Z, by: alice, kind: status-change, from: declared, to: investigating, text: All four done}
"""


def test_the_tour_prints_what_the_readme_shows(repository: Callable[[Mapping[str, str]], Path]) -> None:
    root = repository(dict(_RECORD.findall(README)))
    (command, shown), _ = _SHOWN.findall(README)
    ran = hotwash("-C", str(root), *command.split())
    assert ran.code == 1
    assert ran.out.startswith(shown.removesuffix("  ...\n"))


def test_the_tour_ends_as_the_readme_shows(repository: Callable[[Mapping[str, str]], Path]) -> None:
    records = dict(_RECORD.findall(README))
    (incident,) = (path for path in records if path.endswith("incident.yaml"))
    root = repository(records)
    with (root / incident).open("a", encoding="utf-8") as file:
        file.write(DONE)
    (root / incident).with_name("timeline.yaml").write_text(TOLD, encoding="utf-8")
    _, (command, shown) = _SHOWN.findall(README)
    ran = hotwash("-C", str(root), *command.split())
    assert ran.code == 0
    assert ran.out.startswith(shown.removesuffix("  ...\n"))


def test_the_readme_counts_the_rules_that_there_are() -> None:
    assert f"There are {len(ALL_RULES)} rules: " in README
