"""What `log`, `update`, `mitigate` and `fix` ask."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hotwash.edits.questions.first_actions import OUTCOMES, estimate, picked, quick_fix_choices, told_flags
from hotwash.edits.questions.moments import minutes
from hotwash.edits.questions.proposed import update_text
from hotwash.edits.questions.question import Choice, Question, answer_at, by_flag
from hotwash.edits.questions.reading import (
    link,
    one_line,
    one_of,
    reason,
    share,
    who,
    words,
    words_or_nothing,
    yes_or_no,
)
from hotwash.facts.demands import FIX_KEYS, fix_gaps, pending, unanswered_harm
from hotwash.facts.gates import gaps, verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hotwash.edits.amendment import Plain
    from hotwash.edits.questions.question import Answers, Read
    from hotwash.edits.questions.setting import Setting
    from hotwash.facts.demands import FixGap
    from hotwash.model.base import Audience
    from hotwash.model.repository import Case, LoggedEntry

KINDS = (
    Choice("note", "anything worth remembering"),
    Choice("finding", "something learned: a pattern, a metric, a cause"),
    Choice("change", "something was changed, before or during it"),
    Choice("decision", "what was decided, and why"),
    Choice("escalation", "somebody else was called in"),
    Choice("recovery", "something works again"),
    Choice("detection", "how it was noticed"),
)
_ABOUT = (
    Choice("error-pattern", "what the logs have in common"),
    Choice("metric", "what moved"),
    Choice("change", "what was changed"),
    Choice("cascade", "whether something else fails along"),
    Choice("hypothesis", "what it might be"),
    Choice("root-cause", "why it happened"),
)
_STATE = (
    Choice("open", "looked into"),
    Choice("confirmed", "it is so"),
    Choice("ruled-out", "it is not so"),
)
_VIA = tuple(map(Choice, ("alert", "customer", "employee", "partner", "other")))
_STEPS = (
    ("tested", "2 Where was it tested? (staging if possible; or none: why)"),
    ("rollout", "3 How is it rolled out?"),
    ("monitored_by", "3 Who watches what meanwhile?"),
    ("rollback_plan", "4 How do you go back if it makes things worse?"),
    ("documented_in", "5 Where is the change documented?"),
)
_SHOWN = 140  # characters of what was told last
AUDIENCES: tuple[tuple[Audience, str], ...] = (
    ("engineers", "technical detail"),
    ("stakeholders", "business impact"),
    ("public", "what customers can know"),
)


def log(setting: Setting, answers: Answers) -> Iterator[Question]:
    """One entry: what happened, and what its kind needs."""
    yield Question(("entry", "kind"), "--kind", "What kind of entry?", one_of(KINDS), KINDS, default="note")
    yield Question(("entry", "text"), "--text", "What happened?", words)
    match answer_at(answers, "entry", "kind"):
        case "finding":
            yield Question(("entry", "about"), "--about", "What is it about?", one_of(_ABOUT), _ABOUT)
            yield Question(("entry", "state"), "--state", "How sure is it?", one_of(_STATE), _STATE, default="open")
            yield by_flag(("entry", "caused_by"), "--caused-by", one_line)
            yield by_flag(("entry", "supersedes"), "--supersedes", one_line)
            yield by_flag(("entry", "service"), "--service", one_line)
            # To have found the cause is to have gone on (guide 1).
            if (
                answer_at(answers, "entry", "about") == "root-cause"
                and answer_at(answers, "entry", "state") == "confirmed"
            ):
                for question in ahead_of_gate(setting, ("entry", "ahead_of_gate")):
                    yield replace(question, before=stop_lines(setting))
        case "change":
            text = "Which change? (a link, a version, a commit)"
            yield Question(("entry", "ref"), "--ref", text, one_line, optional=True)
            yield Question(
                ("entry", "changed_at"), "--changed-at", "When was it changed?", setting.here.past, optional=True
            )
            yield by_flag(("entry", "service"), "--service", one_line)
        case "detection":
            yield Question(("entry", "via"), "--via", "Who or what noticed?", one_of(_VIA), _VIA)
        case "escalation":
            yield Question(("entry", "to"), "--to", "Who was called?", who)
        case "recovery":
            yield Question(("entry", "share"), "--share", "Which part works again? (85 %)", share, optional=True)
            yield by_flag(("entry", "what"), "--what", one_line)
        case _:
            pass
    yield by_flag(("entry", "url"), "--url", link)


def ahead_of_gate(setting: Setting, place: tuple[str, ...]) -> Iterator[Question]:
    """Why it goes on while the STOP gate is shut; nothing where it is open."""
    if setting.case is not None and gaps(setting.case, setting.here.now):
        yield Question(
            place,
            "--ahead-of-gate",
            "Why go on before the first actions are complete? (kept in the record; Ctrl-C: stop)",
            reason,
        )
    else:
        yield by_flag(place, "--ahead-of-gate", reason)


def stop_lines(setting: Setting) -> tuple[str, ...]:
    """STOP and what is missing, where the gate is shut."""
    said = verdict(setting.case, setting.here.now) if setting.case is not None else None
    if said is None or said.gate != "shut":
        return ()
    return (said.line, *(f"  - {missing.message}" for missing in said.missing))


def update(setting: Setting, answers: Answers) -> Iterator[Question]:
    """What each audience is told, and when it may be over."""
    case = setting.case
    told = last_told(case)
    before = who_was_told(setting, told)
    for audience, _ in AUDIENCES[1:]:
        yield by_flag(("texts", audience), f"--{audience}", words)
    for audience, what in AUDIENCES:
        text = f"What do you tell {'the public' if audience == 'public' else f'the {audience}'}? ({what})"
        last = told.get(audience)
        said = _says_something(answers)
        if audience == "public" and last is None and said:
            continue  # it is told through somebody else's hands, as a rule
        yield Question(
            ("texts", audience),
            f"--{audience}",
            text,
            words,
            default=update_text(case, audience, last) if case is not None and last is not None else "",
            offered=True,
            optional=said or audience != ("public" if setting.asks else "engineers"),
            before=before,
        )
        before = ()
    if case is not None and case.incident.status in ("identified", "monitoring"):
        yield Question(
            ("eta",),
            "--eta",
            "When will it be over? (13:30, 45m, or unknown: why)",
            lambda text: estimate(setting, text),
            optional=True,
        )
    else:
        yield by_flag(("eta",), "--eta", lambda text: estimate(setting, text))
    yield from told_flags(setting, (), eta=False)


def _says_something(answers: Answers) -> bool:
    return any(answer_at(answers, "texts", audience) is not None for audience, _ in AUDIENCES)


def last_told(case: Case | None) -> dict[Audience, LoggedEntry]:
    """The newest update that each audience had, in the order in which people think of them."""
    found: dict[Audience, LoggedEntry] = {}
    for logged in case.timeline if case is not None else ():
        if logged.entry.kind == "status-update":
            found |= dict.fromkeys(logged.entry.audiences, logged)
    return {audience: found[audience] for audience, _ in AUDIENCES if audience in found}


def who_was_told(setting: Setting, told: Mapping[Audience, LoggedEntry]) -> tuple[str, ...]:
    """Who was told what last, and how long ago."""
    lines = ["Told so far:"] if told else ["Nobody was told yet."]
    for audience, logged in told.items():
        ago = minutes(setting.here.now - logged.entry.when.at.start)
        text = " ".join(logged.entry.text.split())
        lines.append(f"  {audience}, {ago} ago: {text if len(text) <= _SHOWN else f'{text[: _SHOWN - 1]}…'}")
    return tuple(lines)


def waiting(case: Case | None) -> LoggedEntry | None:
    """The newest mitigation of which nobody has said whether it helped."""
    found = pending(case) if case is not None else ()
    return found[-1] if found else None


def outcome(setting: Setting, answers: Answers, logged: LoggedEntry) -> Iterator[Question]:
    """Whether a mitigation helped, and whether that was the end of it."""
    entry = logged.entry
    ago = minutes(setting.here.now - entry.when.at.start)
    done = " ".join(entry.text.split())
    yield Question(
        ("outcome",), "--outcome", f"Did it help? ({ago} ago: {done})", one_of(OUTCOMES), OUTCOMES, default="pending"
    )
    helped = answer_at(answers, "outcome")
    yield by_flag(("side_effects",), "--side-effects", words)
    if (
        helped in ("effective", "partial")
        and setting.case is not None
        and setting.case.incident.status
        in (
            "investigating",
            "identified",
        )
    ):
        text = "Is it over for users, so that you only watch it now?"
        usual = "yes" if helped == "effective" else "no"
        yield Question(("over",), "--over", text, yes_or_no, default=usual, offered=True, optional=not setting.asks)
    yield by_flag(("text",), "--text", words)


def harm_to_answer(setting: Setting) -> str | None:
    """The id of a quick fix that did harm and that nothing has mended."""
    found = unanswered_harm(setting.case) if setting.case is not None else ()
    return found[-1].entry.id if found else None


def mitigate(setting: Setting, answers: Answers) -> Iterator[Question]:  # noqa: ARG001 - the form of all forms
    """Which quick fix, and what exactly was done (guide 3.2)."""
    choices = tuple(choice for choice in quick_fix_choices(setting.case) if choice.word != "none")
    yield Question(("action",), "--action", "Which quick fix?", _one_fix(setting), choices, beside=True)
    yield Question(("text",), "--text", "What exactly did you do?", words)
    yield by_flag(("target",), "--target", one_line)
    yield by_flag(("outcome",), "--outcome", one_of(OUTCOMES))
    yield by_flag(("temporary",), "--temporary", yes_or_no)
    yield by_flag(("answers",), "--answers", one_line)
    yield by_flag(("side_effects",), "--side-effects", words)
    yield by_flag(("url",), "--url", link)


def _one_fix(setting: Setting) -> Read:
    pick = picked(setting.case)

    def read(text: str) -> Plain:
        found = pick(text)
        if found is None:
            message = "where there is no quick fix, none is written down"
            raise ValueError(message)
        return found

    return read


def fix(setting: Setting, answers: Answers) -> Iterator[Question]:
    """The five steps of a fix (guide 4); of one that is there what it still lacks."""
    entry = answer_at(answers, "entry")
    lacks = next((gap.lacks for gap in fix_gaps_of(setting) if gap.logged.entry.id == entry), FIX_KEYS)
    if entry is None:
        yield from ahead_of_gate(setting, ("ahead_of_gate",))
        yield Question(("text",), "--text", "What is the fix?", words)
        yield Question(("ref",), "--ref", "Where can the change be seen? (a link)", link, optional=True)
        yield by_flag(("answers",), "--answers", one_line)
    if "minimal" in lacks:
        text = "1 Is it the smallest change that works? (yes, or no: why)"
        yield Question(("minimal",), "--minimal", text, minimal, default="yes", offered=True)
    for name, text in _STEPS:
        if name in lacks:
            yield Question((name,), f"--{name.replace('_', '-')}", text, words_or_nothing)


def fix_gaps_of(setting: Setting) -> tuple[FixGap, ...]:
    """The fixes that still lack one of the five steps, and can be named."""
    found = fix_gaps(setting.case) if setting.case is not None else ()
    return tuple(gap for gap in found if gap.logged.entry.id is not None)


def minimal(text: str) -> Plain:
    """Yes; or why it is not the smallest."""
    word, _, why = text.strip().partition(":")
    if why.strip():
        return {"none": reason(why)}
    if yes_or_no(word):
        return True
    message = "say why it is not: no: …"
    raise ValueError(message)
