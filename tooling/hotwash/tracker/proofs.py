"""Whether what is done is still done: the proofs of items that have an issue, by the files and by their pull requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotwash.errors import TrackerError
from hotwash.facts.proofs import broken_proof, proof_of
from hotwash.tracker.desired import Proofs
from hotwash.tracker.markers import digest, markers, named, told
from hotwash.tracker.port import UnavailableError
from hotwash.tracker.texts import said_on_a_line

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from hotwash.model.actions import Proof
    from hotwash.model.repository import Case
    from hotwash.records.snapshot import Snapshot
    from hotwash.tracker.desired import DesiredIssue
    from hotwash.tracker.markers import Key, Marker
    from hotwash.tracker.port import Issue, PullRequest, PullRequestState


def look(
    cases: Iterable[Case],
    snapshot: Snapshot,
    issues: Iterable[Issue],
    accounts: Collection[str],
    pull_request: Callable[[str], PullRequest],
) -> Proofs:
    """What is known of the proofs of done items that have an issue, since only issues can be opened again.

    A pull request that was once seen merged is not asked about again: the marker of the issue remembers it.

    Args:
        cases: The incidents.
        snapshot: The files of the repository.
        issues: What the tracker has.
        accounts: Whose issues count.
        pull_request: What looks a pull request up by its address.

    Raises:
        UnavailableError: The tracker has gone.
    """
    remembered = _remembered(issues, accounts)
    broken: dict[Key, str] = {}
    merged: set[Key] = set()
    unseen: dict[Key, str] = {}
    for key, proof in _proofs(cases):
        marker = remembered.get(key)
        if marker is None:
            continue
        if proof.pull_request is None:
            found = broken_proof(proof, snapshot)
            if found is not None:
                broken[key] = found.why
        elif (
            marker.merged == digest(proof.pull_request)
            or (state := _state(proof.pull_request, pull_request)) == "merged"
        ):
            merged.add(key)
        elif state is not None:
            broken[key] = f"the pull request {proof.pull_request} {_NOT_MERGED[state]}"
        else:
            unseen[key] = proof.pull_request
            if marker.broken:
                # Nobody can say that it was mended.
                broken[key] = f"the pull request {proof.pull_request} cannot be seen"
    return Proofs(broken, frozenset(merged), unseen)


_NOT_MERGED: dict[PullRequestState, str] = {"open": "is not merged", "closed": "was closed without being merged"}


def _proofs(cases: Iterable[Case]) -> Iterator[tuple[Key, Proof]]:
    for case in cases:
        if case.incident.mode != "retrospective":
            for item in case.action_items:
                if (proof := proof_of(item)) is not None:
                    yield (case.id, item.id), proof


def _remembered(issues: Iterable[Issue], accounts: Collection[str]) -> dict[Key, Marker]:
    """What the issues of ours say of themselves; of two that say the same the lower number."""
    ours = {account.casefold() for account in accounts}
    found: dict[Key, Marker] = {}
    for issue in sorted(issues, key=lambda issue: issue.number):
        if issue.author.casefold() in ours:
            for marker in markers(issue.body):
                found.setdefault(marker.key, marker)
    return found


def _state(address: str, pull_request: Callable[[str], PullRequest]) -> PullRequestState | None:
    """How a pull request stands; None where nobody can see it from here."""
    try:
        return pull_request(address).state
    except UnavailableError:
        raise
    except TrackerError:
        return None


def unseen_notices(proofs: Proofs) -> tuple[str, ...]:
    """The pull requests that nobody could look at, a line each."""
    return tuple(
        f"the proof of {named(key)} is {address}, which cannot be seen from here: nothing is concluded from it"
        for key, address in proofs.unseen.items()
    )


def comment_on_break(one: DesiredIssue, breaks: int) -> str:
    """What is said on an issue whose item is done by the record, and whose proof does not hold."""
    return (
        f"The record says that this is done, and its proof does not hold any more: {said_on_a_line(one.broken)}.\n\n"
        f"Mend what the proof names, and this issue is closed again; or set the item back to `open`.\n\n"
        f"{told(one.key, breaks)}"
    )
