from __future__ import annotations

from hotwash.site.sections import sections


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
