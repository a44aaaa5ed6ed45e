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


def way(start: Status, end: Status) -> tuple[Status, ...]:
    """The fewest statuses through which an incident may go from one to another, both ends among them."""
    from hotwash.model.incident import TRANSITIONS  # noqa: PLC0415 - `explain` loads no models

    ways: list[tuple[Status, ...]] = [(start,)]
    for found in ways:
        if found[-1] == end:
            return found
        ways += [(*found, status) for status in TRANSITIONS[found[-1]] if status not in found]
    return (start, end)


def told_status(case: Case) -> Status:
    """The status to which the last status-change entry leads; `declared` when there is none."""
    found = steps(case)
    return found[-1].entry.to if found else "declared"
