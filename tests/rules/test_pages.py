"""Every rule is in its table once, its page is whole, and the examples on the page do what they say."""

from __future__ import annotations

import inspect
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from hotwash.records.revision import Commit
from hotwash.rules import ALL_RULES, DOCUMENT_RULES
from hotwash.rules.rule import ALL_MODES, SECTIONS, markdown, page
from tests.builders import ITEMS, NOW_AT, codes, judged, judged_change, records, snapshot
from tests.command import hotwash

if TYPE_CHECKING:
    from hotwash.rules.rule import Rule

CASES = Path(__file__).parents[1] / "cases"
CHANGES = Path(__file__).parents[1] / "changes"

# Codes and names are a contract: they stand in people's policies, silences and links.
# Code -> name, level, modes, the status from which it is judged.
CONTRACT: dict[str, tuple[str, str, str, str | None]] = {
    "HW001": ("unreadable-file", "error", "LARD", None),
    "HW002": ("yaml-syntax", "error", "LARD", None),
    "HW003": ("duplicate-key", "error", "LARD", None),
    "HW004": ("yaml-feature", "error", "LARD", None),
    "HW005": ("unknown-key", "error", "LARD", None),
    "HW006": ("missing-key", "error", "LARD", None),
    "HW007": ("wrong-value", "error", "LARD", None),
    "HW008": ("ambiguous-scalar", "warning", "LARD", None),
    "HW009": ("unexpected-file", "warning", "LARD", None),
    "HW010": ("malformed-id", "error", "LARD", None),
    "HW011": ("front-matter", "error", "LARD", None),
    "HW013": ("comma-in-flow-text", "error", "LARD", None),
    "HW014": ("clashing-paths", "error", "LARD", None),
    "HW015": ("cut-at-hash", "warning", "LARD", None),
    "HW101": ("times-out-of-order", "error", "LARD", None),
    "HW102": ("time-in-future", "error", "LARD", None),
    "HW103": ("timeline-out-of-order", "warning", "LARD", None),
    "HW104": ("status-disagrees", "error", "LAD", None),
    "HW105": ("severity-disagrees", "error", "LAD", None),
    "HW106": ("role-disagrees", "warning", "LAD", None),
    "HW107": ("repeated-entry", "warning", "LARD", None),
    "HW108": ("severity-against-impact", "warning", "LAD", None),
    "HW109": ("entry-outside-incident", "warning", "LAD", None),
    "HW110": ("unknown-not-allowed", "error", "LAD", None),
    "HW111": ("fact-without-source", "error", "R", None),
    "HW112": ("relapse-after-mitigated", "warning", "LAD", None),
    "HW113": ("unknown-entry-id", "error", "LARD", None),
    "HW201": ("first-actions-incomplete", "error", "LAD", "investigating"),
    "HW202": ("first-action-unsupported", "error", "LAD", "investigating"),
    "HW203": ("first-actions-late", "warning", "LD", "investigating"),
    "HW204": ("proceeded-before-first-actions", "error", "LD", "investigating"),
    "HW205": ("sign-off-not-observed", "error", "R", None),
    "HW206": ("empty-reason", "error", "LARD", None),
    "HW211": ("identified-without-finding", "error", "LAD", "identified"),
    "HW212": ("monitoring-without-mitigation", "error", "LAD", "monitoring"),
    "HW213": ("fix-incomplete", "error", "LAD", "monitoring"),
    "HW214": ("harm-not-answered", "error", "LARD", "monitoring"),
    "HW215": ("resolved-without-times", "error", "LAD", "resolved"),
    "HW216": ("outcome-pending", "error", "LARD", "resolved"),
    "HW217": ("resolution-not-communicated", "error", "LAD", "resolved"),
    "HW218": ("closed-without-postmortem", "error", "LAD", "closed"),
    "HW219": ("closed-without-root-cause", "error", "LAD", "closed"),
    "HW220": ("closed-without-action-items", "error", "LAD", "closed"),
    "HW221": ("closed-without-runbooks", "error", "LAD", "closed"),
    "HW222": ("dismissed-without-reason", "error", "LAD", "dismissed"),
    "HW223": ("fragments-not-folded", "error", "LARD", "closed"),
    "HW224": ("resolved-without-resolution", "error", "LAD", "resolved"),
    "HW225": ("investigation-thin", "warning", "LAD", "resolved"),
    "HW226": ("temporary-left", "warning", "LAD", "closed"),
    "HW227": ("timeline-thin", "error", "LAD", "closed"),
    "HW228": ("ending-left-over", "error", "LAD", None),
    "HW301": ("illegal-transition", "error", "LAD", None),
    "HW302": ("timeline-entry-removed", "error", "LARD", None),
    "HW303": ("timeline-entry-rewritten", "error", "LARD", None),
    "HW304": ("timeline-text-edited", "warning", "LARD", None),
    "HW305": ("severity-changed-silently", "error", "LAD", None),
    "HW306": ("sign-off-altered", "error", "LAD", None),
    "HW307": ("action-item-deleted", "error", "LARD", None),
    "HW308": ("incident-renamed-or-deleted", "error", "LARD", None),
    "HW309": ("made-public", "warning", "LARD", None),
    "HW310": ("closed-incident-edited", "warning", "LARD", None),
    "HW311": ("issue-number-changed", "error", "LARD", None),
    "HW312": ("policy-changed-with-incidents", "warning", "LARD", None),
    "HW313": ("recording-changed", "error", "LARD", None),
    "HW314": ("retrospective-too-soon", "error", "R", None),
    "HW315": ("dated-back", "warning", "LD", None),
    "HW316": ("severity-lowered-when-over", "warning", "LAD", None),
    "HW317": ("clock-time-rewritten", "warning", "L", None),
    "HW401": ("late-response", "warning", "L", None),
    "HW402": ("update-gap", "warning", "L", None),
    "HW403": ("update-overdue", "warning", "L", None),
    "HW404": ("audience-not-told", "error", "L", None),
    "HW405": ("eta-passed", "warning", "L", None),
    "HW406": ("postmortem-overdue", "warning", "L", "resolved"),
    "HW407": ("long-update", "warning", "L", None),
    "HW408": ("no-eta", "warning", "L", None),
    "HW501": ("action-item-overdue", "warning", "LAD", None),
    "HW502": ("dropped-without-reason", "error", "LARD", None),
    "HW503": ("done-without-date", "error", "LAD", None),
    "HW504": ("repeated-id", "error", "LARD", None),
    "HW505": ("nothing-prevents", "warning", "LA", None),
    "HW506": ("due-before-incident", "error", "LAD", None),
    "HW507": ("done-without-proof", "warning", "LAD", None),
    "HW508": ("proof-broken", "warning", "LAD", None),
    "HW509": ("came-again", "warning", "LA", None),
    "HW601": ("missing-section", "error", "LARD", None),
    "HW602": ("placeholder-text", "error", "LARD", None),
    "HW603": ("unreviewed", "error", "LAD", None),
    "HW604": ("human-error", "warning", "LAD", None),
    "HW605": ("published-before-resolved", "error", "LARD", None),
    "HW606": ("broken-link", "warning", "LARD", None),
    "HW701": ("secret", "error", "LARD", None),
    "HW702": ("personal-data", "warning", "LARD", None),
    "HW703": ("raw-html", "warning", "LARD", None),
    "HW704": ("invisible-characters", "error", "LARD", None),
    "HW705": ("internal-name", "warning", "LARD", None),
    "HW706": ("unsafe-link", "error", "LARD", None),
    "HW707": ("internal-in-public-repository", "error", "LARD", None),
    "HW801": ("unknown-service", "error", "LARD", None),
    "HW802": ("unknown-incident", "error", "LARD", None),
    "HW803": ("evidence-file", "error", "LARD", None),
    "HW804": ("runbook-missing", "warning", "LAD", None),
    "HW805": ("service-incomplete", "warning", "LARD", None),
    "HW806": ("duplicate-cycle", "error", "LARD", None),
    "HW901": ("silence-expired", "warning", "LARD", None),
    "HW902": ("silence-unused", "warning", "LARD", None),
    "HW903": ("gate-weakened", "warning", "LARD", None),
    "HW904": ("gate-off", "error", "LARD", None),
}
OPTIONAL_SECTIONS = {"Policy"}
# Rules that are judged always, and whose examples stand on a later incident.
EXAMPLE_STAGE = dict.fromkeys(
    ("HW307", "HW310", "HW311", "HW501", "HW505", "HW602", "HW603", "HW604", "HW605", "HW606"), "closed"
) | {"HW302": "identified"}
# What is wrong is that a file is there, or how it is named.
ABOUT_FILES = {"HW009", "HW010", "HW014", "HW223", "HW308", "HW310"}
# What is merged, where the complete incident has nothing of the kind.
MERGED = {
    "HW309": {"incident.yaml": "visibility: internal\n"},
    "HW311": {"action-items.yaml": f"{ITEMS}  issue: 42\n"},
    "HW315": {"incident.yaml": "first_actions:\n"},
}
# The incident that the example says it is like.
EARLIER = {"HW509": "incidents/2026/2026-10-23-checkout-500"}
# A whole post-mortem would hide what the example is about.
CUT_SHORT = {"HW011": {"HW601"}}
WIDTH = 80

_FENCE = re.compile(r"^```(?:yaml|markdown)\n(?:# |<!-- )(\S+(?: …)?)(?: -->)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)

every_rule = pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.code)


def example(rule: Rule[Any], section: str) -> dict[str, str]:
    """The files of an example: each block names its record file in its first line."""
    text = page(rule).sections[section]
    files = {found[1]: found[2] for found in _FENCE.finditer(text)}
    assert len(files) * 2 == text.count("```"), "a block without the name of its file"
    return files


def found_in(rule: Rule[Any], section: str) -> list[str]:
    """The codes that the complete incident, at the stage of the rule, gives with the files of an example."""
    stage = "retrospective" if rule.modes == "R" else rule.judged_from or EXAMPLE_STAGE.get(rule.code, "investigating")
    head = records(example(rule, section), stage=stage)
    if rule.code in EARLIER:
        earlier = records(stage="closed", folder=EARLIER[rule.code])
        head = {path: text.replace("2026-11-", "2026-10-") for path, text in earlier.items()} | head
    if rule.code.startswith("HW3"):
        # What is merged is the complete incident; the example is what a change makes of it.
        base = records(MERGED.get(rule.code), stage=stage)
        if rule.code == "HW308":
            (path,) = example(rule, section)
            head = records(folder=path.rpartition("/")[0], stage=stage)
        if rule.code == "HW314":
            base = {path: text for path, text in base.items() if path.endswith("services.yaml")}
        # The examples of the rule on late commits say when theirs was made.
        commits = (Commit(datetime(2026, 11, 23, 9, 18, tzinfo=UTC), snapshot(head)),) if rule.code == "HW315" else ()
        return codes(judged_change(base, head, now=NOW_AT[stage], commits=commits))
    return codes(judged(head, now=NOW_AT[stage]))


@pytest.mark.parametrize("stage", NOW_AT)
def test_the_complete_incident_on_which_the_examples_stand_has_no_findings(stage: str) -> None:
    report = judged(records(stage=stage), now=NOW_AT[stage])
    assert [(found.code, found.message) for found in report.diagnostics] == []


@pytest.mark.parametrize("code", CONTRACT)
def test_codes_and_names_are_those_that_stand_in_peoples_policies(code: str) -> None:
    (rule,) = [rule for rule in ALL_RULES if rule.code == code]
    assert (rule.name, rule.level, set(rule.modes), rule.judged_from) == (
        CONTRACT[code][0],
        CONTRACT[code][1],
        set(CONTRACT[code][2]),
        CONTRACT[code][3],
    )


def test_every_rule_stands_in_the_contract_once() -> None:
    assert [rule.code for rule in ALL_RULES] == sorted(CONTRACT)


@every_rule
def test_a_page_has_all_sections_in_order(rule: Rule[Any]) -> None:
    found = page(rule)
    assert found.summary
    assert [heading for heading in SECTIONS if heading in found.sections] == list(found.sections)
    assert {heading for heading in SECTIONS if heading not in found.sections} <= OPTIONAL_SECTIONS
    assert all(found.sections.values())
    prose = _FENCE.sub("", inspect.cleandoc(rule.find.__doc__ or ""))
    assert re.findall(r"^#+ (.+)$", prose, re.MULTILINE) == list(found.sections)


@every_rule
def test_a_page_fits_a_terminal(rule: Rule[Any]) -> None:
    lines = inspect.cleandoc(rule.find.__doc__ or "").splitlines()
    # What stands between fences is to be pasted, and is not wrapped.
    prose = re.sub(r"^```.*?^```$", "", "\n".join(lines), flags=re.MULTILINE | re.DOTALL).splitlines()
    assert [line for line in prose if len(line) > WIDTH] == []


@every_rule
def test_a_summary_is_one_sentence_of_what_is_wrong(rule: Rule[Any]) -> None:
    summary = page(rule).summary
    assert summary.endswith(".")
    assert ". " not in summary


@every_rule
def test_the_wrong_example_gives_that_very_finding_and_no_other(rule: Rule[Any]) -> None:
    assert set(found_in(rule, "Wrong")) == {rule.code}


@every_rule
def test_the_right_example_is_clean(rule: Rule[Any]) -> None:
    assert set(found_in(rule, "Right")) == CUT_SHORT.get(rule.code, set())


@every_rule
def test_the_examples_differ_in_nothing_but_what_is_wrong(rule: Rule[Any]) -> None:
    assert rule.code in ABOUT_FILES or example(rule, "Wrong").keys() == example(rule, "Right").keys()


@every_rule
def test_a_rule_has_a_golden_case_under_its_name(rule: Rule[Any]) -> None:
    cases = CHANGES if rule.code.startswith("HW3") else CASES
    assert list((cases / rule.name).glob("*/case.toml"))


@every_rule
def test_explain_prints_the_page_by_code_and_by_name(rule: Rule[Any]) -> None:
    text = markdown(rule)
    assert text.startswith(f"# {rule.code} {rule.name}\n\n{page(rule).summary}\n")
    for word in (rule.code, rule.code.lower(), rule.name):
        assert hotwash("explain", word) == (0, text, "")


def test_rules_of_documents_are_asked_of_every_record() -> None:
    assert all(rule.modes == ALL_MODES and rule.judged_from is None for rule in DOCUMENT_RULES)
