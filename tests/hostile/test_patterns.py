r"""No pattern looks at a text more often than in proportion to its length (threats R7).

Every compiled pattern of the package is found by itself, so a new one is tried from the day it is written. Patterns of
models are not: pydantic matches them with Rust's `regex`, which never goes back. A length that the code cuts a text to
before it is matched is written down here, with what cuts it.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import hotwash

if TYPE_CHECKING:
    from collections.abc import Iterator

# Importing it would run the command line.
NOT_IMPORTED = "hotwash.__main__"


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Every compiled pattern of the package with its module and name."""
    for module in pkgutil.walk_packages(hotwash.__path__, "hotwash."):
        if module.name == NOT_IMPORTED:
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            held = value.values() if isinstance(value, dict) else value if isinstance(value, tuple | list) else (value,)
            for one in held:
                for part in one if isinstance(one, tuple) else (one,):
                    if isinstance(part, re.Pattern) and isinstance(part.pattern, str):
                        yield f"{module.name}.{name}", part


PATTERNS = dict(patterns())
SOURCE = "\n".join(path.read_text(encoding="utf-8") for path in Path(hotwash.__file__).parent.rglob("*.py"))

# What repeats repeat, and what comes after so many of them that does not fit.
PIECES = (
    *(
        "a",
        "0",
        "A",
        " ",
        "\n",
        "\t",
        "-",
        "_",
        "/",
        ".",
        ":",
        "=",
        "#",
        "*",
        "[",
        "]",
        "<",
        "(",
        "!",
        "@",
        "`",
        "~",
        "é",
    ),
    *(
        "a-",
        "a ",
        "a.",
        "a/",
        "a:",
        "a_",
        "0,",
        "0, ",
        "0.",
        "1e",
        "../",
        "./",
        "//",
        "::",
        " \n",
        "a\n",
        "\n#",
        "](",
        "](<",
    ),
    *(
        "<!--",
        "-->",
        "<!-- a",
        "http://",
        "https://a.",
        "https://a/",
        "a@",
        "a0",
        "a=",
        "id=",
        "##[",
        "\x1b[0m",
        "- ",
        "] ",
    ),
    *(
        "begin ",
        "-----BEGIN ",
        "PRIVATE KEY ",
        "0-",
        "0:",
        "+1",
        'x="',
        "key: ",
        "\\",
        "%2e",
        "${",
        "]: ",
        "[a]:",
        "\x1b[0m ",
    ),
)
ENDS = ("", "!", "\n")
TINY = (12, 16, 20, 24)  # signs: what takes a measurable time here doubles with every sign
SIZES = (125, 1_000, 8_000)  # eight times as many take eight times as long, or 64 times where it goes wrong
TOO_MUCH = 24  # times
MEASURABLE = 0.003  # seconds of this process: what is shorter says nothing

Match = Callable[[re.Pattern[str], str], object]


def anywhere(pattern: re.Pattern[str], text: str) -> int:
    return sum(1 for _ in pattern.finditer(text))


def ways(name: str) -> tuple[Match, ...]:
    """How the package matches with a pattern: from the beginning, or anywhere."""
    short = re.escape(name.rpartition(".")[2])
    called = set(re.findall(rf"\b{short}(?:\[[^\]]*\])?\.(match|fullmatch|search|find|sub|split)", SOURCE))
    return (re.Pattern.match, re.Pattern.fullmatch) if called and called <= {"match", "fullmatch"} else (anywhere,)


def seconds(match: Match, pattern: re.Pattern[str], text: str) -> float:
    """The time that this process alone takes; the best of three, as others use the machine too."""
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        match(pattern, text)
        best = min(best, time.process_time() - start)
        if best < MEASURABLE or best > 1:
            break
    return best


def is_slow(match: Match, pattern: re.Pattern[str], piece: str, end: str) -> bool:
    """Whether a pattern takes more than its share for longer and longer texts of a piece."""

    def taken(size: int) -> float:
        return seconds(match, pattern, piece * (size // len(piece)) + end)

    if any(taken(size) >= MEASURABLE for size in TINY):
        return True
    before = MEASURABLE / TOO_MUCH
    for size in SIZES:
        now = taken(size)
        if now >= MEASURABLE and now > TOO_MUCH * before:
            return True
        before = max(now, MEASURABLE / TOO_MUCH)
    return False


def slow_text(pattern: re.Pattern[str], matches: tuple[Match, ...]) -> str | None:
    """A text that a pattern takes too long for, by what it repeats."""
    for match in matches:
        for piece in PIECES:
            for end in ENDS:
                if is_slow(match, pattern, piece, end):
                    return f"{piece!r} over and over, then {end!r}"
    return None


def test_patterns_are_found() -> None:
    assert len(PATTERNS) > 30
    assert {"hotwash.diagnostics._COMMAND", "hotwash.records.reader._REAL"} <= set(PATTERNS)
    assert ways("hotwash.records.reader._CONTROL") == (anywhere,)
    assert anywhere not in ways("hotwash.records.reader._REAL")


@pytest.mark.parametrize("name", sorted(PATTERNS))
def test_pattern_takes_as_long_as_its_text_is(name: str) -> None:
    assert slow_text(PATTERNS[name], ways(name)) is None


@pytest.mark.parametrize("bad", [r"(a+)+b", r"(?:a|a)*b", r"(?:[a-z][a-z0-9]*/?)*", r"\s*\n\s*"])
def test_slow_patterns_are_told(bad: str) -> None:
    assert any(
        is_slow(match, re.compile(bad), piece, "!")
        for match in (anywhere, re.Pattern.fullmatch)
        for piece in ("a", " ")
    )
