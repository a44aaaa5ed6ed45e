"""The feeds: valid by RFC 4287, stable, and read by a reader."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import feedparser
import pytest

from hotwash.records.load import load_repository
from hotwash.records.snapshot import FolderSnapshot
from hotwash.site.build import places_of
from hotwash.site.feeds.files import feed_files
from hotwash.site.public.publish import publish
from tests.site.records import ID, NOW, feeds, incident, postmortem, retrospective, timeline, whole

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
OTHER = "2026-11-22-payments-slow"
URL = "https://status.example.org/"
POLICY = {"organisation": "Example Shop"}
ATOM = "{http://www.w3.org/2005/Atom}"
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
_MEDIA = re.compile(r"\w+/[\w+.-]+")


# --- RFC 4287, section 4


# Element -> the elements that may stand in it, with how often: at least, at most.
_MANY = 10**6
CONTENT = {
    "feed": {"id": (1, 1), "title": (1, 1), "updated": (1, 1), "author": (0, _MANY), "link": (0, _MANY),
             "generator": (0, 1), "entry": (0, _MANY)},
    "entry": {"id": (1, 1), "title": (1, 1), "updated": (1, 1), "published": (0, 1), "author": (0, _MANY),
              "link": (0, _MANY), "category": (0, _MANY), "summary": (0, 1)},
    "author": {"name": (1, 1)},
}  # fmt: skip
ATTRIBUTES = {
    "link": {"href", "rel", "type"},
    "category": {"term", "scheme"},
    "summary": {"type"},
}


def faults(text: str) -> list[str]:
    """What section 4 of RFC 4287 would not take."""
    feed = ET.fromstring(text)  # noqa: S314 - our own
    found = [] if feed.tag == f"{ATOM}feed" else [f"the root is {feed.tag}"]
    for element in feed.iter():
        found += _faults_of(element)
    ids = [entry.findtext(f"{ATOM}id") for entry in feed.iter(f"{ATOM}entry")]
    if len(set(ids)) < len(ids):
        found.append("two entries with one id")  # 4.1.1: allowed for versions only, and with other times
    authored = feed.find(f"{ATOM}author") is not None
    for entry in feed.iter(f"{ATOM}entry"):
        if not authored and entry.find(f"{ATOM}author") is None:
            found.append("4.1.2: an entry without an author")
        if not any(link.get("rel", "alternate") == "alternate" for link in entry.findall(f"{ATOM}link")):
            found.append("4.1.2: an entry without content has an alternate link")
    for parent in (feed, *feed.iter(f"{ATOM}entry")):
        kinds = [(link.get("type"), link.get("hreflang")) for link in parent.findall(f"{ATOM}link[@rel='alternate']")]
        if len(set(kinds)) < len(kinds):
            found.append("4.1: two alternate links of one type")
    return found


def _faults_of(element: ET.Element) -> list[str]:
    name = element.tag.removeprefix(ATOM)
    allowed = CONTENT.get(name, {})
    inside = [child.tag.removeprefix(ATOM) for child in element]
    found = [f"{child} in {name}" for child in inside if child not in allowed]
    found += [
        f"{inside.count(child)} {child} in {name}"
        for child, (least, most) in allowed.items()
        if not least <= inside.count(child) <= most
    ]
    found += [f"{key} of {name}" for key in element.attrib if key not in ATTRIBUTES.get(name, set())]
    if allowed and (element.text or "").strip():
        found.append(f"text in {name}")
    section, is_right = VALUES.get(name, ("", lambda _: True))
    return found if is_right(element) else [*found, f"{section}: {name} {element.attrib} {element.text}"]


def _is_iri(text: str | None) -> bool:
    parts = urlsplit(text or "")
    return bool(parts.scheme and parts.path)


def _is_time(element: ET.Element) -> bool:
    return bool(_TIME.fullmatch(element.text or ""))


# Element -> where the RFC speaks of it, and what it asks.
VALUES: dict[str, tuple[str, Callable[[ET.Element], bool]]] = {
    "updated": ("3.3", _is_time),
    "published": ("3.3", _is_time),
    "id": ("4.2.6", lambda element: _is_iri(element.text)),
    "name": ("3.2.1", lambda element: bool((element.text or "").strip())),
    "link": ("4.2.7", lambda element: bool(element.get("href") and _MEDIA.fullmatch(element.get("type", "")))),
    "category": ("4.2.2", lambda element: bool(element.get("term")) and _is_iri(element.get("scheme"))),
    "summary": ("3.1.1", lambda element: element.get("type") in ("text", "html")),
}


def test_feeds_are_valid_by_the_rfc() -> None:
    incidents = {
        ID: whole(),
        OTHER: whole(status="declared"),
        "2026-11-20-silent": {"incident.yaml": incident(status="declared", times={"declared": "2026-11-20"})},
        "2026-11-21-r": {"incident.yaml": retrospective()},
    }
    for url in ("", URL):
        made = feeds(incidents, POLICY, url=url)
        assert faults(made["feed.xml"]) == []
        assert faults(made["feed-retrospective.xml"]) == []
    assert faults(feeds({})["feed.xml"]) == []


@pytest.mark.parametrize("folder", [".", "examples/shop"])
def test_feeds_of_our_own_records_are_valid_by_the_rfc_and_to_a_reader(folder: str) -> None:
    public = publish(load_repository(FolderSnapshot(ROOT / folder)), NOW)
    for path, text in feed_files(public, places_of(public, url=URL)).items():
        if path.endswith(".xml"):
            assert faults(text) == []
            assert not feedparser.parse(text.encode()).bozo


def test_the_check_of_the_rfc_finds_faults() -> None:
    made = feeds({ID: whole()}, POLICY)["feed.xml"]
    for was, becomes in (
        ("<updated>", "<updated>x"),
        ("<id>urn:", "<id>/urn"),
        ("<name>Example Shop</name>", "<name> </name>"),
        ('type="html"', 'type="x"'),
        ("<title>", "<title/><title>"),
        ('rel="alternate"', 'rel="self"'),
        ('scheme="urn:hotwash:', 'scheme="'),
        ("<entry>", "<entry>text"),
    ):
        assert faults(made.replace(was, becomes)) != [], was


# --- what a reader finds


def entries(incidents: dict[str, Any], path: str = "feed.xml", url: str = URL) -> list[Any]:
    parsed = feedparser.parse(feeds(incidents, POLICY, url=url)[path].encode())
    assert not parsed.bozo
    return list(parsed.entries)


def test_reader_finds_what_a_page_says_in_short() -> None:
    parsed = feedparser.parse(feeds({ID: whole()}, POLICY, url=URL)["feed.xml"].encode())
    assert (parsed.version, parsed.bozo) == ("atom10", False)
    assert (parsed.feed.title, parsed.feed.link) == ("Incidents at Example Shop", URL)
    (entry,) = parsed.entries
    assert (entry.title, parsed.feed.author) == ("The title of it", "Example Shop")
    assert [link.href for link in entry.links] == [f"{URL}incidents/{ID}/", f"{URL}incidents/{ID}.json"]
    assert {tag.scheme: tag.term for tag in entry.tags} == {
        "urn:hotwash:status": "closed",
        "urn:hotwash:severity": "P1",
        "urn:hotwash:service": "checkout-api",
    }
    assert entry.summary == "<p>The section-0 of it</p>"
    assert entry.published == "2026-11-23T08:41:00Z"


def test_summary_is_what_the_public_was_told_last_until_a_post_mortem_is_published() -> None:
    last = {"at": "2026-11-23T09:30:00Z", "kind": "status-update", "audience": "public", "text": "Told *last*"}
    records = {**whole(status="resolved"), "timeline.yaml": [*timeline(), last]}
    assert entries({ID: records})[0].summary == "<p>Told <em>last</em></p>"
    draft = {**records, "incident.yaml": incident(), "postmortem.md": postmortem(status="draft")}
    assert entries({ID: draft})[0].summary == "<p>Told <em>last</em></p>"
    silent = {"incident.yaml": incident(status="monitoring")}
    assert entries({ID: silent})[0].summary == "<p>P1, monitoring, checkout-api</p>"


def test_link_of_prose_to_a_public_incident_is_whole_and_one_to_another_is_text() -> None:
    text = f"See [one](../{OTHER}/incident.yaml) and [other](../2026-11-20-internal/incident.yaml)"

    def fill(field: str, form: str) -> str:
        return text if field == "section-0" else f"https://x.example/{field}" if form == "link" else f"The {field}"

    internal = whole(visibility="internal")
    (entry, _) = entries({ID: whole(fill), OTHER: whole(), "2026-11-20-internal": internal})
    assert f'<a href="{URL}incidents/{OTHER}/"' in entry.summary
    assert "and other" in entry.summary
    assert "2026-11-20-internal" not in entry.summary


def test_feed_of_our_own_state_holds_neither_drills_nor_what_happened_to_others() -> None:
    incidents = {ID: whole(), OTHER: whole(kind="drill"), "2026-11-21-r": {"incident.yaml": retrospective()}}
    assert [entry.title for entry in entries(incidents)] == ["The title of it"]
    (other,) = entries(incidents, "feed-retrospective.xml")
    assert "retrospective" in [tag.term for tag in other.tags]
    assert other.author == "The organisation of it"
    assert other.updated == "2026-12-24T00:00:00Z", "the day on which it was recorded"


def test_incident_that_was_dismissed_stays_and_says_so() -> None:
    """A reader who saw it open would else never hear of its end."""
    (entry,) = entries({ID: whole(status="dismissed", reason="A false alarm of the probe")})
    assert [tag.term for tag in entry.tags if tag.scheme == "urn:hotwash:status"] == ["dismissed"]


def test_ids_stay_when_the_site_moves_and_the_incident_goes_on() -> None:
    was = entries({ID: whole(status="declared")}, url="https://old.example/")[0].id
    assert was == entries({ID: whole(title="Renamed"), OTHER: whole()}, url=URL)[0].id
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", was)
    assert was != entries({OTHER: whole()})[0].id


def test_newest_fifty_come_by_the_time_of_their_last_change() -> None:
    days = [f"2026-{month:02}-{day:02}" for month in (9, 10) for day in range(1, 31)]
    quiet = {
        f"{day}-x": {"incident.yaml": incident(status="declared", times={"declared": f"{day}T08:00:00Z"})}
        for day in days
    }
    told = entries({**quiet, "2026-08-01-old": whole()})
    assert len(told) == 50
    assert told[0].title == "The title of it", "its action item was closed last"
    assert [entry.updated for entry in told] == sorted((entry.updated for entry in told), reverse=True)
    parsed = feedparser.parse(feeds({**quiet})["feed.xml"].encode())
    assert datetime.fromisoformat(parsed.feed.updated) == datetime.fromisoformat(f"{days[-1]}T08:00:00Z")


def test_feed_says_when_it_does_not_know_where_it_will_be() -> None:
    assert "links are relative" in feeds({ID: whole()})["feed.xml"]
    assert "links are relative" not in feeds({ID: whole()}, url=URL)["feed.xml"]
