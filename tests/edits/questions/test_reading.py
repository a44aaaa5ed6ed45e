"""How typed answers are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hotwash.edits.questions.action_items import proof
from hotwash.edits.questions.declaring import noticed
from hotwash.edits.questions.ending import runbooks
from hotwash.edits.questions.entries import minimal
from hotwash.edits.questions.first_actions import business, evidence
from hotwash.edits.questions.question import Choice
from hotwash.edits.questions.reading import (
    count,
    link,
    login,
    one_of,
    reason,
    several_of,
    share,
    title,
    users,
    who,
    words_or_nothing,
    yes_or_no,
)

if TYPE_CHECKING:
    from hotwash.edits.amendment import Plain
    from hotwash.edits.questions.question import Read

COLOURS = (Choice("red", "like blood"), Choice("green"), Choice("grey"))
SERVICES = ("checkout-api", "payments", "search", "search-index")


@pytest.mark.parametrize(
    ("read", "typed", "value"),
    [
        (users, "12400 EU customers cannot pay", {"affected": 12400, "description": "EU customers cannot pay"}),
        (users, "12,400: EU customers cannot pay", {"affected": 12400, "description": "EU customers cannot pay"}),
        (users, "12.400 Kunden", {"affected": 12400, "description": "Kunden"}),
        (users, "about 12k cannot pay", {"affected": 12000, "description": "cannot pay"}),
        (users, "1.5m see errors", {"affected": 1_500_000, "description": "see errors"}),
        (users, "0 but the next order will fail", {"affected": 0, "description": "but the next order will fail"}),
        (users, "31 % of customers cannot pay", {"share": 0.31, "description": "customers cannot pay"}),
        (users, "0.5% see errors", {"share": 0.005, "description": "see errors"}),
        (
            users,
            "unknown, logins fail in Europe",
            {"affected": {"unknown": "not counted at the first assessment"}, "description": "logins fail in Europe"},
        ),
        (words_or_nothing, "none: Loki is down tonight", {"none": "Loki is down tonight"}),
        (words_or_nothing, "n/a: nobody pays there", {"not_applicable": "nobody pays there"}),
        (words_or_nothing, "Unknown - nobody can look", {"unknown": "nobody can look"}),
        (words_or_nothing, "none of the orders pass", "none of the orders pass"),
        (business, "Half of the orders", {"description": "Half of the orders"}),
        (business, "none: a drill, nobody pays", {"none": "a drill, nobody pays"}),
        (evidence, "5xx at 31 %", [{"summary": "5xx at 31 %"}]),
        (evidence, "5xx at 31 %: https://g.example/d/1", [{"summary": "5xx at 31 %", "url": "https://g.example/d/1"}]),
        (evidence, "https://g.example/d/1", [{"summary": "https://g.example/d/1"}]),
        (noticed, "1", {"via": "alert"}),
        (noticed, "customer: two calls", {"via": "customer", "noticed": "two calls"}),
        (noticed, "emp Bob saw it", {"via": "employee", "noticed": "Bob saw it"}),
        (minimal, "y", True),
        (minimal, "no: it moves the settings too", {"none": "it moves the settings too"}),
        (runbooks, "docs/a.md, https://wiki.example/b", [{"path": "docs/a.md", "change": "updated"}, {"url": "https://wiki.example/b", "change": "updated"}]),
        (proof, "docs/a.md: Roll back", {"file": "docs/a.md", "contains": "Roll back"}),
        (proof, "https://git.example/pull/1", {"pull_request": "https://git.example/pull/1"}),
        (proof, "none: it is a habit", {"none": "it is a habit"}),
        (one_of(COLOURS), "2", "green"),
        (one_of(COLOURS), "Red", "red"),
        (one_of(COLOURS), "gree", "green"),
        (one_of(COLOURS, also=("dark-blue",)), "dark blue", "dark-blue"),
        (several_of(COLOURS, None, noun="colour"), "2, red  red", ("green", "red")),
        (several_of((), SERVICES, noun="service"), "pay search", ("payments", "search")),
        (login, "@alice", "alice"),
        (who, "role:dba", "role:dba"),
        (share, "85 %", 0.85),
        (share, "0.85", 0.85),
        (count, "12,400", 12400),
        (title, "  Checkout\t500 ", "Checkout 500"),
        (link, "https://git.example/1", "https://git.example/1"),
        (yes_or_no, "Y", True),
    ],
)  # fmt: skip
def test_an_answer_is_read(read: Read, typed: str, value: Plain) -> None:
    assert read(typed) == value


@pytest.mark.parametrize(
    ("read", "typed", "told"),
    [
        (users, "many customers", "begin with how many: 12400, 31 %, or unknown; then what they cannot do"),
        (users, "12400", "then say what they cannot do: 12400 EU customers cannot pay"),
        (users, "unknown", "then say what they cannot do: unknown, EU customers cannot pay"),
        (users, "130 % of them", "more than 100 %"),
        (words_or_nothing, "none", "say why, too: none: …"),
        (words_or_nothing, "-", "say why, too: none: …"),
        (words_or_nothing, "none: n/a", "that says nothing: n/a"),
        (words_or_nothing, "none: Loki", "say it in 10 characters or more"),
        (business, "unknown: nobody has looked", "somebody can look: say what is known, or none: why"),
        (minimal, "no", "say why it is not: no: …"),
        (reason, "todo", "that says nothing: todo"),
        (one_of(COLOURS), "gr", "which one: green or grey?"),
        (one_of(COLOURS), "geen", "did you mean green?"),
        (one_of(COLOURS), "4", "one of red, green, grey"),
        (
            several_of((), SERVICES, noun="service"),
            "chekout",
            "no service is called chekout; did you mean checkout-api?",
        ),
        (several_of((), SERVICES, noun="service"), " , ", "name one service or more"),
        (login, "YOUR-LOGIN", "not a login: write it like alice, with a to z, digits and hyphens"),
        (login, "alice example", "not a login: write it like alice, with a to z, digits and hyphens"),
        (share, "1.2", "write a part, like 85 % or 0.85"),
        (count, "a lot", "write a whole number"),
        (link, "git.example/1", "not an address: write it like https://…"),
        (title, "x" * 201, "201 characters; a title has 200 at most"),
        (yes_or_no, "maybe", "write yes or no"),
    ],
)
def test_what_cannot_be_read_says_what_is_wrong(read: Read, typed: str, told: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the whole message is compared
        read(typed)
    assert str(caught.value) == told
