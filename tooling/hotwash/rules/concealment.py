"""Secrets are masked in all that a report says, whichever rule says it (threats V4)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hotwash.facts.secrets import masked
from hotwash.standing import with_texts

if TYPE_CHECKING:
    from collections.abc import Collection

    from hotwash.diagnostics import Diagnostic, GateVerdict, Help, IncidentLine
    from hotwash.standing import Standing

_CUT = "…"  # what messages end a value with that is too long for them
_LEAST = 8  # characters of a secret that has been cut, by which it is known


def concealed(diagnostic: Diagnostic, secrets: Collection[str]) -> Diagnostic:
    """A diagnostic that shows none of some secrets; a masked line is as long as it was, so that carets stay right."""
    pieces = _pieces(secrets)
    return replace(
        diagnostic,
        message=_without(diagnostic.message, pieces),
        label=_without(diagnostic.label, pieces),
        route=tuple(_without(part, pieces) if isinstance(part, str) else part for part in diagnostic.route),
        notes=tuple(_without(note, pieces) for note in diagnostic.notes),
        help=_helps(diagnostic.help, pieces),
        related=tuple(replace(other, message=_without(other.message, pieces)) for other in diagnostic.related),
        source=tuple(_without(line, pieces) for line in diagnostic.source),
    )


def concealed_line(line: IncidentLine, secrets: Collection[str]) -> IncidentLine:
    """The same for what is said of an incident as a whole."""
    pieces = _pieces(secrets)
    if not pieces:
        return line
    return replace(
        line,
        title=_without(line.title, pieces),
        verdict=_verdict(line.verdict, pieces),
        first_actions=tuple(
            replace(tick, by=_without(tick.by, pieces), note=_without(tick.note, pieces)) for tick in line.first_actions
        ),
        due=tuple(replace(owed, what=_without(owed.what, pieces)) for owed in line.due),
    )


def concealed_standing(standing: Standing, secrets: Collection[str]) -> Standing:
    """The same for how an incident stands, whatever of it is text."""
    pieces = _pieces(secrets)
    return with_texts(standing, lambda text: _without(text, pieces)) if pieces else standing


def _verdict(verdict: GateVerdict, pieces: list[str]) -> GateVerdict:
    return replace(
        verdict,
        line=_without(verdict.line, pieces),
        missing=tuple(
            replace(part, message=_without(part.message, pieces), help=_helps(part.help, pieces))
            for part in verdict.missing
        ),
    )


def _pieces(secrets: Collection[str]) -> list[str]:
    """What may stand in one line, the longest first, since one secret may be a part of another."""
    lines = {line.strip() for secret in secrets for line in secret.split("\n")}
    # The first and the last line of a private key say what it is, and open nothing.
    return sorted((line for line in lines if line and not _is_frame(line)), key=lambda line: (-len(line), line))


def _is_frame(line: str) -> bool:
    return line.startswith("-----") and line.endswith("-----") and " " in line and "\\" not in line


def _helps(helps: tuple[Help, ...], pieces: list[str]) -> tuple[Help, ...]:
    return tuple(
        replace(help_, say=_without(help_.say, pieces), paste=_without(help_.paste, pieces)) for help_ in helps
    )


def _without(text: str, pieces: list[str]) -> str:
    for piece in pieces:
        head = piece[:_LEAST]
        at, done = text.find(head), 0
        # Put together once: a line of two megabytes may hold one secret a hundred thousand times.
        parts: list[str] = []
        while at >= 0:
            end = at + _common(text, at, piece)
            if end - at == len(piece) or text.startswith(_CUT, end):
                parts += (text[done:at], masked(piece)[: end - at])
                done = end
            at = text.find(head, max(done, at + 1))
        text = "".join((*parts, text[done:])) if parts else text
    return text


def _common(text: str, at: int, piece: str) -> int:
    """How many characters of a piece stand in a text from a place on."""
    if text.startswith(piece, at):
        return len(piece)
    return next(index for index, sign in enumerate(piece) if text[at + index : at + index + 1] != sign)
