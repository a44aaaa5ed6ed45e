"""An incident while it is edited: what was asked of its files so far, and what its records say with that.

A step writes into a draft and reads from it what follows, so that it judges what it is about to leave behind.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from hotwash.edits.amendment import Add, Create, Drop, Fold, Put
from hotwash.errors import EditRefused
from hotwash.facts.secrets import find
from hotwash.model.base import Nothing
from hotwash.model.repository import (
    FRAGMENTS,
    TIMELINE,
    Case,
    LoggedEntry,
    record_kind,
)
from hotwash.records.document import Document
from hotwash.records.load import POLICY, CaseFiles, case_files, load_case, load_document, load_head
from hotwash.records.snapshot import INCIDENTS
from hotwash.records.validation import validate

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from hotwash.diagnostics import Route
    from hotwash.edits.amendment import Amendment, Plain
    from hotwash.model.policy import Policy
    from hotwash.records.snapshot import Snapshot

# What an entry is known by when it is asked for twice.
_SAME = ("at", "between", "by", "kind")


class Draft:
    """An incident with the amendments of a step.

    Attributes:
        id: The name of its directory.
        folder: Its directory, from the root.
        now: The moment of judgement.
    """

    def __init__(self, snapshot: Snapshot, id_: str, now: datetime) -> None:
        self.id = id_
        self.now = now
        self.snapshot = snapshot
        found = _files_of(snapshot, id_)
        self.exists = found is not None
        self._files = found or CaseFiles(f"{INCIDENTS}/{id_[:4]}/{id_}", ())
        self.folder = self._files.path
        loaded = load_case(snapshot, self._files).case if found is not None else None
        self._case = loaded if isinstance(loaded, Case) else None
        self._values: dict[str, Any] = {}
        self._touched: set[str] = set()
        self._new: dict[str, dict[str, Plain]] = {}
        self._amendments: list[Amendment] = []
        self._stale = False

    @property
    def is_readable(self) -> bool:
        """Whether the records can be used as they are; entries are taken even where they cannot."""
        return self._case is not None

    @property
    def case(self) -> Case:
        """What the records say with all that was asked so far.

        Raises:
            EditRefused: They cannot be read; or what was asked is nothing that they may hold.
        """
        if self._case is None:
            message = f"the records of {self.id} cannot be used as they are"
            raise EditRefused(message, f"see what is wrong with them: hotwash check {self.folder}")
        if self._stale:
            self._case = self._read_again(self._case)
            self._stale = False
        return self._case

    @cached_property
    def policy(self) -> Policy:
        """What this team asks of its incidents."""
        paths = [POLICY] if self.snapshot.exists(POLICY) else []
        return load_head(self.snapshot, paths).policy

    @property
    def amendments(self) -> tuple[Amendment, ...]:
        """All that was asked, in order."""
        from hotwash.edits.amend import text_of_entry  # noqa: PLC0415 - ruamel is loaded where something is written

        created = (Create(file, text_of_entry(entry)) for file, entry in self._new.items())
        asked = (*created, *self._amendments)
        closed = self._case is not None and self._case.incident.status == "closed"
        # The timeline of a closed incident is one file, also where something is added to it later.
        return (*asked, Fold()) if self._new and closed and Fold() not in asked else asked

    # What stands there.

    def value(self, file: str, *route: str | int) -> Any:  # noqa: ANN401 - what a record holds is not known before it is read
        """What stands at a route of a file; None where nothing does."""
        held = self._value(file)
        for part in route:
            if isinstance(held, dict) and part in held:  # noqa: SIM114 - what may be an index hangs on it
                held = held[part]
            elif isinstance(held, list) and isinstance(part, int) and part < len(held):
                held = held[part]
            else:
                return None
        return held

    def _value(self, file: str) -> Any:  # noqa: ANN401 - see above
        if file in self._new:
            return self._new[file]
        if file not in self._values:
            known = file in self._files.files
            document = load_document(self.snapshot, f"{self.folder}/{file}") if known else None
            self._values[file] = None if document is None else deepcopy(document.value)
        return self._values[file]

    # What is asked.

    def put(self, file: str, route: Route, value: Plain) -> None:
        """A value at a route, where another stands there."""
        held = self.value(file, *route)
        if held == value and type(held) is type(value):
            return
        if file in self._new:
            _put(self._new[file], route, value)
        else:
            self._amendments.append(Put(file, route, value))
            self._values[file] = _put(self._value(file), route, deepcopy(value))
            self._touched.add(file)
        self._stale = True

    def merge(self, file: str, route: Route, value: Mapping[str, Plain]) -> None:
        """The keys of a mapping at a route; what else stands there stays."""
        held = self.value(file, *route)
        if not isinstance(held, dict) or not held:
            self.put(file, route, value)
            return
        for key, item in value.items():
            self.put(file, (*route, key), item)

    def add(self, file: str, route: Route, value: Plain) -> None:
        """An item at the end of a list, where it does not stand in it; what is no list gives way."""
        held = self.value(file, *route)
        if held is not None and not isinstance(held, list):
            self.put(file, route, [value])
        elif value not in (held or []):
            self._amendments.append(Add(file, route, value))
            self._values[file] = _put(self._value(file), route, [*(held or []), deepcopy(value)])
            self._touched.add(file)
            self._stale = True

    def drop(self, file: str, route: Route) -> None:
        """What stands at a route goes, with its key."""
        *above, key = route
        holder = self.value(file, *above)
        if isinstance(holder, dict) and key in holder:
            del holder[key]
            self._amendments.append(Drop(file, route))
            self._touched.add(file)
            self._stale = True

    def create(self, file: str, text: str) -> None:
        """A new file that nothing else of the step reads."""
        self._amendments.append(Create(file, text))

    def fold(self) -> None:
        """The files of timeline.d/ become entries of timeline.yaml."""
        self._amendments.append(Fold())

    def log(self, id_: str, entry: Mapping[str, Plain]) -> str:
        """A new entry, unless it stands there already.

        Two responders may be given one id; of two entries that differ the second gets another name.

        Returns:
            The id under which it stands.
        """
        asked: dict[str, Plain] = {key: value for key, value in entry.items() if value is not None}
        number = 1
        name = id_
        while (standing := self.entry(name)) is not None:
            if _is_same(asked, standing):
                return name
            number += 1
            name = f"{id_}-x{number}"
        self._new[f"{FRAGMENTS}/{name}.yaml"] = asked
        self._stale = True
        return name

    def has(self, id_: str, entry: Mapping[str, Plain]) -> bool:
        """Whether an entry was written before: then what came with it was, too, and others may have gone on since."""
        name, number = id_, 1
        while (standing := self.entry(name)) is not None:
            if _is_same(entry, standing):
                return True
            number += 1
            name = f"{id_}-x{number}"
        return False

    def entry(self, id_: str) -> Mapping[str, Any] | None:
        """An entry by its id, as it stands in its file."""
        place = self.place(id_)
        if place is None:
            return None
        found = self.value(place[0], *place[1])
        # A file of that name holds another entry, whatever is wrong with it.
        return found if isinstance(found, dict) else {}

    def place(self, id_: str) -> tuple[str, tuple[int, ...]] | None:
        """Where an entry stands, by its id."""
        file = f"{FRAGMENTS}/{id_}.yaml"
        if file in self._new or file in self._files.files:
            return file, ()
        entries = self._value(TIMELINE)
        for index, found in enumerate(entries if isinstance(entries, list) else ()):
            if isinstance(found, dict) and found.get("id") == id_:
                return TIMELINE, (index,)
        return None

    def _read_again(self, case: Case) -> Case:
        """The case with the files that were touched as they are now."""
        touched, self._touched = self._touched, set()
        for file in sorted(touched):
            model = self._model(file, self._values[file])
            match file:
                case "incident.yaml":
                    case = replace(case, incident=model)
                case "action-items.yaml":
                    nothing = isinstance(model, Nothing)
                    case = replace(
                        case,
                        action_items=() if nothing else model,
                        no_action_items=model if nothing else None,
                    )
                case "postmortem.md":
                    assert case.postmortem is not None  # noqa: S101 - only one that is there has a front matter to edit
                    case = replace(case, postmortem=replace(case.postmortem, front=model))
                case "timeline.yaml":
                    logged = [LoggedEntry(entry, file, (index,)) for index, entry in enumerate(model)]
                    case = _with_entries(case, {file}, logged)
                case _:
                    case = _with_entries(case, {file}, [LoggedEntry(_named(model, file), file, ())])
        fresh = [LoggedEntry(_named(self._model(file, value), file), file, ()) for file, value in self._new.items()]
        return _with_entries(case, set(self._new), fresh) if fresh else replace(case)

    def _model(self, file: str, value: object) -> Any:  # noqa: ANN401 - one of the records
        kind = record_kind(file)
        assert kind is not None  # noqa: S101 - only records are edited
        model, problems = validate(Document(file, kind, "", value, None, ()))
        if problems:
            first = problems[0]
            said = "; ".join(filter(None, (first.label, *(help_.say for help_ in first.help))))
            message = f"{self.id}: {first.message}"
            raise EditRefused(message, said)
        return model


def _files_of(snapshot: Snapshot, id_: str) -> CaseFiles | None:
    """The files of an incident; None where there is none of that name."""
    near = snapshot.below(f"{INCIDENTS}/{id_[:4]}/{id_}")
    paths = near or snapshot.paths()
    return next((files for files in case_files(paths) if files.id == id_), None)


def _put(held: Any, route: Route, value: object) -> Any:  # noqa: ANN401 - plain data
    """Plain data with a value at a route; what leads there is made."""
    if not route:
        return value
    first, *rest = route
    if isinstance(first, int) and isinstance(held, list):
        held[first] = _put(held[first], tuple(rest), value)
        return held
    holder = held if isinstance(held, dict) else {}
    holder[first] = _put(holder.get(first), tuple(rest), value)
    return holder


def _is_same(asked: Mapping[str, Any], standing: Mapping[str, Any]) -> bool:
    """Whether an entry is the one that was asked for; what came later, such as an outcome, does not count."""
    if any(asked.get(key) != standing.get(key) for key in _SAME):
        return False
    text = str(asked.get("text", ""))
    # Of a text with a secret nobody can say how it was masked.
    return text == str(standing.get("text", "")) or bool(find(text))


def _named(entry: Any, file: str) -> Any:  # noqa: ANN401 - one of the entries
    stem = file.removeprefix(f"{FRAGMENTS}/").removesuffix(".yaml")
    return entry if entry.id else entry.model_copy(update={"id": stem})


def _with_entries(case: Case, files: set[str], entries: list[LoggedEntry]) -> Case:
    """The case with the entries of some files in place of what they held; by time, then in the order of the files."""
    kept = [logged for logged in case.timeline if logged.file not in files]
    union = sorted([*kept, *entries], key=lambda logged: (logged.file != TIMELINE, logged.file, logged.route))
    return replace(case, timeline=tuple(sorted(union, key=lambda logged: logged.entry.when.at.start)))
