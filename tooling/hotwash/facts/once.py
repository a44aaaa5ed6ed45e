"""What several rules ask of one incident, worked out once."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, TypeVar, TypeVarTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotwash.model.repository import Case

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


def once(find: Callable[[Case, *Ts], T]) -> Callable[[Case, *Ts], T]:
    """Keep what was found of the incident that was asked of last, as long as all else is asked alike.

    A record never changes, so what was read of it stays true; the rules ask one after the other of one incident, so
    only that one is kept. What is found must not change either.
    """
    last: tuple[Case, tuple[*Ts], T] | None = None

    @wraps(find)
    def kept(case: Case, *asked: *Ts) -> T:
        nonlocal last
        known = last
        if known is None or known[0] is not case or known[1] != asked:
            known = last = (case, asked, find(case, *asked))
        return known[2]

    return kept
