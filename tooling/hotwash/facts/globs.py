"""Names that a policy describes with `*` and `?` in a text, in time that grows with the text (threats R7)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# What a name is made of: `db-1.corp.example`. All else stands between names.
_NAME = re.compile(r"[\w.-]+")
_PIECES = re.compile(r"[\w.*?-]+")
_LONGEST = 255  # characters of a name of the domain system


class Named(NamedTuple):
    """A name in a text, and the glob that describes it."""

    glob: str
    start: int
    end: int


class _Glob(NamedTuple):
    """A glob, cut into what each name of it must be like, and what must stand between them."""

    written: str
    names: tuple[str, ...]
    between: tuple[str, ...]
    needs: str  # the longest text that all it describes holds


def find(text: str, globs: Iterable[str]) -> tuple[Named, ...]:
    """Names that a glob describes, whole and with letters large or small, in order; each name once."""
    lowered = text.lower()
    if len(lowered) != len(text):  # a letter that is two when it is small
        lowered = "".join(sign.lower() if len(sign.lower()) == 1 else sign for sign in text)
    wanted = [glob for glob in map(_read, globs) if glob.needs and glob.needs in lowered]
    if not wanted:
        return ()
    names = list(_names(lowered))
    found: dict[int, Named] = {}
    for glob in wanted:
        fits: dict[str, bool] = {}
        for index, (start, _, name) in enumerate(names):
            if name not in fits:
                fits[name] = matches(glob.names[0], name)
            if fits[name] and start not in found:
                end = _end(glob, names, index, lowered)
                if end is not None:
                    found[start] = Named(glob.written, start, end)
    return tuple(found[start] for start in sorted(found))


def _read(written: str) -> _Glob:
    glob = written.lower()
    pieces = list(_PIECES.finditer(glob))
    ends = [piece.end() for piece in pieces]
    between = tuple(glob[end : piece.start()] for end, piece in zip(ends, pieces[1:], strict=False))
    literals = re.split(r"[*?]+|[^\w.*?-]+", glob)
    # Full stops and hyphens at the ends of a name are those of the sentence.
    needs = max((literal.strip(".-") for literal in literals), key=len, default="")
    return _Glob(written, tuple(piece[0] for piece in pieces), between, needs)


def _names(text: str) -> Iterator[tuple[int, int, str]]:
    for found in _NAME.finditer(text):
        name = found[0].rstrip(".-")
        start = found.start() + len(name) - len(name.lstrip(".-"))
        name = name.lstrip(".-")
        if name and len(name) <= _LONGEST:
            yield start, start + len(name), name


def _end(glob: _Glob, names: list[tuple[int, int, str]], index: int, text: str) -> int | None:
    """Where the names end that a glob describes from one of them on; None where the others do not follow."""
    end = names[index][1]
    for further, between in enumerate(glob.between, start=1):
        if index + further >= len(names):
            return None
        start, after, name = names[index + further]
        gap = text[end : min(start, end + _LONGEST)]
        if " ".join(gap.split()) != " ".join(between.split()) or not matches(glob.names[further], name):
            return None
        end = after
    return end


def matches(glob: str, name: str) -> bool:
    """Whether a glob describes all of a name: `*` is any text, `?` one sign, all else itself."""
    # From left to right, and back to the last `*` only: never more steps than both lengths multiplied.
    at = star = 0
    place, last = 0, -1
    while place < len(name):
        if at < len(glob) and glob[at] == "*":
            last, star, at = at, place, at + 1
        elif at < len(glob) and glob[at] in ("?", name[place]):
            at, place = at + 1, place + 1
        elif last >= 0:
            star += 1
            at, place = last + 1, star
        else:
            return False
    return all(sign == "*" for sign in glob[at:])
