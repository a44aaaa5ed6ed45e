"""The adapter to mkdocs, run by mkdocs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from tests.site.mkdocs import build, write
from tests.site.records import ID, feeds, files, whole

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from tests.site.mkdocs import Built

BROKEN = "2026-11-22-secret-project"
OTHER = "2026-11-21-not-for-you"
URL = "https://example.org/status/"


def test_records_become_pages_of_a_strict_site(tmp_path: Path) -> None:
    write(tmp_path, files({ID: whole()}))
    built = build(tmp_path, None, "--strict")
    assert (built.code, built.said) == (0, "")
    assert "The title of it" in built.page(f"incidents/{ID}")
    assert "HW201" in built.page("reference/rules/HW201")
    assert (tmp_path / "site" / "assets" / "hotwash.css").is_file()
    assert 'href="assets/hotwash.css"' in built.page(".")
    assert (tmp_path / "site" / "assets" / "hotwash.js").is_file()
    assert '<script src="assets/hotwash.js">' in built.page(".")


def test_unreadable_incident_fails_a_strict_build_and_is_not_named(tmp_path: Path) -> None:
    write(tmp_path, files({ID: whole(), BROKEN: {"incident.yaml": "title: [\n"}}))
    built = build(tmp_path, None, "--strict")
    assert built.code == 1
    assert "1 incident unreadable" in built.said
    assert "secret-project" not in built.said


def test_unreadable_incident_leaves_the_other_pages(tmp_path: Path) -> None:
    write(tmp_path, files({ID: whole(), BROKEN: {"incident.yaml": "title: [\n"}}))
    built = build(tmp_path)
    assert built.code == 0
    assert "The title of it" in built.page(f"incidents/{ID}")


def test_first_page_that_is_written_by_hand_stays_and_the_list_moves(tmp_path: Path) -> None:
    write(tmp_path, {**files({ID: whole()}), "docs/index.md": "# Our handbook\n"})
    built = build(tmp_path, None, "--strict")
    assert (built.code, built.said) == (0, "")
    assert "Our handbook" in built.page(".")
    assert f'href="{ID}/"' in built.page("incidents")
    assert 'href="../">Incidents' in built.page(f"incidents/{ID}")


def test_records_may_lie_elsewhere(tmp_path: Path) -> None:
    write(tmp_path / "records", files({ID: whole()}))
    built = build(tmp_path, {"plugins": [{"hotwash": {"records": "records"}}]})
    assert "The title of it" in built.page(f"incidents/{ID}")


@pytest.mark.parametrize("form", ["folder", "link"])
def test_records_that_mkdocs_would_copy_as_they_are_stop_the_build(tmp_path: Path, form: str) -> None:
    write(tmp_path / ("docs" if form == "folder" else "."), files({ID: whole(), OTHER: whole(visibility="internal")}))
    if form == "link":
        (tmp_path / "docs").mkdir()
        (tmp_path / "docs" / "raw").symlink_to(tmp_path / "incidents" / "2026")
    settings: dict[str, Any] = {"plugins": [{"hotwash": {"records": "docs" if form == "folder" else "."}}]}
    built = build(tmp_path, settings)
    assert built.code == 1
    assert "move it out of docs_dir" in built.said
    assert not [path for path in (tmp_path / "site").rglob("*") if OTHER in path.name]
    left_out = build(tmp_path, {**settings, "exclude_docs": "/incidents/\n/raw/\n"})
    assert left_out.code == 0, left_out.said
    assert not list((tmp_path / "site").rglob("incident.yaml"))


@pytest.mark.parametrize("broken", ["no records", "policy"])
def test_build_without_records_or_policy_stops_and_says_why(tmp_path: Path, broken: str) -> None:
    if broken == "policy":
        write(tmp_path, {**files({ID: whole()}), "incidents/policy.yaml": "format: [\n"})
    built = build(tmp_path)
    assert built.code == 1
    assert "Traceback" not in built.said
    assert ("incidents/policy.yaml cannot be used" if broken == "policy" else "no incidents/ folder") in built.said


def test_site_without_folders_as_addresses_links_to_files(tmp_path: Path) -> None:
    write(tmp_path, files({ID: whole()}))
    built = build(tmp_path, {"use_directory_urls": False}, "--strict")
    assert built.code == 0, built.said
    assert f'href="incidents/{ID}.html"' in built.page(".")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> tuple[Built, dict[str, dict[str, Any]]]:
    """A site that knows where it will be, and the public records of which it is made."""
    root = tmp_path_factory.mktemp("published")
    records = {ID: whole(), "2026-11-21-open": whole(status="monitoring")}
    write(root, files({**records, BROKEN: whole(visibility="internal")}))
    built = build(root, {"site_url": URL}, "--strict")
    assert (built.code, built.said) == (0, "")
    return built, records


def test_what_programs_read_is_copied_as_it_is(published: tuple[Built, dict[str, dict[str, Any]]]) -> None:
    """The theme, the search and the other plugins of a site leave it alone."""
    built, records = published
    made = feeds(records, url=URL)
    assert len(made) > 9
    for path, text in made.items():
        assert (built.site / path).read_text("utf-8") == text, path
    (told,) = json.loads(made["api/v2/summary.json"])["incidents"]
    assert told["shortlink"] == f"{URL}incidents/2026-11-21-open/"


def test_sitemap_names_each_page_and_nothing_that_is_internal(
    published: tuple[Built, dict[str, dict[str, Any]]],
) -> None:
    built, _ = published
    sitemap = ET.parse(built.site / "sitemap.xml")  # noqa: S314 - our own
    named = {element.text or "" for element in sitemap.iter() if element.tag.endswith("loc")}
    pages = {file.parent.relative_to(built.site).as_posix() for file in built.site.rglob("index.html")}
    assert named == {URL if page == "." else f"{URL}{page}/" for page in pages}
    assert f"{URL}incidents/{ID}/" in named
    everything = [file for file in built.site.rglob("*") if file.is_file()]
    assert [file for file in everything if BROKEN in str(file) or BROKEN.encode() in file.read_bytes()] == []


def test_hand_written_page_may_link_into_a_page_of_ours(tmp_path: Path) -> None:
    """The anchors of what is finished are known to mkdocs, though Markdown does not see it."""
    link = f"# Own\n\n[There](incidents/{ID}.md#item-AI-1)\n"
    write(tmp_path, {**files({ID: whole()}), "docs/own.md": link})
    strict = {"validation": {"anchors": "warn"}}
    assert build(tmp_path, strict, "--strict").said == ""
    write(tmp_path, {"docs/own.md": link.replace("AI-1", "AI-77")})
    assert "does not contain an anchor '#item-AI-77'" in build(tmp_path, strict, "--strict").said


@pytest.mark.parametrize("plugins", [["search", "hotwash"], ["hotwash", "search"]], ids=["search first", "search last"])
def test_other_plugins_see_whole_pages_and_the_search_what_it_keeps(tmp_path: Path, plugins: list[str]) -> None:
    write(tmp_path, {**files({ID: whole()}), "docs/own.md": "# Own\n", "seen.py": SEEING})
    built = build(tmp_path, {"plugins": plugins, "hooks": ["seen.py"]}, "--strict")
    assert (built.code, built.said) == (0, "")
    assert "Evidence" in (tmp_path / "seen.html").read_text()
    for page in ((tmp_path / "seen.html").read_text(), built.page(f"incidents/{ID}")):
        assert "data-hw-place" not in page
        assert 'id="item-AI-1"' in page
    assert "item-AI-1" not in (built.site / "search" / "search_index.json").read_text()


def test_search_that_knows_no_marks_finds_all(tmp_path: Path) -> None:
    write(tmp_path, files({ID: whole()}))
    built = build(tmp_path, {"theme": "mkdocs"})
    assert built.code == 0, built.said
    entries = json.loads((built.site / "search" / "search_index.json").read_text())["docs"]
    (items,) = [one["text"] for one in entries if one["location"] == f"incidents/{ID}/#action-items"]
    assert "AI-1" in items
    assert '<h2 id="action-items">' in built.page(f"incidents/{ID}")


# Prints, encrypts or copies pages elsewhere: what other plugins do with a page.
SEEING = """
from pathlib import Path

def on_page_content(html, page, config, files):
    if page.file.src_uri.startswith("incidents/2"):
        Path(config.config_file_path).with_name("seen.html").write_text(html)
    return html
"""


def test_extension_that_takes_away_what_holds_a_place_stops_the_build(tmp_path: Path) -> None:
    write(tmp_path, files({ID: whole()}))
    (tmp_path / "taking.py").write_text(TAKING, encoding="utf-8")
    built = build(tmp_path, {"markdown_extensions": ["taking"]}, env={"PYTHONPATH": str(tmp_path)})
    assert built.code == 1
    assert "has no place in it anymore; another plugin or extension" in built.said
    assert "Traceback" not in built.said


TAKING = """
from markdown import Extension
from markdown.postprocessors import Postprocessor

class Taking(Postprocessor):
    def run(self, text):
        return text.replace("<div", "<span")

class TakingExtension(Extension):
    def extendMarkdown(self, md):
        md.postprocessors.register(Taking(md), "taking", 1)

def makeExtension(**kwargs):
    return TakingExtension(**kwargs)
"""
