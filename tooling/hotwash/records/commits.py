"""The writing side of git, by plumbing alone: files to a commit, a reference from one commit to the next, the index.

A commit is made of the one before it and of the files that change; no work tree and no index takes part, and no hook
and no filter runs (threats P6). A reference is moved only from where it was read (threats P7).
"""

from __future__ import annotations

import re
import time
from datetime import UTC
from typing import TYPE_CHECKING, NamedTuple

from hotwash.errors import RepositoryError
from hotwash.records.git import OBJECT_ID

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from hotwash.records.apart import Apart
    from hotwash.records.git import Answer, Git

FILE = "100644"
_FOLDER = "40000"
_WAITS = (0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1.0, 1.0, 1.0, 1.0)  # seconds; others hold a lock for as long as they write
_PATIENT = ("-c", "core.filesRefLockTimeout=5000", "-c", "core.packedRefsTimeout=5000")
# What is told of a commit that git would call nobody's.
_NOBODY = "hotwash"
_NO_LINE = re.compile(r"[\x00-\x1f\x7f<>]")
_MOST_ARGUMENTS = 200


def configuration(git: Git) -> dict[str, str]:
    """What the person and the clone have set, by key in small letters; of several values the one that git uses.

    All of it is data: what starts a program is never taken from here.
    """
    answer = git.ask("config", "--null", "--list")
    if answer.code:
        git.must_be_usable()
        message = f"git cannot read its configuration: {answer.why}"
        raise RepositoryError(message)
    found = {}
    for item in answer.out.decode("utf-8", "replace").split("\0"):
        key, _, value = item.partition("\n")
        # The last, but of the addresses of a remote the first.
        if key and not (key in found and key.startswith("remote.") and key.endswith("url")):
            found[key] = value
    return found


# --- references


def reference(git: Git, name: str) -> str | None:
    """The commit that a reference names; None where there is no such reference."""
    answer = git.ask("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    return answer.text if answer.code == 0 and OBJECT_ID.fullmatch(answer.text) else None


def references(git: Git, *prefixes: str) -> dict[str, str]:
    """The references below some prefixes, name to commit."""
    answer = git.ask("for-each-ref", "--format=%(objectname) %(objecttype) %(refname)", *prefixes)
    found = {}
    for line in answer.out.decode("utf-8", "replace").splitlines():
        id_, kind, name = line.split(" ", 2)
        if kind == "commit":
            found[name] = id_
    return found


def symbolic(git: Git, name: str) -> str | None:
    """The reference to which another leads, such as HEAD; None where it leads to a commit or nowhere."""
    answer = git.ask("symbolic-ref", "--quiet", name)
    return answer.text or None if answer.code == 0 else None


def move(git: Git, name: str, new: str, old: str | None, why: str) -> bool:
    """Move a reference from one commit to another; whether it was still at the first.

    Args:
        git: The clone.
        name: In full: `refs/heads/main`.
        new: Where it is to lead.
        old: Where it has to lead until then; None where there must be none.
        why: For its log.

    Raises:
        RepositoryError: It could not be written.
    """
    answer = _moved(git, name, new, old, why)
    for wait in _WAITS:
        if answer.code == 0:
            return True
        if reference(git, name) != old:
            return False
        time.sleep(wait)
        answer = _moved(git, name, new, old, why)
    if answer.code == 0:
        return True
    message = f"{name} cannot be moved: {_plain(answer.why)}"
    raise RepositoryError(message, "see that no other program holds it, and that the disk has room")


def drop(git: Git, name: str) -> None:
    """Take a reference away; where there is none, nothing happens."""
    git.ask(*_PATIENT, "update-ref", "-d", name)


def _moved(git: Git, name: str, new: str, old: str | None, why: str) -> Answer:
    nothing = "0" * len(new)
    return git.ask(*_PATIENT, "update-ref", "--create-reflog", "-m", why, name, new, old or nothing)


def since(git: Git, head: str, known: Collection[str], *, most: int = 1_000) -> tuple[str, ...]:
    """The commits that a head has and none of some others, oldest first."""
    limits = [f"^{commit}" for commit in known]
    answer = git.ask("rev-list", "--reverse", "--topo-order", f"--max-count={most}", head, *limits)
    if answer.code:
        message = f"git cannot list the commits since {head[:12]}: {answer.why}"
        raise RepositoryError(message)
    return tuple(answer.text.split())


def fork(git: Git, one: str, other: str) -> str | None:
    """The commit from which two went different ways; None where there is none here."""
    answer = git.ask("merge-base", one, other)
    return answer.text if answer.code == 0 and OBJECT_ID.fullmatch(answer.text) else None


# --- objects


def written(own: Apart, git: Git, before: str | None, changes: Mapping[str, bytes | None]) -> str:
    """The folder of all files that a commit is to hold: as in another commit, with some files changed; its id.

    Args:
        own: Where objects are written.
        git: Where they are read.
        before: The other commit; None for none.
        changes: Paths from the top of the repository, and what they are to hold; None takes a file away.

    Raises:
        RepositoryError: A path leads through what is no folder, or git could not write.
    """
    top = None if before is None else git.top_tree(before)
    blobs = {path: None if data is None else blob(own, data) for path, data in changes.items()}
    return _folder(own, git, None if top is None else top.id, blobs) or own.need(
        "hash-object", "-t", "tree", "-w", "--stdin"
    )


def blob(own: Apart, data: bytes) -> str:
    """The id of a file's content, which is written."""
    return own.need("hash-object", "-t", "blob", "-w", "--stdin", stdin=data)


def _folder(own: Apart, git: Git, before: str | None, blobs: Mapping[str, str | None]) -> str | None:
    """A folder with some files changed, by paths from there; None where nothing is left in it."""
    held = dict(git.modes(before)) if before is not None else {}
    below: dict[str, dict[str, str | None]] = {}
    for path, id_ in blobs.items():
        name, deeper, rest = path.partition("/")
        if deeper:
            below.setdefault(name, {})[rest] = id_
        elif id_ is None:
            held.pop(name, None)
        else:
            mode, _ = held.get(name, (FILE, ""))
            if not mode.startswith("100"):
                message = f"{name} is a folder or a link where a file is to be written"
                raise RepositoryError(message, "take it out of the way in a commit of its own")
            held[name] = (mode, id_)
    for name, deeper_blobs in below.items():
        mode, id_there = held.get(name, (_FOLDER, ""))
        if mode != _FOLDER:
            message = f"{name} is no folder, and a file is to be written in it"
            raise RepositoryError(message, "take it out of the way in a commit of its own")
        made = _folder(own, git, id_there or None, deeper_blobs)
        if made is None:
            held.pop(name, None)
        else:
            held[name] = (_FOLDER, made)
    if not held:
        return None
    # In the order of git, to which the name of a folder ends in a slash.
    stored = sorted(
        (name.encode("utf-8", "surrogateescape"), mode.encode("ascii"), bytes.fromhex(id_))
        for name, (mode, id_) in held.items()
    )
    stored.sort(key=lambda one: one[0] + (b"/" if one[1] == _FOLDER.encode() else b""))
    data = b"".join(mode + b" " + name + b"\0" + id_ for name, mode, id_ in stored)
    return own.need("hash-object", "-t", "tree", "-w", "--stdin", stdin=data)


class Author(NamedTuple):
    """Who git says has made a commit."""

    name: str
    email: str
    is_known: bool


def author(config: Mapping[str, str]) -> Author:
    """Who makes commits here, as the person or the clone has set it."""
    name, email = (_NO_LINE.sub("", config.get(key, "")).strip() for key in ("user.name", "user.email"))
    if name and email:
        return Author(name, email, is_known=True)
    name = name or _NO_LINE.sub("", config.get("hotwash.login", "")).strip()
    return Author(name or _NOBODY, email or f"{_NOBODY}@localhost", is_known=False)


def commit(
    own: Apart,
    tree: str,
    parents: Sequence[str],
    subject: str,
    *,
    by: Author,
    written_at: datetime,
    now: datetime,
) -> str:
    """A commit, on no branch; its id.

    Args:
        own: Where objects are written.
        tree: What it holds.
        parents: Those before it.
        subject: All that it says: a verb and the id of an incident, and no text from records (threats T5).
        by: Who made it; the person's environment goes before.
        written_at: When the change was made.
        now: When it is committed.
    """
    told = [argument for parent in parents for argument in ("-p", parent)]
    # The person's own environment has been left in by `own_surroundings`.
    environment = {
        "GIT_AUTHOR_DATE": f"{int(written_at.astimezone(UTC).timestamp())} +0000",
        "GIT_COMMITTER_DATE": f"{int(now.astimezone(UTC).timestamp())} +0000",
    }
    named = ("-c", f"user.name={by.name}", "-c", f"user.email={by.email}")
    signed = ("-S",) if own.signs else ()
    answer = own.ask(
        *named, "commit-tree", *signed, tree, *told, "-F", "-", stdin=f"{subject}\n".encode(), more=environment
    )
    if answer.code or not OBJECT_ID.fullmatch(answer.text):
        message = f"git cannot make the commit: {answer.why}"
        raise RepositoryError(
            message,
            "where the key to sign with is the reason: git config --global commit.gpgsign false" if signed else "",
        )
    return answer.text


# --- the index


class Staged(NamedTuple):
    """What the index holds at a path.

    Attributes:
        mode: As in a tree.
        id: The object.
        stage: 0, or another number where a merge has not been finished.
    """

    mode: str
    id: str
    stage: int


def staged(git: Git, paths: Collection[str]) -> dict[str, Staged]:
    """What the index holds at some paths, or below them; from the top of the repository."""
    few = sorted(paths) if len(paths) <= _MOST_ARGUMENTS else []
    answer = _patiently(lambda: git.ask("--literal-pathspecs", "ls-files", "--stage", "-z", "--", *few), git)
    found: dict[str, Staged] = {}
    for line in answer.out.decode("utf-8", "surrogateescape").split("\0"):
        told, _, path = line.partition("\t")
        words = told.split(" ")
        if len(words) == len(Staged._fields):
            one = Staged(words[0], words[1], int(words[2]))
            # Of several the one that says that a merge is not finished.
            if path not in found or one.stage:
                found[path] = one
    return found


def stage(own: Apart, git: Git, entries: Iterable[tuple[str, str, str | None]]) -> None:
    """Write into the index what is at some paths: path, mode, object; None takes it away.

    Where git writes an index it may look into files that have only just been written, through the filters that its
    configuration names. So it does this apart from that of the clone.

    Raises:
        RepositoryError: Another program holds the index, or it cannot be written.
    """
    lines = []
    for path, mode, id_ in entries:
        told = f"{mode} {id_} 0" if id_ is not None else f"0 {_nothing(git)} 0"
        lines.append(f"{told}\t{path}\0".encode("utf-8", "surrogateescape"))
    if lines:
        data = b"".join(lines)
        there = own.index_of(git.top)
        _patiently(lambda: own.ask(*_ONE_INDEX, "update-index", "-z", "--index-info", stdin=data, more=there), git)


# A part of it that lies beside it would be written beside ours.
_ONE_INDEX = ("-c", "core.splitIndex=false", "-c", "core.untrackedCache=keep")


def _nothing(git: Git) -> str:
    """The id of no object, as long as the ids of a clone are."""
    return "0" * (64 if git.ask("rev-parse", "--show-object-format").text == "sha256" else 40)


def _patiently(ask: Callable[[], Answer], git: Git) -> Answer:
    """Ask again while another program holds the index."""
    answer = ask()
    for wait in _WAITS:
        if answer.code == 0 or not _is_held(answer):
            break
        time.sleep(wait)
        answer = ask()
    if answer.code:
        git.must_be_usable()
        hint = (
            "another git is at work here; when none is, take its lock away: rm .git/index.lock"
            if _is_held(answer)
            else "see that the disk has room, and what git says of it: git status"
        )
        message = f"the index of git cannot be written: {_plain(answer.why)}"
        raise RepositoryError(message, hint)
    return answer


def _is_held(answer: Answer) -> bool:
    return b"index.lock" in answer.err and b"File exists" in answer.err


def _plain(why: str) -> str:
    return why.removeprefix("error: ")
