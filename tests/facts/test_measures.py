"""How long it took, how well it was kept to, and what many values tell together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotwash.facts.measures import SHOWN_FROM, kept, lengths, nearest_rank, spread
from hotwash.model.incident import Times
from hotwash.model.policy import Policy
from tests.builders import POSTMORTEM_TEXT, case, with_sections

if TYPE_CHECKING:
    from hotwash.facts.measures import Kept

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NAMES = ("started", "detected", "declared", "acknowledged", "mitigated", "resolved")
VALUES = st.lists(st.timedeltas(min_value=timedelta(0), max_value=400 * DAY), min_size=1, max_size=40)


# --- of many


@given(VALUES, st.integers(1, 100))
def test_nearest_rank_is_the_least_value_that_so_many_per_cent_do_not_exceed(
    values: list[timedelta], percent: int
) -> None:
    enough = [one for one in values if 100 * sum(other <= one for other in values) >= percent * len(values)]
    assert nearest_rank(sorted(values), percent) == min(enough)


@given(VALUES, st.randoms())
def test_spread_is_the_same_in_any_order_and_every_number_happened(values: list[timedelta], random: object) -> None:
    found = spread(values)
    assert found is not None
    shuffled = list(values)
    random.shuffle(shuffled)  # type: ignore[attr-defined] # hypothesis types its randoms as object
    assert spread(shuffled) == found
    told = [one for one in (found.least, found.p50, found.p75, found.p90, found.most) if one is not None]
    assert set(told) <= set(values)
    assert told == sorted(told)
    assert (found.n, found.least, found.most) == (len(values), min(values), max(values))


def test_a_percentile_is_told_only_where_it_is_neither_end() -> None:
    """The middle one of two is an end, and of nine values the 90th percentile is the greatest."""
    assert spread([]) is None
    for number in range(1, 30):
        found = spread(n * MINUTE for n in range(number))
        assert found is not None
        assert (found.p50 is not None, found.p90 is not None) == (number >= 3, number >= 10)
        assert (found.p75 is not None) == (number >= SHOWN_FROM[75])
        assert found.p50 is None or found.least < found.p50 < found.most
        assert found.p90 is None or found.p90 < found.most


# --- of one


def taken(**times: object) -> dict[str, timedelta]:
    """What is known of the four times, by the first letters of them."""
    found = lengths(Times.model_validate(times))
    known = {name: getattr(found, name) for name in ("detect", "acknowledge", "mitigate", "resolve")}
    return {name: length for name, length in known.items() if length is not None}


def test_the_four_times_run_from_the_start_and_that_of_the_response_from_its_own_clock() -> None:
    assert taken(
        started="2026-11-23T08:41:00Z",
        detected="2026-11-23T08:44:10Z",
        declared="2026-11-23T08:46:00Z",
        acknowledged="2026-11-23T08:46:40Z",
        mitigated="2026-11-23T09:02:00Z",
        resolved="2026-11-23T11:30:00Z",
    ) == {
        "detect": timedelta(minutes=3, seconds=10),
        "acknowledge": timedelta(minutes=2, seconds=30),
        "mitigate": 21 * MINUTE,
        "resolve": timedelta(hours=2, minutes=49),
    }
    assert taken(declared="2026-11-23T08:46:00Z", acknowledged="2026-11-23T08:46:40Z") == {
        "acknowledge": timedelta(seconds=40)
    }


START = "2026-11-23T08:00Z"


@pytest.mark.parametrize(
    ("end", "length"),
    [
        ("2026-11-23T08:00Z", timedelta(0)),
        ("2026-11-23T08:07:30Z", timedelta(minutes=7, seconds=30)),
        ("2026-11-23T11:00+02:00", HOUR),
        ("2026-11-23T07:59Z", None),
        ({"at": "2026-11-23T08:20Z", "approx": True}, None),
        ({"at": "2026-11-23T09:00Z", "approx": True}, HOUR),
        ("2026-11-24", None),
        ("2026-11-26", timedelta(days=2, hours=16)),
        ({"before": "2026-11-23T09:00Z"}, None),
        ({"after": "2026-11-23T09:00Z", "before": "2026-11-23T09:01Z"}, None),
    ],
)
def test_a_time_counts_when_it_is_known_exactly_enough(end: object, length: timedelta | None) -> None:
    assert taken(started=START, resolved=end).get("resolve") == length


def test_what_was_noticed_or_taken_before_its_clock_began_took_no_time() -> None:
    """People notice before users feel it, and start work before they declare. Nothing is mended before it breaks."""
    assert taken(started=START, detected="2026-11-23T07:00Z", mitigated="2026-11-23T07:00Z") == {
        "detect": timedelta(0),
    }
    assert taken(declared=START, acknowledged="2026-11-23T07:30Z") == {"acknowledge": timedelta(0)}
    assert taken(started="2026-11-23T08:00:40Z", detected=START, mitigated=START) == {
        "detect": timedelta(0),
        "mitigate": timedelta(0),
    }, "within the same minute"


INSTANTS = st.datetimes(datetime(2026, 11, 20), datetime(2026, 11, 27), timezones=st.just(UTC)).flatmap(  # noqa: DTZ001 - hypothesis sets the zone
    lambda at: st.sampled_from([f"{at:%Y-%m-%dT%H:%M:%SZ}", f"{at:%Y-%m-%dT%H:%MZ}", f"{at:%Y-%m-%d}"])
)
WRITTEN = st.one_of(
    INSTANTS,
    INSTANTS.map(lambda at: {"at": at, "approx": True}),
    INSTANTS.map(lambda at: {"before": at}),
    INSTANTS.map(lambda at: {"after": at}),
)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, WRITTEN)))
def test_no_measure_is_ever_negative(times: dict[str, object]) -> None:
    assert all(length >= timedelta(0) for length in taken(**times).values())


# --- what was kept


def kept_of(changes: dict[str, str | None] | None = None, **policy: object) -> Kept:
    return kept(case(changes, stage="closed"), Policy.model_validate(policy))


def test_complete_incident_kept_to_everything() -> None:
    found = kept_of()
    assert (found.response_level, found.response) == ("P1", True)
    assert (found.updates_asked, found.updates_late, found.longest_silence) == (1, 0, None)
    assert (found.gate, found.signed_in_time) == ("open", True)
    assert found.signed_after == timedelta(minutes=4, seconds=40)
    assert found.postmortem is True


def test_late_response_is_judged_by_the_severity_that_it_had_then() -> None:
    late = "times:\n  started: 2026-11-23T08:41Z\n  declared: 2026-11-23T08:46Z\n  acknowledged: 2026-11-23T09:00Z\n"
    late += "  mitigated: 2026-11-23T09:10Z\n  resolved: 2026-11-23T09:30Z\n"
    assert kept_of({"incident.yaml": late}).response is True, "a P1 has an hour"
    assert kept_of({"incident.yaml": late, "timeline.yaml …": _was("P0", "2026-11-23T09:05:00Z")}).response is False


def _was(level: str, until: str) -> str:
    change = f"kind: severity-change, from: {level}, to: P1, text: Less than it looked"
    return f"- at: {until}\n  by: alice\n" + "".join(f"  {part}\n" for part in change.split(", "))


def test_updates_that_came_late_and_one_that_never_came_are_counted() -> None:
    silent = {"severities": {"P1": {"updates": "2m"}}, "updates": {"mitigated": "2m"}}
    found = kept_of(None, **silent)
    # The only one while the clock ran came late, and before the end one more was due.
    assert (found.updates_asked, found.updates_late) == (1 + 1, 2)
    assert found.longest_silence == 31 * MINUTE


def test_unsigned_or_late_first_actions_are_not_in_time() -> None:
    assert kept_of(first_actions={"within": "1m"}).signed_in_time is False
    unsigned = kept_of({"incident.yaml": "first_actions:\n"})
    assert (unsigned.signed_in_time, unsigned.signed_after, unsigned.gate) == (False, None, "shut")


def test_post_mortem_is_in_time_when_it_is_reviewed_by_the_day_that_the_policy_asks_for() -> None:
    late = with_sections(
        POSTMORTEM_TEXT, "---\nreviewed: {by: dave, at: 2026-12-10T09:30:00Z}\n---\n\n## Summary\n\nShort\n"
    )
    assert kept_of({"postmortem.md": late}).postmortem is False
    assert kept_of(severities={"P1": {"postmortem": "none"}}).postmortem is None


def test_a_drill_is_asked_for_its_first_actions_only() -> None:
    found = kept_of({"incident.yaml": "kind: drill\n"})
    assert (found.response, found.updates_asked, found.postmortem) == (None, 0, None)
    assert found.signed_in_time is True


def test_nothing_is_asked_of_what_was_written_up_afterwards() -> None:
    found = kept_of({"incident.yaml": "recorded: {mode: late, at: 2026-11-24, by: alice}\n"})
    assert (found.response, found.updates_asked, found.signed_after, found.signed_in_time) == (None, 0, None, None)
    assert found.gate == "late"
