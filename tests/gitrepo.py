"""Real git repositories for tests: made without the person's configuration, the same ids for the same files."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# The clock of every commit that says no other: before anything that the records of tests tell.
COMMITTED = "2026-11-23T08:50:45Z"


def git(folder: Path, *arguments: str, at: str = COMMITTED, stdin: bytes | None = None) -> str:
    """Run git in a folder, as alice at a fixed time; what it prints, without the last newline."""
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(
        ["git", "-c", "core.autocrlf=false", "-c", "protocol.file.allow=always", *arguments],
        cwd=folder,
        input=stdin,
        env=surroundings
        | {
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "alice",
            "GIT_AUTHOR_EMAIL": "alice@shop.example",
            "GIT_AUTHOR_DATE": at,
            "GIT_COMMITTER_NAME": "alice",
            "GIT_COMMITTER_EMAIL": "alice@shop.example",
            "GIT_COMMITTER_DATE": at,
        },
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
    return done.stdout.decode("utf-8", "surrogateescape").removesuffix("\n")


def begin(folder: Path, files: Mapping[str, str | bytes] | None = None) -> Path:
    """A new repository whose branch `main` holds these files in one commit."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "--quiet", "--initial-branch=main", ".")
    write(folder, files or {})
    commit(folder, "base")
    return folder


def write(folder: Path, files: Mapping[str, str | bytes]) -> None:
    """Write files, path -> content, into the work tree."""
    for path, content in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)


def commit(folder: Path, subject: str, *, at: str = COMMITTED) -> str:
    """Commit all that the work tree holds; the id of the commit."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", subject, at=at)
    return git(folder, "rev-parse", "HEAD")
