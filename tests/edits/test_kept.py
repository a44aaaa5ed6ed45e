"""What was typed is in a file until it has landed, wherever a file can be, and only for who typed it."""

from __future__ import annotations

import os
import stat
import tempfile
from typing import TYPE_CHECKING

import pytest

from hotwash.edits import kept as module
from hotwash.edits.kept import keep, left
from tests.builders import NOW

if TYPE_CHECKING:
    from pathlib import Path

REQUEST = b'{"op": "log", "text": "Typed at night"}\n'


@pytest.fixture(autouse=True)
def _elsewhere(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder for temporary files of our own."""
    (place / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place / "tmp"))


@pytest.fixture
def root(place: Path) -> Path:
    folder = place / "root"
    folder.mkdir()
    return folder


def abandoned(root: Path, request: bytes = REQUEST) -> Path:
    """What a process leaves that was killed: the system lets its locks go."""
    kept = keep(root, "log", request, NOW)
    assert kept.file is not None
    kept._release()
    return kept.file


def test_it_is_in_a_file_for_its_owner_alone_that_git_leaves_alone(root: Path) -> None:
    kept = keep(root, "first-actions", REQUEST, NOW)
    assert kept.file is not None
    assert kept.file.parent == root / ".hotwash/kept"
    assert kept.file.name.startswith("20261123T085900Z-first-actions-")
    assert kept.file.read_bytes() == REQUEST
    assert stat.S_IMODE(kept.file.stat().st_mode) == 0o600
    assert (root / ".hotwash/.gitignore").read_text() == "*\n"
    assert f"hotwash first-actions --from {kept.file}" in kept.told


def test_done_leaves_nothing(root: Path) -> None:
    keep(root, "log", REQUEST, NOW).done()
    assert list((root / ".hotwash/kept").iterdir()) == []
    assert left(root) == ()


def test_what_is_at_work_is_not_left(root: Path) -> None:
    kept = keep(root, "log", REQUEST, NOW)
    assert left(root) == ()
    file = abandoned(root)
    assert left(root) == (file,)
    kept.done()
    assert left(root) == (file,)


def test_a_further_answer_takes_the_place_of_what_was_kept(root: Path) -> None:
    kept = keep(root, "log", REQUEST, NOW)
    first = kept.file
    kept.again(b'{"more": 1}')
    assert kept.file == first
    assert first is not None
    assert first.read_bytes() == b'{"more": 1}'
    assert left(root) == ()
    kept.done()
    assert list((root / ".hotwash/kept").iterdir()) == []


@pytest.mark.parametrize("where", [".hotwash", ".hotwash/kept"])
def test_a_link_that_came_with_the_repository_is_not_followed(root: Path, place: Path, where: str) -> None:
    outside = place / "outside"
    outside.mkdir()
    (root / where).parent.mkdir(exist_ok=True)
    (root / where).symlink_to(outside)
    kept = keep(root, "log", REQUEST, NOW)
    assert kept.file is not None
    assert kept.file.is_relative_to(place / "tmp")
    assert list(outside.iterdir()) == []
    kept._release()
    assert left(root) == (kept.file,)


def test_where_there_is_no_room_it_is_elsewhere_and_else_it_is_printed(
    root: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / ".hotwash").write_text("a file in the way")
    kept = keep(root, "log", REQUEST, NOW)
    assert kept.file is not None
    assert kept.file.is_relative_to(place / "tmp")
    kept.done()
    monkeypatch.setattr(tempfile, "tempdir", str(place / "nowhere"))
    kept = keep(root, "log", REQUEST, NOW)
    assert kept.file is None
    assert "Typed at night" in kept.told
    assert "--from -" in kept.told
    kept.done()


def test_a_disk_that_is_full_in_the_middle_leaves_no_half_of_it(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write

    def full(handle: int, data: bytes) -> int:
        if len(data) == len(REQUEST):
            return real(handle, bytes(data)[:4])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    kept = keep(root, "log", REQUEST, NOW)
    assert kept.file is None
    assert list((root / ".hotwash/kept").iterdir()) == []
    assert "Typed at night" in kept.told


def test_the_folder_of_somebody_else_is_not_trusted(root: Path, place: Path) -> None:
    (root / ".hotwash").write_text("a file in the way")
    for folder in (place / "tmp").iterdir():
        folder.rmdir()
    name = module._elsewhere(root)
    assert name is not None
    name.symlink_to(place)
    kept = keep(root, "log", REQUEST, NOW)
    assert kept.file is None


def test_strange_files_are_none_that_were_left(root: Path) -> None:
    file = abandoned(root)
    folder = file.parent
    (folder / "a.json").symlink_to(file)
    os.mkfifo(folder / "b.json")
    (folder / "c.json").mkdir()
    (folder / "d.txt").write_text("x")
    assert left(root) == (file,)
