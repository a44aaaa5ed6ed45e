"""Any text in any scalar of any record gives a model or findings, never an exception (threats R5)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotwash.errors import ConfigurationError
from hotwash.model.repository import record_kind
from hotwash.records.load import load_repository
from hotwash.records.reader import parse
from hotwash.report import FORMATS
from hotwash.tracker.issues import desired_issues
from tests.builders import judged, snapshot
from tests.hostile.repository import strict_json
from tests.records.test_differential import CHARACTERS, scalars

SHOP = Path(__file__).parents[2] / "examples" / "shop"
FILES = {
    path.relative_to(SHOP).as_posix(): path.read_text(encoding="utf-8")
    for path in sorted(SHOP.rglob("*"))
    if path.is_file() and path.suffix in (".yaml", ".md", ".txt") and "site" not in path.parts
}


class Scalar(NamedTuple):
    """Where a scalar stands in the text of a file."""

    path: str
    start: int
    end: int


def _scalars() -> list[Scalar]:
    found = []
    for path, text in FILES.items():
        name = "/".join(path.split("/")[3:]) or path.rpartition("/")[2]
        kind = record_kind(name) if path.startswith("incidents/") else None
        if kind is None:
            continue
        first = 4 if kind == "postmortem" else 0  # the line that opens the front matter
        yaml = text[first : text.index("\n---", first) + 1] if kind == "postmortem" else text
        document = parse(path, kind, yaml.encode())
        assert document.problems == ()
        assert document.node is not None
        found += [
            Scalar(path, first + event.start_mark.index, first + event.end_mark.index)
            for _, event, _ in scalars(document.node, document.value)
        ]
    return found


SCALARS = _scalars()
NUMBERS = st.integers().map(str) | st.floats().map(str) | st.integers(50, 6_000).map(lambda digits: "9" * digits)
TIMES = st.datetimes().map(lambda moment: f"{moment.isoformat()}Z") | st.dates().map(str)
PLAIN = st.sampled_from(
    (
        *[
            "~",
            "null",
            "true",
            ".nan",
            ".inf",
            "-.inf",
            "1e999",
            "012",
            "no",
            "[]",
            "{}",
            "[x]",
            "P0",
            "P3",
            "AI-1",
            "S1",
            "0m",
            "99999bd",
        ],
        *["closed", "declared", "dismissed", "drill", "retrospective", "late", "public", "unknown"],
        *["2199-12-31", "1970-01-01", "9999-12-31", "2199-12-31T23:59:59.999999-23:59", "1970-01-01T00:00:00+23:59"],
        *("", "{none: x}", "{unknown: x}", "[2199-12-31, 1970-01-01]"),
        *("{at: 1970-01-01, approx: true}", "{at: 2199-12-31, approx: true}"),
    )
)
QUOTED = st.text(CHARACTERS, max_size=40).map(lambda text: json.dumps(text, ensure_ascii=False))
TEXTS = PLAIN | NUMBERS | TIMES | QUOTED | st.text(CHARACTERS, max_size=20)


def around(paths: set[str]) -> dict[str, str]:
    """The incidents of some files, with policy, services and all that is no record."""
    folders = {"/".join(path.split("/")[:3]) for path in paths} if all(path.count("/") > 1 for path in paths) else {""}
    return {path: text for path, text in FILES.items() if path.count("/") < 2 or path.startswith(tuple(folders))}


def test_every_kind_of_record_has_scalars() -> None:
    assert {scalar.path.rpartition("/")[2] for scalar in SCALARS} >= {
        *("incident.yaml", "timeline.yaml", "action-items.yaml", "postmortem.md", "policy.yaml", "services.yaml")
    }
    assert len(SCALARS) > 300
    assert FILES[SCALARS[0].path][SCALARS[0].start : SCALARS[0].end].strip()


@settings(max_examples=60, deadline=None)
@given(
    changes=st.lists(
        st.tuples(st.sampled_from(SCALARS), TEXTS), min_size=1, max_size=3, unique_by=lambda one: one[0].path
    )
)
def test_any_text_in_any_scalar_is_judged(changes: list[tuple[Scalar, str]]) -> None:
    files = around({scalar.path for scalar, _ in changes})
    for scalar, text in changes:
        held = files[scalar.path]
        files[scalar.path] = held[: scalar.start] + text + held[scalar.end :]
    report = judged(files)
    for render in FORMATS.values():
        assert render(report)
    strict_json(FORMATS["json"](report))
    try:
        repository = load_repository(snapshot(files))
    except ConfigurationError:
        return
    desired_issues(repository)


@pytest.mark.parametrize(
    "scalar", SCALARS[:: max(len(SCALARS) // 20, 1)], ids=lambda scalar: f"{scalar.path}:{scalar.start}"
)
@pytest.mark.parametrize("text", ["9" * 5_000, "2199-12-31T23:59:59.999999-23:59"], ids=["digits", "the last moment"])
def test_digits_and_the_last_moment_are_judged_everywhere(scalar: Scalar, text: str) -> None:
    held = FILES[scalar.path]
    judged({**around({scalar.path}), scalar.path: held[: scalar.start] + text + held[scalar.end :]})
