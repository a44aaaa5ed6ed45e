"""In which order the keys of a record stand, and which of its mappings stand in lines: as the records are shown."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from hotwash.diagnostics import Route
    from hotwash.model.base import Record
    from hotwash.model.repository import RecordKind

ITEM = "*"  # any place in a list
_OF_ENTRY = ("id", "at", "between", "until", "by", "kind")
_OWN = len(_OF_ENTRY)
_AFTER_TEXT = ("text", "url", "source", "ahead_of_gate", "corrected")
_ROLES = ("commander", "communications", "operations", "investigation")
# People add to these one by one; in lines two who do it at once do not conflict.
_IN_LINES: Mapping[str, frozenset[tuple[str, ...]]] = {
    "incident": frozenset(
        {
            (), ("times",), ("roles",), ("impact",), ("impact", "users"), ("impact", "business"), ("impact", "scope"),
            ("first_actions",), ("evidence",), ("sources",),
        }
    ),
    "timeline": frozenset({(), (ITEM,)}),
    "action-items": frozenset({(), (ITEM,)}),
}  # fmt: skip


def place(route: Route) -> tuple[str, ...]:
    """A route with one sign for all places in lists."""
    return tuple(part if isinstance(part, str) else ITEM for part in route)


def in_lines(kind: RecordKind, route: Route) -> bool:
    """Whether a mapping or list is always written in lines, however short it is."""
    return place(route) in _IN_LINES.get(kind, frozenset({()}))


def rank(kind: RecordKind, route: Route, key: str) -> int:
    """Where a key stands among those of a mapping; keys of one rank stand as they come."""
    where = place(route)
    if where == {"timeline": (ITEM,), "timeline-entry": ()}.get(kind):
        if key in _OF_ENTRY:
            return _OF_ENTRY.index(key)
        return _OWN + 1 + _AFTER_TEXT.index(key) if key in _AFTER_TEXT else _OWN
    known = _ROLES if (kind, where) == ("incident", ("roles",)) else _orders(kind).get(where, ())
    return known.index(key) if key in known else len(known)


def ordered(kind: RecordKind, route: Route, keys: Iterable[str]) -> Sequence[str]:
    """Keys in their order."""
    return sorted(keys, key=lambda key: rank(kind, route, key))


@lru_cache
def _orders(kind: RecordKind) -> Mapping[tuple[str, ...], tuple[str, ...]]:
    """The keys of the mappings of a record that everybody knows, by where they stand."""
    # The models cost time to load, and an entry needs none of them.
    match kind:
        case "incident":
            from hotwash.model import incident as model  # noqa: PLC0415 - as above

            signed = ("assess", "stabilize", "gather", "communicate")
            models: dict[tuple[str, ...], type[Record]] = {
                (): model.Incident,
                ("times",): model.Times,
                ("impact",): model.Impact,
                ("impact", "users"): model.Users,
                ("impact", "business"): model.Business,
                ("impact", "scope"): model.Scope,
                ("first_actions",): model.FirstActions,
                ("evidence",): model.Evidence,
                ("resolution",): model.Resolution,
                **{("first_actions", key): model.SignOff for key in signed},
            }
        case "action-items":
            from hotwash.model.actions import ActionItem  # noqa: PLC0415 - as above

            models = {(ITEM,): ActionItem}
        case "postmortem":
            from hotwash.model.postmortem import FrontMatter  # noqa: PLC0415 - as above

            models = {(): FrontMatter}
        case _:
            models = {}
    return {
        where: tuple(field.alias or name for name, field in found.model_fields.items())
        for where, found in models.items()
    }
