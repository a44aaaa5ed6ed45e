"""JSON Schema as pydantic writes it -> as an editor can show it, and offer of it what fits."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from hotwash.model.actions import ITEM_ID_PATTERN
from hotwash.model.base import (
    DAY_PATTERN,
    ENTRY_ID_PATTERN,
    INCIDENT_ID_PATTERN,
    LINE_PATTERN,
    LINK_PATTERN,
    PROSE_PATTERN,
    SERVICE_KEY_PATTERN,
    SLUG_PATTERN,
    SOURCE_ID_PATTERN,
)
from hotwash.model.incident import CURRENCY_PATTERN
from hotwash.model.names import WHO_PATTERN
from hotwash.model.policy import (
    DIGEST_PATTERN,
    DURATION_PATTERN,
    ELAPSED_PATTERN,
    HOLIDAYS_PATTERN,
    HOURS_PATTERN,
    RULE_CODE_PATTERN,
)
from hotwash.model.time import PATTERN

if TYPE_CHECKING:
    from collections.abc import Iterator

# What a text of a pattern looks like, for people: `patternErrorMessage` is what editors show instead of the pattern.
SHAPES: dict[str, str] = {
    f"^{PATTERN}$": "a time: 2026-11-23T08:41:00Z, 2026-11-23T08:41Z, or a day like 2026-11-23",
    DAY_PATTERN: "a day: 2026-12-01",
    LINE_PATTERN: "one line of text",
    PROSE_PATTERN: "text",
    LINK_PATTERN: "a link, or a name without blanks",
    f"^{WHO_PATTERN}$": "a login like alice, or role:…, system:…, org:…, party:…, or unknown",
    SLUG_PATTERN: "lower-case letters, digits and hyphens, 80 at most",
    SERVICE_KEY_PATTERN: "a key of services.yaml: name, or org/name",
    INCIDENT_ID_PATTERN: "the name of an incident's directory",
    ENTRY_ID_PATTERN: "letters, digits and hyphens, 40 at most, as in 0841-k3f9",
    SOURCE_ID_PATTERN: "a key of `sources`, as in S1",
    CURRENCY_PATTERN: "the three capitals of a currency, as in EUR",
    ITEM_ID_PATTERN: "AI- and a number, as in AI-1",
    DURATION_PATTERN: "a duration: 15m, 4h, 1d, or 5bd for business days",
    ELAPSED_PATTERN: "a duration: 15m, 4h or 1d",
    HOURS_PATTERN: "hours from and to, as in 09:00-17:00",
    HOLIDAYS_PATTERN: "a country or a part of it, as in DE or DE-BE",
    RULE_CODE_PATTERN: "the code of a rule, as in HW501",
    DIGEST_PATTERN: "a SHA-256 in hex, 64 small letters and digits",
}

_NULL = {"type": "null"}
_DEFINITIONS = "#/$defs/"


def tidied(written: dict[str, Any]) -> dict[str, Any]:
    """The schema of a record: no null for a default, one description a field, forms not nested, nothing unused."""
    definitions: dict[str, Any] = dict(written.get("$defs", {}))
    schema = _Tidying(definitions).whole({key: value for key, value in written.items() if key != "$defs"})
    return schema | {"$defs": {name: definitions[name] for name in sorted(_used(schema, definitions))}}


def with_examples_told(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with single examples in its descriptions.

    A single example is what an editor writes for a value, and what nobody wrote must not become a fact.
    """
    told = deepcopy(schema)
    for part in _parts(told):
        if len(part.get("examples", ())) == 1:
            (example,) = part.pop("examples")
            if "description" in part:
                part["description"] += f" For example: {example_text(example)}"
    return told


def example_text(example: object) -> str:
    """An example as it would stand in a record, on one line."""
    match example:
        case dict():
            return "{" + ", ".join(f"{key}: {example_text(value)}" for key, value in example.items()) + "}"
        case list():
            return "[" + ", ".join(map(example_text, example)) + "]"
        case bool():
            return str(example).lower()
        case _:
            return str(example)


def _parts(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A schema and all that it is made of; a key of a record is no key of a schema, whatever its name."""
    yield schema
    for key in ("properties", "patternProperties", "$defs"):
        for part in schema.get(key, {}).values():
            yield from _parts(part)
    for key in ("items", "additionalProperties", "if", "then"):
        if isinstance(schema.get(key), dict):
            yield from _parts(schema[key])
    for key in ("anyOf", "allOf"):
        for part in schema.get(key, ()):
            yield from _parts(part)


def _used(schema: dict[str, Any], definitions: dict[str, Any]) -> set[str]:
    """The definitions that a schema refers to, and those that these refer to."""
    used: set[str] = set()
    waiting = [schema]
    while waiting:
        for part in _parts(waiting.pop()):
            name = part.get("$ref", "").removeprefix(_DEFINITIONS)
            if name and name not in used:
                used.add(name)
                waiting.append(definitions[name])
    return used


class _Tidying:
    """One schema with its definitions, which are changed in place.

    Of several descriptions of one value an editor shows the innermost, and that one speaks of the type: so a field is
    described once, and where it takes nothing too, it refers to a definition that does.
    """

    def __init__(self, definitions: dict[str, Any]) -> None:
        self.definitions = definitions
        self.or_empty: set[str] = set()

    def whole(self, written: dict[str, Any]) -> dict[str, Any]:
        """A record's schema, and its definitions in place."""
        for name in list(self.definitions):
            self.definitions[name] = self.schema(self.definitions[name])
        tidied = self.schema(written)
        for name in sorted(self.or_empty):
            definition = self.definitions[name]
            if "anyOf" in definition:
                more = {"anyOf": [*definition["anyOf"], _NULL]}
            else:
                more = {"type": [definition["type"], "null"]}
            self.definitions[f"{name}OrEmpty"] = definition | more
        return tidied

    def schema(self, written: dict[str, Any]) -> dict[str, Any]:
        """A part of a schema."""
        tidied: dict[str, Any] = {}
        for key, value in written.items():
            if key in ("properties", "patternProperties"):
                tidied[key] = {name: self.schema(part) for name, part in value.items()}
            elif key in ("items", "additionalProperties") and isinstance(value, dict):
                tidied[key] = self.schema(value)
            elif key == "default":
                # A default that is nothing, or a record of nothings, is what every absent key means.
                if isinstance(value, str | int | float) or (value and isinstance(value, list)):
                    tidied[key] = value
            elif key not in ("title", "propertyNames", "anyOf", "oneOf"):
                tidied[key] = value
        if tidied.get("pattern") in SHAPES:
            tidied["patternErrorMessage"] = f"expected {SHAPES[tidied['pattern']]}"
        if "patternProperties" in tidied:
            tidied["additionalProperties"] = False
        forms = [self.schema(form) for form in written.get("anyOf", written.get("oneOf", ()))]
        return self._forms(forms, tidied) if forms else tidied

    def _definition(self, form: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = self.definitions.get(form.get("$ref", "").removeprefix(_DEFINITIONS), {})
        return found

    def _fields(self, form: dict[str, Any]) -> dict[str, Any]:
        fields: dict[str, Any] = self._definition(form).get("properties", {})
        return fields

    def _by_kind(self, forms: list[dict[str, Any]]) -> dict[str, Any]:
        """An entry: which keys it takes hangs on its kind, so that an editor offers those and no others."""
        texts = [self._definition(form)["description"] for form in forms]
        kinds = [self._fields(form)["kind"] for form in forms]
        for kind, text in zip(kinds, texts, strict=True):
            kind["description"] = text
        shared = set.intersection(*({*self._fields(form)} for form in forms))
        kind_of_all = {
            "type": "string",
            "description": "What kind of entry it is; which other keys it takes hangs on it.",
            "enum": [kind["const"] for kind in kinds],
            "enumDescriptions": texts,
        }
        common = {name: field for name, field in self._fields(forms[0]).items() if name in shared}
        return {
            "type": "object",
            "description": "Something that happened.",
            "properties": {"kind": kind_of_all} | {name: field for name, field in common.items() if name != "kind"},
            "required": ["kind"],
            "allOf": [
                {"if": {"properties": {"kind": {"const": kind["const"]}}, "required": ["kind"]}, "then": form}
                for kind, form in zip(kinds, forms, strict=True)
            ],
        }

    def _forms(self, forms: list[dict[str, Any]], outer: dict[str, Any]) -> dict[str, Any]:
        """Forms of a value side by side, described once."""
        if all("const" in self._fields(form).get("kind", {}) for form in forms):
            return outer | self._by_kind(forms)
        flat: list[dict[str, Any]] = []
        for form in forms:
            if "anyOf" in form or len([other for other in forms if other != _NULL]) == 1:
                outer = {key: form[key] for key in ("description", "examples") if key in form} | outer
            for part in form.get("anyOf", [form]):
                plain = part if "$ref" in part else {key: item for key, item in part.items() if key != "description"}
                if plain not in flat:
                    flat.append(plain)
        kept = [form for form in flat if form != _NULL]
        if len(kept) > 1 or not {"enum", "const"}.isdisjoint(kept[0]):
            return outer | {"anyOf": [*kept, *(form for form in flat if form == _NULL)]}
        if _NULL not in flat:
            return kept[0] | outer
        if "$ref" in kept[0]:
            name = kept[0]["$ref"].removeprefix(_DEFINITIONS)
            self.or_empty.add(name)
            return {"$ref": f"{_DEFINITIONS}{name}OrEmpty"} | outer
        return kept[0] | {"type": [kept[0]["type"], "null"]} | outer
