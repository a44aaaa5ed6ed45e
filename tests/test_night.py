"""A night with a P1, from nothing to closed, typed at a real terminal; what was seen stands in the documentation.

`pytest tests/test_night.py --update` writes the blocks `terminal` of the page anew; the prose between them is by hand.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from hotwash.facts.gates import COMPLETE
from hotwash.model.time import utc_text
from tests.command import hotwash
from tests.docs.reader import ROOT
from tests.gitrepo import begin, git
from tests.terminal import COLUMNS, Session, at_terminal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PAGE = ROOT / "docs/explanation/a-night-in-a-terminal.md"
MOST_QUESTIONS = 15  # up to the end of the first actions
FILES = {
    "incidents/services.yaml": """\
checkout-api: {owner: team-checkout, tier: 1, depends_on: [payments], runbook: docs/runbooks/checkout.md}
payments: {owner: team-payments, tier: 1, runbook: docs/runbooks/payments.md}
search: {owner: team-search, tier: 2, runbook: docs/runbooks/search.md}
""",
    "incidents/policy.yaml": "format: 1\ncalendar: {time_zone: Europe/Berlin}\n",
    "docs/runbooks/checkout.md": "# Checkout\n\nRoll back first.\n",
    "docs/runbooks/payments.md": "# Payments\n\nCall the bank.\n",
    "docs/runbooks/search.md": "# Search\n\nBuild the index again.\n",
}


@dataclass(frozen=True, slots=True)
class Typed:
    """A command of the night, and what is answered to its questions.

    Attributes:
        time: What the clock shows in UTC.
        line: As it is typed.
        env: Of the terminal of somebody else.
    """

    time: str
    line: str
    answers: tuple[str, ...] = ()
    env: dict[str, str] = field(default_factory=dict)


BOB = {"HOTWASH_LOGIN": "bob"}
NIGHT = (
    Typed(
        "2026-11-23T01:58:00Z",
        "hotwash declare",
        ("Checkout returns 500 in Europe", "2", "", "alert CheckoutErrors: a third of the orders fail"),
    ),
    Typed(
        "2026-11-23T01:58:50Z",
        "hotwash first-actions",
        (
            "no",
            "31 % of EU customers cannot place an order",
            "A third of the orders in Europe is lost, forty complaints so far",
            "eu-west-1; other regions and the rest of the shop work",
            "rollback",
            "Rolling checkout-api back from v413 to v412",
            "4,102 of 4,310 errors: no free connection to payments",
            "5xx in eu-west-1 from 0.2 % to 31 % https://grafana.example/d/checkout",
            "checkout-api v413 reached eu-west-1 at 01:50 UTC",
            "",
            "",
        ),
    ),
    Typed("2026-11-23T02:03:00Z", "hotwash status"),
    Typed(
        "2026-11-23T02:06:00Z",
        "hotwash log --kind finding",
        ("v413 has a pool of 4 connections to payments, v412 had 40", "error-pattern", "confirmed"),
    ),
    Typed("2026-11-23T02:07:00Z", "hotwash log --kind finding --about cascade --state ruled-out 'Nothing else fails'"),
    Typed("2026-11-23T02:08:00Z", "hotwash set status=identified --reason 'v413 cut the pool to payments'"),
    Typed("2026-11-23T02:12:00Z", "hotwash mitigate", ("effective", "yes")),
    Typed("2026-11-23T02:13:00Z", "hotwash update", ("", "", "2h")),
    Typed("2026-11-23T02:20:00Z", "hotwash handover", ("", "bob", "v412 runs everywhere; v414 is in the making")),
    Typed("2026-11-23T02:21:00Z", "hotwash handover", ("yes",), BOB),
    Typed(
        "2026-11-23T03:10:00Z",
        "hotwash fix",
        (
            "v414 is v413 with a pool of 40",
            "https://git.example/shop/checkout/pull/414",
            "yes",
            "In staging, with the load of production replayed",
            "One server, then the region, then the others",
            "bob watches 5xx and the waiting requests",
            "Back to v412, a quarter of an hour in a region",
            "The pull request and docs/runbooks/checkout.md",
        ),
        BOB,
    ),
    Typed("2026-11-23T03:50:00Z", "hotwash resolve", ("", "", "", ""), BOB),
    Typed(
        "2026-11-24T09:00:00Z",
        "hotwash action add",
        ("Refuse a pool that is smaller than the load needs", "prevent", "carol", "3w", ""),
    ),
    Typed(
        "2026-11-24T09:10:00Z",
        "hotwash postmortem",
        (
            "configuration",
            "v413 reached eu-west-1 with a new settings file",
            "Nothing compares the size of a pool with the load",
            "docs/runbooks/checkout.md",
            "We rolled back before we searched for the reason",
            "One number in a large change took a region down",
            "The rollout had reached one region only",
            "What must fit the load is compared with it by a machine",
        ),
    ),
    Typed("2026-11-24T11:00:00Z", "hotwash postmortem --publish", ("bob",)),
    Typed("2026-11-24T11:05:00Z", "hotwash close", ("",)),
)


@dataclass(frozen=True, slots=True)
class Night:
    """What is left of the night: the repository, and what was seen."""

    root: Path
    sessions: tuple[Session, ...]


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    root = begin(tmp_path_factory.mktemp("night") / "shop", FILES)
    git(root, "config", "user.name", "alice")
    git(root, "config", "user.email", "alice@shop.example")
    sessions = []
    for typed in NIGHT:
        session = at_terminal(
            shlex.split(typed.line)[1:], typed.answers, cwd=root, time=typed.time.replace("Z", "+00:00"), env=typed.env
        )
        assert session.code == 0, session.text
        sessions.append(session)
    return Night(root, tuple(sessions))


def test_it_is_closed_by_commands_alone(night: Night) -> None:
    (incident,) = (night.root / "incidents/2026").iterdir()
    assert sorted(file.name for file in incident.iterdir()) == [
        "action-items.yaml",
        "incident.yaml",
        "postmortem.md",
        "timeline.yaml",
    ]
    assert "\nstatus: closed\n" in (incident / "incident.yaml").read_text(encoding="utf-8")
    assert git(night.root, "status", "--porcelain", "--untracked-files=all") == ""
    assert list((night.root / ".hotwash/kept").iterdir()) == []


def test_fifteen_questions_at_most_open_the_gate(night: Night) -> None:
    complete = next(index for index, session in enumerate(night.sessions) if COMPLETE in session.text)
    asked = [question for session in night.sessions[: complete + 1] for question in session.questions]
    assert len(asked) <= MOST_QUESTIONS, asked
    assert "DID YOU COMPLETE FIRST ACTIONS? Yes / No" in asked
    # No question that was answered was asked again.
    assert all(session.text.count("\n! ") == 0 for session in night.sessions)


def test_every_commit_passes_check_against_the_one_before(night: Night) -> None:
    commits = git(night.root, "log", "--reverse", "--format=%H %cI %s").splitlines()
    assert len(commits) == 1 + sum("status" not in typed.line.split()[1] for typed in NIGHT) + 3
    for before, line in pairwise(commits):
        base, (head, at, subject) = before.split(" ")[0], line.split(" ", 2)
        assert re.fullmatch(r"[a-z-]+ 2026-11-23-checkout-returns-500-in-europe", subject)
        now = utc_text(datetime.fromisoformat(at) + timedelta(seconds=30))
        ran = hotwash("-C", str(night.root), "check", "--base", base, "--head", head, "--now", now)
        assert ran.code == 0, (subject, ran.out)


def test_the_gate_was_passed_in_time(night: Night) -> None:
    ran = hotwash(
        "-C", str(night.root), "check", "2026-11-23-checkout-returns-500-in-europe", "--now", "2026-11-24T11:10:00Z"
    )
    assert COMPLETE in ran.out
    assert "no findings" in ran.out


def test_nothing_is_wider_than_the_terminal(night: Night) -> None:
    assert [line for session in night.sessions for line in session.text.splitlines() if len(line) > COLUMNS] == []


# They change with every byte of what is written, and say nothing to a reader.
_COMMIT = re.compile(r"(?<=: )[0-9a-f]{7}(?= on main)")


def test_the_page_shows_what_was_seen(night: Night, golden: Callable[[Path, str], None]) -> None:
    shown = zip(NIGHT, night.sessions, strict=True)
    blocks = [f"$ {typed.line}\n{_COMMIT.sub('5c1e0d2', session.text)}\n" for typed, session in shown]
    page = PAGE.read_text(encoding="utf-8")
    found = list(re.finditer(r"^```terminal\n(.*?)^```$", page, re.DOTALL | re.MULTILINE))
    assert len(found) == len(blocks), "the page has a block for each command of the night, and no other"
    for place, block in zip(reversed(found), reversed(blocks), strict=True):
        page = f"{page[: place.start(1)]}{block}{page[place.end(1) :]}"
    golden(PAGE, page)
