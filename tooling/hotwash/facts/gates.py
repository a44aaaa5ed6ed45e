"""The STOP gate: what keeps it shut, who went ahead of it, and what it says.

Source: guide 1.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from hotwash.diagnostics import GateVerdict, Help, Missing, Note, Place, Tick
from hotwash.facts.additions import to_timeline
from hotwash.facts.first_actions import ACTIONS, late_support, needs, sign_off, signed
from hotwash.facts.once import once
from hotwash.facts.said import BLANK, fault_of
from hotwash.model.names import LOGIN_PLACEHOLDER, is_login
from hotwash.model.repository import INCIDENT
from hotwash.model.time import short_span, surely_before, utc_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from hotwash.diagnostics import Route
    from hotwash.facts.first_actions import Action, Need
    from hotwash.model.base import When
    from hotwash.model.incident import Incident, SignOff
    from hotwash.model.repository import Case, LoggedEntry

STOP = "⛔ STOP: first actions are not complete"
COMPLETE = "✅ Initial assessment complete"
UNREADABLE = GateVerdict("unreadable", "? STOP gate not judged: the records cannot be read, mend them first")
# What a clock may be off.
TOLERANCE = timedelta(minutes=5)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Gap:
    """What keeps one first action from being done.

    Attributes:
        signed: False: nobody has signed. True: somebody has, and what the signature stands for is not there.
    """

    action: Action
    signed: bool
    at: Place
    message: str
    label: str
    notes: tuple[str, ...] = ()
    help: tuple[Help, ...] = ()
    related: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Ahead:
    """An entry that came before the last of the four sign-offs.

    Attributes:
        what: What it is, as people read it.
        by: How much too early it came; empty where its time is too coarse to tell whether it did.
        reason: Its `ahead_of_gate`; empty when it has none.
    """

    logged: LoggedEntry
    what: str
    by: str
    reason: str


@once
def gaps(case: Case, now: datetime) -> tuple[Gap, ...]:
    """What the four first actions still need, in their order; nothing when all are done and real.

    Args:
        case: The incident; of a retrospective one the question does not arise.
        now: The time that stands in the lines to fill in.
    """
    return tuple(gap for action in ACTIONS for gap in _gaps_of(case, action, now))


def _gaps_of(case: Case, action: Action, now: datetime) -> Iterator[Gap]:
    signature = sign_off(case.incident, action)
    # What is missing was there when it was signed, or the signature is wrong.
    done = now if signature.at is None else signature.at.at.start
    missing = tuple(needs(case, action, done))
    at = Place(INCIDENT, ("first_actions", action), "key")
    if not signed(signature):
        yield _unsigned(case, action, missing, at, now)
        return
    assert signature.by is not None and signature.at is not None  # noqa: S101, PT018 - signed() says so
    if missing:
        entries = any(not need.key for need in missing)
        yield Gap(
            action,
            signed=True,
            at=at,
            message=f"{action} is signed off without {_listed(missing)}",
            label="signed, and nothing shows it",
            notes=(
                *_reasons(missing),
                *(_NO_MITIGATION if action == "stabilize" else ()),
                *(("the time of an entry is when it was done, not when it is written down",) if entries else ()),
            ),
            help=_help_for(case, missing),
        )
    elif to_come(signature.at, now):
        yield Gap(
            action,
            signed=True,
            at=Place(INCIDENT, ("first_actions", action, "at")),
            message=f"{action} is signed off at a time that is still to come",
            label=f"now it is {utc_text(now)}",
            help=(Help("write when it was done, with the right day and offset"),),
        )
    elif case.incident.mode == "live" and coarse(signature.at):
        yield Gap(
            action,
            signed=True,
            at=Place(INCIDENT, ("first_actions", action, "at")),
            message=f"{action} is signed off at a time that is not to the minute",
            label="before or after what it rests on?",
            help=(Help("write when it was done, to the minute"),),
        )
    elif late := late_support(case, action, signature.at):
        yield Gap(
            action,
            signed=True,
            at=Place(INCIDENT, ("first_actions", action, "at")),
            message=f"{action} is signed off before what it rests on: the {late.entry.kind} of {late.entry.when}",
            label="earlier than that entry",
            help=(
                Help(
                    "if the signature came too early, sign again:", _line(action, signature, now, again=True), INCIDENT
                ),
                Help("if the time of the entry is wrong, mend that"),
            ),
            related=(Note(Place(late.file, (*late.route, "at")), "what it rests on"),),
        )
    if not is_login(signature.by):
        yield Gap(
            action,
            signed=True,
            at=Place(INCIDENT, ("first_actions", action, "by")),
            message=f"{action} is signed off by {signature.by}",
            label="a sign-off is by a login, somebody who can be asked",
            help=(Help("write the login of who did it"),),
        )


def _unsigned(case: Case, action: Action, missing: tuple[Need, ...], at: Place, now: datetime) -> Gap:
    signature = sign_off(case.incident, action)
    words = ACTIONS[action][0]
    if signature.by is None and signature.at is None:
        label = "nobody has signed this"
    elif signature.by is None or signature.at is None:
        label = f"`{'by' if signature.by is None else 'at'}` is missing"
    else:
        label = "the blank is not filled in"
    notes = [f"still missing for it: {', '.join(need.what for need in missing)}"] if missing else []
    notes += _reasons(missing)
    if signature.none is not None and fault_of(signature.none) not in (None, "blank"):
        label = "the reason of `none` says nothing"
    if action == "stabilize" and missing:
        notes += _NO_MITIGATION
    say = "write instead of what stands here:" if signature.model_fields_set else "write on this line:"
    if missing:
        say = f"when {'that is' if len(missing) == 1 else 'they are'} there, {say}"
    line = _line(action, signature, now)
    under: Route | None = ("first_actions",)
    if "first_actions" not in case.incident.model_fields_set:
        # The first of the four brings the key above it; the others go beneath.
        under = None
        if action == "assess":
            say, line = f"{'then ' if missing else ''}add to incident.yaml:", f"first_actions:\n{line}"
        else:
            say = "then add under `first_actions:`"
        at = Place(INCIDENT, ("status",))
        label = "`first_actions:` is missing"
    elif action not in case.incident.first_actions.model_fields_set:
        say = "then add under `first_actions:`" if missing else "add under `first_actions:`"
    return Gap(
        action,
        signed=False,
        at=at,
        message=f"{words} is not signed off",
        label=label,
        notes=tuple(notes),
        help=(*_help_for(case, missing), Help(say, line, INCIDENT, under=under)),
    )


_NO_MITIGATION = (f"no quick mitigation? then no entry, and `none: {BLANK}` instead of the note: what was looked at",)
_LONGEST_NOTE = 120  # characters that are written again in one line


def _line(action: Action, signature: SignOff, now: datetime, *, again: bool = False) -> str:
    """The line of a sign-off, with what of it is known.

    Args:
        action: Which of the four.
        signature: What stands there.
        now: The time of what is signed now.
        again: Whether it is signed now though a time stands there.
    """
    at = utc_text(now) if again or signature.at is None else signature.at.at.text
    key, text = ("none", signature.none) if signature.none is not None else ("note", signature.note)
    kept = text is not None and "\n" not in text and len(text) <= _LONGEST_NOTE and fault_of(text) is None
    # In double quotes YAML reads what JSON writes.
    shown = json.dumps(text, ensure_ascii=False) if kept else BLANK
    return f"  {action}: {{by: {signature.by or LOGIN_PLACEHOLDER}, at: {at}, {key}: {shown}}}"


def _reasons(missing: tuple[Need, ...]) -> tuple[str, ...]:
    """What is wrong with what stands where something is missing."""
    return tuple(f"{need.what}: {need.why}" for need in missing if need.why)


def _listed(missing: tuple[Need, ...]) -> str:
    return ", ".join(need.what for need in missing)


def _help_for(case: Case, missing: tuple[Need, ...]) -> tuple[Help, ...]:
    """One block for each place in which something is missing."""
    blocks: list[Help] = []
    for key in dict.fromkeys(need.key for need in missing):
        below = [need for need in missing if need.key == key]
        fresh = [need.lines for need in below if not _written(case.incident, need.what)]
        lines = "\n".join(fresh)
        if not key:
            blocks.append(to_timeline(case, lines))
        elif not _written(case.incident, key):
            blocks.append(Help("add to incident.yaml:", f"{key}:\n{lines}", INCIDENT))
        elif _is_empty(case.incident, key):
            blocks.append(Help(f"write instead of the empty `{key}:`", f"{key}:\n{lines}", INCIDENT))
        elif fresh:
            blocks.append(Help(f"add under `{key}:`", lines, INCIDENT, under=tuple(key.split("."))))
        # What stands there already, empty or with the blank of a help line, would stand there twice.
        blocks += [
            Help(
                f"write instead of {'what stands at' if need.why else 'the empty'} `{need.what}:`", need.lines, INCIDENT
            )
            for need in below
            if _written(case.incident, need.what)
        ]
    return tuple(blocks)


def _written(incident: Incident, dotted: str) -> bool:
    """Whether a key of incident.yaml is written, whatever it holds."""
    record: object = incident
    for part in dotted.split("."):
        if part not in getattr(record, "model_fields_set", ()):
            return False
        record = getattr(record, part)
    return True


def _is_empty(incident: Incident, key: str) -> bool:
    """Whether a mapping at the top of incident.yaml is written and holds nothing."""
    held = getattr(incident, key, None)
    return held is not None and not held.model_fields_set


@once
def went_ahead(case: Case, now: datetime) -> tuple[Ahead, ...]:
    """Entries that went on with the response before the last of the four sign-offs.

    The way out of `declared`, a fix, a confirmed root cause. Empty while a sign-off is missing or still to come: then
    the gate is shut, and that is said first. Empty for late records: their sign-offs are made now.
    """
    if case.incident.mode == "late":
        return ()
    signatures = [sign_off(case.incident, action) for action in ACTIONS]
    times = [signature.at for signature in signatures if signature.at is not None and signed(signature)]
    if len(times) < len(ACTIONS) or any(to_come(time, now) for time in times):
        return ()
    last = max(times, key=lambda time: time.earliest)
    found = []
    for logged in case.timeline:
        what = _goes_on(logged)
        # Of an entry with bounds only, the second one says what is sure.
        until = logged.entry.when if logged.entry.between is None else logged.entry.between[1]
        if what and surely_before(until, last):
            found.append(Ahead(logged, what, short_span(last.at.start - until.at.start), _reason(logged)))
        elif what and _is_coarse(logged) and logged.entry.when.earliest < last.latest:
            found.append(Ahead(logged, what, "", _reason(logged)))
    return tuple(found)


def _reason(logged: LoggedEntry) -> str:
    reason = logged.entry.ahead_of_gate
    return reason if reason and fault_of(reason) is None else ""


def _is_coarse(logged: LoggedEntry) -> bool:
    """Its time is not to the minute, so that it could have been at any time of the day."""
    return logged.entry.between is not None or coarse(logged.entry.when)


def coarse(time: When) -> bool:
    """A time is a day, or about, or no more than bounds."""
    return time.is_bounded or time.approx or time.at.unit > _MINUTE


def to_come(time: When, now: datetime) -> bool:
    """A time is later than now, by more than a clock may be off."""
    return time.earliest > now + TOLERANCE


def _goes_on(logged: LoggedEntry) -> str:
    entry = logged.entry
    if entry.kind == "status-change" and entry.from_ == "declared" and entry.to != "dismissed":
        return f"the change to {entry.to}"
    if entry.kind == "fix":
        return "the fix"
    if entry.kind == "finding" and entry.about == "root-cause" and entry.state == "confirmed":
        return "the confirmed root cause"
    return ""


def verdict(case: Case, now: datetime) -> GateVerdict:
    """What the STOP gate says of an incident, in the words of the response guide."""
    incident = case.incident
    recorded = incident.recorded
    if recorded is not None and recorded.mode == "retrospective":
        basis = "public sources" if recorded.basis == "public-sources" else "internal notes"
        return GateVerdict("not-judged", f"◌ STOP gate not judged: recorded {recorded.at} from {basis}")
    if incident.status == "dismissed":
        return GateVerdict("not-judged", "◌ STOP gate not judged: dismissed")
    found = gaps(case, now)
    if found:
        done = len(ACTIONS) - len({gap.action for gap in found})
        missing = tuple(Missing(gap.action, gap.at, gap.message, gap.help) for gap in found)
        return GateVerdict("shut", f"{STOP} ({done} of {len(ACTIONS)})", missing)
    ahead = went_ahead(case, now)
    unexplained = tuple(entry for entry in ahead if not entry.reason)
    if unexplained:
        missing = tuple(Missing("", _place(entry), early_message(entry), early_help(entry)) for entry in unexplained)
        return GateVerdict("shut", "⛔ STOP: gone on before the first actions were complete", missing)
    if recorded is not None:
        return GateVerdict("late", f"⚠ STOP gate passed late: written up {recorded.at}")
    if ahead:
        how = f"{ahead[0].what} came {ahead[0].by} before it" if ahead[0].by else f"{ahead[0].what} may have come first"
        return GateVerdict("late", f"⚠ STOP gate passed late: {how}")
    return GateVerdict("open", COMPLETE)


def _place(entry: Ahead) -> Place:
    return Place(entry.logged.file, (*entry.logged.route, "at"))


def early_message(entry: Ahead) -> str:
    """What is wrong with an entry that came ahead of the gate."""
    if not entry.by:
        return f"nobody can tell whether {entry.what} came after the last of the four first actions: its time is too coarse"
    return f"{entry.what} came {entry.by} before the last of the four first actions was signed off"


def early_help(entry: Ahead) -> tuple[Help, ...]:
    """What can be done about it: only the truth, which is shown for good."""
    indent = "  " if entry.logged.route else ""
    mend = (
        "write its time to the minute"
        if not entry.by
        else "if a time is wrong, of this entry or of the sign-off, mend that"
    )
    return (
        Help(mend),
        Help(
            "if it did come before, say why in this entry; the verdict stays `passed late` for good:",
            f"{indent}ahead_of_gate: {BLANK}",
            entry.logged.file,
        ),
    )


def checklist(case: Case, now: datetime) -> tuple[Tick, ...]:
    """The four first actions as they stand; none where the question does not arise."""
    if case.incident.mode == "retrospective" or case.incident.status == "dismissed":
        return ()
    open_ones = {gap.action for gap in gaps(case, now)}
    ticks = []
    for action, (words, _) in ACTIONS.items():
        signature = sign_off(case.incident, action)
        at = "" if signature.at is None else signature.at.at.text
        note = signature.note or signature.none or ""
        ticks.append(Tick(action, words, action not in open_ones, signature.by or "", at, note))
    return tuple(ticks)
