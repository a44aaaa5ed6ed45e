"""policy.yaml and services.yaml: what this team asks of its incidents, and what it runs."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import (
    AfterValidator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    StringConstraints,
    model_validator,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema
from typing_extensions import override

from hotwash.model.base import DISTINCT, Day, IncidentId, Level, Line, Link, Many, Prose, Record, ServiceKey, Share
from hotwash.model.incident import Visibility

if TYPE_CHECKING:
    from collections.abc import Mapping

DURATION_PATTERN = r"^[1-9][0-9]{0,4}(?:m|h|d|bd)$"
ELAPSED_PATTERN = r"^[1-9][0-9]{0,4}(?:m|h|d)$"
RULE_CODE_PATTERN = r"^HW[0-9]{3}$"
HOURS_PATTERN = r"^(?:[01][0-9]|2[0-3]):[0-5][0-9]-(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"
DIGEST_PATTERN = r"^[0-9a-f]{64}$"
HOLIDAYS_PATTERN = r"^[A-Z]{2}(?:-[A-Z0-9]{1,3})?$"
_DURATION = re.compile(r"([1-9][0-9]{0,4})(m|h|d|bd)", re.ASCII)
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time as policy writes it: `15m`, `4h`, `1d`; or business days, `5bd`.

    Attributes:
        text: As written.
        span: The length; for business days zero, since it depends on the calendar.
        business_days: How many business days; zero for the other units.
    """

    text: str
    span: timedelta
    business_days: int

    @classmethod
    def parse(cls, text: str) -> Duration:
        """The duration that a text means.

        Raises:
            ValueError: The text is none of the forms.
        """
        match = _DURATION.fullmatch(text)
        if match is None:
            message = "not a duration: write 15m, 4h, 1d, or 5bd for business days"
            raise ValueError(message)
        number, unit = int(match[1]), match[2]
        if unit == "bd":
            return cls(text, timedelta(0), number)
        return cls(text, number * _UNITS[unit], 0)

    @override
    def __str__(self) -> str:
        return self.text

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: type, _handler: GetCoreSchemaHandler) -> CoreSchema:
        def read(value: object) -> Duration:
            if isinstance(value, Duration):
                return value
            try:
                return cls.parse(value if isinstance(value, str) else "")
            except ValueError as error:
                raise PydanticCustomError("not_a_duration", "{why}", {"why": str(error)}) from None

        return core_schema.no_info_plain_validator_function(
            read, serialization=core_schema.to_string_ser_schema(when_used="json")
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, _schema: CoreSchema, _handler: GetJsonSchemaHandler) -> dict[str, object]:
        return {
            "type": "string",
            "pattern": DURATION_PATTERN,
            "description": "15m, 4h, 1d; or business days: 5bd.",
            "examples": ["15m", "4h", "1d", "5bd"],
        }


class SeverityPolicy(Record):
    """What a severity means and asks."""

    means: Line = Field(description="What it means, shown by `declare`.")
    respond: Duration = Field(description="How soon somebody must respond.")
    updates: Duration = Field(description="How often a status update is due until users no longer feel it.")
    postmortem: Duration | Literal["none"] = Field(description="How soon a post-mortem is due; none: not asked.")
    share: Share | None = Field(None, description="From which share of the users hit on this severity is meant.")


# Guide 6 and 3.3.
DEFAULT_SEVERITIES: dict[Level, Mapping[str, str | float]] = {
    "P0": {"means": "complete outage", "respond": "5m", "updates": "15m", "postmortem": "3d", "share": 0.9},
    "P1": {
        "means": "major functionality broken",
        "respond": "1h",
        "updates": "15m",
        "postmortem": "5bd",
        "share": 0.25,
    },
    "P2": {"means": "significant issues", "respond": "4h", "updates": "15m", "postmortem": "5bd"},
    "P3": {"means": "minor issues", "respond": "1bd", "updates": "15m", "postmortem": "none"},
}


def _severity(level: Level) -> SeverityPolicy:
    return SeverityPolicy.model_validate(dict(DEFAULT_SEVERITIES[level]))


class Severities(Record):
    """The four severities; what is not written keeps its default."""

    P0: SeverityPolicy = Field(
        default_factory=lambda: _severity("P0"), description="Complete outage: immediate response."
    )
    P1: SeverityPolicy = Field(
        default_factory=lambda: _severity("P1"), description="Major functionality broken: response under 1 hour."
    )
    P2: SeverityPolicy = Field(
        default_factory=lambda: _severity("P2"), description="Significant issues: response under 4 hours."
    )
    P3: SeverityPolicy = Field(
        default_factory=lambda: _severity("P3"), description="Minor issues: response on the next business day."
    )

    @model_validator(mode="before")
    @classmethod
    def _over_defaults(cls, value: Any) -> Any:  # noqa: ANN401 - what a record holds is not known before it is read
        if not isinstance(value, dict):
            return value
        merged = dict(value)
        for level, defaults in DEFAULT_SEVERITIES.items():
            if isinstance(value.get(level), dict):
                merged[level] = {**defaults, **value[level]}
        return merged

    @classmethod
    @override
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """A severity may be written in part, so nothing in it is required."""
        return _without_required(handler, schema)


def _without_required(handler: GetJsonSchemaHandler, schema: CoreSchema) -> dict[str, Any]:
    written = handler.resolve_ref_schema(handler(schema))
    for reference in written["properties"].values():
        handler.resolve_ref_schema(reference).pop("required", None)
    return dict(written)


class Updates(Record):
    """How the cadence of status updates changes while an incident lasts."""

    after: dict[Annotated[str, StringConstraints(pattern=ELAPSED_PATTERN)], Duration] = Field(
        {"4h": Duration.parse("1h")}, description="After so long, only so often.", examples=[{"4h": "1h"}]
    )
    mitigated: Duration = Field(Duration.parse("4h"), description="Once users no longer feel it.")


class FirstActionsPolicy(Record):
    """The clock of the four first actions (guide 2)."""

    within: Duration = Field(Duration.parse("5m"), description="How soon after `declared` all four are signed off.")
    committed: Duration = Field(Duration.parse("30m"), description="How soon after its time a sign-off is committed.")


Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def _known_time_zone(name: str) -> str:
    """The name as it is; what is no IANA name gets an answer with the nearest one."""
    try:
        # What begins with a small letter is this machine's own: `localtime`, `right/…` with its leap seconds.
        known = name == "UTC" or (name[:1].isupper() and bool(ZoneInfo(name).key))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        known = False
    if known:
        return name
    known_names = sorted(zone for zone in available_timezones() if zone[:1].isupper())
    near = difflib.get_close_matches(name, known_names, n=1)
    why = f"did you mean `{near[0]}`?" if near else "not a time zone: write its IANA name, like Europe/Berlin"
    raise PydanticCustomError("not_a_time_zone", "{why}", {"why": why})


def _known_holidays(name: str) -> str:
    """The name as it is, if the library knows the public holidays of that country and its part."""
    import holidays  # noqa: PLC0415 - heavy, and most policies name no country

    country, _, part = name.partition("-")
    try:
        holidays.country_holidays(country, subdiv=part or None)
    except NotImplementedError:
        pass
    else:
        return name
    why = "no public holidays are known of it: write a country like DE, or its part like DE-BE"
    if part and country in holidays.list_supported_countries():
        why = f"{country} is known, its part {part} is not: write {country}, or another part"
    raise PydanticCustomError("not_a_country", "{why}", {"why": why})


class Calendar(Record):
    """When this team works; business days and hours are counted by it."""

    time_zone: Annotated[Line, AfterValidator(_known_time_zone)] = Field(
        "UTC", description="IANA name.", examples=["Europe/Berlin"]
    )
    hours: Annotated[str, StringConstraints(pattern=HOURS_PATTERN)] = Field(
        "09:00-17:00", description="Working hours, in quotes."
    )
    days: Annotated[Many[Weekday], Field(min_length=1), DISTINCT] = Field(
        ("mon", "tue", "wed", "thu", "fri"),
        description="Working days, at least one.",
        examples=[["mon", "tue", "wed", "thu", "fri"]],
    )
    holidays: Annotated[str, StringConstraints(pattern=HOLIDAYS_PATTERN), AfterValidator(_known_holidays)] | None = (
        Field(None, description="Public holidays of a country or its part.", examples=["DE-BE"])
    )

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Calendar:
        begin, end = self.hours.split("-")
        if end <= begin:
            message = "the end of the working hours is not after their beginning"
            raise PydanticCustomError("misplaced", message)
        return self


class Silence(Record):
    """A rule that does not speak of an incident, for a reason and until a day."""

    rule: Annotated[str, StringConstraints(pattern=RULE_CODE_PATTERN)] = Field(description="The code of the rule.")
    incident: IncidentId | None = Field(None, description="Of which incident; absent: of all.")
    reason: Prose = Field(description="Why.")
    until: Day = Field(description="The last day on which it counts.")


class TrackerPolicy(Record):
    """How action items and open incidents become issues."""

    label: Line = Field("hotwash", description="The label of every issue that hotwash keeps.")
    accounts: Annotated[Many[Line], DISTINCT] = Field(
        ("github-actions[bot]",), description="Accounts whose issues count as hotwash's own."
    )
    incidents: bool = Field(default=True, description="Whether an open incident has a tracking issue.")
    action_items: bool = Field(default=True, description="Whether an open action item has an issue.")
    assign: bool = Field(default=True, description="Whether an owner who can be assigned is.")
    milestones: dict[Level, Line] = Field(
        {}, description="The milestone of action items, by their priority.", examples=[{"P0": "Next release"}]
    )
    limit: Annotated[int, Field(ge=1, le=10_000)] = Field(
        50, description="More changes than this in one `apply` need a yes."
    )


class Publishing(Record):
    """What leaves the repository."""

    default: Visibility = Field("internal", description="The visibility of an incident that does not say.")
    names: Literal["roles", "as-written"] = Field("roles", description="Whether people are shown as roles.")
    internal_patterns: Many[Line] = Field(
        (), description="Names that must not leave: globs, no patterns.", examples=[["*.corp.example"]]
    )
    notice: Line | None = Field(None, description="A line shown on top of every generated page.")
    site: Link | None = Field(
        None,
        description="Where the pages are, so that issues link to them.",
        examples=["https://example.org/incidents/"],
    )
    issues: Link | None = Field(
        None,
        description="Where everybody can read the issues of action items; the number is appended.",
        examples=["https://github.com/example/shop/issues/"],
    )
    known_secrets: Many[Annotated[str, StringConstraints(pattern=DIGEST_PATTERN)]] = Field(
        (), description="SHA-256 in hex of values that look like secrets and open nothing."
    )


class Retrospective(Record):
    """What a retrospective record must hold to."""

    min_age: Duration = Field(Duration.parse("30d"), description="How long ago the incident ended, at least.")


class Policy(Record):
    """What this team asks of its incidents. Every key is optional; an absent file means all defaults."""

    format: Literal[1] = Field(1, description="The version of the records' form.")
    organisation: Line | None = Field(None, description="Whose incidents these are.")
    repository: Literal["private", "public"] = Field("private", description="Who can read this repository.")
    severities: Severities = Field(default_factory=Severities, description="The four severities.")
    updates: Updates = Field(default_factory=Updates, description="Cadence of status updates.")
    first_actions: FirstActionsPolicy = Field(default_factory=FirstActionsPolicy, description="The first five minutes.")
    calendar: Calendar = Field(default_factory=Calendar, description="Working time.")
    levels: dict[Annotated[str, StringConstraints(pattern=RULE_CODE_PATTERN)], Literal["off", "warning", "error"]] = (
        Field({}, description="Rules whose level this team changes; off in quotes.", examples=[{"HW501": "off"}])
    )
    silences: Annotated[Many[Silence], DISTINCT] = Field((), description="Rules that do not speak of an incident.")
    land: Literal["push", "pull-request"] = Field("push", description="How the commands bring records in.")
    tracker: TrackerPolicy = Field(
        default_factory=TrackerPolicy, description="Issues for action items and open incidents."
    )
    publishing: Publishing = Field(default_factory=Publishing, description="What leaves the repository.")
    people: dict[Line, Line] = Field(
        {}, description="Logins and names to look for before publishing.", examples=[{"alice": "Alice Example"}]
    )
    retrospective: Retrospective = Field(default_factory=Retrospective, description="Retrospective records.")


class Service(Record):
    """Something that this team runs or depends on."""

    owner: Line | None = Field(None, description="Which team answers for it.", examples=["team-pay"])
    tier: Annotated[int, Field(ge=0, le=9)] | None = Field(None, description="How much depends on it; 1 is most.")
    depends_on: Annotated[Many[ServiceKey], DISTINCT] = Field((), description="Keys of services that it needs.")
    runbook: Line | None = Field(None, description="A file in this repository, or a URL.")
    repository: Line | None = Field(None, description="Where its code is.", examples=["shop/checkout"])
    queries: dict[Line, Prose] = Field({}, description="Queries for its logs and metrics.")
    external: bool = Field(default=False, description="Somebody else runs it.")
    url: Link | None = Field(None, description="Its home.")


Services = dict[ServiceKey, Service]
