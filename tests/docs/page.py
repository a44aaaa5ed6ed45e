"""A page of the documentation, taken apart: the files that it tells to write and the commands that it shows.

A page has five kinds of block and no other. `console` holds commands behind `$ ` and beneath each what it prints; `…`
alone on a line stands for lines that are left out. `yaml` and `markdown` are files, or parts of files, and their first
line says of which; that line is not part of the file:

    # PATH             the whole file
    # add to PATH      what comes after the end of it
    # change in PATH   blocks of it as they read from now on: a key with what is below it, or an entry of a list; one
                       that is new comes after the one above it

`terminal` shows what a person saw who was asked questions; `tests/test_night.py` types it. `text` is for what is none of
these: a tree of folders, a picture made of characters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from collections.abc import Iterator

PROMPT = "$ "
LEFT_OUT = "…"
How = Literal["", "add to ", "change in "]
_YAML_HEAD = re.compile(r"# (?P<how>|add to |change in )(?P<path>[\w./-]+\.ya?ml)")
_MARKDOWN_HEAD = re.compile(r"<!-- (?P<how>|add to |change in )(?P<path>[\w./-]+\.md) -->")
# What a line begins with that somebody could type.
_TYPED = re.compile(r"\$ |(hotwash|git|python3?|pip|pipx|uvx?|mkdocs|nox|mkdir|cd|cp|mv|rm|cat|ls|echo) (?!=)")
_BEGINS = re.compile(r"where \[[^\]]+\]\((?:\.\./)*tutorial\.md#([\w-]+)\) of the\s+tutorial ends")


class UnknownFormError(Exception):
    """A block that no reader of this module would know what to do with."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command, and the lines that the page shows beneath it."""

    line: int
    text: str
    shown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class File:
    """A file to write, or a part of it."""

    line: int
    path: str
    how: How
    text: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading, by the name with which links point to it."""

    line: int
    anchor: str


Step = Command | File | Heading


def begins_after(text: str) -> str | None:
    """The heading of the tutorial at whose end a page says that it begins; None: in a clone of the repository."""
    found = _BEGINS.search(text)
    return found[1] if found else None


def steps(text: str) -> Iterator[Step]:
    """What a page tells its reader to do, in order.

    Raises:
        UnknownFormError: A block has none of the forms above.
    """
    tokens = MarkdownIt("commonmark").parse(text)
    for index, token in enumerate(tokens):
        line = token.map[0] + 1 if token.map else 0
        if token.type == "heading_open":
            yield Heading(line, _anchor(tokens[index + 1].content))
        elif token.type == "code_block" or (token.type == "html_block" and re.search("<(pre|code)", token.content)):
            raise UnknownFormError(f"line {line}: a block of code without a fence")
        elif token.type == "fence":
            yield from _steps_of(token.info.strip(), token.content.splitlines(), line)


def _steps_of(language: str, lines: list[str], line: int) -> Iterator[Step]:
    match language:
        case "console":
            yield from _commands(lines, line)
        case "yaml":
            yield _file(_YAML_HEAD, lines, line)
        case "markdown":
            yield _file(_MARKDOWN_HEAD, lines, line)
        case "terminal":
            pass
        case "text":
            if typed := [text for text in lines if _TYPED.match(text)]:
                raise UnknownFormError(f"line {line}: a command outside of a `console` block: {typed[0]}")
        case _:
            raise UnknownFormError(
                f"line {line}: a block of `{language}`; there are console, yaml, markdown, terminal and text"
            )


def _commands(lines: list[str], line: int) -> Iterator[Command]:
    if not lines or not lines[0].startswith(PROMPT):
        raise UnknownFormError(f"line {line}: a `console` block begins with a command behind `{PROMPT}`")
    starts = [place for place, text in enumerate(lines) if text.startswith(PROMPT)]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        shown = tuple(text.rstrip() for text in lines[start + 1 : end])
        yield Command(line + 1 + start, lines[start].removeprefix(PROMPT), shown)


def _file(head: re.Pattern[str], lines: list[str], line: int) -> File:
    found = head.fullmatch(lines[0]) if lines else None
    if found is None:
        raise UnknownFormError(f"line {line}: the first line names no file: {lines[0] if lines else ''}")
    how: How = found["how"]  # type: ignore[assignment] # the pattern allows these three
    return File(line, found["path"], how, "\n".join(lines[1:]).strip("\n") + "\n")


def _anchor(heading: str) -> str:
    return re.sub(r"[\s-]+", "-", re.sub(r"[^\w\s-]", "", heading).strip().lower())


def changed(file: str, change: str) -> str:
    """A file in which some of its blocks are replaced.

    A block is a line that begins at the margin with all that is indented below it. The first of its lines says which
    one it is: the key, or in a list the whole line.

    Raises:
        UnknownFormError: The file does not have the first block, or has one of them twice.
    """
    blocks = _blocks(file)
    last = None
    for new in _blocks(change):
        places = [place for place, block in enumerate(blocks) if _name(block) == _name(new)]
        if len(places) > 1 or (last is None and not places):
            raise UnknownFormError(f"{len(places)} blocks are called `{_name(new)}`")
        body = new.rstrip("\n") + "\n"
        if places:
            (last,) = places
            blocks[last] = body + _between(blocks[last])
        else:
            assert last is not None
            between = _between(blocks[last])
            blocks[last] = blocks[last].removesuffix(between)
            last += 1
            blocks.insert(last, body + between)
    return "".join(blocks)


def _blocks(text: str) -> list[str]:
    return [block for block in re.split(r"^(?=[^\s#}\])])", text, flags=re.MULTILINE) if block]


def _between(block: str) -> str:
    """The empty lines and comments at the end of a block: they belong to the next one."""
    found = re.search(r"\n((?:#.*\n|[ \t]*\n)*)\Z", block)
    return found[1] if found else ""


def _name(block: str) -> str:
    first = block.split("\n", 1)[0]
    return first if first.startswith("- ") else first.split(":", 1)[0]
