"""A question that a command asks: where its answer goes, and how what is typed is read.

A form yields what is still to be asked, given what has been answered. Flags, files and people at a terminal fill in the
same answers, so that nothing is asked twice, and what was begun in one way can be ended in another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from hotwash.edits.amendment import Plain

# What has been answered, as the request holds it. None: it was asked, and is left out.
Answers: TypeAlias = "dict[str, Plain]"
# What is typed -> what the request holds; a ValueError says what is wrong with it.
Read: TypeAlias = "Callable[[str], Plain]"
Place: TypeAlias = "tuple[str, ...]"
# Of `set`: a null is an answer there, and takes a value away.
_AS_THEY_ARE = ("values",)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a short list.

    Attributes:
        word: What is written into the record.
        says: What it means.
    """

    word: str
    says: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One question.

    Attributes:
        place: Where in the request its answer goes: keys, and places in lists.
        flag: The option by which a script answers it.
        text: What is asked; empty for what is only taken from the flag, and never asked.
        read: How the answer is read.
        choices: A short list; answered by number, by word or by the beginning of one.
        default: What Enter means, to be read like any answer; empty for nothing.
        offered: The default is a proposal: only a person who saw it can take it, and a script has to say it.
        optional: Enter leaves it out.
        before: Lines that are shown above it.
        beside: The answer is a mapping, and its keys stand beside the place, which is one of them.
    """

    place: Place
    flag: str
    text: str
    read: Read
    choices: tuple[Choice, ...] = ()
    default: str = ""
    offered: bool = False
    optional: bool = False
    before: tuple[str, ...] = ()
    beside: bool = False


Form: TypeAlias = "Callable[[Answers], Iterable[Question]]"


def is_answered(answers: Mapping[str, Plain], place: Place) -> bool:
    """Whether something stands there, or it was said that nothing shall."""
    held: Plain = answers
    for key in place:
        if not isinstance(held, Mapping) or key not in held:
            return False
        held = held[key]
    return True


def answer_at(answers: Mapping[str, Plain], *place: str) -> Plain:
    """What was answered there; None for nothing."""
    held: Plain = answers
    for key in place:
        held = held.get(key) if isinstance(held, Mapping) else None
    return held


def answered(answers: Mapping[str, Plain], question: Question, value: Plain) -> Answers:
    """The answers with that to a question."""
    if not question.beside or not isinstance(value, Mapping):
        return with_answer(answers, question.place, value)
    *above, _ = question.place
    held = dict(answers)
    for key, part in value.items():
        held = with_answer(held, (*above, key), part)
    return held


def by_flag(place: Place, flag: str, read: Read) -> Question:
    """What only an option says, and nobody is asked."""
    return Question(place, flag, "", read)


def with_answer(answers: Mapping[str, Plain], place: Place, value: Plain) -> Answers:
    """The answers with something at a place."""
    first, *rest = place
    held = dict(answers)
    if rest:
        inner = held.get(first)
        value = with_answer(inner if isinstance(inner, Mapping) else {}, tuple(rest), value)
    held[first] = value
    return held


def without_gaps(answers: Mapping[str, Plain]) -> Answers:
    """The answers as a request takes them: what was left out is not there, and places in lists are those of a list."""
    kept: Answers = {}
    for key, value in answers.items():
        if key in _AS_THEY_ARE:
            kept[key] = value
        elif isinstance(value, Mapping):
            inner = without_gaps(value)
            if inner or not value:
                kept[key] = list(inner.values()) if inner and all(name.isdecimal() for name in inner) else inner
        elif value is not None:
            kept[key] = value
    return kept
