"""A newcomer's first day: `init` in an empty folder, a first incident, the gate, and what it does not let pass.

By commands alone, in real git. The newcomer knows what `init` has written and what `check` prints, and nothing else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from hotwash.model.time import utc_text
from tests.builders import FOLDER
from tests.command import hotwash
from tests.gitrepo import commit, git
from tests.test_walk import COMPLETE, ROUNDS, STOP, fill_in, follow, remedies

if TYPE_CHECKING:
    from pathlib import Path

    from tests.command import Ran

RECORD = f"{FOLDER}/incident.yaml"
TIMELINE = f"{FOLDER}/timeline.yaml"
SERVICES = "incidents/services.yaml"
BRANCH = "checkout-500"
DECLARED = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # as in the README that `init` writes


@dataclass(slots=True)
class Newcomer:
    """Somebody with a repository, a few minutes after the incident was declared."""

    root: Path
    minute: int = 0

    def read(self, path: str) -> str:
        return (self.root / path).read_text(encoding="utf-8")

    def write(self, path: str, text: str) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def replace(self, path: str, old: str, new: str) -> None:
        text = self.read(path)
        assert text.count(old) == 1, f"{path} has {text.count(old)} times: {old}"
        self.write(path, text.replace(old, new))

    def check(self) -> Ran:
        """What the pull request will be told, a minute after the last look."""
        self.minute += 1
        return hotwash("-C", str(self.root), "check", "--base", "main", "--now", self.now)

    @property
    def now(self) -> str:
        return utc_text(DECLARED + timedelta(minutes=self.minute))

    def commit(self, subject: str) -> None:
        commit(self.root, subject, at=self.now)

    def merge(self) -> None:
        """The pull request is merged, and the next one begins."""
        git(self.root, "switch", "--quiet", "main")
        git(self.root, "merge", "--quiet", "--ff-only", BRANCH)
        git(self.root, "switch", "--quiet", BRANCH)

    # --- what the files of `init` tell to do

    def add_a_service(self) -> None:
        """Take away the `# ` of the lines, and write the runbook that they name."""
        head, example = self.read(SERVICES).split("#\n")
        self.write(SERVICES, head + re.sub("^# ", "", example, flags=re.MULTILINE))
        self.write("docs/runbooks/checkout.md", "# Checkout\n\nGo back a version: `deploy checkout --previous`.\n")

    def declare(self) -> None:
        """Copy the record of the README, and fill in its blanks."""
        (record,) = re.findall(r"```yaml\n(.*?)```", self.read("README.md"), re.DOTALL)
        self.write(RECORD, "".join(fill_in(line) for line in record.splitlines(keepends=True)))

    def go_on_to(self, status: str, *, after: str) -> None:
        self.replace(RECORD, f"status: {after}\n", f"status: {status}\n")

    def pass_the_gate(self) -> Ran:
        """Paste what the help says, round after round, until it has nothing to say."""
        ran = self.check()
        for _ in range(ROUNDS):
            follow(self.root / FOLDER, remedies(ran.out), fill_in)
            ran = self.check()
            if COMPLETE in ran.out:
                break
        return ran


@pytest.fixture
def newcomer(tmp_path: Path) -> Newcomer:
    """Has typed what `init` said comes next, and has begun a branch."""
    root = tmp_path / "on-call"
    root.mkdir()
    ran = hotwash("init", cwd=root)
    assert ran.code == 0
    assert "git init -b main && git add . && git commit" in ran.err
    git(root, "init", "--quiet", "--initial-branch=main", ".")
    commit(root, "A repository for our incidents")
    assert git(root, "status", "--porcelain") == ""
    git(root, "switch", "--quiet", "--create", BRANCH)
    return Newcomer(root)


@pytest.fixture
def investigating(newcomer: Newcomer) -> Newcomer:
    """Has declared, passed the gate, and merged that."""
    newcomer.add_a_service()
    newcomer.declare()
    newcomer.go_on_to("investigating", after="declared")
    assert newcomer.pass_the_gate().code == 0
    newcomer.commit("Checkout returns 500: the first actions are done")
    newcomer.merge()
    return newcomer


def test_a_first_day_from_an_empty_folder_to_an_open_gate(newcomer: Newcomer) -> None:
    ran = newcomer.check()
    assert (ran.code, "error" in ran.out) == (0, False)

    newcomer.add_a_service()
    newcomer.declare()
    newcomer.commit("Checkout returns 500")
    ran = newcomer.check()
    assert ran.code == 0, ran.out
    assert STOP in ran.out
    assert "no findings" in ran.out
    newcomer.merge()

    newcomer.go_on_to("investigating", after="declared")
    newcomer.commit("Checkout returns 500: investigating")
    ran = newcomer.check()
    assert ran.code == 1
    assert STOP in ran.out
    assert ran.out.count("error[HW201] first-actions-incomplete") == 4

    ran = newcomer.pass_the_gate()
    assert ran.code == 0, ran.out
    assert COMPLETE in ran.out
    newcomer.commit("Checkout returns 500: the first actions are done")
    ran = newcomer.check()
    assert ran.code == 0, ran.out
    assert "no findings" in ran.out

    # What is committed is what is judged, also by who has no work tree: the workflow.
    on_commits = ("check", "--base", "main", "--head", BRANCH, "--now", newcomer.now)
    assert hotwash("-C", str(newcomer.root), *on_commits) == ran


def test_the_blanks_of_the_readme_are_no_declaration(newcomer: Newcomer) -> None:
    (record,) = re.findall(r"```yaml\n(.*?)```", newcomer.read("README.md"), re.DOTALL)
    newcomer.write(RECORD, record)
    assert newcomer.check().code == 1


def codes(ran: Ran) -> list[str]:
    return sorted(set(re.findall(r"^error\[(HW\d+)\]", ran.out, re.MULTILINE)))


def first_note(newcomer: Newcomer) -> str:
    """The first line of the timeline that says when something was."""
    found = re.search(r"^- at: \S+$", newcomer.read(TIMELINE), re.MULTILINE)
    assert found
    return found[0]


def test_who_rewrites_what_is_merged_is_red(investigating: Newcomer) -> None:
    investigating.replace(
        TIMELINE,
        first_note(investigating) + "\n  by: alice\n  kind: mitigation",
        "- at: 2026-11-23T09:00:10Z\n  by: alice\n  kind: mitigation",
    )
    ran = investigating.check()
    assert ran.code == 1
    assert codes(ran) == ["HW303"]


def test_who_takes_out_what_is_merged_is_red(investigating: Newcomer) -> None:
    entries = re.split(r"^(?=- at:)", investigating.read(TIMELINE), flags=re.MULTILINE)
    kept = [entry for entry in entries if "kind: status-change" not in entry]
    assert len(kept) == len(entries) - 1
    investigating.write(TIMELINE, "".join(kept))
    ran = investigating.check()
    assert ran.code == 1
    assert "HW302" in codes(ran)


def test_who_goes_where_no_way_leads_is_red(investigating: Newcomer) -> None:
    investigating.go_on_to("declared", after="investigating")
    ran = investigating.check()
    assert ran.code == 1
    assert "HW301" in codes(ran)


def test_who_only_adds_is_not(investigating: Newcomer) -> None:
    entry = f"- at: {investigating.now}\n  by: alice\n  kind: note\n  text: The errors become fewer\n"
    investigating.write(TIMELINE, investigating.read(TIMELINE) + entry)
    investigating.commit("Checkout returns 500: fewer errors")
    ran = investigating.check()
    assert ran.code == 0, ran.out


def test_nobody_opens_the_gate_by_a_policy_of_their_own(newcomer: Newcomer) -> None:
    newcomer.add_a_service()
    newcomer.declare()
    newcomer.go_on_to("investigating", after="declared")
    newcomer.replace("incidents/policy.yaml", "levels: {}", 'levels: {HW201: "off"}')
    ran = newcomer.check()
    assert ran.code == 1
    assert "HW201" in codes(ran)
