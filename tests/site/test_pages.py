"""Pages as Markdown: where they are, how they link, what stands on them."""

from __future__ import annotations

import posixpath
import random
import re
from typing import Any

import pytest
import yaml

from hotwash.records.load import load_repository
from hotwash.records.snapshot import MappingSnapshot
from hotwash.site.build import places_of, stylesheet
from hotwash.site.pages.every_page import RulePage, pages
from hotwash.site.places import RULES
from hotwash.site.public.content import PublicRepository
from hotwash.site.public.publish import publish
from hotwash.site.reference import rule_pages
from tests.site.html import read
from tests.site.records import (
    ID,
    NOW,
    action_items,
    files,
    incident,
    loaded,
    made,
    pages_of,
    plain,
    postmortem,
    retrospective,
    timeline,
    whole,
)

OTHER = "2026-11-22-payments-slow"
EMPTY = PublicRepository("", "", NOW, (), ())


def blocks(page: str) -> list[str]:
    """The HTML blocks of a page: all its lines but head, headings and empty ones."""
    body = page.split("---\n", 2)[2]
    return [line for line in body.split("\n") if line and not line.startswith("## ")]


def test_same_records_give_the_same_bytes_in_any_order() -> None:
    written = files({f"2026-11-{day}-slow": whole() for day in (20, 21, 22, 23)})
    shuffled = list(written.items())
    random.Random(7).shuffle(shuffled)  # noqa: S311 - no secret
    orders = [written, dict(reversed(written.items())), dict(shuffled)]
    snapshots = [MappingSnapshot({path: text.encode() for path, text in order.items()}) for order in orders]
    told = [list(pages_of(load_repository(snapshot)).items()) for snapshot in snapshots]
    assert told[0] == told[1] == told[2]


def test_generated_parts_are_html_blocks_of_one_line() -> None:
    """A block that starts with a tag, and has no line break, is raw HTML to every Markdown reader."""
    for page in made({ID: whole(), OTHER: {"incident.yaml": retrospective()}}).values():
        assert [line for line in blocks(page) if not line.startswith("<div class=")] == []


def test_every_block_is_closed() -> None:
    for page in made({ID: whole(), OTHER: {"incident.yaml": retrospective()}}).values():
        for block in blocks(page):
            assert read(block).unclosed == []


def test_head_of_a_page_holds_fixed_keys_and_its_text_is_escaped() -> None:
    title = "A <b> & \"c\": 'd' # {{ e }} ---"
    page = made({ID: whole(title=title)})[f"incidents/{ID}.md"]
    head = yaml.safe_load(page.split("---\n", 2)[1])
    assert list(head) == ["title", "description", "hide"]
    assert not re.search(r"[<>\"'{}]", head["title"])
    assert head["description"] == "The section-0 of it", "its summary"


@pytest.mark.parametrize("directory_urls", [True, False])
@pytest.mark.parametrize("home", ["index.md", "incidents/index.md"])
def test_links_between_pages_lead_to_pages(home: str, directory_urls: bool) -> None:  # noqa: FBT001 - a parameter
    public = publish(loaded({ID: whole(related=[OTHER]), OTHER: whole(kind="drill")}), NOW)
    rules = (RulePage("HW201", "first-actions-incomplete", "error", "What it finds", "# HW201\n"),)
    told = pages(public, places_of(public, home=home, directory_urls=directory_urls), rules)

    def served(path: str) -> str:
        stem = path.removesuffix(".md")
        return f"{stem}/index.html" if directory_urls and not stem.endswith("index") else f"{stem}.html"

    addresses = {posixpath.normpath(served(path)) for path in told}
    followed = set()
    for path, page in told.items():
        for link in (link for block in blocks(page) for link in read(block).links):
            if "://" not in link and not link.startswith("#"):
                page_link = link.partition("#")[0]
                target = f"{page_link}index.html" if page_link.endswith("/") else page_link
                address = posixpath.normpath(posixpath.join(posixpath.dirname(served(path)), target))
                assert address in addresses, f"{path}: {link}"
                followed.add(address)
    assert followed == addresses, "every page can be reached"


def test_sources_are_linked_where_they_are_listed() -> None:
    page = read("\n".join(blocks(made({ID: {"incident.yaml": retrospective()}})[f"incidents/{ID}.md"])))
    assert "#source-S1" in page.links
    records = retrospective() | {"resolution": {"how": "fixed", "source": "S9"}}
    assert "#source-S9" not in made({ID: {"incident.yaml": records}})[f"incidents/{ID}.md"]


def test_home_without_incidents_says_so() -> None:
    told = pages(EMPTY, places_of(EMPTY))
    assert list(told) == ["index.md"]
    assert "No incident has been published." in told["index.md"]
    assert "No incident is open." in told["index.md"]


def test_home_shows_open_incidents_first_and_counts_no_drill() -> None:
    home = made({ID: whole(status="investigating"), OTHER: whole(), "2026-11-01-drill": whole(kind="drill")})[
        "index.md"
    ]
    assert (
        home.index("## Open") < home.index(ID) < home.index("## Recent") < home.index(OTHER) < home.index("## Drills")
    )
    assert "<b>2</b> incidents" in home
    assert "<b>1</b> open" in home
    assert "<b>1</b> drill, counted apart" in home


def test_notice_of_the_policy_stands_on_every_generated_page() -> None:
    public = publish(loaded({ID: whole()}, {"publishing": {"notice": "All of this is <fictional>."}}), NOW)
    for page in pages(public, places_of(public), rule_pages()).values():
        assert "All of this is &lt;fictional&gt;." in page


def test_rule_reference_has_a_page_for_each_rule() -> None:
    told = pages(EMPTY, places_of(EMPTY), rule_pages())
    assert "\n# HW201 first-actions-incomplete\n" in told["reference/rules/HW201.md"]
    assert 'href="HW201/">HW201</a>' in told[RULES]


def test_action_items_of_a_retrospective_record_are_those_of_its_source() -> None:
    items = [{key: value for key, value in action_items()[1].items() if key not in ("owner", "due")}]
    records = {"incident.yaml": retrospective(), "action-items.yaml": items}
    assert (
        f"These items are {plain('organisation', 'line')}\N{RIGHT SINGLE QUOTATION MARK}s own"
        in made({ID: records})[f"incidents/{ID}.md"]
    )


def test_sections_that_the_sources_say_nothing_of_are_named_once() -> None:
    body = "\n## Summary\n\nIt broke.\n\n## Detection\n\nNot stated in the sources.\n\n## Lessons\n\nNot stated in the sources.\n"
    front = postmortem().split("---\n", 2)[1]
    records = {"incident.yaml": retrospective(), "postmortem.md": f"---\n{front}---\n{body}"}
    page = made({ID: records})[f"incidents/{ID}.md"]
    assert "The sources say nothing of: Detection, Lessons." in page
    assert "## Detection" not in page


def test_gate_speaks_in_the_words_of_the_guide() -> None:
    assert "STOP gate passed late: written up 2026-12-24" in _gate({"mode": "late", "at": "2026-12-24", "by": "anna-1"})
    assert "⛔ STOP" in made({ID: whole(first_actions={})})[f"incidents/{ID}.md"]


def _gate(recorded: dict[str, Any]) -> str:
    records = whole(recorded=recorded)
    records["timeline.yaml"] = [entry for entry in records["timeline.yaml"] if entry["kind"] != "fix"]
    actions = incident()["first_actions"]
    actions["assess"]["by"] = "anna-1"
    return made({ID: records})[f"incidents/{ID}.md"]


def page_of(**records: Any) -> str:  # noqa: ANN401 - YAML
    """The text of a page of a closed incident, with some of its files changed."""
    return text(made({ID: {**whole(), **{name.replace("_yaml", ".yaml"): found for name, found in records.items()}}}))


def text(pages: dict[str, str], id_: str = ID) -> str:
    return worded(pages[f"incidents/{id_}.md"])


def worded(page: str) -> str:
    """The text of a page, with a blank between its elements."""
    return read("\n".join(blocks(page)).replace("<", " <")).text


def retro(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - YAML
    return {"incident.yaml": {**retrospective(), **changes}}


def test_times_are_said_with_their_bounds_zone_reasons_and_sources() -> None:
    times = {
        "started": {"after": "2026-11-23T00:41-08:00", "source": "S1", "derived": "the minute of the command"},
        "resolved": {"before": "2026-11-23T10:00Z", "approx": True, "source": "S1"},
    }
    told = text(made({ID: retro(times=times)}))
    assert "Began after 23 November 2026, 08:41 UTC Impact" not in told
    assert "Began after 23 November 2026, 08:41 UTC" in told
    assert "Until it was over at most ≈ 1 h 20 min" in told
    assert (
        "after 23 November 2026, 08:41 (stated as 00:41 \N{MINUS SIGN}08:00) S1 derived Worked out, not stated: the minute"
        in told
    )
    assert "before ≈ 23 November 2026, 10:00 S1 at most ≈ 1 h 20 min" in told


def test_times_stand_as_they_came_with_both_lengths() -> None:
    """Mitigated is not over: each length is called what it is."""
    times = {
        "started": "2018-10-21T22:52Z",
        "declared": "2018-10-21T23:09Z",
        "acknowledged": "2018-10-21T22:54Z",
        "mitigated": "2018-10-22T16:24Z",
        "resolved": "2018-10-22T23:03Z",
    }
    sourced = {name: {"at": at, "source": "S1"} for name, at in times.items()}
    told = text(made({ID: retro(times=sourced, impact={})}))
    assert "Impact lasted 17 h 32 min Until it was over 24 h 11 min" in told
    assert told.index("Started the impact") < told.index("Acknowledged a responder") < told.index("Declared somebody")


def test_what_took_as_long_is_said_once() -> None:
    times = {
        name: {"at": f"2018-10-21T{at}Z", "source": "S1"} for name, at in (("started", "10:00"), ("mitigated", "11:00"))
    }
    told = text(made({ID: retro(times={**times, "resolved": dict(times["mitigated"])}, impact={})}))
    assert "Impact lasted 1 h " in told
    assert "Until it was over" not in told


def test_what_lies_between_two_days_stands_under_both() -> None:
    entries = [{"between": ["2023-01-01", "2023-03-03"], "kind": "note", "text": "Made"}]
    page = made({ID: {**retro(), "timeline.yaml": entries}})[f"incidents/{ID}.md"]
    assert 'hw-day">1 January 2023 to 3 March 2023</h3>' in page


def test_a_year_is_said_as_a_year() -> None:
    entries = [
        {"between": ["2003-01-01", "2003-12-31"], "kind": "note", "text": "Built"},
        {"between": ["2004-05-01", "2004-05-31"], "kind": "note", "text": "Changed"},
    ]
    page = made(
        {ID: {**retro(times={"started": {"after": "2003-01-01", "before": "2003-12-31"}}), "timeline.yaml": entries}}
    )
    assert 'hw-day">2003</h3>' in page[f"incidents/{ID}.md"]
    assert 'hw-day">May 2004</h3>' in page[f"incidents/{ID}.md"]
    assert 'datetime="2003">2003</time>' in page["index.md"]
    assert "P1 incident of 2003" in page[f"incidents/{ID}.md"]


def test_bounds_and_what_lasted_are_told_apart() -> None:
    entries = [
        {"at": "2026-11-23T08:00Z", "until": "2026-11-23T10:30Z", "kind": "note", "text": "Went on"},
        {"between": ["2026-11-23T09:00Z", "2026-11-24T00:30Z"], "kind": "note", "text": "Came once"},
        {"at": {"after": "2026-11-23T09:10Z"}, "kind": "note", "text": "Later"},
    ]
    page = made({ID: {**retro(), "timeline.yaml": entries}})[f"incidents/{ID}.md"]
    told = worded(page)
    assert "08:00 until 10:30 2 h 30 min" in told
    assert "between 09:00 and 24 Nov 00:30" in told
    assert "after 09:10" in told
    assert page.count("hw-lasting") == 1
    assert page.count("hw-bounded") == 2


def test_entries_that_may_be_earlier_stand_before_those_that_may_be_later() -> None:
    def note(at: object, text: str) -> dict[str, object]:
        return {"at": at, "kind": "note", "text": text}

    entries = [
        note({"after": "2026-11-23"}, "Day or later"),
        note({"after": "2026-11-23T09:00Z"}, "After nine"),
        note("2026-11-23T09:00Z", "At nine"),
        note({"before": "2026-11-23T09:00Z"}, "Before nine"),
        note("2026-11-23T23:00Z", "At night"),
        note("2026-11-24", "Next day"),
    ]
    page = made({ID: {**retro(), "timeline.yaml": entries}})[f"incidents/{ID}.md"]
    order = [str(one["text"]) for one in (entries[3], entries[2], entries[1], entries[4], entries[0], entries[5])]
    assert sorted(order, key=page.index) == order
    assert 'hw-day">23 November 2026 or later</h3>' in page


def test_impact_tells_losses_windows_and_words_for_nothing() -> None:
    impact = {
        "business": {
            "revenue_loss": {"amount": 18000, "currency": "EUR", "qualifier": "at-most"},
            "losses": [{"what": "trading loss", "amount": 460000000, "currency": "USD", "qualifier": "at-least"}],
        },
        "measures": [{"what": "traffic lost", "share": 0.8, "qualifier": "about", "derived": "from two graphs"}],
        "data": {"none": "All writes were replayed"},
        "security": {"none": "Nobody saw data of others"},
        "windows": [
            {"from": "2026-11-23T08:41Z", "until": "2026-11-23T09:02Z", "what": "Down"},
            {"from": "2026-11-23T10:00Z", "until": "2026-11-23T10:20Z", "what": "Down again"},
            {"from": "2026-11-23T10:20Z", "what": "Slow"},
        ],
    }
    told = page_of(**{"incident.yaml": incident(impact=impact)})
    assert "Revenue lost at most 18,000 EUR" in told
    assert "Trading loss at least 460,000,000 USD" in told
    assert "≈ 80 % derived Worked out, not stated: from two graphs" in told
    assert "Data lost none: All writes were replayed" in told
    assert "Security none: Nobody saw data of others" in told
    assert "Down again a relapse, 58 min after it was mitigated" in told
    assert "23 November 2026, 10:00 10:20 20 min" in told
    assert "23 November 2026, 10:20 not known" in told


def test_window_that_goes_on_from_another_has_not_come_back() -> None:
    windows = [
        {"from": "2026-11-23T08:00Z", "until": "2026-11-23T08:10Z", "what": "Down"},
        {"from": "2026-11-23T08:10Z", "until": "2026-11-23T08:20Z", "what": "Slow"},
        {"from": "2026-11-23T08:50Z", "until": "2026-11-23T08:55Z", "what": "Slow again"},
    ]
    told = page_of(**{"incident.yaml": incident(impact={"windows": windows})})
    assert told.count("came back after") == 1
    assert "Slow again came back after 30 min" in told


def test_items_of_others_say_what_their_source_does_not() -> None:
    items = [
        {
            "id": "AI-1",
            "title": "Watch backups",
            "kind": "detect",
            "status": "unknown",
            "ref": "infra 1095",
            "source": "S1",
        }
    ]
    told = text(made({ID: {**retro(), "action-items.yaml": items}}))
    assert "Watch backups status not stated to detect it sooner priority not stated tracked as infra 1095 S1" in told
    assert (
        "These items are The organisation of it\N{RIGHT SINGLE QUOTATION MARK}s own, as the sources state them. Nobody here tracks them"
        in told
    )


def test_factors_and_runbooks_name_their_sources() -> None:
    front = {
        "status": "published",
        "authors": ["role:editor"],
        "contributing_factors": [{"statement": "Unclear prompts", "source": "S1"}],
        "runbooks": [{"url": "https://runbooks.example/x", "change": "created", "source": "S1"}],
    }
    page = made({ID: {**retro(), "postmortem.md": f"---\n{yaml.safe_dump(front)}---\n\n## Summary\n\nIt broke.\n"}})
    assert "Unclear prompts S1" in text(page)
    assert "created: runbooks.example/x S1" in text(page)


def test_harm_is_marked_and_entries_are_linked_both_ways() -> None:
    page = made({ID: whole()})[f"incidents/{ID}.md"]
    harm = page[page.index('id="entry-harm"') - 120 : page.index('id="entry-harm"')]
    assert "hw-did-harm" in harm
    assert len(re.findall(r'<li class="[^"]*hw-did-harm', page)) == 1
    told = worded(page)
    assert "Mends Mitigation, 23 Nov 08:08:00" in told
    assert "Mended by Mitigation, 23 Nov 08:10:00" in told
    assert 'id="entry-no.' in page, "what mends it has no id of its own"
    assert "Follows from Mitigation, 23 Nov 08:08:00" in told
    assert "Led to Finding, 23 Nov 08:07:00" in told
    assert page.count('href="#entry-harm"') == 2


def test_link_to_an_entry_that_is_not_there_is_left_out() -> None:
    entries = [
        {
            "at": "2026-11-23T09:00Z",
            "kind": "finding",
            "about": "cascade",
            "state": "open",
            "text": "x",
            "caused_by": "gone",
        }
    ]
    assert "Follows from" not in page_of(**{"timeline.yaml": entries})


def test_recovery_is_told_in_stages_and_a_setback_says_so() -> None:
    told = page_of()
    assert "50 % 23 November 2026, 08:11:00 UTC" in told
    assert "25 % less than before: it was 50 % 23 November 2026, 08:12:00 UTC" in told
    one = [entry for entry in timeline() if entry.get("share") == 0.5]
    assert "How much" not in page_of(**{"timeline.yaml": one})


def test_less_of_another_thing_is_no_setback() -> None:
    stages = [{**entry, "what": f"part {entry['share']}"} for entry in timeline() if "share" in entry]
    told = page_of(**{"timeline.yaml": stages})
    assert "part 0.25" in told
    assert "less than before" not in told


def test_what_goes_on_after_the_mitigation_is_no_gap() -> None:
    windows = [
        {"from": "2018-10-21T10:00Z", "until": "2018-10-21T11:00Z", "what": "All of it", "source": "S1"},
        {"from": "2018-10-21T11:30Z", "until": "2018-10-21T12:00Z", "what": "Some of it", "source": "S1"},
    ]
    times = {
        "started": {"at": "2018-10-21T10:00Z", "source": "S1"},
        "mitigated": {"at": "2018-10-21T11:00Z", "source": "S1"},
    }
    relapse = text(made({ID: retro(times=times, impact={"windows": windows})}))
    assert "Main impact lasted 1 h, then a relapse" in relapse
    assert "Mitigated the main impact is over" in relapse
    late = {**times, "mitigated": {"at": "2018-10-21T12:00Z", "source": "S1"}}
    gap = text(made({ID: retro(times=late, impact={"windows": windows})}))
    assert "Impact lasted 2 h, with a gap" in gap
    assert "Mitigated users no longer feel it" in gap


def test_what_was_noticed_before_the_start_says_so() -> None:
    times = {
        "started": {"at": "2018-10-21T10:00Z", "source": "S1"},
        "detected": {"at": "2018-10-21T09:00Z", "source": "S1"},
    }
    told = text(made({ID: retro(times=times, impact={})}))
    assert "09:00 S1 before it" in told


def test_home_lists_cohorts_apart() -> None:
    drill, retro_id = "2026-11-01-drill", "2026-10-01-theirs"
    home = made({ID: whole(), drill: whole(kind="drill"), retro_id: retro()})["index.md"]
    ours, drills, theirs = home.index("## Recent"), home.index("## Drills"), home.index("## Retrospective records")
    assert ours < home.index(ID) < drills < home.index(drill) < theirs < home.index(retro_id)
    assert "Exercises: nothing of this happened to users." in home
    assert "<b>1</b> incident<" in home
    assert "<b>1</b> retrospective record, counted apart" in home
    assert f'hw-whose">{plain("organisation", "line")}<' in home


def test_home_of_records_about_others_has_no_list_of_open_ones() -> None:
    home = made({ID: retro()})["index.md"]
    assert "## Open" not in home
    assert "<b>1</b> retrospective record<" in home


def test_duplicate_and_original_link_to_each_other() -> None:
    told = made({ID: whole(), OTHER: whole(status="dismissed", duplicate_of=ID)})
    assert "Dismissed as a duplicate. It is the same as The title of it (23 November 2026)" in text(told, OTHER)
    assert f'href="../{ID}/"' in told[f"incidents/{OTHER}.md"]
    assert "Declared a second time, and dismissed as a duplicate: The title of it" in text(told)
    assert f'href="../{OTHER}/"' in told[f"incidents/{ID}.md"]
    assert "<b>1</b> dismissed, not counted" in told["index.md"]
    assert "Declared a second time" not in text(made({ID: whole(), OTHER: whole(duplicate_of=ID)}))


def test_reopened_incident_says_so() -> None:
    entries = [
        {
            "at": "2026-11-23T12:00Z",
            "kind": "status-change",
            "from": "resolved",
            "to": "investigating",
            "text": "secret reason",
        }
    ]
    for status in ("investigating", "closed"):
        told = text(made({ID: {**whole(status=status), "timeline.yaml": entries}}))
        assert "Reopened 23 November 2026, 12:00 UTC" in told
    assert "Reopened" not in page_of()


@pytest.mark.parametrize(
    ("severity", "told"),
    [("P1", "It is over, and the post-mortem is to come."), ("P3", "It is over, and not closed yet.")],
)
def test_resolved_incident_says_what_is_to_come(severity: str, told: str) -> None:
    pages = made({ID: whole(status="resolved", severity=severity)})
    assert told in text(pages)
    home = worded(pages["index.md"])
    assert ("post-mortem due by 30 November 2026, 17:00 UTC" in home) == (severity == "P1")


def test_minor_incident_shows_its_causes_and_runbooks_without_a_post_mortem() -> None:
    causes = [{"category": "change", "trigger": "A logo was moved", "statement": "Nothing looked for it"}]
    runbooks = [{"path": "docs/runbooks/mail.md", "change": "updated"}]
    records = {"incident.yaml": incident(severity="P3", root_causes=causes, runbooks=runbooks)}
    told = text(made({ID: records}))
    assert "A logo was moved Nothing looked for it" in told
    assert "updated: docs/runbooks/mail.md" in told
    assert "Post-mortem None is asked for at P3." in told


def test_related_incidents_are_linked_from_both_once_it_is_told() -> None:
    told = made({ID: whole(related=[OTHER]), OTHER: whole()})
    assert f'href="../{OTHER}/"' in told[f"incidents/{ID}.md"]
    assert f'href="../{ID}/"' in told[f"incidents/{OTHER}.md"]
    hidden = made({ID: whole(status="resolved", related=[OTHER]), OTHER: whole()})
    assert ID not in hidden[f"incidents/{OTHER}.md"]


def test_style_fetches_nothing() -> None:
    assert "url(" not in stylesheet()
    assert "@import" not in stylesheet()
