"""What an edit does to files, as values; and a record as it stands before one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hotwash.model.repository import FRAGMENTS, record_kind
from hotwash.records.snapshot import Refused
from hotwash.records.splice import Unproven, read

if TYPE_CHECKING:
    from hotwash.records.document import Document
    from hotwash.records.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Write:
    """New bytes of a file; `old` is None where there is no file yet."""

    path: str
    old: bytes | None
    new: bytes


@dataclass(frozen=True, slots=True)
class Removal:
    """A file that goes, once all is written."""

    path: str
    old: bytes


@dataclass(frozen=True, slots=True)
class Change:
    """What a fix does to files: first all writes, then all removals, so that nothing is lost in between."""

    writes: tuple[Write, ...] = ()
    removals: tuple[Removal, ...] = ()

    @property
    def paths(self) -> tuple[str, ...]:
        """All files that it touches."""
        return (*(write.path for write in self.writes), *(removal.path for removal in self.removals))


def open_record(snapshot: Snapshot, path: str) -> tuple[Document, bytes] | Unproven:
    """A record as it stands now."""
    name = path.rsplit("/", 1)[-1]
    kind = record_kind(name) or record_kind(f"{FRAGMENTS}/{name}")
    data = snapshot.read(path)
    if isinstance(data, Refused):
        return Unproven(data.why)
    return Unproven("is no record") if kind is None else (read(path, kind, data), data)


def ends_in_a_line(document: Document) -> bool:
    """Whether a file has its last line end; a text in block style gets another value when it gains or loses one."""
    return document.text.endswith("\n") or not document.text


NO_LINE_END = Unproven("ends within a line, and a text may hang on that; add the line end, and try again")
