"""Values of pages -> HTML that is inert in Markdown, and the templates that show them (threats T1, T2).

A value reaches a page only through `_finished`, which no template can leave out: it escapes or renders the value, and
writes what a Markdown extension or a template engine might act on as character references. What is markup already comes
from the functions of this module and from templates, since no other filter is at hand.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.filters import FILTERS
from markupsafe import Markup, escape

from hotwash.site import prose
from hotwash.site.content import Absent, Also, Prose, Reference, Related
from hotwash.site.times import Moment, day_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jinja2.runtime import Context

    from hotwash.site.content import Fact, PublicEntry

# Syntax of Python-Markdown, of its extensions, or of a template engine that is run over pages. None of it is syntax in
# HTML, so a whole stretch of HTML may be rewritten.
_INERT = str.maketrans({sign: f"&#{ord(sign)};" for sign in "{}[]`*_~^$|\\+"})
# Most values are like this, and need neither escaping nor rewriting.
_SIMPLE = re.compile(r"[A-Za-z0-9.,:;()/%#=?→≈-]+(?: [A-Za-z0-9.,:;()/%#=?→≈-]+)*")
_BREAKS = re.compile(r"(?<!\s)\s*\n\s*")
# None of these makes markup.
_JINJAS_OWN = ("length", "list", "lower", "map", "replace", "reverse", "select", "selectattr", "string")


@cache
def environment() -> Environment:
    """The templates. Every expression in them passes through `_finished`."""
    made = Environment(
        loader=PackageLoader("hotwash.site"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finished,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters = {name: FILTERS[name] for name in _JINJAS_OWN} | {
        "block": _block,
        "by_day": _by_day,
        "by_label": _by_label,
        "day": day_text,
        "listed": ", ".join,
        "marks": _marks,
        "prose": _prose_at,
        "zoneless": _zoneless,
    }
    return made


def text_as_html(text: str) -> Markup:
    """Plain text in one line, as HTML that is inert in Markdown."""
    if _SIMPLE.fullmatch(text):
        return Markup(text)  # noqa: S704 - nothing in it is syntax
    line = " ".join(prose.shown(text).split())
    return _inert(escape(line))


@pass_context
def _finished(context: Context, value: object) -> Markup:
    """Any value that a template shows, as HTML that is inert in Markdown. Jinja passes every expression through it."""
    match value:
        case Markup():
            return value
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
            return text_as_html(str(value))
        case _:
            message = f"a template shows a {type(value).__name__}"
            raise TypeError(message)


def _made(form: str, *values: object) -> Markup:
    """HTML of our own around values, each escaped unless it is HTML already."""
    finished = (value if isinstance(value, Markup) else text_as_html(str(value)) for value in values)
    return Markup(form.format(*finished))  # noqa: S704 - the forms are ours


def _inert(html: str) -> Markup:
    return Markup(str.translate(html, _INERT))  # noqa: S704 - markup before, and after


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
        else text_as_html(id_)
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
