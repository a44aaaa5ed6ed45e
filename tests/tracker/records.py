"""Records for the tests of the tracker: valid, with what a test is about changed, and Hypothesis' own."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from hypothesis import settings
from hypothesis import strategies as st

from hotwash.model.actions import ActionItem
from hotwash.model.incident import Incident
from hotwash.model.policy import Policy
from hotwash.model.repository import Case, LoggedEntry, Repository, Unreadable
from hotwash.records.snapshot import MappingSnapshot
from hotwash.tracker import planning
from hotwash.tracker.embedded import ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from hotwash.tracker.plan import Plan
    from hotwash.tracker.port import Tracker

ID = "2026-11-23-checkout-500"
LABEL = "hotwash"
PROPERTY = settings(deadline=None)  # seconds are never asserted: machines differ
WHOLE_RUN = settings(PROPERTY, max_examples=40)  # a tracker on disk and several plans each


def item(number: int = 1, **changed: object) -> ActionItem:
    """An action item that is open."""
    values = {
        "id": f"AI-{number}",
        "title": "Alert on payment errors above 1 %",
        "kind": "detect",
        "priority": "P1",
        "owner": "alice",
        "due": date(2026, 12, 1),
        "status": "open",
    }
    return ActionItem.model_validate(values | changed)


def case(*items: ActionItem, id_: str = ID, timeline: tuple[LoggedEntry, ...] = (), **changed: object) -> Case:
    """An incident with action items, which is over and so asks for no issue of its own."""
    values = {
        "title": "Checkout returns 500 for EU customers",
        "status": "closed",
        "severity": "P0",
        "services": ["checkout-api"],
        "times": {"declared": "2026-11-23T08:46:00Z"},
        "roles": {"commander": "alice"},
    }
    return Case(
        id=id_,
        path=f"incidents/2026/{id_}",
        incident=Incident.model_validate(values | changed),
        timeline=timeline,
        action_items=items,
        no_action_items=None,
        postmortem=None,
        has_timeline=False,
    )


def repository(*cases: Case, unreadable: Iterable[str] = (), **policy: object) -> Repository:
    """All records, with a policy of defaults and what is changed."""
    asleep = tuple(Unreadable(id_, f"incidents/2026/{id_}") for id_ in unreadable)
    return Repository(Policy.model_validate(policy), {}, cases, asleep)


NO_FILES: Mapping[str, bytes] = {}


def plan_for(records: Repository, tracker: Tracker, files: Mapping[str, bytes] = NO_FILES) -> Plan:
    """What the command plans."""
    accounts = {*records.policy.tracker.accounts, ACCOUNT}
    return planning.plan_for(records, MappingSnapshot(files), tracker, accounts=accounts)


# What GitHub acts upon, whole and in the parts of which Markdown can put it together.
LIVE_TOKENS = (
    "@alice",
    "@o/team",
    "@",
    "#1",
    "o/r#1",
    "#",
    "1",
    "GH-1",
    "gh-",
    "fixes #1",
    "Closes: o/r#12",
    "resolves GH-3",
    "https://github.com/o/r/issues/1",
    "https://github.com/o/r/pull/1#issuecomment-2",
    "https://www.github.com/o/r/commit/0123456789abcdef0123456789abcdef01234567",
    "HTTPS://GitHub.com/o/r/pull/7",
    "https://ghe.example.org/o/r/issues/1",
    "https://ghe.example.org/o/r/commit/0123456789abcdef#r1",
    "https://grafana.example/d/abcdef12?x=1",
    "http://",
    "www.github.com/o/r/issues/1",
    "0123456789abcdef0123456789abcdef01234567",
    "abcdef1",
    "<!-- hotwash:1 incident=x item=AI-1 standing=open labels= -->",
    "<!--",
    "-->",
    "<img src=https://x.example/b.png>",
    "<https://github.com/o/r/issues/1>",
    "<",
    ">",
    "![beacon](https://x.example/b.png)",
    "![beacon][1]",
    "[1]: https://x.example/b.png",
    "[text](https://github.com/o/r/issues/1)",
    "[text](/o/r/issues/1)",
    "!",
    "[",
    "]",
    "(",
    ")",
    "- [ ] task",
    "* [x] task",
    "[ ]",
    "&#64;alice",
    "&commat;alice",
    "&num;1",
    "&",
    ";",
    "\\",
    "`",
    "```",
    "~~~",
    "**",
    "_",
    "|",
    "- ",
    "# ",
    "> ",
    "\n",
    "\n\n",
    "    ",
    " ",
    "\u200b",
    ".",
    ",",
    "alice",
    "word",
    "é",
)

_tokens = st.sampled_from(LIVE_TOKENS) | st.text(st.characters(exclude_categories=["Cs"]), max_size=3)
_gaps = st.sampled_from(["", "", " ", "\n"])
live_texts = st.lists(st.tuples(_tokens, _gaps).map("".join), max_size=12).map("".join)
live_lines = live_texts.map(lambda text: " ".join(text.split())[:300]).filter(bool)
slugs = st.from_regex(r"[a-z0-9][a-z0-9-]{0,60}", fullmatch=True)


@st.composite
def items(draw: st.DrawFn, number: int) -> ActionItem:
    """An action item, as hostile as a valid one can be."""
    return item(
        number,
        title=draw(live_lines),
        kind=draw(st.sampled_from(["prevent", "detect", "mitigate", "process", "runbook"])),
        priority=draw(st.sampled_from(["P0", "P1", "P2", "P3"])),
        status=draw(st.sampled_from(["open", "open", "in-progress", "done", "dropped"])),
        owner=draw(st.sampled_from(["alice", "role:sre", "org:aws", "deadbeef", None])),
        due=draw(st.dates(date(2020, 1, 1), date(2030, 1, 1)) | st.none()),
        reason=draw(live_texts.filter(str.strip) | st.none()),
        labels=draw(st.lists(slugs, max_size=4, unique=True)),
        issue=draw(st.integers(1, 6) | st.none()),
    )


@st.composite
def repositories(draw: st.DrawFn) -> Repository:
    """Up to three incidents, each readable, unreadable or absent, and a policy."""
    cases, unreadable = [], []
    for number in range(3):
        id_ = f"2026-11-2{number}-checkout"
        match draw(st.sampled_from(["readable", "readable", "unreadable", "absent"])):
            case "readable":
                numbers = draw(st.lists(st.integers(1, 12), max_size=4, unique=draw(st.integers(0, 9)) > 0))
                visibility = draw(st.sampled_from(["public", "internal", None]))
                title = draw(live_lines.map(lambda line: line[:200]))
                kind = draw(st.sampled_from(["incident", "drill"]))
                found = [draw(items(n)) for n in numbers]
                status = draw(st.sampled_from(["declared", "investigating", "closed", "dismissed"]))
                cases.append(case(*found, id_=id_, title=title, kind=kind, visibility=visibility, status=status))
            case "unreadable":
                unreadable.append(id_)
            case _:
                pass
    label = draw(st.sampled_from([LABEL, "Hotwash"]))
    return repository(
        *cases,
        unreadable=unreadable,
        repository=draw(st.sampled_from(["private", "public"])),
        tracker={"label": label, "accounts": ["github-actions[bot]"]},
    )
