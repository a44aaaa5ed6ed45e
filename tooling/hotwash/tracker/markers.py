"""The hidden line by which an issue is known again, and the visible one below which its text is other people's."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal, get_args
from urllib.parse import quote, unquote

Standing = Literal["open", "completed", "not_planned"]
"""How an action item or an incident stands, in the words of a tracker."""

Key = tuple[str, str | None]
"""Incident and action item; without an item it is the issue that tracks the incident."""

MARKER_VERSION = 1
# What stands in place of an item's id, which no id can be.
_WHOLE_INCIDENT = "-"


@dataclass(frozen=True, slots=True)
class Marker:
    """The hidden line of a body that says whose issue it is, and what hotwash last wrote there.

    Attributes:
        version: Of the line's form; what a newer hotwash wrote is not to be touched by an older one.
        item: None in the issue that tracks the incident.
        standing: What the record said then, so that a change by a person is told from one in the record; None when
            somebody damaged the line.
        labels: The labels that hotwash put there, so that one which the record no longer names can go, and those of
            other people stay.
        assignee: Whom hotwash assigned, for the same reason; empty for nobody.
        milestone: Into which milestone hotwash put it; empty for none.
        broken: The proof of the item did not hold then.
        breaks: How often it has been found broken, so that each break is told once.
        merged: A digest of the pull request that was seen merged: that does not change any more.
    """

    incident: str
    item: str | None
    standing: Standing | None
    labels: tuple[str, ...]
    version: int = MARKER_VERSION
    assignee: str = ""
    milestone: str = ""
    broken: bool = False
    breaks: int = 0
    merged: str = ""

    @property
    def key(self) -> Key:
        """Whose issue it is."""
        return self.incident, self.item


def named(key: Key) -> str:
    """Whose issue it is, as people read it."""
    incident, item = key
    return incident if item is None else f"{item} of {incident}"


def order(key: Key) -> tuple[str, int, str]:
    """What incidents and items are sorted by: the incident itself first, AI-2 before AI-10."""
    incident, item = key
    return incident, len(item or ""), item or ""


def digest(text: str) -> str:
    """A short name for a text, which tells it from others and says nothing of it."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


# What a marker may hold keeps a hostile body from making the search slow: no `<` inside, one line.
_MARKER = re.compile(r"<!-- hotwash:(\d{1,4}) ([^<>\n]*)-->")
_PART = re.compile(r"(incident|item|standing|labels|assignee|milestone|proof|breaks|merged)=(\S*)")


def marker_line(marker: Marker) -> str:
    """A marker as it stands in a body; of what hotwash does not know, nothing is written."""
    item = _WHOLE_INCIDENT if marker.item is None else quote(marker.item, safe="")
    labels = ",".join(quote(label, safe=":") for label in marker.labels)
    parts = [f"incident={quote(marker.incident, safe='')}", f"item={item}"]
    parts += [f"standing={marker.standing}", f"labels={labels}"]
    parts += [f"assignee={quote(marker.assignee, safe='')}"] if marker.assignee else []
    parts += [f"milestone={quote(marker.milestone, safe='')}"] if marker.milestone else []
    parts += ["proof=broken"] if marker.broken else []
    parts += [f"breaks={marker.breaks}"] if marker.breaks else []
    parts += [f"merged={marker.merged}"] if marker.merged else []
    return f"<!-- hotwash:{marker.version} {' '.join(parts)} -->"


def markers(body: str) -> tuple[Marker, ...]:
    """The markers in hotwash's part of a body, in order; one that names no incident or no item counts as none."""
    return _read(parted(body).ours)


def _read(text: str) -> tuple[Marker, ...]:
    found = []
    for version, written in _MARKER.findall(text):
        parts = dict(_PART.findall(written))
        incident, item = unquote(parts.get("incident", "")), unquote(parts.get("item", ""))
        if incident and item:
            word, breaks = parts.get("standing"), parts.get("breaks", "")
            found.append(
                Marker(
                    incident=incident,
                    item=None if item == _WHOLE_INCIDENT else item,
                    standing=next((standing for standing in get_args(Standing) if standing == word), None),
                    labels=tuple(unquote(label) for label in parts.get("labels", "").split(",") if label),
                    version=int(version),
                    assignee=unquote(parts.get("assignee", "")),
                    milestone=unquote(parts.get("milestone", "")),
                    broken=parts.get("proof") == "broken",
                    breaks=int(breaks) if re.fullmatch(r"[0-9]{1,6}", breaks) else 0,
                    merged=parts.get("merged", ""),
                )
            )
    return tuple(found)


# --- whose text it is

YOURS = "What stands below this line is yours: hotwash keeps it."
_LINE = re.compile(rf"^{re.escape(YOURS)}[ \t]*\r?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Parts:
    """A body in two.

    Attributes:
        ours: What hotwash writes, with its marker and the line below it.
        theirs: What other people wrote below that, to the letter; where somebody took the line away, what stands
            behind the marker, and where that is gone too, nothing tells whose the text is.
        line: The line is there.
    """

    ours: str
    theirs: str
    line: bool


def parted(body: str) -> Parts:
    """A body, at the line that tells whose text it is; what people write may look like a marker, and is none."""
    marker = _MARKER.search(body)
    if marker is None:
        line = _LINE.search(body)
        return Parts(body, "", line=False) if line is None else Parts(body[: line.end()], body[line.end() :], line=True)
    line = _LINE.search(body, marker.end())
    if line is None:
        end = [found.end() for found in _MARKER.finditer(body)][-1]
        return Parts(body[:end], body[end:], line=False)
    return Parts(body[: line.end()], body[line.end() :], line=True)


def signed_text(paragraphs: tuple[str, ...], marker: Marker) -> str:
    """The part of a body that is hotwash's own."""
    return "\n\n".join((*paragraphs, marker_line(marker), f"---\n{YOURS}"))


def told(key: Key, breaks: int) -> str:
    """The hidden line of the comment that tells of a break, by which it is known that it was told."""
    incident, item = key
    return f"<!-- hotwash:told incident={quote(incident, safe='')} item={quote(item or '', safe='')} break={breaks} -->"
