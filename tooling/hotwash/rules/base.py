"""The base of a change: what of it is judged, and what a rule may know of how it was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hotwash.model.repository import INCIDENT, Case, Unreadable
from hotwash.records.load import POLICY, SERVICES, case_files, load_case, load_head, outlined
from hotwash.records.revision import changed_paths
from hotwash.records.snapshot import INCIDENTS
from hotwash.rules.rule import Context

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from hotwash.records.load import CaseFiles, Head
    from hotwash.records.revision import Base
    from hotwash.records.snapshot import Snapshot

# What decides how a change is judged; a change of it needs its owners, which only the forge can ask for.
GUARDED = (".github", "tooling", "schemas", "action.yml")


# Who the owners are may stand here as well; and this is of the tool where the tool is, but of anything else elsewhere.
_OWNERS = ("CODEOWNERS", "docs/CODEOWNERS")


_BUILD, _TOOL = "pyproject.toml", "tooling/requirements.txt"


@dataclass(frozen=True, slots=True)
class Before:
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


def before_of(base: Base | None, snapshot: Snapshot) -> Before | None:
    """The base of a change that leads to a snapshot; None where no change is judged."""
    if base is None:
        return None
    changed = changed_paths(base.snapshot, snapshot, INCIDENTS)
    was = load_head(base.snapshot, (*base.snapshot.below(POLICY), *base.snapshot.below(SERVICES)))
    judged = (*changed, *_left_in_the_air(was, snapshot)) if SERVICES in changed else changed
    _, folders = outlined(base.snapshot, judged)
    return Before(
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


def context_of(before: Before, head: Context) -> Context:
    """What a rule may know of the base, to be asked whether it would have found there what it finds at the head."""
    ids = frozenset(files.id for files in before.folders.values())
    return Context(head.now, head.policy, before.head.services, before.base.snapshot, ids)


def touched_folders(before: Before, folders: tuple[CaseFiles, ...]) -> frozenset[str]:
    """The directories of the incidents that are judged."""
    known = {files.path for files in folders}
    return frozenset(folder_of(path, known) for path in before.judged)


def merged_case(before: Before, files: CaseFiles) -> Case | Unreadable | None:
    """An incident as it was at the base; None where it is new."""
    there = before.folders.get(files.path)
    return None if there is None else load_case(before.base.snapshot, there).case


def folder_of(path: str, folders: Collection[str]) -> str:
    """The nearest of the folders in which a path lies; empty for none."""
    while path and path not in folders:
        path = path.rpartition("/")[0]
    return path
