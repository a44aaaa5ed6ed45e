"""What questions follow from: the records, the policy, who asks, when and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hotwash.model.repository import Case

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hotwash.edits.amendment import Plain
    from hotwash.edits.questions.moments import Here
    from hotwash.model.policy import Policy, Service
    from hotwash.model.repository import Unreadable


@dataclass(frozen=True, slots=True)
class Setting:
    """What is known before anything is asked.

    Attributes:
        services: None where services.yaml cannot be read, so that no service is called unknown for that.
        here: When and where.
        by: Who answers.
        incident: What it is about; None while it is being declared.
        asks: Somebody is there to be asked.
        similar: What stands at `evidence.similar`, by the records.
    """

    policy: Policy
    services: Mapping[str, Service] | None
    here: Here
    by: str
    incident: Case | Unreadable | None = None
    asks: bool = True
    similar: Plain = None

    @property
    def case(self) -> Case | None:
        """The incident, where it can be read."""
        return self.incident if isinstance(self.incident, Case) else None
