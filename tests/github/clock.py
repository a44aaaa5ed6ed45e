"""A clock that goes on only where somebody sleeps, so that waits of an hour are tested in no time."""

from __future__ import annotations

from datetime import UTC, datetime

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
