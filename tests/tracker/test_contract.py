"""What every tracker behind the port must do. Another implementation joins by a line in IMPLEMENTATIONS."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotwash.errors import TrackerError
from hotwash.tracker.embedded import EmbeddedTracker
from hotwash.tracker.port import BODY_LIMIT, LABEL_LIMIT, LABELS_LIMIT, TITLE_LIMIT, Draft, Edit, Tracker
from tests.tracker.records import PROPERTY

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Accounts = Callable[[str], Tracker]


def _embedded(folder: Path) -> Accounts:
    return lambda account: EmbeddedTracker(folder, account)


# name -> what opens the tracker of a folder, empty at first, as an account
IMPLEMENTATIONS: dict[str, Callable[[Path], Accounts]] = {"embedded": _embedded}

DRAFT = Draft("Alert on payment errors", "The body\n\nof it", ("hotwash", "priority:P1"))


@pytest.fixture(params=IMPLEMENTATIONS)
def accounts(request: pytest.FixtureRequest, tmp_path: Path) -> Accounts:
    return IMPLEMENTATIONS[request.param](tmp_path)


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


@pytest.mark.parametrize("open_tracker", IMPLEMENTATIONS.values(), ids=IMPLEMENTATIONS)
@PROPERTY
@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), min_size=1, max_size=60))
def test_any_text_comes_back_as_it_went(
    open_tracker: Callable[[Path], Accounts], tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    tracker = open_tracker(tmp_path_factory.mktemp("tracker"))("hotwash")
    issue = tracker.create(Draft(f"x{text}x", text, ("hotwash",)))
    assert (issue.title, issue.body) == (f"x{text}x", text)
    assert tracker.edit(issue.number, Edit(body=text * 2)).body == text * 2
    assert tracker.list(f"{text}' OR 1=1") == ()
