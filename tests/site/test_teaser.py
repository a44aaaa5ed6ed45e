"""An incident in a line, for search engines and previews."""

from __future__ import annotations

from typing import Any

import pytest

from hotwash.site.pages.teaser import teaser
from hotwash.site.public.publish import publish
from tests.site.records import ID, NOW, loaded, plain, postmortem, whole

PLAINLY = "P1 incident of 23 November 2026, closed: checkout-api"


def told(summary: str, **changes: Any) -> str:  # noqa: ANN401 - YAML
    """The line of an incident with a summary."""
    records = {**whole(**changes), "postmortem.md": postmortem().replace(plain("section-0", "prose"), summary)}
    return teaser(publish(loaded({ID: records}), NOW).all[0])


def test_it_is_the_summary_without_its_markup() -> None:
    assert told("Checkout **failed** for [some](https://a.example).\n\n- a <b> & c") == (
        "Checkout failed for some. a <b> & c"
    )


def test_sentences_stay_whole() -> None:
    first, second = f"A{'b' * 120}.", f"C{'d' * 120}."
    assert told(f"{first} {second}") == first


def test_of_a_long_sentence_the_first_words_stay() -> None:
    line = told("word " * 100)
    assert line.endswith("word…")
    assert len(line) < 205


def test_one_endless_word_is_cut() -> None:
    assert told("a" * 500) == f"{'a' * 200}…"


@pytest.mark.parametrize("status", ["declared", "monitoring", "resolved", "dismissed"])
def test_before_closed_nothing_of_the_summary_is_told(status: str) -> None:
    assert told("Checkout failed.", status=status) == PLAINLY.replace("closed", status)


def test_without_a_published_summary_it_says_what_it_is() -> None:
    records = whole()
    del records["postmortem.md"]
    assert teaser(publish(loaded({ID: records}), NOW).all[0]) == PLAINLY
    assert told("Checkout failed.", kind="drill") == "Checkout failed."
