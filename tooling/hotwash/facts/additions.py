"""Where new entries of a timeline go: into timeline.yaml, or into a file of their own where the incident lives so."""

from __future__ import annotations

import re
from textwrap import dedent
from typing import TYPE_CHECKING

from hotwash.diagnostics import Help
from hotwash.model.repository import FRAGMENTS, TIMELINE

if TYPE_CHECKING:
    from hotwash.model.repository import Case

_ENTRY = re.compile(r"^- ", re.MULTILINE)
_CLOCK = re.compile(r"^- at: .*T(\d\d):(\d\d)")
_KIND = re.compile(r"^  kind: ([\w-]+)", re.MULTILINE)


def to_timeline(case: Case, *entries: str, once: str = "") -> Help:
    """The help that says where entries go, with the lines as they stand there.

    Args:
        case: Whether there is a timeline.yaml yet, or a file for each entry.
        entries: Items of a list, from the margin on; several may stand in one text.
        once: What comes before that: `once it is over, `.
    """
    lines = "\n".join(entries)
    if case.has_timeline:
        return Help(f"{once}add to {TIMELINE}:", lines, TIMELINE, under=())
    if not case.timeline or len(_ENTRY.findall(lines)) != 1:
        return Help(f"{once}add to {TIMELINE}, a new file:", lines, TIMELINE, under=())
    file = f"{FRAGMENTS}/{_free_id(case, lines)}.yaml"
    return Help(f"{once}add as {file}, a new file:", dedent(f"  {lines.removeprefix('- ')}"), file, under=())


def _free_id(case: Case, lines: str) -> str:
    """An id for a new entry, which is its file's stem: the minute and the kind, and a number where that is taken."""
    clock, kind = _CLOCK.match(lines), _KIND.search(lines)
    parts = [*([clock[1] + clock[2]] if clock else []), kind[1] if kind else "entry"]
    # Two names that differ by case alone are one file on some machines.
    taken = {logged.entry.id.casefold() for logged in case.timeline if logged.entry.id}
    stem, number = "-".join(parts), 1
    while (free := stem if number == 1 else f"{stem}-{number}") in taken:
        number += 1
    return free
