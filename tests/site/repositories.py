"""Repositories of public and internal incidents, drawn from chance, and texts that show where they have come from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from random import Random
from typing import TYPE_CHECKING, Any

from hotwash.records.load import load_repository
from hotwash.records.snapshot import MappingSnapshot
from tests.site.records import Form, loaded, retrospective, unreadable, whole
from tests.valid import stories

if TYPE_CHECKING:
    from hotwash.model.repository import Case, Repository
    from tests.site.records import Fill

SERVICES = ("checkout-api", "payments", "dns", "mail")
STATUSES = ("declared", "investigating", "identified", "monitoring", "resolved", "closed", "dismissed")
CATEGORIES = ("change", "capacity", "network", "third-party")
# What an update to everybody says, and the title, are public while an incident is open.
OPEN_FIELDS = ("title", "status-update-text")


@dataclass(frozen=True)
class Canary:
    """Texts that can be found again, whatever became of them.

    Attributes:
        word: What stands in each of them: letters and digits, which nothing escapes.
    """

    word: str
    but: tuple[str, ...] = ()

    def fill(self, field: str, form: Form) -> str:
        """What stands in a field."""
        if field in self.but:
            return f"Harmless {field}"
        name = f"{self.word}x{''.join(filter(str.isalnum, field))}"
        return f"https://{name}.example/{name}" if form == "link" else f'{name} <b>&"{name}"'


def records(fill: Fill, chance: Random, *, secret: str = "") -> dict[str, Any]:
    """The files of an incident of any shape.

    Args:
        fill: What stands in its fields of text.
        chance: What decides.
        secret: What names of services, roles and labels hold, for an incident that nobody is to know of.
    """
    if chance.random() < 0.25:
        other = retrospective(fill)
        return {"incident.yaml": other}
    changes: dict[str, Any] = {
        "status": chance.choice(STATUSES),
        "severity": chance.choice(("P0", "P1", "P2", "P3")),
        "kind": chance.choice((None, None, "drill")),
        "services": [*chance.sample(SERVICES, 2), *([f"{secret}-service"] if secret else [])],
    }
    if secret:
        changes["labels"] = {f"{secret}-label": "x"}
        changes["roles"] = {"commander": f"{secret}-login", f"{secret}-role": "anna-1"}
    if chance.random() < 0.2:
        changes["recorded"] = {"mode": "late", "at": "2026-11-29", "by": "anna-1"}
    made = whole(fill, **changes)
    made["postmortem.md"] = made["postmortem.md"].replace("category: change", f"category: {chance.choice(CATEGORIES)}")
    if chance.random() < 0.3:
        made["postmortem.md"] = made["postmortem.md"].replace("status: published", "status: draft")
    return made


def numbered(number: int, word: str = "shop") -> str:
    """An id; ids of several years, so that lists by year have something to tell apart."""
    return f"{2023 + number % 4}-{1 + number % 12:02}-{1 + number % 28:02}-{word}-{number}"


@cache
def pool() -> Repository:
    """Incidents of every shape that a repository is put together from, each with a service file and with policy."""
    chance = Random(9)  # noqa: S311 - no secret
    written = {numbered(n): records(Canary(f"canary{n}q").fill, chance, secret=f"hidden{n}q") for n in range(24)}
    ours = loaded(written)
    told: list[Case] = []
    for number, tell in enumerate((stories.live, stories.late, stories.retrospective, stories.live) * 3):
        state = chance.choice(tell(chance))
        snapshot = MappingSnapshot({path: text.encode() for path, text in state.files.items()})
        told += (replace(case, id=numbered(number + 40, "story")) for case in load_repository(snapshot).cases)
    return replace(ours, cases=(*ours.cases, *told))


def drawn(chance: Random) -> tuple[Repository, Repository]:
    """A repository, and the same without what is internal in it. Anything may name anything."""
    whole_pool = pool()
    chosen = chance.sample(whole_pool.cases, chance.randint(2, 9))
    ids = [case.id for case in chosen]
    cases = []
    for case in chosen:
        others = [id_ for id_ in ids if id_ != case.id]
        change: dict[str, Any] = {
            "visibility": chance.choice(("public", "internal", None)),
            "related": tuple(chance.sample(others, min(len(others), 2))),
        }
        if case.incident.status == "dismissed":
            change["duplicate_of"] = chance.choice(others)
        if chance.random() < 0.5:
            similar = tuple(chance.sample(others, 1))
            change["evidence"] = case.incident.evidence.model_copy(update={"similar": similar})
        cases.append(replace(case, incident=case.incident.model_copy(update=change)))
    policy = whole_pool.policy
    default = chance.choice(("public", "internal"))
    policy = policy.model_copy(update={"publishing": policy.publishing.model_copy(update={"default": default})})
    lost = (unreadable("2026-01-01-lost"),) if chance.random() < 0.3 else ()
    public = [case for case in cases if (case.incident.visibility or default) == "public"]
    everything = replace(whole_pool, cases=tuple(cases), policy=policy, unreadable=lost)
    return everything, replace(everything, cases=tuple(public), unreadable=())
