"""What a finding gives people to paste: an entry of the timeline, a key of a record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotwash.diagnostics import Help
from hotwash.facts.history import closed_by
from hotwash.facts.said import BLANK
from hotwash.model.names import LOGIN_PLACEHOLDER
from hotwash.model.repository import INCIDENT, POSTMORTEM
from hotwash.model.time import utc_text

if TYPE_CHECKING:
    from hotwash.diagnostics import Route
    from hotwash.model.repository import Case, LoggedEntry
    from hotwash.rules.rule import Context

# Of entries that people add after the fact.
WHEN_IT_WAS = "the time of an entry is when it happened, not when it is written down"


def entry(case: Case, context: Context, kind: str, *own: str, at: str = "") -> str:
    """The lines of a new entry, with its blanks.

    Args:
        case: Of a retrospective record an entry names its source, and nobody can say now when it was.
        context: Its `now` is when it was, where nothing else is known; of a closed incident it is when that was closed.
        kind: Its kind.
        own: The lines of that kind, without indentation.
        at: When it was, where that is known.
    """
    if case.incident.mode == "retrospective":
        own = (*own, f"source: {next(iter(case.incident.sources), BLANK)}")
        head = f"- at: {at or BLANK}"
    else:
        closing = closed_by(case)
        latest = utc_text(context.now) if closing is None else closing.entry.when.at.text
        head = f"- at: {at or latest}\n  by: {LOGIN_PLACEHOLDER}"
    return "\n".join((head, *(f"  {line}" for line in (f"kind: {kind}", *own, f"text: {BLANK}"))))


def to_entry(logged: LoggedEntry, *lines: str, instead: str = "") -> Help:
    """Lines to add to an entry, or to write instead of one that stands in it."""
    say = f"write instead of {instead}:" if instead else "add to this entry:"
    # In timeline.yaml the keys of an entry stand below its hyphen.
    indent = "  " if logged.route else ""
    return Help(say, "\n".join(indent + line for line in lines), logged.file, under=logged.route)


def to_top(case: Case, file: str, key: str, lines: str, *, once: str = "", under: Route = ()) -> Help:
    """A key of incident.yaml or of the front matter of the post-mortem, to add or to write instead of an empty one."""
    front = case.postmortem.front if file == POSTMORTEM and case.postmortem is not None else None
    written = (case.incident if front is None else front).model_fields_set
    if key in written:
        return Help(f"{once}write instead of the empty `{key}:`", lines, file)
    where = "incident.yaml" if file == INCIDENT else "the front matter of postmortem.md"
    return Help(f"{once}add to {where}:", lines, file, under=under)
