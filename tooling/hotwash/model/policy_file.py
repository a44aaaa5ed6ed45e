"""policy.yaml with every key of the policy: its default, and beside it what it means."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from hotwash.model.base import Record
from hotwash.model.policy import Policy

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

WIDTH = 100
# Text that every reader of YAML takes for text without quotes, in a flow list too.
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9 ._/;-]*[A-Za-z0-9.]|[A-Za-z]|[0-9]+(?:m|h|d|bd)")
# What some readers take for yes, no or nothing.
_ODD = re.compile(r"y|n|yes|no|on|off|true|false|null", re.IGNORECASE)
_BLANK = "..."


def default_policy_text() -> str:
    """The text of a policy.yaml that says what an absent one means.

    Each key stands under its description. A key that has no default is a comment. Of records of one kind side by side,
    as the four severities are, the first is described.
    """
    summary = (Policy.__doc__ or "").strip()
    lines = [*_comment(summary, 0)]
    for name, field in Policy.model_fields.items():
        lines += ["", *_key(name, field, getattr(Policy(), name), 0)]
    return "\n".join(lines) + "\n"


def _fields(record: Record, indent: int, *, described: bool) -> Iterator[str]:
    seen: set[type] = set()
    for name, field in type(record).model_fields.items():
        value = getattr(record, name)
        yield from _key(name, field, value, indent, described=described, inner=type(value) not in seen)
        seen.add(type(value))


def _key(
    name: str, field: FieldInfo, value: object, indent: int, *, described: bool = True, inner: bool = True
) -> Iterator[str]:
    """The lines of one key.

    Args:
        described: Whether its description stands above it.
        inner: Whether the keys of a record that is its value are described as well.
    """
    blanks, key = " " * indent, field.alias or name
    if described and field.description:
        yield from _comment(field.description, indent)
    if isinstance(value, Record):
        yield f"{blanks}{key}:"
        yield from _fields(value, indent + 2, described=inner)
        return
    example = (field.examples or [None])[0]
    if value is None:
        yield f"{blanks}# {key}: {_BLANK if example is None else written(example)}"
        return
    text = written(_plain(value))
    beside = [*_other_choices(field.annotation, value)]
    if not value and isinstance(example, list | dict):
        beside = [f"for example {written(example)}"]
    yield f"{blanks}{key}: {text}{'  # ' + ', '.join(beside) if beside else ''}"
    if item := _item_model(field.annotation):
        yield from _item(item, indent)


def _item(model: type[Record], indent: int) -> Iterator[str]:
    """A list's item as a comment: each of its keys with its description."""
    blanks = " " * indent
    for index, (name, field) in enumerate(model.model_fields.items()):
        mark = "- " if index == 0 else "  "
        yield f"{blanks}#   {mark}{field.alias or name}: {_BLANK}  # {field.description}"


def _item_model(annotation: object) -> type[Record] | None:
    """The record that the items of a list are; None for other values."""
    if isinstance(annotation, type) and issubclass(annotation, Record):
        return annotation
    return next((found for part in get_args(annotation) if (found := _item_model(part))), None)


def _other_choices(annotation: object, value: object) -> Iterator[str]:
    """What may stand there instead, where only a few words may."""
    if get_origin(annotation) is Literal:
        yield from (f"or {choice}" for choice in get_args(annotation) if choice != value)


def _comment(text: str, indent: int) -> list[str]:
    lead = " " * indent + "# "
    # One line as long as it fits, so that it can be searched for.
    return textwrap.wrap(" ".join(text.split()), WIDTH, initial_indent=lead, subsequent_indent=lead)


def _plain(value: object) -> Any:  # noqa: ANN401 - text, number, truth, list or mapping
    """A value of the model as YAML has it."""
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, str | bool | int | float):
        return value
    return [_plain(part) for part in value] if isinstance(value, Sequence) else str(value)


def written(value: object) -> str:
    """A plain value as YAML in one line; text in quotes where a reader could take it for something else."""
    match value:
        case dict():
            return "{" + ", ".join(f"{written(key)}: {written(part)}" for key, part in value.items()) + "}"
        case list():
            return "[" + ", ".join(written(part) for part in value) + "]"
        case str() if _PLAIN.fullmatch(value) and not _ODD.fullmatch(value):
            return value
        case _:
            return json.dumps(value, ensure_ascii=False)
