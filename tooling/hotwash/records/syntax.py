"""What libyaml says of a file that is not YAML, in plain words and at the place that is to be mended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotwash.diagnostics import Help, Place, Span
from hotwash.records.document import Problem, lines_of

if TYPE_CHECKING:
    import yaml

# What libyaml says -> what a person reads, and what to do. In order: the first that is found in the message.
_PLAIN_WORDS: tuple[tuple[str, str, str], ...] = (
    ("mapping values are not allowed", "a colon where none can stand", "put the text in quotes, or mend the indentation"),
    ("did not find expected ',' or '}'", "a `{` is not closed, or a comma is missing", "close it with }, or put the text in quotes"),
    ("did not find expected ',' or ']'", "a `[` is not closed, or a comma is missing", "close it with ], or put the text in quotes"),
    ("did not find expected key", "this line does not fit the lines above it", "mend the indentation, or put the text before it in quotes"),
    ("did not find expected '-' indicator", "this line does not fit the list above it", "begin it with `- `, or mend the indentation"),
    ("block sequence entries are not allowed", "a `- ` where no list can stand", "start the list on a line of its own, or put the text in quotes"),
    ("could not find expected ':'", "a line that is neither `key: value` nor a list item", "write `key: value`, or indent it under its text"),
    ("cannot start any token", "a character that cannot begin a value here", "put the text in quotes; indent with blanks, not with tabs"),
    ("found unexpected end of stream", "quotes that are not closed", "close them"),
    ("found unknown escape character", "a backslash that means nothing in double quotes", "write it twice, or use single quotes"),
    ("found a tab character", "a tab in the indentation", "indent with blanks"),
    ("found invalid Unicode", "an escape for a character that does not exist", "delete it"),
    ("did not find expected hexdecimal number", "an escape that is not complete", "complete it, or use single quotes"),
    ("did not find expected node content", "no value can begin here", "put the text in quotes, or delete what is too much"),
    ("did not find expected <document start>", "the record has ended above this line", "mend the indentation, or put the text in quotes"),
    ("did not find expected comment or line break", "text on the line of the | or >", "begin it on the next line, indented"),
    ("found unexpected document indicator", "a --- or ... in the first column inside quotes", "indent it"),
    ("mapping keys are not allowed", "a `? ` where no key can stand", "put the text in quotes"),
    ("expected alphabetic or numeric character", "text cannot begin with * or &", "put the text in quotes"),
    ("while scanning a tag", "text cannot begin with !", "put the text in quotes"),
    ("while parsing a tag", "text cannot begin with !", "put the text in quotes"),
    ("found undefined tag handle", "text cannot begin with !", "put the text in quotes"),
    ("directive", "a line that begins with %", "delete it, or put the text in quotes"),
    ("found unexpected ':'", "a colon where none can stand", "put a blank after it, or the text in quotes"),
    ("indentation indicator equal to 0", "a 0 after the | or >", "delete it"),
    ("found incompatible YAML document", "a line that begins with %", "delete it"),
)  # fmt: skip


def explained(path: str, error: yaml.YAMLError, text: str) -> Problem:
    """The problem that a parser's error is, in plain words, with what to do where that is known."""
    mark, context = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    said = str(getattr(error, "problem", None) or error)
    heard = f"{said} {getattr(error, 'context', '')}"
    words, remedy = f"YAML cannot be read here: {said}", ""
    for part, plain, what_now in _PLAIN_WORDS:
        if part in heard:
            words, remedy = plain, what_now
            break
    # What is never closed is noticed at the end of the file, a line that is no key on the line after it, and a wrong
    # sign in front of text behind it: what is to be mended stands where it begins.
    late = words.startswith("text cannot begin") or "could not find expected ':'" in said
    if mark is None or (context is not None and (late or mark.index >= len(text))):
        mark = context
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    lines = lines_of(text)
    if line > len(lines):
        line, column = len(lines), len(lines[-1]) + 1
    other = None
    if context is not None and (context.line, context.column) != (line - 1, column - 1):
        other = Place(path, span=Span(context.line + 1, context.column + 1, context.line + 1, context.column + 2))
    return Problem(
        "yaml-syntax",
        Place(path, span=Span(line, column, line, column + 1)),
        words,
        help=(Help(remedy),) if remedy else (),
        other=other,
    )
