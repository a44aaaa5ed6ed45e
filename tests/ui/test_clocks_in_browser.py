"""The script of the pages: what it says beside a moment, when it says it again, and that nothing needs it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from hotwash.site.build import script
from tests.site.mkdocs import build, write
from tests.site.records import ID, files, whole
from tests.ui.sites import opened, served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.ui.sites import Site

NOW = datetime(2026, 11, 23, 9, 41, 20, tzinfo=UTC)
OTHER = "2026-11-20-payments-slow"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """An open incident and one whose post-mortem is to come, in a theme that puts one page into another's document."""
    root = tmp_path_factory.mktemp("clocks")
    write(root, files({ID: whole(status="identified"), OTHER: whole(status="resolved")}))
    theme = {"name": "material", "font": False, "features": ["navigation.instant"]}
    built = build(root, {"theme": theme, "site_url": "http://127.0.0.1/"}, "--strict")
    assert built.code == 0, built.said
    with served(built.site) as found:
        # The theme puts a page into the document only where the sitemap lists it, with its port.
        sitemap = built.site / "sitemap.xml"
        listed = sitemap.read_text(encoding="utf-8").replace("http://127.0.0.1/", f"{found.address}/")
        sitemap.write_text(listed, encoding="utf-8")
        yield found


def bare(page: Page, *times: str) -> None:
    """A page of no theme, with moments and the script."""
    marked = "".join(f"<p><span>{time}</span></p>" for time in times)
    page.set_content(f"<!doctype html><title>Bare</title>{marked}<script>{script()}</script>")


def since(**ago: int) -> str:
    return f'<time data-hw-since="{(NOW - timedelta(**ago)).isoformat()}">then</time> UTC'


def due(mark: str = "", **left: int) -> str:
    return f'<time data-hw-due="{(NOW + timedelta(**left)).isoformat()}" {mark}>then</time> UTC'


def told(page: Page) -> list[str]:
    texts: list[str] = page.locator("p > span").all_inner_texts()
    return texts


@pytest.mark.parametrize(
    ("time", "said"),
    [
        (since(seconds=-90), "then UTC"),  # the clock of the reader is slow
        (since(seconds=59), "then UTC (just now)"),
        (since(minutes=25), "then UTC (25 min ago)"),
        (since(minutes=130), "then UTC (2 h 10 min ago)"),
        (since(hours=47), "then UTC (47 h ago)"),
        (since(hours=50), "then UTC (2 d 2 h ago)"),
        (since(days=12, hours=5), "then UTC (12 d ago)"),
        (due(seconds=30), "then UTC (in under 1 min)"),
        (due(minutes=5), "then UTC (in 5 min)"),
        (due(seconds=0), "then UTC (late)"),
        (due(minutes=-10), "then UTC (10 min late)"),
        (due("data-hw-uncounted", hours=-40), "then UTC (late)"),
        (due("data-hw-uncounted", hours=40), "then UTC (in 40 h)"),
        ('<time data-hw-due="tomorrow">then</time>', "then"),
    ],
)
def test_moments_say_how_far_away_they_are(browser: Browser, time: str, said: str) -> None:
    page = browser.new_page()
    page.clock.set_fixed_time(NOW)
    bare(page, time)
    assert told(page) == [said]
    assert page.locator(".hw-late").count() == (" late" in said or "(late)" in said)
    page.close()


def test_clocks_run_and_stop_while_nobody_looks(browser: Browser) -> None:
    page = browser.new_page()
    page.clock.install(time=NOW)
    page.clock.pause_at(NOW + timedelta(seconds=10))
    bare(page, due(minutes=2))
    assert told(page) == ["then UTC (in 1 min)"]
    page.clock.run_for(120_000)
    assert told(page) == ["then UTC (late)"]
    assert page.locator(".hw-late").count() == 1

    def hide(hidden: str) -> None:
        page.evaluate(f"Object.defineProperty(document, 'hidden', {{get: () => {hidden}, configurable: true}})")
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    hide("true")
    page.clock.run_for(600_000)
    assert told(page) == ["then UTC (late)"]
    hide("false")
    assert told(page) == ["then UTC (10 min late)"]
    page.close()


def test_nothing_is_announced_or_written_where_no_clock_is(browser: Browser) -> None:
    page = browser.new_page()
    page.clock.set_fixed_time(NOW)
    bare(page, '<time datetime="2026-11-23">then</time>', since(minutes=3))
    assert page.locator("[aria-live], [role=timer], [role=status], [role=alert]").count() == 0
    assert told(page) == ["then", "then UTC (3 min ago)"]
    page.close()


def test_home_and_the_page_of_an_incident_count_from_its_moments(browser: Browser, site: Site) -> None:
    with opened(browser, site) as (page, wrong):
        page.clock.set_fixed_time(NOW)
        page.goto(site.address)
        clocks = page.locator(".hw-clocks li").all_inner_texts()
        assert "began 23 November 2026, 08:41 UTC (1 h ago)" in clocks
        assert "declared 08:46 UTC (55 min ago)" in clocks
        assert "post-mortem due by 30 November 2026, 17:00 UTC (in 7 d)" in clocks
        page.goto(f"{site.address}/incidents/{ID}/")
        assert (
            page.locator(".hw-head .hw-clocks li").all_inner_texts() == clocks[: page.locator(".hw-clocks li").count()]
        )
        assert wrong == []


def test_clocks_start_again_on_a_page_that_is_put_into_the_same_document(browser: Browser, site: Site) -> None:
    with opened(browser, site) as (page, wrong):
        page.clock.set_fixed_time(NOW)
        with page.expect_response("**/sitemap.xml"):
            page.goto(f"{site.address}/incidents/services/")
        page.wait_for_load_state("networkidle")
        page.evaluate("window.stayed = true")
        page.locator(".hw-nav a", has_text="Incidents").click()
        page.wait_for_selector(".hw-relative", timeout=10_000)  # sooner than the next tick
        assert page.evaluate("window.stayed") is True, "it was another document"
        assert "(55 min ago)" in page.locator(".hw-clocks").first.inner_text()
        assert wrong == []


def test_moments_are_read_without_javascript(browser: Browser, site: Site) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site.address)
    assert "began 23 November 2026, 08:41 UTC" in page.locator(".hw-clocks li").all_inner_texts()
    assert page.locator(".hw-relative").count() == 0
    page.goto(f"{site.address}/incidents/{ID}/")
    clocks = page.locator(".hw-head .hw-clocks li").all_inner_texts()
    assert clocks[:2] == ["began 23 November 2026, 08:41 UTC", "declared 08:46 UTC"]
    assert page.locator(".hw-relative").count() == 0
    context.close()
