"""A write that is pushed: made again on newer heads, never by force, never as a merge of text, and never twice."""

from __future__ import annotations

import base64
import json
import os
import shutil
from typing import TYPE_CHECKING

import pytest

from hotwash.edits.amendment import Create
from hotwash.edits.kept import keep, left
from hotwash.edits.land import land, writable
from hotwash.edits.requests import Log, Set, incident_of, request_text
from hotwash.edits.steps import amendments
from hotwash.errors import EditRefused
from hotwash.records.commits import configuration
from hotwash.records.git import Git
from hotwash.records.remote import remote_of
from tests.builders import FOLDER, ID, NOW, records
from tests.edits.landing import (
    PULL_REQUEST,
    SUBJECT,
    bare,
    cloned,
    entries,
    kept_files,
    log,
    shop,
    step_of,
    subjects,
    texts,
    uncommitted,
)
from tests.gitrepo import commit, git, write

if TYPE_CHECKING:
    from pathlib import Path

    from hotwash.edits.amendment import Amendment
    from hotwash.edits.land import Landing
    from hotwash.edits.requests import Request
    from hotwash.records.snapshot import Snapshot

INCIDENT = f"{FOLDER}/incident.yaml"
BRANCH = f"incident/{ID}"


def unpushed(root: Path) -> list[Path]:
    return sorted((root / ".hotwash/unpushed").glob("*.json"))


def assert_even(clone: Path, branch: str = "main") -> None:
    """The clone and its remote have the same branch, nothing is left behind, and the history is a line."""
    assert git(clone, "rev-parse", branch) == git(clone, "ls-remote", "origin", f"refs/heads/{branch}").split()[0]
    assert git(clone, "rev-parse", branch) == git(clone, "rev-parse", f"origin/{branch}")
    assert uncommitted(clone) == []
    assert (unpushed(clone), kept_files(clone)) == ([], [])


@pytest.fixture
def remote(place: Path) -> Path:
    return bare(place / "b")


def hook(remote: Path, name: str, text: str) -> None:
    file = remote / "hooks" / name
    file.write_text(f"#!/bin/sh\n{text}\n", encoding="ascii")
    file.chmod(0o755)


def test_a_push_brings_it_to_the_remote(remote: Path) -> None:
    clone = cloned(remote, "c")
    landing = log(clone, "0852-aaaa", push=True)
    assert (landing.pushed, landing.undone, landing.notices) == (True, "", ())
    assert entries(remote, "main") == ["0852-aaaa"]
    assert_even(clone)


def test_without_push_nothing_leaves_and_it_says_so(remote: Path) -> None:
    clone = cloned(remote, "c")
    landing = log(clone, "0852-aaaa")
    assert any(told.startswith("not pushed: --push") for told in landing.notices)
    assert entries(remote, "main") == []
    assert len(unpushed(clone)) == 1


def test_who_was_slower_goes_on_from_who_was_faster(remote: Path) -> None:
    one, other = cloned(remote, "c1"), cloned(remote, "c2")
    write(one, {"docs/new.md": "new\n", "docs/runbooks/checkout.md": "Roll back twice\n"})
    (one / "docs/runbooks/payments.md").unlink()
    commit(one, "mine")
    log(one, "0852-aaaa", push=True)
    landing = log(other, "0853-bbbb", push=True)
    assert landing.commit == git(remote, "rev-parse", "main")
    assert entries(remote, "main") == ["0852-aaaa", "0853-bbbb"]
    assert subjects(remote, "main") == [SUBJECT, SUBJECT, "mine", "base"]
    assert (other / "docs/runbooks/checkout.md").read_text() == "Roll back twice\n"
    assert not (other / "docs/runbooks/payments.md").exists()
    assert_even(other)


def test_earlier_writes_go_along_each_as_a_commit_of_its_own(remote: Path) -> None:
    one, other = cloned(remote, "c1"), cloned(remote, "c2")
    for id_ in ("0852-b001", "0852-b002", "0852-b003"):
        log(other, id_)
    log(one, "0852-aaaa", push=True)
    landing = log(other, "0852-b004", push=True)
    assert landing.pushed
    assert entries(remote, "main") == ["0852-aaaa", "0852-b001", "0852-b002", "0852-b003", "0852-b004"]
    assert git(remote, "rev-list", "--count", "main") == "6"
    assert git(remote, "rev-list", "--count", "--merges", "main") == "0"
    assert_even(other)


def test_two_clones_that_were_cut_off_bring_all_entries_together(remote: Path) -> None:
    clones = [cloned(remote, "c1"), cloned(remote, "c2")]
    for number, clone in enumerate(clones):
        for signs in ("a", "b", "c"):
            log(clone, f"085{2 + number}-{signs}")
    for number, clone in enumerate((*clones, clones[0])):
        log(clone, f"0854-d{number}", push=True)
        assert_even(clone)
    assert len(entries(remote, "main")) == 9


def test_a_push_of_what_was_recorded_before_pushes_it(remote: Path) -> None:
    clone = cloned(remote, "c")
    log(clone, "0852-aaaa")
    landing = log(clone, "0852-aaaa", push=True)
    assert (landing.commit, landing.pushed) == (None, True)
    assert entries(remote, "main") == ["0852-aaaa"]
    assert_even(clone)


def test_an_effect_that_nobody_knows_of_is_not_made_twice(remote: Path) -> None:
    """The remote takes the push, and the connection is lost before it says so."""
    clone = cloned(remote, "c")
    hook(remote, "post-receive", "kill -9 $PPID")
    landing = log(clone, "0852-aaaa", push=True)
    assert landing.pushed
    assert subjects(remote, "main") == [SUBJECT, "base"]
    (remote / "hooks/post-receive").unlink()
    assert_even(clone)


def test_work_that_is_not_committed_stays_while_others_are_caught_up_with(remote: Path) -> None:
    one, other = cloned(remote, "c1"), cloned(remote, "c2")
    write(other, {INCIDENT: "title: mine\n", "docs/mine.md": "mine\n"})
    log(one, "0852-aaaa", push=True)
    assert log(other, "0853-bbbb", push=True).pushed
    assert uncommitted(other) == [f" M {INCIDENT}", "?? docs/mine.md"]
    assert entries(other) == ["0852-aaaa", "0853-bbbb"]


def test_a_file_that_both_have_changed_keeps_the_branch_behind_and_the_push_goes_through(remote: Path) -> None:
    one, other = cloned(remote, "c1"), cloned(remote, "c2")
    write(one, {"docs/runbooks/checkout.md": "theirs\n"})
    commit(one, "theirs")
    log(one, "0852-aaaa", push=True)
    write(other, {"docs/runbooks/checkout.md": "mine\n"})
    landing = log(other, "0853-bbbb", push=True)
    assert landing.pushed
    assert any("stays behind here" in told and "git pull --rebase" in told for told in landing.notices)
    assert entries(remote, "main") == ["0852-aaaa", "0853-bbbb"]
    assert (other / "docs/runbooks/checkout.md").read_text() == "mine\n"
    git(other, "stash", "--quiet")
    assert log(other, "0854-cccc", push=True).pushed
    assert entries(other) == entries(remote, "main") == ["0852-aaaa", "0853-bbbb", "0854-cccc"]
    assert_even(other)


def test_own_commits_beneath_go_along_and_it_says_so(remote: Path) -> None:
    clone = cloned(remote, "c")
    write(clone, {"docs/mine.md": "mine\n"})
    commit(clone, "mine")
    landing = log(clone, "0852-aaaa", push=True)
    assert any("1 commit of yours on main went along" in told for told in landing.notices)
    assert subjects(remote, "main") == [SUBJECT, "mine", "base"]


def test_own_commits_that_went_another_way_are_not_touched(remote: Path) -> None:
    one, other = cloned(remote, "c1"), cloned(remote, "c2")
    write(other, {"docs/mine.md": "mine\n"})
    commit(other, "mine")
    log(one, "0852-aaaa", push=True)
    landing = log(other, "0853-bbbb", push=True)
    assert not landing.pushed
    assert "git pull --rebase" in landing.undone
    assert subjects(other) == [SUBJECT, "mine", "base"]
    git(other, "pull", "--quiet", "--rebase")
    assert log(other, "0854-cccc", push=True).pushed
    assert entries(remote, "main") == ["0852-aaaa", "0853-bbbb", "0854-cccc"]


def test_a_hook_that_rejects_leaves_it_committed_here(remote: Path) -> None:
    clone = cloned(remote, "c")
    hook(remote, "pre-receive", "echo no pushes after six >&2; exit 1")
    landing = log(clone, "0852-aaaa", push=True)
    assert (landing.pushed, landing.commit) == (False, git(clone, "rev-parse", "main"))
    assert "no pushes after six" in landing.undone
    assert kept_files(clone) == []
    (remote / "hooks/pre-receive").unlink()
    assert log(clone, "0853-bbbb", push=True).pushed
    assert_even(clone)


def test_a_remote_that_is_not_there_leaves_it_committed_here(remote: Path) -> None:
    clone = cloned(remote, "c")
    remote.rename(remote.with_name("away"))
    landing = log(clone, "0852-aaaa", push=True)
    assert "cannot be reached" in landing.undone
    assert entries(clone) == ["0852-aaaa"]
    remote.with_name("away").rename(remote)
    assert log(clone, "0852-aaaa", push=True).pushed
    assert_even(clone)


def test_a_remote_that_is_read_from_and_never_pushed_to_is_given_up(remote: Path) -> None:
    clone = cloned(remote, "c")
    git(clone, "config", "remote.origin.pushurl", "git://127.0.0.1:9/shop.git")
    landing = log(clone, "0852-aaaa", push=True)
    assert "cannot be reached" in landing.undone
    assert entries(clone) == ["0852-aaaa"]


def test_no_remote_at_all_is_told(place: Path) -> None:
    landing = log(shop(place / "a"), "0852-aaaa", push=True)
    assert "git remote add origin" in landing.undone


def test_an_empty_remote_gets_the_branch(place: Path) -> None:
    root = shop(place / "a")
    git(place, "init", "--quiet", "--bare", "b")
    git(root, "remote", "add", "origin", str(place / "b"))
    assert log(root, "0852-aaaa", push=True).pushed
    assert entries(place / "b", "main") == ["0852-aaaa"]


def test_a_history_that_is_cut_short_is_gone_on_from(remote: Path) -> None:
    log(cloned(remote, "c1"), "0852-aaaa", push=True)
    git(remote.parent, "clone", "--quiet", "--depth=1", remote.as_uri(), "c2")
    log(cloned(remote, "c3"), "0853-bbbb", push=True)
    shallow = remote.parent / "c2"
    assert log(shallow, "0854-cccc", push=True).pushed
    assert entries(remote, "main") == ["0852-aaaa", "0853-bbbb", "0854-cccc"]
    assert uncommitted(shallow) == []


def test_what_the_newest_records_do_not_allow_is_taken_back_and_kept(remote: Path) -> None:
    """The commit was made here; what is at the remote says no, so it goes, and the words stay in a file."""
    one, other = cloned(remote, "c1"), cloned(remote, "c2")
    log(one, "0852-aaaa", push=True)

    def step(records_: Snapshot) -> tuple[str, tuple[Amendment, ...]]:
        if f"{FOLDER}/timeline.d/0852-aaaa.yaml" in records_.paths():
            message = "somebody has said so already"
            raise EditRefused(message)
        return FOLDER, (Create("timeline.d/0853-bbbb.yaml", "at: 2026-11-23T08:53:00Z\nkind: note\ntext: x\n"),)

    with pytest.raises(EditRefused, match="said so already"):
        log(other, "0853-bbbb", push=True, step=step)
    assert len(kept_files(other)) == 1
    assert entries(other) == entries(remote, "main") == ["0852-aaaa"]
    assert uncommitted(other) == []
    assert unpushed(other) == []


def test_an_earlier_write_that_is_not_allowed_any_more_does_not_keep_the_next_one_here(remote: Path) -> None:
    one, other = cloned(remote, "c1"), cloned(remote, "c2")
    log(other, "0853-bbbb", "The first of two")
    log(one, "0853-bbbb", "Another with the same id", push=True)
    landing = log(other, "0854-cccc", push=True)
    assert landing.pushed
    assert any("an earlier write cannot be made" in told for told in landing.notices)
    assert entries(remote, "main") == ["0853-bbbb", "0854-cccc"]
    (kept,) = kept_files(other)
    assert "The first of two" in kept.read_text()
    assert entries(other) == ["0853-bbbb", "0854-cccc"]
    assert uncommitted(other) == []


def requested(root: Path, request: Request, *, push: bool) -> Landing:
    """What a command does with a request."""
    return land(
        root,
        lambda records_: amendments(records_, request, NOW),
        verb=request.verb,
        incident=incident_of(request),
        now=NOW,
        push=push,
        always=True,
        kept=keep(root, request.verb, request_text(request), NOW),
    )


def test_requests_that_were_made_without_a_network_are_made_again_by_themselves(remote: Path) -> None:
    """Each is read again from what was noted of it, and changes the newest records."""
    one, other = cloned(remote, "c1"), cloned(remote, "c2")
    said = {"by": "carol", "at": "2026-11-23T08:52:00Z", "incident": ID}
    logged = Log.model_validate(
        {**said, "entry": {"at": said["at"], "kind": "note", "text": "Looked at it"}, "id": "0852-k3f9"}
    )
    named = Set.model_validate({**said, "values": {"title": "Nobody can pay"}, "id": "0852-k3fa"})
    requested(other, logged, push=False)
    requested(other, named, push=False)
    write(one, {INCIDENT: (one / INCIDENT).read_text().replace("commander: alice", "commander: bob")})
    commit(one, "swapped")
    log(one, "0852-aaaa", push=True)
    landing = requested(other, logged.model_copy(update={"id": "0852-k3fb"}), push=True)
    assert landing.pushed, landing
    text = git(remote, "show", f"main:{INCIDENT}")
    assert "title: Nobody can pay" in text
    assert "commander: bob" in text
    assert entries(remote, "main") == ["0852-aaaa", "0852-k3f9", "0852-k3fb"]
    assert_even(other)


def test_an_incident_that_was_not_in_git_comes_along_when_it_is_made_again(remote: Path) -> None:
    one, other = cloned(remote, "c1"), cloned(remote, "c2")
    mine = {path.replace("checkout-500", "other"): text for path, text in records().items() if FOLDER in path}
    folder = FOLDER.replace("checkout-500", "other")
    write(other, mine)
    log(one, "0852-aaaa", push=True)

    def step(_records: Snapshot) -> tuple[str, tuple[Amendment, ...]]:
        return folder, (Create("timeline.d/0853-bbbb.yaml", "at: 2026-11-23T08:53:00Z\nkind: note\ntext: x\n"),)

    landing = land(
        other,
        step,
        verb="log",
        incident=ID.replace("checkout-500", "other"),
        now=NOW,
        push=True,
        always=True,
        kept=keep(other, "log", b"{}", NOW),
        again=step_of,
    )
    assert landing.pushed
    listed = git(remote, "ls-tree", "-r", "--name-only", "main").splitlines()
    assert set(mine) < set(listed)
    assert uncommitted(other) == []


@pytest.mark.parametrize("in_workflow", [False, True], ids=["in-the-address", "of-the-workflow"])
def test_no_token_is_told_or_passed_on(remote: Path, monkeypatch: pytest.MonkeyPatch, *, in_workflow: bool) -> None:
    """Threats G9: what an address says before its @ is in no message, no file and no argument of a program."""
    token = "ghp_" + "x1Y2z3" * 6
    clone = cloned(remote, "c")
    login = "" if in_workflow else f"x-access-token:{token}@"
    git(clone, "remote", "set-url", "origin", f"https://{login}127.0.0.1:9/shop.git")
    if in_workflow:
        for name, value in {"ACTIONS": "true", "TOKEN": token, "SERVER_URL": "https://127.0.0.1:9"}.items():
            monkeypatch.setenv(f"GITHUB_{name}", value)
    spoken = remote.parent / "spoken"
    front = remote.parent / "front"
    front.mkdir()
    real = shutil.which("git")
    (front / "git").write_text(f'#!/bin/sh\necho "$@" >> {spoken}\nexec {real} "$@"\n')
    (front / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{front}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("GIT_CURL_VERBOSE", "1")
    monkeypatch.setenv("GIT_TRACE_CURL", "1")
    landing = log(clone, "0852-aaaa", push=True)
    assert "cannot be reached" in landing.undone
    assert token not in repr(landing) + spoken.read_text() + texts(clone)
    assert "x-access-token" not in repr(landing) + spoken.read_text()
    secret = base64.b64encode(f"x-access-token:{token}".encode()).decode()
    assert secret not in repr(landing) + spoken.read_text() + texts(clone)


@pytest.mark.parametrize(
    ("url", "changed", "given"),
    [
        ("https://forge.example/o/r.git", {}, True),
        ("https://forge.example.evil.example/o/r.git", {}, False),
        ("https://forge.example@evil.example/o/r.git", {}, False),
        ("http://forge.example/o/r.git", {}, False),
        ("https://forge.example/o/r.git", {"GITHUB_ACTIONS": ""}, False),
        ("https://forge.example/o/r.git", {"GITHUB_SERVER_URL": ""}, False),
        ("http://forge.example/o/r.git", {"GITHUB_SERVER_URL": "http://forge.example"}, False),
    ],
)
def test_the_token_of_a_workflow_is_for_its_own_server(
    remote: Path, monkeypatch: pytest.MonkeyPatch, url: str, changed: dict[str, str], *, given: bool
) -> None:
    clone = cloned(remote, "c")
    git(clone, "remote", "set-url", "origin", url)
    workflow = {"GITHUB_ACTIONS": "true", "GITHUB_TOKEN": "ghs_1", "GITHUB_SERVER_URL": "https://forge.example"}
    for name, value in {**workflow, **changed}.items():
        monkeypatch.setenv(name, value)
    there = Git(clone)
    found = remote_of(there, configuration(there), "main")
    assert found is not None
    secret = base64.b64encode(b"x-access-token:ghs_1").decode()
    assert any(secret in header for _, header in found.headers) is given


# --- pull requests


@pytest.fixture
def guarded(place: Path) -> Path:
    """A remote whose default branch takes changes by pull requests only."""
    return bare(place / "b", PULL_REQUEST)


def test_a_pull_request_has_a_branch_of_the_incident(guarded: Path) -> None:
    clone = cloned(guarded, "c")
    landing = log(clone, "0852-aaaa", push=True)
    assert (landing.branch, landing.pushed) == (BRANCH, True)
    assert (landing.branch, landing.base, landing.link) == (BRANCH, "main", "")
    assert entries(guarded, "main") == []
    assert entries(guarded, BRANCH) == ["0852-aaaa"]
    assert uncommitted(clone) == []
    assert not (clone / FOLDER / "timeline.d").exists()
    assert log(clone, "0853-bbbb", push=True).branch == BRANCH
    assert subjects(guarded, f"main..{BRANCH}") == [SUBJECT, SUBJECT]


@pytest.mark.parametrize(
    "url",
    ["https://github.com/o/r.git", "git@github.com:o/r.git", "ssh://git@github.com/o/r", "https://u:p@github.com/o/r"],
)
def test_the_link_to_open_it_is_told(guarded: Path, url: str) -> None:
    clone = cloned(guarded, "c")
    git(clone, "remote", "set-url", "origin", url)
    assert log(clone, "0852-aaaa").link == f"https://github.com/o/r/compare/main...{BRANCH}?expand=1"


def test_the_branch_at_the_remote_is_gone_on_from(guarded: Path) -> None:
    one, other = cloned(guarded, "c1"), cloned(guarded, "c2")
    log(one, "0852-aaaa", push=True)
    log(other, "0853-bbbb")
    log(one, "0854-cccc", push=True)
    assert log(other, "0855-dddd", push=True).pushed
    assert entries(guarded, BRANCH) == ["0852-aaaa", "0853-bbbb", "0854-cccc", "0855-dddd"]
    assert git(guarded, "rev-list", "--merges", "--count", BRANCH) == "0"


@pytest.mark.parametrize("squashed", [False, True], ids=["merged", "squashed"])
@pytest.mark.parametrize("deleted", [False, True], ids=["kept", "deleted"])
@pytest.mark.parametrize("fetched", [False, True], ids=["unknown here", "known here"])
def test_a_branch_that_was_merged_is_begun_anew(guarded: Path, *, squashed: bool, deleted: bool, fetched: bool) -> None:
    """Its next pull request shows only what is new."""
    clone, other = cloned(guarded, "c1"), cloned(guarded, "c2")
    log(clone, "0852-aaaa", push=True)
    git(other, "fetch", "--quiet")
    git(other, "merge", "--quiet", *(["--squash"] if squashed else ["--no-ff", "-m", "merged"]), f"origin/{BRANCH}")
    if squashed:
        commit(other, "squashed")
    write(other, {INCIDENT: (other / INCIDENT).read_text() + "# later\n"})
    commit(other, "later")
    git(other, "push", "--quiet", "origin", "main")
    if deleted:
        git(other, "push", "--quiet", "origin", f":{BRANCH}")
    if fetched:
        git(clone, "fetch", "--quiet", *(["--prune"] if deleted else []))
    landing = log(clone, "0853-bbbb", push=True)
    assert landing.pushed, landing
    new = git(guarded, "diff", "--name-only", f"main...{BRANCH}").splitlines()
    assert new == [f"{FOLDER}/timeline.d/0853-bbbb.yaml"]


def test_an_incident_branch_that_is_checked_out_is_brought_along(guarded: Path) -> None:
    clone, other = cloned(guarded, "c1"), cloned(guarded, "c2")
    log(clone, "0852-aaaa", push=True)
    git(clone, "switch", "--quiet", BRANCH)
    log(other, "0853-bbbb", push=True)
    log(clone, "0854-cccc", push=True)
    assert entries(clone) == entries(guarded, BRANCH) == ["0852-aaaa", "0853-bbbb", "0854-cccc"]
    assert_even(clone, BRANCH)


def test_questions_are_asked_from_the_branch_of_the_incident(guarded: Path) -> None:
    clone, other = cloned(guarded, "c1"), cloned(guarded, "c2")
    log(clone, "0852-aaaa", push=True)
    git(other, "fetch", "--quiet")
    for root in (clone, other):
        assert f"{FOLDER}/timeline.d/0852-aaaa.yaml" in writable(root).paths()


def test_three_pull_requests_on_one_timeline_merge_without_a_conflict(place: Path) -> None:
    """With plain `git merge`, in any order: an entry is a file of its own."""
    remote = bare(place / "b")
    clone = cloned(remote, "c")
    base = git(clone, "rev-parse", "main")
    for name in ("one", "two", "three"):
        git(clone, "switch", "--quiet", "--create", name, base)
        git(clone, "branch", "--quiet", "--force", "main", base)
        git(clone, "switch", "--quiet", "main")
        log(clone, f"0852-{name}")
        log(clone, f"0853-{name}")
        git(clone, "branch", "--quiet", "--force", name, "main")
    git(clone, "reset", "--quiet", "--hard", base)
    for name in ("two", "three", "one"):
        git(clone, "merge", "--quiet", "--no-ff", "-m", f"merge {name}", name)
    assert len(entries(clone)) == 6


def test_what_was_left_by_the_network_is_not_what_was_left_by_a_failure(remote: Path) -> None:
    clone = cloned(remote, "c")
    hook(remote, "pre-receive", "exit 1")
    log(clone, "0852-aaaa", push=True)
    assert left(clone) == ()
    assert json.loads(unpushed(clone)[0].read_text())["verb"] == "log"
