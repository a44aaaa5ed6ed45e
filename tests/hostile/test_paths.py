"""Paths that records name: whatever they are written like, nothing outside the records is opened (threats P1)."""

from __future__ import annotations

import json
import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.hostile.inputs import PATHS, SERVICES, incident, item
from tests.hostile.repository import Checked, Produced, make, write

if TYPE_CHECKING:
    from collections.abc import Iterator

_opened: list[tuple[str, int]] | None = None


def _record(event: str, arguments: tuple[object, ...]) -> None:
    if _opened is not None and event == "open" and isinstance(arguments[0], str | bytes | os.PathLike):
        flags = arguments[2] if len(arguments) > 2 and isinstance(arguments[2], int) else 0
        _opened.append((os.fsdecode(arguments[0]), flags))


# A hook of the interpreter sees every file that is opened, by whatever library.
sys.addaudithook(_record)


@contextmanager
def watched() -> Iterator[set[str]]:
    """The files that are opened meanwhile, with all links of their folders followed."""
    global _opened  # noqa: PLW0603 - a hook cannot be taken away again
    opened: set[str] = set()
    _opened = []
    try:
        yield opened
        for path, flags in _opened:
            place = Path(path)
            opened.add(str(place.parent.resolve() / place.name if flags & os.O_NOFOLLOW else place.resolve()))
    finally:
        _opened = None


FORBIDDEN = ("/etc/passwd", "/proc/self/environ", "/dev/stdin", "/dev/zero", str(Path("~root/.bashrc").expanduser()))


def secrets(place: Path) -> set[str]:
    """All that may not be opened."""
    outside = {str(path) for folder in ("outside", "repository/.git") for path in (place / folder).rglob("*")}
    return outside | {str(Path(path).resolve()) for path in FORBIDDEN} | set(FORBIDDEN)


def named(path: str) -> dict[str, str]:
    """An incident that names a path wherever a record can."""
    text = json.dumps(path, ensure_ascii=False)
    done = {"status": "done", "closed": "2026-11-23"}
    return {
        "incident.yaml": incident(
            evidence=f"{{logs: [{{summary: x, file: {text}}}], metrics: [{{summary: x, file: {text}}}]}}",
            runbooks=f"[{{path: {text}, change: updated}}]",
        ),
        "action-items.yaml": item(**done, proof=f"{{file: {text}, contains: canary}}")
        + item(**done, proof=f"{{file: {text}}}").replace("AI-1", "AI-2"),
        "postmortem.md": f"---\nstatus: draft\nauthors: [alice]\nrunbooks: [{{path: {text}, change: created}}]\n---\n"
        f"\n## Summary\n\n[x](<{path}>) ![x](<{path}>)\n",
        "evidence/logs.txt": "x\n",
    }


def test_no_path_of_a_record_leads_outside(tmp_path: Path) -> None:
    root = make(tmp_path)
    services = "checkout-api: {owner: team-pay}\n"
    for number, spelling in enumerate(PATHS):
        path = spelling.replace("{outside}", str(tmp_path / "outside"))
        folder = f"incidents/2026/2026-11-24-hostile-{number}"
        write(root, {f"{folder}/{name}": text for name, text in named(path).items()})
        (root / folder / "evidence" / "linked.txt").symlink_to(tmp_path / "outside" / "secret.txt")
        (root / folder / "evidence" / "linked").symlink_to(tmp_path / "outside")
        if len(path) < 200:
            services += f"s{number}: {{owner: x, runbook: {json.dumps(path, ensure_ascii=False)}}}\n"
    write(root, {SERVICES: services})
    with watched() as opened:
        checked, produced = Checked(root), Produced(root)
    # What git is given to read is nothing.
    assert opened & secrets(tmp_path) <= {os.devnull}
    assert str(root / "incidents/2026/2026-11-24-hostile-0/incident.yaml") in opened
    checked.assert_neighbours_are_judged()
    produced.assert_neighbours_are_produced()


def test_the_watch_sees_what_is_opened_through_a_link(tmp_path: Path) -> None:
    """Else the test above would prove nothing."""
    make(tmp_path)
    (tmp_path / "linked").symlink_to(tmp_path / "outside")
    for path in ("linked/secret.txt", "repository/../outside/secret.txt", "repository/.git/config"):
        with watched() as opened:
            (tmp_path / path).read_bytes()
        assert opened & secrets(tmp_path) != set()
    with watched() as opened, pytest.raises(OSError, match="symbolic links"):
        os.open(tmp_path / "linked", os.O_NOFOLLOW)
    assert opened & secrets(tmp_path) == set()
