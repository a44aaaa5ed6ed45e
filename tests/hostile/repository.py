"""A repository with one incident to put hostile files into, one beside it, and what must hold of every command in it."""

from __future__ import annotations

import json
import os
import unicodedata
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema_rs

from hotwash.report import FORMATS
from tests.command import hotwash
from tests.forge_markdown import acts
from tests.hostile.inputs import CANARY, POLICY, SERVICES, incident, item, note, prose
from tests.runner import commands, parsed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.command import Ran

NOW = ("--now", "2026-11-23T10:00:00Z")
ID = "2026-11-23-hostile"
FOLDER = f"incidents/2026/{ID}"
# One comes before the hostile files in the order of things, one after them.
NEIGHBOURS = {"before": "incidents/2026/2026-11-20-before", "after": "incidents/2026/2026-12-01-after"}
PLAN_FORMATS = STATUS_FORMATS = ("text", "json")

_REPORT, _STATUS = (
    jsonschema_rs.validator_for(
        json.loads((Path(__file__).parents[2] / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8"))
    )
    for name in ("report", "status")
)


def _neighbour(name: str) -> dict[str, str]:
    """A small incident with one finding that needs the catalogue, and one that does not."""
    wrong = incident(
        services="[checkout-api, nobody-knows-this]",
        times="{detected: 2026-11-23T09:44:10Z, declared: 2026-11-23T08:46:00Z}",
    )
    folder = NEIGHBOURS[name]
    return {f"{folder}/incident.yaml": wrong, f"{folder}/action-items.yaml": item(title=f"Mend {name}")}


BASE: dict[str, str] = {
    f"{FOLDER}/incident.yaml": incident(),
    f"{FOLDER}/timeline.yaml": note(),
    **_neighbour("before"),
    **_neighbour("after"),
    f"{FOLDER}/action-items.yaml": item(),
    f"{FOLDER}/postmortem.md": prose("\n## Summary\n\nIt was down.\n"),
    f"{FOLDER}/timeline.d/0930-abcd.yaml": "at: 2026-11-23T09:30:00Z\nby: alice\nkind: note\ntext: x\n",
    f"{FOLDER}/evidence/logs.txt": "4,102 x connection refused\n",
    POLICY: "format: 1\n",
    SERVICES: "checkout-api: {owner: team-pay, runbook: docs/checkout.md}\n",
    "docs/checkout.md": "# Checkout\n",
}


def write(root: Path, files: Mapping[str, str | bytes]) -> None:
    """Files into a folder, path -> content."""
    for path, content in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)


def make(place: Path) -> Path:
    """The repository below a folder, with secrets beside it and in it that no command may show."""
    root = place / "repository"
    write(root, BASE)
    secrets = ("secret.txt", ".git/config", f"{FOLDER}/secret.txt", "incidents/secret.txt")
    write(root, dict.fromkeys(secrets, f"{CANARY}\n"))
    write(place, {f"outside/{name}": f"{CANARY}: {CANARY}\n" for name in ("secret.txt", "incident.yaml", "a/b.yaml")})
    return root


@contextmanager
def holding(root: Path, path: str, data: bytes) -> Iterator[None]:
    """A file that is there for a while, instead of what stood there."""
    file = root / path
    before = file.read_bytes()
    file.write_bytes(data)
    try:
        yield
    finally:
        file.write_bytes(before)


# --- what must hold of every command, whatever it reads


def assert_harmless(ran: Ran, *, annotates: bool = False) -> None:
    """The command ended in one of the three ways, and its output steers nothing and tells no secret.

    Args:
        ran: What it left.
        annotates: Whether it prints annotations, which are commands.
    """
    said = ran.out + ran.err
    assert ran.code in (0, 1, 2), said[-2000:]
    assert "Traceback" not in said
    assert "bug in hotwash" not in said
    assert CANARY not in said
    told = [parsed(line) for line in commands(ran.out)]
    assert {command.name for command in told} <= ({"error", "warning", "notice"} if annotates else set())
    assert all(command.properties["title"].startswith(("HW", "hotwash check")) for command in told)
    assert commands(ran.err) == []
    assert steering(said) == set()


def steering(text: str) -> set[str]:
    """The characters of a text that are not seen, or that a terminal obeys."""
    if text.isascii() and text.isprintable():
        return set()
    return {
        sign
        for sign in set(text)
        if sign not in "\n\t" and unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp")
    }


def _refuse_constant(name: str) -> None:
    message = f"{name} is no JSON"
    raise ValueError(message)


def strict_json(text: str) -> Any:  # noqa: ANN401 - whatever JSON holds
    """JSON as a strict reader takes it: no NaN, no Infinity, and nothing that is not ASCII."""
    assert text.isascii()
    return json.loads(text, parse_constant=_refuse_constant)


class Checked:
    """What `check` and `status` said of a repository, in every format."""

    def __init__(self, root: Path) -> None:
        self.ran = {name: hotwash("-C", str(root), "check", "--format", name, *NOW) for name in FORMATS}
        for name, ran in self.ran.items():
            assert_harmless(ran, annotates=name == "github")
        # The four boxes of each incident are ours.
        assert {what for what, _ in acts(self.ran["markdown"].out)} <= {"checkbox"}
        assert len({ran.code for ran in self.ran.values()}) == 1
        self.code = self.ran["text"].code
        self.report = strict_json(self.ran["json"].out)
        assert [error.message for error in _REPORT.iter_errors(self.report)] == []
        self.shown = {name: hotwash("-C", str(root), "status", "--format", name, *NOW) for name in STATUS_FORMATS}
        for ran in self.shown.values():
            assert_harmless(ran)
        assert {ran.code for ran in self.shown.values()} <= {0, 1}
        self.status = strict_json(self.shown["json"].out)
        assert [error.message for error in _STATUS.iter_errors(self.status)] == []

    def errors(self, path: str) -> list[dict[str, Any]]:
        """The errors in a file."""
        return [found for found in self.report["diagnostics"] if (found["path"], found["level"]) == (path, "error")]

    def codes(self, folder: str) -> list[str]:
        """The codes of all findings in a folder."""
        return [found["code"] for found in self.report["diagnostics"] if found["path"].startswith(f"{folder}/")]

    def assert_neighbours_are_judged(self, *, catalogue: bool = True) -> None:
        """What is wrong with the neighbours is found all the same.

        Args:
            catalogue: Whether services.yaml can be read; else nothing is looked up in it.
        """
        for folder in NEIGHBOURS.values():
            codes = self.codes(folder)
            assert "HW101" in codes
            assert ("HW801" in codes) is catalogue
            for ran in self.ran.values():
                assert folder in ran.out
            assert folder.rpartition("/")[2] in self.shown["text"].out
            (standing,) = (one for one in self.status["incidents"] if one["path"] == folder)
            assert standing["readable"]


class Produced:
    """What `plan` in every format and `site` made of a repository; the pages lie in a folder beside it."""

    def __init__(self, root: Path) -> None:
        before = tree(root)
        self.site = root.parent / "pages"
        self.plans = {name: hotwash("-C", str(root), "plan", "--format", name) for name in PLAN_FORMATS}
        self.published = hotwash("-C", str(root), "site", "--output", str(self.site))
        for ran in (*self.plans.values(), self.published):
            assert_harmless(ran)
        assert {ran.code for ran in self.plans.values()} == {self.published.code}
        self.code = self.published.code
        if self.code != 2:
            strict_json(self.plans["json"].out)
        # Commands that only read change nothing, and pages are written where they were asked for.
        assert tree(root) == before
        self.pages = {page.stem: page.read_text(encoding="utf-8") for page in self.site.glob("incidents/*.md")}
        for text in self.pages.values():
            assert CANARY not in text
            assert steering(text) & NEVER_IN_A_PAGE == set()

    def assert_neighbours_are_produced(self) -> None:
        """Neither their issues nor their pages are lost."""
        for name, folder in NEIGHBOURS.items():
            assert f"Mend {name}" in self.plans["text"].out
            assert f"Mend {name}" in self.plans["json"].out
            assert folder.rpartition("/")[2] in self.pages


# What no page may hold, as XML cannot. A browser has its own ways with text that runs from right to left.
NEVER_IN_A_PAGE = frozenset(map(chr, (*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0))))


def tree(root: Path) -> dict[str, tuple[int, int]]:
    """All that is in a folder, with size and time of change; no link is followed."""
    found: dict[str, tuple[int, int]] = {}
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        # No recursion, as the folders may be many.
        for entry in os.scandir(root / folder):
            status = entry.stat(follow_symlinks=False)
            found[f"{folder}{entry.name}"] = (status.st_size, status.st_mtime_ns)
            if entry.is_dir(follow_symlinks=False):
                waiting.append(f"{folder}{entry.name}/")
    return found


def assert_inside(found: Mapping[str, Any], data: bytes) -> None:
    """A finding points into its file; where that cannot be decoded, at least at a line and a column."""
    assert (1, 1) <= (found["line"], found["column"]) <= (found["end_line"], found["end_column"])
    assert min(found["column"], found["end_column"]) >= 1
    lines = data.decode("utf-8", "replace").removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    assert found["line"] <= max(len(lines), 1), found
    assert found["column"] <= len(lines[found["line"] - 1]) + 1, found
