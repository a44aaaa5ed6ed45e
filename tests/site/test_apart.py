"""Markdown that is read apart from the site: its links lead where those of the page lead, or nowhere (threats V1)."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from hotwash.site.apart import read_apart
from hotwash.site.prose import shown
from tests.site import payloads

PUBLIC = "2026-11-22-payments-slow"
SECRET = "2026-11-20-merger"
PAGE = "https://status.example.org/incidents/2026-11-22-payments-slow/"
_PARSER = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def page_of(path: str) -> str | None:
    return PAGE if PUBLIC in path.split("/") else None


def relative(text: str) -> list[str]:
    """Where the links and images of a text lead that name no host, to a reader of Markdown."""
    inline = [child for token in _PARSER.parse(text) for child in token.children or ()]
    targets = [str(child.attrs[name]) for child in inline for name in ("href", "src") if name in child.attrs]
    return [target for target in targets if not urlsplit(target).scheme and not urlsplit(target).netloc]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("See [that](../2026-11-22-payments-slow/incident.yaml).", f"See [that]({PAGE})."),
        ("See [that](../2026-11-20-merger/incident.yaml).", "See [that]()."),
        ('[log](evidence/log.txt "the log")', '[log](<> "the log")'),
        ("[a](<../2026-11-20-merger/x y.md>)", "[a]()"),
        ("![graph](evidence/graph.png)", "![graph]()"),
        ("[a (b)](../x(1)/y)", "[a (b)]()"),
        ("See [that][1].\n\n[1]: ../2026-11-20-merger/", "See [that][1].\n\n[1]: <>"),
        ("See [that][1].\n\n> [1]: ../2026-11-22-payments-slow/", f"See [that][1].\n\n> [1]: {PAGE}"),
        ("[x](https://docs.example/a(b)c?d=e#f) <https://x.example>", "[x](https://docs.example/a(b)c?d=e#f) <https://x.example>"),
        ("[x](mailto:a@b.example) [y](#here) f(x)[0](1", "[x](mailto:a@b.example) [y](#here) f(x)[0](1"),
        ("a[0]: b, and no link", "a[0]: b, and no link"),
        ("[a](../2026-11-20-merger/x.md<)", "[a]()"),
        ("> [a](\n> ../2026-11-20-merger/\n> )", "> [a](\n> <>\n> )"),
        ("[a\nb]:\n../2026-11-20-merger/", "[a\nb]:\n<>"),
        ("[Note]: this is none", "[Note]: this is none"),
        ("*[of]: evil", "*[of]: evil"),
        (r"\[none\](../2026-11-20-merger/) [none\\\](x/)", r"\[none\](../2026-11-20-merger/) [none\\\](x/)"),
        (r"[a\\](../2026-11-20-merger/)", r"[a\\]()"),
        ("[a](../2026-11-20-merger/ ../2026-11-20-merger/)", "[a](<> ../2026-11-20-merger/)"),
        ("[a]: ../2026-11-20-merger/\n../2026-11-20-merger/", "[a]: <>\n../2026-11-20-merger/"),
        ("No link", "No link"),
    ],
)  # fmt: skip
def test_link_leads_to_a_page_or_nowhere(text: str, told: str) -> None:
    assert read_apart(text, page_of) == told


@pytest.mark.parametrize("text", [*payloads.LINES.values(), *payloads.BLOCKS.values(), *payloads.LINKS.values()])
def test_hostile_text_without_a_relative_link_is_as_it_was_written(text: str) -> None:
    assert read_apart(text, page_of) == shown(text) or relative(text)


PARTS = st.sampled_from(
    [
        *(
            "[",
            "]",
            "(",
            ")",
            "<",
            ">",
            "](",
            "]: ",
            "![",
            "[a](",
            "[a]: ",
            "[a]",
            " ",
            "\n",
            "\n\n",
            "> ",
            "- ",
            "`",
            "\\",
        ),
        *(
            f"../{SECRET}/x.md",
            f"../{PUBLIC}/",
            f"..\\/{SECRET}",
            f"&#46;./{SECRET}/",
            '"t"',
            "'t'",
            "https://x.example/",
        ),
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PARTS, max_size=12).map("".join))
def test_no_link_of_any_text_leads_to_what_has_no_page(text: str) -> None:
    told = read_apart(text, page_of)
    assert [link for link in relative(told) if SECRET in link] == []
