"""What is published before a change and after it -> what everybody may read from then on, and could not (threats V3).

Both sides are what may be published and nothing else: an incident that is internal on both leaves no trace.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Literal, NamedTuple

from hotwash.facts.secrets import concealed
from hotwash.site.build import files, places_of
from hotwash.site.difference.reading import lines_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from hotwash.site.public.content import PublicIncident, PublicRepository

# What a change does to an incident, as far as everybody sees it; of several the first. A page that is not built since
# the record cannot be read is not gone for good.
Effect = Literal["shown", "told", "published", "changed", "gone", "unreadable"]
EFFECTS: tuple[Effect, ...] = ("shown", "told", "published", "changed", "gone", "unreadable")
Sign = Literal["+", "-", " ", "@"]
_SIGNS: dict[str, Sign] = {"+": "+", "-": "-", " ": " ", "@": "@"}
_AROUND = 1  # lines that are the same, shown beside what is not


class Line(NamedTuple):
    """A line of a page: new (`+`), no longer there (`-`), there all along, or left out between two others (`@`)."""

    sign: Sign
    text: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What a change does to the page of an incident.

    Attributes:
        title: After the change; of what is gone the one that was published.
        facts: What kind of record it is, its severity and its status.
        lines: The text that becomes visible, with what it replaces; none of what is gone.
    """

    id: str
    title: str
    facts: tuple[str, ...]
    effect: Effect
    lines: tuple[Line, ...]

    @property
    def added(self) -> int:
        """How many lines become visible."""
        return sum(line.sign == "+" for line in self.lines)


@dataclass(frozen=True, slots=True)
class Difference:
    """What a change does to a site.

    Attributes:
        incidents: Those whose page is not as it was: what is shown for the first time comes first.
        appear: Paths of all other files that are new.
        change: … that say something else.
        go: … that are no longer there.
    """

    incidents: tuple[Shown, ...]
    appear: tuple[str, ...]
    change: tuple[str, ...]
    go: tuple[str, ...]

    def of(self, effect: Effect) -> tuple[Shown, ...]:
        """The incidents to which a change does this."""
        return tuple(one for one in self.incidents if one.effect == effect)


class Side(NamedTuple):
    """One side of a change.

    Attributes:
        public: What may be published.
        url: Where the whole site is; empty where nobody said.
        known: Digests of what only looks like a secret.
    """

    public: PublicRepository
    url: str = ""
    known: Collection[str] = ()


def difference(before: Side, after: Side, unreadable: Collection[str] = ()) -> Difference:
    """What everybody sees otherwise after a change.

    Args:
        before: As the site is, at the time of the other.
        after: As it will be.
        unreadable: Ids of incidents that cannot be read after the change. One is named only where it was published.
    """
    was, now = _made(before), _made(after)
    pages = {path: id_ for one in (was, now) for path, id_ in one.pages.items()}
    shown = [
        _shown(id_, was, now, unreadable)
        for path, id_ in pages.items()
        if was.files.get(path) != now.files.get(path) or was.incidents.get(id_) != now.incidents.get(id_)
    ]
    others = (was.files.keys() | now.files.keys()) - pages.keys()
    return Difference(
        incidents=tuple(sorted(shown, key=lambda one: (EFFECTS.index(one.effect), one.id))),
        appear=tuple(sorted(others - was.files.keys())),
        change=tuple(
            sorted(path for path in others & was.files.keys() & now.files.keys() if was.files[path] != now.files[path])
        ),
        go=tuple(sorted(others - now.files.keys())),
    )


class _Made(NamedTuple):
    """A side with all that is made of it."""

    incidents: Mapping[str, PublicIncident]
    pages: Mapping[str, str]
    files: Mapping[str, str]
    known: Collection[str]

    def lines(self, id_: str) -> list[str]:
        """What the page of an incident says, without secrets; nothing where there is none."""
        path = next((path for path, of in self.pages.items() if of == id_), None)
        if path is None:
            return []
        return concealed("\n".join(lines_of(self.files[path])), self.known)[0].split("\n")


def _made(side: Side) -> _Made:
    places = places_of(side.public, url=side.url)
    incidents = {one.id: one for one in side.public.all}
    pages = {path: id_ for id_, path in places.incidents.items()}
    return _Made(incidents, pages, files(side.public, url=side.url), side.known)


def _shown(id_: str, was: _Made, now: _Made, unreadable: Collection[str]) -> Shown:
    before, after = was.incidents.get(id_), now.incidents.get(id_)
    one = after or before
    assert one is not None  # noqa: S101 - each path is that of an incident of one side
    if after is None:
        effect: Effect = "unreadable" if id_ in unreadable else "gone"
        lines: tuple[Line, ...] = ()
    else:
        effect = _effect(before, after)
        lines = tuple(_differing(was.lines(id_), now.lines(id_)))
    title, _ = concealed(one.title, now.known if after else was.known)
    kind = "drill" if one.is_drill else "retrospective record" if one.is_retrospective else ""
    return Shown(id_, title, tuple(filter(None, (kind, one.severity.level, one.status))), effect, lines)


def _effect(before: PublicIncident | None, after: PublicIncident) -> Effect:
    if before is None:
        return "shown"
    if after.account and before.account is None:
        return "told"
    if after.account and after.account.postmortem and before.account and before.account.postmortem is None:
        return "published"
    return "changed"


def _differing(before: list[str], after: list[str]) -> Iterator[Line]:
    found = difflib.unified_diff(before, after, n=_AROUND, lineterm="")
    # The names of both sides, and where the first lines stand.
    for line in islice(found, 3, None):
        yield Line(_SIGNS[line[0]], line[1:] if line[0] != "@" else "")
