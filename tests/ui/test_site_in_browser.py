"""The built sites in Chromium: on a phone, in the dark, by keyboard, and with hostile text (threats T1)."""

from __future__ import annotations

import contextlib
import functools
import http.server
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright
from typing_extensions import override

from tests.site.mkdocs import hostile_site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Dialog, Page

ROOT = Path(__file__).parents[2]
CONFIGS = {"hotwash": "mkdocs.yml", "shop": "examples/shop/mkdocs.yml"}
WIDTHS = (360, 768, 1440)
SCHEMES = ("light", "dark")
ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]


class Site(NamedTuple):
    """A site that is served on this machine.

    Attributes:
        address: Where, without a slash at the end.
        paths: The pages that are looked at.
    """

    address: str
    paths: tuple[str, ...]


@contextlib.contextmanager
def served(folder: Path) -> Iterator[Site]:
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        found = sorted(f"/{page.parent.relative_to(folder).as_posix()}/" for page in folder.rglob("index.html"))
        paths = (path.replace("/./", "/") for path in found)
        # The pages of rules differ by their text only; the longest stand for all of them.
        looked_at = tuple(path for path in paths if "/rules/HW" not in path or path.endswith(("/HW201/", "/HW202/")))
        yield Site(f"http://127.0.0.1:{server.server_port}", looked_at)
        server.shutdown()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    @override
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    assert chromium is not None, "Chromium is not installed"
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture(scope="module", params=CONFIGS)
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """This repository's site, and the example's."""
    folder = tmp_path_factory.mktemp(request.param)
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", CONFIGS[request.param], "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"}, check=True)
    with served(folder) as found:
        yield found


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    built, _ = hostile_site(tmp_path_factory.mktemp("hostile"))
    assert built.code == 0, built.said
    with served(built.site) as found:
        yield found


@contextlib.contextmanager
def opened(
    browser: Browser, site: Site, width: int = 1440, scheme: str = "light", *, heeds_policy: bool = True
) -> Iterator[tuple[Page, list[str]]]:
    """A page, and what a page must not do: fetch from elsewhere, complain, open a dialog."""
    context = browser.new_context(
        bypass_csp=not heeds_policy,
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    page, wrong = context.new_page(), list[str]()

    def see(url: str) -> None:
        if not url.startswith((site.address, "data:", "blob:")):
            wrong.append(f"request: {url}")

    page.on("request", lambda request: see(request.url))
    page.on("console", lambda message: wrong.append(f"console: {message.text}") if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(f"error: {error}"))

    def refuse(dialog: Dialog) -> None:
        wrong.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    page.on("dialog", refuse)
    yield page, wrong
    context.close()


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_fits_the_screen_and_asks_nobody_for_anything(
    browser: Browser, site: Site, width: int, scheme: str
) -> None:
    with opened(browser, site, width, scheme) as (page, wrong):
        for path in site.paths:
            page.goto(site.address + path)
            beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert beyond <= 0, f"{path} scrolls sideways by {beyond} px"
        assert wrong == []


@pytest.mark.parametrize("width", [320, *WIDTHS])
def test_texts_of_a_timeline_do_not_meet(browser: Browser, site: Site, width: int) -> None:
    with opened(browser, site, width) as (page, _):
        for path in (path for path in site.paths if path.startswith("/incidents/")):
            page.goto(site.address + path)
            met = page.evaluate(
                """() => {
                    const boxes = [...document.querySelectorAll('.hw-scale > text')]
                        .filter(text => getComputedStyle(text).display !== 'none')
                        .map(text => [text.textContent, text.getBoundingClientRect()]);
                    // A line of text is less high than its box.
                    return boxes.flatMap(([one, a], i) => boxes.slice(i + 1)
                        .filter(([, b]) => a.left < b.right && b.left < a.right && a.top + 2 < b.bottom - 2 && b.top + 2 < a.bottom - 2)
                        .map(([other]) => `${one} | ${other}`));
                }"""
            )
            assert met == [], path


def test_headings_go_down_one_level_at_a_time(browser: Browser, site: Site) -> None:
    with opened(browser, site) as (page, _):
        for path in site.paths:
            page.goto(site.address + path)
            found = page.eval_on_selector_all("article :is(h1,h2,h3,h4,h5,h6)", "all => all.map(h => +h.tagName[1])")
            steps = list(zip([0, *found], found, strict=False))
            assert found.count(1) == 1, path
            assert [step for step in steps if step[1] > step[0] + 1] == [], path


@pytest.mark.parametrize("scheme", SCHEMES)
def test_pages_of_incidents_pass_axe(browser: Browser, site: Site, scheme: str) -> None:
    """What is ours: contrast, lists, tables, names. The frame around it is the theme's."""
    with opened(browser, site, 360, scheme) as (page, _):
        for path in (path for path in site.paths if path == "/" or path.startswith("/incidents/")):
            page.goto(site.address + path)
            found = Axe().run(page, context="article")
            assert found.violations_count == 0, f"{path}\n{found.generate_report()}"


def test_wide_tables_are_reached_by_keyboard(browser: Browser, site: Site) -> None:
    with opened(browser, site, 360) as (page, _):
        for path in (path for path in site.paths if path.startswith("/incidents/")):
            page.goto(site.address + path)
            unreachable = page.eval_on_selector_all(
                "article *",
                """all => all.filter(e => e.scrollWidth > e.clientWidth + 1
                    && getComputedStyle(e).overflowX === 'auto' && e.tabIndex < 0).map(e => e.outerHTML.slice(0, 80))""",
            )
            assert unreachable == [], path


def test_pages_are_read_without_javascript(browser: Browser, site: Site) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    for path in (path for path in site.paths if path.startswith("/incidents/")):
        page.goto(site.address + path)
        assert page.locator("article h1").is_visible()
        assert page.locator("article h2").first.is_visible()
    context.close()


def test_what_was_worked_out_is_told_by_keyboard_and_without_javascript(browser: Browser, hostile: Site) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{hostile.address}/incidents/2026-11-23-retro-plain/")
    mark, reason = page.locator(".hw-derived summary").first, page.locator(".hw-derived span").first
    assert not reason.is_visible()
    mark.focus()
    page.keyboard.press("Enter")
    assert reason.is_visible()
    assert reason.inner_text().startswith("Worked out, not stated: ")
    context.close()
