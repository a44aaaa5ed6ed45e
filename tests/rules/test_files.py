"""The names of files and folders: what is no record, ids, and paths that some disks take for one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import FOLDER, SERVICES, codes, judged, records

CATALOGUE = {
    SERVICES: "checkout-api: {owner: team-pay, runbook: docs/runbooks/checkout.md}\n",
    "docs/runbooks/checkout.md": "Roll back first\n",
}
# A drill that was dismissed asks for nothing else.
DISMISSED = """\
title: Search is slow
kind: drill
status: dismissed
reason: A test of the load, nobody was hit
severity: P3
services: [checkout-api]
times: {declared: 2026-11-23T08:57:00Z}
roles: {commander: alice}
"""
ENTRY = """\
- at: 2026-11-23T08:58:00Z
  by: alice
  kind: status-change
  from: declared
  to: dismissed
  text: A test of the load
"""


def incident(folder: str, times: str = "declared: 2026-11-23T08:57:00Z") -> dict[str, str]:
    """The files of a dismissed incident at a place, with its catalogue."""
    text = DISMISSED.replace("declared: 2026-11-23T08:57:00Z", times)
    return CATALOGUE | {f"{folder}/incident.yaml": text, f"{folder}/timeline.yaml": ENTRY}


# --- HW009


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("README.md", "move it to evidence/"),
        ("postmortum.md", "rename it to postmortem.md"),
        ("post-mortem.md", "rename it to postmortem.md"),
        ("timelines.yaml", "rename it to timeline.yaml"),
        ("action_items.yaml", "rename it to action-items.yaml"),
        ("incident.json", "rename it to incident.yaml"),
        ("incident.yaml~", "delete it: it is a copy"),
        (".incident.yaml.swp", "delete it: it is a copy"),
        ("#timeline.yaml#", "delete it: it is a copy"),
        ("timeline.yaml.orig", "delete it: it is a copy"),
        (".DS_Store", "name it in .gitignore"),
        ("Thumbs.db", "name it in .gitignore"),
        ("timeline.d/0851-abcd.txt", "rename it to timeline.d/0851-abcd.yaml"),
        ("timeline.d/README", "rename it to timeline.d/README.yaml"),
        ("notes/chat.txt", "move it to evidence/"),
        ("notes/evidence.txt", "move it to evidence/"),
    ],
)
def test_a_file_that_nothing_reads_is_found_with_what_to_do(name: str, remedy: str) -> None:
    (one,) = judged(records({name: "x\n"})).diagnostics
    assert (one.code, one.path, one.level) == ("HW009", f"{FOLDER}/{name}", "warning")
    assert remedy in one.help[0].say


@pytest.mark.parametrize(
    "name", ["evidence/logs.txt", "evidence/deep/er.json", "evidence/.gitkeep", ".gitkeep", "timeline.d/.keep"]
)
def test_evidence_and_what_keeps_a_folder_are_expected(name: str) -> None:
    assert codes(judged(records({name: "x\n"}))) == []


def test_many_unexpected_files_are_twenty_findings() -> None:
    report = judged(records({f"notes/{number}.txt": "x\n" for number in range(50)}))
    assert codes(report) == ["HW009"] * 20
    assert [one.notes for one in report.diagnostics if one.notes] == [("30 more such files in this folder",)]


# --- HW010


@pytest.mark.parametrize(
    ("folder", "says", "right"),
    [
        ("2026/checkout", "does not begin with its day", "2026/2026-11-23-checkout"),
        ("2026/26-11-23-checkout", "does not begin with its day", "2026/2026-11-23-26-11-23-checkout"),
        ("2026/2026-11-23", "has no slug", "2026/2026-11-23-what-happened"),
        ("2026/2026-11-23-", "has no slug", "2026/2026-11-23-what-happened"),
        ("2026/2026-11-23--x", "has no slug", "2026/2026-11-23-x"),
        ("2026/2026-11-23-Checkout", "has no slug", "2026/2026-11-23-checkout"),
        ("2026/2026-11-23-check_out", "has no slug", "2026/2026-11-23-check-out"),
        ("2026/2026-11-23-check out", "has no slug", "2026/2026-11-23-check-out"),
        ("2026/2026-11-23-checkout.", "has no slug", "2026/2026-11-23-checkout"),
        ("2026/2026-11-23-a:b", "has no slug", "2026/2026-11-23-a-b"),
        ("2026/con", "does not begin with its day", "2026/2026-11-23-con"),
        ("2026/2026-11-23-café", "a sign that is not plain", "2026/2026-11-23-cafe"),
        ("2026/2026-11-23-сheckout", "a sign that is not plain", "2026/2026-11-23-heckout"),  # noqa: RUF001 - they are what is tested
        ("2026/٢٠٢٦-11-23-x", "a sign that is not plain", "2026/2026-11-23-11-23-x"),
        ("2026/2026-02-30-x", "no day of the calendar", "2026/2026-11-23-x"),
        ("2026/2026-11-23-" + "x" * 70, "81 characters", "2026/2026-11-23-" + "x" * 69),
        ("2025/2026-11-23-x", "the folder of its year", "2026/2026-11-23-x"),
        ("2026-11-23-x", "the folder of its year", "2026/2026-11-23-x"),
        ("2026/11/2026-11-23-x", "the folder of its year", "2026/2026-11-23-x"),
    ],
)
def test_an_id_that_is_none_is_refused_with_the_right_one(folder: str, says: str, right: str) -> None:
    (one,) = judged(incident(f"incidents/{folder}")).diagnostics
    assert (one.code, one.level, one.path) == ("HW010", "error", f"incidents/{folder}/incident.yaml")
    assert (one.span.line, one.span.column) == (1, 1)
    assert says in one.message
    assert one.help[0].paste.endswith(f" incidents/{right}")


@pytest.mark.parametrize(
    "folder", ["2026/2026-11-23-x", "2026/2026-11-23-0", "2026/2026-11-23-" + "x" * 69, "2026/2026-11-23-a-b-c"]
)
def test_an_id_of_the_right_form_is_let_pass(folder: str) -> None:
    assert codes(judged(incident(f"incidents/{folder}"))) == []


def test_a_suggested_id_that_is_taken_is_not_suggested() -> None:
    files = incident("incidents/2026/2026-11-23-x") | incident("incidents/2026/X")
    (one,) = judged(files).diagnostics
    assert one.code == "HW010"
    assert one.help[0].paste == ""


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ("declared: 2026-11-23T00:00:00Z", []),
        ("declared: 2026-11-22T23:59:59Z", ["HW010"]),
        ("declared: 2026-11-22T23:30:00-01:00", []),
        ("declared: 2026-11-23T00:30:00+01:00", ["HW010"]),
        ("started: 2026-11-23T07:00:00Z, declared: 2026-11-22T23:59:59Z", []),
        ("detected: 2026-11-23T07:00:00Z, declared: 2026-11-22T23:59:59Z", []),
        ("started: 2026-11-20, detected: 2026-11-21, declared: 2026-11-22", ["HW010"]),
        ("declared: 2026-11-23", []),
        ("declared: {at: 2026-11-22T23:55Z, approx: true}", []),
        ("declared: {at: 2026-11-22T23:45Z, approx: true}", ["HW010"]),
        ("declared: {at: 2026-11-22, approx: true}", []),
    ],
)
def test_the_day_of_an_id_is_one_of_its_times_as_precise_as_they_are(times: str, expected: list[str]) -> None:
    report = judged(incident("incidents/2026/2026-11-23-x", times))
    assert [code for code in codes(report) if code == "HW010"] == expected
    assert [one.level for one in report.diagnostics if one.code == "HW010"] == ["warning"] * len(expected)


def test_a_retrospective_record_has_the_day_on_which_it_began() -> None:
    right = judged(records(stage="retrospective", folder="incidents/2026/2026-09-21-checkout-500"))
    assert "HW010" not in codes(right)


def test_nothing_is_suggested_where_no_time_tells_the_day() -> None:
    times = "times: {resolved: {at: 2026-09-21T11:30:00Z, source: S1}}\n"
    files = records({"incident.yaml": times}, stage="retrospective", folder="incidents/2026/checkout")
    (one,) = [one for one in judged(files).diagnostics if one.code == "HW010"]
    assert one.help[0].say == "give it a name of that form that is not taken"
    assert one.help[0].paste == ""


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=90))
def test_any_name_of_a_folder_is_judged(name: str) -> None:
    if name not in (".", "..", "evidence", "timeline.d"):
        assert len(codes(judged(incident(f"incidents/2026/{name}")))) <= 1


# --- HW014


def clashes(*paths: str) -> list[tuple[str, str]]:
    """The findings of the complete incident with more files in its evidence, as path and message."""
    report = judged(records({f"evidence/{path}": "x\n" for path in paths}))
    assert set(codes(report)) <= {"HW014"}
    return [(one.path.removeprefix(f"{FOLDER}/evidence/"), one.message) for one in report.diagnostics]


@pytest.mark.parametrize(
    ("paths", "second"),
    [
        (("Logs.txt", "logs.txt"), "logs.txt"),
        (("caf\u00e9.txt", "cafe\u0301.txt"), "caf\u00e9.txt"),
        (("CAF\u00c9.txt", "cafe\u0301.txt"), "cafe\u0301.txt"),
        (("straße", "STRASSE"), "straße"),
        (("A/x.txt", "a/y.txt"), "a/y.txt"),
        (("a/x", "A"), "a/x"),
    ],
    ids=ascii,
)
def test_paths_that_differ_in_case_or_form_only_clash(paths: tuple[str, str], second: str) -> None:
    (one,) = clashes(*paths)
    assert one[0] == second


def test_what_lies_in_a_clashing_folder_is_said_once() -> None:
    assert len(clashes("A/x.txt", "A/y.txt", "a/x.txt", "a/y.txt", "a/z.txt")) == 1


def test_three_that_clash_are_two_findings() -> None:
    assert len(clashes("LOG", "Log", "log")) == 2


@pytest.mark.parametrize("paths", [("logs.txt", "logs2.txt"), ("A.txt", "b.txt"), ("ä.txt", "a.txt"), ("A/x", "A/y")])
def test_paths_that_differ_in_more_do_not_clash(paths: tuple[str, str]) -> None:
    assert clashes(*paths) == []


def test_ids_clash_across_years() -> None:
    report = judged(incident("incidents/2025/2026-11-23-X") | incident("incidents/2026/2026-11-23-x"))
    assert codes(report) == ["HW010", "HW014"]
    assert report.diagnostics[1].related[0].path == "incidents/2025/2026-11-23-X/incident.yaml"


def test_folders_of_incidents_that_clash_are_one_finding() -> None:
    report = judged(incident("incidents/2026/2026-11-23-X") | incident("incidents/2026/2026-11-23-x"))
    assert codes(report).count("HW014") == 1


def test_a_clash_is_found_beside_records_that_cannot_be_read() -> None:
    files = incident("incidents/2026/2026-11-23-x") | {"incidents/2026/2026-11-23-X/incident.yaml": "title: [\n"}
    assert "HW014" in codes(judged(files))


@pytest.mark.parametrize(("number", "notes"), [(20, []), (21, ["1 more such paths"])])
def test_of_many_clashes_the_last_that_is_shown_counts_the_rest(number: int, notes: list[str]) -> None:
    paths = [f"{word}{index}.txt" for index in range(number) for word in ("A", "a")]
    report = judged(records({f"evidence/{path}": "x\n" for path in paths}))
    told = [list(one.notes) for one in report.diagnostics if one.code == "HW014"]
    assert told == [[]] * 19 + [notes]
