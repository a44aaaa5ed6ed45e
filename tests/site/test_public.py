"""What everybody may know, and what leaves no trace (threats V1, V5)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from hotwash.site.public.publish import publish
from tests.site.records import (
    ID,
    NOW,
    PEOPLE,
    everything,
    files,
    loaded,
    made,
    pages_of,
    plain,
    retrospective,
    timeline,
    unreadable,
    whole,
)

if TYPE_CHECKING:
    from tests.site.records import Form

OTHER = "2026-11-22-payments-slow"


def canary(field: str, form: Form) -> str:
    """Text that shows from which field it has come."""
    return f"https://canary.example/{field}" if form == "link" else f"canary-{field}-canary"


def text_of(pages: dict[str, str]) -> str:
    return "\n".join(f"{path}\n{page}" for path, page in pages.items())


def without_visibility(records: dict[str, Any]) -> dict[str, Any]:
    incident = {key: value for key, value in records["incident.yaml"].items() if key != "visibility"}
    return {**records, "incident.yaml": incident}


def test_internal_incident_changes_no_byte_of_any_file() -> None:
    public = {OTHER: whole(related=[ID], duplicate_of=ID)}
    internal = {ID: whole(canary, visibility="internal", related=[OTHER])}
    assert everything(public) == everything({**public, **internal})
    assert "canary" not in text_of(everything({**public, **internal}))


@pytest.mark.parametrize("status", ["closed", "dismissed"])
def test_internal_incident_that_names_a_public_one_changes_no_byte(status: str) -> None:
    public = {OTHER: whole()}
    internal = {ID: whole(canary, status=status, visibility="internal", related=[OTHER], duplicate_of=OTHER)}
    assert everything(public) == everything({**public, **internal})


def test_duplicate_of_an_internal_incident_reads_like_any_that_was_dismissed() -> None:
    internal = {ID: whole(canary, visibility="internal")}
    duplicate = everything({OTHER: whole(status="dismissed", duplicate_of=ID), **internal})
    assert duplicate == everything({OTHER: whole(status="dismissed")})


def test_internal_retrospective_record_changes_no_byte_of_any_file() -> None:
    public = {OTHER: whole()}
    internal = {ID: {**whole(canary), "incident.yaml": {**retrospective(canary), "visibility": "internal"}}}
    assert everything(public) == everything({**public, **internal})


def test_internal_drill_changes_no_byte_of_any_file() -> None:
    public = {OTHER: whole()}
    assert everything(public) == everything({**public, ID: whole(canary, visibility="internal", kind="drill")})


def test_incident_that_does_not_say_is_internal() -> None:
    assert "canary" not in text_of(everything({ID: without_visibility(whole(canary))}))


def test_policy_may_publish_incidents_that_do_not_say() -> None:
    policy = {"publishing": {"default": "public"}}
    assert f"incidents/{ID}.md" in made({ID: without_visibility(whole())}, policy)


def test_unreadable_incident_changes_no_byte_of_any_page() -> None:
    repository = loaded({OTHER: whole(related=[ID])})
    assert pages_of(repository) == pages_of(replace(repository, unreadable=(unreadable(ID),)))


@pytest.mark.parametrize("status", ["declared", "investigating", "identified", "monitoring", "resolved", "dismissed"])
def test_before_closed_only_the_head_and_what_the_public_was_told_is_shown(status: str) -> None:
    told = {"title", "status-update-text"}
    pages = made({ID: whole(canary, status=status)})
    page, everywhere = pages[f"incidents/{ID}.md"], text_of(pages)
    shown = {field for field in _fields() if f"canary-{field}-canary" in page or f"canary.example/{field}" in page}
    assert shown == told
    assert {
        field for field in _fields() if f"-{field}-canary" in everywhere or f".example/{field}" in everywhere
    } == told
    assert "08:44:10" in page, "the times are shown"
    assert "checkout-api" in page


def test_update_to_engineers_is_not_told_before_closed() -> None:
    def tell(field: str, form: Form) -> str:
        return canary(field, form)

    entries = timeline(tell)
    for entry in entries:
        if entry.get("audience") == "engineers":
            entry["text"] = "only-for-engineers"
    page = made({ID: {**whole(status="monitoring"), "timeline.yaml": entries}})[f"incidents/{ID}.md"]
    assert "only-for-engineers" not in page
    assert "canary-status-update-text-canary" in page


@pytest.mark.parametrize("status", ["declared", "investigating", "identified", "monitoring", "resolved", "dismissed"])
def test_before_closed_no_file_tells_more_than_the_page(status: str) -> None:
    told = text_of(everything({ID: whole(canary, status=status)}))
    shown = {field for field in _fields() if f"canary-{field}-canary" in told or f"canary.example/{field}" in told}
    assert shown == {"title", "status-update-text"}


@pytest.mark.parametrize("status", ["draft", "in-review"])
def test_post_mortem_is_shown_only_when_published(status: str) -> None:
    records = whole()
    records["postmortem.md"] = records["postmortem.md"].replace("status: published", f"status: {status}")
    page = made({ID: records})[f"incidents/{ID}.md"]
    for field in ("trigger", "statement", "factor", "runbook", "section-0"):
        assert plain(field, "prose") not in page
    assert plain("assess", "prose") in page


def test_closed_incident_tells_every_field() -> None:
    """The counterpart of the tests above: what they look for would be found."""
    page = made({ID: whole(canary)})[f"incidents/{ID}.md"].replace("Canary", "canary")
    missing = {field for field in _fields() if f"canary-{field}-canary" not in page and f"/{field}" not in page}
    assert missing == set()


def test_names_become_roles_everywhere() -> None:
    told = text_of(everything({ID: whole()}))
    assert [name for name in PEOPLE if name in told] == []
    for role in ("by commander", "by responder", "to commander", "owner: responder", "commander, "):
        assert role in told


def test_role_that_has_the_name_of_a_person_is_not_told() -> None:
    records = whole()
    for entry in records["timeline.yaml"]:
        if entry["kind"] == "handover":
            entry["role"] = PEOPLE[0]
        if entry["kind"] == "escalation":
            entry["to"] = f"role:{PEOPLE[1]}"
    told = text_of(everything({ID: records}))
    assert [name for name in PEOPLE if name in told or name.replace("-", " ") in told] == []


def test_names_stay_when_the_policy_says_so() -> None:
    told = text_of(made({ID: whole()}, {"publishing": {"names": "as-written"}}))
    assert [name for name in PEOPLE if name not in told] == []


def test_role_that_is_called_like_its_holder_is_not_told() -> None:
    records = whole(roles={"commander": "anna-1", "cleo-3": "cleo-3"})
    assert "cleo" not in text_of(made({ID: records}))


@pytest.mark.parametrize(
    ("who", "told"),
    [
        ("role:database-engineer", "by database engineer"),
        ("system:alertmanager", "by alertmanager (system)"),
        ("org:aws", "by aws (organisation)"),
        ("party:attacker", "by attacker"),
        ("unknown", "by unknown"),
    ],
)
def test_roles_systems_and_organisations_are_named(who: str, told: str) -> None:
    entries = [{"at": "2026-11-23T08:50Z", "by": who, "kind": "note", "text": "Something happened"}]
    page = made({ID: {**whole(), "timeline.yaml": entries}})[f"incidents/{ID}.md"]
    assert told in page


def test_related_incident_is_linked_when_it_is_public() -> None:
    page = made({ID: whole(related=[OTHER]), OTHER: whole()})[f"incidents/{ID}.md"]
    assert f'href="../{OTHER}/"' in page


def test_link_of_prose_to_an_internal_incident_stands_in_no_file() -> None:
    def fill(field: str, form: Form) -> str:
        return plain(field, form) if form != "prose" else f"The [{field}](../{OTHER}/incident.yaml) of it"

    told = everything({ID: whole(fill), OTHER: whole(visibility="internal")})
    assert [path for path, text in told.items() if OTHER in text] == []
    shown = everything({ID: whole(fill), OTHER: whole()})
    assert f"[section-0]({OTHER}/)" in shown[f"incidents/{ID}.json"]


def test_drill_stands_apart_and_says_so() -> None:
    repository = loaded({ID: whole(kind="drill"), OTHER: whole()})
    public = publish(repository, NOW)
    assert [incident.id for incident in public.incidents] == [OTHER]
    assert [incident.id for incident in public.drills] == [ID]
    told = pages_of(repository)
    assert "nothing on this page happened to users" in told[f"incidents/{ID}.md"]
    assert told["index.md"].index(OTHER) < told["index.md"].index("## Drills") < told["index.md"].index(ID)


def test_retrospective_record_says_what_it_is_and_names_its_sources() -> None:
    page = made({ID: {"incident.yaml": retrospective()}})[f"incidents/{ID}.md"]
    assert "<strong>Retrospective record.</strong> Written on 24 December 2026 from public sources" in page
    assert "by nobody who took part" in page
    assert "◌ STOP gate not judged" in page
    assert '<a class="hw-source" href="#source-S1"' in page
    assert '<li id="source-S1">' in page
    assert "judged by the editor of this record" in page


def test_late_record_says_what_it_is() -> None:
    late = {"mode": "late", "at": "2026-12-24", "by": "anna-1"}
    page = made({ID: whole(recorded=late)})[f"incidents/{ID}.md"]
    assert "Written up afterwards,</strong> on 24 December 2026" in page


def _fields() -> set[str]:
    """The names of all fields that are filled."""
    seen: set[str] = set()

    def note(field: str, form: Form) -> str:
        seen.add(field)
        return plain(field, form)

    yaml.safe_dump(files({ID: whole(note)}))
    return seen
