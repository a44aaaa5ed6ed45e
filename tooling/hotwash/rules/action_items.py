"""5xx: action items."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from hotwash.diagnostics import Finding, Help, Note, Place
from hotwash.facts.proofs import broken_proof, proof_of
from hotwash.facts.said import BLANK, is_blank
from hotwash.model.repository import ACTION_ITEMS, INCIDENT
from hotwash.rules.rule import rule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

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
      due: 2026-11-25
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


@rule("HW502", "dropped-without-reason")
def dropped_without_reason(case: Case, _context: Context) -> Iterator[Finding]:
    """An action item was dropped and nobody says why.

    ## What it asks

    An item that is `dropped` has a `reason` in words; blanks are none.

    ## Why

    Dropping is a decision. Whoever meets the same incident again needs to know
    on what it rested.

    ## Wrong

    ```yaml
    # action-items.yaml
    - id: AI-1
      title: Keep a warm standby in every region
      kind: mitigate
      priority: P3
      owner: bob
      due: 2026-12-01
      status: dropped
      closed: 2026-11-23
    ```

    ## Right

    ```yaml
    # action-items.yaml
    - id: AI-1
      title: Keep a warm standby in every region
      kind: mitigate
      priority: P3
      owner: bob
      due: 2026-12-01
      status: dropped
      closed: 2026-11-23
      reason: It would cost more each month than this incident did
    ```

    ## Source

    guide 5
    """
    for index, item in enumerate(case.action_items):
        if item.status == "dropped" and is_blank(item.reason):
            yield Finding(
                Place(ACTION_ITEMS, (index, "status" if item.reason is None else "reason")),
                f"{item.id} was dropped, and nobody says why",
                label="dropped without a reason" if item.reason is None else "still the blank of a help line",
                help=(
                    _line(index, "say why in action-items.yaml:", f"reason: {BLANK}")
                    if item.reason is None
                    else Help("write here why, in a sentence"),
                ),
            )


# The earliest days end fourteen hours before the day of UTC does: what is tomorrow here is today elsewhere.
_AHEAD = timedelta(hours=14)
_BEHIND = timedelta(hours=12)


@rule("HW503", "done-without-date", modes="LAD")
def done_without_date(case: Case, context: Context) -> Iterator[Finding]:
    """An action item does not say when it was closed, or names a day that cannot be.

    ## What it asks

    An item that is done or dropped has `closed`: a day that is not in the
    future anywhere on earth, nor before the incident. An item that is open or in
    progress has none.

    ## Why

    How long it took until a lesson was put into practice is measured from it.

    ## Wrong

    ```yaml
    # action-items.yaml
    - id: AI-1
      title: Alert on payment errors above 1 %
      kind: detect
      priority: P1
      owner: dave
      due: 2026-12-01
      status: done
      proof: {file: docs/runbooks/payments.md}
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
      status: done
      closed: 2026-11-23
      proof: {file: docs/runbooks/payments.md}
    ```

    ## Source

    guide 5
    """
    latest = (context.now + _AHEAD).date()
    began = _began(case)
    for index, item in enumerate(case.action_items):
        if item.is_open and item.closed is not None:
            yield Finding(
                Place(ACTION_ITEMS, (index, "closed")),
                f"{item.id} is {item.status}, and says when it was closed",
                label=f"but its status is {item.status}",
                help=(Help("delete the line `closed:`, or set the status to done or dropped"),),
            )
        elif not item.is_open and item.closed is None:
            yield Finding(
                Place(ACTION_ITEMS, (index, "status")),
                f"{item.id} is {item.status}, and the day is missing",
                label=f"since when is it {item.status}?",
                help=(_line(index, "add the day to action-items.yaml:", f"closed: {context.now.date()}"),),
            )
        elif item.closed is not None and item.closed > latest:
            yield Finding(
                Place(ACTION_ITEMS, (index, "closed")),
                f"{item.id} was closed on a day that is still to come",
                label=f"today is {context.now.date()}",
                help=(Help(f"write the day on which it was {item.status}"),),
            )
        elif item.closed is not None and began is not None and item.closed < began.first:
            yield Finding(
                Place(ACTION_ITEMS, (index, "closed")),
                f"{item.id} was closed before the incident began",
                label=f"the incident {_BEGAN[began.name]} on {began.day}",
                help=(Help(f"write the day on which it was {item.status}"),),
                related=(Note(Place(INCIDENT, ("times", began.name)), began.name),),
            )


class _Beginning(NamedTuple):
    """When an incident began, as far as it is known.

    Attributes:
        name: Which of its times is the first.
        day: The day of it, in UTC.
        first: The first day on which anything can be due or done for it.
    """

    name: str
    day: date
    first: date


def _began(case: Case) -> _Beginning | None:
    times = case.incident.times
    known = [
        (when.earliest, name)
        for name, when in (("started", times.started), ("detected", times.detected), ("declared", times.declared))
        if when is not None
    ]
    if not known:
        return None
    begin, name = min(known)
    # A day is one of the owner's calendar, and may still be the day before that of UTC.
    return _Beginning(name, begin.date(), (begin - _BEHIND).date())


@rule("HW504", "repeated-id")
def repeated_id(case: Case, _context: Context) -> Iterator[Finding]:
    """Two action items of an incident have the same id.

    ## What it asks

    Each item of an incident has an id of its own.

    ## Why

    The id ties an item to its issue. Of two items with one id, one would never
    be followed up.

    ## Wrong

    ```yaml
    # action-items.yaml
    - {id: AI-1, title: Alert earlier, kind: detect, priority: P1, owner: dave, due: 2026-12-01, status: open}
    - {id: AI-1, title: Roll out slower, kind: prevent, priority: P1, owner: bob, due: 2026-12-01, status: open}
    ```

    ## Right

    ```yaml
    # action-items.yaml
    - {id: AI-1, title: Alert earlier, kind: detect, priority: P1, owner: dave, due: 2026-12-01, status: open}
    - {id: AI-2, title: Roll out slower, kind: prevent, priority: P1, owner: bob, due: 2026-12-01, status: open}
    ```

    ## Source

    guide 5
    """
    first: dict[str, int] = {}
    # Its issue belongs to the item that had the number first, so the later one gets another.
    free = 1 + max((int(item.id.removeprefix("AI-")) for item in case.action_items), default=0)
    for index, item in enumerate(case.action_items):
        if first.setdefault(item.id, index) != index:
            yield Finding(
                Place(ACTION_ITEMS, (index, "id")),
                f"two action items are called {item.id}",
                label=f"AI-{free} is free",
                help=(Help(f"give this one another id: an issue of {item.id} belongs to the first of them"),),
                related=(Note(Place(ACTION_ITEMS, (first[item.id], "id")), "the first of them"),),
            )
            free += 1


@rule("HW505", "nothing-prevents", level="warning", modes="LA")
def nothing_prevents(case: Case, _context: Context) -> Iterator[Finding]:
    """A severe incident is closed, and nothing will prevent or detect the next one.

    ## What it asks

    Once an incident of severity P0 or P1 is closed, at least one of its action
    items is of the kind `prevent` or `detect` and was not dropped. `none: why`
    in place of the items is an answer, and nothing is asked then.

    ## Why

    Items that mend a process or a runbook help after it has happened again.

    ## Wrong

    ```yaml
    # action-items.yaml
    - id: AI-1
      title: Say in the runbook to roll back first
      kind: runbook
      priority: P2
      owner: alice
      due: 2026-12-15
      status: open
    ```

    ## Right

    ```yaml
    # action-items.yaml
    - id: AI-1
      title: Refuse a pool that is smaller than the load needs
      kind: prevent
      priority: P2
      owner: alice
      due: 2026-12-15
      status: open
    ```

    ## Source

    guide 5 and 7
    """
    incident = case.incident
    level = incident.severity.level
    if incident.status != "closed" or level not in ("P0", "P1"):
        return
    answers = [index for index, item in enumerate(case.action_items) if item.kind in ("prevent", "detect")]
    # Where there is no item at all it is said why, or the gate asks for it.
    if not case.action_items or any(case.action_items[index].status != "dropped" for index in answers):
        return
    dropped = tuple(
        Note(Place(ACTION_ITEMS, (index, "status")), f"{case.action_items[index].id} was dropped") for index in answers
    )
    yield Finding(
        Place(ACTION_ITEMS),
        f"{level} is closed, and no action item prevents or detects the next one",
        help=(
            Help(
                f"add an item of the kind prevent or detect to {ACTION_ITEMS}, or take a dropped one up again"
                if dropped
                else f"add an item of the kind prevent or detect to {ACTION_ITEMS}"
            ),
        ),
        related=dropped,
    )


_BEGAN = {"started": "began", "detected": "was detected", "declared": "was declared"}


@rule("HW506", "due-before-incident", modes="LAD")
def due_before_incident(case: Case, _context: Context) -> Iterator[Finding]:
    """An action item was due before the incident began.

    ## What it asks

    No item is due before the day on which the incident started, was detected
    or was declared, whichever is known and first.

    ## Why

    Nobody can owe what nobody knew of: most often the year is wrong, and the
    item would be overdue from its first day on.

    ## Wrong

    ```yaml
    # action-items.yaml
    - id: AI-1
      title: Alert on payment errors above 1 %
      kind: detect
      priority: P1
      owner: dave
      due: 2025-11-30
      status: done
      closed: 2026-11-23
      proof: {file: docs/runbooks/payments.md}
    ```

    ## Right

    ```yaml
    # action-items.yaml
    - id: AI-1
      title: Alert on payment errors above 1 %
      kind: detect
      priority: P1
      owner: dave
      due: 2026-11-30
      status: done
      closed: 2026-11-23
      proof: {file: docs/runbooks/payments.md}
    ```

    ## Source

    guide 5
    """
    began = _began(case)
    if began is None:
        return
    for index, item in enumerate(case.action_items):
        if item.due is not None and item.due < began.first:
            yield Finding(
                Place(ACTION_ITEMS, (index, "due")),
                f"{item.id} was due before the incident began",
                label=f"the incident {_BEGAN[began.name]} on {began.day}",
                help=(Help("write the day by which it has to be done; look at the year"),),
                related=(Note(Place(INCIDENT, ("times", began.name)), began.name),),
            )


@rule("HW507", "done-without-proof", level="warning", modes="LAD")
def done_without_proof(case: Case, _context: Context) -> Iterator[Finding]:
    """An action item is done, and nothing shows that it is.

    ## What it asks

    An item that is done has a `proof`: a `file` of this repository, with the
    text that it `contains` where that helps, or a `pull_request`; or
    `{none: why}` where nothing can show it.

    ## Why

    Proof is checked again on every run, so that what was mended once and went
    again is seen before it fails again.

    ## Wrong

    ```yaml
    # action-items.yaml
    - id: AI-1
      title: Say in the runbook to roll back first
      kind: runbook
      priority: P2
      owner: alice
      due: 2026-12-01
      status: done
      closed: 2026-11-23
    ```

    ## Right

    ```yaml
    # action-items.yaml
    - id: AI-1
      title: Say in the runbook to roll back first
      kind: runbook
      priority: P2
      owner: alice
      due: 2026-12-01
      status: done
      closed: 2026-11-23
      proof: {file: docs/runbooks/checkout.md, contains: Roll back first}
    ```

    ## Source

    guide 5
    """
    for index, item in enumerate(case.action_items):
        if item.status == "done" and item.proof is None:
            yield Finding(
                Place(ACTION_ITEMS, (index, "status")),
                f"{item.id} is done, and nothing shows it",
                label="how can one see it?",
                help=(
                    _line(
                        index, "name a file that is there now, and a text in it:", "proof: {file: PATH, contains: TEXT}"
                    ),
                    _line(index, "or the pull request:", "proof: {pull_request: URL}"),
                    _line(index, "or why nothing can show it:", f"proof: {{none: {BLANK}}}"),
                ),
            )


@rule("HW508", "proof-broken", level="warning", modes="LAD")
def proof_broken(case: Case, context: Context) -> Iterator[Finding]:
    """An action item is done, and its proof does not hold.

    ## What it asks

    Of an item that is done, the `file` of its proof is in this repository (its
    path leads down from the root, and neither a folder nor a link is a file),
    and it holds the text that it `contains`, letter by letter. A pull request
    is looked up by `hotwash plan`, not here.

    ## Why

    What a later change takes away again no longer prevents anything. It is a
    warning, because that change need not have touched the record.

    ## Wrong

    ```yaml
    # action-items.yaml
    - id: AI-1
      title: Say in the runbook to roll back first
      kind: runbook
      priority: P2
      owner: alice
      due: 2026-12-01
      status: done
      closed: 2026-11-23
      proof: {file: docs/runbooks/checkout.md, contains: Roll back before}
    ```

    ## Right

    ```yaml
    # action-items.yaml
    - id: AI-1
      title: Say in the runbook to roll back first
      kind: runbook
      priority: P2
      owner: alice
      due: 2026-12-01
      status: done
      closed: 2026-11-23
      proof: {file: docs/runbooks/checkout.md, contains: Roll back first}
    ```

    ## Source

    guide 5
    """
    for index, item in enumerate(case.action_items):
        proof = proof_of(item)
        broken = None if proof is None else broken_proof(proof, context.snapshot)
        if broken is not None:
            yield Finding(
                Place(ACTION_ITEMS, (index, "proof", broken.key)),
                f"the proof of {item.id} does not hold: {broken.why}",
                help=(
                    Help(broken.remedy),
                    Help("or set the status back to open, and delete `closed:` and `proof:`"),
                ),
            )


def _line(index: int, say: str, line: str) -> Help:
    """A line to be added to an item."""
    return Help(say, f"  {line}", ACTION_ITEMS, (index,))
