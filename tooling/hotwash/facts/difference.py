"""A change: the same incident, and the same repository, before and after it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from hotwash.facts.first_actions import Action
    from hotwash.model.policy import Policy
    from hotwash.model.repository import Case
    from hotwash.records.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class IncidentChange:
    """One incident before and after a change.

    Attributes:
        base: As it was merged; None where it is new.
        head: As the change leaves it.
        changed: The files below its folder that are not the same on both sides.
        committed: Of each first action that the change signs: when the commit was made that brings it, by the clock
            of whoever made it; now, where it is not committed yet.
    """

    base: Case | None
    head: Case
    changed: tuple[str, ...] = ()
    committed: Mapping[Action, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RepositoryChange:
    """The repository before and after a change.

    Attributes:
        revision: What people call the commit before it.
        base: The files before it.
        before: The directory of each incident at the base, from the root -> its id; readable or not.
        after: The same at the head.
        changed: The paths below `incidents/` that are not the same on both sides.
        base_policy: What judges; the defaults where the base has none that can be used.
        head_policy: What the change makes of it; None where that cannot be used.
    """

    revision: str
    base: Snapshot
    before: Mapping[str, str]
    after: Mapping[str, str]
    changed: frozenset[str]
    base_policy: Policy
    head_policy: Policy | None
