from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotwash.site.public import sections as reader
from hotwash.site.public.sections import sections

LINES = ["## A", "## B b ", "## C #", "## 1", "##", "# T", "### x", "text", "- item", "- ## in", "1. one", "  - sub", "> q",
         "", "  ", "    ## code", "```", "~~~", "---", "===", "- - -", "<div>", "[a]: /u", '"t', "*", "a\\", "|a|",
         " ## D", "## E\xa0", "\x0bq", "\tx"]  # fmt: skip


@given(st.lists(st.sampled_from(LINES), max_size=8).map("\n".join))
def test_headings_are_those_that_the_parser_finds(body: str) -> None:
    quick = sections(body)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "_UNSURE", re.compile(""))
        assert list(quick.items()) == list(sections(body).items())


def test_sections_keep_the_order_and_the_text_of_the_file() -> None:
    body = "# Title\n\nintro\n\n## Summary\n\nWhat\nhappened.\n\n### Inside\n\nmore\n\n## Impact\n\n## Lessons\nx\n"
    assert sections(body) == {"Summary": "What\nhappened.\n\n### Inside\n\nmore", "Impact": "", "Lessons": "x"}


def test_heading_in_a_code_block_or_a_list_begins_no_section() -> None:
    body = "## Summary\n\n```\n## not a heading\n```\n\n- ## inside a list\n"
    assert list(sections(body)) == ["Summary"]


def test_section_that_stands_twice_keeps_both_texts() -> None:
    assert sections("## A\n\none\n\n## A\n\ntwo\n") == {"A": "one\n\ntwo"}


def test_underlined_heading_begins_a_section_too() -> None:
    assert sections("Summary\n-------\n\ntext\r\n") == {"Summary": "text"}


def test_body_without_headings_has_no_sections() -> None:
    assert sections("text\n") == {}
