"""Values of records -> values of pages, one at a time."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from hotwash.model.base import Nothing, When
from hotwash.site.public.content import Absent, Fact, Prose, Reference
from hotwash.site.public.times import Moment, bounded, moment

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hotwash.model.incident import Qualifier
    from hotwash.model.time import Instant
    from hotwash.site.public.content import Also, Value
    from hotwash.site.public.lengths import Written


_UNKNOWN = "not known"
_SEVERAL = 2


def source_ids(reference: str | tuple[str, ...] | None) -> tuple[str, ...]:
    """The ids of the sources that a record names."""
    if reference is None:
        return ()
    return (reference,) if isinstance(reference, str) else reference


def shown_time(written: Written) -> Moment:
    """A time with its sources and from what it was worked out, and what other sources give instead."""
    if isinstance(written, tuple):
        return bounded(_point(written[0], written[0].at), _point(written[-1], written[-1].at))
    if not written.is_bounded:
        return _point(written, written.at)
    if written.after is not None and written.before is not None:
        last = _point(written, written.before)
        return bounded(replace(_point(written, written.after), also=()), last)
    return replace(_point(written, written.at), bound="before" if written.after is None else "after")


def _point(when: When, instant: Instant) -> Moment:
    also = tuple(moment(other.at, approx=other.approx, sources=source_ids(other.source)) for other in when.also)
    sources = source_ids(when.source)
    return moment(instant, approx=when.approx, derived=when.derived or "", sources=sources, also=also)


def time_of(when: When | None) -> Moment | None:
    """A time that may not be known."""
    return None if when is None else shown_time(when)


def absent(nothing: Nothing) -> Absent:
    """One of the three words for nothing, as people read it."""
    word = "none" if nothing.none else "not applicable" if nothing.not_applicable else _UNKNOWN
    return Absent(word, Prose(nothing.reason))


def prose_of(text: str | Nothing | None) -> Prose | Absent | None:
    """A text, or why there is none."""
    if text is None:
        return None
    return absent(text) if isinstance(text, Nothing) else Prose(text)


def reference_of(target: str | None) -> Reference | None:
    """Something elsewhere, where it is named."""
    return None if target is None else Reference(target)


def percent(share: float | None) -> str:
    """A share as people read it, with no digit more or less than was written: 0.002 is `0.2 %`."""
    return "" if share is None else f"{(Decimal(str(share)) * 100).normalize():f} %"


def count(number: int | None) -> str:
    """A number as people read it."""
    return "" if number is None else f"{number:,}"


def sentence(label: str) -> str:
    """A label of a record as the beginning of a line."""
    return f"{label[:1].upper()}{label[1:]}"


QUALIFIERS: dict[Qualifier | None, str] = {
    None: "",
    "exact": "exactly ",
    "about": "≈ ",
    "at-least": "at least ",
    "at-most": "at most ",
}


def money(amount: float, currency: str, qualifier: Qualifier | None) -> str:
    """An amount of money, with no digit more or less than was written."""
    digits = f"{Decimal(str(amount)):,f}"
    return f"{QUALIFIERS[qualifier]}{digits.removesuffix('.0')} {currency}"


def fact(
    label: str,
    *values: Value | None,
    sources: str | tuple[str, ...] | None = None,
    derived: str | None = None,
    also: Iterable[Also] = (),
) -> Iterable[Fact]:
    """A fact when there is anything to say, else nothing."""
    said = tuple([value for value in values if value is not None and value != ""])
    return (Fact(label, said, source_ids(sources), derived or "", tuple(also)),) if said else ()


def told_apart(facts: Iterable[Fact]) -> tuple[tuple[Fact, ...], tuple[Fact, ...]]:
    """What is known, and what a record says is not, where that is several things: a list of these says little."""
    said = tuple(facts)
    unknown = tuple(one for one in said if all(isinstance(it, Absent) and it.word == _UNKNOWN for it in one.values))
    if len(unknown) < _SEVERAL:
        return said, ()
    return tuple(one for one in said if one not in unknown), unknown
