"""The documents of Statuspage: their shape is that of real ones, and clients read them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jsonschema_rs
import pytest
from pydantic import TypeAdapter

from hotwash.site.feeds import statuspage
from tests.site.records import ID, action_items, feeds, incident, postmortem, retrospective, whole

OTHER = "2026-11-22-payments-slow"
URL = "https://status.example.org/"
SAMPLES = Path(__file__).parent / "statuspage"
DOCUMENTS = {
    "summary": statuspage.SummaryDocument,
    "status": statuspage.StatusDocument,
    "components": statuspage.ComponentsDocument,
    "incidents": statuspage.IncidentsDocument,
    "incidents/unresolved": statuspage.IncidentsDocument,
}


def documents(incidents: dict[str, Any], policy: dict[str, Any] | None = None, url: str = URL) -> dict[str, Any]:
    """Name of a document -> what it holds."""
    made = feeds(incidents, policy or {"organisation": "Example Shop"}, url=url)
    return {name: json.loads(made[f"api/v2/{name}.json"]) for name in DOCUMENTS}


def told(status: str, *updates: tuple[str, str], **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - YAML
    """What `incidents.json` holds of an incident of which the public was told at these times."""
    entries = [
        {"at": at, "by": "anna-1", "kind": "status-update", "audience": "public", "text": text} for at, text in updates
    ]
    records = {"incident.yaml": incident(status=status, **changes), "timeline.yaml": entries}
    if status == "closed":
        records |= {"postmortem.md": postmortem(), "action-items.yaml": action_items()}
    (one,) = documents({ID: records})["incidents"]["incidents"]
    return dict(one)


# --- the shape of real documents


def shape(value: object) -> dict[str, set[str]]:
    """The way to each key -> the types that stand there; of lists those of all their items."""
    found: dict[str, set[str]] = {}

    def walk(at: str, part: object) -> None:
        found.setdefault(at, set()).add(type(part).__name__)
        if isinstance(part, dict):
            for key, inner in part.items():
                walk(f"{at}.{key}".removeprefix("."), inner)
        for inner in part if isinstance(part, list) else ():
            walk(f"{at}[]", inner)

    walk("", value)
    return found


def a_site() -> dict[str, Any]:
    """Two that are open, one that is over, one that is closed."""
    began = {"2026-11-20-new": open_since("2026-11-20T08:00:00Z"), ID: whole(status="monitoring")}
    return documents({**began, OTHER: whole(), "2026-11-21-again": whole(status="resolved")})


def test_every_key_and_type_of_real_public_documents_stands_in_ours() -> None:
    real = shape(json.loads((SAMPLES / "github.json").read_text("utf-8")))
    ours = shape(a_site()["incidents"])
    assert {at: types for at, types in real.items() if not types <= ours.get(at, set())} == {}


# What only those who manage a page are told. Some clients refuse keys that the public documents do not have.
MANAGED = {
    "impact_override", "scheduled_for", "scheduled_until", "scheduled_remind_prior", "scheduled_reminded_at",
    "scheduled_auto_in_progress", "scheduled_auto_completed", "auto_transition_deliver_notifications_at_start",
    "auto_transition_deliver_notifications_at_end", "auto_transition_to_maintenance_state",
    "auto_transition_to_operational_state", "reminder_intervals", "postmortem_body", "postmortem_body_last_updated_at",
    "postmortem_ignored", "postmortem_notified_subscribers", "postmortem_notified_twitter", "postmortem_published_at",
    "metadata", "components[].automation_email", "incident_updates[].twitter_updated_at",
    "incident_updates[].wants_twitter_update",
}  # fmt: skip


def test_keys_that_the_management_api_shares_have_its_types() -> None:
    real = shape(json.loads((SAMPLES / "management.json").read_text("utf-8"))["data"])
    listed = shape(a_site()["incidents"]["incidents"])
    ours = {at.removeprefix("[]").removeprefix("."): types for at, types in listed.items() if at}
    real = {at: types for at, types in real.items() if ".affected_components[]" not in at}
    assert real.keys() - ours.keys() == MANAGED
    assert {at: real[at] for at in real.keys() & ours.keys() if not real[at] & ours[at]} == {}
    assert ours.keys() - real.keys() == {"started_at", "components[].start_date"}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents_have_the_shape_that_their_types_say_and_no_key_more(name: str) -> None:
    schema = TypeAdapter[object](DOCUMENTS[name]).json_schema()
    for form in (schema, *schema["$defs"].values()):
        form["additionalProperties"] = False
    for found in (a_site()[name], documents({})[name], documents({ID: whole()}, url="")[name]):
        jsonschema_rs.Draft202012Validator(schema).validate(found)


# --- two clients


# What the strict client knows of each.
PAGE = {"id", "name", "url", "time_zone", "updated_at"}
COMPONENT = {
    *("id", "name", "status", "created_at", "updated_at", "position", "description", "showcase", "start_date"),
    *("group_id", "page_id", "group", "only_show_if_degraded"),
}
INCIDENT = {
    *("id", "name", "status", "created_at", "updated_at", "monitoring_at", "resolved_at", "impact", "shortlink"),
    *("started_at", "page_id", "incident_updates", "components", "reminder_intervals", "scheduled_for"),
    "scheduled_until",
}
UPDATE = {
    *("id", "status", "body", "incident_id", "created_at", "updated_at", "display_at", "affected_components"),
    *("deliver_notifications", "custom_tweet", "tweet_id"),
}


@dataclass
class Strict:
    """Reads as a client in Go does that decodes into structs, refuses keys it does not know, and then checks values.

    After `internal/statuspage` of a watcher of providers: it reads the summary and what is unresolved.
    """

    summary: dict[str, Any]
    unresolved: dict[str, Any]

    def read(self) -> list[str]:
        """The names of what is going on."""
        assert self.summary.keys() <= {"page", "components", "incidents", "scheduled_maintenances", "status"}
        assert self.unresolved.keys() <= {"page", "incidents"}
        for page in (self.summary["page"], self.unresolved["page"]):
            assert page.keys() <= PAGE
            assert all(page[key].strip() for key in ("id", "name", "time_zone"))
            self.web(page["url"])
            self.time(page["updated_at"])
        assert self.summary["page"]["id"] == self.unresolved["page"]["id"]
        assert self.summary["status"]["indicator"] in ("none", "minor", "major", "critical", "maintenance")
        assert self.summary["status"]["description"].strip()
        for one in self.summary["components"]:
            self.component(one)
        for one in self.summary["incidents"] + self.summary["scheduled_maintenances"]:
            self.incident(one)
        for one in self.unresolved["incidents"]:
            self.incident(one)
            assert one["status"] not in ("resolved", "completed")
        return [one["name"] for one in self.unresolved["incidents"]]

    def component(self, one: dict[str, Any]) -> None:
        assert one.keys() <= COMPONENT
        assert one["id"].strip()
        assert one["name"].strip()
        assert one["page_id"] == self.summary["page"]["id"]
        assert one["status"] in ("operational", "degraded_performance", "partial_outage", "major_outage")
        self.time(one["created_at"])
        self.time(one["updated_at"])

    def incident(self, one: dict[str, Any]) -> None:
        assert one.keys() <= INCIDENT
        assert one["page_id"] == self.summary["page"]["id"]
        assert one["status"] in ("investigating", "identified", "monitoring", "resolved")
        assert one["impact"] in ("none", "minor", "major", "critical", "maintenance")
        self.web(one["shortlink"])
        for key in ("created_at", "updated_at", "started_at"):
            self.time(one[key])
        for component in one["components"]:
            self.component(component)
        for update in one["incident_updates"]:
            assert update.keys() <= UPDATE
            assert update["id"].strip()
            assert update["status"].strip()
            assert update["incident_id"] == one["id"]
            for key in ("created_at", "updated_at", "display_at"):
                self.time(update[key])

    @staticmethod
    def time(text: str) -> datetime:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z")

    @staticmethod
    def web(text: str) -> None:
        parts = urlsplit(text)
        assert parts.scheme in ("http", "https")
        assert parts.netloc


def embeds(document: dict[str, Any]) -> list[str]:
    """Reads as bots in Python and JavaScript do that post incidents into a chat: the first update is the newest.

    They look at it without asking whether there is one, take its text, its time and the status, and the names of the
    components; and call what has no `resolved_at` open.
    """
    posts = []
    for one in document["incidents"]:
        newest = one["incident_updates"][0]
        oldest = one["incident_updates"][-1]
        assert datetime.fromisoformat(newest["created_at"]) >= datetime.fromisoformat(oldest["created_at"])
        affected = ", ".join(component["name"] for component in one["components"]) or "Unknown"
        state = "open" if not one["resolved_at"] else "over"
        posts.append(f"{state}: {one['name']} [{one['impact'].capitalize()}] {affected}: {newest['body']}")
        assert one["shortlink"]
    return posts


def test_client_that_refuses_what_it_does_not_know_reads_us() -> None:
    found = documents({ID: whole(status="monitoring"), OTHER: whole(), "2026-11-21-x": whole(status="resolved")})
    assert Strict(found["summary"], found["incidents/unresolved"]).read() == ["The title of it"]
    empty = documents({})
    assert Strict(empty["summary"], empty["incidents/unresolved"]).read() == []


def test_client_that_takes_the_first_update_reads_us() -> None:
    silent = {"incident.yaml": incident(status="declared", times={"declared": "2026-11-23T08:46:00Z"})}
    found = documents({ID: silent, OTHER: whole()})
    assert embeds(found["incidents"]) == [
        "open: The title of it [Major] checkout-api: Status: investigating. No update to the public was recorded.",
        "over: The title of it [Major] checkout-api: Status: resolved. No update to the public said so.",
    ]


# --- which incidents, and what is said of them


def test_only_ours_that_were_real_are_told() -> None:
    found = documents(
        {
            ID: whole(),
            OTHER: whole(kind="drill", services=["drilled"]),
            "2026-11-21-a": {"incident.yaml": {**retrospective(), "services": ["others"]}},
            "2026-11-20-b": whole(status="dismissed", services=["not-hit"], reason="A false alarm of the probe"),
            "2026-11-19-c": whole(visibility="internal", services=["internal"]),
        }
    )
    assert [one["id"] for one in found["incidents"]["incidents"]] == [ID]
    assert [one["id"] for one in found["components"]["components"]] == ["checkout-api"]


def test_list_holds_the_newest_fifty_and_what_is_open_is_all_there() -> None:
    days = [f"2026-{month:02}-{day:02}" for month in (9, 10) for day in range(1, 31)]
    found = documents({f"{day}-x": open_since(f"{day}T08:00:00Z") for day in days})
    listed = [one["id"] for one in found["incidents"]["incidents"]]
    assert listed == [f"{day}-x" for day in reversed(days)][:50]
    assert len(found["incidents/unresolved"]["incidents"]) == len(found["summary"]["incidents"]) == 60


def open_since(at: str, severity: str = "P1", **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - YAML
    times = {"started": at, "declared": at}
    return {"incident.yaml": incident(status="investigating", severity=severity, times=times, **changes)}


@pytest.mark.parametrize(
    ("severity", "impact", "component", "said"),
    [
        ("P0", "critical", "major_outage", "Major Service Outage"),
        ("P1", "major", "partial_outage", "Partial System Outage"),
        ("P2", "minor", "degraded_performance", "Minor Service Outage"),
        ("P3", "minor", "degraded_performance", "Minor Service Outage"),
    ],
)
def test_severity_of_what_is_open_is_that_of_service_and_site(
    severity: str, impact: str, component: str, said: str
) -> None:
    least = open_since("2026-11-22T08:00:00Z", "P3")
    found = documents({ID: open_since("2026-11-23T08:00:00Z", severity, services=["a"]), OTHER: least})
    assert found["status"]["status"] == {"indicator": impact, "description": said}
    assert found["summary"]["incidents"][0]["impact"] == impact
    assert found["summary"]["components"][0]["status"] == component
    assert found["summary"]["incidents"][0]["components"] == found["summary"]["components"][:1]


def test_service_works_again_once_nothing_open_hits_it() -> None:
    found = documents({ID: whole(severity="P0")})
    assert found["components"]["components"][0]["status"] == "operational"
    assert found["status"]["status"]["indicator"] == "none"


@pytest.mark.parametrize(
    ("status", "stage"),
    [
        ("declared", "investigating"),
        ("investigating", "investigating"),
        ("identified", "identified"),
        ("monitoring", "monitoring"),
        ("resolved", "resolved"),
        ("closed", "postmortem"),
    ],
)
def test_status_is_the_word_that_statuspage_has_for_it(status: str, stage: str) -> None:
    assert told(status)["status"] == stage


def test_closed_without_a_published_post_mortem_is_resolved() -> None:
    records = whole(severity="P3")
    del records["postmortem.md"]
    assert documents({ID: records})["incidents"]["incidents"][0]["status"] == "resolved"
    records["postmortem.md"] = postmortem(status="draft")
    assert documents({ID: records})["incidents"]["incidents"][0]["status"] == "resolved"


UPDATES = (
    ("2026-11-23T08:50:00Z", "We look."),
    ("2026-11-23T09:02Z", "It works again."),
    ("2026-11-23T10:00:00Z", "We watch."),
    ("2026-11-23T11:30:00Z", "It is over."),
)


def test_updates_have_the_status_that_the_public_times_give_them_the_newest_first() -> None:
    stages = [(update["body"], update["status"]) for update in told("resolved", *UPDATES)["incident_updates"]]
    assert stages == [
        ("It is over.", "resolved"),
        ("We watch.", "monitoring"),
        ("It works again.", "monitoring"),
        ("We look.", "investigating"),
    ]


def test_newest_update_of_what_is_open_is_where_the_incident_is() -> None:
    """No time says when it was identified, and until it is closed no entry of the timeline may."""
    times = {"started": "2026-11-23T08:41:00Z", "declared": "2026-11-23T08:46:00Z"}
    one = told("identified", *UPDATES[:2], times=times)
    assert [update["status"] for update in one["incident_updates"]] == ["identified", "investigating"]
    assert (one["monitoring_at"], one["resolved_at"]) == (None, None)


def test_times_known_by_their_day_are_over_at_its_end() -> None:
    times = {"started": "2026-11-23", "declared": "2026-11-23", "mitigated": "2026-11-23", "resolved": "2026-11-24"}
    updates = (("2026-11-23T10:00Z", "a"), ("2026-11-24T00:00Z", "b"), ("2026-11-24", "c"), ("2026-11-25T08:00Z", "d"))
    one = told("resolved", *updates, times=times)
    stages = {update["body"]: update["status"] for update in one["incident_updates"]}
    assert stages == {"a": "investigating", "b": "monitoring", "c": "resolved", "d": "resolved"}


def test_incident_that_the_public_was_not_told_of_says_so_once() -> None:
    (update,) = told("monitoring")["incident_updates"]
    assert update["status"] == "monitoring"
    assert update["body"] == "Status: monitoring. No update to the public was recorded."


def test_what_was_told_to_others_is_no_update() -> None:
    entry = {
        "at": "2026-11-23T08:50Z",
        "by": "anna-1",
        "kind": "status-update",
        "audience": "engineers",
        "text": "Secret",
    }
    records = {"incident.yaml": incident(status="monitoring"), "timeline.yaml": [entry]}
    assert "Secret" not in json.dumps(documents({ID: records}))


def test_ids_of_updates_are_their_own_and_stay_when_one_is_added_before() -> None:
    updates = (("2026-11-23T08:50:00Z", "a"), ("2026-11-23T08:50:00Z", "b"), ("2026-11-23T11:30:00Z", "c"))
    ids = {update["body"]: update["id"] for update in told("resolved", *updates)["incident_updates"]}
    assert len(set(ids.values())) == 3
    more = told("resolved", ("2026-11-23T08:47:00Z", "first"), *updates)["incident_updates"]
    assert {update["body"]: update["id"] for update in more if update["body"] != "first"} == ids


def test_times_are_those_of_the_record_to_the_millisecond() -> None:
    one = told("closed", *UPDATES)
    assert one["created_at"] == "2026-11-23T08:46:00.000Z"
    assert one["started_at"] == "2026-11-23T08:41:00.000Z"
    assert one["monitoring_at"] == "2026-11-23T09:02:00.000Z"
    assert one["resolved_at"] == "2026-11-23T11:30:00.000Z"
    assert one["updated_at"] == "2026-11-25T09:00:00.000Z", "the review of the post-mortem"


def test_what_is_over_has_a_time_of_that_even_where_the_record_lacks_it() -> None:
    """Clients take an incident without it for open."""
    one = told("resolved", *UPDATES[:1], times={"declared": "2026-11-23T08:46:00Z"})
    assert one["resolved_at"] == "2026-11-23T08:50:00.000Z"


@pytest.mark.parametrize(
    ("organisation", "page_id", "name"),
    [
        ("Example Shop", "example-shop", "Example Shop"),
        ("株式会社", "incidents", "株式会社"),
        (None, "incidents", "Incidents"),
    ],
)
def test_page_is_called_as_the_organisation(organisation: str | None, page_id: str, name: str) -> None:
    page = documents({}, {"organisation": organisation} if organisation else {"format": 1})["status"]["page"]
    assert (page["id"], page["name"], page["url"], page["time_zone"]) == (page_id, name, URL, "Etc/UTC")
    assert datetime.fromisoformat(page["updated_at"]) == datetime(1970, 1, 1, tzinfo=UTC)
