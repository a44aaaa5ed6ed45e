"""timeline.yaml and timeline.d/: what happened, as typed entries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from hotwash.model.base import (
    DISTINCT,
    Audience,
    Correction,
    EntryId,
    Level,
    Line,
    Link,
    Many,
    Nothing,
    Prose,
    Record,
    ServiceKey,
    Share,
    Slug,
    SourceRef,
    When,
    Who,
    forms,
)
from hotwash.model.incident import Status
from hotwash.model.time import surely_before

EntryKind = Literal[
    "note",
    "decision",
    "detection",
    "escalation",
    "handover",
    "severity-change",
    "status-change",
    "finding",
    "change",
    "mitigation",
    "recovery",
    "fix",
    "status-update",
]
MitigationAction = Literal[
    "rollback",
    "scale-up",
    "disable-feature",
    "circuit-breaker",
    "failover",
    "restart",
    "block-traffic",
    "throttle",
    "bypass",
    "restore",
    "revoke",
    "withdraw",
    "freeze",
    "stop-service",
    "replace",
    "other",
]
MitigationOutcome = Literal["pending", "effective", "partial", "ineffective", "harmful"]
C = TypeVar("C", "SeverityChange", "StatusChange")
ENTRY_LIMIT = 5_000  # threats R3


class EntryBase(Record):
    """What every entry may hold."""

    id: EntryId | None = Field(None, description="Made by the commands; unique in the incident.")
    at: When | None = Field(None, description="When it happened.")
    between: Annotated[Many[When], Field(min_length=2, max_length=2)] | None = Field(
        None, description="Instead of `at`, when only the bounds are known.",
        examples=[["2021-06-08T10:27Z", "2021-06-08T10:36Z"]],
    )  # fmt: skip
    until: When | None = Field(None, description="When it ended, for what lasted.")
    by: Who | None = Field(None, description="Who did it; absent where nobody acted.")
    text: Prose = Field(description="What happened, in block style or quotes.")
    url: Link | None = Field(None, description="Where it can be seen.")
    source: SourceRef | None = None
    ahead_of_gate: Prose | None = Field(
        None, description="Why it came before the four first actions were complete; shown for good."
    )
    corrected: Correction | None = Field(None, description="What the merged entry said before, and why it changed.")

    @model_validator(mode="after")
    def _has_a_time(self) -> EntryBase:
        if self.at is None and self.between is None:
            raise PydanticCustomError("missing_key", "missing", {"key": "at"})
        if self.at is not None and self.between is not None:
            raise PydanticCustomError("together", "together", {"keys": ("at", "between")})
        return self

    @model_validator(mode="after")
    def _bounds_in_one_way(self) -> EntryBase:
        if self.at is not None and self.at.is_bounded and not self.at.is_open:
            message, remedy = "both bounds are known", "write `between: [first, second]` in place of `at`"
            raise PydanticCustomError("misplaced", message, {"key": "at", "remedy": remedy})
        if self.between is not None and any(bound.is_bounded for bound in self.between):
            message, remedy = "a bound has no bounds of its own", "of `between` both are known; else `at: {after: …}`"
            raise PydanticCustomError("misplaced", message, {"key": "between", "remedy": remedy})
        return self

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> EntryBase:
        if self.between is not None and surely_before(self.between[1], self.between[0]):
            message = "the second bound of `between` is before the first"
            raise PydanticCustomError("misplaced", message, {"key": "between", "remedy": "write the earlier one first"})
        if self.until is not None and surely_before(self.until, self.when):
            message, remedy = "it ends before it begins", "`until` is when it ended; mend the time that is wrong"
            raise PydanticCustomError("misplaced", message, {"key": "until", "remedy": remedy})
        return self

    @property
    def when(self) -> When:
        """When it happened; of bounds the first, by which entries sort."""
        if self.at is not None:
            return self.at
        assert self.between is not None  # noqa: S101 - the validator above
        return self.between[0]


class Note(EntryBase):
    """Anything worth remembering."""

    kind: Literal["note"]


class Decision(EntryBase):
    """What was decided, and why."""

    kind: Literal["decision"]


class Detection(EntryBase):
    """How it was noticed."""

    kind: Literal["detection"]
    via: Literal["alert", "customer", "employee", "partner", "other"] = Field(description="Who or what noticed.")


class Escalation(EntryBase):
    """Somebody else was called in."""

    kind: Literal["escalation"]
    to: Who = Field(description="Who was called.")


class Handover(EntryBase):
    """A role goes to somebody else."""

    kind: Literal["handover"]
    role: Slug = Field(description="Which role.", examples=["commander"])
    to: Who = Field(description="Who takes it.")
    accepted: bool = Field(default=False, description="Whether they have said yes.")


def _changed(entry: C) -> C:
    if entry.from_ == entry.to:
        message, remedy = "`from` and `to` are the same", "where nothing changed, write `kind: note` without the two"
        raise PydanticCustomError("misplaced", message, {"key": "to", "remedy": remedy})
    return entry


class SeverityChange(EntryBase):
    """It is worse or better than thought; the text is the reason."""

    kind: Literal["severity-change"]
    from_: Level = Field(alias="from", description="What it was.")
    to: Level = Field(description="What it is now.")

    @model_validator(mode="after")
    def _changes_something(self) -> SeverityChange:
        return _changed(self)


class StatusChange(EntryBase):
    """The incident goes on, or back; the text of a reopening is its reason."""

    kind: Literal["status-change"]
    from_: Status = Field(alias="from", description="What it was.")
    to: Status = Field(description="What it is now.")

    @model_validator(mode="after")
    def _changes_something(self) -> StatusChange:
        return _changed(self)


class Finding(EntryBase):
    """Something learned in the investigation (guide 3.1)."""

    kind: Literal["finding"]
    about: Literal["error-pattern", "metric", "change", "cascade", "hypothesis", "root-cause"] = Field(
        description="What it is about."
    )
    state: Literal["open", "confirmed", "ruled-out"] = Field(description="How sure it is.")
    service: ServiceKey | None = Field(None, description="Which service it concerns.")
    caused_by: EntryId | None = Field(None, description="The entry that it follows from.")
    supersedes: EntryId | None = Field(None, description="The entry that it replaces.")


class Change(EntryBase):
    """Something was changed before or during the incident (guide 2.3)."""

    kind: Literal["change"]
    ref: Line | None = Field(None, description="The change: a URL, a version, a commit.")
    service: ServiceKey | None = Field(None, description="Which service was changed.")
    changed_at: When | None = Field(None, description="When it was changed, if not at `at`.")


class Mitigation(EntryBase):
    """A quick fix (guide 3.2)."""

    kind: Literal["mitigation"]
    action: MitigationAction = Field(description="What was done.")
    outcome: MitigationOutcome = Field("pending", description="Whether it helped; pending until somebody looked.")
    target: Line | None = Field(None, description="To what.", examples=["checkout-api v413"])
    temporary: bool = Field(default=False, description="It has to be replaced by a real fix.")
    answers: EntryId | None = Field(None, description="The entry whose harm it mends.")
    side_effects: Prose | None = Field(None, description="What else it did.")


class Recovery(EntryBase):
    """Something works again; a lower share later means that it got worse."""

    kind: Literal["recovery"]
    share: Share | None = Field(None, description="Which part of it works again.")
    what: Line | None = Field(None, description="What works again.")


TextOrNothing = Annotated[
    Annotated[Prose, Tag("<text>")] | Annotated[Nothing, Tag("<nothing>")],
    forms("text, or {none: why}, {not_applicable: why}, {unknown: why}"),
]


class Fix(EntryBase):
    """The change that mends the cause (guide 4)."""

    kind: Literal["fix"]
    ref: Link | None = Field(None, description="The URL of the change.")
    minimal: Annotated[
        Annotated[Literal[True], Tag("<flag>")] | Annotated[Nothing, Tag("<nothing>")] | Annotated[None, Tag("<null>")],
        Field(description="true when it is the smallest change that works, else {none: why}."),
        forms("true, or {none: why}"),
    ] = None
    tested: TextOrNothing | None = Field(None, description="Where it was tested, or {none: why}.")
    rollout: TextOrNothing | None = Field(None, description="How it is rolled out; or one of the words for nothing.")
    monitored_by: TextOrNothing | None = Field(
        None, description="What is watched meanwhile, and by whom; or one of the words for nothing."
    )
    rollback_plan: TextOrNothing | None = Field(None, description="How to go back; or one of the words for nothing.")
    documented_in: TextOrNothing | None = Field(
        None, description="Where the change is documented; or one of the words for nothing."
    )
    answers: EntryId | None = Field(None, description="The entry whose harm it mends.")


class StatusUpdate(EntryBase):
    """Somebody was told (guide 3.3)."""

    kind: Literal["status-update"]
    audience: Annotated[
        Annotated[Audience, Tag("<text>")] | Annotated[Many[Audience], Field(min_length=1), DISTINCT, Tag("<list>")],
        Field(description="Who was told: engineers, stakeholders, public; one or a list."),
        forms("engineers, stakeholders or public, or a list of them"),
    ]
    channel: Line | None = Field(None, description="Where it was said.", examples=["#incidents"])
    eta: Annotated[
        Annotated[When, Tag("<text>")]
        | Annotated[When, Tag("<mapping>")]
        | Annotated[Nothing, Tag("<nothing>")]
        | Annotated[None, Tag("<null>")],
        Field(description="When it is expected to be over: a time, or {unknown: why}."),
        forms("a time, or {unknown: why}"),
    ] = None
    next_update_by: When | None = Field(None, description="When the next update is promised.")

    @property
    def audiences(self) -> tuple[Audience, ...]:
        """Who was told."""
        return self.audience if isinstance(self.audience, tuple) else (self.audience,)


def _kind(value: Any) -> str | None:  # noqa: ANN401 - what a record holds is not known before it is read
    kind = value.get("kind") if isinstance(value, Mapping) else getattr(value, "kind", None)
    # An id in angle brackets is told from a key in the place of an error, as with `forms`.
    return f"<{kind}>" if isinstance(kind, str) else None


AnyEntry = (
    Note
    | Decision
    | Detection
    | Escalation
    | Handover
    | SeverityChange
    | StatusChange
    | Finding
    | Change
    | Mitigation
    | Recovery
    | Fix
    | StatusUpdate
)

Entry = Annotated[
    Annotated[Note, Tag("<note>")]
    | Annotated[Decision, Tag("<decision>")]
    | Annotated[Detection, Tag("<detection>")]
    | Annotated[Escalation, Tag("<escalation>")]
    | Annotated[Handover, Tag("<handover>")]
    | Annotated[SeverityChange, Tag("<severity-change>")]
    | Annotated[StatusChange, Tag("<status-change>")]
    | Annotated[Finding, Tag("<finding>")]
    | Annotated[Change, Tag("<change>")]
    | Annotated[Mitigation, Tag("<mitigation>")]
    | Annotated[Recovery, Tag("<recovery>")]
    | Annotated[Fix, Tag("<fix>")]
    | Annotated[StatusUpdate, Tag("<status-update>")],
    Discriminator(_kind),
]

Timeline = Annotated[Many[Entry], Field(max_length=ENTRY_LIMIT)]
