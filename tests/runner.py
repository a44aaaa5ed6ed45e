"""What GitHub's runner takes for a command in the output of a step.

Source: actions/runner, src/Runner.Common/ActionCommand.cs, TryParseV2 and TryParse. Any name counts here, where the
runner knows a list of them.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_LINE_END = re.compile(r"\r\n|\r|\n")


def commands(output: str) -> list[str]:
    """The lines that the runner would obey."""
    return [line for line in _LINE_END.split(output) if _is_command(line) or _is_old_command(line)]


def _is_command(line: str) -> bool:
    # `::name property=value::text`, after blanks of any kind.
    start = line.lstrip()
    return start.startswith("::") and "::" in start[2:]


def _is_old_command(line: str) -> bool:
    # `##[name property=value]text`, anywhere in a line.
    start = line.find("##[")
    return start >= 0 and "]" in line[start:]


class Command(NamedTuple):
    """A command as the runner reads it."""

    name: str
    properties: dict[str, str]
    message: str


def parsed(line: str) -> Command:
    """What the runner makes of a line `::name property=value::text`."""
    shown, _, message = line.lstrip()[2:].partition("::")
    name, _, rest = shown.partition(" ")
    pairs = (pair.partition("=") for pair in rest.split(",") if pair)
    properties = {
        key.strip(): _unescaped(value, ("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","))
        for key, _, value in pairs
        if value
    }
    return Command(name, properties, _unescaped(message, ("%0D", "\r"), ("%0A", "\n")))


def _unescaped(text: str, *pairs: tuple[str, str]) -> str:
    for escaped, sign in (*pairs, ("%25", "%")):
        text = text.replace(escaped, sign)
    return text
