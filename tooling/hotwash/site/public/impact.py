"""What an incident did to users, business and systems -> facts for a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from hotwash.model.base import Nothing
from hotwash.model.incident import Business, Money
from hotwash.model.time import surely_before
from hotwash.site.public.content import Also, Prose, Stretch, Window
from hotwash.site.public.lengths import length
from hotwash.site.public.values import (
    QUALIFIERS,
    absent,
    count,
    fact,
    money,
    percent,
    prose_of,
    sentence,
    shown_time,
    source_ids,
    time_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hotwash.model import incident as written
    from hotwash.model.base import When
    from hotwash.site.public.content import Fact


def shown_impact(impact: written.Impact) -> Iterable[Fact]:
    """The impact, in the order in which people ask for it (guide 2.1)."""
    if impact.users:
        yield from _users(impact.users)
    if isinstance(impact.business, Nothing):
        yield from fact("Business", absent(impact.business))
    elif impact.business:
        yield from _business(impact.business)
    if scope := impact.scope:
        yield from fact("Scope", prose_of(scope.description), ", ".join(scope.regions), sources=scope.source)
    for measure in impact.measures:
        yield from _measure(measure)
    if isinstance(impact.data, Nothing):
        yield from fact("Data lost", absent(impact.data))
    elif data := impact.data:
        back = "It came back, or can." if data.recoverable else "It cannot be recovered."
        yield from fact("Data lost", Prose(data.lost), _stored(data), back, sources=data.source)
    yield from fact("Security", prose_of(impact.security))


def shown_windows(incident: written.Incident) -> Iterable[Window]:
    """When it was felt, by time, and where it came back."""
    mitigated = incident.times.mitigated
    earlier: list[written.Window] = []
    for window in sorted(incident.impact.windows, key=lambda window: window.from_.at.start):
        until = window.until
        at = shown_time(window.from_)
        returned, note = _relapse(window, earlier, mitigated)
        yield Window(
            at=at,
            until=shown_time(until).on(at.day) if until else None,
            lasted=length(window.from_, until) if until else "",
            what=Prose(window.what),
            note=note,
            returned=returned,
            sources=source_ids(window.source),
        )
        earlier.append(window)


def _relapse(
    window: written.Window, earlier: list[written.Window], mitigated: When | None
) -> tuple[Literal["", "gap", "relapse"], str]:
    """That it came back: nothing was felt in between, or it was said to be over."""
    if mitigated is not None and surely_before(mitigated, window.from_):
        after = length(mitigated, window.from_)
        return "relapse", f"a relapse, {after} after it was mitigated" if after else "a relapse, after it was mitigated"
    ends = [before.until for before in earlier if before.until is not None]
    if ends and len(ends) == len(earlier) and all(surely_before(end, window.from_) for end in ends):
        pause = length(max(ends, key=lambda end: end.latest), window.from_)
        return ("gap", f"came back after {pause}") if pause else ("", "")
    return "", ""


def _stored(data: written.DataLoss) -> Stretch | None:
    if data.from_ is None and data.until is None:
        return None
    first, last = time_of(data.from_), time_of(data.until)
    lasted = length(data.from_, data.until) if data.from_ and data.until else ""
    return Stretch(first, last.on(first.day) if first and last else last, lasted)


def _users(users: written.Users) -> Iterable[Fact]:
    share = percent(users.share)
    also = [_also(other.source, count(other.count), percent(other.share)) for other in users.also]
    if isinstance(users.affected, Nothing):
        # What is known comes first, then what is not.
        yield from fact("Users", prose_of(users.description), share, sources=users.source, also=also)
        yield from fact("How many users", absent(users.affected), sources=users.source)
    else:
        number = count(users.affected)
        affected = f"{number} ({share})" if number and share else number or share
        yield from fact("Users", affected, prose_of(users.description), sources=users.source, also=also)


def _business(business: Business) -> Iterable[Fact]:
    loss = business.revenue_loss
    if isinstance(loss, Money):
        amount = money(loss.amount, loss.currency, loss.qualifier)
        yield from fact("Revenue lost", amount, sources=loss.source or business.source)
    elif loss is not None:
        yield from fact("Revenue lost", absent(loss), sources=business.source)
    for other in business.losses:
        amount = money(other.amount, other.currency, other.qualifier)
        yield from fact(sentence(other.what), amount, sources=other.source or business.source)
    yield from fact("Reputation", prose_of(business.reputation), sources=business.source)
    yield from fact("Business", prose_of(business.description), sources=business.source)


def _measure(measure: written.Measure) -> Iterable[Fact]:
    part = ", ".join(filter(None, [count(measure.count), percent(measure.share)]))
    # `80 % of the network, within 49 minutes`, and `45 minutes, derived from two times`.
    if part and measure.of:
        figure = ", ".join(filter(None, [f"{part} of {measure.of}", measure.duration]))
    else:
        figure = ", ".join(filter(None, [part, measure.duration, measure.of]))
    also = [
        _also(other.source, count(other.count), percent(other.share), other.duration or "", meant=other.qualifier)
        for other in measure.also
    ]
    label, shown = sentence(measure.what), f"{QUALIFIERS[measure.qualifier]}{figure}"
    yield from fact(label, shown, sources=measure.source, derived=measure.derived, also=also)


def _also(source: str | tuple[str, ...], *figures: str, meant: written.Qualifier | None = None) -> Also:
    return Also(QUALIFIERS[meant] + ", ".join(filter(None, figures)), source_ids(source))
