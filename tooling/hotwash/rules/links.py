"""8xx: links between records."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from hotwash.diagnostics import Finding, Help, Place
from hotwash.model.repository import INCIDENT
from hotwash.rules.rule import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotwash.model.repository import Case
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
    named = [(Place(INCIDENT, ("services", index)), name) for index, name in enumerate(case.incident.services)]
    for logged in case.timeline:
        entry = logged.entry
        if entry.kind in ("finding", "change") and entry.service is not None:
            named.append((Place(logged.file, (*logged.route, "service")), entry.service))
    for place, name in named:
        if name not in context.services:
            near = next(iter(difflib.get_close_matches(name, context.services, n=1, cutoff=0.6)), "")
            add = Help(f"{'or ' if near else ''}add it to {SERVICES}:", f"{name}: {{owner: TEAM}}", SERVICES)
            yield Finding(
                place,
                f"`{name}` is not in {SERVICES}",
                label=f"did you mean `{near}`?" if near else "nobody knows its owner",
                help=(Help(f"write `{near}`"), add) if near else (add,),
            )
