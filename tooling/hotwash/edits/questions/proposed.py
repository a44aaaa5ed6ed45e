"""Words that a person can take over with Enter, put together from what the records say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotwash.facts.clocks import updates
from hotwash.facts.demands import pending, standing_findings
from hotwash.facts.said import is_blank
from hotwash.model.base import Nothing, When

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotwash.edits.questions.setting import Setting
    from hotwash.model.base import Audience
    from hotwash.model.incident import Users
    from hotwash.model.repository import Case, LoggedEntry

_LONGEST = 300  # characters; a status update is short (guide 3.3)


def first_text(case: Case, audience: Audience) -> str:
    """What an audience may be told first: engineers technically, the others by what it means to them (guide 3.3)."""
    return _joined(_technical(case) if audience == "engineers" else _plain(case, audience))


def update_text(case: Case, audience: Audience, last: LoggedEntry) -> str:
    """What an audience may be told next: what is new since it was told last.

    Args:
        case: The incident.
        audience: Who is told.
        last: The newest update that it had.
    """
    since = last.entry.when.at.start
    new = [logged for logged in case.timeline if logged.entry.when.at.start > since]
    over = case.incident.status == "monitoring" and any(_leads_to_monitoring(logged) for logged in new)
    if audience != "engineers":
        return "It works again. We keep watching." if over else ""
    told = [_news(logged) for logged in new]
    return _joined([*filter(None, told), "It works again; we keep watching" if over else ""])


def _leads_to_monitoring(logged: LoggedEntry) -> bool:
    return logged.entry.kind == "status-change" and logged.entry.to == "monitoring"


def _news(logged: LoggedEntry) -> str:
    entry = logged.entry
    match entry.kind:
        case "finding":
            return "" if entry.state == "ruled-out" else entry.text
        case "mitigation" | "fix" | "recovery":
            return entry.text
        case _:
            return ""


def end_text(case: Case, audience: Audience, note: str) -> str:
    """What an audience may be told when it is over."""
    parts = [f"Resolved: {case.incident.title}"]
    if audience == "engineers":
        parts += [note]
    parts += ["The post-mortem follows" if case.incident.severity.level != "P3" else ""]
    return _joined(part for part in parts if part)


def how_many(users: Users | None) -> str:
    """How many users are hit and what they cannot do, as one says it."""
    if users is None or is_blank(users.description):
        return ""
    told = users.description or ""
    if isinstance(users.affected, int):
        return f"{users.affected:,} {told}"
    return f"{users.share * 100:g} % of {told}" if users.share is not None else told


def pasted(setting: Setting, audience: Audience, text: str, eta: When | Nothing | None) -> Iterator[str]:
    """An update as it is pasted where an audience reads: what it is about, the words, and when more is said."""
    case = setting.case
    yield f"--- {audience} ---"
    if case is not None:
        incident = case.incident
        head = f"[{incident.severity.level} {incident.status}] " if audience != "public" else ""
        yield f"{head}{incident.title}"
    yield text
    if isinstance(eta, When):
        yield f"Expected to be over at {setting.here.clock(eta.at.start)}."
    owed = updates(case, setting.policy, setting.here.now).owed if case is not None else None
    if owed is not None and case is not None and case.incident.is_open:
        yield f"Next update by {setting.here.clock(owed.due)}."


def _technical(case: Case) -> Iterator[str]:
    incident = case.incident
    yield incident.title
    for items in (incident.evidence.logs, incident.evidence.changes):
        if isinstance(items, tuple) and items:
            yield items[0].summary
    findings = standing_findings(case)
    if findings:
        yield findings[-1].entry.text
    if mitigations := [logged.entry for logged in case.timeline if logged.entry.kind == "mitigation"]:
        waits = any(logged.entry is mitigations[-1] for logged in pending(case))
        yield f"{mitigations[-1].text}{'; we watch whether it helps' if waits else ''}"


def _plain(case: Case, audience: Audience) -> Iterator[str]:
    incident = case.incident
    yield how_many(incident.impact.users) if audience == "stakeholders" else incident.title
    business = incident.impact.business
    if audience == "stakeholders" and business is not None and not isinstance(business, Nothing):
        yield business.description or (business.reputation if isinstance(business.reputation, str) else "")
    yield "We are working on it"


def _joined(parts: Iterator[str] | list[str]) -> str:
    text = ""
    for part in parts:
        sentence = " ".join(part.split())
        if not sentence:
            continue
        sentence = sentence if sentence[-1] in ".!?" else f"{sentence}."
        longer = f"{text} {sentence}".strip()
        if len(longer) > _LONGEST:
            break
        text = longer
    return text
