"""Pull requests as their reviewers see them: what a run with annotations adds to the summary of its step."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hotwash import __version__
from tests.builders import ID, ITEMS, records
from tests.cli.test_check import BROKEN_RULE
from tests.command import hotwash
from tests.gitrepo import begin, commit, git, write
from tests.runner import commands, parsed
from tests.test_changes import PULL_REQUESTS, build

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.command import Ran

EXPECTED = Path(__file__).parent / "expected" / "summaries"
NOW = "2026-11-23T08:59:00Z"
# Somebody went on before anything was signed.
SKIPPED = "first_actions:\n  assess: {}\n  stabilize: {}\n  gather: {}\n  communicate: {}\n"
GONE_ON = """\
- at: 2026-11-23T08:51:00Z
  by: alice
  kind: status-change
  from: declared
  to: investigating
  text: Looking
"""
SCENARIOS = (
    "attacks/the-workflow-is-edited-too",
    "illegal-transition/a-new-incident-is-declared",
    "policy-changed-with-incidents/past-verdicts-would-change",
    "timeline-entry-rewritten/a-time-is-moved-before-the-gate",
)


@pytest.fixture
def summary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that a workflow's step has for its summary."""
    file = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(file))
    return file


def judged(repository: Path, now: str) -> Ran:
    return hotwash(
        "-C", str(repository), "check", "--base", "main", "--head", "change", "--format", "github", "--now", now
    )


def stable(summary: Path) -> str:
    told = summary.read_text(encoding="utf-8").replace(f"hotwash {__version__}", "hotwash VERSION")
    return re.sub(r"\([0-9a-f]{12}\)", "(COMMIT)", told)


def skipping(folder: Path) -> Path:
    """A pull request that skips the first actions."""
    begin(folder, dict(records(stage="declared")))
    git(folder, "switch", "--quiet", "--create", "change")
    write(folder, dict(records({"incident.yaml": SKIPPED, "timeline.yaml": GONE_ON})))
    commit(folder, "Looking into it")
    return folder


def test_first_actions_are_skipped(tmp_path: Path, summary: Path, golden: Callable[[Path, str], None]) -> None:
    ran = judged(skipping(tmp_path / "repository"), NOW)
    golden(EXPECTED / "first-actions-are-skipped.md", stable(summary))
    assert (ran.code, ran.err) == (1, "")
    found = [parsed(line) for line in commands(ran.out)]
    assert [(command.name, command.properties["title"]) for command in found] == [
        ("error", "HW201 first-actions-incomplete")
    ] * 4


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_summary_of_a_pull_request(
    name: str, tmp_path: Path, summary: Path, golden: Callable[[Path, str], None]
) -> None:
    (case,) = (case for case in PULL_REQUESTS if case.name == name)
    build(case, tmp_path / "repository")
    ran = judged(tmp_path / "repository", case.now)
    golden(EXPECTED / f"{name.partition('/')[2]}.md", stable(summary))
    assert ran.code == case.exit


def test_a_summary_is_added_to_what_other_steps_said(tmp_path: Path, summary: Path) -> None:
    summary.write_text("# Built", encoding="utf-8")
    judged(skipping(tmp_path / "repository"), NOW)
    assert summary.read_text(encoding="utf-8").startswith(
        "# Built\n## ⛔ STOP: first actions are not complete (0 of 4)\n"
    )


def test_a_secret_is_shown_nowhere_in_it(tmp_path: Path, summary: Path) -> None:
    """Nor in the log: neither as title, nor by a first action, nor by what is due (threats V4)."""
    secret = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    told = {
        "incident.yaml": f"title: Leaked {secret}\n{SKIPPED.replace('gather: {}', f'gather: {{by: dave, note: saw {secret}}}')}",
        "action-items.yaml": ITEMS.replace("Refuse a pool", f"Revoke {secret}"),
    }
    begin(tmp_path / "repository", dict(records(told)))
    ran = hotwash("-C", str(tmp_path / "repository"), "check", "--format", "github", "--now", NOW)
    written = summary.read_text(encoding="utf-8")
    assert "HW701" in written
    assert "Leaked ghp\\_" in written
    assert secret not in written.replace("\\", "") + ran.out
    assert secret[10:] not in written + ran.out


@pytest.mark.parametrize("place", ["nowhere/summary.md", ".", "x" * 5000, "a\udcff/b"])
def test_a_summary_that_cannot_be_written_changes_no_verdict(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = skipping(tmp_path / "repository")
    without = judged(repository, NOW)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / place))
    ran = judged(repository, NOW)
    assert ran[:2] == without[:2]
    assert ran.err.startswith("hotwash: the summary was not written to ")
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize("format_", ["text", "json", "markdown", "sarif"])
def test_other_formats_have_no_second_place(format_: str, summary: Path, tmp_path: Path) -> None:
    repository = skipping(tmp_path / "repository")
    assert hotwash("-C", str(repository), "check", "--format", format_, "--now", NOW).code == 1
    assert not summary.exists()


def test_what_was_not_judged_does_not_look_clean(tmp_path: Path, summary: Path) -> None:
    begin(tmp_path / "repository", dict(records()))
    ran = subprocess.run(
        [
            sys.executable,
            "-c",
            BROKEN_RULE.format(fault="raise RuntimeError"),
            "check",
            "--format",
            "github",
            "--now",
            NOW,
        ],
        cwd=tmp_path / "repository",
        env={**os.environ, "TMPDIR": str(tmp_path)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert ran.returncode == 3
    first, _, rest = summary.read_text(encoding="utf-8").partition("\n")
    assert first == "## ⚠️ No findings in what could be judged"
    assert rest.startswith(f"\n- a bug in hotwash: HW999 could not judge {ID}\n")
