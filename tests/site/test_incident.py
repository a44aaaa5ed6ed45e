"""The page of an incident: its order, what is folded, what is said of times, items and the gate."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from material.plugins.search.plugin import Parser  # type: ignore[import-untyped] # the theme has no types

from hotwash.site.build import files as site_files
from hotwash.site.build import places_of
from hotwash.site.pages.every_page import pages
from hotwash.site.public.publish import publish
from tests.site.html import read
from tests.site.records import ID, NOW, action_items, incident, loaded, plain, postmortem, retrospective, whole
from tests.site.test_pages import blocks, worded

if TYPE_CHECKING:
    from collections.abc import Mapping


def page_of(records: Mapping[str, Any] | None = None, policy: Mapping[str, Any] | None = None) -> str:
    """The page of a closed incident, with some of its files changed."""
    return made({**whole(), **(records or {})}, policy)


def made(records: Mapping[str, Any], policy: Mapping[str, Any] | None = None) -> str:
    """The page of an incident; without the reference, which takes longer than all the rest."""
    public = publish(loaded({ID: records}, policy), NOW)
    return pages(public, places_of(public))[f"incidents/{ID}.md"]


def retro(**changes: Any) -> str:  # noqa: ANN401 - YAML
    """The text of the page of a retrospective record."""
    return worded(made({"incident.yaml": {**retrospective(), **changes}}))


def item(**changes: object) -> dict[str, Any]:
    """An action item."""
    return {key: value for key, value in {**action_items()[1], "proof": None, **changes}.items() if value is not None}


def told_of_items(*items: dict[str, Any], policy: Mapping[str, Any] | None = None) -> str:
    page = page_of({"action-items.yaml": list(items)}, policy)
    return part(page, "## Action items", "## Afterwards")


def part(page: str, start: str, end: str) -> str:
    """The text of a page from one mark to another."""
    return " ".join(read(page[page.index(start) : page.index(end)].replace("<", " <")).text.split())


def test_half_minute_comes_first_and_what_few_ask_for_comes_last() -> None:
    page = page_of()
    marks = ["<h1>", "hw-p1", "hw-key", "## Summary", "hw-glance", "## Impact", "## Timeline", "## Mitigations"]
    marks += ["## Recovery", "## Root cause", "## Detection", "## Lessons", "## Action items", "## Afterwards"]
    marks += ["## First actions", "## Evidence", "## See also"]
    assert sorted(marks, key=page.index) == marks
    assert "<table" not in page[: page.index("hw-glance")]


def test_what_the_public_was_told_last_comes_before_the_times_of_an_open_incident() -> None:
    page = made(whole(status="monitoring"))
    assert page.index("## Updates") < page.index("The status-update-text of it") < page.index("## Times")


def test_lines_at_a_glance_lead_to_sections_that_the_page_has() -> None:
    page = page_of()
    headings = {line[3:].lower().replace(" ", "-") for line in page.split("\n") if line.startswith("## ")}
    glance = next(block for block in blocks(page) if "hw-glance" in block)
    links = [link[1:] for link in read(glance).links if link.startswith("#")]
    assert links == ["impact", "mitigations", "root-cause", "action-items"]
    assert set(links) <= headings


@pytest.mark.parametrize("status", ["declared", "investigating", "identified", "monitoring", "resolved", "dismissed"])
def test_before_closed_nothing_is_told_at_a_glance(status: str) -> None:
    page = page_of({"incident.yaml": incident(status=status)})
    assert "hw-glance" not in page
    assert "What helped" not in page


def test_fields_of_the_impact_are_folded_below_the_account_of_it() -> None:
    page = page_of()
    account, fold = page.index(plain("section-1", "prose")), page.index("The same field by field")
    assert account < fold < page.index(plain("reputation", "prose"))
    front = postmortem().split("---\n", 2)[1]
    bare = page_of({"postmortem.md": f"---\n{front}---\n\n## Summary\n\nIt broke.\n"})
    assert "field by field" not in bare
    assert plain("reputation", "prose") in bare


def test_what_is_not_known_of_a_fix_is_one_line_that_opens() -> None:
    keys = ("minimal", "tested", "rollout", "monitored_by", "rollback_plan")
    fix = {"at": "2026-11-23T09:00Z", "kind": "fix", "text": "Mended", "documented_in": "The log"}
    page = page_of({"timeline.yaml": [{**fix, **{key: {"unknown": f"Why {key} it is"} for key in keys}}]})
    told = worded(page)
    assert "Not known: smallest possible, tested, rollout, monitored by, rollback plan" in told
    assert all(f"Why {key} it is" in told for key in keys), "the reasons can be read"
    assert "Documented in The log" in told
    one = worded(page_of({"timeline.yaml": [{**fix, "tested": {"unknown": "Nobody wrote it down"}}]}))
    assert "Tested not known: Nobody wrote it down" in one


def test_what_is_not_known_of_the_impact_is_one_line() -> None:
    impact = {
        "users": {"affected": {"unknown": "S1 gives no number"}, "description": "They cannot pay"},
        "business": {"revenue_loss": {"unknown": "S1 states none"}},
        "data": {"none": "All was kept"},
    }
    told = worded(page_of({"incident.yaml": incident(impact=impact)}))
    assert "Not known: how many users, revenue lost" in told
    assert "Users They cannot pay Data lost none: All was kept" in told


def test_retrospective_record_says_which_moments_no_source_states() -> None:
    times = {
        "started": {"at": "2018-10-21T10:00Z", "source": "S1"},
        "resolved": {"at": "2018-10-21T11:00Z", "source": "S1"},
    }
    assert "No source states when it was detected, declared, acknowledged or mitigated." in retro(times=times)
    ours = {"started": "2026-11-23T08:41Z", "declared": "2026-11-23T08:46Z"}
    assert "No source states" not in page_of({"incident.yaml": incident(times=ours)})


EXPOSURE = {
    "started": {"at": "2023-03-03", "source": "S1"},
    "contained": {"at": "2024-06-28T11:26Z", "source": "S1"},
    "resolved": {"before": "2024-07-08", "source": "S1"},
}


def test_exposure_that_nobody_felt_is_not_timed_like_an_outage() -> None:
    told = retro(times=EXPOSURE, impact={})
    assert "Lay open for ≈ 483 days Felt by users at no time that is recorded" in told
    assert "Until it was over" not in told
    assert "Impact lasted" not in told
    assert "declared or acknowledged." in told, "that it was mitigated has no time to be stated"


def test_what_was_felt_is_an_outage_also_when_its_cause_was_contained() -> None:
    told = worded(page_of())
    assert "Impact lasted 21 min Until it was over 2 h 49 min" in told
    assert "Lay open" not in told


def test_open_incident_whose_cause_is_contained_is_no_exposure() -> None:
    times = {"started": "2026-11-23T08:41Z", "declared": "2026-11-23T08:46Z", "contained": "2026-11-23T09:00Z"}
    assert "Lay open" not in page_of({"incident.yaml": incident(status="monitoring", times=times)})


def test_head_tells_each_length_where_they_differ() -> None:
    windows = [
        {"from": "2026-11-23T08:41Z", "until": "2026-11-23T09:02Z", "what": "Builds fail. All of them."},
        {"from": "2026-11-23T08:55Z", "until": "2026-11-23T09:02Z", "what": "The site is down."},
    ]

    def head(windows: list[dict[str, str]]) -> str:
        page = page_of({"incident.yaml": incident(impact={"windows": windows})})
        return part(page, "hw-key", "## Summary")

    assert "Impact lasted 21 min, in parts: 21 min Builds fail. 7 min The site is down." in head(windows)
    assert "Impact lasted 21 min, in 2 parts" in head([windows[0], {"from": "2026-11-23T08:50Z", "what": "Slow."}])
    assert "parts" not in head(windows[:1])


def test_head_of_an_open_incident_tells_its_clocks_and_says_once_when_it_began() -> None:
    page = page_of({"incident.yaml": incident(status="identified")})
    head = part(page, "hw-key", "## Times")
    assert head.count("23 November 2026, 08:41") == 1
    assert "began 23 November 2026, 08:41 UTC" in head
    assert "declared 08:46 UTC" in head
    assert page.count("data-hw-since") > 1
    assert "hw-clocks" not in page_of()


def test_head_tells_when_the_postmortem_is_due() -> None:
    head = part(page_of({"incident.yaml": incident(status="resolved")}), "hw-key", "## Times")
    assert "Began 23 November 2026, 08:41" in head
    assert "post-mortem due by" in head


def test_codes_are_told_in_words() -> None:
    told = worded(page_of())
    for words in ("hypothesis open", "A change that went out", "to prevent it", "Resolution Fixed"):
        assert words in told
    entries = [{"at": "2026-11-23T09:00Z", "kind": "finding", "about": "cascade", "state": "ruled-out", "text": "x"}]
    assert "how it spread ruled out" in worded(page_of({"timeline.yaml": entries}))


def test_fix_stands_among_what_was_done() -> None:
    page = page_of()
    done = part(page, "## Mitigations", "## Recovery")
    assert plain("fix-text", "prose") in done
    assert "UTC fix" in done


def test_item_past_its_day_says_so_in_a_word() -> None:
    late, today = item(due="2026-11-29"), item(id="AI-3", due="2026-11-30")
    told = told_of_items(late, today, item(id="AI-4", due="2026-11-01", status="done", closed="2026-11-20"))
    assert told.count("overdue") == 1
    assert "overdue open to prevent it" in told


def test_item_becomes_overdue_at_the_end_of_its_day() -> None:
    repository = loaded({ID: {**whole(), "action-items.yaml": [item(due="2026-11-29")]}})
    for now, late in ((datetime(2026, 11, 29, 23, 59, tzinfo=UTC), False), (datetime(2026, 11, 30, tzinfo=UTC), True)):
        public = publish(repository, now)
        assert (">overdue<" in pages(public, places_of(public))[f"incidents/{ID}.md"]) == late


def test_items_of_others_are_never_overdue() -> None:
    records = {"incident.yaml": retrospective(), "action-items.yaml": [item(due="2019-07-19", owner=None, source="S1")]}
    assert "overdue" not in made(records)


def test_issue_is_linked_where_the_policy_says_where_issues_are() -> None:
    policy = {"publishing": {"issues": "https://github.com/example/shop/issues/"}}
    page = page_of({"action-items.yaml": [item(issue=4711)]}, policy)
    assert 'href="https://github.com/example/shop/issues/4711"' in page
    assert "issue #4711" in worded(page)
    assert "4711" not in page_of({"action-items.yaml": [item(issue=4711)]}), "a number alone tells nothing"


@pytest.mark.parametrize(
    ("proof", "told"),
    [
        ({"file": "docs/pay.md"}, "proof: docs/pay.md"),
        ({"file": "docs/pay.md", "contains": "refund"}, "proof: docs/pay.md which holds “refund”"),
        ({"pull_request": "https://github.com/example/shop/pull/7"}, "proof: github.com/example/shop/pull/7"),
        ({"none": "It was a talk"}, "proof: none: It was a talk"),
    ],
)
def test_item_shows_its_proof(proof: dict[str, str], told: str) -> None:
    assert told in told_of_items(item(proof=proof, status="done", closed="2026-11-29"))
    assert told.replace("proof:", "proof, once it is done:") in told_of_items(item(proof=proof))


def test_pull_request_that_proves_it_is_linked() -> None:
    url = "https://github.com/example/shop/pull/7"
    assert url in read(page_of({"action-items.yaml": [item(proof={"pull_request": url})]})).links


def test_item_can_be_linked_to() -> None:
    assert '<li class="hw-item" id="item-AI-2">' in page_of()


def test_gate_is_explained_and_links_to_its_rule_where_the_site_has_it() -> None:
    repository = loaded({ID: whole()})
    page = site_files(publish(repository, NOW))[f"incidents/{ID}.md"]
    assert "The STOP gate asks that impact, quick fixes, data and messages come first" in page
    assert '<a href="../../reference/rules/HW201/">Why there is one</a>' in page
    assert "Why there is one" not in page_of(), "a site without the reference has no such page"


def searched(page: str) -> str:
    """What the theme's own search takes up of a page, headings aside."""
    parser = Parser()
    parser.feed("\n".join(blocks(page)))
    parser.close()
    return worded("---\n---\n" + "".join(text for section in parser.data for text in section.text))


def test_search_takes_up_what_people_look_for_and_no_more() -> None:
    page = page_of()
    found = searched(page)
    for field in ("section-0", "section-1", "section-2", "section-4", "users", "reputation", "statement", "factor"):
        assert plain(field, "prose") in found, field
    for field in ("note-text", "mitigation-text", "assess", "logs", "resolution", "tested", "section-3", "reason"):
        assert plain(field, "prose") in worded(page), field
    for field in ("note-text", "assess", "logs", "resolution", "tested", "section-3", "reason"):
        assert plain(field, "prose") not in found, field


def test_search_takes_up_what_the_public_was_told_of_an_open_incident() -> None:
    assert plain("status-update-text", "prose") in searched(page_of({"incident.yaml": incident(status="monitoring")}))


def test_what_search_leaves_out_holds_no_part_of_its_own_kind() -> None:
    """The theme ends an excluded part at the first end of an element of the same name."""
    for records in ({}, {"incident.yaml": retrospective()}):
        for block in blocks(page_of(records)):
            parts = block.split("<section")[1:]
            assert all(part.count("</section>") == 1 for part in parts)


def _summary(text: str) -> tuple[str, str]:
    """What stands of a summary before the lines at a glance, and what after them."""
    front = postmortem().split("---\n", 2)[1]
    page = page_of({"postmortem.md": f"---\n{front}---\n\n## Summary\n\n{text}\n"})
    return part(page, "hw-summary", "hw-glance"), part(page, "hw-glance", "## Impact")


def test_first_paragraph_of_the_summary_comes_before_the_glance_and_the_rest_after_it() -> None:
    first, rest = _summary("It broke.\n\nThe sources disagree.")
    assert ("It broke." in first, "disagree" in first) == (True, False)
    assert "The sources disagree." in rest


@pytest.mark.parametrize(
    "text", ["See [it][1].\n\n[1]: https://x.example", "- One\n\n- Two", "```\na\n\nb\n```", "> a\n\n> b"]
)
def test_summary_whose_parts_belong_together_is_not_split(text: str) -> None:
    _, rest = _summary(text)
    assert "hw-more" not in rest
    assert rest.rstrip().endswith("1 dropped")
