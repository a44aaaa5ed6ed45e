"""Somebody who reads a page at a terminal: writes its files, types its commands, compares what is printed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tests.docs.page import LEFT_OUT, Command, File, Heading, Step, UnknownFormError, changed

ROOT = Path(__file__).parents[2]
# What somebody who follows a page may use of a clone.
_CLONED = ("examples", "incidents", "schemas")
_GIT = """\
[user]
    name = Alice
    email = alice@example.com
[init]
    defaultBranch = main
[commit]
    gpgSign = false
"""


class MismatchError(AssertionError):
    """What a page shows is not what is printed."""


@dataclass
class Reader:
    """A terminal, and the folder in which it stands.

    Attributes:
        home: A folder of the reader's own, in which the clone lies.
        folder: Where the next command runs and the next file is written.
        code: What the last command ended with.
        unseen: The last command ended badly and no `echo $?` has shown it yet.
        written: The files that pages told to write.
        ran: The commands that ran.
    """

    home: Path
    folder: Path
    code: int = 0
    unseen: bool = False
    written: list[Path] = field(default_factory=list)
    ran: list[str] = field(default_factory=list)

    @classmethod
    def in_a_clone(cls, home: Path) -> Reader:
        """A reader who has just cloned the repository, in a folder that is empty so far."""
        home.mkdir(exist_ok=True)
        clone = home / "hotwash"
        for name in _CLONED:
            shutil.copytree(ROOT / name, clone / name, ignore=shutil.ignore_patterns(".hotwash", "site"))
        (home / ".gitconfig").write_text(_GIT, encoding="utf-8")
        programs = home / ".programs"
        programs.mkdir()
        # This interpreter's, not those that another environment may have put on the path.
        for program in ("hotwash", "mkdocs"):
            script = programs / program
            script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m {program} "$@"\n', encoding="utf-8")
            script.chmod(0o755)
        reader = cls(home, clone)
        for command in ("git init --quiet", "git add .", "git commit --quiet --message Clone"):
            assert reader.type_in(command) == ""
        return reader

    def type_in(self, command: str) -> str:
        """What a command prints, on both streams, in a shell that begins where the last one ended."""
        place = self.home / ".place"
        script = f'(exit {self.code})\n{command}\ncode=$?\npwd -P > "{place}"\nexit $code\n'
        done = subprocess.run(
            ["sh", "-c", script],
            cwd=self.folder,
            env={
                "PATH": os.pathsep.join([str(self.home / ".programs"), os.environ["PATH"]]),
                "HOME": str(self.home),
                "LANG": "C.UTF-8",
                "PYTHONUTF8": "1",
                "PYTHONUNBUFFERED": "1",  # both streams in the order in which a terminal shows them
                "GIT_CONFIG_NOSYSTEM": "1",
                "NO_MKDOCS_2_WARNING": "1",
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        self.folder = Path(place.read_text(encoding="utf-8").rstrip("\n"))
        self.code = done.returncode
        self.ran.append(command)
        return done.stdout

    def write(self, file: File) -> None:
        """Do with a file what its first line says."""
        path = self.folder / file.path
        if not file.how:
            path.parent.mkdir(parents=True, exist_ok=True)
        old = path.read_text(encoding="utf-8") if file.how else ""
        new = f"{old}\n{file.text}" if old else file.text
        if file.how == "change in ":
            new = changed(old, file.text)
        path.write_text(new, encoding="utf-8")
        self.written.append(path)

    def follow(self, step: Step, *, where: str) -> None:
        """Do one step of a page.

        Raises:
            MismatchError: Something else is printed than is shown, or a command fails and the page does not show that.
        """
        match step:
            case Heading():
                pass
            case File():
                try:
                    self.write(step)
                except (OSError, UnknownFormError) as error:
                    raise MismatchError(f"{where}:{step.line}: {step.how}{step.path}: {error}") from error
            case Command():
                self._run(step, f"{where}:{step.line}")

    def _run(self, command: Command, where: str) -> None:
        shows_code = command.text == "echo $?"
        if self.unseen and not shows_code:
            raise MismatchError(f"{where}: the command before ended with {self.code}: show it with `$ echo $?`")
        printed = self.type_in(command.text)
        if not is_shown(command.shown, printed):
            shown = "\n".join(command.shown)
            raise MismatchError(
                f"{where}: $ {command.text}\n--- the page shows\n{shown}\n--- printed, with exit code {self.code}\n{printed}"
            )
        self.unseen = self.code != 0


def is_shown(shown: tuple[str, ...], printed: str) -> bool:
    """Whether these lines are what is printed, line by line; `…` stands for one line or more.

    Blanks at the end of a line, and empty lines at the end of all, do not count.
    """
    lines = "\n".join(line.rstrip() for line in printed.splitlines()).rstrip("\n")
    if shown and not lines:
        return False
    pattern = [r"[^\n]*(?:\n[^\n]*)*?" if line.strip() == LEFT_OUT else re.escape(line) for line in shown]
    return re.fullmatch("\n".join(pattern).rstrip("\n"), lines) is not None
