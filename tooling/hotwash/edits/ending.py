"""`resolve`, `close`, `dismiss`: it is over, all is learned, or it was none."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from hotwash.edits.entries import ids, tell
from hotwash.edits.moments import moment
from hotwash.edits.moving import move
from hotwash.edits.plain import plain
from hotwash.errors import EditRefused
from hotwash.facts.demands import last_step_to, standing_findings, watched_since
from hotwash.facts.said import fault_of
from hotwash.model.repository import ACTION_ITEMS, INCIDENT, POSTMORTEM

if TYPE_CHECKING:
    from hotwash.edits.amendment import Plain
    from hotwash.edits.draft import Draft
    from hotwash.edits.requests import Asked, Close, Dismiss, Resolve
    from hotwash.model.incident import Status


def resolve(draft: Draft, request: Resolve) -> None:
    """It is over: since when, what ended it, and everybody who heard of it is told.

    Raises:
        EditRefused: Something that a resolved incident needs is not said.
    """
    if _moved(draft, request.id, "resolved"):
        return
    _not_yet(draft, "resolved", "closed", "dismissed")
    for name, outcome in request.outcomes.items():
        place, entry = draft.place(name), draft.entry(name)
        if place is None or entry is None or entry.get("kind") != "mitigation":
            message = f"{draft.id} has no mitigation {name}"
            raise EditRefused(message, "see them: hotwash status")
        draft.put(place[0], (*place[1], "outcome"), outcome)
    if request.affected is not None:
        draft.put(INCIDENT, ("impact", "users", "affected"), request.affected)
    _end(draft, request)
    resolution: dict[str, Plain] = {"how": request.how}
    if request.note is not None:
        resolution["note"] = request.note
    draft.put(INCIDENT, ("resolution",), resolution)
    names = ids(request.id)
    first = next(names)
    tell(draft, request, request, names)
    move(draft, request, "resolved", id_=first, text=request.note or f"It is over: {request.how}")


def _end(draft: Draft, request: Resolve) -> None:
    """When users no longer felt it, and when it was over."""
    incident = draft.case.incident
    if request.mitigated is not None:
        draft.put(INCIDENT, ("times", "mitigated"), plain(request.mitigated))
    elif incident.times.mitigated is None:
        known = watched_since(draft.case)
        later = known is None or moment(known) > moment(request.at)
        draft.put(INCIDENT, ("times", "mitigated"), request.at if later or known is None else known)
    draft.put(INCIDENT, ("times", "resolved"), request.at)


def _moved(draft: Draft, id_: str, to: str) -> bool:
    """Whether the entry of a step stands there: then all that came with it does, or others have gone on since."""
    entry = draft.entry(id_)
    return entry is not None and entry.get("kind") == "status-change" and entry.get("to") == to


def _not_yet(draft: Draft, *statuses: Status) -> None:
    """Refuse what somebody has done already: what was typed now may say something else."""
    if (step := last_step_to(draft.case, *statuses)) and draft.case.incident.status in statuses:
        status, entry = draft.case.incident.status, step.entry
        message = f"{draft.id} is {status} already, since {entry.when}" + (f", by {entry.by}" if entry.by else "")
        raise EditRefused(message, f"add what is new: hotwash log {draft.id}")


def close(draft: Draft, request: Close) -> None:
    """What was learned, and the end of it: the files of timeline.d/ become entries of timeline.yaml.

    Raises:
        EditRefused: Something that a closed incident needs is not there.
    """
    if _moved(draft, request.id, "closed"):
        return
    _not_yet(draft, "closed", "dismissed")
    first, second = islice(ids(request.id), 2)
    if request.root_cause is not None and not _is_known(draft):
        draft.log(second, _root_cause(request, request.root_cause))
    file = INCIDENT if draft.case.postmortem is None else POSTMORTEM
    for key, value in (("root_causes", request.root_causes), ("runbooks", request.runbooks)):
        if value is not None:
            draft.put(file, (key,), plain(value))
    if request.no_actions is not None:
        none_needed(draft, request.no_actions)
    move(draft, request, "closed", id_=first, text=request.text or "All is learned that could be")
    draft.fold()


def _is_known(draft: Draft) -> bool:
    return any(
        logged.entry.about == "root-cause" and logged.entry.state == "confirmed"
        for logged in standing_findings(draft.case)
        if logged.entry.kind == "finding"
    )


def _root_cause(request: Asked, text: str) -> dict[str, Plain]:
    return {
        "at": request.at,
        "by": request.by,
        "kind": "finding",
        "about": "root-cause",
        "state": "confirmed",
        "text": text,
    }


def none_needed(draft: Draft, why: str) -> None:
    """There are no action items, and why.

    Raises:
        EditRefused: There are some.
    """
    if draft.case.action_items:
        message = f"{draft.id} has {len(draft.case.action_items)} action items"
        raise EditRefused(message, "drop those that are not needed: hotwash action drop")
    draft.put(ACTION_ITEMS, (), {"none": why})


def dismiss(draft: Draft, request: Dismiss) -> None:
    """It was none, and why.

    Raises:
        EditRefused: The reason says nothing; or it has been worked on for too long to be none.
    """
    if _moved(draft, request.id, "dismissed"):
        return
    if fault_of(request.reason) is not None:
        message = f"the reason says nothing: {request.reason.strip()}"
        raise EditRefused(message, "say why it was none, in ten characters or more")
    if request.duplicate_of == draft.id:
        message = f"{draft.id} cannot be a duplicate of itself"
        raise EditRefused(message, "name the incident that is worked on")
    _not_yet(draft, "dismissed")
    if ended := last_step_to(draft.case, "resolved", "closed"):
        message = f"{draft.id} was {ended.entry.to} at {ended.entry.when}: it was no false alarm"
        over = draft.case.incident.status in ("resolved", "closed")
        raise EditRefused(message, "" if over else f"end it with hotwash resolve {draft.id}")
    move(draft, request, "dismissed", id_=request.id, text=request.reason)
    draft.put(INCIDENT, ("reason",), request.reason)
    if request.duplicate_of is not None:
        draft.put(INCIDENT, ("duplicate_of",), request.duplicate_of)
