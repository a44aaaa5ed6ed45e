"""Times of what is written now: no earlier than what it follows, as far as clocks may differ."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from hotwash.facts.gates import TOLERANCE
from hotwash.model.time import Instant, utc_text

if TYPE_CHECKING:
    from datetime import datetime

_SECOND = timedelta(seconds=1)


def moment(text: str) -> datetime:
    """The first moment that a time may mean."""
    return Instant.parse(text).start


def not_before(at: str, earliest: datetime) -> str | None:
    """A time; or, where it is earlier than it can be by no more than clocks differ, the earliest that it can be.

    Returns:
        None where it is much earlier: then one of the two is wrong, and somebody has to say which.
    """
    start = moment(at)
    if start >= earliest:
        return at
    if earliest - start > TOLERANCE:
        return None
    return utc_text(earliest if not earliest.microsecond else earliest + _SECOND)


def after(at: str, last: datetime) -> str | None:
    """As `not_before`, and later than the other by a second at least, so that the order of the two stays."""
    return not_before(at, last.replace(microsecond=0) + _SECOND)
