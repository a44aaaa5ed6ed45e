"""What `pull` has written into the branches of incidents, and nobody has merged yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotwash.edits.clone import BRANCHES, is_merged, newest
from hotwash.model.repository import ACTION_ITEMS
from hotwash.records.commits import configuration, reference, references, since
from hotwash.records.git import Git
from hotwash.records.load import case_files, load_document
from hotwash.records.remote import default_branch, remote_of
from hotwash.records.revision import Revision

if TYPE_CHECKING:
    from pathlib import Path

    from hotwash.records.snapshot import Snapshot


def pulled_and_waiting(root: Path) -> dict[tuple[str, str | None], str]:
    """The status that `pull` last gave to action items on branches that are not merged: (incident, item) -> status.

    Told by its commits, so that what a person decided on such a branch is not taken for it.
    """
    git = Git(root)
    if not (git.top / ".git").exists():
        return {}
    config = configuration(git)
    default = default_branch(git, remote_of(git, config, None))
    if default is None:
        return {}
    remote = remote_of(git, config, default)
    trunk = newest(
        git, reference(git, BRANCHES + default), None if remote is None else reference(git, remote.tracking(default))
    )
    found: dict[tuple[str, str | None], str] = {}
    prefixes = [f"{BRANCHES}incident/", *([remote.tracking("incident/")] if remote is not None else [])]
    heads = {head: name.removeprefix(prefix) for prefix in prefixes for name, head in references(git, prefix).items()}
    for head, incident in heads.items():
        if trunk is None or is_merged(git, head, trunk):
            continue
        for commit in since(git, head, (trunk,)):
            if _subject(git, commit) == f"pull {incident}":
                before, after = (
                    _statuses(Revision(git, one), incident) for one in (reference(git, f"{commit}^"), commit) if one
                )
                found |= {(incident, item): status for item, status in after.items() if before.get(item) != status}
    return found


def _subject(git: Git, commit: str) -> str:
    # `git log` may be told by the clone to run what looks at signatures.
    return git.ask("rev-list", "--max-count=1", "--format=%s", commit).text.rpartition("\n")[2]


def _statuses(records: Snapshot, incident: str) -> dict[str, str]:
    """The status of each action item of an incident."""
    for files in case_files(records.paths()):
        if files.path.rpartition("/")[2] == incident and ACTION_ITEMS in files.files:
            items = load_document(records, f"{files.path}/{ACTION_ITEMS}").value
            known = [one for one in items if isinstance(one, dict)] if isinstance(items, list) else []
            return {str(one.get("id")): str(one.get("status")) for one in known}
    return {}
