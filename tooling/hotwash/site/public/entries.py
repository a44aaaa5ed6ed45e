"""A timeline entry -> what a page shows of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from hotwash.model import timeline as kinds
from hotwash.model.base import Nothing
from hotwash.site.public.content import Fact, OtherEntry, Prose, PublicEntry
from hotwash.site.public.lengths import length
from hotwash.site.public.times import Moment
from hotwash.site.public.values import (
    absent,
    fact,
    percent,
    prose_of,
    reference_of,
    shown_time,
    source_ids,
    time_of,
    told_apart,
)
from hotwash.site.public.words import SUBJECTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from hotwash.model.base import Correction, OldValue
    from hotwash.model.repository import LoggedEntry
    from hotwash.site.public.content import Value
    from hotwash.site.public.lengths import Written

_DAY = timedelta(days=1)
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


def shown_timeline(logged: Sequence[LoggedEntry], name: Callable[[str | None], str]) -> tuple[PublicEntry, ...]:
    """What a page shows of a timeline, in an order that a reader expects.

    Args:
        logged: The entries, by time.
        name: Says who somebody was, as `people.speaker` does.
    """
    entries = sorted((one.entry for one in logged), key=_place)
    known = {entry.id: entry for entry in entries if entry.id}
    links: dict[int, list[Fact]] = {id(entry): [] for entry in entries}
    anchors = {id(entry): entry.id or "" for entry in entries}
    for number, entry in enumerate(entries, 1):
        for label, other_id in _links(entry):
            other = known.get(other_id)
            if other is None or other is entry:
                continue
            # A dot is in no id, so this anchor is nobody else's.
            anchors[id(entry)] = anchors[id(entry)] or f"no.{number}"
            links[id(entry)].extend(fact(label, OtherEntry(other_id, _called(other))))
            links[id(other)].extend(fact(_BACK[label], OtherEntry(anchors[id(entry)], _called(entry))))

    def shown(entry: kinds.AnyEntry) -> PublicEntry:
        made, anchor, added = shown_entry(entry, name), anchors[id(entry)], links[id(entry)]
        return replace(made, id=anchor, facts=(*made.facts, *added)) if added or anchor != made.id else made

    return tuple(map(shown, entries))


def _place(entry: kinds.AnyEntry) -> tuple[datetime, int]:
    """Where an entry stands: what may be earlier before what is at a time, and what may be later after it."""
    when = entry.when
    if entry.between is not None or not when.is_open:
        return when.at.start, 0
    if when.after is None:
        return when.at.start, -1
    # After a day: below all that is known of this day.
    return (when.at.end, -2) if when.at.unit >= _DAY else (when.at.start, 1)


# A link between entries, and what the other one says of it.
_BACK = {"Mends": "Mended by", "Follows from": "Led to", "Replaces": "Replaced by"}


def _links(entry: kinds.AnyEntry) -> Iterable[tuple[str, str]]:
    if isinstance(entry, kinds.Mitigation | kinds.Fix) and entry.answers:
        yield "Mends", entry.answers
    if isinstance(entry, kinds.Finding):
        if entry.caused_by:
            yield "Follows from", entry.caused_by
        if entry.supersedes:
            yield "Replaces", entry.supersedes


def _called(entry: kinds.AnyEntry) -> str:
    """An entry in a few words: what it is, and when it was."""
    return f"{_LABELS[entry.kind]}, {_in_words(shown_time(entry.between or entry.when))}"


def _in_words(at: Moment) -> str:
    return " ".join(
        f"{word} {'≈ ' if part.approx else ''}{part.clock if part.is_brief and part.clock else part.short}".strip()
        for word, part in at.parts
    )


def shown_entry(entry: kinds.AnyEntry, name: Callable[[str | None], str]) -> PublicEntry:
    """What a page shows of an entry, but for its links to others.

    Args:
        entry: The entry.
        name: Says who somebody was, as `people.speaker` does.
    """
    written: Written = entry.between or entry.when
    at = shown_time(written)
    at = at.on(at.day)
    end = time_of(entry.until)
    parts = [part for _, part in at.parts]
    facts, unknown = told_apart((*_facts(entry), *_remarks(entry, name)))
    return PublicEntry(
        id=entry.id or "",
        kind=entry.kind,
        label=_LABELS[entry.kind],
        at=at,
        text=Prose(entry.text),
        notes=_notes(entry, name),
        outcome=entry.outcome if isinstance(entry, kinds.Mitigation) else "",
        end=end.on(at.day) if end else None,
        lasted=length(written, entry.until) if entry.until else "",
        by=name(entry.by),
        sources=source_ids(entry.source) or tuple(dict.fromkeys(id_ for part in parts for id_ in part.sources)),
        facts=facts,
        unknown=unknown,
    )


def public_update(entry: kinds.StatusUpdate) -> PublicEntry:
    """What everybody was told, and no more: neither by whom nor over which channel."""
    return PublicEntry(
        id="",
        kind=entry.kind,
        label=_LABELS[entry.kind],
        at=shown_time(entry.between or entry.when).plain,
        text=Prose(entry.text),
        facts=tuple(replace(one, values=tuple(map(_plain, one.values))) for one in _promises(entry)),
    )


def _plain(value: Value) -> Value:
    return value.plain if isinstance(value, Moment) else value


def _notes(entry: kinds.AnyEntry, name: Callable[[str | None], str]) -> tuple[str, ...]:  # noqa: C901 - a branch a kind, and mypy asks for each
    """What the kind says of itself, in a few words each."""
    match entry:
        case kinds.Detection():
            return (f"via {entry.via}",)
        case kinds.Escalation():
            return (f"to {name(entry.to)}",)
        case kinds.Handover():
            taken = "accepted" if entry.accepted else "not yet accepted"
            return (name(f"role:{entry.role}"), f"to {name(entry.to)}", taken)
        case kinds.SeverityChange() | kinds.StatusChange():
            return (f"{entry.from_} → {entry.to}",)
        case kinds.Finding():
            return (SUBJECTS[entry.about], entry.state.replace("-", " "))
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
    return " and ".join(map(str, value)) if isinstance(value, tuple) else str(value)
