"""incident.yaml: what is true now of an incident."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, GetJsonSchemaHandler, StringConstraints, Tag, model_validator
from pydantic_core import CoreSchema, PydanticCustomError
from typing_extensions import override

from hotwash.model.base import (
    DISTINCT,
    Correction,
    Count,
    Day,
    IncidentId,
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
    SourceId,
    SourceRef,
    When,
    Who,
    forms,
)
from hotwash.model.postmortem import RootCauses, Runbooks
from hotwash.model.time import surely_before

Kind = Literal["incident", "drill"]
Status = Literal["declared", "investigating", "identified", "monitoring", "resolved", "closed", "dismissed"]
Visibility = Literal["public", "internal"]
Ending = Literal["mitigated", "fixed", "self-resolved", "external", "unknown"]
Qualifier = Literal["exact", "about", "at-least", "at-most"]

# The order in which an incident goes on; `dismissed` stands beside it.
STATUS_ORDER: tuple[Status, ...] = ("declared", "investigating", "identified", "monitoring", "resolved", "closed")
TRANSITIONS: dict[Status, tuple[Status, ...]] = {
    "declared": ("investigating", "dismissed"),
    "investigating": ("identified", "monitoring", "resolved", "dismissed"),
    "identified": ("investigating", "monitoring", "resolved"),
    "monitoring": ("investigating", "identified", "resolved"),
    "resolved": ("investigating", "closed"),
    "closed": ("investigating",),
    "dismissed": ("declared",),
}


class Severity(Record):
    """How bad it is: `P0` to `P3` (guide 6), or a mapping that says who judged it so."""

    level: Level = Field(
        description="P0 complete outage, P1 major function broken, P2 significant issues, P3 minor issues."
    )
    basis: Literal["editor", "source"] | None = Field(
        None, description="Who judged it: the editor of a retrospective record, or its source."
    )
    source_level: Line | None = Field(None, description="What the source calls it.", examples=["red"])
    source: SourceRef | None = None

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:  # noqa: ANN401 - what a record holds is not known before it is read
        return {"level": value} if isinstance(value, str) else value

    @classmethod
    @override
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        mapping = handler.resolve_ref_schema(handler(schema))
        level = mapping["properties"]["level"]
        return {
            "description": "P0 complete outage, P1 major function broken, P2 significant issues, P3 minor issues.",
            "examples": ["P1"],
            "anyOf": [
                {
                    "type": "string",
                    "enum": level["enum"],
                    "enumDescriptions": [text.rstrip(".")[3:] for text in level["description"].split(", ")],
                },
                dict(mapping),
            ],
        }


class Times(Record):
    """The moments of an incident; each may be absent until the status needs it."""

    started: When | None = Field(None, description="The impact begins.")
    detected: When | None = Field(None, description="An alert or a person notices.")
    declared: When | None = Field(None, description="Somebody declares the incident.")
    acknowledged: When | None = Field(None, description="A responder takes it: ends the response clock.")
    contained: When | None = Field(None, description="The cause is under control.")
    mitigated: When | None = Field(None, description="Users no longer feel it.")
    resolved: When | None = Field(None, description="It is over.")

    @property
    def began(self) -> When | None:
        """The start, else the earliest moment that the record has of it."""
        return self.started or self.detected or self.declared


class AlsoCount(Record):
    """Another source gives another number."""

    count: Count | None = Field(None, description="How many, by this source.")
    share: Share | None = Field(None, description="Which part, by this source; between 0 and 1.", examples=[0.31])
    source: SourceRef = Field(description="Which of `sources` gives it.", examples=["S1"])


class Users(Record):
    """Who was hit, and how (guide 2.1). A description is always needed."""

    affected: Annotated[
        Annotated[Count, Tag("<number>")] | Annotated[Nothing, Tag("<nothing>")] | Annotated[None, Tag("<null>")],
        Field(description="How many; `{unknown: why}` while nobody can say.", examples=[12400]),
        forms("a number, or {unknown: why}"),
    ] = None
    share: Share | None = Field(None, description="Which part of all users, between 0 and 1.", examples=[0.31])
    description: Prose | None = Field(
        None, description="What they cannot do.", examples=["EU customers cannot pay by card"]
    )
    source: SourceRef | None = None
    also: Annotated[Many[AlsoCount], DISTINCT] = Field((), description="What other sources give instead.")


CURRENCY_PATTERN = r"^[A-Z]{3}$"


class Money(Record):
    """An amount of money."""

    amount: Annotated[float, Field(ge=0, le=10**15)] = Field(description="How much.", examples=[18000])
    currency: Annotated[str, StringConstraints(pattern=CURRENCY_PATTERN)] = Field(
        description="ISO 4217 code.", examples=["EUR"]
    )
    qualifier: Qualifier | None = Field(None, description="How the amount is meant; absent: nobody said.")
    source: SourceRef | None = None


class Loss(Money):
    """Money lost in another way than as revenue."""

    what: Line = Field(description="What kind of loss it is.", examples=["trading loss"])


class Business(Record):
    """What it means for the business (guide 2.1)."""

    revenue_loss: Annotated[
        Annotated[Money, Tag("<mapping>")] | Annotated[Nothing, Tag("<nothing>")] | Annotated[None, Tag("<null>")],
        Field(description="Money lost: {amount, currency}, or one of the words for nothing."),
        forms("{amount, currency}, or {none: why}, {not_applicable: why}, {unknown: why}"),
    ] = None
    reputation: Annotated[
        Annotated[Prose, Tag("<text>")] | Annotated[Nothing, Tag("<nothing>")] | Annotated[None, Tag("<null>")],
        Field(description="What it does to the name: press, complaints, promises broken.", examples=["Press enquiry"]),
        forms("text, or {none: why}, {not_applicable: why}, {unknown: why}"),
    ] = None
    losses: Annotated[Many[Loss], DISTINCT] = Field(
        (), description="Money lost in other ways than as revenue: {what, amount, currency}."
    )
    description: Prose | None = Field(None, description="Anything else that the business feels.")
    source: SourceRef | None = None


class Scope(Record):
    """How far it reaches (guide 2.1)."""

    regions: Annotated[Many[Line], DISTINCT] = Field((), description="Where.", examples=[["eu-west-1"]])
    description: Prose | None = Field(None, description="Which parts.", examples=["Card payments only"])
    source: SourceRef | None = None


class AlsoMeasure(Record):
    """Another source measures it otherwise."""

    count: Count | None = Field(None, description="How many, by this source.")
    share: Share | None = Field(None, description="Which part, by this source; between 0 and 1.", examples=[0.31])
    duration: Line | None = Field(None, description="How long, by this source, in words.", examples=["27 minutes"])
    qualifier: Qualifier | None = Field(None, description="How the number is meant; absent: nobody said.")
    source: SourceRef


class Measure(Record):
    """An impact in another unit than users: requests, traffic, projects, minutes."""

    what: Line = Field(description="What is measured.", examples=["traffic lost"])
    count: Count | None = Field(None, description="How many.")
    share: Share | None = Field(None, description="Which part, between 0 and 1.")
    duration: Line | None = Field(None, description="How long, in words.", examples=["27 minutes"])
    of: Line | None = Field(None, description="Of what it is a part.", examples=["global traffic"])
    qualifier: Qualifier | None = Field(None, description="How the number is meant; absent: nobody said.")
    source: SourceRef | None = None
    derived: Line | None = Field(
        None, description="Worked out and not stated: from what.", examples=["from 14:07 to 14:52"]
    )
    also: Annotated[Many[AlsoMeasure], DISTINCT] = Field((), description="What other sources give instead.")

    @model_validator(mode="after")
    def _has_a_figure(self) -> Measure:
        if self.count is None and self.share is None and self.duration is None:
            raise PydanticCustomError("missing_key", "missing", {"key": "share", "among": "count, share or duration"})
        return self


class DataLoss(Record):
    """Data that was lost or damaged."""

    lost: Prose = Field(description="What was lost.")
    recoverable: bool = Field(description="Whether it came back, or can.")
    from_: When | None = Field(None, alias="from", description="What was stored from then on is lost.")
    until: When | None = Field(None, description="… and until then.")
    source: SourceRef | None = None

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> DataLoss:
        if self.from_ is not None and self.until is not None and surely_before(self.until, self.from_):
            message, remedy = "the lost time ends before it begins", "mend the time that is wrong"
            raise PydanticCustomError("misplaced", message, {"key": "until", "remedy": remedy})
        return self


class Window(Record):
    """A stretch of impact; several where it came and went."""

    from_: When = Field(alias="from", description="From when.")
    until: When | None = Field(None, description="Until when; absent while it lasts or when it is not known.")
    what: Prose = Field(description="What was felt.")
    source: SourceRef | None = None

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Window:
        if self.until is not None and surely_before(self.until, self.from_):
            message, remedy = "the window ends before it begins", "mend the time that is wrong"
            raise PydanticCustomError("misplaced", message, {"key": "until", "remedy": remedy})
        return self


class Impact(Record):
    """What the incident does to users, business and systems (guide 2.1)."""

    users: Users | None = Field(None, description="Who is hit.")
    business: Annotated[
        Annotated[Business, Tag("<mapping>")] | Annotated[Nothing, Tag("<nothing>")] | Annotated[None, Tag("<null>")],
        Field(description="Revenue and reputation; needed for P0 and P1."),
        forms("{revenue_loss, reputation, losses, description}, or {none: why}"),
    ] = None
    scope: Scope | None = Field(None, description="How far it reaches.")
    measures: Annotated[Many[Measure], DISTINCT] = Field((), description="Other units than users.")
    data: Annotated[
        Annotated[DataLoss, Tag("<mapping>")] | Annotated[Nothing, Tag("<nothing>")] | Annotated[None, Tag("<null>")],
        Field(description="Data lost or damaged: {lost, recoverable}, or {none: why}."),
        forms("{lost, recoverable}, or {none: why}, {not_applicable: why}, {unknown: why}"),
    ] = None
    security: Annotated[
        Annotated[Prose, Tag("<text>")] | Annotated[Nothing, Tag("<nothing>")] | Annotated[None, Tag("<null>")],
        Field(description="What it means for security; or {none: why}."),
        forms("text, or {none: why}, {not_applicable: why}, {unknown: why}"),
    ] = None
    windows: Annotated[Many[Window], DISTINCT] = Field((), description="When it was felt, where it came and went.")


def _empty(value: object) -> object:
    """`gather:` and `gather: {}` are the empty lines that `declare` writes: nobody has signed."""
    return {} if value is None else value


def _or_empty(form: Any) -> BeforeValidator:  # noqa: ANN401 - a class, or what pydantic takes for one
    return BeforeValidator(_empty, json_schema_input_type=form | None)


class SignOff(Record):
    """Who did one of the four first actions, and when. Empty: nobody has signed."""

    by: Who | None = Field(None, description="Your login.")
    at: When | None = Field(None, description="When it was done.")
    note: Prose | None = Field(None, description="What was found or done.", examples=["every EU card payment fails"])
    none: Prose | None = Field(
        None, description="Stabilize only: no quick mitigation exists; which options were looked at."
    )
    corrected: Correction | None = Field(None, description="What the merged sign-off said before, and why it changed.")


SignedAction = Annotated[SignOff, _or_empty(SignOff)]


class FirstActions(Record):
    """The STOP gate: the four mandatory first actions (guide 1)."""

    assess: SignedAction = Field(SignOff(), description="1 Severity and user impact.")
    stabilize: SignedAction = Field(SignOff(), description="2 Quick mitigation, or which options were looked at.")
    gather: SignedAction = Field(SignOff(), description="3 Logs, metrics, recent changes, similar incidents.")
    communicate: SignedAction = Field(SignOff(), description="4 Status told.")
    not_observed: Prose | None = Field(
        None, description="Retrospective records only: why the first actions cannot be judged."
    )

    @model_validator(mode="after")
    def _only_stabilize_may_have_none(self) -> FirstActions:
        """There may be no quick mitigation; there always is something to assess, to gather and to tell."""
        if any(action.none is not None for action in (self.assess, self.gather, self.communicate)):
            message = "`none` is for stabilize only: write a note"
            raise PydanticCustomError("misplaced", message)
        return self


class EvidenceItem(Record):
    """Something that was looked at while gathering data."""

    summary: Prose = Field(description="What it shows.", examples=["4,102 x connection refused from payments"])
    file: Line | None = Field(
        None, description="A text file in the incident's evidence/ folder.", examples=["evidence/logs.txt"]
    )
    url: Link | None = Field(None, description="Where it can be seen.", examples=["https://grafana.example/d/abc"])
    source: SourceRef | None = None


def _evidence(what: str) -> Any:  # noqa: ANN401 - pydantic's FieldInfo is typed so
    return Field(None, description=f"{what}; or {{none: where you looked}}.")


EvidenceItems = Annotated[
    Annotated[Many[EvidenceItem], DISTINCT, Tag("<list>")]
    | Annotated[Nothing, Tag("<nothing>")]
    | Annotated[None, Tag("<null>")],
    forms("a list, or {none: where you looked}"),
]
SimilarIncidents = Annotated[
    Annotated[Many[IncidentId], DISTINCT, Tag("<list>")]
    | Annotated[Nothing, Tag("<nothing>")]
    | Annotated[None, Tag("<null>")],
    forms("a list of incident ids, or {none: what you searched for}"),
]


class Evidence(Record):
    """What `gather` rests on (guide 2.3)."""

    logs: EvidenceItems = _evidence("Error logs: what the aggregation shows")
    metrics: EvidenceItems = _evidence("Metrics: what moved")
    changes: EvidenceItems = _evidence("Recent deployments and changes")
    similar: SimilarIncidents = _evidence("Ids of past incidents like this one")


class Resolution(Record):
    """How it ended."""

    how: Ending = Field(description="What ended it.")
    note: Prose | None = Field(None, description="In a few words.")
    source: SourceRef | None = None


class Recorded(Record):
    """How it was recorded. Absent means live."""

    mode: Literal["late", "retrospective"] = Field(
        description="late: our own incident, written up afterwards. retrospective: nobody who signs was there."
    )
    at: Day = Field(description="The day of the record.")
    by: Who = Field(description="Who wrote it.")
    basis: Literal["public-sources", "internal-notes"] | None = Field(
        None, description="Retrospective only: what the record rests on."
    )

    @model_validator(mode="after")
    def _basis_of_retrospective(self) -> Recorded:
        if self.mode == "retrospective" and self.basis is None:
            raise PydanticCustomError("missing_key", "missing", {"key": "basis"})
        if self.mode == "late" and self.basis is not None:
            message = "`basis` is for retrospective records only"
            raise PydanticCustomError("misplaced", message)
        return self


class Source(Record):
    """A document that a retrospective record rests on."""

    url: Link = Field(description="Where it can be read.")
    kind: Literal["primary", "regulator", "observer", "secondary"] = Field(
        description="primary: the organisation itself. regulator. observer: measured it. secondary: tells what others say."
    )
    title: Line = Field(description="Its title.")
    publisher: Line = Field(description="Who published it.")
    published: Day | None = Field(None, description="When it was published, where that is known.")
    read: Day = Field(description="When it was read for this record.")
    note: Prose | None = Field(None, description="What to know of it.")


class Incident(Record):
    """What is true now of an incident."""

    title: Annotated[Line, Field(max_length=200)] = Field(
        description="What is broken, for whom; one line.", examples=["Checkout returns 500 for EU customers"]
    )
    kind: Kind = Field("incident", description="A drill has metrics of its own and is never published as real.")
    status: Status = Field(
        description="declared, investigating, identified, monitoring, resolved, closed; or dismissed.",
        examples=["declared"],
    )
    severity: Severity
    visibility: Visibility | None = Field(
        None, description="internal is never published; absent means what the policy says, and that is internal."
    )
    services: Annotated[Many[ServiceKey], Field(min_length=1, max_length=100), DISTINCT] = Field(
        description="Which services are hit: keys of services.yaml.", examples=[["checkout-api"]]
    )
    labels: dict[Slug, Line] = Field({}, description="Your own fields, text only.", examples=[{"team": "payments"}])
    times: Annotated[Times, _or_empty(Times)] = Field(Times(), description="The moments of the incident.")
    roles: dict[Slug, Who] = Field(
        {}, description="Who does what now: commander, communications, …", examples=[{"commander": "alice"}]
    )
    impact: Annotated[Impact, _or_empty(Impact)] = Field(
        Impact(), description="What it does to users, business and systems."
    )
    first_actions: Annotated[FirstActions, _or_empty(FirstActions)] = Field(
        FirstActions(), description="The STOP gate: the four mandatory first actions."
    )
    evidence: Annotated[Evidence, _or_empty(Evidence)] = Field(Evidence(), description="What `gather` rests on.")
    resolution: Resolution | None = Field(None, description="How it ended.")
    reason: Prose | None = Field(None, description="Why it was dismissed.")
    duplicate_of: IncidentId | None = Field(None, description="Of which incident it is a duplicate, when dismissed.")
    runbooks: Runbooks | None = None
    root_causes: RootCauses | None = None
    related: Annotated[Many[IncidentId], DISTINCT] = Field(
        (), description="Other incidents that a reader should know of."
    )
    references: Annotated[Many[Link], DISTINCT] = Field((), description="Links: status page, chat, tickets.")
    recorded: Recorded | None = Field(None, description="How it was recorded; absent means live.")
    organisation: Line | None = Field(None, description="Retrospective only: whose incident it was.")
    sources: dict[SourceId, Source] = Field({}, description="Retrospective only: what the record rests on.")

    @model_validator(mode="after")
    def _declared_in_full(self) -> Incident:
        """What even `declared` needs."""
        if self.mode == "retrospective":
            # The gate, which asks others for it, is not asked here.
            if self.impact.users is not None and self.impact.users.description is None:
                raise PydanticCustomError("missing_key", "missing", {"key": "impact.users.description"})
            if self.status not in ("resolved", "closed", "dismissed"):
                message, remedy = "a retrospective record is never open", "write resolved, closed or dismissed"
                raise PydanticCustomError("misplaced", message, {"key": "status", "remedy": remedy})
            return self
        if self.times.declared is None:
            raise PydanticCustomError("missing_key", "missing", {"key": "times.declared"})
        if "commander" not in self.roles:
            raise PydanticCustomError("missing_key", "missing", {"key": "roles.commander"})
        if self.first_actions.not_observed is not None:
            message = "`first_actions.not_observed` is for retrospective records only"
            raise PydanticCustomError("misplaced", message)
        return self

    @property
    def mode(self) -> Literal["live", "late", "retrospective"]:
        """How it was recorded."""
        return "live" if self.recorded is None else self.recorded.mode

    @property
    def is_drill(self) -> bool:
        """It is an exercise."""
        return self.kind == "drill"

    @property
    def is_open(self) -> bool:
        """Somebody is, or should be, at work on it. Retrospective records never are."""
        return self.mode != "retrospective" and self.status not in ("resolved", "closed", "dismissed")
