"""What a writing command was asked to do: its answers, and all that makes doing it twice the same as doing it once.

A request is what is kept when a write fails, what is replayed on a newer head, and what `--from FILE` reads. Times, ids
and names of people stand in it as records hold them: who it was, and when, is settled once and never again on a replay.
"""

from __future__ import annotations

import json
import re
import secrets
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, TypeAlias

from pydantic import BeforeValidator, Discriminator, Field, StringConstraints, Tag, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from hotwash.edits.plain import plain
from hotwash.errors import UsageError
from hotwash.model.actions import ITEM_ID_PATTERN, ItemKind, Proof
from hotwash.model.base import (
    DISTINCT,
    Audience,
    Day,
    EntryId,
    IncidentId,
    Level,
    Line,
    Link,
    Many,
    Nothing,
    Prose,
    Record,
    ServiceKey,
    Slug,
    When,
    Who,
    forms,
)
from hotwash.model.incident import Business, Ending, Evidence, Impact, Kind, Scope, Users, Visibility
from hotwash.model.postmortem import SECTIONS, Factor, RootCauses, Runbooks
from hotwash.model.time import PATTERN, Instant
from hotwash.model.timeline import (
    Change,
    Decision,
    Detection,
    Escalation,
    Finding,
    MitigationAction,
    MitigationOutcome,
    Note,
    Recovery,
    TextOrNothing,
)
from hotwash.records.reader import parse
from hotwash.records.validation import validate_as

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from hotwash.edits.amendment import Plain
    from hotwash.records.document import Problem

# The part of a slug that comes from a title.
_SLUG_LIMIT = 40
# What nobody takes for another sign: no 0 and o, no 1, i and l.
_SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"
_ID_SIGNS = 4


def _time(text: object) -> object:
    if not isinstance(text, str):
        message = "not a time: write it as 2026-11-23T08:41:00Z"
        raise PydanticCustomError("not_a_time", message)
    try:
        Instant.parse(text)
    except ValueError as error:
        raise PydanticCustomError("not_a_time", "{why}", {"why": str(error)}) from None
    return text


AUDIENCES: tuple[Audience, ...] = ("engineers", "stakeholders", "public")
# A time as records hold it.
Time = Annotated[
    str,
    BeforeValidator(_time),
    WithJsonSchema({"type": "string", "pattern": f"^{PATTERN}$", "examples": ["2026-11-23T08:41:00Z"]}),
]
ItemId = Annotated[str, StringConstraints(pattern=ITEM_ID_PATTERN)]
Eta = Annotated[
    Annotated[When, Tag("<text>")]
    | Annotated[When, Tag("<mapping>")]
    | Annotated[Nothing, Tag("<nothing>")]
    | Annotated[None, Tag("<null>")],
    forms("a time, or {unknown: why}"),
]


class _ByAudience(Record):
    """Something for each audience that is named."""

    def items(self) -> Iterator[tuple[Audience, str]]:
        """What is said, by audience, in the order in which they are always named."""
        for audience in AUDIENCES:
            said: str | None = getattr(self, audience)
            if said is not None:
                yield audience, said


class Texts(_ByAudience):
    """Who is told what."""

    engineers: Prose | None = Field(None, description="Technical detail.")
    stakeholders: Prose | None = Field(None, description="What it means for the business.")
    public: Prose | None = Field(None, description="What customers need to know.")


class Channels(_ByAudience):
    """Where who is told."""

    engineers: Line | None = None
    stakeholders: Line | None = None
    public: Line | None = None


class Asked(Record):
    """What every request says: of which incident, by whom, and when it was done.

    Attributes:
        verb: The command that takes it.
    """

    verb: ClassVar[str]

    by: Who
    at: Time


class Declare(Asked):
    """A new incident; its id is the UTC day of `at` and the slug."""

    verb = "declare"

    op: Literal["declare"] = "declare"
    title: Annotated[Line, Field(max_length=200)]
    severity: Level
    services: Annotated[Many[ServiceKey], Field(min_length=1, max_length=100), DISTINCT]
    slug: Slug | None = Field(None, description="Absent: made from the title.")
    kind: Kind = "incident"
    visibility: Visibility | None = None
    labels: dict[Slug, Line] = Field({})
    commander: Who | None = Field(None, description="Absent: who declares it.")
    roles: dict[Slug, Who] = Field({})
    started: When | None = None
    detected: When | None = None
    acknowledged: Time | None = Field(None, description="Given when a responder declares, who takes it at once.")
    impact: Impact | None = None
    references: Annotated[Many[Link], DISTINCT] = ()
    id: EntryId = Field(description="Of the detection entry.")
    via: Literal["alert", "customer", "employee", "partner", "other"] | None = None
    noticed: Prose | None = Field(None, description="How it was noticed, in words; with `via` it is an entry.")
    noticed_by: Who | None = Field(None, description="Absent: who declares it, where an employee noticed; else nobody.")


class Assess(Record):
    """The first of the four: severity and user impact. What the records know already is left out."""

    note: Prose | None = None
    severity: Level | None = Field(None, description="Where it is not what it was declared as; then the note says why.")
    users: Users | None = None
    business: Annotated[
        Annotated[Business, Tag("<mapping>")] | Annotated[Nothing, Tag("<nothing>")] | Annotated[None, Tag("<null>")],
        forms("{revenue_loss, reputation, losses, description}, or {none: why}"),
    ] = None
    scope: Scope | None = None


class QuickFix(Record):
    """A mitigation, as it is told in an answer."""

    action: MitigationAction
    text: Prose
    target: Line | None = None
    outcome: MitigationOutcome = "pending"
    temporary: bool = False
    at: Time | None = Field(None, description="When it was done; absent: when it is told.")


class Stabilize(Record):
    """The second: a quick mitigation; or `none`, which options were looked at; or nothing, where an entry tells it."""

    note: Prose | None = None
    none: Prose | None = None
    mitigation: QuickFix | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Stabilize:
        if self.none is not None and self.mitigation is not None:
            raise PydanticCustomError("together", "together", {"keys": ("mitigation", "none")})
        return self


class Gather(Evidence):
    """The third: what was looked at. Lists are added to those of the records."""

    note: Prose | None = None


class Communicate(Record):
    """The fourth: who was told what; without texts where an entry tells it."""

    note: Prose | None = None
    texts: Texts = Texts()
    channels: Channels = Channels()
    eta: Eta = None
    next_update_by: Time | None = None


class FirstActions(Asked):
    """Some of the four first actions. What is real is signed; when all four are, the incident goes to `investigating`."""

    verb = "first-actions"

    op: Literal["first-actions"] = "first-actions"
    incident: IncidentId
    id: EntryId = Field(description="Of the status-change entry; those of other entries begin with it.")
    assess: Assess | None = None
    stabilize: Stabilize | None = None
    gather: Gather | None = None
    communicate: Communicate | None = None
    ahead_of_gate: Prose | None = Field(
        None, description="Why entries that do not say so themselves came before the four were complete."
    )


# What has a command of its own is not among them.
Loggable = Annotated[
    Annotated[Note, Tag("<note>")]
    | Annotated[Decision, Tag("<decision>")]
    | Annotated[Detection, Tag("<detection>")]
    | Annotated[Escalation, Tag("<escalation>")]
    | Annotated[Finding, Tag("<finding>")]
    | Annotated[Change, Tag("<change>")]
    | Annotated[Recovery, Tag("<recovery>")],
    Discriminator(lambda value: f"<{value.get('kind') if isinstance(value, dict) else getattr(value, 'kind', None)}>"),
]


class Log(Asked):
    """An entry as it stands in timeline.d/; `by` and `at` are left out of it where they are those of the request."""

    verb = "log"

    op: Literal["log"] = "log"
    incident: IncidentId
    id: EntryId
    entry: Loggable


class Update(Asked):
    """A status update: who is told what. One entry for each text that differs."""

    verb = "update"

    op: Literal["update"] = "update"
    incident: IncidentId
    id: EntryId = Field(description="Of the first entry; those of the others begin with it.")
    texts: Texts
    channels: Channels = Channels()
    eta: Eta = None
    next_update_by: Time | None = None

    @model_validator(mode="after")
    def _tells_somebody(self) -> Update:
        if not any(self.texts.items()):
            raise PydanticCustomError(
                "missing_key", "missing", {"key": "texts", "among": "engineers, stakeholders or public"}
            )
        return self


class Mitigate(Asked):
    """A quick fix (guide 3.2)."""

    verb = "mitigate"

    op: Literal["mitigate"] = "mitigate"
    incident: IncidentId
    id: EntryId
    action: MitigationAction
    text: Prose
    target: Line | None = None
    outcome: MitigationOutcome = "pending"
    temporary: bool = False
    answers: EntryId | None = None
    side_effects: Prose | None = None
    url: Link | None = None


class Outcome(Asked):
    """Whether a mitigation helped; `over`: users no longer feel it, and it is watched from now on."""

    verb = "mitigate"

    op: Literal["outcome"] = "outcome"
    incident: IncidentId
    id: EntryId = Field(description="Of the status-change entry, when it is over.")
    entry: EntryId | None = Field(None, description="Which mitigation, by its id.")
    entry_at: Time | None = Field(None, description="Which mitigation, where it has no id: its time.")
    outcome: MitigationOutcome
    side_effects: Prose | None = None
    over: bool = False
    text: Prose | None = Field(None, description="Of the status-change entry.")

    @model_validator(mode="after")
    def _says_which(self) -> Outcome:
        # The one that is pending now need not be the one that is pending on a replay.
        if self.entry is None and self.entry_at is None:
            raise PydanticCustomError("missing_key", "missing", {"key": "entry"})
        return self


class Fix(Asked):
    """The change that mends the cause, by the five steps of the guide (4); or what an earlier one still lacked."""

    verb = "fix"

    op: Literal["fix"] = "fix"
    incident: IncidentId
    id: EntryId
    entry: EntryId | None = Field(None, description="The fix that this completes; absent: it is a new one.")
    text: Prose | None = None
    ref: Link | None = None
    minimal: Annotated[
        Annotated[Literal[True], Tag("<flag>")] | Annotated[Nothing, Tag("<nothing>")] | Annotated[None, Tag("<null>")],
        forms("true, or {none: why}"),
    ] = None
    tested: TextOrNothing | None = None
    rollout: TextOrNothing | None = None
    monitored_by: TextOrNothing | None = None
    rollback_plan: TextOrNothing | None = None
    documented_in: TextOrNothing | None = None
    answers: EntryId | None = None
    ahead_of_gate: Prose | None = None

    @model_validator(mode="after")
    def _says_what(self) -> Fix:
        if self.entry is None and self.text is None:
            raise PydanticCustomError("missing_key", "missing", {"key": "text"})
        return self


class Set(Asked):
    """Values of incident.yaml; null takes one away. A new severity or status brings its entry along."""

    verb = "set"

    op: Literal["set"] = "set"
    incident: IncidentId
    id: EntryId = Field(description="Of the entry that a severity, a status or a role brings along.")
    values: Annotated[dict[str, Any], Field(min_length=1)] = Field(
        description="Dotted routes and what stands there from now on.", examples=[{"severity": "P0"}]
    )
    reason: Prose | None = Field(
        None, description="The text of the entry; a severity needs one, and so does going back."
    )
    was: Level | None = Field(
        None, description="The severity as it was seen; where it is another one now, it stays, and `reason` is a note."
    )
    ahead_of_gate: Prose | None = None


class Handover(Asked):
    """A role is offered to somebody; who gives it to themselves has it at once."""

    verb = "handover"

    op: Literal["handover"] = "handover"
    incident: IncidentId
    id: EntryId
    role: Slug
    to: Who
    text: Prose | None = None


class Accept(Asked):
    """Somebody takes the role that was offered to them."""

    verb = "handover"

    op: Literal["accept"] = "accept"
    incident: IncidentId
    role: Slug | None = Field(None, description="Absent: the only one that was offered.")


class Resolve(Asked):
    """It is over, and everybody who heard of it is told."""

    verb = "resolve"

    op: Literal["resolve"] = "resolve"
    incident: IncidentId
    id: EntryId = Field(description="Of the status-change entry; those of the updates begin with it.")
    how: Ending
    note: Prose | None = None
    mitigated: When | None = Field(None, description="Absent: what the records say, else when it was resolved.")
    affected: Annotated[int, Field(ge=0, le=10**15)] | None = Field(
        None, description="How many users were hit, where nobody could say before."
    )
    outcomes: dict[EntryId, MitigationOutcome] = Field({}, description="Of mitigations that are pending.")
    texts: Texts = Texts()
    channels: Channels = Channels()


class Close(Asked):
    """All is learned that can be; the files of timeline.d/ become entries of timeline.yaml."""

    verb = "close"

    op: Literal["close"] = "close"
    incident: IncidentId
    id: EntryId
    text: Prose | None = None
    root_cause: Prose | None = Field(None, description="A confirmed finding, where there is none yet.")
    root_causes: RootCauses | None = None
    runbooks: Runbooks | None = None
    no_actions: Prose | None = Field(None, description="Why there are no action items.")


class Dismiss(Asked):
    """It was none: a false alarm, or one that is recorded already."""

    verb = "dismiss"

    op: Literal["dismiss"] = "dismiss"
    incident: IncidentId
    id: EntryId
    reason: Prose
    duplicate_of: IncidentId | None = None


class ActionAdd(Asked):
    """A new action item; its id is the next one that is free."""

    verb = "action"

    op: Literal["action-add"] = "action-add"
    incident: IncidentId
    title: Line
    kind: ItemKind
    priority: Level
    owner: Who
    due: Day
    proof: Annotated[
        Annotated[Proof, Tag("<mapping>")] | Annotated[Nothing, Tag("<nothing>")] | Annotated[None, Tag("<null>")],
        forms("{file}, {file, contains}, {pull_request} or {none: why}"),
    ] = None
    ref: Line | None = None
    labels: Annotated[Many[Slug], DISTINCT] = ()


class ActionStart(Asked):
    """Somebody is at work on an action item; also one that was closed too early."""

    verb = "action"

    op: Literal["action-start"] = "action-start"
    incident: IncidentId
    item: ItemId
    owner: Who | None = None


class ActionDone(Asked):
    """An action item is done, and what shows it."""

    verb = "action"

    op: Literal["action-done"] = "action-done"
    incident: IncidentId
    item: ItemId
    closed: Day | None = Field(None, description="Absent: the UTC day of `at`.")
    proof: Annotated[
        Annotated[Proof, Tag("<mapping>")] | Annotated[Nothing, Tag("<nothing>")] | Annotated[None, Tag("<null>")],
        forms("{file}, {file, contains}, {pull_request} or {none: why}"),
    ] = None


class ActionDrop(Asked):
    """An action item is not done, and why."""

    verb = "action"

    op: Literal["action-drop"] = "action-drop"
    incident: IncidentId
    item: ItemId
    reason: Prose


class ActionNone(Asked):
    """Nothing must change, and why."""

    verb = "action"

    op: Literal["action-none"] = "action-none"
    incident: IncidentId
    none: Prose


class PulledItem(Record):
    """What the tracker says of an action item.

    Attributes:
        was: The status that the record had when the tracker was read; where it has another one now, that one stays.
    """

    item: ItemId
    was: Literal["open", "in-progress", "done", "dropped", "unknown"]
    status: Literal["open", "done", "dropped"] | None = Field(None, description="Absent: only the number is new.")
    closed: Day | None = None
    reason: Prose | None = None
    issue: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _says_since_when_and_why(self) -> PulledItem:
        if self.status in ("done", "dropped") and self.closed is None:
            raise PydanticCustomError("missing_key", "missing", {"key": "closed"})
        if self.status == "dropped" and self.reason is None:
            raise PydanticCustomError("missing_key", "missing", {"key": "reason"})
        return self


class Pull(Asked):
    """What people decided about the issues of action items."""

    verb = "pull"

    op: Literal["pull"] = "pull"
    incident: IncidentId
    items: Annotated[Many[PulledItem], Field(min_length=1)]


class Postmortem(Asked):
    """postmortem.md with all that the records know; what they do not know is left to be written."""

    verb = "postmortem"

    op: Literal["postmortem"] = "postmortem"
    incident: IncidentId
    authors: Annotated[Many[Who], DISTINCT] = Field((), description="Absent: who asks for it.")
    root_causes: RootCauses | None = None
    contributing_factors: Annotated[Many[Factor], DISTINCT] = ()
    runbooks: Runbooks | None = None
    sections: dict[str, Prose] = Field({}, description="Texts of sections, in place of what the records know.")

    @model_validator(mode="after")
    def _known_sections(self) -> Postmortem:
        for name in self.sections:
            if name not in SECTIONS:
                message = f"no section of a post-mortem: {name}; it has {', '.join(SECTIONS)}"
                raise PydanticCustomError("misplaced", "{why}", {"why": message})
        return self


class Publish(Asked):
    """The post-mortem was reviewed, and may be read by everybody who may read the incident."""

    verb = "postmortem"

    op: Literal["publish"] = "publish"
    incident: IncidentId
    reviewed_by: Who
    reviewed_at: Time | None = Field(None, description="Absent: `at`.")
    root_causes: RootCauses | None = None
    runbooks: Runbooks | None = None


Request: TypeAlias = (
    Declare
    | FirstActions
    | Log
    | Update
    | Mitigate
    | Outcome
    | Fix
    | Set
    | Handover
    | Accept
    | Resolve
    | Close
    | Dismiss
    | ActionAdd
    | ActionStart
    | ActionDone
    | ActionDrop
    | ActionNone
    | Pull
    | Postmortem
    | Publish
)
REQUESTS: dict[str, type[Request]] = {
    str(model.model_fields["op"].default): model
    for model in (
        *(Declare, FirstActions, Log, Update, Mitigate, Outcome, Fix, Set, Handover, Accept, Resolve, Close, Dismiss),
        *(ActionAdd, ActionStart, ActionDone, ActionDrop, ActionNone, Pull, Postmortem, Publish),
    )
}


def incident_of(request: Request) -> str:
    """The id of the incident that a request is about; of a declaration the one that it makes."""
    if not isinstance(request, Declare):
        return request.incident
    day = Instant.parse(request.at).start.astimezone(UTC).date()
    return f"{day}-{request.slug or slug_of(request.title)}"


def slug_of(title: str) -> str:
    """A name for a directory, from a title; at a word's end where it is long."""
    ascii_ = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", ascii_)
    slug = ""
    for word in words:
        longer = f"{slug}-{word}" if slug else word[:_SLUG_LIMIT]
        if len(longer) > _SLUG_LIMIT:
            break
        slug = longer
    return slug or "incident"


def new_id(at: datetime) -> str:
    """An id for a timeline entry: `HHMM-xxxx`, in UTC."""
    signs = "".join(secrets.choice(_SIGNS) for _ in range(_ID_SIGNS))
    return f"{at.astimezone(UTC):%H%M}-{signs}"


def request_text(request: Request) -> bytes:
    """A request as a file that `read_request` reads again: JSON, which is YAML."""
    value = plain(request)
    assert isinstance(value, dict)  # noqa: S101 - a model is a mapping
    return (json.dumps({"op": request.op, **value}, ensure_ascii=False, indent=2) + "\n").encode()


def read_request(data: bytes, *, path: str = "the request", defaults: Mapping[str, Plain] | None = None) -> Request:
    """The request in a file of YAML or JSON.

    Args:
        data: What the file holds.
        path: What the file is called in messages.
        defaults: What is taken where the file does not say it: the verb of the command, who, when, an id.

    Raises:
        UsageError: It is no request; the message says where and what is wrong.
    """
    document = parse(path, "timeline-entry", data)
    if document.problems:
        raise UsageError(f"{path}: {document.problems[0].message}", "; ".join(_remedies(document.problems[0])))
    if not isinstance(document.value, dict):
        message = f"{path} is no mapping of key: value"
        raise UsageError(message, "begin it with `op:` and the name of the command, then a line for each answer")
    op = document.value.get("op", (defaults or {}).get("op"))
    model = REQUESTS.get(str(op))
    if model is None:
        message = f"{path}: `op` is {op or 'missing'}"
        raise UsageError(message, f"write one of {', '.join(REQUESTS)}")
    known = {key: item for key, item in (defaults or {}).items() if key in model.model_fields}
    value: dict[str, Any] = {**known, **document.value}
    asked, problems = validate_as(replace(document, value=_as_asked(value)), model)
    if problems:
        label = "" if problems[0].kind == "missing-key" else problems[0].label
        raise UsageError(_told(path, problems), "; ".join(filter(None, (label, *_remedies(problems[0])))))
    assert isinstance(asked, model)  # noqa: S101 - the adapter is that of the model
    return asked


def _as_asked(value: dict[str, Any]) -> dict[str, Any]:
    """A request as read, with what its entry need not say again."""
    entry = value.get("entry")
    if value.get("op") != "log" or not isinstance(entry, dict):
        return value
    known = {key: value[key] for key in ("at", "by") if key in value}
    if "between" in entry:
        known.pop("at", None)
    return {**value, "entry": {**known, **entry}}


def _remedies(problem: Problem) -> list[str]:
    return [help_.say for help_ in problem.help]


def _told(path: str, problems: Sequence[Problem]) -> str:
    """What is wrong with a request; all that is missing at once, so that nobody is told of one key after the other."""
    missing = [problem.key for problem in problems if problem.kind == "missing-key" and not problem.at.route]
    if len(missing) > 1:
        return f"{path}: {', '.join(f'`{key}`' for key in missing[:-1])} and `{missing[-1]}` are missing"
    return f"{path}: {problems[0].message}"
