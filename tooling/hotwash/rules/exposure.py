"""7xx: what everybody may read of an incident, and should not: people, internal names, an internal record itself."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from hotwash.diagnostics import Finding, Help, Place, counted
from hotwash.facts import globs, personal
from hotwash.facts.public_files import visibility
from hotwash.facts.secrets import SHOWN, masked
from hotwash.model.repository import INCIDENT
from hotwash.records.document import shortened
from hotwash.records.passages import span_at
from hotwash.rules.rule import rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hotwash.facts.people import Mention
    from hotwash.facts.personal import Personal
    from hotwash.facts.public_files import PublicFile
    from hotwash.model.repository import Case
    from hotwash.rules.rule import Context

POLICY = "incidents/policy.yaml"
MANY = 20  # findings of one rule in one file; the last of them counts the rest


@rule("HW702", "personal-data", level="warning")
def personal_data(file: PublicFile, context: Context) -> Iterator[Finding]:
    """A public incident holds what leads to a person.

    ## What it asks

    No text of a public incident and none of its evidence holds an e-mail
    address, a phone number, a bank account, an IP address that is reached from
    everywhere, or the name of somebody who is known: each login that stands in
    the incident, and each login and name under `people` in the policy. A name
    counts as a word of its own, in large and small letters, with an `s` behind
    it, in links and in the id.

    A login that is also a word of everyday, a role, a label or part of a service
    of the incident, or that is shorter than three letters, counts only where it
    is written as one: `@build`, `/users/build`. Mailboxes of a function like
    `support@`, and what is set aside for examples, count for nothing. Who did
    something (`by`, `owner`, `roles` and the like) is shown as a role anyway.

    ## Why

    What was public once cannot be taken back, and customers and colleagues did
    not agree to it. What happened can be told by roles. That is not anonymity:
    whoever knows the rota knows who was on call.

    ## Wrong

    ```yaml
    # incident.yaml
    visibility: public
    ```

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:54:00Z
      by: alice
      kind: note
      text: Alice restarted the pool by hand
    ```

    ## Right

    ```yaml
    # incident.yaml
    visibility: public
    ```

    ```yaml
    # timeline.yaml …
    - at: 2026-11-23T08:54:00Z
      by: alice
      kind: note
      text: The commander restarted the pool by hand
    ```

    ## Policy

    `people: {alice: Alice Example}` says whom to look for. With
    `publishing: {names: as-written}` no names are looked for, as the site then
    shows them. An incident that says nothing has the visibility of
    `publishing.default`.

    ## Source

    guide 7; threats V4, V5
    """
    found = personal.find(file.told.text)
    told = _grouped([(one.value, one.start, one.end, one.kind) for one in found])
    told += _grouped([(one.person, one.start, one.end, "") for one in _named(file, context, found)])
    told.sort(key=lambda group: group[1][0])
    for number, (kind, places) in enumerate(told[:MANY], start=1):
        value = file.told.text[slice(*places[0])]
        shown = f"{kind} stands here: `{masked(value)[:SHOWN].rstrip('*')}…`, {counted(len(value), 'character')}"
        yield Finding(
            _place(file, *places[0]),
            shown if kind else f"a person is named here: `{shortened(' '.join(value.split()))}`",
            label="everybody may read this" if kind else "everybody may read who it was",
            notes=(*_notes(places), *_rest(len(told), number)),
            help=(
                Help("write *** here, or say whose it is without it: a customer in Berlin")
                if kind
                else Help("write the role instead: the commander, the database engineer, a customer"),
            ),
            # A name stands in every other line, where it is not to be missed.
            conceals=(value,) if kind else (),
        )
    if file.document.kind == "incident":
        yield from _in_the_id(file, context)


def _named(file: PublicFile, context: Context, others: Iterable[Personal]) -> Iterator[Mention]:
    """Where people are named who are known, and not within an address that is found anyway."""
    if context.policy.publishing.names != "roles":
        return
    ends = {one.start: one.end for one in others}
    starts = sorted(ends)
    for one in file.people.named(file.told.text):
        before = bisect_right(starts, one.start)
        if not before or ends[starts[before - 1]] <= one.start:
            yield one


def _in_the_id(file: PublicFile, context: Context) -> Iterator[Finding]:
    if context.policy.publishing.names != "roles":
        return
    for one in list(file.people.named(file.case.id))[:1]:
        yield Finding(
            Place(INCIDENT, span=span_at(file.document.text, 0, 1)),
            f"the id names a person: `{file.case.id[one.start : one.end]}`",
            label="the id is the address of the page",
            help=(Help("while the incident is not merged, give its folder another name"),),
        )


@rule("HW705", "internal-name", level="warning")
def internal_name(file: PublicFile, context: Context) -> Iterator[Finding]:
    """A public incident holds a name that must not leave.

    ## What it asks

    No text of a public incident, none of its links and none of its evidence
    holds a name that a pattern of `publishing.internal_patterns` describes. In a
    pattern `*` is any text within a name and `?` one character; letters may be
    large or small. A name is letters, digits, full stops and hyphens without a
    break, and is described as a whole: `*.corp.example` finds
    `db-1.corp.example` in any link, and not `corp.example`.

    ## Why

    Names of machines, projects and customers are of no use to a reader, and of
    some to a burglar.

    ## Wrong

    ```yaml
    # incidents/policy.yaml
    format: 1
    publishing: {internal_patterns: ["*.corp.example"]}
    ```

    ```yaml
    # incident.yaml
    visibility: public
    references: ["https://wiki.corp.example/checkout"]
    ```

    ## Right

    ```yaml
    # incidents/policy.yaml
    format: 1
    publishing: {internal_patterns: ["*.corp.example"]}
    ```

    ```yaml
    # incident.yaml
    visibility: public
    references: ["https://status.example/incidents/42"]
    ```

    ## Policy

    `publishing: {internal_patterns: [...]}`; without any, nothing is found.

    ## Source

    guide 7; threats V5
    """
    wanted = context.policy.publishing.internal_patterns
    if not wanted:
        return
    found = globs.find(file.told.text, wanted)
    told = _grouped([(file.told.text[one.start : one.end].lower(), one.start, one.end, one.glob) for one in found])
    for number, (glob, places) in enumerate(told[:MANY], start=1):
        yield Finding(
            _place(file, *places[0]),
            f"`{shortened(' '.join(file.told.text[slice(*places[0])].split()))}` is an internal name",
            label=f"like {shortened(glob)}",
            notes=(*_notes(places), *_rest(len(told), number)),
            help=(Help("say what it is in place of its name: a database of orders, an internal page"),),
        )
    if file.document.kind == "incident":
        for one in globs.find(file.case.id, wanted)[:1]:
            yield Finding(
                Place(INCIDENT, span=span_at(file.document.text, 0, 1)),
                f"the id holds an internal name: `{file.case.id[one.start : one.end]}`",
                label=f"like {shortened(one.glob)}",
                help=(Help("while the incident is not merged, give its folder another name"),),
            )


def _grouped(found: Iterable[tuple[str, int, int, str]]) -> list[tuple[str, list[tuple[int, int]]]]:
    """What was found with its places, once for each same one, in the order of the file."""
    groups: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for same, start, end, kind in found:
        groups.setdefault((same, kind), []).append((start, end))
    return [(kind, places) for (_, kind), places in groups.items()]


def _place(file: PublicFile, start: int, end: int) -> Place:
    text = file.document.text
    return Place(file.document.path, span=span_at(text, *file.told.placed(start, end)))


def _notes(places: list[tuple[int, int]]) -> tuple[str, ...]:
    return (f"it stands here {len(places):,} times",) if len(places) > 1 else ()


def _rest(all_: int, number: int) -> tuple[str, ...]:
    return (f"{all_ - MANY:,} more in this file",) if number == MANY < all_ else ()


@rule("HW707", "internal-in-public-repository")
def internal_in_public_repository(case: Case, context: Context) -> Iterator[Finding]:
    """An internal incident lies in a repository that everybody can read.

    ## What it asks

    Where the policy says `repository: public`, every incident is public.

    ## Why

    The site would leave it out, and everybody could read it all the same, in
    the repository and in every copy of it.

    ## Wrong

    ```yaml
    # incidents/policy.yaml
    format: 1
    repository: public
    publishing: {default: public}
    ```

    ```yaml
    # incident.yaml
    visibility: internal
    ```

    ## Right

    ```yaml
    # incidents/policy.yaml
    format: 1
    repository: public
    publishing: {default: public}
    ```

    ```yaml
    # incident.yaml
    visibility: public
    ```

    ## Policy

    `repository: private` or `public`. An incident that says nothing has the
    visibility of `publishing.default`, and that is `internal` unless the policy
    says otherwise.

    ## Source

    guide 7; threats V2
    """
    if context.policy.repository != "public" or visibility(case, context.policy) != "internal":
        return
    says = case.incident.visibility is not None
    yield Finding(
        Place(INCIDENT, ("visibility",)),
        "this incident is internal, and everybody can read this repository",
        label="everybody can read it" if says else "it does not say, and the policy's default is internal",
        help=(
            Help("keep it in a repository that is private; what was pushed here counts as read"),
            Help("or, if everybody may read it, say so:", "visibility: public", INCIDENT, under=()),
        ),
    )
