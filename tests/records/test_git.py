"""Git as objects: what a revision may name, how trees are read, and the limits of what is made to be endless."""

from __future__ import annotations

import gc
import os
import subprocess
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from hotwash.errors import RepositoryError
from hotwash.records import git as module
from hotwash.records.git import LONGEST_REVISION, Entry, Git
from tests.gitrepo import begin, commit, git, plant, raw_commit, raw_object, raw_tree, write

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A repository with one file on `main`."""
    return begin(tmp_path / "repository", {"incidents/a.txt": "a\n"})


# --- revisions


def test_whatever_names_a_commit_is_resolved_to_its_id(folder: Path) -> None:
    first = git(folder, "rev-parse", "main")
    write(folder, {"incidents/b.txt": "b\n"})
    second = commit(folder, "change")
    git(folder, "tag", "--annotate", "--message", "x", "one", first)
    git(folder, "tag", "--annotate", "--message", "x", "two", "one")
    git(folder, "update-ref", "refs/remotes/origin/main", first)
    asked = Git(folder)
    for revision in ("main", "HEAD", "@", second, second[:10], "refs/heads/main", "main@{0}"):
        assert asked.resolve(revision) == second, revision
    for revision in ("main~1", "HEAD^", "one", "two", "origin/main", f"{first}^0"):
        assert asked.resolve(revision) == first, revision


@pytest.mark.parametrize(
    "revision",
    [
        "nowhere",
        "--output=FILE",
        "--all",
        "-x",
        "--",
        "^main",
        "main..main",
        "main...main",
        "main^@",
        "main^!",
        "@{-1}",
        "HEAD^{tree}",
        "HEAD:incidents/a.txt",
        ":incidents/a.txt",
        ":/base",
        "main\nmain",
        "main ",
        "\n",
        " ",
        "\udcff",
        "main\0",
        "",
        "0" * 40,
        "x" * 10_000,
        "x" * 10_000_000,
        "$(touch x)",
        "main;true",
        "../main",
        "refs/heads/*",
    ],
    ids=lambda revision: repr(revision[:20]),
)
def test_what_names_no_commit_is_an_error_with_one_line(folder: Path, revision: str) -> None:
    with pytest.raises(RepositoryError) as raised:
        Git(folder).resolve(revision)
    assert "revision" in raised.value.message
    assert len(raised.value.message) < LONGEST_REVISION + 200
    assert "\n" not in raised.value.message
    assert sorted(path.name for path in folder.iterdir()) == [".git", "incidents"]


def test_a_file_or_a_folder_is_no_commit(folder: Path) -> None:
    for named in ("HEAD^{tree}", "HEAD:incidents/a.txt"):
        with pytest.raises(RepositoryError, match="no revision"):
            Git(folder).resolve(git(folder, "rev-parse", named))


def test_a_branch_that_looks_like_an_option_is_a_branch(folder: Path) -> None:
    git(folder, "update-ref", "refs/heads/--output=x", "main")
    assert Git(folder).resolve("--output=x") == git(folder, "rev-parse", "main")
    assert not (folder / "x").exists()


# --- history


def test_of_several_merge_bases_one_is_taken(folder: Path) -> None:
    tree = git(folder, "rev-parse", "main^{tree}")
    root = git(folder, "rev-parse", "main")
    left, right = raw_commit(folder, tree, root, at="2026-11-23T09:00Z"), raw_commit(folder, tree, root)
    ours, theirs = raw_commit(folder, tree, left, right), raw_commit(folder, tree, right, left)
    found = Git(folder).merge_base(ours, theirs)
    assert found in (left, right)
    assert Git(folder).merge_base(ours, theirs) == found


def test_commits_without_a_common_one_are_told_apart(folder: Path) -> None:
    other = raw_commit(folder, git(folder, "rev-parse", "main^{tree}"), at="2026-11-23T10:00Z")
    with pytest.raises(RepositoryError, match="have no commit in common here") as raised:
        Git(folder).merge_base(git(folder, "rev-parse", "main"), other)
    assert "begun" in raised.value.hint


def test_the_commits_of_a_change_are_those_that_the_base_has_not(folder: Path) -> None:
    git(folder, "switch", "--quiet", "--create", "change")
    first = commit(folder, "x", at="2026-11-23T09:00Z")
    second = commit(folder, "y", at="2026-11-23T08:00Z")  # the clock of its author went back
    git(folder, "switch", "--quiet", "main")
    commit(folder, "not ours", at="2026-11-23T09:30Z")
    assert Git(folder).commits(git(folder, "rev-parse", "main"), second) == (
        (first, datetime(2026, 11, 23, 9, tzinfo=UTC)),
        (second, datetime(2026, 11, 23, 8, tzinfo=UTC)),
    )


def test_a_time_that_no_calendar_holds_leaves_its_commit_out(folder: Path) -> None:
    tree, main = git(folder, "rev-parse", "main^{tree}"), git(folder, "rev-parse", "main")
    who = "alice <alice@shop.example> 99999999999999 +0000"
    told = f"tree {tree}\nparent {main}\nauthor {who}\ncommitter {who}\n\nx\n"
    hostile = raw_object(folder, "commit", told.encode())
    assert Git(folder).commits(main, hostile) == ()


def test_grafts_and_replacements_do_not_change_what_came_before(folder: Path) -> None:
    """An object is what its id says."""
    main = git(folder, "rev-parse", "main")
    ours = commit(folder, "change")
    stranger = raw_commit(folder, git(folder, "rev-parse", "main^{tree}"), at="2026-11-23T10:00Z")
    (folder / ".git/info").mkdir(exist_ok=True)
    (folder / ".git/info/grafts").write_text(f"{ours} {stranger}\n", encoding="ascii")
    git(folder, "update-ref", f"refs/replace/{main}", stranger)
    asked = Git(folder)
    assert asked.merge_base(main, ours) == main
    assert [id_ for id_, _ in asked.commits(main, ours)] == [ours]


# --- trees


def test_a_folder_is_read_with_what_each_name_holds(tmp_path: Path) -> None:
    other = "1" * 40
    (id_,) = plant(
        tmp_path,
        {
            "a\n\t\"'": ("100644", b"x"),
            "run.sh": ("100755", b"x"),
            "link": ("120000", b"/etc/passwd"),
            "sub": ("160000", other.encode()),
            "d/e": ("100644", b"x"),
            os.fsdecode(b"\xff"): ("100644", b"x"),
        },
    )
    root = Git(tmp_path).inside(Git(tmp_path).root(id_))
    same = git(tmp_path, "hash-object", "--stdin", stdin=b"x")
    target = git(tmp_path, "hash-object", "--stdin", stdin=b"/etc/passwd")
    assert root == {
        "a\n\t\"'": Entry("file", same),
        "run.sh": Entry("file", same),
        "link": Entry("link", target),
        "sub": Entry("submodule", other),
        "d": Entry("folder", git(tmp_path, "rev-parse", f"{id_}:d")),
        "\udcff": Entry("file", same),
    }


def test_a_repository_of_sha256_is_read_as_well(tmp_path: Path) -> None:
    first, second = plant(
        tmp_path,
        {"incidents/a": ("100644", b"a"), "incidents/b": ("100644", b"b")},
        {"incidents/a": ("100644", b"c"), "incidents/b": ("100644", b"b")},
        form="sha256",
    )
    asked = Git(tmp_path)
    assert len(asked.resolve("main")) == 64
    roots = asked.root(first), asked.root(second)
    assert [*asked.differing("x", *roots)] == ["x/incidents/a"]
    assert asked.blob(asked.entry(roots[1], ("incidents", "a")).id, 1) == b"c"  # type: ignore[union-attr]


MALFORMED = {
    "up": (("100644", "..", ""),),
    "here": (("40000", ".", ""),),
    "git's own folder": (("40000", ".git", ""),),
    "a slash": (("100644", "a/b", ""),),
    "no name": (("100644", "", ""),),
    "one name twice": (("100644", "a", ""), ("100644", "a", "")),
    "a mode of no kind": (("999999", "a", ""),),
    "an id cut off": (("100644", "a", "aa"),),
}


@pytest.mark.parametrize("entries", MALFORMED.values(), ids=MALFORMED)
def test_a_folder_that_git_would_not_write_is_not_read(folder: Path, entries: tuple[tuple[str, str, str], ...]) -> None:
    blob = raw_object(folder, "blob", b"x")
    tree = raw_tree(folder, *((mode, name, id_ or blob) for mode, name, id_ in entries))
    with pytest.raises(RepositoryError, match=f"the folder {tree[:12]} is not stored as git stores one"):
        Git(folder).tree(tree)


@pytest.mark.timeout(60)
def test_trees_that_hold_each_other_over_and_over_meet_a_limit(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A few hundred bytes that unfold to ten billion files, or to as many empty folders."""
    monkeypatch.setattr(module, "MOST_FILES", 20_000)
    for mode, inner in (("100644", raw_object(folder, "blob", b"x")), ("40000", raw_object(folder, "tree", b""))):
        held = inner
        for _ in range(10):
            held = raw_tree(folder, *((mode, f"f{number}", held) for number in range(10)))
            mode = "40000"  # noqa: PLW2901 - the innermost alone is no folder
        asked = Git(folder)
        with pytest.raises(RepositoryError, match="more files or folders"):
            list(asked.files("incidents", Entry("folder", held)))


def test_what_was_learned_is_let_go_and_learned_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_KEPT", 3)
    monkeypatch.setattr(module, "_PORTION", 2)
    files = {f"incidents/{year}/{name}/x": "x" for year in range(2020, 2027) for name in "abc"}
    write(folder, files)
    id_ = commit(folder, "change")
    asked = Git(folder)
    assert sorted(asked.files("", asked.root(id_))) == sorted(f"/{path}" for path in (*files, "incidents/a.txt"))


def test_folders_in_folders_meet_a_limit(folder: Path) -> None:
    held = raw_tree(folder, ("100644", "x", raw_object(folder, "blob", b"x")))
    for _ in range(30):
        held = raw_tree(folder, ("40000", "n" * 200, held))
    with pytest.raises(RepositoryError, match="more files or folders"):
        list(Git(folder).files("incidents", Entry("folder", held)))


def test_an_object_too_large_is_not_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGEST_TREE", 40)
    blob = raw_object(folder, "blob", b"x" * 3_000_000)
    tree = raw_tree(folder, ("100644", "a", blob), ("100644", "b", blob))
    asked = Git(folder)
    assert asked.size(blob) == 3_000_000
    with pytest.raises(RepositoryError, match=r"has 3,000,000 bytes; 2,999,999 at most"):
        asked.blob(blob, 2_999_999)
    with pytest.raises(RepositoryError, match="not in this clone"):  # its process has ended: it is not asked again
        asked.blob(blob, 3_000_000)
    assert Git(folder).blob(blob, 3_000_000) == b"x" * 3_000_000
    with pytest.raises(RepositoryError, match="at most are read"):
        Git(folder).tree(tree)


def test_what_is_missing_or_of_another_kind_is_an_error(folder: Path) -> None:
    blob, tree = git(folder, "rev-parse", "main:incidents/a.txt"), git(folder, "rev-parse", "main:incidents")
    for ask in (
        lambda: Git(folder).size("1" * 40),
        lambda: Git(folder).blob("1" * 40, 9),
        lambda: Git(folder).blob(tree, 9_999),
        lambda: Git(folder).tree(blob),
        lambda: Git(folder).root(blob),
    ):
        with pytest.raises(RepositoryError, match="is not in this clone, or cannot be read") as raised:
            ask()
        assert "git fetch --refetch" in raised.value.hint


def test_a_broken_object_is_an_error(folder: Path) -> None:
    id_ = git(folder, "rev-parse", "main:incidents/a.txt")
    file = folder / ".git/objects" / id_[:2] / id_[2:]
    file.chmod(0o644)
    file.write_bytes(b"x")
    with pytest.raises(RepositoryError, match="cannot be read"):
        Git(folder).blob(id_, 99)


def test_its_process_ends_with_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []

    begin_process = subprocess.Popen

    def recorded(*arguments: Any, **options: Any) -> subprocess.Popen[bytes]:  # noqa: ANN401 - whatever it takes
        started.append(begin_process(*arguments, **options))
        return started[-1]

    blob = git(folder, "rev-parse", "main:incidents/a.txt")
    monkeypatch.setattr(subprocess, "Popen", recorded)
    asked = Git(folder)
    asked.size(blob)
    asked.blob(blob, 9)
    assert [process.poll() for process in started] == [None]
    del asked
    gc.collect()
    assert [process.poll() for process in started] == [0]
