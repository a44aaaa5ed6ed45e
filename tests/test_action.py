"""What action.yml, the lock that it installs and the hooks say; what they do is shown in tests/workflows."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]
SCRIPTS = [step for step in STEPS if "run" in step]
LOCK = (ROOT / "tooling" / "requirements.txt").read_text("utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PIN = re.compile(r"uses: (?P<action>[\w./-]+)@(?P<commit>\S+)(?: # (?P<version>\S+))?")


# --- the action


def test_no_expression_stands_in_a_script() -> None:
    """It would be replaced before the shell sees it (threats G5)."""
    assert [step["name"] for step in SCRIPTS if "${{" in step["run"]] == []


def test_each_script_ends_at_its_first_failure() -> None:
    assert {step["shell"] for step in SCRIPTS} == {"bash"}
    assert [step["name"] for step in SCRIPTS if not step["run"].startswith("set -euo pipefail\n")] == []


def test_each_action_that_it_uses_is_pinned_as_in_the_workflows() -> None:
    pins = {
        found["action"]: found.group("commit", "version")
        for found in PIN.finditer((ROOT / "action.yml").read_text("utf-8"))
    }
    assert pins.keys() == {"actions/setup-python"}
    for action, (commit, version) in pins.items():
        assert re.fullmatch(r"[0-9a-f]{40}", commit)
        for workflow in (ROOT / ".github" / "workflows").glob("*.yml"):
            for found in PIN.finditer(workflow.read_text("utf-8")):
                if found["action"] == action:
                    assert found.group("commit", "version") == (commit, version), workflow.name


def test_all_inputs_have_a_default_and_reach_a_script() -> None:
    told = [value for step in STEPS for value in step.get("env", {}).values()]
    assert [name for name, given in ACTION["inputs"].items() if given["required"] or "default" not in given] == []
    assert [name for name in ACTION["inputs"] if f"${{{{ inputs.{name} }}}}" not in told] == []


def test_outputs_are_what_the_last_step_says() -> None:
    assert {name: output["value"] for name, output in ACTION["outputs"].items()} == {
        name: f"${{{{ steps.check.outputs.{name} }}}}" for name in ("verdict", "errors", "warnings", "sarif")
    }


def test_only_what_is_locked_is_installed() -> None:
    (install,) = (step["run"] for step in SCRIPTS if step["id"] == "tool")
    commands = re.sub(r"\\\n\s+", "", install).splitlines()
    (locked, itself) = (line for line in commands if "pip install" in line)
    assert "--require-hashes --only-binary :all: " in locked
    assert locked.endswith('--requirement "$GITHUB_ACTION_PATH/tooling/requirements.txt"')
    assert "--no-index --no-deps --no-build-isolation " in itself
    assert itself.endswith('"$GITHUB_ACTION_PATH"')


def test_the_page_says_all_inputs_and_outputs() -> None:
    page = (ROOT / "docs" / "how-to" / "check-pull-requests.md").read_text("utf-8")
    for kind in ("inputs", "outputs"):
        assert [name for name in ACTION[kind] if f"| `{name}` |" not in page] == []


# --- the lock

ENTRY = re.compile(r"^(?P<name>[a-z0-9.-]+)==(?P<version>\S+)(?P<marker> ; [^\\]+)?(?P<hashes>(?: \\\n    --hash=sha256:[0-9a-f]{64})+)$")  # fmt: skip


def entries() -> dict[str, re.Match[str]]:
    """What is locked, by name."""
    blocks = re.split(r"\n(?=\S)", "\n".join(line for line in LOCK.splitlines() if not line.startswith("#")))
    found = [ENTRY.match(block) for block in blocks]
    assert None not in found
    return {entry["name"]: entry for entry in found if entry is not None}


def test_the_lock_is_versions_and_hashes_and_names_no_index() -> None:
    assert len(entries()) == LOCK.count("==") - 1  # one stands in how it is made
    assert "://" not in LOCK
    assert not re.search(r"^\s*-(?!-hash=)", LOCK, re.MULTILINE)


@pytest.mark.parametrize("asked", [*PROJECT["project"]["dependencies"], *PROJECT["build-system"]["requires"]])
def test_the_lock_has_what_the_project_asks_for(asked: str) -> None:
    requirement = Requirement(asked)
    entry = entries()[canonicalize_name(requirement.name)]
    assert requirement.specifier.contains(entry["version"]), "make the lock anew, as it says in its first lines"
    assert bool(entry["marker"]) == bool(requirement.marker)


def test_the_lock_says_how_it_is_made() -> None:
    (builder,) = PROJECT["build-system"]["requires"]
    lowest = PROJECT["project"]["requires-python"].removeprefix(">=")
    assert f'echo "{builder}" | uv pip compile --universal --python-version {lowest} ' in LOCK


# --- the hooks

HOOKS: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))


@pytest.mark.parametrize("path", ["incidents/2026/2026-11-23-checkout-500/incident.yaml", "incidents/policy.yaml"])
def test_a_hook_runs_when_a_record_changes(path: str) -> None:
    assert [hook["id"] for hook in HOOKS if not re.search(hook["files"], path)] == []


@pytest.mark.parametrize("path", ["docs/incidents.md", "README.md", "my-incidents/policy.yaml"])
def test_a_hook_stays_out_of_other_changes(path: str) -> None:
    assert [hook["id"] for hook in HOOKS if re.search(hook["files"], path)] == []


def test_a_hook_judges_all_records_at_once() -> None:
    """What is wrong may stand in another file than the one that changes."""
    assert [hook["id"] for hook in HOOKS if hook["pass_filenames"]] == []
