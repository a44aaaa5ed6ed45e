"""The JSON of incidents: valid by the published schemas, and no more exact than the record."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from hotwash.records.load import load_repository
from hotwash.records.snapshot import FolderSnapshot
from hotwash.site.build import places_of
from hotwash.site.feeds.files import feed_files
from hotwash.site.public.publish import publish
from tests.site.mkdocs import hostile_incidents
from tests.site.records import ID, NOW, feeds, loaded, retrospective, whole

ROOT = Path(__file__).parents[2]
OTHER, THIRD = "2026-11-22-payments-slow", "2026-11-21-search-slow"


def closed(name: str) -> jsonschema_rs.Draft202012Validator:
    """The published schema, which in a test also refuses keys that it does not name."""
    schema = json.loads((ROOT / "schemas" / f"published-{name}.schema.json").read_text("utf-8"))
    for form in (schema, *schema["$defs"].values()):
        form["additionalProperties"] = False
    return jsonschema_rs.Draft202012Validator(schema)


ONE, LIST = closed("incident"), closed("incidents")


def validate(made: dict[str, str]) -> int:
    """Judge every document by its schema; how many there were."""
    LIST.validate(json.loads(made["incidents.json"]))
    documents = [json.loads(text) for path, text in made.items() if path.startswith("incidents/")]
    for document in documents:
        ONE.validate(document)
    return len(documents)


@pytest.mark.parametrize("folder", [".", "examples/shop"])
def test_documents_of_our_own_records_are_valid(folder: str) -> None:
    public = publish(load_repository(FolderSnapshot(ROOT / folder)), NOW)
    assert validate(feed_files(public, places_of(public))) == len(public.all) > 10


def test_documents_of_hostile_records_are_valid() -> None:
    incidents = {one.id: records for one, records in list(hostile_incidents())[::7]}
    assert validate(feeds(incidents)) == len(incidents)


@pytest.mark.parametrize(
    "status", ["declared", "investigating", "identified", "monitoring", "resolved", "closed", "dismissed"]
)
def test_documents_of_every_status_are_valid(status: str) -> None:
    assert validate(feeds({ID: whole(status=status), OTHER: whole(kind="drill", related=[ID])})) == 2


def test_site_carries_the_schemas_that_the_repository_publishes() -> None:
    for path, text in feeds({}).items():
        if path.startswith("schemas/"):
            assert text == (ROOT / path).read_text("utf-8")


def document(records: dict[str, Any], others: dict[str, Any] | None = None) -> dict[str, Any]:
    found = json.loads(feeds({ID: records, **(others or {})})[f"incidents/{ID}.json"])
    ONE.validate(found)
    return dict(found)


def test_closed_incident_tells_its_whole_account() -> None:
    found = document(whole())
    account = found["account"]
    assert found["version"] == 1
    assert (found["status"], found["open"], found["severity"]["level"]) == ("closed", False, "P1")
    assert [row["name"] for row in found["times"]] == [
        *("started", "detected", "declared", "acknowledged", "contained", "mitigated", "resolved")
    ]
    assert account["impact"][0]["label"] == "Users"
    assert {entry["kind"] for entry in account["timeline"]} >= {"detection", "mitigation", "fix", "status-update"}
    assert account["causes"] == [
        {"category": "change", "trigger": "The trigger of it", "statement": "The statement of it", "sources": []}
    ]
    assert [(item["id"], item["status"], item["due"]) for item in account["items"]] == [
        ("AI-1", "dropped", "2026-12-01"),
        ("AI-2", "open", "2026-12-01"),
    ]
    assert account["items"][0]["reason"] == {"type": "markdown", "markdown": "The reason of it"}
    assert account["postmortem"]["sections"][0] == {"title": "Summary", "text": "The section-0 of it"}
    assert [stage["share"] for stage in account["recovery"]] == [0.5, 0.25]
    assert account["windows"][0]["first"]["at"] == "2026-11-23T08:41Z"


def test_document_leaves_out_nothing_that_its_page_tells_in_another_place() -> None:
    """What is not known, which a page folds; the proof of an item and its issue; and why others are named."""
    impact = {"users": {"affected": {"unknown": "Not counted."}}, "business": {"unknown": "Not asked."}}
    policy = {"publishing": {"issues": "https://issues.example/"}}
    shown = whole(impact=impact)
    shown["action-items.yaml"][1]["issue"] = 7
    made = feeds({ID: shown, OTHER: whole(related=[ID]), THIRD: whole()}, policy)
    account = json.loads(made[f"incidents/{ID}.json"])["account"]
    whys = [value["why"] for fact in account["impact"] for value in fact["values"] if value["type"] == "absent"]
    assert {"Not counted.", "Not asked."} <= set(whys)
    (dropped, item) = account["items"]
    assert dropped["proof"] == [{"type": "absent", "word": "none", "why": "The no-proof of it"}]
    assert item["proof"][0] == {"type": "link", "target": "The proof of it", "title": ""}
    assert item["issue"] == {"type": "link", "target": "https://issues.example/7", "title": "#7"}
    why = "the same service (checkout-api) and the same kind of cause (a change that went out)"
    assert [(one["id"], one["why"]) for one in account["related"]] == [(OTHER, why)]
    assert [(one["id"], one["why"]) for one in account["similar"]] == [(THIRD, why)]
    validate(made)


def test_before_closed_there_is_no_account() -> None:
    found = document(whole(status="monitoring"))
    assert found["account"] is None
    assert found["open"]
    assert [update["text"] for update in found["updates"]] == ["The status-update-text of it"]


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("2026-11-23T08:41:30.25Z", {"at": "2026-11-23T08:41:30Z", "precision": "second"}),
        ("2026-11-23T08:41Z", {"at": "2026-11-23T08:41Z", "precision": "minute"}),
        ("2026-11-23", {"at": "2026-11-23", "precision": "day"}),
        ("2026-11-23T09:41+01:00", {"at": "2026-11-23T08:41Z", "stated": "09:41 +01:00"}),
        ({"at": "2026-11-23T08:41Z", "approx": True}, {"approx": True, "bound": None}),
        ({"after": "2026-11-23T08:41Z"}, {"at": "2026-11-23T08:41Z", "bound": "after", "until": None}),
        ({"before": "2026-11-23T08:41Z"}, {"at": "2026-11-23T08:41Z", "bound": "before"}),
        (
            {"after": "2026-11-23T08:41Z", "before": "2026-11-23T09:00Z", "approx": True},
            {"at": "2026-11-23T08:41Z", "bound": "between", "until": "2026-11-23T09:00Z", "approx": True},
        ),
        ({"after": "2026-01-01", "before": "2026-12-31"}, {"at": "2026", "precision": "year", "bound": None}),
        ({"after": "2026-11-01", "before": "2026-11-30"}, {"at": "2026-11", "precision": "month"}),
        ({"at": "2026-11-23", "derived": "the day of the post"}, {"derived": ["the day of the post"]}),
        ({"at": "2026-11-23", "source": ["S1", "S2"]}, {"sources": ["S1", "S2"]}),
        (
            {"at": "2026-11-23", "source": "S1", "also": [{"at": "2026-11-22", "approx": True, "source": "S2"}]},
            {"also": [{"at": "2026-11-22", "approx": True, "sources": ["S2"]}]},
        ),
    ],
    ids=str,
)
def test_time_is_as_exact_as_it_was_written(written: object, told: dict[str, object]) -> None:
    records = {"incident.yaml": {**retrospective(), "times": {"started": written}}}
    time = document(records)["times"][0]["time"]
    assert {key: time[key] for key in told} == told


def test_cohorts_are_told_apart_and_the_list_holds_them_one_after_the_other() -> None:
    made = feeds(
        {
            OTHER: whole(kind="drill"),
            ID: whole(),
            "2026-11-24-late": whole(recorded={"mode": "late", "at": "2026-12-24", "by": "anna-1"}),
            "2026-11-21-r": {"incident.yaml": retrospective()},
        }
    )
    listed = json.loads(made["incidents.json"])["incidents"]
    assert [(one["id"], one["cohort"]) for one in listed] == [
        ("2026-11-24-late", "ours"),
        (ID, "ours"),
        (OTHER, "drill"),
        ("2026-11-21-r", "retrospective"),
    ]
    for one in listed:
        assert json.loads(made[one["document"]])["cohort"] == one["cohort"]
    assert json.loads(made["incidents/2026-11-24-late.json"])["recorded"]["mode"] == "late"


def test_others_are_named_with_their_page_and_document() -> None:
    found = document(whole(related=[OTHER]), {OTHER: whole()})
    assert found["account"]["related"] == [
        {
            "type": "incident",
            "id": OTHER,
            "title": "The title of it",
            "note": "23 November 2026",
            "why": "the same service (checkout-api) and the same kind of cause (a change that went out)",
            "url": f"{OTHER}/",
            "document": f"{OTHER}.json",
        }
    ]
    assert document(whole(related=[OTHER]), {OTHER: whole(visibility="internal")})["account"]["related"] == []


def test_list_says_what_its_documents_say() -> None:
    made = feeds({ID: whole(), OTHER: whole(status="declared")})
    for head in json.loads(made["incidents.json"])["incidents"]:
        one = json.loads(made[f"incidents/{head['id']}.json"])
        times = {row["name"]: row["time"] for row in one["times"]}
        assert head["severity"] == one["severity"]["level"]
        assert (head["mitigated"], head["resolved"]) == (times["mitigated"], times["resolved"])
        same = ("id", "title", "cohort", "organisation", "status", "open", "services", "began", "updated")
        assert {key: head[key] for key in same} == {key: one[key] for key in same}


def test_last_change_is_the_newest_moment_of_the_public_record() -> None:
    assert document(whole())["updated"] == "2026-11-30T00:00:00Z", "an action item was closed then"
    assert document(whole(status="resolved"))["updated"] == "2026-11-23T11:30:00Z"
    late = whole(status="resolved", recorded={"mode": "late", "at": "2026-12-24", "by": "anna-1"})
    assert document(late)["updated"] == "2026-12-24T00:00:00Z"


def test_documents_can_be_made_in_the_order_of_any_repository() -> None:
    incidents = {ID: whole(), OTHER: whole(), "2026-11-24-x": whole(kind="drill")}
    public = [publish(loaded(dict(order)), NOW) for order in (incidents.items(), reversed(incidents.items()))]
    first, second = (list(feed_files(one, places_of(one)).items()) for one in public)
    assert first == second
