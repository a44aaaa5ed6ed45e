"""The real client in front of the fake: a tracker as the command builds it, on the fake's clock."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from hotwash.tracker.github import GitHubTracker
from hotwash.tracker.github_api import GitHubApi, Token
from hotwash.tracker.pace import Pace
from tests.github.server import REPOSITORY, Account

if TYPE_CHECKING:
    from tests.github.server import FakeGitHub

PATIENCE = timedelta(minutes=5)


def open_tracker(
    fake: FakeGitHub, login: str = "hotwash", *, timeout_s: int = 30, patience: timedelta = PATIENCE
) -> GitHubTracker:
    """The repository as an account, which the fake learns of where it is new."""
    token = f"token-of-{login}"
    fake.accounts.setdefault(token, Account(login))
    pace = Pace(fake.clock.now, fake.clock.sleep, patience)
    return GitHubTracker(GitHubApi(fake.url, Token(token), pace, timeout_s), REPOSITORY)
