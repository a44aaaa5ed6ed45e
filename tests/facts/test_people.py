"""Who is known of an incident, and where a text names them."""

from __future__ import annotations

import pytest

from hotwash.facts.people import known_people, logins
from hotwash.model.policy import Policy
from tests.builders import case

POLICY = Policy.model_validate(
    {
        "format": 1,
        "people": {"alice": "Alice Example", "jm7": "José Müller-Stone", "gh": "Grace Hope", "will": "Will Ro"},
    }
)


def named(text: str, policy: Policy = POLICY, **roles: str) -> list[tuple[str, str]]:
    """Who is named in a text, and as what."""
    told = "".join(f"  {role}: '{who}'\n" for role, who in {"commander": "alice", **roles}.items())
    known = known_people(case({"incident.yaml": f"roles:\n{told}"}), policy)
    return [(one.person, text[one.start : one.end]) for one in known.named(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Alice restarted it", ["Alice"]),
        ("ALICE and alice", ["ALICE", "alice"]),
        ("Alice's terminal, alice’s terminal, Alices Rechner", ["Alice", "alice", "Alices"]),  # noqa: RUF001 - as printed
        ("see https://x.example/~alice/ and /data/alice/log?by=alice", ["alice", "alice", "alice"]),
        ("on alice-laptop as alice_admin", ["alice", "alice"]),
        ("malice, Alicea, chalice, alice2 and alices", []),
        ("Alice Example, alice.example and AliceExample", ["Alice Example", "alice.example", "AliceExample"]),
        ("Alice\n    Example did", ["Alice\n    Example"]),
        ("Example, and an example of it", ["Example"]),
        ("José Müller-Stone, Jose Muller, müller", ["José Müller-Stone", "Jose", "Muller"]),
        ("stone by stone; Stone", []),
        ("JM7 and jm7's", ["JM7", "jm7"]),
        ("gh pr list; @gh did", ["gh"]),
        ("with grace and hope; Grace Hope did", ["Grace Hope"]),
        ("It will pass. Will it? @will knows, ask x.example/users/will", ["will", "will"]),
    ],
)
def test_a_name_is_a_word_of_its_own_in_any_form(text: str, found: list[str]) -> None:
    assert [words for _, words in named(text)] == found


@pytest.mark.parametrize("login", ["build", "checkout", "api", "commander", "42", "x"])
def test_a_login_that_means_something_else_counts_only_as_a_login(login: str) -> None:
    text = f"the {login} of {login}-1 and /{login}/42"
    assert named(text, communications=login) == []
    assert named(f"{text}, @{login}, /users/{login}", communications=login) == [(login, login)] * 2


def test_a_name_is_a_word_of_everyday_only_where_its_incident_says_so() -> None:
    policy = Policy.model_validate({"format": 1, "people": {"tk": "Tessa Kettle"}})
    assert named("Kettle and kettle", policy) == [("tk", "Kettle")]
    assert named("Kettle and kettle", policy, kettle="bob") == []
    assert named("Kettle and kettle", policy) == [("tk", "Kettle")]


def test_three_letters_are_enough_for_a_person() -> None:
    assert named("Bob and bobsled", communications="bob") == [("bob", "Bob")]


def test_a_login_with_hyphens_is_found_in_its_parts_together() -> None:
    assert named("jane-doe, Jane Doe, jane, doe", communications="jane-doe") == [
        ("jane-doe", "jane-doe"),
        ("jane-doe", "Jane Doe"),
    ]


def test_all_who_stand_in_an_incident_are_known() -> None:
    records = case(
        {
            "timeline.yaml …": "- at: 2026-11-23T08:52:00Z\n  by: erin\n  kind: escalation\n  to: frida\n  text: Please\n"
            "- at: 2026-11-23T08:53:00Z\n  by: system:pager\n  kind: handover\n  role: commander\n  to: gerd\n  text: On\n",
            "action-items.yaml": "- {id: AI-1, title: X, kind: prevent, priority: P1, status: open, owner: hanna, "
            "due: 2026-12-01}\n",
            "postmortem.md …": "---\nauthors: [ida]\nreviewed: {by: jan, at: 2026-11-25T09:30:00Z}\n---\n",
        },
        stage="closed",
    )
    assert {"alice", "bob", "carol", "dave", "erin", "frida", "gerd", "hanna", "ida", "jan"} == set(logins(records))
