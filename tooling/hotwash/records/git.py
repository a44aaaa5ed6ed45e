"""The only caller of git: revisions to object ids, trees and blobs, read as objects and never as a work tree.

A repository is hostile until shown otherwise: its configuration, its references and its revisions come from whoever
wrote it (threats P5, P6). So only plumbing runs, which obeys no hook, filter, pager or external program; a name of a
revision becomes an object id before anything else sees it; and no command may reach for the network.
"""

from __future__ import annotations

import os
import re
import subprocess
import weakref
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING

from hotwash.errors import RepositoryError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_OBJECT_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}", re.ASCII)
# `cat-file --batch-command` came with 2.36; what `rev-parse` takes for an option is settled from 2.39 on.
OLDEST = (2, 39)
_LOOSE = (
    "-c", "core.fsmonitor=false",
    "-c", "core.hooksPath=/dev/null",
    "-c", "core.pager=cat",
    "-c", "protocol.allow=never",
)  # fmt: skip
_SURROUNDINGS = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    # A missing object of a partial clone is not fetched: by newer versions the first, by older ones the second.
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    # An object is what its id says, not what the repository would rather show.
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "LC_ALL": "C",
}
MOST_COMMITS = 1_000  # of one change; what is older than the newest so many is taken to have come with them
REGULAR = ("100644", "100755")


@dataclass(frozen=True, slots=True)
class Leaf:
    """What a tree holds at a path: a file, a link, a commit of another repository."""

    path: str
    mode: str
    id: str

    @property
    def is_regular(self) -> bool:
        """It is a file, and no link or submodule (threats P2)."""
        return self.mode in REGULAR


class Git:
    """A repository on disk.

    Args:
        directory: The folder from which paths count; it lies in the work tree.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._reader: BlobReader | None = None

    def resolve(self, revision: str) -> str:
        """The object id of the commit that a revision names.

        Raises:
            RepositoryError: There is none, or no git, or no repository.
        """
        if not revision or "\0" in revision:
            message = "no revision has an empty name, or one with NUL in it"
            raise RepositoryError(message)
        done = self._run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        found = done.stdout.decode("ascii", "replace").strip()
        if done.returncode == 0 and _OBJECT_ID.fullmatch(found):
            return found
        self._must_be_usable()
        message = f"no revision {revision!r} in this repository"
        hint = "fetch it first, or name a branch, a tag or a commit that is here: git branch --all"
        raise RepositoryError(message, self._uncut() or hint)

    def merge_base(self, one: str, other: str) -> str:
        """The commit from which two commits went different ways.

        Raises:
            RepositoryError: They have none in common, or the history that is here does not reach it.
        """
        done = self._run("merge-base", one, other)
        found = done.stdout.decode("ascii", "replace").split()
        if done.returncode == 0 and found:
            return found[0]
        message = f"{one[:12]} and {other[:12]} have no commit in common here"
        raise RepositoryError(message, self._uncut() or "name a base from which this branch was begun")

    def _uncut(self) -> str:
        """What to do where the history is cut; empty where it is whole."""
        done = self._run("rev-parse", "--is-shallow-repository")
        if done.stdout.strip() != b"true":
            return ""
        return "the history is cut short here: git fetch --unshallow, or in a workflow `fetch-depth: 0` at the checkout"

    def commits(self, base: str, head: str) -> tuple[tuple[str, datetime], ...]:
        """The commits that `head` has and `base` has not, oldest first, each with the time of its commit."""
        out = self._need("rev-list", "--reverse", "--topo-order", "--timestamp", f"--max-count={MOST_COMMITS}", head, f"^{base}")  # fmt: skip
        found = []
        for line in out.decode("ascii", "replace").splitlines():
            seconds, _, commit = line.partition(" ")
            with suppress(ValueError, OverflowError, OSError):
                found.append((commit, datetime.fromtimestamp(int(seconds), UTC)))
        return tuple(found)

    def differing(self, base: str, head: str, *folders: str) -> tuple[str, ...]:
        """The paths below some folders that are not the same in two commits, counted from the directory."""
        out = self._need(
            *("diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-ext-diff", "--no-textconv", "--relative"),
            *("--ignore-submodules=none", base, head, "--", *folders),
        )
        # `:mode mode id id status`, NUL, path, NUL; and so on.
        return tuple(_text(path) for path in out.split(b"\0")[1::2])

    def leaves(self, commit: str, *folders: str) -> tuple[Leaf, ...]:
        """All files below some paths, links and submodules among them; counted from the directory."""
        return tuple(leaf for leaf in self._tree("-r", commit, *folders) if leaf.mode != "040000")

    def children(self, commit: str, *folders: str) -> tuple[Leaf, ...]:
        """What lies right in some folders, whose names end in a slash; counted from the directory."""
        return tuple(self._tree("-t", commit, *folders)) if folders else ()

    def _tree(self, how: str, commit: str, *folders: str) -> Iterator[Leaf]:
        options = ("-r",) if how == "-r" else ()
        for some in _portions(folders):
            for line in self._need("ls-tree", "-z", *options, commit, "--", *some).split(b"\0"):
                if line:
                    told, _, path = line.partition(b"\t")
                    mode, _, id_ = told.decode("ascii").split(" ", 2)
                    yield Leaf(_text(path), mode, id_)

    @property
    def blobs(self) -> BlobReader:
        """The process that gives blobs by their ids; one for all revisions, and it ends with this object."""
        if self._reader is None:
            self._reader = BlobReader(self._start("cat-file", "--batch-command"))
            weakref.finalize(self, self._reader.close)
        return self._reader

    def _need(self, *arguments: str) -> bytes:
        done = self._run(*arguments)
        if done.returncode:
            self._must_be_usable()
            message = f"git {arguments[0]} failed: {_last_line(done.stderr)}"
            raise RepositoryError(message, self._uncut() or "see that the repository is whole: git fsck")
        return done.stdout

    def _must_be_usable(self) -> None:
        """Raise what is wrong with git here, if anything is."""
        told = self._run("--version").stdout.decode("ascii", "replace")
        version = tuple(int(part) for part in re.findall(r"\d+", told)[:2])
        if version < OLDEST:
            message = f"git {'.'.join(map(str, OLDEST))} or newer is needed, and here is {told.strip() or 'none'}"
            raise RepositoryError(message)
        done = self._run("rev-parse", "--git-dir")
        if done.returncode:
            message = f"git has no repository at {self.directory}: {_last_line(done.stderr)}"
            raise RepositoryError(message, "a change is told from a base only in a git repository")

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        try:
            return subprocess.run(
                ["git", *_LOOSE, *arguments],
                cwd=self.directory,
                env=surroundings(),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
            )
        except OSError as error:
            message = f"git cannot be started: {error.strerror}"
            raise RepositoryError(message, "install git, and see that it is on the PATH") from error

    def _start(self, *arguments: str) -> subprocess.Popen[bytes]:
        try:
            return subprocess.Popen(
                ["git", *_LOOSE, *arguments],
                cwd=self.directory,
                env=surroundings(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except OSError as error:
            message = f"git cannot be started: {error.strerror}"
            raise RepositoryError(message, "install git, and see that it is on the PATH") from error


def surroundings() -> dict[str, str]:
    """The environment of a call: the person's own, without what would lead git to another repository."""
    return {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | _SURROUNDINGS


class BlobReader:
    """One process that answers for many objects, asked for their size before their content (threats R3)."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def size(self, id_: str) -> int | None:
        """How many bytes a blob has; None where it is not here."""
        told = self._ask(f"info {id_}").split()
        return int(told[2]) if len(told) == 3 and told[1] == b"blob" else None  # noqa: PLR2004 - id, kind, size

    def content(self, id_: str) -> bytes | None:
        """What a blob holds; None where it is not here."""
        told = self._ask(f"contents {id_}").split()
        if len(told) != 3:  # noqa: PLR2004 - id, kind, size
            return None
        data = self._output.read(int(told[2]))
        self._output.read(1)  # the new line after it
        return data

    def _ask(self, question: str) -> bytes:
        try:
            self._input.write(f"{question}\n".encode("ascii"))
            self._input.flush()
        except OSError as error:
            message = "git stopped while it was asked for an object"
            raise RepositoryError(message, "see that the repository is whole: git fsck") from error
        return self._output.readline()

    @property
    def _input(self) -> IO[bytes]:
        assert self._process.stdin is not None  # noqa: S101 - started with a pipe
        return self._process.stdin

    @property
    def _output(self) -> IO[bytes]:
        assert self._process.stdout is not None  # noqa: S101 - started with a pipe
        return self._process.stdout

    def close(self) -> None:
        """End the process."""
        with suppress(OSError):
            self._input.close()
        self._process.wait()
        self._output.close()


_PORTION = 400  # paths on one command line


def _portions(paths: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(paths), _PORTION):
        yield paths[start : start + _PORTION]


def _text(path: bytes) -> str:
    # As Python reads names from a disk: what is no UTF-8 is kept, and called unreadable later.
    return path.decode("utf-8", "surrogateescape")


def _last_line(told: bytes) -> str:
    lines = told.decode("utf-8", "replace").strip().splitlines()
    return lines[-1].removeprefix("fatal: ") if lines else "it said nothing"
