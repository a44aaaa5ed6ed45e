"""A clock that goes on only where somebody sleeps, so that waits of an hour are tested in no time."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime

if sys.version_info >= (3, 12):
    from typing import override
else:
    from typing_extensions import override

START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


class Clock:
    """Both what a client waits by and what the fake counts its limits by."""

    def __init__(self) -> None:
        self.seconds = START.timestamp()
        self.slept: list[float] = []

    def now(self) -> datetime:
        """The time of the clock."""
        return datetime.fromtimestamp(self.seconds, UTC)

    def sleep(self, seconds: float) -> None:
        """Pass the time."""
        self.slept.append(seconds)
        self.seconds += seconds


class WallClock(Clock):
    """The real one, for a fake whose clients are programs of their own."""

    @override
    def now(self) -> datetime:
        """The time."""
        self.seconds = time.time()
        return super().now()
