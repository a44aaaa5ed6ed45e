"""Report -> annotations of a pull request: one workflow command a finding, then the report as text for the log.

Source: actions/runner, src/Runner.Common/ActionCommand.cs and src/Runner.Worker/ActionCommandManager.cs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotwash.diagnostics import counted, visible, visible_path
from hotwash.report import text
from hotwash.report.reading import gates_first, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotwash.diagnostics import Diagnostic, Report

SHOWN = 10  # annotations of each level that GitHub takes from one step
LONGEST = 4_000  # characters of a message; what is longer than 4,096 the runner cuts by itself


def render(report: Report) -> str:
    """A report as workflow commands, errors first, and as the text that a person finds who opens the log.

    The commands come first, because a log is opened at its end. What GitHub would not show is counted in a notice.
    """
    errors = gates_first(diagnostic for diagnostic in report.diagnostics if diagnostic.level == "error")
    warnings = [diagnostic for diagnostic in report.diagnostics if diagnostic.level == "warning"]
    lines = [_annotation(diagnostic) for diagnostic in (*errors[:SHOWN], *warnings[:SHOWN])]
    left = {"error": len(errors) - SHOWN, "warning": len(warnings) - SHOWN}
    more = [counted(number, f"more {level}") for level, number in left.items() if number > 0]
    if more:
        said = f"GitHub shows {SHOWN} of a level; {' and '.join(more)}: in the log of this step, and in its summary"
        lines.append(_command("notice", {"title": "hotwash check"}, said))
    return "\n".join([*lines, text.render(report)])


def _annotation(diagnostic: Diagnostic) -> str:
    span = diagnostic.span
    place: dict[str, str | int] = {"file": visible_path(diagnostic.path), "line": span.line}
    if span.end_line == span.line:
        # Of a place over several lines GitHub drops the columns, and shows it at its last line instead of its first.
        place |= {"col": span.column, "endLine": span.line, "endColumn": span.end_column}
    place["title"] = f"{diagnostic.code} {diagnostic.name}"
    message = "\n".join(_paragraphs(diagnostic))
    if len(message) > LONGEST:
        message = message[: LONGEST - 1] + "…"
    return _command(diagnostic.level, place, message)


def _paragraphs(diagnostic: Diagnostic) -> Iterator[str]:
    yield _said(diagnostic.message) + (f" ({_said(diagnostic.label)})" if diagnostic.label else "")
    yield from map(_said, diagnostic.notes)
    for other in diagnostic.related:
        yield f"see {visible_path(other.path)}:{other.span.line}: {_said(other.message)}"
    for remedy in diagnostic.help:
        yield f"help: {_said(remedy.say)}"
        if remedy.paste:
            yield visible(remedy.paste)
    if diagnostic.fix:
        yield f"fix: hotwash check --fix {_said(diagnostic.fix)}"


def _said(told: str) -> str:
    return visible(one_line(told))


def _command(name: str, properties: dict[str, str | int], message: str) -> str:
    """A workflow command that the runner reads back as it was meant, whatever the values hold (threats T6)."""
    shown = ",".join(f"{key}={str(value).translate(_IN_PROPERTY)}" for key, value in properties.items())
    return f"::{name} {shown}::{message.translate(_IN_MESSAGE)}"


_IN_MESSAGE = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_IN_PROPERTY = _IN_MESSAGE | str.maketrans({":": "%3A", ",": "%2C"})
