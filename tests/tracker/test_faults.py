"""Whatever fails between hotwash and GitHub, one more run ends with one issue an item, and no foreign one is touched.

Every call of a run, before and after its effect, with each fault of the list, is tried with HOTWASH_FAULTS=all; else one
call, drawn by a fixed seed, for each fault and side.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
from collections import Counter
from typing import TYPE_CHECKING, Literal

import pytest

from hotwash.errors import TrackerError
from hotwash.tracker.apply import apply_plan
from hotwash.tracker.embedded import ACCOUNT, FILE, STATE_FOLDER
from hotwash.tracker.markers import markers
from hotwash.tracker.port import Draft
from tests.github.faults import KINDS, Fault, Kind
from tests.github.opening import PATIENCE, open_tracker
from tests.github.server import Account, Call, FakeGitHub
from tests.tracker.records import LABEL, case, item, plan_for, repository

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hotwash.model.repository import Repository
    from hotwash.tracker.port import Issue, Tracker

ALL = os.environ.get("HOTWASH_FAULTS") == "all"
SIDES = [(kind, after) for kind in KINDS for after in (False, True)]
PEOPLE = ("alice", "bob")
NEW = 20
TOKEN = f"token-of-{ACCOUNT}"


def records(*, later: bool) -> Repository:
    """Ten items; later four of them are done, two have changed, and twenty are new."""
    items = [
        item(
            number,
            status="done" if later and number <= 4 else "open",
            title=f"Item {number}{' anew' if later and number in (5, 6) else ''}",
        )
        for number in range(1, 31 if later else 11)
    ]
    return repository(case(*items, status="investigating"))


def run(tracker: Tracker) -> bool:
    """One `apply`, and whether it says that all was done."""
    try:
        plan = plan_for(records(later=True), tracker)
        return all(outcome.result == "done" for outcome in [*apply_plan(plan, tracker)])
    except TrackerError:
        return False


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tracker as it was before the change, with what others have put there."""
    folder = tmp_path_factory.mktemp("before")
    with FakeGitHub(folder, {TOKEN: Account(ACCOUNT)}, PEOPLE) as fake:
        tracker = open_tracker(fake, ACCOUNT)
        assert all(one.result == "done" for one in apply_plan(plan_for(records(later=False), tracker), tracker))
        mallory = fake.store("mallory")
        copied = fake.store("").list(LABEL)[3]
        mallory.create(Draft("Mine", copied.body, (LABEL,)))
        mallory.create(Draft("Mine too", "", (LABEL, "bug")))
        mallory.comment(copied.number, copied.body)
    return folder


def opened(before: Path, folder: Path) -> FakeGitHub:
    (folder / STATE_FOLDER).mkdir()
    shutil.copyfile(before / STATE_FOLDER / FILE, folder / STATE_FOLDER / FILE)
    return FakeGitHub(folder, {TOKEN: Account(ACCOUNT)}, PEOPLE)


def foreign(fake: FakeGitHub) -> list[Issue]:
    return [issue for issue in fake.store("").list(LABEL) if issue.author != ACCOUNT]


def ours(fake: FakeGitHub) -> dict[object, list[tuple[object, ...]]]:
    """What is there for each item, but for the number."""
    found: dict[object, list[tuple[object, ...]]] = {}
    for issue in fake.store("").list(LABEL):
        if issue.author == ACCOUNT:
            (marker,) = markers(issue.body)
            state = (issue.title, issue.body, issue.labels, issue.state, issue.state_reason, issue.assignees)
            found.setdefault(marker.key, []).append(state)
    return found


@pytest.fixture(scope="module")
def faultless(
    before: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[int, dict[object, list[tuple[object, ...]]]]:
    """How many calls a run takes, and what it ends with."""
    with opened(before, tmp_path_factory.mktemp("faultless")) as fake:
        assert run(open_tracker(fake, ACCOUNT))
        calls = len(fake.calls)
        # Twenty items, four that are done and two that changed, and what their incident says of them.
        assert Counter(call.verb for call in fake.writes()) == {"POST": NEW, "PATCH": 7}
        assert run(open_tracker(fake, ACCOUNT))
        assert len(fake.writes()) == NEW + 7
        return calls, ours(fake)


def judge(fake: FakeGitHub, expected: dict[object, list[tuple[object, ...]]], theirs: list[Issue]) -> None:
    """One run without faults, and all is as if there had been none."""
    fake.choose = lambda _: None
    fake.watch = lambda *_: None
    assert run(open_tracker(fake, ACCOUNT))
    assert ours(fake) == expected
    assert foreign(fake) == theirs
    written = len(fake.writes())
    assert run(open_tracker(fake, ACCOUNT))
    assert len(fake.writes()) == written
    assert fake.violations == []


def fault_at(fake: FakeGitHub, place: int, fault: Fault) -> None:
    fake.choose = lambda call: fault if call.number == place else None


def places(calls: int, seed: str) -> Iterator[int]:
    yield from range(calls) if ALL else [random.Random(seed).randrange(calls)]  # noqa: S311 - the same each time


@pytest.mark.timeout(1800 if ALL else 300)
@pytest.mark.parametrize(("kind", "after"), SIDES)
def test_after_any_fault_one_more_run_ends_with_one_issue_an_item(
    before: Path,
    faultless: tuple[int, dict[object, list[tuple[object, ...]]]],
    tmp_path_factory: pytest.TempPathFactory,
    kind: Kind,
    *,
    after: bool,
) -> None:
    calls, expected = faultless
    for place in places(calls, f"{kind} {after}"):
        with opened(before, tmp_path_factory.mktemp("fault")) as fake:
            theirs = foreign(fake)
            fault = Fault(kind, after)
            fault_at(fake, place, fault)
            # A silence costs a real second, of which nobody needs more.
            all_done = run(open_tracker(fake, ACCOUNT, timeout_s=1 if kind == "read time-out" else 30))
            assert sum(fake.clock.slept) <= PATIENCE.total_seconds() + len(fake.writes())
            assert not all_done or ours(fake) == expected, place
            judge(fake, expected, theirs)
            # Once more only what the tracker said it would not do, and had not.
            assert Counter(call.verb for call in fake.writes())["POST"] <= NEW + 1, place


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("kind", ["403 secondary", "403 secondary with Retry-After", "403 primary", "429"])
def test_a_limit_costs_a_wait_and_no_item(
    before: Path,
    faultless: tuple[int, dict[object, list[tuple[object, ...]]]],
    tmp_path: Path,
    kind: Kind,
    *,
    after: bool,
) -> None:
    calls, expected = faultless
    # The last call but one is the making of an item.
    with opened(before, tmp_path) as fake:
        fault_at(fake, calls - 2, Fault(kind, after))
        assert run(open_tracker(fake, ACCOUNT))
        assert fake.calls[calls - 2].verb == "POST"
        assert ours(fake) == expected
        assert Counter(call.verb for call in fake.writes())["POST"] == NEW + (not after)


# --- kill -9 ---------------------------------------------------------------------------------------------------------

_RUN = """
import sys
from hotwash.tracker.embedded import ACCOUNT
from hotwash.tracker.github import GitHubTracker
from hotwash.tracker.github_api import GitHubApi, Token
from hotwash.tracker.pace import Pace
from tests.github.clock import Clock
from tests.github.server import REPOSITORY
from tests.tracker.test_faults import TOKEN, run

clock = Clock()
run(GitHubTracker(GitHubApi(sys.argv[1], Token(TOKEN), Pace(clock.now, clock.sleep)), REPOSITORY))
"""


@pytest.mark.timeout(1800 if ALL else 300)
@pytest.mark.skipif(sys.platform == "win32", reason="a process there is ended in another way")
@pytest.mark.parametrize("side", ["before", "after"])
def test_a_run_that_is_killed_is_ended_by_the_next(
    before: Path,
    faultless: tuple[int, dict[object, list[tuple[object, ...]]]],
    tmp_path_factory: pytest.TempPathFactory,
    side: Literal["before", "after"],
) -> None:
    calls, expected = faultless
    for place in places(calls, f"kill {side}"):
        with opened(before, tmp_path_factory.mktemp("kill")) as fake:
            theirs = foreign(fake)
            process: list[subprocess.Popen[bytes]] = []

            def kill(
                call: Call, when: str, place: int = place, process: list[subprocess.Popen[bytes]] = process
            ) -> None:
                if call.number == place and when == side:
                    process[0].kill()
                    process[0].wait()

            fake.watch = kill
            process.append(subprocess.Popen([sys.executable, "-c", _RUN, fake.url]))
            assert process[0].wait(timeout=120) == -signal.SIGKILL
            judge(fake, expected, theirs)
