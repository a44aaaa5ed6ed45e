"""Report -> text for a terminal: snippet, caret, help with the lines to paste; grouped by incident."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotwash.diagnostics import counted, inert, visible, visible_path
from hotwash.report.layout import WIDTH, Paint, columns, fitting, wrapped
from hotwash.report.reading import by_folder, gates_first, one_line, otherwise, said_once

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hotwash.diagnostics import Diagnostic, IncidentLine, Report

SHORTEST_GUTTER = 2


def render(report: Report, *, color: bool = False) -> str:
    """A report as people read it at 80 columns.

    Args:
        report: What was found.
        color: Whether to mark levels and frames with colour; all that it says is said in words too.
    """
    paint = Paint(color=color)
    lines: list[str] = []
    if report.now_given:
        lines.append(paint("dim", f"as of {report.now}"))
    if report.base is not None:
        lines.append(paint("dim", visible(one_line(f"changes since {report.base}"))))
    if lines:
        lines.append("")
    folders = {incident.path for incident in report.incidents}
    found, waiting = by_folder(report.diagnostics, folders), by_folder(report.upcoming, folders)
    for diagnostic in found.get("", ()):
        lines += [*_snippet(diagnostic, diagnostic.level, "", paint), ""]
    for incident in report.incidents:
        if incident.shown:
            lines += [*_incident(incident, found.get(incident.path, ()), waiting.get(incident.path, ()), paint), ""]
    lines += [paint("dim", line) for line in _policy_changes(report)]
    lines += [line for notice in (*_guarded(report), *report.notices) for line in wrapped(notice, "")]
    lines.append(_summary(report, paint))
    return inert("\n".join(lines) + "\n")


_VERDICTS_SHOWN = 10


def _policy_changes(report: Report) -> Iterator[str]:
    """What another policy would say of the incidents, those first that it would let pass."""
    if not report.policy_changes:
        return
    yield "By the policy that this change brings:"
    for one in report.policy_changes[:_VERDICTS_SHOWN]:
        yield from wrapped(f"  {otherwise(one)}", "  ")
    if len(report.policy_changes) > _VERDICTS_SHOWN:
        yield f"  and {len(report.policy_changes) - _VERDICTS_SHOWN:,} more verdicts would change"
    yield ""


def _guarded(report: Report) -> Iterator[str]:
    if report.guarded:
        more = f" and {len(report.guarded) - 1:,} more" if len(report.guarded) > 1 else ""
        files = visible_path(report.guarded[0]) + more
        yield f"this change edits what judges changes ({files}); only the forge can forbid that: see SECURITY.md"


def _incident(
    incident: IncidentLine, found: Sequence[Diagnostic], waiting: Sequence[Diagnostic], paint: Paint
) -> Iterator[str]:
    yield "   ".join((paint("head", visible_path(incident.path)), *map(visible, incident.facts)))
    shut = incident.verdict.gate in ("shut", "unreadable")
    yield paint("error" if shut else "head", visible(incident.verdict.line))
    for diagnostic in gates_first(found):
        yield ""
        yield from _snippet(diagnostic, diagnostic.level, incident.verdict.line, paint)
    if waiting:
        yield ""
        well = not found and not shut
        yield "Nothing is wrong so far. Before the status can move on:" if well else "Before the status can move on:"
        for diagnostic in waiting:
            yield ""
            yield from _snippet(diagnostic, "next", incident.verdict.line, paint)


def _snippet(diagnostic: Diagnostic, style: str, headline: str, paint: Paint) -> Iterator[str]:
    message = said_once(diagnostic.message, headline)
    head = f"{style}[{diagnostic.code}]"
    first, *rest = wrapped(f"{head} {diagnostic.name}: {message}", "")
    yield paint(style, first[: len(head)]) + first[len(head) :]
    yield from rest
    span = diagnostic.span
    gutter = " " * max(len(str(span.line)), SHORTEST_GUTTER)
    yield f"{gutter}{paint('frame', '┌─')} {visible_path(diagnostic.path)}:{span.line}:{span.column}"
    if diagnostic.source:
        yield f"{gutter}{paint('frame', '│')}"
        shown, caret = _source_and_caret(diagnostic, WIDTH - len(gutter) - 2)
        yield f"{span.line:>{len(gutter)}}{paint('frame', '│')} {shown}".rstrip()
        label = visible(one_line(diagnostic.label))
        pointed = f"{gutter}{paint('frame', '│')} {caret[0]}{paint(style, caret[1])}"
        if len(gutter) + 3 + len(caret[0]) + len(caret[1]) + columns(label) <= WIDTH:
            yield f"{pointed} {paint(style, label)}".rstrip()
        else:
            # No room beside the caret: beneath it, and to the left as far as it needs.
            yield pointed
            for line in wrapped(label, "", WIDTH - len(gutter) - 4):
                yield f"{gutter}{paint('frame', '│')}   {paint(style, line)}"
    yield f"{gutter}{paint('frame', '│')}"
    for other in diagnostic.related:
        yield from wrapped(
            f"= see {visible_path(other.path)}:{other.span.line}:{other.span.column}: {one_line(other.message)}", gutter
        )
    for note in diagnostic.notes:
        yield from wrapped(f"= {note}", gutter)
    for remedy in diagnostic.help:
        first, *rest = wrapped(f"= help: {remedy.say}", gutter)
        yield first.replace("= help:", f"= {paint('help', 'help:')}", 1)
        yield from rest
        for line in remedy.paste.split("\n") if remedy.paste else ():
            yield f"{gutter}        {paint('help', visible(line))}"
    if diagnostic.fix:
        yield from wrapped(f"= fix: hotwash check --fix {diagnostic.fix}", gutter)
    yield f"{gutter}{paint('dim', f'= why: {diagnostic.why}')}"


def _source_and_caret(diagnostic: Diagnostic, room: int) -> tuple[str, tuple[str, str]]:
    """The source line, cut to the room around the place, and the blanks and carets beneath it."""
    span = diagnostic.span
    line = diagnostic.source[0].rstrip("\r\n")
    start = min(span.column - 1, len(line))
    end = span.end_column - 1 if span.end_line == span.line else len(line)
    end = max(min(end, len(line)), start)
    shown = visible(line).replace("\t", " ")
    # What is escaped hangs on what stands before it, so the parts are cut out of the whole.
    head, body = len(visible(line[:start])), len(visible(line[:end]))
    before, marked, after = shown[:head], shown[head:body], shown[body:]
    if columns(shown) > room:
        if columns(before) > room // 2:
            before = "…" + fitting(before[::-1], room // 3)[::-1]
        if columns(before + marked) >= room:
            marked, after = fitting(marked, room - columns(before) - 1) + "…", ""
        elif columns(before + marked + after) > room:
            after = fitting(after, room - columns(before + marked) - 1) + "…"
    return (before + marked + after).rstrip(), (" " * columns(before), "^" * max(columns(marked), 1))


def _summary(report: Report, paint: Paint) -> str:
    read = f"{counted(len(report.incidents), 'incident')}, {counted(report.documents, 'document')}"
    if not report.diagnostics:
        found = "no findings"
    else:
        found = f"{counted(report.errors, 'error')}, {counted(report.warnings, 'warning')}"
    silenced = f", {report.silenced:,} silenced" if report.silenced else ""
    style = "error" if report.errors else "warning" if report.warnings else "help"
    return f"{read}: {paint(style, found)}{silenced}"
