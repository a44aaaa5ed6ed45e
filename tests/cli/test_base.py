"""`check --base` where git is not as a change needs it: each ends in a verdict that is right, or says what to do."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.builders import FOLDER, NOW, records
from tests.command import Ran, hotwash
from tests.gitrepo import begin, commit, git, plant, put, raw_commit, write

if TYPE_CHECKING:
    from pathlib import Path

    from tests.gitrepo import Held

AT = ("--now", NOW.isoformat())
TITLE = {"incident.yaml": "title: Checkout cannot take cards\n"}
OTHER = FOLDER.replace("checkout-500", "search-slow")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two incidents on `main`, and a change of one of them on the branch that is checked out."""
    root = begin(tmp_path / "repository", records() | records(folder=OTHER))
    git(root, "switch", "--quiet", "--create", "change")
    write(root, records(TITLE))
    commit(root, "change")
    return root


def judged(root: Path, base: str = "main", head: str = "HEAD") -> Ran:
    """What is said of the change, which must be the same of the commit and of the work tree."""
    ran = hotwash("-C", str(root), "check", "--base", base, "--head", head, *AT)
    assert hotwash("-C", str(root), "check", "--base", base, *AT) == ran
    return ran


def assert_one_is_touched(root: Path, base: str = "main", head: str = "HEAD") -> None:
    ran = judged(root, base, head)
    assert (ran.code, ran.err) == (0, "")
    assert FOLDER in ran.out
    assert OTHER not in ran.out


def test_only_what_the_change_touches_is_judged(folder: Path) -> None:
    assert_one_is_touched(folder)


# --- where the repository is


def test_a_commit_that_is_on_no_branch(folder: Path) -> None:
    git(folder, "checkout", "--quiet", "--detach")
    assert_one_is_touched(folder, git(folder, "rev-parse", "main"))


def test_a_work_tree_that_is_linked(folder: Path, tmp_path: Path) -> None:
    git(folder, "switch", "--quiet", "main")
    git(folder, "worktree", "add", "--quiet", str(tmp_path / "linked"), "change")
    assert_one_is_touched(tmp_path / "linked")


def test_a_work_tree_of_a_bare_repository(folder: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--bare", str(folder), "bare.git")
    git(tmp_path / "bare.git", "worktree", "add", "--quiet", str(tmp_path / "linked"), "change")
    assert_one_is_touched(tmp_path / "linked")


def test_a_submodule(folder: Path, tmp_path: Path) -> None:
    outer = begin(tmp_path / "outer", {"a": "x"})
    git(outer, "submodule", "--quiet", "add", str(folder), "records")
    git(outer / "records", "branch", "--force", "main", "origin/main")
    assert_one_is_touched(outer / "records")


def test_records_in_a_folder_of_the_repository(tmp_path: Path) -> None:
    shop = "examples/shop/"
    root = begin(tmp_path / "repository", records() | {f"{shop}{path}": text for path, text in records().items()})
    write(root, {f"{shop}{path}": text for path, text in (records() | records(folder=OTHER)).items()})
    commit(root, "one more in the shop")
    ran = judged(root / shop, "HEAD~1")
    assert (ran.code, ran.err) == (0, "")
    assert OTHER in ran.out
    assert FOLDER not in ran.out
    assert judged(root, "HEAD~1").err.startswith("hotwash: no incident differs")
    assert hotwash("check", "--base", "HEAD~1", "--head", "HEAD", *AT, cwd=root / shop / "incidents") == ran


def test_a_folder_that_is_reached_by_a_link(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(folder)
    assert_one_is_touched(tmp_path / "link")


def test_a_repository_of_sha256(tmp_path: Path) -> None:
    def held(files: dict[str, str]) -> dict[str, Held]:
        return {path: ("100644", text.encode()) for path, text in files.items()}

    base, head = held(records() | records(folder=OTHER)), held(records(TITLE) | records(folder=OTHER))
    plant(tmp_path, base, head, form="sha256")
    put(tmp_path, head)
    assert len(git(tmp_path, "rev-parse", "main")) == 64
    assert_one_is_touched(tmp_path, "main~1", "main")


def test_a_repository_whose_objects_are_packed_or_borrowed(folder: Path, tmp_path: Path) -> None:
    git(folder, "gc", "--quiet")
    git(folder, "pack-refs", "--all")
    assert_one_is_touched(folder)
    git(tmp_path, "clone", "--quiet", "--shared", "--branch=change", str(folder), "borrower")
    assert_one_is_touched(tmp_path / "borrower", "origin/main")


def test_a_name_that_is_a_branch_and_a_tag(folder: Path) -> None:
    """As git has it, the tag; and the report says which commit that is."""
    git(folder, "tag", "twice", "main")
    git(folder, "branch", "twice", "change")
    ran = judged(folder, "twice")
    assert f"changes since twice ({git(folder, 'rev-parse', 'main')[:12]})" in ran.out


# --- history


def test_what_came_to_the_base_since_is_not_taken_for_ours(folder: Path) -> None:
    git(folder, "switch", "--quiet", "main")
    write(folder, records(TITLE, folder=OTHER))
    (folder / "docs/runbooks/payments.md").write_text("Call them\n", encoding="utf-8")
    commit(folder, "of others")
    shutil.rmtree(folder / OTHER)
    commit(folder, "of others")
    git(folder, "switch", "--quiet", "change")
    assert_one_is_touched(folder)
    assert git(folder, "merge-base", "main", "change")[:12] in judged(folder).out


def test_a_base_that_is_the_head_or_comes_after_it_has_no_change(folder: Path) -> None:
    for base in ("HEAD", "change"):
        assert judged(folder, base).err.startswith("hotwash: no incident differs from")
    git(folder, "switch", "--quiet", "main")
    assert judged(folder, "change") == judged(folder, "change", "main")
    assert judged(folder, "change").err.startswith("hotwash: no incident differs from change")


def test_several_merge_bases_give_a_verdict(folder: Path) -> None:
    tree, ours = git(folder, "rev-parse", "change^{tree}"), git(folder, "rev-parse", "change")
    theirs = raw_commit(folder, git(folder, "rev-parse", "main^{tree}"), "main")
    git(folder, "update-ref", "refs/heads/main", raw_commit(folder, tree, theirs, ours))
    git(folder, "update-ref", "refs/heads/change", raw_commit(folder, tree, ours, theirs))
    ran = judged(folder)
    assert ran.code == 0
    bases = git(folder, "merge-base", "--all", "main", "change").split()
    assert len(bases) == 2
    assert any(f"main ({base[:12]})" in ran.out + ran.err for base in bases)


def test_a_merge_of_main_is_not_a_change(folder: Path) -> None:
    """What a workflow checks out: the merge of the change, compared with its first parent."""
    git(folder, "switch", "--quiet", "main")
    write(folder, records(TITLE, folder=OTHER))
    commit(folder, "of others")
    git(folder, "merge", "--quiet", "--no-ff", "--message", "merge", "change")
    assert_one_is_touched(folder, "HEAD^1")


def test_histories_without_a_common_commit(folder: Path) -> None:
    git(folder, "checkout", "--quiet", "--orphan", "other")
    commit(folder, "begun anew")
    ran = judged(folder)
    assert (ran.code, ran.out) == (2, "")
    assert "have no commit in common here\n  help: name a base from which this branch was begun\n" in ran.err


# --- what a workflow may have forgotten


def test_a_history_that_is_cut_names_the_remedy(folder: Path, tmp_path: Path) -> None:
    git(folder, "switch", "--quiet", "main")
    commit(folder, "of others")
    git(tmp_path, "clone", "--quiet", "--depth=1", "--no-single-branch", "--branch=change", folder.as_uri(), "clone")
    for base in ("origin/main", "origin/main~1", "0123456789ab"):
        ran = judged(tmp_path / "clone", base)
        assert (ran.code, ran.out) == (2, "")
        assert "in a workflow `fetch-depth: 0` at the checkout\n" in ran.err
    git(tmp_path / "clone", "fetch", "--quiet", "--unshallow")
    assert_one_is_touched(tmp_path / "clone", "origin/main")


def test_a_history_that_is_cut_below_the_merge_base_is_enough(folder: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--depth=2", "--branch=change", folder.as_uri(), "clone")
    assert_one_is_touched(tmp_path / "clone", "HEAD~1")


def test_no_repository(tmp_path: Path) -> None:
    write(tmp_path, records())
    ran = judged(tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        f"hotwash: git takes {tmp_path} for no repository: "
        "not a git repository (or any of the parent directories): .git\n"
        "  help: a change is told from a base only in a git repository\n"
    )


def test_a_folder_of_git_that_holds_nothing_does_not_lead_to_a_repository_further_up(folder: Path) -> None:
    write(folder, {f"inner/{path}": text for path, text in records().items()})
    (folder / "inner/.git").mkdir()
    ran = judged(folder / "inner")
    assert (ran.code, ran.out) == (2, "")
    assert "for no repository" in ran.err


def test_nothing_is_committed_yet(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    write(tmp_path, records())
    for base in ("HEAD", "main"):
        ran = judged(tmp_path, base)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.startswith(f"hotwash: no revision '{base}' in this repository\n  help: fetch it first")


def test_a_bare_repository_has_no_records_to_go_to(folder: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--bare", str(folder), "bare.git")
    (tmp_path / ".git").mkdir()
    ran = judged(tmp_path / "bare.git")
    assert (ran.code, ran.out) == (2, "")
    assert "no incidents/ folder" in ran.err


def test_records_of_another_owner_name_what_git_says(folder: Path, in_front: StandIn) -> None:
    in_front("rev-parse", "echo \"fatal: detected dubious ownership in repository at '/x'\" >&2; exit 128")
    ran = judged(folder)
    assert (ran.code, ran.out) == (2, "")
    assert "detected dubious ownership in repository" in ran.err


# --- which git


class StandIn:
    """Puts programs called `git` before the real one on the PATH."""

    def __init__(self, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.place = place
        self.monkeypatch = monkeypatch

    def __call__(self, command: str, instead: str) -> None:
        """For one command of git, do something else; all others are the real ones."""
        real = shutil.which("git")
        self.place.mkdir()
        program = self.place / "git"
        program.write_text(
            f'#!/bin/sh\ncase " $* " in *" {command} "*) {instead};; esac\nexec "{real}" "$@"\n', encoding="utf-8"
        )
        program.chmod(0o755)
        self.monkeypatch.setenv("PATH", f"{self.place}:/usr/bin:/bin")


@pytest.fixture
def in_front(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    return StandIn(tmp_path / "in-front", monkeypatch)


@pytest.mark.parametrize("unknown", ["--end-of-options", "--batch-command"])
def test_a_git_that_is_too_old_is_told_apart(folder: Path, in_front: StandIn, unknown: str) -> None:
    """What it does not know fails; what it calls itself says why."""
    in_front(unknown, 'exit 129;; *" --version "*) echo "git version 2.30.2"; exit 0')
    ran = judged(folder)
    assert (ran.code, ran.out) == (2, "")
    assert "git 2.39 or newer is needed, and here is git version 2.30.2" in ran.err


def test_no_git(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    ran = judged(folder)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        "hotwash: git cannot be started: No such file or directory\n"
        "  help: install git, and see that it is on the PATH\n"
    )


@pytest.mark.parametrize("command", ["rev-parse", "merge-base", "rev-list", "cat-file"])
@pytest.mark.parametrize(
    "instead", ["exit 1", "exit 0", "kill -9 $$", "echo x; exit 0", "head -c 99 /dev/zero; exit 0"]
)
def test_a_git_that_fails_is_never_taken_for_no_change(
    folder: Path, in_front: StandIn, command: str, instead: str
) -> None:
    in_front(command, instead)
    ran = judged(folder)
    if command == "rev-list" and "exit 0" in instead:
        assert ran.code in (0, 2)  # without commits the change is judged all the same
    else:
        assert (ran.code, ran.out) == (2, ""), ran
    assert "Traceback" not in ran.err
    assert "bug" not in ran.err


# --- what lies beside the change


def test_a_new_incident_that_differs_by_case_from_one_that_is_not_touched(folder: Path) -> None:
    twin = OTHER.replace("search-slow", "Search-Slow")
    write(folder, records(folder=twin))
    commit(folder, "change")
    ran = judged(folder)
    assert ran.code == 1
    assert "HW014" in ran.out


def test_a_new_incident_of_the_same_name_in_another_year(folder: Path) -> None:
    write(folder, records(folder=OTHER.replace("/2026/", "/2025/")))
    commit(folder, "change")
    ran = judged(folder)
    assert ran.code == 1
    assert "has the same name" in ran.out or "HW0" in ran.out


def test_what_was_wrong_beside_the_change_is_no_news(folder: Path) -> None:
    """Two names that differed by case alone at the base are not told to who changes something else."""
    git(folder, "switch", "--quiet", "main")
    write(folder, records(folder=OTHER.replace("search-slow", "Search-Slow")))
    commit(folder, "of others")
    git(folder, "switch", "--quiet", "--create", "next")
    write(folder, records(TITLE))
    commit(folder, "change")
    ran = judged(folder)
    assert FOLDER in ran.out


def test_a_file_that_may_be_run_now_is_not_touched(folder: Path) -> None:
    git(folder, "switch", "--quiet", "main")
    (folder / OTHER / "incident.yaml").chmod(0o755)
    commit(folder, "change")
    ran = judged(folder, "HEAD~1")
    assert (ran.code, ran.err[:29]) == (0, "hotwash: no incident differs ")


def test_an_incident_that_is_deleted_leaves_the_others_alone(folder: Path) -> None:
    git(folder, "switch", "--quiet", "main")
    shutil.rmtree(folder / FOLDER)
    commit(folder, "change")
    ran = judged(folder, "HEAD~1")
    assert OTHER not in ran.out
