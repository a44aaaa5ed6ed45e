"""Incidents -> an Atom feed (RFC 4287)."""

from __future__ import annotations

import uuid
from functools import partial
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from markupsafe import escape

from hotwash.model.time import EARLIEST
from hotwash.site.feeds.incident_json import utc
from hotwash.site.places import incident_document
from hotwash.site.prose import render, shown
from hotwash.site.public.updated import updated

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hotwash.site.places import Places
    from hotwash.site.public.content import PublicIncident, PublicRepository

FEED = "feed.xml"
# Others' incidents are no news of this site's own state, and many may be recorded on one day.
RETROSPECTIVE = "feed-retrospective.xml"
NEWEST = 50
_NAMESPACE = "http://www.w3.org/2005/Atom"
# Of all ids below; it must never change.
_IDS = uuid.UUID("b6d2b7a5-6a0f-5b57-9d0b-6a3c1f6c2e8e")
_WITHOUT_URL = " Where this site will be was not said when it was built: links are relative to this file. "


def atom_files(public: PublicRepository, places: Places) -> dict[str, str]:
    """The feed of the organisation's own incidents, and, where there are any, that of retrospective records."""
    name = shown(public.organisation).strip()
    made = {FEED: _feed(public, places, FEED, f"Incidents at {name}" if name else "Incidents", public.incidents)}
    if public.retrospective:
        made[RETROSPECTIVE] = _feed(public, places, RETROSPECTIVE, "Retrospective records", public.retrospective)
    return made


def _feed(
    public: PublicRepository, places: Places, path: str, title: str, incidents: tuple[PublicIncident, ...]
) -> str:
    # What was written last comes first: of a record that is written afterwards the day of that counts.
    shown_ones = sorted(incidents, key=lambda one: (updated(one), one.id), reverse=True)[:NEWEST]
    feed = ET.Element("feed", {"xmlns": _NAMESPACE})
    if not places.url:
        feed.append(ET.Comment(_WITHOUT_URL))
    _text(feed, "id", _urn(public.organisation, path))
    _text(feed, "title", title)
    _text(feed, "updated", utc(max(map(updated, incidents), default=EARLIEST)))
    _link(feed, "self", "application/atom+xml", places.link(path, path))
    _link(feed, "alternate", "text/html", places.link(path, places.home))
    _text(feed, "generator", "hotwash")
    _author(feed, public.organisation)
    for one in shown_ones:
        _entry(feed, one, public.organisation, path, places)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(feed, encoding="unicode")}\n'


def _entry(feed: ET.Element, one: PublicIncident, organisation: str, path: str, places: Places) -> None:
    entry = ET.SubElement(feed, "entry")
    _text(entry, "id", _urn(organisation, one.id))
    _text(entry, "title", _line(one.title))
    _text(entry, "updated", utc(updated(one)))
    if one.began is not None:
        _text(entry, "published", utc(one.began.start))
    _link(entry, "alternate", "text/html", places.link(path, places.incidents[one.id]))
    _link(entry, "alternate", "application/json", places.link(path, incident_document(one.id)))
    if one.organisation:
        _author(entry, one.organisation)
    for scheme, term in _categories(one):
        ET.SubElement(entry, "category", {"term": _line(term), "scheme": f"urn:hotwash:{scheme}"})
    _text(entry, "summary", _summary(one, path, places), type="html")


def _categories(one: PublicIncident) -> Iterable[tuple[str, str]]:
    yield "status", one.status
    yield "severity", one.severity.level
    for service in one.services:
        yield "service", service
    if one.recording is not None:
        yield "recorded", one.recording.mode


def _summary(one: PublicIncident, path: str, places: Places) -> str:
    """The post-mortem's own summary; until there is one, what the public was told last; else what its head says."""
    page_of = partial(places.page_link, path)
    if one.account and one.account.postmortem:
        for section in one.account.postmortem.sections:
            if section.title == "Summary":
                return str(render(section.text.text, page_of=page_of))
    if one.updates:
        return str(render(max(one.updates, key=lambda update: update.at.start).text.text, page_of=page_of))
    return f"<p>{escape(shown(', '.join((one.severity.level, one.status, *one.services))))}</p>"


def _urn(organisation: str, name: str) -> str:
    """An id that stays as long as the organisation and the incident keep their names, wherever the site moves."""
    return uuid.uuid5(_IDS, f"{organisation}\n{name}").urn


def _author(parent: ET.Element, name: str) -> None:
    _text(ET.SubElement(parent, "author"), "name", _line(name) or "Incidents")


def _link(parent: ET.Element, rel: str, type_: str, href: str) -> None:
    ET.SubElement(parent, "link", {"rel": rel, "type": type_, "href": href})


def _text(parent: ET.Element, name: str, text: str, **attributes: str) -> None:
    ET.SubElement(parent, name, attributes).text = text


def _line(text: str) -> str:
    return " ".join(shown(text).split())
