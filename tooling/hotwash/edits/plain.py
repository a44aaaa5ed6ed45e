"""Models -> plain data as records hold it: times as they were written, and nothing that nobody wrote."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from pydantic import BaseModel

from hotwash.model.base import When
from hotwash.model.postmortem import Factor
from hotwash.model.time import Instant

if TYPE_CHECKING:
    from hotwash.edits.amendment import Plain


def plain(value: object) -> Plain:
    """A value of a model as YAML would hold it.

    What was not written is left out, so that a default never becomes a line of a record. A time is text again where it
    was text.
    """
    match value:
        case Instant():
            return value.text
        case BaseModel():
            return _mapping(value)
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
        case date():
            return value.isoformat()
        case str() | int() | float() | bool() | None:
            return value
        case _:
            message = f"nothing that a record can hold: {type(value).__name__}"
            raise TypeError(message)


# Models that are one text where they hold no more than this key.
_ONE_KEY: dict[type[BaseModel], str] = {When: "at", Factor: "statement"}


def _mapping(model: BaseModel) -> Plain:
    written = {
        (field.alias or name): plain(value)
        for name, field in type(model).model_fields.items()
        if name in model.model_fields_set and (value := getattr(model, name)) is not None
    }
    only = _ONE_KEY.get(type(model))
    return written[only] if only is not None and set(written) == {only} else written
