"""What is not public changes no byte of anything that is published (threats V1).

These tests know of no page: they hold for all that `build.files` makes.
"""

from __future__ import annotations

import gzip
import html
from base64 import b64encode
from random import Random
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotwash.site.build import files as site_files
from hotwash.site.public.publish import publish
from tests.site.encodings import found_in
from tests.site.records import NOW, loaded, whole
from tests.site.repositories import OPEN_FIELDS, STATUSES, Canary, drawn, numbered, records

if TYPE_CHECKING:
    from tests.site.records import Fill

CANARY = "canary7q"


@given(seed=st.integers(min_value=0, max_value=2**32))
@settings(max_examples=15, deadline=None)
def test_site_is_the_same_with_and_without_what_is_internal(seed: int) -> None:
    everything, public = drawn(Random(seed))  # noqa: S311 - no secret
    with_internal = site_files(publish(everything, NOW), url="https://sites.example/")
    assert with_internal == site_files(publish(public, NOW), url="https://sites.example/")


def test_repositories_that_are_drawn_hold_both_kinds_and_every_relation() -> None:
    """The counterpart of the property: it is not about nothing."""
    left_out = named = duplicates = 0
    for seed in range(40):
        everything, public = drawn(Random(seed))  # noqa: S311 - no secret
        internal = {case.id for case in everything.cases} - {case.id for case in public.cases}
        left_out += bool(internal and public.cases)
        named += any(internal & set(case.incident.related) for case in public.cases)
        duplicates += any(case.incident.duplicate_of in internal for case in public.cases)
    assert left_out > 25
    assert named > 15
    assert duplicates > 0


def test_nothing_of_an_internal_incident_is_in_any_file() -> None:
    canary, chance = Canary(CANARY), Random(3)  # noqa: S311 - no secret
    hidden = {numbered(n, CANARY): records(canary.fill, chance, secret=CANARY) for n in range(12)}
    for one in hidden.values():
        one["incident.yaml"]["visibility"] = "internal"
    shown = numbered(50)
    public = {shown: whole(related=list(hidden), evidence={"similar": list(hidden)[:3]})}
    made = site_files(publish(loaded({**public, **hidden}), NOW), url="https://sites.example/")
    assert f"incidents/{shown}.md" in made
    for path, content in made.items():
        assert found_in(f"{path}\n{content}".encode(), CANARY) == [], path


@pytest.mark.parametrize("status", [status for status in STATUSES if status != "closed"])
def test_nothing_that_an_open_incident_keeps_is_in_any_file(status: str) -> None:
    """Texts, numbers, logins, labels and causes: before `closed` little is public."""
    canary = Canary(CANARY, but=OPEN_FIELDS)
    shown = whole(
        canary.fill,
        status=status,
        labels={f"{CANARY}-label": "x"},
        roles={"commander": f"{CANARY}-login", f"{CANARY}-role": "anna-1"},
    )
    shown["incident.yaml"] |= sourced(canary.fill)
    shown["incident.yaml"]["times"]["detected"] = told_by_several(canary.fill)
    shown["timeline.yaml"] += reopened(canary.fill, status)
    shown["incident.yaml"]["impact"]["users"]["affected"] = 987_654_321
    shown["incident.yaml"]["impact"]["business"]["losses"][0]["amount"] = 918_273_645
    shown["postmortem.md"] = shown["postmortem.md"].replace("category: change", "category: hardware")
    about: dict[str, Any] = {"evidence": {"similar": [numbered(1)]}, "related": [numbered(1)]}
    others = {numbered(2): whole(status="closed", **about), numbered(3): whole(status="resolved")}
    made = site_files(publish(loaded({numbered(1): shown, **others}), NOW), url="https://sites.example/")
    page = made[f"incidents/{numbered(1)}.md"]
    assert "Harmless title" in page
    for path, content in made.items():
        assert found_in(content.encode(), CANARY) == [], path
        if not path.startswith("reference/"):
            for number in ("987,654,321", "987654321", "918,273,645", "918273645", "hardware"):
                assert number not in content.lower(), path


@pytest.mark.parametrize("status", ["monitoring", "resolved"])
def test_open_incident_changes_nothing_by_what_it_keeps(status: str) -> None:
    """The same in general: with other texts in what is not public, the site is the same."""

    def site(fill: Fill) -> dict[str, str]:
        kept = whole(fill, status=status, **sourced(fill))
        kept["timeline.yaml"] += reopened(fill, status)
        return site_files(publish(loaded({numbered(1): kept, numbered(2): whole()}), NOW))

    one, other = (site(Canary(word, but=OPEN_FIELDS).fill) for word in ("one", "other"))
    assert one == other


def sourced(fill: Fill) -> dict[str, Any]:
    """What rests on a source, and whose it was, which the schema takes of any record."""
    return {
        "organisation": fill("organisation", "line"),
        "severity": {
            "level": "P1",
            "basis": "source",
            "source_level": fill("source-level", "line"),
            "source": fill("source-id", "line").split()[0],
        },
        "sources": {
            fill("source-id", "line").split()[0]: {
                "url": fill("source-url", "link"),
                "kind": "primary",
                "title": fill("source-title", "line"),
                "publisher": fill("publisher", "line"),
                "read": "2026-11-24",
                "note": fill("source-note", "prose"),
            }
        },
    }


def told_by_several(fill: Fill) -> dict[str, Any]:
    """A time of which sources tell several."""
    source = fill("source-id", "line").split()[0]
    return {"at": "2026-11-23T08:44:10Z", "source": source, "also": [{"at": "2026-11-23T08:45Z", "source": source}]}


def reopened(fill: Fill, to: str) -> list[dict[str, Any]]:
    """That it went on after it had ended; nothing where it did not."""
    at = {"at": "2026-11-23T12:00Z", "derived": fill("reopened-derived", "line")}
    of = {"by": "anna-1", "kind": "status-change", "from": "resolved", "text": fill("reopened", "prose")}
    return [{"at": at, **of, "to": to}] if to != "resolved" else []


@pytest.mark.parametrize(
    "content",
    [
        f"<p>{CANARY}</p>".encode(),
        CANARY.upper().encode(),
        html.escape(f"<{CANARY}>").encode(),
        quote(f"ä{CANARY}").replace("7", "%37").encode(),
        "".join(f"&#{ord(sign)};" for sign in CANARY).encode(),
        gzip.compress(f"x{CANARY}y".encode(), mtime=0),
        *(b64encode(f"{before}{CANARY} and more".encode()) for before in ("", "a", "ab", "abc")),
        CANARY.encode().hex().encode(),
    ],
    ids=[
        "plain",
        "capitals",
        "html",
        "url",
        "references",
        "gzip",
        "base64-0",
        "base64-1",
        "base64-2",
        "base64-3",
        "hex",
    ],
)
def test_canary_would_be_found(content: bytes) -> None:
    assert found_in(content, CANARY)
    assert not found_in(b"<p>canary 7 q</p>" + b64encode(b"canary in a mine"), CANARY)
