"""`postmortem`: written from all that the records know, and published once somebody has read it.

Source: guide 5.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotwash.edits.account import account, todo
from hotwash.edits.plain import plain
from hotwash.errors import EditRefused
from hotwash.model.repository import POSTMORTEM

if TYPE_CHECKING:
    from hotwash.edits.amendment import Plain
    from hotwash.edits.draft import Draft
    from hotwash.edits.requests import Postmortem, Publish
    from hotwash.model.repository import Case


def write(draft: Draft, request: Postmortem) -> None:
    """postmortem.md; where it stands already it stays as it is.

    Raises:
        EditRefused: Somebody else has begun to write it.
    """
    from hotwash.edits.amend import text_of  # noqa: PLC0415 - ruamel is loaded where something is written

    case = draft.case
    authors = list(request.authors) or [request.by]
    if case.postmortem is not None:
        body = case.postmortem.body
        if authors[0] in case.postmortem.front.authors and all(
            text.strip() in body for text in request.sections.values()
        ):
            return
        message = f"{draft.folder}/{POSTMORTEM} is there already, by {', '.join(case.postmortem.front.authors)}"
        raise EditRefused(message, "go on with it in an editor; what was typed is kept")
    incident = case.incident
    # What stands in incident.yaml for an incident without a post-mortem is said here from now on.
    front: dict[str, Plain] = {
        "status": "draft",
        "authors": authors,
        "root_causes": plain(request.root_causes or incident.root_causes),
        "contributing_factors": plain(request.contributing_factors) or None,
        "runbooks": plain(request.runbooks or incident.runbooks),
    }
    sections = account(case) | _root_cause(case, request) | request.sections
    body = "".join(f"\n## {name}\n\n{text.strip()}\n" for name, text in sections.items())
    front = {key: value for key, value in front.items() if value is not None}
    draft.create(POSTMORTEM, text_of("postmortem", front, body=body))


def _root_cause(case: Case, request: Postmortem) -> dict[str, str]:
    """What was answered of the causes, where no entry tells it."""
    causes = request.root_causes
    name = "Root cause"
    if not isinstance(causes, tuple) or account(case)[name] != todo(name):
        return {}
    return {name: "\n\n".join(f"{_sentence(cause.trigger)} {_sentence(cause.statement)}" for cause in causes)}


def _sentence(text: str) -> str:
    line = " ".join(text.split())
    return line if line.endswith((".", "!", "?")) else f"{line}."


def publish(draft: Draft, request: Publish) -> None:
    """It is published, and who has read it.

    Raises:
        EditRefused: There is none; its only author is who read it; or the incident goes on.
    """
    case = draft.case
    if case.postmortem is None:
        message = f"{draft.id} has no post-mortem"
        raise EditRefused(message, f"write it: hotwash postmortem {draft.id}")
    if case.incident.status not in ("resolved", "closed", "dismissed"):
        message = f"{draft.id} is {case.incident.status}: before it is over nobody can know how it ended"
        raise EditRefused(message, f"hotwash resolve {draft.id}")
    front = case.postmortem.front
    if front.authors == (request.reviewed_by,):
        message = f"{request.reviewed_by} wrote it alone; only somebody else can see what is missing"
        raise EditRefused(message, "name another reviewer, with --reviewed-by")
    for key, value in (("root_causes", request.root_causes), ("runbooks", request.runbooks)):
        if value is not None:
            draft.put(POSTMORTEM, (key,), plain(value))
    review: dict[str, Plain] = {"by": request.reviewed_by, "at": request.reviewed_at or request.at}
    if front.status != "published" or front.reviewed is None:
        draft.put(POSTMORTEM, ("reviewed",), review)
        draft.put(POSTMORTEM, ("status",), "published")
