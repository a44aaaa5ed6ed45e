"""Pages on disk, and what is left alone there (threats P4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hotwash.errors import UsageError
from hotwash.site.output import MARKER, write_pages

if TYPE_CHECKING:
    from pathlib import Path

PAGES = {"index.md": "home\n", "incidents/a.md": "a\n", "incidents/b.md": "b\n"}


def tree(folder: Path) -> dict[str, str]:
    """All that a folder holds: path -> content, or where a link leads."""
    return {
        str(place.relative_to(folder)): f"-> {place.readlink()}" if place.is_symlink() else place.read_text("utf-8")
        for place in sorted(folder.rglob("*"))
        if place.is_symlink() or place.is_file()
    }


def pages_in(folder: Path) -> dict[str, str]:
    return {path: text for path, text in tree(folder).items() if path != MARKER}


def test_new_and_empty_folders_are_written(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "new" / "deep", tmp_path / "empty"):
        assert write_pages(folder, PAGES) == ()
        assert pages_in(folder) == PAGES


def test_second_run_writes_the_same(tmp_path: Path) -> None:
    write_pages(tmp_path / "site", PAGES)
    before = tree(tmp_path)
    assert write_pages(tmp_path / "site", PAGES) == ()
    assert tree(tmp_path) == before


def test_page_that_is_no_longer_made_is_removed_with_its_folder(tmp_path: Path) -> None:
    write_pages(tmp_path, PAGES)
    assert write_pages(tmp_path, {"index.md": "home\n"}) == ("incidents/a.md", "incidents/b.md")
    assert pages_in(tmp_path) == {"index.md": "home\n"}
    assert not (tmp_path / "incidents").exists()


def test_stale_page_that_somebody_changed_stays(tmp_path: Path) -> None:
    write_pages(tmp_path, PAGES)
    (tmp_path / "incidents" / "a.md").write_text("mine now\n", "utf-8")
    assert write_pages(tmp_path, {"index.md": "home\n"}) == ("incidents/b.md",)
    assert pages_in(tmp_path) == {"index.md": "home\n", "incidents/a.md": "mine now\n"}


def test_files_of_others_in_our_folder_stay(tmp_path: Path) -> None:
    write_pages(tmp_path, PAGES)
    (tmp_path / "incidents" / "notes.md").write_text("mine\n", "utf-8")
    write_pages(tmp_path, {"index.md": "home\n"})
    assert pages_in(tmp_path) == {"index.md": "home\n", "incidents/notes.md": "mine\n"}


def test_foreign_folder_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "thesis.md").write_text("years of work\n", "utf-8")
    with pytest.raises(UsageError, match="holds files that hotwash has not written"):
        write_pages(tmp_path, PAGES)
    assert tree(tmp_path) == {"thesis.md": "years of work\n"}


def test_foreign_file_where_a_page_would_be_is_refused(tmp_path: Path) -> None:
    write_pages(tmp_path, {"index.md": "home\n"})
    (tmp_path / "incidents").mkdir()
    (tmp_path / "incidents" / "b.md").write_text("mine\n", "utf-8")
    before = tree(tmp_path)
    with pytest.raises(UsageError, match="is in the way"):
        write_pages(tmp_path, PAGES)
    assert tree(tmp_path) == before


@pytest.mark.parametrize("place", ["", "incidents", "incidents/a.md", MARKER])
def test_no_link_is_followed(tmp_path: Path, place: str) -> None:
    """The folder itself, a folder in it, a page, the marker: each leads elsewhere."""
    elsewhere, folder = tmp_path / "elsewhere", tmp_path / "site"
    write_pages(folder, {"index.md": "home\n"})
    elsewhere.mkdir()
    (elsewhere / "a.md").write_text("mine\n", "utf-8")
    link = folder / place if place else tmp_path / "linked"
    if place == MARKER:
        link.unlink()
    link.parent.mkdir(exist_ok=True)
    link.symlink_to(folder if not place else elsewhere if place == "incidents" else elsewhere / "a.md")
    before = tree(tmp_path)
    with pytest.raises(UsageError):
        write_pages(folder if place else link, PAGES)
    assert tree(tmp_path) == before


def test_file_is_refused_as_a_folder(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("mine", "utf-8")
    with pytest.raises(UsageError):
        write_pages(tmp_path / "x", PAGES)
    assert tree(tmp_path) == {"x": "mine"}


@pytest.mark.parametrize("named", ["../mine.md", "/etc/hostname", "a/../../mine.md", "incidents/../../mine.md", "./x"])
def test_marker_names_nothing_outside_the_folder(tmp_path: Path, named: str) -> None:
    """A repository may come with a marker of its own."""
    folder = tmp_path / "site"
    (tmp_path / "mine.md").write_text("mine\n", "utf-8")
    folder.mkdir()
    digest = "9d8b3a5ca2a9c5dd4a5c1a5cb3d0f7c4e5d0a4a6a7d2cb0b0a7dbb2d4c4a4a4a"
    (folder / MARKER).write_text(f"{digest}  {named}\n", "utf-8")
    write_pages(folder, PAGES)
    assert (tmp_path / "mine.md").read_text("utf-8") == "mine\n"
    assert named not in (folder / MARKER).read_text("utf-8")


def test_killed_run_leaves_a_folder_that_the_next_run_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []

    def killed(folder: Path, path: str, content: bytes) -> None:
        if len(written) == 3:
            raise KeyboardInterrupt
        written.append(path)
        real(folder, path, content)

    from hotwash.site import output  # noqa: PLC0415 - its writer is replaced

    real = output._write
    monkeypatch.setattr(output, "_write", killed)
    with pytest.raises(KeyboardInterrupt):
        write_pages(tmp_path, PAGES)
    monkeypatch.setattr(output, "_write", real)
    write_pages(tmp_path, PAGES)
    assert pages_in(tmp_path) == PAGES
