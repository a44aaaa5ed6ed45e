"""The issue that a record asks for, as a value; and the pieces of its text that items and incidents have in common."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote

from hotwash.facts.public_files import visibility
from hotwash.tracker.markers import marker_line
from hotwash.tracker.port import LABEL_LIMIT, LABELS_LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from hotwash.model.policy import Policy
    from hotwash.model.repository import Case
    from hotwash.tracker.markers import Key, Marker, Standing
    from hotwash.tracker.port import Draft, Home


@dataclass(frozen=True, slots=True)
class Proofs:
    """What is known of the proofs of items that are done, and have an issue.

    Attributes:
        broken: Why a proof does not hold, as a clause.
        merged: The items whose pull request is merged.
        unseen: The items whose pull request nobody could look at, each with its address.
    """

    broken: Mapping[Key, str] = field(default_factory=dict)
    merged: frozenset[Key] = frozenset()
    unseen: Mapping[Key, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an issue rests on beside the records. No moment is among it: time alone changes no issue.

    Attributes:
        home: The repository of records and issues; None where nothing is known of it.
        commit: The commit of the records, where that repository has it: links to lines then stay right.
        lines: The line of each action item in its file, from 1.
        assignable: Whom an issue can be assigned to: the login without case -> as the tracker spells it.
        milestones: The titles of those that are open.
    """

    home: Home | None = None
    commit: str = ""
    lines: Mapping[Key, int] = field(default_factory=dict)
    assignable: Mapping[str, str] = field(default_factory=dict)
    milestones: frozenset[str] = frozenset()
    proofs: Proofs = field(default_factory=Proofs)

    def page(self, path: str) -> str:
        """The address of a file of the repository; empty where it is on no forge."""
        if self.home is None or not self.home.url.startswith(("https://", "http://")):
            return ""
        return f"{_address(self.home.url)}/blob/{self.commit or 'HEAD'}/{quote(path)}"


@dataclass(frozen=True, slots=True)
class DesiredIssue:
    """The issue that an action item, or an open incident, asks for.

    Attributes:
        title: The record's own title, for people who read a plan.
        standing: How the issue should stand. Where the proof of a done item is broken it is `open`.
        number: The issue's number as the record has it: a hint, since anybody can write one there.
        marker: What the body of the draft says of itself.
        creates: Whether there should be one where there is none yet.
        record: What the record says, in its own words: `open`, `done`, `resolved`.
        broken: Why the proof does not hold; empty where it does.
        keeps_people: Assignees are other people's business.
        keeps_milestone: The milestone of the policy is not there, so whatever the issue has stays.
        owned: Beginnings of labels that only the record decides.
    """

    incident: str
    item: str | None
    title: str
    standing: Standing
    number: int | None
    draft: Draft
    marker: Marker
    creates: bool
    record: str
    broken: str = ""
    keeps_people: bool = False
    keeps_milestone: bool = False
    owned: tuple[str, ...] = ()

    @property
    def key(self) -> Key:
        """Whose issue it is."""
        return self.incident, self.item

    def body(self, marker: Marker) -> str:
        """The body with another marker, which knows what was there before."""
        return self.draft.body.replace(marker_line(self.marker), marker_line(marker))


def is_hidden(case: Case, policy: Policy, home: Home | None) -> bool:
    """Readers of the issues may know less than the records say (threats V2)."""
    everybody = policy.repository == "public" or (home is not None and home.visibility == "public")
    return everybody and visibility(case, policy) == "internal"


def labels_of(policy: Policy, others: Iterable[str]) -> tuple[str, ...]:
    """The managed label and others: each once whatever its case, and no more than a tracker takes."""
    managed = policy.tracker.label
    once = {managed.casefold(): managed}
    for label in others:
        once.setdefault(label[:LABEL_LIMIT].casefold(), label[:LABEL_LIMIT])
    return tuple(once.values())[:LABELS_LIMIT]


def whereabouts(case: Case, file: str, key: Key, policy: Policy, around: Surroundings) -> Iterator[str]:
    """The lines that lead to the page of the incident, and to the record."""
    name = f"`{quote(case.id)}`"
    # An internal incident has no page.
    if policy.publishing.site is not None and visibility(case, policy) == "public":
        name = f"[{name}]({_address(policy.publishing.site)}/incidents/{quote(case.id)}/)"
    yield f"- Incident: {name}"
    path = f"{case.path}/{file}"
    page = around.page(path)
    line = around.lines.get(key)
    # Without a commit the line would soon be another one.
    anchor = f"#L{line}" if around.commit and line else ""
    yield f"- Record: [`{quote(path)}`]({page}{anchor})" if page else f"- Record: `{quote(path)}`"


def _address(url: str) -> str:
    """A link that can neither end the brackets around it nor say more than an address."""
    return quote(url.rstrip("/"), safe="/:?#@!$&*+,;=%~-._[]")
