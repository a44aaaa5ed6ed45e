"""6xx: post-mortems."""

from __future__ import annotations

import difflib
import posixpath
import re
from dataclasses import replace
from itertools import chain, islice
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from hotwash.diagnostics import Finding, Help, Note, Place, Span
from hotwash.facts.history import steps
from hotwash.facts.said import is_blank
from hotwash.model.names import LOGIN_PLACEHOLDER
from hotwash.model.repository import EVIDENCE, FRAGMENTS, INCIDENT, POSTMORTEM
from hotwash.model.time import surely_before, utc_text
from hotwash.records.body import anchors, body_of, links
from hotwash.records.document import PROBLEM_LIMIT, shortened
from hotwash.records.snapshot import INCIDENTS, is_plain
from hotwash.rules.rule import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotwash.diagnostics import LevelName
    from hotwash.model.repository import Case, PostMortem
    from hotwash.records.body import Link, Section
    from hotwash.rules.rule import Context

NOT_STATED = "Not stated in the sources."
# Of a link and of what it may be meant for.
_COMPARED = 200  # characters
_ALIKE = 0.9
_STATUS = Place(POSTMORTEM, ("status",))


@rule("HW601", "missing-section")
def missing_section(case: Case, _context: Context) -> Iterator[Finding]:
    """A post-mortem lacks one of its nine sections, or has one of them twice.

    ## What it asks

    Each of Summary, Impact, Root cause, Detection, Response, What went well,
    What went badly, Where we got lucky and Lessons stands once, as a heading
    of the second level (`## Summary`), in capitals or not, in any order.
    Further sections are welcome. Until it is published this is a warning.

    ## Why

    Each section is a question that somebody will have. Where it is not asked,
    it is not answered: luck is forgotten first.

    ## Wrong

    ```markdown
    <!-- postmortem.md -->
    ---
    status: draft
    authors: [alice]
    ---
    ## Summary
    Card payments in Europe failed for 17 minutes.
    ## Impact
    Some 12,400 customers could not pay.
    ## Root cause
    A pool of 4 connections where 40 are needed.
    ## Detection
    An alert fired after three minutes.
    ## Response
    We rolled back.
    ## What went well
    The rollback came first.
    ## What went badly
    One number could take a region down.
    ## Lessons
    A machine compares the setting with the load.
    ```

    ## Right

    ```markdown
    <!-- postmortem.md -->
    ---
    status: draft
    authors: [alice]
    ---
    ## Summary
    Card payments in Europe failed for 17 minutes.
    ## Impact
    Some 12,400 customers could not pay.
    ## Root cause
    A pool of 4 connections where 40 are needed.
    ## Detection
    An alert fired after three minutes.
    ## Response
    We rolled back.
    ## What went well
    The rollback came first.
    ## What went badly
    One number could take a region down.
    ## Where we got lucky
    The next regions were five minutes away.
    ## Lessons
    A machine compares the setting with the load.
    ```

    ## Source

    guide 5
    """
    from hotwash.model.postmortem import SECTIONS  # noqa: PLC0415 - `explain` loads no models

    postmortem = case.postmortem
    if postmortem is None:
        return
    level = _level(postmortem)
    body = body_of(postmortem.body, postmortem.body_line)
    asked = {_key(title): title for title in SECTIONS}
    first: dict[str, Section] = {}
    twice: set[str] = set()
    for section in body.sections:
        key = _key(section.title)
        before = first.setdefault(key, section)
        if before is not section and key in asked and key not in twice:
            twice.add(key)
            yield Finding(
                Place(POSTMORTEM, span=section.span),
                f"the section {asked[key]} stands twice",
                label=f"first on line {before.span.line}",
                help=(Help("join the two, or give this one another heading"),),
                related=(Note(Place(POSTMORTEM, span=before.span), "the first of them"),),
                level=level,
            )
    missing = [title for key, title in asked.items() if key not in first]
    if not missing:
        return
    others = {section.title: section.span for section in body.sections if _key(section.title) not in asked}
    others = dict([*others.items(), *body.other_headings][:PROBLEM_LIMIT])
    meant = tuple(
        Note(Place(POSTMORTEM, span=others[near]), f"is it meant for {title}? Then write `## {title}`")
        for title in missing
        for near in difflib.get_close_matches(title, others, n=1, cutoff=0.7)
    )
    listed = f"{', '.join(missing[:-1])} and {missing[-1]}" if len(missing) > 1 else missing[0]
    all_of_them = len(missing) == len(SECTIONS)
    yield Finding(
        _STATUS,
        "none of the nine sections is there"
        if all_of_them
        else f"the {'sections' if len(missing) > 1 else 'section'} {listed} {_are(missing)} missing",
        label="published without" if level is None else "not to be published without",
        help=(
            Help(
                f"add {'them' if len(missing) > 1 else 'it'} to {POSTMORTEM}, and write in place of the dots:",
                "\n".join(f"## {title}\n..." for title in missing),
                POSTMORTEM,
            ),
        ),
        related=meant,
        level=level,
    )


def _are(things: list[str]) -> str:
    return "are" if len(things) > 1 else "is"


def _key(title: str) -> str:
    """A title as titles are compared."""
    return " ".join(title.casefold().split()).removesuffix(":")


def _level(postmortem: PostMortem) -> LevelName | None:
    """What nobody has published yet may still be unfinished."""
    return None if postmortem.front.status == "published" else "warning"


# Words that stand for a text which is still to be written, alone in a section or a value.
_UNWRITTEN = frozenset(
    {
        *("todo", "tbd", "tba", "fixme", "xxx", "wip", "placeholder", "lorem ipsum", "?", "??", "???"),
        *("to do", "to be done", "to be determined", "to be decided", "to be written", "to follow", "to come"),
        *("coming soon", "fill in", "fill me in", "fill this in", "write me", "work in progress"),
    }
)
# In capitals, and used as a mark: at the start of a text or of a part of it. A sentence about TODO lists is none.
_MARK = re.compile(
    r"(?:^|[.:;!?(\[–—=-]\s*)(?P<task>TODO|FIXME|XXX)(?=\s*[.)\]]*$|:|\(|\s+(?:--?|[–—]))"  # noqa: RUF001 - both dashes
    r"|^(?P<order>TODO|FIXME|XXX|TBD|TBA)(?=\s+(?:add|ask|by|check|describe|explain|fill|find|get|link|update|write)\b)"
    r"|(?<![\w\"'“-])(?P<open>TBD|TBA)(?=\s*(?:$|[.,;:)\]]|by\b))"
    r"|(?P<latin>\b[Ll]orem ipsum\b)"
)
# A blank to be filled in: `<what happened>`, `[Describe the impact]`, `{{ summary }}`; no link and no reference.
_BLANK_TO_FILL = re.compile(r"<[^<>:/]*\s[^<>:/]*>|\[[^\[\]]*\s[^\[\]]*\]|\{\{[^{}]*\}\}")
_LONGEST_BLANK = 200
_AROUND = " \t*_#.!…:;()[]{}<>-+\"'`|"
_START = re.compile(r"^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?(?:\[[ xX]\][ \t]+)?")
_ITEM = re.compile(r"^[ \t>]*(?:[-*+]|\d{1,9}[.)])(?:[ \t]|$)")
_SUBHEADING = re.compile(r"^ {0,3}#{1,6}(?:[ \t]|$)")
# Nearly all sections are like this, and longer than any word for nothing.
_SAYS_SOMETHING = re.compile(r"\s*[A-Za-z][^\n]{60}")
_MARKS = ("TODO", "FIXME", "XXX", "TBD", "TBA", "orem ipsum")
_CODE = re.compile(r"(?<!`)`+[^`]+`+")


@rule("HW602", "placeholder-text")
def placeholder_text(case: Case, _context: Context) -> Iterator[Finding]:
    """A part of a post-mortem is still to be written.

    ## What it asks

    No section is empty; none holds `TODO`, `TBD`, `FIXME`, `...` or a blank to
    be filled in, and neither do trigger, statement and contributing factors.
    Comments count as nothing, and code is not searched. A retrospective record
    may say `Not stated in the sources.`; of our own incidents we are the
    source. Until it is published this is a warning, and one for all sections.

    ## Why

    What is published unfinished is never finished.

    ## Wrong

    ```markdown
    <!-- postmortem.md … -->
    ## Where we got lucky

    TODO: ask the night shift
    ```

    ## Right

    ```markdown
    <!-- postmortem.md … -->
    ## Where we got lucky

    The night shift had the number of the bank at hand.
    ```

    ## Source

    guide 5
    """
    postmortem = case.postmortem
    if postmortem is None:
        return
    level = _level(postmortem)
    for place, name, text in _front_texts(postmortem):
        # Blanks of a help line are found wherever they stand, by another rule.
        if not is_blank(text) and (mark := _unwritten(text)):
            yield Finding(
                place,
                f"{name} is still to be written",
                label=f"`{mark}` says nothing",
                help=(Help("write it in a sentence"),),
                level=level,
            )
    unwritten = tuple(_unwritten_sections(case, postmortem, level))
    blank = tuple(found for found in unwritten if found[0])
    joined = blank if level is not None and len(blank) > 1 else ()
    if joined:
        yield _joined(case, joined)
    yield from (found[1] for found in unwritten if found not in joined)


_LISTED = 9  # as many as a post-mortem has by itself


def _joined(case: Case, unwritten: tuple[tuple[str, Finding], ...]) -> Finding:
    """One finding for all sections of a draft: who has just pasted the template knows that it is empty."""
    titles = [title for title, _ in unwritten]
    more = f" and {len(titles) - _LISTED} more" if len(titles) > _LISTED else ""
    what_now = "write each in a sentence or more, if only that there was nothing to say"
    if case.incident.mode == "retrospective":
        what_now = f"write in each what the sources say, or `{NOT_STATED}`"
    return replace(
        unwritten[0][1],
        message=f"{len(titles)} sections are still to be written: {', '.join(titles[:_LISTED])}{more}",
        label="the first of them",
        help=(Help(what_now),),
    )


def _unwritten_sections(case: Case, postmortem: PostMortem, level: LevelName | None) -> Iterator[tuple[str, Finding]]:
    """The title of each section that is still to be written, and what is wrong; no title where it is another matter."""
    is_marked = any(mark in postmortem.body for mark in _MARKS)
    for section in body_of(postmortem.body, postmortem.body_line).sections[:PROBLEM_LIMIT]:
        if not is_marked and _SAYS_SOMETHING.match(section.prose):
            continue
        title = shortened(section.title) or "a section without a name"
        blocks = tuple(_blocks(section))
        told = [text for _, text in blocks if not is_blank(text.strip(_AROUND))]
        if not told and not section.has_code:
            dots = next((line for line, text in blocks if "." in text or "…" in text), None)
            empty = Finding(
                Place(POSTMORTEM, span=section.span if dots is None else _at(section, dots)),
                f"{title} is empty",
                label="nothing stands beneath" if dots is None else "a blank that nobody filled in",
                help=(Help(_say_something(case, title)),),
                level=level,
            )
            yield title, empty
            continue
        if (
            case.incident.mode != "retrospective"
            and len(told) == 1
            and _key(told[0]).rstrip(".") == _key(NOT_STATED).rstrip(".")
        ):
            line = next(line for line, text in blocks if text == told[0])
            foreign = Finding(
                Place(POSTMORTEM, span=_at(section, line)),
                f"{title} refers to sources, and of our own incident we are the source",
                label="only for what others have published",
                help=(Help(_say_something(case, title)),),
                level=level,
            )
            yield "", foreign
            continue
        alone = len(told) == 1 and not section.has_code
        for line, text in blocks:
            if mark := _unwritten(text, alone=alone):
                unfinished = Finding(
                    Place(POSTMORTEM, span=_at(section, line, mark)),
                    f"{title} is not finished: it still says `{shortened(mark)}`",
                    label="to be written",
                    help=(Help(_say_something(case, title) if alone else "write it, or delete it"),),
                    level=level,
                )
                yield title, unfinished
                break


def _say_something(case: Case, title: str) -> str:
    if case.incident.mode == "retrospective":
        return f"write what the sources say, or `{NOT_STATED}`"
    return f"write what there is to say of {title}, if only that there was nothing"


def _front_texts(postmortem: PostMortem) -> Iterator[tuple[Place, str, str]]:
    """The texts of the front matter, with their places and names."""
    front = postmortem.front
    if isinstance(front.root_causes, tuple):
        for index, cause in enumerate(front.root_causes):
            for name, text in (("trigger", cause.trigger), ("statement", cause.statement)):
                yield Place(POSTMORTEM, ("root_causes", index, name)), f"the {name} of a root cause", text
    for index, factor in enumerate(front.contributing_factors):
        yield Place(POSTMORTEM, ("contributing_factors", index, "statement")), "a contributing factor", factor.statement


def _blocks(section: Section) -> Iterator[tuple[int, str]]:
    """The paragraphs and list items of a section in one line each, with the line of the file on which they begin."""
    begin = 0
    held: list[str] = []
    for number, line in enumerate([*section.prose.split("\n"), ""]):
        is_heading = _SUBHEADING.match(line) is not None
        text = "" if is_heading else _START.sub("", line, count=1).strip()
        if held and (not text or _ITEM.match(line)):
            yield section.line + begin, _CODE.sub("code", " ".join(held))
            held = []
        if text:
            begin = begin if held else number
            held.append(text)


def _unwritten(text: str, *, alone: bool = True) -> str:
    """The part of a text that says that it is still to be written; empty where it is a text.

    Args:
        text: One paragraph.
        alone: It is all that is said.
    """
    text = text.strip()
    if is_blank(text):
        return text
    is_short = alone and len(text) <= _LONGEST_BLANK
    if is_short and (text.casefold().strip(_AROUND) in _UNWRITTEN or _BLANK_TO_FILL.fullmatch(text.strip("*_. "))):
        return text
    found = _MARK.search(text)
    return found[found.lastgroup or 0] if found else ""


def _at(section: Section, line: int, part: str = "") -> Span:
    """The place of some words in the paragraph that begins on a line of the file; without words that line."""
    lines = section.prose.split("\n")[line - section.line :]
    for number, text in enumerate(lines):
        if not part or not text.strip():
            break
        if part in text:
            return Span(line + number, text.index(part) + 1, line + number, text.index(part) + len(part) + 1)
    first = lines[0]
    return Span(line, len(first) - len(first.lstrip()) + 1, line, len(first.rstrip()) + 1)


@rule("HW603", "unreviewed", modes="LAD")
def unreviewed(case: Case, context: Context) -> Iterator[Finding]:
    """A post-mortem is published, and nobody but its author has read it.

    ## What it asks

    A published post-mortem has `reviewed: {by, at}`. The reviewer is a person,
    a role or an organisation, and not its only author.

    ## Why

    Who writes it knows what is meant. Only somebody else can see what is
    missing, and that nobody is blamed.

    ## Wrong

    ```markdown
    <!-- postmortem.md … -->
    ---
    authors: [alice]
    reviewed: {by: alice, at: 2026-11-25T09:30:00Z}
    ---
    ```

    ## Right

    ```markdown
    <!-- postmortem.md … -->
    ---
    authors: [alice]
    reviewed: {by: dave, at: 2026-11-25T09:30:00Z}
    ---
    ```

    ## Source

    guide 5
    """
    postmortem = case.postmortem
    if postmortem is None or postmortem.front.status != "published":
        return
    review = postmortem.front.reviewed
    if review is None:
        yield Finding(
            _STATUS,
            "the post-mortem is published, and nobody has reviewed it",
            label="who has read it?",
            help=(
                Help(
                    "let somebody read it who did not write it, who then adds:",
                    f"reviewed: {{by: {LOGIN_PLACEHOLDER}, at: {utc_text(context.now)}}}",
                    POSTMORTEM,
                    (),
                ),
            ),
        )
        return
    # The forge does not tell logins apart by their capitals.
    authors = {author.casefold() for author in postmortem.front.authors}
    nobody = review.by == "unknown" or review.by.startswith("system:")
    if nobody or authors == {review.by.casefold()}:
        yield Finding(
            Place(POSTMORTEM, ("reviewed", "by")),
            f"{review.by} cannot answer for the review"
            if nobody
            else f"{review.by} has reviewed what {review.by} alone has written",
            label="not somebody who can be asked" if nobody else "the only author",
            help=(Help("let somebody else read it, and write their login and the time here"),),
        )


_MANY = r"(?:(?:a|an|the|simple|plain|mere|pure|clear|single|simply|just|likely) )*"
_ERROR = r"(?:human|operator|user|pilot|personal|engineer|administrator|admin|manual)[ -](?:error|mistake|failure)\b"
# Of these a program speaks: "User error pages were cached".
_NO_ERROR = (
    r"(?! (?:pages?|rates?|messages?|codes?|logs?|reports?|handling|budgets?|count\w*|responses?|metrics?|checks?)\b)"
)
_WHO = r"(?:engineer|operator|developer|administrator|admin|person|employee|colleague|responder|some(?:one|body))"
# Given as the cause: it opens a sentence, or something was it or came of it. "Nothing guards against human error" is
# none of these.
_BLAME = re.compile(
    r"(?:^|[.;:!?] |\b(?:was|were|is|been|by|through|(?:due|owing|down) to|(?:because|result|case) of|causes?) )"
    rf"{_MANY}(?P<error>{_ERROR}){_NO_ERROR}"
    r"|\b(?P<careless>careless(?:ness|ly)?|negligen(?:ce|t|tly)|fat[- ]finger(?:ed|ing)?|inattention|inattentive)\b"
    r"|\b(?P<mistake>mistake (?:made )?by (?!design|default|accident)[\w-]+)"
    rf"|\b(?P<forgot>{_WHO} (?:forgot|neglected|should have known))\b",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"(?:\b(?:not|cannot|no|nor|never|neither|without|than|instead of|against|beyond|stops? at|call(?:ed)? it|blam\w+)\b|n't\b)"
    r"[^.;:!?]{0,40}$",
    re.IGNORECASE,
)
# None of it without one of these.
_BLAMING = ("error", "mistake", "failure", "careless", "negl", "finger", "inattenti", "forgot", "should")
_DENIED_WITHIN = 60
_READ_OF_A_CAUSE = 2_000  # characters, each of which is looked at more than once
_QUOTED = re.compile(r"\"[^\"\n]*\"|“[^”\n]*”|«[^»\n]*»|`[^`\n]*`")
_SENTENCE = re.compile(r"[^.!?]*")


@rule("HW604", "human-error", level="warning", modes="LAD")
def human_error(case: Case, _context: Context) -> Iterator[Finding]:
    """Somebody's error is given as the root cause.

    ## What it asks

    Neither a root cause, in the front matter or in incident.yaml, nor a
    confirmed finding on it in the timeline, nor the first sentence of the
    section Root cause says that it was human error, an operator's mistake or
    carelessness. A sentence that denies or quotes it is fine, and so is what
    a person did, told as a fact.

    ## Why

    People err every day, and most of it does no harm. Who stops at the person
    leaves in place what let the error through, and teaches everybody to keep
    silent the next time. Ask what made the step look right, and what should
    have caught it.

    ## Wrong

    ```markdown
    <!-- postmortem.md … -->
    ---
    root_causes:
      - category: operation
        trigger: The database directory was removed on the primary
        statement: Human error during the repair of the replica
    ---
    ```

    ## Right

    ```markdown
    <!-- postmortem.md … -->
    ---
    root_causes:
      - category: operation
        trigger: The database directory was removed on the primary
        statement: The prompts of both hosts look alike, and the repair is done by hand
    ---
    ```

    ## Source

    guide 5 and 7
    """
    for place, text in chain(_causes(case), _confirmed_causes(case), _opening(case)):
        if blamed := _blamed(text):
            yield Finding(
                place,
                f"`{shortened(blamed)}` is not a root cause",
                label="where the questions begin",
                help=(
                    Help("write what made the step look right at the time, and what should have caught it"),
                    Help("keep what was done as a fact, in the trigger or the timeline, without a name"),
                ),
            )


def _causes(case: Case) -> Iterator[tuple[Place, str]]:
    """What front matter and incident.yaml give as root causes."""
    postmortem = case.postmortem
    told = [(INCIDENT, case.incident.root_causes)]
    if postmortem is not None:
        told.append((POSTMORTEM, postmortem.front.root_causes))
    for file, causes in told:
        if isinstance(causes, tuple):
            for index, cause in enumerate(causes):
                yield Place(file, ("root_causes", index, "trigger")), cause.trigger
                yield Place(file, ("root_causes", index, "statement")), cause.statement


def _confirmed_causes(case: Case) -> Iterator[tuple[Place, str]]:
    """The root causes that the timeline holds to be certain."""
    replaced = {logged.entry.supersedes for logged in case.timeline if logged.entry.kind == "finding"}
    for logged in case.timeline:
        entry = logged.entry
        if entry.kind != "finding" or (entry.id is not None and entry.id in replaced):
            continue  # what a later finding replaces stays as it was written
        if entry.about == "root-cause" and entry.state == "confirmed":
            yield Place(logged.file, (*logged.route, "text")), entry.text


def _opening(case: Case) -> Iterator[tuple[Place, str]]:
    """The first sentence of the section Root cause."""
    postmortem = case.postmortem
    if postmortem is not None:
        for section in body_of(postmortem.body, postmortem.body_line).sections:
            # Nearly no text has one of these words, and what is not blamed need not be cut into sentences.
            if _key(section.title) == "root cause" and _may_blame(section.prose):
                for line, text in islice(_blocks(section), 1):
                    first = _SENTENCE.match(text)
                    yield Place(POSTMORTEM, span=_at(section, line)), first[0] if first else ""


def _may_blame(text: str) -> bool:
    lowered = text.lower()
    return any(word in lowered for word in _BLAMING)


def _blamed(text: str) -> str:
    """The words that give somebody's error as a cause; empty where there are none."""
    text = text[:_READ_OF_A_CAUSE]
    if not _may_blame(text):
        return ""
    text = " ".join(_QUOTED.sub("quoted", text).split())
    for found in _BLAME.finditer(text):
        start = found.start(found.lastgroup or 0)
        if not _DENIED.search(text, max(0, start - _DENIED_WITHIN), start):
            return found[found.lastgroup or 0]
    return ""


@rule("HW605", "published-before-resolved")
def published_before_resolved(case: Case, _context: Context) -> Iterator[Finding]:
    """A post-mortem was published or reviewed before the incident was over.

    ## What it asks

    A published post-mortem belongs to an incident that is resolved, closed or
    dismissed, and its review is not earlier than `times.resolved`, as far as
    the precision of the two can tell. Once an incident is reopened this is a
    warning: there are more urgent things to do.

    ## Why

    Before it is over nobody can know how it ended, and what is published is
    believed.

    ## Wrong

    ```markdown
    <!-- postmortem.md … -->
    ---
    reviewed: {by: dave, at: 2026-11-23T09:10:00Z}
    ---
    ```

    ## Right

    ```markdown
    <!-- postmortem.md … -->
    ---
    reviewed: {by: dave, at: 2026-11-25T09:30:00Z}
    ---
    ```

    ## Source

    guide 5
    """
    postmortem, incident = case.postmortem, case.incident
    if postmortem is None or postmortem.front.status != "published":
        return
    if incident.status not in ("resolved", "closed", "dismissed"):
        reopened = any(step.entry.from_ in ("resolved", "closed") for step in steps(case))
        yield Finding(
            _STATUS,
            f"the post-mortem is published, and the incident is {incident.status}",
            label="reopened since" if reopened else "published too early",
            help=(Help("set it back to draft until the incident is resolved:", "status: draft", POSTMORTEM),),
            related=(Note(Place(INCIDENT, ("status",)), "the status"),),
            level="warning" if reopened else None,
        )
        return
    review, resolved = postmortem.front.reviewed, incident.times.resolved
    if review is not None and resolved is not None and surely_before(review.at, resolved):
        yield Finding(
            Place(POSTMORTEM, ("reviewed", "at")),
            "the post-mortem was reviewed before the incident was resolved",
            label=f"resolved {resolved}",
            help=(Help("let it be read once more, now that it is over; or correct the time"),),
            related=(Note(Place(INCIDENT, ("times", "resolved")), "resolved"),),
        )


@rule("HW606", "broken-link", level="warning")
def broken_link(case: Case, context: Context) -> Iterator[Finding]:
    """A link or an image leads to nothing in this repository.

    ## What it asks

    A relative link in postmortem.md or in the text of a timeline entry leads,
    from the folder of the incident, to a file of this repository or to the
    folder of an incident; one that begins with `/` is read from the root. A
    link to `#…` leads to a heading of the same text. What is on the web is not
    looked up.

    ## Why

    A runbook that cannot be found at three in the morning is none. It is a
    warning, because files are moved without a look at old records.

    ## Wrong

    ```markdown
    <!-- postmortem.md … -->
    ## Lessons

    The [runbook](../../../docs/runbooks/chekout.md) says so now.
    ```

    ## Right

    ```markdown
    <!-- postmortem.md … -->
    ## Lessons

    The [runbook](../../../docs/runbooks/checkout.md) says so now.
    ```

    ## Source

    guide 5
    """
    postmortem = case.postmortem
    if postmortem is not None:
        names: frozenset[str] | None = None
        for link in links(postmortem.body, postmortem.body_line)[:PROBLEM_LIMIT]:
            path, _, fragment = link.target.partition("#")
            if path.partition("?")[0]:
                why, remedy = _leads_nowhere(path, case, context), ""
            else:
                names = anchors(postmortem.body) if names is None else names
                why = "" if _is_anchor(fragment, names) else "no heading of this text has that name"
                remedy = _near_heading(unquote(fragment), names) if why else ""
            if why:
                yield _broken(Place(POSTMORTEM, span=link.span), link, why, remedy or _near_file(path, case, context))
    for logged in case.timeline:
        if "](" in logged.entry.text:
            for link in links(logged.entry.text, 1):
                path = link.target.partition("#")[0]
                why = _leads_nowhere(path, case, context) if path.partition("?")[0] else ""
                if why:
                    place = Place(logged.file, (*logged.route, "text"))
                    yield _broken(place, link, why, _near_file(path, case, context))


def _broken(place: Place, link: Link, why: str, remedy: str) -> Finding:
    what = "image" if link.is_image else "link"
    return Finding(
        place,
        f"the {what} to {shortened(unquote(link.target))} leads to nothing: {why}",
        help=(Help(remedy),),
    )


def _near_heading(fragment: str, names: frozenset[str]) -> str:
    """What to do about a link to a heading that is not there."""
    near = difflib.get_close_matches(fragment.casefold()[:_COMPARED], sorted(names)[:PROBLEM_LIMIT], n=1, cutoff=0.7)
    if near:
        return f"did you mean `#{shortened(near[0])}`?"
    example = f", `#{shortened(min(names))}` for example" if names else ""
    return f"write the name of a heading that is there{example}; or delete the link"


def _near_file(target: str, case: Case, context: Context) -> str:
    """What to do about a link to a file that is not there."""
    path = unquote(target.partition("?")[0])
    led = posixpath.normpath(path.lstrip("/") if path.startswith("/") else f"{case.path}/{path}")
    runbooks = {service.runbook for service in (context.services or {}).values() if service.runbook}
    known = [*(f"{case.path}/{name}" for name in islice(case.others, PROBLEM_LIMIT)), *sorted(runbooks)[:PROBLEM_LIMIT]]
    near = difflib.get_close_matches(led[:_COMPARED], known, n=1, cutoff=_ALIKE)
    if near and is_plain(near[0]) and context.snapshot.exists(near[0]):
        meant = posixpath.relpath(near[0], case.path)
        return f"did you mean `{quote(meant)}`?"
    return "write where it is now, seen from the folder of the incident; or delete the link"


def _leads_nowhere(target: str, case: Case, context: Context) -> str:
    """Why a relative link of an incident does not lead anywhere; empty where it does, or may."""
    path = unquote(target.partition("?")[0])
    joined = path.lstrip("/") if path.startswith("/") else f"{case.path}/{path}"
    led = posixpath.normpath(joined)
    if led == ".." or led.startswith("../"):
        return "it leads out of the repository"
    if led in (".", INCIDENTS, case.path) or case.path.startswith(f"{led}/"):
        return ""
    if not is_plain(led):
        return f"{shortened(led)} is no path that every system knows"
    if not path.endswith("/") and context.snapshot.exists(led):
        return ""
    if _is_folder(led, case, context, named_so=path.endswith("/")):
        return ""
    return f"{shortened(led)} is not in the repository"


def _is_folder(path: str, case: Case, context: Context, *, named_so: bool) -> bool:
    """A path leads to a folder, or may: which folders there are besides the records nobody knows.

    Args:
        path: From the root, without a slash at its end.
        named_so: There was one.
    """
    own = path.removeprefix(f"{case.path}/")
    if own != path:
        return own in (EVIDENCE, FRAGMENTS) or any(name.startswith(f"{own}/") for name in case.others)
    if path.startswith(f"{INCIDENTS}/"):
        name = posixpath.basename(path)
        return name in context.incidents or (name.isdecimal() and path.count("/") == 1)
    return named_so or "." not in posixpath.basename(path).lstrip(".")


def _is_anchor(fragment: str, names: frozenset[str]) -> bool:
    wanted = unquote(fragment).casefold().removeprefix("user-content-")
    return wanted in ("", "top") or _plain(wanted) in {_plain(name) for name in names}


def _plain(name: str) -> str:
    # Forges and sites make names alike but for hyphens in a row.
    return re.sub("-+", "-", name).strip("-")
