"""A GitHub on this machine: real HTTP in front of the embedded tracker's store, held against GitHub's own description."""

from __future__ import annotations

import json
import re
import socket
import sqlite3
import struct
import sys
import threading
import zlib
from contextlib import closing
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import parse_qsl, urlencode, urlsplit

from hotwash.errors import TrackerError
from hotwash.tracker.embedded import EmbeddedTracker, _set_labels
from hotwash.tracker.port import Comment, Draft, Edit, Issue, MissingError, PullRequest, PullRequestDraft
from tests.github.clock import Clock
from tests.github.description import description, objection_to_answer, objection_to_request
from tests.github.faults import Fault, Reply, spoilt

if sys.version_info >= (3, 12):
    from typing import override
else:
    from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from tests.github.description import Asked

REPOSITORY = "shop/records"
REPOSITORY_ID = 4711
OTHER_REPOSITORY_ID = 815  # where transferred issues go
WHEN = "2026-11-23T10:00:00Z"

MINUTE_LIMIT = 80  # writes; what GitHub calls content-creating requests
HOUR_LIMIT = 500
_LINGER = "hh" if sys.platform == "win32" else "ii"
VIEWER = "{viewer{login}}"


@dataclass(frozen=True, slots=True)
class Account:
    """Who a token belongs to.

    Attributes:
        role: A reader's labels, assignees and milestones are dropped without a word, as GitHub does.
    """

    login: str
    role: Literal["write", "read"] = "write"


@dataclass(frozen=True, slots=True)
class Call:
    """A request as it came, and what became of it.

    Attributes:
        path: As asked, `/repositories/ID` replaced by the name.
        status: 0 where nothing was sent back.
    """

    number: int
    verb: str
    path: str
    query: dict[str, str]
    body: bytes
    login: str
    status: int = 0
    fault: Fault | None = None

    @property
    def asked(self) -> Asked:
        """The request as the description takes it."""
        return self.verb, self.path, tuple(sorted(self.query.items())), self.body

    @property
    def writes(self) -> bool:
        """Whether it can change something."""
        return self.verb != "GET" and self.path != "/graphql"


@dataclass
class FakeGitHub:
    """One repository behind the REST API, on a free port of this machine, while the `with` block lasts.

    Attributes:
        root: The folder in which the embedded tracker keeps the issues.
        accounts: By token.
        people: Logins that issues can be assigned to.
        visibility: Of the repository.
        clock: What the limits are counted by.
        choose: The fault of a call, if it has one.
        watch: Told of each call before and after its effect; may raise nothing, but may kill the client.
        lag: In how many readings of the list a write does not show yet.
        limit: Requests an hour and account.
        deleted: Numbers that answer 410.
        transferred: Numbers that answer 301 to another repository.
        rewrite: Changes an answer, as a GitHub of another day might.
        renamed_from: Names that answer 301 to this repository.
        calls: All that came, in order.
        violations: What was not as GitHub describes it, of requests and of answers: must stay empty.
    """

    root: Path
    accounts: dict[str, Account] = field(default_factory=lambda: {"token-of-hotwash": Account("hotwash")})
    people: tuple[str, ...] = ()
    visibility: Literal["public", "internal", "private"] = "private"
    clock: Clock = field(default_factory=Clock)
    choose: Callable[[Call], Fault | None] = lambda _: None
    watch: Callable[[Call, Literal["before", "after"]], None] = lambda *_: None
    rewrite: Callable[[Any], Any] = lambda answer: answer
    lag: int = 0
    limit: int = 5000
    deleted: set[int] = field(default_factory=set)
    transferred: set[int] = field(default_factory=set)
    renamed_from: set[str] = field(default_factory=set)
    may_open_pull_requests: bool = True
    issues_are_on: bool = True
    calls: list[Call] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._release = threading.Event()
        self._written: list[float] = []
        self._stale: tuple[tuple[_Row, ...], int] | None = None
        self._shown: tuple[_Row, ...] | None = None
        self._server = _Server(self)

    def __enter__(self) -> Self:
        # Looking for the end of the block often costs nothing, and no test waits for it.
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._release.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        """What GITHUB_API_URL says."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def store(self, login: str) -> EmbeddedTracker:
        """What is kept, as somebody who works on the pages of GitHub rather than through a token of ours."""
        return EmbeddedTracker(self.root, login, self.people, self.clock.now)

    def fill(self, count: int, label: str = "hotwash", login: str = "hotwash") -> None:
        """Put in so many issues at once."""
        store = self.store(login)
        store._make_folder()
        with store._transaction(writes=True) as connection:
            for number in range(1, count + 1):
                _set_labels(connection, store._insert(connection, f"Issue {number}", ""), (label,))

    def writes(self) -> list[Call]:
        """The calls that could change something."""
        return [call for call in self.calls if call.writes]

    def reads(self) -> list[Call]:
        """The other ones."""
        return [call for call in self.calls if not call.writes]

    # --- one call ----------------------------------------------------------------------------------------------------

    def reply(self, call: Call) -> tuple[Call, Reply | None]:
        """What is sent in answer to a call, and the call with what became of it; None is sent by closing."""
        with self._lock:
            call = replace(call, number=len(self.calls))
            self.calls.append(call)
            fault = self.choose(call)
            self.watch(call, "before")
            whole = None if fault and not fault.after else self._whole(call)
            self.watch(call, "after")
            sent = spoilt(fault, whole, self.clock.now().timestamp()) if fault else whole
            call = replace(call, fault=fault, status=sent.status if sent else 0)
            self.calls[call.number] = call
            return call, sent

    def hold(self) -> None:
        """Wait until the block ends: the silence that a client runs into."""
        self._release.wait(30)

    def _whole(self, call: Call) -> Reply:
        if not call.login:
            return _error(401, "Bad credentials")
        if limited := self._limited(call):
            return limited
        if call.path == "/graphql":
            return self._viewer(call)
        return self._described(call)

    def _viewer(self, call: Call) -> Reply:
        query = "".join(json.loads(call.body)["query"].split())
        if query != VIEWER:
            self.violations.append(f"a query that the fake does not know: {query}")
        return _json(200, {"data": {"viewer": {"login": call.login}}})

    def _described(self, call: Call) -> Reply:
        path = call.path
        owner_and_name = "/".join(path.split("/")[2:4])
        if owner_and_name in self.renamed_from:
            return self._moved(path.replace(f"/repos/{owner_and_name}", f"/repositories/{REPOSITORY_ID}"))
        if owner_and_name != REPOSITORY:
            return _error(404, "Not Found")
        answering = next(
            ((answer, found) for verb, pattern, answer in _ROUTES if verb == call.verb and (found := pattern(path))),
            None,
        )
        if answering is None:
            self.violations.append(f"a call that the fake does not know: {call.verb} {path}")
            return _error(404, "Not Found")
        answer, found = answering
        if objection := objection_to_request(call.asked):
            self.violations.append(objection)
            return _error(400, "Problems parsing JSON")
        numbers = [int(number) for number in found.groups()]
        if gone := self._gone(numbers, path):
            return gone
        try:
            reply = answer(self, call, *numbers)
        except MissingError:
            reply = _error(404, "Not Found")
        except TrackerError as error:
            reply = _error(
                422, "Validation Failed", [{"resource": "Issue", "code": "custom", "message": error.message}]
            )
        if reply.status < 300:
            reply = replace(reply, body=json.dumps(self.rewrite(json.loads(reply.body))).encode())
        objection = objection_to_answer(call.asked, reply.status, reply.body)
        if objection:
            self.violations.append(objection)
        return replace(reply, headers={**self._limits(call), **reply.headers})

    def _gone(self, numbers: list[int], path: str) -> Reply | None:
        if not self.issues_are_on and "/issues" in path:
            return _error(410, "Issues are disabled for this repo")
        if self.deleted.intersection(numbers):
            return _error(410, "This issue was deleted")
        if self.transferred.intersection(numbers):
            return self._moved(re.sub(rf"/repos/{REPOSITORY}", f"/repositories/{OTHER_REPOSITORY_ID}", path))
        return None

    def _moved(self, path: str) -> Reply:
        reply = _error(301, "Moved Permanently")
        text = json.loads(reply.body) | {"url": self.url + path}
        return Reply(301, json.dumps(text).encode(), {"Location": self.url + path})

    # --- limits ------------------------------------------------------------------------------------------------------

    def _used(self, login: str) -> int:
        return sum(call.login == login for call in self.calls)

    def _limits(self, call: Call) -> dict[str, str]:
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(max(0, self.limit - self._used(call.login))),
            "X-RateLimit-Used": str(self._used(call.login)),
            "X-RateLimit-Reset": f"{self.clock.now().timestamp() + 3600:.0f}",
        }

    def _limited(self, call: Call) -> Reply | None:
        if self._used(call.login) > self.limit:
            return replace(_error(403, f"API rate limit exceeded for user {call.login}."), headers=self._limits(call))
        if call.writes:
            now = self.clock.now().timestamp()
            self._written = [*(moment for moment in self._written if moment > now - 3600), now]
            if len(self._written) > HOUR_LIMIT or sum(moment > now - 60 for moment in self._written) > MINUTE_LIMIT:
                return _error(403, "You have exceeded a secondary rate limit. Please wait a few minutes.")
        return None

    # --- what the routes answer --------------------------------------------------------------------------------------

    def repository(self, _: Call) -> Reply:
        """The repository itself."""
        return _json(200, self._repository("full-repository"))

    def assignees(self, call: Call) -> Reply:
        """Who can be assigned, a page of them."""
        return self._page(call, [_user(login) for login in self.people])

    def milestones(self, call: Call) -> Reply:
        """The milestones, a page of them."""
        return self._page(call, [self._milestone(*row) for row in self._milestones()])

    def issues(self, call: Call) -> Reply:
        """The issues and pull requests with a label, or all; a page of them."""
        if int(call.query.get("page", "1")) == 1:
            self._shown = self._listed()
        rows = self._rows() if self._shown is None else self._shown
        labels = [name.casefold() for name in call.query.get("labels", "").split(",") if name]
        state = call.query.get("state", "open")
        found = [
            row
            for row in rows
            if set(labels) <= {name.casefold() for name in row.issue.labels} and state in ("all", row.issue.state)
        ]
        if (call.query.get("sort", "created"), call.query.get("direction", "desc")) == ("created", "desc"):
            found.reverse()
        return self._page(call, found, lambda row: self._issue(row.issue, is_pull=row.is_pull))

    def create_issue(self, call: Call) -> Reply:
        """A new issue."""
        asked = json.loads(call.body)
        may_label = self._account(call).role == "write"
        before = self._rows()
        issue = self.store(call.login).create(
            Draft(
                str(asked["title"]),
                asked.get("body") or "",
                _names(asked.get("labels", [])) if may_label else (),
                tuple(asked.get("assignees", [])) if may_label else (),
                self._title(asked.get("milestone")) if may_label else None,
            )
        )
        self._wrote(before)
        return _json(201, self._issue(issue))

    def issue(self, _: Call, number: int) -> Reply:
        """One issue."""
        return _json(200, self._issue(self.store("").get(number)))

    def edit_issue(self, call: Call, number: int) -> Reply:
        """The issue after an edit."""
        asked = json.loads(call.body)
        before = self._rows()
        reason = asked.get("state_reason")
        issue = self.store(call.login).edit(
            number,
            Edit(
                title=asked.get("title"),
                body=asked.get("body"),
                labels=_names(asked["labels"]) if "labels" in asked else None,
                state=asked.get("state"),
                state_reason=reason if asked.get("state") == "closed" else None,
                assignees=tuple(asked["assignees"]) if "assignees" in asked else None,
                milestone=(self._title(asked["milestone"]) or "") if "milestone" in asked else None,
            ),
        )
        self._wrote(before)
        return _json(200, self._issue(issue))

    def comments(self, call: Call, number: int) -> Reply:
        """The comments on an issue, a page of them."""
        found = self.store("").comments(number)
        return self._page(call, [self._comment(one, number) for one in found])

    def create_comment(self, call: Call, number: int) -> Reply:
        """A new comment."""
        one = self.store(call.login).comment(number, json.loads(call.body)["body"])
        return _json(201, self._comment(one, number))

    def pulls(self, call: Call) -> Reply:
        """The pull requests from a branch."""
        owner, _, branch = call.query.get("head", "").partition(":")
        mine = owner == REPOSITORY.split("/", maxsplit=1)[0] and call.query.get("state", "open") == "open"
        found = self.store("").open_pull_requests(branch) if mine else ()
        return self._page(call, [self._pull(one, "pull-request-simple") for one in found])

    def create_pull(self, call: Call) -> Reply:
        """A new pull request."""
        if not self.may_open_pull_requests:
            return _error(403, "GitHub Actions is not permitted to create or approve pull requests.")
        asked = json.loads(call.body)
        before = self._rows()
        draft = PullRequestDraft(asked["head"], asked["base"], asked["title"], asked.get("body") or "")
        one = self.store(call.login).create_pull_request(draft)
        self._wrote(before)
        return _json(201, self._pull(one, "pull-request"))

    def pull(self, _: Call, number: int) -> Reply:
        """One pull request."""
        page = self.store("").home().url
        return _json(200, self._pull(self.store("").pull_request(f"{page}#{number}"), "pull-request"))

    # --- what is kept ------------------------------------------------------------------------------------------------

    def _account(self, call: Call) -> Account:
        return next(account for account in self.accounts.values() if account.login == call.login)

    def _query(self, sql: str) -> list[tuple[Any, ...]]:
        """From the store, what the port does not ask."""
        if not self.store("").path.exists():
            return []
        with closing(sqlite3.connect(self.store("").path)) as connection:
            return connection.execute(sql).fetchall()

    def _milestones(self) -> list[tuple[int, str]]:
        return [(int(id_), str(title)) for id_, title in self._query("SELECT id, title FROM milestone ORDER BY id")]

    def _title(self, number: object) -> str | None:
        """The title of a milestone by its number; `""` and null are none, as GitHub takes them."""
        if number in (None, ""):
            return None
        return next((title for id_, title in self._milestones() if id_ == number), f"number {number}")

    def _rows(self) -> tuple[_Row, ...]:
        """All issues and pull requests, by number."""
        store = self.store("")
        with store._reading() as connection:
            if connection is None:
                return ()
            issues = store._issues(connection, "SELECT number FROM issue WHERE ?", 1)
        labels: dict[int, list[str]] = {}
        for number, name in self._query("SELECT issue, name FROM issue_label JOIN label ON label.id = label"):
            labels.setdefault(number, []).append(name)
        pulls = self._query(
            "SELECT number, title, body, state, author FROM issue JOIN pull_request USING (number) ORDER BY number"
        )
        rows = [_Row(issue) for issue in issues] + [
            _Row(Issue(number, title, body, tuple(labels.get(number, ())), state, None, author), is_pull=True)
            for number, title, body, state, author in pulls
        ]
        away = self.deleted | self.transferred
        return tuple(sorted((row for row in rows if row.issue.number not in away), key=lambda row: row.issue.number))

    def _wrote(self, before: tuple[_Row, ...]) -> None:
        if self.lag and self._stale is None:
            self._stale = before, self.lag

    def _listed(self) -> tuple[_Row, ...] | None:
        """What all pages of a list show while it lags: what was there before the first write."""
        if self._stale is None:
            return None
        rows, left = self._stale
        self._stale = (rows, left - 1) if left > 1 else None
        return rows

    # --- as JSON -----------------------------------------------------------------------------------------------------

    def _page(self, call: Call, rows: list[Any], render: Callable[[Any], object] = lambda row: row) -> Reply:
        size = min(100, int(call.query.get("per_page", "30")))
        page = int(call.query.get("page", "1"))
        last = max(1, -(-len(rows) // size))
        links = {"next": page + 1, "last": last} if page < last else {}
        # As GitHub does: by the number of the repository, whatever the request called it.
        base = self.url + call.path.replace(f"/repos/{REPOSITORY}", f"/repositories/{REPOSITORY_ID}")
        header = ", ".join(
            f'<{base}?{urlencode({**call.query, "page": str(number)})}>; rel="{name}"' for name, number in links.items()
        )
        return _json(
            200, [render(row) for row in rows[(page - 1) * size : page * size]], {"Link": header} if header else {}
        )

    def _repository(self, schema: str) -> dict[str, Any]:
        owner, name = REPOSITORY.split("/")
        known = {
            "id": REPOSITORY_ID,
            "name": name,
            "full_name": REPOSITORY,
            "owner": _user(owner),
            "private": self.visibility != "public",
            "visibility": self.visibility,
            "html_url": f"https://github.com/{REPOSITORY}",
            "default_branch": "main",
        }
        return description().filled(schema, known)

    def _milestone(self, number: int, title: str) -> dict[str, Any]:
        return description().filled("milestone", {"number": number, "title": title, "state": "open"})

    def _issue(self, issue: Issue, *, is_pull: bool = False) -> dict[str, Any]:
        page = f"https://github.com/{REPOSITORY}/{'pull' if is_pull else 'issues'}/{issue.number}"
        numbers = {title: number for number, title in self._milestones()} if issue.milestone else {}
        pull = {"pull_request": _pull_links(page)} if is_pull else {}
        return description().filled(
            "issue",
            {
                "id": 1_000_000 + issue.number,
                "number": issue.number,
                "title": issue.title,
                "body": issue.body or None,
                "labels": [_label(name) for name in issue.labels],
                "state": issue.state,
                "state_reason": issue.state_reason,
                "user": _user(issue.author),
                "assignees": [_user(login) for login in issue.assignees],
                "milestone": issue.milestone and self._milestone(numbers[issue.milestone], issue.milestone),
                "html_url": page,
                "url": f"{self.url}/repos/{REPOSITORY}/issues/{issue.number}",
                "repository_url": f"{self.url}/repos/{REPOSITORY}",
                "created_at": WHEN,
                "updated_at": WHEN,
                "closed_at": issue.closed_at and f"{issue.closed_at:%Y-%m-%dT%H:%M:%SZ}",
                **pull,
            },
        )

    def _comment(self, one: Comment, number: int) -> dict[str, Any]:
        page = f"https://github.com/{REPOSITORY}/issues/{number}#issuecomment-{one.id}"
        known = {
            "id": one.id,
            "body": one.body,
            "user": _user(one.author),
            "html_url": page,
            "author_association": "NONE",
            "created_at": f"{one.at:%Y-%m-%dT%H:%M:%SZ}" if one.at else WHEN,
        }
        return description().filled("issue-comment", known)

    def _pull(self, one: PullRequest, schema: str) -> dict[str, Any]:
        simple = description().filled(schema, {})
        merged = one.state == "merged"
        owner = REPOSITORY.split("/", maxsplit=1)[0]
        ends = {
            end: {**simple[end], "ref": ref, "label": f"{owner}:{ref}", "repo": self._repository("repository")}
            for end, ref in (("head", one.branch), ("base", one.base))
        }
        return {
            **simple,
            **({"merged": merged} if schema == "pull-request" else {}),
            **ends,
            "number": one.number,
            "title": one.title,
            "state": "open" if one.state == "open" else "closed",
            "merged_at": WHEN if merged else None,
            "user": _user(one.author),
            "html_url": f"https://github.com/{REPOSITORY}/pull/{one.number}",
        }


@dataclass(frozen=True, slots=True)
class _Row:
    issue: Issue
    is_pull: bool = False


def _route(pattern: str) -> Callable[[str], re.Match[str] | None]:
    return re.compile(f"/repos/{REPOSITORY}{pattern}").fullmatch


_ROUTES: tuple[tuple[str, Callable[[str], re.Match[str] | None], Callable[..., Reply]], ...] = (
    ("GET", _route(""), FakeGitHub.repository),
    ("GET", _route("/assignees"), FakeGitHub.assignees),
    ("GET", _route("/milestones"), FakeGitHub.milestones),
    ("GET", _route("/issues"), FakeGitHub.issues),
    ("POST", _route("/issues"), FakeGitHub.create_issue),
    ("GET", _route(r"/issues/(\d+)"), FakeGitHub.issue),
    ("PATCH", _route(r"/issues/(\d+)"), FakeGitHub.edit_issue),
    ("GET", _route(r"/issues/(\d+)/comments"), FakeGitHub.comments),
    ("POST", _route(r"/issues/(\d+)/comments"), FakeGitHub.create_comment),
    ("GET", _route("/pulls"), FakeGitHub.pulls),
    ("POST", _route("/pulls"), FakeGitHub.create_pull),
    ("GET", _route(r"/pulls/(\d+)"), FakeGitHub.pull),
)


def _names(labels: list[Any]) -> tuple[str, ...]:
    return tuple(label if isinstance(label, str) else label["name"] for label in labels)


def _user(login: str) -> dict[str, Any]:
    kind = "Bot" if login.endswith("[bot]") else "User"
    return description().filled("simple-user", {"login": login, "id": zlib.crc32(login.encode()), "type": kind})


def _label(name: str) -> dict[str, Any]:
    return {"id": zlib.crc32(name.encode()), "name": name, "color": "ededed", "default": False}


def _pull_links(page: str) -> dict[str, str]:
    return {"url": page, "html_url": page, "diff_url": f"{page}.diff", "patch_url": f"{page}.patch"}


def _json(status: int, answer: object, headers: dict[str, str] | None = None) -> Reply:
    return Reply(status, json.dumps(answer).encode(), headers or {})


def _error(status: int, message: str, errors: list[dict[str, str]] | None = None) -> Reply:
    answer = {"message": message, "documentation_url": "https://docs.github.com/rest", "status": str(status)}
    if status == 301:
        answer["url"] = "https://api.github.com/x"
    return _json(status, {**answer, **({"errors": errors} if errors else {})})


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, fake: FakeGitHub) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.fake = fake


class _Handler(BaseHTTPRequestHandler):
    """One connection; the client keeps it open over many calls."""

    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fake = self.server.fake
        asked = urlsplit(self.path)
        token = (self.headers.get("Authorization") or "").rpartition(" ")[2]
        account = fake.accounts.get(token)
        path = asked.path.replace(f"/repositories/{REPOSITORY_ID}", f"/repos/{REPOSITORY}")
        query = dict(parse_qsl(asked.query, keep_blank_values=True))
        call = Call(0, self.command, path, query, body, account.login if account else "")
        call, reply = fake.reply(call)
        if reply is None:
            self._break_off(call)
            return
        self._send(reply)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _answer  # noqa: N815 - the names that the library calls

    def _break_off(self, call: Call) -> None:
        self.close_connection = True
        if call.fault and call.fault.kind == "reset":
            # Without lingering the peer sees a reset rather than an end.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack(_LINGER, 1, 0))
            self.connection.close()
            return
        self.server.fake.hold()

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(reply.body) + reply.missing))
        for name, text in reply.headers.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(reply.body)
        self.close_connection = self.close_connection or reply.missing > 0

    @override
    def log_message(self, *_: object) -> None:
        """Says nothing: `calls` keeps all of it."""
