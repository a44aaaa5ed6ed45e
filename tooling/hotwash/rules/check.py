"""Rules -> findings -> levels and silences -> diagnostics in their files -> the report."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from hotwash import __version__
from hotwash.diagnostics import IncidentLine, Report, RuleInfo
from hotwash.facts.register import Register
from hotwash.model.time import utc_text
from hotwash.records.load import POLICY, SERVICES, case_files, load_case, load_head, outlined
from hotwash.records.snapshot import INCIDENTS
from hotwash.rules import ALL_RULES, REPOSITORY_RULES
from hotwash.rules.base import Before, before_of, context_of, folder_of, merged_case, touched_folders
from hotwash.rules.base_policy import judging_policy
from hotwash.rules.changing import ask_whole_change, judge_change, policy_changes
from hotwash.rules.concealment import concealed, concealed_line
from hotwash.rules.judging import ask_document, ask_evidence, judge, people_in
from hotwash.rules.rule import Context, markdown, page
from hotwash.rules.run import Bug, Run, ask, raised, read_again, take
from hotwash.rules.untouched import duplicates, earlier

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import datetime

    from hotwash.records.load import CaseFiles, Head
    from hotwash.records.revision import Base
    from hotwash.records.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Outcome:
    """A report, and the rules that could not be asked.

    Attributes:
        conceals: The texts that no output may show of an incident, by its id; under None of policy and services.
    """

    report: Report
    bugs: tuple[Bug, ...]
    conceals: Mapping[str | None, Collection[str]] = field(default_factory=dict)


OF_POLICY = "HW9"


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
    before = before_of(base, snapshot)
    if before is None:
        paths = snapshot.paths()
        folders = case_files(paths)
    else:
        paths, folders = outlined(snapshot, before.judged)
    head = load_head(snapshot, paths)
    ids = frozenset(files.id for files in folders)
    policy = head.policy if before is None else judging_policy(before.head.policy, head.policy)
    run = Run(Context(now, policy, head.services, snapshot, ids))
    for document in head.documents:
        ask_document(run, document, None)
    touched = None if before is None else touched_folders(before, folders)
    if before is not None:
        run.before = context_of(before, run.context)
    lines: list[IncidentLine] = []
    for files in folders:
        if (named is None or _is_named(files, named)) and (touched is None or files.path in touched):
            loaded = load_case(snapshot, files)
            people = people_in(run, loaded.case)
            ask_evidence(run, files, loaded.case, people)
            merged = None if before is None else merged_case(before, files)
            line = judge(run, loaded, people, merged)
            if before is not None:
                judge_change(run, loaded, before, merged)
                line = replace(line, touched=True, shown=True)
            lines.append(line)
    places = {files.id: files.path for files in folders}
    register = Register(
        paths,
        {files.path: files.id for files in folders},
        run.summaries,
        named is None and before is None,
        frozenset(run.used_silences),
        {} if before is None else duplicates(snapshot, places, run.summaries, run.merged),
        earlier(snapshot, places, run.summaries),
    )
    was = None
    if before is not None:
        paths_before = {path: files.id for path, files in before.folders.items()}
        was = Register((), paths_before, run.merged, complete=False, used_silences=frozenset())
    _ask_repository(run, register, head, was)
    if before is not None:
        ask_whole_change(run, register, before, head)
    lines = _conceal(run, lines)
    spoken_of = {folder_of(diagnostic.path, register.ids) for diagnostic in run.diagnostics}
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
        policy_changes=() if before is None else policy_changes(run.context, before, head),
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


def _conceal(run: Run, lines: list[IncidentLine]) -> list[IncidentLine]:
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


def _notices(head: Head, before: Before | None) -> Iterator[str]:
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


def _ask_repository(run: Run, register: Register, head: Head, was: Register | None = None) -> None:
    """Ask what concerns the repository as a whole; the documents of incidents, let go, are read again for a finding."""
    documents = {document.path: document for document in head.documents}
    for rule in REPOSITORY_RULES:
        # What the rules before it silenced counts as well.
        seen = replace(register, used_silences=frozenset(run.used_silences))
        # The rules over the policy are about what the change makes of it, whoever judges the incidents.
        context = replace(run.context, policy=head.policy) if rule.code.startswith(OF_POLICY) else run.context
        for finding in raised(run, rule, ask(run, rule, seen, INCIDENTS, context), was):
            incident = register.ids.get(folder_of(finding.at.file, register.ids))
            take(run, rule, finding, read_again(run.context.snapshot, finding, documents), incident)
