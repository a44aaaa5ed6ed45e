"""Rules asked, and what they find taken: by the policy's levels and silences, as diagnostics in their files."""

from __future__ import annotations

import traceback
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

from hotwash.diagnostics import Diagnostic, Related
from hotwash.model.repository import Case
from hotwash.records.load import load_document
from hotwash.rules.located import fitted_all, source_line, where
from hotwash.rules.rule import Context, Rule, may_be_lowered, page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hotwash.diagnostics import Finding, LevelName
    from hotwash.facts.register import Summary
    from hotwash.model.policy import Policy
    from hotwash.records.document import Document
    from hotwash.records.snapshot import Snapshot

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Bug:
    """A rule that raised: a fault of hotwash, not of the record."""

    code: str
    subject: str
    trace: str


@dataclass(slots=True)
class Run:
    """What a run has gathered so far.

    Attributes:
        before: What a rule may know of the base of the change that is judged; None without one.
        merged: What is kept of the touched incidents as they were at the base, by id.
    """

    context: Context
    before: Context | None = None
    merged: dict[str, Summary] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    upcoming: list[Diagnostic] = field(default_factory=list)
    bugs: list[Bug] = field(default_factory=list)
    summaries: dict[str, Summary] = field(default_factory=dict)
    used_silences: set[int] = field(default_factory=set)
    conceals: dict[str | None, set[str]] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)
    silenced: int = 0
    documents: int = 0


def ask(run: Run, rule: Rule[S], subject: S, name: str, context: Context | None = None) -> list[Finding]:
    """What a rule finds of a subject, which has a name for the report of a bug; what it found before one counts."""
    found: list[Finding] = []
    try:
        found.extend(rule.find(subject, context or run.context))
    except Exception:  # noqa: BLE001 - one rule's bug must not hide what the others find, nor what it found before
        run.bugs.append(Bug(rule.code, name, traceback.format_exc()))
    return found


def read_again(snapshot: Snapshot, finding: Finding, documents: Mapping[str, Document]) -> Mapping[str, Document]:
    """The files that are at hand and those in which a finding stands, which were let go. They are let go again after it."""
    files = {place.file for place in (finding.at, *(note.at for note in finding.related))} - documents.keys()
    return {**documents, **{file: load_document(snapshot, file) for file in files if snapshot.exists(file)}}


def take(
    run: Run,
    rule: Rule[Any],
    finding: Finding,
    documents: Mapping[str, Document],
    owner: Case | str | None,
    *,
    upcoming: bool = False,
) -> None:
    """Keep a finding as a diagnostic, unless the policy switches its rule off or silences it.

    Args:
        run: Where it is kept.
        rule: Whose finding it is.
        finding: What was found; a place in it may be a path from the root or one below the folder of its incident.
        documents: The files that are at hand, by path.
        owner: Its incident, or the id of that where paths are from the root; None for policy and services.
        upcoming: It is shown as what comes next, and not judged yet.
    """
    incident = owner.id if isinstance(owner, Case) else owner
    # Also where the finding itself is silenced.
    if finding.conceals:
        run.conceals.setdefault(incident, set()).update(finding.conceals)
    level = _level(run.context.policy, rule, finding)
    if level is None:
        return
    if silences := _silences(run.context, rule, incident):
        run.silenced += 1
        run.used_silences.update(silences)
        return
    folder = f"{owner.path}/" if isinstance(owner, Case) else ""
    path, span = where(finding.at, documents, folder)
    related = tuple(Related(*where(note.at, documents, folder), note.message) for note in finding.related)
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
            help=fitted_all(finding.help, documents, folder),
            related=related,
            why=f"{source} · hotwash explain {rule.code}",
            source=source_line(documents.get(path), span),
            fix=finding.fix,
        )
    )


def _level(policy: Policy, rule: Rule[Any], finding: Finding) -> LevelName | None:
    """The level of a finding; None where the policy has switched the rule off."""
    told = policy.levels.get(rule.code) if may_be_lowered(rule.code) else None
    if told == "off":
        return None
    return told or finding.level or rule.level


def _silences(context: Context, rule: Rule[Any], incident: str | None) -> tuple[int, ...]:
    """Which silences of the policy keep a rule from speaking of an incident."""
    today = context.now.date()
    if not may_be_lowered(rule.code):
        return ()
    return tuple(
        index
        for index, silence in enumerate(context.policy.silences)
        if silence.rule == rule.code and silence.incident in (None, incident) and today <= silence.until
    )


# What is a warning where it stands already, and an error where the change brings it.
_ERROR_WHERE_NEW = frozenset({"HW606", "HW804"})


def raised(run: Run, rule: Rule[S], found: list[Finding], merged: S | None) -> list[Finding]:
    """What a rule finds, as an error where it would not have found it at the base."""
    if run.before is None or rule.code not in _ERROR_WHERE_NEW or not found:
        return found
    known = set() if merged is None else {told.message for told in ask(run, rule, merged, "the base", run.before)}
    return [finding if finding.message in known else replace(finding, level="error") for finding in found]
