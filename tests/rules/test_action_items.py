"""Family 5 at its edges: days and time zones, what prevents, and what a proof may name."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from hotwash.records.snapshot import EVIDENCE_LIMIT, FolderSnapshot, MappingSnapshot
from hotwash.rules.check import check
from tests.builders import FOLDER, NOW_AT, judged, records

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NOW = NOW_AT["closed"]
FILE = "action-items.yaml"
PREVENTS = (
    "- {id: AI-9, title: Roll out slower, kind: prevent, priority: P2, owner: bob, due: 2026-12-15, status: open}\n"
)


def item(**told: str) -> str:
    """An action item that is done and proved, with some of its keys replaced; empty: left out."""
    keys = {
        "id": "AI-1",
        "title": "Say in the runbook to roll back first",
        "kind": "runbook",
        "priority": "P2",
        "owner": "alice",
        "due": "2026-12-01",
        "status": "done",
        "closed": "2026-11-25",
        "proof": "{file: docs/runbooks/checkout.md, contains: Roll back first}",
    } | told
    return "- " + "  ".join(f"{key}: {text}\n" for key, text in keys.items() if text)


def found(code: str, items: str, *, stage: str = "closed", now: datetime = NOW, incident: str = "") -> list[str]:
    """The messages of one rule."""
    report = judged(records({FILE: items, "incident.yaml": incident}, stage=stage), now=now)
    return [told.message for told in report.diagnostics if told.code == code]


def test_an_item_that_is_done_and_proved_has_no_findings() -> None:
    report = judged(records({FILE: item() + PREVENTS}, stage="closed"), now=NOW)
    assert report.diagnostics == ()


@pytest.mark.parametrize("status", ["open", "in-progress", "done"])
def test_only_what_was_dropped_needs_a_reason(status: str) -> None:
    assert found("HW502", item(status=status)) == []
    assert len(found("HW502", item(status="dropped", reason='" … "'))) == 1


@pytest.mark.parametrize(
    ("status", "closed", "number"),
    [
        ("done", "2026-11-26", 0),
        ("done", "", 1),
        ("dropped", "", 1),
        ("open", "", 0),
        ("in-progress", "", 0),
        ("open", "2026-11-25", 1),
        ("in-progress", "2026-12-25", 1),
        ("done", "2026-11-27", 0),
        ("done", "2026-11-28", 1),
        ("dropped", "2027-11-25", 1),
    ],
)
def test_closed_is_a_day_that_has_come_somewhere_on_earth(status: str, closed: str, number: int) -> None:
    ten_in_utc = datetime(2026, 11, 26, 10, tzinfo=UTC)
    assert len(found("HW503", item(status=status, closed=closed, reason="It was no use"), now=ten_in_utc)) == number


def test_tomorrow_has_not_come_anywhere_while_it_is_morning() -> None:
    assert len(found("HW503", item(closed="2026-11-27"), now=datetime(2026, 11, 26, 9, 59, tzinfo=UTC))) == 1


def test_each_further_item_of_an_id_gets_another_that_is_free() -> None:
    report = judged(records({FILE: item() + item() + item() + item(id="AI-7") + PREVENTS}, stage="closed"), now=NOW)
    told = [(found.label, found.related[0].span.line) for found in report.diagnostics if found.code == "HW504"]
    assert told == [("AI-10 is free", 1), ("AI-11 is free", 1)]


@pytest.mark.parametrize(
    ("items", "severity", "number"),
    [
        (item(), "P1", 1),
        (item(), "P0", 1),
        (item(), "P2", 0),
        (item(kind="prevent"), "P1", 0),
        (item(kind="detect"), "P1", 0),
        (item(kind="detect", status="dropped", reason="Too dear"), "P1", 1),
        (item(kind="detect", status="dropped", reason="Too dear") + PREVENTS, "P1", 0),
        (item(kind="mitigate") + item(id="AI-2", kind="process"), "P1", 1),
        ("none: The region is switched off soon\n", "P1", 0),
        ("[]\n", "P1", 0),
    ],
)
def test_something_prevents_or_detects_the_next_one(items: str, severity: str, number: int) -> None:
    assert len(found("HW505", items, incident=f"severity: {severity}\n")) == number


def test_what_prevents_is_asked_once_it_is_closed_and_not_of_drills() -> None:
    assert found("HW505", item(), stage="resolved", now=NOW_AT["resolved"]) == []
    assert found("HW505", item(), incident="kind: drill\n") == []


@pytest.mark.parametrize(
    ("due", "number"), [("2026-11-23", 0), ("2026-11-22", 0), ("2026-11-21", 1), ("1970-01-01", 1)]
)
def test_due_is_a_day_of_the_owners_calendar(due: str, number: int) -> None:
    # It is 08:41 in UTC, and the evening before where the sun rises last.
    assert len(found("HW506", item(due=due))) == number


def test_the_first_time_that_is_known_counts() -> None:
    times = "times:\n  started: 2026-11-01\n  declared: 2026-11-23T08:46:00Z\n"
    told = found("HW506", item(due="2026-11-10"), incident=times, stage="investigating", now=NOW_AT["investigating"])
    assert told == []


@pytest.mark.parametrize(
    ("proof", "number"),
    [
        ("", 1),
        ("{none: It was a telephone call}", 0),
        ('{pull_request: "https://github.example/a/b/pull/1"}', 0),
        ("{file: docs/gone.md}", 0),
    ],
)
def test_done_has_a_proof_or_a_reason(proof: str, number: int) -> None:
    assert len(found("HW507", item(proof=proof))) == number
    assert found("HW507", item(proof=proof, status="open", closed="")) == []
    assert found("HW507", item(proof=proof, status="dropped", reason="It was no use")) == []


@pytest.mark.parametrize(
    "proof",
    [
        *("{file: docs/runbooks/gone.md}", "{file: docs/runbooks}", "{file: docs/runbooks/}", "{file: ../x.md}"),
        *(
            "{file: /docs/runbooks/checkout.md}",
            "{file: ./docs/runbooks/checkout.md}",
            "{file: docs//runbooks/checkout.md}",
        ),
        *(
            "{file: 'docs\\runbooks\\checkout.md'}",
            "{file: docs/../docs/runbooks/checkout.md}",
            "{file: 'C:/x'}",
            "{file: .}",
        ),
        *(
            "{file: docs/runbooks/checkout.md, contains: roll back first}",
            '{file: docs/runbooks/checkout.md, contains: "..."}',
        ),
        "{file: docs/runbooks/checkout.md, contains: Roll back first!}",
    ],
)
def test_a_proof_that_does_not_hold(proof: str) -> None:
    assert len(found("HW508", item(proof=proof))) == 1
    assert found("HW508", item(proof=proof, status="open", closed="")) == []


def test_a_path_that_leads_outside_is_called_so() -> None:
    (told,) = found("HW508", item(proof="{file: ../x.md}"))
    assert told == "the proof of AI-1 does not hold: ../x.md is no plain path from the root of the repository"


@pytest.mark.parametrize(
    "proof", ["{file: docs/runbooks/checkout.md}", "{file: incidents/services.yaml, contains: checkout-api}"]
)
def test_a_proof_that_holds(proof: str) -> None:
    assert found("HW508", item(proof=proof)) == []


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"one\r\nRoll back first\r\n", ""),
        (b"\xef\xbb\xbfRoll back first", ""),
        (b"Roll back\r\nfirst", "does not contain that text"),
        (b"\xff Roll back first", "is not written in UTF-8"),
        (b"Roll back first".ljust(EVIDENCE_LIMIT), ""),
        (b"Roll back first".ljust(EVIDENCE_LIMIT + 1), "cannot be read, or has over 2 MiB"),
    ],
)
def test_what_a_file_holds_is_looked_for_letter_by_letter(data: bytes, message: str) -> None:
    files = {path: text.encode() for path, text in records({FILE: item() + PREVENTS}, stage="closed").items()}
    outcome = check(MappingSnapshot(files | {"docs/runbooks/checkout.md": data}), now=NOW)
    told = [
        found.message.rpartition("checkout.md ")[2] for found in outcome.report.diagnostics if found.code == "HW508"
    ]
    assert (told, outcome.bugs) == ([message] if message else [], ())


def test_a_link_proves_nothing(repository: Callable[[dict[str, str]], Path]) -> None:
    files = records({FILE: item(proof="{file: docs/link.md, contains: Roll}") + PREVENTS}, stage="closed")
    root = repository(files)
    (root / "docs/link.md").symlink_to(root / "docs/runbooks/checkout.md")
    report = check(FolderSnapshot(root), now=NOW).report
    assert [found.message for found in report.diagnostics] == [
        "the proof of AI-1 does not hold: docs/link.md is no file of this repository"
    ]


def test_retrospective_records_are_not_asked_for_days_and_proofs() -> None:
    told = item(owner="", due="", closed="", proof="", source="S1")
    report = judged(records({FILE: told}, folder=FOLDER, stage="retrospective"), now=NOW_AT["retrospective"])
    assert [found.code for found in report.diagnostics if found.code.startswith("HW5")] == []


def test_nothing_was_done_for_an_incident_before_it_began() -> None:
    assert len(found("HW503", item(closed="2026-11-21"))) == 1
    assert found("HW503", item(closed="2026-11-23")) == []
