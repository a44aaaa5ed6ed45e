"""Newest records -> how the incidents stand that are not over: what follows from them, and what the rules ask next."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from hotwash import __version__
from hotwash.facts.outlook import outlook, unreadable_outlook
from hotwash.model.repository import INCIDENT, Case
from hotwash.model.time import LATEST, Instant, utc_text
from hotwash.records.load import case_files, load_case, load_head, load_incident
from hotwash.rules.check import check
from hotwash.rules.concealment import concealed_standing
from hotwash.standing import Outlook, Standing, Wanted

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from hotwash.diagnostics import Diagnostic
    from hotwash.model.incident import Incident
    from hotwash.records.load import CaseFiles, Head
    from hotwash.records.newest import Newest
    from hotwash.rules.check import Outcome
    from hotwash.rules.run import Bug

# Shown as the checklist of the first actions, and by the clock.
_OF_THE_GATE = frozenset({"HW201", "HW202", "HW203"})


@dataclass(frozen=True, slots=True)
class Looked:
    """How the incidents stand, and the rules that could not be asked."""

    outlook: Outlook
    bugs: tuple[Bug, ...]


def look(newest: Newest, *, now: datetime, named: str | None = None) -> Looked:
    """How the incidents stand that are not over, or the one that is named.

    Args:
        newest: All incidents, each as its newest state has it.
        now: The moment of judgement, aware.
        named: The folder of an incident, from the root; whatever its status. None: all that wait for somebody.
    """
    paths = newest.snapshot.paths()
    head = load_head(newest.snapshot, paths)
    wanted: list[_Wanted] = []
    for files in case_files(paths):
        if named is None or files.path == named:
            incident = load_incident(newest.snapshot, f"{files.path}/{INCIDENT}") if INCIDENT in files.files else None
            if named is not None or incident is None or _waits(incident):
                wanted.append(_Wanted(files, incident))
    outcome = check(newest.snapshot, now=now, named=tuple(one.files.path for one in wanted))
    found = [_standing(newest, head, outcome, one, now) for one in wanted]
    notices = (*newest.notices, *outcome.report.notices)
    return Looked(
        Outlook(
            f"hotwash {__version__}", utc_text(now), named is not None, tuple(sorted(found, key=_worst_first)), notices
        ),
        outcome.bugs,
    )


def waiting(newest: Newest, folders: Collection[str]) -> tuple[str, ...]:
    """Those of some folders whose incident is not over, as far as that can be read."""
    found = ((folder, load_incident(newest.snapshot, f"{folder}/{INCIDENT}")) for folder in folders)
    return tuple(folder for folder, incident in found if incident is not None and _waits(incident))


def _waits(incident: Incident) -> bool:
    """Somebody has to do something before it is over: retrospective records never wait."""
    return incident.mode != "retrospective" and incident.status not in ("closed", "dismissed")


class _Wanted(NamedTuple):
    """An incident that is looked at: its files, and what incident.yaml says where it can be read."""

    files: CaseFiles
    incident: Incident | None


def _standing(newest: Newest, head: Head, outcome: Outcome, one: _Wanted, now: datetime) -> Standing:
    files, incident = one
    case = load_case(newest.snapshot, files).case
    branch = newest.branches.get(files.path, "")
    services = head.services or {}
    if isinstance(case, Case):
        standing = outlook(case, head.policy, services, now, branch=branch)
    else:
        standing = unreadable_outlook(case, incident, services, now, branch=branch)
    report = outcome.report
    standing = replace(
        standing,
        needs=_wanted(files, report.upcoming),
        errors=_wanted(files, tuple(diagnostic for diagnostic in report.diagnostics if diagnostic.level == "error")),
    )
    return concealed_standing(standing, outcome.conceals.get(files.id, ()))


def _wanted(files: CaseFiles, diagnostics: tuple[Diagnostic, ...]) -> tuple[Wanted, ...]:
    """What is asked of one incident, each thing once; two folders may have one name."""
    found = {
        Wanted(diagnostic.code, diagnostic.message, diagnostic.path, diagnostic.span.line): None
        for diagnostic in diagnostics
        if f"{diagnostic.path}/".startswith(f"{files.path}/") and diagnostic.code not in _OF_THE_GATE
    }
    return tuple(found)


def _worst_first(standing: Standing) -> tuple[bool, bool, str, datetime, str]:
    """Open before what waits to be closed, real before drills, by severity, the oldest first."""
    declared = standing.time("declared")
    # Of what cannot be read nobody knows how bad it is; it comes behind what is known to be.
    severity = standing.severity or "P?"
    since = Instant.parse(declared.at).start if declared is not None else LATEST
    return (not standing.is_open, standing.is_drill, severity, since, standing.path)
