"""All incidents at once: of each as little as the rules over all of them need, so that memory stays flat."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from hotwash.facts.prevention import is_undone, prevents
from hotwash.model.repository import INCIDENT, POSTMORTEM

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from hotwash.diagnostics import Route
    from hotwash.model.actions import ActionItem
    from hotwash.model.incident import Incident, Status
    from hotwash.model.repository import Case


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A file of the repository that a record names, and where the record does so.

    Attributes:
        path: As written; it may lead anywhere.
        file: The record, from the root.
        route: The place in the record.
    """

    path: str
    file: str
    route: Route


@dataclass(frozen=True, slots=True)
class Undone:
    """What was to prevent that an incident comes again, and is not done.

    Attributes:
        index: Its place among the action items.
        is_dropped: Somebody decided against it; else it is still to be done.
    """

    id: str
    index: int
    is_dropped: bool


@dataclass(frozen=True, slots=True)
class Summary:
    """What is kept of an incident after it has been judged.

    Attributes:
        path: Its directory, from the root.
        duplicate_of: The id that a dismissed one names; empty for none.
        runbooks: The runbooks that it says it changed, those with a URL apart.
        began: Its start, else the earliest moment that is known.
        similar: The ids of past incidents like it, as it says itself.
        undone: What was to prevent it from coming again, and is not done.
        prevents: It has an action item that is to prevent it from coming again, and that nobody dropped.
    """

    id: str
    path: str
    status: Status
    mode: Literal["live", "late", "retrospective"]
    duplicate_of: str
    runbooks: tuple[NamedFile, ...]
    is_drill: bool
    began: datetime | None
    similar: tuple[str, ...]
    undone: tuple[Undone, ...]
    prevents: bool


@dataclass(frozen=True, slots=True)
class Register:
    """The repository as a whole.

    Attributes:
        paths: All files below `incidents/`, from the root, sorted.
        ids: The directory of each incident that is there, readable or not, from the root -> its id.
        summaries: The incidents that were judged, by id.
        complete: Whether that is all of them, so that what nobody used can be called unused.
        used_silences: Places in `policy.silences` of those that silenced something.
        untouched: Incidents that were not judged, as far as judged ones are duplicates of them, or they of those.
        earlier: Those that were not judged and that judged ones say they are like.
    """

    paths: tuple[str, ...]
    ids: Mapping[str, str]
    summaries: Mapping[str, Summary]
    complete: bool
    used_silences: frozenset[int]
    untouched: Mapping[str, Summary] = field(default_factory=dict)
    earlier: Mapping[str, Summary] = field(default_factory=dict)


def summarised(case: Case) -> Summary:
    """What is kept of an incident."""
    return summary_of(case.id, case.path, case.incident, case.action_items, tuple(_runbooks(case)))


def summary_of(
    id_: str, path: str, incident: Incident, items: Iterable[ActionItem] = (), runbooks: tuple[NamedFile, ...] = ()
) -> Summary:
    """What is kept of an incident that was not read as a whole."""
    began, similar, items = incident.times.began, incident.evidence.similar, tuple(items)
    return Summary(
        id_,
        path,
        incident.status,
        incident.mode,
        incident.duplicate_of or "",
        runbooks,
        incident.is_drill,
        None if began is None else began.at.start,
        similar if isinstance(similar, tuple) else (),
        tuple(Undone(item.id, index, item.status == "dropped") for index, item in enumerate(items) if is_undone(item)),
        any(map(prevents, items)),
    )


def _runbooks(case: Case) -> Iterator[NamedFile]:
    told = [(INCIDENT, case.incident.runbooks)]
    if case.postmortem is not None:
        told.append((POSTMORTEM, case.postmortem.front.runbooks))
    for file, runbooks in told:
        if isinstance(runbooks, tuple):
            for index, runbook in enumerate(runbooks):
                if runbook.path is not None:
                    yield NamedFile(runbook.path, f"{case.path}/{file}", ("runbooks", index, "path"))
