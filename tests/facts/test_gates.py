"""The STOP gate: what opens it, what keeps it shut, and what nothing can undo."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotwash.facts.first_actions import ACTIONS, Action
from hotwash.facts.gates import gaps, verdict, went_ahead
from hotwash.facts.said import is_blank
from hotwash.model.repository import Case
from hotwash.model.time import utc_text
from hotwash.records.load import case_files, load_case
from tests.builders import FOLDER, NOW, case, records, snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping

COMPLETE = "✅ Initial assessment complete"

SIGNED = {
    "assess": "{by: alice, at: 2026-11-23T08:47:30Z}",
    "stabilize": "{by: carol, at: 2026-11-23T08:49:00Z}",
    "gather": "{by: dave, at: 2026-11-23T08:50:10Z}",
    "communicate": "{by: bob, at: 2026-11-23T08:50:40Z}",
}
MITIGATION = "- {at: 2026-11-23T08:49:00Z, by: carol, kind: mitigation, action: rollback, text: Back to v412}\n"
UPDATE = "- {at: 2026-11-23T08:50:00Z, by: bob, kind: status-update, audience: engineers, text: We look on}\n"
LATE = "recorded: {mode: late, at: 2026-11-23, by: alice}\n"
RETROSPECTIVE = "status: closed\nrecorded: {mode: retrospective, at: 2026-11-23, by: alice, basis: internal-notes}\n"


AHEAD = "ahead_of_gate: Card data was leaking"
WHY = "why: The clock of my phone was wrong"


def first_actions(**changed: str) -> str:
    """The four sign-offs as text, some of them changed."""
    return "first_actions:\n" + "".join(f"  {action}: {text}\n" for action, text in (SIGNED | changed).items())


def goes_on(at: str, more: str = "") -> str:
    """The entry that leaves `declared`, at a time or with more about it."""
    return f"- {{{at}, by: alice, kind: status-change, from: declared, to: investigating, text: We go on{more}}}\n"


def with_entry(entry: str, **signed: str) -> Case:
    """The complete incident, gone on by this entry."""
    return case({"incident.yaml": first_actions(**signed), "timeline.yaml": MITIGATION + UPDATE + entry})


def needs(changes: Mapping[str, str | None], *, without: tuple[str, ...] = ()) -> list[tuple[str, bool]]:
    """What is missing of an incident: which action, and whether it is signed."""
    return [(gap.action, gap.signed) for gap in gaps(case(changes, without=without), NOW)]


def test_the_four_first_actions_are_those_of_the_guide_in_its_order() -> None:
    assert tuple(ACTIONS) == get_args(Action) == ("assess", "stabilize", "gather", "communicate")


def test_a_complete_incident_has_the_green_line() -> None:
    assert verdict(case(), NOW).gate == "open"
    assert verdict(case(), NOW).line == COMPLETE


@pytest.mark.parametrize("text", [None, "", " ", "...", ' "..." '.strip('" '), "…", ". . .\n", "\t"])
def test_what_a_help_line_leaves_open_counts_as_nothing(text: str | None) -> None:
    assert is_blank(text)


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize(
    "text",
    ["", "{}", "{by: alice}", "{at: 2026-11-23T08:47:30Z}", '{by: alice, at: 2026-11-23T08:47:30Z, note: "..."}'],
    ids=["nothing", "braces", "no time", "no name", "blank left"],
)
def test_an_action_is_not_signed_without_name_time_and_its_blank_filled_in(action: Action, text: str) -> None:
    assert needs({"incident.yaml": first_actions(**{action: text})}) == [(action, False)]


def test_without_any_key_all_four_are_missing_in_the_order_of_the_guide() -> None:
    found = verdict(case(without=("first_actions",)), NOW)
    assert found.gate == "shut"
    assert found.line == "⛔ STOP: first actions are not complete (0 of 4)"
    assert [missing.action for missing in found.missing] == list(ACTIONS)


@pytest.mark.parametrize(
    ("action", "changes"),
    [
        ("assess", {"incident.yaml": "impact:\n"}),
        ("assess", {"incident.yaml": "impact: {users: {affected: 1, description: Nobody can pay}, business: {none: x}}\n"}),
        ("assess", {"incident.yaml": "impact: {users: {affected: 1}, business: {none: x}, scope: {regions: [eu-west-1]}}\n"}),
        ("assess", {"incident.yaml": "impact: {users: {description: Nobody can pay}, business: {none: x}, scope: {regions: [eu-west-1]}}\n"}),
        ("assess", {"incident.yaml": "impact: {users: {share: 1, description: Nobody can pay}, scope: {regions: [eu-west-1]}}\n"}),
        ("assess", {"incident.yaml": 'impact: {users: {share: 1, description: "..."}, business: {none: x}, scope: {regions: [eu-west-1]}}\n'}),
        ("stabilize", {"timeline.yaml": UPDATE}),
        ("stabilize", {"timeline.yaml": MITIGATION.replace("Back to v412", '"..."') + UPDATE}),
        ("gather", {"incident.yaml": "evidence: {metrics: {none: x}, changes: {none: x}, similar: {none: x}}\n"}),
        ("gather", {"incident.yaml": "evidence: {logs: {none: x}, changes: {none: x}, similar: {none: x}}\n"}),
        ("gather", {"incident.yaml": "evidence: {logs: {none: x}, metrics: {none: x}, similar: {none: x}}\n"}),
        ("gather", {"incident.yaml": "evidence: {logs: {none: x}, metrics: {none: x}, changes: {none: x}}\n"}),
        ("gather", {"incident.yaml": "evidence: {logs: [], metrics: {none: x}, changes: {none: x}, similar: []}\n"}),
        ("communicate", {"timeline.yaml": MITIGATION}),
    ],
)  # fmt: skip
def test_a_signature_without_the_thing_is_a_gap(action: Action, changes: Mapping[str, str | None]) -> None:
    assert needs(changes) == [(action, True)]


@pytest.mark.parametrize("level", ["P2", "P3"])
def test_business_impact_is_asked_of_p0_and_p1_only(level: str) -> None:
    impact = "impact: {users: {affected: 1, description: Nobody can pay}, scope: {regions: [eu-west-1]}}\n"
    assert needs({"incident.yaml": impact}) == [("assess", True)]
    assert needs({"incident.yaml": f"{impact}severity: {level}\n"}) == []


def test_users_that_nobody_can_count_yet_may_be_unknown() -> None:
    users = "impact: {users: {affected: {unknown: The counters are down}, description: Nobody can pay}, scope: {regions: [eu-west-1]}}\n"
    assert needs({"incident.yaml": f"{users}severity: P2\n"}) == []


def test_none_with_its_reason_stands_for_evidence_and_for_a_mitigation() -> None:
    looked = "{none: Looked at all of it}"
    evidence = f"evidence: {{logs: {looked}, metrics: {looked}, changes: {looked}, similar: {looked}}}\n"
    none = "{by: carol, at: 2026-11-23T08:49:00Z, none: Nothing was deployed and the load is normal}"
    assert needs({"incident.yaml": evidence + first_actions(stabilize=none), "timeline.yaml": UPDATE}) == []


@pytest.mark.parametrize(
    "word", ["none: n/a", "none: nothing", "not_applicable: TODO later", "unknown: Nobody could look"]
)
@pytest.mark.parametrize("key", ["logs", "metrics", "changes", "similar"])
def test_a_word_for_nothing_that_says_nothing_opens_no_gate(key: str, word: str) -> None:
    looked = dict.fromkeys(("logs", "metrics", "changes", "similar"), "{none: Looked at all of it}")
    evidence = ", ".join(f"{name}: {value}" for name, value in (looked | {key: f"{{{word}}}"}).items())
    (gap,) = gaps(case({"incident.yaml": f"evidence: {{{evidence}}}\n"}), NOW)
    assert (gap.action, gap.signed, gap.message) == ("gather", True, f"gather is signed off without evidence.{key}")
    assert gap.notes[0].startswith(f"evidence.{key}: ")


def test_no_idea_is_not_what_was_looked_at() -> None:
    none = "{by: carol, at: 2026-11-23T08:49:00Z, none: no idea}"
    assert needs({"incident.yaml": first_actions(stabilize=none), "timeline.yaml": UPDATE}) == [("stabilize", False)]


def test_the_line_to_sign_with_keeps_what_is_known() -> None:
    half = "{by: alice, note: 'All cards fail: \"500\"'}"
    (gap,) = gaps(case({"incident.yaml": first_actions(assess=half)}), NOW)
    assert gap.help[-1].paste == '  assess: {by: alice, at: 2026-11-23T08:59:00Z, note: "All cards fail: \\"500\\""}'


def test_a_mitigation_found_later_does_not_undo_a_sign_off_with_none() -> None:
    none = "{by: carol, at: 2026-11-23T08:49:00Z, none: Nothing was deployed and the load is normal}"
    later = MITIGATION.replace("08:49:00", "09:30:00")
    assert needs({"incident.yaml": first_actions(stabilize=none), "timeline.yaml": UPDATE + later}) == []


@pytest.mark.parametrize(
    ("at", "late"),
    [
        ("2026-11-23T08:49:00Z", False),
        ("2026-11-23T08:49:01Z", True),
        ("2026-11-23T08:49Z", False),  # the minute begins with the sign-off
        ("2026-11-23T08:50Z", True),
        ("2026-11-23", False),  # any time of that day
        ("{at: 2026-11-23T08:55:00Z, approx: true}", False),
        ("{at: 2026-11-23T09:55:00Z, approx: true}", True),
    ],
)
def test_what_a_sign_off_rests_on_is_late_only_when_that_is_sure(at: str, *, late: bool) -> None:
    timeline = MITIGATION.replace("2026-11-23T08:49:00Z", at) + UPDATE
    assert needs({"timeline.yaml": timeline}) == ([("stabilize", True)] if late else [])


def test_one_entry_in_time_is_enough() -> None:
    later = UPDATE.replace("08:50:00", "09:30:00")
    assert needs({"timeline.yaml": MITIGATION + later + UPDATE}) == []


@pytest.mark.parametrize("who", ["role:dba", "system:bot", "org:aws", "unknown"])
def test_only_a_person_who_can_be_asked_signs(who: str) -> None:
    signed = f"{{by: {who}, at: 2026-11-23T08:50:10Z}}"
    assert needs({"incident.yaml": first_actions(gather=signed)}) == [("gather", True)]


@pytest.mark.parametrize(
    ("at", "last", "ahead"),
    [
        ("at: 2026-11-23T08:50:39Z", "2026-11-23T08:50:40Z", True),
        ("at: 2026-11-23T08:50:40Z", "2026-11-23T08:50:40Z", False),
        ("at: 2026-11-23T08:50Z", "2026-11-23T08:50:40Z", False),  # may be later in that minute
        ("at: 2026-11-23T08:49Z", "2026-11-23T08:50:40Z", True),
        ("at: 2026-11-23T08:50:39Z", "2026-11-23T08:50Z", False),  # may be earlier in that minute
        ("at: 2026-11-23T08:49:59Z", "2026-11-23T08:50Z", True),
        ("at: {at: 2026-11-23T08:30Z, approx: true}", "2026-11-23T08:50:40Z", True),
        ("between: [2026-11-23T08:45:00Z, 2026-11-23T08:48:00Z]", "2026-11-23T08:50:40Z", True),
    ],
)
def test_an_entry_came_ahead_only_when_no_reading_of_the_times_says_otherwise(
    at: str, last: str, *, ahead: bool
) -> None:
    found = with_entry(goes_on(at), communicate=f"{{by: bob, at: {last}}}")
    assert bool(went_ahead(found, NOW)) is ahead
    # An update that the last sign-off rests on is not what is asked here.
    assert verdict(found, NOW).gate == ("shut" if ahead else "open")


@pytest.mark.parametrize(
    ("entry", "ahead"),
    [
        ("kind: fix", True),
        ("kind: finding, about: root-cause, state: confirmed", True),
        ("kind: finding, about: root-cause, state: open", False),
        ("kind: finding, about: hypothesis, state: confirmed", False),
        ("kind: mitigation, action: restart", False),
        ("kind: status-change, from: investigating, to: identified", False),
        ("kind: status-change, from: declared, to: dismissed", False),
    ],
)
def test_going_on_is_the_way_out_of_declared_a_fix_or_a_confirmed_root_cause(entry: str, *, ahead: bool) -> None:
    early = f"- {{at: 2026-11-23T08:48:00Z, by: alice, {entry}, text: Done}}\n"
    assert bool(went_ahead(with_entry(early), NOW)) is ahead


@pytest.mark.parametrize(
    "at",
    [
        "at: 2026-11-23",
        "at: {at: 2026-11-23T08:45Z, approx: true}",
        "between: [2026-11-23T08:45:00Z, 2026-11-23T08:55:00Z]",
        "at: {before: 2026-11-23T08:55:00Z}",
    ],
)
def test_a_time_too_coarse_to_tell_does_not_go_round_the_gate(at: str) -> None:
    (ahead,) = went_ahead(with_entry(goes_on(at)), NOW)
    assert (ahead.by, ahead.reason) == ("", "")
    assert verdict(with_entry(goes_on(at)), NOW).gate == "shut"
    why = with_entry(goes_on(at, ", ahead_of_gate: Nobody looked at the clock"))
    assert verdict(why, NOW).line == "⚠ STOP gate passed late: the change to investigating may have come first"
    assert went_ahead(with_entry(goes_on("at: 2026-11-24")), NOW) == ()


@pytest.mark.parametrize(
    "at",
    [
        "2026-11-23",
        "{at: 2026-11-23T08:50Z, approx: true}",
        "{after: 2026-11-23T08:49Z, before: 2026-11-23T08:58Z}",
        "{after: 2026-11-23T08:49Z, before: 2199-12-31}",
        "{before: 2026-11-23T08:58Z}",
    ],
)
def test_a_live_sign_off_is_to_the_minute(at: str) -> None:
    signed = f"{{by: dave, at: {at}, note: begins with v413}}"
    (gap,) = gaps(case({"incident.yaml": first_actions(gather=signed)}), NOW)
    assert (gap.at.route, gap.message) == (
        ("first_actions", "gather", "at"),
        "gather is signed off at a time that is not to the minute",
    )
    assert needs({"incident.yaml": LATE + first_actions(gather=signed)}) == []


@pytest.mark.parametrize(("minutes", "messages"), [
    (5, []), (6, ["gather is signed off at a time that is still to come"]),
])  # fmt: skip
def test_a_sign_off_that_is_still_to_come_opens_no_gate(minutes: int, messages: list[str]) -> None:
    at = utc_text(NOW + timedelta(minutes=minutes))
    signed = case({"incident.yaml": first_actions(gather=f"{{by: dave, at: {at}, note: begins with v413}}")})
    assert [gap.message for gap in gaps(signed, NOW)] == messages
    # Nor is anything called early for it.
    assert bool(went_ahead(signed, NOW)) is not bool(messages)


def test_going_on_early_keeps_the_gate_shut_until_somebody_says_why_and_is_shown_for_good() -> None:
    shut = verdict(with_entry(goes_on("at: 2026-11-23T08:48:00Z")), NOW)
    assert (shut.gate, shut.line) == ("shut", "⛔ STOP: gone on before the first actions were complete")

    blank = verdict(with_entry(goes_on("at: 2026-11-23T08:48:00Z", ', ahead_of_gate: "..."')), NOW)
    assert blank.gate == "shut"

    late = verdict(with_entry(goes_on("at: 2026-11-23T08:48:00Z", ", ahead_of_gate: Card data was leaking")), NOW)
    assert late.gate == "late"
    assert late.line == "⚠ STOP gate passed late: the change to investigating came 2 min 40 s before it"


NOTE = "- {at: 2026-11-23T08:52:00Z, by: dave, kind: note, text: Restored the pool"


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        (goes_on("at: 2026-11-23T08:51:00Z", f", {AHEAD}"), "the change to investigating"),
        (
            goes_on("at: 2026-11-23T08:51:00Z", f", corrected: {{was: {{{AHEAD}}}, {WHY}}}"),
            "the change to investigating",
        ),
        (f"{NOTE}, {AHEAD}}}\n".replace("note", "fix"), "the fix"),
        (f"{NOTE}, corrected: {{was: {{kind: fix, {AHEAD}}}, {WHY}}}}}\n", "the note"),
        (f"{NOTE}, {AHEAD}, corrected: {{was: {{kind: fix}}, {WHY}}}}}\n", "the note"),
    ],
)
def test_who_said_to_have_gone_ahead_is_never_in_time_by_another_time_or_kind(entry: str, says: str) -> None:
    told = verdict(with_entry(entry), NOW)
    assert (told.gate, told.line) == ("late", f"⚠ STOP gate passed late: {says} says that it came before it")


@pytest.mark.parametrize(
    "entry",
    [
        goes_on("at: 2026-11-23T08:51:00Z", ', ahead_of_gate: "..."'),
        goes_on("at: 2026-11-23T08:51:00Z", f", corrected: {{was: {{by: bob}}, {WHY}}}"),
        f"{NOTE}, {AHEAD}}}\n",
    ],
)
def test_what_is_no_going_on_or_says_no_reason_leaves_the_gate_open(entry: str) -> None:
    assert verdict(with_entry(entry), NOW).gate == "open"


def test_one_unexplained_entry_among_explained_ones_keeps_the_gate_shut() -> None:
    explained = goes_on("at: 2026-11-23T08:48:00Z", ", ahead_of_gate: Card data was leaking")
    fix = "- {at: 2026-11-23T08:48:30Z, by: dave, kind: fix, text: Restored the pool}\n"
    assert verdict(with_entry(explained + fix), NOW).gate == "shut"


def test_while_a_sign_off_is_missing_that_is_said_and_not_what_came_ahead() -> None:
    found = with_entry(goes_on("at: 2026-11-23T08:48:00Z"), gather="{}")
    assert went_ahead(found, NOW) == ()
    assert verdict(found, NOW).line == "⛔ STOP: first actions are not complete (3 of 4)"


def test_while_a_sign_off_lacks_its_name_nothing_came_ahead() -> None:
    found = with_entry(goes_on("at: 2026-11-23T08:48:00Z"), gather="{at: 2026-11-23T08:50:10Z}")
    assert went_ahead(found, NOW) == ()
    assert verdict(found, NOW).gate == "shut"


def test_a_late_record_is_judged_by_its_content_and_never_gets_the_green_line() -> None:
    complete = case({"incident.yaml": LATE, "timeline.yaml": goes_on("at: 2026-11-23T08:48:00Z") + MITIGATION + UPDATE})
    assert verdict(complete, NOW).gate == "late"
    assert verdict(complete, NOW).line == "⚠ STOP gate passed late: written up 2026-11-23"

    incomplete = case({"incident.yaml": LATE + first_actions(gather="{}")})
    assert verdict(incomplete, NOW).gate == "shut"


def test_sign_offs_of_a_late_record_are_made_before_or_after_what_they_rest_on() -> None:
    later = MITIGATION.replace("08:49:00", "09:30:00") + UPDATE.replace("08:50:00", "09:40:00")
    assert needs({"incident.yaml": LATE, "timeline.yaml": later}) == []
    drill = f"{LATE}kind: drill\n"
    assert needs({"incident.yaml": drill, "timeline.yaml": later}) == []


def test_a_drill_goes_through_the_same_gate() -> None:
    assert verdict(case({"incident.yaml": "kind: drill\n"}), NOW).gate == "open"
    assert verdict(case({"incident.yaml": "kind: drill\n" + first_actions(gather="{}")}), NOW).gate == "shut"


def test_what_nobody_was_there_to_sign_is_not_judged() -> None:
    found = verdict(case({"incident.yaml": RETROSPECTIVE}, without=("first_actions",)), NOW)
    assert (found.gate, found.missing) == ("not-judged", ())
    assert found.line == "◌ STOP gate not judged: recorded 2026-11-23 from internal notes"


def test_a_dismissed_incident_is_not_judged() -> None:
    assert verdict(case({"incident.yaml": "status: dismissed\n"}, without=("first_actions",)), NOW).gate == "not-judged"


def test_help_says_to_add_what_is_not_there_and_to_write_over_what_is_empty() -> None:
    def told(incident: str, *, without: tuple[str, ...] = ()) -> list[str]:
        found = gaps(case({"incident.yaml": incident + first_actions(gather="{}")}, without=without), NOW)
        return [help_.say for gap in found for help_ in gap.help][:-1]

    assert told("", without=("evidence",)) == ["add to incident.yaml:"]
    assert told("evidence:\n") == ["write instead of the empty `evidence:`"]
    none = "{none: Looked at all of it}"
    assert told(f"evidence: {{logs: {none}, metrics: {none}, changes: {none}}}\n") == ["add under `evidence:`"]
    assert told(f"evidence: {{logs: [], metrics: {none}, changes: {none}}}\n") == [
        "add under `evidence:`",
        "write instead of the empty `evidence.logs:`",
    ]


# Seconds after 08:46 that sign-offs and entries are drawn from: few, so that they meet and cross.
MOMENTS = st.integers(0, 5)


@dataclass(frozen=True, slots=True)
class Night:
    """What happened in a drawn incident.

    Attributes:
        signed: Action -> when it was signed; None: it was not.
        support: When the mitigation and the update were logged; None: never.
        steps: When somebody went on, and whether they said why.
        gathered: Whether all evidence is there.
    """

    signed: tuple[int | None, ...]
    support: tuple[int | None, ...]
    steps: tuple[tuple[int, bool], ...]
    gathered: bool

    def files(self) -> Mapping[str, str]:
        """As records."""
        lines = [
            f"  {action}: " + ("{}" if at is None else f"{{by: alice, at: {_at(at)}}}")
            for action, at in zip(ACTIONS, self.signed, strict=True)
        ]
        entries = [
            f"- {{at: {_at(at)}, kind: {kind}, text: Done}}"
            for at, kind in zip(
                self.support, ("mitigation, action: restart", "status-update, audience: public"), strict=True
            )
            if at is not None
        ]
        entries += [
            f"- {{at: {_at(at)}, kind: fix, text: Done{', ahead_of_gate: Card data leaked' if why else ''}}}"
            for at, why in self.steps
        ]
        evidence = "" if self.gathered else "evidence: {logs: []}\n"
        return records(
            {
                "incident.yaml": "\n".join(["first_actions:", *lines, evidence]),
                "timeline.yaml": "\n".join(entries) + "\n",
            }
        )

    @property
    def expected(self) -> str:
        """The gate, told from what happened and not from the code."""
        _, stabilize, _, communicate = self.signed
        mitigated, updated = self.support
        if None in self.signed or None in self.support or not self.gathered:
            return "shut"
        assert stabilize is not None
        assert mitigated is not None
        assert communicate is not None
        assert updated is not None
        if mitigated > stabilize or updated > communicate:
            return "shut"
        early = [why for at, why in self.steps if at < max(at for at in self.signed if at is not None)]
        if not all(early):
            return "shut"
        return "late" if early or any(why for _, why in self.steps) else "open"


def _at(moment: int) -> str:
    return f"2026-11-23T08:46:0{moment}Z"


# Drawn so that what is complete is no rare luck.
OFTEN = st.one_of(MOMENTS, MOMENTS, MOMENTS, st.none())
NIGHTS = st.builds(
    Night,
    signed=st.tuples(OFTEN, OFTEN, OFTEN, OFTEN),
    support=st.tuples(OFTEN, OFTEN),
    steps=st.lists(st.tuples(MOMENTS, st.booleans()), max_size=2).map(tuple),
    gathered=st.sampled_from([True, True, True, False]),
)


@settings(deadline=None, max_examples=150)
@given(NIGHTS)
def test_the_gate_is_open_exactly_when_nothing_is_missing_and_nothing_came_ahead(night: Night) -> None:
    files = snapshot(night.files())
    loaded = load_case(files, case_files(files.paths())[0]).case
    assert isinstance(loaded, Case)
    assert loaded.path == FOLDER
    found = verdict(loaded, NOW)
    assert found.gate == night.expected
    assert (found.gate == "open") is (not gaps(loaded, NOW) and not went_ahead(loaded, NOW))
    assert (found.line == COMPLETE) is (found.gate == "open")
    assert bool(found.missing) is (found.gate == "shut")
