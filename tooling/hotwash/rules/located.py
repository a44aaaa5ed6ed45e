"""Where a finding stands, and its remedies as the file there needs them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hotwash.diagnostics import Place, Span, dotted
from hotwash.model.repository import ACTION_ITEMS
from hotwash.records.document import enclosure, indentation, locate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hotwash.diagnostics import GateVerdict, Help, Route
    from hotwash.records.document import Document


def fitted_verdict(said: GateVerdict, documents: Mapping[str, Document], folder: str) -> GateVerdict:
    """A verdict with what to paste as the files of the incident in a folder need it."""
    missing = tuple(replace(part, help=fitted_all(part.help, documents, folder)) for part in said.missing)
    return replace(said, missing=missing)


def fitted_all(help_: tuple[Help, ...], documents: Mapping[str, Document], folder: str) -> tuple[Help, ...]:
    """Remedies with what to paste as the files of the incident in a folder need it."""
    return tuple(_fitted(remedy, documents.get(f"{folder}{remedy.file}")) for remedy in help_)


def _fitted(remedy: Help, document: Document | None) -> Help:
    """The lines to paste as the file needs them: as far indented as their neighbours, and not into braces."""
    if document is None or document.node is None or remedy.under is None:
        return remedy
    if signs := enclosure(document, remedy.under):
        # What comes first stays: `once the four first actions are signed off, `.
        first, parted, _ = remedy.say.rpartition(", add")
        once = f"{first}, " if parted and first.startswith("once ") else ""
        return replace(remedy, say=once + _opened(remedy.file, remedy.under, signs))
    held = indentation(document, remedy.under)
    further = held - 2 * len(remedy.under)
    if not held or not further:
        return remedy
    lines = [" " * further + line if further > 0 else line[-further:] for line in remedy.paste.split("\n")]
    return replace(remedy, paste="\n".join(lines))


def _opened(file: str, under: Route, signs: str) -> str:
    """What to do with braces or brackets, into which no line goes, before something is added to them."""
    last = under[-1] if under else file
    what = f"`{dotted(under)}:`" if under and isinstance(last, str) else file
    if isinstance(last, int):
        what = "this item" if file == ACTION_ITEMS else "this entry"
    if signs not in ("{}", "[]"):
        return f"write {what} in lines instead of {signs}, and add to it:"
    return f"in place of the `{signs}`, " + (f"write under {what}" if under else f"add to {file}:")


def where(place: Place, documents: Mapping[str, Document], folder: str) -> tuple[str, Span]:
    """The path from the root of a place in a file of the incident in a folder, and where in that file it is."""
    path = place.file if place.file in documents else f"{folder}{place.file}"
    document = documents.get(path)
    # A file that does not exist yet has a first line all the same: there the reader will write.
    return path, locate(document, place) if document is not None else Span(1, 1, 1, 1)


def source_line(document: Document | None, span: Span) -> tuple[str, ...]:
    """The line that a finding shows; none where there is nothing to show."""
    # What could not be decoded has nothing to show, and neither has an empty file.
    if document is None or not document.text:
        return ()
    lines = document.lines
    return (lines[span.line - 1],) if span.line <= len(lines) else ()
