"""What every command that writes does: where, who and when; fill in the answers; land them; say what came of it."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass, replace
from datetime import UTC
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from hotwash.cli.asking import can_ask, complete, show
from hotwash.cli.context import clock, find_root, say, tell
from hotwash.cli.identity import SETTING, VARIABLE, identify
from hotwash.cli.pull_requests import offered
from hotwash.diagnostics import counted, inert, visible
from hotwash.edits.questions.moments import Here
from hotwash.edits.questions.question import Question, without_gaps
from hotwash.edits.questions.reading import login
from hotwash.edits.questions.setting import Setting
from hotwash.errors import ConfigurationError, EditRefused, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from datetime import datetime, tzinfo

    from hotwash.edits.amendment import Plain
    from hotwash.edits.kept import Kept
    from hotwash.edits.land import Landing, Step
    from hotwash.edits.questions.question import Answers
    from hotwash.edits.requests import Request
    from hotwash.model.incident import Status
    from hotwash.model.policy import Policy
    from hotwash.model.repository import Case, Unreadable
    from hotwash.records.load import Head
    from hotwash.records.snapshot import Snapshot

C = TypeVar("C", bound="Callable[..., Any]")
UNFINISHED = "unfinished"
# In every message that says of a request that it is not complete.
_LACKS = " missing"
# Commands that write down what happened whatever is wrong with the records, and the one that tells so itself.
_TAKES_ALL = ("log", "update", "mitigate", "first-actions")
# What a file may say besides answers.
_ABOUT = ("op", "incident", "by", "at", "id", UNFINISHED)


@dataclass(frozen=True, slots=True)
class Common:
    """The options that all writing commands have.

    Attributes:
        given: Flag -> what was typed behind it, of the others.
    """

    directory: str | None
    incident: str
    by: str | None
    at: str | None
    push: bool
    file: str | None
    given: Mapping[str, str]


def writes(*flags: tuple[str, str, str], incident: bool = True) -> Callable[[C], C]:
    """The argument ID, the options of all writing commands, and those by which a script answers.

    Args:
        flags: Of each the name, what stands for its value, and its help.
        incident: Whether the command is about an incident that is there.
    """

    def decorate(command: C) -> C:
        decorated: Any = command
        common = (
            click.option("--by", metavar="LOGIN", help="Who did it; else HOTWASH_LOGIN, or git's settings."),
            click.option("--at", metavar="TIME", help="When: 08:41, -5m, 2026-11-23T08:41Z; else now."),
            click.option("--push", is_flag=True, help="Push it, and again on the newest head if somebody was faster."),
            click.option(
                "--from", "file", metavar="FILE", help="Take the answers from a file of YAML or JSON; - is stdin."
            ),
        )
        own = [click.option(name, metavar=metavar, help=text) for name, metavar, text in flags]
        for option in reversed((*own, *common)):
            decorated = option(decorated)
        if incident:
            decorated = click.argument("incident", metavar="[ID]", required=False, default="")(decorated)
        return click.pass_context(decorated)  # type: ignore[return-value] # click's own types lose the signature

    return decorate


def common(ctx: click.Context, options: Mapping[str, Any]) -> Common:
    """What was typed, taken apart."""
    known = {"incident", "by", "at", "push", "file"}
    given = {
        parameter.opts[0]: str(options[parameter.name])
        for parameter in ctx.command.params
        if isinstance(parameter, click.Option)
        and parameter.name not in known
        and options.get(parameter.name) not in (None, False)
    }
    return Common(
        ctx.obj, options.get("incident", ""), options["by"], options["at"], options["push"], options["file"], given
    )


@dataclass(frozen=True, slots=True)
class Work:
    """A writing command, once it is known where, who and when.

    Attributes:
        typed: The options.
        begun: The answers that a file held.
        asks: Whether a person can be asked.
        undone: Something that was asked of it, such as a push, was not done.
    """

    verb: str
    typed: Common
    root: Path
    snapshot: Snapshot
    head: Head
    zone: tzinfo
    by: str
    begun: Answers
    asks: bool
    incident: Case | Unreadable | None = None
    undone: bool = False

    @property
    def code(self) -> int:
        """The exit code."""
        return 1 if self.undone else 0

    @property
    def policy(self) -> Policy:
        """What this team asks."""
        return self.head.policy

    def here(self) -> Here:
        """When and where it is now."""
        return Here(clock(), self.zone)

    def state_back(self, flag: str, time: str) -> None:
        """Say which moment a time is that was typed: in UTC and here, so that a wrong day is seen."""
        show(f"  {flag} is {self.here().told(time)}", hanging=2)

    def setting(self) -> Setting:
        """What questions follow from, as of now."""
        return Setting(self.policy, self.head.services, self.here(), self.by, self.incident, self.asks)


def begin(ctx: click.Context, verb: str, options: Mapping[str, Any], *statuses: Collection[Status]) -> Work:
    """Find out where, who and when, and say it.

    Args:
        ctx: Of the command.
        verb: Its name.
        options: What was typed.
        statuses: Those of an incident that it can be about, where none is named, one after the other; without any
            it begins a new one.

    Raises:
        UsageError: It cannot be told which incident is meant, or who types.
        ConfigurationError: The policy cannot be read.
    """
    from hotwash.edits.land import writable  # noqa: PLC0415 - `--help` reads no records
    from hotwash.edits.which import which  # noqa: PLC0415
    from hotwash.records.load import load_head  # noqa: PLC0415

    typed = common(ctx, options)
    root = find_root(typed.directory)
    asks = can_ask()
    begun = _from_file(typed)
    _tell_what_is_left(root, typed)
    snapshot = writable(root)
    head = load_head(snapshot, snapshot.paths())
    if not head.policy_readable:
        message = "incidents/policy.yaml cannot be used as it is"
        raise ConfigurationError(message, "see what is wrong with it: hotwash check")
    zone = _zone(head.policy)
    by, source = _who(root, typed, begun, asks=asks)
    work = Work(verb, typed, root, snapshot, head, zone, by, begun, asks)
    from hotwash.model.repository import Unreadable  # noqa: PLC0415

    if statuses:
        name = typed.incident or str(begun.get("incident") or "")
        work = replace(work, incident=which(snapshot, name, *statuses).case)
    _tell_where(work, source)
    if isinstance(work.incident, Unreadable) and verb not in _TAKES_ALL and not typed.given and not begun:
        # No answer would help, so that none is asked for; what was typed is kept by what refuses it.
        message = f"the records of {work.incident.id} cannot be used as they are"
        raise EditRefused(message, f"see what is wrong with them: hotwash check {work.incident.id}")
    return work


def _from_file(typed: Common) -> Answers:
    """What the file of `--from` holds."""
    if typed.file is None:
        return {}
    from hotwash.records.reader import parse  # noqa: PLC0415 - only where there is a file
    from hotwash.records.snapshot import RECORD_LIMIT  # noqa: PLC0415

    name = "stdin" if typed.file == "-" else typed.file
    try:
        if typed.file == "-":
            data = sys.stdin.buffer.read(RECORD_LIMIT + 1)
        else:
            with (Path(typed.directory or ".") / typed.file).open("rb") as file:
                data = file.read(RECORD_LIMIT + 1)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "no file can have that name"
        message = f"cannot read {name}: {why}"
        raise UsageError(message) from None
    if len(data) > RECORD_LIMIT:
        message = f"{name} has more than {RECORD_LIMIT:,} bytes"
        raise UsageError(message)
    document = parse(name, "timeline-entry", data)
    if document.problems:
        problem = document.problems[0]
        raise UsageError(f"{name}: {problem.message}", "; ".join(help_.say for help_ in problem.help))
    if not isinstance(document.value, dict):
        message = f"{name} is no mapping of key: value"
        raise UsageError(message, "write a line `key: value` for each answer")
    return dict(document.value)


def _zone(policy: Policy) -> tzinfo:
    """The zone in which a bare `08:41` is meant: the team's, else that of this machine."""
    calendar = policy.calendar
    if "calendar" in policy.model_fields_set and "time_zone" in calendar.model_fields_set:
        return UTC if calendar.time_zone == "UTC" else ZoneInfo(calendar.time_zone)
    name = os.environ.get("TZ", "").removeprefix(":") or os.path.realpath("/etc/localtime").partition("zoneinfo/")[2]
    try:
        return ZoneInfo(name) if name not in ("", "UTC", "Etc/UTC") else UTC
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return clock().astimezone().tzinfo or UTC


def _who(root: Path, typed: Common, begun: Answers, *, asks: bool) -> tuple[str, str]:
    """Who types, and how that is known."""
    if (told := begun.get("by")) and typed.by is None:
        return str(told), ""
    known = identify(typed.by, lambda name: _settings(root).get(name, ""))
    if known is not None:
        return known.by, known.source
    if not asks:
        message = "nobody says who writes this"
        raise UsageError(message, f"--by LOGIN, {VARIABLE}=LOGIN, or once: git config --global {SETTING} LOGIN")
    question = Question(("by",), "--by", "Who are you? (your login)", login)
    found = complete(lambda _: (question,), {}, {}, asks=True, keep=lambda _: None)
    tell(f"  so that nobody asks again: git config --global {SETTING} {found['by']}")
    return str(found["by"]), ""


@cache
def _settings(root: Path) -> Mapping[str, str]:
    """The settings of git, where there is a repository."""
    if not any((folder / ".git").exists() for folder in (root, *root.parents)):
        return {}
    from hotwash.records.commits import configuration  # noqa: PLC0415 - `--help` asks no git
    from hotwash.records.git import Git  # noqa: PLC0415

    return configuration(Git(root))


def _tell_what_is_left(root: Path, typed: Common) -> None:
    """Name what earlier commands could not bring to an end."""
    from hotwash.edits.kept import left  # noqa: PLC0415 - `--help` looks for nothing

    resumed = None if typed.file in (None, "-") else (Path(typed.directory or ".") / str(typed.file)).resolve()
    found = [file for file in left(root) if file.resolve() != resumed]
    if found:
        newest = found[-1]
        more = f" ({len(found) - 1} more in {_shown(newest.parent)}/)" if found[1:] else ""
        tell(f"kept from before, to go on with or to delete{more}:")
        tell(f"  hotwash {_verb_of(newest)} --from {_shown(newest)}")


def _verb_of(file: Path) -> str:
    """The command that a kept file is for, by its name: `<time>-<verb>-<rand>.json`."""
    from hotwash.cli import COMMANDS  # noqa: PLC0415 - a table, in the package itself

    return next((verb for verb in sorted(COMMANDS, key=len, reverse=True) if f"-{verb}-" in file.name), "VERB")


def _shown(file: Path) -> str:
    """A file as it can be typed here."""
    try:
        near = os.path.relpath(file)
    except ValueError:  # on another drive
        return str(file)
    return near if len(near) < len(str(file)) else str(file)


def _tell_where(work: Work, source: str) -> None:
    """Which incident, who and when: what was not typed is stated back."""
    who = f"by {work.by}" + (f" ({source})" if source else "")
    if work.typed.at is not None:
        who += f", at {work.here().told(_at(work))}"
    if work.incident is not None:
        case = work.setting().case
        told = "unreadable (hotwash check says why)"
        state = f"{case.incident.severity.level} {case.incident.status}" if case is not None else told
        show(f"{work.incident.id}   {state}")
    show(who)


def _at(work: Work) -> str:
    """When it was done, as a record holds it."""
    if work.typed.at is None:
        return _utc(clock())
    try:
        return work.here().past(work.typed.at)
    except ValueError as error:
        message = f"--at: {error}"
        raise UsageError(message) from None


def _utc(moment: datetime) -> str:
    from hotwash.model.time import utc_text  # noqa: PLC0415 - `--help` reads no times

    return utc_text(moment)


# --- asking and landing


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, and where it is kept until it has landed.

    Attributes:
        is_bare: Nothing was typed but the command, so that nothing is lost with it.
    """

    request: Request
    kept: Kept
    is_bare: bool


def ask(
    work: Work,
    op: str,
    form: Callable[[Setting, Answers], Iterable[Question]],
    preset: Answers | None = None,
    *,
    only: Collection[str] | None = None,
) -> Asked:
    """The request of a command, once all is answered; every answer is kept as soon as it is given.

    Args:
        work: The command.
        op: Which of its requests.
        form: What is asked.
        preset: What is answered already.
        only: The flags that count here; None for all. The others belong to another request of the same command.

    Raises:
        click.Abort: The person left; what they had answered is kept, and its file was named.
        UsageError: Answers are missing or wrong.
    """
    from hotwash.edits.kept import keep  # noqa: PLC0415 - `--help` keeps nothing

    setting = work.setting()
    fixed = _fixed(work, op)
    timed = _is_timed(work, op)
    begun = {key: value for key, value in work.begun.items() if key not in _ABOUT} | dict(preset or {})
    given = {flag: text for flag, text in work.typed.given.items() if only is None or flag in only}
    kept: Kept | None = None

    def remember(answers: Answers) -> None:
        nonlocal kept
        data = _text(
            {**{key: value for key, value in fixed.items() if timed or key != "at"}, **answers, UNFINISHED: True}
        )
        if kept is None:
            kept = keep(work.root, work.verb, data, clock())
            _forget_file(work, kept)
        else:
            kept.again(data)

    try:
        if not _is_whole(work, {**fixed, **begun}):
            begun = complete(
                lambda held: form(setting, held), begun, given, asks=work.asks, keep=remember, back=work.state_back
            )
        if not timed:
            fixed["at"] = _utc(clock())
        request = _request({**fixed, **without_gaps(begun)})
    except BaseException:
        # Whatever it is that stops: the person, or an answer that a record refuses.
        if kept is not None:
            _tell_kept(work, kept)
        raise
    whole = _request_text(request)
    if kept is None:
        kept = keep(work.root, work.verb, whole, clock())
        _forget_file(work, kept)
    else:
        kept.again(whole)
    return Asked(request, kept, is_bare=not without_gaps(begun))


def _tell_kept(work: Work, kept: Kept) -> None:
    """Where what was typed is, and how it is taken up again."""
    if kept.file is None:
        tell(f"hotwash: {kept.told}")
        return
    file = _shown(kept.file)
    tell(f"hotwash: what you typed is kept; go on with it:\n  hotwash {work.verb} --from {file}")


def _fixed(work: Work, op: str) -> Answers:
    """What is never asked: which incident, who, when, and the id of what is new."""
    from hotwash.edits.requests import REQUESTS, new_id  # noqa: PLC0415 - `--help` makes no requests

    begun = work.begun
    # What was written into a file is taken as it is; what was typed goes before.
    at = _at(work) if work.typed.at is not None or "at" not in begun else begun["at"]
    fixed: Answers = {"op": op, "by": work.by, "at": at}
    if work.incident is not None:
        fixed["incident"] = work.incident.id
    if "id" in REQUESTS[op].model_fields:
        fixed["id"] = begun.get("id") or new_id(_start(str(at)))
    return fixed


def _is_timed(work: Work, op: str) -> bool:
    """Whether it is known when it was before anything is asked: it was said, or it is what made somebody type.

    All else was done once it is answered: who signs, signs then.
    """
    return work.typed.at is not None or "at" in work.begun or op in ("declare", "log", "mitigate")


def _start(at: str) -> datetime:
    from hotwash.model.time import Instant  # noqa: PLC0415 - `--help` reads no times

    try:
        return Instant.parse(at).start
    except ValueError:
        return clock()  # the request says what is wrong with it


def _is_whole(work: Work, value: Answers) -> bool:
    """Whether a file holds a request of which nothing is to be asked: one that was kept, or that is complete.

    Raises:
        UsageError: What it holds is wrong, rather than missing.
    """
    if not work.begun or work.begun.get(UNFINISHED):
        return False
    try:
        _request(value)
    except UsageError as error:
        if _LACKS in f"{error.message} {error.hint}":
            return False
        raise
    # What is typed besides is to be read, too.
    return not work.typed.given


def _request(value: Answers) -> Request:
    from hotwash.edits.requests import read_request  # noqa: PLC0415 - `--help` makes no requests

    return read_request(_text(value), path="the answers")


def _request_text(request: Request) -> bytes:
    from hotwash.edits.requests import request_text  # noqa: PLC0415 - `--help` makes no requests

    return request_text(request)


def _text(value: Mapping[str, Plain]) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "surrogatepass")


# What is written down whatever is wrong with the records: it happened.
_ALWAYS = ("log", "update", "mitigate", "outcome")


def bring(work: Work, asked: Asked) -> Work:
    """Land a request, say what came of it, and look at the records again.

    Raises:
        EditRefused: The records do not take it; what was typed is kept.
    """
    from hotwash.edits.land import land  # noqa: PLC0415 - `--help` writes nothing
    from hotwash.edits.requests import incident_of, read_request  # noqa: PLC0415
    from hotwash.edits.steps import amendments  # noqa: PLC0415

    now = clock()

    def step(request: Request) -> Step:
        return lambda snapshot: amendments(snapshot, request, now)

    incident = incident_of(asked.request)
    if asked.is_bare:
        try:
            step(asked.request)(work.snapshot)
        except EditRefused:
            asked.kept.done()
            raise
    landing = land(
        work.root,
        step(asked.request),
        verb=work.verb,
        incident=incident,
        now=now,
        push=work.typed.push,
        always=asked.request.op in _ALWAYS,
        kept=asked.kept,
        again=lambda data: step(read_request(data)),
    )
    _tell_landing(work, landing)
    return replace(_again(work, incident), undone=work.undone or bool(landing.undone))


def _forget_file(work: Work, kept: Kept) -> None:
    """Delete the file that was taken up again, where it is one of ours: all of it is in a new one by now."""
    if work.typed.file in (None, "-") or kept.file is None:
        return
    from hotwash.edits.kept import left  # noqa: PLC0415

    file = (Path(work.typed.directory or ".") / str(work.typed.file)).resolve()
    if file != kept.file.resolve() and file in {one.resolve() for one in left(work.root)}:
        file.unlink(missing_ok=True)


def _again(work: Work, incident: str) -> Work:
    """The command with the records as they are now."""
    from hotwash.edits.land import writable  # noqa: PLC0415
    from hotwash.edits.which import which  # noqa: PLC0415

    snapshot = writable(work.root)
    return replace(work, snapshot=snapshot, incident=which(snapshot, incident).case)


def _tell_landing(work: Work, landing: Landing) -> None:
    notices = list(landing.notices)
    where = f"{landing.commit[:7]} on {landing.branch}" if landing.commit is not None else "nothing was to be done"
    if landing.commit is None and landing.files:
        where = f"written to {counted(len(landing.files), 'file')}"
    elif landing.commit is None and notices:
        where = notices.pop(0)
    # Where there is nobody to push to, nobody waits for it.
    waits = landing.commit is not None and _has_remote(work.root)
    pushed = ", pushed" if landing.pushed else ", not pushed" if waits else ""
    if work.incident is None:
        out(landing.incident)
    out(f"✓ {work.verb}: {where}{pushed}")
    for line in offered(landing, work.verb):
        out(line)
    for notice in notices:
        show(f"  {notice}", hanging=2)
    if landing.undone:
        show(f"  not pushed: {landing.undone}", hanging=2)


def _has_remote(root: Path) -> bool:
    return any(name.startswith("remote.") and name.endswith(".url") for name in _settings(root))


def out(text: str) -> None:
    """A line of the result, with text from records made harmless."""
    say(inert(visible(text)))


def tell_next(work: Work) -> None:
    """What is due next, and in how long."""
    from hotwash.facts.due import due  # noqa: PLC0415 - `--help` reads no records

    case = work.setting().case
    if case is None:
        return
    here = work.here()
    owed = due(case, work.policy, here.now)
    if owed:
        first = owed[0]
        when = here.due(first.at) if "T" in first.at else f"by {first.at}"
        show(f"  due {first.late or when}: {first.what}", hanging=4)


def tell_lacking(work: Work, status: Status) -> None:
    """What is still to be done before the incident may go on."""
    from hotwash.edits.lacking import lacking  # noqa: PLC0415 - only once it is written

    case = work.setting().case
    for what in lacking(case, status, work.policy, work.here().now) if case is not None else ():
        show(f"  before it is {status}: {what}", hanging=4)
    tell_next(work)
