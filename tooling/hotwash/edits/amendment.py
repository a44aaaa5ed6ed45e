"""What a command asks of an incident's files, as values: answers become these, and these become bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hotwash.diagnostics import Route

Plain: TypeAlias = "str | int | float | bool | Sequence[Plain] | Mapping[str, Plain] | None"


@dataclass(frozen=True, slots=True)
class Put:
    """A value at a route of a record: what stands there gives way, and what leads there is made.

    Attributes:
        file: Below the incident's folder.
        route: Keys, and places in lists.
        value: Plain data as a record holds it; times are text.
    """

    file: str
    route: Route
    value: Plain


@dataclass(frozen=True, slots=True)
class Add:
    """An item at the end of the list at a route; the list is made where there is none."""

    file: str
    route: Route
    value: Plain


@dataclass(frozen=True, slots=True)
class Drop:
    """What stands at a route goes, with its key; where nothing stands, nothing happens."""

    file: str
    route: Route


@dataclass(frozen=True, slots=True)
class Create:
    """A new file; where the same file stands already, nothing happens.

    Attributes:
        file: Below the incident's folder.
        text: All of it, with a line feed at the end of each line.
    """

    file: str
    text: str


@dataclass(frozen=True, slots=True)
class Fold:
    """The files of timeline.d/ become entries of timeline.yaml, and go; where there are none, nothing happens."""


Amendment: TypeAlias = Put | Add | Drop | Create | Fold
