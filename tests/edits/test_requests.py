"""What a command was asked is kept word by word, and what is no request is told in words for people."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from hotwash.edits.requests import REQUESTS, incident_of, new_id, read_request, request_text, slug_of
from hotwash.errors import UsageError

KNOWN = {"by": "alice", "at": "2026-11-23T08:47:30Z", "id": "0847-abcd", "incident": "2026-11-23-checkout-500"}
ODD = 'It says: yes\n\n  - two  # lines, "quoted", 1:30 and 日本語 🙂\n'
ANSWERS: dict[str, dict[str, Any]] = {
    "declare": {
        "title": "Checkout is down: #1",
        "severity": "P0",
        "services": ["a/b"],
        "started": {"at": "2026-11-23T08:41Z", "approx": True},
    },
    "first-actions": {
        "assess": {
            "users": {"affected": {"unknown": "Nobody has counted"}, "description": ODD},
            "business": {"none": "No customers"},
        },
        "stabilize": {"mitigation": {"action": "rollback", "text": ODD}},
        "gather": {"logs": [{"summary": ODD}], "similar": ["2025-01-01-a"]},
        "communicate": {"texts": {"engineers": ODD}, "eta": "2026-11-23T09:00Z"},
    },
    "log": {"entry": {"kind": "finding", "about": "metric", "state": "open", "text": ODD}},
    "update": {"texts": {"public": ODD}, "eta": {"unknown": "Too early to tell"}},
    "mitigate": {"action": "restart", "text": ODD, "temporary": True},
    "outcome": {"entry": "0841-aaaa", "outcome": "harmful", "over": False},
    "fix": {"text": ODD, "minimal": True, "tested": {"none": "There is no staging"}},
    "set": {"values": {"severity": "P0", "impact.users": {"affected": 3}, "labels.team": None}, "reason": ODD},
    "handover": {"role": "commander", "to": "bob"},
    "accept": {"role": "commander"},
    "resolve": {"how": "fixed", "outcomes": {"0841-aaaa": "partial"}, "mitigated": "2026-11-23T08:59Z"},
    "close": {"root_causes": {"unknown": "Nothing was kept"}, "no_actions": "There is nothing to do"},
    "dismiss": {"reason": ODD},
    "action-add": {"title": "Look", "kind": "detect", "priority": "P1", "owner": "carol", "due": "2027-01-15"},
    "action-start": {"item": "AI-1"},
    "action-done": {"item": "AI-1", "closed": "2027-01-15", "proof": {"file": "a", "contains": "b"}},
    "action-drop": {"item": "AI-1", "reason": ODD},
    "action-none": {"none": ODD},
    "pull": {
        "items": [
            {"item": "AI-1", "was": "open", "status": "dropped", "closed": "2027-01-15", "reason": ODD, "issue": 7},
            {"item": "AI-2", "was": "in-progress", "issue": 8},
        ]
    },
    "postmortem": {"contributing_factors": ["The change was large"], "sections": {"Summary": ODD}},
    "publish": {"reviewed_by": "dave", "runbooks": [{"path": "docs/a.md", "change": "created"}]},
}


def test_there_is_an_answer_for_every_request() -> None:
    assert ANSWERS.keys() == REQUESTS.keys()


@pytest.mark.parametrize("op", ANSWERS)
def test_what_is_kept_comes_back_as_it_was(op: str) -> None:
    asked = read_request(b"{}", defaults=KNOWN | {"op": op} | ANSWERS[op])
    kept = request_text(asked)
    assert read_request(kept) == asked
    assert request_text(read_request(kept)) == kept


@pytest.mark.parametrize("op", ANSWERS)
def test_a_request_names_its_incident_and_its_command(op: str) -> None:
    asked = read_request(b"{}", defaults=KNOWN | {"op": op} | ANSWERS[op])
    assert incident_of(asked).startswith("2026-11-23-checkout-")
    assert asked.verb == {"outcome": "mitigate", "accept": "handover", "publish": "postmortem"}.get(
        op, op.split("-", maxsplit=1)[0] if op.startswith("action") else op
    )


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("op: lg", "`op` is lg | write one of declare, first-actions"),
        ("text: x", "`op` is missing"),
        ("[]", "is no mapping of key: value"),
        ("op: [", "no value can begin here"),
        ("op: log", "`entry` is missing"),
        ("op: declare", "`title`, `severity` and `services` are missing"),
        ("op: set\nvalu: 3", "unknown key `valu` | did you mean `values`?"),
        ("op: log\nentry: {kind: mitigation, text: x}", "`entry.kind` is `mitigation`"),
        ("op: resolve\nhow: fixd", "`how` is `fixd` | did you mean `fixed`?"),
        ("op: resolve\nhow: fixed\nat: 8:40", "`at` is `8:40` | not a time"),
        ("op: dismiss\nreason: It is none of ours\nby: Alice Smith", "`by` is `Alice Smith` | not a name"),
        ("op: update\ntexts: {enginers: hi}", "unknown key `enginers` | did you mean `engineers`?"),
        ("op: update\ntexts: {}", "engineers, stakeholders or public is missing"),
        ("op: fix", "`text` is missing"),
        ("op: outcome\noutcome: harmful", "`entry` is missing"),
        ("op: first-actions\nstabilize: {none: x, mitigation: {action: rollback, text: a}}", "stand together"),
        ("op: postmortem\nsections: {Sumary: x}", "no section of a post-mortem: Sumary"),
        ('op: fix\ntext: "a\\u0007"', "the control character U+0007"),
    ],
)
def test_what_is_no_request_is_told(written: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_request(written.encode(), defaults=KNOWN)
    assert said in f"{caught.value.message} | {caught.value.hint}"
    assert caught.value.message.startswith("the request")


def test_an_entry_says_who_and_when_itself_where_that_differs() -> None:
    asked = read_request(
        b"{op: log, entry: {kind: note, text: x, by: bob, between: ['2026-11-23T08:00Z', '2026-11-23T08:10Z']}}",
        defaults=KNOWN,
    )
    again = read_request(request_text(asked))
    assert again == asked
    assert b'"bob"' in request_text(asked)


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Checkout returns 500 for EU customers", "checkout-returns-500-for-eu-customers"),
        ("Ünused: the café's API", "unused-the-cafe-s-api"),
        ("日本語", "incident"),
        ("x" * 90, "x" * 40),
    ],
)
def test_a_slug_is_plain_and_short(title: str, slug: str) -> None:
    assert slug_of(title) == slug


def test_ids_begin_with_the_time_and_hardly_ever_meet() -> None:
    at = datetime(2026, 11, 23, 8, 41, tzinfo=UTC)
    made = {new_id(at) for _ in range(200)}
    assert len(made) > 198
    assert all(id_.startswith("0841-") and len(id_) == 9 for id_ in made)
