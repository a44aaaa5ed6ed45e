"""What each status beyond the STOP gate demands, and what of it the records lack.

A blank of a help line counts as nothing, and an entry without words as none. Where one lack stands behind two demands
only one of them names it: the one that people come to first.

Source: guide 3 to 5.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from hotwash.facts.history import steps
from hotwash.facts.once import once
from hotwash.facts.said import is_blank
from hotwash.facts.statements import spread
from hotwash.model.time import surely_before

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotwash.facts.history import Step
    from hotwash.model.actions import ActionItem
    from hotwash.model.base import Audience, When
    from hotwash.model.policy import Policy
    from hotwash.model.postmortem import RootCauses, Runbooks
    from hotwash.model.repository import Case, LoggedEntry

# What a fix is asked, in the order in which a change is made.
FIX_KEYS = ("minimal", "tested", "rollout", "monitored_by", "rollback_plan", "documented_in")
# Above `P3 minor`: the cause is looked for as the guide has it (3.1).
INVESTIGATED = ("P0", "P1", "P2")
PostMortemLack = Literal["file", "published", "reviewed"]
RootCauseLack = Literal["finding", "root_causes", "detect"]
TimelineLack = Literal["detection", "end"]
Pattern = Literal["error-pattern", "cascade"]


def is_said(value: object) -> bool:
    """Something stands here that is neither blank nor empty, nor a word for nothing without its reason."""
    from hotwash.model.base import Nothing  # noqa: PLC0415 - `explain` loads no models

    if isinstance(value, Nothing):
        return not is_blank(value.reason)
    return not is_blank(value) if isinstance(value, str) else value is not None and value != ()


def entries(case: Case, *kinds: str) -> Iterator[LoggedEntry]:
    """The entries of some kinds that say something, by time."""
    return (logged for logged in case.timeline if logged.entry.kind in kinds and not is_blank(logged.entry.text))


# To reach `identified`.


def was_identified(case: Case) -> bool:
    """Whether it ever was `identified`: it may be passed over, when a rollback ends it with the cause unknown."""
    return case.incident.status == "identified" or any(step.entry.to == "identified" for step in steps(case))


@once
def standing_findings(case: Case) -> tuple[LoggedEntry, ...]:
    """The findings that hold: neither ruled out nor replaced by a later one."""
    replaced: set[str] = set()
    found: list[LoggedEntry] = []
    for logged in reversed(case.timeline):
        entry = logged.entry
        if entry.kind != "finding" or is_blank(entry.text):
            continue
        if entry.id not in replaced and entry.state != "ruled-out":
            found.append(logged)
        if entry.supersedes is not None:
            replaced.add(entry.supersedes)
    return tuple(reversed(found))


def unnamed_change(case: Case) -> LoggedEntry | None:
    """The first finding that holds about a change, where no entry says which change that was."""
    about = (
        logged
        for logged in standing_findings(case)
        if logged.entry.kind == "finding" and logged.entry.about == "change"
    )
    finding = next(about, None)
    return None if finding is None or any(entries(case, "change")) else finding


# To reach `monitoring`.


def pending(case: Case) -> tuple[LoggedEntry, ...]:
    """The mitigations of which nobody has said yet whether they helped."""
    return tuple(
        logged for logged in case.timeline if logged.entry.kind == "mitigation" and logged.entry.outcome == "pending"
    )


def helped(case: Case) -> bool:
    """Something ended it: a mitigation that helped, a fix, or what it says of its end by itself or elsewhere."""
    resolution = case.incident.resolution
    if resolution is not None and resolution.how in ("self-resolved", "external"):
        return True
    return any(
        logged.entry.kind == "fix" or logged.entry.outcome in ("effective", "partial")
        for logged in entries(case, "mitigation", "fix")
        if logged.entry.kind in ("mitigation", "fix")
    )


def unanswered_harm(case: Case) -> tuple[LoggedEntry, ...]:
    """The mitigations that did harm and that no other one, and no fix, came after, as far as their times can tell.

    Which entry mends which is also said by `answers`, whatever the times.
    """
    harmful = tuple(
        logged for logged in case.timeline if logged.entry.kind == "mitigation" and logged.entry.outcome == "harmful"
    )
    if not harmful:
        return ()
    remedies = tuple(entries(case, "mitigation", "fix"))
    answered = {_answers(logged) for logged in remedies}
    # The two that end last: one of them may be the very entry that is asked about.
    last = sorted(remedies, key=lambda logged: spread(logged.entry).latest)[-2:]
    return tuple(
        logged
        for logged in harmful
        if (logged.entry.id is None or logged.entry.id not in answered)
        and all(other is logged or surely_before(spread(other.entry), spread(logged.entry)) for other in last)
    )


def _answers(logged: LoggedEntry) -> str | None:
    entry = logged.entry
    # Nobody mends a harm by the deed that did it.
    return entry.answers if entry.kind in ("mitigation", "fix") and entry.answers != entry.id else None


@dataclass(frozen=True, slots=True)
class FixGap:
    """A fix of which not all is said that the guide asks.

    Attributes:
        lacks: Those of `FIX_KEYS` that are not said, in their order.
        first: It is the first fix, which is to be the smallest one that works.
    """

    logged: LoggedEntry
    lacks: tuple[str, ...]
    first: bool


def fix_gaps(case: Case) -> tuple[FixGap, ...]:
    """The fixes of which something is not said (guide 4).

    Not asked of what came, beyond doubt, while the incident was resolved: that is the permanent fix.
    """
    found: list[FixGap] = []
    over = case.incident.status in ("resolved", "closed")
    resolved = case.incident.times.resolved if over else None
    since: When | None = None
    first = True
    for logged in case.timeline:
        entry = logged.entry
        if entry.kind == "status-change":
            if entry.to not in ("resolved", "closed"):
                since = None
            elif since is None:
                since = entry.when
        if entry.kind != "fix" or any(
            moment is not None and surely_before(moment, spread(entry)) for moment in (since, resolved)
        ):
            continue
        lacks = tuple(key for key in FIX_KEYS if not is_said(getattr(entry, key)))
        if lacks:
            found.append(FixGap(logged, lacks, first))
        first = False
    return tuple(found)


# To reach `resolved`.


def missing_times(case: Case) -> tuple[Literal["mitigated", "resolved"], ...]:
    """Which of the two times that end an incident is not written."""
    times = case.incident.times
    mitigated: tuple[Literal["mitigated"], ...] = ("mitigated",) if times.mitigated is None else ()
    resolved: tuple[Literal["resolved"], ...] = ("resolved",) if times.resolved is None else ()
    return mitigated + resolved


def last_step_to(case: Case, *statuses: str) -> Step | None:
    """The last status-change entry that led to one of some statuses."""
    return next((step for step in reversed(steps(case)) if step.entry.to in statuses), None)


def watched_since(case: Case) -> str | None:
    """When it went under watch, which it still is; None where it is not."""
    step = last_step_to(case, "monitoring") if case.incident.status == "monitoring" else None
    return None if step is None else step.entry.when.at.text


def resolved_at(case: Case) -> When | None:
    """When it was resolved: by its times, else by the entry that led there. None while it is not."""
    times = case.incident.times
    if times.resolved is not None:
        return times.resolved
    if case.incident.status not in ("resolved", "closed"):
        return None
    step = last_step_to(case, "resolved")
    return None if step is None else step.entry.when


def not_told_of_the_end(case: Case) -> tuple[Audience, ...]:
    """The audiences that heard of it and not, at or after `resolved`, that it is over.

    Before it is resolved that is everybody who heard of it.
    """
    end = resolved_at(case)
    if end is None and case.incident.status in ("resolved", "closed"):
        # When it was is asked first.
        return ()
    heard: set[str] = set()
    told: set[str] = set()
    for logged in entries(case, "status-update"):
        entry = logged.entry
        if entry.kind == "status-update":
            heard.update(entry.audiences)
            if end is not None and not surely_before(spread(entry), end):
                told.update(entry.audiences)
    order: tuple[Audience, ...] = ("engineers", "stakeholders", "public")
    return tuple(audience for audience in order if audience in heard - told)


def not_looked_for(case: Case) -> tuple[Pattern, ...]:
    """What the guide looks for in every cause (3.1) and no finding speaks of, be it to rule it out; not of a P3."""
    if case.incident.severity.level not in INVESTIGATED:
        return ()
    about = {logged.entry.about for logged in entries(case, "finding") if logged.entry.kind == "finding"}
    patterns: tuple[Pattern, ...] = ("error-pattern", "cascade")
    return tuple(pattern for pattern in patterns if pattern not in about)


# To reach `closed`.


def wants_postmortem(case: Case, policy: Policy) -> bool:
    """Whether policy asks for a post-mortem of an incident as severe as it was in the end."""
    levels = policy.severities
    severities = {"P0": levels.P0, "P1": levels.P1, "P2": levels.P2, "P3": levels.P3}
    return severities[case.incident.severity.level].postmortem != "none"


def postmortem_lacks(case: Case, policy: Policy) -> tuple[PostMortemLack, ...]:
    """What is not done of the post-mortem, where one is asked for."""
    if not wants_postmortem(case, policy):
        return ()
    if case.postmortem is None:
        return ("file",)
    front = case.postmortem.front
    published: tuple[PostMortemLack, ...] = () if front.status == "published" else ("published",)
    return published if front.reviewed is not None else (*published, "reviewed")


def said_root_causes(case: Case) -> RootCauses | None:
    """What is said of the causes in the post-mortem; where there is none, in incident.yaml."""
    return (case.incident if case.postmortem is None else case.postmortem.front).root_causes


def said_runbooks(case: Case) -> Runbooks | None:
    """What is said of runbooks in the post-mortem; where there is none, in incident.yaml."""
    return (case.incident if case.postmortem is None else case.postmortem.front).runbooks


def root_cause_lacks(case: Case, policy: Policy) -> tuple[RootCauseLack, ...]:
    """What is not said of the root cause.

    Returns:
        `finding`: no confirmed one. `root_causes`: no list of them, where a post-mortem is asked for and is there (of
        one that is not there the post-mortem is asked first). `detect`: the cause is unknown, and no action item would
        show it the next time.
    """
    from hotwash.model.base import Nothing  # noqa: PLC0415 - `explain` loads no models

    causes = said_root_causes(case)
    unknown = isinstance(causes, Nothing) and not is_blank(causes.unknown)
    would_show = any(item.kind == "detect" for item in items_that_stand(case))
    if unknown and would_show:
        return ()
    confirmed = any(
        logged.entry.about == "root-cause" and logged.entry.state == "confirmed"
        for logged in standing_findings(case)
        if logged.entry.kind == "finding"
    )
    wanted = wants_postmortem(case, policy)
    if unknown:
        return () if confirmed and not wanted else ("detect",)
    lacks: list[RootCauseLack] = [] if confirmed else ["finding"]
    if wanted and case.postmortem is not None:
        listed = not isinstance(causes, Nothing) and any(
            not is_blank(cause.statement) and not is_blank(cause.trigger) for cause in causes or ()
        )
        lacks += [] if listed else ["root_causes"]
    return tuple(lacks)


def items_that_stand(case: Case) -> tuple[ActionItem, ...]:
    """The action items that say something and were not dropped."""
    return tuple(item for item in case.action_items if item.status != "dropped" and not is_blank(item.title))


def lacks_action_items(case: Case, policy: Policy) -> bool:
    """Neither action items nor why there are none. Not where an unknown cause asks for one already."""
    if is_said(case.no_action_items) or any(not is_blank(item.title) for item in case.action_items):
        return False
    return "detect" not in root_cause_lacks(case, policy)


def lacks_runbooks(case: Case, policy: Policy) -> bool:
    """Neither runbooks nor why none was changed. Not where the post-mortem that would say so is asked for already."""
    if case.postmortem is None and wants_postmortem(case, policy):
        return False
    runbooks = said_runbooks(case)
    if isinstance(runbooks, tuple):
        return all(is_blank(runbook.path or runbook.url) for runbook in runbooks)
    return not is_said(runbooks)


def left_temporary(case: Case, policy: Policy) -> tuple[LoggedEntry, ...]:
    """The temporary mitigations that nothing replaces: no later fix, no answer, no action item.

    Nothing where action items are asked for already.
    """
    temporary = tuple(
        logged for logged in case.timeline if logged.entry.kind == "mitigation" and logged.entry.temporary
    )
    if not temporary or items_that_stand(case) or lacks_action_items(case, policy):
        return ()
    if "detect" in root_cause_lacks(case, policy):
        return ()
    answered = {_answers(logged) for logged in entries(case, "mitigation", "fix")}
    fixes = sorted(entries(case, "fix"), key=lambda logged: spread(logged.entry).latest)
    return tuple(
        logged
        for logged in temporary
        if (logged.entry.id is None or logged.entry.id not in answered)
        and (not fixes or surely_before(spread(fixes[-1].entry), spread(logged.entry)))
    )


def timeline_lacks(case: Case) -> tuple[TimelineLack, ...]:
    """Which end of the story the timeline does not tell: how it was noticed, how it ended.

    Of the end only where `helped` is content with a word about it: else that is asked first.
    """
    detection: tuple[TimelineLack, ...] = () if any(entries(case, "detection")) else ("detection",)
    resolution = case.incident.resolution
    by_itself = resolution is not None and resolution.how == "self-resolved"
    told = by_itself or any(entries(case, "mitigation", "recovery", "fix"))
    return detection if told or not helped(case) else (*detection, "end")


# Beside the way.


def dismissed_after_resolved(case: Case) -> tuple[Step, Step] | None:
    """The entry that resolved it and the later one that dismissed it all the same, of an incident that is dismissed."""
    if case.incident.status != "dismissed":
        return None
    found = steps(case)
    resolving = next((index for index, step in enumerate(found) if step.entry.to in ("resolved", "closed")), None)
    if resolving is None:
        return None
    later = [step for step in found[resolving:] if step.entry.to == "dismissed"]
    return (found[resolving], later[-1]) if later else None
