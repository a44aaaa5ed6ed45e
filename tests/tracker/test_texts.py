"""That text of records arrives readable and harmless, however odd it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotwash.tracker.formats import render_markdown
from hotwash.tracker.plan import Change, Plan
from hotwash.tracker.texts import quotation, said, said_on_a_line
from tests.forge_markdown import acts
from tests.tracker.records import PROPERTY, live_texts

ODD = st.text(st.characters(), max_size=30)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u202eb", "a\\u202eb"),
        ("a\x1b[2Jb", "a\\u001b[2Jb"),
        ("a\u200bb", "a\\u200bb"),
        ("\u2066x\u2069", "\\u2066x\\u2069"),
        ("a\ufeffb", "a\\ufeffb"),
    ],
)
def test_what_hides_or_steers_is_shown(text: str, shown: str) -> None:
    assert said(text) == shown


@pytest.mark.parametrize(
    "text",
    ["Grüße, 日本語 und العربية", "👩‍👩‍👧‍👦 and 🏴󠁧󠁢󠁥󠁮󠁧󠁿 and ❤️", "नमस्ते क्‍ष", "5 < 6, 100 %"],
    ids=["scripts", "emoji", "joiners", "signs"],
)
def test_what_people_write_stays(text: str) -> None:
    assert said(text) == text


@PROPERTY
@given(live_texts | ODD)
def test_no_text_acts_or_steers(text: str) -> None:
    for shown in (said(text), said_on_a_line(text), quotation(text)):
        assert list(acts(shown)) == []
        assert not set(shown) & set("\x1b\x07\x9b\u202e\u2066\u2067\u2028\x85\ufeff")
    assert "\n" not in said_on_a_line(text)


@PROPERTY
@given(live_texts | ODD)
def test_nothing_in_a_plan_in_markdown_acts(text: str) -> None:
    change = Change("update", "2026-11-23-x", "AI-1", 3, text, ("body",), None, f"because {text}")
    shown = render_markdown(Plan((change,), (f"note: {text}",), 1))
    assert list(acts(shown)) == []
    # The row is one row, with its six cells.
    (row,) = [line for line in shown.splitlines() if line.startswith("| `~`")]
    assert row.count("|") == 7


def test_a_plan_that_is_too_long_for_a_summary_says_how_much_is_missing() -> None:
    changes = tuple(
        Change("create", "2026-11-23-x", f"AI-{n}", None, "x" * 300, (), None, "y" * 300) for n in range(3000)
    )
    shown = render_markdown(Plan(changes, (), 0))
    assert len(shown.encode()) < 1_000_000
    assert "did not fit here" in shown


@pytest.mark.timeout(20)
def test_long_text_takes_no_longer_than_its_length() -> None:
    for token in ("@x ", "\u202e", "\n", "<!--", "&#64;", "a"):
        quotation(token * 70_000)
