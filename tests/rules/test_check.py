"""From rules to a report: who is asked, at which level, in which order, and what one broken file does to the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hotwash.rules import ALL_RULES
from hotwash.rules.check import check, names_something
from hotwash.rules.rule import may_be_lowered
from tests.builders import FOLDER, ID, NOW, NOW_AT, POLICY, SERVICES, codes, judged, records, snapshot

if TYPE_CHECKING:
    from hotwash.diagnostics import Report

LATE = "recorded: {mode: late, at: 2026-11-23, by: alice}\n"
RETROSPECTIVE = "status: closed\nrecorded: {mode: retrospective, at: 2026-11-23, by: alice, basis: internal-notes}\n"
DRILL = "kind: drill\n"
EARLY = """\
- {at: 2026-11-23T08:47:00Z, by: alice, kind: status-change, from: declared, to: investigating, text: Going on}
- {at: 2026-11-23T08:48:00Z, by: carol, kind: mitigation, action: rollback, text: Rolled back to v412}
- {at: 2026-11-23T08:48:30Z, by: bob, kind: status-update, audience: engineers, text: We look on}
"""
OVERDUE = "- {id: AI-1, title: x, kind: detect, priority: P1, owner: dave, due: 2026-11-22, status: open}\n"
NOBODY_SIGNED = "first_actions:\n"


def of(incident: str = "", *, policy: str = "", **files: str) -> Report:
    """The report on the complete incident with changes."""
    changes = {name.replace("_", "-") + ".yaml": text for name, text in files.items()}
    return judged(records({"incident.yaml": incident, POLICY: policy or None, **changes}))


@pytest.mark.parametrize(
    ("recorded", "found"),
    [("", ["HW204"]), (DRILL, ["HW204"]), (LATE, []), (DRILL + LATE, []), (RETROSPECTIVE, ["HW205"])],
)
def test_who_went_on_early_is_asked_of_live_records_and_live_drills(recorded: str, found: list[str]) -> None:
    # A retrospective record names its sources besides; those are no matter of the gate.
    assert [code for code in codes(of(recorded, timeline=EARLY)) if code in ("HW204", "HW205")] == found


@pytest.mark.parametrize(
    ("recorded", "found"),
    [("", ["HW201"] * 4), (DRILL, ["HW201"] * 4), (LATE, ["HW201"] * 4), (DRILL + LATE, ["HW201"] * 4)],
)
def test_sign_offs_are_asked_of_everybody_who_was_there(recorded: str, found: list[str]) -> None:
    assert codes(of(recorded + NOBODY_SIGNED)) == found


@pytest.mark.parametrize("kind", ["", DRILL])
def test_sign_offs_are_not_asked_of_retrospective_records_of_any_kind(kind: str) -> None:
    assert not any(code.startswith("HW2") for code in codes(of(kind + RETROSPECTIVE + NOBODY_SIGNED)))


def test_what_a_later_status_asks_is_shown_as_next_and_is_no_finding() -> None:
    report = of(f"status: declared\n{NOBODY_SIGNED}", timeline="[]\n")
    assert codes(report) == []
    assert [diagnostic.code for diagnostic in report.upcoming] == ["HW201"] * 4
    assert (report.errors, report.warnings) == (0, 0)


def test_nothing_is_next_for_an_incident_that_was_dismissed() -> None:
    dismissed = "- {at: 2026-11-23T09:00Z, kind: status-change, from: declared, to: dismissed, text: False alarm}\n"
    report = of(f"status: dismissed\nreason: A false alarm of the probe\n{NOBODY_SIGNED}", timeline=dismissed)
    assert codes(report) == []
    assert report.upcoming == ()


@pytest.mark.parametrize(
    ("policy", "level"),
    [("", "warning"), ("levels: {HW501: error}\n", "error"), ("levels: {HW501: warning}\n", "warning")],
)
def test_policy_sets_the_level_of_a_rule(policy: str, level: str) -> None:
    (found,) = of(policy=policy, action_items=OVERDUE).diagnostics
    assert (found.code, found.level) == ("HW501", level)


def test_policy_switches_a_rule_off_without_a_trace() -> None:
    report = of(policy='levels: {HW501: "off"}\n', action_items=OVERDUE)
    assert (codes(report), report.silenced) == ([], 0)


@pytest.mark.parametrize(
    ("silence", "silenced"),
    [
        ("{rule: HW501, reason: We know, until: 2026-11-23}", 1),  # through its last day
        ("{rule: HW501, reason: We know, until: 2026-11-22}", 0),
        (f"{{rule: HW501, incident: {ID}, reason: We know, until: 2027-01-01}}", 1),
        ("{rule: HW501, incident: 2026-01-01-another, reason: We know, until: 2027-01-01}", 0),
        ("{rule: HW502, reason: We know, until: 2027-01-01}", 0),
    ],
)
def test_a_silence_counts_for_its_rule_its_incident_and_its_days_and_is_counted(silence: str, silenced: int) -> None:
    report = of(policy=f"silences: [{silence}]\n", action_items=OVERDUE)
    assert (codes(report).count("HW501"), report.silenced) == (1 - silenced, silenced)


@pytest.mark.parametrize("code", ["HW201", "HW202", "HW204", "HW205", "HW301", "HW315"])
def test_the_gate_and_what_guards_it_cannot_be_lowered(code: str) -> None:
    assert not may_be_lowered(code)


@pytest.mark.parametrize(
    ("code", "incident"),
    [("HW201", NOBODY_SIGNED), ("HW202", "evidence:\n"), ("HW005", "custom: 1\n"), ("HW007", "status: fixed\n")],
)
@pytest.mark.parametrize(
    "policy", ['levels: {CODE: "off"}\n', "levels: {CODE: warning}\n", "silences: [{rule: CODE, reason: x, until: 2027-01-01}]\n"]
)  # fmt: skip
def test_a_policy_carries_no_incident_past_the_gate(code: str, incident: str, policy: str) -> None:
    """Neither by lowering the gate, nor by hiding what makes a record unreadable, so that no gate is asked of it."""
    report = of(incident, policy=policy.replace("CODE", code))
    # HW904 names the attempt.
    assert set(codes(report)) == {code, "HW904"}
    assert report.errors == len(report.diagnostics)


def test_the_other_rules_can_be_lowered() -> None:
    unreadable = {"HW001", "HW002", "HW003", "HW004", "HW005", "HW006", "HW007", "HW011", "HW013"}
    gate = {"HW201", "HW202", "HW204", "HW205", "HW903", "HW904"}
    fixed = {rule.code for rule in ALL_RULES if not may_be_lowered(rule.code)}
    assert {code for code in fixed if not code.startswith("HW3")} == gate | unreadable


def test_a_broken_policy_counts_as_the_defaults_and_that_is_said() -> None:
    report = of(policy='levels: {HW501: "off"}\nlevles: {}\n', action_items=OVERDUE)
    assert codes(report) == ["HW501", "HW005"]
    assert report.notices == (f"{POLICY} cannot be used as it is: judged by its defaults",)


def test_a_broken_catalogue_makes_no_service_unknown_and_that_is_said() -> None:
    files = records({"incident.yaml": "services: [warehouse]\n", SERVICES: "checkout-api: {ownr: x}\n"})
    report = judged(files)
    assert codes(report) == ["HW005"]
    assert report.notices == (f"{SERVICES} cannot be used as it is: no service was looked up in it",)


def test_a_broken_file_is_reported_in_every_file_and_hides_no_other_incident() -> None:
    broken = records({"incident.yaml": "custom: 1\n", "timeline.yaml": "[\n"}, folder="incidents/2026/2026-11-22-a")
    report = judged(broken | records({"incident.yaml": NOBODY_SIGNED}))
    assert codes(report) == ["HW005", "HW002", *["HW201"] * 4]
    assert [(line.id, line.verdict.gate) for line in report.incidents] == [("2026-11-22-a", "unreadable"), (ID, "shut")]


def test_findings_are_in_the_order_of_path_line_column_and_code() -> None:
    report = of(f"services: [nobody, nothing]\n{NOBODY_SIGNED}", action_items=OVERDUE, timeline="[]\n")
    keys = [(one.path, one.span.line, one.span.column, one.code) for one in report.diagnostics]
    assert keys == sorted(keys)
    assert {code for _, _, _, code in keys} == {"HW104", "HW201", "HW501", "HW801"}


def test_what_stands_at_one_place_keeps_the_order_of_the_first_actions() -> None:
    files = records(without=("first_actions",))
    messages = [one.message.rsplit(": ", 1)[1] for one in judged(files).diagnostics]
    assert messages == [
        "assess severity and user impact is not signed off",
        "stabilize the system is not signed off",
        "gather data is not signed off",
        "communicate status is not signed off",
    ]


def test_the_order_of_the_files_does_not_change_the_report() -> None:
    files = records(
        {"incident.yaml": NOBODY_SIGNED, "timeline.d/0901-a1b2.yaml": "{at: 2026-11-23, kind: note, text: x}\n"}
    )
    files |= records({"action-items.yaml": OVERDUE}, folder="incidents/2025/2025-11-22-a")
    assert judged(dict(reversed(files.items()))) == judged(files)


@pytest.mark.parametrize(
    ("named", "ids"),
    [
        (None, ["2025-11-22-a", ID]),
        (("",), ["2025-11-22-a", ID]),
        ((ID,), [ID]),
        ((FOLDER,), [ID]),
        ((f"{FOLDER}/timeline.yaml",), [ID]),
        (("incidents/2025",), ["2025-11-22-a"]),
        ((POLICY,), []),
        ((f"{FOLDER}-eu",), []),
    ],
)
def test_names_pick_incidents_and_policy_is_always_read(named: tuple[str, ...] | None, ids: list[str]) -> None:
    files = records({POLICY: "format: 2\n"}) | records(folder="incidents/2025/2025-11-22-a")
    report = check(snapshot(files), now=NOW, named=named).report
    assert [line.id for line in report.incidents] == ids
    # The copy has the times of another day than its id.
    assert [code for code in codes(report) if code != "HW010"] == ["HW007"]


def test_a_report_names_every_rule_with_its_summary() -> None:
    report = of()
    assert [(rule.code, rule.name, rule.level) for rule in report.rules] == [
        (rule.code, rule.name, rule.level) for rule in ALL_RULES
    ]
    assert all(rule.summary for rule in report.rules)
    assert (report.now, report.now_given, report.documents) == ("2026-11-23T08:59:00Z", False, 3)


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("first_actions: {assess: {}}\n", "write `first_actions:` in lines instead of braces, and add to it:"),
        ("first_actions: {}\n", "in place of the `{}`, write under `first_actions:`"),
        ("evidence: {logs: [{summary: x}]}\n", "write `evidence:` in lines instead of braces, and add to it:"),
    ],
)
def test_no_help_adds_lines_to_braces(written: str, says: str) -> None:
    report = judged(records({"incident.yaml": written}))
    said = [remedy.say for diagnostic in report.diagnostics for remedy in diagnostic.help]
    assert says in said
    said += [remedy.say for line in report.incidents for part in line.verdict.missing for remedy in part.help]
    assert not any(line.startswith(("add under", "then add under")) for line in said)


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"timeline.yaml": "[]\n"}, "in place of the `[]`, add to timeline.yaml:"),
        (
            {"timeline.yaml": "[{at: 2026-11-23T08:49:00Z, by: carol, kind: note, text: x}]\n"},
            "write timeline.yaml in lines instead of brackets, and add to it:",
        ),
        (
            {"timeline.yaml": "- {at: 2026-11-23T08:57:00Z, by: carol, kind: fix, text: x}\n"},
            "write this entry in lines instead of braces, and add to it:",
        ),
        (
            {"action-items.yaml": OVERDUE.replace("open}", "done, closed: 2026-11-23}")},
            "write this item in lines instead of braces, and add to it:",
        ),
    ],
)
def test_a_help_says_what_is_to_be_opened_before_lines_are_added(files: dict[str, str], says: str) -> None:
    stage = "resolved" if "fix" in files.get("timeline.yaml", "") else "investigating"
    report = judged(records(files, stage=stage), now=NOW_AT[stage])
    assert says in [remedy.say for diagnostic in report.diagnostics for remedy in diagnostic.help]


@pytest.mark.parametrize(
    ("said", "remedy"),
    [
        ("", ("delete what is signed, and say why instead:", '  not_observed: "..."')),
        ("  not_observed: The page does not say who did what\n", ("delete what is signed", "")),
    ],
)
def test_whoever_was_not_there_says_so_once(said: str, remedy: tuple[str, str]) -> None:
    signed = "first_actions:\n  assess: {by: alice, at: 2026-09-21T08:47Z}\n  gather: {by: bob}\n"
    report = judged(records({"incident.yaml": signed + said}, stage="retrospective"), now=NOW_AT["retrospective"])
    (told,) = [one for one in report.diagnostics if one.code == "HW205"]
    assert told.message == "assess and gather are signed in a retrospective record"
    assert [(one.say, one.paste) for one in told.help] == [remedy]
    assert [note.message for note in told.related] == ["signed as well", "recorded afterwards"]


def test_pasted_lines_are_indented_as_their_neighbours() -> None:
    deep = "first_actions:\n    assess: {by: alice, at: 2026-11-23T08:47:30Z, note: all fail}\n"
    report = judged(records({"incident.yaml": deep}))
    pasted = [
        remedy.paste for diagnostic in report.diagnostics for remedy in diagnostic.help if "by: YOUR" in remedy.paste
    ]
    assert [paste[:5] for paste in pasted if "note" in paste] == ["    s", "    g", "    c"]


@pytest.mark.parametrize(
    ("name", "there"),
    [
        (f"{FOLDER}/incident.yaml", True), (FOLDER, True), ("incidents/2026", True), (ID, True), ("", True),
        ("incidents/2025", False), (f"{FOLDER}/incident", False), (ID[:-1], False),
    ],
)  # fmt: skip
def test_a_name_is_a_file_a_folder_or_an_id(name: str, *, there: bool) -> None:
    assert names_something(snapshot(records()), name) is there
