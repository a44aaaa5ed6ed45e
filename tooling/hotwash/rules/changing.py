"""What a change of the records does, of one incident, as a whole, and by the policy that it brings."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from hotwash.diagnostics import PolicyChange
from hotwash.facts.committed import committed
from hotwash.facts.difference import IncidentChange, RepositoryChange
from hotwash.model.repository import Case, Unreadable
from hotwash.records.load import case_files, load_case
from hotwash.records.snapshot import INCIDENTS
from hotwash.rules import ALL_RULES, CHANGE_RULES, WHOLE_CHANGE_RULES
from hotwash.rules.base import Before, folder_of
from hotwash.rules.judging import judge, modes_of, people_in
from hotwash.rules.run import Run, ask, read_again, take

if TYPE_CHECKING:
    from hotwash.diagnostics import LevelName
    from hotwash.facts.register import Register
    from hotwash.records.load import Head, LoadedCase
    from hotwash.rules.rule import Context


def judge_change(run: Run, loaded: LoadedCase, before: Before, merged: Case | Unreadable | None) -> None:
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
    modes = [modes_of(side.incident) for side in (case, merged) if side is not None]
    for rule in CHANGE_RULES:
        if any(letters.issubset(rule.modes) for letters in modes):
            for finding in ask(run, rule, change, case.id):
                take(run, rule, finding, documents, case)


def ask_whole_change(run: Run, register: Register, before: Before, head: Head) -> None:
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
        for finding in ask(run, rule, change, INCIDENTS):
            incident = register.ids.get(folder_of(finding.at.file, register.ids))
            take(run, rule, finding, read_again(run.context.snapshot, finding, documents), incident)


def policy_changes(context: Context, before: Before, head: Head) -> tuple[PolicyChange, ...]:
    """What the policy that a change brings would say otherwise of the incidents as the change leaves them."""
    if not head.policy_readable or head.policy == before.head.policy:
        return ()
    # Only now is it worth the while to judge all of them.
    base = Run(replace(context, policy=before.head.policy))
    new = Run(replace(context, policy=head.policy))
    for files in case_files(context.snapshot.paths()):
        loaded = load_case(context.snapshot, files)
        if isinstance(loaded.case, Case):
            for run in (base, new):
                judge(run, loaded, people_in(run, loaded.case))
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


def _levels(run: Run) -> dict[tuple[str, str], Counter[LevelName]]:
    """How often each rule speaks of each incident, by level."""
    counted: dict[tuple[str, str], Counter[LevelName]] = {}
    for diagnostic in run.diagnostics:
        counted.setdefault((diagnostic.incident or "", diagnostic.code), Counter())[diagnostic.level] += 1
    return counted
