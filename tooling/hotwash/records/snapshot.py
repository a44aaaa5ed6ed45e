"""The files of a repository of records: paths, and bytes or the reason why there are none."""

from __future__ import annotations

import errno
import os
import re
import stat
from dataclasses import dataclass
from hashlib import file_digest
from itertools import islice
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path
    from typing import Any

    Digest = Callable[[bytes], Any]  # of hashlib, whose own type has no public name

RECORD_LIMIT = 1024 * 1024  # bytes
EVIDENCE_LIMIT = 2 * RECORD_LIMIT
INCIDENTS = "incidents"


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that is there and cannot be read as a record.

    Attributes:
        why: In words that follow the name of the file.
        help: What to do.
    """

    why: str
    help: str


# Parts that are no names: up, here, nothing; git's own folder, which may hold a token, by the names that it has on
# Windows too; and what is a separator or a drive elsewhere (threats P1).
_NO_NAME = re.compile(r"(?:^|/)(?:\.{0,2}|\.git[. ]*|git~[0-9]+)(?:/|$)|[\\:\0]", re.IGNORECASE)


def is_plain(path: str) -> bool:
    """Whether a path leads down from the root by names alone, and not to what git itself keeps (threats P1)."""
    return _NO_NAME.search(path) is None


# The place of an incident. A folder of this form is one, whatever it holds.
_PLACE = re.compile(rf"({INCIDENTS}/[0-9]{{4}}/[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}-[^/]+)/", re.ASCII)


def place_of(path: str) -> str:
    """The place of the incident in which a file lies, `incidents/<year>/<day>-<slug>`; empty for any other place."""
    found = _PLACE.match(path)
    return found[1] if found is not None else ""


def blob_id(data: bytes, digest: Digest) -> str:
    """The id that git gives to the content of a file: a digest of its length and its bytes."""
    return str(digest(b"blob %d\0" % len(data) + data).hexdigest())


class Snapshot(Protocol):
    """Paths below `incidents/`, `/`-separated from the root, and what they hold."""

    def paths(self) -> tuple[str, ...]:
        """All of them, sorted."""
        ...

    def below(self, folder: str) -> tuple[str, ...]:
        """All files below a folder that is given from the root, or the file of that name; sorted."""
        ...

    def read(self, path: str, limit: int = RECORD_LIMIT) -> bytes | Refused:
        """The bytes of one of `paths()`, at most `limit` of them, or why there are none."""
        ...

    def exists(self, path: str) -> bool:
        """Whether a path from the root names a regular file."""
        ...


def too_large(size: int, limit: int) -> Refused:
    """Why a file of so many bytes is not read."""
    if limit == EVIDENCE_LIMIT:
        return Refused(
            f"has {size:,} bytes; evidence has at most {limit:,}", "keep the lines that show it, and link the rest"
        )
    return Refused(
        f"has {size:,} bytes; a record has at most {limit:,}",
        "move long logs to a file in evidence/ and keep the finding here",
    )


NOT_REGULAR = Refused("is not a regular file", "replace the link or special file by the record itself")
NOT_REACHED = Refused("cannot be read", "give yourself the right to read it: chmod u+r")
NOT_THERE = Refused("is not there any more", "check again")
# What opening a link or a socket comes to; FreeBSD says EMLINK of a link.
_NOT_REGULAR = (errno.ELOOP, errno.EMLINK, errno.ENXIO, errno.EOPNOTSUPP)


def _broken(error: OSError) -> Refused:
    return Refused(f"cannot be read: {error.strerror}", "see that its disk is well, and check again")


class FolderSnapshot:
    """The work tree, never following a link (threats P2)."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def paths(self) -> tuple[str, ...]:
        """All files below `incidents/`, links and special files among them, sorted."""
        return self.below(INCIDENTS)

    def below(self, folder: str) -> tuple[str, ...]:
        """All files below a folder, links and special files among them, or the file of that name; sorted."""
        place = self.root / folder
        # A link on the way leads out as well as one at the end, and behind a file there is nothing.
        if any(above.is_symlink() or not above.is_dir() for above in islice(place.parents, folder.count("/"))):
            return ()
        if place.is_symlink() or (place.exists() and not place.is_dir()):
            return (folder,)
        return tuple(sorted(self._walk(folder)))

    def _walk(self, start: str) -> Iterator[str]:
        # No recursion: a repository may hold more folders in folders than Python nests calls (threats R3).
        waiting = [start]
        while waiting:
            folder = waiting.pop()
            try:
                entries = list(os.scandir(os.path.join(self.root, folder)))  # noqa: PTH118 - as in `_open`
            except FileNotFoundError:
                continue
            except OSError:
                # So that what cannot be listed is not passed over in silence.
                yield folder
                continue
            for entry in entries:
                path = f"{folder}/{entry.name}"
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(path)
                else:
                    yield path

    def marks(self) -> tuple[tuple[str, int, int], ...]:
        """Each file below `incidents/` with its size and the time of its last change: what changes with a record."""
        found = []
        for path in self.paths():
            try:
                status = os.lstat(os.path.join(self.root, path))  # noqa: PTH118 - as in `_open`
            except (OSError, ValueError):
                continue
            found.append((path, status.st_size, status.st_mtime_ns))
        return tuple(found)

    def read(self, path: str, limit: int = RECORD_LIMIT) -> bytes | Refused:
        """The bytes of a file, or why there are none."""
        try:
            handle = self._open(path)
        except PermissionError:
            return NOT_REACHED
        except FileNotFoundError:
            return NOT_THERE
        except OSError as error:
            return NOT_REGULAR if error.errno in _NOT_REGULAR else _broken(error)
        try:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode):
                return NOT_REGULAR
            if status.st_size > limit:
                return too_large(status.st_size, limit)
            data = bytearray()
            while chunk := os.read(handle, limit + 1 - len(data)):
                data += chunk
                if len(data) > limit:
                    return too_large(len(data), limit)
            return bytes(data)
        except OSError as error:
            return _broken(error)
        finally:
            os.close(handle)

    def _open(self, path: str) -> int:
        # O_NONBLOCK, so that a FIFO with no writer cannot hang the check; Windows has neither flag.
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        return os.open(os.path.join(self.root, path), flags)  # noqa: PTH118 - three times as fast, and so often

    def blob_id(self, path: str, digest: Digest, *, is_link: bool) -> str | None:
        """The id that git gives to a regular file of any size, or to a link; None where that cannot be read."""
        try:
            if is_link:
                return blob_id(os.fsencode((self.root / path).readlink()), digest)
            with open(self._open(path), "rb") as file:  # noqa: PTH123 - it is open already
                status = os.fstat(file.fileno())
                begun = digest(b"blob %d\0" % status.st_size)
                return file_digest(file, lambda: begun).hexdigest() if stat.S_ISREG(status.st_mode) else None
        except OSError:
            return None

    def exists(self, path: str) -> bool:
        """Whether a path from the root names a regular file."""
        if not is_plain(path):
            return False
        place = self.root / path
        try:
            # A link on the way leads out as well as one at the end.
            return stat.S_ISREG(os.lstat(place).st_mode) and place.resolve() == self.root.resolve() / path
        except (OSError, ValueError):
            return False


class MappingSnapshot:
    """Files that are already in memory."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files

    def paths(self) -> tuple[str, ...]:
        """All files below `incidents/`, sorted."""
        return self.below(INCIDENTS)

    def below(self, folder: str) -> tuple[str, ...]:
        """All files below a folder, or the file of that name; sorted."""
        return tuple(sorted(path for path in self._files if path == folder or path.startswith(f"{folder}/")))

    def read(self, path: str, limit: int = RECORD_LIMIT) -> bytes | Refused:
        """The bytes of a file, or why there are none."""
        data = self._files[path]
        return data if len(data) <= limit else too_large(len(data), limit)

    def exists(self, path: str) -> bool:
        """Whether a path from the root names a file."""
        return path in self._files
