"""The four first actions: which are signed off, what each rests on, and the lines that are still to be written.

Source: guide 1 and 2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from hotwash.facts.said import BLANK, fault_of, is_blank, is_nothing
from hotwash.model.names import LOGIN_PLACEHOLDER
from hotwash.model.time import surely_before, utc_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from hotwash.model.base import Nothing, When
    from hotwash.model.incident import Evidence, EvidenceItem, Incident, SignOff
    from hotwash.model.repository import Case, LoggedEntry

Action = Literal["assess", "stabilize", "gather", "communicate"]
# In the words of the guide (1), with the section that says what each one needs.
ACTIONS: dict[Action, tuple[str, str]] = {
    "assess": ("assess severity and user impact", "guide 2.1"),
    "stabilize": ("stabilize the system", "guide 2.2"),
    "gather": ("gather data", "guide 2.3"),
    "communicate": ("communicate status", "guide 2.2"),
}


@dataclass(frozen=True, slots=True)
class Need:
    """A fact that a first action rests on and that is not in the records.

    Attributes:
        what: Its route, or the kind of entry, as people read it.
        key: The key of incident.yaml beneath which it belongs, dotted; empty for a timeline entry.
        lines: What to write, indented as it stands in the file.
        why: What is wrong with what stands there, when something does.
    """

    what: str
    key: str
    lines: str
    why: str = ""


def signed(sign_off: SignOff) -> bool:
    """Somebody put name and time to it, and left no blank of the help line, nor a reason that says nothing."""
    if sign_off.none is not None and fault_of(sign_off.none) is not None:
        return False
    note_left = sign_off.note is not None and is_nothing(sign_off.note)
    return sign_off.by is not None and sign_off.at is not None and not note_left


def sign_off(incident: Incident, action: Action) -> SignOff:
    """What stands at one of the four first actions."""
    match action:
        case "assess":
            return incident.first_actions.assess
        case "stabilize":
            return incident.first_actions.stabilize
        case "gather":
            return incident.first_actions.gather
        case "communicate":
            return incident.first_actions.communicate


def needs(case: Case, action: Action, now: datetime) -> Iterator[Need]:
    """What a first action rests on and the records do not hold, with the lines to write as of now."""
    match action:
        case "assess":
            yield from _assess_needs(case.incident)
        case "stabilize":
            if not _options_were_looked_at(case) and not _support(case, "stabilize"):
                yield Need("a mitigation entry", "", _entry(now, "mitigation", "action: rollback\n  outcome: pending"))
        case "gather":
            yield from _gather_needs(case.incident.evidence)
        case "communicate":
            if not _support(case, "communicate"):
                yield Need(
                    "a status-update entry",
                    "",
                    _entry(now, "status-update", "audience: [engineers, stakeholders]"),
                )


def _options_were_looked_at(case: Case) -> bool:
    none = case.incident.first_actions.stabilize.none
    return none is not None and fault_of(none) is None


def _entry(now: datetime, kind: str, own: str) -> str:
    return f"- at: {utc_text(now)}\n  by: {LOGIN_PLACEHOLDER}\n  kind: {kind}\n  {own}\n  text: {BLANK}"


def _assess_needs(incident: Incident) -> Iterator[Need]:
    users = incident.impact.users
    if users is None:
        yield Need("impact.users", "impact", f"  users:\n    affected: HOW-MANY\n    description: {BLANK}")
    elif users.share is None and not _said(users.affected, unknown=True):
        yield Need("impact.users.affected", "impact.users", "    affected: HOW-MANY", _why(users.affected))
    if users is not None and is_nothing(users.description):
        yield Need("impact.users.description", "impact.users", f"    description: {BLANK}")
    scope = incident.impact.scope
    if scope is None or (all(map(is_nothing, scope.regions)) and is_nothing(scope.description)):
        yield Need("impact.scope", "impact", f"  scope:\n    description: {BLANK}")
    if incident.severity.level in ("P0", "P1") and not _business_said(incident):
        why = _why(incident.impact.business)
        yield Need("impact.business", "impact", f"  business:\n    reputation: {BLANK}", why)


def _business_said(incident: Incident) -> bool:
    from hotwash.model.base import Nothing  # noqa: PLC0415 - `explain` loads no models

    business = incident.impact.business
    if business is None or isinstance(business, Nothing):
        return _said(business)
    return any(map(_said, (business.revenue_loss, *business.losses, business.reputation, business.description)))


def _said(value: object, *, unknown: bool = False) -> bool:
    """Something stands here that is neither left blank nor a word for nothing without its reason.

    Args:
        value: What stands there.
        unknown: Whether `unknown` is an answer: of how many users are hit, while it goes on.
    """
    from hotwash.model.base import Nothing  # noqa: PLC0415 - `explain` loads no models

    if isinstance(value, Nothing):
        return (unknown or value.unknown is None) and fault_of(value.reason) is None
    return not is_nothing(value) if isinstance(value, str) else value is not None


def _why(value: object) -> str:
    """What is wrong with a word for nothing that does not count."""
    from hotwash.model.base import Nothing  # noqa: PLC0415 - `explain` loads no models

    if not isinstance(value, Nothing) or is_blank(value.reason):
        return ""
    if fault_of(value.reason) is not None:
        return f"its reason says nothing: {value.reason.strip()}"
    return "`unknown` is no answer here: somebody can look" if value.unknown is not None else ""


def _gather_needs(evidence: Evidence) -> Iterator[Need]:
    for name, items in (("logs", evidence.logs), ("metrics", evidence.metrics), ("changes", evidence.changes)):
        if _nothing_looked_at(items):
            yield Need(f"evidence.{name}", "evidence", f"  {name}:\n    - summary: {BLANK}", _why(items))
    if evidence.similar == () or not _said(evidence.similar):
        yield Need("evidence.similar", "evidence", f"  similar: {{none: {BLANK}}}", _why(evidence.similar))


def _nothing_looked_at(items: tuple[EvidenceItem, ...] | Nothing | None) -> bool:
    return all(is_nothing(item.summary) for item in items) if isinstance(items, tuple) else not _said(items)


def _support(case: Case, action: Action) -> tuple[LoggedEntry, ...]:
    kind = "mitigation" if action == "stabilize" else "status-update"
    return tuple(logged for logged in case.timeline if logged.entry.kind == kind and not is_nothing(logged.entry.text))


def late_support(case: Case, action: Action, at: When) -> LoggedEntry | None:
    """The entry that a sign-off rests on, when all of them came surely after it. Not asked of late records."""
    if case.incident.mode == "late" or action not in ("stabilize", "communicate"):
        return None
    if action == "stabilize" and _options_were_looked_at(case):
        # It rests on the options that were looked at; a mitigation that was found later takes nothing from that.
        return None
    entries = _support(case, action)
    if not entries or not all(surely_before(at, logged.entry.when) for logged in entries):
        return None
    return entries[0]
