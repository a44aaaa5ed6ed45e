"""What `action` asks."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from hotwash.edits.questions.question import Choice, Question, by_flag
from hotwash.edits.questions.reading import login, one_line, one_of, reason, words_or_nothing
from hotwash.errors import EditRefused
from hotwash.model.base import LEVELS
from hotwash.model.time import Instant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotwash.edits.amendment import Plain
    from hotwash.edits.questions.question import Answers
    from hotwash.edits.questions.setting import Setting

_KINDS = (
    Choice("prevent", "it does not happen again"),
    Choice("detect", "it is noticed sooner"),
    Choice("mitigate", "it is over faster"),
    Choice("process", "how we work"),
    Choice("runbook", "what we know how to do"),
)
_LEVELS = tuple(map(Choice, LEVELS))
_USUAL = timedelta(days=30)


def add(setting: Setting, answers: Answers) -> Iterator[Question]:  # noqa: ARG001 - the form of all forms
    """What must change, who sees to it, and until when."""
    case = setting.case
    level = case.incident.severity.level if case is not None else "P2"
    yield Question(("title",), "--title", "What must change?", one_line)
    yield Question(("kind",), "--kind", "What is it for?", one_of(_KINDS), _KINDS)
    yield Question(("owner",), "--owner", "Who sees to it?", login, default=setting.by, offered=True)
    due = (setting.here.now + _USUAL).date().isoformat()
    text = "Until when? (a day, or 14d)"
    yield Question(("due",), "--due", text, lambda text: day(setting, text), default=due, offered=True)
    yield Question(("priority",), "--priority", "How urgent is it?", one_of(_LEVELS), default=level)
    yield by_flag(("proof",), "--proof", proof)
    yield by_flag(("ref",), "--ref", one_line)
    yield by_flag(("labels",), "--labels", lambda text: [label.strip() for label in text.split(",")])


def day(setting: Setting, text: str) -> str:
    """A day: `2026-12-01`, or so many days from now: `14d`, `2w`."""
    text = text.strip().removeprefix("+")
    if text[:-1].isdecimal() and text[-1:] in "dw" and len(text) < 5:  # noqa: PLR2004 - 9999 days at most
        days = int(text[:-1]) * (7 if text[-1] == "w" else 1)
        return (setting.here.now.date() + timedelta(days=days)).isoformat()
    try:
        date.fromisoformat(text)
        return Instant.parse(text).start.date().isoformat()
    except ValueError:
        message = "not a day: write it as 2026-12-01, or 14d"
        raise ValueError(message) from None


def item(setting: Setting, *, still_open: bool) -> Question:
    """Which of the items."""
    items = setting.case.action_items if setting.case is not None else ()
    choices = tuple(Choice(item.id, item.title) for item in items if item.is_open or not still_open)
    if not choices:
        message = (
            f"{setting.incident.id if setting.incident else 'it'} has no {'open ' if still_open else ''}action item"
        )
        raise EditRefused(message, "add one: hotwash action add")
    only = choices[0].word if len(choices) == 1 else ""
    return Question(("item",), "AI-N", "Which action item?", one_of(choices), choices, default=only)


def start(setting: Setting, answers: Answers) -> Iterator[Question]:  # noqa: ARG001 - the form of all forms
    """Which one is begun."""
    yield item(setting, still_open=False)
    yield by_flag(("owner",), "--owner", login)


def done(setting: Setting, answers: Answers) -> Iterator[Question]:  # noqa: ARG001 - the form of all forms
    """Which one is done, and what shows it."""
    yield item(setting, still_open=True)
    text = "What shows it? (a file, file: text in it, a pull request; or none: why)"
    yield Question(("proof",), "--proof", text, proof)
    yield by_flag(("closed",), "--closed", lambda text: day(setting, text))


def drop(setting: Setting, answers: Answers) -> Iterator[Question]:  # noqa: ARG001 - the form of all forms
    """Which one is not done, and why."""
    yield item(setting, still_open=True)
    yield Question(("reason",), "--reason", "Why is it not done?", reason)


def none(setting: Setting, answers: Answers) -> Iterator[Question]:  # noqa: ARG001 - the form of all forms
    """Why nothing must change."""
    yield Question(("none",), "--reason", "Why must nothing change?", reason)


def proof(text: str) -> Plain:
    """A file, a file with a text in it, a pull request, or `none: why`."""
    found = words_or_nothing(text)
    if not isinstance(found, str):
        return found
    if "://" in found:
        return {"pull_request": found}
    file, _, contains = found.partition(":")
    return {"file": file.strip(), **({"contains": contains.strip()} if contains.strip() else {})}
