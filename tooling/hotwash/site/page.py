"""One page: its head, and what its template makes of values.

A page is made of fixed Markdown headings, for the table of contents, and of HTML blocks of one line each: raw HTML to
every Markdown reader. That values of records are inert even outside of such a block is the work of `markup`.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import yaml

from hotwash.site.markup import environment, text_as_html

if TYPE_CHECKING:
    from hotwash.site.content import PublicRepository
    from hotwash.site.places import Places


def page(
    public: PublicRepository,
    places: Places,
    path: str,
    template: str,
    *,
    title: str,
    description: str,
    hide: tuple[str, ...] = (),
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
        values: What the template shows, beside `public` and the links.
    """
    # Themes put both into HTML as they are, so they arrive as HTML.
    head = {"title": str(text_as_html(title)), "description": str(text_as_html(description)), "hide": list(hide)}
    front = yaml.safe_dump(head, allow_unicode=True, sort_keys=False, width=10**9)
    links = {
        "href": partial(places.href, path),
        "incident_href": lambda id_: places.href(path, places.incidents[id_]),
        "page_of": partial(places.page_of, path),
        "home": places.home,
        "public": public,
        "notice": public.notice,
        "source_ids": frozenset[str](),
    }
    body = environment().get_template(template).render(links | values)
    return f"---\n{front}---\n\n{body.strip()}\n"
