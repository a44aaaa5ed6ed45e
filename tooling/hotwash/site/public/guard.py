"""Records -> what may be published of them, and the secrets in it, for which nothing is (threats V2, V4).

Two looks, since each sees what the other does not. The files of public incidents are searched as they are written: there
a password stands beside the key that tells what it is, and has a line. What would be published is searched as values:
there nothing is hidden by quotes, escapes or Markdown. A secret counts when it is in what would be published. Internal
incidents are not looked at, so nothing is said of them.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, cast

from hotwash.diagnostics import counted
from hotwash.facts.secrets import SHOWN, digest, find, masked
from hotwash.records.load import POLICY, case_files, load_case, load_head, load_repository
from hotwash.records.passages import told
from hotwash.site.public.publish import is_public, publish
from hotwash.site.public.times import Moment

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from datetime import datetime

    from hotwash.facts.secrets import Secret
    from hotwash.model.repository import Repository
    from hotwash.records.document import Document
    from hotwash.records.load import LoadedCase
    from hotwash.records.snapshot import Snapshot
    from hotwash.site.public.content import PublicRepository


@dataclass(frozen=True, slots=True)
class Exposed:
    """A secret in what would be published.

    Attributes:
        kind: What it is, with its article.
        shown: As much of it as may be shown, and how long it is.
        path: The file that holds it, or the folder of its incident.
        line: Its line there, from 1; 0 where it has none.
    """

    kind: str
    shown: str
    path: str
    line: int

    @property
    def text(self) -> str:
        """All of it in one line, as compilers have it."""
        return f"{self.path}{f':{self.line}' if self.line else ''}: {self.kind}: {self.shown}"


@dataclass(frozen=True, slots=True)
class Guarded:
    """All records, and what may be published of them: nothing while a secret is in it."""

    repository: Repository
    public: PublicRepository
    exposed: tuple[Exposed, ...]

    @property
    def refusal(self) -> str:
        """Why nothing is published, and what to do now; empty where all may be."""
        if not self.exposed:
            return ""
        head = f"{counted(len(self.exposed), 'secret')} in what would be published: nothing was"
        return "\n".join(
            (
                head,
                *(f"  {one.text}" for one in self.exposed),
                "help: revoke it where it was made, since git keeps what was pushed; then write *** there",
                f"help: what opens nothing passes by its SHA-256 under `publishing.known_secrets` in {POLICY}",
            )
        )


@dataclass(frozen=True, slots=True)
class _Written:
    """A secret as it stands in a file."""

    secret: Secret
    path: str
    line: int


def guarded(snapshot: Snapshot, now: datetime) -> Guarded:
    """The records of a snapshot, what may be published of them at a time, and the secrets in that.

    Raises:
        ConfigurationError: policy.yaml or services.yaml is there and cannot be used.
    """
    written: dict[str, list[_Written]] = {}

    def seen(loaded: LoadedCase) -> None:
        if found := list(_written(loaded.documents)):
            written[loaded.case.path] = found

    repository = load_repository(snapshot, seen)
    public = publish(repository, now)
    return Guarded(repository, public, tuple(_exposed(snapshot, repository, public, written)))


def _written(documents: Iterable[Document]) -> Iterator[_Written]:
    for document in documents:
        for secret in find(document.text):
            yield _Written(secret, document.path, document.text.count("\n", 0, secret.start) + 1)


def _exposed(
    snapshot: Snapshot, repository: Repository, public: PublicRepository, written: Mapping[str, list[_Written]]
) -> Iterator[Exposed]:
    known = frozenset(repository.policy.publishing.known_secrets)
    paths = {case.id: case.path for case in repository.cases if is_public(case, repository.policy)}
    for one in public.all:
        path = paths[one.id]
        yield from _in_texts(snapshot, "\n".join(dict.fromkeys(_texts(one))), path, written.get(path, ()), known)
    incidents = {id(one) for one in public.all}
    rest = "\n".join(_texts(public, without=incidents))
    yield from _in_texts(snapshot, rest, "", (), known)


def _in_texts(
    snapshot: Snapshot, text: str, path: str, written: Iterable[_Written], known: Collection[str]
) -> Iterator[Exposed]:
    """The secrets in what would be published of one incident, or of all together where the path is empty."""
    told_of: set[str] = set()
    for one in written:
        value = one.secret.value
        if value not in told_of and digest(value) not in known and _holds(text, value):
            told_of.add(value)
            yield _shown(one.secret, one.path, one.line)
    for secret in _found(text):
        if digest(secret.value) not in known and not any(
            secret.value in value or value in secret.value for value in told_of
        ):
            told_of.add(secret.value)
            yield _shown(secret, *_where(snapshot, path, secret.value))


def _found(text: str) -> Iterator[Secret]:
    yield from find(text)
    # As Markdown shows it: `gh\p_…` has its underscore behind a backslash.
    if "\\" in text or "&" in text:
        yield from find(html.unescape(_BACKSLASH.sub(r"\1", text)))


_BACKSLASH = re.compile(r"\\([!-/:-@\[-`{-~])")
_LONG = 16  # characters of a line by which a private key is known


def _holds(text: str, value: str) -> bool:
    """A text holds a secret; of one with several lines any long one, as they may be indented otherwise."""
    if "\n" not in value:
        return value in text
    lines = (line.strip() for line in value.split("\n"))
    return any(len(line) >= _LONG and not line.startswith("-----") and line in text for line in lines)


def _shown(secret: Secret, path: str, line: int) -> Exposed:
    length = counted(len(secret.value), "character")
    begins = masked(secret.value)[:SHOWN].rstrip("*")
    shown = length if secret.kind == "a private key" else f"`{begins}…`, {length}"
    # A folder may be named with it.
    return Exposed(secret.kind, shown, path.replace(secret.value, masked(secret.value)), line)


def _where(snapshot: Snapshot, folder: str, value: str) -> tuple[str, int]:
    """The file and the line of a value that is written otherwise than it is shown; its incident where none is found."""
    paths = snapshot.paths()
    if folder:
        documents = next(
            (load_case(snapshot, files).documents for files in case_files(paths) if files.path == folder), ()
        )
    else:
        documents = load_head(snapshot, paths).documents
    for document in documents:
        searched = told(document)
        at = searched.text.find(value)
        if at >= 0:
            start, _ = searched.placed(at, at + len(value))
            return document.path, document.text.count("\n", 0, start) + 1
    return folder or POLICY, 0


def _texts(value: object, without: Collection[int] = ()) -> Iterator[str]:
    """Every text that a value to be published is made of."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        kind: Any = type(one)
        if kind is str:
            if one:
                yield cast("str", one)
            continue
        parts = _apart(kind)(one)
        if isinstance(parts, str):
            yield parts
        else:
            waiting += [part for part in reversed(parts) if part and id(part) not in without]


@cache
def _apart(kind: type) -> Callable[[Any], Sequence[object]]:
    """How values of a kind are taken apart, a text being one part; there are far more values than kinds."""
    if issubclass(kind, str):
        return str
    if issubclass(kind, tuple | list | frozenset | set):
        return tuple
    if issubclass(kind, Mapping):
        return lambda one: [part for pair in one.items() for part in pair]
    names = _names(kind) if is_dataclass(kind) else ()
    if len(names) > 1:
        return attrgetter(*names)
    return lambda one: [getattr(one, name) for name in names]


def _names(kind: type) -> tuple[str, ...]:
    """The parts of a value that may hold text. Of a time most are made by us, and there are very many."""
    return _OF_A_TIME if kind is Moment else tuple(field.name for field in fields(kind))


_OF_A_TIME = ("stated", "derived", "also", "last")
