"""1xx: what a record says against itself, and what looks like it and is none."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.builders import FOLDER, NOW_AT, POLICY, POSTMORTEM_TEXT, codes, judged, records

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hotwash.diagnostics import Diagnostic

INCIDENT = "incident.yaml"
TIMELINE = "timeline.yaml …"
LATE = "recorded: {mode: late, at: 2026-11-23, by: alice}\n"
DRILL = "kind: drill\n"
TIMES = """\
times:
  started: 2026-11-23T08:41:00Z
  detected: 2026-11-23T08:44:10Z
  declared: 2026-11-23T08:46:00Z
  acknowledged: 2026-11-23T08:46:40Z
"""


def found(
    code: str,
    incident: str = "",
    *,
    timeline: str = "",
    stage: str = "identified",
    files: Mapping[str, str] | None = None,
) -> list[Diagnostic]:
    """What one rule says of the complete incident with changes, of which no other rule says anything."""
    changes = {INCIDENT: incident, TIMELINE: timeline, **(files or {})}
    report = judged(records(changes, stage=stage), now=NOW_AT[stage])
    assert set(codes(report)) <= {code}, [(other.code, other.message) for other in report.diagnostics]
    return list(report.diagnostics)


def routes(diagnostics: list[Diagnostic]) -> list[str]:
    """The last part of each path, and the route."""
    return [f"{one.path.rsplit('/', 1)[-1]} {'.'.join(map(str, one.route))}" for one in diagnostics]


def entry(at: str, kind: str = "note", text: str = "Somebody looked at it", **own: str) -> str:
    """One entry of a timeline."""
    words = "".join(f"  {key.rstrip('_')}: {value}\n" for key, value in own.items())
    return f"- at: {at}\n  kind: {kind}\n{words}  text: {text}\n"


def file_of(text: str) -> str:
    """The same entry as a file of its own."""
    return text.replace("- at", "at").replace("\n  ", "\n")


def minute(number: float) -> str:
    """A moment between the entries of the complete incident: minutes after half past eight, and seven seconds."""
    whole = int(number)
    return f"2026-11-23T08:{30 + whole:02}:07Z"


# --- HW102 time-in-future


@pytest.mark.parametrize(
    ("at", "later"),
    [
        ("2026-11-23T09:04:00Z", False),
        ("2026-11-23T09:04:01Z", True),
        ("2026-11-23T10:04:00+01:00", False),
        ("2026-11-23T09:04Z", False),
        ("2026-11-23T09:05Z", True),
        ("2026-11-23", False),
        ("2026-11-24", True),
        ("{at: 2026-11-23T09:14Z, approx: true}", False),
        ("{at: 2026-11-23T09:15Z, approx: true}", True),
    ],
)
def test_a_time_is_in_the_future_only_when_all_that_it_may_mean_is(at: str, *, later: bool) -> None:
    said = found("HW102", timeline=entry(at))
    assert bool(said) == later


@pytest.mark.parametrize(
    ("known", "later"),
    [
        ("after: 2026-09-21T10:00Z, before: 2026-11-26T10:05Z", False),
        ("after: 2026-09-21T10:00Z, before: 2026-11-26T10:06Z", True),
        ("after: 2026-09-21T10:00Z, before: 2026-11-26T10:06Z, approx: true", False),
        ("after: 2026-09-21T10:00Z, before: 2026-11-26T10:16Z, approx: true", True),
        ("after: 2026-09-21T10:00Z", False),
        ("after: 2026-11-26T10:06Z", True),
    ],
)
def test_a_bound_in_the_future_is_a_slip(known: str, *, later: bool) -> None:
    times = f"times:\n  started: {{at: 2026-09-21T08:41:00Z, source: S1}}\n  resolved: {{{known}, source: S1}}\n"
    assert bool(found("HW102", times, stage="retrospective")) == later


@pytest.mark.parametrize(
    ("incident", "route"),
    [
        (TIMES.replace("acknowledged: 2026", "acknowledged: 2027"), "times.acknowledged"),
        ("recorded: {mode: late, at: 2026-11-24, by: alice}\n", "recorded.at"),
    ],
)
def test_every_time_of_incident_yaml_is_asked(incident: str, route: str) -> None:
    report = judged(records({INCIDENT: incident}))
    assert [".".join(map(str, one.route)) for one in report.diagnostics if one.code == "HW102"] == [route]


@pytest.mark.parametrize(
    ("own", "route"),
    [
        ("  until: 2026-11-23T19:00:00Z\n", "until"),
        ("  changed_at: 2026-11-23T19:00:00Z\n", "changed_at"),
    ],
)
def test_every_time_of_an_entry_is_asked(own: str, route: str) -> None:
    text = f"- at: {minute(22)}\n  kind: change\n{own}  text: The pool was made smaller\n"
    assert [one.route[-1] for one in found("HW102", timeline=text)] == [route]


def test_a_bound_is_asked_alone() -> None:
    text = "- between: [2026-11-23T08:50Z, 2026-11-23T19:00Z]\n  kind: note\n  text: The proxy was restarted\n"
    said = judged(records({"timeline.d/0850-abcd.yaml": text.replace("- between", "between").replace("\n  ", "\n")}))
    assert [one.route for one in said.diagnostics] == [("between", 1)]


def test_what_is_meant_to_come_may_be_later() -> None:
    update = entry(
        minute(23),
        "status-update",
        audience="[engineers, stakeholders]",
        eta="2026-11-24T10:00Z",
        next_update_by="2026-11-23T09:05Z",
    )
    assert found("HW102", timeline=update) == []


def test_the_old_value_of_a_correction_says_nothing_any_more() -> None:
    text = entry(minute(22), corrected='{was: {at: {at: 2062-11-23}}, why: "two digits had changed places"}')
    assert found("HW102", timeline=text) == []


def test_the_review_and_the_reading_of_a_source_are_asked() -> None:
    review = POSTMORTEM_TEXT.replace("at: 2026-11-25T09:30", "at: 2026-12-25T09:30")
    said = judged(records({"postmortem.md": review}, stage="closed"), now=NOW_AT["closed"])
    assert [one.route for one in said.diagnostics if one.code == "HW102"] == [("reviewed", "at")]
    source = "sources:\n  S1: {url: 'https://x.example', kind: primary, title: a, publisher: b, read: 2026-12-01}\n"
    said = judged(records({INCIDENT: source}, stage="retrospective"), now=NOW_AT["retrospective"])
    assert [(one.code, one.route) for one in said.diagnostics] == [("HW102", ("sources", "S1", "read"))]


@pytest.mark.parametrize(("day", "later"), [("2026-11-23", False), ("2026-11-24", False), ("2026-11-25", True)])
def test_a_day_is_that_of_whoever_wrote_it(day: str, *, later: bool) -> None:
    evening = datetime(2026, 11, 23, 10, 0, 1, tzinfo=UTC)
    report = judged(records({INCIDENT: LATE.replace("2026-11-23", day)}, stage="identified"), now=evening)
    assert ("HW102" in codes(report)) == later


# --- HW105 severity-disagrees


def changed(number: float, left: str, reached: str) -> str:
    """One severity-change entry."""
    return entry(minute(number), "severity-change", from_=left, to=reached)


@pytest.mark.parametrize(
    ("timeline", "wrong"),
    [
        (changed(22, "P2", "P1"), []),
        (changed(22, "P2", "P0") + changed(23, "P0", "P1"), []),
        (changed(22, "P1", "P0"), ["incident.yaml severity"]),
        (changed(22, "P1", "P2") + changed(23, "P3", "P1"), ["timeline.yaml 4.from"]),
        (changed(22, "P1", "P2") + changed(23, "P3", "P0"), ["incident.yaml severity", "timeline.yaml 4.from"]),
    ],
)
def test_the_severity_is_where_the_last_entry_leads_and_each_leaves_where_it_was(
    timeline: str, wrong: list[str]
) -> None:
    assert routes(found("HW105", timeline=timeline)) == wrong


def test_a_severity_with_its_basis_is_pointed_at_in_its_mapping() -> None:
    said = found("HW105", "severity: {level: P1, source_level: red}\n", timeline=changed(22, "P1", "P0"))
    assert [one.route for one in said] == [("severity", "level")]


def test_of_a_retrospective_record_no_agreement_is_asked() -> None:
    text = "- {at: {at: 2026-09-21T08:44Z, source: S1}, kind: severity-change, from: P3, to: P2, text: Fewer than thought}\n"
    assert found("HW105", stage="retrospective", timeline=text) == []


# --- HW106 role-disagrees


def handover(number: float, role: str, to: str, *, accepted: bool = True) -> str:
    """One handover."""
    return entry(minute(number), "handover", role=role, to=to, accepted=str(accepted).lower())


@pytest.mark.parametrize(
    ("timeline", "messages"),
    [
        (handover(22, "communications", "bob"), []),
        (handover(22, "communications", "Bob"), []),
        (handover(22, "communications", "erin", accepted=False), []),
        (handover(22, "communications", "erin") + handover(23, "communications", "bob"), []),
        (handover(22, "communications", "erin"), ["`communications` was handed over to erin, and bob holds it"]),
        (handover(22, "database", "erin"), ["`database` was handed over to erin, and nobody holds it"]),
    ],
)
def test_a_role_is_held_by_who_accepted_it_last(timeline: str, messages: list[str]) -> None:
    assert [one.message for one in found("HW106", timeline=timeline)] == messages


def test_who_holds_a_role_before_saying_yes_is_told_so() -> None:
    timeline = handover(22, "communications", "erin") + handover(23, "communications", "bob", accepted=False)
    (said,) = found("HW106", timeline=timeline)
    assert "accepted: true" in said.help[0].text
    assert len(said.related) == 2


# --- HW107 repeated-entry

NOTE = entry(minute(22), text="The payments team is on the call")


@pytest.mark.parametrize(
    "other",
    [
        NOTE.replace("payments", "network"),
        NOTE.replace(":07Z", ":08Z"),
        NOTE.replace("  kind: note\n", "  kind: note\n  by: carol\n"),
        NOTE.replace("note", "decision"),
    ],
)
def test_what_differs_is_another_entry(other: str) -> None:
    assert found("HW107", timeline=NOTE, files={"timeline.d/0852-abcd.yaml": file_of(other)}) == []


@pytest.mark.parametrize(
    "other",
    [
        NOTE,
        NOTE.replace("T08", "T09").replace("07Z", "07+01:00"),
        NOTE.replace("The payments team", "|-\n    The payments\n    team"),
        NOTE.replace("  kind: note\n", "  kind: note\n  source: S1\n"),
    ],
)
def test_the_same_moment_and_words_are_the_same_however_written(other: str) -> None:
    (said,) = found("HW107", timeline=NOTE, files={"timeline.d/0852-abcd.yaml": file_of(other)})
    assert said.route == ("at",)
    assert [(note.path.rsplit("/", 1)[-1], note.message) for note in said.related] == [
        ("timeline.yaml", "the first one")
    ]


def test_before_and_after_one_moment_are_two_times() -> None:
    note = "- {{at: {at}, kind: note, source: S1, text: It failed}}\n"
    forms = ("{before: 2026-09-21T08:44Z}", "2026-09-21T08:44Z", "{after: 2026-09-21T08:44Z}")
    assert found("HW107", timeline="".join(note.format(at=at) for at in forms), stage="retrospective") == []


def test_one_update_for_two_audiences_and_two_steps_on_one_day_are_no_repetition() -> None:
    update = "kind: status-update\nat: 2026-11-23T08:57:30Z\naudience: {}\ntext: Cards work again\n"
    steps = "kind: handover\nat: 2026-11-23T08:57:30Z\nrole: {}\nto: alice\ntext: Alice takes it\n"
    files = {
        f"timeline.d/0857-{index}.yaml": text
        for index, text in enumerate(
            [update.format("public"), update.format("engineers"), steps.format("database"), steps.format("network")]
        )
    }
    assert codes(judged(records(files))) == []


def test_one_id_twice_is_said_once() -> None:
    files = {TIMELINE: NOTE + "  id: one\n", "timeline.d/one.yaml": file_of(NOTE)}
    assert codes(judged(records(files))) == ["HW113"]


# --- HW108 severity-against-impact


def hit(level: str, share: float) -> str:
    """An incident with a severity and a share."""
    return (
        f"severity: {level}\nimpact:\n  users: {{share: {share}, description: they cannot pay}}\n"
        "  business: {reputation: Press enquiry at 10:00}\n  scope: {description: cards}\n"
    )


@pytest.mark.parametrize(
    ("level", "share", "meant"),
    [
        ("P0", 0.9, None), ("P0", 0.25, None), ("P0", 0.2499, "P2"), ("P0", 0, "P2"),
        ("P1", 1, None), ("P1", 0, None),
        ("P2", 0.9, "P0"), ("P2", 0.8999, None), ("P2", 0, None),
        ("P3", 0.9, "P0"), ("P3", 0.25, "P1"), ("P3", 0.2499, None), ("P3", 0, None),
    ],
)  # fmt: skip
def test_a_share_speaks_against_a_severity_two_levels_away(level: str, share: float, meant: str | None) -> None:
    report = judged(records({INCIDENT: hit(level, share)}))
    said = [one.message.rpartition(": ")[2] for one in report.diagnostics if one.code == "HW108"]
    assert said == ([] if meant is None else [f"that speaks for {meant}"])


@pytest.mark.parametrize(
    ("severity", "route"), [("P3", ("severity",)), ("{level: P3, source_level: blue}", ("severity", "level"))]
)
def test_the_severity_against_the_share_is_pointed_at_where_it_stands(severity: str, route: tuple[str, ...]) -> None:
    assert [one.route for one in found("HW108", hit(severity, 0.95))] == [route]


def test_a_severity_that_was_lowered_once_it_was_under_control_is_no_contradiction() -> None:
    assert found("HW108", hit("P3", 0.95), timeline=changed(22, "P0", "P3")) == []


def test_policy_says_from_which_share_on() -> None:
    policy = "severities:\n  P0: {share: 0.5}\n  P1: {share: 0.3}\n  P2: {share: 0.2}\n  P3: {share: 0.1}\n"
    said = {
        share: [one.message[-2:] for one in judged(records({INCIDENT: hit("P0", share), POLICY: policy})).diagnostics]
        for share in (0.05, 0.2, 0.3)
    }
    assert said == {0.05: ["P3"], 0.2: ["P2"], 0.3: []}


# --- HW109 entry-outside-incident


@pytest.mark.parametrize(
    ("at", "outside"),
    [
        ("2026-11-22T08:40:59Z", True),
        ("2026-11-22T08:41:00Z", False),
        ("2026-11-22T08:40Z", True),
        ("{at: 2026-11-22T08:40Z, approx: true}", False),
        ("2026-11-22", False),
        ("2026-11-21", True),
    ],
)
def test_more_than_a_day_before_the_start_is_outside(at: str, *, outside: bool) -> None:
    for kind, said in (("note", outside), ("change", False)):
        assert bool(found("HW109", files={"timeline.d/0840-abcd.yaml": file_of(entry(at, kind))})) == said


def test_where_the_start_is_not_known_the_declaration_counts() -> None:
    (said,) = found("HW109", "times: {declared: 2026-11-23T08:46:00Z}\n", timeline=entry("2026-11-22T08:45:59Z"))
    assert said.message == "this note is 1 d before `declared`"


@pytest.mark.parametrize(("at", "outside"), [("2026-11-25T10:00:00Z", False), ("2026-11-25T10:00:01Z", True)])
def test_after_the_last_closing_is_outside(at: str, *, outside: bool) -> None:
    timeline = entry(at) if outside else ""
    assert bool(found("HW109", stage="closed", timeline=timeline)) == outside


def test_a_reopened_incident_has_no_end() -> None:
    timeline = entry("2026-11-25T12:00:00Z", "status-change", from_="closed", to="investigating") + entry(
        "2026-11-25T12:30:00Z"
    )
    report = judged(
        records({INCIDENT: "status: investigating\n", TIMELINE: timeline}, stage="closed"), now=NOW_AT["closed"]
    )
    assert "HW109" not in codes(report)


# --- HW110 unknown-not-allowed

AFFECTED = """\
impact:
  users: {affected: {unknown: The counter is down as well}, description: they cannot pay}
  business: {reputation: Press enquiry at 10:00}
  scope: {description: cards}
"""


@pytest.mark.parametrize(
    ("stage", "recorded", "allowed"),
    [
        ("identified", "", True),
        ("identified", DRILL, True),
        ("monitoring", "", True),
        ("identified", LATE, False),
        ("resolved", "", False),
        ("closed", "", False),
        ("retrospective", "", True),
    ],
)
def test_how_many_were_hit_may_be_unknown_until_a_live_incident_is_resolved(
    stage: str, recorded: str, *, allowed: bool
) -> None:
    report = judged(records({INCIDENT: recorded + AFFECTED}, stage=stage), now=NOW_AT[stage])
    assert ("HW110" in codes(report)) != allowed


@pytest.mark.parametrize(
    ("key", "question"),
    [("revenue_loss", "how much revenue was lost?"), ("reputation", "what did it do to our name?")],
)
def test_the_message_asks_what_is_to_be_answered(key: str, question: str) -> None:
    business = {"revenue_loss": "{none: It was given back}", "reputation": "Press enquiry"} | {
        key: "{unknown: Nobody asked}"
    }
    text = (
        "impact:\n  users: {affected: 3, description: They cannot pay}\n  scope: {regions: [eu-west-1]}\n  business:\n"
    )
    text += "".join(f"    {name}: {value}\n" for name, value in business.items())
    (said,) = judged(records({INCIDENT: text})).diagnostics
    assert said.code == "HW110"
    assert said.message.endswith(question)


def test_an_eta_and_the_root_causes_may_be_unknown() -> None:
    update = entry(
        minute(23), "status-update", audience="[engineers, stakeholders]", eta="{unknown: The cause is not found}"
    )
    text = "root_causes: {unknown: Nothing of that night was kept}\n"
    assert found("HW110", text, timeline=update) == []


# --- HW111 fact-without-source


def of_retrospective(incident: str) -> list[str]:
    return routes(found("HW111", incident, stage="retrospective"))


@pytest.mark.parametrize(
    "known", ["before: 2026-09-21T08:41:00Z", "after: 2026-09-21T08:40Z, before: 2026-09-21T08:42Z, approx: true"]
)
def test_the_help_for_a_source_keeps_what_the_time_says(known: str) -> None:
    (said,) = found("HW111", f"times:\n  started: {{{known}}}\n", stage="retrospective")
    assert said.help[0].say == f"write where it is from, like `started: {{{known}, source: S1}}`"


def test_of_other_records_no_source_is_asked() -> None:
    assert found("HW111") == []


@pytest.mark.parametrize(
    ("source", "enough"),
    [
        ("{at: {at: 2026-09-21T08:50Z, source: S1}", True),
        ("{at: 2026-09-21T08:50Z, source: [S1]", True),
        ("{between: [{at: 2026-09-21T08:50Z, source: S1}, {at: 2026-09-21T08:55Z, source: S1}]", True),
        ("{between: [{at: 2026-09-21T08:50Z, source: S1}, 2026-09-21T08:55Z]", False),
        ("{at: 2026-09-21T08:50Z", False),
    ],
)
def test_of_an_entry_the_source_of_its_time_counts(source: str, *, enough: bool) -> None:
    text = f"- {source}, kind: note, text: They looked at it}}\n"
    report = judged(records({"timeline.yaml": text}, stage="retrospective"), now=NOW_AT["retrospective"])
    assert codes(report) == ([] if enough else ["HW111"])


@pytest.mark.parametrize(
    ("impact", "wrong"),
    [
        ("users: {description: they could not pay}", []),
        ("users: {affected: {unknown: No source gives a number}, description: they could not pay}", []),
        ("users: {affected: 0, description: they could not pay}", ["users.affected"]),
        ("users: {share: 0.5, description: they could not pay}", ["users.share"]),
        ("business: {reputation: Public apology}", []),
        ("business: {unknown: No source says what it cost}", []),
        ("business: {revenue_loss: {unknown: No source says what it cost}}", []),
        ("business: {revenue_loss: {amount: 1, currency: EUR}}", ["business.revenue_loss"]),
        ("business: {revenue_loss: {amount: 1, currency: EUR}, source: S1}", []),
        ("business: {revenue_loss: {amount: 1, currency: EUR, source: S1}}", []),
        ("measures: [{what: traffic, share: 0.5}]", ["measures.0.what"]),
        ("data: {lost: carts, recoverable: true}", ["data.lost"]),
        ("windows: [{from: {at: 2026-09-21, source: S1}, until: 2026-09-21, what: no carts}]", ["windows.0.until"]),
        ("windows: [{from: 2026-09-21, until: 2026-09-21, what: no carts, source: S1}]", []),
    ],
)
def test_a_figure_of_the_impact_has_its_source(impact: str, wrong: list[str]) -> None:
    assert of_retrospective(f"impact: {{{impact}}}\n") == [f"incident.yaml impact.{route}" for route in wrong]


@pytest.mark.parametrize(
    ("incident", "wrong"),
    [
        ("resolution: {how: mitigated, source: S2}\n", ["incident.yaml resolution.source"]),
        ("resolution: {how: mitigated, source: [S1, S2]}\n", ["incident.yaml resolution.source.1"]),
        ("labels: {source: S2}\n", []),
    ],
)
def test_a_source_that_is_named_is_listed(incident: str, wrong: list[str]) -> None:
    assert of_retrospective(incident) == wrong


@pytest.mark.parametrize(
    ("kind", "enough"), [("primary", True), ("regulator", True), ("observer", False), ("secondary", False)]
)
def test_somebody_who_was_there_or_may_ask_is_heard(kind: str, *, enough: bool) -> None:
    text = f"sources: {{S1: {{url: 'https://x.example', kind: {kind}, title: a, publisher: b, read: 2026-11-20}}}}\n"
    assert of_retrospective(text) == ([] if enough else ["incident.yaml sources"])


# --- HW112 relapse-after-mitigated

MITIGATED = f"{TIMES}  mitigated: 2026-11-23T08:52Z\n"


def recovered(number: float, share: float, **own: str) -> str:
    """One recovery entry."""
    return entry(minute(number), "recovery", share=str(share), **own)


@pytest.mark.parametrize(
    ("timeline", "wrong"),
    [
        (recovered(22, 1) + recovered(25, 0.5), 1),
        (recovered(22, 0.5) + recovered(25, 1), 0),
        (recovered(22, 1) + recovered(25, 1), 0),
        (recovered(22, 1, what="cards") + recovered(25, 0.5, what="Cards"), 1),
        (recovered(22, 1, what="cards") + recovered(25, 0.5, what="search"), 0),
        (recovered(20, 1) + recovered(21, 0.5), 0),
        (entry("2026-11-23T08:54Z", "recovery", share="1") + recovered(24, 0.5), 0),
    ],
)
def test_a_share_that_falls_after_the_mitigation_is_a_relapse(timeline: str, wrong: int) -> None:
    assert len(found("HW112", MITIGATED, timeline=timeline)) == wrong
    assert found("HW112", timeline=timeline) == []


@pytest.mark.parametrize(
    ("window", "wrong"),
    [
        ("{from: 2026-11-23T08:41Z, until: 2026-11-23T08:52:59Z, what: no card works}", []),
        ("{from: 2026-11-23T08:41Z, until: 2026-11-23T08:53:00Z, what: no card works}", ["until"]),
        ("{from: 2026-11-23T08:53:00Z, until: 2026-11-23T08:54:00Z, what: no card works}", ["from"]),
        ("{from: 2026-11-23T08:41Z, until: {at: 2026-11-23T09:02Z, approx: true}, what: no card works}", []),
        ("{from: 2026-11-23T08:41Z, what: no card works}", []),
        ("{from: 2026-11-23, what: no card works}", []),
    ],
)
def test_a_window_after_the_mitigation_is_a_relapse(window: str, wrong: list[str]) -> None:
    impact = (
        "impact:\n  users: {affected: 5, description: they cannot pay}\n  business: {reputation: Press enquiry}\n"
        f"  scope: {{description: cards}}\n  windows: [{window}]\n"
    )
    assert [one.route[-1] for one in found("HW112", MITIGATED + impact)] == wrong


# --- HW113 unknown-entry-id


@pytest.mark.parametrize("key", ["caused_by", "supersedes"])
@pytest.mark.parametrize(
    ("name", "message"),
    [("first", ""), ("frist", "no entry has the id `frist`"), ("second", "`{}` names this entry itself")],
)
def test_what_an_entry_names_is_the_id_of_another(key: str, name: str, message: str) -> None:
    timeline = entry(minute(22), id="first") + entry(
        minute(23), "finding", id="second", about="hypothesis", state="open", **{key: name}
    )
    said = found("HW113", timeline=timeline)
    assert [one.message for one in said] == ([message.format(key)] if message else [])


def test_what_an_entry_answers_may_be_a_file_of_its_own_and_may_come_later() -> None:
    answer = entry(minute(22), "mitigation", action="rollback", outcome="effective", answers="0853-abcd")
    file = "at: 2026-11-23T08:53:00Z\nkind: note\ntext: It was made worse\n"
    assert found("HW113", timeline=answer, files={"timeline.d/0853-abcd.yaml": file}) == []


def test_without_a_near_name_the_help_lists_what_there_is() -> None:
    timeline = "".join(entry(minute(20 + number), id=f"e{number}") for number in range(6))
    timeline += entry(minute(26), "finding", about="hypothesis", state="open", caused_by="quite-another")
    (said,) = found("HW113", timeline=timeline)
    assert said.help[0].text == "give that entry an `id`, and name it here; ids so far: e0, e1, e2, e3, e4, …"


def test_what_another_source_says_is_not_still_to_come_either() -> None:
    def told(year: int) -> list[str]:
        also = f"also: [{{at: {year}-09-21T09:04:00Z, source: S1}}]"
        times = f"times: {{started: {{at: 2026-09-21T08:41:00Z, source: S1, {also}}}}}\n"
        return codes(judged(records({"incident.yaml": times}, stage="retrospective"), now=NOW_AT["retrospective"]))

    assert told(2026) == []
    assert told(2027) == ["HW102"]


@pytest.mark.parametrize("kind", ["", "kind: drill\n"])
def test_a_first_action_that_was_signed_before_anything_began_is_worth_a_look(kind: str) -> None:
    files = records({"incident.yaml": kind})
    path = f"{FOLDER}/incident.yaml"
    files[path] = files[path].replace("at: 2026-11-23T08:47:30Z", "at: 2026-11-21T08:47:30Z")
    (found,) = judged(files).diagnostics
    assert (found.code, found.level, found.route) == ("HW101", "warning", ("first_actions", "assess", "at"))
    assert found.message == "assess is signed off 1 d 23 h before the incident began"
    assert [one.say for one in found.help] == ["mend the one that is wrong"]


@pytest.mark.parametrize(
    ("resolved", "at"),
    [
        ("2026-11-23T09:30:00Z", "2026-11-23T09:30:00Z"),
        # Before the last entry it would be out of order, and what is still to come has not been.
        ("2026-11-23T08:50:00Z", "2026-11-26T10:00:00Z"),
        ("2026-11-30T08:50:00Z", "2026-11-26T10:00:00Z"),
    ],
)
def test_the_entry_that_led_to_the_end_is_offered_with_its_time(resolved: str, at: str) -> None:
    times = f"{TIMES}  mitigated: 2026-11-23T08:45:00Z\n  resolved: {resolved}\n"
    files = records({INCIDENT: f"status: closed\n{times}"}, stage="identified")
    report = judged(files, now=NOW_AT["closed"])
    (told,) = [one for one in report.diagnostics if one.code == "HW104"]
    pasted = told.help[0].paste.split("\n")
    assert [line for line in pasted if "at:" in line or "to:" in line] == [
        *(f"- at: {at}", "  to: resolved"),
        *("- at: 2026-11-26T10:00:00Z", "  to: closed"),
    ]


def test_a_change_of_severity_is_not_dated_after_the_incident_was_closed() -> None:
    changes = {INCIDENT: "severity: P2\n", TIMELINE: changed(22, "P2", "P1")}
    report = judged(records(changes, stage="closed"), now=NOW_AT["closed"])
    (told,) = [one for one in report.diagnostics if one.code == "HW105"]
    assert told.help[1].paste.startswith("- at: 2026-11-25T10:00:00Z\n")


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("dismissed\nreason: A probe was misconfigured", "add to timeline.yaml, a new file:"),
        ("investigating", "once the four first actions are signed off, add to timeline.yaml, a new file:"),
    ],
)
def test_only_who_goes_on_is_told_to_sign_off_first(status: str, said: str) -> None:
    changes = {INCIDENT: f"status: {status}\nfirst_actions:\n", "timeline.yaml": None}
    (told,) = [one for one in judged(records(changes)).diagnostics if one.code == "HW104"]
    assert told.help[0].say == said


def test_what_has_to_be_done_first_is_said_of_an_empty_timeline_too() -> None:
    changes = {INCIDENT: "first_actions:\n", "timeline.yaml": "[]\n"}
    (told,) = [one for one in judged(records(changes)).diagnostics if one.code == "HW104"]
    assert told.help[0].say == (
        "once the four first actions are signed off, in place of the `[]`, add to timeline.yaml:"
    )
