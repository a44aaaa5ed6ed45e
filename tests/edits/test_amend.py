"""Amendments of an incident's files: what they make of a text, line by line, and what they refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hotwash.edits.amend import amended, text_of, text_of_entry
from hotwash.edits.amendment import Add, Create, Drop, Fold, Put
from hotwash.records.reader import DEPTH_LIMIT
from hotwash.records.snapshot import MappingSnapshot
from hotwash.records.splice import Unproven, read
from tests.builders import COMPLETE, FOLDER
from tests.edits.layouts import LONG, TEXTS, Held

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hotwash.edits.amendment import Amendment

INCIDENT = f"{FOLDER}/incident.yaml"
MODELINE = "# yaml-language-server: $schema=../../../schemas/{}.schema.json\n"
SIGNED: dict[str, Held] = {"by": "alice", "at": "2026-11-23T08:47:30Z", "note": "every EU card payment fails"}


def after(text: str, *amendments: Amendment, name: str = "incident.yaml") -> str:
    """One file after amendments."""
    found = amended(MappingSnapshot({f"{FOLDER}/{name}": text.encode()}), FOLDER, amendments)
    assert not isinstance(found, Unproven), found.why
    assert set(found) <= {f"{FOLDER}/{name}"}
    new = found.get(f"{FOLDER}/{name}", text.encode())
    assert new is not None
    return new.decode()


def refusal(files: Mapping[str, str], *amendments: Amendment) -> str:
    """Why amendments were not made."""
    found = amended(
        MappingSnapshot({f"{FOLDER}/{name}": text.encode() for name, text in files.items()}), FOLDER, amendments
    )
    assert isinstance(found, Unproven), found
    return found.why


def put(route: str, value: Held) -> Put:
    """Of incident.yaml."""
    return Put("incident.yaml", tuple(int(part) if part.isdigit() else part for part in route.split(".")), value)


def add(route: str, value: Held) -> Add:
    """To incident.yaml."""
    return Add("incident.yaml", tuple(route.split(".")), value)


def drop(route: str) -> Drop:
    """Of incident.yaml."""
    return Drop("incident.yaml", tuple(int(part) if part.isdigit() else part for part in route.split(".")))


# --- a value where one stands


@pytest.mark.parametrize(
    ("before", "route", "value", "new"),
    [
        ("status: declared\n", "status", "investigating", "status: investigating\n"),
        ("status:   'declared'   # now\n", "status", "closed", "status:   closed   # now\n"),
        ("a: 1 # x\nstatus: declared\n", "status", "closed", "a: 1 # x\nstatus: closed\n"),
        ("severity: P1\n", "severity", {"level": "P0", "basis": "editor"}, "severity: {level: P0, basis: editor}\n"),
        ("severity: {level: P1, basis: editor}\n", "severity", "P0", "severity: P0\n"),
        ("severity: {level: P1,basis: editor} # s\n", "severity.level", "P0", "severity: {level: P0,basis: editor} # s\n"),
        ("users:\n  # who\n  affected: 1\n  share: 0.1 # ten\n", "users", {"affected": 1, "share": 0.2}, "users:\n  # who\n  affected: 1\n  share: 0.2 # ten\n"),
        ("users:\n  affected: 1\nscope:\n", "users.affected", {"unknown": "nobody knows"}, "users:\n  affected: {unknown: nobody knows}\nscope:\n"),
        ("users: unknown\nscope:\n", "users", {"a": {"b": 1}}, "users:\n  a: {b: 1}\nscope:\n"),
        ("users: unknown # why\nscope:\n", "users", {"a": {"b": 1}}, "users: # why\n  a: {b: 1}\nscope:\n"),
        ("users:\n    a:\n        b: 1\nx: y\n", "x", {"c": {"d": [[1]]}}, "users:\n    a:\n        b: 1\nx:\n    c:\n        d:\n            - [1]\n"),
        ("text: >-\n  one\n  two\n\n# next\nx: y\n", "text", "three", "text: three\n\n# next\nx: y\n"),
        ("text: |+ # kept\n  one\n\n\nx: y\n", "text", "three", "text: three # kept\nx: y\n"),
        ("text: one # c\n", "text", "two\nlines\n", "text: | # c\n  two\n  lines\n"),
        ("text:\n  one\n  two\nx: y\n", "text", "three", "text:\n  three\nx: y\n"),
        ("list:\n  - a\n  - b # bee\n", "list", ["a", "c"], "list:\n  - a\n  - c # bee\n"),
        ("list:\n  - a\n  - b # bee\n", "list", ["a", "b", "c"], "list:\n  - a\n  - b # bee\n  - c\n"),
        ("list:\n  - a\n  - b # bee\n", "list", ["a"], "list:\n  - a\n"),
        ("list:\n  - a\n  - b\n", "list", {"none": "looked"}, "list: {none: looked}\n"),
        ("list:\n- a\n- b\n", "list.1", {"x": "z"}, "list:\n- a\n- {x: z}\n"),
        ("list:\n- |- # c\n  a\n  b\n- c\n", "list.0", {"x": ["z"]}, "list:\n- x: [z] # c\n- c\n"),
        ("list: [a, b]\n", "list.1", {"x": "z"}, "list: [a, {x: z}]\n"),
        ("a: {b: , c: d}\n", "a.b", "x, y", 'a: {b: "x, y" , c: d}\n'),
        ("a: x\n", "a", None, "a:\n"),
    ],
)  # fmt: skip
def test_a_value_takes_the_place_of_another(before: str, route: str, value: Held, new: str) -> None:
    assert after(before, put(route, value)) == new
    crlf = after(before.replace("\n", "\r\n"), put(route, value))
    assert crlf == new.replace("\n", "\r\n")
    marked = amended(MappingSnapshot({INCIDENT: b"\xef\xbb\xbf" + before.encode()}), FOLDER, [put(route, value)])
    assert marked == {INCIDENT: b"\xef\xbb\xbf" + new.encode()}


def test_an_empty_value_is_filled_on_its_own_line() -> None:
    before = "first_actions:\n  # 1 severity\n  assess:\n  # 2 quick\n  stabilize:   # sign here\n  gather: \n"
    new = after(
        before, put("first_actions.assess", SIGNED), put("first_actions.stabilize", SIGNED), put("first_actions.gather", SIGNED)
    )  # fmt: skip
    signed = "{by: alice, at: 2026-11-23T08:47:30Z, note: every EU card payment fails}"
    assert new == (
        f"first_actions:\n  # 1 severity\n  assess: {signed}\n  # 2 quick\n  stabilize: {signed}   # sign here\n"
        f"  gather: {signed}\n"
    )


def test_what_does_not_fit_in_a_line_stands_in_lines() -> None:
    new = after(
        "first_actions:\n  assess:\n  # 2 quick\n  stabilize:\n", put("first_actions.assess", {**SIGNED, "note": LONG})
    )
    assert new == (
        "first_actions:\n  assess:\n    by: alice\n    at: 2026-11-23T08:47:30Z\n    note: >-\n"
        "      We have rolled back checkout-api to v412: errors fall from 31 % to 0.4 %, and nobody has lost an order. The next\n"
        "      word from us comes at 09:30, or as soon as it is over; until then, please hold all deployments of payments.\n"
        "  # 2 quick\n  stabilize:\n"
    )  # fmt: skip
    assert max(map(len, new.splitlines())) <= 120


def test_comments_in_one_column_stay_in_it() -> None:
    before = "status: declared     # s\nseverity: P1         # v\nservices: [a]   # alone\n"
    new = after(before, put("status", "investigating"), put("severity", "P0"), put("services", ["a", "b"]))
    assert new == "status: investigating # s\nseverity: P0         # v\nservices: [a, b]   # alone\n"
    assert after(before, put("status", "closed")).splitlines()[0] == "status: closed       # s"


# --- a value where none stands


@pytest.mark.parametrize(
    ("before", "route", "value", "new"),
    [
        # In the order in which records are shown, with the comments where they were.
        ("title: x\nstatus: y\n\n# links\nreferences: []\n", "severity", "P1", "title: x\nstatus: y\nseverity: P1\n\n# links\nreferences: []\n"),
        ("times:\n  started: a # s\n    # deeper\n  # of resolved\n  resolved: b\n", "times.declared", "c", "times:\n  started: a # s\n    # deeper\n  declared: c\n  # of resolved\n  resolved: b\n"),
        ("times:\n  # all UTC\n  resolved: b\n", "times.started", "a", "times:\n  started: a\n  # all UTC\n  resolved: b\n"),
        ("# file\nstatus: y\n", "title", "x", "# file\ntitle: x\nstatus: y\n"),
        ("title: x\n", "impact.users.affected", 1, "title: x\nimpact:\n  users:\n    affected: 1\n"),
        ("impact:\n# c\ntitle: x\n", "impact.users", {"affected": 1}, "impact:\n  users:\n    affected: 1\n# c\ntitle: x\n"),
        ("impact: {}\n", "impact.users", {"affected": 1}, "impact:\n  users:\n    affected: 1\n"),
        ("labels: {a: b}\n", "labels.team", "no", 'labels: {a: b, team: "no"}\n'),
        ("labels: {\n  a: b, # c\n}\n", "labels.team", "x", "labels: {\n  a: b, team: x # c\n}\n"),
        ("roles:\n  commander: a", "roles.communications", "b", "roles:\n  commander: a\n  communications: b"),
        ("title: x\n\ntimes:\n  started: a\n\nroles:\n  commander: a\n", "impact.users.affected", 1, "title: x\n\ntimes:\n  started: a\n\nroles:\n  commander: a\n\nimpact:\n  users:\n    affected: 1\n"),
        ("---\ntitle: x\n...\n", "status", "z", "---\ntitle: x\nstatus: z\n...\n"),
        ("labels:\n  - {a: b}\n", "labels.0.c", "d", "labels:\n  - {a: b, c: d}\n"),
        ("labels:\n  - a: b\n    e: f # g\n", "labels.0.c", "d", "labels:\n  - a: b\n    e: f # g\n    c: d\n"),
    ],
)  # fmt: skip
def test_a_new_key_stands_where_people_look_for_it(before: str, route: str, value: Held, new: str) -> None:
    assert after(before, put(route, value)) == new
    assert after(before.replace("\n", "\r\n"), put(route, value)) == new.replace("\n", "\r\n")


@pytest.mark.parametrize(
    ("before", "route", "value", "new"),
    [
        ("x: [a, b] # c\n", "x", "d", "x: [a, b, d] # c\n"),
        ("x: [a, b,]\n", "x", "d", "x: [a, b, d]\n"),
        ("x:\n- a\n# of y\ny: z\n", "x", "d", "x:\n- a\n- d\n# of y\ny: z\n"),
        ("x:\n  - a: b\n    c: d\n", "x", {"a": "e"}, "x:\n  - a: b\n    c: d\n  - a: e\n"),
        ("x:\n  - {a: b}\n    # deeper\n", "x", {"a": "e"}, "x:\n  - {a: b}\n    # deeper\n  - {a: e}\n"),
        ("x:\n  - a\n\n  - b\ny: z\n", "x", "c", "x:\n  - a\n\n  - b\n\n  - c\ny: z\n"),
        ("x: {none: nothing was found}\n", "x", {"a": "b"}, "x:\n  - {a: b}\n"),
        ("x: engineers\n", "x", "public", "x: [engineers, public]\n"),
        ("x:\ny: z\n", "x", "a", "x: [a]\ny: z\n"),
        ("x: []\n", "x", "a", "x: [a]\n"),
        ("y: z\n", "x", "a", "y: z\nx: [a]\n"),
        ("title: z\n", "evidence.logs", {"summary": "a, b"}, 'title: z\nevidence:\n  logs:\n    - {summary: "a, b"}\n'),
    ],
)
def test_an_item_comes_last_and_the_list_is_made_for_it(before: str, route: str, value: Held, new: str) -> None:
    assert after(before, add(route, value)) == new
    assert after(before.replace("\n", "\r\n"), add(route, value)) == new.replace("\n", "\r\n")


@pytest.mark.parametrize(
    ("before", "route", "new"),
    [
        ("a: 1\nb: 2 # two\n# of c\nc: 3\n", "b", "a: 1\n# of c\nc: 3\n"),
        ("a: 1\n\nb:\n  x: y\n    # deeper\n\nc: 3\n", "b", "a: 1\n\nc: 3\n"),
        ("times:\n  mitigated: a\n", "times.mitigated", "times: {}\n"),
        ("times: {a: 1, b: 2, c: 3}\n", "times.b", "times: {a: 1, c: 3}\n"),
        ("times: {a: 1, b: 2}\n", "times.b", "times: {a: 1}\n"),
        ("times: {a: 1, # one\n  b: 2}\n", "times.b", "times: {a: 1, # one\n  }\n"),
        ("x:\n  - a: 1\n    b: 2\n", "x.0.a", "x:\n  - b: 2\n"),
        ("x:\n  - a\n  - b\n", "x.0", "x:\n  - b\n"),
        ("x: [a]\n", "x.0", "x: []\n"),
        ("a: 1\n", "b", "a: 1\n"),
        ("a: 1\n", "b.c", "a: 1\n"),
    ],
)
def test_what_is_dropped_goes_with_its_key_and_nothing_else_does(before: str, route: str, new: str) -> None:
    assert after(before, drop(route)) == new
    assert after(before.replace("\n", "\r\n"), drop(route)) == new.replace("\n", "\r\n")


def test_what_stands_there_already_changes_nothing() -> None:
    text = "times: {started:   2026-11-23T08:41:00Z}\nshare: 0.10\n"
    same: list[Amendment] = [put("times", {"started": "2026-11-23T08:41:00Z"}), put("share", 0.1), drop("title")]
    assert amended(MappingSnapshot({INCIDENT: text.encode()}), FOLDER, same) == {}
    there_and_back = [put("share", 0.2), put("share", 0.1)]
    assert after(text, *there_and_back) == text.replace("0.10", "0.1")


# --- texts


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize(
    "before", ["a: x\n", "a: {b: x}\n", "a: [x]\n", "a:\n- x\n- z\n", "a:\n  b:\n    c: x", "a:\n"]
)
def test_each_text_comes_back_as_it_was(before: str, text: str) -> None:
    route = {"a: {b: x}\n": "a.b", "a: [x]\n": "a.0", "a:\n- x\n- z\n": "a.0", "a:\n  b:\n    c: x": "a.b.c"}.get(
        before, "a"
    )
    if before.endswith("x") and text in ("line\n", "lines\n\nwith a gap\n"):
        return  # the last line end would be the text's; see below
    document = read(INCIDENT, "incident", after(before, put(route, text)).encode())
    value: Held = document.value
    for part in route.split("."):
        value = value[int(part) if part.isdigit() else part]
    assert (value, document.doubts) == (text, ())


def test_a_text_that_ends_its_line_is_quoted_where_the_file_does_not() -> None:
    assert after("a: x", put("a", "line\n")) == 'a: "line\\n"'


def test_where_a_text_hangs_on_the_missing_line_end_nothing_is_added() -> None:
    why = refusal({"incident.yaml": "a: |\n  x"}, put("b", "y"))
    assert why == f"{INCIDENT} ends within a line, and a text may hang on that; add the line end, and try again"


def test_words_that_others_read_as_no_text_are_quoted() -> None:
    texts = ["no", "012", "1:30", "12400", "null", "2026", "12-3"]
    assert after("a: x\n", put("a", texts)) == 'a: ["no", "012", "1:30", "12400", "null", "2026", "12-3"]\n'
    plain = ["2026-11-23", "2026-11-23T08:41:00Z", "0841-k3f9", "v412", "https://x.example/a", "it's"]
    assert after("a: x\n", put("a", plain)) == f"a: [{', '.join(plain)}]\n"


# --- whole files


def test_a_new_incident_has_the_keys_of_all_four_first_actions() -> None:
    value: Held = {
        "roles": {"commander": "alice"},
        "times": {"declared": "2026-11-23T08:46:00Z"},
        "services": ["checkout-api"],
        "severity": "P0",
        "status": "declared",
        "title": "Checkout: 500 for EU customers",
    }
    assert text_of("incident", value) == MODELINE.format("incident") + (
        'title: "Checkout: 500 for EU customers"\nstatus: declared\nseverity: P0\nservices: [checkout-api]\n'
        "times:\n  declared: 2026-11-23T08:46:00Z\nroles:\n  commander: alice\nfirst_actions:\n"
        "  # 1 severity and user impact\n  assess:\n"
        "  # 2 quick mitigation, or {by, at, none: which options were looked at}\n  stabilize:\n"
        "  # 3 logs, metrics, recent changes, similar incidents\n  gather:\n"
        "  # 4 status told\n  communicate:\n"
    )


def test_an_entry_begins_with_when_and_who_and_ends_with_its_text() -> None:
    value = {
        "text": "Rolled back",
        "kind": "mitigation",
        "action": "rollback",
        "by": "carol",
        "ahead_of_gate": "It burned too hot",
        "at": "2026-11-23T08:49:00Z",
    }
    assert text_of_entry(value) == (
        "# yaml-language-server: $schema=../../../../schemas/timeline-entry.schema.json\n"
        "at: 2026-11-23T08:49:00Z\nby: carol\nkind: mitigation\naction: rollback\ntext: Rolled back\n"
        "ahead_of_gate: It burned too hot\n"
    )


@pytest.mark.parametrize("text", TEXTS)
def test_a_new_record_says_what_it_was_given(text: str) -> None:
    entry: Held = {
        "at": "2026-11-23T08:49:00Z",
        "kind": "note",
        "url": {"none": text},
        "to": [text, {text: text}],
        "text": text,
    }
    document = read("", "timeline-entry", text_of_entry(entry).encode())
    assert (document.value, document.problems, document.doubts) == (entry, (), ())
    items: Held = [{"id": "AI-1", "title": text, "proof": {"none": text}, "labels": [text]}, {text: text}]
    for made in (items, {"none": text}):
        document = read("", "action-items", text_of("action-items", made).encode())
        assert (document.value, document.problems, document.doubts) == (made, (), ())


def test_a_record_that_is_not_there_is_begun() -> None:
    schema = MODELINE.format("incident").replace("../../../", "../../../../")
    files = {INCIDENT: (schema + "title: x\n").encode()}
    item = {"title": "Alert", "id": "AI-1"}
    found = amended(MappingSnapshot(files), FOLDER, [Add("action-items.yaml", (), item), Drop("timeline.yaml", (0,))])
    # The schema is where that of the incident is.
    line = schema.replace("incident.schema", "action-items.schema")
    assert found == {f"{FOLDER}/action-items.yaml": f"{line}- id: AI-1\n  title: Alert\n".encode()}
    assert amended(MappingSnapshot({}), FOLDER, [Put("postmortem.md", ("status",), "draft")]) == {
        f"{FOLDER}/postmortem.md": b"---\nstatus: draft\n---\n"
    }


def test_front_matter_is_amended_and_the_text_below_it_is_not_touched() -> None:
    body = "\n## Summary\n\n---\nstatus: draft\n"
    before = f"---\nstatus: draft\nauthors: [alice] # a\n---\n{body}"
    new = after(
        before,
        Put("postmortem.md", ("status",), "published"),
        Put("postmortem.md", ("reviewed",), {"by": "bob", "at": "2026-11-25"}),
        Add("postmortem.md", ("authors",), "carol"),
        name="postmortem.md",
    )
    assert new == (
        f"---\nstatus: published\nauthors: [alice, carol] # a\nreviewed: {{by: bob, at: 2026-11-25}}\n---\n{body}"
    )
    assert after("---\n---\nx\n", Put("postmortem.md", ("status",), "draft"), name="postmortem.md") == (
        "---\nstatus: draft\n---\nx\n"
    )


def test_a_list_takes_the_place_of_the_reason_why_there_was_none() -> None:
    before = "# items\n{none: nothing to do} # yet\n"
    new = after(before, Add("action-items.yaml", (), {"id": "AI-1", "title": "x"}), name="action-items.yaml")
    assert new == "# items\n- id: AI-1\n  title: x # yet\n"


def test_entries_are_created_and_folded_in_one_go() -> None:
    files = {path: text.encode() for path, text in COMPLETE.items()}
    entry = {"at": "2026-11-23T08:58:00Z", "by": "bob", "kind": "note", "text": "x"}
    create = Create("timeline.d/0858-k3f9.yaml", text_of_entry(entry))
    found = amended(
        MappingSnapshot(files), FOLDER, [create, create, Fold(), Fold(), Put("timeline.yaml", (3, "text"), "z")]
    )
    assert found == {
        f"{FOLDER}/timeline.yaml": files[f"{FOLDER}/timeline.yaml"]
        + b"- id: 0858-k3f9\n  at: 2026-11-23T08:58:00Z\n  by: bob\n  kind: note\n  text: z\n"
    }


def test_folding_takes_the_files_away() -> None:
    place = f"{FOLDER}/timeline.d/0858-k3f9.yaml"
    entry = b"at: 2026-11-23T08:58:00Z\nkind: note\ntext: x\n"
    found = amended(MappingSnapshot({place: entry}), FOLDER, [Fold()])
    text = MODELINE.format("timeline") + "- id: 0858-k3f9\n  at: 2026-11-23T08:58:00Z\n  kind: note\n  text: x\n"
    assert found == {f"{FOLDER}/timeline.yaml": text.encode(), place: None}
    assert amended(MappingSnapshot({f"{FOLDER}/timeline.yaml": b"a: [\n"}), FOLDER, [Fold()]) == {}


# --- refusals


@pytest.mark.parametrize(
    ("text", "amendment", "why"),
    [
        ("a: x\n", put("a.b", 1), "holds text at `a`, and nothing can stand below that"),
        ("a: 1\n", put("a.b", 1), "holds a number at `a`, and nothing can stand below that"),
        ("a: [x]\n", put("a.b", 1), "holds a list at `a`, and nothing can stand below that"),
        ("a: [x]\n", put("a.2", 1), "holds a list at `a`, and nothing can stand below that"),
        ("a:\n", put("a.2", 1), "has no item 2 at `a`"),
        ("a: {b: c}\n", add("a", 1), "holds a mapping at `a`, and no list"),
        ("a: 1\n", add("a", 1), "holds a number at `a`, and no list"),
        ("a: 1\na: 2\n", put("b", 1), "cannot be used as it is: the key `a` stands twice in one mapping"),
        ("a: &x 1\n", put("b", 1), "cannot be used as it is: an anchor: &x"),
        ("a: [\n", put("b", 1), "cannot be used as it is: "),
        ("[" * 40 + "]" * 40, put("b", 1), f"cannot be used as it is: the file is nested deeper than {DEPTH_LIMIT} levels"),
        ("a: x\n", put("a", "bell\a"), "would not be right afterwards: an escape stands for the control character U+0007"),
        ("a: x\n", Put("notes.yaml", ("a",), 1), "is no record"),
        ("a: x\n", Create("../x.yaml", ""), "is no place for a record"),
        ("a: x\n", Create("incident.yaml", "b: y\n"), "is there already, and holds something else"),
        ("a: x\n", Create("timeline.d/x.yaml", "a: [\n"), "would not be right: "),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_words_that_begin_with_the_file(text: str, amendment: Amendment, why: str) -> None:
    told = refusal({"incident.yaml": text}, amendment)
    assert not isinstance(amendment, Fold)
    assert told.startswith(f"{FOLDER}/{amendment.file} {why}"), told


def test_what_cannot_be_folded_is_named() -> None:
    entry = "at: 2026-11-23T08:58:00Z\nkind: note\ntext: x\n"
    files = {"timeline.d/0858-k3f9.yaml": entry, "timeline.d/0859-x.yaml": "at: never\nkind: note\ntext: x\n"}
    why = refusal(files, Fold())
    assert why.startswith(f"{FOLDER}/timeline.d was not folded: timeline.d/0859-x.yaml cannot be used as it is: "), why
    files = {"timeline.d/0858-k3f9.yaml": entry, "timeline.yaml": "a: [\n"}
    assert refusal(files, Fold()) == f"{FOLDER}/timeline.d was not folded: timeline.yaml is not YAML as it stands"


def test_all_amendments_are_made_or_none_is() -> None:
    assert "nothing can stand below" in refusal({"incident.yaml": "a: x\n"}, put("b", 1), put("a.b", 1))
