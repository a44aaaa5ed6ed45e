"""The files of timeline.d/ of an incident -> entries of its timeline.yaml, proven, as a change to files."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from hotwash.edits.change import NO_LINE_END, Change, Removal, Write, ends_in_a_line, open_record
from hotwash.edits.folding import fold, fragment
from hotwash.model.repository import FRAGMENTS, TIMELINE
from hotwash.records.splice import Unproven, read, splice
from hotwash.records.validation import validate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hotwash.edits.folding import Fragment
    from hotwash.records.document import Document
    from hotwash.records.snapshot import Snapshot


def fold_fragments(snapshot: Snapshot, folder: str) -> Change | Unproven:
    """All of them are folded, or none is.

    Args:
        snapshot: The files.
        folder: That of the incident, from the root.
    """
    place = f"{folder}/{TIMELINE}"
    paths = snapshot.below(folder)
    opened: tuple[Document, bytes] | Unproven = (read(place, "timeline", b""), b"")
    if place in paths:
        opened = open_record(snapshot, place)
    if isinstance(opened, Unproven):
        return Unproven(f"was not folded: {TIMELINE} {opened.why}")
    timeline, data = opened
    found = _fragments(snapshot, [path for path in paths if path.startswith(f"{folder}/{FRAGMENTS}/")])
    if isinstance(found, Unproven):
        return found
    fragments, removals = found
    folding = fold(timeline, fragments)
    if isinstance(folding, Unproven):
        return Unproven(f"was not folded: {TIMELINE} {folding.why}")
    if not folding.edits:
        return Change((), removals)
    new = splice(timeline, data, folding.edits, folding.promised)
    if isinstance(new, Unproven):
        cut = next((found.document for found in fragments if not ends_in_a_line(found.document)), None)
        return Unproven(f"was not folded: {cut.path if cut else TIMELINE} {NO_LINE_END.why if cut else new.why}")
    if wrong := validate(read(place, "timeline", new))[1]:
        return Unproven(f"was not folded: {TIMELINE} would not be right afterwards: {wrong[0].message}")
    return Change((Write(place, data if place in paths else None, new),), removals)


def _fragments(snapshot: Snapshot, paths: Sequence[str]) -> tuple[tuple[Fragment, ...], tuple[Removal, ...]] | Unproven:
    """The files of timeline.d/ by time, and their removal; other files in that folder stay."""
    held = []
    for path in paths:
        if not path.endswith(".yaml"):
            continue
        name = f"{FRAGMENTS}/{PurePosixPath(path).name}"
        found = open_record(snapshot, path)
        if isinstance(found, Unproven):
            return Unproven(f"was not folded: {name} {found.why}")
        document, data = found
        entry, problems = validate(document)
        if problems or entry is None:
            wrong = (*document.problems, *problems)[0].message
            return Unproven(f"was not folded: {name} cannot be used as it is: {wrong}")
        held.append((entry.when.at.start, path, fragment(PurePosixPath(path).stem, document), Removal(path, data)))
    held.sort(key=lambda one: one[:2])
    return tuple(one[2] for one in held), tuple(one[3] for one in held)
