"""Whatever order things happen in: two runs at once, runs that are killed, people who touch everything."""

from __future__ import annotations

import os
from collections import Counter
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from typing_extensions import override

from hotwash.errors import TrackerError
from hotwash.tracker.apply import apply_plan
from hotwash.tracker.embedded import ACCOUNT, EmbeddedTracker
from hotwash.tracker.markers import markers, parted
from hotwash.tracker.port import Draft, Edit, UncertainError
from tests.tracker.records import LABEL, case, item, plan_for, repository
from tests.tracker.watched import Watched

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotwash.model.repository import Repository
    from hotwash.tracker.apply import Outcome
    from hotwash.tracker.port import Comment, Issue

# threats, promises 5 and 6: 2,000 runs; by default a sample.
RUNS = settings(max_examples=int(os.environ.get("HOTWASH_RUNS", "15")), stateful_step_count=30, deadline=None)
STATUSES = st.sampled_from(["open", "in-progress", "done", "dropped"])
ITEMS = 3
PEOPLE = ("alice", "bob")


def records_of(statuses: list[str], owner: str, incident: str) -> Repository:
    items = (item(number, status=status, owner=owner) for number, status in enumerate(statuses, 1))
    return repository(case(*items, status=incident))


class _Store(RuleBasedStateMachine):
    """A tracker on disk, and records that change."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.real = EmbeddedTracker(Path(self.folder.name), people=PEOPLE)
        self.records = records_of(["open"] * ITEMS, "alice", "investigating")

    @override
    def teardown(self) -> None:
        self.folder.cleanup()

    def issues(self) -> tuple[Issue, ...]:
        return self.real.list(LABEL)

    def by_key(self) -> dict[tuple[str, str | None], list[Issue]]:
        found: dict[tuple[str, str | None], list[Issue]] = {}
        for issue in self.issues():
            for marker in markers(issue.body):
                if issue.author == ACCOUNT:
                    found.setdefault(marker.key, []).append(issue)
        return found

    @rule(
        statuses=st.lists(STATUSES, min_size=ITEMS, max_size=ITEMS), owner=st.sampled_from(PEOPLE), over=st.booleans()
    )
    def record(self, statuses: list[str], owner: str, *, over: bool) -> None:
        self.records = records_of(statuses, owner, "closed" if over else "investigating")

    def settle(self) -> None:
        """One run with nobody else about."""
        for _ in range(1):
            for outcome in apply_plan(plan_for(self.records, self.real), self.real):
                assert outcome.result == "done", outcome
        assert plan_for(self.records, self.real).writes == ()


class TwoAtOnce(_Store):
    """Two runs, each stopped between any two calls, killed, begun anew, and cut off from its answers."""

    def __init__(self) -> None:
        super().__init__()
        self.running: dict[str, Iterator[Outcome]] = {}
        self.watched: dict[str, Watched] = {}

    runs = st.sampled_from(["one", "other"])

    @initialize()
    def both_begin(self) -> None:
        """Most often nobody sees yet what the other is about to make."""
        self.begin("one")
        self.begin("other")

    @rule(run=runs)
    def begins_anew(self, run: str) -> None:
        self.begin(run)

    def begin(self, run: str) -> None:
        self.watched[run] = Watched(self.real)
        self.running[run] = apply_plan(plan_for(self.records, self.real), self.watched[run])

    @rule(run=runs, lost=st.booleans())
    @precondition(lambda self: bool(self.running))
    def step(self, run: str, *, lost: bool) -> None:
        if run in self.running:
            watched = self.watched[run]
            if lost:
                watched.lost[len(watched.calls) + 1] = UncertainError("no answer came")
            with suppress(StopIteration):
                next(self.running[run])

    @rule(times=st.integers(1, 4))
    def both_step(self, times: int) -> None:
        for _ in range(times):
            self.step("one", lost=False)
            self.step("other", lost=False)

    @rule(run=runs)
    def kill(self, run: str) -> None:
        self.running.pop(run, None)

    @invariant()
    def at_most_one_too_many(self) -> None:
        assert all(len(found) <= 2 for found in self.by_key().values())

    @override
    def teardown(self) -> None:
        self.another_run_ends_it()
        super().teardown()

    @rule()
    def another_run_ends_it(self) -> None:
        self.running.clear()
        before = {key: min(issue.number for issue in found) for key, found in self.by_key().items()}
        self.settle()
        for key, found in self.by_key().items():
            assert [issue.number for issue in found if issue.state_reason != "duplicate"] == [
                before.get(key, found[0].number)
            ]
        wanted = {one.id for one in self.records.cases[0].action_items if one.is_open}
        there = Counter(key[1] for key, found in self.by_key().items() for issue in found if issue.state == "open")
        assert all(there[name] == 1 for name in wanted)
        assert there[None] == (self.records.cases[0].incident.is_open)


class HostilePeople(_Store):
    """People who open, copy, edit, label, assign and close whatever they can; what is theirs is never touched."""

    def __init__(self) -> None:
        super().__init__()
        self.mallory = EmbeddedTracker(self.real.root, "mallory", people=PEOPLE)
        self.closed: dict[int, str | None] = {}

    @initialize()
    def something_of_theirs(self) -> None:
        self.settle()
        self.opens(labelled=True, copies=True)

    @rule(labelled=st.booleans(), copies=st.booleans())
    def opens(self, *, labelled: bool, copies: bool) -> None:
        ours = [issue for issue in self.issues() if issue.author == ACCOUNT]
        body = ours[0].body if copies and ours else "mine"
        self.mallory.create(Draft("Theirs", body, (LABEL,) if labelled else ("bug",)))

    @rule(data=st.data())
    def touches(self, data: st.DataObject) -> None:
        issues = self.issues()
        issue = data.draw(st.sampled_from(issues))
        other = data.draw(st.sampled_from(issues))
        edits = [
            Edit(title="Mine"),
            Edit(body=""),
            Edit(body=other.body),
            Edit(body=f"{issue.body}\n\nwhat I know of it\n{other.body}"),
            Edit(body=issue.body.replace("standing=", "standing=x")),
            Edit(labels=(*issue.labels, "triaged")),
            Edit(labels=()),
            Edit(assignees=()),
            Edit(assignees=("bob",)),
        ]
        self.mallory.edit(issue.number, data.draw(st.sampled_from(edits)))

    @rule(data=st.data(), reason=st.sampled_from(["completed", "not_planned"]))
    def closes(self, data: st.DataObject, reason: str) -> None:
        ours = [issue for issue in self.issues() if issue.author == ACCOUNT and issue.state == "open"]
        if ours:
            issue = data.draw(st.sampled_from(ours))
            self.mallory.edit(issue.number, Edit(state="closed", state_reason=reason))  # type: ignore[arg-type] # drawn

    @rule(data=st.data())
    def says(self, data: st.DataObject) -> None:
        self.mallory.comment(data.draw(st.sampled_from(self.issues())).number, "I say")

    @rule()
    def a_run_touches_nothing_of_theirs(self) -> None:
        watched = Watched(self.real)
        before = {number: self._seen(number) for number in self._foreign()}
        said = {issue.number: self._comments(issue.number) for issue in self.issues()}
        closed = {issue.number for issue in self.issues() if issue.state == "closed" and issue.author == ACCOUNT}
        theirs = {issue.number: _below(issue) for issue in self.issues() if issue.author == ACCOUNT}
        by_people = closed - self._closed_by_us()
        with suppress(TrackerError):
            list(apply_plan(plan_for(self.records, watched), watched))
        assert {number: self._seen(number) for number in before} == before
        assert all(self._comments(number) == comments for number, comments in said.items())
        assert all(self.real.get(number).state == "closed" for number in by_people)
        assert all(text in self.real.get(number).body for number, text in theirs.items())

    def _closed_by_us(self) -> set[int]:
        """Where the marker says that hotwash had closed it, a record that opens it again may open the issue."""
        return {
            issue.number
            for issue in self.issues()
            for marker in markers(issue.body)[:1]
            if marker.standing not in ("open", None)
        }

    def _foreign(self) -> list[int]:
        numbers = range(1, 1 + max((issue.number for issue in self.issues()), default=0))
        return [number for number in numbers if self.real.get(number).author != ACCOUNT]

    def _seen(self, number: int) -> Issue:
        return self.real.get(number)

    def _comments(self, number: int) -> tuple[Comment, ...]:
        return self.real.comments(number)


def _below(issue: Issue) -> str:
    """What stands below the line; above it the text is the record's, and is written anew."""
    return "what I know of it" if "what I know of it" in parted(issue.body).theirs else ""


TestTwoAtOnce = TwoAtOnce.TestCase
TestTwoAtOnce.settings = RUNS
TestHostilePeople = HostilePeople.TestCase
TestHostilePeople.settings = RUNS
