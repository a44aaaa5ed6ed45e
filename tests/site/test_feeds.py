"""What programs read: which files there are, where they lead, and that text comes back from them as it was written."""

from __future__ import annotations

import json
import posixpath
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as ET

import pytest

from hotwash.site.apart import read_apart
from hotwash.site.build import places_of
from hotwash.site.feeds.atom import atom_files
from hotwash.site.feeds.files import feed_files
from hotwash.site.prose import nowhere, shown
from hotwash.site.public.publish import publish
from tests.site.html import leads_astray, read
from tests.site.mkdocs import hostile_incidents
from tests.site.records import ID, NOW, feeds, loaded, retrospective, whole
from tests.site.test_prose import ALLOWED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotwash.site.public.content import PublicIncident, PublicRepository
    from tests.site.mkdocs import Hostile
    from tests.site.records import Form

OTHER = "2026-11-22-payments-slow"
ATOM = "{http://www.w3.org/2005/Atom}"
URL = "https://example.org/incidents of us/"
# What retrospective records hold too.
FEW = ("plain", "line-0", "line-1", "line-2")
API = [f"api/v2/{name}.json" for name in ("components", "incidents", "incidents/unresolved", "status", "summary")]
SCHEMAS = [f"schemas/published-{name}.schema.json" for name in ("incident", "incidents")]


def site_feeds(public: PublicRepository) -> dict[str, str]:
    return feed_files(public, places_of(public))


def strings(value: object) -> Iterator[str]:
    """All texts in JSON, keys left out."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from strings(part)


def strict(text: str) -> Any:  # noqa: ANN401 - JSON
    """JSON by a reader that takes neither what is no JSON nor a key twice."""

    def refuse(constant: str) -> None:
        message = f"{constant} is no JSON"
        raise ValueError(message)

    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        assert len({key for key, _ in pairs}) == len(pairs)
        return dict(pairs)

    return json.loads(text, parse_constant=refuse, object_pairs_hook=once)


def test_each_incident_has_a_document_and_each_list_one_file() -> None:
    made = feeds({ID: whole(), OTHER: whole(kind="drill")})
    assert sorted(made) == sorted(
        [*API, *SCHEMAS, "feed.xml", "incidents.json", f"incidents/{ID}.json", f"incidents/{OTHER}.json"]
    )


def test_only_a_site_with_retrospective_records_has_a_feed_of_them() -> None:
    assert "feed-retrospective.xml" not in feeds({ID: whole()})
    assert "feed-retrospective.xml" in feeds({ID: {"incident.yaml": retrospective()}})


def test_site_without_incidents_has_all_lists_and_nothing_in_them() -> None:
    made = feeds({})
    assert sorted(made) == sorted([*API, *SCHEMAS, "feed.xml", "incidents.json"])
    assert strict(made["incidents.json"])["incidents"] == []
    assert strict(made["api/v2/summary.json"])["status"] == {
        "indicator": "none",
        "description": "All Systems Operational",
    }
    assert ET.fromstring(made["feed.xml"]).findall(f"{ATOM}entry") == []  # noqa: S314 - our own


def test_same_records_give_the_same_bytes_whenever_they_are_built() -> None:
    repository = loaded({ID: whole(), OTHER: whole(status="monitoring")})
    assert site_feeds(publish(repository, NOW)) == site_feeds(publish(repository, NOW.replace(year=2031)))


def _links(path: str, text: str) -> Iterator[str]:
    """Every link of a file into the site."""
    if path.endswith(".xml"):
        for link in ET.fromstring(text).iter(f"{ATOM}link"):  # noqa: S314 - our own
            yield link.attrib["href"]
    elif not path.startswith("schemas/"):
        yield from _linked(json.loads(text))


def _linked(value: object) -> Iterator[str]:
    if isinstance(value, list):
        for part in value:
            yield from _linked(part)
    elif isinstance(value, dict):
        for key, part in value.items():
            if key in ("url", "document", "shortlink") and isinstance(part, str):
                yield part
            else:
                yield from _linked(part)


@pytest.mark.parametrize("directory_urls", [True, False])
@pytest.mark.parametrize("url", ["", URL])
def test_every_link_leads_to_a_file_of_the_site(url: str, directory_urls: bool) -> None:  # noqa: FBT001 - a parameter
    incidents = {ID: whole(related=[OTHER]), OTHER: whole(kind="drill"), "2026-11-21-again": whole(status="declared")}
    made = feeds(incidents, url=url, directory_urls=directory_urls)
    pages = {"index.html", *made}
    for id_ in incidents:
        pages.add(f"incidents/{id_}/index.html" if directory_urls else f"incidents/{id_}.html")
    followed = 0
    for path, text in made.items():
        for link in _links(path, text):
            assert bool(url) == bool(urlsplit(link).netloc), f"{path}: {link}"
            if url:
                assert unquote(link).startswith(url)
                target = unquote(link).removeprefix(url)
            else:
                target = posixpath.join(posixpath.dirname(path), unquote(link))
            served = f"{target}index.html" if not target or target.endswith("/") else target
            assert posixpath.normpath(served) in pages, f"{path}: {link}"
            followed += 1
    assert followed > 20


@pytest.fixture(scope="module")
def hostile() -> tuple[PublicRepository, dict[str, Hostile], dict[str, str]]:
    """Hostile records with something in every field, and what programs read of them."""
    incidents = [one for one in hostile_incidents() if "-live-" in one[0].id or one[0].id.endswith(FEW)]
    public = publish(loaded({one.id: records for one, records in incidents}), NOW)
    return public, {one.id: one for one, _ in incidents}, site_feeds(public)


def test_hostile_text_comes_back_from_json_as_it_was_written(
    hostile: tuple[PublicRepository, dict[str, Hostile], dict[str, str]],
) -> None:
    public, incidents, made = hostile
    listed = {one["id"]: one for one in strict(made["incidents.json"])["incidents"]}
    assert listed.keys() == {one.id for one in public.all} == incidents.keys()
    for id_, one in incidents.items():
        if one.line:
            document = strict(made[f"incidents/{id_}.json"])
            line = shown(one.line)
            assert document["title"] == listed[id_]["title"] == line
            # Once in each field: what the harmless one holds in other words. A label begins with a capital.
            same_shape = strict(made[f"incidents/{one.like}.json"])
            for whole_account in (document["account"], same_shape["account"]):
                # A line that is a heading makes sections of its own.
                if whole_account["postmortem"]:
                    whole_account["postmortem"]["sections"] = []
                # Those are others, with other lines.
                whole_account["similar"] = []
            harmless = [text for text in strings(same_shape) if " of it" in text]
            # Of prose, links that lead nowhere are empty.
            forms = [text[1:].strip() for text in (line, shown(one.prose), read_apart(one.prose, nowhere))]
            found = sum(any(form in text for form in forms) for text in strings(document))
            assert found >= len(harmless) >= 20, id_


def unlinked(one: PublicIncident) -> PublicIncident:
    """An incident that names none that is like it."""
    return replace(one, account=replace(one.account, similar=()) if one.account else None)


def test_hostile_text_comes_back_from_statuspage_as_it_was_written(
    hostile: tuple[PublicRepository, dict[str, Hostile], dict[str, str]],
) -> None:
    public, incidents, _ = hostile
    ours = [one for one in public.incidents if incidents[one.id].prose]
    assert len(ours) > 50
    for one in ours:
        alone = replace(public, incidents=(unlinked(one),), drills=(), retrospective=())
        (told,) = strict(site_feeds(alone)["api/v2/incidents.json"])["incidents"]
        if line := incidents[one.id].line:
            assert told["name"] == shown(line)
        prose = read_apart(incidents[one.id].prose, nowhere)
        assert [update["body"] for update in told["incident_updates"]][-1] == prose.strip()


def test_hostile_text_comes_back_from_atom_as_it_was_written_and_its_html_is_that_of_pages(
    hostile: tuple[PublicRepository, dict[str, Hostile], dict[str, str]],
) -> None:
    public, incidents, _ = hostile
    for one in (*public.incidents, *public.retrospective):
        is_ours = not one.is_retrospective
        alone = replace(public, incidents=(one,) if is_ours else (), retrospective=() if is_ours else (one,))
        made = atom_files(alone, places_of(alone))
        (entry,) = ET.fromstring(made["feed.xml" if is_ours else "feed-retrospective.xml"]).findall(f"{ATOM}entry")  # noqa: S314 - our own
        if line := incidents[one.id].line:
            assert entry.findtext(f"{ATOM}title") == " ".join(shown(line).split())
        page = read(entry.findtext(f"{ATOM}summary") or "")
        assert set(page.tags) <= ALLOWED | {"div"}, one.id
        assert (page.handlers, page.fetched, page.unclosed) == ([], [], []), one.id
        assert [link for link in page.links if leads_astray(link)] == [], one.id


@pytest.mark.parametrize("sign", ["\x00", "\x07", "\x1b", "\x7f", "\x9f", "\u202e", "\u2066", "\ufeff", "\ufffe"])
def test_signs_that_nobody_should_meet_are_dropped(sign: str) -> None:
    """Records cannot hold most of them; the files must be well-formed without relying on that."""

    def fill(field: str, form: Form) -> str:
        return f"https://docs.example/{field}" if form == "link" else f"a {field} b"

    public = publish(loaded({ID: whole(fill)}), NOW)
    (one,) = public.incidents
    spoilt = replace(public, organisation=f"S{sign}hop", incidents=(replace(one, title=f"It{sign} broke"),))
    for path, text in site_feeds(spoilt).items():
        if path.startswith("schemas/"):
            continue
        assert sign not in text
        if path.endswith(".xml"):
            assert ET.fromstring(text).findtext(f"{ATOM}entry/{ATOM}title") == "It broke"  # noqa: S314 - our own
        else:
            assert not any(sign in told for told in strings(strict(text))), path
