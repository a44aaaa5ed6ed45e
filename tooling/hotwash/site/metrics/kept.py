"""Public incidents -> what was asked of whoever responded, and kept, as panels."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from hotwash.facts.measures import spread
from hotwash.model.base import LEVELS
from hotwash.site.metrics.charts import Parts, bars, span_words
from hotwash.site.metrics.panel import NOT_TOLD, Panel, Table, look

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from hotwash.facts.measures import Kept
    from hotwash.site.metrics.panel import Incidents
    from hotwash.site.public.content import PublicIncident


_KEPT_KEY = "Full: in time. Broken frame: late or never."


def kept_panels(live: Incidents, as_of: datetime) -> tuple[Panel, ...]:
    """What was asked of those that are closed, and how often it was kept."""
    closed = [(one, one.measured.kept) for one in live if one.measured.kept]
    if not closed:
        return ()
    return (
        _responses([kept for _, kept in closed]),
        *first_actions(live),
        _updates(closed),
        _postmortems(live, as_of),
    )


def _shares(title: str, means: str, found: Sequence[tuple[str, bool]], *, unit: str, word: str = "") -> Panel:
    """How many were in time, by severity."""
    by_level = Counter(found)
    levels = [level for level in LEVELS if by_level[level, True] + by_level[level, False]]
    if not levels:
        return Panel(title, means, None, None, word or "Asked of none.")
    groups, rows = [], []
    for level in levels:
        kept, missed = by_level[level, True], by_level[level, False]
        note = f"{kept:,} of {kept + missed:,} in time"
        groups.append(Parts(level, look(level), note, (("kept", kept), ("missed", missed))))
        rows.append((level, f"{kept + missed:,}", f"{kept:,}", f"{missed:,}"))
    caption = f"{title}, by severity"
    table = Table(caption, ("Severity", unit, "In time", "Late or never"), tuple(rows), is_long=True)
    return Panel(title, means, bars(caption, groups, key=_KEPT_KEY, of_all=True), table, word)


def _responses(closed: Iterable[Kept]) -> Panel:
    found = [
        (kept.response_level, kept.response) for kept in closed if kept.response is not None and kept.response_level
    ]
    return _shares(
        "Response in time",
        "somebody took it within the limit of the severity that it had then",
        found,
        unit="Incidents",
    )


def first_actions(incidents: Incidents) -> tuple[Panel, ...]:
    """The four first actions, and what the STOP gate says."""
    closed = [(one, one.measured.kept) for one in incidents if one.measured.kept]
    asked = [(one, kept) for one, kept in closed if kept.signed_in_time is not None]
    if not asked:
        return ()
    late = sum(kept.gate == "late" for _, kept in asked)
    shut = sum(kept.gate == "shut" for _, kept in asked)
    taken = spread(kept.signed_after for _, kept in asked if kept.signed_after is not None)
    said = f"The STOP gate opened in order for {len(asked) - late - shut:,} of {len(asked):,}"
    said += f", {late:,} went ahead of it and {'says' if late == 1 else 'say'} why" if late else ""
    said += f", {shut:,} {'is' if shut == 1 else 'are'} closed though it says stop" if shut else ""
    said += "."
    if taken is not None and taken.p50 is not None:
        said += f" Half of {taken.n:,} had all four signed {span_words(taken.p50)} after the declaration or sooner."
    found = [(one.severity.level, bool(kept.signed_in_time)) for one, kept in asked]
    return (
        _shares(
            "First actions in time",
            "all four were signed off as soon after the declaration as the policy asks",
            found,
            unit="Incidents",
            word=said,
        ),
    )


def _updates(closed: Sequence[tuple[PublicIncident, Kept]]) -> Panel:
    title, means = "Status updates in time", "those that came, and those that were due and never came"
    groups, rows = [], []
    for level in LEVELS:
        of_level = [kept for one, kept in closed if one.severity.level == level and kept.updates_asked]
        asked, late = sum(kept.updates_asked for kept in of_level), sum(kept.updates_late for kept in of_level)
        if not asked:
            continue
        longest = max((kept.longest_silence for kept in of_level if kept.longest_silence), default=None)
        note = f"{asked - late:,} of {asked:,} in time"
        groups.append(Parts(level, look(level), note, (("kept", asked - late), ("missed", late))))
        silence = span_words(longest) if longest else NOT_TOLD
        rows.append((level, f"{len(of_level):,}", f"{asked:,}", f"{asked - late:,}", f"{late:,}", silence))
    if not rows:
        return Panel(title, means, None, None, "Asked of none.")
    caption = f"{title}, by severity"
    head = ("Severity", "Incidents", "Updates", "In time", "Late or never", "Longest silence")
    table = Table(caption, head, tuple(rows), is_long=True)
    return Panel(title, means, bars(caption, groups, key=_KEPT_KEY, of_all=True), table)


def _postmortems(live: Incidents, as_of: datetime) -> Panel:
    found = [
        (one.severity.level, one.measured.kept.postmortem)
        for one in live
        if one.measured.kept and one.measured.kept.postmortem is not None
    ]
    due = (one.measured.postmortem_due for one in live if one.status == "resolved")
    waiting = sum(when is not None and when < as_of for when in due)
    word = ""
    if waiting:
        is_ = "is" if waiting == 1 else "are"
        word = f"{waiting:,} more {is_} resolved and past that day, and {is_} not closed."
    return _shares(
        "Post-mortems in time",
        "published, and reviewed by the day that the policy asks for",
        found,
        unit="Post-mortems",
        word=word,
    )
