"""Why one incident names another, and which are alike."""

from __future__ import annotations

from typing import Any

import pytest

from hotwash.site.public.publish import publish
from tests.site.records import ID, NOW, loaded, made, whole


def records(category: str = "change", **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - YAML
    """An incident with a cause of a category."""
    written = whole(**changes)
    cause = f"root_causes:\n  - {{category: {category}, trigger: It was set off, statement: It broke}}\n"
    written["postmortem.md"] = f"---\nstatus: published\nauthors: [anna-1]\n{cause}---\n\n## Summary\n\nIt broke.\n"
    return written


def day(number: int) -> str:
    return f"2026-11-{number:02}-slow"


def similar(incidents: dict[str, dict[str, Any]], id_: str) -> list[tuple[str, str]]:
    """The ids of those that are alike, and why."""
    account = next(one for one in publish(loaded(incidents), NOW).all if one.id == id_).account
    assert account is not None
    return [(one.id, one.why) for one in account.similar]


WHY = "the same service (checkout-api) and the same kind of cause (a change that went out)"


def test_same_service_and_same_kind_of_cause_are_alike_and_the_page_says_why() -> None:
    incidents = {day(1): records(), day(2): records()}
    assert similar(incidents, day(1)) == [(day(2), WHY)]
    page = made(incidents)[f"incidents/{day(1)}.md"]
    assert f'Similar: <a href="../{day(2)}/"' in page
    assert WHY in page


@pytest.mark.parametrize(
    "other",
    [
        records("capacity"),
        records(services=["mail"]),
        records(visibility="internal"),
        records(status="resolved"),
        records(kind="drill"),
        {**records(), "postmortem.md": records()["postmortem.md"].replace("published", "draft")},
    ],
    ids=["other cause", "other service", "internal", "not closed", "drill", "cause not published"],
)
def test_less_than_that_is_not_alike(other: dict[str, Any]) -> None:
    assert similar({day(1): records(), day(2): other}, day(1)) == []


def test_causes_that_are_not_known_are_not_alike() -> None:
    assert similar({day(1): records("unknown"), day(2): records("unknown")}, day(1)) == []


def test_three_at_most_those_that_share_most_and_then_the_nearest() -> None:
    incidents = {day(number): records() for number in range(1, 9)}
    assert [id_ for id_, _ in similar(incidents, day(4))] == [day(3), day(5), day(2)]
    both = ["checkout-api", "mail"]
    incidents |= {day(4): records(services=both), day(7): records(services=both)}
    assert similar(incidents, day(4))[0][0] == day(7)


def test_one_that_is_named_is_not_named_again() -> None:
    assert similar({day(1): records(related=[day(2)]), day(2): records()}, day(2)) == []


def test_related_incidents_say_what_they_have_in_common() -> None:
    incidents = {
        ID: records("capacity", related=[day(1), day(2), day(3)]),
        day(1): records("capacity", services=["mail"]),
    }
    incidents |= {day(2): records("data"), day(3): records("data", services=["mail"])}
    account = publish(loaded(incidents), NOW).incidents[0].account
    assert account is not None
    assert [(one.id, one.why) for one in account.related] == [
        (day(1), "the same kind of cause (too little capacity)"),
        (day(2), "the same service (checkout-api)"),
        (day(3), ""),
    ]


def test_what_an_incident_that_is_not_closed_has_in_common_is_its_services_alone() -> None:
    incidents = {ID: records(related=[day(1)]), day(1): records(status="resolved")}
    account = publish(loaded(incidents), NOW).incidents[0].account
    assert account is not None
    assert [one.why for one in account.related] == ["the same service (checkout-api)"]
