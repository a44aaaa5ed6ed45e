from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hotwash.records.snapshot import FolderSnapshot
from hotwash.rules.check import check
from tests.builders import FOLDER, ID, NOW, SERVICES, codes, judged, records, snapshot

if TYPE_CHECKING:
    from pathlib import Path

    from hotwash.diagnostics import Diagnostic

OTHER = "2026-10-13-checkout-500-eu"
RETROSPECTIVE = "status: closed\nrecorded: {mode: retrospective, at: 2026-11-23, by: alice, basis: internal-notes}\n"
LATE = "recorded: {mode: late, at: 2026-11-23, by: alice}\n"


def evidence(file: str) -> str:
    return f"""\
evidence:
  logs: [{{summary: 4102 x connection refused, file: '{file}'}}]
  metrics: [{{summary: 5xx rate from 0.2 % to 31 %}}]
  changes: [{{summary: v413 deployed at 08:40}}]
  similar: {{none: Searched for checkout and payment 500s}}
"""


def similar(ids: str) -> str:
    return evidence("evidence/logs.txt").replace("{none: Searched for checkout and payment 500s}", ids)


def of(code: str, files: dict[str, str]) -> list[Diagnostic]:
    """What one rule finds."""
    return [found for found in judged(files).diagnostics if found.code == code]


def about(code: str, incident: str = "", **changes: str | None) -> list[Diagnostic]:
    """What one rule finds in the complete incident with changes, beside another incident."""
    files: dict[str, str | None] = {"incident.yaml": incident, "evidence/logs.txt": "refused\n"}
    files[f"incidents/2026/{OTHER}/incident.yaml"] = dismissed(OTHER)
    return of(code, records(files | {name.replace("__", "/"): text for name, text in changes.items()}))


def dismissed(id_: str, duplicate_of: str = "") -> str:
    return f"""\
title: Checkout is slow
status: dismissed
severity: P2
services: [checkout-api]
times: {{declared: {id_[:10]}T08:46:00Z}}
roles: {{commander: alice}}
reason: Told in the record of another incident
{f"duplicate_of: {duplicate_of}" if duplicate_of else ""}
"""


# --- HW802 unknown-incident


@pytest.mark.parametrize(
    ("incident", "route"),
    [
        (similar("[2026-10-13-chekout-500-eu]"), ("evidence", "similar", 0)),
        (similar(f"[{OTHER}, 2026-10-13-chekout-500-eu]"), ("evidence", "similar", 1)),
        ("related: [2026-10-13-chekout-500-eu]\n", ("related", 0)),
        ("duplicate_of: 2026-10-13-chekout-500-eu\n", ("duplicate_of",)),
    ],
)
def test_an_unknown_incident_is_named_wherever_it_stands(incident: str, route: tuple[str | int, ...]) -> None:
    (found,) = about("HW802", incident)
    assert (found.route, found.message) == (route, "there is no incident `2026-10-13-chekout-500-eu`")
    assert found.advice == f"write `{OTHER}`"


@pytest.mark.parametrize("incident", [similar(f"[{ID}]"), f"related: [{ID}]\n"])
def test_an_incident_cannot_point_at_itself(incident: str) -> None:
    (found,) = about("HW802", incident)
    assert found.message == f"`{ID}` is this incident itself"


@pytest.mark.parametrize(
    "incident",
    [
        "",
        similar(f"[{OTHER}]"),
        f"related: [{OTHER}]\n",
        f"duplicate_of: {OTHER}\n",
        f"duplicate_of: {ID}\n",
        "evidence:\n",
    ],
)
def test_what_is_there_is_not_unknown(incident: str) -> None:
    assert about("HW802", incident) == []


def test_an_incident_that_cannot_be_read_is_there() -> None:
    files = records({"incident.yaml": f"related: [{OTHER}]\n"})
    files[f"incidents/2026/{OTHER}/incident.yaml"] = "title: [\n"
    assert of("HW802", files) == []


def test_a_day_alone_makes_no_id_the_nearest() -> None:
    (found,) = about("HW802", "related: [2026-10-13-bank-unreachable]\n")
    assert "write the name of its folder" in found.advice


def test_the_incident_itself_is_never_the_one_that_was_meant() -> None:
    (found,) = about("HW802", "related: [2026-11-23-chekout-500]\n")
    assert f"`{ID}`" not in found.advice


def test_all_ids_are_known_where_only_some_incidents_are_judged() -> None:
    files = records({"incident.yaml": f"related: [{OTHER}]\n"})
    files[f"incidents/2026/{OTHER}/incident.yaml"] = dismissed(OTHER)
    assert codes(check(snapshot(files), now=NOW, named=(FOLDER,)).report) == []


# --- HW803 evidence-file


@pytest.mark.parametrize("group", ["logs", "metrics", "changes"])
def test_a_missing_file_is_found_in_each_group(group: str) -> None:
    incident = evidence("evidence/logs.txt").replace(f"{group}: [{{", f"{group}: [{{summary: x}}, {{file: evidence/x, ")
    (found,) = about("HW803", incident.replace(", file: 'evidence/logs.txt'", ""))
    assert (found.route, found.message) == (("evidence", group, 1, "file"), "`evidence/x` is not there")


@pytest.mark.parametrize("written", ["evidence:\n", "evidence: {logs: {none: Looked in Loki}}\n", similar("[]")])
def test_evidence_that_names_no_file_or_one_that_is_there_is_right(written: str) -> None:
    assert about("HW803", written) == []


@pytest.mark.parametrize(
    ("file", "message", "advice"),
    [
        ("evidence/log.txt", "`evidence/log.txt` is not there", "write `evidence/logs.txt`"),
        ("evidence/Logs.txt", "`evidence/Logs.txt` is not there", "write `evidence/logs.txt`"),
        ("evidence/sub/logs.txt", "`evidence/sub/logs.txt` is not there", "write `evidence/logs.txt`"),
        ("evidence/5xx.csv", "`evidence/5xx.csv` is not there", f"put it there: {FOLDER}/evidence/5xx.csv"),
        ("logs.txt", "`logs.txt` does not begin with evidence/", "write `evidence/logs.txt`"),
        ("./evidence/logs.txt", "`./evidence/logs.txt` has a part that is only `.`", "write `evidence/logs.txt`"),
        ("evidence//logs.txt", "`evidence//logs.txt` has two slashes in a row", "write `evidence/logs.txt`"),
        ("evidence\\logs.txt", "`evidence\\logs.txt` is written with `\\`", "write `evidence/logs.txt`"),
        (f"{FOLDER}/evidence/logs.txt", f"`{FOLDER}/evidence/logs.txt` does not begin with evidence/", "write `evidence/logs.txt`"),
        ("../../../etc/passwd", "`../../../etc/passwd` leads up with `..`", f"put a copy into {FOLDER}/evidence/ and write `evidence/NAME`"),
        ("https://grafana.example/d/abc", "`https://grafana.example/d/abc` is a link, not a file", "write it as `url:`"),
        ("evidence", "`evidence` names a folder", f"put a copy into {FOLDER}/evidence/ and write `evidence/NAME`"),
    ],
)  # fmt: skip
def test_a_wrong_path_is_answered_with_what_was_meant(file: str, message: str, advice: str) -> None:
    (found,) = about("HW803", evidence(file))
    assert (found.message, found.advice, found.level) == (message, advice, "error")


@pytest.mark.parametrize(("file", "folder"), [("evidence/graphs", True), ("evidence/graphs/5xx.txt", False)])
def test_a_folder_is_no_file_and_what_lies_in_it_is(file: str, folder: bool) -> None:  # noqa: FBT001 - a table
    found = about("HW803", evidence(file), **{"evidence/graphs/5xx.txt": "31 %\n"})
    assert [one.message for one in found] == (["`evidence/graphs` is a folder"] if folder else [])


def test_a_file_beside_the_folder_of_evidence_is_not_the_one_that_was_meant() -> None:
    files = records({"incident.yaml": evidence("notes.txt"), "notes.txt": "refused\n"})
    (found,) = of("HW803", files)
    assert found.advice == f"put a copy into {FOLDER}/evidence/ and write `evidence/NAME`"


def written(root: Path, files: dict[str, str]) -> Path:
    for path, text in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return root


def evidence_on_disk(root: Path) -> list[str]:
    report = check(FolderSnapshot(root), now=NOW).report
    assert "top secret" not in repr(report)
    return [found.message for found in report.diagnostics if found.code == "HW803"]


def test_a_file_on_the_disk_is_taken(tmp_path: Path) -> None:
    written(tmp_path, records({"incident.yaml": evidence("evidence/logs.txt"), "evidence/logs.txt": "refused\n"}))
    assert evidence_on_disk(tmp_path) == []


def test_a_link_in_the_place_of_the_file_is_refused_and_what_it_shows_is_not_told(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("top secret\n", encoding="utf-8")
    root = written(tmp_path / "repo", records({"incident.yaml": evidence("evidence/logs.txt")}))
    (root / FOLDER / "evidence").mkdir()
    (root / FOLDER / "evidence/logs.txt").symlink_to(tmp_path / "secret")
    assert evidence_on_disk(root) == ["`evidence/logs.txt` is not a regular file"]


@pytest.mark.parametrize("link", ["evidence", "evidence/sub"])
def test_a_link_on_the_way_is_refused(tmp_path: Path, link: str) -> None:
    file = f"{link}/logs.txt" if link != "evidence" else "evidence/logs.txt"
    written(tmp_path / "elsewhere", {"logs.txt": "top secret\n"})
    root = written(tmp_path / "repo", records({"incident.yaml": evidence(file)}))
    (root / FOLDER / link).parent.mkdir(exist_ok=True)
    (root / FOLDER / link).symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    assert evidence_on_disk(root) == [f"`{link}` is not a regular file"]


def test_a_link_that_stays_in_the_folder_is_refused_too(tmp_path: Path) -> None:
    root = written(tmp_path, records({"incident.yaml": evidence("evidence/b.txt"), "evidence/a.txt": "refused\n"}))
    (root / FOLDER / "evidence/b.txt").symlink_to("a.txt")
    assert evidence_on_disk(root) == ["`evidence/b.txt` is not a regular file"]


# --- HW804 runbook-missing


def services(runbook: str, *, more: str = "") -> dict[str, str]:
    return records({SERVICES: f"checkout-api: {{owner: team-pay, runbook: '{runbook}'{more}}}\n"})


@pytest.mark.parametrize(
    ("runbook", "advice"),
    [
        ("docs/runbooks/check-out.md", "write it, or put here where it is: a path from the root, or a URL"),
        ("docs/runbooks/Checkout.md", "write `docs/runbooks/checkout.md`"),
        ("/docs/runbooks/checkout.md", "write `docs/runbooks/checkout.md`"),
        ("./docs/runbooks/checkout.md", "write `docs/runbooks/checkout.md`"),
        ("docs//runbooks/checkout.md", "write `docs/runbooks/checkout.md`"),
        ("docs\\runbooks\\checkout.md", "write `docs/runbooks/checkout.md`"),
        ("runbooks/checkout.md", "write `docs/runbooks/checkout.md`"),
        ("checkout.md", "write `docs/runbooks/checkout.md`"),
        ("docs/runbooks/checkout", "write `docs/runbooks/checkout.md`"),
        ("docs/runbooks", "write it, or put here where it is: a path from the root, or a URL"),
        ("../other/checkout.md", "write `docs/runbooks/checkout.md`"),
        ("wiki.example/checkout", "write it, or put here where it is: a path from the root, or a URL"),
    ],
)
def test_a_runbook_is_a_file_from_the_root(runbook: str, advice: str) -> None:
    (found,) = of("HW804", services(runbook))
    assert (found.path, found.route) == (SERVICES, ("checkout-api", "runbook"))
    assert (found.message, found.advice) == (f"`{runbook}` is not a file of this repository", advice)


def test_a_misspelt_runbook_is_answered_with_one_that_another_line_names() -> None:
    files = records({SERVICES: "a: {owner: t, runbook: docs/runbooks/checkout.md}\nb: {owner: t, runbook: docs/runbooks/check-out.md}\n"})  # fmt: skip
    (found,) = of("HW804", files)
    assert found.advice == "write `docs/runbooks/checkout.md`"


@pytest.mark.parametrize("runbook", ["docs/runbooks/checkout.md", "docs/runbooks/checkout.md#roll-back", "https://wiki.example/checkout", "..."])  # fmt: skip
def test_a_file_a_heading_in_it_and_an_address_are_right(runbook: str) -> None:
    assert of("HW804", services(runbook)) == []


def test_a_service_of_others_is_not_asked_for_its_runbook() -> None:
    assert of("HW804", services("docs/x.md", more=", external: true")) == []


RUNBOOKS = "runbooks:\n  - {path: docs/runbooks/checkout.md, change: updated}\n  - {path: docs/x.md, change: created}\n"


@pytest.mark.parametrize("recorded", ["", LATE, "kind: drill\n", "kind: drill\n" + LATE])
def test_runbooks_that_an_incident_changed_are_asked_for(recorded: str) -> None:
    (found,) = about("HW804", RUNBOOKS + recorded)
    assert (found.path, found.route, found.incident) == (f"{FOLDER}/incident.yaml", ("runbooks", 1, "path"), ID)


def test_runbooks_of_a_post_mortem_are_asked_for() -> None:
    front = f"---\nstatus: draft\nauthors: [alice]\n{RUNBOOKS}---\n\n## Summary\n\nx\n"
    (found,) = about("HW804", **{"postmortem.md": front})
    assert (found.path, found.route) == (f"{FOLDER}/postmortem.md", ("runbooks", 1, "path"))
    assert found.span.line == 6


@pytest.mark.parametrize(
    "told",
    [
        RUNBOOKS + RETROSPECTIVE,
        "runbooks: {none: Nothing was to be learnt}\n",
        "runbooks: [{url: https://wiki.example/x, change: updated}]\n",
    ],
)
def test_what_is_said_of_runbooks_elsewhere_is_not_looked_up(told: str) -> None:
    assert about("HW804", told) == []


def test_a_runbook_behind_a_link_is_not_there(tmp_path: Path) -> None:
    root = written(tmp_path / "repo", services("docs/runbooks/linked.md"))
    (root / "docs/runbooks/linked.md").symlink_to("checkout.md")
    found = [found.code for found in check(FolderSnapshot(root), now=NOW).report.diagnostics]
    assert found == ["HW804"]


# --- HW805 service-incomplete


@pytest.mark.parametrize(
    ("service", "message", "paste"),
    [
        ("{}", "`web` has no owner and no runbook", "  owner: TEAM\n  runbook: docs/runbooks/web.md"),
        ("{owner: team-web}", "`web` has no runbook", "  runbook: docs/runbooks/web.md"),
        ("{runbook: 'https://wiki.example/web'}", "`web` has no owner", "  owner: TEAM"),
        ("{owner: ..., runbook: 'https://wiki.example/web'}", "`web` has no owner", "  owner: TEAM"),
        ("{owner: team-web, runbook: '…'}", "`web` has no runbook", "  runbook: docs/runbooks/web.md"),
        ("{external: false, tier: 1}", "`web` has no owner and no runbook", "  owner: TEAM\n  runbook: docs/runbooks/web.md"),
    ],
)  # fmt: skip
def test_one_finding_a_service_says_all_that_it_lacks(service: str, message: str, paste: str) -> None:
    found = of("HW805", records({SERVICES: f"checkout-api: {{external: true}}\nweb: {service}\n"}))
    assert [(one.message, one.help[0].paste, one.route) for one in found] == [(message, paste, ("web",))]
    assert (found[0].span.line, found[0].span.column, found[0].span.end_column) == (2, 1, 4)


def test_a_service_of_an_organisation_has_its_runbook_by_its_own_name() -> None:
    (found,) = of("HW805", records({SERVICES: "checkout-api: {external: true}\nshop/web: {owner: x}\n"}))
    assert found.help[0].paste == "  runbook: docs/runbooks/web.md"


@pytest.mark.parametrize("text", ["checkout-api: {owner: t, runbook: 'https://x.example'}\n", "checkout-api: {external: true}\n", "checkout-api: [\n"])  # fmt: skip
def test_a_complete_service_one_of_others_and_a_broken_catalogue_are_not_asked(text: str) -> None:
    assert of("HW805", records({SERVICES: text})) == []


# --- HW806 duplicate-cycle


def chain(**links: str) -> list[tuple[str | None, str]]:
    """What is found among dismissed incidents, each with the letter of which it is a duplicate; `-` is none."""
    ids = {letter: f"2026-11-0{number}-{letter}" for number, letter in enumerate("abcde", start=1)}
    files = records()
    for letter, other in links.items():
        of_other = "" if other == "-" else ids.get(other, ID)
        files[f"incidents/2026/{ids[letter]}/incident.yaml"] = dismissed(ids[letter], of_other)
    letters = {id_: letter for letter, id_ in ids.items()}
    return [(letters[found.incident or ""], found.message) for found in of("HW806", files)]


BACK = "`duplicate_of` leads back here over "
B, C, D = "`2026-11-02-b`", "`2026-11-03-c`", "`2026-11-04-d`"


@pytest.mark.parametrize(
    ("links", "found"),
    [
        ({"a": "LIVE"}, []),
        ({"a": "b", "b": "LIVE"}, []),
        ({"a": "b", "b": "c", "c": "d", "d": "LIVE"}, []),
        ({"a": "LIVE", "b": "LIVE"}, []),
        ({"a": "-"}, []),
        # to one that was never judged: another rule says that it is not there
        ({"a": "e"}, []),
        ({"a": "a"}, [("a", "an incident cannot be a duplicate of itself")]),
        ({"a": "b", "b": "a"}, [("a", BACK + B)]),
        ({"b": "a", "a": "b", "c": "a"}, [("a", BACK + B)]),
        ({"a": "b", "b": "c", "c": "a"}, [("a", f"{BACK}{B} and 1 other")]),
        ({"a": "c", "c": "b", "b": "a"}, [("a", f"{BACK}{C} and 1 other")]),
        ({"a": "b", "b": "c", "c": "b"}, [("b", BACK + C)]),
        ({"a": "c", "c": "b", "b": "c"}, [("b", BACK + C)]),
        ({"a": "b", "b": "a", "c": "d", "d": "c"}, [("a", BACK + B), ("c", BACK + D)]),
        ({"a": "b", "b": "-"}, [("a", f"{B} was dismissed itself")]),
        ({"a": "b", "b": "c", "c": "-"}, [("b", f"{C} was dismissed itself")]),
        ({"a": "c", "b": "c", "c": "-"}, [("a", f"{C} was dismissed itself"), ("b", f"{C} was dismissed itself")]),
    ],
)  # fmt: skip
def test_duplicates_lead_to_an_incident_that_is_told(links: dict[str, str], found: list[tuple[str, str]]) -> None:
    assert chain(**links) == found


def test_the_other_ends_of_a_circle_are_shown() -> None:
    files = records()
    for id_, other in (("2026-11-01-a", "2026-11-02-b"), ("2026-11-02-b", "2026-11-01-a")):
        files[f"incidents/2026/{id_}/incident.yaml"] = dismissed(id_, other)
    (found,) = of("HW806", files)
    (end,) = found.related
    assert (found.path, found.span.line) == ("incidents/2026/2026-11-01-a/incident.yaml", 8)
    assert (end.path, end.span.line) == ("incidents/2026/2026-11-02-b/incident.yaml", 8)


def test_a_long_way_is_gone_without_recursion() -> None:
    ids = [f"2026-11-01-n{number:04}" for number in range(1500)]
    files = {SERVICES: "checkout-api: {external: true}\n"}
    for id_, other in zip(ids, [*ids[1:], ids[0]], strict=True):
        files[f"incidents/2026/{id_}/incident.yaml"] = dismissed(id_, other)
    (found,) = of("HW806", files)
    assert found.incident == ids[0]
    assert found.message == f"`duplicate_of` leads back here over `{ids[1]}` and 1,498 others"
    assert len(found.related) == 10
