"""A branch is pushed, on newer and newer heads, until nobody was faster; then the clone follows.

What is not pushed yet is made again from how it was asked, so the writes of others are never merged as text. A push
whose effect nobody knows is settled by what the remote has afterwards.
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from hotwash.edits.alongside import Brought, whole
from hotwash.edits.clone import checked_out_elsewhere, known_at, start_at
from hotwash.edits.committing import Step, Write, made_on
from hotwash.edits.kept import keep
from hotwash.edits.unpushed import all_noted, forget, note, noted
from hotwash.errors import HotwashError, RepositoryError
from hotwash.records.commits import drop, move, reference, since, symbolic
from hotwash.records.remote import Gone, Pushed, fetch, push
from hotwash.records.revision import Revision

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from hotwash.edits.clone import Clone, Target
    from hotwash.edits.unpushed import Noted
    from hotwash.records.git import Git
    from hotwash.records.remote import Remote
    from hotwash.records.snapshot import Snapshot

# How a write is made again that was committed earlier: its request, as `--from` reads it -> its step.
Again: TypeAlias = "Callable[[bytes], Step]"
_ATTEMPTS = 50  # at one branch, which somebody else moves each time
_ROUNDS = 60  # of pushing
_FIRST_WAIT = 0.05  # seconds
_LONGEST_WAIT = 8.0


@dataclass(slots=True)
class _Push:
    """A branch on its way to the remote.

    Attributes:
        current: The commit of the write that this is about; None where it made none.
        write: That write.
        again: How earlier ones are made again.
        become: Each commit that has been made again -> the new one; None where nothing was left to be done.
        made: All those that were made on the way.
        refused: Those that the newest records do not allow, and why.
    """

    clone: Clone
    target: Target
    remote: Remote
    current: str | None
    write: Write
    again: Again
    become: dict[str, str | None] = field(default_factory=dict)
    made: list[str] = field(default_factory=list)
    refused: dict[str, tuple[Noted, HotwashError]] = field(default_factory=dict)

    @property
    def git(self) -> Git:
        return self.clone.git

    @property
    def head(self) -> str | None:
        """Where the branch is in this clone."""
        return reference(self.git, self.target.reference)

    @property
    def far(self) -> str | None:
        """Where the branch is at the remote, as far as this clone knows."""
        return reference(self.git, self.remote.tracking(self.target.branch))

    @property
    def known(self) -> tuple[str, ...]:
        """The heads at the remote that say what it has of the branch."""
        return known_at(self.git, self.target, self.remote)

    def is_there(self, commit: str) -> bool:
        """Whether the remote has a commit."""
        return _is_in(self.git, commit, self.known)

    def last(self, commit: str | None) -> str | None:
        """What a commit has become in the end."""
        while commit in self.become:
            commit = self.become[commit]
        return commit

    def foreign(self, head: str) -> str:
        """How many commits the remote has not, and no command made; empty for none."""
        count = sum(noted(self.clone.root, commit) is None for commit in since(self.git, head, self.known))
        return "" if not count else f"{count} commit{'s' if count > 1 else ''}"


def learn(clone: Clone, target: Target) -> None:
    """Ask the remote what has become of the branch of an incident, which may have been merged and begun anew."""
    if target.remote is None or target.branch == target.default:
        return
    got = fetch(clone.git, clone.where, clone.config, target.remote, _branches(target))
    if not isinstance(got, Gone) and target.branch not in got:
        drop(clone.git, target.remote.tracking(target.branch))


def _branches(target: Target) -> tuple[str, ...]:
    """What is fetched; a branch of an incident may not be there, which its pattern allows."""
    return (target.branch,) if target.branch == target.default else (target.default, f"{target.branch}*")


def pushed(
    clone: Clone,
    target: Target,
    write: Write,
    current: str | None,
    *,
    again: Again,
    alone: Callable[[], AbstractContextManager[None]],
) -> tuple[str, str | None]:
    """Push a branch, and bring it here to what is at the remote then.

    Args:
        clone: From where.
        target: The branch.
        write: The write that this is about.
        current: Its commit; None where nothing was to be done.
        again: How earlier writes are made again, which are pushed along.
        alone: Keeps other writers of the clone out.

    Returns:
        Why it was not pushed, empty where it was; and the commit in which the write is now.

    Raises:
        EditRefused: The newest records do not allow the write.
    """
    if target.remote is not None and target.remote.why:
        return target.remote.why, current
    if target.remote is None:
        return "there is no remote to push to: git remote add origin ADDRESS", current
    work = _Push(clone, target, target.remote, current, write, again)
    why = _pushed(work)
    if work.become or work.refused or not why:
        with alone():
            _follow(work, is_pushed=not why)
    for commit, (said, error) in work.refused.items():
        if commit == current:
            raise error
        kept = keep(clone.root, said.verb, said.request, said.at)
        clone.tell(f"an earlier write cannot be made on the newest records: {error.message}; {kept.told}")
    return why, work.last(current)


def _pushed(work: _Push) -> str:
    """Push until it is done; empty, or why it was not."""
    clone, git, target = work.clone, work.git, work.target
    branch, head = target.branch, work.head
    if head is not None and (theirs := work.foreign(head)):
        clone.tell(f"{theirs} of yours on {branch} went along")
    was_lost = False
    for round_ in range(_ROUNDS):
        done = _pushed_once(work, head)
        if done.state in ("done", "refused"):
            return "" if done.state == "done" else f"the remote does not take it: {done.why}"
        _wait(round_)
        got = fetch(git, clone.where, clone.config, work.remote, _branches(target))
        is_lost = done.state == "unknown" and head is not None and not work.is_there(head)
        # Lost once, it is tried again; but a remote may be read from and never written to.
        if isinstance(got, Gone) or (is_lost and was_lost):
            return f"the remote cannot be reached: {done.why or (got.why if isinstance(got, Gone) else '')}"
        was_lost = is_lost
        head = work.head
        if head is not None and not _is_straight(work, head):
            if theirs := work.foreign(head):
                return f"{branch} has {theirs} of yours, and others at the remote: git pull --rebase, then push again"
            head = _replayed(work, head)
    return f"others were faster {_ROUNDS} times"


def _pushed_once(work: _Push, head: str | None) -> Pushed:
    """Push a head, where the remote has not got it, and nothing is known that it would be behind."""
    if head is None or work.is_there(head):
        return Pushed("done")
    if work.far is not None and not work.git.is_ancestor(work.far, head):
        return Pushed("behind")
    clone = work.clone
    return push(work.git, clone.where, clone.config, work.remote, commit=head, branch=work.target.branch)


def _is_in(git: Git, commit: str, heads: tuple[str, ...]) -> bool:
    return any(git.is_ancestor(commit, head) for head in heads)


def _wait(round_: int) -> None:
    """Let others go first, the longer the more there seem to be."""
    if round_:
        longest = min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** min(round_, 8))
        time.sleep(random.uniform(0, longest))  # noqa: S311 - no secret


def _is_straight(work: _Push, head: str) -> bool:
    """Whether a head holds all that the next commit would begin from."""
    return all(work.git.is_ancestor(parent, head) for parent in start_at(work.git, work.target, work.remote))


def _replayed(work: _Push, head: str) -> str:
    """Make all writes again that the remote has not, on the newest that it has; the last commit."""
    git, clone = work.git, work.clone
    parents = start_at(git, work.target, work.remote)
    known = work.known
    for commit in since(git, head, known):
        latest = work.last(commit)
        said = noted(clone.root, commit)
        if said is None or commit in work.refused or latest is None or _is_in(git, latest, known):
            continue
        try:
            step = work.write.step if commit == work.current else work.again(said.request)
            made = made_on(clone, parents, Write(said, step), source=_source(git, commit, said))
        except RepositoryError:
            raise
        except HotwashError as error:
            work.refused[commit] = (said, error)
            continue
        if made is None:
            work.become[commit] = None
            continue
        note(clone.root, made.commit, said)
        work.made.append(made.commit)
        work.become[commit] = made.commit
        parents = (made.commit,)
    return parents[0]


def _source(git: Git, commit: str, said: Noted) -> Snapshot | None:
    """The commit itself, where it brought an incident along that git did not know before."""
    before = reference(git, f"{commit}^")
    now = Revision(git, commit)
    for path in now.paths():
        parts = path.split("/")
        if parts[2:3] == [said.incident]:
            folder = "/".join(parts[:3])
            return None if before is not None and Revision(git, before).below(folder) else now
    return None


def _follow(work: _Push, *, is_pushed: bool) -> None:
    """Bring the branch here to what is at the remote, with what others have committed here meanwhile on top."""
    git, clone, target = work.git, work.clone, work.target
    for _ in range(_ATTEMPTS):
        head = work.head
        if head is None or not (is_pushed or work.refused) or _is_straight(work, head):
            break
        if work.foreign(head):
            clone.tell(f"{target.branch} has commits of yours that the remote has not: git pull --rebase")
            break
        if _moved(work, head, _replayed(work, head)):
            break
    # What the remote has need not be made again, nor what this branch has in another form now.
    known, head = work.known, work.head
    over = [one for one in all_noted(clone.root) if _is_in(git, one, known)]
    over += [one for one in (*work.become, *work.made, *work.refused) if head is None or not git.is_ancestor(one, head)]
    forget(clone.root, tuple(over))


def _moved(work: _Push, head: str, final: str) -> bool:
    """Move the branch from where it was; False where somebody else did so first."""
    git, clone, target = work.git, work.clone, work.target
    is_here = symbolic(git, "HEAD") == target.reference
    if head == final:
        return True
    if not is_here and checked_out_elsewhere(git, target.reference):
        clone.tell(f"{target.branch} is checked out in another work tree and stays behind there: git pull --rebase")
        return True
    brought = Brought(git, clone.own)
    is_moved = False
    try:
        if is_here:
            planned = whole(git, head, final)
            why = planned if isinstance(planned, str) else brought.write(planned[0])
            if why or isinstance(planned, str):
                clone.tell(f"{target.branch} stays behind here, since {why}: git pull --rebase --autostash")
                return True
            brought.stage(planned[1])
        is_moved = move(git, target.reference, final, head, "hotwash: brought together with the remote")
    finally:
        if not is_moved and reference(git, target.reference) != final:
            brought.undo()
    return is_moved
