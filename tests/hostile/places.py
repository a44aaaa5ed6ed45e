"""What is hostile in a repository and is no content of a file: links, special files, names (threats P2, P3)."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING, NamedTuple

from tests.hostile.inputs import POLICY, SERVICES, incident, note
from tests.hostile.repository import FOLDER, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

YEAR = "incidents/2026"


class Place(NamedTuple):
    """Something hostile at a path.

    Attributes:
        path: From the root.
        make: Makes it, given its place on disk; what stood there is gone already, and its folder is there.
        refused: An error must name this path.
        hides: It takes the neighbours with it, since they lie in it.
    """

    name: str
    path: str
    make: Callable[[Path], None]
    refused: bool = True
    hides: bool = False


def link_to(target: str) -> Callable[[Path], None]:
    """A link; a target is counted from the root of the repository, unless it is absolute."""

    def make(place: Path) -> None:
        root = next(folder for folder in place.parents if folder.name == "repository")
        place.symlink_to(root / target)  # an absolute target takes the place of the root

    return make


def _fifo(place: Path) -> None:
    os.mkfifo(place)


def _socket(place: Path) -> None:
    # The path of a socket has about a hundred characters at most.
    before = os.open(".", os.O_RDONLY)
    os.chdir(place.parent)
    try:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(place.name)
    finally:
        os.fchdir(before)
        os.close(before)


def _folder(place: Path) -> None:
    place.mkdir()


def _full_folder(place: Path) -> None:
    write(place, {"incident.yaml": incident()})


def _file(place: Path) -> None:
    place.write_bytes(b"x\n")


def _incident(place: Path) -> None:
    write(place, {"incident.yaml": incident(), "timeline.yaml": note()})


def _sparse(size: int) -> Callable[[Path], None]:
    def make(place: Path) -> None:
        with place.open("wb") as file:
            file.truncate(size)

    return make


def _line(place: Path) -> None:
    place.write_bytes(b"title: " + b"x" * 50_000_000)


def _chain(place: Path) -> None:
    """Folders in folders, more of them than Python nests calls, the last with a record."""
    here = os.open(".", os.O_RDONLY)
    try:
        place.mkdir()
        os.chdir(place)
        for _ in range(1_500):
            os.mkdir("a")  # noqa: PTH102 - a path of all of them would be too long
            os.chdir("a")
        with open("incident.yaml", "wb") as file:  # noqa: PTH123 - as above
            file.write(incident().encode())
    finally:
        os.fchdir(here)
        os.close(here)


RECORDS = ("incident.yaml", "timeline.yaml", "action-items.yaml", "postmortem.md", "timeline.d/0930-abcd.yaml")
HEAD = (POLICY, SERVICES)
OUTSIDE = "../outside"

# Below the folder of an incident; "" is the folder itself.
P2 = (
    *(Place(f"link to a file outside: {path}", path, link_to(f"{OUTSIDE}/incident.yaml")) for path in RECORDS),
    *(Place(f"pipe: {path}", path, _fifo) for path in RECORDS),
    *(Place(f"sparse gigabyte: {path}", path, _sparse(1 << 30)) for path in RECORDS),
    *(Place(f"socket: {path}", path, _socket) for path in RECORDS[:2]),
    Place("line of fifty megabytes", "incident.yaml", _line),
    Place("link to a record of the same incident", "timeline.yaml", link_to(f"{FOLDER}/incident.yaml")),
    Place("link to a record of another", "incident.yaml", link_to(f"{YEAR}/2026-11-20-before/incident.yaml")),
    Place("link to git's own files", "incident.yaml", link_to(".git/config")),
    Place("link to nothing", "incident.yaml", link_to("nowhere")),
    Place("link to itself", "incident.yaml", lambda place: place.symlink_to(place.name)),
    Place("link to noughts without end", "incident.yaml", link_to("/dev/zero")),
    Place("link to what is typed", "incident.yaml", link_to("/dev/stdin")),
    Place("link to the environment", "incident.yaml", link_to("/proc/self/environ")),
    *(Place(f"link to a folder outside: {path or 'all'}", path, link_to(OUTSIDE)) for path in ("timeline.d", "")),
    *(Place(f"link to a folder inside: {path or 'all'}", path, link_to("docs")) for path in ("timeline.d", "")),
    *(Place(f"file for a folder: {path or 'all'}", path, _file) for path in ("timeline.d", "")),
    *(Place(f"pipe for a folder: {path or 'all'}", path, _fifo) for path in ("timeline.d", "")),
    Place("link to all incidents", "", link_to("incidents")),
    Place("link to the root", "", link_to(".")),
    Place("evidence: link to a folder outside", "evidence", link_to(OUTSIDE), refused=False),
    Place("evidence: link to a file outside", "evidence/logs.txt", link_to(f"{OUTSIDE}/secret.txt"), refused=False),
    Place("evidence: link to git's own files", "evidence/logs.txt", link_to(".git/config"), refused=False),
    Place("evidence: pipe", "evidence/logs.txt", _fifo, refused=False),
    Place("evidence: sparse gigabyte", "evidence/logs.txt", _sparse(1 << 30), refused=False),
    Place("evidence: circle of links", "evidence/circle", lambda place: place.symlink_to("."), refused=False),
    *(Place(f"folder for a file: {path}", path, _full_folder, refused=False) for path in RECORDS),
    *(Place(f"empty folder for a file: {path}", path, _folder, refused=False) for path in RECORDS),
)

# From the root.
P2_ABOVE = (
    *(Place(f"link to a file outside: {path}", path, link_to(f"{OUTSIDE}/incident.yaml")) for path in HEAD),
    *(Place(f"link to git's own files: {path}", path, link_to(".git/config")) for path in HEAD),
    *(Place(f"pipe: {path}", path, _fifo) for path in HEAD),
    *(Place(f"socket: {path}", path, _socket) for path in HEAD),
    *(Place(f"sparse gigabyte: {path}", path, _sparse(1 << 30)) for path in HEAD),
    *(Place(f"folder for a file: {path}", path, _full_folder, refused=False) for path in HEAD),
    Place("link to a year outside", "incidents/2027", link_to(OUTSIDE)),
    Place("link for all incidents", "incidents", link_to(OUTSIDE), hides=True),
    Place("link for a year", YEAR, link_to(OUTSIDE), hides=True),
    Place("pipe for a year", YEAR, _fifo, hides=True),
    Place("file for a year", YEAR, _file, hides=True),
)

_NAMES = {
    "device": "con",
    "device with an ending": "nul.yaml",
    "dot at its end": "2026-11-24-x.",
    "blank at its end": "2026-11-24-x ",
    "blank first": " 2026-11-24-x",
    "long": "2026-11-24-" + "x" * 239,  # its JSON has a name as long as disks take
    "new line": "2026-11-24-a\nb",
    "command": "2026-11-24\n::error::x",
    "old command": "2026-11-24-##[error]x",
    "carriage return": "2026-11-24-a\rb",
    "colour": "2026-11-24-\u001b[31mx",
    "clipboard": "2026-11-24-\u001b]52;c;eA==\u0007x",
    "one byte for a colour": "2026-11-24-\u009b31mx",
    "turned round": "2026-11-24-\u202egnp.x",
    "of no width": "2026-11-24-a\u200bb",
    "two forms of one sign": "2026-11-24-cafe\u0301",
    "an option": "--output=x",
    "a dash": "-",
    "dots": "...",
    "escaped dots": "%2e%2e",
    "backslashes": "..\\..\\x",
    "colon": "2026-11-24-x:y",
    "stream": "2026-11-24-x::$DATA",
    "quotes": "2026-11-24-\"'`x",
    "markup": "2026-11-24-[bold]<b>x",
    "templates": "2026-11-24-${{x}}{{y}}{%z%}",
    "only blanks": "   ",
    "tab": "2026-11-24-a\tb",
    "separator of lines": "2026-11-24-a\u2028b",
    "not UTF-8": os.fsdecode(b"2026-11-24-\xff\xfe"),
    "half a sign": os.fsdecode(b"2026-11-24-\xe2\x82"),
    "a surrogate": os.fsdecode(b"2026-11-24-\xed\xa0\x80"),
    "capital": "2026-11-23-HOSTILE",
}
_FILE_NAMES = {
    "capital": "Incident.yaml",
    "all capitals": "INCIDENT.YAML",
    "other ending": "incident.yml",
    "full width": "\uff49ncident.yaml",
    "dotless": "\u0131ncident.yaml",
    "of no width": "inc\u200bident.yaml",
    "not UTF-8": os.fsdecode(b"timeline.d/\xff.yaml"),
    "command": "timeline.d/\n::error::.yaml",
    "colour": "timeline.d/\u001b[31m.yaml",
    "nothing": "timeline.d/.yaml",
    "long": f"timeline.d/{'x' * 240}.yaml",
    "an option": "timeline.d/--help.yaml",
    "deeper": "timeline.d/a/b.yaml",
    "evidence that is not UTF-8": os.fsdecode(b"evidence/\xff.txt"),
    "evidence with a command": "evidence/\n::error::.txt",
    "evidence of records": "evidence/incident.yaml",
}

# What they are given to: by kind, so that all of a kind stand side by side in one repository. They are judged in one
# way or another; what must hold is that they hide nothing and steer nothing.
P3: dict[str, tuple[Place, ...]] = {
    "folder of an incident": tuple(Place(name, f"{YEAR}/{given}", _incident) for name, given in _NAMES.items()),
    "empty folder": tuple(Place(name, f"{YEAR}/{given}", _folder) for name, given in _NAMES.items()),
    "file in a year": tuple(Place(name, f"{YEAR}/{given}", _file) for name, given in _NAMES.items()),
    "year": tuple(Place(name, f"incidents/{given}/x", _incident) for name, given in _NAMES.items()),
    "folder in an incident": tuple(
        Place(name, f"{FOLDER}/{given}/incident.yaml", _file) for name, given in _NAMES.items()
    ),
    "file in an incident": tuple(Place(name, f"{FOLDER}/{given}", _file) for name, given in _FILE_NAMES.items()),
    "link in an incident": tuple(
        Place(name, f"{FOLDER}/{given}", link_to(f"{OUTSIDE}/incident.yaml")) for name, given in _FILE_NAMES.items()
    ),
    "twin": (Place("in another year", "incidents/2025/2026-11-23-hostile", _incident),),
    "folders in folders": (Place("of incidents", f"{YEAR}/2026-11-24-deep", _chain),),
    "folders in folders of evidence": (Place("of evidence", f"{FOLDER}/evidence/deep", _chain),),
}
