"""The workflow `check`, ours and the one that `hotwash init` writes, run over real pull requests (threats G1, G6).

The jobs run for real, by `act`; only the checkout and the interpreter are stubs. What no run here can show is said by
`test_written.py`, which reads the workflows: triggers, permissions, concurrency.
"""

from __future__ import annotations

import uuid
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.builders import POLICY, records
from tests.gitrepo import git
from tests.workflows.gates import INCIDENT, NOTHING_BEFORE, TIMELINE, change, ours, results, scaffolded
from tests.workflows.runner import Job

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.workflows.gates import Files, Gate
    from tests.workflows.runner import Runner

GREEN = {"change": "success", "gate": "success"}
RED = {"change": "failure", "gate": "failure"}
NO_INCIDENT = {path: text for path, text in records().items() if path not in (INCIDENT, TIMELINE)}
DECLARED = records(stage="declared")
GATHERED = "  gather: {by: dave, at: 2026-11-23T08:50:10Z, note: begins with v413}"
STOPPED = {path: text.replace(GATHERED, "  gather: {}") for path, text in records().items()}
assert records() != STOPPED


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
        never: What it must not hold.
    """

    name: str
    base: Mapping[str, str]
    head: Mapping[str, str]
    gone: tuple[str, ...] = ()
    errors: tuple[tuple[str, int, str], ...] = ()
    warnings: tuple[str, ...] = ()
    summary: tuple[str, ...] = ()
    never: tuple[str, ...] = ()


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
        never=("@example/team", "fixes #1", " <img", "##[error]"),
    ),
]


def assert_judged(job: Job, case: Case) -> None:
    """The annotations stand at their lines, and the summary says what was found."""
    assert [(a.file, a.line, a.title) for a in job.annotations if a.level == "error"] == list(case.errors)
    assert {a.title for a in job.annotations if a.level == "warning"} >= set(case.warnings)
    # Of what comes from records nothing has become a command.
    assert {name for name, _ in job.commands} <= {"set-output", "add-path"}
    assert [said for said in case.summary if said not in job.summary] == []
    assert [said for said in case.never if said in job.summary] == []
    assert "##[" not in job.log


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_pull_request(runner: Runner, gate: Gate, case: Case, tmp_path: Path) -> None:
    pull_request = change(tmp_path, {**gate.files, **case.base}, case.head, case.gone)
    jobs = runner.run(gate.workflow, pull_request.folder, "pull_request", pull_request.pull_request())
    assert results(jobs) == (RED if case.errors else GREEN)
    assert_judged(jobs["change"], case)
    assert f"Tool and policy are those of the base, {pull_request.base[:12]}" in jobs["change"].summary
    assert jobs["gate"].name == "hotwash"


# --- who judges


STOP = CASES[2]
DONE = CASES[1]
# Files that Python, pip or a shell would run or obey, were they on disk or on a path of the job that judges.
TRAP = "print('::warning title=trap::sprung', flush=True)\n"
TRAPS = {
    **dict.fromkeys(("sitecustomize.py", "usercustomize.py", "click.py", "venv.py", "pip.py", "yaml.py"), TRAP),
    **dict.fromkeys(("hotwash/__init__.py", "hotwash/__main__.py", "pip/__main__.py", "venv/__init__.py"), TRAP),
    "pip.conf": "[global]\nindex-url = https://pip.example/\n",
    "setup.py": TRAP,
    ".python-version": "2.7\n",
    ".gitattributes": "* filter=trap diff=trap\nincidents/** export-ignore\n",
    ".env": "PIP_INDEX_URL=https://pip.example/\n",
    "git": "#!/bin/sh\necho ::warning title=trap::sprung\n",
}


def test_a_fork_is_judged_as_everybody_is(runner: Runner, gate: Gate, tmp_path: Path) -> None:
    """It has no secrets, and a token that reads; here none is there at all."""
    away = change(tmp_path, {**gate.files, **STOP.base}, STOP.head)
    jobs = runner.run(gate.workflow, away.folder, "pull_request", away.pull_request(fork=True))
    assert results(jobs) == RED
    assert_judged(jobs["change"], STOP)


def test_nothing_of_the_change_runs_where_it_is_judged(runner: Runner, gate: Gate, tmp_path: Path) -> None:
    hostile = change(tmp_path, {**gate.files, **STOP.base}, {**STOP.head, **TRAPS})
    jobs = runner.run(gate.workflow, hostile.folder, "pull_request", hostile.pull_request(fork=True))
    assert results(jobs) == RED
    assert_judged(jobs["change"], STOP)
    assert {annotation.title for annotation in jobs["change"].annotations}.isdisjoint({"trap"})


def lenient(gate: Gate, runner: Runner) -> Files:
    """What a change writes to get a tool that lets all pass."""
    if gate.name == "ours":
        main = "tooling/hotwash/__main__.py"
        return {main: f"def main():\n    {TRAP}"}
    return {".github/hotwash.txt": doctored(runner, "lenient", f"def main():\n    {TRAP}")}


def doctored(runner: Runner, version: str, main: str) -> str:
    """The name of a tool that does what it is told, for a repository that names its tool."""
    wheel = runner.wheels / f"hotwash-0+{version}-py3-none-any.whl"
    if not wheel.exists():
        info = f"hotwash-0+{version}.dist-info"
        made = wheel.with_suffix(f".{uuid.uuid4()}")
        with zipfile.ZipFile(made, "w") as archive:
            archive.writestr("hotwash/__init__.py", "")
            archive.writestr("hotwash/__main__.py", main)
            archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: hotwash\nVersion: 0+{version}\n")
            archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            archive.writestr(f"{info}/entry_points.txt", "[console_scripts]\nhotwash = hotwash.__main__:main\n")
            archive.writestr(f"{info}/RECORD", "")
        made.rename(wheel)
    return f"hotwash==0+{version}\n"


def test_a_change_of_the_tool_does_not_let_itself_pass(runner: Runner, gate: Gate, tmp_path: Path) -> None:
    """Its own tool says yes, in a job of its own, and that does not count."""
    kind = change(tmp_path, {**gate.files, **STOP.base}, {**STOP.head, **lenient(gate, runner)})
    jobs = runner.run(gate.workflow, kind.folder, "pull_request", kind.pull_request())
    assert results(jobs) == {"change": "failure", "own-tool": "success", "gate": "failure"}
    assert_judged(jobs["change"], STOP)
    assert [annotation.title for annotation in jobs["own-tool"].annotations] == ["trap", "trap"]
    assert "judges once it is merged" in jobs["own-tool"].summary


def broken(gate: Gate, runner: Runner, how: str) -> Files:
    """What makes the tool of a repository end as a bug does, or keeps it from being installed."""
    crash = "def main():\n    print('hotwash: a bug in hotwash')\n    raise SystemExit(3)\n"
    if gate.name == "ours":
        return {"tooling/hotwash/__main__.py": crash} if how == "crashes" else {"pyproject.toml": "[project]\n"}
    return {".github/hotwash.txt": doctored(runner, "crash", crash) if how == "crashes" else "hotwash==0+none\n"}


@pytest.mark.parametrize("how", ["crashes", "cannot be installed"])
def test_a_tool_that_fails_lets_nothing_pass(runner: Runner, gate: Gate, how: str, tmp_path: Path) -> None:
    fine = change(tmp_path, {**gate.files, **broken(gate, runner, how), **DONE.base}, DONE.head)
    jobs = runner.run(gate.workflow, fine.folder, "pull_request", fine.pull_request())
    assert results(jobs) == RED
    assert "exit status 3" in jobs["change"].log or how != "crashes"


@pytest.mark.parametrize("how", ["crashes", "cannot be installed"])
def test_a_tool_that_would_fail_is_not_merged(runner: Runner, gate: Gate, how: str, tmp_path: Path) -> None:
    """Else every later change would be red, the one that mends the tool among them."""
    fine = change(tmp_path, {**gate.files, **DONE.base}, {**DONE.head, **broken(gate, runner, how)})
    jobs = runner.run(gate.workflow, fine.folder, "pull_request", fine.pull_request())
    assert results(jobs) == {"change": "success", "own-tool": "failure", "gate": "failure"}


@pytest.mark.parametrize("case", [DONE, STOP], ids=lambda case: case.name)
def test_a_base_without_a_tool(runner: Runner, gate: Gate, case: Case, tmp_path: Path) -> None:
    """The tool of the change judges, and the summary says so."""
    first = change(tmp_path, {**gate.rest, **case.base}, {**gate.tool, **case.head})
    jobs = runner.run(gate.workflow, first.folder, "pull_request", first.pull_request())
    assert results(jobs) == (RED if case.errors else GREEN)
    assert_judged(jobs["change"], case)
    assert f"⚠ The base, {first.base[:12]}," in jobs["change"].summary
    assert "the tool is that of this change" in jobs["change"].summary


def test_a_base_without_incidents(runner: Runner, gate: Gate, tmp_path: Path) -> None:
    base = {path: text for path, text in gate.files.items() if not path.startswith("incidents/")}
    first = change(tmp_path, base, DECLARED)
    jobs = runner.run(gate.workflow, first.folder, "pull_request", first.pull_request())
    assert results(jobs) == GREEN


def test_all_that_the_tool_needs_is_installed(runner: Runner, gate: Gate, tmp_path: Path) -> None:
    """The other tests spare the time for it."""
    fine = change(tmp_path, {**gate.files, **gate.lock, **DONE.base}, DONE.head)
    jobs = runner.run(gate.workflow, fine.folder, "pull_request", fine.pull_request(), whole_install=True)
    assert results(jobs) == GREEN
    assert_judged(jobs["change"], DONE)


# --- what it is about


@pytest.mark.parametrize("case", [DONE, STOP], ids=lambda case: case.name)
def test_a_merge_queue(runner: Runner, gate: Gate, case: Case, tmp_path: Path) -> None:
    queued = change(tmp_path, {**gate.files, **case.base}, case.head)
    jobs = runner.run(gate.workflow, queued.folder, "merge_group", queued.merge_group())
    assert results(jobs) == (RED if case.errors else GREEN)
    assert_judged(jobs["change"], case)


@pytest.mark.parametrize("case", [DONE, STOP], ids=lambda case: case.name)
def test_a_push_is_judged_as_a_change_and_as_a_whole(runner: Runner, gate: Gate, case: Case, tmp_path: Path) -> None:
    merged = change(tmp_path, {**gate.files, **case.base}, case.head)
    jobs = runner.run(gate.workflow, merged.folder, "push", merged.push())
    verdict = "failure" if case.errors else "success"
    assert results(jobs) == {"change": verdict, "everything": verdict, "gate": verdict}
    assert_judged(jobs["change"], case)
    assert_judged(jobs["everything"], case)


@pytest.mark.parametrize(
    ("case", "before"),
    [(DONE, NOTHING_BEFORE), (STOP, "5ca1ab1e" * 5)],
    ids=["the branch is new", "the history was rewritten"],
)
def test_a_push_onto_nothing_is_judged_as_a_whole(
    runner: Runner, gate: Gate, case: Case, before: str, tmp_path: Path
) -> None:
    pushed = change(tmp_path, {**gate.files, **case.base}, case.head)
    jobs = runner.run(gate.workflow, pushed.folder, "push", pushed.push(before=before))
    verdict = "failure" if case.errors else "success"
    assert results(jobs) == {"change": "success", "everything": verdict, "gate": verdict}
    assert_judged(jobs["everything"], case)
    assert "There is nothing before this push" in jobs["change"].summary


def test_what_is_no_merge_is_not_judged(runner: Runner, gate: Gate, tmp_path: Path) -> None:
    """Its first parent would be an earlier commit of the change itself, and so the tool and the policy of the change."""
    weak = change(tmp_path, {**gate.files, **DONE.base}, DONE.head)
    git(weak.folder, "switch", "--quiet", "--detach", "change")
    jobs = runner.run(gate.workflow, weak.folder, "pull_request", weak.pull_request())
    assert results(jobs) == RED
    assert "The base was not found: nothing was judged" in jobs["change"].summary


def test_an_event_that_nobody_thought_of_is_red(runner: Runner, gate: Gate, tmp_path: Path) -> None:
    fine = change(tmp_path, {**gate.files, **DONE.base}, DONE.head)
    workflow = tmp_path / "check.yml"
    workflow.write_text(gate.workflow.read_text("utf-8").replace("merge_group:\n", "workflow_dispatch:\n", 1), "utf-8")
    jobs = runner.run(workflow, fine.folder, "workflow_dispatch", {})
    assert results(jobs) == RED


@pytest.mark.parametrize("job", ["change", "everything"])
def test_a_job_that_never_starts_is_no_pass(runner: Runner, gate: Gate, job: str, tmp_path: Path) -> None:
    """As where no machine takes it; for the forge a job that was skipped has passed."""
    fine = change(tmp_path, {**gate.files, **DONE.base}, DONE.head)
    workflow = tmp_path / "check.yml"
    text = gate.workflow.read_text("utf-8")
    start = text.index(f"\n  {job}:\n")
    workflow.write_text(text[:start] + text[start:].replace("runs-on: ubuntu-latest", "runs-on: nowhere", 1), "utf-8")
    jobs = runner.run(workflow, fine.folder, "push", fine.push())
    assert jobs["gate"].result == "failure"
    assert jobs.get(job, Job("")).result != "success"
