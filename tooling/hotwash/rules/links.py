"""8xx: links between records."""

from __future__ import annotations

import difflib
import posixpath
from typing import TYPE_CHECKING

from hotwash.diagnostics import Finding, Help, Note, Place, counted
from hotwash.facts.paths import is_url, why_not_evidence
from hotwash.facts.register import NamedFile
from hotwash.facts.said import is_blank
from hotwash.model.repository import EVIDENCE, INCIDENT
from hotwash.records.document import shortened
from hotwash.rules.rule import rule

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from hotwash.diagnostics import Route
    from hotwash.facts.register import Register, Summary
    from hotwash.model.policy import Service
    from hotwash.model.repository import Case
    from hotwash.records.snapshot import Snapshot
    from hotwash.rules.rule import Context

SERVICES = "incidents/services.yaml"


@rule("HW801", "unknown-service")
def unknown_service(case: Case, context: Context) -> Iterator[Finding]:
    """A service is named that the catalogue does not have.

    ## What it asks

    Every service of an incident and of its timeline is a key of
    `incidents/services.yaml`.

    ## Why

    Owner and runbook are found by the key. A misspelt one leads nobody
    anywhere at three in the morning, and splits the history of a service.

    ## Wrong

    ```yaml
    # incident.yaml
    services: [chekout-api]
    ```

    ## Right

    ```yaml
    # incident.yaml
    services: [checkout-api]
    ```

    ## Source

    guide 2.1
    """
    if context.services is None:
        return
    for index, name in enumerate(case.incident.services):
        if name not in context.services:
            yield _unknown_service(Place(INCIDENT, ("services", index)), name, context.services)
    for logged in case.timeline:
        entry = logged.entry
        if entry.kind in ("finding", "change") and entry.service is not None and entry.service not in context.services:
            yield _unknown_service(Place(logged.file, (*logged.route, "service")), entry.service, context.services)


def _unknown_service(place: Place, name: str, known: Collection[str]) -> Finding:
    near = _nearest(name, known)
    add = Help(f"{'or ' if near else ''}add it to {SERVICES}:", f"{name}: {{owner: TEAM}}", SERVICES)
    return Finding(
        place,
        f"`{name}` is not in {SERVICES}",
        label=f"did you mean `{near}`?" if near else "nobody knows its owner",
        help=(Help(f"write `{near}`"), add) if near else (add,),
    )


def _nearest(name: str, known: Collection[str], *, like: float = 0.6) -> str:
    """The known name that is most like a misspelt one; empty when none is.

    Args:
        like: How much of it must be alike, from 0 to 1.
    """
    return next(iter(difflib.get_close_matches(name, sorted(known), n=1, cutoff=like)), "")


# All ids are alike in their day, and those of one day are not meant for each other.
ALIKE_IDS = 0.75


@rule("HW802", "unknown-incident")
def unknown_incident(case: Case, context: Context) -> Iterator[Finding]:
    """An incident is named that is not in this repository, or names itself.

    ## What it asks

    What stands in `evidence.similar`, `related` and `duplicate_of` is the name
    of another incident's folder. One that is there and cannot be read counts.

    ## Why

    Past incidents are where the next responder finds what helped. A name that
    leads nowhere costs minutes that nobody has.

    ## Wrong

    ```yaml
    # incident.yaml
    related: [2026-10-13-checkout-500-eu]
    ```

    ## Right

    ```yaml
    # incident.yaml
    related: []
    ```

    ## Source

    guide 2.3
    """
    incident = case.incident
    similar = incident.evidence.similar
    named: list[tuple[Route, str]] = []
    if isinstance(similar, tuple):
        named += [(("evidence", "similar", index), name) for index, name in enumerate(similar)]
    named += [(("related", index), name) for index, name in enumerate(incident.related)]
    for route, name in named:
        if name == case.id:
            yield Finding(
                Place(INCIDENT, route),
                f"`{name}` is this incident itself",
                label="names its own record",
                help=(Help("name the other one, or take it out"),),
            )
    if incident.duplicate_of is not None:
        named.append((("duplicate_of",), incident.duplicate_of))
    for route, name in named:
        if name not in context.incidents:
            near = _nearest(name, context.incidents - {case.id}, like=ALIKE_IDS)
            yield Finding(
                Place(INCIDENT, route),
                f"there is no incident `{name}`",
                label=f"did you mean `{near}`?" if near else "no folder has this name",
                help=(
                    Help(
                        f"write `{near}`" if near else "write the name of its folder below incidents/, or take it out"
                    ),
                ),
            )


@rule("HW803", "evidence-file")
def evidence_file(case: Case, context: Context) -> Iterator[Finding]:
    """Evidence points to a file that is missing or lies outside `evidence/`.

    ## What it asks

    `file` is a path from the incident's folder: `evidence/` and plain names
    after it, spelt as the file is, on every system. The file is there, it is a
    regular file, and no link leads to it.

    ## Why

    Evidence that is somewhere else is gone when it is needed. And a path that
    leads out of the folder, or a link, could put a file of somebody's computer
    on a public page.

    ## Wrong

    ```yaml
    # incident.yaml
    evidence:
      logs: [{summary: 4102 x connection refused, file: ../logs.txt}]
      metrics: [{summary: 5xx rate from 0.2 % to 31 %}]
      changes: [{summary: v413 deployed at 08:40}]
      similar: {none: Searched for checkout and payment 500s}
    ```

    ## Right

    ```yaml
    # incident.yaml
    evidence:
      logs: [{summary: 4102 x connection refused}]
      metrics: [{summary: 5xx rate from 0.2 % to 31 %}]
      changes: [{summary: v413 deployed at 08:40}]
      similar: {none: Searched for checkout and payment 500s}
    ```

    ## Source

    guide 2.3; threats P1, P2
    """
    evidence = case.incident.evidence
    kept = [name for name in case.others if name == EVIDENCE or name.startswith(f"{EVIDENCE}/")]
    for group, items in (("logs", evidence.logs), ("metrics", evidence.metrics), ("changes", evidence.changes)):
        for index, item in enumerate(items) if isinstance(items, tuple) else ():
            if item.file is not None:
                place = Place(INCIDENT, ("evidence", group, index, "file"))
                if finding := _about_evidence(place, item.file, case, kept, context.snapshot):
                    yield finding


def _about_evidence(place: Place, file: str, case: Case, kept: list[str], snapshot: Snapshot) -> Finding | None:
    why = why_not_evidence(file)
    # Both: some disks take `Logs.txt` for `logs.txt`, and a link is listed as well.
    if not why and file in kept and snapshot.exists(f"{case.path}/{file}"):
        return None
    shown = f"`{shortened(file)}`"
    near = _nearest_file(file, kept)
    again = Help(f"write `{near}`") if near else None
    meant = f"did you mean `{near}`?" if near else ""
    if why:
        if is_url(file):
            return Finding(place, f"{shown} {why}", label="not a file", help=(Help("write it as `url:`"),))
        copy = Help(f"put a copy into {case.path}/{EVIDENCE}/ and write `{EVIDENCE}/NAME`")
        label = meant or f"not a plain path below {EVIDENCE}/"
        return Finding(place, f"{shown} {why}", label=label, help=(again or copy,))
    # What stands on the way and is listed as a file is a link: a folder is not listed.
    barred = next((name for name in kept if file == name or file.startswith(f"{name}/")), "")
    if barred:
        own = Help("put the text itself there: links and special files are never followed")
        return Finding(place, f"`{barred}` is not a regular file", label="a link or a special file", help=(own,))
    if any(name.startswith(f"{file}/") for name in kept):
        return Finding(place, f"{shown} is a folder", label="not a file", help=(Help("name a file in it"),))
    put = Help(f"put it there: {case.path}/{file}")
    label = meant or "no such file in the incident's folder"
    return Finding(place, f"{shown} is not there", label=label, help=(again or put,))


def _nearest_file(file: str, kept: list[str]) -> str:
    """The file that is there and was meant by a path: the same otherwise written, elsewhere, or misspelt."""
    plain = posixpath.normpath(file.replace("\\", "/")).lstrip("/")
    name = posixpath.basename(plain).casefold()
    alike = [other for other in kept if posixpath.basename(other).casefold() == name]
    meant = [plain, f"{EVIDENCE}/{plain}"] + (alike if len(alike) == 1 else [])
    for other in meant:
        if other in kept and other != EVIDENCE:
            return other
    # All begin alike, and that says nothing.
    names = {other.removeprefix(f"{EVIDENCE}/"): other for other in kept}
    return names.get(_nearest(plain.removeprefix(f"{EVIDENCE}/"), names, like=0.75), "")


@rule("HW804", "runbook-missing", level="warning", modes="LAD")
def runbook_missing(register: Register, context: Context) -> Iterator[Finding]:
    """A runbook is named that is not in the repository.

    ## What it asks

    A runbook of `incidents/services.yaml`, and one that an incident says it
    changed, is a file of this repository, written from its root; or a URL, and
    then nobody looks. Services of others are not asked, nor are retrospective
    records.

    ## Why

    Whoever is woken opens the runbook first.

    ## Wrong

    ```yaml
    # incidents/services.yaml
    checkout-api: {owner: team-pay, runbook: docs/runbooks/check-out.md}
    payments: {owner: team-pay, runbook: docs/runbooks/payments.md}
    ```

    ## Right

    ```yaml
    # incidents/services.yaml
    checkout-api: {owner: team-pay, runbook: docs/runbooks/checkout.md}
    payments: {owner: team-pay, runbook: https://wiki.example/payments}
    ```

    ## Source

    guide 5
    """
    named = [
        NamedFile(service.runbook, SERVICES, (name, "runbook"))
        for name, service in (context.services or {}).items()
        if service.runbook is not None and not service.external
    ]
    for summary in register.summaries.values():
        if summary.mode != "retrospective":
            named += summary.runbooks
    for runbook in named:
        if not _is_there(runbook.path, context.snapshot):
            yield _missing_runbook(runbook, named, context.snapshot)


def _is_there(path: str, snapshot: Snapshot) -> bool:
    # What follows `#` is a heading in the file. Blanks are no runbook, and another rule asks for one.
    return is_url(path) or is_blank(path) or snapshot.exists(path) or snapshot.exists(path.partition("#")[0])


def _missing_runbook(runbook: NamedFile, named: list[NamedFile], snapshot: Snapshot) -> Finding:
    path = runbook.path
    # Only what can be asked for by name is known of the files outside incidents/.
    plain = posixpath.normpath(path.replace("\\", "/")).lstrip("/")
    spelt = [plain, plain.lower(), f"{plain}.md", f"docs/{plain}", f"docs/runbooks/{posixpath.basename(plain)}"]
    others = sorted({other.path for other in named if snapshot.exists(other.path)})
    near = next((other for other in spelt if snapshot.exists(other)), "") or _nearest(path, others, like=0.8)
    again = (
        Help(f"write `{near}`") if near else Help("write it, or put here where it is: a path from the root, or a URL")
    )
    return Finding(
        Place(runbook.file, runbook.route),
        f"`{shortened(path)}` is not a file of this repository",
        label=f"did you mean `{near}`?" if near else "nobody can open it",
        help=(again,),
    )


@rule("HW805", "service-incomplete", level="warning")
def service_incomplete(_register: Register, context: Context) -> Iterator[Finding]:
    """A service has no owner or no runbook.

    ## What it asks

    Every service of `incidents/services.yaml` names the team that answers for
    it and the runbook that helps with it. One that somebody else runs says
    `external: true`, and is not asked.

    ## Why

    Those are the two things that a responder needs of a service that is not
    their own: whom to call, and what to try.

    ## Wrong

    ```yaml
    # incidents/services.yaml
    checkout-api:
      owner: team-pay
    payments: {external: true}
    ```

    ## Right

    ```yaml
    # incidents/services.yaml
    checkout-api:
      owner: team-pay
      runbook: docs/runbooks/checkout.md
    payments: {external: true}
    ```

    ## Source

    guide 2.2 and 5
    """
    for name, service in (context.services or {}).items():
        if missing := _missing(name, service):
            lines = "\n".join(f"  {key}: {value}" for key, value in missing.items())
            yield Finding(
                Place(SERVICES, (name,), "key"),
                f"`{name}` has no {' and no '.join(missing)}",
                label="whom to call?" if "owner" in missing else "what to try first?",
                help=(
                    Help("add to it:", lines, SERVICES, (name,)),
                    Help("or write `external: true` in it, if somebody else runs it"),
                ),
            )


def _missing(name: str, service: Service) -> Mapping[str, str]:
    """The keys that a service of ours lacks -> what could stand there."""
    if service.external:
        return {}
    runbook = f"docs/runbooks/{name.rpartition('/')[2]}.md"
    missing = {"owner": "TEAM"} if is_blank(service.owner) else {}
    return missing | ({"runbook": runbook} if is_blank(service.runbook) else {})


@rule("HW806", "duplicate-cycle")
def duplicate_cycle(register: Register, _context: Context) -> Iterator[Finding]:
    """A duplicate leads back to itself, or to an incident that was dismissed.

    ## What it asks

    Whoever follows `duplicate_of`, over as many incidents as it takes, comes to
    one that was not dismissed.

    ## Why

    A duplicate is dismissed because its story is told elsewhere. When it is
    told nowhere, an incident has vanished, with its first actions and with
    what was to be learnt from it.

    ## Wrong

    ```yaml
    # incident.yaml
    duplicate_of: 2026-11-23-checkout-500
    ```

    ## Right

    ```yaml
    # incident.yaml
    status: investigating
    ```

    ## Source

    guide 5
    """
    summaries = {**register.untouched, **register.summaries}
    seen: set[str] = set()
    for start in sorted(register.summaries):
        way = _way(start, summaries, seen)
        seen.update(way)
        last = summaries[way[-1]] if way else None
        if last is None:
            continue
        if last.duplicate_of in way:
            yield _circle(way[way.index(last.duplicate_of) :], summaries, register.summaries)
    for summary in summaries.values():
        other = summaries.get(summary.duplicate_of)
        if other is None or other.status != "dismissed" or other.duplicate_of:
            continue
        if summary.id not in register.summaries:
            # What the change touches is the other one.
            yield Finding(
                Place(f"{other.path}/{INCIDENT}", ("status",)),
                f"`{summary.id}` is a duplicate of this incident, which is dismissed",
                label="its story is told nowhere",
                help=(
                    Help(
                        f"name in {summary.id} the incident that tells it, or say here with `duplicate_of` which does"
                    ),
                ),
                related=(Note(Place(f"{summary.path}/{INCIDENT}", ("duplicate_of",)), "named here"),),
            )
        else:
            yield Finding(
                Place(f"{summary.path}/{INCIDENT}", ("duplicate_of",)),
                f"`{other.id}` was dismissed itself",
                label="its story is told nowhere",
                help=(Help("name the incident that tells it, or take `duplicate_of` out and say why as `reason`"),),
                related=(Note(Place(f"{other.path}/{INCIDENT}", ("status",)), "dismissed here"),),
            )


def _way(start: str, summaries: Mapping[str, Summary], seen: Collection[str]) -> list[str]:
    """The ids to which `duplicate_of` leads from one of them on, each once, as far as they are new and known."""
    way: list[str] = []
    here = start
    while here in summaries and here not in way and here not in seen:
        way.append(here)
        here = summaries[here].duplicate_of
    return way


# Nobody reads more of them, and each is read from its file again.
OTHERS_SHOWN = 10


def _circle(ids: list[str], summaries: Mapping[str, Summary], judged: Collection[str]) -> Finding:
    """The finding of a circle; it stands at the incident that comes first by its id, of those that were judged."""
    first = ids.index(min(id_ for id_ in ids if id_ in judged))
    ids = ids[first:] + ids[:first]
    places = [Place(f"{summaries[id_].path}/{INCIDENT}", ("duplicate_of",)) for id_ in ids]
    message = "an incident cannot be a duplicate of itself"
    if others := ids[1:]:
        more = f" and {counted(len(others) - 1, 'other')}" if len(others) > 1 else ""
        message = f"`duplicate_of` leads back here over `{others[0]}`{more}"
    return Finding(
        places[0],
        message,
        label="the story is told nowhere",
        help=(Help("choose the one that tells it: take its `duplicate_of` out and give it its own status"),),
        related=tuple(
            Note(place, f"and this is a duplicate of `{summaries[id_].duplicate_of}`")
            for place, id_ in list(zip(places, ids, strict=True))[1 : OTHERS_SHOWN + 1]
        ),
    )
