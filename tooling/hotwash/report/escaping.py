"""Text of records -> Markdown in which GitHub acts upon nothing (threats T4): escaped, or as code."""

from __future__ import annotations

import re

from hotwash.diagnostics import visible
from hotwash.neutral import GAP, neutralised
from hotwash.report.reading import one_line

LONGEST = 10_000  # characters of one text, so that no piece fills a summary alone
# Every sign that Markdown or GitHub reads within a line. A dollar begins a formula there.
_SIGNS = re.compile(r"[\\`*_\[\]<>&|~#!]")
# What makes a line a list, a rule, the line beneath a heading or a command of the runner, where text stands first.
_BEGINNING = re.compile(r"^(?:(?=[-+=:])|(\d{1,9})(?=[.)]))")


def escaped(told: str) -> str:
    """Text on one line, which reads as written, and in which nothing is Markdown, a link or a name that is called."""
    plain = neutralised(_cut(visible(one_line(told))), links=False)
    marked = _BEGINNING.sub(r"\1\\", _SIGNS.sub(r"\\\g<0>", plain))
    # A sign of its own, so that it is seen in the source of the summary, and by who reviews that.
    return marked.replace("$", "&#36;").replace(GAP, "&#8203;")


def sentence(told: str) -> str:
    """A sentence of hotwash, which has names of keys and values of records between backticks, as code."""
    parts = _cut(one_line(told)).split("`")
    # An odd one, or one in a quoted value: then it is text like the rest.
    if len(parts) % 2 == 0 or not all(part.strip() for part in parts[1:-1]):
        return escaped(told)
    return "".join(as_code(part) if index % 2 else _spaced(part) for index, part in enumerate(parts))


def _spaced(told: str) -> str:
    """Text with the blanks that part it from the code beside it."""
    return (" " if told[:1] == " " else "") + escaped(told) + (" " if told[-1:] == " " and told.strip() else "")


def as_code(told: str) -> str:
    """Text as code within a line."""
    shown = _cut(visible(one_line(told)))
    ticks = "`" * (_longest_run(shown) + 1)
    room = " " if shown[:1] == "`" or shown[-1:] == "`" else ""
    return f"{ticks}{room}{shown}{room}{ticks}" if shown else ""


def fenced(told: str, kind: str) -> str:
    """Lines as code, in a fence that none of them can end."""
    shown = _cut(visible(told))
    ticks = "`" * max(_longest_run(shown) + 1, 3)
    return f"{ticks}{kind}\n{shown}\n{ticks}"


def _longest_run(told: str) -> int:
    return max(map(len, re.findall("`+", told)), default=0)


def _cut(told: str) -> str:
    return told if len(told) <= LONGEST else f"{told[: LONGEST - 1]}…"
