"""Who runs a command: the login that goes into the records, and how it is known."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hotwash.errors import UsageError
from hotwash.model.names import LOGIN_PATTERN, LOGIN_PLACEHOLDER

if TYPE_CHECKING:
    from collections.abc import Callable

VARIABLE = "HOTWASH_LOGIN"
SETTING = "hotwash.login"
# What a forge makes of an account that hides its address.
_NO_REPLY = re.compile(r"(?:\d+\+)?([^@+]+)@users\.noreply\.[^@]+")


@dataclass(frozen=True, slots=True)
class Known:
    """A login.

    Attributes:
        by: The login.
        source: How it is known, in words that follow it; empty where it was typed.
    """

    by: str
    source: str = ""


def identify(by: str | None, setting: Callable[[str], str]) -> Known | None:
    """Who runs a command; None where nothing says so, and a person has to be asked.

    Args:
        by: What `--by` says.
        setting: Name of a setting of git -> its value; empty for none.

    Raises:
        UsageError: What says so is no login.
    """
    for source, told in (
        ("--by", by),
        (VARIABLE, os.environ.get(VARIABLE)),
        (f"git config {SETTING}", setting(SETTING)),
    ):
        if told:
            login = told.removeprefix("@")
            if not _is_login(login):
                message = f"{source}: {told} is no login: write it like alice"
                raise UsageError(message)
            return Known(login, "" if source == "--by" else source)
    name, address = setting("user.name"), setting("user.email")
    if _is_login(name):
        return Known(name, "git config user.name")
    hidden = _NO_REPLY.fullmatch(address)
    local = hidden[1] if hidden else address.partition("@")[0]
    return Known(local, "git config user.email") if _is_login(local) else None


def _is_login(name: str) -> bool:
    return (
        name not in (LOGIN_PLACEHOLDER, "unknown", "root", "user", "git")
        and re.fullmatch(LOGIN_PATTERN, name, re.ASCII) is not None
    )
