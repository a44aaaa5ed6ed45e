"""What `set` and `handover` ask."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hotwash.edits.questions.declaring import severities
from hotwash.edits.questions.entries import ahead_of_gate
from hotwash.edits.questions.first_actions import business
from hotwash.edits.questions.question import Choice, Question, answer_at
from hotwash.edits.questions.reading import (
    count,
    login,
    one_line,
    one_of,
    several_of,
    share,
    title,
    words,
    words_or_nothing,
)
from hotwash.facts.first_actions import needs
from hotwash.facts.gates import gaps
from hotwash.model.base import LEVELS
from hotwash.model.incident import TRANSITIONS, Incident, Times

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hotwash.edits.amendment import Plain
    from hotwash.edits.questions.question import Answers, Read
    from hotwash.edits.questions.setting import Setting
    from hotwash.model.repository import Case, LoggedEntry

KEYS = (
    Choice("status", "where it stands"),
    Choice("severity", "how bad it is"),
    Choice("title", "what is broken, for whom"),
    Choice("services", "which are hit"),
    Choice("times.started", "since when it is felt"),
    Choice("times.mitigated", "since when it is not felt any more"),
    Choice("impact.users.affected", "how many users"),
    Choice("visibility", "public or internal"),
)
_TIMES = frozenset(f"times.{name}" for name in Times.model_fields)
# Nobody means all of these at once.
_DOTTED = ("times", "roles", "impact", "labels", "evidence", "first_actions", "sources")
# What has a command of its own.
ENDINGS = {"resolved": "resolve", "closed": "close", "dismissed": "dismiss"}
_LISTS = frozenset({"impact.scope.regions", "related", "references"})


def which_key() -> Question:
    """Which of the values changes."""
    return Question(("key",), "KEY=VALUE", "What changes? (or another key, like roles.operations)", one_key, KEYS)


def one_key(text: str) -> str:
    """A key of incident.yaml: one of the list, or a dotted one."""
    text = text.strip()
    top, dot, _ = text.partition(".")
    if not dot:
        return str(one_of(KEYS, also=[name for name in Incident.model_fields if name not in _DOTTED])(text))
    one_of((), also=tuple(Incident.model_fields))(top)
    return text


def new_value(setting: Setting, key: str) -> Question:
    """What stands there from now on."""
    choices = _choices(setting, key)
    return Question(("values", key), f"{key}=", f"What is {key} from now on?", reader(setting, key), choices)


def reader(setting: Setting, key: str) -> Read:
    """How the value of a key is read."""
    if key == "status":
        return _status(setting)
    if choices := _choices(setting, key):
        return one_of(choices)
    if key in _TIMES:
        return setting.here.past
    if key in _LISTS:
        return lambda text: [part.strip() for part in text.split(",") if part.strip()]
    by_key: Mapping[str, Read] = {
        "title": title,
        "services": several_of((), setting.services, noun="service"),
        "impact.users.affected": _affected,
        "impact.users.share": share,
    }
    if key in by_key:
        return by_key[key]
    if key.startswith("roles."):
        return login
    return one_line if key.startswith("labels.") else words_or_nothing


def _status(setting: Setting) -> Read:
    choices = _choices(setting, "status")
    pick = one_of(choices)

    def read(text: str) -> Plain:
        if command := ENDINGS.get(text.strip().lower()):
            message = f"that needs more than a word: hotwash {command}"
            raise ValueError(message)
        return pick(text)

    return read


def _affected(text: str) -> Plain:
    return count(text) if text.strip()[:1].isdecimal() else words_or_nothing(text)


def _choices(setting: Setting, key: str) -> tuple[Choice, ...]:
    match key:
        case "status":
            case = setting.case
            reached = () if case is None else TRANSITIONS[case.incident.status]
            return tuple(Choice(status) for status in reached if status not in ENDINGS)
        case "severity":
            return severities(setting)
        case "visibility":
            return (Choice("public", "it is on the site"), Choice("internal", "it is not"))
        case "kind":
            return (Choice("incident"), Choice("drill"))
        case _:
            return ()


def set_(setting: Setting, answers: Answers) -> Iterator[Question]:
    """Why, where an entry tells of it."""
    case = setting.case
    status = answer_at(answers, "values", "status")
    severity = answer_at(answers, "values", "severity")
    told = status is not None or severity is not None
    yield Question(("reason",), "--reason", "Why? (the text of the entry)" if told else "", words)
    if case is not None and severity is not None:
        yield from _asked_of(setting, case, severity)
    leaves = case is not None and case.incident.status == "declared" and status not in (None, "dismissed")
    # While the gate is shut no reason takes it through.
    if leaves and not (case is not None and gaps(case, setting.here.now)):
        yield from ahead_of_gate(setting, ("ahead_of_gate",))


def _asked_of(setting: Setting, case: Case, severity: Plain) -> Iterator[Question]:
    """What the first actions of a severity rest on besides, once they are signed off for another one."""
    before = {need.what for need in needs(case, "assess", setting.here.now)}
    level = next((level for level in LEVELS if level == severity), case.incident.severity.level)
    held = case.incident.severity
    then = case.incident.model_copy(update={"severity": held.model_copy(update={"level": level})})
    after = {need.what for need in needs(replace(case, incident=then), "assess", setting.here.now)}
    if "impact.business" in after - before and setting.asks:
        text = f"What does it mean for the business? (a {level} has to say it; or none: why)"
        yield Question(("values", "impact.business"), "impact.business.description=TEXT", text, business)


def offered(case: Case | None, by: str) -> LoggedEntry | None:
    """The newest handover to somebody that they have not accepted; None where there is none."""
    found = None
    for logged in case.timeline if case is not None else ():
        entry = logged.entry
        if entry.kind == "handover" and entry.to == by:
            found = None if entry.accepted else logged
    return found


def role_of(logged: LoggedEntry) -> str:
    """Which role was offered, and with what words."""
    entry = logged.entry
    return f"the role {entry.role}: {' '.join(entry.text.split())}" if entry.kind == "handover" else entry.text


def handover(setting: Setting, answers: Answers) -> Iterator[Question]:  # noqa: ARG001 - the form of all forms
    """Which role goes to whom."""
    case = setting.case
    held = dict(case.incident.roles) if case is not None else {}
    names = dict.fromkeys((*held, "commander", "communications", "operations", "investigation"))
    choices = tuple(Choice(role, f"{held[role]} has it" if role in held else "nobody has it") for role in names)
    mine = next((role for role, who in held.items() if who == setting.by), "")
    yield Question(("role",), "--role", "Which role?", one_of(choices), choices, default=mine)
    yield Question(("to",), "--to", "Who takes it?", login)
    yield Question(("text",), "--text", "What do they have to know?", words, optional=True)
