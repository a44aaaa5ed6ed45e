"""Incidents that a change does not touch, as far as its own are duplicates of them, or they of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotwash.facts.register import Summary
from hotwash.model.repository import INCIDENT
from hotwash.records.load import load_incident
from hotwash.records.snapshot import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hotwash.records.snapshot import Snapshot


def duplicates(
    snapshot: Snapshot, paths: Mapping[str, str], judged: Mapping[str, Summary], merged: Mapping[str, Summary]
) -> dict[str, Summary]:
    """What `duplicate_of` leads to from the incidents of a change, and what leads to one that it dismisses, by id.

    Args:
        snapshot: The files as the change leaves them.
        paths: Id -> directory of every incident that is there.
        judged: The incidents that the change touches.
        merged: The same as they were at the base; new ones are not in it.
    """
    found: dict[str, Summary] = {}
    for summary in judged.values():
        here = summary.duplicate_of
        while here and here not in judged and here not in found and here in paths:
            told = _summary(snapshot, here, paths[here])
            if told is None:
                break
            found[here] = told
            here = told.duplicate_of
    gone = {id_ for id_, summary in judged.items() if _tells_nothing(summary) and not _tells_nothing(merged.get(id_))}
    return found | {summary.id: summary for summary in _leading_to(gone, snapshot, paths, judged)}


def _tells_nothing(summary: Summary | None) -> bool:
    """Whether the story of an incident is told neither by it nor by another that it names."""
    return summary is not None and summary.status == "dismissed" and not summary.duplicate_of


def _leading_to(
    gone: set[str], snapshot: Snapshot, paths: Mapping[str, str], judged: Mapping[str, Summary]
) -> Iterator[Summary]:
    if not gone:
        return
    names = [id_.encode() for id_ in gone]
    # Only now is it worth the while to look into all of them; and to parse only those that speak of it.
    for id_, path in paths.items():
        if id_ in judged:
            continue
        data = snapshot.read(f"{path}/{INCIDENT}") if snapshot.exists(f"{path}/{INCIDENT}") else b""
        if isinstance(data, Refused) or not any(name in data for name in names):
            continue
        told = _summary(snapshot, id_, path)
        if told is not None and told.duplicate_of in gone:
            yield told


def _summary(snapshot: Snapshot, id_: str, path: str) -> Summary | None:
    incident = load_incident(snapshot, f"{path}/{INCIDENT}")
    if incident is None:
        return None
    return Summary(id_, path, incident.status, incident.mode, incident.duplicate_of or "", ())
