"""Reports in which every text comes from a record that means harm, for what no format may let through."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from hotwash.diagnostics import (
    Diagnostic,
    Due,
    GateVerdict,
    Help,
    IncidentLine,
    Missing,
    Place,
    PolicyChange,
    Related,
    Report,
    Span,
    Tick,
)
from tests.report.everything import BROKEN, EMPTY, HOSTILE

# What steers a terminal or a runner, and what makes lines wrap.
STEERING = (
    *("::", "error", "##", "[", "]", "##[error]", "::error::"),
    *("\n", "\r", "\t", " ", "a", "word " * 9, "決済", "e\u0301"),
    *(
        "\x1b[31m",
        "\x1b]52;c;x\x07",
        "\x9b",
        "\u202e",
        "\u2066",
        "\u200b",
        "\u2028",
        "\x85",
        "\x00",
        "\ud800",
        "\ufeff",
    ),
)
# What Markdown or GitHub acts upon.
ACTING = (
    *("@alice", "@o/team", "#1", "GH-1", "o/r#1", "fixes #1", "0123456789abcdef", "https://github.com/o/r/issues/1"),
    *("www.e.example", "<b>", "</details>", "<!--", "-->", "<https://e.example>", "](//e)", "![", "[x](y)", "[1]: //e"),
    *("- [x] ", "- ", "1. ", "1) ", "+ ", "# ", "> ", "===", "---", "***", "| a | b |", "|---|---|", "|", "~~~"),
    *("`", "``", "```", "```yaml", "*", "_", "~~", "\\", "&#64;", "&commat;", "$", "$$", ":", "%0A", "%", ",", "="),
)
# Of the signs that order a text some are seen, and stay.
_other = st.text(st.characters(exclude_categories=["Cf"]), max_size=3)
texts = st.lists(st.sampled_from(STEERING + ACTING) | _other, min_size=1, max_size=10).map("".join)
# Something is left of it whatever counts as nothing.
lines = texts.map(lambda text: f"{text}z")


@st.composite
def hostile_diagnostics(draw: st.DrawFn, written: st.SearchStrategy[str] = texts) -> Diagnostic:
    """A diagnostic all of whose texts are hostile."""
    line = draw(written).split("\n", 1)[0]
    start = draw(st.integers(1, len(line) + 2))
    return replace(
        HOSTILE,
        path=draw(written),
        span=Span(1, start, 1, draw(st.integers(start, len(line) + 3))),
        message=draw(written),
        label=draw(written),
        notes=(draw(written),),
        help=(Help(draw(written), draw(written)),),
        related=(Related(draw(written), Span(1, 1, 1, 1), draw(written)),),
        source=(line,),
    )


@st.composite
def hostile_reports(draw: st.DrawFn, written: st.SearchStrategy[str] = lines) -> Report:
    """A report of one finding and one incident with all that can be said of them, all of it hostile."""
    diagnostic = draw(hostile_diagnostics(written))
    folder = f"incidents/2026/{BROKEN}"
    return replace(
        EMPTY,
        incidents=(
            IncidentLine(
                id=draw(written),
                path=folder,
                facts=(draw(written),),
                verdict=GateVerdict(
                    "shut",
                    f"⛔ {draw(written)}",
                    (
                        Missing(
                            "gather", Place("incident.yaml"), draw(written), (Help(draw(written), draw(written), "f"),)
                        ),
                    ),
                ),
                shown=True,
                title=draw(written),
                first_actions=(
                    Tick("assess", draw(written), done=True, by=draw(written), at=draw(written), note=draw(written)),
                    Tick("gather", draw(written), done=False, by=draw(written)),
                ),
                due=(Due(draw(written), draw(written), draw(written)),),
            ),
        ),
        diagnostics=(replace(diagnostic, path=f"{folder}/{diagnostic.path}"),),
        upcoming=(replace(diagnostic, path=f"{folder}/{diagnostic.path}", fix=draw(written)),),
        base=draw(written),
        guarded=(draw(written),),
        policy_changes=(PolicyChange(draw(written), "HW402", "update-gap", "warning", "", 2),),
        notices=(draw(written),),
    )
