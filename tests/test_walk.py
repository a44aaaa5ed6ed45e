"""The walk through the STOP gate, as somebody takes it who has only the printed text.

Whoever follows the help, line by line, gets to the end; whoever pastes without reading does not. Nothing of hotwash is
looked at but what it prints, so that text and gate cannot drift apart.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from hotwash.model.time import utc_text
from tests.builders import FOLDER, NOW, SERVICES
from tests.command import hotwash

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tests.command import Ran

STOP = "⛔ STOP: first actions are not complete"
COMPLETE = "✅ Initial assessment complete"
ROUNDS = 3

INCIDENT = """\
title: Checkout returns 500 for EU customers
status: {status}
severity: {severity}
services: [checkout-api]
times:
  declared: 2026-11-23T08:57:00Z
roles:
  commander: alice
"""
TIMELINE = """\
- at: 2026-11-23T08:56:00Z
  by: alice
  kind: note
  text: A customer called
"""
CATALOGUE = "checkout-api: {owner: team-pay, runbook: https://wiki.example/checkout}\n"

FIRST_ACTIONS = {
    "no first_actions": "",
    "first_actions with nothing": "first_actions:\n",
    "four empty lines": """\
first_actions:
  # 1 severity and user impact
  assess:
  # 2 quick mitigation, or {by, at, none: which options were looked at}
  stabilize:
  # 3 logs, metrics, recent changes, similar incidents
  gather:
  # 4 status told
  communicate:
""",
    "two lines, braces": "first_actions:\n  assess: {}\n  communicate: {}\n",
    "a line half signed": "first_actions:\n  assess:\n    by: alice\n    note: All cards fail\n  gather: {by: bob}\n",
}
IMPACT = {
    "no impact": "",
    "impact with nothing": "impact:\n",
    "impact in braces": "impact: {}\n",
    "half an impact": "impact:\n  users:\n    share: 0.11\n  scope: {}\n",
}
EVIDENCE = {
    "no evidence": "",
    "evidence with nothing": "evidence: {}\n",
    "half the evidence": "evidence:\n  metrics: []\n  logs:\n    - summary: 4,102 x connection refused\n",
}


@dataclass(frozen=True, slots=True)
class Remedy:
    """One help of the text: what it says, the lines to paste, and the place above it."""

    say: str
    paste: tuple[str, ...]
    path: str
    line: int


_PLACE = re.compile(r"^ *┌─ (.+):(\d+):\d+$")
_HELP = re.compile(r"^( *)= help: (.*)$")


def remedies(text: str) -> list[Remedy]:
    """What a text tells to do.

    The lines to paste begin below the first letter that follows `= help: `; as many columns are taken off. What
    stands further to the left, and is no new point, goes on with the sentence.
    """
    found: list[Remedy] = []
    path, line = "", 0
    rows = text.splitlines()
    for number, row in enumerate(rows):
        if place := _PLACE.match(row):
            path, line = place[1], int(place[2])
        if help_ := _HELP.match(row):
            column = help_.start(2)
            say, paste = [help_[2]], list[str]()
            for below in rows[number + 1 :]:
                if below.startswith(f"{help_[1]}= "):
                    break
                if below.startswith(" " * column):
                    paste.append(below[column:])
                else:
                    say.append(below.strip())
            found.append(Remedy(" ".join(say), tuple(paste), path, line))
    return found


@dataclass(slots=True)
class Editor:
    """A file in an editor: lines keep the numbers of the text that was printed, whatever is written between them."""

    file: Path
    lines: list[list[str]] = field(default_factory=list)

    def open(self) -> Editor:
        """With what the file holds now."""
        text = self.file.read_text(encoding="utf-8") if self.file.exists() else ""
        self.lines = [[line] for line in text.splitlines()]
        return self

    def save(self) -> None:
        """The lines as they are now."""
        self.file.write_text("".join(f"{line}\n" for slot in self.lines for line in slot), encoding="utf-8")

    def add(self, paste: list[str]) -> None:
        """At the end."""
        self.lines.append(paste)

    def add_under(self, key: str, paste: list[str]) -> None:
        """On the lines beneath a key."""
        self.lines[self._find(key)] += paste

    def write_over(self, index: int, paste: list[str]) -> None:
        """Instead of a line, and of what is indented more than it."""
        indent = _indent(self.lines[index][0])
        self.lines[index] = paste
        for slot in self.lines[index + 1 :]:
            if not slot or _indent(slot[0]) <= indent:
                break
            slot.clear()

    def write_over_key(self, key: str, paste: list[str]) -> None:
        """Instead of a key with all that it holds."""
        self.write_over(self._find(key), paste)

    def _find(self, dotted: str) -> int:
        keys = dotted.split(".")
        depth = 0
        for index, slot in enumerate(self.lines):
            # What was pasted in this round is found under the line that it stands on.
            if any(line.startswith(f"{'  ' * depth}{keys[depth]}:") for line in slot):
                depth += 1
                if depth == len(keys):
                    return index
        message = f"{self.file.name} has no {dotted}"
        raise AssertionError(message)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


FILLED = {
    '["..."]': "[checkout-api]",
    '"..."': '"Looked at it, and wrote down what we saw"',
    "YOUR-LOGIN": "alice",
    "HOW-MANY": "120",
    "P0 | P1 | P2 | P3": "P1",
}


def fill_in(line: str) -> str:
    """A line with every blank filled in."""
    for blank, words in FILLED.items():
        line = line.replace(blank, words)
    return line


def follow(folder: Path, todo: list[Remedy], fill: Callable[[str], str]) -> None:
    """Do what the help says: paste its lines, with the blanks filled in, where it says."""
    incident, timeline = Editor(folder / "incident.yaml").open(), Editor(folder / "timeline.yaml").open()
    # What is to be done once the rest is done comes last.
    for remedy in sorted(todo, key=lambda remedy: remedy.say.startswith("once ")):
        say = re.sub(r"^(when (they are|that is) there|once the .* are signed off), |^then ", "", remedy.say)
        paste = [fill(line) for line in remedy.paste]
        if say.startswith("or "):
            assert not paste, "one way is shown in full; the other in words"
        elif say == "add to incident.yaml:":
            incident.add(paste)
        elif say in ("add to timeline.yaml:", "add to timeline.yaml, a new file:"):
            assert timeline.file.exists() != say.endswith("a new file:")
            timeline.add(paste)
        elif under := re.fullmatch(r"add under `(.+):`", say):
            incident.add_under(under[1], paste)
        elif instead := re.fullmatch(r"write instead of the empty `(.+):`", say):
            incident.write_over_key(instead[1], paste)
        elif say in ("write on this line:", "write instead of what stands here:"):
            assert remedy.path == f"{FOLDER}/incident.yaml"
            incident.write_over(remedy.line - 1, paste)
        else:
            pytest.fail(f"a person would not know what to do: {remedy.say}")
    incident.save()
    timeline.save()


def check(root: Path, round_: int) -> Ran:
    """`hotwash check`, a minute later each time."""
    ran = hotwash("-C", str(root), "check", "--now", utc_text(NOW + timedelta(minutes=round_)))
    assert ran.err == ""
    return ran


def walk(root: Path, ran: Ran, fill: Callable[[str], str], *, rounds: int = ROUNDS) -> Ran:
    """What `check` says in the end: after as many rounds as it takes, or as are allowed."""
    for round_ in range(1, rounds + 1):
        follow(root / FOLDER, remedies(ran.out), fill)
        ran = check(root, round_)
        if COMPLETE in ran.out:
            break
    return ran


# Severity and timeline take turns, so that each meets each value of the others.
VARIANTS = [
    pytest.param(severity, timeline, FIRST_ACTIONS[actions], IMPACT[impact], EVIDENCE[evidence], id=", ".join(words))
    for (severity, timeline), words in zip(
        itertools.cycle(itertools.product(("P1", "P3"), (False, True))),
        itertools.product(FIRST_ACTIONS, IMPACT, EVIDENCE),
        strict=False,
    )
    for actions, impact, evidence in [words]
]
every_variant = pytest.mark.parametrize(("severity", "timeline", "first_actions", "impact", "evidence"), VARIANTS)


def written_by_hand(
    *, status: str = "investigating", severity: str = "P1", timeline: bool = False, parts: str = ""
) -> dict[str, str]:
    """An incident as somebody writes it in a hurry."""
    files = {
        SERVICES: CATALOGUE,
        f"{FOLDER}/incident.yaml": INCIDENT.format(status=status, severity=severity) + parts,
    }
    return files | ({f"{FOLDER}/timeline.yaml": TIMELINE} if timeline else {})


@every_variant
def test_whoever_follows_the_text_gets_through_the_gate(
    repository: Callable[[Mapping[str, str]], Path],
    severity: str,
    *,
    timeline: bool,
    first_actions: str,
    impact: str,
    evidence: str,
) -> None:
    root = repository(written_by_hand(severity=severity, timeline=timeline, parts=first_actions + impact + evidence))
    ran = check(root, 0)
    assert ran.code == 1
    assert STOP in ran.out
    assert COMPLETE not in ran.out

    ran = walk(root, ran, fill_in)
    assert ran.code == 0, ran.out
    assert COMPLETE in ran.out
    assert "no findings" in ran.out


@every_variant
def test_pasting_without_filling_in_never_opens_the_gate(
    repository: Callable[[Mapping[str, str]], Path],
    severity: str,
    *,
    timeline: bool,
    first_actions: str,
    impact: str,
    evidence: str,
) -> None:
    root = repository(written_by_hand(severity=severity, timeline=timeline, parts=first_actions + impact + evidence))
    follow(root / FOLDER, remedies(check(root, 0).out), str)
    ran = check(root, 1)
    assert ran.code == 1
    assert COMPLETE not in ran.out


def blanks_of(text: str) -> list[str]:
    """The blanks that a text leaves, in the order in which they are filled in."""
    pasted = [line for remedy in remedies(text) for line in remedy.paste]
    return [blank for line in pasted for blank in re.findall("|".join(map(re.escape, FILLED)), line)]


def all_but(left: int) -> Callable[[str], str]:
    """Fills in every blank but one."""
    count = itertools.count()

    def fill(line: str) -> str:
        return re.sub(
            "|".join(map(re.escape, FILLED)), lambda blank: blank[0] if next(count) == left else FILLED[blank[0]], line
        )

    return fill


# Four sign-offs with login and note, two entries with login and text, the number and three texts of the impact, four
# of the evidence; and the change of status, whose text no gate asks for.
BLANKS = 8 + 4 + 4 + 4 + 2


@pytest.mark.parametrize("left", range(BLANKS - 1))
def test_a_single_blank_that_is_left_keeps_the_gate_shut(
    repository: Callable[[Mapping[str, str]], Path], left: int
) -> None:
    root = repository(written_by_hand())
    text = check(root, 0).out
    assert len(blanks_of(text)) == BLANKS
    follow(root / FOLDER, remedies(text), all_but(left))
    ran = check(root, 1)
    assert ran.code == 1
    assert COMPLETE not in ran.out


def test_a_declared_incident_is_told_the_same_and_nothing_is_wrong_with_it(
    repository: Callable[[Mapping[str, str]], Path],
) -> None:
    root = repository(written_by_hand(status="declared", parts=FIRST_ACTIONS["four empty lines"]))
    ran = check(root, 0)
    assert ran.code == 0
    assert STOP in ran.out
    assert "error" not in ran.out
    ran = walk(root, ran, fill_in)
    assert ran.code == 0
    assert COMPLETE in ran.out


def test_whoever_has_no_quick_mitigation_signs_with_what_was_looked_at(
    repository: Callable[[Mapping[str, str]], Path],
) -> None:
    root = repository(written_by_hand(parts=FIRST_ACTIONS["four empty lines"]))
    ran = check(root, 0)
    assert 'no quick mitigation? then no entry, and `none: "..."` instead of the note' in " ".join(ran.out.split())

    def sign(line: str) -> str:
        return fill_in(line.replace("note:", "none:") if line.startswith("  stabilize:") else line)

    todo = [remedy for remedy in remedies(ran.out) if "  kind: mitigation" not in remedy.paste]
    follow(root / FOLDER, todo, sign)
    ran = check(root, 1)
    assert ran.code == 0, ran.out
    assert COMPLETE in ran.out
    # What is found later takes nothing from that.
    timeline = root / FOLDER / "timeline.yaml"
    later = utc_text(NOW + timedelta(minutes=5))
    entry = f"- at: {later}\n  by: alice\n  kind: mitigation\n  action: rollback\n  text: Rolled back to v412\n"
    timeline.write_text(timeline.read_text() + entry)
    assert check(root, 6).code == 0


@pytest.mark.parametrize("begun", ["", "times:\nroles: {}\n"], ids=["one line", "two keys with nothing"])
def test_the_text_leads_from_a_single_line_through_the_gate(
    repository: Callable[[Mapping[str, str]], Path], begun: str
) -> None:
    root = repository({SERVICES: CATALOGUE, f"{FOLDER}/incident.yaml": f"title: Checkout is down\n{begun}"})
    ran = check(root, 0)
    assert ran.code == 1
    # What every record needs, when it was declared, who commands, and the gate.
    ran = walk(root, ran, fill_in, rounds=4)
    assert ran.code == 0, ran.out
    assert COMPLETE in ran.out
