"""PublicRepository -> every file of the site, for the plugin of mkdocs and for `hotwash site` alike."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

from hotwash.site.feeds.files import feed_files
from hotwash.site.pages.every_page import pages
from hotwash.site.places import (
    ACTION_ITEMS,
    CAUSES,
    HOME,
    METRICS,
    SERVICES,
    SEVERITIES,
    YEARS,
    Places,
    incident_page,
)
from hotwash.site.reference import reference_pages, rule_pages

if TYPE_CHECKING:
    from hotwash.site.public.content import PublicRepository

STYLESHEET = "assets/hotwash.css"
SCRIPT = "assets/hotwash.js"
# Joined in this order into the one stylesheet that a page asks for.
_STYLES = ("hotwash.css", "glance.css", "timeline.css", "lists.css", "charts.css", "frame.css")


def files(public: PublicRepository, *, home: str = HOME, directory_urls: bool = True, url: str = "") -> dict[str, str]:
    """All files of the site, by path: pages as Markdown, what programs read, and what goes beside both.

    Args:
        public: What may be published.
        home: Where the first page stands, for sites whose first page is written by hand.
        directory_urls: Whether the site serves `x.md` as `x/`, as mkdocs does, or as `x.html`.
        url: Where the whole site will be; empty where nobody said.
    """
    places = places_of(public, home=home, directory_urls=directory_urls, url=url)
    return {
        **pages(public, places, rule_pages(), reference_pages()),
        **feed_files(public, places),
        STYLESHEET: stylesheet(),
        SCRIPT: script(),
    }


def places_of(public: PublicRepository, *, home: str = HOME, directory_urls: bool = True, url: str = "") -> Places:
    """Where everything of a site is; the arguments as for `files`."""
    incidents = {one.id: incident_page(one.id) for one in public.all}
    return Places(incidents, home, directory_urls, f"{url.rstrip('/')}/" if url else "", _sections(public, home))


def _sections(public: PublicRepository, home: str) -> dict[str, str]:
    """What stands at the top of each page about incidents: only pages that there are."""
    if not public.all:
        return {}
    return {
        "Incidents": home,
        "Years": YEARS,
        "Services": SERVICES,
        "Severities": SEVERITIES,
        "Root causes": CAUSES,
        "Action items": ACTION_ITEMS,
        "Metrics": METRICS,
    }


def stylesheet() -> str:
    """The style of all pages."""
    return "\n".join(map(_asset, _STYLES))


def script() -> str:
    """What runs in the browser: pages are whole without it."""
    return _asset("hotwash.js")


def _asset(name: str) -> str:
    return resources.files("hotwash.site").joinpath("assets", name).read_text(encoding="utf-8")
