"""action-items.yaml: what must change so that it does not happen again."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, Tag, model_validator
from pydantic_core import PydanticCustomError

from hotwash.model.base import (
    DISTINCT,
    Day,
    Level,
    Line,
    Link,
    Many,
    Nothing,
    Prose,
    Record,
    Slug,
    SourceRef,
    Who,
    forms,
)

ITEM_LIMIT = 100  # threats R3
ItemKind = Literal["prevent", "detect", "mitigate", "process", "runbook"]
ITEM_ID_PATTERN = r"^AI-[1-9][0-9]{0,3}$"


class Proof(Record):
    """What is true when the item is done; checked again on every run."""

    file: Line | None = Field(None, description="This file exists.", examples=["docs/runbooks/pay.md"])
    contains: Line | None = Field(None, description="… and holds this text.")
    pull_request: Link | None = Field(None, description="This pull request is merged.")

    @model_validator(mode="after")
    def _one_proof(self) -> Proof:
        if self.file is not None and self.pull_request is not None:
            raise PydanticCustomError("together", "together", {"keys": ("file", "pull_request")})
        if self.file is None and self.pull_request is None:
            raise PydanticCustomError("missing_key", "missing", {"key": "file", "among": "file or pull_request"})
        if self.contains is not None and self.file is None:
            raise PydanticCustomError("missing_key", "missing", {"key": "file"})
        return self


class ActionItem(Record):
    """One thing that must change."""

    id: Annotated[str, StringConstraints(pattern=ITEM_ID_PATTERN)] = Field(
        description="AI-1, AI-2, …", examples=["AI-1"]
    )
    title: Line = Field(description="What must change.", examples=["Alert on payment errors above 1 %"])
    kind: ItemKind = Field(
        description="What it is for: prevent it, detect it sooner, mitigate it faster, or mend process or runbook."
    )
    priority: Level | None = Field(None, description="P0 to P3; needed in live and late records.", examples=["P1"])
    status: Literal["open", "in-progress", "done", "dropped", "unknown"] = Field(
        description="Where it stands; unknown in retrospective records only, where no source says.", examples=["open"]
    )
    owner: Who | None = Field(None, description="Who sees to it; needed in live and late records.", examples=["alice"])
    due: Day | None = Field(None, description="By when; needed in live and late records.", examples=["2026-12-01"])
    reason: Prose | None = Field(None, description="Why it was dropped.")
    closed: Day | None = Field(None, description="The day on which it was done or dropped.")
    proof: Annotated[
        Annotated[Proof, Tag("<mapping>")] | Annotated[Nothing, Tag("<nothing>")] | Annotated[None, Tag("<null>")],
        Field(description="What is true when it is done; {none: why} when nothing can show it."),
        forms("{file}, {file, contains}, {pull_request} or {none: why}"),
    ] = None
    ref: Line | None = Field(
        None, description="Where others track it: a URL, or a number.", examples=["gitlab-com/infrastructure 1094"]
    )
    source: SourceRef | None = None
    labels: Annotated[Many[Slug], DISTINCT] = Field((), description="Labels for the tracker's issue.")
    issue: Annotated[int, Field(ge=1)] | None = Field(None, description="The issue's number, written by `pull`.")

    @property
    def is_open(self) -> bool:
        """Work is left."""
        return self.status in ("open", "in-progress")


ActionItems = Annotated[
    Annotated[Many[ActionItem], Field(max_length=ITEM_LIMIT), Tag("<list>")] | Annotated[Nothing, Tag("<nothing>")],
    forms("a list of action items, or {none: why}"),
]
