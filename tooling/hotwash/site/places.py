"""Where the pages of a site are, and how one links to another."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Mapping

HOME = "index.md"
RULES = "reference/rules/index.md"
METRICS = "incidents/metrics.md"


def incident_page(incident_id: str) -> str:
    """The path of the page of an incident. It never changes, as its id never does."""
    return f"incidents/{incident_id}.md"


@dataclass(frozen=True, slots=True)
class Places:
    """Where pages are.

    Attributes:
        incidents: Id -> path of the page, of all that are public.
        home: Where the first of our pages stands: elsewhere than `HOME` where that one is written by hand.
        directory_urls: Whether the site serves `x.md` as `x/`, as mkdocs does, or as `x.html`.
        url: Where the whole site is, with a slash at its end; empty where nobody said.
    """

    incidents: Mapping[str, str]
    home: str = HOME
    directory_urls: bool = True
    url: str = ""

    def href(self, start: str, target: str) -> str:
        """The link from one page to another, or to a file."""
        link = posixpath.relpath(self._served(target), posixpath.dirname(self._served(start)) or ".")
        if self.directory_urls and target.endswith(".md"):
            link = f"{posixpath.dirname(link) or '.'}/"
        return quote(link)

    def address(self, target: str) -> str:
        """The whole URL of a page or a file; empty where nobody said where the site is."""
        if not self.url:
            return ""
        served = self._served(target)
        if self.directory_urls and target.endswith(".md"):
            served = served.removesuffix("index.html")
        return f"{self.url}{quote(served)}"

    def _served(self, path: str) -> str:
        """The file that answers for a page; every other file answers for itself."""
        if not path.endswith(".md"):
            return path
        stem = path.removesuffix(".md")
        if not self.directory_urls or posixpath.basename(stem) == "index":
            return f"{stem}.html"
        return f"{stem}/index.html"

    def page_of(self, start: str, link: str) -> str | None:
        """The page of the public incident in whose folder a relative link of a record leads."""
        for part in link.split("/"):
            if part in self.incidents:
                return self.href(start, self.incidents[part])
        return None
