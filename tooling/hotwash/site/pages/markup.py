"""Values of pages -> HTML that is inert in Markdown, and the templates that show them (threats T1, T2).

A value reaches a page only through `_finished`, which no template can leave out: it escapes or renders the value, and
writes what a Markdown extension or a template engine might act on as character references. What is markup already comes
from the functions of this module and from templates, since no other filter is at hand.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.compiler import CodeGenerator
from jinja2.filters import FILTERS
from markupsafe import Markup, escape
from typing_extensions import override

from hotwash.model.time import utc_text
from hotwash.site import prose
from hotwash.site.public.content import Absent, Also, OtherEntry, Prose, Reference, Related, Stretch
from hotwash.site.public.times import Moment, day_text
from hotwash.site.public.values import sentence

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import date

    from jinja2 import nodes
    from jinja2.compiler import Frame
    from jinja2.runtime import Context

    from hotwash.site.public.content import Clock, Fact, PublicEntry

# Syntax of Python-Markdown, of its extensions, or of a template engine that is run over pages. None of it is syntax in
# HTML, so a whole stretch of HTML may be rewritten.
_INERT = str.maketrans({sign: f"&#{ord(sign)};" for sign in "{}[]`*_~^$|\\+"})
# Most values are like this, and need neither escaping nor rewriting.
_SIMPLE = re.compile(r"[A-Za-z0-9.,:;()/%#=?→≈-]+(?: [A-Za-z0-9.,:;()/%#=?→≈-]+)*")
# None of these makes markup.
_JINJAS_OWN = ("length", "list", "lower", "map", "replace", "reverse", "select", "selectattr", "string")
_NOTHING = Markup()
_REMEMBERED = 8192  # texts: labels, names and titles come again and again


class _Lean(CodeGenerator):
    """Templates as Python that does nothing twice: a fifth of the time of a page went into that.

    Jinja escapes what `_finished` has made HTML of already, and asks of each value whether it is an object or a mapping.
    A Jinja that knows other steps than these escapes twice: that can be seen, and lets nothing through.
    """

    @override
    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        self.write(f"({finalize.src}" if finalize.src else "escape(")

    @override
    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:
        self.write("(")
        self.visit(node.node, frame)
        self.write(f").{node.attr}")


class _Environment(Environment):
    code_generator_class = _Lean


@cache
def environment() -> Environment:
    """The templates. Every expression in them passes through `_finished`."""
    made = _Environment(
        loader=PackageLoader("hotwash.site.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        finalize=_finished,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters = {name: FILTERS[name] for name in _JINJAS_OWN} | {
        "bare": _bare,
        "block": _block,
        "by_day": _by_day,
        "by_label": _by_label,
        "day": day_text,
        "dated": _dated,
        "derived": _derived,
        "either": _either,
        "legend": _legend,
        "clock": _clock,
        "listed": ", ".join,
        "sentences": " ".join,
        "marks": _marks,
        "prose": _prose_at,
        "running": _running,
        "section": _section,
        "sentence": sentence,
        "zoneless": _zoneless,
    }
    return made


def text_as_html(text: str) -> Markup:
    """Plain text in one line, as HTML that is inert in Markdown."""
    return Markup(_text(text))  # noqa: S704 - escaped


@lru_cache(_REMEMBERED)
def _text(text: str) -> str:
    if _SIMPLE.fullmatch(text):
        return text  # nothing in it is syntax
    line = " ".join(prose.shown(text).split())
    return str.translate(escape(line), _INERT)


@pass_context
def _finished(context: Context, value: object) -> str:  # noqa: C901 - a branch a kind of value
    """Any value that a template shows, as HTML that is inert in Markdown. Jinja passes every expression through it."""
    # Nearly all of them, without a look at each branch.
    if type(value) is str:
        return _text(value)
    match value:
        case Markup():
            return value
        case Prose():
            return _prose_at(context, value)
        case Reference():
            return _reference(value)
        case Related():
            href = context["incident_href"](value.id)
            note = _made(' <span class="hw-quiet">({})</span>', value.note) if value.note else Markup()
            why = _made('<span class="hw-why">{}</span>', value.why) if value.why else Markup()
            return _made('<a href="{}">{}</a>{}{}', href, value.title, note, why)
        case OtherEntry():
            return _made('<a href="#entry-{}">{}</a>', value.id, value.label)
        case Stretch():
            return _stretch(context, value)
        case Absent():
            return _made('<span class="hw-absent">{}:</span> {}', value.word, _prose_at(context, value.why))
        case Also():
            return _made("also {}{}", value.text, _marks(context, value.sources))
        case Moment():
            return _moment(context, value, zone=True)
        case str() | int():
            return _text(str(value))
        case _:
            message = f"a template shows a {type(value).__name__}"
            raise TypeError(message)


def _made(form: str, *values: object) -> Markup:
    """HTML of our own around values, each escaped unless it is HTML already."""
    finished = [value if isinstance(value, Markup) else _text(str(value)) for value in values]
    return Markup(form.format(*finished))  # noqa: S704 - the forms are ours


def _joined(parts: Iterable[Markup], sign: str = " ") -> Markup:
    """HTML after HTML, with a sign of ours between them."""
    return Markup(sign.join(parts))  # noqa: S704 - markup before, and after


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
    return _moment(context, moment, zone=False)


def _moment(context: Context, moment: Moment, *, zone: bool) -> Markup:
    """A time, its sources, what other sources say instead, and from what it was worked out."""
    zones = _zones(moment) if zone else (False,) * len(moment.parts)
    said = (
        _worded(
            word,
            _joined((_brief(part, zone=here), _marks(context, part.sources), _other_times(context, part)), ""),
        )
        for (word, part), here in zip(moment.parts, zones, strict=True)
    )
    reasons = moment.reasons
    return _joined(said) + _derived(reasons) if reasons else _joined(said)


def _zones(moment: Moment) -> tuple[bool, ...]:
    """After which parts the zone is said: once, after the last time of day."""
    parts = moment.parts
    last = max((index for index, (_, part) in enumerate(parts) if part.clock), default=-1)
    return tuple(index == last for index in range(len(parts)))


def _worded(word: str, made: Markup) -> Markup:
    return _made('<span class="hw-bound">{}</span> {}', word, made) if word else made


def _bare(moment: Moment) -> Markup:
    """A time without all that is told of it elsewhere on the page."""
    return _joined(
        _worded(word, _brief(_unstated(part), zone=here))
        for (word, part), here in zip(moment.parts, _zones(moment), strict=True)
    )


def _brief(moment: Moment, text: str | None = None, *, zone: bool = False, mark: str = "") -> Markup:
    """A single time, with its sign for about and as it was stated; and with attributes, where it is marked."""
    shown = moment.text if text is None else text
    stated = _made(' <span class="hw-stated">(stated as {})</span>', moment.stated) if moment.stated else ""
    return _made(
        '<time datetime="{}"{}>{}</time>{}{}',
        moment.machine,
        mark,
        f"≈ {shown}" if moment.approx else shown,
        Markup(" UTC") if zone else "",
        stated,
    )


def _unstated(moment: Moment) -> Moment:
    return replace(moment, stated="") if moment.stated else moment


def _other_times(context: Context, moment: Moment) -> Markup:
    if not moment.also:
        return _NOTHING
    form = ' <span class="hw-also">also {}</span>'
    return _joined((_made(form, _moment(context, other, zone=False)) for other in moment.also), "")


def _dated(moment: Moment) -> Markup:
    """The day, or what is known of it, for lists."""
    return _bare(moment.only_day)


def _running(clock: Clock) -> Markup:
    """The moment of a clock, for people; and for the script that says how far away it is."""
    moment = clock.at
    if clock.due is not None:
        counted = "" if clock.is_counted else " data-hw-uncounted"
        mark = Markup(f' data-hw-due="{utc_text(clock.due)}"{counted}')  # noqa: S704 - ours
    elif moment.clock and not moment.bound:
        mark = Markup(f' data-hw-since="{utc_text(moment.start)}"')  # noqa: S704 - ours
    else:
        # Nobody counts from a moment that is known roughly.
        return _bare(moment)
    return _made('<span class="hw-running">{}</span>', _brief(moment, zone=bool(moment.clock), mark=mark))


def _derived(reasons: Iterable[str]) -> Markup:
    """That something was worked out, and from what: a mark that opens, also by keyboard and without a script."""
    told = "; ".join(reasons)
    if not told:
        return _NOTHING
    form = '<details class="hw-derived"><summary>derived</summary><span>Worked out, not stated: {}</span></details>'
    return _made(form, told)


def _stretch(context: Context, stretch: Stretch) -> Markup:
    ends = (("from", stretch.first), ("to" if stretch.first else "until", stretch.last))
    said = [
        _made("{} {}", word, _moment(context, end, zone=end is stretch.last or stretch.last is None))
        for word, end in ends
        if end
    ]
    lasted = _made(' <span class="hw-quiet">({})</span>', stretch.lasted) if stretch.lasted else Markup()
    return _joined(said) + lasted


@pass_context
def _marks(context: Context, sources: Collection[str]) -> Markup:
    """The sources of a fact, each as a link to its place in the list of sources."""
    if not sources:
        return _NOTHING
    marks = _joined(
        _made('<a class="hw-source" href="#source-{0}" title="Source {0}">{0}</a>', id_)
        if id_ in context["source_ids"]
        else text_as_html(id_)
        for id_ in sources
    )
    return _made(' <span class="hw-marks">{}</span>', marks) if marks else marks


def _block(html: Markup) -> Markup:
    """A stretch of a template as one line, which starts with a tag: a raw block to every Markdown reader."""
    lines = filter(None, map(str.strip, str.split(html, "\n")))
    return Markup(f"{' '.join(lines)}\n")  # noqa: S704 - was markup before


@pass_context
def _clock(context: Context, entry: PublicEntry) -> Markup:
    """When an entry was, beside its text and below its day: a time, its bounds, or how long it went on."""
    day = entry.at.day
    shown: list[Markup] = []
    for word, part in entry.at.parts:
        shown += _told(context, word, part, day, is_later=part is not entry.at)
    for word, part in entry.end.parts if entry.end else ():
        # `until 10:00`, `until after 10:00`, `until between 10:00 and 11:00`.
        shown += _told(context, word if word == "and" else f"until {word}".strip(), part, day, is_later=True)
    if entry.lasted:
        shown.append(_made('<span class="hw-span hw-quiet">{}</span>', entry.lasted))
    return _joined(shown)


def _told(context: Context, word: str, moment: Moment, day: date, *, is_later: bool) -> Iterable[Markup]:
    yield _bound(word, moment, _below_day(moment, day, is_later=is_later))
    if moment.stated:
        yield _made('<span class="hw-also">({})</span>', moment.stated)
    for other in moment.also:
        yield _made('<span class="hw-also">also {}</span>', _moment(context, other.on(day), zone=False))


def _bound(word: str, moment: Moment, text: str) -> Markup:
    time = _brief(_unstated(moment), text)
    return _made('<span class="hw-span">{}</span>', _worded(word, time)) if word else time


def _below_day(moment: Moment, day: date, *, is_later: bool) -> str:
    """A time where the day stands above; of what is not on this day, its day too."""
    if moment.clock:
        return moment.clock if moment.day == day else moment.short
    if moment.period:
        return f"in this {'year' if moment.period.isdigit() else 'month'}"
    if moment.day != day:
        return moment.short
    return "the end of the day" if is_later else "this day"


# What the signs of a timeline mean, where they occur in it.
_SIGNS = {
    "≈": "≈ is about.",
    "stated": "In brackets stands what was stated in another zone.",
    "between": "Between, after and before are bounds: it was at some moment within.",
    "until": "Until is the end of what lasted.",
}


def _legend(entries: Iterable[PublicEntry]) -> str:
    """What to know for reading a timeline."""
    found = set()
    for entry in entries:
        moments = [part for moment in (entry.at, entry.end) if moment for _, part in moment.parts]
        if any(one.approx for part in moments for one in (part, *part.also)):
            found.add("≈")
        if any(part.stated for part in moments):
            found.add("stated")
        if entry.at.bound:
            found.add("between")
        if entry.end:
            found.add("until")
    return " ".join(["All times in UTC.", *(told for sign, told in _SIGNS.items() if sign in found)])


def _by_day(entries: Iterable[PublicEntry]) -> list[tuple[str, list[PublicEntry]]]:
    """Entries under the day on which they are, in their order."""
    days: dict[str, list[PublicEntry]] = {}
    for entry in entries:
        days.setdefault(entry.at.heading, []).append(entry)
    return list(days.items())


def _either(words: Sequence[str]) -> str:
    """Words of which each holds: `detected, declared or acknowledged`."""
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last


def _section(title: str) -> str:
    """The anchor of a section, as themes make it of a fixed heading."""
    return title.lower().replace(" ", "-")


def _by_label(facts: Iterable[Fact]) -> list[tuple[str, list[Fact]]]:
    """Facts under their labels, in their order."""
    labels: dict[str, list[Fact]] = {}
    for fact in facts:
        labels.setdefault(fact.label, []).append(fact)
    return list(labels.items())
