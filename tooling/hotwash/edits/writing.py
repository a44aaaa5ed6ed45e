"""Bytes into a file of the work tree: all of them or none, and never over what somebody else has written meanwhile."""

from __future__ import annotations

import os
import secrets
import stat
from contextlib import suppress
from typing import TYPE_CHECKING

from hotwash.records.snapshot import INCIDENTS, RECORD_LIMIT, FolderSnapshot, Refused, is_plain

if TYPE_CHECKING:
    from pathlib import Path

_CHANGED = "has been changed meanwhile; check again"


def replace_file(
    root: Path,
    path: str,
    old: bytes | None,
    new: bytes,
    *,
    within: str = INCIDENTS,
    mode: int | None = None,
    parts: Path | None = None,
) -> str:
    """Write a record; empty when it was written, else why it was not, in words that follow its name.

    Args:
        root: The root of the repository.
        path: From the root; only below `within`, and through no link.
        old: What the file held when it was read; None where there was none.
        new: What it is to hold.
        within: A folder; empty for any.
        mode: Who may do what with it; None: as before.
        parts: A folder for what is not whole yet, which a killed process leaves behind; None: beside the file.
    """
    place = root / path
    if why := _refusal(root, path, old, within):
        return why
    if mode is None and old is not None:
        mode = stat.S_IMODE(os.lstat(place).st_mode)
    # On the same disk, so that it takes the file's place in one step.
    beside = parts if parts is not None and _is_one_disk(parts, place.parent) else place.parent
    part = beside / f".{place.name}.{secrets.token_hex(4)}.part"
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
        with os.fdopen(handle, "wb") as file:
            file.write(new)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            part.chmod(mode)
        if why := _refusal(root, path, old, within):
            part.unlink()
            return why
        part.replace(place)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        return f"cannot be written: {error.strerror}"
    _keep(place.parent)
    return ""


def _is_one_disk(one: Path, other: Path) -> bool:
    try:
        return one.stat().st_dev == other.stat().st_dev
    except OSError:
        return False


def make_folder(root: Path, path: str) -> str:
    """Make the folder in which a file is to be written, through no link; empty when it is there, else why it is not."""
    folder = root
    for name in path.split("/")[:-1]:
        folder = folder / name
        try:
            folder.mkdir()
        except FileExistsError:
            if folder.is_symlink() or not folder.is_dir():
                return "is reached through a link or a file"
        except OSError as error:
            return f"cannot be written: {error.strerror}"
    return ""


def remove_file(root: Path, path: str, old: bytes, *, within: str = INCIDENTS) -> str:
    """Delete a record that still holds what was read; empty when it is gone, else why it is not."""
    if why := _refusal(root, path, old, within):
        return why
    try:
        (root / path).unlink()
    except OSError as error:
        return f"cannot be deleted: {error.strerror}"
    return ""


def _refusal(root: Path, path: str, old: bytes | None, within: str) -> str:
    place = root / path
    if (within and not path.startswith(f"{within}/")) or not is_plain(path):
        return f"is not below {within}/" if within else "has a name that is not written"
    try:
        # A link on the way leads out as well as one at the end (threats P2).
        if place.parent.resolve(strict=True) != root.resolve() / os.path.dirname(path):  # noqa: PTH120 - no Path: it is text
            return "is reached through a link"
        if old is None:
            return _CHANGED if os.path.lexists(place) else ""
        found = os.lstat(place)
    except OSError:
        return _CHANGED
    if not stat.S_ISREG(found.st_mode):
        return "is not a regular file"
    if not os.access(place, os.W_OK):
        return "may not be written: give yourself the right, chmod u+w"
    data = FolderSnapshot(root).read(path, max(RECORD_LIMIT, len(old)))
    return "" if not isinstance(data, Refused) and data == old else _CHANGED


def _keep(folder: Path) -> None:
    """Bring the new name to the disk before anything is deleted that hangs on it; Windows knows no such thing."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
