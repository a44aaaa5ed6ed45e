"""Which tracker a command works on: GitHub, where a token and a repository say which, else the embedded one."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from hotwash.cli.context import exact_clock, tell
from hotwash.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from hotwash.tracker.github import GitHubTracker
    from hotwash.tracker.port import Tracker

tracker_option = click.option(
    "--tracker",
    "chosen",
    type=click.Choice(["github", "embedded"]),
    help="By default github where GITHUB_TOKEN and GITHUB_REPOSITORY are set, else embedded: a file.",
)

_NOTICEABLE_S = 2


@dataclass(frozen=True, slots=True)
class Opened:
    """A tracker.

    Attributes:
        accounts: Whose issues count as hotwash's own there without a line in the policy.
    """

    tracker: Tracker
    accounts: frozenset[str]


def open_tracker(chosen: str | None, root: Path) -> Opened:
    """The tracker that the command line and the environment name, and a line that says which.

    Raises:
        ConfigurationError: It is GitHub, and something that it needs is missing.
    """
    # What an Actions expression finds nothing for is set, and empty.
    environment = {name: value for name, value in os.environ.items() if value.strip()}
    missing = [name for name in ("GITHUB_TOKEN", "GITHUB_REPOSITORY") if name not in environment]
    if chosen == "github" and missing:
        message = f"{' and '.join(missing)} not set, so GitHub cannot be asked"
        raise ConfigurationError(
            message, "set GITHUB_TOKEN=... and GITHUB_REPOSITORY=owner/name, or --tracker embedded"
        )
    if chosen is None and missing == ["GITHUB_TOKEN"] and environment.get("GITHUB_ACTIONS") == "true":
        message = "GITHUB_TOKEN is not set, and a tracker in a file would end with this job"
        hint = "give it to the step (env: GITHUB_TOKEN: ${{ github.token }}), or say --tracker embedded"
        raise ConfigurationError(message, hint)
    if chosen == "github" or (chosen is None and not missing):
        return _github(environment)
    return _embedded(root, without=missing[0] if chosen is None and len(missing) == 1 else "")


def _embedded(root: Path, without: str) -> Opened:
    from hotwash.tracker.embedded import EmbeddedTracker  # noqa: PLC0415 - `--help` loads no tracker

    tracker = EmbeddedTracker(root, clock=exact_clock)
    remark = "" if tracker.path.exists() else " (made by the first `apply`)"
    tell(f"tracker: embedded, {tracker.path}{remark}" + (f"; {without} is not set" if without else ""))
    # Nobody else writes into the file, so its own account needs no line in the policy.
    return Opened(tracker, frozenset({tracker.account}))


def github_tracker(repository: str) -> GitHubTracker:
    """A repository on GitHub, by the token of the environment.

    Raises:
        ConfigurationError: What talks to GitHub is not installed, or the token or an address is none.
    """
    return _tracker({name: value for name, value in os.environ.items() if value.strip()}, repository)


def _github(environment: Mapping[str, str]) -> Opened:
    tracker = _tracker(environment, environment["GITHUB_REPOSITORY"].strip())
    from hotwash.tracker.github import API_URL  # noqa: PLC0415 - it was imported to get here

    tell(f"tracker: GitHub, {tracker.repository}" + ("" if tracker.api.url == API_URL else f" at {tracker.api.url}"))
    return Opened(tracker, frozenset())


def _tracker(environment: Mapping[str, str], repository: str) -> GitHubTracker:
    try:
        from hotwash.tracker.github import API_URL, SERVER_URL, GitHubTracker  # noqa: PLC0415 - takes a quarter second
        from hotwash.tracker.github_api import GitHubApi, Token  # noqa: PLC0415 - as above
    except ModuleNotFoundError as error:
        message = f"GitHub needs the extra `github`, which is not installed ({error.name} is missing)"
        raise ConfigurationError(message, "install it: pip install 'hotwash[github]'") from error
    from hotwash.tracker.pace import Pace  # noqa: PLC0415 - as above

    api = GitHubApi(
        environment.get("GITHUB_API_URL", API_URL).strip(),
        Token(environment["GITHUB_TOKEN"].strip()),
        Pace(exact_clock, _sleep),
    )
    server = environment.get("GITHUB_SERVER_URL", SERVER_URL).strip().rstrip("/")
    return GitHubTracker(api, repository, server)


def _sleep(seconds: float) -> None:
    if seconds > _NOTICEABLE_S:
        tell(f"waiting for {seconds:.0f} seconds: GitHub takes nothing before")
    time.sleep(seconds)
