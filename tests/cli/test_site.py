"""`hotwash site`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.command import hotwash
from tests.site.records import ID, files, whole

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    Repository = Callable[[Mapping[str, str | bytes]], Path]

INTERNAL = "2026-11-22-payments-slow"


def test_pages_are_written_and_internal_incidents_are_counted(repository: Repository) -> None:
    root = repository(files({ID: whole(), INTERNAL: whole(visibility="internal")}))
    ran = hotwash("site", "--output", "out", cwd=root)
    assert ran.code == 0
    assert (root / "out" / "incidents" / f"{ID}.md").is_file()
    assert (root / "out" / "assets" / "hotwash.css").is_file()
    assert ran.out.endswith(" pages in out\n")
    assert ran.err == "1 internal incident left out\n"
    assert not [file for file in (root / "out").rglob("*") if file.is_file() and INTERNAL in file.read_text("utf-8")]


def test_a_public_repository_does_not_even_say_how_many_are_internal(repository: Repository) -> None:
    """The log of the run is as public as the repository."""
    public = {"repository": "public"}
    root = repository(files({ID: whole(), INTERNAL: whole(visibility="internal")}, public))
    ran = hotwash("site", "--output", "out", cwd=root)
    repository(files({ID: whole()}, public))
    alone = hotwash("site", "--output", "other", cwd=root)
    assert (ran.code, ran.out, ran.err) == (0, alone.out.replace("other", "out"), "")


def test_output_is_needed(repository: Repository) -> None:
    assert hotwash("site", cwd=repository(files({ID: whole()}))).code == 2


def test_output_is_relative_to_the_named_directory(repository: Repository) -> None:
    root = repository(files({ID: whole()}))
    assert hotwash("-C", str(root), "site", "--output", "out").code == 0
    assert (root / "out" / "index.md").is_file()


def test_foreign_folder_is_refused(repository: Repository) -> None:
    root = repository({**files({ID: whole()}), "docs/mine.md": "mine"})
    ran = hotwash("site", "--output", "docs", cwd=root)
    assert ran.code == 2
    assert "holds files that hotwash has not written" in ran.err
    assert [file.name for file in (root / "docs").iterdir()] == ["mine.md"]


def test_unreadable_incident_is_work_left_undone(repository: Repository) -> None:
    root = repository(files({ID: whole(), INTERNAL: {"incident.yaml": "title: [\n"}}))
    ran = hotwash("site", "--output", "out", cwd=root)
    assert ran.code == 1
    assert "1 incident unreadable" in ran.err
    assert "payments" not in ran.err
    assert (root / "out" / "incidents" / f"{ID}.md").is_file()


def test_second_run_says_what_it_removed(repository: Repository) -> None:
    root = repository(files({ID: whole(), INTERNAL: whole()}))
    hotwash("site", "--output", "out", cwd=root)
    repository(files({INTERNAL: whole(visibility="internal")}))
    assert "1 removed" in hotwash("site", "--output", "out", cwd=root).out


def test_a_typo_takes_no_page_down(repository: Repository) -> None:
    root = repository(files({ID: whole(), INTERNAL: whole()}))
    hotwash("site", "--output", "out", cwd=root)
    page = root / "out" / "incidents" / f"{INTERNAL}.md"
    before = page.read_bytes()
    repository(files({INTERNAL: {"incident.yaml": "title: [\n"}}))
    for _ in range(2):
        assert hotwash("site", "--output", "out", cwd=root).code == 1
        assert page.read_bytes() == before
