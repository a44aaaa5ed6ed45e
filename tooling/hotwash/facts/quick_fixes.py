"""Quick fixes that the records speak for: each with the reason for it, and what it may cost.

Source: guide 3.2.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from hotwash.model.time import short_span

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from hotwash.model.repository import Case

Remedy = Literal["rollback", "scale-up", "disable-feature", "circuit-breaker", "failover", "restart"]
# A deployment that came so long before it began is the first thing to suspect.
RECENT = timedelta(hours=24)
# Clocks differ, and a deployment takes a while from its beginning to its first error.
_OVERLAP = timedelta(minutes=30)
_SHOWN = 80  # characters of a text in a reason
_LOAD = re.compile(
    r"\b(?:load|traffic|cpu|memory|oom|saturat\w*|overload\w*|throttl\w*|queue\w*|backlog|capacity|exhaust\w*"
    r"|pool|connections?|rate.?limit\w*|slow\w*|latency|timeouts?)\b",
    re.IGNORECASE,
)
_DEPENDENCY = re.compile(
    r"\b(?:connection refused|upstream|downstream|dependency|third.?party|provider|unreachable|gateway"
    r"|50[234]|timeouts?|timed out)\b",
    re.IGNORECASE,
)
_FEATURE = re.compile(r"\b(?:feature|flag|toggle|experiment|a/b|rollout|campaign)\b", re.IGNORECASE)
_DEPLOYED = re.compile(
    r"\b(?:deploy\w*|releas\w*|v\d[\w.]*|version|rolled out|went out|merged|shipped)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class QuickFix:
    """A quick fix that may be tried.

    Attributes:
        action: Which one, as a mitigation names it.
        reason: What in the records speaks for it; empty where nothing does, and it is only on the guide's list.
        risk: What it may cost, and what to look at first.
        target: To what, where the records name it.
        tried: How often it was tried already.
    """

    action: Remedy
    reason: str
    risk: str
    target: str = ""
    tried: int = 0


_RISKS: dict[Remedy, str] = {
    "rollback": "a change of data or schema may not go back with it; look whether it has one",
    "scale-up": "it moves the load on to what stands behind, and costs money; it mends no leak",
    "disable-feature": "who uses it loses it; look what else hangs on it",
    "circuit-breaker": "what is cut off fails at once; look that there is an answer in its place",
    "failover": "what was not yet copied is lost, and the other side must bear the load",
    "restart": "it wipes out what would show the cause; take a dump first, and one after the other",
}


def quick_fixes(case: Case) -> tuple[QuickFix, ...]:
    """What the guide has for a quick fix, what the records speak for first.

    What was tried already, and did not help, comes last.
    """
    told = list(_told(case))
    reasons: dict[Remedy, tuple[str, str]] = {"rollback": _deployment(case)}
    signs: tuple[tuple[Remedy, re.Pattern[str], str], ...] = (
        ("scale-up", _LOAD, "it looks like load"),
        ("disable-feature", _FEATURE, "a feature is named"),
        ("circuit-breaker", _DEPENDENCY, "something that others stand on does not answer"),
    )
    for action, pattern, words in signs:
        found = next((text for text in told if pattern.search(text)), "")
        reasons[action] = (f"{words}: {_short(found)}" if found else "", "")
    tried = [logged.entry for logged in case.timeline if logged.entry.kind == "mitigation"]
    fixes: list[QuickFix] = []
    for action, risk in _RISKS.items():
        reason, target = reasons.get(action, ("", ""))
        times = sum(1 for entry in tried if entry.action == action)
        fixes.append(QuickFix(action, reason, risk, target, times))
    failed = {entry.action for entry in tried if entry.outcome in ("ineffective", "harmful")}
    return tuple(sorted(fixes, key=lambda fix: (fix.action in failed, not fix.reason)))


def untested(case: Case) -> int:
    """How many mitigations nobody has looked at yet: a second one on top hides which of the two did what."""
    return sum(1 for logged in case.timeline if logged.entry.kind == "mitigation" and logged.entry.outcome == "pending")


def _deployment(case: Case) -> tuple[str, str]:
    """What speaks for going back: the last change before it began, and what was changed."""
    begun = _begun(case)
    found: list[tuple[datetime, str, str]] = []
    for logged in case.timeline:
        entry = logged.entry
        if entry.kind != "change":
            continue
        at = (entry.changed_at or entry.when).at.start
        if begun is None or begun - RECENT <= at <= begun + _OVERLAP:
            found.append((at, entry.text, " ".join(filter(None, (entry.service, entry.ref)))))
    if found:
        at, text, target = max(found)
        when = f"{short_span(begun - at)} before it began" if begun is not None and at <= begun else f"{at:%H:%M} UTC"
        return f"{_short(text)}, {when}", target
    changes = case.incident.evidence.changes
    if isinstance(changes, tuple) and changes:
        deployed = next((item for item in changes if _DEPLOYED.search(item.summary)), changes[0])
        return f"among the recent changes: {_short(deployed.summary)}", ""
    return "", ""


def _begun(case: Case) -> datetime | None:
    began = case.incident.times.began
    return None if began is None else began.at.start


def _told(case: Case) -> Iterator[str]:
    """What the records say of how it shows, the title first."""
    yield case.incident.title
    for items in (case.incident.evidence.logs, case.incident.evidence.metrics):
        if isinstance(items, tuple):
            yield from (item.summary for item in items)
    for logged in case.timeline:
        entry = logged.entry
        if entry.kind in ("detection", "note") or (entry.kind == "finding" and entry.state != "ruled-out"):
            yield entry.text


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"
