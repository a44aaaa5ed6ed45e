"""Plan -> text, JSON, Markdown; each a pure function."""

from __future__ import annotations

import json
from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

# pydantic makes the published schema of these, and before Python 3.12 takes no other.
from typing_extensions import TypedDict

from hotwash.diagnostics import counted, inert, visible
from hotwash.neutral import neutralised

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from hotwash.tracker.plan import Action, Change, Plan

_SIGNS: dict[Action, str] = {"create": "+", "update": "~", "close": "-", "reopen": "~", "drift": "!"}
SUMMARY_LIMIT = 900_000  # bytes; GitHub drops a summary of more than 1 MiB whole (threats T7)


def shown(text: str) -> str:
    """Text that others wrote, on one line of a terminal or of a job's log, where it can steer neither (threats T6, T8)."""
    return visible(text.replace("\r", " ").replace("\n", " ").replace("\t", " "))


# --- text


def change_line(change: Change) -> str:
    """A change on one line: what is done to the issue of which item, and why."""
    number = f"#{change.issue} " if change.issue is not None else ""
    remark = change.reason or ", ".join(change.fields)
    return (
        f"{_SIGNS[change.action]} {change.action:<6}  {change.item or 'incident':<5}  {number}{shown(change.title)}"
        + (f"  ({shown(remark)})" if remark else "")
    )


def render_text(plan: Plan) -> str:
    """The plan for people: the changes under their incidents, the notices, a summary."""
    paragraphs = [
        "\n".join([shown(incident), *(f"  {change_line(change)}" for change in changes)])
        for incident, changes in groupby(plan.changes, key=lambda change: change.incident)
    ]
    if plan.notices:
        paragraphs.append("\n".join(f"note: {shown(notice)}" for notice in plan.notices))
    return "\n\n".join([*paragraphs, summary(plan)]) + "\n"


def summary(plan: Plan) -> str:
    """The plan in one line."""
    counts = Counter(change.action for change in plan.changes)
    parts = [f"{counts[action]} to {action}" for action in ("create", "update", "close", "reopen") if counts[action]]
    drift = [f"{counts['drift']} drift for a person to settle"] if counts["drift"] else []
    if parts:
        return f"Plan: {', '.join([*parts, *drift])}."
    there = [counted(plan.paired, "action item")] if plan.paired else []
    there += [counted(plan.tracked, "incident")] if plan.tracked else []
    if not there:
        return "Nothing to do: no record asks for an issue."
    state = drift or ["all as the records say"]
    return f"Nothing to do: {' and '.join(there)} with an issue, {state[0]}."


# --- JSON


class ChangeV1(TypedDict):
    """One thing in which the tracker differs from the records."""

    action: Annotated[
        Literal["create", "update", "close", "reopen", "drift"],
        Field(
            description="What `apply` does; `drift`: nothing, since a person decided otherwise than the record says."
        ),
    ]
    incident: Annotated[str, Field(description="The id of the incident.")]
    item: Annotated[str | None, Field(description="The action item; null: the issue that tracks the incident.")]
    issue: Annotated[int | None, Field(description="The number of the issue; null while there is none.")]
    title: Annotated[str, Field(description="The title of the item or the incident, text of the record.")]
    fields: Annotated[list[str], Field(description="What differs: `body`, `labels`, `state`; empty for a new issue.")]
    reason: Annotated[str, Field(description="What a reader should know of it; it may hold text of the record.")]
    comments: Annotated[bool, Field(description="Whether `apply` says on the issue why.")]


class PlanV1(TypedDict):
    """What `hotwash plan --format json` prints, and `hotwash apply PLAN` takes."""

    version: Annotated[Literal[1], Field(description="Of this form. A key may be added; none goes or changes.")]
    digest: Annotated[
        str, Field(description="Of records and tracker: `apply PLAN` does nothing when it is another one.")
    ]
    changes: Annotated[list[ChangeV1], Field(description="Sorted by incident and item.")]
    notices: Annotated[list[str], Field(description="What is left alone, why, and what to do; a line each.")]


def as_json(plan: Plan) -> PlanV1:
    """A plan as the plain values of version 1."""
    return {
        "version": 1,
        "digest": plan.digest,
        "changes": [
            {
                "action": change.action,
                "incident": change.incident,
                "item": change.item,
                "issue": change.issue,
                "title": change.title,
                "fields": list(change.fields),
                "reason": change.reason,
                "comments": bool(change.comment),
            }
            for change in plan.changes
        ],
        "notices": list(plan.notices),
    }


def render_json(plan: Plan) -> str:
    """The plan for programs, and to be applied later."""
    text = json.dumps(as_json(plan), indent=2)
    # Inside a string, where the escape is the same character: a job's log takes `##[` for a command (threats T6).
    return text.replace("##[", "##\\u005b") + "\n"


# --- Markdown


def render_markdown(plan: Plan) -> str:
    """The plan as the summary of a workflow's step: what is done first, then what a person has to see to."""
    writes = tuple(change for change in plan.changes if change.work is not None)
    drift = tuple(change for change in plan.changes if change.work is None)
    pieces = [
        f"## {summary(plan)}",
        *_table(writes, "What changes"),
        *_table(drift, "Left to a person"),
        *(["### Notes"] if plan.notices else []),
        *(f"- {_cell(notice)}" for notice in plan.notices),
    ]
    return inert("\n".join(_fitting(pieces)) + "\n")


def _table(changes: Iterable[Change], title: str) -> Iterator[str]:
    rows = [_row(change) for change in changes]
    if rows:
        yield f"\n### {title}\n\n| | | incident | item | issue | |\n|---|---|---|---|---|---|"
        yield from rows
        yield ""


def _row(change: Change) -> str:
    # In code, so that a number makes no reference.
    issue = f"`#{change.issue}`" if change.issue is not None else ""
    remark = change.reason or ", ".join(change.fields)
    text = f"{_cell(change.title)}{f' ({_cell(remark)})' if remark else ''}"
    cells = (f"`{_SIGNS[change.action]}`", change.action, _cell(change.incident), change.item or "", issue, text)
    return f"| {' | '.join(cells)} |"


_MARKUP = str.maketrans({sign: f"&#{ord(sign)};" for sign in "|*_`~[]<>"})


def _cell(text: str) -> str:
    """Text that others wrote in a cell of a table: it can neither end the cell nor do anything (threats T4)."""
    return neutralised(shown(text), links=False).translate(_MARKUP)


def _fitting(pieces: Iterable[str]) -> Iterator[str]:
    """The pieces that fit, and how many did not."""
    room = SUMMARY_LIMIT
    left = 0
    for piece in pieces:
        room -= len(piece.encode("utf-8", "surrogatepass")) + 1
        if room < 0:
            left += 1
        else:
            yield piece
    if left:
        yield f"\n**{counted(left, 'more line')} did not fit here**; `hotwash plan` shows all."


FORMATS: dict[str, Callable[[Plan], str]] = {"text": render_text, "json": render_json, "markdown": render_markdown}
