"""What everybody may read of an incident, and each of its files with what is known for searching it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hotwash.facts.people import known_people
from hotwash.records.passages import told

if TYPE_CHECKING:
    from hotwash.facts.people import People
    from hotwash.model.incident import Visibility
    from hotwash.model.policy import Policy
    from hotwash.model.repository import Case
    from hotwash.records.document import Document
    from hotwash.records.passages import Told


@dataclass(frozen=True, slots=True)
class PublicFile:
    """A file of an incident that everybody may read: a record, or evidence.

    Attributes:
        told: All that it tells.
        people: Those who are known to the incident and to the policy.
    """

    document: Document
    case: Case
    told: Told
    people: People


def visibility(case: Case, policy: Policy) -> Visibility:
    """Who may read of an incident: as it says, or else as the policy does."""
    return case.incident.visibility or policy.publishing.default


def public_file(document: Document, case: Case, people: People) -> PublicFile:
    """A file of a public incident, ready to be searched."""
    return PublicFile(document, case, told(document), people)


def people_of(case: Case, policy: Policy) -> People | None:
    """Whom to look for in the files of an incident; None of one that is internal, which nobody searches."""
    return known_people(case, policy) if visibility(case, policy) == "public" else None
