"""What a rule is: one function whose docstring is its page."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from hotwash.diagnostics import Finding, LevelName
    from hotwash.model.incident import Status
    from hotwash.model.policy import Policy, Service
    from hotwash.records.snapshot import Snapshot

S = TypeVar("S")

# L live, A late, R retrospective, D drill.
ALL_MODES = "LARD"
SECTIONS = ("What it asks", "Why", "Wrong", "Right", "Policy", "Source")


@dataclass(frozen=True, slots=True)
class Context:
    """What a rule may know besides its subject.

    Attributes:
        now: The moment of judgement, aware.
        services: The catalogue; None while services.yaml cannot be read, and then nobody asks it.
        snapshot: The files, for what a record says of others: `exists` before `read`, always.
        incidents: The ids of all incidents that are there, readable or not.
    """

    now: datetime
    policy: Policy
    services: Mapping[str, Service] | None
    snapshot: Snapshot
    incidents: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Rule(Generic[S]):
    """A rule over a subject: a document, an incident, the repository as a whole.

    Attributes:
        judged_from: The status from which on it is judged; before, what it finds is shown as next. None: always.
        modes: Of which recording modes it is asked, as letters of `ALL_MODES`.
    """

    code: str
    name: str
    level: LevelName
    find: Callable[[S, Context], Iterator[Finding]]
    judged_from: Status | None
    modes: str


def rule(
    code: str, name: str, *, level: LevelName = "error", judged_from: Status | None = None, modes: str = ALL_MODES
) -> Callable[[Callable[[S, Context], Iterator[Finding]]], Rule[S]]:
    """Make a rule of a function that yields findings; it never raises on bad data and never prints."""

    def make(find: Callable[[S, Context], Iterator[Finding]]) -> Rule[S]:
        return Rule(code, name, level, find, judged_from, modes)

    return make


@dataclass(frozen=True, slots=True)
class Page:
    """The docstring of a rule, cut at its headings.

    Attributes:
        summary: What it finds, one sentence.
        sections: Heading -> Markdown, in the order of `SECTIONS`.
    """

    summary: str
    sections: Mapping[str, str]

    @property
    def source(self) -> str:
        """Where the rule comes from, in one line."""
        return " ".join(self.sections.get("Source", "").split())


# Only these: an example may have headings of its own.
_HEADING = re.compile(rf"^## ({'|'.join(SECTIONS)})$", re.MULTILINE)


def page(rule: Rule[S]) -> Page:
    """The page of a rule."""
    summary, *rest = _HEADING.split(inspect.cleandoc(rule.find.__doc__ or ""))
    sections = {heading: body.strip() for heading, body in zip(rest[::2], rest[1::2], strict=True)}
    return Page(" ".join(summary.split()), sections)


_MODE_WORDS = {"L": "live", "A": "late", "R": "retrospective", "D": "drills"}


def scope(rule: Rule[S]) -> str:
    """Of which records a rule is asked, in words."""
    modes = "all records" if set(rule.modes) == set(ALL_MODES) else ", ".join(_MODE_WORDS[mode] for mode in rule.modes)
    return modes if rule.judged_from is None else f"{modes}; from `{rule.judged_from}` on"


def markdown(rule: Rule[S]) -> str:
    """The page of a rule as Markdown: what `explain` prints and the site shows."""
    text = page(rule)
    head = f"# {rule.code} {rule.name}\n\n{text.summary}\n\n{rule.level} · {scope(rule)}\n"
    return head + "".join(
        f"\n## {heading}\n\n{text.sections[heading]}\n" for heading in SECTIONS if heading in text.sections
    )


# Neither silenced nor lowered: the gate, what guards it, and what names an attempt at it.
_FIXED = frozenset({"HW201", "HW202", "HW204", "HW205", "HW903", "HW904"})
# Nor what makes a record unreadable: of such a record no gate is asked, so a policy could let it pass unjudged.
_UNREADABLE = frozenset({"HW001", "HW002", "HW003", "HW004", "HW005", "HW006", "HW007", "HW011", "HW013"})


def may_be_lowered(code: str) -> bool:
    """Whether policy may silence a rule or change its level."""
    return code not in _FIXED | _UNREADABLE and not code.startswith("HW3")
