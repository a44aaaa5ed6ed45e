"""PublicRepository -> pages: path -> Markdown whose generated parts are finished HTML (threats T1, T2).

A page is made of fixed Markdown headings, for the table of contents, and of HTML blocks of one line each. A value of a
record reaches a page only through `_finished`, which no template can leave out: it escapes or renders the value, and
writes what any Markdown extension might act on as character references. So neither a block of one line nor a value
that strays outside of one means anything to a Markdown reader.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache, partial
from importlib import resources
from typing import TYPE_CHECKING
from urllib.parse import quote

import yaml
from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from markupsafe import Markup, escape

from hotwash.site import prose
from hotwash.site.content import Absent, Also, Prose, Reference, Related
from hotwash.site.times import Moment, day_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from jinja2.runtime import Context

    from hotwash.site.content import Fact, PublicEntry, PublicIncident, PublicRepository

HOME = "index.md"
STYLESHEET = "assets/hotwash.css"
RULES = "reference/rules/index.md"

# What is syntax to Python-Markdown, to one of its extensions, or to a template engine run over pages. None of it is
# syntax in HTML, and `&`, `#` and `;` are not among it, so that it may be applied twice.
_INERT = str.maketrans({sign: f"&#{ord(sign)};" for sign in "{}[]`*_~^$|\\+"})
_BREAKS = re.compile(r"\s*\n\s*")


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


def stylesheet() -> str:
    """The style of all pages."""
    return resources.files("hotwash.site").joinpath(STYLESHEET).read_text(encoding="utf-8")


def pages(
    public: PublicRepository,
    rules: Iterable[RulePage] = (),
    *,
    home: str = HOME,
    directory_urls: bool = True,
) -> dict[str, str]:
    """All generated pages, by path.

    Args:
        public: What may be published.
        rules: The rule reference; without any there is none.
        home: Where the list of incidents stands, for sites whose first page is written by hand.
        directory_urls: Whether the site serves `x.md` as `x/`, as mkdocs does, or as `x.html`.
    """
    rules = tuple(rules)
    incidents = {incident_page(incident): incident for incident in (*public.incidents, *public.drills)}
    site = _Site({incident.id: path for path, incident in incidents.items()}, home, directory_urls)
    made = {home: _home(public, site, has_rules=bool(rules))}
    for path, incident in incidents.items():
        made[path] = _incident(incident, public, site, path)
    if rules:
        made[RULES] = _rules(rules, public, site)
        made |= {rule_page(rule): _rule(rule, public, site) for rule in rules}
    return made


def incident_page(incident: PublicIncident) -> str:
    """The path of the page of an incident. It never changes, as its id never does."""
    return f"incidents/{incident.id}.md"


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
    ours = [incident for incident in public.incidents if not _is_retrospective(incident)]
    years: dict[str, list[PublicIncident]] = {}
    for incident in public.incidents:
        if not incident.is_open:
            years.setdefault(str(incident.began.day.year) if incident.began else "Without a date", []).append(incident)
    return _page(
        site,
        site.home,
        "home.md.j2",
        title="Incidents",
        description=f"{len(public.incidents)} incidents, the newest first",
        hide=("navigation",),
        public=public,
        notice=public.notice,
        open_incidents=[incident for incident in public.incidents if incident.is_open],
        years=years,
        by_severity=sorted(Counter(incident.severity.level for incident in public.incidents).items()),
        retrospective=len(public.incidents) - len(ours),
        rules_href=site.href(site.home, RULES) if has_rules else "",
    )


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


def _described(incident: PublicIncident) -> str:
    what = "drill" if incident.is_drill else "incident"
    when = f" of {day_text(incident.began.day)}" if incident.began else ""
    return f"{incident.severity.level} {what}{when}, {incident.status}: {', '.join(incident.services)}"


def _is_retrospective(incident: PublicIncident) -> bool:
    return incident.recording is not None and incident.recording.mode == "retrospective"


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
    head = {"title": str(_finished_text(title)), "description": str(_finished_text(description)), "hide": list(hide)}
    front = yaml.safe_dump(head, allow_unicode=True, sort_keys=False, width=10**9)
    links = {
        "href": partial(site.href, path),
        "incident_href": lambda id_: site.href(path, site.incidents[id_]),
        "page_of": partial(site.page_of, path),
        "home": site.home,
        "source_ids": frozenset[str](),
    }
    body = _environment().get_template(template).render(links | values)
    return f"---\n{front}---\n\n{body.strip()}\n"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("hotwash.site"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finished,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "block": _block,
        "by_day": _by_day,
        "day": day_text,
        "by_label": _by_label,
        "listed": ", ".join,
        "marks": _marks,
        "prose": _prose_at,
        "zoneless": _zoneless,
    }
    return environment


@pass_context
def _finished(context: Context, value: object) -> Markup:
    """Any value that a template shows, as HTML that is inert in Markdown. Jinja passes every expression through it."""
    match value:
        case Markup():
            return _inert(value)
        case Prose():
            return _prose_at(context, value)
        case Reference():
            return _reference(value)
        case Related():
            href = context["incident_href"](value.id)
            return _made('<a href="{}">{}</a>', href, value.title)
        case Absent():
            return _made('<span class="hw-absent">{}:</span> {}', value.word, _prose_at(context, value.why))
        case Also():
            return _made("also {}{}", value.text, _marks(context, value.sources))
        case Moment():
            return _moment(context, value, value.utc)
        case str() | int():
            return _finished_text(str(value))
        case _:
            message = f"a template shows a {type(value).__name__}"
            raise TypeError(message)


def _finished_text(text: str) -> Markup:
    line = " ".join(prose.shown(text).split())
    return _inert(escape(line))


def _made(form: str, *values: object) -> Markup:
    """HTML of our own around values, each escaped unless it is HTML already."""
    finished = (value if isinstance(value, Markup) else _finished_text(str(value)) for value in values)
    return _inert(Markup(form).format(*finished))  # noqa: S704 - the forms are ours


def _inert(html: Markup) -> Markup:
    return Markup(html.translate(_INERT))  # noqa: S704 - markup before, and after


@pass_context
def _prose_at(context: Context, value: Prose, heading: int = 3) -> Markup:
    return _inert(prose.render(value.text, page_of=context["page_of"], heading=heading))


def _reference(reference: Reference) -> Markup:
    if not prose.is_web_link(reference.target):
        return _made("<code>{}</code>", reference.target)
    return _made(
        '<a href="{}" rel="{}">{}</a>', reference.target, prose.LINK_REL, reference.title or _web_text(reference.target)
    )


def _web_text(url: str) -> str:
    """A URL as people read it: without scheme and last slash."""
    return url.split("://", 1)[-1].removesuffix("/")


@pass_context
def _zoneless(context: Context, moment: Moment) -> Markup:
    return _moment(context, moment, moment.text)


def _moment(context: Context, moment: Moment, text: str) -> Markup:
    """A time, its sources, and what other sources say instead."""
    made = _made('<time datetime="{}">{}</time>', moment.machine, f"≈ {text}" if moment.approx else text)
    made += _marks(context, moment.sources)
    for other in moment.also:
        made += _made(' <span class="hw-also">also {}</span>', _moment(context, other, other.text))
    return made


@pass_context
def _marks(context: Context, sources: Iterable[str]) -> Markup:
    """The sources of a fact, each as a link to its place in the list of sources."""
    marks = Markup(" ").join(
        _made('<a class="hw-source" href="#source-{0}" title="Source {0}">{0}</a>', id_)
        if id_ in context["source_ids"]
        else _finished_text(id_)
        for id_ in sources
    )
    return _made(' <span class="hw-marks">{}</span>', marks) if marks else marks


def _block(html: Markup) -> Markup:
    """A stretch of a template as one line, which starts with a tag: a raw block to every Markdown reader."""
    return Markup(f"{_BREAKS.sub(' ', html.strip())}\n")  # noqa: S704 - was markup before


def _by_day(entries: Iterable[PublicEntry]) -> list[tuple[str, list[PublicEntry]]]:
    """Entries under the day on which they are, in their order."""
    days: dict[str, list[PublicEntry]] = {}
    for entry in entries:
        days.setdefault(day_text(entry.at.day), []).append(entry)
    return list(days.items())


def _by_label(facts: Iterable[Fact]) -> list[tuple[str, list[Fact]]]:
    """Facts under their labels, in their order."""
    labels: dict[str, list[Fact]] = {}
    for fact in facts:
        labels.setdefault(fact.label, []).append(fact)
    return list(labels.items())
