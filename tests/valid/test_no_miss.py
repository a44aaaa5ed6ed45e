"""What is wrong is found: sound incidents, broken one thing at a time, each field in turn."""

from __future__ import annotations

import os
from collections import Counter
from fnmatch import fnmatchcase
from functools import lru_cache
from itertools import islice
from random import Random
from typing import TYPE_CHECKING

import pytest

from tests.builders import judged
from tests.valid import stories
from tests.valid.legal import LEGAL
from tests.valid.mutants import mutants

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from tests.valid.mutants import Mutant

# Drawn once, and kept: between them they hold every kind of entry and every record. Of stories that are much alike
# only every so many mutants are tried, but for HOTWASH_MUTANTS=10, which tries all.
STORIES: dict[str, tuple[int, Callable[[], stories.State]]] = {
    "closed": (4, lambda: stories.live(Random(0), end="closed")[-1]),  # noqa: S311 - no secret
    "resolved": (9, lambda: stories.live(Random(3), end="resolved")[-1]),  # noqa: S311 - as above
    "dismissed": (1, lambda: stories.live(Random(1), end="dismissed")[-1]),  # noqa: S311 - as above
    "drill": (9, lambda: stories.live(Random(5), kind="drill", end="closed")[-1]),  # noqa: S311 - as above
    "retrospective": (3, lambda: stories.retrospective(Random(4))[-1]),  # noqa: S311 - as above
}
ALL = int(os.environ.get("HOTWASH_MUTANTS", "1")) > 1
Verdict = tuple[Counter[tuple[str, str]], str]


@pytest.mark.parametrize("name", STORIES)
def test_each_mutant_is_found_or_is_legal_for_a_reason(name: str) -> None:
    step, tell = STORIES[name]
    state = tell()
    sound = _verdict(state.files, state.now)
    missed = Counter(
        (mutant.where, mutant.how)
        for path, mutant in islice(_mutants(state), 0, None, 1 if ALL else step)
        if not _differs(_verdict(state.files | {path: mutant.text}, state.now), sound)
        and not reason(name, mutant.where, mutant.how)
    )
    assert dict(missed) == {}


def _mutants(state: stories.State) -> Iterator[tuple[str, Mutant]]:
    (incident,) = (path for path in state.files if path.endswith("/incident.yaml"))
    folder = incident.removesuffix("incident.yaml")
    for path, text in state.files.items():
        if path.startswith(folder) and path.endswith((".yaml", ".md")):
            for mutant in mutants(path.removeprefix(folder), text):
                yield path, mutant


def _verdict(files: dict[str, str], now: datetime) -> Verdict:
    report = judged(files, now=now)
    return Counter((one.code, one.message) for one in report.diagnostics), report.incidents[0].verdict.line


def _differs(one: Verdict, other: Verdict) -> bool:
    """Something is said that was not said before."""
    return bool(one[0] - other[0]) or one[1] != other[1]


@lru_cache
def reason(story: str, where: str, how: str) -> str:
    """Why a change is legal; empty when it is not."""
    return next((why for places, ways, why in LEGAL if _speaks_of(places, ways, story, where, how)), "")


def _speaks_of(places: str, ways: str, story: str, where: str, how: str) -> bool:
    told = (where, f"{story}:{where}")
    return how in ways.split() and any(fnmatchcase(one, place) for one in told for place in places.split("|"))


def test_every_line_of_what_is_legal_is_needed() -> None:
    """A line that no mutant asks for hides nothing, and hides the next defect."""
    asked: set[int] = set()
    for name, (_, tell) in STORIES.items():
        for _, mutant in _mutants(tell()):
            for number, (places, ways, _) in enumerate(LEGAL):
                if _speaks_of(places, ways, name, mutant.where, mutant.how):
                    asked.add(number)
    assert [LEGAL[number] for number in range(len(LEGAL)) if number not in asked] == []
