"""What pages are made of: values that may be published, and nothing else. Only `public` makes them from records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from hotwash.site.public.times import Moment

if TYPE_CHECKING:
    from datetime import date, datetime

    from hotwash.facts.measures import Kept, Lengths
    from hotwash.model.base import Level
    from hotwash.model.incident import Status


@dataclass(frozen=True, slots=True)
class Prose:
    """Markdown as a record holds it; `prose.render` makes it fit for a page."""

    text: str


@dataclass(frozen=True, slots=True)
class Reference:
    """Something elsewhere: a URL, or a name such as a version where a URL may stand."""

    target: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Related:
    """Another public incident.

    Attributes:
        note: What kind of record it is, and of when.
        why: What it has to do with this one, where more can be said than that.
    """

    id: str
    title: str
    note: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class OtherEntry:
    """Another entry of the same timeline."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """From one time to another, either of which may not be known.

    Attributes:
        lasted: How long that was; empty where it is not known.
    """

    first: Moment | None
    last: Moment | None
    lasted: str = ""


@dataclass(frozen=True, slots=True)
class Absent:
    """One of the three words for nothing, with its reason."""

    word: str
    why: Prose


@dataclass(frozen=True, slots=True)
class Also:
    """What other sources say instead."""

    text: str
    sources: tuple[str, ...]


TimeName = Literal["started", "detected", "declared", "acknowledged", "contained", "mitigated", "resolved"]
Value = str | Prose | Reference | Related | OtherEntry | Stretch | Absent | Also | Moment


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and what stands beside it, one below the other.

    Attributes:
        derived: From what it was worked out; empty where it is stated.
        also: What other sources say instead.
    """

    label: str
    values: tuple[Value, ...]
    sources: tuple[str, ...] = ()
    derived: str = ""
    also: tuple[Also, ...] = ()


@dataclass(frozen=True, slots=True)
class Point:
    """One thing told at a glance.

    Attributes:
        note: What to know of it, in a few words: `25 min after the start`.
    """

    text: Value
    note: str = ""


@dataclass(frozen=True, slots=True)
class Glance:
    """One question of a reader who has half a minute, and what the record answers.

    Attributes:
        section: Where the page tells more: the title of a section.
        rest: What else there is, where not all is told.
    """

    question: str
    section: str
    points: tuple[Point, ...]
    rest: str = ""


@dataclass(frozen=True, slots=True)
class PublicSource:
    """A document on which a retrospective record rests."""

    id: str
    reference: Reference
    kind: str
    publisher: str
    published: date | None
    read: date
    note: Value | None


@dataclass(frozen=True, slots=True)
class PublicEntry:
    """An entry of the timeline.

    Attributes:
        id: By which others link to it: its own, or one made for that, or empty.
        kind: The kind as the record names it, by which it is coloured.
        label: The kind in words.
        notes: What the kind says of itself, in a few words each: `via alert`, `P1 to P0`.
        outcome: Of a mitigation.
        end: When it ended, for what lasted.
        lasted: How long that was; empty where it is not known.
        by: Who, as a role; empty where nobody acted.
        unknown: What the record says is not known, where that is several things.
    """

    id: str
    kind: str
    label: str
    at: Moment
    text: Prose
    notes: tuple[str, ...] = ()
    outcome: str = ""
    end: Moment | None = None
    lasted: str = ""
    by: str = ""
    sources: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    unknown: tuple[Fact, ...] = ()

    @property
    def derived(self) -> tuple[str, ...]:
        """From what its times were worked out, each once."""
        return tuple(dict.fromkeys((*self.at.reasons, *(self.end.reasons if self.end else ()))))


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch in which it was felt.

    Attributes:
        note: That it came back, and after how long.
        returned: What that was: nothing was felt in between, or it had been said to be over.
    """

    at: Moment
    until: Moment | None
    lasted: str
    what: Prose
    note: str
    returned: Literal["", "gap", "relapse"]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """How far it worked again at a moment.

    Attributes:
        share: `50 %`; empty where nobody said.
        part: The same as a number.
        note: That it was less than before.
        after: How long after the start; empty where that is not known.
    """

    at: Moment
    share: str
    part: float | None
    what: str
    note: str
    after: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TimeRow:
    """One of the moments of an incident.

    Attributes:
        name: Its key in the record.
        after: How long after the start; empty where that is not known.
    """

    name: TimeName
    label: str
    means: str
    at: Moment
    after: str


PhaseName = Literal["undetected", "unanswered", "felt", "lingering"]


@dataclass(frozen=True, slots=True)
class Phase:
    """What was going on from one of the moments of an incident to another.

    Attributes:
        name: By which it is coloured.
        last: When it ended; None while it goes on.
        lasted: How long that was.
        ends: Which moment that is, as records name it; empty while it goes on.
    """

    name: PhaseName
    label: str
    first: Moment
    last: Moment | None = None
    lasted: str = ""
    ends: str = ""


@dataclass(frozen=True, slots=True)
class Clock:
    """A moment from which, or up to which, a reader of an incident that goes on counts.

    Attributes:
        label: What it is, as the beginning of a line: `began`, `next update by`.
        due: From when on it is late; None where time is counted from the moment on.
        is_counted: How much later than due it is says something; of business days only that it is late does.
    """

    label: str
    at: Moment
    due: datetime | None = None
    is_counted: bool = True


@dataclass(frozen=True, slots=True)
class SignOff:
    """One of the four first actions: who did it, when, and what was found."""

    label: str
    by: str
    at: Moment | None
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class PublicItem:
    """An action item.

    Attributes:
        kind: As the record names it.
        purpose: The kind in words: `to prevent it`.
        priority: `P1`; empty where no source states one.
        ref: Where others track it.
        issue: Where we do, if everybody can read that.
        proof: What is true when it is done.
    """

    id: str
    title: str
    kind: str
    purpose: str
    priority: Level | Literal[""]
    status: str
    owner: str
    due: date | None
    closed: date | None
    reason: Value | None
    ref: Reference | None
    issue: Reference | None
    proof: tuple[Value, ...]
    sources: tuple[str, ...]

    @property
    def is_open(self) -> bool:
        """Work is left."""
        return self.status in ("open", "in progress")


@dataclass(frozen=True, slots=True)
class Factor:
    """What made it worse or more likely."""

    statement: Prose
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cause:
    """One reason without which it would not have happened.

    Attributes:
        category: As the record names it, with blanks.
        label: The category in words.
    """

    category: str
    label: str
    trigger: Prose
    statement: Prose
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a published post-mortem."""

    title: str
    text: Prose


@dataclass(frozen=True, slots=True)
class PublicPostMortem:
    """A post-mortem that is published.

    Attributes:
        sections: Those with text, in the order of the file.
        not_stated: Titles of the sections that the sources say nothing about.
        review: Who reviewed it and when; empty for retrospective records.
    """

    sections: tuple[Section, ...]
    not_stated: tuple[str, ...]
    authors: tuple[str, ...]
    reviewed_by: str
    reviewed_at: Moment | None
    contributing: tuple[Factor, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """All that is told of an incident once it is closed.

    Attributes:
        gate: What the STOP gate says, in the words of the response guide.
        not_judged: Why it says nothing of a retrospective record.
        glance: What a reader with half a minute asks, as far as the record answers it.
        unknown: What of the impact is not known, where that is several things.
        timeline: In an order that a reader expects: where two begin at the same time, the one that may be earlier.
        recovery: The stages in which it came back.
        no_postmortem: Why none was asked for; empty where one was.
        related: Those that this one or the other names.
        similar: Others that hit the same service for the same kind of reason.
    """

    glance: tuple[Glance, ...]
    impact: tuple[Fact, ...]
    unknown: tuple[Fact, ...]
    windows: tuple[Window, ...]
    gate: str
    first_actions: tuple[SignOff, ...]
    not_judged: Value | None
    evidence: tuple[Fact, ...]
    timeline: tuple[PublicEntry, ...]
    recovery: tuple[Stage, ...]
    causes: tuple[Cause, ...]
    no_causes: Absent | None
    items: tuple[PublicItem, ...]
    no_items: Absent | None
    runbooks: tuple[Fact, ...]
    no_runbooks: Absent | None
    postmortem: PublicPostMortem | None
    no_postmortem: str
    details: tuple[Fact, ...]
    related: tuple[Related, ...]
    similar: tuple[Related, ...]
    references: tuple[Reference, ...]


@dataclass(frozen=True, slots=True)
class Recording:
    """That it was not recorded while it happened, when it was, and from what."""

    mode: Literal["late", "retrospective"]
    at: date
    basis: str


@dataclass(frozen=True, slots=True)
class PublicSeverity:
    """How bad it was, what that means, and who judged it so where it was not the team itself."""

    level: Level
    means: str
    basis: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """What is counted of an incident.

    Attributes:
        lengths: How long it took, by its times alone.
        postmortem_due: Until when its post-mortem is to be there; None unless it is resolved and one is asked for.
        kept: How it kept to what was asked of it; None until it is closed.
        similar: Other public incidents like it, as it says itself; none until it is closed.
    """

    lengths: Lengths
    postmortem_due: datetime | None
    kept: Kept | None
    similar: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PublicIncident:
    """An incident as far as everybody may know of it.

    Attributes:
        began: Its start, else the earliest moment that is known.
        day: The day of it, or what is known of that, for lists.
        to_mitigate: How long it was from the start until users no longer felt it; empty when that is not known.
        to_resolve: … and until it was over; empty also when that took as long.
        to_contain: How long it lay open, of an exposure: what has an end of its cause, and none of being felt. Then
            the two above are empty, since it is not timed like an outage.
        went_on: Something was still felt after it was mitigated.
        phases: What lay between some of them.
        untimed: Moments for which no source of a retrospective record states a time, in words.
        reopened: When it was taken up again after it had ended.
        duplicate_of: The other incident that tells of the same, where everybody may know of that one.
        duplicates: Those that were dismissed because this one tells of the same.
        clocks: What runs while it is open, and until its post-mortem is there: moments, the same at any time.
        awaits_postmortem: It is over, and its post-mortem is to come.
        updates: What the public was told. The only prose of an incident that is not closed.
        account: The rest; None until it is closed.
        measured: What is counted of it.
    """

    id: str
    title: str
    is_drill: bool
    is_open: bool
    status: Status
    severity: PublicSeverity
    services: tuple[str, ...]
    organisation: str
    recording: Recording | None
    began: Moment | None
    day: Moment | None
    to_mitigate: str
    to_resolve: str
    to_contain: str
    went_on: bool
    times: tuple[TimeRow, ...]
    phases: tuple[Phase, ...]
    untimed: tuple[str, ...]
    reopened: tuple[Moment, ...]
    duplicate_of: Related | None
    duplicates: tuple[Related, ...]
    clocks: tuple[Clock, ...]
    awaits_postmortem: bool
    updates: tuple[PublicEntry, ...]
    sources: tuple[PublicSource, ...]
    account: Account | None
    measured: Measured

    @property
    def is_retrospective(self) -> bool:
        """Nobody who wrote the record took part."""
        return self.recording is not None and self.recording.mode == "retrospective"

    def time(self, name: TimeName) -> Moment | None:
        """One of its moments; None where it is not known."""
        return next((row.at for row in self.times if row.name == name), None)

    def is_overdue(self, item: PublicItem, now: datetime) -> bool:
        """An item of this incident is open and its day has passed, in UTC; what others owe is nobody's business here."""
        return not self.is_retrospective and item.is_open and item.due is not None and item.due < now.date()


@dataclass(frozen=True, slots=True)
class PublicRepository:
    """What everybody may know: the newest incident first, drills and what happened to others apart.

    Attributes:
        as_of: When this was so: what is due before it is late. In UTC.
        incidents: Those of the organisation itself.
        retrospective: Those that nobody here took part in.
    """

    organisation: str
    notice: str
    as_of: datetime
    incidents: tuple[PublicIncident, ...]
    drills: tuple[PublicIncident, ...]
    retrospective: tuple[PublicIncident, ...] = ()

    @property
    def all(self) -> tuple[PublicIncident, ...]:
        """Every incident that has a page."""
        return (*self.incidents, *self.drills, *self.retrospective)
