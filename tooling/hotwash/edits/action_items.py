"""`action`: what must change, who sees to it, and what shows that it is done."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any

from hotwash.edits.ending import none_needed
from hotwash.edits.moments import moment
from hotwash.edits.plain import plain
from hotwash.errors import EditRefused
from hotwash.facts.said import fault_of
from hotwash.model.repository import ACTION_ITEMS

if TYPE_CHECKING:
    from hotwash.edits.amendment import Plain
    from hotwash.edits.draft import Draft
    from hotwash.edits.requests import ActionAdd, ActionDone, ActionDrop, ActionNone, ActionStart, Pull, PulledItem

# What an item is known by when it is asked for twice.
_SAME = ("title", "kind", "owner", "due")


def add(draft: Draft, request: ActionAdd) -> None:
    """A new item, under the next id that is free."""
    item: dict[str, Plain] = {
        "id": "",
        "title": request.title,
        "kind": request.kind,
        "priority": request.priority,
        "status": "open",
        "owner": request.owner,
        "due": request.due.isoformat(),
        "proof": plain(request.proof),
        "ref": request.ref,
        "labels": list(request.labels) or None,
    }
    held = _items(draft)
    if any(all(item[key] == known.get(key) for key in _SAME) for known in held):
        return
    numbers = [int(known.id.removeprefix("AI-")) for known in draft.case.action_items]
    item["id"] = f"AI-{max(numbers, default=0) + 1}"
    draft.add(ACTION_ITEMS, (), {key: value for key, value in item.items() if value is not None})


def start(draft: Draft, request: ActionStart) -> None:
    """Somebody is at work on it; what closed it before goes."""
    index = _index(draft, request.item)
    for key in ("closed", "reason"):
        draft.drop(ACTION_ITEMS, (index, key))
    draft.put(ACTION_ITEMS, (index, "status"), "in-progress")
    if request.owner is not None:
        draft.put(ACTION_ITEMS, (index, "owner"), request.owner)


def done(draft: Draft, request: ActionDone) -> None:
    """It is done, since when, and what shows it."""
    index = _index(draft, request.item)
    day = request.closed.isoformat() if request.closed is not None else _day(request.at)
    if draft.value(ACTION_ITEMS, index, "status") == "done" and request.proof is None:
        return
    draft.put(ACTION_ITEMS, (index, "status"), "done")
    draft.drop(ACTION_ITEMS, (index, "reason"))
    draft.put(ACTION_ITEMS, (index, "closed"), day)
    if request.proof is not None:
        draft.put(ACTION_ITEMS, (index, "proof"), plain(request.proof))


def drop(draft: Draft, request: ActionDrop) -> None:
    """It is not done, and why.

    Raises:
        EditRefused: The reason says nothing.
    """
    if fault_of(request.reason) is not None:
        message = f"the reason says nothing: {request.reason.strip()}"
        raise EditRefused(message, "say why it is not done, in ten characters or more")
    index = _index(draft, request.item)
    draft.put(ACTION_ITEMS, (index, "status"), "dropped")
    draft.put(ACTION_ITEMS, (index, "reason"), request.reason)
    draft.put(ACTION_ITEMS, (index, "closed"), _day(request.at))


def pull(draft: Draft, request: Pull) -> None:
    """What people decided about the issues; what the records have decided since then stays."""
    held = {str(known.get("id")): index for index, known in enumerate(_items(draft))}
    for one in request.items:
        if one.item in held:
            _pulled(draft, held[one.item], one)


def _pulled(draft: Draft, index: int, one: PulledItem) -> None:
    if one.status is not None and draft.value(ACTION_ITEMS, index, "status") == one.was:
        draft.put(ACTION_ITEMS, (index, "status"), one.status)
        for key, value in (("closed", one.closed.isoformat() if one.closed else None), ("reason", one.reason)):
            if value is None:
                draft.drop(ACTION_ITEMS, (index, key))
            else:
                draft.put(ACTION_ITEMS, (index, key), value)
    if one.issue is not None:
        draft.put(ACTION_ITEMS, (index, "issue"), one.issue)


def none(draft: Draft, request: ActionNone) -> None:
    """Nothing must change, and why."""
    none_needed(draft, request.none)


def _items(draft: Draft) -> list[dict[str, Any]]:
    _ = draft.case
    held = draft.value(ACTION_ITEMS)
    return held if isinstance(held, list) else []


def _index(draft: Draft, item: str) -> int:
    held = _items(draft)
    for index, known in enumerate(held):
        if known.get("id") == item:
            return index
    message = f"{draft.id} has no action item {item}"
    names = ", ".join(str(known.get("id")) for known in held)
    raise EditRefused(message, f"it has {names}" if names else "add it: hotwash action add")


def _day(at: str) -> str:
    return moment(at).astimezone(UTC).date().isoformat()
