"""Many writers at once, and writers that are killed: no entry is lost, none is there twice, no file is half written.

By default a sample; `HOTWASH_WRITERS=20` takes twenty writers of ten entries each, and a kill at every single step.
"""

from __future__ import annotations

import ctypes
import os
import random
import resource
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hotwash.edits.kept import left
from hotwash.records.snapshot import FolderSnapshot
from hotwash.rules.check import check
from tests.builders import FOLDER, NOW
from tests.edits.landing import SUBJECT, bare, cloned, entries, log, shop, subjects, texts, uncommitted
from tests.gitrepo import git

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

WRITERS = int(os.environ.get("HOTWASH_WRITERS", "0"))
TOP = Path(__file__).parents[2]
HERE = Path(__file__).parent
pytestmark = pytest.mark.timeout(3_600 if WRITERS else 300)


def begun(program: str, *arguments: object, before: Callable[[], None] | None = None) -> subprocess.Popen[str]:
    """A process with this suite's modules on its path."""
    return subprocess.Popen(
        [sys.executable, str(HERE / program), *map(str, arguments)],
        preexec_fn=before,  # noqa: PLW1509 - no threads here
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ
        | {"PYTHONPATH": os.pathsep.join([str(TOP / "tooling"), str(TOP)]), "PYTHONDONTWRITEBYTECODE": "1"},
    )


def limited(program: str, *arguments: object, size: int | None = None) -> subprocess.Popen[str]:
    """The same without the rights of a superuser, and where files cannot be larger than so many bytes."""

    def limit() -> None:
        if sys.platform == "linux":
            libc = ctypes.CDLL(None)
            for capability in (_DAC_OVERRIDE, _DAC_READ_SEARCH):
                libc.prctl(_DROP_CAPABILITY, capability, 0, 0, 0)
        if size is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return begun(program, *arguments, before=limit)


_DROP_CAPABILITY, _DAC_OVERRIDE, _DAC_READ_SEARCH = 24, 1, 2


def said(processes: Iterable[subprocess.Popen[str]]) -> dict[str, str]:
    """What became of each entry, by its id."""
    lines = [line for process in processes for line in process.communicate()[0].splitlines()]
    return dict(line.split(" ", 1) for line in lines)


def assert_sound(root: Path, revision: str = "main") -> None:
    """The records of a branch are whole and valid."""
    git(root, "fsck", "--strict", "--no-dangling")
    for name in entries(root, revision):
        text = git(root, "show", f"{revision}:{FOLDER}/timeline.d/{name}.yaml")
        assert text.startswith("at: 2026-11-23T08:5")
        assert "text: " in text


def test_many_clones_push_to_one_remote_at_once(place: Path) -> None:
    writers, count = (WRITERS, 10) if WRITERS else (3, 2)
    remote = bare(place / "b")
    clones = [cloned(remote, f"c{number}") for number in range(writers)]
    told = said([begun("a_writer.py", clone, f"{at:02}", count, "push") for at, clone in enumerate(clones)])
    assert Counter(told.values()) == {"pushed": writers * count}
    assert entries(remote, "main") == sorted(told)
    assert subjects(remote, "main") == [SUBJECT] * (writers * count) + ["base"]
    assert_sound(remote)
    for clone in clones:
        assert uncommitted(clone) == []
        assert left(clone) == ()
    last = cloned(remote, "last")
    assert check(FolderSnapshot(last), now=NOW).report.errors == 0


@pytest.mark.parametrize("writers", [2, 8])
def test_several_processes_in_one_clone(place: Path, writers: int) -> None:
    root = shop(place / "a")
    told = said([begun("a_writer.py", root, f"{at:02}", 2, "stay") for at in range(writers)])
    assert Counter(told.values()) == {"committed": writers * 2}
    assert entries(root) == sorted(told)
    assert subjects(root) == [SUBJECT] * (writers * 2) + ["base"]
    assert uncommitted(root) == []
    assert_sound(root)


def test_several_processes_in_one_clone_push(place: Path) -> None:
    remote = bare(place / "b")
    clones = [cloned(remote, "c1"), cloned(remote, "c2")]
    told = said([begun("a_writer.py", clones[at % 2], f"{at:02}", 2, "push") for at in range(4)])
    assert Counter(told.values()) == {"pushed": 8}
    assert entries(remote, "main") == sorted(told)
    assert subjects(remote, "main") == [SUBJECT] * 8 + ["base"]
    for clone in clones:
        assert uncommitted(clone) == []
        assert log(clone, f"0856-{clone.name}", push=True).pushed
        assert not list((clone / ".hotwash").glob("*/*.json"))


def test_writers_that_are_killed_lose_nothing(place: Path) -> None:
    """Some of many are killed at random moments; what they were asked is at the remote or in a file that is named."""
    # Before the request is in a file, nothing was promised and nothing was done.
    _, first = _steps(place, "push")
    remote = bare(place / "b")
    count = WRITERS or 4
    clones = [cloned(remote, f"c{number}") for number in range(count)]
    dice = random.Random(7)  # noqa: S311 - the same moments each time
    processes = [
        begun("a_killed_writer.py", clone, f"0852-{at:02}", dice.randint(first + 1, 60), "push")
        for at, clone in enumerate(clones)
    ]
    for process in processes:
        process.communicate()
    for at, clone in enumerate(clones):
        id_ = f"0852-{at:02}"
        assert id_ in entries(remote, "main") or id_ in texts(clone), clone
        again = log(clone, id_, push=True)
        assert again.pushed
    assert entries(remote, "main") == sorted({f"0852-{at:02}" for at in range(count)})
    assert subjects(remote, "main") == [SUBJECT] * count + ["base"]


def _steps(place: Path, push: str) -> tuple[int, int]:
    """How many effects one write has, and how many of them come before any of git: until the request is in a file."""
    clone = cloned(bare(place / "counted"), "counting")
    out = begun("a_killed_writer.py", clone, "0852-aaaa", 10_000, push).communicate()[0]
    steps, first = out.split()
    return int(steps), int(first)


@pytest.mark.parametrize("push", ["stay", "push"])
def test_a_writer_that_is_killed_at_any_step_leaves_all_or_nothing(place: Path, push: str) -> None:
    """After it, a commit by hand takes no entry away, and the same request goes through, once."""
    steps, first = _steps(place, push)
    assert steps > first + 20
    remote = bare(place / "b")
    chosen = range(1, steps + 1) if WRITERS else range(1, steps + 1, 17)
    for number in chosen:
        clone = cloned(remote, f"c{number}")
        ours = f"0852-k{number:03}"
        process = begun("a_killed_writer.py", clone, ours, number, push)
        out = process.communicate()[0]
        assert process.returncode == -signal.SIGKILL, out
        path = clone / FOLDER / "timeline.d" / f"{ours}.yaml"
        whole = f"at: 2026-11-23T08:52:30Z\nby: alice\nkind: note\ntext: Killed at {number}\n"
        assert not path.exists() or path.read_text() == whole
        was_in = ours in entries(clone)
        # Before the request is in a file, nothing was promised and nothing was done.
        is_kept = any(ours in file.read_text() for file in left(clone))
        assert is_kept or was_in or (number <= first and not path.exists()), number
        git(clone, "commit", "--quiet", "--allow-empty", "--message", "by hand")
        assert not was_in or ours in entries(clone), number
        assert log(clone, ours, f"Killed at {number}").branch == "main"
        assert entries(clone).count(ours) == 1
        assert path.read_text() == whole
        assert uncommitted(clone) == []
        assert_sound(clone)


# --- a disk that is full, and what may not be written


def state(root: Path) -> dict[str, bytes]:
    """All files of the work tree and the branch, apart from what hotwash keeps."""
    files = {
        str(path.relative_to(root)): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and not {".git", ".hotwash"} & set(path.parts)
    }
    return files | {"main": git(root, "rev-parse", "main").encode()}


@pytest.mark.parametrize("size", [0, 40, 100, 180, 300, 600, 2_000])
def test_where_no_more_can_be_written_nothing_is_half_written_and_nothing_is_lost(place: Path, size: int) -> None:
    """The text is in git, or in a file that is named, or it is printed."""
    root = shop(place / "a")
    before = state(root)
    out = limited("a_writer.py", root, "00", 1, "stay", size=size).communicate()[0]
    id_ = "0852-0000"
    if id_ in entries(root):
        assert uncommitted(root) == []
    else:
        assert state(root) == before
        assert uncommitted(root) == []
        kept = left(root)
        assert id_ in (kept[0].read_text() if kept else out), out
        assert not kept or str(kept[0]) in out
    (root / ".git/index.lock").unlink(missing_ok=True)
    assert log(root, id_).branch == "main"
    assert entries(root) == [id_]
    assert uncommitted(root) == []
    assert_sound(root)


def test_a_small_disk_is_one_that_some_writes_fail_on(place: Path) -> None:
    """Else the test above would prove nothing."""
    root = shop(place / "a")
    assert "failed" in limited("a_writer.py", root, "00", 1, "stay", size=40).communicate()[0]


@pytest.mark.parametrize("folder", [".git", ".git/objects", ".git/refs/heads", ".hotwash", FOLDER])
def test_a_folder_that_may_not_be_written_loses_nothing(place: Path, folder: str) -> None:
    root = shop(place / "a")
    (root / folder).mkdir(exist_ok=True)
    before = state(root)
    (root / folder).chmod(0o555)
    try:
        out = limited("a_writer.py", root, "00", 1, "stay").communicate()[0]
    finally:
        (root / folder).chmod(0o755)
    if folder == ".hotwash":
        assert out == "0852-0000 committed\n"
        return
    assert "failed" in out
    assert state(root) == before
    assert uncommitted(root) == []
    (kept,) = left(root)
    assert str(kept) in out
    assert "0852-0000" in kept.read_text()


def test_a_file_that_may_not_be_written_is_not_edited_in_the_commit_either(place: Path) -> None:
    """Else the next commit by hand would take the edit away."""
    root = shop(place / "a")
    before = state(root)
    (root / FOLDER / "incident.yaml").chmod(0o444)
    out = limited("a_writer.py", root, "00", 1, "title").communicate()[0]
    assert "incident.yaml may not be written" in out
    assert state(root) == before
    (kept,) = left(root)
    assert str(kept) in out
