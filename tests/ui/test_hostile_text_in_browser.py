"""Hostile text and the policy of pages in Chromium (threats T1, T2).

Everything is tried twice: under the policy that pages state, and with a browser that does not heed it, so that neither
leans on the other.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.site.html import leads_astray
from tests.site.test_prose import ALLOWED
from tests.ui.conftest import ROOT
from tests.ui.sites import opened

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.ui.sites import Site

BY_HAND = "/by-hand/"  # what its syntax does is told in tests/site
POLICY = pytest.mark.parametrize("heeds_policy", [True, False], ids=["policy", "no policy"])
# Elements in their order with the names of their attributes; what stands in the article, and in the list of its
# headings, apart as a set.
TAKEN_APART = """() => {
    const moving = new Set(["class", "style", "hidden", "tabindex", "title"]), around = [], within = new Set(), links = [];
    const told = e => {
        const names = e.getAttributeNames().filter(name => !moving.has(name)).sort();
        return [e.namespaceURI.split("/").pop(), e.localName, ...names].join(" ");
    };
    const walk = (element, inside) => {
        for (const child of element.children) {
            if (inside) within.add(told(child)); else around.push(told(child));
            walk(child, inside || child.matches("article, .md-nav--secondary"));
        }
    };
    walk(document, false);
    for (const a of document.querySelectorAll("[href]")) links.push([a.getAttribute("href"), a.protocol || ""]);
    return {around, within: [...within], links};
}"""
HANDLERS = (
    "() => [...document.querySelectorAll('*')].flatMap(e => e.getAttributeNames()).filter(n => n.startsWith('on'))"
)
# What prose may bring into an article that the harmless one has not.
OF_PROSE = {
    *(f"xhtml {tag}" for tag in ALLOWED),
    *("xhtml a href rel", "xhtml a rel", "xhtml ol start", "xhtml div aria-label role"),
    # Made by the theme's script of any code that stands in a box.
    *("xhtml nav", "xhtml button data-clipboard-target data-md-type", "xhtml code id", "xhtml pre id"),
}


NOTHING_TO_FIND = {
    "config": {"lang": ["en"], "separator": " ", "pipeline": [], "fields": {"title": {}, "text": {}}},
    "docs": [],
}
# A browser makes of an address that is none a bare colon, or nothing.
WEB = {"http:", "https:", "mailto:", ":", ""}


class Parts(NamedTuple):
    """A page as the browser has it.

    Attributes:
        around: What is not of the article, in its order.
        within: What occurs in the article.
    """

    around: list[str]
    within: set[str]


def visit(page: Page, served: Site, path: str) -> Parts:
    page.goto(served.address + path)
    found = page.evaluate(TAKEN_APART)
    assert page.evaluate(HANDLERS) == [], path
    astray = [told for told in found["links"] if leads_astray(told[0]) or told[1] not in WEB]
    assert astray == [], path
    return Parts(found["around"], set(found["within"]))


@POLICY
def test_hostile_text_does_nothing_and_breaks_out_of_nothing(
    browser: Browser,
    hostile: Site,
    *,
    heeds_policy: bool,
) -> None:
    with opened(browser, hostile, heeds_policy=heeds_policy) as (page, wrong):
        # The search has a test of its own; to index it anew for each of two hundred pages takes minutes.
        page.route("**/search_index.json", lambda route: route.fulfill(json=NOTHING_TO_FIND))
        harmless = {kind: visit(page, hostile, f"/incidents/2026-11-23-{kind}-plain/") for kind in ("live", "retro")}
        for path in hostile.paths:
            if path == BY_HAND:
                continue
            found = visit(page, hostile, path)
            for kind, like in harmless.items():
                if f"-{kind}-" in path:
                    assert found.around == like.around, path
                    assert found.within <= like.within | OF_PROSE, path
        assert wrong == []


@POLICY
def test_hostile_text_does_nothing_in_the_search(
    browser: Browser,
    hostile: Site,
    *,
    heeds_policy: bool,
) -> None:
    with opened(browser, hostile, heeds_policy=heeds_policy) as (page, wrong):
        page.goto(f"{hostile.address}/")
        for query in ("alert", "script", "evil", "onerror", "svg"):
            page.fill("[data-md-component=search-query]", query)
            page.wait_for_selector(".md-search-result__item")
            assert page.evaluate(HANDLERS) == [], query
            assert page.locator(".md-search-result__list :is(script, img, iframe, svg svg, style)").count() == 0
        assert wrong == []


def test_what_a_hand_has_written_shows_that_the_policy_holds(
    browser: Browser,
    hostile: Site,
) -> None:
    """The counterpart of the tests above: where there is a handler, only the policy stops it."""
    for heeds_policy in (True, False):
        with opened(browser, hostile, heeds_policy=heeds_policy) as (page, wrong):
            page.goto(hostile.address + BY_HAND)
            page.locator("article h2").click()
            page.wait_for_timeout(200)
            told = " ".join(wrong)
            assert ("Content Security Policy" in told) == heeds_policy, told
            assert ("dialog" in told) != heeds_policy, told


def test_script_that_gets_into_a_page_does_not_run(
    browser: Browser,
    hostile: Site,
) -> None:
    evil = """() => {
        const element = document.createElement("div");
        element.innerHTML = "<img src=x: onerror='window.ran = 1'><a href='javascript:window.ran = 2'>x</a>";
        document.querySelector("article").append(element);
        const script = document.createElement("script");
        script.textContent = "window.ran = 3";
        element.append(script);
        element.querySelector("a").click();
    }"""
    for heeds_policy in (True, False):
        with opened(browser, hostile, heeds_policy=heeds_policy) as (page, _):
            page.goto(f"{hostile.address}/")
            page.evaluate(evil)
            page.wait_for_timeout(200)
            assert bool(page.evaluate("window.ran || 0")) != heeds_policy


def test_search_colours_and_copying_work_under_the_policy(browser: Browser, site: Site) -> None:
    with opened(browser, site) as (page, wrong):
        page.goto(f"{site.address}/")
        page.fill("[data-md-component=search-query]", "incident")
        page.wait_for_selector(".md-search-result__item")
        page.press("[data-md-component=search-query]", "Enter")
        page.goto(f"{site.address}/")
        assert page.get_attribute("body", "data-md-color-scheme") == "default"
        page.click("label[for=__palette_1]")
        page.click("label[for=__palette_2]")
        assert page.get_attribute("body", "data-md-color-scheme") == "slate"
        page.reload()
        assert page.get_attribute("body", "data-md-color-scheme") == "slate", "an inline script of the theme sets it"
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.goto(f"{site.address}/reference/rules/HW201/")
        page.locator("button.md-clipboard, .md-code__button").first.click(force=True)
        page.wait_for_function("() => navigator.clipboard.readText().then(text => text.length > 9)")
        assert wrong == []


def test_pages_work_from_disk_under_the_policy(browser: Browser, tmp_path: Path) -> None:
    """As `nox -s demo` opens them. The theme's search and its map of the site need a server, with a policy and without."""
    command = [sys.executable, "-m", "mkdocs", "build", "--no-directory-urls", "-f", "examples/shop/mkdocs.yml"]
    env = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    subprocess.run([*command, "-d", str(tmp_path)], cwd=ROOT, env=env, check=True)
    context = browser.new_context()
    page, said, missing = context.new_page(), list[str](), set[str]()
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("requestfailed", lambda request: missing.add(request.url.rpartition("/")[2]))
    for file in (tmp_path / "index.html", *sorted(tmp_path.glob("incidents/*.html"))):
        page.goto(file.as_uri())
        assert page.evaluate("document.styleSheets.length") > 2
        assert page.evaluate("[...document.styleSheets].every(sheet => sheet.ownerNode.sheet)")
        assert page.evaluate(
            "[...document.querySelectorAll('.hw-scale')].every(e => e.getBoundingClientRect().height > 50)"
        )
    page.goto((tmp_path / "incidents/2026-11-23-payments-timeouts.html").as_uri())
    assert page.locator(".hw-clocks .hw-relative").count() > 1
    assert missing <= {"sitemap.xml", "search_index.js"}
    assert [text for text in said if "sitemap.xml" not in text and not text.startswith("Failed to load resource")] == []
    context.close()
