"""Snapshot -> records: policy and services first, then one incident after the other. Every failure is a value."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from operator import attrgetter
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from hotwash.errors import ConfigurationError
from hotwash.model.base import ENTRY_ID_PATTERN, Nothing
from hotwash.model.incident import Incident
from hotwash.model.policy import Policy, Service
from hotwash.model.repository import (
    ACTION_ITEMS,
    EVIDENCE,
    FRAGMENTS,
    INCIDENT,
    POSTMORTEM,
    TIMELINE,
    Case,
    LoggedEntry,
    PostMortem,
    Repository,
    Unreadable,
    record_kind,
)
from hotwash.records.markdown import parse_postmortem
from hotwash.records.reader import evidence, parse, refused
from hotwash.records.revision import Revision
from hotwash.records.snapshot import EVIDENCE_LIMIT, INCIDENTS, Refused, place_of
from hotwash.records.validation import other_id, our_own, validate

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from hotwash.model.actions import ActionItem
    from hotwash.model.repository import RecordKind
    from hotwash.model.timeline import AnyEntry
    from hotwash.records.document import Document
    from hotwash.records.snapshot import Snapshot

POLICY = f"{INCIDENTS}/policy.yaml"
SERVICES = f"{INCIDENTS}/services.yaml"
CASE_DEPTH = 3  # parts of `incidents/<year>/<id>`
CASE_KINDS = ("incident", "timeline", "timeline-entry", "action-items", "postmortem")
_YEAR = re.compile(r"[0-9]{4}", re.ASCII)
# What tells a file from the folder of an incident, where nothing else is known: `v1.2-rollback` is no ending.
_ENDING = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,5}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Head:
    """Policy and services.

    Attributes:
        policy: The defaults where the file is missing or unreadable.
        services: None where the file is unreadable, so that nothing is called unknown for that.
        policy_readable: False where the policy is written and cannot be used.
    """

    policy: Policy
    services: Mapping[str, Service] | None
    documents: tuple[Document, ...]
    policy_readable: bool


@dataclass(frozen=True, slots=True)
class LoadedCase:
    """One incident with its documents, in which rules find their places."""

    case: Case | Unreadable
    documents: tuple[Document, ...]


@dataclass(frozen=True, slots=True)
class CaseFiles:
    """The files of one incident.

    Attributes:
        path: Its directory from the root.
        files: Paths below that directory, sorted; links and special files among them.
        is_folder: False where a link or a special file stands in the place of the directory.
        twin: Another directory of the same name, which comes first; empty when there is none.
        others: The files that are no records, below that directory, sorted.
    """

    path: str
    files: tuple[str, ...]
    is_folder: bool = True
    twin: str = ""
    others: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The name of the directory."""
        return self.path.rsplit("/", 1)[-1]


def load_head(snapshot: Snapshot, paths: Collection[str]) -> Head:
    """Policy and services of a snapshot."""
    documents: list[Document] = []
    policy: Policy | None = Policy()
    services: Mapping[str, Service] | None = {}
    if POLICY in paths:
        document, policy = _read(snapshot, POLICY, "policy.yaml")
        documents.append(document)
    if SERVICES in paths:
        document, services = _read(snapshot, SERVICES, "services.yaml")
        documents.append(document)
    return Head(policy or Policy(), services, tuple(documents), policy is not None)


def case_files(paths: tuple[str, ...]) -> tuple[CaseFiles, ...]:
    """The incidents among the paths of a snapshot.

    Every folder that holds one of the four records, wherever it is; and at the place of an incident,
    `incidents/<year>/<id>`, every folder that holds anything, and what is there in the place of a folder: a record with
    a misspelt name, a link, or a folder that cannot be listed is not passed over in silence.
    """
    folders: dict[str, list[str]] = {}
    loose: set[str] = set()
    places: set[str] = set()
    left: list[str] = []
    for path in paths:
        if path in (POLICY, SERVICES):
            continue
        parts = path.split("/")
        cut = next((n for n, part in enumerate(parts[:-1]) if part in (FRAGMENTS, EVIDENCE)), len(parts) - 1)
        name = "/".join(parts[cut:])
        if record_kind(name) in CASE_KINDS or name == FRAGMENTS or meant_name(name):
            folders.setdefault("/".join(parts[:cut]), []).append(name)
            continue
        left.append(path)
        if len(parts) > CASE_DEPTH and _YEAR.fullmatch(parts[1]):
            places.add("/".join(parts[:CASE_DEPTH]))
        elif len(parts) <= CASE_DEPTH and not parts[-1].startswith(".") and not _has_ending(parts[-1]):
            loose.add(path)
    for place in places:
        # A folder that only leads to incidents further down is none itself.
        if place not in folders and not any(folder.startswith(f"{place}/") for folder in folders):
            folders[place] = []
    others = _by_folder(left, folders.keys())
    first: dict[str, str] = {}
    found = []
    for path in sorted(folders.keys() | loose):
        twin = first.setdefault(path.rsplit("/", 1)[-1], path)
        files = tuple(sorted(folders.get(path, ())))
        found.append(
            CaseFiles(
                path,
                files,
                is_folder=path in folders,
                twin="" if twin == path else twin,
                others=tuple(sorted(others.get(path, ()))),
            )
        )
    return tuple(found)


def outlined(snapshot: Snapshot, changed: Collection[str]) -> tuple[tuple[str, ...], tuple[CaseFiles, ...]]:
    """The files of one side of a change, and its incidents; only what the change touches is looked into.

    An incident that is not touched has no files here but its incident.yaml, which is taken to be there, so that the
    cost does not grow with what it holds. That goes for folders whose name has the form of an id, in the folder of a
    year; all others are looked into.
    """
    touched = {place for path in changed if (place := place_of(path))}
    if isinstance(snapshot, Revision):
        paths, places = snapshot.outline(touched)
    else:
        by_place = [(path, place_of(path)) for path in snapshot.paths()]
        paths = [path for path, place in by_place if not place or place in touched]
        places = list({place for _, place in by_place if place} - touched)
    untouched = [CaseFiles(place, ()) for place in places]
    first: dict[str, str] = {}
    found = []
    for files in sorted((*case_files(tuple(sorted(paths))), *untouched), key=_path):
        twin = first.setdefault(files.id, files.path)
        found.append(files if twin == files.path else replace(files, twin=twin))
    paths += [f"{place}/{INCIDENT}" for place in places]
    return tuple(sorted(paths)), tuple(found)


_path = attrgetter("path")


def _by_folder(paths: list[str], folders: Collection[str]) -> dict[str, list[str]]:
    """The nearest of the folders in which each path lies -> what follows it; paths in none are left out."""
    grouped: dict[str, list[str]] = {}
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder and folder not in folders:
            folder = folder.rpartition("/")[0]
        if folder:
            grouped.setdefault(folder, []).append(path[len(folder) + 1 :])
    return grouped


def meant_name(name: str) -> str:
    """The name that a file of an incident should have, when it is nearly the one of a record: `timeline.yml`."""
    folder, _, last = name.rpartition("/")
    stem = last.removesuffix(".yml").removesuffix(".yaml")
    if folder == FRAGMENTS:
        return f"{FRAGMENTS}/{stem}.yaml" if last.endswith(".yml") else ""
    lowered = last.casefold()
    right = f"{lowered.removesuffix('.yml')}.yaml" if lowered.endswith(".yml") else lowered
    return right if right != last and record_kind(right) in CASE_KINDS else ""


def _has_ending(name: str) -> bool:
    return _ENDING.fullmatch(PurePosixPath(name).suffix) is not None


def load_case(snapshot: Snapshot, files: CaseFiles) -> LoadedCase:
    """One incident: its documents with their problems, and the case if they have none."""
    if unusable := _unusable(snapshot, files):
        return LoadedCase(Unreadable(files.id, files.path), (unusable,))
    documents: list[Document] = []
    models: dict[str, Any] = {}
    postmortem: PostMortem | None = None
    if INCIDENT not in files.files and INCIDENT not in map(meant_name, files.files):
        path = f"{files.path}/{INCIDENT}"
        documents.append(
            refused(
                path,
                "incident",
                "the file is missing: an incident is nothing without it",
                "write it, or delete the folder",
            )
        )
    for name in files.files:
        path = f"{files.path}/{name}"
        if name == FRAGMENTS:
            document = _no_folder(snapshot, path, "timeline-entry", "the folder of entries")
        elif right := meant_name(name):
            document = refused(path, "timeline-entry", "the file is not read under this name", f"rename it to {right}")
        elif name == POSTMORTEM:
            document, front, body, line = _read_postmortem(snapshot, path)
            postmortem = PostMortem(front, body, line) if front is not None else None
        else:
            document, models[name] = _read(snapshot, path, name)
        documents.append(document)
    if files.twin:
        # Its page, its issues and its silences would be those of the other.
        clash = refused(files.path, "incident", f"{files.twin} has the same name", "give one of them a name of its own")
        documents.append(clash)
    items = models.get(ACTION_ITEMS, ())
    incident = models.get(INCIDENT)
    if incident is not None and isinstance(items, tuple) and incident.mode != "retrospective":
        documents = [
            _with(document, our_own(document, items)) if document.kind == "action-items" else document
            for document in documents
        ]
    if any(document.problems for document in documents):
        return LoadedCase(Unreadable(files.id, files.path), tuple(documents))
    case = Case(
        id=files.id,
        path=files.path,
        incident=models[INCIDENT],
        timeline=_timeline(models),
        action_items=() if isinstance(items, Nothing) else items,
        no_action_items=items if isinstance(items, Nothing) else None,
        postmortem=postmortem,
        has_timeline=TIMELINE in models,
        others=files.others,
    )
    return LoadedCase(case, tuple(documents))


def load_document(snapshot: Snapshot, path: str) -> Document:
    """One record file as read, without its model: for who wants to see its lines again."""
    name = path.rsplit("/", 1)[-1]
    kind = record_kind(name) or record_kind(f"{FRAGMENTS}/{name}") or "evidence"
    data = snapshot.read(path)
    if isinstance(data, Refused):
        return refused(path, kind, f"the file {data.why}", data.help)
    return parse_postmortem(path, data)[0] if kind == "postmortem" else parse(path, kind, data)


def load_evidence(snapshot: Snapshot, files: CaseFiles) -> Iterator[Document]:
    """The evidence of an incident as text, one file after the other; a file that cannot be read is a problem."""
    for name in files.others:
        if name == EVIDENCE or name.startswith(f"{EVIDENCE}/"):
            path = f"{files.path}/{name}"
            data = snapshot.read(path, EVIDENCE_LIMIT)
            if isinstance(data, Refused):
                yield refused(path, "evidence", f"the file {data.why}", data.help)
            else:
                yield evidence(path, data)


def _unusable(snapshot: Snapshot, files: CaseFiles) -> Document | None:
    """What keeps the folder of an incident from being looked into; None where nothing does."""
    if not files.is_folder:
        return _no_folder(snapshot, files.path, "incident", "the folder of an incident")
    # To Python a byte that is no UTF-8 is a lone surrogate: no page and no link can be made of such a name.
    if any("\ud800" <= sign <= "\udfff" for sign in files.path):
        return refused(files.path, "incident", "the name of the folder is not UTF-8", "give it a name in ASCII")
    return None


def _no_folder(snapshot: Snapshot, path: str, kind: RecordKind, wanted: str) -> Document:
    # A link, a special file, or a folder that cannot be listed: what it holds is unreadable, not absent.
    data = snapshot.read(path)
    why = data.why if isinstance(data, Refused) else f"is a file where {wanted} is expected"
    remedy = data.help if isinstance(data, Refused) else "give it an ending, or move it out of incidents/"
    return refused(path, kind, f"it {why}", remedy)


def _timeline(models: Mapping[str, Any]) -> tuple[LoggedEntry, ...]:
    """The union of timeline.yaml and timeline.d/, by time; at one time in the order of the files."""
    entries = [LoggedEntry(entry, TIMELINE, (index,)) for index, entry in enumerate(models.get(TIMELINE, ()))]
    entries += [
        LoggedEntry(_named(models[name], name), name, ()) for name in sorted(models) if name.startswith(f"{FRAGMENTS}/")
    ]
    return tuple(sorted(entries, key=lambda logged: logged.entry.when.at.start))


def _named(entry: AnyEntry, name: str) -> AnyEntry:
    # In timeline.d/ the id of an entry is its file's stem.
    stem = PurePosixPath(name).stem
    return entry if entry.id or not re.fullmatch(ENTRY_ID_PATTERN, stem) else entry.model_copy(update={"id": stem})


def _with(document: Document, problems: tuple[Any, ...]) -> Document:
    if not problems:
        return document
    return replace(document, problems=(*document.problems, *problems))


def _read(snapshot: Snapshot, path: str, name: str) -> tuple[Document, Any]:
    kind = record_kind(name)
    assert kind is not None  # noqa: S101 - only names of records are read
    data = snapshot.read(path)
    if isinstance(data, Refused):
        return refused(path, kind, f"the file {data.why}", data.help), None
    document = parse(path, kind, data)
    model, problems = validate(document)
    if kind == "timeline-entry" and model is not None:
        problems = other_id(document, model, PurePosixPath(path).stem)
    return _with(document, problems), model


def _read_postmortem(snapshot: Snapshot, path: str) -> tuple[Document, Any, str, int]:
    data = snapshot.read(path)
    if isinstance(data, Refused):
        return refused(path, "postmortem", f"the file {data.why}", data.help), None, "", 1
    document, body, line = parse_postmortem(path, data)
    front, problems = validate(document)
    return _with(document, problems), front, body, line


def load_cases(snapshot: Snapshot, paths: tuple[str, ...]) -> Iterator[LoadedCase]:
    """All incidents, one after the other, so that no more than one is held with its documents."""
    for files in case_files(paths):
        yield load_case(snapshot, files)


def load_repository(snapshot: Snapshot, seen: Callable[[LoadedCase], object] | None = None) -> Repository:
    """All records for those that need them at once: tracker, site.

    Args:
        snapshot: The files.
        seen: Called with each incident while its documents are there.

    Raises:
        ConfigurationError: policy.yaml or services.yaml is there and cannot be used; what it asks must not be guessed.
    """
    paths = snapshot.paths()
    head = load_head(snapshot, paths)
    if not head.policy_readable or head.services is None:
        broken = next(document.path for document in head.documents if document.problems)
        message = f"{broken} cannot be used as it is"
        raise ConfigurationError(message, "see what is wrong with it: hotwash check")
    cases: list[Case] = []
    unreadable: list[Unreadable] = []
    for loaded in load_cases(snapshot, paths):
        if seen is not None:
            seen(loaded)
        if isinstance(loaded.case, Unreadable):
            unreadable.append(loaded.case)
        else:
            cases.append(loaded.case)
    by_id = sorted(cases, key=lambda case: (case.id, case.path))
    return Repository(head.policy, head.services, tuple(by_id), tuple(unreadable))


def load_incident(snapshot: Snapshot, path: str) -> Incident | None:
    """One incident.yaml alone; None where it is not there or cannot be read."""
    document, incident = _read(snapshot, path, INCIDENT)
    return incident if isinstance(incident, Incident) and not document.problems else None


def load_action_items(snapshot: Snapshot, path: str) -> tuple[ActionItem, ...]:
    """The items of one action-items.yaml alone; none where it is not there, says that there are none or cannot be read."""
    if not snapshot.exists(path):
        return ()
    document, items = _read(snapshot, path, ACTION_ITEMS)
    return items if isinstance(items, tuple) and not document.problems else ()
