"""`status` on the command line: which incident is meant, exit codes, branches, and a terminal that somebody watches."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import hotwash as package
from hotwash.edits.kept import keep
from tests.builders import FOLDER, ID, NOW, records
from tests.cli.test_start import modules
from tests.command import hotwash
from tests.gitrepo import begin, commit, git, write
from tests.hostile.repository import assert_harmless, tree

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Write = Callable[[Mapping[str, str]], Path]

PACKAGE = Path(package.__file__).parents[1]
AT = ("--now", NOW.isoformat())


def several() -> dict[str, str]:
    found: dict[str, str] = {}
    for name in ("2026-11-23-checkout-500", "2026-11-23-checkout-slow", "2026-11-22-search"):
        found |= records(folder=f"incidents/2026/{name}")
    return found


def status(root: Path, *arguments: str) -> str:
    ran = hotwash("-C", str(root), "status", *arguments, *AT)
    assert (ran.code, ran.err) == (0, "")
    return ran.out


def test_it_shows_all_that_are_open_and_changes_nothing(repository: Write) -> None:
    root = repository(several())
    before = tree(root)
    out = status(root)
    assert out.startswith("as of 2026-11-23T08:59:00Z\n")
    assert out.endswith("\n3 incidents open\n")
    assert tree(root) == before


@pytest.mark.parametrize("name", ["search", "2026-11-22", "incidents/2026/2026-11-22-search", "2026-11-22-search"])
def test_an_incident_is_named_by_any_part_of_its_id_that_no_other_has(repository: Write, name: str) -> None:
    out = status(repository(several()), name)
    assert "2026-11-22-search" in out
    assert "checkout-slow" not in out


def test_the_whole_id_names_one_whose_id_another_begins_with(repository: Write) -> None:
    root = repository(several() | records(folder=f"incidents/2026/{ID}-again"))
    assert json.loads(status(root, ID, "--format", "json"))["incidents"][0]["incident"] == ID


def test_a_part_that_several_have_is_refused_with_their_ids(repository: Write) -> None:
    ran = hotwash("-C", str(repository(several())), "status", "checkout", *AT)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        "hotwash: 2 incidents have checkout in their id\n"
        "  help: write more of it: 2026-11-23-checkout-500, 2026-11-23-checkout-slow\n"
    )


def test_of_several_the_one_that_is_not_over_is_meant(repository: Write) -> None:
    over = records(folder="incidents/2025/2025-11-23-checkout-down", stage="closed")
    assert json.loads(status(repository(records() | over), "checkout", "--format", "json"))["incidents"][0]["open"]


def test_an_incident_that_is_not_there_is_refused(repository: Write) -> None:
    ran = hotwash("-C", str(repository(several())), "status", "nothing-like-it", *AT)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("hotwash: no incident nothing-like-it\n")


def test_an_incident_that_cannot_be_read_is_work_left_undone(repository: Write) -> None:
    root = repository(records({"timeline.yaml": "- at: x\n"}))
    ran = hotwash("-C", str(root), "status", *AT)
    assert (ran.code, ran.err) == (1, "")
    assert (
        json.loads(hotwash("-C", str(root), "status", "--format", "json", *AT).out)["incidents"][0]["readable"] is False
    )


def test_without_a_repository_of_records_it_says_so(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    ran = hotwash("-C", str(tmp_path), "status")
    assert (ran.code, ran.out) == (2, "")


def test_it_writes_to_a_file_when_asked(repository: Write, tmp_path: Path) -> None:
    root = repository(records())
    ran = hotwash("-C", str(root), "status", "--output", "standing.txt", *AT)
    assert (ran.code, ran.out) == (0, "")
    assert (tmp_path / "standing.txt").read_text(encoding="utf-8").startswith("as of ")


def test_without_now_the_clock_says_when(repository: Write) -> None:
    ran = hotwash("-C", str(repository(records())), "status")
    assert re.match(r"as of 20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ\n", ran.out)


def test_it_imports_neither_the_tracker_nor_the_site_nor_what_draws(repository: Write) -> None:
    loaded = modules("status", cwd=repository(records()))
    assert loaded.isdisjoint({"github", "mkdocs", "jinja2", "nh3", "ruamel", "rich", "sqlite3"})
    assert not {name for name in loaded if name.startswith(("hotwash.tracker", "hotwash.site"))}


def test_what_was_typed_and_has_not_landed_is_told_with_how_to_take_it_up_again(repository: Write) -> None:
    root = repository(records())
    kept = keep(root, "first-actions", b"{}", NOW)
    assert "has not landed" not in status(root)  # a command is at work on it
    (file,) = (root / ".hotwash/kept").iterdir()
    again = file.with_name(file.name.replace("3", "4"))
    again.write_bytes(file.read_bytes())
    kept.done()
    (notice,) = json.loads(status(root, "--format", "json"))["notices"][:1]
    assert notice == f"what was typed has not landed: hotwash first-actions --from {again}"
    assert f"hotwash first-actions --from {again.parent}" in " ".join(status(root).split())


# --- branches


def on_branch(root: Path, title: str) -> None:
    git(root, "switch", "--quiet", "--create", f"incident/{ID}")
    write(root, records({"incident.yaml": f"title: {title}\n"}))
    commit(root, "change")
    git(root, "switch", "--quiet", "main")


def test_the_head_of_its_branch_is_shown_and_named(tmp_path: Path) -> None:
    root = begin(tmp_path / "repository", records())
    on_branch(root, "All of checkout is down")
    out = status(root)
    assert "P1 investigating   All of checkout is down\n" in out
    assert f"\non incident/{ID}\n" in out
    (standing,) = json.loads(status(root, "--format", "json"))["incidents"]
    assert (standing["title"], standing["branch"]) == ("All of checkout is down", f"incident/{ID}")


def test_an_incident_that_only_a_branch_has_is_found_by_its_id(tmp_path: Path) -> None:
    root = begin(tmp_path / "repository", {"incidents/policy.yaml": "format: 1\n"})
    git(root, "switch", "--quiet", "--create", f"incident/{ID}")
    write(root, records())
    commit(root, "declare")
    git(root, "switch", "--quiet", "main")
    assert not (root / FOLDER).exists()
    assert ID in status(root, "checkout")


def test_git_that_is_not_there_hides_no_incident(repository: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    root = repository(records())
    monkeypatch.setenv("PATH", str(root))
    out = status(root)
    assert ID in out
    assert "! branches were not read: git cannot be started" in out


# --- watching


@pytest.mark.parametrize("more", [("--format", "json"), ("--output", "x"), AT])
def test_what_does_not_go_with_watching_is_refused(repository: Write, more: tuple[str, ...]) -> None:
    ran = hotwash("-C", str(repository(records())), "status", "--watch", *more)
    assert (ran.code, ran.out) == (2, "")
    assert "--watch shows text, now, on a terminal" in ran.err


def test_without_a_terminal_nobody_watches(repository: Write) -> None:
    ran = hotwash("-C", str(repository(records())), "status", "--watch")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("hotwash: --watch needs a terminal\n")


def test_a_hostile_name_of_a_branch_is_only_a_name(tmp_path: Path) -> None:
    root = begin(tmp_path / "repository", records())
    head = git(root, "rev-parse", "main")
    names = ("2026-11-23-\u202ex", "2026-11-23-::error::", "2026-11-23-##[error]")
    packed = "".join(f"{head} refs/heads/incident/{name}\n" for name in sorted(names))
    (root / ".git/packed-refs").write_text(packed, encoding="utf-8")
    for form in ("text", "json"):
        ran = hotwash("-C", str(root), "status", "--format", form, *AT)
        assert_harmless(ran)
        assert ran.code == 0
