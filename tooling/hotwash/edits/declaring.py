"""`declare`: a new incident from what is known in the first minute."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotwash.edits.plain import plain
from hotwash.edits.requests import incident_of
from hotwash.errors import EditRefused
from hotwash.model.repository import INCIDENT

if TYPE_CHECKING:
    from hotwash.edits.amendment import Plain
    from hotwash.edits.draft import Draft
    from hotwash.edits.requests import Declare


def declare(draft: Draft, request: Declare) -> None:
    """The incident, with its four first actions still empty, and how it was noticed.

    Raises:
        EditRefused: Another incident of that name was declared today.
    """
    from hotwash.edits.amend import text_of  # noqa: PLC0415 - ruamel is loaded where something is written

    if draft.exists:
        standing = draft.value(INCIDENT)
        if (
            isinstance(standing, dict)
            and standing.get("title") == request.title
            and draft.value(INCIDENT, "times", "declared") == request.at
        ):
            return
        name = incident_of(request)
        message = f"there is an incident {name} already"
        raise EditRefused(message, f"add to it: hotwash log {name}; or, if this is another one, give it a --slug")
    draft.create(INCIDENT, text_of("incident", record(request)))
    if request.via is not None:
        entry: dict[str, Plain] = {
            "at": plain(request.detected) if request.detected is not None else request.at,
            "by": request.noticed_by or (request.by if request.via == "employee" else None),
            "kind": "detection",
            "via": request.via,
            "text": request.noticed or request.title,
        }
        draft.log(request.id, entry)


def record(request: Declare) -> dict[str, Plain]:
    """incident.yaml as a declaration leaves it."""
    times: dict[str, Plain] = {
        "started": plain(request.started),
        "detected": plain(request.detected),
        "declared": request.at,
        "acknowledged": request.acknowledged,
    }
    optional: dict[str, Plain] = {
        "kind": None if request.kind == "incident" else request.kind,
        "visibility": request.visibility,
        "labels": dict(request.labels) or None,
        "impact": plain(request.impact),
        "references": list(request.references) or None,
    }
    held: dict[str, Plain] = {
        "title": request.title,
        "kind": optional["kind"],
        "status": "declared",
        "severity": request.severity,
        "visibility": optional["visibility"],
        "services": list(request.services),
        "labels": optional["labels"],
        "times": {key: time for key, time in times.items() if time is not None},
        "roles": {"commander": request.commander or request.by, **request.roles},
        "impact": optional["impact"],
        "first_actions": dict.fromkeys(("assess", "stabilize", "gather", "communicate")),
        "references": optional["references"],
    }
    return {key: value for key, value in held.items() if value is not None}
