"""3xx: what was merged stays: timeline entries, sign-offs, action items, and the numbers of their issues."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from hotwash.diagnostics import Finding, Help, Note, Place
from hotwash.facts.additions import to_timeline
from hotwash.facts.first_actions import ACTIONS, sign_off, signed
from hotwash.facts.pairing import altered, changes, hidden, invented, nearest, openly, paired, same
from hotwash.facts.said import BLANK
from hotwash.facts.secrets import find
from hotwash.facts.statements import time_place
from hotwash.facts.written import as_item, as_line
from hotwash.model.repository import ACTION_ITEMS, FRAGMENTS, INCIDENT, TIMELINE
from hotwash.rules.remedies import to_entry
from hotwash.rules.rule import rule

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from pydantic import BaseModel

    from hotwash.diagnostics import Route
    from hotwash.facts.difference import IncidentChange
    from hotwash.facts.pairing import Altered
    from hotwash.model.actions import ActionItem
    from hotwash.model.base import Correction
    from hotwash.model.incident import SignOff
    from hotwash.model.repository import Case, LoggedEntry
    from hotwash.model.timeline import AnyEntry
    from hotwash.rules.rule import Context

MANY = 20  # findings of one rule in one incident; the last of them counts the rest


@rule("HW302", "timeline-entry-removed")
def timeline_entry_removed(change: IncidentChange, _context: Context) -> Iterator[Finding]:
    """A merged entry of the timeline is gone.

    ## What it asks

    Every entry that was merged is still there, in `timeline.yaml` or in
    `timeline.d/`. An entry is known by its `id`, else by its time, who and kind,
    else by what its `corrected` says it was, else by its text. To fold the files
    of `timeline.d/` into `timeline.yaml` removes nothing, nor does it to delete
    one of two that say the same. What a retrospective record got wrong stays
    too, with `corrected`: whoever read the old page can see what changed.

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
    new = sides.new
    at = Place(TIMELINE, ()) if change.head.has_timeline else Place(INCIDENT, ("status",), "key")
    for number, logged in enumerate(gone[:MANY], start=1):
        entry = logged.entry
        near = nearest(logged, new)
        rest = (f"{len(gone) - MANY:,} more entries are gone",) if number == MANY < len(gone) else ()
        yield Finding(
            at,
            f"the {entry.kind} of {_when(logged)}{_by(entry.by)} was merged and is gone",
            label="not here any more",
            notes=rest,
            help=(
                _put_back(change.head, logged),
                Help("what was wrong stays, and a new entry says what is right"),
            ),
            related=() if near is None else (Note(time_place(near), f"this {entry.kind} is new: was it that one?"),),
            conceals=_secrets(entry),
        )


def _put_back(head: Case, logged: LoggedEntry) -> Help:
    """The lines of a merged entry, as the timeline keeps them now."""
    entry = logged.entry
    if head.has_timeline or not head.timeline or entry.id is None:
        return to_timeline(head, as_item(entry))
    # The name of the file is its id.
    file = f"{FRAGMENTS}/{entry.id}.yaml"
    lines = [line[2:] for line in as_item(entry).split("\n") if not line[2:].startswith("id: ")]
    return Help(f"write it back as {file}:", "\n".join(lines), file, under=())


@rule("HW303", "timeline-entry-rewritten")
def timeline_entry_rewritten(change: IncidentChange, _context: Context) -> Iterator[Finding]:
    """A merged entry of the timeline tells another story, and not what it told before.

    ## What it asks

    Of a merged entry these stay: its time, `by` and `kind`; `from` and `to` of
    a change of status or severity, who was told by a status-update, that a root
    cause was confirmed, and why it came ahead of the gate. Where one of them was
    wrong, the entry keeps the old value under `corrected`, with the reason. A
    merged correction stays as it is; of what is corrected again it tells the
    value that was merged last. One that tells what never was merged is a
    warning. Of retrospective records this is asked as well: a better source
    corrects openly what another one said.

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
    found = tuple(_all_rewritten(change.base, change.head))
    for number, finding in enumerate(found[:MANY], start=1):
        rest = (f"{len(found) - MANY:,} more entries were rewritten",) if number == MANY < len(found) else ()
        yield replace(finding, notes=(*finding.notes, *rest)) if rest else finding


def _all_rewritten(base: Case, head: Case) -> Iterator[Finding]:
    for pair in paired(base, head).pairs:
        if pair.head is None:
            continue
        before, after = pair.base.entry, pair.head.entry
        rewritten = tuple(found for found in altered(before, after) if found.standing)
        if rewritten:
            yield _rewritten(pair.head, before, rewritten)
        elif hidden(before.corrected, after.corrected, _merged(before, after)):
            gone = "gone" if after.corrected is None else "rewritten"
            yield Finding(
                Place(pair.head.file, (*pair.head.route, "corrected")),
                f"the merged correction of this {after.kind} is {gone}",
                label="it said what the entry was before",
                help=(_corrected_line(pair.head, before, say=""),),
                conceals=_secrets(before),
            )
        elif told := invented(before.corrected, after.corrected, _all_merged(before), _merged(before, after)):
            yield _invented(Place(pair.head.file, (*pair.head.route, "corrected")), after.kind, told, before)


def _all_merged(entry: AnyEntry) -> dict[str, object]:
    """Each key that an entry may have, with what it was merged with."""
    return {
        field.rstrip("_"): getattr(entry, field)
        for field in type(entry).model_fields
        if field not in ("id", "corrected")
    }


def _invented(at: Place, what: str, told: Mapping[str, object], before: BaseModel) -> Finding:
    """A correction of what never was: no history is rewritten, but the one that it tells is not the merged one."""
    was = " and ".join(
        f"no `{key}`" if value is None else f"`{key}: {_shown(value)}`" for key, value in sorted(told.items())
    )
    return Finding(
        at,
        f"the correction of this {what} tells what never was: it was merged with {was}",
        label="not what was merged",
        help=(
            Help("take it out"),
            Help("or, if a push past the pull request changed it before, say in the pull request which"),
        ),
        conceals=_secrets(before),
        level="warning",
    )


def _merged(before: AnyEntry, after: AnyEntry) -> dict[str, object]:
    """The keys of an entry that a change rewrites, each with its merged value."""
    return {found.key: found.was for found in changes(before, after)}


def _rewritten(logged: LoggedEntry, before: AnyEntry, found: tuple[Altered, ...]) -> Finding:
    first = found[0]
    told = " and ".join(f"`{one.key}: {_shown(one.was)}`" for one in found)
    key = first.key if first.now is not None else "kind"
    return Finding(
        Place(logged.file, (*logged.route, key)),
        f"this {logged.entry.kind} was merged with {told}",
        label=f"was {_shown(first.was)}",
        help=(
            Help(f"write back {told}"),
            _corrected_line(logged, before, say="or, if that was wrong, say so openly: "),
        ),
        conceals=_secrets(before),
    )


def _corrected_line(logged: LoggedEntry, before: AnyEntry, *, say: str) -> Help:
    """The line that tells openly what an entry was, with all that its merged correction told."""
    now = logged.entry.corrected
    merged = _merged(before, logged.entry)
    standing = {found.key for found in changes(before, logged.entry) if found.standing}
    never = invented(before.corrected, now, _all_merged(before), merged)
    line = as_line("corrected", _correction(before.corrected, now, merged, standing, never))
    remedy = to_entry(logged, line, instead="" if now is None else "its `corrected`")
    return Help(f"{say}{remedy.say}", remedy.paste, remedy.file, under=remedy.under)


def _correction(
    base: Correction | None,
    head: Correction | None,
    merged: Mapping[str, object],
    asked: Collection[str],
    never: Collection[str],
) -> dict[str, object]:
    """A correction that hides nothing.

    Args:
        base: As it was merged.
        head: As it is written now.
        merged: The keys that the change rewrites, each with its merged value.
        asked: Those of them that must be told.
        never: The keys of which it tells what never was.
    """
    written = {} if head is None else {key: value for key, value in head.was.items() if key not in never}
    was = ({} if base is None else dict(base.was)) | {
        key: value for key, value in merged.items() if key in asked or key in written
    }
    was |= {key: value for key, value in written.items() if key not in was}
    why = BLANK.strip('"') if base is None or merged.keys() & was.keys() else base.why
    return {"was": {key: _plain(value) for key, value in was.items()}, "why": why}


def _secrets(record: BaseModel) -> tuple[str, ...]:
    """What no output may show of a merged record: a change may be there to take it away (threats V4)."""
    found = {one.value for text in _texts(record.model_dump(mode="json")) for one in find(text)}
    # In lines to paste it stands as JSON writes it.
    return tuple(sorted(found | {json.dumps(value, ensure_ascii=False)[1:-1] for value in found}))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)


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
        (pair.base.entry, pair.head, edited)
        for pair in paired(change.base, change.head).pairs
        if pair.head is not None
        for edited in [tuple(one for one in altered(pair.base.entry, pair.head.entry) if not one.standing)]
        if edited
    ]
    for number, (before, logged, edited) in enumerate(found[:MANY], start=1):
        first = edited[0]
        rest = (f"{len(found) - MANY:,} more entries were edited",) if number == MANY < len(found) else ()
        yield Finding(
            Place(logged.file, (*logged.route, first.key if first.now is not None else "kind")),
            f"{_keys(edited)} of this merged {logged.entry.kind} {'was' if len(edited) == 1 else 'were'} edited",
            label="it said something else",
            notes=(*(f"`{one.key}` was {_shown(one.was, whole=True)}" for one in edited), *rest),
            help=(Help("if more than a slip of the pen changes, write it back and add a new entry"),),
            conceals=_secrets(before),
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
        merged = _signature_changes(base, head)
        told = openly(head.corrected)
        was = {key: value for key, value in merged.items() if not (key in told and same(told[key], value))}
        never = invented(base.corrected, head.corrected, {key: getattr(base, key) for key in _SIGNED}, merged)
        if not was and not hidden(base.corrected, head.corrected, merged):
            if never:
                at = Place(INCIDENT, ("first_actions", action, "corrected"))
                yield _invented(at, "sign-off", never, base)
            continue
        written = action in change.head.incident.first_actions.model_fields_set
        there = "write instead of what stands here:" if written else "write back under `first_actions:`"
        if head.by is None or head.at is None:
            line = as_line(action, base.model_dump(mode="json", by_alias=True, exclude_unset=True))
            yield Finding(
                Place(INCIDENT, ("first_actions", action)),
                f"the sign-off of {ACTIONS[action][0]} was merged and is gone",
                label=f"was signed by {base.by}",
                help=(Help(there, f"  {line}", INCIDENT, under=("first_actions",)),),
                conceals=_secrets(base),
            )
            continue
        shown = ", ".join(f"`{key}` was {_shown(value)}" for key, value in was.items())
        correction = "its correction is gone" if head.corrected is None else "its correction was rewritten"
        held = head.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude={"corrected"})
        openly_told = held | {"corrected": _correction(base.corrected, head.corrected, merged, merged, never)}
        yield Finding(
            Place(INCIDENT, ("first_actions", action, *_first_written(head, was))),
            f"the merged sign-off of {ACTIONS[action][0]} was changed: {shown or correction}",
            label="what was signed stays",
            help=(
                Help("write back what was merged"),
                Help(
                    f"or, if that was wrong, say so openly: {there}",
                    f"  {as_line(action, openly_told)}",
                    INCIDENT,
                    under=("first_actions",),
                ),
            ),
            conceals=_secrets(base),
        )


_SIGNED = ("at", "by", "note", "none")


def _signature_changes(base: SignOff, head: SignOff) -> dict[str, object]:
    """The keys of a sign-off that say something else, with what was merged."""
    pairs = ((key, getattr(base, key), getattr(head, key)) for key in _SIGNED)
    return {key: was for key, was, now in pairs if was is not None and (now is None or not same(now, was))}


def _first_written(head: SignOff, was: Mapping[str, object]) -> Route:
    return next(((key,) for key in was if getattr(head, key) is not None), ())


@rule("HW317", "clock-time-rewritten", level="warning", modes="L")
def clock_time_rewritten(change: IncidentChange, _context: Context) -> Iterator[Finding]:
    """A merged time from which a clock runs, or at which one stopped, is another.

    ## What it asks

    `detected`, `declared` and `acknowledged` stay as they were merged. To write
    one that was not there, or to write one more precisely, is no change.

    ## Why

    By them the response and the first five minutes are measured. Moved a little
    afterwards, a late response was in time. It is a warning: an alert that fired
    sooner than people knew is good news for the record.

    ## Wrong

    ```yaml
    # incident.yaml
    times:
      started: 2026-11-23T08:41:00Z
      detected: 2026-11-23T08:44:10Z
      declared: 2026-11-23T08:46:00Z
      acknowledged: 2026-11-23T08:44:40Z
    ```

    ## Right

    ```yaml
    # incident.yaml
    times:
      started: 2026-11-23T08:39:00Z
      detected: 2026-11-23T08:44:10Z
      declared: 2026-11-23T08:46:00Z
      acknowledged: 2026-11-23T08:46:40Z
    ```

    ## Source

    guide 2 and 6
    """
    if change.base is None:
        return
    before, after = change.base.incident.times, change.head.incident.times
    for key in _CLOCK_TIMES:
        was, now = getattr(before, key), getattr(after, key)
        if was is None or (now is not None and was.earliest <= now.earliest and now.latest <= was.latest):
            continue
        yield Finding(
            Place(INCIDENT, ("times", key) if now is not None else ("times",)),
            f"`{key}` was merged as {was}" + (" and is gone" if now is None else f", and now is {now}"),
            label=f"was {was}",
            help=(Help(f"write back `{key}: {was}`, or say in the pull request how the right time is known"),),
        )


_CLOCK_TIMES = ("detected", "declared", "acknowledged")


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
    is_file = context.snapshot.exists(f"{change.head.path}/{ACTION_ITEMS}")
    at = Place(ACTION_ITEMS, (), "key") if is_file else Place(INCIDENT, ("status",), "key")
    there = {item.id: (index, item) for index, item in enumerate(change.head.action_items)}
    moved = _taken_over(change.base.action_items, {name: item for name, (_, item) in there.items()})
    # An item that stands under another id is told of where that id was taken from its owner.
    gone = [
        item
        for item in change.base.action_items
        if item.id in moved or (item.id not in there and item.id not in moved.values())
    ]
    for number, item in enumerate(gone[:MANY], start=1):
        rest = (f"{len(gone) - MANY:,} more items are gone",) if number == MANY < len(gone) else ()
        dropped = item.model_copy(update={"status": "dropped", "reason": BLANK.strip('"')}) if item.is_open else item
        other = moved.get(item.id)
        where = "write it back"
        if other is not None:
            where = f"give {other} its id again, and write this one back"
        elif not is_file:
            where = f"write it back into {ACTION_ITEMS}"
        elif change.head.no_action_items is not None:
            where = f"write it back in place of what stands in {ACTION_ITEMS}"
        say = f"{where}; what nobody will do is dropped with a reason:" if item.is_open else f"{where}:"
        yield Finding(
            at if other is None else Place(ACTION_ITEMS, (there[item.id][0], "title")),
            f"{item.id} was merged and is gone: {item.title}",
            label="not here any more" if other is None else f"this was {other}",
            notes=rest,
            help=(Help(say, as_item(dropped), ACTION_ITEMS, under=()),),
            conceals=_secrets(item),
        )


def _taken_over(base: tuple[ActionItem, ...], head: Mapping[str, ActionItem]) -> dict[str, str]:
    """Items that are nowhere any more though their id is: id -> the id that what stands there had.

    Who counts the items anew after deleting one leaves every id in its place but the last.
    """
    named = {item.title: item.id for item in base}
    left = {item.title for item in head.values()}
    found = {}
    for item in base:
        now = head.get(item.id)
        if now is not None and item.title not in left and named.get(now.title, item.id) != item.id:
            found[item.id] = named[now.title]
    return found


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
        was = numbers.pop(item.id, None)  # that an id stands twice is said by its own rule
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


def _shown(value: object, *, whole: bool = False) -> str:
    """An old value on one line; a time with what it rests on only where the whole of it is asked for."""
    plain = _plain(value)
    times = value if isinstance(value, tuple) else (value,)
    if not whole and all(type(time).__name__ == "When" for time in times):
        plain = " to ".join(map(str, times))
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
