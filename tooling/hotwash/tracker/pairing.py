"""Issues -> which of them belongs to which action item, by its marker; and which are left alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hotwash.tracker.issues import MARKER_VERSION, Marker, markers
from hotwash.tracker.port import Issue

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from hotwash.tracker.issues import Key

Pairs = dict["Key", tuple[Issue, Marker]]
"""The issue of each action item, with its marker."""


@dataclass(frozen=True, slots=True)
class Pairing:
    """What the markers say.

    Attributes:
        pairs: In the order of incidents and items.
        held: Items of which it is not clear which issue is theirs: to create one might double it, to follow one might
            be wrong.
        unmarked: Issues of ours, by number, that bear no marker.
        notices: What is not followed, and what to do about it; a line each.
    """

    pairs: Pairs
    held: frozenset[Key]
    unmarked: Mapping[int, Issue]
    notices: tuple[str, ...]


def order(key: Key) -> tuple[str, int, str]:
    """What incidents and items are sorted by: AI-2 before AI-10."""
    incident, item = key
    return incident, len(item), item


def pair(issues: Iterable[Issue], *, label: str, accounts: Collection[str]) -> Pairing:
    """Which issue belongs to which action item.

    A marker counts only in an issue under the managed label that one of our accounts opened: everybody can copy one
    (threats G2).
    """
    claims: dict[Key, list[tuple[Issue, Marker]]] = {}
    held: set[Key] = set()
    unmarked: dict[int, Issue] = {}
    notices: list[str] = []
    for issue in sorted(issues, key=lambda issue: issue.number):
        if label.casefold() not in {name.casefold() for name in issue.labels}:
            continue
        found = markers(issue.body)
        if issue.author not in accounts:
            notices += [_foreign_notice(issue, marker) for marker in found[:1]]
        elif not found:
            unmarked[issue.number] = issue
        elif len(found) > 1 or found[0].version != MARKER_VERSION:
            held.update(marker.key for marker in found)
            notices.append(_unclear_notice(issue, found))
        else:
            claims.setdefault(found[0].key, []).append((issue, found[0]))
    pairs: Pairs = {}
    for key in sorted(claims, key=order):
        # One that a person closed as the duplicate makes way; else the lowest number stays (threats, promise 5).
        chosen, *others = sorted(claims[key], key=lambda claim: (claim[0].state_reason == "duplicate", claim[0].number))
        pairs[key] = chosen
        notices += [_double_notice(key, issue, chosen[0]) for issue, _ in others if issue.state == "open"]
    return Pairing(pairs, frozenset(held), unmarked, tuple(notices))


def _foreign_notice(issue: Issue, marker: Marker) -> str:
    return (
        f"#{issue.number} carries the marker of {marker.item} of {marker.incident} and was opened by {issue.author}: "
        f"not followed. If that account writes for hotwash, add it to `tracker.accounts` in incidents/policy.yaml; "
        f"else take the label off"
    )


def _unclear_notice(issue: Issue, found: Sequence[Marker]) -> str:
    names = ", ".join(f"{marker.item} of {marker.incident}" for marker in found)
    if len(found) > 1:
        return (
            f"#{issue.number} carries {len(found)} markers ({names}): these items are left alone; "
            f"leave only its own marker in the text"
        )
    return (
        f"#{issue.number} ({names}) was written by another version of hotwash (marker {found[0].version}, "
        f"this one writes {MARKER_VERSION}): left alone; use the newer hotwash"
    )


def _double_notice(key: Key, issue: Issue, chosen: Issue) -> str:
    return (
        f"#{issue.number} says that it is the issue of {key[1]} of {key[0]}, and so does #{chosen.number}: "
        f"close #{issue.number} as a duplicate"
    )
