"""Requests to sound incidents of every kind and at every stage: none of them leaves an error behind that was not there."""

from __future__ import annotations

import os
from collections import Counter
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from hotwash.edits.amend import amended
from hotwash.edits.requests import read_request
from hotwash.edits.steps import amendments
from hotwash.errors import EditRefused
from hotwash.model.time import utc_text
from hotwash.records.revision import Base
from hotwash.records.snapshot import MappingSnapshot
from hotwash.records.splice import Unproven
from hotwash.rules.check import check
from tests.valid.stories import live

if TYPE_CHECKING:
    from datetime import datetime

    from tests.valid.stories import State

STORIES = int(os.environ.get("HOTWASH_STORIES", "3"))
OWN = {"kind": "detect", "priority": "P1", "owner": "carol", "due": "2027-12-31"}
TELL = {
    "engineers": "It is over: all of it",
    "stakeholders": "It is over, and nobody is hit",
    "public": "It works again",
}
# What is always taken.
ENTRIES: list[tuple[str, dict[str, Any]]] = [
    ("log", {"entry": {"kind": "note", "text": "Somebody called: it is slow # still"}}),
    ("log", {"entry": {"kind": "finding", "about": "metric", "state": "open", "text": "Something moved"}}),
    ("update", {"texts": {"engineers": "One", "stakeholders": "Two"}, "eta": {"unknown": "Too early to tell"}}),
]
OTHERS: list[tuple[str, dict[str, Any]]] = [
    ("mitigate", {"action": "restart", "text": "Restarted", "outcome": "ineffective"}),
    (
        "fix",
        {
            "text": "v415",
            "minimal": True,
            **dict.fromkeys(
                ("tested", "rollout", "monitored_by", "rollback_plan", "documented_in"), "As it is done here"
            ),
        },
    ),
    (
        "first-actions",
        {"gather": {"logs": [{"summary": "2 x out of memory: # twice"}]}, "assess": {"users": {"share": 0.2}}},
    ),
    ("set", {"values": {"severity": "P2"}, "reason": "Fewer are hit than we thought"}),
    ("set", {"values": {"severity": "P0"}, "reason": "All of them are hit"}),
    ("set", {"values": {"title": "Nobody can pay: # cards", "labels.team": "payments", "roles.scribe": "erin"}}),
    ("set", {"values": {"status": "identified"}, "reason": "It is known"}),
    ("set", {"values": {"status": "investigating"}, "reason": "It fails again, as before"}),
    ("set", {"values": {"status": "monitoring"}, "reason": "It works again, and we look"}),
    ("handover", {"role": "commander", "to": "zoe"}),
    ("handover", {"role": "commander", "to": "alice", "by": "alice"}),
    ("resolve", {"how": "fixed", "texts": TELL, "affected": 12}),
    ("close", {"root_cause": "A pool of 4", "runbooks": {"none": "The runbook said it all already"}}),
    ("dismiss", {"reason": "A probe was misconfigured, nobody was hit"}),
    ("action-add", {"title": "Look at it: once more", **OWN}),
    ("action-done", {"item": "AI-1", "proof": {"none": "Nothing can show it"}}),
    ("action-drop", {"item": "AI-1", "reason": "It costs more than it saves"}),
    ("action-start", {"item": "AI-1"}),
    ("postmortem", {}),
]


def errors(files: dict[str, bytes], now: datetime, before: dict[str, bytes] | None = None) -> Counter[tuple[str, str]]:
    base = None if before is None else Base("main", MappingSnapshot(before))
    outcome = check(MappingSnapshot(files), now=now, base=base)
    assert not outcome.bugs, outcome.bugs[0].trace
    return Counter((d.code, d.path) for d in outcome.report.diagnostics if d.level == "error")


def write(state: State, op: str, answers: dict[str, Any], *, always: bool) -> bool:
    """Whether a request was taken; what it leaves is judged."""
    now = state.now + timedelta(minutes=1)
    files = {path: text.encode() for path, text in state.files.items()}
    id_ = next(path for path in files if path.endswith("/incident.yaml")).split("/")[2]
    known = {"op": op, "incident": id_, "by": "alice", "at": utc_text(now), "id": f"{now:%H%M}-test"}
    request = read_request(b"{}", defaults=known | answers)
    try:
        folder, asked = amendments(MappingSnapshot(files), request, now)
    except EditRefused:
        assert not always
        return False
    changed = amended(MappingSnapshot(files), folder, asked)
    assert not isinstance(changed, Unproven), changed.why
    after = {path: data for path, data in (files | dict(changed)).items() if data is not None}
    added = errors(after, now, files) - errors(files, now)
    assert not added, (state.stage, op, answers, added)
    assert amendments(MappingSnapshot(after), request, now)[1] == (), (state.stage, op)
    return True


@pytest.mark.parametrize("seed", range(STORIES))
def test_no_request_leaves_an_error_that_was_not_there(seed: int) -> None:
    chance = Random(seed)  # noqa: S311 - a story, no secret
    for state in live(chance):
        for op, answers in ENTRIES:
            write(state, op, answers, always=True)
        for op, answers in chance.sample(OTHERS, 6):
            write(state, op, answers, always=False)
