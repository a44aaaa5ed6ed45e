"""How an incident came to its status: what its status-change entries say, in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hotwash.model.incident import Status
    from hotwash.model.repository import Case, LoggedEntry
    from hotwash.model.timeline import StatusChange


@dataclass(frozen=True, slots=True)
class Step:
    """One status-change entry.

    Attributes:
        expected: The status in which the incident was before it, by the entry before.
    """

    logged: LoggedEntry
    entry: StatusChange
    expected: Status


def steps(case: Case) -> tuple[Step, ...]:
    """The status-change entries by time, each with the status that it should leave."""
    found: list[Step] = []
    status: Status = "declared"
    for logged in case.timeline:
        entry = logged.entry
        if entry.kind == "status-change":
            found.append(Step(logged, entry, status))
            status = entry.to
    return tuple(found)


def told_status(case: Case) -> Status:
    """The status to which the last status-change entry leads; `declared` when there is none."""
    found = steps(case)
    return found[-1].entry.to if found else "declared"
