"""How open incidents stand, as a format is given it: values only, with all times in the words that people read."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotwash.diagnostics import GateVerdict

T = TypeVar("T")

ClockName = Literal["first-actions", "response", "update", "eta", "postmortem", "action-item"]
Severity = Literal["P0", "P1", "P2", "P3"]
Status = Literal["declared", "investigating", "identified", "monitoring", "resolved", "closed", "dismissed"]
Audience = Literal["engineers", "stakeholders", "public"]
# A mitigation of which somebody still has to say or do something.
AttemptState = Literal["pending", "harmful"]


@dataclass(frozen=True, slots=True)
class Moment:
    """A time, and how far away it is.

    Attributes:
        at: RFC 3339 as written, or in UTC; or a day.
        away: From now on, as people read it: `11 min ago`, `in 3 min`, `today`.
    """

    at: str
    away: str


@dataclass(frozen=True, slots=True)
class FirstAction:
    """One of the four first actions, as it stands.

    Attributes:
        action: Its key in the record.
        done: It is signed off, and what it rests on is there.
        by: Who signed it; empty when nobody has.
        at: When it was signed; None when it was not.
        missing: What it rests on and what is not there, as people read it.
        wrong: What is wrong with its signature, where there is one.
    """

    action: str
    done: bool
    by: str
    at: Moment | None
    note: str
    missing: tuple[str, ...]
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class Clock:
    """Something that somebody owes, and by when.

    Attributes:
        name: Which clock.
        what: What is owed; the title of an action item is text from a record.
        due: By when, and in how long.
        late: How late it is; empty while there is time.
        by: Who owes it, as far as the roles say; empty where `what` says it, or nobody does.
    """

    name: ClockName
    what: str
    due: Moment
    late: str
    by: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a rule asks: now, or before the next status can be reached.

    Attributes:
        path: The file, from the root.
        line: From 1.
    """

    code: str
    message: str
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Role:
    """Who has a role.

    Attributes:
        role: Its name.
        who: Who has it; empty where it is offered and nobody has it yet.
        offered_to: To whom the last handover offers it, who has not said yes; empty where none waits.
        offered: When it was offered.
    """

    role: str
    who: str
    offered_to: str = ""
    offered: Moment | None = None


@dataclass(frozen=True, slots=True)
class Called:
    """Somebody who was called in."""

    who: str
    at: Moment


@dataclass(frozen=True, slots=True)
class Told:
    """The last status update to an audience.

    Attributes:
        at: When; None where they were never told anything, and then the rest is empty.
        text: What they were told, text from a record.
    """

    audience: Audience
    at: Moment | None = None
    by: str = ""
    channel: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A mitigation of which nobody has said whether it helped, or one that did harm and that nothing came after.

    Attributes:
        id: Of its entry; empty where it has none.
        state: Which of the two.
    """

    id: str
    state: AttemptState
    action: str
    target: str
    by: str
    at: Moment
    text: str


@dataclass(frozen=True, slots=True)
class ServiceHit:
    """A service that is hit, as the catalogue knows it.

    Attributes:
        known: Whether it is in services.yaml; else all but its name is empty.
    """

    name: str
    known: bool
    owner: str = ""
    tier: int | None = None
    runbook: str = ""
    repository: str = ""
    url: str = ""
    external: bool = False


@dataclass(frozen=True, slots=True)
class Latest:
    """The newest entry of the timeline."""

    at: Moment
    by: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How one incident stands.

    Attributes:
        path: Its folder from the root.
        branch: The branch on whose head it was read; empty for the work tree.
        severity: None when even incident.yaml cannot be read; so is the status, and the title is empty.
        is_open: Somebody is, or should be, at work on it; what cannot be read is taken to be.
        times: Those that are written, in the order of an incident.
        since: When it came to its status; None where no entry says so.
        impact: Who is hit and how, in one text; empty while nobody has said.
        verdict: What the STOP gate says.
        first_actions: The four, in their order; empty where the gate is not judged.
        clocks: What is owed, by time.
        next_status: The status that follows as a rule; None after the last.
        needs: What is asked before that, beside the four first actions.
        errors: What is wrong now, beside the four first actions.
        no_estimate: Why nobody can say when it is over, where that was the last word on it.
    """

    id: str
    path: str
    branch: str
    title: str
    severity: Severity | None
    status: Status | None
    is_drill: bool
    is_open: bool
    times: tuple[tuple[str, Moment], ...]
    since: Moment | None
    impact: str
    verdict: GateVerdict
    first_actions: tuple[FirstAction, ...] = ()
    clocks: tuple[Clock, ...] = ()
    next_status: Status | None = None
    needs: tuple[Wanted, ...] = ()
    errors: tuple[Wanted, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    roles: tuple[Role, ...] = ()
    called: tuple[Called, ...] = ()
    told: tuple[Told, ...] = ()
    no_estimate: str = ""
    services: tuple[ServiceHit, ...] = ()
    latest: Latest | None = None

    def time(self, name: str) -> Moment | None:
        """One of its times; None where it is not written."""
        return dict(self.times).get(name)


@dataclass(frozen=True, slots=True)
class Outlook:
    """How several incidents stand.

    Attributes:
        now: The moment of all that is said, RFC 3339 in UTC.
        named: Whether somebody asked for this one incident, whatever its status.
        incidents: The worst first: open ones by severity and age, then what waits to be closed.
        notices: Facts about the whole, a line each.
    """

    tool: str
    now: str
    named: bool
    incidents: tuple[Standing, ...]
    notices: tuple[str, ...] = ()


def with_texts(value: T, change: Callable[[str], str]) -> T:
    """One of these values with each of its texts changed, however deep it stands."""
    held: Any = value
    if isinstance(held, str):
        held = change(held)
    elif isinstance(held, tuple):
        held = tuple(with_texts(item, change) for item in held)
    elif is_dataclass(held) and not isinstance(held, type):
        held = replace(held, **{part.name: with_texts(getattr(held, part.name), change) for part in fields(held)})
    return cast("T", held)
