"""5xx: whether an incident came again before what was to prevent it was done. Asked of all incidents at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotwash.diagnostics import Finding, Help, Note, Place, counted
from hotwash.model.repository import ACTION_ITEMS, INCIDENT
from hotwash.rules.rule import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotwash.facts.register import Register, Summary, Undone
    from hotwash.rules.rule import Context

_SHOWN = 10  # items of one earlier incident; each is read from its file again


@rule("HW509", "came-again", level="warning", modes="LA")
def came_again(register: Register, _context: Context) -> Iterator[Finding]:
    """An incident came again, and what was to prevent that is not done.

    ## What it asks

    Of each past incident that stands in `evidence.similar` and began earlier, all
    action items of kind `prevent` are done. One that was dropped counts no more
    once this incident has such an item itself. Neither this incident nor the
    earlier one is a drill, a retrospective record or dismissed.

    ## Why

    Then it was known what had to change. While it happens, this says where to
    look; afterwards, it is the first thing that a post-mortem has to explain.

    ## Wrong

    ```yaml
    # incident.yaml
    evidence:
      logs:
        - summary: connection refused from payments
      metrics:
        - summary: 5xx rate from 0.2 % to 31 %
      changes:
        - summary: checkout-api v413 deployed at 08:40
      similar: [2026-10-23-checkout-500]
    ```

    ```yaml
    # incidents/2026/2026-10-23-checkout-500/action-items.yaml
    - id: AI-1
      title: Refuse a pool that is too small
      kind: prevent
      priority: P1
      owner: dave
      due: 2026-12-01
      status: open
    ```

    ## Right

    ```yaml
    # incident.yaml
    evidence:
      logs:
        - summary: connection refused from payments
      metrics:
        - summary: 5xx rate from 0.2 % to 31 %
      changes:
        - summary: checkout-api v413 deployed at 08:40
      similar: [2026-10-23-checkout-500]
    ```

    ```yaml
    # incidents/2026/2026-10-23-checkout-500/action-items.yaml
    - id: AI-1
      title: Refuse a pool that is too small
      kind: prevent
      priority: P1
      owner: dave
      due: 2026-12-01
      status: done
      closed: 2026-10-30
      proof: {none: Seen when a pool of two was refused}
    ```

    ## Source

    guide 5
    """
    known = {**register.earlier, **register.summaries}
    for summary in register.summaries.values():
        if not _is_ours(summary):
            continue
        for index, id_ in enumerate(summary.similar):
            earlier = known.get(id_)
            if earlier is None or not _is_ours(earlier) or not _came_before(earlier, summary):
                continue
            if undone := [item for item in earlier.undone if not (item.is_dropped and summary.prevents)]:
                yield _again(summary, index, earlier, undone)


def _is_ours(summary: Summary) -> bool:
    return summary.mode != "retrospective" and not summary.is_drill and summary.status != "dismissed"


def _came_before(first: Summary, second: Summary) -> bool:
    return first.began is not None and second.began is not None and first.began < second.began


def _again(summary: Summary, index: int, earlier: Summary, undone: list[Undone]) -> Finding:
    first = undone[0]
    what = f"{counted(len(undone), 'action item')} that were to prevent it are not done"
    if len(undone) == 1:
        what = f"{first.id}, which was to prevent it, {'was dropped' if first.is_dropped else 'is not done'}"
    waiting = any(not item.is_dropped for item in undone)
    # Titles stay away: what is to be masked in them is known only where their own incident is judged.
    return Finding(
        Place(f"{summary.path}/{INCIDENT}", ("evidence", "similar", index)),
        f"`{earlier.id}` came again: {what}",
        label="what was learnt then is not in place",
        help=(
            Help(
                "see whether it would have helped, and do it now"
                if waiting
                else "see whether it would have helped, and give this incident an action item that prevents it"
            ),
        ),
        related=tuple(
            Note(
                Place(f"{earlier.path}/{ACTION_ITEMS}", (item.index, "status")),
                f"{item.id} was dropped" if item.is_dropped else f"{item.id} is not done",
            )
            for item in undone[:_SHOWN]
        ),
    )
