"""How incidents stand, as text and as JSON: on one outlook that has everything, and on texts that mean harm."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import fields, is_dataclass, replace
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotwash.diagnostics import GateVerdict
from hotwash.report import status_json, status_text
from hotwash.standing import (
    Attempt,
    Called,
    Clock,
    FirstAction,
    Latest,
    Moment,
    Outlook,
    Role,
    ServiceHit,
    Standing,
    Told,
    Wanted,
)
from tests.report.hostile import lines
from tests.runner import commands

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

EXPECTED = Path(__file__).parent / "expected"
SCHEMA = Path(__file__).parents[2] / "schemas" / "status.schema.json"
PUBLISHED = jsonschema_rs.validator_for(json.loads(SCHEMA.read_text(encoding="utf-8")))
WIDTH = 80
SGR = re.compile(r"\x1b\[([0-9;]*)m")

AGO, SOON = Moment("2026-11-23T09:50:00Z", "10 min ago"), Moment("2026-11-23T10:05:00Z", "in 5 min")
BURNING = Standing(
    id="2026-11-23-payments",
    path="incidents/2026/2026-11-23-payments",
    branch="origin/incident/2026-11-23-payments",
    title="Payments by two banks time out, and a title that is much too long for the line on which it has to stand",
    severity="P1",
    status="investigating",
    is_drill=False,
    is_open=True,
    times=(("started", AGO), ("declared", AGO), ("mitigated", AGO)),
    since=AGO,
    impact="2,900 users, 17 %: " + "Who pays waits for half a minute and is then refused. " * 6,
    verdict=GateVerdict("shut", "⛔ STOP: first actions are not complete (1 of 4)"),
    first_actions=(
        FirstAction("assess", done=True, by="alice", at=AGO, note="All fail", missing=()),
        FirstAction("stabilize", done=False, by="", at=None, note="", missing=("a mitigation entry",)),
        FirstAction(
            "gather",
            done=False,
            by="dave",
            at=AGO,
            note="",
            missing=("evidence.logs", "evidence.metrics", "evidence.changes", "evidence.similar"),
        ),
        FirstAction(
            "communicate",
            done=False,
            by="bob",
            at=SOON,
            note="",
            missing=(),
            wrong="communicate is signed off at a time that is still to come",
        ),
    ),
    clocks=(
        Clock("first-actions", "the four first actions, signed off", AGO, "9 min late", "alice"),
        Clock("response", "a first response", AGO, "late", "alice"),
        Clock("update", "the next status update", SOON, "", "bob"),
        Clock("eta", "the end of it, as last estimated", Moment("2026-11-24T09:00:00+01:00", "in 22 h"), "", "alice"),
        Clock("action-item", "AI-1 (dave): " + "A long title of an item " * 4, Moment("2026-11-24", "in 1 d"), "", ""),
        Clock("action-item", "AI-2 (dave): Another", Moment("2026-12-24", "in 31 d"), "", ""),
    ),
    next_status="identified",
    needs=tuple(Wanted("HW211", f"the thing that is asked, number {n}", "f.yaml", n) for n in range(1, 9)),
    errors=tuple(Wanted("HW801", f"what is wrong, number {n}", "f.yaml", n) for n in range(1, 9)),
    attempts=(
        Attempt("0945-abcd", "pending", "scale-up", "search, from four nodes to six", "dave", AGO, "Two nodes"),
        Attempt("", "harmful", "restart", "", "", AGO, "Restarted"),
    ),
    roles=(
        Role("commander", "alice", "erin", AGO),
        Role("communications", "bob"),
        Role("operations", "role:database-engineer"),
        Role("scribe", "", "dave", AGO),
    ),
    called=(Called("org:bank-gateway", AGO), Called("carol", AGO)),
    told=(
        Told("engineers", AGO, "bob", "#incidents", "The second address drops long messages. " * 4),
        Told("stakeholders"),
    ),
    no_estimate="We wait for the bank, and its people do not know",
    services=(
        ServiceHit("payments", known=True, owner="team-payments", tier=1, runbook="docs/runbooks/payments.md"),
        ServiceHit("gateway", known=True, url="https://gateway.example/" + "x" * 90, external=True),
        ServiceHit("bare", known=True),
        ServiceHit("nobody-knows-this", known=False),
        *(ServiceHit(f"service-{n}", known=True, owner="team", runbook="docs/x.md") for n in range(6)),
    ),
    latest=Latest(AGO, "system:monitoring", "recovery", "One server of eight lets them through. " * 4),
)
UNREADABLE = replace(
    BURNING,
    id="2026-11-22-unreadable",
    path="incidents/2026/2026-11-22-unreadable",
    branch="",
    title="",
    severity=None,
    status=None,
    times=(),
    impact="",
    verdict=GateVerdict("unreadable", "? STOP gate not judged: the records cannot be read, mend them first"),
    first_actions=(),
    clocks=(),
    next_status=None,
    needs=(),
    errors=(Wanted("HW001", "no value can begin here", "incidents/2026/2026-11-22-unreadable/incident.yaml", 2),),
    attempts=(),
    roles=(),
    called=(),
    told=(),
    no_estimate="",
    services=(),
    latest=None,
)
WAITING = replace(
    BURNING,
    id="2026-11-18-labels",
    branch="",
    title="No labels are printed",
    status="resolved",
    is_open=False,
    times=(("resolved", Moment("2026-11-19T14:10:00Z", "3 d 19 h ago")),),
    verdict=GateVerdict("open", "✅ Initial assessment complete"),
    first_actions=tuple(replace(action, done=True, by="bob") for action in BURNING.first_actions),
    clocks=(Clock("postmortem", "the post-mortem", Moment("2026-11-26T16:00:00Z", "in 3 d 6 h"), "", "carol"),),
    next_status="closed",
    needs=(Wanted("HW218", "there is no post-mortem", "f.yaml", 1),),
    errors=(),
    attempts=(),
)
EVERYTHING = Outlook(
    "hotwash VERSION",
    "2026-11-23T10:00:00Z",
    named=False,
    incidents=(BURNING, UNREADABLE, replace(WAITING, is_drill=True), WAITING),
    notices=("2026-11-23-payments: the work tree has 2 entries of its own that incident/2026-11-23-payments lacks",),
)
EMPTY = replace(EVERYTHING, incidents=(), notices=())


def colored(outlook: Outlook) -> str:
    return status_text.render(outlook, color=True)


def columns(line: str) -> int:
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in line
    )


@pytest.mark.parametrize(("name", "outlook"), [("everything", EVERYTHING), ("empty", EMPTY)])
def test_a_format_renders_the_outlook_as_expected(
    name: str, outlook: Outlook, golden: Callable[[Path, str], None]
) -> None:
    golden(EXPECTED / f"status-{name}.txt", status_text.render(outlook))
    golden(EXPECTED / f"status-{name}.json", status_json.render(outlook))


def test_json_keeps_the_published_schema() -> None:
    for outlook in (EVERYTHING, EMPTY):
        assert [error.message for error in PUBLISHED.iter_errors(json.loads(status_json.render(outlook)))] == []


def test_json_has_every_key_in_every_incident() -> None:
    read = json.loads(status_json.render(EVERYTHING))
    wanted = PUBLISHED_KEYS["StandingV1"]
    assert [set(standing) for standing in read["incidents"]] == [wanted] * 4
    assert set(read) == set(json.loads(SCHEMA.read_text(encoding="utf-8"))["properties"])


PUBLISHED_KEYS = {
    name: set(part["required"]) for name, part in json.loads(SCHEMA.read_text(encoding="utf-8"))["$defs"].items()
}


def test_the_schema_describes_every_key() -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    for part in (schema, *schema["$defs"].values()):
        for key, value in part["properties"].items():
            assert "description" in value, key


def test_colour_adds_our_own_signs_and_nothing_else() -> None:
    rendered = colored(EVERYTHING)
    assert {found[1] for found in SGR.finditer(rendered)} <= {"1;91", "1;33", "1;36", "32", "94", "1", "2", "0"}
    assert SGR.sub("", rendered) == status_text.render(EVERYTHING)


def test_colour_is_closed_before_a_line_ends() -> None:
    for line in colored(EVERYTHING).splitlines():
        found = [sign[1] for sign in SGR.finditer(line)]
        assert all(sign != "0" for sign in found[::2])
        assert all(sign == "0" for sign in found[1::2])
        assert len(found) % 2 == 0


def test_no_line_is_wider_than_a_terminal_but_what_is_to_be_copied() -> None:
    long = [line for line in status_text.render(EVERYTHING).splitlines() if columns(line) > WIDTH]
    assert [line.strip()[:24] for line in long] == ["https://gateway.example/"]


def test_lines_do_not_end_in_blanks() -> None:
    assert [line for line in status_text.render(EVERYTHING).splitlines() if line != line.rstrip()] == []


def test_of_several_incidents_each_has_a_line_before_the_first_is_told_in_full() -> None:
    short = status_text.render(EVERYTHING).split("\n\n")[1].splitlines()
    assert [line.split()[0] for line in short] == ["⛔", "?", "✅", "✅"]
    assert "2026-11-23-payments  9 min LATE: the four first" in short[0]
    (one,) = (replace(EVERYTHING, incidents=(BURNING,)),)
    assert status_text.render(one).split("\n\n")[1].startswith("P1 investigating   Payments")


def test_what_only_waits_to_be_closed_is_told_in_short_unless_it_is_named() -> None:
    waits = replace(EVERYTHING, incidents=(WAITING,), notices=())
    assert "services" not in status_text.render(waits)
    assert "services" in status_text.render(replace(waits, named=True))


def _fuzzed(value: Any, written: Iterator[str]) -> Any:  # noqa: ANN401 - any part of an outlook
    if isinstance(value, str):
        return next(written)
    if isinstance(value, tuple):
        # What comes first in a pair names it.
        return tuple(_fuzzed(part, written) for part in value[:2])
    if not is_dataclass(value) or isinstance(value, type):
        return value
    kept = {"severity", "status", "gate", "name", "state", "next_status", "audience", "now"}
    return replace(
        value,
        **{
            part.name: getattr(value, part.name)
            if part.name in kept and not isinstance(value, ServiceHit)
            else _fuzzed(getattr(value, part.name), written)
            for part in fields(value)
        },
    )


@st.composite
def hostile_outlooks(draw: st.DrawFn) -> Outlook:
    """An outlook all of whose texts are hostile."""
    # A few texts for all places, one after the other: what is found wrong is then soon made small.
    written = cycle(draw(st.lists(lines, min_size=1, max_size=7)))
    fuzzed: Outlook = _fuzzed(replace(EVERYTHING, incidents=EVERYTHING.incidents[:2]), written)
    return replace(fuzzed, incidents=(*fuzzed.incidents, _fuzzed(WAITING, written)))


@settings(deadline=None, max_examples=60)
@given(hostile_outlooks())
def test_no_text_of_a_record_steers_a_terminal_or_a_runner(outlook: Outlook) -> None:
    for render in (status_text.render, colored, status_json.render):
        rendered = render(outlook)
        assert commands(rendered) == []
        rest = SGR.sub("", rendered) if render is colored else rendered
        steering = {sign for sign in rest if unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
        assert steering <= {"\n"}
    assert SGR.sub("", colored(outlook)) == status_text.render(outlook)
    # The validator takes no half of a pair, and whether one stands in a text makes no difference to it.
    read = json.loads(re.sub(r"\\u[dD][89a-fA-F]..", "x", status_json.render(outlook)))
    assert [error.message for error in PUBLISHED.iter_errors(read)] == []
