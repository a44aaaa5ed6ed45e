"""`check --fix` as a function from files to files: what changes, and that nothing else does."""

from __future__ import annotations

from difflib import ndiff
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotwash.edits.fixes import changes
from hotwash.records.load import load_document
from hotwash.records.snapshot import MappingSnapshot
from hotwash.records.splice import Unproven
from hotwash.rules.check import check
from tests.builders import FOLDER, NOW_AT, codes, records

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hotwash.diagnostics import Report

INCIDENT = f"{FOLDER}/incident.yaml"
TIMELINE = f"{FOLDER}/timeline.yaml"
LATE = "- at: 2026-11-23T08:53:00Z\n  kind: note\n  text: later\n"
EARLY = "- at: 2026-11-23T08:52:00Z\n  kind: note\n  text: sooner\n"


def report(files: Mapping[str, bytes], stage: str) -> Report:
    outcome = check(MappingSnapshot(files), now=NOW_AT[stage])
    assert not outcome.bugs, outcome.bugs[0].trace
    return outcome.report


def fixed(files: Mapping[str, str | bytes], stage: str = "investigating") -> tuple[dict[str, bytes], list[str]]:
    """The files after all that can be fixed is fixed, and why something was not."""
    held = {path: text if isinstance(text, bytes) else text.encode() for path, text in files.items()}
    for _ in range(4):
        again: list[str] = []
        before = dict(held)
        for _, path, change in changes(MappingSnapshot(held), report(held, stage)):
            if isinstance(change, Unproven):
                again.append(f"{path.removeprefix(FOLDER + '/')} {change.why}")
                continue
            for write in change.writes:
                assert held.get(write.path) == write.old
                held[write.path] = write.new
            for removal in change.removals:
                assert held.pop(removal.path) == removal.old
        if held == before:
            return held, again
    raise AssertionError(held)


def incident(text: str) -> dict[str, str]:
    return records({"incident.yaml": text})


def timeline(text: str) -> dict[str, str | bytes]:
    """The complete incident with these entries behind its own."""
    return {**records(), TIMELINE: records()[TIMELINE] + text}


def value(files: Mapping[str, bytes], path: str) -> Any:  # noqa: ANN401 - what a record says
    document = load_document(MappingSnapshot(files), path)
    assert not document.problems, document.problems
    return document.value


def changed(before: str | bytes, after: bytes) -> list[str]:
    """The lines that went and came."""
    old = before if isinstance(before, str) else before.decode()
    lines = ndiff(old.splitlines(keepends=True), after.decode().splitlines(keepends=True))
    return [line for line in lines if line[0] in "+-"]


# --- HW008 and HW013: quotes


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("labels: {paged: no}", 'labels: {paged: "no"}'),
        ("labels: {paged: no , on: 'no'}  # no", 'labels: {paged: "no" , "on": \'no\'}  # no'),
        ("labels:\n  paged:   012   # no\n  no:\n    1:30", 'labels:\n  paged:   "012"   # no\n  "no":\n    "1:30"'),
        ("labels: {? no : yes}", 'labels: {? "no" : "yes"}'),
        ("labels: {team: payments, on call}", 'labels: {team: "payments, on call"}'),
        ("labels: {team: payments,on call,  at night }", 'labels: {team: "payments,on call,  at night" }'),
        ("labels: {a: 'x', team: C:\\dir, on \"call\", b: y z}", 'labels: {a: \'x\', team: "C:\\\\dir, on \\"call\\"", b: y z}'),
        ("labels: { team: payments, on call }", 'labels: { team: "payments, on call" }'),
        ("labels: {team: payments , on call , at night\n  , paged: no }", 'labels: {team: "payments , on call , at night"\n  , paged: "no" }'),
        ("labels: {a: x, y, b: v, w, paged: no}", 'labels: {a: "x, y", b: "v, w", paged: "no"}'),
        ("labels: {team: payments,\n   on call}", 'labels: {team: "payments, on call"}'),
        ("labels: {cell: 012, on call}", 'labels: {cell: "012, on call"}'),
        ("labels: {team: on call, on call, on call}", 'labels: {team: "on call, on call, on call"}'),
    ],
)  # fmt: skip
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_quotes_are_all_that_changes(before: str, after: str, line_end: str, mark: str) -> None:
    files = {path: (mark + text).replace("\n", line_end).encode() for path, text in incident("").items()}
    wrong = files | {INCIDENT: files[INCIDENT] + f"{before}\n".replace("\n", line_end).encode()}
    mended, why = fixed(wrong)
    assert why == []
    assert mended[INCIDENT] == files[INCIDENT] + f"{after}\n".replace("\n", line_end).encode()
    assert mended == wrong | {INCIDENT: mended[INCIDENT]}
    assert codes(report(mended, "investigating")) == []


@pytest.mark.parametrize(
    "text",
    [
        "impact: {users: {affected: 12,400, description: x}, scope: {description: z}}",
        "labels: {team: payments, 'on call'}",
        "labels: {team: payments, # on call\n  at night}",
        "roles: {commander: alice, bob}",
        "roles: {commander: alice, communications}",
        "first_actions: {assess: {note: P0, at, by: alice}}",
        "resolution: {how: mitigated, note}",
        "severity: {level: P0, basis}",
        "status: {level: P0, basis}",
    ],
)
def test_what_may_be_two_things_is_left_to_people(text: str) -> None:
    files = incident(f"{text}\n")
    mended, why = fixed(files)
    assert (mended[INCIDENT].decode(), why) == (files[INCIDENT], [])


def test_where_no_text_is_meant_quotes_would_not_help() -> None:
    files = timeline("- at: 2026-11-23T08:52:00Z\n  kind: mitigation\n  action: other\n  temporary: no\n  text: no\n")
    mended, _ = fixed(files)
    assert changed(files[TIMELINE], mended[TIMELINE]) == ["-   text: no\n", '+   text: "no"\n']
    assert codes(report(mended, "investigating")) == ["HW007"]


def test_front_matter_is_mended_and_the_text_below_it_is_not_touched() -> None:
    name = f"{FOLDER}/postmortem.md"
    files = records(stage="closed")
    files[name] = (
        files[name].replace("authors: [alice]", "authors: [alice]\ncontributing_factors: [no, 012]")
        + "\nno\n---\nno: no\n"
    )
    mended, why = fixed(files, "closed")
    assert why == []
    assert changed(files[name], mended[name]) == [
        "- contributing_factors: [no, 012]\n", '+ contributing_factors: ["no", "012"]\n'
    ]  # fmt: skip


def test_a_file_with_very_many_of_them_is_mended_at_once() -> None:
    many = "".join(f"  a{number}: no\n" for number in range(250))
    mended, why = fixed(incident(f"labels:\n{many}"))
    assert why == []
    assert b": no\n" not in mended[INCIDENT]


# --- HW103: order


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (LATE + EARLY, EARLY + LATE),
        (LATE + "\n" + EARLY + "\n# the end\n", EARLY + "\n" + LATE + "\n# the end\n"),
        (LATE + "# about sooner\n" + EARLY, "# about sooner\n" + EARLY + LATE),
        (LATE + "  # in later\n\n# alone\n\n# about sooner\n" + EARLY, "# about sooner\n" + EARLY + "\n" + LATE + "  # in later\n\n# alone\n"),
        ((LATE + EARLY).removesuffix("\n"), (EARLY + LATE).removesuffix("\n")),
        (LATE.replace("later", "|\n    later\n\n    # no comment") + "\n" + EARLY, EARLY + "\n" + LATE.replace("later", "|\n    later\n\n    # no comment")),
        (LATE.replace("later", "|+\n    later\n\n") + EARLY, EARLY + LATE.replace("later", "|+\n    later\n\n")),
        (LATE.replace("later", ">-\n    later\n    on") + EARLY, EARLY + LATE.replace("later", ">-\n    later\n    on")),
        (LATE.replace("later", "'later\n\n\n    # on'") + EARLY, EARLY + LATE.replace("later", "'later\n\n\n    # on'")),
        ("- {at: 2026-11-23T08:53:00Z, kind: note, text: b}\n-\n  # in it\n  at: 2026-11-23T08:52:00Z\n  kind: note\n  text: a\n   on\n",
         "-\n  # in it\n  at: 2026-11-23T08:52:00Z\n  kind: note\n  text: a\n   on\n- {at: 2026-11-23T08:53:00Z, kind: note, text: b}\n"),
        (LATE + LATE.replace("later", "other") + EARLY + EARLY.replace("sooner", "other"), EARLY + EARLY.replace("sooner", "other") + LATE + LATE.replace("later", "other")),
        (LATE + EARLY.replace("at: 2026-11-23T08:52:00Z", "between: [2026-11-23T08:52:00Z, 2026-11-23T08:58:00Z]"),
         EARLY.replace("at: 2026-11-23T08:52:00Z", "between: [2026-11-23T08:52:00Z, 2026-11-23T08:58:00Z]") + LATE),
        # What is not surely out of place keeps its place among the others.
        (LATE + "- {at: 2026-11-23, kind: note, text: day}\n" + EARLY, EARLY + LATE + "- {at: 2026-11-23, kind: note, text: day}\n"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_entries_are_sorted_each_with_its_comments(before: str, after: str, line_end: str) -> None:
    files = {path: text.replace("\n", line_end) for path, text in records().items()}
    wrong = files | {TIMELINE: files[TIMELINE] + before.replace("\n", line_end)}
    assert "HW103" in codes(report({path: text.encode() for path, text in wrong.items()}, "investigating"))
    mended, why = fixed(wrong)
    assert why == []
    assert mended[TIMELINE].decode() == files[TIMELINE] + after.replace("\n", line_end)
    assert codes(report(mended, "investigating")) == []


@pytest.mark.parametrize(
    ("head", "moves"),
    [
        ("# yaml-language-server: $schema=x\n", ""),
        ("# The log of the night\n# in UTC\n", ""),
        ("---\n# yaml-language-server: $schema=x\n", ""),
        ("# The log\n\n", "# about later\n"),
        ("---\n", "# about later\n"),
    ],
)
def test_what_speaks_of_the_file_stays_on_top(head: str, moves: str) -> None:
    rest = records()[TIMELINE]
    late = "- at: 2026-11-23T08:53:00Z\n  kind: note\n  text: later\n"
    mended, why = fixed({**records(), TIMELINE: head + moves + late + rest})
    assert why == []
    assert mended[TIMELINE].decode() == head + rest + moves + late


def test_a_list_in_brackets_is_sorted_in_its_brackets() -> None:
    entries = value({TIMELINE: records()[TIMELINE].encode()}, TIMELINE)
    first, second, third = (
        "{" + ", ".join(f"{key}: {_flow(item)}" for key, item in entry.items()) + "}" for entry in entries
    )
    mended, why = fixed({**records(), TIMELINE: f"[ {third}, # third\n  {first},\n {second} ]\n"})
    assert why == []
    assert mended[TIMELINE].decode() == f"[ {first}, # third\n  {second},\n {third} ]\n"


def _flow(item: object) -> str:
    return f"[{', '.join(item)}]" if isinstance(item, list) else f"'{item}'"


@pytest.mark.parametrize("block", ["|", ">"])
def test_a_text_that_hangs_on_the_end_of_the_file_is_not_moved(block: str) -> None:
    files = timeline(LATE + EARLY.replace("sooner", f"{block}\n    sooner").removesuffix("\n"))
    mended, why = fixed(files)
    assert mended[TIMELINE].decode() == files[TIMELINE]
    assert why == ["timeline.yaml ends within a line, and a text may hang on that; add the line end, and try again"]


# --- HW223: folding

ENTRY = "at: 2026-11-25T10:00:00Z\nby: dave\nkind: note\ntext: Asked payments\n"
ITEM = "- id: 1001-k3f9\n  at: 2026-11-25T10:00:00Z\n  by: dave\n  kind: note\n  text: Asked payments\n"
NAME = f"{FOLDER}/timeline.d/1001-k3f9.yaml"


@pytest.mark.parametrize(
    ("name", "entry", "item"),
    [
        ("1001-k3f9", ENTRY, ITEM),
        ("1001-k3f9", ENTRY.removesuffix("\n"), ITEM),
        ("1001-k3f9", f"\ufeff{ENTRY}\n\n", ITEM),
        ("1001-k3f9", f"id: 1001-k3f9\n{ENTRY}", ITEM),
        ("1001-k3f9", ENTRY.replace("\n", "\r\n"), ITEM),
        ("1001-k3f9", f"# yaml-language-server: $schema=x\n# by phone\n\n{ENTRY}# the end\n", f"# by phone\n{ITEM}  # the end\n"),
        ("1001-k3f9", f"---\n{ENTRY}...\n# gone\n", ITEM),
        ("1001-k3f9", "  at: 2026-11-25T10:00:00Z\n  kind: note\n  text: a\n   b\n", "-   id: 1001-k3f9\n    at: 2026-11-25T10:00:00Z\n    kind: note\n    text: a\n     b\n"),
        ("1001-k3f9", "at: 2026-11-25T10:00:00Z\nkind: note\ntext: |2\n    a\n\n   \n  b\n", "- id: 1001-k3f9\n  at: 2026-11-25T10:00:00Z\n  kind: note\n  text: |2\n      a\n\n     \n    b\n"),
        ("1001-k3f9", "at: 2026-11-25T10:00:00Z\nkind: note\ntext: |+\n  a\n\n\n", "- id: 1001-k3f9\n  at: 2026-11-25T10:00:00Z\n  kind: note\n  text: |+\n    a\n\n\n"),
        ("1001-k3f9", "at: 2026-11-25T10:00:00Z\nkind: note\ntext: 'a\n\n b'\n", "- id: 1001-k3f9\n  at: 2026-11-25T10:00:00Z\n  kind: note\n  text: 'a\n\n   b'\n"),
        ("1001-k3f9", "--- { at: 2026-11-25T10:00:00Z,\n kind: note, text: x}  # said so\n", "-     {id: 1001-k3f9, at: 2026-11-25T10:00:00Z,\n   kind: note, text: x}  # said so\n"),
        ("1001", "{at: 2026-11-25T10:00:00Z, kind: note, text: x}", '- {id: "1001", at: 2026-11-25T10:00:00Z, kind: note, text: x}\n'),
        ("2026-11-25", ENTRY, ITEM.replace("1001-k3f9", '"2026-11-25"')),
        ("no", ENTRY, ITEM.replace("1001-k3f9", '"no"')),
        ("null", ENTRY, ITEM.replace("1001-k3f9", '"null"')),
        ("not an id", ENTRY, ITEM.replace("id: 1001-k3f9\n  ", "")),
    ],
)  # fmt: skip
def test_a_file_becomes_an_item_word_by_word(name: str, entry: str, item: str) -> None:
    files = records(stage="closed")
    mended, why = fixed({**files, f"{FOLDER}/timeline.d/{name}.yaml": entry}, "closed")
    assert why == []
    assert mended[TIMELINE].decode() == files[TIMELINE] + item
    assert mended.keys() == files.keys()
    assert codes(report(mended, "closed")) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, ITEM),
        ("", ITEM),
        ("# The log", f"# The log\n{ITEM}".removesuffix("\n")),
        ("[]\n", ITEM),
        ("[]", ITEM),
        ("# The log\n[]  # nothing yet\n", f"# The log\n  # nothing yet\n{ITEM}"),
        ("--- []\n", f"--- \n{ITEM}"),
        ("null\n", ITEM),
        ("---\n", f"---\n{ITEM}"),
        ("- {at: 2026-11-25T10:00Z, kind: note, text: x}", f"- {{at: 2026-11-25T10:00Z, kind: note, text: x}}\n{ITEM}".removesuffix("\n")),
        ("  - {at: 2026-11-25T10:00Z, kind: note, text: x}\n    # in it\n# end\n...\n",
         "  - {at: 2026-11-25T10:00Z, kind: note, text: x}\n    # in it\n" + "".join(f"  {line}\n" for line in ITEM.splitlines()) + "# end\n...\n"),
        ("# x\r\n[]\r\n", f"# x\n{ITEM}".replace("\n", "\r\n")),
        ("- at: 2026-11-25T10:00Z\n  kind: note\n  text: |+\n    x\n\n", f"- at: 2026-11-25T10:00Z\n  kind: note\n  text: |+\n    x\n\n{ITEM}"),
    ],
)  # fmt: skip
def test_it_goes_behind_what_is_there(before: str | None, after: str) -> None:
    files = {**records({"timeline.yaml": before}, stage="closed"), NAME: ENTRY}
    mended, why = fixed(files, "closed")
    assert why == []
    assert mended[TIMELINE].decode() == after
    assert NAME not in mended


def test_files_go_in_by_time_and_among_the_others_by_time() -> None:
    files = records(stage="closed")
    names = {"1004-b": "2026-11-25T10:04:00Z", "1005-a": "2026-11-25T10:03:00Z", "0852-c": "2026-11-23T08:52:00Z"}
    fragments = {
        f"{FOLDER}/timeline.d/{name}.yaml": ENTRY.replace("2026-11-25T10:00:00Z", at) for name, at in names.items()
    }
    mended, _ = fixed({**files, **fragments}, "closed")
    entries = value(mended, TIMELINE)
    assert [entry["at"] for entry in entries] == sorted(entry["at"] for entry in entries)
    assert [entry["id"] for entry in entries if "id" in entry] == ["0852-c", "1005-a", "1004-b"]


def test_folding_that_was_cut_short_is_finished_and_not_done_twice() -> None:
    files = records(stage="closed")
    whole = {**files, NAME: ENTRY, f"{FOLDER}/timeline.d/1002-zzzz.yaml": ENTRY.replace("10:00", "10:02")}
    mended, _ = fixed(whole, "closed")
    # A crash between the write and each of the removals.
    halves: list[dict[str, bytes]] = [
        {**mended, NAME: ENTRY.encode()},
        {
            **mended,
            NAME: ENTRY.encode(),
            f"{FOLDER}/timeline.d/1002-zzzz.yaml": ENTRY.replace("10:00", "10:02").encode(),
        },
    ]
    for half in halves:
        assert fixed(half, "closed") == (mended, [])


def test_another_entry_of_that_id_is_not_taken_for_it() -> None:
    files = records(stage="closed")
    files[TIMELINE] += ITEM.replace("payments", "somebody else")
    mended, why = fixed({**files, NAME: ENTRY}, "closed")
    assert NAME in mended
    assert mended[TIMELINE].decode() == files[TIMELINE]
    assert why == ["timeline.d/1001-k3f9.yaml was not folded: timeline.yaml has another entry 1001-k3f9"]


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({NAME: "at: 2026-11-25T10:00:00Z\nkind: note\ntext: |\n  cut"}, f"{NAME} ends within a line, and a text may hang on that; add the line end, and try again"),
        ({NAME: ENTRY, TIMELINE: "[{at: 2026-11-25T10:00Z, kind: note, text: x}]\n"}, "timeline.yaml is a list in brackets; write it in lines, each entry behind `- `, and try again"),
    ],
)  # fmt: skip
def test_what_cannot_be_folded_as_it_is_stays_and_says_why(files: dict[str, str], why: str) -> None:
    before = {path: text.encode() for path, text in {**records(stage="closed"), **files}.items()}
    assert fixed(before, "closed") == (before, [f"timeline.d/1001-k3f9.yaml was not folded: {why}"])


@pytest.mark.parametrize("stage", ["investigating", "resolved"])
def test_a_live_incident_keeps_its_files(stage: str) -> None:
    files = {path: text.encode() for path, text in records(stage=stage).items()}
    files[NAME] = ENTRY.replace("2026-11-25T10:00", "2026-11-23T08:50").encode()
    assert fixed(files, stage) == (files, [])


# --- whatever is there

BITS = st.sampled_from(
    [
        "- at: 2026-11-23T08:5{n}:00Z\n  kind: note\n  text: x\n",
        "- {{at: 2026-11-23T08:5{n}:00Z, kind: note, text: no}}\n",
        "- {{at: 2026-11-23T08:5{n}Z, kind: note, text: a, b c}}  # why\n",
        "-   at: 2026-11-23T08:5{n}:00Z\n    kind: note\n    text: |\n\n      # x\n     \n\n",
        "- at: 2026-11-23T08:5{n}:00Z\n  kind: note\n  text: >+\n    x\n\n    y\n\n\n",
        "- at: 2026-11-23T08:5{n}:00Z\n  # in\n  kind: note\n  text: x\n   y\n\n   z\n",
        '- at: 2026-11-23T08:5{n}:00Z\n  kind: note\n  text: "x\n\n  # y\\\n  z"\n',
        "-\tat: 2026-11-23T08:5{n}:00Z\n\tkind: note\n",
        "-\n  at: 2026-11-23T08:5{n}:00Z\n  kind: note\n  text: 1:30\n",
        "- # of it\n  at: 2026-11-23T08:5{n}:00Z\n  kind: note\n  text: 日本 é\n",
        "- - at: 2026-11-23T08:5{n}:00Z\n",
        "# about what follows\n", "  # deeper\n", "\n", "\n\n", "   \n", "\t\n", "---\n", "...\n", "# - at: x\n", "#\n", "%YAML 1.2\n",
        "# yaml-language-server: $schema=x\n", "- id: no\n  at: 2026-11-23T08:5{n}:00Z\n  kind: note\n  text: x", "- [", "- ]\n", "- &a x\n",
    ]
)  # fmt: skip
PIECES = st.lists(st.builds(lambda bit, n: bit.format(n=n), BITS, st.integers(2, 9)), max_size=8).map("".join)
SHAPES = PIECES | st.tuples(PIECES, st.sampled_from(["\r\n", "\n"])).map(lambda pair: pair[0].replace("\n", pair[1]))


def known(found: Report) -> set[tuple[str, str]]:
    return {(diagnostic.code, diagnostic.path) for diagnostic in found.diagnostics}


@settings(max_examples=120, deadline=None)
@given(SHAPES, st.sampled_from(["", "\ufeff"]), st.booleans())
def test_whatever_a_timeline_holds_its_words_stay_and_nothing_new_is_found(text: str, mark: str, closed: bool) -> None:  # noqa: FBT001
    stage = "closed" if closed else "investigating"
    files = {path: content.encode() for path, content in records(stage=stage).items()}
    files[TIMELINE] = (mark + files[TIMELINE].decode() + text).encode()
    before = report(files, stage)
    mended, _ = fixed(files, stage)
    assert mended.keys() == files.keys()
    assert {path for path in files if mended[path] != files[path]} <= {TIMELINE}
    # Lines only move, and quotes come.
    assert sorted(_bare(mended[TIMELINE])) == sorted(_bare(files[TIMELINE]))
    old = load_document(MappingSnapshot(files), TIMELINE)
    if old.value is not None:
        assert sorted(map(repr, value(mended, TIMELINE))) == sorted(
            map(repr, old.value if isinstance(old.value, list) else [])
        )
        assert known(report(mended, stage)) <= known(before)


def _bare(data: bytes) -> list[str]:
    # The end of the last line apart: an entry that had none gets one when another comes to stand below it.
    text = data.decode().removeprefix("\ufeff").removesuffix("\n")
    return [line.replace('"', "").rstrip("\r") for line in text.split("\n")]


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        SHAPES.map(lambda text: text.replace("- ", "  ")) | st.just(ENTRY) | st.just(ENTRY + "\n# x\n"), max_size=3
    ),
    SHAPES,
)
def test_whatever_is_folded_each_entry_is_there_once_as_it_was(entries: list[str], text: str) -> None:
    files = {path: content.encode() for path, content in records(stage="closed").items()}
    files[TIMELINE] += text.encode()
    for number, entry in enumerate(entries):
        files[f"{FOLDER}/timeline.d/10{number}-k3f9.yaml"] = entry.encode()
    names = [path for path in files if "/timeline.d/" in path]
    mended, _ = fixed(files, "closed")
    if any(name in mended for name in names) or not names:
        assert all(name in mended for name in names)
        return
    told = [_sorted(entry) for entry in value(mended, TIMELINE)]
    for name in names:
        document = load_document(MappingSnapshot(files), name)
        # Where a comma had cut a text, it was mended first.
        if isinstance(document.value, dict):
            stem = name.rsplit("/", 1)[-1].removesuffix(".yaml")
            assert told.count(_sorted({"id": stem, **document.value})) == 1


def _sorted(entry: dict[str, object]) -> str:
    return repr(sorted(entry.items()))
