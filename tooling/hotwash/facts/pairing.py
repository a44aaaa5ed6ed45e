"""Which timeline entry of the base is which of the head, and what of it is not the same.

An entry is known by its id, else by its time, who and kind, the n-th such. What is left pairs by what a correction says
it was before, then by equal text. The file in which an entry stands is no part of it: folding changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hotwash.facts.said import fault_of
from hotwash.model.time import Instant

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

    from hotwash.model.base import Correction
    from hotwash.model.repository import Case, LoggedEntry
    from hotwash.model.timeline import AnyEntry


@dataclass(frozen=True, slots=True)
class Pair:
    """A merged entry, and what the change makes of it.

    Attributes:
        head: None where it is gone.
    """

    base: LoggedEntry
    head: LoggedEntry | None


@dataclass(frozen=True, slots=True)
class Paired:
    """The timelines of a change side by side.

    Attributes:
        pairs: Every merged entry, in its order.
        new: The entries that the change adds, in their order.
    """

    pairs: tuple[Pair, ...]
    new: tuple[LoggedEntry, ...]


def paired(base: Case, head: Case) -> Paired:
    """The entries of two timelines side by side; the cost grows with their number and no faster."""
    left = dict(enumerate(base.timeline))
    free = dict(enumerate(head.timeline))
    met: dict[int, int] = {}

    def meet(of_base: Callable[[LoggedEntry], Hashable], of_head: Callable[[LoggedEntry], Hashable]) -> None:
        waiting: defaultdict[Hashable, list[int]] = defaultdict(list)
        for number in reversed(free):
            waiting[of_head(free[number])].append(number)
        for number in list(left):
            key = of_base(left[number])
            if key is not None and waiting[key]:
                met[number] = waiting[key].pop()
                del left[number], free[met[number]]

    meet(_id, _id)
    # Of several at one time by the same person, the one that says the same is the same.
    meet(_known_with_text, _known_with_text)
    meet(_known, _known)
    meet(_known, _known_before)
    meet(_kind_and_text, _kind_and_text)
    meet(_text, _text)
    pairs = tuple(
        Pair(logged, head.timeline[met[number]] if number in met else None)
        for number, logged in enumerate(base.timeline)
    )
    return Paired(pairs, tuple(free.values()))


def _id(logged: LoggedEntry) -> Hashable:
    return logged.entry.id


def _known(logged: LoggedEntry) -> Hashable:
    entry = logged.entry
    return (moment(entry), entry.by, entry.kind)


def _known_with_text(logged: LoggedEntry) -> Hashable:
    return (_known(logged), logged.entry.text)


def _kind_and_text(logged: LoggedEntry) -> Hashable:
    return (logged.entry.kind, logged.entry.text)


def _text(logged: LoggedEntry) -> Hashable:
    return logged.entry.text


def _known_before(logged: LoggedEntry) -> Hashable:
    """How an entry was known before its correction."""
    entry = logged.entry
    if entry.corrected is None:
        return None
    was = entry.corrected.was
    before = next((value for key in ("at", "between") if (value := was.get(key)) is not None), None)
    return (
        moment(entry) if before is None else moment_of(before),
        was.get("by", entry.by),
        was.get("kind", entry.kind),
    )


def moment(entry: AnyEntry) -> Hashable:
    """When an entry was, so that two ways to write one time are equal."""
    return moment_of(entry.at if entry.at is not None else entry.between)


def moment_of(value: object) -> Hashable:
    """A time, a text that is one, or two bounds, so that two ways to write one are equal."""
    from hotwash.model.base import When  # noqa: PLC0415 - `explain` loads no models

    if isinstance(value, When):
        bounds = tuple(None if bound is None else (bound.start, bound.unit) for bound in (value.after, value.before))
        at = None if value.at_ is None else (value.at_.start, value.at_.unit)
        return (at, bounds, value.approx)
    if isinstance(value, tuple):
        return tuple(moment_of(bound) for bound in value)
    try:
        told = Instant.parse(str(value))
    except ValueError:
        return str(value)
    return ((told.start, told.unit), (None, None), False)


# What the gates and clocks rest on: a change of it rewrites what happened.
_STANDING = ("by", "kind", "from_", "to", "audience", "ahead_of_gate")
# What is written after the fact without a change of it: learned later, or a way to find it.
_LATER: Mapping[str, tuple[object, ...]] = {
    "outcome": ("pending",),
    "accepted": (False,),
    "state": ("open",),
}


@dataclass(frozen=True, slots=True)
class Altered:
    """A key of a merged entry that does not say any more what it said.

    Attributes:
        key: As the record writes it.
        was: As it was merged.
        now: As it is; None where it was taken away.
        standing: Whether it is one that says what happened, when, and by whom.
    """

    key: str
    was: object
    now: object
    standing: bool


def altered(base: AnyEntry, head: AnyEntry) -> tuple[Altered, ...]:
    """What of a merged entry is not the same, apart from what its correction tells openly."""
    found = list(_altered(base, head))
    told = openly(head.corrected)
    return tuple(change for change in found if change.key not in told or not _same(told[change.key], change.was))


def _altered(base: AnyEntry, head: AnyEntry) -> Iterable[Altered]:
    if moment(base) != moment(head):
        was, now = base.at or base.between, head.at or head.between
        yield Altered("at" if base.at is not None else "between", was, now, standing=True)
    for field in type(base).model_fields:
        if field in ("at", "between", "id", "corrected"):
            continue
        if not hasattr(head, field):
            continue  # of another kind, which is said
        was, now = getattr(base, field), getattr(head, field)
        if was is None or was == now or _as_set(was) == _as_set(now) or field not in base.model_fields_set:
            continue
        if was in _LATER.get(field, ()):
            continue
        yield Altered(field.rstrip("_"), was, now, standing=field in _STANDING)


def openly(correction: Correction | None) -> Mapping[str, object]:
    """What a correction says that was there before; nothing where it does not say why."""
    if correction is None or fault_of(correction.why) in ("blank", "placeholder"):
        return {}
    return correction.was


def _same(told: object, was: object) -> bool:
    """Whether a correction names the value that was merged."""
    if told == was or moment_of(told) == moment_of(was):
        return True
    return isinstance(told, str) and (told == str(was) or _words(told) == _as_set(was))


def _words(text: str) -> frozenset[str]:
    return frozenset(text.strip("[] ").replace(",", " ").split())


def _as_set(value: object) -> object:
    """A word or several, in any order; other values as they are."""
    if isinstance(value, str):
        return frozenset((value,))
    if isinstance(value, tuple) and all(isinstance(part, str) for part in value):
        return frozenset(value)
    return value


def correction_lost(base: AnyEntry, head: AnyEntry) -> bool:
    """Whether a merged correction is hidden: it went, or does not tell any more what it told."""
    if base.corrected is None:
        return False
    if head.corrected is None:
        return True
    if head.corrected == base.corrected:
        return False
    # A correction of the correction keeps what the first one told, or tells the value that it brought.
    return not base.corrected.was.keys() <= head.corrected.was.keys()


def nearest(gone: LoggedEntry, candidates: Sequence[LoggedEntry]) -> LoggedEntry | None:
    """Of the entries that a change adds, the one that may stand for a merged one: same kind, nearest in time."""
    alike = [logged for logged in candidates if logged.entry.kind == gone.entry.kind]
    start = gone.entry.when.at.start
    return min(alike, key=lambda logged: abs(logged.entry.when.at.start - start), default=None)
