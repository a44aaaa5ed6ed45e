"""Where a word occurs in what was written, however it was encoded on its way there."""

from __future__ import annotations

import gzip
import html
import json
from base64 import b64encode, urlsafe_b64encode
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote_to_bytes

if TYPE_CHECKING:
    from pathlib import Path


def encoded(word: str) -> dict[str, bytes]:
    """A word in every form in which it could stand in a file, by the name of the form. In lower case."""
    raw = word.encode()
    forms = {
        "raw": raw,
        "hex": raw.hex().encode(),
        "reversed": raw[::-1],
        "HTML": html.escape(word).encode(),
        "URL": quote(word, safe="").encode(),
        "JSON": json.dumps(word)[1:-1].encode(),
        "references": "".join(f"&#{ord(sign)};" for sign in word).encode(),
    }
    for offset in range(3):
        for name, encode in (("base64", b64encode), ("base64 for URLs", urlsafe_b64encode)):
            # Six bits a sign: only those that do not depend on what stands before and after.
            first, last = -(-8 * offset // 6), 8 * (offset + len(raw)) // 6
            forms[f"{name}, offset {offset}"] = encode(b"\0" * offset + raw)[first:last]
    return {name: form.lower() for name, form in forms.items()}


def found_in(content: bytes, word: str) -> list[str]:
    """In which forms the word stands in a file."""
    if content[:2] == b"\x1f\x8b":
        content = gzip.decompress(content)
    text = content.decode("utf-8", "replace")
    seen = (content, html.unescape(text).encode("utf-8", "replace"), unquote_to_bytes(content))
    lowered = [one.lower() for one in seen]
    return [name for name, form in encoded(word).items() if any(form in one for one in lowered)]


def found_below(folder: Path, word: str) -> list[str]:
    """Where the word stands in files, or in their names."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    names = [f"name of {path}" for path in files if word.lower() in str(path.relative_to(folder)).lower()]
    return names + [f"{path}: {form}" for path in files for form in found_in(path.read_bytes(), word)]
