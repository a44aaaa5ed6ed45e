"""Chromium, and what it looks at: each is started or built once for all tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

from tests.site.mkdocs import hostile_site
from tests.ui.sites import served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from tests.ui.sites import Site

ROOT = Path(__file__).parents[2]
CONFIGS = {"hotwash": "mkdocs.yml", "shop": "examples/shop/mkdocs.yml"}
ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    assert chromium is not None, "Chromium is not installed"
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture(scope="session", params=CONFIGS)
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """This repository's site, and the example's."""
    folder = tmp_path_factory.mktemp(request.param)
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", CONFIGS[request.param], "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"}, check=True)
    with served(folder) as found:
        yield found


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    built, _ = hostile_site(tmp_path_factory.mktemp("hostile"))
    assert built.code == 0, built.said
    with served(built.site) as found:
        yield found
