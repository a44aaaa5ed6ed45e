"""The page of one incident."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from hotwash.site.drawing.picture import picture
from hotwash.site.pages.page import page
from hotwash.site.pages.teaser import teaser
from hotwash.site.places import incident_page
from hotwash.site.public.content import Prose
from hotwash.site.public.glance import first_sentence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hotwash.site.places import Places
    from hotwash.site.public.content import Account, PublicIncident, PublicRepository

GATE_MEANS = (
    "The STOP gate asks that impact, quick fixes, data and messages come first, before anybody looks for the cause."
)
_FEW = 3
# Where a link of Markdown leads, when it is written further down.
_DEFINITION = re.compile(r"^ {0,3}\[[^\]]+\]:", re.MULTILINE)


def incident(one: PublicIncident, public: PublicRepository, places: Places, *, gate_page: str = "") -> str:
    """All that everybody may know of an incident.

    Args:
        one: The incident.
        public: All that may be known.
        places: Where the other pages are.
        gate_page: The page that tells of the STOP gate; empty where the site has none.
    """
    path, account = incident_page(one.id), one.account
    sections = {}
    if account and account.postmortem:
        sections = {section.title: section for section in account.postmortem.sections}
    return page(
        public,
        places,
        path,
        "incident.md.j2",
        title=one.title,
        description=teaser(one),
        hide=("navigation",),
        incident=one,
        account=account,
        sections=sections,
        picture=picture(one),
        summary=_split(sections["Summary"].text) if "Summary" in sections else None,
        lengths=tuple(_lengths(account)) if account else (),
        mitigations=[entry for entry in account.timeline if entry.outcome or entry.kind == "fix"] if account else (),
        overdue={item.id for item in account.items if one.is_overdue(item, public.as_of)} if account else (),
        gate_means=GATE_MEANS,
        gate_href=places.href(path, gate_page) if gate_page else "",
        source_ids={source.id for source in one.sources},
    )


class _Summary(NamedTuple):
    """What is told before the lines at a glance, and what after them."""

    first: Prose
    rest: Prose | None


def _split(summary: Prose) -> _Summary:
    """The first paragraph apart, unless what follows belongs to it."""
    first, _, rest = summary.text.strip().partition("\n\n")
    if not rest or not first[0].isalpha() or _DEFINITION.search(rest):
        return _Summary(summary, None)
    return _Summary(Prose(first), Prose(rest))


class _Length(NamedTuple):
    """How long one thing was felt."""

    lasted: str
    brief: Prose


def _lengths(account: Account) -> Iterable[_Length]:
    """How long each was felt, of a few things that were felt for different lengths."""
    windows = account.windows
    if 1 < len(windows) <= _FEW and all(window.lasted for window in windows):
        for window in windows:
            yield _Length(window.lasted, Prose(first_sentence(window.what.text)))
