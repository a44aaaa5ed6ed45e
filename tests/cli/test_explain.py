"""`hotwash explain`: the page of a rule, for somebody who has only its code, or half its name."""

from __future__ import annotations

import pytest

from hotwash.rules import ALL_RULES
from tests.command import hotwash


def test_the_page_says_what_why_and_both_examples() -> None:
    ran = hotwash("explain", "HW201")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("# HW201 first-actions-incomplete\n\nThe four mandatory first actions are not all signed")
    for heading in ("What it asks", "Why", "Wrong", "Right", "Source"):
        assert f"\n## {heading}\n" in ran.out


def test_the_page_says_of_which_records_and_from_which_status_on_a_rule_is_asked() -> None:
    assert "\nerror · live, late, drills; from `investigating` on\n" in hotwash("explain", "HW201").out
    assert "\nerror · retrospective\n" in hotwash("explain", "HW205").out
    assert "\nerror · all records\n" in hotwash("explain", "HW002").out
    assert "\nwarning · live, late, drills\n" in hotwash("explain", "HW501").out


def test_a_page_with_headings_in_its_examples_is_whole() -> None:
    out = hotwash("explain", "HW011").out
    assert [line for line in out.splitlines() if line.startswith("## ")].count("## Summary") == 2
    assert out.count("```") == 4


@pytest.mark.parametrize(
    ("wanted", "near"), [("HW704x", "HW704"), ("first-action-incomplete", "HW201"), ("unknow-key", "HW005")]
)
def test_a_misspelt_rule_is_answered_with_the_nearest(wanted: str, near: str) -> None:
    ran = hotwash("explain", wanted)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"hotwash: no rule {wanted}\n  help: did you mean {near}")


def test_what_is_near_to_nothing_is_answered_with_all_rules() -> None:
    ran = hotwash("explain", "zzz")
    assert ran.code == 2
    assert all(rule.code in ran.err for rule in ALL_RULES)


def test_it_needs_no_repository(tmp_path_factory: pytest.TempPathFactory) -> None:
    assert hotwash("explain", "HW201", cwd=tmp_path_factory.mktemp("nothing")).code == 0
