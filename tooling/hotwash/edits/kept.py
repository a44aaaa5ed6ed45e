"""Nothing that was typed is lost: what a command was asked is in a file before anything is tried, and until it is done.

The file is `.hotwash/kept/<time>-<verb>-<signs>.json` below the root, or where that cannot be written one in the
folder for temporary files; where even that fails, the text is there to be printed. While a command is at work it holds
its file locked, so that what another command finds unlocked is what was left by one that failed or was killed.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import stat
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

STATE = ".hotwash"
KEPT = "kept"
_ASIDE = ".original"
_IGNORED = ".gitignore"
_MOST = 1_000  # files that are listed


class Kept:
    """What a command was asked, in a file.

    Attributes:
        root: Of the records.
        verb: The command.
        request: What `--from` reads.
        file: Where it is; None where nothing could be written, so that it has to be printed.
    """

    def __init__(self, root: Path, verb: str, request: bytes, name: str) -> None:
        self.root = root
        self.verb = verb
        self.request = request
        self.file: Path | None = None
        self._name = name
        self._held: int | None = None
        self._write()

    def again(self, request: bytes) -> None:
        """Keep more in the place of what was kept: the next answer has been given."""
        self.request = request
        self._write()

    def done(self) -> None:
        """It has landed: nothing need be kept."""
        if self.file is not None:
            with suppress(OSError):
                self.file.unlink()
        self.file = None
        self._release()

    def put_aside(self) -> Path | None:
        """It has landed in another form: what was typed stays, and is none that was left. Where it is; None for nowhere."""
        if self.file is not None:
            with suppress(OSError):
                self.file = self.file.replace(self.file.with_suffix(_ASIDE))
        self._release()
        return self.file

    @property
    def told(self) -> str:
        """Where it is and how it is taken up again; the text itself where it is in no file."""
        if self.file is not None:
            return f"what you typed is in {self.file}; take it up again with: hotwash {self.verb} --from {self.file}"
        text = self.request.decode("utf-8", "replace")
        return f"what you typed could be written nowhere, so here it is, for hotwash {self.verb} --from -:\n{text}"

    def _write(self) -> None:
        places = (self.file.parent,) if self.file is not None else ()
        for folder in (*places, *_folders(self.root)):
            if (held := _placed(folder, self._name, self.request)) is not None:
                self._release()
                if self.file is not None and self.file.parent != folder:
                    with suppress(OSError):
                        self.file.unlink()
                self.file, self._held = folder / self._name, held
                return
        # What was kept before is worth more than nothing; the new text is printed.
        self.file = None
        self._release()

    def _release(self) -> None:
        if self._held is not None:
            _let_go(self._held)
        self._held = None


class Fleeting:
    """What was asked, where it can be found out once more: it is kept nowhere.

    Attributes:
        request: What `--from` would read.
        told: Nothing is to be told of it.
    """

    told = ""

    def __init__(self, request: bytes) -> None:
        self.request = request

    def done(self) -> None:
        """Nothing was kept."""

    def put_aside(self) -> None:
        """Nothing was kept, so there is nowhere where it is."""


def keep(root: Path, verb: str, request: bytes, now: datetime) -> Kept:
    """Keep what a command was asked.

    Args:
        root: Of the records.
        verb: The command.
        request: What `--from` reads.
        now: The moment of asking.
    """
    return Kept(root, verb, request, f"{now:%Y%m%dT%H%M%SZ}-{verb}-{secrets.token_hex(3)}.json")


def left(root: Path) -> tuple[Path, ...]:
    """What commands left that failed or were killed, oldest first; those at work are none of them."""
    return tuple(sorted(_left(root), key=lambda file: (file.name, str(file))))[:_MOST]


def _left(root: Path) -> Iterator[Path]:
    for folder in (root / STATE / KEPT, _elsewhere(root)):
        if folder is None or not _is_ours(folder):
            continue
        with suppress(OSError):
            for file in folder.iterdir():
                if file.suffix == ".json" and not file.name.startswith(".") and _is_left(file):
                    yield file


def state_folder(root: Path, *names: str) -> Path | None:
    """A folder below `.hotwash`, which git is told to leave alone; None where there can be none.

    A repository may bring a link of that name along, which is not followed (threats P2).
    """
    folder = root / STATE
    for part in ("", *names):
        folder = folder / part
        with suppress(OSError):
            folder.mkdir(mode=0o700)
        if folder.is_symlink() or not folder.is_dir():
            return None
    with suppress(OSError):
        if not (root / STATE / _IGNORED).exists():
            place_privately(root / STATE, _IGNORED, b"*\n")
    return folder


def place_privately(folder: Path, name: str, data: bytes) -> bool:
    """Write a file that only its owner reads, all of it or nothing; whether that was done."""
    held = _placed(folder, name, data)
    if held is None:
        return False
    _let_go(held)
    return True


def _folders(root: Path) -> Iterator[Path]:
    here = state_folder(root, KEPT)
    if here is not None:
        yield here
    elsewhere = _elsewhere(root)
    if elsewhere is None:
        return
    with suppress(OSError):
        elsewhere.mkdir(mode=0o700)
    if _is_ours(elsewhere):
        yield elsewhere


def _elsewhere(root: Path) -> Path | None:
    """A folder of this person for a root, outside of it; None where there can be none."""
    who = f"{os.getuid()}-" if hasattr(os, "getuid") else ""
    try:
        place = Path(tempfile.gettempdir())
    except OSError:
        return None  # there is no folder at all in which anything can be written
    return place / f"hotwash-{who}{hashlib.sha256(os.fsencode(root)).hexdigest()[:16]}"


def _is_ours(folder: Path) -> bool:
    """Whether a folder is one and nobody else's: all may write into the folder for temporary files."""
    try:
        found = os.lstat(folder)
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and (not hasattr(os, "getuid") or found.st_uid == os.getuid())


def _placed(folder: Path, name: str, data: bytes) -> int | None:
    """Write a file in one step and hold it; its handle, or None where it could not be written."""
    part = folder / f".{name}.{secrets.token_hex(4)}.part"
    handle = None
    try:
        handle = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        _lock(handle)
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(handle, rest) :]
        os.fsync(handle)
        return _settled(handle, part, folder / name)
    except OSError:
        if handle is not None:
            _let_go(handle)
        with suppress(OSError):
            part.unlink()
        return None


def _let_go(handle: int) -> None:
    with suppress(OSError):
        os.close(handle)


if sys.platform == "win32":

    def _lock(handle: int) -> None:
        """Nothing: what is held there can neither be renamed nor deleted."""

    def _settled(handle: int, part: Path, file: Path) -> int:
        os.close(handle)
        part.replace(file)
        return -1

    def _is_left(file: Path) -> bool:
        return file.is_file()

else:
    import fcntl

    def _lock(handle: int) -> None:
        # Some file systems have no locks; what is at work is then taken for what is left, and no harm is done.
        with suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _settled(handle: int, part: Path, file: Path) -> int:
        """Give a file its name, and go on holding it."""
        part.replace(file)
        return handle

    def _is_left(file: Path) -> bool:
        """Whether a file is one, and nobody holds it."""
        try:
            handle = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError:
            return False
        try:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                return False
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return False
        finally:
            os.close(handle)
        return True
