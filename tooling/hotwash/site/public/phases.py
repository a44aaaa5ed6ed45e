"""The times of an incident -> its phases: what was still to come, and how long that took."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotwash.site.public.content import Phase
from hotwash.site.public.lengths import length
from hotwash.site.public.values import shown_time

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hotwash.model import incident as written
    from hotwash.model.base import When
    from hotwash.site.public.content import PhaseName
    from hotwash.site.public.times import Moment

# The moment at which a phase ends: by what it is coloured, and what it is called.
_ENDS: dict[str, tuple[PhaseName, str]] = {
    "detected": ("undetected", "Undetected"),
    "acknowledged": ("unanswered", "Until acknowledged"),
    "mitigated": ("felt", "Until mitigated"),
    "resolved": ("lingering", "Until resolved"),
}


def shown_phases(incident: written.Incident) -> Iterable[Phase]:
    """The phases of an incident, one after the other.

    A moment that may be as early as the one before it ends none, nor one with which no length can be told. Nothing but
    the times and the status goes into them, so that they may be told before an incident is closed.
    """
    times, is_closed = incident.times, incident.status == "closed"

    def shown(when: When) -> Moment:
        return shown_time(when) if is_closed else shown_time(when).plain

    known = [(name, when) for name in ("started", *_ENDS) if (when := getattr(times, name)) is not None]
    if not known:
        return
    last_name, since = known[0]
    for name, when in known[1:]:
        lasted = length(since, when)
        if not lasted or not _comes_after(when, since):
            continue
        colour, label = _ENDS[name]
        yield Phase(colour, label, shown(since), shown(when), lasted, ends=name)
        last_name, since = name, when
    if incident.is_open and last_name != "resolved":
        is_felt = times.mitigated is None
        yield Phase(
            "felt" if is_felt else "lingering", f"Not {'mitigated' if is_felt else 'resolved'} yet", shown(since)
        )


def _comes_after(when: When, since: When) -> bool:
    if when.is_open and when.after is None:
        return when.latest > since.latest
    return when.earliest > since.earliest
