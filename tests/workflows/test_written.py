"""What the workflows say, ours and those that `hotwash init` writes: what no run can show (threats G1, G4, G5, G6).

`act` ignores triggers, permissions and concurrency, so they are read here. A workflow, a job or an action that is not in
the tables fails: whoever adds one decides here what it may do.
"""

from __future__ import annotations

import itertools
import json
import os
import re
import subprocess
from typing import Any

import pytest
import yaml

from hotwash.rules.base import GUARDED
from tests.workflows.runner import REPLACED, ROOT

SCAFFOLD = ROOT / "tooling/hotwash/scaffold"
READS = {"contents": "read"}
TEMPLATES = "tooling/hotwash/scaffold/files/.github/workflows"
TEMPLATE = f"{TEMPLATES}/check.yml"
JUDGES: dict[str, dict[str, str]] = {"change": READS, "own-tool": READS, "everything": READS, "gate": {}}
KEEPS_ISSUES: dict[str, dict[str, str]] = {
    "apply": {"contents": "read", "issues": "write", "pull-requests": "read"},
    "pull": {"contents": "write", "issues": "read", "pull-requests": "write"},
}
PUBLISHES: dict[str, dict[str, str]] = {
    "preview": READS,
    "build": {"contents": "read", "pages": "read"},
    "deploy": {"id-token": "write", "pages": "write"},
}
# What each job may do, workflow by workflow.
PERMISSIONS: dict[str, dict[str, dict[str, str]]] = {
    ".github/workflows/check.yml": JUDGES,
    TEMPLATE: JUDGES,
    ".github/workflows/ci.yml": {
        **dict.fromkeys(("default", "windows", "session", "wheel", "build"), READS),
        "gate": {},
    },
    ".github/workflows/nightly.yml": {"deep": READS},
    ".github/workflows/action-items.yml": KEEPS_ISSUES,
    f"{TEMPLATES}/action-items.yml": KEEPS_ISSUES,
    ".github/workflows/publish.yml": PUBLISHES,
    f"{TEMPLATES}/publish.yml": PUBLISHES,
}
# Those that write, in which nothing of a change runs that is not merged.
KEEPERS = [".github/workflows/action-items.yml", f"{TEMPLATES}/action-items.yml"]
# Those that publish: strangers start the job that reads, and no other.
PUBLISHERS = [".github/workflows/publish.yml", f"{TEMPLATES}/publish.yml"]
READERS = [path for path in PERMISSIONS if path not in (*KEEPERS, *PUBLISHERS)]
CHECKS = [".github/workflows/check.yml", TEMPLATE]
NIGHTLY = ".github/workflows/nightly.yml"
# A merge waits for these: they are quick, and end in one gate.
AWAITED = [path for path in READERS if path != NIGHTLY]
# The commits at which actions were read. A newer one is taken on purpose, here and where it is used.
PINS = {
    "actions/checkout": ("v7.0.1", "3d3c42e5aac5ba805825da76410c181273ba90b1"),
    "actions/configure-pages": ("v6.0.0", "45bfe0192ca1faeb007ade9deae92b16b8254a0d"),
    "actions/create-github-app-token": ("v3.1.1", "1b10c78c7865c340bc4f6099eb2f838309f1e8c3"),
    "actions/deploy-pages": ("v5.0.0", "cd2ce8fcbc39b97be8ca5fce6e763baed58fa128"),
    "actions/setup-python": ("v7.0.0", "5fda3b95a4ea91299a34e894583c3862153e4b97"),
    "actions/upload-artifact": ("v7.0.0", "bbbca2ddaa5d8feaa63e36b76fdaad77386f024f"),
    "actions/upload-pages-artifact": ("v5.0.0", "fc324d3547104276b827a68afc52ff2a11cc49c9"),
    "actions/download-artifact": ("v8.0.1", "3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c"),
}
USES = re.compile(r"^ *(?:- )?uses: (\S+)(.*)$", re.MULTILINE)
RESULTS = ("success", "failure", "cancelled", "skipped", "")


def read(path: str) -> dict[str, Any]:
    """A workflow as text values: `on` stays a key, and no number is guessed."""
    read: dict[str, Any] = yaml.load((ROOT / path).read_text("utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - only text
    return read


def steps(workflow: dict[str, Any]) -> list[dict[str, Any]]:
    """The steps of all its jobs."""
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def test_every_workflow_is_in_the_table() -> None:
    places = [ROOT / ".github/workflows", *SCAFFOLD.glob("*/.github/workflows")]
    found = {file.relative_to(ROOT).as_posix() for place in places for file in place.iterdir()}
    assert found == PERMISSIONS.keys()


@pytest.mark.parametrize("path", PERMISSIONS)
def test_a_job_may_do_what_the_table_says_and_nothing_else(path: str) -> None:
    workflow = read(path)
    assert workflow["permissions"] == {}
    assert {key: job["permissions"] for key, job in workflow["jobs"].items()} == PERMISSIONS[path]


@pytest.mark.parametrize("path", READERS)
def test_what_strangers_start_cannot_write(path: str) -> None:
    triggers = {"schedule", "workflow_dispatch"} if path == NIGHTLY else {"pull_request", "merge_group", "push"}
    assert read(path)["on"].keys() <= triggers
    assert all(set(may.values()) <= {"read"} for may in PERMISSIONS[path].values())


@pytest.mark.parametrize("path", KEEPERS)
def test_what_writes_takes_from_an_event_only_that_there_was_one(path: str) -> None:
    """Everybody may close an issue of their own; what the run does then follows from what is read (threats G7, G8)."""
    assert {event: told if event == "issues" else "" for event, told in read(path)["on"].items()} == {
        "push": "",
        "issues": {"types": ["closed", "reopened"]},
        "workflow_dispatch": "",
    }
    assert read(path)["on"]["push"] == {"branches": ["main"]}
    told = set(re.findall(r"github\.event\b[.\w-]*", (ROOT / path).read_text("utf-8")))
    assert told == {"github.event.repository.default_branch", "github.event.repository.fork"}
    checkouts = [step for step in steps(read(path)) if "actions/checkout" in step.get("uses", "")]
    assert {step["with"]["ref"] for step in checkouts} == {"${{ github.event.repository.default_branch }}"}


@pytest.mark.parametrize("path", KEEPERS)
def test_what_writes_is_one_at_a_time_and_runs_to_its_end(path: str) -> None:
    """Each run does all of it, so that the one in the middle of three, which the forge drops, is not missed."""
    workflow = read(path)
    assert workflow["concurrency"] == {
        "group": "action-items${{ inputs.dry-run && '-dry-run' || '' }}",
        "cancel-in-progress": "false",
    }
    ifs = {key: job["if"] for key, job in workflow["jobs"].items()}
    assert ifs == {
        "apply": "${{ !github.event.repository.fork }}",
        "pull": "${{ !cancelled() && !github.event.repository.fork }}",
    }
    assert workflow["jobs"]["pull"]["needs"] == ["apply"]


@pytest.mark.parametrize("path", KEEPERS)
def test_a_token_is_given_to_the_step_that_needs_it(path: str) -> None:
    text = (ROOT / path).read_text("utf-8")
    assert set(re.findall(r"secrets\.\w+", text)) == {"secrets.HOTWASH_APP_PRIVATE_KEY"}
    assert "env" not in {key for job in read(path)["jobs"].values() for key in job}
    holders = {step["name"] for step in steps(read(path)) if "TOKEN" in str(step.get("env"))}
    assert holders == {"Plan", "Apply", "Pull"}
    tokens = {step["env"]["GITHUB_TOKEN"] for step in steps(read(path)) if step.get("name") in holders}
    assert tokens == {"${{ steps.app.outputs.token || github.token }}"}


@pytest.mark.parametrize("path", KEEPERS)
def test_an_app_may_do_no_more_than_the_job(path: str) -> None:
    for key, job in read(path)["jobs"].items():
        (taken,) = (step["with"] for step in job["steps"] if "create-github-app-token" in step.get("uses", ""))
        asked = {name.removeprefix("permission-"): may for name, may in taken.items() if name.startswith("permission-")}
        assert asked == PERMISSIONS[path][key]


@pytest.mark.parametrize("path", PUBLISHERS)
def test_what_strangers_start_publishes_nothing(path: str) -> None:
    """Their code builds the preview; the job for it can read, and every other one starts for what is merged only."""
    workflow = read(path)
    assert workflow["on"] == {
        "pull_request": "",
        "merge_group": "",
        "push": {"branches": ["main"]},
        "workflow_dispatch": "",
    }
    assert {key: job["if"] for key, job in workflow["jobs"].items()} == {
        "preview": "github.event_name == 'pull_request' || github.event_name == 'merge_group'",
        "build": "(github.event_name == 'push' || github.event_name == 'workflow_dispatch')"
        " && !github.event.repository.fork",
        "deploy": "github.event.repository.has_pages",
    }
    # What is skipped lets nothing follow that has no word of its own on that.
    assert workflow["jobs"]["deploy"]["needs"] == ["build"]
    assert workflow["jobs"]["deploy"]["environment"]["name"] == "github-pages"


@pytest.mark.parametrize("path", PUBLISHERS)
def test_what_is_published_is_the_newest_and_one_at_a_time(path: str) -> None:
    workflow = read(path)
    assert workflow["concurrency"] == {
        "group": """${{ contains(fromJSON('["pull_request", "merge_group"]'), github.event_name)"""
        " && format('preview-{0}', github.ref) || 'pages' }}",
        "cancel-in-progress": "${{ github.event_name == 'pull_request' }}",
    }
    refs = {
        key: step["with"].get("ref")
        for key, job in workflow["jobs"].items()
        for step in job["steps"]
        if "actions/checkout" in step.get("uses", "")
    }
    assert refs == {"preview": None, "build": "${{ github.event.repository.default_branch }}"}


def test_those_that_publish_differ_in_how_they_install_the_tool_only() -> None:
    """So that most of what runs show of the one holds for the other."""
    ours, written = map(read, PUBLISHERS)
    for job in (*ours["jobs"].values(), *written["jobs"].values()):
        job["steps"] = [step for step in job["steps"] if not step.get("name", "").startswith("Install the tool")]
    assert ours == written


@pytest.mark.parametrize("path", PUBLISHERS)
def test_each_build_is_strict(path: str) -> None:
    """With --quiet MkDocs counts no warnings, and --strict means nothing."""
    builds = [step["run"] for step in steps(read(path)) if "mkdocs build" in step.get("run", "")]
    assert len(builds) == 3
    assert all("--strict" in run and "--quiet" not in run and " -q" not in run for run in builds)


@pytest.mark.parametrize("path", PUBLISHERS)
def test_no_cache_and_no_artifact_of_another_run_is_published(path: str) -> None:
    assert not re.search(
        r"actions/cache|download-artifact|cache:|workflow_run|pull_request_target", (ROOT / path).read_text("utf-8")
    )


@pytest.mark.parametrize("path", CHECKS)
def test_the_required_workflow_always_starts(path: str) -> None:
    """A required check that a filter keeps from starting blocks the merge for ever."""
    assert read(path)["on"] == {"pull_request": "", "merge_group": "", "push": {"branches": ["main"]}}


@pytest.mark.parametrize("path", [*PERMISSIONS, "action.yml"])
def test_every_action_is_pinned_to_a_commit_that_was_read(path: str) -> None:
    used = USES.findall((ROOT / path).read_text("utf-8"))
    assert used
    for action, comment in used:
        name, _, commit = action.partition("@")
        assert (name in PINS, commit, comment) == (True, PINS[name][1], f" # {PINS[name][0]}")


def test_the_stubs_stand_in_for_the_pinned_commits() -> None:
    assert set(REPLACED) <= {f"{name}@{commit}" for name, (_, commit) in PINS.items()}


@pytest.mark.parametrize("path", PERMISSIONS)
def test_no_expression_stands_in_a_script(path: str) -> None:
    scripts = [step["run"] for step in steps(read(path)) if "run" in step]
    assert scripts
    assert [script for script in scripts if "${{" in script] == []


@pytest.mark.parametrize("path", [*READERS, *PUBLISHERS])
def test_no_token_and_no_secret_is_asked_for(path: str) -> None:
    text = (ROOT / path).read_text("utf-8")
    assert re.findall(r"secrets\b|github\.token|GITHUB_TOKEN", text) == []


@pytest.mark.parametrize("path", PERMISSIONS)
def test_no_token_stays_behind_in_the_clone(path: str) -> None:
    checkouts = [step for step in steps(read(path)) if "actions/checkout" in step.get("uses", "")]
    assert {step["with"]["persist-credentials"] for step in checkouts} == {"false"}


@pytest.mark.parametrize("path", PERMISSIONS)
def test_nothing_runs_for_ever(path: str) -> None:
    longest = 350 if path == NIGHTLY else 30
    assert all(0 < int(job["timeout-minutes"]) <= longest for job in read(path)["jobs"].values())


@pytest.mark.parametrize("path", READERS)
def test_nothing_is_judged_twice(path: str) -> None:
    workflow = read(path)
    assert workflow["concurrency"].keys() == {"group", "cancel-in-progress"}
    # What was merged is judged to the end.
    stops = "false" if path == NIGHTLY else "${{ github.event_name == 'pull_request' }}"
    assert workflow["concurrency"]["cancel-in-progress"] == stops


@pytest.mark.parametrize("path", PERMISSIONS)
def test_no_failure_is_passed_over(path: str) -> None:
    assert "continue-on-error" not in (ROOT / path).read_text("utf-8")


@pytest.mark.parametrize("path", CHECKS)
def test_each_push_is_judged_by_itself(path: str) -> None:
    """Of three runs in one group the forge would drop the second."""
    group = read(path)["concurrency"]["group"]
    assert group == "${{ github.workflow }}-${{ github.event_name == 'push' && github.sha || github.ref }}"


# --- the gate


@pytest.mark.parametrize("path", AWAITED)
def test_the_gate_waits_for_all_other_jobs(path: str) -> None:
    jobs = read(path)["jobs"]
    gate = jobs.pop("gate")
    assert gate["if"] == "always()"
    assert gate["needs"] == list(jobs)


# One shell for all: for each line of values, whether the script passes as the runner would start it.
EACH = """
while IFS=, read -r -a values; do
  ( set -eo pipefail; export "${values[@]}"; eval "$SCRIPT" ) >/dev/null
  echo $?
done
"""


def passing(path: str, environments: list[dict[str, str]]) -> list[dict[str, str]]:
    """The environments in which the script of the gate ends well."""
    (step,) = read(path)["jobs"]["gate"]["steps"]
    told = "".join(",".join(f"{name}={value}" for name, value in values.items()) + "\n" for values in environments)
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-c", EACH],
        env={"PATH": os.environ["PATH"], "SCRIPT": step["run"]},
        input=told.encode(), capture_output=True, check=True,
    )  # fmt: skip
    codes = done.stdout.decode().split()
    assert set(codes) == {"0", "1"}, done.stderr
    return [values for values, code in zip(environments, codes, strict=True) if code == "0"]


@pytest.mark.parametrize("path", CHECKS)
def test_the_gate_reads_the_results_of_the_jobs(path: str) -> None:
    assert read(path)["jobs"]["gate"]["env"] == {
        "CHANGE": "${{ needs.change.result }}",
        "OWN_TOOL": "${{ needs.own-tool.result }}",
        "OWN_TOOL_ASKED": "${{ needs.change.outputs.own-tool }}",
        "EVERYTHING": "${{ needs.everything.result }}",
    }


@pytest.mark.parametrize("path", CHECKS)
def test_the_gate_passes_what_passed_and_nothing_else(path: str) -> None:
    """All results of all jobs. What was not asked for is skipped, and only that may be."""
    names = ("GITHUB_EVENT_NAME", "CHANGE", "OWN_TOOL", "OWN_TOOL_ASKED", "EVERYTHING")
    events = ("pull_request", "merge_group", "push")
    every = itertools.product(events, RESULTS, RESULTS, ("true", "false", ""), RESULTS)
    passed = passing(path, [dict(zip(names, values, strict=True)) for values in every])
    assert [tuple(values.values()) for values in passed] == [
        ("pull_request", "success", "success", "true", "skipped"),
        ("pull_request", "success", "skipped", "false", "skipped"),
        ("merge_group", "success", "success", "true", "skipped"),
        ("merge_group", "success", "skipped", "false", "skipped"),
        ("push", "success", "success", "true", "success"),
        ("push", "success", "skipped", "false", "success"),
    ]


def test_ci_passes_only_where_every_job_did() -> None:
    path = ".github/workflows/ci.yml"
    gate = read(path)["jobs"]["gate"]
    assert gate["env"] == {"RESULTS": "${{ join(needs.*.result, ' ') }}"}
    count = len(gate["needs"])
    every = [{"RESULTS": " ".join(values)} for values in itertools.product(("success", "failure"), repeat=count)]
    every += [{"RESULTS": " ".join([*["success"] * (count - 1), result])} for result in RESULTS]
    all_succeeded = {"RESULTS": " ".join(["success"] * count)}
    assert passing(path, every) == [all_succeeded, all_succeeded]


# --- what the forge has to be told


def test_the_ruleset_requires_the_gate() -> None:
    ruleset = json.loads((SCAFFOLD / "files/.github/rulesets/main.json").read_text("utf-8"))
    (required,) = (rule["parameters"] for rule in ruleset["rules"] if rule["type"] == "required_status_checks")
    (check,) = required["required_status_checks"]
    assert check["context"] == read(TEMPLATE)["jobs"]["gate"]["name"] == read(CHECKS[0])["jobs"]["gate"]["name"]


def test_what_judges_has_owners() -> None:
    lines = (ROOT / ".github/CODEOWNERS").read_text("utf-8").splitlines()
    owned = {line.split()[0].strip("/"): line.split()[1:] for line in lines if line and not line.startswith("#")}
    assert owned.keys() == {*GUARDED, "incidents/policy.yaml", "pyproject.toml"}
    assert all(owned.values())
    assert [path for path in owned if not (ROOT / path).exists()] == []
