"""`hotwash check --fix` from outside: what it writes, what it leaves alone, and what it says."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from hotwash.edits.writing import remove_file, replace_file
from tests.builders import FOLDER, ID, POLICY, records
from tests.command import hotwash

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    Write = Callable[[Mapping[str, str | bytes]], Path]

NOW = ("--now", "2026-11-26T10:00:00Z")
TIMELINE = f"{FOLDER}/timeline.yaml"
INCIDENT = f"{FOLDER}/incident.yaml"
FRAGMENT = f"{FOLDER}/timeline.d/0852-k3f9.yaml"
ENTRY = "at: 2026-11-23T08:52:00Z\nby: dave\nkind: note\ntext: Asked payments\n"


def wrong(folder: str = FOLDER) -> dict[str, str | bytes]:
    """A closed incident with one of each that can be mended."""
    files = records({"timeline.d/0852-k3f9.yaml": ENTRY}, stage="closed", folder=folder)
    first, rest = files[f"{folder}/timeline.yaml"].split("\n- ", 1)
    files[f"{folder}/timeline.yaml"] = f"- {rest}{first}\n"
    files[f"{folder}/incident.yaml"] += "labels: {team: payments, on call, paged: no}\n"
    return {**files}


def tree(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_what_needs_no_decision_is_mended_and_checked_again(repository: Write) -> None:
    root = repository(wrong())
    ran = hotwash("check", "--fix", *NOW, cwd=root)
    assert ran.err.splitlines() == [
        f"fixed HW013 in {INCIDENT}",
        f"fixed HW008 in {INCIDENT}",
        f"fixed HW103 in {TIMELINE}",
        f"fixed HW223 in {TIMELINE}",
        f"fixed HW103 in {TIMELINE}",
    ]
    assert ran.out.splitlines()[-1] == "1 incident, 5 documents: no findings"
    assert ran.code == 0
    assert not (root / FOLDER / "timeline.d").exists()


def test_a_second_time_nothing_changes(repository: Write) -> None:
    root = repository(wrong())
    hotwash("check", "--fix", *NOW, cwd=root)
    before = tree(root)
    ran = hotwash("check", "--fix", *NOW, cwd=root)
    assert (ran.code, ran.err, tree(root)) == (0, "", before)


def test_without_it_nothing_is_written(repository: Write) -> None:
    root = repository(wrong())
    before = tree(root)
    ran = hotwash("check", *NOW, cwd=root)
    assert "= fix: hotwash check --fix puts it in quotes" in ran.out
    assert (ran.code, tree(root)) == (1, before)


def test_what_needs_a_decision_is_left_and_decides_the_exit_code(repository: Write) -> None:
    files = wrong() | {f"{FOLDER}/action-items.yaml": "[]\n"}
    ran = hotwash("check", "--fix", "--format", "json", *NOW, cwd=repository(files))
    assert [found["code"] for found in json.loads(ran.out)["diagnostics"]] == ["HW220"]
    assert ran.code == 1


def test_what_cannot_be_mended_as_it_is_says_why_and_stays(repository: Write) -> None:
    root = repository(wrong() | {FRAGMENT: ENTRY.replace("Asked payments\n", "|\n  Asked payments")})
    ran = hotwash("check", "--fix", *NOW, cwd=root)
    assert ran.err.splitlines()[-1] == (
        f"not fixed: HW223: {FRAGMENT} was not folded: {FRAGMENT} ends within a line, and a text may hang on that; "
        "add the line end, and try again"
    )
    assert (root / FRAGMENT).exists()
    assert ran.code == 1


# --- only what is named, and only what is found


OTHER = "incidents/2026/2026-11-20-search-slow"


@pytest.mark.parametrize(
    ("named", "touched"),
    [
        ((ID,), {INCIDENT, TIMELINE, FRAGMENT}),
        ((FOLDER,), {INCIDENT, TIMELINE, FRAGMENT}),
        ((INCIDENT,), {INCIDENT}),
        # Folding would touch files that are not named.
        ((TIMELINE, INCIDENT), {TIMELINE, INCIDENT}),
        ((INCIDENT, f"{FOLDER}/timeline.d"), {INCIDENT}),
        ((FRAGMENT,), set()),
    ],
)
def test_only_what_is_named_is_touched(repository: Write, named: tuple[str, ...], touched: set[str]) -> None:
    root = repository({**wrong(OTHER), **wrong(), POLICY: "organisation: no\n"})
    before = tree(root)
    hotwash("check", "--fix", *NOW, *named, cwd=root)
    after = tree(root)
    assert {path for path in before if before[path] != after.get(path)} == touched
    assert after.keys() <= before.keys()


def test_policy_is_mended_where_all_is_checked(repository: Write) -> None:
    root = repository({**records(stage="closed"), POLICY: "organisation: no\n"})
    ran = hotwash("check", "--fix", *NOW, cwd=root)
    assert ran.err == f"fixed HW008 in {POLICY}\n"
    assert (root / POLICY).read_text(encoding="utf-8") == 'organisation: "no"\n'


@pytest.mark.parametrize(
    "policy",
    [
        'levels: {HW008: "off", HW103: "off", HW223: "off"}\n',
        "silences:\n"
        + "".join(f"  - {{rule: {code}, reason: They like it, until: 2027-01-01}}\n" for code in ("HW008", "HW103", "HW223")),
    ],
)  # fmt: skip
def test_what_is_switched_off_or_silenced_is_not_mended(repository: Write, policy: str) -> None:
    root = repository({**wrong(), POLICY: policy})
    before = tree(root)
    ran = hotwash("check", "--fix", *NOW, cwd=root)
    # A cut text makes the file unreadable, which no policy can let pass.
    assert ran.err == f"fixed HW013 in {INCIDENT}\n"
    assert tree(root) == before | {INCIDENT: before[INCIDENT].replace(b"payments, on call", b'"payments, on call"')}


# --- writing


def test_the_mode_of_a_file_stays_and_no_other_file_is_left(repository: Write) -> None:
    root = repository(wrong())
    (root / INCIDENT).chmod(0o640)
    hotwash("check", "--fix", *NOW, cwd=root)
    assert stat.S_IMODE((root / INCIDENT).stat().st_mode) == 0o640
    assert sorted(path.name for path in (root / FOLDER).iterdir()) == [
        "action-items.yaml", "incident.yaml", "postmortem.md", "timeline.yaml",
    ]  # fmt: skip


def test_a_new_file_gets_the_mode_that_new_files_have(repository: Write) -> None:
    root = repository({})
    (root / FOLDER).mkdir(parents=True)
    (root / FOLDER / "other").touch()
    assert replace_file(root, TIMELINE, None, b"[]\n") == ""
    assert (root / TIMELINE).stat().st_mode == (root / FOLDER / "other").stat().st_mode


@pytest.mark.parametrize(
    "path", ["pyproject.toml", "incidents/../x.yaml", "/etc/x.yaml", "incidents\\x.yaml", "docs/incidents/x.yaml"]
)
def test_nothing_is_written_outside_of_the_records(repository: Write, path: str) -> None:
    root = repository({"incidents/a.yaml": "a", "pyproject.toml": "a", "docs/incidents/x.yaml": "a"})
    before = tree(root)
    assert replace_file(root, path, b"a", b"b") == "is not below incidents/"
    assert remove_file(root, path, b"a") == "is not below incidents/"
    assert tree(root) == before


def test_what_was_changed_meanwhile_is_not_overwritten(repository: Write) -> None:
    root = repository({TIMELINE: "theirs"})
    before = tree(root)
    for done in (
        replace_file(root, TIMELINE, b"read", b"new"),
        replace_file(root, TIMELINE, None, b"new"),
        remove_file(root, TIMELINE, b"read"),
        replace_file(root, INCIDENT, b"gone meanwhile", b"new"),
    ):
        assert done == "has been changed meanwhile; check again"
    assert tree(root) == before


@pytest.mark.parametrize("link", [FOLDER, "incidents", TIMELINE])
def test_no_link_is_followed(repository: Write, link: str) -> None:
    root = repository({TIMELINE: "[]\n"})
    (root / link).rename(root / "elsewhere")
    (root / link).symlink_to(root / "elsewhere")
    before = tree(root / "elsewhere") if link != TIMELINE else {"": (root / "elsewhere").read_bytes()}
    assert replace_file(root, TIMELINE, b"[]\n", b"new") in ("is reached through a link", "is not a regular file")
    assert remove_file(root, TIMELINE, b"[]\n") in ("is reached through a link", "is not a regular file")
    assert (tree(root / "elsewhere") if link != TIMELINE else {"": (root / "elsewhere").read_bytes()}) == before


def test_a_folder_that_cannot_be_written_is_said_and_nothing_is_lost(repository: Write) -> None:
    root = repository(wrong())
    # Beside a name this long no other finds room: for root too, a write that fails.
    long = f"incidents/{'x' * 245}.yaml"
    (root / long).write_bytes(b"a")
    assert replace_file(root, long, b"a", b"b").startswith("cannot be written: ")
    assert (root / long).read_bytes() == b"a"


# --- killed on the way

KILL = """\
import os, sys
from pathlib import Path
from hotwash.cli import main

left = {steps}
def counted(event, arguments):
    global left
    if event in ("os.rename", "os.remove", "os.rmdir"):
        if not left:
            os._exit(9)
        left -= 1
sys.addaudithook(counted)
sys.argv = ["hotwash", "check", "--fix", "--now", "2026-11-26T10:00:00Z"]
main()
"""


def test_killed_at_any_step_the_next_run_comes_to_the_same_end(repository: Write) -> None:
    second = FRAGMENT.replace("0852", "0853")
    files = wrong() | {second: ENTRY.replace("08:52", "08:53")}
    root = repository(files)
    hotwash("check", "--fix", *NOW, cwd=root)
    expected = tree(root)
    for steps in range(20):
        for path in tree(root):
            (root / path).unlink()
        repository(files)
        code = subprocess.run(
            [sys.executable, "-c", KILL.format(steps=steps)], cwd=root, capture_output=True, check=False
        ).returncode
        ran = hotwash("check", "--fix", *NOW, cwd=root)
        left = {path: data for path, data in tree(root).items() if not path.endswith(".part")}
        assert (ran.code, left) == (0, expected), (steps, ran)
        if code == 0:
            break
        assert code == 9
    else:
        raise AssertionError
    assert steps > 6
