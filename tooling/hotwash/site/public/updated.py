"""When an incident last changed, as far as everybody may know: never when a site was built."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from hotwash.model.time import EARLIEST

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from hotwash.site.public.content import PublicIncident
    from hotwash.site.public.times import Moment


def updated(one: PublicIncident) -> datetime:
    """The newest moment that the public part of a record tells of, in UTC; the beginning of all times without any."""
    return max((last_told(one), *_starts(_entries(one)), *map(_beginning, _days(one))))


def last_told(one: PublicIncident) -> datetime:
    """The same of its head: its times, what the public was told, and the review of its post-mortem.

    An action item that is done months later is no news of the incident's state.
    """
    return max(_starts(_head(one)), default=EARLIEST)


def _head(one: PublicIncident) -> Iterator[Moment]:
    yield from (row.at for row in one.times)
    yield from one.reopened
    yield from (update.at for update in one.updates)
    if one.account and one.account.postmortem and one.account.postmortem.reviewed_at:
        yield one.account.postmortem.reviewed_at


def _entries(one: PublicIncident) -> Iterator[Moment]:
    return (entry.end or entry.at for entry in one.account.timeline) if one.account else iter(())


def _starts(moments: Iterator[Moment]) -> Iterator[datetime]:
    return ((moment.last or moment).start for moment in moments)


def _days(one: PublicIncident) -> Iterator[date]:
    if one.recording is not None:
        yield one.recording.at
    for item in one.account.items if one.account else ():
        if item.closed is not None:
            yield item.closed


def _beginning(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
