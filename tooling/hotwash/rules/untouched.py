"""Incidents that are not judged, as far as judged ones are their duplicates, say they are like them, or the reverse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotwash.facts.register import summary_of
from hotwash.model.repository import ACTION_ITEMS, INCIDENT
from hotwash.records.load import load_action_items, load_incident
from hotwash.records.snapshot import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hotwash.facts.register import Summary
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
    return summary_of(id_, path, incident)


def earlier(snapshot: Snapshot, paths: Mapping[str, str], judged: Mapping[str, Summary]) -> dict[str, Summary]:
    """The incidents that judged ones say they are like, with their action items, by id.

    Args:
        snapshot: The files.
        paths: Id -> directory of every incident that is there.
        judged: The incidents that are judged.
    """
    named = {id_ for summary in judged.values() for id_ in summary.similar if id_ in paths and id_ not in judged}
    found = {}
    for id_ in sorted(named):
        incident = load_incident(snapshot, f"{paths[id_]}/{INCIDENT}")
        if incident is not None:
            items = load_action_items(snapshot, f"{paths[id_]}/{ACTION_ITEMS}")
            found[id_] = summary_of(id_, paths[id_], incident, items)
    return found
