"""A write becomes a commit on the newest head of a clone: made first, then checked, then followed by the work tree.

Nothing is touched before the commit is made and checked; the work tree and the index follow where the branch is
checked out; the branch moves last, and only from where it was read. So a process that is killed leaves either no
trace, or files that the next commit takes along, or all of it.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from hotwash.edits.alongside import Brought, Edit, edit_files, edit_index, whole
from hotwash.edits.amend import amended
from hotwash.edits.clone import must_be_free, policy_of, target_of, unjudged
from hotwash.edits.masking import without_secrets
from hotwash.edits.unpushed import Noted, forget, note
from hotwash.errors import EditRefused, RepositoryError
from hotwash.records.commits import author, commit, move, reference, staged, written
from hotwash.records.overlay import Overlay
from hotwash.records.revision import Base, Commit, Revision
from hotwash.records.snapshot import EVIDENCE_LIMIT, INCIDENTS, FolderSnapshot, MappingSnapshot
from hotwash.records.splice import Unproven
from hotwash.rules.check import check

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from hotwash.diagnostics import Diagnostic, Report
    from hotwash.edits.alongside import FileChange
    from hotwash.edits.amendment import Amendment
    from hotwash.edits.clone import Clone, Target
    from hotwash.records.git import Git
    from hotwash.records.snapshot import Snapshot

# The newest records -> the folder of the incident, and what to do to it. Pure, and asked again for each newer head.
Step: TypeAlias = "Callable[[Snapshot], tuple[str, tuple[Amendment, ...]]]"
_ATTEMPTS = 50  # at one branch, which somebody else moves each time
# What everybody may read: whoever wrote it can still take it back while it is fresh.
_EXPOSED = ("HW702", "HW705")
_SHOWN = 5  # of these; what was pasted may hold very many


class Write(NamedTuple):
    """A write: how it was asked, and what it does."""

    noted: Noted
    step: Step


class Edited(NamedTuple):
    """What a step comes to on some records."""

    folder: str
    changes: Mapping[str, bytes | None]
    masked: tuple[str, ...]


def edited_by(snapshot: Snapshot, write: Write) -> Edited:
    """What a write comes to on some records.

    Raises:
        EditRefused: They do not allow it.
    """
    folder, asked = write.step(snapshot)
    amendments, masked = without_secrets(asked, policy_of(snapshot).publishing.known_secrets)
    changes = amended(snapshot, folder, amendments)
    if isinstance(changes, Unproven):
        raise EditRefused(changes.why, "edit it by hand, or bring it into the usual form first: hotwash check")
    return Edited(folder, changes, masked)


def must_add_no_errors(
    before: Snapshot, change: tuple[Base, Snapshot], write: Write, folder: str, *, now: datetime
) -> tuple[str, ...]:
    """Refuse an edit for the errors that it adds; what it adds is told of one that is taken always.

    Told of any edit is what it adds that everybody may read and should not.

    Raises:
        EditRefused: It adds errors.
    """
    base, after = change
    report = check(after, now=now, base=base).report
    # Nearly always there are none, and then it does not matter what was there before.
    if not _weighty(report):
        return ()
    added = _added(check(before, now=now, named=(folder,)).report, report)
    errors = [one for one in added if one.level == "error"]
    told = tuple(f"{one.code} {one.path}:{one.span.line}: {one.message}" for one in errors)
    exposed = [
        f"everybody may read it: {one.code} {one.path}:{one.span.line}: {one.message}"
        for one in added
        if one.level != "error"
    ]
    if len(exposed) > _SHOWN:
        exposed[_SHOWN:] = [f"and {len(exposed) - _SHOWN:,} more that everybody may read: hotwash check"]
    if write.noted.always or not errors:
        return *(f"recorded all the same: {line}" for line in told), *exposed
    helps = [help_.say + (f"\n{help_.paste}" if help_.paste else "") for one in errors for help_ in one.help]
    message = f"{write.noted.verb} would add what check calls an error:\n  " + "\n  ".join(told)
    raise EditRefused(message, "\n".join(dict.fromkeys(helps)))


def _weighty(report: Report) -> list[Diagnostic]:
    """What is told of an edit, or keeps it from being made."""
    return [one for one in report.diagnostics if one.level == "error" or one.code in _EXPOSED]


def _added(was: Report, report: Report) -> list[Diagnostic]:
    """What is weighty and was not there before, whatever line it stands at now."""
    mine, there = _weighty(report), _weighty(was)
    # What has moved to another place says the same there: an entry that was folded, or one before which another came.
    for same in (_as_a_whole, _by_words, _by_place):
        mine, there = _unpaired(mine, there, same), _unpaired(there, mine, same)
    return mine


def _unpaired(
    ones: list[Diagnostic], others: list[Diagnostic], same: Callable[[Diagnostic], object]
) -> list[Diagnostic]:
    """Those that no other is the same as, each other taken once."""
    left = Counter(map(same, others))
    rest = []
    for one in ones:
        if left[same(one)]:
            left[same(one)] -= 1
        else:
            rest.append(one)
    return rest


def _as_a_whole(one: Diagnostic) -> tuple[object, ...]:
    return one.code, one.path, one.route, one.message


def _by_place(one: Diagnostic) -> tuple[object, ...]:
    # Another address in place of one is another address.
    return (one.code, one.message) if one.code in _EXPOSED else (one.code, one.path, one.route)


def _by_words(one: Diagnostic) -> tuple[object, ...]:
    return one.code, one.message


class Made(NamedTuple):
    """A commit that no branch leads to yet, and the edit that it holds."""

    commit: str
    edited: Edited
    edit: Edit


def committed(clone: Clone, write: Write) -> tuple[Target, Made | None]:
    """Commit an edit on the newest head of this clone.

    Raises:
        EditRefused: The records do not allow it, or it would add errors, or a file cannot be brought along.
        RepositoryError: Git or the disk does not allow it.
    """
    for _ in range(_ATTEMPTS):
        target = target_of(clone, write.noted.incident)
        must_be_free(clone, target)
        made = made_on(clone, target.parents, write, source=_untracked(clone, write.noted.incident))
        if made is None or _landed(clone, target, made, write):
            return target, made
    message = f"others moved the branch {_ATTEMPTS} times"
    raise RepositoryError(message, "see what moves it, and try again")


def _landed(clone: Clone, target: Target, made: Made, write: Write) -> bool:
    """Bring work tree and index along, then move the branch; False where somebody else moved it first."""
    brought = Brought(clone.git, clone.own)
    is_moved = False
    try:
        if target.is_here:
            _bring_along(clone, target, made, brought)
        if target.remote is not None and not note(clone.root, made.commit, write.noted):
            clone.tell("it could not be noted how to make it again, should somebody else push first")
        is_moved = move(clone.git, target.reference, made.commit, target.head, f"hotwash: {write.noted.verb}")
    finally:
        # Whoever interrupts it may do so when the branch has been moved already.
        if not is_moved and reference(clone.git, target.reference) != made.commit:
            brought.undo()
            forget(clone.root, (made.commit,))
    return is_moved


def made_on(clone: Clone, parents: tuple[str, ...], write: Write, *, source: Snapshot | None) -> Made | None:
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
    unknown = unjudged(clone, committed)
    adopted = {} if source is None else _adopted(clone, committed, source, write.noted.incident)
    before = Overlay(committed, {**unknown, **adopted}) if unknown or adopted else committed
    edited = edited_by(before, write)
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
    clone.tell(*must_add_no_errors(before, (since_, after), write, edited.folder, now=clone.now))
    if not by.is_known:
        clone.tell("git does not know who you are: git config --global user.name NAME, and user.email")
    whole_edit = edited._replace(changes=changes)
    return Made(new, whole_edit, Edit(before, changes, lambda records: edited_by(records, write).changes))


def _adopted(clone: Clone, committed: Snapshot, source: Snapshot, incident: str) -> dict[str, bytes | None]:
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


def _untracked(clone: Clone, incident: str) -> Snapshot | None:
    """The work tree, where it has an incident that the commit which is checked out has not."""
    tree = FolderSnapshot(clone.root)
    head = reference(clone.git, "HEAD")
    there = Revision(clone.git, head) if head is not None else MappingSnapshot({})
    for year in sorted((clone.root / INCIDENTS).glob("[0-9][0-9][0-9][0-9]")):
        folder = f"{INCIDENTS}/{year.name}/{incident}"
        if tree.below(folder) and not there.below(folder):
            return tree
    return None


def _bring_along(clone: Clone, target: Target, made: Made, brought: Brought) -> None:
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
        before, after = (_held(git, commit_, paths) for commit_ in (target.head, made.commit))
        entries = edit_index(clone.own, git, made.edit, index, before=before, after=after)
    write_files(brought, files)
    brought.stage(entries)


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


def write_files(brought: Brought, changes: Sequence[FileChange]) -> None:
    """Write files, all of them or none.

    Raises:
        EditRefused: One of them cannot be written.
    """
    if why := brought.write(changes):
        brought.undo()
        raise EditRefused(why, "nothing was written")
