"""The reference is made from schemas, docstrings and tables, and nothing of them is missing in it."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING, get_args, get_type_hints

import pytest
from typing_extensions import is_typeddict

from hotwash.cli import EPILOG
from hotwash.errors import EXIT_CODES
from hotwash.model.schema import KINDS, json_schema
from hotwash.report import json_v1
from hotwash.site.feeds import published
from hotwash.site.reference import reference_pages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotwash.model.repository import RecordKind

DOCS = Path(__file__).parents[2] / "docs"
PAGES = {page.path: page.markdown for page in reference_pages()}
OF_KIND: dict[RecordKind, str] = {
    "incident": "fields/incident",
    "timeline": "fields/timeline",
    "timeline-entry": "fields/timeline",
    "action-items": "fields/action-items",
    "postmortem": "fields/postmortem",
    "services": "fields/services",
    "policy": "policy",
}
# Told once, on the page that all link to.
SHARED = "reference/fields/index.md"
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_LINK = re.compile(r"\]\(([^)\s]*)\)")


def _page(name: str) -> str:
    return PAGES[f"reference/{name}.md"]


def _keys(schema: object) -> Iterator[str]:
    """Every key that a schema knows, however deep."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        for part in schema.values():
            yield from _keys(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from _keys(part)


def _anchors(text: str) -> set[str]:
    """The anchors that mkdocs makes of headings."""
    told = (re.sub(r"[^\w\s-]", "", heading).strip().lower() for heading in _HEADING.findall(text))
    return {re.sub(r"[-\s]+", "-", heading) for heading in told}


@pytest.mark.parametrize("kind", KINDS)
def test_every_key_of_a_record_has_a_row_with_its_meaning(kind: RecordKind) -> None:
    text = _page(OF_KIND[kind]) + PAGES[SHARED]
    rows = dict(re.findall(r"^\| `([^`]+)` \| (.*) \|$", text, re.MULTILINE))
    assert set(_keys(json_schema(kind))) <= rows.keys()
    assert [key for key, row in rows.items() if not row.split(" | ")[0].strip()] == []


def test_every_key_of_the_json_has_a_row() -> None:
    shapes = [shape for shape in vars(json_v1).values() if is_typeddict(shape)]
    keys = {key for shape in shapes for key in get_type_hints(shape)}
    assert keys == set(re.findall(r"^\| `([^`]+)` \|", _page("json"), re.MULTILINE))


def test_every_key_of_what_a_site_publishes_has_a_row_and_each_type_of_value_a_heading() -> None:
    shapes = [shape for shape in vars(published).values() if is_typeddict(shape)]
    told = _page("incident-json") + _page("incidents-json")
    assert {key for shape in shapes for key in get_type_hints(shape)} == set(
        re.findall(r"^\| `([^`]+)` \|", told, re.MULTILINE)
    )
    kinds = re.findall(r"^## `type: (\w+)`$", _page("incident-json"), re.MULTILINE)
    assert len(set(kinds)) == len(kinds) == len(get_args(published.ValueV1))


@pytest.mark.parametrize("path", PAGES)
def test_every_link_leads_to_a_page_and_a_heading_that_exist(path: str) -> None:
    for link in _LINK.findall(PAGES[path]):
        target, _, anchor = link.partition("#")
        page = posixpath.normpath(posixpath.join(posixpath.dirname(path), target)) if target else path
        assert page in PAGES, link
        assert not anchor or anchor in _anchors(PAGES[page]), link


@pytest.mark.parametrize("path", PAGES)
def test_a_table_has_three_cells_a_row_or_two(path: str) -> None:
    for line in PAGES[path].splitlines():
        if line.startswith("|"):
            assert len(re.findall(r"(?<!\\)\|", line)) in (3, 4), line


def test_the_exit_codes_are_the_same_wherever_they_stand() -> None:
    told = [
        (int(code), meaning)
        for code, meaning in re.findall(r"^\| (\d+) \| (.+) \|$", _page("exit-codes"), re.MULTILINE)
    ]
    assert dict(told) == EXIT_CODES
    assert all(f"{code} {meaning}" in EPILOG for code, meaning in EXIT_CODES.items())
    by_hand = (DOCS / "reference" / "cli.md").read_text(encoding="utf-8")
    assert {int(code) for code in re.findall(r"^\| (\d+) \|", by_hand, re.MULTILINE)} == set(EXIT_CODES)
