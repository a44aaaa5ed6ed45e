"""A stand-in that knows whole new files only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotwash.edits.amendment import Create
from hotwash.records.snapshot import Refused
from hotwash.records.splice import Unproven

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hotwash.edits.amendment import Amendment
    from hotwash.records.snapshot import Snapshot


def amended(snapshot: Snapshot, folder: str, amendments: Sequence[Amendment]) -> Mapping[str, bytes | None] | Unproven:
    """Path from the root -> its new bytes."""
    found: dict[str, bytes | None] = {}
    for amendment in amendments:
        if not isinstance(amendment, Create):
            return Unproven("cannot be edited yet")
        path = f"{folder}/{amendment.file}"
        data = amendment.text.encode()
        there = snapshot.read(path) if path in snapshot.below(path) else None
        if isinstance(there, Refused):
            return Unproven(there.why)
        if there is not None and there != data:
            return Unproven("is there already and says something else")
        if there is None:
            found[path] = data
    return found
