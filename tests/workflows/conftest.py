"""What all tests of workflows share: one machine for their jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from filelock import FileLock

from tests.workflows.runner import Runner, make_runner

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def runner(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Runner:
    """The machine, made by the first process of the tests that asks for it."""
    shared: Path = tmp_path_factory.getbasetemp()
    if worker_id != "master":
        shared = shared.parent
    folder = shared / "runner"
    with FileLock(shared / "runner.lock"):
        if not (folder / "ready").exists():
            make_runner(folder)
            (folder / "ready").touch()
    return Runner(folder / "python" / "bin", folder / "wheels", folder / "packages")
