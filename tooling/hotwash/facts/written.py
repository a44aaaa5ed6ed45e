"""Parts of a record as lines that can be pasted: what was merged, word for word."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import BaseModel

# What means the same in YAML with no quotes around it: words, ids and times.
_PLAIN = re.compile(r"[A-Za-z][\w-]*|[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9:.]+(?:Z|[+-][0-9:]+))?", re.ASCII)
_NOT_TEXT = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


def as_item(record: BaseModel) -> str:
    """A record as an item of a list, from the margin on, as it was written."""
    held = record.model_dump(mode="json", by_alias=True, exclude_unset=True)
    lines = [as_line(key, value) for key, value in held.items()]
    return "\n".join(("- " if number == 0 else "  ") + line for number, line in enumerate(lines))


def as_line(key: str, value: object) -> str:
    """A key and its value on one line."""
    return f"{key}: {_flow(_short(value, key))}"


def _short(value: object, key: str = "") -> object:
    """A time whose mapping says no more than the time is written as one."""
    if isinstance(value, dict):
        if value.keys() == {"at"} and key != "was":  # there `at` is the name of a key that changed
            return value["at"]
        return {below: _short(held, below) for below, held in value.items()}
    return [_short(part) for part in value] if isinstance(value, list) else value


def _flow(value: object) -> str:
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {_flow(held)}' for key, held in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _NOT_TEXT:
        return value
    # In double quotes YAML reads what JSON writes.
    return json.dumps(value, ensure_ascii=False)
