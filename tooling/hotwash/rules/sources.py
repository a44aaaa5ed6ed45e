"""1xx: what a retrospective record rests on."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from hotwash.diagnostics import Finding, Help, Place
from hotwash.facts.statements import statements, time_place
from hotwash.model.repository import ACTION_ITEMS, INCIDENT
from hotwash.rules.rule import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotwash.diagnostics import Route
    from hotwash.model.base import When
    from hotwash.model.incident import Impact
    from hotwash.model.repository import Case
    from hotwash.model.timeline import AnyEntry
    from hotwash.rules.rule import Context

# Those who know it from themselves, or who may demand to know.
_FIRST_HAND = ("primary", "regulator")


@rule("HW111", "fact-without-source", modes="R")
def fact_without_source(case: Case, _context: Context) -> Iterator[Finding]:
    """A retrospective record does not say where it has something from.

    ## What it asks

    Each time, entry, figure of the impact and action item names its `source`
    (of an entry the one in `at` counts), and that is a key of `sources`. One of
    them is of kind `primary` or `regulator`, and `organisation` says whose
    incident it was.

    ## Why

    Nobody who writes it was there. What has no source is hearsay, and others
    learn from it as if it were true.

    ## Wrong

    ```yaml
    # incident.yaml
    times:
      started: 2026-09-21T08:41:00Z
      mitigated: {at: 2026-09-21T09:04:00Z, source: S1}
      resolved: {at: 2026-09-21T11:30:00Z, source: S1}
    ```

    ## Right

    ```yaml
    # incident.yaml
    times:
      started: {at: 2026-09-21T08:41:00Z, source: S1}
      mitigated: {at: 2026-09-21T09:04:00Z, source: S1}
      resolved: {at: 2026-09-21T11:30:00Z, source: S1}
    ```

    ## Source

    guide 7
    """
    yield from _whole(case)
    yield from _unlisted(case)
    known = next(iter(case.incident.sources), "S1")
    for place, what, line in _unsourced(case, known):
        yield Finding(
            place,
            f"{what} has no `source`",
            label="where is it from?",
            help=(Help(f"write where it is from, like `{line}`"),),
        )


def _whole(case: Case) -> Iterator[Finding]:
    """What the record as a whole must say."""
    incident = case.incident
    if incident.organisation is None:
        yield Finding(
            Place(INCIDENT, ("recorded",), "key"),
            "the record does not say whose incident it was",
            label="`organisation` is missing",
            help=(Help("add to incident.yaml, with the name:", "organisation: NAME", INCIDENT),),
        )
    if not any(source.kind in _FIRST_HAND for source in incident.sources.values()):
        at = ("sources",) if incident.sources else ("recorded",)
        message = "no source is primary or a regulator" if incident.sources else "the record names no `sources`"
        yield Finding(
            Place(INCIDENT, at, "key"),
            message,
            label="nobody who was there is heard",
            help=(Help("add what the organisation itself or a regulator published; without it, there is no record"),),
        )


def _unlisted(case: Case) -> Iterator[Finding]:
    """Each source that is named and not listed."""
    known = case.incident.sources
    for statement in statements(case):
        name = statement.value
        if statement.key != "source" or statement.named or not isinstance(name, str) or name in known:
            continue
        near = next(iter(difflib.get_close_matches(name, known, n=1)), "")
        yield Finding(
            statement.place,
            f"`{name}` is not in `sources`",
            label=f"did you mean `{near}`?" if near else "nobody can look it up",
            help=(
                Help(
                    f"write `{near}`, or list `{name}` under `sources:`" if near else f"list `{name}` under `sources:`"
                ),
            ),
        )


def _unsourced(case: Case, known: str) -> Iterator[tuple[Place, str, str]]:
    """Each fact without a source: where it stands, what it is, and how to write where it is from."""
    times = case.incident.times
    for name in type(times).model_fields:
        when: When | None = getattr(times, name)
        if when is not None and when.source is None:
            yield Place(INCIDENT, ("times", name)), f"`{name}`", f"{name}: {{{_keys(when)}, source: {known}}}"
    for route, what in _figures(case.incident.impact):
        yield Place(INCIDENT, ("impact", *route)), what, f"source: {known}"
    for logged in case.timeline:
        if not _entry_has_source(logged.entry):
            yield time_place(logged), f"this {logged.entry.kind}", f"source: {known}"
    for index, item in enumerate(case.action_items):
        if item.source is None:
            yield Place(ACTION_ITEMS, (index, "id")), item.id, f"source: {known}"


def _keys(when: When) -> str:
    """A time as it is written in braces, without its source and what others say."""
    named = (("at", when.at_), ("after", when.after), ("before", when.before))
    keys = [f"{key}: {instant}" for key, instant in named if instant is not None]
    return ", ".join((*keys, *(["approx: true"] if when.approx else []), *(["derived: …"] if when.derived else [])))


def _figures(impact: Impact) -> Iterator[tuple[Route, str]]:
    """The parts of an impact that state something to be looked up, and do not say where."""
    yield from _of_users_and_money(impact)
    for index, measure in enumerate(impact.measures):
        if measure.source is None:
            yield ("measures", index, "what"), "this measure"
    data = impact.data
    # `{none: why}` stands here at times, and has nothing to look up.
    if getattr(data, "lost", None) is not None and getattr(data, "source", None) is None:
        yield ("data", "lost"), "the loss of data"
    for index, window in enumerate(impact.windows):
        for key, end in (("from", window.from_), ("until", window.until)):
            if window.source is None and end is not None and end.source is None:
                yield ("windows", index, key), f"`{key}` of this window of impact"


def _of_users_and_money(impact: Impact) -> Iterator[tuple[Route, str]]:
    users, business = impact.users, impact.business
    if users is not None and users.source is None:
        if isinstance(users.affected, int):
            yield ("users", "affected"), "the number of users"
        elif users.share is not None:
            yield ("users", "share"), "the share of users"
    # `{unknown: why}` stands for both at times, and has nothing to look up.
    loss = getattr(business, "revenue_loss", None)
    if (
        loss is not None
        and hasattr(loss, "amount")
        and loss.source is None
        and getattr(business, "source", None) is None
    ):
        yield ("business", "revenue_loss"), "the loss of revenue"
    for index, loss in enumerate(getattr(business, "losses", ())):
        if loss.source is None and getattr(business, "source", None) is None:
            yield ("business", "losses", index, "what"), "this loss"


def _entry_has_source(entry: AnyEntry) -> bool:
    if entry.source is not None:
        return True
    times = (entry.at,) if entry.between is None else entry.between
    return all(time is not None and time.source is not None for time in times)
