"""One record, broken in one place: every field in turn, in every way that a slip of a hand breaks it."""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

Route = tuple[str | int, ...]
_TIME = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d))?")
_FRONT = re.compile(r"---\n(.*?)---\n(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Mutant:
    """What was done to which value of which file.

    Attributes:
        file: The file below the incident's folder.
        route: Keys and indices; dotted, with `*` for an index, in `where`.
        how: delete, empty, swap, retype, earlier, later, future or misspell.
        value: What the file says afterwards.
        below: What follows the front matter of a post-mortem; None for a file that is all YAML.
    """

    file: str
    route: Route
    how: str
    value: object
    below: str | None

    @property
    def text(self) -> str:
        """The whole file afterwards."""
        dumped = yaml.dump(
            self.value,
            Dumper=_Dumper,
            sort_keys=False,
            allow_unicode=True,
            width=1000,
            default_flow_style=False,
        )
        return dumped if self.below is None else f"---\n{dumped}---\n{self.below}"

    @property
    def where(self) -> str:
        """File and route, so that one line tells of all items of a list."""
        name = "timeline.yaml.*" if self.file.startswith("timeline.d/") else self.file
        return ".".join((name, *("*" if isinstance(part, int) else part for part in self.route)))


def mutants(file: str, text: str) -> Iterator[Mutant]:
    """All mutants of one record file."""
    front = _FRONT.fullmatch(text)
    value = yaml.load(front[1] if front else text, Loader=_Loader)  # noqa: S506 - ours
    for route, part in _walk((), value):
        for how, changed in _broken(part, route, value):
            yield Mutant(file, route, how, _replaced(value, route, changed), front[2] if front else None)


_Dumper: type[yaml.SafeDumper] = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class _Loader(yaml.SafeLoader):
    """Reads times as text, as a record does."""


_Loader.yaml_implicit_resolvers = {
    sign: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for sign, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _walk(route: Route, value: object) -> Iterator[tuple[Route, object]]:
    if route:
        yield route, value
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _walk((*route, key), part)
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _walk((*route, index), part)


_EMPTY: dict[type, object] = {dict: {}, list: [], str: ""}
_GONE = object()
_RENAMED = object()


def _broken(value: object, route: Route, whole: object) -> Iterator[tuple[str, object]]:
    """How one value can be broken, and what stands there then."""
    yield "delete", _GONE
    yield "empty", _EMPTY.get(type(value))
    if isinstance(route[-1], str):
        yield "misspell", _RENAMED
    swapped = _sibling(value, route, whole)
    if swapped is not None:
        yield "swap", swapped
    if isinstance(value, str) and _TIME.fullmatch(value):
        yield "earlier", _moved(value, -timedelta(days=4))
        yield "later", _moved(value, timedelta(days=4))
        yield "future", _moved(value, timedelta(days=20_000))
        yield "retype", 1_700_000_000
    elif isinstance(value, str):
        yield "retype", [value]
        if len(value) > 1:
            yield "misspell-value", value[:-2] + value[-1] if len(value) > 2 else value[:-1]
    elif isinstance(value, bool):
        yield "retype", "yes"
        yield "flip", not value
    elif isinstance(value, int | float):
        yield "retype", str(value)
        yield "negative", -value - 1
    elif isinstance(value, dict):
        yield "retype", list(value)
    elif isinstance(value, list):
        yield "retype", "; ".join(map(str, value))
        yield "twice", [*value, *copy.deepcopy(value[:1])]


def _sibling(value: object, route: Route, whole: object) -> object:
    """The value of the next key of the same kind, so that the two stand for each other."""
    parent = whole
    for part in route[:-1]:
        parent = parent[part]  # type: ignore[index]
    if not isinstance(parent, dict):
        return None
    keys = list(parent)
    for key in keys[keys.index(route[-1]) + 1 :]:
        if type(parent[key]) is type(value) and parent[key] != value:
            return _Swap(str(key))
    return None


@dataclass(frozen=True, slots=True)
class _Swap:
    key: str


def _moved(text: str, span: timedelta) -> str:
    if "T" not in text:
        return f"{datetime.fromisoformat(text) + span:%Y-%m-%d}"
    moment = datetime.fromisoformat(text) + span
    return f"{moment:%Y-%m-%dT%H:%M:%S}" + ("Z" if text.endswith("Z") else text[-6:])


def _replaced(value: Any, route: Route, changed: object) -> object:  # noqa: ANN401 - what a record holds
    made = copy.deepcopy(value)
    parent = made
    for part in route[:-1]:
        parent = parent[part]
    last = route[-1]
    if changed is _GONE:
        del parent[last]
    elif changed is _RENAMED:
        name = str(last)
        short = name[:-2] + name[-1] if len(name) > 2 else name + "x"
        items = [(short if key == last else key, part) for key, part in parent.items()]
        parent.clear()
        parent.update(items)
    elif isinstance(changed, _Swap):
        parent[last], parent[changed.key] = parent[changed.key], parent[last]
    else:
        parent[last] = changed
    return made
