"""One incident -> what all rules say of it, of each of its files and of its evidence."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from hotwash.diagnostics import IncidentLine
from hotwash.facts.due import due
from hotwash.facts.gates import UNREADABLE, checklist, verdict
from hotwash.facts.public_files import people_of, public_file
from hotwash.facts.register import summarised
from hotwash.model.incident import STATUS_ORDER
from hotwash.model.repository import Case, Unreadable
from hotwash.model.time import short_span
from hotwash.records.load import load_evidence
from hotwash.rules import DOCUMENT_RULES, INCIDENT_RULES, PUBLIC_RULES, TEXT_RULES
from hotwash.rules.located import fitted_verdict
from hotwash.rules.run import Run, ask, raised, take

if TYPE_CHECKING:
    from datetime import datetime

    from hotwash.facts.people import People
    from hotwash.model.incident import Incident, Status
    from hotwash.records.document import Document
    from hotwash.records.load import CaseFiles, LoadedCase
    from hotwash.rules.rule import Rule


def people_in(run: Run, case: Case | Unreadable) -> People | None:
    """Whom to look for in the files of an incident; None where nobody searches them."""
    return people_of(case, run.context.policy) if isinstance(case, Case) else None


def judge(run: Run, loaded: LoadedCase, people: People | None, merged: Case | Unreadable | None = None) -> IncidentLine:
    """Ask all rules of one incident; its documents are let go afterwards, so that memory stays flat."""
    case = loaded.case
    for document in loaded.documents:
        ask_document(run, document, case.id)
    if not isinstance(case, Case):
        return IncidentLine(case.id, case.path, (), UNREADABLE, shown=True)
    for document in loaded.documents:
        _ask_public_file(run, document, case, people)
    documents = {document.path: document for document in loaded.documents}
    for rule, judged in _asked(modes_of(case.incident), case.incident.status):
        found = ask(run, rule, case, case.id)
        for finding in raised(run, rule, found, merged if isinstance(merged, Case) else None):
            take(run, rule, finding, documents, case, upcoming=not judged)
    run.summaries[case.id] = summarised(case)
    if isinstance(merged, Case):
        run.merged[case.id] = summarised(merged)
    now = run.context.now
    said = fitted_verdict(verdict(case, now), documents, f"{case.path}/")
    facts = _facts(case.incident, now)
    return IncidentLine(
        case.id,
        case.path,
        facts,
        said,
        case.incident.is_open,
        title=case.incident.title,
        first_actions=checklist(case, now),
        due=due(case, run.context.policy, now),
    )


def modes_of(incident: Incident) -> frozenset[str]:
    """The letters of a record, all of which a rule must be asked of: a drill may be written up late."""
    if incident.is_drill and incident.mode != "retrospective":
        return frozenset("D" if incident.mode == "live" else "AD")
    return frozenset({"live": "L", "late": "A", "retrospective": "R"}[incident.mode])


@lru_cache
def _asked(modes: frozenset[str], status: Status) -> tuple[tuple[Rule[Case], bool], ...]:
    """The rules to ask of an incident, each with whether it is judged already, or only shown as what comes next."""
    reached = ((rule, _reached(status, rule.judged_from)) for rule in INCIDENT_RULES if modes.issubset(rule.modes))
    return tuple((rule, judged) for rule, judged in reached if judged is not None)


def _reached(status: Status, wanted: Status | None) -> bool | None:
    """Whether a rule is judged already; None where it is not yet, nor at the next step, nor ever."""
    if wanted is None or status == wanted:
        return True
    if status == "dismissed" or wanted == "dismissed":
        return None
    ahead = STATUS_ORDER.index(wanted) - STATUS_ORDER.index(status)
    # What comes after the next step is no help to somebody who has that step before them.
    return True if ahead <= 0 else False if ahead == 1 else None


def _facts(incident: Incident, now: datetime) -> tuple[str, ...]:
    declared = incident.times.declared
    kind = "drill " if incident.is_drill else ""
    facts = [f"{kind}{incident.severity.level} {incident.status}"]
    if declared is not None and incident.is_open and declared.at.start <= now:
        facts.append(f"declared {short_span(now - declared.at.start)} ago")
    return tuple(facts)


def ask_document(run: Run, document: Document, incident: str | None) -> None:
    """Ask all rules of one file, whatever record it holds; None for the incident where it belongs to none."""
    run.documents += 1
    documents = {document.path: document}
    # Nearly all documents have nothing wrong, and what they say is in their problems already.
    rules = (*DOCUMENT_RULES, *TEXT_RULES) if document.problems or document.doubts else TEXT_RULES
    for rule in rules:
        for finding in ask(run, rule, document, incident or document.path):
            take(run, rule, finding, documents, incident)


def ask_evidence(run: Run, files: CaseFiles, case: Case | Unreadable, people: People | None) -> None:
    """Ask the rules over its text of each file of evidence, one after the other."""
    for document in load_evidence(run.context.snapshot, files):
        ask_document(run, document, files.id)
        if isinstance(case, Case):
            _ask_public_file(run, document, case, people)


def _ask_public_file(run: Run, document: Document, case: Case, people: People | None) -> None:
    """Ask of a file what everybody may read of it, unless the incident is internal, of which no people are known."""
    if people is None:
        return
    file = public_file(document, case, people)
    for rule in PUBLIC_RULES:
        for finding in ask(run, rule, file, case.id):
            take(run, rule, finding, {document.path: document}, case.id)
