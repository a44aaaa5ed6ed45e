"""Links, special files and names through every command: nothing outside is read, and nothing hidden elsewhere."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.hostile.inputs import POLICY, SERVICES, incident
from tests.hostile.places import P2, P2_ABOVE, P3, YEAR, Place
from tests.hostile.repository import Checked, Produced, make, write

if TYPE_CHECKING:
    from pathlib import Path


def put(root: Path, place: Place) -> None:
    path = root / place.path
    if path.is_dir():
        shutil.rmtree(path)
    elif path.exists():
        path.unlink()
    path.parent.mkdir(parents=True, exist_ok=True)
    place.make(path)


def test_link_or_special_file_in_an_incident_is_refused_and_nothing_else(tmp_path: Path) -> None:
    """All of them in one repository, an incident each."""
    root = make(tmp_path)
    hostile = {f"{YEAR}/2026-11-24-hostile-{number}": place for number, place in enumerate(P2)}
    for folder, place in hostile.items():
        write(root, {f"{folder}/incident.yaml": incident(), f"{folder}/evidence/logs.txt": "x\n"})
        put(root, place._replace(path=f"{folder}/{place.path}".rstrip("/")))
    checked, produced = Checked(root), Produced(root)
    for folder, place in hostile.items():
        path = f"{folder}/{place.path}".rstrip("/")
        assert bool(checked.errors(path)) >= place.refused, place.name
        if place.refused:
            assert folder.rpartition("/")[2] not in produced.pages, place.name
    checked.assert_neighbours_are_judged()
    produced.assert_neighbours_are_produced()


@pytest.mark.parametrize("place", P2_ABOVE, ids=[place.name for place in P2_ABOVE])
def test_link_or_special_file_above_the_incidents_is_refused(tmp_path: Path, place: Place) -> None:
    root = make(tmp_path)
    put(root, place)
    checked, produced = Checked(root), Produced(root)
    if place.refused:
        assert checked.errors(place.path), checked.ran["text"].out[-1000:]
    if place.hides:
        assert checked.code == produced.code == 1
        return
    checked.assert_neighbours_are_judged(catalogue=not (place.refused and place.path == SERVICES))
    if place.refused and place.path in (POLICY, SERVICES):
        assert produced.code == 2
        assert place.path in produced.published.err
        assert produced.pages == {}
    else:
        produced.assert_neighbours_are_produced()


@pytest.mark.parametrize("places", P3.values(), ids=P3)
def test_name_steers_nothing_and_hides_nothing(tmp_path: Path, places: tuple[Place, ...]) -> None:
    root = make(tmp_path)
    try:
        for place in places:
            put(root, place)
        checked = Checked(root)
        checked.assert_neighbours_are_judged()
        Produced(root).assert_neighbours_are_produced()
    finally:
        # pytest cannot remove what is nested deeper than Python's calls.
        subprocess.run(["rm", "-rf", root], check=True)
