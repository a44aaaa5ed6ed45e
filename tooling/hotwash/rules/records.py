"""1xx: what a record says against itself."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from hotwash.diagnostics import Finding, Help, Note, Place
from hotwash.facts.first_actions import BLANK
from hotwash.facts.gates import gaps
from hotwash.facts.history import steps, told_status, way
from hotwash.model.names import LOGIN_PLACEHOLDER
from hotwash.model.repository import INCIDENT, TIMELINE
from hotwash.model.time import short_span, surely_before, utc_text
from hotwash.rules.rule import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotwash.diagnostics import LevelName
    from hotwash.model.base import When
    from hotwash.model.repository import Case
    from hotwash.rules.rule import Context

# Only these are hard: people start work before they declare.
_HARD = (("started", "mitigated"), ("mitigated", "resolved"), ("started", "resolved"), ("detected", "declared"))
_ODD = (
    ("started", "detected"),
    ("detected", "acknowledged"),
    ("declared", "mitigated"),
    ("declared", "resolved"),
    ("acknowledged", "resolved"),
    ("started", "contained"),
    ("contained", "resolved"),
)


@rule("HW101", "times-out-of-order")
def times_out_of_order(case: Case, _context: Context) -> Iterator[Finding]:
    """The times of an incident do not follow each other.

    ## What it asks

    Started, mitigated, resolved in this order, and detected before declared,
    as far as the precision of the times can tell. Other odd orders of live and
    late records are warnings: most are true, and worth a look.

    ## Why

    Every measure rests on these times, and none may be negative.

    ## Wrong

    ```yaml
    # incident.yaml
    times:
      started: 2026-11-23T08:41:00Z
      detected: 2026-11-23T08:44:00Z
      declared: 2026-11-23T08:43:00Z
    ```

    ## Right

    ```yaml
    # incident.yaml
    times:
      started: 2026-11-23T08:41:00Z
      detected: 2026-11-23T08:43:20Z
      declared: 2026-11-23T08:43Z
    ```

    ## Source

    guide 5
    """
    yield from _pairs(case, _HARD, None)
    if case.incident.mode != "retrospective" and not case.incident.is_drill:
        yield from _pairs(case, _ODD, "warning")


def _pairs(case: Case, pairs: tuple[tuple[str, str], ...], level: LevelName | None) -> Iterator[Finding]:
    for first, second in pairs:
        early: When | None = getattr(case.incident.times, first)
        late: When | None = getattr(case.incident.times, second)
        if early is None or late is None or not surely_before(late, early):
            continue
        apart = short_span(early.at.start - late.at.start)
        yield Finding(
            Place(INCIDENT, ("times", second)),
            f"`{first}` is {apart} after `{second}`",
            label=f"{first} is {early.at}",
            help=(Help("mend the one that is wrong"),) if level is None else (Help("if it was so, leave it"),),
            related=(Note(Place(INCIDENT, ("times", first)), first),),
            level=level,
        )


@rule("HW104", "status-disagrees", modes="LAD")
def status_disagrees(case: Case, context: Context) -> Iterator[Finding]:
    """The status is not what the timeline says.

    ## What it asks

    Each step from one status to the next has its status-change entry, and the
    last one leads to the status of the incident.

    ## Why

    The timeline is how an incident is understood later. A status that was only
    overwritten has no time, and no clock can be kept by it.

    ## Wrong

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

    guide 5 and 7
    """
    found = steps(case)
    for step in found:
        if step.entry.from_ != step.expected:
            yield Finding(
                Place(step.logged.file, (*step.logged.route, "from")),
                f"this entry leaves `{step.entry.from_}`, and the incident was `{step.expected}`",
                label=f"expected {step.expected}",
                help=(Help(f"write `from: {step.expected}`, or add the entry of the step between"),),
            )
    status = case.incident.status
    told = told_status(case)
    if status == told:
        return
    where = "add to timeline.yaml" if case.has_timeline else "add to timeline.yaml, a new file"
    if told == "declared" and status != "dismissed" and gaps(case, context.now):
        where = f"once the four first actions are signed off, {where}"
    line = "\n".join(
        f"- at: {utc_text(context.now)}\n  by: {LOGIN_PLACEHOLDER}\n  kind: status-change\n"
        f"  from: {left}\n  to: {reached}\n  text: {BLANK}"
        for left, reached in pairwise(way(told, status))
    )
    said = f"the last status-change entry leads to `{told}`" if found else "no status-change entry leads there"
    yield Finding(
        Place(INCIDENT, ("status",)),
        f"status is `{status}`, and {said}",
        label=f"the timeline says {told}",
        help=(Help(f"{where}:", line, TIMELINE, under=()), Help(f"or set it back, and write `status: {told}`")),
        related=(Note(Place(found[-1].logged.file, (*found[-1].logged.route, "to")), "the last one"),) if found else (),
    )
