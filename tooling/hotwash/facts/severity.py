"""Which severity the share of users hit speaks for, by the policy.

Source: guide 6.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hotwash.model.base import Level
    from hotwash.model.policy import Policy


def thresholds(policy: Policy) -> tuple[tuple[Level, float], ...]:
    """From which share of the users on each severity is meant, the worst first; those without one are left out."""
    severities = policy.severities
    told: tuple[tuple[Level, float | None], ...] = (
        ("P0", severities.P0.share),
        ("P1", severities.P1.share),
        ("P2", severities.P2.share),
        ("P3", severities.P3.share),
    )
    return tuple((level, share) for level, share in told if share is not None)


def speaks_for(share: float, policy: Policy) -> Level | None:
    """The worst severity that a share of the users reaches; where it reaches none, the one below all of them.

    Returns:
        None where the policy gives no share for any severity.
    """
    from hotwash.model.base import LEVELS  # noqa: PLC0415 - `explain` loads no models

    known = thresholds(policy)
    if not known:
        return None
    reached = [level for level, needed in known if share >= needed]
    if reached:
        return min(reached)
    return LEVELS[min(LEVELS.index(known[-1][0]) + 1, len(LEVELS) - 1)]
