"""What is worked out once: for one incident and one question, and anew for any other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotwash.facts.once import once
from tests.builders import case

if TYPE_CHECKING:
    from hotwash.model.repository import Case


def test_one_question_of_one_incident_is_worked_out_once_and_any_other_anew() -> None:
    asked: list[tuple[str, int]] = []

    @once
    def found(of: Case, number: int) -> tuple[str, int]:
        asked.append((of.id, number))
        return of.incident.status, number

    first, other = case(stage="closed"), case(stage="declared")
    answers = [found(*question) for question in ((first, 1), (first, 1), (first, 2), (other, 2), (first, 2))]
    assert answers == [("closed", 1), ("closed", 1), ("closed", 2), ("declared", 2), ("closed", 2)]
    assert [number for _, number in asked] == [1, 2, 2, 2]
