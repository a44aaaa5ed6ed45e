"""The asking engine: answers from flags, from a file, and from a person at a terminal, in this order."""

from __future__ import annotations

import re
import sys
import textwrap
from typing import TYPE_CHECKING

import click

from hotwash.cli.context import tell, wants_color
from hotwash.diagnostics import inert, visible
from hotwash.edits.questions.question import answered, is_answered
from hotwash.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hotwash.edits.amendment import Plain
    from hotwash.edits.questions.question import Answers, Form, Question

WIDTH = 80
PROMPT = "> "
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)", re.ASCII)
_LEFT_OUT = "-"
_SHORT = 24  # characters of an answer that is shown behind its question


def can_ask() -> bool:
    """Whether a person sits at a terminal who reads questions and types answers."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def complete(
    form: Form,
    answers: Answers,
    given: Mapping[str, str],
    *,
    asks: bool,
    keep: Callable[[Answers], None],
    back: Callable[[str, str], None] = lambda _flag, _time: None,
) -> Answers:
    """The answers to all questions of a form.

    Args:
        form: What is asked, in order, given what has been answered.
        answers: What is answered already.
        given: Flag -> what was typed behind it.
        asks: Whether a person can be asked; otherwise defaults count that are no proposals, and what is missing is an
            error.
        keep: Told of every answer that a person gave, so that none is lost.
        back: Told of every time that was typed, by its flag, so that it can be stated back.

    Raises:
        UsageError: A flag holds what cannot be read, or has no place here; or answers are missing.
        click.Abort: The person left.
    """
    used: set[str] = set()
    while True:
        missing: list[str] = []
        for question in form(answers):
            # What is only taken from an option is passed over where it is not there: others may ask for the same.
            if is_answered(answers, question.place) or not (question.text or question.flag in given):
                continue
            if question.flag in given:
                used.add(question.flag)
            elif not asks and not (_by_itself(question) or question.optional):
                missing.append(question.flag)
                continue
            value = _value(question, given.get(question.flag), asks=asks)
            if is_time(value) and value != given.get(question.flag):
                back(question.flag, str(value))
            # What is asked next may depend on it.
            answers = answered(answers, question, value)
            if asks and question.flag not in given:
                keep(answers)
            break
        else:
            _must_be_whole(missing, [flag for flag in given if flag not in used])
            return answers


def _value(question: Question, flag: str | None, *, asks: bool) -> Plain:
    """The answer to a question: what stood behind its flag, what a person says, or what is taken else."""
    if flag is not None:
        return read_flag(question, flag)
    if asks:
        return ask_one(question)
    return question.read(question.default) if _by_itself(question) else None


def is_time(value: Plain) -> bool:
    """Whether it is a time as records hold it, with its hour."""
    return isinstance(value, str) and _TIME.fullmatch(value) is not None


def _by_itself(question: Question) -> bool:
    """Whether the default counts without a person who takes it: nothing is recorded that nobody said."""
    return bool(question.default) and not question.offered


def _must_be_whole(missing: list[str], unused: list[str]) -> None:
    if missing:
        message = f"there is no terminal to ask at, and no {_listed(missing)}"
        raise UsageError(message, "give them as options, or in a file: --from FILE")
    if unused:
        message = f"{_listed(unused)} has no place here: it is not asked, or answered already"
        raise UsageError(message)


def _listed(flags: list[str]) -> str:
    return ", ".join(dict.fromkeys(flags))


def read_flag(question: Question, text: str) -> Plain:
    """What stands behind an option.

    Raises:
        UsageError: It cannot be read.
    """
    try:
        return question.read(text)
    except ValueError as error:
        message = f"{question.flag}: {error}"
        raise UsageError(message) from None


def ask_one(question: Question) -> Plain:
    """The answer of a person; an answer that cannot be read is asked again.

    Raises:
        click.Abort: The person left.
    """
    for line in question.before:
        show(line)
    ending = "" if question.default or not question.optional else " [leave it out]"
    is_short = len(question.default) <= _SHORT
    # Where Enter means something, leaving it out needs a sign of its own.
    leaves = f"; {_LEFT_OUT} leaves it out" if question.default and question.optional else ""
    show(
        f"{question.text}{ending}{f' [{question.default}{leaves}]' if question.default and is_short else ''}", bold=True
    )
    if not is_short:
        show(f"  Enter: {question.default}", hanging=9)
        if leaves:
            show(f"  {_LEFT_OUT}: leave it out")
    digits = len(str(len(question.choices)))
    width = max((len(choice.word) for choice in question.choices), default=0)
    for number, choice in enumerate(question.choices, 1):
        show(f"  {number:>{digits}}  {choice.word:<{width}}  {choice.says}".rstrip(), hanging=6 + digits + width)
    while True:
        typed = _typed().strip() or question.default
        if question.optional and typed in ("", _LEFT_OUT):
            return None
        try:
            if typed:
                return question.read(typed)
        except ValueError as error:
            show(f"! {error}", hanging=2)


def show(line: str, *, bold: bool = False, hanging: int = 0) -> None:
    """A line for a person at a terminal, not wider than it; blanks at its beginning stay."""
    text = inert(visible(line))
    indent = text[: len(text) - len(text.lstrip(" "))]
    wrapped = textwrap.fill(
        text.lstrip(" "),
        WIDTH,
        initial_indent=indent,
        subsequent_indent=" " * hanging or indent,
        break_on_hyphens=False,
        break_long_words=False,
    )
    sys.stderr.write((f"\x1b[1m{wrapped}\x1b[0m" if bold and wants_color(sys.stderr) else wrapped) + "\n")
    sys.stderr.flush()


def _typed() -> str:
    """One line, with the keys that people know from their shell."""
    try:
        if sys.stdout.isatty():
            import readline  # noqa: F401, PLC0415 - `input` edits lines with it; there is none on Windows
    except ImportError:
        pass
    try:
        if sys.stdout.isatty():
            sys.stdout.flush()
            return input(PROMPT)
        sys.stderr.write(PROMPT)
        sys.stderr.flush()
        line = sys.stdin.readline()
    except (KeyboardInterrupt, EOFError):
        tell("")
        raise click.Abort from None
    if not line:
        tell("")
        raise click.Abort
    return line
