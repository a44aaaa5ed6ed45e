"""Each command that writes, in its three ways: questions at a terminal, options, a file. All write the same bytes."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.gitrepo import begin, git
from tests.terminal import CTRL_C, at_terminal, typed

SERVICES = """\
checkout-api: {owner: team-checkout, tier: 1, depends_on: [payments], runbook: docs/runbooks/checkout.md}
payments: {owner: team-payments, tier: 1, runbook: docs/runbooks/checkout.md}
"""
FILES = {"incidents/services.yaml": SERVICES, "docs/runbooks/checkout.md": "Roll back first\n"}
ID = "2026-11-23-checkout-500"
BOB = {"HOTWASH_LOGIN": "bob"}
LONG = "Nothing compares the size of a pool with the load"


@dataclass(frozen=True, slots=True)
class Way:
    """A command, and the same answers in its three ways.

    Attributes:
        name: Of the test.
        stage: After which of the steps before.
        time: When it is typed.
        arguments: What all three have.
        answers: At a terminal, one a question.
        flags: As a script gives them.
        file: As a file holds them.
        code: The exit code.
    """

    name: str
    stage: str
    time: str
    arguments: tuple[str, ...]
    answers: tuple[str, ...]
    flags: tuple[str, ...]
    file: dict[str, Any]
    code: int = 0
    env: dict[str, str] = field(default_factory=dict)


WAYS = (
    Way(
        "declare",
        "nothing",
        "02:58",
        ("declare",),
        ("Checkout 500", "P1", "", "1 CheckoutErrors fires"),
        (
            "--title",
            "Checkout 500",
            "--severity",
            "P1",
            "--services",
            "checkout-api",
            "--via",
            "alert CheckoutErrors fires",
        ),
        {
            "title": "Checkout 500",
            "severity": "P1",
            "services": ["checkout-api"],
            "via": "alert",
            "noticed": "CheckoutErrors fires",
        },
    ),
    Way(
        "dismiss",
        "declared",
        "03:10",
        ("dismiss",),
        ("A probe was misconfigured",),
        ("--reason", "A probe was misconfigured"),
        {"reason": "A probe was misconfigured"},
    ),
    Way(
        "log",
        "investigating",
        "03:05",
        ("log",),
        ("finding", "All errors name the pool", "1", "confirmed"),
        ("--kind", "finding", "--text", "All errors name the pool", "--about", "error-pattern", "--state", "confirmed"),
        {
            "entry": {
                "kind": "finding",
                "text": "All errors name the pool",
                "about": "error-pattern",
                "state": "confirmed",
            }
        },
    ),
    Way(
        "update",
        "investigating",
        "03:06",
        ("update",),
        ("v413 has a pool of 4", "We found the reason"),
        ("--engineers", "v413 has a pool of 4", "--stakeholders", "We found the reason"),
        {"texts": {"engineers": "v413 has a pool of 4", "stakeholders": "We found the reason"}},
    ),
    Way(
        "outcome",
        "investigating",
        "03:07",
        ("mitigate",),
        ("ineffective", "no"),
        ("--outcome", "ineffective"),
        {"op": "outcome", "outcome": "ineffective"},
    ),
    Way(
        "mitigate",
        "useless",
        "03:08",
        ("mitigate",),
        ("restart", "Restarted all workers"),
        ("--action", "restart", "--text", "Restarted all workers"),
        {"action": "restart", "text": "Restarted all workers"},
    ),
    Way(
        "fix",
        "investigating",
        "03:20",
        ("fix",),
        (
            "A pool of 40",
            "",
            "no: it moves the settings too",
            "In staging",
            "One server first",
            "alice",
            "Back to v412",
            "The pull request",
        ),
        (
            *("--text", "A pool of 40", "--minimal", "no: it moves the settings too", "--tested", "In staging"),
            *("--rollout", "One server first", "--monitored-by", "alice", "--rollback-plan", "Back to v412"),
            *("--documented-in", "The pull request"),
        ),
        {
            "text": "A pool of 40",
            "minimal": {"none": "it moves the settings too"},
            "tested": "In staging",
            "rollout": "One server first",
            "monitored_by": "alice",
            "rollback_plan": "Back to v412",
            "documented_in": "The pull request",
        },
    ),
    Way(
        "set",
        "investigating",
        "03:20",
        ("set",),
        ("severity", "P0", "The US is hit too"),
        ("severity=P0", "--reason", "The US is hit too"),
        {"values": {"severity": "P0"}, "reason": "The US is hit too"},
    ),
    Way(
        "handover",
        "investigating",
        "03:20",
        ("handover",),
        ("", "bob", "The rollback is out"),
        ("--role", "commander", "--to", "bob", "--text", "The rollback is out"),
        {"role": "commander", "to": "bob", "text": "The rollback is out"},
    ),
    Way(
        "accept",
        "offered",
        "03:21",
        ("handover",),
        ("yes",),
        ("--accept",),
        {"op": "accept"},
        env=BOB,
    ),
    Way(
        "resolve",
        "monitoring",
        "03:40",
        ("resolve",),
        ("1", "The rollback holds", "It is over", "All can pay again"),
        (
            *("--how", "mitigated", "--note", "The rollback holds"),
            *("--engineers", "It is over", "--stakeholders", "All can pay again"),
        ),
        {
            "how": "mitigated",
            "note": "The rollback holds",
            "texts": {"engineers": "It is over", "stakeholders": "All can pay again"},
        },
    ),
    Way(
        "postmortem",
        "resolved",
        "09:00",
        ("postmortem",),
        (
            "2",
            "v413 went out",
            LONG,
            "none: it says so already",
            "The rollback",
            "The pool",
            "Only one region",
            "Compare it",
        ),
        (
            *("--category", "configuration", "--trigger", "v413 went out", "--cause", LONG),
            *("--runbook", "none: it says so already", "--what-went-well", "The rollback"),
            *("--what-went-badly", "The pool", "--where-we-got-lucky", "Only one region", "--lessons", "Compare it"),
        ),
        {
            "root_causes": [{"category": "configuration", "trigger": "v413 went out", "statement": LONG}],
            "runbooks": {"none": "it says so already"},
            "sections": {
                "What went well": "The rollback",
                "What went badly": "The pool",
                "Where we got lucky": "Only one region",
                "Lessons": "Compare it",
            },
        },
    ),
    Way(
        "publish",
        "written",
        "09:10",
        ("postmortem", "--publish"),
        ("bob",),
        ("--reviewed-by", "bob"),
        {"op": "publish", "reviewed_by": "bob"},
    ),
    Way(
        "action-add",
        "resolved",
        "09:20",
        ("action", "add"),
        ("Compare pools with the load", "prevent", "", "2w", ""),
        (
            "--title",
            "Compare pools with the load",
            "--kind",
            "prevent",
            "--owner",
            "alice",
            "--due",
            "2026-12-07",
            "--priority",
            "P1",
        ),
        {
            "title": "Compare pools with the load",
            "kind": "prevent",
            "owner": "alice",
            "due": "2026-12-07",
            "priority": "P1",
        },
    ),
    Way(
        "action-none",
        "resolved",
        "09:20",
        ("action", "none"),
        ("All of it was done already",),
        ("--reason", "All of it was done already"),
        {"none": "All of it was done already"},
    ),
    Way(
        "action-start",
        "items",
        "09:30",
        ("action", "start"),
        ("",),
        ("AI-1",),
        {"item": "AI-1"},
    ),
    Way(
        "action-done",
        "items",
        "09:30",
        ("action", "done"),
        ("ai-1", "docs/runbooks/checkout.md: Roll back"),
        ("AI-1", "--proof", "docs/runbooks/checkout.md: Roll back"),
        {"item": "AI-1", "proof": {"file": "docs/runbooks/checkout.md", "contains": "Roll back"}},
    ),
    Way(
        "action-drop",
        "items",
        "09:30",
        ("action", "drop"),
        ("1", "It would cost more than it saves"),
        ("AI-1", "--reason", "It would cost more than it saves"),
        {"item": "AI-1", "reason": "It would cost more than it saves"},
    ),
    Way(
        "close",
        "published",
        "09:40",
        ("close",),
        ("",),
        ("--root-cause", LONG),
        {"root_cause": LONG},
    ),
)
# How each stage follows from the one before: its name, when, and what is typed.
STAGES: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("declared", "nothing", "02:58", ("declare", "--slug", "checkout-500", *WAYS[0].flags)),
    (
        "investigating",
        "declared",
        "02:59",
        (
            *("first-actions", "--users", "12400 EU customers cannot pay", "--business", "Orders are lost"),
            *("--scope", "Europe only", "--quick-fix", "rollback", "--did", "Rolled back to v412"),
            *("--logs", "The pool is empty", "--metrics", "5xx at 31 %", "--changes", "v413 at 02:50"),
            *("--engineers", "We rolled back", "--stakeholders", "Europe cannot pay"),
        ),
    ),
    ("useless", "investigating", "03:07", ("mitigate", "--outcome", "ineffective")),
    ("offered", "investigating", "03:20", ("handover", "--role", "commander", "--to", "bob", "--text", "Take over")),
    ("monitoring", "investigating", "03:30", ("mitigate", "--outcome", "effective", "--over", "yes")),
    ("resolved", "monitoring", "03:40", ("resolve", *next(way for way in WAYS if way.name == "resolve").flags)),
    ("items", "resolved", "09:20", ("action", "add", *next(way for way in WAYS if way.name == "action-add").flags)),
    ("written", "items", "09:25", ("postmortem", *next(way for way in WAYS if way.name == "postmortem").flags)),
    ("published", "written", "09:30", ("postmortem", "--publish", "--reviewed-by", "bob")),
)


def at(time: str) -> str:
    return f"2026-11-23T{time}:00+00:00"


@pytest.fixture(scope="module")
def stages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The incident as it stands after each of the steps before."""
    top = tmp_path_factory.mktemp("stages")
    nothing = begin(top / "nothing", FILES)
    git(nothing, "config", "user.name", "alice")
    git(nothing, "config", "user.email", "alice@shop.example")
    made = {"nothing": nothing}
    for name, before, time, arguments in STAGES:
        made[name] = Path(shutil.copytree(made[before], top / name))
        ran = typed(*arguments, cwd=made[name], time=at(time))
        assert ran.code == 0, (name, ran)
    return made


def records(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted((root / "incidents").rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_a_command_writes_the_same_in_all_three_ways(way: Way, stages: dict[str, Path], tmp_path: Path) -> None:
    asked, told, read = (
        Path(shutil.copytree(stages[way.stage], tmp_path / name)) for name in ("asked", "told", "read")
    )
    session = at_terminal(way.arguments, way.answers, cwd=asked, time=at(way.time), seconds=0, env=way.env)
    assert session.code == way.code, session.text
    assert max(map(len, session.text.splitlines())) <= 80

    ran = typed(*way.arguments, *way.flags, cwd=told, time=at(way.time), env=way.env)
    assert ran.code == way.code, ran
    assert f"✓ {way.arguments[0]}: " in ran.out

    file = json.dumps(way.file)
    ran = typed(*way.arguments, "--from", "-", cwd=read, time=at(way.time), env=way.env, stdin=file)
    assert ran.code == way.code, ran

    assert records(asked) != records(stages[way.stage])
    assert records(told) == records(asked)
    assert records(read) == records(asked)
    for root in (asked, told, read):
        assert git(root, "status", "--porcelain", "--untracked-files=all") == ""
        assert list((root / ".hotwash/kept").iterdir()) == []


LEFT = {"declare": (1, 2, 3), "fix": (2, 7), "postmortem": (1, 5)}


@pytest.mark.parametrize(
    ("way", "place"),
    [(way, place) for way in WAYS for place in LEFT.get(way.name, ())],
    ids=lambda value: value.name if isinstance(value, Way) else str(value),
)
def test_who_leaves_at_a_question_goes_on_from_there(
    way: Way, place: int, stages: dict[str, Path], tmp_path: Path
) -> None:
    left, whole = (Path(shutil.copytree(stages[way.stage], tmp_path / name)) for name in ("left", "whole"))
    at_terminal(way.arguments, way.answers, cwd=whole, time=at(way.time), seconds=0)

    session = at_terminal(way.arguments, (*way.answers[:place], CTRL_C), cwd=left, time=at(way.time), seconds=0)
    assert session.code == 130
    assert records(left) == records(stages[way.stage])
    (kept,) = (left / ".hotwash/kept").iterdir()
    assert f"hotwash {way.arguments[0]} --from .hotwash/kept/{kept.name}" in session.text.replace("\n", "")

    again = at_terminal(
        (*way.arguments, "--from", f".hotwash/kept/{kept.name}"),
        way.answers[place:],
        cwd=left,
        time=at(way.time),
        seconds=0,
    )
    assert again.code == 0
    assert len(again.questions) == len(way.answers) - place
    assert records(left) == records(whole)
    assert not kept.exists()
