"""What the records tell of an incident, section by section, as the beginning of its post-mortem.

What they cannot tell is left as `TODO:` with a question, and no post-mortem is published with that (HW602).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotwash.facts.demands import entries, standing_findings
from hotwash.facts.said import is_blank
from hotwash.model.base import Nothing
from hotwash.model.postmortem import SECTIONS
from hotwash.model.time import short_span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotwash.model.base import When
    from hotwash.model.incident import Business
    from hotwash.model.repository import Case, LoggedEntry

_ASKED = {
    "Summary": "in two or three sentences, for somebody who was not there",
    "Impact": "who was hit, how, and for how long",
    "Root cause": "what set it off, and why that could break things",
    "Detection": "how it was noticed, and what would have shown it sooner",
    "Response": "what was done, in which order, and why",
    "What went well": "what helped, and should be kept",
    "What went badly": "what made it longer or worse; of the system and the way of working, not of people",
    "Where we got lucky": "what could have made it worse, and happened not to",
    "Lessons": "what we know now and did not know before",
}


def account(case: Case) -> dict[str, str]:
    """The nine sections, each with what the records know, and with what is still to be written."""
    told = {
        "Summary": _summary(case),
        "Impact": "\n".join(_impact(case)),
        "Root cause": "\n\n".join(_oneline(logged.entry.text) for logged in _causes(case)),
        "Detection": "\n".join(_detection(case)),
        "Response": "\n".join(_response(case)),
        "What went well": _list(case, "effective"),
        "What went badly": _list(case, "ineffective", "harmful"),
    }
    return {name: told.get(name) or todo(name) for name in SECTIONS}


def todo(section: str) -> str:
    """What stands in a section that nobody has written yet."""
    return f"TODO: {_ASKED[section]}."


def _summary(case: Case) -> str:
    incident = case.incident
    services = ", ".join(incident.services)
    parts = [f"{_ended(incident.title)} It was a {incident.severity.level} and hit {services}."]
    times = incident.times
    begun = times.began
    if begun is not None:
        parts.append(f"It began at {_clock(begun)}{_until(begun, times.mitigated, ', and users felt it for')}.")
    resolution = incident.resolution
    if times.resolved is not None:
        how = "" if resolution is None else f" ({resolution.how})"
        parts.append(f"It was over at {_clock(times.resolved)}{how}.")
    if resolution is not None and resolution.note is not None:
        parts.append(_ended(resolution.note))
    return " ".join(parts)


def _impact(case: Case) -> Iterator[str]:
    impact = case.incident.impact
    users = impact.users
    if users is not None:
        if isinstance(users.affected, int):
            yield f"- Users hit: {users.affected:,}"
        if users.share is not None:
            yield f"- Share of users hit: {users.share:.1%}"
        if users.description is not None:
            yield f"- {_oneline(users.description)}"
    scope = impact.scope
    if scope is not None:
        where = ", ".join(scope.regions)
        described = [_oneline(scope.description)] if scope.description is not None else []
        yield f"- Scope: {'; '.join(([where] if where else []) + described)}"
    yield from _business(impact.business)
    for measure in impact.measures:
        figures = [
            f"{measure.count:,}" if measure.count is not None else "",
            f"{measure.share:.1%}" if measure.share is not None else "",
            measure.duration or "",
        ]
        yield f"- {_oneline(measure.what)}: {', '.join(filter(None, figures))}"


def _business(business: Business | Nothing | None) -> Iterator[str]:
    if isinstance(business, Nothing):
        yield f"- Business: {_oneline(business.reason)}"
    elif business is not None:
        loss = business.revenue_loss
        if loss is not None and not isinstance(loss, Nothing):
            yield f"- Revenue lost: {loss.amount:,.0f} {loss.currency}"
        for text in (business.reputation, business.description):
            if isinstance(text, str):
                yield f"- {_oneline(text)}"


def _causes(case: Case) -> Iterator[LoggedEntry]:
    for logged in standing_findings(case):
        entry = logged.entry
        if entry.kind == "finding" and entry.about == "root-cause" and entry.state == "confirmed":
            yield logged


def _detection(case: Case) -> Iterator[str]:
    for logged in entries(case, "detection"):
        entry = logged.entry
        if entry.kind == "detection":
            yield f"- {_clock(entry.when)}, by {_via(entry.via)}: {_oneline(entry.text)}"
    times = case.incident.times
    if times.started is not None and times.detected is not None:
        late = _until(times.started, times.detected, "Noticed")
        if late:
            yield f"- {late} after it began."


def _response(case: Case) -> Iterator[str]:
    for logged in entries(case, "mitigation", "fix", "escalation", "decision", "severity-change", "recovery"):
        entry = logged.entry
        result = f" ({entry.outcome})" if entry.kind == "mitigation" else ""
        yield f"- {_clock(entry.when)}: {_oneline(entry.text)}{result}"


def _list(case: Case, *outcomes: str) -> str:
    found = [
        f"- {_oneline(logged.entry.text)} ({logged.entry.action}: {logged.entry.outcome})"
        for logged in entries(case, "mitigation")
        if logged.entry.kind == "mitigation" and logged.entry.outcome in outcomes
    ]
    if not found:
        return ""
    section = "What went well" if "effective" in outcomes else "What went badly"
    return "\n".join((*found, "", todo(section)))


def _via(via: str) -> str:
    return {"alert": "an alert", "employee": "an employee", "other": "others"}.get(via, f"a {via}")


def _until(first: When, second: When | None, words: str) -> str:
    if second is None or second.at.start < first.at.start:
        return ""
    return f"{words} {short_span(second.at.start - first.at.start)}"


def _clock(when: When) -> str:
    about = "about " if when.approx else ""
    return f"{about}{when.at.start:%Y-%m-%d %H:%M} UTC"


def _oneline(text: str) -> str:
    return " ".join(text.split())


def _ended(text: str) -> str:
    line = _oneline(text)
    return line if line.endswith((".", "!", "?")) or is_blank(line) else f"{line}."
