"""The page of numbers: of whom it tells, what it does not tell, and what it says of few."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from hotwash.site.build import places_of
from hotwash.site.pages.metrics import metrics
from hotwash.site.public.publish import publish
from tests.site.html import read
from tests.site.records import ID, NOW, action_items, loaded, retrospective, timeline, whole

if TYPE_CHECKING:
    from hotwash.site.public.content import PublicIncident, PublicRepository

OTHER = "2026-11-22-payments-slow"
LATE = {"mode": "late", "at": "2026-11-29", "by": "anna-1"}


def page(incidents: dict[str, Any], policy: dict[str, Any] | None = None) -> str:
    public = publish(loaded(incidents, policy), NOW)
    return metrics(public, places_of(public))


def text(markdown: str) -> str:
    """The text of a page or of a part of it, with a blank between its elements."""
    return read(markdown.rsplit("---\n", maxsplit=1)[-1].replace("<", " <")).text


def part(markdown: str, first: str, last: str) -> str:
    """What stands from one heading to another."""
    return markdown[markdown.index(f"## {first}") : markdown.index(f"## {last}")]


def ours(markdown: str) -> str:
    """What tells of incidents that were recorded while they happened."""
    ends = [markdown.find(f"\n## {name}") for name in ("Written up", "Drills", "Retrospective", "How to read")]
    sections = markdown[markdown.index("## How long") : min(end for end in ends if end >= 0)]
    lead = re.search(r'<ul class="hw-lead-words">.*?</ul>', markdown)
    assert lead is not None
    return lead[0] + sections


# --- of whom it tells


@pytest.mark.parametrize(
    "other",
    [
        whole(recorded=LATE),
        whole(kind="drill"),
        whole(status="dismissed", reason="A probe was misconfigured"),
        {"incident.yaml": retrospective()},
    ],
    ids=["late", "drill", "dismissed", "retrospective"],
)
def test_cohorts_never_mix(other: dict[str, Any]) -> None:
    alone, both = page({ID: whole()}), page({ID: whole(), OTHER: other})
    assert ours(alone) == ours(both)


def test_each_cohort_has_a_section_of_its_own() -> None:
    told = page(
        {
            ID: whole(),
            OTHER: whole(recorded=LATE),
            "2026-11-21-drill": whole(kind="drill"),
            "2026-11-20-theirs": {"incident.yaml": retrospective()},
        }
    )
    headings = re.findall(r"^## (.+)$", told, re.MULTILINE)
    assert headings[:3] == ["How long it took", "How many there were", "Do we learn?"]
    assert headings[-4:] == ["Written up afterwards", "Drills", "Retrospective records", "How to read this"]
    assert "These say nothing of how often or how long." in told


def test_reader_who_counts_the_board_learns_why_it_has_more_items() -> None:
    told = part(page({ID: whole(), OTHER: whole(recorded=LATE)}), "Action items", "What was asked")
    assert 'while they happened. <a href="../action-items/">The board</a> has those of the others too.' in told


def test_dismissed_incident_is_in_no_number() -> None:
    assert page({ID: whole()}) == page({ID: whole(), OTHER: whole(status="dismissed")})


def test_internal_incident_changes_no_byte_of_it() -> None:
    internal = whole(visibility="internal", severity="P0", related=[ID])
    assert page({ID: whole()}) == page({ID: whole(), OTHER: internal})


@pytest.mark.parametrize("status", ["declared", "investigating", "identified", "monitoring", "resolved"])
def test_before_it_is_closed_only_times_and_severity_count(status: str) -> None:
    head = whole(status=status)
    bare = {
        "incident.yaml": whole(status=status, first_actions={}, evidence={}, impact={}, resolution=None)[
            "incident.yaml"
        ]
    }
    assert page({ID: head}) == page({ID: bare})
    assert "3 min 10 s" in page({ID: head}), "its times are counted"


def test_draft_of_a_post_mortem_leaves_no_trace() -> None:
    """Whether somebody has begun to write is nobody's business until the incident is closed."""
    policy = {"severities": {"P1": {"postmortem": "1d"}}}
    head = whole(status="resolved")
    without = {name: found for name, found in head.items() if name != "postmortem.md"}
    closed = {OTHER: whole()}
    assert page({ID: head, **closed}, policy) == page({ID: without, **closed}, policy)
    assert "1 more is resolved and past that day, and is not closed." in text(page({ID: head, **closed}, policy))


def test_page_without_incidents_says_so() -> None:
    told = text(page({}))
    assert "No incident of our own that was recorded while it happened is published" in told
    assert "How long it took" not in told


# --- many, made of one


@cache
def _closed() -> PublicRepository:
    return publish(loaded({ID: whole()}), NOW)


def of_lengths(*minutes: float, days_ago: float = 1, **changes: Any) -> tuple[PublicIncident, ...]:  # noqa: ANN401 - fields
    """Incidents that took so many minutes until they were mitigated."""
    (one,) = _closed().incidents
    assert one.began is not None
    start = NOW - timedelta(days=days_ago)
    began = replace(one.began, start=start, day=start.date())
    return tuple(
        replace(
            one,
            began=began,
            measured=replace(one.measured, lengths=replace(one.measured.lengths, mitigate=timedelta(minutes=length))),
            **changes,
        )
        for length in minutes
    )


def page_of(*incidents: PublicIncident) -> str:
    public = replace(_closed(), incidents=incidents)
    return metrics(public, places_of(public))


def lead(*incidents: PublicIncident) -> list[str]:
    found = re.search(r'<ul class="hw-lead-words">(.*?)</ul>', page_of(*incidents))
    assert found is not None
    return [read(one).text for one in re.findall(r"<li>.*?</li>", found[1])]


def test_three_sentences_tell_what_a_manager_takes_away() -> None:
    this_year, year_before = of_lengths(*range(1, 12)), of_lengths(1, 2, days_ago=500)
    assert lead(*this_year, *year_before) == [
        "11 incidents in the last 12 months, none of them P0; 2 in the 12 months before.",
        "Half were mitigated within 6 min, nine in ten within 10 min.",
        "13 of 26 action items are open, none of these is overdue.",
    ]


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0.5, "1 min"),
        (3.5, "3 min 30 s"),
        (12.5, "13 min"),
        (49.7 * 60, "2 d 2 h"),
        (11.1 * 24 * 60, "12 d"),
        (60, "1 h"),
    ],
)
def test_within_is_never_less_than_it_was(minutes: float, words: str) -> None:
    assert lead(*of_lengths(minutes, minutes, minutes))[1] == f"Half were mitigated within {words}."


def test_lead_is_honest_when_there_are_few() -> None:
    assert lead(*of_lengths(21)) == [
        "1 incident in the last 12 months, a P1, the first on record on 29 November 2026.",
        "Until users no longer felt it took 21 min: too few to say what is usual.",
        "1 of 2 action items is open, none of these is overdue.",
    ]
    assert lead(*of_lengths(21, days_ago=800))[0] == "No incident in the last 12 months; none in the 12 months before."


NO_OURS = "No incident of our own that was recorded while it happened is published, so nothing here tells how we do."


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (
            {"incident.yaml": retrospective()},
            "1 incident of 1 organisation was recorded afterwards from sources, chosen",
        ),
        (whole(recorded=LATE), "Below is 1 incident that was written up afterwards, counted apart."),
        (whole(kind="drill"), "Below is 1 drill, counted apart."),
        (whole(status="dismissed"), "As of 30 November 2026, from what is published."),
    ],
    ids=["retrospective", "late", "drill", "dismissed"],
)
def test_lead_says_when_none_of_the_numbers_is_ours(other: dict[str, Any], words: str) -> None:
    told = text(page({ID: other}))
    assert NO_OURS in told
    assert words in told


def test_overdue_is_what_was_due_before_today() -> None:
    def told(due: str) -> str:
        items = [{**item, "due": due} for item in action_items()]
        return text(page({ID: {**whole(), "action-items.yaml": items}}))

    assert "1 of 2 action items is open, 1 of these is overdue." in told("2026-11-29")
    assert "1 of 2 action items is open, none of these is overdue." in told("2026-11-30")


@pytest.mark.parametrize(
    ("number", "word"),
    [
        (1, "1 incident: it is shown, and says nothing of what is usual."),
        (2, "2 incidents: each is shown, and so few say nothing of what is usual."),
        (9, "9 incidents: each is shown. A middle of 9 says little: one more night may move it."),
        (10, ""),
    ],
)
def test_few_incidents_come_with_a_word_and_without_percentiles(number: int, word: str) -> None:
    told = text(part(page_of(*of_lengths(*range(1, number + 1))), "How long it took", "How many there were"))
    told = told[told.index("Time to mitigate") : told.index("Time to resolve")]
    assert (word or "incidents: each") in told or not word
    assert ("each is shown" in told) == (1 < number < 10)
    assert ("p50" in told.split("In numbers")[0]) == (number >= 3)
    assert ("p90" in told.split("In numbers")[0]) == (number >= 10)


def test_two_years_stand_side_by_side_where_both_have_enough() -> None:
    this_year, year_before = of_lengths(10, 20, 30), of_lengths(60, 70, 80, days_ago=500)
    told = text(part(page_of(*this_year, *year_before), "Do we learn?", "Action items"))
    assert "Time to mitigate, p50 1 h 10 min (3) 20 min (3)" in told
    assert "nothing here is tested for significance" in told
    assert "too few to set side by side" in text(page_of(*this_year, *year_before[:2]))


def test_incident_like_one_whose_lesson_is_not_learned_is_named() -> None:
    earlier = whole(times={**whole()["incident.yaml"]["times"], "started": "2026-11-22T08:41:00Z"})
    again = whole(evidence={"similar": [OTHER, "2026-11-20-internal"]})
    taken_up = text(part(page({ID: again, OTHER: earlier}), "What came again", "Action items"))
    assert "AI-2" in taken_up
    assert "AI-1" not in taken_up, "dropped before, and this one has an item that prevents it"
    again["action-items.yaml"] = [one for one in action_items() if one["id"] != "AI-2"]
    told = part(page({ID: again, OTHER: earlier}), "What came again", "Action items")
    assert f'href="../{ID}/"' in told
    assert f'href="../{OTHER}/"' in told
    assert "AI-1" in text(told), "dropped"
    done = {**earlier, "action-items.yaml": [{**one, "status": "done"} for one in action_items()]}
    assert "What came again" not in page({ID: again, OTHER: done})
    unclosed = whole(status="resolved", evidence={"similar": [OTHER]})
    assert "What came again" not in page({ID: unclosed, OTHER: earlier})


def test_page_of_three_thousand_incidents_stays_small() -> None:
    incidents = [one for n in range(600) for one in of_lengths(*(1.5**k for k in range(1, 6)), days_ago=n)]
    told = page_of(*incidents)
    charts = re.findall(r"<svg.*?</svg>", told)
    assert len(charts) >= 8
    assert max(map(len, charts)) < 30_000
    assert len(told) < 150_000
    for chart in charts:
        ET.fromstring(chart)  # noqa: S314 - our own


def test_every_chart_has_a_table_with_caption_and_heads() -> None:
    told = page({ID: whole(), OTHER: {**whole(), "timeline.yaml": timeline()[:7]}})
    for panel in told.split('<div class="hw-panel"')[1:]:
        if "<svg" in panel:
            table = panel[panel.index("<table") : panel.index("</table>")]
            assert "<caption>" in table
            assert 'scope="col"' in table
            assert 'scope="row"' in table
