"""All incidents at once: of each as little as the rules over all of them need, so that memory stays flat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hotwash.model.incident import Status
    from hotwash.model.repository import Case


@dataclass(frozen=True, slots=True)
class Summary:
    """What is kept of an incident after it has been judged.

    Attributes:
        path: Its directory, from the root.
        duplicate_of: The id that a dismissed one names; empty for none.
    """

    id: str
    path: str
    status: Status
    duplicate_of: str


@dataclass(frozen=True, slots=True)
class Register:
    """The repository as a whole.

    Attributes:
        paths: All files below `incidents/`, from the root, sorted.
        ids: The directory of each incident that is there, readable or not, from the root -> its id.
        summaries: The incidents that were judged, by id.
        complete: Whether that is all of them, so that what nobody used can be called unused.
        used_silences: Places in `policy.silences` of those that silenced something.
    """

    paths: tuple[str, ...]
    ids: Mapping[str, str]
    summaries: Mapping[str, Summary]
    complete: bool
    used_silences: frozenset[int]


def summarised(case: Case) -> Summary:
    """What is kept of an incident."""
    return Summary(case.id, case.path, case.incident.status, case.incident.duplicate_of or "")
