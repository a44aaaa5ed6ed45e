"""PublicRepository -> every file of the site that programs read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotwash.site.feeds.atom import atom_files
from hotwash.site.feeds.incident_json import INDEX, incident_json, index_json
from hotwash.site.feeds.published import published_schemas
from hotwash.site.feeds.statuspage import statuspage_files
from hotwash.site.places import incident_document

if TYPE_CHECKING:
    from hotwash.site.places import Places
    from hotwash.site.public.content import PublicRepository


def feed_files(public: PublicRepository, places: Places) -> dict[str, str]:
    """Atom, the documents of Statuspage, the list of incidents, each incident, and the schemas of both; by path."""
    documents = {incident_document(one.id): incident_json(one, places) for one in public.all}
    schemas = {f"schemas/{name}": text for name, text in published_schemas().items()}
    return {
        **atom_files(public, places),
        **statuspage_files(public, places),
        INDEX: index_json(public, places),
        **documents,
        **schemas,
    }
