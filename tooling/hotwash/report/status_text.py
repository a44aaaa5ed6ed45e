"""Outlook -> text for a terminal: an incident in some twenty lines, what is missing and what is due first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotwash.diagnostics import counted, inert, visible
from hotwash.report.layout import WIDTH, Paint, columns, fitting
from hotwash.report.reading import one_line
from hotwash.standing import with_texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hotwash.standing import Attempt, Clock, FirstAction, Outlook, Role, ServiceHit, Standing, Told

# What stands before each group of lines.
_LABEL = 10
_ROOM = WIDTH - _LABEL
_MOST_ASKED = 6  # of what a rule asks; `hotwash check` shows all of it, with the lines to write
_MOST_SERVICES = 8
_SOON = 7  # days


def render(outlook: Outlook, *, color: bool = False) -> str:
    """How the incidents stand, as people read it at 80 columns.

    Args:
        outlook: What is known.
        color: Whether to mark what is late or missing with colour; all that it says is said in words too.
    """
    paint = Paint(color=color)
    # Once, and of all that it holds: what is put together afterwards is ours.
    outlook = with_texts(outlook, lambda text: visible(one_line(text)))
    lines = [paint("dim", f"as of {outlook.now}"), ""]
    if len(outlook.incidents) > 1:
        lines += [*(_in_short(standing, paint) for standing in outlook.incidents), ""]
    for standing in outlook.incidents:
        whole = standing.is_open or outlook.named
        lines += [*_incident(standing, paint, outlook.now[: len("2026-11-23")], whole=whole), ""]
    for notice in outlook.notices:
        lines += _hanging("! ", notice, WIDTH)
    lines.append(_summary(outlook, paint))
    return inert("\n".join(lines) + "\n")


# What the gate says, in one sign.
_SIGNS = {"open": "✅", "late": "⚠", "shut": "⛔", "unreadable": "?", "not-judged": "◌"}


def _in_short(standing: Standing, paint: Paint) -> str:
    """One line, so that of several incidents none is out of sight: what it is, the gate, and the clock that matters."""
    sign = _SIGNS[standing.verdict.gate]
    sign += " " * (2 - columns(sign))
    start = f"{sign} {_kind(standing):<17} {standing.id}  "
    clock = next(iter(standing.clocks), None)
    if standing.verdict.gate == "unreadable":
        said = "cannot be read"
    else:
        said = "" if clock is None else f"{_in_time(clock)}: {clock.what}"
    late = clock is not None and bool(clock.late)
    shown = _shown(said, max(WIDTH - columns(start), 0)) if said else ""
    return (start + (paint("error", shown) if late else shown)).rstrip()


def _kind(standing: Standing) -> str:
    drill = "DRILL " if standing.is_drill else ""
    return f"{drill}{standing.severity} {standing.status}" if standing.severity else "unreadable"


def _in_time(clock: Clock) -> str:
    return clock.late.replace("late", "LATE") if clock.late else clock.due.away


def _incident(standing: Standing, paint: Paint, today: str, *, whole: bool) -> Iterator[str]:
    """An incident in full, or, of one that only waits to be closed, what it waits for."""
    head = _kind(standing)
    title = _shown(standing.title, WIDTH - len(head) - 3)
    yield f"{paint('error' if whole else 'head', head)}   {paint('head', title)}".rstrip()
    yield from _joined((standing.id, *_ages(standing)), "   ", WIDTH)
    if standing.branch:
        yield f"on {standing.branch}"
    shut = standing.verdict.gate in ("shut", "unreadable")
    if whole or shut:
        yield paint("error" if shut else "head", standing.verdict.line)
    groups: list[tuple[str, Iterable[str]]] = [
        ("first", _first_actions(standing, paint) if whole or shut else ()),
        ("due", _clocks(standing.clocks, paint, today)),
        ("mend", _asked(standing, paint)),
        ("outcome", (line for attempt in standing.attempts for line in _attempt(attempt, paint))),
        ("next", _next(standing)),
    ]
    if whole:
        groups += [
            ("who", _people(standing, paint)),
            ("told", (line for told in standing.told for line in _told(told, paint, known=standing.is_open))),
            ("eta", _wrap(f"unknown: {standing.no_estimate}") if standing.no_estimate else ()),
            ("impact", _wrap(_shown(standing.impact, 2 * _ROOM - 10)) if standing.impact else ()),
            ("services", _services(standing.services, paint)),
            ("latest", _latest(standing)),
        ]
    for label, group in groups:
        shown = label
        for line in group:
            yield f"{paint('dim', f'{shown:<{_LABEL}}')}{line}".rstrip()
            shown = ""


def _ages(standing: Standing) -> Iterator[str]:
    """How long it has been going on: since when users feel it, and since when it is what it is."""
    started, mitigated, resolved = (standing.time(name) for name in ("started", "mitigated", "resolved"))
    declared = standing.time("declared")
    if declared is not None and standing.is_open:
        yield f"declared {declared.away}"
    if standing.is_open and mitigated is not None:
        yield f"mitigated {mitigated.away}"
    elif standing.is_open and started is not None and not standing.is_drill:
        yield f"users hit for {started.away.removesuffix(' ago')}"
    if resolved is not None and not standing.is_open:
        yield f"resolved {resolved.away}"


def _first_actions(standing: Standing, paint: Paint) -> Iterator[str]:
    actions = standing.first_actions
    if not actions:
        return
    if all(action.done for action in actions):
        yield from _joined(f"{action.action} {action.by}" for action in actions)
        return
    for action in actions:
        yield from _first_action(action, paint)
    yield f"    {paint('help', f'hotwash first-actions {standing.id}')}"


def _first_action(action: FirstAction, paint: Paint) -> Iterator[str]:
    box = "[x]" if action.done else "[ ]"
    if action.done:
        when = f" {action.at.away}" if action.at is not None else ""
        yield f"{box} {action.action:<12} {action.by}{when}"
        return
    if action.wrong:
        said = action.wrong
    else:
        signed = "" if not action.by or action.at is None else f"signed by {action.by}, and "
        said = f"{signed}missing: {', '.join(action.missing)}" if action.missing else "not signed"
    first, *rest = _hanging(f"{box} {action.action:<12} ", said, _ROOM)
    yield paint("error", first)
    yield from (paint("error", line) for line in rest)


def _clocks(clocks: tuple[Clock, ...], paint: Paint, today: str) -> Iterator[str]:
    """What is owed; of the action items those that are late or soon due, since others are no matter of tonight."""
    later = 0
    for clock in clocks:
        if clock.name == "action-item" and not clock.late and not _is_soon(clock):
            later += 1
        else:
            yield from _clock(clock, paint, today)
    if later:
        yield f"and {counted(later, 'action item')} later than in {_SOON} days"


def _is_soon(clock: Clock) -> bool:
    """Its day is one of the next."""
    days = clock.due.away.removeprefix("in ").removesuffix(" d")
    return not days.isdecimal() or int(days) <= _SOON


def _clock(clock: Clock, paint: Paint, today: str) -> Iterator[str]:
    by = f" ({clock.by})" if clock.by else ""
    first, *rest = _hanging(f"{_in_time(clock):<12} ", f"{clock.what}{by}, {_clock_time(clock.due.at, today)}", _ROOM)
    yield paint("error", first) if clock.late else first
    yield from (paint("error", line) if clock.late else line for line in rest)


def _asked(standing: Standing, paint: Paint) -> Iterator[str]:
    """What is wrong now; of what cannot be read, where."""
    unreadable = standing.verdict.gate == "unreadable"
    for wanted in standing.errors[:_MOST_ASKED]:
        where = f"{wanted.path.removeprefix(f'{standing.path}/')}:{wanted.line}: " if unreadable else ""
        yield from (paint("error", line) for line in _wrap(f"{where}{wanted.message}"))
    if len(standing.errors) > _MOST_ASKED:
        yield f"and {len(standing.errors) - _MOST_ASKED:,} more"
    if standing.errors:
        yield f"    {paint('help', f'hotwash check {standing.id}')}"


def _attempt(attempt: Attempt, paint: Paint) -> Iterator[str]:
    target = f" of {attempt.target}" if attempt.target else ""
    by = f" ({attempt.by}, {attempt.at.away})" if attempt.by else f" ({attempt.at.away})"
    asks = "did it help?" if attempt.state == "pending" else "it did harm, and nothing has come after it"
    yield from (paint("warning", line) for line in _wrap(f"{attempt.action}{target}{by}: {asks}"))


def _next(standing: Standing) -> Iterator[str]:
    """What is asked before the status can move on."""
    if not standing.next_status or standing.verdict.gate == "unreadable":
        return
    asked = [wanted.message for wanted in standing.needs[:_MOST_ASKED]]
    if not asked:
        # Where the gate is shut, that is said above.
        if standing.verdict.gate != "shut":
            yield f"{standing.next_status}: nothing is missing for it"
        return
    yield f"before {standing.next_status}:"
    for message in asked:
        yield from _hanging("- ", message, _ROOM)
    if len(standing.needs) > _MOST_ASKED:
        yield f"and {len(standing.needs) - _MOST_ASKED:,} more: hotwash check {standing.id}"


def _people(standing: Standing, paint: Paint) -> Iterator[str]:
    yield from _joined(f"{role.role} {role.who}" for role in standing.roles if role.who)
    yield from (paint("warning", line) for role in standing.roles for line in _offer(role))
    if standing.called:
        yield from _joined(f"called {called.who} {called.at.away}" for called in standing.called[:4])


def _offer(role: Role) -> Iterator[str]:
    if role.offered is not None:
        yield from _wrap(f"{role.role} handed to {role.offered_to} {role.offered.away}, and not accepted yet")


def _told(told: Told, paint: Paint, *, known: bool) -> Iterator[str]:
    if told.at is None:
        never = f"{told.audience:<13}never"
        yield paint("warning", never) if known else never
        return
    channel = f", {told.channel}" if told.channel else ""
    start = f"{told.audience:<13}{told.at.away:<12} "
    yield start + _shown(f"{told.by}{channel}: {told.text}", _ROOM - len(start))


def _services(services: tuple[ServiceHit, ...], paint: Paint) -> Iterator[str]:
    for service in services[:_MOST_SERVICES]:
        name = f"{service.name:<15}"
        if not service.known:
            yield paint("warning", f"{name} not in services.yaml")
            continue
        owner = service.owner or ("somebody else's" if service.external else "no owner")
        start, where = f"{name} {owner:<15} ", _where(service)
        if columns(start) + columns(where) <= _ROOM:
            yield start + where
        else:
            yield start
            yield f"    {where}"  # whole, so that it can be copied
    if len(services) > _MOST_SERVICES:
        yield f"and {len(services) - _MOST_SERVICES:,} more"


def _where(service: ServiceHit) -> str:
    return service.runbook or service.url or "no runbook"


def _latest(standing: Standing) -> Iterator[str]:
    latest = standing.latest
    if latest is not None:
        by = f" {latest.by}" if latest.by else ""
        yield _shown(f"{latest.at.away}{by}, {latest.kind}: {latest.text}", _ROOM)


def _summary(outlook: Outlook, paint: Paint) -> str:
    if outlook.named and outlook.incidents:
        return paint("dim", f"all of it: hotwash check {outlook.incidents[0].id}")
    opened = sum(standing.is_open for standing in outlook.incidents)
    waiting = len(outlook.incidents) - opened
    said = f"{counted(opened, 'incident')} open" if opened else "no incident is open"
    more = f", {waiting:,} resolved and not closed" if waiting else ""
    return paint("error" if opened else "help", said) + more


def _clock_time(at: str, today: str) -> str:
    """A time as people say it: without the day where that is today, and without seconds."""
    day, parted, clock = at.partition("T")
    if not parted:
        return day
    zone = "Z" if clock.endswith("Z") else clock[-len("+01:00") :]
    return f"{'' if day == today else f'{day} '}{clock[: len('10:05')]}{zone}"


def _shown(text: str, room: int) -> str:
    """A text on one line, cut to so many columns."""
    return text if columns(text) <= room else f"{fitting(text, room - 1).rstrip()}…"


def _wrap(text: str) -> list[str]:
    return _hanging("", text, _ROOM)


def _hanging(start: str, text: str, width: int) -> list[str]:
    """Lines of so many columns, the further ones beneath where the text began; a word that is longer stays whole."""
    indent = " " * (columns(start) if start else 2)
    lines = [start]
    for word in text.split(" "):
        if lines[-1] in (start, indent) or columns(lines[-1]) + 1 + columns(word) <= width:
            lines[-1] += word if lines[-1] in (start, indent) else f" {word}"
        else:
            lines.append(f"{indent}{word}")
    return lines


def _joined(parts: Iterable[str], between: str = " · ", width: int = _ROOM) -> Iterator[str]:
    """Parts with a sign between them, none of which is broken."""
    line = ""
    for part in parts:
        if line and columns(line) + columns(between) + columns(part) > width:
            yield line
            line = part
        else:
            line = f"{line}{between}{part}" if line else part
    if line:
        yield line
