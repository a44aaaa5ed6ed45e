"""`hotwash plan` and `hotwash apply` as people and workflows run them: in a process of their own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from hotwash.tracker.embedded import EmbeddedTracker
from hotwash.tracker.port import Edit

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., subprocess.CompletedProcess[str]]

ID = "2026-11-23-checkout-500"
INCIDENT = """\
title: Checkout returns 500 for EU customers
status: closed
severity: P0
services: [checkout-api]
times: {declared: 2026-11-23T08:46:00Z}
roles: {commander: alice}
"""
OPEN = INCIDENT.replace("status: closed", "status: declared")
COMMAND = [sys.executable, "-m", "hotwash"]


def item(number: int, status: str = "open", title: str = "Alert on payment errors") -> str:
    return (
        f'- {{id: AI-{number}, title: "{title}", kind: detect, priority: P1, '
        f"owner: alice, due: 2026-12-01, status: {status}}}\n"
    )


def write(root: Path, items: str, id_: str = ID) -> Path:
    """An incident with action items; its folder."""
    folder = root / "incidents" / "2026" / id_
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "incident.yaml").write_text(INCIDENT)
    (folder / "action-items.yaml").write_text(items)
    return folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write(tmp_path, item(1) + item(2, "in-progress") + item(3, "done"))
    return tmp_path


@pytest.fixture
def hotwash(root: Path) -> Run:
    def run(*arguments: str, cwd: Path = root) -> subprocess.CompletedProcess[str]:
        found = subprocess.run(
            [*COMMAND, *arguments],
            cwd=cwd,
            check=False,
            capture_output=True,
            text=True,
            encoding="utf-8",
            stdin=subprocess.DEVNULL,
            timeout=60,
        )
        assert "Traceback" not in found.stderr
        return found

    return run


def files(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*")}


def test_plan_shows_a_line_a_change_and_creates_nothing(root: Path, hotwash: Run) -> None:
    before = files(root)
    found = hotwash("plan")
    assert found.returncode == 0
    assert found.stdout == (
        f"{ID}\n"
        "  + create  AI-1   Alert on payment errors\n"
        "  + create  AI-2   Alert on payment errors\n"
        "\n"
        "Plan: 2 to create.\n"
    )
    assert files(root) == before


def test_the_tracker_and_its_file_are_named_on_stderr(root: Path, hotwash: Run) -> None:
    (line,) = hotwash("plan").stderr.splitlines()
    assert line == f"tracker: embedded, {root / '.hotwash' / 'tracker.sqlite'} (made by the first `apply`)"
    hotwash("apply")
    (line,) = hotwash("plan").stderr.splitlines()
    assert line == f"tracker: embedded, {root / '.hotwash' / 'tracker.sqlite'}"


def test_apply_does_what_plan_showed_and_then_there_is_nothing_to_do(root: Path, hotwash: Run) -> None:
    found = hotwash("apply")
    assert found.returncode == 0
    assert found.stdout == (
        f"{ID}\n"
        "  + create  AI-1   #1 Alert on payment errors\n"
        "  + create  AI-2   #2 Alert on payment errors\n"
        "\n"
        "Done: 2 of 2 changes.\n"
    )
    tracker = (root / ".hotwash" / "tracker.sqlite").read_bytes()
    for command in ("plan", "apply"):
        again = hotwash(command)
        assert again.returncode == 0
        assert again.stdout == "Nothing to do: 2 action items with an issue, all as the records say.\n"
    assert (root / ".hotwash" / "tracker.sqlite").read_bytes() == tracker


def test_updates_and_closes_are_told_apart(root: Path, hotwash: Run) -> None:
    hotwash("apply")
    write(root, item(1, title="Alert on all errors") + item(2, "done") + item(3, "done"))
    found = hotwash("plan").stdout.splitlines()
    assert found[1] == "  ~ update  AI-1   #1 Alert on all errors  (body: what, title)"
    assert found[2] == "  - close   AI-2   #2 Alert on payment errors  (as completed)"
    assert hotwash("apply").returncode == 0
    assert [issue.state for issue in EmbeddedTracker(root).list("hotwash")] == ["open", "closed"]


def test_drift_is_shown_and_left_alone(root: Path, hotwash: Run) -> None:
    hotwash("apply")
    EmbeddedTracker(root, "alice").edit(2, Edit(state="closed", state_reason="not_planned"))
    for command in ("plan", "apply"):
        found = hotwash(command)
        assert found.returncode == 0
        assert "  ! drift   AI-2   #2 Alert on payment errors  (the record says open, #2 is closed" in found.stdout
    assert EmbeddedTracker(root).list("hotwash")[1].state_reason == "not_planned"


def test_json_is_all_that_stdout_carries(hotwash: Run) -> None:
    found = json.loads(hotwash("plan", "--format", "json").stdout)
    digest = found.pop("digest")
    assert re.fullmatch(r"[0-9a-f]{64}", digest)
    new: dict[str, Any] = {
        "action": "create",
        "incident": ID,
        "issue": None,
        "title": "Alert on payment errors",
        "fields": [],
    }
    assert found == {
        "version": 1,
        "changes": [new | {"item": f"AI-{number}", "reason": "", "comments": False} for number in (1, 2)],
        "notices": [],
    }


def test_output_goes_to_a_file(root: Path, hotwash: Run) -> None:
    found = hotwash("plan", "--format", "json", "--output", "plan.json")
    assert (found.returncode, found.stdout) == (0, "")
    assert json.loads((root / "plan.json").read_text())["version"] == 1


def test_an_output_that_cannot_be_written_is_exit_2(hotwash: Run) -> None:
    found = hotwash("plan", "--output", "no/such/folder/plan.txt")
    assert found.returncode == 2
    assert "no/such/folder/plan.txt" in found.stderr


def test_it_runs_from_below_and_from_elsewhere(
    root: Path, hotwash: Run, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    assert hotwash("-C", str(root), "apply", cwd=elsewhere).returncode == 0
    hotwash("-C", str(root), "plan", "--output", "plan.txt", cwd=elsewhere)
    assert (root / "plan.txt").is_file()
    assert files(elsewhere) == set()
    assert "Nothing to do" in hotwash("plan", cwd=root / "incidents" / "2026" / ID).stdout


def test_a_repository_without_action_items_has_nothing_to_do(root: Path, hotwash: Run) -> None:
    write(root, "none: Nothing would have prevented it\n")
    found = hotwash("plan")
    assert (found.returncode, found.stdout) == (0, "Nothing to do: no record asks for an issue.\n")


def test_an_unreadable_incident_freezes_its_issues_and_only_those(root: Path, hotwash: Run) -> None:
    hotwash("apply")
    write(root, item(1), id_="2026-11-24-other")
    (root / "incidents" / "2026" / ID / "action-items.yaml").write_text("- {id: AI-1, titel: x}\n")
    plan = hotwash("plan")
    assert plan.returncode == 1
    assert f"note: {ID} cannot be read: its issues (#1, #2) stay as they are. See why: hotwash check" in plan.stdout
    assert "Plan: 1 to create." in plan.stdout
    applied = hotwash("apply")
    assert applied.returncode == 1
    assert "cannot be read" in applied.stdout
    assert [issue.state for issue in EmbeddedTracker(root).list("hotwash")] == ["open"] * 3


def test_a_policy_that_cannot_be_read_is_exit_2_and_changes_nothing(root: Path, hotwash: Run) -> None:
    (root / "incidents" / "policy.yaml").write_text("tracker: {lable: x}\n")
    before = files(root)
    for command in ("plan", "apply"):
        found = hotwash(command)
        assert (found.returncode, found.stdout) == (2, "")
        assert "policy.yaml" in found.stderr
    assert files(root) == before


def test_no_repository_is_exit_2(hotwash: Run, tmp_path_factory: pytest.TempPathFactory) -> None:
    assert hotwash("plan", cwd=tmp_path_factory.mktemp("empty")).returncode == 2


def test_a_file_that_is_no_tracker_is_exit_2_with_a_remedy(root: Path, hotwash: Run) -> None:
    (root / ".hotwash").mkdir()
    (root / ".hotwash" / "tracker.sqlite").write_bytes(b"mine, and no database")
    for command in ("plan", "apply"):
        found = hotwash(command)
        assert (found.returncode, found.stdout) == (2, "")
        assert "  help: move it away" in found.stderr
    assert (root / ".hotwash" / "tracker.sqlite").read_bytes() == b"mine, and no database"


def test_a_change_that_fails_is_listed_and_exit_1(root: Path, hotwash: Run) -> None:
    (root / "incidents" / "policy.yaml").write_text(f"tracker: {{label: {'x' * 51}}}\n")
    found = hotwash("apply")
    assert found.returncode == 1
    assert found.stdout.count("failed: the label") == 2
    assert found.stdout.endswith("Done: 0 of 2 changes. For the rest, run it again.\n")


# --- limits ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def large(root: Path) -> Path:
    write(root, "".join(item(number) for number in range(1, 52)))
    return root


def test_a_large_plan_without_a_terminal_stops_and_gives_the_line_to_type(large: Path, hotwash: Run) -> None:
    found = hotwash("apply")
    assert (found.returncode, found.stdout) == (1, "")
    assert "nothing was changed: 51 changes, more than the 50" in found.stderr
    assert "hotwash apply --yes" in found.stderr
    assert not (large / ".hotwash").exists()


def test_plan_says_that_apply_will_ask(large: Path, hotwash: Run) -> None:  # noqa: ARG001 - the fixture writes the records
    found = hotwash("plan")
    assert found.returncode == 0
    assert "`hotwash apply` will stop and ask: 51 changes" in found.stderr


@pytest.mark.parametrize("arguments", [["--yes"], ["--limit", "51"]])
def test_yes_and_a_higher_limit_go_ahead(large: Path, hotwash: Run, arguments: list[str]) -> None:
    assert hotwash("apply", *arguments).returncode == 0
    assert len(EmbeddedTracker(large).list("hotwash")) == 51


def test_the_limit_of_the_policy_and_of_the_command_line_count(root: Path, hotwash: Run) -> None:
    assert hotwash("apply", "--limit", "1").returncode == 1
    assert hotwash("apply", "--limit", "0").returncode == 2
    (root / "incidents" / "policy.yaml").write_text("tracker: {limit: 1}\n")
    assert hotwash("apply").returncode == 1
    assert not (root / ".hotwash").exists()


def test_closing_a_third_of_ten_is_asked_about(root: Path, hotwash: Run) -> None:
    write(root, "".join(item(number) for number in range(1, 11)))
    assert hotwash("apply").returncode == 0
    write(root, "".join(item(number, "done" if number < 5 else "open") for number in range(1, 11)))
    found = hotwash("apply")
    assert found.returncode == 1
    assert "closes 4 of 10 issues, more than 30 %" in found.stderr
    assert {issue.state for issue in EmbeddedTracker(root).list("hotwash")} == {"open"}
    assert hotwash("apply", "--limit", "3").returncode == 1
    assert hotwash("apply", "--limit", "4").returncode == 0  # who says a number has looked


@pytest.mark.skipif(sys.platform == "win32", reason="the system has no pseudo-terminals")
@pytest.mark.parametrize(("answer", "code", "issues"), [("y", 0, 51), ("n", 1, 0), ("\x04", 130, 0)])
def test_a_terminal_is_asked(large: Path, answer: str, code: int, issues: int) -> None:
    import pty  # noqa: PLC0415 - not on every system

    leader, follower = pty.openpty()
    try:
        process = subprocess.Popen(
            [*COMMAND, "apply"], cwd=large, stdin=follower, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        os.write(leader, f"{answer}\n".encode())
        _, stderr = process.communicate(timeout=60)
    finally:
        os.close(leader)
        os.close(follower)
    assert process.returncode == code, stderr
    assert "51 changes, more than the 50" in stderr
    assert "  + create  AI-51" in stderr
    assert len(EmbeddedTracker(large).list("hotwash")) == issues


# --- incidents, formats, saved plans ---------------------------------------------------------------------------------


def test_an_open_incident_has_an_issue_of_its_own_until_it_is_over(root: Path, hotwash: Run) -> None:
    (root / "incidents" / "2026" / ID / "incident.yaml").write_text(OPEN)
    found = hotwash("plan")
    assert found.stdout.splitlines()[1] == "  + create  incident  Checkout returns 500 for EU customers"
    assert hotwash("apply").returncode == 0
    assert hotwash("apply").stdout == (
        "Nothing to do: 2 action items and 1 incident with an issue, all as the records say.\n"
    )
    (root / "incidents" / "2026" / ID / "incident.yaml").write_text(INCIDENT)
    assert "  - close   incident  #1 Checkout returns 500 for EU customers  (as completed)" in hotwash("plan").stdout
    assert hotwash("apply").returncode == 0
    assert [issue.state for issue in EmbeddedTracker(root).list("hotwash")] == ["closed", "open", "open"]


def test_markdown_goes_to_the_summary_of_a_step(hotwash: Run) -> None:
    found = hotwash("plan", "--format", "markdown")
    assert found.returncode == 0
    assert found.stdout.startswith("## Plan: 2 to create.\n")
    assert f"| `+` | create | {ID} | AI-1 |  | Alert on payment errors |" in found.stdout


def test_a_saved_plan_is_applied_as_it_was_shown(root: Path, hotwash: Run) -> None:
    assert hotwash("plan", "--output", "plan.json").returncode == 0
    found = hotwash("apply", "plan.json")
    assert (found.returncode, found.stdout.splitlines()[-1]) == (0, "Done: 2 of 2 changes.")
    assert len(EmbeddedTracker(root).list("hotwash")) == 2


def test_a_saved_plan_is_refused_when_records_changed(root: Path, hotwash: Run) -> None:
    hotwash("plan", "--output", "plan.json")
    write(root, item(1) + item(2, "in-progress", "Another") + item(3, "done"))
    found = hotwash("apply", "plan.json")
    assert (found.returncode, found.stdout) == (1, "")
    assert "plan.json is stale" in found.stderr
    assert not (root / ".hotwash").exists()


def test_a_saved_plan_is_refused_when_the_tracker_changed(root: Path, hotwash: Run) -> None:
    hotwash("apply")
    write(root, item(1, "done") + item(2, "in-progress") + item(3, "done"))
    hotwash("plan", "--output", "plan.json")
    EmbeddedTracker(root, "alice").edit(1, Edit(labels=("hotwash", "triaged")))
    assert hotwash("apply", "plan.json").returncode == 1
    assert {issue.state for issue in EmbeddedTracker(root).list("hotwash")} == {"open"}
    hotwash("plan", "--output", "plan.json")
    assert hotwash("apply", "plan.json").returncode == 0


def test_a_saved_plan_cannot_be_applied_twice(hotwash: Run) -> None:
    hotwash("plan", "--output", "plan.json")
    assert [hotwash("apply", "plan.json").returncode for _ in range(2)] == [0, 1]


def test_nothing_but_its_digest_is_taken_from_a_saved_plan(root: Path, hotwash: Run) -> None:
    hotwash("plan", "--output", "plan.json")
    plan = json.loads((root / "plan.json").read_text())
    plan["changes"] = [{"action": "close", "issue": 1}]
    (root / "plan.json").write_text(json.dumps(plan))
    assert "Done: 2 of 2 changes." in hotwash("apply", "plan.json").stdout


@pytest.mark.parametrize("text", ["", "Plan: 2 to create.", "[]", "{}", '{"version": 2, "digest": "x"}', "[" * 100_000])
def test_what_is_no_plan_is_exit_2(root: Path, hotwash: Run, text: str) -> None:
    (root / "plan.json").write_text(text)
    found = hotwash("apply", "plan.json")
    assert (found.returncode, found.stdout) == (2, "")
    assert "hotwash plan --output plan.json" in found.stderr


def test_a_saved_plan_that_is_not_there_is_exit_2(hotwash: Run) -> None:
    assert hotwash("apply", "no/plan.json").returncode == 2


def test_the_environment_of_a_workflow_raises_the_limit(
    large: Path, hotwash: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOTWASH_LIMIT", "")
    assert hotwash("apply").returncode == 1
    monkeypatch.setenv("HOTWASH_LIMIT", "51")
    assert hotwash("apply").returncode == 0
    assert len(EmbeddedTracker(large).list("hotwash")) == 51


def test_done_whose_proof_broke_is_opened_again_and_closed_when_it_holds(root: Path, hotwash: Run) -> None:
    hotwash("apply")
    done = item(1, "done").replace("}\n", ", proof: {file: docs/pay.md, contains: Roll back first}}\n")
    write(root, done)
    (root / "docs").mkdir()
    (root / "docs" / "pay.md").write_text("Roll back first.\n")
    hotwash("apply")
    assert EmbeddedTracker(root).get(1).state == "closed"
    (root / "docs" / "pay.md").write_text("Restart it.\n")
    assert (
        "  ~ reopen  AI-1   #1 Alert on payment errors  (its proof does not hold: docs/pay.md" in hotwash("plan").stdout
    )
    hotwash("apply")
    assert EmbeddedTracker(root).get(1).state == "open"
    (comment,) = EmbeddedTracker(root).comments(1)
    assert "docs/pay.md does not contain that text" in comment.body
    assert "Nothing to do" in hotwash("apply").stdout
    (root / "docs" / "pay.md").write_text("Roll back first, again.\n")
    hotwash("apply")
    assert EmbeddedTracker(root).get(1).state == "closed"
    assert len(EmbeddedTracker(root).comments(1)) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="the system has no pseudo-terminals")
def test_progress_is_shown_on_a_terminal_only(root: Path, hotwash: Run) -> None:
    import pty  # noqa: PLC0415 - not on every system

    assert "of 2" not in hotwash("apply").stderr
    write(root, item(1, "done") + item(2, "done"))
    leader, follower = pty.openpty()
    try:
        process = subprocess.Popen([*COMMAND, "apply"], cwd=root, stdout=subprocess.DEVNULL, stderr=follower)
        assert process.wait(timeout=60) == 0
        shown = os.read(leader, 4096).decode()
    finally:
        os.close(leader)
        os.close(follower)
    assert "1 of 2" in shown
    assert shown.endswith("\r\x1b[K")
