"""A commit as files, and what differs between a base and a head, whichever of them is a commit or a work tree."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from hotwash.records.git import Git
from hotwash.records.snapshot import (
    EVIDENCE_LIMIT,
    INCIDENTS,
    NOT_REGULAR,
    NOT_THERE,
    RECORD_LIMIT,
    FolderSnapshot,
    Refused,
    blob_id,
    is_plain,
    place_of,
    too_large,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime
    from pathlib import Path

    from hotwash.records.git import Entry
    from hotwash.records.snapshot import Snapshot

_SHA1 = 40  # hexadecimal digits


class Revision:
    """The files of a commit, read from git's objects: nothing of it is ever written to disk (threats P2).

    What git cannot give raises RepositoryError: a part that is not in this clone is no part that is not there.
    """

    def __init__(self, git: Git, commit: str) -> None:
        self.git = git
        self.commit = commit

    @cached_property
    def _root(self) -> Entry | None:
        return self.git.root(self.commit)

    def entry(self, path: str) -> Entry | None:
        """What the commit holds at a path: a file, link, folder or submodule; None for nothing, and behind a link."""
        return self.git.entry(self._root, path.split("/"))

    def paths(self) -> tuple[str, ...]:
        """All files below `incidents/`, links and submodules among them, sorted."""
        return self.below(INCIDENTS)

    def below(self, folder: str) -> tuple[str, ...]:
        """All files below a folder, links and submodules among them, or the file of that name; sorted."""
        return tuple(sorted(self.git.files(folder, self.entry(folder))))

    def outline(self, touched: Collection[str]) -> tuple[list[str], list[str]]:
        """`paths()` as far as they are not in the place of an untouched incident, and those places; in no order."""
        paths: list[str] = []
        places: list[str] = []
        records = self.entry(INCIDENTS)
        if records is not None and records.kind != "folder":
            paths.append(INCIDENTS)
        for name, year in self.git.inside(records).items():
            above = f"{INCIDENTS}/{name}"
            if year.kind != "folder":
                paths.append(above)
                continue
            for id_, entry in self.git.tree(year.id).items():
                path = f"{above}/{id_}"
                if entry.kind == "folder" and path not in touched and place_of(f"{path}/"):
                    places.append(path)
                else:
                    paths.extend(self.git.files(path, entry))
        return paths, places

    def read(self, path: str, limit: int = RECORD_LIMIT) -> bytes | Refused:
        """The bytes of a file, or why there are none."""
        entry = self.entry(path)
        if entry is None:
            return NOT_THERE
        if entry.kind != "file":
            return NOT_REGULAR
        size = self.git.size(entry.id)
        return too_large(size, limit) if size > limit else self.git.blob(entry.id, limit)

    def exists(self, path: str) -> bool:
        """Whether a path from the root names a regular file."""
        entry = self.entry(path) if is_plain(path) else None
        return entry is not None and entry.kind == "file"


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
        revision: As it was named.
    """

    name: str
    snapshot: Snapshot
    commits: tuple[Commit, ...] = ()
    revision: str = "BASE"


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
    since = Base(f"{base} ({before[:12]})", Revision(git, before), commits, base)
    return since, None if head is None else Revision(git, after)


def changed_paths(base: Snapshot, head: Snapshot, *folders: str) -> tuple[str, ...]:
    """The paths below some folders that are not the same on both sides: new, gone, or with other bytes; sorted.

    Links are compared by their targets. Whether a file may be run makes no difference, nor do the ends of its lines
    in a work tree, where git may write others than it keeps.
    """
    return tuple(sorted(path for folder in folders for path in _changed(base, head, folder)))


def _changed(base: Snapshot, head: Snapshot, folder: str) -> Iterator[str]:
    if isinstance(base, Revision) and isinstance(head, Revision):
        # Only what is not the same is looked into.
        yield from base.git.differing(folder, base.entry(folder), head.entry(folder))
        return
    before, after = frozenset(base.below(folder)), frozenset(head.below(folder))
    yield from before ^ after
    yield from (path for path in before & after if not _is_same(base, head, path))


def _is_same(base: Snapshot, head: Snapshot, path: str) -> bool:
    if not isinstance(base, Revision) or not isinstance(head, FolderSnapshot):
        return base.read(path, EVIDENCE_LIMIT) == head.read(path, EVIDENCE_LIMIT)
    entry = base.entry(path)
    if entry is None or entry.kind not in ("file", "link"):
        return False
    # The digest is asked of what is on disk, so that the blob need not be read.
    digest = hashlib.sha1 if len(entry.id) == _SHA1 else hashlib.sha256
    data = head.read(path, EVIDENCE_LIMIT) if entry.kind == "file" else NOT_REGULAR
    if isinstance(data, Refused):
        return head.blob_id(path, digest, is_link=entry.kind == "link") == entry.id
    return entry.id in (blob_id(data, digest), b"\r\n" in data and blob_id(data.replace(b"\r\n", b"\n"), digest))
