"""A change of one incident, in a small repository and in a large one, beside two validators of that one file.

Prints medians, ranges and ratios of alternating rounds; asserts nothing: speed is measured, never a test. ajv-cli comes
from npm into a folder that is removed afterwards; where there is no node, or no registry, it is left out.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

SIZES = (100, 10_000)  # incidents
ROUNDS = 3
WARM = 1  # rounds that are not counted: they fill the caches of the disk and of Python
AJV = "ajv-cli@5.0.0"
HERE = Path(__file__).parent
SCHEMA = HERE.parents[1] / "schemas" / "incident.schema.json"
PYTHON = sys.executable


def main() -> None:
    """Run all in turn and print what they took."""
    load = os.getloadavg()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        roots = {size: folder / str(size) for size in SIZES}
        changed = [begin(root, size) for size, root in roots.items()]
        commands: dict[str, list[str]] = {}
        for size, root in roots.items():
            check = [PYTHON, "-m", "hotwash", "-C", str(root), "check", "--base", "main"]
            commands[f"hotwash, commits, {size:,}"] = [*check, "--head", "HEAD"]
            commands[f"hotwash, work tree, {size:,}"] = check
        peers = {"check-jsonschema": jsonschema(changed[0])} | ajv(folder, changed[0])
        floors = {
            "python, hotwash imported": [PYTHON, "-c", "import hotwash.cli.check, hotwash.rules.check, hotwash.report.text"],
            "python, models imported": [PYTHON, "-c", "import hotwash.records.validation"],
            "git diff-tree": ["git", "-C", str(roots[SIZES[-1]]), "diff-tree", "-r", "main", "HEAD"],
        }  # fmt: skip
        medians = measured(commands | peers | floors)
        print(f"load {load[0]:.1f} before, {os.getloadavg()[0]:.1f} after")
        small, large = (f"hotwash, commits, {size:,}" for size in SIZES)
        print(f"{SIZES[1]:,} to {SIZES[0]:,}, commits {medians[large] / medians[small]:12.2f}")
        for name in (*peers, *floors):
            print(f"commits, {SIZES[1]:,} / {name:24} {medians[large] / medians[name]:7.2f}")


def begin(root: Path, size: int) -> Path:
    """A repository of so many incidents, and a branch that changes one; the file that it changes."""
    subprocess.run([PYTHON, str(HERE / "make_incidents.py"), str(root), str(size)], check=True)
    file = sorted(root.glob("incidents/*/*/incident.yaml"))[size // 2]
    git(root, "init", "--quiet", "--initial-branch=main", ".")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "base")
    git(root, "switch", "--quiet", "--create", "change")
    file.write_text(file.read_text(encoding="utf-8").replace("One region", "One region as it turned out"), "utf-8")
    git(root, "commit", "--quiet", "--all", "--message", "change")
    git(root, "gc", "--quiet")  # as a fresh clone has it
    return file


def git(root: Path, *arguments: str) -> None:
    """Run git as alice."""
    who = ("-c", "user.name=alice", "-c", "user.email=alice@shop.example", "-c", "gc.auto=0")
    subprocess.run(["git", *who, *arguments], cwd=root, check=True)


def jsonschema(file: Path) -> list[str]:
    """The command of check-jsonschema."""
    return [str(Path(PYTHON).with_name("check-jsonschema")), "--schemafile", str(SCHEMA), str(file)]


def ajv(folder: Path, file: Path) -> dict[str, list[str]]:
    """The command of ajv-cli; none where it cannot be had."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        print("ajv-cli is left out: there is no node")
        return {}
    install = [npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder), AJV, "ajv-formats@2.1.1"]
    if subprocess.run(install, check=False, capture_output=True).returncode:
        print("ajv-cli is left out: npm could not install it")
        return {}
    # It takes a file by its ending, and of YAML it makes dates of times, which no schema takes: so it reads JSON.
    record = folder / "incident.json"
    record.write_text(json.dumps(yaml.safe_load(file.read_text(encoding="utf-8")), default=_as_written), "utf-8")
    schema = folder / "incident.schema.json"
    schema.write_text(json.dumps(json.loads(SCHEMA.read_text(encoding="utf-8"))), encoding="utf-8")
    program = str(folder / "node_modules" / "ajv-cli" / "dist" / "index.js")
    options = ("--spec=draft2020", "--strict=false", "-c", "ajv-formats")
    return {"ajv-cli": [node, program, "validate", *options, "-s", str(schema), "-d", str(record)]}


def _as_written(time: object) -> str:
    """A time as text again."""
    return str(time).replace(" ", "T").replace("+00:00", "Z")


def measured(commands: dict[str, list[str]]) -> dict[str, float]:
    """The median seconds of each command, run in turn; prints them."""
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for number in range(WARM + ROUNDS):
        for name, command in commands.items():
            start = time.perf_counter()
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
            seconds = time.perf_counter() - start
            if done.returncode:
                sys.exit(f"{name}: exit {done.returncode}\n{done.stdout.decode()[-2000:]}")
            if number >= WARM:
                taken[name].append(seconds)
    medians = {name: statistics.median(times) for name, times in taken.items()}
    for name, times in taken.items():
        print(f"{name:32} {medians[name]:7.3f} s   (from {min(times):.3f} to {max(times):.3f})")
    return medians


if __name__ == "__main__":
    main()
