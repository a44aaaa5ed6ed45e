"""Amendments -> the new bytes of files: only what was asked for changes, proven by reading the result again."""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hotwash.edits.amendment import Add, Create, Drop, Fold, Put
from hotwash.edits.change import NO_LINE_END, ends_in_a_line, open_record
from hotwash.edits.fragments import fold_fragments
from hotwash.edits.placing import adding, dropping, putting
from hotwash.edits.rendering import modeline, text_of, text_of_entry
from hotwash.model.repository import FRAGMENTS, INCIDENT, record_kind
from hotwash.records.snapshot import RECORD_LIMIT, Refused, is_plain
from hotwash.records.splice import Unproven, is_same, read, splice_value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from hotwash.diagnostics import Route
    from hotwash.edits.amendment import Amendment, Plain
    from hotwash.model.repository import RecordKind
    from hotwash.records.document import Document
    from hotwash.records.snapshot import Snapshot
    from hotwash.records.splice import Edit

__all__ = ["amended", "text_of", "text_of_entry"]

_NOTHING = ({"none"}, {"not_applicable"}, {"unknown"})
_TO_ROOT = re.compile(r"# yaml-language-server: \$schema=(\S*?)schemas/incident\.schema\.json\s*$", re.MULTILINE)


def amended(snapshot: Snapshot, folder: str, amendments: Sequence[Amendment]) -> Mapping[str, bytes | None] | Unproven:
    """What amendments make of an incident's files: path from the root -> new bytes, or None for a file that goes.

    Args:
        snapshot: The files as they are. Nothing is written.
        folder: The incident's, from the root; need not be there yet.
        amendments: Made in this order, each on what the one before has left. All of them are, or none is.

    Returns:
        Files that stay as they are are left out. Else why it was not done, in words that begin with the file's path.
    """
    files = _Files(snapshot)
    for amendment in amendments:
        match amendment:
            case Fold():
                path = f"{folder}/{FRAGMENTS}"
                why = files.fold(folder)
            case _:
                path = f"{folder}/{amendment.file}"
                why = "is no place for a record" if not is_plain(path) else _amend(files, path, folder, amendment)
        if why:
            return Unproven(f"{path} {why}")
    return files.changed()


class _Files:
    """Files with the edits that have been made so far; a snapshot itself."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._edited: dict[str, bytes | None] = {}

    def paths(self) -> tuple[str, ...]:
        """All files."""
        return self._with_edits(self._snapshot.paths(), "")

    def below(self, folder: str) -> tuple[str, ...]:
        """All files below a folder, or the file of that name; sorted."""
        return self._with_edits(self._snapshot.below(folder), folder)

    def _with_edits(self, paths: tuple[str, ...], folder: str) -> tuple[str, ...]:
        mine = {path for path in self._edited if folder in ("", path) or path.startswith(f"{folder}/")}
        return tuple(sorted({*paths, *mine} - {path for path in mine if self._edited[path] is None}))

    def read(self, path: str, limit: int = RECORD_LIMIT) -> bytes | Refused:
        """The bytes of a file, or why there are none."""
        edited = self._edited.get(path)
        return self._snapshot.read(path, limit) if edited is None else edited

    def exists(self, path: str) -> bool:
        """Whether there is a regular file."""
        return self._edited[path] is not None if path in self._edited else self._snapshot.exists(path)

    def holds(self, path: str) -> bool:
        """Whether a file stands there, or a link."""
        return path in self.below(path)

    def is_folder(self, path: str) -> bool:
        """Whether files stand below it."""
        return bool(self.below(path)) and not self.holds(path)

    def write(self, path: str, data: bytes | None) -> None:
        """New bytes of a file."""
        self._edited[path] = data

    def fold(self, folder: str) -> str:
        """Fold timeline.d/; empty when that was done, else why not."""
        if not any(path.endswith(".yaml") for path in self.below(f"{folder}/{FRAGMENTS}")):
            return ""
        change = fold_fragments(self, folder)
        if isinstance(change, Unproven):
            return change.why
        for write in change.writes:
            data = write.new
            if write.old is None and (line := _modeline(self, folder, "timeline")):
                data = line.encode() + data
            self.write(write.path, data)
        for removal in change.removals:
            self.write(removal.path, None)
        return ""

    def changed(self) -> dict[str, bytes | None]:
        """What is not as it was, by path."""
        return {path: data for path, data in sorted(self._edited.items()) if self._differs(path, data)}

    def _differs(self, path: str, data: bytes | None) -> bool:
        was_there = path in self._snapshot.below(path)
        if data is None or not was_there:
            return was_there or data is not None
        return self._snapshot.read(path) != data


def _amend(files: _Files, path: str, folder: str, amendment: Put | Add | Drop | Create) -> str:
    """Make an amendment of one file; empty when that was done, else why not."""
    if files.is_folder(path):
        return "is a folder"
    if isinstance(amendment, Create):
        return _create(files, path, amendment)
    kind = record_kind(amendment.file)
    if kind is None:
        return "is no record"
    if not files.holds(path):
        return _begin(files, path, folder, kind, amendment)
    opened = open_record(files, path)
    if isinstance(opened, Unproven):
        return opened.why
    record = _Record(*opened)
    for step in _steps(record, amendment):
        if isinstance(step, Unproven):
            return step.why
        if why := record.take(step):
            return why
    files.write(path, record.data)
    return ""


def _create(files: _Files, path: str, amendment: Create) -> str:
    data = amendment.text.encode()
    if files.holds(path):
        return "" if files.read(path) == data else "is there already, and holds something else"
    kind = record_kind(amendment.file)
    if kind is not None and (problems := read(path, kind, data).problems):
        return f"would not be right: {problems[0].message}"
    files.write(path, data)
    return ""


def _begin(files: _Files, path: str, folder: str, kind: RecordKind, amendment: Put | Add | Drop) -> str:
    """A record that is not there yet."""
    if isinstance(amendment, Drop):
        return ""
    value = amendment.value if isinstance(amendment, Put) else [amendment.value]
    for part in reversed(amendment.route):
        if isinstance(part, int) and part:
            return f"has no item {part}"
        value = {part: value} if isinstance(part, str) else [value]
    text = text_of(kind, value)
    if kind != "postmortem":
        text = _modeline(files, folder, kind) + text.removeprefix(modeline(kind))
    data = text.encode()
    again = read(path, kind, data)
    if again.problems:
        return f"would not be right: {again.problems[0].message}"
    if kind != "incident" and not is_same(again.value, value):
        return "would say something else afterwards"
    files.write(path, data)
    return ""


def _modeline(files: _Files, folder: str, kind: RecordKind) -> str:
    """The line for an editor, with the way to the schemas that the incident has; none where that has none."""
    path = f"{folder}/{INCIDENT}"
    data = files.read(path) if files.holds(path) else b""
    if not data or isinstance(data, Refused):
        return modeline(kind)
    found = _TO_ROOT.search(data.decode(errors="replace"))
    return modeline(kind, found[1]) if found else ""


# --- one record


@dataclass(frozen=True, slots=True)
class _Step:
    """A change of one value.

    Attributes:
        value: What the whole record says afterwards.
        ways: How its text can become so, the best one first; None where one is not possible.
    """

    value: object
    ways: tuple[Callable[[], Sequence[Edit] | None], ...]


class _Record:
    """A record while it is changed step by step."""

    def __init__(self, document: Document, data: bytes) -> None:
        self.document = document
        self.data = data

    def take(self, step: _Step) -> str:
        """Make a step in the first way that is proven; empty when that was done, else why not."""
        why = "cannot be edited there as it is written"
        for way in step.ways:
            edits = way()
            if edits is None:
                continue
            new = splice_value(self.document, self.data, edits, step.value)
            if not isinstance(new, Unproven):
                self.data = new
                self.document = read(self.document.path, self.document.kind, new)
                return ""
            why = new.why
        return why if ends_in_a_line(self.document) else NO_LINE_END.why


def _steps(record: _Record, amendment: Put | Add | Drop) -> Iterator[_Step | Unproven]:
    if record.document.problems:
        yield Unproven(f"cannot be used as it is: {record.document.problems[0].message}")
        return
    match amendment:
        case Put():
            yield from _put(record, amendment.route, amendment.value)
        case Add():
            yield from _add(record, amendment.route, amendment.value)
        case Drop():
            yield from _drop(record, amendment.route)


_ABSENT = object()


def _at(value: Any, route: Route) -> Any:  # noqa: ANN401 - what a record holds
    """The value at a route, or `_ABSENT`."""
    for part in route:
        match value, part:
            case dict(), str() if part in value:
                value = value[part]
            case list(), int() if 0 <= part < len(value):
                value = value[part]
            case _:
                return _ABSENT
    return value


def _put(record: _Record, route: Route, value: Plain) -> Iterator[_Step | Unproven]:
    """The smallest steps after which a value stands at a route: what stays the same within it is not touched."""
    current = _at(record.document.value, route)
    if current is not _ABSENT and is_same(current, value):
        return
    if isinstance(current, dict) and isinstance(value, dict) and current and value:
        for key, item in value.items():
            yield from _put(record, (*route, key), item)
        for key in [key for key in current if key not in value]:
            yield from _drop(record, (*route, key))
    elif isinstance(current, list) and isinstance(value, list) and current and value:
        yield from _put_list(record, route, current, value)
    elif current is not _ABSENT:
        yield _replacing(record, route, value)
    else:
        yield from _put_new(record, route, value)


def _put_list(record: _Record, route: Route, current: list[Any], value: list[Any]) -> Iterator[_Step | Unproven]:
    changed = [index for index, (one, other) in enumerate(zip(current, value, strict=False)) if not is_same(one, other)]
    if not changed and len(value) > len(current):
        for item in value[len(current) :]:
            yield _appending(record, route, item)
    elif not changed:
        for index in reversed(range(len(value), len(current))):
            yield from _drop(record, (*route, index))
    elif len(changed) == 1 and len(current) == len(value):
        yield from _put(record, (*route, changed[0]), value[changed[0]])
    else:
        yield _replacing(record, route, value)


def _put_new(record: _Record, route: Route, value: Plain) -> Iterator[_Step | Unproven]:
    """A value where none stands; what leads there is made."""
    *above, part = route
    holder = _at(record.document.value, tuple(above))
    if isinstance(holder, dict) and holder and isinstance(part, str):
        whole = deepcopy(record.document.value)
        _at(whole, tuple(above))[part] = value
        yield _Step(whole, adding(record.document, tuple(above), part, value))
    elif isinstance(holder, list) and holder and part == len(holder):
        yield _appending(record, tuple(above), value)
    elif holder is _ABSENT or holder is None or holder in ({}, []):
        if isinstance(part, int) and part:
            yield Unproven(f"has no item {part} at {_told(tuple(above))}")
            return
        yield from _put(record, tuple(above), {part: value} if isinstance(part, str) else [value])
    else:
        yield Unproven(f"holds {_kind_of(holder)} at {_told(tuple(above))}, and nothing can stand below that")


def _add(record: _Record, route: Route, value: Plain) -> Iterator[_Step | Unproven]:
    holder = _at(record.document.value, route)
    if isinstance(holder, list) and holder:
        yield _appending(record, route, value)
    elif isinstance(holder, str) and holder:
        # One text may stand for a list of one.
        yield _replacing(record, route, [holder, value])
    elif holder is _ABSENT or not holder or (isinstance(holder, dict) and set(holder) in _NOTHING):
        yield from _put(record, route, [value])
    else:
        yield Unproven(f"holds {_kind_of(holder)} at {_told(route)}, and no list")


def _drop(record: _Record, route: Route) -> Iterator[_Step | Unproven]:
    if not route or _at(record.document.value, route) is _ABSENT:
        return
    *above, part = route
    if len(_at(record.document.value, tuple(above))) == 1:
        yield _replacing(record, tuple(above), {} if isinstance(part, str) else [])
        return
    whole = deepcopy(record.document.value)
    _at(whole, tuple(above)).pop(part)
    yield _Step(whole, dropping(record.document, route))


def _replacing(record: _Record, route: Route, value: Plain) -> _Step:
    whole: Any = value
    if route:
        whole = deepcopy(record.document.value)
        _at(whole, route[:-1])[route[-1]] = value
    return _Step(whole, putting(record.document, route, value))


def _appending(record: _Record, route: Route, value: Plain) -> _Step:
    whole = deepcopy(record.document.value)
    held = _at(whole, route)
    held.append(value)
    return _Step(whole, adding(record.document, route, len(held) - 1, value))


def _told(route: Route) -> str:
    return f"`{'.'.join(map(str, route))}`" if route else "its top"


def _kind_of(value: object) -> str:
    return {dict: "a mapping", list: "a list", str: "text", bool: "a word"}.get(type(value), "a number")
