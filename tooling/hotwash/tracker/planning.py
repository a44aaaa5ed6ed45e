"""Records and a tracker -> Plan: all that is asked of the tracker before anything is changed."""

from __future__ import annotations

from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING

from hotwash.model.names import is_login
from hotwash.tracker.desired import Surroundings
from hotwash.tracker.issues import absent_milestones, desired_issues
from hotwash.tracker.markers import markers
from hotwash.tracker.plan import make_plan
from hotwash.tracker.port import MissingError
from hotwash.tracker.proofs import look, unseen_notices

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from hotwash.model.repository import Repository
    from hotwash.records.snapshot import Snapshot
    from hotwash.tracker.markers import Key
    from hotwash.tracker.plan import Plan
    from hotwash.tracker.port import Issue, Tracker

MOST_STRAYS = 100  # looked up by number, where records name issues that the list does not show
_NO_LINES: Mapping[Key, int] = MappingProxyType({})


def plan_for(
    repository: Repository,
    snapshot: Snapshot,
    tracker: Tracker,
    *,
    accounts: Collection[str],
    commit: str = "",
    lines: Mapping[Key, int] = _NO_LINES,
) -> Plan:
    """What `apply` would do.

    Args:
        repository: All records.
        snapshot: The files of the repository, in which proofs are looked up.
        tracker: Where the issues are.
        accounts: Whose issues count.
        commit: The commit of the records, where the tracker's repository has it.
        lines: The line of each action item in its file.

    Raises:
        TrackerError: The tracker cannot be read.
    """
    policy = repository.policy.tracker
    issues = listed(repository, tracker)
    around = Surroundings(
        home=tracker.home(),
        commit=commit,
        lines=lines,
        assignable=_assignable(repository, tracker),
        milestones=frozenset(tracker.milestones()) if policy.milestones else frozenset(),
        proofs=look(repository.cases, snapshot, issues, accounts, tracker.pull_request),
    )
    return make_plan(
        desired_issues(repository, around),
        issues,
        unreadable=repository.unreadable,
        label=policy.label,
        accounts=accounts,
        notices=(*absent_milestones(repository, around), *unseen_notices(around.proofs)),
    )


def listed(repository: Repository, tracker: Tracker) -> tuple[Issue, ...]:
    """The issues under the label, and those that records name and the list does not show."""
    found = tracker.list(repository.policy.tracker.label)
    return (*found, *_strays(repository, found, tracker))


def _assignable(repository: Repository, tracker: Tracker) -> dict[str, str]:
    owned = any(
        item.owner is not None and is_login(item.owner)
        for case in repository.cases
        if case.incident.mode != "retrospective"
        for item in case.action_items
    )
    if not repository.policy.tracker.assign or not owned:
        return {}
    return {login.casefold(): login for login in sorted(tracker.assignable())}


def _strays(repository: Repository, found: Collection[Issue], tracker: Tracker) -> Iterator[Issue]:
    """Issues that records name and the list does not show: somebody took the label off, or the list lags behind."""
    shown = {issue.number for issue in found}
    known = {marker.key for issue in found for marker in markers(issue.body)}
    missing = (
        item.issue
        for case in repository.cases
        if case.incident.mode != "retrospective"
        for item in case.action_items
        if item.is_open and item.issue is not None and item.issue not in shown and (case.id, item.id) not in known
    )
    for number in dict.fromkeys(islice(missing, MOST_STRAYS)):
        try:
            yield tracker.get(number)
        except MissingError:
            continue
