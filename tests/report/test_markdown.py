"""The summary of a step as GitHub reads it: what it says first, what no text of a record does there, and its size."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings

from hotwash.diagnostics import GateVerdict, Help, IncidentLine, Report, Span, visible
from hotwash.report import markdown
from hotwash.report.fitting import LIMIT
from tests.forge_markdown import MARKDOWN, acts
from tests.report.everything import EMPTY, EVERYTHING, HOSTILE_TEXT, LATE, SHUT, UNSIGNED
from tests.report.hostile import hostile_reports, texts

if TYPE_CHECKING:
    from markdown_it.token import Token

INCIDENT = next(line for line in EVERYTHING.incidents if line.id == SHUT)
OPEN = GateVerdict("open", "✅ Initial assessment complete")
MANY = 10_000
MOST = 1024 * 1024  # bytes, beyond which GitHub drops a summary


def tokens(report: Report) -> list[Token]:
    return MARKDOWN.parse(markdown.render(report))


def text_of(token: Token) -> str:
    """The text that a reader sees, code apart, without the gaps that nobody sees."""
    shown = (child.content for child in token.children or [] if child.type in ("text", "text_special"))
    return "".join(shown).replace("\u200b", "")


def held(**changes: object) -> Report:
    """A report of one incident that is held."""
    return replace(EMPTY, incidents=(replace(INCIDENT, **changes),), diagnostics=(UNSIGNED,))  # type: ignore[arg-type]


def test_a_stop_says_in_three_lines_what_is_missing_and_what_to_write() -> None:
    heading, sentence, fence = [token for token in tokens(held()) if token.type in ("inline", "fence")][:3]
    assert heading.content == "⛔ STOP: first actions are not complete (3 of 4)"
    assert "gather data is not signed off" in sentence.content
    assert f"incidents/2026/{SHUT}/incident.yaml" in sentence.content
    assert fence.content == '  gather: {by: YOUR-LOGIN, at: 2026-11-23T10:00:00Z, note: "..."}\n'


def test_the_lines_of_all_sign_offs_stand_together() -> None:
    assess = replace(
        INCIDENT.verdict.missing[0],
        action="assess",
        message="assess severity and user impact is not signed off",
        help=(Help("write on this line:", "  assess: {by: YOUR-LOGIN}", "incident.yaml"),),
    )
    verdict = replace(INCIDENT.verdict, missing=(assess, *INCIDENT.verdict.missing))
    _, sentence, fence = [token for token in tokens(held(verdict=verdict)) if token.type in ("inline", "fence")][:3]
    assert "assess severity and user impact and gather data are not signed off. As each is done," in sentence.content
    assert [line.split(":")[0].strip() for line in fence.content.splitlines()] == ["assess", "gather"]


def test_a_gate_that_is_shut_for_another_reason_says_what_to_write_first() -> None:
    late = replace(
        INCIDENT.verdict.missing[0],
        action="",
        message="the fix came 4 min before the last of the four first actions was signed off",
        help=(
            Help("if a time is wrong, mend that"),
            Help("if not, say why:", '  ahead_of_gate: "..."', "timeline.yaml"),
        ),
    )
    verdict = GateVerdict("shut", "⛔ STOP: gone on before the first actions were complete", (late, late))
    _, sentence, fence = [token for token in tokens(held(verdict=verdict)) if token.type in ("inline", "fence")][:3]
    assert f"In `incidents/2026/{SHUT}/timeline.yaml`, if not, say why:" in sentence.content
    assert fence.content == '  ahead_of_gate: "..."\n'


def test_a_declaration_may_be_merged_and_is_told_what_comes_next() -> None:
    rendered = markdown.render(replace(held(), diagnostics=()))
    assert f"**{SHUT}**, before its status can move on: gather data is not signed off." in rendered


def test_three_that_are_held_are_opened_with_and_the_rest_counted() -> None:
    incidents = tuple(replace(INCIDENT, id=f"i{number}", path=f"incidents/2026/i{number}") for number in range(5))
    rendered = markdown.render(replace(EMPTY, incidents=incidents))
    assert rendered.count("## ⛔ STOP") == 3
    assert "**2 more incidents held at the STOP gate**" in rendered
    assert rendered.count("**⛔ STOP: first actions are not complete (3 of 4)**") == 2


@pytest.mark.parametrize(
    ("changes", "first"),
    [
        ({}, "## ✅ No findings"),
        ({"notices": ("incidents/policy.yaml cannot be used as it is",)}, "## ⚠️ No findings in what could be judged"),
        ({"diagnostics": (replace(UNSIGNED, level="warning"),)}, "## ⚠️ 0 errors, 1 warning"),
        ({"diagnostics": (UNSIGNED, replace(UNSIGNED, level="warning"))}, "## ❌ 1 error, 1 warning"),
    ],
)
def test_the_first_line_is_the_verdict(changes: dict[str, object], first: str) -> None:
    incidents = (replace(INCIDENT, verdict=OPEN),)
    rendered = markdown.render(replace(EMPTY, incidents=incidents, **changes))  # type: ignore[arg-type]
    assert rendered.splitlines()[0] == first
    assert "**✅ Initial assessment complete**" in rendered


def test_the_lines_below_it_say_what_is_wrong_and_the_rest_is_counted() -> None:
    wrong = tuple(
        replace(UNSIGNED, code="HW303", incident=INCIDENT.id, message=f"entry `{n}` was rewritten") for n in range(5)
    )
    told = [f"* **{INCIDENT.id}**: entry `{n}` was rewritten" for n in range(3)]
    passed = replace(EMPTY, incidents=(replace(INCIDENT, verdict=OPEN),), diagnostics=wrong)
    assert markdown.render(passed).splitlines()[1:5] == [*told, "* and 2 more errors"]
    # At a gate it comes behind what the gate asks for, which is not said twice.
    lines = markdown.render(replace(held(), diagnostics=(UNSIGNED, *wrong))).splitlines()
    at = lines.index("**Wrong as well:**")
    assert lines[0].startswith("## ⛔ STOP")
    assert lines[at + 2 : at + 6] == [*told, "* and 2 more errors"]


def test_the_four_first_actions_are_ticked_with_who_and_when() -> None:
    rendered = markdown.render(held()).splitlines()
    (assess,) = (line for line in rendered if line.startswith("- [x] **assess severity and user impact**"))
    assert assess.startswith("- [x] **assess severity and user impact** · alice, 2026-11-23T09:47:30Z: ")
    assert "- [x] **communicate status** · bob, 2026-11-23T09:50:40Z" in rendered
    assert "- [ ] **gather data** · not signed off" in rendered


def test_a_sign_off_that_nothing_shows_is_not_ticked_and_says_what_it_lacks() -> None:
    ticks = (replace(INCIDENT.first_actions[2], by="dave", at="2026-11-23T09:50Z"),)
    lacks = replace(INCIDENT.verdict.missing[0], message="gather is signed off without evidence.metrics")
    report = held(first_actions=ticks, verdict=replace(INCIDENT.verdict, missing=(lacks,)))
    expected = "- [ ] **gather data** · signed off without evidence.metrics · dave, 2026-11-23T09:50Z"
    assert expected in markdown.render(report).splitlines()


def test_what_is_late_is_marked() -> None:
    rows = [line for line in markdown.render(held()).splitlines() if line.startswith("| ")]
    assert rows[1] == "| the four first actions | 2026-11-23T09:53:00Z | **7 min late** |"
    assert rows[2].endswith(" | 2026-11-24 |  |")


def test_an_incident_that_nobody_asks_about_is_not_shown() -> None:
    assert "2026-10-01-quiet" not in markdown.render(EVERYTHING)


def test_what_waits_for_somebody_comes_first() -> None:
    rendered = markdown.render(EVERYTHING)
    places = [rendered.index(f"### {line.id}") for line in EVERYTHING.incidents if line.shown and line.id != LATE]
    assert max(places) < rendered.index(f"### {LATE}")


def test_what_judges_changes_and_is_changed_is_named() -> None:
    rendered = markdown.render(replace(EMPTY, guarded=tuple(f"tooling/{number}.py" for number in range(23))))
    assert "### This change edits what judges changes\nOnly the forge can forbid that" in rendered
    assert rendered.count("- `tooling/") == 20
    assert "- and 3 more" in rendered


# --- text of records


def boxes(report: Report) -> int:
    return sum(len(line.first_actions) for line in report.incidents if line.shown)


def structure(report: Report) -> list[tuple[str, int]]:
    """The blocks of a summary: headings, lists, tables, fences, and how deep they stand."""
    return [(token.type, token.level) for token in tokens(report) if token.type != "inline"]


HARMLESS = "z"
# What GitHub makes a link of by itself.
LINK = re.compile(r"(?i)://|\bwww\.|[a-z0-9]@[a-z0-9]")


def harmless(report: Report) -> Report:
    """The same report with a word in place of each text."""
    (line,), (diagnostic,), (waiting,) = report.incidents, report.diagnostics, report.upcoming
    (missing,) = line.verdict.missing
    tick = {"words": HARMLESS, "by": HARMLESS}
    plain = {
        "message": HARMLESS,
        "label": HARMLESS,
        "notes": (HARMLESS,),
        "help": (Help(HARMLESS, HARMLESS),),
        "related": (replace(diagnostic.related[0], path=HARMLESS, message=HARMLESS),),
        "path": f"{line.path}/{HARMLESS}",
    }
    return replace(
        report,
        incidents=(
            replace(
                line,
                id=HARMLESS,
                facts=(HARMLESS,),
                title=HARMLESS,
                verdict=GateVerdict(
                    "shut", HARMLESS, (replace(missing, message=HARMLESS, help=(Help(HARMLESS, HARMLESS, "f"),)),)
                ),
                first_actions=tuple(replace(one, note=HARMLESS, at=HARMLESS, **tick) for one in line.first_actions),  # type: ignore[arg-type]
                due=(replace(line.due[0], what=HARMLESS, at=HARMLESS, late=HARMLESS),),
            ),
        ),
        diagnostics=(replace(diagnostic, **plain),),  # type: ignore[arg-type]
        upcoming=(replace(waiting, fix=HARMLESS, **plain),),  # type: ignore[arg-type]
        base=HARMLESS,
        guarded=(HARMLESS,),
        notices=(HARMLESS,),
    )


def inlines(found: list[Token]) -> set[str]:
    return {child.type for token in found for child in token.children or []}


@settings(deadline=None, max_examples=100)
@given(hostile_reports())
def test_no_text_of_a_record_acts_or_becomes_markdown(report: Report) -> None:
    """Nothing is pinged, linked, closed, hidden or loaded, and no block begins or ends by it (threats T4)."""
    rendered = markdown.render(report)
    assert [what for what, _ in acts(rendered)] == ["checkbox"] * boxes(report)
    assert structure(report) == structure(harmless(report))
    allowed = {"text", "text_special", "softbreak", "code_inline", "strong_open", "strong_close", "em_open", "em_close"}
    assert inlines(tokens(report)) <= allowed
    inline = (child for token in tokens(report) for child in token.children or [])
    assert not any(LINK.search(child.content) for child in inline if child.type != "code_inline")


@settings(deadline=None, max_examples=100)
@given(texts)
@example(HOSTILE_TEXT)
@example("2. rolled back")
@example("- [x] done")
@example("=== --- +1")
@example("ends in a backslash\\")
@example("`")
def test_text_of_a_record_reads_as_it_was_written(title: str) -> None:
    words = " ".join(title.split())
    shown = [text_of(token) for token in tokens(held(title=title, facts=("P1",))) if token.type == "inline"]
    assert f"{visible(words)} · P1" in shown if words else "P1" in shown


@pytest.mark.parametrize("ticks", ["```", "````", "~~~", "`````\n```", "``` yaml\n::error::x"])
def test_no_line_ends_the_fence_in_which_it_stands(ticks: str) -> None:
    paste = f"a: |\n  {ticks}\n{ticks}\n# heading"
    found = tokens(replace(EMPTY, diagnostics=(replace(UNSIGNED, help=(Help("x", paste),)),)))
    (fence,) = (token for token in found if token.type == "fence")
    assert fence.content == paste.replace("\n::error", "\n\\u003a:error") + "\n"


@pytest.mark.parametrize("message", ["`a` is not `b`", "``", "`a``b`", "` `", "a ` b", "`@alice` and @alice", "`\\`x"])
def test_names_between_backticks_are_code_and_all_else_is_text(message: str) -> None:
    found = tokens(replace(EMPTY, diagnostics=(replace(UNSIGNED, message=message),)))
    heading = next(token for token in found if token.type == "inline" and "HW201" in token.content)
    shown = "".join(
        f"`{child.content}`" if child.type == "code_inline" else child.content for child in heading.children or []
    )
    assert shown.replace("\u200b", "").endswith(message)
    assert list(acts(markdown.render(replace(EMPTY, diagnostics=(replace(UNSIGNED, message=message),))))) == []


# --- size


def fences_are_whole(rendered: str) -> bool:
    found = MARKDOWN.parse(rendered)
    # The line that closes the summary is not within a fence that was left open.
    return found[-2].type == "inline" and found[-2].content.endswith("hotwash VERSION")


def test_what_does_not_fit_is_counted_and_no_fence_is_cut() -> None:
    incidents = tuple(replace(INCIDENT, id=f"i{number}-", path=f"incidents/2026/i{number}") for number in range(200))
    found = tuple(
        replace(UNSIGNED, path=f"{line.path}/incident.yaml", span=Span(number, 3, number, 9))
        for line in incidents
        for number in range(1, MANY // 200 + 1)
    )
    guarded = ("tooling/x.py",)
    rendered = markdown.render(replace(EMPTY, incidents=incidents, diagnostics=found, guarded=guarded))
    assert 850_000 < len(rendered.encode()) <= LIMIT < MOST
    assert fences_are_whole(rendered)
    shown = rendered.count("#### ❌ error HW201")
    (more,) = re.findall(r"\*\*([\d,]+) more findings did not fit here\*\*; `hotwash check` shows all\.", rendered)
    assert shown + int(more.replace(",", "")) == MANY
    # The findings of one incident hide neither another one nor what concerns the change as a whole.
    assert all(f"### {line.id}\n" in rendered for line in incidents)
    assert "- `tooling/x.py`" in rendered


def test_of_one_incident_a_hundred_findings_are_shown_errors_first() -> None:
    found = tuple(
        replace(UNSIGNED, code="HW402", level="error" if line > MANY - 10 else "warning", span=Span(line, 3, line, 9))
        for line in range(1, MANY + 1)
    )
    rendered = markdown.render(replace(held(), diagnostics=(*found, UNSIGNED)))
    levels = re.findall(r"^#### \S+ (\w+ HW...)", rendered, re.MULTILINE)
    assert levels == ["error HW201"] + ["error HW402"] * 10 + ["warning HW402"] * 89
    assert f"**9,901 more findings** of this incident; `hotwash check {SHUT}` shows all." in rendered


def test_one_endless_finding_does_not_take_the_summary_away() -> None:
    long = "word `" * 400_000
    endless = replace(UNSIGNED, message=long, label=long, notes=(long,), help=(Help(long, long),))
    rendered = markdown.render(replace(EMPTY, diagnostics=(endless, UNSIGNED)))
    assert len(rendered.encode()) <= LIMIT
    assert fences_are_whole(rendered)
    assert rendered.count("#### ❌ error HW201") == 2


def test_many_incidents_that_say_little_are_cut_as_well() -> None:
    incidents = tuple(
        IncidentLine(f"i{number}", f"incidents/2026/i{number}", (), OPEN, shown=True, title="x" * 200)
        for number in range(MANY)
    )
    rendered = markdown.render(replace(EMPTY, incidents=incidents))
    assert len(rendered.encode()) <= LIMIT
    assert "**Not all of it fits here**; `hotwash check` shows all." in rendered
