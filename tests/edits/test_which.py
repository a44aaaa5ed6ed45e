"""Which incident a command means."""

from __future__ import annotations

import pytest

from hotwash.edits.which import AT_WORK, OVER, at_work, similar_to, which
from hotwash.errors import UsageError
from hotwash.model.repository import Case, Unreadable
from hotwash.records.snapshot import MappingSnapshot
from tests.builders import COMPLETE, FOLDER, ID, SERVICES

RECORD = COMPLETE[f"{FOLDER}/incident.yaml"]


def snapshot(**statuses: str) -> MappingSnapshot:
    """Incidents by the ends of their ids, each with its status."""
    files = {SERVICES: COMPLETE[SERVICES].encode()}
    for slug, status in statuses.items():
        text = RECORD.replace("status: investigating", f"status: {status}")
        files[f"incidents/2026/2026-11-23-{slug.replace('_', '-')}/incident.yaml"] = text.encode()
    return MappingSnapshot(files)


def test_the_only_one_at_work_is_meant() -> None:
    found = which(snapshot(checkout="monitoring", search="closed", mail="dismissed", pay="resolved"), "", AT_WORK, OVER)
    assert found.case.id == "2026-11-23-checkout"


def test_where_none_is_at_work_the_only_resolved_one_is_meant() -> None:
    assert which(snapshot(checkout="closed", pay="resolved"), "", AT_WORK, OVER).case.id == "2026-11-23-pay"


def test_of_two_at_work_one_has_to_be_named() -> None:
    with pytest.raises(UsageError, match="2 incidents are open: 2026-11-23-search, 2026-11-23-checkout"):
        which(snapshot(checkout="monitoring", search="declared"), "", AT_WORK, OVER)


def test_where_there_is_none_the_way_on_is_told() -> None:
    with pytest.raises(UsageError, match="no incident is open or resolved") as caught:
        which(snapshot(checkout="closed"), "", AT_WORK, OVER)
    assert caught.value.hint == "name one by its id, or begin: hotwash declare"


@pytest.mark.parametrize("typed", ["2026-11-23-search", "search", "23-s", "incidents/2026/2026-11-23-search/"])
def test_a_part_of_an_id_will_do(typed: str) -> None:
    assert which(snapshot(checkout="monitoring", search="closed"), typed).case.id == "2026-11-23-search"


def test_a_whole_id_is_no_part_of_another() -> None:
    found = which(snapshot(search="closed", search_slow="closed"), "2026-11-23-search")
    assert found.case.id == "2026-11-23-search"


def test_a_part_of_two_ids_means_the_one_at_work() -> None:
    found = which(snapshot(search="closed", search_slow="identified"), "search")
    assert found.case.id == "2026-11-23-search-slow"


def test_a_part_of_two_ids_means_neither() -> None:
    with pytest.raises(UsageError, match="search is a part of 2 ids: "):
        which(snapshot(search="closed", search_slow="closed"), "search")


def test_an_incident_that_cannot_be_read_is_found_all_the_same() -> None:
    files = {path: text.encode() for path, text in COMPLETE.items()} | {f"{FOLDER}/timeline.yaml": b"- at: {\n"}
    assert which(MappingSnapshot(files), "", AT_WORK).case == Unreadable(ID, FOLDER)


def test_those_at_work_are_told_in_a_line_each() -> None:
    told = at_work(snapshot(checkout="monitoring", search="closed", mail="declared"))
    assert told == (
        "2026-11-23-mail P1 declared: Checkout returns 500 for EU customers",
        "2026-11-23-checkout P1 monitoring: Checkout returns 500 for EU customers",
    )


def test_similar_incidents_share_a_service() -> None:
    files = {path: text.encode() for path, text in COMPLETE.items()}
    past = RECORD.replace("status: investigating", "status: resolved")
    files |= {
        "incidents/2026/2026-10-01-checkout-slow/incident.yaml": past.encode(),
        "incidents/2026/2026-10-02-mail-late/incident.yaml": past.replace("[checkout-api]", "[payments]").encode(),
    }
    case = which(MappingSnapshot(files), ID).case
    assert isinstance(case, Case)
    assert similar_to(MappingSnapshot(files), case) == ["2026-10-01-checkout-slow"]
    alone = MappingSnapshot({path: text.encode() for path, text in COMPLETE.items()})
    assert similar_to(alone, case) == {"none": "Searched 0 past incidents for checkout-api"}
