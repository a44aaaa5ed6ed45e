"""What a path that a record names says of itself, before anybody looks at a disk."""

from __future__ import annotations

import re
import unicodedata

from hotwash.diagnostics import visible
from hotwash.model.repository import EVIDENCE

# Two letters at least: one is a drive.
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
_WEB = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_DRIVE = re.compile(r"[A-Za-z]:")
_ENCODED = re.compile(r"%[0-9A-Fa-f]{2}")
# Names that are devices on Windows, whatever their ending.
_DEVICE = re.compile(r"(?:con|prn|aux|nul|clock\$|conin\$|conout\$|(?:com|lpt)[0-9¹²³])\s*(?:\.|$)", re.IGNORECASE)
_GIT = re.compile(r"\.git|git~[0-9]+", re.IGNORECASE)  # the second is its short name on Windows
_FORBIDDEN_ON_WINDOWS = re.compile(r'[<>"|?*]')


def is_url(path: str) -> bool:
    """Whether what stands in the place of a path is an address instead: `https://…`."""
    return _WEB.match(path) is not None


def why_not_evidence(path: str) -> str:
    """Why a path cannot name a file in the incident's `evidence/`; empty when it can (threats P1).

    Only what means the same file on every system passes: `evidence/` and plain names after it. The reason follows
    the path in a sentence.
    """
    if _DRIVE.match(path):
        return "begins with a drive"
    if _SCHEME.match(path):
        return "is a link, not a file"
    # Some systems read a full-width stop or slash as the plain one.
    folded = unicodedata.normalize("NFKC", path)
    if why := _why_not_plain(path) or _why_not_plain(folded):
        return why
    if folded.count("/") != path.count("/"):
        return "holds a sign that some systems read as a slash"
    folder, _, name = path.partition("/")
    if folder != EVIDENCE:
        return f"does not begin with {EVIDENCE}/"
    return "" if name else "names a folder"


def _why_not_plain(path: str) -> str:
    if visible(path) != path or any(sign in path for sign in "\n\t"):
        return "holds a sign that nobody sees"
    if "\\" in path:
        return "is written with `\\`"
    if path.startswith("/"):
        return "begins at the root of the disk"
    if path.startswith("~"):
        return "begins at somebody's home"
    if _ENCODED.search(path):
        return "holds an encoded sign"
    if path.endswith("/"):
        return "names a folder"
    return next((why for part in path.split("/") if (why := _why_no_name(part))), "")


def _why_no_name(part: str) -> str:
    """Why a part between slashes is no plain name."""
    if not part:
        return "has two slashes in a row"
    if part == "..":
        return "leads up with `..`"
    if part == ".":
        return "has a part that is only `.`"
    if part.endswith((".", " ")) or part.startswith(" "):
        return "has a name that begins or ends with a blank, or ends with a dot"
    if _GIT.fullmatch(part):
        return "leads into .git"
    if _DEVICE.match(part):
        return f"has a name that is a device on Windows: `{part}`"
    if ":" in part or _FORBIDDEN_ON_WINDOWS.search(part):
        return "has a sign that Windows takes in no name"
    return ""
