"""The tracker in a file: where it lies, who may share it, and what it says of files that are none."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import pytest

from hotwash.errors import TrackerError
from hotwash.tracker import embedded
from hotwash.tracker.embedded import EmbeddedTracker
from hotwash.tracker.port import Draft, Edit, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DRAFT = Draft("Title", "Body", ("hotwash",))


@pytest.fixture
def tracker(tmp_path: Path) -> EmbeddedTracker:
    return EmbeddedTracker(tmp_path)


def execute(path: Path, script: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)


def test_reading_creates_nothing(tracker: EmbeddedTracker, tmp_path: Path) -> None:
    assert tracker.list("hotwash") == ()
    with pytest.raises(TrackerError):
        tracker.edit(1, Edit(title="T"))
    with pytest.raises(TrackerError):
        tracker.create(Draft("", "", ()))
    assert list(tmp_path.iterdir()) == []


def test_the_folder_is_ignored_by_git_everywhere(tracker: EmbeddedTracker, tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    tracker.create(DRAFT)
    status = subprocess.run(
        ["git", "-C", str(tmp_path), "status", "--porcelain"], check=True, capture_output=True, text=True
    )
    assert status.stdout == ""
    assert sorted(path.name for path in tracker.path.parent.iterdir()) == [".gitignore", "tracker.sqlite"]


def test_an_ignore_file_of_somebody_is_kept(tracker: EmbeddedTracker) -> None:
    tracker.path.parent.mkdir()
    ignore = tracker.path.parent / ".gitignore"
    ignore.write_text("*\n!keep\n")
    tracker.create(DRAFT)
    assert ignore.read_text() == "*\n!keep\n"


@pytest.mark.parametrize("name", ["it's 100 % #1?", "ü ;,&", "file:x?mode=memory"])
def test_any_folder_will_do(tmp_path: Path, name: str) -> None:
    """Nor is it taken for a URI, in which these characters mean something."""
    folder = tmp_path / name
    folder.mkdir()
    tracker = EmbeddedTracker(folder)
    tracker.create(DRAFT)
    assert len(tracker.list("hotwash")) == 1
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_relative_root_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    EmbeddedTracker(type(tmp_path)()).create(DRAFT)
    assert (tmp_path / ".hotwash" / "tracker.sqlite").is_file()


def test_numbers_are_never_used_twice(tracker: EmbeddedTracker) -> None:
    tracker.create(DRAFT)
    number = tracker.create(DRAFT).number
    execute(tracker.path, "DELETE FROM issue_label WHERE issue = 2; DELETE FROM issue WHERE number = 2")
    assert tracker.create(DRAFT).number == number + 1


# --- files that are no tracker ---------------------------------------------------------------------------------------


def calls(tracker: EmbeddedTracker) -> list[tuple[str, str]]:
    """The message and remedy of each call; a call that works fails the test."""
    found = []
    for call in (
        lambda: tracker.list("hotwash"),
        lambda: tracker.create(DRAFT),
        lambda: tracker.edit(1, Edit(title="T")),
    ):
        with pytest.raises(UnavailableError) as caught:
            call()
        found.append((caught.value.message, caught.value.hint))
    return found


@pytest.mark.parametrize("content", [b"not a database at all" * 100, b"SQLite format 3\0" + b"\xff" * 4096, b"xy"])
def test_a_file_that_is_no_database_is_named_with_a_remedy(tracker: EmbeddedTracker, content: bytes) -> None:
    tracker.path.parent.mkdir()
    tracker.path.write_bytes(content)
    for message, hint in calls(tracker):
        assert str(tracker.path) in message
        assert f"mv {tracker.path} {tracker.path}.old" in hint
    assert tracker.path.read_bytes() == content


def test_a_database_of_another_program_is_left_alone(tracker: EmbeddedTracker) -> None:
    tracker.path.parent.mkdir()
    execute(tracker.path, "CREATE TABLE accounts (id INTEGER)")
    before = tracker.path.read_bytes()
    assert all("not a tracker of hotwash" in message for message, _ in calls(tracker))
    assert tracker.path.read_bytes() == before


def test_a_tracker_of_another_version_is_left_alone(tracker: EmbeddedTracker) -> None:
    tracker.create(DRAFT)
    execute(tracker.path, "PRAGMA user_version = 1")
    assert all("another version of hotwash (form 1, not 2)" in message for message, _ in calls(tracker))


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TRIGGER t AFTER INSERT ON issue BEGIN DELETE FROM issue; END",
        "CREATE VIEW v AS SELECT 1",
        "DROP TABLE issue_label; DROP TABLE label; CREATE VIEW label AS SELECT 1 AS id, 'hotwash' AS name",
    ],
    ids=["trigger", "view", "view for a table"],
)
def test_a_schema_that_somebody_made_to_be_run_is_not_run(tracker: EmbeddedTracker, statement: str) -> None:
    tracker.create(DRAFT)
    execute(tracker.path, statement)
    calls(tracker)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE issue SET title = CAST(x'ff' AS TEXT)",
        "UPDATE issue SET state = 'gone'",
        "UPDATE issue SET state_reason = 7",
        "UPDATE label SET name = CAST(x'80' AS TEXT) WHERE 0; UPDATE issue SET body = x'c328'",
    ],
)
def test_values_that_no_issue_has_are_an_error_and_no_crash(tracker: EmbeddedTracker, statement: str) -> None:
    tracker.create(DRAFT)
    execute(tracker.path, statement)
    with pytest.raises(UnavailableError, match="damaged"):
        tracker.list("hotwash")


def test_a_truncated_tracker_is_named_with_a_remedy(tracker: EmbeddedTracker) -> None:
    for _ in range(50):
        tracker.create(Draft("T", "x" * 2000, ("hotwash",)))
    os.truncate(tracker.path, tracker.path.stat().st_size // 2)
    with pytest.raises(UnavailableError) as caught:
        tracker.list("hotwash")
    assert "mv " in caught.value.hint


def test_an_empty_file_is_an_empty_tracker(tracker: EmbeddedTracker) -> None:
    """A process was killed between making the file and its first issue."""
    tracker.path.parent.mkdir()
    tracker.path.touch()
    assert tracker.list("hotwash") == ()
    assert tracker.create(DRAFT).number == 1


def test_a_folder_in_place_of_the_file_is_named(tracker: EmbeddedTracker) -> None:
    tracker.path.mkdir(parents=True)
    calls(tracker)


def test_a_file_in_place_of_the_folder_is_named(tracker: EmbeddedTracker) -> None:
    tracker.path.parent.write_text("mine")
    with pytest.raises(UnavailableError):
        tracker.create(DRAFT)
    assert tracker.path.parent.read_text() == "mine"


@pytest.mark.parametrize("which", ["folder", "file", "dangling file"])
def test_no_link_is_followed(tracker: EmbeddedTracker, tmp_path: Path, which: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "tracker.sqlite").write_bytes(b"")
    if which == "folder":
        tracker.path.parent.symlink_to(elsewhere)
    else:
        tracker.path.parent.mkdir()
        tracker.path.symlink_to(elsewhere / ("tracker.sqlite" if which == "file" else "new.sqlite"))
    for message, hint in calls(tracker):
        assert "symbolic link" in message
        assert hint
    assert [path.name for path in elsewhere.iterdir()] == ["tracker.sqlite"]
    assert (elsewhere / "tracker.sqlite").read_bytes() == b""


@contextmanager
def without_privileges() -> Iterator[None]:
    """As somebody who may not do everything: tests in a container often run as root."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)  # nobody
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_folder_without_rights_is_an_error_and_not_an_empty_tracker(tracker: EmbeddedTracker) -> None:
    tracker.create(DRAFT)
    tracker.path.parent.chmod(0)
    try:
        with without_privileges():
            calls(tracker)
    finally:
        tracker.path.parent.chmod(0o700)


# --- more than one process -------------------------------------------------------------------------------------------

_WRITER = """
import sys
from pathlib import Path
from hotwash.tracker.embedded import EmbeddedTracker
from hotwash.tracker.port import Draft

for number in range(25):
    EmbeddedTracker(Path(sys.argv[1]), sys.argv[2]).create(Draft(f"{sys.argv[2]} {number}", "", ("hotwash", "x")))
"""


def test_two_processes_that_write_at_once_both_succeed(tmp_path: Path) -> None:
    writers = [subprocess.Popen([sys.executable, "-c", _WRITER, str(tmp_path), name]) for name in ("ann", "bob")]
    assert [writer.wait(timeout=90) for writer in writers] == [0, 0]
    issues = EmbeddedTracker(tmp_path).list("hotwash")
    assert [issue.number for issue in issues] == list(range(1, 51))
    assert sorted(issue.title for issue in issues) == sorted(f"{who} {n}" for who in ("ann", "bob") for n in range(25))


def test_a_writer_waits_for_another(tracker: EmbeddedTracker) -> None:
    tracker.create(DRAFT)
    with closing(sqlite3.connect(tracker.path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        timer = threading.Timer(0.3, other.execute, ["COMMIT"])
        timer.start()
        assert tracker.create(DRAFT).number == 2
        timer.join()


def test_a_tracker_that_stays_busy_is_named(tracker: EmbeddedTracker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "BUSY_TIMEOUT_S", 0)
    tracker.create(DRAFT)
    with closing(sqlite3.connect(tracker.path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert all("in use by another process" in message for message, _ in calls(tracker))


def test_a_call_that_fails_midway_leaves_nothing_behind(tracker: EmbeddedTracker) -> None:
    """An edit sets fields first and labels last: a refusal at the end takes all of it back."""
    before = tracker.create(DRAFT)
    with pytest.raises(TrackerError):
        tracker.edit(before.number, Edit(title="T", state="closed", labels=("x" * 51,)))
    with pytest.raises(UnicodeEncodeError):
        tracker.edit(before.number, Edit(title="T", labels=("hotwash", "\ud800")))
    assert tracker.list("hotwash") == (before,)


def test_no_connection_stays_open(tracker: EmbeddedTracker) -> None:
    tracker.create(DRAFT)
    tracker.list("hotwash")
    with pytest.raises(TrackerError):
        tracker.edit(9, Edit(title="T"))
    with closing(sqlite3.connect(tracker.path, timeout=0, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        other.execute("ROLLBACK")
    assert [path.name for path in tracker.path.parent.iterdir() if path.name.startswith("tracker.sqlite-")] == []
