"""0xx: what the help says to do about a file that cannot be read as it is."""

from __future__ import annotations

import pytest

from tests.builders import judged, records


def helped(code: str, changes: dict[str, str | None]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Label and help of all findings of one rule."""
    report = judged(records(changes))
    return [
        (told.label, [(remedy.say, remedy.paste) for remedy in told.help])
        for told in report.diagnostics
        if told.code == code
    ]


@pytest.mark.parametrize(
    ("line", "label", "remedies"),
    [
        ("labels: {team: payments, on call}", "one text, or two?", [("put the text in quotes:", 'team: "payments, on call"')]),
        # No login has a comma.
        ("first_actions: {assess: {by: alice, at}}", "`at` has no value", [("give `at` a value, or delete it", "")]),
        (
            "first_actions: {assess: {note: P0, at, by: alice}}",
            "`at` has no value",
            [("give `at` a value, or delete it", ""), ("or put the text in quotes:", 'note: "P0, at"')],
        ),
        ("roles: {commander: alice, bob}", "one text, or two?", [("put the text in quotes:", 'commander: "alice, bob"')]),
        (
            "impact: {users: {affected: 12,400, description: x}}",
            "one text, or two?",
            [("write a number without commas, and a decimal with a point", "")],
        ),
    ],
)  # fmt: skip
def test_a_key_that_only_lacks_its_value_is_not_put_in_quotes(
    line: str, label: str, remedies: list[tuple[str, str]]
) -> None:
    assert helped("HW013", {"incident.yaml": f"{line}\n"}) == [(label, remedies)]


def test_front_matter_that_is_missing_can_be_pasted() -> None:
    body = "## Summary\n\nCard payments failed.\n"
    ((_, ((_, paste),)),) = helped("HW011", {"postmortem.md": body})
    report = judged(records({"postmortem.md": f"{paste.replace('YOUR-LOGIN', 'alice')}\n\n{body}"}))
    assert {told.code for told in report.diagnostics} == {"HW601"}


def test_front_matter_that_is_not_closed_is_closed_by_the_line_that_is_pasted() -> None:
    front = "---\nstatus: draft\nauthors: [alice]\n"
    ((_, ((_, paste),)),) = helped("HW011", {"postmortem.md": front})
    report = judged(records({"postmortem.md": f"{front}{paste}\n"}))
    assert {told.code for told in report.diagnostics} == {"HW601"}


def test_an_id_of_the_wrong_form_is_shown_where_the_line_is_right() -> None:
    files = {
        path.replace("2026/2026-11-23-checkout-500", "2026/checkout-500"): text for path, text in records().items()
    }
    (told,) = [one for one in judged(files).diagnostics if one.code == "HW010"]
    assert told.label == "the folder is 2026/checkout-500"
