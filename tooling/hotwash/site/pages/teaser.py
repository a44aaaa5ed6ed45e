"""An incident in a line, for search engines and for previews elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotwash.site import prose
from hotwash.site.public.sentences import sentences

if TYPE_CHECKING:
    from hotwash.site.public.content import PublicIncident

# What most of them show.
_LENGTH = 200


def teaser(one: PublicIncident) -> str:
    """The first sentences of its summary, or else what kind of incident it is, when it was, and its status."""
    return _summary(one) or _plainly(one)


def _plainly(one: PublicIncident) -> str:
    what = "drill" if one.is_drill else "incident"
    when = f" of {one.day.heading}" if one.day else ""
    return f"{one.severity.level} {what}{when}, {one.status}: {', '.join(one.services)}"


def _summary(one: PublicIncident) -> str:
    if one.account is None or one.account.postmortem is None:
        return ""
    told = (section.text for section in one.account.postmortem.sections if section.title == "Summary")
    return next((_beginning(prose.render(text.text).striptags()) for text in told), "")


def _beginning(text: str) -> str:
    """As many sentences as fit; of one that is too long, its first words."""
    kept = ""
    for sentence in sentences(text):
        longer = f"{kept} {sentence}".strip()
        if len(longer) > _LENGTH:
            break
        kept = longer
    if kept:
        return kept
    words, _, _ = text[:_LENGTH].rpartition(" ")
    return f"{words or text[:_LENGTH]}…"
