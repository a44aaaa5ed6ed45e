"""The composite action: what it judges for which event, what it leaves to later steps, and that it fails closed.

Its script runs by itself for most of it, and the whole action by `act`, installed as it is locked.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.builders import records
from tests.docs.page import File, steps
from tests.gitrepo import git
from tests.workflows.gates import INCIDENT, NOTHING_BEFORE, change
from tests.workflows.runner import ROOT, STUBS

if TYPE_CHECKING:
    from tests.workflows.gates import Change
    from tests.workflows.runner import Job, Runner

ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
JUDGE: dict[str, Any] = next(step for step in ACTION["runs"]["steps"] if step.get("id") == "check")
DECLARED = records(stage="declared")
SIGNED = "  gather: {by: dave, at: 2026-11-23T08:50:10Z, note: begins with v413}"
STOPPED = {path: text.replace(SIGNED, "  gather: {}") for path, text in records().items()}
assert records() != STOPPED
GONE = "5ca1ab1e" * 5  # a commit that is nowhere


@dataclass(frozen=True, slots=True)
class Judged:
    """What the step that judges left behind.

    Attributes:
        outputs: What later steps read, key -> value.
    """

    code: int
    log: str
    summary: str
    outputs: dict[str, str]

    @property
    def errors(self) -> list[str]:
        """The annotations of level error."""
        return [line for line in self.log.splitlines() if line.startswith("::error ")]


def judge(folder: Path, event: str, **surroundings: str) -> Judged:
    """Run the step as a runner would, with the tool of this environment; inputs by their names in the script."""
    temp = folder.parent / "temp"
    shutil.rmtree(temp, ignore_errors=True)
    temp.mkdir()
    given = {name: ACTION["inputs"][value]["default"] for name, value in INPUTS.items()}
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", JUDGE["run"]],
        cwd=folder,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(temp),
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": event,
            "GITHUB_OUTPUT": str(temp / "output"),
            "GITHUB_STEP_SUMMARY": str(temp / "summary"),
            "PYTHON": sys.executable,
            "FOLDER": str(temp),
            "QUEUED_ON": "",
            "PUSHED_ON": "",
            **given,
            **({} if "GITHUB_SHA" in surroundings else {"GITHUB_SHA": git(folder, "rev-parse", "HEAD")}),
            **surroundings,
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    told = {name: (temp / name).read_text("utf-8") if (temp / name).exists() else "" for name in ("output", "summary")}
    outputs = dict(line.split("=") for line in told["output"].splitlines())
    return Judged(done.returncode, done.stdout.decode() + done.stderr.decode(), told["summary"], outputs)


INPUTS = {
    "BASE": "base",
    "HEAD": "head",
    "ALL": "all",
    "DIRECTORY": "working-directory",
    "ANNOTATIONS": "annotations",
    "SARIF": "sarif-file",
}
GREEN = {"verdict": "0", "errors": "0", "sarif": "false"}
RED = {"verdict": "1", "errors": "1", "sarif": "false"}
REFUSED = {"verdict": "2", "sarif": "false"}


def kept(judged: Judged) -> dict[str, str]:
    """The outputs but for warnings, of which clocks add some as the days go by."""
    return {key: value for key, value in judged.outputs.items() if key != "warnings"}


def test_the_step_gets_what_these_tests_give_it() -> None:
    expressions = {name: f"${{{{ inputs.{value} }}}}" for name, value in INPUTS.items()}
    others = {"PYTHON", "FOLDER", "QUEUED_ON", "PUSHED_ON"}
    assert {name: value for name, value in JUDGE["env"].items() if name not in others} == expressions
    assert set(JUDGE["env"]) == others | INPUTS.keys()


@pytest.fixture
def stopped(tmp_path: Path) -> Change:
    """A change that goes on without its first actions."""
    return change(tmp_path, DECLARED, STOPPED)


@pytest.fixture
def untouched(tmp_path: Path) -> Change:
    """A change of no incident, onto a base with one that does not pass: a whole check is red, one of the change not."""
    return change(tmp_path, STOPPED, {"docs/notes.md": "A note\n"})


# --- what is judged for which event


def test_a_pull_request_is_judged_against_what_it_is_merged_into(stopped: Change) -> None:
    judged = judge(stopped.folder, "pull_request")
    assert (judged.code, kept(judged)) == (1, RED), judged.log
    assert f"file={INCIDENT}" in judged.errors[0]
    assert "HW201" in judged.errors[0]
    assert "⛔ STOP: first actions are not complete (3 of 4)" in judged.summary
    assert stopped.base[:12] in judged.summary


def test_of_a_pull_request_only_the_change_is_judged(untouched: Change) -> None:
    judged = judge(untouched.folder, "pull_request")
    assert (judged.code, kept(judged)) == (0, GREEN), judged.log


def test_a_merge_queue_is_judged_against_its_base(stopped: Change, tmp_path: Path) -> None:
    judged = judge(stopped.folder, "merge_group", QUEUED_ON=stopped.base)
    assert (judged.code, kept(judged)) == (1, RED), judged.log
    quiet = change(tmp_path / "quiet", STOPPED, {"docs/notes.md": "A note\n"})
    assert judge(quiet.folder, "merge_group", QUEUED_ON=quiet.base).code == 0


def test_a_push_is_judged_against_what_was_there_before(stopped: Change, tmp_path: Path) -> None:
    judged = judge(stopped.folder, "push", PUSHED_ON=stopped.base)
    assert (judged.code, kept(judged)) == (1, RED), judged.log
    quiet = change(tmp_path / "quiet", STOPPED, {"docs/notes.md": "A note\n"})
    assert judge(quiet.folder, "push", PUSHED_ON=quiet.base).code == 0


@pytest.mark.parametrize(
    ("event", "surroundings"),
    [
        ("push", {"PUSHED_ON": NOTHING_BEFORE}),
        ("push", {"PUSHED_ON": GONE}),
        ("workflow_dispatch", {}),
        ("schedule", {}),
        ("pull_request", {"ALL": "true"}),
        ("release", {"ALL": "true"}),
    ],
    ids=["a new branch", "a rewritten branch", "by hand", "by the clock", "asked for", "asked for at any event"],
)
def test_where_nothing_was_before_all_incidents_are_judged(
    untouched: Change, event: str, surroundings: dict[str, str]
) -> None:
    judged = judge(untouched.folder, event, **surroundings)
    assert (judged.code, kept(judged)) == (1, RED), judged.log
    assert "All incidents are judged, and no change" in judged.log


def test_a_base_and_a_head_that_are_named_are_taken(stopped: Change) -> None:
    named = judge(stopped.folder, "issue_comment", BASE="main", HEAD=stopped.head)
    assert (named.code, kept(named)) == (1, RED), named.log
    assert judge(stopped.folder, "issue_comment", BASE=stopped.merged).code == 0


@pytest.mark.parametrize("folder", ["records", "records/"])
def test_records_may_lie_deeper(tmp_path: Path, folder: str) -> None:
    base, head = ({f"records/{path}": text for path, text in side.items()} for side in (DECLARED, STOPPED))
    deeper = change(tmp_path, base, head)
    judged = judge(deeper.folder, "pull_request", DIRECTORY=folder)
    assert (judged.code, kept(judged)) == (1, RED), judged.log


# --- it fails closed


@pytest.mark.parametrize(
    ("event", "surroundings", "said"),
    [
        ("pull_request_target", {}, "nothing is known of the base"),
        ("workflow_run", {}, "nothing is known of the base"),
        ("merge_group", {}, "the base of the merge queue is not here"),
        ("merge_group", {"QUEUED_ON": GONE}, "the base of the merge queue is not here"),
        ("merge_group", {"QUEUED_ON": "--git-dir=x"}, "the base of the merge queue is not here"),
        ("push", {}, "what was there before"),
        ("schedule", {"HEAD": "HEAD"}, "head is judged beside a base only"),
        ("schedule", {"ALL": "true", "BASE": "main"}, "leave out base and head"),
        ("schedule", {"ALL": "true", "HEAD": "main"}, "leave out base and head"),
        ("schedule", {"ALL": ""}, "all and annotations are true or false"),
        ("pull_request", {"ANNOTATIONS": "yes"}, "all and annotations are true or false"),
        ("pull_request", {"ANNOTATIONS": ""}, "all and annotations are true or false"),
        ("pull_request", {"DIRECTORY": "docs"}, "holds no folder incidents/"),
        ("pull_request", {"DIRECTORY": ""}, "holds no folder incidents/"),
        ("pull_request", {"SARIF": "pyproject.toml"}, "is there already"),
    ],
)
def test_what_cannot_be_judged_is_red(untouched: Change, event: str, surroundings: dict[str, str], said: str) -> None:
    (untouched.folder / "docs").mkdir(exist_ok=True)
    (untouched.folder / "pyproject.toml").touch()
    judged = judge(untouched.folder, event, **surroundings)
    assert (judged.code, judged.outputs) == (2, REFUSED), judged.log
    (error,) = judged.errors
    assert said in error


def test_a_pull_request_that_is_no_merge_is_red(stopped: Change) -> None:
    """Its first parent would be an earlier commit of the change itself."""
    git(stopped.folder, "switch", "--quiet", "--detach", "change")
    judged = judge(stopped.folder, "pull_request")
    assert (judged.code, judged.outputs) == (2, REFUSED)
    assert "the merge of the pull request is not here" in judged.errors[0]


@pytest.mark.parametrize("event", ["pull_request", "push"])
def test_a_history_that_is_cut_short_is_red_and_says_what_to_do(stopped: Change, tmp_path: Path, event: str) -> None:
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "--quiet", "--depth=1", "--no-local", stopped.folder.as_uri(), str(shallow))
    judged = judge(shallow, event, PUSHED_ON=stopped.base)
    assert judged.code == 2, judged.log
    assert "fetch-depth: 0" in judged.errors[0]


def test_a_change_that_takes_the_records_away_is_not_judged_elsewhere(tmp_path: Path) -> None:
    """Else a folder further up, which the change brings along, would be judged in their place."""
    base = {f"records/{path}": text for path, text in records().items()}
    away = change(
        tmp_path, base, {"incidents/README.md": "Nothing\n", "records/README.md": "Nothing\n"}, gone=tuple(base)
    )
    judged = judge(away.folder, "pull_request", DIRECTORY="records")
    assert (judged.code, judged.outputs) == (2, REFUSED), judged.log


def test_where_there_is_no_repository_is_red(untouched: Change) -> None:
    shutil.rmtree(untouched.folder / ".git")
    outside = {"GITHUB_SHA": untouched.merged, "GIT_CEILING_DIRECTORIES": str(untouched.folder.parent)}
    judged = judge(untouched.folder, "schedule", **outside)
    assert judged.code not in (0, 1)
    assert judged.outputs == {"sarif": "false"}


@pytest.mark.parametrize("code", [2, 3, 130])
def test_a_tool_that_fails_is_red_with_its_code(untouched: Change, tmp_path: Path, code: int) -> None:
    failing = tmp_path / "python"
    failing.write_text(f"#!/bin/sh\nexit {code}\n", "utf-8")
    failing.chmod(0o755)
    judged = judge(untouched.folder, "pull_request", PYTHON=str(failing))
    assert (judged.code, judged.outputs) == (code, {"verdict": str(code), "sarif": "false"})


def test_a_tool_that_fails_the_second_time_is_red(untouched: Change, tmp_path: Path) -> None:
    """The first verdict was green; without the counts and SARIF, later steps would rest on nothing."""
    failing = tmp_path / "python"
    failing.write_text('#!/bin/sh\ncase "$*" in *json*) exit 3;; esac\n', "utf-8")
    failing.chmod(0o755)
    judged = judge(untouched.folder, "pull_request", PYTHON=str(failing))
    assert judged.code != 0


# --- what it leaves behind


def test_sarif_is_written_beside_the_annotations(stopped: Change) -> None:
    judged = judge(stopped.folder, "pull_request", SARIF="found.sarif")
    assert (judged.code, kept(judged)) == (1, RED | {"sarif": "true"}), judged.log
    (run,) = json.loads((stopped.folder / "found.sarif").read_text("utf-8"))["runs"]
    assert "HW201" in {result["ruleId"] for result in run["results"]}


def test_a_relative_file_is_counted_from_the_workspace(tmp_path: Path) -> None:
    base, head = ({f"records/{path}": text for path, text in side.items()} for side in (DECLARED, STOPPED))
    deeper = change(tmp_path, base, head)
    assert judge(deeper.folder, "pull_request", DIRECTORY="records", SARIF="found.sarif").code == 1
    assert (deeper.folder / "found.sarif").exists()


def test_sarif_follows_no_link_that_the_change_has_put_there(stopped: Change, tmp_path: Path) -> None:
    (stopped.folder / "found.sarif").symlink_to(tmp_path / "canary")
    judged = judge(stopped.folder, "pull_request", SARIF="found.sarif")
    assert (judged.code, judged.outputs) == (2, REFUSED)
    assert not (tmp_path / "canary").exists()


def test_without_annotations_there_are_a_log_and_a_summary(stopped: Change) -> None:
    judged = judge(stopped.folder, "pull_request", ANNOTATIONS="false")
    assert (judged.code, kept(judged)) == (1, RED), judged.log
    assert judged.errors == []
    assert "error[HW201]" in judged.log
    assert "⛔ STOP: first actions are not complete (3 of 4)" in judged.summary


def test_outputs_are_fixed_keys_with_numbers_and_booleans(tmp_path: Path) -> None:
    """Whatever a record holds (threats T7)."""
    title = '"verdict=0\\nerrors=0\\n::set-output name=verdict::0"'
    hostile = {INCIDENT: f"title: {title}\n" + STOPPED[INCIDENT].partition("\n")[2]}
    judged = judge(change(tmp_path, DECLARED, STOPPED | hostile).folder, "pull_request", SARIF="found.sarif")
    assert judged.outputs.keys() == {"verdict", "errors", "warnings", "sarif"} == set(ACTION["outputs"])
    assert judged.outputs["sarif"] == "true"
    assert all(judged.outputs[key].isdecimal() for key in ("verdict", "errors", "warnings"))
    assert judged.outputs["verdict"] == "1"


# --- the whole of it

COMMIT = "0123456789abcdef0123456789abcdef01234567"
UPLOAD = "github/codeql-action@8aad20d150bbac5944a9f9d289da16a4b0d87c1e"
WORKFLOW = f"""
name: check
on: [pull_request]
permissions: {{}}
jobs:
  check:
    name: hotwash
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1
        with: {{fetch-depth: 0, persist-credentials: false}}
      - uses: example/hotwash@{COMMIT}
        id: hotwash
        with:
          sarif-file: ${{{{ runner.temp }}}}/hotwash.sarif
      - if: always()
        shell: bash
        env:
          TOLD: >-
            ${{{{ steps.hotwash.outputs.verdict }}}} ${{{{ steps.hotwash.outputs.errors }}}}
            ${{{{ steps.hotwash.outputs.sarif }}}}
        run: |
          echo "told $TOLD"
          grep -c ruleId "$RUNNER_TEMP/hotwash.sarif" || true
          command -v hotwash || echo "nothing on the path"
"""


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a repository that uses the action gets of this one."""
    folder = tmp_path_factory.mktemp("action")
    for name in ("action.yml", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    shutil.copytree(ROOT / "tooling", folder / "tooling", ignore=shutil.ignore_patterns("__pycache__", ".*_cache"))
    return folder


def use(runner: Runner, action: Path, made: Change, workflow: str = WORKFLOW, event: str = "pull_request") -> Job:
    """The only job of a workflow that uses an action, on a change."""
    file = made.folder.parent / "check.yml"
    file.write_text(workflow, "utf-8")
    told = made.push() if event == "push" else made.pull_request(fork=True)
    replaced = {f"example/hotwash@{COMMIT}": action, UPLOAD: STUBS / "codeql-action"}
    (job,) = runner.run(file, made.folder, event, told, whole_install=True, replaced=replaced).values()
    return job


def test_a_workflow_that_uses_it_passes(runner: Runner, published: Path, tmp_path: Path) -> None:
    job = use(runner, published, change(tmp_path, DECLARED, records()))
    assert job.result == "success", job.log
    assert "told 0 0 true" in job.log
    assert "nothing on the path" in job.log
    assert [one for one in job.annotations if one.level == "error"] == []
    assert "✅ Initial assessment complete" in job.summary


def test_a_workflow_that_uses_it_is_stopped(runner: Runner, published: Path, tmp_path: Path) -> None:
    job = use(runner, published, change(tmp_path, DECLARED, STOPPED))
    assert job.result == "failure"
    assert "told 1 1 true" in job.log
    (error,) = (one for one in job.annotations if one.level == "error")
    assert (error.file, error.title) == (INCIDENT, "HW201 first-actions-incomplete")
    assert "⛔ STOP: first actions are not complete (3 of 4)" in job.summary


PAGE = (ROOT / "docs" / "how-to" / "check-pull-requests.md").read_text("utf-8")
SHOWN = {
    Path(step.path).name: step.text.replace("OWNER/hotwash@COMMIT", f"example/hotwash@{COMMIT}")
    for step in steps(PAGE)
    if isinstance(step, File) and step.path.startswith(".github/workflows/")
}


def test_what_the_page_shows_passes_the_gates_of_our_own_workflows(tmp_path: Path) -> None:
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    for name, text in SHOWN.items():
        (folder / name).write_text(text, "utf-8")
    files = sorted(map(str, folder.iterdir()))
    assert len(files) == 2
    for gate in (
        ["check-jsonschema", "--builtin-schema", "vendor.github-workflows"],
        ["actionlint"],
        ["zizmor", "--offline", "--strict-collection", "--persona=pedantic"],
    ):
        done = subprocess.run(
            [str(Path(sysconfig.get_path("scripts")) / gate[0]), *gate[1:], *files],
            cwd=tmp_path,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, (done.stdout + done.stderr).decode()


def test_the_check_of_the_page_stops_a_pull_request(runner: Runner, published: Path, tmp_path: Path) -> None:
    job = use(runner, published, change(tmp_path, DECLARED, STOPPED), SHOWN["incidents.yml"])
    assert (job.name, job.result) == ("hotwash", "failure")
    assert [one.title for one in job.annotations if one.level == "error"] == ["HW201 first-actions-incomplete"]


def test_the_findings_of_the_page_are_of_all_incidents_and_are_uploaded(
    runner: Runner, published: Path, tmp_path: Path
) -> None:
    """Also where they are errors."""
    job = use(
        runner, published, change(tmp_path, STOPPED, {"docs/notes.md": "A note\n"}), SHOWN["findings.yml"], "push"
    )
    assert job.result == "failure"
    assert re.search(r"uploaded HW201 .*as hotwash\n", job.log), job.log
    assert [one for one in job.annotations if one.level == "error"] == []


def test_a_package_that_is_not_the_locked_one_is_red(runner: Runner, published: Path, tmp_path: Path) -> None:
    lock = published / "tooling" / "requirements.txt"
    tampered = tmp_path / "action"
    shutil.copytree(published, tampered)
    text = lock.read_text("utf-8")
    start = text.index("click==")
    end = text.index("\ndetect-secrets==")
    other = text[start:end].partition(" ")[0] + " \\\n    --hash=sha256:" + "0" * 64
    (tampered / "tooling" / "requirements.txt").write_text(text[:start] + other + text[end:], "utf-8")
    job = use(runner, tampered, change(tmp_path / "repository", DECLARED, records()))
    assert job.result == "failure"
    assert "THESE PACKAGES DO NOT MATCH THE HASHES" in job.log
    assert "told   " in job.log
