"""A complete live incident as text files, with what a test is about replaced; and what the rules say of it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING

from hotwash.model.repository import INCIDENT, TIMELINE, Case
from hotwash.records.load import case_files, load_case
from hotwash.records.snapshot import MappingSnapshot
from hotwash.rules.check import check

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from hotwash.diagnostics import Report

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
ID = "2026-11-23-checkout-500"
FOLDER = f"incidents/2026/{ID}"
SERVICES = "incidents/services.yaml"
POLICY = "incidents/policy.yaml"

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
}

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


def records(
    changes: Mapping[str, str | None] | None = None, *, without: Collection[str] = (), folder: str = FOLDER
) -> dict[str, str]:
    """The complete incident with its catalogue, path from the root -> text.

    Args:
        changes: File of the incident, or path from the root -> new text. The top-level keys of incident.yaml replace
            those of the complete one; any other file is replaced whole, or left out when None.
        without: Top-level keys of incident.yaml that are left out.
        folder: Where the incident lies.
    """
    files = {path.replace(FOLDER, folder): text for path, text in COMPLETE.items()}
    incident = f"{folder}/{INCIDENT}"
    files[incident] = "".join(block for key, block in _blocks(files[incident]).items() if key not in without)
    for name, text in (changes or {}).items():
        path = name if name.startswith("incidents/") else f"{folder}/{name}"
        if text is None:
            files.pop(path, None)
        elif path == incident:
            files[path] = with_keys(files[path], text)
        else:
            files[path] = text
    return files


def snapshot(files: Mapping[str, str]) -> MappingSnapshot:
    """Files as a snapshot."""
    return MappingSnapshot({path: text.encode() for path, text in files.items()})


def case(changes: Mapping[str, str | None] | None = None, *, without: Collection[str] = ()) -> Case:
    """The complete incident with changes, as a model; it must be readable."""
    files = snapshot(records(changes, without=without))
    loaded = load_case(files, case_files(files.paths())[0])
    assert isinstance(loaded.case, Case), [problem.message for doc in loaded.documents for problem in doc.problems]
    return loaded.case


def judged(files: Mapping[str, str], *, now: datetime = NOW) -> Report:
    """What `check` reports of files."""
    outcome = check(snapshot(files), now=now)
    assert not outcome.bugs, outcome.bugs[0].trace
    return outcome.report


def codes(report: Report) -> list[str]:
    """The codes of all findings, in the order of the report."""
    return [diagnostic.code for diagnostic in report.diagnostics]
