"""Cuts GitHub's description of its API down to the calls that the fake answers.

    npm pack @octokit/openapi@23.0.2 && tar xzf octokit-openapi-23.0.2.tgz
    python tests/github/cut_description.py package

The result, with the licence of the package, is committed; run it again for another version or for another call.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
DESCRIPTION = HERE / "api.github.com.json"

CALLS = {
    "/repos/{owner}/{repo}": ["get"],
    "/repos/{owner}/{repo}/assignees": ["get"],
    "/repos/{owner}/{repo}/issues": ["get", "post"],
    "/repos/{owner}/{repo}/issues/{issue_number}": ["get", "patch"],
    "/repos/{owner}/{repo}/issues/{issue_number}/comments": ["get", "post"],
    "/repos/{owner}/{repo}/milestones": ["get"],
    "/repos/{owner}/{repo}/pulls": ["get", "post"],
    "/repos/{owner}/{repo}/pulls/{pull_number}": ["get"],
}
# Text for people, examples and the headings of GitHub's pages say nothing of what a request or an answer may be.
PROSE = {"description", "summary", "example", "examples", "externalDocs", "tags", "x-github", "operationId", "title"}


def _pruned(node: Any, *, named: bool = False) -> Any:  # noqa: ANN401 - any JSON
    """A part of the description without its prose; in a map of names every key is a name, `title` too."""
    if isinstance(node, list):
        return [_pruned(item) for item in node]
    if not isinstance(node, dict):
        return node
    if named:
        return {name: _pruned(part) for name, part in node.items()}
    maps = {"properties", "schemas", "responses", "parameters", "headers", "patternProperties"}
    pruned = {
        key: _pruned(part, named=key in maps and isinstance(part, dict))
        for key, part in node.items()
        if key not in PROSE
    }
    # Without a type of its own, `nullable` says nothing to a validator, and GitHub means that null will do.
    for choices in ("oneOf", "anyOf"):
        if choices in pruned and pruned.get("nullable") and "type" not in pruned:
            pruned[choices].append({"type": "string", "nullable": True, "enum": [None]})
    # Nor does an enumeration let null through that does not name it.
    if pruned.get("nullable") and "enum" in pruned and None not in pruned["enum"]:
        pruned["enum"].append(None)
    return pruned


def _references(node: object) -> set[str]:
    if isinstance(node, list):
        return set().union(*map(_references, node))
    if isinstance(node, dict):
        own = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
        return own.union(*map(_references, node.values()))
    return set()


def cut(whole: dict[str, Any]) -> dict[str, Any]:
    """The calls, and of the components those that they lead to."""
    paths = {
        path: _pruned({key: part for key, part in whole["paths"][path].items() if key in {*methods, "parameters"}})
        for path, methods in CALLS.items()
    }
    components: dict[str, dict[str, Any]] = {}
    waiting, seen = _references(paths), set[str]()
    while waiting:
        reference = waiting.pop()
        seen.add(reference)
        _, _, kind, name = reference.split("/")
        part = _pruned(whole["components"][kind][name])
        if kind == "responses":
            part.setdefault("description", "")  # the one place where OpenAPI asks for prose
        components.setdefault(kind, {})[name] = part
        waiting |= _references(part) - seen
    for path in paths.values():
        for method, call in path.items():
            if method != "parameters":
                for answer in call["responses"].values():
                    if "$ref" not in answer:
                        answer.setdefault("description", "")
    return {
        "openapi": whole["openapi"],
        "info": {"title": "Part of GitHub's REST API", "version": whole["info"]["version"]},
        "servers": [{"url": "https://api.github.com"}],
        "paths": paths,
        "components": {kind: dict(sorted(parts.items())) for kind, parts in sorted(components.items())},
    }


def main(package: Path) -> None:
    """Reads the unpacked package and writes the two files."""
    whole = json.loads((package / "generated" / "api.github.com.json").read_bytes())
    DESCRIPTION.write_text(json.dumps(cut(whole), indent=1) + "\n", encoding="utf-8")
    shutil.copyfile(package / "LICENSE", HERE / "LICENSE.octokit-openapi")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
