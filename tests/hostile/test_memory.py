"""All that is deep, many or long, within a limit on memory: in a process of its own, as a shell runs it (threats R2, R3)."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from hotwash.report import FORMATS
from tests.command import Ran
from tests.hostile.inputs import ALL, POLICY, SERVICES, incident
from tests.hostile.places import P2, YEAR
from tests.hostile.repository import NEIGHBOURS, NOW, STATUS_FORMATS, assert_harmless, make, write
from tests.hostile.test_places import put

if TYPE_CHECKING:
    from pathlib import Path

# Python with pydantic and the models takes about a third of it; what is refused must be refused before it is read.
LIMIT = 400 * 1024 * 1024
# All formats are made of one report; by day those are tried that people and other programs read most.
BY_DAY = ("text", "sarif")
CHECKED = FORMATS if "HOTWASH_CASES" in os.environ else BY_DAY
LOOKED_AT = STATUS_FORMATS if "HOTWASH_CASES" in os.environ else BY_DAY[:1]
CHILD = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv.pop(1)),) * 2)
from hotwash.cli import main
main()
"""
LARGE = [
    hostile for hostile in ALL if hostile.threat in ("R1", "R2", "R3", "R7") and hostile.path not in (POLICY, SERVICES)
]


def limited(*arguments: str, limit: int = LIMIT) -> Ran:
    """The command line as a program that may have only so many bytes."""
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(limit), *arguments],
        capture_output=True,
        encoding="utf-8",
        stdin=subprocess.DEVNULL,
        env={**os.environ, "COLUMNS": "80"},
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make(tmp_path_factory.mktemp("memory"))
    for number, hostile in enumerate(LARGE):
        folder = f"{YEAR}/2026-11-24-hostile-{number}"
        write(root, {f"{folder}/incident.yaml": incident(), f"{folder}/{hostile.path}": hostile.data})
    for number, place in enumerate(place for place in P2 if "gigabyte" in place.name or "megabytes" in place.name):
        folder = f"{YEAR}/2026-11-25-hostile-{number}"
        write(root, {f"{folder}/incident.yaml": incident()})
        put(root, place._replace(path=f"{folder}/{place.path}"))
    return root


@pytest.mark.parametrize(
    "arguments",
    [
        *(("check", "--format", name, *NOW) for name in CHECKED),
        *(("status", "--format", name, *NOW) for name in LOOKED_AT),
        ("plan",),
    ],
    ids=[*CHECKED, *(f"status, {name}" for name in LOOKED_AT), "plan"],
)
def test_large_and_deep_files_are_refused_within_a_limit(root: Path, arguments: tuple[str, ...]) -> None:
    ran = limited("-C", str(root), *arguments)
    assert_harmless(ran, annotates="github" in arguments)
    assert ran.code == 1
    for name, folder in NEIGHBOURS.items():
        # A summary is cut, and names them all the same.
        known = folder if arguments[0] == "check" and "markdown" not in arguments else folder.rpartition("/")[2]
        assert (f"Mend {name}" if arguments[0] == "plan" else known) in ran.out


def test_the_site_is_written_within_a_limit(root: Path) -> None:
    ran = limited("-C", str(root), "site", "--output", str(root.parent / "pages"))
    assert_harmless(ran)
    assert ran.code == 1
    for folder in NEIGHBOURS.values():
        assert (root.parent / "pages" / "incidents" / f"{folder.rpartition('/')[2]}.md").is_file()


def test_the_limit_is_one() -> None:
    """Else the tests above would prove nothing."""
    assert "MemoryError" in limited("--version", limit=1024 * 1024).err
