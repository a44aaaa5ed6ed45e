"""That apply does what the plan says, no more, and can be repeated, interrupted and refused."""

from __future__ import annotations

import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotwash.errors import TrackerError
from hotwash.tracker.apply import apply_plan, excess, refuse_account, render_end, render_outcome
from hotwash.tracker.embedded import EmbeddedTracker
from hotwash.tracker.plan import Action, Change, Plan
from hotwash.tracker.port import Draft, Edit, Issue, UnavailableError, UncertainError
from tests.tracker.records import LABEL, WHOLE_RUN, case, item, plan_for, repositories, repository
from tests.tracker.watched import Watched

if TYPE_CHECKING:
    from pathlib import Path

    from hotwash.model.repository import Repository


@pytest.fixture
def tracker(tmp_path: Path) -> Watched:
    return Watched(EmbeddedTracker(tmp_path))


def run(records: Repository, tracker: Watched) -> list[str]:
    return [outcome.result for outcome in apply_plan(plan_for(records, tracker), tracker)]


RECORDS = repository(case(item(1), item(2, status="in-progress"), item(3, status="done")))


def test_apply_creates_what_the_plan_says(tracker: Watched) -> None:
    plan = plan_for(RECORDS, tracker)
    outcomes = list(apply_plan(plan, tracker))
    assert [(outcome.result, outcome.change) for outcome in outcomes] == [("done", change) for change in plan.writes]
    assert [outcome.issue for outcome in outcomes] == [issue.number for issue in tracker.list(LABEL)]


def test_a_second_apply_writes_nothing(tracker: Watched) -> None:
    run(RECORDS, tracker)
    tracker.calls.clear()
    assert run(RECORDS, tracker) == []
    assert tracker.calls == []


def test_a_finished_item_closes_its_issue(tracker: Watched) -> None:
    run(RECORDS, tracker)
    run(repository(case(item(1, status="done"), item(2, status="dropped"))), tracker)
    assert [(issue.state, issue.state_reason) for issue in tracker.list(LABEL)] == [
        ("closed", "completed"),
        ("closed", "not_planned"),
    ]


def test_drift_is_never_reversed(tracker: Watched) -> None:
    run(RECORDS, tracker)
    person = tracker.real
    person.edit(1, Edit(state="closed", state_reason="not_planned"))
    tracker.calls.clear()
    assert run(RECORDS, tracker) == []
    assert tracker.calls == []
    run(repository(case(item(1, title="Another"), item(2))), tracker)
    assert person.list(LABEL)[0].state == "closed"


def test_an_issue_that_a_person_opened_again_stays_open(tracker: Watched) -> None:
    done = repository(case(item(1, status="done")))
    run(repository(case(item(1))), tracker)
    run(done, tracker)
    tracker.real.edit(1, Edit(state="open"))
    run(done, tracker)
    run(done, tracker)
    assert tracker.list(LABEL)[0].state == "open"


@WHOLE_RUN
@given(history=st.lists(repositories(), min_size=1, max_size=3), data=st.data())
def test_after_apply_the_plan_is_empty(
    tmp_path_factory: pytest.TempPathFactory, history: list[Repository], data: st.DataObject
) -> None:
    """Promise 3, over any records one after the other, with people who close, open, label and edit between them."""
    tracker = Watched(EmbeddedTracker(tmp_path_factory.mktemp("tracker")))
    for records in history:
        plan = plan_for(records, tracker)
        tracker.calls.clear()
        assert all(outcome.result == "done" for outcome in apply_plan(plan, tracker))
        # Promise 7: the calls are the plan's lines.
        assert tracker.calls == ["create" if change.action == "create" else "edit" for change in plan.writes]
        again = plan_for(records, tracker)
        assert again.writes == ()
        assert set(again.changes) == {change for change in plan.changes if change.work is None}
        for issue in tracker.list(LABEL):
            if edit := data.draw(st.sampled_from([None, *_people(issue)])):
                tracker.real.edit(issue.number, edit)


def _people(issue: Issue) -> list[Edit]:
    return [
        Edit(state="open" if issue.state == "closed" else "closed"),
        Edit(state="closed", state_reason="not_planned"),
        Edit(labels=(*issue.labels, "triaged")),
        Edit(body=issue.body.replace("\n", "\r\n")),
        Edit(title="Mine"),
        Edit(body=f"Mine\n{issue.body}"),
    ]


@WHOLE_RUN
@given(records=repositories(), stops=st.lists(st.integers(0, 4), max_size=4))
def test_stopped_between_changes_it_converges(
    tmp_path_factory: pytest.TempPathFactory, records: Repository, stops: list[int]
) -> None:
    """Promise 4: one open issue an item, however often it was stopped."""
    tracker = Watched(EmbeddedTracker(tmp_path_factory.mktemp("tracker")))
    straight = Watched(EmbeddedTracker(tmp_path_factory.mktemp("tracker")))
    for stop in stops:
        for _, _outcome in zip(range(stop), apply_plan(plan_for(records, tracker), tracker), strict=False):
            pass
    run(records, tracker)
    run(records, straight)
    assert plan_for(records, tracker).writes == ()
    assert sorted(issue.body for issue in tracker.list(LABEL)) == sorted(issue.body for issue in straight.list(LABEL))


_DYING = """
import sys
from pathlib import Path
from hotwash.tracker.apply import apply_plan
from hotwash.tracker.embedded import EmbeddedTracker
from tests.tracker.records import case, item, plan_for, repository
from tests.tracker.test_apply import Watched

tracker = Watched(EmbeddedTracker(Path(sys.argv[1])), dies_after=int(sys.argv[2]))
list(apply_plan(plan_for(repository(case(*(item(n) for n in range(1, 6)))), tracker), tracker))
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="the system has no SIGKILL")
@pytest.mark.parametrize("after", [1, 2, 4])
def test_a_killed_apply_is_finished_by_the_next(tmp_path: Path, pytestconfig: pytest.Config, after: int) -> None:
    command = [sys.executable, "-c", _DYING, str(tmp_path), str(after)]
    killed = subprocess.run(command, cwd=pytestconfig.rootpath, check=False, timeout=60)
    assert killed.returncode == -signal.SIGKILL
    records = repository(case(*(item(number) for number in range(1, 6))))
    tracker = Watched(EmbeddedTracker(tmp_path))
    assert len(tracker.list(LABEL)) == after
    assert run(records, tracker) == ["done"] * (5 - after)
    again = plan_for(records, tracker)
    assert (again.changes, again.notices, again.paired) == ((), (), 5)


class Killed(BaseException):
    """Nothing catches it, as nothing catches a kill."""


BEFORE = (item(1), item(2), item(3), item(4, status="done", proof={"file": "a.md"}), item(5))
AFTER = (
    item(1, title="Another", owner="bob"),
    item(2, status="done"),
    item(3, status="dropped"),
    item(4, status="done", proof={"file": "a.md"}),
    item(5),
    item(6),
)


def _seen(tracker: Watched) -> list[tuple[object, ...]]:
    return [
        (one.title, one.body, one.state, one.labels, [comment.body for comment in tracker.comments(one.number)])
        for one in tracker.list(LABEL)
        if one.state_reason != "duplicate"
    ]


def _prepared(tmp_path: Path) -> Watched:
    """Issues of open items, one of them doubled, and then one item done."""
    tracker = Watched(EmbeddedTracker(tmp_path))
    first = repository(case(*(item(number) for number in range(1, 6)), status="investigating"))
    double = next(change.work for change in plan_for(first, tracker).writes if change.item == "AI-5")
    assert isinstance(double, Draft)
    run(first, tracker)
    tracker.real.create(double)
    list(apply_plan(plan_for(repository(case(*BEFORE, status="investigating")), tracker, {"a.md": b""}), tracker))
    tracker.real.create(double)
    tracker.calls.clear()
    return tracker


LATER = repository(case(*AFTER, status="closed"))


@pytest.mark.parametrize("happened", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("turn", range(1, 9))
def test_killed_between_any_two_calls_one_more_run_ends_where_none_was_killed(
    tmp_path: Path, turn: int, *, happened: bool
) -> None:
    """A create, an update, closings, a double, a broken proof with its comment, and the incident's own issue."""
    (tmp_path / "other").mkdir()
    undisturbed = _prepared(tmp_path / "other")
    run(LATER, undisturbed)
    assert sorted(undisturbed.calls) == ["comment", "create", *["edit"] * 6]
    tracker = _prepared(tmp_path)
    (tracker.lost if happened else tracker.errors)[turn] = Killed()
    with pytest.raises(Killed):
        run(LATER, tracker)
    tracker.errors.clear()
    tracker.lost.clear()
    assert set(run(LATER, tracker)) <= {"done"}
    assert _seen(tracker) == _seen(undisturbed)
    tracker.calls.clear()
    assert run(LATER, tracker) == []
    assert tracker.calls == []


def test_a_change_that_fails_does_not_stop_the_others(tracker: Watched) -> None:
    tracker.errors[1] = TrackerError("refused", "do this")
    outcomes = list(apply_plan(plan_for(RECORDS, tracker), tracker))
    assert [outcome.result for outcome in outcomes] == ["failed", "done"]
    assert (outcomes[0].message, outcomes[0].hint) == ("refused", "do this")
    assert run(RECORDS, tracker) == ["done"]


def test_when_the_tracker_has_gone_the_rest_is_left_and_named(tracker: Watched) -> None:
    records = repository(case(*(item(number) for number in range(1, 5))))
    tracker.errors[2] = UnavailableError("gone")
    assert run(records, tracker) == ["done", "failed", "left", "left"]
    assert len(tracker.calls) == 2


def test_an_issue_that_was_removed_meanwhile_fails_alone(tracker: Watched) -> None:
    plan = Plan(
        (
            Change("update", "x", "AI-1", 77, "t", ("title",), Edit(title="t")),
            Change("create", "x", "AI-2", None, "t", (), Draft("t", "", (LABEL,))),
        ),
        (),
        1,
    )
    assert [outcome.result for outcome in apply_plan(plan, tracker)] == ["failed", "done"]


# --- answers that were lost, and accounts -----------------------------------------------------------------------------


def test_a_create_whose_answer_was_lost_is_found_by_its_marker(tracker: Watched) -> None:
    tracker.lost[1] = UncertainError("no answer came")
    plan = plan_for(RECORDS, tracker)
    outcomes = list(apply_plan(plan, tracker))
    assert [(outcome.result, outcome.issue) for outcome in outcomes] == [("done", 1), ("done", 2)]
    assert tracker.calls == ["create", "create"]


def test_a_create_that_may_not_have_happened_is_not_sent_again(tracker: Watched) -> None:
    """The list may lag behind: the next run knows, this one does not."""
    tracker.errors[1] = UncertainError("no answer came")
    assert run(RECORDS, tracker) == ["failed", "done"]
    assert tracker.calls == ["create", "create"]
    assert run(RECORDS, tracker) == ["done"]
    assert len(tracker.list(LABEL)) == 2


@pytest.mark.parametrize("happened", [True, False])
def test_an_edit_whose_answer_was_lost_is_looked_up(tracker: Watched, *, happened: bool) -> None:
    run(RECORDS, tracker)
    (tracker.lost if happened else tracker.errors)[3] = UncertainError("no answer came")
    changed = repository(case(item(1, title="Another"), item(2), item(3, status="done")))
    assert run(changed, tracker) == ["done" if happened else "failed"]
    assert tracker.calls.count("edit") == 1
    assert run(changed, tracker) == ([] if happened else ["done"])


@pytest.mark.parametrize("account", ["ci[bot]", "CI[bot]", None])
def test_an_account_that_counts_may_write_and_one_that_nobody_knows_yet(account: str | None) -> None:
    refuse_account(account, ["ci[bot]"])


def test_an_account_that_does_not_count_is_refused_with_the_line_to_add() -> None:
    """Else a new token would make every issue again."""
    with pytest.raises(TrackerError, match=r"laptop writes here") as refused:
        refuse_account("laptop", ["ci[bot]"])
    assert '"laptop"' in refused.value.hint


def test_an_account_that_is_only_known_by_its_first_issue_stops_there(tmp_path: Path) -> None:
    stranger = Watched(EmbeddedTracker(tmp_path, "laptop"))
    plan = plan_for(RECORDS, stranger)
    first, second = apply_plan(plan, stranger)
    assert (first.result, first.issue, second.result) == ("failed", 1, "left")
    assert "laptop" in first.message
    assert stranger.calls == ["create"]


def test_another_account_of_the_policy_makes_nothing_again(tmp_path: Path) -> None:
    records = repository(*RECORDS.cases, tracker={"accounts": ["ci[bot]", "laptop"]})
    run(records, Watched(EmbeddedTracker(tmp_path, "ci[bot]")))
    laptop = Watched(EmbeddedTracker(tmp_path, "laptop"))
    assert run(records, laptop) == []
    assert laptop.calls == []


def test_closing_doubles_needs_no_question() -> None:
    """Nothing is lost with them, and the next run is to close them (threats, promise 5)."""
    doubles = tuple(
        Change("close", "x", f"AI-{n}", n, "t", ("state",), Edit(state="closed", state_reason="duplicate"))
        for n in range(1, 11)
    )
    assert excess(Plan(doubles, (), 10), 50) == ""


# --- limits ----------------------------------------------------------------------------------------------------------


def plan_of(paired: int = 0, **counts: int) -> Plan:
    """A plan of so many creates, updates, closes and drifts."""
    works: dict[Action, Draft | Edit | None] = {
        "create": Draft("t", "", ()),
        "update": Edit(),
        "close": Edit(),
        "drift": None,
    }
    changes = [
        Change(action, "x", f"AI-{n}", None, "t", (), work)
        for action, work in works.items()
        for n in range(counts.get(action, 0))
    ]
    return Plan(tuple(changes), (), paired)


@pytest.mark.parametrize(
    ("plan", "limit", "asks"),
    [
        (plan_of(create=50), 50, False),
        (plan_of(create=51), 50, True),
        (plan_of(create=25, update=26), 50, True),
        (plan_of(create=50, drift=9), 50, False),
        (plan_of(paired=9, close=9), 50, False),
        (plan_of(paired=10, close=3), 50, False),
        (plan_of(paired=10, close=4), 50, True),
        (plan_of(paired=10, update=3), 50, False),
        (plan_of(paired=10, update=4), 50, True),
        (plan_of(paired=10, update=3, close=3), 50, False),
        (plan_of(paired=10, create=40), 50, False),
        (plan_of(paired=99, close=29), 50, False),
        (plan_of(paired=99, close=30), 50, True),
        (plan_of(), 1, False),
    ],
)
def test_more_than_the_limit_or_a_third_of_ten_and_more_is_asked_about(plan: Plan, limit: int, *, asks: bool) -> None:
    assert bool(excess(plan, limit)) is asks


# --- lines -----------------------------------------------------------------------------------------------------------


def test_outcomes_read_as_the_lines_of_the_plan_with_their_numbers(tracker: Watched) -> None:
    tracker.errors[2] = TrackerError("refused \x1b[2J", "do this")
    plan = plan_for(RECORDS, tracker)
    first, second = apply_plan(plan, tracker)
    assert render_outcome(first, None) == (
        "2026-11-23-checkout-500\n  + create  AI-1   #1 Alert on payment errors above 1 %"
    )
    assert render_outcome(second, first) == (
        "  + create  AI-2   Alert on payment errors above 1 %\n      failed: refused \\u001b[2J\n      help: do this"
    )
    assert render_end(plan, [first, second]) == "\nDone: 1 of 2 changes. For the rest, run it again."


def test_the_end_names_what_is_left_to_a_person() -> None:
    drift = Change("drift", "x", "AI-1", 3, "t", ("state",), None, "why")
    text = render_end(Plan((drift,), ("#5 is not followed",), 1), [])
    assert "Left to a person:\n  x: ! drift   AI-1   #3 t  (why)\n" in text
    assert "note: #5 is not followed" in text
