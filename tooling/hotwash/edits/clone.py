"""A clone in which is written, and the branch that a write goes to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from hotwash.errors import RepositoryError
from hotwash.records.commits import configuration, fork, reference, references, since, symbolic
from hotwash.records.git import Git
from hotwash.records.load import POLICY, SERVICES, load_head
from hotwash.records.overlay import Overlay
from hotwash.records.remote import default_branch, remote_of
from hotwash.records.revision import Revision
from hotwash.records.snapshot import EVIDENCE_LIMIT, FolderSnapshot, MappingSnapshot

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from hotwash.model.policy import Policy
    from hotwash.records.apart import Apart, Places
    from hotwash.records.remote import Remote
    from hotwash.records.snapshot import Snapshot

BRANCHES = "refs/heads/"
_LOOKED_BACK = 200  # commits of the default branch in which a squashed pull request is looked for


@dataclass(slots=True)
class Clone:
    """A clone at work.

    Attributes:
        notices: What there is to tell so far.
        by_pull_request: A write goes to the branch of its incident, whatever the policy says.
        masked: The kinds of secrets that were masked.
    """

    git: Git
    where: Places
    config: Mapping[str, str]
    own: Apart
    now: datetime
    by_pull_request: bool = False
    notices: list[str] = field(default_factory=list)
    masked: set[str] = field(default_factory=set)

    @property
    def root(self) -> Path:
        """The folder that holds the records."""
        return self.git.directory

    def tell(self, *notices: str) -> None:
        """Remember what there is to tell, once."""
        self.notices += [one for one in notices if one not in self.notices]


class Target(NamedTuple):
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
        """The branch in full."""
        return BRANCHES + self.branch


def target_of(clone: Clone, incident: str) -> Target:
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
    near = reference(git, BRANCHES + default)
    is_here = here == BRANCHES + default
    ahead = newest(git, near, far)
    start = near if is_here and near is not None else ahead
    records: Snapshot = MappingSnapshot({}) if start is None else Revision(git, start)
    unknown = unjudged(clone, records)
    policy = policy_of(Overlay(records, unknown))
    if (policy.land == "push" and not clone.by_pull_request) or ahead is None:
        return Target(
            default, near, () if start is None else (start,), () if far is None else (far,), is_here, remote, default
        )
    return _incident_target(clone, incident, ahead, remote, default)


def _incident_target(clone: Clone, incident: str, trunk: str, remote: Remote | None, default: str) -> Target:
    """The branch of an incident, begun from the newest default head where it is not there or was merged."""
    git = clone.git
    here = symbolic(git, "HEAD")
    far_trunk = None if remote is None else reference(git, remote.tracking(default))
    branch = f"incident/{incident}"
    near = reference(git, BRANCHES + branch)
    far = None if remote is None else reference(git, remote.tracking(branch))
    is_here = here == BRANCHES + branch
    alive = [head for head in (near, far) if head is not None and not is_merged(git, head, trunk)]
    if not alive:
        # A branch that was squashed and is still at the remote is gone on from, since nothing is pushed by force.
        parents = (trunk,) if far is None or git.is_ancestor(far, trunk) else (trunk, far)
    elif len(alive) == 1 or (is_here and near is not None):
        parents = (alive[0],)
    else:
        parents = (newest(git, near, far) or trunk,)
    known = tuple(head for head in (far, far_trunk) if head is not None)
    return Target(branch, near, parents, known, is_here, remote, default)


def start_at(git: Git, target: Target, remote: Remote) -> tuple[str, ...]:
    """The parents of the next commit, as the remote has it."""
    trunk = reference(git, remote.tracking(target.default))
    far = reference(git, remote.tracking(target.branch))
    if target.branch == target.default or trunk is None:
        return () if far is None else (far,)
    if far is None or git.is_ancestor(far, trunk):
        return (trunk,)
    return (trunk, far) if is_merged(git, far, trunk) else (far,)


def known_at(git: Git, target: Target, remote: Remote) -> tuple[str, ...]:
    """The heads at the remote that say what it has of a branch."""
    names = dict.fromkeys((target.branch, target.default))
    found = (reference(git, remote.tracking(name)) for name in names)
    return tuple(commit_ for commit_ in found if commit_ is not None)


def newest(git: Git, near: str | None, far: str | None) -> str | None:
    """Of the head of this clone and that of the remote the one that is ahead; of two that differ ours."""
    if near is None or far is None:
        return near or far
    return far if git.is_ancestor(near, far) else near


def is_merged(git: Git, head: str, trunk: str) -> bool:
    """Whether all that a branch changed has come into another, as it is or squashed."""
    if git.is_ancestor(head, trunk):
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


def must_be_free(clone: Clone, target: Target) -> None:
    """Refuse to move a branch that something else is at work on."""
    for state in ("rebase-merge", "rebase-apply"):
        try:
            name = (clone.where.own / state / "head-name").read_text(encoding="utf-8").strip()
        except (OSError, ValueError):
            continue
        if name == target.reference:
            message = f"{target.branch} is in the middle of a rebase"
            raise RepositoryError(message, "end it first: git rebase --continue, or git rebase --abort")
    if not target.is_here and (other := checked_out_elsewhere(clone.git, target.reference)):
        message = f"{target.branch} is checked out in another work tree of this clone"
        raise RepositoryError(message, f"write there: hotwash -C {other}")


def checked_out_elsewhere(git: Git, name: str) -> str:
    """The other work tree in which a branch is checked out; empty where it is in none."""
    answer = git.ask("worktree", "list", "--porcelain", "-z")
    for block in answer.out.decode("utf-8", "surrogateescape").split("\0\0"):
        told = dict(line.partition(" ")[::2] for line in block.split("\0") if line)
        if told.get("branch") == name and told.get("worktree", "") != str(git.top):
            return told.get("worktree", "")
    return ""


def policy_of(records: Snapshot) -> Policy:
    """The policy of some records; its defaults where they have none that can be used."""
    return load_head(records, (*records.below(POLICY), *records.below(SERVICES))).policy


def unjudged(clone: Clone, committed: Snapshot) -> dict[str, bytes | None]:
    """Policy and services of the work tree where no commit holds them yet: by them is judged."""
    tree = FolderSnapshot(clone.root)
    return {
        path: data
        for path in (POLICY, SERVICES)
        if not committed.below(path) and isinstance(data := tree.read(path), bytes)
    }


def writable(root: Path, *, by_pull_request: bool = False) -> Snapshot:
    """What a command asks its questions from: the newest records that a write would go to.

    The work tree where that branch is checked out, or where there is no repository; else the head of the branch. Where
    changes go through pull requests, each incident is as its own branch has it.

    Args:
        root: Of the records.
        by_pull_request: They go through pull requests, whatever the policy says.

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
    near = reference(git, BRANCHES + default)
    trunk = newest(git, near, None if remote is None else reference(git, remote.tracking(default)))
    here = symbolic(git, "HEAD")
    is_here = here == BRANCHES + default
    records: Snapshot = tree if is_here or trunk is None else Revision(git, trunk)
    if trunk is None or (policy_of(records).land == "push" and not by_pull_request):
        return records
    heads: dict[str, str] = {}
    prefixes = [f"{BRANCHES}incident/", *([remote.tracking("incident/")] if remote is not None else [])]
    for prefix in prefixes:
        for name, head in references(git, prefix).items():
            incident = name.removeprefix(prefix)
            if not is_merged(git, head, trunk):
                heads[incident] = newest(git, heads.get(incident), head) or head
    files: dict[str, bytes | None] = {}
    for incident, head in heads.items():
        branch: Snapshot = tree if here == f"{BRANCHES}incident/{incident}" else Revision(git, head)
        for path in branch.paths():
            if path.split("/")[2:3] == [incident] and isinstance(data := branch.read(path, EVIDENCE_LIMIT), bytes):
                files[path] = data
    return Overlay(records, files) if files else records
