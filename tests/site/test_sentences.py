"""Where a sentence ends."""

from __future__ import annotations

import pytest

from hotwash.site.public.sentences import sentences


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("It broke. Then more! And?", ["It broke.", "Then more!", "And?"]),
        ("By 40 %. Then more.", ["By 40 %.", "Then more."]),
        ('He said "no." Then "no".\n(So it was.) "Why?" We ask.', ['He said "no."', 'Then "no".', '(So it was.) "Why?"', "We ask."]),
        ("At 10.30 it broke (S1). Then", ["At 10.30 it broke (S1).", "Then"]),
        ("I.e. Nothing, e.g. a. B, no. 5, and so on. 5 more.", ["I.e. Nothing, e.g. a. B, no. 5, and so on. 5 more."]),
        ("", [""]),
    ],
)  # fmt: skip
def test_a_sentence_ends_where_that_is_beyond_doubt(text: str, told: list[str]) -> None:
    assert list(sentences(text)) == told
