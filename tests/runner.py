"""What GitHub's runner takes for a command in the output of a step.

Source: actions/runner, src/Runner.Common/ActionCommand.cs, TryParseV2 and TryParse. Any name counts here, where the
runner knows a list of them.
"""

from __future__ import annotations

import re

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
