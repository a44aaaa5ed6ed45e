"""A commit as files, and what differs between a base and a head, whichever of them is a commit or a work tree."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hotwash.records.git import Git
from hotwash.records.snapshot import (
    EVIDENCE_LIMIT,
    INCIDENTS,
    NOT_REGULAR,
    NOT_THERE,
    RECORD_LIMIT,
    Refused,
    is_plain,
    too_large,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime
    from pathlib import Path

    from hotwash.records.git import Leaf
    from hotwash.records.snapshot import Snapshot

_SHA1 = 40  # hexadecimal digits


class Revision:
    """The files of a commit, read from git's objects: nothing of it is ever written to disk (threats P2)."""

    def __init__(self, git: Git, commit: str) -> None:
        self.git = git
        self.commit = commit
        self._known: dict[str, Leaf | None] = {}
        self._listed: dict[str, tuple[str, ...]] = {}

    def paths(self) -> tuple[str, ...]:
        """All files below `incidents/`, links and submodules among them, sorted."""
        return self.below(INCIDENTS)

    def below(self, folder: str) -> tuple[str, ...]:
        """All files below a folder, or the file of that name; sorted."""
        if folder not in self._listed:
            self._listed[folder] = self.listed((folder,))
        return self._listed[folder]

    def listed(self, folders: Collection[str]) -> tuple[str, ...]:
        """All files below several folders; sorted."""
        leaves = self.git.leaves(self.commit, *folders)
        self._known.update((leaf.path, leaf) for leaf in leaves)
        return tuple(sorted(leaf.path for leaf in leaves))

    def places(self) -> tuple[str, ...]:
        """What lies at the place of an incident, `incidents/<year>/<id>`, without a look into it; sorted."""
        years = [leaf.path for leaf in self.git.children(self.commit, f"{INCIDENTS}/") if leaf.mode == "040000"]
        found = self.git.children(self.commit, *(f"{year}/" for year in years))
        return tuple(sorted(leaf.path for leaf in found if leaf.mode == "040000"))

    def leaf(self, path: str) -> Leaf | None:
        """What the commit holds at a path; None for nothing, and for a folder."""
        if path not in self._known:
            leaves = self.git.leaves(self.commit, path)
            self._known[path] = next((leaf for leaf in leaves if leaf.path == path), None)
        return self._known[path]

    def read(self, path: str, limit: int = RECORD_LIMIT) -> bytes | Refused:
        """The bytes of a file, or why there are none."""
        leaf = self.leaf(path)
        if leaf is None:
            return NOT_THERE
        if not leaf.is_regular:
            return NOT_REGULAR
        size = self.git.blobs.size(leaf.id)
        if size is None:
            return Refused("is not in this clone", "fetch all objects: git fetch --refetch")
        if size > limit:
            return too_large(size, limit)
        data = self.git.blobs.content(leaf.id)
        return NOT_THERE if data is None else data

    def exists(self, path: str) -> bool:
        """Whether a path from the root names a regular file."""
        leaf = self.leaf(path) if is_plain(path) else None
        return leaf is not None and leaf.is_regular

    def holds(self, path: str, data: bytes) -> bool:
        """Whether the file at a path holds these bytes; asked without reading it."""
        leaf = self.leaf(path)
        if leaf is None or not leaf.is_regular:
            return False
        # The id of a blob: a digest of its length and its bytes.
        digest = hashlib.sha1 if len(leaf.id) == _SHA1 else hashlib.sha256
        return digest(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest() == leaf.id


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit of a change: when it was made, by the clock of whoever made it, and its files."""

    at: datetime
    snapshot: Snapshot


@dataclass(frozen=True, slots=True)
class Base:
    """What a change is compared with.

    Attributes:
        name: As people know it: the revision that was named, with the first signs of the commit.
        snapshot: The files before the change, at the merge base.
        commits: Those of the change, oldest first. What no commit holds is in the work tree only.
    """

    name: str
    snapshot: Snapshot
    commits: tuple[Commit, ...] = ()


def compared(root: Path, base: str, head: str | None) -> tuple[Base, Revision | None]:
    """The base of a change as git knows it, and its head where that is a commit.

    Args:
        root: The folder that holds `incidents/`.
        base: The revision before the change, in any form that git takes.
        head: The revision after it; None for the work tree.

    Raises:
        RepositoryError: One of them is not there, or they have no commit in common here.
    """
    git = Git(root)
    named = git.resolve(base)
    after = git.resolve("HEAD" if head is None else head)
    before = git.merge_base(named, after)
    commits = tuple(Commit(at, Revision(git, commit)) for commit, at in git.commits(before, after))
    return Base(f"{base} ({before[:12]})", Revision(git, before), commits), (
        None if head is None else Revision(git, after)
    )


def changed_paths(base: Snapshot, head: Snapshot, *folders: str) -> tuple[str, ...]:
    """The paths below some folders that are not the same on both sides: new, gone, or other bytes; sorted."""
    if isinstance(base, Revision) and isinstance(head, Revision):
        return tuple(sorted(base.git.differing(base.commit, head.commit, *folders)))
    return tuple(sorted(path for folder in folders for path in _changed(base, head, folder)))


def _changed(base: Snapshot, head: Snapshot, folder: str) -> Iterator[str]:
    before, after = frozenset(base.below(folder)), frozenset(head.below(folder))
    yield from before ^ after
    for path in before & after:
        data = head.read(path, EVIDENCE_LIMIT)
        if isinstance(data, Refused):
            # What cannot be read now is called so; that is no news where it could not be read before.
            if not isinstance(base.read(path, EVIDENCE_LIMIT), Refused):
                yield path
        elif isinstance(base, Revision):
            if not base.holds(path, data):
                yield path
        elif base.read(path, EVIDENCE_LIMIT) != data:
            yield path
