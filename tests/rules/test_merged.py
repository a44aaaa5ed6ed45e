"""What was merged stays: what is an edit, what is a correction, and what the help gives back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from hotwash.report.text import render
from tests.builders import FOLDER, NOW_AT, codes, judged, judged_change, records

if TYPE_CHECKING:
    from hotwash.diagnostics import Diagnostic, Report

    Entry = dict[str, Any]

OURS = frozenset({"HW302", "HW303", "HW304", "HW306", "HW307", "HW311"})
NOTE: Entry = {"at": "2026-11-23T08:52:00Z", "by": "alice", "kind": "note", "text": "We look on"}
UPDATE = NOTE | {"kind": "status-update", "audience": ["engineers", "stakeholders"]}
HARM = NOTE | {"kind": "mitigation", "action": "rollback", "outcome": "harmful"}
CAUSE = NOTE | {"kind": "finding", "about": "root-cause", "state": "confirmed"}
FIX = NOTE | {"kind": "fix", "ahead_of_gate": "The region was burning"}
MOVED = {"at": "2026-11-23T08:51:30Z"}
BOUNDS = ["2026-11-23T08:50Z", "2026-11-23T08:52Z"]


def was(why: str = "The log says so", **old: object) -> Entry:
    return {"corrected": {"was": old, "why": why}}


CORRECTED = NOTE | MOVED | was(at=NOTE["at"])


def table(rows: dict[str, tuple[Any, ...]]) -> dict[str, Any]:
    """The rows of a test, by what each is about."""
    return {"argvalues": list(rows.values()), "ids": list(rows)}


def less(entry: Entry, *keys: str) -> Entry:
    return {key: value for key, value in entry.items() if key not in keys}


def files(*entries: Entry) -> dict[str, str]:
    """The complete incident with these entries and no others, a line a key."""
    lines = [
        "- " + "\n  ".join(f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in entry.items()) + "\n"
        for entry in entries
    ]
    return records({"timeline.yaml": "".join(lines) or "[]\n"})


def ours(report: Report) -> list[Diagnostic]:
    return [found for found in report.diagnostics if found.code in OURS]


def change(base: dict[str, str], head: dict[str, str]) -> list[str]:
    return [found.code for found in ours(judged_change(base, head))]


@pytest.mark.parametrize(
    ("base", "head"),
    **table({
        "who it was is found out": (less(NOTE, "by"), NOTE),
        "who it was is found out, and the words are better": (less(NOTE, "by"), NOTE | {"id": "0852-a"}),
        "lines are broken elsewhere": (NOTE, NOTE | {"text": "We\nlook on\n"}),
        "a blank is filled in": (NOTE | {"text": "..."}, NOTE | {"text": "The pool is too small"}),
        "what a time rests on is added": (NOTE, NOTE | {"at": {"at": NOTE["at"], "derived": "from the log"}}),
        "another zone": (NOTE, NOTE | {"at": "2026-11-23T09:52:00+01:00"}),
        "another zone of another key": (
            NOTE | {"until": "2026-11-23T08:55:00Z"}, NOTE | {"until": "2026-11-23T09:55:00+01:00"},
        ),
        "a second source": (NOTE | {"source": "S1"}, NOTE | {"source": ["S2", "S1"]}),
        "audiences in another order": (UPDATE, UPDATE | {"audience": ["stakeholders", "engineers"]}),
        "an audience as a list": (UPDATE | {"audience": "engineers"}, UPDATE | {"audience": ["engineers"]}),
        "an outcome that was pending": (HARM | {"outcome": "pending"}, HARM),
        "a cause that was open": (CAUSE | {"state": "open"}, CAUSE),
        "a correction": (NOTE, CORRECTED),
        "a correction in another zone": (NOTE, NOTE | MOVED | was(at="2026-11-23T09:52:00+01:00")),
        "a correction of bounds": (less(NOTE, "at") | {"between": BOUNDS}, NOTE | was(between=BOUNDS)),
        "a correction of who was told": (UPDATE, UPDATE | {"audience": "public"} | was(audience="engineers and stakeholders")),
        "a correction of the words": (NOTE, NOTE | {"text": "New"} | was(text=NOTE["text"])),
        "a correction of a number": (
            NOTE | {"kind": "recovery", "share": 0.3}, NOTE | {"kind": "recovery", "share": 0.4} | was(share="0.3"),
        ),
        "a correction of what was corrected": (CORRECTED, NOTE | {"at": "2026-11-23T08:51:00Z"} | was(at=MOVED["at"])),
        "a correction back to what it was": (CORRECTED, NOTE | was(at=MOVED["at"], why="It was right at first")),
        "a correction of another key": (CORRECTED, CORRECTED | {"by": "bob"} | was(at=NOTE["at"], by="alice")),
    }),
)  # fmt: skip
def test_no_edit(base: Entry, head: Entry) -> None:
    assert change(files(base), files(head)) == []


@pytest.mark.parametrize(
    ("code", "base", "head"),
    **table({
        "nobody did it": ("HW303", NOTE, less(NOTE, "by")),
        "more precise": ("HW303", NOTE | {"at": "2026-11-23T08:52Z"}, NOTE),
        "less precise": ("HW303", NOTE, NOTE | {"at": "2026-11-23T08:52Z"}),
        "about then": ("HW303", NOTE, NOTE | {"at": {"at": NOTE["at"], "approx": True}}),
        "bounds": ("HW303", NOTE, less(NOTE, "at") | {"between": BOUNDS}),
        "another second bound": (
            "HW303", less(NOTE, "at") | {"between": BOUNDS}, less(NOTE, "at") | {"between": [BOUNDS[0], "2026-11-23T08:53Z"]},
        ),
        "told to fewer": ("HW303", UPDATE, UPDATE | {"audience": "engineers"}),
        "told to more": ("HW303", UPDATE | {"audience": "engineers"}, UPDATE),
        "never ahead of the gate": ("HW303", FIX, less(FIX, "ahead_of_gate")),
        "ahead of the gate for no reason": ("HW303", FIX, FIX | {"ahead_of_gate": "..."}),
        "no root cause after all": ("HW303", CAUSE, CAUSE | {"about": "hypothesis"}),
        "not confirmed after all": ("HW303", CAUSE, CAUSE | {"state": "open"}),
        "a correction that names another value": ("HW303", NOTE, NOTE | MOVED | was(at="2026-11-23T08:00:00Z")),
        "a correction without a reason": ("HW303", NOTE, NOTE | MOVED | was(at=NOTE["at"], why="...")),
        "a correction goes": ("HW303", CORRECTED, less(CORRECTED, "corrected")),
        "a correction goes and nothing was wrong": ("HW303", CORRECTED, NOTE),
        "a correction tells another value": ("HW303", CORRECTED, CORRECTED | was(at="2026-11-23T08:51:31Z")),
        "a correction tells another reason": ("HW303", CORRECTED, CORRECTED | was(at=NOTE["at"], why="A slip of the pen")),
        "a correction tells another reason beside an invented value": (
            "HW303", CORRECTED, CORRECTED | was(at=NOTE["at"], by="bob", why="A slip of the pen"),
        ),
        "a correction makes room for another": ("HW303", CORRECTED, CORRECTED | {"by": "bob"} | was(by="alice")),
        "harm is no harm any more": ("HW304", HARM, HARM | {"outcome": "effective"}),
        "no outcome any more": ("HW304", HARM, less(HARM, "outcome")),
        "another id": ("HW304", NOTE | {"id": "a"}, NOTE | {"id": "b"}),
        "no id any more": ("HW304", NOTE | {"id": "a"}, NOTE),
        "what a time rests on goes": ("HW304", NOTE | {"at": {"at": NOTE["at"], "derived": "from the log"}}, NOTE),
        "a source goes": ("HW304", NOTE | {"source": ["S1", "S2"]}, NOTE | {"source": "S2"}),
        "who it was, and other words": ("HW304", less(NOTE, "by"), NOTE | {"text": "Other words"}),
        "a correction, and other words": ("HW304", NOTE, CORRECTED | {"text": "Other words"}),
        "time and words": ("HW302", NOTE, NOTE | MOVED | {"text": "Other words"}),
    }),
)  # fmt: skip
def test_an_edit(code: str, base: Entry, head: Entry) -> None:
    assert change(files(base), files(head)) == [code]


def test_a_gate_is_not_passed_by_making_a_root_cause_a_guess() -> None:
    """A root cause that was confirmed before the last sign-off is an error of the gate, unless it is hidden."""
    cause = CAUSE | {"at": "2026-11-23T08:48:00Z"}
    stage = records(stage="investigating")
    timeline = f"{FOLDER}/timeline.yaml"

    def with_cause(entry: Entry) -> dict[str, str]:
        lines = "- " + "\n  ".join(f"{key}: {value}" for key, value in entry.items()) + "\n"
        return stage | {timeline: lines + stage[timeline]}

    assert "HW204" in codes(judged(with_cause(cause)))
    report = judged_change(with_cause(cause), with_cause(cause | {"about": "hypothesis"}))
    assert [(found.code, found.level) for found in report.diagnostics] == [("HW303", "error")]


@pytest.mark.parametrize(
    ("base", "head", "said"),
    **table(
        {
            "of nothing": (NOTE, NOTE | was(by="mallory"), "`by: alice`"),
            "of a key that was not there": (NOTE, NOTE | was(until="2026-11-23T08:53:00Z"), "no `until`"),
            "of another key beside a true one": (NOTE, CORRECTED | was(at=NOTE["at"], by="mallory"), "`by: alice`"),
            "beside a merged one": (CORRECTED, CORRECTED | was(at=NOTE["at"], by="mallory"), "`by: alice`"),
            "with an old name of a key": (
                NOTE | {"kind": "severity-change", "from": "P1", "to": "P0"},
                NOTE | {"kind": "severity-change", "from": "P1", "to": "P0"} | was(**{"from": "P3"}),
                "`from: P1`",
            ),
        }
    ),
)
def test_a_correction_of_what_never_was_is_named(base: Entry, head: Entry, said: str) -> None:
    (found,) = ours(judged_change(files(base), files(head)))
    kind = head["kind"]
    assert (found.code, found.level) == ("HW303", "warning")
    assert found.message == f"the correction of this {kind} tells what never was: it was merged with {said}"


def test_a_correction_of_a_sign_off_that_never_was_is_named() -> None:
    lie = f"{{{GATHER}, corrected: {{was: {{by: mallory}}, why: Mallory did not look}}}}"
    (found,) = ours(judged_change(sign_offs(gather=f"{{{GATHER}}}"), sign_offs(gather=lie)))
    assert (found.code, found.level) == ("HW306", "warning")
    assert found.message == "the correction of this sign-off tells what never was: it was merged with `by: dave`"


def test_one_of_two_that_say_the_same_may_go() -> None:
    """Another rule asks for it."""
    twice = files(NOTE, NOTE | {"at": "2026-11-23T09:52:00+01:00", "id": "again"})
    assert "HW107" in codes(judged(twice))
    assert change(twice, files(NOTE)) == []
    assert change(twice, files()) == ["HW302", "HW302"]
    assert change(files(NOTE | {"id": "first"}, NOTE), files(NOTE)) == []
    # Here nothing says it any more.
    assert change(twice, files(NOTE | {"text": "Other words"})) == ["HW302", "HW304"]


def test_an_entry_is_not_kept_by_another_that_took_its_words() -> None:
    other = {"at": "2026-11-23T08:53:00Z", "text": "The bank calls", "id": "b"}
    base = files(NOTE | {"id": "a"}, NOTE | other)
    assert change(base, files(NOTE | {"id": "b"})) == ["HW302", "HW303", "HW304"]


def pasted(base: Entry, head: Entry) -> dict[str, str]:
    """The head with the `corrected:` line of the help in the place that the help names."""
    (found,) = ours(judged_change(files(base), files(head)))
    remedy = found.help[-1]
    line = remedy.paste.replace('"..."', '"The log says so"')
    kept = less(head, "corrected") if "instead of its `corrected`" in remedy.say else head
    path = f"{FOLDER}/timeline.yaml"
    return {**files(kept), path: files(kept)[path] + f"{line}\n"}


@pytest.mark.parametrize(
    ("base", "head"),
    **table(
        {
            "nothing stands there": (NOTE, NOTE | MOVED | {"by": "bob"}),
            "who was told": (UPDATE, UPDATE | {"audience": "public"}),
            "a wrong value stands there": (NOTE, NOTE | MOVED | was(at="2026-11-23T08:00:00Z")),
            "a merged one was deleted": (CORRECTED, less(CORRECTED, "corrected") | {"by": "bob"}),
            "a merged one was deleted and no more": (CORRECTED, less(CORRECTED, "corrected")),
            "a merged one was rewritten": (CORRECTED, CORRECTED | was(by="bob")),
            "a merged one made room": (CORRECTED, CORRECTED | {"by": "bob"} | was(by="alice")),
            "a merged one stands, and is old": (CORRECTED, CORRECTED | {"at": "2026-11-23T08:51:00Z"}),
            "bounds": (less(NOTE, "at") | {"between": BOUNDS}, NOTE),
        }
    ),
)
def test_the_line_of_the_help_mends_it_at_once(base: Entry, head: Entry) -> None:
    report = judged_change(files(base), pasted(base, head))
    assert [
        (found.code, found.message) for found in report.diagnostics if found.code < "HW1" or found.code in OURS
    ] == []


@pytest.mark.parametrize(
    "text",
    ['say "no": - # {x}', "no", "1e3", "2026-11-23", "two\n\n  lines\n", " a tab\there ", "back\\slash", "naïve ☃"],
)
def test_an_entry_that_is_pasted_back_is_the_same(text: str) -> None:
    entry = (
        CAUSE
        | {"text": text, "id": "0852", "at": {"at": NOTE["at"], "approx": True, "derived": "a: b, c"}}
        | was(text=text, between=BOUNDS)
    )
    base, path = files(NOTE | {"at": "2026-11-23T08:00Z"}, entry), f"{FOLDER}/timeline.yaml"
    head = files(NOTE | {"at": "2026-11-23T08:00Z"})
    (found,) = ours(judged_change(base, head))
    mended = head | {path: f"{head[path]}{found.help[0].paste}\n"}
    assert [code for code in codes(judged_change(base, mended)) if code < "HW1" or code in OURS] == []


def test_where_each_entry_is_a_file_it_comes_back_as_that_file() -> None:
    path, name = f"{FOLDER}/timeline.yaml", f"{FOLDER}/timeline.d/0852-k3f9.yaml"
    base = records(
        {"timeline.d/0851-abcd.yaml": json.dumps(NOTE | MOVED), "timeline.d/0852-k3f9.yaml": json.dumps(NOTE)}
    )
    del base[path]
    head = {file: text for file, text in base.items() if file != name}
    (found,) = ours(judged_change(base, head))
    assert found.help[0].file == "timeline.d/0852-k3f9.yaml"
    assert [
        code for code in codes(judged_change(base, head | {name: found.help[0].paste})) if code < "HW1" or code in OURS
    ] == []


def test_many_that_are_gone_are_counted() -> None:
    report = judged_change(files(*(NOTE | {"text": f"No {number}"} for number in range(60))), files())
    found = ours(report)
    assert len(found) == 20
    assert found[-1].notes == ("40 more entries are gone",)


SECRET = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
ITEM = {
    "id": "AI-1", "title": "Refuse a pool", "kind": "prevent", "priority": "P1", "status": "open", "owner": "carol",
    "due": "2026-12-15",
}  # fmt: skip


def items(*listed: Entry) -> dict[str, str]:
    return records({"action-items.yaml": json.dumps(listed)})


def sign_offs(**replaced: str | None) -> dict[str, str]:
    """The complete incident with its four sign-offs, one of them replaced or left out."""
    path, files_ = f"{FOLDER}/incident.yaml", records()
    lines = files_[path].splitlines(keepends=True)
    for action, text in replaced.items():
        at = next(index for index, line in enumerate(lines) if line.startswith(f"  {action}:"))
        lines[at : at + 1] = [] if text is None else [f"  {action}: {text}\n"]
    return files_ | {path: "".join(lines)}


GATHER = "by: dave, at: 2026-11-23T08:50:10Z, note: begins with v413"
BY_ERIN = "by: erin, at: 2026-11-23T08:50:10Z, note: begins with v413"
SIGNED_OPENLY = f"{{{BY_ERIN}, corrected: {{was: {{by: dave}}, why: Dave was on the phone}}}}"


@pytest.mark.parametrize(
    ("base", "head"),
    **table({
        "an entry goes": (files(NOTE | {"text": f"token {SECRET}"}), files()),
        "a text is mended": (files(NOTE | {"text": f"token {SECRET}"}), files(NOTE | {"text": "token ***"})),
        "a link goes": (files(NOTE | {"url": f"https://u:{SECRET}@x.example/"}), files(NOTE)),
        "a password with a quote in it": (files(NOTE | {"text": f'password={SECRET[:12]}"{SECRET[12:]}'}), files()),
        "an entry is rewritten": (
            files(NOTE | was(text=f"token {SECRET}")), files(NOTE | {"by": "bob"}),
        ),
        "a sign-off": (sign_offs(gather=f"{{{GATHER} {SECRET}}}"), sign_offs(gather=f"{{{GATHER}}}")),
        "an item": (items(ITEM | {"title": f"Rotate {SECRET}"}), items()),
    }),
)  # fmt: skip
def test_a_secret_that_a_change_takes_away_is_not_shown(base: dict[str, str], head: dict[str, str]) -> None:
    report = judged_change(base, head)
    assert ours(report)
    assert SECRET[4:14] not in render(report)


@pytest.mark.parametrize(
    ("base", "head"),
    **table({
        "a note is added": ("{by: dave, at: 2026-11-23T08:50:10Z}", f"{{{GATHER}}}"),
        "a note in other blanks": (f"{{{GATHER}}}", f"{{{GATHER.replace('begins ', 'begins  ')}}}"),
        "another zone": (f"{{{GATHER}}}", f"{{{GATHER.replace('08:50:10Z', '09:50:10+01:00')}}}"),
        "the blank of the help line": (f"{{{GATHER.replace('begins with v413', chr(34) + '...' + chr(34))}}}", f"{{{BY_ERIN}}}"),
        "no time yet": ("{by: dave}", f"{{{BY_ERIN}}}"),
        "told openly": (f"{{{GATHER}}}", SIGNED_OPENLY),
        "told openly in another zone": (
            f"{{{GATHER}}}",
            f"{{{GATHER.replace(':10Z', ':20Z')}, corrected: {{was: {{at: 2026-11-23T09:50:10+01:00}}, why: By the log}}}}",
        ),
        "withdrawn openly": (
            f"{{{GATHER}}}", "{corrected: {was: {" + GATHER + "}, why: Nobody had looked yet}}",
        ),
        "corrected again": (SIGNED_OPENLY, SIGNED_OPENLY.replace("by: erin", "by: carol").replace("by: dave", "by: erin")),
    }),
)  # fmt: skip
def test_a_sign_off_that_stays(base: str, head: str) -> None:
    assert change(sign_offs(gather=base), sign_offs(gather=head)) == []


@pytest.mark.parametrize(
    ("base", "head"),
    **table(
        {
            "another one": (f"{{{GATHER}}}", f"{{{BY_ERIN}}}"),
            "another second": (f"{{{GATHER}}}", f"{{{GATHER.replace(':10Z', ':20Z')}}}"),
            "other words": (f"{{{GATHER}}}", f"{{{GATHER} or v412}}"),
            "no words": (f"{{{GATHER}}}", "{by: dave, at: 2026-11-23T08:50:10Z}"),
            "nobody": (f"{{{GATHER}}}", "{}"),
            "a blank": (f"{{{GATHER}}}", '{by: dave, at: 2026-11-23T08:50:10Z, note: "..."}'),
            "left out": (f"{{{GATHER}}}", None),
            "a correction without a reason": (f"{{{GATHER}}}", SIGNED_OPENLY.replace("Dave was on the phone", '"..."')),
            "a correction goes": (SIGNED_OPENLY, f"{{{BY_ERIN}}}"),
            "a correction tells of another": (SIGNED_OPENLY, SIGNED_OPENLY.replace("dave", "carol")),
            "a correction tells another reason": (SIGNED_OPENLY, SIGNED_OPENLY.replace("on the phone", "asleep")),
        }
    ),
)
def test_a_sign_off_that_is_altered(base: str, head: str | None) -> None:
    assert change(sign_offs(gather=base), sign_offs(gather=head)) == ["HW306"]


def test_the_line_of_a_sign_off_mends_it_at_once() -> None:
    for base, head in ((f"{{{GATHER}}}", f"{{{BY_ERIN}}}"), (SIGNED_OPENLY, f"{{{BY_ERIN}}}"), (f"{{{GATHER}}}", "{}")):
        (found,) = ours(judged_change(sign_offs(gather=base), sign_offs(gather=head)))
        assert found.help[-1].say.endswith("write instead of what stands here:")
        line = found.help[-1].paste.replace('"..."', "By the log").removeprefix("  gather: ")
        assert change(sign_offs(gather=base), sign_offs(gather=line)) == []


@pytest.mark.parametrize(
    ("told", "base", "head"),
    **table({
        "swapped": ([], [("AI-1", "First"), ("AI-2", "Second")], [("AI-1", "Second"), ("AI-2", "First")]),
        "in other words": ([], [("AI-1", "First")], [("AI-1", "The first")]),
        "another id": (["AI-1"], [("AI-1", "First")], [("AI-2", "First")]),
        "counted anew": (["AI-1"], [("AI-1", "First"), ("AI-2", "Second")], [("AI-1", "Second")]),
        "counted anew, and one more": (
            ["AI-1"], [("AI-1", "First"), ("AI-2", "Second")], [("AI-1", "Second"), ("AI-2", "Third")],
        ),
        "an id that stood twice": ([], [("AI-1", "First"), ("AI-1", "First again")], [("AI-1", "First")]),
    }),
)  # fmt: skip
def test_action_items_are_known_by_their_id(told: list[str], base: list[Any], head: list[Any]) -> None:
    sides = [items(*(ITEM | {"id": name, "title": title} for name, title in side)) for side in (base, head)]
    found = ours(judged_change(*sides))
    assert [diagnostic.message.split()[0] for diagnostic in found if diagnostic.code == "HW307"] == told


def test_an_item_that_is_done_is_written_back_as_done() -> None:
    done = ITEM | {"status": "done", "closed": "2026-11-23"}
    (found,) = ours(judged_change(items(done), records({"action-items.yaml": "none: Nothing is to be changed\n"})))
    assert "status: done" in found.help[0].paste
    assert found.help[0].say == "write it back in place of what stands in action-items.yaml:"


@pytest.mark.parametrize(("head", "told"), [({}, ["HW311"]), ({"issue": 43}, ["HW311"]), ({"issue": 42}, [])])
def test_the_number_of_an_issue_stays(head: Entry, told: list[str]) -> None:
    assert change(items(ITEM | {"issue": 42}), items(ITEM | head)) == told
    assert change(items(ITEM), items(ITEM | head)) == []


def test_a_retrospective_record_is_asked_the_same() -> None:
    now = NOW_AT["retrospective"]
    base = records(stage="retrospective")
    path = next(path for path in base if path.endswith("timeline.yaml"))
    head = base | {path: base[path].replace("2026-09-21T08:44Z", "2026-09-21T08:45Z")}
    assert [found.code for found in ours(judged_change(base, head, now=now))] == ["HW303"]
    line = "  corrected: {was: {at: 2026-09-21T08:44Z}, why: The regulator gives the minute}\n"
    told = head | {path: head[path].replace("  kind: detection\n", f"  kind: detection\n{line}")}
    assert ours(judged_change(base, told, now=now)) == []


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        (
            "2026-11-23T08:46:40Z",
            "2026-11-23T08:44:40Z",
            "was merged as 2026-11-23T08:46:40Z, and now is 2026-11-23T08:44:40Z",
        ),
        ("2026-11-23T08:46:40Z", None, "was merged as 2026-11-23T08:46:40Z and is gone"),
        ("2026-11-23T08:46:40Z", "2026-11-23", "was merged as 2026-11-23T08:46:40Z, and now is 2026-11-23"),
        ("2026-11-23T08:46:40Z", "2026-11-23T09:46:40+01:00", None),
        ("2026-11-23T08:46Z", "2026-11-23T08:46:40Z", None),
        (None, "2026-11-23T08:46:40Z", None),
    ],
)
@pytest.mark.parametrize("key", ["detected", "acknowledged", "started"])
def test_a_time_that_starts_or_stops_a_clock_is_not_moved_unseen(
    key: str, was: str | None, now: str | None, said: str | None
) -> None:
    def times(time: str | None) -> dict[str, str]:
        told = "" if time is None else f", {key}: {time}"
        return records({"incident.yaml": f"times: {{declared: 2026-11-23T08:47:00Z{told}}}\n"})

    report = judged_change(times(was), times(now))
    told = [(found.level, found.message) for found in report.diagnostics if found.code == "HW317"]
    assert told == ([] if said is None or key == "started" else [("warning", f"`{key}` {said}")])


def test_nor_is_the_time_of_the_declaration() -> None:
    def declared(time: str) -> dict[str, str]:
        return records({"incident.yaml": f"times: {{declared: {time}}}\n"})

    report = judged_change(declared("2026-11-23T08:40:00Z"), declared("2026-11-23T08:46:00Z"))
    assert "HW317" in codes(report)
    assert "HW203" not in codes(report)
    assert "HW203" in codes(judged(declared("2026-11-23T08:40:00Z")))
