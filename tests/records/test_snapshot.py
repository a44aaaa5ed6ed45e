from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hotwash.records.snapshot import (
    NOT_REACHED,
    NOT_REGULAR,
    NOT_THERE,
    RECORD_LIMIT,
    FolderSnapshot,
    MappingSnapshot,
    Refused,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotwash.records.snapshot import Snapshot

FOLDER = "incidents/2026/2026-11-23-checkout"
RECORD = f"{FOLDER}/incident.yaml"
needs_posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither FIFOs nor modes")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of an incident with one record."""
    path = tmp_path / FOLDER
    path.mkdir(parents=True)
    (path / "incident.yaml").write_bytes(b"title: x\n")
    return path


@pytest.fixture
def snapshot(tmp_path: Path, folder: Path) -> FolderSnapshot:
    assert folder.is_relative_to(tmp_path)
    return FolderSnapshot(tmp_path)


def test_all_files_are_listed_in_order_with_slashes(folder: Path, snapshot: FolderSnapshot) -> None:
    for name in ("timeline.d/b.yaml", "timeline.d/a.yaml", "evidence/logs.txt", "Zebra.txt", ".hidden", "é.yaml"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"")
    (folder / "empty").mkdir()
    (folder.parents[2] / "elsewhere.yaml").write_bytes(b"")
    (folder.parents[1] / "policy.yaml").write_bytes(b"")
    below = [".hidden", "Zebra.txt", "evidence/logs.txt", "incident.yaml"]
    below += ["timeline.d/a.yaml", "timeline.d/b.yaml", "é.yaml"]
    assert snapshot.paths() == (*(f"{FOLDER}/{name}" for name in below), "incidents/policy.yaml")


def test_a_record_is_read_byte_for_byte(folder: Path, snapshot: FolderSnapshot) -> None:
    data = b"\xef\xbb\xbfa: \xff\r\n\x00\x1a\n"
    (folder / "incident.yaml").write_bytes(data)
    assert snapshot.read(RECORD) == data


def test_an_empty_file_is_no_bytes_rather_than_a_refusal(folder: Path, snapshot: FolderSnapshot) -> None:
    (folder / "incident.yaml").write_bytes(b"")
    assert snapshot.read(RECORD) == b""


@pytest.mark.parametrize("excess", [0, 1])
def test_a_file_is_read_up_to_the_limit_and_not_one_byte_further(
    folder: Path, snapshot: FolderSnapshot, excess: int
) -> None:
    data = b"#" * (RECORD_LIMIT + excess)
    (folder / "incident.yaml").write_bytes(data)
    for reader in (snapshot, MappingSnapshot({RECORD: data})):
        read = reader.read(RECORD)
        if excess:
            assert isinstance(read, Refused)
            assert read.why == "has 1,048,577 bytes; a record has at most 1,048,576"
        else:
            assert read == data


def test_a_huge_file_with_nothing_on_disk_is_refused_unread(folder: Path, snapshot: FolderSnapshot) -> None:
    with (folder / "incident.yaml").open("wb") as file:
        file.truncate(1 << 40)
    read = snapshot.read(RECORD)
    assert isinstance(read, Refused)
    assert "1,099,511,627,776 bytes" in read.why


@needs_posix
def test_folders_in_folders_are_walked_however_many_there_are(folder: Path, snapshot: FolderSnapshot) -> None:
    """More of them than Python nests calls (threats R3)."""
    here = os.open(".", os.O_RDONLY)
    os.chdir(folder)
    try:
        for _ in range(1_200):
            os.mkdir("a")  # noqa: PTH102 - the path of all of them is too long for a Path
            os.chdir("a")
        os.close(os.open("x", os.O_CREAT))
        os.fchdir(here)
        assert snapshot.paths() == (f"{FOLDER}/{'a/' * 1_200}x", RECORD)
    finally:
        os.fchdir(here)
        os.close(here)
        # pytest itself cannot remove them.
        subprocess.run(["rm", "-rf", folder / "a"], check=True)


# --- links (threats P2)


def outside(tmp_path: Path) -> Path:
    """Something that must not be read through a link."""
    path = tmp_path / "secret.yaml"
    path.write_bytes(b"secret: 1\n")
    return path


def test_a_link_to_a_file_is_listed_and_not_followed(tmp_path: Path, folder: Path, snapshot: FolderSnapshot) -> None:
    (folder / "timeline.yaml").symlink_to(outside(tmp_path))
    assert f"{FOLDER}/timeline.yaml" in snapshot.paths()
    assert snapshot.read(f"{FOLDER}/timeline.yaml") == NOT_REGULAR


def test_a_link_to_a_record_of_the_same_incident_is_not_followed_either(folder: Path, snapshot: FolderSnapshot) -> None:
    (folder / "timeline.yaml").symlink_to("incident.yaml")
    assert snapshot.read(f"{FOLDER}/timeline.yaml") == NOT_REGULAR


def test_a_link_that_leads_nowhere_is_listed_and_refused(folder: Path, snapshot: FolderSnapshot) -> None:
    (folder / "timeline.yaml").symlink_to("nowhere")
    assert f"{FOLDER}/timeline.yaml" in snapshot.paths()
    assert snapshot.read(f"{FOLDER}/timeline.yaml") == NOT_REGULAR


@pytest.mark.parametrize("name", [f"{FOLDER}/evidence", "incidents/2026/2026-11-24-linked", "incidents/2027"])
def test_a_link_to_a_folder_is_one_path_and_nothing_below_it_is_listed(
    tmp_path: Path, snapshot: FolderSnapshot, name: str
) -> None:
    away = tmp_path / "away"
    away.mkdir()
    (away / "incident.yaml").write_bytes(b"title: y\n")
    (tmp_path / name).symlink_to(away, target_is_directory=True)
    assert snapshot.paths() == tuple(sorted((RECORD, name)))
    assert snapshot.read(name) == NOT_REGULAR


def test_links_in_a_circle_end(folder: Path, snapshot: FolderSnapshot) -> None:
    (folder / "self").symlink_to(folder, target_is_directory=True)
    (folder / "a").symlink_to("b")
    (folder / "b").symlink_to("a")
    assert snapshot.paths() == tuple(f"{FOLDER}/{name}" for name in ("a", "b", "incident.yaml", "self"))
    assert snapshot.read(f"{FOLDER}/a") == NOT_REGULAR


def test_incidents_itself_may_not_be_a_link(tmp_path: Path, folder: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "incidents").symlink_to(folder.parents[1], target_is_directory=True)
    assert FolderSnapshot(other).paths() == ("incidents",)
    assert FolderSnapshot(other).read("incidents") == NOT_REGULAR


# --- special files


@needs_posix
def test_a_fifo_with_no_writer_is_refused_and_hangs_nobody(folder: Path, snapshot: FolderSnapshot) -> None:
    os.mkfifo(folder / "timeline.yaml")
    assert f"{FOLDER}/timeline.yaml" in snapshot.paths()
    assert snapshot.read(f"{FOLDER}/timeline.yaml") == NOT_REGULAR
    assert not snapshot.exists(f"{FOLDER}/timeline.yaml")


@needs_posix
def test_a_socket_is_refused(
    tmp_path: Path, folder: Path, snapshot: FolderSnapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)  # the path of a socket has about a hundred characters
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("timeline.yaml")
        assert FolderSnapshot(tmp_path).read(f"{FOLDER}/timeline.yaml") == NOT_REGULAR
        assert f"{FOLDER}/timeline.yaml" in snapshot.paths()


@needs_posix
def test_a_folder_with_the_name_of_a_record_is_refused(folder: Path, snapshot: FolderSnapshot) -> None:
    (folder / "timeline.yaml").mkdir()
    assert snapshot.read(f"{FOLDER}/timeline.yaml") == NOT_REGULAR


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs a file that root cannot read either")
def test_a_file_that_fails_while_it_is_read_is_refused() -> None:
    """As a broken disk does; the memory of a process has nothing at its first byte."""
    read = FolderSnapshot(Path("/proc/self")).read("mem")
    assert isinstance(read, Refused)
    assert read.why.startswith("cannot be read: ")


def test_a_name_that_no_file_can_have_is_refused(snapshot: FolderSnapshot) -> None:
    read = snapshot.read(f"{FOLDER}/{'x' * 5000}")
    assert isinstance(read, Refused)
    assert read.why.startswith("cannot be read: ")


def test_a_file_that_vanished_is_refused_as_such(folder: Path, snapshot: FolderSnapshot) -> None:
    (path,) = snapshot.paths()
    (folder / "incident.yaml").unlink()
    assert snapshot.read(path) == NOT_THERE


def test_no_incidents_are_no_paths(tmp_path: Path) -> None:
    assert FolderSnapshot(tmp_path).paths() == ()


def test_a_file_named_incidents_is_a_path_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "incidents").write_bytes(b"")
    assert FolderSnapshot(tmp_path).paths() == ("incidents",)


# --- modes


@contextmanager
def as_somebody_else() -> Iterator[None]:
    """Root reads everything, whatever the mode says."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder that others can reach, which pytest's own is not."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        (root / FOLDER).mkdir(parents=True)
        (root / RECORD).write_bytes(b"title: x\n")
        root.chmod(0o755)
        yield root


@needs_posix
def test_a_record_without_the_right_to_read_it_is_listed_and_refused(shared: Path) -> None:
    (shared / RECORD).chmod(0)
    with as_somebody_else():
        paths, read = FolderSnapshot(shared).paths(), FolderSnapshot(shared).read(RECORD)
    assert paths == (RECORD,)
    assert read == NOT_REACHED


@needs_posix
@pytest.mark.parametrize("closed", [FOLDER, "incidents/2026", "incidents"])
def test_a_folder_that_cannot_be_listed_is_one_path(shared: Path, closed: str) -> None:
    (shared / closed).chmod(0)
    with as_somebody_else():
        paths, read = FolderSnapshot(shared).paths(), FolderSnapshot(shared).read(closed)
    (shared / closed).chmod(0o755)
    assert paths == (closed,)
    assert read == NOT_REACHED


# --- what exists


@pytest.mark.parametrize(
    ("path", "there"),
    [
        (RECORD, True),
        ("docs/runbook.md", True),
        ("docs", False),
        ("docs/missing.md", False),
        (".git/config", False),
        ("docs/.GIT/config", False),
        (".git. /config", False),
        ("GIT~1/config", False),
        ("docs/.github", True),
        ("docs/link.md", False),
        ("linked/runbook.md", False),
        ("docs/../docs/runbook.md", False),
        ("../outside.md", False),
        (f"{RECORD}/x", False),
        ("a\0b", False),
        ("x" * 5000, False),
        ("", False),
    ],
)
def test_only_a_regular_file_exists(tmp_path: Path, snapshot: FolderSnapshot, path: str, *, there: bool) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/runbook.md").write_bytes(b"")
    for name in (".git", "docs/.GIT", ".git. ", "GIT~1"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "config").write_bytes(b"")
    (tmp_path / "docs/.github").write_bytes(b"")
    (tmp_path / "docs/link.md").symlink_to("runbook.md")
    (tmp_path / "linked").symlink_to("docs", target_is_directory=True)
    (tmp_path.parent / "outside.md").write_bytes(b"")
    assert snapshot.exists(path) is there


def test_a_mapping_is_a_snapshot_like_a_folder(folder: Path, snapshot: FolderSnapshot) -> None:
    files = {RECORD: b"title: x\n", "docs/runbook.md": b"", "incidents/policy.yaml": b"format: 1\n"}
    (folder.parents[1] / "policy.yaml").write_bytes(files["incidents/policy.yaml"])
    mapping: Snapshot = MappingSnapshot(files)
    assert (
        mapping.paths()
        == snapshot.paths()
        == ("incidents/2026/2026-11-23-checkout/incident.yaml", "incidents/policy.yaml")
    )
    assert mapping.read(RECORD) == snapshot.read(RECORD)
    assert mapping.exists("docs/runbook.md")
    assert not mapping.exists("docs")
