"""Globs of a policy: whole names, letters large or small, and no more time than the text is long."""

from __future__ import annotations

import re
import time
from fnmatch import translate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotwash.facts.globs import find, matches


@pytest.mark.parametrize(
    ("glob", "text", "found"),
    [
        ("*.corp.example", "on db-1.corp.example now", ["db-1.corp.example"]),
        (
            "*.corp.example",
            "https://Wiki.CORP.example:8443/x?y=a.corp.example",
            ["Wiki.CORP.example", "a.corp.example"],
        ),
        ("*.corp.example", "to a.corp.example. And", ["a.corp.example"]),
        ("*.corp.example", "alice@mail.corp.example", ["mail.corp.example"]),
        ("*.corp.example", "corp.example, a.corp.example.org, acorp.example", []),
        ("db-?", "db-1 db-12 mydb-1 DB-2", ["db-1", "DB-2"]),
        ("ip-10-*", "at ip-10-0-12-101.internal", ["ip-10-0-12-101.internal"]),
        ("10.0.*", "at 10.0.12.101:443 and 110.0.1", ["10.0.12.101"]),
        ("project heron", "of Project\n   Heron, project herons, project: heron", ["Project\n   Heron"]),
        ("corp/pay-*", "corp/pay-core and corp/other and xcorp/pay-core", ["corp/pay-core"]),
        ("heron", "herons, heron-1, heron's", ["heron"]),
        ("[ab]-*", "a-c b-c [ab]-c", []),
        ("*", "everything", []),
        ("??", "ab", []),
        ("", "ab", []),
        ("zürich-*", "in ZÜRICH-1", ["ZÜRICH-1"]),
    ],
)
def test_a_name_is_found_as_a_whole(glob: str, text: str, found: list[str]) -> None:
    assert [text[one.start : one.end] for one in find(text, [glob])] == found


def test_a_name_that_two_globs_describe_is_found_once() -> None:
    assert [one.glob for one in find("a.corp", ["*.corp", "a.*"])] == ["*.corp"]


def test_a_letter_that_is_two_when_it_is_small_moves_nothing() -> None:
    text = "İİ db.corp"
    assert [text[one.start : one.end] for one in find(text, ["*.corp"])] == ["db.corp"]


@settings(max_examples=500, deadline=None)
@given(st.text(alphabet="ab*?.", max_size=8), st.text(alphabet="ab.", max_size=10))
def test_globs_match_as_those_of_python_do(glob: str, name: str) -> None:
    assert matches(glob, name) is bool(re.compile(translate(glob)).match(name))


@pytest.mark.parametrize("glob", ["*a*a*a*a*a*a*b", "*.a.*.a.*.b", "a?a?a?*b"])
@pytest.mark.parametrize("piece", ["a", "a.", "a ", "ab "])
def test_no_glob_takes_longer_than_its_share(glob: str, piece: str) -> None:
    """Eight times as much text takes eight times as long, with room for other work of the machine."""

    def taken(size: int) -> float:
        best = float("inf")
        for _ in range(3):
            start = time.process_time()
            find(piece * (size // len(piece)) + "b", [glob])
            best = min(best, time.process_time() - start)
        return max(best, 0.001)

    assert taken(80_000) < 24 * taken(10_000)
