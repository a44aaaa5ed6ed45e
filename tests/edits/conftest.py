"""What the tests of writing share: a person with a name, and no other configuration of theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.edits.landing import person

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _alice(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in person(tmp_path_factory.mktemp("home")).items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder for several clones, without links on the way."""
    return tmp_path.resolve()
