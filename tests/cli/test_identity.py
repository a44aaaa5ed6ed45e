"""Who runs a command, and how that is known."""

from __future__ import annotations

import pytest

from hotwash.cli.identity import Known, identify
from hotwash.errors import UsageError


@pytest.fixture(autouse=True)
def _nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOTWASH_LOGIN", raising=False)


@pytest.mark.parametrize(
    ("settings", "known"),
    [
        ({"hotwash.login": "alice", "user.name": "bob"}, Known("alice", "git config hotwash.login")),
        ({"user.name": "alice"}, Known("alice", "git config user.name")),
        ({"user.name": "Alice Example", "user.email": "alice@shop.example"}, Known("alice", "git config user.email")),
        ({"user.email": "123+alice@users.noreply.github.com"}, Known("alice", "git config user.email")),
        ({"user.email": "alice@users.noreply.git.shop.example"}, Known("alice", "git config user.email")),
        ({"user.name": "Alice Example", "user.email": "alice.example@shop.example"}, None),
        ({"user.name": "root", "user.email": "root@localhost"}, None),
        ({}, None),
    ],
)
def test_who_is_known_from_settings(settings: dict[str, str], known: Known | None) -> None:
    assert identify(None, lambda name: settings.get(name, "")) == known


def test_what_is_said_goes_before_what_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTWASH_LOGIN", "bob")
    assert identify(None, lambda _: "carol") == Known("bob", "HOTWASH_LOGIN")
    assert identify("@alice", lambda _: "carol") == Known("alice", "")


@pytest.mark.parametrize("by", ["Alice Example", "YOUR-LOGIN", "role:dba", "\u0430lice", "-alice"])
def test_what_is_no_login_is_not_taken_for_one(by: str) -> None:
    with pytest.raises(UsageError, match=r"--by: .* is no login: write it like alice"):
        identify(by, lambda _: "")
