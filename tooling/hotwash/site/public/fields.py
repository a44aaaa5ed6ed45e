"""A JSON Schema of ours -> Markdown: for each mapping a table of its keys, what they take and what they mean."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from hotwash.model.schema import resolved

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Schema = dict[str, Any]

# Forms that stand in many places and are told once: name of the definition -> what they are called.
_SHARED = {"When": "time", "Nothing": "word for nothing"}
_TYPES = {"string": "text", "integer": "a whole number", "number": "a number", "boolean": "`true` or `false`"}
_FEW = 6  # values whose meanings still fit into a cell
# Only the first sentence of what editors say of a form: the example that follows stands beside the meaning.
_EXAMPLE = re.compile(r" ?For example: (.+)$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Root:
    """A schema, and which of its definitions have been told where.

    Attributes:
        told: Name of a definition -> the route under whose heading its table stands.
        shared: The page on which the forms that stand in many places are told, from where this one is.
        written: Whether people write it, so that a key may be left out.
    """

    schema: Schema
    told: dict[str, str]
    shared: str
    written: bool = True


@dataclass(frozen=True, slots=True)
class _Mapping:
    """A mapping that gets a table of its own.

    Attributes:
        route: Where it stands, dotted; `[]` is an item of a list, `<key>` a key of your own. Empty: the whole file.
    """

    route: str
    schema: Schema
    description: str


def forms(schema: Schema) -> Iterator[str]:
    """The forms that stand in many places, a section for each, from a schema in which they occur."""
    root = _Root(schema, {}, "")
    for name, title in _SHARED.items():
        definition = schema["$defs"][name]
        mapping = next(form for form in definition.get("anyOf", (definition,)) if "properties" in form)
        yield f"## A {title}\n\n{definition['description']}\n\n{_table(root, mapping, '')}"
        for below in _below(root, _Mapping("", mapping, "")):
            yield f"## `{below.route}`\n\n{below.description}\n\n{_table(root, below.schema, below.route)}"


def fields(schema: Schema, *, shared: str, written: bool = True) -> str:
    """The tables of all mappings in a schema, from the top of the file down; one that stands in many places once.

    Args:
        schema: Its top, with the definitions that it refers to.
        shared: The page that holds `forms`, from where this one is.
        written: Whether people write it, so that it says which keys are needed. Of output all are there.
    """
    root = _Root(schema, {}, shared, written)
    queue = [_Mapping("", resolved(schema, schema), "")]
    parts: list[str] = []
    for mapping in queue:
        queue += _below(root, mapping)
        if "allOf" in mapping.schema:
            parts += _kinds(root, mapping)
        elif mapping.schema.get("properties"):
            heading = f"## `{mapping.route}`\n\n" if mapping.route else ""
            said = f"{mapping.description}\n\n" if mapping.description and mapping.route else ""
            parts.append(f"{heading}{said}{_table(root, mapping.schema, mapping.route)}")
    return "\n".join(parts)


def _kinds(root: _Root, mapping: _Mapping) -> Iterator[str]:
    """The keys that every entry has, and for each kind those of its own."""
    common = mapping.schema["properties"]
    shared = {key: value for key, value in common.items() if key != "kind"}
    yield "## Every entry\n\n" + _table(root, mapping.schema | {"properties": {"kind": common["kind"], **shared}}, "")
    words = dict(zip(common["kind"]["enum"], common["kind"]["enumDescriptions"], strict=True))
    for part in mapping.schema["allOf"]:
        kind = part["if"]["properties"]["kind"]["const"]
        full = resolved(root.schema, part["then"])
        own = {key: value for key, value in full["properties"].items() if key not in common}
        table = _table(root, full | {"properties": own}, "") if own else "It has no keys of its own.\n"
        yield f"## `kind: {kind}`\n\n{words[kind]}\n\n{table}"


def _below(root: _Root, mapping: _Mapping) -> Iterator[_Mapping]:
    """The mappings in the values of a mapping, or in a file that is a list."""
    for route, value in _values(mapping):
        for form in _told_forms(root, value):
            at, inner_forms = route, [form]
            if "array" in _type_list(resolved(root.schema, form)):
                at = f"{route}[]" if route else ""
                inner_forms = list(_told_forms(root, resolved(root.schema, form)["items"]))
            for inner in inner_forms:
                name, told = _name(inner), resolved(root.schema, inner)
                if name in _SHARED or not _is_mapping(told) or (name and name in root.told):
                    continue
                place = _typed(told) or at
                if name:
                    root.told[name] = place
                yield _Mapping(place, told, told.get("description", ""))


def _values(mapping: _Mapping) -> Iterator[tuple[str, Schema]]:
    schema, prefix = mapping.schema, f"{mapping.route}." if mapping.route else ""
    if schema.get("type") == "array" or "anyOf" in schema:
        yield "", schema
    for key, value in schema.get("properties", {}).items():
        yield f"{prefix}{key}", value
    for value in schema.get("patternProperties", {}).values():
        yield f"{prefix}<key>", value


def _is_mapping(schema: Schema) -> bool:
    return "allOf" in schema or "properties" in schema or bool(schema.get("patternProperties"))


def _table(root: _Root, schema: Schema, route: str) -> str:
    needed = schema.get("required", ())
    rows = ["| key | takes | meaning |", "|---|---|---|"]
    for key, value in schema["properties"].items():
        meaning, example = _meaning(root, value)
        told = [meaning] if meaning else []
        if key in needed and root.written:
            told.insert(0, "**Needed.**")
        default = resolved(root.schema, value).get("default")
        if default not in (None, (), [], {}):
            told.append(f"Default: `{_yaml(default)}`.")
        if example:
            told.append(f"Example: `{example}`")
        at = f"{route}.{key}" if route else key
        rows.append(f"| `{key}` | {_cell(_takes(root, value, at))} | {_cell(' '.join(told))} |")
    return "\n".join(rows) + "\n"


def _meaning(root: _Root, schema: Schema) -> tuple[str, str]:
    said = schema.get("description") or resolved(root.schema, schema).get("description", "")
    found = _EXAMPLE.search(said)
    text = _EXAMPLE.sub("", said).strip()
    return (text if not text or text.endswith(".") else f"{text}."), found[1] if found else ""


def _takes(root: _Root, schema: Schema, route: str) -> str:
    """What a value may be, in words."""
    words = [_form(root, form, route) for form in _told_forms(root, schema)]
    if len(words) == 2 and words[1] == f"a list: {words[0]}":  # noqa: PLR2004 - one, or a list of them
        words[1] = "a list of them"
    return " or ".join(dict.fromkeys(word for word in words if word))


def _form(root: _Root, schema: Schema, route: str) -> str:
    if shared := _SHARED.get(_name(schema)):
        return f"a [{shared}]({root.shared}#a-{shared.replace(' ', '-')})"
    form = resolved(root.schema, schema)
    if "enum" in form:
        told = form.get("enumDescriptions", ())
        if told and len(told) < _FEW:
            return ", ".join(f"`{value}` {word.rstrip('.')}" for value, word in zip(form["enum"], told, strict=True))
        return ", ".join(f"`{value}`" for value in form["enum"] if value is not None)
    if "const" in form:
        return f"`{_yaml(form['const'])}`"
    if "patternErrorMessage" in form:
        return str(form["patternErrorMessage"]).removeprefix("expected ")
    if form.get("type") == "array" or "array" in _type_list(form):
        if route == "":
            return "a list"
        return f"a list: {_takes(root, form['items'], f'{route}[]')}" if "items" in form else "a list"
    if form.get("properties") or "allOf" in form:
        typed = _typed(form)
        label, place = (f"`{typed}`", typed) if typed else ("a mapping", root.told.get(_name(schema), route))
        return f"[{label}](#{_anchor(place)})"
    if form.get("patternProperties"):
        inner = _takes(root, next(iter(form["patternProperties"].values())), f"{route}.<key>" if route else "<key>")
        return f"keys of your own, each with {inner}"
    types = [name for name in _type_list(form) if name != "null"]
    low, high = form.get("minimum"), form.get("maximum")
    span = f" from {low}" + (f" to {high}" if high is not None else "") if low is not None else ""
    return " or ".join(f"{_TYPES.get(name, name)}{span}" for name in types)


def _typed(form: Schema) -> str:
    """`type: link`, where a mapping says itself which one of several it is; else nothing."""
    kind = form.get("properties", {}).get("type", {}).get("const")
    return f"type: {kind}" if kind else ""


def _type_list(form: Schema) -> list[str]:
    named = form.get("type", [])
    return [named] if isinstance(named, str) else list(named)


def _told_forms(root: _Root, schema: Schema) -> Iterator[Schema]:
    if _name(schema) in _SHARED:
        yield schema
        return
    whole = resolved(root.schema, schema)
    # A mapping that may be empty: what it is called matters, and which forms it takes does not.
    if "anyOf" not in whole:
        yield schema
        return
    for form in whole["anyOf"]:
        if resolved(root.schema, form).get("type") != "null":
            yield from _told_forms(root, form)


def _name(schema: Mapping[str, Any]) -> str:
    """The name of the definition that a schema refers to."""
    return str(schema.get("$ref", "")).rpartition("/")[2].removesuffix("OrEmpty")


def _anchor(route: str) -> str:
    # As mkdocs makes it of a heading that is code.
    return re.sub(r"[^\w-]", "", route.lower().replace(" ", "-"))


def _yaml(value: object) -> str:
    return yaml.safe_dump(value, default_flow_style=True, width=10**9).removesuffix("\n").removesuffix("\n...")


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
