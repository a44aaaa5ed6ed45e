"""What all records share: the frozen record, text with a limit, people, times with their source, words for nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    Strict,
    StringConstraints,
    Tag,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema
from typing_extensions import override

from hotwash.model.names import LOGIN_PLACEHOLDER, WHO_PATTERN
from hotwash.model.time import DAY, EARLIEST, LATEST, Instant, bounds

T = TypeVar("T")

PROSE_LIMIT = 10_000  # characters; the whole file is limited too
LINE_LIMIT = 300
LINK_LIMIT = 2_000


class Record(BaseModel):
    """A mapping in a record: frozen, strict, and with no key that is not declared."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)


# YAML gives lists; the model keeps tuples, so that a record cannot change under a rule.
Many = Annotated[tuple[T, ...], Strict(strict=False)]


def _each_once(values: tuple[T, ...]) -> tuple[T, ...]:
    seen: set[T] = set()
    for index, value in enumerate(values):
        if value in seen:
            message = "stands here twice"
            raise PydanticCustomError("repeated", message, {"index": index})
        seen.add(value)
    return values


class _Distinct:
    def __get_pydantic_core_schema__(self, source: type, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(_each_once, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler(schema), "uniqueItems": True}


# Of a list: said twice it is a slip, and one of the two was meant for another.
DISTINCT = _Distinct()

LINE_PATTERN = r"^[^\n]*\S[^\n]*$"
PROSE_PATTERN = r"\S"
LINK_PATTERN = r"^\S+$"
Line = Annotated[str, StringConstraints(min_length=1, max_length=LINE_LIMIT, pattern=LINE_PATTERN)]
Prose = Annotated[str, StringConstraints(min_length=1, max_length=PROSE_LIMIT, pattern=PROSE_PATTERN)]
Link = Annotated[str, StringConstraints(min_length=1, max_length=LINK_LIMIT, pattern=LINK_PATTERN)]

_WHO = re.compile(WHO_PATTERN, re.ASCII)


def _who(value: object) -> object:
    if value == LOGIN_PLACEHOLDER:
        message = "still the placeholder of the help line: write who did it"
        raise PydanticCustomError("placeholder", message)
    if isinstance(value, str) and not value.isascii():
        # What looks like somebody's login need not be it (threats R6).
        message = "a sign that is not plain: write the name with a to z, digits and hyphens"
        raise PydanticCustomError("not_a_name", message)
    if isinstance(value, str) and not _WHO.fullmatch(value):
        message = "not a name: write a login like alice, or role:…, system:…, org:…, party:…, or unknown"
        raise PydanticCustomError("not_a_name", message)
    return value


Who = Annotated[
    str,
    BeforeValidator(_who),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": f"^{WHO_PATTERN}$",
            "description": "A login, or role:…, system:…, org:…, party:…, or unknown.",
            "examples": ["alice", "role:database-engineer", "system:alertmanager", "org:aws", "unknown"],
        }
    ),
]


DAY_PATTERN = f"^{DAY}$"
_DAY_FORM = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def _day(value: object) -> object:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and _DAY_FORM.fullmatch(value):
        try:
            return Instant.parse(value).start.date()
        except ValueError as error:
            raise PydanticCustomError("not_a_day", "{why}", {"why": str(error)}) from None
    message = "not a day: write it as 2026-12-01"
    raise PydanticCustomError("not_a_day", message)


Day = Annotated[
    date,
    BeforeValidator(_day),
    WithJsonSchema({"type": "string", "pattern": DAY_PATTERN, "examples": ["2026-12-01"]}),
]

SLUG_PATTERN = r"^[a-z0-9][a-z0-9-]{0,79}$"
Slug = Annotated[str, StringConstraints(pattern=SLUG_PATTERN)]
SERVICE_KEY_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}(?:/[A-Za-z0-9][A-Za-z0-9._-]{0,79})?$"
ServiceKey = Annotated[
    str,
    Field(
        pattern=SERVICE_KEY_PATTERN,
        description="A key of services.yaml: name, or org/name.",
        examples=["checkout-api"],
    ),
]
INCIDENT_ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$"
IncidentId = Annotated[
    str,
    Field(
        pattern=INCIDENT_ID_PATTERN,
        description="The name of an incident's directory.",
        examples=["2026-11-23-checkout-500"],
    ),
]
ENTRY_ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9-]{0,39}$"
EntryId = Annotated[
    str, Field(pattern=ENTRY_ID_PATTERN, description="The id of a timeline entry.", examples=["0841-k3f9"])
]
SOURCE_ID_PATTERN = r"^[A-Za-z][A-Za-z0-9-]{0,19}$"
SourceId = Annotated[str, Field(pattern=SOURCE_ID_PATTERN, description="A key of `sources`.", examples=["S1"])]
Share = Annotated[float, Field(ge=0, le=1, description="Between 0 and 1.", examples=[0.31])]
Count = Annotated[int, Field(ge=0, le=10**15)]

WORDS_FOR_NOTHING = ("none", "not_applicable", "unknown")


def shape(value: object) -> str:
    """What kind of value stands here; the tag by which a field with several forms picks one.

    The tags are in angle brackets so that they are told from keys in the place of an error.
    """
    match value:
        case Nothing():
            return "<nothing>"
        case Mapping():
            return "<nothing>" if any(word in value for word in WORDS_FOR_NOTHING) else "<mapping>"
        case BaseModel():
            return "<mapping>"
        case list() | tuple():
            return "<list>"
        case bool():
            return "<flag>"
        case int() | float():
            return "<number>"
        case str():
            return "<text>"
        case _:
            return "<null>"


class Nothing(Record):
    """Nothing stands here, and why: `none` (looked, there is none), `not_applicable`, or `unknown`."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    none: Prose | None = Field(
        None, description="Someone looked and there is none: say where they looked.", examples=["Searched for 500s"]
    )
    not_applicable: Prose | None = Field(None, description="The question does not arise: say why.")
    unknown: Prose | None = Field(None, description="Nobody knows: say why it could not be found out.")

    @model_validator(mode="after")
    def _one_word(self) -> Nothing:
        if sum(word is not None for word in (self.none, self.not_applicable, self.unknown)) != 1:
            message = "one of none, not_applicable, unknown, with its reason"
            raise PydanticCustomError("one_word", message)
        return self

    @property
    def reason(self) -> str:
        """Why there is nothing."""
        return self.none or self.not_applicable or self.unknown or ""


def forms(expected: str) -> Discriminator:
    """The discriminator of a field that takes values of several shapes.

    Args:
        expected: What the field takes, in words for people.
    """
    return Discriminator(
        shape,
        custom_error_type="wrong_form",
        custom_error_message=f"expected {expected}",
    )


SourceRef = Annotated[
    Annotated[SourceId, Tag("<text>")] | Annotated[Many[SourceId], Field(min_length=1), DISTINCT, Tag("<list>")],
    forms("the id of a source, or a list of ids"),
    Field(description="Which of `sources` says so: an id, or a list of ids.", examples=["S1"]),
]


class AlsoTime(Record):
    """Another source gives another time."""

    at: Instant = Field(description="The time that this source gives.")
    approx: bool = Field(default=False, description="The source itself says about, around or so.")
    source: SourceRef = Field(description="Which of `sources` gives it.")


class When(Record):
    """A time, as plain text or as a mapping where precision or source matter.

    Where only a bound is known, `after` or `before` stand in place of `at`, or both.
    """

    at_: Instant | None = Field(None, alias="at", description="The time.")
    after: Instant | None = Field(None, description="Instead of `at`: not before this, and nobody says when.")
    before: Instant | None = Field(None, description="Instead of `at`: not after this; alone, or with `after`.")
    approx: bool = Field(
        default=False, description="About: widens the time by ten of its units, by ten minutes at least."
    )
    source: SourceRef | None = Field(None, description="Which of `sources` gives it.")
    derived: Line | None = Field(
        None,
        description="Worked out and not stated: from what.",
        examples=["14:44 and the ten minutes that it took"],
    )
    also: Annotated[Many[AlsoTime], DISTINCT] = Field((), description="What other sources give instead.")

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:  # noqa: ANN401 - what a record holds is not known before it is read
        return {"at": value} if isinstance(value, str | Instant) else value

    @model_validator(mode="after")
    def _one_time(self) -> When:
        bound = "after" if self.after is not None else "before" if self.before is not None else None
        if self.at_ is None and bound is None:
            raise PydanticCustomError("missing_key", "missing", {"key": "at", "among": "at, after or before"})
        if self.at_ is not None and bound is not None:
            raise PydanticCustomError("together", "together", {"keys": ("at", bound)})
        if self.after is not None and self.before is not None and self.before.end <= self.after.start:
            message = "`before` is earlier than `after`"
            raise PydanticCustomError("misplaced", message, {"key": "before", "remedy": "mend the bound that is wrong"})
        return self

    @classmethod
    @override
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        mapping = handler.resolve_ref_schema(handler(schema))
        bound = {"anyOf": [{"required": ["after"]}, {"required": ["before"]}]}
        return {
            "description": "A time: text, or a mapping with `at` where precision or source matter.",
            "anyOf": [
                {
                    **Instant.__get_pydantic_json_schema__(schema, handler),
                },
                mapping | {"if": {"required": ["at"]}, "then": {"not": bound}, "else": bound},
            ],
        }

    @property
    def at(self) -> Instant:
        """The time; where only bounds are known, the first of them."""
        for known in (self.at_, self.after, self.before):
            if known is not None:
                return known
        raise AssertionError  # the validator above

    @property
    def is_open(self) -> bool:
        """Only one bound is known: it may lie anywhere on the other side."""
        return self.at_ is None and (self.after is None or self.before is None)

    @property
    def is_bounded(self) -> bool:
        """Only bounds are known, one or two."""
        return self.at_ is None

    @property
    def earliest(self) -> datetime:
        """The first moment that it may mean; of an open bound the beginning of all times that a record takes."""
        if self.at_ is None and self.after is None:
            return EARLIEST
        return bounds(self.at, approx=self.approx)[0]

    @property
    def latest(self) -> datetime:
        """The first moment after all that it may mean; of an open bound the end of all times that a record takes."""
        if self.at_ is not None:
            return bounds(self.at_, approx=self.approx)[1]
        return LATEST if self.before is None else bounds(self.before, approx=self.approx)[1]

    @override
    def __str__(self) -> str:
        about = "≈ " if self.approx else ""
        if self.at_ is not None:
            return f"{about}{self.at_}"
        named = (("after", self.after), ("before", self.before))
        return " and ".join(f"{word} {about}{bound}" for word, bound in named if bound is not None)


# What a key held before: text, a time with its mapping, or the two bounds of one.
OldValue = Annotated[
    Annotated[Prose, Tag("<text>")] | Annotated[When, Tag("<mapping>")] | Annotated[Many[When], Tag("<list>")],
    forms("the old value: text, a time, or the two bounds of one"),
]


class Correction(Record):
    """What a merged value was before it was corrected, and why."""

    was: dict[str, OldValue] = Field(description="The keys that changed, with their old values.")
    why: Prose = Field(description="Why the merged value was wrong.")


Audience = Literal["engineers", "stakeholders", "public"]
Level = Literal["P0", "P1", "P2", "P3"]
LEVELS: tuple[Level, ...] = ("P0", "P1", "P2", "P3")
