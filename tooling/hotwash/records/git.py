"""The only caller of git: revisions to object ids, trees and blobs, read as objects and never as a work tree.

A repository is hostile until shown otherwise: its configuration, its references and its revisions come from whoever
wrote it (threats P5, P6). So only plumbing runs, which obeys no hook, filter, pager or external program; a name of a
revision becomes an object id before anything else sees it; and no command may reach for the network, apart from those
of `records/remote.py`. Trees are read and compared here rather than by git: one process answers for all objects,
whatever the number of incidents, and what is made to be endless meets a limit (threats R3).
"""

from __future__ import annotations

import os
import re
import subprocess
import weakref
from contextlib import suppress
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, Literal, NamedTuple

from hotwash.errors import RepositoryError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

OBJECT_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}", re.ASCII)
# `cat-file --batch-command` came with 2.36; what `rev-parse` takes for an option is settled from 2.39 on.
OLDEST = (2, 39)
_LOOSE = (
    "--no-pager",
    "-c", "core.fsmonitor=false",
    "-c", "core.hooksPath=/dev/null",
    # A list of commits that the repository made of itself, and may have made up.
    "-c", "core.commitGraph=false",
    "-c", "protocol.allow=never",
    # What is committed to look like a repository is none.
    "-c", "safe.bareRepository=explicit",
)  # fmt: skip
_SURROUNDINGS = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    # A missing object of a partial clone is not fetched: by newer versions the first, by older ones the second.
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    # An object is what its id says, not what the repository would rather show; and so are the parents of a commit.
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_OPTIONAL_LOCKS": "0",
    "LC_ALL": "C",
}
MOST_BRANCHES = 200  # that are looked at
# What the person's own environment says of themselves, and of how they reach others; never where a repository is.
_OWN = re.compile(
    r"GIT_(?:SSH|SSH_COMMAND|SSH_VARIANT|ASKPASS|SSL_[A-Z_]+|PROXY_SSL_[A-Z_]+|HTTP_PROXY_AUTHMETHOD"
    r"|(?:AUTHOR|COMMITTER)_(?:NAME|EMAIL)|CONFIG_(?:GLOBAL|SYSTEM|NOSYSTEM|COUNT|KEY_[0-9]+|VALUE_[0-9]+))",
    re.ASCII,
)
MOST_COMMITS = 1_000  # of one change; what is older than the newest so many is taken to have come with them
LONGEST_REVISION = 1_000  # characters; a system refuses to start git with some hundred thousand
MOST_FILES = 2_000_000  # and folders, below one: ten trees that hold each other over and over make billions
LONGEST_PATH = 4_096  # characters, as of Linux
LARGEST_TREE = 16 * 1024 * 1024  # bytes
LARGEST_COMMIT = 1024 * 1024  # bytes
# Objects asked for at once: what is asked of so many fits into a pipe, so that neither side waits for the other.
_PORTION = 400
_KEPT = 100_000  # files and folders whose ids are known at a time

Kind = Literal["file", "link", "folder", "submodule"]
_KINDS: dict[bytes, Kind] = {b"40000": "folder", b"120000": "link", b"160000": "submodule"}
# What fsck refuses as the name of a file, and no disk would take.
_NO_NAMES = frozenset({".", "..", ".git"})


class Entry(NamedTuple):
    """What a commit holds at a path.

    Attributes:
        kind: Only a file is ever read (threats P2). Whether it may be run is of no concern.
        id: The object; of a submodule the commit of another repository.
    """

    kind: Kind
    id: str


class Answer(NamedTuple):
    """What a call of git came to."""

    code: int
    out: bytes
    err: bytes

    @property
    def text(self) -> str:
        """What was answered, without the blanks at its ends."""
        return self.out.decode("utf-8", "replace").strip()

    @property
    def why(self) -> str:
        """The first line of what was said of a failure."""
        return _first_line(self.err)


class Git:
    """A repository on disk.

    Args:
        directory: The folder from which paths count, absolute and without links; it lies in the work tree.

    Attributes:
        is_repository: Whether the folder lies in what looks like one.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        top = next((folder for folder in (directory, *directory.parents) if (folder / ".git").exists()), None)
        self.is_repository = top is not None
        self.top = directory if top is None else top
        self._inside = () if top is None else directory.relative_to(top).parts
        self._surroundings = surroundings(top)
        self._objects: Objects | None = None
        self._trees: dict[str, Mapping[str, Entry]] = {}
        self._before: dict[tuple[str, str], bool] = {}
        self._kept = 0  # what they hold together

    @property
    def within(self) -> str:
        """What comes before the paths of the folder in those of the repository; empty at its top, else with a slash."""
        return "".join(f"{name}/" for name in self._inside)

    def ask(self, *arguments: str, stdin: bytes = b"") -> Answer:
        """Call git at the top of the work tree, as the person themselves, for what is written.

        It obeys the configuration of the clone, so it is for commands in which that runs nothing: references, the
        index, and values of the configuration. All else goes through `records/apart.py`.
        """
        # Whatever a configuration says, the work tree is the one that was found.
        environment = own_surroundings(self.top) | {"GIT_WORK_TREE": str(self.top)}
        return call(self.top, environment, *arguments, stdin=stdin)

    def must_be_usable(self) -> None:
        """Raise what is wrong with git or the repository here, if anything is.

        Raises:
            RepositoryError: No git, too old a git, or no repository that it reads.
        """
        self._must_be_usable()

    def resolve(self, revision: str) -> str:
        """The object id of the commit that a revision names.

        Raises:
            RepositoryError: There is none, or no git, or no repository.
        """
        if not revision or "\0" in revision:
            message = "no revision has an empty name, or one with NUL in it"
            raise RepositoryError(message)
        if len(revision) > LONGEST_REVISION:
            message = f"no revision has a name of {len(revision):,} characters, as {revision[:40]!r}… has"
            raise RepositoryError(message)
        done = self._run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        found = done.stdout.decode("ascii", "replace").strip()
        if done.returncode == 0 and OBJECT_ID.fullmatch(found):
            return found
        self._must_be_usable()
        message = f"no revision {revision!r} in this repository"
        hint = "fetch it first, or name a branch, a tag or a commit that is here: git branch --all"
        raise RepositoryError(message, self._uncut() or hint)

    def branches(self, *patterns: str) -> tuple[tuple[str, str], ...]:
        """The references that fit some patterns, each with the id of what it names; by name, `MOST_BRANCHES` at most.

        Args:
            patterns: Whole names, folders of them, or with `*` for a part between two slashes. Ours, never a person's.

        Raises:
            RepositoryError: There is no git, or no repository.
        """
        # No object is looked at: one that is broken would hide all others.
        form = "--format=%(objectname) %(refname)"
        out = self._need("for-each-ref", form, f"--count={MOST_BRANCHES}", *patterns)
        told = (line.partition(" ") for line in out.decode("utf-8", "surrogateescape").splitlines())
        return tuple((name, id_) for id_, _, name in told if OBJECT_ID.fullmatch(id_))

    def merge_base(self, one: str, other: str) -> str:
        """The commit from which two commits went different ways; of several the one that git prefers.

        Raises:
            RepositoryError: They have none in common, or the history that is here does not reach it.
        """
        done = self._run("merge-base", one, other)
        found = done.stdout.decode("ascii", "replace").strip()
        if done.returncode == 0 and OBJECT_ID.fullmatch(found):
            return found
        message = f"{one[:12]} and {other[:12]} have no commit in common here"
        raise RepositoryError(message, self._uncut() or "name a base from which this branch was begun")

    def _uncut(self) -> str:
        """What to do where the history is cut; empty where it is whole."""
        done = self._run("rev-parse", "--is-shallow-repository")
        if done.stdout.strip() != b"true":
            return ""
        return "the history is cut short here: git fetch --unshallow, or in a workflow `fetch-depth: 0` at the checkout"

    def is_ancestor(self, one: str, other: str) -> bool:
        """Whether all that a commit has is in another; which never changes."""
        if one == other:
            return True
        if (one, other) not in self._before:
            self._before[one, other] = self._run("merge-base", "--is-ancestor", one, other).returncode == 0
        return self._before[one, other]

    def commits(self, base: str, head: str) -> tuple[tuple[str, datetime], ...]:
        """The commits that `head` has and `base` has not, oldest first, each with the time of its commit."""
        out = self._need("rev-list", "--reverse", "--topo-order", "--timestamp", f"--max-count={MOST_COMMITS}", head, f"^{base}")  # fmt: skip
        found = []
        for line in out.decode("ascii", "replace").splitlines():
            seconds, _, commit = line.partition(" ")
            # A commit may say any number of seconds.
            with suppress(ValueError, OverflowError, OSError):
                if OBJECT_ID.fullmatch(commit):
                    found.append((commit, datetime.fromtimestamp(int(seconds), UTC)))
        return tuple(found)

    def top_tree(self, commit: str) -> Entry | None:
        """All that a commit holds; None where it is none as git writes one."""
        (data,) = self._contents((commit,), "commit", LARGEST_COMMIT)
        told = _FIRST_LINE.match(data)
        return None if told is None else Entry("folder", told[1].decode("ascii"))

    def root(self, commit: str) -> Entry | None:
        """The folder from which paths count, as a commit holds it; None where it has none."""
        return self.entry(self.top_tree(commit), self._inside)

    def modes(self, id_: str) -> Mapping[str, tuple[str, str]]:
        """What lies right in a folder, by name: the mode and the object, as they are stored.

        Raises:
            RepositoryError: It is not in this clone, or not as git writes one.
        """
        (data,) = self._contents((id_,), "tree", LARGEST_TREE)
        _entries(id_, data)
        stored = _STORED[len(id_) // 2].findall(data)
        return {
            name.decode("utf-8", "surrogateescape"): (mode.decode("ascii"), object_.hex())
            for mode, name, object_ in stored
        }

    def entry(self, start: Entry | None, names: Iterable[str]) -> Entry | None:
        """What lies below an entry where some names lead; None for nothing, and behind what is no folder."""
        for name in names:
            start = self.inside(start).get(name)
        return start

    def tree(self, id_: str) -> Mapping[str, Entry]:
        """What lies right in a folder, by name.

        Raises:
            RepositoryError: It is not in this clone, or not as git writes one.
        """
        if id_ not in self._trees:
            self._gather((Entry("folder", id_),))
        return self._trees[id_]

    def inside(self, entry: Entry | None) -> Mapping[str, Entry]:
        """What lies right in an entry, by name; nothing where it is no folder."""
        return self.tree(entry.id) if entry is not None and entry.kind == "folder" else {}

    def files(self, path: str, entry: Entry | None) -> Iterator[str]:
        """The paths of all files below a path, links and submodules among them; or the path itself where it is one."""
        return self.differing(path, None, entry)

    def differing(self, path: str, before: Entry | None, after: Entry | None) -> Iterator[str]:
        """The paths of all files below a path that are not the same in two entries; in no order.

        Raises:
            RepositoryError: There are more of them than `MOST_FILES`.
        """
        seen = 0
        # No recursion: a commit may hold more folders in folders than Python nests calls.
        waiting = [(path, before, after)] if before != after else []
        while waiting:
            some = waiting[-_PORTION:]
            del waiting[-_PORTION:]
            self._gather(entry for _, *both in some for entry in both if entry is not None)
            for here, left, right in some:
                if any(entry is not None and entry.kind != "folder" for entry in (left, right)):
                    yield here
                old, new = self.inside(left), self.inside(right)
                names = {name for name, _ in old.items() ^ new.items()}
                seen += len(names)
                if seen > MOST_FILES or len(here) > LONGEST_PATH:
                    message = f"{here[:60]}… is one of more files or folders than are ever written"
                    raise RepositoryError(message, "take out of the commit what a program has put there")
                waiting.extend((f"{here}/{name}", old.get(name), new.get(name)) for name in names)

    def _gather(self, entries: Iterable[Entry]) -> None:
        """Learn what lies in several folders at once, which is faster than in one after the other."""
        unknown = tuple({entry.id for entry in entries if entry.kind == "folder" and entry.id not in self._trees})
        for id_, data in zip(unknown, self._contents(unknown, "tree", LARGEST_TREE), strict=True):
            # Not all that was ever learned is kept: of a thousand commits each may have a folder of its own.
            if self._kept > _KEPT:
                self._trees.clear()
                self._kept = 0
            self._trees[id_] = _entries(id_, data)
            self._kept += len(self._trees[id_])

    def size(self, id_: str) -> int:
        """How many bytes a blob has.

        Raises:
            RepositoryError: It is not in this clone.
        """
        try:
            return self._asked().size(id_)
        except RepositoryError:
            self._must_be_usable()
            raise

    def blob(self, id_: str, limit: int) -> bytes:
        """What a file holds.

        Raises:
            RepositoryError: It is not in this clone, or has more bytes than the limit.
        """
        (data,) = self._contents((id_,), "blob", limit)
        return data

    def _contents(self, ids: Sequence[str], kind: str, limit: int) -> Iterator[bytes]:
        try:
            yield from self._asked().contents(ids, kind, limit)
        except RepositoryError:
            self._must_be_usable()
            raise

    def _asked(self) -> Objects:
        # One process for all objects of all revisions; it ends with this object.
        if self._objects is None:
            self._objects = Objects(self._start("cat-file", "--batch-command"))
            weakref.finalize(self, self._objects.close)
        return self._objects

    def _need(self, *arguments: str) -> bytes:
        done = self._run(*arguments)
        if done.returncode:
            self._must_be_usable()
            message = f"git {arguments[0]} failed: {_first_line(done.stderr)}"
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
            message = f"git takes {self.directory} for no repository: {_first_line(done.stderr)}"
            raise RepositoryError(message, "a change is told from a base only in a git repository")

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        return _ran(self.directory, self._surroundings, arguments, b"", None)

    def _start(self, *arguments: str) -> subprocess.Popen[bytes]:
        try:
            return subprocess.Popen(
                ["git", *_LOOSE, *arguments],
                cwd=self.directory,
                env=self._surroundings,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except OSError as error:
            raise _unstarted(error) from error


def surroundings(top: Path | None) -> dict[str, str]:
    """The environment of a call: the person's own, without what would lead git to another repository.

    Args:
        top: The top of the work tree, so that no repository further up is taken for this one; None leaves git to say
            that there is none.
    """
    own = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return own | _SURROUNDINGS | ({} if top is None else {"GIT_CEILING_DIRECTORIES": str(top.parent)})


def own_surroundings(top: Path | None) -> dict[str, str]:
    """The environment of a call that writes: with the person's own configuration, system-wide too, and their name."""
    kept = {name: value for name, value in os.environ.items() if _OWN.fullmatch(name)}
    loose = surroundings(top)
    del loose["GIT_CONFIG_NOSYSTEM"]
    return loose | kept


def call(
    directory: Path,
    environment: Mapping[str, str],
    *arguments: str,
    stdin: bytes = b"",
    seconds: float | None = None,
) -> Answer:
    """Call git somewhere, in an environment that says all of where it is.

    Raises:
        RepositoryError: It cannot be started, or took longer than so many seconds.
    """
    done = _ran(directory, environment, arguments, stdin, seconds)
    return Answer(done.returncode, done.stdout, done.stderr)


def _ran(
    directory: Path, environment: Mapping[str, str], arguments: Sequence[str], stdin: bytes, seconds: float | None
) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            ["git", *_LOOSE, *arguments],
            cwd=directory,
            env=environment,
            input=stdin,
            capture_output=True,
            check=False,
            timeout=seconds,
        )
    except OSError as error:
        raise _unstarted(error) from error
    except subprocess.TimeoutExpired as error:
        # Who waits for an answer of the network may wait for ever.
        message = f"git was given up after {seconds:.0f} seconds without an answer"
        raise RepositoryError(message, "see that the remote can be reached: git ls-remote") from error


class Objects:
    """One process that answers for many objects, asked for their size before their content (threats R3)."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def size(self, id_: str) -> int:
        """How many bytes a blob has."""
        self._ask("info", (id_,))
        return self._told(id_, "blob")

    def contents(self, ids: Sequence[str], kind: str, limit: int) -> Iterator[bytes]:
        """What several objects of a kind hold, none of which has more bytes than a limit; not more than a portion."""
        self._ask("contents", ids)
        unread = len(ids)
        try:
            for id_ in ids:
                size = self._told(id_, kind)
                if size > limit:
                    message = f"the {kind} {id_[:12]} has {size:,} bytes; {limit:,} at most are read"
                    raise RepositoryError(message, "take out of the commit what a program has put there")
                data = self._output.read(size)
                if self._output.read(1) != b"\n":
                    raise _absent(id_)
                unread -= 1
                yield data
        finally:
            # An answer that nobody has read would be taken for that to the next question.
            if unread:
                self.close()

    def _ask(self, question: str, ids: Sequence[str]) -> None:
        # Asked as long as it is there to answer; what is said to a process that has ended is missed in its answers.
        with suppress(OSError, ValueError):
            self._input.write("".join(f"{question} {id_}\n" for id_ in ids).encode("ascii"))
            self._input.flush()

    def _told(self, id_: str, kind: str) -> int:
        # Its id, its kind, its size. One that is missing, and must not be fetched, may end the process.
        told = [] if self._output.closed else self._output.readline().split()
        if len(told) != 3 or told[1] != kind.encode("ascii"):  # noqa: PLR2004
            raise _absent(id_)
        return int(told[2])

    @property
    def _input(self) -> IO[bytes]:
        assert self._process.stdin is not None  # noqa: S101 - started with a pipe
        return self._process.stdin

    @property
    def _output(self) -> IO[bytes]:
        assert self._process.stdout is not None  # noqa: S101 - started with a pipe
        return self._process.stdout

    def close(self) -> None:
        """End the process, which may be in the middle of an answer that nobody waits for."""
        for pipe in (self._input, self._output):
            with suppress(OSError):
                pipe.close()
        self._process.wait()


def _absent(id_: str) -> RepositoryError:
    return RepositoryError(
        f"the object {id_[:12]} is not in this clone, or cannot be read",
        "a partial clone lacks some: git fetch --refetch --no-filter, or no `filter` at the checkout; else see git fsck",
    )


def _unstarted(error: OSError) -> RepositoryError:
    message = f"git cannot be started: {error.strerror}"
    return RepositoryError(message, "install git, and see that it is on the PATH")


# Of a commit as it is stored.
_FIRST_LINE = re.compile(rb"tree ([0-9a-f]{40}|[0-9a-f]{64})\n")
# As a tree is stored: mode, blank, name, nought, the bytes of the id; and so on, with nothing between.
_STORED = {size: re.compile(rb"(40000|1[0-7]{5}) ([^/\0]+)\0(.{%d})" % size, re.DOTALL) for size in (20, 32)}


def _entries(id_: str, data: bytes) -> Mapping[str, Entry]:
    size = len(id_) // 2
    stored = _STORED[size].findall(data)
    found = {
        # As Python reads names from a disk: what is no UTF-8 is kept, and called unreadable later.
        name.decode("utf-8", "surrogateescape"): Entry(_KINDS.get(mode, "file"), object_.hex())
        for mode, name, object_ in stored
    }
    whole = sum(len(mode) + len(name) + 2 + size for mode, name, _ in stored) == len(data)
    if not whole or len(found) != len(stored) or not _NO_NAMES.isdisjoint(found):
        message = f"the folder {id_[:12]} is not stored as git stores one"
        raise RepositoryError(message, "see what is wrong with it: git fsck")
    return found


def _first_line(told: bytes) -> str:
    lines = told.decode("utf-8", "replace").strip().splitlines()
    return lines[0].removeprefix("fatal: ") if lines else "it said nothing"
