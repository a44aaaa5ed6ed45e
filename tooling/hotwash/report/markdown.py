"""Report -> Markdown for the summary of a workflow's step: the verdict, the four first actions, what is due, findings.

All text of records is neutralised (threats T4): it stands in code, or with every sign of Markdown escaped.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hotwash.diagnostics import counted, inert, visible, visible_path
from hotwash.neutral import GAP, neutralised
from hotwash.report.reading import by_folder, gates_first, one_line, otherwise, said_once

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from hotwash.diagnostics import Diagnostic, Help, IncidentLine, Missing, PolicyChange, Report, Tick

LIMIT = 900_000  # bytes; GitHub drops a summary of more than 1 MiB whole (threats T7)
_ROOM = 1_000  # bytes kept for what is said last
_LONGEST = 10_000  # characters of one text, so that no piece fills the summary alone
_HELD_SHOWN = 3  # incidents whose missing lines stand at the top
_ERRORS_NAMED = 3  # of those that are no matter of the gate, at the top
_FINDINGS_SHOWN = 100  # of one incident
_ROWS_SHOWN = 20  # of what is no finding
_MARKS = {"error": "❌", "warning": "⚠️", "next": "➡️"}


@dataclass(frozen=True, slots=True)
class _Piece:
    """Markdown that is shown whole or not at all.

    Attributes:
        findings: How many findings are in it, for the count of what did not fit.
        first: It is fitted in before the findings, so that those of one incident never hide another one.
    """

    text: str
    findings: int = 0
    first: bool = False

    @property
    def size(self) -> int:
        """Bytes, with the blank line after it."""
        return len(self.text.encode("utf-8", "surrogatepass")) + 2


def render(report: Report) -> str:
    """A report as GitHub shows it on the page of a run; first what is missing, and the lines to paste."""
    folders = {incident.path for incident in report.incidents}
    found, waiting = by_folder(report.diagnostics, folders), by_folder(report.upcoming, folders)
    shown = [incident for incident in report.incidents if incident.shown]
    held = [incident for incident in shown if incident.verdict.missing]

    def pieces() -> Iterator[_Piece]:
        yield from _opening(report, held, found)
        if report.notices:
            yield _Piece("\n".join(f"- {_said(notice)}" for notice in report.notices), first=True)
        for incident in sorted(shown, key=lambda incident: _urgency(incident, found)):
            told = found.get(incident.path, ()), waiting.get(incident.path, ())
            yield from _incident(incident, *told, at_top=incident in held[:_HELD_SHOWN])
        yield from _elsewhere(found.get("", ()))
        yield from _policy_changes(report.policy_changes)
        yield from _guarded(report.guarded)

    return inert("\n\n".join((*_fitting(pieces()), _closing(report))) + "\n")


def _fitting(pieces: Iterable[_Piece]) -> Iterator[str]:
    """The pieces that fit, and a line that counts what did not."""
    ordered = list(pieces)
    room = LIMIT - _ROOM
    shown: set[int] = set()
    for first in (True, False):
        for index, piece in enumerate(ordered):
            if piece.first is first:
                room -= piece.size
                if room < 0:
                    # What comes after it is not to jump the queue because it is shorter.
                    break
                shown.add(index)
    yield from (piece.text for index, piece in enumerate(ordered) if index in shown)
    if len(shown) < len(ordered):
        findings = sum(piece.findings for index, piece in enumerate(ordered) if index not in shown)
        more = f"{counted(findings, 'more finding')} did not fit here" if findings else "Not all of it fits here"
        yield f"**{more}**; `hotwash check` shows all."


def _urgency(incident: IncidentLine, found: dict[str, list[Diagnostic]]) -> int:
    """What waits for somebody comes first."""
    if incident.verdict.gate in ("shut", "unreadable"):
        return 0
    return 1 if any(diagnostic.level == "error" for diagnostic in found.get(incident.path, ())) else 2


# --- the first lines


def _opening(report: Report, held: Sequence[IncidentLine], found: dict[str, list[Diagnostic]]) -> Iterator[_Piece]:
    for incident in held[:_HELD_SHOWN]:
        yield _Piece("\n".join(_held(incident, found.get(incident.path, ()))), first=True)
    if len(held) > _HELD_SHOWN:
        yield _Piece(
            f"**{counted(len(held) - _HELD_SHOWN, 'more incident')} held at the STOP gate**, see below.", first=True
        )
    wrong = list(_named(report.diagnostics, held))
    if held and wrong:
        yield _Piece("\n".join(("**Wrong as well:**", "", *wrong)), first=True)
    if not held:
        counts = _counts(report)
        if report.errors:
            yield _Piece("\n".join((f"## {_MARKS['error']} {counts}", *wrong)), first=True)
        elif report.warnings:
            yield _Piece(f"## {_MARKS['warning']} {counts}", first=True)
        elif report.notices:
            yield _Piece(f"## {_MARKS['warning']} No findings in what could be judged", first=True)
        else:
            yield _Piece("## ✅ No findings", first=True)


_OF_THE_GATE = frozenset({"HW201", "HW202", "HW204"})  # said by the line of the gate already


def _named(diagnostics: Iterable[Diagnostic], held: Sequence[IncidentLine]) -> Iterator[str]:
    """What is wrong, a line each, for who reads no further."""
    ids = {incident.id for incident in held}
    errors = gates_first(
        diagnostic
        for diagnostic in diagnostics
        if diagnostic.level == "error" and not (diagnostic.code in _OF_THE_GATE and diagnostic.incident in ids)
    )
    for diagnostic in errors[:_ERRORS_NAMED]:
        whose = diagnostic.incident or visible_path(diagnostic.path)
        # Another sign than that of the notices, so that they are no part of this list.
        yield f"* **{_text(whose)}**: {_said(diagnostic.message)}"
    if len(errors) > _ERRORS_NAMED:
        yield f"* and {counted(len(errors) - _ERRORS_NAMED, 'more error')}"


def _held(incident: IncidentLine, found: Sequence[Diagnostic]) -> Iterator[str]:
    """What is missing and the lines to paste, in three lines."""
    # A declaration may be merged as it is; the gate asks before the next step.
    passes = not any(diagnostic.level == "error" for diagnostic in found)
    whose = f"**{_text(incident.id)}**{', before its status can move on' if passes else ''}"
    yield f"## {_said(incident.verdict.line)}"
    missing = incident.verdict.missing
    said = f"{whose}: {_lacks(missing)}."
    signs = list(_sign_offs(missing))
    remedy = signs[-1] if signs else next((help_ for part in missing for help_ in part.help if help_.paste), None)
    if remedy is None:
        yield said
        return
    where = _code(f"{visible_path(incident.path)}/{remedy.file}")
    if signs:
        how = "When it is done, and what it rests on is there, write" if len(signs) == 1 else "As each is done, write"
        yield f"{said} {how} in {where}:"
        yield _fence("\n".join(sign.paste for sign in signs), "yaml")
    else:
        yield f"{said} In {where}, {_said(remedy.say.rstrip(':'))}:"
        yield _fence(remedy.paste, "yaml")


_UNSIGNED = " is not signed off"


def _lacks(missing: Iterable[Missing]) -> str:
    """What the gate still needs, in one sentence."""
    messages = [part.message for part in missing]
    unsigned = [message.removesuffix(_UNSIGNED) for message in messages if message.endswith(_UNSIGNED)]
    others = [_said(message) for message in messages if not message.endswith(_UNSIGNED)]
    if len(unsigned) > 1:
        return "; ".join(
            (f"{', '.join(map(_said, unsigned[:-1]))} and {_said(unsigned[-1])} are not signed off", *others)
        )
    return "; ".join((*(f"{_said(action)}{_UNSIGNED}" for action in unsigned), *others))


def _sign_offs(missing: Iterable[Missing]) -> Iterator[Help]:
    """The lines in which the first actions are signed, which together are one block."""
    for part in missing:
        last = part.help[-1] if part.help else None
        if last is not None and part.action and re.match(rf"(?:first_actions:\n)?\s*{part.action}:", last.paste):
            yield last


# --- an incident


def _incident(
    incident: IncidentLine, found: Sequence[Diagnostic], waiting: Sequence[Diagnostic], *, at_top: bool
) -> Iterator[_Piece]:
    facts = " · ".join(part for part in map(_text, (incident.title, *incident.facts)) if part)
    yield _Piece(
        "\n".join(
            (
                f"### {_text(incident.id)}",
                *([facts] if facts else ()),
                *(() if at_top else ("", f"**{_said(incident.verdict.line)}**")),
                *(("",) if incident.first_actions else ()),
                *(_ticked(tick, incident.verdict.missing) for tick in incident.first_actions),
            )
        ),
        first=True,
    )
    if incident.due:
        rows = (f"| {_text(owed.what)} | {_text(owed.at)} | {_late(owed.late)} |" for owed in incident.due)
        yield _Piece("\n".join(("| due | by (UTC) | |", "|---|---|---|", *rows)))
    ranked = gates_first(sorted(found, key=lambda diagnostic: diagnostic.level != "error"))
    for diagnostic in ranked[:_FINDINGS_SHOWN]:
        yield _Piece("\n\n".join(_finding(diagnostic, diagnostic.level, incident)), 1)
    if len(ranked) > _FINDINGS_SHOWN:
        more = counted(len(ranked) - _FINDINGS_SHOWN, "more finding")
        yield _Piece(f"**{more}** of this incident; {_code(f'hotwash check {incident.id}')} shows all.")
    if waiting:
        yield _Piece("**Before the status can move on:**")
        for diagnostic in waiting:
            yield _Piece("\n\n".join(_finding(diagnostic, "next", incident)))


def _late(late: str) -> str:
    return f"**{_text(late)}**" if late else ""


def _ticked(tick: Tick, missing: Iterable[Missing]) -> str:
    signed = ", ".join(_text(part) for part in (tick.by, tick.at) if part)
    note = f": {_text(tick.note)}" if tick.note else ""
    if tick.done:
        return f"- [x] **{_text(tick.words)}** · {signed}{note}"
    lacks = [part.message for part in missing if part.action == tick.action]
    # It is named already.
    said = "; ".join(_said(lack.removeprefix(f"{tick.words} is ").removeprefix(f"{tick.action} is ")) for lack in lacks)
    return f"- [ ] **{_text(tick.words)}** · {said}" + (f" · {signed}" if signed else "")


def _finding(diagnostic: Diagnostic, level: str, incident: IncidentLine | None) -> Iterator[str]:
    """What is wrong, where, what now, each a paragraph."""
    message = said_once(diagnostic.message, "" if incident is None else incident.verdict.line)
    yield f"#### {_MARKS[level]} {level} {_text(diagnostic.code)} · {_said(message)}"
    place = _place(diagnostic.path, diagnostic.span.line, diagnostic.span.column)
    yield f"{place}: {_said(diagnostic.label)}" if diagnostic.label else place
    notes = [_said(note) for note in diagnostic.notes]
    notes += [
        f"see {_place(other.path, other.span.line, other.span.column)}: {_said(other.message)}"
        for other in diagnostic.related
    ]
    if notes:
        yield "\n".join(f"- {note}" for note in notes)
    for remedy in diagnostic.help:
        yield _said(remedy.say)
        if remedy.paste:
            yield _fence(remedy.paste, "sh" if remedy.paste.startswith("git ") else "yaml")
    if diagnostic.fix:
        yield f"`hotwash check --fix` {_said(diagnostic.fix)}"
    yield f"*{_text(diagnostic.name)} · {_text(diagnostic.why)}*"


def _place(path: str, line: int, column: int) -> str:
    return _code(f"{visible_path(path)}:{line}:{column}")


# --- what belongs to no incident


def _elsewhere(found: Sequence[Diagnostic]) -> Iterator[_Piece]:
    if found:
        yield _Piece("### Beside the incidents")
        for diagnostic in found:
            yield _Piece("\n\n".join(_finding(diagnostic, diagnostic.level, None)), 1)


def _policy_changes(changes: Sequence[PolicyChange]) -> Iterator[_Piece]:
    if changes:
        rows = [_text(otherwise(change)) for change in changes]
        yield _listed("By the policy that this change brings", "This change was judged by the one before it.", rows)


def _guarded(paths: Sequence[str]) -> Iterator[_Piece]:
    if paths:
        rows = [_code(visible_path(path)) for path in paths]
        said = "Only the forge can forbid that, by asking the owners of these files: see SECURITY.md."
        yield _listed("This change edits what judges changes", said, rows)


def _listed(heading: str, said: str, rows: Sequence[str]) -> _Piece:
    more = [f"and {len(rows) - _ROWS_SHOWN:,} more"] if len(rows) > _ROWS_SHOWN else []
    return _Piece(
        "\n".join((f"### {heading}", said, *(f"- {row}" for row in (*rows[:_ROWS_SHOWN], *more)))), first=True
    )


def _closing(report: Report) -> str:
    read = f"{counted(len(report.incidents), 'incident')}, {counted(report.documents, 'document')}"
    silenced = f", {report.silenced:,} silenced" if report.silenced else ""
    since = [f"changes since {_code(report.base)}"] if report.base is not None else []
    said = (f"{read}: {_counts(report)}{silenced}", *since, f"as of {_text(report.now)}", _text(report.tool))
    return "---\n\n" + " · ".join(said)


def _counts(report: Report) -> str:
    if not report.diagnostics:
        return "no findings"
    return f"{counted(report.errors, 'error')}, {counted(report.warnings, 'warning')}"


# --- text of records that nothing acts upon

# Every sign that Markdown or GitHub reads within a line. A dollar begins a formula there.
_SIGNS = re.compile(r"[\\`*_\[\]<>&|~#!]")
# What makes a line a list, a rule, the line beneath a heading or a command of the runner, where text stands first.
_BEGINNING = re.compile(r"^(?:(?=[-+=:])|(\d{1,9})(?=[.)]))")


def _text(told: str) -> str:
    """Text on one line, which reads as written, and in which nothing is Markdown, a link or a name that is called."""
    plain = neutralised(_cut(visible(one_line(told))), links=False)
    escaped = _BEGINNING.sub(r"\1\\", _SIGNS.sub(r"\\\g<0>", plain))
    # A sign of its own, so that it is seen in the source of the summary, and by who reviews that.
    return escaped.replace("$", "&#36;").replace(GAP, "&#8203;")


def _said(told: str) -> str:
    """A sentence of hotwash, which has names of keys and values of records between backticks, as code."""
    parts = _cut(one_line(told)).split("`")
    # An odd one, or one in a quoted value: then it is text like the rest.
    if len(parts) % 2 == 0 or not all(part.strip() for part in parts[1:-1]):
        return _text(told)
    return "".join(_code(part) if index % 2 else _spaced(part) for index, part in enumerate(parts))


def _spaced(told: str) -> str:
    """Text with the blanks that part it from the code beside it."""
    return (" " if told[:1] == " " else "") + _text(told) + (" " if told[-1:] == " " and told.strip() else "")


def _code(told: str) -> str:
    """Text as code within a line."""
    shown = _cut(visible(one_line(told)))
    ticks = "`" * (_longest_run(shown) + 1)
    room = " " if shown[:1] == "`" or shown[-1:] == "`" else ""
    return f"{ticks}{room}{shown}{room}{ticks}" if shown else ""


def _fence(told: str, kind: str) -> str:
    """Lines as code, in a fence that none of them can end."""
    shown = _cut(visible(told))
    ticks = "`" * max(_longest_run(shown) + 1, 3)
    return f"{ticks}{kind}\n{shown}\n{ticks}"


def _longest_run(told: str) -> int:
    return max(map(len, re.findall("`+", told)), default=0)


def _cut(told: str) -> str:
    return told if len(told) <= _LONGEST else f"{told[: _LONGEST - 1]}…"
