"""The one pull request of an incident's branch: found or opened where there is a token, else the link that opens it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from hotwash.errors import HotwashError, TrackerError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotwash.edits.land import Landing
    from hotwash.tracker.port import PullRequest, Tracker


def offered(landing: Landing, verb: str) -> Iterator[str]:
    """Where the pull request of a write is, or how it comes to be; a line each, none where none is needed.

    What was written is at the remote already, so that nothing is undone where it cannot be opened.
    """
    if not landing.base:
        return
    here = landing.link or f"open a pull request from {landing.branch} into {landing.base}"
    repository = _repository(landing)
    if not landing.pushed or not repository:
        yield here
        return
    try:
        from hotwash.cli.trackers import github_tracker  # noqa: PLC0415 - only where there is a token

        there = _opened(github_tracker(repository), landing, verb)
    except HotwashError as error:
        yield f"the pull request was not opened: {error.message}"
        if error.hint:
            yield f"  help: {error.hint}"
        yield here
        return
    yield f"pull request: {there.url}"


def _repository(landing: Landing) -> str:
    """Where it is to be opened, as `owner/name`; empty where nobody can."""
    if not os.environ.get("GITHUB_TOKEN", "").strip():
        return ""
    by_link = urlsplit(landing.link).path.partition("/compare/")[0].strip("/")
    return by_link or os.environ.get("GITHUB_REPOSITORY", "").strip()


def _opened(tracker: Tracker, landing: Landing, verb: str) -> PullRequest:
    """The one that is open from this branch, or a new one; no text from records is in it (threats T5)."""
    from hotwash.tracker.port import PullRequestDraft  # noqa: PLC0415 - as above

    branch = landing.branch or ""
    if (there := _found(tracker, branch, landing.base)) is not None:
        return there
    draft = PullRequestDraft(
        branch, landing.base, f"{verb} {landing.incident}", f"Written by `hotwash {verb}`: `{landing.incident}`."
    )
    try:
        return tracker.create_pull_request(draft)
    except TrackerError:
        # Somebody else may have opened it, or the answer was lost.
        if (there := _found(tracker, branch, landing.base)) is not None:
            return there
        raise


def _found(tracker: Tracker, branch: str, base: str) -> PullRequest | None:
    return next((one for one in tracker.open_pull_requests(branch) if one.base == base), None)
