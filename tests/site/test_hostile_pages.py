"""Hostile text in every field, in pages as they are made (threats T1). `test_hostile_text.py` builds them with mkdocs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hotwash.site.build import files
from hotwash.site.prose import shown
from hotwash.site.public.publish import publish
from tests.site.html import leads_astray, read
from tests.site.mkdocs import POLICY, hostile_incidents
from tests.site.records import NOW, loaded
from tests.site.test_prose import ALLOWED

if TYPE_CHECKING:
    from tests.site.html import Page
    from tests.site.mkdocs import Hostile


@pytest.fixture(scope="module")
def pages() -> dict[str, tuple[Hostile, Page]]:
    """The page of each incident, taken apart."""
    incidents = list(hostile_incidents())
    made = files(publish(loaded({one.id: records for one, records in incidents}, POLICY), NOW))
    bodies = {one.id: made[f"incidents/{one.id}.md"].split("\n---\n", 1)[1] for one, _ in incidents}
    return {one.id: (one, read(bodies[one.id])) for one, _ in incidents}


def test_hostile_text_adds_nothing_that_runs_is_fetched_or_leads_astray(
    pages: dict[str, tuple[Hostile, Page]],
) -> None:
    for hostile, page in pages.values():
        assert (page.handlers, page.fetched, page.unclosed) == ([], [], []), hostile.id
        assert [link for link in page.links if leads_astray(link)] == [], hostile.id


def test_hostile_text_becomes_no_element_but_those_of_prose(pages: dict[str, tuple[Hostile, Page]]) -> None:
    for hostile, page in pages.values():
        _, harmless = pages[hostile.like]
        assert set(page.tags) <= set(harmless.tags) | ALLOWED, hostile.id
        assert page.classes <= harmless.classes | {"hw-scroll"}, hostile.id


def test_hostile_line_is_shown_as_it_was_written(pages: dict[str, tuple[Hostile, Page]]) -> None:
    for hostile, page in pages.values():
        if hostile.line:
            assert page.text.count(" ".join(shown(hostile.line).split())) > 1, hostile.id
