"""What an action item asks of its issue, and that no text of a record acts there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hotwash.model.policy import Policy
from hotwash.model.repository import ACTION_ITEMS
from hotwash.neutral import neutralised
from hotwash.tracker.issues import desired_issues, item_issue
from hotwash.tracker.markers import Marker, markers
from hotwash.tracker.port import BODY_LIMIT, LABEL_LIMIT, LABELS_LIMIT, TITLE_LIMIT
from tests.forge_markdown import acts
from tests.tracker.records import (
    ID,
    LIVE_TOKENS,
    PROPERTY,
    case,
    item,
    items,
    live_lines,
    live_texts,
    repositories,
    repository,
)

if TYPE_CHECKING:
    from hotwash.model.actions import ActionItem
    from hotwash.model.repository import Case, Repository
    from hotwash.tracker.port import Draft

POLICY = Policy()


def draft(incident: Case, one: ActionItem, policy: Policy) -> Draft:
    """What an item asks for, where nothing is known but the records."""
    return item_issue(incident, one, policy).draft


HARMFUL = {
    "mention": "thanks @alice",
    "team": "cc @o/team",
    "issue": "see #1",
    "issue elsewhere": "see o/r#1",
    "gh": "see GH-1",
    "closing": "fixes #1",
    "commit": "since 0123456789abcdef0123456789abcdef01234567",
    "short commit": "since abcdef1",
    "issue link": "see https://github.com/o/r/issues/1",
    "upper case link": "see HTTPS://GITHUB.COM/o/r/issues/1",
    "link in brackets": "(https://github.com/o/r/issues/1).",
    "enterprise link": "see https://ghe.example.org/o/r/pull/1",
    "enterprise commit link": "see https://ghe.example.org/o/r/commit/0123456789abcdef#r1",
    "two links in one": "https://github.com/o/r/issues/1https://github.com/o/r/issues/1",
    "www link": "see www.github.com/o/r/issues/1",
    "pointed link": "see <https://github.com/o/r/issues/1>",
    "named link": "[here](https://github.com/o/r/issues/1)",
    "relative link": "[here](//x/o/r/issues/1)",
    "defined link": "[here][1]\n\n[1]: https://github.com/o/r/issues/1",
    "comment": "a <!-- hotwash:1 incident=x item=AI-1 --> b",
    "comment block": "<!-- hidden\n\n-->",
    "html": "<img src='https://x.example/beacon.png'>",
    "image": "![beacon](https://x.example/beacon.png)",
    "checkbox": "- [ ] task",
    "ticked": "1. [X] task",
    "entity": "&#64;alice",
    "named entity": "&commat;alice",
    "number by entity": "&num;1",
    "escaped mention": "\\@alice",
    "escape within": "GH\\-1",
    "escaped commit": "abcd\\_ abcdef1",
    "in emphasis": "**@alice** _#1_",
    "in a table": "| a |\n|---|\n| @alice |",
    "user of a link": "https://x@github.com/o/r/issues/1",
    "mention after what is no link": "https://@alice",
    "after a link": "https://x.example/@alice; @bob",
}


@pytest.mark.parametrize("text", HARMFUL.values(), ids=HARMFUL)
def test_the_reader_of_these_tests_sees_what_github_acts_upon(text: str) -> None:
    """Else the tests below would pass for want of eyes."""
    assert list(acts(text))


@pytest.mark.parametrize("text", HARMFUL.values(), ids=HARMFUL)
def test_neutralised_text_does_nothing(text: str) -> None:
    assert list(acts(neutralised(text))) == []


@PROPERTY
@given(live_texts)
@example("@\\alice")
@example("https://github.com/o/r/issues/1)@alice")
@example("https://a.b/x&commat;alice")
@example("![[ ]](x)")
def test_no_text_does_anything_once_neutralised(text: str) -> None:
    assert list(acts(neutralised(text))) == []


@PROPERTY
@given(live_texts)
@example("https://ghe.example.org/o/r/commit/0123456789abcdef#r1")
def test_neutral_text_stays_as_it_is(text: str) -> None:
    once = neutralised(text)
    assert neutralised(once) == once


@PROPERTY
@given(live_texts)
def test_neutralised_text_reads_the_same(text: str) -> None:
    """Only spaces that nobody sees are added, and the host of links to the forge."""
    added = neutralised(text).replace("\u200b", "").replace("redirect.github.com", "github.com")
    forge = re.compile(r"(?i)https?://(?:www\.|redirect\.)?github\.com")
    assert forge.sub("F", added) == forge.sub("F", text.replace("\u200b", ""))


@pytest.mark.parametrize(
    "text",
    [
        "Alert on payment errors above 1 %, at 5 < 6 & more",
        "see https://grafana.example/d/abcdef1234?from=1#panel-2, and https://medium.com/@user/post.",
        "C# and R&D, 10 GB [sic], a - b, `hotwash log`",
        "(https://status.example/incidents/42)",
    ],
)
def test_harmless_text_is_kept_to_the_letter(text: str) -> None:
    assert neutralised(text) == text


def test_a_link_to_the_forge_goes_through_its_redirecting_host() -> None:
    assert neutralised("see https://github.com/o/r/pull/1") == "see https://redirect.github.com/o/r/pull/1"


@pytest.mark.parametrize(
    "hostile",
    [
        "<!-- hotwash:1 " * 4000,
        "https://a.b" * 6000,
        "https://a.b/" + "." * 60_000 + "<",
        "https://a.b/" + "/." * 30_000 + ";",
        "https://" + "a." * 30_000 + "!",
        "[" * 60_000,
        "\\" * 60_000,
        "a" * 60_000 + "g",
        "&a" * 30_000,
        "https://a.b/ " * 5000,
    ],
    ids=range(10),
)
@pytest.mark.timeout(10)
def test_hostile_text_takes_no_longer_than_its_length(hostile: str) -> None:
    neutralised(hostile)
    markers(hostile)


# --- the issue -------------------------------------------------------------------------------------------------------


def test_the_body_says_what_why_where_and_who() -> None:
    body = draft(case(item()), item(), POLICY).body
    for part in (
        "Alert on payment errors above 1 %",
        "Checkout returns 500 for EU customers",
        "Owner: alice",
        "Due: 2026-12-01",
        "Priority: P1",
        "Kind: detect",
        f"`incidents/2026/{ID}/{ACTION_ITEMS}`",
    ):
        assert part in body


def test_the_labels_are_the_managed_one_priority_kind_and_the_items_own() -> None:
    one = item(labels=["team-pay", "hotwash"])
    assert draft(case(one), one, POLICY).labels == ("hotwash", "priority:P1", "kind:detect", "team-pay")


def test_a_drill_is_labelled_so_and_says_so() -> None:
    exercise = draft(case(item(), kind="drill"), item(), POLICY)
    assert "drill" in exercise.labels
    assert "drill" in exercise.body


def test_a_dropped_item_says_why() -> None:
    one = item(status="dropped", reason="Not worth it\n```\nas #3 shows")
    body = draft(case(one), one, POLICY).body
    assert "> Not worth it" in body
    assert "Priority: P1" in body


def test_retrospective_records_ask_for_nothing() -> None:
    told = case(
        item(),
        status="closed",
        recorded={"mode": "retrospective", "at": "2026-11-23", "by": "alice", "basis": "public-sources"},
        organisation="Example",
    )
    assert desired_issues(repository(told)) == ()


def test_late_records_ask_for_issues() -> None:
    late = case(item(), recorded={"mode": "late", "at": "2026-11-23", "by": "alice"})
    assert [one.item for one in desired_issues(repository(late)) if one.creates] == ["AI-1"]


def test_an_internal_incident_in_a_public_repository_shows_id_and_owner_only() -> None:
    secret = item(
        title="canary-title", labels=["canary-label"], status="dropped", reason="canary-reason", owner="alice"
    )
    hidden = case(secret, title="canary-incident", severity="P0", visibility="internal")
    shown = draft(hidden, secret, Policy.model_validate({"repository": "public"}))
    assert "canary" not in f"{shown.title}{shown.body}{shown.labels}"
    assert shown.labels == ("hotwash",)
    assert "2026-12-01" not in shown.body
    assert "alice" in shown.body
    assert ID in shown.title


@pytest.mark.parametrize(("kind", "visibility"), [("private", "internal"), ("public", "public")])
def test_what_may_be_read_here_is_shown(kind: str, visibility: str) -> None:
    policy = Policy.model_validate({"repository": kind})
    assert "Alert" in draft(case(item(), visibility=visibility), item(), policy).title


def test_an_incident_that_does_not_say_is_as_the_policy_says() -> None:
    policy = {"repository": "public", "publishing": {"default": "public"}}
    assert "Alert" in draft(case(item()), item(), Policy.model_validate(policy)).title
    assert "Alert" not in draft(case(item()), item(), Policy.model_validate({"repository": "public"})).title


@PROPERTY
@given(repositories())
def test_an_issue_does_nothing_but_carry_its_marker(records: Repository) -> None:
    for one in desired_issues(records):
        found = list(acts(one.draft.body))
        assert [what for what, _ in found] == ["html"], found
        assert found[0][1].startswith("<!-- hotwash:1 ")
        assert list(acts(one.draft.title)) == []


@PROPERTY
@given(repositories())
def test_an_issue_is_known_again_by_its_marker(records: Repository) -> None:
    for one in desired_issues(records):
        (marker,) = markers(one.draft.body)
        assert (marker.incident, marker.item, marker.standing) == (one.incident, one.item, one.standing)
        assert marker.version == 1
        assert set(marker.labels) <= set(one.draft.labels)


@PROPERTY
@given(items(1), live_lines.map(lambda line: line[:200]))
def test_an_issue_stays_within_the_limits_of_the_port(one: ActionItem, title: str) -> None:
    asked = draft(case(one, title=title), one, POLICY)
    assert len(asked.title) <= TITLE_LIMIT
    assert len(asked.labels) <= LABELS_LIMIT
    assert all(len(label) <= LABEL_LIMIT for label in asked.labels)


def test_labels_stay_within_the_limits_of_the_port() -> None:
    one = item(labels=[f"{number:03}-{'x' * 76}" for number in range(200)])
    asked = draft(case(one), one, POLICY)
    assert len(asked.labels) == LABELS_LIMIT
    assert {len(label) for label in asked.labels[3:]} == {LABEL_LIMIT}
    assert markers(asked.body)[0].labels == asked.labels[1:]


@pytest.mark.parametrize("token", LIVE_TOKENS)
def test_the_longest_record_stays_within_the_limit_of_a_body(token: str) -> None:
    line = (token * 300).replace("\n", "@")[:300]
    one = item(
        title=f"x{line}"[:300],
        status="dropped",
        reason=f"x{token * 10_000}"[:10_000],
        labels=[f"{n:x<80}" for n in range(500)],
    )
    body = draft(case(one, title=f"x{line}"[:200]), one, POLICY).body
    assert len(body) <= BODY_LIMIT
    assert len(markers(body)) == 1


def test_nothing_of_the_issue_depends_on_the_order_of_records() -> None:
    first, second = case(item(1), id_="2026-11-01-a"), case(item(2), id_="2026-11-02-b")
    assert set(desired_issues(repository(first, second))) == set(desired_issues(repository(second, first)))


# --- the marker ------------------------------------------------------------------------------------------------------


@PROPERTY
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20))
def test_any_name_of_a_folder_comes_back_from_a_marker(id_: str) -> None:
    (marker,) = markers(draft(case(item(), id_=id_), item(), POLICY).body)
    assert marker.incident == id_


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<!-- hotwash -->",
        "<!-- hotwash:1 incident=x -->",
        "<!-- hotwash:1 item=AI-1 -->",
        "<!-- hotwash:x incident=x item=AI-1 -->",
        "<!-- hotwash:1 incident=x\nitem=AI-1 -->",
        "<!-- hotwash:1 incident=x item=AI-1",
    ],
)
def test_what_names_no_item_is_no_marker(body: str) -> None:
    assert markers(body) == ()


def test_a_damaged_standing_is_not_believed() -> None:
    found = markers("<!-- hotwash:1 incident=x item=AI-1 standing=won labels=a,b -->")
    assert found == (Marker("x", "AI-1", None, ("a", "b")),)


def test_all_markers_of_a_body_are_seen() -> None:
    line = "<!-- hotwash:{} incident=x item=AI-{} standing=open labels= -->"
    assert [found.item for found in markers(f"{line.format(1, 1)} {line.format(2, 2)}")] == ["AI-1", "AI-2"]
