"""What `pull` asks of the newest records: what they decided since the tracker was read stays."""

from __future__ import annotations

from typing import Any

import pytest

from hotwash.edits.amend import amended
from hotwash.edits.requests import read_request
from hotwash.edits.steps import amendments
from hotwash.errors import EditRefused, UsageError
from hotwash.records.snapshot import MappingSnapshot
from hotwash.records.splice import Unproven
from tests.builders import FOLDER, ID, NOW, records

FILE = f"{FOLDER}/action-items.yaml"
ITEM = "- {{id: AI-1, title: Look, kind: detect, priority: P1, owner: alice, due: 2026-12-01, status: {}}}\n"
DONE = {"item": "AI-1", "was": "open", "status": "done", "closed": "2026-11-23", "issue": 7}


def pulled(text: str, **changed: Any) -> str:  # noqa: ANN401 - values of a request
    """The action items after a request on some."""
    asked: dict[str, Any] = {"op": "pull", "incident": ID, "by": "system:tracker", "at": "2026-11-23T08:58:00Z"}
    request = read_request(b"{}", defaults=asked | {"items": [DONE | changed]})
    snapshot = MappingSnapshot({path: one.encode() for path, one in records({"action-items.yaml": text}).items()})
    folder, asked_for = amendments(snapshot, request, NOW)
    found = amended(snapshot, folder, asked_for)
    assert not isinstance(found, Unproven)
    assert found.keys() <= {FILE}
    return (found[FILE] or b"").decode() if found else text


def test_twice_is_once() -> None:
    once = pulled(ITEM.format("open"))
    assert once == ITEM.format("done, closed: 2026-11-23, issue: 7")
    assert pulled(once) == once


@pytest.mark.parametrize("status", ["in-progress", "done, closed: 2026-11-22", "dropped, reason: It is not worth it"])
def test_what_was_decided_meanwhile_stays(status: str) -> None:
    assert pulled(ITEM.format(status)) == ITEM.format(f"{status}, issue: 7")


def test_what_is_opened_again_has_neither_day_nor_reason() -> None:
    text = ITEM.format("dropped, reason: It is not worth it, closed: 2026-11-22, issue: 7")
    assert pulled(text, was="dropped", status="open", closed=None) == ITEM.format("open, issue: 7")


def test_an_item_that_is_gone_is_not_made_again() -> None:
    text = ITEM.format("open").replace("AI-1", "AI-2")
    assert pulled(text) == text


def test_what_cannot_be_read_is_not_written_to() -> None:
    with pytest.raises(EditRefused):
        pulled("- {id: [\n")


@pytest.mark.parametrize("left_out", ["closed", "reason"])
def test_what_is_dropped_says_since_when_and_why(left_out: str) -> None:
    with pytest.raises(UsageError, match=left_out):
        pulled(ITEM.format("open"), **{"status": "dropped", "reason": "It is not worth it", left_out: None})
