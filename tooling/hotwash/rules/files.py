"""The names of files and folders: what lies where no record is, ids that are none, and names that are two and one."""

from __future__ import annotations

import difflib
import re
import unicodedata
from datetime import UTC, date, timedelta
from typing import TYPE_CHECKING

from hotwash.diagnostics import Finding, Help, Note, Place
from hotwash.model.repository import ACTION_ITEMS, EVIDENCE, FRAGMENTS, INCIDENT, POSTMORTEM, TIMELINE
from hotwash.records.document import shortened
from hotwash.rules.rule import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotwash.facts.register import Register
    from hotwash.model.base import When
    from hotwash.model.repository import Case
    from hotwash.rules.rule import Context

MANY = 20  # findings of one rule in one incident; the last of them counts the rest
ID_LIMIT = 80  # characters
RECORDS = (INCIDENT, TIMELINE, ACTION_ITEMS, POSTMORTEM)

# They keep a folder in git that is empty otherwise.
_KEEPS_FOLDER = frozenset({".gitkeep", ".keep"})
_OF_THE_SYSTEM = frozenset({".ds_store", "thumbs.db", "desktop.ini", ".directory"})
_COPY = re.compile(r"~$|\.(?:bak|orig|rej|swp|swo|tmp|old)$|^#.*#$|^\.#", re.IGNORECASE)


@rule("HW009", "unexpected-file", level="warning")
def unexpected_file(case: Case, _context: Context) -> Iterator[Finding]:
    """A file lies in an incident's folder and is no record.

    ## What it asks

    The folder holds `incident.yaml`, `timeline.yaml`, `action-items.yaml`,
    `postmortem.md`, entries as `timeline.d/<id>.yaml`, and `evidence/`.

    ## Why

    Most often the name is misspelt, and then nobody reads what was written
    there: neither the gates nor the site.

    ## Wrong

    ```yaml
    # postmortum.md
    We restarted everything
    ```

    ## Right

    ```yaml
    # evidence/notes.txt
    We restarted everything
    ```

    ## Source

    guide 7
    """
    found = [
        name
        for name in case.others
        if name != EVIDENCE and not name.startswith(f"{EVIDENCE}/") and name.rsplit("/", 1)[-1] not in _KEEPS_FOLDER
    ]
    for number, name in enumerate(found[:MANY], start=1):
        rest = (f"{len(found) - MANY:,} more such files in this folder",) if number == MANY < len(found) else ()
        yield Finding(
            Place(name), "this file is none of the records, and nothing reads it", notes=rest, help=_meant(name)
        )


def _meant(name: str) -> tuple[Help, ...]:
    folder, _, last = name.rpartition("/")
    if last.casefold() in _OF_THE_SYSTEM:
        return (Help("delete it, and name it in .gitignore"),)
    if _COPY.search(last):
        return (Help("delete it: it is a copy that an editor or a merge has left"),)
    if folder == FRAGMENTS:
        stem = last.rpartition(".")[0] or last
        return (Help(f"if it is an entry, rename it to {FRAGMENTS}/{stem}.yaml; else move it to {EVIDENCE}/"),)
    lowered = last.casefold()
    near = [name for name in RECORDS if lowered.partition(".")[0] == name.partition(".")[0]]
    near += difflib.get_close_matches(lowered, RECORDS, n=1, cutoff=0.7)
    if near:
        return (Help(f"rename it to {near[0]}"),)
    return (Help(f"move it to {EVIDENCE}/ if it shows what happened, or delete it"),)


_ID = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})-([a-z0-9][a-z0-9-]*)", re.ASCII)
_BEGINS_WITH_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?![0-9])[-_ ]*", re.ASCII)


@rule("HW010", "malformed-id")
def malformed_id(case: Case, context: Context) -> Iterator[Finding]:
    """The folder of an incident does not have the form of an id.

    ## What it asks

    `incidents/YYYY/YYYY-MM-DD-slug`: the UTC day on which it was declared (in
    retrospective records, began), a slug of a to z, digits and hyphens, 80
    characters at most, in the folder of that year. It is a warning when the day
    is none of `started`, `detected` and `declared`.

    ## Why

    The id stands in links, branches, issues and pages. One form sorts by time,
    is typed on any keyboard, and is a name on every disk.

    ## Wrong

    ```yaml
    # incidents/2026/Search_slow/incident.yaml
    title: Search is slow
    status: declared
    severity: P3
    services: [checkout-api]
    times: {declared: 2026-11-23T08:57:00Z}
    roles: {commander: alice}
    ```

    ## Right

    ```yaml
    # incidents/2026/2026-11-23-search-slow/incident.yaml
    title: Search is slow
    status: declared
    severity: P3
    services: [checkout-api]
    times: {declared: 2026-11-23T08:57:00Z}
    roles: {commander: alice}
    ```

    ## Source

    guide 5; threats P3
    """
    if wrong := _wrong_with(case):
        rename = _rename(case, context)
        steps = Help("rename the folder:", rename) if rename else Help("give it a name of that form that is not taken")
        folder = shortened(case.path.removeprefix("incidents/"))
        yield Finding(Place(INCIDENT), wrong, label=f"the folder is {folder}", help=(steps,))
        return
    day = date.fromisoformat(case.id[:10])
    named = _named_times(case)
    if named and not any(_covers(when, day) for _, when in named):
        name, when = named[0]
        rename = _rename(case, context)
        yield Finding(
            Place(INCIDENT, ("times", name)),
            f"the id says {day}, and the incident was neither started nor detected nor declared on that day in UTC",
            label=f"{name} on {_first_day(when)}",
            help=(
                Help("mend the times; or, unless it is merged, the name of the folder:", rename)
                if rename
                else Help("mend the times; or, unless it is merged, the name of the folder"),
            ),
            level="warning",
        )


def _rename(case: Case, context: Context) -> str:
    """The command that gives an incident its right name; empty where that is taken, or is the one it has."""
    right = _right_path(case)
    name = right.rsplit("/", 1)[-1]
    # Into a folder that is there git would move it, and not in its place.
    if right == case.path or (name != case.id and name in context.incidents):
        return ""
    return f"git mv {_quoted(case.path)} {right}"


def _wrong_with(case: Case) -> str:
    """What is wrong with the folder of an incident; empty for nothing."""
    found = _ID.fullmatch(case.id)
    if found is None:
        if not case.id.isascii():
            return "the id holds a sign that is not plain: a to z, digits and hyphens are"
        if _BEGINS_WITH_DAY.match(case.id) is None:
            return "the id does not begin with its day: it has the form YYYY-MM-DD-slug"
        return "the id has no slug of a to z, digits and hyphens after its day: it has the form YYYY-MM-DD-slug"
    if _day(found[1]) is None:
        return f"the id begins with {found[1]}, which is no day of the calendar"
    if len(case.id) > ID_LIMIT:
        return f"the id has {len(case.id)} characters, and may have {ID_LIMIT}"
    if case.path != f"incidents/{case.id[:4]}/{case.id}":
        return f"the incident does not lie in the folder of its year, incidents/{case.id[:4]}/"
    return ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _named_times(case: Case) -> list[tuple[str, When]]:
    """The times of which one gives the id its day, the one that is meant to first."""
    times = case.incident.times
    order = ("declared", "detected", "started")
    if case.incident.mode == "retrospective":
        order = ("started", "detected", "declared")
    return [(name, when) for name in order if (when := getattr(times, name)) is not None]


def _first_day(when: When) -> date:
    return when.earliest.astimezone(UTC).date()


def _covers(when: When, day: date) -> bool:
    """Whether a time may mean a moment of that day in UTC."""
    last = when.latest.astimezone(UTC) - timedelta(microseconds=1)
    return _first_day(when) <= day <= max(last.date(), _first_day(when))


def _right_path(case: Case) -> str:
    """Where the incident should lie, as far as its times and its present name tell."""
    begins = _BEGINS_WITH_DAY.match(case.id)
    named = _named_times(case)
    day = _day(begins[1]) if begins else None
    if named and (day is None or not any(_covers(when, day) for _, when in named)):
        day = _first_day(named[0][1])
    if day is None:
        return case.path
    plain = unicodedata.normalize("NFKD", case.id[begins.end() :] if begins else case.id).lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode("ascii")).strip("-")
    id_ = f"{day}-{slug or 'what-happened'}"[:ID_LIMIT].rstrip("-")
    return f"incidents/{day.year:04}/{id_}"


def _quoted(path: str) -> str:
    return path if re.fullmatch(r"[A-Za-z0-9._/-]+", path) else "'" + path.replace("'", "'\\''") + "'"


@rule("HW014", "clashing-paths")
def clashing_paths(register: Register, _context: Context) -> Iterator[Finding]:
    """Two paths differ in nothing but case or Unicode form.

    ## What it asks

    No two files, folders or ids below `incidents/` are equal once small and
    capital letters, and the ways to write an accent, are taken for the same.

    ## Why

    Disks of Windows and macOS hold only one of the two: whoever clones there
    gets one record in place of the other, and does not notice.

    ## Wrong

    ```yaml
    # evidence/logs.txt
    4,102 x connection refused
    ```

    ```yaml
    # evidence/Logs.txt
    12 x pool exhausted
    ```

    ## Right

    ```yaml
    # evidence/logs.txt
    4,102 x connection refused
    ```

    ```yaml
    # evidence/logs-of-the-pool.txt
    12 x pool exhausted
    ```

    ## Source

    threats P3
    """
    clashes = _clashes(register)
    for number, (path, first, what, why) in enumerate(clashes[:MANY], start=1):
        rest = (f"{len(clashes) - MANY:,} more such paths",) if number == MANY < len(clashes) else ()
        yield Finding(
            Place(path),
            f"{what}, but for case or Unicode form",
            notes=rest,
            help=(Help(f"rename one of them: {why}"),),
            related=(Note(Place(first), "the other one"),),
        )


def _clashes(register: Register) -> list[tuple[str, str, str, str]]:
    """Files whose path, or id, was there already but for case or form: the file, the other, what it is, and why not."""
    # Small ASCII letters are equal to nothing but themselves.
    if not any(_folded(path) != path for path in register.paths):
        return []
    seen: dict[str, tuple[str, str]] = {}  # folded path -> the path, and a file in it or itself
    told: set[str] = set()
    found: list[tuple[str, str, str, str]] = []
    for path in register.paths:
        end = path.find("/")
        while end >= 0:
            end = path.find("/", end + 1)
            part = path[:end] if end >= 0 else path
            other, file = seen.setdefault(_folded(part), (part, path))
            if other != part:
                if part not in told:
                    told.add(part)
                    what = f"`{_last(part)}` is the name of {'another file' if part == path else 'another folder'}"
                    why = "on Windows and macOS they are the same"
                    found.append((path, file, f"{what}, `{_last(other)}`", why))
                break  # what lies in a folder that clashes is said with it
    return found + _clashing_ids(register)


def _clashing_ids(register: Register) -> list[tuple[str, str, str, str]]:
    first: dict[str, str] = {}
    found: list[tuple[str, str, str, str]] = []
    for path, id_ in sorted(register.ids.items()):
        other = first.setdefault(_folded(id_), path)
        # Equal ids are told where the second is read, and folders side by side as folders.
        if register.ids[other] != id_ and _folded(other) != _folded(path):
            says = f"the id `{id_}` is that of another incident, `{register.ids[other]}`"
            why = "their pages and issues are told apart by nothing else"
            found.append((f"{path}/{INCIDENT}", f"{other}/{INCIDENT}", says, why))
    return found


def _last(path: str) -> str:
    return path.rsplit("/", 1)[-1]


def _folded(path: str) -> str:
    """A path as disks that know neither case nor form compare it."""
    if path.isascii():
        return path.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", path).casefold())
