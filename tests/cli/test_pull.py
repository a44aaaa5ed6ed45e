"""`hotwash pull` as it is run: from a GitHub, over HTTP, into records in git, pushed, and its pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from hotwash.records.load import load_repository
from hotwash.records.snapshot import FolderSnapshot
from hotwash.tracker.apply import apply_plan
from hotwash.tracker.embedded import EmbeddedTracker
from hotwash.tracker.planning import plan_for
from hotwash.tracker.port import Edit
from tests.builders import FOLDER, ID
from tests.command import hotwash
from tests.edits.landing import bare, cloned, person
from tests.github.clock import WallClock
from tests.github.server import REPOSITORY, Account, FakeGitHub
from tests.gitrepo import git

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.command import Ran

SECRET = "ghs_0123456789abcdefABCDEF0123456789abcd"
BOT = "github-actions[bot]"
BRANCH = f"incident/{ID}"
FILE = f"{FOLDER}/action-items.yaml"
ITEMS = """\
# What we owe ourselves
- id: AI-1
  title:   "Alert on payment errors"   # above 1 %
  kind: detect
  priority: P1
  owner: alice
  due: 2026-12-01
  status: open   # since the review
- {id: AI-2, title: Write the runbook, kind: runbook, priority: P2, owner: bob, due: 2026-12-05, status: in-progress}
"""
POLICY = "format: 1\nland: {}\ntracker: {{incidents: false}}\n"


class World(NamedTuple):
    """A remote, a clone of it, and the GitHub where its issues are."""

    remote: Path
    clone: Path
    fake: FakeGitHub

    def pull(self, *options: str) -> Ran:
        ran = hotwash("pull", *options, cwd=self.clone)
        assert "Traceback" not in ran.err
        assert SECRET not in ran.out + ran.err
        return ran

    def close(self, number: int, reason: str = "completed") -> None:
        edit = Edit(state="closed", state_reason="completed" if reason == "completed" else "not_planned")
        self.fake.store("bob").edit(number, edit)

    def text(self, revision: str, folder: Path | None = None) -> str:
        return git(folder or self.remote, "show", f"{revision}:{FILE}") + "\n"

    def changed(self, revision: str) -> set[str]:
        """The lines of a commit that are gone, and those that are new."""
        shown = git(self.remote, "show", "--format=", "--unified=0", revision).splitlines()
        lines = [line for line in shown if line[:1] in "+-" and not line.startswith(("+++", "---"))]
        return set(lines)

    def pulls(self) -> list[tuple[str, str]]:
        return [(one.title, one.base) for one in self.fake.store("bob").open_pull_requests(BRANCH)]


@pytest.fixture(params=["push"])
def land(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def world(tmp_path: Path, land: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    home = tmp_path / "home"
    home.mkdir()
    for name, value in person(home).items():
        monkeypatch.setenv(name, value)
    remote = bare(tmp_path / "remote", {"action-items.yaml": ITEMS, "incidents/policy.yaml": POLICY.format(land)})
    clone = cloned(remote, "clone")
    store = tmp_path / "store"
    store.mkdir()
    with FakeGitHub(store, accounts={SECRET: Account(BOT)}, people=("alice", "bob"), clock=WallClock()) as fake:
        snapshot = FolderSnapshot(clone)
        plan = plan_for(load_repository(snapshot), snapshot, fake.store(BOT), accounts={BOT})
        assert [one.result for one in apply_plan(plan, fake.store(BOT))] == ["done", "done"]
        for name, value in {
            "GITHUB_TOKEN": SECRET, "GITHUB_REPOSITORY": REPOSITORY, "GITHUB_API_URL": fake.url,
        }.items():  # fmt: skip
            monkeypatch.setenv(name, value)
        monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
        yield World(remote, clone, fake)
    assert fake.violations == []
    assert [call for call in fake.writes() if call.path != f"/repos/{REPOSITORY}/pulls"] == []


@pytest.fixture
def in_workflow(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert world.clone.exists()
    monkeypatch.setenv("GITHUB_ACTIONS", "true")


def test_nothing_but_what_was_decided_is_edited(world: World) -> None:
    world.close(1)
    ran = world.pull("--push")
    assert (ran.code, ran.err.count("\n")) == (0, 1), ran
    day = world.fake.store("bob").get(1).closed_at
    assert day is not None
    assert "  ~ AI-1  #1  open → done" in ran.out
    assert world.changed("main") == {
        "-  status: open   # since the review",
        f"-{ITEMS.splitlines()[-1]}",
        f"+{ITEMS.splitlines()[-1][:-1]}, issue: 2}}",
        "+  status: done   # since the review",
        "+  issue: 1",
        f"+  closed: {day.date().isoformat()}",
    }
    assert git(world.remote, "log", "-1", "--format=%s", "main") == f"pull {ID}"
    again = world.pull("--push")
    assert (again.code, again.out) == (0, "Nothing to write: the records say what people decided.\n")


def test_a_dry_run_writes_nothing(world: World) -> None:
    world.close(1)
    before = git(world.clone, "rev-parse", "HEAD")
    ran = world.pull("--dry-run")
    assert (ran.code, "open → done" in ran.out) == (0, True)
    assert git(world.clone, "rev-parse", "HEAD") == before
    assert git(world.clone, "status", "--porcelain") == ""


def test_numbers_alone_are_written_where_that_is_asked(world: World) -> None:
    assert world.pull().out.startswith("Nothing to write")
    assert world.pull("--numbers", "--push").code == 0
    assert "+  issue: 1" in world.changed("main")


def test_what_is_asked_for_is_told_and_not_written(world: World) -> None:
    world.close(1, "not planned")
    ran = world.pull("--push")
    assert ran.out.startswith("Nothing to write")
    assert f"note: AI-1 of {ID}: #1 was closed as not planned, and nobody says why" in ran.out


def test_a_hostile_reason_is_text(world: World) -> None:
    store = world.fake.store("mallory")
    store.comment(1, "::error::pwned\n---\nstatus: closed\n- {id: AI-9} # <!-- x --> \x1b[31m @team fixes #1")
    world.close(1, "not planned")
    ran = world.pull("--push")
    assert ran.code == 0, ran
    assert "\x1b" not in ran.out + ran.err
    (case,) = load_repository(FolderSnapshot(world.clone)).cases
    first, second = case.action_items
    assert (first.status, second.status, second.issue) == ("dropped", "in-progress", 2)
    assert first.reason == "::error::pwned\n---\nstatus: closed\n- {id: AI-9} # <!-- x -->  [31m @team fixes #1"


@pytest.mark.usefixtures("in_workflow")
def test_in_a_workflow_it_is_a_pull_request_whatever_the_policy_says(world: World) -> None:
    """Threats G8. A second delivery of the event finds it done."""
    world.close(1)
    ran = world.pull()
    assert ran.code == 0, ran
    assert "status: done" in world.text(BRANCH)
    assert world.text("main") == ITEMS
    assert world.pulls() == [(f"pull {ID}", "main")]
    assert f"pull request: https://github.com/{REPOSITORY}/pull/3" in ran.out
    head = git(world.remote, "rev-parse", BRANCH)
    again = world.pull()
    assert (again.code, again.out) == (0, "Nothing to write: the records say what people decided.\n")
    assert git(world.remote, "rev-parse", BRANCH) == head


@pytest.mark.usefixtures("in_workflow")
def test_what_is_taken_back_before_it_is_merged_is_taken_back_there(world: World) -> None:
    world.close(1)
    assert world.pull().code == 0
    world.fake.store("bob").edit(1, Edit(state="open"))
    ran = world.pull()
    assert "  ~ AI-1  #1  done → open" in ran.out
    assert [line for line in world.text(BRANCH).splitlines() if line not in ITEMS.splitlines()] == [
        "  issue: 1",
        f"{ITEMS.splitlines()[-1][:-1]}, issue: 2}}",
    ]
    assert world.pulls() == [(f"pull {ID}", "main")]
    assert world.pull().out.startswith("Nothing to write")


@pytest.mark.usefixtures("in_workflow")
def test_what_a_person_decided_on_a_branch_is_not_taken_back(world: World) -> None:
    """Their pull request is not merged, so the issue is still open."""
    git(world.clone, "switch", "--quiet", "--create", BRANCH)
    text = ITEMS.replace("status: open ", "status: done\n  closed: 2026-11-24 ")
    (world.clone / FILE).write_text(text, "utf-8")
    git(world.clone, "commit", "--quiet", "--all", "--message", f"action {ID}")
    git(world.clone, "push", "--quiet", "origin", BRANCH)
    assert world.pull().out.startswith("Nothing to write")


@pytest.mark.usefixtures("in_workflow")
def test_where_no_pull_request_may_be_opened_it_is_said_how(world: World) -> None:
    world.fake.may_open_pull_requests = False
    world.close(1)
    ran = world.pull()
    assert ran.code == 0
    assert "status: done" in world.text(BRANCH)
    assert "the pull request was not opened: " in ran.out
    assert "Allow GitHub Actions to create and approve pull requests" in ran.out
    assert f"open a pull request from {BRANCH} into main" in ran.out


@pytest.mark.parametrize("land", ["pull-request"], indirect=True)
def test_a_write_of_a_responder_opens_the_pull_request_or_finds_it(world: World) -> None:
    """T5: what was typed is in neither its title nor its text."""
    for number in range(2):
        ran = hotwash(
            "log", ID, "--by", "alice", "--push", "--text", f"fixes #{number} @team", "--kind", "note", cwd=world.clone
        )
        assert ran.code == 0, ran
        assert f"pull request: https://github.com/{REPOSITORY}/pull/3" in ran.out
    assert world.pulls() == [(f"log {ID}", "main")]
    (call,) = world.fake.writes()
    assert b"team" not in call.body
    assert b"#" not in call.body


@pytest.mark.parametrize("land", ["pull-request"], indirect=True)
def test_without_a_push_nobody_is_asked(world: World) -> None:
    ran = hotwash("log", ID, "--by", "alice", "--text", "Looked", "--kind", "note", cwd=world.clone)
    assert f"open a pull request from {BRANCH} into main" in ran.out
    assert world.fake.calls == []


def test_what_cannot_be_read_is_left_alone_and_is_a_1(world: World) -> None:
    (world.clone / FILE).write_text("- {id: [", "utf-8")
    world.close(1)
    ran = world.pull()
    assert ran.code == 1
    assert f"note: {ID} cannot be read: nothing of it is written" in ran.out


def test_a_tracker_in_a_file_is_pulled_from_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_TOKEN")
    assert hotwash("apply", "--tracker", "embedded", cwd=world.clone).code == 0
    EmbeddedTracker(world.clone, "bob").edit(2, Edit(state="closed"))
    ran = world.pull("--tracker", "embedded")
    assert "  ~ AI-2  #2  in-progress → done" in ran.out
    assert "✓ pull: " in ran.out
