from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotwash.model.repository import INCIDENT
from hotwash.records.document import PROBLEM_LIMIT, locate
from hotwash.records.reader import parse
from hotwash.records.validation import validate
from tests.records.samples import RECORDS, changed

if TYPE_CHECKING:
    from hotwash.diagnostics import Route
    from hotwash.model.repository import RecordKind
    from hotwash.records.document import Document, Problem, ProblemKind

FILES: dict[RecordKind, str] = {
    "incident": INCIDENT,
    "timeline": "timeline.yaml",
    "timeline-entry": "timeline.d/0900-abcd.yaml",
    "action-items": "action-items.yaml",
    "postmortem": "postmortem.md",
    "policy": "policy.yaml",
    "services": "services.yaml",
}
# What each record needs, in which a test changes one thing. Keys of the top level that the change holds are left out.
WHOLE: dict[RecordKind, dict[str, str]] = {
    "incident": {
        "title": "Checkout is down",
        "status": "declared",
        "severity": "P1",
        "services": "[checkout-api]",
        "times": "{declared: 2026-11-23T08:46:00Z}",
        "roles": "{commander: alice}",
    },
    "timeline-entry": {"at": "2026-11-23T08:46:00Z", "text": "x"},
    "postmortem": {"status": "draft", "authors": "[alice]"},
}
ENTRY = "at: 2026-11-23T08:46:00Z, text: x"
ITEM = "id: AI-1, title: x, kind: prevent, priority: P1, status: open"


def read(kind: RecordKind, text: str) -> Document:
    whole = WHOLE.get(kind, {})
    lines = [f"{key}: {value}\n" for key, value in whole.items() if f"\n{key}:" not in f"\n{text}"]
    return parse(f"incidents/2026/x/{FILES[kind]}", kind, f"{text}\n{''.join(lines)}".encode())


def problems_of(kind: RecordKind, text: str) -> tuple[Problem, ...]:
    document = read(kind, text)
    assert document.problems == ()
    model, problems = validate(document)
    assert (model is None) == bool(problems)
    for problem in problems:
        span = locate(document, problem.at)
        assert 1 <= span.line <= len(document.lines)
    return problems


class Wrong(NamedTuple):
    record: RecordKind
    text: str
    kind: ProblemKind
    route: Route
    message: str
    label: str = ""
    help: str = ""


UNKNOWN: ProblemKind = "unknown-key"
MISSING: ProblemKind = "missing-key"
VALUE: ProblemKind = "wrong-value"
HERE = "it belongs here"
NOT_ALLOWED = "not one of the allowed values"
SEVERITIES = "allowed: P0 complete outage, P1 major function broken, P2 significant issues, P3 minor issues"
STATUSES = "allowed: declared, investigating, identified, monitoring, resolved, closed; or dismissed"
TIME = "not a time: write 2026-11-23T08:41:00Z, 2026-11-23T08:41Z, or a day like 2026-11-23"
WHO = "not a name: write a login like alice, or role:…, system:…, org:…, party:…, or unknown"


def misspelt(record: RecordKind, text: str, route: Route, meant: str) -> Wrong:
    """A key with the right one near."""
    key = route[-1]
    return Wrong(
        record,
        text,
        UNKNOWN,
        route,
        f"unknown key `{key}`",
        f"did you mean `{meant}`?",
        f"write `{meant}:` instead of `{key}:`",
    )


UNKNOWN_KEYS = {
    "at the top": misspelt("incident", "kinds: drill", ("kinds",), "kind"),
    "instead of a required one": misspelt("incident", "titel: x\ntitle: x", ("titel",), "title"),
    "in capitals": misspelt("incident", "Labels: {}", ("Labels",), "labels"),
    "one level down": misspelt("incident", "impact: {user: {}}", ("impact", "user"), "users"),
    "two levels down": misspelt(
        "incident", "impact: {users: {affectd: 1}}", ("impact", "users", "affectd"), "affected"
    ),
    "in a list": misspelt(
        "incident", "evidence: {logs: [{summary: x, fil: y}]}", ("evidence", "logs", 0, "fil"), "file"
    ),
    "in a time": misspelt(
        "incident",
        "times: {declared: {at: 2026-11-23, aprox: true}}",
        ("times", "declared", "aprox"),
        "approx",
    ),
    "in the mapping form of money": misspelt(
        "incident",
        "impact: {business: {revenue_loss: {amount: 1, currency: EUR, sorce: S1}}}",
        ("impact", "business", "revenue_loss", "sorce"),
        "source",
    ),
    "that is a word for nothing, in a number": misspelt(
        "incident",
        "impact: {users: {affected: {unknwon: nobody counted}}}",
        ("impact", "users", "affected", "unknwon"),
        "unknown",
    ),
    "that is a word for nothing, in a mapping": misspelt(
        "incident", "impact: {business: {non: nobody pays}}", ("impact", "business", "non"), "none"
    ),
    "that is a word for nothing, where keys would be missing": misspelt(
        "incident",
        "impact: {business: {revenue_loss: {non: nobody pays}}}",
        ("impact", "business", "revenue_loss", "non"),
        "none",
    ),
    "that is a word for nothing, in a list": misspelt(
        "incident", "evidence: {logs: {nonee: looked there}}", ("evidence", "logs", "nonee"), "none"
    ),
    "that is a word for nothing, at the top": misspelt(
        "action-items", "non: all is well now", ("non",), "none"
    ),
    "that is a word for nothing, in an ETA": misspelt(
        "timeline",
        f"- {{kind: status-update, audience: public, {ENTRY}, eta: {{unknow: we look on}}}}",
        (0, "eta", "unknow"),
        "unknown",
    ),
    "in an entry of its kind": misspelt(
        "timeline", f"- {{kind: mitigation, {ENTRY}, action: other, outcom: harmful}}", (0, "outcom"), "outcome"
    ),
    "that is required": misspelt("timeline", f"- {{kind: mitigation, {ENTRY}, actions: other}}", (0, "actions"), "action"),
    "that is the discriminator": misspelt("timeline", f"- {{kinds: note, {ENTRY}}}", (0, "kinds"), "kind"),
    "that is the discriminator of a fragment": misspelt("timeline-entry", "knd: note", ("knd",), "kind"),
    "that is the discriminator by another name": misspelt("timeline", f"- {{type: note, {ENTRY}}}", (0, "type"), "kind"),
    "in an action item": misspelt("action-items", f"- {{{ITEM}, ower: alice}}", (0, "ower"), "owner"),
    "in a proof": misspelt("action-items", f"- {{{ITEM}, proof: {{files: a}}}}", (0, "proof", "files"), "file"),
    "in a severity of the policy": misspelt(
        "policy", "severities: {P0: {repond: 5m}}", ("severities", "P0", "repond"), "respond"
    ),
    "in a service": misspelt("services", "checkout: {owners: a}", ("checkout", "owners"), "owner"),
    "in the front matter": misspelt("postmortem", "author: bob", ("author",), "authors"),
    "far from all": Wrong(
        "incident",
        "impact: {colour: red}",
        UNKNOWN,
        ("impact", "colour"),
        "unknown key `colour`",
        "not a key here",
        "`impact` takes: business, data, measures, scope, security, users, windows",
    ),
    "far from all, in a list": Wrong(
        "action-items",
        f"- {{{ITEM}, proof: {{file: a, colour: red}}}}",
        UNKNOWN,
        (0, "proof", "colour"),
        "unknown key `colour`",
        "not a key here",
        "`proof` in item 1 takes: contains, file, pull_request",
    ),
    "that stands elsewhere": Wrong(
        "incident",
        "commander: alice\ndeclared: 2026-11-23",
        UNKNOWN,
        ("declared",),
        "unknown key `declared`",
        "did you mean `declared` under `times`?",
        "move it under `times:`",
    ),
    "that stands elsewhere, misspelt": Wrong(
        "incident",
        "mitgated: 2026-11-23",
        UNKNOWN,
        ("mitgated",),
        "unknown key `mitgated`",
        "did you mean `mitigated` under `times`?",
        "move it under `times:`",
    ),
    "of another kind of entry": Wrong(
        "timeline",
        f"- {{kind: note, {ENTRY}, action: rollback}}",
        UNKNOWN,
        (0, "action"),
        "unknown key `action`",
        "a key of the kind mitigation",
        "item 1 takes: ahead_of_gate, at, between, by, corrected, id, kind, source, text, until, url",
    ),
}  # fmt: skip


@pytest.mark.parametrize("wrong", UNKNOWN_KEYS.values(), ids=UNKNOWN_KEYS)
def test_an_unknown_key_is_answered_with_what_was_meant(wrong: Wrong) -> None:
    assert_said(wrong)


def assert_said(wrong: Wrong) -> None:
    found = [problem for problem in problems_of(wrong.record, wrong.text) if problem.at.route == wrong.route]
    assert [(problem.kind, problem.message, problem.label) for problem in found] == [
        (wrong.kind, wrong.message, wrong.label)
    ]
    assert " // ".join(remedy.say for remedy in found[0].help) == wrong.help


@pytest.mark.parametrize(
    ("record", "text"),
    [
        ("timeline", "- {kind: mitigation, at: 2026-11-23, txt: x, action: other}"),
        ("timeline", f"- {{kinds: mitigation, {ENTRY}, action: other}}"),
        ("incident", "impact: {business: {revenue_loss: {amount: 1, curency: EUR}}}"),
        ("incident", "impact: {business: {revenue_loss: {nune: nobody pays}}}"),
        ("incident", "evidence: {logs: [{sumary: x}]}"),
        ("incident", "impact: {users: {affected: {unknwon: nobody counted}}}"),
        ("incident", "services: [Check out]"),
    ],
)
def test_one_slip_is_one_problem(record: RecordKind, text: str) -> None:
    """That the right key is missing then follows from the wrong one, and goes without saying."""
    assert len(problems_of(record, text)) == 1


MISSING_KEYS = {
    "of an incident": Wrong("incident", "resolution: {}", MISSING, ("resolution",), "`how` is missing of `resolution`", HERE),
    "of a severity": Wrong("incident", "severity: {basis: editor}", MISSING, ("severity",), "`level` is missing of `severity`", HERE),
    "declared": Wrong("incident", "times: {}", MISSING, (), "`times.declared` is missing", HERE),
    "declared, empty": Wrong("incident", "times: {declared: }", MISSING, (), "`times.declared` is missing", HERE),
    "commander": Wrong("incident", "roles: {communications: bob}", MISSING, (), "`roles.commander` is missing", HERE),
    "a figure": Wrong(
        "incident", "impact: {measures: [{what: x}]}", MISSING, ("impact", "measures", 0),
        "one of count, share or duration is missing of `impact.measures.0`", HERE,
    ),
    "basis": Wrong(
        "incident", "recorded: {mode: retrospective, at: 2026-11-23, by: alice}", MISSING, ("recorded",),
        "`basis` is missing of `recorded`", HERE,
    ),
    "kind": Wrong("timeline", f"- {{{ENTRY}}}", MISSING, (0,), "`kind` is missing of `0`", HERE),
    "neither at nor between": Wrong("timeline", "- {kind: note, text: x}", MISSING, (0,), "`at` is missing of `0`", HERE),
    "text": Wrong("timeline", "- {kind: note, at: 2026-11-23}", MISSING, (0,), "`text` is missing of `0`", HERE),
    "of its kind": Wrong("timeline", f"- {{kind: handover, {ENTRY}, to: bob}}", MISSING, (0,), "`role` is missing of `0`", HERE),
    "one of two proofs": Wrong(
        "action-items", f"- {{{ITEM}, proof: {{}}}}", MISSING, (0, "proof"),
        "one of file or pull_request is missing of `0.proof`", HERE,
    ),
    "file of a text": Wrong(
        "action-items", f"- {{{ITEM}, proof: {{pull_request: x, contains: y}}}}", MISSING, (0, "proof"),
        "`file` is missing of `0.proof`", HERE,
    ),
    "one of two places": Wrong(
        "postmortem", "runbooks: [{change: updated}]", MISSING, ("runbooks", 0),
        "one of path or url is missing of `runbooks.0`", HERE,
    ),
    "no time and no bound": Wrong(
        "incident", "times: {started: {source: S1}}", MISSING, ("times", "started"),
        "one of at, after or before is missing of `times.started`", HERE,
    ),
    "of a factor": Wrong(
        "postmortem", "contributing_factors: [{source: S1}]", MISSING, ("contributing_factors", 0),
        "`statement` is missing of `contributing_factors.0`", HERE,
    ),
    "of a review": Wrong("postmortem", "reviewed: {by: bob}", MISSING, ("reviewed",), "`at` is missing of `reviewed`", HERE),
    "of a silence": Wrong(
        "policy", "silences: [{rule: HW402, reason: x}]", MISSING, ("silences", 0), "`until` is missing of `silences.0`", HERE,
    ),
}  # fmt: skip


@pytest.mark.parametrize("wrong", MISSING_KEYS.values(), ids=MISSING_KEYS)
def test_a_missing_key_is_named_with_its_mapping(wrong: Wrong) -> None:
    assert_said(wrong)


def test_each_missing_key_is_a_problem_of_its_own() -> None:
    problems = problems_of("action-items", "- {title: x}")
    assert [(problem.kind, problem.key) for problem in problems] == [
        (MISSING, "id"),
        (MISSING, "kind"),
        (MISSING, "status"),
    ]


VALUE = "wrong-value"
BOUNDS = {
    "a time and a bound": Wrong(
        "incident", "times: {started: {at: 2026-11-23, after: 2026-11-22}}", VALUE, ("times", "started", "after"),
        "`at` and `after` stand together", "one of the two is too much", "keep `at` or `after`, and delete the other",
    ),
    "bounds the wrong way round": Wrong(
        "incident", "times: {started: {after: 2026-11-23, before: 2026-11-21}}", VALUE, ("times", "started", "before"),
        "`before` is earlier than `after`", "", "mend the bound that is wrong",
    ),
    "both bounds of an entry under at": Wrong(
        "timeline", "- {kind: note, text: x, at: {after: 2026-11-20, before: 2026-11-21}}", VALUE, (0, "at"),
        "both bounds are known", "", "write `between: [first, second]` in place of `at`",
    ),
    "a bound of a bound": Wrong(
        "timeline", "- {kind: note, text: x, between: [{after: 2026-11-20}, 2026-11-21]}", VALUE, (0, "between"),
        "a bound has no bounds of its own", "", "of `between` both are known; else `at: {after: …}`",
    ),
    "lost data the wrong way round": Wrong(
        "incident", "impact: {data: {lost: x, recoverable: false, from: 2026-11-23, until: 2026-11-21}}", VALUE,
        ("impact", "data", "until"), "the lost time ends before it begins", "", "mend the time that is wrong",
    ),
}  # fmt: skip


@pytest.mark.parametrize("wrong", BOUNDS.values(), ids=BOUNDS)
def test_bounds_that_cannot_be_are_named(wrong: Wrong) -> None:
    assert_said(wrong)


@pytest.mark.parametrize("time", ["{after: 2026-11-20T10:00Z}", "{before: 2026-11-20, approx: true, derived: from S1}"])
def test_one_bound_is_a_time(time: str) -> None:
    assert problems_of("timeline", f"- {{kind: note, text: x, at: {time}}}") == ()


TIMES = {
    "2026-11-23 08:50": "the time has no offset: write 2026-11-23T08:50Z for UTC, or end it with an offset like +01:00",
    "2026-11-23T08:50:00": (
        "the time has no offset: write 2026-11-23T08:50:00Z for UTC, or end it with an offset like +01:00"
    ),
    "now": TIME,
    "'08:50'": TIME,
    "'1700000000'": TIME,
    "2026-11-23T08:50:00z": TIME,
    "2026-11-23t08:50:00Z": TIME,
    "2026-11-23 08:50:00Z": TIME,
    "2026-11-23T08:50:00+0100": TIME,
    "2026-11-23T08:50:00 CET": TIME,
    "23.11.2026 08:50": TIME,
    "2026-02-30": "no such time on a calendar: 2026-02-30",
    "2026-11-23T24:00:00Z": "no such time on a calendar: 2026-11-23T24:00:00Z",
    "2026-11-23T08:50:60Z": "no such time on a calendar: 2026-11-23T08:50:60Z",
    "1969-12-31": "a year outside 1970 to 2199: 1969-12-31",
    "2200-01-01": "a year outside 1970 to 2199: 2200-01-01",
}


@pytest.mark.parametrize(("time", "label"), TIMES.items(), ids=TIMES)
def test_what_is_no_time_is_told_how_to_write_one(time: str, label: str) -> None:
    (problem,) = problems_of("incident", f"first_actions: {{gather: {{by: alice, at: {time}}}}}")
    assert problem.at.route == ("first_actions", "gather", "at")
    bare = time.strip("'")
    shown = f'the text `"{bare}"`' if bare == "1700000000" else f"`{bare}`"
    assert (problem.message, problem.label) == (f"`first_actions.gather.at` is {shown}", label)


def value(record: RecordKind, text: str, route: Route, *said: str) -> Wrong:
    return Wrong(record, text, VALUE, route, *said)


WRONG_VALUES = {
    # not one of the allowed
    "status": value("incident", "status: fixed", ("status",), "`status` is `fixed`", NOT_ALLOWED, STATUSES),
    "status, nearly": value("incident", "status: resolvd", ("status",), "`status` is `resolvd`", "did you mean `resolved`?", STATUSES),
    "status, in capitals": value("incident", "status: RESOLVED", ("status",), "`status` is `RESOLVED`", "did you mean `resolved`?", STATUSES),
    "status, empty": value("incident", "status:", ("status",), "`status` is empty", "write one of these", STATUSES),
    "status, a list": value("incident", "status: [declared]", ("status",), "`status` is a list", NOT_ALLOWED, STATUSES),
    "severity": value("incident", "severity: P4", ("severity",), "`severity` is `P4`", NOT_ALLOWED, SEVERITIES),
    "severity, small": value("incident", "severity: p1", ("severity",), "`severity` is `p1`", "did you mean `P1`?", SEVERITIES),
    "severity, by another scale": value("incident", "severity: SEV1", ("severity",), "`severity` is `SEV1`", NOT_ALLOWED, SEVERITIES),
    "severity, a number": value("incident", "severity: 1", ("severity",), "`severity` is the number 1", NOT_ALLOWED, SEVERITIES),
    "severity, empty": value("incident", "severity:", ("severity",), "`severity` is empty", "write one of these", SEVERITIES),
    "severity, in a mapping": value("incident", "severity: {level: P9}", ("severity", "level"), "`severity.level` is `P9`", NOT_ALLOWED, SEVERITIES),
    "kind of entry": value(
        "timeline", f"- {{kind: update, {ENTRY}}}", (0, "kind"), "`kind` in item 1 is `update`", "did you mean `status-update`?",
        "allowed: note, decision, detection, escalation, handover, severity-change, status-change, finding, change, "
        "mitigation, recovery, fix, status-update",
    ),
    "action": value(
        "timeline", f"- {{kind: mitigation, {ENTRY}, action: roll-back}}", (0, "action"), "`action` in item 1 is `roll-back`",
        "did you mean `rollback`?",
        "allowed: rollback, scale-up, disable-feature, circuit-breaker, failover, restart, block-traffic, throttle, bypass, "
        "restore, revoke, withdraw, freeze, stop-service, replace, other",
    ),
    "via, like nothing": value(
        "timeline", f"- {{kind: detection, {ENTRY}, via: phone}}", (0, "via"), "`via` in item 1 is `phone`", NOT_ALLOWED,
        "allowed: alert, customer, employee, partner, other",
    ),
    "audience": value(
        "timeline", f"- {{kind: status-update, {ENTRY}, audience: engineer}}", (0, "audience"),
        "`audience` in item 1 is `engineer`", "did you mean `engineers`?", "allowed: engineers, stakeholders, public",
    ),
    "audience, in a list": value(
        "timeline", f"- {{kind: status-update, {ENTRY}, audience: [public, all]}}", (0, "audience", 1),
        "item 2 of `audience` in item 1 is `all`", NOT_ALLOWED, "allowed: engineers, stakeholders, public",
    ),
    "minimal": value(
        "timeline", f"- {{kind: fix, {ENTRY}, minimal: false}}", (0, "minimal"), "`minimal` in item 1 is `false`", NOT_ALLOWED,
        "allowed: true when it is the smallest change that works, else {none: why}",
    ),
    "format": value("policy", "format: 2", ("format",), "`format` is the number 2", NOT_ALLOWED, "allowed: 1"),
    "format, as text": value("policy", 'format: "1"', ("format",), '`format` is the text `"1"`', "did you mean `1`?", "allowed: 1"),
    "level of a rule": value("policy", "levels: {HW501: info}", ("levels", "HW501"), "`levels.HW501` is `info`", NOT_ALLOWED, "allowed: off, warning, error"),
    "day of the week": value("policy", "calendar: {days: [monday]}", ("calendar", "days", 0), "item 1 of `calendar.days` is `monday`", "did you mean `mon`?", "allowed: mon, tue, wed, thu, fri, sat, sun"),
    # another type
    "a number for text": value("incident", "title: 12", ("title",), "`title` must be text; found the number 12", "", "put it in quotes"),
    "nothing for text": value("incident", "title:", ("title",), "`title` is empty", "expected text", "for example: Checkout returns 500 for EU customers"),
    "blanks for text": value("incident", 'title: "  "', ("title",), "`title` is empty", "expected one line of text"),
    "no characters for text": value("incident", 'title: ""', ("title",), "`title` is empty", "", "for example: Checkout returns 500 for EU customers"),
    "two lines": value("incident", 'title: "a\\nb"', ("title",), "`title` goes over several lines", "expected one line of text"),
    "a long line": value("incident", f"title: {'x' * 201}", ("title",), "`title` has 201 characters; at most 200"),
    "a list for text": value("incident", "title: [a]", ("title",), "`title` must be text; found a list"),
    "a word for a list": value("incident", "services: checkout", ("services",), "`services` must be a list; found `checkout`", "", "write it in brackets: [checkout]"),
    "nothing for a list": value("incident", "services:", ("services",), "`services` is empty", "expected a list", "for example: [checkout-api]"),
    "an empty list": value("incident", "services: []", ("services",), "`services` is empty", "", "for example: [checkout-api]"),
    "a wrong item": value("incident", "services: [Check out]", ("services", 0), "item 1 of `services` is `Check out`", "expected a key of services.yaml: name, or org/name"),
    "a name for a mapping": value(
        "incident", "first_actions: {assess: alice}", ("first_actions", "assess"),
        "`first_actions.assess` must be a mapping of key: value; found `alice`", "", "it takes: by, at, note, none, corrected",
    ),
    "a list for a mapping": value("incident", "roles: [alice]", ("roles",), "`roles` must be a mapping of key: value; found a list"),
    "yes for true": value("services", "a: {external: yes}", ("a", "external"), "`a.external` must be true or false; found `yes`"),
    "percent for a share": value("incident", "impact: {users: {share: 31%}}", ("impact", "users", "share"), "`impact.users.share` must be a number; found `31%`", "", "for example: 0.31"),
    "a share over one": value("incident", "impact: {users: {share: 31}}", ("impact", "users", "share"), "`impact.users.share` must be at most 1; found the number 31", "", "for example: 0.31"),
    "a share in quotes": value("incident", 'impact: {users: {share: "0.3"}}', ("impact", "users", "share"), '`impact.users.share` must be a number; found the text `"0.3"`', "", "for example: 0.31"),
    "a number with a point": value("action-items", f"- {{{ITEM}, issue: 1.5}}", (0, "issue"), "`issue` in item 1 must be a whole number; found the number 1.5"),
    "a number below the least": value("action-items", f"- {{{ITEM}, issue: 0}}", (0, "issue"), "`issue` in item 1 must be at least 1; found the number 0"),
    # another form
    "a time as a number": value(
        "incident", "times: {declared: 1700000000}", ("times", "declared"), "`times.declared` is the number 1700000000",
        "expected a time: 2026-11-23T08:41:00Z, 2026-11-23T08:41Z, or a day like 2026-11-23",
    ),
    "a number of users in words": value(
        "incident", "impact: {users: {affected: many}}", ("impact", "users", "affected"), "`impact.users.affected` is `many`",
        "expected a number, or {unknown: why}", "for example: 12400",
    ),
    "logs as an empty mapping": value("incident", "evidence: {logs: {}}", ("evidence", "logs"), "`evidence.logs` is a mapping", "expected a list, or {none: where you looked}"),
    "a test as true": value(
        "timeline", f"- {{kind: fix, {ENTRY}, tested: true}}", (0, "tested"), "`tested` in item 1 is `true`",
        "expected text, or {none: why}, {not_applicable: why}, {unknown: why}",
    ),
    "an ETA as a number": value(
        "timeline", f"- {{kind: status-update, audience: public, {ENTRY}, eta: 5}}", (0, "eta"), "`eta` in item 1 is the number 5",
        "expected a time, or {unknown: why}", "for example: 2026-11-23T08:41:00Z, 2026-11-23T08:41Z, 2026-11-23",
    ),
    "a proof as text": value("action-items", f"- {{{ITEM}, proof: done}}", (0, "proof"), "`proof` in item 1 is `done`", "expected {file}, {file, contains}, {pull_request} or {none: why}"),
    "items under a key": value("action-items", "items: []", (), "`action-items.yaml` is a mapping", "expected a list of action items, or {none: why}"),
    "an entry without its dash": value("timeline", "kind: note\nat: 2026-11-23\ntext: x", (), "`timeline.yaml` must be a list; found a mapping", "", "begin each entry with `- `"),
    "an entry that is text": value(
        "timeline", "- note", (0,), "item 1 must be a mapping of key: value; found `note`", "",
        "it takes: kind, id, at, between, until, by, text, url, source, ahead_of_gate, corrected",
    ),
    "a record that is text": value("services", "checkout", (), "`services.yaml` must be a mapping of key: value; found `checkout`"),
    # words for nothing
    "a word for nothing without its reason": value("incident", "evidence: {logs: {none: }}", ("evidence", "logs", "none"), "`evidence.logs.none` is empty", "say why"),
    "a word for nothing with an empty reason": value("incident", 'evidence: {logs: {unknown: ""}}', ("evidence", "logs", "unknown"), "`evidence.logs.unknown` is empty"),
    "two words for nothing": value(
        "incident", "evidence: {logs: {none: looked, unknown: no idea}}", ("evidence", "logs", "unknown"),
        "`none` and `unknown` stand together", "one of the two is too much", "keep `none` or `unknown`, and delete the other",
    ),
    # one of two
    "at beside between": value(
        "timeline", f"- {{kind: note, {ENTRY}, between: [2026-11-23, 2026-11-24]}}", (0, "between"),
        "`at` and `between` stand together", "one of the two is too much", "keep `at` or `between`, and delete the other",
    ),
    "one bound": value(
        "timeline", "- {kind: note, between: [2026-11-23], text: x}", (0, "between"), "`between` in item 1 must have 2 items; found 1", "",
        "for example: [2021-06-08T10:27Z, 2021-06-08T10:36Z]",
    ),
    "three bounds": value(
        "timeline", "- {kind: note, between: [2026-11-23, 2026-11-24, 2026-11-25], text: x}", (0, "between"),
        "`between` in item 1 must have 2 items; found 3", "", "for example: [2021-06-08T10:27Z, 2021-06-08T10:36Z]",
    ),
    "a wrong bound": value("timeline", "- {kind: note, between: [x, 2026-11-24], text: x}", (0, "between", 0), "item 1 of `between` in item 1 is `x`", TIME),
    "two proofs": value(
        "action-items", f"- {{{ITEM}, proof: {{file: a, pull_request: b}}}}", (0, "proof", "pull_request"),
        "`file` and `pull_request` stand together", "one of the two is too much", "keep `file` or `pull_request`, and delete the other",
    ),
    "two places of a runbook": value(
        "postmortem", "runbooks: [{path: a, url: b, change: updated}]", ("runbooks", 0, "url"),
        "`path` and `url` stand together", "one of the two is too much", "keep `path` or `url`, and delete the other",
    ),
    "a basis for a late record": value(
        "incident", "recorded: {mode: late, at: 2026-11-23, by: alice, basis: internal-notes}", ("recorded",),
        "`basis` is for retrospective records only",
    ),
    # names
    "the placeholder": value(
        "incident", "first_actions: {assess: {by: YOUR-LOGIN, at: 2026-11-23}}", ("first_actions", "assess", "by"),
        "`first_actions.assess.by` is `YOUR-LOGIN`", "still the placeholder of the help line: write who did it",
    ),
    "a full name": value("incident", "roles: {commander: Alice Example}", ("roles", "commander"), "`roles.commander` is `Alice Example`", WHO),
    "a letter that only looks like one": value("incident", "roles: {commander: \u0430lice}", ("roles", "commander"), "`roles.commander` is `\u0430lice`", "a sign that is not plain: write the name with a to z, digits and hyphens"),
    "an address": value("incident", "roles: {commander: alice@example.com}", ("roles", "commander"), "`roles.commander` is `alice@example.com`", WHO),
    "a login that is a number": value("incident", "roles: {commander: 7}", ("roles", "commander"), "`roles.commander` must be text; found the number 7", "", "put it in quotes"),
    "a role in capitals": value(
        "incident", "roles: {commander: alice, Scribe: bob}", ("roles", "Scribe"), "`Scribe` is not a name that can stand here",
        "expected lower-case letters, digits and hyphens, 80 at most",
    ),
    "a service with blanks": value("services", "check out: {}", ("check out",), "`check out` is not a name that can stand here", "expected a key of services.yaml: name, or org/name"),
    "a rule's code": value("policy", "levels: {HW5: warning}", ("levels", "HW5"), "`HW5` is not a name that can stand here", "expected the code of a rule, as in HW501"),
    "a key of the cadence": value("policy", "updates: {after: {four: 1h}}", ("updates", "after", "four"), "`four` is not a name that can stand here", "expected a duration: 15m, 4h or 1d"),
    "an entry's id": value("timeline", f"- {{kind: note, {ENTRY}, id: a b}}", (0, "id"), "`id` in item 1 is `a b`", "expected letters, digits and hyphens, 40 at most, as in 0841-k3f9"),
    "an item's id": value("action-items", f"- {{{ITEM.replace('AI-1', 'AI-01')}}}", (0, "id"), "`id` in item 1 is `AI-01`", "expected AI- and a number, as in AI-1"),
    "a link": value("incident", "references: [a b]", ("references", 0), "item 1 of `references` is `a b`", "expected a link, or a name without blanks"),
    "a day": value("action-items", f"- {{{ITEM}, due: tomorrow}}", (0, "due"), "`due` in item 1 is `tomorrow`", "not a day: write it as 2026-12-01"),
    "a day with hours": value("action-items", f"- {{{ITEM}, due: 2026-12-01T10:00Z}}", (0, "due"), "`due` in item 1 is `2026-12-01T10:00Z`", "not a day: write it as 2026-12-01"),
    "no such day": value("action-items", f"- {{{ITEM}, due: 2026-02-30}}", (0, "due"), "`due` in item 1 is `2026-02-30`", "no such time on a calendar: 2026-02-30"),
    "a duration": value("policy", "severities: {P0: {respond: 5min}}", ("severities", "P0", "respond"), "`severities.P0.respond` is `5min`", "not a duration: write 15m, 4h, 1d, or 5bd for business days"),
    "a duration without its unit": value("policy", "severities: {P0: {respond: 5}}", ("severities", "P0", "respond"), "`severities.P0.respond` is the number 5", "not a duration: write 15m, 4h, 1d, or 5bd for business days"),
    "working hours": value("policy", "calendar: {hours: 9-17}", ("calendar", "hours"), "`calendar.hours` is `9-17`", "expected hours from and to, as in 09:00-17:00"),
    "working hours that no clock has": value("policy", 'calendar: {hours: "09:00-25:00"}', ("calendar", "hours"), "`calendar.hours` is `09:00-25:00`", "expected hours from and to, as in 09:00-17:00"),
    "working hours that end first": value("policy", 'calendar: {hours: "17:00-09:00"}', ("calendar",), "the end of the working hours is not after their beginning"),
    "an old value that is a number": value("timeline", f"- {{kind: note, {ENTRY}, corrected: {{was: {{at: 5}}, why: x}}}}", (0, "corrected", "was", "at"), "`corrected.was.at` in item 1 is the number 5", "expected the old value: text, a time, or the two bounds of one"),
    "a service twice": value("incident", "services: [a, b, a]", ("services", 2), "`a` stands twice in `services`", "", "delete it, or write the one that was meant"),
    "a region twice": value("incident", "impact: {scope: {regions: [eu, eu]}}", ("impact", "scope", "regions", 1), "`eu` stands twice in `impact.scope.regions`", "", "delete it, or write the one that was meant"),
    "a related incident twice": value("incident", "related: [x, y, y]", ("related", 2), "`y` stands twice in `related`", "", "delete it, or write the one that was meant"),
    "a similar incident twice": value("incident", "evidence: {similar: [x, x]}", ("evidence", "similar", 1), "`x` stands twice in `evidence.similar`", "", "delete it, or write the one that was meant"),
    "an audience twice": value("timeline", f"- {{kind: status-update, {ENTRY}, audience: [public, public]}}", (0, "audience", 1), "`public` stands twice in `audience` in item 1", "", "delete it, or write the one that was meant"),
    "bounds the wrong way round": value("timeline", "- {kind: note, between: [2026-11-24, 2026-11-23T23:59Z], text: x}", (0, "between"), "the second bound of `between` is before the first", "", "write the earlier one first"),
    "an entry that ends first": value("timeline", f"- {{kind: note, {ENTRY}, until: 2026-11-23T08:45:59Z}}", (0, "until"), "it ends before it begins", "", "`until` is when it ended; mend the time that is wrong"),
    "an entry that ends before its bounds": value("timeline", "- {kind: note, between: [2026-11-23, 2026-11-24], until: 2026-11-22, text: x}", (0, "until"), "it ends before it begins", "", "`until` is when it ended; mend the time that is wrong"),
    "a window that ends first": value("incident", "impact: {windows: [{from: 2026-11-23, until: 2026-11-22, what: x}]}", ("impact", "windows", 0, "until"), "the window ends before it begins", "", "mend the time that is wrong"),
    "a status that stays": value("timeline", f"- {{kind: status-change, {ENTRY}, from: declared, to: declared}}", (0, "to"), "`from` and `to` are the same", "", "where nothing changed, write `kind: note` without the two"),
    "a severity that stays": value("timeline", f"- {{kind: severity-change, {ENTRY}, from: P1, to: P1}}", (0, "to"), "`from` and `to` are the same", "", "where nothing changed, write `kind: note` without the two"),
    "nothing to gather": value("incident", "first_actions: {gather: {none: nothing there}}", ("first_actions",), "`none` is for stabilize only: write a note"),
    "a gate that nobody judges": value("incident", "first_actions: {not_observed: nobody was there}", (), "`first_actions.not_observed` is for retrospective records only"),
}  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG_VALUES.values(), ids=WRONG_VALUES)
def test_a_wrong_value_says_what_was_found_and_what_is_wanted(wrong: Wrong) -> None:
    assert_said(wrong)


@pytest.mark.parametrize(
    ("record", "text"),
    [
        ("incident", ""),
        ("incident", "severity: {level: P0, basis: source, source_level: red, source: [S1, S2]}"),
        ("incident", "times: {declared: {at: 2026-11-23T08:46Z, approx: true, also: [{at: 2026-11-23, source: S1}]}}"),
        ("incident", "first_actions:\n  assess:\n  stabilize: {}\n  gather: {note: }\n"),
        ("incident", "first_actions:\nimpact:\nevidence:\nlabels: {}\nvisibility:\nrelated: []"),
        ("incident", "impact: {users: {affected: 0}, business: {not_applicable: nobody buys here}}"),
        ("incident", "impact: {users: {affected: {unknown: nobody counted}, share: 0.31}, business: {revenue_loss: {none: x}}}"),
        ("incident", "evidence: {logs: [], metrics: {none: looked}, similar: [2019-07-02-x]}"),
        ("timeline", ""),
        ("timeline", "[]"),
        ("timeline", "- {kind: note, between: [2026-11-23, 2026-11-24], text: x}"),
        ("timeline", "- {kind: note, between: [2026-11-23T08:00Z, 2026-11-23], until: 2026-11-23T08:00:59Z, text: x}"),
        ("timeline", "- {kind: note, at: {at: 2026-11-23T08:10Z, approx: true}, until: 2026-11-23T08:01Z, text: x}"),
        ("incident", "impact: {windows: [{from: 2026-11-23T08:00Z, until: 2026-11-23, what: x}, {from: 2026-11-23, what: x}]}"),
        ("incident", "services: [a, A, a/a]"),
        ("timeline", f"- {{kind: status-update, {ENTRY}, audience: [engineers, public], eta: 2026-11-23T10:00Z}}"),
        ("timeline", f"- {{kind: status-update, {ENTRY}, audience: public, eta: {{at: 2026-11-23, approx: true}}}}"),
        ("timeline", f"- {{kind: fix, {ENTRY}, minimal: true, tested: {{none: no staging}}, rollout: all at once}}"),
        ("timeline-entry", "kind: note"),
        ("action-items", "none: everything was mended"),
        ("action-items", f"- {{{ITEM}, proof: {{file: a, contains: b}}, issue: 7, labels: [team-pay]}}"),
        ("postmortem", "root_causes: [{category: change, trigger: x, statement: y}]\nreviewed: {by: bob, at: 2026-11-23}"),
        ("postmortem", "root_causes: {unknown: nobody knows}\nrunbooks: [{url: 'https://x', change: created}]"),
        ("policy", ""),
        ("policy", 'calendar: {hours: "00:00-24:00", holidays: DE-BE}\nseverities: {P3: {postmortem: none}}'),
        ("policy", "updates: {after: {4h: 1h, 1d: 4h}}\nlevels: {HW501: off}"),
        ("services", ""),
        ("services", "checkout: {}\norg/name: {owner: a, depends_on: [checkout], queries: {errors: 'rate(x[5m])'}}"),
    ],
)  # fmt: skip
def test_what_is_right_in_each_form_is_taken(record: RecordKind, text: str) -> None:
    assert problems_of(record, text) == ()


def test_an_empty_incident_lacks_its_keys() -> None:
    document = parse("incident.yaml", "incident", b"")
    missing = [problem.key for problem in validate(document)[1]]
    assert missing == ["title", "status", "severity", "services", "times.declared", "roles.commander"]


def test_a_retrospective_incident_needs_neither_a_declaration_nor_a_commander() -> None:
    document = parse("incident.yaml", "incident", b"recorded: {mode: retrospective}\n")
    assert "times.declared" not in [problem.key for problem in validate(document)[1]]


def test_declaration_and_commander_are_asked_for_beside_other_faults() -> None:
    """Pydantic comes to the record as a whole only when each of its keys is right."""
    text = b"title: x\nstatus: fixed\nseverity: P1\nservices: [a]\ntimes: {started: 2026-11-23}\n"
    problems = validate(parse("incident.yaml", "incident", text))[1]
    assert [problem.key or problem.at.route for problem in problems] == [
        ("status",),
        "times.declared",
        "roles.commander",
    ]


def test_a_document_with_problems_of_its_own_is_not_judged_twice() -> None:
    assert validate(parse("incident.yaml", "incident", b"a: b: c\n")) == (None, ())


def test_a_file_full_of_faults_is_said_to_be_so() -> None:
    problems = problems_of("timeline", "- 1\n" * (PROBLEM_LIMIT * 3))
    assert len(problems) == PROBLEM_LIMIT + 1
    assert problems[-1].message == "more is wrong from here on than the 100 problems so far"
    assert problems[-1].at.route == (PROBLEM_LIMIT,)


def test_more_entries_and_items_than_anybody_reads_are_refused() -> None:
    (problem,) = problems_of("timeline", f"- {{kind: note, {ENTRY}}}\n" * 5001)
    assert problem.message == "`timeline.yaml` must have at most 5,000 items; found 5,001"
    assert problems_of("action-items", f"- {{{ITEM}}}\n" * 100) == ()
    (problem,) = problems_of("action-items", f"- {{{ITEM}}}\n" * 101)
    assert problem.message == "`action-items.yaml` must have at most 100 items; found 101"


def test_a_long_value_is_not_repeated_in_full() -> None:
    for text in (f"status: {'x' * 5000}", f"{'x' * 900}: 1", f"roles: {{commander: {'x' * 5000}}}"):
        for problem in problems_of("incident", text):
            assert len(problem.message) < 120
            assert all(len(remedy.say) < 500 for remedy in problem.help)


# --- whatever stands somewhere in a record, reading it ends in a model or in problems


@pytest.mark.parametrize("kind", RECORDS)
def test_the_records_that_are_changed_below_are_right(kind: RecordKind) -> None:
    assert validate(parse("f.yaml", kind, RECORDS[kind].encode()))[1] == ()


@pytest.mark.parametrize("kind", RECORDS)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_anything_anywhere_gives_a_model_or_problems_in_words(kind: RecordKind, data: st.DataObject) -> None:
    value = data.draw(changed(kind))
    document = parse("f.yaml", kind, json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    model, problems = validate(document)
    assert (model is None) == bool(problems or document.problems)
    for problem in problems:
        locate(document, problem.at)
        said = " ".join((problem.message, problem.label, *(remedy.say for remedy in problem.help)))
        words = re.sub(r"`[^`]*`", "", said)  # less what is quoted from the record
        # Nothing of Python's or pydantic's own tongue comes through.
        assert not re.search(r"\bNone\b|pydantic|Input should|<class|\bTrue\b|valid_|_type\b", words), words
