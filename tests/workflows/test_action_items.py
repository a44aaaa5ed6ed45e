"""The workflow `action-items`, ours and the one that `hotwash init` writes, run by `act` against a fake GitHub (G7, G8).

The jobs run for real: git pushes, and PyGithub talks HTTP. Only the checkout, the interpreter and the App are stubs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from hotwash.tracker.port import Edit
from tests.builders import FOLDER, ID, POLICY, records
from tests.github.clock import WallClock
from tests.github.server import REPOSITORY, Account, FakeGitHub
from tests.gitrepo import begin, commit, git, write
from tests.workflows.gates import ours, results, scaffolded
from tests.workflows.runner import ROOT, WHOLE_LOCK

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.workflows.gates import Files
    from tests.workflows.runner import Job, Runner

SECRET = "ghs_0123456789abcdefABCDEF0123456789abcd"
OF_APP = "ghs_abcdef0123456789ABCDEF0123456789abcd"
BOT, APP = "github-actions[bot]", "incidents-of-shop[bot]"
BRANCH = f"incident/{ID}"
ITEMS = f"{FOLDER}/action-items.yaml"
ONE = (
    "- {{id: AI-{0}, title: '::error::fixes #1 @team', kind: detect, priority: P1, owner: alice, "
    "due: 2026-12-01, status: {1}}}\n"
)
GREEN = {"apply": "success", "pull": "success"}


@dataclass(frozen=True, slots=True)
class Forge:
    """A repository of records with its workflow, and the GitHub to which it belongs."""

    workflow: Path
    repository: Path
    fake: FakeGitHub
    runner: Runner

    def run(
        self, event: str, payload: dict[str, Any] | None = None, variables: dict[str, str] | None = None
    ) -> dict[str, Job]:
        git(self.repository, "switch", "--quiet", "main")
        told = {"repository": {"full_name": REPOSITORY, "fork": False, "default_branch": "main"}, **(payload or {})}
        jobs = self.runner.run(
            self.workflow,
            self.repository,
            event,
            told,
            environment={
                "GITHUB_API_URL": self.fake.url,
                "GITHUB_REPOSITORY": REPOSITORY,
                "GITHUB_SERVER_URL": "https://github.com",
            },
            variables=variables,
            secrets={"GITHUB_TOKEN": SECRET, "HOTWASH_APP_PRIVATE_KEY": OF_APP},
        )
        for job in jobs.values():
            assert SECRET not in job.log + job.summary
            assert OF_APP not in job.log + job.summary
        return jobs

    def push(self) -> dict[str, Job]:
        return self.run("push", {"ref": "refs/heads/main", "after": git(self.repository, "rev-parse", "main")})

    def issue(self, action: str, number: int) -> dict[str, Job]:
        """What the forge tells of an issue; the text in it is anybody's."""
        told = {"number": number, "title": "$(touch canary) ${{ github.token }}", "body": "`id`", "state": "closed"}
        return self.run("issues", {"action": action, "issue": told})

    def states(self) -> list[str]:
        return [one.state for one in self.fake.store(BOT).list("hotwash")]

    def close(self, number: int) -> None:
        self.fake.store("bob").edit(number, Edit(state="closed", state_reason="completed"))

    def items(self, revision: str) -> str:
        return git(self.repository, "show", f"{revision}:{ITEMS}")

    def waiting(self) -> list[str]:
        return [one.title for one in self.fake.store("bob").open_pull_requests(BRANCH)]

    def has(self, branch: str) -> bool:
        return branch in git(self.repository, "for-each-ref", "--format=%(refname:short)", "refs/heads/").split()


@pytest.fixture(params=["ours", "scaffolded"])
def files(request: pytest.FixtureRequest) -> tuple[Path, Files]:
    """The workflow, and a repository of records in which it stands."""
    gate = {"ours": ours, "scaffolded": scaffolded}[request.param]()
    lock: Files = {WHOLE_LOCK.relative_to(ROOT).as_posix(): "# The runner has them\n"} if gate.name == "ours" else {}
    mine: Files = {
        **records({"action-items.yaml": ONE.format(1, "open") + ONE.format(2, "in-progress")}),
        POLICY: "format: 1\ntracker: {incidents: false}\n",
    }
    return gate.workflow.with_name("action-items.yml"), {**gate.files, **lock, **mine}


@pytest.fixture
def forge(runner: Runner, files: tuple[Path, Files], tmp_path: Path) -> Iterator[Forge]:
    workflow, held = files
    repository = begin(tmp_path / "repository", held)
    git(repository, "config", "uploadpack.allowAnySHA1InWant", "true")
    store = tmp_path / "store"
    store.mkdir()
    accounts = {SECRET: Account(BOT), OF_APP: Account(APP)}
    with FakeGitHub(store, accounts=accounts, people=("alice",), clock=WallClock()) as fake:
        yield Forge(workflow, repository, fake, runner)
    assert fake.violations == []


def test_after_a_push_every_open_item_has_its_issue_once(forge: Forge) -> None:
    """Also where the push is told twice."""
    jobs = forge.push()
    assert results(jobs) == GREEN
    assert forge.states() == ["open", "open"]
    assert "Plan: 2 to create." in jobs["apply"].summary
    assert [one for job in jobs.values() for one in job.annotations] == []
    assert not forge.has(BRANCH)
    written = len(forge.fake.writes())
    assert results(forge.push()) == GREEN
    assert len(forge.fake.writes()) == written
    assert forge.states() == ["open", "open"]


def test_a_closed_issue_becomes_a_pull_request_whatever_order_events_come_in(forge: Forge) -> None:
    forge.push()
    forge.close(1)
    jobs = forge.issue("closed", 1)
    assert results(jobs) == GREEN
    assert "status: done" in forge.items(BRANCH)
    assert "status: done" not in forge.items("main")
    assert forge.waiting() == [f"pull {ID}"]
    assert forge.states() == ["closed", "open"]
    assert "AI-1  #1  open → done" in jobs["pull"].summary
    assert git(forge.repository, "log", "-1", "--format=%an %s", BRANCH) == f"{BOT} pull {ID}"
    head, written = git(forge.repository, "rev-parse", BRANCH), len(forge.fake.writes())
    # The same once more, and one of an earlier day that comes late: what is there now decides.
    for action in ("closed", "reopened"):
        assert results(forge.issue(action, 1)) == GREEN
        assert git(forge.repository, "rev-parse", BRANCH) == head
    assert len(forge.fake.writes()) == written
    # Merged: nothing is left to do.
    git(forge.repository, "switch", "--quiet", "main")
    git(forge.repository, "merge", "--quiet", "--no-ff", "--message", "merge", BRANCH)
    assert results(forge.push()) == GREEN
    assert results(forge.push()) == GREEN
    assert forge.states() == ["closed", "open"]


def test_what_is_reopened_before_it_is_merged_is_open_on_the_branch_again(forge: Forge) -> None:
    forge.push()
    forge.close(1)
    forge.issue("closed", 1)
    forge.fake.store("bob").edit(1, Edit(state="open"))
    assert results(forge.issue("reopened", 1)) == GREEN
    assert "status: done" not in forge.items(BRANCH)
    assert forge.waiting() == [f"pull {ID}"]
    assert forge.states() == ["open", "open"]


def test_a_dry_run_changes_nothing(forge: Forge) -> None:
    jobs = forge.run("workflow_dispatch", {"inputs": {"dry-run": "true", "limit": ""}})
    assert results(jobs) == GREEN
    assert "Plan: 2 to create." in jobs["apply"].summary
    assert forge.fake.writes() == []
    forge.push()
    forge.close(1)
    jobs = forge.run("workflow_dispatch", {"inputs": {"dry-run": "true", "limit": ""}})
    assert "AI-1  #1  open → done" in jobs["pull"].summary
    assert not forge.has(BRANCH)


def test_a_large_plan_waits_for_somebody_who_raises_the_limit(forge: Forge) -> None:
    write(forge.repository, {POLICY: "format: 1\ntracker: {incidents: false, limit: 1}\n"})
    commit(forge.repository, "a small limit")
    jobs = forge.push()
    assert results(jobs) == {"apply": "failure", "pull": "success"}
    assert forge.states() == []
    assert results(forge.run("workflow_dispatch", {"inputs": {"dry-run": "false", "limit": "2"}})) == GREEN
    assert forge.states() == ["open", "open"]


def test_what_cannot_be_read_is_red_and_keeps_no_other_from_its_issue(forge: Forge) -> None:
    other = "incidents/2026/2026-11-24-search-slow"
    write(forge.repository, {f"{other}/incident.yaml": "title: [\n"})
    commit(forge.repository, "broken")
    assert results(forge.push()) == {"apply": "failure", "pull": "failure"}
    assert forge.states() == ["open", "open"]


def test_an_app_writes_where_there_is_one_and_doubles_nothing(forge: Forge) -> None:
    """Its account has to be in the policy: without that it stops, and says the line."""
    forge.push()
    app = {"HOTWASH_APP_ID": "12"}
    write(forge.repository, {ITEMS: forge.items("main") + "\n" + ONE.format(3, "open")})
    commit(forge.repository, "one more")
    assert results(forge.run("push", variables=app)) == {"apply": "failure", "pull": "success"}
    assert forge.states() == ["open", "open"]
    accounts = f"'{BOT}', '{APP}'"
    write(forge.repository, {POLICY: f"format: 1\ntracker: {{incidents: false, accounts: [{accounts}]}}\n"})
    commit(forge.repository, "the app")
    assert results(forge.run("push", variables=app)) == GREEN
    assert [one.author for one in forge.fake.store(BOT).list("hotwash")] == [BOT, BOT, APP]


def test_a_fork_keeps_no_issues(forge: Forge) -> None:
    told = {"repository": {"full_name": REPOSITORY, "fork": True, "default_branch": "main"}}
    # A run of which all jobs are skipped leaves nothing behind, which the runner of the tests takes for a failure.
    with pytest.raises(AssertionError):
        forge.run("push", told)
    assert forge.fake.calls == []
