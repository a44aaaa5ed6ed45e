"""The four lines for a reader with half a minute: each from the record, and none without it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from hotwash.site.public.content import Absent, Prose
from hotwash.site.public.glance import first_sentence
from hotwash.site.public.publish import publish
from tests.site.records import ID, NOW, action_items, incident, loaded, plain, postmortem, timeline, whole

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hotwash.site.public.content import Glance


def glances(**records: Any) -> dict[str, Glance]:  # noqa: ANN401 - YAML
    """The lines of a closed incident, with some of its files changed, by their question."""
    written = {**whole(), **{name.replace("_yaml", ".yaml"): found for name, found in records.items()}}
    account = publish(loaded({ID: written}), NOW).all[0].account
    assert account is not None
    return {line.question: line for line in account.glance}


def told(line: Glance) -> list[tuple[str, str]]:
    """What a line says, with its notes."""
    return [
        (point.text.text if isinstance(point.text, Prose) else str(point.text), point.note) for point in line.points
    ]


def hit(**impact: object) -> list[tuple[str, str]]:
    return told(glances(**{"incident.yaml": incident(impact=impact)})["Who was hit"])


def mitigation(minute: int, outcome: str, **fields: object) -> dict[str, object]:
    at, text = f"2026-11-23T08:{minute:02}:00Z", f"Tried at {minute}. It went so."
    written = {"at": at, "by": "anna-1", "kind": "mitigation", "action": "restart", "outcome": outcome, "text": text}
    return {**written, **fields}


def test_each_line_leads_to_the_section_that_tells_more() -> None:
    sections = {question: line.section for question, line in glances().items()}
    assert sections == {
        "Who was hit": "Impact",
        "What helped": "Mitigations",
        "Why": "Root cause",
        "What will change": "Action items",
    }


def test_who_was_hit_is_told_with_how_many() -> None:
    users = {"affected": 12400, "share": 0.31, "description": "They cannot pay. " + "And more of it. " * 20}
    assert hit(users=users) == [("They cannot pay.", "12,400 users, 31 %")]
    assert hit(users={"affected": 3}) == [("3 users", "")]
    assert hit(users={"share": 0.5, "affected": {"unknown": "nobody counted them"}}) == [("50 %", "")]


@pytest.mark.parametrize(
    ("impact", "figure"),
    [
        (
            {
                "data": {
                    "lost": "Orders",
                    "recoverable": False,
                    "from": "2026-11-23T08:00Z",
                    "until": "2026-11-23T08:41Z",
                }
            },
            ("Data was lost for good", "41 min of it"),
        ),
        ({"data": {"lost": "Orders", "recoverable": True}}, ("Data was lost or damaged", "it came back, or can")),
        (
            {
                "business": {
                    "losses": [{"what": "trading loss", "amount": 460, "currency": "USD", "qualifier": "at-least"}]
                }
            },
            ("at least 460 USD", "trading loss"),
        ),
        (
            {"measures": [{"what": "traffic lost", "share": 0.8, "of": "traffic", "qualifier": "about"}]},
            ("≈ 80 % of traffic", "traffic lost"),
        ),
    ],
)
def test_one_figure_says_how_much(impact: dict[str, object], figure: tuple[str, str]) -> None:
    assert hit(users={"description": "Some."}, **impact) == [("Some.", ""), figure]


def test_what_is_lost_for_good_weighs_more_than_a_share_and_what_came_back_less() -> None:
    measures = [{"what": "traffic lost", "share": 0.8}]
    assert hit(measures=measures, data={"lost": "Orders", "recoverable": False}) == [("Data was lost for good", "")]
    assert hit(measures=measures, data={"lost": "Orders", "recoverable": True}) == [("80 %", "traffic lost")]


def test_a_share_of_traffic_adds_nothing_to_a_number_of_users() -> None:
    measures = [{"what": "traffic lost", "share": 0.8}]
    assert hit(users={"affected": 5}, measures=measures) == [("5 users", "")]


def test_what_helped_is_what_was_effective_until_users_no_longer_felt_it() -> None:
    entries = [
        mitigation(42, "effective"),
        mitigation(45, "harmful"),
        mitigation(50, "effective"),
        mitigation(55, "effective", until="2026-11-23T08:59:00Z"),
        {**mitigation(0, "effective"), "at": "2026-11-23T10:00:00Z", "text": "After all of it"},
    ]
    line = glances(**{"timeline.yaml": entries})["What helped"]
    assert told(line) == [
        ("Tried at 50.", "9 min after the start"),
        ("Tried at 55.", "14 min after the start, it took 4 min"),
    ]
    assert line.rest == "2 more; 1 attempt did harm"


@pytest.mark.parametrize(
    ("entries", "question", "text"),
    [
        ([mitigation(50, "partial"), mitigation(51, "ineffective")], "What helped in part", "Tried at 50."),
        (
            [{**timeline()[13], "at": "2026-11-23T09:00:00Z", "text": "The cause is mended. Slowly."}],
            "What mended it",
            "The cause is mended.",
        ),
        ([mitigation(50, "ineffective")], "How it ended", plain("resolution", "prose")),
        ([], "How it ended", plain("resolution", "prose")),
    ],
)
def test_where_nothing_was_effective_the_next_best_is_told(
    entries: list[dict[str, object]], question: str, text: str
) -> None:
    lines = glances(**{"timeline.yaml": entries})
    assert [one for one in lines if one.startswith(("What helped", "What mended", "How"))] == [question]
    assert told(lines[question])[0][0] == text


def test_ending_by_itself_leads_to_where_that_is_told() -> None:
    changed = incident(resolution={"how": "self-resolved"})
    line = glances(**{"timeline.yaml": [], "incident.yaml": changed})["How it ended"]
    assert (told(line), line.section) == ([("It ended by itself", "")], "Afterwards")


def test_why_is_trigger_and_statement_with_the_category_in_words() -> None:
    front = "---\nstatus: published\nauthors: [anna-1]\nroot_causes:\n"
    causes = "".join(f"  - {{category: {name}, trigger: Set off, statement: Broke.}}\n" for name in ("change", "data"))
    line = glances(**{"postmortem.md": f"{front}{causes}---\n\n## Summary\n\nx\n"})["Why"]
    assert told(line) == [("Set off. Broke.", "a change that went out")]
    assert line.rest == "1 more cause: the data"


@pytest.mark.parametrize("status", ["draft", "in-review"])
def test_why_waits_for_the_post_mortem_to_be_published(status: str) -> None:
    assert "Why" not in glances(**{"postmortem.md": postmortem(status=status)})


def test_root_cause_that_is_not_known_says_why() -> None:
    changed = incident(severity="P3", root_causes={"unknown": "The logs were gone"})
    records: Mapping[str, Any] = {"incident.yaml": changed}
    point = glances(**records, **{"postmortem.md": postmortem(status="draft")})["Why"].points[0]
    assert point.text == Absent("not known", Prose("The logs were gone"))


def test_what_will_change_counts_items_and_names_those_that_prevent_it() -> None:
    item = action_items()[1]
    items = [
        {**item, "id": "AI-1", "title": "Watch it", "kind": "detect", "status": "done", "closed": "2026-11-25"},
        {**item, "id": "AI-2", "title": "Prevent it", "status": "in-progress"},
        {**item, "id": "AI-3", "title": "Not this", "status": "dropped", "reason": "It is gone"},
        {**item, "id": "AI-4", "title": "Prevent it too", "status": "open"},
    ]
    line = glances(**{"action-items.yaml": items})["What will change"]
    assert told(line) == [("Prevent it", "in progress"), ("Prevent it too", "open")]
    assert line.rest == "4 action items: 1 done, 1 in progress, 1 open, 1 dropped"


def test_items_that_prevent_nothing_are_named_where_there_are_no_others() -> None:
    items = [{**action_items()[1], "kind": "detect", "title": "Watch it"}]
    assert told(glances(**{"action-items.yaml": items})["What will change"]) == [("Watch it", "open")]


def test_no_items_say_why() -> None:
    line = glances(**{"action-items.yaml": {"none": "The service is switched off"}})["What will change"]
    assert line.points[0].text == Absent("none", Prose("The service is switched off"))


def test_what_the_record_does_not_say_has_no_line() -> None:
    bare = incident(impact=None, resolution=None, severity="P3")
    assert (
        glances(
            **{
                "incident.yaml": bare,
                "timeline.yaml": [],
                "postmortem.md": postmortem(status="draft"),
                "action-items.yaml": [],
            }
        )
        == {}
    )


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("It broke. Then more.", "It broke."),
        ("It broke", "It broke"),
        ("By 40 %. Then more.", "By 40 %."),
        ('He said "no." Then more.', 'He said "no."'),
        ("At 10.30 it broke. Then more.", "At 10.30 it broke."),
        ("Down (S1). Then more.", "Down (S1)."),
        ("A line\nof it. Then more.", "A line\nof it."),
        ("It broke.\n\nThen more.", "It broke."),
        ("The `a. B` of it. Then more.", "The `a. B` of it. Then more."),
        ("See [a. B](https://x.example). Then more.", "See [a. B](https://x.example). Then more."),
        ("i.e. Nothing. Then more.", "i.e. Nothing."),
    ],
)
def test_first_sentence_is_cut_only_where_no_markup_can_break(text: str, first: str) -> None:
    assert first_sentence(text) == first
