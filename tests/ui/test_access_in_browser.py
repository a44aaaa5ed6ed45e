"""Every kind of page for everybody: WCAG 2.2 AA as far as axe can tell, by keyboard alone, and without JavaScript."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.ui.sites import SCHEMES, WIDTHS, opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.ui.sites import Site

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Of the shop, what happens to a team: a page of every kind.
OF_SHOP = (
    "/",
    "/incidents/2026-11-23-search-slow/",  # open, at the gate
    "/incidents/2026-11-23-payments-timeouts/",  # open, and the public is told
    "/incidents/2026-11-18-label-printer-queue/",  # resolved, the post-mortem to come
    "/incidents/2026-08-05-mail-missing/",  # dismissed as a duplicate
    "/incidents/2026-06-09-login-drill/",
    "/incidents/2026-09-10-accounts-lockout/",  # written up afterwards
    "/incidents/2026-10-13-checkout-500-eu/",  # recorded while it happened, closed
    "/incidents/years/",
    "/incidents/years/2026/",
    "/incidents/services/checkout-api/",
    "/incidents/severities/P1/",
    "/incidents/causes/change/",
    "/incidents/action-items/",
    "/incidents/metrics/",
    "/runbooks/search/",
    "/404.html",
)
# Of this repository, what the shop has not.
OF_OURS = (
    "/",
    "/incidents/2017-01-31-gitlab-database-deletion/",  # retrospective
    "/incidents/services/",
    "/incidents/metrics/",
    "/tutorial/",
    "/reference/cli/",
    "/reference/rules/",
    "/reference/rules/HW201/",
    "/reference/fields/incident/",
    "/404.html",
)
# Notes what Tab must stop at, and then at what it does: by number, or as text where it is another. Of a group of radio
# buttons it is one, told by its label, and the rest is for the arrows; what a search finds is not there yet.
NOTE_STOPS = """() => {
    const isTold = e => e.checkVisibility({visibilityProperty: true}) && !e.closest(".md-search__output, .md-search__options");
    const scrolls = e => e.scrollWidth > e.clientWidth + 1 && ["auto", "scroll"].includes(getComputedStyle(e).overflowX);
    const radios = [...document.querySelectorAll("input[type=radio]")], entry = radios.find(e => e.checked) ?? radios[0];
    const wanted = [...document.querySelectorAll("*")].filter(e => isTold(e) && (
        radios.includes(e) ? e === entry
        : e.matches("article *") && scrolls(e) ||
            e.matches("a[href], button, summary, input, select, textarea, [tabindex]") && e.tabIndex >= 0));
    window.unseen = [];
    window.stops = [];
    addEventListener("focusin", ({target}) => {
        if (target.closest(".md-search__output, .md-search__options")) return;
        const number = wanted.indexOf(target);
        const shown = radios.includes(target) ? target.parentElement.querySelector("label:not([hidden])") : target;
        const {width, height, left, right} = shown.getBoundingClientRect(), style = getComputedStyle(shown);
        const isSeen = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2
            && width > 0 && height > 0 && right > 0 && left < innerWidth && style.visibility === "visible";
        const stop = number < 0 ? target.outerHTML.slice(0, 120) : number;
        // A page that gets the keyboard back from the frame of the browser may tell of its first stop twice.
        if (stop !== window.stops.at(-1)) window.stops.push(stop);
        if (!isSeen) window.unseen.push(target.outerHTML.slice(0, 120));
    });
    return wanted.length;
}"""


def kinds(site: Site) -> tuple[str, ...]:
    return OF_SHOP if "/runbooks/search/" in site.paths else OF_OURS


def visit(page: Page, site: Site, path: str) -> None:
    response = page.goto(site.address + path)
    assert response is not None, path
    assert response.ok, path


def passes_axe(page: Page, path: str) -> None:
    """Of the whole page, frame and all: nothing is left out."""
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]})
    assert found.violations_count == 0, f"{path}\n{found.generate_report()}"


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_every_kind_of_page_passes_axe(browser: Browser, site: Site, width: int, scheme: str) -> None:
    with opened(browser, site, width, scheme) as (page, wrong):
        for path in kinds(site):
            visit(page, site, path)
            beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert beyond <= 0, f"{path} scrolls sideways by {beyond} px"
            passes_axe(page, path)
        assert wrong == []


@pytest.mark.parametrize("width", [360, 1440])
def test_what_a_search_finds_passes_axe(browser: Browser, site: Site, width: int) -> None:
    with opened(browser, site, width) as (page, wrong):
        visit(page, site, "/")
        page.focus("[data-md-component=search-query]")
        page.keyboard.type("database")
        page.wait_for_selector(".md-search-result__item")
        passes_axe(page, "search")
        page.keyboard.press("ArrowDown")
        assert page.evaluate("document.activeElement.matches('.md-search-result__link')")
        page.keyboard.press("Enter")
        page.wait_for_url("**/?h=*")
        assert wrong == []


def test_every_incident_passes_axe(browser: Browser, site: Site) -> None:
    with opened(browser, site, 360) as (page, wrong):
        for path in site.paths:
            if path.startswith("/incidents/2") and path not in kinds(site):
                visit(page, site, path)
                passes_axe(page, path)
        assert wrong == []


@pytest.mark.parametrize("width", [360, 1440])
def test_the_keyboard_goes_through_every_kind_of_page(browser: Browser, site: Site, width: int) -> None:
    """Through all that can be used, in its order, seen where it is, and out again."""
    with opened(browser, site, width) as (page, wrong):
        for path in kinds(site):
            visit(page, site, path)
            count = page.evaluate(NOTE_STOPS)
            for _ in range(count + 3):
                page.keyboard.press("Tab")
            stops = page.evaluate("window.stops")
            assert stops[:count] == list(range(count)), path
            assert len(stops) > count, f"{path} is a trap"
            assert stops[count:] == list(range(len(stops) - count)), f"{path} is a trap"
            assert page.evaluate("window.unseen") == [], path
        assert wrong == []


def test_every_kind_of_page_says_the_same_without_javascript(browser: Browser, site: Site) -> None:
    """But for how far away its moments are, which needs a clock."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 900})
    plain = context.new_page()
    with opened(browser, site, 360) as (page, _):
        for path in kinds(site):
            texts = []
            for one in (plain, page):
                visit(one, site, path)
                one.evaluate("document.querySelectorAll('.hw-relative').forEach(e => e.remove())")
                texts.append(one.locator("article").inner_text().split())
            assert texts[0] == texts[1], path
            assert len(texts[0]) > 1, path
            assert plain.locator("article h1").is_visible(), path
    context.close()
