"""PublicIncident -> JSON, version 1: what its page tells, for programs; and the list of all incidents."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Literal

from hotwash.site.apart import read_apart
from hotwash.site.places import incident_document
from hotwash.site.prose import shown
from hotwash.site.public.content import Absent, Also, OtherEntry, Prose, Reference, Related, Stretch
from hotwash.site.public.times import Moment
from hotwash.site.public.updated import updated

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hotwash.site.feeds import published
    from hotwash.site.places import Places
    from hotwash.site.public import content

    Precision = Literal["year", "month", "day", "minute", "second"]

INDEX = "incidents.json"
# Values of ours hold no circles.
_ENCODER = json.JSONEncoder(ensure_ascii=True, check_circular=False, separators=(",", ":"))
_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
_PERIODS: dict[int, Precision] = {4: "year", 7: "month"}  # by the length of `machine`


def incident_json(one: content.PublicIncident, places: Places) -> str:
    """All that everybody may know of an incident."""
    return as_text(incident(one, places))


def index_json(public: content.PublicRepository, places: Places) -> str:
    """The list of all public incidents."""
    listed: published.IncidentsV1 = {
        "version": 1,
        "organisation": shown(public.organisation),
        "notice": shown(public.notice),
        "incidents": [_head(one, places) for one in public.all],
    }
    return as_text(listed)


def as_text(value: object) -> str:
    """JSON in a line: escapes keep what is invisible visible, and survive any encoding."""
    return _ENCODER.encode(value) + "\n"


def utc(moment: datetime) -> str:
    """A moment in UTC, as precise as it is."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class _Base:
    """The file that is written: links count from there."""

    places: Places
    path: str

    def incident(self, related: Related) -> published.IncidentLinkV1:
        """Another public incident."""
        return {
            "type": "incident",
            "id": related.id,
            "title": shown(related.title),
            "note": shown(related.note),
            "why": shown(related.why),
            "url": self.places.link(self.path, self.places.incidents[related.id]),
            "document": self.places.link(self.path, incident_document(related.id)),
        }

    def prose(self, prose: Prose) -> str:
        """Markdown that is read apart from the site."""
        return read_apart(prose.text, partial(self.places.page_link, self.path))


def incident(one: content.PublicIncident, places: Places) -> published.IncidentV1:
    """An incident as the plain values of version 1."""
    path = incident_document(one.id)
    base = _Base(places, path)
    return {
        "version": 1,
        "id": one.id,
        "title": shown(one.title),
        "url": places.link(path, places.incidents[one.id]),
        "cohort": _cohort(one),
        "recorded": _recorded(one.recording) if one.recording else None,
        "organisation": shown(one.organisation),
        "status": one.status,
        "open": one.is_open,
        "severity": _severity(one.severity),
        "services": list(one.services),
        "began": _time(one.began),
        "times": [{"name": row.name, "means": row.means, "time": _known(row.at)} for row in one.times],
        "reopened": [_known(moment) for moment in one.reopened],
        "duplicate_of": base.incident(one.duplicate_of) if one.duplicate_of else None,
        "duplicates": [base.incident(other) for other in one.duplicates],
        "awaits_postmortem": one.awaits_postmortem,
        "updates": [
            {
                "time": _known(update.at),
                "text": base.prose(update.text),
                "facts": _facts((*update.facts, *update.unknown), base),
            }
            for update in one.updates
        ],
        "sources": [_source(source, base) for source in one.sources],
        "account": _account(one.account, base) if one.account else None,
        "updated": utc(updated(one)),
    }


def _head(one: content.PublicIncident, places: Places) -> published.IncidentHeadV1:
    return {
        "id": one.id,
        "title": shown(one.title),
        "cohort": _cohort(one),
        "organisation": shown(one.organisation),
        "status": one.status,
        "open": one.is_open,
        "severity": one.severity.level,
        "services": list(one.services),
        "began": _time(one.began),
        "mitigated": _time(one.time("mitigated")),
        "resolved": _time(one.time("resolved")),
        "url": places.link(INDEX, places.incidents[one.id]),
        "document": places.link(INDEX, incident_document(one.id)),
        "updated": utc(updated(one)),
    }


def _cohort(one: content.PublicIncident) -> Literal["ours", "drill", "retrospective"]:
    if one.is_drill:
        return "drill"
    return "retrospective" if one.is_retrospective else "ours"


def _recorded(recording: content.Recording) -> published.RecordingV1:
    return {"mode": recording.mode, "at": recording.at.isoformat(), "basis": recording.basis}


def _severity(severity: content.PublicSeverity) -> published.SeverityV1:
    return {
        "level": severity.level,
        "means": shown(severity.means),
        "basis": shown(severity.basis),
        "sources": list(severity.sources),
    }


def _source(source: content.PublicSource, base: _Base) -> published.SourceV1:
    return {
        "id": source.id,
        "url": shown(source.reference.target),
        "title": shown(source.reference.title),
        "kind": source.kind,
        "publisher": shown(source.publisher),
        "published": source.published.isoformat() if source.published else None,
        "read": source.read.isoformat(),
        "note": _value(source.note, base) if source.note else None,
    }


def _account(account: content.Account, base: _Base) -> published.AccountV1:
    return {
        "impact": _facts((*account.impact, *account.unknown), base),
        "windows": [_window(window, base) for window in account.windows],
        "gate": shown(account.gate),
        "first_actions": [
            {
                "label": signed.label,
                "by": shown(signed.by),
                "time": _time(signed.at),
                "values": [_value(value, base) for value in signed.values],
            }
            for signed in account.first_actions
        ],
        "not_judged": _value(account.not_judged, base) if account.not_judged else None,
        "evidence": _facts(account.evidence, base),
        "timeline": [_entry(entry, base) for entry in account.timeline],
        "recovery": [
            {"time": _known(stage.at), "share": stage.part, "what": shown(stage.what), "sources": list(stage.sources)}
            for stage in account.recovery
        ],
        "causes": [
            {
                "category": cause.category,
                "trigger": base.prose(cause.trigger),
                "statement": base.prose(cause.statement),
                "sources": list(cause.sources),
            }
            for cause in account.causes
        ],
        "no_causes": _absent(account.no_causes, base) if account.no_causes else None,
        "items": [_item(item, base) for item in account.items],
        "no_items": _absent(account.no_items, base) if account.no_items else None,
        "runbooks": _facts(account.runbooks, base),
        "no_runbooks": _absent(account.no_runbooks, base) if account.no_runbooks else None,
        "postmortem": _postmortem(account.postmortem, base) if account.postmortem else None,
        "no_postmortem": account.no_postmortem,
        "details": _facts(account.details, base),
        "related": [base.incident(related) for related in account.related],
        "similar": [base.incident(similar) for similar in account.similar],
        "references": [_reference(reference) for reference in account.references],
    }


def _window(window: content.Window, base: _Base) -> published.WindowV1:
    return {
        "first": _known(window.at),
        "last": _time(window.until),
        "what": base.prose(window.what),
        "returned": window.returned or None,
        "sources": list(window.sources),
    }


def _entry(entry: content.PublicEntry, base: _Base) -> published.EntryV1:
    return {
        "id": entry.id,
        "kind": entry.kind,
        "time": _known(entry.at),
        "end": _time(entry.end),
        "by": shown(entry.by),
        "text": base.prose(entry.text),
        "notes": [shown(note) for note in entry.notes],
        "outcome": entry.outcome,
        "sources": list(entry.sources),
        "facts": _facts((*entry.facts, *entry.unknown), base),
    }


def _item(item: content.PublicItem, base: _Base) -> published.ItemV1:
    return {
        "id": item.id,
        "title": shown(item.title),
        "kind": item.kind,
        "priority": item.priority or None,
        "status": item.status,
        "owner": shown(item.owner),
        "due": item.due.isoformat() if item.due else None,
        "closed": item.closed.isoformat() if item.closed else None,
        "reason": _value(item.reason, base) if item.reason else None,
        "ref": _reference(item.ref) if item.ref else None,
        "issue": _reference(item.issue) if item.issue else None,
        "proof": [_value(value, base) for value in item.proof],
        "sources": list(item.sources),
    }


def _postmortem(postmortem: content.PublicPostMortem, base: _Base) -> published.PostMortemV1:
    return {
        "sections": [
            {"title": shown(section.title), "text": base.prose(section.text)} for section in postmortem.sections
        ],
        "not_stated": [shown(title) for title in postmortem.not_stated],
        "authors": [shown(author) for author in postmortem.authors],
        "reviewed_by": shown(postmortem.reviewed_by),
        "reviewed_at": _time(postmortem.reviewed_at),
        "contributing": [
            {"statement": base.prose(factor.statement), "sources": list(factor.sources)}
            for factor in postmortem.contributing
        ],
    }


def _facts(facts: Iterable[content.Fact], base: _Base) -> list[published.FactV1]:
    return [
        {
            "label": shown(fact.label),
            "values": [_value(value, base) for value in fact.values],
            "sources": list(fact.sources),
            "derived": shown(fact.derived),
            "also": [_also(other) for other in fact.also],
        }
        for fact in facts
    ]


def _value(value: content.Value, base: _Base) -> published.ValueV1:
    match value:
        case str():
            return {"type": "text", "text": shown(value)}
        case Prose():
            return {"type": "markdown", "markdown": base.prose(value)}
        case Reference():
            return _reference(value)
        case Related():
            return base.incident(value)
        case OtherEntry():
            return {"type": "entry", "id": value.id, "label": shown(value.label)}
        case Stretch():
            return {"type": "stretch", "first": _time(value.first), "last": _time(value.last)}
        case Absent():
            return _absent(value, base)
        case Also():
            return _also(value)
        case Moment():
            return {"type": "time", "time": _known(value)}


def _reference(reference: Reference) -> published.LinkV1:
    return {"type": "link", "target": shown(reference.target), "title": shown(reference.title)}


def _absent(absent: Absent, base: _Base) -> published.AbsentV1:
    return {"type": "absent", "word": absent.word, "why": base.prose(absent.why)}


def _also(also: Also) -> published.AlsoV1:
    return {"type": "also", "text": shown(also.text), "sources": list(also.sources)}


def _time(moment: Moment | None) -> published.TimeV1 | None:
    return None if moment is None else _known(moment)


def _known(moment: Moment) -> published.TimeV1:
    last = moment.last
    if last is None:
        approx, sources = moment.approx, list(moment.sources)
    else:
        approx, sources = moment.approx or last.approx, list(dict.fromkeys((*moment.sources, *last.sources)))
    return {
        "at": moment.machine,
        "precision": _precision(moment),
        "approx": approx,
        "bound": moment.bound or None,
        "until": last.machine if last else None,
        "stated": moment.stated,
        "derived": [shown(reason) for reason in moment.reasons] if moment.derived or last else [],
        "sources": sources,
        "also": [
            {"at": other.machine, "approx": other.approx, "sources": list(other.sources)} for other in moment.also
        ],
    }


def _precision(moment: Moment) -> Precision:
    if moment.period:
        return _PERIODS[len(moment.machine)]
    if moment.unit >= _DAY:
        return "day"
    return "minute" if moment.unit >= _MINUTE else "second"
