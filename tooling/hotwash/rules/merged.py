"""3xx: what was merged stays: timeline entries, sign-offs, action items, and the numbers of their issues."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from hotwash.diagnostics import Finding, Help, Note, Place
from hotwash.facts.additions import to_timeline
from hotwash.facts.first_actions import ACTIONS, sign_off, signed
from hotwash.facts.pairing import altered, correction_lost, moment_of, nearest, openly, paired
from hotwash.facts.written import as_item, as_line
from hotwash.model.repository import ACTION_ITEMS, INCIDENT, TIMELINE
from hotwash.rules.remedies import to_entry
from hotwash.rules.rule import rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hotwash.diagnostics import Route
    from hotwash.facts.difference import IncidentChange
    from hotwash.facts.pairing import Altered
    from hotwash.model.incident import SignOff
    from hotwash.model.repository import LoggedEntry
    from hotwash.rules.rule import Context

MANY = 20  # findings of one rule in one incident; the last of them counts the rest


@rule("HW302", "timeline-entry-removed")
def timeline_entry_removed(change: IncidentChange, _context: Context) -> Iterator[Finding]:
    """A merged entry of the timeline is gone.

    ## What it asks

    Every entry that was merged is still there, in `timeline.yaml` or in
    `timeline.d/`. An entry is known by its `id`, else by its time, who and kind,
    else by what its `corrected` says it was, else by its text. To fold the files
    of `timeline.d/` into `timeline.yaml` removes nothing.

    ## Why

    The timeline is how an incident is understood later. What turned out to be
    wrong is part of it: it says what people believed when they acted.

    ## Wrong

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:54:00Z
      by: alice
      kind: note
      text: We have looked at the errors
    ```

    ## Right

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:54:00Z
      by: dave
      kind: finding
      about: error-pattern
      state: confirmed
      text: Nearly all errors say that no connection to payments is free
    - at: 2026-11-23T08:54:30Z
      by: alice
      kind: note
      text: We have looked at the errors
    ```

    ## Source

    guide 5 and 7
    """
    if change.base is None:
        return
    sides = paired(change.base, change.head)
    gone = [pair.base for pair in sides.pairs if pair.head is None]
    at = Place(TIMELINE, ()) if change.head.has_timeline else Place(INCIDENT, ("status",), "key")
    for number, logged in enumerate(gone[:MANY], start=1):
        entry = logged.entry
        near = nearest(logged, sides.new)
        rest = (f"{len(gone) - MANY:,} more entries are gone",) if number == MANY < len(gone) else ()
        yield Finding(
            at,
            f"the {entry.kind} of {_when(logged)}{_by(entry.by)} was merged and is gone",
            label="not here any more",
            notes=rest,
            help=(
                to_timeline(change.head, as_item(entry)),
                Help("what was wrong stays, and a new entry says what is right"),
            ),
            related=()
            if near is None
            else (Note(Place(near.file, (*near.route, "at")), f"this {entry.kind} is new: was it that one?"),),
        )


@rule("HW303", "timeline-entry-rewritten")
def timeline_entry_rewritten(change: IncidentChange, _context: Context) -> Iterator[Finding]:
    """A merged entry of the timeline tells another story, and not what it told before.

    ## What it asks

    Of a merged entry these stay: its time, `by` and `kind`; `from` and `to` of
    a change of status or severity, who was told by a status-update, and why it
    came ahead of the gate. Where one of them was wrong, the entry keeps the old
    value under `corrected`, with the reason. A merged correction stays too.

    ## Why

    Gates and clocks rest on these. A history that can be changed without a trace
    proves nothing; one that shows its corrections can be trusted.

    ## Wrong

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:49:00Z
      by: erin
      kind: mitigation
      action: rollback
      outcome: effective
      text: Rolled back to v412
    ```

    ## Right

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:49:00Z
      by: erin
      kind: mitigation
      action: rollback
      outcome: effective
      text: Rolled back to v412
      corrected:
        was: {by: carol}
        why: Erin was at the keyboard, as the log of the deployment says
    ```

    ## Source

    guide 5 and 7
    """
    if change.base is None:
        return
    for pair in paired(change.base, change.head).pairs:
        if pair.head is None:
            continue
        base, head = pair.base.entry, pair.head.entry
        rewritten = tuple(found for found in altered(base, head) if found.standing)
        if rewritten:
            yield _rewritten(pair.head, rewritten)
        elif correction_lost(base, head):
            assert base.corrected is not None  # noqa: S101 - else nothing is lost
            kept = base.corrected.model_dump(mode="json", by_alias=True, exclude_unset=True)
            yield Finding(
                Place(pair.head.file, (*pair.head.route, "corrected")),
                f"the merged correction of this {head.kind} is hidden",
                label="it said what the entry was before",
                help=(to_entry(pair.head, as_line("corrected", kept)),),
            )


def _rewritten(logged: LoggedEntry, changes: tuple[Altered, ...]) -> Finding:
    first = changes[0]
    told = " and ".join(f"`{found.key}: {_shown(found.was)}`" for found in changes)
    was = {found.key: _plain(found.was) for found in changes}
    merged = logged.entry.corrected
    if merged is not None:
        was = {key: _plain(value) for key, value in merged.was.items()} | was
    line = as_line("corrected", {"was": was, "why": "..."})
    key = first.key if first.now is not None else "kind"
    return Finding(
        Place(logged.file, (*logged.route, key)),
        f"this {logged.entry.kind} was merged with {told}",
        label=f"was {_shown(first.was)}",
        help=(
            Help(f"write back {told}"),
            _openly(logged, line, "" if merged is None else "its `corrected`"),
        ),
    )


def _openly(logged: LoggedEntry, line: str, instead: str) -> Help:
    remedy = to_entry(logged, line, instead=instead)
    say = f"or, if that was wrong, say so openly: {remedy.say}"
    return Help(say, remedy.paste, remedy.file, under=remedy.under)


@rule("HW304", "timeline-text-edited", level="warning")
def timeline_text_edited(change: IncidentChange, _context: Context) -> Iterator[Finding]:
    """A merged entry of the timeline has other words than those that were merged.

    ## What it asks

    The text and the other keys of a merged entry stay as they are. What is
    learned later is no edit: the outcome of a mitigation, a hypothesis that is
    confirmed or ruled out, a handover that is accepted, a new key.

    ## Why

    A typing error may be mended, and a reviewer decides whether it is one. Where
    the meaning changes, a new entry tells it with its own time.

    ## Wrong

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:49:00Z
      by: carol
      kind: mitigation
      action: rollback
      outcome: effective
      text: Rolled back to v411
    ```

    ## Right

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:49:00Z
      by: carol
      kind: mitigation
      action: rollback
      outcome: effective
      side_effects: Orders of the last hour show twice
      text: Rolled back to v412
    ```

    ## Source

    guide 5
    """
    if change.base is None:
        return
    found = [
        (pair.head, changes)
        for pair in paired(change.base, change.head).pairs
        if pair.head is not None
        for changes in [tuple(one for one in altered(pair.base.entry, pair.head.entry) if not one.standing)]
        if changes
    ]
    for number, (logged, changes) in enumerate(found[:MANY], start=1):
        first = changes[0]
        rest = (f"{len(found) - MANY:,} more entries were edited",) if number == MANY < len(found) else ()
        yield Finding(
            Place(logged.file, (*logged.route, first.key if first.now is not None else "kind")),
            f"{_keys(changes)} of this merged {logged.entry.kind} {'was' if len(changes) == 1 else 'were'} edited",
            label="it said something else",
            notes=(*(f"`{one.key}` was {_shown(one.was)}" for one in changes), *rest),
            help=(Help("if more than a slip of the pen changes, write it back and add a new entry"),),
        )


@rule("HW306", "sign-off-altered", modes="LAD")
def sign_off_altered(change: IncidentChange, _context: Context) -> Iterator[Finding]:
    """A merged sign-off of a first action was changed or taken away.

    ## What it asks

    Who signed one of the four first actions, when, and with which words stays as
    it was merged. Where it was wrong, the sign-off keeps the old value under
    `corrected`, with the reason.

    ## Why

    The STOP gate rests on four signatures. One that can be replaced afterwards is
    no signature.

    ## Wrong

    ```yaml
    # incident.yaml
    first_actions:
      assess: {by: alice, at: 2026-11-23T08:47:30Z, note: every EU card payment fails}
      stabilize: {by: carol, at: 2026-11-23T08:49:00Z, note: rolled back checkout-api to v412}
      gather: {by: erin, at: 2026-11-23T08:50:10Z, note: begins with v413}
      communicate: {by: bob, at: 2026-11-23T08:50:40Z, note: told engineers and stakeholders}
    ```

    ## Right

    ```yaml
    # incident.yaml
    first_actions:
      assess: {by: alice, at: 2026-11-23T08:47:30Z, note: every EU card payment fails}
      stabilize: {by: carol, at: 2026-11-23T08:49:00Z, note: rolled back checkout-api to v412}
      gather:
        by: erin
        at: 2026-11-23T08:50:10Z
        note: begins with v413
        corrected:
          was: {by: dave}
          why: Dave was on the phone and erin looked
      communicate: {by: bob, at: 2026-11-23T08:50:40Z, note: told engineers and stakeholders}
    ```

    ## Source

    guide 1
    """
    if change.base is None:
        return
    for action in ACTIONS:
        base, head = sign_off(change.base.incident, action), sign_off(change.head.incident, action)
        if not signed(base):
            continue
        was = _signature_changes(base, head)
        if not was and not _signature_hidden(base, head):
            continue
        if head.by is None or head.at is None:
            merged = base.model_dump(mode="json", by_alias=True, exclude_unset=True)
            yield Finding(
                Place(INCIDENT, ("first_actions", action)),
                f"the sign-off of {ACTIONS[action][0]} was merged and is gone",
                label=f"was signed by {base.by}",
                help=(Help("write it back:", f"  {as_line(action, merged)}", INCIDENT, under=("first_actions",)),),
            )
            continue
        told = ", ".join(f"`{key}` was {_shown(value)}" for key, value in was.items())
        yield Finding(
            Place(INCIDENT, ("first_actions", action, *_first_written(head, was))),
            f"the merged sign-off of {ACTIONS[action][0]} was changed: {told or 'its correction is gone'}",
            label="what was signed stays",
            help=(
                Help("write back what was merged"),
                Help(
                    "or, if that was wrong, say so openly:",
                    f"  {as_line(action, _corrected(head, base, was))}",
                    INCIDENT,
                    under=("first_actions",),
                ),
            ),
        )


def _signature_changes(base: SignOff, head: SignOff) -> dict[str, object]:
    """The keys of a sign-off that say something else, with what was merged, apart from what is told openly."""
    told = openly(head.corrected)
    changed: dict[str, object] = {}
    if base.at is not None and _moment(base.at) != _moment(head.at) and _moment(told.get("at")) != _moment(base.at):
        changed["at"] = base.at
    for key in ("by", "note", "none"):
        was = getattr(base, key)
        if was is not None and getattr(head, key) != was and told.get(key) != was:
            changed[key] = was
    return changed


def _signature_hidden(base: SignOff, head: SignOff) -> bool:
    return base.corrected is not None and (
        head.corrected is None or not base.corrected.was.keys() <= head.corrected.was.keys()
    )


def _moment(value: object) -> object:
    return None if value is None else moment_of(value)


def _first_written(head: SignOff, was: Mapping[str, object]) -> Route:
    return next(((key,) for key in was if getattr(head, key) is not None), ())


def _corrected(head: SignOff, base: SignOff, was: Mapping[str, object]) -> dict[str, object]:
    """A sign-off as it stands, with the line that tells openly what it was."""
    held: dict[str, object] = head.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude={"corrected"})
    told: dict[str, object] = {}
    for correction in (base.corrected, head.corrected):
        if correction is not None:
            told |= {key: _plain(value) for key, value in correction.was.items()}
    told |= {key: _plain(value) for key, value in was.items()}
    return held | {"corrected": {"was": told, "why": "..."}}


@rule("HW307", "action-item-deleted")
def action_item_deleted(change: IncidentChange, context: Context) -> Iterator[Finding]:
    """A merged action item is gone.

    ## What it asks

    Every action item that was merged is still there under its id. What nobody
    will do is dropped: `status: dropped`, with the reason.

    ## Why

    An item that disappears is a lesson that was learned and lost, and its issue
    stays open for nobody. A reason keeps the decision, and who reads it later can
    take it up again.

    ## Wrong

    ```yaml
    # action-items.yaml
    none: We have decided to do none of it
    ```

    ## Right

    ```yaml
    # action-items.yaml
    - id: AI-1
      title: Refuse a pool that is smaller than the load needs
      kind: prevent
      priority: P1
      status: dropped
      owner: carol
      due: 2026-12-15
      closed: 2026-11-25
      reason: The new client opens connections as it needs them
    - id: AI-2
      title: Alert on a pool with no free connection
      kind: detect
      priority: P1
      status: open
      owner: dave
      due: 2026-12-15
    ```

    ## Source

    guide 5 and 7
    """
    if change.base is None:
        return
    there = {item.id for item in change.head.action_items}
    gone = [item for item in change.base.action_items if item.id not in there]
    file = ACTION_ITEMS if context.snapshot.exists(f"{change.head.path}/{ACTION_ITEMS}") else INCIDENT
    for number, item in enumerate(gone[:MANY], start=1):
        rest = (f"{len(gone) - MANY:,} more items are gone",) if number == MANY < len(gone) else ()
        dropped = item.model_copy(update={"status": "dropped", "reason": "..."}) if item.is_open else item
        where = "write it back" if file == ACTION_ITEMS else f"write it back into {ACTION_ITEMS}"
        say = f"{where}; what nobody will do is dropped with a reason:" if item.is_open else f"{where}:"
        yield Finding(
            Place(file, () if file == ACTION_ITEMS else ("status",), "key"),
            f"{item.id} was merged and is gone: {item.title}",
            label="not here any more",
            notes=rest,
            help=(Help(say, as_item(dropped), ACTION_ITEMS, under=()),),
        )


@rule("HW311", "issue-number-changed")
def issue_number_changed(change: IncidentChange, _context: Context) -> Iterator[Finding]:
    """The number of an action item's issue was changed or taken away.

    ## What it asks

    `issue` is written once, by `pull`, and stays.

    ## Why

    The number leads from the record to the issue in which people work. Another
    number would lead to somebody else's issue.

    ## Wrong

    ```yaml
    # action-items.yaml
    - id: AI-1
      title: Refuse a pool that is smaller than the load needs
      kind: prevent
      priority: P1
      status: open
      owner: carol
      due: 2026-12-15
      issue: 43
    ```

    ## Right

    ```yaml
    # action-items.yaml
    - id: AI-1
      title: Refuse a pool that is smaller than the load needs
      kind: prevent
      priority: P1
      status: open
      owner: carol
      due: 2026-12-15
      issue: 42
    ```

    ## Source

    guide 7
    """
    if change.base is None:
        return
    numbers = {item.id: item.issue for item in change.base.action_items if item.issue is not None}
    for index, item in enumerate(change.head.action_items):
        was = numbers.get(item.id)
        if was is not None and item.issue != was:
            key = ("issue",) if item.issue is not None else ()
            yield Finding(
                Place(ACTION_ITEMS, (index, *key)),
                f"the issue of {item.id} was {was}" + ("" if item.issue is None else f", and now is {item.issue}"),
                label=f"was {was}",
                help=(Help(f"write `issue: {was}`"),),
            )


def _when(logged: LoggedEntry) -> str:
    entry = logged.entry
    return " to ".join(map(str, entry.between)) if entry.between is not None else str(entry.at)


def _by(who: str | None) -> str:
    return f" by {who}" if who else ""


def _keys(changes: tuple[Altered, ...]) -> str:
    *first, last = [f"`{change.key}`" for change in changes]
    return f"{', '.join(first)} and {last}" if first else last


_LONGEST = 60  # characters of an old value in a message


def _shown(value: object) -> str:
    plain = _plain(value)
    text = plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False)
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _plain(value: object) -> object:
    """A value of a record as the record writes it."""
    from pydantic import BaseModel  # noqa: PLC0415 - `explain` loads no models

    if isinstance(value, tuple):
        parts = [_plain(part) for part in value]
        # A list of words fits into `was` as one text only.
        return ", ".join(map(str, parts)) if all(isinstance(part, str) for part in value) else parts
    if isinstance(value, BaseModel):
        held = value.model_dump(mode="json", by_alias=True, exclude_unset=True)
        return held["at"] if held.keys() == {"at"} else held
    return value if isinstance(value, str | int | float | bool) else str(value)
