"""Writes that are committed and not pushed yet, each as it was asked, so that it can be made again on a newer head."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from hotwash.edits.kept import STATE, place_privately, state_folder
from hotwash.records.snapshot import FolderSnapshot

if TYPE_CHECKING:
    from pathlib import Path

UNPUSHED = "unpushed"
_LARGEST = 16 * 1024 * 1024  # bytes
_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}", re.ASCII)


class Noted(NamedTuple):
    """A write as it was asked.

    Attributes:
        verb: The command.
        incident: Its id.
        always: Whether it is taken with whatever errors it adds.
        at: When it was made.
        request: What `--from` reads.
    """

    verb: str
    incident: str
    always: bool
    at: datetime
    request: bytes


def note(root: Path, commit: str, noted: Noted) -> bool:
    """Remember how a commit came about; whether that could be written."""
    folder = state_folder(root, UNPUSHED)
    data = {
        "verb": noted.verb,
        "incident": noted.incident,
        "always": noted.always,
        "at": noted.at.astimezone(UTC).isoformat(),
        "request": noted.request.decode("utf-8", "surrogateescape"),
    }
    return folder is not None and place_privately(folder, f"{commit}.json", json.dumps(data).encode("ascii"))


def noted(root: Path, commit: str) -> Noted | None:
    """How a commit came about; None where it is none of ours."""
    data = FolderSnapshot(root).read(f"{STATE}/{UNPUSHED}/{commit}.json", _LARGEST)
    if not isinstance(data, bytes) or (root / STATE).is_symlink():
        return None
    try:
        value = json.loads(data)
        return Noted(
            str(value["verb"]),
            str(value["incident"]),
            bool(value["always"]),
            datetime.fromisoformat(value["at"]),
            str(value["request"]).encode("utf-8", "surrogateescape"),
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def forget(root: Path, commits: tuple[str, ...]) -> None:
    """Forget how commits came about, which are pushed or have been made again."""
    for commit in commits:
        with suppress(OSError):
            (root / STATE / UNPUSHED / f"{commit}.json").unlink()


def all_noted(root: Path) -> tuple[str, ...]:
    """The commits of which it is remembered."""
    folder = root / STATE / UNPUSHED
    with suppress(OSError):
        return tuple(
            sorted(file.stem for file in folder.iterdir() if file.suffix == ".json" and _ID.fullmatch(file.stem))
        )
    return ()
