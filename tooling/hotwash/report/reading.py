"""How people read a report in any format: by incident, what holds it at a gate first, and nothing said twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet

    from hotwash.diagnostics import Diagnostic, PolicyChange

_GATES = "HW2"


def by_folder(diagnostics: Iterable[Diagnostic], folders: AbstractSet[str]) -> dict[str, list[Diagnostic]]:
    """Diagnostics under the folder of their incident, since two folders may have one name; else under nothing."""
    grouped: dict[str, list[Diagnostic]] = {}
    for diagnostic in diagnostics:
        folder = diagnostic.path
        while folder and folder not in folders:
            folder = folder.rpartition("/")[0]
        grouped.setdefault(folder, []).append(diagnostic)
    return grouped


def gates_first(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """What holds an incident at a gate before the rest: it is what somebody waits for."""
    return sorted(diagnostics, key=lambda diagnostic: not diagnostic.code.startswith(_GATES))


def said_once(message: str, headline: str) -> str:
    """A message beneath the line of the gate, which it need not begin with again."""
    return message.removeprefix(headline.split(" (", maxsplit=1)[0] + ": ") if headline else message


def one_line(text: str) -> str:
    """A text without its line breaks."""
    return " ".join(text.split())


def otherwise(change: PolicyChange) -> str:
    """What another policy would say of an incident."""
    what = f"{change.code} {change.name}" + (f" ({change.times:,} times)" if change.times > 1 else "")
    if not change.after:
        said = f"{what} would not be found any more"
    elif not change.before:
        said = f"{what} would be found, as {change.after}"
    else:
        said = f"{what} would be {change.after}, and is {change.before}"
    return f"{change.incident or 'policy'}: {said}"
