"""What stands in the head of pages for previews, readers of feeds and browsers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from hotwash.site.mkdocs.head import PageFacts, preview_elements, with_elements, written_at
from hotwash.site.public.publish import publish
from tests.site.html import read
from tests.site.mkdocs import build, write
from tests.site.records import ID, NOW, files, incident, loaded, retrospective, whole

if TYPE_CHECKING:
    from pathlib import Path

    from hotwash.site.public.content import PublicIncident

START = "\n      <meta http-equiv"
ALTERNATE = '<link rel="alternate" type="application/atom+xml" title="Tested{}" href="{}">'


def public(**changes: Any) -> PublicIncident:  # noqa: ANN401 - YAML
    return publish(loaded({ID: {"incident.yaml": incident(**changes)}}), NOW).all[0]


def previewed(html: str) -> dict[str, str]:
    """What previews are told of a page."""
    return {name: value for name, value in read(html).metas if name.startswith(("og:", "article:", "twitter:"))}


def test_values_stay_within_their_attributes() -> None:
    evil = '"><script>alert(1)</script>&amp;<'
    made = "".join(preview_elements(PageFacts(evil, evil, evil, evil, published=evil)))
    page = read(made)
    assert set(page.tags) == {"meta"}
    # The page has HTML there, of which browsers make text.
    assert dict(page.metas)["og:title"] == evil.replace("&amp;", "&")


def test_what_is_not_known_is_not_told() -> None:
    told = previewed("".join(preview_elements(PageFacts("Title", "", "Site"))))
    assert told == {"og:type": "website", "og:title": "Title", "og:site_name": "Site", "twitter:card": "summary"}


def test_elements_come_before_all_that_is_loaded_and_after_the_encoding() -> None:
    html = '<html><head>\n <meta charset="utf-8"><script>x</script></head><body><head>'
    made = with_elements(html, preview_elements(PageFacts("Title", "", "Site")))
    assert made.index("charset") < made.index("og:title") < made.index("<script>")
    assert made.count("og:title") == 1


@pytest.mark.parametrize("html", ["", "<header><p>x</p></header>", "no html"])
def test_page_without_a_head_stays_as_it_is(html: str) -> None:
    assert with_elements(html, preview_elements(PageFacts("Title", "", "Site"))) == html


def test_record_was_written_when_the_incident_was_declared_or_on_the_day_that_it_says() -> None:
    assert written_at(public()) == "2026-11-23T08:46:00Z"
    assert written_at(public(recorded={"mode": "late", "at": "2026-12-24", "by": "anna-1"})) == "2026-12-24"
    bounds = {"after": "2026-11-23T08:41Z", "before": "2026-11-23T08:50Z"}
    assert written_at(public(times={"started": "2026-11-23T08:41Z", "declared": bounds})) == ""


def test_pages_of_mkdocs_tell_what_they_are(tmp_path: Path) -> None:
    other = "2026-11-24-open"
    records = {ID: whole(), other: whole(status="monitoring", title='Checkout <b>&amp; "cart"</b>')}
    records["2019-07-02-elsewhere"] = {"incident.yaml": retrospective()}
    write(tmp_path, {**files(records), "docs/own.md": "# Own & more\n"})
    built = build(tmp_path, {"site_url": "https://sites.example/sub/", "site_description": "All of it"}, "--strict")
    assert (built.code, built.said) == (0, "")
    assert previewed(built.page(f"incidents/{ID}")) == {
        "og:type": "article",
        "og:title": "The title of it",
        "og:description": "The section-0 of it",
        "og:site_name": "Tested",
        "og:url": f"https://sites.example/sub/incidents/{ID}/",
        "article:published_time": "2026-11-23T08:46:00Z",
        "twitter:card": "summary",
    }
    is_open = previewed(built.page(f"incidents/{other}"))
    assert is_open["og:title"] == 'Checkout <b>&amp; "cart"</b>'
    assert is_open["og:description"] == "P1 incident of 23 November 2026, monitoring: checkout-api"
    own = previewed(built.page("own"))
    assert (own["og:type"], own["og:title"], own["og:description"]) == ("website", "Own & more", "All of it")
    for path, top in ((f"incidents/{ID}", "../../"), ("own", "../"), (".", "")):
        page = built.page(path)
        assert ALTERNATE.format("", f"{top}feed.xml") in page
        assert ALTERNATE.format(": retrospective records", f"{top}feed-retrospective.xml") in page
        assert page.count('rel="canonical"') == 1
        assert page.index("Content-Security-Policy") < page.index("<script")
    lost = (tmp_path / "site" / "404.html").read_text(encoding="utf-8")
    assert ALTERNATE.format("", "/sub/feed.xml") in lost
    assert "Content-Security-Policy" in lost
    assert previewed(lost) == {}
