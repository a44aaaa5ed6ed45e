"""What `hotwash site` writes, built by another engine: the pages do not hang on mkdocs (design 9)."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SETTINGS = "site_name: Records\ntheme: {name: material, font: false}\nextra_css: [assets/hotwash.css]\n"
# What carries the meaning of a page, and what an engine that took our HTML for Markdown would break.
MARKS = re.compile(r'class="(hw-entry|hw-row|hw-item|hw-chip|hw-prose|hw-facts)[" ]')


@pytest.mark.parametrize("records", ["", "examples/shop"])
def test_another_engine_builds_every_page_as_it_was_written(tmp_path: Path, records: str) -> None:
    docs = tmp_path / "docs"
    run([sys.executable, "-m", "hotwash", "-C", str(ROOT / records), "site", "--output", str(docs)], tmp_path)
    (tmp_path / "mkdocs.yml").write_text(SETTINGS, encoding="utf-8")
    zensical = shutil.which("zensical")
    assert zensical is not None, "zensical is not installed"
    run([zensical, "build", "--strict"], tmp_path)
    written = sorted(docs.rglob("*.md"))
    assert written
    for source in written:
        page = built(tmp_path / "site", source.relative_to(docs)).read_text(encoding="utf-8")
        text = source.read_text(encoding="utf-8")
        assert MARKS.findall(page) == MARKS.findall(text), source
        assert page.count("<h1") == 1, source
    others = [file for file in docs.rglob("*") if file.is_file() and file.suffix != ".md" and file.name[0] != "."]
    for file in others:
        assert (tmp_path / "site" / file.relative_to(docs)).read_bytes() == file.read_bytes()


def built(site: Path, page: Path) -> Path:
    """The file that the engine makes of a page."""
    return (
        site
        / page.with_suffix(".html" if page.stem == "index" else "")
        / ("" if page.stem == "index" else "index.html")
    )


def run(command: list[str], folder: Path) -> None:
    """Run a command that must succeed."""
    done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
