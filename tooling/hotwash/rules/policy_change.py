"""3xx: a change of the policy, which judges no change that brings it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotwash.diagnostics import Finding, Help, Place
from hotwash.model.repository import INCIDENT
from hotwash.rules.base_policy import counts_at_once
from hotwash.rules.rule import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotwash.facts.difference import RepositoryChange
    from hotwash.model.policy import Policy
    from hotwash.rules.rule import Context

POLICY = "incidents/policy.yaml"
_SHOWN = 10  # incidents that are named


@rule("HW312", "policy-changed-with-incidents", level="warning")
def policy_changed_with_incidents(change: RepositoryChange, context: Context) -> Iterator[Finding]:
    """The change edits the policy, which does not judge the change itself.

    ## What it asks

    Nothing but a second pair of eyes: the policy of the base judged. The report
    says which verdicts on the incidents the new policy would change. A silence
    that the change adds counts at once for documents, post-mortems, publishing
    and links, and is named; for the response it counts once it is merged.

    ## Why

    Whoever could bring their own policy along could switch off what judges them.
    A policy is changed for all incidents, so it is read as such.

    ## Wrong

    ```yaml
    # incidents/policy.yaml
    calendar: {time_zone: Europe/Berlin}
    ```

    ## Right

    ```yaml
    # incidents/policy.yaml
    calendar: {time_zone: UTC}
    ```

    ## Source

    guide 6 and 7; threats G1
    """
    if POLICY not in change.changed or change.head_policy == change.base_policy:
        return
    new = change.head_policy
    keys = "it cannot be used as it is" if new is None else ", ".join(_keys(change.base_policy, new))
    touched = [path for path in change.after if any(name.startswith(f"{path}/") for name in change.changed)]
    yield Finding(
        Place(POLICY),
        f"this change edits the policy: {keys}",
        label="the policy of the base judged",
        notes=("it touches incidents as well: by the new policy they are not judged",) if touched else (),
        help=(Help("have it read by its owners; a policy that an incident needs comes first, in a change of its own"),),
    )
    if new is None:
        return
    if (change.base_policy.publishing.default, new.publishing.default) == ("internal", "public"):
        silent = list(_silent(context))
        more = f" and {len(silent) - _SHOWN:,} more" if len(silent) > _SHOWN else ""
        yield Finding(
            Place(POLICY, ("publishing", "default")),
            "incidents that do not say who may read them become public",
            label="was internal",
            notes=(f"{', '.join(silent[:_SHOWN])}{more}",) if silent else (),
            help=(Help("write `visibility: internal` into those that are not meant, in a change that comes before"),),
        )
    for index, silence in enumerate(new.silences):
        if silence not in change.base_policy.silences and counts_at_once(silence):
            whom = f" for {silence.incident}" if silence.incident else ""
            yield Finding(
                Place(POLICY, ("silences", index, "rule")),
                f"the silence of {silence.rule}{whom} counts at once",
                label="added by this change",
                help=(Help("see that its reason holds"),),
            )


def _silent(context: Context) -> Iterator[str]:
    """The incidents that do not say who may read them."""
    from hotwash.records.load import case_files, load_incident  # noqa: PLC0415 - `explain` loads no models

    for files in case_files(context.snapshot.paths()):
        incident = load_incident(context.snapshot, f"{files.path}/{INCIDENT}")
        if incident is not None and incident.visibility is None:
            yield files.id


def _keys(was: Policy, now: Policy) -> list[str]:
    """The keys at the top of the policy whose meaning changes."""
    return [f"`{name}`" for name in type(was).model_fields if getattr(was, name) != getattr(now, name)]
