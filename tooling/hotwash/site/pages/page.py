"""One page: its head, where a reader may go from it, and what its template makes of values.

A page is made of fixed Markdown headings, for the table of contents, and of HTML blocks of one line each: raw HTML to
every Markdown reader. That values of records are inert even outside of such a block is the work of `markup`.
"""

from __future__ import annotations

import posixpath
from functools import partial
from typing import TYPE_CHECKING

import yaml

from hotwash.site.pages.markup import environment, text_as_html
from hotwash.site.places import cause_page, service_page, severity_page, year_page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotwash.site.places import Places
    from hotwash.site.public.content import PublicRepository


def page(
    public: PublicRepository,
    places: Places,
    path: str,
    template: str,
    *,
    title: str,
    description: str,
    hide: tuple[str, ...] = (),
    is_found: bool = True,
    **values: object,
) -> str:
    """A page: its head, and what the template makes of the values.

    Args:
        public: Whose pages these are.
        places: Where the other pages are.
        path: Where this one is.
        template: The name of its template.
        title: Plain text; a record may have written it.
        description: As the title.
        hide: Parts of the theme that the page does without.
        is_found: By the search of the site: not where each of its lines stands on a page of its own.
        values: What the template shows, beside `public` and the links.
    """
    # Themes put both into HTML as they are, so they arrive as HTML.
    head: dict[str, object] = {
        "title": str(text_as_html(title)),
        "description": str(text_as_html(description)),
        "hide": list(hide),
    }
    if not is_found:
        head["search"] = {"exclude": True}
    front = yaml.dump(head, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False, width=10**9)
    links = {
        "href": partial(places.href, path),
        "incident_href": lambda id_: places.href(path, places.incidents[id_]),
        "year_href": lambda year: places.href(path, year_page(year)),
        "service_href": lambda key: places.href(path, service_page(key)),
        "severity_href": lambda level: places.href(path, severity_page(level)),
        "cause_href": lambda category: places.href(path, cause_page(category)),
        "page_of": partial(places.page_of, path),
        "public": public,
        "notice": public.notice,
        "source_ids": frozenset[str](),
    }
    templates = environment()
    body = templates.get_template(template).render(links | values)
    if path == places.home or path.startswith("incidents/"):
        sections = tuple(_sections(places, path))
        body = (templates.get_template("nav.md.j2").render(sections=sections) if sections else "") + "\n" + body
    return f"---\n{front}---\n\n{body.strip()}\n"


def _sections(places: Places, path: str) -> Iterator[tuple[str, str, str]]:
    """Where a reader may go from a page: a label, the link, and how it is marked when the page belongs to it."""
    for label, section in places.sections.items():
        below = section != places.home and section.endswith("/index.md") and path.startswith(posixpath.dirname(section))
        current = "page" if path == section else "true" if below else ""
        yield label, places.href(path, section), current
