"""Calls of GitHub's API -> what they answered, or an error of the port. The one module that imports PyGithub.

PyGithub's client is used below its objects: those complete themselves by further requests when an answer lacks a field,
take a page that is no JSON for an empty list, and follow the redirect of a transferred issue even to write. Here each
answer is held against a shape first, and a redirect is refused. Its retries are off for the same reason: they sleep by
a clock of their own, repeat no read whose answer broke off, and do not know which writes may be repeated.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Literal, TypeVar
from urllib.parse import urlsplit

from github import Auth, Github
from github.GithubException import GithubException, RateLimitExceededException
from pydantic import TypeAdapter, ValidationError
from requests.exceptions import ConnectionError as ConnectError
from requests.exceptions import ConnectTimeout, ProxyError, RequestException, SSLError
from urllib3.exceptions import MaxRetryError, NewConnectionError
from urllib3.util.retry import Retry

from hotwash.errors import ConfigurationError, TrackerError
from hotwash.tracker.port import LimitedError, MissingError, UnavailableError, UncertainError

if sys.version_info >= (3, 12):
    from typing import override
else:
    from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import TracebackType
    from typing import Self

    from urllib3.connectionpool import ConnectionPool
    from urllib3.response import BaseHTTPResponse

    from hotwash.tracker.pace import Pace

T = TypeVar("T")
Verb = Literal["GET", "POST", "PATCH"]

TRIES = 4
PER_PAGE = 100
MAX_PAGES = 1000  # GitHub itself gives no more issues of one list
SECONDARY_WAIT = timedelta(minutes=1)  # what GitHub asks for where its answer does not say
_HEADERS = {"Accept": "application/vnd.github+json"}
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_NEXT = re.compile(r'<([^<>]*)>;\s*rel="next"')
_TOKEN = re.compile(r"[!-~]{1,1000}")
_MESSAGE_LENGTH = 300
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True, repr=False)
class Token:
    """A token, which shows itself nowhere (threats G9)."""

    secret: str

    @override
    def __repr__(self) -> str:
        return "***"

    @override
    def __str__(self) -> str:
        return "***"

    @override
    def __format__(self, format_spec: str) -> str:
        return "***"


@dataclass(frozen=True, slots=True)
class Target:
    """What a call is about, for its errors.

    Attributes:
        name: As in `issue #7`.
        is_one: Whether it is one issue or pull request, which may be missing while all the rest is there.
    """

    name: str
    is_one: bool = False


class _MovedError(Exception):
    """GitHub names another place for what was asked."""

    def __init__(self, location: str) -> None:
        super().__init__(location)
        self.location = location


class _UnintelligibleError(Exception):
    """The answer is none of GitHub's."""


class _NoRepeat(Retry):
    """Repeats nothing, and stops at a redirect, before anything is written to another place than was asked."""

    @override
    def is_retry(self, method: str, status_code: int, has_retry_after: bool = False) -> bool:
        return status_code in _REDIRECTS

    @override
    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: BaseHTTPResponse | None = None,
        error: Exception | None = None,
        _pool: ConnectionPool | None = None,
        _stacktrace: TracebackType | None = None,
    ) -> Self:
        if response is not None and response.status in _REDIRECTS:
            response.drain_conn()
            raise _MovedError(response.headers.get("Location", ""))
        return super().increment(method, url, response, error, _pool, _stacktrace)


@dataclass(slots=True)
class GitHubApi:
    """The API at an address, as the account of a token.

    Attributes:
        url: As in GITHUB_API_URL.
        timeout_s: For how long an answer may be silent.
    """

    url: str
    token: Token
    pace: Pace
    timeout_s: int = 15
    _client: Github = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.url = self.url.rstrip("/")
        _refuse_address(self.url)
        if not _TOKEN.fullmatch(self.token.secret):
            # A library that cannot send it would show it in its message.
            message = "GITHUB_TOKEN holds what cannot be a token: blanks, line ends or other characters that none has"
            raise ConfigurationError(message, "see how it was set; nothing was sent")
        self._client = Github(
            auth=Auth.Token(self.token.secret),
            base_url=self.url,
            timeout=self.timeout_s,
            per_page=PER_PAGE,
            retry=_NoRepeat(total=0, read=False),
            seconds_between_requests=None,
            seconds_between_writes=None,
        )

    def get(
        self, path: str, shape: TypeAdapter[T], target: Target, parameters: Mapping[str, str | int] | None = None
    ) -> T:
        """What is at a path."""
        return self._call("GET", path, shape, target, parameters=parameters)[0]

    def pages(
        self, path: str, shape: TypeAdapter[list[T]], target: Target, parameters: Mapping[str, str | int] | None = None
    ) -> Iterator[T]:
        """Everything in a list, page by page."""
        next_: str | None = path
        asked: Mapping[str, str | int] | None = {**(parameters or {}), "per_page": PER_PAGE}
        for _ in range(MAX_PAGES):
            if next_ is None:
                return
            found, headers = self._call("GET", next_, shape, target, parameters=asked)
            yield from found
            next_, asked = self._next(headers), None
        message = f"the list of {target.name} at {self.url} does not end"
        raise UnavailableError(message, "see that GITHUB_API_URL is the address of a GitHub")

    def post(self, path: str, shape: TypeAdapter[T], target: Target, body: Mapping[str, Any]) -> T:
        """The answer to something new. It is sent once, whatever happens."""
        return self._call("POST", path, shape, target, body=body)[0]

    def patch(self, path: str, shape: TypeAdapter[T], target: Target, body: Mapping[str, Any]) -> T:
        """The answer to a change, which may be repeated, since twice is once."""
        return self._call("PATCH", path, shape, target, body=body)[0]

    def query(self, text: str, shape: TypeAdapter[T], target: Target) -> T:
        """What a query of the GraphQL API answers; none that changes something."""
        body = {"query": text}
        return self._call("POST", self._client.requester.graphql_url, shape, target, body=body, reads=True)[0]

    def _call(
        self,
        verb: Verb,
        path: str,
        shape: TypeAdapter[T],
        target: Target,
        *,
        parameters: Mapping[str, str | int] | None = None,
        body: Mapping[str, Any] | None = None,
        reads: bool = False,
    ) -> tuple[T, Mapping[str, Any]]:
        reads = reads or verb == "GET"
        tries = 1 if verb == "POST" and not reads else TRIES
        cause: Exception = _UnintelligibleError()
        for number in range(1, tries + 1):
            self.pace.before(writes=not reads)
            try:
                headers, answer = self._client.requester.requestJsonAndCheck(
                    verb, path, parameters=dict(parameters or {}), headers=dict(_HEADERS), input=body
                )
                return _shaped(shape, answer), headers
            except _MovedError as error:
                raise self._moved(target, error.location) from error
            except GithubException as error:
                failure = self._failure(error, target, number)
                if failure is not None:
                    raise failure from error
                cause = error
            except RequestException as error:
                if _nothing_was_sent(error) and (not reads or number == tries):
                    raise self._unreachable(error) from error
                cause = error
            except (_UnintelligibleError, ValueError, AttributeError, TypeError) as error:
                # The last three come from PyGithub, where an answer is cut off or is no object.
                cause = error
            if number < tries:
                self.pace.close_for(timedelta(seconds=2 ** (number - 1)))
        raise self._undecided(target, cause, reads=reads) from cause

    def _failure(self, error: GithubException, target: Target, number: int) -> TrackerError | None:
        """What an answer of GitHub's means; None where the same call may work in a while."""
        if self._closes(error, number) or error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return None
        said = self._said(error)
        match error.status:
            case 401:
                return UnavailableError(said, "see that GITHUB_TOKEN holds a token, and that it has not run out")
            case 403 if "not accessible" in said or "archived" in said:
                return UnavailableError(
                    f"{target.name}: {said}",
                    "the token needs the right to write issues (in a workflow, `permissions: issues: write`)",
                )
            case 404 | 410 if target.is_one:
                return MissingError(
                    f"there is no {target.name} (any more): {said}",
                    "see what there is: hotwash plan; a deleted one never comes back",
                )
            case 404:
                return UnavailableError(
                    f"{target.name} cannot be seen: {said}",
                    "see that GITHUB_REPOSITORY is right, and that the token may read its issues",
                )
            case 410:
                return UnavailableError(
                    f"{target.name}: {said}", "switch the issues on in the settings of the repository"
                )
            case _:
                return TrackerError(f"{target.name}: {said}")

    def _closes(self, error: GithubException, number: int) -> bool:
        """Whether an answer asks to wait; then nothing goes out before."""
        headers = error.headers or {}
        asked = _retry_after(headers, self.pace.now())
        is_limit = _is_limit(error)
        if asked is not None and (is_limit or error.status == HTTPStatus.SERVICE_UNAVAILABLE):
            self.pace.close_for(asked)
        elif is_limit and headers.get("x-ratelimit-remaining") == "0" and (reset := _reset(headers)):
            # It is not said when in that second.
            self.pace.close_until(reset + timedelta(seconds=1))
        elif is_limit:
            self.pace.close_for(SECONDARY_WAIT * 2 ** (number - 1))
        return is_limit

    def _next(self, headers: Mapping[str, Any]) -> str | None:
        found = _NEXT.search(str(headers.get("link", "")))
        if found is None:
            return None
        if not found[1].startswith(f"{self.url}/"):
            message = f"{self.url} sends on to another host for the rest of a list: {_short(found[1])}"
            raise UnavailableError(message, "see that GITHUB_API_URL is the address of a GitHub")
        return found[1].removeprefix(self.url)

    def _moved(self, target: Target, location: str) -> TrackerError:
        if target.is_one:
            message = f"{target.name} has been moved to another repository: {_short(location)}"
            return MissingError(message, "move it back, or take its number out of the record")
        message = f"{target.name} is not there: {self.url} names another place, {_short(location)}"
        return UnavailableError(message, "if the repository was renamed, set GITHUB_REPOSITORY to its new name")

    def _unreachable(self, error: RequestException) -> UnavailableError:
        message = f"{self.url} cannot be reached: {self._masked(str(error))}"
        return UnavailableError(message, "see that this machine has a network, and that GITHUB_API_URL is right")

    def _undecided(self, target: Target, cause: Exception, *, reads: bool) -> TrackerError:
        """What stands after the last try."""
        if isinstance(cause, GithubException):
            said = self._said(cause)
        elif isinstance(cause, RequestException):
            said = self._masked(f"the connection broke off: {cause}")
        else:
            said = f"{self.url} answered with something that is no answer of GitHub's"
        if reads:
            return UnavailableError(f"{target.name} cannot be read: {said}", "run the command again in a while")
        kind = LimitedError if isinstance(cause, GithubException) and _is_limit(cause) else UncertainError
        return kind(
            f"{target.name}: nobody knows whether it was written: {said}", "run the command again: it looks first"
        )

    def _said(self, error: GithubException) -> str:
        data = error.data if isinstance(error.data, dict) else {}
        details = [
            " ".join(str(one[key]) for key in ("field", "code", "message") if one.get(key))
            if isinstance(one, dict)
            else str(one)
            for one in data.get("errors") or ()
        ]
        message = data.get("message") or "no reason given"
        return self._masked(
            f"GitHub answered {error.status}: {message}" + (f" ({'; '.join(details)})" if details else "")
        )

    def _masked(self, text: str) -> str:
        # Nothing of ours puts it there; a proxy or a server may repeat what it was sent.
        return _short(text.replace(self.token.secret, str(self.token)))


def _shaped(shape: TypeAdapter[T], answer: object) -> T:
    try:
        return shape.validate_python(answer)
    except ValidationError as error:
        raise _UnintelligibleError(str(error)) from error


def _nothing_was_sent(error: RequestException) -> bool:
    """Whether a connection was never made, so that a write cannot have had an effect."""
    if isinstance(error, ConnectTimeout | SSLError | ProxyError):
        return True
    cause = error.args[0] if isinstance(error, ConnectError) and error.args else None
    return isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError)


def _is_limit(error: GithubException) -> bool:
    """Whether the answer speaks of a limit on use, in one of the three ways that GitHub has."""
    return (
        error.status == HTTPStatus.TOO_MANY_REQUESTS
        or isinstance(error, RateLimitExceededException)
        or (
            error.status == HTTPStatus.FORBIDDEN
            and ("retry-after" in (error.headers or {}) or "rate limit" in str(error.message).lower())
        )
    )


def _retry_after(headers: Mapping[str, Any], now: datetime) -> timedelta | None:
    text = str(headers.get("retry-after", "")).strip()
    if text.isascii() and text.isdigit():
        return timedelta(seconds=int(text[:9]))
    try:
        return max(timedelta(), parsedate_to_datetime(text) - now)
    except (ValueError, TypeError):  # the second where it names no zone
        return None


def _reset(headers: Mapping[str, Any]) -> datetime | None:
    try:
        return datetime.fromtimestamp(float(headers.get("x-ratelimit-reset", "")), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _refuse_address(url: str) -> None:
    """Refuse an address to which a token must not go.

    Raises:
        ConfigurationError: Such an address.
    """
    parts = urlsplit(url)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    if not (is_safe and parts.hostname) or parts.username or parts.password or parts.query or parts.fragment:
        # The address itself stays out of the message: somebody may have put a token into it.
        message = "GITHUB_API_URL is not the https address of an API, without a name, a password or a query in it"
        raise ConfigurationError(message, "for github.com leave it out: it is https://api.github.com")


def _short(text: str) -> str:
    return text if len(text) <= _MESSAGE_LENGTH else f"{text[:_MESSAGE_LENGTH]} …"
