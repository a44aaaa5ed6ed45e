"""The walk from the open gate to `closed`, as somebody takes it who has only the printed text.

Whoever sets the next status and follows the help, line by line, gets there; whoever pastes without reading does not.
Nothing of hotwash is looked at but what it prints, so that text and gates cannot drift apart.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from hotwash.model.time import utc_text
from tests.builders import FOLDER, NOW, POSTMORTEM_TEXT, records
from tests.command import hotwash
from tests.test_walk import Editor, remedies

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from tests.command import Ran
    from tests.test_walk import Remedy

ROUNDS = 4
NEXT = "Before the status can move on:"
_HEAD = re.compile(r"^(error|warning|next)\[(HW\d+)\]", re.MULTILINE)
_CHOICE = re.compile(r"(?<=: )([\w-]+)(?: \| [\w-]+)+")

# The choice that somebody takes who does not know better is the first one.
FILLED = {
    'minimal: {none: "..."}': "minimal: true",
    "YYYY-MM-DD": "2027-01-31",
    'reviewed: {by: "..."': "reviewed: {by: dave",
    'category: "..."': "category: change",
    'path: "..."': "path: docs/runbooks/checkout.md",
    '"..."': '"Looked at it, and wrote down what we saw"',
    "YOUR-LOGIN": "alice",
    "TODO": "What we saw, and what we do about it.",
}


def fill_in(line: str) -> str:
    """A line with every blank filled in."""
    for blank, words in FILLED.items():
        line = line.replace(blank, words)
    return _CHOICE.sub(r"\1", line)


def told(text: str, *levels: str) -> Iterator[Remedy]:
    """What the findings of some levels tell to do: those of the gates, and those that ask for the entry of a step."""
    heads = list(_HEAD.finditer(text))
    ends = [*(head.start() for head in heads), len(text)][1:]
    for head, end in zip(heads, ends, strict=True):
        if head[1] in levels and (head[2].startswith("HW2") or head[2] == "HW104"):
            yield from remedies(text[head.start() : end])


def follow(folder: Path, todo: list[Remedy], fill: Callable[[str], str]) -> None:
    """Do what the help says: paste its lines, with the blanks filled in, where it says."""
    editors = {
        name: Editor(folder / name).open()
        for name in ("incident.yaml", "timeline.yaml", "action-items.yaml", "postmortem.md")
    }
    existing = {name for name, editor in editors.items() if editor.file.exists()}
    for remedy in todo:
        say = re.sub(r"^(once [\w ]+, |then )", "", remedy.say)
        paste = [fill(line) for line in remedy.paste]
        if say.startswith("write postmortem.md, have it reviewed, and publish it"):
            editors["postmortem.md"].add(DRAFT.splitlines())
        elif re.match(r"or\b", say):
            assert not paste, "one way is shown in full; the other in words"
        elif new := re.fullmatch(r"(?:add to|write) ([\w.-]+), a new file:", say):
            assert new[1] not in existing
            editors[new[1]].add(paste)
        elif file := re.fullmatch(r"add to ([\w.-]+):", say):
            assert file[1] in existing
            editors[file[1]].add(paste)
        elif say == "add to the front matter of postmortem.md:":
            editors["postmortem.md"].lines[0] += paste
        else:
            _write_in(editors[remedy.path.rsplit("/", 1)[-1]], say, remedy.line - 1, paste)
    for editor in editors.values():
        if editor.lines:
            editor.save()


def _write_in(editor: Editor, say: str, index: int, paste: list[str]) -> None:
    """Paste into the file in which the finding stands."""
    if under := re.fullmatch(r"add under `(.+):`", say):
        editor.add_under(under[1], paste)
    elif instead := re.fullmatch(r"write instead of the empty `(.+):`", say):
        editor.write_over_key(instead[1], paste)
    elif say == "add to this entry:":
        editor.lines[index] += paste
    elif say == "write instead of this line:":
        editor.write_over(index, paste)
    else:
        pytest.fail(f"a person would not know what to do: {say}")


class Walk:
    """An incident on disk, and a clock that goes on a minute with each look."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / FOLDER
        self.minutes = 0

    def set_status(self, status: str) -> None:
        """What somebody writes who goes on."""
        file = self.folder / "incident.yaml"
        file.write_text(re.sub(r"^status: .*$", f"status: {status}", file.read_text(), flags=re.MULTILINE))

    def check(self) -> Ran:
        """What `check` says of the incident, a minute later each time."""
        self.minutes += 1
        now = utc_text(NOW + timedelta(minutes=self.minutes))
        ran = hotwash("-C", str(self.root), "check", FOLDER, "--now", now)
        assert ran.err == ""
        return ran

    def follow(self, ran: Ran, *levels: str, fill: Callable[[str], str] = fill_in) -> None:
        """Do what the text says."""
        follow(self.folder, list(told(ran.out, *levels)), fill)

    def go_on(self, status: str) -> Ran:
        """Set the status, and follow the text until nothing of the gates is wrong."""
        self.set_status(status)
        ran = self.check()
        for _ in range(ROUNDS):
            if not list(told(ran.out, "error", "warning")):
                break
            self.follow(ran, "error", "warning")
            ran = self.check()
        return ran


# What somebody writes who is told to write a post-mortem.
DRAFT = re.sub(r"^reviewed: .*\n", "", POSTMORTEM_TEXT, flags=re.MULTILINE).replace(
    "status: published", "status: draft"
)
TIMELINE = """\
- at: 2026-11-23T08:49:00Z
  by: carol
  kind: mitigation
  action: rollback
  {outcome}text: Rolled back to v412
- at: 2026-11-23T08:50:00Z
  by: bob
  kind: status-update
  audience: [engineers, stakeholders, public]
  text: Card payments fail; we have rolled back and are looking on
- at: 2026-11-23T08:51:00Z
  by: alice
  kind: status-change
  from: declared
  to: investigating
  text: The four first actions are done
"""
FIX = """\
- at: 2026-11-23T08:55:00Z
  by: carol
  kind: fix
  text: v414 is v413 with a pool of 40
"""
TIMELINES = {
    "no outcome": TIMELINE.format(outcome=""),
    "pending": TIMELINE.format(outcome="outcome: pending\n  "),
    "temporary": TIMELINE.format(outcome="outcome: effective\n  temporary: true\n  "),
    "harmful": TIMELINE.format(outcome="outcome: harmful\n  "),
    "ineffective": TIMELINE.format(outcome="outcome: ineffective\n  "),
    "a bare fix": TIMELINE.format(outcome="outcome: partial\n  ") + FIX,
}
WAYS = [
    ("identified", "monitoring", "resolved", "closed"),
    ("monitoring", "resolved", "closed"),
    ("resolved", "closed"),
]


@pytest.fixture
def walk(repository: Callable[[Mapping[str, str]], Path]) -> Callable[[str, str], Walk]:
    """An incident at the open gate, by its severity and its timeline."""

    def begin(severity: str, timeline: str) -> Walk:
        changes = {"incident.yaml": f"severity: {severity}\n", "timeline.yaml": timeline}
        return Walk(repository(records(changes)))

    return begin


@pytest.mark.parametrize(
    ("severity", "way", "timeline"),
    [
        pytest.param(("P1", "P3")[number % 2], way, timeline, id=f"{len(way)} steps, {name}")
        for number, (way, (name, timeline)) in enumerate((way, item) for way in WAYS for item in TIMELINES.items())
    ],
)
def test_whoever_follows_the_text_gets_to_the_end(
    walk: Callable[[str, str], Walk], severity: str, way: tuple[str, ...], timeline: str
) -> None:
    incident = walk(severity, timeline)
    for status in way:
        ran = incident.go_on(status)
        assert (ran.code, list(told(ran.out, "error", "warning"))) == (0, []), ran.out
        assert f"{severity} {status}" in ran.out


@pytest.mark.parametrize("way", WAYS, ids=len)
@pytest.mark.parametrize("severity", ["P1", "P3"])
def test_whoever_pastes_without_reading_gets_nowhere(
    walk: Callable[[str, str], Walk], severity: str, way: tuple[str, ...]
) -> None:
    incident = walk(severity, TIMELINES["pending"])
    for status in way:
        incident.set_status(status)
        before = {file: file.read_text() for file in incident.folder.iterdir()}
        incident.follow(incident.check(), "error", fill=str)
        assert incident.check().code == 1
        for file in list(incident.folder.iterdir()):
            if file in before:
                file.write_text(before[file])
            else:
                file.unlink()
        assert incident.go_on(status).code == 0


def test_whoever_does_what_comes_next_has_nothing_left_to_do_but_the_step(walk: Callable[[str, str], Walk]) -> None:
    incident = walk("P1", TIMELINES["pending"])
    incident.go_on("identified")
    incident.go_on("monitoring")
    ran = incident.go_on("resolved")
    for _ in range(ROUNDS):
        if NEXT not in ran.out:
            break
        incident.follow(ran, "next")
        ran = incident.check()
        assert ran.code == 0, ran.out
    assert NEXT not in ran.out
    incident.set_status("closed")
    ran = incident.check()
    assert set(re.findall(r"^error\[(\w+)\]", ran.out, re.MULTILINE)) == {"HW104"}
