"""The forms of what the site publishes as JSON, version 1: a contract with published schemas. Types, and nothing else."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Literal

from pydantic import Field

# pydantic makes the published schema of these, and before Python 3.12 takes no other.
from typing_extensions import TypedDict

from hotwash.model.schema import schema_text, shape_schema

Version = Annotated[Literal[1], Field(description="Of this form. A key may be added; none goes or changes.")]
Id = Annotated[str, Field(description="The id of the incident. It never changes.")]
Title = Annotated[str, Field(description="Text of the record.")]
Url = Annotated[
    str, Field(description="The page of the incident; relative to this file where the site's own URL is not known.")
]
Document = Annotated[str, Field(description="The incident as JSON, as a link like `url`.")]
Markdown = Annotated[str, Field(description="Markdown of the record, no HTML: escape or render it before you show it.")]
Sources = Annotated[list[str], Field(description="Ids of those `sources` of the incident that say so.")]
Who = Annotated[str, Field(description="A role, or a name where the policy says so; empty where nobody is named.")]
Cohort = Annotated[
    Literal["ours", "drill", "retrospective"],
    Field(
        description="`ours`: it happened to the organisation; `drill`: an exercise; `retrospective`: recorded by people "
        "who took no part. Never count two of them together."
    ),
]
Status = Annotated[
    Literal["declared", "investigating", "identified", "monitoring", "resolved", "closed", "dismissed"],
    Field(description="Where it stands. The account is there once it is `closed`."),
]
Level = Literal["P0", "P1", "P2", "P3"]
Updated = Annotated[
    str, Field(description="The newest moment that the public record tells of, RFC 3339 in UTC; no time of a build.")
]


class OtherTimeV1(TypedDict):
    """What another source gives instead of a time."""

    at: Annotated[str, Field(description="As `at` of a time.")]
    approx: Annotated[bool, Field(description="The source itself says about.")]
    sources: Sources


class TimeV1(TypedDict):
    """A time, no more exact than it is known."""

    at: Annotated[
        str,
        Field(
            description="In UTC: a year, a month, a day, or RFC 3339 to the minute or second; of bounds the first. "
            "For example: 2026-11-23T08:41Z"
        ),
    ]
    precision: Annotated[
        Literal["year", "month", "day", "minute", "second"], Field(description="How exactly `at` is known.")
    ]
    approx: Annotated[bool, Field(description="The source itself says about.")]
    bound: Annotated[
        Literal["after", "before", "between"] | None,
        Field(description="The time itself is not known: it is after `at`, before it, or between `at` and `until`."),
    ]
    until: Annotated[str | None, Field(description="The later bound, in the form of `at`.")]
    stated: Annotated[str, Field(description="As the source wrote it, where that is not UTC.")]
    derived: Annotated[list[str], Field(description="From what it was worked out; empty where it is stated.")]
    sources: Sources
    also: Annotated[list[OtherTimeV1], Field(description="What other sources give instead.")]


class TextV1(TypedDict):
    """Plain text."""

    type: Literal["text"]
    text: Annotated[str, Field(description="The text.")]


class MarkdownV1(TypedDict):
    """Prose."""

    type: Literal["markdown"]
    markdown: Markdown


class LinkV1(TypedDict):
    """Something elsewhere."""

    type: Literal["link"]
    target: Annotated[str, Field(description="A URL, or a name such as a version where a URL may stand.")]
    title: Annotated[str, Field(description="What it is called; may be empty.")]


class AbsentV1(TypedDict):
    """One of the three words for nothing, with its reason."""

    type: Literal["absent"]
    word: Annotated[str, Field(description="`none`: somebody looked; `not applicable`; `not known`.")]
    why: Markdown


class IncidentLinkV1(TypedDict):
    """Another public incident."""

    type: Literal["incident"]
    id: Id
    title: Title
    note: Annotated[str, Field(description="What kind of record it is, and of when.")]
    why: Annotated[str, Field(description="What it has to do with this one; may be empty.")]
    url: Url
    document: Document


class EntryLinkV1(TypedDict):
    """Another entry of the same timeline."""

    type: Literal["entry"]
    id: Annotated[str, Field(description="Its `id`.")]
    label: Annotated[str, Field(description="What it is called.")]


class AlsoV1(TypedDict):
    """What other sources say instead."""

    type: Literal["also"]
    text: Annotated[str, Field(description="What they say.")]
    sources: Sources


class StretchV1(TypedDict):
    """From one time to another, either of which may not be known."""

    type: Literal["stretch"]
    first: Annotated[TimeV1 | None, Field(description="From when on.")]
    last: Annotated[TimeV1 | None, Field(description="Until when.")]


class MomentV1(TypedDict):
    """A time among other values."""

    type: Literal["time"]
    time: Annotated[TimeV1, Field(description="The time.")]


ValueV1 = TextV1 | MarkdownV1 | LinkV1 | AbsentV1 | IncidentLinkV1 | EntryLinkV1 | AlsoV1 | StretchV1 | MomentV1


class FactV1(TypedDict):
    """A label and what stands beside it."""

    label: Annotated[str, Field(description="What it is about, in words.")]
    values: Annotated[list[ValueV1], Field(description="What is said of it, each with its `type`.")]
    sources: Sources
    derived: Annotated[str, Field(description="From what it was worked out; empty where it is stated.")]
    also: Annotated[list[AlsoV1], Field(description="What other sources say instead.")]


class SeverityV1(TypedDict):
    """How bad it was."""

    level: Annotated[Level, Field(description="From `P0`, the worst, to `P3`.")]
    means: Annotated[str, Field(description="What the policy of the organisation says of that level.")]
    basis: Annotated[str, Field(description="Who judged it so, where it was not the team itself.")]
    sources: Sources


class RecordingV1(TypedDict):
    """That it was not recorded while it happened."""

    mode: Annotated[
        Literal["late", "retrospective"],
        Field(description="`late`: by those who took part; `retrospective`: by others."),
    ]
    at: Annotated[str, Field(description="The day on which it was recorded.")]
    basis: Annotated[str, Field(description="From what; empty where nobody says.")]


class TimeRowV1(TypedDict):
    """One of the moments of an incident."""

    name: Annotated[
        Literal["started", "detected", "declared", "acknowledged", "contained", "mitigated", "resolved"],
        Field(description="Its key in the record."),
    ]
    means: Annotated[str, Field(description="What it means, in words.")]
    time: Annotated[TimeV1, Field(description="When that was.")]


class UpdateV1(TypedDict):
    """What the public was told."""

    time: Annotated[TimeV1, Field(description="When.")]
    text: Markdown
    facts: Annotated[list[FactV1], Field(description="What was promised: the end, the next update.")]


class SourceV1(TypedDict):
    """A document on which a retrospective record rests."""

    id: Annotated[str, Field(description="By which facts name it.")]
    url: Annotated[str, Field(description="Where it is.")]
    title: Annotated[str, Field(description="What it is called.")]
    kind: Annotated[str, Field(description="`primary`, `regulator`, `observer` or `secondary`.")]
    publisher: Annotated[str, Field(description="Who published it.")]
    published: Annotated[str | None, Field(description="The day of that, where it is known.")]
    read: Annotated[str, Field(description="The day on which it was read.")]
    note: Annotated[ValueV1 | None, Field(description="What to know of it.")]


class WindowV1(TypedDict):
    """A stretch in which it was felt."""

    first: Annotated[TimeV1, Field(description="From when on.")]
    last: Annotated[TimeV1 | None, Field(description="Until when, where that is known.")]
    what: Markdown
    returned: Annotated[
        Literal["gap", "relapse"] | None,
        Field(description="It came back: after nothing was felt, or after it had been said to be over."),
    ]
    sources: Sources


class SignOffV1(TypedDict):
    """One of the four first actions."""

    label: Annotated[str, Field(description="Which one, in words.")]
    by: Who
    time: Annotated[TimeV1 | None, Field(description="When it was signed; null where it was not.")]
    values: Annotated[list[ValueV1], Field(description="What was found, or why nothing could be done.")]


class EntryV1(TypedDict):
    """An entry of the timeline."""

    id: Annotated[str, Field(description="By which others name it; may be empty.")]
    kind: Annotated[str, Field(description="Its kind in the record: `mitigation`.")]
    time: Annotated[TimeV1, Field(description="When it was.")]
    end: Annotated[TimeV1 | None, Field(description="When it ended, for what lasted.")]
    by: Who
    text: Markdown
    notes: Annotated[list[str], Field(description="What the kind says of itself: `via alert`, `P1 → P0`.")]
    outcome: Annotated[str, Field(description="Of a mitigation; else empty.")]
    sources: Sources
    facts: Annotated[list[FactV1], Field(description="Its longer fields, each under its label.")]


class StageV1(TypedDict):
    """How far it worked again at a moment."""

    time: Annotated[TimeV1, Field(description="When that was.")]
    share: Annotated[float | None, Field(description="From 0 to 1; null where nobody said.")]
    what: Annotated[str, Field(description="Of what; empty for the whole.")]
    sources: Sources


class CauseV1(TypedDict):
    """One reason without which it would not have happened."""

    category: Annotated[str, Field(description="In words: `change`, `software defect`, …")]
    trigger: Markdown
    statement: Markdown
    sources: Sources


class ItemV1(TypedDict):
    """An action item."""

    id: Annotated[str, Field(description="Unique in the incident.")]
    title: Title
    kind: Annotated[str, Field(description="`prevent`, `detect`, `mitigate`, `process` or `runbook`.")]
    priority: Annotated[Level | None, Field(description="Null where no source states one.")]
    status: Annotated[
        str, Field(description="In words: `open`, `in progress`, `done`, `dropped`, `status not stated`.")
    ]
    owner: Who
    due: Annotated[str | None, Field(description="A day.")]
    closed: Annotated[str | None, Field(description="The day on which it was done or dropped.")]
    reason: Annotated[ValueV1 | None, Field(description="Why it was dropped.")]
    ref: Annotated[LinkV1 | None, Field(description="Where others track it.")]
    issue: Annotated[LinkV1 | None, Field(description="Where it is tracked here, if everybody can read that.")]
    proof: Annotated[list[ValueV1], Field(description="What is true when it is done.")]
    sources: Sources


class SectionV1(TypedDict):
    """A section of a post-mortem."""

    title: Annotated[str, Field(description="Its heading.")]
    text: Markdown


class FactorV1(TypedDict):
    """What made it worse or more likely."""

    statement: Markdown
    sources: Sources


class PostMortemV1(TypedDict):
    """A post-mortem that is published."""

    sections: Annotated[list[SectionV1], Field(description="Those with text, in their order.")]
    not_stated: Annotated[list[str], Field(description="Headings of those that the sources say nothing about.")]
    authors: Annotated[list[str], Field(description="Roles, or names where the policy says so.")]
    reviewed_by: Who
    reviewed_at: Annotated[TimeV1 | None, Field(description="When it was reviewed.")]
    contributing: Annotated[list[FactorV1], Field(description="What contributed.")]


class AccountV1(TypedDict):
    """All that is told of an incident once it is closed."""

    impact: Annotated[list[FactV1], Field(description="What it did to users, business and systems.")]
    windows: Annotated[list[WindowV1], Field(description="When it was felt, by time.")]
    gate: Annotated[str, Field(description="What the STOP gate says, in the words of the response guide.")]
    first_actions: Annotated[list[SignOffV1], Field(description="The four; none in a retrospective record.")]
    not_judged: Annotated[ValueV1 | None, Field(description="Why the gate says nothing of a retrospective record.")]
    evidence: Annotated[list[FactV1], Field(description="What was gathered.")]
    timeline: Annotated[list[EntryV1], Field(description="By time.")]
    recovery: Annotated[list[StageV1], Field(description="The stages in which it came back, where there are several.")]
    causes: Annotated[list[CauseV1], Field(description="Root causes.")]
    no_causes: Annotated[AbsentV1 | None, Field(description="Why none is given.")]
    items: Annotated[list[ItemV1], Field(description="Action items.")]
    no_items: Annotated[AbsentV1 | None, Field(description="Why there is none.")]
    runbooks: Annotated[list[FactV1], Field(description="Runbooks that it changed.")]
    no_runbooks: Annotated[AbsentV1 | None, Field(description="Why it changed none.")]
    postmortem: Annotated[PostMortemV1 | None, Field(description="Null until it is published.")]
    no_postmortem: Annotated[str, Field(description="Why none was asked for; empty where one was.")]
    details: Annotated[list[FactV1], Field(description="How it ended, and the record's own labels.")]
    related: Annotated[list[IncidentLinkV1], Field(description="Those that it has to do with.")]
    similar: Annotated[
        list[IncidentLinkV1], Field(description="Others that hit the same service for the same kind of reason.")
    ]
    references: Annotated[list[LinkV1], Field(description="What else to read.")]


class IncidentV1(TypedDict):
    """An incident as far as everybody may know of it: `incidents/<id>.json`."""

    version: Version
    id: Id
    title: Title
    url: Url
    cohort: Cohort
    recorded: Annotated[RecordingV1 | None, Field(description="Null where it was recorded while it happened.")]
    organisation: Annotated[str, Field(description="Whose incident it was; empty where it is the site's own.")]
    status: Status
    open: Annotated[bool, Field(description="Somebody is, or should be, at work on it.")]
    severity: Annotated[SeverityV1, Field(description="How bad it was.")]
    services: Annotated[list[str], Field(description="Keys of the services that it hit.")]
    began: Annotated[TimeV1 | None, Field(description="Its start, else the earliest moment that is known.")]
    times: Annotated[list[TimeRowV1], Field(description="Its moments, as they came.")]
    reopened: Annotated[list[TimeV1], Field(description="When it was taken up again after it had ended.")]
    duplicate_of: Annotated[IncidentLinkV1 | None, Field(description="The other one that tells of the same.")]
    duplicates: Annotated[
        list[IncidentLinkV1], Field(description="Those dismissed because this one tells of the same.")
    ]
    awaits_postmortem: Annotated[bool, Field(description="It is over, and its post-mortem is to come.")]
    updates: Annotated[list[UpdateV1], Field(description="What the public was told, by time.")]
    sources: Annotated[list[SourceV1], Field(description="What a retrospective record rests on.")]
    account: Annotated[AccountV1 | None, Field(description="All the rest; null until it is closed.")]
    updated: Updated


class IncidentHeadV1(TypedDict):
    """An incident in the list of all."""

    id: Id
    title: Title
    cohort: Cohort
    organisation: Annotated[str, Field(description="Whose incident it was; empty where it is the site's own.")]
    status: Status
    open: Annotated[bool, Field(description="Somebody is, or should be, at work on it.")]
    severity: Annotated[Level, Field(description="From `P0`, the worst, to `P3`.")]
    services: Annotated[list[str], Field(description="Keys of the services that it hit.")]
    began: Annotated[TimeV1 | None, Field(description="Its start, else the earliest moment that is known.")]
    mitigated: Annotated[TimeV1 | None, Field(description="When users no longer felt it.")]
    resolved: Annotated[TimeV1 | None, Field(description="When it was over.")]
    url: Url
    document: Document
    updated: Updated


class IncidentsV1(TypedDict):
    """All public incidents: `incidents.json`."""

    version: Version
    organisation: Annotated[str, Field(description="Whose site it is; may be empty.")]
    notice: Annotated[str, Field(description="What every page of the site says on top; may be empty.")]
    incidents: Annotated[
        list[IncidentHeadV1],
        Field(description="First ours, then drills, then retrospective ones; each the newest first."),
    ]


@cache
def published_schemas() -> dict[str, str]:
    """File name -> text of the schemas of what a site publishes as JSON. Callers must not change it."""
    shapes = (
        ("published-incident", "hotwash site: incidents/<id>.json, version 1", IncidentV1),
        ("published-incidents", "hotwash site: incidents.json, version 1", IncidentsV1),
    )
    return {f"{name}.schema.json": schema_text(shape_schema(name, title, shape)) for name, title, shape in shapes}
