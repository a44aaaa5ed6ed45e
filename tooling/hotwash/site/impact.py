"""What an incident did to users, business and systems -> facts for a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotwash.model.base import Nothing
from hotwash.model.incident import Business, Money
from hotwash.site.content import Also, Prose
from hotwash.site.times import length
from hotwash.site.values import absent, count, fact, percent, prose_of, sentence, shown_time, source_ids

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hotwash.model import incident as written
    from hotwash.site.content import Fact

_QUALIFIERS = {None: "", "exact": "", "about": "about ", "at-least": "at least ", "at-most": "at most "}


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
        yield from fact("Data lost", Prose(data.lost), back, sources=data.source)
    yield from fact("Security", prose_of(impact.security))
    for window in impact.windows:
        yield from fact("Felt", _stretch(window), Prose(window.what), sources=window.source)


def _users(users: written.Users) -> Iterable[Fact]:
    share = percent(users.share)
    also = (_also(other.source, count(other.count), percent(other.share)) for other in users.also)
    if isinstance(users.affected, Nothing):
        # What is known comes first, then what is not.
        values = (prose_of(users.description), share, absent(users.affected))
        yield from fact("Users", *values, *also, sources=users.source)
    else:
        number = count(users.affected)
        affected = f"{number} ({share})" if number and share else number or share
        yield from fact("Users", affected, prose_of(users.description), *also, sources=users.source)


def _business(business: Business) -> Iterable[Fact]:
    loss = business.revenue_loss
    if isinstance(loss, Money):
        yield from fact("Revenue", f"{loss.amount:,.10g} {loss.currency}", sources=loss.source or business.source)
    elif loss is not None:
        yield from fact("Revenue", absent(loss), sources=business.source)
    yield from fact("Reputation", prose_of(business.reputation), sources=business.source)
    yield from fact("Business", prose_of(business.description), sources=business.source)


def _measure(measure: written.Measure) -> Iterable[Fact]:
    part = ", ".join(filter(None, [count(measure.count), percent(measure.share)]))
    # `80 % of the network, within 49 minutes`, and `45 minutes, derived from two times`.
    if part and measure.of:
        figure = ", ".join(filter(None, [f"{part} of {measure.of}", measure.duration]))
    else:
        figure = ", ".join(filter(None, [part, measure.duration, measure.of]))
    also = (
        _also(
            other.source, _QUALIFIERS[other.qualifier] + count(other.count), percent(other.share), other.duration or ""
        )
        for other in measure.also
    )
    yield from fact(sentence(measure.what), f"{_QUALIFIERS[measure.qualifier]}{figure}", *also, sources=measure.source)


def _also(source: str | tuple[str, ...], *figures: str) -> Also:
    return Also(", ".join(filter(None, figures)), source_ids(source))


def _stretch(window: written.Window) -> str:
    began = shown_time(window.from_)
    if window.until is None:
        return f"from {began.utc}"
    lasted = length(window.from_, window.until)
    stretch = f"{began.text} to {shown_time(window.until).on(began.day).utc}"
    return f"{stretch} ({lasted})" if lasted else stretch
