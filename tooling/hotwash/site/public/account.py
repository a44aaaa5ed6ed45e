"""A closed incident -> all that a page tells of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotwash.facts import gates
from hotwash.model.base import Nothing
from hotwash.model.time import LATEST
from hotwash.model.timeline import Recovery
from hotwash.site.public.content import (
    Absent,
    Account,
    Cause,
    Fact,
    Factor,
    Prose,
    PublicItem,
    PublicPostMortem,
    Reference,
    Section,
    SignOff,
    Stage,
)
from hotwash.site.public.entries import shown_timeline
from hotwash.site.public.glance import glances
from hotwash.site.public.impact import shown_impact, shown_windows
from hotwash.site.public.lengths import length
from hotwash.site.public.people import speaker
from hotwash.site.public.sections import sections
from hotwash.site.public.values import (
    absent,
    fact,
    percent,
    prose_of,
    reference_of,
    sentence,
    shown_time,
    source_ids,
    time_of,
    told_apart,
)
from hotwash.site.public.words import CATEGORIES, ENDINGS, PURPOSES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from hotwash.model import incident as written
    from hotwash.model.actions import ActionItem, Proof
    from hotwash.model.base import Level
    from hotwash.model.policy import Policy
    from hotwash.model.postmortem import RootCause, Runbook
    from hotwash.model.repository import Case, PostMortem
    from hotwash.site.public.content import Value

    Name = Callable[[str | None], str]

NOT_STATED = "Not stated in the sources."


def shown_account(case: Case, policy: Policy) -> Account:
    """All that a closed incident tells, but for other incidents.

    Args:
        case: The incident; that it is public and closed is decided by `public`.
        policy: Says whether people are named, and where issues are.
    """
    incident = case.incident
    name = speaker(case, policy)
    postmortem = case.postmortem if case.postmortem and case.postmortem.front.status == "published" else None
    causes = postmortem.front.root_causes if postmortem else None
    if causes is None:
        causes = incident.root_causes
    runbooks = postmortem.front.runbooks if postmortem else None
    if runbooks is None:
        runbooks = incident.runbooks
    impact, unknown = told_apart(shown_impact(incident.impact))
    items = tuple(_item(item, name, policy.publishing.issues) for item in case.action_items)
    return Account(
        glance=tuple(glances(case, causes, items)),
        impact=impact,
        unknown=unknown,
        windows=tuple(shown_windows(incident)),
        # A site is the same whenever it is built: what is still to come is found by `check`.
        gate=gates.verdict(case, LATEST).line,
        first_actions=_first_actions(incident, name) if incident.mode != "retrospective" else (),
        not_judged=prose_of(incident.first_actions.not_observed),
        evidence=tuple(_evidence(incident.evidence)),
        timeline=shown_timeline(case.timeline, name),
        recovery=tuple(_recovery(case)),
        causes=tuple(map(_cause, causes)) if isinstance(causes, tuple) else (),
        no_causes=absent(causes) if isinstance(causes, Nothing) else None,
        items=items,
        no_items=absent(case.no_action_items) if case.no_action_items else None,
        runbooks=tuple(map(_runbook, runbooks)) if isinstance(runbooks, tuple) else (),
        no_runbooks=absent(runbooks) if isinstance(runbooks, Nothing) else None,
        postmortem=_postmortem(postmortem, name, incident.mode) if postmortem else None,
        no_postmortem="" if postmortem else _no_postmortem(incident.severity.level, policy),
        details=tuple(_details(incident)),
        related=(),
        similar=(),
        references=tuple(map(Reference, incident.references)),
    )


_FIRST_ACTIONS = {
    "assess": "Assess severity and user impact",
    "stabilize": "Stabilize the system",
    "gather": "Gather data",
    "communicate": "Communicate status",
}


def _first_actions(incident: written.Incident, name: Name) -> tuple[SignOff, ...]:
    declared = time_of(incident.times.declared)
    signed = []
    for key, label in _FIRST_ACTIONS.items():
        action: written.SignOff = getattr(incident.first_actions, key)
        values = [Prose(action.note)] if action.note else []
        none = [Absent("none", Prose(action.none))] if action.none else []
        at = time_of(action.at)
        if at and declared:
            at = at.on(declared.day)
        signed.append(SignOff(label, name(action.by), at, (*values, *none)))
    return tuple(signed)


def _evidence(evidence: written.Evidence) -> Iterable[Fact]:
    for label, items in (("Logs", evidence.logs), ("Metrics", evidence.metrics), ("Changes", evidence.changes)):
        if isinstance(items, Nothing):
            yield Fact(label, (absent(items),))
        elif items:
            for item in items:
                yield from fact(label, Prose(item.summary), reference_of(item.url), sources=item.source)
    if isinstance(evidence.similar, Nothing):
        yield Fact("Similar incidents", (absent(evidence.similar),))


def _cause(cause: RootCause) -> Cause:
    return Cause(
        category=cause.category.replace("-", " "),
        label=CATEGORIES[cause.category],
        trigger=Prose(cause.trigger),
        statement=Prose(cause.statement),
        sources=source_ids(cause.source),
    )


def _item(item: ActionItem, name: Name, issues: str | None) -> PublicItem:
    return PublicItem(
        id=item.id,
        title=item.title,
        kind=item.kind,
        purpose=PURPOSES[item.kind],
        priority=item.priority or "",
        status="status not stated" if item.status == "unknown" else item.status.replace("-", " "),
        owner=name(item.owner),
        due=item.due,
        closed=item.closed,
        reason=prose_of(item.reason),
        ref=reference_of(item.ref),
        # The number of an issue that nobody can read tells nothing.
        issue=Reference(f"{issues}{item.issue}", f"#{item.issue}") if issues and item.issue else None,
        proof=tuple(_proof(item.proof)),
        sources=source_ids(item.source),
    )


def _proof(proof: Proof | Nothing | None) -> Iterable[Value]:
    if isinstance(proof, Nothing):
        yield absent(proof)
    elif proof and proof.pull_request:
        yield Reference(proof.pull_request)
    elif proof and proof.file:
        yield Reference(proof.file)
        if proof.contains:
            yield f"which holds “{proof.contains}”"


def _runbook(runbook: Runbook) -> Fact:
    return Fact(runbook.change, (Reference(runbook.path or runbook.url or ""),), source_ids(runbook.source))


def _postmortem(postmortem: PostMortem, name: Name, mode: str) -> PublicPostMortem:
    front = postmortem.front
    written_sections = sections(postmortem.body)
    silent = tuple(title for title, text in written_sections.items() if text in ("", NOT_STATED))
    review = None if mode == "retrospective" else front.reviewed
    return PublicPostMortem(
        sections=tuple(Section(title, Prose(text)) for title, text in written_sections.items() if title not in silent),
        not_stated=silent,
        authors=tuple(dict.fromkeys(map(name, front.authors))),
        reviewed_by=name(review.by) if review else "",
        reviewed_at=shown_time(review.at) if review else None,
        contributing=tuple(
            Factor(Prose(factor.statement), source_ids(factor.source)) for factor in front.contributing_factors
        ),
    )


def _no_postmortem(level: Level, policy: Policy) -> str:
    return f"None is asked for at {level}." if getattr(policy.severities, level).postmortem == "none" else ""


def _recovery(case: Case) -> Iterable[Stage]:
    """The stages in which it came back, where there are several."""
    entries = [logged.entry for logged in case.timeline if isinstance(logged.entry, Recovery)]
    if len(entries) == 1:
        return
    started = case.incident.times.started
    last: dict[str, float] = {}  # of each thing
    for entry in entries:
        when = entry.between or entry.when
        share = entry.share
        before = last.get(entry.what or "", 0.0)
        yield Stage(
            at=shown_time(when),
            share=percent(share),
            part=share,
            what=entry.what or "",
            note=f"less than before: it was {percent(before)}" if share is not None and share < before else "",
            after=length(started, when) if started else "",
            sources=source_ids(entry.source) or shown_time(when).sources,
        )
        if share is not None:
            last[entry.what or ""] = share


def _details(incident: written.Incident) -> Iterable[Fact]:
    if how := incident.resolution:
        yield from fact("Resolution", sentence(ENDINGS[how.how]), prose_of(how.note), sources=how.source)
    for label, text in incident.labels.items():
        yield Fact(sentence(label), (text,))
