"""3xx: how an incident may go on in a change: its status, severity, kind and times."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotwash.diagnostics import Finding, Help, Place
from hotwash.facts.history import steps
from hotwash.model.repository import INCIDENT
from hotwash.rules.rule import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotwash.facts.difference import IncidentChange
    from hotwash.rules.rule import Context


@rule("HW301", "illegal-transition", modes="LAD")
def illegal_transition(change: IncidentChange, _context: Context) -> Iterator[Finding]:
    """The status goes where it cannot go from where it was.

    ## What it asks

    Each step that the change adds, by its status-change entry, is one that
    an incident may take: from `declared` to `investigating` or `dismissed`, from
    there on as the stages of the response follow.

    ## Why

    A stage that is left out is work that is left out: nobody monitors what
    is closed at once.

    ## Wrong

    ```yaml
    # incident.yaml
    status: declared
    ```

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:52:00Z
      by: alice
      kind: status-change
      from: investigating
      to: declared
      text: We begin again
    ```

    ## Right

    ```yaml
    # incident.yaml
    status: investigating
    ```

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:52:00Z
      by: alice
      kind: note
      text: We look at the pool again
    ```

    ## Source

    guide 5
    """
    from hotwash.model.incident import TRANSITIONS  # noqa: PLC0415 - `explain` loads no models

    status = "declared" if change.base is None else change.base.incident.status
    known = 0 if change.base is None else len(steps(change.base))
    for step in steps(change.head)[known:]:
        if step.entry.to not in TRANSITIONS[status]:
            allowed = " or ".join(TRANSITIONS[status])
            yield Finding(
                Place(step.logged.file, (*step.logged.route, "to")),
                f"from `{status}` an incident does not go to `{step.entry.to}`",
                label=f"allowed: {allowed}",
                help=(Help(f"go on to {allowed} first"),),
            )
        status = step.entry.to
    if status != change.head.incident.status and change.head.incident.status not in TRANSITIONS[status]:
        allowed = " or ".join(TRANSITIONS[status])
        yield Finding(
            Place(INCIDENT, ("status",)),
            f"from `{status}` an incident does not go to `{change.head.incident.status}`",
            label=f"allowed: {allowed}",
            help=(Help(f"go on to {allowed} first"),),
        )
