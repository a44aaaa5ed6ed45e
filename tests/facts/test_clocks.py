"""The clocks of an incident, edge by edge: what starts and stops them, what is late and what is only perhaps late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotwash.facts.clocks import (
    AT_WORK,
    first_told,
    late_sign_offs,
    passed_eta,
    postmortem_due,
    response,
    updates,
    updates_without_eta,
)
from hotwash.facts.history import severity_at
from hotwash.model.policy import Policy
from hotwash.model.time import LATEST
from tests.builders import POSTMORTEM_TEXT, case

if TYPE_CHECKING:
    from hotwash.model.repository import Case

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SILENT = Policy()
BERLIN = {"calendar": {"time_zone": "Europe/Berlin"}}


def policy(**keys: object) -> Policy:
    return Policy.model_validate(keys)


def at(text: str) -> datetime:
    """`09:30` is on the day of the incident."""
    return datetime.fromisoformat(text if "T" in text else f"2026-11-23T{text}Z")


def written(time: str) -> str:
    """A time as a record has it, of one that may lack its day."""
    return time if time.startswith(("2026", "2199", "{")) else f"2026-11-23T{time}Z"


def update(time: str, more: str = "", audience: str = "engineers", text: str = "We look on") -> str:
    return f'- {{at: {written(time)}, kind: status-update, audience: {audience}, text: "{text}"{more}}}\n'


def change(time: str, left: str, reached: str) -> str:
    return f"- {{at: {written(time)}, kind: status-change, from: {left}, to: {reached}, text: Gone on}}\n"


def raised(time: str, left: str, reached: str) -> str:
    return f"- {{at: {written(time)}, kind: severity-change, from: {left}, to: {reached}, text: As it turned out}}\n"


START = change("09:00:00", "declared", "investigating")
RESOLVED = change("12:00:00", "investigating", "resolved")


def incident(
    *timeline: str, times: str = "", status: str = "investigating", severity: str = "P2", **files: str | None
) -> Case:
    """An incident with that timeline; its `times` beside `declared: 08:46`."""
    return case(
        {
            "incident.yaml": f"status: {status}\nseverity: {severity}\ntimes: {{declared: 2026-11-23T08:46:00Z{times}}}\n",
            "timeline.yaml": "".join(timeline) or None,
            **{name.replace("_", "-") + ".md": text for name, text in files.items()},
        }
    )


BETWEEN = """\
- between: [2026-11-23T09:14:00Z, 2026-11-23T09:50:00Z]
  kind: status-update
  audience: public
  text: Told
"""

# --- the severity at a moment


def test_the_severity_at_a_moment_is_that_of_the_last_change_before_it() -> None:
    found = incident(raised("09:10:00", "P3", "P1"), raised("09:20:00", "P1", "P2"), severity="P2")
    moments = ("09:00", "09:09:59", "09:10", "09:19", "09:20", "23:00")
    assert [severity_at(found, at(moment)) for moment in moments] == ["P3", "P3", "P1", "P1", "P2", "P2"]


def test_without_a_change_and_after_the_last_one_the_severity_is_what_stands_in_the_incident() -> None:
    assert severity_at(incident(severity="P0"), at("09:00")) == "P0"
    assert severity_at(incident(raised("09:10:00", "P3", "P1"), severity="P0"), at("09:30")) == "P0"


# --- the response


def times(**keys: str) -> str:
    return "".join(f", {key}: {written(time)}" for key, time in keys.items())


@pytest.mark.parametrize(
    ("severity", "found", "late"),
    [
        ("P0", times(acknowledged="08:50:59"), False),
        ("P0", times(acknowledged="08:51:00"), True),  # as long as the limit is too long
        ("P0", times(detected="08:44:00", acknowledged="08:49:00"), True),  # the earlier of the two counts
        ("P0", times(detected="08:48:00", acknowledged="08:51:00"), True),
        ("P0", times(acknowledged="08:51"), True),
        ("P0", times(detected="08:44", acknowledged="08:49"), False),  # perhaps 4 min, perhaps 6
        ("P0", times(detected="08:44", acknowledged="08:50"), True),
        ("P0", times(acknowledged="{at: 2026-11-23T08:55:00Z, approx: true}"), False),
        ("P0", times(acknowledged="{at: 2026-11-23T09:05:00Z, approx: true}"), True),
        ("P0", times(acknowledged="2026-11-23"), False),
        ("P0", times(acknowledged="2026-11-24"), True),
        ("P0", times(acknowledged="08:40:00"), False),  # somebody was at it before it had a name
        ("P1", times(acknowledged="09:45:59"), False),
        ("P1", times(acknowledged="09:46:00"), True),
        ("P2", times(acknowledged="12:45:59"), False),
        ("P2", times(acknowledged="12:46:00"), True),
        ("P3", times(acknowledged="2026-11-24T17:00:00Z"), False),
        ("P3", times(acknowledged="2026-11-24T17:00:01Z"), True),
        # What stopped the clock where nobody acknowledged.
        ("P0", times(mitigated="08:51:00", resolved="08:50:00"), True),
        ("P0", times(mitigated="08:50:00", resolved="09:50:00"), False),
        ("P0", times(resolved="08:51:00"), True),
        ("P0", times(acknowledged="08:47:00", mitigated="11:00:00", resolved="12:00:00"), False),
    ],
)
def test_a_response_is_late_when_it_surely_took_the_limit(severity: str, found: str, *, late: bool) -> None:
    judged = response(incident(times=found, severity=severity), SILENT, at("23:00"))
    assert judged is not None
    assert judged.late is late


def test_the_clock_of_the_response_runs_on_while_nobody_responds() -> None:
    waiting = incident(times=times(detected="08:45:00"), severity="P0", status="declared")
    before, after = (response(waiting, SILENT, at(now)) for now in ("08:49:59", "08:52:30"))
    assert before is not None
    assert after is not None
    assert (before.late, after.late) == (False, True)
    assert (after.starts, after.ends, after.due) == ("detected", "", at("08:50"))
    assert (after.taken, after.late_by) == (7.5 * MINUTE, 2.5 * MINUTE)
    earlier = response(waiting, SILENT, at("08:00"))
    assert earlier is not None
    assert (earlier.late, earlier.taken, earlier.late_by) == (False, timedelta(0), timedelta(0))


@pytest.mark.parametrize("status", ["resolved", "closed", "dismissed"])
def test_what_is_over_and_says_nothing_of_a_response_is_not_waited_for(status: str) -> None:
    assert response(incident(status=status, severity="P0"), SILENT, at("23:00")) is None


def test_the_limit_is_that_of_the_severity_in_which_somebody_responded() -> None:
    later = incident(raised("09:30:00", "P3", "P0"), times=times(acknowledged="09:00:00"), severity="P0")
    sooner = incident(raised("08:55:00", "P3", "P0"), times=times(acknowledged="09:00:00"), severity="P0")
    judged = [response(found, SILENT, at("10:00")) for found in (later, sooner)]
    assert [(found.level, found.late) for found in judged if found] == [("P3", False), ("P0", True)]


def test_policy_sets_the_limit_in_time_or_business_days_of_its_calendar() -> None:
    relaxed = policy(severities={"P0": {"respond": "1h"}, "P3": {"respond": "2bd"}}, **BERLIN)
    quick = response(incident(times=times(acknowledged="09:45:59"), severity="P0"), relaxed, at("23:00"))
    slow = response(incident(times=times(acknowledged="2026-11-25T16:00:01Z"), severity="P3"), relaxed, at("23:00"))
    assert quick is not None
    assert slow is not None
    assert (quick.late, quick.due) == (False, at("09:46"))
    assert (slow.late, slow.due) == (True, at("2026-11-25T16:00Z"))


# --- status updates: what was late


def gaps(found: Case, asked: Policy = SILENT, now: str = "23:00") -> list[tuple[float, float]]:
    """Of each gap, its length and how late the next update was, in minutes."""
    return [(gap.length / MINUTE, gap.late_by / MINUTE) for gap in updates(found, asked, at(now)).gaps]


@pytest.mark.parametrize(
    ("timeline", "found"),
    [
        # Every 15 minutes from the entry to investigating.
        ((START, update("09:15:00"), update("09:30:00")), []),
        ((START, update("09:15:01")), [(15 + 1 / 60, 1 / 60)]),
        ((START, update("09:10:00"), update("09:40:00"), update("10:00:00")), [(30, 15), (20, 5)]),
        # Before that entry no clock runs.
        ((update("08:50:00"), START, update("09:15:00")), []),
        # Times are as precise as written.
        ((START, update("09:10"), update("09:25"), update("09:41"), update("09:58")), [(17, 2)]),
        ((START, update("{at: 2026-11-23T09:20:00Z, approx: true}")), []),
        ((START, BETWEEN, update("10:05:00")), []),
        # To whomever.
        ((START, update("09:15:00"), update("09:30:00", audience="stakeholders"), update("09:45:00")), []),
        # A blank is no update.
        ((START, update("09:15:00", text="..."), update("09:20:00")), [(20, 5)]),
        # What was promised replaces the cadence, to either side.
        ((START, update("09:10:00", ", next_update_by: 2026-11-23T10:00:00Z"), update("10:00:00")), []),
        ((START, update("09:10:00", ", next_update_by: 2026-11-23T09:15:00Z"), update("09:20:00")), [(10, 5)]),
        ((START, update("09:10:00", ", next_update_by: 2026-11-23T10:00Z"), update("10:00:59")), []),
        ((START, update("09:10:00", ", next_update_by: 2026-11-24"), update("22:00:00")), []),
        ((update("08:50:00", ", next_update_by: 2026-11-23T09:45:00Z"), START, update("09:45:00")), []),
        # A promise for a time that was past already is none.
        ((START, update("09:10:00", ", next_update_by: 2026-11-23T09:05:00Z"), update("09:25:00")), []),
        ((update("08:50:00", ", next_update_by: 2026-11-23T08:55:00Z"), START, update("09:15:00")), []),
    ],
)  # fmt: skip
def test_an_update_is_late_when_it_surely_came_after_it_was_due(
    timeline: tuple[str, ...], found: list[tuple[float, float]]
) -> None:
    # The last one before `now`, so that nothing is owed yet and nothing is counted twice.
    assert gaps(incident(*timeline)) == [pytest.approx(pair) for pair in found]


def every(minutes: int, start: str, until: str) -> str:
    """Updates at a pace, from one time until before another."""
    moment, found = at(start), ""
    while moment < at(until):
        found += update(f"{moment:%H:%M:%S}")
        moment += minutes * MINUTE
    return found


def test_after_four_hours_an_update_an_hour_is_enough() -> None:
    quarter = every(15, "09:15", "13:15")
    assert gaps(incident(START, quarter, update("14:00:00"), update("15:00:00"))) == []
    # The last one before that asks for the next in a quarter of an hour.
    late = every(15, "09:15", "12:50")
    assert gaps(incident(START, late, update("13:30:00"), update("14:30:00"))) == [(45, 30)]
    assert gaps(incident(START, late, update("12:59:59"), update("13:59:00"))) == [(59 + 1 / 60, 44 + 1 / 60)]


@pytest.mark.parametrize(
    ("asked", "late"),
    [
        ({"updates": {"after": {"4h": "1h"}}, "severities": {"P2": {"updates": "2h"}}}, False),  # time is given, not taken
        ({"updates": {"after": {"30m": "2h"}}}, False),
        ({"updates": {"after": {"30m": "20m", "45m": "2h"}}}, False),
        ({"updates": {"after": {"45m": "2h", "30m": "20m"}}}, False),
        ({"updates": {"after": {}}}, True),
        ({"severities": {"P2": {"updates": "119m"}}}, True),
        ({"severities": {"P2": {"updates": "1bd"}}}, False),
    ],
)  # fmt: skip
def test_policy_sets_the_cadence_and_the_longest_that_holds_counts(asked: dict[str, object], *, late: bool) -> None:
    found = incident(START, every(15, "09:15", "13:15"), update("15:00:00"), update("17:00:00"))
    assert bool(gaps(found, policy(**asked))) is late


@pytest.mark.parametrize(
    ("mitigated", "found"),
    [
        ("09:10:00", []),
        ("09:00:00", []),
        ("08:50:00", []),
        ("09:10", []),
        ("09:11:00", [(60, 45)]),  # what was told before it asks for the next one as before
        ("{at: 2026-11-23T09:18:00Z, approx: true}", []),
    ],
)
def test_once_users_no_longer_feel_it_four_hours_are_enough(mitigated: str, found: list[tuple[float, float]]) -> None:
    timeline = (START, update("09:10:00"), update("10:10:00"))
    assert gaps(incident(*timeline, times=times(mitigated=mitigated))) == found


def test_the_clock_stops_when_it_is_resolved_and_not_before() -> None:
    silent = incident(START, update("09:15:00"), RESOLVED, status="resolved", times=times(resolved="12:00:00"))
    (gap,) = updates(silent, SILENT, at("23:00")).gaps
    assert (gap.length, gap.late_by, gap.due) == (165 * MINUTE, 150 * MINUTE, at("09:30"))
    assert (gap.begins, gap.ends) == (silent.timeline[1], silent.timeline[2])
    told = incident(START, update("09:15:00"), RESOLVED, status="resolved", times=times(resolved="09:30:00"))
    assert gaps(told) == []
    assert updates(told, SILENT, at("23:00")).owed is None


def test_what_is_over_without_an_entry_stops_the_clock_all_the_same() -> None:
    found = incident(START, update("09:15:00"), status="resolved", times=times(resolved="09:31:00"))
    (gap,) = updates(found, SILENT, at("23:00")).gaps
    assert (gap.ends, gap.late_by) == (None, MINUTE)
    assert gaps(incident(START, status="resolved")) == []


def test_an_update_after_the_end_is_not_late() -> None:
    end = update("12:01:00")
    found = incident(START, every(15, "09:15", "12:00"), RESOLVED, end, status="resolved")
    assert gaps(found) == []


def test_a_reopened_incident_starts_the_clock_again_and_what_lies_between_is_no_gap() -> None:
    reopened = change("15:00:00", "resolved", "investigating")
    found = incident(START, every(15, "09:15", "12:00"), RESOLVED, reopened, update("15:20:00"))
    assert gaps(found) == [(20, 5)]
    # Four hours have not passed since it was reopened.
    judged = updates(found, SILENT, at("15:30"))
    assert judged.owed is not None
    assert judged.owed.due == at("15:35")


MONITORING = change("09:20:00", "investigating", "monitoring")


def test_a_relapse_ends_the_time_in_which_four_hours_were_enough() -> None:
    relapse = change("10:30:00", "monitoring", "investigating")
    easy = (START, update("09:15:00"), MONITORING, update("09:21:00"))
    assert gaps(incident(*easy, relapse, update("10:45:00"))) == []
    # An hour and a half without a word until the relapse were allowed, what followed was not.
    late = gaps(incident(*easy, relapse, update("11:00:00")))
    assert late == [(99, 15)]
    # `times.mitigated` that was forgotten is no licence.
    forgotten = incident(*easy, relapse, update("10:45:00"), update("11:30:00"), times=times(mitigated="09:20:00"))
    assert gaps(forgotten) == [(45, 30)]
    # And who only watches has nothing mitigated until the record says so.
    assert gaps(incident(*easy, update("10:00:00"), status="monitoring")) == [(39, 24)]


def test_a_raised_severity_asks_for_an_update_sooner() -> None:
    asked = policy(severities={"P3": {"updates": "2h"}, "P0": {"updates": "10m"}})
    found = (START, update("09:05:00"), raised("09:30:00", "P3", "P0"))
    assert gaps(incident(*found, update("09:40:00"), severity="P0"), asked) == []
    assert gaps(incident(*found, update("09:45:00"), severity="P0"), asked) == [(40, 5)]
    # A lowered one asks for nothing sooner, and gives no time to what is due already.
    lowered = (START, update("09:05:00"), raised("09:10:00", "P0", "P3"))
    assert gaps(incident(*lowered, update("09:15:00"), severity="P3"), asked) == []
    assert gaps(incident(*lowered, update("09:20:00"), severity="P3"), asked) == [(15, 5)]


def test_a_promise_holds_whatever_happens_after_it() -> None:
    asked = policy(severities={"P3": {"updates": "2h"}})
    promised = update("09:05:00", ", next_update_by: 2026-11-23T11:00:00Z")
    found = incident(START, promised, raised("09:30:00", "P3", "P0"), update("11:00:00"), severity="P0")
    assert gaps(found, asked) == []


# --- status updates: working time of a P3

FRIDAY = "2026-11-27T"


def test_of_a_p3_only_working_time_counts() -> None:
    start = change(f"{FRIDAY}16:40:00Z", "declared", "investigating")
    told = update(f"{FRIDAY}16:50:00Z")
    monday = (update("2026-11-30T09:05:00Z"), update("2026-11-30T09:15:00Z"))
    assert gaps(incident(start, told, *monday, severity="P3")) == []
    assert gaps(incident(start, told, *monday, severity="P2")) != []
    late = incident(start, told, update("2026-11-30T09:07:00Z"), severity="P3")
    (gap,) = updates(late, SILENT, at("2026-11-30T10:00Z")).gaps
    assert (gap.due, gap.length, gap.late_by, gap.working_only) == (
        at("2026-11-30T09:05Z"), 17 * MINUTE, 2 * MINUTE, True,
    )  # fmt: skip


def test_what_a_p3_owes_at_closing_time_is_not_late_in_the_night() -> None:
    start, told = change(f"{FRIDAY}16:40:00Z", "declared", "investigating"), update(f"{FRIDAY}16:45:00Z")
    found = incident(start, told, severity="P3")
    owed = [
        updates(found, SILENT, at(now)).owed for now in (f"{FRIDAY}23:00Z", "2026-11-29T12:00Z", "2026-11-30T09:02Z")
    ]
    assert [due.overdue for due in owed if due] == [timedelta(0), timedelta(0), 2 * MINUTE]
    # An update on Sunday is in time, and gives the whole quarter of an hour from Monday morning on.
    sunday = incident(start, told, update("2026-11-29T12:00:00Z"), severity="P3")
    judged = updates(sunday, SILENT, at("2026-11-30T09:10Z"))
    assert judged.gaps == ()
    assert judged.owed is not None
    assert (judged.owed.due, judged.owed.overdue) == (at("2026-11-30T09:15Z"), timedelta(0))


def test_a_p3_is_late_in_the_night_only_if_it_surely_was_at_closing_time() -> None:
    start, told = change(f"{FRIDAY}16:40Z", "declared", "investigating"), update(f"{FRIDAY}16:44Z")
    owed = updates(incident(start, told, severity="P3"), SILENT, at(f"{FRIDAY}23:00Z")).owed
    assert owed is not None
    assert (owed.due, owed.overdue) == (at(f"{FRIDAY}16:59Z"), timedelta(0))


def test_the_working_time_is_that_of_the_calendar() -> None:
    start, told = change("15:40:00", "declared", "investigating"), update("15:50:00")
    found = incident(start, told, update("2026-11-24T08:05:00Z"), severity="P3")
    assert gaps(found, policy(**BERLIN)) == []
    assert gaps(found) == [(70, 55)]


# --- status updates: what is owed now


def test_what_is_owed_is_due_a_quarter_of_an_hour_after_the_last_update() -> None:
    found = incident(START, update("09:10:00"))
    owed = [updates(found, SILENT, at(now)).owed for now in ("09:20", "09:25", "09:26")]
    assert [(due.due, due.overdue) for due in owed if due] == [
        (at("09:25"), timedelta(0)),
        (at("09:25"), timedelta(0)),
        (at("09:25"), MINUTE),
    ]
    assert [due.begins for due in owed if due] == [found.timeline[1]] * 3


def test_before_the_first_update_the_entry_to_investigating_counts_and_a_promise_made_before_it() -> None:
    owed = updates(incident(START), SILENT, at("09:20")).owed
    assert owed is not None
    assert (owed.due, owed.overdue, owed.promised) == (at("09:15"), 5 * MINUTE, False)
    promising = incident(update("08:50:00", ", next_update_by: 2026-11-23T09:30:00Z"), START)
    owed = updates(promising, SILENT, at("09:20")).owed
    assert owed is not None
    assert (owed.due, owed.promised, owed.begins) == (at("09:30"), True, promising.timeline[0])


def test_who_promises_a_day_has_until_that_day_is_over() -> None:
    found = incident(START, update("09:10:00", ", next_update_by: 2026-11-24"))
    owed = [updates(found, SILENT, at(now)).owed for now in ("2026-11-24T23:59Z", "2026-11-25T00:10Z")]
    assert [(due.due, due.overdue) for due in owed if due] == [
        (at("2026-11-25T00:00Z"), timedelta(0)),
        (at("2026-11-25T00:00Z"), 10 * MINUTE),
    ]


@pytest.mark.parametrize("status", ["resolved", "closed", "dismissed", "declared"])
def test_nothing_is_owed_of_what_is_over_or_has_not_begun(status: str) -> None:
    end = "" if status == "declared" else change("09:20:00", "investigating", status)
    start = "" if status == "declared" else START
    found = incident(start, end, status=status) if start else incident("[]\n", status=status)
    assert updates(found, SILENT, at("23:00")).owed is None


def test_without_the_entry_that_starts_it_no_clock_runs() -> None:
    judged = updates(incident(update("09:10:00")), SILENT, at("23:00"))
    assert (judged.gaps, judged.owed) == ((), None)


def test_the_longest_of_several_gaps_is_named() -> None:
    judged = updates(incident(START, update("09:20:00"), update("11:00:00"), update("11:30:00")), SILENT, at("11:31"))
    assert len(judged.gaps) == 3
    assert judged.longest is judged.gaps[1]
    assert updates(incident(START), SILENT, at("09:05")).longest is None


KINDS = st.sampled_from(["update", "promise", "investigating", "identified", "monitoring", "resolved", "P0", "P3"])


@given(st.lists(st.tuples(st.integers(0, 600), KINDS), max_size=12), st.integers(0, 900), st.sampled_from(["P1", "P3"]))
def test_whatever_a_timeline_says_the_clock_says_something_that_can_be(
    events: list[tuple[int, str]], now: int, severity: str
) -> None:
    """Steps that do not follow each other, promises for the past: others find that, and the clock goes on."""
    timeline, status, level = "", "declared", severity
    for minute, kind in sorted(events, key=lambda event: event[0]):
        time = (at("06:00") + minute * MINUTE).strftime("%H:%M:%S")
        if kind in ("update", "promise"):
            timeline += update(time, ", next_update_by: 2026-11-23T10:00:00Z" if kind == "promise" else "")
        elif kind in (status, level):
            continue
        elif kind in ("P0", "P3"):
            timeline += raised(time, level, kind)
            level = kind
        else:
            timeline += change(time, status, kind)
            status = kind
    found = incident(timeline or "[]\n", status=status, severity=level)
    moment = at("06:00") + now * MINUTE
    judged = updates(found, policy(**BERLIN), moment)
    zero = timedelta(0)
    assert all(
        zero < gap.late_by <= gap.length and gap.begins is not gap.ends for gap in judged.gaps if not gap.promised
    )
    assert all(gap.late_by > zero for gap in judged.gaps)
    assert (judged.owed is not None) == (status in AT_WORK)
    if judged.owed is not None:
        assert (judged.owed.overdue > zero) <= (moment > judged.owed.due)
        # Nothing is overdue any more once somebody tells something now.
        if moment >= at("16:00"):
            more = incident(timeline + update(f"{moment:%H:%M:%S}"), status=status, severity=level)
            then = updates(more, policy(**BERLIN), moment).owed
            assert then is not None
            assert then.overdue == zero


# --- who was told


def test_an_audience_is_told_with_the_first_update_that_names_it() -> None:
    found = incident(
        update("09:00:00", audience="stakeholders", text="..."),
        update("09:01:00", audience="engineers"),
        update("09:02:00", audience="[engineers, public]"),
    )
    assert first_told(found) == {"engineers": found.timeline[1], "public": found.timeline[2]}


# --- estimates


@pytest.mark.parametrize(
    ("timeline", "late"),
    [
        ((update("09:00:00", ", eta: 2026-11-23T09:30:00Z"),), 30),
        ((update("09:00:00", ", eta: 2026-11-23T10:00:00Z"),), None),
        ((update("09:00:00", ", eta: 2026-11-23T10:30:00Z"),), None),
        ((update("09:00:00", ", eta: 2026-11-23T09:59Z"),), None),
        ((update("09:00:00", ", eta: 2026-11-23T09:58Z"),), 1),
        ((update("09:00:00", ", eta: 2026-11-23"),), None),
        ((update("09:00:00", ", eta: {at: 2026-11-23T09:55:00Z, approx: true}"),), None),
        ((update("09:00:00", ", eta: {unknown: nobody can say yet}"),), None),
        ((update("09:00:00"),), None),
        # An update before it went by takes nothing back, one after it does.
        ((update("09:00:00", ", eta: 2026-11-23T09:30:00Z"), update("09:20:00")), 30),
        ((update("09:00:00", ", eta: 2026-11-23T09:30:00Z"), update("09:30:00")), None),
        ((update("09:00:00", ", eta: 2026-11-23T09:30:00Z"), update("09:45:00")), None),
        ((update("09:00:00", ", eta: 2026-11-23T09:30:00Z"), update("09:45:00", text="...")), 30),
        # The newest estimate is the one that counts.
        ((update("09:00:00", ", eta: 2026-11-23T09:30:00Z"), update("09:10:00", ", eta: 2026-11-23T11:00:00Z")), None),
        ((update("09:00:00", ", eta: 2026-11-23T09:30:00Z"), update("09:10:00", ", eta: {unknown: it is worse}")), None),
        ((update("09:00:00", ", eta: 2026-11-23T11:30:00Z"), update("09:10:00", ", eta: 2026-11-23T09:30:00Z")), 30),
    ],
)  # fmt: skip
def test_an_estimate_went_by_when_no_update_came_since(timeline: tuple[str, ...], late: int | None) -> None:
    passed = passed_eta(incident(*timeline), at("10:00"))
    assert (passed and passed.late_by / MINUTE) == late


@pytest.mark.parametrize(
    ("since", "late"),
    [
        ((), None),
        ((update("09:40:00"),), None),
        ((update("09:40:00", ", eta: 2026-11-23T09:50:00Z"),), 10),
    ],
)
def test_an_estimate_from_before_it_was_over_says_nothing_of_what_comes_back(
    since: tuple[str, ...], late: int | None
) -> None:
    over = change("09:20:00", "investigating", "resolved")
    back = change("09:25:00", "resolved", "investigating")
    passed = passed_eta(incident(update("09:00:00", ", eta: 2026-11-23T09:30:00Z"), over, back, *since), at("10:00"))
    assert (passed and passed.late_by / MINUTE) == late


@pytest.mark.parametrize("status", ["resolved", "closed", "dismissed"])
def test_no_estimate_goes_by_when_it_is_over(status: str) -> None:
    assert passed_eta(incident(update("09:00:00", ", eta: 2026-11-23T09:30:00Z"), status=status), at("10:00")) is None


IDENTIFIED = change("09:30:00", "investigating", "identified")


@pytest.mark.parametrize(
    ("timeline", "found"),
    [
        ((START, update("09:10:00", audience="stakeholders"), IDENTIFIED), []),
        ((START, IDENTIFIED, update("09:40:00", audience="stakeholders")), [2]),
        ((START, IDENTIFIED, update("09:40:00", audience="[public, stakeholders]")), [2]),
        ((START, IDENTIFIED, update("09:40:00", audience="[public, engineers]")), []),
        ((START, IDENTIFIED, update("09:40:00", ", eta: 2026-11-23T11:00:00Z", audience="stakeholders")), []),
        ((START, IDENTIFIED, update("09:40:00", ", eta: {unknown: nobody knows}", audience="stakeholders")), []),
        ((START, IDENTIFIED, update("09:40:00", audience="stakeholders", text="...")), []),
        ((START, IDENTIFIED, update("09:30:00", audience="stakeholders")), []),
        ((START, IDENTIFIED, update("09:30", audience="stakeholders")), []),
        ((START, IDENTIFIED, change("09:35:00", "identified", "monitoring"),
          update("09:40:00", audience="stakeholders")), [3]),
        # The cause turned out to be another one.
        ((START, IDENTIFIED, change("09:35:00", "identified", "investigating"),
          update("09:40:00", audience="stakeholders")), []),
        # Nobody knows the cause of what a rollback ended.
        ((START, change("09:35:00", "investigating", "monitoring"), update("09:40:00", audience="stakeholders")), []),
        ((START, IDENTIFIED, raised("09:35:00", "P1", "P2"), update("09:40:00", audience="stakeholders")), [3]),
        ((START, raised("09:20:00", "P2", "P1"), IDENTIFIED, update("09:40:00", audience="stakeholders")), [3]),
        ((START, IDENTIFIED, update("09:40:00", audience="stakeholders"), raised("09:45:00", "P2", "P1")), []),
    ],
)  # fmt: skip
def test_stakeholders_are_told_when_it_will_be_over_once_the_cause_is_found(
    timeline: tuple[str, ...], found: list[int]
) -> None:
    told = incident(*timeline, severity="P1")
    assert [told.timeline.index(logged) for logged in updates_without_eta(told)] == found


def test_who_hears_that_it_is_over_needs_no_estimate() -> None:
    over = change("09:40:00", "identified", "resolved")
    told = update("09:41:00", audience="stakeholders")
    assert updates_without_eta(incident(START, IDENTIFIED, over, told, severity="P1", status="resolved")) == ()
    # Told at once, and written down before the status was changed.
    first = incident(
        START, IDENTIFIED, update("09:36:00", audience="stakeholders"), over,
        severity="P1", status="resolved", times=times(resolved="09:35:00"),
    )  # fmt: skip
    assert updates_without_eta(first) == ()


# --- post-mortems

OVER = times(mitigated="09:20:00", resolved="09:30:00")


@pytest.mark.parametrize(
    ("severity", "now", "due", "overdue"),
    [
        ("P0", "2026-11-26T09:30Z", "2026-11-26T09:30Z", timedelta(0)),
        ("P0", "2026-11-26T09:31Z", "2026-11-26T09:30Z", MINUTE),
        ("P1", "2026-11-30T17:00Z", "2026-11-30T17:00Z", timedelta(0)),
        ("P1", "2026-11-30T17:01Z", "2026-11-30T17:00Z", MINUTE),
        ("P2", "2026-12-01T17:00Z", "2026-11-30T17:00Z", 24 * HOUR),
    ],
)
def test_a_post_mortem_is_due_three_days_or_five_business_days_after_the_end(
    severity: str, now: str, due: str, overdue: timedelta
) -> None:
    for status in ("resolved", "closed"):
        judged = postmortem_due(incident(times=OVER, status=status, severity=severity), SILENT, at(now))
        assert judged is not None
        assert (judged.due, judged.overdue) == (at(due), overdue)


def test_no_post_mortem_is_due_of_a_p3_of_what_is_not_over_or_once_it_is_published() -> None:
    later = at("2027-11-30T17:00Z")
    assert postmortem_due(incident(times=OVER, status="resolved", severity="P3"), SILENT, later) is None
    assert postmortem_due(incident(status="resolved", severity="P0"), SILENT, later) is None
    for status in ("declared", "investigating", "monitoring", "dismissed"):
        assert postmortem_due(incident(times=OVER, status=status, severity="P0"), SILENT, later) is None
    for status in ("draft", "in-review", "published"):
        text = POSTMORTEM_TEXT.replace("status: published", f"status: {status}")
        found = postmortem_due(incident(times=OVER, status="closed", postmortem=text), SILENT, later)
        assert (found is None) == (status == "published")
    none = policy(severities={"P0": {"postmortem": "none"}})
    assert postmortem_due(incident(times=OVER, status="resolved", severity="P0"), none, later) is None


def test_the_last_entry_that_resolved_it_counts_where_the_times_do_not_say() -> None:
    found = incident(START, RESOLVED, status="resolved", severity="P0")
    judged = postmortem_due(found, SILENT, at("2026-11-23T13:00Z"))
    assert judged is not None
    assert (judged.due, judged.logged) == (at("2026-11-26T12:00Z"), found.timeline[-1])


def test_a_day_as_the_end_gives_the_whole_of_it() -> None:
    found = incident(times=times(resolved="2026-11-23"), status="resolved", severity="P0")
    overdue = [postmortem_due(found, SILENT, at(now)) for now in ("2026-11-27T00:00Z", "2026-11-27T00:01Z")]
    assert [due.overdue > timedelta(0) for due in overdue if due] == [False, True]


# --- the first five minutes


def signed(*times_of: str) -> Case:
    """The four first actions, signed at these times; declared at 08:46:00."""
    lines = [
        f"  {action}: {{by: alice, at: {written(time)}, note: it was done}}\n" if time else f"  {action}: {{}}\n"
        for action, time in zip(("assess", "stabilize", "gather", "communicate"), times_of, strict=True)
    ]
    return case({"incident.yaml": f"first_actions:\n{''.join(lines)}"})


@pytest.mark.parametrize(
    ("times_of", "late"),
    [
        (("08:51:00", "08:50:00", "08:49:00", "08:48:00"), []),
        (("08:51:01", "08:50:00", "08:49:00", "08:48:00"), ["assess"]),
        (("08:53:00", "08:50:00", "08:52:00", "08:48:00"), ["gather", "assess"]),
        (("08:51", "08:40:00", "2026-11-23", ""), []),
        (("08:52", "", "2026-11-24", "{at: 2026-11-23T08:59:00Z, approx: true}"), ["assess", "gather"]),
    ],
)
def test_a_first_action_is_late_when_it_was_surely_signed_after_the_five_minutes(
    times_of: tuple[str, ...], late: list[str]
) -> None:
    assert [found.action for found in late_sign_offs(signed(*times_of), SILENT)] == late


def test_how_late_it_was_signed_and_how_long_that_was_after_the_declaration() -> None:
    (found,) = late_sign_offs(signed("08:50:00", "08:50:00", "08:50:00", "08:58:30"), SILENT)
    assert (found.after, found.late_by) == (12.5 * MINUTE, 7.5 * MINUTE)
    assert late_sign_offs(signed(*["08:58:30"] * 4), policy(first_actions={"within": "15m"})) == ()
    assert late_sign_offs(signed(*["2026-11-24T17:00:00Z"] * 4), policy(first_actions={"within": "1bd"})) == ()


def test_a_time_far_in_the_future_does_not_fall_off_the_calendar() -> None:
    far = times(detected="2199-12-31T23:59:00Z", acknowledged="2199-12-31", resolved="2199-12-31T23:59:59Z")
    endless = policy(
        severities={"P3": {"respond": "99999bd", "updates": "99999d", "postmortem": "99999bd"}},
        updates={"after": {"99999d": "99999bd"}, "mitigated": "99999d"},
        first_actions={"within": "99999d"},
    )
    begun = change("2199-12-31T23:59:30Z", "declared", "investigating")
    for status in ("investigating", "resolved"):
        found = case(
            {
                "incident.yaml": f"status: {status}\nseverity: P3\ntimes: {{declared: 2199-12-31T23:59:00Z{far}}}\n",
                "timeline.yaml": begun,
            }
        )
        now = datetime(2199, 12, 31, tzinfo=UTC)
        judged = response(found, endless, now)
        assert judged is not None
        assert (judged.late, judged.due) == (False, LATEST)
        assert updates(found, endless, now).gaps == ()
        assert late_sign_offs(found, endless) == ()
        due = postmortem_due(found, endless, now)
        assert (due and due.due) == (LATEST if status == "resolved" else None)
