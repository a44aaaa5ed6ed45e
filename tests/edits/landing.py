"""What the tests of landing share: a repository with a live incident, clones of it, and steps that add an entry."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from hotwash.edits.amendment import Create
from hotwash.edits.kept import keep
from hotwash.edits.land import land
from tests.builders import FOLDER, ID, NOW, records
from tests.gitrepo import begin, git

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hotwash.edits.amendment import Amendment
    from hotwash.edits.land import Landing, Step
    from hotwash.records.snapshot import Snapshot

SHOP = "https://shop.example"


def entry(id_: str, text: str = "Looked at the logs") -> bytes:
    """A request that logs a note."""
    return json.dumps({"op": "log", "incident": ID, "id": id_, "text": text}).encode()


def step_of(request: bytes) -> Step:
    """What such a request does."""
    asked = json.loads(request)
    text = f"at: 2026-11-23T08:{asked['id'][2:4]}:30Z\nby: alice\nkind: note\ntext: {asked['text']}\n"

    def step(_records: Snapshot) -> tuple[str, tuple[Amendment, ...]]:
        return FOLDER, (Create(f"timeline.d/{asked['id']}.yaml", text),)

    return step


def log(root: Path, id_: str, text: str = "Looked at the logs", *, push: bool = False, always: bool = True) -> Landing:
    """Log a note."""
    request = entry(id_, text)
    kept = keep(root, "log", request, NOW)
    return land(
        root,
        step_of(request),
        verb="log",
        incident=ID,
        now=NOW,
        push=push,
        always=always,
        kept=kept,
        again=step_of,
    )


def shop(folder: Path, changed: Mapping[str, str] | None = None) -> Path:
    """A repository with one live incident on `main`."""
    return begin(folder, records(changed or {}))


def bare(folder: Path, changed: Mapping[str, str] | None = None) -> Path:
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
