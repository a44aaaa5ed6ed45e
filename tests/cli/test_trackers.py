"""Which tracker `plan` and `apply` work on, and the whole way to a GitHub: in a process of its own, over HTTP."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.github.clock import WallClock
from tests.github.server import REPOSITORY, Account, FakeGitHub

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Run = Callable[..., subprocess.CompletedProcess[str]]

SECRET = "ghs_0123456789abcdefABCDEF0123456789abcd"
INCIDENT = """\
title: Checkout returns 500 for EU customers
status: declared
severity: P0
services: [checkout-api]
times: {declared: 2026-11-23T08:46:00Z}
roles: {commander: alice}
"""
ITEMS = """\
- {id: AI-1, title: Alert on payment errors, kind: detect, priority: P1, owner: alice, due: 2026-12-01, status: open}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "records" / "incidents" / "2026" / "2026-11-23-checkout-500"
    folder.mkdir(parents=True)
    (folder / "incident.yaml").write_text(INCIDENT)
    (folder / "action-items.yaml").write_text(ITEMS)
    (folder.parents[1] / "policy.yaml").write_text("tracker: {incidents: false}\n")
    return tmp_path / "records"


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[FakeGitHub]:
    store = tmp_path / "store"
    store.mkdir()
    with FakeGitHub(store, accounts={SECRET: Account("github-actions[bot]")}, clock=WallClock()) as opened:
        yield opened
    assert opened.violations == []


@pytest.fixture
def hotwash(root: Path) -> Run:
    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        found = subprocess.run(
            [sys.executable, "-m", "hotwash", *arguments],
            cwd=root,
            env=os.environ | environment,
            check=False,
            capture_output=True,
            text=True,
            encoding="utf-8",
            stdin=subprocess.DEVNULL,
            timeout=120,
        )
        assert "Traceback" not in found.stderr
        assert SECRET not in found.stdout + found.stderr
        return found

    return run


def of(fake: FakeGitHub) -> dict[str, str]:
    """What Actions sets."""
    return {
        "GITHUB_TOKEN": SECRET,
        "GITHUB_REPOSITORY": REPOSITORY,
        "GITHUB_API_URL": fake.url,
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_ACTIONS": "true",
    }


def test_a_token_and_a_repository_choose_github(fake: FakeGitHub, hotwash: Run, root: Path) -> None:
    planned = hotwash("plan", **of(fake))
    assert planned.returncode == 0, planned.stderr
    assert f"tracker: GitHub, {REPOSITORY} at {fake.url}" in planned.stderr
    assert "Plan: 1 to create." in planned.stdout
    assert fake.writes() == []

    applied = hotwash("apply", **of(fake))
    assert applied.returncode == 0, applied.stderr
    (issue,) = fake.store("").list("hotwash")
    assert issue.author == "github-actions[bot]"
    assert [call.verb for call in fake.writes()] == ["POST"]

    again = hotwash("apply", **of(fake))
    assert again.returncode == 0, again.stderr
    assert "Nothing to do" in again.stdout
    assert len(fake.writes()) == 1
    assert not (root / ".hotwash").exists()


def test_the_option_goes_before_the_environment(fake: FakeGitHub, hotwash: Run) -> None:
    ran = hotwash("plan", "--tracker", "embedded", **of(fake))
    assert ran.returncode == 0, ran.stderr
    assert "tracker: embedded," in ran.stderr
    assert fake.calls == []


def test_without_either_it_is_the_file(hotwash: Run) -> None:
    assert "tracker: embedded," in hotwash("plan").stderr


@pytest.mark.parametrize("name", ["GITHUB_TOKEN", "GITHUB_REPOSITORY"])
def test_one_alone_is_not_enough_and_that_is_said(fake: FakeGitHub, hotwash: Run, name: str) -> None:
    ran = hotwash("plan", **{**of(fake), name: " ", "GITHUB_ACTIONS": ""})
    assert ran.returncode == 0, ran.stderr
    assert f"; {name} is not set" in ran.stderr
    asked = hotwash("plan", "--tracker", "github", **{**of(fake), name: ""})
    assert asked.returncode == 2
    assert f"{name} not set" in asked.stderr
    assert fake.calls == []


def test_a_job_without_a_token_does_not_write_into_a_file_that_ends_with_it(fake: FakeGitHub, hotwash: Run) -> None:
    ran = hotwash("apply", **{**of(fake), "GITHUB_TOKEN": ""})
    assert ran.returncode == 2
    assert "GITHUB_TOKEN is not set" in ran.stderr
    assert "${{ github.token }}" in ran.stderr


def test_an_account_that_does_not_count_writes_nothing(fake: FakeGitHub, hotwash: Run) -> None:
    fake.accounts[SECRET] = Account("alice")
    ran = hotwash("apply", **of(fake))
    assert ran.returncode == 2
    assert '"alice"' in ran.stderr
    assert fake.writes() == []


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        (
            "GITHUB_API_URL",
            f"https://x-access-token:{SECRET}@api.github.com",
            "GITHUB_API_URL is not the https address",
        ),
        ("GITHUB_API_URL", "http://example.org", "GITHUB_API_URL is not the https address"),
        ("GITHUB_REPOSITORY", "../../etc", "is no repository on GitHub"),
        ("GITHUB_TOKEN", f"{SECRET}x", "Bad credentials"),
        ("GITHUB_REPOSITORY", "shop/other", "cannot be seen"),
    ],
)
def test_what_is_set_wrong_is_named(fake: FakeGitHub, hotwash: Run, name: str, value: str, said: str) -> None:
    ran = hotwash("plan", **{**of(fake), name: value})
    assert ran.returncode == 2
    assert said in ran.stderr
    assert "help: " in ran.stderr


def test_without_the_extra_the_one_to_install_is_named(fake: FakeGitHub, hotwash: Run, tmp_path: Path) -> None:
    shadow = tmp_path / "shadow"
    shadow.mkdir()
    (shadow / "github.py").write_text("raise ModuleNotFoundError('no', name='github')\n")
    path = os.pathsep.join([str(shadow), os.environ.get("PYTHONPATH", "")])
    ran = hotwash("plan", **of(fake), PYTHONPATH=path)
    assert ran.returncode == 2
    assert "pip install 'hotwash[github]'" in ran.stderr
