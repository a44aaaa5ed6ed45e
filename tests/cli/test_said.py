"""Nothing is recorded that nobody said; and whoever says something too little, too late or in the wrong place is told so.

What Enter takes at a terminal was read by somebody. A script has read nothing, so that it says itself what it means.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.test_writing import DECLARE, FILES, FIRST_ACTIONS, FIX, FOLDER, ID, TIME, Shop
from tests.gitrepo import begin, git
from tests.terminal import CTRL_C, typed

POLICY = "format: 1\ncalendar: {time_zone: Europe/Berlin}\n"


@pytest.fixture(scope="module")
def stages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Clones as the night goes on: the incident was declared, its gate is open, it is over."""
    root = begin(tmp_path_factory.mktemp("said") / "declared", FILES | {"incidents/policy.yaml": POLICY})
    git(root, "config", "user.name", "alice")
    git(root, "config", "user.email", "alice@shop.example")
    assert typed(*DECLARE, cwd=root, time=TIME).code == 0
    is_open = Path(shutil.copytree(root, root.parent / "open"))
    assert typed(*FIRST_ACTIONS, cwd=is_open, time=TIME).code == 0
    over = Path(shutil.copytree(is_open, root.parent / "over"))
    end = ("--how", "mitigated", "--note", "It held", "--mitigated", "now", "--outcome", "effective")
    told = ("--engineers", "It is over", "--stakeholders", "It is over")
    assert typed("resolve", *end, *told, cwd=over, time="2026-11-23T04:00:00+00:00").code == 0
    return {"declared": root, "open": is_open, "over": over}


@pytest.fixture
def declared(stages: dict[str, Path], tmp_path: Path) -> Shop:
    return Shop(Path(shutil.copytree(stages["declared"], tmp_path / "shop")))


@pytest.fixture
def opened(stages: dict[str, Path], tmp_path: Path) -> Shop:
    return Shop(Path(shutil.copytree(stages["open"], tmp_path / "shop")))


@pytest.fixture
def over(stages: dict[str, Path], tmp_path: Path) -> Shop:
    return Shop(Path(shutil.copytree(stages["over"], tmp_path / "shop")))


def incident(shop: Shop) -> str:
    return (shop.root / FOLDER / "incident.yaml").read_text(encoding="utf-8")


def test_a_script_that_does_not_say_how_it_was_noticed_records_none_of_it(declared: Shop) -> None:
    assert declared.entries == ""


def test_a_script_names_the_services_itself(declared: Shop) -> None:
    ran = declared.typed("declare", "--title", "Checkout is slow", "--severity", "P1")
    assert ran.code == 2
    assert "no --services\n" in ran.err


@pytest.mark.parametrize(
    ("arguments", "lacks"),
    [
        (("update",), "--engineers"),
        (FIX[:3] + FIX[5:], "--minimal"),
        (("resolve",), "--how, --note, --mitigated, --outcome, --engineers, --stakeholders"),
        (("action", "add", "--title", "A check of the pool", "--kind", "prevent"), "--owner, --due"),
    ],
)
def test_what_a_person_would_be_offered_a_script_has_to_say(
    opened: Shop, arguments: tuple[str, ...], lacks: str
) -> None:
    before = git(opened.root, "rev-parse", "HEAD")
    ran = opened.typed(*arguments)
    assert ran.code == 2
    assert f"there is no terminal to ask at, and no {lacks}\n" in ran.err
    assert git(opened.root, "rev-parse", "HEAD") == before


def test_who_is_not_told_is_not_said_to_have_been_told(declared: Shop) -> None:
    ran = declared.typed(*FIRST_ACTIONS[:-2])
    assert ran.code == 2
    assert "no --stakeholders\n" in ran.err
    assert declared.entries == ""


def test_an_update_for_engineers_tells_nobody_else(opened: Shop) -> None:
    assert opened.typed("mitigate", "--outcome", "effective", "--over", "yes").code == 0
    ran = opened.typed("update", "--engineers", "The pool is full again", time="2026-11-23T03:10:00+00:00")
    assert ran.code == 0
    assert "--- stakeholders ---" not in ran.out
    assert "It works again" not in opened.entries


def test_that_it_helped_is_not_that_it_is_over(opened: Shop) -> None:
    assert opened.typed("mitigate", "--outcome", "effective").code == 0
    assert "outcome: effective" in opened.entries
    assert "status: investigating" in incident(opened)
    assert "mitigated" not in incident(opened)


def test_what_is_offered_can_be_left_out(declared: Shop) -> None:
    session = declared.asked("declare", answers=("Search is slow", "P3", "checkout-api", "-"))
    assert session.code == 0
    assert "[alert; - leaves it out]" in " ".join(session.text.split())
    assert not (declared.root / "incidents/2026/2026-11-23-search-is-slow/timeline.d").exists()


def test_nobody_is_told_before_a_text_is_pasted(declared: Shop) -> None:
    ran = declared.typed(*FIRST_ACTIONS)
    assert ran.code == 0
    assert "--- engineers ---\n[P1 investigating] Checkout 500\nWe rolled back\n" in ran.out
    ran = declared.typed(
        *("resolve", "--how", "mitigated", "--note", "It held", "--mitigated", "now", "--outcome", "effective"),
        *("--engineers", "The pool is full again", "--stakeholders", "Europe can pay again"),
    )
    assert ran.code == 0
    assert "--- stakeholders ---\n[P1 resolved] Checkout 500\nEurope can pay again\n" in ran.out


def test_an_option_that_says_nothing_is_told_before_anything_lands(declared: Shop) -> None:
    before = git(declared.root, "rev-parse", "HEAD")
    at = FIRST_ACTIONS.index("--changes") + 1
    ran = declared.typed(*FIRST_ACTIONS[:at], "nothing", *FIRST_ACTIONS[at + 1 :])
    assert ran.code == 2
    assert "--changes: that says nothing: nothing; where there is none, say where you looked: none: …" in ran.err
    assert git(declared.root, "rev-parse", "HEAD") == before
    assert declared.typed(*FIRST_ACTIONS).code == 0


def test_a_severity_that_rises_asks_what_it_asks_besides(declared: Shop) -> None:
    assert declared.typed("set", "severity=P2", "--reason", "Only a few of them").code == 0
    without = FIRST_ACTIONS.index("--business")
    assert declared.typed(*FIRST_ACTIONS[:without], *FIRST_ACTIONS[without + 2 :]).code == 0
    session = declared.asked("set", "severity=P0", answers=("Nobody can pay", "All orders are lost"))
    assert session.code == 0, session.text
    assert session.questions[1].endswith("(a P0 has to say it; or none: why)")
    assert "description: All orders are lost" in incident(declared)
    assert "severity: P0" in incident(declared)


def test_a_shut_gate_asks_nothing_that_would_not_open_it(declared: Shop) -> None:
    for command in (("set", "status=investigating"), ("resolve",)):
        session = declared.asked(*command, answers=())
        assert session.code == 1
        assert "STOP: first actions are not complete" in session.text
        assert f"hotwash first-actions {ID}" in session.text
    assert declared.kept == []


def test_a_value_is_taken_away(declared: Shop) -> None:
    assert declared.typed("set", "times.started=03:35", "labels.team=pay").code == 0
    assert "started: 2026-11-23T02:35Z" in incident(declared)
    assert declared.typed("set", "times.started=").code == 0
    assert "started" not in incident(declared)
    assert "labels: {team: pay}" in incident(declared)


def test_a_time_is_stated_back_wherever_it_is_typed(opened: Shop) -> None:
    ran = opened.typed("set", "times.started=05:05")
    assert "times.started is 04:05 UTC = 05:05 CET on 2026-11-22, 22 h 55 min ago\n" in ran.err
    ran = opened.typed("update", "--engineers", "We look on", "--eta", "45m")
    assert "--eta is 03:45 UTC = 04:45 CET, in 45 min\n" in ran.err


@pytest.mark.parametrize(("word", "command"), [("resolved", "resolve"), ("closed", "close"), ("dismissed", "dismiss")])
def test_an_end_has_a_command_of_its_own(opened: Shop, word: str, command: str) -> None:
    ran = opened.typed("set", f"status={word}", "--reason", "It is over now")
    assert ran.code == 2
    assert f"status: that needs more than a word: hotwash {command}\n" in ran.err


def test_a_duplicate_is_named_by_a_part_of_its_id(declared: Shop) -> None:
    again = ("declare", "--title", "Nobody can pay", "--severity", "P1", "--services", "checkout-api")
    assert declared.typed(*again).code == 0
    dismiss = ("dismiss", "nobody", "--reason", "The same as the other one", "--duplicate-of")
    assert declared.typed(*dismiss, "nope").code == 2
    assert declared.typed(*dismiss, "checkout").code == 0
    other = declared.root / "incidents/2026/2026-11-23-nobody-can-pay/incident.yaml"
    assert f"duplicate_of: {ID}\n" in other.read_text(encoding="utf-8")


def test_where_there_is_no_item_none_is_asked_for(opened: Shop) -> None:
    session = opened.asked("action", "done", answers=())
    assert session.code == 1
    assert f"{ID} has no open action item" in session.text


def test_a_command_for_what_is_over_names_what_is_not_closed(opened: Shop) -> None:
    ran = opened.typed("close")
    assert ran.code == 2
    assert f"no incident is resolved\n  help: not closed: {ID}; name one by its id" in ran.err


def test_who_takes_a_role_has_nobody_to_wait_for(opened: Shop) -> None:
    ran = opened.typed("handover", "--role", "operations", "--to", "alice")
    assert ran.code == 0
    assert "--accept" not in ran.err
    ran = opened.typed("handover", "--role", "commander", "--to", "bob")
    assert "it goes over when bob takes it: hotwash handover --accept" in ran.err


def test_who_wrote_it_alone_is_asked_for_somebody_else(over: Shop) -> None:
    write = ("--category", "change", "--trigger", "v413 went out", "--cause", "Nobody compares", "--runbook", "none: -")
    ran = over.typed("postmortem", *write[:-1], "none: it says so already")
    assert ran.code == 0, ran.err
    session = over.asked("postmortem", "--publish", answers=("alice", CTRL_C))
    assert "! alice wrote it alone; only somebody else can see what is missing" in session.text


def test_broken_records_are_told_of_before_anything_is_asked(opened: Shop) -> None:
    (opened.root / FOLDER / "timeline.yaml").write_text("- at: [\n", encoding="utf-8")
    git(opened.root, "commit", "--quiet", "--all", "--allow-empty", "--message", "broken")
    git(opened.root, "add", "--all")
    for verb in ("resolve", "fix", "handover"):
        session = opened.asked(verb, ID, answers=())
        assert session.code == 1
        assert f"help: see what is wrong with them: hotwash check {ID}" in session.text
    session = opened.asked("mitigate", ID, answers=("restart", "Restarted all of it"))
    assert session.code == 0
    assert "  6  restart" in session.text


def test_what_is_on_another_branch_is_shown_all_the_same(opened: Shop) -> None:
    git(opened.root, "clone", "--quiet", "--bare", ".", "../remote")
    git(opened.root, "remote", "add", "origin", str(opened.root.parent / "remote"))
    git(opened.root, "fetch", "--quiet")
    git(opened.root, "switch", "--quiet", "--create", "feature", "main~3")
    ran = opened.typed("log", "Noted on another branch", "--push")
    assert ran.code == 0, ran.err
    assert "on main, pushed" in ran.out
    told = opened.typed("status").out
    assert f"{ID} " in told
    assert "on main\n" in told
    assert "Noted on another branch" in told


def test_a_title_of_today_is_told_of_with_the_first_question(declared: Shop) -> None:
    session = declared.asked("declare", answers=("Checkout 500", CTRL_C))
    assert f"! {ID} is there already; what is new goes into it: hotwash log;" in " ".join(session.text.split())
    assert declared.kept == []


def test_what_is_taken_up_again_is_kept_once(declared: Shop) -> None:
    session = declared.asked("declare", answers=("Search is slow", CTRL_C))
    assert session.code == 130
    (first,) = declared.kept
    session = declared.asked("declare", "--from", str(first), answers=("P3", CTRL_C), time="2026-11-23T03:01:00+00:00")
    assert session.code == 130
    (second,) = declared.kept
    assert second != first
    session = declared.asked(
        "declare", "--from", str(second), answers=("checkout-api", "-"), time="2026-11-23T03:02:00+00:00"
    )
    assert session.code == 0
    assert declared.kept == []


def test_a_cause_that_nobody_knows_is_no_finding(over: Shop) -> None:
    assert over.typed("set", "severity=P3", "--reason", "Hardly anybody noticed").code == 0
    add = ("action", "add", "--title", "Count free connections", "--kind", "detect", "--owner", "bob", "--due", "14d")
    assert over.typed(*add).code == 0
    detection = ("log", "--kind", "detection", "--via", "alert", "--text", "CheckoutErrors", "--at", "03:50")
    assert over.typed(*detection).code == 0
    session = over.asked(
        "close",
        answers=("none", "unknown: the logs of that hour are gone", "none: it says so already"),
        time="2026-11-23T05:00:00+00:00",
    )
    assert session.code == 0, session.text
    assert "! say why, too: none: …" in session.text
    assert "root_causes: {unknown: the logs of that hour are gone}" in incident(over)
    assert "root-cause" not in (over.root / FOLDER / "timeline.yaml").read_text(encoding="utf-8")


def test_a_dash_is_no_text(opened: Shop) -> None:
    ran = opened.typed("update", "--engineers", "-")
    assert ran.code == 2
    assert "--engineers: nothing was written" in ran.err
