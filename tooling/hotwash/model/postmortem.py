"""postmortem.md: its front matter, and the sections that follow."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, GetJsonSchemaHandler, Tag, model_validator
from pydantic_core import CoreSchema, PydanticCustomError
from typing_extensions import override

from hotwash.model.base import DISTINCT, Line, Link, Many, Nothing, Prose, Record, SourceRef, When, Who, forms

Category = Literal[
    "change",
    "configuration",
    "capacity",
    "dependency",
    "software-defect",
    "hardware",
    "network",
    "data",
    "security",
    "operation",
    "third-party",
    "unknown",
]

# In this order; the timeline and the action items are rendered from their records.
SECTIONS: tuple[str, ...] = (
    "Summary",
    "Impact",
    "Root cause",
    "Detection",
    "Response",
    "What went well",
    "What went badly",
    "Where we got lucky",
    "Lessons",
)


class RootCause(Record):
    """One reason without which it would not have happened."""

    category: Category = Field(description="Its kind, for lists and counts.", examples=["change"])
    trigger: Prose = Field(description="What set it off.")
    statement: Prose = Field(description="Why that could break things.")
    source: SourceRef | None = None


RootCauses = Annotated[
    Annotated[Many[RootCause], DISTINCT, Tag("<list>")] | Annotated[Nothing, Tag("<nothing>")],
    Field(description="Why it happened: a list, or {unknown: why}."),
    forms("a list of {category, trigger, statement}, or {unknown: why}"),
]


class Runbook(Record):
    """A runbook that the incident changed (guide 5)."""

    path: Line | None = Field(None, description="The file in this repository.", examples=["docs/runbooks/pay.md"])
    url: Link | None = Field(None, description="Where it is, when not in this repository.")
    change: Literal["created", "updated"] = Field(description="What was done to it.")
    source: SourceRef | None = None

    @model_validator(mode="after")
    def _says_where(self) -> Runbook:
        if self.path is not None and self.url is not None:
            raise PydanticCustomError("together", "together", {"keys": ("path", "url")})
        if self.path is None and self.url is None:
            raise PydanticCustomError("missing_key", "missing", {"key": "path", "among": "path or url"})
        return self


Runbooks = Annotated[
    Annotated[Many[Runbook], DISTINCT, Tag("<list>")] | Annotated[Nothing, Tag("<nothing>")],
    Field(description="Runbooks that were updated: a list, or {none: why}."),
    forms("a list of {path, change}, or {none: why}"),
]


class Factor(Record):
    """What made it worse or more likely: a sentence, or a mapping that says which source tells it."""

    statement: Prose = Field(description="What made it worse or more likely.")
    source: SourceRef | None = None

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:  # noqa: ANN401 - what a record holds is not known before it is read
        return {"statement": value} if isinstance(value, str) else value

    @classmethod
    @override
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        mapping = handler.resolve_ref_schema(handler(schema))
        text = {key: value for key, value in mapping["properties"]["statement"].items() if key != "description"}
        return {"description": "What made it worse or more likely.", "anyOf": [text, dict(mapping)]}


class Review(Record):
    """Who read the post-mortem before it was published."""

    by: Who = Field(description="Who reviewed it; not its only author.")
    at: When = Field(description="When it was reviewed.")


class FrontMatter(Record):
    """The head of postmortem.md."""

    status: Literal["draft", "in-review", "published"] = Field(description="Only a published one is shown.")
    authors: Annotated[Many[Who], Field(min_length=1), DISTINCT] = Field(
        description="Who wrote it.", examples=[["alice"]]
    )
    reviewed: Review | None = Field(None, description="Who reviewed it, and when.")
    root_causes: RootCauses | None = None
    contributing_factors: Annotated[Many[Factor], DISTINCT] = Field(
        (), description="What made it worse or more likely; each a sentence, or {statement, source}."
    )
    runbooks: Runbooks | None = None
