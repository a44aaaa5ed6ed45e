"""Report -> JSON, version 1: a contract with a published schema."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal

# pydantic makes the published schema of these, and before Python 3.12 takes no other.
from typing_extensions import TypedDict

from hotwash.diagnostics import dotted

if TYPE_CHECKING:
    from hotwash.diagnostics import Diagnostic, GateVerdict, Report


class Summary(TypedDict):
    """Counts."""

    incidents: int
    documents: int
    errors: int
    warnings: int
    silenced: int


class MissingV1(TypedDict):
    """Something that the STOP gate still needs."""

    route: str
    message: str
    help: str


class GateV1(TypedDict):
    """What the STOP gate says of one incident."""

    incident: str
    gate: Literal["open", "late", "shut", "not-judged", "unreadable"]
    missing: list[MissingV1]


class RelatedV1(TypedDict):
    """A second place of a diagnostic."""

    path: str
    line: int
    column: int
    message: str


class DiagnosticV1(TypedDict):
    """One finding in its file; lines and columns from 1 in code points, ends exclusive."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    code: str
    name: str
    level: Literal["error", "warning"]
    message: str
    help: str
    route: str
    incident: str | None
    related: list[RelatedV1]


class ReportV1(TypedDict):
    """What `hotwash check --format json` prints."""

    version: Literal[1]
    tool: str
    now: str
    base: str | None
    summary: Summary
    gates: list[GateV1]
    diagnostics: list[DiagnosticV1]


def as_json(report: Report) -> ReportV1:
    """A report as the plain values of version 1."""
    return {
        "version": 1,
        "tool": report.tool,
        "now": report.now,
        "base": report.base,
        "summary": {
            "incidents": len(report.incidents),
            "documents": report.documents,
            "errors": report.errors,
            "warnings": report.warnings,
            "silenced": report.silenced,
        },
        "gates": [_gate(line.id, line.verdict) for line in report.incidents],
        "diagnostics": [_diagnostic(diagnostic) for diagnostic in report.diagnostics],
    }


def _gate(incident: str, verdict: GateVerdict) -> GateV1:
    missing: list[MissingV1] = [
        {
            "route": dotted(part.at.route),
            "message": part.message,
            "help": "\n".join(remedy.text for remedy in part.help),
        }
        for part in verdict.missing
    ]
    return {"incident": incident, "gate": verdict.gate, "missing": missing}


def _diagnostic(diagnostic: Diagnostic) -> DiagnosticV1:
    span = diagnostic.span
    return {
        "path": diagnostic.path,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
        "code": diagnostic.code,
        "name": diagnostic.name,
        "level": diagnostic.level,
        "message": diagnostic.message,
        "help": diagnostic.advice,
        "route": dotted(diagnostic.route),
        "incident": diagnostic.incident,
        "related": [
            {"path": other.path, "line": other.span.line, "column": other.span.column, "message": other.message}
            for other in diagnostic.related
        ],
    }


def render(report: Report) -> str:
    """A report as JSON text; it is written when clean too, so that a program always has something to read."""
    # Escapes keep what is invisible visible, and survive any encoding of a pipe.
    text = json.dumps(as_json(report), indent=2, ensure_ascii=True) + "\n"
    # `##[` can only stand in a string, and there the escape is the same text (threats T6).
    return text.replace("##[", "##\\u005b")
