"""Which policy judges a change: that of its base, so that nobody switches off what judges them (threats G1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotwash.rules.rule import may_be_lowered

if TYPE_CHECKING:
    from hotwash.model.policy import Policy, Silence

# Families in which a silence that the change itself adds counts at once: they judge no response.
_AT_ONCE = ("HW0", "HW6", "HW7", "HW8")


def judging_policy(base: Policy, head: Policy) -> Policy:
    """The base's policy, with those silences of the head that may count at once."""
    added = tuple(silence for silence in head.silences if silence not in base.silences and counts_at_once(silence))
    return base.model_copy(update={"silences": (*base.silences, *added)}) if added else base


def counts_at_once(silence: Silence) -> bool:
    """Whether a silence counts in the very change that adds it."""
    return silence.rule.startswith(_AT_ONCE) and may_be_lowered(silence.rule)
