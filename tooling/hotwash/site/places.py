"""Where the pages of a site are, and how one links to another."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Mapping

HOME = "index.md"
RULES = "reference/rules/index.md"
YEARS = "incidents/years/index.md"
SERVICES = "incidents/services/index.md"
SEVERITIES = "incidents/severities/index.md"
CAUSES = "incidents/causes/index.md"
ACTION_ITEMS = "incidents/action-items.md"
METRICS = "incidents/metrics.md"
# What a list of causes says of incidents that have none, or none yet.
UNKNOWN_CAUSE = "unknown"
UNTOLD_CAUSE = "not-told-yet"

# Names that are no files on some systems, whatever follows after a dot, and those that stand for their whole folder.
_TAKEN = frozenset(
    ("con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10)), "index", "readme")
)
# What tells names apart that systems take for one; a name that ends or begins so by itself gets another.
_MARKED_END = re.compile(r"_x[0-9a-f]+$")
_MARKED_START = "x0_"


def incident_page(incident_id: str) -> str:
    """The path of the page of an incident. It never changes, as its id never does."""
    return f"incidents/{incident_id}.md"


def incident_document(incident_id: str) -> str:
    """The path of the JSON of an incident, beside its page."""
    return f"incidents/{incident_id}.json"


def year_page(year: int | None) -> str:
    """The path of the list of a year; None is what has no date."""
    return f"incidents/years/{year or 'undated'}.md"


def service_page(key: str) -> str:
    """The path of the list of a service: another one for every other key, on any disk."""
    return f"incidents/services/{'/'.join(map(_file_name, key.split('/')))}.md"


def severity_page(level: str) -> str:
    """The path of the list of a severity."""
    return f"incidents/severities/{level}.md"


def cause_page(category: str) -> str:
    """The path of the list of a kind of root cause, as it is written or in words."""
    return f"incidents/causes/{category.replace(' ', '-')}.md"


def _file_name(part: str) -> str:
    """A part of a key as the name of a file: equal to another only if the part is.

    Some disks take two spellings for one, and drop a dot at the end. So all is small; which letters were not is said
    at the end, as the number whose bits they are.
    """
    name = part.lower()
    capitals = sum(1 << place for place, sign in enumerate(part) if sign != name[place])
    if capitals or name.endswith(".") or _MARKED_END.search(name):
        name = f"{name}_x{capitals:x}"
    return f"{_MARKED_START}{name}" if name.split(".")[0] in _TAKEN or name.startswith(_MARKED_START) else name


def _relative(folder: str, target: str) -> str:
    """The way from a folder to a file or a folder, of paths without detours."""
    here, there = folder.split("/") if folder else [], target.split("/")
    shared = 0
    while shared < min(len(here), len(there)) and here[shared] == there[shared]:
        shared += 1
    return "/".join([*[".."] * (len(here) - shared), *there[shared:]]) or "."


@dataclass(frozen=True, slots=True)
class Places:
    """Where pages are.

    Attributes:
        incidents: Id -> path of the page, of all that are public.
        home: Where the first of our pages stands: elsewhere than `HOME` where that one is written by hand.
        directory_urls: Whether the site serves `x.md` as `x/`, as mkdocs does, or as `x.html`.
        url: Where the whole site is, with a slash at its end; empty where nobody said.
        sections: Label -> path of the pages to which a reader may go from any other, in their order.
    """

    incidents: Mapping[str, str]
    home: str = HOME
    directory_urls: bool = True
    url: str = ""
    sections: Mapping[str, str] = field(default_factory=dict[str, str])

    def href(self, start: str, target: str) -> str:
        """The link from one page to another, or to a file."""
        link = _relative(posixpath.dirname(self._served(start)), self._served(target))
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

    def link(self, start: str, target: str) -> str:
        """The whole URL of a page or a file where the site's own is known, else the link to it from a file."""
        return self.address(target) or self.href(start, target)

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
        target = self._target(link)
        return None if target is None else self.href(start, target)

    def page_link(self, start: str, link: str) -> str | None:
        """The same for what is read apart from the site: the whole URL where it is known."""
        target = self._target(link)
        return None if target is None else self.link(start, target)

    def _target(self, link: str) -> str | None:
        return next((self.incidents[part] for part in link.split("/") if part in self.incidents), None)
