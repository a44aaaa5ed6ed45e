"""Records that hold nearly every key, and the same with something changed somewhere: what any reading must survive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from hotwash.records.reader import parse

if TYPE_CHECKING:
    from hotwash.model.repository import RecordKind

_ENTRY = "at: 2026-11-23T08:46:00Z, text: x"
_ITEM = "id: AI-1, title: x, kind: prevent, priority: P1, status: open"

RECORDS: dict[RecordKind, str] = {
    "incident": """\
title: x
kind: incident
status: declared
severity: {level: P1, basis: editor, source: S1}
visibility: public
services: [a]
labels: {team: x}
times: {declared: {at: 2026-11-23, approx: true, source: [S1], also: [{at: 2026-11-23, source: S1}]}}
roles: {commander: alice}
impact:
  users: {affected: 1, share: 0.5, description: x, also: [{count: 1, source: S1}]}
  business: {revenue_loss: {amount: 1, currency: EUR}, reputation: {none: x}}
  scope: {regions: [a], description: x}
  measures: [{what: x, count: 1, qualifier: about}]
  data: {lost: x, recoverable: true}
  windows: [{from: 2026-11-23, until: 2026-11-24, what: x}]
first_actions: {assess: {by: a, at: 2026-11-23, corrected: {was: {at: x}, why: y}}}
evidence: {logs: [{summary: x, file: y}], metrics: {none: x}, similar: [a]}
resolution: {how: fixed}
runbooks: [{path: a, change: created}]
root_causes: {unknown: x}
related: [a]
references: [a]
recorded: {mode: late, at: 2026-11-23, by: a}
sources: {S1: {url: a, kind: primary, title: a, publisher: b, read: 2026-11-23}}
""",
    "timeline-entry": "kind: mitigation\nat: 2026-11-23\ntext: x\naction: other\noutcome: pending\nanswers: a\n",
    "timeline": f"""\
- {{kind: note, {_ENTRY}, id: a, until: 2026-11-24, source: S1}}
- {{kind: mitigation, between: [2026-11-23, 2026-11-24], text: x, action: other, temporary: true}}
- {{kind: fix, {_ENTRY}, minimal: {{none: x}}, tested: y}}
- {{kind: status-update, {_ENTRY}, audience: [public], eta: {{unknown: x}}, next_update_by: 2026-11-24}}
- {{kind: recovery, {_ENTRY}, share: 0.5}}
""",
    "action-items": f"- {{{_ITEM}, owner: a, due: 2026-12-01, proof: {{file: a, contains: b}}, labels: [a], issue: 1}}\n",
    "postmortem": "status: draft\nauthors: [a]\nreviewed: {by: a, at: 2026-11-23}\nroot_causes: [{category: change, trigger: a, statement: b}]\n",
    "policy": "severities: {P0: {respond: 5m}}\nupdates: {after: {4h: 1h}}\ncalendar: {hours: '09:00-17:00'}\nsilences: [{rule: HW402, reason: x, until: 2026-12-01}]\n",
    "services": "a: {owner: x, tier: 1, depends_on: [b], queries: {x: y}, external: true}\n",
}  # fmt: skip

_ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=20)
    | st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|\+[0-9]{2}:[0-9]{2}))?", fullmatch=True)
    | st.sampled_from(["note", "<note>", "[key]", "none", "{why}", "{", "%s", "YOUR-LOGIN", "P1", "S1", "-0", "1e5", "\u0663"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["kind", "at", "none", "unknown", "source", "<text>", "[key]", "file", ""]) | st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


def _replaced(value: object, draw: st.DrawFn, new: object) -> object:
    """A value with something in it replaced, left out or added."""
    if isinstance(value, dict) and value:
        key = draw(st.sampled_from([*value, None]))
        if key is None:
            return value | {draw(st.text(max_size=8)): new}
        if draw(st.booleans()):
            return value | {key: _replaced(value[key], draw, new)}
        return {name: item for name, item in value.items() if name != key}
    if isinstance(value, list) and value:
        index = draw(st.integers(0, len(value) - 1))
        return [*value[:index], _replaced(value[index], draw, new), *value[index + 1 :]]
    return new


@st.composite
def changed(draw: st.DrawFn, kind: RecordKind) -> object:
    """The values of a record with one to three changes."""
    value = parse("f.yaml", kind, RECORDS[kind].encode()).value
    for new in draw(st.lists(_ANYTHING, min_size=1, max_size=3)):
        value = _replaced(value, draw, new)
    return value
