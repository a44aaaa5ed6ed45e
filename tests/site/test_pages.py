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
from hotwash.site.content import PublicRepository
from hotwash.site.pages import RULES, RulePage, pages, stylesheet
from hotwash.site.public import publish
from hotwash.site.reference import rule_pages
from tests.site.html import read
from tests.site.records import ID, action_items, files, incident, loaded, made, plain, postmortem, retrospective, whole

OTHER = "2026-11-22-payments-slow"
EMPTY = PublicRepository("", "", (), ())


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
    told = [list(pages(publish(load_repository(snapshot))).items()) for snapshot in snapshots]
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
    assert head["description"] == "P1 incident of 23 November 2026, closed: checkout-api"


@pytest.mark.parametrize("directory_urls", [True, False])
@pytest.mark.parametrize("home", ["index.md", "incidents/index.md"])
def test_links_between_pages_lead_to_pages(home: str, directory_urls: bool) -> None:  # noqa: FBT001 - a parameter
    public = publish(loaded({ID: whole(related=[OTHER]), OTHER: whole(kind="drill")}))
    rules = (RulePage("HW201", "first-actions-incomplete", "error", "What it finds", "# HW201\n"),)
    told = pages(public, rules, home=home, directory_urls=directory_urls)

    def served(path: str) -> str:
        stem = path.removesuffix(".md")
        return f"{stem}/index.html" if directory_urls and not stem.endswith("index") else f"{stem}.html"

    addresses = {posixpath.normpath(served(path)) for path in told}
    followed = set()
    for path, page in told.items():
        for link in (link for block in blocks(page) for link in read(block).links):
            if "://" not in link and not link.startswith("#"):
                target = f"{link}index.html" if link.endswith("/") else link
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
    told = pages(EMPTY)
    assert list(told) == ["index.md"]
    assert "No incident has been published." in told["index.md"]
    assert "No incident is open." in told["index.md"]


def test_home_shows_open_incidents_first_and_counts_no_drill() -> None:
    home = made({ID: whole(status="investigating"), OTHER: whole(), "2026-11-01-drill": whole(kind="drill")})[
        "index.md"
    ]
    assert home.index("## Open") < home.index(ID) < home.index("## 2026") < home.index(OTHER) < home.index("## Drills")
    assert "<b>2</b> incidents" in home
    assert "<b>1</b> open" in home
    assert "<b>1</b> drill, not counted above" in home


def test_notice_of_the_policy_stands_on_every_generated_page() -> None:
    public = publish(loaded({ID: whole()}, {"publishing": {"notice": "All of this is <fictional>."}}))
    for page in pages(public, rule_pages()).values():
        assert "All of this is &lt;fictional&gt;." in page


def test_rule_reference_has_a_page_for_each_rule() -> None:
    told = pages(EMPTY, rule_pages())
    assert "\n# HW201 first-actions-incomplete\n" in told["reference/rules/HW201.md"]
    assert 'href="HW201/">HW201</a>' in told[RULES]


def test_action_items_of_a_retrospective_record_are_those_of_its_source() -> None:
    items = [{key: value for key, value in action_items()[1].items() if key not in ("owner", "due")}]
    records = {"incident.yaml": retrospective(), "action-items.yaml": items}
    assert f"As stated by {plain('organisation', 'line')}, not ours." in made({ID: records})[f"incidents/{ID}.md"]


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


def test_style_fetches_nothing() -> None:
    assert "url(" not in stylesheet()
    assert "@import" not in stylesheet()
