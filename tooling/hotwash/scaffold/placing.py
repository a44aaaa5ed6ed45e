"""New files -> a folder that may hold somebody's work, of which nothing is touched (threats P4)."""

from __future__ import annotations

import contextlib
import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hotwash.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# Where else the same file may stand, by who reads it. Git forges take the first CODEOWNERS that they find, so a second
# one would switch off the first; MkDocs takes either ending.
ELSEWHERE: Mapping[str, tuple[str, ...]] = {
    ".github/CODEOWNERS": ("CODEOWNERS", "docs/CODEOWNERS"),
    ".github/pull_request_template.md": ("pull_request_template.md", "docs/pull_request_template.md"),
    "mkdocs.yml": ("mkdocs.yaml",),
}


@dataclass(frozen=True, slots=True)
class Placed:
    """What came of it.

    Attributes:
        wrote: Paths of the files that are new.
        kept: Path that was meant -> path of what stands there, or in its place, and was left as it is.
        other: Those of `kept` that hold something else than what was meant.
    """

    wrote: tuple[str, ...]
    kept: Mapping[str, str]
    other: frozenset[str]


def place(folder: Path, files: Mapping[str, str]) -> Placed:
    """Write the files that are not there yet; nothing that is there is changed, and no link is followed.

    Args:
        folder: Where to; it is made when it is not there.
        files: Path below the folder -> text.

    Raises:
        UsageError: A link or a file stands where a folder has to be, or a file cannot be written. The folder is then
            as it was before.
    """
    contents = {path: text.encode("utf-8") for path, text in files.items()}
    try:
        _refuse_no_folder(folder)
        standing = {path: found for path in contents if (found := _standing(folder, path)) is not None}
    except OSError as error:
        raise _unreachable(folder, error) from error
    wrote = tuple(path for path in contents if path not in standing)
    _write(folder, {path: contents[path] for path in wrote})
    other = frozenset(path for path, found in standing.items() if not _holds(folder / found, contents[path]))
    return Placed(wrote, standing, other)


def _unreachable(place: Path, error: OSError) -> UsageError:
    message = f"cannot write {place}: {error.strerror}"
    return UsageError(message, "nothing was written; name a folder where you may write")


def _refuse_no_folder(folder: Path) -> None:
    if folder.is_symlink():
        message = f"{folder} is a link"
        raise UsageError(message, "name the folder itself")
    for place in (folder, *folder.parents):
        if os.path.lexists(place):
            if not place.is_dir():
                message = f"{place} is not a folder"
                raise UsageError(message, "name a folder that is new, or one that is there")
            return


def _standing(folder: Path, path: str) -> str | None:
    """What stands where a file is meant to be, or in a place that counts as well; None: nothing.

    Raises:
        UsageError: The file could not be written even though it is not there.
    """
    for other in (path, *ELSEWHERE.get(path, ())):
        found = _found(folder, other, is_meant=other == path)
        if found is not None:
            return found
    return None


def _found(folder: Path, path: str, *, is_meant: bool) -> str | None:
    place = folder
    *above, name = path.split("/")
    for part in above:
        if not place.is_dir():
            return None
        twin = _twin(place, part)
        if twin is not None and (twin != part or not _is_folder(place / twin)):
            if not is_meant:
                return None
            message = f"{place / twin} stands where the folder {part} has to be"
            raise UsageError(message, "it is a link, a file, or a name in other capitals: move it away")
        place /= part
    twin = _twin(place, name) if place.is_dir() else None
    if twin is None:
        return None
    if _is_folder(place / twin):
        if not is_meant:
            return None
        message = f"{place / twin} is a folder where a file has to be"
        raise UsageError(message, "move it away, or name another folder")
    return "/".join((*above, twin))


def _twin(folder: Path, name: str) -> str | None:
    """The entry of a folder that has this name; on a disk that takes `A` for `a` it is the one in other capitals too."""
    if os.path.lexists(folder / name) and name in os.listdir(folder):  # noqa: PTH208 - names are asked for
        return name
    return next((entry for entry in sorted(os.listdir(folder)) if entry.casefold() == name.casefold()), None)  # noqa: PTH208 - as above


def _is_folder(place: Path) -> bool:
    return stat.S_ISDIR(place.lstat().st_mode)


def _holds(place: Path, content: bytes) -> bool:
    """Whether a regular file, reached through no link, holds these bytes."""
    status = place.lstat()
    if not stat.S_ISREG(status.st_mode) or status.st_size != len(content):
        return False
    try:
        return place.read_bytes() == content
    except OSError:
        return False


def _write(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Write all, or, when one cannot be written, none."""
    made: list[Path] = []
    place = folder
    try:
        for path, content in contents.items():
            place = folder / path
            for parent in reversed([place.parent, *place.parent.parents]):
                if not parent.exists():
                    parent.mkdir()
                    made.append(parent)
            # O_EXCL: what somebody has put here since we looked, a link too, is neither followed nor overwritten.
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
            descriptor = os.open(place, flags, 0o644)
            made.append(place)
            with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor, not a path
                file.write(content)
    except OSError as error:
        _take_back(made)
        raise _unreachable(place, error) from error
    except KeyboardInterrupt:
        _take_back(made)
        raise


def _take_back(made: list[Path]) -> None:
    for place in reversed(made):
        # A folder into which somebody else has written stays.
        with contextlib.suppress(OSError):
            place.rmdir() if _is_folder(place) else place.unlink()
