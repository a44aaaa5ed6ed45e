"""How fast hotwash asks, and how long it waits."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hotwash.tracker.pace import HOUR, PATIENCE, WRITES_AN_HOUR, Pace
from hotwash.tracker.port import UnavailableError
from tests.github.clock import START, Clock

SECOND = timedelta(seconds=1)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pace(clock: Clock) -> Pace:
    return Pace(clock.now, clock.sleep)


def test_reads_wait_for_nothing(clock: Clock, pace: Pace) -> None:
    for _ in range(1000):
        pace.before(writes=False)
    assert clock.slept == []


def test_a_write_comes_a_second_after_the_one_before(clock: Clock, pace: Pace) -> None:
    pace.before(writes=True)
    clock.seconds += 0.25
    pace.before(writes=True)
    clock.seconds += 2
    pace.before(writes=True)
    assert clock.slept == [0.75]


def test_an_hour_takes_so_many_writes_and_the_rest_is_not_sent(clock: Clock, pace: Pace) -> None:
    for _ in range(WRITES_AN_HOUR):
        pace.before(writes=True)
    with pytest.raises(UnavailableError, match="nothing more before 2026-11-23 11:00:00 UTC"):
        pace.before(writes=True)
    pace.before(writes=False)
    assert set(clock.slept) == {1.0}


def test_who_has_the_patience_goes_on_in_the_next_hour(clock: Clock) -> None:
    pace = Pace(clock.now, clock.sleep, 2 * HOUR)
    moments = []
    for _ in range(WRITES_AN_HOUR * 2):
        pace.before(writes=True)
        moments.append(clock.now())
    for first, later in zip(moments, moments[WRITES_AN_HOUR:], strict=False):
        assert later - first >= HOUR


def test_what_was_asked_to_wait_holds_for_reads_and_writes(clock: Clock, pace: Pace) -> None:
    pace.close_for(7 * SECOND)
    pace.close_for(3 * SECOND)
    pace.close_until(START)
    pace.before(writes=False)
    pace.before(writes=True)
    assert clock.slept == [7.0]


def test_the_patience_is_one_for_all_waits_together(clock: Clock, pace: Pace) -> None:
    for _ in range(2):
        pace.close_for(PATIENCE / 2)
        pace.before(writes=False)
    pace.close_for(SECOND)
    with pytest.raises(UnavailableError) as caught:
        pace.before(writes=False)
    assert "run the command again" in caught.value.hint
    assert sum(clock.slept) == PATIENCE.total_seconds()


def test_the_short_waits_between_writes_use_up_no_patience(clock: Clock) -> None:
    pace = Pace(clock.now, clock.sleep, timedelta())
    for _ in range(100):
        pace.before(writes=True)
    assert sum(clock.slept) == 99
