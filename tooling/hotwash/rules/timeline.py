"""1xx and 2xx: the timeline as files: its order, and the folder of entries that is folded at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotwash.diagnostics import Finding, Help, Note, Place, counted
from hotwash.facts.order import first_misplaced
from hotwash.model.repository import FRAGMENTS, TIMELINE
from hotwash.rules.rule import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotwash.model.repository import Case
    from hotwash.rules.rule import Context

_NAMED_LIMIT = 5  # files that a note names


@rule("HW103", "timeline-out-of-order", level="warning")
def timeline_out_of_order(case: Case, _context: Context) -> Iterator[Finding]:
    """The entries of timeline.yaml do not follow each other.

    ## What it asks

    Each entry stands below those that are earlier, as far as the precision of
    the times can tell. Of `between` the first bound counts.

    ## Why

    A timeline is read from top to bottom. What stands in the wrong place is
    read as the cause of what it followed.

    ## Wrong

    ```yaml
    # timeline.yaml
    - at: 2026-11-23T08:49:00Z
      by: carol
      kind: mitigation
      action: rollback
      outcome: effective
      text: Rolled back to v412
    - at: 2026-11-23T08:51:00Z
      by: alice
      kind: status-change
      from: declared
      to: investigating
      text: The four first actions are done
    - at: 2026-11-23T08:50:00Z
      by: bob
      kind: status-update
      audience: [engineers, stakeholders]
      text: Card payments fail; we have rolled back and are looking on
    ```

    ## Right

    ```yaml
    # timeline.yaml
    - at: 2026-11-23T08:49:00Z
      by: carol
      kind: mitigation
      action: rollback
      outcome: effective
      text: Rolled back to v412
    - at: 2026-11-23T08:50:00Z
      by: bob
      kind: status-update
      audience: [engineers, stakeholders]
      text: Card payments fail; we have rolled back and are looking on
    - at: 2026-11-23T08:51:00Z
      by: alice
      kind: status-change
      from: declared
      to: investigating
      text: The four first actions are done
    ```

    ## Source

    guide 5
    """
    # The entries come by time, and their routes say where they stand.
    entries = sorted((logged for logged in case.timeline if logged.file == TIMELINE), key=lambda logged: logged.route)
    found = first_misplaced([logged.entry.when for logged in entries])
    if found is None:
        return
    misplaced, above = (entries[index] for index in found)
    yield Finding(
        Place(TIMELINE, (*misplaced.route, "at" if misplaced.entry.at is not None else "between")),
        f"the entry of {misplaced.entry.when.at} stands below the one of {above.entry.when.at}",
        label="earlier than what stands above it",
        help=(Help("move it up, or mend the time that is wrong"),),
        related=(Note(Place(TIMELINE, above.route), "it belongs before this one"),),
        fix="sorts the entries, each with its comments",
    )


@rule("HW223", "fragments-not-folded", judged_from="closed")
def fragments_not_folded(case: Case, _context: Context) -> Iterator[Finding]:
    """A closed incident still has entries in timeline.d/.

    ## What it asks

    Once an incident is closed, all its entries stand in timeline.yaml. While it
    burns, and again while it is reopened, each may have a file of its own.

    ## Why

    A file an entry keeps people who log at once out of each other's way. After
    that, one file is what somebody can read.

    ## Wrong

    ```yaml
    # timeline.d/0852-k3f9.yaml
    at: 2026-11-23T08:52:00Z
    by: dave
    kind: note
    text: Asked payments for their logs
    ```

    ## Right

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:52:00Z
      id: 0852-k3f9
      by: dave
      kind: note
      text: Asked payments for their logs
    ```

    ## Source

    guide 5
    """
    left = [logged.file for logged in case.timeline if logged.file != TIMELINE]
    if not left:
        return
    named = [name.removeprefix(f"{FRAGMENTS}/") for name in left[:_NAMED_LIMIT]]
    more = f", and {len(left) - len(named):,} more" if len(left) > len(named) else ""
    entries = "1 entry is" if len(left) == 1 else f"{len(left):,} entries are"
    yield Finding(
        Place(left[0]),
        f"the incident is {case.incident.status}, and {entries} left in {FRAGMENTS}/",
        notes=(f"{counted(len(left), 'file')}: {', '.join(named)}{more}",),
        help=(Help(f"move each into {TIMELINE}, with the name of its file as `id`, and delete the files"),),
        # Before it is closed, somebody may be writing one at this moment.
        fix=f"folds them into {TIMELINE}" if case.incident.status == "closed" else "",
    )
