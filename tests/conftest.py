"""What the whole suite shares: no network, no colour from outside, files in a folder, golden files."""

from __future__ import annotations

import ipaddress
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_OUTWARD = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo"})


def _refuse_network(event: str, arguments: tuple[object, ...]) -> None:
    """Raises where a test reaches for more than this machine."""
    if event not in _OUTWARD:
        return
    address = arguments[0] if event == "socket.getaddrinfo" else arguments[1]
    host = address[0] if isinstance(address, tuple) else address
    # Text and bytes without a port are the path of a Unix socket; None is what is connected already.
    if event != "socket.getaddrinfo" and not isinstance(address, tuple):
        return
    if not _is_loopback(host):
        message = f"a test reaches for the network: {event} {host!r}"
        raise PermissionError(message)


def _is_loopback(host: object) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(str(name)).is_loopback
    except ValueError:
        return False


# A hook of the interpreter sees every socket, of libraries written in C too.
sys.addaudithook(_refuse_network)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="Rewrite the golden files; read them before you commit.")


@pytest.fixture(autouse=True)
def _plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def _no_tracker_but_the_embedded(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a workflow of our own the environment names a real one."""
    for name in ("GITHUB_TOKEN", "GITHUB_REPOSITORY", "GITHUB_API_URL", "GITHUB_SERVER_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def repository(tmp_path: Path) -> Callable[[Mapping[str, str | bytes]], Path]:
    """Writes files, path -> content, into a new folder that is the root of a git repository, and returns it."""

    def write(files: Mapping[str, str | bytes]) -> Path:
        # The root is never looked for above the repository.
        (tmp_path / ".git").mkdir(exist_ok=True)
        for path, content in files.items():
            file = tmp_path / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content.encode() if isinstance(content, str) else content)
        return tmp_path

    return write


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """Compares a text with the file that holds what is expected, or rewrites that file with `--update`."""

    def compare(file: Path, text: str) -> None:
        if request.config.getoption("--update"):
            file.write_bytes(text.encode())
        assert file.is_file(), f"{file} is missing; write it with --update, and read it"
        assert text == file.read_bytes().decode()

    return compare
