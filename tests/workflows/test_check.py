"""The workflow `check`, ours and the one that `hotwash init` writes, run over real pull requests (threats G1, G6).

The jobs run for real, by `act`; only the checkout and the interpreter are stubs. What no run here can show is said by
`test_written.py`, which reads the workflows: triggers, permissions, concurrency.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest

from tests.builders import POLICY, SERVICES, records
from tests.workflows.gates import INCIDENT, NOTHING_BEFORE, TIMELINE, Files, change, ours, results, scaffolded

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.workflows.gates import Change, Gate
    from tests.workflows.runner import Job, Runner

GREEN = {"change": "success", "gate": "success"}
RED = {"change": "failure", "gate": "failure"}
NO_INCIDENT = {path: text for path, text in records().items() if path not in (INCIDENT, TIMELINE)}
DECLARED = records(stage="declared")
GATHERED = "  gather: {by: dave, at: 2026-11-23T08:50:10Z, note: begins with v413}"
STOPPED = {path: text.replace(GATHERED, "  gather: {}") for path, text in records().items()}
assert STOPPED != records()


@pytest.fixture(params=[ours, scaffolded], ids=["ours", "scaffolded"])
def gate(request: pytest.FixtureRequest) -> Gate:
    """Each of the two workflows."""
    made: Gate = request.param()
    return made


@dataclass(frozen=True, slots=True)
class Case:
    """A pull request, and what the job that judges makes of it.

    Attributes:
        base: Records of the base.
        head: What the change writes.
        errors: Path, line and rule of each error.
        warnings: The rules of the warnings that have to be there. Clocks add others, as the days go by.
        summary: What it has to hold.
    """

    name: str
    base: Mapping[str, str]
    head: Mapping[str, str]
    gone: tuple[str, ...] = ()
    errors: tuple[tuple[str, int, str], ...] = ()
    warnings: tuple[str, ...] = ()
    summary: tuple[str, ...] = ()
    never: tuple[str, ...] = field(default=())


def line_of(files: Mapping[str, str], path: str, start: str) -> int:
    """On which line of a file a text begins, blanks apart."""
    (found,) = (n for n, line in enumerate(files[path].splitlines(), 1) if line.lstrip().startswith(start))
    return found


MOVED = {TIMELINE: records()[TIMELINE].replace("at: 2026-11-23T08:51:00Z", "at: 2026-11-23T08:51:30Z")}
UNKNOWN_SERVICE = {INCIDENT: records()[INCIDENT].replace("[checkout-api]", "[chekout-api]")}
BROKEN = {INCIDENT: records()[INCIDENT].replace("roles:\n", "roles: [\n")}
HOSTILE = 'title: "::error::pwned ##[error]pwned @example/team fixes #1 <img src=x> ::add-mask::s"\n'
HOSTILE_TITLE = {INCIDENT: HOSTILE + STOPPED[INCIDENT].partition("\n")[2]}
GATHER = (INCIDENT, line_of(STOPPED, INCIDENT, "gather:"), "HW201 first-actions-incomplete")

CASES = [
    Case(
        "an incident is declared",
        NO_INCIDENT,
        DECLARED,
        summary=("STOP: first actions are not complete (0 of 4)", "before its status can move on"),
    ),
    Case("an incident passes the gate", DECLARED, records(), summary=("✅ Initial assessment complete",)),
    Case(
        "an incident goes on without its first actions",
        DECLARED,
        STOPPED,
        errors=(GATHER,),
        summary=("⛔ STOP: first actions are not complete (3 of 4)", "gather: {by: YOUR-LOGIN"),
    ),
    Case(
        "the merged timeline is rewritten",
        records(),
        MOVED,
        errors=((TIMELINE, line_of(MOVED, TIMELINE, "- at: 2026-11-23T08:51:30Z"), "HW303 timeline-entry-rewritten"),),
        summary=("corrected: {was: {at: 2026-11-23T08:51:00Z}",),
    ),
    Case(
        "the policy is weakened together with the record that breaks it",
        records() | {POLICY: "format: 1\n"},
        UNKNOWN_SERVICE | {POLICY: 'format: 1\nlevels: {HW801: "off"}\n'},
        errors=((INCIDENT, line_of(UNKNOWN_SERVICE, INCIDENT, "services:"), "HW801 unknown-service"),),
        warnings=("HW312 policy-changed-with-incidents",),
        summary=("the policy of the base judged",),
    ),
    Case("no incident is touched", records(), {"docs/notes.md": "A note\n"}, summary=("No findings",)),
    Case(
        "the YAML is broken",
        records(),
        BROKEN,
        errors=((INCIDENT, line_of(BROKEN, INCIDENT, "communications:"), "HW002 yaml-syntax"),),
    ),
    Case(
        "a hostile title",
        DECLARED,
        STOPPED | HOSTILE_TITLE,
        errors=(GATHER,),
        never=("\n::error::", "##[error]"),
    ),
]


def assert_judged(job: Job, case: Case) -> None:
    """The annotations stand at their lines, and the summary says what was found."""
    assert [(a.file, a.line, a.title) for a in job.annotations if a.level == "error"] == list(case.errors)
    assert {a.title for a in job.annotations if a.level == "warning"} >= set(case.warnings)
    # Of what comes from records nothing has become a command.
    assert {name for name, _ in job.commands} <= {"set-output", "add-path"}
    assert [said for said in case.summary if said not in job.summary] == []
    assert [said for said in case.never if said in job.summary + job.log] == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_pull_request(runner: Runner, gate: Gate, case: Case, tmp_path: Path) -> None:
    pull_request = change(tmp_path, gate.files | case.base, case.head, case.gone)
    jobs = runner.run(gate.workflow, pull_request.folder, "pull_request", pull_request.pull_request())
    assert results(jobs) == (RED if case.errors else GREEN)
    assert_judged(jobs["change"], case)
    assert f"Judged by the tool and the policy of the base, {pull_request.base[:12]}" in jobs["change"].summary
    assert jobs["gate"].name == "hotwash"
