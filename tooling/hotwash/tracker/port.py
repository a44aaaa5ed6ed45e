"""The port to a tracker: what hotwash asks of one, the values that pass, and the errors that come back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from hotwash.errors import TrackerError

State = Literal["open", "closed"]
StateReason = Literal["completed", "not_planned", "duplicate", "reopened"]
CloseReason = Literal["completed", "not_planned", "duplicate"]

# What GitHub takes, in characters, and labels of one issue; a longer title, body or label is refused as a whole.
TITLE_LIMIT = 256
BODY_LIMIT = 65_536
LABEL_LIMIT = 50
LABELS_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Draft:
    """An issue that is to be.

    Attributes:
        body: Markdown.
    """

    title: str
    body: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue as the tracker has it.

    Attributes:
        labels: In the spelling of the tracker, which keeps the first one it saw: compare without case.
        state_reason: Why it was closed, or that it was opened again; None for an issue that was never closed.
        author: The login of the account that opened it.
    """

    number: int
    title: str
    body: str
    labels: tuple[str, ...]
    state: State
    state_reason: StateReason | None
    author: str


@dataclass(frozen=True, slots=True)
class Edit:
    """What an edit changes; None leaves a field as it is.

    Attributes:
        labels: All labels that the issue has afterwards.
        state_reason: Only together with `state="closed"`.
    """

    title: str | None = None
    body: str | None = None
    labels: tuple[str, ...] | None = None
    state: State | None = None
    state_reason: CloseReason | None = None


class UnavailableError(TrackerError):
    """The tracker cannot be read or written now; the next call would fail as this one did."""


class Tracker(Protocol):
    """Where issues live.

    Every method raises `UnavailableError` when the tracker cannot be reached, and a plain `TrackerError` when it
    refuses this one call. A call that raised has changed nothing.
    """

    def list(self, label: str) -> tuple[Issue, ...]:
        """All issues with a label, open and closed, by number."""
        ...

    def create(self, draft: Draft) -> Issue:
        """A new issue, with the next number. The tracker does not look for one that is the same."""
        ...

    def edit(self, number: int, edit: Edit) -> Issue:
        """The issue after the edit: all of it was done, or none."""
        ...
