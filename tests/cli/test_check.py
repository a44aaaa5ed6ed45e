"""`hotwash check` from outside: exit codes, what is checked, where the result goes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.builders import FOLDER, ID, POLICY, records
from tests.command import hotwash, hotwash_process
from tests.runner import commands

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    Write = Callable[[Mapping[str, str | bytes]], Path]

NOW = ("--now", "2026-11-23T08:59:00Z")
OTHER = "2026-11-23-search-slow"
UNSIGNED = """\
first_actions:
  assess: {by: alice, at: 2026-11-23T08:47:30Z}
  stabilize: {by: carol, at: 2026-11-23T08:49:00Z}
  gather: {}
  communicate: {by: bob, at: 2026-11-23T08:50:40Z}
"""
SGR = re.compile(r"\x1b\[[0-9;]*m")


def two_incidents() -> dict[str, str | bytes]:
    """One that is held at the gate, and one that is clean."""
    held = records({"incident.yaml": UNSIGNED})
    return {**records(folder=f"incidents/2026/{OTHER}"), **held}


# --- exit codes


def test_a_clean_repository_exits_0(repository: Write) -> None:
    ran = hotwash("check", *NOW, cwd=repository({**records()}))
    assert (ran.code, ran.err) == (0, "")


def test_warnings_alone_exit_0(repository: Write) -> None:
    item = "{id: AI-1, title: x, kind: detect, priority: P1, owner: dave, due: 2026-11-22, status: open}"
    ran = hotwash("check", *NOW, cwd=repository({**records({"action-items.yaml": f"- {item}\n"})}))
    assert "0 errors, 1 warning" in ran.out
    assert ran.code == 0


def test_an_error_exits_1(repository: Write) -> None:
    assert hotwash("check", *NOW, cwd=repository(two_incidents())).code == 1


@pytest.mark.parametrize("format_", ["text", "json"])
def test_the_exit_code_does_not_hang_on_the_format(repository: Write, format_: str) -> None:
    assert hotwash("check", "--format", format_, *NOW, cwd=repository(two_incidents())).code == 1


def test_no_repository_exits_2_and_says_what_to_do(repository: Write) -> None:
    root = repository({"README.md": ""})
    ran = hotwash("check", cwd=root)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"hotwash: no incidents/ folder in {root} or above it\n  help: ")


@pytest.mark.parametrize(
    "arguments", [(), ("nonsense",), ("check", "--format", "xml"), ("check", "--nonsense"), ("explain",)]
)
def test_a_command_line_that_is_wrong_exits_2_and_prints_nothing_on_stdout(arguments: tuple[str, ...]) -> None:
    ran = hotwash(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err


# A rule table with a rule that fails stands in for a bug; the program is the real one in a process of its own.
BROKEN_RULE = """\
import signal
import hotwash.rules
from hotwash.cli import main
from hotwash.rules.rule import rule

@rule("HW999", "always-fails")
def always_fails(case, context):
    '''Fails.'''
    {fault}
    yield

hotwash.rules.INCIDENT_RULES = (always_fails, *hotwash.rules.INCIDENT_RULES)
main()
"""


def run_with_fault(root: Path, fault: str) -> subprocess.CompletedProcess[str]:
    """`hotwash check` with a rule that does this."""
    logs = root / "logs"
    logs.mkdir()
    return subprocess.run(
        [sys.executable, "-c", BROKEN_RULE.format(fault=fault), "check", *NOW],
        cwd=root,
        env={**os.environ, "TMPDIR": str(logs)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_a_bug_in_a_rule_exits_3_with_a_log_file_and_hides_no_finding(repository: Write) -> None:
    root = repository(two_incidents())
    ran = run_with_fault(root, 'raise RuntimeError("something of ours\\n::error::and of a record")')
    assert ran.returncode == 3
    assert "error[HW201] first-actions-incomplete: gather data is not signed off" in ran.stdout
    lines = ran.stderr.splitlines()
    (log,) = (root / "logs").iterdir()
    assert lines == [
        f"hotwash: a bug in hotwash: HW999 could not judge {ID}",
        f"hotwash: a bug in hotwash: HW999 could not judge {OTHER}",
        f"  help: please report it with {log}",
    ]
    assert log.read_text(encoding="utf-8").count("RuntimeError: something of ours") == 2


def test_a_bug_anywhere_else_exits_3_with_a_log_file_and_no_traceback(repository: Write) -> None:
    root = repository(two_incidents())
    # What is no `Exception` to the runner of rules gets to the place that catches all.
    broken = "import hotwash.records.load as load; load.load_head = None; from hotwash.cli import main; main()"
    ran = subprocess.run(
        [sys.executable, "-c", broken, "check"],
        cwd=root,
        env={**os.environ, "TMPDIR": str(root)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    (log,) = root.glob("hotwash-bug-*.log")
    assert (ran.returncode, ran.stdout) == (3, "")
    assert ran.stderr == f"hotwash: a bug in hotwash, please report it with {log}\n"
    assert "Traceback" in log.read_text(encoding="utf-8")


def test_an_interrupt_exits_130(repository: Write) -> None:
    # A job in the background starts with the signal ignored.
    fault = "signal.signal(signal.SIGINT, signal.default_int_handler); signal.raise_signal(signal.SIGINT)"
    ran = run_with_fault(repository(two_incidents()), fault)
    assert (ran.returncode, ran.stdout) == (130, "")
    assert ran.stderr.strip() == "hotwash: interrupted"


# --- what is checked


def test_the_root_is_found_from_below(repository: Write) -> None:
    root = repository(two_incidents())
    whole = hotwash("check", *NOW, cwd=root)
    for folder in ("incidents", f"incidents/2026/{ID}"):
        assert hotwash("check", *NOW, cwd=root / folder) == whole
        assert hotwash("-C", str(root / folder), "check", *NOW) == whole


def test_the_root_is_not_looked_for_beyond_the_git_repository(repository: Write) -> None:
    root = repository({**records(), "inner/.git/HEAD": "", "inner/src/main.py": ""})
    assert hotwash("check", cwd=root / "inner" / "src").code == 2


def test_a_directory_that_does_not_exist_exits_2(repository: Write) -> None:
    root = repository({**records()})
    assert hotwash("-C", str(root / "nowhere"), "check").code == 2
    assert hotwash("-C", str(root / POLICY), "check").code == 2


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        (".", f"{FOLDER}/incident.yaml"),
        (".", f"{FOLDER}/timeline.yaml"),
        (".", FOLDER),
        (".", f"{FOLDER}/"),
        (".", f"./incidents/../{FOLDER}"),
        (".", ID),
        ("incidents", ID),
        ("incidents", f"2026/{ID}"),
        ("incidents/2026", ID),
        (FOLDER, "."),
        (FOLDER, "incident.yaml"),
        (FOLDER, f"../{ID}"),
        (f"incidents/2026/{OTHER}", ID),
    ],
)
def test_a_name_picks_its_incident_from_any_folder(repository: Write, folder: str, name: str) -> None:
    root = repository(two_incidents())
    ran = hotwash("check", name, *NOW, cwd=root / folder)
    assert ran.out.startswith(f"as of 2026-11-23T08:59:00Z\n\n{FOLDER} ")
    assert ran.out.endswith("1 incident, 3 documents: 1 error, 0 warnings\n")
    assert hotwash("-C", str(root / folder), "check", name, *NOW) == ran


@pytest.mark.parametrize("name", ["incidents", ".", "incidents/2026", "incidents/"])
def test_a_folder_picks_all_below_it(repository: Write, name: str) -> None:
    ran = hotwash("check", name, *NOW, cwd=repository(two_incidents()))
    assert ran.out.endswith("2 incidents, 5 documents: 1 error, 0 warnings\n")


def test_an_absolute_path_is_a_name_too(repository: Write) -> None:
    root = repository(two_incidents())
    assert hotwash("-C", str(root), "check", str(root / FOLDER), *NOW).code == 1
    assert hotwash("-C", str(root), "check", str(root / "incidents/2026" / OTHER), *NOW).code == 0


def test_several_names_pick_several_incidents_once(repository: Write) -> None:
    ran = hotwash("check", ID, FOLDER, OTHER, *NOW, cwd=repository(two_incidents()))
    assert ran.out.endswith("2 incidents, 5 documents: 1 error, 0 warnings\n")


def test_a_named_incident_is_shown_though_it_is_clean(repository: Write) -> None:
    root = repository(
        {**records({"incident.yaml": "status: dismissed\nreason: A false alarm of the probe\n", "timeline.yaml": None})}
    )
    done = "- {at: 2026-11-23T08:51Z, kind: status-change, from: declared, to: dismissed, text: False alarm}\n"
    (root / FOLDER / "timeline.yaml").write_text(done)
    assert ID not in hotwash("check", *NOW, cwd=root).out
    assert ID in hotwash("check", ID, *NOW, cwd=root).out


def test_policy_alone_may_be_named(repository: Write) -> None:
    root = repository({**two_incidents(), POLICY: "levles: {}\n"})
    ran = hotwash("check", POLICY, *NOW, cwd=root)
    assert "did you mean `levels`?" in ran.out
    assert (ran.code, ran.err) == (1, "")


@pytest.mark.parametrize(
    "name", ["2026-11-23-nothing", f"{FOLDER}/nothing.yaml", "incidents/2025", "/", "../..", "README.md", "2026"]
)
def test_a_name_that_matches_nothing_exits_2(repository: Write, name: str) -> None:
    root = repository({**two_incidents(), "README.md": ""})
    ran = hotwash("check", ID, name, *NOW, cwd=root)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        f"hotwash: nothing to check at {name}\n"
        "  help: name a file or folder below incidents/, or the id of an incident\n"
    )


def test_an_empty_folder_exits_0_and_says_so(repository: Write) -> None:
    root = repository({"README.md": ""})
    (root / "incidents").mkdir()
    ran = hotwash("check", cwd=root)
    assert ran == (0, "0 incidents, 0 documents: no findings\n", "hotwash: there are no incidents here yet\n")


# --- now


@pytest.mark.parametrize(
    ("given", "as_of"),
    [
        ("2026-11-23T10:00:00Z", "2026-11-23T10:00:00Z"),
        ("2026-11-23T10:00Z", "2026-11-23T10:00:00Z"),
        ("2026-11-23", "2026-11-23T00:00:00Z"),
        ("2026-11-23T11:00:00+01:00", "2026-11-23T10:00:00Z"),
    ],
)
def test_now_takes_the_forms_that_records_take(repository: Write, given: str, as_of: str) -> None:
    root = repository({**records()})
    assert hotwash("check", "--now", given, cwd=root).out.startswith(f"as of {as_of}\n")
    assert json.loads(hotwash("check", "--format", "json", "--now", given, cwd=root).out)["now"] == as_of


@pytest.mark.parametrize("given", ["yesterday", "2026-11-23T10:00", "1700000000", "2026-13-01", ""])
def test_a_bad_now_exits_2_and_says_how_to_write_it(repository: Write, given: str) -> None:
    ran = hotwash("check", "--now", given, cwd=repository({**records()}))
    assert (ran.code, ran.out) == (2, "")
    assert "2026-" in ran.err


def test_without_now_the_clock_counts_and_no_line_says_as_of(repository: Write) -> None:
    ran = hotwash("check", cwd=repository({**records()}))
    assert ran.out.startswith(FOLDER)


# --- where the result goes


@pytest.mark.parametrize("format_", ["text", "json"])
def test_output_writes_the_same_bytes_and_leaves_stdout_empty(repository: Write, format_: str) -> None:
    root = repository(two_incidents())
    printed = hotwash("check", "--format", format_, *NOW, cwd=root)
    written = hotwash("check", "--format", format_, "--output", "report", *NOW, cwd=root)
    assert written == (1, "", "")
    assert (root / "report").read_bytes() == printed.out.encode()


def test_output_is_counted_from_the_directory_of_the_command_line(repository: Write) -> None:
    root = repository({**records(), "elsewhere/README.md": ""})
    assert hotwash("-C", "..", "check", "--output", "report", *NOW, cwd=root / "elsewhere").code == 0
    assert (root / "report").is_file()


def test_output_that_cannot_be_written_exits_2(repository: Write) -> None:
    ran = hotwash("check", "--output", "no/such/folder", *NOW, cwd=repository({**records()}))
    assert ran == (2, "", "hotwash: cannot write no/such/folder: No such file or directory\n")


def on_a_terminal(root: Path, *arguments: str, **environment: str) -> str:
    """What a terminal is sent."""
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    env = {name: value for name, value in os.environ.items() if name != "TERM"} | environment
    process = subprocess.Popen(
        [sys.executable, "-m", "hotwash", *arguments], cwd=root, env=env, stdout=theirs, stdin=theirs, stderr=theirs
    )
    os.close(theirs)
    sent = bytearray()
    try:
        while chunk := os.read(ours, 65536):
            sent += chunk
    except OSError:
        pass  # the other end is closed: Linux says so with an error
    process.wait()
    os.close(ours)
    return sent.decode()


def test_a_terminal_gets_colour_and_nothing_else_that_steers_it(repository: Write) -> None:
    hostile = 'title: "\\e]52;c;aGk=\\a"\nlabels: {"\\u009b31m\\u202e": x, "##[error]a": "::error::b"}\n'
    root = repository({**two_incidents(), **records({"incident.yaml": UNSIGNED + hostile})})
    sent = on_a_terminal(root, "check", *NOW, TERM="xterm")
    assert SGR.search(sent)
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202e]", SGR.sub("", sent))
    assert commands(sent) == []


def test_a_terminal_that_wants_no_colour_gets_none(repository: Write) -> None:
    root = repository({**records()})
    for environment in ({"TERM": "xterm", "NO_COLOR": "1"}, {"TERM": "dumb"}):
        assert "\x1b" not in on_a_terminal(root, "check", *NOW, **environment)


def test_a_pipe_gets_colour_only_when_forced(repository: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    root = repository({**records()})
    plain = hotwash("check", *NOW, cwd=root)
    assert "\x1b" not in plain.out
    monkeypatch.setenv("FORCE_COLOR", "1")
    forced = hotwash("check", *NOW, cwd=root)
    assert SGR.search(forced.out)
    assert SGR.sub("", forced.out) == plain.out
    # What a program or a file gets is never coloured.
    assert "\x1b" not in hotwash("check", "--format", "json", *NOW, cwd=root).out
    hotwash("check", "--output", "report", *NOW, cwd=root)
    assert "\x1b" not in (root / "report").read_text(encoding="utf-8")
    monkeypatch.setenv("NO_COLOR", "1")
    assert hotwash("check", *NOW, cwd=root) == plain


def test_a_reader_that_goes_away_is_no_traceback(repository: Write) -> None:
    # More than a pipe holds, so that the rest of it finds nobody.
    files: dict[str, str | bytes] = {}
    for number in range(40):
        files |= records(without=("first_actions", "impact"), folder=f"incidents/2026/2026-11-23-slow-{number}")
    root = repository(files)
    assert len(hotwash("check", *NOW, cwd=root).out.encode()) > 65536
    process = subprocess.Popen(
        [sys.executable, "-m", "hotwash", "check", *NOW],
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(10)
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 1


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_terminal_that_cannot_show_a_sign_gets_its_escape(repository: Write, encoding: str) -> None:
    root = repository({**records({"incident.yaml": UNSIGNED.replace("{}", "{by: 決済}")})})
    env = {**os.environ, "PYTHONIOENCODING": encoding}
    ran = hotwash_process("check", *NOW, cwd=root, env=env, encoding=encoding)
    assert (ran.code, ran.err) == (1, "")
    assert "is `\\u6c7a\\u6e08`" in ran.out


def test_what_stderr_cannot_show_is_escaped_too(repository: Write) -> None:
    env = {**os.environ, "PYTHONIOENCODING": "ascii"}
    ran = hotwash_process("check", "決済", cwd=repository({**records()}), env=env)
    assert ran.code == 2
    assert ran.err.startswith("hotwash: nothing to check at \\u6c7a\\u6e08\n")


def test_names_of_files_give_a_runner_no_command(repository: Write) -> None:
    evil = "incidents/2026/a\n::error::b ##[error]c"
    root = repository({f"{evil}/incident.yaml": "title: x\n", f"{evil}/\n::error::x/incident.yaml": ""})
    for arguments in ((), ("--format", "json"), ("\n::error::nothing",), ("##[error]nothing",)):
        ran = hotwash("check", *arguments, *NOW, cwd=root)
        assert commands(ran.out) == []
        assert commands(ran.err) == []
        assert ran.code in (1, 2)


def test_the_program_says_what_the_command_in_this_process_says(repository: Write) -> None:
    root = repository(two_incidents())
    assert hotwash_process("check", *NOW, cwd=root) == hotwash("check", *NOW, cwd=root)


@pytest.mark.parametrize("output", ["incidents/policy.yaml", "incidents/report.json", "incidents/2026/../x"])
def test_a_report_is_never_written_among_the_records(repository: Write, output: str) -> None:
    root = repository({**records()})
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    ran = hotwash("check", "--output", output, *NOW, cwd=root)
    assert (ran.code, ran.out) == (2, "")
    assert "is among the records" in ran.err
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before
