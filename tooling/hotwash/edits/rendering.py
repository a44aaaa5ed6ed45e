"""Plain values -> the text that stands for them in a record, and whole new records.

How a text has to be quoted is ruamel.yaml's to say, and the project's own reader has the last word: what it does not read
as the same text, or what others read as something else, is put in double quotes.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from hotwash.edits.key_order import in_lines, ordered
from hotwash.records.markdown import FENCE
from hotwash.records.reader import is_ambiguous, parse, plain_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotwash.diagnostics import Route
    from hotwash.edits.amendment import Plain
    from hotwash.model.repository import RecordKind

WIDTH = 120  # columns
STEP = 2
# Times and days are meant where they stand, so they need no quotes.
_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:Z|[+-][0-9]{2}:[0-9]{2}))?", re.ASCII
)
# Most keys, and the words of fixed lists.
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*", re.ASCII)
_DIGITS = re.compile(r"[0-9-]+", re.ASCII)
# A blank at which a folded text may go on in the next line.
_FOLD = re.compile(r"(?<=\S) (?=\S)")
# What block style does not give back, or only for those who see it: blanks at the beginning and at the ends of lines.
_ODD_FOR_BLOCK = re.compile(r"\A\s|[ \t]+$|\n\n\Z|[\r\v\f\x85\u2028\u2029]", re.MULTILINE)
_SIGNED = {
    "assess": "1 severity and user impact",
    "stabilize": "2 quick mitigation, or {by, at, none: which options were looked at}",
    "gather": "3 logs, metrics, recent changes, similar incidents",
    "communicate": "4 status told",
}
_FIRST_ACTIONS = "first_actions"


@dataclass(frozen=True, slots=True)
class Laid:
    """A value as text.

    Attributes:
        head: What stands behind the colon or the dash, on the same line.
        body: The lines below it, with their blanks, without their ends.
    """

    head: str
    body: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value goes.

    Attributes:
        kind: The record.
        route: The value's own route in it.
        column: How many blanks stand before its key or its dash.
        used: How many columns are taken on its line before it.
        step: By how many blanks what belongs to a key stands in.
        on_one_line: All of it stands on one line, whatever its length.
    """

    kind: RecordKind
    route: Route
    column: int = 0
    used: int = 0
    step: int = STEP
    on_one_line: bool = False

    @property
    def inner(self) -> int:
        """The column of what stands in the lines below."""
        return self.column + self.step


def laid(value: Plain, place: Place) -> Laid:
    """A value as it stands behind the colon of its key."""
    if isinstance(value, str):
        return _laid_text(value, place)
    if not isinstance(value, Mapping | Sequence):
        return Laid(_word(value) if value is not None or place.on_one_line else "")
    if not value or place.on_one_line or _stays_on_line(value, place):
        return Laid(inline(value))
    if isinstance(value, Mapping):
        return Laid("", tuple(_lines_of_mapping(value, place)))
    inner = replace(place, column=place.inner)
    return Laid(
        "",
        tuple(
            line
            for index, item in enumerate(value)
            for line in item_lines(item, replace(inner, route=(*place.route, index)))
        ),
    )


def pair_lines(key: str, value: Plain, place: Place) -> Iterator[str]:
    """The lines of a key with its value.

    Args:
        place: Of the value; what is taken on its line is worked out here.
    """
    name = inline(key)
    found = laid(value, replace(place, used=place.column + len(name) + len(": ")))
    yield f"{' ' * place.column}{name}:{' ' if found.head else ''}{found.head}"
    yield from found.body


def item_lines(value: Plain, place: Place) -> Iterator[str]:
    """The lines of an item of a list, its dash in the place's column."""
    found = laid_item(value, place)
    yield f"{' ' * place.column}-{' ' if found.head else ''}{found.head}"
    yield from found.body


def laid_item(value: Plain, place: Place) -> Laid:
    """A value as it stands behind a dash."""
    place = replace(place, used=place.column + len("- "), step=STEP)
    if value is None:
        return Laid("null")
    found = laid(value, place)
    if isinstance(value, Mapping) and found.body:
        first, *others = found.body
        return Laid(first[place.inner :], tuple(others))
    return found


def _lines_of_mapping(value: Mapping[str, Plain], place: Place) -> Iterator[str]:
    for key, item in value.items():
        yield from pair_lines(key, item, replace(place, column=place.inner, route=(*place.route, key)))


def _stays_on_line(value: Mapping[str, Plain] | Sequence[Plain], place: Place) -> bool:
    """Whether it holds words alone, and its line is not too long."""
    if in_lines(place.kind, place.route):
        return False
    held = value.values() if isinstance(value, Mapping) else value
    return all(_is_word(item) for item in held) and place.used + len(inline(value)) <= WIDTH


def _is_word(value: Plain) -> bool:
    if isinstance(value, str):
        return "\n" not in value
    return not isinstance(value, Mapping | Sequence)


def inline(value: Plain) -> str:
    """A value on one line, as it may stand in braces, too."""
    if isinstance(value, str):
        return _text(value, in_flow=True)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{inline(key)}: {inline(item)}" for key, item in value.items()) + "}"
    if isinstance(value, Sequence):
        return "[" + ", ".join(map(inline, value)) + "]"
    return _word(value)


def _word(value: Plain) -> str:
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else repr(value)


def _laid_text(text: str, place: Place) -> Laid:
    """A text on the line where it fits, else in block style, where that keeps it as it is."""
    line = _text(text, in_flow=place.on_one_line)
    if place.on_one_line or not ("\n" in text or place.used + len(line) > WIDTH) or _ODD_FOR_BLOCK.search(text):
        return Laid(line)
    margin = " " * place.inner
    if "\n" in text:
        head = "|" if text.endswith("\n") else "|-"
        return Laid(head, tuple(margin + part if part else "" for part in text.removesuffix("\n").split("\n")))
    folded = tuple(margin + part for part in _folded(text, WIDTH - place.inner))
    return Laid(">-", folded) if len(folded) > 1 else Laid(line)


def _folded(text: str, width: int) -> Iterator[str]:
    """A text of one line on lines that are not too long, broken where folding gives it back."""
    line = ""
    for piece in _FOLD.split(text):
        if line and len(line) + 1 + len(piece) > width:
            yield line
            line = piece
        else:
            line = f"{line} {piece}" if line else piece
    yield line


@lru_cache(maxsize=1024)
def _text(text: str, *, in_flow: bool) -> str:
    """A text on one line: plain where all read it as that text, else in quotes."""
    if _TIME.fullmatch(text):
        return text
    if not _DIGITS.fullmatch(text) and not is_ambiguous(text) and isinstance(plain_value(text), str):
        if _NAME.fullmatch(text):
            return text
        plain = _as_ruamel_has_it(text, "", in_flow=in_flow)
        if (plain == text or (plain == _in_single(text) and '"' in text)) and _reads(plain, text, in_flow=in_flow):
            return plain
    return _as_ruamel_has_it(text, '"', in_flow=in_flow)


def _in_single(text: str) -> str:
    return f"'{text}'" if "'" not in text else ""


def _reads(written: str, text: str, *, in_flow: bool) -> bool:
    document = parse("", "incident", (f"[{written}]" if in_flow else f"- {written}").encode())
    return document.value == [text] and not document.doubts


def _as_ruamel_has_it(text: str, style: str, *, in_flow: bool) -> str:
    # Loaded late: reading needs none of it.
    from ruamel.yaml import YAML  # noqa: PLC0415 - as above
    from ruamel.yaml.nodes import ScalarNode, SequenceNode  # noqa: PLC0415 - as above

    yaml = YAML(typ="safe", pure=True)
    yaml.width = 2**31  # texts are broken over lines here, and nowhere else
    yaml.allow_unicode = True
    node = ScalarNode("tag:yaml.org,2002:str", text, style=style or None)
    stream = io.StringIO()
    yaml.serialize(SequenceNode("tag:yaml.org,2002:seq", [node], flow_style=in_flow), stream)
    written = stream.getvalue().removesuffix("\n")
    return written[1:-1] if in_flow else written[2:]


# --- whole records


def modeline(kind: RecordKind, to_root: str = "") -> str:
    """The line that tells an editor which schema a record has.

    Args:
        kind: The record.
        to_root: Where the root is, seen from the incident's folder; without it where it always is.
    """
    up = (to_root or "../../../") + ("../" if kind == "timeline-entry" else "")
    return f"# yaml-language-server: $schema={up}schemas/{kind}.schema.json\n"


def text_of_entry(value: Mapping[str, Plain]) -> str:
    """The text of a file in timeline.d/."""
    return text_of("timeline-entry", value)


def text_of(kind: RecordKind, value: Plain, *, to_root: str = "", body: str = "") -> str:
    """The text of a new record.

    Args:
        kind: Which record.
        value: All that it says.
        to_root: See `modeline`.
        body: Of a post-mortem: what stands below its front matter.
    """
    lines = "".join(f"{line}\n" for line in _lines_of_record(kind, value))
    if kind == "postmortem":
        return f"{FENCE}\n{lines}{FENCE}\n{body}"
    return modeline(kind, to_root) + lines


def _lines_of_record(kind: RecordKind, value: Plain) -> Iterator[str]:
    if kind == "incident" and isinstance(value, Mapping):
        value = _with_first_actions(value)
    yield from top_lines(kind, value)


def top_lines(kind: RecordKind, value: Plain) -> Iterator[str]:
    """The lines of a value that is all of a record."""
    if isinstance(value, Mapping) and value and kind not in ("timeline", "action-items"):
        for key in ordered(kind, (), value):
            yield from _top_pair(kind, key, value[key])
    elif isinstance(value, Sequence) and value and not isinstance(value, str):
        for index, item in enumerate(value):
            if isinstance(item, Mapping):
                item = {key: item[key] for key in ordered(kind, (index,), item)}  # noqa: PLW2901 - the same, in order
            yield from item_lines(item, Place(kind, (index,)))
    else:
        yield inline(value)


def _with_first_actions(value: Mapping[str, Plain]) -> Mapping[str, Plain]:
    """A live incident has the keys of all four, so that people who sign at once do not conflict."""
    held = value.get(_FIRST_ACTIONS)
    if "recorded" in value or not (held is None or isinstance(held, Mapping)):
        return value
    return {**value, _FIRST_ACTIONS: dict.fromkeys(_SIGNED) | dict(held or {})}


def _top_pair(kind: RecordKind, key: str, value: Plain) -> Iterator[str]:
    if (kind, key) != ("incident", _FIRST_ACTIONS) or not isinstance(value, Mapping) or not value:
        yield from pair_lines(key, value, Place(kind, (key,)))
        return
    yield f"{key}:"
    for action in ordered(kind, (key,), value):
        if action in _SIGNED:
            yield f"{' ' * STEP}# {_SIGNED[action]}"
        yield from pair_lines(action, value[action], Place(kind, (key, action), STEP))
