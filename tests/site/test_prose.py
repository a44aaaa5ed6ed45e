"""The only way from prose to a page (threats T1)."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotwash.site import prose
from hotwash.site.pages.markup import environment, text_as_html
from hotwash.site.prose import LINK_REL, is_web_link, render
from tests.site import payloads
from tests.site.html import leads_astray, read

ALLOWED = {
    *("p", "br", "hr", "blockquote", "pre", "code", "em", "strong", "s", "a", "ul", "ol", "li", "div"),
    *("h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}
MARKDOWN = ["<", ">", "[x](", ")", "`", "```\n", "*", "_", "|", "\n", "\n\n", "- ", "# ", "javascript:", "https://a.b",
            "![", "]", "&", "&#58;", '"', "'", "{: onx=1 }", "<script>", "\\", "~~", "1. ", "| a |\n|---|\n"]  # fmt: skip


@pytest.mark.parametrize(
    "text", [*payloads.LINES.values(), *payloads.BLOCKS.values(), *payloads.LINKS.values(), *payloads.REFUSED.values()]
)
def test_hostile_prose_runs_nothing_and_fetches_nothing(text: str) -> None:
    assert_harmless(render(text))


@pytest.mark.parametrize("text", [*payloads.LINES.values(), *payloads.REFUSED.values()])
def test_hostile_line_becomes_no_element_and_no_syntax_of_markdown(text: str) -> None:
    html = text_as_html(text)
    assert read(html).tags == []
    assert re.search(r"[{}\[\]`*_~^$|\\+<>\"']", html) is None
    assert "\n" not in html


@given(st.lists(st.sampled_from(MARKDOWN) | st.text(max_size=8), max_size=12).map("".join))
def test_any_prose_is_harmless_and_stands_in_one_line(text: str) -> None:
    assert_harmless(render(text))


def assert_harmless(html: str) -> None:
    page = read(html)
    assert set(page.tags) <= ALLOWED
    assert page.handlers == []
    assert page.fetched == []
    assert page.unclosed == []
    assert [link for link in page.links if leads_astray(link)] == []
    assert {rel for _, rel in page.rels} <= {LINK_REL}
    assert "\n" not in html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("plain & simple", "<p>plain &amp; simple</p>"),
        ("two\nlines", "<p>two lines</p>"),
        (
            "**bold**, *em*, ~~gone~~, `x<y`",
            "<p><strong>bold</strong>, <em>em</em>, <s>gone</s>, <code>x&lt;y</code></p>",
        ),
        ("- one\n- two", "<ul> <li>one</li> <li>two</li> </ul>"),
        ("3. three", '<ol start="3"> <li>three</li> </ol>'),
        ("```\na\nb\n```", "<pre><code>a&#10;b&#10;</code></pre>"),
        ("![a graph](https://evil.example/x.png)", "<p>a graph</p>"),
        ("a<b>c", "<p>a&lt;b&gt;c</p>"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        ("[x](/etc/passwd) and [y](#y)", "<p>x and y</p>"),
        ("[x](https://ok.example@evil.example/) <https://a:b@c.example>", "<p>x https://a:b@c.example</p>"),
        ("bell\x07 and turned\u202e", "<p>bell and turned</p>"),
    ],
)
def test_prose_keeps_what_it_says(text: str, html: str) -> None:
    assert render(text) == html


def test_web_link_says_that_it_is_a_strangers() -> None:
    html = '<p><a href="https://ok.example/a?b=1&amp;c=2" rel="nofollow noopener ugc">x</a></p>'
    assert render("[x](https://ok.example/a?b=1&c=2)") == html


def test_relative_link_stays_when_it_leads_to_a_page() -> None:
    pages = {"../2019-x/postmortem.md": "../2019-x/"}
    html = render("[a](../2019-x/postmortem.md) [b](../secret/postmortem.md)", page_of=pages.get)
    assert html == '<p><a href="../2019-x/" rel="nofollow noopener ugc">a</a> b</p>'


def test_headings_keep_the_outline_of_the_page() -> None:
    assert read(render("# One\n\n#### Deep\n\n## Two\n\n# Three\n", heading=3)).headings == [3, 4, 4, 3]
    assert read(render("###### Only\n", heading=6)).headings == [6]


def test_wide_table_scrolls_in_its_own_box() -> None:
    html = render("| a | b |\n|---|---|\n| 1 | 2 |\n")
    assert html.startswith('<div class="hw-scroll" role="region" aria-label="Table" tabindex="0"><table>')
    assert html.endswith("</table></div>")


@pytest.mark.parametrize("url", [url for name, url in payloads.LINKS.items() if name not in payloads.OF_THE_WEB])
def test_other_urls_are_no_web_links(url: str) -> None:
    assert not is_web_link(url)


# What begins paragraphs that need no parser, and what nearly does.
PLAIN = ["We saw it", "the pool", "(one)", "it's", '"all"', "a: b", "1.5 % of", "{x}", "so;", ".", "!", "é", " ", "  ", "\n",
         "\n\n", "\n\n\n", "\n ", " \n", "\t", "\xa0", "1. ", "- ", "=", "---", "#", "+", ":", "^", "$"]  # fmt: skip


@given(st.lists(st.sampled_from(PLAIN), max_size=12).map("".join))
def test_plain_paragraphs_are_what_the_parser_makes_of_them(text: str) -> None:
    quick = render(text)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("_PLAIN", "_PARAGRAPHS"):
            patch.setattr(prose, name, re.compile("(?!)"))
        assert read(quick).text == read(render(text)).text
        assert read(quick).tags == read(render(text)).tags


def test_long_runs_of_blanks_cost_no_time() -> None:
    assert len(render("a" + " " * 200_000 + "b\nc")) < 300_000


def test_value_is_escaped_once_wherever_a_template_shows_it() -> None:
    places = (
        '{{ x }}{{ "<b>" }}{% set y = x %}{{ y }}{{ [x][0] }}{{ x if x else "" }}{% for z in [x] %}{{ z }}{% endfor %}'
        "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(x) }}{% filter block %}{{ x }}{% endfilter %}"
    )
    html = environment().from_string(places).render(x="<b>")
    assert html.replace("\n", "") == "&lt;b&gt;" * 8
