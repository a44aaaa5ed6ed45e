from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from hotwash.rules import ALL_RULES
from hotwash.rules.check import check
from hotwash.rules.rule import may_be_lowered
from tests.builders import FOLDER, ID, NOW, POLICY, SERVICES, judged, records, snapshot

if TYPE_CHECKING:
    from hotwash.diagnostics import Diagnostic
    from hotwash.rules.rule import Rule

OVERDUE = "- {id: AI-1, title: x, kind: detect, priority: P1, owner: dave, due: 2026-11-20, status: open}\n"
OWN = ("HW901", "HW902", "HW903", "HW904")
LOWERABLE_GATES = [rule for rule in ALL_RULES if rule.code.startswith("HW2") and may_be_lowered(rule.code)]
FIXED = [rule for rule in ALL_RULES if not may_be_lowered(rule.code)]


def found(
    policy: str, *, now: datetime = NOW, named: tuple[str, ...] | None = None, **changes: str | None
) -> list[Diagnostic]:
    """What the rules of this family find in the complete incident with an overdue item under a policy."""
    files: dict[str, str | None] = {POLICY: policy, "action-items.yaml": OVERDUE}
    files |= {
        SERVICES if name == "services" else name.replace("_", "-") + ".yaml": text for name, text in changes.items()
    }
    outcome = check(snapshot(records(files)), now=now, named=named)
    assert not outcome.bugs, outcome.bugs[0].trace
    return [one for one in outcome.report.diagnostics if one.code in OWN]


def told(policy: str, *, now: datetime = NOW, named: tuple[str, ...] | None = None, **changes: str) -> list[str]:
    """The same as `CODE message`."""
    return [f"{one.code} {one.message}" for one in found(policy, now=now, named=named, **changes)]


def silence(rule: str = "HW501", *, incident: str = "", until: str = "2027-01-01") -> str:
    of = f"incident: {incident}, " if incident else ""
    return f"silences: [{{rule: {rule}, {of}reason: We know of it, until: {until}}}]\n"


@pytest.mark.parametrize(
    "policy", ["format: 1\n", "levels: {HW501: error}\n", 'levels: {HW501: "off"}\n', silence(), "[", "x: 1\n"]
)
def test_a_policy_that_takes_nothing_from_the_gate_is_let_be(policy: str) -> None:
    assert told(policy) == []


# --- HW901 silence-expired


@pytest.mark.parametrize(
    ("until", "message"),
    [
        ("2026-11-22", ["HW901 the silence of HW501 ended 1 day ago"]),
        ("2025-11-23", ["HW901 the silence of HW501 ended 365 days ago"]),
        ("2026-11-23", []),
        ("2026-11-24", []),
        ("9999-12-31", []),
    ],
)
def test_the_last_day_of_a_silence_counts(until: str, message: list[str]) -> None:
    assert told(silence(until=until)) == message


@pytest.mark.parametrize(
    ("now", "ended"),
    [(datetime(2026, 11, 23, 23, 59, 59, tzinfo=UTC), False), (datetime(2026, 11, 24, tzinfo=UTC), True)],
)
def test_a_day_ends_at_midnight_of_utc(now: datetime, ended: bool) -> None:  # noqa: FBT001 - a table
    assert bool(told(silence(until="2026-11-23"), now=now)) is ended


def test_the_day_is_shown_and_the_incident_named() -> None:
    (one,) = found(silence(incident=ID, until="2026-11-22"))
    assert (one.path, one.route, one.level) == (POLICY, ("silences", 0, "until"), "warning")
    assert one.message == f"the silence of HW501 for {ID} ended 1 day ago"


@pytest.mark.parametrize("rule", ["HW999", "HW201", "HW302", "HW805"])
def test_of_a_silence_that_ended_nothing_else_is_said(rule: str) -> None:
    assert told(silence(rule, until="2026-11-22")) == [f"HW901 the silence of {rule} ended 1 day ago"]


# --- HW902 silence-unused


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        (silence("HW101"), ["HW902 the silence of HW101 silences nothing"]),
        (silence("HW101", incident=ID), [f"HW902 the silence of HW101 for {ID} silences nothing"]),
        (silence("HW501"), []),
        (silence("HW501", incident=ID), []),
        (silence("HW990"), ["HW902 there is no rule HW990: the silence counts for nothing"]),
        (silence("HW501", incident="2026-01-01-x"), ["HW902 there is no incident `2026-01-01-x`: the silence counts for nothing"]),
        ("levels: {HW990: error}\n", ["HW902 there is no rule HW990: the line changes nothing"]),
        ("levels: {HW990: warning}\n", ["HW902 there is no rule HW990: the line changes nothing"]),
        ("levels: {HW390: error}\n", ["HW902 there is no rule HW390: the line changes nothing"]),
        ("levels: {HW903: error}\n", ["HW902 the level of HW903 gate-weakened is fixed: the line changes nothing"]),
    ],
)  # fmt: skip
def test_a_line_that_does_nothing_is_named(policy: str, message: list[str]) -> None:
    assert told(policy) == message


def test_of_two_silences_that_do_the_same_both_are_used() -> None:
    both = f"silences:\n  - {{rule: HW501, reason: x, until: 2027-01-01}}\n  - {{rule: HW501, incident: {ID}, reason: x, until: 2027-01-01}}\n"
    assert told(both) == []


def test_what_is_not_due_yet_is_not_silenced_yet() -> None:
    items = OVERDUE.replace("2026-11-20", "2026-12-20")
    assert told(silence(), action_items=items) == ["HW902 the silence of HW501 silences nothing"]


def test_a_silence_of_what_the_next_step_asks_is_used() -> None:
    incident = "status: declared\nfirst_actions:\n"
    assert told(silence("HW801"), incident=incident + "services: [x]\n", timeline="[]\n") == []


def test_a_silence_of_a_rule_that_is_off_is_not_needed() -> None:
    (one,) = found('levels: {HW501: "off"}\n' + silence())
    assert one.label == "`levels` has switched it off already"


@pytest.mark.parametrize("named", [(FOLDER,), ("incidents/2019",), ()])
def test_where_only_some_incidents_are_judged_no_silence_is_called_unused(named: tuple[str, ...]) -> None:
    assert told(silence("HW101"), named=named) == []


@pytest.mark.parametrize("policy", [silence("HW990"), silence(incident="2026-01-01-x"), "levels: {HW990: error}\n"])
def test_what_does_not_exist_is_named_however_few_are_judged(policy: str) -> None:
    assert len(told(policy, named=(FOLDER,))) == 1


@pytest.mark.parametrize("incident", ["", ID])
def test_of_an_incident_that_cannot_be_read_no_silence_is_called_unused(incident: str) -> None:
    assert told(silence("HW101", incident=incident), incident="title: [\n") == []


def test_another_that_cannot_be_read_leaves_the_silence_of_one_judged() -> None:
    files = records({POLICY: silence("HW101", incident=ID)})
    files["incidents/2026/2026-11-22-other/incident.yaml"] = "title: [\n"
    assert [one.code for one in judged(files).diagnostics if one.code in OWN] == ["HW902"]


@pytest.mark.parametrize("rule", ["HW801", "HW804", "HW805"])
def test_while_the_catalogue_cannot_be_read_silences_of_its_rules_are_left(rule: str) -> None:
    assert told(silence(rule), services="a: [\n") == []
    assert told(silence(rule)) == [f"HW902 the silence of {rule} silences nothing"]


@pytest.mark.parametrize("rule", ["HW805", "HW901"])
def test_a_rule_over_the_whole_repository_uses_its_silence_too(rule: str) -> None:
    policy = (
        f"silences:\n  - {{rule: {rule}, reason: x, until: 2027-01-01}}\n"
        "  - {rule: HW501, reason: x, until: 2026-11-01}\n"
    )
    assert "HW902" not in {one.code for one in found(policy, services="checkout-api: {}\n")}


def test_the_rule_itself_can_be_silenced() -> None:
    policy = (
        "silences:\n  - {rule: HW902, reason: x, until: 2027-01-01}\n  - {rule: HW101, reason: x, until: 2027-01-01}\n"
    )
    report = judged(records({POLICY: policy}))
    # Of itself nothing is said: it could only be silenced in its turn.
    assert (report.diagnostics, report.silenced) == ((), 1)


@pytest.mark.parametrize(
    ("code", "near"),
    [("HW850", "HW805"), ("HW081", "HW801"), ("HW510", "HW501"), ("HW990", ""), ("HW809", "")],
)
def test_only_digits_that_changed_places_make_a_code_the_nearest(code: str, near: str) -> None:
    for one in found(silence(code)):
        if "there is no rule" in one.message:
            assert one.help[0].say == (f"write {near}, or delete the line" if near else "delete the line")


# --- HW903 gate-weakened


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        *[("P0.respond", value, "5m for the response to P0") for value in ("6m", "1h", "1d", "1bd")],
        *[("P0.respond", value, "") for value in ("5m", "1m")],
        *[("P1.respond", value, "1h for the response to P1") for value in ("61m", "2h", "1bd")],
        *[("P1.respond", value, "") for value in ("1h", "60m", "5m")],
        *[("P2.respond", value, "4h for the response to P2") for value in ("241m", "5h", "1d", "1bd")],
        *[("P2.respond", value, "") for value in ("4h", "240m")],
        *[("P3.respond", value, "1bd for the response to P3") for value in ("2bd", "25h", "2d", "1441m")],
        *[("P3.respond", value, "") for value in ("1bd", "1d", "24h", "4h", "1440m")],
        *[(f"{level}.updates", "16m", f"15m for the next status update of {level}") for level in ("P0", "P1", "P2", "P3")],
        *[("P3.updates", value, "") for value in ("15m", "10m")],
        ("P2.updates", "1bd", "15m for the next status update of P2"),
    ],
)  # fmt: skip
def test_no_severity_has_more_time_than_the_guide_gives(key: str, value: str, message: str) -> None:
    level, field = key.split(".")
    policy = f"severities:\n  {level}: {{{field}: {value}}}\n"
    ones = found(policy)
    if not message:
        assert ones == []
        return
    guide, _, what = message.partition(" ")
    (one,) = ones
    assert one.message == f"policy gives {value} {what}; the guide says {guide}"
    assert (one.code, one.level, one.route) == ("HW903", "warning", ("severities", level, field))
    assert (one.span.line, one.span.column) == (2, policy.split("\n")[1].index(value) + 1)


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        ("first_actions: {within: 6m}\n", ["HW903 policy gives 6m for the four first actions; the guide says 5m"]),
        ("first_actions: {within: 1bd}\n", ["HW903 policy gives 1bd for the four first actions; the guide says 5m"]),
        ("first_actions: {within: 5m}\n", []),
        ("first_actions: {within: 2m}\n", []),
        ("updates: {after: {1m: 1d}}\n", ["HW903 policy gives 1d for the next status update after only 1m; the guide says 15m"]),
        ("updates: {after: {239m: 1h}}\n", ["HW903 policy gives 1h for the next status update after only 239m; the guide says 15m"]),
        ("updates: {after: {1h: 10m, 4h: 2h, 1d: 8h}}\n", []),
        ("updates: {mitigated: 1d}\n", []),
        ("severities: {P0: {postmortem: none}}\n", ["HW903 policy asks for no post-mortem of P0"]),
        ("severities: {P2: {postmortem: none}}\n", ["HW903 policy asks for no post-mortem of P2"]),
        ("severities: {P2: {postmortem: 30d}, P3: {postmortem: 5bd}}\n", []),
        ("retrospective: {min_age: 29d}\n", ["HW903 policy lets an incident be recorded in retrospect after 29d already"]),
        ("retrospective: {min_age: 21bd}\n", ["HW903 policy lets an incident be recorded in retrospect after 21bd already"]),
        ("retrospective: {min_age: 22bd}\n", []),
        ("retrospective: {min_age: 720h}\n", []),
        ("retrospective: {min_age: 99999bd}\n", []),
        ("retrospective: {min_age: 22bd}\ncalendar: {days: [mon, tue, wed, thu, fri, sat, sun]}\n",
         ["HW903 policy lets an incident be recorded in retrospect after 22bd already"]),
    ],
)  # fmt: skip
def test_other_ways_to_ask_for_less_are_named(policy: str, message: list[str]) -> None:
    assert told(policy) == message


@pytest.mark.parametrize("rule", LOWERABLE_GATES, ids=lambda rule: rule.code)
def test_a_gate_that_may_be_lowered_is_named_when_it_is(rule: Rule[Any]) -> None:
    head = f"{rule.code} {rule.name}"
    assert told(f'levels: {{{rule.code}: "off"}}\n') == [f"HW903 policy switches off {head}"]
    lowered = [f"HW903 policy lowers {head}"] if rule.level == "error" else []
    assert told(f"levels: {{{rule.code}: warning}}\n") == lowered
    assert told(f"levels: {{{rule.code}: error}}\n") == []
    silenced = [one for one in told(silence(rule.code, incident=ID)) if one.startswith("HW903")]
    assert silenced == [f"HW903 policy silences {head} for {ID}"]
    assert f"HW903 policy silences {head} for all incidents" in told(silence(rule.code))


@pytest.mark.parametrize(
    "rule", [rule for rule in ALL_RULES if not rule.code.startswith("HW2")], ids=lambda rule: rule.code
)
def test_of_rules_that_are_no_gate_the_policy_decides(rule: Rule[Any]) -> None:
    policy = f'levels: {{{rule.code}: "off"}}\n' + silence(rule.code)
    assert "HW903" not in {one.code for one in found(policy)}


def test_it_is_named_on_every_run() -> None:
    weak = "first_actions: {within: 1h}\n"
    assert len(told(weak, named=())) == 1
    assert set(told(weak + 'levels: {HW903: "off"}\n')) > set(told(weak))
    assert len(judged({POLICY: weak}).diagnostics) == 1


# --- HW904 gate-off


@pytest.mark.parametrize("rule", FIXED, ids=lambda rule: rule.code)
def test_an_attempt_at_a_fixed_rule_is_an_error(rule: Rule[Any]) -> None:
    head = f"{rule.code} {rule.name} cannot be"
    (one,) = found(f'levels:\n  {rule.code}: "off"\n')
    assert (one.code, one.level, one.route) == ("HW904", "error", ("levels", rule.code))
    assert (one.message, one.span.line, one.span.column) == (f"{head} switched off: the line has no effect", 2, 10)
    lowered = [f"HW904 {head} lowered: the line has no effect"] if rule.level == "error" else []
    assert told(f"levels: {{{rule.code}: warning}}\n") == lowered
    raised = [] if rule.level == "error" else ["HW902"]
    assert [one.code for one in found(f"levels: {{{rule.code}: error}}\n")] == raised
    (one,) = found(silence(rule.code, incident=ID))
    assert (one.message, one.route) == (f"{head} silenced: the silence has no effect", ("silences", 0, "rule"))


@pytest.mark.parametrize("code", ["HW399", "HW300"])
def test_all_of_family_3_is_fixed_codes_without_a_rule_too(code: str) -> None:
    assert told(f'levels: {{{code}: "off"}}\n') == [f"HW904 {code} cannot be switched off: the line has no effect"]
    assert told(silence(code)) == [f"HW904 {code} cannot be silenced: the silence has no effect"]


def test_an_attempt_changes_nothing_of_what_the_rule_finds() -> None:
    files = records({POLICY: 'levels: {HW201: "off"}\n' + silence("HW201"), "incident.yaml": "first_actions:\n"})
    codes = [one.code for one in judged(files).diagnostics]
    assert codes.count("HW201") == 4
    assert codes.count("HW904") == 2


def test_the_two_that_name_an_attempt_cannot_be_switched_off_themselves() -> None:
    policy = 'first_actions: {within: 1h}\nlevels: {HW903: "off", HW904: warning}\n'
    assert sorted(one.code for one in found(policy)) == ["HW903", "HW904", "HW904"]


def test_a_silenced_gate_is_named_once_with_whether_it_is_of_any_use() -> None:
    (unused,) = found(silence("HW213"))
    assert (unused.code, unused.notes) == ("HW903", ("it silences nothing at present",))
    assert unused.help[0].say == "delete it, so that it hides nothing that comes later"
    late = "times: {started: 2026-11-23T08:38:00Z, declared: 2026-11-23T08:41:00Z}\n"
    (used,) = found(silence("HW203"), incident=late)
    assert (used.code, used.notes) == ("HW903", ())
