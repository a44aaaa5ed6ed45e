"""The lines of a page as a reviewer reads them."""

from __future__ import annotations

import pytest

from hotwash.site.difference.reading import lines_of
from tests.site.records import ID, made, whole


def page(body: str, description: str = "P1 incident") -> str:
    return f"---\ntitle: A title\ndescription: {description}\nhide: []\n---\n\n{body}\n"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<p>One</p><p>Two</p>", ("One", "Two")),
        ("## Times\n\n<div><p>One</p></div>", ("## Times", "One")),
        ("<p>A <strong>word</strong> of<br>it</p>", ("A word of", "it")),
        ("<dl><div><dt>Began</dt><dd><div>today</div></dd></div></dl>", ("Began · today",)),
        ("<table><tr><th>Moment</th><td>08:41</td><td></td></tr></table>", ("Moment · 08:41",)),
        ("<p>08:41<details><summary>derived</summary><span>Worked out</span></details></p>", ("08:41 derived Worked out",)),
        ("<p>&lt;b&gt; &#64;team</p>", ("<b> @team",)),
        ("<p>x<script>alert(1)</script><svg><text>08:41</text></svg></p>", ("x",)),
        ('<p><a href="../">All</a></p>', ("All",)),
        ('<p><a href="https://wiki.corp.example/x">Notes</a></p>', ("Notes (https://wiki.corp.example/x)",)),
        ('<p><a href="https://x.example/">https://x.example/</a></p>', ("https://x.example/",)),
        ("<pre><code>one&#10;two</code></pre>", ("one", "two")),
    ],
)  # fmt: skip
def test_a_line_is_what_a_reader_sees_as_one(body: str, expected: tuple[str, ...]) -> None:
    assert lines_of(page(body)) == ("P1 incident", *expected)


def test_what_search_engines_are_told_is_shown_once() -> None:
    assert lines_of(page("<p>An incident &amp; more</p>", "incident &amp; more")) == ("An incident & more",)


def test_a_text_of_every_field_is_read_from_a_page() -> None:
    told = "\n".join(lines_of(made({ID: whole()})[f"incidents/{ID}.md"]))
    for field in ("title", "users", "scope", "assess", "mitigation-text", "section-0", "item", "trigger", "tell"):
        assert f"The {field} of it" in told
    assert "https://docs.example/reference" in told
    assert "<" not in told
