"""Where a folder lies: in which git repository, and not among the records of another."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from hotwash.errors import UsageError
from hotwash.records.snapshot import INCIDENTS, FolderSnapshot

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_RECORDS = ("policy.yaml", "services.yaml")


def git_root(folder: Path) -> Path | None:
    """The top of the git repository that a folder lies in, or is; None: in none. Git itself is not asked."""
    return next((place for place in _upwards(folder) if os.path.lexists(place / ".git")), None)


def refuse_among_records(folder: Path) -> None:
    """Stop who is about to start a repository inside of the `incidents/` of another.

    Raises:
        UsageError: A folder above, or this one, is that of records.
    """
    for place in _upwards(folder):
        if place.name == INCIDENTS and any(os.path.lexists(place / name) for name in _RECORDS):
            message = f"{folder} is among the records of {place.parent}"
            raise UsageError(message, f"start there: hotwash init {place.parent}; or name a folder outside of it")


def refuse_other_records(folder: Path, files: Mapping[str, str]) -> None:
    """Stop who is about to put the demo beside records of their own, which it would not fit.

    Args:
        folder: Where the demo is to be.
        files: Path from there -> text, of all that comes with the demo.

    Raises:
        UsageError: There are records that are not those of the demo.
    """
    if not (folder / INCIDENTS).is_dir():
        return
    snapshot = FolderSnapshot(folder)
    for path in snapshot.paths():
        if path not in files or snapshot.read(path) != files[path].encode("utf-8"):
            message = f"{folder} has records already: {path} is none of the demo's"
            raise UsageError(message, "run it with --demo in a folder that is new or empty")


def _upwards(folder: Path) -> tuple[Path, ...]:
    real = folder.resolve()
    return (real, *real.parents)
