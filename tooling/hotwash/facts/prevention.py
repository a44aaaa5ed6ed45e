"""What was to prevent that an incident comes again, in its record or in what is published of it."""

from __future__ import annotations

from typing import Protocol


class Item(Protocol):
    """An action item, in either form."""

    @property
    def kind(self) -> str:
        """As the record names it."""

    @property
    def status(self) -> str:
        """As the record names it, or with blanks."""

    @property
    def is_open(self) -> bool:
        """Work is left."""


def prevents(item: Item) -> bool:
    """It is to prevent the incident, and nobody dropped it."""
    return item.kind == "prevent" and item.status != "dropped"


def is_undone(item: Item, *, is_taken_up: bool = False) -> bool:
    """It was to prevent the incident, and is not done.

    Args:
        item: Of an incident that came again.
        is_taken_up: The later incident has an item that prevents it: then what was dropped before is no loss.
    """
    return item.kind == "prevent" and (item.is_open or (item.status == "dropped" and not is_taken_up))
