"""Report -> JSON, version 1: a contract with a published schema."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

# pydantic makes the published schema of these, and before Python 3.12 takes no other.
from typing_extensions import TypedDict

from hotwash.diagnostics import dotted

if TYPE_CHECKING:
    from hotwash.diagnostics import Diagnostic, IncidentLine, PolicyChange, Report


class Summary(TypedDict):
    """Counts."""

    incidents: Annotated[int, Field(description="Incidents that were judged.")]
    documents: Annotated[int, Field(description="Files that were read.")]
    errors: Annotated[int, Field(description="Diagnostics of level error; with none the command ends with 0.")]
    warnings: Annotated[int, Field(description="Diagnostics of level warning.")]
    silenced: Annotated[int, Field(description="Findings that a silence of the policy keeps back.")]


class MissingV1(TypedDict):
    """Something that the STOP gate still needs."""

    route: Annotated[str, Field(description="Where in the record, dotted: `first_actions.gather`.")]
    message: Annotated[str, Field(description="What is missing.")]
    help: Annotated[str, Field(description="What to do, with the lines to write.")]


class FirstActionV1(TypedDict):
    """One of the four first actions, as it stands."""

    action: Annotated[str, Field(description="Its key in the record: `gather`.")]
    done: Annotated[bool, Field(description="It is signed off, and what it rests on is there.")]
    by: Annotated[str, Field(description="Who signed it; empty when nobody has.")]
    at: Annotated[str, Field(description="When it was signed, as written; empty when it was not.")]
    note: Annotated[str, Field(description="What was done, or why nothing could be; text of the record.")]


class DueV1(TypedDict):
    """Something that somebody owes an incident."""

    what: Annotated[str, Field(description="What it is; it may hold text of the record.")]
    at: Annotated[str, Field(description="By when: RFC 3339 in UTC, or a day.")]
    late: Annotated[str, Field(description="How late it is, as people read it; empty while there is time.")]


class GateV1(TypedDict):
    """What the STOP gate says of one incident, and how the incident stands."""

    incident: Annotated[str, Field(description="The id of the incident.")]
    path: Annotated[str, Field(description="Its folder, `/`-separated from the root of the repository.")]
    title: Annotated[str, Field(description="Its title, text of the record; empty when unreadable.")]
    touched: Annotated[bool, Field(description="Whether the change that is judged touches it; false without a base.")]
    gate: Annotated[
        Literal["open", "late", "shut", "not-judged", "unreadable"],
        Field(
            description="`open`: the four first actions are done; `late`: done after somebody went on; `shut`: not done; "
            "`not-judged`: retrospective or dismissed; `unreadable`: the records have to be mended first."
        ),
    ]
    missing: Annotated[list[MissingV1], Field(description="What it still needs, in the order of the first actions.")]
    first_actions: Annotated[
        list[FirstActionV1], Field(description="The four, in their order; empty where the gate is not judged.")
    ]
    due: Annotated[list[DueV1], Field(description="What is still owed, by time.")]


class PolicyChangeV1(TypedDict):
    """A verdict that the policy which the change brings would change."""

    incident: Annotated[str, Field(description="The id of the incident.")]
    code: Annotated[str, Field(description="The code of the rule.")]
    name: Annotated[str, Field(description="The name of the rule.")]
    before: Annotated[
        Literal["error", "warning"] | None, Field(description="Its level by the policy that judges; null: not found.")
    ]
    after: Annotated[
        Literal["error", "warning"] | None, Field(description="Its level by the other policy; null: not found.")
    ]
    times: Annotated[int, Field(description="How many such findings.")]


class RelatedV1(TypedDict):
    """A second place of a diagnostic."""

    path: Annotated[str, Field(description="As that of the diagnostic.")]
    line: Annotated[int, Field(description="From 1.")]
    column: Annotated[int, Field(description="From 1.")]
    message: Annotated[str, Field(description="What this place has to do with it.")]


class DiagnosticV1(TypedDict):
    """One finding in its file; lines and columns from 1 in code points, ends exclusive."""

    path: Annotated[str, Field(description="The file, `/`-separated from the root of the repository.")]
    line: Annotated[int, Field(description="From 1.")]
    column: Annotated[int, Field(description="From 1, in Unicode code points.")]
    end_line: Annotated[int, Field(description="From 1.")]
    end_column: Annotated[int, Field(description="The first column that does not belong to it any more.")]
    code: Annotated[str, Field(description="The code of the rule: `HW201`. It never changes its meaning.")]
    name: Annotated[str, Field(description="The name of the rule.")]
    level: Literal["error", "warning"]
    message: Annotated[str, Field(description="What is wrong.")]
    help: Annotated[str, Field(description="What to do now, with the lines to write.")]
    route: Annotated[str, Field(description="Where in the record, dotted, list places from 0: `3.at`.")]
    incident: Annotated[str | None, Field(description="The id of the incident; null for policy and services.")]
    related: Annotated[list[RelatedV1], Field(description="Other ends of the same finding.")]


class ReportV1(TypedDict):
    """What `hotwash check --format json` prints."""

    version: Annotated[Literal[1], Field(description="Of this form. A key may be added; none goes or changes.")]
    tool: Annotated[str, Field(description="hotwash and its version.")]
    now: Annotated[str, Field(description="The moment of judgement, RFC 3339 in UTC.")]
    base: Annotated[str | None, Field(description="The revision that the records were compared with.")]
    summary: Summary
    gates: Annotated[list[GateV1], Field(description="One for each incident that was judged.")]
    diagnostics: Annotated[list[DiagnosticV1], Field(description="Sorted by path, line, column and code.")]
    guarded: Annotated[
        list[str], Field(description="Paths that the change touches and that decide how changes are judged.")
    ]
    policy_changes: Annotated[
        list[PolicyChangeV1], Field(description="What the policy that the change brings would say otherwise.")
    ]
    notices: Annotated[list[str], Field(description="Facts about the run as a whole; what could not be judged.")]


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
        "gates": [_gate(line) for line in report.incidents],
        "diagnostics": [_diagnostic(diagnostic) for diagnostic in report.diagnostics],
        "guarded": list(report.guarded),
        "policy_changes": [_policy_change(change) for change in report.policy_changes],
        "notices": list(report.notices),
    }


def _gate(line: IncidentLine) -> GateV1:
    missing: list[MissingV1] = [
        {
            "route": dotted(part.at.route),
            "message": part.message,
            "help": "\n".join(remedy.text for remedy in part.help),
        }
        for part in line.verdict.missing
    ]
    return {
        "incident": line.id,
        "path": line.path,
        "title": line.title,
        "touched": line.touched,
        "gate": line.verdict.gate,
        "missing": missing,
        "first_actions": [
            {"action": tick.action, "done": tick.done, "by": tick.by, "at": tick.at, "note": tick.note}
            for tick in line.first_actions
        ],
        "due": [{"what": owed.what, "at": owed.at, "late": owed.late} for owed in line.due],
    }


def _policy_change(change: PolicyChange) -> PolicyChangeV1:
    return {
        "incident": change.incident,
        "code": change.code,
        "name": change.name,
        "before": change.before or None,
        "after": change.after or None,
        "times": change.times,
    }


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
