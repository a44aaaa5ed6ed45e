"""5xx: action items."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotwash.diagnostics import Finding, Help, Place
from hotwash.model.repository import ACTION_ITEMS
from hotwash.rules.rule import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotwash.model.repository import Case
    from hotwash.rules.rule import Context


@rule("HW501", "action-item-overdue", level="warning", modes="LAD")
def action_item_overdue(case: Case, context: Context) -> Iterator[Finding]:
    """An action item is open and its day has passed.

    ## What it asks

    An item that is open or in progress is due today or later (in UTC).

    ## Why

    What is never done prevents nothing. It is a warning, because a record that
    was clean stays free of errors until somebody edits it.

    ## Wrong

    ```yaml
    # action-items.yaml
    - id: AI-1
      title: Alert on payment errors above 1 %
      kind: detect
      priority: P1
      owner: dave
      due: 2026-11-20
      status: open
    ```

    ## Right

    ```yaml
    # action-items.yaml
    - id: AI-1
      title: Alert on payment errors above 1 %
      kind: detect
      priority: P1
      owner: dave
      due: 2026-12-01
      status: open
    ```

    ## Source

    guide 5
    """
    today = context.now.date()
    for index, item in enumerate(case.action_items):
        if item.is_open and item.due is not None and item.due < today:
            days = (today - item.due).days
            yield Finding(
                Place(ACTION_ITEMS, (index, "due")),
                f"{item.id} is {days} {'day' if days == 1 else 'days'} overdue",
                label=f"{item.owner} owes it",
                help=(Help("do it, or agree on a new day, or drop it with a reason"),),
            )
