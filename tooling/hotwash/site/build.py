"""PublicRepository -> every file of the site, for the plugin of mkdocs and for `hotwash site` alike."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

from hotwash.site.pages import pages
from hotwash.site.places import HOME, Places, incident_page
from hotwash.site.reference import reference_pages, rule_pages

if TYPE_CHECKING:
    from hotwash.site.content import PublicRepository

STYLESHEET = "assets/hotwash.css"
# Joined in this order into the one stylesheet that a page asks for.
_STYLES = ("hotwash.css", "charts.css")


def files(public: PublicRepository, *, home: str = HOME, directory_urls: bool = True, url: str = "") -> dict[str, str]:
    """All files of the site, by path: pages as Markdown, and what goes beside them.

    Args:
        public: What may be published.
        home: Where the first page stands, for sites whose first page is written by hand.
        directory_urls: Whether the site serves `x.md` as `x/`, as mkdocs does, or as `x.html`.
        url: Where the whole site will be; empty where nobody said.
    """
    places = places_of(public, home=home, directory_urls=directory_urls, url=url)
    return {**pages(public, places, rule_pages(), reference_pages()), STYLESHEET: stylesheet()}


def places_of(public: PublicRepository, *, home: str = HOME, directory_urls: bool = True, url: str = "") -> Places:
    """Where everything of a site is; the arguments as for `files`."""
    incidents = {one.id: incident_page(one.id) for one in public.all}
    return Places(incidents, home, directory_urls, f"{url.rstrip('/')}/" if url else "")


def stylesheet() -> str:
    """The style of all pages."""
    assets = resources.files("hotwash.site").joinpath("assets")
    return "\n".join(assets.joinpath(name).read_text(encoding="utf-8") for name in _STYLES)
