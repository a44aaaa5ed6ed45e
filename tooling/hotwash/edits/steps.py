"""A request and the newest records -> what is to be done to the files of an incident; asked again for each newer head."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotwash.edits import action_items, ending, entries, postmortem
from hotwash.edits.declaring import declare
from hotwash.edits.draft import Draft
from hotwash.edits.first_actions import first_actions
from hotwash.edits.requests import (
    Accept,
    ActionAdd,
    ActionDone,
    ActionDrop,
    ActionNone,
    ActionStart,
    Close,
    Declare,
    Dismiss,
    FirstActions,
    Fix,
    Handover,
    Log,
    Mitigate,
    Outcome,
    Postmortem,
    Publish,
    Pull,
    Resolve,
    Set,
    Update,
    incident_of,
)
from hotwash.edits.setting import set_values
from hotwash.errors import EditRefused

if TYPE_CHECKING:
    from datetime import datetime

    from hotwash.edits.amendment import Amendment
    from hotwash.edits.requests import Request
    from hotwash.records.snapshot import Snapshot


def amendments(snapshot: Snapshot, request: Request, now: datetime) -> tuple[str, tuple[Amendment, ...]]:
    """The folder of an incident, and what a request asks of its files; nothing where it was done before.

    Args:
        snapshot: The newest records.
        request: What was asked.
        now: The moment of judgement; the times that are written stand in the request.

    Raises:
        EditRefused: It cannot be done to the records as they stand; the message says what is missing.
    """
    draft = Draft(snapshot, incident_of(request), now)
    if not draft.exists and not isinstance(request, Declare):
        message = f"there is no incident {draft.id}"
        raise EditRefused(message, "see what is open: hotwash status")
    _step(draft, request)
    return draft.folder, draft.amendments


def _step(draft: Draft, request: Request) -> None:  # noqa: C901, PLR0912 - a case each
    match request:
        case Declare():
            declare(draft, request)
        case FirstActions():
            first_actions(draft, request)
        case Log():
            entries.log(draft, request)
        case Update():
            entries.update(draft, request)
        case Mitigate():
            entries.mitigate(draft, request)
        case Outcome():
            entries.outcome(draft, request)
        case Fix():
            entries.fix(draft, request)
        case Set():
            set_values(draft, request)
        case Handover():
            entries.handover(draft, request)
        case Accept():
            entries.accept(draft, request)
        case Resolve():
            ending.resolve(draft, request)
        case Close():
            ending.close(draft, request)
        case Dismiss():
            ending.dismiss(draft, request)
        case ActionAdd():
            action_items.add(draft, request)
        case ActionStart():
            action_items.start(draft, request)
        case ActionDone():
            action_items.done(draft, request)
        case ActionDrop():
            action_items.drop(draft, request)
        case ActionNone():
            action_items.none(draft, request)
        case Pull():
            action_items.pull(draft, request)
        case Postmortem():
            postmortem.write(draft, request)
        case Publish():
            postmortem.publish(draft, request)
