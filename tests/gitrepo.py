"""Real git repositories for tests: made without the person's configuration, the same ids for the same files."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, Literal

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


# What a tree may hold at a path: a file, one that may be run, the target of a link, or a commit of another repository.
Mode = Literal["100644", "100755", "120000", "160000"]
Held = tuple[Mode, bytes]


def plant(folder: Path, *commits: Mapping[str, Held], form: str = "sha1") -> list[str]:
    """A new repository without a work tree, with one commit after the other on `main`; their ids.

    What stands in no work tree goes here too: submodules, and names that a disk refuses.
    """
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "--quiet", "--initial-branch=main", f"--object-format={form}", ".")
    stream = b"".join(_imported(files) for files in commits)
    git(folder, "fast-import", "--quiet", "--date-format=now", stdin=stream)
    return git(folder, "rev-list", "--reverse", "main").split()


def _imported(files: Mapping[str, Held]) -> bytes:
    """A commit as fast-import takes it: all that it holds."""
    lines = [b"commit refs/heads/main\ncommitter alice <alice@shop.example> now\ndata 0\ndeleteall\n"]
    for path, (mode, content) in files.items():
        name = b"".join(b"\\%03o" % byte for byte in os.fsencode(path))
        if mode == "160000":
            lines.append(b'M 160000 %s "%s"\n' % (content, name))
        else:
            lines.append(b'M %s inline "%s"\ndata %d\n%s\n' % (mode.encode(), name, len(content), content))
    return b"".join(lines)


def put(folder: Path, files: Mapping[str, Held]) -> None:
    """What a tree holds, put into a folder without git."""
    for path, (mode, content) in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        if mode == "120000":
            file.symlink_to(os.fsdecode(content))
        else:
            file.write_bytes(content)
            file.chmod(0o755 if mode == "100755" else 0o644)


def raw_object(folder: Path, kind: str, data: bytes) -> str:
    """An object as it is given, whether git would write such a one or not; its id."""
    return git(folder, "hash-object", "-t", kind, "-w", "--literally", "--stdin", stdin=data)


def raw_tree(folder: Path, *entries: tuple[str, str, str]) -> str:
    """A folder of (mode, name, id) as they are given; the id of the object."""
    parts = [mode.encode() + b" " + os.fsencode(name) + b"\0" + bytes.fromhex(id_) for mode, name, id_ in entries]
    return raw_object(folder, "tree", b"".join(parts))


def raw_commit(folder: Path, tree: str, *parents: str, at: str = COMMITTED) -> str:
    """A commit of a folder, on no branch; its id."""
    told = [argument for parent in parents for argument in ("-p", parent)]
    return git(folder, "commit-tree", tree, *told, "-m", "change", at=at)
