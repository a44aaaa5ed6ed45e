"""A commit as files: the same as its checkout, compared as files are, and never more than what is asked for."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotwash.errors import RepositoryError
from hotwash.records.git import Git
from hotwash.records.load import CaseFiles, case_files, outlined
from hotwash.records.revision import Revision, changed_paths, compared
from hotwash.records.snapshot import (
    EVIDENCE_LIMIT,
    INCIDENTS,
    NOT_REGULAR,
    NOT_THERE,
    FolderSnapshot,
    MappingSnapshot,
    Refused,
    place_of,
)
from tests.gitrepo import begin, commit, git, plant, put, write

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.gitrepo import Held, Mode

FOLDERS = (INCIDENTS, ".github", "tooling")
_IDS = ("2026-11-24-a", "2026-11-24-b", "2026-11-24-é", "q3", "a.md", "\udcff")
_INSIDE = (
    "incident.yaml",
    "timeline.yaml",
    "timeline.d/a.yaml",
    "timeline.d",
    "evidence/logs.txt",
    "evidence/incident.yaml",
    "a\n\t\\\"'.txt",
    "\udcff.txt",
    ".gitkeep",
    "x" * 250,
)
# Nearly all that a path may be: records, what is beside them, what is too high or too deep, and what is no folder.
_PATHS = st.one_of(
    st.builds(
        lambda year, id_, name: f"incidents/{year}/{id_}/{name}",
        st.sampled_from(("2025", "2026", "team", "20266")),
        st.sampled_from(_IDS),
        st.sampled_from(_INSIDE),
    ),
    st.builds(lambda year, id_: f"incidents/{year}/{id_}", st.sampled_from(("2025", "2026")), st.sampled_from(_IDS)),
    st.sampled_from(
        (
            "incidents",
            "incidents/2026",
            "incidents/policy.yaml",
            "incidents/services.yaml",
            "incidents/2026-11-24-a/incident.yaml",
            "incidents/incident.yaml",
            "incidents/2026/incident.yaml",
            "incidents/2026/q3/2026-11-24-c/incident.yaml",
            "incidents/team/2026/2026-11-24-c/incident.yaml",
            "incidents/team/2026/2026-11-24-a/timeline.yaml",
            ".github",
            ".github/workflows/check.yml",
            "tooling/hotwash/x.py",
            "elsewhere",
        )
    ),
)
_MODES: tuple[Mode, ...] = ("100644", "100644", "100755", "120000")
_HELD = st.tuples(st.sampled_from(_MODES), st.sampled_from((b"", b"a", b"b\n", b"..")))


def _fitting(files: Mapping[str, Held]) -> dict[str, Held]:
    """Without the files in whose place there is a folder; a link leads somewhere."""
    folders = {path[:end] for path in files for end, sign in enumerate(path) if sign == "/"}
    return {
        path: (mode, content or b"nowhere") if mode == "120000" else (mode, content)
        for path, (mode, content) in files.items()
        if path not in folders
    }


_TREES = st.dictionaries(_PATHS, _HELD, max_size=12).map(_fitting)


@st.composite
def _changes(draw: st.DrawFn) -> tuple[dict[str, Held], dict[str, Held]]:
    """Before and after: what stays, what goes, what comes, what differs."""
    base = draw(_TREES)
    kept = {path: held for path, held in base.items() if draw(st.integers(0, 3))}
    return base, _fitting(kept | draw(_TREES))


# Each makes a repository, which takes some hundredths of a second.
_some = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@contextmanager
def _both(*trees: Mapping[str, Held]) -> Iterator[tuple[list[Revision], list[FolderSnapshot]]]:
    """Trees as commits, and as folders."""
    with tempfile.TemporaryDirectory() as told:
        folder = Path(told).resolve()
        ids = plant(folder / "repository", *trees)
        for number, files in enumerate(trees):
            put(folder / f"tree{number}", files)
        asked = Git(folder / "repository")
        yield (
            [Revision(asked, id_) for id_ in ids],
            [FolderSnapshot(folder / f"tree{number}") for number in range(len(trees))],
        )


@_some
@given(_TREES, st.lists(_PATHS, max_size=3))
def test_a_commit_holds_what_its_checkout_holds(files: dict[str, Held], others: list[str]) -> None:
    with _both(files) as ((revision,), (checkout,)):
        assert revision.paths() == checkout.paths()
        asked = {*files, *others, *FOLDERS, "incidents/2026/x/y"}
        for path in sorted(asked | {path.rpartition("/")[0] or "incidents" for path in asked}):
            assert revision.below(path) == checkout.below(path), path
            for named in (path, f"{path}/", f"./{path}", f"{path}/..", f"{path}\0", f"{path}/x", ""):
                assert revision.exists(named) == checkout.exists(named), named
        for path in files:
            assert revision.read(path) == checkout.read(path), path


@_some
@given(_changes())
def test_a_change_is_the_same_from_commits_from_the_work_tree_and_by_hand(
    change: tuple[dict[str, Held], dict[str, Held]],
) -> None:
    before, after = ({path: (mode == "120000", content) for path, (mode, content) in side.items()} for side in change)
    with _both(*change) as ((base, head), (_, work_tree)):
        by_hand = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
        wanted = sorted(path for path in by_hand if any(f"{path}/".startswith(f"{folder}/") for folder in FOLDERS))
        assert list(changed_paths(base, head, *FOLDERS)) == wanted
        assert list(changed_paths(base, work_tree, *FOLDERS)) == wanted


@_some
@given(_changes())
def test_the_outline_has_all_ids_and_what_a_change_touches_in_full(
    change: tuple[dict[str, Held], dict[str, Held]],
) -> None:
    with _both(*change) as ((base, head), (old_folder, new_folder)):
        changed = changed_paths(base, head, INCIDENTS)
        for revision, folder in ((base, old_folder), (head, new_folder)):
            paths, found = outlined(revision, changed)
            assert (paths, found) == outlined(folder, changed)
            full = case_files(folder.paths())
            assert [files.path for files in found] == [files.path for files in full]
            touched = {path for path in changed if path in folder.paths()}
            assert touched <= set(paths)
            for files, whole in zip(found, full, strict=True):
                assert files.twin == whole.twin
                if any(f"{path}/".startswith(f"{whole.path}/") for path in changed):
                    assert files == whole
                elif place_of(f"{whole.path}/"):
                    assert files == CaseFiles(whole.path, (), is_folder=whole.is_folder, twin=whole.twin)


def test_the_outline_of_files_in_memory_is_that_of_a_commit(tmp_path: Path) -> None:
    """With what no disk holds side by side: names that differ by case alone."""
    files: dict[str, Held] = {
        f"incidents/{path}": ("100644", b"")
        for path in (
            "2026/2026-11-24-a/incident.yaml",
            "2026/2026-11-24-A/incident.yaml",
            "2025/2026-11-24-a/timeline.yaml",
            "2026/2026-11-24-b/Incident.yaml",
            "2026/2026-11-24-b/incident.yaml",
            "policy.yaml",
        )
    }
    (commit_,) = plant(tmp_path, files)
    memory = MappingSnapshot({path: content for path, (_, content) in files.items()})
    for touched in ((), ("incidents/2026/2026-11-24-A/incident.yaml",), tuple(files)):
        paths, found = outlined(Revision(Git(tmp_path), commit_), touched)
        assert (paths, found) == outlined(memory, touched)
        assert [(files.path, files.twin) for files in found] == [
            ("incidents/2025/2026-11-24-a", ""),
            ("incidents/2026/2026-11-24-A", ""),
            ("incidents/2026/2026-11-24-a", "incidents/2025/2026-11-24-a"),
            ("incidents/2026/2026-11-24-b", ""),
        ]
        # So that what differs by case alone is seen, whichever of the two is touched.
        assert {"incidents/2026/2026-11-24-a/incident.yaml", "incidents/2026/2026-11-24-A/incident.yaml"} <= set(paths)


def test_an_untouched_incident_is_not_looked_into(tmp_path: Path) -> None:
    """Its folder could be missing from the clone: only its name is read."""
    other = "incidents/2026/2026-11-24-b"
    (id_,) = plant(
        tmp_path, {f"{other}/incident.yaml": ("100644", b"x"), "incidents/2026/2026-11-24-a/x": ("100644", b"")}
    )
    tree = git(tmp_path, "rev-parse", f"{id_}:{other}")
    _forget(tmp_path, tree)
    revision = Revision(Git(tmp_path), id_)
    _, found = outlined(revision, ("incidents/2026/2026-11-24-a/x",))
    assert [(files.id, files.others) for files in found] == [("2026-11-24-a", ("x",)), ("2026-11-24-b", ())]
    with pytest.raises(RepositoryError, match="is not in this clone"):
        revision.paths()


def _forget(folder: Path, *ids: str) -> None:
    """Take objects out of a repository."""
    for pack in folder.glob(".git/objects/pack/*.pack"):
        data = pack.read_bytes()
        for part in pack.parent.glob(f"{pack.stem}.*"):
            part.unlink()
        git(folder, "unpack-objects", "-q", stdin=data)
    for id_ in ids:
        (folder / ".git/objects" / id_[:2] / id_[2:]).unlink()


def test_a_link_in_the_place_of_all_incidents_is_seen_whether_touched_or_not(tmp_path: Path) -> None:
    ids = plant(tmp_path, {"incidents": ("120000", b"..")}, {"incidents": ("120000", b".")})
    base, head = (Revision(Git(tmp_path), id_) for id_ in ids)
    wanted = (("incidents",), (CaseFiles("incidents", (), is_folder=False),))
    assert outlined(base, ()) == outlined(head, ("incidents",)) == wanted
    assert changed_paths(base, head, INCIDENTS) == ("incidents",)


def test_a_link_is_not_the_file_that_holds_its_target(tmp_path: Path) -> None:
    """To git both are the same object."""
    ids = plant(tmp_path / "repository", {"incidents/a": ("100644", b"..")}, {"incidents/a": ("120000", b"..")})
    put(tmp_path / "tree", {"incidents/a": ("120000", b"..")})
    put(tmp_path / "other", {"incidents/a": ("100644", b"..")})
    base, head = (Revision(Git(tmp_path / "repository"), id_) for id_ in ids)
    link, file = FolderSnapshot(tmp_path / "tree"), FolderSnapshot(tmp_path / "other")
    assert changed_paths(base, head, INCIDENTS) == changed_paths(head, base, INCIDENTS) == ("incidents/a",)
    assert changed_paths(base, link, INCIDENTS) == changed_paths(head, file, INCIDENTS) == ("incidents/a",)
    assert changed_paths(base, file, INCIDENTS) == changed_paths(head, link, INCIDENTS) == ()


def test_what_is_nested_in_an_untouched_incident_is_not_seen(tmp_path: Path) -> None:
    """The price of a cost that does not grow: there are no incidents in incidents, and who puts one there is told."""
    outer = "incidents/2026/2026-11-24-a"
    (id_,) = plant(tmp_path, {f"{outer}/2026-11-24-b/incident.yaml": ("100644", b"x")})
    revision = Revision(Git(tmp_path), id_)
    assert [files.path for files in outlined(revision, ())[1]] == [outer]
    touched = outlined(revision, revision.paths())[1]
    assert touched == case_files(revision.paths())
    assert [files.path for files in touched] == [f"{outer}/2026-11-24-b"]


def test_what_is_not_in_this_clone_is_never_taken_for_what_is_not_there(tmp_path: Path) -> None:
    path = "incidents/2026/2026-11-24-a/incident.yaml"
    (id_,) = plant(tmp_path, {path: ("100644", b"x"), "incidents/policy.yaml": ("100644", b"y")})
    _forget(tmp_path, git(tmp_path, "rev-parse", f"{id_}:{path}"))
    revision = Revision(Git(tmp_path), id_)
    assert revision.exists(path)
    assert revision.paths() == (path, "incidents/policy.yaml")
    with pytest.raises(RepositoryError, match="is not in this clone"):
        revision.read(path)


def test_a_link_or_a_submodule_is_there_and_not_read(tmp_path: Path) -> None:
    folder = "incidents/2026/2026-11-24-a"
    (id_,) = plant(
        tmp_path,
        {
            f"{folder}/incident.yaml": ("120000", b"../../../.git/config"),
            f"{folder}/evidence": ("160000", b"1" * 40),
            "docs": ("120000", b"/etc"),
        },
    )
    revision = Revision(Git(tmp_path), id_)
    assert revision.paths() == (f"{folder}/evidence", f"{folder}/incident.yaml")
    for path in (f"{folder}/incident.yaml", f"{folder}/evidence", folder, "docs"):
        assert revision.read(path) == NOT_REGULAR
        assert not revision.exists(path)
    assert revision.read("docs/passwd") == NOT_THERE
    assert not revision.exists("docs/passwd")
    assert revision.below("docs/x") == ()


@pytest.mark.parametrize("limit", [1024, EVIDENCE_LIMIT])
def test_a_file_is_read_up_to_the_limit(tmp_path: Path, limit: int) -> None:
    (id_,) = plant(tmp_path, {"a": ("100644", b"x" * limit), "b": ("100644", b"x" * (limit + 1))})
    put(tmp_path / "tree", {"b": ("100644", b"x" * (limit + 1))})
    revision = Revision(Git(tmp_path), id_)
    assert revision.read("a", limit) == b"x" * limit
    refused = revision.read("b", limit)
    assert isinstance(refused, Refused)
    assert refused == FolderSnapshot(tmp_path / "tree").read("b", limit)


def test_a_file_too_large_to_be_read_is_compared_all_the_same(tmp_path: Path) -> None:
    large = b"x" * (EVIDENCE_LIMIT + 1_000_000)
    base: dict[str, Held] = {"incidents/a": ("100644", large), "incidents/b": ("100644", large)}
    head: dict[str, Held] = base | {"incidents/b": ("100644", large[:-1] + b"y")}
    ids = plant(tmp_path / "repository", base, head)
    put(tmp_path / "tree", head)
    before, after = (Revision(Git(tmp_path / "repository"), id_) for id_ in ids)
    assert changed_paths(before, after, INCIDENTS) == ("incidents/b",)
    assert changed_paths(before, FolderSnapshot(tmp_path / "tree"), INCIDENTS) == ("incidents/b",)


def test_ends_of_lines_that_git_writes_into_a_work_tree_are_no_change(tmp_path: Path) -> None:
    """On Windows `core.autocrlf` is set by default; else each incident would be taken for touched."""
    folder = begin(tmp_path / "repository", {"incidents/a.yaml": "a\nb\n", "incidents/b.yaml": "a\nb\n"})
    write(folder, {"incidents/a.yaml": "a\r\nb\r\n", "incidents/b.yaml": "a\r\nc\r\n"})
    base, _ = compared(folder, "main", None)
    assert changed_paths(base.snapshot, FolderSnapshot(folder), INCIDENTS) == ("incidents/b.yaml",)


def test_what_the_base_got_since_the_branch_was_begun_is_not_of_the_change(tmp_path: Path) -> None:
    folder = begin(tmp_path / "repository", {"incidents/a": "1", "incidents/b": "1", "incidents/c": "1"})
    git(folder, "switch", "--quiet", "--create", "change")
    write(folder, {"incidents/a": "2"})
    ours = commit(folder, "ours")
    git(folder, "switch", "--quiet", "main")
    write(folder, {"incidents/b": "2"})
    (folder / "incidents/c").unlink()
    commit(folder, "theirs")
    git(folder, "switch", "--quiet", "change")
    base, head = compared(folder, "main", "HEAD")
    assert head is not None
    assert changed_paths(base.snapshot, head, INCIDENTS) == ("incidents/a",)
    assert changed_paths(base.snapshot, FolderSnapshot(folder), INCIDENTS) == ("incidents/a",)
    assert [commit_.snapshot.read("incidents/a") for commit_ in base.commits] == [b"2"]
    assert ours == git(folder, "rev-parse", "HEAD")


def test_records_in_a_folder_of_a_repository_are_counted_from_there(tmp_path: Path) -> None:
    folder = begin(tmp_path / "repository", {"shop/incidents/a": "1", "incidents/a": "1", "shop/docs/x.md": "x"})
    git(folder, "switch", "--quiet", "--create", "change")
    write(folder, {"shop/incidents/a": "2", "incidents/a": "2"})
    commit(folder, "ours")
    base, head = compared(folder / "shop", "main", "HEAD")
    assert head is not None
    assert head.paths() == ("incidents/a",)
    assert head.exists("docs/x.md")
    assert changed_paths(base.snapshot, head, INCIDENTS, "shop") == ("incidents/a",)
    assert changed_paths(base.snapshot, FolderSnapshot(folder / "shop"), INCIDENTS) == ("incidents/a",)


def test_a_folder_that_a_commit_has_not_is_empty_there(tmp_path: Path) -> None:
    folder = begin(tmp_path / "repository", {"a": "1"})
    write(folder, {"shop/incidents/a": "2"})
    commit(folder, "ours")
    base, head = compared(folder / "shop", "HEAD~1", "HEAD")
    assert head is not None
    assert base.snapshot.paths() == ()
    assert changed_paths(base.snapshot, head, INCIDENTS) == ("incidents/a",)
