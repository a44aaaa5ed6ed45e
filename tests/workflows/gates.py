"""The two workflows that judge changes, and repositories with a change that is to be judged."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.builders import ID
from tests.command import hotwash
from tests.gitrepo import begin, commit, git, write
from tests.workflows.runner import LOCK, ROOT

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from tests.workflows.runner import Job

Files = dict[str, "str | bytes"]

INCIDENT = f"incidents/2026/{ID}/incident.yaml"
TIMELINE = f"incidents/2026/{ID}/timeline.yaml"
NUMBER = 7
NOTHING_BEFORE = "0" * 40


@dataclass(frozen=True, slots=True)
class Gate:
    """A workflow, and the repositories that it is made for.

    Attributes:
        workflow: The file.
        tool: What says in a repository which tool judges: the tool itself, or its name.
        rest: All else that is there before the first incident.
        lock: What the tool needs, as it is locked; `tool` has an empty list, which spares the time to install it.
    """

    name: str
    workflow: Path
    tool: Files
    rest: Files
    lock: Files

    @property
    def files(self) -> Files:
        """A repository without incidents."""
        return self.rest | self.tool


@cache
def ours() -> Gate:
    """This repository, where the tool and the records live together."""
    lock: Files = {LOCK.relative_to(ROOT).as_posix(): LOCK.read_bytes()}
    empty = dict.fromkeys(lock, "# The runner has them\n")
    paths = [ROOT / name for name in ("pyproject.toml", "README.md", "LICENSE")]
    paths += [
        path for path in (ROOT / "tooling/hotwash").rglob("*") if path.is_file() and "__pycache__" not in path.parts
    ]
    tool: Files = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in paths}
    return Gate(
        "ours", ROOT / ".github/workflows/check.yml", {**tool, **empty}, {"incidents/README.md": "What broke\n"}, lock
    )


@cache
def scaffolded() -> Gate:
    """A repository that `hotwash init` has begun."""
    with tempfile.TemporaryDirectory() as made:
        assert hotwash("init", made).code == 0
        begun: Files = {
            path.relative_to(made).as_posix(): path.read_bytes() for path in Path(made).rglob("*") if path.is_file()
        }
    pin = ".github/hotwash.txt"
    workflow = ROOT / "tooling/hotwash/scaffold/files/.github/workflows/check.yml"
    assert begun[".github/workflows/check.yml"] == workflow.read_bytes()
    return Gate("scaffolded", workflow, {pin: begun.pop(pin)}, begun, {})


@dataclass(frozen=True, slots=True)
class Change:
    """A repository in which a change waits.

    Attributes:
        folder: Its checked out commit is the change as it will be merged.
        base: What it is merged into.
        merged: What comes of it.
    """

    folder: Path
    base: str
    head: str
    merged: str

    def pull_request(self, *, fork: bool = False) -> dict[str, Any]:
        """What the forge tells of it before it is merged."""
        home = {"full_name": "example/incidents", "fork": False}
        away = {"full_name": "stranger/incidents", "fork": True}
        return {
            "action": "opened",
            "number": NUMBER,
            "pull_request": {
                "number": NUMBER,
                "title": "An incident `$(touch canary)`",
                "head": {"ref": "change", "sha": self.head, "repo": away if fork else home},
                # It may be older than what the change is merged with.
                "base": {"ref": "main", "sha": NOTHING_BEFORE, "repo": home},
            },
            "repository": home,
        }

    def merge_group(self) -> dict[str, Any]:
        """What the forge tells of it in a merge queue."""
        ref = f"refs/heads/gh-readonly-queue/main/pr-{NUMBER}-{self.base}"
        group = {"base_ref": "refs/heads/main", "base_sha": self.base, "head_ref": ref, "head_sha": self.merged}
        return {"action": "checks_requested", "merge_group": group}

    def push(self, *, before: str | None = None) -> dict[str, Any]:
        """What the forge tells of it once it is merged."""
        return {"ref": "refs/heads/main", "before": self.base if before is None else before, "after": self.merged}


def change(
    folder: Path, base: Mapping[str, str | bytes], head: Mapping[str, str | bytes], gone: Collection[str] = ()
) -> Change:
    """Make a repository with a pull request.

    Args:
        folder: Where.
        base: What `main` holds.
        head: What the change writes.
        gone: What the change deletes.
    """
    repository = begin(folder / "repository", base)
    # As forges have it: any commit may be asked for.
    git(repository, "config", "uploadpack.allowAnySHA1InWant", "true")
    git(repository, "switch", "--quiet", "--create", "change")
    for path in gone:
        (repository / path).unlink()
    write(repository, head)
    changed = commit(repository, "change")
    git(repository, "switch", "--quiet", "main")
    # The base has gone on since the change was begun.
    write(repository, {"elsewhere.md": "Something else\n"})
    before = commit(repository, "elsewhere")
    git(repository, "switch", "--quiet", "--detach", "main")
    git(repository, "merge", "--quiet", "--no-ff", "--message", "merge", "change")
    merged = git(repository, "rev-parse", "HEAD")
    git(repository, "update-ref", f"refs/pull/{NUMBER}/merge", merged)
    return Change(repository, before, changed, merged)


def results(jobs: Mapping[str, Job]) -> dict[str, str]:
    """Which jobs ran, and how they ended."""
    return {key: job.result for key, job in jobs.items()}
