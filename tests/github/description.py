"""GitHub's own description of its API, held against what is asked of the fake and what it answers."""

from __future__ import annotations

import json
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from openapi_core import OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest, MockResponse

from tests.github.cut_description import DESCRIPTION

if TYPE_CHECKING:
    from collections.abc import Mapping

HOST = "https://api.github.com"
JSON = "application/json"

# Verb, path, query and body: what can be looked up again.
Asked = tuple[str, str, tuple[tuple[str, str], ...], bytes]


class Description:
    """The committed cut, and what it says of a request, an answer, and the fields that an answer must have."""

    def __init__(self) -> None:
        self._spec = json.loads(DESCRIPTION.read_bytes())
        self._api = OpenAPI.from_dict(self._spec)

    def objection_to_request(self, request: Asked) -> str:
        """What is wrong with a request, as a clause; empty when nothing is."""
        verb, path, query, _ = request
        try:
            self._api.validate_request(_request(request))
        except OpenAPIError as error:
            return f"{verb} {path} is not as described: {_reason(error)}"
        known = {parameter["name"] for parameter in self._parameters(verb, path)}
        # The validator does not mind a parameter that GitHub would not know.
        unknown = sorted({name for name, _ in query} - known)
        return f"{verb} {path} asks with parameters that GitHub does not know: {unknown}" if unknown else ""

    def objection_to_answer(self, request: Asked, status: int, answer: bytes) -> str:
        """What is wrong with an answer, as a clause; empty when nothing is, and for a status that is not described."""
        verb, path, _, _ = request
        if str(status) not in self._call(verb, path)["responses"]:
            return ""
        sent = MockResponse(answer, status_code=status, content_type=JSON)
        try:
            self._api.validate_response(_request(request), sent)
        except OpenAPIError as error:
            return f"the answer {status} to {verb} {path} is not as described: {_reason(error)}"
        return ""

    def filled(self, name: str, known: Mapping[str, Any]) -> dict[str, Any]:
        """An object of a named schema: what is known of it, and something valid in each other field that it must have."""
        schema = self._spec["components"]["schemas"][name]
        return self._object(schema, known)

    def _object(self, schema: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
        found = dict(known)
        for field in schema.get("required", ()):
            if field not in found:
                found[field] = self._something(schema["properties"][field])
        return found

    def _something(self, schema: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON
        schema = self._resolved(schema)
        if schema.get("nullable"):
            return None
        for choices in ("oneOf", "anyOf", "allOf"):
            if choices in schema:
                return self._something(schema[choices][0])
        if "enum" in schema:
            return schema["enum"][0]
        if schema.get("format") == "uri":
            return f"{HOST}/x"
        if schema.get("format") == "date-time":
            return "2026-11-23T10:00:00Z"
        plain = {"string": "", "integer": 0, "number": 0, "boolean": False, "array": []}
        kind = schema.get("type", "object")
        return self._object(schema, {}) if kind == "object" else plain[kind]

    def _resolved(self, part: Mapping[str, Any]) -> Mapping[str, Any]:
        while "$ref" in part:
            _, _, kind, name = part["$ref"].split("/")
            part = self._spec["components"][kind][name]
        return part

    def _call(self, verb: str, path: str) -> Mapping[str, Any]:
        parts = path.strip("/").split("/")
        for pattern, calls in self._spec["paths"].items():
            wanted = pattern.strip("/").split("/")
            if len(wanted) == len(parts) and all(
                name.startswith("{") or name == part for name, part in zip(wanted, parts, strict=True)
            ):
                found: Mapping[str, Any] = calls[verb.lower()]
                return found
        raise KeyError(path)

    def _parameters(self, verb: str, path: str) -> list[Mapping[str, Any]]:
        return [self._resolved(parameter) for parameter in self._call(verb, path).get("parameters", ())]


@cache
def description() -> Description:
    """The one of this process; reading it takes half a second."""
    return Description()


# Holding one call against the description takes longer than all the rest of it, and runs with faults repeat themselves.
@lru_cache(4096)
def objection_to_request(request: Asked) -> str:
    """As the method."""
    return description().objection_to_request(request)


@lru_cache(4096)
def objection_to_answer(request: Asked, status: int, answer: bytes) -> str:
    """As the method."""
    return description().objection_to_answer(request, status, answer)


def _request(asked: Asked) -> MockRequest:
    verb, path, query, body = asked
    return MockRequest(HOST, verb.lower(), path, args=dict(query), data=body or None, content_type=JSON)


def _reason(error: OpenAPIError) -> str:
    causes = getattr(error.__cause__ or error, "schema_errors", ())
    # Without the value that was wrong: it is a whole answer.
    found = [f"{'/'.join(map(str, cause.absolute_path))}: {cause.message[-300:]}" for cause in causes]
    return "; ".join(found) or str(error)[:500]
