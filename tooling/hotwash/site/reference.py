"""The table of rules -> the pages of the rule reference."""

from __future__ import annotations

from hotwash.rules import ALL_RULES
from hotwash.rules.rule import markdown, page
from hotwash.site.pages import RulePage


def rule_pages() -> tuple[RulePage, ...]:
    """A page for each rule, by code. Their text is our own: docstrings, never a record."""
    rules = sorted(ALL_RULES, key=lambda rule: rule.code)
    return tuple(RulePage(rule.code, rule.name, rule.level, page(rule).summary, markdown(rule)) for rule in rules)
