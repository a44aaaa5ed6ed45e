"""The adapter to mkdocs, run by mkdocs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.site.mkdocs import build, write
from tests.site.records import ID, files, whole

if TYPE_CHECKING:
    from pathlib import Path

BROKEN = "2026-11-22-secret-project"


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
