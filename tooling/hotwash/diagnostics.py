"""What a rule finds, where it stands in a file, and what a format is given: values only."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Route = tuple[str | int, ...]
"""Keys and indices into a record: `("first_actions", "gather", "at")`."""

LevelName = Literal["error", "warning"]
Target = Literal["value", "key"]


_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164"
    "\ud800-\uf8ff\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
    r"|(?<=##)\["  # `##[error]` anywhere in a line is a command to GitHub's runner (threats T6)
)
# `::error::` after blanks, and after our own colours so that text is the same with and without them.
_COMMAND = re.compile(r"^((?:[^\S\n]|\x1b\[[0-9;]*m)*):(?=:)", re.MULTILINE)


def visible(text: str) -> str:
    """Text from records as a terminal may show it: what is invisible or steers is written as an escape (threats T8).

    New lines and tabs stay; who wants one line replaces them first.
    """
    return _HIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def inert(lines: str) -> str:
    """Lines that are to be printed, none of which GitHub's runner takes for a command like `::error::` (threats T6)."""
    return _COMMAND.sub(r"\1\\u003a", lines)


def visible_path(path: str) -> str:
    """A path on one line, as a terminal may show it: a file may be named with a new line in it."""
    return visible(path).replace("\n", "\\u000a").replace("\t", "\\u0009")


def counted(number: int, noun: str) -> str:
    """A number of things, as people write it: `1 page`, `1,200 pages`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def dotted(route: Route) -> str:
    """A route as people and programs read it: `first_actions.gather.at`, `3.at`."""
    return ".".join(str(part) for part in route)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a file; lines and columns from 1 in code points, the end exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a finding points.

    Attributes:
        file: Path from the repository root, or below the incident's folder while a rule speaks of one incident.
        route: Keys and indices; what is missing is placed at the nearest mapping that exists.
        target: `key` points at the key of the last part of the route, `value` at its value.
        span: The place itself, where the reader of the file knows it already.
    """

    file: str
    route: Route = ()
    target: Target = "value"
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Help:
    """What to do now: a sentence, and lines that can be pasted.

    Attributes:
        say: What to do, and in which file.
        paste: The lines, indented as they stand in the file, without a last newline. Empty when there are none.
        file: Where the lines go, below the incident's folder or from the root; empty when `paste` is.
        under: The mapping or list into which the lines go, where it is written already; `()` is the top of the file.
            The lines are fitted to how it is written.
    """

    say: str
    paste: str = ""
    file: str = ""
    under: Route | None = None

    @property
    def text(self) -> str:
        """Both, as one text."""
        return f"{self.say}\n{self.paste}" if self.paste else self.say


@dataclass(frozen=True, slots=True)
class Note:
    """A second place of a finding, with what it has to do with it."""

    at: Place
    message: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found.

    Attributes:
        at: Where.
        message: What is wrong; one sentence without a full stop, wording is part of the interface.
        label: A few words beneath the caret; empty for none.
        notes: Facts that help, a line each.
        help: What to do now, in order.
        related: Other ends of the same finding.
        level: Set where it is not the rule's own.
        source: What it rests on, where that is narrower than what the rule does: `guide 2.3`.
        fix: What `check --fix` does about it, in words that follow its name: "puts it in quotes". Empty: nothing.
        conceals: Texts that no output may show, of this finding or of any other of the same incident (threats V4).
    """

    at: Place
    message: str
    label: str = ""
    notes: tuple[str, ...] = ()
    help: tuple[Help, ...] = ()
    related: tuple[Note, ...] = ()
    level: LevelName | None = None
    source: str = ""
    fix: str = ""
    conceals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Related:
    """A second place, found in its file."""

    path: str
    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A finding with its rule and its place in a file.

    Attributes:
        path: `/`-separated from the repository root.
        incident: The id of the incident that it belongs to; None for policy and services.
        source: The source lines from `span.line` on that a snippet shows; empty when the file has none.
        fix: What `check --fix` does about it; empty when it leaves it to people.
    """

    path: str
    span: Span
    code: str
    name: str
    level: LevelName
    message: str
    route: Route
    incident: str | None
    label: str = ""
    notes: tuple[str, ...] = ()
    help: tuple[Help, ...] = ()
    related: tuple[Related, ...] = ()
    why: str = ""
    source: tuple[str, ...] = ()
    fix: str = ""

    @property
    def advice(self) -> str:
        """What to do now, as one text; where nothing can be pasted, what stands beneath the caret."""
        return "\n".join(remedy.text for remedy in self.help) or self.label

    @property
    def sort_key(self) -> tuple[str, int, int, str]:
        """Path, line, column, code; what is equal stays in the order in which its rule found it."""
        return (self.path, self.span.line, self.span.column, self.code)


GateName = Literal["open", "late", "shut", "not-judged", "unreadable"]


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that the STOP gate still needs.

    Attributes:
        action: Which of the four first actions, in the words of the guide; empty for what concerns all.
    """

    action: str
    at: Place
    message: str
    help: tuple[Help, ...]


@dataclass(frozen=True, slots=True)
class GateVerdict:
    """What the STOP gate says of an incident.

    Attributes:
        gate: Its state.
        line: The line that people read, in the words of the response guide.
        missing: What it needs, in the order of the four first actions.
    """

    gate: GateName
    line: str
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True, slots=True)
class Tick:
    """One of the four first actions, as it stands.

    Attributes:
        action: Its key in the record; `words` are those of the guide.
        done: It is signed off, and what it rests on is there.
        by: Who signed it; empty when nobody has.
        at: When it was signed, as written; empty when it was not.
        note: What was done, or why nothing could be: text from a record.
    """

    action: str
    words: str
    done: bool
    by: str = ""
    at: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """Something that somebody owes an incident.

    Attributes:
        what: What it is; the title of an action item is text from a record.
        at: By when: RFC 3339 in UTC, or a day.
        late: How late it is, as people read it; empty while there is time.
    """

    what: str
    at: str
    late: str = ""


@dataclass(frozen=True, slots=True)
class IncidentLine:
    """What a report says of an incident as a whole.

    Attributes:
        facts: Severity, status and age, ready to be shown; empty when unreadable.
        shown: Whether a person wants to read of it: it is open, named, touched by the change, or has diagnostics.
        title: Its title as written, which is text from a record; empty when unreadable.
        touched: Whether the change that is judged touches it; never without a base.
        first_actions: The four, in their order; empty where the STOP gate is not judged.
        due: What is still owed, by time.
    """

    id: str
    path: str
    facts: tuple[str, ...]
    verdict: GateVerdict
    shown: bool
    title: str = ""
    touched: bool = False
    first_actions: tuple[Tick, ...] = ()
    due: tuple[Due, ...] = ()


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """A verdict that another policy would change.

    Attributes:
        incident: The id.
        before: The level by the policy that judges; empty where it finds nothing.
        after: The level by the policy that the change brings; empty where it would find nothing.
        times: How many such findings.
    """

    incident: str
    code: str
    name: str
    before: LevelName | Literal[""]
    after: LevelName | Literal[""]
    times: int


@dataclass(frozen=True, slots=True)
class RuleInfo:
    """A rule as formats show it.

    Attributes:
        page: Its whole page in Markdown, where the report speaks of it; else empty.
    """

    code: str
    name: str
    level: LevelName
    summary: str
    page: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """All that a check found, in order.

    Attributes:
        now: The moment of judgement, RFC 3339 in UTC.
        now_given: Whether it was given rather than read from the clock, so that output says `as of`.
        base: What the records were compared with; None without a change.
        guarded: Paths that the change touches and that decide how changes are judged: workflows, tool, schemas.
        policy_changes: What the policy that the change brings would say otherwise of the records as they are: what would
            not be found any more first.
        upcoming: What will be asked before the next status can be reached; neither errors nor warnings.
        notices: Facts about the run as a whole, a line each.
    """

    tool: str
    now: str
    now_given: bool
    incidents: tuple[IncidentLine, ...]
    documents: int
    diagnostics: tuple[Diagnostic, ...]
    upcoming: tuple[Diagnostic, ...] = ()
    silenced: int = 0
    base: str | None = None
    guarded: tuple[str, ...] = ()
    policy_changes: tuple[PolicyChange, ...] = ()
    notices: tuple[str, ...] = ()
    rules: tuple[RuleInfo, ...] = ()

    @property
    def errors(self) -> int:
        """How many diagnostics are errors."""
        return sum(diagnostic.level == "error" for diagnostic in self.diagnostics)

    @property
    def warnings(self) -> int:
        """How many diagnostics are warnings."""
        return len(self.diagnostics) - self.errors
