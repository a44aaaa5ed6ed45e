"""How fast a tracker on the network may be asked: what its limits allow, and how long hotwash is ready to wait."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from hotwash.tracker.port import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable

# GitHub's secondary limits are about 80 writes a minute and 500 an hour, shared with whatever else the account does.
BETWEEN_WRITES = timedelta(seconds=1)
WRITES_AN_HOUR = 450
HOUR = timedelta(hours=1)
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
PATIENCE = timedelta(minutes=5)


@dataclass(slots=True)
class Pace:
    """Waits before each call for as long as it has to, and gives up where that would be too long.

    Attributes:
        now: The clock, with fractions of a second.
        sleep: Lets so many seconds pass.
        patience: How long all waits of this run together may be, but for the short ones between two writes.
    """

    now: Callable[[], datetime]
    sleep: Callable[[float], None]
    patience: timedelta = PATIENCE
    _closed_until: datetime = LONG_AGO
    _written: deque[datetime] = field(default_factory=deque)

    def before(self, *, writes: bool) -> None:
        """Wait until the next call may go out.

        Raises:
            UnavailableError: That would take longer than there is patience for; nothing was sent.
        """
        now = self.now()
        self._wait_for_limit(self._closed_until, now)
        if not writes:
            return
        while self._written and self._written[0] <= now - HOUR:
            self._written.popleft()
        if len(self._written) >= WRITES_AN_HOUR:
            self._wait_for_limit(self._written[0] + HOUR, now)
        if self._written:
            pause = self._written[-1] + BETWEEN_WRITES - self.now()
            if pause > timedelta():
                self.sleep(pause.total_seconds())
        self._written.append(self.now())

    def close_for(self, wait: timedelta) -> None:
        """Let nothing out for so long, since the tracker has asked for it."""
        self._closed_until = max(self._closed_until, self.now() + wait)

    def close_until(self, moment: datetime) -> None:
        """Let nothing out until then."""
        self._closed_until = max(self._closed_until, moment)

    def _wait_for_limit(self, moment: datetime, now: datetime) -> None:
        wait = moment - now
        if wait <= timedelta():
            return
        if wait > self.patience:
            message = (
                f"the tracker takes nothing more before {moment:%Y-%m-%d %H:%M:%S} UTC: a limit on its use is reached"
            )
            raise UnavailableError(message, "what is done stays done: run the command again then, and it does the rest")
        self.patience -= wait
        self.sleep(wait.total_seconds())
