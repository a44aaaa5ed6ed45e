"""How an incident may go on in a change: edges of the rules over its status, severity, visibility and recording."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hotwash.records.revision import Commit
from tests.builders import (
    FOLDER,
    NOW,
    NOW_AT,
    POLICY,
    RETROSPECTIVE_FOLDER,
    SERVICES,
    judged_change,
    records,
    snapshot,
)

INCIDENT = f"{FOLDER}/incident.yaml"
TIMELINE = f"{FOLDER}/timeline.yaml"
POSTMORTEM = f"{FOLDER}/postmortem.md"
RETROSPECTIVE = """\
recorded: {mode: retrospective, at: 2026-11-23, by: alice, basis: internal-notes}
organisation: Shop
sources:
  S1: {url: "https://shop.example/a", kind: primary, title: A, publisher: B, read: 2026-11-20}
"""
# What a policy may lower does not stand in for these rules.
WITHOUT_RECORD_RULES = {POLICY: 'format: 1\nlevels: {HW103: "off", HW104: "off", HW105: "off"}\n'}


def found(code: str, base: dict[str, str], head: dict[str, str], now: datetime = NOW, *commits: Commit) -> list[str]:
    """Where a rule speaks of a change, as `route: message`."""
    report = judged_change(base, head, now=now, commits=commits)
    return [f"{'.'.join(map(str, told.route))}: {told.message}" for told in report.diagnostics if told.code == code]


def changed(files: dict[str, str], path: str, old: str, new: str) -> dict[str, str]:
    """Files with one text replaced, which must be there."""
    assert old in files[path]
    return files | {path: files[path].replace(old, new, 1)}


def step(at: str, left: str, reached: str, kind: str = "status-change") -> str:
    """An entry that leads from one status or severity to another, at 08:AT on the day."""
    return (
        f"- at: 2026-11-23T08:{at}Z\n  by: alice\n  kind: {kind}\n  from: {left}\n  to: {reached}\n  text: So it was\n"
    )


def at_status(status: str, *, severity: str = "P1") -> dict[str, str]:
    """The incident under investigation, with another status and severity and no other word of it."""
    files = changed(records(), INCIDENT, "status: investigating", f"status: {status}")
    return changed(files, INCIDENT, "severity: P1", f"severity: {severity}")


@pytest.mark.parametrize(
    ("reached", "entries", "said"),
    [
        pytest.param("identified", step("52:00", "investigating", "identified"), [], id="one legal step"),
        pytest.param(
            "resolved",
            step("52:00", "investigating", "identified") + step("53:00", "identified", "resolved"),
            [],
            id="two legal steps",
        ),
        pytest.param(
            "closed",
            step("52:00", "investigating", "closed"),
            ["3.to: from `investigating` an incident does not go to `closed`"],
            id="a step too far",
        ),
        pytest.param(
            "closed",
            step("52:00", "resolved", "closed"),
            ["3.to: from `investigating` an incident does not go to `closed`"],
            id="an entry that claims another beginning",
        ),
        pytest.param(
            "closed",
            "",
            ["status: from `investigating` an incident does not go to `closed`"],
            id="no entry at all",
        ),
        pytest.param("identified", "", [], id="a legal step without its entry, which is told elsewhere"),
        pytest.param(
            "closed",
            step("52:00", "investigating", "resolved"),
            [],
            id="the last step without its entry, which is told elsewhere",
        ),
        pytest.param(
            "identified",
            step("52:00", "investigating", "identified") + step("53:00", "identified", "closed"),
            [
                "status: from `closed` an incident does not go to `identified`",
                "4.to: from `identified` an incident does not go to `closed`",
            ],
            id="there and back",
        ),
    ],
)
def test_each_new_step_is_one_that_an_incident_may_take(reached: str, entries: str, said: list[str]) -> None:
    head = at_status(reached)
    head[TIMELINE] += entries
    assert found("HW301", records() | WITHOUT_RECORD_RULES, head | WITHOUT_RECORD_RULES) == said


def test_new_steps_begin_with_the_status_that_was_merged_whatever_its_entries_say() -> None:
    base, head = at_status("resolved") | WITHOUT_RECORD_RULES, at_status("closed") | WITHOUT_RECORD_RULES
    head[TIMELINE] += step("52:00", "resolved", "closed")
    assert found("HW301", base, head) == []


def test_steps_that_were_forgotten_are_put_in_between() -> None:
    base = records(stage="closed")
    forgotten = step("57:10", "identified", "investigating") + step("57:40", "investigating", "identified")
    head = base | {
        TIMELINE: base[TIMELINE].replace("- at: 2026-11-23T08:58:30Z", f"{forgotten}- at: 2026-11-23T08:58:30Z")
    }
    assert found("HW301", base, head, NOW_AT["closed"]) == []


def test_a_step_that_is_put_in_between_is_judged_by_what_stands_before_it() -> None:
    base = records(stage="closed")
    wrong = step("57:10", "identified", "closed") + step("57:40", "closed", "investigating")
    head = base | {TIMELINE: base[TIMELINE].replace("- at: 2026-11-23T08:58:30Z", f"{wrong}- at: 2026-11-23T08:58:30Z")}
    assert found("HW301", base, head, NOW_AT["closed"]) == [
        "8.to: from `identified` an incident does not go to `closed`"
    ]


def test_a_new_incident_may_arrive_with_all_its_steps() -> None:
    none = {path: text for path, text in records().items() if not path.startswith(FOLDER)}
    assert found("HW301", none, records(stage="resolved"), NOW_AT["resolved"]) == []
    without = {path: text for path, text in records(stage="resolved").items() if path != TIMELINE}
    assert found("HW301", none, without, NOW_AT["resolved"]) == [
        "status: from `declared` an incident does not go to `resolved`"
    ]


def test_the_help_for_a_stage_that_is_left_out_mends_it() -> None:
    base = records(stage="monitoring")
    gone = (
        "- at: 2026-11-23T09:30:00Z\n  by: alice\n  kind: status-change\n  from: monitoring\n  to: resolved\n"
        "  text: Half an hour without an error\n"
    )
    head = changed(records(stage="closed"), TIMELINE, gone, "")
    head = changed(head, TIMELINE, "  from: resolved\n  to: closed", "  from: monitoring\n  to: closed")
    report = judged_change(base, head, now=NOW_AT["closed"])
    (told,) = [one for one in report.diagnostics if one.code == "HW301"]
    allowed, missing, rest = told.help
    assert allowed.say == "go on to investigating, identified or resolved"
    assert (missing.paste.count("kind: status-change"), rest.say) == (1, "and write `from: resolved` in this entry")
    # Above the entry, and the entry itself as the help says.
    wrong = "- at: 2026-11-25T10:00:00Z"
    pasted = missing.paste.replace("YOUR-LOGIN", "alice").replace('"..."', "It was over") + "\n"
    mended = changed(head, TIMELINE, wrong, pasted + wrong)
    mended = changed(mended, TIMELINE, "  from: monitoring\n  to: closed", "  from: resolved\n  to: closed")
    codes = [one.code for one in judged_change(base, mended, now=NOW_AT["closed"]).diagnostics]
    assert not {"HW301", "HW103", "HW104"} & set(codes)


SILENT = ["severity: the severity was P1 and now is P3, and no entry says so"]
ELSEWHERE = ["3.from: the severity was P1 and now is P3, and the entries do not lead from there to here"]


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        pytest.param("", SILENT, id="none"),
        pytest.param(step("52:00", "P1", "P3", "severity-change"), [], id="one"),
        pytest.param(
            step("52:00", "P1", "P0", "severity-change") + step("53:00", "P0", "P3", "severity-change"), [], id="two"
        ),
        pytest.param(step("52:00", "P0", "P3", "severity-change"), ELSEWHERE, id="from one that it never had"),
        pytest.param(step("52:00", "P1", "P2", "severity-change"), ELSEWHERE, id="to another"),
        pytest.param(
            step("52:00", "P1", "P2", "severity-change") + step("53:00", "P0", "P3", "severity-change"),
            ELSEWHERE,
            id="two that do not meet",
        ),
    ],
)
def test_new_entries_lead_from_the_old_severity_to_the_new_one(entries: str, said: list[str]) -> None:
    head = at_status("investigating", severity="P3")
    head[TIMELINE] += entries
    assert found("HW305", records() | WITHOUT_RECORD_RULES, head | WITHOUT_RECORD_RULES) == said


def test_a_severity_that_is_corrected_openly_is_not_changed_silently() -> None:
    base = at_status("investigating", severity="P2")
    base[TIMELINE] += step("52:00", "P1", "P2", "severity-change")
    corrected = "  corrected: {was: {to: P2}, why: The wrong word was written}\n"
    head = changed(base, INCIDENT, "severity: P2", "severity: P3")
    head = changed(head, TIMELINE, "  to: P2\n", f"  to: P3\n{corrected}")
    assert found("HW305", base, head) == []


@pytest.mark.parametrize(
    ("before", "after", "policy", "speaks"),
    [
        ("internal", "public", "internal", True),
        ("", "public", "internal", True),
        ("internal", "", "public", True),
        ("public", "public", "internal", False),
        ("", "", "public", False),
        ("public", "internal", "internal", False),
        ("", "public", "public", False),
    ],
)
def test_what_becomes_public_by_its_own_word_or_the_policys(
    before: str, after: str, policy: str, *, speaks: bool
) -> None:
    def side(visibility: str) -> dict[str, str]:
        own = f"visibility: {visibility}\n" if visibility else ""
        files = changed(records(), INCIDENT, "status:", f"{own}status:")
        return files | {POLICY: f"format: 1\npublishing: {{default: {policy}}}\n"}

    assert bool(found("HW309", side(before), side(after))) == speaks


def test_a_new_incident_that_arrives_public_is_not_made_public() -> None:
    none = {path: text for path, text in records().items() if not path.startswith(FOLDER)}
    assert found("HW309", none, changed(records(), INCIDENT, "status:", "visibility: public\nstatus:")) == []


@pytest.mark.parametrize(("status", "shown"), [("published", True), ("draft", False), ("in-review", False)])
def test_only_a_published_post_mortem_becomes_visible(status: str, *, shown: bool) -> None:
    closed = changed(records(stage="closed"), f"{FOLDER}/postmortem.md", "status: published", f"status: {status}")
    base = changed(closed, INCIDENT, "status: closed", "visibility: internal\nstatus: closed")
    head = changed(closed, INCIDENT, "status: closed", "visibility: public\nstatus: closed")
    (told,) = [one for one in judged_change(base, head, now=NOW_AT["closed"]).diagnostics if one.code == "HW309"]
    assert ("the post-mortem" in told.notes[0]) == shown


@pytest.mark.parametrize(
    ("times", "said"),
    [
        pytest.param("resolved: {at: 2026-10-27T10:00:00Z, source: S1}", [], id="to the second"),
        pytest.param("resolved: {at: 2026-10-27T10:00:01Z, source: S1}", ["times.resolved"], id="a second too soon"),
        pytest.param("started: {at: 2026-11-20, source: S1}", ["times.started"], id="only the beginning is known"),
        pytest.param(
            "started: {at: 2026-09-01, source: S1}\n  mitigated: {at: 2026-11-20, source: S1}",
            ["times.mitigated"],
            id="the latest counts",
        ),
        pytest.param("detected: {at: 2026-09-01, source: S1}", ["recorded.mode"], id="none of the three"),
    ],
)
def test_a_retrospective_record_is_of_an_incident_long_over(times: str, said: list[str]) -> None:
    none = {path: text for path, text in records().items() if not path.startswith(FOLDER)}
    head = records({"incident.yaml": f"times:\n  {times}\n"}, stage="retrospective")
    told = found("HW314", none, head, datetime(2026, 11, 26, 10, tzinfo=UTC))
    assert [one.partition(":")[0] for one in told] == said


@pytest.mark.parametrize(
    ("day", "more", "said"),
    [
        ("2026-11-20", "", ["0.at: this incident ended less than 30d ago: a retrospective record is too soon"]),
        ("2026-09-20", "", []),
        ("2026-11-20", "  mitigated: {at: 2026-09-21, source: S1}\n", []),
    ],
)
def test_where_no_time_says_when_it_ended_the_mitigations_do(day: str, more: str, said: list[str]) -> None:
    """That something began long ago does not make it cold."""
    entry = (
        f"- {{at: {day}, kind: mitigation, action: rollback, outcome: effective, source: S1, text: They went back}}\n"
    )
    times = f"times:\n  started: {{at: 2026-09-01, source: S1}}\n{more}"
    head = records({"incident.yaml": times, "timeline.yaml": entry}, stage="retrospective")
    none = {path: text for path, text in head.items() if path == SERVICES}
    assert found("HW314", none, head, NOW_AT["retrospective"]) == said


def test_a_retrospective_record_that_was_merged_is_not_asked_again() -> None:
    base = records({"incident.yaml": "times:\n  started: {at: 2026-11-20, source: S1}\n"}, stage="retrospective")
    head = changed(base, f"{RETROSPECTIVE_FOLDER}/incident.yaml", "title: Checkout", "title: The checkout")
    assert found("HW314", base, head, NOW_AT["retrospective"]) == []


@pytest.mark.parametrize(
    ("mode", "codes"),
    [
        ("recorded: {mode: late, at: 2026-11-23, by: alice}\n", ["HW305", "HW313"]),
        (RETROSPECTIVE, ["HW305", "HW313"]),
    ],
)
def test_another_mode_takes_nothing_out_of_reach(mode: str, codes: list[str]) -> None:
    """A retrospective record is not asked for severity-change entries; one that was merged as live is."""
    head = changed(at_status("resolved", severity="P3"), INCIDENT, "status:", f"{mode}status:")
    told = {one.code for one in judged_change(records(), head).diagnostics}
    assert told >= set(codes)


@pytest.mark.parametrize(
    ("was", "now", "times", "policy", "is_told"),
    [
        ("P1", "P3", "  mitigated: 2026-11-23T08:52:00Z\n", "", True),
        ("P1", "P2", "  mitigated: 2026-11-23T08:52:00Z\n", "", False),
        ("P1", "P3", "", "", False),
        ("P3", "P1", "  mitigated: 2026-11-23T08:52:00Z\n", "", False),
        ("P1", "P3", "  mitigated: 2026-11-23T08:52:00Z\n", "severities: {P3: {postmortem: 5bd}}\n", False),
        ("P1", "P2", "  mitigated: 2026-11-23T08:52:00Z\n", "severities: {P2: {postmortem: none}}\n", True),
    ],
)
def test_who_lowers_the_severity_when_it_is_over_so_that_nothing_is_asked_is_named(
    was: str, now: str, times: str, policy: str, *, is_told: bool
) -> None:
    base = at_status("investigating", severity=was) | {POLICY: f"format: 1\n{policy}"}
    head = changed(base, INCIDENT, f"severity: {was}", f"severity: {now}")
    head = changed(head, INCIDENT, "roles:\n", f"{times}roles:\n")
    head[TIMELINE] += step("53:00", was, now, kind="severity-change")
    told = found("HW316", base, head)
    assert bool(told) is is_told
    assert all(one.startswith(f"severity: the severity was lowered from {was} to {now}") for one in told)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (None, ["status: this incident is closed, and the change deletes its post-mortem"]),
        ("draft", ["status: this incident is closed, and the change withdraws its post-mortem"]),
        ("in-review", ["status: this incident is closed, and the change withdraws its post-mortem"]),
        ("published", []),
    ],
)
@pytest.mark.parametrize("severity", ["P1", "P3"])
def test_the_post_mortem_of_a_closed_incident_is_not_taken_back_unseen(
    severity: str, status: str | None, said: list[str]
) -> None:
    base = records(stage="closed")
    base = changed(base, INCIDENT, "severity: P1", f"severity: {severity}")
    head = changed(base, POSTMORTEM, "status: published", f"status: {status}")
    if status is None:
        del head[POSTMORTEM]
    assert found("HW310", base, head, NOW_AT["closed"]) == said


def test_the_commit_that_brings_a_sign_off_may_be_as_late_as_the_policy_says() -> None:
    base = records(stage="declared")
    signed = changed(records(), INCIDENT, "at: 2026-11-23T08:47:30Z", "at: 2026-11-23T08:47Z")

    def late(minute: int, second: int) -> bool:
        commit = Commit(datetime(2026, 11, 23, 9, minute, second, tzinfo=UTC), snapshot(signed))
        return bool(found("HW315", base, signed, datetime(2026, 11, 23, 9, 30, tzinfo=UTC), commit))

    # The sign-off may have been made at the very end of its minute.
    assert not late(18, 0)
    assert late(18, 1)


def test_a_sign_off_whose_time_is_corrected_openly_is_not_dated_back() -> None:
    told = "gather: {by: dave, at: 2026-11-23T08:50:10Z, note: begins with v413"
    mended = "gather: {by: dave, at: 2026-11-23T08:50:20Z, note: begins with v413"
    why = ", corrected: {was: {at: 2026-11-23T08:50:10Z}, why: The clock of the phone was off}"
    head = changed(records(), INCIDENT, f"{told}}}", f"{mended}{why}}}")
    assert found("HW315", records(), head, datetime(2026, 11, 23, 12, tzinfo=UTC)) == []


@pytest.mark.parametrize(
    "catalogue", [None, "{}\n", "payments: {owner: team-pay, runbook: docs/runbooks/payments.md}\n"]
)
def test_an_untouched_incident_whose_service_goes_is_judged(catalogue: str | None) -> None:
    head = {path: text for path, text in records().items() if path != SERVICES}
    if catalogue is not None:
        head[SERVICES] = catalogue
    assert found("HW801", records(), head) == ["services.0: `checkout-api` is not in incidents/services.yaml"]


@pytest.mark.parametrize("path", ["incidents/2026/notes/readme.txt", "incidents/2026/notes"])
def test_what_never_was_an_incident_may_be_tidied_away(path: str) -> None:
    assert found("HW308", records() | {path: "x"}, records()) == []
