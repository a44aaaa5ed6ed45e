"""What the tests of landing share: a repository with a live incident, clones of it, and steps that add an entry."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from hotwash.edits.amendment import Create, Put
from hotwash.edits.kept import keep
from hotwash.edits.land import land
from hotwash.errors import EditRefused
from tests.builders import FOLDER, ID, NOW, records
from tests.gitrepo import begin, git

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hotwash.edits.amendment import Amendment
    from hotwash.edits.land import Landing, Step
    from hotwash.records.snapshot import Snapshot

SUBJECT = f"log {ID}"
PULL_REQUEST = {"incidents/policy.yaml": "format: 1\nland: pull-request\n"}


def person(home: Path, *settings: str) -> dict[str, str]:
    """The environment of alice, with her own configuration in a folder: lines of a configuration file."""
    file = home / "gitconfig"
    lines = "\n".join(settings)
    file.write_text(
        f"[user]\nname = alice\nemail = alice@shop.example\n[init]\ndefaultBranch = main\n{lines}\n", "utf-8"
    )
    return {"GIT_CONFIG_GLOBAL": str(file), "GIT_CONFIG_NOSYSTEM": "1", "HOME": str(home)}


def entry(id_: str, text: str = "Looked at the logs") -> bytes:
    """A request that logs a note."""
    return json.dumps({"op": "log", "incident": ID, "id": id_, "text": text}).encode()


def step_of(request: bytes) -> Step:
    """What such a request does."""
    asked = json.loads(request)
    text = f"at: 2026-11-23T08:{asked['id'][2:4]}:30Z\nby: alice\nkind: note\ntext: {asked['text']}\n"

    def step(records_: Snapshot) -> tuple[str, tuple[Amendment, ...]]:
        if not records_.below(FOLDER):
            message = f"no incident is called {asked['incident']}"
            raise EditRefused(message)
        return FOLDER, (Create(f"timeline.d/{asked['id']}.yaml", text),)

    return step


def titled(title: str) -> Step:
    """A step that changes one line of a file."""

    def step(_records: Snapshot) -> tuple[str, tuple[Amendment, ...]]:
        return FOLDER, (Put("incident.yaml", ("title",), title),)

    return step


def log(
    root: Path,
    id_: str,
    text: str = "Looked at the logs",
    *,
    push: bool = False,
    always: bool = True,
    step: Step | None = None,
) -> Landing:
    """Log a note."""
    request = entry(id_, text)
    return land(
        root,
        step or step_of(request),
        verb="log",
        incident=ID,
        now=NOW,
        push=push,
        always=always,
        kept=keep(root, "log", request, NOW),
        again=step_of,
    )


def shop(folder: Path, changed: Mapping[str, str | None] | None = None) -> Path:
    """A repository with one live incident on `main`."""
    return begin(folder, records(changed or {}))


def bare(folder: Path, changed: Mapping[str, str | None] | None = None) -> Path:
    """A repository without a work tree, from which others clone, with one live incident."""
    begun = shop(folder.with_name(f"{folder.name}-begun"), changed)
    git(folder.parent, "clone", "--quiet", "--bare", str(begun), folder.name)
    return folder


def cloned(remote: Path, name: str) -> Path:
    """A clone of it beside it."""
    git(remote.parent, "clone", "--quiet", str(remote), name)
    return remote.parent / name


def entries(folder: Path, revision: str = "HEAD") -> list[str]:
    """The entries of a commit, each by the name of its file."""
    listed = git(folder, "ls-tree", "--name-only", revision, f"{FOLDER}/timeline.d/")
    return sorted(Path(line).stem for line in listed.splitlines())


def subjects(folder: Path, revision: str = "HEAD") -> list[str]:
    """What the commits of a branch say, newest first."""
    return git(folder, "log", "--format=%s", revision).splitlines()


def uncommitted(folder: Path) -> list[str]:
    """What git says of the work tree."""
    return git(folder, "status", "--porcelain", "--untracked-files=all").splitlines()


def kept_files(root: Path) -> list[Path]:
    """All files that were kept, of commands at work too."""
    return sorted((root / ".hotwash/kept").glob("*.json"))


def texts(root: Path) -> str:
    """All that is in the files of `.hotwash/`."""
    return "".join(file.read_text("utf-8") for file in sorted((root / ".hotwash").rglob("*.json")))
