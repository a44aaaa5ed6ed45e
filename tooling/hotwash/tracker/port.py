"""The port to a tracker: what hotwash asks of one, the values that pass, and the errors that come back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal, Protocol

from hotwash.errors import TrackerError

State = Literal["open", "closed"]
StateReason = Literal["completed", "not_planned", "duplicate", "reopened"]
CloseReason = Literal["completed", "not_planned", "duplicate"]
PullRequestState = Literal["open", "closed", "merged"]
Visibility = Literal["public", "internal", "private"]

# What GitHub takes, in characters, and labels and assignees of one issue; what is beyond is refused as a whole.
TITLE_LIMIT = 256
BODY_LIMIT = 65_536
LABEL_LIMIT = 50
LABELS_LIMIT = 100
ASSIGNEES_LIMIT = 10


@dataclass(frozen=True, slots=True)
class Draft:
    """An issue that is to be.

    Attributes:
        body: Markdown.
        assignees: Logins; one that `Tracker.assignable` does not name is refused, and the draft with it.
        milestone: The title of one that is there; None for none.
    """

    title: str
    body: str
    labels: tuple[str, ...]
    assignees: tuple[str, ...] = ()
    milestone: str | None = None


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue as the tracker has it.

    Attributes:
        labels: In the spelling of the tracker, which keeps the first one it saw: compare without case.
        state_reason: Why it was closed, or that it was opened again; None for an issue that was never closed.
        author: The login of the account that opened it.
        assignees: Logins in the spelling of the tracker, sorted; compare without case.
        milestone: The title of its milestone.
        url: Its page.
        closed_at: When it was closed; None where it is open, or nobody knows.
    """

    number: int
    title: str
    body: str
    labels: tuple[str, ...]
    state: State
    state_reason: StateReason | None
    author: str
    assignees: tuple[str, ...] = ()
    milestone: str | None = None
    url: str = ""
    # No plan follows from it.
    closed_at: datetime | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Edit:
    """What an edit changes; None leaves a field as it is.

    Attributes:
        labels: All labels that the issue has afterwards.
        state_reason: Only together with `state="closed"`.
        assignees: All that the issue has afterwards.
        milestone: The title of one that is there; empty takes the issue out of its milestone.
    """

    title: str | None = None
    body: str | None = None
    labels: tuple[str, ...] | None = None
    state: State | None = None
    state_reason: CloseReason | None = None
    assignees: tuple[str, ...] | None = None
    milestone: str | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment on an issue.

    Attributes:
        at: When it was written; None where nobody knows.
    """

    id: int
    body: str
    author: str
    at: datetime | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class PullRequestDraft:
    """A pull request that is to be, from a branch of the same repository.

    Attributes:
        branch: What is to be merged; it has been pushed.
        base: Into what.
    """

    branch: str
    base: str
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class PullRequest:
    """A pull request as the tracker has it.

    Attributes:
        state: `closed` was closed without being merged.
        branch: Its head; in another repository where a fork asks.
        author: The login of the account that opened it.
        url: Its page.
    """

    number: int
    title: str
    state: PullRequestState
    branch: str
    base: str
    author: str
    url: str


@dataclass(frozen=True, slots=True)
class Home:
    """The repository in which the issues are.

    Attributes:
        name: `owner/name`.
        url: Its page.
        visibility: Who can read its issues; `internal` is everybody in an enterprise.
    """

    name: str
    url: str
    visibility: Visibility
    default_branch: str


class UnavailableError(TrackerError):
    """The tracker cannot be read or written now; the next call would fail as this one did. Nothing was changed."""


class MissingError(TrackerError):
    """There is no such issue or pull request, or it cannot be seen: deleted, moved elsewhere, never there."""


class UncertainError(TrackerError):
    """Nobody knows whether the call has changed something: read what is there before it is tried again."""


class LimitedError(UncertainError):
    """The tracker says that it did not do it, for a limit on its use: once what is there agrees, it may be sent again."""


def moment(text: object) -> datetime | None:
    """A time as a tracker writes it; None where it is none."""
    try:
        read = datetime.fromisoformat(text if isinstance(text, str) else "")
    except ValueError:
        return None
    return read.astimezone(UTC) if read.tzinfo is not None else None


def refuse_beyond_limits(
    title: str = "title", body: str = "", labels: tuple[str, ...] = (), assignees: tuple[str, ...] = ()
) -> None:
    """Refuse what GitHub refuses, before anything is sent, so that what works in one tracker works in the other.

    Raises:
        TrackerError: Something is empty that must not be, or beyond a limit.
    """
    found = (
        (not title.strip(), "the title is empty"),
        (len(title) > TITLE_LIMIT, f"the title has {len(title)} characters, at most {TITLE_LIMIT} are taken"),
        (len(body) > BODY_LIMIT, f"the text has {len(body)} characters, at most {BODY_LIMIT} are taken"),
        (len(labels) > LABELS_LIMIT, f"there are {len(labels)} labels, at most {LABELS_LIMIT} are taken"),
        (len(assignees) > ASSIGNEES_LIMIT, f"{len(assignees)} are assigned, at most {ASSIGNEES_LIMIT} can be"),
        *(
            (
                len(label) > LABEL_LIMIT,
                f"the label {label!r} has {len(label)} characters, at most {LABEL_LIMIT} are taken",
            )
            for label in labels
        ),
    )
    for is_beyond, message in found:
        if is_beyond:
            raise TrackerError(message, "make it shorter in the record")


def refuse_comment(body: str) -> None:
    """Refuse the text of a comment that GitHub refuses.

    Raises:
        TrackerError: It is empty, or beyond the limit.
    """
    if not body.strip():
        message = "the comment is empty"
        raise TrackerError(message, "give it a text")
    refuse_beyond_limits(body=body)


def no_milestone(title: str) -> TrackerError:
    """Says that there is no open milestone of this title."""
    return TrackerError(f"there is no open milestone {title!r}", "make it in the tracker, or name one that is there")


class Tracker(Protocol):
    """Where issues live.

    Every method raises `UnavailableError` when the tracker cannot be reached, and another `TrackerError` when it
    refuses this one call. A call that raised has changed nothing, but for one that raised `UncertainError`: only
    those that write do.
    """

    def list(self, label: str) -> tuple[Issue, ...]:
        """All issues with a label, open and closed, by number; no pull requests.

        What was created a moment ago may not be among them yet.
        """
        ...

    def get(self, number: int) -> Issue:
        """An issue as it is now; `MissingError` where there is none, or a pull request."""
        ...

    def create(self, draft: Draft) -> Issue:
        """A new issue, with the next number. The tracker does not look for one that is the same."""
        ...

    def edit(self, number: int, edit: Edit) -> Issue:
        """The issue after the edit: all of it was done, or none."""
        ...

    def comment(self, number: int, body: str) -> Comment:
        """A new comment on an issue. The tracker does not look for one that is the same."""
        ...

    def comments(self, number: int) -> tuple[Comment, ...]:
        """All comments on an issue, the oldest first."""
        ...

    def assignable(self) -> frozenset[str]:
        """The logins that an issue can be assigned to, in the spelling of the tracker: compare without case."""
        ...

    def milestones(self) -> tuple[str, ...]:
        """The titles of the milestones that are open, sorted."""
        ...

    def open_pull_requests(self, branch: str) -> tuple[PullRequest, ...]:
        """The open ones from a branch of the same repository, by number."""
        ...

    def pull_request(self, url: str) -> PullRequest:
        """The pull request behind an address, of this repository or another; `MissingError` where it sees none."""
        ...

    def create_pull_request(self, draft: PullRequestDraft) -> PullRequest:
        """A new pull request. It is refused where one is open from this branch into this base."""
        ...

    def whoami(self) -> str | None:
        """The login under which this tracker writes; None where it cannot be told before a first write."""
        ...

    def home(self) -> Home:
        """The repository in which the issues are."""
        ...
