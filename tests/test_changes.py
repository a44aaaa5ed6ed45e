"""Pull requests as folders: what `base/` holds, what the change makes of it, and what `check --base` says.

`base/` is the repository before; `head/` holds the files that the change writes, the rest stays. What no file can say
stands in case.toml: `deleted` paths, `links` (path -> target), `submodules`. Each is a real git repository, judged twice: from the commits,
as a workflow does, and from the work tree, as on a laptop. Both must say the same.

`pytest tests/test_changes.py --update` rewrites what is expected. Read it as a reviewer who has ten seconds.
"""

from __future__ import annotations

import re
import shutil
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.command import hotwash
from tests.gitrepo import COMMITTED, commit, git, write

if TYPE_CHECKING:
    from collections.abc import Callable

CHANGES = Path(__file__).parent / "changes"
_COMMIT = re.compile(r"^(changes since \S+) \([0-9a-f]{12}\)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class PullRequest:
    """What case.toml says.

    Attributes:
        now: When it is judged.
        exit: 0 where it may be merged.
        committed: When the change was committed; RFC 3339.
        deleted: Files or folders that the change deletes.
        texts: Files that the change writes and that git would obey in this repository as well: path -> text.
        links: Symbolic links that the change makes: path -> target.
        submodules: Paths at which the change puts a commit of another repository.
        stderr: All that is written there, without the last newline.
    """

    folder: Path
    now: str
    exit: int
    committed: str = COMMITTED
    deleted: tuple[str, ...] = ()
    texts: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    submodules: tuple[str, ...] = ()
    stderr: str = ""

    @property
    def name(self) -> str:
        """The folder below `changes`."""
        return self.folder.relative_to(CHANGES).as_posix()


PULL_REQUESTS = [
    PullRequest(file.parent, **tomllib.loads(file.read_text(encoding="utf-8")))
    for file in sorted(CHANGES.rglob("case.toml"))
]


def build(case: PullRequest, folder: Path) -> None:
    """Make the repository: `main` is the base, the change is one commit on the branch `change`."""
    shutil.copytree(case.folder / "base", folder)
    git(folder, "init", "--quiet", "--initial-branch=main", ".")
    commit(folder, "base")
    git(folder, "switch", "--quiet", "--create", "change")
    for path in case.deleted:
        place = folder / path
        shutil.rmtree(place) if place.is_dir() else place.unlink()
    if (case.folder / "head").is_dir():
        shutil.copytree(case.folder / "head", folder, dirs_exist_ok=True)
    write(folder, case.texts)
    for path in (*case.links, *case.submodules):
        shutil.rmtree(folder / path, ignore_errors=True)  # the folder in whose place they come
    for path, target in case.links.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).symlink_to(target)
    for path in case.submodules:
        (folder / path).mkdir(parents=True)
        (folder / path / ".git").write_text("gitdir: nowhere\n", encoding="utf-8")
    # Written within one tick of the clock, a file of the same length would pass for the one before.
    git(folder, "read-tree", "--empty")
    for path in case.submodules:
        git(folder, "update-index", "--add", "--cacheinfo", f"160000,{git(folder, 'rev-parse', 'main')},{path}")
    git(folder, "add", "--all", "--force", "--", ".", *(f":(exclude){path}" for path in case.submodules))
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "change", at=case.committed)


@pytest.mark.parametrize("case", PULL_REQUESTS, ids=lambda case: case.name)
def test_the_verdict_on_a_pull_request(case: PullRequest, tmp_path: Path, golden: Callable[[Path, str], None]) -> None:
    folder = tmp_path / "repository"
    build(case, folder)
    ran = hotwash("-C", str(folder), "check", "--base", "main", "--head", "change", "--now", case.now)
    golden(case.folder / "expected.txt", _COMMIT.sub(r"\1 (COMMIT)", ran.out))
    assert (ran.code, _without_commit(ran.err)) == (case.exit, case.stderr)
    if not case.submodules:  # in a work tree a submodule that is not checked out is an empty folder
        assert hotwash("-C", str(folder), "check", "--base", "main", "--now", case.now) == ran


def _without_commit(told: str) -> str:
    return re.sub(r"\([0-9a-f]{12}\)", "(COMMIT)", told).removesuffix("\n")
