"""Outlook -> JSON, version 1: a contract with a published schema."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

# pydantic makes the published schema of these, and before Python 3.12 takes no other.
from typing_extensions import TypedDict

if TYPE_CHECKING:
    from hotwash.standing import Moment, Outlook, Standing, Wanted

_At = Annotated[str, Field(description="RFC 3339 as written, or in UTC; or a day.")]
_AtOrNull = Annotated[str | None, Field(description="RFC 3339 as written, or a day; null where nobody has said.")]
_Text = Annotated[str, Field(description="Text of the record.")]
_Who = Annotated[str, Field(description="A login, or role:…, system:…, org:…, party:…; empty where nobody is named.")]


class StatusFirstActionV1(TypedDict):
    """One of the four first actions, as it stands."""

    action: Annotated[str, Field(description="Its key in the record: `gather`.")]
    done: Annotated[bool, Field(description="It is signed off, and what it rests on is there.")]
    by: _Who
    at: _AtOrNull
    note: _Text
    missing: Annotated[list[str], Field(description="What it rests on and what is not there: `evidence.logs`.")]
    wrong: Annotated[str, Field(description="What is wrong with its signature; empty when nothing is.")]


class ClockV1(TypedDict):
    """Something that somebody owes, and by when."""

    clock: Annotated[
        Literal["first-actions", "response", "update", "eta", "postmortem", "action-item"],
        Field(description="What it is about."),
    ]
    what: Annotated[str, Field(description="The same in words; it may hold text of the record.")]
    at: _At
    away: Annotated[str, Field(description="From now on, as people read it: `in 3 min`, `2 min ago`.")]
    late: Annotated[str, Field(description="How late it is, as people read it; empty while there is time.")]
    by: _Who


class WantedV1(TypedDict):
    """What a rule asks."""

    code: Annotated[str, Field(description="The code of the rule.")]
    message: Annotated[str, Field(description="What is missing or wrong.")]
    path: Annotated[str, Field(description="The file, `/`-separated from the root.")]
    line: Annotated[int, Field(description="From 1.")]


class AttemptV1(TypedDict):
    """A mitigation of which somebody still has to say or do something."""

    id: Annotated[str, Field(description="The id of its entry; empty where it has none.")]
    state: Annotated[
        Literal["pending", "harmful"],
        Field(
            description="`pending`: nobody has said whether it helped; `harmful`: it did harm, and nothing came after."
        ),
    ]
    action: Annotated[str, Field(description="What was done: `rollback`.")]
    target: _Text
    by: _Who
    at: _At
    text: _Text


class RoleV1(TypedDict):
    """Who has a role."""

    role: Annotated[str, Field(description="Its name: `commander`.")]
    who: _Who
    offered_to: Annotated[str, Field(description="Who was handed it and has not said yes; empty for nobody.")]
    offered_at: _AtOrNull


class CalledV1(TypedDict):
    """Somebody who was called in."""

    who: _Who
    at: _At


class ToldV1(TypedDict):
    """The last status update to an audience."""

    audience: Annotated[Literal["engineers", "stakeholders", "public"], Field(description="To whom.")]
    at: Annotated[str | None, Field(description="When; null where they were never told anything.")]
    by: _Who
    channel: _Text
    text: _Text


class ServiceHitV1(TypedDict):
    """A service that is hit, as services.yaml has it."""

    name: Annotated[str, Field(description="Its key.")]
    known: Annotated[bool, Field(description="Whether it is in services.yaml.")]
    owner: Annotated[str, Field(description="Which team answers for it; empty when nobody says.")]
    tier: Annotated[int | None, Field(description="1 is most; null when nobody says.")]
    runbook: Annotated[str, Field(description="A file of this repository, or a URL; empty for none.")]
    repository: Annotated[str, Field(description="Where its code is; empty when nobody says.")]
    url: Annotated[str, Field(description="Its home; empty for none.")]
    external: Annotated[bool, Field(description="Somebody else runs it.")]


class LatestV1(TypedDict):
    """The newest entry of the timeline."""

    at: _At
    by: _Who
    kind: Annotated[str, Field(description="`finding`, `status-update`, …")]
    text: _Text


class StandingV1(TypedDict):
    """How one incident stands."""

    incident: Annotated[str, Field(description="The id of the incident.")]
    path: Annotated[str, Field(description="Its folder, `/`-separated from the root of the repository.")]
    branch: Annotated[
        str | None, Field(description="The branch on whose head its newest state was read; null: the work tree.")
    ]
    readable: Annotated[bool, Field(description="False: the records have to be mended, and `errors` says where.")]
    title: _Text
    kind: Annotated[Literal["incident", "drill"], Field(description="Whether it is real.")]
    severity: Annotated[
        Literal["P0", "P1", "P2", "P3"] | None, Field(description="Null when even incident.yaml cannot be read.")
    ]
    status: Annotated[
        Literal["declared", "investigating", "identified", "monitoring", "resolved", "closed", "dismissed"] | None,
        Field(description="Null when even incident.yaml cannot be read."),
    ]
    since: Annotated[str | None, Field(description="When it came to its status; null where no entry says so.")]
    open: Annotated[bool, Field(description="Somebody is, or should be, at work on it.")]
    times: Annotated[dict[str, str], Field(description="Those that are written: `started`, `detected`, `declared`, …")]
    impact: _Text
    gate: Annotated[
        Literal["open", "late", "shut", "not-judged", "unreadable"],
        Field(description="What the STOP gate says, as in the report of `check`."),
    ]
    gate_says: Annotated[str, Field(description="The same in the words that people read.")]
    first_actions: Annotated[
        list[StatusFirstActionV1], Field(description="The four, in their order; empty where the gate is not judged.")
    ]
    due: Annotated[list[ClockV1], Field(description="What is owed, by time.")]
    errors: Annotated[list[WantedV1], Field(description="What is wrong now, beside the four first actions.")]
    next_status: Annotated[str | None, Field(description="The status that follows as a rule; null after the last.")]
    needs: Annotated[list[WantedV1], Field(description="What is asked before that, beside the four first actions.")]
    attempts: Annotated[list[AttemptV1], Field(description="Mitigations that wait for an outcome, or did harm.")]
    roles: Annotated[list[RoleV1], Field(description="Who is on it.")]
    called: Annotated[list[CalledV1], Field(description="Who was called in, the last one first.")]
    told: Annotated[list[ToldV1], Field(description="Who was last told what.")]
    no_estimate: Annotated[str, Field(description="Why nobody can say when it is over, where that is the last word.")]
    services: Annotated[list[ServiceHitV1], Field(description="The services that are hit.")]
    latest: Annotated[LatestV1 | None, Field(description="The newest entry; null without one.")]


class StatusV1(TypedDict):
    """What `hotwash status --format json` prints."""

    version: Annotated[Literal[1], Field(description="The version of this shape.")]
    tool: Annotated[str, Field(description="Name and version of the program.")]
    now: Annotated[str, Field(description="The moment of all that is said, RFC 3339 in UTC.")]
    incidents: Annotated[
        list[StandingV1],
        Field(description="Those that are not closed, the worst first; or the one that was asked for."),
    ]
    notices: Annotated[
        list[str],
        Field(description="What was typed and has not landed; what could not be read; states that are not merged."),
    ]


def as_json(outlook: Outlook) -> StatusV1:
    """How the incidents stand, as the plain values of version 1."""
    return {
        "version": 1,
        "tool": outlook.tool,
        "now": outlook.now,
        "incidents": [_standing(standing) for standing in outlook.incidents],
        "notices": list(outlook.notices),
    }


def _standing(standing: Standing) -> StandingV1:
    latest = standing.latest
    return {
        "incident": standing.id,
        "path": standing.path,
        "branch": standing.branch or None,
        "readable": standing.verdict.gate != "unreadable",
        "title": standing.title,
        "kind": "drill" if standing.is_drill else "incident",
        "severity": standing.severity,
        "status": standing.status,
        "since": _at(standing.since),
        "open": standing.is_open,
        "times": {name: time.at for name, time in standing.times},
        "impact": standing.impact,
        "gate": standing.verdict.gate,
        "gate_says": standing.verdict.line,
        "first_actions": [
            {
                "action": action.action,
                "done": action.done,
                "by": action.by,
                "at": _at(action.at),
                "note": action.note,
                "missing": list(action.missing),
                "wrong": action.wrong,
            }
            for action in standing.first_actions
        ],
        "due": [
            {
                "clock": clock.name,
                "what": clock.what,
                "at": clock.due.at,
                "away": clock.due.away,
                "late": clock.late,
                "by": clock.by,
            }
            for clock in standing.clocks
        ],
        "errors": [_wanted(wanted) for wanted in standing.errors],
        "next_status": standing.next_status,
        "needs": [_wanted(wanted) for wanted in standing.needs],
        "attempts": [
            {
                "id": attempt.id,
                "state": attempt.state,
                "action": attempt.action,
                "target": attempt.target,
                "by": attempt.by,
                "at": attempt.at.at,
                "text": attempt.text,
            }
            for attempt in standing.attempts
        ],
        "roles": [
            {"role": role.role, "who": role.who, "offered_to": role.offered_to, "offered_at": _at(role.offered)}
            for role in standing.roles
        ],
        "called": [{"who": called.who, "at": called.at.at} for called in standing.called],
        "told": [
            {"audience": told.audience, "at": _at(told.at), "by": told.by, "channel": told.channel, "text": told.text}
            for told in standing.told
        ],
        "no_estimate": standing.no_estimate,
        "services": [
            {
                "name": service.name,
                "known": service.known,
                "owner": service.owner,
                "tier": service.tier,
                "runbook": service.runbook,
                "repository": service.repository,
                "url": service.url,
                "external": service.external,
            }
            for service in standing.services
        ],
        "latest": None
        if latest is None
        else {"at": latest.at.at, "by": latest.by, "kind": latest.kind, "text": latest.text},
    }


def _at(moment: Moment | None) -> str | None:
    return None if moment is None else moment.at


def _wanted(wanted: Wanted) -> WantedV1:
    return {"code": wanted.code, "message": wanted.message, "path": wanted.path, "line": wanted.line}


def render(outlook: Outlook) -> str:
    """How the incidents stand, as JSON text; it is written when nothing is open too."""
    # Escapes keep what is invisible visible, and survive any encoding of a pipe.
    text = json.dumps(as_json(outlook), indent=2, ensure_ascii=True) + "\n"
    # `##[` can only stand in a string, and there the escape is the same text (threats T6).
    return text.replace("##[", "##\\u005b")
