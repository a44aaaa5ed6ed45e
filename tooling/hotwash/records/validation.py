"""Plain values -> models; what pydantic finds becomes problems with routes, in words for people."""

from __future__ import annotations

import difflib
from typing import Any

from pydantic import ValidationError

from hotwash.diagnostics import Help, Place, Route, dotted
from hotwash.model.schema import adapter, field_schema
from hotwash.records.document import Document, Problem

LISTED_LIMIT = 20  # allowed values that are listed; more are no help


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
        problems = [_problem(document, value, fault) for fault in error.errors(include_url=False)]
        # One place with one thing wrong is said once, whichever forms of a field were tried.
        return None, tuple({(p.kind, p.at, p.key): p for p in reversed(problems)}.values())[::-1]


def _route(value: object, location: tuple[str | int, ...]) -> Route:
    """The place that an error speaks of, less the forms that were tried and what lies inside a scalar."""
    route: list[str | int] = []
    for part in location:
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
        if (isinstance(value, dict) and part in value) or (
            isinstance(value, list) and isinstance(part, int) and part < len(value)
        ):
            value = value[part]
        else:
            return None
    return value


def _problem(document: Document, value: object, fault: Any) -> Problem:  # noqa: ANN401 - pydantic's dict; a case each
    route = _route(value, fault["loc"])
    kind, context = fault["type"], fault.get("ctx", {})
    found = _at(value, route)
    match kind:
        case "extra_forbidden":
            return _unknown_key(document, value, route)
        case "invalid_key" | "string_pattern_mismatch" if fault["loc"][-1:] == ("[key]",):
            return _wrong(document, value, route, fault, found)
        case "missing":
            return _missing(document, route[:-1], str(route[-1]))
        case "missing_key":
            return _missing(document, route, context["key"], context.get("among", ""))
        case "union_tag_not_found" if not isinstance(found, dict):
            return _wrong(document, value, route, fault, found)
        case "union_tag_not_found":
            keys = list(found) if isinstance(found, dict) else []
            near = difflib.get_close_matches("kind", keys, n=1, cutoff=0.6)
            if near:
                return _unknown_key(document, value, (*route, near[0]), nearest="kind")
            return _missing(document, route, "kind")
        case "union_tag_invalid":
            tags = [tag.strip("'<> ") for tag in context["expected_tags"].split(",")]
            return _not_allowed(document, (*route, "kind"), str(_at(value, (*route, "kind"))), tags)
        case "literal_error":
            allowed = field_schema(document.kind, route, value)
            values = [str(item) for item in allowed.get("enum", [allowed.get("const", "")])]
            return _not_allowed(document, route, found, values)
        case _:
            return _wrong(document, value, route, fault, found)


def _unknown_key(document: Document, value: object, route: Route, nearest: str = "") -> Problem:
    key = str(route[-1])
    holder = field_schema(document.kind, route[:-1], _spelled(value, route, nearest))
    known = sorted(holder.get("properties", {}))
    if not nearest:
        nearest = next(iter(difflib.get_close_matches(key, known, n=1, cutoff=0.6)), "")
    if nearest:
        label = f"did you mean `{nearest}`?"
        remedy = Help(f"write `{nearest}:` instead of `{key}:`")
    else:
        label = "not a key here"
        where = f"`{dotted(route[:-1])}` takes" if len(route) > 1 else "a record of this kind takes"
        remedy = Help(f"{where}: {', '.join(known)}")
    place = Place(document.path, route, "key")
    return Problem("unknown-key", place, f"unknown key `{key}`", label=label, help=(remedy,))


def _spelled(value: object, route: Route, nearest: str) -> object:
    """The value with a misspelt discriminator left out of the question: the forms share what all entries hold."""
    return value if not nearest else _at(value, route[:-1])


def _missing(document: Document, route: Route, key: str, among: str = "") -> Problem:
    where = f" of `{dotted(route)}`" if route else ""
    message = f"one of {among} is missing{where}" if among else f"`{key}` is missing{where}"
    return Problem("missing-key", Place(document.path, route, "key"), message, label="it belongs here", key=key)


def _not_allowed(document: Document, route: Route, found: object, allowed: list[str]) -> Problem:
    text = found if isinstance(found, str) else _found(found)
    # Of two or three letters every other is near.
    near = difflib.get_close_matches(text, allowed, n=1, cutoff=0.5) if len(text) > 3 else []  # noqa: PLR2004 - see above
    label = f"did you mean `{near[0]}`?" if near else "not one of the allowed values"
    listed = ", ".join(allowed[:LISTED_LIMIT])
    return Problem(
        "wrong-value",
        Place(document.path, route),
        f"`{dotted(route)}` is {_found(found)}",
        label=label,
        help=(Help(f"allowed: {listed}"),),
    )


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


def _wrong(document: Document, value: object, route: Route, fault: Any, found: object) -> Problem:  # noqa: ANN401 - pydantic's dict
    kind, context, name = fault["type"], fault.get("ctx", {}), dotted(route) or "the record"
    schema = field_schema(document.kind, route, value)
    examples = [str(item) for item in schema.get("examples", ())][:3]
    remedy = f"for example: {', '.join(examples)}" if examples and not isinstance(found, dict | list) else ""
    place = Place(document.path, route)
    if fault["loc"][-1:] == ("[key]",):
        key = str(route[-1]) if route else ""
        place = Place(document.path, route, "key")
        return Problem("wrong-value", place, f"`{key}` is not a name that can stand here", label=_shape_of(schema))
    label = ""
    if kind in _WANTED:
        message = f"`{name}` must be {_WANTED[kind]}; found {_found(found)}"
    elif kind == "wrong_form":
        message = f"`{name}` is {_found(found)}"
        label = fault["msg"]
    elif kind == "string_pattern_mismatch":
        message, label = f"`{name}` is {_found(found)}", _shape_of(schema)
    elif kind in ("string_too_short", "too_short"):
        message = f"`{name}` is empty" if not found else f"`{name}` has too few items"
    elif kind in ("string_too_long", "too_long"):
        message = f"`{name}` is too long: at most {context['max_length']:,}"
    elif kind in ("greater_than_equal", "less_than_equal"):
        limit = context.get("ge", context.get("le"))
        bound = "at least" if kind == "greater_than_equal" else "at most"
        message = f"`{name}` must be {bound} {limit}; found {_found(found)}"
    else:
        message, label = f"`{name}` is {_found(found)}" if _is_scalar(found) else f"`{name}` is wrong", fault["msg"]
        # The message of a time already says how to write it.
        remedy = ""
    return Problem("wrong-value", place, message, label=label, help=(Help(remedy),) if remedy else ())


def _shape_of(schema: dict[str, Any]) -> str:
    description = schema.get("description", "")
    return f"expected {description[0].lower()}{description[1:].rstrip('.')}" if description else "not of the right form"


def _is_scalar(found: object) -> bool:
    return not isinstance(found, dict | list)


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
            text = " ".join(str(found).split())
            return f"`{text[:60]}…`" if len(text) > 60 else f"`{text}`"  # noqa: PLR2004 - a line's worth


def other_id(document: Document, entry: Any, stem: str) -> tuple[Problem, ...]:  # noqa: ANN401 - one of the entries
    """An id in a file of timeline.d/ that is not the file's stem (design 2)."""
    if entry.id in (None, stem):
        return ()
    place = Place(document.path, ("id",))
    remedy = Help("delete the line: the file's name is the id, or rename the file")
    return (Problem("wrong-value", place, f"`id` is `{entry.id}`", label=f"the file is named {stem}", help=(remedy,)),)


def owners_and_dates(document: Document, items: tuple[Any, ...]) -> tuple[Problem, ...]:
    """Owner and due, which action items need in live and late records (design 2)."""
    return tuple(
        _missing(document, (index,), key)
        for index, item in enumerate(items)
        for key in ("owner", "due")
        if getattr(item, key) is None
    )
