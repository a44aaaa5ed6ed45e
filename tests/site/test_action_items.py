"""The board: what is overdue first, then what is open, and whose items are on it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.site.html import read
from tests.site.records import ID, NOW, made, retrospective, whole

BOARD = "incidents/action-items.md"
OTHER = "2026-11-22-payments-slow"
TODAY = NOW.date().isoformat()


def item(number: int, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - YAML
    return {
        "id": f"AI-{number}",
        "title": f"Thing {number}",
        "kind": "prevent",
        "priority": "P1",
        "status": "open",
        "owner": "anna-1",
        "due": "2026-12-24",
        **changes,
    }


def board(*items: dict[str, Any], **changes: Any) -> str:  # noqa: ANN401 - YAML
    return made({ID: {**whole(**changes), "action-items.yaml": list(items)}})[BOARD]


def part(page: str, heading: str) -> str:
    """The text below a heading."""
    return page.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def order(page: str, heading: str, *titles: str) -> bool:
    text = part(page, heading)
    return sorted(titles, key=text.index) == list(titles)


def test_what_is_overdue_stands_first_whatever_its_state() -> None:
    page = board(
        item(1),
        item(2, due="2026-11-29"),
        item(3, due="2026-11-20", status="in-progress", priority="P3"),
        item(4, due=TODAY),
        item(5, due="2026-11-01", status="done", closed="2026-11-25"),
    )
    assert order(page, "Overdue", "Thing 3<", "Thing 2<")
    assert "Thing 4<" in part(page, "Open"), "a day is there until it is over"
    assert page.index("## Overdue") < page.index("## Open") < page.index("## Done")
    assert "<b>4</b> open" in page
    assert "<b>2</b> overdue" in page
    assert "30 November 2026, 12:00</time> UTC" in page


def test_open_ones_stand_by_priority_and_then_by_the_day_on_which_they_are_due() -> None:
    page = board(
        item(1, priority="P2"), item(2, due="2027-01-01"), item(3, due="2026-12-01"), item(4, priority="P0"), item(10)
    )
    assert order(page, "Open", "Thing 4<", "Thing 3<", "Thing 10<", "Thing 2<", "Thing 1<")


def test_what_is_over_stands_newest_first_and_what_was_dropped_says_why() -> None:
    page = board(
        item(1, status="done", closed="2026-11-24"),
        item(2, status="done", closed="2026-11-28"),
        item(3, status="dropped", closed="2026-11-25", reason="The service is gone for good"),
    )
    assert order(page, "Done", "Thing 2<", "Thing 1<")
    assert "The service is gone for good" in part(page, "Dropped")
    assert "## Open" not in page


def test_kinds_are_counted() -> None:
    page = board(item(1), item(2, due="2026-11-20"), item(3, kind="detect", status="done", closed="2026-11-24"))
    told = read(part(page, "By kind").replace("<", " <")).text
    assert "prevent 2 1 0 0 detect 0 0 1 0" in told


def test_owner_is_a_role_and_the_incident_is_linked() -> None:
    page = board(item(1))
    assert "owner: commander" in page
    assert "anna-1" not in page
    assert f'href="../{ID}/#action-items"' in page


@pytest.mark.parametrize("status", ["investigating", "resolved", "dismissed"])
def test_items_of_what_is_not_closed_are_not_told(status: str) -> None:
    assert "Thing" not in board(item(1), status=status)
    assert "No action item of our own has been published." in board(item(1), status=status)


def test_items_of_drills_stand_apart_and_are_not_counted() -> None:
    drill = {**whole(kind="drill"), "action-items.yaml": [item(7)]}
    page = made({ID: {**whole(), "action-items.yaml": [item(1)]}, OTHER: drill})[BOARD]
    assert "<b>1</b> open</li> <li><b>0</b> overdue" in page
    assert "Thing 7<" in part(page, "Drills")
    assert "Thing 7<" not in part(page, "Open")


def test_items_of_others_are_counted_as_theirs() -> None:
    theirs = [
        {key: value for key, value in item(9, status="unknown").items() if key not in ("owner", "due", "priority")}
    ]
    page = made({ID: {"incident.yaml": retrospective(), "action-items.yaml": theirs}})[BOARD]
    assert "Thing 9" not in page
    assert "1 status not stated" in part(page, "Items of others")
    assert "<b>0</b> open" not in page


def test_of_many_the_first_are_shown_and_the_rest_is_found_by_year() -> None:
    records = {
        f"2026-11-{day}-slow": {**whole(), "action-items.yaml": [item(number) for number in range(1, 31)]}
        for day in (11, 12, 13, 14, 15)
    }
    page = made(records)[BOARD]
    assert part(page, "Open").count("hw-item-title") == 100
    assert "<b>50</b> more" in page
    assert 'href="../years/2026/">2026</a> (50)' in page
