"""How an incident came to its status and its severity: what the entries that change them say, in order."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hotwash.facts.once import once

if TYPE_CHECKING:
    from datetime import datetime

    from hotwash.model.base import Level
    from hotwash.model.incident import Status
    from hotwash.model.repository import Case, LoggedEntry
    from hotwash.model.timeline import SeverityChange, StatusChange


@dataclass(frozen=True, slots=True)
class Step:
    """One status-change entry.

    Attributes:
        expected: The status in which the incident was before it, by the entry before.
    """

    logged: LoggedEntry
    entry: StatusChange
    expected: Status


@once
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


@dataclass(frozen=True, slots=True)
class SeverityHistory:
    """How bad an incident was held to be.

    Attributes:
        changed: When that changed, by time.
        levels: What it was before the first change, and from each change on; one more than there are changes.
    """

    changed: tuple[datetime, ...]
    levels: tuple[Level, ...]

    def at(self, moment: datetime) -> Level:
        """How bad it was held to be at a moment."""
        return self.levels[bisect_right(self.changed, moment)]


@once
def severity_history(case: Case) -> SeverityHistory:
    """What the severity-change entries say; after the last one it is what incident.yaml says."""
    entries = [logged.entry for logged in case.timeline]
    changes = [entry for entry in entries if entry.kind == "severity-change"]
    changed = tuple(change.when.at.start for change in changes)
    first = tuple(change.from_ for change in changes[:1])
    return SeverityHistory(changed, (*first, *(change.to for change in changes[:-1]), case.incident.severity.level))


def severity_at(case: Case, moment: datetime) -> Level:
    """How bad an incident was held to be at a moment."""
    return severity_history(case).at(moment)


@dataclass(frozen=True, slots=True)
class SeverityStep:
    """One severity-change entry.

    Attributes:
        expected: How bad the incident was held to be before it, by the entry before; None where no entry says.
    """

    logged: LoggedEntry
    entry: SeverityChange
    expected: Level | None


def severity_steps(case: Case) -> tuple[SeverityStep, ...]:
    """The severity-change entries by time, each with the severity that it should leave."""
    found: list[SeverityStep] = []
    level: Level | None = None
    for logged in case.timeline:
        entry = logged.entry
        if entry.kind == "severity-change":
            found.append(SeverityStep(logged, entry, level))
            level = entry.to
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Handed:
    """The handovers of one role.

    Attributes:
        accepted: The last one to which somebody has said yes.
        offered: A later one to which nobody has said yes yet.
    """

    accepted: LoggedEntry
    to: str
    offered: LoggedEntry | None
    offered_to: str


def handed(case: Case) -> dict[str, Handed]:
    """Who was given each role by the last accepted handover; roles that nobody has accepted are left out."""
    found: dict[str, Handed] = {}
    for logged in case.timeline:
        entry = logged.entry
        if entry.kind != "handover":
            continue
        if entry.accepted:
            found[entry.role] = Handed(logged, entry.to, None, "")
        elif before := found.get(entry.role):
            found[entry.role] = Handed(before.accepted, before.to, logged, entry.to)
    return found


def closed_by(case: Case) -> LoggedEntry | None:
    """The entry that closed an incident which is closed now."""
    found = steps(case)
    return found[-1].logged if case.incident.status == "closed" and found and found[-1].entry.to == "closed" else None


def last_reopening(case: Case) -> Step | None:
    """The last step back to work of an incident that had been over; None where there was none."""
    return next(
        (
            step
            for step in reversed(steps(case))
            if step.expected in ("resolved", "closed") and step.entry.to == "investigating"
        ),
        None,
    )
