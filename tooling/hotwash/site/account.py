"""A closed incident -> all that a page tells of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotwash.facts import gates
from hotwash.model.base import Nothing
from hotwash.model.time import LATEST
from hotwash.site.content import (
    Absent,
    Account,
    Cause,
    Fact,
    Prose,
    PublicItem,
    PublicPostMortem,
    Reference,
    Related,
    Section,
    SignOff,
)
from hotwash.site.entries import shown_entry
from hotwash.site.impact import shown_impact
from hotwash.site.people import speaker
from hotwash.site.sections import sections
from hotwash.site.values import absent, fact, prose_of, reference_of, sentence, shown_time, source_ids, time_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from hotwash.model import incident as written
    from hotwash.model.actions import ActionItem
    from hotwash.model.policy import Policy
    from hotwash.model.postmortem import RootCause, Runbook
    from hotwash.model.repository import Case, PostMortem

    Name = Callable[[str | None], str]

NOT_STATED = "Not stated in the sources."


def shown_account(case: Case, policy: Policy, titles: Mapping[str, str]) -> Account:
    """All that a closed incident tells.

    Args:
        case: The incident; that it is public and closed is decided by `public`.
        policy: Says whether people are named.
        titles: Id -> title of each public incident; no other is named.
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
    similar = incident.evidence.similar
    ids = (*incident.related, *(similar if isinstance(similar, tuple) else ()), *filter(None, [incident.duplicate_of]))
    return Account(
        impact=tuple(shown_impact(incident.impact)),
        # A site is the same whenever it is built: what is still to come is found by `check`.
        gate=gates.verdict(case, LATEST).line,
        first_actions=_first_actions(incident, name) if incident.mode != "retrospective" else (),
        not_judged=prose_of(incident.first_actions.not_observed),
        evidence=tuple(_evidence(incident.evidence)),
        timeline=tuple(shown_entry(logged.entry, name) for logged in case.timeline),
        causes=tuple(map(_cause, causes)) if isinstance(causes, tuple) else (),
        no_causes=absent(causes) if isinstance(causes, Nothing) else None,
        items=tuple(_item(item, name) for item in case.action_items),
        no_items=absent(case.no_action_items) if case.no_action_items else None,
        runbooks=tuple(map(_runbook, runbooks)) if isinstance(runbooks, tuple) else (),
        no_runbooks=absent(runbooks) if isinstance(runbooks, Nothing) else None,
        postmortem=_postmortem(postmortem, name, incident.mode) if postmortem else None,
        details=tuple(_details(incident)),
        related=tuple(Related(id_, titles[id_]) for id_ in dict.fromkeys(ids) if id_ in titles and id_ != case.id),
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
        cause.category.replace("-", " "), Prose(cause.trigger), Prose(cause.statement), source_ids(cause.source)
    )


def _item(item: ActionItem, name: Name) -> PublicItem:
    return PublicItem(
        id=item.id,
        title=item.title,
        kind=item.kind,
        priority=item.priority,
        status=item.status.replace("-", " "),
        owner=name(item.owner),
        due=item.due,
        closed=item.closed,
        reason=prose_of(item.reason),
        sources=source_ids(item.source),
    )


def _runbook(runbook: Runbook) -> Fact:
    return Fact(runbook.change, (runbook.path or Reference(runbook.url or ""),))


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
        contributing=tuple(Prose(factor.statement) for factor in front.contributing_factors),
    )


def _details(incident: written.Incident) -> Iterable[Fact]:
    if how := incident.resolution:
        yield from fact("Resolution", how.how.replace("-", " "), prose_of(how.note), sources=how.source)
    for label, text in incident.labels.items():
        yield Fact(sentence(label), (text,))
