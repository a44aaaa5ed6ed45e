"""The command line, run in this process or as a program of its own."""

from __future__ import annotations

import contextlib
import gc
import io
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

import pytest

from hotwash.cli import main

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class Ran(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str


def hotwash(*arguments: str, cwd: Path | None = None) -> Ran:
    """Run the command line in this process, which spares the start of an interpreter."""
    out, err = io.StringIO(), io.StringIO()
    code = 0
    with (
        pytest.MonkeyPatch.context() as patch,
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        contextlib.chdir(cwd or "."),
    ):
        patch.setattr(sys, "argv", ["hotwash", *arguments])
        try:
            main()
        except SystemExit as leaving:
            code = leaving.code if isinstance(leaving.code, int) else 1
        finally:
            gc.enable()  # `check` switches the collector off, since its process ends soon
    return Ran(code, out.getvalue(), err.getvalue())


def hotwash_process(
    *arguments: str, cwd: Path | None = None, env: Mapping[str, str] | None = None, encoding: str = "utf-8"
) -> Ran:
    """Run the command line as a program, as a shell does."""
    done = subprocess.run(
        [sys.executable, "-m", "hotwash", *arguments],
        cwd=cwd,
        env=dict(env) if env is not None else None,
        capture_output=True,
        encoding=encoding,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)
