"""What a new repository of records holds: answers -> files."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

from hotwash import __version__
from hotwash.model.policy_file import default_policy_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from importlib.resources.abc import Traversable

POLICY = "incidents/policy.yaml"
CODEOWNERS = ".github/CODEOWNERS"
RULESET = ".github/rulesets/main.json"
# Stands in CODEOWNERS where nobody has said who it is.
NOBODY_YET = "@your-organisation/incident-leads"
_MODELINE = "# yaml-language-server: $schema=../schemas/policy.schema.json\n"
_NO_NOTICE = "  # notice: ...\n"
_DEMO_NOTICE = '  notice: "This is a demo. Its incidents are fictional: nothing here happened."\n'


@dataclass(frozen=True, slots=True)
class Answers:
    """What somebody says who starts a repository.

    Attributes:
        owners: Who answers for the policy and the workflows, as CODEOWNERS names them; none: a name to be replaced.
        demo: Whether two incidents come with it, to look at.
    """

    owners: tuple[str, ...] = ()
    demo: bool = False


def contents(answers: Answers, schemas: Mapping[str, str]) -> dict[str, str]:
    """The files of a repository, by path from its root, sorted.

    Args:
        answers: What differs from one repository to the next.
        schemas: File name -> text of each schema.
    """
    found = dict(_templates("files")) | {POLICY: _MODELINE + default_policy_text()}
    found |= {f"schemas/{name}": text for name, text in schemas.items()}
    if answers.demo:
        found |= dict(_templates("demo"))
        found[POLICY] = found[POLICY].replace(_NO_NOTICE, _DEMO_NOTICE)
    if answers.owners:
        found[CODEOWNERS] = found[CODEOWNERS].replace(NOBODY_YET, " ".join(answers.owners))
    return {path: found[path].replace("==VERSION", f"=={__version__}") for path in sorted(found)}


def _templates(name: str) -> Iterator[tuple[str, str]]:
    """Path -> text of what lies in a folder of this package."""
    waiting: list[tuple[str, Traversable]] = [("", files("hotwash.scaffold") / name)]
    while waiting:
        above, folder = waiting.pop()
        for entry in folder.iterdir():
            path = f"{above}{entry.name}"
            if entry.is_dir():
                waiting.append((f"{path}/", entry))
            else:
                # As bytes first: reading as text would take each line ending for a line feed.
                yield path, entry.read_bytes().decode("utf-8")
