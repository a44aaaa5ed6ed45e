"""What is asked and what there is -> Plan: the changes that make the tracker agree with the records, as lines or JSON."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Literal

from hotwash.diagnostics import counted, visible
from hotwash.tracker.pairing import order, pair
from hotwash.tracker.port import Draft, Edit, Issue

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from hotwash.model.repository import Unreadable
    from hotwash.tracker.issues import DesiredIssue, Key, Marker, Standing
    from hotwash.tracker.pairing import Pairs

Action = Literal["create", "update", "close", "reopen", "drift"]
_SIGNS: dict[Action, str] = {"create": "+", "update": "~", "close": "-", "reopen": "~", "drift": "!"}


@dataclass(frozen=True, slots=True)
class Change:
    """One thing in which the tracker differs from the records.

    Attributes:
        issue: The issue's number; None while there is none.
        title: The title of the action item, as its record has it.
        fields: What differs, in the words of the port, sorted; empty for a new issue.
        work: What `apply` does; None where it does nothing, since a person has decided.
        reason: What a reader should know: what changed, how it is closed, or what to do about a drift.
    """

    action: Action
    incident: str
    item: str
    issue: int | None
    title: str
    fields: tuple[str, ...]
    work: Draft | Edit | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """All changes, sorted by incident and item, and what a person has to see to.

    Attributes:
        notices: What is left alone, why, and what to do; a line each.
        paired: How many action items have an issue already: what shares are taken of (threats G3).
    """

    changes: tuple[Change, ...]
    notices: tuple[str, ...]
    paired: int

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
) -> Plan:
    """The difference between what the records ask and what the tracker has.

    It knows no history but the marker of each issue: the state that hotwash last wrote there. So a change by a person
    is told from a change in the record, and is never taken back.

    Args:
        unreadable: Incidents whose records cannot be read; nothing of theirs is changed, since unreadable is not absent.
        label: The managed label.
        accounts: Whose issues count as hotwash's own.
    """
    wanted = sorted(desired, key=lambda one: order(one.key))
    twice = {key for key, times in Counter(one.key for one in wanted).items() if times > 1}
    frozen = {one.id for one in unreadable}
    pairing = pair(issues, label=label, accounts=accounts)
    lost = dict(pairing.unmarked)
    changes: list[Change] = []
    paired = 0
    for one in wanted:
        if one.key in twice or one.key in pairing.held or one.incident in frozen:
            continue
        issue, marker = pairing.pairs.get(one.key, (None, None))
        if issue is None and one.number is not None:
            issue = lost.pop(one.number, None)
        if issue is not None:
            paired += 1
            changes += _differences(one, issue, marker)
        elif one.standing == "open":
            changes.append(Change("create", one.incident, one.item, None, one.title, (), one.draft))
    wanted_keys = {one.key for one in wanted}
    orphans = [key for key in pairing.pairs if key not in wanted_keys and key[0] not in frozen]
    notices = (
        *_frozen_notices(unreadable, pairing.pairs),
        *(_repeated_notice(key) for key in sorted(twice, key=order)),
        *pairing.notices,
        *_orphan_notices(orphans, pairing.pairs),
        *(_lost_notice(number) for number in lost),
    )
    return Plan(tuple(changes), notices, paired)


def _frozen_notices(unreadable: Iterable[Unreadable], pairs: Pairs) -> Iterator[str]:
    for one in sorted(unreadable, key=lambda one: (one.id, one.path)):
        numbers = [
            f"#{issue.number}" for key, (issue, _) in pairs.items() if key[0] == one.id and issue.state == "open"
        ]
        what = f"its issues ({', '.join(numbers)}) stay as they are" if numbers else "nothing of it is planned"
        yield f"{one.id} cannot be read: {what}. See why: hotwash check {one.path}"


def _repeated_notice(key: Key) -> str:
    return f"{key[1]} stands twice in {key[0]}: both are left alone; give one of them an id of its own"


def _orphan_notices(orphans: Iterable[Key], pairs: Pairs) -> Iterator[str]:
    for key in orphans:
        issue, _ = pairs[key]
        if issue.state == "open":
            yield (
                f"#{issue.number} belongs to {key[1]} of {key[0]}, and no record asks for it any more: left open. "
                f"Put the item back, with `status: dropped` and the reason, or close #{issue.number}"
            )


def _lost_notice(number: int) -> str:
    return (
        f"#{number} has lost its hidden marker, so nobody knows whose it is: write `issue: {number}` at its action "
        f"item, and the marker is restored; or take the managed label off"
    )


def _differences(one: DesiredIssue, issue: Issue, marker: Marker | None) -> Iterator[Change]:
    """What an issue lacks, as one edit; and, apart from it, a state that a person set."""
    draft = one.draft
    labels = _labels_after(draft, issue, marker)
    actual = _standing_of(issue)
    # Without a marker nobody knows who set the state, so it counts as a person's.
    known = (marker and marker.standing) or one.standing
    # What hotwash itself closed or left open, and nobody has touched since, follows the record.
    follows = actual != one.standing and actual == known
    edit = Edit(
        title=draft.title if issue.title != draft.title else None,
        body=draft.body if issue.body != draft.body else None,
        labels=labels,
        state=("open" if one.standing == "open" else "closed") if follows else None,
        state_reason=one.standing if follows and one.standing != "open" else None,
    )
    fields = _fields(edit, issue)
    if fields:
        action: Action = "update"
        reason = _what_changed(fields, draft.body, issue.body)
        if "state" in fields and one.standing == "open":
            action, reason = "reopen", "the record says open again"
        elif "state" in fields:
            action, reason = "close", f"as {_words(one.standing)}"
        yield Change(action, one.incident, one.item, issue.number, one.title, fields, edit, reason)
    if actual != one.standing and not follows:
        differ = ("state",) if "open" in (actual, one.standing) else ("state_reason",)
        reason = _drift_reason(one, issue)
        yield Change("drift", one.incident, one.item, issue.number, one.title, differ, None, reason)


def _standing_of(issue: Issue) -> Standing:
    if issue.state == "open":
        return "open"
    return "not_planned" if issue.state_reason in ("not_planned", "duplicate") else "completed"


def _labels_after(draft: Draft, issue: Issue, marker: Marker | None) -> tuple[str, ...] | None:
    """All labels that the issue should have, those of other people among them; None when it has them."""
    wanted = {label.casefold(): label for label in draft.labels}
    placed = {label.casefold() for label in (marker.labels if marker else ())}
    kept = {
        label.casefold(): label
        for label in issue.labels
        if label.casefold() in wanted
        or (label.casefold() not in placed and not label.casefold().startswith(("priority:", "kind:")))
    }
    if len(kept) == len(issue.labels) and wanted.keys() <= kept.keys():
        return None
    return tuple(sorted({**wanted, **kept}.values()))


def _fields(edit: Edit, issue: Issue) -> tuple[str, ...]:
    changed = {
        "title": edit.title is not None,
        "body": edit.body is not None,
        "labels": edit.labels is not None,
        "state": edit.state is not None and edit.state != issue.state,
        "state_reason": edit.state_reason is not None and issue.state == "closed",
    }
    return tuple(sorted(name for name, differs in changed.items() if differs))


_LINE = re.compile(r"^(?:- |\*\*)([A-Z][a-z]+):(.*)", re.MULTILINE)


def _what_changed(fields: tuple[str, ...], new: str, old: str) -> str:
    """The fields; of the body the lines that differ, since "body" alone tells a reader nothing."""
    now, before = dict(_LINE.findall(new)), dict(_LINE.findall(old))
    lines = [name.lower() for name in now if now[name] != before.get(name)]
    return ", ".join(f"body: {' '.join(lines)}" if field == "body" and lines else field for field in fields)


def _words(standing: Standing) -> str:
    return standing.replace("_", " ")


def _drift_reason(one: DesiredIssue, issue: Issue) -> str:
    record = {"open": "open", "completed": "done", "not_planned": "dropped"}[one.standing]
    there = "open again" if issue.state == "open" else f"closed as {_words(_standing_of(issue))}"
    return f"the record says {record}, #{issue.number} is {there}: change one of them"


def shown(text: str) -> str:
    """Text that others wrote, on one line of a terminal or of a job's log, where it can steer neither (threats T6, T8)."""
    return visible(text.replace("\r", " ").replace("\n", " ").replace("\t", " "))


def change_line(change: Change) -> str:
    """A change on one line: what is done to the issue of which item, and why."""
    number = f"#{change.issue} " if change.issue is not None else ""
    remark = change.reason or ", ".join(change.fields)
    return f"{_SIGNS[change.action]} {change.action:<6}  {change.item:<5}  {number}{shown(change.title)}" + (
        f"  ({shown(remark)})" if remark else ""
    )


def render_text(plan: Plan) -> str:
    """The plan for people: the changes under their incidents, the notices, a summary."""
    paragraphs = [
        "\n".join([shown(incident), *(f"  {change_line(change)}" for change in changes)])
        for incident, changes in groupby(plan.changes, key=lambda change: change.incident)
    ]
    if plan.notices:
        paragraphs.append("\n".join(f"note: {shown(notice)}" for notice in plan.notices))
    return "\n\n".join([*paragraphs, summary(plan)]) + "\n"


def summary(plan: Plan) -> str:
    """The plan in one line."""
    counts = Counter(change.action for change in plan.changes)
    parts = [f"{counts[action]} to {action}" for action in ("create", "update", "close", "reopen") if counts[action]]
    drift = [f"{counts['drift']} drift for a person to settle"] if counts["drift"] else []
    if parts:
        return f"Plan: {', '.join([*parts, *drift])}."
    if not plan.paired:
        return "Nothing to do: no action item asks for an issue."
    state = drift or ["all as the records say"]
    return f"Nothing to do: {counted(plan.paired, 'action item')} with an issue, {state[0]}."


def render_json(plan: Plan) -> str:
    """The plan for programs."""
    changes = [
        {
            "action": change.action,
            "incident": change.incident,
            "item": change.item,
            "issue": change.issue,
            "title": change.title,
            "fields": list(change.fields),
        }
        for change in plan.changes
    ]
    text = json.dumps({"version": 1, "changes": changes, "notices": list(plan.notices)}, indent=2)
    # Inside a string, where the escape is the same character: a job's log takes `##[` for a command (threats T6).
    return text.replace("##[", "##\\u005b") + "\n"
