"""Action items -> what their issues should be: title, body, labels, and the marker by which an issue is known again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args
from urllib.parse import quote, unquote

from hotwash.model.repository import ACTION_ITEMS
from hotwash.neutral import neutralised
from hotwash.tracker.port import LABEL_LIMIT, LABELS_LIMIT, TITLE_LIMIT, Draft

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotwash.model.actions import ActionItem
    from hotwash.model.policy import Policy
    from hotwash.model.repository import Case, Repository

Standing = Literal["open", "completed", "not_planned"]
"""How an action item stands, in the words of a tracker."""

Key = tuple[str, str]
"""Incident and action item."""

MARKER_VERSION = 1


@dataclass(frozen=True, slots=True)
class Marker:
    """The hidden line of a body that says whose issue it is, and what hotwash last wrote there.

    Attributes:
        version: Of the line's form; what a newer hotwash wrote is not to be touched by an older one.
        standing: What the record said then, so that a change by a person is told from one in the record; None when
            somebody damaged the line.
        labels: The labels that hotwash put there, so that one which the record no longer names can go, and those of
            other people stay.
    """

    incident: str
    item: str
    standing: Standing | None
    labels: tuple[str, ...]
    version: int = MARKER_VERSION

    @property
    def key(self) -> Key:
        """Whose issue it is."""
        return self.incident, self.item


@dataclass(frozen=True, slots=True)
class DesiredIssue:
    """The issue that an action item asks for.

    Attributes:
        title: The item's own title, for people who read a plan.
        number: The issue's number as the record has it: a hint, since anybody can write one there.
    """

    incident: str
    item: str
    title: str
    standing: Standing
    number: int | None
    draft: Draft

    @property
    def key(self) -> Key:
        """Whose issue it is."""
        return self.incident, self.item


_FOOTNOTE = (
    "This text follows the record: what is changed here by hand is written anew. "
    "Closing or opening this issue is yours to do; hotwash never takes that back."
)


def desired_issues(repository: Repository) -> tuple[DesiredIssue, ...]:
    """What the readable records ask of the tracker; takes no `now`, so that time alone changes no issue."""
    return tuple(
        DesiredIssue(case.id, item.id, item.title, standing(item), item.issue, draft(case, item, repository.policy))
        for case in repository.cases
        if case.incident.mode != "retrospective"
        for item in case.action_items
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


def draft(case: Case, item: ActionItem, policy: Policy) -> Draft:
    """The issue of an action item."""
    visibility = case.incident.visibility or policy.publishing.default
    if policy.repository == "public" and visibility == "internal":
        return _reticent_draft(case, item, policy)
    own = (f"priority:{item.priority}", f"kind:{item.kind}", *(("drill",) if case.incident.is_drill else ()))
    labels = _labels(policy, (*own, *item.labels))
    paragraphs = (
        f"**What:** {neutralised(item.title.strip())}",
        f"**Why:** {neutralised(case.incident.title.strip())}",
        *(("This was a drill: nothing was broken.",) if case.incident.is_drill else ()),
        *_why_dropped(item),
        "\n".join(
            (
                f"- Priority: {item.priority}",
                f"- Kind: {item.kind}",
                f"- Owner: {_owner(item)}",
                f"- Due: {item.due.isoformat() if item.due else 'no day set'}",
                f"- Incident: `{quote(case.id)}`",
                f"- Record: `{quote(f'{case.path}/{ACTION_ITEMS}')}`",
            )
        ),
        _FOOTNOTE,
        _marker_line(Marker(case.id, item.id, standing(item), labels[1:])),
    )
    return Draft(_cut(neutralised(item.title.strip()), TITLE_LIMIT), "\n\n".join(paragraphs), labels)


def _reticent_draft(case: Case, item: ActionItem, policy: Policy) -> Draft:
    """All that readers of a public repository may know of an internal incident (threats V2)."""
    paragraphs = (
        "What this is about is internal.",
        f"- Owner: {_owner(item)}\n- Incident: `{quote(case.id)}`",
        _marker_line(Marker(case.id, item.id, standing(item), ())),
    )
    title = f"Action item {item.id} of {neutralised(case.id)}"
    return Draft(_cut(title, TITLE_LIMIT), "\n\n".join(paragraphs), _labels(policy, ()))


def _owner(item: ActionItem) -> str:
    return neutralised(item.owner) if item.owner else "nobody yet"


def _why_dropped(item: ActionItem) -> Iterator[str]:
    if item.status == "dropped" and item.reason:
        # A quotation ends every block that the text opens, so that what follows is never swallowed.
        lines = neutralised(item.reason.strip()).split("\n")
        yield "**Dropped:**"
        yield "\n".join(f"> {line}" for line in lines)


def _labels(policy: Policy, others: tuple[str, ...]) -> tuple[str, ...]:
    """The managed label and others: each once whatever its case, and no more than a tracker takes."""
    managed = policy.tracker.label
    once = {managed.casefold(): managed}
    for label in others:
        once.setdefault(label[:LABEL_LIMIT].casefold(), label[:LABEL_LIMIT])
    return tuple(once.values())[:LABELS_LIMIT]


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


# What a marker may hold keeps a hostile body from making the search slow: no `<` inside, one line.
_MARKER = re.compile(r"<!-- hotwash:(\d{1,4}) ([^<>\n]*)-->")
_PART = re.compile(r"(incident|item|standing|labels)=(\S*)")


def _marker_line(marker: Marker) -> str:
    labels = ",".join(quote(label, safe=":") for label in marker.labels)
    return (
        f"<!-- hotwash:{marker.version} incident={quote(marker.incident, safe='')} item={quote(marker.item, safe='')}"
        f" standing={marker.standing} labels={labels} -->"
    )


def markers(body: str) -> tuple[Marker, ...]:
    """The markers in a body, in order; one that names no incident or no item counts as none."""
    found = []
    for version, text in _MARKER.findall(body):
        parts = dict(_PART.findall(text))
        incident, item = unquote(parts.get("incident", "")), unquote(parts.get("item", ""))
        if incident and item:
            labels = tuple(unquote(label) for label in parts.get("labels", "").split(",") if label)
            word = parts.get("standing")
            known = next((standing for standing in get_args(Standing) if standing == word), None)
            found.append(Marker(incident, item, known, labels, int(version)))
    return tuple(found)
