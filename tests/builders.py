"""A complete live incident as text files, with what a test is about replaced; and what the rules say of it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from hotwash.model.repository import INCIDENT, TIMELINE, Case
from hotwash.records.load import case_files, load_case
from hotwash.records.revision import Base
from hotwash.records.snapshot import MappingSnapshot
from hotwash.rules.check import check

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from hotwash.diagnostics import Report
    from hotwash.records.revision import Commit

# Nine minutes after the last update of the complete incident: no clock has run out.
NOW = datetime(2026, 11, 23, 8, 59, tzinfo=UTC)
ID = "2026-11-23-checkout-500"
FOLDER = f"incidents/2026/{ID}"
RETROSPECTIVE_FOLDER = "incidents/2026/2026-09-21-checkout-500"
SERVICES = "incidents/services.yaml"
POLICY = "incidents/policy.yaml"
# After the name of a file: what follows is a part of it, and the rest stays as it is.
PART = " …"

COMPLETE = {
    f"{FOLDER}/{INCIDENT}": """\
title: Checkout returns 500 for EU customers
status: investigating
severity: P1
services: [checkout-api]
times:
  started: 2026-11-23T08:41:00Z
  detected: 2026-11-23T08:44:10Z
  declared: 2026-11-23T08:46:00Z
  acknowledged: 2026-11-23T08:46:40Z
roles:
  commander: alice
  communications: bob
impact:
  users:
    affected: 12400
    description: EU customers cannot pay by card
  business:
    reputation: Press enquiry at 10:00
  scope:
    regions: [eu-west-1]
    description: Card payments only
first_actions:
  # 1 severity and user impact
  assess: {by: alice, at: 2026-11-23T08:47:30Z, note: every EU card payment fails}
  # 2 quick mitigation, or {by, at, none: which options were looked at}
  stabilize: {by: carol, at: 2026-11-23T08:49:00Z, note: rolled back checkout-api to v412}
  # 3 logs, metrics, recent changes, similar incidents
  gather: {by: dave, at: 2026-11-23T08:50:10Z, note: begins with v413}
  # 4 status told
  communicate: {by: bob, at: 2026-11-23T08:50:40Z, note: told engineers and stakeholders}
evidence:
  logs:
    - summary: 4,102 x connection refused from payments
  metrics:
    - summary: 5xx rate from 0.2 % to 31 %
  changes:
    - summary: checkout-api v413 deployed at 08:40
  similar: {none: Searched for checkout and payment 500s}
""",
    f"{FOLDER}/{TIMELINE}": """\
- at: 2026-11-23T08:49:00Z
  by: carol
  kind: mitigation
  action: rollback
  outcome: effective
  text: Rolled back to v412
- at: 2026-11-23T08:50:00Z
  by: bob
  kind: status-update
  audience: [engineers, stakeholders]
  text: Card payments fail; we have rolled back and are looking on
- at: 2026-11-23T08:51:00Z
  by: alice
  kind: status-change
  from: declared
  to: investigating
  text: The four first actions are done
""",
    SERVICES: """\
checkout-api: {owner: team-pay, runbook: docs/runbooks/checkout.md}
payments: {owner: team-pay, runbook: docs/runbooks/payments.md}
""",
    "docs/runbooks/checkout.md": "Roll back first\n",
    "docs/runbooks/payments.md": "Call the bank\n",
}

# What the complete incident says later, as it goes on: status -> incident.yaml, timeline.yaml.
_LATER: dict[str, tuple[str, str]] = {
    "investigating": ("", ""),
    "identified": (
        "status: identified\n",
        """\
- at: 2026-11-23T08:54:00Z
  by: dave
  kind: finding
  about: error-pattern
  state: confirmed
  text: Nearly all errors say that no connection to payments is free
- at: 2026-11-23T08:55:00Z
  by: dave
  kind: finding
  about: cascade
  state: ruled-out
  text: Nothing else fails
- at: 2026-11-23T08:56:00Z
  by: dave
  kind: finding
  about: root-cause
  state: confirmed
  text: v413 has a pool of 4 connections where v412 had 40
- at: 2026-11-23T08:57:00Z
  by: alice
  kind: status-change
  from: investigating
  to: identified
  text: The cause is found
""",
    ),
    "monitoring": (
        """\
status: monitoring
times:
  started: 2026-11-23T08:41:00Z
  detected: 2026-11-23T08:44:10Z
  declared: 2026-11-23T08:46:00Z
  acknowledged: 2026-11-23T08:46:40Z
  mitigated: 2026-11-23T08:58:00Z
""",
        """\
- at: 2026-11-23T08:58:30Z
  by: alice
  kind: status-change
  from: identified
  to: monitoring
  text: All cards work again
- at: 2026-11-23T08:59:00Z
  by: bob
  kind: status-update
  audience: [engineers, stakeholders]
  eta: 2026-11-23T09:40:00Z
  text: All cards work again; we watch it
""",
    ),
    "resolved": (
        """\
status: resolved
times:
  started: 2026-11-23T08:41:00Z
  detected: 2026-11-23T08:44:10Z
  declared: 2026-11-23T08:46:00Z
  acknowledged: 2026-11-23T08:46:40Z
  mitigated: 2026-11-23T08:58:00Z
  resolved: 2026-11-23T09:30:00Z
resolution: {how: mitigated}
""",
        """\
- at: 2026-11-23T09:30:00Z
  by: alice
  kind: status-change
  from: monitoring
  to: resolved
  text: Half an hour without an error
- at: 2026-11-23T09:31:00Z
  by: bob
  kind: status-update
  audience: [engineers, stakeholders]
  text: It is over; the post-mortem follows this week
""",
    ),
    "closed": (
        "status: closed\n",
        """\
- at: 2026-11-25T10:00:00Z
  by: alice
  kind: status-change
  from: resolved
  to: closed
  text: The post-mortem is published
""",
    ),
}
_DETECTION = """\
- at: 2026-11-23T08:44:10Z
  by: system:alertmanager
  kind: detection
  via: alert
  text: More than 1 % of the requests answer with 5xx
"""
ITEMS = """\
- id: AI-1
  title: Refuse a pool that is smaller than the load needs
  kind: prevent
  priority: P1
  status: open
  owner: carol
  due: 2026-12-15
"""
POSTMORTEM_TEXT = """\
---
status: published
authors: [alice]
reviewed: {by: dave, at: 2026-11-25T09:30:00Z}
root_causes:
  - category: configuration
    trigger: v413 reached eu-west-1 at 08:38
    statement: It brought a pool of 4 connections, and nothing compares that with the load
runbooks:
  - {path: docs/runbooks/checkout.md, change: updated}
---

## Summary

Card payments in Europe failed for 17 minutes.

## Impact

Some 12,400 customers could not pay.

## Root cause

v413 brought a pool of 4 connections to payments where v412 had 40.

## Detection

An alert on the share of 5xx fired after three minutes.

## Response

We rolled back to v412 before the cause was known.

## What went well

The rollback came first.

## What went badly

One number in a large change could take a region down.

## Where we got lucky

The other regions would have been next.

## Lessons

A setting that has to fit the load is compared with the load by a machine.
"""
_DISMISSED = (
    """\
status: dismissed
reason: A probe was misconfigured, no customer was hit
first_actions:
""",
    """\
- at: 2026-11-23T08:52:00Z
  by: alice
  kind: status-change
  from: declared
  to: dismissed
  text: A probe was misconfigured
""",
)
_RETROSPECTIVE = {
    INCIDENT: """\
title: Checkout returned 500 for EU customers
status: closed
severity: {level: P1, basis: editor}
services: [checkout-api]
organisation: Example Shop
recorded: {mode: retrospective, at: 2026-11-23, by: alice, basis: public-sources}
sources:
  S1:
    url: https://shop.example/blog/checkout
    kind: primary
    title: What happened to checkout
    publisher: Example Shop
    read: 2026-11-20
times:
  started: {at: 2026-09-21T08:41:00Z, source: S1}
  mitigated: {at: 2026-09-21T09:04:00Z, source: S1}
  resolved: {at: 2026-09-21T11:30:00Z, source: S1}
impact:
  users: {affected: 12400, description: EU customers could not pay by card, source: S1}
  scope: {description: Card payments only, source: S1}
first_actions:
  not_observed: The source does not say who assessed what
resolution: {how: mitigated, source: S1}
""",
    TIMELINE: """\
- at: 2026-09-21T08:44Z
  by: org:example-shop
  kind: detection
  via: alert
  source: S1
  text: An alert on the share of errors fired
- at: 2026-09-21T08:49Z
  by: org:example-shop
  kind: mitigation
  action: rollback
  outcome: effective
  source: S1
  text: They rolled back to the version before
""",
    "action-items.yaml": """\
- id: AI-1
  title: Refuse a pool that is smaller than the load needs
  kind: prevent
  priority: P1
  status: open
  source: S1
""",
}
# When an incident at a stage is judged, so that no clock has run out.
NOW_AT = {
    "declared": NOW,
    "investigating": NOW,
    "identified": NOW,
    "monitoring": datetime(2026, 11, 23, 9, 5, tzinfo=UTC),
    "resolved": datetime(2026, 11, 27, 10, tzinfo=UTC),
    "closed": datetime(2026, 11, 26, 10, tzinfo=UTC),
    "dismissed": NOW,
    "retrospective": datetime(2026, 11, 26, 10, tzinfo=UTC),
}


@lru_cache
def _complete(stage: str) -> dict[str, str]:
    """The complete incident as it stands at a stage: a status, or `retrospective`."""
    files = dict(COMPLETE)
    incident, timeline = f"{FOLDER}/{INCIDENT}", f"{FOLDER}/{TIMELINE}"
    if stage == "retrospective":
        return files | {f"{FOLDER}/{name}": text for name, text in _RETROSPECTIVE.items()}
    if stage == "declared":
        files[incident] = with_keys(files[incident], "status: declared\nfirst_actions:\n")
        files[timeline] = "[]\n"
        return files
    if stage == "dismissed":
        files[incident] = with_keys(files[incident], _DISMISSED[0])
        files[timeline] = _DISMISSED[1]
        return files
    stages = list(_LATER)
    for name in stages[: stages.index(stage) + 1]:
        files[incident] = with_keys(files[incident], _LATER[name][0])
        files[timeline] += _LATER[name][1]
    if stages.index(stage) >= stages.index("resolved"):
        files[timeline] = _DETECTION + files[timeline]
    if stage == "closed":
        files[f"{FOLDER}/action-items.yaml"] = ITEMS
        files[f"{FOLDER}/postmortem.md"] = POSTMORTEM_TEXT
    return files


_ENTRY = re.compile(r"^- at: (\S+)", re.MULTILINE)
_SECTION = re.compile(r"^## (.+)$", re.MULTILINE)
_KEY = re.compile(r"^(?=[^\s#-])([^:\n]+):", re.MULTILINE)


def with_keys(text: str, changes: str) -> str:
    """A YAML mapping as text, with its top-level keys replaced by those of another, or added at its end."""
    blocks, changed = _blocks(text), _blocks(changes)
    return "".join((blocks | changed).values())


def _blocks(text: str) -> dict[str, str]:
    starts = [(found[1], found.start()) for found in _KEY.finditer(text)]
    blocks: dict[str, str] = {}
    for (key, start), (_, end) in pairwise([*starts, ("", len(text))]):
        blocks[key] = blocks.get(key, "") + text[start:end].rstrip("\n") + "\n"
    return blocks


def with_entries(text: str, changes: str) -> str:
    """A timeline as text, by time, with entries of the same `at` replaced by those of another, or added."""
    entries = _entries(text) | _entries(changes)
    return "".join(entry for _, entry in sorted(entries.items()))


def _entries(text: str) -> dict[str, str]:
    starts = [(found[1], found.start()) for found in _ENTRY.finditer(text)]
    return {at: text[start:end].rstrip("\n") + "\n" for (at, start), (_, end) in pairwise([*starts, ("", len(text))])}


def with_sections(text: str, changes: str) -> str:
    """A post-mortem as text, with keys of its front matter and sections replaced by those of another."""
    (front, sections), (new_front, new_sections) = _parts(text), _parts(changes)
    return f"---\n{with_keys(front, new_front)}---\n\n" + "\n".join((sections | new_sections).values())


def _parts(text: str) -> tuple[str, dict[str, str]]:
    _, front, body = text.split("---\n", 2) if text.startswith("---\n") else ("", "", text)
    starts = [(found[1], found.start()) for found in _SECTION.finditer(body)]
    ends = [*(start for _, start in starts), len(body)][1:]
    return front, {name: body[start:end].rstrip("\n") + "\n" for (name, start), end in zip(starts, ends, strict=True)}


def records(
    changes: Mapping[str, str | None] | None = None,
    *,
    without: Collection[str] = (),
    folder: str = "",
    stage: str = "investigating",
) -> dict[str, str]:
    """The complete incident with its catalogue, path from the root -> text.

    Args:
        changes: File of the incident, or path from the root -> new text. The top-level keys of incident.yaml replace
            those of the complete one; any other file is replaced whole, or left out when None.
        without: Top-level keys of incident.yaml that are left out.
        folder: Where the incident lies, if not where its day says.
        stage: The status up to which it is told, or `retrospective`; to be judged at `NOW_AT[stage]`.
    """
    folder = folder or (RETROSPECTIVE_FOLDER if stage == "retrospective" else FOLDER)
    files = {path.replace(FOLDER, folder): text for path, text in _complete(stage).items()}
    incident = f"{folder}/{INCIDENT}"
    files[incident] = "".join(block for key, block in _blocks(files[incident]).items() if key not in without)
    for told, text in (changes or {}).items():
        name, part = told.removesuffix(PART), told.endswith(PART)
        path = name if name.startswith(("incidents/", "docs/")) else f"{folder}/{name}"
        if part and text is not None:
            files[path] = (with_sections if path.endswith(".md") else with_entries)(files[path], text)
        elif text is None:
            files.pop(path, None)
        elif path == incident:
            files[path] = with_keys(files[path], text)
        else:
            files[path] = text
    return files


def snapshot(files: Mapping[str, str]) -> MappingSnapshot:
    """Files as a snapshot."""
    return MappingSnapshot({path: text.encode() for path, text in files.items()})


def case(
    changes: Mapping[str, str | None] | None = None, *, without: Collection[str] = (), stage: str = "investigating"
) -> Case:
    """The complete incident with changes, as a model; it must be readable."""
    files = snapshot(records(changes, without=without, stage=stage))
    loaded = load_case(files, case_files(files.paths())[0])
    assert isinstance(loaded.case, Case), [problem.message for doc in loaded.documents for problem in doc.problems]
    return loaded.case


def judged(files: Mapping[str, str], *, now: datetime = NOW) -> Report:
    """What `check` reports of files."""
    outcome = check(snapshot(files), now=now)
    assert not outcome.bugs, outcome.bugs[0].trace
    return outcome.report


def judged_change(
    base: Mapping[str, str], head: Mapping[str, str], *, now: datetime = NOW, commits: tuple[Commit, ...] = ()
) -> Report:
    """What `check --base` reports of files before and after a change."""
    outcome = check(snapshot(head), now=now, base=Base("main", snapshot(base), commits))
    assert not outcome.bugs, outcome.bugs[0].trace
    return outcome.report


def codes(report: Report) -> list[str]:
    """The codes of all findings, in the order of the report."""
    return [diagnostic.code for diagnostic in report.diagnostics]
