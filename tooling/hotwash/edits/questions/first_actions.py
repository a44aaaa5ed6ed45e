"""What `first-actions` asks: for each of the four what it rests on, and nothing that the records know (guide 2)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, get_args

from hotwash.edits.questions.proposed import first_text
from hotwash.edits.questions.question import Choice, Question, answer_at, by_flag, is_answered
from hotwash.edits.questions.reading import one_line, one_of, reason, said, users, words, words_or_nothing
from hotwash.facts.first_actions import needs
from hotwash.facts.quick_fixes import quick_fixes
from hotwash.facts.said import is_nothing
from hotwash.model.timeline import MitigationAction

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hotwash.edits.amendment import Plain
    from hotwash.edits.questions.question import Answers, Read
    from hotwash.edits.questions.setting import Setting
    from hotwash.facts.first_actions import Action
    from hotwash.facts.quick_fixes import QuickFix
    from hotwash.model.base import Audience
    from hotwash.model.repository import Case

# The words of the guide (1.1), as they stand.
QUESTION = "DID YOU COMPLETE FIRST ACTIONS? Yes / No"
# The flags by which a script says that an action was done.
FLAGS: dict[Action, tuple[str, ...]] = {
    "assess": ("--users", "--business", "--scope", "--severity"),
    "stabilize": ("--quick-fix", "--did", "--target", "--outcome", "--no-quick-fix"),
    "gather": ("--logs", "--metrics", "--changes", "--similar"),
    "communicate": ("--engineers", "--stakeholders", "--public", "--eta", "--next"),
}


def of_action(setting: Setting, case: Case, action: Action, answers: Answers) -> Iterator[Question]:
    """What is asked for one of the four."""
    missing = {need.what for need in needs(case, action, setting.here.now)}
    match action:
        case "assess":
            yield from _assess(missing)
        case "stabilize":
            yield from _stabilize(case, missing, answers)
        case "gather":
            yield from _gather(setting, missing)
        case "communicate":
            yield from _communicate(setting, case, missing)
    yield by_flag((action, "note"), "--note", words)
    yield by_flag(("ahead_of_gate",), "--ahead-of-gate", reason)


def presets(setting: Setting, case: Case, action: Action, begun: Answers) -> Answers:
    """What is answered for one of the four before anything is asked: by a file, and by the records."""
    held = begun.get(action)
    answers: Answers = dict(held) if isinstance(held, Mapping) else {}
    if setting.similar and any(need.what == "evidence.similar" for need in needs(case, action, setting.here.now)):
        answers.setdefault("similar", setting.similar)
    return {action: answers}


def _assess(missing: set[str]) -> Iterator[Question]:
    if any(what.startswith("impact.users") for what in missing):
        yield Question(
            ("assess", "users"),
            "--users",
            "How many users are hit, and what can they not do?",
            users,
            before=(
                "1 ASSESS severity and user impact",
                "  like: 12400 EU customers cannot pay · 31 % see errors · unknown, ...",
            ),
        )
    if "impact.business" in missing:
        yield Question(
            ("assess", "business"),
            "--business",
            "What does it mean for the business? (revenue, reputation; or none: why)",
            business,
        )
    if "impact.scope" in missing:
        yield Question(
            ("assess", "scope"),
            "--scope",
            "How far does it reach? (regions, parts, customers)",
            lambda text: {"description": said(text)},
        )
    yield by_flag(("assess", "severity"), "--severity", one_of(tuple(map(Choice, ("P0", "P1", "P2", "P3")))))


def business(text: str) -> Plain:
    """What it means for the business; nobody may leave it unknown, since somebody can look."""
    found = words_or_nothing(text)
    if isinstance(found, str):
        return {"description": said(found)}
    if isinstance(found, dict) and "unknown" in found:
        message = "somebody can look: say what is known, or none: why"
        raise ValueError(message)
    return found


def _stabilize(case: Case, missing: set[str], answers: Answers) -> Iterator[Question]:
    place = ("stabilize", "mitigation")
    if not missing:
        return
    choices = quick_fix_choices(case)
    yield by_flag(("stabilize", "none"), "--no-quick-fix", reason)
    if answer_at(answers, "stabilize", "none") is not None:
        return
    yield Question(place, "--quick-fix", "Which quick fix?", picked(case), choices, before=("2 STABILIZE the system",))
    if not is_answered(answers, place):
        return
    if answer_at(answers, *place) is None:
        yield Question(("stabilize", "none"), "--no-quick-fix", "Which options did you look at, and why not?", reason)
        return
    yield Question((*place, "text"), "--did", "What exactly did you do?", said)
    yield by_flag((*place, "target"), "--target", one_line)
    yield by_flag((*place, "outcome"), "--outcome", one_of(OUTCOMES))


# All that a mitigation can be; the list that is shown is short.
ACTIONS: tuple[str, ...] = get_args(MitigationAction)
# The guide's (3.2), where no records can be read that speak for one before another.
_USUAL = ("rollback", "scale-up", "disable-feature", "circuit-breaker", "failover", "restart")
OUTCOMES = (
    Choice("effective", "it helped"),
    Choice("partial", "it helped some"),
    Choice("ineffective", "it changed nothing"),
    Choice("harmful", "it made things worse"),
    Choice("pending", "nobody can tell yet"),
)


def quick_fix_choices(case: Case | None) -> tuple[Choice, ...]:
    """The guide's quick fixes (3.2), those first that the records speak for; each with what it may cost."""
    choices: Iterable[Choice] = map(Choice, _USUAL)
    if case is not None:
        choices = (Choice(fix.action, _says(fix)) for fix in quick_fixes(case))
    return (*choices, Choice("other", "something else"), Choice("none", "there is no quick fix"))


def _says(fix: QuickFix) -> str:
    tried = "" if not fix.tried else "tried already; " if fix.tried == 1 else f"tried {fix.tried} times; "
    return f"{tried}{f'{fix.reason}; ' if fix.reason else ''}risk: {fix.risk}"


def picked(case: Case | None) -> Read:
    """A quick fix, with what the records name as its target; None for none."""
    pick = one_of(quick_fix_choices(case), also=ACTIONS)
    targets = {fix.action: fix.target for fix in quick_fixes(case)} if case is not None else {}

    def read(text: str) -> Plain:
        word = str(pick(text))
        if word == "none":
            return None
        target = next((target for action, target in targets.items() if action == word), "")
        return {"action": word, **({"target": target} if target else {})}

    return read


def _gather(setting: Setting, missing: set[str]) -> Iterator[Question]:
    asked = (
        ("logs", "What do the error logs show? (begin with what is counted most)"),
        ("metrics", "What moved in the metrics?"),
        ("changes", "What was deployed or changed before it began?"),
    )
    found = setting.similar
    similar = ", ".join(map(str, found)) if isinstance(found, Sequence) and not isinstance(found, str) else "none"
    before: tuple[str, ...] = (
        "3 GATHER data (a link at the end is kept; or none: where you looked)",
        f"  similar incidents, from the records: {similar}",
    )
    for name, text in asked:
        if f"evidence.{name}" in missing:
            yield Question(("gather", name), f"--{name}", text, evidence, before=before)
            before = ()
    yield by_flag(("gather", "similar"), "--similar", similar_ones)


def evidence(text: str) -> Plain:
    """What was looked at, with a link where the answer ends in one; or `none: where`."""
    found = words_or_nothing(text)
    if not isinstance(found, str):
        return found
    if is_nothing(found):
        message = f"that says nothing: {found}; where there is none, say where you looked: none: …"
        raise ValueError(message)
    *words, last = found.split()
    if not words or not last.startswith(("http://", "https://")):
        return [{"summary": found}]
    return [{"summary": found[: found.rindex(last)].strip().rstrip(",;:"), "url": last}]


def similar_ones(text: str) -> Plain:
    """Ids of past incidents, or `none: what was searched for`."""
    found = words_or_nothing(text)
    return re.split(r"[\s,]+", found) if isinstance(found, str) else found


def _communicate(setting: Setting, case: Case, missing: set[str]) -> Iterator[Question]:
    if not missing:
        return
    both = case.incident.severity.level in ("P0", "P1")
    audiences: tuple[tuple[Audience, str], ...] = (
        ("engineers", "What do you tell the engineers? (technical detail)"),
        ("stakeholders", "What do you tell the stakeholders? (business impact)"),
    )
    before: tuple[str, ...] = ("4 COMMUNICATE the status",)
    for audience, text in audiences:
        yield Question(
            ("communicate", "texts", audience),
            f"--{audience}",
            text,
            said,
            default=first_text(case, audience),
            offered=True,
            optional=audience == "stakeholders" and not both,
            before=before,
        )
        before = ()
    yield by_flag(("communicate", "texts", "public"), "--public", words)
    yield from told_flags(setting, ("communicate",))


def told_flags(setting: Setting, above: tuple[str, ...], *, eta: bool = True) -> Iterator[Question]:
    """What a script may say of an update, and nobody is asked."""
    for audience in ("engineers", "stakeholders", "public"):
        yield by_flag((*above, "channels", audience), f"--{audience}-channel", one_line)
    if eta:
        yield by_flag((*above, "eta"), "--eta", lambda text: estimate(setting, text))
    yield by_flag((*above, "next_update_by"), "--next", setting.here.ahead)


def estimate(setting: Setting, text: str) -> Plain:
    """When it is expected to be over, or `unknown: why`."""
    if re.match(r"(unknown|not_applicable|n/a|\?)", text.strip(), re.IGNORECASE):
        return words_or_nothing(text)
    return setting.here.ahead(text)
