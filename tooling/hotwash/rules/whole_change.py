"""3xx: what a change does to the repository as a whole: incidents that are gone or have another place."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from hotwash.diagnostics import Finding, Help, Place
from hotwash.model.repository import INCIDENT
from hotwash.rules.rule import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotwash.facts.difference import RepositoryChange
    from hotwash.rules.rule import Context


@rule("HW308", "incident-renamed-or-deleted")
def incident_renamed_or_deleted(change: RepositoryChange, context: Context) -> Iterator[Finding]:
    """A merged incident is gone, or has another directory.

    ## What it asks

    The directory of an incident is its name. Once merged it stays where it is
    and as it is called.

    ## Why

    Other records, issues, pages and links know the incident by that name. And an
    incident that could be deleted could not be counted on.

    ## Wrong

    ```yaml
    # incidents/2026/2026-11-23-payments-down/incident.yaml
    title: Checkout returns 500 for EU customers
    ```

    ## Right

    ```yaml
    # incidents/2026/2026-11-23-checkout-500/incident.yaml
    title: Checkout returns 500 for EU customers
    ```

    ## Source

    guide 7
    """
    after = {id_: path for path, id_ in change.after.items()}
    new = [path for path in change.after if path not in change.before]
    for path, id_ in change.before.items():
        # What was no incident, such as a stray folder in the place of one, may be tidied away.
        if path in change.after or not change.base.exists(f"{path}/{INCIDENT}"):
            continue
        moved = after.get(id_) or _renamed(change, context, path, new)
        if moved is not None:
            yield Finding(
                Place(f"{moved}/{INCIDENT}"),
                f"{path} was merged under that name, and an incident is never renamed",
                label="was merged elsewhere",
                help=(Help("move it back:", f"git mv {shlex.quote(moved)} {shlex.quote(path)}"),),
            )
        else:
            yield Finding(
                Place(f"{path}/{INCIDENT}"),
                f"the merged incident {id_} is gone",
                label="deleted",
                help=(
                    Help("bring it back:", f"git checkout {shlex.quote(change.revision)} -- {shlex.quote(path)}"),
                    Help("what was declared by mistake is dismissed, with the reason"),
                ),
            )


def _renamed(change: RepositoryChange, context: Context, path: str, new: list[str]) -> str | None:
    """The new directory that holds what was in one that is gone; None where none does."""
    from hotwash.records.load import load_incident  # noqa: PLC0415 - `explain` loads no models

    was = f"{path}/{INCIDENT}"
    data, told = change.base.read(was), load_incident(change.base, was)
    for candidate in new:
        now = f"{candidate}/{INCIDENT}"
        if not context.snapshot.exists(now):
            continue
        if context.snapshot.read(now) == data:
            return candidate
        incident = load_incident(context.snapshot, now)
        if told is not None and incident is not None and told.title == incident.title and told.times == incident.times:
            return candidate
    return None
