"""The port over GitHub: its issues, as the API has them, with every answer held against the shape that is read from it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar, get_args
from urllib.parse import urlsplit

from pydantic import BaseModel, TypeAdapter

from hotwash.errors import ConfigurationError, TrackerError
from hotwash.tracker.github_api import GitHubApi, Target
from hotwash.tracker.port import (
    Comment,
    Draft,
    Edit,
    Home,
    Issue,
    MissingError,
    PullRequest,
    PullRequestDraft,
    State,
    StateReason,
    UnavailableError,
    Visibility,
    moment,
    no_milestone,
    refuse_beyond_limits,
    refuse_comment,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

API_URL = "https://api.github.com"
SERVER_URL = "https://github.com"
_REPOSITORY = re.compile(r"(?!\.)[A-Za-z0-9_.-]{1,100}/(?!\.{1,2}\Z)[A-Za-z0-9_.-]{1,100}")
_PULL_REQUEST = re.compile(r"/([^/]+/[^/]+)/pull/([1-9][0-9]{0,9})(?:/(?:files|commits|checks)?)?")
_GHOST = "ghost"  # whom GitHub shows where an account is gone
T = TypeVar("T")


class _User(BaseModel):
    login: str


class _Label(BaseModel):
    name: str


class _Milestone(BaseModel):
    number: int
    title: str


class _Issue(BaseModel):
    number: int
    title: str
    body: str | None = None
    labels: list[_Label | str]
    state: State
    state_reason: str | None = None
    user: _User | None
    assignees: list[_User] | None = None
    milestone: _Milestone | None = None
    html_url: str
    closed_at: str | None = None
    pull_request: dict[str, Any] | None = None


class _Comment(BaseModel):
    id: int
    body: str | None = None
    user: _User | None
    created_at: str | None = None


class _End(BaseModel):
    ref: str


class _PullRequest(BaseModel):
    number: int
    title: str
    state: State
    merged_at: str | None
    head: _End
    base: _End
    user: _User | None
    html_url: str


class _Repository(BaseModel):
    full_name: str
    html_url: str
    private: bool
    visibility: Visibility | None = None
    default_branch: str


class _Viewer(BaseModel):
    viewer: _User | None = None


class _Query(BaseModel):
    data: _Viewer | None = None


_ISSUE = TypeAdapter(_Issue)
_ISSUES = TypeAdapter(list[_Issue])
_COMMENT = TypeAdapter(_Comment)
_COMMENTS = TypeAdapter(list[_Comment])
_USERS = TypeAdapter(list[_User])
_MILESTONES = TypeAdapter(list[_Milestone])
_PULL = TypeAdapter(_PullRequest)
_PULLS = TypeAdapter(list[_PullRequest])
_HOME = TypeAdapter(_Repository)
_WHO = TypeAdapter(_Query)


@dataclass(slots=True)
class _Known(Generic[T]):
    """What is asked once a run."""

    value: T | None = None


@dataclass(frozen=True, slots=True)
class GitHubTracker:
    """The issues of a repository on GitHub.

    Attributes:
        repository: `owner/name`.
        server: The address of its pages, where pull requests are looked for.
    """

    api: GitHubApi
    repository: str
    server: str = SERVER_URL
    _milestones: _Known[dict[str, int]] = field(default_factory=_Known, repr=False)
    _home: _Known[Home] = field(default_factory=_Known, repr=False)
    _account: _Known[str] = field(default_factory=_Known, repr=False)

    def __post_init__(self) -> None:
        if not _REPOSITORY.fullmatch(self.repository):
            message = f"{self.repository!r} is no repository on GitHub"
            raise ConfigurationError(message, "set GITHUB_REPOSITORY to its name, as in `shop/records`")

    def list(self, label: str) -> tuple[Issue, ...]:
        """All issues with a label, open and closed, by number.

        Raises:
            ConfigurationError: GitHub would take the label for several.
        """
        if "," in label:
            message = f"GitHub cannot list the label {label!r}, since a comma ends a label there"
            raise ConfigurationError(message, "name another one at `tracker.label` in incidents/policy.yaml")
        # The oldest first: what is opened meanwhile comes last, and shifts no page.
        asked = {"labels": label, "state": "all", "sort": "created", "direction": "asc"}
        found = {
            issue.number: issue
            for answer in self.api.pages(self._path("issues"), _ISSUES, self._all, asked)
            if answer.pull_request is None
            for issue in [_issue(answer)]
            if label.casefold() in _folded(issue.labels)
        }
        return tuple(found[number] for number in sorted(found))

    def get(self, number: int) -> Issue:
        """An issue as it is now."""
        answer = self.api.get(self._path("issues", number), _ISSUE, _one(number))
        if answer.pull_request is not None or answer.number != number:
            message = f"#{number} is a pull request and no issue"
            raise MissingError(message, "see what there is: hotwash plan")
        return _issue(answer)

    def create(self, draft: Draft) -> Issue:
        """A new issue.

        Raises:
            UnavailableError: Also where GitHub has opened it without its labels: those of an account without the right
                to set them are dropped without a word, and what has no label is never found again.
        """
        refuse_beyond_limits(draft.title, draft.body, draft.labels, draft.assignees)
        body: dict[str, Any] = {"title": draft.title, "body": draft.body, "labels": [*draft.labels]}
        if draft.assignees:
            body["assignees"] = [*draft.assignees]
        if draft.milestone:
            body["milestone"] = self._milestone(draft.milestone)
        answer = self.api.post(self._path("issues"), _ISSUE, Target(f"the new issue {draft.title!r}"), body)
        issue = _issue(answer)
        self._account.value = issue.author
        _refuse_dropped(issue, draft.labels)
        return issue

    def edit(self, number: int, edit: Edit) -> Issue:
        """The issue after the edit.

        Raises:
            UnavailableError: Also where GitHub has dropped labels, as for a new issue.
        """
        refuse_beyond_limits(
            "title" if edit.title is None else edit.title, edit.body or "", edit.labels or (), edit.assignees or ()
        )
        body: dict[str, Any] = {
            "title": edit.title,
            "body": edit.body,
            "labels": None if edit.labels is None else [*edit.labels],
            "state": edit.state,
            "state_reason": edit.state_reason,
            "assignees": None if edit.assignees is None else [*edit.assignees],
        }
        body = {key: value for key, value in body.items() if value is not None}
        if edit.milestone is not None:
            body["milestone"] = self._milestone(edit.milestone) if edit.milestone else None
        issue = _issue(self.api.patch(self._path("issues", number), _ISSUE, _one(number), body))
        _refuse_dropped(issue, edit.labels or ())
        return issue

    def comment(self, number: int, body: str) -> Comment:
        """A new comment on an issue."""
        refuse_comment(body)
        target = Target(f"issue #{number} for a comment", is_one=True)
        return _comment(self.api.post(self._path("issues", number, "comments"), _COMMENT, target, {"body": body}))

    def comments(self, number: int) -> tuple[Comment, ...]:
        """All comments on an issue, the oldest first."""
        found = self.api.pages(self._path("issues", number, "comments"), _COMMENTS, _one(number))
        by_id = {one.id: _comment(one) for one in found}
        return tuple(by_id[id_] for id_ in sorted(by_id))

    def assignable(self) -> frozenset[str]:
        """The logins that an issue can be assigned to."""
        found = self.api.pages(self._path("assignees"), _USERS, Target(f"who can be assigned in {self.repository}"))
        return frozenset(user.login for user in found)

    def milestones(self) -> tuple[str, ...]:
        """The titles of the milestones that are open, sorted."""
        return tuple(sorted(self._milestone_numbers()))

    def open_pull_requests(self, branch: str) -> tuple[PullRequest, ...]:
        """The open ones from a branch of this repository, by number."""
        owner, _, _ = self.repository.partition("/")
        asked = {"head": f"{owner}:{branch}", "state": "open"}
        target = Target(f"the pull requests of {self.repository}")
        found = [_pull_request(one) for one in self.api.pages(self._path("pulls"), _PULLS, target, asked)]
        # Where GitHub does not know the branch it lists all.
        return tuple(sorted((one for one in found if one.branch == branch), key=lambda one: one.number))

    def pull_request(self, url: str) -> PullRequest:
        """The pull request behind an address, of this repository or another on the same server."""
        parts, server = urlsplit(url), urlsplit(self.server)
        found = _PULL_REQUEST.fullmatch(parts.path)
        if (parts.scheme, parts.netloc.lower()) != (server.scheme, server.netloc.lower()) or found is None:
            message = f"{url} is not the address of a pull request on {self.server}"
            raise MissingError(message, f"write it as {self.server}/{self.repository}/pull/1")
        if not _REPOSITORY.fullmatch(found[1]):
            message = f"{found[1]!r} is no repository on GitHub"
            raise MissingError(message, "see that the address is right")
        target = Target(f"pull request {found[1]}#{found[2]}", is_one=True)
        return _pull_request(self.api.get(f"/repos/{found[1]}/pulls/{found[2]}", _PULL, target))

    def create_pull_request(self, draft: PullRequestDraft) -> PullRequest:
        """A new pull request."""
        refuse_beyond_limits(draft.title, draft.body)
        body = {"head": draft.branch, "base": draft.base, "title": draft.title, "body": draft.body}
        target = Target(f"the pull request from {draft.branch}")
        try:
            return _pull_request(self.api.post(self._path("pulls"), _PULL, target, body))
        except UnavailableError:
            raise
        except TrackerError as error:
            if "not permitted" in error.message and not error.hint:
                hint = (
                    "allow it: Settings, Actions, General, `Allow GitHub Actions to create and approve pull requests`"
                )
                raise TrackerError(error.message, hint) from error
            raise

    def whoami(self) -> str | None:
        """The login under which this token writes."""
        if self._account.value is None:
            # `GET /user` is refused for what is no user, and a workflow's token and an App's are none.
            target = Target("account of the token", is_one=True)
            try:
                answer = self.api.query("{ viewer { login } }", _WHO, target)
            except UnavailableError:
                raise
            except TrackerError:
                return None
            if answer.data and answer.data.viewer:
                self._account.value = answer.data.viewer.login
        return self._account.value

    def home(self) -> Home:
        """The repository."""
        if self._home.value is None:
            answer = self.api.get(self._path(), _HOME, self._all)
            visibility = answer.visibility or ("private" if answer.private else "public")
            self._home.value = Home(answer.full_name, answer.html_url, visibility, answer.default_branch)
        return self._home.value

    @property
    def _all(self) -> Target:
        return Target(self.repository)

    def _path(self, *parts: str | int) -> str:
        return "/".join(["/repos", self.repository, *map(str, parts)])

    def _milestone_numbers(self) -> dict[str, int]:
        if self._milestones.value is None:
            target = Target(f"the milestones of {self.repository}")
            found = self.api.pages(self._path("milestones"), _MILESTONES, target, {"state": "open"})
            self._milestones.value = {one.title: one.number for one in found}
        return self._milestones.value

    def _milestone(self, title: str) -> int:
        number = self._milestone_numbers().get(title)
        if number is None:
            raise no_milestone(title)
        return number


def _one(number: int) -> Target:
    return Target(f"issue #{number}", is_one=True)


def _folded(labels: Iterable[str]) -> set[str]:
    return {label.casefold() for label in labels}


def _login(user: _User | None) -> str:
    return user.login if user else _GHOST


def _issue(answer: _Issue) -> Issue:
    # A reason that GitHub may have one day says no more than that the issue is closed.
    reason: StateReason | None = next((one for one in get_args(StateReason) if one == answer.state_reason), None)
    return Issue(
        answer.number,
        answer.title,
        answer.body or "",
        tuple(label if isinstance(label, str) else label.name for label in answer.labels),
        answer.state,
        reason,
        _login(answer.user),
        tuple(sorted((user.login for user in answer.assignees or ()), key=str.casefold)),
        answer.milestone.title if answer.milestone else None,
        answer.html_url,
        moment(answer.closed_at),
    )


def _comment(answer: _Comment) -> Comment:
    return Comment(answer.id, answer.body or "", _login(answer.user), moment(answer.created_at))


def _pull_request(answer: _PullRequest) -> PullRequest:
    return PullRequest(
        answer.number,
        answer.title,
        "open" if answer.state == "open" else "merged" if answer.merged_at else "closed",
        answer.head.ref,
        answer.base.ref,
        _login(answer.user),
        answer.html_url,
    )


def _refuse_dropped(issue: Issue, labels: Iterable[str]) -> None:
    dropped = [label for label in labels if label.casefold() not in _folded(issue.labels)]
    if dropped:
        message = f"GitHub has dropped the labels of #{issue.number} ({', '.join(dropped)}): the token may not set them"
        raise UnavailableError(message, f"give the token the right to write issues, and see to #{issue.number} by hand")
