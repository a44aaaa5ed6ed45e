"""Rules -> findings -> levels and silences -> diagnostics in their files -> the report."""

from __future__ import annotations

import traceback
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from hotwash import __version__
from hotwash.diagnostics import (
    Diagnostic,
    IncidentLine,
    Place,
    PolicyChange,
    Related,
    Report,
    RuleInfo,
    Span,
    dotted,
)
from hotwash.facts.committed import committed
from hotwash.facts.difference import IncidentChange, RepositoryChange
from hotwash.facts.due import due
from hotwash.facts.gates import UNREADABLE, checklist, verdict
from hotwash.facts.public_files import people_of, public_file
from hotwash.facts.register import Register, summarised
from hotwash.model.incident import STATUS_ORDER
from hotwash.model.repository import ACTION_ITEMS, INCIDENT, Case, Unreadable
from hotwash.model.time import short_span, utc_text
from hotwash.records.document import enclosure, indentation, locate
from hotwash.records.load import (
    POLICY,
    SERVICES,
    case_files,
    load_case,
    load_document,
    load_evidence,
    load_head,
    outlined,
)
from hotwash.records.revision import changed_paths
from hotwash.records.snapshot import INCIDENTS
from hotwash.rules import (
    ALL_RULES,
    CHANGE_RULES,
    DOCUMENT_RULES,
    INCIDENT_RULES,
    PUBLIC_RULES,
    REPOSITORY_RULES,
    TEXT_RULES,
    WHOLE_CHANGE_RULES,
)
from hotwash.rules.base_policy import judging_policy
from hotwash.rules.concealment import concealed, concealed_line
from hotwash.rules.rule import Context, Rule, markdown, may_be_lowered, page
from hotwash.rules.untouched import duplicates

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import datetime

    from hotwash.diagnostics import Finding, GateVerdict, Help, LevelName, Route
    from hotwash.facts.people import People
    from hotwash.facts.register import Summary
    from hotwash.model.incident import Incident, Status
    from hotwash.model.policy import Policy
    from hotwash.records.document import Document
    from hotwash.records.load import CaseFiles, Head, LoadedCase
    from hotwash.records.revision import Base
    from hotwash.records.snapshot import Snapshot

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Bug:
    """A rule that raised: a fault of hotwash, not of the record."""

    code: str
    subject: str
    trace: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """A report, and the rules that could not be asked.

    Attributes:
        conceals: The texts that no output may show of an incident, by its id; under None of policy and services.
    """

    report: Report
    bugs: tuple[Bug, ...]
    conceals: Mapping[str | None, Collection[str]] = field(default_factory=dict)


@dataclass(slots=True)
class _Run:
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


OF_POLICY = "HW9"
# What decides how a change is judged; a change of it needs its owners, which only the forge can ask for.
GUARDED = (".github", "tooling", "schemas", "action.yml")
# Who the owners are may stand here as well; and this is of the tool where the tool is, but of anything else elsewhere.
_OWNERS = ("CODEOWNERS", "docs/CODEOWNERS")
_BUILD, _TOOL = "pyproject.toml", "tooling/requirements.txt"


@dataclass(frozen=True, slots=True)
class _Before:
    """The base of the change that is judged.

    Attributes:
        folders: Its incidents by their directory.
        changed: The paths below `incidents/` that are not the same on both sides.
        judged: Those, and one of each incident that the change leaves in the air by taking away what it names.
        guarded: Those of what decides how a change is judged.
    """

    base: Base
    head: Head
    folders: Mapping[str, CaseFiles]
    changed: tuple[str, ...]
    judged: tuple[str, ...]
    guarded: tuple[str, ...]


def check(
    snapshot: Snapshot,
    *,
    now: datetime,
    now_given: bool = False,
    named: tuple[str, ...] | None = None,
    base: Base | None = None,
) -> Outcome:
    """All that the rules find in a snapshot, in order.

    Args:
        snapshot: The files.
        now: The moment of judgement, aware.
        now_given: Whether somebody chose it, so that the output says so.
        named: Only these incidents, as paths from the root; None: all. Policy and services are always read.
        base: Judge the change from there: of the incidents only those that it touches, by the policy of the base.
    """
    before = _before(base, snapshot)
    if before is None:
        paths = snapshot.paths()
        folders = case_files(paths)
    else:
        paths, folders = outlined(snapshot, before.judged)
    head = load_head(snapshot, paths)
    ids = frozenset(files.id for files in folders)
    policy = head.policy if before is None else judging_policy(before.head.policy, head.policy)
    run = _Run(Context(now, policy, head.services, snapshot, ids))
    for document in head.documents:
        _ask_document(run, document, None)
    touched = None if before is None else _touched(before, folders)
    if before is not None:
        run.before = _context(before, run.context)
    lines: list[IncidentLine] = []
    for files in folders:
        if (named is None or _is_named(files, named)) and (touched is None or files.path in touched):
            loaded = load_case(snapshot, files)
            people = _people(run, loaded.case)
            _ask_evidence(run, files, loaded.case, people)
            merged = None if before is None else _merged(before, files)
            line = _judge(run, loaded, people, merged)
            if before is not None:
                _judge_change(run, loaded, before, merged)
                line = replace(line, touched=True, shown=True)
            lines.append(line)
    register = Register(
        paths,
        {files.path: files.id for files in folders},
        run.summaries,
        named is None and before is None,
        frozenset(run.used_silences),
        {}
        if before is None
        else duplicates(snapshot, {files.id: files.path for files in folders}, run.summaries, run.merged),
    )
    was = None
    if before is not None:
        paths_before = {path: files.id for path, files in before.folders.items()}
        was = Register((), paths_before, run.merged, complete=False, used_silences=frozenset())
    _ask_repository(run, register, head, was)
    if before is not None:
        _ask_whole_change(run, register, before, head)
    lines = _conceal(run, lines)
    spoken_of = {_folder(diagnostic.path, register.ids) for diagnostic in run.diagnostics}
    lines = [replace(line, shown=line.shown or named is not None or line.path in spoken_of) for line in lines]
    report = Report(
        tool=f"hotwash {__version__}",
        now=utc_text(now),
        now_given=now_given,
        incidents=tuple(lines),
        documents=run.documents,
        diagnostics=tuple(sorted(run.diagnostics, key=lambda diagnostic: diagnostic.sort_key)),
        upcoming=tuple(sorted(run.upcoming, key=lambda diagnostic: diagnostic.sort_key)),
        silenced=run.silenced,
        base=base.name if base is not None else None,
        guarded=before.guarded if before is not None else (),
        policy_changes=() if before is None else _policy_changes(run.context, before, head),
        notices=(*run.notices, *_notices(head, before)),
        rules=_rules({diagnostic.code for diagnostic in run.diagnostics}),
    )
    return Outcome(report, tuple(run.bugs), run.conceals)


def _rules(spoken: Collection[str]) -> tuple[RuleInfo, ...]:
    """All rules, with the pages of those that spoke."""
    return tuple(
        RuleInfo(rule.code, rule.name, rule.level, page(rule).summary, markdown(rule) if rule.code in spoken else "")
        for rule in ALL_RULES
    )


def _before(base: Base | None, snapshot: Snapshot) -> _Before | None:
    if base is None:
        return None
    changed = changed_paths(base.snapshot, snapshot, INCIDENTS)
    was = load_head(base.snapshot, (*base.snapshot.below(POLICY), *base.snapshot.below(SERVICES)))
    judged = (*changed, *_left_in_the_air(was, snapshot)) if SERVICES in changed else changed
    _, folders = outlined(base.snapshot, judged)
    return _Before(
        base,
        was,
        {files.path: files for files in folders},
        changed,
        judged,
        _guarded(base, snapshot),
    )


def _guarded(base: Base, snapshot: Snapshot) -> tuple[str, ...]:
    build = (_BUILD,) if base.snapshot.exists(_TOOL) else ()
    return changed_paths(base.snapshot, snapshot, *GUARDED, *_OWNERS, *build)


def _left_in_the_air(was: Head, snapshot: Snapshot) -> Iterator[str]:
    """The records of incidents that name a service which the change takes away."""
    services = load_head(snapshot, snapshot.below(SERVICES)).services
    gone = frozenset() if services is None else (was.services or {}).keys() - services.keys()
    if not gone:
        return
    # Only now is it worth the while to look into all of them.
    for files in case_files(snapshot.paths()):
        case = load_case(snapshot, files).case
        if isinstance(case, Case) and not gone.isdisjoint(case.incident.services):
            yield f"{case.path}/{INCIDENT}"


def _context(before: _Before, head: Context) -> Context:
    """What a rule may know of the base, to be asked whether it would have found there what it finds at the head."""
    ids = frozenset(files.id for files in before.folders.values())
    return Context(head.now, head.policy, before.head.services, before.base.snapshot, ids)


def _touched(before: _Before, folders: tuple[CaseFiles, ...]) -> frozenset[str]:
    """The directories of the incidents that are judged."""
    known = {files.path for files in folders}
    return frozenset(_folder(path, known) for path in before.judged)


def _policy_changes(context: Context, before: _Before, head: Head) -> tuple[PolicyChange, ...]:
    """What the policy that a change brings would say otherwise of the incidents as the change leaves them."""
    if not head.policy_readable or head.policy == before.head.policy:
        return ()
    # Only now is it worth the while to judge all of them.
    base = _Run(replace(context, policy=before.head.policy))
    new = _Run(replace(context, policy=head.policy))
    for files in case_files(context.snapshot.paths()):
        loaded = load_case(context.snapshot, files)
        if isinstance(loaded.case, Case):
            for run in (base, new):
                _judge(run, loaded, _people(run, loaded.case))
    names = {rule.code: rule.name for rule in ALL_RULES}
    levels = [_levels(run) for run in (base, new)]
    found = []
    for incident, code in sorted(levels[0].keys() | levels[1].keys()):
        was, now = (side.get((incident, code), Counter()) for side in levels)
        for level, times in (was - now).items():
            after: LevelName | Literal[""] = next(iter(now - was), "")
            found.append(PolicyChange(incident, code, names[code], level, after, times))
        if not was - now:
            found += [
                PolicyChange(incident, code, names[code], "", level, times) for level, times in (now - was).items()
            ]
    # First what would not be found any more, errors before warnings.
    return tuple(sorted(found, key=lambda one: (one.after == "error", one.before != "error", one.incident, one.code)))


def _levels(run: _Run) -> dict[tuple[str, str], Counter[LevelName]]:
    """How often each rule speaks of each incident, by level."""
    counted: dict[tuple[str, str], Counter[LevelName]] = {}
    for diagnostic in run.diagnostics:
        counted.setdefault((diagnostic.incident or "", diagnostic.code), Counter())[diagnostic.level] += 1
    return counted


def _merged(before: _Before, files: CaseFiles) -> Case | Unreadable | None:
    """An incident as it was at the base; None where it is new."""
    there = before.folders.get(files.path)
    return None if there is None else load_case(before.base.snapshot, there).case


def _judge_change(run: _Run, loaded: LoadedCase, before: _Before, merged: Case | Unreadable | None) -> None:
    """Ask the rules over a change of one incident."""
    case = loaded.case
    if isinstance(merged, Unreadable):
        run.notices.append(f"{merged.path} could not be read at the base: what was merged there was not compared")
        return
    if not isinstance(case, Case):
        return
    documents = {document.path: document for document in loaded.documents}
    below = tuple(path.removeprefix(f"{case.path}/") for path in before.changed if path.startswith(f"{case.path}/"))
    change = IncidentChange(merged, case, below, committed(merged, case, before.base.commits, run.context.now))
    # A change of the mode takes nothing out of the reach of a rule.
    modes = [_modes(side.incident) for side in (case, merged) if side is not None]
    for rule in CHANGE_RULES:
        if any(letters.issubset(rule.modes) for letters in modes):
            for finding in _ask(run, rule, change, case.id):
                _take(run, rule, finding, documents, case)


# What is a warning where it stands already, and an error where the change brings it.
_ERROR_WHERE_NEW = frozenset({"HW606", "HW804"})


def _raised(run: _Run, rule: Rule[S], found: list[Finding], merged: S | None) -> list[Finding]:
    """What a rule finds, as an error where it would not have found it at the base."""
    if run.before is None or rule.code not in _ERROR_WHERE_NEW or not found:
        return found
    known = set() if merged is None else {told.message for told in _ask(run, rule, merged, "the base", run.before)}
    return [finding if finding.message in known else replace(finding, level="error") for finding in found]


def _ask_whole_change(run: _Run, register: Register, before: _Before, head: Head) -> None:
    """Ask the rules over a change of the repository as a whole."""
    change = RepositoryChange(
        before.base.revision,
        before.base.snapshot,
        {path: files.id for path, files in before.folders.items()},
        register.ids,
        frozenset(before.changed),
        before.head.policy,
        head.policy if head.policy_readable else None,
    )
    documents = {document.path: document for document in head.documents}
    for rule in WHOLE_CHANGE_RULES:
        for finding in _ask(run, rule, change, INCIDENTS):
            incident = register.ids.get(_folder(finding.at.file, register.ids))
            for place in (finding.at, *(note.at for note in finding.related)):
                if place.file not in documents and place.file in register.paths:
                    documents[place.file] = load_document(run.context.snapshot, place.file)
            _take(run, rule, finding, documents, incident)


def _conceal(run: _Run, lines: list[IncidentLine]) -> list[IncidentLine]:
    """Mask the secrets of an incident, or of policy and services, in all that is said of it by any rule."""
    if not run.conceals:
        return lines
    nothing: set[str] = set()
    for told in (run.diagnostics, run.upcoming):
        told[:] = [
            concealed(diagnostic, secrets) if (secrets := run.conceals.get(diagnostic.incident)) else diagnostic
            for diagnostic in told
        ]
    return [concealed_line(line, run.conceals.get(line.id, nothing)) for line in lines]


def _notices(head: Head, before: _Before | None) -> Iterator[str]:
    if before is not None and not before.head.policy_readable:
        yield f"{POLICY} could not be used at the base: judged by its defaults"
    elif not head.policy_readable:
        judged = "judged by its defaults" if before is None else "judged by that of the base"
        yield f"{POLICY} cannot be used as it is: {judged}"
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


def _people(run: _Run, case: Case | Unreadable) -> People | None:
    """Whom to look for in the files of an incident; None where nobody searches them."""
    return people_of(case, run.context.policy) if isinstance(case, Case) else None


def _judge(
    run: _Run, loaded: LoadedCase, people: People | None, merged: Case | Unreadable | None = None
) -> IncidentLine:
    """Ask all rules of one incident; its documents are let go afterwards, so that memory stays flat."""
    case = loaded.case
    for document in loaded.documents:
        _ask_document(run, document, case.id)
    if not isinstance(case, Case):
        return IncidentLine(case.id, case.path, (), UNREADABLE, shown=True)
    for document in loaded.documents:
        _ask_public_file(run, document, case, people)
    documents = {document.path: document for document in loaded.documents}
    for rule, judged in _asked(_modes(case.incident), case.incident.status):
        found = _ask(run, rule, case, case.id)
        for finding in _raised(run, rule, found, merged if isinstance(merged, Case) else None):
            _take(run, rule, finding, documents, case, upcoming=not judged)
    run.summaries[case.id] = summarised(case)
    if isinstance(merged, Case):
        run.merged[case.id] = summarised(merged)
    now = run.context.now
    said = _fitted_verdict(verdict(case, now), documents, f"{case.path}/")
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


def _modes(incident: Incident) -> frozenset[str]:
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


def _ask_document(run: _Run, document: Document, incident: str | None) -> None:
    run.documents += 1
    documents = {document.path: document}
    # Nearly all documents have nothing wrong, and what they say is in their problems already.
    rules = (*DOCUMENT_RULES, *TEXT_RULES) if document.problems or document.doubts else TEXT_RULES
    for rule in rules:
        for finding in _ask(run, rule, document, incident or document.path):
            _take(run, rule, finding, documents, incident)


def _ask_evidence(run: _Run, files: CaseFiles, case: Case | Unreadable, people: People | None) -> None:
    """Ask the rules over its text of each file of evidence, one after the other."""
    for document in load_evidence(run.context.snapshot, files):
        _ask_document(run, document, files.id)
        if isinstance(case, Case):
            _ask_public_file(run, document, case, people)


def _ask_public_file(run: _Run, document: Document, case: Case, people: People | None) -> None:
    """Ask of a file what everybody may read of it, unless the incident is internal, of which no people are known."""
    if people is None:
        return
    file = public_file(document, case, people)
    for rule in PUBLIC_RULES:
        for finding in _ask(run, rule, file, case.id):
            _take(run, rule, finding, {document.path: document}, case.id)


def _folder(path: str, folders: Collection[str]) -> str:
    """The nearest of the folders in which a path lies; empty for none."""
    while path and path not in folders:
        path = path.rpartition("/")[0]
    return path


def _ask_repository(run: _Run, register: Register, head: Head, was: Register | None = None) -> None:
    """Ask what concerns the repository as a whole; the documents of incidents, let go, are read again for a finding."""
    documents = {document.path: document for document in head.documents}
    for rule in REPOSITORY_RULES:
        # What the rules before it silenced counts as well.
        seen = replace(register, used_silences=frozenset(run.used_silences))
        # The rules over the policy are about what the change makes of it, whoever judges the incidents.
        context = replace(run.context, policy=head.policy) if rule.code.startswith(OF_POLICY) else run.context
        for finding in _raised(run, rule, _ask(run, rule, seen, INCIDENTS, context), was):
            incident = register.ids.get(_folder(finding.at.file, register.ids))
            for place in (finding.at, *(note.at for note in finding.related)):
                if place.file not in documents and place.file in register.paths:
                    documents[place.file] = load_document(run.context.snapshot, place.file)
            _take(run, rule, finding, documents, incident)


def _ask(run: _Run, rule: Rule[S], subject: S, name: str, context: Context | None = None) -> list[Finding]:
    found: list[Finding] = []
    try:
        found.extend(rule.find(subject, context or run.context))
    except Exception:  # noqa: BLE001 - one rule's bug must not hide what the others find, nor what it found before
        run.bugs.append(Bug(rule.code, name, traceback.format_exc()))
    return found


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
            fix=finding.fix,
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
