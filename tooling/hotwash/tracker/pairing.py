"""Issues -> which of them belongs to which action item or incident, by its marker; and which are left alone."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from hotwash.tracker.markers import MARKER_VERSION, Marker, markers, named, order
from hotwash.tracker.port import Issue

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from hotwash.tracker.markers import Key

Pairs = dict["Key", tuple[Issue, Marker]]
"""The issue of each action item and incident, with its marker."""


_NONE: Mapping[Key, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Pairing:
    """What the markers say.

    Attributes:
        pairs: In the order of incidents and items.
        held: Items of which it is not clear which issue is theirs: to create one might double it, to follow one might
            be wrong.
        doubles: Other open issues that say of themselves that they are the same one's, by number.
        unmarked: Issues of ours, by number, that bear no marker.
        notices: What is not followed, and what to do about it; a line each.
    """

    pairs: Pairs
    held: frozenset[Key]
    doubles: Mapping[Key, tuple[Issue, ...]]
    unmarked: Mapping[int, Issue]
    notices: tuple[str, ...]


def pair(
    issues: Iterable[Issue], *, label: str, accounts: Collection[str], numbers: Mapping[Key, int] = _NONE
) -> Pairing:
    """Which issue belongs to which action item or incident.

    A marker counts only in an issue under the managed label that one of our accounts opened: everybody can copy one
    (threats G2). Where a record names the number of its own issue, that one counts though somebody took its label off.

    Args:
        issues: What the tracker has.
        label: The managed label.
        accounts: Whose issues count.
        numbers: The numbers that records name.
    """
    claims: dict[Key, list[tuple[Issue, Marker]]] = {}
    held: set[Key] = set()
    unmarked: dict[int, Issue] = {}
    notices: list[str] = []
    ours = {account.casefold() for account in accounts}
    for issue in sorted(issues, key=lambda issue: issue.number):
        found = markers(issue.body)
        if label.casefold() not in {name.casefold() for name in issue.labels} and not (
            len(found) == 1 and issue.author.casefold() in ours and numbers.get(found[0].key) == issue.number
        ):
            continue
        if issue.author.casefold() not in ours:
            notices += [_foreign_notice(issue, marker) for marker in found[:1]]
        elif not found:
            unmarked[issue.number] = issue
        elif len(found) > 1 or found[0].version != MARKER_VERSION:
            held.update(marker.key for marker in found)
            notices.append(_unclear_notice(issue, found))
        else:
            claims.setdefault(found[0].key, []).append((issue, found[0]))
    pairs: Pairs = {}
    doubles: dict[Key, tuple[Issue, ...]] = {}
    for key in sorted(claims, key=order):
        # One that a person closed as the duplicate makes way; else the lowest number stays (threats, promise 5).
        chosen, *others = sorted(claims[key], key=lambda claim: (claim[0].state_reason == "duplicate", claim[0].number))
        pairs[key] = chosen
        doubles[key] = tuple(issue for issue, _ in others if issue.state == "open")
    return Pairing(pairs, frozenset(held), doubles, unmarked, tuple(notices))


def _foreign_notice(issue: Issue, marker: Marker) -> str:
    return (
        f"#{issue.number} carries the marker of {named(marker.key)} and was opened by {issue.author}: "
        f"not followed. If that account writes for hotwash, add it to `tracker.accounts` in incidents/policy.yaml; "
        f"else take the label off"
    )


def _unclear_notice(issue: Issue, found: Sequence[Marker]) -> str:
    names = ", ".join(named(marker.key) for marker in found)
    if len(found) > 1:
        return (
            f"#{issue.number} carries {len(found)} markers ({names}): these are left alone; "
            f"leave only its own marker in the text"
        )
    return (
        f"#{issue.number} ({names}) was written by another version of hotwash (marker {found[0].version}, "
        f"this one writes {MARKER_VERSION}): left alone; use the newer hotwash"
    )
