"""`hotwash site`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.command import hotwash
from tests.gitrepo import begin, commit, git, write
from tests.site.records import ID, files, whole

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    Repository = Callable[[Mapping[str, str | bytes]], Path]

INTERNAL = "2026-11-22-payments-slow"


def test_pages_are_written_and_internal_incidents_are_counted(repository: Repository) -> None:
    root = repository(files({ID: whole(), INTERNAL: whole(visibility="internal")}))
    ran = hotwash("site", "--output", "out", cwd=root)
    assert ran.code == 0
    assert (root / "out" / "incidents" / f"{ID}.md").is_file()
    assert (root / "out" / "assets" / "hotwash.css").is_file()
    assert ran.out.endswith(" pages in out\n")
    assert ran.err == "1 internal incident left out\n"
    assert not [file for file in (root / "out").rglob("*") if file.is_file() and INTERNAL in file.read_text("utf-8")]


def test_a_public_repository_does_not_even_say_how_many_are_internal(repository: Repository) -> None:
    """The log of the run is as public as the repository."""
    public = {"repository": "public"}
    root = repository(files({ID: whole(), INTERNAL: whole(visibility="internal")}, public))
    ran = hotwash("site", "--output", "out", cwd=root)
    repository(files({ID: whole()}, public))
    alone = hotwash("site", "--output", "other", cwd=root)
    assert (ran.code, ran.out, ran.err) == (0, alone.out.replace("other", "out"), "")


def test_a_folder_or_a_base_is_needed(repository: Repository) -> None:
    assert hotwash("site", cwd=repository(files({ID: whole()}))).code == 2


def test_output_is_relative_to_the_named_directory(repository: Repository) -> None:
    root = repository(files({ID: whole()}))
    assert hotwash("-C", str(root), "site", "--output", "out").code == 0
    assert (root / "out" / "index.md").is_file()


def test_foreign_folder_is_refused(repository: Repository) -> None:
    root = repository({**files({ID: whole()}), "docs/mine.md": "mine"})
    ran = hotwash("site", "--output", "docs", cwd=root)
    assert ran.code == 2
    assert "holds files that hotwash has not written" in ran.err
    assert [file.name for file in (root / "docs").iterdir()] == ["mine.md"]


def test_unreadable_incident_is_work_left_undone(repository: Repository) -> None:
    root = repository(files({ID: whole(), INTERNAL: {"incident.yaml": "title: [\n"}}))
    ran = hotwash("site", "--output", "out", cwd=root)
    assert ran.code == 1
    assert "1 incident unreadable" in ran.err
    assert "payments" not in ran.err
    assert (root / "out" / "incidents" / f"{ID}.md").is_file()


def test_second_run_says_what_it_removed(repository: Repository) -> None:
    root = repository(files({ID: whole(), INTERNAL: whole()}))
    hotwash("site", "--output", "out", cwd=root)
    repository(files({INTERNAL: whole(visibility="internal")}))
    assert "1 removed" in hotwash("site", "--output", "out", cwd=root).out


def test_a_typo_takes_no_page_down(repository: Repository) -> None:
    root = repository(files({ID: whole(), INTERNAL: whole()}))
    hotwash("site", "--output", "out", cwd=root)
    kept = [root / "out" / "incidents" / f"{INTERNAL}.{kind}" for kind in ("md", "json")]
    before = [file.read_bytes() for file in kept]
    repository(files({INTERNAL: {"incident.yaml": "title: [\n"}}))
    for _ in range(2):
        assert hotwash("site", "--output", "out", cwd=root).code == 1
        assert [file.read_bytes() for file in kept] == before


# --- what becomes public


def changed(folder: Path, before: Mapping[str, str | bytes], after: Mapping[str, str | bytes]) -> Path:
    """A repository whose branch `main` holds the one, and whose work tree the other."""
    root = begin(folder / "changed", before)
    write(root, after)
    return root


def test_what_a_change_makes_public_is_shown(tmp_path: Path) -> None:
    root = changed(tmp_path, files({INTERNAL: whole(visibility="internal")}), files({ID: whole()}))
    ran = hotwash("site", "--base", "main", "--now", "2026-11-30T12:00:00Z", cwd=root)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("1 incident becomes public\n\nPublic for the first time")
    assert "    + The title of it\n" in ran.out
    assert f"compared with main ({git(root, 'rev-parse', 'main')[:12]}) · as of 2026-11-30 12:00 UTC" in ran.out
    assert INTERNAL not in ran.out


def test_it_is_compared_with_where_the_branch_was_begun(tmp_path: Path) -> None:
    root = changed(tmp_path, files({ID: whole()}), {})
    git(root, "switch", "--quiet", "--create", "change")
    git(root, "switch", "--quiet", "main")
    write(root, files({INTERNAL: whole()}))
    commit(root, "elsewhere")
    git(root, "switch", "--quiet", "change")
    assert "Nothing changes on the site" in hotwash("site", "--base", "main", cwd=root).out


def test_pages_may_be_written_beside_it(tmp_path: Path) -> None:
    root = changed(tmp_path, files({}), files({ID: whole()}))
    ran = hotwash("site", "--base", "main", "--output", "out", "--format", "markdown", cwd=root)
    assert ran.code == 0
    assert ran.out.startswith("## 🌍 1 incident becomes public\n")
    assert " pages in out" in ran.err
    assert (root / "out" / "incidents" / f"{ID}.md").is_file()


def test_what_cannot_be_read_is_named_only_where_it_was_published(tmp_path: Path) -> None:
    broken = {"incident.yaml": "title: [\n"}
    root = changed(tmp_path, files({ID: whole()}), files({ID: broken, INTERNAL: broken}))
    ran = hotwash("site", "--base", "main", cwd=root)
    assert ran.code == 1
    assert "1 incident cannot be read" in ran.out
    assert INTERNAL not in ran.out + ran.err


def test_a_history_that_is_cut_short_says_how_to_get_the_rest(tmp_path: Path) -> None:
    origin = changed(tmp_path, files({}), {})
    git(origin, "switch", "--quiet", "--create", "change")
    write(origin, files({ID: whole()}))
    commit(origin, "change")
    git(origin, "commit", "--quiet", "--allow-empty", "--message", "more")
    git(tmp_path, "clone", "--quiet", "--depth=1", "--no-single-branch", f"file://{origin}", "shallow")
    ran = hotwash("site", "--base", "origin/main", cwd=tmp_path / "shallow")
    assert ran.code == 2
    assert "fetch-depth: 0" in ran.err


def test_a_base_that_is_none_is_a_question_of_usage(tmp_path: Path) -> None:
    root = changed(tmp_path, files({ID: whole()}), {})
    assert hotwash("site", "--base", "--output=x", cwd=root).code == 2
    assert hotwash("site", "--base", "nowhere", cwd=root).code == 2


def test_a_base_whose_policy_is_broken_is_named(tmp_path: Path) -> None:
    """Not the policy that is there, which may be the one that mends it."""
    whole_policy = files({ID: whole()})
    root = changed(tmp_path, {**whole_policy, "incidents/policy.yaml": "format: 7\n"}, whole_policy)
    ran = hotwash("site", "--base", "main", cwd=root)
    assert ran.code == 2
    assert "the policy of main (" in ran.err


def test_a_base_without_records_has_published_nothing(tmp_path: Path) -> None:
    root = changed(tmp_path, {"README.md": "Records come later\n"}, files({ID: whole()}))
    assert hotwash("site", "--base", "main", cwd=root).out.startswith("1 incident becomes public\n")
