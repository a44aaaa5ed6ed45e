"""Everything that is written in the records is met once, at the place at which it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hotwash.facts.severity import speaks_for, thresholds
from hotwash.facts.statements import spread, statements
from hotwash.model.policy import Policy
from hotwash.records.document import locate
from hotwash.records.load import case_files, load_case
from tests.builders import case, records, snapshot

if TYPE_CHECKING:
    from hotwash.model.repository import Case

STAGES = ("declared", "investigating", "closed", "dismissed", "retrospective")


def texts(found: Case) -> dict[str, object]:
    """File and route -> what stands there, of all that is text."""
    told = [one for one in statements(found) if isinstance(one.value, str)]
    said = {f"{one.file} {'.'.join(map(str, one.route))}": one.value for one in told}
    assert len(said) == len(told)
    return said


@pytest.mark.parametrize("stage", STAGES)
def test_every_text_of_a_statement_stands_at_its_place_in_the_file(stage: str) -> None:
    files = snapshot(records(stage=stage))
    loaded = load_case(files, case_files(files.paths())[0])
    documents = {document.path.removeprefix(f"{loaded.case.path}/"): document for document in loaded.documents}
    found = [one for one in statements(case(stage=stage)) if isinstance(one.value, str)]
    # A plain severity stands where its mapping would.
    found = [one for one in found if one.route != ("severity", "level") or stage == "retrospective"]
    assert found
    for one in found:
        span = locate(documents[one.file], one.place)
        line = documents[one.file].lines[span.line - 1]
        assert line[span.column - 1 :].lstrip("\"'").startswith(str(one.value)[:20]), one


def test_nothing_that_is_not_written_is_met() -> None:
    assert "incident.yaml kind" not in texts(case())
    assert texts(case({"incident.yaml": "kind: drill\n"}))["incident.yaml kind"] == "drill"


def test_every_file_of_the_incident_is_met() -> None:
    files = {"timeline.d/0930-abcd.yaml": "at: 2026-11-23T09:30:00Z\nkind: note\ntext: In a file of its own\n"}
    said = texts(case(files, stage="closed"))
    assert {place.split()[0] for place in said} == {
        *("incident.yaml", "timeline.yaml", "timeline.d/0930-abcd.yaml", "action-items.yaml", "postmortem.md"),
    }
    assert said["timeline.d/0930-abcd.yaml text"] == "In a file of its own"
    assert said["postmortem.md root_causes.0.category"] == "configuration"
    none = texts(case({"action-items.yaml": "none: Everything was mended that night\n"}))
    assert none["action-items.yaml none"] == "Everything was mended that night"


def test_keys_that_people_chose_are_told_from_those_of_a_record() -> None:
    found = case({"incident.yaml": "labels: {source: x}\nimpact: {scope: {description: y, source: S1}}\n"})
    told = {".".join(map(str, one.route)): one.named for one in statements(found) if one.key == "source"}
    assert told == {"labels.source": True, "impact.scope.source": False}


def test_old_values_are_left_out() -> None:
    text = (
        "- {at: 2026-11-23, kind: note, text: new, corrected: {was: {text: old, at: {at: 2026-11-22}}, why: a slip}}\n"
    )
    said = texts(case({"timeline.yaml": text}))
    assert "old" not in said.values()
    assert said["timeline.yaml 0.corrected.why"] == "a slip"


@pytest.mark.parametrize(
    ("times", "first", "last"),
    [
        ("at: 2026-11-23T09:00Z", "09:00:00", "09:01:00"),
        ("between: [2026-11-23T09:00Z, 2026-11-23T09:10:00Z]", "09:00:00", "09:10:01"),
        ("between: [2026-11-23T09:00:00Z, {at: 2026-11-23T08:55Z, approx: true}]", "09:00:00", "09:06:00"),
        ("between: [{at: 2026-11-23T09:00Z, approx: true}, 2026-11-23T08:58Z]", "08:50:00", "09:11:00"),
    ],
)
def test_an_entry_lies_anywhere_between_its_bounds(times: str, first: str, last: str) -> None:
    (logged,) = case({"timeline.yaml": f"- {{{times}, kind: note, text: x}}\n"}).timeline
    when = spread(logged.entry)
    assert (f"{when.earliest:%H:%M:%S}", f"{when.latest:%H:%M:%S}") == (first, last)


def test_the_share_of_users_speaks_for_a_severity_by_the_policy() -> None:
    policy = Policy()
    assert thresholds(policy) == (("P0", 0.9), ("P1", 0.25))
    assert [speaks_for(share, policy) for share in (1, 0.9, 0.89, 0.25, 0.24, 0)] == [
        "P0",
        "P0",
        "P1",
        "P1",
        "P2",
        "P2",
    ]


def test_a_policy_that_gives_no_share_has_nothing_to_say() -> None:
    nothing = Policy.model_validate({"severities": {"P0": {"share": None}, "P1": {"share": None}}})
    assert speaks_for(1, nothing) is None
    lowest = Policy.model_validate({"severities": {"P3": {"share": 0.1}}})
    assert speaks_for(0, lowest) == "P3"


@pytest.mark.parametrize("stage", STAGES)
def test_what_is_not_there_says_nothing(stage: str) -> None:
    assert [one for one in statements(case(stage=stage)) if one.value is None] == []
