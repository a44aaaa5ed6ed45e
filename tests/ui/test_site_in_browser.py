"""The built sites in Chromium: at every width, in the dark, and asking nobody for anything (threats T1)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.ui.sites import opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.ui.sites import Site

# Pages of decisions and lists of others' services differ by their text only: a few stand for all of them.
ALIKE = re.compile(r"/decisions/0(?!010)|/services/(?!aws/)[^/]+/[^/]+/$")
BEYOND = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# What scrolls in a box of its own and cannot be reached by keyboard.
UNREACHABLE = """() => [...document.querySelectorAll("article *")].filter(
    e => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX === "auto" && e.tabIndex < 0
).map(e => e.outerHTML.slice(0, 80))"""
# Texts of a timeline that meet. A line of text is less high than its box.
MET = """() => {
    const boxes = [...document.querySelectorAll(".hw-scale > text")]
        .filter(text => getComputedStyle(text).display !== "none")
        .map(text => [text.textContent, text.getBoundingClientRect()]);
    return boxes.flatMap(([one, a], i) => boxes.slice(i + 1)
        .filter(([, b]) => a.left < b.right && b.left < a.right && a.top + 2 < b.bottom - 2 && b.top + 2 < a.bottom - 2)
        .map(([other]) => `${one} | ${other}`));
}"""
HEADINGS = """() => [...document.querySelectorAll("article :is(h1,h2,h3,h4,h5,h6)")].map(h => +h.tagName[1])"""


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (360, "dark"), (768, "light"), (1440, "dark")])
def test_every_page_fits_the_screen_and_asks_nobody_for_anything(
    browser: Browser, site: Site, width: int, scheme: str
) -> None:
    """Nor do texts of a timeline meet, wide tables hide from the keyboard, or headings leave out a level."""
    with opened(browser, site, width, scheme) as (page, wrong):
        for path in (path for path in site.paths if not ALIKE.search(path)):
            page.goto(site.address + path)
            assert page.evaluate(BEYOND) <= 0, f"{path} scrolls sideways"
            assert page.evaluate(UNREACHABLE) == [], path
            assert page.evaluate(MET) == [], path
            found = page.evaluate(HEADINGS)
            assert found.count(1) == 1, path
            assert [step for step in zip([0, *found], found, strict=False) if step[1] > step[0] + 1] == [], path
        assert wrong == []


# What paper does not show: what is cut off at its side, and what stays folded.
NOT_ON_PAPER = """() => [...document.querySelectorAll("article *")].filter(e =>
    e.getBoundingClientRect().right > innerWidth + 1 || (e.closest("details:not([open])") && !e.checkVisibility({
        contentVisibilityAuto: true, visibilityProperty: true,
    }))
).map(e => e.outerHTML.slice(0, 80))"""


def test_paper_shows_all_of_an_incident(browser: Browser, site: Site) -> None:
    """A sheet of A4 without its margins is some 720 px wide; nothing scrolls on it, and nobody opens anything."""
    paths = [path for path in site.paths if re.search(r"/incidents/(?:20[^/]*|metrics)/$", path)]
    with opened(browser, site, 720, "light") as (page, _):
        page.emulate_media(media="print")
        for path in paths:
            page.goto(site.address + path)
            assert page.evaluate(NOT_ON_PAPER) == [], path
            dates = page.locator(".hw-table time").evaluate_all(
                "times => times.map(time => time.getClientRects().length)"
            )
            assert set(dates) <= {1}, f"{path} breaks a date"


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
