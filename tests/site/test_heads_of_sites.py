"""The heads of pages as mkdocs writes them, by what mkdocs.yml says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.site.mkdocs import build, write
from tests.site.records import ID, files, retrospective, whole
from tests.site.test_head import previewed

if TYPE_CHECKING:
    from pathlib import Path


def test_site_without_an_address_or_a_feed_tells_of_neither(tmp_path: Path) -> None:
    write(tmp_path, {**files({ID: {"incident.yaml": retrospective()}}), "docs/own.md": "# Own\n"})
    built = build(tmp_path, {"plugins": [{"hotwash": {"csp": False}}], "site_name": 'A "name"'})
    assert built.code == 0, built.said
    page = built.page(f"incidents/{ID}")
    assert "Content-Security-Policy" not in page
    assert "og:url" not in page
    assert "canonical" not in page
    assert previewed(page)["og:site_name"] == 'A "name"'
    assert previewed(page)["article:published_time"] == "2026-12-24"


def test_site_may_add_sources_and_what_it_asks_for_is_allowed(tmp_path: Path) -> None:
    write(tmp_path, files({ID: whole()}))
    config = {
        "plugins": [{"hotwash": {"csp": {"img-src": ["https://pictures.example"]}}}],
        "theme": "material",  # with its fonts
        "repo_url": "https://github.com/example/shop",
        "extra_css": ["https://styles.example/x.css", "own.css"],
        "extra_javascript": ["//scripts.example/x.js", {"path": "https://modules.example/y.js", "type": "module"}],
    }
    page = build(tmp_path, config).page(".")
    assert "img-src 'self' data: https://pictures.example;" in page
    assert "style-src 'self' 'sha256-" in page
    assert "' https://styles.example https://fonts.googleapis.com;" in page
    assert "font-src 'self' https://fonts.gstatic.com;" in page
    assert "' scripts.example https://modules.example;" in page
    assert "connect-src 'self' https://api.github.com;" in page


def test_wrong_source_stops_the_build_and_says_why(tmp_path: Path) -> None:
    write(tmp_path, files({ID: whole()}))
    built = build(tmp_path, {"plugins": [{"hotwash": {"csp": {"script-src": ["a; b"]}}}]})
    assert built.code == 1
    assert "hotwash: csp: `script-src`: `a; b` is no source" in built.said


@pytest.mark.parametrize("theme", ["mkdocs", "readthedocs"])
def test_pages_of_another_theme_state_no_policy_and_have_previews(tmp_path: Path, theme: str) -> None:
    write(tmp_path, files({ID: whole()}))
    built = build(tmp_path, {"theme": theme, "site_url": "https://sites.example/"})
    assert built.code == 0, built.said
    page = built.page(f"incidents/{ID}")
    assert "Content-Security-Policy" not in page
    assert previewed(page)["og:title"] == "The title of it"
    assert page.count('rel="canonical"') == 1
