"""Finished HTML stays outside while Markdown and the search look at a page, and comes back as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotwash.errors import ConfigurationError
from hotwash.site.mkdocs.finished import Parted, anchors, put_back, without_blocks, without_unsearched

BLOCK = '<div class="hw"><p id="p&#95;1">One</p><section data-search-exclude>Left out</section> and <i>in</i></div>'
# What else stands in a page.
LINES = st.sampled_from(
    ["", "## Heading", "text", BLOCK, '<div class="hw hw-head"></div>', "    code", "<p>HTML by hand</p>"]
)


def test_blocks_become_places_and_the_rest_stays() -> None:
    parted = without_blocks(f"## One\n\n{BLOCK}\n\ntext\n\n{BLOCK}\n")
    assert parted.text == '## One\n\n<div data-hw-place="0"></div>\n\ntext\n\n<div data-hw-place="1"></div>\n'
    assert parted.taken == (BLOCK, BLOCK)


def test_what_the_search_leaves_out_becomes_a_place_in_its_section() -> None:
    parted = without_unsearched(f"<h2>One</h2>{BLOCK}{BLOCK}")
    assert parted.taken == ("Left out", "Left out")
    assert "<p id=" in parted.text
    assert '<section data-search-exclude><div data-hw-place="1"></div></section> and <i>in</i>' in parted.text


def test_search_finds_no_heading_below_which_it_finds_nothing() -> None:
    left_out = '<div class="hw"><section data-search-exclude>Left out</section></div>'
    pages = f'<h2 id="one">One</h2>\n{left_out}\n{left_out}\n<h2 id="two">Two</h2>\n{BLOCK}\n<h2 id="three">Three</h2>'
    text = without_unsearched(pages).text
    assert '<h2 data-search-exclude="true" id="one">One</h2>\n<div' in text
    assert '<h2 id="two">Two</h2>\n<div' in text
    assert text.endswith('<h2 data-search-exclude="true" id="three">Three</h2>')
    # As `toc: {baselevel: 2}` makes them.
    assert '<h3 data-search-exclude="true" id="one">' in without_unsearched(pages.replace("h2", "h3")).text


@given(st.lists(LINES).map("\n".join))
def test_all_comes_back_as_it_was(text: str) -> None:
    for part in (without_blocks, without_unsearched):
        assert put_back(part(text)) == text


def test_a_block_that_shows_a_place_is_not_filled() -> None:
    """A record that got HTML into a block would still not get another block into itself."""
    shown = '<div class="hw"><div data-hw-place="1"></div></div>'
    page = f"{shown}\n\n{BLOCK}"
    assert put_back(without_blocks(page)) == page


@pytest.mark.parametrize(
    "changed",
    [
        "",
        '<div data-hw-place="1"></div><div data-hw-place="0"></div>',
        '<div data-hw-place="0"></div>' * 2,
        "a &lt;div",
    ],
)
def test_a_place_that_is_gone_or_moved_is_an_error(changed: str) -> None:
    with pytest.raises(ConfigurationError, match="has no place"):
        put_back(Parted(changed, ("one", "two")))


def test_anchors_are_those_of_elements() -> None:
    blocks = [BLOCK, '<li class="a" id="entry-2">id="no"</li><b title="x" id="b"></b>', "no <i>id</i>"]
    assert anchors(blocks) == {"p_1", "entry-2", "b"}
