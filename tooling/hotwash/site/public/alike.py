"""What closed incidents have in common, from what their own pages tell: the reasons for which one names another."""

from __future__ import annotations

from collections import Counter
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from hotwash.site.public.content import PublicIncident

_LISTED = 3
_NOT_KNOWN = "unknown"
_Trait = tuple[str, str]  # a service, and the category of a root cause


def in_common(one: PublicIncident, other: PublicIncident) -> str:
    """What two incidents share, in words: services, and the kind of their root causes. Empty when that is nothing."""
    services = [service for service in one.services if service in other.services]
    causes = [label for category, label in _causes(one).items() if category in _causes(other)]
    shared = [
        f"the same service ({', '.join(services)})" if services else "",
        f"the same kind of cause ({', '.join(causes)})" if causes else "",
    ]
    return " and ".join(filter(None, shared))


def alike(incidents: Iterable[PublicIncident]) -> dict[str, tuple[str, ...]]:
    """Id -> the ids of those that are most like it, three at most.

    Two incidents are alike when the same service failed for the same kind of reason: either alone says little. Of those
    that share as much, the ones nearest in time. For each such pair only the next ones before and after are looked at,
    so that the work grows with the number of incidents and no faster.
    """
    known = {one.id: one for one in incidents if one.account and not one.is_drill}
    groups: dict[_Trait, list[str]] = {}
    for id_ in sorted(known):
        for trait in _traits(known[id_]):
            groups.setdefault(trait, []).append(id_)
    near: dict[str, list[tuple[int, str]]] = {id_: [] for id_ in known}
    for group in groups.values():
        for place, id_ in enumerate(group):
            first = max(0, place - _LISTED)
            near[id_] += [
                (abs(place - at), other)
                for at, other in enumerate(group[first : place + _LISTED + 1], first)
                if at != place
            ]
    return {id_: _most(found) for id_, found in near.items() if found}


def _most(found: list[tuple[int, str]]) -> tuple[str, ...]:
    shared = Counter(id_ for _, id_ in found)
    away: Mapping[str, int] = {id_: min(away for away, other in found if other == id_) for id_ in shared}
    return tuple(sorted(shared, key=lambda id_: (-shared[id_], away[id_], id_))[:_LISTED])


def _traits(one: PublicIncident) -> Iterable[_Trait]:
    return product(one.services, _causes(one))


def _causes(one: PublicIncident) -> dict[str, str]:
    """The categories of its root causes, each with its words; that one is not known is no category."""
    causes = one.account.causes if one.account else ()
    return {cause.category: cause.label for cause in causes if cause.category != _NOT_KNOWN}
