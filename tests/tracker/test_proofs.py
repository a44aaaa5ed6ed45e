"""Proof, not ticks: what is done, and whose proof broke, is opened again once, with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hotwash.errors import TrackerError
from hotwash.tracker.apply import apply_plan
from hotwash.tracker.embedded import EmbeddedTracker
from hotwash.tracker.port import Edit, PullRequestDraft, UncertainError
from tests.forge_markdown import acts
from tests.tracker.records import LABEL, case, item, plan_for, repository
from tests.tracker.watched import Watched

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from hotwash.model.repository import Repository
    from hotwash.tracker.plan import Plan
    from hotwash.tracker.port import PullRequest

PROOF = {"file": "docs/pay.md", "contains": "Roll back first"}
HOLDS = {"docs/pay.md": b"Roll back first."}
BROKEN: dict[str, bytes] = {}


@pytest.fixture
def tracker(tmp_path: Path) -> Watched:
    return Watched(EmbeddedTracker(tmp_path))


def done(proof: Mapping[str, object] = PROOF) -> Repository:
    return repository(case(item(status="done", proof=proof)))


def run(records: Repository, tracker: Watched, files: Mapping[str, bytes]) -> Plan:
    plan = plan_for(records, tracker, files)
    list(apply_plan(plan, tracker))
    return plan


@pytest.fixture
def closed(tracker: Watched) -> Watched:
    """An item that is done, with its issue."""
    run(repository(case(item())), tracker, HOLDS)
    run(done(), tracker, HOLDS)
    assert tracker.get(1).state == "closed"
    tracker.calls.clear()
    return tracker


def test_a_broken_proof_opens_the_issue_again_and_says_why(closed: Watched) -> None:
    (change,) = run(done(), closed, BROKEN).changes
    assert (change.action, change.reason) == (
        "reopen",
        "its proof does not hold: docs/pay.md is no file of this repository",
    )
    assert closed.calls == ["comment", "edit"]
    assert closed.get(1).state == "open"
    assert "docs/pay.md is no file" in closed.comments(1)[0].body
    assert "docs/pay.md is no file" in closed.get(1).body


def test_it_is_said_once(closed: Watched) -> None:
    run(done(), closed, BROKEN)
    assert run(done(), closed, BROKEN).changes == ()


def test_who_closes_it_again_has_the_last_word(closed: Watched) -> None:
    run(done(), closed, BROKEN)
    closed.real.edit(1, Edit(state="closed", state_reason="completed"))
    (change,) = run(done(), closed, BROKEN).changes
    assert change.action == "drift"
    assert "the proof does not hold" in change.reason
    assert closed.get(1).state == "closed"


def test_a_proof_that_holds_again_closes_it_and_the_next_break_is_told_anew(closed: Watched) -> None:
    run(done(), closed, BROKEN)
    (change,) = run(done(), closed, HOLDS).changes
    assert change.action == "close"
    (change,) = run(done(), closed, BROKEN).changes
    assert change.action == "reopen"
    assert len(closed.comments(1)) == 2
    assert run(done(), closed, BROKEN).changes == ()


def test_one_that_a_person_closed_before_it_was_done_is_opened_too(tracker: Watched) -> None:
    """Only a proof that broke takes back what a person did (design §6)."""
    run(repository(case(item())), tracker, HOLDS)
    tracker.real.edit(1, Edit(state="closed", state_reason="completed"))
    run(done(), tracker, BROKEN)
    assert tracker.get(1).state == "open"


def test_what_a_person_says_will_not_be_done_stays_closed(closed: Watched) -> None:
    closed.real.edit(1, Edit(state="closed", state_reason="not_planned"))
    run(done(), closed, BROKEN)
    assert closed.get(1).state == "closed"
    assert closed.comments(1) == ()


def test_done_without_an_issue_makes_none(tracker: Watched) -> None:
    assert run(done(), tracker, BROKEN).changes == ()


@pytest.mark.parametrize("turn", [1, 2])
@pytest.mark.parametrize("happened", [True, False])
def test_an_answer_that_was_lost_makes_no_second_comment(closed: Watched, turn: int, *, happened: bool) -> None:
    (closed.lost if happened else closed.errors)[turn] = UncertainError("no answer came")
    run(done(), closed, BROKEN)
    run(done(), closed, BROKEN)
    assert len(closed.comments(1)) == 1
    assert closed.get(1).state == "open"


def test_a_comment_of_somebody_else_does_not_count_as_ours(closed: Watched) -> None:
    (change,) = plan_for(done(), closed, BROKEN).changes
    EmbeddedTracker(closed.real.root, "mallory").comment(1, change.comment)  # type: ignore[attr-defined] # the embedded one
    run(done(), closed, BROKEN)
    assert len(closed.comments(1)) == 2


def test_the_comment_does_nothing(closed: Watched) -> None:
    hostile = done({"file": "@team/#1 <!-- x --> fixes #2"})
    (change,) = plan_for(hostile, closed, HOLDS).changes
    found = list(acts(change.comment))
    assert [what for what, _ in found] == ["html"]
    assert found[0][1].startswith("<!-- hotwash:told ")


# --- pull requests ------------------------------------------------------------------------------------------------------


def with_pull_request(tracker: Watched) -> tuple[EmbeddedTracker, int, Repository]:
    store = tracker.real
    assert isinstance(store, EmbeddedTracker)
    run(repository(case(item())), tracker, {})
    made = store.create_pull_request(PullRequestDraft("topic", "main", "t", ""))
    return store, made.number, done({"pull_request": "https://github.com/o/r/pull/1"})


@pytest.mark.parametrize(("merged", "words"), [(None, "is not merged"), (False, "was closed without being merged")])
def test_a_pull_request_that_is_not_merged_is_no_proof(
    tracker: Watched, monkeypatch: pytest.MonkeyPatch, words: str, *, merged: bool | None
) -> None:
    store, number, records = with_pull_request(tracker)
    if merged is not None:
        store.close_pull_request(number, merged=merged)
    found = store.open_pull_requests("topic") or (store.pull_request(f"{store.home().url}#{number}"),)
    monkeypatch.setattr(Watched, "pull_request", lambda _self, _url: found[0])
    run(records, tracker, {})
    assert tracker.get(1).state == "open"
    assert words in tracker.comments(1)[0].body


def test_one_that_was_seen_merged_is_not_asked_about_again(tracker: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    store, number, records = with_pull_request(tracker)
    store.close_pull_request(number, merged=True)
    found = store.pull_request(f"{store.home().url}#{number}")
    asked: list[str] = []

    def merged(_self: Watched, url: str) -> PullRequest:
        asked.append(url)
        return found

    monkeypatch.setattr(Watched, "pull_request", merged)
    run(records, tracker, {})
    assert tracker.get(1).state == "closed"
    assert run(records, tracker, {}).changes == ()
    assert asked == ["https://github.com/o/r/pull/1"]


def test_one_that_cannot_be_seen_is_named_and_decides_nothing(
    tracker: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, _, records = with_pull_request(tracker)

    def unseen(_self: Watched, _url: str) -> None:
        message = "not here"
        raise TrackerError(message)

    monkeypatch.setattr(Watched, "pull_request", unseen)
    plan = run(records, tracker, {})
    assert tracker.get(1).state == "closed"
    assert "cannot be seen from here" in plan.notices[0]
    assert [one.number for one in tracker.list(LABEL)] == [1]
