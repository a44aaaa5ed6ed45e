"""An incident as a whole, and all of them with policy and services."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hotwash.model.actions import ActionItem
    from hotwash.model.base import Nothing
    from hotwash.model.incident import Incident
    from hotwash.model.policy import Policy, Service
    from hotwash.model.postmortem import FrontMatter
    from hotwash.model.timeline import AnyEntry

INCIDENT = "incident.yaml"
TIMELINE = "timeline.yaml"
FRAGMENTS = "timeline.d"
EVIDENCE = "evidence"
ACTION_ITEMS = "action-items.yaml"
POSTMORTEM = "postmortem.md"


@dataclass(frozen=True, slots=True)
class LoggedEntry:
    """A timeline entry and where it stands.

    Attributes:
        entry: The entry.
        file: The file below the incident's folder.
        route: Its place in that file: the index in timeline.yaml, nothing in a file of timeline.d/.
    """

    entry: AnyEntry
    file: str
    route: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PostMortem:
    """postmortem.md: its front matter, and the Markdown below it."""

    front: FrontMatter
    body: str
    body_line: int


@dataclass(frozen=True, slots=True)
class Case:
    """The four records under one id.

    Attributes:
        id: The name of the directory.
        path: The directory, `/`-separated from the root.
        timeline: The union of timeline.yaml and timeline.d/, by time.
        action_items: The items; empty when there is no file, or when it says `none`.
        no_action_items: Why there are none, when the record says so.
        has_timeline: Whether timeline.yaml exists, so that help says "add to" or "create".
        others: The other files in the directory, below it, sorted: evidence, and what is not expected.
    """

    id: str
    path: str
    incident: Incident
    timeline: tuple[LoggedEntry, ...]
    action_items: tuple[ActionItem, ...]
    no_action_items: Nothing | None
    postmortem: PostMortem | None
    has_timeline: bool
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An incident whose records cannot be used as they are. Unreadable is not absent."""

    id: str
    path: str


@dataclass(frozen=True, slots=True)
class Repository:
    """Policy, services and all incidents, by id."""

    policy: Policy
    services: Mapping[str, Service]
    cases: tuple[Case, ...]
    unreadable: tuple[Unreadable, ...]


RecordKind = Literal[
    "incident", "timeline", "timeline-entry", "action-items", "postmortem", "policy", "services", "evidence"
]


def record_kind(name: str) -> RecordKind | None:
    """Which record a file is, by its path below `incidents/<year>/<id>/` or `incidents/`."""
    match name:
        case "incident.yaml":
            return "incident"
        case "timeline.yaml":
            return "timeline"
        case "action-items.yaml":
            return "action-items"
        case "postmortem.md":
            return "postmortem"
        case "policy.yaml":
            return "policy"
        case "services.yaml":
            return "services"
        case _:
            return "timeline-entry" if name.startswith(f"{FRAGMENTS}/") and name.endswith(".yaml") else None
