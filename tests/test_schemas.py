"""The published schemas: current, described, and of one mind with the models."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from hotwash.model.editors import SHAPES
from hotwash.model.repository import record_kind
from hotwash.model.schema import KINDS, adapter, field_schema, json_schema
from hotwash.records.markdown import parse_postmortem
from hotwash.records.reader import parse
from hotwash.records.validation import validate
from tests.command import hotwash
from tests.records.samples import RECORDS, changed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotwash.model.repository import RecordKind

ROOT = Path(__file__).parents[1]
SCHEMAS = ROOT / "schemas"


def published(kind: RecordKind) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((SCHEMAS / f"{kind}.schema.json").read_text(encoding="utf-8"))
    return schema


# What hotwash itself writes.
WRITTEN = ("report", "status", "plan", "published-incident", "published-incidents")
VALIDATORS = {kind: jsonschema_rs.Draft202012Validator(json_schema(kind)) for kind in KINDS}


# --- current and valid


@pytest.mark.parametrize("kind", KINDS)
def test_the_schema_in_the_repository_is_that_of_the_model(kind: RecordKind) -> None:
    assert published(kind) == json_schema(kind), "run `hotwash schema`"


def test_no_file_in_the_folder_is_older_or_newer_than_the_tool() -> None:
    ran = hotwash("-C", str(ROOT), "schema", "--check")
    assert ran.code == 0, ran
    names = {path.name for path in SCHEMAS.iterdir()}
    assert names == {f"{kind}.schema.json" for kind in (*KINDS, *WRITTEN)}


@pytest.mark.parametrize("name", [*KINDS, *WRITTEN])
def test_each_schema_is_one_by_the_standard_of_2020(name: str) -> None:
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == f"urn:hotwash:schema:1:{name}"
    jsonschema_rs.meta.validate(schema)


def test_a_schema_does_not_hang_on_who_asks_first() -> None:
    """`check` asks for help lines, `schema` writes files; neither may change what the other gets."""
    before = {kind: json.dumps(json_schema(kind)) for kind in KINDS}
    for kind in KINDS:
        field_schema(kind, ("times", "declared"), {"times": {"declared": 7}})
        validate(parse("f.yaml", kind, b"a: 1\n"))
    assert {kind: json.dumps(json_schema(kind)) for kind in KINDS} == before
    assert field_schema("incident", ("title",), None)["examples"] == ["Checkout returns 500 for EU customers"]


# --- what an editor shows


def parts(schema: dict[str, Any], at: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema within a schema, with the way to it."""
    yield at, schema
    for word in ("properties", "patternProperties", "$defs"):
        for name, part in schema.get(word, {}).items():
            yield from parts(part, f"{at}/{word}/{name}")
    for word in ("items", "additionalProperties", "propertyNames", "if", "then", "else", "not", "contains"):
        if isinstance(schema.get(word), dict):
            yield from parts(schema[word], f"{at}/{word}")
    for word in ("anyOf", "oneOf", "allOf", "prefixItems"):
        for index, part in enumerate(schema.get(word, ())):
            yield from parts(part, f"{at}/{word}/{index}")


def resolved(root: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in schema:
        return schema
    target = root["$defs"][schema["$ref"].removeprefix("#/$defs/")]
    return resolved(root, target) | {key: value for key, value in schema.items() if key != "$ref"}


ALL_PARTS = [(kind, at, part) for kind in KINDS for at, part in parts(published(kind), kind)]


def test_every_key_of_every_record_is_described() -> None:
    silent = [
        f"{at}: {name}"
        for kind, at, part in ALL_PARTS
        for name, field in part.get("properties", {}).items()
        # A condition is no field: it only asks which kind an entry is of.
        if not at.endswith("/if") and not resolved(published(kind), field).get("description")
    ]
    assert silent == []


def test_descriptions_are_sentences() -> None:
    odd = [
        f"{at}: {part['description']}"
        for _, at, part in ALL_PARTS
        if "description" in part and not re.search(r"(\.|For example: .+)$", part["description"])
    ]
    assert odd == []


def test_every_mapping_knows_its_keys() -> None:
    """So that a misspelt key is underlined while it is written."""
    loose = [
        at
        for _, at, part in ALL_PARTS
        if ("properties" in part or "patternProperties" in part)
        and part.get("additionalProperties") is not False
        # Which keys an entry takes hangs on its kind; its kinds are closed.
        and "allOf" not in part
        and not at.endswith("/if")
    ]
    assert loose == []


def test_every_choice_shows_its_values_and_none_of_them_is_null() -> None:
    for _, at, part in ALL_PARTS:
        if "enum" in part:
            assert part["enum"], at
            assert all(isinstance(value, str) for value in part["enum"]), at
            assert len(part.get("enumDescriptions", part["enum"])) == len(part["enum"]), at


@pytest.mark.parametrize(
    ("kind", "route", "values"),
    [
        ("incident", ("status",), 7),
        ("incident", ("severity",), 4),
        ("incident", ("visibility",), 2),
        ("incident", ("kind",), 2),
        ("incident", ("resolution", "how"), 5),
        ("incident", ("impact", "measures", 0, "qualifier"), 4),
        ("incident", ("recorded", "mode"), 2),
        ("incident", ("sources", "S1", "kind"), 4),
        ("timeline", (0, "kind"), 13),
        ("timeline-entry", ("kind",), 13),
        ("action-items", (0, "status"), 5),
        ("action-items", (0, "priority"), 4),
        ("postmortem", ("status",), 3),
        ("postmortem", ("root_causes", 0, "category"), 12),
        ("policy", ("levels", "HW501"), 3),
        ("policy", ("calendar", "days", 0), 7),
    ],
)
def test_a_choice_is_found_by_its_route(kind: RecordKind, route: tuple[str | int, ...], values: int) -> None:
    assert len(field_schema(kind, route, None)["enum"]) == values


@pytest.mark.parametrize(
    ("entry", "field", "values"),
    [
        ("mitigation", "action", 16),
        ("mitigation", "outcome", 5),
        ("detection", "via", 5),
        ("finding", "about", 6),
        ("finding", "state", 3),
        ("status-change", "to", 7),
        ("severity-change", "from", 4),
        ("status-update", "audience", 3),
    ],
)
def test_the_choices_of_an_entry_hang_on_its_kind(entry: str, field: str, values: int) -> None:
    written = {"kind": entry, field: "x"}
    assert len(field_schema("timeline-entry", (field,), written)["enum"]) == values
    assert len(field_schema("timeline", (1, field), [{}, written])["enum"]) == values
    assert field_schema("timeline-entry", (field,), {"kind": "note"}) == {}


TIMES = [
    ("incident", ("times", "declared")), ("incident", ("first_actions", "gather", "at")),
    ("incident", ("impact", "windows", 0, "from")), ("incident", ("times", "started", "at")),
    ("timeline-entry", ("at",)), ("timeline-entry", ("until",)), ("timeline", (0, "between", 0)),
    ("postmortem", ("reviewed", "at")),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "route"), TIMES)
def test_a_time_has_its_pattern_and_examples_that_fit_it(kind: RecordKind, route: tuple[str | int, ...]) -> None:
    schema = field_schema(kind, route, {"times": {"started": {}}} if route[-1] == "at" and "times" in route else None)
    assert len(schema["examples"]) == 3
    assert all(re.fullmatch(schema["pattern"], example) for example in schema["examples"])
    assert schema["patternErrorMessage"].startswith("expected a time: 2026-11-23T08:41:00Z")


def test_every_pattern_is_told_in_words() -> None:
    for _, at, part in ALL_PARTS:
        if "pattern" in part:
            assert part["patternErrorMessage"] == f"expected {SHAPES[part['pattern']]}", at
        for pattern in part.get("patternProperties", ()):
            assert pattern in SHAPES, at


def test_every_example_and_default_fits_its_own_schema() -> None:
    for kind, at, part in ALL_PARTS:
        for example in [*part.get("examples", ()), *([part["default"]] if "default" in part else [])]:
            whole = {"$defs": published(kind).get("$defs", {}), **part}
            assert jsonschema_rs.is_valid(whole, example), (at, example)


def test_nothing_is_offered_that_would_become_a_fact_unread() -> None:
    """An editor writes a single example, and a default that is null, as the value (yaml-language-server 1.25)."""
    for _, at, part in ALL_PARTS:
        assert len(part.get("examples", [1, 2])) > 1, at
        assert part.get("default", 0) is not None, at
        assert part.get("default") != {}, at


def test_every_definition_is_used() -> None:
    for kind in KINDS:
        text = json.dumps(published(kind))
        for name in published(kind)["$defs"]:
            assert f'"#/$defs/{name}"' in text, f"{kind}: {name}"


# --- our records


def kind_of(path: Path) -> RecordKind | None:
    if "evidence" in path.parts:
        return None
    return record_kind(f"timeline.d/{path.name}" if path.parent.name == "timeline.d" else path.name)


FOLDERS = ("incidents", "examples/shop/incidents")
OURS = sorted((path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if kind_of(path)), key=str)


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_our_records_are_right_by_the_schema_too(path: Path) -> None:
    kind = kind_of(path)
    assert kind is not None
    data = path.read_bytes()
    document = parse_postmortem(path.name, data)[0] if kind == "postmortem" else parse(path.name, kind, data)
    assert document.problems == ()
    VALIDATORS[kind].validate(document.value)
    assert validate(document)[1] == ()


def test_our_records_are_of_every_kind() -> None:
    assert {kind_of(path) for path in OURS} == set(KINDS)


@pytest.mark.parametrize(
    "path", [path for path in OURS if path.suffix == ".yaml"], ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_our_records_name_their_schema_for_editors(path: Path) -> None:
    found = re.match(r"# yaml-language-server: \$schema=(\S+)\n", path.read_text(encoding="utf-8"))
    assert found is not None
    assert (path.parent / found[1]).resolve() == SCHEMAS / f"{kind_of(path)}.schema.json"


# --- of one mind with the models

# What the model refuses and a schema cannot see, by the type of pydantic's error.
BEYOND_A_SCHEMA: dict[str, tuple[RecordKind, str]] = {
    # One key asks for another, or for one of several.
    "missing_key": ("incident", "{times: {}}"),
    # Two keys that exclude each other.
    "together": ("timeline-entry", "{between: [2026-11-23, 2026-11-24]}"),
    "misplaced": ("incident", "{recorded: {mode: late, at: 2026-11-23, by: a, basis: internal-notes}}"),
    # One of three words for nothing. A schema could count keys, but an empty one is none.
    "one_word": ("incident", "{evidence: {logs: {none: x, unknown: y}}}"),
    # The help line's placeholder has the form of a login.
    "placeholder": ("incident", "{roles: {commander: YOUR-LOGIN}}"),
    # The length of a month; an offset that leads out of the years.
    "not_a_time": ("incident", "{times: {declared: 2026-02-30}}"),
    "not_a_day": ("action-items", "{due: 2026-02-30}"),
    # To JSON 1.0 is a whole number.
    "int_type": ("incident", "{impact: {users: {affected: 1.0}}}"),
}


def faults(kind: RecordKind, value: object) -> set[str]:
    """The types of all that the model finds wrong; empty when it takes the value."""
    try:
        adapter(kind).validate_python(value)
    except ValidationError as error:
        return {fault["type"] for fault in error.errors()}
    return set()


@pytest.mark.parametrize(("fault", "case"), BEYOND_A_SCHEMA.items(), ids=BEYOND_A_SCHEMA)
def test_what_is_beyond_a_schema_is_found_by_the_model_alone(fault: str, case: tuple[RecordKind, str]) -> None:
    kind, text = case
    value: Any = parse("f.yaml", kind, RECORDS[kind].encode()).value
    change = parse("f.yaml", kind, text.encode()).value
    assert isinstance(change, dict)
    if isinstance(value, list):
        value = [value[0] | change]
    else:
        value |= change
    assert faults(kind, value) == {fault}
    assert VALIDATORS[kind].is_valid(value)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_model_and_schema_agree_on_any_record(kind: RecordKind, data: st.DataObject) -> None:
    value = data.draw(changed(kind))
    document = parse("f.yaml", kind, json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    if document.problems or document.value is None:
        return
    found = faults(kind, document.value)
    accepted = VALIDATORS[kind].is_valid(document.value)
    if accepted:
        assert found <= BEYOND_A_SCHEMA.keys()
    else:
        assert found


@pytest.mark.parametrize(
    ("time", "taken"),
    [
        ("{at: 2026-11-23}", True),
        ("{after: 2026-11-23, source: S1}", True),
        ("{before: 2026-11-23, approx: true}", True),
        ("{source: S1}", False),
        ("{at: 2026-11-23, after: 2026-11-22}", False),
        ("{at: 2026-11-23, before: 2026-11-24}", False),
        ("{}", False),
    ],
)
def test_a_time_has_one_form_by_the_schema_as_by_the_model(time: str, *, taken: bool) -> None:
    text = f"- {{at: {time}, kind: note, text: It failed}}\n"
    document = parse("timeline.yaml", "timeline", text.encode())
    assert VALIDATORS["timeline"].is_valid(document.value) == taken
    assert (validate(document)[1] == ()) == taken
