"""HW509: what counts as come again, and what was to prevent it."""

from __future__ import annotations

import pytest

from tests.builders import FOLDER, judged, judged_change, records
from tests.rules.test_action_items import FILE, PREVENTS, item

EARLIER = "incidents/2026/2026-10-23-checkout-500"
_SIMILAR = """
evidence:
  logs:
    - summary: connection refused from payments
  metrics:
    - summary: 5xx rate from 0.2 % to 31 %
  changes:
    - summary: checkout-api v413 deployed at 08:40
  similar: [2026-10-23-checkout-500]
"""


def earlier(items: str = PREVENTS, incident: str = "", month: str = "10") -> dict[str, str]:
    """An incident that was closed a month before, with these action items."""
    written = records({FILE: items, "incident.yaml": incident}, stage="closed", folder=EARLIER)
    return {path: text.replace("2026-11-", f"2026-{month}-") for path, text in written.items()}


def later(incident: str = "") -> dict[str, str]:
    """One that goes on, and says that it is like the one before."""
    return records({"incident.yaml": _SIMILAR + incident})


def again(files: dict[str, str]) -> list[str]:
    return [told.message for told in judged(files).diagnostics if told.code == "HW509"]


CAME_AGAIN = "`2026-10-23-checkout-500` came again: AI-9, which was to prevent it, is not done"


def test_an_incident_that_came_again_is_found_where_it_names_the_earlier_one() -> None:
    assert again(earlier() | later()) == [CAME_AGAIN]


@pytest.mark.parametrize("kind", ["detect", "mitigate", "process", "runbook"])
def test_only_what_was_to_prevent_it_is_asked_for(kind: str) -> None:
    assert again(earlier(PREVENTS.replace("prevent", kind)) | later()) == []


def test_what_is_done_is_in_place() -> None:
    assert again(earlier(item(kind="prevent")) | later()) == []


@pytest.mark.parametrize(
    "files",
    [
        earlier(incident="kind: drill\n") | later(),
        earlier() | later("kind: drill\n"),
        earlier(month="12") | later(),
        earlier("none: nobody had time\n") | later(),
        earlier("- {id: [\n") | later(),
        later(),
    ],
    ids=["earlier drill", "later drill", "not earlier", "no items", "unreadable", "not there"],
)
def test_nothing_came_again(files: dict[str, str]) -> None:
    assert again(files) == []


DROPPED = (
    "- {id: AI-9, title: Roll out slower, kind: prevent, priority: P2, owner: bob, due: 2026-12-15, status: dropped, "
    "reason: Too slow, closed: 2026-11-25}\n"
)


def test_what_was_dropped_counts_until_the_later_one_has_something_that_prevents_it() -> None:
    files = earlier(DROPPED) | later()
    assert again(files) == [CAME_AGAIN.replace("is not done", "was dropped")]
    assert again(files | {f"{FOLDER}/{FILE}": PREVENTS}) == []
    assert again(files | {f"{FOLDER}/{FILE}": PREVENTS.replace("prevent", "detect")}) != []


@pytest.mark.parametrize("of", ["earlier", "later"])
def test_what_was_dismissed_did_not_come_again(of: str) -> None:
    dismissed = "status: dismissed\nreason: A probe was misconfigured\n"
    files = earlier(incident=dismissed) | later() if of == "earlier" else earlier() | later(dismissed)
    assert again(files) == []


def test_a_change_is_told_of_what_came_again_though_it_does_not_touch_the_earlier_one() -> None:
    report = judged_change(earlier(), earlier() | later())
    (found_,) = [told for told in report.diagnostics if told.code == "HW509"]
    assert found_.message == CAME_AGAIN
    assert [(note.path, note.span.line) for note in found_.related] == [(f"{EARLIER}/{FILE}", 1)]


def test_no_title_of_the_earlier_one_is_told_since_it_may_hold_a_secret() -> None:
    told = judged(
        earlier(PREVENTS.replace("Roll out slower", "Roll out ghp_0123456789abcdefghijABCDEFGHIJ012345")) | later()
    )
    assert [one.code for one in told.diagnostics if "ghp_0123456789abcdefghij" in f"{one}"] == []
