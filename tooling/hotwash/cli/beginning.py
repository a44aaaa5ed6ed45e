"""`declare`, `first-actions`: from nothing to an open gate."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from hotwash.cli.asking import ask_one, complete, read_flag, show
from hotwash.cli.context import tell
from hotwash.cli.following import to_paste
from hotwash.cli.writing import Work, ask, begin, bring, out, tell_lacking, tell_next, writes
from hotwash.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import datetime

    from hotwash.edits.questions.question import Answers, Question
    from hotwash.edits.questions.setting import Setting
    from hotwash.facts.first_actions import Action
    from hotwash.model.repository import Case


@click.command("declare", short_help="Begin an incident: what is broken, how badly, where.")
@writes(
    ("--title", "TEXT", "What is broken, for whom."),
    ("--severity", "P0..P3", "How bad it is."),
    ("--services", "NAME,...", "Which services are hit."),
    ("--via", "WORD [TEXT]", "How it was noticed: alert, customer, employee, partner, other; then what was seen."),
    ("--started", "TIME", "Since when it is felt."),
    ("--detected", "TIME", "When it was noticed."),
    ("--commander", "LOGIN", "Who leads; else who declares."),
    ("--communications", "LOGIN", "Who tells the others."),
    ("--slug", "NAME", "The end of its id; else made from the title."),
    ("--kind", "WORD", "incident, or drill."),
    ("--visibility", "WORD", "public, or internal."),
    ("--reference", "URL", "A chat, a ticket, a status page."),
    incident=False,
)
def declare_command(ctx: click.Context, **options: Any) -> int:  # noqa: ANN401 - what click gives
    """Begin an incident. At a terminal it asks four questions; all else comes from the clock and git.

    The next step is `hotwash first-actions`.
    """
    from hotwash.edits.questions.declaring import declare  # noqa: PLC0415 - `--help` asks nothing
    from hotwash.edits.which import at_work  # noqa: PLC0415
    from hotwash.records.load import case_files  # noqa: PLC0415

    work = begin(ctx, "declare", options)
    for line in at_work(work.snapshot):
        show(f"open already: {line}", hanging=2)
    taken = {files.id for files in case_files(work.snapshot.paths())}

    def form(setting: Setting, answers: Answers) -> Iterator[Question]:
        for question in declare(setting, answers):
            # Told with the first answer, and not after the last.
            is_free = question.place != ("title",) or "--slug" in work.typed.given
            yield question if is_free else replace(question, read=partial(_new_title, taken, setting.here.now))

    work = bring(work, ask(work, "declare", form))
    tell("  next: hotwash first-actions")
    tell_next(work)
    return work.code


def _new_title(taken: Collection[str], now: datetime, text: str) -> str:
    """A title of which no incident of the day has made its id."""
    from hotwash.edits.questions.reading import title  # noqa: PLC0415 - `--help` asks nothing
    from hotwash.edits.requests import slug_of  # noqa: PLC0415

    said = title(text)
    if (name := f"{now.astimezone(UTC).date()}-{slug_of(said)}") in taken:
        message = f"{name} is there already; what is new goes into it: hotwash log; another one needs another title"
        raise ValueError(message)
    return said


@click.command("first-actions", short_help="The four first actions: do them, sign them, open the gate.")
@writes(
    ("--users", "TEXT", "Assess: how many, and what they cannot do: '12400 cannot pay'."),
    ("--business", "TEXT", "Assess: what it means for the business, or 'none: why'."),
    ("--scope", "TEXT", "Assess: how far it reaches."),
    ("--severity", "P0..P3", "Assess: where it is not what was declared."),
    ("--quick-fix", "WORD", "Stabilize: rollback, scale-up, disable-feature, circuit-breaker, ..."),
    ("--did", "TEXT", "Stabilize: what exactly was done."),
    ("--target", "TEXT", "Stabilize: to what."),
    ("--outcome", "WORD", "Stabilize: effective, partial, ineffective, harmful; else pending."),
    ("--no-quick-fix", "WHY", "Stabilize: there is none, and which options were looked at."),
    ("--logs", "TEXT", "Gather: what the error logs show, or 'none: where you looked'."),
    ("--metrics", "TEXT", "Gather: what moved."),
    ("--changes", "TEXT", "Gather: what was deployed or changed."),
    ("--similar", "ID,...", "Gather: past incidents like it; else those that share a service."),
    ("--engineers", "TEXT", "Communicate: what the engineers are told."),
    ("--stakeholders", "TEXT", "Communicate: what the stakeholders are told."),
    ("--public", "TEXT", "Communicate: what the public is told."),
    ("--engineers-channel", "NAME", "Where they were told."),
    ("--stakeholders-channel", "NAME", "Where they were told."),
    ("--public-channel", "NAME", "Where it was told."),
    ("--eta", "TIME", "When it may be over, or 'unknown: why'."),
    ("--next", "TIME", "When the next update is promised: 09:15, 15m."),
    ("--note", "TEXT", "A note for the sign-off."),
    ("--ahead-of-gate", "WHY", "Why something went on before the four were complete."),
)
def first_actions_command(ctx: click.Context, **options: Any) -> int:  # noqa: ANN401 - what click gives
    """Do the four first actions and sign them: assess, stabilize, gather, communicate.

    Each is saved as soon as it is done. What the records know is not asked. A script signs those for which it gives
    options. Ends with the verdict of the STOP gate; exit code 1 while it is shut.
    """
    from hotwash.edits.which import AT_WORK  # noqa: PLC0415 - `--help` asks nothing
    from hotwash.facts.first_actions import ACTIONS  # noqa: PLC0415

    work = begin(ctx, "first-actions", options, AT_WORK)
    case = _readable(work)
    in_file = [action for action in ACTIONS if action in work.begun]
    if work.asks and not work.typed.given and not work.begun:
        _the_question(work, case)
    if in_file:
        # What a file says of several is one request, so that it can be made again as a whole.
        work = _some(work, case, in_file)
    if work.typed.given:
        # Nothing lands while an option is wrong, so that the same line can be typed again.
        _look_ahead(work, case, [action for action in ACTIONS if action not in in_file])
    for action in ACTIONS:
        case = _readable(work)
        if action not in in_file and _is_wanted(work, case, action):
            work = _some(replace(work, begun={}), case, [action])
    return tell_verdict(_on_its_way(work))


def _on_its_way(work: Work) -> Work:
    """The incident past the gate, where somebody else has signed the last of the four by hand."""
    from hotwash.facts.gates import gaps, went_ahead  # noqa: PLC0415

    case, now = _readable(work), work.here().now
    if case.incident.status != "declared" or gaps(case, now) or went_ahead(case, now):
        return work
    return bring(work, ask(replace(work, begun={}), "first-actions", lambda *_: (), only=()))


def _readable(work: Work) -> Case:
    case = work.setting().case
    if case is None:
        message = f"{work.incident.id if work.incident else 'the incident'} cannot be read as it is"
        raise UsageError(message, "see what is wrong with it: hotwash check; hotwash log takes entries all the same")
    return case


def _the_question(work: Work, case: Case) -> None:
    """The question of the guide (1.1), in its words."""
    from hotwash.edits.questions.first_actions import QUESTION  # noqa: PLC0415
    from hotwash.edits.questions.question import Question  # noqa: PLC0415
    from hotwash.edits.questions.reading import yes_or_no  # noqa: PLC0415
    from hotwash.facts.gates import STOP, gaps  # noqa: PLC0415

    if not gaps(case, work.here().now):
        return
    if ask_one(Question(("done",), "", QUESTION, yes_or_no)) is True:
        show("Then say what was found and done; each is signed in your name.")
        return
    show(STOP, bold=True)
    show("Complete them now, in this order, before anything else.")


def _is_wanted(work: Work, case: Case, action: Action) -> bool:
    """Whether an action is to be signed now: it is not done, and there is somebody to say what was done, or an option."""
    from hotwash.edits.questions.first_actions import FLAGS  # noqa: PLC0415
    from hotwash.facts.gates import gaps  # noqa: PLC0415

    told = [flag for flag in FLAGS[action] if flag in work.typed.given]
    if all(gap.action != action for gap in gaps(case, work.here().now)):
        if told:
            message = f"{action} is signed off already: {', '.join(told)} cannot be taken"
            raise UsageError(
                message, "what is new goes into the timeline: hotwash log, update, mitigate, or hotwash set"
            )
        return False
    if work.typed.given:
        return bool(told)
    return work.asks or not work.begun


def _look_ahead(work: Work, case: Case, actions: Sequence[Action]) -> None:
    """Read the options of all that are to be signed.

    Raises:
        UsageError: One cannot be read or has no place; or, where nobody can be asked, some are missing.
    """
    from hotwash.edits.questions.first_actions import FLAGS, of_action, presets  # noqa: PLC0415

    setting = work.setting()
    for action in [action for action in actions if _is_wanted(work, case, action)]:
        given = {flag: text for flag, text in work.typed.given.items() if flag in FLAGS[action]}
        form = partial(of_action, setting, case, action)
        if work.asks:
            for question in form(presets(setting, case, action, {})):
                if question.flag in given:
                    read_flag(question, given[question.flag])
        else:
            complete(form, presets(setting, case, action, {}), given, asks=False, keep=lambda _: None)


def _some(work: Work, case: Case, actions: Sequence[Action]) -> Work:
    """Ask what some of the four rest on, in one request, and land it."""
    from hotwash.edits.questions.first_actions import FLAGS, of_action, presets  # noqa: PLC0415
    from hotwash.edits.requests import FirstActions  # noqa: PLC0415
    from hotwash.edits.which import similar_to  # noqa: PLC0415

    similar = similar_to(work.snapshot, case) if "gather" in actions else None

    def form(setting: Setting, answers: Answers) -> Iterator[Question]:
        for action in actions:
            yield from of_action(replace(setting, similar=similar), case, action, answers)

    setting = replace(work.setting(), similar=similar)
    known: Answers = {}
    for action in actions:
        known |= presets(setting, case, action, work.begun)
    flags = [flag for action in actions for flag in FLAGS[action]]
    asked = ask(work, "first-actions", form, known, only=(*flags, "--note", "--ahead-of-gate"))
    work = bring(work, asked)
    if isinstance(asked.request, FirstActions) and asked.request.communicate is not None:
        to_paste(work, asked.request.communicate.texts, asked.request.communicate.eta)
    return work


def tell_verdict(work: Work) -> int:
    """What the STOP gate says, and what is missing; the exit code."""
    from hotwash.facts.gates import verdict  # noqa: PLC0415 - `--help` judges nothing

    case = work.setting().case
    if case is None:
        return 1
    said = verdict(case, work.here().now)
    out(said.line)
    for missing in said.missing:
        out(f"  - {missing.message}")
    if said.gate == "shut":
        tell("  go on: hotwash first-actions")
        return 1
    tell_lacking(work, "identified")
    return work.code
