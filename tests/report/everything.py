"""One report with everything that a format has to render, and text that tries to be more than text."""

from __future__ import annotations

from hotwash.diagnostics import (
    Diagnostic,
    Due,
    GateVerdict,
    Help,
    IncidentLine,
    Missing,
    Place,
    Related,
    Report,
    RuleInfo,
    Span,
    Tick,
)

SHUT, BROKEN, LATE, DECLARED, QUIET = (
    "2026-11-23-checkout-500",
    "2026-11-22-unreadable",
    "2026-11-21-late",
    "2026-11-23-declared",
    "2026-10-01-quiet",
)


def _file(incident: str, name: str = "incident.yaml") -> str:
    return f"incidents/2026/{incident}/{name}"


SIGN = Help(
    "when they are there, write on this line:",
    '  gather: {by: YOUR-LOGIN, at: 2026-11-23T10:00:00Z, note: "..."}',
    "incident.yaml",
)
ADD = Help("add under `evidence:`", '  metrics:\n    - summary: "..."\n  similar: {none: "..."}', "incident.yaml")

UNSIGNED = Diagnostic(
    path=_file(SHUT),
    span=Span(31, 3, 31, 9),
    code="HW201",
    name="first-actions-incomplete",
    level="error",
    message="⛔ STOP: first actions are not complete: gather data is not signed off",
    route=("first_actions", "gather"),
    incident=SHUT,
    label="nobody has signed this",
    notes=("still missing for it: evidence.metrics, evidence.similar",),
    help=(ADD, SIGN),
    why="guide 1 · hotwash explain HW201",
    source=("  gather:",),
)
LONG_AND_FAR = Diagnostic(
    path=_file(SHUT, "timeline.yaml"),
    span=Span(1204, 141, 1204, 161),
    code="HW104",
    name="status-disagrees",
    level="error",
    message="this entry leaves `identified`, and the incident was `investigating`",
    route=(120, "from"),
    incident=SHUT,
    label="a label that is too long to stand beside a caret so far to the right, and is wrapped beneath it instead",
    help=(Help("mend it"),),
    related=(
        Related(_file(SHUT), Span(2, 9, 2, 22), "the status of the incident, " * 3 + "said at some length"),
        Related(_file(SHUT, "timeline.yaml"), Span(7, 1, 7, 2), "the last one"),
    ),
    why="guide 5 and 7 · hotwash explain HW104",
    source=(
        "- {at: 2026-11-23T08:51:00Z, text: " + "a long text " * 8 + ", from: identified_and_more, to: monitoring}",
    ),
)
LONG_VALUE = Diagnostic(
    path=_file(SHUT, "action-items.yaml"),
    span=Span(3, 10, 5, 4),
    code="HW501",
    name="action-item-overdue",
    level="warning",
    message="AI-1 is 1 day overdue",
    route=(0, "due"),
    incident=SHUT,
    label="dave owes it",
    why="guide 5 · hotwash explain HW501",
    source=("  title: a value of several lines is marked up to the end of its first, " + "which is long " * 5,),
)
WIDE = Diagnostic(
    path=_file(LATE),
    span=Span(1, 24, 1, 29),
    code="HW801",
    name="unknown-service",
    level="warning",
    message="`決済サービス` is not in incidents/services.yaml, and neither is `結帳` or anything that is near to one of them",
    route=("services", 0),
    incident=LATE,
    label="とても長い説明がここに立つことはできないので下に書かれる",
    why="guide 2.1 · hotwash explain HW801",
    source=(
        "title: 決済サービスが停止しています。\tcafe\u0301 が閉まる前に直してください。お願いします。お願いします。",
    ),
)
HOSTILE = Diagnostic(
    path="incidents/2026/2026-11-22-unreadable/\n::error::in a path\t\x1b[31m\u202e.yaml",
    span=Span(2, 8, 2, 12),
    code="HW007",
    name="wrong-value",
    level="error",
    message="`title` is `\x1b]52;c;aGk=\x07 \x1b[2J \u202eevil\u2066`\n::error::in a message, and far enough to the right that "
    "::warning::begins a line",
    route=("title",),
    incident=BROKEN,
    label="##[error]in a label \x9b31m\r\n::error::again",
    notes=("::add-mask::a", "##[group]in a note " * 6),
    help=(Help("::stop-commands::x", "::set-output name=x::y\n  ::debug::z \x1b[0m\n##[command]w"),),
    related=(Related("::error::in the path of a second place\n::x::y", Span(1, 1, 1, 2), "##[x]y \u2028::error::z"),),
    why="guide 7; threats R5 · hotwash explain HW007",
    source=("::a##[error]b\t\u200bc \x07",),
)
NO_SOURCE = Diagnostic(
    path="incidents/policy.yaml",
    span=Span(1, 1, 1, 1),
    code="HW001",
    name="unreadable-file",
    level="error",
    message="the file is not UTF-8: byte 0xfc",
    route=(),
    incident=None,
    help=(Help("save it as UTF-8"),),
    why="guide 7 · hotwash explain HW001",
)
NEXT = Diagnostic(
    path=_file(DECLARED),
    span=Span(4, 1, 4, 1),
    code="HW202",
    name="first-action-unsupported",
    level="error",
    message="assess is signed off without impact.scope",
    route=("first_actions", "assess"),
    incident=DECLARED,
    label="signed, and nothing shows it",
    help=(Help("add under `impact:`", '  scope:\n    description: "..."', "incident.yaml"),),
    why="guide 2.1 · hotwash explain HW202",
    source=("",),
)

HOSTILE_TEXT = (
    "@team, @o/team and a@b.example fixes #1, GH-2, o/r#3, 0123456789abcdef; <b>x</b> <!-- x --> [y](javascript:z) ![i](//e) "
    "https://e.example/x www.e.example &commat;alice $1 and $2$ | a | `b` ``c`` *d* _e_ ~~f~~ \\@alice\n# g\n- [x] h\n::error::i"
)
TICKS = (
    Tick(
        "assess", "assess severity and user impact", done=True, by="alice", at="2026-11-23T09:47:30Z", note=HOSTILE_TEXT
    ),
    Tick(
        "stabilize",
        "stabilize the system",
        done=True,
        by="carol",
        at="2026-11-23T09:49Z",
        note="2. rolled back to `v412`",
    ),
    Tick("gather", "gather data", done=False),
    Tick("communicate", "communicate status", done=True, by="bob", at="2026-11-23T09:50:40Z"),
)
OWED = (
    Due("the four first actions", "2026-11-23T09:53:00Z", "7 min late"),
    Due(f"AI-1 (dave): {HOSTILE_TEXT}", "2026-11-24"),
)

EVERYTHING = Report(
    tool="hotwash VERSION",
    now="2026-11-23T10:00:00Z",
    now_given=True,
    incidents=(
        IncidentLine(QUIET, f"incidents/2026/{QUIET}", ("P3 closed",), GateVerdict("open", "✅ Initial assessment complete"), shown=False),
        IncidentLine(LATE, f"incidents/2026/{LATE}", ("P2 closed",), GateVerdict("late", "⚠ STOP gate passed late: written up 2026-11-22"), shown=True),
        IncidentLine(BROKEN, f"incidents/2026/{BROKEN}", (), GateVerdict("unreadable", "? STOP gate not judged: the records cannot be read, mend them first"), shown=True),
        IncidentLine(
            SHUT,
            f"incidents/2026/{SHUT}",
            ("P0 investigating", "declared 4 min ago"),
            GateVerdict(
                "shut",
                "⛔ STOP: first actions are not complete (3 of 4)",
                (Missing("gather", Place("incident.yaml", ("first_actions", "gather"), "key"), "gather data is not signed off", (ADD, SIGN)),),
            ),
            shown=True,
            title=HOSTILE_TEXT,
            touched=True,
            first_actions=TICKS,
            due=OWED,
        ),
        IncidentLine(
            DECLARED,
            f"incidents/2026/{DECLARED}",
            ("drill P1 declared",),
            GateVerdict("shut", "⛔ STOP: first actions are not complete (3 of 4)", (Missing("assess", Place("incident.yaml", ("first_actions", "assess")), "assess is signed off without impact.scope", ()),)),
            shown=True,
        ),
    ),
    documents=1234,
    diagnostics=(HOSTILE, UNSIGNED, LONG_VALUE, LONG_AND_FAR, WIDE, NO_SOURCE),
    upcoming=(NEXT,),
    silenced=3,
    base="0123abc",
    guarded=(".github/workflows/check.yml", "tooling/`@team`\n::error::x"),
    notices=("incidents/policy.yaml cannot be used as it is: judged by its defaults", "::notice::a notice"),
    rules=(RuleInfo("HW201", "first-actions-incomplete", "error", "The four are not signed off."),),
)  # fmt: skip
EMPTY = Report("hotwash VERSION", "2026-11-23T10:00:00Z", now_given=False, incidents=(), documents=0, diagnostics=())
