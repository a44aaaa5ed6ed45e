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
    BODY_LIMIT,
    LABEL_LIMIT,
    LABELS_LIMIT,
    TITLE_LIMIT,
    Draft,
    Edit,
    Issue,
    State,
    StateReason,
    UnavailableError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STATE_FOLDER = ".hotwash"
FILE = "tracker.sqlite"
ACCOUNT = "hotwash[embedded]"  # the brackets keep it apart from every login that a person can have

BUSY_TIMEOUT_S = 10
_APPLICATION_ID = 0x686F7477  # "hotw"
_SCHEMA_VERSION = 1
# Numbers are never used twice, and a label keeps the spelling that came first: both as on GitHub.
_SCHEMA = (
    """CREATE TABLE issue (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL,
    state_reason TEXT,
    author TEXT NOT NULL
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
)

# The casts make text of whatever a hostile file holds in a column.
_ISSUES = (
    "SELECT number, CAST(title AS TEXT), CAST(body AS TEXT), state, state_reason, CAST(author AS TEXT)"
    " FROM issue WHERE number IN ({}) ORDER BY number"
)
_NAMES = (
    "SELECT issue, CAST(name AS TEXT) FROM issue_label JOIN label ON label.id = issue_label.label"
    " WHERE issue IN ({}) ORDER BY issue, name"
)
_LABELLED = "SELECT issue FROM issue_label JOIN label ON label.id = issue_label.label WHERE label.name = ?"


@dataclass(frozen=True, slots=True)
class EmbeddedTracker:
    """The issues in `.hotwash/tracker.sqlite` below a root.

    Reading creates nothing; the first write creates the folder, and in it a `.gitignore` that hides all of it from git.
    Each call opens the file, does its work in one transaction and closes it, so that several processes may share it.

    Attributes:
        account: The login under which it opens issues.
    """

    root: Path
    account: str = ACCOUNT

    @property
    def path(self) -> Path:
        """The file; it may not be there yet."""
        return self.root / STATE_FOLDER / FILE

    def list(self, label: str) -> tuple[Issue, ...]:
        """All issues with a label, open and closed, by number."""
        if not self._is_there():
            return ()
        with self._transaction(writes=False) as connection:
            if _is_blank(connection):
                return ()
            return _issues(connection, _LABELLED, label)

    def create(self, draft: Draft) -> Issue:
        """A new issue, with the next number.

        Raises:
            TrackerError: The draft is beyond a limit of the port.
        """
        _refuse_beyond_limits(draft.title, draft.body, draft.labels)
        self._make_folder()
        with self._transaction(writes=True) as connection:
            number = connection.execute(
                "INSERT INTO issue (title, body, state, author) VALUES (?, ?, 'open', ?)",
                (draft.title, draft.body, self.account),
            ).lastrowid
            assert number is not None  # noqa: S101 - an INSERT that did not raise has one
            _set_labels(connection, number, draft.labels)
            return _issue(connection, number)

    def edit(self, number: int, edit: Edit) -> Issue:
        """The issue after the edit.

        Raises:
            TrackerError: There is no such issue, or the edit is beyond a limit of the port.
        """
        if not self._is_there():
            raise _no_issue(number)
        with self._transaction(writes=True) as connection:
            before = _issue(connection, number)
            title = before.title if edit.title is None else edit.title
            body = before.body if edit.body is None else edit.body
            _refuse_beyond_limits(title, body, edit.labels or ())
            connection.execute(
                "UPDATE issue SET title = ?, body = ?, state = ?, state_reason = ? WHERE number = ?",
                (title, body, *_state_after(before, edit), number),
            )
            if edit.labels is not None:
                connection.execute("DELETE FROM issue_label WHERE issue = ?", (number,))
                _set_labels(connection, number, edit.labels)
            return _issue(connection, number)

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


def _issue(connection: sqlite3.Connection, number: int) -> Issue:
    found = _issues(connection, "SELECT ?", number)
    if not found:
        raise _no_issue(number)
    return found[0]


def _issues(connection: sqlite3.Connection, which: str, parameter: str | int) -> tuple[Issue, ...]:
    """The issues whose numbers a query of this module gives, by number."""
    labels: dict[int, list[str]] = {}
    for number, name in connection.execute(_NAMES.format(which), (parameter,)):
        labels.setdefault(number, []).append(name)
    found = []
    for number, title, body, state, reason, author in connection.execute(_ISSUES.format(which), (parameter,)):
        if state not in get_args(State) or (reason is not None and reason not in get_args(StateReason)):
            message = f"issue #{number} has no state that hotwash knows"
            raise sqlite3.DatabaseError(message)
        found.append(Issue(number, title, body, tuple(labels.get(number, ())), state, reason, author))
    return tuple(found)


def _set_labels(connection: sqlite3.Connection, number: int, labels: tuple[str, ...]) -> None:
    connection.executemany("INSERT OR IGNORE INTO label (name) VALUES (?)", [(name,) for name in labels])
    connection.executemany(
        "INSERT OR IGNORE INTO issue_label (issue, label) SELECT ?, id FROM label WHERE name = ?",
        [(number, name) for name in labels],
    )


def _state_after(before: Issue, edit: Edit) -> tuple[State, StateReason | None]:
    match edit.state:
        case "closed":
            return "closed", edit.state_reason or "completed"
        case "open" if before.state == "closed":
            return "open", "reopened"
        case _:
            return before.state, before.state_reason


def _refuse_beyond_limits(title: str, body: str, labels: tuple[str, ...]) -> None:
    """Refuse what GitHub refuses, so that what works here works there."""
    found = (
        (not title.strip(), "the title is empty"),
        (len(title) > TITLE_LIMIT, f"the title has {len(title)} characters, at most {TITLE_LIMIT} are taken"),
        (len(body) > BODY_LIMIT, f"the text has {len(body)} characters, at most {BODY_LIMIT} are taken"),
        (len(labels) > LABELS_LIMIT, f"there are {len(labels)} labels, at most {LABELS_LIMIT} are taken"),
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


def _no_issue(number: int) -> TrackerError:
    return TrackerError(f"there is no issue #{number}", "see what there is: hotwash plan")
