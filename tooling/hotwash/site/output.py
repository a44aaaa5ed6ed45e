"""Pages -> a folder on disk, touching nothing there that is not ours (threats P4)."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from typing import TYPE_CHECKING

from hotwash.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

MARKER = ".hotwash-site"
_HEAD = "# hotwash site wrote the files below into this folder. It replaces and removes these files only.\n"
_LINE = re.compile(r"([0-9a-f]{64})  ((?:[A-Za-z0-9][A-Za-z0-9._-]*/)*[A-Za-z0-9][A-Za-z0-9._-]*)")


def write_pages(folder: Path, pages: Mapping[str, str], *, keep: Collection[str] = ()) -> tuple[str, ...]:
    """Write pages into a new or empty folder, or into one that an earlier run has written.

    Pages of an earlier run that are no longer made are removed, unless somebody has changed them since.

    Args:
        folder: Where to.
        pages: Path below the folder -> text.
        keep: Paths of pages that an earlier run may have made and that stay, though this one does not make them.

    Returns:
        The paths of what was removed.

    Raises:
        UsageError: The folder holds something else, or a link stands in the way. Nothing has been written then.
    """
    contents = {path: text.encode("utf-8") for path, text in pages.items()}
    written = _read_marker(folder)
    for path in contents:
        _refuse_foreign(folder, path, written)
    ours = {path: hashlib.sha256(content).hexdigest() for path, content in contents.items()}
    folder.mkdir(parents=True, exist_ok=True)
    # First the marker, with the old paths too: a run that is killed leaves a folder that the next one takes.
    _write(folder, MARKER, _marker({**written, **ours}))
    for path, content in contents.items():
        _write(folder, path, content)
    kept = {path: digest for path, digest in written.items() if path in keep and path not in ours}
    gone = written.keys() - ours.keys() - kept.keys()
    stale = sorted(path for path in gone if _is_unchanged(folder, path, written[path]))
    for path in stale:
        (folder / path).unlink()
        _remove_empty(folder, path)
    _write(folder, MARKER, _marker({**kept, **ours}))
    return tuple(stale)


def _read_marker(folder: Path) -> dict[str, str]:
    """Path -> digest of what earlier runs wrote; nothing for a new or empty folder.

    Raises:
        UsageError: The folder is not ours.
    """
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        message = f"{folder} is a link or a file"
        raise UsageError(message, "name a folder that is new or empty")
    if not folder.exists() or not any(folder.iterdir()):
        return {}
    marker = folder / MARKER
    if not _is_regular(marker):
        message = f"{folder} holds files that hotwash has not written"
        raise UsageError(message, "name a folder that is new or empty, so that nothing of yours is overwritten")
    lines = marker.read_text(encoding="utf-8", errors="replace").splitlines()
    # A line that is none of ours, `../x` among them, names no file that we would touch.
    return {match[2]: match[1] for line in lines if (match := _LINE.fullmatch(line))}


def _marker(digests: Mapping[str, str]) -> bytes:
    lines = "".join(f"{digest}  {path}\n" for path, digest in sorted(digests.items()))
    return f"{_HEAD}{lines}".encode()


def _refuse_foreign(folder: Path, path: str, written: Mapping[str, str]) -> None:
    place = folder
    *parents, _ = path.split("/")
    for part in parents:
        place /= part
        if place.is_symlink() or (place.exists() and not place.is_dir()):
            message = f"{place} is a link or a file where a folder has to be"
            raise UsageError(message, "move it away, or name another folder")
    place = folder / path
    if os.path.lexists(place) and (path not in written or not _is_regular(place)):
        message = f"{place} is in the way, and hotwash has not written it"
        raise UsageError(message, "move it away, or name another folder")


def _is_regular(place: Path) -> bool:
    try:
        return stat.S_ISREG(place.lstat().st_mode)
    except OSError:
        return False


def _is_unchanged(folder: Path, path: str, digest: str) -> bool:
    """A file of an earlier run is still there, reached through no link, and holds what was written."""
    parents = [folder.joinpath(*path.split("/")[:depth]) for depth in range(1, path.count("/") + 1)]
    place = folder / path
    if any(parent.is_symlink() for parent in parents) or not _is_regular(place):
        return False
    return hashlib.sha256(place.read_bytes()).hexdigest() == digest


def _write(folder: Path, path: str, content: bytes) -> None:
    place = folder / path
    place.parent.mkdir(parents=True, exist_ok=True)
    # Between the look at it and this line somebody may have put a link here: O_NOFOLLOW refuses it.
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    with open(os.open(place, flags, 0o644), "wb") as file:  # noqa: PTH123 - a descriptor, not a path
        file.write(content)


def _remove_empty(folder: Path, path: str) -> None:
    """Remove the folders above a removed page that hold nothing any more."""
    parent = (folder / path).parent
    while parent != folder and not any(parent.iterdir()):
        parent.rmdir()
        parent = parent.parent
