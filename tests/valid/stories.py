"""Incidents as they should be recorded, made up from chance: through every gate in order, in every way the guide allows.

A story is told as a list of states: what the records said when the incident had one status after the other, and when
somebody looked. What the rules say of any of them is a false alarm, or a warning that the story has earned.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import yaml
from typing_extensions import override

from hotwash.model.postmortem import SECTIONS

if TYPE_CHECKING:
    from random import Random

PEOPLE = ("alice", "bob", "carol", "dave", "erin")
SEVERITIES = ("P0", "P1", "P2", "P3")
AUDIENCES = ("engineers", "stakeholders", "public")
SERVICES = {
    "checkout-api": {"owner": "team-pay", "runbook": "docs/runbooks/checkout.md", "depends_on": ["payments"]},
    "payments": {"owner": "team-pay", "runbook": "docs/runbooks/payments.md"},
    "dns": {"external": True},
}
DOCS = {"docs/runbooks/checkout.md": "Roll back first\n", "docs/runbooks/payments.md": "Call the bank\n"}
_MITIGATIONS = (
    "rollback", "scale-up", "disable-feature", "circuit-breaker", "failover", "restart", "block-traffic", "throttle",
    "bypass", "restore", "revoke", "withdraw", "freeze", "stop-service", "replace", "other",
)  # fmt: skip
_CATEGORIES = (
    "change", "configuration", "capacity", "dependency", "software-defect", "hardware", "network", "data", "security",
    "operation", "third-party",
)  # fmt: skip
# Wednesday to Friday of a week without a holiday, and a Saturday: P3 is asked in working hours.
_DAYS = (datetime(2026, 3, 4, tzinfo=UTC), datetime(2026, 7, 9, tzinfo=UTC), datetime(2026, 10, 24, tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class State:
    """What the records say at one moment.

    Attributes:
        stage: The status, or how the record came to be.
        now: When somebody looks.
        files: Path from the root -> text.
    """

    stage: str
    now: datetime
    files: dict[str, str]


@dataclass(slots=True)
class _Telling:
    """An incident while its story is told."""

    chance: Random
    now: datetime
    incident: dict[str, Any]
    timeline: list[dict[str, Any]] = field(default_factory=list)
    items: Any = None
    postmortem: dict[str, Any] | None = None
    heard: set[str] = field(default_factory=set)
    states: list[State] = field(default_factory=list)
    folder: str = ""
    written: int = 0
    folded: bool = True

    def wait(self, least: int = 10, most: int = 40) -> datetime:
        """Let some seconds go by."""
        self.now += timedelta(seconds=self.chance.randint(least, most))
        return self.now

    def log(self, kind: str, text: str, **own: Any) -> dict[str, Any]:  # noqa: ANN401 - what a kind takes
        """Write an entry, now."""
        self.wait()
        self.written += 1
        entry: dict[str, Any] = {
            "id": f"{self.now:%H%M}-{self.written:04d}",
            "at": self.stamp(),
            "by": self.chance.choice(PEOPLE),
            "kind": kind,
            "text": text,
            **own,
        }
        if self.chance.random() < 0.2:
            entry["url"] = f"https://chat.example/{self.written}"
        self.timeline.append(entry)
        return entry

    def stamp(self) -> str:
        """Now, in one of the forms that a record may have; never less exact than a second, so that order stays sure."""
        if self.chance.random() < 0.2:
            return f"{self.now + timedelta(hours=1):%Y-%m-%dT%H:%M:%S}+01:00"
        return f"{self.now:%Y-%m-%dT%H:%M:%SZ}"

    def remember(self, stage: str) -> None:
        """Keep what the records say now, as somebody sees it half a minute later."""
        self.now += timedelta(seconds=30)
        self.states.append(State(stage, self.now, _files(self)))


def live(chance: Random, *, kind: str = "incident", end: str | None = None) -> list[State]:
    """An incident that was recorded while it happened."""
    story = _declared(chance, kind)
    story.remember("declared")
    if end == "dismissed" or (end is None and chance.random() < 0.1):
        _dismiss(story)
        return story.states
    _first_actions(story)
    _move(story, "investigating")
    _told(story, "We are looking into it")
    story.remember("investigating")
    _investigate(story)
    if end == "investigating":
        return story.states
    rounds = 2 if chance.random() < 0.3 else 1
    for number in range(rounds):
        _mitigate_and_resolve(story)
        if number + 1 < rounds:
            _reopen(story)
    if end != "resolved":
        _close(story)
    return story.states


def late(chance: Random) -> list[State]:
    """Our own incident, written up days afterwards."""
    (*_, last) = live(chance, end="closed")
    return [_told_late(last, chance)]


def _told_late(state: State, chance: Random) -> State:
    """The same incident as somebody writes it up the week after: the sign-offs are made then."""
    day = state.now + timedelta(days=chance.randint(1, 9))
    files = dict(state.files)
    (path,) = [path for path in files if path.endswith("/incident.yaml")]
    incident = yaml.safe_load(files[path])
    incident["recorded"] = {"mode": "late", "at": f"{day:%Y-%m-%d}", "by": chance.choice(PEOPLE)}
    for number, action in enumerate(incident["first_actions"].values()):
        action["at"] = f"{day + timedelta(minutes=number):%Y-%m-%dT%H:%M:%SZ}"
    files[path] = _dump(incident, chance)
    return State("late", day + timedelta(days=1), files)


def retrospective(chance: Random) -> list[State]:
    """Somebody else's incident, from what they published."""
    began = chance.choice(_DAYS) - timedelta(days=chance.randint(400, 2000))
    chosen = began + timedelta(minutes=chance.randint(0, 1200))
    sources = {
        "S1": {
            "url": "https://status.example/1",
            "kind": chance.choice(("primary", "regulator")),
            "title": "What happened",
            "publisher": "Example",
            "read": "2026-11-01",
        }
    }
    if chance.random() < 0.5:
        sources["S2"] = sources["S1"] | {"kind": chance.choice(("observer", "secondary")), "note": "Measured it"}

    def source() -> str | list[str]:
        return list(sources) if chance.random() < 0.3 else chance.choice(list(sources))

    def minute(minutes: int) -> str:
        return f"{chosen + timedelta(minutes=minutes):%Y-%m-%dT%H:%MZ}"

    times: dict[str, Any] = {"started": {"at": minute(0), "source": source()}}
    if chance.random() < 0.7:
        times["detected"] = {"at": minute(3), "approx": chance.random() < 0.5, "source": source()}
    if chance.random() < 0.7:
        times["mitigated"] = {"at": minute(40), "source": source(), "also": [{"at": minute(45), "source": "S1"}]}
    # What a source leaves open: a bound, two of them, or what follows from a length that it states.
    times["resolved"] = {"source": source()} | chance.choice(
        (
            {"at": minute(90)},
            {"after": minute(89)},
            {"after": minute(88), "before": minute(92), "approx": True},
            {"at": minute(90), "derived": "The start and the hour and a half that S1 states"},
        )
    )
    incident: dict[str, Any] = {
        "title": "Traffic was lost for an hour",
        "status": chance.choice(("resolved", "closed")),
        "severity": {"level": chance.choice(SEVERITIES), "basis": chance.choice(("editor", "source")), "source": "S1"},
        "services": ["dns"],
        "organisation": "Example",
        "recorded": {"mode": "retrospective", "at": "2026-11-02", "by": "alice", "basis": "public-sources"},
        "sources": sources,
        "times": times,
        "impact": {
            "users": {"affected": {"unknown": "The source gives no number"}, "description": "Nobody", "source": "S1"},
            "measures": [{"what": "traffic lost", "share": 0.5, "qualifier": "about", "source": source()}],
            "business": {
                "revenue_loss": {"not_applicable": "Nobody pays for it"},
                "losses": [{"what": "penalty", "amount": 12, "currency": "USD", "qualifier": "at-least", "source": "S1"}],
            },
            "data": chance.choice(
                (
                    {"none": "The source says that nothing was lost"},
                    {"lost": "Some mail", "recoverable": False, "from": {"at": minute(1), "source": "S1"}, "until": {"before": minute(41), "source": "S1"}, "source": "S1"},
                )
            ),
            "security": {"unknown": "The source does not say"},
            "windows": [{"from": {"at": minute(0), "source": "S1"}, "until": {"at": minute(39), "source": "S1"}, "what": "All of it", "source": "S1"}],
        },
        "first_actions": {"not_observed": "The source does not say who assessed what"},
        "resolution": {"how": chance.choice(("mitigated", "fixed", "unknown")), "source": "S1"},
    }  # fmt: skip
    timeline: list[dict[str, Any]] = [
        {"at": {"before": minute(0), "source": "S1"}, "kind": "change", "text": "A new version went out"},
        {"at": minute(3), "kind": "detection", "via": "alert", "source": source(), "text": "An alert fired"},
        {"between": [minute(10), minute(14)], "kind": "finding", "about": "hypothesis", "state": "ruled-out",
         "source": source(), "text": "It looked like an attack"},
        {"at": {"at": minute(38), "source": "S1"}, "by": "org:example", "kind": "mitigation",
         "action": chance.choice(_MITIGATIONS), "outcome": "effective", "text": "They took it out"},
        {"at": {"at": minute(39), "approx": True, "source": "S1"}, "kind": "recovery", "share": 1.0, "text": "All is well"},
        {"at": {"after": minute(39), "source": "S1"}, "kind": "status-update", "audience": "public", "text": "It is over"},
    ]  # fmt: skip
    items = [
        {"id": "AI-1", "title": "Test it before", "kind": "prevent", "priority": "P1", "status": "open", "source": "S1"},
        {"id": "AI-2", "title": "Alert earlier", "kind": "detect", "status": "unknown", "ref": "example/infra 12", "source": "S1"},
    ]  # fmt: skip
    story = _Telling(chance, datetime(2026, 11, 20, tzinfo=UTC), incident, timeline, items)
    story.folder = f"incidents/{chosen:%Y}/{chosen:%Y-%m-%d}-traffic-lost"
    if chance.random() < 0.6:
        story.postmortem = _postmortem(chance, None)
        story.postmortem["front"].pop("reviewed", None)
        for part in (*story.postmortem["front"]["root_causes"],):
            part["source"] = "S1"
        story.postmortem["front"]["contributing_factors"] = [
            "It was late",
            {"statement": "Nobody looked", "source": "S1"},
        ]
        story.postmortem["sections"]["Lessons"] = "Not stated in the sources."
    story.remember("retrospective")
    return story.states


def _declared(chance: Random, kind: str) -> _Telling:
    now = chance.choice(_DAYS) + timedelta(hours=chance.randint(8, 11), minutes=chance.randint(0, 59))
    story = _Telling(chance, now, {})
    severity = chance.choice(SEVERITIES)
    started = story.stamp()
    if chance.random() < 0.7:
        story.log("change", "checkout-api v413 went out", service="checkout-api", ref="v413")
    entry = story.log("detection", "More than 1 % of the requests fail", via=chance.choice(("alert", "customer")))
    detected = entry["at"]
    story.wait()
    declared = story.stamp()
    story.folder = f"incidents/{story.now:%Y}/{story.now:%Y-%m-%d}-checkout-500"
    story.incident = {
        "title": chance.choice(("Checkout fails", "Nobody can pay: cards", "Search is slow # for some")),
        "kind": kind,
        "status": "declared",
        "severity": severity,
        "services": chance.sample(list(SERVICES), chance.randint(1, 3)),
        "times": {"started": started, "detected": detected, "declared": declared},
        "roles": {"commander": "alice", "communications": "bob"},
        "first_actions": dict.fromkeys(("assess", "stabilize", "gather", "communicate")),
    }
    if chance.random() < 0.3:
        story.incident["labels"] = {"team": "payments"}
    story.folded = chance.random() < 0.5
    return story


def _dismiss(story: _Telling) -> None:
    story.log("status-change", "A probe was misconfigured", **{"from": "declared", "to": "dismissed"})
    story.incident |= {"status": "dismissed", "reason": "A probe was misconfigured, nobody was hit"}
    story.remember("dismissed")


def _first_actions(story: _Telling) -> None:
    chance, incident = story.chance, story.incident
    story.wait()
    incident["times"]["acknowledged"] = story.stamp()
    users: dict[str, Any] = {"description": "They cannot pay by card"}
    if chance.random() < 0.5:
        users["affected"] = chance.randint(1, 90_000)
    else:
        users["affected"] = {"unknown": "Nobody has counted them so far"}
    incident["impact"] = {
        "users": users,
        "business": chance.choice(
            (
                {"revenue_loss": {"amount": 18000, "currency": "EUR"}, "reputation": "Press enquiry"},
                {"none": "A test shop, with no customers of ours"},
                {"reputation": {"none": "Nobody outside has noticed it"}},
            )
        ),
        "scope": chance.choice(({"regions": ["eu-west-1"]}, {"description": "Card payments only"})),
    }
    story.wait()
    signed: dict[str, Any] = incident["first_actions"]
    signed["assess"] = {"by": "alice", "at": story.stamp(), "note": "Card payments fail"}
    if chance.random() < 0.7:
        story.log("mitigation", "Rolling back", action=chance.choice(_MITIGATIONS), outcome="pending", temporary=chance.random() < 0.3)  # fmt: skip
        story.wait()
        signed["stabilize"] = {"by": "carol", "at": story.stamp(), "note": "Rolling back"}
    else:
        signed["stabilize"] = {"by": "carol", "at": story.stamp(), "none": "Nothing to roll back, nor to switch off"}
    looked = {"none": "Looked at all of it, from an hour before"}
    incident["evidence"] = {
        "logs": chance.choice((looked, [{"summary": "4,102 x connection refused"}])),
        "metrics": chance.choice((looked, [{"summary": "5xx from 0.2 % to 31 %", "url": "https://metrics.example/1"}])),
        "changes": chance.choice((looked, [{"summary": "v413 went out", "file": "evidence/changes.txt"}])),
        "similar": {"none": "Searched for checkout and payment 500s"},
    }
    story.wait()
    signed["gather"] = {"by": "dave", "at": story.stamp(), "note": "It begins with v413"}
    _told(story, "Card payments fail; we are on it", {"engineers", "stakeholders"} | set(chance.sample(AUDIENCES, 1)))
    story.wait()
    signed["communicate"] = {"by": "bob", "at": story.stamp(), "note": "All of them are told"}


def _told(story: _Telling, text: str, audiences: set[str] | None = None) -> None:
    told = sorted(audiences or story.heard)
    own: dict[str, Any] = {"audience": told if story.chance.random() < 0.8 or len(told) > 1 else told[0]}
    own["eta"] = {"unknown": "Too early to tell how long it takes"}
    story.log("status-update", text, **own)
    story.heard |= set(told)


def _move(story: _Telling, status: str, text: str = "On we go") -> None:
    story.log("status-change", text, **{"from": story.incident["status"], "to": status})
    story.incident["status"] = status


def _investigate(story: _Telling) -> None:
    chance = story.chance
    pattern = story.log("finding", "Nearly all errors are one line", about="error-pattern", state="confirmed")
    story.log(
        "finding", "Nothing else fails", about="cascade", state="ruled-out", service="payments", caused_by=pattern["id"]
    )
    for _ in range(chance.randint(0, 3)):
        match chance.choice(("note", "decision", "escalation", "handover", "severity-change", "finding", "recovery")):
            case "note":
                story.log("note", "Coffee is on its way: no kidding")
            case "decision":
                story.log("decision", "No deployments until it is over")
            case "escalation":
                story.log("escalation", "We need a hand with the pool", to="role:database-engineer")
            case "handover":
                role = chance.choice(("commander", "communications"))
                to = chance.choice([who for who in PEOPLE if who != story.incident["roles"][role]])
                story.log("handover", "My shift is over", role=role, to=to, accepted=True)
                story.incident["roles"][role] = to
            case "severity-change":
                level = _level(story)
                other = chance.choice([name for name in SEVERITIES if name != level])
                story.log("severity-change", "It is not what it looked like", **{"from": level, "to": other})
                story.incident["severity"] = other
            case "finding":
                story.log("finding", "Perhaps the network", about="hypothesis", state="open")
            case "recovery":
                story.log("recovery", "One in two works again", share=0.5, what="card payments")
    _told(story, "The search goes on")


def _level(story: _Telling) -> str:
    return str(story.incident["severity"])


def _mitigate_and_resolve(story: _Telling) -> None:
    chance, incident = story.chance, story.incident
    if chance.random() < 0.7:
        changes = [entry["id"] for entry in story.timeline if entry["kind"] == "change"]
        named = {"about": "change", "caused_by": changes[0]} if changes else {"about": "metric"}
        story.log("finding", "v413 has a pool of 4", state="confirmed", service="checkout-api", **named)
        _move(story, "identified", "The cause is found")
        story.remember("identified")
    cause = story.log("finding", "A pool of 4 where 40 are needed", about="root-cause", state="confirmed")
    for entry in story.timeline:
        if entry["kind"] == "mitigation" and entry["outcome"] == "pending":
            entry["outcome"] = chance.choice(("partial", "ineffective", "harmful"))
    story.log("mitigation", "Back to v412", action="rollback", outcome="effective", target="checkout-api v413")
    if chance.random() < 0.6:
        _fix(story, cause["id"])
    story.log("recovery", "All works again", share=1.0, what="card payments")
    incident["times"]["mitigated"] = story.stamp()
    if isinstance(incident["impact"]["users"].get("affected"), dict):
        incident["impact"]["users"]["affected"] = chance.randint(1, 90_000)
    if chance.random() < 0.7:
        _told(story, "It works again; we watch it")
        _move(story, "monitoring", "It works again")
        story.remember("monitoring")
    story.wait(120, 600)
    incident["times"]["resolved"] = story.stamp()
    incident["resolution"] = {"how": chance.choice(("mitigated", "fixed", "external")), "note": "Back to v412"}
    _move(story, "resolved", "Nothing has moved since")
    _told(story, "It is over", set(story.heard))
    story.remember("resolved")


def _fix(story: _Telling, cause: str) -> None:
    nothing = {"none": "There is no staging for this"}
    story.log(
        "fix",
        "v414 has the old pool",
        ref="https://git.example/shop/pull/414",
        minimal=story.chance.choice((True, {"none": "The small one needs a restart of all"})),
        tested=story.chance.choice(("In staging", nothing)),
        rollout="One region after the other",
        monitored_by="carol watches 5xx",
        rollback_plan="Back to v412",
        documented_in="The pull request",
        answers=cause,
    )


def _reopen(story: _Telling) -> None:
    story.wait(600, 3000)
    _move(story, "investigating", "It fails again")
    for key in ("mitigated", "resolved"):
        del story.incident["times"][key]
    del story.incident["resolution"]
    _told(story, "It is back")
    story.remember("reopened")


def _close(story: _Telling) -> None:
    chance, incident = story.chance, story.incident
    story.now += timedelta(days=1)
    asked = _level(story) != "P3"
    due = f"{story.now + timedelta(days=chance.randint(3, 60)):%Y-%m-%d}"
    items: list[dict[str, Any]] = [
        {"id": "AI-1", "title": "Refuse a pool that is too small", "kind": "prevent", "priority": "P1", "status": "open", "owner": "carol", "due": due},
        {"id": "AI-2", "title": "Alert on waiting requests", "kind": "detect", "priority": "P2", "status": "done", "owner": "dave", "due": due,
         "closed": f"{story.now:%Y-%m-%d}", "proof": {"file": "docs/runbooks/checkout.md", "contains": "Roll back first"}},
        {"id": "AI-3", "title": "A warm standby", "kind": "mitigate", "priority": "P3", "status": "dropped", "owner": "bob", "due": due,
         "closed": f"{story.now:%Y-%m-%d}", "reason": "It costs more than this incident did"},
    ]  # fmt: skip
    story.items = items[: chance.randint(1, 3)]
    if asked or chance.random() < 0.3:
        story.postmortem = _postmortem(chance, story)
    else:
        incident["runbooks"] = chance.choice(
            ({"none": "The runbook said it all already"}, [{"path": "docs/runbooks/checkout.md", "change": "updated"}])
        )
        incident["root_causes"] = _root_causes(chance)
    _move(story, "closed", "The post-mortem is published")
    story.folded = True
    story.remember("closed")


def _root_causes(chance: Random) -> list[dict[str, Any]]:
    return [
        {
            "category": chance.choice(_CATEGORIES),
            "trigger": "v413 went out",
            "statement": "It brought a pool of 4, and nothing compares that with the load",
        }
    ]


def _postmortem(chance: Random, story: _Telling | None) -> dict[str, Any]:
    front: dict[str, Any] = {"status": "published", "authors": ["alice"], "root_causes": _root_causes(chance)}
    front["runbooks"] = chance.choice(
        ({"none": "The runbook said it all already"}, [{"path": "docs/runbooks/checkout.md", "change": "updated"}])
    )
    if chance.random() < 0.5:
        front["contributing_factors"] = ["The change was large"]
    if story is not None:
        story.wait()
        front["reviewed"] = {"by": "dave", "at": story.stamp()}
    sections = {name: f"What is to be said of it: {name.lower()}." for name in SECTIONS}
    return {"front": front, "sections": sections}


def _files(story: _Telling) -> dict[str, str]:
    chance = story.chance
    files = {"incidents/services.yaml": yaml.safe_dump(SERVICES), **DOCS}
    here = story.folder
    files[f"{here}/incident.yaml"] = _dump(story.incident, chance)
    if story.folded or story.incident["status"] == "closed" or story.incident.get("recorded"):
        entries = story.timeline
    else:
        # Some were folded at an earlier close or written by hand, and the rest is still a file an entry.
        entries = [entry for number, entry in enumerate(story.timeline) if number % 2 == 0]
        for entry in story.timeline[1::2]:
            files[f"{here}/timeline.d/{entry['id']}.yaml"] = _dump(entry, chance)
    if entries:
        files[f"{here}/timeline.yaml"] = _dump(entries, chance)
    if story.items is not None:
        files[f"{here}/action-items.yaml"] = _dump(story.items, chance)
    if story.postmortem is not None:
        body = "\n".join(f"## {name}\n\n{text}\n" for name, text in story.postmortem["sections"].items())
        files[f"{here}/postmortem.md"] = f"---\n{_dump(story.postmortem['front'], chance)}---\n\n{body}"
    if "evidence/changes.txt" in files[f"{here}/incident.yaml"]:
        files[f"{here}/evidence/changes.txt"] = "v413\n"
    return files


def _dump(value: object, chance: Random) -> str:
    """A value as YAML, in lines or partly in braces."""
    return yaml.dump(
        value,
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        width=100,
        default_flow_style=chance.choice((False, None)),
    )


class _Dumper(yaml.SafeDumper):
    """Writes out what stands twice: records know no anchors."""

    @override
    def ignore_aliases(self, data: object) -> bool:
        return True
