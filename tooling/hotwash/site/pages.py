"""PublicRepository -> pages: path -> Markdown whose generated parts are finished HTML (threats T1, T2).

A page is made of fixed Markdown headings, for the table of contents, and of HTML blocks of one line each: raw HTML to
every Markdown reader. That values of records are inert even outside of such a block is the work of `markup`.
"""

from __future__ import annotations

import posixpath
from collections import Counter
from dataclasses import dataclass
from functools import partial
from importlib import resources
from typing import TYPE_CHECKING
from urllib.parse import quote

import yaml

from hotwash.diagnostics import counted
from hotwash.site.markup import environment, text_as_html

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from hotwash.site.content import PublicIncident, PublicRepository

HOME = "index.md"
STYLESHEET = "assets/hotwash.css"
RULES = "reference/rules/index.md"


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


def stylesheet() -> str:
    """The style of all pages."""
    return resources.files("hotwash.site").joinpath(STYLESHEET).read_text(encoding="utf-8")


def pages(
    public: PublicRepository,
    rules: Iterable[RulePage] = (),
    reference: Iterable[ReferencePage] = (),
    *,
    home: str = HOME,
    directory_urls: bool = True,
) -> dict[str, str]:
    """All generated pages, by path.

    Args:
        public: What may be published.
        rules: The rule reference; without any there is none.
        reference: The rest of the reference.
        home: Where the list of incidents stands, for sites whose first page is written by hand.
        directory_urls: Whether the site serves `x.md` as `x/`, as mkdocs does, or as `x.html`.
    """
    rules = tuple(rules)
    incidents = {incident_page(incident): incident for incident in _all(public)}
    site = _Site({incident.id: path for path, incident in incidents.items()}, home, directory_urls)
    made = {home: _home(public, site, has_rules=bool(rules))}
    for path, incident in incidents.items():
        made[path] = _incident(incident, public, site, path)
    if rules:
        made[RULES] = _rules(rules, public, site)
        made |= {rule_page(rule): _rule(rule, public, site) for rule in rules}
    return made | {one.path: _reference(one, public, site) for one in reference}


def incident_page(incident: PublicIncident) -> str:
    """The path of the page of an incident. It never changes, as its id never does."""
    return page_of(incident.id)


def page_of(incident_id: str) -> str:
    """The same by the id alone."""
    return f"incidents/{incident_id}.md"


def rule_page(rule: RulePage) -> str:
    """The path of the page of a rule."""
    return f"reference/rules/{rule.code}.md"


@dataclass(frozen=True, slots=True)
class _Site:
    """Where pages are, and how one links to another."""

    incidents: Mapping[str, str]
    home: str
    directory_urls: bool

    def href(self, start: str, target: str) -> str:
        """The link from one page to another."""
        link = posixpath.relpath(self._served(target), posixpath.dirname(self._served(start)) or ".")
        if self.directory_urls:
            link = f"{posixpath.dirname(link) or '.'}/"
        return quote(link)

    def _served(self, path: str) -> str:
        """The file that answers for a page."""
        stem = path.removesuffix(".md")
        if not self.directory_urls or posixpath.basename(stem) == "index":
            return f"{stem}.html"
        return f"{stem}/index.html"

    def page_of(self, start: str, link: str) -> str | None:
        """The page of the public incident in whose folder a relative link of a record leads."""
        for part in link.split("/"):
            if part in self.incidents:
                return self.href(start, self.incidents[part])
        return None


def _home(public: PublicRepository, site: _Site, *, has_rules: bool) -> str:
    ours = [incident for incident in public.incidents if incident.status != "dismissed"]
    return _page(
        site,
        site.home,
        "home.md.j2",
        title="Incidents",
        description=_numbers(public),
        hide=("navigation",),
        public=public,
        notice=public.notice,
        counted=ours,
        dismissed=len(public.incidents) - len(ours),
        open_incidents=[incident for incident in public.incidents if incident.is_open],
        years=_by_year(incident for incident in public.incidents if not incident.is_open),
        retrospective=_by_year(public.retrospective),
        by_severity=sorted(Counter(incident.severity.level for incident in ours).items()),
        rules_href=site.href(site.home, RULES) if has_rules else "",
    )


def _all(public: PublicRepository) -> Iterable[PublicIncident]:
    return (*public.incidents, *public.drills, *public.retrospective)


def _by_year(incidents: Iterable[PublicIncident]) -> dict[str, list[PublicIncident]]:
    years: dict[str, list[PublicIncident]] = {}
    for incident in incidents:
        years.setdefault(str(incident.began.day.year) if incident.began else "Without a date", []).append(incident)
    return years


def _numbers(public: PublicRepository) -> str:
    told = [counted(len(public.incidents), "incident")] if public.incidents or not public.retrospective else []
    if public.retrospective:
        told.append(counted(len(public.retrospective), "retrospective record"))
    return f"{', '.join(told)}, the newest first"


def _incident(incident: PublicIncident, public: PublicRepository, site: _Site, path: str) -> str:
    sections = {}
    if incident.account and incident.account.postmortem:
        sections = {section.title: section for section in incident.account.postmortem.sections}
    return _page(
        site,
        path,
        "incident.md.j2",
        title=incident.title,
        description=_described(incident),
        hide=("navigation",),
        incident=incident,
        account=incident.account,
        notice=public.notice,
        sections=sections,
        source_ids={source.id for source in incident.sources},
    )


def _rules(rules: tuple[RulePage, ...], public: PublicRepository, site: _Site) -> str:
    rows = [(rule, site.href(RULES, rule_page(rule))) for rule in rules]
    return _page(
        site, RULES, "rules.md.j2", title="Rules", description="What hotwash checks", rows=rows, notice=public.notice
    )


def _rule(rule: RulePage, public: PublicRepository, site: _Site) -> str:
    title = f"{rule.code} {rule.name}"
    page = _page(
        site, rule_page(rule), "rule.md.j2", title=title, description=rule.summary, notice=public.notice, rule=rule
    )
    return f"{page}\n{rule.markdown.strip()}\n"


def _reference(one: ReferencePage, public: PublicRepository, site: _Site) -> str:
    description = one.summary.replace("`", "")
    page = _page(site, one.path, "rule.md.j2", title=one.title, description=description, notice=public.notice, rule=one)
    return f"{page}\n# {one.title}\n\n{one.summary}.\n\n{one.markdown.strip()}\n"


def _described(incident: PublicIncident) -> str:
    what = "drill" if incident.is_drill else "incident"
    when = f" of {incident.day.heading}" if incident.day else ""
    return f"{incident.severity.level} {what}{when}, {incident.status}: {', '.join(incident.services)}"


def _page(
    site: _Site, path: str, template: str, *, title: str, description: str, hide: tuple[str, ...] = (), **values: object
) -> str:
    """A page: its head, and what the template makes of the values.

    Args:
        site: Where the other pages are.
        path: Where this one is.
        template: The name of its template.
        title: Plain text; a record may have written it.
        description: As the title.
        hide: Parts of the theme that the page does without.
        values: What the template shows.
    """
    # Themes put both into HTML as they are, so they arrive as HTML.
    head = {"title": str(text_as_html(title)), "description": str(text_as_html(description)), "hide": list(hide)}
    front = yaml.safe_dump(head, allow_unicode=True, sort_keys=False, width=10**9)
    links = {
        "href": partial(site.href, path),
        "incident_href": lambda id_: site.href(path, site.incidents[id_]),
        "page_of": partial(site.page_of, path),
        "home": site.home,
        "source_ids": frozenset[str](),
    }
    body = environment().get_template(template).render(links | values)
    return f"---\n{front}---\n\n{body.strip()}\n"
