"""A real tracker that counts what is asked of it, and fails, answers late or dies where a test says."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotwash.tracker.port import (
        Comment,
        Draft,
        Edit,
        Home,
        Issue,
        PullRequest,
        PullRequestDraft,
        Tracker,
    )

Answer = TypeVar("Answer")


@dataclass
class Watched:
    """The port over another one.

    Attributes:
        calls: What was written, in order.
        reads: What was read, in order.
        errors: By the number of the write, from 1: what is raised in its place. One that nothing catches is a kill.
        lost: The same, raised when it has been done.
        dies_before: The write before which the process is killed; `dies_after` when it has been done.
    """

    real: Tracker
    calls: list[str] = field(default_factory=list)
    reads: list[str] = field(default_factory=list)
    errors: dict[int, BaseException] = field(default_factory=dict)
    lost: dict[int, BaseException] = field(default_factory=dict)
    dies_before: int | None = None
    dies_after: int | None = None

    def list(self, label: str) -> tuple[Issue, ...]:
        return self._read("list", lambda: self.real.list(label))

    def get(self, number: int) -> Issue:
        return self._read("get", lambda: self.real.get(number))

    def comments(self, number: int) -> tuple[Comment, ...]:
        return self._read("comments", lambda: self.real.comments(number))

    def assignable(self) -> frozenset[str]:
        return self._read("assignable", self.real.assignable)

    def milestones(self) -> tuple[str, ...]:
        return self._read("milestones", self.real.milestones)

    def open_pull_requests(self, branch: str) -> tuple[PullRequest, ...]:
        return self._read("open_pull_requests", lambda: self.real.open_pull_requests(branch))

    def pull_request(self, url: str) -> PullRequest:
        return self._read("pull_request", lambda: self.real.pull_request(url))

    def home(self) -> Home:
        return self._read("home", self.real.home)

    def whoami(self) -> str | None:
        return self.real.whoami()

    def create(self, draft: Draft) -> Issue:
        return self._write("create", lambda: self.real.create(draft))

    def edit(self, number: int, edit: Edit) -> Issue:
        return self._write("edit", lambda: self.real.edit(number, edit))

    def comment(self, number: int, body: str) -> Comment:
        return self._write("comment", lambda: self.real.comment(number, body))

    def create_pull_request(self, draft: PullRequestDraft) -> PullRequest:
        return self._write("create_pull_request", lambda: self.real.create_pull_request(draft))

    def _read(self, call: str, answer: Callable[[], Answer]) -> Answer:
        self.reads.append(call)
        return answer()

    def _write(self, call: str, answer: Callable[[], Answer]) -> Answer:
        self.calls.append(call)
        turn = len(self.calls)
        if turn == self.dies_before:
            os.kill(os.getpid(), signal.SIGKILL)
        if error := self.errors.get(turn):
            raise error
        done = answer()
        if turn == self.dies_after:
            os.kill(os.getpid(), signal.SIGKILL)
        if error := self.lost.get(turn):
            raise error
        return done
