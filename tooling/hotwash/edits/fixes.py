"""What `check --fix` does: findings that no decision is needed for -> edits, proven, and written file by file."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from hotwash.edits.change import NO_LINE_END, Change, Write, ends_in_a_line, open_record
from hotwash.edits.fragments import fold_fragments
from hotwash.edits.items import events_of_list, layout
from hotwash.edits.writing import remove_file, replace_file
from hotwash.facts.order import in_order
from hotwash.model.repository import FRAGMENTS
from hotwash.records.document import offset
from hotwash.records.reader import folded, quoted
from hotwash.records.splice import SCALAR, Edit, Sign, Unproven, parts, splice
from hotwash.records.validation import validate
from hotwash.rules.documents import open_doubts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from hotwash.diagnostics import Diagnostic, Report
    from hotwash.records.document import Document
    from hotwash.records.snapshot import FolderSnapshot, Snapshot


@dataclass(frozen=True, slots=True)
class Mended:
    """What became of the findings of one rule in one file.

    Attributes:
        why: Why nothing was done, in words that follow the path; empty when it was fixed.
    """

    code: str
    path: str
    why: str = ""


def mend(snapshot: FolderSnapshot, report: Report, named: tuple[str, ...] | None) -> tuple[Mended, ...]:
    """Fix what can be fixed of a report without a decision, in the work tree.

    Args:
        snapshot: The files, read again for each fix.
        report: What was found in them. Only findings that say so are fixed.
        named: Only these paths from the root or ids of incidents are touched; None: all.
    """
    return tuple(
        Mended(code, path, change.why) if isinstance(change, Unproven) else _written(snapshot, code, path, change)
        for code, path, change in changes(snapshot, report, named)
    )


def changes(
    snapshot: Snapshot, report: Report, named: tuple[str, ...] | None = None
) -> Iterator[tuple[str, str, Change | Unproven]]:
    """What `mend` is to do, one after the other, as code, path and change; each rests on what the one before wrote."""
    order = list(FIXES)
    found = [diagnostic for diagnostic in report.diagnostics if diagnostic.fix and diagnostic.code in FIXES]
    found.sort(key=lambda diagnostic: (order.index(diagnostic.code), diagnostic.path))
    allowed = _paths(report, named)
    for (code, path), group in groupby(found, key=lambda diagnostic: (diagnostic.code, diagnostic.path)):
        change = FIXES[code](snapshot, tuple(group))
        if isinstance(change, Unproven) or all(_is_below(touched, allowed) for touched in change.paths):
            yield code, path, change


def _paths(report: Report, named: tuple[str, ...] | None) -> tuple[str, ...]:
    by_id = {incident.id: incident.path for incident in report.incidents}
    return ("",) if named is None else tuple(by_id.get(name, name) for name in named)


def _is_below(path: str, names: tuple[str, ...]) -> bool:
    return any(name in ("", path) or path.startswith(f"{name}/") for name in names)


def _written(snapshot: FolderSnapshot, code: str, path: str, change: Change) -> Mended:
    for write in change.writes:
        path = write.path
        if why := replace_file(snapshot.root, path, write.old, write.new):
            return Mended(code, path, why)
    for removal in change.removals:
        if why := remove_file(snapshot.root, removal.path, removal.old):
            return Mended(code, removal.path, why)
    for folder in {PurePosixPath(removal.path).parent for removal in change.removals}:
        with suppress(OSError):  # something else is in it
            (snapshot.root / folder).rmdir()
    return Mended(code, path)


def _spliced(document: Document, data: bytes, edits: Sequence[Edit], promised: Sequence[Sign]) -> Change | Unproven:
    new = splice(document, data, edits, promised)
    return new if isinstance(new, Unproven) else Change((Write(document.path, data, new),))


def _quote_ambiguous(snapshot: Snapshot, diagnostics: tuple[Diagnostic, ...]) -> Change | Unproven:
    """HW008: quotes around each scalar that others read as no text."""
    opened = open_record(snapshot, diagnostics[0].path)
    if isinstance(opened, Unproven):
        return opened
    document, data = opened
    found = parts(document)
    if isinstance(found, Unproven):
        return found
    # What the model refuses needs something else than quotes. A file with more of them than are told is mended whole.
    document = replace(document, problems=(*document.problems, *validate(document)[1]))
    starts = {_offset(document, doubt.at.span) for doubt in open_doubts(document)}
    edits, promised = [], []
    for part in found:
        sign = part.sign
        if part.start in starts and sign.kind == SCALAR and sign.value and not sign.style:
            edits.append(Edit(part.start, part.end, quoted(sign.value)))
            sign = sign._replace(style='"')
        promised.append(sign)
    return _spliced(document, data, edits, promised)


def _quote_cut(snapshot: Snapshot, diagnostics: tuple[Diagnostic, ...]) -> Change | Unproven:
    """HW013: quotes around each text that a comma has cut; what became keys is text again."""
    opened = open_record(snapshot, diagnostics[0].path)
    if isinstance(opened, Unproven):
        return opened
    document, data = opened
    found = parts(document)
    if isinstance(found, Unproven):
        return found
    asked = {diagnostic.span for diagnostic in diagnostics}
    spans = {
        _offset(document, problem.at.span): _offset_of_end(document, problem.at.span)
        for problem in document.problems
        if problem.kind == "comma-in-flow-text" and problem.at.span in asked
    }
    edits: list[Edit] = []
    promised: list[Sign] = []
    pieces = iter(found)
    for part in pieces:
        end = spans.get(part.start)
        if end is None or part.sign.kind != SCALAR or not part.sign.value:
            promised.append(part.sign)
            continue
        text = folded(document.text[part.start : end])
        edits.append(Edit(part.start, end, quoted(text)))
        promised.append(Sign(SCALAR, text, '"'))
        # Its other pieces, up to the value of the last key, which was never written and stands behind it.
        next((piece for piece in pieces if piece.start >= end), None)
    return _spliced(document, data, edits, promised)


def _offset(document: Document, span: Any) -> int:  # noqa: ANN401 - see `_offset_of_end`
    return offset(document.text, span.line, span.column)


def _offset_of_end(document: Document, span: Any) -> int:  # noqa: ANN401 - the reader's own problems always have a span
    return offset(document.text, span.end_line, span.end_column)


def _sort_timeline(snapshot: Snapshot, diagnostics: tuple[Diagnostic, ...]) -> Change | Unproven:
    """HW103: entries that are surely too low go up, each with its comments; the others keep their order."""
    opened = open_record(snapshot, diagnostics[0].path)
    if isinstance(opened, Unproven):
        return opened
    document, data = opened
    entries, problems = validate(document)
    found = parts(document)
    if isinstance(found, Unproven):
        return found
    signs = [part.sign for part in found]
    events = events_of_list(signs)
    if problems or entries is None or events is None:
        return Unproven("cannot be used as it is")
    order = in_order([entry.when for entry in entries])
    moved = [place for place, index in enumerate(order) if place != index]
    if not moved:
        return Change()
    promised = list(signs[: events.items[0][0]])
    for index in order:
        start, end = events.items[index]
        promised += signs[start:end]
    promised += signs[events.end :]
    laid_out = layout(document)
    text = document.text
    if laid_out is None:
        # In brackets each entry takes the place of another, and what stands between them stays.
        spans = [(found[start].start, found[end - 1].end) for start, end in events.items]
        return _spliced(
            document, data, [Edit(*spans[place], text[slice(*spans[order[place]])]) for place in moved], promised
        )
    first, last = moved[0], moved[-1]
    items = laid_out.items
    bodies = [text[item.start : item.end] for item in items]
    if not bodies[order[last]].endswith("\n") or not bodies[last].endswith("\n"):
        # The last line of the file has no line end; whichever entry comes there has none.
        line_end = "\r\n" if "\r\n" in text else "\n"
        bodies[last] += line_end
        bodies[order[last]] = bodies[order[last]].removesuffix(line_end)
    new = "".join(
        bodies[order[place]] + (text[items[place].end : items[place + 1].start] if place < last else "")
        for place in range(first, last + 1)
    )
    change = _spliced(document, data, [Edit(items[first].start, items[last].end, new)], promised)
    return NO_LINE_END if isinstance(change, Unproven) and not ends_in_a_line(document) else change


def _fold_fragments(snapshot: Snapshot, diagnostics: tuple[Diagnostic, ...]) -> Change | Unproven:
    """HW223: the files of timeline.d/ become entries of timeline.yaml, and go."""
    return fold_fragments(snapshot, diagnostics[0].path.rpartition(f"/{FRAGMENTS}/")[0])


# Code -> what mends it, in the order in which fixes are made: first what makes a file readable.
FIXES: Mapping[str, Callable[[Snapshot, tuple[Diagnostic, ...]], Change | Unproven]] = {
    "HW013": _quote_cut,
    "HW008": _quote_ambiguous,
    "HW103": _sort_timeline,
    "HW223": _fold_fragments,
}
