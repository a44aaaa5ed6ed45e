"""What every tracker behind the port must do. Another implementation joins by a line in IMPLEMENTATIONS.

GitHub's runs over real HTTP, through the real client, in front of a fake whose every request and answer is held against
GitHub's own description of its API (tests/github).
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotwash.errors import TrackerError
from hotwash.tracker.embedded import EmbeddedTracker
from hotwash.tracker.port import (
    ASSIGNEES_LIMIT,
    BODY_LIMIT,
    LABEL_LIMIT,
    LABELS_LIMIT,
    TITLE_LIMIT,
    Draft,
    Edit,
    MissingError,
    PullRequestDraft,
    Tracker,
)
from tests.github.clock import START
from tests.github.opening import open_tracker
from tests.github.server import FakeGitHub
from tests.tracker.records import WHOLE_RUN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    Accounts = Callable[[str], Tracker]

PEOPLE = ("Alice", "bob", *(f"dev{number}" for number in range(10)))


@dataclass(frozen=True, slots=True)
class World:
    """A tracker, empty at first.

    Attributes:
        accounts: Opens it as an account of ours.
        people: Opens it as somebody who works on its pages: for what the port does not ask.
    """

    accounts: Accounts
    people: Callable[[str], EmbeddedTracker]


@contextmanager
def _embedded(folder: Path) -> Iterator[World]:
    def account(login: str) -> EmbeddedTracker:
        return EmbeddedTracker(folder, login, PEOPLE, lambda: START)

    yield World(account, account)


@contextmanager
def _github(folder: Path) -> Iterator[World]:
    with FakeGitHub(folder, people=PEOPLE) as fake:
        yield World(lambda login: open_tracker(fake, login), fake.store)
    assert fake.violations == []


# name -> what opens the tracker of a folder
IMPLEMENTATIONS: dict[str, Callable[[Path], AbstractContextManager[World]]] = {
    "embedded": _embedded,
    "github": _github,
}

DRAFT = Draft("Alert on payment errors", "The body\n\nof it", ("hotwash", "priority:P1"))


@pytest.fixture(params=IMPLEMENTATIONS)
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    with IMPLEMENTATIONS[request.param](tmp_path) as opened:
        yield opened


@pytest.fixture
def accounts(world: World) -> Accounts:
    return world.accounts


@pytest.fixture
def tracker(accounts: Accounts) -> Tracker:
    return accounts("hotwash")


def test_a_new_tracker_has_no_issues(tracker: Tracker) -> None:
    assert tracker.list("hotwash") == ()


def test_what_is_created_is_listed_as_it_was_returned(tracker: Tracker) -> None:
    issue = tracker.create(DRAFT)
    assert tracker.list("hotwash") == (issue,)
    assert (issue.title, issue.body, set(issue.labels)) == (DRAFT.title, DRAFT.body, set(DRAFT.labels))
    assert (issue.state, issue.state_reason) == ("open", None)


def test_an_issue_names_the_account_that_opened_it(accounts: Accounts) -> None:
    accounts("mallory").create(DRAFT)
    (issue,) = accounts("hotwash").list("hotwash")
    assert issue.author == "mallory"


def test_the_author_stays_when_another_account_edits(accounts: Accounts) -> None:
    number = accounts("hotwash").create(DRAFT).number
    assert accounts("mallory").edit(number, Edit(title="Mine")).author == "hotwash"


def test_numbers_ascend_and_order_the_list(tracker: Tracker) -> None:
    numbers = [tracker.create(DRAFT).number for _ in range(12)]
    assert numbers == sorted(set(numbers))
    assert [issue.number for issue in tracker.list("hotwash")] == numbers


def test_the_same_draft_twice_makes_two_issues(tracker: Tracker) -> None:
    """As GitHub does: who wants one issue looks for it first."""
    assert tracker.create(DRAFT).number != tracker.create(DRAFT).number


def test_issues_without_the_label_are_not_listed(tracker: Tracker) -> None:
    tracker.create(Draft("Other", "", ("bug",)))
    tracker.create(Draft("Bare", "", ()))
    assert tracker.list("hotwash") == ()


def test_closed_issues_are_listed(tracker: Tracker) -> None:
    tracker.edit(tracker.create(DRAFT).number, Edit(state="closed", state_reason="completed"))
    assert [issue.state for issue in tracker.list("hotwash")] == ["closed"]


def test_labels_are_found_whatever_their_case_and_keep_the_first_spelling(tracker: Tracker) -> None:
    tracker.create(DRAFT)
    again = tracker.create(Draft("Second", "", ("HOTWASH", "Priority:p1")))
    assert set(again.labels) == {"hotwash", "priority:P1"}
    assert len(tracker.list("Hotwash")) == 2


@pytest.mark.parametrize(
    "edit",
    [Edit(title="Another"), Edit(body="Another"), Edit(labels=("hotwash", "bug")), Edit(labels=("hotwash",))],
    ids=["title", "body", "labels", "fewer labels"],
)
def test_an_edit_changes_what_it_names_and_nothing_else(tracker: Tracker, edit: Edit) -> None:
    before = tracker.create(DRAFT)
    after = tracker.edit(before.number, edit)
    assert after.title == (edit.title or before.title)
    assert after.body == (edit.body or before.body)
    assert set(after.labels) == set(edit.labels or before.labels)
    assert (after.state, after.state_reason, after.author) == (before.state, before.state_reason, before.author)
    assert tracker.list("hotwash") == (after,)


def test_an_edit_touches_no_other_issue(tracker: Tracker) -> None:
    first, second = tracker.create(DRAFT), tracker.create(DRAFT)
    tracker.edit(second.number, Edit(title="Another", labels=("hotwash",), state="closed"))
    assert tracker.list("hotwash")[0] == first


def test_an_edit_of_everything_is_one_call(tracker: Tracker) -> None:
    number = tracker.create(DRAFT).number
    after = tracker.edit(number, Edit("T", "B", ("hotwash",), "closed", "not_planned"))
    assert (after.title, after.body, after.labels) == ("T", "B", ("hotwash",))
    assert (after.state, after.state_reason) == ("closed", "not_planned")


def test_closing_without_a_reason_counts_as_completed(tracker: Tracker) -> None:
    assert tracker.edit(tracker.create(DRAFT).number, Edit(state="closed")).state_reason == "completed"


def test_a_closed_issue_can_be_closed_for_another_reason(tracker: Tracker) -> None:
    number = tracker.create(DRAFT).number
    tracker.edit(number, Edit(state="closed", state_reason="completed"))
    after = tracker.edit(number, Edit(state="closed", state_reason="not_planned"))
    assert (after.state, after.state_reason) == ("closed", "not_planned")


def test_an_issue_that_is_opened_again_says_so(tracker: Tracker) -> None:
    number = tracker.create(DRAFT).number
    tracker.edit(number, Edit(state="closed"))
    after = tracker.edit(number, Edit(state="open"))
    assert (after.state, after.state_reason) == ("open", "reopened")


def test_an_edit_of_no_issue_is_refused(tracker: Tracker) -> None:
    with pytest.raises(TrackerError, match="#7"):
        tracker.edit(7, Edit(title="T"))
    tracker.create(DRAFT)
    with pytest.raises(TrackerError, match="#7"):
        tracker.edit(7, Edit(title="T"))


BEYOND = {
    "title": Draft("x" * (TITLE_LIMIT + 1), "", ("hotwash",)),
    "blank title": Draft(" ", "", ("hotwash",)),
    "body": Draft("T", "x" * (BODY_LIMIT + 1), ("hotwash",)),
    "label": Draft("T", "", ("hotwash", "x" * (LABEL_LIMIT + 1))),
    "labels": Draft("T", "", ("hotwash", *(str(n) for n in range(LABELS_LIMIT)))),
}


@pytest.mark.parametrize("draft", BEYOND.values(), ids=BEYOND)
def test_what_is_beyond_a_limit_is_refused_whole(tracker: Tracker, draft: Draft) -> None:
    issue = tracker.create(DRAFT)
    with pytest.raises(TrackerError):
        tracker.create(draft)
    with pytest.raises(TrackerError):
        tracker.edit(issue.number, Edit(draft.title, draft.body, draft.labels, "closed"))
    assert tracker.list("hotwash") == (issue,)


def test_what_is_at_a_limit_is_taken(tracker: Tracker) -> None:
    labels = ("hotwash", "x" * LABEL_LIMIT, *(str(n) for n in range(LABELS_LIMIT - 2)))
    draft = Draft("x" * TITLE_LIMIT, "x" * BODY_LIMIT, labels)
    issue = tracker.create(draft)
    assert (issue.title, issue.body, set(issue.labels)) == (draft.title, draft.body, set(labels))


def test_any_text_comes_back_as_it_went(world: World) -> None:
    tracker = world.accounts("hotwash")

    @WHOLE_RUN
    @given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r,"), min_size=1, max_size=60))
    def check(text: str) -> None:
        issue = tracker.create(Draft(f"x{text}x", text, ("hotwash",)))
        assert (issue.title, issue.body) == (f"x{text}x", text)
        assert tracker.edit(issue.number, Edit(body=text * 2)).body == text * 2
        assert tracker.list(f"{text}' OR 1=1") == ()
        assert tracker.comment(issue.number, f"x{text}").body == f"x{text}"

    check()


# --- one issue -------------------------------------------------------------------------------------------------------


def test_an_issue_is_got_as_it_is_listed(tracker: Tracker) -> None:
    number = tracker.create(DRAFT).number
    tracker.create(DRAFT)
    tracker.edit(number, Edit(state="closed", state_reason="duplicate"))
    assert tracker.get(number) == tracker.list("hotwash")[0]


def test_no_issue_is_got_where_there_is_none(tracker: Tracker) -> None:
    for _ in range(2):
        with pytest.raises(MissingError, match="#7"):
            tracker.get(7)
        tracker.create(DRAFT)


def test_an_issue_has_a_page_of_its_own(tracker: Tracker) -> None:
    first, second = tracker.create(DRAFT), tracker.create(DRAFT)
    assert first.url.startswith(("https://", "file://"))
    assert first.url != second.url


# --- people and milestones -------------------------------------------------------------------------------------------


def test_it_names_who_can_be_assigned(tracker: Tracker) -> None:
    assert tracker.assignable() == frozenset(PEOPLE)


def test_assignees_are_kept_in_the_spelling_of_the_tracker(tracker: Tracker) -> None:
    issue = tracker.create(Draft("T", "", ("hotwash",), ("BOB", "alice")))
    assert issue.assignees == ("Alice", "bob")
    assert tracker.list("hotwash") == (issue,)


def test_an_edit_replaces_all_assignees_or_none(tracker: Tracker) -> None:
    number = tracker.create(Draft("T", "", ("hotwash",), ("bob",))).number
    assert tracker.edit(number, Edit(title="Another")).assignees == ("bob",)
    assert tracker.edit(number, Edit(assignees=("alice", "dev1"))).assignees == ("Alice", "dev1")
    assert tracker.edit(number, Edit(assignees=())).assignees == ()


@pytest.mark.parametrize("assignees", [("mallory",), ("bob", "mallory"), PEOPLE[: ASSIGNEES_LIMIT + 1]])
def test_who_cannot_be_assigned_is_refused_whole(tracker: Tracker, assignees: tuple[str, ...]) -> None:
    issue = tracker.create(DRAFT)
    with pytest.raises(TrackerError):
        tracker.create(Draft("T", "", ("hotwash",), assignees))
    with pytest.raises(TrackerError):
        tracker.edit(issue.number, Edit(title="T", assignees=assignees))
    assert tracker.list("hotwash") == (issue,)


def test_a_milestone_is_found_by_its_title(world: World, tracker: Tracker) -> None:
    for title in ("Q4", "1"):
        world.people("alice").create_milestone(title)
    assert tracker.milestones() == ("1", "Q4")
    issue = tracker.create(Draft("T", "", ("hotwash",), milestone="Q4"))
    assert issue.milestone == "Q4"
    assert tracker.list("hotwash") == (issue,)
    assert tracker.edit(issue.number, Edit(title="Another")).milestone == "Q4"
    assert tracker.edit(issue.number, Edit(milestone="1")).milestone == "1"
    assert tracker.edit(issue.number, Edit(milestone="")).milestone is None


def test_a_milestone_that_is_not_there_is_refused_whole(tracker: Tracker) -> None:
    issue = tracker.create(DRAFT)
    with pytest.raises(TrackerError, match="no open milestone 'Q4'"):
        tracker.create(Draft("T", "", ("hotwash",), milestone="Q4"))
    with pytest.raises(TrackerError, match="no open milestone 'Q4'"):
        tracker.edit(issue.number, Edit(title="T", milestone="Q4"))
    assert tracker.list("hotwash") == (issue,)
    assert tracker.milestones() == ()


# --- comments --------------------------------------------------------------------------------------------------------


def test_comments_come_back_in_order_with_their_authors(accounts: Accounts) -> None:
    ours, theirs = accounts("hotwash"), accounts("mallory")
    number = ours.create(DRAFT).number
    assert ours.comments(number) == ()
    first = ours.comment(number, "The proof broke")
    second = theirs.comment(number, "No")
    assert ours.comments(number) == (first, second)
    assert [(one.body, one.author) for one in (first, second)] == [("The proof broke", "hotwash"), ("No", "mallory")]


def test_a_comment_changes_nothing_of_the_issue(tracker: Tracker) -> None:
    issue, other = tracker.create(DRAFT), tracker.create(DRAFT)
    tracker.comment(issue.number, "Text")
    assert tracker.list("hotwash") == (issue, other)
    assert tracker.comments(other.number) == ()


@pytest.mark.parametrize("body", ["", " \n", "x" * (BODY_LIMIT + 1)], ids=["empty", "blank", "long"])
def test_a_comment_beyond_a_limit_is_refused(tracker: Tracker, body: str) -> None:
    number = tracker.create(DRAFT).number
    with pytest.raises(TrackerError):
        tracker.comment(number, body)
    assert tracker.comments(number) == ()


def test_no_comment_without_an_issue(tracker: Tracker) -> None:
    for _ in range(2):
        with pytest.raises(MissingError):
            tracker.comment(7, "Text")
        with pytest.raises(MissingError):
            tracker.comments(7)
        tracker.create(DRAFT)


# --- pull requests ---------------------------------------------------------------------------------------------------

PULL = PullRequestDraft("incident/2026-11-23-checkout", "main", "log 2026-11-23-checkout", "Text")


def test_a_pull_request_is_found_by_its_branch_and_by_its_page(tracker: Tracker) -> None:
    assert tracker.open_pull_requests(PULL.branch) == ()
    one = tracker.create_pull_request(PULL)
    assert (one.branch, one.base, one.title) == (PULL.branch, PULL.base, PULL.title)
    assert (one.state, one.author) == ("open", "hotwash")
    other = tracker.create_pull_request(PullRequestDraft("other", "main", "T", ""))
    assert tracker.open_pull_requests(PULL.branch) == (one,)
    assert tracker.pull_request(one.url) == one
    assert tracker.pull_request(other.url) == other


@pytest.mark.parametrize(("merged", "state"), [(True, "merged"), (False, "closed")])
def test_a_pull_request_that_was_closed_says_how(world: World, tracker: Tracker, *, merged: bool, state: str) -> None:
    one = tracker.create_pull_request(PULL)
    world.people("alice").close_pull_request(one.number, merged=merged)
    assert tracker.open_pull_requests(PULL.branch) == ()
    assert tracker.pull_request(one.url).state == state
    assert tracker.create_pull_request(PULL).number > one.number


def test_one_pull_request_is_open_from_a_branch_into_a_base(tracker: Tracker) -> None:
    one = tracker.create_pull_request(PULL)
    with pytest.raises(TrackerError):
        tracker.create_pull_request(PULL)
    assert tracker.open_pull_requests(PULL.branch) == (one,)


def test_a_pull_request_is_no_issue(world: World, tracker: Tracker) -> None:
    """GitHub keeps both in one list, with one row of numbers; somebody may label a pull request as ours."""
    issue = tracker.create(DRAFT)
    one = tracker.create_pull_request(PULL)
    world.people("mallory").label(one.number, "hotwash")
    assert tracker.list("hotwash") == (issue,)
    with pytest.raises(MissingError):
        tracker.get(one.number)
    with pytest.raises(MissingError):
        tracker.pull_request(issue.url)
    assert tracker.create(DRAFT).number > one.number


@pytest.mark.parametrize(
    "address", ["", "x", "https://example.org/shop/records/pull/1", "https://github.com/o/r/pull/x"]
)
def test_where_no_pull_request_can_be_is_said(tracker: Tracker, address: str) -> None:
    tracker.create_pull_request(PULL)
    with pytest.raises(MissingError):
        tracker.pull_request(address)


# --- the tracker itself ----------------------------------------------------------------------------------------------


def test_it_knows_as_whom_it_writes(accounts: Accounts) -> None:
    tracker = accounts("github-actions[bot]")
    assert tracker.whoami() == "github-actions[bot]"
    assert tracker.create(DRAFT).author == "github-actions[bot]"
    assert tracker.whoami() == "github-actions[bot]"


def test_it_says_whose_issues_it_keeps(tracker: Tracker) -> None:
    home = tracker.home()
    assert home.name
    assert (home.visibility, home.default_branch) == ("private", "main")
    assert home.url.startswith(("https://", "file://"))


def test_it_is_known_when_an_issue_was_closed_and_a_comment_written(world: World, tracker: Tracker) -> None:
    number = tracker.create(DRAFT).number
    assert tracker.get(number).closed_at is None
    world.people("bob").comment(number, "Because")
    assert [one.at for one in tracker.comments(number)] == [START]
    closed = tracker.edit(number, Edit(state="closed")).closed_at
    assert closed is not None
    assert timedelta(0) <= closed - START < timedelta(minutes=1)  # a client waits between writes
    assert tracker.edit(number, Edit(title="Other")).closed_at == closed
    assert [one.closed_at for one in tracker.list("hotwash")] == [closed]
    assert tracker.edit(number, Edit(state="open")).closed_at is None
