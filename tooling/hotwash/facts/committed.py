"""When the sign-offs of a change were committed, which is the first that anybody else could see of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotwash.facts.first_actions import ACTIONS, sign_off, signed
from hotwash.model.repository import INCIDENT
from hotwash.records.load import load_incident
from hotwash.records.snapshot import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from hotwash.facts.first_actions import Action
    from hotwash.model.incident import Incident
    from hotwash.model.repository import Case
    from hotwash.records.revision import Commit


def committed(base: Case | None, head: Case, commits: tuple[Commit, ...], now: datetime) -> Mapping[Action, datetime]:
    """Of each first action that a change signs, the time of the first commit that holds that very sign-off.

    Args:
        base: As it was merged; None where it is new.
        head: As the change leaves it.
        commits: Those of the change, oldest first.
        now: For what no commit holds yet.
    """
    # What was merged is not signed a second time; that it says the same is another question.
    new = [action for action in ACTIONS if base is None or not signed(sign_off(base.incident, action))]
    waiting = {action for action in new if signed(sign_off(head.incident, action))}
    if not waiting:
        return {}
    found: dict[Action, datetime] = {}
    path, last = f"{head.path}/{INCIDENT}", b""
    for commit in commits:
        data = commit.snapshot.read(path) if commit.snapshot.exists(path) else b""
        # Most commits of a change leave the file as it is.
        if isinstance(data, Refused) or data == last:
            continue
        last = data
        incident = load_incident(commit.snapshot, path) if data else None
        if incident is not None:
            for action in sorted(waiting - found.keys()):
                if _signature(incident, action) == _signature(head.incident, action):
                    found[action] = commit.at
    return {action: found.get(action, now) for action in waiting}


def _signature(incident: Incident, action: Action) -> tuple[str | None, datetime | None]:
    told = sign_off(incident, action)
    return (told.by, None if told.at is None else told.at.at.start)
