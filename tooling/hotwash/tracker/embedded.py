"""The port over SQLite: a tracker in a file, for laptops without a network, for demos and for tests."""

from __future__ import annotations

import shlex
import sqlite3
import stat
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

from hotwash.errors import TrackerError
from hotwash.tracker.port import (
    Comment,
    Draft,
    Edit,
    Home,
    Issue,
    MissingError,
    PullRequest,
    PullRequestDraft,
    PullRequestState,
    State,
    StateReason,
    UnavailableError,
    moment,
    no_milestone,
    refuse_beyond_limits,
    refuse_comment,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

STATE_FOLDER = ".hotwash"
FILE = "tracker.sqlite"
ACCOUNT = "hotwash[embedded]"  # the brackets keep it apart from every login that a person can have

BUSY_TIMEOUT_S = 10
_APPLICATION_ID = 0x686F7477  # "hotw"
_SCHEMA_VERSION = 2
# Numbers are never used twice, and a label keeps the spelling that came first: both as on GitHub.
_SCHEMA = (
    """CREATE TABLE issue (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL,
    state_reason TEXT,
    author TEXT NOT NULL,
    closed_at TEXT
)""",
    """CREATE TABLE label (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE
)""",
    """CREATE TABLE issue_label (
    issue INTEGER NOT NULL REFERENCES issue (number),
    label INTEGER NOT NULL REFERENCES label (id),
    PRIMARY KEY (issue, label)
)""",
    """CREATE TABLE assignee (
    issue INTEGER NOT NULL REFERENCES issue (number),
    login TEXT NOT NULL COLLATE NOCASE,
    PRIMARY KEY (issue, login)
)""",
    """CREATE TABLE milestone (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL UNIQUE
)""",
    """CREATE TABLE issue_milestone (
    issue INTEGER PRIMARY KEY REFERENCES issue (number),
    milestone INTEGER NOT NULL REFERENCES milestone (id)
)""",
    """CREATE TABLE comment (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    issue INTEGER NOT NULL REFERENCES issue (number),
    body TEXT NOT NULL,
    author TEXT NOT NULL,
    written_at TEXT
)""",
    """CREATE TABLE pull_request (
    number INTEGER PRIMARY KEY REFERENCES issue (number),
    branch TEXT NOT NULL,
    base TEXT NOT NULL,
    merged INTEGER NOT NULL DEFAULT 0
)""",
)

# The casts make text of whatever a hostile file holds in a column. A pull request has its number, title and text in
# the same table, as on GitHub, and is no issue here.
_ISSUES = (
    "SELECT issue.number, CAST(issue.title AS TEXT), CAST(body AS TEXT), state, state_reason, CAST(author AS TEXT),"
    " CAST(milestone.title AS TEXT), closed_at FROM issue"
    " LEFT JOIN issue_milestone ON issue_milestone.issue = issue.number"
    " LEFT JOIN milestone ON milestone.id = issue_milestone.milestone"
    " WHERE issue.number IN ({}) AND issue.number NOT IN (SELECT number FROM pull_request) ORDER BY issue.number"
)
_NAMES = (
    "SELECT issue, CAST(name AS TEXT) FROM issue_label JOIN label ON label.id = issue_label.label"
    " WHERE issue IN ({}) ORDER BY issue, name"
)
_ASSIGNEES = "SELECT issue, CAST(login AS TEXT) FROM assignee WHERE issue IN ({}) ORDER BY issue, login"
_LABELLED = "SELECT issue FROM issue_label JOIN label ON label.id = issue_label.label WHERE label.name = ?"
_PULL_REQUESTS = (
    "SELECT number, CAST(title AS TEXT), state, merged, CAST(branch AS TEXT), CAST(base AS TEXT), CAST(author AS TEXT)"
    " FROM issue JOIN pull_request USING (number) WHERE {} ORDER BY number"
)


@dataclass(frozen=True, slots=True)
class EmbeddedTracker:
    """The issues in `.hotwash/tracker.sqlite` below a root.

    Reading creates nothing; the first write creates the folder, and in it a `.gitignore` that hides all of it from git.
    Each call opens the file, does its work in one transaction and closes it, so that several processes may share it.

    Attributes:
        account: The login under which it opens issues.
        people: The logins that issues can be assigned to; a file knows nobody by itself.
        clock: What tells when an issue is closed and a comment written; None where nobody asks.
    """

    root: Path
    account: str = ACCOUNT
    people: tuple[str, ...] = ()
    clock: Callable[[], datetime] | None = None

    @property
    def path(self) -> Path:
        """The file; it may not be there yet."""
        return self.root / STATE_FOLDER / FILE

    def list(self, label: str) -> tuple[Issue, ...]:
        """All issues with a label, open and closed, by number."""
        with self._reading() as connection:
            return self._issues(connection, _LABELLED, label) if connection else ()

    def get(self, number: int) -> Issue:
        """An issue as it is now.

        Raises:
            MissingError: There is no such issue.
        """
        with self._reading() as connection:
            if connection is None:
                raise _no_issue(number)
            return self._issue(connection, number)

    def create(self, draft: Draft) -> Issue:
        """A new issue, with the next number.

        Raises:
            TrackerError: The draft is beyond a limit of the port.
        """
        refuse_beyond_limits(draft.title, draft.body, draft.labels, draft.assignees)
        self._refuse_strangers(draft.assignees)
        self._make_folder()
        with self._transaction(writes=True) as connection:
            number = self._insert(connection, draft.title, draft.body)
            _set_labels(connection, number, draft.labels)
            self._set_assignees(connection, number, draft.assignees)
            _set_milestone(connection, number, draft.milestone)
            return self._issue(connection, number)

    def edit(self, number: int, edit: Edit) -> Issue:
        """The issue after the edit.

        Raises:
            MissingError: There is no such issue.
            TrackerError: The edit is beyond a limit of the port.
        """
        with self._changing(number) as connection:
            before = self._issue(connection, number)
            title = before.title if edit.title is None else edit.title
            body = before.body if edit.body is None else edit.body
            refuse_beyond_limits(title, body, edit.labels or (), edit.assignees or ())
            self._refuse_strangers(edit.assignees or ())
            connection.execute(
                "UPDATE issue SET title = ?, body = ?, state = ?, state_reason = ?, closed_at = ? WHERE number = ?",
                (title, body, *_state_after(before, edit), self._closed_at(before, edit), number),
            )
            if edit.labels is not None:
                connection.execute("DELETE FROM issue_label WHERE issue = ?", (number,))
                _set_labels(connection, number, edit.labels)
            if edit.assignees is not None:
                connection.execute("DELETE FROM assignee WHERE issue = ?", (number,))
                self._set_assignees(connection, number, edit.assignees)
            if edit.milestone is not None:
                connection.execute("DELETE FROM issue_milestone WHERE issue = ?", (number,))
                _set_milestone(connection, number, edit.milestone)
            return self._issue(connection, number)

    def comment(self, number: int, body: str) -> Comment:
        """A new comment on an issue.

        Raises:
            MissingError: There is no such issue.
            TrackerError: The text is empty or beyond a limit of the port.
        """
        refuse_comment(body)
        with self._changing(number) as connection:
            self._issue(connection, number)
            id_ = connection.execute(
                "INSERT INTO comment (issue, body, author, written_at) VALUES (?, ?, ?, ?)",
                (number, body, self.account, self._now()),
            ).lastrowid
            assert id_ is not None  # noqa: S101 - an INSERT that did not raise has one
            return Comment(id_, body, self.account, moment(self._now()))

    def comments(self, number: int) -> tuple[Comment, ...]:
        """All comments on an issue, the oldest first.

        Raises:
            MissingError: There is no such issue.
        """
        with self._reading() as connection:
            if connection is None:
                raise _no_issue(number)
            self._issue(connection, number)
            found = connection.execute(
                "SELECT id, CAST(body AS TEXT), CAST(author AS TEXT), written_at FROM comment WHERE issue = ? ORDER BY id",
                (number,),
            )
            return tuple(Comment(id_, body, author, moment(at)) for id_, body, author, at in found)

    def assignable(self) -> frozenset[str]:
        """The people that the tracker was opened with."""
        return frozenset(self.people)

    def milestones(self) -> tuple[str, ...]:
        """The titles of all milestones, sorted."""
        with self._reading() as connection:
            if connection is None:
                return ()
            found = connection.execute("SELECT CAST(title AS TEXT) FROM milestone ORDER BY title")
            return tuple(title for (title,) in found)

    def create_milestone(self, title: str) -> None:
        """A new milestone; nothing where there is one of that title. On GitHub people make them, so no port asks it."""
        self._make_folder()
        with self._transaction(writes=True) as connection:
            connection.execute("INSERT OR IGNORE INTO milestone (title) VALUES (?)", (title,))

    def open_pull_requests(self, branch: str) -> tuple[PullRequest, ...]:
        """The open ones from a branch, by number."""
        with self._reading() as connection:
            if connection is None:
                return ()
            return self._pull_requests(connection, "branch = ? AND state = 'open'", branch)

    def pull_request(self, url: str) -> PullRequest:
        """The pull request behind an address.

        Raises:
            MissingError: This tracker has none there.
        """
        page, _, number = url.rpartition("#")
        with self._reading() as connection:
            known = connection is not None and page == self._page and number.isascii() and number.isdigit()
            found = self._pull_requests(connection, "number = ?", int(number[:18])) if connection and known else ()
            if not found:
                message = f"there is no pull request at {url}"
                raise MissingError(message, "see that the address is right")
            return found[0]

    def create_pull_request(self, draft: PullRequestDraft) -> PullRequest:
        """A new pull request.

        Raises:
            TrackerError: One is open already, or the draft is beyond a limit of the port.
        """
        refuse_beyond_limits(draft.title, draft.body)
        self._make_folder()
        with self._transaction(writes=True) as connection:
            for there in self._pull_requests(connection, "branch = ? AND state = 'open'", draft.branch):
                if there.base == draft.base:
                    message = f"a pull request from {draft.branch} into {draft.base} is open already: #{there.number}"
                    raise TrackerError(message, "add to that one")
            number = self._insert(connection, draft.title, draft.body)
            connection.execute(
                "INSERT INTO pull_request (number, branch, base) VALUES (?, ?, ?)", (number, draft.branch, draft.base)
            )
            return self._pull_requests(connection, "number = ?", number)[0]

    def close_pull_request(self, number: int, *, merged: bool) -> None:
        """Close a pull request, by merging it or without. People do that, so no port asks it."""
        with self._changing(number) as connection:
            connection.execute("UPDATE pull_request SET merged = ? WHERE number = ?", (merged, number))
            connection.execute(
                "UPDATE issue SET state = 'closed' WHERE number IN (SELECT number FROM pull_request WHERE number = ?)",
                (number,),
            )

    def label(self, number: int, label: str) -> None:
        """Put a label on an issue or a pull request, as people do on its page; none is taken off."""
        with self._changing(number) as connection:
            _set_labels(connection, number, (label,))

    def whoami(self) -> str | None:
        """The account that it was opened as."""
        return self.account

    def home(self) -> Home:
        """The folder; a file on a laptop is as private as can be."""
        return Home(self.root.absolute().name, self._page, "private", "main")

    @property
    def _page(self) -> str:
        return self.path.absolute().as_uri()

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection | None]:
        """A connection; None where nothing was ever written."""
        if not self._is_there():
            yield None
            return
        with self._transaction(writes=False) as connection:
            yield None if _is_blank(connection) else connection

    @contextmanager
    def _changing(self, number: int) -> Iterator[sqlite3.Connection]:
        if not self._is_there():
            raise _no_issue(number)
        with self._transaction(writes=True) as connection:
            yield connection

    def _insert(self, connection: sqlite3.Connection, title: str, body: str) -> int:
        number = connection.execute(
            "INSERT INTO issue (title, body, state, author) VALUES (?, ?, 'open', ?)", (title, body, self.account)
        ).lastrowid
        assert number is not None  # noqa: S101 - an INSERT that did not raise has one
        return number

    def _now(self) -> str | None:
        return self.clock().isoformat() if self.clock is not None else None

    def _closed_at(self, before: Issue, edit: Edit) -> str | None:
        if edit.state == "closed":
            return self._now()
        return before.closed_at.isoformat() if before.closed_at is not None and edit.state is None else None

    def _refuse_strangers(self, logins: tuple[str, ...]) -> None:
        known = {login.casefold() for login in self.people}
        for login in logins:
            if login.casefold() not in known:
                message = f"no issue can be assigned to {login}"
                raise TrackerError(message, "leave it unassigned, or give that person access")

    def _set_assignees(self, connection: sqlite3.Connection, number: int, logins: tuple[str, ...]) -> None:
        spelling = {login.casefold(): login for login in self.people}
        connection.executemany(
            "INSERT OR IGNORE INTO assignee (issue, login) VALUES (?, ?)",
            [(number, spelling[login.casefold()]) for login in logins],
        )

    def _issue(self, connection: sqlite3.Connection, number: int) -> Issue:
        found = self._issues(connection, "SELECT ?", number)
        if not found:
            raise _no_issue(number)
        return found[0]

    def _issues(self, connection: sqlite3.Connection, which: str, parameter: str | int) -> tuple[Issue, ...]:
        """The issues whose numbers a query of this module gives, by number."""
        labels = _names(connection, _NAMES.format(which), parameter)
        assignees = _names(connection, _ASSIGNEES.format(which), parameter)
        found = []
        rows = connection.execute(_ISSUES.format(which), (parameter,))
        for number, title, body, state, reason, author, milestone, closed_at in rows:
            if state not in get_args(State) or (reason is not None and reason not in get_args(StateReason)):
                message = f"issue #{number} has no state that hotwash knows"
                raise sqlite3.DatabaseError(message)
            found.append(
                Issue(
                    number,
                    title,
                    body,
                    labels.get(number, ()),
                    state,
                    reason,
                    author,
                    assignees.get(number, ()),
                    milestone,
                    f"{self._page}#{number}",
                    moment(closed_at),
                )
            )
        return tuple(found)

    def _pull_requests(
        self, connection: sqlite3.Connection, condition: str, parameter: str | int
    ) -> tuple[PullRequest, ...]:
        """Those for which a condition of this module holds, by number."""
        found = []
        rows = connection.execute(_PULL_REQUESTS.format(condition), (parameter,))
        for number, title, state, merged, branch, base, author in rows:
            became: PullRequestState = "open" if state == "open" else "merged" if merged else "closed"
            found.append(PullRequest(number, title, became, branch, base, author, f"{self._page}#{number}"))
        return tuple(found)

    def _is_there(self) -> bool:
        try:
            # A link in a repository that somebody cloned could lead to any file of theirs (threats P2).
            links = [path for path in (self.path.parent, self.path) if stat.S_ISLNK(path.lstat().st_mode)]
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError as error:
            message = f"{self.path} cannot be reached: {error.strerror}"
            raise UnavailableError(
                message, f"give yourself the right to read it: chmod u+rwx {self.path.parent}"
            ) from error
        if links:
            message = f"{links[0]} is a symbolic link, and the tracker follows none"
            raise UnavailableError(message, f"see where it leads, then remove it: rm {links[0]}")
        return True

    def _make_folder(self) -> None:
        if self._is_there():
            return
        try:
            self.path.parent.mkdir(exist_ok=True)
            with (self.path.parent / ".gitignore").open("x", encoding="utf-8", newline="\n") as ignore:
                ignore.write("*\n")
        except FileExistsError:
            pass
        except OSError as error:
            message = f"{self.path.parent} cannot be made: {error.strerror}"
            raise UnavailableError(message, f"give yourself the right to write there: chmod u+w {self.root}") from error

    @contextmanager
    def _transaction(self, *, writes: bool) -> Iterator[sqlite3.Connection]:
        """A connection inside a transaction, kept when the block ends and taken back when it raises."""
        try:
            # Reading opens it for writing too: what a killed process left half done is taken back by who comes next.
            with closing(sqlite3.connect(self.path, timeout=BUSY_TIMEOUT_S, isolation_level=None)) as connection:
                # A file that came with a clone may hold a schema that was made to be run.
                connection.execute("PRAGMA trusted_schema = OFF")
                connection.execute("PRAGMA foreign_keys = ON")
                connection.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
                if not _is_blank(connection):
                    self._refuse_foreign(connection)
                elif writes:
                    _create_schema(connection)
                yield connection
                connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise self._unavailable(error) from error

    def _refuse_foreign(self, connection: sqlite3.Connection) -> None:
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if application == _APPLICATION_ID and version != _SCHEMA_VERSION:
            message = f"{self.path} was written by another version of hotwash (form {version}, not {_SCHEMA_VERSION})"
            raise UnavailableError(message, f"use that version, or start anew: {self._set_aside()}")
        # All of it, since a trigger that is not ours would run at our next write.
        found = connection.execute(
            "SELECT sql FROM sqlite_master WHERE name NOT LIKE 'sqlite@_%' ESCAPE '@'"
        ).fetchall()
        if application != _APPLICATION_ID or sorted(str(sql) for (sql,) in found) != sorted(_SCHEMA):
            message = f"{self.path} is not a tracker of hotwash"
            raise UnavailableError(message, f"move it away, and the next `apply` starts anew: {self._set_aside()}")

    def _unavailable(self, error: sqlite3.Error) -> UnavailableError:
        # Text that is no UTF-8 comes without a name.
        name = getattr(error, "sqlite_errorname", "SQLITE_CORRUPT")
        if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            message = f"{self.path} is in use by another process"
            return UnavailableError(message, "wait for it to end, then run the command again")
        if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
            message = f"{self.path} is damaged, or not a tracker of hotwash: {error}"
            return UnavailableError(message, f"move it away, and the next `apply` starts anew: {self._set_aside()}")
        message = f"{self.path} cannot be used: {error}"
        return UnavailableError(message, "see that the file and its folder may be written, and that the disk has room")

    def _set_aside(self) -> str:
        path = shlex.quote(str(self.path))
        return f"mv {path} {path}.old"


def _is_blank(connection: sqlite3.Connection) -> bool:
    """Nothing was ever kept here: a process was killed between making the file and its first issue."""
    return connection.execute("SELECT 1 FROM sqlite_master").fetchone() is None


def _create_schema(connection: sqlite3.Connection) -> None:
    for statement in _SCHEMA:
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {_SCHEMA_VERSION}")


def _names(connection: sqlite3.Connection, query: str, parameter: str | int) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    for number, name in connection.execute(query, (parameter,)):
        found[number] = (*found.get(number, ()), name)
    return found


def _set_labels(connection: sqlite3.Connection, number: int, labels: tuple[str, ...]) -> None:
    connection.executemany("INSERT OR IGNORE INTO label (name) VALUES (?)", [(name,) for name in labels])
    connection.executemany(
        "INSERT OR IGNORE INTO issue_label (issue, label) SELECT ?, id FROM label WHERE name = ?",
        [(number, name) for name in labels],
    )


def _set_milestone(connection: sqlite3.Connection, number: int, title: str | None) -> None:
    if not title:
        return
    found = connection.execute("SELECT id FROM milestone WHERE title = ?", (title,)).fetchone()
    if found is None:
        raise no_milestone(title)
    connection.execute("INSERT INTO issue_milestone (issue, milestone) VALUES (?, ?)", (number, *found))


def _state_after(before: Issue, edit: Edit) -> tuple[State, StateReason | None]:
    match edit.state:
        case "closed":
            return "closed", edit.state_reason or "completed"
        case "open" if before.state == "closed":
            return "open", "reopened"
        case _:
            return before.state, before.state_reason


def _no_issue(number: int) -> MissingError:
    return MissingError(f"there is no issue #{number}", "see what there is: hotwash plan")
