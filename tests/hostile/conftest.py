"""What the tests of hostile repositories share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def canary(tmp_path: Path) -> Iterator[Path]:
    """A program that leaves a note when it is run, and fails as most of what git calls would."""
    program, note = tmp_path / "canary", tmp_path / "sang"
    program.write_text(f'#!/bin/sh\necho "$0 $*" >> "{note}"\nexit 1\n', encoding="ascii")
    program.chmod(0o755)
    yield program
    assert not note.exists(), note.read_text(encoding="utf-8")
