"""A closed incident -> four lines for a reader with half a minute: who was hit, what helped, why, what will change.

Nothing here is new: each line is taken from a field that the page tells whole further down.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from hotwash.diagnostics import counted
from hotwash.model.base import Nothing
from hotwash.model.incident import Business, Money
from hotwash.model.time import surely_before
from hotwash.model.timeline import Fix, Mitigation
from hotwash.site.public.content import Glance, Point, Prose
from hotwash.site.public.lengths import length
from hotwash.site.public.sentences import sentences
from hotwash.site.public.values import QUALIFIERS, absent, count, money, percent, sentence
from hotwash.site.public.words import CATEGORIES, ENDINGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from hotwash.model import incident as written
    from hotwash.model.postmortem import RootCause
    from hotwash.model.repository import Case
    from hotwash.site.public.content import PublicItem

    _Measure = Mitigation | Fix

_TOLD = 2  # of several: more are no glance
_SHORT = 160  # characters: as long as a sentence may be
# What a cut could break.
_MARKUP = re.compile(r"[`*_\[\]<>|\\]")


def glances(
    case: Case, causes: tuple[RootCause, ...] | Nothing | None, items: Sequence[PublicItem]
) -> Iterator[Glance]:
    """The four lines, each only where the record answers it.

    Args:
        case: The incident, closed.
        causes: Its root causes, as far as they are published.
        items: Its action items.
    """
    yield from _glance("Who was hit", "Impact", _hit(case.incident.impact))
    yield from _helped(case)
    if isinstance(causes, Nothing):
        yield Glance("Why", "Root cause", (Point(absent(causes)),))
    elif causes:
        first, *others = causes
        more = ", ".join(dict.fromkeys(CATEGORIES[cause.category] for cause in others))
        rest = f"{counted(len(others), 'more cause')}: {more}" if others else ""
        yield Glance("Why", "Root cause", (Point(_why(first), CATEGORIES[first.category]),), rest)
    if case.no_action_items:
        yield Glance("What will change", "Action items", (Point(absent(case.no_action_items)),))
    elif items:
        yield _change(items)


def first_sentence(text: str) -> str:
    """The first sentence of a text; all of its first paragraph where markup or doubt is in the way."""
    paragraph = text.strip().split("\n\n", 1)[0]
    first = next(sentences(paragraph))
    return paragraph if _MARKUP.search(first) else first


def _glance(question: str, section: str, points: Iterable[Point]) -> Iterator[Glance]:
    told = list(points)
    if told:
        yield Glance(question, section, tuple(told[:_TOLD]), f"{len(told) - _TOLD} more" if len(told) > _TOLD else "")


def _brief(text: str) -> Prose:
    return Prose(first_sentence(text))


def _hit(impact: written.Impact) -> Iterator[Point]:
    users = impact.users
    how_many = ""
    if users and not isinstance(users.affected, Nothing):
        number, share = count(users.affected), percent(users.share)
        how_many = f"{number} users, {share}" if number and share else f"{number} users" if number else share
    elif users:
        how_many = percent(users.share)
    if users and users.description:
        whole = users.description
        yield Point(Prose(whole) if len(whole) <= _SHORT else _brief(whole), how_many)
    elif how_many:
        yield Point(how_many)
    # One figure more: what weighs most of what the record counts.
    yield from list(_weight(impact, is_counted=bool(how_many)))[:1]


def _weight(impact: written.Impact, *, is_counted: bool) -> Iterator[Point]:
    lost = None if isinstance(impact.data, Nothing) else impact.data
    if lost and not lost.recoverable:
        span = length(lost.from_, lost.until) if lost.from_ and lost.until else ""
        yield Point("Data was lost for good", f"{span} of it" if span else "")
    business = impact.business
    if isinstance(business, Business):
        losses = [("revenue lost", business.revenue_loss), *((one.what, one) for one in business.losses)]
        for what, loss in losses:
            if isinstance(loss, Money):
                yield Point(money(loss.amount, loss.currency, loss.qualifier), what)
    for measure in () if is_counted else impact.measures:
        if measure.share is not None:
            of = f" of {measure.of}" if measure.of else ""
            yield Point(f"{QUALIFIERS[measure.qualifier]}{percent(measure.share)}{of}", measure.what)
    if lost and lost.recoverable:
        yield Point("Data was lost or damaged", "it came back, or can")


def _helped(case: Case) -> Iterator[Glance]:
    entries = [logged.entry for logged in case.timeline]
    tried = [entry for entry in entries if isinstance(entry, Mitigation)]
    outcomes = Counter(entry.outcome for entry in tried)
    harm = f"{counted(outcomes['harmful'], 'attempt')} did harm" if outcomes["harmful"] else ""
    for question, found in (
        ("What helped", [entry for entry in tried if entry.outcome == "effective"]),
        ("What helped in part", [entry for entry in tried if entry.outcome == "partial"]),
        ("What mended it", [entry for entry in entries if isinstance(entry, Fix)]),
    ):
        if found:
            told = _nearest_the_end(case, found)
            points = tuple(Point(_brief(entry.text), _when(case, entry)) for entry in told)
            more = f"{len(found) - len(told)} more" if len(found) > len(told) else ""
            yield Glance(question, "Mitigations", points, "; ".join(filter(None, [more, harm])))
            return
    if ending := case.incident.resolution:
        how = ENDINGS[ending.how]
        point = Point(_brief(ending.note), how) if ending.note else Point(sentence(how))
        yield Glance("How it ended", "Mitigations" if tried else "Afterwards", (point,), harm)


def _nearest_the_end(case: Case, found: Sequence[_Measure]) -> Sequence[_Measure]:
    """The last of them that were taken until users no longer felt it; where that is none, the first."""
    mitigated = case.incident.times.mitigated
    until = [one for one in found if mitigated is None or not surely_before(mitigated, one.when)]
    return until[-_TOLD:] or found[:_TOLD]


def _when(case: Case, entry: _Measure) -> str:
    """How long after the start, and for how long."""
    started, when = case.incident.times.started, entry.between or entry.when
    after = length(started, when) if started else ""
    took = length(when, entry.until) if entry.until else ""
    return ", ".join(filter(None, [f"{after} after the start" if after else "", f"it took {took}" if took else ""]))


def _why(cause: RootCause) -> Prose:
    trigger = first_sentence(cause.trigger)
    end = "" if trigger.endswith((".", "!", "?", ")", '"')) else "."
    return Prose(f"{trigger}{end} {first_sentence(cause.statement)}")


def _change(items: Sequence[PublicItem]) -> Glance:
    """How many there are and how far they are, and the first of those that prevent it, else of all."""
    kept = [item for item in items if item.status != "dropped"]
    first = [item for item in kept if item.kind == "prevent"] or kept
    states = Counter(item.status for item in items)
    far = ", ".join(f"{states[status]} {word}" for status, word in _STATES.items() if states[status])
    # That no status is stated is said once, in the numbers.
    points = tuple(Point(item.title, item.status if item.status in _KNOWN else "") for item in first[:_TOLD])
    return Glance("What will change", "Action items", points, f"{counted(len(items), 'action item')}: {far}")


_KNOWN = ("done", "in progress", "open")
_STATES = {
    "done": "done",
    "in progress": "in progress",
    "open": "open",
    "dropped": "dropped",
    "status not stated": "with no stated status",
}
