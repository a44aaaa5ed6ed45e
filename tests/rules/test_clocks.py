"""The clocks as findings: of whom they are asked, where they point, and what they say."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from hotwash.model.repository import INCIDENT, POSTMORTEM, TIMELINE
from tests.builders import FOLDER, NOW, NOW_AT, PART, POLICY, POSTMORTEM_TEXT, codes, judged, records

if TYPE_CHECKING:
    from hotwash.diagnostics import Diagnostic, Report

LATE = "recorded: {mode: late, at: 2026-11-23, by: alice}\n"
DRILL = "kind: drill\n"
SIGNED_LATE = """\
first_actions:
  assess: {by: alice, at: 2026-11-23T08:52:30Z, note: every EU card payment fails}
  stabilize: {by: carol, at: 2026-11-23T08:49:00Z, note: rolled back checkout-api to v412}
  gather: {by: dave, at: 2026-11-23T08:50:10Z, note: begins with v413}
  communicate: {by: bob, at: 2026-11-23T08:58:00Z, note: told engineers and stakeholders}
"""
AFTER_SIGNING = """\
- {at: 2026-11-23T08:49:00Z, by: carol, kind: mitigation, action: rollback, outcome: effective, text: Rolled back}
- {at: 2026-11-23T08:50:00Z, by: bob, kind: status-update, audience: [engineers, stakeholders], text: We look on}
- {at: 2026-11-23T08:58:30Z, by: alice, kind: status-change, from: declared, to: investigating, text: All are done}
"""
RESPONDED_LATE = """\
severity: P0
times:
  started: 2026-11-23T08:41:00Z
  declared: 2026-11-23T08:46:00Z
  acknowledged: 2026-11-23T08:52:40Z
"""


def told(time: str, audience: str = "[engineers, stakeholders]", more: str = "", text: str = "We look on") -> str:
    """A status update, as an entry that replaces the one of the same time."""
    head = f"- at: 2026-11-23T{time}Z\n  by: bob\n  kind: status-update\n  audience: {audience}\n"
    return f"{head}{more}  text: {text}\n"


def at(text: str) -> datetime:
    """`09:30` is on the day of the incident."""
    return datetime.fromisoformat(text if "T" in text else f"2026-11-23T{text}Z")


def of(incident: str = "", *, now: datetime = NOW, stage: str = "investigating", **files: str) -> Report:
    """The report on the complete incident with changes; `part` replaces entries of its timeline."""
    names = {"timeline": TIMELINE, "part": TIMELINE + PART, "policy": POLICY, "postmortem": POSTMORTEM}
    changes: dict[str, str | None] = {names.get(name, name): text for name, text in files.items()}
    return judged(records({INCIDENT: incident, **changes}, stage=stage), now=now)


def only(report: Report, code: str) -> Diagnostic:
    """The one finding of that code."""
    (found,) = [diagnostic for diagnostic in report.diagnostics if diagnostic.code == code]
    return found


# --- of whom they are asked


@pytest.mark.parametrize(("recorded", "found"), [("", ["HW203"]), (DRILL, ["HW203"]), (LATE, []), (DRILL + LATE, [])])
def test_late_sign_offs_are_asked_of_who_signed_while_it_burned(recorded: str, found: list[str]) -> None:
    assert codes(of(recorded + SIGNED_LATE, timeline=AFTER_SIGNING)) == found


def test_what_is_late_already_is_not_shown_as_what_comes_next() -> None:
    report = of(f"status: declared\n{SIGNED_LATE}", timeline=AFTER_SIGNING.rsplit("- ", 1)[0])
    assert codes(report) == []
    assert "HW203" not in [diagnostic.code for diagnostic in report.upcoming]


OTHER_MODES = [DRILL, LATE, DRILL + LATE]


@pytest.mark.parametrize("recorded", ["", *OTHER_MODES])
@pytest.mark.parametrize(
    ("code", "incident", "timeline"),
    [
        ("HW401", RESPONDED_LATE, ""),
        ("HW402", "", told("09:20:00")),
        ("HW403", "", ""),
        ("HW404", "", told("08:50:00", "public")),
        ("HW405", "", told("08:50:00", more="  eta: 2026-11-23T08:59:00Z\n")),
        ("HW407", "", told("08:50:00", text="x" * 601)),
    ],
)
def test_no_clock_runs_for_a_drill_or_for_what_was_written_up_later(
    recorded: str, code: str, incident: str, timeline: str
) -> None:
    files = {"part": timeline} if timeline else {}
    assert (code in codes(of(recorded + incident, now=at("09:30"), **files))) == (not recorded)


def test_clocks_only_warn() -> None:
    report = of(RESPONDED_LATE + SIGNED_LATE, now=at("12:00"), timeline=AFTER_SIGNING)
    assert set(codes(report)) == {"HW203", "HW401", "HW403"}
    assert report.errors == 0


def test_a_policy_may_switch_a_clock_off_and_a_silence_may_excuse_one_incident() -> None:
    now = at("09:31")
    assert codes(of(now=now)) == ["HW403"]
    assert codes(of(now=now, policy='levels: {HW403: "off"}\n')) == []
    silenced = of(now=now, policy="silences: [{rule: HW403, reason: They are on the phone, until: 2026-11-30}]\n")
    assert (codes(silenced), silenced.silenced) == ([], 1)


# --- where they point, and what they say


def test_a_late_response_names_both_times_the_limit_and_the_delay() -> None:
    found = only(of(RESPONDED_LATE), "HW401")
    assert found.message == "the response took 6 min 40 s (1 min 40 s too late)"
    assert found.label == "`declared` is 2026-11-23T08:46:00Z"
    assert found.notes == ("a P0 asks for a response by 2026-11-23T08:51:00Z",)
    assert found.route == ("times", "acknowledged")
    assert [place.span.line for place in found.related] == [found.span.line - 1]


def test_exactly_the_limit_is_said_to_be_too_long() -> None:
    exact = RESPONDED_LATE.replace("08:52:40", "08:51:00")
    assert only(of(exact), "HW401").message == "the response took 5 min, and must take less"


def test_the_delay_of_a_p3_is_in_business_days_once_one_has_begun() -> None:
    def said(acknowledged: str) -> str:
        times = f"severity: P3\ntimes: {{declared: 2026-11-23T08:46:00Z, acknowledged: {acknowledged}}}\n"
        report = of(times, now=at("2026-11-30T10:00Z"), policy="calendar: {time_zone: America/New_York}\n")
        return only(report, "HW401").message

    assert said("2026-11-24T23:00:00Z") == "the response came 1 h too late"
    assert said("2026-11-25T20:00:00Z") == "the response came 1 business day too late"
    assert said("2026-11-30T20:00:00Z") == "the response came 4 business days too late"


def test_who_waits_for_a_response_is_told_where_to_write_it() -> None:
    report = of(RESPONDED_LATE.replace("  acknowledged: 2026-11-23T08:52:40Z\n", ""))
    found = only(report, "HW401")
    assert found.message == "nobody has responded for 13 min (8 min too late)"
    assert found.advice.endswith("  acknowledged: 2026-11-23T08:59:00Z")


def test_an_update_gap_points_at_the_late_update_and_at_the_one_before_it() -> None:
    late = "at: 2026-11-23T09:30:00Z\nby: bob\nkind: status-update\naudience: public\ntext: We look on\n"
    found = only(of(now=at("09:40"), **{"timeline.d/0930-k3f9.yaml": late}), "HW402")
    assert (found.path, found.route) == (f"{FOLDER}/timeline.d/0930-k3f9.yaml", ("at",))
    assert found.message == "no status update for 39 min, 24 min longer than it may last"
    assert [(place.path, place.message) for place in found.related] == [
        (f"{FOLDER}/timeline.yaml", "nothing was told from here on")
    ]


def test_of_an_update_whose_bounds_are_known_the_bounds_are_shown() -> None:
    late = """\
- {between: [2026-11-23T09:30:00Z, 2026-11-23T09:32:00Z], kind: status-update, audience: public, text: We look on}
"""
    report = of(now=at("09:40"), timeline=records()[f"{FOLDER}/{TIMELINE}"] + late)
    assert only(report, "HW402").route == (3, "between")


def test_a_gap_that_only_the_times_end_points_at_them() -> None:
    report = judged(
        records(
            {INCIDENT: "status: resolved\ntimes: {declared: 2026-11-23T08:46:00Z, resolved: 2026-11-23T09:30:00Z}\n"}
        ),
        now=at("09:40"),
    )
    assert only(report, "HW402").route == ("times", "resolved")


def test_a_promise_that_was_not_kept_is_pointed_at() -> None:
    promise = told("08:50:00", more="  next_update_by: 2026-11-23T08:55:00Z\n")
    found = only(of(part=promise), "HW403")
    assert (found.route, found.message) == ((1, "next_update_by"), "the next status update is 4 min overdue")
    gap = only(of(part=promise + told("08:58:00")), "HW402")
    assert gap.message == "no status update for 8 min, 3 min longer than was promised"
    assert [place.message for place in gap.related] == ["nothing was told from here on", "the promise"]


def test_the_update_that_is_owed_can_be_pasted_and_then_nothing_is_owed() -> None:
    now = at("09:10")
    (tell, _) = only(of(now=now), "HW403").help
    pasted = tell.paste.replace("YOUR-LOGIN", "bob").replace('"..."', "We look on") + "\n"
    assert codes(of(now=now, timeline=records()[f"{FOLDER}/{TIMELINE}"] + pasted)) == ["HW402"]


@pytest.mark.parametrize(
    ("status", "severity", "audience", "found"),
    [
        ("investigating", "P1", "engineers", 0),
        ("investigating", "P1", "stakeholders", 1),
        ("investigating", "P0", "[public, stakeholders]", 1),
        ("investigating", "P2", "public", 0),
        ("declared", "P0", "public", 0),
        ("dismissed", "P0", "public", 0),
        ("monitoring", "P0", "engineers", 0),
        ("resolved", "P0", "engineers", 1),
        ("closed", "P1", "public", 2),
        ("closed", "P1", "[engineers, stakeholders]", 0),
        ("closed", "P2", "public", 0),
    ],
)
def test_of_a_p0_and_p1_engineers_are_told_first_and_stakeholders_before_it_is_over(
    status: str, severity: str, audience: str, found: int
) -> None:
    report = of(f"status: {status}\nseverity: {severity}\n", timeline=told("08:50:00", audience))
    assert codes(report).count("HW404") == found
    assert "HW404" not in [diagnostic.code for diagnostic in report.upcoming]


def test_an_audience_that_was_not_told_does_not_depend_on_the_time() -> None:
    for now in (at("08:00"), NOW, at("2027-01-01T00:00Z")):
        found = only(of(now=now, part=told("08:50:00", "stakeholders")), "HW404")
        assert (found.level, found.message) == ("error", "no status update is for engineers, and this is a P1")


def test_an_estimate_that_went_by_is_followed_by_another_or_by_why_there_is_none() -> None:
    report = of(part=told("08:50:00", "engineers", "  eta: 2026-11-23T08:56:00Z\n"))
    found = only(report, "HW405")
    assert (found.route, found.message) == ((1, "eta"), "the estimate went by 3 min ago, and nobody was told")
    assert "audience: [engineers]\n" in found.advice
    new, unknown = found.help
    assert "  eta: YYYY-MM-DDThh:mm:00Z\n" in new.paste
    assert unknown.paste == '  eta: {unknown: "..."}'


def test_an_update_to_a_closed_incident_is_not_dated_after_it_was_closed() -> None:
    timeline = records(stage="closed")[f"{FOLDER}/timeline.yaml"].replace("[engineers, stakeholders]", "engineers")
    files = records({"timeline.yaml": timeline}, stage="closed")
    found = only(judged(files, now=at("2026-11-28T10:00Z")), "HW404")
    pasted = found.help[0].paste
    assert pasted.startswith("- at: 2026-11-25T10:00:00Z\n")
    files[f"{FOLDER}/timeline.yaml"] += pasted.replace("YOUR-LOGIN", "bob").replace('"..."', "It is over") + "\n"
    assert "HW109" not in codes(judged(files, now=at("2026-11-28T10:00Z")))


@pytest.mark.parametrize("status", ["draft", "in-review"])
def test_a_post_mortem_that_is_not_published_is_pointed_at(status: str) -> None:
    text = POSTMORTEM_TEXT.replace("status: published", f"status: {status}")
    found = only(of(stage="resolved", now=at("2026-12-02T10:00Z"), postmortem=text), "HW406")
    assert found.message == "the post-mortem is 2 business days overdue"
    assert [(place.path, place.message) for place in found.related] == [(f"{FOLDER}/{POSTMORTEM}", f"still {status}")]


def test_a_post_mortem_is_asked_for_only_once_it_is_over() -> None:
    assert "HW406" not in codes(of(stage="monitoring", now=at("2027-12-02T10:00Z")))
    assert "HW406" in codes(of(stage="resolved", now=at("2027-12-02T10:00Z")))
    assert "HW406" not in codes(of(stage="closed", now=at("2027-12-02T10:00Z")))
    report = of(stage="resolved", now=NOW_AT["resolved"])
    assert "HW406" not in [diagnostic.code for diagnostic in (*report.diagnostics, *report.upcoming)]


@pytest.mark.parametrize(("characters", "found"), [(600, []), (601, ["HW407"])])
@pytest.mark.parametrize("letter", ["x", "ö", "🔥"])
def test_an_update_has_six_hundred_characters_at_most_whatever_they_are(
    letter: str, characters: int, found: list[str]
) -> None:
    told_so = "We look at it "
    text = f'"  {told_so}{letter * (characters - len(told_so))} "'
    assert codes(of(part=told("08:50:00", text=text))) == found


def test_a_note_may_be_as_long_as_it_needs_to_be() -> None:
    assert codes(of(part=f"- at: 2026-11-23T08:52:00Z\n  by: bob\n  kind: note\n  text: {'x' * 9000}\n")) == []


def test_late_sign_offs_are_one_finding_at_the_last_of_them() -> None:
    found = only(of(SIGNED_LATE, timeline=AFTER_SIGNING), "HW203")
    assert found.route == ("first_actions", "communicate", "at")
    assert found.message == (
        "communicate was signed off 12 min after `declared` (7 min too late), and 1 more of the four came late"
    )
    assert [place.message for place in found.related] == ["declared", "late as well"]
