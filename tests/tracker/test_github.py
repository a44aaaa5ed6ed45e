"""The client of GitHub where something goes wrong: what is repeated, what is said, how long it waits, where it goes."""

from __future__ import annotations

import logging
import socket
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from pydantic import TypeAdapter

from hotwash.errors import ConfigurationError, TrackerError
from hotwash.tracker.github import GitHubTracker
from hotwash.tracker.github_api import TRIES, GitHubApi, Target, Token
from hotwash.tracker.pace import Pace
from hotwash.tracker.port import (
    Draft,
    Edit,
    LimitedError,
    MissingError,
    PullRequestDraft,
    UnavailableError,
    UncertainError,
)
from tests.github.clock import START, Clock
from tests.github.faults import KINDS, Fault, Kind
from tests.github.opening import PATIENCE, open_tracker
from tests.github.server import REPOSITORY, Account, FakeGitHub

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

DRAFT = Draft("Alert on payment errors", "Body", ("hotwash",), ("alice",), "Q4")
PULL = PullRequestDraft("incident/2026-11-23-checkout", "main", "log 2026-11-23-checkout", "")
SECRET = "token-of-hotwash"  # as the fake knows it


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[FakeGitHub]:
    with FakeGitHub(tmp_path, people=("alice",)) as opened:
        opened.store("alice").create_milestone("Q4")
        yield opened
    assert opened.violations == []


# --- one fault at every call -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class At:
    """Where a call goes: an issue and a pull request that are there."""

    tracker: GitHubTracker
    number: int
    url: str


READS: dict[str, Callable[[At], object]] = {
    "list": lambda at: at.tracker.list("hotwash"),
    "get": lambda at: at.tracker.get(at.number),
    "comments": lambda at: at.tracker.comments(at.number),
    "assignable": lambda at: at.tracker.assignable(),
    "milestones": lambda at: at.tracker.milestones(),
    "open pull requests": lambda at: at.tracker.open_pull_requests(PULL.branch),
    "pull request": lambda at: at.tracker.pull_request(at.url),
    "home": lambda at: at.tracker.home(),
    "whoami": lambda at: at.tracker.whoami(),
}
POSTS: dict[str, Callable[[At], object]] = {
    "create": lambda at: at.tracker.create(Draft("Another", "", ("hotwash",))),
    "comment": lambda at: at.tracker.comment(at.number, "Text"),
    "create pull request": lambda at: at.tracker.create_pull_request(PullRequestDraft("other", "main", "T", "")),
}
PATCH = Edit(title="Another", state="closed", state_reason="not_planned")

# What another try may mend, and what GitHub has decided.
DECIDED: tuple[Kind, ...] = ("401", "404", "410", "422")
PASSING = tuple(kind for kind in KINDS if kind not in DECIDED)
LIMITS: tuple[Kind, ...] = ("403 secondary", "403 secondary with Retry-After", "403 primary", "429")
FAULTS = [Fault(kind, after) for kind in KINDS for after in (False, True)]


def fault_at(fake: FakeGitHub, fault: Fault) -> None:
    """Let it happen to the next call, and to that alone."""
    number = len(fake.calls)
    fake.choose = lambda call: fault if call.number == number else None


def open_for(fake: FakeGitHub, fault: Fault) -> GitHubTracker:
    """A client that waits in silence no longer than it must: a whole second is the least that PyGithub takes."""
    return open_tracker(fake, timeout_s=1 if fault.kind == "read time-out" else 30)


def some(calls: dict[str, Callable[[At], object]], fault: Fault) -> dict[str, Callable[[At], object]]:
    """All calls, or the first alone where each costs a second."""
    return dict([*calls.items()][: 1 if fault.kind == "read time-out" else None])


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_read_is_repeated_where_that_may_help_and_else_says_why(fake: FakeGitHub, fault: Fault) -> None:
    number = fake.store("hotwash").create(DRAFT).number
    url = open_tracker(fake).create_pull_request(PULL).url
    fake.store("hotwash").comment(number, "One")
    for name, read in some(READS, fault).items():
        expected = read(At(open_tracker(fake), number, url))
        before = len(fake.calls)
        fault_at(fake, fault)
        # Another client, since what is asked once a run is kept.
        at = At(open_for(fake, fault), number, url)
        if fault.kind in PASSING:
            assert read(at) == expected, name
        elif name == "whoami" and fault.kind != "401":
            assert read(at) is None
        else:
            with pytest.raises(TrackerError) as caught:
                read(at)
            assert not isinstance(caught.value, UncertainError), name
            assert SECRET not in caught.value.message + caught.value.hint, name
        assert len(fake.calls) == before + (2 if fault.kind in PASSING else 1), name
    assert sum(fake.clock.slept) <= PATIENCE.total_seconds() * len(READS)


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_what_is_new_is_sent_once_and_nobody_is_told_that_it_was_not(fake: FakeGitHub, fault: Fault) -> None:
    number = fake.store("hotwash").create(DRAFT).number
    for name, write in some(POSTS, fault).items():
        at = At(open_for(fake, fault), number, "")
        before = len(fake.writes())
        fault_at(fake, fault)
        with pytest.raises(TrackerError) as caught:
            write(at)
        assert len(fake.writes()) == before + 1, name
        assert isinstance(caught.value, UncertainError) == (fault.kind in PASSING), name
        assert isinstance(caught.value, LimitedError) == (fault.kind in LIMITS), name
        assert caught.value.message, name
        assert SECRET not in caught.value.message + caught.value.hint, name
    assert (len(fake.store("").list("hotwash")) == 2) == fault.after


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_an_edit_is_repeated_since_twice_is_once(fake: FakeGitHub, fault: Fault) -> None:
    number = fake.store("hotwash").create(DRAFT).number
    tracker = open_for(fake, fault)
    fault_at(fake, fault)
    if fault.kind in PASSING:
        after = tracker.edit(number, PATCH)
        assert (after.title, after.state, after.state_reason) == ("Another", "closed", "not_planned")
        assert len(fake.writes()) == 2
    else:
        with pytest.raises(TrackerError) as caught:
            tracker.edit(number, PATCH)
        assert not isinstance(caught.value, UncertainError)
        assert len(fake.writes()) == 1
    assert sum(fake.clock.slept) <= PATIENCE.total_seconds()


@pytest.mark.parametrize("kind", [kind for kind in PASSING if kind != "read time-out"])
def test_what_stays_broken_ends_within_the_patience(fake: FakeGitHub, kind: Kind) -> None:
    number = fake.store("hotwash").create(DRAFT).number
    tracker = open_tracker(fake)
    fake.choose = lambda _: Fault(kind)
    with pytest.raises(UnavailableError):
        tracker.list("hotwash")
    with pytest.raises(TrackerError):
        tracker.edit(number, PATCH)
    assert sum(fake.clock.slept) <= PATIENCE.total_seconds()
    assert len(fake.calls) <= 2 * TRIES


@pytest.mark.parametrize("kind", ["HTML", "half JSON", "502", "404"])
def test_a_fault_on_a_later_page_is_no_end_of_the_list(fake: FakeGitHub, kind: Kind) -> None:
    fake.fill(250)
    fake.choose = lambda call: Fault(kind) if call.number == 1 else None
    tracker = open_tracker(fake)
    if kind == "404":
        with pytest.raises(UnavailableError):
            tracker.list("hotwash")
    else:
        assert len(tracker.list("hotwash")) == 250


# --- lists -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("count", "reads"), [(0, 1), (100, 1), (101, 2), (250, 3)])
def test_a_list_is_read_a_hundred_at_a_time(fake: FakeGitHub, count: int, reads: int) -> None:
    fake.fill(count)
    assert len(open_tracker(fake).list("hotwash")) == count
    assert len(fake.reads()) == reads
    assert fake.writes() == []


def test_a_list_may_lag_behind_what_was_written(fake: FakeGitHub) -> None:
    fake.lag = 2
    tracker = open_tracker(fake)
    issue = tracker.create(DRAFT)
    assert [tracker.list("hotwash") for _ in range(3)] == [(), (), (issue,)]


def test_a_label_that_github_takes_for_two_is_refused_before_anything_is_asked(fake: FakeGitHub) -> None:
    with pytest.raises(ConfigurationError, match="comma"):
        open_tracker(fake).list("a,b")
    assert fake.calls == []


def test_what_an_issue_may_lack_or_have_one_day_does_not_stop_the_list(fake: FakeGitHub) -> None:
    """An account that is gone, a text that is none, a reason that GitHub may think of, labels as plain text."""
    fake.fill(1)
    fake.rewrite = lambda answer: [
        {**issue, "user": None, "body": None, "state": "closed", "state_reason": "obsolete", "labels": ["hotwash"]}
        for issue in answer
    ]
    (issue,) = open_tracker(fake).list("hotwash")
    assert (issue.author, issue.body, issue.state_reason, issue.labels) == ("ghost", "", None, ("hotwash",))
    fake.violations.clear()  # GitHub describes no such reason yet


# --- what has moved or gone ------------------------------------------------------------------------------------------


def test_nothing_is_written_to_the_place_that_a_transferred_issue_went_to(fake: FakeGitHub) -> None:
    """PyGithub would follow, and edit an issue of another repository."""
    tracker = open_tracker(fake)
    number = tracker.create(DRAFT).number
    fake.transferred.add(number)
    calls: tuple[Callable[[], object], ...] = (
        lambda: tracker.edit(number, PATCH),
        lambda: tracker.comment(number, "Text"),
        lambda: tracker.get(number),
        lambda: tracker.comments(number),
    )
    for call in calls:
        before = len(fake.calls)
        with pytest.raises(MissingError, match=f"#{number}.* moved to another repository"):
            call()
        assert len(fake.calls) == before + 1
    assert tracker.list("hotwash") == ()


def test_a_deleted_issue_is_missing(fake: FakeGitHub) -> None:
    tracker = open_tracker(fake)
    number = tracker.create(DRAFT).number
    fake.deleted.add(number)
    with pytest.raises(MissingError, match=f"no issue #{number}"):
        tracker.edit(number, PATCH)


def test_a_renamed_repository_is_named_with_what_to_set(fake: FakeGitHub) -> None:
    fake.renamed_from.add("old/name")
    tracker = GitHubTracker(open_tracker(fake).api, "old/name")
    with pytest.raises(UnavailableError) as caught:
        tracker.list("hotwash")
    assert "GITHUB_REPOSITORY" in caught.value.hint
    with pytest.raises(UnavailableError):
        tracker.create(DRAFT)
    assert all(call.status == 301 for call in fake.calls)


def test_a_repository_that_cannot_be_seen_is_not_an_empty_one(fake: FakeGitHub) -> None:
    with pytest.raises(UnavailableError, match="cannot be seen"):
        GitHubTracker(open_tracker(fake).api, "shop/other").list("hotwash")


def test_a_repository_without_issues_says_so(fake: FakeGitHub) -> None:
    fake.issues_are_on = False
    with pytest.raises(UnavailableError, match="Issues are disabled"):
        open_tracker(fake).list("hotwash")


# --- rights ----------------------------------------------------------------------------------------------------------


def test_labels_that_are_dropped_without_a_word_stop_the_run(fake: FakeGitHub) -> None:
    """An issue without its label is never found again, and would be made anew by every run."""
    fake.accounts["token-of-guest"] = Account("guest", "read")
    with pytest.raises(UnavailableError, match="dropped the labels of #1"):
        open_tracker(fake, "guest").create(DRAFT)
    assert len(fake.writes()) == 1


def test_a_token_that_is_none_is_named_and_not_shown(fake: FakeGitHub) -> None:
    tracker = open_tracker(fake)
    fake.accounts.clear()
    with pytest.raises(UnavailableError) as caught:
        tracker.list("hotwash")
    assert "GITHUB_TOKEN" in caught.value.hint
    assert SECRET not in caught.value.message


def test_where_actions_may_open_no_pull_request_the_setting_is_named(fake: FakeGitHub) -> None:
    fake.may_open_pull_requests = False
    with pytest.raises(TrackerError) as caught:
        open_tracker(fake).create_pull_request(PULL)
    assert "Allow GitHub Actions" in caught.value.hint
    assert not isinstance(caught.value, UnavailableError)


# --- limits ----------------------------------------------------------------------------------------------------------


def test_writes_are_a_second_apart_and_github_never_complains(fake: FakeGitHub) -> None:
    tracker = open_tracker(fake)
    number = tracker.create(DRAFT).number
    for _ in range(90):
        tracker.edit(number, Edit(title="T"))
    assert fake.clock.now() - START == timedelta(seconds=90)
    assert {call.status for call in fake.calls if call.verb == "PATCH"} == {200}


def test_a_primary_limit_that_is_used_up_is_said_with_its_end(fake: FakeGitHub) -> None:
    fake.limit = 3
    tracker = open_tracker(fake)
    for _ in range(3):
        tracker.list("hotwash")
    with pytest.raises(UnavailableError, match="before 2026-11-23 11:00:01 UTC"):
        tracker.list("hotwash")
    assert fake.clock.slept == []
    assert len(fake.calls) == 4


def test_a_limited_post_is_not_sent_again_and_the_next_call_waits(fake: FakeGitHub) -> None:
    tracker = open_tracker(fake)
    fault_at(fake, Fault("403 secondary with Retry-After"))
    with pytest.raises(UncertainError):
        tracker.create(Draft("T", "", ("hotwash",)))
    assert fake.clock.slept == []
    assert tracker.list("hotwash") == ()
    assert fake.clock.slept == [7]


# --- the token, and where it goes ------------------------------------------------------------------------------------


def test_a_token_shows_itself_nowhere(fake: FakeGitHub, caplog: pytest.LogCaptureFixture) -> None:
    tracker = open_tracker(fake)
    token = tracker.api.token
    assert {f"{token}", f"{token!r}", f"{token!s:>3}", str(token)} == {"***"}
    with caplog.at_level(logging.DEBUG):
        tracker.create(DRAFT)
        for kind in KINDS:
            if kind != "read time-out":
                fault_at(fake, Fault(kind))
                with pytest.raises(TrackerError):
                    tracker.create(Draft("T", "", ("hotwash",)))
    assert caplog.records
    assert SECRET not in caplog.text + repr(tracker) + repr(tracker.api)


def test_a_token_that_a_server_repeats_is_masked(fake: FakeGitHub) -> None:
    tracker = open_tracker(fake)
    # A title that is too long for the store comes back in its message, as a proxy might repeat a header.
    with pytest.raises(TrackerError) as caught:
        tracker.api.post(
            f"/repos/{REPOSITORY}/issues",
            TypeAdapter(object),
            Target("it"),
            {"title": "T", "labels": [f"{SECRET}{'x' * 50}"]},
        )
    assert "the label '***xxx" in caught.value.message


@pytest.mark.parametrize(
    "address",
    [
        "http://api.example.org",
        "http://192.0.2.1",
        "https://x-access-token:secret@api.github.com",
        "https://secret@api.github.com",
        "https://api.github.com?token=secret",
        "ftp://api.github.com",
        "https://",
        "api.github.com",
        "",
    ],
)
def test_a_token_goes_to_no_address_where_others_could_read_it(address: str) -> None:
    clock = Clock()
    with pytest.raises(ConfigurationError) as caught:
        GitHubApi(address, Token(SECRET), Pace(clock.now, clock.sleep))
    assert "secret" not in caught.value.message


@pytest.mark.parametrize("secret", ["", "a b", "ghs_secret\r\nX-Other: 1", "ghs_secret\n", "ghs_sécret", "\0secret"])
def test_what_can_be_no_token_is_refused_unseen(secret: str) -> None:
    clock = Clock()
    with pytest.raises(ConfigurationError, match="GITHUB_TOKEN") as caught:
        GitHubApi("https://api.github.com", Token(secret), Pace(clock.now, clock.sleep))
    assert "secret" not in caught.value.message + caught.value.hint


@pytest.mark.parametrize("name", ["", "shop", "a/b/c", "../x", "shop/..", "shop/records?x", "shop/re cords", "s/r\n"])
def test_what_names_no_repository_is_refused(fake: FakeGitHub, name: str) -> None:
    with pytest.raises(ConfigurationError, match="no repository"):
        GitHubTracker(open_tracker(fake).api, name)


def test_where_nobody_listens_nothing_was_written() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    clock = Clock()
    api = GitHubApi(f"http://127.0.0.1:{port}", Token(SECRET), Pace(clock.now, clock.sleep))
    tracker = GitHubTracker(api, REPOSITORY)
    calls: tuple[Callable[[], object], ...] = (
        lambda: tracker.list("hotwash"),
        lambda: tracker.create(Draft("T", "", ())),
        lambda: tracker.edit(1, PATCH),
        tracker.whoami,
    )
    for call in calls:
        with pytest.raises(UnavailableError, match="cannot be reached"):
            call()


def test_the_rest_of_a_list_is_not_looked_for_elsewhere(fake: FakeGitHub, monkeypatch: pytest.MonkeyPatch) -> None:
    fake.fill(101)
    tracker = open_tracker(fake)
    monkeypatch.setattr(FakeGitHub, "url", "https://api.example.org")
    with pytest.raises(UnavailableError, match="sends on to another host"):
        tracker.list("hotwash")
