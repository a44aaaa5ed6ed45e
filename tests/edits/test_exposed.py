"""What everybody may read of a public incident and should not is told to whoever wrote it, and recorded all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotwash.edits.amendment import Put
from tests.builders import FOLDER
from tests.edits.landing import log, shop

if TYPE_CHECKING:
    from pathlib import Path

    from hotwash.edits.amendment import Amendment
    from hotwash.records.snapshot import Snapshot

FILE = f"{FOLDER}/timeline.d/0852-aaaa.yaml"


def test_what_everybody_may_read_is_told_once_where_it_comes_in(place: Path) -> None:
    root = shop(place / "a", {"incident.yaml": "visibility: public\n"})
    first = log(root, "0852-aaaa", "Customer reachable at jo@shop.example.de")
    assert [told for told in first.notices if "HW702" in told] == [
        f"everybody may read it: HW702 {FILE}:4: an e-mail address stands here: `jo@s…`, 18 characters"
    ]
    assert log(root, "0853-bbbb", "Nothing new").notices == ()


def test_what_everybody_may_read_is_told_before_what_was_there_already(place: Path) -> None:
    old = "visibility: public\nimpact: {users: {description: Ask jo@shop.example.de}}\n"
    root = shop(place / "a", {"incident.yaml": old})

    def step(_records: Snapshot) -> tuple[str, tuple[Amendment, ...]]:
        return FOLDER, (Put("incident.yaml", ("title",), "Checkout fails, says ann@shop.example.de"),)

    (told,) = log(root, "0852-aaaa", always=False, step=step).notices
    assert "`ann@…`" in told


def test_another_address_in_place_of_one_is_told_of(place: Path) -> None:
    root = shop(
        place / "a", {"incident.yaml": "visibility: public\nimpact: {users: {description: Ask jo@shop.example.de}}\n"}
    )

    def step(_records: Snapshot) -> tuple[str, tuple[Amendment, ...]]:
        return FOLDER, (Put("incident.yaml", ("impact", "users", "description"), "Ask ann@shop.example.de"),)

    (told,) = log(root, "0852-aaaa", always=False, step=step).notices
    assert "`ann@…`" in told


def test_of_very_many_addresses_a_few_are_told(place: Path) -> None:
    root = shop(place / "a", {"incident.yaml": "visibility: public\n"})
    notices = log(root, "0852-aaaa", " ".join(f"user{number}@shop.example.de" for number in range(15))).notices
    assert len(notices) == 6
    assert notices[-1] == "and 10 more that everybody may read: hotwash check"


def test_what_stays_inside_is_not_told_of(place: Path) -> None:
    root = shop(place / "a", {"incident.yaml": "visibility: internal\n"})
    assert log(root, "0852-aaaa", "Customer reachable at jo@shop.example.de").notices == ()
