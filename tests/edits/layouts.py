"""Records in all ways in which people write them, and edits of them, drawn from chance."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, TypeAlias

import yaml

from hotwash.edits.amendment import Add, Drop, Put
from hotwash.model.repository import record_kind
from hotwash.records.splice import is_same, read
from tests.valid import stories

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from hotwash.diagnostics import Route
    from hotwash.edits.amendment import Plain
    from hotwash.model.repository import RecordKind

# What a record holds, as plain values.
Held: TypeAlias = Any
ROOT = Path(__file__).parents[2]
FOLDER = "incidents/2026/2026-11-23-checkout-500"
LONG = (
    "We have rolled back checkout-api to v412: errors fall from 31 % to 0.4 %, and nobody has lost an order. The next "
    "word from us comes at 09:30, or as soon as it is over; until then, please hold all deployments of payments."
)
TEXTS = (
    "x", "every EU card payment fails", "rolled back to v412, as the runbook says", "no", "yes", "on", "~", "null", "true",
    "", " ", " leads", "trails ", "a: b", "a :b", "a #b", "a#b", "# no comment", "- dash", "-", "--- x", "---", "...", "? q",
    "{brace", "[bracket]", "}", "]", ",", "a, b", "&anchor", "*alias", "!tag", "|", ">", "%", "@at", "`tick`", "'single'",
    '"double"', "it's", 'say "no"', "back\\slash", "012", "1:30", "12:30:45", "0x1F", "0o7", "1e3", "1_000", ".5", "-1", "+1",
    "2026-11-23", "2026-11-23T08:41:00Z", "20261123", "1-2", "<<", "=", "y", "N", "ünïcödé ✅ 🚒", "tab\tinside", "\ttab",
    "two\nlines", "line\n", "lines\n\nwith a gap\n", "\nfirst is empty", "last are empty\n\n\n", "  in\nout", "in\n    deeper\nout",
    "a\n# no comment\nb: c", "trails \nhere", "with tab\n\there", "crlf\r\ninside", "https://x.example/a?b=c#d", "no\u00a0break",
    LONG, f"{LONG}\n{LONG}\n", f"{LONG}  {LONG}", f"- {LONG}", f"{LONG}: {LONG} # {LONG}", "w" * 200, f"{'w' * 130} {'v' * 130}",
    f"{LONG} ", f"{LONG}\n\n", "a\\\nb", "'", '"', "'\"", "key:", ":", "::", "a:", "[a]: b", "0841-k3f9", "0841-1234", "P1",
)  # fmt: skip
NUMBERS = (0, 1, -7, 12400, 0.31, 1.0, 1e16, 10**20)


@dataclass(frozen=True, slots=True)
class Written:
    """A record as somebody wrote it.

    Attributes:
        name: Below the incident's folder.
        how: What was done to it, for people.
    """

    name: str
    data: bytes
    how: tuple[str, ...]

    @property
    def kind(self) -> RecordKind:
        """Which record it is."""
        kind = record_kind(self.name)
        assert kind is not None
        return kind


@lru_cache
def corpus() -> tuple[Written, ...]:
    """All records of this repository and its examples, and those of stories."""
    found = []
    for folder in ("incidents", "examples", "tooling/hotwash/scaffold"):
        for path in sorted((ROOT / folder).rglob("*")):
            name = f"{path.parent.name}/{path.name}" if path.parent.name == "timeline.d" else path.name
            kind = record_kind(name)
            if path.is_file() and kind not in (None, "policy", "services"):
                found.append(Written(name, path.read_bytes(), (path.relative_to(ROOT).as_posix(),)))
    return tuple(found)


def from_story(chance: Random) -> Written:
    """A record of a made-up incident."""
    seed = chance.randrange(10**6)
    told = Random(seed)  # noqa: S311 - no secret
    story = (
        stories.live(told, end=chance.choice(("closed", "resolved")))
        if chance.random() < 0.7
        else stories.retrospective(told)
    )
    files = {path: text for path, text in story[-1].files.items() if "/20" in path}
    names = {path: re.sub(r"incidents/\d{4}/[^/]+/", "", path) for path in files}
    path = chance.choice(sorted(path for path, name in names.items() if record_kind(name) is not None))
    return Written(names[path], files[path].encode(), ("story", str(seed)))


# --- layouts


def relaid(written: Written, chance: Random) -> Written:
    """The same values, written in another way; where a way would change a value, it is not gone."""
    for change in chance.sample(_CHANGES, chance.randrange(0, 5)):
        text = change(written, chance)
        data = text if isinstance(text, bytes) else text.encode()
        before, after = (read("", written.kind, each) for each in (written.data, data))
        if not after.problems and len(after.doubts) == len(before.doubts) and is_same(before.value, after.value):
            written = Written(written.name, data, (*written.how, change.__name__))
    return written


def _crlf(written: Written, _: Random) -> bytes:
    return written.data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _mark(written: Written, _: Random) -> bytes:
    return b"\xef\xbb\xbf" + written.data.removeprefix(b"\xef\xbb\xbf")


def _no_last_line_end(written: Written, _: Random) -> bytes:
    return written.data.rstrip(b"\r\n")


def _comments(written: Written, chance: Random) -> str:
    """Comment lines between any two lines, at any margin."""
    return _with_lines(
        written,
        chance,
        lambda: " " * chance.choice((0, 0, 2, 2, 4, 6)) + chance.choice(("#", "# a: b", "# - it's 10 # twice")),
    )


def _blank_lines(written: Written, chance: Random) -> str:
    return _with_lines(written, chance, lambda: chance.choice(("", "", "  ")))


def _with_lines(written: Written, chance: Random, make: Callable[[], str]) -> str:
    lines = written.data.decode().split("\n")
    kept = written.data.decode()
    end = "\r" if "\r\n" in kept else ""
    for _ in range(6):
        at = chance.randrange(1, max(2, len(lines)))
        tried = [*lines[:at], make() + end, *lines[at:]]
        if _same(written, "\n".join(tried)):
            lines = tried
    return "\n".join(lines)


def _comments_behind(written: Written, chance: Random) -> str:
    """Comments behind values, some of them in one column."""
    lines = written.data.decode().split("\n")
    column = chance.choice((30, 40, 60))
    start = chance.randrange(len(lines))
    for at in range(start, min(start + 6, len(lines))):
        line = lines[at].removesuffix("\r")
        end = lines[at][len(line) :]
        tried = [*lines]
        tried[at] = f"{line.ljust(column)} # behind{at}{end}"
        if line and _same(written, "\n".join(tried)):
            lines = tried
    return "\n".join(lines)


def _same(written: Written, text: str) -> bool:
    before, after = (read("", written.kind, each) for each in (written.data, text.encode()))
    return not after.problems and is_same(before.value, after.value)


def _dumped(written: Written, chance: Random) -> str:
    """As a program writes it, in one of its styles."""
    document = read("", written.kind, written.data)
    style: Any = {
        "default_flow_style": chance.choice((True, False, False, None)),
        "default_style": chance.choice((None, None, None, "'", '"', "|", ">")),
        "width": chance.choice((30, 80, 10**6)),
        "indent": chance.choice((2, 3, 4)),
    }
    text: str = yaml.dump(document.value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, **style)
    if written.kind != "postmortem":
        return text
    return f"---\n{text}---\n" + written.data.decode().split("\n---", 1)[1].split("\n", 1)[1]


class _Dumper(yaml.SafeDumper):
    """Writes times without quotes."""


_Dumper.yaml_implicit_resolvers = {
    sign: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for sign, resolvers in yaml.SafeDumper.yaml_implicit_resolvers.items()
}


def _fences(written: Written, chance: Random) -> str:
    text = written.data.decode()
    return chance.choice(("---\n", "")) + text + chance.choice(("...\n", "...\n# behind\n", "\n\n", "  \n"))


def _long_lines(written: Written, _: Random) -> str:
    """Folded texts on one line each."""
    return re.sub(r"(?<=\S)\n {4,}(?=[a-z])", " ", written.data.decode())


def _wide_blanks(written: Written, chance: Random) -> str:
    return re.sub(r"(?<=\w): (?=\w)", lambda found: found[0] + " " * chance.choice((0, 0, 0, 3)), written.data.decode())


_CHANGES: Sequence[Callable[[Written, Random], str | bytes]] = (
    _crlf, _mark, _no_last_line_end, _comments, _comments, _comments_behind, _blank_lines, _dumped, _fences, _long_lines,
    _wide_blanks,
)  # fmt: skip


def emptied(written: Written, chance: Random) -> Written:
    """A record some of whose values are not written."""
    lines = written.data.decode().split("\n")
    for _ in range(3):
        at = chance.randrange(len(lines))
        tried = [*lines]
        tried[at] = re.sub(r"^( *(?:- )?[\w-]+:) [^>|#]*?(?=(?:\s+#.*)?\r?$)", r"\1", lines[at])
        document = read("", written.kind, "\n".join(tried).encode())
        if not document.problems and tried != lines:
            lines = tried
    return Written(written.name, "\n".join(lines).encode(), (*written.how, "emptied"))


# --- edits


def a_value(chance: Random, depth: int = 0) -> Plain:
    """Any value that a record may hold."""
    kind = chance.choice(("text",) * 6 + ("number", "word") + (("map", "map", "list") if depth < 3 else ()))
    match kind:
        case "text":
            return chance.choice(TEXTS)
        case "number":
            return chance.choice(NUMBERS)
        case "word":
            return chance.choice((True, False, None))
        case "map":
            keys = chance.sample(
                ("by", "at", "note", "none", "summary", "a b", "no", "1", "x: y", "text", "kind"), chance.randrange(5)
            )
            return {key: a_value(chance, depth + 1) for key in keys}
        case _:
            return [a_value(chance, depth + 1) for _ in range(chance.randrange(4))]


def routes(value: object, route: Route = ()) -> Iterator[Route]:
    """All routes of a value, its own among them."""
    yield route
    match value:
        case dict():
            for key, item in value.items():
                yield from routes(item, (*route, key))
        case list():
            for index, item in enumerate(value):
                yield from routes(item, (*route, index))
        case _:
            pass


def an_edit(written: Written, chance: Random) -> Put | Add | Drop:
    """Any edit of a record."""
    value = read("", written.kind, written.data).value
    route = chance.choice(list(routes(value)))
    match chance.randrange(7):
        case 0 | 1:
            return Put(written.name, route, a_value(chance))
        case 2:
            return Put(written.name, (*route, chance.choice(("new", "mitigated", "outcome", "note"))), a_value(chance))
        case 3:
            return Put(written.name, (*route, "new", "deeper", 0, "deepest"), a_value(chance))
        case 4 | 5:
            lists = [each for each in routes(value) if isinstance(at(value, each), list)]
            return Add(
                written.name, chance.choice(lists) if lists and chance.random() < 0.7 else route, a_value(chance)
            )
        case _:
            return Drop(written.name, route)


def at(value: Held, route: Route) -> Held:
    """The value at a route."""
    for part in route:
        value = value[part]
    return value
