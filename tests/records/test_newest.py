"""The newest state of each incident: that of the work tree, or of the head of its own branch, whichever went on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hotwash.records import newest as module
from hotwash.records.git import Git
from hotwash.records.newest import newest, tips
from hotwash.records.snapshot import FolderSnapshot, Refused
from tests.builders import FOLDER, ID, records
from tests.gitrepo import begin, commit, git, raw_commit, raw_tree, write

if TYPE_CHECKING:
    from pathlib import Path

    from hotwash.records.newest import Newest

BRANCH = f"incident/{ID}"
INCIDENT = f"{FOLDER}/incident.yaml"


def note(number: int) -> dict[str, str]:
    """One more entry of the incident, in a file of its own."""
    text = f"{{at: 2026-11-23T08:{30 + number}:00Z, by: bob, kind: note, text: Note {number}}}\n"
    return {f"{FOLDER}/timeline.d/08{30 + number}-abcd.yaml": text}


def titled(text: str) -> dict[str, str]:
    return {INCIDENT: records({"incident.yaml": f"title: {text}\n"})[INCIDENT]}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The incident on `main`, which is checked out."""
    return begin(tmp_path / "repository", records())


def look(root: Path) -> Newest:
    return newest(FolderSnapshot(root))


def on_branch(root: Path, files: dict[str, str], *, name: str = BRANCH, at: str = "2026-11-23T08:52:00Z") -> None:
    """A commit on a branch, which is begun from what is checked out where it is not there yet."""
    back = git(root, "branch", "--show-current")
    if not git(root, "for-each-ref", f"refs/heads/{name}"):
        git(root, "branch", name)
    git(root, "switch", "--quiet", name)
    write(root, files)
    commit(root, "change", at=at)
    git(root, "switch", "--quiet", back)


def title_in(found: Newest) -> str:
    data = found.snapshot.read(INCIDENT)
    assert isinstance(data, bytes)
    return data.decode().split("\n", 1)[0].removeprefix("title: ")


def test_without_a_repository_the_work_tree_is_all_there_is(tmp_path: Path) -> None:
    write(tmp_path, records())
    tree = FolderSnapshot(tmp_path)
    assert newest(tree) == module.Newest(tree, {})


def test_without_branches_of_incidents_the_work_tree_is_all_there_is(root: Path) -> None:
    git(root, "branch", "other")
    git(root, "branch", "incident/no-date")
    found = look(root)
    assert isinstance(found.snapshot, FolderSnapshot)
    assert (found.branches, found.notices) == ({}, ())


def test_a_branch_that_went_on_is_read_and_named(root: Path) -> None:
    on_branch(root, titled("Checkout is down"))
    found = look(root)
    assert title_in(found) == "Checkout is down"
    assert (found.branches, found.notices) == ({FOLDER: BRANCH}, ())


def test_an_incident_that_only_a_branch_has_is_there(root: Path) -> None:
    folder = "incidents/2026/2026-11-23-search-slow"
    on_branch(root, {f"{folder}/incident.yaml": "title: x\n"}, name="incident/2026-11-23-search-slow")
    found = look(root)
    assert found.branches == {folder: "incident/2026-11-23-search-slow"}
    assert f"{folder}/incident.yaml" in found.snapshot.paths()
    assert found.snapshot.below(folder) == (f"{folder}/incident.yaml",)
    assert found.snapshot.exists(f"{folder}/incident.yaml")
    assert found.snapshot.read(f"{folder}/incident.yaml") == b"title: x\n"


def test_of_a_branch_only_its_own_incident_is_read(root: Path) -> None:
    on_branch(root, {**titled("Checkout is down"), "incidents/services.yaml": "x: {}\n", "incidents/2026/x/y": "z"})
    found = look(root)
    assert found.snapshot.read("incidents/services.yaml") == (root / "incidents/services.yaml").read_bytes()
    assert "incidents/2026/x/y" not in found.snapshot.paths()


def test_a_branch_that_is_merged_says_nothing_new(root: Path) -> None:
    on_branch(root, titled("Checkout is down"))
    git(root, "merge", "--quiet", "--no-ff", "--message", "merge", BRANCH)
    write(root, titled("Checkout was down"))
    commit(root, "later")
    found = look(root)
    assert title_in(found) == "Checkout was down"
    assert found.branches == {}


def test_a_branch_that_became_one_commit_elsewhere_is_left_behind_when_that_goes_on(root: Path) -> None:
    """As a forge merges with "squash": the branch is no ancestor of what came of it."""
    on_branch(root, note(1))
    on_branch(root, note(2))
    write(root, note(1) | note(2))
    commit(root, "squashed")
    assert look(root).branches == {}
    write(root, note(3))
    commit(root, "later")
    found = look(root)
    assert (found.branches, found.notices) == ({}, ())


def test_a_branch_of_which_a_part_was_merged_goes_on(root: Path) -> None:
    on_branch(root, note(1))
    write(root, note(1))
    commit(root, "squashed")
    on_branch(root, note(2))
    assert look(root).branches == {FOLDER: BRANCH}


def test_what_another_clone_has_pushed_is_read_once_it_is_fetched(root: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", str(root), "other")
    other = tmp_path / "other"
    on_branch(root, titled("Checkout is down"))
    assert look(other).branches == {}
    git(other, "fetch", "--quiet", "origin")
    found = look(other)
    assert title_in(found) == "Checkout is down"
    assert found.branches == {FOLDER: f"origin/{BRANCH}"}


def test_what_went_to_the_default_branch_is_seen_from_another_one(root: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", str(root), "other")
    other = tmp_path / "other"
    git(other, "switch", "--quiet", "--create", "feature")
    assert look(other).branches == {}
    on_branch(other, titled("Checkout is down"), name="main")
    found = look(other)
    assert title_in(found) == "Checkout is down"
    assert found.branches == {FOLDER: "main"}


def test_what_others_sent_to_the_default_branch_is_read_once_it_is_fetched(root: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", str(root), "other")
    other = tmp_path / "other"
    git(other, "switch", "--quiet", "--detach")
    write(root, titled("Nobody can pay"))
    commit(root, "change")
    assert look(other).branches == {}
    git(other, "fetch", "--quiet", "origin")
    assert title_in(look(other)) == "Nobody can pay"
    assert look(other).branches == {FOLDER: "origin/main"}
    git(other, "switch", "--quiet", "main")
    assert look(other).branches == {FOLDER: "origin/main"}
    git(other, "merge", "--quiet", "origin/main")
    assert look(other).branches == {}


@pytest.mark.parametrize("ahead", ["here", "there"])
def test_of_the_branch_here_and_the_one_there_the_one_that_is_ahead_is_read(
    root: Path, tmp_path: Path, ahead: str
) -> None:
    on_branch(root, titled("First"))
    git(tmp_path, "clone", "--quiet", str(root), "other")
    other = tmp_path / "other"
    git(other, "branch", BRANCH, f"origin/{BRANCH}")
    on_branch(other if ahead == "here" else root, titled("Second"))
    git(other, "fetch", "--quiet", "origin")
    found = look(other)
    assert title_in(found) == "Second"
    assert found.branches == {FOLDER: BRANCH if ahead == "here" else f"origin/{BRANCH}"}


def test_the_branch_that_is_checked_out_is_the_work_tree(root: Path) -> None:
    on_branch(root, titled("Checkout is down"))
    git(root, "switch", "--quiet", BRANCH)
    assert look(root).branches == {}
    write(root, titled("Checkout is going up"))
    found = look(root)
    assert title_in(found) == "Checkout is going up"
    assert found.branches == {}


def test_what_is_not_committed_yet_counts(root: Path) -> None:
    git(root, "branch", BRANCH)
    write(root, titled("Only here"))
    found = look(root)
    assert title_in(found) == "Only here"
    assert found.branches == {}


def test_of_two_that_each_have_something_the_other_is_told_of(root: Path) -> None:
    on_branch(root, note(2) | note(3))
    write(root, note(1))
    commit(root, "main goes on")
    found = look(root)
    assert found.branches == {FOLDER: BRANCH}
    assert found.notices == (f"{ID}: the work tree has 1 entry of its own that {BRANCH} lacks: merge them",)


def test_the_newest_entry_decides_whichever_side_has_it(root: Path) -> None:
    on_branch(root, note(1) | note(2))
    write(root, {path: text.replace("08:33", "08:58") for path, text in note(3).items()})
    found = look(root)
    assert found.branches == {}
    assert found.notices == (f"{ID}: {BRANCH} has 2 entries of its own that the work tree lacks: merge them",)


def test_of_two_the_one_that_can_be_read_is_shown(root: Path) -> None:
    on_branch(root, note(1))
    write(root, {INCIDENT: "title: [\n"})
    assert look(root).branches == {FOLDER: BRANCH}
    git(root, "checkout", "--quiet", "--", "incidents")
    on_branch(root, {INCIDENT: "title: [\n"})
    write(root, note(2))
    assert look(root).branches == {}


def test_before_the_first_commit_the_work_tree_is_what_there_is(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", ".")
    write(tmp_path, records())
    assert look(tmp_path).branches == {}


def test_a_clone_without_common_history_compares_what_is_told(root: Path, tmp_path: Path) -> None:
    on_branch(root, note(1))
    write(root, titled("Main goes on"))
    commit(root, "main goes on")
    git(tmp_path, "clone", "--quiet", "--depth=1", "--no-single-branch", f"file://{root}", "shallow")
    found = look(tmp_path / "shallow")
    assert found.branches == {FOLDER: f"origin/{BRANCH}"}


def test_a_branch_that_cannot_be_read_hides_no_other(root: Path) -> None:
    on_branch(root, titled("Checkout is down"))
    lost = raw_tree(root, ("40000", "incidents", "1" * 40))
    git(root, "update-ref", "refs/heads/incident/2026-11-20-lost", raw_commit(root, lost, "main"))
    blob = git(root, "hash-object", "-w", "--stdin", stdin=b"x")
    (root / ".git/refs/heads/incident/2026-11-21-blob").write_text(f"{blob}\n", encoding="ascii")
    found = look(root)
    assert found.branches == {FOLDER: BRANCH}
    assert [notice.partition(":")[0] for notice in found.notices] == [
        "incident/2026-11-20-lost was not read",
        "incident/2026-11-21-blob was not read",
    ]


def test_a_file_that_git_cannot_give_is_refused_and_hides_no_other(root: Path) -> None:
    on_branch(root, note(1))
    (path,) = note(1)
    id_ = git(root, "rev-parse", f"{BRANCH}:{path}")
    (root / ".git/objects" / id_[:2] / id_[2:]).unlink()
    found = look(root)
    refused = found.snapshot.read(path)
    assert isinstance(refused, Refused)
    assert "is not in this clone" in refused.why
    assert found.snapshot.read("incidents/services.yaml") == (root / "incidents/services.yaml").read_bytes()


def test_a_folder_that_git_takes_for_no_repository_is_read_and_told_of(tmp_path: Path) -> None:
    write(tmp_path, records() | {".git/config": "x"})
    found = look(tmp_path)
    assert isinstance(found.snapshot, FolderSnapshot)
    (notice,) = found.notices
    assert notice.startswith("branches were not read: git takes ")


def test_not_more_branches_are_looked_at_than_anybody_has(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hotwash.records.git.MOST_BRANCHES", 2)
    monkeypatch.setattr("hotwash.records.newest.MOST_BRANCHES", 2)
    for number in range(4):
        git(root, "branch", f"incident/2026-11-2{number}-x")
    found = look(root)
    assert len(tips(Git(root))) == 2
    assert found.notices == ("only 2 branches of incidents were read: delete those that are merged",)


@pytest.mark.parametrize(
    "name", ["2026-11-23-\u202ex", "2026-11-23-::error::", "2026-11-23-" + "x" * 150, "2026-1-1-x"]
)
def test_a_branch_with_a_name_that_is_no_id_is_no_branch_of_an_incident_or_only_a_name(root: Path, name: str) -> None:
    (root / ".git/packed-refs").write_text(
        f"{git(root, 'rev-parse', 'main')} refs/heads/incident/{name}\n", encoding="utf-8"
    )
    found = look(root)
    assert found.branches == {}
    assert title_in(found) == "Checkout returns 500 for EU customers"
