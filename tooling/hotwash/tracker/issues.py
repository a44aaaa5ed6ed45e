"""Records -> the issues that they ask for: one for each action item, and one for each incident while it is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotwash.model.names import is_login
from hotwash.model.repository import ACTION_ITEMS
from hotwash.tracker.desired import DesiredIssue, Surroundings, is_hidden, labels_of, whereabouts
from hotwash.tracker.incidents import tracking_issue
from hotwash.tracker.markers import Marker, Standing, digest, signed_text
from hotwash.tracker.port import TITLE_LIMIT, Draft
from hotwash.tracker.texts import cut, quotation, said_on_a_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotwash.model.actions import ActionItem
    from hotwash.model.policy import Policy
    from hotwash.model.repository import Case, Repository

NOWHERE = Surroundings()
OWNED_LABELS = ("priority:", "kind:")

_FOOTNOTE = (
    "What stands above the line follows the record, and what is changed there by hand is written anew. "
    "Closing or opening this issue is yours to do; hotwash never takes that back."
)


def desired_issues(repository: Repository, around: Surroundings = NOWHERE) -> tuple[DesiredIssue, ...]:
    """What the readable records ask of the tracker; takes no `now`, so that time alone changes no issue."""
    return tuple(_desired(repository, around))


def _desired(repository: Repository, around: Surroundings) -> Iterator[DesiredIssue]:
    policy = repository.policy
    for case in repository.cases:
        if case.incident.mode == "retrospective":
            continue
        if policy.tracker.incidents and not case.incident.is_drill:
            yield tracking_issue(case, policy, repository.services, around)
        if policy.tracker.action_items:
            yield from (item_issue(case, item, policy, around) for item in case.action_items)


def item_issue(case: Case, item: ActionItem, policy: Policy, around: Surroundings = NOWHERE) -> DesiredIssue:
    """The issue of an action item."""
    key = case.id, item.id
    hidden = is_hidden(case, policy, around.home)
    broken = around.proofs.broken.get(key, "")
    stands: Standing = "open" if broken else standing(item)
    own = () if hidden else _labels(case, item)
    labels = labels_of(policy, own)
    milestone = None if hidden or item.priority is None else policy.tracker.milestones.get(item.priority)
    is_there = milestone in around.milestones
    assignee = _assignee(item, around) if policy.tracker.assign else ""
    marker = Marker(
        case.id,
        item.id,
        stands,
        labels[1:],
        assignee=assignee,
        milestone=milestone if milestone is not None and is_there else "",
        broken=bool(broken),
        merged=_merged(item) if key in around.proofs.merged else "",
    )
    paragraphs = _reticent(case, item) if hidden else _told(case, item, policy, around)
    title = f"Action item {item.id} of {said_on_a_line(case.id)}" if hidden else said_on_a_line(item.title)
    draft = Draft(
        cut(title, TITLE_LIMIT),
        signed_text(tuple(paragraphs), marker),
        labels,
        assignees=(assignee,) if assignee else (),
        milestone=marker.milestone or None,
    )
    return DesiredIssue(
        incident=case.id,
        item=item.id,
        title=item.title,
        standing=stands,
        number=item.issue,
        draft=draft,
        marker=marker,
        # What is done and never had an issue needs none to be told that it is not: `check` tells (HW508).
        creates=standing(item) == "open",
        record=item.status,
        broken=broken,
        keeps_people=not policy.tracker.assign,
        keeps_milestone=milestone is not None and not is_there,
        owned=OWNED_LABELS,
    )


def standing(item: ActionItem) -> Standing:
    """How the issue of an item should stand."""
    match item.status:
        # Records whose items may be unknown never reach a tracker.
        case "open" | "in-progress" | "unknown":
            return "open"
        case "done":
            return "completed"
        case "dropped":
            return "not_planned"


def absent_milestones(repository: Repository, around: Surroundings) -> tuple[str, ...]:
    """The milestones of the policy that are not there, a line each."""
    wanted = {
        milestone
        for case in repository.cases
        for item in case.action_items
        if case.incident.mode != "retrospective" and item.is_open and item.priority is not None
        if (milestone := repository.policy.tracker.milestones.get(item.priority)) is not None
    }
    return tuple(
        f"no open milestone is called {milestone}: make it, or mend `tracker.milestones` in incidents/policy.yaml"
        for milestone in sorted(wanted - around.milestones)
    )


def _labels(case: Case, item: ActionItem) -> tuple[str, ...]:
    return (
        f"priority:{item.priority}",
        f"kind:{item.kind}",
        *(("drill",) if case.incident.is_drill else ()),
        *item.labels,
    )


def _assignee(item: ActionItem, around: Surroundings) -> str:
    """The owner in the spelling of the tracker; empty where nobody of that name can be assigned."""
    if item.owner is None or not is_login(item.owner):
        return ""
    return around.assignable.get(item.owner.casefold(), "")


def _merged(item: ActionItem) -> str:
    address = getattr(item.proof, "pull_request", None)
    return digest(address) if address else ""


def _told(case: Case, item: ActionItem, policy: Policy, around: Surroundings) -> Iterator[str]:
    yield f"**What:** {said_on_a_line(item.title)}"
    yield f"**Why:** {said_on_a_line(case.incident.title)}"
    if case.incident.is_drill:
        yield "This was a drill: nothing was broken."
    if item.status == "dropped" and item.reason:
        yield "**Dropped:**"
        yield quotation(item.reason)
    if broken := around.proofs.broken.get((case.id, item.id)):
        yield f"**Proof:** it does not hold any more: {said_on_a_line(broken)}"
    yield "\n".join(
        (
            f"- Priority: {item.priority}",
            f"- Kind: {item.kind}",
            f"- Owner: {_owner(item)}",
            f"- Due: {item.due.isoformat() if item.due else 'no day set'}",
            *whereabouts(case, ACTION_ITEMS, (case.id, item.id), policy, around),
        )
    )
    yield _FOOTNOTE


def _reticent(case: Case, item: ActionItem) -> Iterator[str]:
    """All that readers of a public repository may know of an internal incident (threats V2)."""
    yield "What this is about is internal."
    yield f"- Owner: {_owner(item)}\n- Incident: `{said_on_a_line(case.id)}`"
    yield _FOOTNOTE


def _owner(item: ActionItem) -> str:
    return said_on_a_line(item.owner) if item.owner else "nobody yet"
