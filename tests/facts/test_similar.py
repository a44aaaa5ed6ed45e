"""Past incidents that hit the same service."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hotwash.facts.similar import evidence_of, sharing_service
from tests.builders import case

if TYPE_CHECKING:
    from hotwash.model.incident import Kind, Status
    from hotwash.model.repository import Case


def past(id_: str, *services: str, status: Status = "closed", kind: Kind = "incident") -> Case:
    known = case(stage="closed")
    incident = known.incident.model_copy(update={"services": services, "status": status, "kind": kind})
    return replace(known, id=id_, incident=incident)


def test_those_that_share_most_come_first_and_of_those_the_latest() -> None:
    cases = [
        past("2024-01-01-a", "checkout-api"),
        past("2025-01-01-b", "checkout-api"),
        past("2023-01-01-c", "checkout-api", "payments"),
        past("2025-02-02-d", "search"),
    ]
    found = sharing_service(["checkout-api", "payments"], cases)
    assert [known.id for known in found] == ["2023-01-01-c", "2025-01-01-b", "2024-01-01-a"]
    assert evidence_of(["checkout-api"], found, 4) == [known.id for known in found]


def test_neither_itself_nor_what_goes_on_nor_what_was_none_is_past() -> None:
    cases = [
        past("2026-11-23-itself", "checkout-api"),
        past("2026-11-23-open", "checkout-api", status="monitoring"),
        past("2026-11-23-none", "checkout-api", status="dismissed"),
        past("2026-11-23-drill", "checkout-api", kind="drill"),
    ]
    assert sharing_service(["checkout-api"], cases, but="2026-11-23-itself") == ()


def test_that_there_is_none_says_what_was_searched_for() -> None:
    assert evidence_of(["checkout-api", "payments"], (), 12) == {
        "none": "Searched 12 past incidents for checkout-api, payments"
    }
    assert evidence_of(["payments"], (), 1) == {"none": "Searched 1 past incident for payments"}
    assert evidence_of(["payments"], (), 0) == {"none": "Searched 0 past incidents for payments"}
