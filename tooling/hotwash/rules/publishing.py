"""7xx: what must not leave the repository, or would not arrive as it was meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotwash.diagnostics import Finding, Help, Place, counted
from hotwash.facts.secrets import SHOWN, digest, find, masked
from hotwash.records.document import shortened
from hotwash.records.invisible import SUSPECT, invisible, name_of, unescaped, what_it_does
from hotwash.records.markup import raw_html, unsafe_links
from hotwash.records.passages import passages, span_at
from hotwash.rules.rule import rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hotwash.facts.secrets import Secret
    from hotwash.records.document import Document
    from hotwash.rules.rule import Context

POLICY = "incidents/policy.yaml"
MANY = 20  # findings of one rule in one file; the last of them counts the rest
# Logs hold what they hold, and are never shown as Markdown.
_AS_IT_WAS = "evidence"


@rule("HW701", "secret")
def secret(document: Document, context: Context) -> Iterator[Finding]:
    """A token, key or password stands in a file.

    ## What it asks

    No record and no evidence file holds what has the form of a secret: the
    tokens and keys of some fifty services, private keys, web tokens, passwords
    in links, and values after `password=`, `token:` and the like. A password in
    plain prose has no form, and is not found.

    ## Why

    What is pushed stays in every clone, and what is published stays in caches.
    The value is masked wherever hotwash shows the line.

    ## Wrong

    ```yaml
    # evidence/logs.txt
    connecting to postgres://shop:hunter22@db-1.shop.example/orders
    ```

    ## Right

    ```yaml
    # evidence/logs.txt
    connecting to postgres://shop:***@db-1.shop.example/orders
    ```

    ## Policy

    `publishing: {known_secrets: [<SHA-256 in hex>]}` lets single values pass
    that look like secrets and open nothing.

    ## Source

    guide 7; threats V4
    """
    seen: dict[str, list[Secret]] = {}
    found = find(document.text) if document.text else ()
    if not found:
        return
    known = frozenset(context.policy.publishing.known_secrets)
    for one in found:
        if digest(one.value) not in known:
            seen.setdefault(one.value, []).append(one)
    conceals = tuple(seen)
    for number, same in enumerate(list(seen.values())[:MANY], start=1):
        one = same[0]
        notes: tuple[str, ...] = (f"it stands here {len(same):,} times",) if len(same) > 1 else ()
        if number == MANY and len(seen) > MANY:
            notes += (f"{len(seen) - MANY:,} more in this file",)
        yield Finding(
            Place(document.path, span=span_at(document.text, one.start, one.end)),
            f"{one.kind} stands here: {_shown(one)}",
            label="who reads this can use it",
            notes=notes,
            help=(
                Help("revoke it where it was made, since git keeps what was pushed; then write *** here"),
                _let_pass(one),
            ),
            conceals=conceals if number == 1 else (),
        )


def _shown(one: Secret) -> str:
    length = counted(len(one.value), "character")
    shown = masked(one.value)[:SHOWN].rstrip("*")
    return f"`{shown}…`, {length}" if one.kind != "a private key" else length


def _let_pass(one: Secret) -> Help:
    if one.guessable:
        # What a person chose could be found out from its digest, and this is printed in public logs.
        return Help(f"if it opens nothing, put its SHA-256 under `publishing.known_secrets` in {POLICY}")
    lines = f"publishing:\n  known_secrets: [{digest(one.value)}]"
    return Help(f"if it opens nothing, let it pass in {POLICY}:", lines, POLICY)


@rule("HW703", "raw-html", level="warning")
def raw_html_in_prose(document: Document, _context: Context) -> Iterator[Finding]:
    """A text holds HTML, which the site shows as text.

    ## What it asks

    Texts and post-mortems are Markdown without tags and comments of HTML. In
    code they may stand, and a blank to be filled in like `<service>` is none.

    ## Why

    The site lets no HTML of records through, so a reader sees the tags
    themselves, and reads the comment that was to be hidden.

    ## Wrong

    ```yaml
    # incident.yaml
    impact:
      users: {affected: 12400, description: "EU customers <b>cannot</b> pay"}
      business: {reputation: Press enquiry at 10:00}
      scope: {description: Card payments only}
    ```

    ## Right

    ```yaml
    # incident.yaml
    impact:
      users: {affected: 12400, description: "EU customers **cannot** pay"}
      business: {reputation: Press enquiry at 10:00}
      scope: {description: Card payments only}
    ```

    ## Source

    guide 7; threats T1
    """
    if document.kind in (_AS_IT_WAS, "policy", "services") or "<" not in document.text:
        return
    found = [
        (start, end, written)
        for passage in passages(document)
        if "<" in passage.text
        for start, end, written in raw_html(passage)
    ]
    for start, end, written in found[:MANY]:
        comment = written.startswith("<!--")
        yield Finding(
            Place(document.path, span=span_at(document.text, start, end)),
            "a comment in HTML is shown to every reader"
            if comment
            else f"`{shortened(written.partition(chr(10))[0])}` is HTML, and is shown as it is written",
            label="not hidden" if comment else "shown as text",
            notes=_rest(found, start),
            help=(Help("delete it" if comment else "write it in Markdown, or put it in backticks to show it"),),
        )


def _rest(found: Sequence[tuple[int, int, object]], start: int) -> tuple[str, ...]:
    """How many more there are, on the last finding that is shown of a file."""
    return (f"{len(found) - MANY:,} more in this file",) if len(found) > MANY and start == found[MANY - 1][0] else ()


@rule("HW704", "invisible-characters")
def invisible_characters(document: Document, _context: Context) -> Iterator[Finding]:
    r"""A record holds characters that nobody sees.

    ## What it asks

    No marks that turn the direction of text, no zero-width and other invisible
    characters, written out or as an escape. Joiners inside emoji and in scripts
    that need them are let pass, and so is all that an evidence file holds.

    ## Why

    A reviewer must read what the program reads: a turned line can show the
    opposite of what it says, and two logins that look the same can be two.

    ## Wrong

    ```yaml
    # incident.yaml
    title: "Checkout is\u202e not\u202c down"
    ```

    ## Right

    ```yaml
    # incident.yaml
    title: Checkout is down
    ```

    ## Source

    guide 7; threats R6
    """
    if document.kind == _AS_IT_WAS:
        return
    lines: dict[int, list[tuple[int, int, str]]] = {}
    for start, end, sign in _unseen(document):
        lines.setdefault(document.text.count("\n", 0, start), []).append((start, end, sign))
    for number, same in enumerate(list(lines.values())[:MANY], start=1):
        start, end, sign = min(same)
        notes = (f"{len(lines) - MANY:,} more lines of this file hold such characters",)
        others = f", and {len(same) - 1:,} more on this line" if len(same) > 1 else ""
        yield Finding(
            Place(document.path, span=span_at(document.text, start, end)),
            f"{name_of(sign)}{others}: it {what_it_does(sign)}",
            label="here",
            notes=notes if number == MANY and len(lines) > MANY else (),
            help=(Help("delete it, and type the words around it again"),),
        )


def _unseen(document: Document) -> Iterator[tuple[int, int, str]]:
    for at in invisible(document.text):
        yield at, at + 1, document.text[at]
    if "\\u" not in document.text and "\\U" not in document.text and "\\x" not in document.text:
        return
    for passage in passages(document):
        if passage.style == '"' and SUSPECT.search(passage.text):
            text, places = unescaped(passage.written)
            for at in invisible(text):
                if places[at + 1] - places[at] > 1:  # written out, it has been found already
                    yield passage.start + places[at], passage.start + places[at + 1], text[at]


@rule("HW706", "unsafe-link")
def unsafe_link(document: Document, _context: Context) -> Iterator[Finding]:
    """A link leads elsewhere than to the web, a mailbox or a file of this repository.

    ## What it asks

    Links have the scheme `http`, `https` or `mailto`, or are relative. That
    holds for fields like `url` and `ref`, and for links and images in Markdown.

    ## Why

    `javascript:` runs in the reader's browser, `file:` opens what is on their
    disk, and `//host` goes wherever the page came from. The site makes no link
    of them, so they would lead nobody anywhere.

    ## Wrong

    ```yaml
    # incident.yaml
    references: ["javascript:alert(1)"]
    ```

    ## Right

    ```yaml
    # incident.yaml
    references: ["https://status.example/incidents/42"]
    ```

    ## Source

    guide 7; threats T1
    """
    if document.kind == _AS_IT_WAS:
        return
    found = list(unsafe_links(document))
    for start, end, scheme in found[:MANY]:
        yield Finding(
            Place(document.path, span=span_at(document.text, start, end)),
            f"a link has the scheme `{scheme}:`" if scheme else "a link names a host and no scheme",
            label="no link of the web",
            notes=_rest(found, start),
            help=(
                Help(
                    "write a link with https or mailto, or in backticks what is none"
                    if scheme
                    else "write https: before it"
                ),
            ),
        )
