"""Names of people -> the roles that they held (threats V5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotwash.facts.people import logins
from hotwash.model.names import is_login
from hotwash.model.timeline import Handover

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotwash.model.policy import Policy
    from hotwash.model.repository import Case

RESPONDER = "responder"
UNKNOWN = "unknown"


def speaker(case: Case, policy: Policy) -> Callable[[str | None], str]:
    """How a page names somebody of this incident; empty for nobody.

    Roles, systems, organisations and parties are named as written. A login becomes the role that it held at any time
    of the incident, the commander's first, else `responder`; unless the policy publishes names as written.
    """
    as_written = policy.publishing.names == "as-written"
    held = {} if as_written else _roles_held(case)
    people = frozenset() if as_written else frozenset(logins(case))

    def name(who: str | None) -> str:
        if who is None:
            return ""
        if is_login(who):
            return who if as_written else held.get(who, RESPONDER)
        kind, _, slug = who.partition(":")
        words = slug.replace("-", " ")
        match kind:
            case "system" | "org":
                return f"{words} ({'system' if kind == 'system' else 'organisation'})"
            case "role" | "party":
                # Whoever calls a role by the name of its holder names the holder.
                return RESPONDER if slug in people else words
            case _:
                # What is neither is no name that a record takes; it stands only where an old value is kept.
                return who if who == UNKNOWN else RESPONDER

    return name


def _roles_held(case: Case) -> dict[str, str]:
    holders = [(role, who) for role, who in case.incident.roles.items()]
    for logged in case.timeline:
        if isinstance(logged.entry, Handover):
            holders += [(logged.entry.role, who) for who in (logged.entry.by, logged.entry.to) if who]
    # A role may be anything, also the name of its holder.
    logins = {who for _, who in holders}
    held: dict[str, str] = {}
    for role, who in sorted(holders, key=lambda pair: (pair[0] != "commander", pair[0])):
        if role not in logins:
            held.setdefault(who, role.replace("-", " "))
    return held
