"""Rules -> findings -> levels and silences -> diagnostics in their files -> the report."""

from __future__ import annotations

import traceback
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

from hotwash import __version__
from hotwash.diagnostics import (
    Diagnostic,
    GateVerdict,
    IncidentLine,
    Place,
    Related,
    Report,
    RuleInfo,
    Span,
    dotted,
)
from hotwash.facts.gates import verdict
from hotwash.model.incident import STATUS_ORDER
from hotwash.model.repository import Case
from hotwash.model.time import short_span, utc_text
from hotwash.records.document import indentation, is_in_braces, locate
from hotwash.records.load import POLICY, SERVICES, case_files, load_case, load_head
from hotwash.rules import ALL_RULES, DOCUMENT_RULES, INCIDENT_RULES
from hotwash.rules.rule import Context, Rule, may_be_lowered, page

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from hotwash.diagnostics import Finding, Help, LevelName
    from hotwash.model.incident import Incident, Status
    from hotwash.model.policy import Policy
    from hotwash.records.document import Document
    from hotwash.records.load import CaseFiles, Head, LoadedCase
    from hotwash.records.snapshot import Snapshot

S = TypeVar("S")

UNREADABLE = GateVerdict("unreadable", "? STOP gate not judged: the records cannot be read, mend them first")


@dataclass(frozen=True, slots=True)
class Bug:
    """A rule that raised: a fault of hotwash, not of the record."""

    code: str
    subject: str
    trace: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """A report, and the rules that could not be asked."""

    report: Report
    bugs: tuple[Bug, ...]


@dataclass(slots=True)
class _Run:
    """What a run has gathered so far."""

    context: Context
    diagnostics: list[Diagnostic] = field(default_factory=list)
    upcoming: list[Diagnostic] = field(default_factory=list)
    bugs: list[Bug] = field(default_factory=list)
    silenced: int = 0
    documents: int = 0


def check(
    snapshot: Snapshot, *, now: datetime, now_given: bool = False, named: tuple[str, ...] | None = None
) -> Outcome:
    """All that the rules find in a snapshot, in order.

    Args:
        snapshot: The files.
        now: The moment of judgement, aware.
        now_given: Whether somebody chose it, so that the output says so.
        named: Only these incidents, as paths from the root; None: all. Policy and services are always read.
    """
    paths = snapshot.paths()
    head = load_head(snapshot, paths)
    run = _Run(Context(now, head.policy, head.services))
    for document in head.documents:
        _ask_document(run, document, None)
    lines: list[IncidentLine] = []
    for files in case_files(paths):
        if named is None or _is_named(files, named):
            before = len(run.diagnostics)
            loaded = load_case(snapshot, files)
            judged = _judge(run, loaded)
            shown = judged.shown or named is not None or len(run.diagnostics) > before
            lines.append(IncidentLine(judged.id, judged.path, judged.facts, judged.verdict, shown))
    report = Report(
        tool=f"hotwash {__version__}",
        now=utc_text(now),
        now_given=now_given,
        incidents=tuple(lines),
        documents=run.documents,
        diagnostics=tuple(sorted(run.diagnostics, key=lambda diagnostic: diagnostic.sort_key)),
        upcoming=tuple(sorted(run.upcoming, key=lambda diagnostic: diagnostic.sort_key)),
        silenced=run.silenced,
        notices=tuple(_notices(head)),
        rules=tuple(RuleInfo(rule.code, rule.name, rule.level, page(rule).summary) for rule in ALL_RULES),
    )
    return Outcome(report, tuple(run.bugs))


def _notices(head: Head) -> Iterator[str]:
    if not head.policy_readable:
        yield f"{POLICY} cannot be used as it is: judged by its defaults"
    if head.services is None:
        yield f"{SERVICES} cannot be used as it is: no service was looked up in it"


def _is_named(files: CaseFiles, named: tuple[str, ...]) -> bool:
    return any(
        name in ("", files.path, files.id) or files.path.startswith(f"{name}/") or name.startswith(f"{files.path}/")
        for name in named
    )


def names_something(snapshot: Snapshot, name: str) -> bool:
    """Whether a name on the command line stands for a record: a path from the root, or the id of an incident."""
    paths = snapshot.paths()
    if name in ("", "incidents") or any(path == name or path.startswith(f"{name}/") for path in paths):
        return True
    return any(files.id == name for files in case_files(paths))


def _judge(run: _Run, loaded: LoadedCase) -> IncidentLine:
    """Ask all rules of one incident; its documents are let go afterwards, so that memory stays flat."""
    case = loaded.case
    for document in loaded.documents:
        _ask_document(run, document, case.id)
    if not isinstance(case, Case):
        return IncidentLine(case.id, case.path, (), UNREADABLE, shown=True)
    documents = {document.path: document for document in loaded.documents}
    modes = _modes(case.incident)
    for rule in INCIDENT_RULES:
        if not modes.issubset(rule.modes):
            continue
        judged = _reached(case.incident.status, rule.judged_from)
        if judged is None:
            continue
        for finding in _ask(run, rule, case, case.id):
            _take(run, rule, finding, documents, case, upcoming=not judged)
    now = run.context.now
    said = _fitted_verdict(verdict(case, now), documents, f"{case.path}/")
    return IncidentLine(case.id, case.path, _facts(case.incident, now), said, case.incident.is_open)


def _modes(incident: Incident) -> frozenset[str]:
    """The letters of a record, all of which a rule must be asked of: a drill may be written up late."""
    if incident.is_drill and incident.mode != "retrospective":
        return frozenset("D" if incident.mode == "live" else "AD")
    return frozenset({"live": "L", "late": "A", "retrospective": "R"}[incident.mode])


def _reached(status: Status, wanted: Status | None) -> bool | None:
    """Whether a rule is judged already; None where it never will be."""
    if wanted is None or status == wanted:
        return True
    if status == "dismissed" or wanted == "dismissed":
        return None
    return STATUS_ORDER.index(status) >= STATUS_ORDER.index(wanted)


def _facts(incident: Incident, now: datetime) -> tuple[str, ...]:
    declared = incident.times.declared
    kind = "drill " if incident.is_drill else ""
    facts = [f"{kind}{incident.severity.level} {incident.status}"]
    if declared is not None and incident.is_open and declared.at.start <= now:
        facts.append(f"declared {short_span(now - declared.at.start)} ago")
    return tuple(facts)


def _ask_document(run: _Run, document: Document, incident: str | None) -> None:
    run.documents += 1
    if not document.problems:
        return
    documents = {document.path: document}
    for rule in DOCUMENT_RULES:
        for finding in _ask(run, rule, document, incident or document.path):
            _take(run, rule, finding, documents, incident)


def _ask(run: _Run, rule: Rule[S], subject: S, name: str) -> Iterator[Finding]:
    try:
        yield from rule.find(subject, run.context)
    except Exception:  # noqa: BLE001 - one rule's bug must not hide what the others find
        run.bugs.append(Bug(rule.code, name, traceback.format_exc()))


def _take(
    run: _Run,
    rule: Rule[Any],
    finding: Finding,
    documents: Mapping[str, Document],
    owner: Case | str | None,
    *,
    upcoming: bool = False,
) -> None:
    incident = owner.id if isinstance(owner, Case) else owner
    level = _level(run.context.policy, rule, finding)
    if level is None:
        return
    if _is_silenced(run.context, rule, incident):
        run.silenced += 1
        return
    folder = f"{owner.path}/" if isinstance(owner, Case) else ""
    path, span = _where(finding.at, documents, folder)
    related = tuple(Related(*_where(note.at, documents, folder), note.message) for note in finding.related)
    source = finding.source or page(rule).source
    (run.upcoming if upcoming else run.diagnostics).append(
        Diagnostic(
            path=path,
            span=span,
            code=rule.code,
            name=rule.name,
            level=level,
            message=finding.message,
            route=finding.at.route,
            incident=incident,
            label=finding.label,
            notes=finding.notes,
            help=_fitted_all(finding.help, documents, folder),
            related=related,
            why=f"{source} · hotwash explain {rule.code}",
            source=_source(documents.get(path), span),
        )
    )


def _fitted_verdict(said: GateVerdict, documents: Mapping[str, Document], folder: str) -> GateVerdict:
    missing = tuple(replace(part, help=_fitted_all(part.help, documents, folder)) for part in said.missing)
    return replace(said, missing=missing)


def _fitted_all(help_: tuple[Help, ...], documents: Mapping[str, Document], folder: str) -> tuple[Help, ...]:
    return tuple(_fitted(remedy, documents.get(f"{folder}{remedy.file}")) for remedy in help_)


def _fitted(remedy: Help, document: Document | None) -> Help:
    """The lines to paste as the file needs them: as far indented as their neighbours, and not into braces."""
    if document is None or document.node is None or remedy.under is None:
        return remedy
    if is_in_braces(document, remedy.under):
        what = f"`{dotted(remedy.under)}:`" if remedy.under else remedy.file
        return replace(remedy, say=f"write {what} in lines instead of braces, and add to it:")
    held = indentation(document, remedy.under)
    further = held - 2 * len(remedy.under)
    if not held or not further:
        return remedy
    lines = [" " * further + line if further > 0 else line[-further:] for line in remedy.paste.split("\n")]
    return replace(remedy, paste="\n".join(lines))


def _level(policy: Policy, rule: Rule[Any], finding: Finding) -> LevelName | None:
    """The level of a finding; None where the policy has switched the rule off."""
    told = policy.levels.get(rule.code) if may_be_lowered(rule.code) else None
    if told == "off":
        return None
    return told or finding.level or rule.level


def _is_silenced(context: Context, rule: Rule[Any], incident: str | None) -> bool:
    today = context.now.date()
    return may_be_lowered(rule.code) and any(
        silence.rule == rule.code and silence.incident in (None, incident) and today <= silence.until
        for silence in context.policy.silences
    )


def _where(place: Place, documents: Mapping[str, Document], folder: str) -> tuple[str, Span]:
    path = place.file if place.file in documents else f"{folder}{place.file}"
    document = documents.get(path)
    # A file that does not exist yet has a first line all the same: there the reader will write.
    return path, locate(document, place) if document is not None else Span(1, 1, 1, 1)


def _source(document: Document | None, span: Span) -> tuple[str, ...]:
    # What could not be decoded has nothing to show, and neither has an empty file.
    if document is None or not document.text:
        return ()
    lines = document.lines
    return (lines[span.line - 1],) if span.line <= len(lines) else ()
