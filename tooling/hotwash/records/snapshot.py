"""The files of a repository of records: paths, and bytes or the reason why there are none."""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

RECORD_LIMIT = 1024 * 1024  # bytes
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


class Snapshot(Protocol):
    """Paths below `incidents/`, `/`-separated from the root, and what they hold."""

    def paths(self) -> tuple[str, ...]:
        """All of them, sorted."""
        ...

    def read(self, path: str) -> bytes | Refused:
        """The bytes of one of `paths()`, or why there are none."""
        ...

    def exists(self, path: str) -> bool:
        """Whether a path from the root names a regular file."""
        ...


def _too_large(size: int) -> Refused:
    return Refused(
        f"has {size:,} bytes; a record has at most {RECORD_LIMIT:,}",
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
        if (self.root / INCIDENTS).is_symlink():
            return (INCIDENTS,)
        return tuple(sorted(self._walk(INCIDENTS)))

    def _walk(self, folder: str) -> Iterator[str]:
        try:
            entries = list(os.scandir(self.root / folder))
        except FileNotFoundError:
            return
        except OSError:
            # So that what cannot be listed is not passed over in silence.
            yield folder
            return
        for entry in entries:
            path = f"{folder}/{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                yield from self._walk(path)
            else:
                yield path

    def read(self, path: str) -> bytes | Refused:
        """The bytes of a record, or why there are none."""
        # O_NONBLOCK, so that a FIFO with no writer cannot hang the check; Windows has neither flag.
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        try:
            handle = os.open(self.root / path, flags)
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
            if status.st_size > RECORD_LIMIT:
                return _too_large(status.st_size)
            data = bytearray()
            while chunk := os.read(handle, RECORD_LIMIT + 1 - len(data)):
                data += chunk
                if len(data) > RECORD_LIMIT:
                    return _too_large(len(data))
            return bytes(data)
        except OSError as error:
            return _broken(error)
        finally:
            os.close(handle)

    def exists(self, path: str) -> bool:
        """Whether a path from the root names a regular file."""
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
        return tuple(sorted(path for path in self._files if path.startswith(f"{INCIDENTS}/")))

    def read(self, path: str) -> bytes | Refused:
        """The bytes of a record, or why there are none."""
        data = self._files[path]
        return data if len(data) <= RECORD_LIMIT else _too_large(len(data))

    def exists(self, path: str) -> bool:
        """Whether a path from the root names a file."""
        return path in self._files
