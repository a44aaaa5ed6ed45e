"""What is asked and what there is -> Plan: the changes that make the tracker agree with the records."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Literal

from hotwash import __version__
from hotwash.tracker.markers import YOURS, named, order, parted
from hotwash.tracker.pairing import pair
from hotwash.tracker.port import ASSIGNEES_LIMIT, BODY_LIMIT, Draft, Edit, Issue
from hotwash.tracker.proofs import comment_on_break

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from hotwash.model.repository import Unreadable
    from hotwash.tracker.desired import DesiredIssue
    from hotwash.tracker.markers import Key, Marker, Standing
    from hotwash.tracker.pairing import Pairing, Pairs

Action = Literal["create", "update", "close", "reopen", "drift"]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing in which the tracker differs from the records.

    Attributes:
        item: None for the issue that tracks the incident.
        issue: The issue's number; None while there is none.
        title: The title of the action item or the incident, as its record has it.
        fields: What differs, in the words of the port, sorted; empty for a new issue.
        work: What `apply` does; None where it does nothing, since a person has decided.
        reason: What a reader should know: what changed, how it is closed, or what to do about a drift.
        comment: What `apply` says on the issue before it does it; empty for nothing.
    """

    action: Action
    incident: str
    item: str | None
    issue: int | None
    title: str
    fields: tuple[str, ...]
    work: Draft | Edit | None
    reason: str = ""
    comment: str = ""

    @property
    def key(self) -> Key:
        """Whose issue it is."""
        return self.incident, self.item

    @property
    def closes_double(self) -> bool:
        """What it closes is one issue too many: nothing is lost with it."""
        return isinstance(self.work, Edit) and self.work.state_reason == "duplicate"


@dataclass(frozen=True, slots=True)
class Plan:
    """All changes, sorted by incident and item, and what a person has to see to.

    Attributes:
        notices: What is left alone, why, and what to do; a line each.
        paired: How many action items have an issue already: what shares are taken of (threats G3).
        tracked: How many incidents have an issue already.
        label: The managed label.
        accounts: Whose issues count as hotwash's own.
        digest: Tells it from a plan that other records, or another state of the tracker, would give.
    """

    changes: tuple[Change, ...]
    notices: tuple[str, ...]
    paired: int
    tracked: int = 0
    label: str = ""
    accounts: frozenset[str] = frozenset()
    digest: str = ""

    @property
    def writes(self) -> tuple[Change, ...]:
        """What `apply` has to do."""
        return tuple(change for change in self.changes if change.work is not None)


def make_plan(
    desired: Iterable[DesiredIssue],
    issues: Iterable[Issue],
    *,
    unreadable: Collection[Unreadable],
    label: str,
    accounts: Collection[str],
    notices: Iterable[str] = (),
) -> Plan:
    """The difference between what the records ask and what the tracker has.

    It knows no history but the marker of each issue: the state that hotwash last wrote there. So a change by a person
    is told from a change in the record, and is never taken back.

    Args:
        desired: What the records ask.
        issues: What the tracker has under the label, and what it has under a number that a record names.
        unreadable: Incidents whose records cannot be read; nothing of theirs is changed, since unreadable is not absent.
        label: The managed label.
        accounts: Whose issues count as hotwash's own.
        notices: What else a person should know.
    """
    wanted = sorted(desired, key=lambda one: order(one.key))
    seen = sorted(issues, key=lambda issue: issue.number)
    twice = {key for key, times in Counter(one.key for one in wanted).items() if times > 1}
    frozen = {one.id for one in unreadable}
    ours = frozenset(account.casefold() for account in accounts)
    pairing = pair(seen, label=label, accounts=accounts, numbers={one.key: one.number for one in wanted if one.number})
    lost = dict(pairing.unmarked)
    changes: list[Change] = []
    crowded: list[int] = []
    counts = Counter[bool]()
    for one in wanted:
        if one.key in twice or one.key in pairing.held or one.incident in frozen:
            continue
        issue, marker = pairing.pairs.get(one.key, (None, None))
        if issue is None and one.number is not None:
            issue = lost.pop(one.number, None)
        if issue is not None:
            counts[one.item is None] += 1
            if not _has_room(one, issue):
                crowded.append(issue.number)
                continue
            changes += _differences(one, issue, marker)
            changes += _doubles(one, issue, pairing.doubles.get(one.key, ()))
        elif one.creates:
            changes.append(Change("create", one.incident, one.item, None, one.title, (), one.draft))
    wanted_keys = {one.key for one in wanted}
    orphans = [key for key in pairing.pairs if key not in wanted_keys and key[0] not in frozen]
    every_notice = (
        *_frozen_notices(unreadable, pairing.pairs),
        *(_repeated_notice(key) for key in sorted(twice, key=order)),
        *pairing.notices,
        *_double_notices(pairing, changes, frozen),
        *_orphan_notices(orphans, pairing.pairs),
        *(_lost_notice(number) for number in lost),
        *(_crowded_notice(number) for number in crowded),
        *notices,
    )
    return Plan(
        changes=tuple(changes),
        notices=every_notice,
        paired=counts[False],
        tracked=counts[True],
        label=label,
        accounts=ours,
        digest=_digest(wanted, [issue for issue in seen if issue.author.casefold() in ours], sorted(frozen), label),
    )


def _digest(*parts: object) -> str:
    """What the plan follows from. Values print alike in every run, since they hold text, numbers and tuples only."""
    return sha256(repr((__version__, *parts)).encode("utf-8", "backslashreplace")).hexdigest()


# --- what a person has to see to


def _frozen_notices(unreadable: Iterable[Unreadable], pairs: Pairs) -> Iterator[str]:
    for one in sorted(unreadable, key=lambda one: (one.id, one.path)):
        numbers = [
            f"#{issue.number}" for key, (issue, _) in pairs.items() if key[0] == one.id and issue.state == "open"
        ]
        what = f"its issues ({', '.join(numbers)}) stay as they are" if numbers else "nothing of it is planned"
        yield f"{one.id} cannot be read: {what}. See why: hotwash check {one.path}"


def _repeated_notice(key: Key) -> str:
    incident, item = key
    if item is None:
        return f"{incident} is the name of two incidents: both are left alone; give one of them a name of its own"
    return f"{item} stands twice in {incident}: both are left alone; give one of them an id of its own"


def _double_notices(pairing: Pairing, changes: Iterable[Change], frozen: Collection[str]) -> Iterator[str]:
    closed = {change.issue for change in changes if change.closes_double}
    for key, doubles in pairing.doubles.items():
        for issue in doubles:
            if issue.number not in closed and key[0] not in frozen:
                chosen = pairing.pairs[key][0]
                yield (
                    f"#{issue.number} says that it is the issue of {named(key)}, and so does #{chosen.number}: "
                    f"close #{issue.number} as a duplicate"
                )


def _orphan_notices(orphans: Iterable[Key], pairs: Pairs) -> Iterator[str]:
    for key in orphans:
        issue, _ = pairs[key]
        if issue.state == "open" and key[1] is None:
            yield (
                f"#{issue.number} tracks {key[0]}, and nothing asks for that any more: left open. "
                f"Put the record back, or close #{issue.number}"
            )
        elif issue.state == "open":
            yield (
                f"#{issue.number} belongs to {named(key)}, and no record asks for it any more: left open. "
                f"Put the item back, with `status: dropped` and the reason, or close #{issue.number}"
            )


def _lost_notice(number: int) -> str:
    return (
        f"#{number} has lost its hidden marker, so nobody knows whose it is: write `issue: {number}` at its action "
        f"item, and the marker is restored; or take the managed label off"
    )


def _crowded_notice(number: int) -> str:
    return (
        f"#{number} has no room for what the record says beside what people wrote below the line: left as it is; "
        f"move some of that into a comment"
    )


# --- what differs


def _differences(one: DesiredIssue, issue: Issue, marker: Marker | None) -> Iterator[Change]:
    """What an issue lacks, as one edit; and, apart from it, what a person decided otherwise."""
    actual = standing_of(issue)
    # Without a marker nobody knows who set the state, so it counts as a person's.
    known = (marker and marker.standing) or one.standing
    # Told once a break: where it was told before, a person who closes the issue again has the last word.
    breaks = bool(one.broken) and not (marker is not None and marker.broken) and actual != "not_planned"
    # What hotwash itself closed or left open, and nobody has touched since, follows the record.
    follows = actual != one.standing and (actual == known or breaks)
    after = _marker_after(one, marker, breaks=breaks)
    people = _people_after(one, issue, marker)
    edit = Edit(
        title=one.draft.title if issue.title != one.draft.title else None,
        body=_body_after(one, issue, after),
        labels=_labels_after(one, issue, marker),
        state=("open" if one.standing == "open" else "closed") if follows else None,
        state_reason=one.standing if follows and one.standing != "open" else None,
        assignees=people,
        milestone=_milestone_after(one, issue, marker),
    )
    fields = _fields(edit, issue)
    if fields:
        action: Action = "update"
        reason = _what_changed(fields, one.draft.body, issue.body)
        if breaks:
            action = "reopen" if "state" in fields else "update"
            reason = f"its proof does not hold: {one.broken}"
        elif "state" in fields and one.standing == "open":
            action, reason = "reopen", "the record says open again"
        elif "state" in fields:
            action, reason = "close", f"as {_words(one.standing)}"
        comment = comment_on_break(one, after.breaks) if breaks else ""
        yield Change(action, one.incident, one.item, issue.number, one.title, fields, edit, reason, comment)
    if actual != one.standing and not follows:
        differ = ("state",) if "open" in (actual, one.standing) else ("state_reason",)
        reason = _drift_reason(one, issue)
        yield Change("drift", one.incident, one.item, issue.number, one.title, differ, None, reason)
    if (
        people is None
        and one.standing == "open"
        and issue.state == "open"
        and (taken := _taken_from(one, issue, marker))
    ):
        there = f"assigned to {', '.join(issue.assignees)}" if issue.assignees else "assigned to nobody"
        reason = f"the record says {taken}, #{issue.number} is {there}: change one of them"
        yield Change("drift", one.incident, one.item, issue.number, one.title, ("assignees",), None, reason)


def _doubles(one: DesiredIssue, issue: Issue, doubles: Sequence[Issue]) -> Iterator[Change]:
    """What two runs at once made too many: closed, where nobody has decided about it and nobody's text is in it.

    A marker that somebody copied from one issue of ours into another makes no double: the title tells.
    """
    for double in doubles:
        fresh = double.state_reason is None and double.title in (issue.title, one.draft.title)
        if fresh and not parted(double.body).theirs.strip():
            edit = Edit(state="closed", state_reason="duplicate")
            reason = f"as the duplicate of #{issue.number}"
            yield Change("close", one.incident, one.item, double.number, one.title, ("state",), edit, reason)


def standing_of(issue: Issue) -> Standing:
    """How an issue stands."""
    if issue.state == "open":
        return "open"
    return "not_planned" if issue.state_reason in ("not_planned", "duplicate") else "completed"


def _marker_after(one: DesiredIssue, marker: Marker | None, *, breaks: bool) -> Marker:
    """What the body is to remember: what the record asks, and what hotwash did there before."""
    if marker is None:
        return replace(one.marker, breaks=int(breaks))
    return replace(
        one.marker,
        assignee="" if one.keeps_people else one.marker.assignee,
        milestone=marker.milestone if one.keeps_milestone else one.marker.milestone,
        breaks=marker.breaks + breaks,
    )


# The commit to which a link leads, and the line there: what they show is right for good, so that alone is no change.
_PERMALINK = re.compile(r"^(- Record: \[[^\]\n]*\]\(\S*?/blob/)[^/\s]+(/[^\s#)]*)(?:#L\d+)?\)$", re.MULTILINE)


def _settled(body: str) -> str:
    text = body.replace("\r\n", "\n").rstrip()
    return _PERMALINK.sub(r"\1\2)", text)


def _body_after(one: DesiredIssue, issue: Issue, marker: Marker) -> str | None:
    """The whole body, what people wrote below the line with it; None where it says that already."""
    parts = parted(issue.body)
    ours = one.body(marker)
    if parts.line and _settled(parts.ours) == _settled(ours):
        return None
    return ours + _theirs(issue.body, ours)


def _theirs(body: str, ours: str) -> str:
    """What people wrote, to be put below the line."""
    parts = parted(body)
    if parts.line:
        return parts.theirs
    left = parts.theirs
    if not left and parts.ours == body and "<!-- hotwash:" not in body:
        # The marker is gone: what we would write anyway is ours, and the rest may be anybody's.
        known = set(ours.split("\n"))
        left = "\n".join(line for line in body.replace("\r\n", "\n").split("\n") if line not in known)
    left = left.strip()
    return f"\n\n{left}" if left.strip("- \n\r") else ""


def _has_room(one: DesiredIssue, issue: Issue) -> bool:
    # What remembers more than the draft does is a few dozen characters longer.
    return len(one.draft.body) + len(_theirs(issue.body, one.draft.body)) + len(YOURS) <= BODY_LIMIT


def _labels_after(one: DesiredIssue, issue: Issue, marker: Marker | None) -> tuple[str, ...] | None:
    """All labels that the issue should have, those of other people among them; None when it has them."""
    wanted = {label.casefold(): label for label in one.draft.labels}
    placed = {label.casefold() for label in (marker.labels if marker else ())}
    kept = {
        label.casefold(): label
        for label in issue.labels
        if label.casefold() in wanted or (label.casefold() not in placed and not label.casefold().startswith(one.owned))
    }
    if len(kept) == len(issue.labels) and wanted.keys() <= kept.keys():
        return None
    return tuple(sorted({**wanted, **kept}.values()))


def _people_after(one: DesiredIssue, issue: Issue, marker: Marker | None) -> tuple[str, ...] | None:
    """All who should be assigned, whom other people assigned among them; None where nothing is to be done.

    Only where the record names another owner than before: whom a person put in the place of the one whom hotwash had
    assigned stays, and is shown as drift.
    """
    wanted = one.marker.assignee
    placed = marker.assignee if marker else ""
    if one.keeps_people or wanted.casefold() == placed.casefold():
        return None
    there = {login.casefold(): login for login in issue.assignees}
    after = {name: login for name, login in there.items() if name != placed.casefold()}
    if wanted and len(after) < ASSIGNEES_LIMIT:
        after.setdefault(wanted.casefold(), wanted)
    return None if after.keys() == there.keys() else tuple(sorted(after.values()))


def _taken_from(one: DesiredIssue, issue: Issue, marker: Marker | None) -> str:
    """Whom hotwash had assigned, and a person took off it; empty where nobody did."""
    placed = marker.assignee.casefold() if marker else ""
    there = {login.casefold() for login in issue.assignees}
    taken = not one.keeps_people and placed and placed == one.marker.assignee.casefold() and placed not in there
    return one.marker.assignee if taken else ""


def _milestone_after(one: DesiredIssue, issue: Issue, marker: Marker | None) -> str | None:
    """The milestone where the record asks for another one than before, and no person has put it elsewhere."""
    wanted = one.marker.milestone
    placed = marker.milestone if marker else ""
    if one.keeps_milestone or wanted == placed or (issue.milestone or "") not in ("", placed):
        return None
    return wanted if wanted != (issue.milestone or "") else None


def _fields(edit: Edit, issue: Issue) -> tuple[str, ...]:
    changed = {
        "title": edit.title is not None,
        "body": edit.body is not None,
        "labels": edit.labels is not None,
        "state": edit.state is not None and edit.state != issue.state,
        "state_reason": edit.state_reason is not None and issue.state == "closed",
        "assignees": edit.assignees is not None,
        "milestone": edit.milestone is not None,
    }
    return tuple(sorted(name for name, differs in changed.items() if differs))


_LINE = re.compile(r"^(?:- |\*\*)([A-Z][a-z]+):(.*)", re.MULTILINE)


def _what_changed(fields: tuple[str, ...], new: str, old: str) -> str:
    """The fields; of the body the lines that differ, since "body" alone tells a reader nothing."""
    now, before = dict(_LINE.findall(_settled(new))), dict(_LINE.findall(_settled(parted(old).ours)))
    lines = [name.lower() for name in now if now[name] != before.get(name)]
    return ", ".join(f"body: {' '.join(lines)}" if field == "body" and lines else field for field in fields)


def _words(standing: Standing) -> str:
    return standing.replace("_", " ")


def _drift_reason(one: DesiredIssue, issue: Issue) -> str:
    there = "open again" if issue.state == "open" else f"closed as {_words(standing_of(issue))}"
    if one.broken and issue.state == "closed":
        return f"the proof does not hold ({one.broken}), #{issue.number} is {there}: mend the proof, or open the item again"
    record = "open" if one.record == "in-progress" else one.record
    return f"the record says {record}, #{issue.number} is {there}: change one of them"
