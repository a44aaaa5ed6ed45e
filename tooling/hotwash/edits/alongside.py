"""The work tree and the index, brought along when the branch that is checked out moves.

A file that is as the last commit has it becomes as the next one has it. What somebody has changed and not committed is
theirs: it stays, and where the next commit changes the same file, their version is amended in the same way or left.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from hotwash.edits.kept import state_folder
from hotwash.edits.writing import make_folder, remove_file, replace_file
from hotwash.errors import EditRefused, RepositoryError
from hotwash.records.commits import FILE, blob, stage, staged
from hotwash.records.overlay import Overlay
from hotwash.records.snapshot import NOT_THERE, FolderSnapshot, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from hotwash.records.apart import Apart
    from hotwash.records.commits import Staged
    from hotwash.records.git import Entry, Git
    from hotwash.records.snapshot import Snapshot

_LARGEST = 64 * 1024 * 1024  # bytes of a file that is brought along
_MAY_RUN = "100755"


class FileChange(NamedTuple):
    """A file of the work tree before and after, from the top of the repository."""

    path: str
    old: bytes | None
    new: bytes | None
    may_run: bool | None = None  # None: as before


@dataclass(slots=True)
class Brought:
    """What has been written so far, so that it can be taken back.

    Attributes:
        git: The repository, or the folder that is none.
        own: Where the index is written from; None where there is none.
        done: The files, in order.
        index: What the index held before.
    """

    git: Git
    own: Apart | None
    done: list[FileChange] = field(default_factory=list)
    index: list[tuple[str, str, str | None]] = field(default_factory=list)

    def write(self, changes: Iterable[FileChange]) -> str:
        """Write files, new ones before others go; empty, or which file was not written and why."""
        parts = _parts(self.git.directory)
        for change in sorted(changes, key=lambda one: (one.new is None, one.path)):
            if why := _written(self.git.top, change, parts):
                return f"{change.path} {why}"
            self.done.append(change)
        return ""

    def stage(self, entries: Sequence[tuple[str, str, str | None]]) -> None:
        """Write into the index.

        Raises:
            RepositoryError: It cannot be written.
        """
        paths = [path for path, _, _ in entries]
        was = staged(self.git, paths) if paths else {}
        before = [(path, was[path].mode, was[path].id) if path in was else (path, FILE, None) for path in paths]
        assert self.own is not None  # noqa: S101 - only a repository has an index
        stage(self.own, self.git, entries)
        self.index += before

    def undo(self) -> None:
        """Take back what was written, as far as nobody has changed it meanwhile."""
        parts = _parts(self.git.directory) if self.done else None
        for change in reversed(self.done):
            _written(self.git.top, FileChange(change.path, change.new, change.old), parts)
        self.done.clear()
        if self.own is not None:
            with suppress(RepositoryError):
                stage(self.own, self.git, self.index)
        self.index.clear()


def _parts(root: Path) -> Path | None:
    """A folder for files that are not whole yet; what others left in it that were killed is taken away."""
    folder = state_folder(root, "parts")
    with suppress(OSError):
        for part in () if folder is None else folder.iterdir():
            part.unlink()
    return folder


def _written(top: Path, change: FileChange, parts: Path | None) -> str:
    if change.new is None:
        if change.old is None:
            return ""
        why = remove_file(top, change.path, change.old, within="")
        if not why:
            _prune(top, change.path)
        return why
    mode = None if change.may_run is None else 0o755 if change.may_run else 0o644
    return make_folder(top, change.path) or replace_file(
        top, change.path, change.old, change.new, within="", mode=mode, parts=parts
    )


def _prune(top: Path, path: str) -> None:
    """Take away the folders that a file leaves empty, as git does."""
    for folder in PurePosixPath(path).parents:
        if str(folder) in (".", "incidents"):
            break
        try:
            (top / folder).rmdir()
        except OSError:
            break


def on_disk(top: Path, path: str) -> bytes | Refused | None:
    """What a file of the work tree holds; None where there is none."""
    data = FolderSnapshot(top).read(path, _LARGEST)
    return None if data == NOT_THERE else data


def like(there: bytes | Refused | None, committed: bytes | None) -> Callable[[bytes], bytes] | None:
    """How a commit's new content is written where a file is as the commit before has it; None where it is not.

    A work tree may have other ends of lines than git keeps.
    """
    if there == committed:
        return lambda data: data
    if isinstance(there, bytes) and committed is not None and there.replace(b"\r\n", b"\n") == committed:
        return lambda data: data.replace(b"\n", b"\r\n")
    return None


def whole(git: Git, old: str, new: str) -> tuple[tuple[FileChange, ...], tuple[tuple[str, str, str | None], ...]] | str:
    """What changes in work tree and index when the branch goes from one commit to another, whatever lies between.

    Returns:
        The files, and what the index is to hold; or why it cannot be brought along without touching what somebody has
        changed.
    """
    before, after = git.top_tree(old), git.top_tree(new)
    paths = sorted(path.removeprefix("/") for path in git.differing("", before, after))
    index = staged(git, paths)
    modes = _Modes(git)
    files: list[FileChange] = []
    entries: list[tuple[str, str, str | None]] = []
    for path in paths:
        was, becomes = modes.at(before, path), modes.at(after, path)
        held = index.get(path)
        known = None if held is None or held.stage else (held.mode, held.id)
        if known not in (was, becomes) or (held is not None and held.stage):
            return f"{path} has been changed here and not committed"
        if any(one is not None and not one[0].startswith("100") for one in (was, becomes)):
            return f"{path} is a link or a submodule"
        change = _change(git, path, was, becomes)
        if isinstance(change, str):
            return f"{path} {change}"
        if change is not None:
            files.append(change)
        entries.append((path, becomes[0], becomes[1]) if becomes is not None else (path, FILE, None))
    return tuple(files), tuple(entries)


def _change(
    git: Git, path: str, was: tuple[str, str] | None, becomes: tuple[str, str] | None
) -> FileChange | str | None:
    there = on_disk(git.top, path)
    if isinstance(there, Refused):
        return there.why
    old = None if was is None else git.blob(was[1], _LARGEST)
    new = None if becomes is None else git.blob(becomes[1], _LARGEST)
    if there == new:
        return None
    written_as = like(there, old)
    if written_as is None:
        return "has been changed here and not committed"
    may_run = None if becomes is None else becomes[0] == _MAY_RUN
    return FileChange(path, there, None if new is None else written_as(new), may_run)


class _Modes:
    """The mode and the object at paths of a commit; each folder is read once."""

    def __init__(self, git: Git) -> None:
        self._git = git
        self._folders: dict[str, Mapping[str, tuple[str, str]]] = {}

    def at(self, top: Entry | None, path: str) -> tuple[str, str] | None:
        """What is at a path, unless it is a folder."""
        found = None if top is None else ("40000", top.id)
        for name in path.split("/"):
            if found is None or found[0] != "40000":
                return None
            if found[1] not in self._folders:
                self._folders[found[1]] = self._git.modes(found[1])
            found = self._folders[found[1]].get(name)
        return None if found is None or found[0] == "40000" else found


class Edit(NamedTuple):
    """An edit as the commit holds it, and how it is made again on somebody's own version.

    Attributes:
        before: The records before it.
        changes: Paths from the root, and their new content.
        again: The same on other records; raises EditRefused where it cannot be.
    """

    before: Snapshot
    changes: Mapping[str, bytes | None]
    again: Callable[[Snapshot], Mapping[str, bytes | None]]


def edit_files(git: Git, edit: Edit) -> tuple[tuple[FileChange, ...], tuple[str, ...]]:
    """What changes in the work tree by an edit, and what has to be left as somebody has changed it."""
    tree = FolderSnapshot(git.directory)
    files: list[FileChange] = []
    theirs: dict[str, bytes | None] = {}
    told: list[str] = []
    for path, new in edit.changes.items():
        there = on_disk(git.directory, path)
        old = _content(edit.before, path)
        if there == new:
            continue
        if isinstance(there, Refused):
            told.append(f"{path} {there.why}: it was left as it is")
        elif (written_as := like(there, old)) is not None:
            files.append(FileChange(git.within + path, there, None if new is None else written_as(new)))
        else:
            theirs[path] = there
    if theirs:
        try:
            amended = edit.again(tree)
        except EditRefused as error:
            amended = {}
            told += [f"{path} has changes of yours and was left as it is: {error.message}" for path in theirs]
        files += [FileChange(git.within + path, theirs[path], amended[path]) for path in theirs if path in amended]
    return tuple(files), tuple(told)


def edit_index(
    own: Apart,
    git: Git,
    edit: Edit,
    index: Mapping[str, Staged],
    *,
    before: Mapping[str, tuple[str, str]],
    after: Mapping[str, tuple[str, str]],
) -> tuple[tuple[str, str, str | None], ...]:
    """What the index is to hold after an edit: its own version of each file with the same edit.

    Args:
        own: Where objects are written.
        git: The clone.
        edit: What was done.
        index: What it holds, by path from the top.
        before: The same of the commit before.
        after: The same of the next commit.
    """
    theirs: dict[str, bytes] = {}
    for path in edit.changes:
        held, was = index.get(git.within + path), before.get(git.within + path)
        if held is not None and was is not None and was != (held.mode, held.id):
            theirs[path] = git.blob(held.id, _LARGEST)
    amended: Mapping[str, bytes | None] = {}
    if theirs:
        # Where it cannot be done on what is staged, the commit's version is: else the next commit would undo the edit.
        with suppress(EditRefused):
            amended = {**theirs, **edit.again(Overlay(edit.before, theirs))}
    entries: list[tuple[str, str, str | None]] = []
    for path in (git.within + path for path in edit.changes):
        mode, id_ = after.get(path, (FILE, None))
        name = path.removeprefix(git.within)
        if name in theirs and name in amended:
            data = amended[name]
            mode, id_ = index[path].mode, None if data is None else blob(own, data)
        entries.append((path, mode, id_))
    return tuple(entries)


def _content(snapshot: Snapshot, path: str) -> bytes | None:
    data = snapshot.read(path, _LARGEST) if path in snapshot.below(path) else None
    return data if isinstance(data, bytes) else None
