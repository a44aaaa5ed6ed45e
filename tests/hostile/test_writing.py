"""A clone that is hostile is written to and pushed from, and nothing that it names is run (threats P6)."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from hotwash.records.apart import apart, places
from hotwash.records.commits import configuration
from hotwash.records.git import Git
from tests.edits.landing import bare, cloned, entries, log, person
from tests.gitrepo import git
from tests.hostile.knobs import KNOBS, Knob, turn

if TYPE_CHECKING:
    from pathlib import Path

HOOKS = (
    *("applypatch-msg", "pre-applypatch", "post-applypatch", "pre-commit", "pre-merge-commit", "prepare-commit-msg"),
    *("commit-msg", "post-commit", "pre-rebase", "post-checkout", "post-merge", "pre-push", "pre-receive", "update"),
    *("proc-receive", "post-receive", "post-update", "reference-transaction", "push-to-checkout", "pre-auto-gc"),
    *("post-rewrite", "sendemail-validate", "fsmonitor-watchman", "post-index-change"),
)
# Beside those that any call of git may meet, the ones that writing and reaching out would.
MORE = {
    "hooks of the clone": Knob(fires=("commit", "--quiet", "--allow-empty", "--message=x")),
    "signing": Knob(
        (("commit.gpgsign", "true"), ("gpg.program", "CANARY"), ("user.signingkey", "x")),
        fires=("commit", "--quiet", "--allow-empty", "--message=x"),
    ),
    "signing with ssh": Knob(
        (
            ("commit.gpgsign", "true"),
            ("gpg.format", "ssh"),
            ("gpg.ssh.program", "CANARY"),
            ("user.signingkey", "key::x"),
        ),
        fires=("commit", "--quiet", "--allow-empty", "--message=x"),
    ),
    "signing of a push": Knob(
        (("push.gpgSign", "if-asked"), ("gpg.program", "CANARY"), ("receive.certNonceSeed", "x"))
    ),
    "receive-pack": Knob((("remote.origin.receivepack", "CANARY"),), fires=("push", "origin", "HEAD:refs/heads/x")),
    "upload-pack of the remote": Knob((("remote.origin.uploadpack", "CANARY"),), fires=("fetch", "origin")),
    "helper of a remote": Knob(
        (("remote.origin.vcs", "ext"), ("remote.origin.url", "CANARY"), ("protocol.ext.allow", "always")),
    ),
    "address to push to": Knob(
        (("remote.origin.pushurl", "ext::CANARY"), ("protocol.ext.allow", "always")),
        fires=("push", "origin", "HEAD:refs/heads/x"),
    ),
    "another address": Knob((("url.ext::CANARY #.insteadOf", "/"), ("protocol.ext.allow", "always"))),
    "ssh to push": Knob(
        (("core.sshCommand", "CANARY"), ("remote.origin.pushurl", "ssh://127.0.0.1:9/x")),
        fires=("push", "origin", "HEAD:refs/heads/x"),
    ),
    "program that ssh is told": Knob((("remote.origin.url", "ssh://-oProxyCommand=CANARY/x"),)),
    "option in an address": Knob((("remote.origin.url", "--upload-pack=CANARY"),)),
    "packing": Knob((("uploadpack.packObjectsHook", "CANARY"),)),
    "bundle": Knob((("remote.origin.url", "CANARY"),)),
    "remote of the branch": Knob((("branch.main.remote", "ext::CANARY"), ("protocol.ext.allow", "always"))),
    "recursing": Knob((("fetch.recurseSubmodules", "true"), ("push.recurseSubmodules", "on-demand"))),
    "house-keeping after a fetch": Knob(
        (("gc.auto", "1"), ("gc.autoDetach", "false"), ("maintenance.auto", "true"), ("core.hooksPath", ".git/h")),
    ),
}


@pytest.fixture(autouse=True)
def _alice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    home.mkdir()
    for name, value in person(home).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("GIT_TERMINAL_PROMPT", "0")


@pytest.fixture
def behind(tmp_path: Path) -> Path:
    """A clone whose remote has an entry that it does not know."""
    remote = bare(tmp_path.resolve() / "b")
    clone = cloned(remote, "c")
    log(cloned(remote, "other"), "0852-aaaa", push=True)
    return clone


def turned(clone: Path, knob: Knob, program: Path) -> None:
    for name in HOOKS:
        shutil.copy(program, clone / ".git/hooks" / name)
    turn(clone, knob, program)


@pytest.mark.parametrize("knob", [*KNOBS.values(), *MORE.values()], ids=[*KNOBS, *MORE])
def test_no_knob_of_a_clone_runs_a_program_when_it_is_written_to(behind: Path, canary: Path, knob: Knob) -> None:
    """The entry is committed in any case; it is pushed too where the address is one that may be used."""
    turned(behind, knob, canary)
    before = files(behind)
    landing = log(behind, "0853-bbbb", push=True)
    assert "0853-bbbb" in entries(behind, "main")
    address = {key for key, _ in knob.config} & {"remote.origin.url", "remote.origin.pushurl"}
    assert landing.pushed or address, landing.undone
    assert not landing.pushed or entries(behind.parent / "b", "main") == ["0852-aaaa", "0853-bbbb"]
    assert files(behind) - before == {f"{name}.yaml" for name in entries(behind, "main")}
    assert before <= files(behind)


def files(root: Path) -> set[str]:
    """The files of a work tree, without asking git, which a hostile clone would hear."""
    return {file.name for file in root.rglob("*") if file.is_file() and not {".git", ".hotwash"} & set(file.parts)}


@pytest.mark.parametrize("name", [name for name, knob in MORE.items() if knob.fires])
def test_the_canary_sings_where_git_itself_writes(behind: Path, tmp_path: Path, name: str) -> None:
    """Else the test above would prove nothing."""
    program, note = tmp_path / "bird", tmp_path / "song"
    program.write_text(f'#!/bin/sh\necho x >> "{note}"\nexit 1\n', encoding="ascii")
    program.chmod(0o755)
    turned(behind, MORE[name], program)
    if name != "hooks of the clone":
        shutil.rmtree(behind / ".git/hooks")
    subprocess.run(
        ["git", *MORE[name].fires], cwd=behind, capture_output=True, check=False, stdin=subprocess.DEVNULL, timeout=60
    )
    assert note.exists()


@pytest.mark.parametrize(
    "address", [".", "..", "shop.git", "./shop.git", "file:///TOP/shop.git", "/TOP/shop.git", "/TOP/../c"]
)
def test_a_remote_that_came_with_the_clone_is_not_pushed_to(behind: Path, canary: Path, address: str) -> None:
    """Its hooks are whoever's who made the clone."""
    git(behind, "clone", "--quiet", "--bare", ".", "shop.git")
    for name in HOOKS:
        shutil.copy(canary, behind / "shop.git/hooks" / name)
    url = address.replace("/TOP", str(behind))
    git(behind, "remote", "set-url", "origin", url)
    landing = log(behind, "0853-bbbb", push=True)
    assert "at a path that came with the clone" in landing.undone
    assert "git remote set-url origin" in landing.undone
    assert entries(behind) == ["0853-bbbb"]


def test_apart_from_the_clone_nothing_of_its_configuration_is_read(behind: Path) -> None:
    git(behind, "config", "credential.helper", "!false")
    git(behind, "config", "core.sshCommand", "false")
    git(behind, "config", "http.proxy", "http://127.0.0.1:9")
    clone = Git(behind)
    with apart(places(clone), configuration(clone), remote={"url": "/x"}) as own:
        told = own.ask("config", "--list", "--show-scope").text
        assert sorted(line.split("\t")[1] for line in told.splitlines() if line.startswith("local")) == [
            "core.bare=true",
            "core.repositoryformatversion=0",
            "remote.there.url=/x",
        ]
        assert own.folder.parent == behind / ".git"
    assert not own.folder.exists()


def test_what_the_person_has_set_counts(behind: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where it is set for all that lies below a folder."""
    home = tmp_path / "home"
    (home / "work").write_text("[commit]\ngpgsign = true\n[gpg]\nprogram = /nowhere/gpg\n", "utf-8")
    lines = (f'[includeIf "gitdir:{tmp_path.resolve()}/"]', f"path = {home}/work")
    for name, value in person(home, *lines).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(Exception, match="git cannot make the commit"):
        log(behind, "0853-bbbb")
    assert entries(behind, "main") == []


def test_a_signature_of_the_person_is_made(behind: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    signer = tmp_path / "gpg"
    signer.write_text('#!/bin/sh\ncat > /dev/null\necho "[GNUPG:] SIG_CREATED x" >&2\necho "a signature"\n', "ascii")
    signer.chmod(0o755)
    lines = ("[commit]", "gpgsign = true", "[gpg]", f"program = {signer}")
    for name, value in person(tmp_path / "home", *lines).items():
        monkeypatch.setenv(name, value)
    log(behind, "0853-bbbb")
    assert "gpgsig a signature" in git(behind, "cat-file", "commit", "main")


def test_a_work_tree_that_is_said_to_be_elsewhere_is_not_written_to(behind: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    git(behind, "config", "core.worktree", str(elsewhere))
    assert log(behind, "0853-bbbb").commit is not None
    assert os.listdir(elsewhere) == []  # noqa: PTH208 - only the names
