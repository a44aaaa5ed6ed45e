"""HW206: what is a reason and what only stands where one should, and the blanks that nobody else speaks of."""

from __future__ import annotations

import pytest

from hotwash.facts.said import fault_of
from tests.builders import ITEMS, NOW_AT, codes, judged, records

EVIDENCE = "evidence: {{logs: [{{summary: 4102 errors}}], metrics: [{{summary: 31 %}}], changes: [{{summary: v413}}], similar: {}}}\n"
SIGNED = """\
first_actions:
  assess: {{by: alice, at: 2026-11-23T08:47:30Z, note: {assess}}}
  stabilize: {{by: carol, at: 2026-11-23T08:49:00Z, {stabilize}}}
  gather: {{by: dave, at: 2026-11-23T08:50:10Z, note: begins with v413}}
  communicate: {{by: bob, at: 2026-11-23T08:50:40Z, note: told both}}
"""


def entry(at: str, *lines: str) -> str:
    """One entry of a timeline."""
    return f"- at: {at}\n" + "".join(f"  {line}\n" for line in lines)


@pytest.mark.parametrize("blank", ["", " ", "...", "…", ". . .\n"])
def test_what_the_help_lines_leave_is_a_blank(blank: str) -> None:
    assert fault_of(blank) == "blank"


@pytest.mark.parametrize(
    "text",
    [
        "TODO", "todo: write why there is none", "TBD later this week", "[FIXME] look it up", "n/a", "N.A.", "none",
        "None, unknown", "unknown", "no idea", "Not applicable", "xxxxxxxxxxxx", "----------", "??????????",
        "1234567890", "where you looked", "Which options were looked at.", "reason", "lorem ipsum",
    ],
)  # fmt: skip
def test_what_stands_for_a_reason_is_a_placeholder(text: str) -> None:
    assert fault_of(text) == "placeholder"


@pytest.mark.parametrize("text", ["looked it", "123456 ab", "a\n  \n b c d", "調べたない"[:4]])
def test_under_ten_characters_is_too_short(text: str) -> None:
    assert fault_of(text) == "short"


@pytest.mark.parametrize(
    "text",
    [
        "looked twice", "No dashboard has it", "There is none in the log of that day", "調査したが無い",
        "Nothing was deployed since Friday", "None of the options fits", "unknown to the vendor too",
        "Todos os painéis estão normais",
    ],
)  # fmt: skip
def test_what_says_something_is_a_reason_in_any_language(text: str) -> None:
    assert fault_of(text) is None


def test_ten_characters_are_enough_and_nine_are_not() -> None:
    assert fault_of("abcdefghi") == "short"
    assert fault_of("abcdefghij") is None


@pytest.mark.parametrize(
    ("changes", "stage", "file", "route"),
    [
        (
            {"timeline.yaml …": entry("2026-11-23T08:52:07Z", "kind: note", "ahead_of_gate: hurry", "text: Looked at it")},
            "identified",
            "timeline.yaml",
            "3.ahead_of_gate",
        ),
        (
            {"timeline.yaml …": entry("2026-11-23T08:52:07Z", "kind: note", "corrected: {was: {text: x}, why: typo}", "text: Looked")},
            "identified",
            "timeline.yaml",
            "3.corrected.why",
        ),
        (
            {"incident.yaml": "first_actions: {not_observed: n/a}\n"},
            "retrospective",
            "incident.yaml",
            "first_actions.not_observed",
        ),
        (
            {"incident.yaml": "root_causes: {unknown: no idea}\n"},
            "identified",
            "incident.yaml",
            "root_causes.unknown",
        ),
        ({"incident.yaml": "title: '...'\n"}, "identified", "incident.yaml", "title"),
        ({"incident.yaml": "labels: {team: x}\nroles: {commander: alice}\nresolution: {how: mitigated, note: '...'}\n"},
         "resolved", "incident.yaml", "resolution.note"),
        ({"action-items.yaml": ITEMS + "  proof: {none: none}\n"}, "identified", "action-items.yaml", "0.proof.none"),
        (
            {"timeline.yaml …": entry("2026-11-23T08:57:00Z", "by: alice", "kind: status-change", "from: investigating", "to: identified", "text: '...'")},
            "identified",
            "timeline.yaml",
            "6.text",
        ),
    ],
)  # fmt: skip
def test_every_reason_and_every_blank_is_asked(changes: dict[str, str], stage: str, file: str, route: str) -> None:
    report = judged(records(changes, stage=stage), now=NOW_AT[stage])
    assert [(one.code, one.path.rsplit("/", 1)[-1], ".".join(map(str, one.route))) for one in report.diagnostics] == [
        ("HW206", file, route)
    ]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"incident.yaml": EVIDENCE.format('{none: "..."}')}, "HW202"),
        ({"incident.yaml": SIGNED.format(assess="'...'", stabilize="note: rolled back")}, "HW201"),
        ({"incident.yaml": SIGNED.format(assess="all", stabilize="none: '…'")}, "HW201"),
        (
            {"timeline.yaml …": entry("2026-11-23T08:49:00Z", "by: carol", "kind: mitigation", "action: rollback", "outcome: effective", "text: '...'")},
            "HW202",
        ),
        (
            {"timeline.yaml …": entry("2026-11-23T08:50:00Z", "by: bob", "kind: status-update", "audience: [engineers, stakeholders]", "text: '...'")},
            "HW202",
        ),
    ],
)  # fmt: skip
def test_a_blank_of_which_the_gate_speaks_is_told_once(changes: dict[str, str], code: str) -> None:
    told = codes(judged(records(changes)))
    assert "HW206" not in told
    assert code in told


def test_a_second_mitigation_that_was_left_blank_is_told_though_the_gate_has_its_own() -> None:
    blank = entry(
        "2026-11-23T08:52:07Z", "by: carol", "kind: mitigation", "action: restart", "outcome: effective", "text: '...'"
    )
    assert codes(judged(records({"timeline.yaml …": blank}))) == ["HW206"]


@pytest.mark.parametrize(
    "changes",
    [
        {"incident.yaml": "labels: {none: x, reason: '...'}\n"},
        {"timeline.yaml …": entry("2026-11-23T08:52:07Z", "kind: note", "corrected: {was: {text: '...'}, why: the blank was left}", "text: Looked")},
    ],
)  # fmt: skip
def test_labels_and_old_values_are_nobodys_reason(changes: dict[str, str]) -> None:
    assert codes(judged(records(changes))) == []


@pytest.mark.parametrize("word", ["unknown: x", "unknown: Nobody has had the time", "none: x", 'none: "..."'])
def test_what_the_gate_counts_as_missing_is_told_once(word: str) -> None:
    assert codes(judged(records({"incident.yaml": EVIDENCE.format(f"{{{word}}}")}))) == ["HW202"]


def test_a_reason_that_says_nothing_signs_nothing() -> None:
    signed = SIGNED.format(assess="all", stabilize="none: nothing")
    assert codes(judged(records({"incident.yaml": signed}))) == ["HW201"]


def test_a_reason_for_going_ahead_that_says_nothing_is_told_by_the_gate() -> None:
    step = ["by: alice", "kind: status-change", "from: declared", "to: investigating", "ahead_of_gate: hurry"]
    early = entry("2026-11-23T08:48:00Z", *step, "text: We go on")
    rest = entry("2026-11-23T08:49:00Z", "by: carol", "kind: mitigation", "action: rollback", "text: Back to v412")
    update = ("by: bob", "kind: status-update", "audience: [engineers, stakeholders]", "text: It fails")
    rest += entry("2026-11-23T08:50:00Z", *update)
    assert codes(judged(records({"timeline.yaml": early + rest}))) == ["HW204"]


@pytest.mark.parametrize(
    "text",
    [
        "what you searched for", "What was looked at", "Someone looked, and there is none", "looked: there is none",
        "<your reason here>",
    ],
)  # fmt: skip
def test_our_own_words_are_nobodys_reason(text: str) -> None:
    assert fault_of(text) == "placeholder"


@pytest.mark.parametrize(
    "known", ["after: 2026-11-23T08:46:40Z", "after: 2026-11-23T08:46Z, before: 2026-11-23T08:48Z"]
)
def test_in_a_record_of_our_own_a_bound_is_no_time(known: str) -> None:
    """Every clock would take the kinder bound, and somebody can find out."""
    text = f"times:\n  declared: 2026-11-23T08:46:00Z\n  acknowledged: {{{known}}}\n"
    (said,) = judged(records({"incident.yaml": text})).diagnostics
    assert (said.code, said.message) == ("HW110", "`after` is no time in a record of our own: when was it?")
