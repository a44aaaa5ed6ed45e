"""Past incidents that are like one: those that hit one of its services.

Source: guide 2.3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hotwash.model.repository import Case

_LISTED = 5  # more are no help at night


def sharing_service(services: Iterable[str], cases: Iterable[Case], *, but: str = "") -> tuple[Case, ...]:
    """The past incidents that hit one of some services, those that share most first, and of those the latest.

    Args:
        services: Of the incident that is asked about.
        cases: All that are recorded.
        but: The id of the incident itself.
    """
    asked = set(services)
    found = [
        case
        for case in cases
        if case.id != but
        and not case.incident.is_open
        and case.incident.status != "dismissed"
        and not case.incident.is_drill
        and asked & set(case.incident.services)
    ]
    by_day = sorted(found, key=lambda case: case.id, reverse=True)
    return tuple(sorted(by_day, key=lambda case: -len(asked & set(case.incident.services)))[:_LISTED])


def evidence_of(services: Sequence[str], found: Sequence[Case], searched: int) -> list[str] | dict[str, str]:
    """What stands at `evidence.similar`: the ids, or what was searched for.

    Args:
        services: What was asked for.
        found: What was found.
        searched: Through how many incidents.
    """
    if found:
        return [case.id for case in found]
    many = "1 past incident" if searched == 1 else f"{searched:,} past incidents"
    return {"none": f"Searched {many} for {', '.join(services)}"}
