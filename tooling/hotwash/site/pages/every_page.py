"""PublicRepository -> pages: path -> Markdown whose generated parts are finished HTML (threats T1, T2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hotwash.site.pages.action_items import action_items
from hotwash.site.pages.home import home
from hotwash.site.pages.incident import incident
from hotwash.site.pages.lists import lists
from hotwash.site.pages.metrics import metrics
from hotwash.site.pages.page import page
from hotwash.site.places import ACTION_ITEMS, METRICS, RULES
from hotwash.site.public.content import Prose

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hotwash.site.places import Places
    from hotwash.site.public.content import PublicRepository


_GATE_RULE = "HW201"  # what the STOP gate asks, and why


@dataclass(frozen=True, slots=True)
class RulePage:
    """A page of the rule reference: our own text, not that of a record.

    Attributes:
        markdown: The whole page, its title included.
    """

    code: str
    name: str
    level: str
    summary: str
    markdown: str


@dataclass(frozen=True, slots=True)
class ReferencePage:
    """Another page of the reference, our own text too.

    Attributes:
        path: Where it stands.
        summary: What it tells, in one line of Markdown.
        markdown: What stands below title and summary.
    """

    path: str
    title: str
    summary: str
    markdown: str


def pages(
    public: PublicRepository,
    places: Places,
    rules: Iterable[RulePage] = (),
    reference: Iterable[ReferencePage] = (),
) -> dict[str, str]:
    """All generated pages, by path.

    Args:
        public: What may be published.
        places: Where the pages are to be.
        rules: The rule reference; without any there is none.
        reference: The rest of the reference.
    """
    rules = tuple(rules)
    gate_page = next((rule_page(rule) for rule in rules if rule.code == _GATE_RULE), "")
    made = {places.home: home(public, places, has_rules=bool(rules))}
    for one in public.all:
        made[places.incidents[one.id]] = incident(one, public, places, gate_page=gate_page)
    if public.all:
        made |= lists(public, places)
        made[ACTION_ITEMS] = action_items(public, places)
        made[METRICS] = metrics(public, places)
    if rules:
        made[RULES] = _rules(rules, public, places)
        made |= {rule_page(rule): _rule(rule, public, places) for rule in rules}
    return made | {one.path: _reference(one, public, places) for one in reference}


def rule_page(rule: RulePage) -> str:
    """The path of the page of a rule."""
    return f"reference/rules/{rule.code}.md"


def _rules(rules: tuple[RulePage, ...], public: PublicRepository, places: Places) -> str:
    rows = [(rule, Prose(rule.summary), places.href(RULES, rule_page(rule))) for rule in rules]
    return page(public, places, RULES, "rules.md.j2", title="Rules", description="What hotwash checks", rows=rows)


def _rule(rule: RulePage, public: PublicRepository, places: Places) -> str:
    title = f"{rule.code} {rule.name}"
    head = page(public, places, rule_page(rule), "rule.md.j2", title=title, description=rule.summary, rule=rule)
    return f"{head}\n{rule.markdown.strip()}\n"


def _reference(one: ReferencePage, public: PublicRepository, places: Places) -> str:
    description = one.summary.replace("`", "")
    head = page(public, places, one.path, "rule.md.j2", title=one.title, description=description, rule=one)
    return f"{head}\n# {one.title}\n\n{one.summary}.\n\n{one.markdown.strip()}\n"
