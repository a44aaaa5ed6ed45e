"""What is told of a page -> elements for its head: previews elsewhere, and the feed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING, Literal

from markupsafe import Markup

if TYPE_CHECKING:
    from hotwash.site.public.content import PublicIncident

# The encoding is to stand within the first kilobyte, so it stays first.
_START = re.compile(r"<head(?:\s[^<>]*)?>\s*(?:<meta charset=[^<>]*>)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What is told of a page.

    Attributes:
        title: Text or HTML.
        description: Likewise; empty where there is none.
        site: The name of the site, likewise.
        url: The whole address of the page; empty where nobody said where the site is.
        kind: What previews are told that it is.
        published: When the record came to be; empty for other pages.
    """

    title: str
    description: str
    site: str
    url: str = ""
    kind: Literal["website", "article"] = "website"
    published: str = ""


def policy_element(policy: str) -> Markup:
    """The policy of a page, as far as a page can state its own."""
    element = Markup('<meta http-equiv="Content-Security-Policy" content="{}">').format(policy)
    # Between quotes of the other kind these need no escape, and a policy is read by people.
    return Markup(str(element).replace("&#39;", "'"))  # noqa: S704 - markup before, and after


def feed_element(href: str, title: str) -> Markup:
    """The link to a feed, by which readers find it."""
    return Markup('<link rel="alternate" type="application/atom+xml" title="{}" href="{}">').format(
        unescape(title), href
    )


def preview_elements(facts: PageFacts) -> list[Markup]:
    """What other sites show of a page that is linked there. No picture: they take no SVG."""
    told = {
        "og:type": facts.kind,
        "og:title": unescape(facts.title),
        "og:description": unescape(facts.description),
        "og:site_name": unescape(facts.site),
        "og:url": facts.url,
        "article:published_time": facts.published,
    }
    made = [Markup('<meta property="{}" content="{}">').format(name, value) for name, value in told.items() if value]
    return [*made, Markup('<meta name="twitter:card" content="summary">')]


def canonical_element(url: str) -> Markup:
    """Which of its addresses a page goes by."""
    return Markup('<link rel="canonical" href="{}">').format(url)


def with_elements(html: str, elements: list[Markup]) -> str:
    """The page with elements at the start of its head, before all that is loaded."""
    start = _START.search(html)
    if start is None:
        return html
    lines = (f"\n      {element}" for element in elements)
    return "".join([html[: start.end()], *lines, html[start.end() :]])


def has_canonical(html: str) -> bool:
    """The theme says by which address the page goes."""
    return 'rel="canonical"' in html[: html.find("</head>")]


def written_at(one: PublicIncident) -> str:
    """When the record of an incident came to be: the day for one that was written afterwards."""
    if one.recording is not None:
        return one.recording.at.isoformat()
    declared = (row.at for row in one.times if row.label == "Declared" and not (row.at.bound or row.at.period))
    return next((at.machine for at in declared), "")
