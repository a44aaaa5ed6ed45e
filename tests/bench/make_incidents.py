"""Write a repository of N closed incidents, all valid, none alike: `make_incidents.py DIR N`."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

START = datetime(2020, 1, 1, 8, tzinfo=UTC)
SERVICES = ("checkout-api", "payments", "storefront", "search", "accounts", "mail")
NOTES = 12  # timeline entries besides those that the gates ask for, so that an incident weighs about 9 KB


def main(folder: Path, count: int) -> None:
    """Write the repository."""
    incidents = folder / "incidents"
    incidents.mkdir(parents=True)
    catalogue = "".join(f"{name}: {{owner: team-{name}, runbook: https://wiki.example/{name}}}\n" for name in SERVICES)
    (incidents / "services.yaml").write_text(catalogue, encoding="utf-8")
    for number in range(count):
        declared = START + timedelta(hours=5 * number, minutes=number % 60)
        service = SERVICES[number % len(SERVICES)]
        case = incidents / str(declared.year) / f"{declared:%Y-%m-%d}-{service}-{number:05}"
        case.mkdir(parents=True)
        for name, text in _files(number, declared, service).items():
            (case / name).write_text(text, encoding="utf-8")


def _files(number: int, declared: datetime, service: str) -> dict[str, str]:
    def at(minutes: float) -> str:
        return (declared + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")

    incident = f"""\
title: {service} returns errors for part {number} of its users
status: closed
severity: P{number % 4}
services: [{service}]
labels: {{team: team-{service}, batch: "{number}"}}
times:
  started: {at(-6)}
  detected: {at(-2)}
  declared: {at(0)}
  acknowledged: {at(1)}
  mitigated: {at(30)}
  resolved: {at(90)}
roles: {{commander: alice, communications: bob}}
impact:
  users: {{affected: {number + 1}, description: They see an error page}}
  business: {{reputation: A few complaints}}
  scope: {{regions: [eu-west-1], description: One region}}
first_actions:
  assess: {{by: alice, at: {at(1)}, note: one region fails}}
  stabilize: {{by: carol, at: {at(3)}, note: rolled back}}
  gather: {{by: dave, at: {at(4)}, note: begins with the deployment}}
  communicate: {{by: bob, at: {at(4.5)}, note: told both}}
evidence:
  logs: [{{summary: "{number} x connection refused", url: "https://logs.example/q/{number}"}}]
  metrics: [{{summary: error rate from 0.2 % to 10 %, url: "https://graphs.example/d/{number}"}}]
  changes: [{{summary: "{service} v{number} deployed"}}]
  similar: {{none: Searched for the same service and error}}
resolution: {{how: fixed, note: the pool is larger}}
"""
    entries = [
        f"- at: {at(-2)}\n  by: system:alertmanager\n  kind: detection\n  via: alert\n  text: Error rate over 5 %\n",
        (
            f"- at: {at(2)}\n  by: carol\n  kind: mitigation\n  action: rollback\n  outcome: effective\n"
            f"  text: Rolled back {service} to v{number - 1}\n"
        ),
        (
            f"- at: {at(4)}\n  by: bob\n  kind: status-update\n  audience: [engineers, stakeholders]\n"
            "  text: One region of users sees errors; we have rolled back and look on\n"
        ),
        (
            f"- at: {at(5)}\n  by: alice\n  kind: status-change\n  from: declared\n  to: investigating\n"
            "  text: The four first actions are done\n"
        ),
    ]
    entries += [
        f"- at: {at(5 + step)}\n  by: dave\n  kind: finding\n  about: error-pattern\n  state: open\n"
        f"  service: {service}\n  text: |\n    Pattern {number}.{step}: the pool runs dry while connections wait,\n"
        f"    and the retries of {step} clients make it worse\n"
        for step in range(1, NOTES + 1)
    ]
    entries += [
        f"- at: {at(minute)}\n  by: bob\n  kind: status-update\n  audience: [engineers, stakeholders]\n  text: {text}\n"
        for minute, text in ((19, "We have rolled back and look on"), (32, "Users can pay again"))
    ]
    entries += [
        f"- at: {at(minute)}\n  by: dave\n  kind: finding\n  about: {about}\n  state: confirmed\n  text: {text}\n"
        for minute, about, text in (
            (33, "cascade", "The retries wait as well"),
            (34, "root-cause", "The pool is too small"),
        )
    ]
    entries += [
        f"- at: {at(91)}\n  by: bob\n  kind: status-update\n  audience: [engineers, stakeholders]\n  text: It is over\n"
    ]
    entries += [
        f"- at: {at(minute)}\n  by: alice\n  kind: status-change\n  from: {before}\n  to: {after}\n  text: Going on\n"
        for minute, before, after in (
            (30, "investigating", "monitoring"),
            (90, "monitoring", "resolved"),
            (200, "resolved", "closed"),
        )
    ]
    items = "".join(
        f"- id: AI-{item}\n  title: Step {item} so that {service} does not fail like this again\n  kind: prevent\n"
        f"  priority: P2\n  owner: dave\n  due: 2199-12-31\n  status: open\n"
        for item in range(1, 4)
    )
    prose = "\n\n".join(
        f"## {heading}\n\n" + f"What is to be said of {service} and incident {number}. " * 6
        for heading in (
            "Summary",
            "Impact",
            "Root cause",
            "Detection",
            "Response",
            "What went well",
            "What went badly",
            "Where we got lucky",
            "Lessons",
        )
    )
    front = f"""\
---
status: published
authors: [alice]
reviewed: {{by: bob, at: {at(2000)}}}
root_causes:
  - category: capacity
    trigger: "{service} v{number}"
    statement: The pool was too small for the new queries
runbooks: {{none: The old one was right}}
---

"""
    return {
        "incident.yaml": incident,
        "timeline.yaml": "".join(sorted(entries, key=lambda e: e.split("\n")[0])),
        "action-items.yaml": items,
        "postmortem.md": front + prose + "\n",
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
