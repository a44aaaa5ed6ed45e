"""Report -> text for a terminal: snippet, caret, help with the lines to paste; grouped by incident."""

from __future__ import annotations

import textwrap
import unicodedata
from typing import TYPE_CHECKING

from hotwash.diagnostics import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotwash.diagnostics import Diagnostic, IncidentLine, Report

WIDTH = 80
SHORTEST_GUTTER = 2
_SGR = {"error": "1;31", "warning": "1;33", "next": "1;36", "help": "32", "frame": "34", "head": "1", "dim": "2"}


class _Paint:
    """Colour, or none."""

    def __init__(self, *, color: bool) -> None:
        self.color = color

    def __call__(self, style: str, text: str) -> str:
        return f"\x1b[{_SGR[style]}m{text}\x1b[0m" if self.color and text else text


def render(report: Report, *, color: bool = False) -> str:
    """A report as people read it at 80 columns.

    Args:
        report: What was found.
        color: Whether to mark levels and frames with colour; all that it says is said in words too.
    """
    paint = _Paint(color=color)
    lines: list[str] = []
    if report.now_given:
        lines += [paint("dim", f"as of {report.now}"), ""]
    known = {line.id: line for line in report.incidents}
    for diagnostic in report.diagnostics:
        if diagnostic.incident not in known:
            lines += [*_snippet(diagnostic, diagnostic.level, "", paint), ""]
    for incident in report.incidents:
        if incident.shown:
            lines += [*_incident(report, incident, paint), ""]
    lines += [paint("dim", visible(notice)) for notice in report.notices]
    lines.append(_summary(report, paint))
    return "\n".join(lines) + "\n"


def _incident(report: Report, incident: IncidentLine, paint: _Paint) -> Iterator[str]:
    yield "   ".join((paint("head", visible(incident.path)), *map(visible, incident.facts)))
    shut = incident.verdict.gate in ("shut", "unreadable")
    yield paint("error" if shut else "head", visible(incident.verdict.line))
    for diagnostic in report.diagnostics:
        if diagnostic.incident == incident.id:
            yield ""
            yield from _snippet(diagnostic, diagnostic.level, incident.verdict.line, paint)
    waiting = [diagnostic for diagnostic in report.upcoming if diagnostic.incident == incident.id]
    if waiting:
        yield ""
        yield "Nothing is wrong so far. Before the status can move on:"
        for diagnostic in waiting:
            yield ""
            yield from _snippet(diagnostic, "next", incident.verdict.line, paint)


def _snippet(diagnostic: Diagnostic, style: str, headline: str, paint: _Paint) -> Iterator[str]:
    # The headline of the gate stands above already; once is enough.
    opening = headline.split(" (", maxsplit=1)[0] + ": "
    message = diagnostic.message.removeprefix(opening) if headline else diagnostic.message
    head = f"{style}[{diagnostic.code}]"
    first, *rest = _wrapped(f"{head} {diagnostic.name}: {message}", "")
    yield paint(style, first[: len(head)]) + first[len(head) :]
    yield from rest
    span = diagnostic.span
    gutter = " " * max(len(str(span.line)), SHORTEST_GUTTER)
    yield f"{gutter}{paint('frame', '┌─')} {visible(diagnostic.path)}:{span.line}:{span.column}"
    if diagnostic.source:
        yield f"{gutter}{paint('frame', '│')}"
        shown, caret = _source_and_caret(diagnostic, WIDTH - len(gutter) - 2)
        yield f"{span.line:>{len(gutter)}}{paint('frame', '│')} {shown}"
        label = visible(_one_line(diagnostic.label))
        pointed = f"{gutter}{paint('frame', '│')} {caret[0]}{paint(style, caret[1])}"
        if len(gutter) + 3 + len(caret[0]) + len(caret[1]) + len(label) <= WIDTH:
            yield f"{pointed} {paint(style, label)}".rstrip()
        else:
            # No room beside the caret: beneath it, and to the left as far as it needs.
            yield pointed
            for line in textwrap.wrap(label, WIDTH - len(gutter) - 4):
                yield f"{gutter}{paint('frame', '│')}   {paint(style, line)}"
    yield f"{gutter}{paint('frame', '│')}"
    for other in diagnostic.related:
        yield from _wrapped(
            f"= see {visible(other.path)}:{other.span.line}:{other.span.column}: {_one_line(other.message)}", gutter
        )
    for note in diagnostic.notes:
        yield from _wrapped(f"= {note}", gutter)
    for remedy in diagnostic.help:
        first, *rest = _wrapped(f"= help: {remedy.say}", gutter)
        yield first.replace("= help:", f"= {paint('help', 'help:')}", 1)
        yield from rest
        for line in remedy.paste.split("\n") if remedy.paste else ():
            yield f"{gutter}        {paint('help', visible(line))}"
    yield f"{gutter}{paint('dim', f'= why: {diagnostic.why}')}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        visible(_one_line(text)),
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent + "  ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _columns(text: str) -> int:
    """How many columns of a terminal a text takes."""
    wide = sum(unicodedata.east_asian_width(sign) in "WF" for sign in text)
    return len(text) + wide - sum(unicodedata.combining(sign) != 0 for sign in text)


def _source_and_caret(diagnostic: Diagnostic, room: int) -> tuple[str, tuple[str, str]]:
    """The source line, cut to the room around the place, and the blanks and carets beneath it."""
    span = diagnostic.span
    line = diagnostic.source[0].rstrip("\r\n")
    start = min(span.column - 1, len(line))
    end = span.end_column - 1 if span.end_line == span.line else len(line)
    end = max(min(end, len(line)), start)
    before, marked, after = (visible(part).replace("\t", " ") for part in (line[:start], line[start:end], line[end:]))
    if _columns(before + marked + after) > room:
        if _columns(before) > room // 2:
            before = "…" + before[-(room // 3) :]
        marked = marked if _columns(before + marked) < room else marked[: max(room - _columns(before) - 1, 1)] + "…"
        left = room - _columns(before + marked)
        after = after if _columns(after) <= left else after[: max(left - 1, 0)] + "…"
    return (before + marked + after).rstrip(), (" " * _columns(before), "^" * max(_columns(marked), 1))


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _summary(report: Report, paint: _Paint) -> str:
    read = f"{_counted(len(report.incidents), 'incident')}, {_counted(report.documents, 'document')}"
    if not report.diagnostics:
        found = "no findings"
    else:
        found = f"{_counted(report.errors, 'error')}, {_counted(report.warnings, 'warning')}"
    silenced = f", {report.silenced:,} silenced" if report.silenced else ""
    style = "error" if report.errors else "warning" if report.warnings else "help"
    return f"{read}: {paint(style, found)}{silenced}"
