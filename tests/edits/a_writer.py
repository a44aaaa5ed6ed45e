"""A writer as a process of its own: logs so many entries into a clone, and says what became of each, a line each.

Arguments: the clone, the signs with which its entries begin, how many they are, and whether to `push`; or `title`, to
change one line of a file in the place of each entry.
"""

from __future__ import annotations

import sys
from pathlib import Path

from hotwash.errors import HotwashError
from tests.edits.landing import log, titled


def main() -> None:
    """Log, one entry after the other."""
    root, name, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    for number in range(count):
        id_ = f"08{52 + number % 5}-{name}{number:02}"
        try:
            step = titled(id_) if sys.argv[4] == "title" else None
            landing = log(root, id_, push=sys.argv[4] == "push", step=step)
        except HotwashError as error:
            print(f"{id_} failed {error.message} {error.hint}", flush=True)  # noqa: T201 - for the test that reads it
        else:
            done = landing.undone or ("pushed" if landing.pushed else "committed")
            print(f"{id_} {done}", flush=True)  # noqa: T201 - as above


if __name__ == "__main__":
    main()
