"""Held edit of any record in any layout: it says what was asked for, and not a byte more is another.

Some hundred cases by default; HOTWASH_CASES=10000 tries as many.
"""

from __future__ import annotations

import os
import re
from copy import deepcopy
from random import Random
from typing import TYPE_CHECKING

import pytest

from hotwash.edits.amend import amended
from hotwash.edits.amendment import Add, Drop, Put
from hotwash.records.document import ListNode, MapNode
from hotwash.records.snapshot import MappingSnapshot
from hotwash.records.splice import Unproven, is_same, read
from tests.edits.layouts import FOLDER, Held, Written, an_edit, at, corpus, emptied, from_story, relaid

if TYPE_CHECKING:
    from hotwash.diagnostics import Route
    from hotwash.records.document import Document, Node

CASES = int(os.environ.get("HOTWASH_CASES", "120"))
PARTS = 8
# What cannot be, and is said so; all else has to be done.
REFUSALS = (
    "nothing can stand below that",
    "and no list",
    "has no item",
    "ends within a line, and a text may hang on that; add the line end, and try again",
)


@pytest.mark.parametrize("part", range(PARTS))
def test_only_what_was_asked_for_changes(part: int) -> None:
    refused = 0
    for seed in range(part, CASES, PARTS):
        chance = Random(seed)  # noqa: S311 - no secret
        written = chance.choice(corpus()) if chance.random() < 0.8 else from_story(chance)
        written = relaid(written, chance)
        if chance.random() < 0.2:
            written = emptied(written, chance)
        told = f"seed {seed}: {written.how}"
        before = read("", written.kind, written.data)
        assert not before.problems, (told, before.problems)
        for _ in range(3):
            edit = an_edit(written, chance)
            path = f"{FOLDER}/{written.name}"
            found = amended(MappingSnapshot({path: written.data}), FOLDER, [edit])
            if isinstance(found, Unproven):
                assert found.why.endswith(REFUSALS), (told, edit, found.why)
                refused += 1
                continue
            new = found.get(path, written.data)
            assert new is not None
            _says_what_was_asked_for(written, edit, new, told)
            _changes_nothing_else(written, edit, new, told)
            if isinstance(edit, Put) or (isinstance(edit, Drop) and edit.route and isinstance(edit.route[-1], str)):
                assert amended(MappingSnapshot({path: new}), FOLDER, [edit]) == {}, (told, edit)
            written = Written(written.name, new, (*written.how, repr(edit)))
    assert refused < CASES * 3 / PARTS / 3


def _says_what_was_asked_for(written: Written, edit: Put | Add | Drop, new: bytes, told: str) -> None:
    before, after = (read("", written.kind, data) for data in (written.data, new))
    assert not after.problems, (told, edit, after.problems)
    assert len(after.doubts) <= len(before.doubts), (told, edit)
    assert is_same(after.value, _expected(before.value, edit)), (told, edit)


def _expected(value: Held, edit: Put | Add | Drop) -> Held:
    whole: Held = {"": deepcopy(value)}
    route = ("", *edit.route)
    holder: Held
    if isinstance(edit, Drop):
        holder = _found(whole, route[:-1])
        if edit.route and _has(holder, route[-1]):
            del holder[route[-1]]
        return whole[""]
    holder = whole
    for part, following in zip(route, (*route[1:], None), strict=True):
        if following is None:
            break
        if not _has(holder, part) or not holder[part]:
            _set(holder, part, [] if isinstance(following, int) else {})
        holder = holder[part]
    last = route[-1]
    if isinstance(edit, Put):
        _set(holder, last, edit.value)
        return whole[""]
    held = holder[last] if _has(holder, last) else None
    if isinstance(held, dict) or not held:
        held = []
    _set(holder, last, [*(held if isinstance(held, list) else [held]), edit.value])
    return whole[""]


def _found(value: Held, route: Route) -> Held:
    for part in route:
        if not _has(value, part):
            return None
        value = value[part]
    return value


def _has(value: Held, part: str | int) -> bool:
    return (isinstance(value, dict) and part in value) or (
        isinstance(value, list) and isinstance(part, int) and part < len(value)
    )


def _set(value: Held, part: Held, item: Held) -> None:
    if isinstance(value, list) and part == len(value):
        value.append(item)
    else:
        value[part] = item


# --- what else changes


def _changes_nothing_else(written: Written, edit: Put | Add | Drop, new: bytes, told: str) -> None:
    if new == written.data:
        return
    document = read("", written.kind, written.data)
    old_lines, new_lines = (_lines(data) for data in (written.data, new))
    first, last = _may_change(document, edit)
    first, last = max(first, 0), min(last, len(old_lines))
    behind = len(old_lines) - last
    assert old_lines[:first] == new_lines[:first], (told, edit)
    assert behind == 0 or old_lines[last:] == new_lines[-behind:], (told, edit)
    if _only_adds(document, edit):
        same = 0
        while same < len(old_lines) and old_lines[same] == new_lines[same]:
            same += 1
        rest = len(old_lines) - same
        assert rest == 0 or old_lines[same:] == new_lines[-rest:], (told, edit)
    assert _line_ends(new) <= (_line_ends(written.data) or {b"\n"}), (told, edit)
    assert new.startswith(b"\xef\xbb\xbf") == written.data.startswith(b"\xef\xbb\xbf")
    value = _found(document.value, edit.route)
    if not isinstance(value, dict | list) or (isinstance(edit, Add) and isinstance(value, list)):
        # A comment behind a value stays, whatever becomes of the value.
        gone = set(re.findall(rb"# behind\d+", written.data)) - set(re.findall(rb"# behind\d+", new))
        assert isinstance(edit, Drop) or not gone, (told, edit, gone)


def _lines(data: bytes) -> list[bytes]:
    return [line.removesuffix(b"\r") for line in data.removeprefix(b"\xef\xbb\xbf").split(b"\n")]


def _line_ends(data: bytes) -> set[bytes]:
    return set(re.findall(rb"\r?\n", data))


def _only_adds(document: Document, edit: Put | Add | Drop) -> bool:
    """Whether new lines are all that there can be."""
    if isinstance(edit, Drop):
        return False
    value = _found(document.value, edit.route)
    if isinstance(edit, Add) and isinstance(value, list) and value:
        return not _is_flow(_node(document, edit.route))
    if isinstance(edit, Add) and value is not None:
        return False
    route = _nearest(document, edit.route)
    held = _found(document.value, route)
    return len(route) < len(edit.route) and bool(held) and not _is_flow(_node(document, route))


def _may_change(document: Document, edit: Put | Add | Drop) -> tuple[int, int]:
    """The lines that an edit may touch: the first one, and that behind the last."""
    route = _nearest(document, edit.route)
    if isinstance(edit, Drop) and route and len(at(document.value, route[:-1])) == 1:
        route = route[:-1]
    while route and _in_flow(document, route):
        route = route[:-1]
    if not route:
        return (1, len(_front(document))) if document.kind == "postmortem" else (0, len(document.text.split("\n")))
    holder = _node(document, route[:-1])
    node = _node(document, route)
    if isinstance(holder, MapNode):
        key = holder.keys[str(route[-1])]
        first, column = key.start_mark.line, key.start_mark.column
    else:
        first, column = _start(node).line, holder.start.start_mark.column
        lines = document.text.split("\n")
        while lines[first][column : column + 1] != "-" or lines[first][:column].strip(" -"):
            first -= 1
    last = max(_last_line(node), first) + 1
    lines = document.text.split("\n")
    while last < len(lines) and re.match(rf" {{{column + 1},}}#", lines[last]):
        last += 1
    if isinstance(edit, Drop) and isinstance(holder, MapNode) and lines[first][:column].strip():
        # The next key takes its place behind the dash.
        last = list(holder.keys.values())[1].start_mark.line + 1
    elif isinstance(edit, Drop) and last < len(lines) and not lines[last].strip():
        last += 1
    return first, last


def _front(document: Document) -> list[str]:
    lines = document.text.split("\n")
    return lines[: next(number for number, line in enumerate(lines) if number and line.rstrip() == "---")]


def _nearest(document: Document, route: Route) -> Route:
    while not _is_there(document.value, route):
        route = route[:-1]
    return route


def _is_there(value: Held, route: Route) -> bool:
    for part in route:
        if not _has(value, part):
            return False
        value = value[part]
    return True


def _node(document: Document, route: Route) -> Held:
    node: Held = document.node
    for part in route:
        node = node.values[str(part)] if isinstance(node, MapNode) else node.items[part]
    return node


def _is_flow(node: Held) -> bool:
    return isinstance(node, MapNode | ListNode) and bool(node.start.flow_style)


def _in_flow(document: Document, route: Route) -> bool:
    return any(_is_flow(_node(document, route[:length])) for length in range(len(route)))


def _start(node: Node) -> Held:
    return node.start.start_mark if isinstance(node, MapNode | ListNode) else node.start_mark


def _last_line(node: Node) -> int:
    if isinstance(node, MapNode | ListNode):
        if node.start.flow_style:
            return node.end.end_mark.line
        parts = list(node.values.values()) if isinstance(node, MapNode) else node.items
        return max((_last_line(part) for part in parts), default=node.start.start_mark.line)
    end = node.end_mark
    return end.line - 1 if end.column == 0 and end.line > node.start_mark.line else end.line
