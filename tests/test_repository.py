"""This repository keeps its own rules: its records are clean, its example shows what it says, nothing points home."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.command import hotwash

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[1]
NOW = ("--now", "2026-11-23T10:00:00Z")

# A folder of somebody's machine: a home, or where a tool has put this repository.
MACHINE_PATH = re.compile(rb"(?<![\w.])/(?:home|Users|root|work|tmp)/[\w.-]+|\b[A-Z]:\\Users\b")


def tracked_files() -> list[Path]:
    """The files that git keeps."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("not a git repository: an unpacked archive")
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def test_the_published_incidents_check_without_an_error() -> None:
    ran = hotwash("-C", str(ROOT), "check", "incidents", *NOW)
    assert (ran.code, ran.err) == (0, ""), ran.out
    assert " 0 incidents" not in ran.out


def test_the_published_incidents_stay_clean_when_time_goes_by() -> None:
    assert hotwash("-C", str(ROOT), "check", "--now", "2031-01-01").code == 0


def test_the_example_shop_shows_what_it_is_there_to_show(golden: Callable[[Path, str], None]) -> None:
    ran = hotwash("-C", str(ROOT / "examples" / "shop"), "check", *NOW)
    golden(ROOT / "tests" / "shop.expected.txt", ran.out)
    assert (ran.code, ran.err) == (1, "")


def test_no_file_names_a_folder_of_somebodys_machine() -> None:
    found = {
        str(file.relative_to(ROOT)): match[0]
        for file in tracked_files()
        for match in [MACHINE_PATH.search(file.read_bytes())]
        if match
    }
    assert found == {}


@pytest.mark.parametrize("parts", [("see ", "home", "alice"), ("cwd=", "root", "x"), ("(", "work", "main)")])
def test_the_search_for_such_folders_finds_them(parts: tuple[str, ...]) -> None:
    # Put together here, so that this file is none of those that name one.
    assert MACHINE_PATH.search("/".join(parts).encode())
