"""Report -> Markdown for the summary of a workflow's step: the verdict, the four first actions, what is due, findings.

All text of records is neutralised (threats T4): it stands in code, or with every sign of Markdown escaped.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hotwash.diagnostics import counted, inert, visible_path
from hotwash.report.escaping import as_code, escaped, fenced, sentence
from hotwash.report.fitting import Piece, fitting
from hotwash.report.reading import by_folder, gates_first, otherwise, said_once

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from hotwash.diagnostics import Diagnostic, Help, IncidentLine, Missing, PolicyChange, Report, Tick

_HELD_SHOWN = 3  # incidents whose missing lines stand at the top
_ERRORS_NAMED = 3  # of those that are no matter of the gate, at the top
_FINDINGS_SHOWN = 100  # of one incident
_ROWS_SHOWN = 20  # of what is no finding
_MARKS = {"error": "❌", "warning": "⚠️", "next": "➡️"}


def render(report: Report) -> str:
    """A report as GitHub shows it on the page of a run; first what is missing, and the lines to paste."""
    folders = {incident.path for incident in report.incidents}
    found, waiting = by_folder(report.diagnostics, folders), by_folder(report.upcoming, folders)
    shown = [incident for incident in report.incidents if incident.shown]
    held = [incident for incident in shown if incident.verdict.missing]

    def pieces() -> Iterator[Piece]:
        yield from _opening(report, held, found)
        if report.notices:
            yield Piece("\n".join(f"- {sentence(notice)}" for notice in report.notices), first=True)
        for incident in sorted(shown, key=lambda incident: _urgency(incident, found)):
            told = found.get(incident.path, ()), waiting.get(incident.path, ())
            yield from _incident(incident, *told, at_top=incident in held[:_HELD_SHOWN])
        yield from _elsewhere(found.get("", ()))
        yield from _policy_changes(report.policy_changes)
        yield from _guarded(report.guarded)

    return inert("\n\n".join((*fitting(pieces(), "finding", "`hotwash check` shows all"), _closing(report))) + "\n")


def _urgency(incident: IncidentLine, found: dict[str, list[Diagnostic]]) -> int:
    """What waits for somebody comes first."""
    if incident.verdict.gate in ("shut", "unreadable"):
        return 0
    return 1 if any(diagnostic.level == "error" for diagnostic in found.get(incident.path, ())) else 2


# --- the first lines


def _opening(report: Report, held: Sequence[IncidentLine], found: dict[str, list[Diagnostic]]) -> Iterator[Piece]:
    for incident in held[:_HELD_SHOWN]:
        yield Piece("\n".join(_held(incident, found.get(incident.path, ()))), first=True)
    if len(held) > _HELD_SHOWN:
        yield Piece(
            f"**{counted(len(held) - _HELD_SHOWN, 'more incident')} held at the STOP gate**, see below.", first=True
        )
    wrong = list(_named(report.diagnostics, held))
    if held and wrong:
        yield Piece("\n".join(("**Wrong as well:**", "", *wrong)), first=True)
    if not held:
        counts = _counts(report)
        if report.errors:
            yield Piece("\n".join((f"## {_MARKS['error']} {counts}", *wrong)), first=True)
        elif report.warnings:
            yield Piece(f"## {_MARKS['warning']} {counts}", first=True)
        elif report.notices:
            yield Piece(f"## {_MARKS['warning']} No findings in what could be judged", first=True)
        else:
            yield Piece("## ✅ No findings", first=True)


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
        yield f"* **{escaped(whose)}**: {sentence(diagnostic.message)}"
    if len(errors) > _ERRORS_NAMED:
        yield f"* and {counted(len(errors) - _ERRORS_NAMED, 'more error')}"


def _held(incident: IncidentLine, found: Sequence[Diagnostic]) -> Iterator[str]:
    """What is missing and the lines to paste, in three lines."""
    # A declaration may be merged as it is; the gate asks before the next step.
    passes = not any(diagnostic.level == "error" for diagnostic in found)
    whose = f"**{escaped(incident.id)}**{', before its status can move on' if passes else ''}"
    yield f"## {sentence(incident.verdict.line)}"
    missing = incident.verdict.missing
    said = f"{whose}: {_lacks(missing)}."
    signs = list(_sign_offs(missing))
    remedy = signs[-1] if signs else next((help_ for part in missing for help_ in part.help if help_.paste), None)
    if remedy is None:
        yield said
        return
    where = as_code(f"{visible_path(incident.path)}/{remedy.file}")
    if signs:
        how = "When it is done, and what it rests on is there, write" if len(signs) == 1 else "As each is done, write"
        yield f"{said} {how} in {where}:"
        yield fenced("\n".join(sign.paste for sign in signs), "yaml")
    else:
        yield f"{said} In {where}, {sentence(remedy.say.rstrip(':'))}:"
        yield fenced(remedy.paste, "yaml")


_UNSIGNED = " is not signed off"


def _lacks(missing: Iterable[Missing]) -> str:
    """What the gate still needs, in one sentence."""
    messages = [part.message for part in missing]
    unsigned = [message.removesuffix(_UNSIGNED) for message in messages if message.endswith(_UNSIGNED)]
    others = [sentence(message) for message in messages if not message.endswith(_UNSIGNED)]
    if len(unsigned) > 1:
        return "; ".join(
            (f"{', '.join(map(sentence, unsigned[:-1]))} and {sentence(unsigned[-1])} are not signed off", *others)
        )
    return "; ".join((*(f"{sentence(action)}{_UNSIGNED}" for action in unsigned), *others))


def _sign_offs(missing: Iterable[Missing]) -> Iterator[Help]:
    """The lines in which the first actions are signed, which together are one block."""
    for part in missing:
        last = part.help[-1] if part.help else None
        if last is not None and part.action and re.match(rf"(?:first_actions:\n)?\s*{part.action}:", last.paste):
            yield last


# --- an incident


def _incident(
    incident: IncidentLine, found: Sequence[Diagnostic], waiting: Sequence[Diagnostic], *, at_top: bool
) -> Iterator[Piece]:
    facts = " · ".join(part for part in map(escaped, (incident.title, *incident.facts)) if part)
    yield Piece(
        "\n".join(
            (
                f"### {escaped(incident.id)}",
                *([facts] if facts else ()),
                *(() if at_top else ("", f"**{sentence(incident.verdict.line)}**")),
                *(("",) if incident.first_actions else ()),
                *(_ticked(tick, incident.verdict.missing) for tick in incident.first_actions),
            )
        ),
        first=True,
    )
    if incident.due:
        rows = (f"| {escaped(owed.what)} | {escaped(owed.at)} | {_late(owed.late)} |" for owed in incident.due)
        yield Piece("\n".join(("| due | by (UTC) | |", "|---|---|---|", *rows)))
    ranked = gates_first(sorted(found, key=lambda diagnostic: diagnostic.level != "error"))
    for diagnostic in ranked[:_FINDINGS_SHOWN]:
        yield Piece("\n\n".join(_finding(diagnostic, diagnostic.level, incident)), 1)
    if len(ranked) > _FINDINGS_SHOWN:
        more = counted(len(ranked) - _FINDINGS_SHOWN, "more finding")
        yield Piece(f"**{more}** of this incident; {as_code(f'hotwash check {incident.id}')} shows all.")
    if waiting:
        yield Piece("**Before the status can move on:**")
        for diagnostic in waiting:
            yield Piece("\n\n".join(_finding(diagnostic, "next", incident)))


def _late(late: str) -> str:
    return f"**{escaped(late)}**" if late else ""


def _ticked(tick: Tick, missing: Iterable[Missing]) -> str:
    signed = ", ".join(escaped(part) for part in (tick.by, tick.at) if part)
    note = f": {escaped(tick.note)}" if tick.note else ""
    if tick.done:
        return f"- [x] **{escaped(tick.words)}** · {signed}{note}"
    lacks = [part.message for part in missing if part.action == tick.action]
    # It is named already.
    said = "; ".join(
        sentence(lack.removeprefix(f"{tick.words} is ").removeprefix(f"{tick.action} is ")) for lack in lacks
    )
    return f"- [ ] **{escaped(tick.words)}** · {said}" + (f" · {signed}" if signed else "")


def _finding(diagnostic: Diagnostic, level: str, incident: IncidentLine | None) -> Iterator[str]:
    """What is wrong, where, what now, each a paragraph."""
    message = said_once(diagnostic.message, "" if incident is None else incident.verdict.line)
    yield f"#### {_MARKS[level]} {level} {escaped(diagnostic.code)} · {sentence(message)}"
    place = _place(diagnostic.path, diagnostic.span.line, diagnostic.span.column)
    yield f"{place}: {sentence(diagnostic.label)}" if diagnostic.label else place
    notes = [sentence(note) for note in diagnostic.notes]
    notes += [
        f"see {_place(other.path, other.span.line, other.span.column)}: {sentence(other.message)}"
        for other in diagnostic.related
    ]
    if notes:
        yield "\n".join(f"- {note}" for note in notes)
    for remedy in diagnostic.help:
        yield sentence(remedy.say)
        if remedy.paste:
            yield fenced(remedy.paste, "sh" if remedy.paste.startswith("git ") else "yaml")
    if diagnostic.fix:
        yield f"`hotwash check --fix` {sentence(diagnostic.fix)}"
    yield f"*{escaped(diagnostic.name)} · {escaped(diagnostic.why)}*"


def _place(path: str, line: int, column: int) -> str:
    return as_code(f"{visible_path(path)}:{line}:{column}")


# --- what belongs to no incident


def _elsewhere(found: Sequence[Diagnostic]) -> Iterator[Piece]:
    if found:
        yield Piece("### Beside the incidents")
        for diagnostic in found:
            yield Piece("\n\n".join(_finding(diagnostic, diagnostic.level, None)), 1)


def _policy_changes(changes: Sequence[PolicyChange]) -> Iterator[Piece]:
    if changes:
        rows = [escaped(otherwise(change)) for change in changes]
        yield _listed("By the policy that this change brings", "This change was judged by the one before it.", rows)


def _guarded(paths: Sequence[str]) -> Iterator[Piece]:
    if paths:
        rows = [as_code(visible_path(path)) for path in paths]
        said = "Only the forge can forbid that, by asking the owners of these files: see SECURITY.md."
        yield _listed("This change edits what judges changes", said, rows)


def _listed(heading: str, said: str, rows: Sequence[str]) -> Piece:
    more = [f"and {len(rows) - _ROWS_SHOWN:,} more"] if len(rows) > _ROWS_SHOWN else []
    return Piece("\n".join((f"### {heading}", said, *(f"- {row}" for row in (*rows[:_ROWS_SHOWN], *more)))), first=True)


def _closing(report: Report) -> str:
    read = f"{counted(len(report.incidents), 'incident')}, {counted(report.documents, 'document')}"
    silenced = f", {report.silenced:,} silenced" if report.silenced else ""
    since = [f"changes since {as_code(report.base)}"] if report.base is not None else []
    said = (f"{read}: {_counts(report)}{silenced}", *since, f"as of {escaped(report.now)}", escaped(report.tool))
    return "---\n\n" + " · ".join(said)


def _counts(report: Report) -> str:
    if not report.diagnostics:
        return "no findings"
    return f"{counted(report.errors, 'error')}, {counted(report.warnings, 'warning')}"
