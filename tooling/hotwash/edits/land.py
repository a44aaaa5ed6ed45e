"""An edit becomes a commit on the newest head, and is pushed: again and again, until nobody was faster.

A step says what an edit does to the records; it is a pure function and is asked again for each newer head, so no text
is ever merged. Of each attempt the commit is made first, without touching anything; it is checked; then the work tree
and the index follow where the branch is checked out; and the branch moves last, only from where it was read. So a
process that is killed leaves either no trace, or files that the next commit takes along, or all of it.
"""

from __future__ import annotations

import random
import re
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from filelock import FileLock, Timeout

from hotwash.edits.alongside import Brought, Edit, FileChange, edit_files, edit_index, whole
from hotwash.edits.amend import amended
from hotwash.edits.kept import keep, state_folder
from hotwash.edits.masking import without_secrets
from hotwash.edits.unpushed import Noted, all_noted, forget, note, noted
from hotwash.errors import EditRefused, HotwashError, RepositoryError, UsageError
from hotwash.model.base import INCIDENT_ID_PATTERN
from hotwash.records.apart import apart, places
from hotwash.records.commits import (
    author,
    commit,
    configuration,
    fork,
    is_ancestor,
    move,
    reference,
    references,
    since,
    stage,
    staged,
    symbolic,
    written,
)
from hotwash.records.git import Git
from hotwash.records.load import POLICY, SERVICES, load_head
from hotwash.records.overlay import Overlay
from hotwash.records.remote import Gone, compare_link, default_branch, fetch, push, remote_of
from hotwash.records.revision import Base, Commit, Revision
from hotwash.records.snapshot import EVIDENCE_LIMIT, INCIDENTS, FolderSnapshot, MappingSnapshot
from hotwash.records.splice import Unproven
from hotwash.rules.check import check

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from hotwash.diagnostics import Diagnostic, Report
    from hotwash.edits.amendment import Amendment
    from hotwash.edits.kept import Kept
    from hotwash.records.apart import Apart
    from hotwash.records.remote import Remote
    from hotwash.records.snapshot import Snapshot

# The newest records -> the folder of the incident, and what to do to it. Pure, and asked again for each newer head.
Step: TypeAlias = "Callable[[Snapshot], tuple[str, tuple[Amendment, ...]]]"
# How a write is made again that was committed earlier: its request, as `--from` reads it -> its step.
Again: TypeAlias = "Callable[[bytes], Step]"

_BRANCHES = "refs/heads/"
_VERB = re.compile(r"[a-z]+(?:-[a-z]+)*", re.ASCII)
_ATTEMPTS = 50  # at one branch, which somebody else moves each time
_ROUNDS = 60  # of pushing
_FIRST_WAIT = 0.05  # seconds
_LONGEST_WAIT = 2.0
_LOCKED = 60  # seconds for which other writers of this clone are waited for
_LOOKED_BACK = 200  # commits of the default branch in which a squashed pull request is looked for


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
        link: Where its pull request is opened; empty where there is none.
        undone: Why it was not pushed although that was asked: then the exit code is 1. Empty where all was done.
    """

    incident: str
    commit: str | None
    branch: str | None
    pushed: bool
    files: tuple[str, ...]
    notices: tuple[str, ...]
    link: str = ""
    undone: str = ""


class _Write(NamedTuple):
    """A write: how it was asked, and what it does."""

    noted: Noted
    step: Step


class _Edited(NamedTuple):
    """What a step comes to on some records."""

    folder: str
    changes: Mapping[str, bytes | None]
    masked: tuple[str, ...]


@dataclass(slots=True)
class _Clone:
    """A clone at work.

    Attributes:
        notices: What there is to tell so far.
        masked: The kinds of secrets that were masked.
    """

    git: Git
    config: Mapping[str, str]
    own: Apart
    now: datetime
    again: Again
    notices: list[str] = field(default_factory=list)
    masked: set[str] = field(default_factory=set)

    @property
    def root(self) -> Path:
        return self.git.directory

    def tell(self, *notices: str) -> None:
        self.notices += [one for one in notices if one not in self.notices]


class _Target(NamedTuple):
    """The branch that a write goes to.

    Attributes:
        branch: Its name.
        head: Where it is in this clone; None where it is not there.
        parents: Of the next commit; the first has the records to start from.
        known: What the remote is known to have.
        is_here: Whether it is checked out.
    """

    branch: str
    head: str | None
    parents: tuple[str, ...]
    known: tuple[str, ...]
    is_here: bool
    remote: Remote | None
    default: str

    @property
    def reference(self) -> str:
        return _BRANCHES + self.branch


def land(
    root: Path,
    step: Step,
    *,
    verb: str,
    incident: str,
    now: datetime,
    push: bool,
    always: bool,
    kept: Kept,
    again: Again | None = None,
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
        again: How earlier writes are made again.

    Raises:
        EditRefused: The records do not allow it, or it would add errors; nothing was written.
        RepositoryError: Git or the disk does not allow it; nothing was committed.
    """
    try:
        _must_be_plain(verb, incident)
        write = _Write(Noted(verb, incident, always, now, kept.request), step)
        git = Git(root)
        if not (git.top / ".git").exists():
            landing, masked = _without_git(root, write, now)
        else:
            landing, masked = _in_git(git, write, now, again or _steps, wants_push=push)
    except HotwashError as error:
        raise type(error)(error.message, f"{error.hint}\n{kept.told}" if error.hint else kept.told) from error
    if masked:
        where = f"; the original is only in {kept.file}, which is never pushed" if kept.file is not None else ""
        return replace(landing, notices=(*landing.notices, f"{_listed(masked)} was masked{where}"))
    kept.done()
    return landing


def _steps(request: bytes) -> Step:
    message = f"a write that is not pushed yet cannot be made again here ({len(request)} bytes)"
    raise RepositoryError(message, "bring this clone up to date by hand: git pull --rebase")


def _must_be_plain(verb: str, incident: str) -> None:
    """No text from records comes into the message of a commit or the name of a branch (threats T5)."""
    if not _VERB.fullmatch(verb) or not re.fullmatch(INCIDENT_ID_PATTERN, incident) or ".." in incident:
        message = f"{incident[:80]!r} is no id of an incident"
        raise UsageError(message, "take letters, digits and hyphens: 2026-11-23-checkout-500")


def _listed(kinds: Sequence[str]) -> str:
    return ", ".join(sorted(kinds))


# --- from a step to files


def _edited(snapshot: Snapshot, write: _Write) -> _Edited:
    """What a write comes to on some records.

    Raises:
        EditRefused: They do not allow it.
    """
    folder, asked = write.step(snapshot)
    head = load_head(snapshot, (*snapshot.below(POLICY), *snapshot.below(SERVICES)))
    amendments, masked = without_secrets(asked, head.policy.publishing.known_secrets)
    changes = amended(snapshot, folder, amendments)
    if isinstance(changes, Unproven):
        message = f"{folder}: {changes.why}"
        raise EditRefused(message, "edit it by hand, or bring it into the usual form first: hotwash check")
    return _Edited(folder, changes, masked)


def _must_add_no_errors(
    before: Snapshot, since_: Base, after: Snapshot, write: _Write, folder: str, now: datetime
) -> tuple[str, ...]:
    """Refuse an edit for the errors that it adds; what it adds is told of one that is taken always.

    Raises:
        EditRefused: It adds errors.
    """
    was = check(before, now=now, named=(folder,)).report
    report = check(after, now=now, base=since_).report
    added = _added(was, report)
    if not added:
        return ()
    told = tuple(f"{one.code} {one.path}:{one.span.line}: {one.message}" for one in added)
    if write.noted.always:
        return tuple(f"recorded all the same: {line}" for line in told)
    helps = [help_.say + (f"\n{help_.paste}" if help_.paste else "") for one in added for help_ in one.help]
    message = f"{write.noted.verb} would add what check calls an error:\n  " + "\n  ".join(told)
    raise EditRefused(message, "\n".join(dict.fromkeys(helps)))


def _added(was: Report, report: Report) -> list[Diagnostic]:
    """The errors that were not there before, whatever line they stand at now."""
    mine = [one for one in report.diagnostics if one.level == "error"]
    there = [one for one in was.diagnostics if one.level == "error"]
    left = Counter((one.code, one.path, one.route) for one in there)
    rest: list[Diagnostic] = []
    for one in mine:
        key = (one.code, one.path, one.route)
        if left[key]:
            left[key] -= 1
        else:
            rest.append(one)
    # What has moved to another place says the same there: an entry that was folded, or one before which another came.
    unpaired = Counter((one.code, one.message) for one in there) - Counter(
        (one.code, one.message) for one in mine if one not in rest
    )
    added = []
    for one in rest:
        if unpaired[one.code, one.message]:
            unpaired[one.code, one.message] -= 1
        else:
            added.append(one)
    return added


# --- without a repository


def _without_git(root: Path, write: _Write, now: datetime) -> tuple[Landing, tuple[str, ...]]:
    state = state_folder(root)
    with _alone(state / "lock" if state is not None else None):
        tree = FolderSnapshot(root)
        edited = _edited(tree, write)
        after = Overlay(tree, edited.changes)
        told = _must_add_no_errors(tree, Base("the files as they are", tree), after, write, edited.folder, now)
        brought = Brought(root)
        changes = [
            FileChange(path, old if isinstance(old := tree.read(path), bytes) else None, new)
            for path, new in edited.changes.items()
        ]
        _write(brought, changes)
    notices = (*told, "this is no git repository: the files were written, and nothing was committed")
    return Landing(
        write.noted.incident, None, None, pushed=False, files=tuple(edited.changes), notices=notices
    ), edited.masked


def _write(brought: Brought, changes: Sequence[FileChange]) -> None:
    if why := brought.write(changes):
        brought.undo()
        raise EditRefused(why, "nothing was written")


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


# --- in a repository


def _in_git(
    git: Git, write: _Write, now: datetime, again: Again, *, wants_push: bool
) -> tuple[Landing, tuple[str, ...]]:
    git.must_be_usable()
    config = configuration(git)
    with apart(git, config) as own:
        clone = _Clone(git, config, own, now, again)
        place = places(git).common / "hotwash.lock"
        with _alone(place):
            target, made = _committed(clone, write)
        landing = Landing(
            write.noted.incident,
            None if made is None else made.commit,
            target.branch,
            pushed=False,
            files=() if made is None else tuple(made.edited.changes),
            notices=(),
        )
        if wants_push:
            landing = _push(clone, target, write, landing, place)
        elif target.remote is not None and made is not None:
            clone.tell("not pushed: --push brings it to the others, also with the next command")
        if made is None and landing.commit is None:
            clone.tell("it is recorded already: nothing was to be done")
        link = ""
        if target.branch != target.default and target.remote is not None:
            link = compare_link(target.remote, target.default, target.branch)
            if not link:
                clone.tell(f"open a pull request from {target.branch} into {target.default}")
        return replace(landing, notices=tuple(clone.notices), link=link), tuple(clone.masked)


class _Made(NamedTuple):
    """A commit that no branch leads to yet, and the edit that it holds."""

    commit: str
    edited: _Edited
    edit: Edit


def _committed(clone: _Clone, write: _Write) -> tuple[_Target, _Made | None]:
    """Commit an edit on the newest head of this clone."""
    git = clone.git
    brought = Brought(git.top)
    try:
        for _ in range(_ATTEMPTS):
            target = _target(clone, write.noted.incident)
            _must_be_free(clone, target)
            made = _made(clone, target.parents, write, source=_untracked(clone, write.noted.incident))
            if made is None:
                return target, None
            if target.is_here:
                _bring_along(clone, target, made, brought)
            if target.remote is not None and not note(clone.root, made.commit, write.noted):
                clone.tell("it could not be noted how to make it again, should somebody else push first")
            if move(git, target.reference, made.commit, target.head, f"hotwash: {write.noted.verb}"):
                return target, made
            forget(clone.root, (made.commit,))
    except BaseException:
        brought.undo()
        raise
    brought.undo()
    message = f"{target.branch} was moved by others {_ATTEMPTS} times"
    raise RepositoryError(message, "see what moves it, and try again")


def _must_be_free(clone: _Clone, target: _Target) -> None:
    """Refuse to move a branch that something else is at work on."""
    where = places(clone.git)
    for state in ("rebase-merge", "rebase-apply"):
        try:
            name = (where.own / state / "head-name").read_text(encoding="utf-8").strip()
        except (OSError, ValueError):
            continue
        if name == target.reference:
            message = f"{target.branch} is in the middle of a rebase"
            raise RepositoryError(message, "end it first: git rebase --continue, or git rebase --abort")
    if not target.is_here and (other := _elsewhere(clone.git, target.reference)):
        message = f"{target.branch} is checked out in another work tree of this clone"
        raise RepositoryError(message, f"write there: hotwash -C {other}")


def _elsewhere(git: Git, name: str) -> str:
    """The other work tree in which a branch is checked out; empty where it is in none."""
    answer = git.ask("worktree", "list", "--porcelain", "-z")
    for block in answer.out.decode("utf-8", "surrogateescape").split("\0\0"):
        told = dict(line.partition(" ")[::2] for line in block.split("\0") if line)
        if told.get("branch") == name and told.get("worktree", "") != str(git.top):
            return told.get("worktree", "")
    return ""


def _made(clone: _Clone, parents: tuple[str, ...], write: _Write, *, source: Snapshot | None) -> _Made | None:
    """A commit of a write on some head, checked; None where there is nothing to be done.

    Args:
        clone: Where.
        parents: The head; none where there is no commit yet.
        write: What is to be done.
        source: What has an incident that the head does not have, so that all of it is committed; None for nothing.

    Raises:
        EditRefused: The records do not allow it, or it would add errors.
    """
    git = clone.git
    parent = parents[0] if parents else None
    committed: Snapshot = MappingSnapshot({}) if parent is None else Revision(git, parent)
    unknown = _unjudged(clone, committed)
    adopted = {} if source is None else _adopted(clone, committed, source, write.noted.incident)
    before = Overlay(committed, {**unknown, **adopted}) if unknown or adopted else committed
    edited = _edited(before, write)
    clone.masked.update(edited.masked)
    changes = {**adopted, **edited.changes}
    if not changes:
        return None
    tree = written(clone.own, git, parent, {git.within + path: data for path, data in changes.items()})
    by = author(clone.config)
    new = commit(
        clone.own,
        tree,
        parents,
        f"{write.noted.verb} {write.noted.incident}",
        by=by,
        written_at=write.noted.at,
        now=clone.now,
    )
    after: Snapshot = Overlay(Revision(git, new), unknown) if unknown else Revision(git, new)
    since_ = Base(
        f"{parent[:12]}" if parent else "nothing",
        Overlay(committed, unknown) if unknown else committed,
        (Commit(clone.now, after),),
    )
    clone.tell(*_must_add_no_errors(before, since_, after, write, edited.folder, clone.now))
    if not by.is_known:
        clone.tell("git does not know who you are: git config --global user.name NAME, and user.email")
    whole_edit = edited._replace(changes=changes)
    return _Made(new, whole_edit, Edit(before, changes, lambda records: _edited(records, write).changes))


def _unjudged(clone: _Clone, committed: Snapshot) -> dict[str, bytes | None]:
    """Policy and services of the work tree where no commit holds them yet: by them is judged."""
    tree = FolderSnapshot(clone.root)
    return {
        path: data
        for path in (POLICY, SERVICES)
        if not committed.below(path) and isinstance(data := tree.read(path), bytes)
    }


def _adopted(clone: _Clone, committed: Snapshot, source: Snapshot, incident: str) -> dict[str, bytes | None]:
    """The files of an incident that some records have and a commit has not."""
    adopted: dict[str, bytes | None] = {}
    years = {path.split("/")[1] for path in source.paths() if path.split("/")[2:3] == [incident]}
    for folder in (f"{INCIDENTS}/{year}/{incident}" for year in sorted(years)):
        for path in () if committed.below(folder) else source.below(folder):
            data = source.read(path, EVIDENCE_LIMIT)
            if not isinstance(data, bytes):
                clone.tell(f"{path} {data.why}: it was not committed")
            elif not path.rpartition("/")[2].startswith("."):
                adopted[path] = data
    if adopted:
        clone.tell(f"{incident} was not in git yet: all of it was committed")
    return adopted


def _untracked(clone: _Clone, incident: str) -> Snapshot | None:
    """The work tree, where it has an incident that the commit which is checked out has not."""
    tree = FolderSnapshot(clone.root)
    head = reference(clone.git, "HEAD")
    there = Revision(clone.git, head) if head is not None else MappingSnapshot({})
    for year in sorted((clone.root / INCIDENTS).glob("[0-9][0-9][0-9][0-9]")):
        folder = f"{INCIDENTS}/{year.name}/{incident}"
        if tree.below(folder) and not there.below(folder):
            return tree
    return None


def _bring_along(clone: _Clone, target: _Target, made: _Made, brought: Brought) -> None:
    """Bring work tree and index to what the branch is about to be.

    Raises:
        EditRefused: A file cannot be written, or a merge is not finished.
    """
    git = clone.git
    if target.head is not None and target.parents[:1] != (target.head,):
        planned = whole(git, target.head, made.commit)
        if isinstance(planned, str):
            message = f"{target.branch} cannot be brought to its newest state here: {planned}"
            raise EditRefused(message, "commit it or put it away first: git stash")
        files, entries = planned
    else:
        paths = [git.within + path for path in made.edited.changes]
        index = staged(git, paths)
        if unmerged := [path for path in paths if path in index and index[path].stage]:
            message = f"{unmerged[0]} is in the middle of a merge"
            raise EditRefused(message, "end it first: git merge --continue, or git merge --abort")
        files, told = edit_files(git, made.edit)
        clone.tell(*told)
        entries = edit_index(clone.own, git, made.edit, index, _held(git, target.head, paths))
    _write(brought, files)
    stage(git, entries)


def _held(git: Git, head: str | None, paths: Sequence[str]) -> dict[str, tuple[str, str]]:
    """What a commit holds at some paths: mode and object."""
    found = {}
    folders: dict[str, Mapping[str, tuple[str, str]]] = {}
    top = git.top_tree(head) if head is not None else None
    for path in paths:
        folder, _, name = path.rpartition("/")
        if folder not in folders:
            entry = git.entry(top, folder.split("/")) if folder else top
            folders[folder] = git.modes(entry.id) if entry is not None and entry.kind == "folder" else {}
        if name in folders[folder]:
            found[path] = folders[folder][name]
    return found


# --- where a write goes


def _target(clone: _Clone, incident: str) -> _Target:
    """The branch that a write goes to, as this clone knows it.

    Raises:
        RepositoryError: There is none.
    """
    git = clone.git
    here = symbolic(git, "HEAD")
    default = default_branch(git, remote_of(git, clone.config, None))
    if default is None:
        message = "no branch is checked out, and there is none that is called main"
        raise RepositoryError(message, "check one out: git switch main")
    remote = remote_of(git, clone.config, default)
    far = None if remote is None else reference(git, remote.tracking(default))
    near = reference(git, _BRANCHES + default)
    is_here = here == _BRANCHES + default
    newest = _newest(git, near, far)
    start = near if is_here and near is not None else newest
    records: Snapshot = MappingSnapshot({}) if start is None else Revision(git, start)
    unknown = _unjudged(clone, records)
    policy = load_head(Overlay(records, unknown), (POLICY, SERVICES)).policy if unknown or start else None
    if policy is None or policy.land == "push" or newest is None:
        return _Target(
            default, near, () if start is None else (start,), () if far is None else (far,), is_here, remote, default
        )
    return _incident_target(clone, incident, newest, remote, default, here, far)


def _incident_target(
    clone: _Clone,
    incident: str,
    trunk: str,
    remote: Remote | None,
    default: str,
    here: str | None,
    far_trunk: str | None,
) -> _Target:
    """The branch of an incident, begun from the newest default head where it is not there or was merged."""
    git = clone.git
    branch = f"incident/{incident}"
    near = reference(git, _BRANCHES + branch)
    far = None if remote is None else reference(git, remote.tracking(branch))
    is_here = here == _BRANCHES + branch
    alive = [head for head in (near, far) if head is not None and not _is_merged(git, head, trunk)]
    if not alive:
        # A branch that was squashed and is still at the remote is gone on from, since nothing is pushed by force.
        parents = (trunk,) if far is None or is_ancestor(git, far, trunk) else (trunk, far)
    elif len(alive) == 1 or (is_here and near is not None):
        parents = (alive[0],)
    else:
        parents = (_newest(git, near, far) or trunk,)
    known = tuple(head for head in (far, far_trunk) if head is not None)
    return _Target(branch, near, parents, known, is_here, remote, default)


def _newest(git: Git, near: str | None, far: str | None) -> str | None:
    """Of the head of this clone and that of the remote the one that is ahead; of two that differ ours."""
    if near is None or far is None:
        return near or far
    return far if is_ancestor(git, near, far) else near


def _is_merged(git: Git, head: str, trunk: str) -> bool:
    """Whether all that a branch changed has come into another, as it is or squashed."""
    if is_ancestor(git, head, trunk):
        return True
    begun = fork(git, head, trunk)
    if begun is None:
        return False
    start, end = git.top_tree(begun), git.top_tree(head)
    changed = [path.removeprefix("/") for path in git.differing("", start, end)]
    wanted = {path: git.entry(end, path.split("/")) for path in changed}
    for one in reversed(since(git, trunk, (begun,), most=_LOOKED_BACK)):
        top = git.top_tree(one)
        if all(git.entry(top, path.split("/")) == entry for path, entry in wanted.items()):
            return True
    return False


def writable(root: Path) -> Snapshot:
    """What a command asks its questions from: the newest records that a write would go to.

    The work tree where that branch is checked out, or where there is no repository; else the head of the branch. Where
    changes go through pull requests, each incident is as its own branch has it.

    Raises:
        RepositoryError: Git cannot read the repository.
    """
    git = Git(root)
    tree = FolderSnapshot(root)
    if not (git.top / ".git").exists():
        return tree
    git.must_be_usable()
    config = configuration(git)
    default = default_branch(git, remote_of(git, config, None))
    if default is None:
        return tree
    remote = remote_of(git, config, default)
    near = reference(git, _BRANCHES + default)
    trunk = _newest(git, near, None if remote is None else reference(git, remote.tracking(default)))
    here = symbolic(git, "HEAD")
    is_here = here == _BRANCHES + default
    records: Snapshot = tree if is_here or trunk is None else Revision(git, trunk)
    if trunk is None or load_head(records, (POLICY, SERVICES)).policy.land == "push":
        return records
    heads: dict[str, str] = {}
    prefixes = [f"{_BRANCHES}incident/", *([remote.tracking("incident/")] if remote is not None else [])]
    for prefix in prefixes:
        for name, head in references(git, prefix).items():
            incident = name.removeprefix(prefix)
            if not _is_merged(git, head, trunk):
                heads[incident] = _newest(git, heads.get(incident), head) or head
    files: dict[str, bytes | None] = {}
    for incident, head in heads.items():
        branch: Snapshot = tree if here == f"{_BRANCHES}incident/{incident}" else Revision(git, head)
        for path in branch.paths():
            if path.split("/")[2:3] == [incident] and isinstance(data := branch.read(path, EVIDENCE_LIMIT), bytes):
                files[path] = data
    return Overlay(records, files) if files else records


# --- pushing


@dataclass(slots=True)
class _Chain:
    """What has become of the commits that were to be pushed.

    Attributes:
        current: The commit of the write that this is about, wherever it has gone since; None where it made none.
        become: Each commit that has been made again -> the new one; None where nothing was left to be done.
        refused: Those that the newest records do not allow, and why.
    """

    current: str | None
    become: dict[str, str | None] = field(default_factory=dict)
    refused: dict[str, tuple[_Write, HotwashError]] = field(default_factory=dict)

    def last(self, commit: str | None) -> str | None:
        """What a commit has become in the end."""
        while commit in self.become:
            commit = self.become[commit]
        return commit


def _push(clone: _Clone, target: _Target, write: _Write, landing: Landing, place: Path) -> Landing:
    """Push a branch, on newer and newer heads, until nobody was faster; in the end this clone follows.

    Raises:
        EditRefused: The newest records do not allow the write.
    """
    remote = target.remote
    if remote is None:
        return replace(landing, undone="there is no remote to push to: git remote add origin ADDRESS")
    chain = _Chain(landing.commit)
    why = _pushed(clone, target, remote, write, chain)
    if chain.become or chain.refused or not why:
        with _alone(place):
            _follow(clone, target, remote, write, chain, is_pushed=not why)
    for commit_, (refused, error) in chain.refused.items():
        if commit_ == landing.commit:
            raise error
        kept = keep(clone.root, refused.noted.verb, refused.noted.request, refused.noted.at)
        clone.tell(f"an earlier write cannot be made on the newest records: {error.message}; {kept.told}")
    return replace(landing, commit=chain.last(landing.commit), pushed=not why, undone=why)


def _pushed(clone: _Clone, target: _Target, remote: Remote, write: _Write, chain: _Chain) -> str:
    """Push until it is done; empty, or why it was not."""
    git = clone.git
    branches = dict.fromkeys(
        (target.default, target.branch if target.branch == target.default else f"{target.branch}*")
    )
    head = reference(git, target.reference)
    if head is not None and (theirs := _foreign(clone, head, _known(git, target, remote))):
        clone.tell(f"{theirs} of yours on {target.branch} go along")
    for round_ in range(_ROUNDS):
        known = _known(git, target, remote)
        if head is None or any(is_ancestor(git, head, commit_) for commit_ in known):
            return ""
        far = reference(git, remote.tracking(target.branch))
        why = ""
        if far is None or is_ancestor(git, far, head):
            done = push(git, clone.config, remote, head, target.branch)
            if done.state == "done":
                return ""
            if done.state == "refused":
                return f"the remote does not take it: {done.why}"
            why = done.why
        if round_:
            time.sleep(random.uniform(0, min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** min(round_, 6))))  # noqa: S311 - no secret
        got = fetch(git, clone.config, remote, tuple(branches))
        if isinstance(got, Gone):
            return f"the remote cannot be reached: {why or got.why}"
        head = reference(git, target.reference)
        if (
            head is not None
            and (theirs := _foreign(clone, head, _known(git, target, remote)))
            and not _is_ahead(git, target, remote, head)
        ):
            return (
                f"{target.branch} has {theirs} of yours, and others at the remote: git pull --rebase, then push again"
            )
        head = None if head is None else _replayed(clone, target, remote, head, write, chain)
    return f"others were faster {_ROUNDS} times"


def _is_ahead(git: Git, target: _Target, remote: Remote, head: str) -> bool:
    far = reference(git, remote.tracking(target.branch))
    return far is None or is_ancestor(git, far, head)


def _known(git: Git, target: _Target, remote: Remote) -> tuple[str, ...]:
    """The heads at the remote that say what it has of a branch."""
    names = dict.fromkeys((target.branch, target.default))
    found = (reference(git, remote.tracking(name)) for name in names)
    return tuple(commit_ for commit_ in found if commit_ is not None)


def _foreign(clone: _Clone, head: str, known: tuple[str, ...]) -> str:
    """How many commits the remote has not, and no command made; empty for none."""
    count = sum(noted(clone.root, commit_) is None for commit_ in since(clone.git, head, known))
    return "" if not count else f"{count} commit{'s' if count > 1 else ''}"


def _replayed(clone: _Clone, target: _Target, remote: Remote, head: str, write: _Write, chain: _Chain) -> str:
    """Make all writes again that the remote has not, on the newest that it has; the last commit."""
    git = clone.git
    parents = _start(git, target, remote)
    known = _known(git, target, remote)
    if parents == (head,) or (len(parents) == 1 and is_ancestor(git, parents[0], head)):
        return head
    for commit_ in since(git, head, known):
        latest = chain.last(commit_)
        if commit_ in chain.refused or latest is None or any(is_ancestor(git, latest, one) for one in known):
            continue
        said = noted(clone.root, commit_)
        if said is None:
            continue
        try:
            again = write if commit_ == chain.current else _Write(said, clone.again(said.request))
            made = _made(clone, parents, again, source=_source(git, commit_, said))
        except HotwashError as error:
            if isinstance(error, RepositoryError):
                raise
            refused = _Write(said, write.step)
            chain.refused[commit_] = (refused, error)
            continue
        if made is None:
            chain.become[commit_] = None
            continue
        note(clone.root, made.commit, said)
        chain.become[commit_] = made.commit
        parents = (made.commit,)
    return parents[0]


def _source(git: Git, commit_: str, said: Noted) -> Snapshot | None:
    """The commit itself, where it brought an incident along that git did not know before."""
    before = reference(git, f"{commit_}^")
    now = Revision(git, commit_)
    for path in now.paths():
        parts = path.split("/")
        if parts[2:3] == [said.incident]:
            folder = "/".join(parts[:3])
            return None if before is not None and Revision(git, before).below(folder) else now
    return None


def _start(git: Git, target: _Target, remote: Remote) -> tuple[str, ...]:
    """The parents of the next commit, as the remote has it."""
    trunk = reference(git, remote.tracking(target.default))
    far = reference(git, remote.tracking(target.branch))
    if target.branch == target.default or trunk is None:
        return () if far is None else (far,)
    if far is None or is_ancestor(git, far, trunk):
        return (trunk,)
    return (trunk, far) if _is_merged(git, far, trunk) else (far,)


def _follow(clone: _Clone, target: _Target, remote: Remote, write: _Write, chain: _Chain, *, is_pushed: bool) -> None:
    """Bring the branch of this clone to what is at the remote, with what others have committed here meanwhile on top."""
    git = clone.git
    for _ in range(_ATTEMPTS):
        head = reference(git, target.reference)
        if head is None:
            return
        known = _known(git, target, remote)
        far = reference(git, remote.tracking(target.branch))
        if far is None or (not is_pushed and not chain.refused) or is_ancestor(git, far, head):
            break
        if _foreign(clone, head, known):
            clone.tell(
                f"{target.branch} has commits of yours that the remote has not: git pull --rebase brings them together"
            )
            break
        final = _replayed(clone, target, remote, head, write, chain)
        if not _moved(clone, target, head, final):
            continue
        break
    # What the remote has need not be made again, nor what this branch has in another form now.
    known = _known(git, target, remote)
    over = [one for one in all_noted(clone.root) if any(is_ancestor(git, one, far) for far in known)]
    head = reference(git, target.reference)
    over += [one for one in (*chain.become, *chain.refused) if head is None or not is_ancestor(git, one, head)]
    forget(clone.root, tuple(over))


def _moved(clone: _Clone, target: _Target, head: str, final: str) -> bool:
    """Move a branch that is not what it was; False where somebody else did so first."""
    git = clone.git
    is_here = symbolic(git, "HEAD") == target.reference
    if head == final:
        return True
    if not is_here and _elsewhere(git, target.reference):
        clone.tell(f"{target.branch} is checked out in another work tree and stays behind there: git pull --rebase")
        return True
    brought = Brought(git.top)
    try:
        if is_here:
            planned = whole(git, head, final)
            if isinstance(planned, str):
                clone.tell(f"{target.branch} stays behind here, since {planned}: git pull --rebase --autostash")
                return True
            files, entries = planned
            if why := brought.write(files):
                brought.undo()
                clone.tell(f"{target.branch} stays behind here, since {why}: git pull --rebase")
                return True
            stage(git, entries)
        return move(git, target.reference, final, head, "hotwash: brought together with the remote")
    except BaseException:
        brought.undo()
        raise
