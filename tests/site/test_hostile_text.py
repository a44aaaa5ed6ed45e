"""Hostile text in every field, through mkdocs with every extension of Markdown on (threats T1, T2, T3)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from filelock import FileLock

from hotwash.records.load import load_repository
from hotwash.records.snapshot import MappingSnapshot
from hotwash.site.prose import shown
from tests.site import payloads
from tests.site.html import leads_astray, read
from tests.site.mkdocs import hostile_site, opened_site, texts
from tests.site.records import ID, files, whole
from tests.site.test_prose import ALLOWED

if TYPE_CHECKING:
    from tests.site.html import Page
    from tests.site.mkdocs import Built, Hostile

    Pages = tuple[Built, dict[str, tuple[Hostile, Page]]]

# Material puts these into its search results as they are.
KEPT_BY_SEARCH = {"p", "code", "pre", "li", "ol", "ul", "h1", "h2", "h3", "em", "strong", "s"}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, testrun_uid: str) -> Pages:
    """The site, built once for all processes of a run, and each page taken apart."""
    root = tmp_path_factory.getbasetemp().parent / f"hostile-{testrun_uid}"
    with FileLock(f"{root}.lock"):
        site, incidents = opened_site(root) if root.exists() else hostile_site(root)
    assert site.code == 0, site.said
    return site, {hostile.id: (hostile, read(site.page(f"incidents/{hostile.id}"))) for hostile in incidents}


def test_every_payload_stands_in_every_field() -> None:
    """In each that takes it: lines in prose too, and in links what has no blanks. All are told apart."""
    held = [held for _, held in texts()]
    lines, prose, links = ("\0".join(form) for form in zip(*held, strict=True))
    assert [name for name, text in payloads.LINES.items() if text not in lines or text not in prose] == []
    assert [name for name, text in payloads.BLOCKS.items() if text not in prose] == []
    assert [name for name, text in payloads.LINKS.items() if text not in links] == []
    assert len({*payloads.LINES.values(), *payloads.BLOCKS.values(), *payloads.LINKS.values()}) > 300


@pytest.mark.parametrize("text", payloads.REFUSED.values(), ids=payloads.REFUSED)
def test_no_record_holds_what_is_no_text(text: str) -> None:
    written = files({ID: whole(title=text)})
    snapshot = MappingSnapshot({path: content.encode() for path, content in written.items()})
    assert [one.id for one in load_repository(snapshot).unreadable] == [ID]


def test_hostile_text_adds_nothing_that_runs_or_is_fetched(built: Pages) -> None:
    _, pages = built
    for hostile, page in pages.values():
        _, harmless = pages[hostile.like]
        assert page.tags.count("script") == harmless.tags.count("script"), hostile.id
        assert page.handlers == harmless.handlers, hostile.id
        assert page.fetched == harmless.fetched, hostile.id
        assert page.unclosed == harmless.unclosed, hostile.id


def test_hostile_text_becomes_no_element_but_those_of_prose(built: Pages) -> None:
    """Keyboard keys, marks, formulas, emoji, tabs and the like would bring an element or a class of their own."""
    _, pages = built
    for hostile, page in pages.values():
        _, harmless = pages[hostile.like]
        assert set(page.tags) <= set(harmless.tags) | ALLOWED, hostile.id
        # A table in prose brings the box in which it scrolls.
        assert page.classes <= harmless.classes | {"hw-scroll"}, hostile.id


def test_hostile_text_links_only_to_the_web_to_mailboxes_and_into_the_site(built: Pages) -> None:
    _, pages = built
    for hostile, page in pages.values():
        assert [link for link in page.links if leads_astray(link)] == [], hostile.id
        assert all(rel for link, rel in page.rels if "ok.example" in link), hostile.id


def test_hostile_text_includes_no_file(built: Pages) -> None:
    site, _ = built
    found = [
        str(file) for file in site.site.rglob("*") if file.is_file() and payloads.SECRET.encode() in file.read_bytes()
    ]
    assert found == []


def test_hostile_line_is_shown_as_it_was_written(built: Pages) -> None:
    _, pages = built
    for hostile, page in pages.values():
        if hostile.line:
            line = " ".join(shown(hostile.line).split())
            assert page.text.count(line) > 2, hostile.id
            assert page.title == f"{line} - Tested", hostile.id


def test_hostile_text_is_escaped_in_the_search_index(built: Pages) -> None:
    """The theme's script puts titles and texts of the index into the page as HTML."""
    site, _ = built
    index = json.loads((site.site / "search" / "search_index.json").read_text(encoding="utf-8"))
    for entry in index["docs"]:
        for html in (entry["title"], entry["text"]):
            page = read(html)
            assert set(page.tags) <= KEPT_BY_SEARCH, entry["location"]
            assert page.handlers == []


def test_pages_of_several_incidents_run_and_fetch_nothing_either(built: Pages) -> None:
    site, pages = built
    _, harmless = pages["2026-11-23-live-plain"]
    made = [file for file in site.site.rglob("*.html") if file.parent.name not in (*pages, "by-hand")]
    assert len(made) > 90
    for file in made:
        page = read(file.read_text(encoding="utf-8"))
        assert page.tags.count("script") == harmless.tags.count("script"), file
        assert page.handlers == [], file
        assert [url for url in page.fetched if leads_astray(url)] == [], file
        assert [link for link in page.links if leads_astray(link)] == [], file
        assert page.unclosed == harmless.unclosed, file


def test_files_for_programs_are_what_they_seem(built: Pages) -> None:
    site, _ = built
    for file in site.site.rglob("*.json"):
        json.loads(file.read_text(encoding="utf-8"))
    for file in site.site.rglob("*.xml"):
        text = file.read_text(encoding="utf-8")
        assert "<!DOCTYPE" not in text
        ET.fromstring(text)  # noqa: S314 - declares no entity


def test_the_extensions_are_at_work(built: Pages) -> None:
    """The counterpart of the tests above: on a page that is written by hand the same syntax does what it can."""
    page = read(built[0].page("by-hand"))
    assert {"kbd", "mark", "img"} <= set(page.tags)
    assert "h2 onclick" in page.handlers
    assert "Included" in page.text
