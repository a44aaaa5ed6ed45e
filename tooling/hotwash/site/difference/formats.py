"""Difference -> what a reviewer reads before something becomes public: text, or Markdown for the summary of a step.

All text of records is neutralised (threats T4, T6, T8): escaped, or in code that none of it can end.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from hotwash.diagnostics import counted, inert, visible
from hotwash.report.escaping import as_code, escaped, fenced
from hotwash.report.fitting import Piece, fitting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from hotwash.site.difference.sides import Difference, Effect, Line, Shown

# What each effect is called, and what a reviewer should know of it.
_HEADINGS: dict[Effect, tuple[str, str]] = {
    "shown": ("Public for the first time", "None of this was published before."),
    "told": ("Told in full for the first time", "They are closed now: all that is not internal is shown."),
    "published": ("Post-mortems published", ""),
    "changed": ("Changed", ""),
    "gone": (
        "No longer published",
        "What was read stays in caches, feeds and clones, and in the history of this repository.",
    ),
    "unreadable": ("Cannot be read any more", "Their pages are not built until `hotwash check` reads them again."),
}
_FIRST: tuple[Effect, ...] = ("shown", "told", "published")
_FOR_GOOD = "What is published once stays in caches, feeds and clones: it cannot be taken back."
_LONGEST = 2_000  # characters of a line; a longer one is shown as several
_CHUNK = 8_000  # characters of one block of lines
_LISTED = 50  # files that are named


def headline(difference: Difference) -> str:
    """What a change does, in one line."""
    counts = [
        (len(difference.of("shown")), "becomes public", "become public"),
        (len(difference.of("told")), "is told in full", "are told in full"),
        (len(difference.of("published")), "gets its post-mortem", "get their post-mortems"),
        (len(difference.of("changed")), "changes", "change"),
        (len(difference.of("gone")), "is no longer published", "are no longer published"),
        (len(difference.of("unreadable")), "cannot be read", "cannot be read"),
    ]
    told = [f"{counted(number, 'incident')} {one if number == 1 else many}" for number, one, many in counts if number]
    if told:
        return ", ".join(told)
    return "Other pages change, no incident does" if _others(difference) else "Nothing changes on the site"


def _others(difference: Difference) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    named = (("new", "+", difference.appear), ("changed", "~", difference.change), ("gone", "-", difference.go))
    return tuple((word, sign, paths) for word, sign, paths in named if paths)


def _closing(base: str, as_of: str) -> str:
    return f"compared with {base} · as of {as_of}"


# --- text


def render_text(difference: Difference, *, base: str, as_of: str) -> str:
    """All of it, for a terminal or a file."""
    told = [headline(difference)]
    for effect, (heading, note) in _HEADINGS.items():
        some = difference.of(effect)
        if some:
            told += ["", f"{heading}: {note}".replace("`", "").rstrip(": ")]
            for one in some:
                told += ["", f"  {one.id}  {' · '.join((*one.facts, _one_line(one.title)))}: {_weight(one)}"]
                told += [f"    {_row(line)}".rstrip() for line in one.lines]
    for word, sign, paths in _others(difference):
        told += ["", f"Other files, {word}:", *(f"  {sign} {path}" for path in paths)]
    if any(difference.of(effect) for effect in _FIRST):
        told += ["", _FOR_GOOD]
    told += ["", _closing(base, as_of)]
    return inert(visible("\n".join(told))) + "\n"


def _one_line(told: str) -> str:
    return " ".join(told.split())


def _row(line: Line) -> str:
    return f"{line.sign} {_one_line(line.text)}" if line.sign != "@" else "…"


# --- Markdown


def render_markdown(difference: Difference, *, base: str, as_of: str) -> str:
    """The same for the summary of a step: as much as fits, first what is new to everybody."""
    pieces = fitting(_pieces(difference), "line", f"{as_code('hotwash site --base')} shows all")
    # Who says a time or a revision is the one who runs the command; both may be anything.
    closing = f"---\n\ncompared with {as_code(base)} · as of {escaped(as_of)}"
    return inert("\n\n".join((*pieces, closing)) + "\n")


def _pieces(difference: Difference) -> Iterator[Piece]:
    is_new = any(difference.of(effect) for effect in _FIRST)
    yield Piece(f"## {'🌍 ' if is_new else ''}{headline(difference)}", first=True)
    if is_new:
        yield Piece(f"**{_FOR_GOOD}**", first=True)
    for effect, (heading, note) in _HEADINGS.items():
        some = difference.of(effect)
        if some:
            yield Piece("\n\n".join(filter(None, (f"### {heading}", note))), first=True)
            for one in some:
                yield from _incident(one)
    yield from _files(difference)


def _incident(one: Shown) -> Iterator[Piece]:
    facts = " · ".join(map(escaped, (*one.facts, one.title)))
    yield Piece(f"#### {escaped(one.id)}\n{facts}: {_weight(one)}", first=True)
    for chunk in _chunks(one.lines):
        # The signs of a diff are its colours; text that begins with one stands behind a sign of ours.
        yield Piece(fenced("\n".join(chunk), "diff"), sum(row.startswith("+") for row in chunk))


def _weight(one: Shown) -> str:
    if one.effect in ("gone", "unreadable"):
        return "no page"
    removed = sum(line.sign == "-" for line in one.lines)
    if not one.added and not removed:
        return "no word of it, only its form"
    lost = f", {removed:,} replaced or gone" if removed else ""
    return f"{counted(one.added, 'line')} of text become visible{lost}".replace(
        "1 line of text become", "1 line of text becomes"
    )


def _chunks(lines: Iterable[Line]) -> Iterator[list[str]]:
    chunk: list[str] = []
    size = 0
    for line in lines:
        row = _row(line)
        # A line that goes on keeps its sign.
        for start in range(0, max(len(row), 1), _LONGEST):
            part = row[start : start + _LONGEST] if not start else f"{line.sign} … {row[start : start + _LONGEST]}"
            if size + len(part) > _CHUNK and chunk:
                yield chunk
                chunk, size = [], 0
            chunk.append(part)
            size += len(part) + 1
    if chunk:
        yield chunk


def _files(difference: Difference) -> Iterator[Piece]:
    others = _others(difference)
    if others:
        told = ", ".join(f"{len(paths):,} {word}" for word, _, paths in others)
        every = [f"{sign} {path}" for _, sign, paths in others for path in paths]
        rows = list(islice(every, _LISTED))
        more = [f"  and {len(every) - _LISTED:,} more"] if len(every) > _LISTED else []
        yield Piece(f"### Other files: {told}\n\n{fenced(chr(10).join((*rows, *more)), 'diff')}", first=True)


FORMATS: dict[str, Callable[..., str]] = {"text": render_text, "markdown": render_markdown}
