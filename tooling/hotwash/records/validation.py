"""Plain values -> models; what pydantic finds becomes problems with routes, in words for people."""

from __future__ import annotations

import difflib
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from pydantic import ValidationError

from hotwash.diagnostics import Help, Place, Route, dotted
from hotwash.model.base import LINE_PATTERN, WORDS_FOR_NOTHING
from hotwash.model.editors import SHAPES, example_text
from hotwash.model.schema import adapter, field_forms, field_schema
from hotwash.records.document import NAME_SHOWN, PROBLEM_LIMIT, Document, Problem, shortened
from hotwash.records.reader import plain_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pydantic import BaseModel

    from hotwash.model.repository import RecordKind

LISTED_LIMIT = 20  # allowed values that are listed; more are no help
TAKERS_LIMIT = 2  # kinds of entries that take a key
SHORT = 3  # letters
# How like two names must be to be taken for one another: `engineer` for `engineers`, but not `phone` for `partner`.
_LIKENESS = 0.6
# The same for a name that is looked for in the whole record, where more names are near.
_LIKENESS_ELSEWHERE = 0.8


def validate(document: Document) -> tuple[Any, tuple[Problem, ...]]:
    """The model of a document, or None with all that keeps it from being one.

    An empty timeline or list of action items is an empty list; an empty incident lacks its keys.
    """
    if document.problems:
        return None, ()
    value = document.value
    if value is None:
        value = [] if document.kind in ("timeline", "action-items") else {}
    try:
        return adapter(document.kind).validate_python(value), ()
    except ValidationError as error:
        faults = [*error.errors(include_url=False, include_input=False), *_undeclared(document, value)]
        return None, _problems(document, value, faults)


def validate_as(document: Document, model: type[BaseModel]) -> tuple[Any, tuple[Problem, ...]]:
    """As `validate`, for a file that is no record and is read like one: what somebody asks of a record."""
    # The schema of a model is asked for as that of a record is: a `kind` is no more than the key to it.
    return validate(replace(document, kind=cast("RecordKind", model)))


def _undeclared(document: Document, value: object) -> Iterator[dict[str, Any]]:
    """What the incident asks of itself as a whole; pydantic comes to that only when each of its keys is right."""
    if document.kind != "incident" or not isinstance(value, dict):
        return
    recorded = value.get("recorded")
    if isinstance(recorded, dict) and recorded.get("mode") == "retrospective":
        return
    for holder, key in (("times", "declared"), ("roles", "commander")):
        held = value.get(holder)
        if held is None or (isinstance(held, dict) and key not in held):
            yield {"type": "missing_key", "loc": (), "ctx": {"key": f"{holder}.{key}"}}


def _problems(document: Document, value: object, faults: Iterable[Any]) -> tuple[Problem, ...]:
    # One place with one thing wrong is said once, whichever forms of a field were tried.
    problems: dict[tuple[str, Place, str], Problem] = {}
    meant: set[tuple[Route, str]] = set()  # mappings, and the keys that are there and misspelt
    for fault in faults:
        if len(problems) >= PROBLEM_LIMIT:
            place = Place(document.path, _route(value, fault["loc"]))
            more = Problem("wrong-value", place, f"more is wrong from here on than the {PROBLEM_LIMIT} problems so far")
            problems["wrong-value", place, "more"] = more
            break
        problem = _problem(document, value, fault)
        if problem is not None:
            problems.setdefault((problem.kind, problem.at, problem.key), problem)
            if problem.kind == "unknown-key":
                meant.add((problem.at.route[:-1], problem.key))
    nothing = {route for route, key in meant if key in WORDS_FOR_NOTHING}
    return tuple(
        problem
        for problem in problems.values()
        if problem.kind != "missing-key"
        or ((problem.at.route, problem.key) not in meant and problem.at.route not in nothing)
    )


def _route(value: object, location: tuple[str | int, ...]) -> Route:
    """The place that an error speaks of, less the forms that were tried and what lies inside a scalar."""
    route: list[str | int] = []
    for part in location:
        if part == "[key]" and not (isinstance(value, dict) and part in value):
            break  # what is wrong is the key itself
        if isinstance(part, str) and part.startswith("<") and not (isinstance(value, dict) and part in value):
            continue
        if isinstance(value, dict) and isinstance(part, str):
            route.append(part)
            if part not in value:
                break
            value = value[part]
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            route.append(part)
            value = value[part]
        else:
            break
    return tuple(route)


def _at(value: object, route: Route) -> object:
    for part in route:
        if isinstance(value, dict) and part in value:  # noqa: SIM114 - what may be an index hangs on it
            value = value[part]
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            return None
    return value


def _problem(document: Document, value: object, fault: Any) -> Problem | None:  # noqa: ANN401, C901, PLR0912 - pydantic's dict; a case each
    route = _route(value, fault["loc"])
    context = fault.get("ctx", {})
    found = _at(value, route)
    match fault["type"]:
        case _ if fault["loc"][-1:] == ("[key]",) and (route[-1:] != ("[key]",) or fault["loc"][-2:-1] == ("[key]",)):
            return _wrong_name(document, value, route)
        case "extra_forbidden":
            return _unknown_key(document, value, route)
        case "missing":
            return _missing(document, route[:-1], str(route[-1]))
        case "missing_key":
            return _missing(document, route, context["key"], context.get("among", ""))
        case "together":
            return _together(document, route, context["keys"])
        case "repeated":
            place = (*route, context["index"])
            message = f"{_found(_at(value, place))} stands twice in {_name(document, route)}"
            return _wrong_value(document, place, message, remedy="delete it, or write the one that was meant")
        case "one_word" if isinstance(found, dict):
            return _one_word(document, route, found)
        case "union_tag_not_found" if isinstance(found, dict):
            return _no_kind(document, value, route, found)
        case "union_tag_invalid":
            kind = (*route, "kind")
            return _not_allowed(document, kind, _at(value, kind), field_schema(document.kind, kind, value))
        case "wrong_form" if (word := _word_meant(found)) is not None:
            return _unknown_key(document, value, (*route, word[0]), word[1])
        case "literal_error":
            return _not_allowed(document, route, found, field_schema(document.kind, route, value))
        case "model_type" if (texts := _as_text(document.kind, route, value)) is not None:
            # A field that is text most of the time, and a mapping where more is to be said.
            if "enum" in texts:
                return _not_allowed(document, route, found, texts)
            return _wrong_value(document, route, f"{_name(document, route)} is {_found(found)}", _shape_of(texts))
        case "too_short" if isinstance(found, list) and len(found) >= context["min_length"]:
            return None  # pydantic does not count the items that are wrong themselves
        case _:
            return _wrong(document, value, route, fault, found)


def _as_text(kind: RecordKind, route: Route, value: object) -> dict[str, Any] | None:
    return next((form for form in field_forms(kind, route, value) if form.get("type") == "string"), None)


def _word_meant(found: object) -> tuple[str, str] | None:
    """`{unknwon: nobody counted}`: the key, and the word for nothing that it stands for."""
    for key in found if isinstance(found, dict) else ():
        if near := _near(key, WORDS_FOR_NOTHING):
            return key, near
    return None


def _near(name: str, names: Iterable[str], likeness: float = _LIKENESS) -> str:
    """The one of the names that was meant, or nothing."""
    lower = {known.lower(): known for known in names}
    found = difflib.get_close_matches(name.lower()[: NAME_SHOWN + 1], lower, n=1, cutoff=likeness)
    return lower[found[0]] if found else ""


def _unknown_key(document: Document, value: object, route: Route, nearest: str = "") -> Problem:
    key, shown = str(route[-1]), shortened(str(route[-1]))
    known = field_schema(document.kind, route[:-1], value).get("properties", {})
    if not nearest:
        takes_nothing = any(
            "not_applicable" in form.get("properties", ()) for form in field_forms(document.kind, route[:-1], value)
        )
        nearest = _near(key, known) or (_near(key, WORDS_FOR_NOTHING) if takes_nothing else "")
    place = Place(document.path, route, "key")
    if nearest:
        label, remedy = f"did you mean `{nearest}`?", f"write `{nearest}:` instead of `{shown}:`"
        return Problem("unknown-key", place, f"unknown key `{shown}`", label=label, help=(Help(remedy),), key=nearest)
    label, remedy = _belongs(document.kind, route, value)
    if not remedy:
        remedy = f"{_name(document, route[:-1])} takes: {', '.join(sorted(known))}" if known else "delete it"
    return Problem("unknown-key", place, f"unknown key `{shown}`", label=label, help=(Help(remedy),))


def _belongs(kind: RecordKind, route: Route, value: object) -> tuple[str, str]:
    """Where a key would be right that is not right here, as a label and a remedy."""
    nowhere = "not a key here"
    key = str(route[-1])
    if kind in ("timeline", "timeline-entry") and len(route) - (kind == "timeline") == 1:
        kinds = field_schema(kind, (*route[:-1], "kind"), {}).get("enum", ())
        takers = [name for name in kinds if key in field_schema("timeline-entry", (), {"kind": name})["properties"]]
        return (f"a key of the kind {' or '.join(takers)}" if 0 < len(takers) <= TAKERS_LIMIT else nowhere), ""
    places: dict[str, list[str]] = {}
    if kind == "incident" and len(route) == 1:
        for name in field_schema(kind, (), value).get("properties", {}):
            for inner in field_schema(kind, (name,), {name: {}}).get("properties", {}):
                places.setdefault(inner, []).append(name)
    near = _near(key, [inner for inner, names in places.items() if len(names) == 1], _LIKENESS_ELSEWHERE)
    if not near:
        return nowhere, ""
    return f"did you mean `{near}` under `{places[near][0]}`?", f"move it under `{places[near][0]}:`"


def _no_kind(document: Document, value: object, route: Route, found: dict[str, object]) -> Problem:
    kinds = field_schema(document.kind, (*route, "kind"), value)
    if "kind" in found:
        return _not_allowed(document, (*route, "kind"), found["kind"], kinds)
    known = field_schema(document.kind, route, value).get("properties", {})
    others = [key for key in found if key not in known]
    # `kinds: note`, and `type: note`.
    meant = _near("kind", others) or next((key for key in others if found[key] in kinds["enum"]), "")
    return _unknown_key(document, value, (*route, meant), "kind") if meant else _missing(document, route, "kind")


def _missing(document: Document, route: Route, key: str, among: str = "") -> Problem:
    where = f" of `{dotted(route)}`" if route else ""
    message = f"one of {among} is missing{where}" if among else f"`{key}` is missing{where}"
    return Problem("missing-key", Place(document.path, route, "key"), message, label="it belongs here", key=key)


def _together(document: Document, route: Route, keys: tuple[str, str]) -> Problem:
    place = Place(document.path, (*route, keys[1]), "key")
    message = f"`{keys[0]}` and `{keys[1]}` stand together"
    remedy = f"keep `{keys[0]}` or `{keys[1]}`, and delete the other"
    return Problem("wrong-value", place, message, label="one of the two is too much", help=(Help(remedy),))


def _one_word(document: Document, route: Route, found: dict[str, object]) -> Problem:
    words = [key for key in found if key in WORDS_FOR_NOTHING]
    if len(words) > 1:
        return _together(document, route, (words[0], words[1]))
    place = Place(document.path, (*route, words[0]))
    return Problem("wrong-value", place, f"{_name(document, (*route, words[0]))} is empty", label="say why")


def _not_allowed(document: Document, route: Route, found: object, schema: dict[str, Any]) -> Problem:
    allowed = [example_text(item) for item in schema.get("enum", [schema.get("const")])]
    # Of values with two or three letters every other is near.
    text = found if isinstance(found, str) else ""
    near = _near(text, allowed, _LIKENESS if len(text) > SHORT else 1)
    label = f"did you mean `{near}`?" if near else "not one of the allowed values"
    if found is None:
        label = "write one of these"
    listed, described = ", ".join(allowed[:LISTED_LIMIT]), schema.get("description", "").rstrip(".")
    # A description that lists them says what they mean.
    if described.startswith(tuple(allowed)) and all(value in described for value in allowed):
        listed = described
    message = f"{_name(document, route)} is {_found(found)}"
    return Problem("wrong-value", Place(document.path, route), message, label=label, help=(Help(f"allowed: {listed}"),))


def _wrong_name(document: Document, value: object, route: Route) -> Problem:
    patterns = field_schema(document.kind, route[:-1], value).get("patternProperties", {})
    shape = next((SHAPES[pattern] for pattern in patterns if pattern in SHAPES), "another name")
    message = f"`{shortened(str(route[-1]))}` is not a name that can stand here"
    return Problem("wrong-value", Place(document.path, route, "key"), message, label=f"expected {shape}")


# pydantic's error types -> what is wanted.
_WANTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "a mapping of key: value",
    "model_type": "a mapping of key: value",
    "model_attributes_type": "a mapping of key: value",
    "union_tag_not_found": "a mapping of key: value",
}


def _wrong(document: Document, value: object, route: Route, fault: Any, found: object) -> Problem:  # noqa: ANN401, C901 - pydantic's dict; a case each
    kind, context, name = fault["type"], fault.get("ctx", {}), _name(document, route)
    schema = field_schema(document.kind, route, value)
    shape = _shape_of(schema)
    match kind:
        case _ if kind in _WANTED and found is None:
            return _wrong_value(
                document, route, f"{name} is empty", f"expected {_WANTED[kind]}", _example(schema, found)
            )
        case _ if kind in _WANTED:
            message = f"{name} must be {_WANTED[kind]}; found {_found(found)}"
            return _wrong_value(document, route, message, "", _example(schema, found))
        case "string_pattern_mismatch" if not str(found).strip():
            return _wrong_value(document, route, f"{name} is empty", shape)
        case "string_pattern_mismatch" if schema.get("pattern") == LINE_PATTERN:
            return _wrong_value(document, route, f"{name} goes over several lines", shape)
        case "string_pattern_mismatch":
            return _wrong_value(document, route, f"{name} is {_found(found)}", shape)
        case "wrong_form":
            remedy = "" if "properties" in schema else _examples(schema, found)
            return _wrong_value(document, route, f"{name} is {_found(found)}", fault["msg"], remedy)
        case "string_too_short" | "too_short" if not found:
            return _wrong_value(document, route, f"{name} is empty", "", _example(schema, None))
        case "too_short" | "too_long":
            low, high = schema.get("minItems"), schema.get("maxItems")
            wanted = f"{high:,}" if low == high else f"at most {high:,}"
            held = len(found) if isinstance(found, list) else 0
            message = f"{name} must have {wanted} items; found {held:,}"
            return _wrong_value(document, route, message, "", _example(schema, None))
        case "string_too_long":
            message = f"{name} has {len(str(found)):,} characters; at most {context['max_length']:,}"
            return _wrong_value(document, route, message)
        case "greater_than_equal" | "less_than_equal":
            bound = f"at least {context['ge']:g}" if "ge" in context else f"at most {context['le']:,g}"
            message = f"{name} must be {bound}; found {_found(found)}"
            return _wrong_value(document, route, message, "", _example(schema, found))
        case "misplaced":
            at = (*route, context["key"]) if "key" in context else route
            return _wrong_value(document, at, fault["msg"], remedy=context.get("remedy", ""))
        case _:
            # The message says how to write it.
            return _wrong_value(document, route, f"{name} is {_found(found)}", fault["msg"])


def _wrong_value(document: Document, route: Route, message: str, label: str = "", remedy: str = "") -> Problem:
    helps = (Help(remedy),) if remedy else ()
    return Problem("wrong-value", Place(document.path, route), message, label=label, help=helps)


def _example(schema: dict[str, Any], found: object) -> str:
    """What could be written; for a mapping its keys."""
    if "properties" in schema:
        return f"it takes: {', '.join(schema['properties'])}"
    if schema.get("type") == "array" and isinstance(found, dict) and "kind" in found:
        return "begin each entry with `- `"
    if schema.get("type") == "array" and isinstance(found, str) and len(found.split()) == 1:
        return f"write it in brackets: [{shortened(found)}]"
    if "pattern" in schema and isinstance(found, int | float) and re.search(schema["pattern"], str(found)):
        return "put it in quotes"
    return _examples(schema, found)


def _examples(schema: dict[str, Any], found: object) -> str:
    examples = [example_text(item) for item in schema.get("examples", ())][:3]
    return f"for example: {', '.join(examples)}" if examples and not isinstance(found, dict | list) else ""


def _shape_of(schema: dict[str, Any]) -> str:
    if "patternErrorMessage" in schema:
        return str(schema["patternErrorMessage"])
    description = schema.get("description", "").rstrip(".")
    # An abbreviation keeps its capitals.
    return f"expected {description[:1].lower() if description[1:2].islower() else description[:1]}{description[1:]}"


def _name(document: Document, route: Route) -> str:
    """A place as people name it: list items count from 1."""
    if not route:
        return "the front matter" if document.kind == "postmortem" else f"`{document.path.rsplit('/', 1)[-1]}`"
    after = next((index for index in range(len(route), 0, -1) if isinstance(route[index - 1], int)), 0)
    keys = f"`{shortened(dotted(route[after:]))}`" if route[after:] else ""
    if not after:
        return keys
    item = f"item {int(route[after - 1]) + 1}"
    if after > 1:
        item += f" of {_name(document, route[: after - 1])}"
    return f"{keys} in {item}" if keys else item


def _found(found: object) -> str:
    match found:
        case None:
            return "empty"
        case bool():
            return f"`{str(found).lower()}`"
        case int() | float():
            return f"the number {found}"
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case _:
            text = shortened(" ".join(str(found).split()))
            # In quotes it is text, whatever it looks like.
            return f"`{text}`" if isinstance(plain_value(text), str) else f'the text `"{text}"`'


def other_id(document: Document, entry: Any, stem: str) -> tuple[Problem, ...]:  # noqa: ANN401 - one of the entries
    """An id in a file of timeline.d/ that is not the file's stem."""
    if entry.id in (None, stem):
        return ()
    place = Place(document.path, ("id",))
    remedy = Help("delete the line: the file's name is the id, or rename the file")
    return (Problem("wrong-value", place, f"`id` is `{entry.id}`", label=f"the file is named {stem}", help=(remedy,)),)


def our_own(document: Document, items: tuple[Any, ...]) -> tuple[Problem, ...]:
    """What the action items of live and late records lack: priority, owner and due, and a status that we know."""
    problems: list[Problem] = []
    for index, item in enumerate(items):
        problems += [
            _missing(document, (index,), key) for key in ("priority", "owner", "due") if getattr(item, key) is None
        ]
        if item.status == "unknown":
            place = Place(document.path, (index, "status"))
            remedy = Help("write open, in-progress, done or dropped")
            message = "`unknown` is no status of an action item of our own"
            problems.append(Problem("wrong-value", place, message, label="somebody knows", help=(remedy,)))
    return tuple(problems)
