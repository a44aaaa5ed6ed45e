"""What an action item names as the proof that it is done, and whether the files of the repository bear it out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from hotwash.facts.said import is_blank
from hotwash.records.document import shortened
from hotwash.records.snapshot import EVIDENCE_LIMIT, Refused, is_plain

if TYPE_CHECKING:
    from hotwash.model.actions import ActionItem, Proof
    from hotwash.records.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class BrokenProof:
    """Why a proof does not hold.

    Attributes:
        key: The key of the proof that is not so.
        why: What is not so, as a clause.
        remedy: What to do about it, where the item is done all the same.
    """

    key: Literal["file", "contains"]
    why: str
    remedy: str


def proof_of(item: ActionItem) -> Proof | None:
    """What must be true of an item that is done; None where it is not, and where nothing can show it."""
    from hotwash.model.actions import Proof  # noqa: PLC0415 - `explain` loads no models

    # {none: why} names nothing.
    return item.proof if item.status == "done" and isinstance(item.proof, Proof) else None


def broken_proof(proof: Proof, snapshot: Snapshot) -> BrokenProof | None:
    """Why a proof by a file does not hold; None where it does, and where it names a pull request."""
    if proof.file is None:
        return None
    if not is_plain(proof.file):
        return BrokenProof(
            "file",
            f"{shortened(proof.file)} is no plain path from the root of the repository",
            "write the path from the root down, with / between its parts and without . and ..",
        )
    if not snapshot.exists(proof.file):
        return BrokenProof(
            "file",
            f"{shortened(proof.file)} is no file of this repository",
            "write the path of the file as it is now, from the root of the repository",
        )
    if proof.contains is not None and (why := _not_held(proof.contains, proof.file, snapshot)):
        remedy = "write a text that stands in the file now, letter by letter, and shows that it is done"
        return BrokenProof("contains", why, remedy)
    return None


def _not_held(text: str, path: str, snapshot: Snapshot) -> str:
    """Why a text is not in a file that exists; empty where it is."""
    if is_blank(text):
        return "`contains` is still a blank"
    data = snapshot.read(path, EVIDENCE_LIMIT)
    if isinstance(data, Refused):
        return f"{shortened(path)} cannot be read, or has over {EVIDENCE_LIMIT // 1024**2} MiB"
    try:
        held = text in data.decode("utf-8")
    except UnicodeDecodeError:
        return f"{shortened(path)} is not written in UTF-8"
    return "" if held else f"{shortened(path)} does not contain that text"
