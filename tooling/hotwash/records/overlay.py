"""Files laid over a snapshot: what is in a work tree only, or is about to be written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotwash.records.snapshot import INCIDENTS, NOT_THERE, RECORD_LIMIT, Refused, too_large

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hotwash.records.snapshot import Snapshot


class Overlay:
    """A snapshot with some files changed.

    Args:
        base: What lies below.
        files: Paths from the root and what they hold; None where a file is gone.
    """

    def __init__(self, base: Snapshot, files: Mapping[str, bytes | None]) -> None:
        self._base = base
        self._files = files

    def paths(self) -> tuple[str, ...]:
        """All files below `incidents/`, sorted."""
        return self.below(INCIDENTS)

    def below(self, folder: str) -> tuple[str, ...]:
        """All files below a folder, or the file of that name; sorted."""
        changed = {path for path in self._files if path == folder or path.startswith(f"{folder}/")}
        kept = {path for path in self._base.below(folder) if path not in changed}
        return tuple(sorted(kept | {path for path in changed if self._files[path] is not None}))

    def read(self, path: str, limit: int = RECORD_LIMIT) -> bytes | Refused:
        """The bytes of a file, at most `limit` of them, or why there are none."""
        if path not in self._files:
            return self._base.read(path, limit)
        data = self._files[path]
        if data is None:
            return NOT_THERE
        return data if len(data) <= limit else too_large(len(data), limit)

    def exists(self, path: str) -> bool:
        """Whether a path from the root names a regular file."""
        return self._files[path] is not None if path in self._files else self._base.exists(path)
