"""Bring an edit to the newest head: checked, committed, the work tree brought along, pushed; what was typed is kept.

A step says what an edit does to the records; it is a pure function and is asked again for each newer head.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from hotwash.edits.alongside import Brought, FileChange
from hotwash.edits.clone import Clone, target_of, writable
from hotwash.edits.committing import Step, Write, committed, edited_by, must_add_no_errors, write_files
from hotwash.edits.kept import state_folder
from hotwash.edits.pushing import Again, learn, pushed
from hotwash.edits.unpushed import Noted
from hotwash.errors import HotwashError, RepositoryError, UsageError
from hotwash.model.base import INCIDENT_ID_PATTERN
from hotwash.records.apart import apart, places
from hotwash.records.commits import configuration
from hotwash.records.git import Git
from hotwash.records.overlay import Overlay
from hotwash.records.remote import compare_link
from hotwash.records.revision import Base
from hotwash.records.snapshot import FolderSnapshot

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from hotwash.edits.kept import Fleeting, Kept

__all__ = ["Again", "Landing", "Step", "land", "writable"]

_VERB = re.compile(r"[a-z]+(?:-[a-z]+)*", re.ASCII)
_LOCKED = 60  # seconds for which other writers of this clone are waited for


@dataclass(frozen=True, slots=True)
class Landing:
    """What became of a write.

    Attributes:
        incident: Its id.
        commit: The commit in which it is; None where nothing was to be done, or there is no repository.
        branch: Where it is; None without a repository.
        pushed: Whether it is at the remote.
        files: What changed, from the root.
        notices: What there is to tell, a sentence each without a full stop.
        base: The branch into which it goes by a pull request; empty where it is there already, or nowhere.
        link: Where its pull request is opened; empty where there is none.
        undone: Why it was not pushed although that was asked: then the exit code is 1. Empty where all was done.
    """

    incident: str
    commit: str | None
    branch: str | None
    pushed: bool
    files: tuple[str, ...]
    notices: tuple[str, ...]
    base: str = ""
    link: str = ""
    undone: str = ""


def land(
    root: Path,
    step: Step,
    *,
    verb: str,
    incident: str,
    now: datetime,
    push: bool,
    always: bool,
    kept: Kept | Fleeting,
    again: Again | None = None,
    by_pull_request: bool = False,
) -> Landing:
    """Bring an edit to the newest head.

    Args:
        root: Of the records, absolute and without links.
        step: What the edit does.
        verb: The command; with the id it is all that the commit says.
        incident: The id.
        now: The moment of writing.
        push: Push it, and with it all earlier writes that are not pushed yet.
        always: Take it with whatever errors it adds: a new timeline entry is never refused.
        kept: Where it is kept until it is done.
        again: How earlier writes are made again; by their requests, where nothing else is said.
        by_pull_request: It goes to the branch of the incident, whatever the policy says.

    Raises:
        EditRefused: The records do not allow it, or it would add errors; nothing was written.
        RepositoryError: Git or the disk does not allow it; nothing was committed.
    """
    try:
        _must_be_plain(verb, incident)
        write = Write(Noted(verb, incident, always, now, kept.request), step)
        git = Git(root)
        if not (git.top / ".git").exists():
            landing, masked = _without_git(root, write, now)
        else:
            landing, masked = _in_git(
                git, write, now, again or _by_request(now), wants_push=push, by_pull_request=by_pull_request
            )
    except HotwashError as error:
        raise type(error)(error.message, "\n".join(filter(None, (error.hint, kept.told)))) from error
    if masked:
        aside = kept.put_aside()
        where = f"; the original is only in {aside}, which is never pushed" if aside is not None else ""
        return replace(landing, notices=(*landing.notices, f"{_listed(masked)} was masked{where}"))
    kept.done()
    return landing


def _in_git(
    git: Git, write: Write, now: datetime, again: Again, *, wants_push: bool, by_pull_request: bool
) -> tuple[Landing, tuple[str, ...]]:
    where = places(git)
    config = configuration(git)
    place = where.common / "hotwash.lock"
    with apart(where, config) as own:
        clone = Clone(git, where, config, own, now, by_pull_request)
        if wants_push:
            learn(clone, target_of(clone, write.noted.incident))
        with _alone(place):
            target, made = committed(clone, write)
        commit = None if made is None else made.commit
        undone = ""
        if wants_push:
            undone, commit = pushed(clone, target, write, commit, again=again, alone=lambda: _alone(place))
        elif target.remote is not None and made is not None:
            clone.tell("not pushed: --push brings it to the others, also with the next command")
    if made is None:
        clone.tell("it is recorded already: nothing was to be done")
    link = ""
    if target.branch != target.default and target.remote is not None:
        link = compare_link(target.remote, target.default, target.branch)
    landing = Landing(
        incident=write.noted.incident,
        commit=commit,
        branch=target.branch,
        pushed=wants_push and not undone,
        files=() if made is None else tuple(made.edited.changes),
        notices=tuple(clone.notices),
        base=target.default if target.branch != target.default and target.remote is not None else "",
        link=link,
        undone=undone,
    )
    return landing, tuple(clone.masked)


def _without_git(root: Path, write: Write, now: datetime) -> tuple[Landing, tuple[str, ...]]:
    state = state_folder(root)
    with _alone(state / "lock" if state is not None else None):
        tree = FolderSnapshot(root)
        edited = edited_by(tree, write)
        after = Overlay(tree, edited.changes)
        told = must_add_no_errors(tree, (Base("what is there", tree), after), write, edited.folder, now=now)
        brought = Brought(Git(root), None)
        changes = [
            FileChange(path, old if isinstance(old := tree.read(path), bytes) else None, new)
            for path, new in edited.changes.items()
        ]
        write_files(brought, changes)
    notices = (*told, "this is no git repository: the files were written, and nothing was committed")
    return Landing(
        write.noted.incident, None, None, pushed=False, files=tuple(edited.changes), notices=notices
    ), edited.masked


@contextmanager
def _alone(place: Path | None) -> Iterator[None]:
    """Be the only writer of this clone."""
    if place is None:
        yield
        return
    lock = FileLock(place)
    try:
        lock.acquire(timeout=_LOCKED)
    except Timeout:
        message = f"another hotwash has been writing here for {_LOCKED} seconds"
        raise RepositoryError(message, f"see what it is at; it holds {place}") from None
    except OSError as error:
        message = f"{place} cannot be written: {error.strerror}"
        raise RepositoryError(message, "see that the disk has room, and that the folder may be written") from error
    try:
        yield
    finally:
        lock.release()


def _must_be_plain(verb: str, incident: str) -> None:
    """No text from records comes into the message of a commit or the name of a branch (threats T5)."""
    if not _VERB.fullmatch(verb) or not re.fullmatch(INCIDENT_ID_PATTERN, incident) or ".." in incident:
        message = f"{incident[:80]!r} is no id of an incident"
        raise UsageError(message, "take letters, digits and hyphens: 2026-11-23-checkout-500")


def _listed(kinds: Sequence[str]) -> str:
    return ", ".join(sorted(kinds))


def _by_request(now: datetime) -> Again:
    """How a request is made again."""

    def again(request: bytes) -> Step:
        from hotwash.edits.requests import read_request  # noqa: PLC0415 - rarely is anything made again
        from hotwash.edits.steps import amendments  # noqa: PLC0415

        asked = read_request(request)
        return lambda records: amendments(records, asked, now)

    return again
