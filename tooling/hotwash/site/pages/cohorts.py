"""Incidents that stand together on a page, apart by what they count for."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from hotwash.site.public.content import PublicIncident, PublicRepository


@dataclass(frozen=True)
class Cohorts:
    """Incidents, the newest first.

    Attributes:
        incidents: Those of the organisation itself: only these are in its numbers.
        drills: Exercises.
        retrospective: What happened to others.
    """

    incidents: tuple[PublicIncident, ...]
    drills: tuple[PublicIncident, ...] = ()
    retrospective: tuple[PublicIncident, ...] = ()

    @classmethod
    def of(cls, incidents: Iterable[PublicIncident]) -> Cohorts:
        """Each where it belongs, in the order in which they come."""
        drills, real = _apart(incidents, lambda one: one.is_drill)
        retrospective, ours = _apart(real, lambda one: one.is_retrospective)
        return cls(ours, drills, retrospective)

    @property
    def all(self) -> tuple[PublicIncident, ...]:
        """Every one of them."""
        return (*self.incidents, *self.drills, *self.retrospective)

    @cached_property
    def counted(self) -> tuple[PublicIncident, ...]:
        """Those that are in numbers: what was dismissed was no incident."""
        return tuple(one for one in self.incidents if one.status != "dismissed")

    @cached_property
    def open(self) -> tuple[PublicIncident, ...]:
        """Those that somebody is at work on."""
        return tuple(one for one in self.incidents if one.is_open)

    @cached_property
    def by_severity(self) -> tuple[tuple[str, int], ...]:
        """How many of each severity are counted, the worst first."""
        return tuple(sorted(Counter(one.severity.level for one in self.counted).items()))

    @property
    def dismissed(self) -> int:
        """How many were no incident after all."""
        return len(self.incidents) - len(self.counted)


def cohorts_of(public: PublicRepository) -> Cohorts:
    """All of a repository."""
    return Cohorts(public.incidents, public.drills, public.retrospective)


def grouped(incidents: Iterable[PublicIncident], keys: Callable[[PublicIncident], Iterable[str]]) -> dict[str, Cohorts]:
    """Incidents under each of their keys, in the order in which they come; the keys sorted."""
    found: dict[str, list[PublicIncident]] = {}
    for one in incidents:
        for key in keys(one):
            found.setdefault(key, []).append(one)
    return {key: Cohorts.of(found[key]) for key in sorted(found)}


def _apart(
    incidents: Iterable[PublicIncident], is_so: Callable[[PublicIncident], bool]
) -> tuple[tuple[PublicIncident, ...], tuple[PublicIncident, ...]]:
    """Those that are so, and those that are not."""
    found: tuple[list[PublicIncident], list[PublicIncident]] = ([], [])
    for one in incidents:
        found[not is_so(one)].append(one)
    return tuple(found[0]), tuple(found[1])
