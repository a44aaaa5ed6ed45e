"""`log`, `update`, `mitigate`, `fix`, `set`, `handover`: what is done while it burns."""

from __future__ import annotations

import shlex
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from hotwash.cli.asking import ask_one, is_time, show
from hotwash.cli.context import tell
from hotwash.cli.writing import Work, ask, begin, bring, out, tell_next, writes
from hotwash.errors import EditRefused, UsageError

if TYPE_CHECKING:
    from hotwash.edits.questions.question import Answers
    from hotwash.edits.requests import Texts
    from hotwash.model.base import Nothing, When
    from hotwash.model.repository import LoggedEntry

CHANNELS = (
    ("--engineers-channel", "NAME", "Where they were told."),
    ("--stakeholders-channel", "NAME", "Where they were told."),
    ("--public-channel", "NAME", "Where it was told."),
)


@click.command("log", short_help="Write down what happened, as an entry of the timeline.")
@writes(
    ("--kind", "WORD", "note, finding, change, decision, escalation, recovery, detection."),
    ("--text", "TEXT", "What happened."),
    ("--about", "WORD", "finding: error-pattern, metric, change, cascade, hypothesis, root-cause."),
    ("--state", "WORD", "finding: open, confirmed, ruled-out."),
    ("--caused-by", "ENTRY", "finding: the id of the entry that it follows from."),
    ("--supersedes", "ENTRY", "finding: the id of the entry that it replaces."),
    ("--service", "NAME", "finding, change: which service."),
    ("--ref", "TEXT", "change: a link, a version, a commit."),
    ("--changed-at", "TIME", "change: when it was changed, if not at --at."),
    ("--via", "WORD", "detection: alert, customer, employee, partner, other."),
    ("--to", "LOGIN", "escalation: who was called."),
    ("--share", "PART", "recovery: which part works again: 85 %."),
    ("--what", "TEXT", "recovery: what works again."),
    ("--url", "URL", "Where it can be seen."),
    ("--ahead-of-gate", "WHY", "Why a root cause is confirmed before the first actions are complete."),
)
@click.argument("words", metavar="[TEXT]", nargs=-1)
def log_command(ctx: click.Context, words: tuple[str, ...], **options: Any) -> int:  # noqa: ANN401 - what click gives
    """Write down what happened, as an entry of the timeline. It is always taken.

    \b
    hotwash log 'restarted the workers'
    hotwash log --kind finding --about metric --state confirmed --text '...'
    """  # noqa: D301 - click reads the escape
    from hotwash.edits.questions.entries import log  # noqa: PLC0415 - `--help` asks nothing
    from hotwash.edits.which import AT_WORK, OVER  # noqa: PLC0415

    if " " in options["incident"]:
        # The only thing that was typed is a sentence, and no id.
        words, options["incident"] = (options["incident"], *words), ""
    try:
        work = begin(ctx, "log", options, AT_WORK, OVER)
    except UsageError as error:
        if options["incident"] and not options["text"]:
            said = shlex.quote(" ".join((options["incident"], *words)))
            raise UsageError(error.message, f"to write that down: hotwash log --text {said}") from None
        raise
    if words:
        given = {"--kind": "note", **work.typed.given, "--text": " ".join(words)}
        work = replace(work, typed=replace(work.typed, given=given))
    work = bring(work, ask(work, "log", log, {"entry": {}} if "entry" not in work.begun else {}))
    tell_next(work)
    return work.code


@click.command("update", short_help="Say how it stands: texts for each audience, ready to paste.")
@writes(
    ("--engineers", "TEXT", "Technical detail."),
    ("--stakeholders", "TEXT", "Business impact."),
    ("--public", "TEXT", "What customers can know."),
    *CHANNELS,
    ("--eta", "TIME", "When it may be over: 13:30, 45m, or 'unknown: why'."),
    ("--next", "TIME", "When the next update is promised: 09:15, 15m."),
)
def update_command(ctx: click.Context, **options: Any) -> int:  # noqa: ANN401 - what click gives
    """Say how it stands. Shows who was last told what, and prints texts that can be pasted for each audience."""
    from hotwash.edits.questions.entries import update  # noqa: PLC0415 - `--help` asks nothing
    from hotwash.edits.requests import Update  # noqa: PLC0415
    from hotwash.edits.which import AT_WORK, OVER  # noqa: PLC0415

    work = begin(ctx, "update", options, AT_WORK, OVER)
    asked = ask(work, "update", update)
    work = bring(work, asked)
    if isinstance(asked.request, Update):
        to_paste(work, asked.request.texts, asked.request.eta)
    tell_next(work)
    return work.code


def to_paste(work: Work, texts: Texts, eta: When | Nothing | None = None) -> None:
    """Print what each audience is told, to be pasted where it reads: hotwash itself tells nobody."""
    from hotwash.edits.masking import masked_text  # noqa: PLC0415 - only once it is written
    from hotwash.edits.questions.proposed import pasted  # noqa: PLC0415

    known = work.policy.publishing.known_secrets
    for audience, text in texts.items():
        out("\n")
        for line in pasted(work.setting(), audience, masked_text(text, known), eta):
            out(line)
    out("\n")


@click.command("mitigate", short_help="A quick fix, and later whether it helped.")
@writes(
    ("--action", "WORD", "rollback, scale-up, disable-feature, circuit-breaker, restart, ..."),
    ("--text", "TEXT", "What exactly was done."),
    ("--target", "TEXT", "To what."),
    ("--outcome", "WORD", "effective, partial, ineffective, harmful; without --action of the one that waits for it."),
    ("--over", "yes|no", "With --outcome: users no longer feel it, and it is only watched now."),
    ("--temporary", "yes|no", "A real fix has to replace it."),
    ("--answers", "ENTRY", "The id of the entry whose harm it mends."),
    ("--side-effects", "TEXT", "What else it did."),
    ("--url", "URL", "Where it can be seen."),
)
def mitigate_command(ctx: click.Context, **options: Any) -> int:  # noqa: ANN401 - what click gives
    """Write down a quick fix, with the guide's suggestions; run it again to say whether it helped.

    While nobody has said whether the last one helped, that is asked first: of two at once nobody knows which did it.
    """
    from hotwash.edits.questions.entries import harm_to_answer, mitigate, waiting  # noqa: PLC0415 - `--help` asks nothing
    from hotwash.edits.which import AT_WORK, OVER  # noqa: PLC0415

    work = begin(ctx, "mitigate", options, AT_WORK, OVER)
    given, op = work.typed.given, work.begun.get("op")
    last = waiting(work.setting().case)
    only_outcome = "--outcome" in given and not {"--action", "--text"} & set(given)
    if op == "outcome" or (op is None and only_outcome) or (last and work.asks and not given and not work.begun):
        work, goes_on = _outcome(work, last)
        if not goes_on:
            tell_next(work)
            return work.code
    elif last is not None:
        show(f"warning: nobody has said yet whether the last one helped: {last.entry.text}", hanging=2)
        show("  of two at once nobody knows which one did it: hotwash mitigate --outcome WORD", hanging=2)
    harm = harm_to_answer(work.setting()) if "--answers" not in work.typed.given else None
    work = bring(work, ask(work, "mitigate", mitigate, {"answers": harm} if harm else {}))
    tell("  when you can see whether it helped: hotwash mitigate")
    tell_next(work)
    return work.code


def _outcome(work: Work, last: LoggedEntry | None) -> tuple[Work, bool]:
    """Whether the last one helped, and whether another one is to follow now."""
    from hotwash.edits.questions.entries import outcome  # noqa: PLC0415
    from hotwash.edits.questions.question import Question  # noqa: PLC0415
    from hotwash.edits.questions.reading import yes_or_no  # noqa: PLC0415
    from hotwash.edits.requests import Outcome  # noqa: PLC0415

    if last is None and not work.begun:
        message = "no quick fix waits for its outcome"
        raise UsageError(message, "write one down: hotwash mitigate --action WORD --text TEXT")
    which: Answers = (
        {} if last is None else {"entry": last.entry.id} if last.entry.id else {"entry_at": str(last.entry.when)}
    )
    asked = ask(
        work, "outcome", lambda setting, answers: outcome(setting, answers, last) if last is not None else (), which
    )
    assert isinstance(asked.request, Outcome)  # noqa: S101 - it was asked for
    said = asked.request.outcome
    if said == "pending":
        asked.kept.done()
        show("Nobody can tell yet. A second one now hides which of the two did it.")
    else:
        work = bring(work, asked)
    if not work.asks or work.typed.given or work.begun or said in ("effective", "partial"):
        return work, False
    text, default = "Write down another one now?", "no" if said == "pending" else "yes"
    return work, ask_one(Question(("more",), "", text, yes_or_no, default=default)) is True


@click.command("fix", short_help="The change that mends the cause, by the guide's five steps.")
@writes(
    ("--text", "TEXT", "What the fix is."),
    ("--ref", "URL", "Where the change can be seen."),
    ("--minimal", "yes|no: WHY", "1 Whether it is the smallest change that works."),
    ("--tested", "TEXT", "2 Where it was tested, or 'none: why'."),
    ("--rollout", "TEXT", "3 How it is rolled out."),
    ("--monitored-by", "TEXT", "3 Who watches what meanwhile."),
    ("--rollback-plan", "TEXT", "4 How to go back."),
    ("--documented-in", "TEXT", "5 Where the change is documented."),
    ("--answers", "ENTRY", "The id of the entry whose harm it mends."),
    ("--ahead-of-gate", "WHY", "Why it comes before the first actions are complete; kept in the record."),
)
def fix_command(ctx: click.Context, **options: Any) -> int:  # noqa: ANN401 - what click gives
    """Write down the fix, by the five steps of the guide: smallest, tested, watched, with a way back, documented.

    While the STOP gate is shut it says so first, and needs a reason to go on.
    """
    from hotwash.edits.questions.entries import fix, fix_gaps_of  # noqa: PLC0415 - `--help` asks nothing
    from hotwash.edits.which import AT_WORK, OVER  # noqa: PLC0415

    work = begin(ctx, "fix", options, AT_WORK, OVER)
    tell_stop(work)
    unfinished = fix_gaps_of(work.setting())
    preset: Answers = {}
    if unfinished and "--text" not in work.typed.given and not work.begun:
        entry = unfinished[-1].logged.entry
        show(f"The fix of {work.here().told(str(entry.when))} lacks a step: {' '.join(entry.text.split())}")
        show("  (another one: hotwash fix --text TEXT)")
        preset = {"entry": entry.id}
    work = bring(work, ask(work, "fix", fix, preset))
    tell_next(work)
    return work.code


def tell_stop(work: Work) -> None:
    """Say STOP and what is missing, where the gate is shut."""
    from hotwash.edits.questions.entries import stop_lines  # noqa: PLC0415 - `--help` judges nothing

    for number, line in enumerate(stop_lines(work.setting())):
        show(line, bold=number == 0, hanging=4)


def stop_here(work: Work) -> None:
    """As `tell_stop`; and ask nothing for a step that no answer takes through the gate.

    Raises:
        EditRefused: The gate is shut, and nothing was typed that would be lost.
    """
    from hotwash.edits.moving import is_shut  # noqa: PLC0415 - `--help` judges nothing

    tell_stop(work)
    case = work.setting().case
    if case is not None and is_shut(case, work.here().now) and not work.typed.given and not work.begun:
        message = f"{case.id} cannot go on before they are complete"
        raise EditRefused(message, f"hotwash first-actions {case.id}; or, if it was none: hotwash dismiss {case.id}")


@click.command("set", short_help="Change what is true now: status, severity, impact, roles.")
@writes(
    ("--reason", "TEXT", "Why; the text of the entry that a severity or a status brings along."),
    ("--ahead-of-gate", "WHY", "Why it goes on before the first actions are complete."),
)
@click.argument("pairs", metavar="[KEY=VALUE]...", nargs=-1)
def set_command(ctx: click.Context, pairs: tuple[str, ...], **options: Any) -> int:  # noqa: ANN401 - as above
    """Change what is true now. A severity and a status bring their entry of the timeline along.

    \b
    hotwash set severity=P0 --reason 'the US is hit too'
    hotwash set status=identified impact.users.affected=12400
    hotwash set times.started=08:35
    """  # noqa: D301 - click reads the escape
    from hotwash.edits.questions.course import new_value, set_, which_key  # noqa: PLC0415 - as above
    from hotwash.edits.which import AT_WORK, OVER  # noqa: PLC0415

    if "=" in options["incident"]:
        pairs, options["incident"] = (options["incident"], *pairs), ""
    work = begin(ctx, "set", options, AT_WORK, OVER)
    setting = work.setting()
    values = _values(work, pairs)
    if not values and not work.begun:
        if not work.asks:
            message = "there is no terminal to ask at, and no KEY=VALUE"
            raise UsageError(message, "like severity=P0, or impact.users.affected=12400")
        key = str(ask_one(which_key()))
        values[key] = ask_one(new_value(setting, key))
        if is_time(values[key]):
            work.state_back(key, str(values[key]))
    if values.get("status") not in (None, "declared", "dismissed"):
        stop_here(work)
    preset: Answers = {"values": values} if values else {}
    if "severity" in values and setting.case is not None:
        preset["was"] = setting.case.incident.severity.level
    work = bring(work, ask(work, "set", set_, preset))
    _tell_severity(work, values.get("severity"))
    tell_next(work)
    return work.code


def _values(work: Work, pairs: tuple[str, ...]) -> dict[str, Any]:
    """What was typed as KEY=VALUE; None where a value is taken away.

    Raises:
        UsageError: It cannot be read.
    """
    from hotwash.edits.questions.course import one_key, reader  # noqa: PLC0415 - `--help` asks nothing

    setting = work.setting()
    values: dict[str, Any] = {}
    for pair in pairs:
        key, equals, text = pair.partition("=")
        if not equals:
            message = f"{pair} is no KEY=VALUE"
            raise UsageError(message, "like severity=P0, or impact.users.affected=12400")
        try:
            one_key(key)
            values[key] = reader(setting, key)(text) if text else None
            if is_time(values[key]) and values[key] != text:
                work.state_back(key, str(values[key]))
        except ValueError as error:
            message = f"{key}: {error}"
            raise UsageError(message) from None
    return values


def _tell_severity(work: Work, said: object) -> None:
    """Say that somebody else has judged it meanwhile, where it is not what was typed."""
    case = work.setting().case
    if said is not None and case is not None and case.incident.severity.level != said:
        level = case.incident.severity.level
        show(f"  it is {level}, as somebody else has set it meanwhile; what you said is a note", hanging=2)


@click.command("handover", short_help="Give a role to somebody, or take one that was offered.")
@writes(
    ("--role", "ROLE", "commander, communications, operations, ..."),
    ("--to", "LOGIN", "Who takes it; they accept with --accept."),
    ("--text", "TEXT", "What they have to know."),
)
@click.option("--accept", is_flag=True, help="Take the role that was offered to you.")
def handover_command(ctx: click.Context, *, accept: bool, **options: Any) -> int:  # noqa: ANN401 - as above
    """Give a role to somebody. It stays yours until they accept it: `hotwash handover --accept`."""
    from hotwash.edits.questions.course import handover, offered, role_of  # noqa: PLC0415 - `--help` asks nothing
    from hotwash.edits.questions.question import Question, by_flag  # noqa: PLC0415
    from hotwash.edits.questions.reading import one_line, yes_or_no  # noqa: PLC0415
    from hotwash.edits.which import AT_WORK, OVER  # noqa: PLC0415

    work = begin(ctx, "handover", options, AT_WORK, OVER)
    waits = offered(work.setting().case, work.by)
    if waits is not None and work.asks and not accept and not work.typed.given and not work.begun:
        text = f"{waits.entry.by} offers you {role_of(waits)}. Take it?"
        accept = ask_one(Question(("accept",), "--accept", text, yes_or_no, default="yes")) is True
    if accept or work.begun.get("op") == "accept":
        work = bring(work, ask(work, "accept", lambda *_: (by_flag(("role",), "--role", one_line),)))
    else:
        asked = ask(work, "handover", handover)
        work = bring(work, asked)
        to = str(getattr(asked.request, "to", ""))
        if offered(work.setting().case, to) is not None:
            tell(f"  it goes over when {to} takes it: hotwash handover --accept")
    tell_next(work)
    return work.code
