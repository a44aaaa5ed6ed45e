"""Which timeline entry of the base is which of the head, and what of it is not the same.

An entry is known by its id, else by its time, who and kind, the n-th such. What is left pairs by what a correction says
it was before, then by equal text. The file in which an entry stands is no part of it: folding changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hotwash.facts.said import fault_of, is_blank
from hotwash.model.time import Instant

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence

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
        pairs: Every merged entry, in its order; less those that stood there twice, word for word, and stand there once.
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
    # One that has no id is the same as one that has none, before it is one that had an id.
    meet(_as_it_stands, _as_it_stands)
    # Of several at one time by the same person, the one that says the same is the same.
    meet(_known_with_text, _known_with_text)
    meet(_known, _known)
    meet(_known_without_by, _known_but_by)
    meet(_known, _known_before)
    meet(_kind_and_text, _kind_and_text)
    meet(_text, _text)
    # Who deletes one of two that say the same takes nothing away; another rule asks for it.
    kept = ((_all_of_it(base.timeline[number]), _all_of_it(head.timeline[other])) for number, other in met.items())
    there = {before for before, after in kept if before == after} if left else set()
    pairs = tuple(
        Pair(logged, head.timeline[met[number]] if number in met else None)
        for number, logged in enumerate(base.timeline)
        if number in met or logged.entry.corrected is not None or _all_of_it(logged) not in there
    )
    return Paired(pairs, tuple(free.values()))


def _id(logged: LoggedEntry) -> Hashable:
    return logged.entry.id


def _known(logged: LoggedEntry) -> Hashable:
    entry = logged.entry
    return (moment(entry), entry.by, entry.kind)


def _known_with_text(logged: LoggedEntry) -> Hashable:
    return (_known(logged), _said(logged.entry.text))


def _known_without_by(logged: LoggedEntry) -> Hashable:
    """How an entry is known that says of nobody that they did it; who it was may be found out later."""
    return None if logged.entry.by is not None else _known_but_by(logged)


def _known_but_by(logged: LoggedEntry) -> Hashable:
    return (moment(logged.entry), logged.entry.kind)


def _kind_and_text(logged: LoggedEntry) -> Hashable:
    return (logged.entry.kind, _text(logged))


def _text(logged: LoggedEntry) -> Hashable:
    return _said(logged.entry.text)


def _all_of_it(logged: LoggedEntry) -> Hashable:
    """What an entry says, apart from its name."""
    held = vars(logged.entry)
    return (_known_with_text(logged), *(held[key] for key in held if key not in _KNOWN_BY))


def _as_it_stands(logged: LoggedEntry) -> Hashable:
    return (logged.entry.id, _all_of_it(logged))


_KNOWN_BY = frozenset(("id", "at", "between", "by", "kind", "text", "corrected"))


def _said(text: str) -> str:
    """A text however its lines are broken."""
    return " ".join(text.split())


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
    told = openly(head.corrected)
    return tuple(
        change for change in changes(base, head) if change.key not in told or not same(told[change.key], change.was)
    )


def changes(base: AnyEntry, head: AnyEntry) -> tuple[Altered, ...]:
    """What of a merged entry is not the same, told openly or not."""
    return tuple(_changes(base, head))


def _changes(base: AnyEntry, head: AnyEntry) -> Iterator[Altered]:
    key, was, now = "at" if base.at is not None else "between", base.at or base.between, head.at or head.between
    moved = moment(base) != moment(head)
    if moved or not _keeps(was, now):
        yield Altered(key, was, now, standing=moved)
    # What the gate compares with the four first actions.
    is_cause = base.kind == "finding" and (base.about, base.state) == ("root-cause", "confirmed")
    for field in type(base).model_fields:
        if field in ("at", "between", "corrected"):
            continue
        if not hasattr(head, field):
            continue  # of another kind, which is said
        was, now = getattr(base, field), getattr(head, field)
        if was is None or (isinstance(was, str) and is_blank(was)) or field not in base.model_fields_set:
            continue
        if was in _LATER.get(field, ()) or _keeps(was, now, more=field == "source"):
            continue
        standing = field in _STANDING or (is_cause and field in ("about", "state"))
        yield Altered(field.rstrip("_"), was, now, standing=standing)


def _keeps(was: object, now: object, *, more: bool = False) -> bool:
    """Whether a value still says what was merged, however it is written, and names what it rests on.

    Args:
        was: As it was merged.
        now: As it is.
        more: Whether words may be added to it.
    """
    from hotwash.model.base import When  # noqa: PLC0415 - `explain` loads no models

    if isinstance(was, When) and isinstance(now, When):
        return (
            moment_of(was) == moment_of(now)
            and (was.source is None or _as_set(was.source) <= _as_set(now.source))
            and was.derived in (None, now.derived)
            and all(other in now.also for other in was.also)
        )
    if isinstance(was, str) and isinstance(now, str) and _said(was) == _said(now):
        return True
    words, left = _as_set(was), _as_set(now)
    if words and left:
        return words <= left if more else words == left
    if isinstance(was, tuple) and isinstance(now, tuple) and len(was) == len(now):
        return all(map(_keeps, was, now))
    return was == now


def openly(correction: Correction | None) -> Mapping[str, object]:
    """What a correction says that was there before; nothing where it does not say why."""
    if correction is None or fault_of(correction.why) in ("blank", "placeholder"):
        return {}
    return correction.was


def invented(
    base: Correction | None, head: Correction | None, merged: Mapping[str, object], changed: Collection[str]
) -> dict[str, object]:
    """What a correction tells of before and was not merged: its keys, each with what was.

    Args:
        base: As it was merged.
        head: As it is.
        merged: What was merged under each key that there may be; None for nothing.
        changed: The keys that the change rewrites, of which it is asked elsewhere.
    """
    known = {} if base is None else base.was
    return {
        key: merged[key]
        for key, told in ({} if head is None else head.was).items()
        if key in merged and key not in changed
        if not (key in known and same(told, known[key])) and not same(told, merged[key])
    }


def same(told: object, was: object) -> bool:
    """Whether a correction names a value."""
    if told == was or moment_of(told) == moment_of(was):
        return True
    if not isinstance(told, str):
        return False
    written = str(was).lower() if isinstance(was, bool) else str(was)
    return _said(told) == _said(written) or (bool(words := _words(told)) and words == _as_set(was))


def _words(text: str) -> frozenset[str]:
    return frozenset(text.strip("[] ").replace(",", " ").split()) - {"and"}


def _as_set(value: object) -> frozenset[str]:
    """A word or several, in any order; nothing of other values."""
    if isinstance(value, str):
        return frozenset((value,))
    if isinstance(value, tuple) and all(isinstance(part, str) for part in value):
        return frozenset(value)
    return frozenset()


def hidden(base: Correction | None, head: Correction | None, changed: Mapping[str, object]) -> bool:
    """Whether a merged correction went, or does not tell any more what it told.

    Args:
        base: As it was merged.
        head: As it is. Of a key that is corrected again it tells the value that the first correction brought.
        changed: The keys that the change rewrites, each with its merged value.
    """
    if base is None:
        return False
    if head is None:
        return True
    again = {key for key, value in head.was.items() if key in changed and same(value, changed[key])}
    if any(key not in head.was or not (key in again or same(head.was[key], was)) for key, was in base.was.items()):
        return True
    return not again and _said(base.why) != _said(head.why)


def nearest(gone: LoggedEntry, candidates: Sequence[LoggedEntry]) -> LoggedEntry | None:
    """Of the entries that a change adds, the one that may stand for a merged one: same kind, nearest in time."""
    alike = [logged for logged in candidates if logged.entry.kind == gone.entry.kind]
    start = gone.entry.when.at.start
    return min(alike, key=lambda logged: abs(logged.entry.when.at.start - start), default=None)
