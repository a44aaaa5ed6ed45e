"""The newest state of each incident: in the work tree, at the head of its own branch, or of the default branch.

Where changes land by pull request, an open incident is written on a branch `incident/<id>`, and nobody shall wait for a
merge to see it. Of such a branch only the folder of its own incident is read. Where they land on the default branch,
and another one is checked out, what was written is there and not in the work tree. Nothing is fetched: what another
clone has pushed is seen once somebody has.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from hotwash.errors import RepositoryError
from hotwash.model.repository import Case
from hotwash.records.commits import configuration, reference
from hotwash.records.git import MOST_BRANCHES, Git
from hotwash.records.load import case_files, load_case
from hotwash.records.remote import default_branch, remote_of
from hotwash.records.revision import Revision, changed_paths
from hotwash.records.snapshot import INCIDENTS, RECORD_LIMIT, MappingSnapshot, Refused, place_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hotwash.model.repository import LoggedEntry
    from hotwash.records.git import Entry
    from hotwash.records.snapshot import FolderSnapshot, Snapshot

_BRANCH = re.compile(r"refs/(?:heads/|remotes/(?=[^/]+/))((?:[^/]+/)?incident/([0-9]{4}-[0-9]{2}-[0-9]{2}-[^/]+))")
_PATTERNS = ("refs/heads/incident/*", "refs/remotes/*/incident/*")


class Tip(NamedTuple):
    """The head of a branch of one incident.

    Attributes:
        branch: As people name it: `incident/…`, or `origin/incident/…`.
        incident: The id of the incident that it is about.
        commit: The id of what it names.
    """

    branch: str
    incident: str
    commit: str


@dataclass(frozen=True, slots=True)
class Newest:
    """All incidents, each as its newest state has it.

    Attributes:
        snapshot: The files.
        branches: Folder of an incident -> the branch from whose head it is; the work tree's are left out.
        notices: What could not be read, and what two states have each for itself; a line each.
    """

    snapshot: Snapshot
    branches: Mapping[str, str]
    notices: tuple[str, ...] = ()


class _Overlay:
    """The work tree, with the folders of some incidents as commits have them.

    Attributes:
        placed: Folder -> its files, and where they are read from.
    """

    def __init__(self, tree: FolderSnapshot, placed: Mapping[str, tuple[tuple[str, ...], Revision]]) -> None:
        self._tree = tree
        self._placed = placed

    def paths(self) -> tuple[str, ...]:
        """All files below `incidents/`, sorted."""
        return self.below(INCIDENTS)

    def below(self, folder: str) -> tuple[str, ...]:
        """All files below a folder, or the file of that name; sorted."""
        found = {path for path in self._tree.below(folder) if self._revision(path) is None}
        for files, _ in self._placed.values():
            found.update(path for path in files if f"{path}/".startswith(f"{folder}/"))
        return tuple(sorted(found))

    def read(self, path: str, limit: int = RECORD_LIMIT) -> bytes | Refused:
        """The bytes of a file, or why there are none; what git cannot give is refused, and hides nothing else."""
        revision = self._revision(path)
        if revision is None:
            return self._tree.read(path, limit)
        try:
            return revision.read(path, limit)
        except RepositoryError as error:
            return Refused(f"cannot be read: {error.message}", error.hint)

    def exists(self, path: str) -> bool:
        """Whether a path from the root names a regular file."""
        revision = self._revision(path)
        if revision is None:
            return self._tree.exists(path)
        try:
            return revision.exists(path)
        except RepositoryError:
            return False

    def _revision(self, path: str) -> Revision | None:
        placed = self._placed.get(place_of(f"{path}/"))
        return None if placed is None else placed[1]


def tips(git: Git) -> tuple[Tip, ...]:
    """The heads of the branches `incident/<id>`, of this clone and as other ones were last seen; by name.

    Raises:
        RepositoryError: Git is not there, or does not take the folder for a repository.
    """
    found = []
    for name, commit in git.branches(*_PATTERNS):
        told = _BRANCH.fullmatch(name)
        if told is not None and place_of(f"{_place(told[2])}/") == _place(told[2]):
            found.append(Tip(told[1], told[2], commit))
    return tuple(found)


def default_heads(git: Git) -> tuple[tuple[str, str], ...]:
    """The heads of the default branch, in this clone and as its remote was last seen: name, commit.

    Raises:
        RepositoryError: Git does not take the folder for a repository.
    """
    remote = remote_of(git, configuration(git), None)
    default = default_branch(git, remote)
    if default is None:
        return ()
    names = {default: f"refs/heads/{default}"}
    if remote is not None:
        names[f"{remote.name}/{default}"] = remote.tracking(default)
    heads = {name: reference(git, full) for name, full in names.items()}
    return tuple((name, commit) for name, commit in heads.items() if commit is not None)


def _of_default(git: Git, head: Revision | None) -> tuple[Tip, ...]:
    """The incidents that are not the same at the heads of the default branch as checked out."""
    nothing = MappingSnapshot({})
    found = []
    for name, commit in default_heads(git):
        if head is not None and commit == head.commit:
            continue
        changed = changed_paths(head or nothing, Revision(git, commit), INCIDENTS)
        places = dict.fromkeys(filter(None, map(place_of, changed)))
        found += [Tip(name, place.rpartition("/")[2], commit) for place in places]
    return tuple(found)


def _place(incident: str) -> str:
    return f"{INCIDENTS}/{incident[:4]}/{incident}"


def newest(tree: FolderSnapshot) -> Newest:
    """The newest state of each incident of a work tree.

    A branch that cannot be read takes nothing from the others, nor from the work tree.
    """
    git = Git(tree.root)
    if not git.is_repository:
        return Newest(tree, {})
    try:
        found = tips(git)
    except RepositoryError as error:
        return Newest(tree, {}, (f"branches were not read: {error.message}",))
    head, of_incidents = _head(tree), len(found)
    try:
        found += _of_default(git, head)
    except RepositoryError as error:
        return Newest(tree, {}, (f"branches were not read: {error.message}",))
    notices = [f"only {MOST_BRANCHES} branches of incidents were read: delete those that are merged"] * (
        of_incidents >= MOST_BRANCHES
    )
    placed: dict[str, tuple[tuple[str, ...], Revision]] = {}
    branches: dict[str, str] = {}
    by_incident: dict[str, list[Tip]] = {}
    for tip in found:
        by_incident.setdefault(tip.incident, []).append(tip)
    for incident, heads in by_incident.items():
        state = _in_tree(tree, head, _place(incident))
        for tip in heads:
            try:
                state = _newer(tree, git, state, _at_tip(git, tip), notices)
            except RepositoryError as error:
                notices.append(f"{tip.branch} was not read: {error.message}")
                git = Git(tree.root)  # what answers for objects may have ended with the one that is not there
        if state.branch:
            # What is wrong with one branch must not end what answers for another.
            revision = Revision(Git(tree.root), state.commit)
            placed[state.folder] = (revision.below(state.folder), revision)
            branches[state.folder] = state.branch
    return Newest(_Overlay(tree, placed) if placed else tree, branches, tuple(notices))


@dataclass(frozen=True, slots=True)
class _State:
    """One incident as it stands in one place.

    Attributes:
        branch: Where; empty for the work tree.
        commit: The head of the branch, or what is checked out; empty where nothing is.
        entry: Its folder in that commit; None where it has none.
        edited: The work tree has something else than the commit.
    """

    folder: str
    branch: str
    commit: str
    entry: Entry | None
    edited: bool = False


def _head(tree: FolderSnapshot) -> Revision | None:
    """What is checked out; None where nothing is committed yet."""
    git = Git(tree.root)
    try:
        return Revision(git, git.resolve("HEAD"))
    except RepositoryError:
        return None


def _in_tree(tree: FolderSnapshot, head: Revision | None, folder: str) -> _State:
    """An incident as the work tree has it."""
    if head is not None:
        with suppress(RepositoryError):
            edited = bool(changed_paths(head, tree, folder))
            return _State(folder, "", head.commit, head.entry(folder), edited=edited)
    # What is written here, and not known to be committed, counts as written just now.
    return _State(folder, "", "", None, edited=bool(tree.below(folder)))


def _at_tip(git: Git, tip: Tip) -> _State:
    folder = _place(tip.incident)
    return _State(folder, tip.branch, tip.commit, Revision(git, tip.commit).entry(folder))


def _newer(tree: FolderSnapshot, git: Git, one: _State, other: _State, notices: list[str]) -> _State:
    """Which of two states is the newer one: the one that changed since they went different ways.

    Where both did, as after a merge that made one commit of several, what their timelines tell decides.
    """
    if other.entry is None or (one.entry == other.entry and not one.edited):
        return one
    base = _base(git, one, other)
    if base is not None:
        was = Revision(git, base).entry(one.folder)
        if was == other.entry:
            return one
        if was == one.entry and not one.edited:
            return other
    return _told_more(tree, git, (one, other), notices)


def _base(git: Git, one: _State, other: _State) -> str | None:
    """From where they went different ways; None where that is not known here, as in a clone that is cut short."""
    try:
        return git.merge_base(one.commit, other.commit) if one.commit else None
    except RepositoryError:
        return None


def _told_more(tree: FolderSnapshot, git: Git, both: tuple[_State, _State], notices: list[str]) -> _State:
    """The state whose timeline has all entries of the other; else the one with the newest, and the other is told of."""
    one, other = both
    cases = [_case(Revision(git, state.commit) if state.branch else tree, state.folder) for state in both]
    if cases[0] is None or cases[1] is None:
        return one if cases[1] is None else other
    mine, theirs = ({_mark(logged): logged.entry.when.at.start for logged in case.timeline} for case in cases if case)
    if mine.keys() > theirs.keys():
        return one
    if theirs.keys() >= mine.keys():
        return other
    shown, left = (one, other) if max(mine.values()) > max(theirs.values()) else (other, one)
    number = len((theirs.keys() - mine.keys()) if left is other else (mine.keys() - theirs.keys()))
    entries = "1 entry" if number == 1 else f"{number} entries"
    notices.append(
        f"{one.folder.rpartition('/')[2]}: {left.branch or 'the work tree'} has {entries} of its own that "
        f"{shown.branch or 'the work tree'} lacks: merge them"
    )
    return shown


def _case(snapshot: Snapshot, folder: str) -> Case | None:
    for files in case_files(snapshot.below(folder)):
        if files.path == folder:
            case = load_case(snapshot, files).case
            return case if isinstance(case, Case) else None
    return None


def _mark(logged: LoggedEntry) -> tuple[str, ...]:
    """What an entry is known by."""
    entry = logged.entry
    return (entry.id,) if entry.id is not None else (str(entry.when), entry.by or "", entry.kind, entry.text)
