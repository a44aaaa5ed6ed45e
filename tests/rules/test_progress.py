"""Identified, under watch, resolved: where a finding stands, what is shown as next, and what is said only once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hotwash.diagnostics import dotted
from tests.builders import FOLDER, NOW_AT, PART, judged, records

if TYPE_CHECKING:
    from hotwash.diagnostics import Diagnostic, Report

TIMELINE = f"timeline.yaml{PART}"
MITIGATION = "- {{at: 2026-11-23T08:49:00Z, by: carol, kind: mitigation, action: rollback{own}, text: Rolled back}}\n"
TELLING = """\
- at: 2026-11-23T08:50:00Z
  by: bob
  kind: status-update
  audience: [engineers, stakeholders]
  text: Card payments fail
- at: 2026-11-23T08:51:00Z
  by: alice
  kind: status-change
  from: declared
  to: investigating
  text: The four first actions are done
"""


def report(stage: str, changes: dict[str, str | None] | None = None) -> Report:
    """What is reported of the complete incident at a stage, with changes."""
    return judged(records(changes or {}, stage=stage), now=NOW_AT[stage])


def mitigated(outcome: str, stage: str) -> Report:
    """The complete incident, of which the first mitigation had this outcome."""
    own = f"  outcome: {outcome}\n" if outcome else ""
    entry = f"- at: 2026-11-23T08:49:00Z\n  by: carol\n  kind: mitigation\n  action: rollback\n{own}  text: Back\n"
    return report(stage, {TIMELINE: entry})


def upcoming(found: Report) -> list[str]:
    """The codes of what is shown as next."""
    return [diagnostic.code for diagnostic in found.upcoming]


def the_one(found: Report) -> Diagnostic:
    """The only finding."""
    (diagnostic,) = found.diagnostics
    return diagnostic


def codes(found: Report) -> list[str]:
    """The codes of what the gates find, in the order of the report."""
    return [diagnostic.code for diagnostic in found.diagnostics if diagnostic.code.startswith("HW2")]


@pytest.mark.parametrize(
    ("stage", "shown"),
    [
        ("declared", ["HW201"] * 4),
        ("investigating", ["HW211"]),
        ("identified", []),
        ("monitoring", ["HW215", "HW217", "HW224"]),
        ("resolved", ["HW218", "HW220"]),
        ("closed", []),
        ("dismissed", []),
        ("retrospective", []),
    ],
)
def test_what_the_next_status_demands_is_shown_and_is_no_finding(stage: str, shown: list[str]) -> None:
    found = report(stage)
    assert (codes(found), sorted(upcoming(found))) == ([], shown)


def test_nothing_is_next_while_the_gate_is_shut() -> None:
    found = report("investigating", {"incident.yaml": "first_actions:\n"})
    assert set(codes(found)) == {"HW201"}
    assert upcoming(found) == []


@pytest.mark.parametrize(("came_by", "found"), [("identified", ["HW211"]), ("investigating", [])])
def test_whoever_passed_identified_over_is_not_asked_what_was_found(came_by: str, found: list[str]) -> None:
    here = "- at: 2026-11-23T08:57:00Z\n  by: alice\n  kind: status-change\n  from: investigating\n  to: identified\n"
    on = "- at: 2026-11-23T08:58:30Z\n  by: alice\n  kind: status-change\n  to: monitoring\n"
    steps = (f"{here}  text: Found\n" if came_by == "identified" else "") + f"{on}  from: {came_by}\n  text: Works\n"
    timeline = MITIGATION.format(own=", outcome: effective") + TELLING + steps
    assert codes(report("monitoring", {"timeline.yaml": timeline})) == found


@pytest.mark.parametrize(
    ("outcome", "stage", "errors"),
    [
        ("", "monitoring", ["HW212"]),
        ("pending", "monitoring", ["HW212"]),
        ("ineffective", "monitoring", ["HW212"]),
        ("harmful", "monitoring", ["HW214"]),
        ("partial", "monitoring", []),
        ("", "resolved", ["HW216"]),
        ("pending", "closed", ["HW216"]),
        ("ineffective", "resolved", ["HW212"]),
        ("harmful", "closed", ["HW214"]),
        ("effective", "closed", []),
    ],
)
def test_a_mitigation_that_does_not_hold_it_is_named_once(outcome: str, stage: str, errors: list[str]) -> None:
    found = mitigated(outcome, stage)
    assert codes(found) == errors
    assert not {"HW212", "HW214", "HW216"} & set(upcoming(found))


def test_pending_beside_what_helped_is_next_while_it_is_watched() -> None:
    entry = "- at: 2026-11-23T08:53:00Z\n  kind: mitigation\n  action: scale-up\n  text: Twice as many\n"
    found = report("monitoring", {TIMELINE: entry})
    assert codes(found) == []
    assert "HW216" in upcoming(found)


def test_a_harmful_one_that_only_a_pending_one_came_after_waits_for_that() -> None:
    entry = "- at: 2026-11-23T08:49:00Z\n  kind: mitigation\n  action: restart\n  outcome: harmful\n  text: Restarted\n"
    later = "- at: 2026-11-23T08:52:30Z\n  kind: mitigation\n  action: rollback\n  text: Rolled back\n"
    found = report("monitoring", {TIMELINE: entry + later})
    assert codes(found) == ["HW212"]
    assert dotted(the_one(found).route).endswith(".kind")


@pytest.mark.parametrize(("own", "key"), [("", "kind"), (", outcome: pending", "outcome")])
def test_the_outcome_is_asked_where_it_stands_or_belongs(own: str, key: str) -> None:
    found = report("monitoring", {"timeline.yaml": MITIGATION.format(own=own) + TELLING})
    pending = next(diagnostic for diagnostic in found.diagnostics if diagnostic.code == "HW212")
    assert dotted(pending.route) == f"0.{key}"


def test_a_finding_in_a_file_of_its_own_is_placed_and_mended_there() -> None:
    fix = "at: 2026-11-23T08:57:30Z\nby: carol\nkind: fix\ntext: v414\n"
    found = the_one(report("monitoring", {"timeline.d/0857-ab12.yaml": fix}))
    assert (found.code, found.path, found.span.line) == ("HW213", f"{FOLDER}/timeline.d/0857-ab12.yaml", 3)
    assert [line[0] for remedy in found.help for line in remedy.paste.split("\n")] == list("mtrmrd")


def test_a_blank_of_a_fix_is_written_over_and_not_beside() -> None:
    said = "minimal: true\n  rollout: Slowly\n  monitored_by: carol\n  rollback_plan: v412\n  documented_in: The change"
    fix = f'- at: 2026-11-23T08:57:30Z\n  by: carol\n  kind: fix\n  tested: "..."\n  {said}\n  text: v414\n'
    found = report("monitoring", {TIMELINE: fix})
    (incomplete,) = [diagnostic for diagnostic in found.diagnostics if diagnostic.code == "HW213"]
    assert [(remedy.say, remedy.paste) for remedy in incomplete.help] == [
        ("write instead of the empty `tested`:", '  tested: "..."')
    ]
    assert "smallest" not in " ".join(incomplete.notes)


@pytest.mark.parametrize(
    ("times", "pasted"),
    [
        # By the entries that led there.
        ("", "  mitigated: 2026-11-23T08:58:30Z\n  resolved: 2026-11-23T09:30:00Z"),
        ("  resolved: 2026-11-23T09:20:00Z\n", "  mitigated: 2026-11-23T08:58:30Z"),
        # Never after the time that is written.
        ("  resolved: 2026-11-23T08:55:00Z\n", "  mitigated: 2026-11-23T08:55:00Z"),
        ("  mitigated: 2026-11-23T09:40:00Z\n", "  resolved: 2026-11-27T10:00:00Z"),
    ],
)
def test_the_times_to_paste_are_those_of_the_timeline_and_in_order(times: str, pasted: str) -> None:
    written = f"times:\n  declared: 2026-11-23T08:46:00Z\n{times}"
    found = report("resolved", {"incident.yaml": written})
    (missing,) = [diagnostic for diagnostic in found.diagnostics if diagnostic.code == "HW215"]
    assert [remedy.paste for remedy in missing.help] == [pasted]
    assert missing.route == ("times",)


def test_an_empty_time_is_written_over() -> None:
    written = "times:\n  declared: 2026-11-23T08:46:00Z\n  mitigated:\n  resolved: 2026-11-23T09:30:00Z\n"
    found = report("resolved", {"incident.yaml": written})
    (missing,) = [diagnostic for diagnostic in found.diagnostics if diagnostic.code == "HW215"]
    assert [remedy.say for remedy in missing.help] == ["write instead of the empty `times.mitigated:`"]


def test_each_audience_that_waits_is_named_in_one_finding() -> None:
    update = """\
- at: 2026-11-23T09:31:00Z
  by: bob
  kind: status-update
  audience: internal
  text: It is over
"""
    everyone = "- at: 2026-11-23T08:59:00Z\n  by: bob\n  kind: status-update\n  audience: [public, engineers]\n"
    changes: dict[str, str | None] = {
        TIMELINE: update.replace("internal", "stakeholders") + everyone + "  text: All cards work\n"
    }
    found = report("resolved", changes)
    (waiting,) = [diagnostic for diagnostic in found.diagnostics if diagnostic.code == "HW217"]
    assert waiting.message == "nobody has told engineers and the public that it is over"
    assert "  audience: [engineers, public]\n" in waiting.help[0].paste
    assert waiting.route == ("times", "resolved")


@pytest.mark.parametrize(
    ("without", "say"),
    [(("resolution",), "add to incident.yaml:"), ((), "write instead of the empty `resolution:`")],
)
def test_a_key_that_is_written_and_empty_is_not_written_twice(without: tuple[str, ...], say: str) -> None:
    changes: dict[str, str | None] = {} if without else {"incident.yaml": "resolution:\n"}
    found = the_one(judged(records(changes, without=without, stage="resolved"), now=NOW_AT["resolved"]))
    assert (found.code, [remedy.say for remedy in found.help]) == ("HW224", [say])


def test_late_records_and_drills_are_asked_the_same() -> None:
    changes: dict[str, str | None] = {"incident.yaml": "resolution:\n"}
    assert codes(report("resolved", changes)) == ["HW224"]
    drill: dict[str, str | None] = {"incident.yaml": "resolution:\nkind: drill\n"}
    assert codes(report("resolved", drill)) == ["HW224"]
    late: dict[str, str | None] = {"incident.yaml": "resolution:\nrecorded: {mode: late, at: 2026-11-24, by: alice}\n"}
    assert codes(report("resolved", late)) == ["HW224"]


def test_of_a_retrospective_record_only_what_its_sources_can_say_is_asked() -> None:
    entry = """\
- at: 2026-09-21T08:49Z
  by: org:example-shop
  kind: mitigation
  action: rollback
  source: S1
  text: They rolled back to the version before
"""
    bare = judged(
        records({TIMELINE: entry, "action-items.yaml": None}, without=("resolution",), stage="retrospective"),
        now=NOW_AT["retrospective"],
    )
    assert codes(bare) == ["HW216"]


def test_what_comes_once_it_is_over_is_said_in_a_line() -> None:
    found = report(
        "monitoring", {"timeline.yaml" + PART: "- at: 2026-11-23T08:59:00Z\n  by: bob\n  kind: note\n  text: x\n"}
    )
    once = {one.code: one for one in found.upcoming if one.code in ("HW215", "HW217")}
    assert [(code, one.help[0].say, one.help[0].paste, one.notes) for code, one in sorted(once.items())] == [
        ("HW215", "once it is over, write `resolved` under `times:`", "", ()),
        (
            "HW217",
            "once it is over, tell them, in a status-update with `audience: [engineers, stakeholders]`",
            "",
            (),
        ),
    ]


@pytest.mark.parametrize(
    ("times", "notes"),
    [
        (
            "mitigated: 2026-11-23T08:58:00Z",
            ("`resolved` below is when the timeline goes to `resolved`: mend it if it was sooner",),
        ),
        (
            "mitigated: 2026-11-23T09:45:00Z",
            ("`resolved` below is now: write when it was",),
        ),
        (
            "resolved: 2026-11-23T09:30:00Z",
            ("`mitigated` below is when the timeline goes to `monitoring`: mend it if it was sooner",),
        ),
        (
            "resolved: 2026-11-23T08:58:00Z",
            ("`mitigated` below is that of `resolved`: mend it if it was sooner",),
        ),
    ],
)
def test_a_time_that_is_offered_says_where_it_comes_from(times: str, notes: tuple[str, ...]) -> None:
    text = f"times: {{started: 2026-11-23T08:41:00Z, declared: 2026-11-23T08:46:00Z, {times}}}\n"
    found = report("resolved", {"incident.yaml": text})
    (one,) = [one for one in found.diagnostics if one.code == "HW215"]
    assert one.notes == notes


def test_who_was_identified_on_the_way_is_shown_where() -> None:
    steps = "".join(
        f"- at: 2026-11-23T08:5{at}:00Z\n  by: alice\n  kind: status-change\n  from: {left}\n  to: {to}\n  text: On\n"
        for at, left, to in ((7, "investigating", "identified"), (8, "identified", "monitoring"))
    )
    timeline = MITIGATION.format(own=", outcome: effective") + TELLING + steps
    (told,) = [one for one in report("monitoring", {"timeline.yaml": timeline}).diagnostics if one.code == "HW211"]
    assert told.label == "it was identified on the way"
    assert [(note.span.line, note.message) for note in told.related] == [(17, "here it was identified")]


def test_of_what_did_not_help_the_last_is_shown() -> None:
    again = MITIGATION.format(own=", outcome: ineffective").replace("08:49:00Z", "08:49:30Z")
    timeline = MITIGATION.format(own=", outcome: ineffective") + again + TELLING
    told = [one for one in report("monitoring", {"timeline.yaml": timeline}).diagnostics if one.code == "HW212"]
    assert [[(note.span.line, note.message) for note in one.related] for one in told] == [[(2, "this did not help")]]
