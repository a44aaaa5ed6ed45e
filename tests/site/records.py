"""Incidents with something in every text field, as a repository."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

import yaml
from typing_extensions import override

from hotwash.model.repository import Unreadable
from hotwash.records.load import load_repository
from hotwash.records.snapshot import MappingSnapshot
from hotwash.site.build import files as site_files
from hotwash.site.build import places_of
from hotwash.site.feeds.files import feed_files
from hotwash.site.pages.every_page import pages
from hotwash.site.public.publish import publish

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hotwash.model.repository import Repository

    # The name of a field and its form -> what stands in it.
    Fill = Callable[[str, "Form"], str]

Form = Literal["line", "prose", "link"]
ID = "2026-11-23-checkout-500"
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
PEOPLE = ("anna-1", "bert-2", "cleo-3", "dora-4", "emil-5", "fritz-6")
_COMMANDER, _COMMUNICATIONS, _NEXT, _OTHER, _AUTHOR, _REVIEWER = PEOPLE


def plain(field: str, form: Form) -> str:
    """Harmless text that names its field."""
    return f"https://docs.example/{field}" if form == "link" else f"The {field} of it"


def incident(fill: Fill = plain, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - YAML
    """incident.yaml with every text field filled; a key that is changed to None is left out."""
    written: dict[str, Any] = {
        "title": fill("title", "line"),
        "status": "closed",
        "severity": "P1",
        "visibility": "public",
        "services": ["checkout-api"],
        "labels": {"team": fill("label", "line")},
        "times": {
            "started": {"at": "2026-11-23T08:41:00Z", "derived": fill("started-derived", "line")},
            "detected": "2026-11-23T08:44:10Z",
            "declared": "2026-11-23T08:46:00Z",
            "acknowledged": "2026-11-23T08:46:40Z",
            "contained": "2026-11-23T09:00:00Z",
            "mitigated": "2026-11-23T09:02:00Z",
            "resolved": "2026-11-23T11:30:00Z",
        },
        "roles": {"commander": _COMMANDER, "communications": _COMMUNICATIONS},
        "impact": {
            "users": {"affected": {"unknown": fill("affected", "prose")}, "description": fill("users", "prose")},
            "business": {
                "revenue_loss": {"none": fill("revenue", "prose")},
                "reputation": fill("reputation", "prose"),
                "losses": [
                    {"what": fill("loss", "line"), "amount": 1200.5, "currency": "EUR", "qualifier": "at-least"}
                ],
                "description": fill("business", "prose"),
            },
            "scope": {"regions": [fill("region", "line")], "description": fill("scope", "prose")},
            "measures": [
                {
                    "what": fill("measure", "line"),
                    "share": 0.31,
                    "of": fill("measure-of", "line"),
                    "duration": fill("measure-duration", "line"),
                    "derived": fill("measure-derived", "line"),
                }
            ],
            "data": {
                "lost": fill("data", "prose"),
                "recoverable": False,
                "from": {"at": "2026-11-23T08:00Z", "derived": fill("data-derived", "line")},
                "until": "2026-11-23T08:41Z",
            },
            "security": fill("security", "prose"),
            "windows": [{"from": "2026-11-23T08:41Z", "until": "2026-11-23T09:02Z", "what": fill("window", "prose")}],
        },
        "first_actions": {
            "assess": {"by": _COMMANDER, "at": "2026-11-23T08:47:30Z", "note": fill("assess", "prose")},
            "stabilize": {"by": _OTHER, "at": "2026-11-23T08:49:00Z", "none": fill("stabilize", "prose")},
            "gather": {"by": _NEXT, "at": "2026-11-23T08:50:10Z", "note": fill("gather", "prose")},
            "communicate": {"by": _COMMUNICATIONS, "at": "2026-11-23T08:50:40Z", "note": fill("tell", "prose")},
        },
        "evidence": {
            "logs": [{"summary": fill("logs", "prose"), "url": fill("logs-url", "link")}],
            "metrics": [{"summary": fill("metrics", "prose")}],
            "changes": {"none": fill("changes", "prose")},
            "similar": {"none": fill("similar", "prose")},
        },
        "resolution": {"how": "fixed", "note": fill("resolution", "prose")},
        "references": [fill("reference", "link")],
    }
    written |= changes
    return {key: value for key, value in written.items() if value is not None}


def timeline(fill: Fill = plain) -> list[dict[str, Any]]:
    """An entry of every kind, with every field filled."""
    clock = iter(range(60))

    def entry(kind: str, by: str = _COMMANDER, **fields: Any) -> dict[str, Any]:  # noqa: ANN401 - YAML
        at = f"2026-11-23T08:{next(clock):02}:00Z"
        text = fill(f"{kind}-text", "prose")
        return {"at": at, "by": by, "kind": kind, "text": text, "url": fill(f"{kind}-url", "link"), **fields}

    return [
        entry("note", ahead_of_gate=fill("ahead", "prose")),
        entry("decision", corrected={"was": {"by": _AUTHOR}, "why": fill("corrected", "prose")}),
        entry("detection", via="alert"),
        entry("escalation", to=_OTHER),
        entry("handover", role="commander", to=_NEXT, accepted=True),
        entry("severity-change", **{"from": "P2", "to": "P1"}),
        entry("status-change", **{"from": "declared", "to": "investigating"}),
        entry("finding", id="guess", about="hypothesis", state="open", service="checkout-api", caused_by="harm"),
        entry(
            "mitigation",
            id="harm",
            action="other",
            outcome="harmful",
            until={"at": "2026-11-23T08:30:00Z", "derived": fill("until-derived", "line")},
        ),
        entry("change", ref=fill("change-ref", "link"), changed_at="2026-11-23T08:00Z"),
        entry(
            "mitigation",
            action="rollback",
            outcome="effective",
            answers="harm",
            target=fill("target", "line"),
            side_effects=fill("side-effects", "prose"),
        ),
        entry("recovery", share=0.5, what=fill("recovery-what", "line")),
        entry("recovery", share=0.25, what=fill("recovery-what", "line")),
        entry(
            "fix",
            by=_OTHER,
            ref=fill("fix-ref", "link"),
            minimal={"none": fill("minimal", "prose")},
            tested=fill("tested", "prose"),
            rollout=fill("rollout", "prose"),
            monitored_by=fill("monitored", "prose"),
            rollback_plan=fill("rollback", "prose"),
            documented_in=fill("documented", "prose"),
        ),
        entry(
            "status-update",
            audience="engineers",
            channel=fill("channel", "line"),
            eta={"unknown": fill("eta", "prose")},
        ),
        entry(
            "status-update",
            audience="public",
            channel=fill("public-channel", "line"),
            eta={"at": "2026-11-23T11:00:00Z", "derived": fill("eta-derived", "line")},
        ),
    ]


def action_items(fill: Fill = plain) -> list[dict[str, Any]]:
    """A dropped item and an open one."""
    item = {"kind": "prevent", "priority": "P1", "due": "2026-12-01"}
    return [
        {
            **item,
            "id": "AI-1",
            "title": fill("dropped-item", "line"),
            "status": "dropped",
            "owner": _OTHER,
            "reason": fill("reason", "prose"),
            "proof": {"none": fill("no-proof", "prose")},
            "closed": "2026-11-30",
        },
        {
            **item,
            "id": "AI-2",
            "title": fill("item", "line"),
            "status": "open",
            "owner": _COMMANDER,
            "ref": fill("item-ref", "line"),
            "proof": {"file": fill("proof", "line"), "contains": fill("proof-text", "line")},
        },
    ]


def postmortem(fill: Fill = plain, status: str = "published") -> str:
    """A post-mortem with all of its front matter, the known sections and one more."""
    front = {
        "status": status,
        "authors": [_AUTHOR],
        "reviewed": {"by": _REVIEWER, "at": "2026-11-25T09:00:00Z"},
        "root_causes": [
            {"category": "change", "trigger": fill("trigger", "prose"), "statement": fill("statement", "prose")}
        ],
        "contributing_factors": [
            fill("factor", "prose"),
            {"statement": fill("factor-of-source", "prose"), "source": "S1"},
        ],
        "runbooks": [
            {"path": fill("runbook", "line"), "change": "updated"},
            {"url": fill("runbook-url", "link"), "change": "created"},
        ],
    }
    titles = ("Summary", "Impact", "Root cause", "Detection", "Lessons", fill("section-title", "line"))
    sections = "".join(f"\n## {title}\n\n{fill(f'section-{n}', 'prose')}\n" for n, title in enumerate(titles))
    return f"---\n{yaml.safe_dump(front)}---\n{sections}"


def retrospective(fill: Fill = plain) -> dict[str, Any]:
    """incident.yaml of a retrospective record, with what only such records hold."""
    measure = {"what": fill("other-measure", "line"), "count": 3, "source": "S1"}
    also = {"duration": fill("also-duration", "line"), "source": "S1"}
    return incident(
        fill,
        roles=None,
        recorded={"mode": "retrospective", "at": "2026-12-24", "by": "role:editor", "basis": "public-sources"},
        organisation=fill("organisation", "line"),
        severity={"level": "P1", "basis": "editor", "source_level": fill("source-level", "line"), "source": "S1"},
        times={
            "started": {"at": "2026-11-23T08:41Z", "source": "S1", "derived": fill("time-derived", "line")},
            "detected": {"after": "2026-11-23T08:41Z", "before": "2026-11-23T10:00+01:00", "source": "S1"},
            "resolved": {"before": "2026-11-23", "source": "S1"},
        },
        impact={"measures": [{**measure, "also": [also]}]},
        first_actions={"not_observed": fill("not-observed", "prose")},
        runbooks={"none": fill("no-runbooks", "prose")},
        root_causes={"none": fill("no-causes", "prose")},
        sources={
            "S1": {
                "url": fill("source-url", "link"),
                "kind": "primary",
                "title": fill("source-title", "line"),
                "publisher": fill("publisher", "line"),
                "read": "2026-12-24",
                "note": fill("source-note", "prose"),
            }
        },
    )


class _Plain(yaml.SafeDumper):
    """Writes a value out wherever it stands: records hold no aliases."""

    @override
    def ignore_aliases(self, data: object) -> bool:
        return True


def files(incidents: Mapping[str, Mapping[str, Any]], policy: Mapping[str, Any] | None = None) -> dict[str, str]:
    """Id -> {file: content}, as the files of a repository. Content that is no text becomes YAML."""
    found = {
        f"incidents/2026/{id_}/{name}": content if isinstance(content, str) else yaml.dump(content, Dumper=_Plain)
        for id_, records in incidents.items()
        for name, content in records.items()
    }
    return found | {"incidents/policy.yaml": yaml.safe_dump({"format": 1, **(policy or {})})}


def whole(fill: Fill = plain, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - YAML
    """All files of an incident with every text field filled."""
    return {
        "incident.yaml": incident(fill, **changes),
        "timeline.yaml": timeline(fill),
        "action-items.yaml": action_items(fill),
        "postmortem.md": postmortem(fill),
    }


def loaded(incidents: Mapping[str, Mapping[str, Any]], policy: Mapping[str, Any] | None = None) -> Repository:
    """The repository; every incident must be readable."""
    snapshot = MappingSnapshot({path: text.encode() for path, text in files(incidents, policy).items()})
    repository = load_repository(snapshot)
    assert repository.unreadable == (), [unreadable.path for unreadable in repository.unreadable]
    return repository


def made(incidents: Mapping[str, Mapping[str, Any]], policy: Mapping[str, Any] | None = None) -> dict[str, str]:
    """The pages of a repository."""
    return pages_of(loaded(incidents, policy))


def pages_of(repository: Repository) -> dict[str, str]:
    """The pages of incidents and of what tells of several, without the reference."""
    public = publish(repository, NOW)
    return pages(public, places_of(public))


def everything(incidents: Mapping[str, Mapping[str, Any]], policy: Mapping[str, Any] | None = None) -> dict[str, str]:
    """All files of a site without the reference: pages, what programs read, what goes beside both."""
    made = site_files(publish(loaded(incidents, policy), NOW))
    return {path: text for path, text in made.items() if not path.startswith("reference/")}


def feeds(
    incidents: Mapping[str, Mapping[str, Any]],
    policy: Mapping[str, Any] | None = None,
    *,
    url: str = "",
    directory_urls: bool = True,
) -> dict[str, str]:
    """What programs read of a repository."""
    public = publish(loaded(incidents, policy), NOW)
    return feed_files(public, places_of(public, url=url, directory_urls=directory_urls))


def unreadable(id_: str) -> Unreadable:
    """An incident whose records cannot be used."""
    return Unreadable(id_, f"incidents/2026/{id_}")
