"""Which incident a command means: the one that is named, or the only one that it can be about."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hotwash.errors import UsageError
from hotwash.facts.similar import evidence_of, sharing_service
from hotwash.model.repository import INCIDENT, Case
from hotwash.records.load import case_files, load_case, load_incident
from hotwash.records.snapshot import Refused

if TYPE_CHECKING:
    from collections.abc import Collection

    from hotwash.edits.amendment import Plain
    from hotwash.model.incident import Status
    from hotwash.model.repository import Unreadable
    from hotwash.records.load import CaseFiles, LoadedCase
    from hotwash.records.snapshot import Snapshot

AT_WORK: tuple[Status, ...] = ("declared", "investigating", "identified", "monitoring")
OVER: tuple[Status, ...] = ("resolved",)
_STATUS = re.compile(rb"^status:[ \t]*[\"']?([a-z]+)", re.MULTILINE)
_SHOWN = 10  # in a message


def which(snapshot: Snapshot, typed: str, *statuses: Collection[Status]) -> LoadedCase:
    """The incident that a command means, as loaded.

    Args:
        snapshot: Where it is looked for.
        typed: Its id, or a part of it that no other has, or no other at work; empty where it has to be found.
        statuses: Those of an incident that the command can be about, where it is not named; the next ones count
            where none has the first.

    Raises:
        UsageError: There is none, or more than one.
    """
    all_of_them = case_files(snapshot.paths())
    if typed:
        return load_case(snapshot, _named(snapshot, all_of_them, typed.rstrip("/").rsplit("/", 1)[-1]))
    known = {files.path: status_of(snapshot, files) for files in all_of_them}
    for some in statuses:
        found = [files for files in all_of_them if known[files.path] in some]
        if len(found) == 1:
            return load_case(snapshot, found[0])
        if found:
            message = f"{len(found)} incidents are {_words(some)}: {_listed(found)}"
            raise UsageError(message, "name one, by its id or a part of it that the others have not")
    message = f"no incident is {' or '.join(map(_words, statuses))}"
    others = [files for files in all_of_them if known[files.path] in (*AT_WORK, *OVER)]
    if others:
        raise UsageError(message, f"not closed: {_listed(others)}; name one by its id")
    raise UsageError(message, "name one by its id, or begin: hotwash declare")


def id_of(snapshot: Snapshot, typed: str) -> str:
    """The whole id of an incident of which a part was typed.

    Raises:
        UsageError: There is none, or more than one.
    """
    return _named(snapshot, case_files(snapshot.paths()), typed.rstrip("/").rsplit("/", 1)[-1]).id


def at_work(snapshot: Snapshot) -> tuple[str, ...]:
    """The incidents that somebody is at work on, each in a line, newest first."""
    found = [files for files in case_files(snapshot.paths()) if status_of(snapshot, files) in AT_WORK]
    lines = []
    for files in sorted(found, key=lambda files: files.id, reverse=True)[:_SHOWN]:
        incident = load_incident(snapshot, f"{files.path}/{INCIDENT}")
        told = f" {incident.severity.level} {incident.status}: {incident.title}" if incident is not None else ""
        lines.append(f"{files.id}{told}")
    return tuple(lines)


def _words(statuses: Collection[Status]) -> str:
    return "open" if "declared" in statuses else " or ".join(statuses)


def similar_to(snapshot: Snapshot, incident: Case | Unreadable | None) -> Plain:
    """What stands at `evidence.similar`: ids of past incidents that share a service, or what was searched for."""
    if not isinstance(incident, Case):
        return None
    services = incident.incident.services
    others = [files for files in case_files(snapshot.paths()) if files.id != incident.id]
    # Most records do not hold the name at all, and telling that is faster than reading them.
    loaded = [load_case(snapshot, files).case for files in others if _may_name(snapshot, files, services)]
    cases = [case for case in loaded if isinstance(case, Case)]
    return evidence_of(services, sharing_service(services, cases, but=incident.id), len(others))


def _may_name(snapshot: Snapshot, files: CaseFiles, services: Collection[str]) -> bool:
    data = snapshot.read(f"{files.path}/{INCIDENT}") if INCIDENT in files.files else b""
    return not isinstance(data, Refused) and any(name.encode() in data for name in services)


def _named(snapshot: Snapshot, all_of_them: Collection[CaseFiles], typed: str) -> CaseFiles:
    exact = [files for files in all_of_them if files.id == typed]
    found = exact or [files for files in all_of_them if typed in files.id]
    if len(found) > 1:
        # At night one means the one that burns.
        found = [files for files in found if status_of(snapshot, files) in AT_WORK] or found
    if len(found) == 1 or exact:
        return found[0]
    if not found:
        message = f"no incident is called {typed}"
        raise UsageError(message, "hotwash status names those that are open here; git fetch brings those of others")
    message = f"{typed} is a part of {len(found)} ids: {_listed(found)}"
    raise UsageError(message, "write more of it")


def status_of(snapshot: Snapshot, files: CaseFiles) -> str | None:
    """The status as it stands in the record, without reading all of it; None where nobody can tell."""
    data = snapshot.read(f"{files.path}/{INCIDENT}") if INCIDENT in files.files else b""
    found = None if isinstance(data, Refused) else _STATUS.search(data)
    return found[1].decode() if found else None


def _listed(found: Collection[CaseFiles]) -> str:
    names = sorted((files.id for files in found), reverse=True)
    return ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")
