"""0xx: what is wrong with a file before anybody asks what it says."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from hotwash.diagnostics import Finding, Help, Note, Place, Span, dotted
from hotwash.facts.said import BLANK
from hotwash.model.names import LOGIN_PLACEHOLDER
from hotwash.model.time import utc_text
from hotwash.rules.rule import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotwash.diagnostics import Route
    from hotwash.records.document import Document, MapNode, Mark, Node, Problem, ProblemKind
    from hotwash.rules.rule import Context


def _found(document: Document, kind: ProblemKind) -> Iterator[Finding]:
    for problem in document.problems:
        if problem.kind == kind:
            yield _finding(problem)


def _finding(problem: Problem, related: str = "") -> Finding:
    notes = (Note(problem.other, related),) if problem.other is not None and related else ()
    return Finding(problem.at, problem.message, label=problem.label, help=problem.help, related=notes)


@rule("HW001", "unreadable-file")
def unreadable_file(document: Document, _context: Context) -> Iterator[Finding]:
    r"""The file cannot be read as a record.

    ## What it asks

    A record is a regular file, UTF-8, at most 1 MiB, nested at most 32 levels,
    with at most 50,000 values, and without control characters, written out or
    as an escape. No links and no special files.

    ## Why

    What a reviewer cannot see must not decide. A link can lead out of the
    repository, and a deep or endless file can stop the check for everybody.

    ## Wrong

    ```yaml
    # incident.yaml
    title: "Checkout is down\0"
    ```

    ## Right

    ```yaml
    # incident.yaml
    title: Checkout is down
    ```

    ## Source

    guide 7; threats R2, R3, R6 and P2
    """
    yield from _found(document, "unreadable-file")


@rule("HW002", "yaml-syntax")
def yaml_syntax(document: Document, _context: Context) -> Iterator[Finding]:
    """The file is not YAML.

    ## What it asks

    Every record is valid YAML 1.2.

    ## Why

    A file that cannot be parsed says nothing, and its incident cannot be
    judged. All other files are still checked.

    ## Wrong

    ```yaml
    # incident.yaml
    title: Checkout: all payments fail
    ```

    ## Right

    ```yaml
    # incident.yaml
    title: "Checkout: all payments fail"
    ```

    ## Source

    YAML 1.2.2
    """
    for problem in document.problems:
        if problem.kind == "yaml-syntax":
            yield _finding(problem, "it belongs to what begins here")


@rule("HW003", "duplicate-key")
def duplicate_key(document: Document, _context: Context) -> Iterator[Finding]:
    """A key stands twice in one mapping.

    ## What it asks

    Each key stands once.

    ## Why

    Most readers take the last one without a word, some the first: two people
    would see two incidents.

    ## Wrong

    ```yaml
    # incident.yaml
    severity: P2
    severity: P3
    ```

    ## Right

    ```yaml
    # incident.yaml
    severity: P2
    ```

    ## Source

    YAML 1.2.2, 3.2.1.3; threats R4
    """
    for problem in document.problems:
        if problem.kind == "duplicate-key":
            yield _finding(problem, "the first one")


@rule("HW004", "yaml-feature")
def yaml_feature(document: Document, _context: Context) -> Iterator[Finding]:
    """The file uses a part of YAML that records do without.

    ## What it asks

    Records are plain data: no anchors, aliases, tags, merge keys or directives,
    one document a file, keys that are text.

    ## Why

    A reviewer reads the text, not what a parser makes of it. Aliases can also
    grow without end, and tags can name code.

    ## Wrong

    ```yaml
    # incident.yaml
    title: &what Checkout is down
    ```

    ## Right

    ```yaml
    # incident.yaml
    title: Checkout is down
    ```

    ## Source

    guide 7; threats R1
    """
    for problem in document.problems:
        if problem.kind == "yaml-feature":
            yield Finding(problem.at, f"records do without this: {problem.message}", help=problem.help)


@rule("HW005", "unknown-key")
def unknown_key(document: Document, _context: Context) -> Iterator[Finding]:
    """A key is not one that records have.

    ## What it asks

    Only the keys of the schema. Your own fields go under `labels`.

    ## Why

    A misspelt key is a fact that nobody will find again: `mitgated` would
    leave the incident without its most important time.

    ## Wrong

    ```yaml
    # incident.yaml
    titel: Checkout is down
    ```

    ## Right

    ```yaml
    # incident.yaml
    title: Checkout is down
    labels: {team: payments}
    ```

    ## Source

    guide 7
    """
    yield from _found(document, "unknown-key")


@rule("HW006", "missing-key")
def missing_key(document: Document, context: Context) -> Iterator[Finding]:
    """A key is missing that the record cannot do without.

    ## What it asks

    The required keys of each record; of an incident that is not retrospective
    also `times.declared` and `roles.commander`, of its action items `owner` and
    `due`.

    ## Why

    An incident without severity, services and somebody in command cannot be
    run; an action item without owner and date is a wish.

    ## Wrong

    ```yaml
    # incident.yaml
    roles: {communications: bob}
    ```

    ## Right

    ```yaml
    # incident.yaml
    roles: {commander: alice, communications: bob}
    ```

    ## Source

    guide 1 and 5
    """
    for problem in document.problems:
        if problem.kind == "missing-key":
            yield _missing(document, problem, context)


def _missing(document: Document, problem: Problem, context: Context) -> Finding:
    """What is missing, at the nearest key that is there, with the lines to paste and where they go."""
    from hotwash.records.document import indentation  # noqa: PLC0415 - `explain` loads no reader

    route = problem.at.route
    whole = (*route, *problem.key.split("."))
    holder = whole[:-1]
    while holder and not _value(document.value, holder):
        holder = holder[:-1]
    indent = indentation(document, holder)
    held = _value(document.value, holder)
    if isinstance(held, dict) and whole[len(holder)] in held:
        say = f"write instead of the empty `{dotted(whole[: len(holder) + 1])}:`"
    elif not holder:
        name = document.path.rsplit("/", 1)[-1]
        say = f"add to {'the front matter of ' if document.kind == 'postmortem' else ''}{name}:"
    elif not indent:
        say = "add between the braces:"
    else:
        say = "add to this item:" if isinstance(holder[-1], int) else f"add under `{dotted(holder)}:`"
    lines = [f"{' ' * (indent + 2 * depth)}{key}:" for depth, key in enumerate(whole[len(holder) :])]
    lines[-1] += f" {_blank(document, whole, context)}"
    return Finding(
        Place(document.path, whole, "key"),
        problem.message.split(" of `", maxsplit=1)[0] + _inside(route),
        label="it belongs here",
        help=(Help(say, "\n".join(lines), document.path),),
    )


def _value(value: object, route: Route) -> object:
    for part in route:
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            return None
    return value


def _inside(route: Route) -> str:
    """In which mapping, as people count: from 1."""
    if not route:
        return ""
    last = route[-1]
    if isinstance(last, str):
        return f" in `{dotted(route)}`"
    return f" in item {last + 1}" + (f" of `{dotted(route[:-1])}`" if len(route) > 1 else "")


def _blank(document: Document, route: Route, context: Context) -> str:
    """What stands at a key until somebody has filled it in. Nothing is made up that would pass unread."""
    from hotwash.model.schema import field_schema, is_time  # noqa: PLC0415 - `explain` loads no models

    schema = field_schema(document.kind, route, document.value)
    allowed, examples = schema.get("enum"), schema.get("examples")
    first = examples[0] if isinstance(examples, list) and examples else None
    if is_time(schema):
        return utc_text(context.now)
    if first == "alice" or route[0] == "roles":
        return LOGIN_PLACEHOLDER
    if isinstance(allowed, list) and (route[-1] != "status" or first is None):
        return " | ".join(map(str, allowed))
    if schema.get("type") in ("number", "integer"):
        return "HOW-MANY"
    if schema.get("type") == "boolean":
        return "true | false"
    if first == "2026-12-01":
        return "YYYY-MM-DD"
    if isinstance(first, list):
        return f"[{LOGIN_PLACEHOLDER if first[0] == 'alice' else BLANK}]"
    return str(first) if route[-1] == "status" else BLANK


@rule("HW007", "wrong-value")
def wrong_value(document: Document, _context: Context) -> Iterator[Finding]:
    """A value is of the wrong type, or not one of those allowed.

    ## What it asks

    The values of the schema. A time is RFC 3339 with an offset, to the second
    or to the minute, or a UTC day.

    ## Why

    A time without an offset is a different moment for each reader, and a status
    that nobody knows opens no gate.

    ## Wrong

    ```yaml
    # incident.yaml
    status: fixed
    ```

    ## Right

    ```yaml
    # incident.yaml
    status: investigating
    ```

    ## Source

    guide 7; threats R5
    """
    yield from _found(document, "wrong-value")


@rule("HW008", "ambiguous-scalar", level="warning")
def ambiguous_scalar(document: Document, _context: Context) -> Iterator[Finding]:
    """A text without quotes is a number, true or false to some readers of YAML.

    ## What it asks

    Text that looks like something else stands in quotes: `no`, `on`, `y`,
    `012`, `1:30`, `1_000`, `.inf`. Days and times do not need any.

    ## Why

    YAML 1.1, which many tools still read, takes `no` for false, `012` for ten
    and `1:30` for ninety. A label would mean one thing here and another in
    everything else that reads the records.

    ## Wrong

    ```yaml
    # incident.yaml
    labels: {paged: no, cell: 012}
    ```

    ## Right

    ```yaml
    # incident.yaml
    labels: {paged: "no", cell: "012"}
    ```

    ## Source

    guide 7; threats R4
    """
    from hotwash.records.document import PROBLEM_LIMIT  # noqa: PLC0415 - `explain` loads no reader

    for doubt in islice(open_doubts(document), PROBLEM_LIMIT):
        yield replace(_finding(doubt), fix="puts it in quotes")


def open_doubts(document: Document) -> Iterator[Problem]:
    """The doubts about a document, less those where something is wrong anyway: what it needs is not quotes."""
    from hotwash.records.document import locate  # noqa: PLC0415 - `explain` loads no reader

    wrong = [locate(document, problem.at) for problem in document.problems]
    for doubt in document.doubts:
        span = locate(document, doubt.at)
        if not any(_holds(other, span) for other in wrong):
            yield doubt


def _holds(outer: Span, inner: Span) -> bool:
    return (outer.line, outer.column) <= (inner.line, inner.column) and (inner.end_line, inner.end_column) <= (
        outer.end_line,
        outer.end_column,
    )


@rule("HW011", "front-matter")
def front_matter(document: Document, _context: Context) -> Iterator[Finding]:
    """postmortem.md has no front matter, or one that is not closed.

    ## What it asks

    The file begins with a line `---`, the keys of the post-mortem, and a second
    line `---`.

    ## Why

    Whether a post-mortem may be shown, and why it happened, stands there.

    ## Wrong

    ```markdown
    <!-- postmortem.md -->
    ## Summary

    Card payments failed for 15 minutes.
    ```

    ## Right

    ```markdown
    <!-- postmortem.md -->
    ---
    status: draft
    authors: [alice]
    ---

    ## Summary

    Card payments failed for 15 minutes.
    ```

    ## Source

    guide 5
    """
    yield from _found(document, "front-matter")


@rule("HW013", "comma-in-flow-text")
def comma_in_flow_text(document: Document, _context: Context) -> Iterator[Finding]:
    """A comma has cut a text in two.

    ## What it asks

    In braces, text with a comma stands in quotes.

    ## Why

    In `{note: P0, all down}` the note is `P0`, and `all down` becomes a key
    with no value: half of what was typed would be lost without a word.

    ## Wrong

    ```yaml
    # incident.yaml
    labels: {team: payments, on call}
    ```

    ## Right

    ```yaml
    # incident.yaml
    labels: {team: "payments, on call"}
    ```

    ## Source

    guide 7
    """
    for problem in document.problems:
        if problem.kind != "comma-in-flow-text":
            continue
        finding = _finding(problem)
        if key := _key_without_value(document, problem):
            # Where no text may stand, quotes would only hide what is missing.
            quotes = [replace(one, say=f"or {one.say}") for one in finding.help if _takes_it_all(document, problem)]
            label = f"`{key}` has no value"
            yield replace(finding, label=label, help=(Help(f"give `{key}` a value, or delete it"), *quotes))
        else:
            yield replace(finding, fix="puts it in quotes" if _is_one_text(document, problem) else "")


# Behind a comma or a blank: what follows is a comment, which no quotes may make a text of.
_COMMENT = re.compile(r"[\s,]#")


def _is_one_text(document: Document, problem: Problem) -> bool:
    """Whether nothing but one text can be meant: no list of numbers, no known key that lacks its value."""
    span = problem.at.span
    if span is None or document.node is None or not problem.help[0].paste:
        return False
    found = _mapping_at(document.node, span)
    if found is None or _COMMENT.search(_cut(document, span)):
        return False
    node, _, _ = found
    if any(key.style for key in node.keys.values() if _is_in(key.start_mark, span)):
        return False
    return not _key_without_value(document, problem) and _takes_it_all(document, problem)


def _cut(document: Document, span: Span) -> str:
    from hotwash.records.document import offset  # noqa: PLC0415 - `explain` loads no reader

    text = document.text
    return text[offset(text, span.line, span.column) : offset(text, span.end_line, span.end_column)]


def _key_without_value(document: Document, problem: Problem) -> str:
    """A part of the text that is a key of this mapping, and only lacks its value; empty where there is none."""
    from hotwash.model.schema import field_schema  # noqa: PLC0415 - `explain` loads no models

    span = problem.at.span
    found = _mapping_at(document.node, span) if span is not None and document.node is not None else None
    if span is None or document.node is None or found is None:
        return ""
    node, _, route = found
    known = field_schema(document.kind, route, _plain(document.node)).get("properties", {})
    return next((name for name, key in node.keys.items() if name in known and _is_in(key.start_mark, span)), "")


def _takes_it_all(document: Document, problem: Problem) -> bool:
    """Whether the key whose text was cut may hold all of it as one text."""
    from hotwash.model.schema import field_forms  # noqa: PLC0415 - `explain` loads no models
    from hotwash.records.reader import folded  # noqa: PLC0415 - nor a reader

    span = problem.at.span
    found = _mapping_at(document.node, span) if span is not None and document.node is not None else None
    if span is None or document.node is None or found is None:
        return False
    _, owner, route = found
    cut, value = _cut(document, span), _plain(document.node)
    return any(
        "string" in form.get("type", ())  # one name or a list of names
        and "enum" not in form
        and re.search(form.get("pattern", ""), folded(cut))
        and len(cut) <= form.get("maxLength", len(cut))
        for form in field_forms(document.kind, (*route, owner), value)
    )


def _is_in(mark: Mark, span: Span) -> bool:
    return (span.line, span.column) <= (mark.line + 1, mark.column + 1) < (span.end_line, span.end_column)


def _mapping_at(node: Node, span: Span, route: Route = ()) -> tuple[MapNode, str, Route] | None:
    """The mapping one of whose values begins where a span does, the key of that value, and the mapping's route."""
    from hotwash.records.document import ListNode, MapNode  # noqa: PLC0415 - `explain` loads no reader

    if isinstance(node, MapNode):
        for name, child in node.values.items():
            if not isinstance(child, MapNode | ListNode):
                start = child.start_mark
                if (start.line + 1, start.column + 1) == (span.line, span.column) and child.value:
                    return node, name, route
            elif found := _mapping_at(child, span, (*route, name)):
                return found
    elif isinstance(node, ListNode):
        for index, child in enumerate(node.items):
            if found := _mapping_at(child, span, (*route, index)):
                return found
    return None


def _plain(node: Node) -> object:
    """What a document would say if it were readable; its depth is limited by the reader."""
    from hotwash.records.document import ListNode, MapNode  # noqa: PLC0415 - `explain` loads no reader
    from hotwash.records.reader import plain_value  # noqa: PLC0415

    if isinstance(node, MapNode):
        return {name: _plain(child) for name, child in node.values.items()}
    if isinstance(node, ListNode):
        return [_plain(item) for item in node.items]
    return node.value if node.style else plain_value(node.value)


# A comment that begins without a blank: a number or a channel that was meant as text, more often than not.
_HASH = re.compile(r"(?<![ \t])[ \t]+(?=#\w)")


@rule("HW015", "cut-at-hash", level="warning")
def cut_at_hash(document: Document, _context: Context) -> Iterator[Finding]:
    """A text ends at a `#`, and the rest of its line is a comment.

    ## What it asks

    Text that holds a blank and a `#`, such as an issue's number or the name of a
    channel, stands in quotes or in block style. A comment has a blank after its
    `#`.

    ## Why

    YAML takes the rest of the line for a comment, without a word. What was typed
    at three in the morning would be gone for everybody who reads the record.

    ## Wrong

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:52:00Z
      by: dave
      kind: note
      text: Told the team in #payments that v413 is out
    ```

    ## Right

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:52:00Z
      by: dave
      kind: note
      text: "Told the team in #payments that v413 is out"
    ```

    ## Source

    guide 5 and 7
    """
    if document.node is None or not _HASH.search(document.text):
        return
    ends = _plain_ends(document.node)
    for number, line in enumerate(document.lines):
        for found in _HASH.finditer(line):
            owner = ends.get((number, found.start()))
            if owner is None and not line[: found.start()].endswith(":"):
                continue
            rest = line[found.end() :].rstrip()
            start = found.start() if owner is None or owner.line != number else owner.column
            whole = line[start:].strip()
            yield Finding(
                Place(document.path, span=Span(number + 1, found.end() + 1, number + 1, found.end() + 1 + len(rest))),
                "the text ends here: a blank and `#` begin a comment",
                label="is this lost?",
                help=(
                    Help("put the text in quotes:", json.dumps(whole, ensure_ascii=False), document.path),
                    Help("if it is a comment, write a blank after the `#`"),
                ),
            )


class _Start(NamedTuple):
    line: int
    column: int


def _plain_ends(top: Node) -> dict[tuple[int, int], _Start]:
    """Where each plain text ends -> where it begins: line and column from 0."""
    from hotwash.records.document import ListNode, MapNode  # noqa: PLC0415 - `explain` loads no reader

    ends: dict[tuple[int, int], _Start] = {}
    nodes = [top]
    for node in nodes:
        if isinstance(node, MapNode):
            nodes += node.values.values()
        elif isinstance(node, ListNode):
            nodes += node.items
        elif not node.style and node.value:
            start, end = node.start_mark, node.end_mark
            ends[end.line, end.column] = _Start(start.line, start.column)
    return ends
