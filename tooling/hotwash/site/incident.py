"""The page of one incident."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotwash.site.page import page
from hotwash.site.places import incident_page
from hotwash.site.teaser import teaser

if TYPE_CHECKING:
    from hotwash.site.content import PublicIncident, PublicRepository
    from hotwash.site.places import Places


def incident(one: PublicIncident, public: PublicRepository, places: Places) -> str:
    """All that everybody may know of an incident."""
    sections = {}
    if one.account and one.account.postmortem:
        sections = {section.title: section for section in one.account.postmortem.sections}
    return page(
        public,
        places,
        incident_page(one.id),
        "incident.md.j2",
        title=one.title,
        description=teaser(one),
        hide=("navigation",),
        incident=one,
        account=one.account,
        sections=sections,
        source_ids={source.id for source in one.sources},
    )
