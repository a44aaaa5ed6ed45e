"""Home and the lists: what stands where, what is counted, and that they stay short."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from hotwash.records.load import load_repository
from hotwash.records.snapshot import MappingSnapshot
from hotwash.site.build import places_of, script
from hotwash.site.pages.home import home
from hotwash.site.pages.lists import lists
from hotwash.site.public.publish import publish
from tests.site.html import read
from tests.site.records import (
    ID,
    NOW,
    files,
    incident,
    loaded,
    made,
    pages_of,
    plain,
    postmortem,
    retrospective,
    whole,
)

if TYPE_CHECKING:
    from hotwash.site.public.content import PublicIncident, PublicRepository

OTHER = "2025-11-22-payments-slow"
DRILL = "2026-11-01-drill"
THEIRS = "2026-10-01-theirs"


def began(day: str, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - YAML
    """A closed incident that began on a day."""
    times = {"started": f"{day}T08:41:00Z", "declared": f"{day}T08:46:00Z", "resolved": f"{day}T09:41:00Z"}
    return whole(times=times, **changes)


def retro(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - YAML
    written = {**retrospective(), **changes}
    return {"incident.yaml": {key: value for key, value in written.items() if value is not None}}


def worded(page: str) -> str:
    """The text of a page, with a blank between its elements."""
    return read(page.partition("---\n\n")[2].replace("<", " <")).text


def many(count: int) -> PublicRepository:
    """A repository of so many incidents, all of one service, over two years."""
    public = publish(loaded({ID: began("2026-11-23"), OTHER: began("2025-11-22")}), NOW)
    templates = public.incidents

    def another(number: int) -> PublicIncident:
        like = templates[number * 2 // count]
        return replace(like, id=f"{like.id}-{number:05}", title=f"{like.title} for part {number}")

    return replace(public, incidents=tuple(map(another, range(count))))


def test_incidents_stand_under_the_year_in_which_they_began() -> None:
    told = made({ID: began("2026-11-23"), OTHER: began("2025-12-31")})
    assert ID in told["incidents/years/2026.md"]
    assert OTHER not in told["incidents/years/2026.md"]
    assert OTHER in told["incidents/years/2025.md"]
    assert worded(told["incidents/years/index.md"]).endswith("Incidents 2026 1 2025 1")


def test_incident_without_a_time_stands_in_a_list_of_its_own() -> None:
    told = made({ID: retro(times=None)})
    assert ID in told["incidents/years/undated.md"]
    assert 'href="undated/">Without a date</a>' in told["incidents/years/index.md"]


def test_long_year_is_told_month_by_month() -> None:
    public = many(60)
    page = lists(public, places_of(public))["incidents/years/2026.md"]
    assert '<h3 class="hw-day">November</h3>' in page
    assert "<h3" not in made({ID: began("2026-11-23")})["incidents/years/2026.md"]


def test_incident_stands_in_the_list_of_each_of_its_services() -> None:
    told = made({ID: whole(services=["payments", "Payments", "shop/git"]), OTHER: whole(services=["payments"])})
    assert ID in told["incidents/services/payments.md"]
    assert OTHER in told["incidents/services/payments.md"]
    assert ID in told["incidents/services/payments_x1.md"]
    assert OTHER not in told["incidents/services/payments_x1.md"]
    assert f'href="../../../{ID}/"' in told["incidents/services/shop/git.md"]
    assert worded(told["incidents/services/index.md"]).count("payments") == 1
    assert worded(told["incidents/services/index.md"]).index("payments") < worded(
        told["incidents/services/index.md"]
    ).index("Payments"), "the one with the most incidents first"
    assert '<a href="../services/payments/"><code>payments</code></a>' in told[f"incidents/{ID}.md"]


def test_catalogue_of_services_is_not_told() -> None:
    """Who owns what, and what depends on it, is for those inside; so is a service of internal incidents only."""
    catalogue = {
        "checkout-api": {"owner": "canary-team", "runbook": "https://canary.example/x", "depends_on": ["canary-db"]},
        "canary-db": {"tier": 1},
    }
    written = files({ID: whole(), OTHER: whole(visibility="internal", services=["canary-db"])})
    snapshot = {path: text.encode() for path, text in written.items()}
    snapshot["incidents/services.yaml"] = yaml.safe_dump(catalogue).encode()
    told = pages_of(load_repository(MappingSnapshot(snapshot)))
    assert "canary" not in "".join(f"{path} {page}" for path, page in told.items())
    assert told == made({ID: whole()})


def test_severities_say_what_they_mean() -> None:
    told = made({ID: whole(), OTHER: whole(severity="P0")})
    assert "P0 1 complete outage" in worded(told["incidents/severities/index.md"])
    assert OTHER in told["incidents/severities/P0.md"]
    assert ID not in told["incidents/severities/P0.md"]
    assert "incidents/severities/P2.md" not in told


def caused(causes: object) -> dict[str, Any]:
    """A closed incident, with its causes."""
    front = yaml.safe_load(postmortem().split("---\n")[1])
    return {**whole(), "postmortem.md": f"---\n{yaml.safe_dump({**front, 'root_causes': causes})}---\n"}


def test_root_causes_that_are_not_known_and_those_not_told_yet_are_two() -> None:
    both = [
        {"category": of, "trigger": "A deployment", "statement": "No limit"} for of in ("change", "software-defect")
    ]
    told = made(
        {
            ID: caused(both),
            "2026-11-21-a": caused({"unknown": "The disk was replaced before anybody looked"}),
            "2026-11-21-b": caused([{"category": "unknown", "trigger": "A spike", "statement": "Nobody knows"}]),
            "2026-11-21-c": whole(status="resolved"),
            "2026-11-21-d": whole(status="dismissed"),
        }
    )
    assert ID in told["incidents/causes/change.md"]
    assert ID in told["incidents/causes/software-defect.md"]
    assert worded(told["incidents/causes/index.md"]).count("Software defect 1") == 1
    unknown, untold = told["incidents/causes/unknown.md"], told["incidents/causes/not-told-yet.md"]
    assert [id_ in unknown for id_ in ("2026-11-21-a", "2026-11-21-b", "2026-11-21-c")] == [True, True, False]
    assert [id_ in untold for id_ in ("2026-11-21-a", "2026-11-21-b", "2026-11-21-c")] == [False, False, True]
    assert not any("2026-11-21-d" in page for path, page in told.items() if path.startswith("incidents/causes/"))


def test_cause_of_an_incident_that_is_not_closed_is_not_told() -> None:
    told = made({ID: whole(status="resolved")})
    assert "incidents/causes/change.md" not in told
    assert ID in told["incidents/causes/not-told-yet.md"]


def test_drills_and_records_about_others_stand_apart_in_every_list() -> None:
    told = made({ID: whole(), DRILL: whole(kind="drill"), THEIRS: retro()})
    for path in ("years/2026.md", "services/checkout-api.md", "severities/P1.md"):
        page = told[f"incidents/{path}"]
        assert (
            page.index("## Incidents")
            < page.index(ID)
            < page.index("## Drills")
            < page.index(DRILL)
            < page.index("## Retrospective records")
            < page.index(THEIRS)
        ), path
        assert "<b>1</b> incident<" in page
        assert "<b>1</b> drill, counted apart" in page
        assert "<b>1</b> retrospective record, counted apart" in page
    for kind in ("years", "services", "severities", "causes"):
        index = worded(told[f"incidents/{kind}/index.md"])
        assert index.count(" 1 ") + index.endswith(" 1") >= 2, kind


def test_what_was_dismissed_is_listed_and_not_counted() -> None:
    told = made({ID: whole(), OTHER: whole(status="dismissed")})
    page = told["incidents/services/checkout-api.md"]
    assert OTHER in page
    assert "<b>1</b> incident<" in page
    assert "checkout-api 1 1 dismissed, not counted" in worded(told["incidents/services/index.md"])


def test_long_list_shows_the_newest_and_leads_to_the_years() -> None:
    public = many(300)
    made_lists = lists(public, places_of(public))
    page = made_lists["incidents/services/checkout-api.md"]
    assert page.count("hw-row-title") == 100
    assert "-00099/" in page
    assert "-00100/" not in page
    assert 'href="../../years/2026/">2026</a> (50)' in page
    assert 'href="../../years/2025/">2025</a> (150)' in page
    assert made_lists["incidents/years/2026.md"].count("hw-row-title") == 150


def test_home_of_three_thousand_incidents_is_as_short_as_of_thirty() -> None:
    thirty, thousands = (many(count) for count in (30, 3000))
    short, long = (home(public, places_of(public), has_rules=True) for public in (thirty, thousands))
    assert len(long) < 1.1 * len(short) < 10_000


def test_home_of_many_open_incidents_stays_short() -> None:
    public = many(300)
    burning = replace(public, incidents=tuple(replace(one, is_open=True) for one in public.incidents))
    page = home(burning, places_of(burning), has_rules=True)
    assert page.count("hw-row-title") == 50
    assert 'href="incidents/years/2025/">2025</a> (150)' in page


def test_home_shows_what_waits_for_its_post_mortem_before_what_was_lately() -> None:
    page = made({ID: whole(), OTHER: whole(status="resolved")})["index.md"]
    assert page.index("## Open") < page.index("## Post-mortem to come") < page.index(OTHER) < page.index("## Recent")
    assert page.count(f"{OTHER}/") == 1


def test_home_leads_to_all_lists() -> None:
    page = made({ID: whole()})["index.md"]
    links = read(page.partition("---\n\n")[2]).links
    for path in ("years", "services", "severities", "causes", "action-items"):
        assert f"incidents/{path}/" in links


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("index.md", '<a href="./" aria-current="page">Incidents</a>'),
        ("incidents/services/index.md", '<a href="./" aria-current="page">Services</a>'),
        ("incidents/services/shop/git.md", '<a href="../../" aria-current="true">Services</a>'),
        ("incidents/action-items.md", '<a href="./" aria-current="page">Action items</a>'),
        (f"incidents/{ID}.md", ""),
    ],
)
def test_pages_say_where_a_reader_is_and_may_go(path: str, current: str) -> None:
    page = made({ID: whole(services=["shop/git"])})[path]
    assert page.count('<nav class="hw-nav"') == 1
    assert page.count("aria-current") == bool(current)
    assert current in page


def test_lists_are_left_out_of_the_search_and_incidents_are_not() -> None:
    """Each of their lines stands on a page of its own, so that the index stays small."""
    for path, page in made({ID: whole()}).items():
        excluded = yaml.safe_load(page.split("---\n", 2)[1]).get("search") == {"exclude": True}
        assert excluded == (path.startswith("incidents/") and path != f"incidents/{ID}.md"), path


def test_row_of_an_incident_with_many_services_stays_short() -> None:
    page = made({ID: whole(services=[f"part-{number}" for number in range(100)])})["index.md"]
    assert "part-0, part-1, part-2 and 97 more" in page


def test_incident_leads_to_the_lists_in_which_it_stands() -> None:
    links = read(made({ID: whole()})[f"incidents/{ID}.md"].partition("---\n\n")[2]).links
    for path in ("services/checkout-api", "severities/P1", "causes/change"):
        assert f"../{path}/" in links


def test_script_fetches_nothing_and_runs_no_text() -> None:
    for word in ("http", "fetch", "import", "eval", "Function", "innerHTML", "src"):
        assert word not in script()


def test_lists_say_titles_as_text() -> None:
    page = made({ID: whole(title="<b>Bold</b> [x](y)")})["incidents/years/2026.md"]
    assert "&lt;b&gt;Bold&lt;/b&gt; &#91;x&#93;(y)" in page
    assert plain("title", "line") not in page
    assert incident()["title"] not in page
