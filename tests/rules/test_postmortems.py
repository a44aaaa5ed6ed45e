"""Family 6 at its edges: what is unfinished, whose review counts, what blames, and where links lead."""

from __future__ import annotations

import pytest

from tests.builders import FOLDER, NOW_AT, POSTMORTEM_TEXT, codes, judged, records

NOW = NOW_AT["closed"]
FILE = "postmortem.md"
RESOLVED = "  resolved: 2026-11-23T09:30:00Z\n"
LATE = "recorded: {mode: late, at: 2026-11-24, by: alice}\n"


def found(code: str, changes: dict[str, str | None], *, stage: str = "closed") -> list[tuple[str, str]]:
    """Level and message of all findings of one rule."""
    report = judged(records(changes, stage=stage), now=NOW_AT[stage])
    return [(told.level, told.message) for told in report.diagnostics if told.code == code]


def with_section(title: str, text: str) -> dict[str, str | None]:
    return {f"{FILE} …": f"## {title}\n\n{text}\n"}


def with_front(text: str) -> dict[str, str | None]:
    return {f"{FILE} …": f"---\n{text}---\n"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("## Root cause\n", "## ROOT  Cause:\n"),
        ("## Root cause\n", "Root cause\n----------\n"),
        ("## Root cause\n", " ## Root cause ##\n"),
        ("## Lessons\n", "## Glossary\n\nPool: shared connections\n\n## Lessons\n"),
        ("## Lessons\n", "## Glossary\n\nPool: a\n\n## Glossary\n\nPool: b\n\n## Lessons\n"),
        ("\n", "\r\n"),
    ],
)
def test_a_section_is_known_by_its_words(old: str, new: str) -> None:
    assert found("HW601", {FILE: POSTMORTEM_TEXT.replace(old, new)}) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("## Lessons\n", "### Lessons\n"),
        ("## Lessons\n", "```\n## Lessons\n"),
        ("## Lessons\n", "<!--\n## Lessons\n"),
        ("## Lessons\n", "## **Lessons**\n"),
        ("## Lessons\n", "Lessons\n\n"),
    ],
)
def test_what_is_no_heading_of_the_second_level_is_no_section(old: str, new: str) -> None:
    assert found("HW601", {FILE: POSTMORTEM_TEXT.replace(old, new)}) == [("error", "the section Lessons is missing")]


@pytest.mark.parametrize(("status", "level"), [("draft", "warning"), ("in-review", "warning"), ("published", "error")])
def test_what_is_not_published_may_be_unfinished(status: str, level: str) -> None:
    text = POSTMORTEM_TEXT.replace("status: published", f"status: {status}").replace("## Lessons", "## Impact")
    text += "\n## Detection\n\nTBD\n"
    report = judged(records({FILE: text, "incident.yaml": "severity: P3\n"}, stage="closed"), now=NOW)
    assert {(told.code, told.level) for told in report.diagnostics} == {("HW601", level), ("HW602", level)}


def test_a_section_that_stands_three_times_is_found_once() -> None:
    text = POSTMORTEM_TEXT + "\n## Impact\n\nMore.\n" * 2
    assert found("HW601", {FILE: text}) == [("error", "the section Impact stands twice")]


def test_no_post_mortem_is_no_finding_of_this_family() -> None:
    report = judged(records({FILE: None}, stage="closed"), now=NOW)
    assert not [code for code in codes(report) if code.startswith("HW6")]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "<!-- what? -->",
            "<!--\nwhat?\n\nwho? -->",
            "...",
            "…",
            "-",
            "- \n- \n",
            "***",
            "### Customers",
            "> ...",
        ),
        *(
            "TODO",
            "TBD",
            "tbd.",
            "**TODO**",
            "- TODO",
            "- [ ] TODO",
            "_to be written_",
            "To do",
            "???",
            "WIP",
            "`...`\n\nTODO",
        ),
        *(
            "TODO: ask bob",
            "TODO(bob): ask",
            "TODO - ask bob",
            "TODO ask bob",
            "FIXME: numbers",
            "We know. TODO: numbers",
        ),
        *("The loss: TBD", "The loss is TBD.", "The loss (TBD) is high", "TBD by finance", "Loss = TODO", "XXX"),
        *(
            "[Describe the impact]",
            "<how many users>",
            "{{ impact }}",
            "Lorem ipsum dolor sit amet",
            "A. Lorem ipsum dolor",
        ),
        *(
            "We were slow.\n\n- TODO: why",
            "We were slow to see it, and nobody knew which of the two pools was empty then.\n\n- TODO: why",
            "We were\nslow: TODO",
            "Not stated in the sources.",
            "not stated in the sources",
        ),
    ],
)
def test_a_section_that_is_still_to_be_written(text: str) -> None:
    assert len(found("HW602", with_section("Impact", text))) == 1


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Nothing.",
            "None",
            "No.",
            "n",
            "`make`",
            "```\nTODO\n```",
            "    TODO: x",
            "![graph](https://a.example/b.png)",
        ),
        *(
            "The log said `x = 1 # FIXME: TODO: remove`.",
            'The log said "TODO: remove".',
            "Our TODO list was long.",
            "TODO lists are long.",
        ),
        *("We had a TODO\nfor that.", "Nobody had read the TODO.", "We call it TBD here.", "The TBD column was empty."),
        *("It was clear what to do.", "Work in progress was lost.", "The team to follow was on leave.", "to-do"),
        *(
            "[the graph](https://a.example/b)",
            "[S1][]\n\n[S1]: https://a.example",
            "<https://a.example/b>",
            "XXXL shirts",
        ),
        *(
            "Not stated in the sources. We asked the bank.",
            "1. One",
            "| a | b |\n|---|---|\n| 1 | 2 |",
            "### Part\n\nText",
        ),
        *("<!-- TODO: how many? -->\nSome 40.", "It took 5 minutes ... and then it was over.", "Error code TODO-7"),
    ],
)
def test_a_section_that_says_something(text: str) -> None:
    assert found("HW602", with_section("Impact", text)) == []


def test_a_retrospective_record_may_say_that_its_sources_are_silent() -> None:
    text = POSTMORTEM_TEXT.replace("The rollback came first.", "Not stated in the sources.")
    assert found("HW602", {FILE: text}, stage="retrospective") == []
    assert len(found("HW602", {FILE: text})) == 1
    assert len(found("HW602", {FILE: text, "incident.yaml": LATE})) == 1


def test_the_mark_is_pointed_at_in_its_line() -> None:
    report = judged(records(with_section("Impact", "Some\n\n- one\n- two is\n  TBD"), stage="closed"), now=NOW)
    (told,) = report.diagnostics
    assert (told.source, told.span.column, told.span.end_column) == (("  TBD",), 3, 6)


@pytest.mark.parametrize(
    "front",
    [
        "root_causes: [{category: change, trigger: TBD, statement: The pool was too small}]\n",
        'root_causes: [{category: change, trigger: A deployment, statement: "TODO: ask dave"}]\n',
        "contributing_factors: [Two people were on leave, To be determined]\n",
    ],
)
def test_front_matter_is_written_too(front: str) -> None:
    assert len(found("HW602", with_front(front))) == 1


@pytest.mark.parametrize(
    ("authors", "by", "number"),
    [
        ("[alice]", "alice", 1),
        ("[alice]", "Alice", 1),
        ("[alice, bob]", "alice", 0),
        ("[alice]", "bob", 0),
        ("[alice]", "role:quality", 0),
        ("[alice]", "unknown", 1),
        ("[alice]", "system:bot", 1),
        ("[unknown]", "bob", 0),
    ],
)
def test_a_review_is_by_somebody_else(authors: str, by: str, number: int) -> None:
    front = f'authors: {authors}\nreviewed: {{by: "{by}", at: 2026-11-25T09:30:00Z}}\n'
    assert len(found("HW603", with_front(front))) == number


def test_a_draft_needs_no_review() -> None:
    assert found("HW603", with_front("status: draft\nreviewed: {by: alice, at: 2026-11-25T09:30:00Z}\n")) == []


@pytest.mark.parametrize(
    "text",
    [
        *("Human error", "Human error.", "A simple human error", "It was human error", "This was due to human error"),
        *("The disk was wiped by operator error", "Root cause: user error", "An outage through pilot error."),
        *(
            "The wrong switch was set. Human error.",
            "Careless work on the replica",
            "Negligence",
            "alice fat-fingered it",
        ),
        *(
            "A mistake by alice",
            "A mistake made by the team",
            "Someone forgot to renew it",
            "The engineer neglected it",
        ),
        *("Caused by\n  human error", "HUMAN ERROR", "It was not the disk. It was human error"),
    ],
)
def test_somebodys_error_is_no_root_cause(text: str) -> None:
    quoted = text.replace("\n", "\\n")
    front = f'root_causes: [{{category: operation, trigger: A deployment, statement: "{quoted}"}}]\n'
    assert len(found("HW604", with_front(front))) == 1


@pytest.mark.parametrize(
    "text",
    [
        *(
            "It was not human error",
            "This is no human error",
            "It was not caused by human error",
            "It wasn't human error",
        ),
        *(
            "Nothing guards against human error",
            "The procedure has room for operator error",
            "We do not stop at human error",
        ),
        *("The report says “human error” and stops", "The API answered `user error`", "User error pages were cached"),
        *(
            "The wrong host was chosen by mistake",
            "The directory was removed on the primary",
            "A human approved the change",
        ),
        *(
            "User errors rose",
            "The error by which it began",
            "The failure was caused by user error rates",
            "Manual failover",
        ),
        *("A certificate had expired", "A mistake by design of the protocol", "It could not be called human error"),
    ],
)
def test_facts_denials_and_quotations_blame_nobody(text: str) -> None:
    front = f"root_causes: [{{category: operation, trigger: A deployment, statement: '{text.replace(chr(39), chr(39) * 2)}'}}]\n"
    assert found("HW604", with_front(front)) == []


def finding(id_: str, minute: int, text: str, more: str = "") -> str:
    return (
        f"- id: {id_}\n  at: 2026-11-23T08:{minute}:30Z\n  by: dave\n  kind: finding\n  about: root-cause\n"
        f"  state: confirmed\n  text: {text}\n{more}"
    ).replace(f"- id: {id_}\n  at: 2026-11-23T08:{minute}:30Z", f"- at: 2026-11-23T08:{minute}:30Z\n  id: {id_}")


@pytest.mark.parametrize(
    ("entries", "number"),
    [
        (finding("a", 56, "Human error"), 1),
        (finding("a", 56, "Human error").replace("confirmed", "open"), 0),
        (finding("a", 56, "Human error").replace("root-cause", "hypothesis"), 0),
        (finding("a", 56, "Human error") + finding("b", 57, "The pool", "  supersedes: a\n"), 0),
        (finding("a", 56, "The pool") + finding("b", 57, "Human error", "  supersedes: a\n"), 1),
    ],
)
def test_only_what_is_held_to_be_certain_in_the_timeline_blames(entries: str, number: int) -> None:
    assert len(found("HW604", {"timeline.yaml …": entries})) == number


def test_the_section_and_incident_yaml_are_read_too() -> None:
    assert len(found("HW604", with_section("Root cause", "Human error.\n\nMore of it."))) == 1
    assert found("HW604", with_section("Root cause", "The pool was small. Many would call it human error.")) == []
    causes = "root_causes: [{category: operation, trigger: Human error, statement: The pool was too small}]\n"
    assert len(found("HW604", {"incident.yaml": causes})) == 1


@pytest.mark.parametrize(
    ("at", "resolved", "number"),
    [
        ("2026-11-23T09:29:59Z", "2026-11-23T09:30:00Z", 1),
        ("2026-11-23T09:30:00Z", "2026-11-23T09:30:00Z", 0),
        ("2026-11-23", "2026-11-23T09:30:00Z", 0),
        ("2026-11-22", "2026-11-23T09:30:00Z", 1),
        ("2026-11-23T09:25:00Z", "{at: 2026-11-23T09:30:00Z, approx: true}", 0),
        ("{at: 2026-11-23T09:25:00Z, approx: true}", "2026-11-23T09:30:00Z", 0),
    ],
)
def test_a_review_is_only_too_early_where_it_surely_is(at: str, resolved: str, number: int) -> None:
    changes: dict[str, str | None] = dict(with_front(f"reviewed: {{by: dave, at: {at}}}\n"))
    times = records(stage="closed")[f"{FOLDER}/incident.yaml"].split("times:\n")[1].split("roles:")[0]
    changes["incident.yaml"] = "times:\n" + times.replace(RESOLVED, f"  resolved: {resolved}\n")
    assert len(found("HW605", changes)) == number


@pytest.mark.parametrize("status", ["draft", "in-review"])
def test_a_draft_may_be_written_while_it_burns(status: str) -> None:
    text = POSTMORTEM_TEXT.replace("status: published", f"status: {status}")
    assert found("HW605", {FILE: text}, stage="monitoring") == []


@pytest.mark.parametrize(
    "target",
    [
        *(
            "evidence/logs.txt",
            "./evidence/logs.txt",
            "evidence/../timeline.yaml",
            "timeline.yaml#L3",
            "incident.yaml?plain=1",
        ),
        *("evidence", "evidence/", "evidence/more/", ".", "..", "../", "../../", "../../../docs/runbooks/checkout.md"),
        *(
            "/docs/runbooks/checkout.md",
            "evidence/a%20b.txt",
            "<evidence/a b.txt>",
            "../../../docs/runbooks",
            "../../../docs/",
        ),
        *(
            "../2026-11-22-slow/",
            "../2026-11-22-slow",
            "../2026-11-22-slow/incident.yaml",
            "#impact",
            "#",
            "#Root-cause",
        ),
        *(
            "https://a.example/b.md",
            "mailto:a@b.example",
            "//a.example/b.md",
            "../../../.github/CODEOWNERS",
            "%65vidence/logs.txt",
        ),
    ],
)
def test_links_that_lead_somewhere(target: str) -> None:
    other = "incidents/2026/2026-11-22-slow"
    changes: dict[str, str | None] = {
        **with_section("Lessons", f"See [this]({target})."),
        f"{FOLDER}/evidence/logs.txt": "x\n",
        f"{FOLDER}/evidence/a b.txt": "x\n",
        f"{FOLDER}/evidence/more/c.txt": "x\n",
        f"{other}/incident.yaml": "title: x\n",
    }
    files = records(changes, stage="closed") | {".github/CODEOWNERS": "* alice\n"}
    assert "HW606" not in codes(judged(files, now=NOW))


@pytest.mark.parametrize(
    "target",
    [
        *(
            "evidence/log.txt",
            "evidence/logs.txt/",
            "evidence/less/",
            "timeline.yml",
            "../../../docs/runbooks/chekout.md",
        ),
        *(
            "docs/runbooks/checkout.md",
            "/incidents/2026/x/incident.yaml",
            "../../../../other/README.md",
            "/../etc/passwd",
        ),
        *(
            "../2026-11-22-slow/",
            "../2026-11-22-slow",
            "#no-such-part",
            "evidence\\\\logs.txt",
            "%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc",
        ),
        *("evidence%2Flogs.tx", "evidence/logs%00.txt", "../../../../../../../../etc/passwd"),
    ],
)
def test_links_that_lead_nowhere(target: str) -> None:
    changes: dict[str, str | None] = {
        **with_section("Lessons", f"See [this]({target})."),
        f"{FOLDER}/evidence/logs.txt": "x\n",
    }
    assert [level for level, _ in found("HW606", changes)] == ["warning"]


def test_links_of_the_timeline_are_read_from_the_folder_too() -> None:
    entry = "- at: 2026-11-23T08:54:00Z\n  by: dave\n  kind: note\n  text: |\n    See [a]({}).\n"
    assert found("HW606", {"timeline.yaml …": entry.format("incident.yaml")}) == []
    assert len(found("HW606", {"timeline.yaml …": entry.format("incident.yml")})) == 1


# --- what is said once, and what is meant


TEMPLATE = "---\nstatus: {status}\nauthors: [alice]\nreviewed: {{by: dave, at: 2026-11-25T09:30:00Z}}\n---\n{body}"
BODY = "".join(
    f"## {title}\nTODO\n"
    for title in (
        *("Summary", "Impact", "Root cause", "Detection", "Response"),
        *("What went well", "What went badly", "Where we got lucky", "Lessons"),
    )
)


@pytest.mark.parametrize("status", ["draft", "in-review"])
def test_the_template_is_one_finding_that_names_its_sections(status: str) -> None:
    ((level, message),) = found("HW602", {FILE: TEMPLATE.format(status=status, body=BODY)})
    assert level == "warning"
    assert message == (
        "9 sections are still to be written: Summary, Impact, Root cause, Detection, Response, What went well, "
        "What went badly, Where we got lucky, Lessons"
    )


def test_of_what_is_published_each_section_is_named() -> None:
    assert len(found("HW602", {FILE: TEMPLATE.format(status="published", body=BODY)})) == 9


def test_one_section_that_is_left_is_shown_by_itself() -> None:
    body = BODY.replace("TODO", "We looked.").replace("## Lessons\nWe looked.", "## Lessons\nTODO")
    assert found("HW602", {FILE: TEMPLATE.format(status="draft", body=body)}) == [
        ("warning", "Lessons is not finished: it still says `TODO`")
    ]


def test_more_sections_than_there_are_by_themselves_are_counted() -> None:
    body = BODY + "## A\n## B\n"
    ((_, message),) = found("HW602", {FILE: TEMPLATE.format(status="draft", body=body)})
    assert message.startswith("11 sections are still to be written: Summary,")
    assert message.endswith("Lessons and 2 more")


def test_a_draft_that_refers_to_sources_is_told_so_beside() -> None:
    body = BODY.replace("## Impact\nTODO", "## Impact\nNot stated in the sources.")
    told = found("HW602", {FILE: TEMPLATE.format(status="draft", body=body)})
    assert len(told) == 2
    assert ("warning", "Impact refers to sources, and of our own incident we are the source") in told


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("#lesson", "did you mean `#lessons`?"),
        ("#orders", "write the name of a heading that is there, `#detection` for example; or delete the link"),
        ("../../../docs/runbooks/chekout.md", "did you mean `../../../docs/runbooks/checkout.md`?"),
        ("evidence/log.txt", "did you mean `evidence/logs.txt`?"),
        ("evidence/graph.png", "write where it is now, seen from the folder of the incident; or delete the link"),
    ],
)
def test_a_link_that_is_nearly_right_is_answered_with_the_right_one(target: str, says: str) -> None:
    changes: dict[str, str | None] = {
        "evidence/logs.txt": "x\n",
        **with_section("Lessons", f"[This]({target}) says so."),
    }
    report = judged(records(changes, stage="closed"), now=NOW)
    assert [told.help[0].say for told in report.diagnostics if told.code == "HW606"] == [says]


def test_a_link_that_not_every_system_can_follow_is_told_so() -> None:
    link = with_section("Lessons", "See [this](evidence/a:b.txt).")
    changes: dict[str, str | None] = {"evidence/a:b.txt": "x\n", **link}
    ((_, message),) = found("HW606", changes)
    assert "is no path that every system knows" in message
