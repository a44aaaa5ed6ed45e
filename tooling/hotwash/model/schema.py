"""The models as JSON Schema, for editors and for other validators, and as the source of help lines."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema
from typing_extensions import override

from hotwash.model.actions import ActionItems
from hotwash.model.editors import tidied, with_examples_told
from hotwash.model.incident import Incident
from hotwash.model.policy import Policy, Services
from hotwash.model.postmortem import FrontMatter
from hotwash.model.timeline import Entry, Timeline

if TYPE_CHECKING:
    from hotwash.model.repository import RecordKind

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_TITLES: dict[RecordKind, str] = {
    "incident": "hotwash incident.yaml",
    "timeline": "hotwash timeline.yaml",
    "timeline-entry": "hotwash timeline.d/<id>.yaml",
    "action-items": "hotwash action-items.yaml",
    "postmortem": "hotwash front matter of postmortem.md",
    "policy": "hotwash policy.yaml",
    "services": "hotwash services.yaml",
}
KINDS: tuple[RecordKind, ...] = tuple(_TITLES)


@cache
def adapter(kind: RecordKind | type[BaseModel]) -> TypeAdapter[Any]:
    """What turns plain values into the record of a kind, or into another model that is read like one."""
    if not isinstance(kind, str):
        return TypeAdapter(kind)
    types: dict[RecordKind, Any] = {
        "incident": Incident,
        "timeline": Timeline,
        "timeline-entry": Entry,
        "action-items": ActionItems,
        "postmortem": FrontMatter,
        "policy": Policy,
        "services": Services,
    }
    return TypeAdapter(types[kind])


class _Plain(GenerateJsonSchema):
    """Leaves out what editors show as noise: a title a field that repeats its name."""

    @override
    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


@cache
def json_schema(kind: RecordKind) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a record, as it is published. Callers must not change it."""
    return with_examples_told(_schema(kind))


@cache
def _schema(kind: RecordKind | type[BaseModel]) -> dict[str, Any]:
    schema = tidied(adapter(kind).json_schema(by_alias=True, schema_generator=_Plain))
    if not isinstance(kind, str):
        return schema
    head = {
        "$schema": DIALECT,
        "$id": f"urn:hotwash:schema:1:{kind}",
        "title": _TITLES[kind],
    }
    return head | schema


def shape_schema(name: str, title: str, shape: type[Any]) -> dict[str, Any]:
    """The JSON Schema of something that hotwash writes, as it is published.

    Args:
        name: What it is called in the schema's own name and in that of its file.
        title: What it is, in words.
        shape: The type of the whole.
    """
    head = {"$schema": DIALECT, "$id": f"urn:hotwash:schema:1:{name}", "title": title}
    # The title is the form's own by pydantic; its place stays.
    return head | TypeAdapter(shape).json_schema() | {"title": title}


def schema_text(schema: dict[str, Any]) -> str:
    """A schema as it stands in its file."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def field_schema(kind: RecordKind | type[BaseModel], route: tuple[str | int, ...], value: object) -> dict[str, Any]:
    """The schema of what stands, or should stand, at a route of a record; empty when nothing may stand there.

    Args:
        kind: Which record.
        route: Keys and indices from its top.
        value: The record as read: where a field takes several forms, its shape picks one.
    """
    root = _schema(kind)
    return _form_of(root, *_field(root, route, value))


def field_forms(
    kind: RecordKind | type[BaseModel], route: tuple[str | int, ...], value: object
) -> list[dict[str, Any]]:
    """The schemas of all forms that a field may take, described as the field is; nothing is not one of them."""
    root = _schema(kind)
    schema = resolved(root, _field(root, route, value)[0])
    forms = [resolved(root, form) for form in schema.get("anyOf", (schema,))]
    return [form | _said(schema) for form in forms if form.get("type") != "null"]


def _field(root: dict[str, Any], route: tuple[str | int, ...], value: object) -> tuple[dict[str, Any], Any]:
    """The schema of a field in all its forms, and the value that stands there."""
    schema = root
    for part in route:
        schema = _form_of(root, schema, value)
        if isinstance(part, int):
            schema = schema.get("items", {})
            value = value[part] if isinstance(value, list) and part < len(value) else None
        else:
            named = [*schema.get("patternProperties", {}).values(), schema.get("additionalProperties")]
            schema = schema.get("properties", {}).get(part) or (named[0] if isinstance(named[0], dict) else {})
            value = value.get(part) if isinstance(value, dict) else None
    return schema, value


_JSON_TYPES: tuple[tuple[type, tuple[str, ...]], ...] = (
    (bool, ("boolean",)),
    (dict, ("object",)),
    (list, ("array",)),
    (str, ("string",)),
    (int, ("integer", "number")),
    (float, ("number",)),
)


def _form_of(root: dict[str, Any], schema: dict[str, Any], value: object) -> dict[str, Any]:
    """The one form of a schema that a value of this shape is meant to have."""
    schema = resolved(root, schema)
    if "allOf" in schema:
        kind = value.get("kind") if isinstance(value, dict) else None
        chosen = [part["then"] for part in schema["allOf"] if part["if"]["properties"]["kind"]["const"] == kind]
        return resolved(root, chosen[0]) if chosen else schema
    forms = [resolved(root, form) for form in schema.get("anyOf", ()) if form.get("type") != "null"]
    if not forms:
        return schema
    wanted = next((names for kind, names in _JSON_TYPES if isinstance(value, kind)), ())
    fitting = [form for form in forms if form.get("type") in wanted] or forms
    if isinstance(value, dict):
        fitting = sorted(fitting, key=lambda form: -len(value.keys() & form.get("properties", {}).keys()))
    return _form_of(root, fitting[0], value) | _said(schema)


def _said(schema: dict[str, Any]) -> dict[str, Any]:
    return {key: schema[key] for key in ("description", "examples") if key in schema}


def resolved(root: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """A schema with what it refers to in its place; its own words go before those of the definition."""
    while "$ref" in schema:
        target: dict[str, Any] = root
        for step in schema["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        schema = target | {key: item for key, item in schema.items() if key != "$ref"}
    return schema


def is_time(schema: dict[str, Any]) -> bool:
    """Whether a field takes a time."""
    return bool(schema.get("examples", [""])[:1] == ["2026-11-23T08:41:00Z"])
