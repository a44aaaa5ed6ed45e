"""A timeline entry -> what a page shows of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotwash.model import timeline as kinds
from hotwash.model.base import Nothing
from hotwash.site.content import Fact, Prose, PublicEntry
from hotwash.site.values import absent, fact, percent, prose_of, reference_of, shown_time, source_ids, time_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from hotwash.model.base import Correction, OldValue

_LABELS: Mapping[kinds.EntryKind, str] = {
    "note": "Note",
    "decision": "Decision",
    "detection": "Detection",
    "escalation": "Escalation",
    "handover": "Handover",
    "severity-change": "Severity",
    "status-change": "Status",
    "finding": "Finding",
    "change": "Change",
    "mitigation": "Mitigation",
    "recovery": "Recovery",
    "fix": "Fix",
    "status-update": "Update",
}


def shown_entry(entry: kinds.AnyEntry, name: Callable[[str | None], str]) -> PublicEntry:
    """What a page shows of an entry.

    Args:
        entry: The entry.
        name: Says who somebody was, as `people.speaker` does.
    """
    at, end = shown_time(entry.when), None
    at = at.on(at.day)
    if entry.between is not None:
        end = shown_time(entry.between[1])
    elif entry.until is not None:
        end = shown_time(entry.until)
    return PublicEntry(
        id=entry.id or "",
        kind=entry.kind,
        label=_LABELS[entry.kind],
        at=at,
        text=Prose(entry.text),
        notes=_notes(entry, name),
        outcome=entry.outcome if isinstance(entry, kinds.Mitigation) else "",
        end=end,
        between=entry.between is not None,
        by=name(entry.by),
        sources=source_ids(entry.source) or at.sources,
        facts=(*_facts(entry), *_remarks(entry, name)),
    )


def public_update(entry: kinds.StatusUpdate) -> PublicEntry:
    """What everybody was told, and no more: neither by whom nor over which channel."""
    return PublicEntry(
        id="",
        kind=entry.kind,
        label=_LABELS[entry.kind],
        at=shown_time(entry.when),
        text=Prose(entry.text),
        facts=tuple(_promises(entry)),
    )


def _notes(entry: kinds.AnyEntry, name: Callable[[str | None], str]) -> tuple[str, ...]:  # noqa: C901 - a branch a kind, and mypy asks for each
    """What the kind says of itself, in a few words each."""
    match entry:
        case kinds.Detection():
            return (f"via {entry.via}",)
        case kinds.Escalation():
            return (f"to {name(entry.to)}",)
        case kinds.Handover():
            taken = "accepted" if entry.accepted else "not yet accepted"
            return (entry.role.replace("-", " "), f"to {name(entry.to)}", taken)
        case kinds.SeverityChange() | kinds.StatusChange():
            return (f"{entry.from_} → {entry.to}",)
        case kinds.Finding():
            return (entry.about.replace("-", " "), entry.state.replace("-", " "))
        case kinds.Mitigation():
            action = () if entry.action == "other" else (entry.action.replace("-", " "),)
            return (*action, "temporary") if entry.temporary else action
        case kinds.Recovery():
            share = () if entry.share is None else (percent(entry.share),)
            return (*share, entry.what) if entry.what else share
        case kinds.StatusUpdate():
            return (f"to {' and '.join(entry.audiences)}", *([entry.channel] if entry.channel else []))
        case kinds.Change():
            return (entry.service,) if entry.service else ()
        case kinds.Fix():
            return ("minimal",) if entry.minimal is True else ()
        case kinds.Note() | kinds.Decision():
            return ()


def _facts(entry: kinds.AnyEntry) -> Iterable[Fact]:
    """The longer fields of a kind, each under its label."""
    match entry:
        case kinds.Finding():
            yield from fact("Service", entry.service)
        case kinds.Change():
            yield from fact("Change", reference_of(entry.ref))
            yield from fact("Changed at", time_of(entry.changed_at))
        case kinds.Mitigation():
            yield from fact("Target", entry.target)
            yield from fact("Side effects", prose_of(entry.side_effects))
        case kinds.Fix():
            yield from fact("Change", reference_of(entry.ref))
            yield from fact("Smallest possible", absent(entry.minimal) if isinstance(entry.minimal, Nothing) else None)
            yield from fact("Tested", prose_of(entry.tested))
            yield from fact("Rollout", prose_of(entry.rollout))
            yield from fact("Monitored by", prose_of(entry.monitored_by))
            yield from fact("Rollback plan", prose_of(entry.rollback_plan))
            yield from fact("Documented in", prose_of(entry.documented_in))
        case kinds.StatusUpdate():
            yield from _promises(entry)
        case (
            kinds.Note()
            | kinds.Decision()
            | kinds.Detection()
            | kinds.Escalation()
            | kinds.Handover()
            | kinds.SeverityChange()
            | kinds.StatusChange()
            | kinds.Recovery()
        ):
            pass


def _promises(entry: kinds.StatusUpdate) -> Iterable[Fact]:
    day = shown_time(entry.when).day
    if isinstance(entry.eta, Nothing):
        yield from fact("Expected to be over", absent(entry.eta))
    elif entry.eta is not None:
        yield from fact("Expected to be over", shown_time(entry.eta).on(day))
    if entry.next_update_by is not None:
        yield from fact("Next update by", shown_time(entry.next_update_by).on(day))


def _remarks(entry: kinds.AnyEntry, name: Callable[[str | None], str]) -> Iterable[Fact]:
    """What any entry may carry."""
    yield from fact("Link", reference_of(entry.url))
    yield from fact("Before the first actions were complete", prose_of(entry.ahead_of_gate))
    if entry.corrected is not None:
        yield from fact("Corrected", _was(entry.corrected, name), Prose(entry.corrected.why))


def _was(corrected: Correction, name: Callable[[str | None], str]) -> str:
    """What the entry said before; of its other fields only that they were changed."""
    old = {key: _old(value) for key, value in corrected.was.items()}
    said = [f"{key} {name(old[key]) if key == 'by' else old[key]}" for key in ("at", "by", "kind") if key in old]
    return f"was: {', '.join(said)}" if said else ""


def _old(value: OldValue) -> str:
    return " to ".join(map(str, value)) if isinstance(value, tuple) else str(value)
