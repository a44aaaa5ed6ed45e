"""The fake is worth something only where it refuses what GitHub refuses, and where its own answers are GitHub's."""

from __future__ import annotations

import json
import urllib.request
from http.client import HTTPException
from typing import TYPE_CHECKING
from urllib.error import HTTPError, URLError

import pytest

from hotwash.tracker.port import Draft
from tests.github.cut_description import CALLS, DESCRIPTION
from tests.github.description import description
from tests.github.faults import HTML, KINDS, Fault, Kind
from tests.github.server import REPOSITORY, Account, FakeGitHub

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ISSUES = f"/repos/{REPOSITORY}/issues"


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[FakeGitHub]:
    with FakeGitHub(tmp_path, people=("alice",)) as opened:
        yield opened


def ask(
    fake: FakeGitHub, verb: str, path: str, body: object = None, whose: str = "token-of-hotwash"
) -> tuple[int, dict[str, str], bytes]:
    """The answer to a request that no client of ours would send."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"token {whose}"}
    request = urllib.request.Request(fake.url + path, data, headers, method=verb)  # noqa: S310 - of this machine
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - as above
            return answer.status, dict(answer.headers), answer.read()
    except HTTPError as error:
        with error:
            return error.code, dict(error.headers), error.read()


@pytest.mark.parametrize(
    ("verb", "path", "body"),
    [
        ("POST", ISSUES, {"body": "without a title"}),
        ("POST", ISSUES, {"title": ["T"]}),
        ("POST", ISSUES, {"title": "T", "labels": "hotwash"}),
        ("POST", ISSUES, {"title": "T", "assignees": "alice"}),
        ("PATCH", f"{ISSUES}/1", {"state": "done"}),
        ("PATCH", f"{ISSUES}/1", {"state": "closed", "state_reason": "wontfix"}),
        ("POST", f"{ISSUES}/1/comments", {"text": "T"}),
        ("POST", f"/repos/{REPOSITORY}/pulls", {"title": "T", "base": "main"}),
        ("GET", f"{ISSUES}?state=every", None),
        ("GET", f"{ISSUES}?label=hotwash", None),
        ("GET", f"{ISSUES}?per_page=many", None),
    ],
)
def test_a_request_that_is_not_as_described_is_refused_and_kept(
    fake: FakeGitHub, verb: str, path: str, body: object
) -> None:
    fake.store("hotwash").create(Draft("T", "", ()))
    status, _, _ = ask(fake, verb, path, body)
    assert status == 400
    assert len(fake.violations) == 1
    assert len(fake.store("").list("hotwash")) == 0


@pytest.mark.parametrize(("verb", "path"), [("DELETE", f"{ISSUES}/1"), ("PUT", f"{ISSUES}/1/lock"), ("GET", "/user")])
def test_a_call_that_it_does_not_know_is_kept(fake: FakeGitHub, verb: str, path: str) -> None:
    status, _, _ = ask(fake, verb, path)
    assert status == 404
    assert fake.violations != [] or path == "/user"


@pytest.mark.parametrize("field", ["number", "title", "user", "state", "labels"])
def test_an_answer_that_lacks_a_field_is_noticed(fake: FakeGitHub, field: str) -> None:
    fake.store("hotwash").create(Draft("T", "", ()))
    _, _, answer = ask(fake, "GET", f"{ISSUES}/1")
    assert fake.violations == []
    cut = {name: value for name, value in json.loads(answer).items() if name != field}
    asked = ("GET", f"{ISSUES}/1", (), b"")
    assert description().objection_to_answer(asked, 200, json.dumps(cut).encode())


def test_what_github_refuses_is_refused_with_its_status(fake: FakeGitHub) -> None:
    for body in (
        {"title": " "},
        {"title": "x" * 257},
        {"title": "T", "body": "x" * 65_537},
        {"title": "T", "labels": ["x" * 51]},
        {"title": "T", "assignees": ["mallory"]},
        {"title": "T", "milestone": 3},
    ):
        status, _, answer = ask(fake, "POST", ISSUES, body)
        assert (status, json.loads(answer)["message"]) == (422, "Validation Failed"), body
    assert fake.violations == []
    assert ask(fake, "GET", f"{ISSUES}/7")[0] == 404


def test_a_token_belongs_to_an_account(fake: FakeGitHub) -> None:
    fake.accounts["other"] = Account("github-actions[bot]")
    assert ask(fake, "POST", ISSUES, {"title": "T"}, "nobody's")[0] == 401
    assert [
        json.loads(ask(fake, "POST", ISSUES, {"title": "T"}, token)[2])["user"]["login"] for token in fake.accounts
    ] == [
        "hotwash",
        "github-actions[bot]",
    ]


def test_pages_are_linked_by_the_number_of_the_repository(fake: FakeGitHub) -> None:
    fake.fill(5)
    _, headers, answer = ask(fake, "GET", f"{ISSUES}?labels=hotwash&state=all&per_page=2&page=2")
    assert [issue["number"] for issue in json.loads(answer)] == [3, 2]
    assert headers["Link"].startswith(f"<{fake.url}/repositories/4711/issues?")
    assert 'page=3>; rel="next"' in headers["Link"]


def test_too_many_writes_in_a_minute_are_refused(fake: FakeGitHub) -> None:
    number = fake.store("hotwash").create(Draft("T", "", ())).number
    statuses = [ask(fake, "PATCH", f"{ISSUES}/{number}", {"title": "T"})[0] for _ in range(81)]
    assert statuses == [200] * 80 + [403]
    fake.clock.sleep(61)
    assert ask(fake, "PATCH", f"{ISSUES}/{number}", {"title": "T"})[0] == 200


def test_the_rate_is_in_every_answer_and_ends(fake: FakeGitHub) -> None:
    fake.limit = 2
    answers = [ask(fake, "GET", ISSUES) for _ in range(3)]
    assert [headers["X-RateLimit-Remaining"] for _, headers, _ in answers] == ["1", "0", "0"]
    assert [status for status, _, _ in answers] == [200, 200, 403]


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("read time-out", "reset", "half body")])
def test_a_fault_comes_before_or_after_the_effect(fake: FakeGitHub, kind: Kind, *, after: bool) -> None:
    fake.choose = lambda _: Fault(kind, after)
    status, headers, answer = ask(fake, "POST", ISSUES, {"title": "T", "labels": ["hotwash"]})
    assert len(fake.store("").list("hotwash")) == after
    match kind:
        case "HTML":
            assert (status, answer) == (200, HTML)
        case "half JSON":
            assert status in (200, 201)
            with pytest.raises(ValueError, match=r"Expecting|Unterminated|double quotes"):
                json.loads(answer)
        case _:
            assert status == int(kind[:3])
            assert ("Retry-After" in headers) == ("Retry-After" in kind or kind == "429")


@pytest.mark.parametrize("kind", ["reset", "half body"])
def test_a_fault_on_the_wire_breaks_the_wire(fake: FakeGitHub, kind: Kind) -> None:
    fake.choose = lambda _: Fault(kind, after=True)
    with pytest.raises((ConnectionError, URLError, HTTPException)):
        ask(fake, "POST", ISSUES, {"title": "T", "labels": ["hotwash"]})
    assert len(fake.store("").list("hotwash")) == 1


def test_a_watcher_sees_a_call_before_and_after_its_effect(fake: FakeGitHub) -> None:
    seen: list[tuple[str, str, int]] = []
    fake.watch = lambda call, when: seen.append((call.verb, when, len(fake.store("").list("hotwash"))))
    ask(fake, "POST", ISSUES, {"title": "T", "labels": ["hotwash"]})
    assert seen == [("POST", "before", 0), ("POST", "after", 1)]


def test_the_description_is_the_cut_that_the_script_makes() -> None:
    cut = json.loads(DESCRIPTION.read_bytes())
    assert {path: [*calls] for path, calls in cut["paths"].items()} == CALLS
    assert DESCRIPTION.stat().st_size < 420_000
    assert "MIT License" in (DESCRIPTION.parent / "LICENSE.octokit-openapi").read_text()
