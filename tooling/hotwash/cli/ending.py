"""`resolve`, `close`, `dismiss`, `postmortem`, `action`: how it ends, and what is learned."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from hotwash.cli.asking import show
from hotwash.cli.following import CHANNELS, stop_here, to_paste
from hotwash.cli.writing import ask, begin, bring, tell_lacking, tell_next, writes
from hotwash.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from hotwash.edits.questions.question import Answers, Question
    from hotwash.edits.questions.setting import Setting


@click.command("resolve", short_help="It is over: how, since when, and who is told.")
@writes(
    ("--how", "WORD", "mitigated, fixed, self-resolved, external, unknown."),
    ("--note", "TEXT", "What ended it."),
    ("--mitigated", "TIME", "Since when users no longer feel it; else as the records say."),
    ("--outcome", "WORD", "Whether the quick fix helped that waits for its outcome."),
    ("--engineers", "TEXT", "What they are told."),
    ("--stakeholders", "TEXT", "What they are told."),
    ("--public", "TEXT", "What is told."),
    *CHANNELS,
)
def resolve_command(ctx: click.Context, **options: Any) -> int:  # noqa: ANN401 - what click gives
    """Say that it is over, and tell everybody who heard of it."""
    from hotwash.edits.questions.ending import resolve  # noqa: PLC0415 - `--help` asks nothing
    from hotwash.edits.requests import Resolve  # noqa: PLC0415
    from hotwash.edits.which import AT_WORK  # noqa: PLC0415

    work = begin(ctx, "resolve", options, AT_WORK)
    stop_here(work)
    asked = ask(work, "resolve", resolve)
    work = bring(work, asked)
    if isinstance(asked.request, Resolve):
        to_paste(work, asked.request.texts)
    tell_lacking(work, "closed")
    return work.code


@click.command("close", short_help="All is learned that can be; the timeline is folded.")
@writes(
    ("--root-cause", "TEXT", "The confirmed root cause, where no entry tells it yet."),
    ("--no-actions", "WHY", "Why there are no action items."),
    ("--runbook", "PATH", "Which runbook was updated, or 'none: why'; of an incident without post-mortem."),
    ("--text", "TEXT", "The text of the entry."),
)
def close_command(ctx: click.Context, **options: Any) -> int:  # noqa: ANN401 - what click gives
    """Close a resolved incident; the files of timeline.d/ become entries of timeline.yaml."""
    from hotwash.edits.questions.ending import close  # noqa: PLC0415 - `--help` asks nothing
    from hotwash.edits.which import OVER  # noqa: PLC0415

    work = begin(ctx, "close", options, OVER)
    work = bring(work, ask(work, "close", close))
    tell_next(work)
    return work.code


@click.command("dismiss", short_help="It was none: a false alarm, or a duplicate.")
@writes(
    ("--reason", "WHY", "Why it is none."),
    ("--duplicate-of", "ID", "Of which incident it is a duplicate."),
)
def dismiss_command(ctx: click.Context, **options: Any) -> int:  # noqa: ANN401 - what click gives
    """Say that it was no incident: a false alarm, or one that is recorded already."""
    from hotwash.edits.questions.declaring import dismiss  # noqa: PLC0415 - `--help` asks nothing
    from hotwash.edits.which import AT_WORK, id_of  # noqa: PLC0415

    work = begin(ctx, "dismiss", options, AT_WORK)
    if typed := work.typed.given.get("--duplicate-of"):
        given = {**work.typed.given, "--duplicate-of": id_of(work.snapshot, typed)}
        work = replace(work, typed=replace(work.typed, given=given))
    work = bring(work, ask(work, "dismiss", dismiss))
    return work.code


@click.command("postmortem", short_help="Write what the records know; later: publish it.")
@writes(
    ("--category", "WORD", "Of the root cause: change, configuration, capacity, dependency, ..."),
    ("--trigger", "TEXT", "What set it off."),
    ("--cause", "TEXT", "Why that could break things."),
    ("--runbook", "PATH,...", "Which runbooks were updated, or 'none: why'."),
    ("--summary", "TEXT", "In place of what the records know."),
    ("--what-went-well", "TEXT", "A section."),
    ("--what-went-badly", "TEXT", "A section."),
    ("--where-we-got-lucky", "TEXT", "A section."),
    ("--lessons", "TEXT", "A section."),
    ("--authors", "LOGIN,...", "Who wrote it; else who types."),
    ("--reviewed-by", "LOGIN", "With --publish: who has read it."),
    ("--reviewed-at", "TIME", "With --publish: when; else now."),
)
@click.option("--publish", "publishes", is_flag=True, help="It was reviewed: publish it.")
def postmortem_command(ctx: click.Context, *, publishes: bool, **options: Any) -> int:  # noqa: ANN401 - as above
    """Write postmortem.md with all that the records know, and ask for what only people know.

    What is left unanswered stays as a blank in the file, to be written by hand before `--publish`.
    """
    from hotwash.edits.questions.ending import postmortem, publish  # noqa: PLC0415 - `--help` asks nothing
    from hotwash.edits.which import OVER  # noqa: PLC0415

    work = begin(ctx, "postmortem", options, OVER)
    if publishes or work.begun.get("op") == "publish":
        work = bring(work, ask(work, "publish", publish))
        return work.code
    work = bring(work, ask(work, "postmortem", postmortem))
    if (incident := work.incident) is not None:
        show(f"  read it, and mend it by hand: {incident.path}/postmortem.md")
    show("  once somebody else has read it: hotwash postmortem --publish --reviewed-by LOGIN")
    return work.code


_VERBS = {
    "add": "action-add",
    "start": "action-start",
    "done": "action-done",
    "drop": "action-drop",
    "none": "action-none",
}
_ITEM = re.compile(r"(?:AI-)?\d+", re.IGNORECASE)


@click.command("action", short_help="Action items: add, start, done, drop, none.")
@writes(
    ("--title", "TEXT", "add: what must change."),
    ("--kind", "WORD", "add: prevent, detect, mitigate, process, runbook."),
    ("--owner", "LOGIN", "add, start: who sees to it."),
    ("--due", "DAY", "add: until when: 2026-12-01, 14d."),
    ("--priority", "P0..P3", "add: how urgent; else as severe as the incident."),
    ("--labels", "NAME,...", "add: labels for the tracker's issue."),
    ("--ref", "TEXT", "add: where others track it."),
    ("--proof", "TEXT", "add, done: a file, 'file: text in it', a pull request, or 'none: why'."),
    ("--closed", "DAY", "done: when; else today."),
    ("--reason", "WHY", "drop, none: why."),
    incident=False,
)
@click.argument("words", metavar="add|start|done|drop|none [AI-N] [ID]", nargs=-1)
def action_command(ctx: click.Context, words: tuple[str, ...], **options: Any) -> int:  # noqa: ANN401 - as above
    """What must change so that it does not happen again.

    \b
    hotwash action add
    hotwash action done AI-1 --proof docs/runbooks/pay.md
    hotwash action drop AI-2 --reason '...'
    """  # noqa: D301 - click reads the escape
    from hotwash.edits.questions import action_items  # noqa: PLC0415 - `--help` asks nothing
    from hotwash.edits.which import AT_WORK, ENDED, OVER  # noqa: PLC0415

    verb = next((word for word in words if word in _VERBS), None)
    item = next((word for word in words if _ITEM.fullmatch(word)), None)
    rest = [word for word in words if word not in (verb, item)]
    # Most items are done long after the incident was closed.
    work = begin(ctx, "action", {**options, "incident": rest[0] if rest else ""}, OVER, AT_WORK, ENDED)
    op = _VERBS[verb] if verb else str(work.begun.get("op") or "")
    if op not in _VERBS.values() or rest[1:]:
        message = (
            f"not one of add, start, done, drop, none: {' '.join(words)}"
            if words
            else "which: add, start, done, drop or none?"
        )
        raise UsageError(message, "hotwash action add")
    forms: dict[str, Callable[[Setting, Answers], Iterable[Question]]] = {
        "action-add": action_items.add,
        "action-start": action_items.start,
        "action-done": action_items.done,
        "action-drop": action_items.drop,
        "action-none": action_items.none,
    }
    preset: Answers = {"item": f"AI-{item.upper().removeprefix('AI-')}"} if item else {}
    work = bring(work, ask(work, op, forms[op], preset))
    return work.code
