"""Hostile text in pages that `hotwash site` has written and mkdocs builds as any others (threats T2).

Nothing of ours runs then, so the pages are inert by what they hold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.site.html import read
from tests.site.mkdocs import hostile_site
from tests.site.test_hostile_text import (  # noqa: F401 - the same claims of another build
    test_hostile_line_is_shown_as_it_was_written,
    test_hostile_text_adds_nothing_that_runs_or_is_fetched,
    test_hostile_text_becomes_no_element_but_those_of_prose,
    test_hostile_text_includes_no_file,
    test_hostile_text_is_escaped_in_the_search_index,
    test_hostile_text_links_only_to_the_web_to_mailboxes_and_into_the_site,
    test_pages_of_several_incidents_run_and_fetch_nothing_either,
    test_the_extensions_are_at_work,
)

if TYPE_CHECKING:
    from tests.site.test_hostile_text import Pages


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    """The site, built without our plugin, and each page taken apart."""
    site, incidents = hostile_site(tmp_path_factory.mktemp("docs"), plugin=False)
    assert site.code == 0, site.said
    return site, {hostile.id: (hostile, read(site.page(f"incidents/{hostile.id}"))) for hostile in incidents}
