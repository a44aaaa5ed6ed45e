"""Every hostile file through every command and every format: a finding or a clear error, and nothing hidden elsewhere.

Promise 10 of threats: no input makes a traceback.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hostile.inputs import ALL, AROUND, POLICY, RUNS, SERVICES, Hostile, incident
from tests.hostile.repository import FOLDER, Checked, Produced, assert_inside, holding, make, write

IN_HEAD = tuple(hostile for hostile in ALL if hostile.path in (POLICY, SERVICES))
IN_INCIDENT = tuple(hostile for hostile in ALL if hostile.path not in (POLICY, SERVICES))
# A page of thousands of entries takes a while, and is one page like others.
BULKY = 200_000  # bytes
THREATS = sorted({hostile.threat for hostile in ALL})


def identity(hostile: Hostile) -> str:
    return f"{hostile.threat} {hostile.name}"


def path_of(hostile: Hostile) -> str:
    return hostile.path if hostile.path.startswith("incidents/") else f"{FOLDER}/{hostile.path}"


def test_there_are_many_and_each_has_a_name_of_its_own() -> None:
    assert len(ALL) > 300
    assert len({identity(hostile) for hostile in ALL}) == len(ALL)
    assert {"R1", "R2", "R3", "R4", "R5", "R6", "R7"} <= set(THREATS)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository for tests that leave it as they found it: making one takes longer than checking it."""
    return make(tmp_path_factory.mktemp("shared"))


@pytest.mark.parametrize("path", AROUND)
def test_the_same_file_is_not_refused_with_something_harmless_in_it(shared: Path, path: str) -> None:
    """So that what refuses a hostile file is what is hostile in it."""
    hostile = Hostile("harmless", "", path, AROUND[path].replace("{}", "harmless").encode())
    with holding(shared, path_of(hostile), hostile.data):
        checked = Checked(shared)
    checked.assert_neighbours_are_judged()
    assert checked.code == 1  # of the neighbours
    assert checked.errors(path_of(hostile)) == []


@pytest.mark.parametrize("hostile", ALL, ids=map(identity, ALL))
def test_hostile_file_is_refused_or_judged_and_hides_nothing(shared: Path, hostile: Hostile) -> None:
    path = path_of(hostile)
    with holding(shared, path, hostile.data):
        checked = Checked(shared)
    errors = checked.errors(path)
    for found in errors:
        assert_inside(found, hostile.data)
    if hostile.refused:
        assert errors, checked.ran["text"].out[-2000:]
        assert checked.code == 1
    checked.assert_neighbours_are_judged(catalogue=not (hostile.refused and path == SERVICES))
    assert not Path(RUNS).exists()


@pytest.mark.parametrize("hostile", IN_HEAD, ids=map(identity, IN_HEAD))
def test_nothing_is_planned_or_published_by_a_policy_or_a_catalogue_that_is_refused(
    tmp_path: Path, hostile: Hostile
) -> None:
    root = make(tmp_path)
    write(root, {hostile.path: hostile.data})
    produced = Produced(root)
    if hostile.refused:
        # What they say must not be guessed.
        assert produced.code == 2
        assert hostile.path in produced.published.err
        assert produced.pages == {}
    else:
        assert produced.code == 0
        produced.assert_neighbours_are_produced()


@pytest.mark.parametrize("threat", THREATS)
def test_hostile_incidents_take_no_issue_and_no_page_from_others(tmp_path: Path, threat: str) -> None:
    """All of one threat in one repository, an incident each."""
    root = make(tmp_path)
    hostiles = [hostile for hostile in IN_INCIDENT if hostile.threat == threat and len(hostile.data) < BULKY]
    folders = {f"incidents/2026/2026-11-24-hostile-{number}": hostile for number, hostile in enumerate(hostiles)}
    for folder, hostile in folders.items():
        write(root, {f"{folder}/incident.yaml": incident(), f"{folder}/{hostile.path}": hostile.data})
    produced = Produced(root)
    produced.assert_neighbours_are_produced()
    assert produced.code == (1 if any(hostile.refused for hostile in hostiles) else 0)
    for folder, hostile in folders.items():
        assert (folder.rpartition("/")[2] not in produced.pages) == hostile.refused, identity(hostile)
    checked = Checked(root)
    checked.assert_neighbours_are_judged()
    for folder, hostile in folders.items():
        assert bool(checked.errors(f"{folder}/{hostile.path}")) >= hostile.refused, identity(hostile)
