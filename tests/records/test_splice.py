"""Edits in a file: what they change, that nothing else does, and that what was not promised is not given back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotwash.records.splice import SCALAR, Edit, Sign, Unproven, parts, read, splice

if TYPE_CHECKING:
    from hotwash.model.repository import RecordKind
    from hotwash.records.splice import Part

PATH = "f.yaml"


def parts_of(data: bytes, kind: RecordKind = "incident") -> tuple[Part, ...]:
    found = parts(read(PATH, kind, data))
    assert not isinstance(found, Unproven)
    return found


def signs_of(data: bytes, kind: RecordKind = "incident") -> list[Sign]:
    return [part.sign for part in parts_of(data, kind)]


def spliced(data: bytes, edits: list[Edit], promised: list[Sign], kind: RecordKind = "incident") -> bytes | Unproven:
    return splice(read(PATH, kind, data), data, edits, promised)


def with_scalar(signs: list[Sign], old: str, new: Sign) -> list[Sign]:
    return [new if sign.kind == SCALAR and sign.value == old else sign for sign in signs]


# --- refusals

TEXT = b"# head\na:   b  # why\nc: [d, e]\n"
D = Edit(25, 26, "x")
PROMISED = with_scalar(signs_of(TEXT), "d", Sign(SCALAR, "x"))


def test_the_bytes_around_an_edit_stay() -> None:
    assert spliced(TEXT, [D], PROMISED) == b"# head\na:   b  # why\nc: [x, e]\n"


@pytest.mark.parametrize(
    ("edits", "why"),
    [
        ([D, Edit(25, 26, "x")], "two edits overlap"),
        ([Edit(24, 26, "[x"), D], "two edits overlap"),
        ([Edit(26, 25, "x")], "two edits overlap"),
        ([Edit(25, 999, "x")], "two edits overlap"),
        ([], "would say something else afterwards"),
        ([Edit(25, 26, "y")], "would say something else afterwards"),
        ([Edit(25, 26, "'x'")], "would say something else afterwards"),
        ([D, Edit(28, 29, "f")], "would say something else afterwards"),
        ([D, Edit(31, 31, "---\n")], "would not be right afterwards: "),
        ([Edit(25, 26, "x: y")], "would say something else afterwards"),
        ([Edit(25, 26, "]")], "would not be right afterwards: "),
        ([Edit(25, 26, "&a x")], "would not be right afterwards: "),
        ([Edit(25, 26, "x\x00")], "would not be right afterwards: "),
        ([D, Edit(7, 7, "a: b\n")], "would not be right afterwards: "),
    ],
)
def test_what_was_not_promised_is_not_given_back(edits: list[Edit], why: str) -> None:
    found = spliced(TEXT, edits, PROMISED)
    assert isinstance(found, Unproven)
    assert found.why.startswith(why)


def test_bytes_that_are_not_those_that_were_read_are_not_edited() -> None:
    found = splice(read(PATH, "incident", TEXT), TEXT + b"# more\n", [D], PROMISED)
    assert found == Unproven("was read as something else")


@pytest.mark.parametrize("text", ["a: b\0", "[" * 100, "a: [\n", "a: 'b"])
def test_what_cannot_be_read_has_no_parts(text: str) -> None:
    assert isinstance(parts(read(PATH, "incident", text.encode())), Unproven)


def test_more_than_a_record_may_have_is_refused() -> None:
    data = b"a: b\n"
    long = "x" * 1024 * 1024
    found = spliced(data, [Edit(3, 4, long)], with_scalar(signs_of(data), "b", Sign(SCALAR, long)))
    assert isinstance(found, Unproven)


# --- round trips

KEYS = st.text("abcdefg", min_size=1, max_size=3)
COMMENTS = st.sampled_from(["", "  # why: not", "\t# 日本 'é\" {", " #"])
WRITTEN = st.sampled_from(
    ["plain", "two words", "'single'", '"dou\\nble"', "'it''s'", "2026-11-23T08:41:00Z", "012", "日本é", "[a, 'b', {c: d}]", "{a: b, c: [d]}", "~", ""]
)  # fmt: skip
BLOCKS = st.sampled_from(
    [
        "|\n  a\n\n   # b",
        ">-\n  a\n  b",
        "|+\n  a\n\n",
        "two\n  lines",
        "'two\n\n  lines'",
        "\n  # c\n  x: y\n  z:\n  - 1",
        "\n- 1\n- 2 # d",
    ]
)
LINES = st.one_of(
    st.builds(lambda key, text, comment: f"{key}: {text}{comment}", KEYS, WRITTEN, COMMENTS),
    st.builds(lambda key, text: f"{key}: {text}", KEYS, BLOCKS),
    st.sampled_from(["", "# alone", "   ", "  # in deep"]),
)


@st.composite
def files(draw: st.DrawFn) -> tuple[bytes, RecordKind]:
    lines = draw(st.lists(LINES, min_size=1, max_size=8, unique_by=lambda line: line.split(":")[0] or object()))
    text = "\n".join(lines) + draw(st.sampled_from(["", "\n"]))
    kind: RecordKind = "incident"
    if draw(st.booleans()):
        kind, text = "postmortem", f"---\n{text.rstrip()}\n---\n\n# no: no\n---\nmore"
    return (
        draw(st.sampled_from(["", "\ufeff"])) + text.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))
    ).encode(), kind


@settings(max_examples=200, deadline=None)
@given(files(), st.data(), st.text("ab c:#-?'\"\\é日[]{},&*!|>%@`", min_size=1, max_size=8))
def test_a_scalar_is_replaced_and_every_other_byte_stays(
    file: tuple[bytes, RecordKind], data: st.DataObject, text: str
) -> None:
    bytes_, kind = file
    found = parts(read(PATH, kind, bytes_))
    if isinstance(found, Unproven):
        return
    scalars = [index for index, part in enumerate(found) if part.sign.kind == SCALAR and part.start < part.end]
    if not scalars:
        return
    index = data.draw(st.sampled_from(scalars))
    part = found[index]
    # Behind a text in block style stands its line end, which is a part of it.
    written = (
        '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"' + ("\n" if part.sign.style in ("|", ">") else "")
    )
    promised = [sign.sign for sign in found]
    promised[index] = Sign(SCALAR, text, '"')
    document = read(PATH, kind, bytes_)
    new = splice(document, bytes_, [Edit(part.start, part.end, written)], promised)
    if isinstance(new, Unproven):
        # A key may come to stand twice, or a text in block style take its line end along.
        assert text in {part.sign.value for part in found} or part.sign.style in ("|", ">"), new
    else:
        mark = "\ufeff" if bytes_.startswith("\ufeff".encode()) else ""
        assert new.decode() == mark + document.text[: part.start] + written + document.text[part.end :]
        assert signs_of(new, kind) == promised
