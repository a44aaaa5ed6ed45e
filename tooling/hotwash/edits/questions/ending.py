"""What `resolve`, `close` and `postmortem` ask: what a status demands, and only what the records lack."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from hotwash.edits.questions.first_actions import OUTCOMES
from hotwash.edits.questions.proposed import end_text
from hotwash.edits.questions.question import Choice, Question, answer_at, by_flag
from hotwash.edits.questions.reading import login, one_line, one_of, reason, said, words, words_or_nothing
from hotwash.facts.demands import (
    lacks_action_items,
    lacks_runbooks,
    not_told_of_the_end,
    pending,
    postmortem_lacks,
    root_cause_lacks,
    said_root_causes,
    wants_postmortem,
    watched_since,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotwash.edits.amendment import Plain
    from hotwash.edits.questions.question import Answers
    from hotwash.edits.questions.setting import Setting
    from hotwash.model.repository import Case

_HOW = (
    Choice("mitigated", "a quick fix holds"),
    Choice("fixed", "the cause is mended"),
    Choice("self-resolved", "it went away by itself"),
    Choice("external", "somebody else mended it"),
    Choice("unknown", "nobody knows"),
)
CATEGORIES = (
    Choice("change", "a deployment or another change"),
    Choice("configuration", "a setting"),
    Choice("capacity", "too little of something"),
    Choice("dependency", "something that we need failed"),
    Choice("software-defect", "a mistake in a program"),
    Choice("hardware"),
    Choice("network"),
    Choice("data"),
    Choice("security"),
    Choice("operation", "a step of people that went wrong"),
    Choice("third-party", "somebody else's"),
)
_SECTIONS = (
    ("What went well", "What went well?"),
    ("What went badly", "What went badly?"),
    ("Where we got lucky", "Where did we get lucky?"),
    ("Lessons", "What do you take from it?"),
)


def resolve(setting: Setting, answers: Answers) -> Iterator[Question]:
    """How it ended, since when nobody feels it, and what everybody who heard of it is told."""
    case = setting.case
    yield Question(("how",), "--how", "How did it end?", one_of(_HOW), _HOW, default=_ended(case), offered=True)
    text = "What ended it, in a few words?"
    yield Question(("note",), "--note", text, words, default=_last_remedy(case), offered=True)
    if case is not None and case.incident.times.mitigated is None:
        text = "Since when do users no longer feel it? (13:30, -20m)"
        known = watched_since(case)
        default = "now" if known is None else known
        yield Question(("mitigated",), "--mitigated", text, setting.here.past, default=default, offered=known is None)
    else:
        yield by_flag(("mitigated",), "--mitigated", setting.here.past)
    for logged in pending(case) if case is not None else ():
        if logged.entry.id is not None:
            told = " ".join(logged.entry.text.split())
            text = f"Did this help? {told}"
            choices = OUTCOMES[:-1]
            yield Question(("outcomes", logged.entry.id), "--outcome", text, one_of(choices), choices)
    for audience in not_told_of_the_end(case) if case is not None else ():
        yield Question(
            ("texts", audience),
            f"--{audience}",
            f"What do you tell the {audience}?",
            said,
            default="" if case is None else end_text(case, audience, str(answer_at(answers, "note") or "")),
            offered=True,
        )
    for audience in ("engineers", "stakeholders", "public"):
        yield by_flag(("channels", audience), f"--{audience}-channel", one_line)


def _ended(case: Case | None) -> str:
    kinds = [logged.entry.kind for logged in case.timeline] if case is not None else []
    return "fixed" if "fix" in kinds else "mitigated" if "mitigation" in kinds else ""


def _last_remedy(case: Case | None) -> str:
    remedies = [logged for logged in case.timeline if logged.entry.kind in ("mitigation", "fix")] if case else []
    return " ".join(remedies[-1].entry.text.split()) if remedies else ""


def close(setting: Setting, answers: Answers) -> Iterator[Question]:  # noqa: ARG001 - the form of all forms
    """What is still to be said before it can be closed; the post-mortem and the action items have commands."""
    case, policy = setting.case, setting.policy
    # Where it is not over, or the post-mortem is not done, it cannot be closed, whatever is answered here.
    if case is not None and case.incident.status == "resolved" and not postmortem_lacks(case, policy):
        if "finding" in root_cause_lacks(case, policy):
            text = "Why did it happen? (the confirmed root cause; or unknown: why)"
            default = _stated_cause(case)
            yield Question(("root_cause",), "--root-cause", text, _cause, default=default, beside=True)
        if lacks_action_items(case, policy):
            text = "No action items: why must nothing change? (Ctrl-C, then: hotwash action add)"
            yield Question(("no_actions",), "--no-actions", text, reason)
        if lacks_runbooks(case, policy) and not wants_postmortem(case, policy):
            text = "Which runbook was updated? (a path; or none: why)"
            yield Question(("runbooks",), "--runbook", text, runbooks)
    yield by_flag(("text",), "--text", words)


def _stated_cause(case: Case) -> str:
    causes = said_root_causes(case)
    return " ".join(causes[0].statement.split()) if isinstance(causes, tuple) and causes else ""


def _cause(text: str) -> Mapping[str, Plain]:
    """The root cause; or that nobody can know it, which is no finding."""
    found = words_or_nothing(text)
    if isinstance(found, Mapping):
        if "unknown" not in found:
            message = "say what it was, or unknown: why"
            raise ValueError(message)
        return {"root_cause": None, "root_causes": found}
    return {"root_cause": said(text)}


def runbooks(text: str) -> Plain:
    """The runbooks that were updated, by path or link, with commas between; or `none: why`."""
    found = words_or_nothing(text)
    if not isinstance(found, str):
        return found
    names = [name.strip() for name in found.split(",") if name.strip()]
    return [{"url" if "://" in name else "path": name, "change": "updated"} for name in names]


def postmortem(setting: Setting, answers: Answers) -> Iterator[Question]:  # noqa: ARG001 - the form of all forms
    """What only people know of it; all else is taken from the records. Nothing once it is there: then an editor helps."""
    case = setting.case
    if case is None or case.postmortem is not None:
        return
    if not isinstance(said_root_causes(case), tuple):
        place = ("root_causes", "0")
        text = "What kind of cause was it?"
        yield Question((*place, "category"), "--category", text, one_of(CATEGORIES, also=("unknown",)), CATEGORIES)
        yield Question((*place, "trigger"), "--trigger", "What set it off?", said)
        yield Question(
            (*place, "statement"),
            "--cause",
            "Why could that break things? (what no check stopped)",
            said,
            default=_found_cause(case),
        )
    yield Question(("runbooks",), "--runbook", "Which runbook was updated? (a path; or none: why)", runbooks)
    for section, text in _SECTIONS:
        yield Question(("sections", section), f"--{section.lower().replace(' ', '-')}", text, words, optional=True)
    yield by_flag(("sections", "Summary"), "--summary", words)
    yield by_flag(("authors",), "--authors", lambda text: [login(name) for name in text.split(",")])


def _found_cause(case: Case) -> str:
    for logged in reversed(case.timeline):
        entry = logged.entry
        if entry.kind == "finding" and entry.about == "root-cause" and entry.state == "confirmed":
            return " ".join(entry.text.split())
    return ""


def publish(setting: Setting, answers: Answers) -> Iterator[Question]:  # noqa: ARG001 - the form of all forms
    """Who has read it."""
    authors = setting.case.postmortem.front.authors if setting.case and setting.case.postmortem else ()
    text = f"Who has reviewed it? (not {', '.join(authors)})" if authors else "Who has reviewed it?"

    def reviewer(typed: str) -> str:
        who = login(typed)
        if tuple(authors) == (who,):
            message = f"{who} wrote it alone; only somebody else can see what is missing"
            raise ValueError(message)
        return who

    yield Question(("reviewed_by",), "--reviewed-by", text, reviewer)
    yield by_flag(("reviewed_at",), "--reviewed-at", setting.here.past)
