"""What commands that write do at the edges: nobody to ask, nobody known, a shut gate, broken records, people who leave."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.gitrepo import begin, git
from tests.terminal import CTRL_C, CTRL_D, Session, at_terminal, typed

if TYPE_CHECKING:
    from tests.command import Ran

FILES = {
    "incidents/services.yaml": "checkout-api: {owner: team-checkout, runbook: docs/runbooks/checkout.md}\n",
    "docs/runbooks/checkout.md": "Roll back first\n",
}
ID = "2026-11-23-checkout-500"
FOLDER = f"incidents/2026/{ID}"
TIME = "2026-11-23T03:00:00+00:00"
DECLARE = (
    "declare",
    "--title",
    "Checkout 500",
    "--severity",
    "P1",
    "--services",
    "checkout-api",
    "--slug",
    "checkout-500",
)
FIRST_ACTIONS = (
    *("first-actions", "--users", "12400 cannot pay", "--business", "Orders are lost", "--scope", "Europe only"),
    *("--quick-fix", "rollback", "--did", "Rolled back to v412"),
    *("--logs", "The pool is empty", "--metrics", "5xx at 31 %", "--changes", "v413 at 02:50"),
    *("--engineers", "We rolled back", "--stakeholders", "Europe cannot pay"),
)
FIX = (
    *("fix", "--text", "A pool of 40", "--minimal", "yes", "--tested", "In staging", "--rollout", "At once"),
    *("--monitored-by", "alice", "--rollback-plan", "Back to v412", "--documented-in", "The pull request"),
)


class Shop:
    """A clone of somebody who is called alice."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def typed(self, *arguments: str, time: str = TIME, stdin: str | None = None, **env: str) -> Ran:
        return typed(*arguments, cwd=self.root, time=time, env=env, stdin=stdin)

    def asked(self, *arguments: str, answers: tuple[str, ...], time: str = TIME, **env: str) -> Session:
        return at_terminal(arguments, answers, cwd=self.root, time=time, seconds=0, env=env)

    @property
    def entries(self) -> str:
        folder = self.root / FOLDER / "timeline.d"
        return "\n".join(file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.yaml")))

    @property
    def kept(self) -> list[Path]:
        return sorted((self.root / ".hotwash/kept").glob("*.json"))


@pytest.fixture(scope="module")
def declared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = begin(tmp_path_factory.mktemp("declared") / "shop", FILES)
    git(root, "config", "user.name", "alice")
    git(root, "config", "user.email", "alice@shop.example")
    assert typed(*DECLARE, cwd=root, time=TIME).code == 0
    return root


@pytest.fixture
def shop(declared: Path, tmp_path: Path) -> Shop:
    """An incident was just declared."""
    return Shop(Path(shutil.copytree(declared, tmp_path / "shop")))


def test_without_a_terminal_all_that_is_missing_is_named_at_once(shop: Shop) -> None:
    ran = shop.typed("declare", "--severity", "P1")
    assert (ran.code, ran.out) == (2, "")
    assert "there is no terminal to ask at, and no --title, --services\n" in ran.err
    assert "--from FILE" in ran.err


def test_an_option_that_cannot_be_read_says_why(shop: Shop) -> None:
    ran = shop.typed("declare", "--title", "X", "--severity", "P1", "--services", "chekout-api")
    assert ran.code == 2
    assert "--services: no service is called chekout-api; did you mean checkout-api?" in ran.err


def test_an_option_that_is_not_asked_for_is_not_passed_over(shop: Shop) -> None:
    ran = shop.typed("log", "--kind", "note", "--text", "All is well", "--state", "open")
    assert ran.code == 2
    assert "--state has no place here" in ran.err
    assert "All is well" not in shop.entries


def test_who_is_not_known_is_asked_once_and_told_how_to_be_known(shop: Shop) -> None:
    git(shop.root, "config", "user.name", "Alice Example")
    git(shop.root, "config", "user.email", "")
    ran = shop.typed("log", "--text", "All is well")
    assert ran.code == 2
    assert "nobody says who writes this" in ran.err
    session = shop.asked("log", "--text", "All is well", "--kind", "note", answers=("not a login", "alice"))
    assert session.code == 0
    assert "git config --global hotwash.login alice" in session.text
    assert "by: alice" in shop.entries


@pytest.mark.parametrize(
    ("arguments", "env", "by"),
    [
        (("--by", "carol"), {"HOTWASH_LOGIN": "bob"}, "by: carol\n"),
        ((), {"HOTWASH_LOGIN": "bob"}, "by: bob\n"),
        ((), {}, "by: alice\n"),
    ],
)
def test_who_it_was_is_what_is_said_most_plainly(
    shop: Shop, arguments: tuple[str, ...], env: dict[str, str], by: str
) -> None:
    assert shop.typed("log", "All is well", *arguments, **env).code == 0
    assert by in shop.entries


def test_a_sentence_alone_is_a_note(shop: Shop) -> None:
    ran = shop.typed("log", "restarted the workers", "--at", "-5m")
    assert ran.code == 0
    assert "at 02:55 UTC, 5 min ago" in ran.err
    assert "at: 2026-11-23T02:55Z\nby: alice\nkind: note\ntext: restarted the workers\n" in shop.entries


def test_lines_that_are_pasted_are_one_answer(shop: Shop) -> None:
    pasted = "\x1b[200~Traceback (most recent call last):\n  File x, line 1\nValueError: pool\x1b[201~"
    session = shop.asked("log", "--kind", "note", answers=(pasted,))
    assert session.code == 0
    assert "text: |-\n  Traceback (most recent call last):\n    File x, line 1\n  ValueError: pool\n" in shop.entries


def test_a_word_alone_is_taken_for_an_id_and_the_way_on_is_told(shop: Shop) -> None:
    ran = shop.typed("log", "restarted", "the", "workers")
    assert ran.code == 2
    assert "no incident is called restarted" in ran.err
    assert "hotwash log --text 'restarted the workers'" in ran.err


def test_a_fix_before_the_gate_is_open_says_stop_and_needs_a_reason(shop: Shop) -> None:
    ran = shop.typed(*FIX)
    assert ran.code == 2
    assert "⛔ STOP: first actions are not complete (0 of 4)\n  - assess severity and user impact" in ran.err
    assert "no --ahead-of-gate\n" in ran.err

    session = shop.asked("fix", answers=("soon", "Every order fails, and it is one line", CTRL_C))
    assert session.code == 130
    assert session.questions[0] == "stop)"
    assert "! say it in 10 characters or more" in session.text

    assert shop.typed(*FIX, "--ahead-of-gate", "Every order fails, and it is one line").code == 0
    assert "ahead_of_gate: Every order fails, and it is one line" in shop.entries
    later = "2026-11-23T03:04:00+00:00"
    ran = shop.typed(*FIRST_ACTIONS, time=later)
    assert (ran.code, "⚠ STOP gate passed late: the fix came 4 min before it" in ran.out) == (0, True)


def test_a_cause_that_is_confirmed_before_the_gate_is_open_says_stop(shop: Shop) -> None:
    session = shop.asked(
        "log", "--kind", "finding", answers=("The pool is too small", "root-cause", "confirmed", CTRL_C)
    )
    assert session.code == 130
    assert "⛔ STOP: first actions are not complete (0 of 4)" in session.text
    assert session.questions[-1] == "stop)"


def test_who_declares_sees_what_is_open_already(shop: Shop) -> None:
    session = shop.asked("declare", answers=(CTRL_C,))
    assert f"open already: {ID} P1 declared: Checkout 500" in session.text


def test_the_first_actions_end_with_what_is_missing(shop: Shop) -> None:
    ran = shop.typed("first-actions", "--logs", "none: Loki is down tonight", "--metrics", "5xx", "--changes", "v413")
    assert ran.code == 1
    assert "⛔ STOP: first actions are not complete (1 of 4)\n  - assess severity and user impact is not" in ran.out
    ran = shop.typed("first-actions", "--logs", "The pool is empty")
    assert ran.code == 2
    assert "gather is signed off already: --logs cannot be taken" in ran.err


def test_who_has_no_quick_fix_says_what_was_looked_at(shop: Shop) -> None:
    answers = (
        "no",
        "12400 cannot pay",
        "Orders are lost",
        "Europe",
        "none",
        "Nothing was deployed, and no load",
        CTRL_D,
    )
    session = shop.asked("first-actions", answers=answers)
    assert session.code == 130
    record = (shop.root / FOLDER / "incident.yaml").read_text(encoding="utf-8")
    assert "none: Nothing was deployed, and no load}" in record.replace('"', "")
    assert shop.kept == []  # nothing was typed that has not landed


@pytest.mark.parametrize("place", [3, 5, 8, 10])
def test_who_leaves_the_first_actions_goes_on_from_there(shop: Shop, place: int) -> None:
    answers = (
        *("yes", "12400 cannot pay", "Orders are lost", "Europe only", "rollback", "Rolled back to v412"),
        *("The pool is empty", "5xx at 31 %", "v413 at 02:50", "We rolled back", "Europe cannot pay"),
    )
    left = shop.asked("first-actions", answers=(*answers[:place], CTRL_C))
    assert left.code == 130
    (kept,) = shop.kept
    again = shop.asked("first-actions", "--from", str(kept.relative_to(shop.root)), answers=answers[place:])
    assert again.code == 0
    assert "✅ Initial assessment complete" in again.text
    assert shop.kept == []
    record = (shop.root / FOLDER / "incident.yaml").read_text(encoding="utf-8")
    for answer in answers[1:]:
        assert answer.removeprefix("12400 ") in record + shop.entries or answer == "rollback"


def test_a_mitigation_that_nobody_has_looked_at_is_asked_about_first(shop: Shop) -> None:
    assert shop.typed(*FIRST_ACTIONS).code == 0
    session = shop.asked("mitigate", answers=("", ""))
    assert session.code == 0
    assert "A second one now hides which of the two did it." in session.text
    assert "outcome: pending" in shop.entries
    assert shop.kept == []
    ran = shop.typed("mitigate", "--action", "restart", "--text", "Restarted all")
    assert ran.code == 0
    assert "warning: nobody has said yet whether the last one helped: Rolled back to v412" in ran.err
    assert "kind: mitigation\naction: restart" in shop.entries


def test_what_did_harm_is_answered_by_what_comes_next(shop: Shop) -> None:
    assert shop.typed(*FIRST_ACTIONS).code == 0
    assert shop.typed("mitigate", "--outcome", "harmful", time="2026-11-23T03:05:00+00:00").code == 0
    session = shop.asked(
        "mitigate", answers=("failover", "Moved to the other region"), time="2026-11-23T03:06:00+00:00"
    )
    assert session.code == 0
    assert "answers: 0300-" in shop.entries


def test_broken_records_take_entries_all_the_same(shop: Shop) -> None:
    (shop.root / FOLDER / "timeline.yaml").write_text("- at: {\n", encoding="utf-8")
    for arguments in (
        ("log", "Still at work"),
        ("update", "--engineers", "Still at work"),
        ("mitigate", "--action", "restart", "--text", "Still at work"),
    ):
        ran = shop.typed(*arguments)
        assert (ran.code, "unreadable (hotwash check says why)" in ran.err) == (0, True)
    assert shop.entries.count("text: Still at work") == 3
    ran = shop.typed("first-actions")
    assert ran.code == 2
    assert "cannot be read as it is" in ran.err


def test_a_secret_is_shown_nowhere_once_it_is_typed(shop: Shop) -> None:
    token = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEZ"
    ran = shop.typed("update", "--engineers", f"aws_secret_access_key = {token}")
    assert ran.code == 0
    assert token not in ran.out + ran.err + shop.entries


def test_text_of_records_is_harmless_in_questions_and_results(shop: Shop) -> None:
    ran = shop.typed("set", "title=::error::Checkout \x1b[31m500\u202e")
    assert ran.code == 0
    record = (shop.root / FOLDER / "incident.yaml").read_text(encoding="utf-8")
    assert "::error::Checkout 500" in record
    ran = shop.typed("update", "--engineers", "\x1b]0;gone\x07::warning:: we look\x07 on")
    assert ran.code == 0
    session = shop.asked("update", answers=("Still at it", ""))
    assert "we look\\u0007 on" in ran.out
    for text in (ran.out, ran.err, session.text):
        assert "\x1b" not in text
        assert "\u202e" not in text
        assert "\n::" not in text


def test_what_the_records_do_not_take_is_kept_and_named(shop: Shop) -> None:
    ran = shop.typed(*DECLARE, time="2026-11-23T03:01:00+00:00")
    assert ran.code == 1
    (kept,) = shop.kept
    assert str(kept) in ran.err
    assert json.loads(kept.read_bytes())["title"] == "Checkout 500"
    ran = shop.typed("log", "Something else")
    assert ran.code == 0
    assert f"hotwash declare --from .hotwash/kept/{kept.name}\n" in ran.err


def test_a_command_with_nothing_typed_leaves_nothing(shop: Shop) -> None:
    ran = shop.typed("handover", "--accept")
    assert ran.code == 1
    assert "no role of" in ran.err
    assert shop.kept == []


@pytest.mark.parametrize(
    ("file", "told"),
    [
        ("- a\n- b\n", "stdin is no mapping of key: value"),
        ("title: [\n", "stdin: "),
        ("texts: {enginers: We look on}\n", "enginers"),
        ("texts: {engineers: We look on}\nat: yesterday\n", "not a time: write 2026-11-23T08:41:00Z"),
    ],
)
def test_a_file_that_is_no_request_says_what_is_wrong(shop: Shop, file: str, told: str) -> None:
    ran = shop.typed("update", "--from", "-", stdin=file)
    assert ran.code == 2
    assert told in ran.err


def test_answers_of_a_file_and_options_go_together(shop: Shop) -> None:
    ran = shop.typed("update", "--from", "-", "--stakeholders", "Orders fail", stdin="texts: {engineers: We look on}\n")
    assert ran.code == 0
    assert "audience: engineers" in shop.entries
    assert "audience: stakeholders" in shop.entries


def test_a_key_that_nobody_knows_gets_the_nearest_one(shop: Shop) -> None:
    ran = shop.typed("set", "severty=P0")
    assert ran.code == 2
    assert "severty: did you mean severity?" in ran.err
    assert shop.typed("set", "times.started=02:40", "roles.communications=bob", "labels.team=pay").code == 0
    record = (shop.root / FOLDER / "incident.yaml").read_text(encoding="utf-8")
    assert "started: 2026-11-23T02:40Z" in record
    assert "communications: bob" in record


def test_where_it_is_pushed_is_told(shop: Shop, tmp_path: Path) -> None:
    git(shop.root, "clone", "--quiet", "--bare", ".", str(tmp_path / "hub.git"))
    git(shop.root, "remote", "add", "origin", str(tmp_path / "hub.git"))
    git(shop.root, "fetch", "--quiet", "origin")
    ran = shop.typed("log", "offline for now")
    assert (ran.code, "on main, not pushed\n" in ran.out) == (0, True)
    ran = shop.typed("log", "and back again", "--push", time="2026-11-23T03:01:00+00:00")
    assert (ran.code, "on main, pushed\n" in ran.out) == (0, True)
    assert git(tmp_path / "hub.git", "log", "--format=%s", "main").splitlines()[:2] == [f"log {ID}"] * 2

    hook = tmp_path / "hub.git/hooks/pre-receive"
    hook.write_text("#!/bin/sh\necho nothing tonight >&2\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    ran = shop.typed("log", "not taken", "--push", time="2026-11-23T03:02:00+00:00")
    assert (ran.code, "on main, not pushed\n" in ran.out) == (1, True)
    assert "not pushed: the remote does not take it" in ran.err
