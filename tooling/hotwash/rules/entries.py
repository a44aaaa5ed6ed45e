"""1xx: what the entries of a timeline say against each other and against the times of the incident."""

from __future__ import annotations

import difflib
from datetime import timedelta
from typing import TYPE_CHECKING

from hotwash.diagnostics import Finding, Help, Note, Place
from hotwash.facts.history import closed_by
from hotwash.facts.statements import Spread, placed, spread, time_place
from hotwash.model.repository import INCIDENT
from hotwash.model.time import short_span, surely_before
from hotwash.rules.rule import rule

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from hotwash.model.base import When
    from hotwash.model.repository import Case, LoggedEntry
    from hotwash.model.timeline import AnyEntry, Recovery
    from hotwash.rules.rule import Context

# What happened so long before the impact belongs to it only as a change that may have caused it.
_BEFORE = timedelta(days=1)
# Besides time, person and words: what makes two entries of a kind two. A mitigation that was logged first as pending
# and once more with its outcome is one.
_OWN = ("from_", "to", "role", "via", "about", "service", "ref", "action", "target", "what", "channel")
_LISTED_IDS = 5


def _apart(first: When, second: When) -> str:
    """How far two times are apart, as they are written."""
    return short_span(second.at.start - first.at.start)


@rule("HW107", "repeated-entry", level="warning")
def repeated_entry(case: Case, _context: Context) -> Iterator[Finding]:
    """The same entry stands in the timeline twice.

    ## What it asks

    No two entries have the same time, person, kind and text, and for a status
    update the same audience.

    ## Why

    What was logged twice reads as if it had happened twice: two rollbacks, two
    updates.

    ## Wrong

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:52:00Z
      by: dave
      kind: note
      text: The payments team is on the call
    - at: 2026-11-23T09:52:00+01:00
      by: dave
      kind: note
      text: The payments team is on the call
    ```

    ## Right

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:52:00Z
      by: dave
      kind: note
      text: The payments team is on the call
    - at: 2026-11-23T09:54:00+01:00
      by: dave
      kind: note
      text: The network team is on the call
    ```

    ## Source

    guide 5
    """
    begun = {(logged.entry.when.at.start, logged.entry.kind) for logged in case.timeline}
    if len(begun) == len(case.timeline):
        return
    first: dict[Hashable, LoggedEntry] = {}
    for logged in case.timeline:
        before = first.setdefault(_said(logged.entry), logged)
        if before is logged or (logged.entry.id is not None and logged.entry.id == before.entry.id):
            continue  # one id for two entries is said by its own rule
        yield Finding(
            time_place(logged),
            f"this {logged.entry.kind} stands in the timeline twice",
            label="the same again",
            help=(Help("delete one of the two; if it happened twice, say in the text what was different"),),
            related=(Note(time_place(before), "the first one"),),
        )


def _said(entry: AnyEntry) -> Hashable:
    times = (entry.when,) if entry.between is None else entry.between
    return (
        tuple((time.earliest, time.latest) for time in times),
        entry.by,
        entry.kind,
        " ".join(entry.text.split()),
        frozenset(entry.audiences) if entry.kind == "status-update" else None,
        tuple(map(vars(entry).get, _OWN)),
    )


@rule("HW109", "entry-outside-incident", level="warning", modes="LAD")
def entry_outside_incident(case: Case, _context: Context) -> Iterator[Finding]:
    """An entry lies long before the incident, or after it was closed.

    ## What it asks

    No entry is more than a day earlier than `started` (where that is not known,
    than `declared`), a `change` apart; and none is later than the entry that
    closed the incident.

    ## Why

    It is a slip in the date most often. If it is true, then the impact began
    earlier than the record says, or the incident was not over.

    ## Wrong

    ```yaml
    # timeline.yaml …
    - at: 2026-11-20T10:00:00Z
      by: dave
      kind: note
      text: The pool of connections is made smaller
    ```

    ## Right

    ```yaml
    # timeline.yaml …
    - at: 2026-11-20T10:00:00Z
      by: dave
      kind: change
      text: The pool of connections is made smaller
    ```

    ## Source

    guide 5
    """
    times = case.incident.times
    name, begun = ("started", times.started) if times.started is not None else ("declared", times.declared)
    closing = closed_by(case)
    over = spread(closing.entry) if closing is not None else None
    long_before = begun.earliest - _BEFORE if begun is not None else None
    for logged in case.timeline:
        start = logged.entry.when.at.start
        # Nearly all lie between these, whatever their precision.
        if (long_before is None or start > long_before) and (over is None or start < over.latest):
            continue
        when = spread(logged.entry)
        if begun is not None and logged.entry.kind != "change" and when.latest + _BEFORE <= begun.earliest:
            yield Finding(
                time_place(logged),
                f"this {logged.entry.kind} is {_apart(logged.entry.when, begun)} before `{name}`",
                label="long before the incident",
                help=(Help(f"mend its time, or `{name}`; what was changed beforehand is an entry of kind `change`"),),
                related=(Note(Place(INCIDENT, ("times", name)), name),),
            )
        if over is not None and closing is not None and surely_before(over, when):
            yield Finding(
                time_place(logged),
                f"this {logged.entry.kind} is {_apart(closing.entry.when, logged.entry.when)} after the incident was closed",
                label="after the end",
                help=(
                    Help("mend its time; if the work goes on, open the incident again or keep it in an action item"),
                ),
                related=(Note(time_place(closing), "closed here"),),
            )


@rule("HW112", "relapse-after-mitigated", level="warning", modes="LAD")
def relapse_after_mitigated(case: Case, _context: Context) -> Iterator[Finding]:
    """The users felt it again after `mitigated`.

    ## What it asks

    No impact window begins or ends after `times.mitigated`, and no recovery
    entry after it has a lower share than the one before it of the same thing.
    Of retrospective records it is not asked: a source may well say that the
    main impact was over, and tell of a smaller one that came later.

    ## Why

    `mitigated` is when users no longer feel it. If it came back, the time is
    too early, and the time to mitigate looks better than the night was.

    ## Wrong

    ```yaml
    # incident.yaml
    times:
      started: 2026-11-23T08:41:00Z
      detected: 2026-11-23T08:44:10Z
      declared: 2026-11-23T08:46:00Z
      acknowledged: 2026-11-23T08:46:40Z
      mitigated: 2026-11-23T08:52:00Z
    ```

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:52:00Z
      by: carol
      kind: recovery
      share: 1.0
      text: All cards work again
    - at: 2026-11-23T08:56:00Z
      by: carol
      kind: recovery
      share: 0.6
      text: Four in ten fail again
    ```

    ## Right

    ```yaml
    # incident.yaml
    times:
      started: 2026-11-23T08:41:00Z
      detected: 2026-11-23T08:44:10Z
      declared: 2026-11-23T08:46:00Z
      acknowledged: 2026-11-23T08:46:40Z
    ```

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:52:00Z
      by: carol
      kind: recovery
      share: 1.0
      text: All cards work again
    - at: 2026-11-23T08:56:00Z
      by: carol
      kind: recovery
      share: 0.6
      text: Four in ten fail again
    ```

    ## Source

    guide 5 and 7
    """
    mitigated = case.incident.times.mitigated
    if mitigated is None:
        return
    remedy = Help("set `mitigated` to when users no longer felt it for good; delete it while they still do")
    related = (Note(Place(INCIDENT, ("times", "mitigated")), f"mitigated {mitigated}"),)
    for index, window in enumerate(case.incident.impact.windows):
        ends: tuple[tuple[str, When | None], ...] = (("from", window.from_), ("until", window.until))
        for key, end in ends:
            if end is not None and surely_before(mitigated, end):
                told = "begins" if key == "from" else "ends"
                yield Finding(
                    Place(INCIDENT, ("impact", "windows", index, key)),
                    f"a window of impact {told} {_apart(mitigated, end)} after `mitigated`",
                    label="users still felt it",
                    help=(remedy,),
                    related=related,
                )
                break
    for before, logged, entry in _worse(case):
        if surely_before(mitigated, spread(entry)):
            yield Finding(
                placed(logged, "share"),
                f"less works than before, {_apart(mitigated, entry.when)} after `mitigated`",
                label="it came back",
                help=(remedy,),
                related=(*related, Note(placed(before, "share"), "the share before")),
            )


def _worse(case: Case) -> Iterator[tuple[LoggedEntry, LoggedEntry, Recovery]]:
    """Each recovery entry that tells a lower share than the one surely before it, of the same thing."""
    last: dict[str, tuple[LoggedEntry, float, Spread]] = {}
    for logged in case.timeline:
        entry = logged.entry
        if entry.kind != "recovery" or entry.share is None:
            continue
        what = " ".join((entry.what or "").casefold().split())
        when = spread(entry)
        if what in last:
            before, share, then = last[what]
            if entry.share < share and surely_before(then, when):
                yield before, logged, entry
        last[what] = (logged, entry.share, when)


@rule("HW113", "unknown-entry-id")
def unknown_entry_id(case: Case, _context: Context) -> Iterator[Finding]:
    """An entry names another one that is not there, or two have one id.

    ## What it asks

    What `caused_by`, `supersedes` and `answers` name is the `id` of another
    entry of the same incident, and no id stands twice. In `timeline.d/` the id
    of an entry is the name of its file.

    ## Why

    A review follows these links from the harm to what mended it. One that
    leads nowhere hides that the harm was never answered.

    ## Wrong

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:52:00Z
      id: pool-too-small
      by: dave
      kind: finding
      about: hypothesis
      state: open
      text: The pool of connections may be too small
    - at: 2026-11-23T08:55:00Z
      by: dave
      kind: finding
      about: hypothesis
      state: ruled-out
      supersedes: pool-to-small
      text: It is as large as before
    ```

    ## Right

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:52:00Z
      id: pool-too-small
      by: dave
      kind: finding
      about: hypothesis
      state: open
      text: The pool of connections may be too small
    - at: 2026-11-23T08:55:00Z
      by: dave
      kind: finding
      about: hypothesis
      state: ruled-out
      supersedes: pool-too-small
      text: It is as large as before
    ```

    ## Source

    guide 5
    """
    known: dict[str, LoggedEntry] = {}
    for logged in case.timeline:
        name = logged.entry.id
        if name is not None and known.setdefault(name, logged) is not logged:
            yield Finding(
                placed(logged, "id"),
                f"two entries have the id `{name}`",
                label="the second of the two",
                help=(Help("give one of them an id of its own; if both are the same entry, delete one"),),
                related=(Note(placed(known[name], "id"), "the first one"),),
            )
    for logged in case.timeline:
        for key in ("caused_by", "supersedes", "answers"):
            name = vars(logged.entry).get(key)
            if name is None or (name in known and name != logged.entry.id):
                continue
            others = [other for other in known if other != logged.entry.id]
            near = next(iter(difflib.get_close_matches(name, others, n=1)), "")
            remedy = f"write `{key}: {near}`" if near else "give that entry an `id`, and name it here"
            if not near and others:
                remedy += f"; ids so far: {', '.join(others[:_LISTED_IDS])}{', …' if len(others) > _LISTED_IDS else ''}"
            yield Finding(
                placed(logged, key),
                f"`{key}` names this entry itself" if name in known else f"no entry has the id `{name}`",
                label=f"did you mean `{near}`?" if near else "it leads nowhere",
                help=(Help(remedy),),
                related=(Note(placed(known[near], "id"), "that entry"),) if near else (),
            )
