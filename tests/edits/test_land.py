"""A write in one clone: committed on the newest head, checked, with the work tree brought along, and nothing else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from hotwash.edits.amendment import Create
from hotwash.edits.kept import left
from hotwash.edits.land import writable
from hotwash.errors import EditRefused, RepositoryError, UsageError
from tests.builders import FOLDER, ID, NOW, records
from tests.edits.landing import (
    SUBJECT,
    bare,
    cloned,
    entries,
    entry,
    kept_files,
    log,
    shop,
    step_of,
    subjects,
    titled,
    uncommitted,
)
from tests.gitrepo import begin, commit, git, write

if TYPE_CHECKING:
    from pathlib import Path

    from hotwash.edits.amendment import Amendment
    from hotwash.edits.land import Step
    from hotwash.records.snapshot import Snapshot

FILE = f"{FOLDER}/timeline.d/0852-aaaa.yaml"
INCIDENT = f"{FOLDER}/incident.yaml"
UNREADABLE = {"timeline.yaml": "- at: [\n"}
OLD_ERROR = {"incident.yaml": "severity: P7\n"}


def adds(file: str, text: str) -> Step:
    """A step that writes a whole file, whatever the records say."""

    def step(_records: Snapshot) -> tuple[str, tuple[Amendment, ...]]:
        return FOLDER, (Create(file, text),)

    return step


def test_an_entry_is_a_commit_with_its_file_in_place(place: Path) -> None:
    root = shop(place / "a")
    before = git(root, "rev-parse", "HEAD")
    landing = log(root, "0852-aaaa")
    assert landing.commit == git(root, "rev-parse", "main")
    assert (landing.branch, landing.files, landing.notices, landing.pushed) == ("main", (FILE,), (), False)
    assert git(root, "rev-parse", "main^") == before
    assert git(root, "show", "--name-status", "--format=", "HEAD") == f"A\t{FILE}"
    assert (root / FILE).read_text() == git(root, "show", f"HEAD:{FILE}") + "\n"
    assert uncommitted(root) == []
    assert kept_files(root) == []
    git(root, "fsck", "--strict")


def test_a_commit_says_verb_and_id_and_by_whom_and_when(place: Path) -> None:
    root = shop(place / "a")
    log(root, "0852-aaaa", "fixes #1 [skip ci] Co-authored-by bob")
    told = git(root, "log", "-1", "--format=%B%n%an %ae%n%cn %ce%n%at %ct")
    moment = int(NOW.timestamp())
    who = "alice alice@shop.example"
    assert told.split("\n") == [SUBJECT, "", who, who, f"{moment} {moment}"]


@pytest.mark.parametrize("incident", ["x\n[skip ci]", "a b", "../x", "a..b", "", "-x"])
def test_a_name_that_is_no_id_comes_into_no_commit(place: Path, incident: str) -> None:
    from hotwash.edits.kept import keep  # noqa: PLC0415 - only here
    from hotwash.edits.land import land  # noqa: PLC0415

    root = shop(place / "a")
    kept = keep(root, "log", b"{}", NOW)
    with pytest.raises(UsageError):
        land(
            root,
            step_of(entry("0852-aaaa")),
            verb="log",
            incident=incident,
            now=NOW,
            push=False,
            always=True,
            kept=kept,
        )
    assert subjects(root) == ["base"]


def test_a_second_time_does_nothing(place: Path) -> None:
    root = shop(place / "a")
    log(root, "0852-aaaa")
    landing = log(root, "0852-aaaa")
    assert (landing.commit, landing.files) == (None, ())
    assert subjects(root) == [SUBJECT, "base"]
    assert kept_files(root) == []


def test_what_somebody_has_not_committed_stays_so(place: Path) -> None:
    root = shop(place / "a")
    write(root, {INCIDENT: (root / INCIDENT).read_text() + "# mine\n", "docs/new.md": "mine\n", "staged.md": "mine\n"})
    git(root, "add", "staged.md")
    before = uncommitted(root)
    log(root, "0852-aaaa")
    assert uncommitted(root) == before
    assert git(root, "show", "--name-only", "--format=", "HEAD") == FILE


def test_a_later_commit_takes_no_entry_away(place: Path) -> None:
    root = shop(place / "a")
    write(root, {"staged.md": "mine\n"})
    git(root, "add", "staged.md")
    log(root, "0852-aaaa")
    git(root, "commit", "--quiet", "--message", "mine")
    assert entries(root) == ["0852-aaaa"]


def test_a_branch_that_is_not_checked_out_gets_it_and_no_file_is_touched(place: Path) -> None:
    """The default branch of a clone is that of its remote."""
    clone = cloned(bare(place / "b"), "c")
    git(clone, "switch", "--quiet", "--create", "feature")
    landing = log(clone, "0852-aaaa")
    assert landing.branch == "main"
    assert entries(clone, "main") == ["0852-aaaa"]
    assert entries(clone, "feature") == []
    assert not (clone / FILE).exists()
    assert uncommitted(clone) == []


def test_without_the_branch_here_it_is_begun_at_that_of_the_remote(place: Path) -> None:
    clone = cloned(bare(place / "b"), "c")
    git(clone, "switch", "--quiet", "--create", "feature")
    git(clone, "branch", "--quiet", "--delete", "main")
    log(clone, "0852-aaaa")
    assert subjects(clone, "main") == [SUBJECT, "base"]


def test_a_branch_that_is_behind_and_not_checked_out_is_gone_on_from_the_remote(place: Path) -> None:
    remote = bare(place / "b")
    one, other = cloned(remote, "c1"), cloned(remote, "c2")
    git(other, "switch", "--quiet", "--create", "feature")
    log(one, "0852-aaaa", push=True)
    git(other, "fetch", "--quiet")
    log(other, "0853-bbbb")
    assert subjects(other, "main") == [SUBJECT, SUBJECT, "base"]


def test_the_first_commit_of_a_repository_holds_the_incident(place: Path) -> None:
    """Policy and services are judged by as they lie there, and stay for their owner to commit."""
    root = place / "a"
    root.mkdir()
    git(root, "init", "--quiet", "--initial-branch=main", ".")
    write(root, records())
    landing = log(root, "0852-aaaa", always=False)
    assert any("was not in git yet" in told for told in landing.notices)
    assert git(root, "ls-tree", "-r", "--name-only", "HEAD").splitlines() == [
        f"{FOLDER}/{name}" for name in ("incident.yaml", "timeline.d/0852-aaaa.yaml", "timeline.yaml")
    ]
    assert uncommitted(root) == [
        "?? docs/runbooks/checkout.md",
        "?? docs/runbooks/payments.md",
        "?? incidents/services.yaml",
    ]


def test_an_incident_that_git_does_not_know_is_committed_with_the_edit(place: Path) -> None:
    everything = records()
    root = begin(place / "a", {path: text for path, text in everything.items() if FOLDER not in path})
    write(root, {**everything, f"{FOLDER}/.swp": "x", f"{FOLDER}/evidence/logs.txt": "refused\n"})
    landing = log(root, "0852-aaaa")
    assert any("was not in git yet" in told for told in landing.notices)
    assert f"{FOLDER}/evidence/logs.txt" in git(root, "ls-tree", "-r", "--name-only", "HEAD")
    assert uncommitted(root) == [f"?? {FOLDER}/.swp"]


def test_without_a_repository_files_are_written_and_it_says_so(place: Path) -> None:
    root = place / "a"
    write(root, records())
    landing = log(root, "0852-aaaa")
    assert (landing.commit, landing.branch) == (None, None)
    assert any("no git repository" in told for told in landing.notices)
    assert (root / FILE).is_file()
    with pytest.raises(EditRefused):
        log(root, "0852-aaaa", "Something else")


def test_records_below_the_top_of_a_repository(place: Path) -> None:
    root = begin(place / "a", {f"ops/{path}": text for path, text in records().items()}) / "ops"
    landing = log(root, "0852-aaaa")
    assert landing.files == (FILE,)
    assert f"ops/{FILE}" in git(root.parent, "ls-tree", "-r", "--name-only", "HEAD")
    assert uncommitted(root.parent) == []


# --- a file that somebody is editing


def test_an_edit_of_a_file_with_changes_is_made_on_top_of_them_and_they_stay_uncommitted(place: Path) -> None:
    root = shop(place / "a")
    theirs = (root / INCIDENT).read_text().replace("commander: alice", "commander: bob  # swapped")
    write(root, {INCIDENT: theirs})
    log(root, "0852-aaaa", step=titled("Nobody can pay"))
    title = "title: Checkout returns 500 for EU customers"
    assert (root / INCIDENT).read_text() == theirs.replace(title, "title: Nobody can pay")
    assert git(root, "diff", "--numstat") == f"1\t1\t{INCIDENT}"
    assert git(root, "show", "--numstat", "--format=", "HEAD") == f"1\t1\t{INCIDENT}"
    assert git(root, "diff", "--cached", "--name-only") == ""


def test_what_is_staged_stays_staged_with_the_edit_on_top(place: Path) -> None:
    root = shop(place / "a")
    theirs = (root / INCIDENT).read_text().replace("commander: alice", "commander: bob  # swapped")
    write(root, {INCIDENT: theirs})
    git(root, "add", INCIDENT)
    log(root, "0852-aaaa", step=titled("Nobody can pay"))
    assert uncommitted(root) == [f"M  {INCIDENT}"]
    assert git(root, "diff", "--cached", "--numstat") == f"1\t1\t{INCIDENT}"
    git(root, "commit", "--quiet", "--message", "mine")
    text = git(root, "show", f"HEAD:{INCIDENT}")
    assert "title: Nobody can pay" in text
    assert "commander: bob" in text


def test_a_version_that_cannot_be_edited_is_left_and_told_of(place: Path) -> None:
    root = shop(place / "a")
    write(root, {INCIDENT: "title: [\n"})
    landing = log(root, "0852-aaaa", step=titled("Nobody can pay"))
    assert (root / INCIDENT).read_text() == "title: [\n"
    assert any(f"{INCIDENT} has changes of yours and was left as it is" in told for told in landing.notices)
    assert "title: Nobody can pay" in git(root, "show", f"HEAD:{INCIDENT}")
    assert uncommitted(root) == [f" M {INCIDENT}"]


def test_a_file_in_the_middle_of_a_merge_is_not_edited(place: Path) -> None:
    root = shop(place / "a")
    text = (root / INCIDENT).read_text()
    git(root, "switch", "--quiet", "--create", "other")
    write(root, {INCIDENT: text.replace("Checkout returns 500", "Theirs")})
    commit(root, "theirs")
    git(root, "switch", "--quiet", "main")
    write(root, {INCIDENT: text.replace("Checkout returns 500", "Ours")})
    commit(root, "ours")
    with pytest.raises(AssertionError):
        git(root, "merge", "--quiet", "other")
    with pytest.raises(EditRefused, match="in the middle of a merge"):
        log(root, "0852-aaaa", step=titled("Nobody can pay"))
    assert subjects(root)[0] == "ours"


def test_a_file_with_other_ends_of_lines_keeps_them(place: Path) -> None:
    root = shop(place / "a")
    lines = (root / INCIDENT).read_bytes().replace(b"\n", b"\r\n")
    (root / INCIDENT).write_bytes(lines)
    log(root, "0852-aaaa", step=titled("Nobody can pay"))
    new = lines.replace(b"Checkout returns 500 for EU customers", b"Nobody can pay")
    assert (root / INCIDENT).read_bytes() == new
    assert git(root, "show", f"HEAD:{INCIDENT}").encode() + b"\n" == new.replace(b"\r\n", b"\n")


def test_ends_of_lines_of_the_work_tree_are_its_own(place: Path) -> None:
    """A file that differs from the commit by them alone has not been changed by anybody."""
    root = shop(place / "a", {"timeline.d/0852-aaaa.yaml": "at: 2026-11-23T08:52:00Z\nkind: note\ntext: One\n"})
    (root / FILE).write_bytes((root / FILE).read_bytes().replace(b"\n", b"\r\n"))
    log(root, "0853-bbbb")
    assert b"\r\n" in (root / FILE).read_bytes()
    assert entries(root) == ["0852-aaaa", "0853-bbbb"]


# --- what is refused


def test_an_edit_that_adds_an_error_is_refused_and_leaves_no_trace(place: Path) -> None:
    root = shop(place / "a")
    step = adds("timeline.d/0852-aaaa.yaml", "at: 2027-11-23T08:52:30Z\nby: alice\nkind: note\ntext: Tomorrow\n")
    with pytest.raises(EditRefused) as refused:
        log(root, "0852-aaaa", always=False, step=step)
    assert "HW102" in refused.value.message
    assert FILE in refused.value.message
    (kept,) = kept_files(root)
    assert f"hotwash log --from {kept}" in refused.value.hint
    assert subjects(root) == ["base"]
    assert uncommitted(root) == []
    assert not (root / FILE).exists()
    assert refused.value.exit_code == 1


def test_a_new_entry_is_taken_all_the_same_and_told_of(place: Path) -> None:
    root = shop(place / "a")
    step = adds("timeline.d/0852-aaaa.yaml", "at: 2027-11-23T08:52:30Z\nby: alice\nkind: note\ntext: Tomorrow\n")
    landing = log(root, "0852-aaaa", always=True, step=step)
    assert entries(root) == ["0852-aaaa"]
    assert any("recorded all the same: HW102" in told for told in landing.notices)


@pytest.mark.parametrize("wrong", [UNREADABLE, OLD_ERROR], ids=["unreadable", "old error"])
def test_an_old_error_never_blocks(place: Path, wrong: dict[str, str]) -> None:
    root = shop(place / "a", dict(wrong))
    landing = log(root, "0852-aaaa", always=False)
    assert landing.notices == ()
    assert entries(root) == ["0852-aaaa"]


def test_an_old_error_that_moves_is_not_a_new_one(place: Path) -> None:
    """An entry that becomes the first of a list moves all others by one."""
    wrong = "at: 2027-01-01T08:00:00Z\n  by: alice\n  kind: note\n  text: From the future\n"
    root = shop(place / "a", {"timeline.yaml": f"- {wrong}"})

    def step(_records: Snapshot) -> tuple[str, tuple[Amendment, ...]]:
        return FOLDER, (Create("timeline.d/0852-aaaa.yaml", wrong.replace("\n  ", "\n")),)

    with pytest.raises(EditRefused):
        log(root, "0852-aaaa", always=False, step=step)


def test_a_step_that_refuses_is_told_with_where_the_text_is(place: Path) -> None:
    root = shop(place / "a")

    def step(_records: Snapshot) -> tuple[str, tuple[Amendment, ...]]:
        message = "it is closed"
        raise EditRefused(message, "open it again first")

    with pytest.raises(EditRefused, match="it is closed") as refused:
        log(root, "0852-aaaa", "Typed at night", step=step)
    (kept,) = kept_files(root)
    assert kept.read_text().count("Typed at night") == 1
    assert refused.value.hint.startswith("open it again first\n")


# --- others at work in the same clone


def test_a_head_that_moves_meanwhile_is_built_on(place: Path) -> None:
    root = shop(place / "a")
    plain = step_of(entry("0852-aaaa"))
    asked: list[int] = []

    def step(records_: Snapshot) -> tuple[str, tuple[Amendment, ...]]:
        if not asked:
            write(root, {"mine.md": "mine\n"})
            git(root, "add", "mine.md")
            git(root, "commit", "--quiet", "--message", "mine")
        asked.append(1)
        return plain(records_)

    log(root, "0852-aaaa", step=step)
    assert len(asked) == 2
    assert subjects(root) == [SUBJECT, "mine", "base"]
    assert uncommitted(root) == []


def test_a_refusal_on_the_newer_head_takes_back_what_was_written(place: Path) -> None:
    root = shop(place / "a")
    plain = step_of(entry("0852-aaaa"))
    asked: list[int] = []

    def step(records_: Snapshot) -> tuple[str, tuple[Amendment, ...]]:
        asked.append(1)
        if len(asked) == 1:
            git(root, "commit", "--quiet", "--allow-empty", "--message", "mine")
            return plain(records_)
        message = "too late"
        raise EditRefused(message)

    with pytest.raises(EditRefused, match="too late"):
        log(root, "0852-aaaa", step=step)
    assert uncommitted(root) == []
    assert not (root / FILE).exists()


def test_a_lock_that_stays_is_named_and_leaves_nothing_half_done(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hotwash.records.commits._WAITS", (0.0,))
    root = shop(place / "a")
    (root / ".git/index.lock").touch()
    with pytest.raises(RepositoryError, match=r"index\.lock") as refused:
        log(root, "0852-aaaa")
    assert "rm .git/index.lock" in refused.value.hint
    assert "--from" in refused.value.hint
    (root / ".git/index.lock").unlink()
    assert uncommitted(root) == []
    assert subjects(root) == ["base"]


def test_a_rebase_that_is_under_way_is_not_disturbed(place: Path) -> None:
    root = shop(place / "a")
    (root / ".git/rebase-merge").mkdir()
    (root / ".git/rebase-merge/head-name").write_text("refs/heads/main\n")
    with pytest.raises(RepositoryError, match="rebase"):
        log(root, "0852-aaaa")
    assert subjects(root, "main") == ["base"]


def test_an_unfinished_merge_elsewhere_does_not_keep_an_entry_out(place: Path) -> None:
    root = shop(place / "a")
    git(root, "switch", "--quiet", "--create", "other")
    write(root, {INCIDENT: "title: theirs\n"})
    commit(root, "theirs")
    git(root, "switch", "--quiet", "main")
    write(root, {INCIDENT: "title: ours\n"})
    commit(root, "ours")
    with pytest.raises(AssertionError):
        git(root, "merge", "--quiet", "other")
    log(root, "0852-aaaa")
    write(root, {INCIDENT: "title: both\n"})
    git(root, "add", INCIDENT)
    git(root, "commit", "--quiet", "--message", "merged")
    assert entries(root) == ["0852-aaaa"]


def test_a_branch_of_another_work_tree_is_written_to_there(place: Path) -> None:
    clone = cloned(bare(place / "b"), "c")
    git(clone, "switch", "--quiet", "--create", "feature")
    git(clone, "worktree", "add", "--quiet", str(place / "w"), "main")
    with pytest.raises(RepositoryError, match="another work tree") as refused:
        log(clone, "0852-aaaa")
    assert f"-C {place / 'w'}" in refused.value.hint
    assert log(place / "w", "0852-aaaa").commit == git(clone, "rev-parse", "main")
    assert uncommitted(place / "w") == []


def test_no_branch_at_all_is_told(place: Path) -> None:
    root = shop(place / "a")
    git(root, "switch", "--quiet", "--detach")
    assert log(root, "0852-aaaa").branch == "main"
    git(root, "branch", "--quiet", "--move", "main", "one")
    git(root, "branch", "--quiet", "two")
    with pytest.raises(RepositoryError, match="no branch is checked out"):
        log(root, "0853-bbbb")


@pytest.mark.parametrize(
    "setting", [("core.splitIndex", "true"), ("index.version", "4"), ("core.untrackedCache", "true")]
)
def test_an_index_of_another_form_is_written_too(place: Path, setting: tuple[str, str]) -> None:
    root = shop(place / "a")
    git(root, "config", *setting)
    write(root, {"staged.md": "mine\n"})
    git(root, "add", "staged.md")
    assert uncommitted(root) == ["A  staged.md"]
    log(root, "0852-aaaa")
    log(root, "0853-bbbb")
    assert uncommitted(root) == ["A  staged.md"]
    git(root, "commit", "--quiet", "--message", "mine")
    assert entries(root) == ["0852-aaaa", "0853-bbbb"]


def test_ids_of_the_longer_kind(place: Path) -> None:
    root = place / "a"
    root.mkdir()
    git(root, "init", "--quiet", "--initial-branch=main", "--object-format=sha256", ".")
    write(root, records())
    commit(root, "base")
    log(root, "0852-aaaa")
    assert entries(root) == ["0852-aaaa"]
    assert uncommitted(root) == []


# --- secrets

TOKEN = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"


def test_a_secret_is_masked_and_only_the_kept_file_has_it(place: Path) -> None:
    root = shop(place / "a")
    landing = log(root, "0852-aaaa", f"Called it with {TOKEN} and it failed")
    (kept,) = (root / ".hotwash/kept").iterdir()
    assert TOKEN in kept.read_text()
    assert any(str(kept) in told and "masked" in told for told in landing.notices)
    assert left(root) == ()
    assert TOKEN not in git(root, "show", "HEAD") + (root / FILE).read_text()
    assert "ghp_***" in (root / FILE).read_text()
    listed = git(root, "cat-file", "--batch-all-objects", "--batch-check=%(objectname) %(objecttype)")
    for line in listed.splitlines():
        id_, kind = line.split()
        assert kind == "tree" or TOKEN not in git(root, "cat-file", kind, id_)


def test_what_the_policy_lets_pass_is_not_masked(place: Path) -> None:
    from hotwash.facts.secrets import digest  # noqa: PLC0415 - only here

    policy = f"format: 1\npublishing: {{known_secrets: [{digest(TOKEN)}]}}\n"
    root = shop(place / "a", {"incidents/policy.yaml": policy})
    log(root, "0852-aaaa", f"Called it with {TOKEN}")
    assert TOKEN in (root / FILE).read_text()
    assert kept_files(root) == []


# --- what cannot be written


def test_a_link_in_the_place_of_a_folder_is_not_followed(place: Path) -> None:
    root = shop(place / "a")
    outside = place / "outside"
    outside.mkdir()
    (root / FOLDER / "timeline.d").symlink_to(outside)
    with pytest.raises(EditRefused, match="link"):
        log(root, "0852-aaaa")
    assert list(outside.iterdir()) == []
    assert subjects(root) == ["base"]


def test_a_file_in_the_way_that_git_does_not_know_is_left(place: Path) -> None:
    root = shop(place / "a")
    write(root, {FILE: "mine\n"})
    landing = log(root, "0852-aaaa")
    assert (root / FILE).read_text() == "mine\n"
    assert any(FILE in told and "left as it is" in told for told in landing.notices)


def test_writable_is_what_the_write_goes_to(place: Path) -> None:
    remote = bare(place / "b")
    one, other = cloned(remote, "c1"), cloned(remote, "c2")
    git(other, "switch", "--quiet", "--create", "feature")
    log(one, "0852-aaaa", push=True)
    git(other, "fetch", "--quiet")
    assert FILE in writable(other).paths()
    write(one, {INCIDENT: "title: mine\n"})
    assert writable(one).read(INCIDENT) == b"title: mine\n"


def test_commits_of_nobody_are_told_of(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = shop(place / "a")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    landing = log(root, "0852-aaaa")
    assert any("git config --global user.name" in told for told in landing.notices)
    assert re.fullmatch(r"hotwash <hotwash@localhost>", git(root, "log", "-1", "--format=%an <%ae>"))
    assert ID in git(root, "log", "-1", "--format=%s")
