"""What people decided in the tracker, held against the records: what is to be written there, and what is only told."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from hotwash.facts.said import fault_of
from hotwash.model.names import is_login
from hotwash.tracker.formats import shown
from hotwash.tracker.issues import standing
from hotwash.tracker.markers import named, parted
from hotwash.tracker.pairing import pair
from hotwash.tracker.plan import standing_of
from hotwash.tracker.planning import listed
from hotwash.tracker.proofs import look

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from hotwash.model.actions import ActionItem
    from hotwash.model.repository import Case, Repository, Unreadable
    from hotwash.records.snapshot import Snapshot
    from hotwash.tracker.markers import Key, Marker, Standing
    from hotwash.tracker.port import Comment, Issue, Tracker

Status = Literal["open", "done", "dropped"]
# GitHub writes the comment of "Close with comment" before it closes; who is asked for a reason later answers later.
_BEFORE_CLOSING = timedelta(minutes=5)
_REASON_LIMIT = 2_000  # characters
_STATUS: Mapping[Standing, Status] = MappingProxyType({"open": "open", "completed": "done", "not_planned": "dropped"})
_DUE = re.compile(r"^- Due: (\S+)", re.MULTILINE)
_NONE: Mapping[Key, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Pulled:
    """What is to be written of an action item.

    Attributes:
        issue: The number of its issue.
        was: What its record says, in its own words.
        status: What it is to say from now on; None where only the number is new.
        closed: Since when it is done or dropped.
        reason: Why it was dropped.
    """

    incident: str
    item: str
    title: str
    issue: int
    was: str
    status: Status | None = None
    closed: date | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Pull:
    """All that is to be written, in the order of the records, and what a person has to see to, a line each."""

    items: tuple[Pulled, ...]
    notices: tuple[str, ...]


def pull_for(
    repository: Repository,
    snapshot: Snapshot,
    tracker: Tracker,
    *,
    accounts: Collection[str],
    now: datetime,
    waiting: Mapping[Key, str] = _NONE,
) -> Pull:
    """What people did in the tracker that the records do not say yet.

    Args:
        repository: All records.
        snapshot: The files of the repository, in which proofs are looked up.
        tracker: Where the issues are.
        accounts: Whose issues count.
        now: The day of what was closed at a time that nobody knows.
        waiting: The status of items that an earlier `pull` wrote, and nobody has merged yet.

    Raises:
        TrackerError: The tracker cannot be read.
    """
    issues = listed(repository, tracker)
    proofs = look(repository.cases, snapshot, issues, accounts, tracker.pull_request)
    return make_pull(
        repository,
        issues,
        accounts=accounts,
        comments=tracker.comments,
        now=now,
        broken=proofs.broken,
        waiting=waiting,
    )


def make_pull(
    repository: Repository,
    issues: Iterable[Issue],
    *,
    accounts: Collection[str],
    comments: Callable[[int], Sequence[Comment]],
    now: datetime,
    broken: Mapping[Key, str] = _NONE,
    waiting: Mapping[Key, str] = _NONE,
) -> Pull:
    """The difference between what people decided and what the records say; only what a person changed counts.

    It asks for comments where an issue was closed as not planned, and for nothing else.
    """
    policy = repository.policy
    pairing = pair(
        issues,
        label=policy.tracker.label,
        accounts=accounts,
        numbers={key: item.issue for _, key, item in _items(repository) if item.issue is not None},
    )
    frozen = {one.id for one in repository.unreadable}
    twice = {key for key, times in Counter(key for _, key, _ in _items(repository)).items() if times > 1}
    ours = {account.casefold() for account in accounts}
    found: list[Pulled] = []
    notices = [*_frozen_notices(repository.unreadable), *pairing.notices]
    for case, key, item in _items(repository):
        if key[0] in frozen or key in twice or key in pairing.held or key not in pairing.pairs:
            continue
        issue, marker = pairing.pairs[key]
        base = Pulled(case.id, item.id, item.title, issue.number, item.status)
        decided, refused = _decided(
            item, issue, marker, is_broken=key in broken, is_waiting=waiting.get(key) == item.status
        )
        reason = ""
        if decided == "not_planned":
            reason = _reason(issue, comments(issue.number), ours)
            refused = "" if reason else _asks_why(base)
        if refused:
            notices.append(f"{named(key)}: {refused}")
        elif decided is not None:
            found.append(_written(base, issue, decided, reason, now))
            continue
        if item.issue != issue.number:
            found.append(base)
        if policy.tracker.assign and (taken := _other_owner(item, issue, marker)):
            notices.append(f"{named(key)}: {taken}")
        if (day := _other_day(item, issue)) is not None:
            notices.append(f"{named(key)}: {day}")
    notices += _closed_incidents(repository, pairing.pairs)
    return Pull(tuple(found), tuple(notices))


def _items(repository: Repository) -> Iterator[tuple[Case, Key, ActionItem]]:
    if repository.policy.tracker.action_items:
        for case in repository.cases:
            if case.incident.mode != "retrospective":
                for item in case.action_items:
                    yield case, (case.id, item.id), item


def _decided(
    item: ActionItem, issue: Issue, marker: Marker, *, is_broken: bool, is_waiting: bool
) -> tuple[Standing | None, str]:
    """How a person put the issue, None where nobody did or the record says so; and why that is not followed."""
    actual, record = standing_of(issue), standing(item)
    # Without it nobody knows who set the state, so it counts as a person's.
    known = marker.standing or record
    if actual == record or (is_broken and actual == "open"):
        return None, ""
    if is_waiting:
        return actual, ""  # also where somebody took back what an earlier run had read
    if actual == known and not is_broken:
        return None, ""  # the record has gone on, and `apply` follows it
    if record != known and not is_broken:
        there = "opened again" if actual == "open" else f"closed as {actual.replace('_', ' ')}"
        since = f"the record says {item.status} since the last `apply`"
        return None, f"{since}, and #{issue.number} was {there}: change one of them"
    return actual, ""


def _written(base: Pulled, issue: Issue, decided: Standing, reason: str, now: datetime) -> Pulled:
    """What the record is to say."""
    status = _STATUS[decided]
    closed = None if status == "open" else (issue.closed_at or now).astimezone(UTC).date()
    return replace(base, status=status, closed=closed, reason=reason)


def _asks_why(base: Pulled) -> str:
    return (
        f"#{base.issue} was closed as not planned, and nobody says why: say it in a comment there, or write "
        f"`hotwash action drop {base.item} {base.incident} --reason WHY`"
    )


def _reason(issue: Issue, comments: Iterable[Comment], ours: Collection[str]) -> str:
    """Why it was closed: what a person wrote on it then or since; empty where nothing says it."""
    if issue.closed_at is None:
        return ""
    for comment in comments:
        is_person = comment.author.casefold() not in ours and not comment.author.endswith("[bot]")
        if is_person and comment.at is not None and comment.at >= issue.closed_at - _BEFORE_CLOSING:
            text = _plain(comment.body)
            if fault_of(text) is None:
                return text
    return ""


def _plain(text: str) -> str:
    """What a person wrote, as a record holds it: without signs that cannot be seen, at the end of a word where it is long."""
    lines = ["".join(sign if sign.isprintable() else " " for sign in line).strip() for line in text.splitlines()]
    whole = "\n".join(lines).strip()
    return whole if len(whole) <= _REASON_LIMIT else whole[:_REASON_LIMIT].rsplit(maxsplit=1)[0] + " …"


def _other_owner(item: ActionItem, issue: Issue, marker: Marker) -> str:
    """That somebody else is assigned than the owner, where a person did that; empty where nobody did."""
    if not item.is_open or issue.state != "open" or item.owner is None or not is_login(item.owner):
        return ""
    owner, placed = item.owner.casefold(), marker.assignee.casefold()
    there = {login.casefold() for login in issue.assignees}
    if owner in there or placed not in ("", owner) or (not placed and not there):
        return ""
    who = ", ".join(issue.assignees) if issue.assignees else "nobody"
    return f"it is owned by {item.owner}, and #{issue.number} is assigned to {who}: change `owner`, or assign anew"


def _other_day(item: ActionItem, issue: Issue) -> str | None:
    """That the issue says another day, since the record went on or somebody wrote it there."""
    day = _DUE.search(parted(issue.body).ours)
    if not item.is_open or item.due is None or day is None or day[1] in (item.due.isoformat(), "no"):
        return None
    return (
        f"it is due on {item.due.isoformat()}, and #{issue.number} says {day[1][:20]}: where that was written by hand, "
        f"set `due` in the record, since `apply` writes the day of the record"
    )


def _frozen_notices(unreadable: Iterable[Unreadable]) -> Iterator[str]:
    for one in sorted(unreadable, key=lambda one: (one.id, one.path)):
        yield f"{one.id} cannot be read: nothing of it is written. See why: hotwash check {one.path}"


def _closed_incidents(repository: Repository, pairs: Mapping[Key, tuple[Issue, Marker]]) -> Iterator[str]:
    for case in repository.cases if repository.policy.tracker.incidents else ():
        found = pairs.get((case.id, None))
        if found is None or case.incident.mode == "retrospective" or found[0].state == "open":
            continue
        if found[1].standing == "open" and case.incident.is_open:
            yield (
                f"{case.id}: #{found[0].number} was closed, and the incident is {case.incident.status}: "
                f"open it again, or end the incident: hotwash resolve {case.id}"
            )


def with_numbers(items: Sequence[Pulled], *, always: bool) -> tuple[Pulled, ...]:
    """What is written: numbers alone only where something else of that incident is written, or always."""
    decided = {one.incident for one in items if one.status is not None}
    return tuple(one for one in items if always or one.incident in decided)


def render_pulled(items: Iterable[Pulled]) -> Iterator[str]:
    """What is written of an incident, a line each."""
    for one in items:
        since = f", {one.closed.isoformat()}" if one.closed is not None else ""
        became = f"{one.was} → {one.status}{since}" if one.status is not None else "its number"
        yield f"  ~ {one.item}  #{one.issue}  {became}"


def render_notices(notices: Iterable[str]) -> Iterator[str]:
    """What a person has to see to, a line each."""
    return (f"note: {shown(notice)}" for notice in notices)
