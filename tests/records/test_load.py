from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hotwash.errors import ConfigurationError
from hotwash.model.base import Nothing
from hotwash.model.policy import Policy
from hotwash.model.repository import Case, Unreadable
from hotwash.records.document import locate
from hotwash.records.load import case_files, load_case, load_cases, load_head, load_repository
from hotwash.records.snapshot import FolderSnapshot, MappingSnapshot
from tests.builders import FOLDER, ID, POLICY, SERVICES, records, snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from hotwash.records.document import Problem
    from hotwash.records.load import LoadedCase
    from hotwash.records.snapshot import Snapshot

OTHER = "incidents/2026/2026-11-24-search-slow"
LINKED = "incidents/2026/2026-11-25-linked"


def load(files: Mapping[str, str]) -> LoadedCase:
    """The one incident of these files."""
    return load_from(snapshot(files))


def load_from(source: Snapshot) -> LoadedCase:
    (files,) = case_files(source.paths())
    return load_case(source, files)


def case_of(files: Mapping[str, str]) -> Case:
    loaded = load(files)
    assert isinstance(loaded.case, Case), problems(loaded)
    return loaded.case


def problems(loaded: LoadedCase) -> list[tuple[str, Problem]]:
    """Each problem with the name of its file."""
    return [
        (document.path.rsplit("/", 1)[-1], problem) for document in loaded.documents for problem in document.problems
    ]


def said(loaded: LoadedCase) -> list[tuple[str, str]]:
    return [(name, problem.message) for name, problem in problems(loaded)]


def write(root: Path, files: Mapping[str, str]) -> FolderSnapshot:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return FolderSnapshot(root)


ITEM = "- {id: AI-1, title: Alert on errors, kind: detect, priority: P1, status: open"
POSTMORTEM = "---\nstatus: draft\nauthors: [alice]\n---\n\n## Summary\n\nIt was down.\n"


# --- one incident


def test_a_whole_incident_is_read_with_all_its_records() -> None:
    case = case_of(
        records(
            {
                "action-items.yaml": f"{ITEM}, owner: alice, due: 2026-12-01}}\n",
                "postmortem.md": POSTMORTEM,
                "timeline.d/0900-abcd.yaml": "at: 2026-11-23T09:00:00Z\nkind: note\ntext: x\n",
            }
        )
    )
    assert (case.id, case.path) == (ID, FOLDER)
    assert case.incident.title == "Checkout returns 500 for EU customers"
    assert [item.id for item in case.action_items] == ["AI-1"]
    assert case.postmortem is not None
    assert (case.postmortem.front.status, case.postmortem.body_line) == ("draft", 5)
    assert case.postmortem.body == "\n## Summary\n\nIt was down.\n"
    assert case.has_timeline
    assert len(case.timeline) == 4


def test_what_an_incident_does_not_have_is_empty() -> None:
    case = case_of(records({"timeline.yaml": None}))
    assert (case.timeline, case.action_items, case.no_action_items, case.postmortem) == ((), (), None, None)
    assert not case.has_timeline


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "[]\n"])
def test_an_empty_timeline_and_an_empty_list_of_items_are_readable(text: str) -> None:
    case = case_of(records({"timeline.yaml": text, "action-items.yaml": text}))
    assert (case.timeline, case.action_items, case.has_timeline) == ((), (), True)


def test_no_action_items_with_the_reason_are_none() -> None:
    case = case_of(records({"action-items.yaml": "none: Everything was mended that night\n"}))
    assert case.action_items == ()
    assert case.no_action_items == Nothing(none="Everything was mended that night")


def test_fragments_and_the_timeline_are_one_by_time() -> None:
    case = case_of(
        records(
            {
                "timeline.yaml": """\
- {at: 2026-11-23T09:10:00Z, kind: note, text: fourth}
- {at: 2026-11-23T09:00:00Z, kind: note, text: second}
- {at: 2026-11-23T09:00:00Z, kind: note, text: third}
""",
                "timeline.d/0930-aaaa.yaml": "at: 2026-11-23T08:55:00+00:00\nkind: note\ntext: first\n",
                "timeline.d/0800-bbbb.yaml": "at: 2026-11-23T10:20:00+01:00\nkind: note\ntext: fifth\n",
                "timeline.d/0900-cccc.yaml": (
                    "between: [2026-11-23T09:30:00Z, 2026-11-23T09:40:00Z]\nkind: note\ntext: sixth\n"
                ),
            }
        )
    )
    assert [logged.entry.text for logged in case.timeline] == ["first", "second", "third", "fourth", "fifth", "sixth"]
    assert [(logged.file, logged.route) for logged in case.timeline] == [
        ("timeline.d/0930-aaaa.yaml", ()),
        ("timeline.yaml", (1,)),
        ("timeline.yaml", (2,)),
        ("timeline.yaml", (0,)),
        ("timeline.d/0800-bbbb.yaml", ()),
        ("timeline.d/0900-cccc.yaml", ()),
    ]


def test_a_day_comes_before_the_hours_of_that_day() -> None:
    case = case_of(
        records(
            {
                "timeline.yaml": """\
- {at: 2026-11-23T00:01:00Z, kind: note, text: after midnight}
- {at: 2026-11-23, kind: note, text: that day}
- {at: 2026-11-22T23:59:00Z, kind: note, text: the evening before}
"""
            }
        )
    )
    assert [logged.entry.text for logged in case.timeline] == ["the evening before", "that day", "after midnight"]


FRAGMENT = "at: 2026-11-23T09:00:00Z\nkind: note\ntext: x\n"


@pytest.mark.parametrize(
    ("name", "line", "known_as"),
    [
        ("0900-abcd", "", "0900-abcd"),
        ("0900-abcd", "id: 0900-abcd\n", "0900-abcd"),
        ("not an id", "", None),
    ],
)
def test_a_fragment_is_known_by_the_name_of_its_file(name: str, line: str, known_as: str | None) -> None:
    case = case_of(records({"timeline.yaml": None, f"timeline.d/{name}.yaml": line + FRAGMENT}))
    assert [logged.entry.id for logged in case.timeline] == [known_as]


def test_a_fragment_with_the_id_of_another_file_is_refused() -> None:
    loaded = load(records({"timeline.d/0900-abcd.yaml": f"id: 0900-efgh\n{FRAGMENT}"}))
    assert isinstance(loaded.case, Unreadable)
    ((_, problem),) = problems(loaded)
    assert (problem.kind, problem.at.route) == ("wrong-value", ("id",))
    assert (problem.message, problem.label) == ("`id` is `0900-efgh`", "the file is named 0900-abcd")


# --- what is broken hides nothing else


def test_one_broken_file_does_not_hide_the_others() -> None:
    loaded = load(
        records(
            {
                "incident.yaml": "status: fixed\n",
                "timeline.yaml": "- {at: 2026-11-23T09:00, kind: note, text: x}\n",
                "timeline.d/0900-abcd.yaml": "kind: note: x\n",
                "action-items.yaml": "- &x 1\n",
                "postmortem.md": "## Summary\n",
            }
        )
    )
    assert isinstance(loaded.case, Unreadable)
    assert (loaded.case.id, loaded.case.path) == (ID, FOLDER)
    assert sorted((name, problem.kind) for name, problem in problems(loaded)) == [
        ("0900-abcd.yaml", "yaml-syntax"),
        ("action-items.yaml", "yaml-feature"),
        ("incident.yaml", "wrong-value"),
        ("postmortem.md", "front-matter"),
        ("timeline.yaml", "wrong-value"),
    ]


def test_one_broken_incident_does_not_hide_the_others() -> None:
    files = records() | records({"incident.yaml": "status: fixed\n"}, folder=OTHER)
    repository = load_repository(snapshot(files))
    assert [case.id for case in repository.cases] == [ID]
    assert repository.unreadable == (Unreadable("2026-11-24-search-slow", OTHER),)


@pytest.mark.parametrize(
    "name", ["incident.yaml", "timeline.yaml", "timeline.d/a.yaml", "action-items.yaml", "postmortem.md"]
)
def test_unreadable_is_not_absent_whichever_record_it_is(name: str) -> None:
    """Its issues would be closed and its page dropped, were it taken for missing."""
    files = {path: text.encode() for path, text in records().items()} | {f"{FOLDER}/{name}": b"\xff\xfe"}
    loaded = load_from(MappingSnapshot(files))
    assert isinstance(loaded.case, Unreadable)
    ((file, problem),) = problems(loaded)
    assert (file, problem.kind) == (name.rsplit("/", 1)[-1], "unreadable-file")


def test_a_folder_without_incident_yaml_is_unreadable() -> None:
    files = records()
    del files[f"{FOLDER}/incident.yaml"]
    loaded = load(files)
    assert isinstance(loaded.case, Unreadable)
    ((name, problem),) = problems(loaded)
    assert (name, problem.kind) == ("incident.yaml", "unreadable-file")
    assert "missing" in problem.message


@pytest.mark.parametrize("name", ["incident.yaml", "timeline.yaml", "postmortem.md", "timeline.d/0900-abcd.yaml"])
def test_a_link_in_place_of_a_record_is_unreadable(tmp_path: Path, name: str) -> None:
    files = write(tmp_path, records({"postmortem.md": POSTMORTEM, "timeline.d/0900-abcd.yaml": FRAGMENT}))
    record = tmp_path / FOLDER / name
    record.rename(tmp_path / "moved")
    record.symlink_to(tmp_path / "moved")
    loaded = load_from(files)
    assert isinstance(loaded.case, Unreadable)
    assert said(loaded) == [(record.name, "the file is not a regular file")]


@pytest.mark.parametrize("kind", ["link", "file"])
def test_something_else_in_place_of_the_folder_of_entries_is_unreadable(tmp_path: Path, kind: str) -> None:
    """The entries behind it would be passed over in silence."""
    files = write(tmp_path, records())
    (tmp_path / "away").mkdir()
    if kind == "link":
        (tmp_path / FOLDER / "timeline.d").symlink_to(tmp_path / "away", target_is_directory=True)
    else:
        (tmp_path / FOLDER / "timeline.d").write_bytes(b"")
    loaded = load_from(files)
    assert isinstance(loaded.case, Unreadable)
    ((name, problem),) = problems(loaded)
    assert (name, problem.kind) == ("timeline.d", "unreadable-file")


def test_every_problem_has_its_place_in_its_file() -> None:
    loaded = load(records({"timeline.yaml": "- {at: 2026-11-23T09:00:00Z, kind: note, text: x, titel: é}\n"}))
    (document,) = [document for document in loaded.documents if document.problems]
    (problem,) = document.problems
    span = locate(document, problem.at)
    assert document.lines[0][span.column - 1 : span.end_column - 1] == "titel"


# --- where incidents are found


@pytest.mark.parametrize(
    "folder",
    [
        "incidents/2026-11-23-checkout-500",
        "incidents/2026/11/2026-11-23-checkout-500",
        "incidents/team/a/b/c/2026-11-23-checkout-500",
        "incidents/2026/2026-11-23-v1.2-rollback",
        "incidents/2026/Über uns",
    ],
)
def test_an_incident_is_found_at_any_depth(folder: str) -> None:
    case = case_of(records(folder=folder))
    assert (case.path, case.id) == (folder, folder.rsplit("/", 1)[-1])


def test_incidents_come_in_the_order_of_their_paths_and_of_a_repository_by_id() -> None:
    files = records(folder="incidents/b/2026-01-01-a") | records(folder="incidents/a/2026-01-01-b")
    files |= records(folder="incidents/c/2025-01-01-c")
    source = snapshot(dict(reversed(files.items())))
    assert [loaded.case.path for loaded in load_cases(source, source.paths())] == [
        "incidents/a/2026-01-01-b",
        "incidents/b/2026-01-01-a",
        "incidents/c/2025-01-01-c",
    ]
    assert [case.id for case in load_repository(source).cases] == ["2025-01-01-c", "2026-01-01-a", "2026-01-01-b"]


@pytest.mark.parametrize(
    "path",
    [
        "incidents/README.md",
        "incidents/.gitkeep",
        "incidents/2026/.DS_Store",
        "incidents/2026/notes.txt",
        f"{FOLDER}/evidence/incident.yaml",
        f"{FOLDER}/evidence/timeline.d/x.yaml",
        f"{FOLDER}/evidence/logs",
        f"{FOLDER}/notes",
    ],
)
def test_other_files_are_no_incidents(path: str) -> None:
    files = records() | {path: "x"}
    assert [files.path for files in case_files(snapshot(files).paths())] == [FOLDER]
    assert case_of(files).id == ID


@pytest.mark.parametrize(
    ("name", "right"),
    [
        ("timeline.yml", "timeline.yaml"),
        ("Timeline.yaml", "timeline.yaml"),
        ("ACTION-ITEMS.YML", "action-items.yaml"),
        ("PostMortem.md", "postmortem.md"),
        ("timeline.d/0900-abcd.yml", "timeline.d/0900-abcd.yaml"),
    ],
)
def test_a_record_under_nearly_its_name_is_not_passed_over(name: str, right: str) -> None:
    loaded = load(records({name: FRAGMENT}))
    assert isinstance(loaded.case, Unreadable)
    ((_, problem),) = problems(loaded)
    assert (problem.kind, problem.help[0].say) == ("unreadable-file", f"rename it to {right}")


@pytest.mark.parametrize("name", ["notes.md", "evidence/logs.txt", "incident.txt", "timeline.d/notes.txt"])
def test_a_folder_in_the_place_of_an_incident_is_one_whatever_it_holds(name: str) -> None:
    loaded = load({f"{FOLDER}/{name}": "x"})
    assert isinstance(loaded.case, Unreadable)
    assert [file for file, _ in problems(loaded)] == ["incident.yaml"]


def test_two_incidents_of_one_name_are_told_apart_by_nobody() -> None:
    """Page, issues and silences of one would be those of the other."""
    files = records() | records(folder=f"incidents/2027/{ID}")
    source = snapshot(files)
    first, second = load_cases(source, source.paths())
    assert isinstance(first.case, Case)
    assert second.case == Unreadable(ID, f"incidents/2027/{ID}")
    assert FOLDER in problems(second)[0][1].message


@pytest.mark.parametrize("name", [LINKED, "incidents/2027", "incidents/2026/2026-11-25-v1.2-linked"])
@pytest.mark.parametrize("kind", ["link", "file"])
def test_something_else_in_place_of_the_folder_of_an_incident_is_unreadable(
    tmp_path: Path, name: str, kind: str
) -> None:
    source = write(tmp_path, records())
    if kind == "link":
        (tmp_path / name).symlink_to(tmp_path / FOLDER, target_is_directory=True)
    else:
        (tmp_path / name).write_bytes(b"")
    paths = source.paths()
    good, odd = load_cases(source, paths)
    assert isinstance(good.case, Case)
    assert odd.case == Unreadable(name.rsplit("/", 1)[-1], name)
    ((_, problem),) = problems(odd)
    assert problem.kind == "unreadable-file"
    assert problem.message.startswith("it is not a regular file" if kind == "link" else "it is a file where the folder")


def test_a_link_in_place_of_all_incidents_is_unreadable(tmp_path: Path) -> None:
    write(tmp_path / "there", records())
    (tmp_path / "here").mkdir()
    (tmp_path / "here/incidents").symlink_to(tmp_path / "there/incidents", target_is_directory=True)
    loaded = load_from(FolderSnapshot(tmp_path / "here"))
    assert isinstance(loaded.case, Unreadable)


# --- policy and services


def test_no_policy_is_its_defaults_and_no_catalogue_is_empty() -> None:
    head = load_head(snapshot({}), ())
    assert (head.policy, head.services, head.documents, head.policy_readable) == (Policy(), {}, (), True)


def test_policy_and_services_are_read() -> None:
    source = snapshot(records({POLICY: "format: 1\norganisation: Example Shop\n"}))
    head = load_head(source, source.paths())
    assert head.policy.organisation == "Example Shop"
    assert head.services is not None
    assert sorted(head.services) == ["checkout-api", "payments"]
    assert [document.path for document in head.documents] == [POLICY, SERVICES]


@pytest.mark.parametrize("text", ["format: 2\n", "severities: {P0: &x {respond: 5m}}\n", "a: b: c\n", "- 1\n"])
def test_an_unreadable_policy_leaves_a_check_with_the_defaults_and_says_so(text: str) -> None:
    source = snapshot(records({POLICY: text}))
    head = load_head(source, source.paths())
    assert head.policy == Policy()
    assert not head.policy_readable
    assert [bool(document.problems) for document in head.documents] == [True, False]


def test_an_unreadable_catalogue_is_not_an_empty_one() -> None:
    """Every service would be called unknown."""
    source = snapshot(records({SERVICES: "checkout-api: {owners: a}\n"}))
    head = load_head(source, source.paths())
    assert head.services is None
    assert head.policy_readable


@pytest.mark.parametrize("path", [POLICY, SERVICES])
def test_a_repository_is_not_loaded_with_a_policy_or_catalogue_that_must_be_guessed(path: str) -> None:
    with pytest.raises(ConfigurationError, match=path) as caught:
        load_repository(snapshot(records({path: "a: b: c\n"})))
    assert "hotwash check" in caught.value.hint


def test_a_repository_holds_policy_services_and_cases() -> None:
    repository = load_repository(snapshot(records({POLICY: "land: pull-request\n"})))
    assert repository.policy.land == "pull-request"
    assert sorted(repository.services) == ["checkout-api", "payments"]
    assert [case.id for case in repository.cases] == [ID]
    assert repository.unreadable == ()


# --- owner and due of action items

LATE = "recorded: {mode: late, at: 2026-11-24, by: alice}\n"
RETROSPECTIVE = """\
status: closed
recorded: {mode: retrospective, at: 2026-11-24, by: alice, basis: public-sources}
organisation: Example
sources:
  S1: {url: "https://example.org", kind: primary, title: x, publisher: x, read: 2026-11-24}
"""


@pytest.mark.parametrize("recorded", ["kind: incident\n", LATE], ids=["live", "late"])
def test_an_action_item_of_a_live_or_late_incident_has_an_owner_and_a_date(recorded: str) -> None:
    second = ITEM.replace("AI-1", "AI-2")
    items = f"{ITEM}, owner: alice, due: 2026-12-01}}\n{second}, owner: alice}}\n{ITEM.replace('AI-1', 'AI-3')}}}\n"
    loaded = load(records({"incident.yaml": recorded, "action-items.yaml": items}))
    assert isinstance(loaded.case, Unreadable)
    assert [(problem.kind, problem.at.route, problem.key) for _, problem in problems(loaded)] == [
        ("missing-key", (1,), "due"),
        ("missing-key", (2,), "owner"),
        ("missing-key", (2,), "due"),
    ]


def test_an_action_item_of_a_retrospective_incident_needs_neither() -> None:
    case = case_of(records({"incident.yaml": RETROSPECTIVE, "action-items.yaml": f"{ITEM}}}\n"}))
    assert [(item.owner, item.due) for item in case.action_items] == [(None, None)]


def test_of_an_incident_that_cannot_be_read_nobody_knows_whether_owners_are_needed() -> None:
    loaded = load(records({"incident.yaml": "status: fixed\n", "action-items.yaml": f"{ITEM}}}\n"}))
    assert [name for name, _ in problems(loaded)] == ["incident.yaml"]


def test_no_action_items_with_a_reason_need_no_owner() -> None:
    assert case_of(records({"action-items.yaml": "none: Everything was mended that night\n"})).action_items == ()


def messages(loaded: LoadedCase) -> list[str]:
    return [problem.message for _, problem in problems(loaded)]


@pytest.mark.parametrize("name", ["evidence/logs.txt", "incident.yaml/foo", "notes.txt"])
def test_a_folder_at_the_place_of_an_incident_is_never_passed_over(name: str) -> None:
    loaded = load({f"{OTHER}/{name}": "title: x"})
    assert isinstance(loaded.case, Unreadable)
    assert messages(loaded) == ["the file is missing: an incident is nothing without it"]


@pytest.mark.parametrize(
    ("name", "right"),
    [
        ("timeline.yml", "timeline.yaml"),
        ("Action-Items.yaml", "action-items.yaml"),
        ("Postmortem.MD", "postmortem.md"),
        ("timeline.d/0900-abcd.yml", "timeline.d/0900-abcd.yaml"),
    ],
)
def test_a_record_under_a_name_that_is_not_read_is_named(name: str, right: str) -> None:
    loaded = load(records({name: "- kind: note\n"}))
    assert isinstance(loaded.case, Unreadable)
    found = [problem for document in loaded.documents for problem in document.problems]
    assert [problem.message for problem in found] == ["the file is not read under this name"]
    assert [help_.say for help_ in found[0].help] == [f"rename it to {right}"]


def test_a_folder_that_leads_to_incidents_is_none() -> None:
    files = records(folder="incidents/2026/shop/2026-11-23-x") | {"incidents/2026/shop/README.txt": "x"}
    assert [found.path for found in case_files(snapshot(files).paths())] == ["incidents/2026/shop/2026-11-23-x"]


def test_files_beside_the_years_are_no_incidents() -> None:
    paths = ("incidents/README.md", "incidents/templates/new/note.txt", "incidents/2026/README.md")
    assert case_files(paths) == ()


def test_the_second_folder_of_a_name_is_unreadable() -> None:
    """Two incidents of one name would share a page, issues and silences."""
    twin = f"incidents/2027/{ID}"
    files = records() | records(folder=twin)
    first, second = load_cases(snapshot(files), snapshot(files).paths())
    assert isinstance(first.case, Case)
    assert second.case == Unreadable(ID, twin)
    assert messages(second) == [f"{FOLDER} has the same name"]


def test_the_folder_of_an_incident_that_is_not_utf_8_is_unreadable() -> None:
    """A name of other bytes reaches Python as lone surrogates, of which no page and no link can be made (threats P3)."""
    folder = "incidents/2026/2026-11-23-\udcff"
    loaded = load(records(folder=folder))
    assert loaded.case == Unreadable("2026-11-23-\udcff", folder)
    (document,) = loaded.documents
    assert (document.path, document.problems[0].message) == (folder, "the name of the folder is not UTF-8")


@pytest.mark.parametrize("name", ["incident.yml", "Incident.yaml"])
def test_an_incident_under_a_misspelt_name_is_named_and_not_called_missing(name: str) -> None:
    assert messages(load({f"{OTHER}/{name}": "title: x"})) == ["the file is not read under this name"]
