"""What a status demands: which words count, which times are beyond doubt, and what is named only once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotwash.facts.demands import (
    FIX_KEYS,
    dismissed_after_resolved,
    fix_gaps,
    helped,
    lacks_action_items,
    lacks_runbooks,
    left_temporary,
    missing_times,
    not_looked_for,
    not_told_of_the_end,
    pending,
    postmortem_lacks,
    root_cause_lacks,
    standing_findings,
    timeline_lacks,
    unanswered_harm,
    unnamed_change,
    was_identified,
)
from hotwash.model.policy import Policy
from tests.builders import PART, case

if TYPE_CHECKING:
    from hotwash.model.repository import Case

POLICY = Policy()
TIMELINE = f"timeline.yaml{PART}"
SUMMARY = "---\n\n## Summary\n\nCard payments failed.\n"


def entry(at: str, kind: str, own: str = "", text: str = "What happened then") -> str:
    """An entry of the day of the incident, or of another one."""
    time = at if at.startswith(("at: ", "between: ")) else f"at: 2026-11-23T{at}Z"
    lines = [f"kind: {kind}", *filter(None, own.split("; ")), f'text: "{text}"']
    return f"- {time}\n" + "".join(f"  {line}\n" for line in lines)


def only(*entries: str, stage: str = "monitoring", incident: str = "") -> Case:
    """The complete incident with these entries and no others."""
    return case({"timeline.yaml": "".join(entries) or "[]\n", "incident.yaml": incident}, stage=stage)


def finding(at: str, own: str, text: str = "What was found") -> str:
    """A finding."""
    return entry(at, "finding", own, text)


def mitigation(at: str, own: str, text: str = "Rolled back") -> str:
    """A mitigation."""
    return entry(at, "mitigation", f"action: rollback; {own}", text)


def step(at: str, before: str, after: str) -> str:
    """A status-change."""
    return entry(at, "status-change", f"from: {before}; to: {after}")


@pytest.mark.parametrize(
    ("entries", "stand"),
    [
        ([], 0),
        ([finding("08:50:00", "about: metric; state: open")], 1),
        ([finding("08:50:00", "about: metric; state: confirmed")], 1),
        ([finding("08:50:00", "about: metric; state: ruled-out")], 0),
        ([finding("08:50:00", "about: metric; state: open", text="...")], 0),
        (
            [
                finding("08:50:00", "id: a; about: hypothesis; state: open"),
                finding("08:51:00", "about: hypothesis; state: ruled-out; supersedes: a"),
            ],
            0,
        ),
        (
            [
                finding("08:50:00", "id: a; about: hypothesis; state: open"),
                finding("08:51:00", "id: b; about: hypothesis; state: open; supersedes: a"),
                finding("08:52:00", "about: hypothesis; state: ruled-out; supersedes: b"),
            ],
            0,
        ),
        # What comes earlier replaces nothing, nor does an entry itself.
        (
            [
                finding("08:50:00", "about: hypothesis; state: ruled-out; supersedes: a"),
                finding("08:51:00", "id: a; about: hypothesis; state: open"),
            ],
            1,
        ),
        ([finding("08:50:00", "id: a; about: hypothesis; state: open; supersedes: a")], 1),
    ],
)
def test_a_finding_stands_until_it_is_ruled_out_or_replaced(entries: list[str], stand: int) -> None:
    assert len(standing_findings(only(*entries))) == stand


def test_identified_is_remembered_and_may_be_passed_over() -> None:
    assert was_identified(case(stage="identified"))
    assert was_identified(case(stage="resolved"))
    assert not was_identified(only(step("08:51:00", "declared", "investigating")))


@pytest.mark.parametrize(
    ("own", "change", "unnamed"),
    [
        ("about: change; state: open", "", True),
        ("about: change; state: ruled-out", "", False),
        ("about: change; state: open", entry("08:38:00", "change"), False),
        ("about: change; state: open", entry("08:38:00", "change", text="..."), True),
        ("about: metric; state: open", "", False),
    ],
)
def test_a_finding_about_a_change_needs_the_entry_of_that_change(own: str, change: str, unnamed: bool) -> None:  # noqa: FBT001 - a table
    assert (unnamed_change(only(change, finding("08:50:00", own))) is not None) is unnamed


@pytest.mark.parametrize(
    ("entries", "incident", "did"),
    [
        ([], "", False),
        ([mitigation("08:49:00", "outcome: effective")], "", True),
        ([mitigation("08:49:00", "outcome: partial")], "", True),
        ([mitigation("08:49:00", "outcome: effective", text="...")], "", False),
        ([mitigation("08:49:00", "outcome: pending")], "", False),
        ([mitigation("08:49:00", "")], "", False),
        ([mitigation("08:49:00", "outcome: ineffective")], "", False),
        ([mitigation("08:49:00", "outcome: harmful")], "", False),
        ([entry("08:49:00", "fix")], "", True),
        ([], "resolution: {how: self-resolved}\n", True),
        ([], "resolution: {how: external}\n", True),
        ([], "resolution: {how: mitigated}\n", False),
        ([], "resolution: {how: unknown}\n", False),
    ],
)
def test_what_helped_is_a_mitigation_that_did_or_a_fix_or_said_of_the_end(
    entries: list[str],
    incident: str,
    did: bool,  # noqa: FBT001 - a table
) -> None:
    assert helped(only(*entries, incident=incident)) is did


def test_no_outcome_is_a_pending_one() -> None:
    found = pending(only(mitigation("08:49:00", ""), mitigation("08:50:00", "outcome: pending")))
    assert len(found) == 2


HARM = mitigation("09:00:00", "id: h; outcome: harmful")


@pytest.mark.parametrize(
    ("others", "unanswered"),
    [
        ([], 1),
        ([mitigation("08:59:59", "")], 1),
        ([mitigation("09:00:01", "")], 0),
        ([mitigation("09:00:01", "", text="...")], 1),
        ([entry("09:30:00", "fix")], 0),
        ([entry("09:30:00", "recovery")], 1),
        # Nobody can tell which of the two was first.
        ([mitigation("at: 2026-11-23T09:00Z", "")], 0),
        ([mitigation("at: 2026-11-23", "")], 0),
        ([mitigation("at: {at: 2026-11-23T08:59:00Z, approx: true}", "")], 0),
        ([entry("between: [2026-11-23T08:50:00Z, 2026-11-23T08:55:00Z]", "fix")], 1),
        ([entry("between: [2026-11-23T08:50:00Z, 2026-11-23T09:05:00Z]", "fix")], 0),
        # Said by hand, whatever the times.
        ([mitigation("08:59:00", "answers: h")], 0),
        ([mitigation("08:59:00", "answers: x")], 1),
        # A second harm answers the first, and needs an answer itself.
        ([mitigation("09:10:00", "outcome: harmful")], 1),
        ([mitigation("09:10:00", "outcome: harmful"), entry("09:11:00", "fix")], 0),
    ],
)
def test_a_harm_is_answered_by_what_may_have_come_later(others: list[str], unanswered: int) -> None:
    assert len(unanswered_harm(only(HARM, *others))) == unanswered


def test_a_harm_does_not_answer_itself() -> None:
    assert unanswered_harm(only(mitigation("09:00:00", "id: h; outcome: harmful; answers: h")))


def test_of_many_harms_at_once_none_is_the_last() -> None:
    assert not unanswered_harm(only(*[HARM.replace("id: h", f"id: h{number}") for number in range(3)]))


SAID = "; ".join(("minimal: true", *(f"{key}: Somewhere" for key in FIX_KEYS[1:])))


def lacks(found: Case) -> list[tuple[str, ...]]:
    """What each fix lacks."""
    return [gap.lacks for gap in fix_gaps(found)]


@given(st.sets(st.sampled_from(FIX_KEYS)), st.sampled_from(["", '"..."', '{none: "..."}', '{unknown: " … "}']))
def test_a_fix_lacks_what_is_not_said_and_what_is_left_blank(missing: set[str], blank: str) -> None:
    parts = [part for part in SAID.split("; ") if part.split(":")[0] not in missing]
    parts += [f"{key}: {blank}" for key in missing if blank and not (key == "minimal" and blank.startswith('"'))]
    found = lacks(only(entry("08:57:00", "fix", "; ".join(parts))))
    assert found == ([tuple(key for key in FIX_KEYS if key in missing)] if missing else [])


@pytest.mark.parametrize("word", ["none", "not_applicable", "unknown"])
def test_a_reason_stands_for_what_there_is_not(word: str) -> None:
    own = "; ".join(f"{key}: {{{word}: It is one number}}" for key in FIX_KEYS)
    assert lacks(only(entry("08:57:00", "fix", own))) == []


@pytest.mark.parametrize(
    ("at", "asked"),
    [
        ("at: 2026-11-23T09:29:59Z", True),
        # At the same second, or the same day: the doubt asks.
        ("at: 2026-11-23T09:30:00Z", True),
        ("at: 2026-11-23", True),
        ("at: {at: 2026-11-23T09:35:00Z, approx: true}", True),
        ("between: [2026-11-23T09:20:00Z, 2026-11-23T09:50:00Z]", True),
        ("at: 2026-11-23T09:30:01Z", False),
        ("at: 2026-11-24", False),
    ],
)
def test_the_permanent_fix_after_resolved_is_not_asked(at: str, asked: bool) -> None:  # noqa: FBT001 - a table
    steps = (step("08:51:00", "declared", "investigating"), step("09:30:00", "investigating", "resolved"))
    assert bool(lacks(only(*steps, entry(at, "fix"), stage="resolved"))) is asked
    # The times alone say it too.
    assert bool(lacks(only(entry(at, "fix"), stage="resolved"))) is asked


def test_the_times_count_where_the_entry_that_resolved_it_is_later() -> None:
    times = "times:\n  declared: 2026-11-23T08:46:00Z\n  mitigated: 2026-11-23T09:00:00Z\n"
    fix = {TIMELINE: entry("09:25:00", "fix")}
    assert lacks(case(fix, stage="resolved"))
    for resolved, asked in (("09:20:00", False), ("09:26:00", True)):
        changes = {**fix, "incident.yaml": f"{times}  resolved: 2026-11-23T{resolved}Z\n"}
        assert bool(lacks(case(changes, stage="resolved"))) is asked


def test_a_fix_at_the_moment_of_closing_came_after_it_was_resolved() -> None:
    steps = [
        step("08:51:00", "declared", "investigating"),
        step("09:30:00", "investigating", "resolved"),
        step("10:00:00", "resolved", "closed"),
    ]
    no_time = "times:\n  declared: 2026-11-23T08:46:00Z\n"
    assert lacks(only(*steps, entry("10:00:00", "fix"), stage="closed", incident=no_time)) == []


def test_a_fix_after_a_reopening_is_asked_again_and_the_permanent_one_before_it_is_not() -> None:
    reopened = only(
        step("08:51:00", "declared", "investigating"),
        step("09:00:00", "investigating", "resolved"),
        entry("09:10:00", "fix", text="the permanent one"),
        step("09:20:00", "resolved", "investigating"),
        entry("09:30:00", "fix", text="the next one"),
    )
    (gap,) = fix_gaps(reopened)
    assert gap.logged.entry.text == "the next one"
    assert gap.first


def test_only_one_fix_is_the_first() -> None:
    gaps = fix_gaps(only(entry("08:57:00", "fix"), entry("08:58:00", "fix")))
    assert [gap.first for gap in gaps] == [True, False]


@pytest.mark.parametrize(
    ("times", "missing"),
    [
        ("", ("mitigated", "resolved")),
        ("  mitigated: 2026-11-23T08:58:00Z\n", ("resolved",)),
        ("  resolved: 2026-11-23T09:30:00Z\n", ("mitigated",)),
        ("  mitigated: 2026-11-23\n  resolved: 2026-11-23\n", ()),
    ],
)
def test_both_times_of_the_end_are_asked(times: str, missing: tuple[str, ...]) -> None:
    found = case({"incident.yaml": f"times:\n  declared: 2026-11-23T08:46:00Z\n{times}"}, stage="resolved")
    assert missing_times(found) == missing


def update(at: str, audience: str, text: str = "It is over") -> str:
    """A status update."""
    return entry(at, "status-update", f"audience: {audience}", text)


@pytest.mark.parametrize(
    ("updates", "waiting"),
    [
        ([update("08:50:00", "[engineers, public]")], ("engineers", "public")),
        ([update("08:50:00", "public"), update("09:30:00", "public")], ()),
        ([update("08:50:00", "public"), update("09:29:59", "public")], ("public",)),
        ([update("08:50:00", "public"), update("09:31:00", "engineers")], ("public",)),
        ([update("08:50:00", "public"), update("09:31:00", "public", text="...")], ("public",)),
        ([update("08:50:00", "public", text="...")], ()),
        # Only as precise as written.
        ([update("at: 2026-11-23T09:30Z", "public")], ()),
        ([update("at: 2026-11-23", "public")], ()),
        ([update("at: {at: 2026-11-23T09:25:00Z, approx: true}", "public")], ()),
        ([update("between: [2026-11-23T09:00:00Z, 2026-11-23T09:31:00Z]", "public")], ()),
        ([], ()),
    ],
)
def test_who_heard_of_it_is_told_at_or_after_the_end(updates: list[str], waiting: tuple[str, ...]) -> None:
    assert not_told_of_the_end(only(*updates, stage="resolved")) == waiting


def test_without_a_time_the_entry_that_resolved_it_counts_and_without_both_nobody_is_called_forgotten() -> None:
    no_time = "times:\n  declared: 2026-11-23T08:46:00Z\n  mitigated: 2026-11-23T08:58:00Z\n"
    resolving = step("09:30:00", "investigating", "resolved")
    told_before = update("09:00:00", "public")
    assert not_told_of_the_end(only(told_before, resolving, stage="resolved", incident=no_time)) == ("public",)
    assert not_told_of_the_end(only(told_before, stage="resolved", incident=no_time)) == ()
    assert not_told_of_the_end(only(told_before, stage="monitoring")) == ("public",)


@pytest.mark.parametrize(
    ("entries", "severity", "patterns"),
    [
        ([], "P0", ("error-pattern", "cascade")),
        ([], "P2", ("error-pattern", "cascade")),
        ([], "P3", ()),
        ([finding("08:50:00", "about: cascade; state: ruled-out")], "P1", ("error-pattern",)),
        ([finding("08:50:00", "about: error-pattern; state: open", text="...")], "P1", ("error-pattern", "cascade")),
        (
            [
                finding("08:50:00", "about: error-pattern; state: open"),
                finding("08:50:00", "about: cascade; state: ruled-out"),
            ],
            "P1",
            (),
        ),
    ],
)
def test_patterns_and_cascades_are_looked_for_above_p3(
    entries: list[str], severity: str, patterns: tuple[str, ...]
) -> None:
    assert not_looked_for(only(*entries, stage="resolved", incident=f"severity: {severity}\n")) == patterns


NO_REVIEW = "---\nreviewed:\n" + SUMMARY
DRAFT = "---\nstatus: draft\nreviewed:\n" + SUMMARY


@pytest.mark.parametrize(
    ("changes", "severities", "missing"),
    [
        ({}, {}, ()),
        ({"postmortem.md": None}, {}, ("file",)),
        ({f"postmortem.md{PART}": "---\nstatus: in-review\n" + SUMMARY}, {}, ("published",)),
        ({f"postmortem.md{PART}": NO_REVIEW}, {}, ("reviewed",)),
        ({f"postmortem.md{PART}": DRAFT}, {}, ("published", "reviewed")),
        ({"postmortem.md": None, "incident.yaml": "severity: P3\n"}, {}, ()),
        ({f"postmortem.md{PART}": DRAFT, "incident.yaml": "severity: P3\n"}, {}, ()),
        ({"postmortem.md": None}, {"P1": {"postmortem": "none"}}, ()),
        ({"postmortem.md": None, "incident.yaml": "severity: P3\n"}, {"P3": {"postmortem": "5bd"}}, ("file",)),
    ],
)
def test_policy_says_which_severities_have_a_post_mortem(
    changes: dict[str, str | None], severities: dict[str, object], missing: tuple[str, ...]
) -> None:
    policy = Policy.model_validate({"severities": severities})
    assert postmortem_lacks(case(changes, stage="closed"), policy) == missing


OPEN_CAUSE = entry("08:56:00", "finding", "about: root-cause; state: open")
DETECT = """\
- {id: AI-1, title: Alert on the pool, kind: detect, priority: P1, status: STATUS, owner: carol, due: 2026-12-15}
"""
UNKNOWN = "root_causes: {unknown: The servers were gone}\n"


@pytest.mark.parametrize(
    ("confirmed", "causes", "detect", "missing"),
    [
        (True, "", "", ()),
        (False, "", "", ("finding",)),
        (True, "root_causes: []\n", "", ("root_causes",)),
        (True, "root_causes:\n", "", ("root_causes",)),
        (False, "root_causes: {none: There was none at all}\n", "", ("finding", "root_causes")),
        (True, 'root_causes: [{category: change, trigger: "...", statement: "..."}]\n', "", ("root_causes",)),
        (False, UNKNOWN, "", ("detect",)),
        (True, UNKNOWN, "", ("detect",)),
        (False, UNKNOWN, "dropped", ("detect",)),
        (False, UNKNOWN, "open", ()),
        (False, UNKNOWN, "done", ()),
        (False, 'root_causes: {unknown: "..."}\n', "open", ("finding", "root_causes")),
    ],
)
def test_the_root_cause_is_a_finding_and_a_list_or_unknown_with_something_that_would_show_it(
    confirmed: bool,  # noqa: FBT001 - a table
    causes: str,
    detect: str,
    missing: tuple[str, ...],
) -> None:
    changes: dict[str, str | None] = {f"postmortem.md{PART}": "---\n" + causes + SUMMARY} if causes else {}
    changes |= {} if confirmed else {TIMELINE: OPEN_CAUSE}
    changes |= {"action-items.yaml": DETECT.replace("STATUS", detect)} if detect else {}
    assert root_cause_lacks(case(changes, stage="closed"), POLICY) == missing


@pytest.mark.parametrize(
    ("severity", "confirmed", "incident", "missing"),
    [
        ("P3", True, "", ()),
        ("P3", False, "", ("finding",)),
        ("P3", False, UNKNOWN, ("detect",)),
        ("P3", True, UNKNOWN, ()),
        # The post-mortem that would list them is asked first.
        ("P1", True, "", ()),
        ("P1", False, "", ("finding",)),
    ],
)
def test_without_a_post_mortem_incident_yaml_says_it(
    severity: str,
    confirmed: bool,  # noqa: FBT001 - a table
    incident: str,
    missing: tuple[str, ...],
) -> None:
    changes: dict[str, str | None] = {"postmortem.md": None, "incident.yaml": f"severity: {severity}\n{incident}"}
    changes |= {} if confirmed else {TIMELINE: OPEN_CAUSE}
    assert root_cause_lacks(case(changes, stage="closed"), POLICY) == missing


@pytest.mark.parametrize(
    ("items", "missing"),
    [
        (None, True),
        ("[]\n", True),
        ('none: "..."\n', True),
        ("none: Nothing can be changed\n", False),
        (DETECT.replace("STATUS", "open"), False),
        (DETECT.replace("STATUS", "dropped"), False),
        (DETECT.replace("STATUS", "open").replace("Alert on the pool", '"..."'), True),
    ],
)
def test_action_items_are_there_or_it_is_said_why_not(items: str | None, missing: bool) -> None:  # noqa: FBT001 - a table
    assert lacks_action_items(case({"action-items.yaml": items}, stage="closed"), POLICY) is missing


def test_the_item_that_an_unknown_cause_asks_for_is_asked_once() -> None:
    changes = {"action-items.yaml": None, f"postmortem.md{PART}": "---\n" + UNKNOWN + SUMMARY}
    found = case(changes, stage="closed")
    assert root_cause_lacks(found, POLICY) == ("detect",)
    assert not lacks_action_items(found, POLICY)


@pytest.mark.parametrize(
    ("severity", "front", "incident", "missing"),
    [
        ("P1", "", "", False),
        ("P1", "runbooks: []\n", "", True),
        ("P1", "runbooks:\n", "", True),
        ("P1", 'runbooks: [{path: "...", change: updated}]\n', "", True),
        ("P1", 'runbooks: {none: "..."}\n', "", True),
        ("P1", "runbooks: {none: It said it all}\n", "", False),
        ("P1", "runbooks: [{url: https://wiki.example/pay, change: created}]\n", "", False),
        # In the post-mortem, where there is one.
        ("P1", "runbooks: []\n", "runbooks: {none: It said it all}\n", True),
        ("P3", None, "", True),
        ("P3", None, "runbooks: {none: It said it all}\n", False),
        # The post-mortem that would say it is asked first.
        ("P1", None, "", False),
    ],
)
def test_runbooks_are_listed_or_it_is_said_why_not(
    severity: str,
    front: str | None,
    incident: str,
    missing: bool,  # noqa: FBT001 - a table
) -> None:
    changes: dict[str, str | None] = {"incident.yaml": f"severity: {severity}\n{incident}"}
    if front is None:
        changes["postmortem.md"] = None
    elif front:
        changes[f"postmortem.md{PART}"] = "---\n" + front + SUMMARY
    assert lacks_runbooks(case(changes, stage="closed"), POLICY) is missing


TEMPORARY = mitigation("08:49:00", "id: t; outcome: effective; temporary: true")
NO_ITEMS = "none: Nothing can be changed\n"


@pytest.mark.parametrize(
    ("others", "items", "left"),
    [
        ("", NO_ITEMS, 1),
        ("", DETECT.replace("STATUS", "open"), 0),
        ("", DETECT.replace("STATUS", "done"), 0),
        ("", DETECT.replace("STATUS", "dropped"), 1),
        # Action items are asked first.
        ("", "[]\n", 0),
        (entry("09:05:00", "fix", SAID), NO_ITEMS, 0),
        (entry("at: 2026-11-25", "fix"), NO_ITEMS, 0),
        (entry("08:48:00", "fix", SAID), NO_ITEMS, 1),
        (entry("09:05:00", "fix", SAID, text="..."), NO_ITEMS, 1),
        (mitigation("09:05:00", "outcome: effective"), NO_ITEMS, 1),
        (mitigation("09:05:00", "outcome: effective; answers: t"), NO_ITEMS, 0),
    ],
)
def test_a_temporary_mitigation_is_left_when_nothing_replaces_it(others: str, items: str, left: int) -> None:
    found = case({TIMELINE: TEMPORARY + others, "action-items.yaml": items}, stage="closed")
    assert len(left_temporary(found, POLICY)) == left


def test_nothing_is_left_temporary_while_an_unknown_cause_asks_for_an_item() -> None:
    changes = {TIMELINE: TEMPORARY, "action-items.yaml": NO_ITEMS, f"postmortem.md{PART}": "---\n" + UNKNOWN + SUMMARY}
    found = case(changes, stage="closed")
    assert root_cause_lacks(found, POLICY) == ("detect",)
    assert left_temporary(found, POLICY) == ()


@pytest.mark.parametrize(
    ("entries", "how", "missing"),
    [
        (["detection", "mitigation"], "mitigated", ()),
        (["mitigation"], "mitigated", ("detection",)),
        (["detection"], "self-resolved", ()),
        (["detection"], "external", ("end",)),
        (["detection", "recovery"], "external", ()),
        (["detection", "fix"], "fixed", ()),
        ([], "external", ("detection", "end")),
        # What helped is asked first.
        (["detection"], "mitigated", ()),
        (["detection"], "fixed", ()),
    ],
)
def test_the_timeline_tells_how_it_was_noticed_and_how_it_ended(
    entries: list[str], how: str, missing: tuple[str, ...]
) -> None:
    own = {"detection": "via: alert", "mitigation": "action: rollback; outcome: effective"}
    told = [entry("08:44:00", kind, own.get(kind, "")) for kind in entries]
    assert timeline_lacks(only(*told, stage="closed", incident=f"resolution: {{how: {how}}}\n")) == missing


def test_a_blank_detection_tells_nothing() -> None:
    blank = entry("08:44:00", "detection", "via: alert", text="...")
    assert timeline_lacks(only(blank, stage="closed")) == ("detection",)


@pytest.mark.parametrize(
    ("steps", "after"),
    [
        (["dismissed"], False),
        (["investigating", "dismissed"], False),
        (["investigating", "resolved", "investigating", "dismissed"], True),
        (["investigating", "resolved", "closed", "investigating", "dismissed"], True),
        (["dismissed", "declared", "dismissed"], False),
        (["investigating", "closed", "dismissed"], True),
        (["investigating", "resolved", "investigating"], False),
    ],
)
def test_what_was_resolved_cannot_be_dismissed(steps: list[str], after: bool) -> None:  # noqa: FBT001 - a table
    told = [
        step(f"08:5{number}:00", before, status)
        for number, (before, status) in enumerate(zip(["declared", *steps], steps, strict=False))
    ]
    assert (dismissed_after_resolved(only(*told, stage="dismissed")) is not None) is after


def test_an_incident_that_is_not_dismissed_was_not_dismissed_after_it_was_resolved() -> None:
    told = ["declared", "investigating", "resolved", "investigating", "dismissed", "declared", "investigating"]
    entries = [step(f"08:5{n}:00", told[n], told[n + 1]) for n in range(len(told) - 1)]
    assert dismissed_after_resolved(only(*entries, stage="investigating")) is None
